/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Which lines of a view -f asks for: those for which its expression is true. */
#pragma once

#include "event/filter.h"
#include "model/model.h"

/*
 * Ask a filter of a line, whose fields are those of its JSON, and of what the line does not say of
 * its process, which is put into it. NULL filter: every line is wanted. NULL process: unknown.
 */
bool ll_is_wanted(struct ll_filter *filter, struct ll_event *line,
		  const struct ll_process *process);

/* The same of a process by its line in `tree --json`; depth is its level. */
bool ll_is_process_wanted(struct ll_filter *filter, const struct ll_process *process,
			  unsigned depth);
