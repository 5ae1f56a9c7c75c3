/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Borrowed bytes are compared by length first: they may be empty, or hold a NUL. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "event/event.h"

static void no_bytes_are_the_empty_text(void **state)
{
	struct ll_str none = ll_str_make(NULL, 0);

	(void)state;
	assert_true(ll_str_is(none, ""));
	assert_true(ll_str_is_same(none, ll_str_make("x", 0)));
	assert_false(ll_str_is(none, "x"));
	assert_false(ll_str_begins(none, "x"));
}

static void bytes_are_a_text_only_as_a_whole(void **state)
{
	(void)state;
	assert_true(ll_str_is(ll_str_make("text", 4), "text"));
	assert_true(ll_str_is(ll_str_make("texts", 4), "text"));
	assert_false(ll_str_is(ll_str_make("text", 3), "text"));
	assert_false(ll_str_is(ll_str_make("text\0", 5), "text"));
	assert_false(ll_str_is(ll_str_make("test", 4), "text"));
}

static void bytes_begin_with_what_is_not_longer(void **state)
{
	(void)state;
	assert_true(ll_str_begins(ll_str_make("SI_USER", 7), "SI_"));
	assert_true(ll_str_begins(ll_str_make("SI_", 3), "SI_"));
	assert_false(ll_str_begins(ll_str_make("SI_USER", 2), "SI_"));
	assert_false(ll_str_begins(ll_str_make("CLD_EXITED", 10), "SI_"));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_bytes_are_the_empty_text),
		cmocka_unit_test(bytes_are_a_text_only_as_a_whole),
		cmocka_unit_test(bytes_begin_with_what_is_not_longer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
