/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The threads of living processes. The leader is a flag of its process, every other
 * thread is an entry here: so the swap of identities at an exec needs no bookkeeping.
 * Threads that ended are buried, lest a fork event that comes late revives them.
 */
#include "model/state.h"

#include <errno.h>
#include <stdlib.h>

#include "base/cleanup.h"

bool ll_event_is_leader(const struct ll_event *event)
{
	return !ll_event_has(event, LL_F_TID) || event->tid == event->tgid;
}

static struct ll_key thread_key(const struct ll_event *event)
{
	return (struct ll_key){ .pid = event->tid,
				.start_boottime_ns = event->thread_start_boottime_ns };
}

/* A thread without a start time is the one of that tid in its process. */
static struct ll_thread *thread_find(const struct ll_model *model, const struct ll_node *node,
				     struct ll_key key)
{
	struct ll_thread *thread = NULL;

	HASH_FIND(hh, model->threads, &key, sizeof(key), thread);
	if (thread != NULL || key.start_boottime_ns != 0)
		return thread;
	DL_FOREACH(node->threads, thread) {
		if (thread->key.pid == key.pid)
			return thread;
	}
	return NULL;
}

static void count_tasks(struct ll_model *model, struct ll_node *node, int change)
{
	struct ll_process *process = &node->process;

	process->thread_count += (uint32_t)change;
	if (process->thread_count > process->thread_peak)
		process->thread_peak = process->thread_count;
	model->counts.alive_threads += (uint64_t)(int64_t)change;
}

static void thread_remove(struct ll_model *model, struct ll_thread *thread)
{
	struct ll_node *node = thread->node;

	if (thread->key.start_boottime_ns != 0)
		ll_grave_dig(&model->dead_threads, thread->key);
	ll_states_end_thread(model, node, thread->key);
	HASH_DELETE(hh, model->threads, thread);
	DL_DELETE(node->threads, thread);
	count_tasks(model, node, -1);
	free(thread);
}

static struct ll_thread *thread_new(struct ll_model *model, struct ll_node *node,
				    struct ll_key key, uint64_t since_ns)
{
	LL_AUTO_FREE struct ll_thread *thread = calloc(1, sizeof(*thread));
	if (thread == NULL)
		return NULL;
	thread->key = key;
	thread->node = node;
	thread->since_ns = since_ns;
	HASH_ADD(hh, model->threads, key, sizeof(key), thread);
	if (thread->hh.tbl == NULL)
		return NULL;
	DL_APPEND(node->threads, thread);
	count_tasks(model, node, 1);
	return TAKE(thread);
}

int ll_thread_add(struct ll_model *model, struct ll_node *node, const struct ll_event *event,
		  struct ll_thread **ret_thread, bool *ret_is_new)
{
	struct ll_key key = thread_key(event);
	uint64_t since_ns = key.start_boottime_ns;
	if (since_ns == 0)
		since_ns = event->time_boottime_ns;
	struct ll_thread *thread = thread_find(model, node, key);
	if (thread != NULL && thread->node != node) {
		thread_remove(model, thread);
		thread = NULL;
	}
	bool is_new = thread == NULL;
	bool ended = node->process.life != LL_LIFE_ALIVE || since_ns <= node->exec_ns ||
		     (key.start_boottime_ns != 0 && ll_grave_holds(&model->dead_threads, key));
	if (is_new && !ended) {
		thread = thread_new(model, node, key, since_ns);
		if (thread == NULL)
			return -ENOMEM;
	}
	*ret_thread = thread;
	*ret_is_new = is_new;
	return 0;
}

bool ll_thread_lives(const struct ll_model *model, const struct ll_node *node,
		     const struct ll_event *event)
{
	return thread_find(model, node, thread_key(event)) != NULL;
}

void ll_thread_end(struct ll_model *model, struct ll_node *node, const struct ll_event *event)
{
	struct ll_key key = thread_key(event);
	struct ll_thread *thread = thread_find(model, node, key);

	if (thread != NULL && thread->node == node)
		thread_remove(model, thread);
	else if (key.start_boottime_ns != 0)
		ll_grave_dig(&model->dead_threads, key);
	ll_states_end_thread(model, node, key);
}

void ll_thread_end_older(struct ll_model *model, struct ll_node *node, uint64_t until_ns)
{
	struct ll_thread *thread, *next;

	DL_FOREACH_SAFE(node->threads, thread, next)
	{
		if (thread->since_ns <= until_ns)
			thread_remove(model, thread);
	}
}

void ll_thread_end_unseen(struct ll_model *model, uint64_t pass, uint64_t begin_ns)
{
	struct ll_thread *thread, *next;

	HASH_ITER(hh, model->threads, thread, next) {
		if (thread->seen_pass != pass && thread->since_ns < begin_ns)
			thread_remove(model, thread);
	}
}

void ll_thread_set_leader(struct ll_model *model, struct ll_node *node, bool alive)
{
	if (node->process.leader_alive == alive)
		return;
	node->process.leader_alive = alive;
	if (!alive)
		ll_states_end_thread(model, node, node->key);
	count_tasks(model, node, alive ? 1 : -1);
}
