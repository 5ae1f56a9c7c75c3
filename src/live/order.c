/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Records lie in an arena in order of arrival; indexes beside it are kept sorted by time, equal times
 * in order of arrival. There is one, a lane, for each ring: what comes out of a ring is nearly
 * sorted, so insertion from the tail moves little, however far one ring is behind another.
 * A release merges the lanes. When most of the arena is free, the records still held move to the
 * other one.
 */
#include "live/order.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"

struct entry {
	uint64_t time_boottime_ns;
	size_t offset;
};

struct arena {
	char *bytes;
	size_t size;
	size_t used;
};

enum { LIFECYCLE, SIGNALS, STATES, LANES };

struct lane {
	struct entry *entries;
	size_t room;
	size_t count;
	size_t done; /* handed on by the release under way */
};

struct ll_order {
	struct arena arenas[2];
	unsigned current; /* index of the arena in use */
	size_t held_bytes;
	struct lane lanes[LANES];
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
	for (int i = 0; i < LANES; i++)
		free(order->lanes[i].entries);
	free(order);
}

/* Records hold 64-bit members: keep each aligned. */
static size_t aligned_size(const struct ll_wire_header *record)
{
	return (record->size + 7ul) & ~7ul;
}

static int arena_reserve(struct arena *arena, size_t bytes)
{
	char *grown = ll_grow(arena->bytes, arena->used + bytes, &arena->size, 1, 64 * 1024);

	if (grown == NULL)
		return -ENOMEM;
	arena->bytes = grown;
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

static struct lane *lane_of(struct ll_order *order, const struct ll_wire_header *record)
{
	switch (record->kind) {
	case LL_WIRE_SIGNAL:
	case LL_WIRE_DELIVER:
		return &order->lanes[SIGNALS];
	case LL_WIRE_STATE:
	case LL_WIRE_TIMES:
		return &order->lanes[STATES];
	default:
		return &order->lanes[LIFECYCLE];
	}
}

static int reserve_entry(struct lane *lane)
{
	struct entry *grown =
		ll_grow(lane->entries, lane->count + 1, &lane->room, sizeof(*grown), 1024);

	if (grown == NULL)
		return -ENOMEM;
	lane->entries = grown;
	return 0;
}

static void insert_sorted(struct lane *lane, struct entry entry)
{
	size_t at = lane->count++;

	while (at > 0 && lane->entries[at - 1].time_boottime_ns > entry.time_boottime_ns) {
		lane->entries[at] = lane->entries[at - 1];
		at--;
	}
	lane->entries[at] = entry;
}

int ll_order_push(struct ll_order *order, const struct ll_wire_header *record)
{
	struct arena *arena = &order->arenas[order->current];
	struct lane *lane = lane_of(order, record);

	if (reserve_entry(lane) < 0 || arena_reserve(arena, aligned_size(record)) < 0)
		return -ENOMEM;
	order->held_bytes += aligned_size(record);
	insert_sorted(lane, (struct entry){
				    .time_boottime_ns = record->time_boottime_ns,
				    .offset = arena_append(arena, record),
			    });
	return 0;
}

size_t ll_order_bytes(const struct ll_order *order)
{
	return order->held_bytes;
}

static const struct ll_wire_header *record_at(const struct ll_order *order,
					      const struct entry *entry)
{
	const struct arena *arena = &order->arenas[order->current];

	return (const void *)(arena->bytes + entry->offset);
}

/* The lane whose next record is the oldest, the first of equals. NULL when all are done. */
static struct lane *next_lane(struct ll_order *order)
{
	struct lane *next = NULL;

	for (int i = 0; i < LANES; i++) {
		struct lane *lane = &order->lanes[i];

		if (lane->done < lane->count &&
		    (next == NULL || lane->entries[lane->done].time_boottime_ns <
					     next->entries[next->done].time_boottime_ns))
			next = lane;
	}
	return next;
}

/* Forget what was handed on; the rest stay where they lie in the arena. */
static void forget_done(struct lane *lane)
{
	if (lane->done == 0)
		return;
	lane->count -= lane->done;
	memmove(lane->entries, lane->entries + lane->done,
		lane->count * sizeof(*lane->entries));
	lane->done = 0;
}

/* Move what is held to the other arena, so that this one can be filled from its start again. */
static int compact(struct ll_order *order)
{
	struct arena *other = &order->arenas[!order->current];

	if (order->held_bytes > order->arenas[order->current].used / 2)
		return 0;
	other->used = 0;
	if (arena_reserve(other, order->held_bytes) < 0)
		return -ENOMEM;
	for (int i = 0; i < LANES; i++)
		for (size_t j = 0; j < order->lanes[i].count; j++) {
			struct entry *entry = &order->lanes[i].entries[j];

			entry->offset = arena_append(other, record_at(order, entry));
		}
	order->current = !order->current;
	return 0;
}

int ll_order_release(struct ll_order *order, uint64_t until_boottime_ns, ll_record_fn fn,
		     void *arg)
{
	struct lane *lane;
	size_t count = 0;
	int r = 0;

	while (r == 0 && (lane = next_lane(order)) != NULL) {
		const struct entry *entry = &lane->entries[lane->done];
		const struct ll_wire_header *record = record_at(order, entry);
		uint64_t time = entry->time_boottime_ns;

		if (time > until_boottime_ns)
			break;
		bool is_late = time < order->released_boottime_ns;
		if (!is_late)
			order->released_boottime_ns = time;
		lane->done++;
		count++;
		order->held_bytes -= aligned_size(record);
		r = fn(arg, record, is_late);
	}
	if (count == 0)
		return r;
	for (int i = 0; i < LANES; i++)
		forget_done(&order->lanes[i]);
	int compacted = compact(order);
	return r != 0 ? r : compacted;
}
