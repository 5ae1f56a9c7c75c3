/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Numbers with a unit. The value is kept as whole * scale + fraction, in integers,
 * so that "0.1s" is exactly 100000000 ns.
 */
#include "base/parse.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

/* linux/threads.h: pid_max can be raised to this on a 64-bit machine. */
#define PID_MAX_LIMIT (4 * 1024 * 1024)
/* Digits of a fraction that count; 10^9 is the finest unit's share of a second. */
#define FRACTION_DIGITS 9

struct unit {
	const char *name;
	uint64_t scale;
};

static const struct unit time_units[] = {
	{ "s", UINT64_C(1000000000) },
	{ "", UINT64_C(1000000000) },
	{ "ms", UINT64_C(1000000) },
	{ "us", UINT64_C(1000) },
	{ "ns", UINT64_C(1) },
	{ "m", UINT64_C(60) * 1000000000 },
	{ "h", UINT64_C(3600) * 1000000000 },
	{ "d", UINT64_C(86400) * 1000000000 },
	{ NULL, 0 },
};

static const struct unit size_units[] = {
	{ "", UINT64_C(1) },
	{ "B", UINT64_C(1) },
	{ "K", UINT64_C(1) << 10 },
	{ "KiB", UINT64_C(1) << 10 },
	{ "M", UINT64_C(1) << 20 },
	{ "MiB", UINT64_C(1) << 20 },
	{ "G", UINT64_C(1) << 30 },
	{ "GiB", UINT64_C(1) << 30 },
	{ NULL, 0 },
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Read digits from *text on, leaving it at the first byte that is none. */
static int take_digits(const char **text, uint64_t *ret)
{
	uint64_t value = 0;

	if (!is_digit(**text))
		return -EINVAL;
	for (; is_digit(**text); (*text)++) {
		if (__builtin_mul_overflow(value, 10, &value) ||
		    __builtin_add_overflow(value, (uint64_t)(**text - '0'), &value))
			return -ERANGE;
	}
	*ret = value;
	return 0;
}

/* Read ".5" as billionths; no point reads as 0, a point without digits is refused. */
static int take_fraction(const char **text, uint64_t *ret_billionths)
{
	uint64_t value = 0;
	int digits = 0;

	if (**text == '.') {
		(*text)++;
		if (!is_digit(**text))
			return -EINVAL;
	}
	for (; is_digit(**text); (*text)++) {
		if (digits == FRACTION_DIGITS)
			continue;
		value = value * 10 + (uint64_t)(**text - '0');
		digits++;
	}
	for (; digits < FRACTION_DIGITS; digits++)
		value *= 10;
	*ret_billionths = value;
	return 0;
}

static uint64_t find_scale(const struct unit *units, const char *name, bool any_case)
{
	for (; units->name != NULL; units++) {
		if ((any_case ? strcasecmp : strcmp)(units->name, name) == 0)
			return units->scale;
	}
	return 0;
}

static int parse_scaled(const char *text, const struct unit *units, bool any_case,
			uint64_t *ret)
{
	uint64_t whole, billionths;
	int err = take_digits(&text, &whole);

	if (err == 0)
		err = take_fraction(&text, &billionths);
	if (err < 0)
		return err;
	uint64_t scale = find_scale(units, text, any_case);
	if (scale == 0)
		return -EINVAL;
	/* scale is at most 8.64e13 and billionths below 1e9: the product needs 128 bits. */
	uint64_t part = (uint64_t)((unsigned __int128)scale * billionths / 1000000000);
	if (__builtin_mul_overflow(whole, scale, &whole) ||
	    __builtin_add_overflow(whole, part, &whole))
		return -ERANGE;
	*ret = whole;
	return 0;
}

int ll_parse_count(const char *text, uint64_t *ret)
{
	uint64_t value;
	int err = take_digits(&text, &value);

	if (err < 0)
		return err;
	if (*text != '\0')
		return -EINVAL;
	*ret = value;
	return 0;
}

int ll_parse_pid(const char *text, pid_t *ret)
{
	uint64_t value;
	int err = ll_parse_count(text, &value);

	if (err < 0)
		return err;
	if (value == 0 || value > PID_MAX_LIMIT)
		return -ERANGE;
	*ret = (pid_t)value;
	return 0;
}

int ll_parse_duration(const char *text, uint64_t *ret_ns)
{
	return parse_scaled(text, time_units, false, ret_ns);
}

int ll_parse_size(const char *text, uint64_t *ret_bytes)
{
	return parse_scaled(text, size_units, true, ret_bytes);
}
