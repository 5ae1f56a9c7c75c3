/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * How long something takes, of which there may be millions: a fixed size, and quantiles that
 * are at most an eighth off.
 */
#pragma once

#include <stdint.h>

/* Four buckets for each doubling, from half a microsecond to nineteen hours. */
#define LL_HISTOGRAM_LEAST_LOG2 9
#define LL_HISTOGRAM_MOST_LOG2 46
#define LL_HISTOGRAM_BUCKETS ((LL_HISTOGRAM_MOST_LOG2 - LL_HISTOGRAM_LEAST_LOG2) * 4)

/* All zero is empty. */
struct ll_histogram {
	uint64_t count;
	uint64_t least_ns, most_ns; /* exact; 0 when empty */
	uint32_t buckets[LL_HISTOGRAM_BUCKETS]; /* one that is full stays so */
};

void ll_histogram_add(struct ll_histogram *histogram, uint64_t ns);

/*
 * The time that permille of a thousand stayed below (500: the median), an eighth of it off at
 * most and never outside of what was added. 0 when empty.
 */
uint64_t ll_histogram_quantile(const struct ll_histogram *histogram, unsigned permille);
