/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Records lie in an arena in order of arrival; an index beside it is kept sorted by time,
 * equal times in order of arrival. Arrival is nearly sorted, so insertion from the tail
 * moves little. After a release the few records still held move to the other arena.
 */
#include "live/order.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct entry {
	uint64_t time_boottime_ns;
	size_t offset;
};

struct arena {
	char *bytes;
	size_t size;
	size_t used;
};

struct ll_order {
	struct arena arenas[2];
	unsigned current; /* index of the arena in use */
	struct entry *entries;
	size_t capacity;
	size_t count;
	uint64_t released_boottime_ns; /* largest time handed on */
};

struct ll_order *ll_order_new(void)
{
	return calloc(1, sizeof(struct ll_order));
}

void ll_order_free(struct ll_order *order)
{
	if (order == NULL)
		return;
	free(order->arenas[0].bytes);
	free(order->arenas[1].bytes);
	free(order->entries);
	free(order);
}

/* Records hold 64-bit members: keep each aligned. */
static size_t aligned_size(const struct ll_wire_header *record)
{
	return (record->size + 7ul) & ~7ul;
}

static int arena_reserve(struct arena *arena, size_t bytes)
{
	size_t size = arena->size != 0 ? arena->size : 64 * 1024;

	if (arena->used + bytes <= arena->size)
		return 0;
	while (size < arena->used + bytes)
		size *= 2;
	char *grown = realloc(arena->bytes, size);
	if (grown == NULL)
		return -ENOMEM;
	arena->bytes = grown;
	arena->size = size;
	return 0;
}

/* The caller has reserved room. Returns the offset of the copy. */
static size_t arena_append(struct arena *arena, const struct ll_wire_header *record)
{
	size_t offset = arena->used;

	memcpy(arena->bytes + offset, record, record->size);
	arena->used += aligned_size(record);
	return offset;
}

static int reserve_entry(struct ll_order *order)
{
	if (order->count < order->capacity)
		return 0;
	size_t capacity = order->capacity != 0 ? order->capacity * 2 : 1024;
	struct entry *grown = realloc(order->entries, capacity * sizeof(*grown));
	if (grown == NULL)
		return -ENOMEM;
	order->entries = grown;
	order->capacity = capacity;
	return 0;
}

static void insert_sorted(struct ll_order *order, struct entry entry)
{
	size_t at = order->count++;

	while (at > 0 && order->entries[at - 1].time_boottime_ns > entry.time_boottime_ns) {
		order->entries[at] = order->entries[at - 1];
		at--;
	}
	order->entries[at] = entry;
}

int ll_order_push(struct ll_order *order, const struct ll_wire_header *record)
{
	struct arena *arena = &order->arenas[order->current];

	if (reserve_entry(order) < 0 || arena_reserve(arena, aligned_size(record)) < 0)
		return -ENOMEM;
	insert_sorted(order, (struct entry){
				     .time_boottime_ns = record->time_boottime_ns,
				     .offset = arena_append(arena, record),
			     });
	return 0;
}

size_t ll_order_bytes(const struct ll_order *order)
{
	return order->arenas[order->current].used;
}

static const struct ll_wire_header *record_at(const struct ll_order *order, size_t index)
{
	const struct arena *arena = &order->arenas[order->current];

	return (const void *)(arena->bytes + order->entries[index].offset);
}

/* Forget the records before index first; the rest stay where they lie in the arena. */
static void forget(struct ll_order *order, size_t first)
{
	order->count -= first;
	memmove(order->entries, order->entries + first, order->count * sizeof(*order->entries));
}

/* Move what is held to the other arena, so that this one can be filled from its start again. */
static int compact(struct ll_order *order)
{
	struct arena *other = &order->arenas[!order->current];
	size_t bytes = 0;

	for (size_t i = 0; i < order->count; i++)
		bytes += aligned_size(record_at(order, i));
	other->used = 0;
	if (arena_reserve(other, bytes) < 0)
		return -ENOMEM;
	for (size_t i = 0; i < order->count; i++)
		order->entries[i].offset = arena_append(other, record_at(order, i));
	order->current = !order->current;
	return 0;
}

int ll_order_release(struct ll_order *order, uint64_t until_boottime_ns, ll_record_fn fn,
		     void *arg)
{
	size_t done = 0;
	int r = 0;

	while (r == 0 && done < order->count &&
	       order->entries[done].time_boottime_ns <= until_boottime_ns) {
		uint64_t time = order->entries[done].time_boottime_ns;
		bool is_late = time < order->released_boottime_ns;

		if (!is_late)
			order->released_boottime_ns = time;
		r = fn(arg, record_at(order, done), is_late);
		done++;
	}
	if (done == 0)
		return r;
	forget(order, done);
	int compacted = compact(order);
	return r != 0 ? r : compacted;
}
