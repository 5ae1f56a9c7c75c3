/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Logarithmic buckets: the two bits after the highest one choose among a doubling's four. */
#include "model/histogram.h"

#include <stddef.h>

static size_t bucket_of(uint64_t ns)
{
	unsigned log2 = ns != 0 ? 63u - (unsigned)__builtin_clzll(ns) : 0;

	if (log2 < LL_HISTOGRAM_LEAST_LOG2)
		return 0;
	if (log2 >= LL_HISTOGRAM_MOST_LOG2)
		return LL_HISTOGRAM_BUCKETS - 1;
	return (log2 - LL_HISTOGRAM_LEAST_LOG2) * 4 + (ns >> (log2 - 2) & 3);
}

static uint64_t bucket_middle(size_t bucket)
{
	unsigned log2 = LL_HISTOGRAM_LEAST_LOG2 + (unsigned)(bucket / 4);
	uint64_t quarter = UINT64_C(1) << (log2 - 2);

	return (4 + bucket % 4) * quarter + quarter / 2;
}

void ll_histogram_add(struct ll_histogram *histogram, uint64_t ns)
{
	uint32_t *bucket = &histogram->buckets[bucket_of(ns)];

	if (histogram->count == 0 || ns < histogram->least_ns)
		histogram->least_ns = ns;
	if (ns > histogram->most_ns)
		histogram->most_ns = ns;
	histogram->count++;
	if (*bucket != UINT32_MAX)
		++*bucket;
}

static uint64_t within(const struct ll_histogram *histogram, uint64_t ns)
{
	if (ns < histogram->least_ns)
		return histogram->least_ns;
	return ns < histogram->most_ns ? ns : histogram->most_ns;
}

uint64_t ll_histogram_quantile(const struct ll_histogram *histogram, unsigned permille)
{
	/* The rank of the one sought, rounded up; without an overflow at any count. */
	uint64_t rank = histogram->count / 1000 * permille +
			(histogram->count % 1000 * permille + 999) / 1000;
	uint64_t seen = 0;

	for (size_t i = 0; i < LL_HISTOGRAM_BUCKETS; i++) {
		seen += histogram->buckets[i];
		if (seen >= rank && seen > 0)
			return within(histogram, bucket_middle(i));
	}
	return histogram->most_ns;
}
