/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The columns of this build, made of the registry and of a short list of what is not in it;
 * and those of a file, found among them by key.
 */
#include "capture/schema.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

/* A column of this build. */
struct own {
	const char *key;
	const char *const *values; /* ENUM: NULL-terminated */
	uint8_t type, prediction, width, role, which_entity;
	int16_t field;
	bool is_taken; /* by a column of the file's schema */
	size_t offset;
};

#define MEMBER(key_, member, type_, prediction_, role_)                                        \
	{                                                                                      \
		.key = "@" key_, .type = LL_COLUMN_##type_, .prediction = prediction_,         \
		.width = sizeof(((struct ll_event *)0)->member), .role = role_, .field = -1,   \
		.offset = offsetof(struct ll_event, member)                                    \
	}

/* What an event has beside its fields. Unknown is 0, and a 0 is not written. */
static const struct own members[] = {
	MEMBER("boottime_ns", time_boottime_ns, TIME, LL_PREDICT_LAST, LL_ROLE_NONE),
	MEMBER("thread.creation.boottime_ns", thread_start_boottime_ns, TIME, LL_PREDICT_START,
	       LL_ROLE_THREAD_START),
	MEMBER("parent.creation.boottime_ns", parent_start_boottime_ns, TIME, LL_PREDICT_TASK,
	       LL_ROLE_PARENT_START),
	MEMBER("child_reaper.pid", child_reaper_tgid, UINT, LL_PREDICT_LAST, LL_ROLE_NONE),
	MEMBER("child_reaper.reason", child_reaper_reason, UINT, LL_PREDICT_LAST, LL_ROLE_NONE),
	MEMBER("child_reaper.creation.boottime_ns", child_reaper_start_boottime_ns, TIME,
	       LL_PREDICT_LAST, LL_ROLE_NONE),
	MEMBER("child_reaper.unsure", child_reaper_unsure, BOOL, LL_PREDICT_LAST, LL_ROLE_NONE),
	MEMBER("sender.creation.boottime_ns", sender_start_boottime_ns, TIME,
	       LL_PREDICT_SENDER_START, LL_ROLE_NONE),
	MEMBER("ends_pid_namespace", ends_pid_namespace, BOOL, LL_PREDICT_LAST, LL_ROLE_NONE),
	MEMBER("is_unwanted", is_unwanted, BOOL, LL_PREDICT_LAST, LL_ROLE_NONE),
	MEMBER("is_last", is_last, BOOL, LL_PREDICT_LAST, LL_ROLE_NONE),
};
#define MEMBERS (sizeof(members) / sizeof(members[0]))

/* In the order of the table. The reaper's reason is left over from another event when there is no reaper. */
uint32_t ll_schema_members(const struct ll_event *event)
{
	bool has_reaper = event->child_reaper_tgid != 0;

	return (uint32_t)(event->thread_start_boottime_ns != 0) |
	       (uint32_t)(event->parent_start_boottime_ns != 0) << 1 |
	       (uint32_t)has_reaper << 2 |
	       (uint32_t)(has_reaper && event->child_reaper_reason != 0) << 3 |
	       (uint32_t)(event->child_reaper_start_boottime_ns != 0) << 4 |
	       (uint32_t)event->child_reaper_unsure << 5 |
	       (uint32_t)(event->sender_start_boottime_ns != 0) << 6 |
	       (uint32_t)event->ends_pid_namespace << 7 | (uint32_t)event->is_unwanted << 8 |
	       (uint32_t)event->is_last << 9;
}

/* Fields whose values can be told ahead; strings are predicted as LAST, numbers as 0. */
static const struct {
	enum ll_field field;
	enum ll_prediction prediction;
} predictions[] = {
	{ LL_F_TIME, LL_PREDICT_TIME },
	{ LL_F_PID, LL_PREDICT_TASK },
	{ LL_F_TID, LL_PREDICT_LAST },
	{ LL_F_PPID, LL_PREDICT_TASK },
	{ LL_F_CREATION, LL_PREDICT_TASK },
	{ LL_F_COMM, LL_PREDICT_TASK },
	{ LL_F_KTHREAD, LL_PREDICT_TASK },
	{ LL_F_FORK_KIND, LL_PREDICT_LAST },
	{ LL_F_FORK_CALLER, LL_PREDICT_PARENT },
	{ LL_F_FORK_CALLER_TID, LL_PREDICT_PARENT },
	{ LL_F_EXE, LL_PREDICT_TASK },
	{ LL_F_FILENAME, LL_PREDICT_TASK },
	{ LL_F_ARGS_BYTES, LL_PREDICT_LENGTH },
	{ LL_F_CWD, LL_PREDICT_TASK },
	{ LL_F_EUID, LL_PREDICT_TASK },
	{ LL_F_RUID, LL_PREDICT_TASK },
	{ LL_F_PGID, LL_PREDICT_TASK },
	{ LL_F_SID, LL_PREDICT_TASK },
	{ LL_F_VPID, LL_PREDICT_PID },
	{ LL_F_CGROUP, LL_PREDICT_TASK },
	{ LL_F_CONTAINER, LL_PREDICT_TASK },
	{ LL_F_EXIT_SCOPE, LL_PREDICT_LAST },
	{ LL_F_EXIT_CODE, LL_PREDICT_TASK },
	{ LL_F_EXIT_STATUS, LL_PREDICT_TASK },
	{ LL_F_DURATION, LL_PREDICT_AGE },
	{ LL_F_UTIME, LL_PREDICT_TASK },
	{ LL_F_STIME, LL_PREDICT_TASK },
	{ LL_F_CPU_WAIT, LL_PREDICT_TASK },
	{ LL_F_MAXRSS, LL_PREDICT_TASK },
	{ LL_F_MINFLT, LL_PREDICT_TASK },
	{ LL_F_MAJFLT, LL_PREDICT_TASK },
	{ LL_F_NVCSW, LL_PREDICT_TASK },
	{ LL_F_NIVCSW, LL_PREDICT_TASK },
	{ LL_F_READ_BYTES, LL_PREDICT_TASK },
	{ LL_F_WRITE_BYTES, LL_PREDICT_TASK },
	{ LL_F_REAPER, LL_PREDICT_PARENT },
	{ LL_F_REAP_PRECISION, LL_PREDICT_LAST },
	{ LL_F_PARENT_SIGCHLD, LL_PREDICT_LAST },
	{ LL_F_SIGNAL_NUMBER, LL_PREDICT_LAST },
	{ LL_F_SENDER_PID, LL_PREDICT_LAST },
	{ LL_F_SENDER_KIND, LL_PREDICT_LAST },
	{ LL_F_SENDER_COMM, LL_PREDICT_SENDER_COMM },
	{ LL_F_SENDER_UID, LL_PREDICT_SENDER_UID },
	{ LL_F_STATE_SINCE, LL_PREDICT_TASK },
	{ LL_F_SCHED_POLICY, LL_PREDICT_LAST },
	{ LL_F_NICE, LL_PREDICT_LAST },
};

static uint8_t prediction_of(enum ll_field field, enum ll_column_type type)
{
	for (size_t i = 0; i < sizeof(predictions) / sizeof(predictions[0]); i++)
		if (predictions[i].field == field)
			return predictions[i].prediction;
	/* Cumulative times of a thread. */
	if (field >= LL_F_RUNNING_NS && field <= LL_F_IDLE_LONGEST)
		return LL_PREDICT_TASK;
	return type == LL_COLUMN_STR ? LL_PREDICT_LAST : LL_PREDICT_ZERO;
}

static uint8_t role_of(enum ll_field field)
{
	switch (field) {
	case LL_F_PID:
		return LL_ROLE_PID;
	case LL_F_PPID:
		return LL_ROLE_PPID;
	case LL_F_CREATION:
		return LL_ROLE_START;
	case LL_F_COMM:
		return LL_ROLE_COMM;
	case LL_F_EUID:
		return LL_ROLE_UID;
	case LL_F_SENDER_PID:
		return LL_ROLE_SENDER;
	default:
		return LL_ROLE_NONE;
	}
}

static struct own own_field(enum ll_field field)
{
	static const struct {
		uint8_t type, width;
	} types[] = {
		[LL_TYPE_INT] = { LL_COLUMN_INT, 8 },   [LL_TYPE_UINT] = { LL_COLUMN_UINT, 8 },
		[LL_TYPE_TIME] = { LL_COLUMN_TIME, 8 }, [LL_TYPE_BOOL] = { LL_COLUMN_BOOL, 1 },
		[LL_TYPE_ENUM] = { LL_COLUMN_ENUM, 1 }, [LL_TYPE_STR] = { LL_COLUMN_STR, 0 },
		[LL_TYPE_ARGS] = { LL_COLUMN_ARGS, 0 },
	};
	const struct ll_field_info *info = ll_field_info(field);
	struct own own = {
		.key = info->key,
		.values = info->values,
		.type = types[info->type].type,
		.width = types[info->type].width,
		.role = role_of(field),
		.field = (int16_t)field,
		.offset = info->offset,
	};

	if (field == LL_F_ENTITY_ID || field == LL_F_PARENT_ENTITY_ID ||
	    field == LL_F_SENDER_ENTITY_ID)
		own.type = LL_COLUMN_ENTITY;
	own.which_entity = (uint8_t)((field == LL_F_PARENT_ENTITY_ID) +
				     2 * (field == LL_F_SENDER_ENTITY_ID));
	own.prediction = prediction_of(field, own.type);
	return own;
}

/* What others are predicted by stands before them. */
static bool is_early(int field)
{
	return field == LL_F_TID || field == LL_F_PID || field == LL_F_PPID ||
	       field == LL_F_CREATION || field == LL_F_SENDER_PID;
}

#define OWN_COLUMNS (LL_F_COUNT + MEMBERS)

/* What no event carries is of lines alone, which no capture holds. */
static bool is_of_events(int field)
{
	return (ll_field_info((enum ll_field)field)->events & LL_E_ALL) != 0;
}

/*
 * The columns of this build in their order, those that no event carries last: they are known where a
 * file has them, and not written. Returns how many are written.
 */
static size_t own_columns(struct own ret[OWN_COLUMNS])
{
	static const enum ll_field early[] = { LL_F_TID, LL_F_PID, LL_F_PPID, LL_F_CREATION,
					       LL_F_SENDER_PID };
	size_t count = 0;

	ret[count++] = members[0];
	for (size_t i = 0; i < sizeof(early) / sizeof(early[0]); i++)
		ret[count++] = own_field(early[i]);
	for (size_t i = 1; i < MEMBERS; i++)
		ret[count++] = members[i];
	for (int field = 0; field < LL_F_COUNT; field++)
		if (!is_early(field) && is_of_events(field))
			ret[count++] = own_field(field);
	size_t written = count;
	for (int field = 0; field < LL_F_COUNT; field++)
		if (!is_early(field) && !is_of_events(field))
			ret[count++] = own_field(field);
	return written;
}

_Static_assert(OWN_COLUMNS <= LL_SCHEMA_COLUMNS, "a reader takes as many columns");
_Static_assert(LL_EVENT_KINDS <= LL_SCHEMA_KINDS, "a reader takes as many kinds");

static int put_name(struct ll_bytes *payload, const char *name)
{
	return ll_bytes_put_text(payload, name, strlen(name));
}

static int put_kinds(struct ll_bytes *payload)
{
	int r = ll_bytes_add_varint(payload, LL_EVENT_KINDS);

	for (int kind = 0; kind < LL_EVENT_KINDS && r == 0; kind++)
		r = put_name(payload, ll_event_kind_name(kind));
	return r;
}

static int put_values(struct ll_bytes *payload, const char *const *values)
{
	size_t count = 0;

	while (values != NULL && values[count] != NULL)
		count++;
	int r = ll_bytes_add_varint(payload, count);
	for (size_t i = 0; i < count && r == 0; i++)
		r = put_name(payload, values[i]);
	return r;
}

static int put_column(struct ll_bytes *payload, const struct own *own)
{
	const uint8_t coding[] = { own->type, own->prediction };
	int r = put_name(payload, own->key);

	if (r == 0)
		r = ll_bytes_reserve(payload, sizeof(coding));
	if (r < 0)
		return r;
	ll_bytes_put(payload, coding, sizeof(coding));
	return put_values(payload, own->values);
}

static int put_columns(struct ll_bytes *payload)
{
	struct own columns[OWN_COLUMNS];
	size_t count = own_columns(columns);
	int r = ll_bytes_add_varint(payload, count);

	for (size_t i = 0; i < count && r == 0; i++)
		r = put_column(payload, &columns[i]);
	return r;
}

/* The build's schema is read like any other: so there is one way to make one. */
int ll_schema_own(struct ll_schema *ret, struct ll_bytes *ret_payload)
{
	LL_CLEANUP(ll_bytes_fini) struct ll_bytes payload = { 0 };
	int r = put_kinds(&payload);

	if (r == 0)
		r = put_columns(&payload);
	if (r == 0)
		r = ll_schema_parse(payload.data, payload.length, ret);
	if (r < 0)
		return r;
	*ret_payload = payload;
	payload = (struct ll_bytes){ 0 };
	return 0;
}

static int16_t find_kind(struct ll_str name)
{
	for (int kind = 0; kind < LL_EVENT_KINDS; kind++)
		if (ll_str_is(name, ll_event_kind_name(kind)))
			return (int16_t)kind;
	return -1;
}

static bool get_kinds(struct ll_cursor *cursor, struct ll_schema *schema)
{
	uint64_t count;

	if (!ll_cursor_varint(cursor, &count) || count > LL_SCHEMA_KINDS)
		return false;
	schema->kind_count = (size_t)count;
	for (size_t i = 0; i < count; i++) {
		struct ll_str name;

		if (!ll_cursor_text(cursor, &name))
			return false;
		schema->kinds[i] = find_kind(name);
	}
	return true;
}

/* Returns the place of a key, or OWN_COLUMNS. Most files are of this build: guess is tried first. */
static size_t find_own(const struct own columns[OWN_COLUMNS], struct ll_str key, size_t guess)
{
	if (guess < OWN_COLUMNS && ll_str_is(key, columns[guess].key))
		return guess;
	for (size_t i = 0; i < OWN_COLUMNS; i++)
		if (ll_str_is(key, columns[i].key))
			return i;
	return OWN_COLUMNS;
}

/* What a value is called here; 0xff: not at all. */
static uint8_t find_value(const char *const *values, struct ll_str name)
{
	for (size_t i = 0; values != NULL && values[i] != NULL; i++)
		if (ll_str_is(name, values[i]))
			return (uint8_t)i;
	return 0xff;
}

static bool get_values(struct ll_cursor *cursor, const struct own *own,
		       struct ll_column *column)
{
	uint64_t count;

	memset(column->map, 0xff, sizeof(column->map));
	if (!ll_cursor_varint(cursor, &count))
		return false;
	for (uint64_t i = 0; i < count; i++) {
		struct ll_str name;

		if (!ll_cursor_text(cursor, &name))
			return false;
		if (i < sizeof(column->map))
			column->map[i] = find_value(own->values, name);
	}
	return true;
}

static enum ll_op number_op(const struct ll_column *column)
{
	bool has_task = column->task != LL_TASK_NOTHING;

	if (column->width != sizeof(uint64_t) || column->type == LL_COLUMN_ENUM ||
	    column->task == LL_ROLE_SENDER)
		return LL_OP_NUMBER;
	if (column->prediction == LL_PREDICT_ZERO && !has_task)
		return LL_OP_PLAIN;
	if (column->prediction == LL_PREDICT_LAST && !has_task)
		return LL_OP_LAST;
	if (column->prediction == LL_PREDICT_TIME && !has_task)
		return LL_OP_TIME;
	if (column->prediction == LL_PREDICT_START && column->task == LL_ROLE_THREAD_START)
		return LL_OP_THREAD_START;
	if (column->prediction != LL_PREDICT_TASK || !has_task ||
	    column->task == LL_ROLE_THREAD_START)
		return LL_OP_NUMBER;
	return column->task == LL_ROLE_START ? LL_OP_START : LL_OP_TASK;
}

static enum ll_op op_of(const struct ll_column *column)
{
	bool has_task = column->task != LL_TASK_NOTHING;

	switch (column->type) {
	case LL_COLUMN_STR:
		if (column->prediction == LL_PREDICT_TASK && has_task)
			return LL_OP_TASK_STRING;
		return column->prediction == LL_PREDICT_LAST && !has_task ? LL_OP_LAST_STRING
									  : LL_OP_STRING;
	case LL_COLUMN_ARGS:
		return LL_OP_ARGS;
	case LL_COLUMN_ENTITY:
		return LL_OP_ENTITY;
	default:
		return number_op(column);
	}
}

/* Times to the nanosecond; what is usually as predicted is none. */
static bool is_noise(const struct own *own)
{
	if (own->field < 0)
		return own->offset == offsetof(struct ll_event, time_boottime_ns);
	return own->field == LL_F_UTIME || own->field == LL_F_STIME ||
	       own->field == LL_F_CPU_WAIT || own->field == LL_F_LATENCY ||
	       own->field == LL_F_STATE_NS;
}

/* A place for what a task remembers of the column. */
static uint8_t task_place(struct ll_schema *schema, const struct ll_column *column,
			  uint8_t role)
{
	if (role < LL_ROLES)
		return role;
	if (column->prediction != LL_PREDICT_TASK || schema->task_count == LL_TASK_VALUES)
		return LL_TASK_NOTHING;
	return (uint8_t)schema->task_count++;
}

/* Take over what this build knows of a column. */
static void adopt(struct ll_schema *schema, struct ll_column *column, const struct own *own)
{
	column->is_known =
		own->type == column->type && column->prediction <= LL_PREDICT_SENDER_UID;
	if (!column->is_known)
		return;
	column->width = own->width;
	column->which_entity = own->which_entity;
	column->field = own->field;
	column->offset = own->offset;
	column->task = task_place(schema, column, own->role);
	column->is_noise = is_noise(own);
	column->op = (uint8_t)op_of(column);
}

static bool get_column(struct ll_cursor *cursor, struct ll_schema *schema,
		       struct own columns[OWN_COLUMNS], size_t place)
{
	static const struct own unknown = { 0 };
	struct ll_column *column = &schema->columns[place];
	struct ll_str key;

	if (!ll_cursor_text(cursor, &key) || !ll_cursor_byte(cursor, &column->type) ||
	    !ll_cursor_byte(cursor, &column->prediction))
		return false;
	size_t own_place = find_own(columns, key, place);
	const struct own *own = own_place < OWN_COLUMNS ? &columns[own_place] : &unknown;

	/* Twice the same would be twice the work, as often as there is room for names. */
	if (own->is_taken)
		return false;
	if (own_place < OWN_COLUMNS)
		columns[own_place].is_taken = true;
	column->task = LL_TASK_NOTHING;
	adopt(schema, column, own);
	if (place < LL_COLUMN_LEAD && (!column->is_known || own_place != place))
		return false;
	return get_values(cursor, own, column);
}

static int get_columns(struct ll_cursor *cursor, struct ll_schema *schema)
{
	struct own columns[OWN_COLUMNS];
	uint64_t count;

	if (!ll_cursor_varint(cursor, &count) || count < LL_COLUMN_LEAD ||
	    count > LL_SCHEMA_COLUMNS)
		return -EBADMSG;
	own_columns(columns);
	schema->columns = calloc((size_t)count, sizeof(*schema->columns));
	if (schema->columns == NULL)
		return -ENOMEM;
	schema->column_count = (size_t)count;
	schema->task_count = LL_ROLES;
	for (size_t i = 0; i < count; i++)
		if (!get_column(cursor, schema, columns, i))
			return -EBADMSG;
	return 0;
}

int ll_schema_parse(const uint8_t *payload, size_t length, struct ll_schema *ret)
{
	LL_CLEANUP(ll_schema_fini)
	struct ll_schema schema = {
		.checksum = ll_checksum(payload, length),
	};
	struct ll_cursor cursor = { payload, payload + length };

	if (length > LL_SCHEMA_BYTES_MAX || !get_kinds(&cursor, &schema))
		return -EBADMSG;
	int r = get_columns(&cursor, &schema);
	if (r < 0)
		return r;
	*ret = schema;
	schema.columns = NULL;
	return 0;
}

void ll_schema_fini(struct ll_schema *schema)
{
	free(schema->columns);
	schema->columns = NULL;
}
