/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Values are taken from the columns as the events' shapes ask for them. Counts and lengths
 * are checked against what is there; memory is bounded by the payload's length.
 */
#include "capture/unpack.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/grow.h"
#include "capture/predict.h"
#include "capture/strings.h"

#define KNOWN_WORDS ((LL_F_COUNT + 63) / 64)
/* Arguments made of pieces can be longer than the payload; these are refused. */
#define ARGS_MAX (4 * 1024 * 1024)

struct column_cursor {
	struct ll_cursor cursor;
	bool is_there; /* in this payload */
	uint64_t newest; /* of the strings it has called */
	uint32_t *followers; /* ARGS: by piece, the one that came after it */
	size_t follower_room;
};

/* One column of a shape. */
struct step {
	const struct ll_column *column;
	struct column_cursor *values;
	uint32_t offset; /* in the event */
	uint16_t index;
	uint8_t task;
	uint8_t op; /* enum ll_op */
};

/* Events of one kind that know the same. */
struct shape {
	int16_t kind; /* -1: unknown to this build */
	uint8_t lead; /* bit n: lead column n */
	size_t first, count; /* its steps */
	uint64_t known[KNOWN_WORDS];
};

struct ll_unpacker {
	const struct ll_schema *schema;
	struct ll_predictor predictor;
	struct column_cursor *columns;
	struct ll_str *strings;
	size_t string_count, string_room;
	struct shape *shapes;
	size_t shape_count, shape_room;
	struct step *steps;
	size_t step_count, step_room;
	struct ll_cursor rows;
	struct ll_bytes args[8]; /* joined again, those of one event */
	size_t args_used;
	size_t args_left; /* bytes of arguments that the payload's other events may have */
	uint64_t unknown_count;
};

void ll_unpacker_free(struct ll_unpacker *unpacker)
{
	if (unpacker == NULL)
		return;
	for (size_t i = 0; unpacker->columns != NULL && i < unpacker->schema->column_count; i++)
		free(unpacker->columns[i].followers);
	free(unpacker->columns);
	free(unpacker->strings);
	free(unpacker->shapes);
	free(unpacker->steps);
	for (size_t i = 0; i < sizeof(unpacker->args) / sizeof(unpacker->args[0]); i++)
		ll_bytes_fini(&unpacker->args[i]);
	ll_predictor_fini(&unpacker->predictor);
	free(unpacker);
}

static void free_unpacker(struct ll_unpacker **unpacker)
{
	ll_unpacker_free(*unpacker);
}

struct ll_unpacker *ll_unpacker_new(const struct ll_schema *schema)
{
	LL_CLEANUP(free_unpacker) struct ll_unpacker *unpacker = calloc(1, sizeof(*unpacker));

	if (unpacker == NULL)
		return NULL;
	unpacker->schema = schema;
	unpacker->columns = calloc(schema->column_count, sizeof(*unpacker->columns));
	if (unpacker->columns == NULL || ll_predictor_init(&unpacker->predictor, schema) < 0)
		return NULL;
	return TAKE(unpacker);
}

uint64_t ll_unpacker_unknown(const struct ll_unpacker *unpacker)
{
	return unpacker->unknown_count;
}

/* ---- Parts of a payload ---------------------------------------------------------------- */

static int get_strings(struct ll_unpacker *unpacker, struct ll_cursor *cursor)
{
	struct ll_str string;
	uint64_t count;

	unpacker->string_count = 0;
	if (!ll_cursor_varint(cursor, &count) || count > LL_STRINGS_MAX)
		return -EBADMSG;
	for (; count > 0; count--) {
		if (!ll_cursor_text(cursor, &string))
			return -EBADMSG;
		struct ll_str *strings = ll_grow(unpacker->strings, unpacker->string_count + 1,
						 &unpacker->string_room, sizeof(*strings), 64);
		if (strings == NULL)
			return -ENOMEM;
		unpacker->strings = strings;
		unpacker->strings[unpacker->string_count++] = string;
	}
	return 0;
}

/* Columns this build does not know leave no trace: nobody reads them. */
static int add_step(struct ll_unpacker *unpacker, struct shape *shape, uint64_t index)
{
	const struct ll_column *column = &unpacker->schema->columns[index];

	if (index < LL_COLUMN_LEAD)
		shape->lead |= (uint8_t)(1u << index);
	if (column->is_known && column->field >= 0)
		shape->known[column->field / 64] |= UINT64_C(1) << (column->field % 64);
	if (index < LL_COLUMN_LEAD || !column->is_known)
		return 0;
	if (unpacker->step_count == LL_SHAPE_COLUMNS_MAX)
		return -EBADMSG;
	struct step *steps = ll_grow(unpacker->steps, unpacker->step_count + 1,
				     &unpacker->step_room, sizeof(*steps), 64);
	if (steps == NULL)
		return -ENOMEM;
	unpacker->steps = steps;
	unpacker->steps[unpacker->step_count++] =
		(struct step){ .column = column,
			       .values = &unpacker->columns[index],
			       .offset = (uint32_t)column->offset,
			       .index = (uint16_t)index,
			       .task = column->task,
			       .op = column->op };
	shape->count++;
	return 0;
}

static int get_shape(struct ll_unpacker *unpacker, struct ll_cursor *cursor)
{
	const struct ll_schema *schema = unpacker->schema;
	struct shape shape = { .first = unpacker->step_count };
	uint64_t kind, count, more, index = 0;

	if (!ll_cursor_varint(cursor, &kind) || !ll_cursor_varint(cursor, &count))
		return -EBADMSG;
	shape.kind = kind < schema->kind_count ? schema->kinds[kind] : -1;
	for (uint64_t i = 0; i < count; i++) {
		/* Rising: so there cannot be more than there are columns. */
		if (!ll_cursor_varint(cursor, &more) || (i > 0 && more == 0) ||
		    more >= schema->column_count - index)
			return -EBADMSG;
		index += more;
		int r = add_step(unpacker, &shape, index);
		if (r < 0)
			return r;
	}
	struct shape *shapes = ll_grow(unpacker->shapes, unpacker->shape_count + 1,
				       &unpacker->shape_room, sizeof(*shapes), 64);
	if (shapes == NULL)
		return -ENOMEM;
	unpacker->shapes = shapes;
	unpacker->shapes[unpacker->shape_count++] = shape;
	return 0;
}

static int get_shapes(struct ll_unpacker *unpacker, struct ll_cursor *cursor)
{
	uint64_t count;

	unpacker->shape_count = 0;
	unpacker->step_count = 0;
	if (!ll_cursor_varint(cursor, &count) || count > LL_SHAPES_MAX)
		return -EBADMSG;
	for (; count > 0; count--) {
		int r = get_shape(unpacker, cursor);

		if (r < 0)
			return r;
	}
	return 0;
}

static int get_rows(struct ll_unpacker *unpacker, struct ll_cursor *cursor)
{
	uint64_t length;
	const uint8_t *data;

	if (!ll_cursor_varint(cursor, &length) || !ll_cursor_bytes(cursor, length, &data))
		return -EBADMSG;
	unpacker->rows = (struct ll_cursor){ data, data + length };
	return 0;
}

/* Pieces of arguments are followed by what followed them before: nothing yet. */
static int reset_followers(struct ll_unpacker *unpacker, struct column_cursor *column)
{
	size_t count = unpacker->string_count + 1;
	uint32_t *followers = ll_grow(column->followers, count, &column->follower_room,
				      sizeof(*followers), 64);

	if (followers == NULL)
		return -ENOMEM;
	column->followers = followers;
	memset(column->followers, 0, count * sizeof(*column->followers));
	return 0;
}

static int get_column(struct ll_unpacker *unpacker, struct ll_cursor *cursor)
{
	uint64_t index, length;
	const uint8_t *data;

	if (!ll_cursor_varint(cursor, &index) || !ll_cursor_varint(cursor, &length) ||
	    !ll_cursor_bytes(cursor, length, &data) || index >= unpacker->schema->column_count)
		return -EBADMSG;
	struct column_cursor *column = &unpacker->columns[index];
	/* Once: making it ready costs as much as there are strings. */
	if (column->is_there)
		return -EBADMSG;
	column->is_there = true;
	column->cursor = (struct ll_cursor){ data, data + length };
	if (unpacker->schema->columns[index].type != LL_COLUMN_ARGS ||
	    !unpacker->schema->columns[index].is_known)
		return 0;
	return reset_followers(unpacker, column);
}

static int get_columns(struct ll_unpacker *unpacker, struct ll_cursor *cursor)
{
	uint64_t count;

	for (size_t i = 0; i < unpacker->schema->column_count; i++) {
		unpacker->columns[i].cursor = (struct ll_cursor){ NULL, NULL };
		unpacker->columns[i].is_there = false;
		unpacker->columns[i].newest = 0;
	}
	if (!ll_cursor_varint(cursor, &count))
		return -EBADMSG;
	for (; count > 0; count--) {
		int r = get_column(unpacker, cursor);

		if (r < 0)
			return r;
	}
	return 0;
}

int ll_unpacker_begin(struct ll_unpacker *unpacker, const uint8_t *payload, size_t length)
{
	struct ll_cursor cursor = { payload, payload + length };

	unpacker->rows = (struct ll_cursor){ NULL, NULL };
	unpacker->args_left = LL_BLOCK_ARGS_MAX;
	ll_predictor_reset(&unpacker->predictor, unpacker->schema);
	int r = get_strings(unpacker, &cursor);
	if (r == 0)
		r = get_shapes(unpacker, &cursor);
	if (r == 0)
		r = get_rows(unpacker, &cursor);
	if (r == 0)
		r = get_columns(unpacker, &cursor);
	if (r < 0)
		unpacker->rows = (struct ll_cursor){ NULL, NULL };
	return r;
}

/* ---- Values ---------------------------------------------------------------------------- */

/* After what was written of a column, all is 0. */
static inline bool get_code(struct column_cursor *column, uint64_t *ret)
{
	struct ll_cursor *cursor = &column->cursor;

	if (cursor->at == cursor->end) {
		*ret = 0;
		return true;
	}
	return ll_cursor_varint(cursor, ret);
}

/* Read what a string is called; 0: as predicted. Returns whether there is such a string. */
static inline bool get_name(const struct ll_unpacker *unpacker, struct column_cursor *column,
			    uint64_t *ret)
{
	uint64_t code;

	if (!get_code(column, &code))
		return false;
	*ret = code == 0 ? 0 : ll_strings_decode(&column->newest, code);
	return *ret <= unpacker->string_count;
}

static void store(struct ll_event *event, const struct ll_column *column, uint64_t value)
{
	char *at = (char *)event + column->offset;
	uint32_t half = (uint32_t)value;

	if (column->width == sizeof(value))
		memcpy(at, &value, sizeof(value));
	else if (column->width == sizeof(half))
		memcpy(at, &half, sizeof(half));
	else
		*(uint8_t *)at = (uint8_t)value;
}

static void store_string(struct ll_event *event, const struct ll_column *column,
			 struct ll_str text)
{
	memcpy((char *)event + column->offset, &text, sizeof(text));
}

/* A value that this build has no name for is not known to it. */
static void store_enum(struct ll_event *event, const struct ll_column *column, uint64_t value)
{
	uint8_t own = value < LL_COLUMN_VALUES ? column->map[value] : 0xff;

	if (own == 0xff)
		ll_event_forget(event, (enum ll_field)column->field);
	else
		store(event, column, own);
}

static bool get_number(struct ll_unpacker *unpacker, const struct step *step,
		       struct ll_event *event)
{
	const struct ll_column *column = step->column;
	uint64_t code;

	if (!get_code(step->values, &code))
		return false;
	uint64_t value =
		ll_unzigzag(code) + ll_predict(&unpacker->predictor, column, step->index);
	ll_predictor_learn(&unpacker->predictor, column, step->index, value);
	if (column->type == LL_COLUMN_ENUM)
		store_enum(event, column, value);
	else if (column->type == LL_COLUMN_BOOL && value > 1)
		return false;
	else
		store(event, column, value);
	return true;
}

static bool get_string(struct ll_unpacker *unpacker, const struct step *step,
		       struct ll_event *event)
{
	const struct ll_column *column = step->column;
	uint64_t name;

	if (!get_name(unpacker, step->values, &name))
		return false;
	if (name == 0)
		name = ll_predict(&unpacker->predictor, column, step->index);
	if (name == 0 || name > unpacker->string_count)
		return false;
	ll_predictor_learn(&unpacker->predictor, column, step->index, name);
	store_string(event, column, unpacker->strings[name - 1]);
	return true;
}

static bool get_entity(struct ll_unpacker *unpacker, const struct step *step,
		       struct ll_event *event)
{
	uint64_t name;

	if (!get_name(unpacker, step->values, &name))
		return false;
	if (name != 0) {
		store_string(event, step->column, unpacker->strings[name - 1]);
		return true;
	}
	store_string(event, step->column,
		     ll_predict_entity(&unpacker->predictor, step->column->which_entity,
				       event->parent_start_boottime_ns,
				       event->sender_start_boottime_ns));
	return true;
}

static bool get_piece(const struct ll_unpacker *unpacker, struct column_cursor *column,
		      uint64_t *former)
{
	uint32_t *followers = column->followers;
	uint64_t name;

	if (!get_name(unpacker, column, &name))
		return false;
	if (name == 0)
		name = followers[*former];
	if (name == 0 || name > unpacker->string_count)
		return false;
	followers[*former] = (uint32_t)name;
	*former = name;
	return true;
}

/* Append a piece, and the NUL that keeps it from the one before. Returns 0 or -errno. */
static int join(struct ll_unpacker *unpacker, struct ll_bytes *args, struct ll_str piece,
		bool is_first)
{
	if (args->length + piece.length >= ARGS_MAX || piece.length >= unpacker->args_left)
		return -EBADMSG;
	unpacker->args_left -= piece.length + 1;
	if (ll_bytes_reserve(args, piece.length + 1) < 0)
		return -ENOMEM;
	if (!is_first)
		ll_bytes_put(args, "", 1);
	ll_bytes_put(args, piece.data, piece.length);
	return 0;
}

static int get_args(struct ll_unpacker *unpacker, const struct step *step,
		    struct ll_event *event)
{
	uint64_t count, former = 0;

	if (unpacker->args_used == sizeof(unpacker->args) / sizeof(unpacker->args[0]) ||
	    !get_code(step->values, &count) || count == 0)
		return -EBADMSG;
	struct ll_bytes *args = &unpacker->args[unpacker->args_used++];
	args->length = 0;
	for (uint64_t i = 0; i < count; i++) {
		if (!get_piece(unpacker, step->values, &former))
			return -EBADMSG;
		int r = join(unpacker, args, unpacker->strings[former - 1], i == 0);
		if (r < 0)
			return r;
	}
	store_string(event, step->column, ll_str_make((const char *)args->data, args->length));
	unpacker->predictor.args_length = args->length;
	return 0;
}

/* ---- Events ---------------------------------------------------------------------------- */

static inline bool get_lead_column(struct ll_unpacker *unpacker, const struct shape *shape,
				   size_t index, uint64_t *ret)
{
	struct ll_predictor *predictor = &unpacker->predictor;
	uint64_t code;

	if ((shape->lead >> index & 1) == 0)
		return true;
	if (!get_code(&unpacker->columns[index], &code))
		return false;
	*ret = ll_unzigzag(code) + ll_predict_lead(predictor, index);
	predictor->last[index] = *ret;
	return true;
}

static inline bool get_lead(struct ll_unpacker *unpacker, const struct shape *shape,
			    struct ll_event *event)
{
	struct ll_predictor *predictor = &unpacker->predictor;

	if (!get_lead_column(unpacker, shape, LL_COLUMN_WHEN, &predictor->time_ns) ||
	    !get_lead_column(unpacker, shape, LL_COLUMN_TID, &predictor->tid))
		return false;
	ll_predictor_enter(predictor);
	if (!get_lead_column(unpacker, shape, LL_COLUMN_PID, &predictor->tgid) ||
	    !get_lead_column(unpacker, shape, LL_COLUMN_PPID, &predictor->ppid))
		return false;
	ll_predictor_settle(predictor, shape->lead);
	event->time_boottime_ns = predictor->time_ns;
	event->tid = predictor->tid;
	event->tgid = predictor->tgid;
	event->parent_tgid = predictor->ppid;
	return true;
}

static inline void put64(struct ll_event *event, const struct step *step, uint64_t value)
{
	memcpy((char *)event + step->offset, &value, sizeof(value));
}

/* A number that is the difference from what some place holds; it holds the number then. */
static inline bool get_from(const struct step *step, struct ll_event *event, uint64_t *place)
{
	uint64_t code;

	if (!get_code(step->values, &code))
		return false;
	*place += ll_unzigzag(code);
	put64(event, step, *place);
	return true;
}

static inline bool get_thread_start(struct ll_predictor *predictor, const struct step *step,
				    struct ll_event *event)
{
	uint64_t *place = &predictor->task->values[LL_ROLE_THREAD_START];

	if (predictor->tid == predictor->tgid)
		*place = predictor->start_ns;
	if (!get_from(step, event, place))
		return false;
	predictor->thread_start_ns = *place;
	return true;
}

/* What is remembered is how far it is off. */
static inline bool get_time(struct ll_predictor *predictor, const struct step *step,
			    struct ll_event *event)
{
	uint64_t *offset = &predictor->last[step->index], code;

	if (!get_code(step->values, &code))
		return false;
	*offset += ll_unzigzag(code);
	put64(event, step, predictor->time_ns + *offset);
	return true;
}

static inline bool get_string_from(const struct ll_unpacker *unpacker, const struct step *step,
				   struct ll_event *event, uint64_t *place)
{
	uint64_t name;

	if (!get_name(unpacker, step->values, &name))
		return false;
	if (name == 0)
		name = *place;
	if (name == 0 || name > unpacker->string_count)
		return false;
	*place = name;
	memcpy((char *)event + step->offset, &unpacker->strings[name - 1],
	       sizeof(struct ll_str));
	return true;
}

static int get_other(struct ll_unpacker *unpacker, const struct step *step,
		     struct ll_event *event)
{
	switch (step->op) {
	case LL_OP_STRING:
		return get_string(unpacker, step, event) ? 0 : -EBADMSG;
	case LL_OP_ARGS:
		return get_args(unpacker, step, event);
	case LL_OP_ENTITY:
		return get_entity(unpacker, step, event) ? 0 : -EBADMSG;
	default:
		return get_number(unpacker, step, event) ? 0 : -EBADMSG;
	}
}

/* Usage, identity and state times are many of the same in a row. */
static inline bool get_task_run(uint64_t *values, const struct step **step,
				const struct step *end, struct ll_event *event)
{
	const struct step *at = *step;
	bool is_good = true;

	for (; is_good && at < end && at->op == LL_OP_TASK; at++)
		is_good = get_from(at, event, &values[at->task]);
	*step = at - 1;
	return is_good;
}

/* Read a step, or several of the same kind: *at is then the last of them. */
static inline int get_values(struct ll_unpacker *unpacker, const struct step **at,
			     const struct step *end, struct ll_event *event)
{
	struct ll_predictor *predictor = &unpacker->predictor;
	uint64_t *values = predictor->task->values, zero = 0;
	const struct step *step = *at;
	bool is_good;

	switch (step->op) {
	case LL_OP_PLAIN:
		is_good = get_from(step, event, &zero);
		break;
	case LL_OP_LAST:
		is_good = get_from(step, event, &predictor->last[step->index]);
		break;
	case LL_OP_TASK:
		is_good = get_task_run(values, at, end, event);
		break;
	case LL_OP_START:
		is_good = get_from(step, event, &values[LL_ROLE_START]);
		predictor->start_ns = values[LL_ROLE_START];
		break;
	case LL_OP_THREAD_START:
		is_good = get_thread_start(predictor, step, event);
		break;
	case LL_OP_TIME:
		is_good = get_time(predictor, step, event);
		break;
	case LL_OP_TASK_STRING:
		is_good = get_string_from(unpacker, step, event, &values[step->task]);
		break;
	case LL_OP_LAST_STRING:
		is_good = get_string_from(unpacker, step, event, &predictor->last[step->index]);
		break;
	default:
		return get_other(unpacker, step, event);
	}
	return is_good ? 0 : -EBADMSG;
}

static void clear(struct ll_event *event, const struct shape *shape)
{
	memset(event, 0, offsetof(struct ll_event, known));
	memcpy(event->known, shape->known, sizeof(event->known));
	event->kind = shape->kind >= 0 ? (enum ll_event_kind)shape->kind : LL_EVENT_LOST;
}

static inline int get_steps(struct ll_unpacker *unpacker, const struct shape *shape,
			    struct ll_event *event)
{
	const struct step *step = &unpacker->steps[shape->first], *end = step + shape->count;
	int r = 0;

	for (; step < end && r == 0; step++)
		r = get_values(unpacker, &step, end, event);
	return r;
}

static int get_event(struct ll_unpacker *unpacker, const struct shape *shape,
		     struct ll_event *event)
{
	clear(event, shape);
	ll_predictor_begin(&unpacker->predictor);
	unpacker->args_used = 0;
	if (!get_lead(unpacker, shape, event))
		return -EBADMSG;
	int r = shape->count > 0 ? get_steps(unpacker, shape, event) : 0;
	if (r < 0)
		return r;
	if (event->child_reaper_reason > LL_REPARENT_OBSERVED)
		return -EBADMSG;
	return 0;
}

int ll_unpacker_next(struct ll_unpacker *unpacker, struct ll_event *ret)
{
	while (unpacker->rows.at < unpacker->rows.end) {
		uint64_t number;

		if (!ll_cursor_varint(&unpacker->rows, &number) ||
		    number >= unpacker->shape_count)
			return -EBADMSG;
		const struct shape *shape = &unpacker->shapes[number];
		int r = get_event(unpacker, shape, ret);
		if (r < 0)
			return r;
		if (shape->kind >= 0)
			return 1;
		unpacker->unknown_count++;
	}
	return 0;
}
