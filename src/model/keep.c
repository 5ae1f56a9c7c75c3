/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The bound on dead processes: two heaps, oldest reap on top, and the graves.
 *
 * A heap and not a queue, because a process that ceases to be needed long after its
 * reap still has to go before the ones reaped later.
 */
#include "model/state.h"

#include <errno.h>
#include <stdlib.h>

#include "base/grow.h"

static int heap_reserve(struct ll_heap *heap, size_t count)
{
	struct ll_node **slots = ll_grow(heap->slots, count, &heap->room, sizeof(*slots), 64);

	if (slots == NULL)
		return -ENOMEM;
	heap->slots = slots;
	return 0;
}

static void heap_place(struct ll_heap *heap, size_t index, struct ll_node *node)
{
	heap->slots[index] = node;
	node->heap_index = index;
}

static void heap_rise(struct ll_heap *heap, size_t index, struct ll_node *node)
{
	while (index > 0) {
		size_t above = (index - 1) / 2;

		if (heap->slots[above]->reap_order <= node->reap_order)
			break;
		heap_place(heap, index, heap->slots[above]);
		index = above;
	}
	heap_place(heap, index, node);
}

static void heap_sink(struct ll_heap *heap, size_t index, struct ll_node *node)
{
	for (size_t below; (below = 2 * index + 1) < heap->count; index = below) {
		if (below + 1 < heap->count &&
		    heap->slots[below + 1]->reap_order < heap->slots[below]->reap_order)
			below++;
		if (node->reap_order <= heap->slots[below]->reap_order)
			break;
		heap_place(heap, index, heap->slots[below]);
	}
	heap_rise(heap, index, node);
}

int ll_keep_reserve(struct ll_model *model, size_t count)
{
	int r = heap_reserve(&model->spare, count);

	return r != 0 ? r : heap_reserve(&model->needed, count);
}

static void update_count(struct ll_model *model)
{
	model->counts.kept_dead = model->spare.count + model->needed.count;
}

void ll_keep_remove(struct ll_model *model, struct ll_node *node)
{
	struct ll_heap *heap = node->heap;
	if (heap == NULL)
		return;
	size_t hole = node->heap_index;
	struct ll_node *last = heap->slots[--heap->count];
	if (last != node)
		heap_sink(heap, hole, last);
	node->heap = NULL;
	update_count(model);
}

void ll_keep_file(struct ll_model *model, struct ll_node *node)
{
	struct ll_heap *heap = ll_tree_is_holding(node) ? &model->needed : &model->spare;

	if (node->heap == heap)
		return;
	ll_keep_remove(model, node);
	node->heap = heap;
	heap->count++;
	heap_rise(heap, heap->count - 1, node);
	update_count(model);
}

void ll_keep_trim(struct ll_model *model)
{
	uint64_t living = model->counts.alive + model->counts.zombies;

	/* Needed ones first: what they alone held becomes spare. */
	while (model->needed.count > living && model->needed.count - living > model->keep)
		ll_node_forget(model, model->needed.slots[0]);
	while (model->spare.count > model->keep)
		ll_node_forget(model, model->spare.slots[0]);
}

static size_t grave_index(struct ll_key key)
{
	uint64_t mixed = (key.pid ^ key.start_boottime_ns) * UINT64_C(0x9e3779b97f4a7c15);

	return (mixed >> 32) % LL_GRAVES;
}

void ll_grave_dig(struct ll_graves *graves, struct ll_key key)
{
	graves->slots[grave_index(key)] = key;
}

bool ll_grave_holds(const struct ll_graves *graves, struct ll_key key)
{
	const struct ll_key *slot = &graves->slots[grave_index(key)];

	return slot->pid == key.pid && slot->start_boottime_ns == key.start_boottime_ns;
}
