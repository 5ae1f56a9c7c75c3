/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What two runs of one job differ in: the processes of both as one tree, each with what became of
 * it. A difference is never made of what was not recorded: where a capture was cut off, who still
 * ran then is unfinished, and who is missing below is unreached.
 *
 * Times. Of two runs nobody knows how much a third would differ, so the runs themselves tell: of
 * all pairs that ran the same for 10 ms and more the median ratio is how much slower all of B is,
 * and the median deviation from that is how much any pair varies. A process is slower or faster
 * when all of this holds of its time, against A's times that ratio:
 *  - it is off by more than the noise asked for (50 %), and by more than four such deviations
 *    of a normal distribution;
 *  - it is off by more than 100 ms, besides what it (or, if it has children, it and all below it)
 *    waited for a CPU: that is for others' work;
 *  - those below it that are slower, faster, added or removed do not account for it.
 * With less than eight pairs there is no telling what is usual: the ratio is 1, the deviation 0.
 */
#pragma once

#include "analysis/pairs.h"

/* What became of a process. */
enum ll_diff_kind {
	LL_DIFF_ADDED,
	LL_DIFF_REMOVED,
	LL_DIFF_MOVED,
	LL_DIFF_ARGUMENTS, /* of any program it ran; or its file, or its directory */
	LL_DIFF_EXIT,
	LL_DIFF_SLOWER,
	LL_DIFF_FASTER,
	LL_DIFF_UNFINISHED, /* ended in one; in the other it ran when the recording ended */
	LL_DIFF_UNREACHED, /* in one alone; the other ended before it may have come */
	LL_DIFF_KINDS,
};

#define LL_DIFF(kind) (1u << LL_DIFF_##kind)

/* A process of either or both. Parents stand before their children, siblings in their order. */
struct ll_diff_entry {
	uint32_t of[2]; /* its indices, LL_JOB_NONE: not there */
	uint32_t parent; /* an entry */
	uint32_t depth; /* 0: a root */
	uint32_t kinds; /* LL_DIFF() mask of what -f asks for and is a difference */
	uint32_t noted; /* the same without a filter, with what makes no difference */
};

struct ll_diff_options {
	bool is_exact; /* see ll_alike */
	bool ignores_times;
	double noise; /* 0.5: half as long again, or two thirds, is none */
};

struct ll_diff {
	const struct ll_job *jobs[2]; /* borrowed */
	struct ll_alike alike;
	struct ll_pairs pairs;
	struct ll_diff_entry *entries; /* the first is of LL_JOB_TOP */
	uint32_t count;
	uint32_t matched_count;
	uint32_t counts[LL_DIFF_KINDS]; /* of entries' kinds */
	double scale; /* how many times as long B took, at the median; 1 when unknown */
	double spread; /* of the logarithm of that, as a standard deviation */
	uint32_t timed_count; /* pairs that say so */
};

#define LL_DIFF_NOISE 0.5
/* So many pairs tell what is usual. */
#define LL_DIFF_TIMED_LEAST 8

/*
 * Compare two jobs, which the result borrows. Fini even on failure. Returns 0 or -ENOMEM. Memory
 * is proportional to the processes, the work to n log n.
 */
int ll_diff_init(struct ll_diff *diff, const struct ll_job *a, const struct ll_job *b,
		 const struct ll_diff_options *options);
void ll_diff_fini(struct ll_diff *diff);

/* Whether there is any difference. */
bool ll_diff_is_any(const struct ll_diff *diff);

/* "added" and the like; valid forever. */
const char *ll_diff_kind_name(enum ll_diff_kind kind);

/* times.c: find what is slower or faster; sets noted. Returns 0 or -ENOMEM. */
int ll_diff_time(struct ll_diff *diff, double noise);
