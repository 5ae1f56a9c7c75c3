/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Where the time went, for a person: a line for each process, those that hurt first, that is who
 * ran, waited for a CPU or was in D longest:
 *
 *     PID  COMMAND              NOW  LIFE  BY STATE       CPU%    WAIT  WAIT%   RUNS   MAX D  SCHED
 *    4301  dd if=/dev/sda       D      9s  RRwSSSDDDDDD   16.6   900ms   10.0    812    2.3s  nice 5
 *          D for 2.3s: io_schedule < folio_wait_bit < filemap_read
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "model/model.h"

struct ll_states_options {
	bool color;
	bool utf8; /* else only ASCII is written */
	unsigned width; /* columns; names and the bar take what is left. 0: as for 120 */
	unsigned height; /* lines; then how many processes are not shown. 0: no limit */
	bool show_threads; /* below its process each thread, and who of the dead ran longest */
	bool show_kthreads;
	uint64_t stall_ns; /* whose longest D lasted that long has its stack shown */
	uint64_t now_boottime_ns; /* for those alive; 0: unknown, then no life is shown */
};

/* Draw the model as it is now. Returns 0, -ENOMEM or another -errno. */
int ll_states_render(FILE *out, const struct ll_model *model,
		     const struct ll_states_options *options);

/*
 * Write one JSON object for each process, in the same order, with the fields marked LL_E_STATES;
 * with show_threads after it one for each of its threads, which has a thread.id. Returns as above.
 */
int ll_states_json(FILE *out, const struct ll_model *model,
		   const struct ll_states_options *options);
