/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* A model under test and copies of what it handed on for the last event applied. */
#pragma once

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "model/model.h"
#include "support/event_builder.h"

#define RECORDER_MAX 64

struct recorded {
	struct ll_event event; /* its strings point into the arrays below */
	char comm[16], entity_id[LL_ENTITY_ID_SIZE], parent_entity_id[LL_ENTITY_ID_SIZE];
};

struct recorder {
	struct ll_model *model;
	size_t count; /* handed on by the last recorder_apply(); may exceed RECORDER_MAX */
	struct recorded events[RECORDER_MAX];
	uint64_t last_sequence;
};

static inline struct ll_str recorder_copy(char *to, size_t size, struct ll_str text)
{
	assert_true(text.length <= size);
	if (text.length > 0)
		memcpy(to, text.data, text.length);
	return ll_str_make(to, text.length);
}

static inline int recorder_emit(void *arg, const struct ll_event *event)
{
	struct recorder *recorder = arg;
	if (event->kind != LL_EVENT_SNAPSHOT_END) {
		assert_int_equal(event->sequence, recorder->last_sequence + 1);
		recorder->last_sequence++;
	}
	if (recorder->count++ >= RECORDER_MAX)
		return 0;
	struct recorded *recorded = &recorder->events[recorder->count - 1];
	struct ll_event *copy = &recorded->event;
	*copy = *event;
	copy->comm = recorder_copy(recorded->comm, sizeof(recorded->comm), event->comm);
	copy->entity_id = recorder_copy(recorded->entity_id, sizeof(recorded->entity_id),
					event->entity_id);
	copy->parent_entity_id =
		recorder_copy(recorded->parent_entity_id, sizeof(recorded->parent_entity_id),
			      event->parent_entity_id);
	return 0;
}

static inline void recorder_apply(struct recorder *recorder, struct ll_event event)
{
	recorder->count = 0;
	assert_int_equal(ll_model_apply(recorder->model, &event, recorder_emit, recorder), 0);
}

/* The nth event handed on last, which must be of this kind. */
static inline const struct ll_event *recorder_event(const struct recorder *recorder, size_t n,
						    enum ll_event_kind kind)
{
	assert_true(n < recorder->count);
	assert_int_equal(recorder->events[n].event.kind, kind);
	return &recorder->events[n].event;
}

static inline const struct ll_process *recorder_find(const struct recorder *recorder,
						     struct built_id id)
{
	return ll_model_find(recorder->model, (struct ll_id){ id.pid, id.start_ns });
}

/* A process that must be there. */
static inline const struct ll_process *recorder_process(const struct recorder *recorder,
							struct built_id id)
{
	const struct ll_process *process = recorder_find(recorder, id);

	assert_non_null(process);
	return process;
}

static inline const struct ll_model_counts *recorder_counts(const struct recorder *recorder)
{
	return ll_model_counts(recorder->model);
}

static inline bool recorder_is_inferred(const struct ll_event *event)
{
	return ll_event_has(event, LL_F_INFERRED) && event->inferred;
}

#define assert_str_is(text, literal)                                                           \
	do {                                                                                   \
		assert_int_equal((text).length, strlen(literal));                              \
		assert_memory_equal((text).data, literal, strlen(literal));                    \
	} while (0)

static inline int recorder_setup_keep(void **state, size_t keep)
{
	struct recorder *recorder = test_calloc(1, sizeof(*recorder));

	assert_non_null(recorder);
	recorder->model = ll_model_new(keep);
	assert_non_null(recorder->model);
	*state = recorder;
	return 0;
}

static inline int recorder_setup(void **state)
{
	return recorder_setup_keep(state, 100);
}

static inline int recorder_teardown(void **state)
{
	struct recorder *recorder = *state;

	ll_model_free(recorder->model);
	test_free(recorder);
	return 0;
}

#define recorder_test(name)                                                                    \
	cmocka_unit_test_setup_teardown(name, recorder_setup, recorder_teardown)
