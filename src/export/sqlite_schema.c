/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The tables are made of the registry: a new field is a new column by itself. */
#include "export/sqlite_schema.h"

#include <string.h>

/* What the tables of their own tell in full. */
#define DETAILED                                                                               \
	(LL_E(EXEC) | LL_E(EXEC_FAILED) | LL_E_SIGNAL | LL_E(STATE) | LL_E(STATE_TIMES) |      \
	 LL_E(LOST))

/*
 * A field belongs to a table when an event of these kinds carries it. What snapshots tell of an
 * image is for executions: they are rows there, too.
 */
static const struct {
	const char *name;
	uint32_t kinds;
	bool has_event_name;
} tables[LL_SQLITE_TABLES] = {
	[LL_SQLITE_EVENTS] = { "events", LL_E_ALL & ~(DETAILED | LL_E_HIDDEN), true },
	[LL_SQLITE_EXECUTIONS] = { "executions", LL_E_ARGS & ~LL_E(SNAPSHOT), true },
	[LL_SQLITE_SIGNALS] = { "signals", LL_E_SIGNAL, true },
	[LL_SQLITE_STATES] = { "states", LL_E(STATE), false },
	[LL_SQLITE_STATE_TIMES] = { "state_times", LL_E(STATE_TIMES), false },
	[LL_SQLITE_LOSSES] = { "losses", LL_E(LOST), false },
	[LL_SQLITE_PROCESSES] = { "processes", LL_E_TREE, false },
};

const char *ll_sqlite_table_name(enum ll_sqlite_table table)
{
	return tables[table].name;
}

bool ll_sqlite_has_event_name(enum ll_sqlite_table table)
{
	return tables[table].has_event_name;
}

/* What is the same in every row is in meta; a level is nothing where rows have no order. */
static bool is_left_out(enum ll_field field)
{
	return field == LL_F_HOST_NAME || field == LL_F_BOOT_ID || field == LL_F_DEPTH;
}

bool ll_sqlite_has_column(enum ll_sqlite_table table, enum ll_field field)
{
	uint32_t events = ll_field_info(field)->events;
	bool is_of_image = (events & LL_E(EXEC)) != 0 && (events & LL_E(FORK)) == 0;

	if (is_left_out(field) || (events & tables[table].kinds) == 0)
		return false;
	return table != LL_SQLITE_EVENTS || !is_of_image;
}

const char *ll_sqlite_column_name(const char *key, char ret_name[LL_SQLITE_NAME_SIZE])
{
	snprintf(ret_name, LL_SQLITE_NAME_SIZE, "%s", key);
	for (char *dot = ret_name; (dot = strchr(dot, '.')) != NULL;)
		*dot = '_';
	return ret_name;
}

static const char *type_of(enum ll_field field)
{
	switch (ll_field_info(field)->type) {
	case LL_TYPE_ENUM:
	case LL_TYPE_STR:
	case LL_TYPE_ARGS:
		return "TEXT";
	default:
		return "INTEGER";
	}
}

/* What a column refers to: processes by identity, the rows of details to their event. */
static const char *constraint_of(enum ll_sqlite_table table, enum ll_field field)
{
	switch (field) {
	case LL_F_SEQ:
		return table == LL_SQLITE_EVENTS ? " PRIMARY KEY"
						 : " PRIMARY KEY REFERENCES events";
	case LL_F_ENTITY_ID:
		return table == LL_SQLITE_PROCESSES ? " PRIMARY KEY" : " REFERENCES processes";
	case LL_F_PARENT_ENTITY_ID:
	case LL_F_SENDER_ENTITY_ID:
		return " REFERENCES processes";
	default:
		return "";
	}
}

static void put_table(FILE *out, enum ll_sqlite_table table)
{
	char name[LL_SQLITE_NAME_SIZE];
	const char *separator = "";

	fprintf(out, "CREATE TABLE %s (", tables[table].name);
	if (tables[table].has_event_name) {
		fputs("event_name TEXT NOT NULL", out);
		separator = ", ";
	}
	for (unsigned field = 0; field < LL_F_COUNT; field++) {
		if (!ll_sqlite_has_column(table, field))
			continue;
		fprintf(out, "%s%s %s%s", separator,
			ll_sqlite_column_name(ll_field_info(field)->key, name), type_of(field),
			constraint_of(table, field));
		separator = ", ";
	}
	fputs(");\n", out);
}

void ll_sqlite_put_tables(FILE *out)
{
	fputs("CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;\n", out);
	for (int table = 0; table < LL_SQLITE_TABLES; table++)
		put_table(out, table);
	fputs("CREATE TABLE original_bytes (table_name TEXT, column_name TEXT, "
	      "event_sequence INTEGER, process_entity_id TEXT, bytes BLOB);\n",
	      out);
}

void ll_sqlite_put_insert(FILE *out, enum ll_sqlite_table table)
{
	const char *separator = "";

	/* A process is told again when an event of it came late. */
	fprintf(out, "INSERT%s INTO %s VALUES (",
		table == LL_SQLITE_PROCESSES ? " OR REPLACE" : "", tables[table].name);
	if (tables[table].has_event_name) {
		fputs("?", out);
		separator = ",";
	}
	for (unsigned field = 0; field < LL_F_COUNT; field++) {
		if (!ll_sqlite_has_column(table, field))
			continue;
		fprintf(out, "%s?", separator);
		separator = ",";
	}
	fputs(")", out);
}

const char ll_sqlite_indexes[] =
	"CREATE INDEX events_by_process ON events(process_entity_id);\n"
	"CREATE INDEX exits ON events(process_entity_id) WHERE event_name = 'process.exit';\n"
	"CREATE INDEX executions_by_process ON executions(process_entity_id);\n"
	"CREATE INDEX signals_by_process ON signals(process_entity_id);\n"
	"CREATE INDEX signals_by_sender ON signals(signal_sender_entity_id);\n"
	"CREATE INDEX states_by_process ON states(process_entity_id);\n"
	"CREATE INDEX state_times_by_process ON state_times(process_entity_id);\n"
	"CREATE INDEX processes_by_pid ON processes(process_pid);\n"
	"CREATE INDEX processes_by_parent ON processes(process_parent_entity_id);\n";

/* clang-format off: SQL reads as SQL. */
#define COMMAND_LINE(row)                                                                      \
	"(SELECT group_concat(value, ' ') FROM json_each(" row ".process_command_args))"

/* Zombies: those of now, and those that waited for longer than what lifeline zombies passes over. */
const char ll_sqlite_views[] =
	"CREATE VIEW failed AS\n"
	"SELECT p.process_pid, p.process_executable_name,\n"
	"  " COMMAND_LINE(
		"p") " AS command_line,\n"
		     "  p.process_exit_code, p.process_exit_signal, p.process_exit_cause,\n"
		     "  p.process_exit_description, p.process_duration_ns, p.process_parent_pid,\n"
		     "  p.process_entity_id, p.process_parent_entity_id\n"
		     "FROM processes p WHERE p.process_exit_wait_status != 0;\n"

		     "CREATE VIEW zombies AS\n"
		     "SELECT z.process_pid, z.process_executable_name,\n"
		     "  " COMMAND_LINE(
			     "z") " AS command_line,\n"
				  "  z.process_linux_task_state = 'zombie' AS is_zombie_now, z.process_zombie_ns,\n"
				  "  z.process_parent_pid, p.process_executable_name AS parent_name,\n"
				  "  z.process_reaper_pid, z.process_entity_id, z.process_parent_entity_id\n"
				  "FROM processes z\n"
				  "LEFT JOIN processes p ON p.process_entity_id = z.process_parent_entity_id\n"
				  "WHERE z.process_linux_task_state = 'zombie' OR z.process_zombie_ns > 100000000;\n"

				  "CREATE VIEW who_killed AS\n"
				  "SELECT e.time_unix_nano, e.process_pid, e.process_executable_name,\n"
				  "  " COMMAND_LINE(
					  "v") " AS command_line,\n"
					       "  e.process_exit_signal, e.process_exit_cause, e.signal_sender_kind,\n"
					       "  e.signal_sender_pid, e.signal_sender_comm,\n"
					       "  " COMMAND_LINE(
						       "s") " AS sender_command_line,\n"
							    "  e.process_exit_request_signal, e.process_exit_kill_ns, e.process_exit_description,\n"
							    "  e.process_entity_id, e.signal_sender_entity_id\n"
							    "FROM events e\n"
							    "LEFT JOIN processes v ON v.process_entity_id = e.process_entity_id\n"
							    "LEFT JOIN processes s ON s.process_entity_id = e.signal_sender_entity_id\n"
							    "WHERE e.event_name = 'process.exit' AND e.process_exit_scope = 'process'\n"
							    "  AND e.process_exit_signal IS NOT NULL;\n";
/* clang-format on */
