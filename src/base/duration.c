/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Cut, not rounded, so that 59.99 s never reads "60s" and a bound never looks passed. */
#include "base/duration.h"

#include <inttypes.h>
#include <stdio.h>

/* Write value / scale with three significant digits, trailing zeros dropped. */
static void format_scaled(uint64_t value, uint64_t scale, const char *unit, char *ret_text)
{
	uint64_t whole = value / scale;
	/* 128 bits: the remainder of exbibytes times 100 passes 64. */
	unsigned hundredths = (unsigned)((unsigned __int128)(value % scale) * 100 / scale);
	unsigned tenths = hundredths / 10;

	if (whole < 10 && hundredths % 10 != 0)
		snprintf(ret_text, LL_DURATION_MAX, "%" PRIu64 ".%02u%s", whole, hundredths,
			 unit);
	else if (whole < 100 && tenths != 0)
		snprintf(ret_text, LL_DURATION_MAX, "%" PRIu64 ".%u%s", whole, tenths, unit);
	else
		snprintf(ret_text, LL_DURATION_MAX, "%" PRIu64 "%s", whole, unit);
}

/* Write seconds from one minute on as the two largest units. */
static void format_long(uint64_t seconds, char *ret_text)
{
	uint64_t minutes = seconds / 60;
	uint64_t hours = minutes / 60;

	if (hours == 0)
		snprintf(ret_text, LL_DURATION_MAX, "%" PRIu64 "m%02" PRIu64 "s", minutes,
			 seconds % 60);
	else if (hours < 24)
		snprintf(ret_text, LL_DURATION_MAX, "%" PRIu64 "h%02" PRIu64 "m", hours,
			 minutes % 60);
	else
		snprintf(ret_text, LL_DURATION_MAX, "%" PRIu64 "d%02" PRIu64 "h", hours / 24,
			 hours % 24);
}

const char *ll_duration_format(uint64_t ns, bool utf8, char ret_text[LL_DURATION_MAX])
{
	if (ns == 0)
		snprintf(ret_text, LL_DURATION_MAX, "0s");
	else if (ns < 1000)
		format_scaled(ns, 1, "ns", ret_text);
	else if (ns < 1000000)
		format_scaled(ns, 1000, utf8 ? "µs" : "us", ret_text);
	else if (ns < 1000000000)
		format_scaled(ns, 1000000, "ms", ret_text);
	else if (ns < UINT64_C(60000000000))
		format_scaled(ns, 1000000000, "s", ret_text);
	else
		format_long(ns / 1000000000, ret_text);
	return ret_text;
}

const char *ll_size_format(uint64_t bytes, char ret_text[LL_DURATION_MAX])
{
	static const char *const units[] = { "B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB" };
	unsigned power = 0;

	while (power < 6 && bytes >> (10 * power) >= 1024)
		power++;
	format_scaled(bytes, UINT64_C(1) << (10 * power), units[power], ret_text);
	return ret_text;
}
