/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The executables of a summary: a table that is full at some time, and then has a row of others. */
#pragma once

#include "analysis/summary.h"

struct ll_executables;

/* Returns NULL when out of memory. */
struct ll_executables *ll_executables_new(void);
void ll_executables_free(struct ll_executables *executables);

/* Count an exec of what the process now runs. Returns 0 or -ENOMEM. */
int ll_executables_add_exec(struct ll_executables *executables, const struct ll_model *model,
			    const struct ll_process *process);
/* Count its end, with what is known of it. Returns 0 or -ENOMEM. */
int ll_executables_add_end(struct ll_executables *executables, const struct ll_model *model,
			   const struct ll_process *process, uint64_t life_ns);

/* Put the rows in order, for the result. Returns 0 or -ENOMEM. */
int ll_executables_sort(struct ll_executables *executables, struct ll_summary_result *ret);
