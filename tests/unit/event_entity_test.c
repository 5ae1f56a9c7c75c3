/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Identities as text. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "event/entity.h"

static void entity_id_is_what_printf_would_write(void **state)
{
	const uint64_t starts[] = { 0, 1, 9, 10, 15, 16, 255, 1ULL << 32, UINT64_MAX };
	const uint32_t tgids[] = { 0, 1, 9, 10, 4194304, UINT32_MAX };
	char text[LL_ENTITY_ID_SIZE], expected[64];

	(void)state;
	for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++) {
		for (size_t j = 0; j < sizeof(tgids) / sizeof(tgids[0]); j++) {
			int length = snprintf(expected, sizeof(expected), "%u-%llx", tgids[j],
					      (unsigned long long)starts[i]);
			assert_int_equal(
				ll_entity_id_format(text, sizeof(text), tgids[j], starts[i]),
				length);
			assert_string_equal(text, expected);
		}
	}
}

static void a_buffer_too_small_gets_the_empty_string(void **state)
{
	char text[4] = "abc";

	(void)state;
	assert_int_equal(ll_entity_id_format(text, sizeof(text), 12, 3), 0);
	assert_string_equal(text, "");
	assert_int_equal(ll_entity_id_format(text, 0, 12, 3), 0);
	assert_int_equal(ll_entity_id_format(text, sizeof(text), 1, 3), 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(entity_id_is_what_printf_would_write),
		cmocka_unit_test(a_buffer_too_small_gets_the_empty_string),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
