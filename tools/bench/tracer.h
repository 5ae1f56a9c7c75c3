/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * One tracing program under test, whoever wrote it: start, know when it is ready,
 * what it has cost, stop. Everything is learnt from outside (its descriptors, its CPU
 * clock, its /proc/PID/io), so that all tracers are held to the same measure.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct ll_tracer {
	pid_t pid; /* 0: not running */
	int stderr_fd; /* an unlinked file with what it said; -1: none */
	char said[240]; /* after stop or a failed start: its last line on stderr */
};

#define LL_TRACER_INIT                                                                         \
	{                                                                                      \
		.pid = 0, .stderr_fd = -1                                                      \
	}

/* What a tracer has used up to now. */
struct ll_tracer_cost {
	uint64_t cpu_ns; /* user space and the kernel on its behalf */
	uint64_t written_bytes; /* to anything, /dev/null included */
	uint64_t rss_peak_bytes;
	uint64_t maps_bytes; /* kernel memory of the BPF maps it holds open */
};

/*
 * Start argv with stdout on /dev/null, and wait until it traces: it holds attached BPF
 * programs, attaches no more of them, and has gone to sleep. Its tracefs, where the host
 * has none mounted, is in a mount namespace of its own. Returns 0 or -errno (-ECHILD: it
 * ended; -ETIMEDOUT); then nothing is left running and said tells its last words.
 */
int ll_tracer_start(struct ll_tracer *tracer, const char *const argv[]);

/* Wait, a bounded time, until it has digested what the rings hold. */
void ll_tracer_settle(const struct ll_tracer *tracer);

/* Fill *ret_cost; what cannot be read is 0. */
void ll_tracer_cost(const struct ll_tracer *tracer, struct ll_tracer_cost *ret_cost);

/* Interrupt it as Ctrl-C does, kill it if that does not help, reap it, read said. */
void ll_tracer_stop(struct ll_tracer *tracer);

/* Run-time statistics of one of a tracer's BPF programs. */
struct ll_tracer_program {
	char name[16];
	uint64_t run_count;
	uint64_t run_ns;
};

/*
 * Fill ret_programs with at most capacity programs it holds open. Counters move only
 * while BPF statistics are on. Returns how many.
 */
size_t ll_tracer_programs(const struct ll_tracer *tracer,
			  struct ll_tracer_program *ret_programs, size_t capacity);

/*
 * Turn BPF run-time statistics on for as long as the returned descriptor is open (owned
 * by the caller). Returns -errno where the kernel will not (needs 5.8).
 */
int ll_tracer_enable_bpf_stats(void);
