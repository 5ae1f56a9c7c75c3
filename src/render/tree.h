/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The process tree for a person, one process a line, drawn like pstree:
 *
 *   make -j2 all (4200)  14.2s, cpu 13.1s, exited 0
 *   ├─ 12 × cc1 … (4301 … 4399)  13.2s in all, cpu 12.9s, exited 0
 *   └─ ld -o prog (4400)  120ms, cpu 101ms, killed by SIGKILL
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "model/model.h"

struct ll_tree_options {
	bool color;
	bool utf8; /* else only ASCII is written */
	unsigned width; /* columns; longer lines are cut with an ellipsis. 0: no limit */
	bool show_kthreads;
	/* Say how many threads a process has, or had at its peak when it is over: if more than one. */
	bool show_threads;
	/*
	 * Draw identical sibling subtrees once, with their number and summed times. Processes
	 * are identical when name, arguments and end are. With show_times no root is folded.
	 */
	bool fold;
	bool show_times; /* wall time, CPU time and exit status */
	uint64_t now_boottime_ns; /* for those alive; 0: unknown, then no time is shown */
	uint32_t root_tgid; /* only this process and below; 0: all roots */
};

/*
 * Find who has the pid now, else the newest that had it. Borrowed from the model; NULL
 * when nobody known has or had it.
 */
const struct ll_process *ll_tree_find_root(const struct ll_model *model, uint32_t tgid);

/*
 * Draw the model as it is now. Time and memory grow linearly with the processes, the
 * stack not at all. Levels too deep for the width are replaced by their number.
 * Returns 0, -ENOMEM, -ESRCH when root_tgid is not in the model, or another -errno.
 */
int ll_tree_render(FILE *out, const struct ll_model *model,
		   const struct ll_tree_options *options);
