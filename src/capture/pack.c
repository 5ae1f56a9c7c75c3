/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Values go to the bytes of their columns as they come; see capture/format.h. The hot path:
 * no allocation but to grow, one look at each column the event has.
 */
#include "capture/pack.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/grow.h"
#include "capture/predict.h"
#include "capture/strings.h"

#define KNOWN_WORDS ((LL_F_COUNT + 63) / 64)
#define MEMBERS_MAX 32
/* So a block of 192 KiB ends long before LL_BLOCK_ARGS_MAX. */
#define ARGS_SHARE 256
/* More shapes than a machine has: then all are made anew. */
#define SHAPES_MAX 1024
/* Events after which the columns are measured. */
#define MEASURE_EVERY 32
#define SHAPE_SLOTS (2 * SHAPES_MAX)

struct column_bytes {
	struct ll_bytes bytes;
	uint64_t newest; /* of the strings it has called */
	uint32_t *followers; /* ARGS: by piece, the one that came after it */
	size_t follower_count, follower_room;
};

/* One column of a shape. */
struct step {
	const struct ll_column *column;
	struct column_bytes *values;
	uint32_t offset; /* in the event */
	uint16_t index;
	uint8_t task;
	uint8_t op; /* enum ll_op */
};

/* Events of one kind that know the same. */
struct shape {
	enum ll_event_kind kind;
	uint32_t members; /* as ll_schema_members() has them */
	uint64_t known[KNOWN_WORDS];
	uint32_t generation; /* the block it has a number in */
	uint32_t number;
	size_t step_count;
	struct step *steps; /* after the lead */
	uint8_t lead; /* bit n: lead column n */
};

struct ll_packer {
	const struct ll_schema *schema;
	struct ll_predictor predictor;
	uint16_t members[MEMBERS_MAX]; /* columns that are no fields */
	size_t member_count;

	struct shape *shapes;
	size_t shape_count;
	uint16_t shape_slots[SHAPE_SLOTS]; /* index + 1 */
	struct shape *recent[LL_EVENT_KINDS]; /* the last shape of a kind */

	uint32_t generation;
	uint32_t event_count;
	size_t size; /* of the columns, now and then */
	size_t args_bytes; /* of all arguments, as the events have them */
	struct ll_bytes shape_bytes, rows;
	struct ll_strings strings;
	uint32_t shapes_used;
	struct column_bytes *columns;
};

static void fini_columns(struct ll_packer *packer)
{
	for (size_t i = 0; packer->columns != NULL && i < packer->schema->column_count; i++) {
		ll_bytes_fini(&packer->columns[i].bytes);
		free(packer->columns[i].followers);
	}
	free(packer->columns);
}

static void drop_shapes(struct ll_packer *packer)
{
	for (size_t i = 0; packer->shapes != NULL && i < packer->shape_count; i++)
		free(packer->shapes[i].steps);
	packer->shape_count = 0;
	memset(packer->shape_slots, 0, sizeof(packer->shape_slots));
	memset(packer->recent, 0, sizeof(packer->recent));
}

void ll_packer_free(struct ll_packer *packer)
{
	if (packer == NULL)
		return;
	fini_columns(packer);
	drop_shapes(packer);
	free(packer->shapes);
	ll_predictor_fini(&packer->predictor);
	ll_bytes_fini(&packer->shape_bytes);
	ll_bytes_fini(&packer->rows);
	ll_strings_fini(&packer->strings);
	free(packer);
}

static void free_packer(struct ll_packer **packer)
{
	ll_packer_free(*packer);
}

static void find_columns(struct ll_packer *packer)
{
	for (size_t i = 0; i < packer->schema->column_count; i++) {
		const struct ll_column *column = &packer->schema->columns[i];

		if (column->field < 0 && i != LL_COLUMN_WHEN)
			packer->members[packer->member_count++] = (uint16_t)i;
	}
}

struct ll_packer *ll_packer_new(const struct ll_schema *schema)
{
	LL_CLEANUP(free_packer) struct ll_packer *packer = calloc(1, sizeof(*packer));

	if (packer == NULL)
		return NULL;
	packer->schema = schema;
	packer->columns = calloc(schema->column_count, sizeof(*packer->columns));
	packer->shapes = calloc(SHAPES_MAX, sizeof(*packer->shapes));
	if (packer->columns == NULL || packer->shapes == NULL ||
	    ll_strings_init(&packer->strings) < 0 ||
	    ll_predictor_init(&packer->predictor, schema) < 0)
		return NULL;
	find_columns(packer);
	ll_packer_reset(packer);
	return TAKE(packer);
}

void ll_packer_reset(struct ll_packer *packer)
{
	for (size_t i = 0; i < packer->schema->column_count; i++) {
		struct column_bytes *column = &packer->columns[i];

		column->bytes.length = 0;
		column->newest = 0;
		column->follower_count = 0;
	}
	ll_predictor_reset(&packer->predictor, packer->schema);
	packer->generation++;
	packer->event_count = 0;
	packer->size = 0;
	packer->args_bytes = 0;
	packer->shape_bytes.length = 0;
	packer->shapes_used = 0;
	packer->rows.length = 0;
	ll_strings_reset(&packer->strings);
}

size_t ll_packer_size(const struct ll_packer *packer)
{
	return packer->size + packer->strings.bytes.length + packer->rows.length +
	       packer->args_bytes / ARGS_SHARE;
}

uint32_t ll_packer_count(const struct ll_packer *packer)
{
	return packer->event_count;
}

/* ---- Numbers --------------------------------------------------------------------------- */

static uint64_t load(const struct ll_event *event, const struct ll_column *column)
{
	const char *at = (const char *)event + column->offset;
	uint64_t wide;
	uint32_t half;

	switch (column->width) {
	case sizeof(uint64_t):
		memcpy(&wide, at, sizeof(wide));
		return wide;
	case sizeof(uint32_t):
		memcpy(&half, at, sizeof(half));
		return half;
	default:
		return *(const uint8_t *)at;
	}
}

static inline uint64_t load64(const struct ll_event *event, const struct step *step)
{
	uint64_t value;

	memcpy(&value, (const char *)event + step->offset, sizeof(value));
	return value;
}

static inline int put_code(struct column_bytes *column, uint64_t code)
{
	struct ll_bytes *bytes = &column->bytes;

	if (__builtin_expect(bytes->room - bytes->length < LL_VARINT_MAX, 0) &&
	    ll_bytes_grow(bytes, LL_VARINT_MAX) < 0)
		return -ENOMEM;
	if (__builtin_expect(code < 0x80, 1))
		bytes->data[bytes->length++] = (uint8_t)code;
	else
		ll_bytes_put_varint(bytes, code);
	return 0;
}

static inline int put_number(struct column_bytes *column, uint64_t value, uint64_t predicted)
{
	return put_code(column, ll_zigzag(value - predicted));
}

/* A number as the difference from what some place holds; it holds the number then. */
static inline int put_from(const struct step *step, const struct ll_event *event,
			   uint64_t *place)
{
	uint64_t value = load64(event, step), predicted = *place;

	*place = value;
	return put_number(step->values, value, predicted);
}

/* ---- Strings --------------------------------------------------------------------------- */

static inline int put_name(struct column_bytes *column, uint64_t name)
{
	return put_code(column, ll_strings_code(&column->newest, name));
}

/* A string that is predicted to be the one that some place holds the name of. */
static inline int put_string_from(struct ll_packer *packer, const struct step *step,
				  struct ll_str text, uint64_t *place)
{
	uint64_t name = *place;

	if (name != 0 && ll_strings_is(&packer->strings, name, text))
		return put_code(step->values, 0);
	if (ll_strings_name(&packer->strings, text, place) < 0)
		return -ENOMEM;
	return put_name(step->values, *place);
}

static int put_string(struct ll_packer *packer, const struct step *step, struct ll_str text)
{
	uint64_t name = ll_predict(&packer->predictor, step->column, step->index);
	int r = put_string_from(packer, step, text, &name);

	ll_predictor_learn(&packer->predictor, step->column, step->index, name);
	return r;
}

static int put_entity(struct ll_packer *packer, const struct step *step, struct ll_str text,
		      const struct ll_event *event)
{
	struct ll_str usual = ll_predict_entity(&packer->predictor, step->column->which_entity,
						event->parent_start_boottime_ns,
						event->sender_start_boottime_ns);
	uint64_t name = 0;

	if (text.length == usual.length &&
	    ll_strings_same((const uint8_t *)usual.data, text.data, text.length))
		return put_code(step->values, 0);
	int r = ll_strings_name(&packer->strings, text, &name);
	return r < 0 ? r : put_name(step->values, name);
}

/* Make room for what follows every piece there is. */
static int grow_followers(struct ll_packer *packer, struct column_bytes *column)
{
	size_t count = packer->strings.count + 1;

	uint32_t *followers = ll_grow(column->followers, count, &column->follower_room,
				      sizeof(*followers), 64);

	if (followers == NULL)
		return -ENOMEM;
	column->followers = followers;
	if (count > column->follower_count)
		memset(column->followers + column->follower_count, 0,
		       (count - column->follower_count) * sizeof(*column->followers));
	column->follower_count = count;
	return 0;
}

/* Write one piece. *former is the one before it, 0 at first. */
static int put_piece(struct ll_packer *packer, struct column_bytes *column, struct ll_str piece,
		     uint64_t *former)
{
	uint64_t name = 0;

	if (*former < column->follower_count)
		name = column->followers[*former];
	if (name != 0 && ll_strings_is(&packer->strings, name, piece)) {
		*former = name;
		return put_code(column, 0);
	}
	if (ll_strings_name(&packer->strings, piece, &name) < 0 ||
	    grow_followers(packer, column) < 0)
		return -ENOMEM;
	column->followers[*former] = (uint32_t)name;
	*former = name;
	return put_name(column, name);
}

static int put_args(struct ll_packer *packer, const struct step *step, struct ll_str text)
{
	const char *at = text.data, *end = text.data + text.length;
	uint64_t pieces = 1, former = 0;

	for (const char *nul = at; nul < end && (nul = memchr(nul, '\0', (size_t)(end - nul)));
	     nul++)
		pieces++;
	if (put_code(step->values, pieces) < 0)
		return -ENOMEM;
	for (; pieces > 0; pieces--) {
		size_t length = pieces > 1 ? strlen(at) : (size_t)(end - at);

		if (put_piece(packer, step->values, ll_str_make(at, length), &former) < 0)
			return -ENOMEM;
		at += length + 1;
	}
	packer->predictor.args_length = text.length;
	packer->args_bytes += text.length + 1;
	return 0;
}

/* ---- Shapes ---------------------------------------------------------------------------- */

static bool is_shape(const struct shape *shape, const struct shape *wanted)
{
	return shape->kind == wanted->kind && shape->members == wanted->members &&
	       memcmp(shape->known, wanted->known, sizeof(shape->known)) == 0;
}

static uint32_t shape_hash(const struct shape *shape)
{
	uint64_t hash = (uint64_t)shape->kind << 32 | shape->members;

	for (size_t i = 0; i < KNOWN_WORDS; i++)
		hash = (hash ^ shape->known[i]) * UINT64_C(0x9fb21c651e98df25) ^ hash >> 29;
	return (uint32_t)(hash >> 32);
}

static void shape_of(const struct ll_event *event, struct shape *ret)
{
	ret->kind = event->kind;
	ret->members = ll_schema_members(event);
	memcpy(ret->known, event->known, sizeof(ret->known));
	ret->known[LL_F_SEQ / 64] &= ~(UINT64_C(1) << (LL_F_SEQ % 64));
}

static bool has_column(const struct ll_packer *packer, const struct shape *shape, size_t index)
{
	int field = packer->schema->columns[index].field;

	if (field >= 0)
		return shape->known[field / 64] >> (field % 64) & 1;
	for (size_t i = 0; i < packer->member_count; i++)
		if (packer->members[i] == index)
			return shape->members >> i & 1;
	return index == LL_COLUMN_WHEN;
}

static struct step make_step(const struct ll_packer *packer, size_t index)
{
	const struct ll_column *column = &packer->schema->columns[index];

	return (struct step){
		.column = column,
		.values = &packer->columns[index],
		.offset = (uint32_t)column->offset,
		.index = (uint16_t)index,
		.task = column->task,
		.op = column->op,
	};
}

/* Fill in the columns of a new shape. Returns 0 or -ENOMEM. */
static int list_columns(const struct ll_packer *packer, struct shape *shape)
{
	size_t all = packer->schema->column_count;

	shape->lead = 0;
	shape->step_count = 0;
	shape->generation = 0;
	shape->steps = calloc(all, sizeof(*shape->steps));
	if (shape->steps == NULL)
		return -ENOMEM;
	for (size_t i = 0; i < all; i++) {
		if (!has_column(packer, shape, i))
			continue;
		if (i < LL_COLUMN_LEAD)
			shape->lead |= (uint8_t)(1u << i);
		else
			shape->steps[shape->step_count++] = make_step(packer, i);
	}
	return 0;
}

static struct shape *find_shape(struct ll_packer *packer, const struct shape *wanted)
{
	if (packer->shape_count == SHAPES_MAX) {
		/* Numbers that this block has given stay taken. */
		drop_shapes(packer);
	}
	size_t slot = shape_hash(wanted) % SHAPE_SLOTS;
	for (; packer->shape_slots[slot] != 0; slot = (slot + 1) % SHAPE_SLOTS) {
		struct shape *shape = &packer->shapes[packer->shape_slots[slot] - 1];

		if (is_shape(shape, wanted))
			return shape;
	}
	struct shape *shape = &packer->shapes[packer->shape_count];
	*shape = *wanted;
	if (list_columns(packer, shape) < 0)
		return NULL;
	packer->shape_slots[slot] = (uint16_t)++packer->shape_count;
	return shape;
}

/* Write what a shape is, the first time a block needs it. */
static int number_shape(struct ll_packer *packer, struct shape *shape)
{
	struct ll_bytes *bytes = &packer->shape_bytes;
	size_t before = 0;

	if (shape->generation == packer->generation)
		return 0;
	if (ll_bytes_reserve(bytes, (shape->step_count + LL_COLUMN_LEAD + 2) * LL_VARINT_MAX) <
	    0)
		return -ENOMEM;
	ll_bytes_put_varint(bytes, shape->kind);
	ll_bytes_put_varint(bytes, shape->step_count + (size_t)__builtin_popcount(shape->lead));
	for (size_t i = 0; i < LL_COLUMN_LEAD; i++) {
		if ((shape->lead >> i & 1) == 0)
			continue;
		ll_bytes_put_varint(bytes, i - before);
		before = i;
	}
	for (size_t i = 0; i < shape->step_count; i++) {
		ll_bytes_put_varint(bytes, shape->steps[i].index - before);
		before = shape->steps[i].index;
	}
	shape->generation = packer->generation;
	shape->number = packer->shapes_used++;
	return 0;
}

static struct shape *enter_shape(struct ll_packer *packer, const struct ll_event *event)
{
	struct shape *shape = packer->recent[event->kind], wanted;

	shape_of(event, &wanted);

	if (shape == NULL || !is_shape(shape, &wanted))
		shape = find_shape(packer, &wanted);
	if (shape == NULL || number_shape(packer, shape) < 0)
		return NULL;
	packer->recent[event->kind] = shape;
	return shape;
}

/* ---- Events ---------------------------------------------------------------------------- */

static inline int put_lead_column(struct ll_packer *packer, const struct shape *shape,
				  size_t index, uint64_t value, uint64_t *ret)
{
	struct ll_predictor *predictor = &packer->predictor;

	if ((shape->lead >> index & 1) == 0)
		return 0;
	uint64_t predicted = ll_predict_lead(predictor, index);
	predictor->last[index] = value;
	*ret = value;
	return put_number(&packer->columns[index], value, predicted);
}

static int put_lead(struct ll_packer *packer, const struct shape *shape,
		    const struct ll_event *event)
{
	struct ll_predictor *predictor = &packer->predictor;
	int r = put_lead_column(packer, shape, LL_COLUMN_WHEN, event->time_boottime_ns,
				&predictor->time_ns);

	r |= put_lead_column(packer, shape, LL_COLUMN_TID, event->tid, &predictor->tid);
	ll_predictor_enter(predictor);
	r |= put_lead_column(packer, shape, LL_COLUMN_PID, event->tgid, &predictor->tgid);
	r |= put_lead_column(packer, shape, LL_COLUMN_PPID, event->parent_tgid,
			     &predictor->ppid);
	ll_predictor_settle(predictor, shape->lead);
	return r;
}

static int put_any_number(struct ll_packer *packer, const struct step *step,
			  const struct ll_event *event)
{
	uint64_t value = load(event, step->column);
	uint64_t predicted = ll_predict(&packer->predictor, step->column, step->index);

	ll_predictor_learn(&packer->predictor, step->column, step->index, value);
	return put_number(step->values, value, predicted);
}

static inline int put_thread_start(struct ll_predictor *predictor, const struct step *step,
				   const struct ll_event *event)
{
	uint64_t *place = &predictor->task->values[LL_ROLE_THREAD_START];

	if (predictor->tid == predictor->tgid)
		*place = predictor->start_ns;
	int r = put_from(step, event, place);
	predictor->thread_start_ns = *place;
	return r;
}

/* What is remembered is how far it is off. */
static inline int put_time(struct ll_predictor *predictor, const struct step *step,
			   const struct ll_event *event)
{
	uint64_t *offset = &predictor->last[step->index];
	uint64_t now = load64(event, step) - predictor->time_ns, predicted = *offset;

	*offset = now;
	return put_number(step->values, now, predicted);
}

/* Usage, identity and state times are many of the same in a row. */
static inline int put_task_run(uint64_t *values, const struct step **at, const struct step *end,
			       const struct ll_event *event)
{
	const struct step *step = *at;
	int r = 0;

	for (; r == 0 && step < end && step->op == LL_OP_TASK; step++)
		r = put_from(step, event, &values[step->task]);
	*at = step - 1;
	return r;
}

/* Write a step, or several of the same kind: *next is then the last of them. */
static inline int put_steps(struct ll_packer *packer, const struct step **next,
			    const struct step *end, const struct ll_event *event)
{
	const struct step *step = *next;
	struct ll_predictor *predictor = &packer->predictor;
	uint64_t *values = predictor->task->values, *last = &predictor->last[step->index];
	const void *at = (const char *)event + step->offset;
	int r;

	switch (step->op) {
	case LL_OP_PLAIN:
		return put_number(step->values, load64(event, step), 0);
	case LL_OP_LAST:
		return put_from(step, event, last);
	case LL_OP_TASK:
		return put_task_run(values, next, end, event);
	case LL_OP_START:
		r = put_from(step, event, &values[LL_ROLE_START]);
		predictor->start_ns = values[LL_ROLE_START];
		return r;
	case LL_OP_THREAD_START:
		return put_thread_start(predictor, step, event);
	case LL_OP_TIME:
		return put_time(predictor, step, event);
	case LL_OP_TASK_STRING:
		return put_string_from(packer, step, *(const struct ll_str *)at,
				       &values[step->task]);
	case LL_OP_LAST_STRING:
		return put_string_from(packer, step, *(const struct ll_str *)at, last);
	case LL_OP_STRING:
		return put_string(packer, step, *(const struct ll_str *)at);
	case LL_OP_ARGS:
		return put_args(packer, step, *(const struct ll_str *)at);
	case LL_OP_ENTITY:
		return put_entity(packer, step, *(const struct ll_str *)at, event);
	default:
		return put_any_number(packer, step, event);
	}
}

static void measure(struct ll_packer *packer)
{
	packer->size = 0;
	for (size_t i = 0; i < packer->schema->column_count; i++)
		packer->size += packer->columns[i].bytes.length;
}

int ll_packer_add(struct ll_packer *packer, const struct ll_event *event)
{
	const struct shape *shape = enter_shape(packer, event);

	if (shape == NULL || ll_bytes_add_varint(&packer->rows, shape->number) < 0)
		return -ENOMEM;
	ll_predictor_begin(&packer->predictor);
	int r = put_lead(packer, shape, event);
	const struct step *step = shape->steps, *end = step + shape->step_count;
	for (; step < end && r == 0; step++)
		r = put_steps(packer, &step, end, event);
	if (++packer->event_count % MEASURE_EVERY == 0)
		measure(packer);
	return r;
}

static int put_part(struct ll_bytes *out, uint64_t first, const struct ll_bytes *part)
{
	if (ll_bytes_add_varint(out, first) < 0 || ll_bytes_reserve(out, part->length) < 0)
		return -ENOMEM;
	ll_bytes_put(out, part->data, part->length);
	return 0;
}

/* Zeros at the end go without saying: no other varint ends with one. */
static size_t needed_length(const struct ll_bytes *bytes)
{
	size_t length = bytes->length;

	while (length > 0 && bytes->data[length - 1] == 0)
		length--;
	return length;
}

/* Append the columns that have something to say, those that are noise or the others. */
static int put_columns(const struct ll_packer *packer, bool noise, struct ll_bytes *out)
{
	int r = 0;

	for (size_t i = 0; i < packer->schema->column_count && r == 0; i++) {
		const struct ll_bytes *bytes = &packer->columns[i].bytes;

		if (bytes->length == 0 || packer->schema->columns[i].is_noise != noise)
			continue;
		r = ll_bytes_add_varint(out, i);
		if (r == 0)
			r = put_part(out, bytes->length, bytes);
	}
	return r;
}

static uint64_t trim_columns(struct ll_packer *packer)
{
	uint64_t count = 0;

	for (size_t i = 0; i < packer->schema->column_count; i++) {
		struct ll_bytes *bytes = &packer->columns[i].bytes;

		bytes->length = needed_length(bytes);
		count += bytes->length > 0;
	}
	return count;
}

int ll_packer_finish(struct ll_packer *packer, struct ll_bytes *ret, size_t *ret_noise)
{
	ret->length = 0;
	int r = put_part(ret, packer->strings.count, &packer->strings.bytes);
	if (r == 0)
		r = put_part(ret, packer->shapes_used, &packer->shape_bytes);
	if (r == 0)
		r = put_part(ret, packer->rows.length, &packer->rows);
	if (r == 0)
		r = ll_bytes_add_varint(ret, trim_columns(packer));
	if (r == 0)
		r = put_columns(packer, false, ret);
	size_t calm = ret->length;
	if (r == 0)
		r = put_columns(packer, true, ret);
	*ret_noise = ret->length - calm;
	ll_packer_reset(packer);
	return r;
}
