/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What a watch or a capture comes to, on one screen: counts, rates over time, who took longest,
 * most CPU, most memory, what was executed most often and what failed, how soon forks execute,
 * how long processes live, the deepest chain, what was lost, and the critical path.
 *
 * Made of the model's events as they come, in a memory that their number does not change: lists of
 * fixed length, histograms, a fixed number of bins of time that are joined in pairs when time goes on,
 * LL_SUMMARY_EXECUTABLES rows of executables and one of all others, what waits to be reaped, and the
 * records of the critical path, which are bounded by themselves.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analysis/cmdline.h"
#include "analysis/critical_path.h"
#include "event/event.h"
#include "model/histogram.h"
#include "model/model.h"

struct ll_summary;

/* Rows of each list of processes. */
#define LL_SUMMARY_TOP 5
/* Bins of time; of a watch that is not short at least half of them are used. */
#define LL_SUMMARY_BINS 64
/* Executables with a row of their own. */
#define LL_SUMMARY_EXECUTABLES 4096
/* How often runs of an executable ended in one way is told of so many ways. */
#define LL_SUMMARY_STATUSES 4
/* Of a deeper chain the innermost so many have names; it is followed up to so many. */
#define LL_SUMMARY_CHAIN 16
#define LL_SUMMARY_DEPTH 1000

struct ll_summary_options {
	bool has_root; /* it is the run of one process, and has a critical path */
	uint32_t root_tgid; /* as ll_critical_path_new() has it */
	size_t keep; /* bounds the records of the path */
};

/* Lives shorter than these are counted. */
#define LL_SUMMARY_SHORT_COUNT 4
extern const uint64_t ll_summary_short_ns[LL_SUMMARY_SHORT_COUNT];

enum ll_summary_order {
	LL_SUMMARY_LONGEST,
	LL_SUMMARY_CPU,
	LL_SUMMARY_MEMORY,
	LL_SUMMARY_ORDERS,
};

/* A process that has ended. */
struct ll_summary_process {
	struct ll_id id;
	struct ll_cmdline command;
	bool knows_status, knows_cpu, knows_rss;
	uint64_t wait_status, life_ns, cpu_user_ns, cpu_system_ns, max_rss_bytes;
};

struct ll_summary_status {
	uint64_t wait_status, count;
};

/*
 * By path: of a script its own, not the interpreter's; of a process that executed nothing that of
 * whoever forked it; by name where that is unknown.
 */
struct ll_summary_executable {
	struct ll_str name;
	bool is_others; /* all that found no row */
	uint64_t execs;
	uint64_t ends,
		failures; /* processes that ended running it; by a signal, or not with 0 */
	uint64_t life_ns, cpu_user_ns, cpu_system_ns; /* of these, in all */
	struct ll_summary_status statuses[LL_SUMMARY_STATUSES]; /* of failures, most first */
	uint64_t other_statuses; /* failures of all other ways */
};

struct ll_summary_bin {
	uint64_t births, execs, ends; /* of processes */
};

struct ll_summary_lost {
	enum ll_event_kind kind; /* LL_EVENT_LOST: unknown */
	uint64_t count;
};

struct ll_summary_member {
	struct ll_id id;
	struct ll_cmdline command;
	unsigned depth; /* from 1, the outermost that is known */
};

/*
 * The result; all it points to is borrowed from the summary, and valid until its next call or its free.
 * Processes leave threads out, and kernel threads.
 */
struct ll_summary_result {
	uint64_t begin_ns,
		end_ns; /* CLOCK_BOOTTIME; of the first event, and of the last moment */
	uint64_t begin_unix_ns; /* 0: unknown */
	uint64_t events[LL_EVENT_KINDS]; /* as `trace` shows them, threads apart */
	uint64_t births, kthreads, thread_births, ends, thread_ends;
	uint64_t failures, killed; /* of ends: by a signal or not with 0; by a signal */
	uint64_t inferred; /* of all events */
	uint64_t life_short[LL_SUMMARY_SHORT_COUNT];
	uint64_t cpu_user_ns, cpu_system_ns;
	const struct ll_histogram *lives; /* of processes that ended */
	const struct ll_histogram *exec_delays; /* from the fork to the first exec */
	const struct ll_summary_bin *bins;
	size_t bin_count;
	uint64_t bin_ns;
	struct {
		const struct ll_summary_process *rows;
		size_t count;
	} top[LL_SUMMARY_ORDERS];
	const struct ll_summary_executable *const *executables; /* most often executed first */
	const struct ll_summary_executable *const *failing; /* with failures, most first */
	size_t executable_count, failing_count;
	unsigned depth; /* 0: no process was told of */
	const struct ll_summary_member *chain; /* innermost last */
	size_t chain_count;
	const struct ll_summary_lost *lost;
	size_t lost_count;
	bool has_path;
	struct ll_critical_result path;
	const struct ll_critical_share *shares; /* of the path, longest first */
	size_t share_count;
	const struct ll_critical_name *names; /* the same by name */
	size_t name_count;
};

/* Returns NULL when out of memory. */
struct ll_summary *ll_summary_new(const struct ll_summary_options *options);
void ll_summary_free(struct ll_summary *summary);

/*
 * Take note of an event as the model has just handed it on: of every one, for time, losses, reaps
 * and the critical path. Returns 0 or -ENOMEM.
 */
int ll_summary_note(struct ll_summary *summary, const struct ll_model *model,
		    const struct ll_event *event);

/* Count the same event after that, when it is wanted. Returns 0 or -ENOMEM. */
int ll_summary_count(struct ll_summary *summary, const struct ll_model *model,
		     const struct ll_event *event);

/*
 * Sum up, as of now_ns (CLOCK_BOOTTIME). Once, at the end: zombies are then counted as they are.
 * Returns 0 or -ENOMEM.
 */
int ll_summary_end(struct ll_summary *summary, const struct ll_model *model, uint64_t now_ns,
		   struct ll_summary_result *ret);
