/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* See executables.h. */
#include "analysis/executables.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define HASH_NONFATAL_OOM 1
#include <uthash.h>

/* Forks in a row without an exec that are followed up. */
#define PARENTS_MAX 64

struct row {
	struct ll_summary_executable shown;
	UT_hash_handle hh;
	char name[];
};

struct ll_executables {
	struct row *rows;
	size_t count;
	struct ll_summary_executable others;
	const struct ll_summary_executable **sorted, **failing;
};

struct ll_executables *ll_executables_new(void)
{
	struct ll_executables *executables = calloc(1, sizeof(*executables));

	if (executables != NULL)
		executables->others.is_others = true;
	return executables;
}

void ll_executables_free(struct ll_executables *executables)
{
	struct row *row, *next;

	if (executables == NULL)
		return;
	HASH_ITER(hh, executables->rows, row, next) {
		HASH_DEL(executables->rows, row);
		free(row);
	}
	free(executables->sorted);
	free(executables->failing);
	free(executables);
}

/* One that executed nothing runs what its parent ran when it was forked; NULL: unknown. */
static const struct ll_image *image_of(const struct ll_model *model,
				       const struct ll_process *process)
{
	uint64_t at_ns = UINT64_MAX;

	for (int i = 0; process != NULL && i < PARENTS_MAX; i++) {
		for (const struct ll_image *image = process->image; image != NULL;
		     image = image->previous)
			if (image->time_boottime_ns <= at_ns)
				return image;
		at_ns = process->id.start_boottime_ns;
		process = process->original_parent.tgid != 0
				  ? ll_model_find(model, process->original_parent)
				  : NULL;
	}
	return NULL;
}

static struct ll_str name_of(const struct ll_model *model, const struct ll_process *process)
{
	const struct ll_image *image = image_of(model, process);

	if (image != NULL && image->interpreter.length > 0 && image->filename.length > 0)
		return image->filename;
	if (image != NULL && image->exe.length > 0)
		return image->exe;
	if (image != NULL && image->filename.length > 0)
		return image->filename;
	return ll_str_make(process->comm, strnlen(process->comm, sizeof(process->comm)));
}

static struct row *add_row(struct ll_executables *executables, struct ll_str name)
{
	struct row *row = calloc(1, sizeof(*row) + name.length);

	if (row == NULL)
		return NULL;
	if (name.length > 0)
		memcpy(row->name, name.data, name.length);
	row->shown.name = ll_str_make(row->name, name.length);
	HASH_ADD_KEYPTR(hh, executables->rows, row->name, name.length, row);
	if (row->hh.tbl == NULL) {
		free(row);
		return NULL;
	}
	executables->count++;
	return row;
}

/* NULL: out of memory. */
static struct ll_summary_executable *row_of(struct ll_executables *executables,
					    const struct ll_model *model,
					    const struct ll_process *process)
{
	struct ll_str name = name_of(model, process);
	struct row *row = NULL;

	if (executables->rows != NULL)
		HASH_FIND(hh, executables->rows, name.data, name.length, row);
	if (row == NULL && executables->count == LL_SUMMARY_EXECUTABLES)
		return &executables->others;
	if (row == NULL)
		row = add_row(executables, name);
	return row != NULL ? &row->shown : NULL;
}

int ll_executables_add_exec(struct ll_executables *executables, const struct ll_model *model,
			    const struct ll_process *process)
{
	struct ll_summary_executable *row = row_of(executables, model, process);

	if (row == NULL)
		return -ENOMEM;
	row->execs++;
	return 0;
}

static void add_status(struct ll_summary_executable *row, uint64_t wait_status)
{
	row->failures++;
	for (size_t i = 0; i < LL_SUMMARY_STATUSES; i++) {
		struct ll_summary_status *status = &row->statuses[i];

		if (status->count > 0 && status->wait_status != wait_status)
			continue;
		status->wait_status = wait_status;
		status->count++;
		return;
	}
	row->other_statuses++;
}

int ll_executables_add_end(struct ll_executables *executables, const struct ll_model *model,
			   const struct ll_process *process, uint64_t life_ns)
{
	struct ll_summary_executable *row = row_of(executables, model, process);

	if (row == NULL)
		return -ENOMEM;
	row->ends++;
	row->life_ns += life_ns;
	if (ll_process_knows(process, LL_F_UTIME))
		row->cpu_user_ns += process->cpu_user_ns;
	if (ll_process_knows(process, LL_F_STIME))
		row->cpu_system_ns += process->cpu_system_ns;
	if (ll_process_knows(process, LL_F_EXIT_STATUS) && process->wait_status != 0)
		add_status(row, process->wait_status);
	return 0;
}

/* ---- In order -------------------------------------------------------------------------- */

static int compare_names(const struct ll_summary_executable *a,
			 const struct ll_summary_executable *b)
{
	size_t least = a->name.length < b->name.length ? a->name.length : b->name.length;
	int order;

	/* The others come last. */
	if (a->is_others != b->is_others)
		return a->is_others ? 1 : -1;
	order = least > 0 ? memcmp(a->name.data, b->name.data, least) : 0;
	if (order != 0 || a->name.length == b->name.length)
		return order;
	return a->name.length < b->name.length ? -1 : 1;
}

static int compare_execs(const void *left, const void *right)
{
	const struct ll_summary_executable *const *a = left, *const *b = right;

	if ((*a)->is_others == (*b)->is_others && (*a)->execs != (*b)->execs)
		return (*a)->execs > (*b)->execs ? -1 : 1;
	return compare_names(*a, *b);
}

static int compare_failures(const void *left, const void *right)
{
	const struct ll_summary_executable *const *a = left, *const *b = right;

	if ((*a)->is_others == (*b)->is_others && (*a)->failures != (*b)->failures)
		return (*a)->failures > (*b)->failures ? -1 : 1;
	return compare_names(*a, *b);
}

static int compare_statuses(const void *left, const void *right)
{
	const struct ll_summary_status *a = left, *b = right;

	if (a->count != b->count)
		return a->count > b->count ? -1 : 1;
	return (a->wait_status > b->wait_status) - (a->wait_status < b->wait_status);
}

static void list(struct ll_executables *executables, struct ll_summary_executable *shown,
		 struct ll_summary_result *ret)
{
	qsort(shown->statuses, LL_SUMMARY_STATUSES, sizeof(shown->statuses[0]),
	      compare_statuses);
	executables->sorted[ret->executable_count++] = shown;
	if (shown->failures > 0)
		executables->failing[ret->failing_count++] = shown;
}

int ll_executables_sort(struct ll_executables *executables, struct ll_summary_result *ret)
{
	struct ll_summary_executable *others = &executables->others;
	struct row *row, *next;

	free(executables->sorted);
	free(executables->failing);
	executables->sorted = calloc(executables->count + 1, sizeof(*executables->sorted));
	executables->failing = calloc(executables->count + 1, sizeof(*executables->failing));
	if (executables->sorted == NULL || executables->failing == NULL)
		return -ENOMEM;
	ret->executable_count = ret->failing_count = 0;
	HASH_ITER(hh, executables->rows, row, next)
		list(executables, &row->shown, ret);
	if (others->execs > 0 || others->ends > 0)
		list(executables, others, ret);
	qsort(executables->sorted, ret->executable_count, sizeof(*executables->sorted),
	      compare_execs);
	qsort(executables->failing, ret->failing_count, sizeof(*executables->failing),
	      compare_failures);
	ret->executables = executables->sorted;
	ret->failing = executables->failing;
	return 0;
}
