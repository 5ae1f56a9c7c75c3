/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The one list of unsafe code points, and the way to spell them. */
#include "render/escape.h"

#include <stdio.h>

#include "base/utf8.h"

bool ll_escape_is_unsafe(uint32_t code_point)
{
	if (code_point < 0x20 || (code_point >= 0x7f && code_point < 0xa0))
		return true;
	if (code_point < 0x061c)
		return code_point == 0xad;
	return code_point == 0x061c || code_point == 0x180e ||
	       (code_point >= 0x200b && code_point <= 0x200f) ||
	       (code_point >= 0x2028 && code_point <= 0x202e) ||
	       (code_point >= 0x2060 && code_point <= 0x206f) || code_point == 0xfeff ||
	       (code_point >= 0xfff9 && code_point <= 0xfffb) ||
	       (code_point >= 0xe0000 && code_point <= 0xe007f) ||
	       code_point == LL_UTF8_INVALID;
}

/* The letter of a backslash escape, or 0. */
static char letter_of(uint32_t code_point)
{
	switch (code_point) {
	case '\n':
		return 'n';
	case '\t':
		return 't';
	case '\r':
		return 'r';
	case 0x1b:
		return 'e';
	default:
		return 0;
	}
}

size_t ll_escape_format(uint32_t code_point, uint8_t byte, char ret_text[LL_ESCAPE_MAX])
{
	char letter = letter_of(code_point);
	int length;

	if (letter != 0)
		length = snprintf(ret_text, LL_ESCAPE_MAX, "\\%c", letter);
	else if (code_point < 0x80 || code_point == LL_UTF8_INVALID)
		length = snprintf(ret_text, LL_ESCAPE_MAX, "\\x%02x", byte);
	else if (code_point < 0x10000)
		length = snprintf(ret_text, LL_ESCAPE_MAX, "\\u%04X", (unsigned)code_point);
	else
		length = snprintf(ret_text, LL_ESCAPE_MAX, "\\U%08X",
				  (unsigned)(code_point & 0x1fffff));
	return (size_t)length;
}
