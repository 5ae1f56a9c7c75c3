/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A database, made in a temporary file beside the one asked for, and given its name when it is
 * whole. What is held is the census of the living and SQLite's page cache; indexes are made at the
 * end, which sorts in temporary files.
 */
#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "event/entity.h"
#include "export/census.h"
#include "export/export.h"
#include "export/sqlite_schema.h"
#include "export/value.h"
#include "render/json.h"

#define ROWS_PER_TRANSACTION 50000
/* Of the schema; 1 more whenever a query that worked would no more. */
#define SCHEMA_VERSION 1

/* A crash leaves a temporary file, which nobody reads: so nothing has to be undone or be safe before the end. */
static const char settings[] = "PRAGMA journal_mode = OFF;"
			       "PRAGMA synchronous = OFF;"
			       "PRAGMA locking_mode = EXCLUSIVE;"
			       "PRAGMA foreign_keys = OFF;"
			       "PRAGMA cache_size = -32768;";

/* The statement that inserts a row, and which parameter is for which field; 0: there is none. */
struct table {
	sqlite3_stmt *insert;
	int parameters[LL_F_COUNT];
};

struct ll_export {
	sqlite3 *database;
	char *path, *temporary; /* temporary NULL: there is none, or no more */
	struct table tables[LL_SQLITE_TABLES];
	sqlite3_stmt *original, *stub;
	struct ll_census *census;
	struct ll_value_scratch scratch;
	struct ll_export_about about; /* strings borrowed */
	uint64_t row_count; /* of this transaction */
};

/* ---- SQLite's ways ---------------------------------------------------------------------- */

static int error_of(sqlite3 *database, int result)
{
	int number = database != NULL ? sqlite3_system_errno(database) : 0;

	switch (result) {
	case SQLITE_OK:
	case SQLITE_DONE:
	case SQLITE_ROW:
		return 0;
	case SQLITE_NOMEM:
		return -ENOMEM;
	case SQLITE_FULL:
		return -ENOSPC;
	case SQLITE_TOOBIG:
		return -EFBIG;
	default:
		return number > 0 ? -number : -EIO;
	}
}

static int execute(const struct ll_export *export, const char *sql)
{
	return error_of(export->database,
			sqlite3_exec(export->database, sql, NULL, NULL, NULL));
}

static int prepare(const struct ll_export *export, const char *sql, sqlite3_stmt **ret)
{
	return error_of(export->database,
			sqlite3_prepare_v3(export->database, sql, -1, SQLITE_PREPARE_PERSISTENT,
					   ret, NULL));
}

static int run_statement(struct ll_export *export, sqlite3_stmt *statement)
{
	int err = error_of(export->database, sqlite3_step(statement));

	sqlite3_reset(statement);
	sqlite3_clear_bindings(statement);
	if (err == 0 && ++export->row_count >= ROWS_PER_TRANSACTION) {
		export->row_count = 0;
		err = execute(export, "COMMIT; BEGIN");
	}
	return err;
}

/* Bytes last until the statement has run, or are copied. */
static int bind_text(sqlite3_stmt *statement, int parameter, struct ll_str text, bool is_copied)
{
	return sqlite3_bind_text64(statement, parameter, text.length > 0 ? text.data : "",
				   text.length, is_copied ? SQLITE_TRANSIENT : SQLITE_STATIC,
				   SQLITE_UTF8);
}

/* ---- Rows ------------------------------------------------------------------------------- */

/* Keep the bytes of a text that is not UTF-8, beside the row that has U+FFFD in their place. */
static int add_original(struct ll_export *export, enum ll_sqlite_table table,
			const struct ll_event *event, enum ll_field field, struct ll_str bytes)
{
	char name[LL_SQLITE_NAME_SIZE];
	sqlite3_stmt *statement = export->original;

	ll_sqlite_column_name(ll_field_info(field)->key, name);
	sqlite3_bind_text(statement, 1, ll_sqlite_table_name(table), -1, SQLITE_STATIC);
	sqlite3_bind_text(statement, 2, name, -1, SQLITE_TRANSIENT);
	if (table != LL_SQLITE_PROCESSES)
		sqlite3_bind_int64(statement, 3, (sqlite3_int64)event->sequence);
	if (ll_event_has(event, LL_F_ENTITY_ID))
		bind_text(statement, 4, event->entity_id, false);
	sqlite3_bind_blob64(statement, 5, bytes.data, bytes.length, SQLITE_STATIC);
	return run_statement(export, statement);
}

static int bind_words(struct ll_export *export, enum ll_sqlite_table table,
		      const struct ll_event *event, enum ll_field field)
{
	const struct table *to = &export->tables[table];
	struct ll_str text, bytes;
	int err = ll_value_text(&export->scratch, event, field, &text, &bytes);

	if (err != 0)
		return err;
	/* What stands in the event itself stays; the scratch is for the next one. */
	bool is_copied =
		text.data == export->scratch.text || text.data == export->scratch.number;
	err = error_of(export->database,
		       bind_text(to->insert, to->parameters[field], text, is_copied));
	if (err == 0 && bytes.length > 0)
		err = add_original(export, table, event, field, bytes);
	return err;
}

static int bind_field(struct ll_export *export, enum ll_sqlite_table table,
		      const struct ll_event *event, enum ll_field field)
{
	const struct ll_field_info *info = ll_field_info(field);
	const void *member = (const char *)event + info->offset;
	const struct table *to = &export->tables[table];
	sqlite3_int64 number;

	switch (info->type) {
	case LL_TYPE_INT:
		number = *(const int64_t *)member;
		break;
	case LL_TYPE_UINT:
	case LL_TYPE_TIME:
		number = (sqlite3_int64) * (const uint64_t *)member;
		break;
	case LL_TYPE_BOOL:
		number = *(const bool *)member;
		break;
	default:
		return bind_words(export, table, event, field);
	}
	return error_of(export->database,
			sqlite3_bind_int64(to->insert, to->parameters[field], number));
}

static int insert(struct ll_export *export, enum ll_sqlite_table table,
		  const struct ll_event *event)
{
	const struct table *to = &export->tables[table];
	int err = 0;

	if (ll_sqlite_has_event_name(table))
		sqlite3_bind_text(to->insert, 1, ll_event_kind_name(event->kind), -1,
				  SQLITE_STATIC);
	for (unsigned word = 0; word < sizeof(event->known) / sizeof(event->known[0]); word++) {
		for (uint64_t bits = event->known[word]; bits != 0 && err == 0;
		     bits &= bits - 1) {
			unsigned field = word * 64 + (unsigned)__builtin_ctzll(bits);

			if (to->parameters[field] != 0)
				err = bind_field(export, table, event, field);
		}
	}
	return err != 0 ? err : run_statement(export, to->insert);
}

/* Whom a row names has to have a row. */
static int note(struct ll_export *export, const struct ll_event *event)
{
	int err = 0;

	if (ll_event_has(event, LL_F_PARENT_ENTITY_ID))
		err = ll_census_note(
			export->census,
			(struct ll_id){ .tgid = (uint32_t)event->parent_tgid,
					.start_boottime_ns = event->parent_start_boottime_ns });
	if (err == 0 && ll_event_has(event, LL_F_SENDER_ENTITY_ID))
		err = ll_census_note(
			export->census,
			(struct ll_id){ .tgid = (uint32_t)event->sender_tgid,
					.start_boottime_ns = event->sender_start_boottime_ns });
	return err;
}

/* The table that tells an event in full, or LL_SQLITE_EVENTS when there is no other. */
static enum ll_sqlite_table table_of(const struct ll_event *event)
{
	switch (event->kind) {
	case LL_EVENT_EXEC:
	case LL_EVENT_EXEC_FAILED:
		return LL_SQLITE_EXECUTIONS;
	case LL_EVENT_SNAPSHOT:
		return ll_event_has(event, LL_F_EXE) || ll_event_has(event, LL_F_ARGS)
			       ? LL_SQLITE_EXECUTIONS
			       : LL_SQLITE_EVENTS;
	case LL_EVENT_SIGNAL_GENERATE:
	case LL_EVENT_SIGNAL_DELIVER:
		return LL_SQLITE_SIGNALS;
	case LL_EVENT_STATE:
		return LL_SQLITE_STATES;
	case LL_EVENT_STATE_TIMES:
		return LL_SQLITE_STATE_TIMES;
	case LL_EVENT_LOST:
		return LL_SQLITE_LOSSES;
	default:
		return LL_SQLITE_EVENTS;
	}
}

static int write_event(struct ll_export *export, const struct ll_event *event)
{
	enum ll_sqlite_table table = table_of(event);
	int err = insert(export, LL_SQLITE_EVENTS, event);

	if (err == 0 && table != LL_SQLITE_EVENTS)
		err = insert(export, table, event);
	if (err == 0)
		err = note(export, event);
	return err != 0 ? err : ll_census_take(export->census, event);
}

/* One of which only the identity is known has a row all the same, unless it has a better one. */
static int write_stub(struct ll_export *export, struct ll_id id)
{
	char text[LL_ENTITY_ID_SIZE];
	size_t length = ll_entity_id_format(text, sizeof(text), id.tgid, id.start_boottime_ns);

	sqlite3_bind_int64(export->stub, 1, id.tgid);
	bind_text(export->stub, 2, ll_str_make(text, length), false);
	sqlite3_bind_int64(export->stub, 3, (sqlite3_int64)id.start_boottime_ns);
	return run_statement(export, export->stub);
}

static int forget_originals(struct ll_export *export, struct ll_str entity_id)
{
	sqlite3_stmt *statement = NULL;
	int err = prepare(export,
			  "DELETE FROM original_bytes WHERE event_sequence IS NULL AND "
			  "process_entity_id = ?",
			  &statement);

	if (err == 0) {
		bind_text(statement, 1, entity_id, false);
		err = error_of(export->database, sqlite3_step(statement));
	}
	sqlite3_finalize(statement);
	return err;
}

static int write_process(void *arg, struct ll_id id, const struct ll_process *process,
			 bool is_again)
{
	struct ll_export *export = arg;
	struct ll_json_ids ids;
	struct ll_event row;
	int err = 0;

	if (process == NULL)
		return write_stub(export, id);
	ll_json_process_fields(&row, process, 0, &ids);
	if (is_again)
		err = forget_originals(export, row.entity_id);
	if (err == 0)
		err = insert(export, LL_SQLITE_PROCESSES, &row);
	return err != 0 ? err : ll_census_note(export->census, process->parent);
}

/* ---- What is known of the whole ----------------------------------------------------------- */

static int add_meta(struct ll_export *export, const char *key, struct ll_str text,
		    sqlite3_int64 number)
{
	sqlite3_stmt *statement = NULL;
	int err = prepare(export, "INSERT INTO meta VALUES (?, ?)", &statement);

	if (err == 0) {
		sqlite3_bind_text(statement, 1, key, -1, SQLITE_STATIC);
		if (text.data != NULL)
			bind_text(statement, 2, text, true);
		else if (number != 0)
			sqlite3_bind_int64(statement, 2, number);
		err = error_of(export->database, sqlite3_step(statement));
	}
	sqlite3_finalize(statement);
	return err;
}

static int add_meta_text(struct ll_export *export, const char *key, struct ll_str bytes)
{
	struct ll_str text = ll_str_make(NULL, 0);
	bool is_exact;
	int err = bytes.length == 0 ? 0
				    : ll_value_utf8(&export->scratch, bytes, &text, &is_exact);

	return err != 0 ? err : add_meta(export, key, text, 0);
}

static int add_meta_command(struct ll_export *export)
{
	struct ll_str text = ll_str_make(NULL, 0);
	bool is_exact;
	int err = export->about.command.length == 0
			  ? 0
			  : ll_value_args(&export->scratch, export->about.command, &text,
					  &is_exact);

	return err != 0 ? err : add_meta(export, "watch.command", text, 0);
}

static int add_meta_number(struct ll_export *export, const char *key, uint64_t number)
{
	return add_meta(export, key, ll_str_make(NULL, 0), (sqlite3_int64)number);
}

static int write_meta(struct ll_export *export, uint64_t now_boottime_ns, uint64_t now_unix_ns)
{
	const struct ll_export_about *about = &export->about;
	const struct {
		const char *key;
		struct ll_str text;
	} texts[] = {
		{ "lifeline.version", about->version }, { "host.name", about->host },
		{ "host.boot.id", about->boot_id },     { "host.arch", about->arch },
		{ "os.release", about->os_release },
	};
	const struct {
		const char *key;
		uint64_t number;
	} numbers[] = {
		{ "schema.version", SCHEMA_VERSION },
		{ "begin.time_unix_nano", about->begin_unix_ns },
		{ "begin.boottime_ns", about->begin_boottime_ns },
		{ "end.time_unix_nano", now_unix_ns },
		{ "end.boottime_ns", now_boottime_ns },
	};
	int err = add_meta_command(export);

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]) && err == 0; i++)
		err = add_meta_text(export, texts[i].key, texts[i].text);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]) && err == 0; i++)
		err = add_meta_number(export, numbers[i].key, numbers[i].number);
	return err;
}

/* ---- Begin and end ------------------------------------------------------------------------ */

static void close_database(struct ll_export *export)
{
	for (int table = 0; table < LL_SQLITE_TABLES; table++)
		sqlite3_finalize(export->tables[table].insert);
	sqlite3_finalize(export->original);
	sqlite3_finalize(export->stub);
	sqlite3_close(export->database);
	export->database = NULL;
}

static void free_sqlite(struct ll_export *export)
{
	if (export == NULL)
		return;
	if (export->database != NULL)
		close_database(export);
	if (export->temporary != NULL)
		unlink(export->temporary);
	ll_census_free(export->census);
	ll_value_scratch_fini(&export->scratch);
	free(export->temporary);
	free(export->path);
	free(export);
}

static void free_cleanup(struct ll_export **export)
{
	free_sqlite(*export);
}

/* A name is renamed over: that must not be the end of a device, or of a link to elsewhere. */
static int set_path(struct ll_export *export, const char *path, char **ret_why)
{
	struct stat st;
	bool is_there = stat(path, &st) == 0;

	if (is_there && !S_ISREG(st.st_mode)) {
		if (asprintf(ret_why, "cannot write '%s': sqlite needs a file, and it is none",
			     path) < 0) {
			*ret_why = NULL;
			return -ENOMEM;
		}
		return -EINVAL;
	}
	export->path = is_there ? realpath(path, NULL) : strdup(path);
	return export->path != NULL ? 0 : -errno;
}

static int make_temporary(struct ll_export *export)
{
	LL_AUTO_FREE char *name = NULL;

	if (asprintf(&name, "%s.XXXXXX", export->path) < 0) {
		name = NULL;
		return -ENOMEM;
	}
	/* Readable by its owner alone: arguments hold secrets. */
	LL_AUTO_CLOSE int fd = mkostemp(name, O_CLOEXEC);
	if (fd < 0)
		return -errno;
	export->temporary = TAKE(name);
	return 0;
}

static int create_tables(struct ll_export *export)
{
	LL_AUTO_FREE char *sql = NULL;
	size_t size;
	FILE *memory = open_memstream(&sql, &size);

	if (memory == NULL)
		return -ENOMEM;
	fputs(settings, memory);
	ll_sqlite_put_tables(memory);
	fprintf(memory, "PRAGMA user_version = %d; BEGIN", SCHEMA_VERSION);
	return fclose(memory) == 0 ? execute(export, sql) : -ENOMEM;
}

static int prepare_table(struct ll_export *export, enum ll_sqlite_table table)
{
	LL_AUTO_FREE char *sql = NULL;
	size_t size;
	int parameter = ll_sqlite_has_event_name(table);
	FILE *memory = open_memstream(&sql, &size);

	if (memory == NULL)
		return -ENOMEM;
	ll_sqlite_put_insert(memory, table);
	if (fclose(memory) != 0)
		return -ENOMEM;
	for (unsigned field = 0; field < LL_F_COUNT; field++)
		if (ll_sqlite_has_column(table, field))
			export->tables[table].parameters[field] = ++parameter;
	return prepare(export, sql, &export->tables[table].insert);
}

static int open_database(struct ll_export *export)
{
	int err = error_of(NULL,
			   sqlite3_open_v2(export->temporary, &export->database,
					   SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL));

	if (err == 0)
		err = create_tables(export);
	for (int table = 0; table < LL_SQLITE_TABLES && err == 0; table++)
		err = prepare_table(export, table);
	if (err == 0)
		err = prepare(export, "INSERT INTO original_bytes VALUES (?, ?, ?, ?, ?)",
			      &export->original);
	if (err == 0)
		err = prepare(
			export,
			"INSERT OR IGNORE INTO processes (process_pid, process_entity_id, "
			"process_creation_boottime_ns) VALUES (?, ?, ?)",
			&export->stub);
	return err;
}

static int open_sqlite(const struct ll_export_options *options, struct ll_export **ret_export,
		       char **ret_why)
{
	LL_CLEANUP(free_cleanup) struct ll_export *export = calloc(1, sizeof(*export));

	*ret_why = NULL;
	if (export == NULL || ll_value_scratch_init(&export->scratch) < 0)
		return -ENOMEM;
	export->about = options->about;
	export->census = ll_census_new(options->model, write_process, export);
	if (export->census == NULL)
		return -ENOMEM;
	int err = set_path(export, options->path, ret_why);
	if (err == 0)
		err = make_temporary(export);
	if (err == 0)
		err = open_database(export);
	if (err == 0)
		*ret_export = TAKE(export);
	return err;
}

/* From here on it is whole, and stays so. */
static int give_name(struct ll_export *export)
{
	LL_AUTO_CLOSE int fd = open(export->temporary, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || fsync(fd) < 0 || rename(export->temporary, export->path) < 0)
		return -errno;
	free(export->temporary);
	export->temporary = NULL;
	return 0;
}

static int end(struct ll_export *export, uint64_t now_boottime_ns, uint64_t now_unix_ns)
{
	int err = ll_census_end(export->census);

	if (err == 0)
		err = write_meta(export, now_boottime_ns, now_unix_ns);
	if (err == 0)
		err = execute(export, ll_sqlite_indexes);
	if (err == 0)
		err = execute(export, ll_sqlite_views);
	if (err == 0)
		err = execute(export, "COMMIT");
	if (err != 0)
		return err;
	close_database(export);
	return give_name(export);
}

const struct ll_export_format ll_export_sqlite = {
	.name = "sqlite",
	.help = "a database: tables of processes, executions, events, signals, states and losses, "
		"and the views failed, zombies and who_killed",
	.kinds = LL_E_ALL & ~LL_E_HIDDEN,
	.is_binary = true,
	.writes_path = true,
	.open = open_sqlite,
	.event = write_event,
	.end = end,
	.free = free_sqlite,
};
