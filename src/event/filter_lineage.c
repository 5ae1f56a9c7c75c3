/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Children hang in a ring through their parent, without a way up: one that is forgotten leaves
 * its children in its own place in the ring, in one step, and marks only ever go down. A parent
 * is older than its child, whatever the events say, so a walk down ends.
 *
 * Who is over stays a while, in a queue, and so does a parent that only its child has told of.
 */
#include "event/filter_lineage.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

#define HASH_NONFATAL_OOM 1
#include <uthash.h>

#include "base/grow.h"

#define MARKS 32
/* Whoever is told to be over is asked about once more: so a few stay in any case. */
#define KEEP_LEAST 64

/* A ring, empty when it is its own neighbour. */
struct ring {
	struct ring *previous, *next;
};

/* An identity without padding, as hash tables need it. */
struct key {
	uint64_t tgid, start_boottime_ns;
};

struct person {
	struct key key;
	uint32_t marks;
	size_t rank; /* its place in the heap of its holders */
	struct ring sibling; /* among the children of its parent */
	struct ring children;
	struct ring place; /* in the queue; its own neighbour when it is not there */
	struct person *next_to_mark;
	bool has_parent;
	UT_hash_handle hh;
};

/* All who have, or had, one pid and are not forgotten: a heap, the newest on top. Never empty. */
struct holders {
	uint32_t tgid;
	struct person **heap;
	size_t count, room;
	UT_hash_handle hh;
};

struct ll_lineage {
	struct holders *by_pid;
	struct person *by_key;
	struct ring queue; /* who is over or only heard of, longest first */
	size_t queued, keep, count;
	uint32_t wanted[MARKS]; /* pids to be marked when first seen; 0: none, or done */
};

static void ring_init(struct ring *ring)
{
	ring->previous = ring->next = ring;
}

static bool ring_is_empty(const struct ring *ring)
{
	return ring->next == ring;
}

static void ring_insert(struct ring *ring, struct ring *before)
{
	ring->previous = before->previous;
	ring->next = before;
	before->previous->next = ring;
	before->previous = ring;
}

static void ring_remove(struct ring *ring)
{
	ring->previous->next = ring->next;
	ring->next->previous = ring->previous;
	ring_init(ring);
}

/* Put all members of a ring where place is; ring is left empty. */
static void ring_splice(struct ring *ring, struct ring *place)
{
	if (ring_is_empty(ring))
		return;
	ring->next->previous = place->previous;
	place->previous->next = ring->next;
	ring->previous->next = place;
	place->previous = ring->previous;
	ring_init(ring);
}

#define PERSON_OF(ring, member)                                                                \
	((struct person *)(void *)((char *)(ring)-offsetof(struct person, member)))

struct ll_lineage *ll_lineage_new(size_t keep)
{
	struct ll_lineage *lineage = calloc(1, sizeof(*lineage));

	if (lineage == NULL)
		return NULL;
	ring_init(&lineage->queue);
	lineage->keep = keep > KEEP_LEAST ? keep : KEEP_LEAST;
	return lineage;
}

static struct holders *find_holders(const struct ll_lineage *lineage, uint32_t tgid)
{
	struct holders *holders = NULL;

	HASH_FIND(hh, lineage->by_pid, &tgid, sizeof(tgid), holders);
	return holders;
}

static struct person *find_key(const struct ll_lineage *lineage, struct key key)
{
	struct person *person = NULL;

	HASH_FIND(hh, lineage->by_key, &key, sizeof(key), person);
	return person;
}

/* start_boottime_ns 0: unknown, then whoever had the pid last. */
static struct person *find(const struct ll_lineage *lineage, uint32_t tgid,
			   uint64_t start_boottime_ns)
{
	const struct holders *holders;

	if (start_boottime_ns != 0)
		return find_key(lineage, (struct key){ tgid, start_boottime_ns });
	holders = find_holders(lineage, tgid);
	return holders != NULL ? holders->heap[0] : NULL;
}

static bool is_newer(const struct person *a, const struct person *b)
{
	return a->key.start_boottime_ns > b->key.start_boottime_ns;
}

static void put_at(struct holders *holders, size_t rank, struct person *person)
{
	holders->heap[rank] = person;
	person->rank = rank;
}

/* Put a person at a free place of the heap, or further up. */
static void rise(struct holders *holders, size_t rank, struct person *person)
{
	while (rank > 0 && is_newer(person, holders->heap[(rank - 1) / 2])) {
		put_at(holders, rank, holders->heap[(rank - 1) / 2]);
		rank = (rank - 1) / 2;
	}
	put_at(holders, rank, person);
}

/* Move a free place down to the last row. Returns where it is then. */
static size_t sink(struct holders *holders, size_t rank)
{
	for (;;) {
		size_t child = 2 * rank + 1;

		if (child >= holders->count)
			return rank;
		if (child + 1 < holders->count &&
		    is_newer(holders->heap[child + 1], holders->heap[child]))
			child++;
		put_at(holders, rank, holders->heap[child]);
		rank = child;
	}
}

static void drop_holders(struct ll_lineage *lineage, struct holders *holders)
{
	HASH_DEL(lineage->by_pid, holders);
	free(holders->heap);
	free(holders);
}

static void unlist(struct ll_lineage *lineage, struct person *person)
{
	struct holders *holders = find_holders(lineage, (uint32_t)person->key.tgid);
	struct person *last = holders->heap[--holders->count];

	HASH_DEL(lineage->by_key, person);
	if (last != person)
		rise(holders, sink(holders, person->rank), last);
	else if (holders->count == 0)
		drop_holders(lineage, holders);
}

static void leave_queue(struct ll_lineage *lineage, struct person *person)
{
	if (ring_is_empty(&person->place))
		return;
	ring_remove(&person->place);
	lineage->queued--;
}

static void forget(struct ll_lineage *lineage, struct person *person)
{
	leave_queue(lineage, person);
	unlist(lineage, person);
	ring_splice(&person->children, &person->sibling);
	ring_remove(&person->sibling);
	free(person);
	lineage->count--;
}

static void enter_queue(struct ll_lineage *lineage, struct person *person)
{
	if (!ring_is_empty(&person->place))
		return;
	ring_insert(&person->place, &lineage->queue);
	lineage->queued++;
	/* As many as the model may keep: those of its bound, and those that the living need. */
	while (lineage->queued > 2 * lineage->keep + (lineage->count - lineage->queued))
		forget(lineage, PERSON_OF(lineage->queue.next, place));
}

void ll_lineage_free(struct ll_lineage *lineage)
{
	struct holders *holders, *next_holders;
	struct person *person, *next;

	if (lineage == NULL)
		return;
	HASH_ITER(hh, lineage->by_pid, holders, next_holders)
		drop_holders(lineage, holders);
	HASH_ITER(hh, lineage->by_key, person, next) {
		HASH_DEL(lineage->by_key, person);
		free(person);
	}
	free(lineage);
}

static void mark(struct person *first, uint32_t marks)
{
	struct person *todo = first;

	first->next_to_mark = NULL;
	while (todo != NULL) {
		struct person *person = todo;

		todo = person->next_to_mark;
		person->marks |= marks;
		for (struct ring *at = person->children.next; at != &person->children;
		     at = at->next) {
			struct person *child = PERSON_OF(at, sibling);

			/* Who has them has handed them down. */
			if ((child->marks & marks) == marks)
				continue;
			child->next_to_mark = todo;
			todo = child;
		}
	}
}

void ll_lineage_mark_pid(struct ll_lineage *lineage, unsigned slot, uint32_t tgid)
{
	lineage->wanted[slot] = tgid;
}

static uint32_t take_wanted(struct ll_lineage *lineage, uint32_t tgid)
{
	uint32_t marks = 0;

	for (unsigned slot = 0; slot < MARKS; slot++) {
		if (lineage->wanted[slot] != tgid)
			continue;
		marks |= 1u << slot;
		lineage->wanted[slot] = 0;
	}
	return marks;
}

static struct holders *ensure_holders(struct ll_lineage *lineage, uint32_t tgid)
{
	struct holders *holders = find_holders(lineage, tgid);

	if (holders != NULL)
		return holders;
	holders = calloc(1, sizeof(*holders));
	if (holders == NULL)
		return NULL;
	holders->tgid = tgid;
	HASH_ADD(hh, lineage->by_pid, tgid, sizeof(tgid), holders);
	if (holders->hh.tbl != NULL)
		return holders;
	free(holders);
	return NULL;
}

static struct person *person_new(uint32_t tgid, uint64_t start_boottime_ns)
{
	struct person *person = calloc(1, sizeof(*person));

	if (person == NULL)
		return NULL;
	person->key = (struct key){ tgid, start_boottime_ns };
	ring_init(&person->sibling);
	ring_init(&person->children);
	ring_init(&person->place);
	return person;
}

/* Make room for one more holder of a pid. NULL: out of memory. */
static struct holders *reserve_holder(struct ll_lineage *lineage, uint32_t tgid)
{
	struct holders *holders = ensure_holders(lineage, tgid);
	struct person **heap;

	if (holders == NULL)
		return NULL;
	heap = ll_grow(holders->heap, holders->count + 1, &holders->room, sizeof(*heap), 1);
	if (heap != NULL)
		holders->heap = heap;
	else if (holders->count == 0)
		drop_holders(lineage, holders);
	return heap != NULL ? holders : NULL;
}

/* Returns 0 or -ENOMEM. */
static int list(struct ll_lineage *lineage, struct person *person)
{
	struct holders *holders = reserve_holder(lineage, (uint32_t)person->key.tgid);

	if (holders == NULL)
		return -ENOMEM;
	HASH_ADD(hh, lineage->by_key, key, sizeof(person->key), person);
	if (person->hh.tbl == NULL) {
		if (holders->count == 0)
			drop_holders(lineage, holders);
		return -ENOMEM;
	}
	rise(holders, holders->count++, person);
	return 0;
}

/* Find who has this identity, or make it. NULL: out of memory. */
static struct person *ensure(struct ll_lineage *lineage, uint32_t tgid,
			     uint64_t start_boottime_ns)
{
	struct person *person = find(lineage, tgid, start_boottime_ns);

	if (person != NULL)
		return person;
	person = person_new(tgid, start_boottime_ns);
	if (person == NULL)
		return NULL;
	if (list(lineage, person) < 0) {
		free(person);
		return NULL;
	}
	lineage->count++;
	person->marks = take_wanted(lineage, tgid);
	return person;
}

static void adopt(struct person *parent, struct person *child)
{
	if (child->has_parent || parent == child || is_newer(parent, child) ||
	    (parent->key.start_boottime_ns == child->key.start_boottime_ns &&
	     parent->key.tgid >= child->key.tgid))
		return;
	child->has_parent = true;
	ring_insert(&child->sibling, &parent->children);
	if ((parent->marks & ~child->marks) != 0)
		mark(child, parent->marks);
}

/* Whose child a process is, as an event of it tells. */
struct origin {
	uint32_t tgid; /* 0: not told */
	uint64_t start_boottime_ns; /* 0: not told */
};

static struct origin origin_of(const struct ll_event *event)
{
	struct origin origin = { 0 };

	if (ll_event_has(event, LL_F_PPID)) {
		origin.tgid = (uint32_t)event->parent_tgid;
		origin.start_boottime_ns = event->parent_start_boottime_ns;
	}
	/* A thread is created by its own process. */
	if (event->kind != LL_EVENT_FORK || !ll_event_has(event, LL_F_FORK_CALLER) ||
	    event->fork_caller_tgid == event->tgid ||
	    event->fork_caller_tgid == event->parent_tgid)
		return origin;
	return (struct origin){ .tgid = (uint32_t)event->fork_caller_tgid };
}

/* Hang a process below its parent, who may never have been heard of. */
static int learn_origin(struct ll_lineage *lineage, struct person *child,
			const struct ll_event *event)
{
	struct origin origin = origin_of(event);
	struct person *parent = NULL;

	if (child->has_parent || origin.tgid == 0)
		return 0;
	parent = find(lineage, origin.tgid, origin.start_boottime_ns);
	if (parent == NULL && origin.start_boottime_ns != 0) {
		parent = ensure(lineage, origin.tgid, origin.start_boottime_ns);
		if (parent == NULL)
			return -ENOMEM;
		enter_queue(lineage, parent);
	}
	if (parent != NULL)
		adopt(parent, child);
	return 0;
}

static bool ends(const struct ll_event *event)
{
	return event->kind == LL_EVENT_REAP &&
	       (!ll_event_has(event, LL_F_TID) || event->tid == event->tgid);
}

static uint64_t start_of(const struct ll_event *event)
{
	return ll_event_has(event, LL_F_CREATION) ? event->start_boottime_ns : 0;
}

int ll_lineage_see(struct ll_lineage *lineage, const struct ll_event *event)
{
	uint64_t start = start_of(event);

	if (!ll_event_has(event, LL_F_PID) || start == 0)
		return 0;
	struct person *person = ensure(lineage, (uint32_t)event->tgid, start);
	if (person == NULL)
		return -ENOMEM;
	leave_queue(lineage, person);
	int r = learn_origin(lineage, person, event);
	if (r == 0 && ends(event))
		enter_queue(lineage, person);
	return r;
}

void ll_lineage_mark(struct ll_lineage *lineage, const struct ll_event *event, unsigned slot)
{
	struct person *person = NULL;

	if (ll_event_has(event, LL_F_PID))
		person = find(lineage, (uint32_t)event->tgid, start_of(event));
	if (person != NULL && (person->marks >> slot & 1) == 0)
		mark(person, 1u << slot);
}

uint32_t ll_lineage_marks(const struct ll_lineage *lineage, const struct ll_event *event)
{
	const struct person *person = NULL;

	if (ll_event_has(event, LL_F_PID))
		person = find(lineage, (uint32_t)event->tgid, start_of(event));
	return person != NULL ? person->marks : 0;
}
