/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Runs that the kernel skipped.
 *
 * A BPF program that is running on a CPU is not entered again there: the kernel skips that run
 * and counts it (recursion_misses of struct bpf_prog_info, from 5.12). From 7.0 on tracepoint
 * programs run preemptible, so it happens. Turning preemption off inside the program does not
 * help: the task that is due then runs at the moment it is turned on again, still inside. What the run would have
 * sent is lost, so each is reported as one lost record. With filters that is the most that may
 * have been lost: nobody looked whether the event was wanted.
 */
#pragma once

#include <stdint.h>

#include "live/losses.h"
#include "live/order.h"

struct lifeline_bpf;

/* Programs whose missed run is a lost record. */
#define LL_MISSES_PROGRAMS 13

struct ll_misses {
	uint64_t seen[LL_MISSES_PROGRAMS]; /* already reported */
};

/*
 * Report the runs missed since the last call, as lost since since_boottime_ns. Adds their number
 * to *lost. Returns 0 or -ENOMEM.
 */
int ll_misses_collect(struct ll_misses *misses, const struct lifeline_bpf *skeleton,
		      uint64_t since_boottime_ns, struct ll_losses *losses,
		      struct ll_order *order, uint64_t *lost);
