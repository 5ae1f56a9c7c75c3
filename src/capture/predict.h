/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What the next value of a column will be, as writer and reader of a block both work it out:
 * so both have to see the same values in the same order. See capture/format.h for the rules.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "capture/schema.h"
#include "event/entity.h"

#define LL_PREDICT_TASKS 512

/* The text of an identity, kept while it stays the same. */
struct ll_entity_text {
	uint64_t tgid, start_ns;
	uint8_t length; /* 0: not made yet */
	char text[LL_ENTITY_ID_SIZE];
};

struct ll_task {
	uint64_t tid;
	uint32_t generation; /* the block it was last heard of in */
	struct ll_entity_text own, parent;
	uint64_t values[LL_TASK_VALUES];
};

struct ll_predictor {
	struct ll_task *tasks;
	size_t task_bytes; /* of a task's values, as many as the schema has */
	uint32_t generation; /* of the block; 0 is none */
	uint64_t *last; /* by column: value, or difference */
	const struct ll_task
		*recent; /* whom the event before was of; NULL: none in this block */
	/* Of the event. */
	struct ll_task *task;
	bool is_new_task;
	struct ll_entity_text sender;
	uint64_t time_ns, tid, tgid, ppid, start_ns, thread_start_ns, args_length, sender_tgid;
};

/* Returns 0 or -ENOMEM. The schema is borrowed. */
int ll_predictor_init(struct ll_predictor *predictor, const struct ll_schema *schema);
void ll_predictor_fini(struct ll_predictor *predictor);

/* Begin a block. */
void ll_predictor_reset(struct ll_predictor *predictor, const struct ll_schema *schema);

/* Begin an event. */
static inline void ll_predictor_begin(struct ll_predictor *predictor)
{
	predictor->time_ns = 0;
	predictor->tid = 0;
	predictor->tgid = 0;
	predictor->ppid = 0;
	predictor->start_ns = 0;
	predictor->thread_start_ns = 0;
	predictor->args_length = 0;
	predictor->sender_tgid = 0;
	predictor->task = NULL;
}

/* A task this block has told of, by thread id; NULL: none. */
static inline struct ll_task *ll_predictor_find(const struct ll_predictor *predictor,
						uint64_t tid)
{
	struct ll_task *task = &predictor->tasks[tid % LL_PREDICT_TASKS];

	return task->tid == tid && task->generation == predictor->generation ? task : NULL;
}

/* The thread is known: find its place. */
static inline void ll_predictor_enter(struct ll_predictor *predictor)
{
	struct ll_task *task = &predictor->tasks[predictor->tid % LL_PREDICT_TASKS];

	predictor->task = task;
	predictor->is_new_task =
		task->tid != predictor->tid || task->generation != predictor->generation;
}

/* Give a new task what it starts with. */
void ll_predictor_welcome(struct ll_predictor *predictor);

/* The lead is known, those columns of it that have a bit in the mask. */
static inline void ll_predictor_settle(struct ll_predictor *predictor, unsigned lead)
{
	if (predictor->is_new_task)
		ll_predictor_welcome(predictor);
	predictor->recent = predictor->task;
	if (lead >> LL_COLUMN_PID & 1)
		predictor->task->values[LL_ROLE_PID] = predictor->tgid;
	if (lead >> LL_COLUMN_PPID & 1)
		predictor->task->values[LL_ROLE_PPID] = predictor->ppid;
}

static inline uint64_t ll_predict_lead(const struct ll_predictor *predictor, size_t index)
{
	if (index == LL_COLUMN_PID)
		return predictor->is_new_task ? predictor->tid
					      : predictor->task->values[LL_ROLE_PID];
	if (index == LL_COLUMN_PPID && !predictor->is_new_task)
		return predictor->task->values[LL_ROLE_PPID];
	return predictor->last[index];
}

static inline uint64_t ll_predict_sender(const struct ll_predictor *predictor, size_t index,
					 enum ll_role role)
{
	const struct ll_task *task = ll_predictor_find(predictor, predictor->sender_tgid);

	return task != NULL ? task->values[role] : predictor->last[index];
}

/* Predict a column after the lead. */
static inline uint64_t ll_predict(const struct ll_predictor *predictor,
				  const struct ll_column *column, size_t index)
{
	switch (column->prediction) {
	case LL_PREDICT_LAST:
		return predictor->last[index];
	case LL_PREDICT_START:
		if (predictor->tid == predictor->tgid)
			return predictor->start_ns;
		/* fallthrough */
	case LL_PREDICT_TASK:
		return column->task != LL_TASK_NOTHING ? predictor->task->values[column->task]
						       : predictor->last[index];
	case LL_PREDICT_TIME:
		return predictor->time_ns + predictor->last[index];
	case LL_PREDICT_PID:
		return predictor->tgid + predictor->last[index];
	case LL_PREDICT_PARENT:
		return predictor->ppid;
	case LL_PREDICT_AGE:
		return predictor->time_ns - predictor->thread_start_ns;
	case LL_PREDICT_LENGTH:
		return predictor->args_length + predictor->last[index];
	case LL_PREDICT_SENDER_START:
		return ll_predict_sender(predictor, index, LL_ROLE_START);
	case LL_PREDICT_SENDER_COMM:
		return ll_predict_sender(predictor, index, LL_ROLE_COMM);
	case LL_PREDICT_SENDER_UID:
		return ll_predict_sender(predictor, index, LL_ROLE_UID);
	default:
		return 0;
	}
}

/* Remember the value that a column turned out to have. */
static inline void ll_predictor_learn(struct ll_predictor *predictor,
				      const struct ll_column *column, size_t index,
				      uint64_t value)
{
	uint64_t last = value;

	if (column->prediction == LL_PREDICT_TIME)
		last -= predictor->time_ns;
	else if (column->prediction == LL_PREDICT_PID)
		last -= predictor->tgid;
	else if (column->prediction == LL_PREDICT_LENGTH)
		last -= predictor->args_length;
	predictor->last[index] = last;
	if (column->task == LL_TASK_NOTHING)
		return;
	predictor->task->values[column->task] = value;
	if (column->task == LL_ROLE_START)
		predictor->start_ns = value;
	else if (column->task == LL_ROLE_THREAD_START)
		predictor->thread_start_ns = value;
	else if (column->task == LL_ROLE_SENDER)
		predictor->sender_tgid = value;
}

/* The usual text of an entity id; valid until the next event. */
struct ll_str ll_predict_entity(struct ll_predictor *predictor, unsigned which,
				uint64_t parent_start_ns, uint64_t sender_start_ns);
