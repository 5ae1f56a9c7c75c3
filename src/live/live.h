/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The kernel as a source of events.
 *
 * Opens the BPF programs, takes the first snapshot, reads the rings, puts records
 * in time order, decodes them, and repairs after a loss with a new snapshot pass.
 * Order of calls: ll_live_new, [ll_live_spawn | ll_live_follow_pid], ll_live_poll
 * repeatedly, ll_live_stop, ll_live_poll once more to drain, [ll_live_look_last and
 * ll_live_poll again,] ll_live_free.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "event/event.h"

struct ll_live;

struct ll_live_options {
	size_t ring_bytes; /* 0: default; rounded up to a power of two of pages */
	size_t max_args_bytes; /* 0: default 4096; at most LL_LIVE_MAX_ARGS */
	size_t max_env_bytes; /* 0: no environment */
	bool failed_execs;
	uint32_t kinds; /* LL_E_* mask wanted; what nobody needs is not sent. 0: all */
	bool follow; /* only marked processes and their descendants (spawn, follow_pid) */
	char *const *command; /* argv that ll_live_spawn will start; NULL: none. Borrowed */
	bool all_states; /* every change of state, not only stops and long D; needs LL_E(STATE) */
	uint64_t stall_ns; /* D longer than this is told of while it lasts; 0: default */
	bool snapshot; /* take the first snapshot; implied false for spawn */
	/* Filters hold at the moment of an event; the end of what they once let through always comes. */
	bool has_uid; /* only processes whose effective or real uid is uid */
	uint32_t uid;
	const char *comm; /* only tasks of this name; NULL: any */
	const char
		*cgroup; /* only tasks in this cgroup or below; path as in /proc/PID/cgroup */
};

#define LL_LIVE_MAX_ARGS (1024 * 1024)
#define LL_LIVE_DEFAULT_ARGS 4096
#define LL_LIVE_DEFAULT_RING (8 * 1024 * 1024)
#define LL_LIVE_DEFAULT_STALL_NS UINT64_C(1000000000)

/*
 * Load, attach and (if asked) snapshot. With a command to start, call it while the process is
 * small and has no threads: see live/spawn.h. On failure returns -errno and, when ret_why is not
 * NULL, sets it to a heap string (owned by the caller) that says what was attempted, why it
 * failed and the remedy, in one line.
 *   -EPERM no privilege   -ENOENT no BTF   -EOPNOTSUPP no ring buffer or hook
 */
int ll_live_new(const struct ll_live_options *options, struct ll_live **ret_live,
		char **ret_why);
void ll_live_free(struct ll_live *live);

/*
 * Start options.command (looked up in PATH) with the caller's stdin, stdout and stderr, marked
 * in the kernel before its first instruction. Needs options.follow. Once only. Returns 0 and the
 * child's pid, or what ll_spawner_run() gives; then no child is left.
 */
int ll_live_spawn(struct ll_live *live, pid_t *ret_pid);

/* Mark a running process and its present descendants. -ESRCH when it is gone. */
int ll_live_follow_pid(struct ll_live *live, pid_t pid);

/*
 * Wait at most timeout_ms, then hand on every event that is due, in time order.
 * Returns 0, -EINTR when a signal came, another -errno, or what fn returned.
 */
int ll_live_poll(struct ll_live *live, int timeout_ms, ll_event_fn fn, void *arg);

/*
 * Ask for the times of all living threads: they come with the next polls, as LL_EVENT_STATE_TIMES.
 * Needs that kind in options.kinds. Returns 0 or -errno.
 */
int ll_live_ask_times(struct ll_live *live);

/* Detach: nothing new enters the rings; the next poll hands on all that is left. */
void ll_live_stop(struct ll_live *live);

/*
 * Once stopped and drained: see which processes are still there. Where only its RCU echo tells of a
 * reap, the last ones have not been told; after one more poll the model knows of them, inferred.
 * Returns 0 or -errno.
 */
int ll_live_look_last(struct ll_live *live);

struct ll_live_stats {
	uint64_t lost[LL_EVENT_KINDS]; /* by event kind */
	uint64_t records; /* read from the rings */
	uint64_t late; /* handed on after a later one */
	/* Sampled: their quotient is the mean. 0 when run-time statistics were not to be had. */
	uint64_t bpf_run_count;
	uint64_t bpf_run_ns;
	uint64_t skipped_runs; /* that the kernel left out: see misses.h */
	uint64_t unknown_records; /* of kinds or sizes this build does not know */
};

/* Fill *ret with counters up to now. */
void ll_live_stats(const struct ll_live *live, struct ll_live_stats *ret_stats);

/* Name what this kernel lets the tracer do, comma-separated, cut to size with its NUL. */
void ll_live_abilities(const struct ll_live *live, char *buf, size_t size);

/* One thing the tracer needs or would like; for `lifeline doctor`. */
struct ll_check {
	const char *name; /* "BTF", "ring buffer", ... */
	enum ll_check_verdict {
		LL_CHECK_OK,
		LL_CHECK_DEGRADED,
		LL_CHECK_FAILED,
		LL_CHECK_UNTESTED, /* a test needs rights that are missing */
	} verdict;
	char detail[200]; /* what was found */
	char remedy[200]; /* what to do; empty when OK or untested */
};

/* Try each thing this build can use on the running kernel; calls fn for each. */
int ll_live_doctor(int (*fn)(void *arg, const struct ll_check *check), void *arg);
