/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Numbers of an expression: exact, in integers, whatever their unit. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "event/filter_lexer.h"

enum ll_unit_class {
	LL_UNIT_NONE,
	LL_UNIT_TIME, /* in nanoseconds */
	LL_UNIT_SIZE, /* in bytes */
};

struct ll_number {
	uint64_t magnitude; /* in the least unit of its class */
	bool is_negative;
	bool is_whole; /* false: it had a fraction that its unit does not resolve */
	enum ll_unit_class unit;
};

/*
 * Convert a number token: decimal with a fraction and a unit, or 0x and hexadecimal digits.
 * Time units are ns us ms s m min h d; sizes B, KiB MiB GiB TiB and K M G T of 1024, KB kB MB
 * GB TB of 1000. Returns 0, -EINVAL: not a number; -ENOENT: no unit of that name; -ERANGE: it
 * does not fit.
 */
int ll_number_parse(const struct ll_token *token, struct ll_number *ret);
