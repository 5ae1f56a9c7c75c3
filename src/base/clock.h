/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Clocks as single numbers. */
#pragma once

#include <stdint.h>
#include <time.h>

#define LL_NS_PER_S UINT64_C(1000000000)
#define LL_NS_PER_MS UINT64_C(1000000)

/* Read a clock (clock_gettime(2)) in nanoseconds. */
static inline uint64_t ll_clock_ns(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (uint64_t)now.tv_sec * LL_NS_PER_S + (uint64_t)now.tv_nsec;
}
