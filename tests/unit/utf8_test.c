/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* UTF-8 and base64: every ill-formed shape, and the borders of the well-formed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/base64.h"
#include "base/utf8.h"

/* Decode all of bytes; write "U+XXXX" or "!n" (n bytes ill-formed) for each piece. */
static void assert_decodes(const char *bytes, size_t length, const char *expected)
{
	char text[256] = "";

	for (size_t i = 0; i < length;) {
		uint32_t code_point;
		size_t taken = ll_utf8_decode(bytes + i, length - i, &code_point);
		size_t used = strlen(text);

		if (code_point == LL_UTF8_INVALID)
			snprintf(text + used, sizeof(text) - used, "!%zu ", taken);
		else
			snprintf(text + used, sizeof(text) - used, "%X ", (unsigned)code_point);
		assert_in_range(taken, 1, length - i);
		i += taken;
	}
	assert_string_equal(text, expected);
}

#define DECODES(literal, expected) assert_decodes(literal, sizeof(literal) - 1, expected)

static void borders_of_each_length_decode(void **state)
{
	(void)state;
	DECODES("\0\x7f", "0 7F ");
	DECODES("\xc2\x80\xdf\xbf", "80 7FF ");
	DECODES("\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80\xef\xbf\xbf", "800 D7FF E000 FFFF ");
	DECODES("\xf0\x90\x80\x80\xf4\x8f\xbf\xbf", "10000 10FFFF ");
}

static void overlong_surrogate_and_too_large_are_ill_formed(void **state)
{
	(void)state;
	DECODES("\xc0\xaf", "!1 !1 ");
	DECODES("\xe0\x80\xaf", "!1 !1 !1 ");
	DECODES("\xed\xa0\x80", "!1 !1 !1 ");
	DECODES("\xf4\x90\x80\x80", "!1 !1 !1 !1 ");
	DECODES("\xf5\xff", "!1 !1 ");
}

/* The example of Unicode 3.9, table 3-11. */
static void a_maximal_subpart_is_one_piece(void **state)
{
	(void)state;
	DECODES("\xe1\x80\xe2\xf0\x91\x92\xf1\xbf\x41", "!2 !1 !3 !2 41 ");
	DECODES("\xe2\x82", "!2 ");
	DECODES("\xf0\x9f\x98", "!3 ");
}

static void width_tells_wide_and_combining(void **state)
{
	(void)state;
	assert_int_equal(ll_utf8_width('a'), 1);
	assert_int_equal(ll_utf8_width(0xe9), 1);
	assert_int_equal(ll_utf8_width(0x301), 0);
	assert_int_equal(ll_utf8_width(0x65e5), 2);
	assert_int_equal(ll_utf8_width(0x1f600), 2);
	assert_int_equal(ll_utf8_width(0x2502), 1);
}

static void base64_matches_rfc_4648(void **state)
{
	static const char *const expected[] = { "",         "Zg==",     "Zm8=",    "Zm9v",
						"Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy" };
	char text[16];

	(void)state;
	for (size_t length = 0; length <= 6; length++) {
		size_t written = ll_base64_encode("foobar", length, text);

		assert_int_equal(written, LL_BASE64_LENGTH(length));
		assert_int_equal(written, strlen(expected[length]));
		assert_memory_equal(text, expected[length], written);
	}
	assert_int_equal(ll_base64_encode("\xff\xfe\xfb", 3, text), 4);
	assert_memory_equal(text, "//77", 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(borders_of_each_length_decode),
		cmocka_unit_test(overlong_surrogate_and_too_large_are_ill_formed),
		cmocka_unit_test(a_maximal_subpart_is_one_piece),
		cmocka_unit_test(width_tells_wide_and_combining),
		cmocka_unit_test(base64_matches_rfc_4648),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
