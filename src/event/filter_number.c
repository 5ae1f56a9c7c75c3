/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* As base/parse.h does it: whole * scale + fraction, so that "0.1s" is exactly 100000000 ns. */
#include "event/filter_number.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

/* Digits of a fraction that count. */
#define FRACTION_DIGITS 9
#define FRACTION_SCALE UINT64_C(1000000000)

static const struct unit {
	const char *name;
	uint64_t scale;
	enum ll_unit_class class;
} units[] = {
	{ "", 1, LL_UNIT_NONE },
	{ "ns", 1, LL_UNIT_TIME },
	{ "us", 1000, LL_UNIT_TIME },
	{ "ms", 1000000, LL_UNIT_TIME },
	{ "s", UINT64_C(1000000000), LL_UNIT_TIME },
	{ "m", UINT64_C(60) * 1000000000, LL_UNIT_TIME },
	{ "min", UINT64_C(60) * 1000000000, LL_UNIT_TIME },
	{ "h", UINT64_C(3600) * 1000000000, LL_UNIT_TIME },
	{ "d", UINT64_C(86400) * 1000000000, LL_UNIT_TIME },
	{ "B", 1, LL_UNIT_SIZE },
	{ "K", UINT64_C(1) << 10, LL_UNIT_SIZE },
	{ "KiB", UINT64_C(1) << 10, LL_UNIT_SIZE },
	{ "M", UINT64_C(1) << 20, LL_UNIT_SIZE },
	{ "MiB", UINT64_C(1) << 20, LL_UNIT_SIZE },
	{ "G", UINT64_C(1) << 30, LL_UNIT_SIZE },
	{ "GiB", UINT64_C(1) << 30, LL_UNIT_SIZE },
	{ "T", UINT64_C(1) << 40, LL_UNIT_SIZE },
	{ "TiB", UINT64_C(1) << 40, LL_UNIT_SIZE },
	{ "kB", UINT64_C(1000), LL_UNIT_SIZE },
	{ "KB", UINT64_C(1000), LL_UNIT_SIZE },
	{ "MB", UINT64_C(1000000), LL_UNIT_SIZE },
	{ "GB", UINT64_C(1000000000), LL_UNIT_SIZE },
	{ "TB", UINT64_C(1000000000000), LL_UNIT_SIZE },
};

/* A number being read. */
struct reader {
	const char *at, *end;
	uint64_t whole, billionths;
};

static int digit_of(char c, unsigned base)
{
	int digit = c >= '0' && c <= '9'   ? c - '0'
		    : c >= 'a' && c <= 'f' ? c - 'a' + 10
		    : c >= 'A' && c <= 'F' ? c - 'A' + 10
					   : -1;

	return digit < (int)base ? digit : -1;
}

static int read_whole(struct reader *reader, unsigned base)
{
	const char *begin = reader->at;

	for (; reader->at < reader->end && digit_of(*reader->at, base) >= 0; reader->at++) {
		uint64_t digit = (uint64_t)digit_of(*reader->at, base);

		if (__builtin_mul_overflow(reader->whole, base, &reader->whole) ||
		    __builtin_add_overflow(reader->whole, digit, &reader->whole))
			return -ERANGE;
	}
	return reader->at > begin ? 0 : -EINVAL;
}

/* A point has digits behind it; those beyond the ninth are dropped. */
static int read_fraction(struct reader *reader)
{
	uint64_t scale = FRACTION_SCALE / 10;

	if (reader->at == reader->end || *reader->at != '.')
		return 0;
	const char *begin = ++reader->at;
	for (; reader->at < reader->end && digit_of(*reader->at, 10) >= 0; reader->at++) {
		reader->billionths += (uint64_t)digit_of(*reader->at, 10) * scale;
		scale /= 10;
	}
	return reader->at > begin ? 0 : -EINVAL;
}

static const struct unit *find_unit(const struct reader *reader)
{
	size_t length = (size_t)(reader->end - reader->at);

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (strlen(units[i].name) == length &&
		    memcmp(units[i].name, reader->at, length) == 0)
			return &units[i];
	return NULL;
}

static int apply_unit(const struct reader *reader, const struct unit *unit,
		      struct ll_number *ret)
{
	unsigned __int128 part = (unsigned __int128)unit->scale * reader->billionths;
	uint64_t magnitude;

	if (__builtin_mul_overflow(reader->whole, unit->scale, &magnitude) ||
	    __builtin_add_overflow(magnitude, (uint64_t)(part / FRACTION_SCALE), &magnitude))
		return -ERANGE;
	ret->magnitude = magnitude;
	ret->is_whole = part % FRACTION_SCALE == 0;
	ret->unit = unit->class;
	return 0;
}

static bool is_hexadecimal(const struct reader *reader)
{
	return reader->end - reader->at > 2 && reader->at[0] == '0' &&
	       (reader->at[1] == 'x' || reader->at[1] == 'X');
}

int ll_number_parse(const struct ll_token *token, struct ll_number *ret)
{
	struct reader reader = { .at = token->text, .end = token->text + token->length };
	struct ll_number number = { .is_negative = token->text[0] == '-' };
	int r;

	reader.at += number.is_negative;
	if (is_hexadecimal(&reader)) {
		reader.at += 2;
		r = read_whole(&reader, 16);
	} else {
		r = read_whole(&reader, 10);
		if (r == 0)
			r = read_fraction(&reader);
	}
	if (r < 0)
		return r;
	const struct unit *unit = find_unit(&reader);
	r = unit != NULL ? apply_unit(&reader, unit, &number) : -ENOENT;
	if (r == 0)
		*ret = number;
	return r;
}
