/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Whether two processes of two runs ran the same. What only tells one run from another is no
 * difference, and nothing else:
 *  - below /tmp, /var/tmp and /dev/shm, a name made by mkstemp and its like: two of equal length
 *    that end in six or more letters and digits, of which three at least differ and those of one
 *    at least look random (digits among letters, capitals after small letters); gcc's, cc and six
 *    letters, whatever they look like; two that are the same but for a number of four digits or
 *    more at their ends;
 *  - the pid of the process itself or of one it descends from, where the other run has the pid of
 *    the same one;
 *  - the directory that the job was started in, at the beginning of a path, when both jobs have
 *    one root.
 * Exact: all these are differences.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "analysis/job.h"

struct ll_alike {
	const struct ll_job *jobs[2]; /* borrowed */
	bool is_exact;
	struct ll_str homes[2]; /* where the jobs were started; empty: no matter */
	uint64_t compared_count; /* processes that were compared with each other so far */
};

void ll_alike_init(struct ll_alike *alike, const struct ll_job *a, const struct ll_job *b,
		   bool is_exact);

/* Whether a text of process a and one of process b are the same. */
bool ll_alike_texts(const struct ll_alike *alike, uint32_t a, uint32_t b, struct ll_str text_a,
		    struct ll_str text_b);

/* Whether both ran the same, in the same directories. */
bool ll_alike_processes(struct ll_alike *alike, uint32_t a, uint32_t b);

/* What a hash passes over; texts that are alike have the same hash of the last. */
enum ll_alike_level {
	LL_ALIKE_PLAIN, /* nothing */
	LL_ALIKE_NAMES, /* what may be names of temporary files */
	LL_ALIKE_DIGITS, /* and all numbers */
	LL_ALIKE_LEVELS,
};

/* Hash a text of side 0 or 1; of what the process of an index ran. */
uint64_t ll_alike_hash_text(const struct ll_alike *alike, int side, struct ll_str text,
			    enum ll_alike_level level, uint64_t seed);
uint64_t ll_alike_hash(const struct ll_alike *alike, int side, uint32_t index,
		       enum ll_alike_level level);

/* Mix a value into a hash. */
static inline uint64_t ll_alike_mix(uint64_t hash, uint64_t value)
{
	hash = (hash ^ value) * UINT64_C(0x9e3779b97f4a7c15);
	return hash ^ hash >> 29;
}
