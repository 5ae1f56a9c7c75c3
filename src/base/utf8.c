/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Decode UTF-8 by the table of well-formed sequences (Unicode 3.9, table 3-7). */
#include "base/utf8.h"

#include <stdbool.h>

struct range {
	uint32_t first, last;
};

/* How many bytes the lead byte announces; 0: it cannot lead. */
static size_t sequence_length(uint8_t lead)
{
	if (lead < 0x80)
		return 1;
	if (lead < 0xc2)
		return 0;
	if (lead < 0xe0)
		return 2;
	if (lead < 0xf0)
		return 3;
	return lead < 0xf5 ? 4 : 0;
}

/* The second byte's range excludes overlong forms, surrogates and beyond U+10FFFF. */
static bool second_byte_fits(uint8_t lead, uint8_t second)
{
	switch (lead) {
	case 0xe0:
		return second >= 0xa0 && second <= 0xbf;
	case 0xed:
		return second >= 0x80 && second <= 0x9f;
	case 0xf0:
		return second >= 0x90 && second <= 0xbf;
	case 0xf4:
		return second >= 0x80 && second <= 0x8f;
	default:
		return second >= 0x80 && second <= 0xbf;
	}
}

size_t ll_utf8_decode(const char *data, size_t length, uint32_t *ret_code_point)
{
	const uint8_t *bytes = (const uint8_t *)data;
	size_t need = sequence_length(bytes[0]);

	*ret_code_point = need == 1 ? bytes[0] : LL_UTF8_INVALID;
	if (need <= 1)
		return 1;
	if (length < 2 || !second_byte_fits(bytes[0], bytes[1]))
		return 1;
	uint32_t code_point = (bytes[0] & (0x7fu >> need)) << 6 | (bytes[1] & 0x3f);
	for (size_t i = 2; i < need; i++) {
		if (i >= length || (bytes[i] & 0xc0) != 0x80)
			return i;
		code_point = code_point << 6 | (bytes[i] & 0x3f);
	}
	*ret_code_point = code_point;
	return need;
}

static bool is_in(const struct range *ranges, size_t count, uint32_t code_point)
{
	for (size_t i = 0; i < count; i++) {
		if (code_point >= ranges[i].first && code_point <= ranges[i].last)
			return true;
	}
	return false;
}

unsigned ll_utf8_width(uint32_t code_point)
{
	static const struct range zero[] = {
		{ 0x0300, 0x036f }, { 0x0483, 0x0489 }, { 0x0591, 0x05bd },
		{ 0x0610, 0x061a }, { 0x064b, 0x065f }, { 0x0e31, 0x0e31 },
		{ 0x0e34, 0x0e3a }, { 0x0e47, 0x0e4e }, { 0x1ab0, 0x1aff },
		{ 0x1dc0, 0x1dff }, { 0x200b, 0x200f }, { 0x2028, 0x202e },
		{ 0x2060, 0x206f }, { 0x20d0, 0x20ff }, { 0xfe00, 0xfe0f },
		{ 0xfe20, 0xfe2f }, { 0xfeff, 0xfeff }, { 0xe0000, 0xe0fff },
	};
	static const struct range wide[] = {
		{ 0x1100, 0x115f },   { 0x2e80, 0x303e },   { 0x3041, 0xa4cf },
		{ 0xa960, 0xa97f },   { 0xac00, 0xd7a3 },   { 0xf900, 0xfaff },
		{ 0xfe30, 0xfe6f },   { 0xff00, 0xff60 },   { 0xffe0, 0xffe6 },
		{ 0x1f300, 0x1f64f }, { 0x1f680, 0x1f6ff }, { 0x1f900, 0x1faff },
		{ 0x20000, 0x3fffd },
	};

	if (code_point < 0x0300)
		return 1;
	if (is_in(zero, sizeof(zero) / sizeof(zero[0]), code_point))
		return 0;
	return is_in(wide, sizeof(wide) / sizeof(wide[0]), code_point) ? 2 : 1;
}
