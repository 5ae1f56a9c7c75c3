/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* See predict.h. */
#include "capture/predict.h"

#include <errno.h>
#include <stdlib.h>

int ll_predictor_init(struct ll_predictor *predictor, const struct ll_schema *schema)
{
	*predictor = (struct ll_predictor){
		.task_bytes = schema->task_count * sizeof(uint64_t),
		.tasks = calloc(LL_PREDICT_TASKS, sizeof(*predictor->tasks)),
		.last = calloc(schema->column_count, sizeof(*predictor->last)),
	};
	if (predictor->tasks != NULL && predictor->last != NULL)
		return 0;
	ll_predictor_fini(predictor);
	return -ENOMEM;
}

void ll_predictor_fini(struct ll_predictor *predictor)
{
	free(predictor->tasks);
	free(predictor->last);
	*predictor = (struct ll_predictor){ 0 };
}

void ll_predictor_reset(struct ll_predictor *predictor, const struct ll_schema *schema)
{
	predictor->generation++;
	predictor->recent = NULL;
	memset(predictor->last, 0, schema->column_count * sizeof(*predictor->last));
}

/* A thread has most in common with its process, a process with its parent; else who came last will do. */
void ll_predictor_welcome(struct ll_predictor *predictor)
{
	struct ll_task *task = predictor->task;
	bool is_process = predictor->tid == predictor->tgid;
	const struct ll_task *kin =
		ll_predictor_find(predictor, is_process ? predictor->ppid : predictor->tgid);
	const struct ll_task *like = kin != NULL ? kin : predictor->recent;

	if (like == NULL)
		memset(task->values, 0, predictor->task_bytes);
	else if (like != task)
		memcpy(task->values, like->values, predictor->task_bytes);
	if (is_process) {
		if (kin != NULL)
			task->values[LL_ROLE_PARENT_START] = task->values[LL_ROLE_START];
		task->values[LL_ROLE_START] = predictor->time_ns;
	}
	task->values[LL_ROLE_THREAD_START] = predictor->time_ns;
	task->tid = predictor->tid;
	task->generation = predictor->generation;
}

static struct ll_str text_of(struct ll_entity_text *entity, uint64_t tgid, uint64_t start_ns)
{
	if (entity->length == 0 || entity->tgid != tgid || entity->start_ns != start_ns) {
		entity->tgid = tgid;
		entity->start_ns = start_ns;
		entity->length = (uint8_t)ll_entity_id_format(
			entity->text, sizeof(entity->text), (uint32_t)tgid, start_ns);
	}
	return ll_str_make(entity->text, entity->length);
}

struct ll_str ll_predict_entity(struct ll_predictor *predictor, unsigned which,
				uint64_t parent_start_ns, uint64_t sender_start_ns)
{
	if (which == 0)
		return text_of(&predictor->task->own, predictor->tgid, predictor->start_ns);
	if (which == 1)
		return text_of(&predictor->task->parent, predictor->ppid, parent_start_ns);
	return text_of(&predictor->sender, predictor->sender_tgid, sender_start_ns);
}
