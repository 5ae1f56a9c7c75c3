/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Times, sizes, counts and PIDs as people write them. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/parse.h"

static void count_takes_digits_only(void **state)
{
	uint64_t value = 7;

	(void)state;
	assert_int_equal(ll_parse_count("18446744073709551615", &value), 0);
	assert_true(value == UINT64_MAX);
	assert_int_equal(ll_parse_count("18446744073709551616", &value), -ERANGE);
	assert_true(value == UINT64_MAX);
	static const char *const bad[] = { "", " 1", "1 ", "+1", "-1", "0x1", "1.0", "one" };
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(ll_parse_count(bad[i], &value), -EINVAL);
	assert_true(value == UINT64_MAX);
}

static void pid_is_within_the_kernels_limit(void **state)
{
	pid_t pid = -7;

	(void)state;
	assert_int_equal(ll_parse_pid("0", &pid), -ERANGE);
	assert_int_equal(ll_parse_pid("4194305", &pid), -ERANGE);
	assert_int_equal(ll_parse_pid("-1", &pid), -EINVAL);
	assert_int_equal(pid, -7);
	assert_int_equal(ll_parse_pid("4194304", &pid), 0);
	assert_int_equal(pid, 4194304);
}

static void duration_has_units_and_fractions(void **state)
{
	static const struct {
		const char *text;
		uint64_t ns;
	} cases[] = {
		{ "1.5s", UINT64_C(1500000000) },
		{ "2m", UINT64_C(120000000000) },
		{ "0.1s", UINT64_C(100000000) },
		{ "500ms", UINT64_C(500000000) },
		{ "7us", 7000 },
		{ "9ns", 9 },
		{ "3", UINT64_C(3000000000) },
		{ "1h", UINT64_C(3600000000000) },
		{ "1.5d", UINT64_C(129600000000000) },
		{ "0.0000000001s", 0 },
		{ "0", 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint64_t ns = UINT64_MAX;

		assert_int_equal(ll_parse_duration(cases[i].text, &ns), 0);
		assert_true(ns == cases[i].ns);
	}
}

static void duration_refuses_what_is_none(void **state)
{
	static const char *const bad[] = { "",   "s",    "-1s",  "1.s",  ".5s", "1 s",
					   "1S", "1sec", "1..2", "1e3s", "inf", "1m30s" };
	uint64_t ns = 7;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(ll_parse_duration(bad[i], &ns), -EINVAL);
	assert_int_equal(ll_parse_duration("300000d", &ns), -ERANGE);
	assert_int_equal(ns, 7);
}

static void size_is_in_powers_of_1024(void **state)
{
	static const struct {
		const char *text;
		uint64_t bytes;
	} cases[] = {
		{ "64K", 65536 },       { "64k", 65536 },    { "4KiB", 4096 },
		{ "1GiB", 1073741824 }, { "1.5M", 1572864 }, { "8MiB", 8388608 },
		{ "17", 17 },           { "17B", 17 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint64_t bytes = UINT64_MAX;

		assert_int_equal(ll_parse_size(cases[i].text, &bytes), 0);
		assert_true(bytes == cases[i].bytes);
	}
}

static void size_refuses_ambiguous_units(void **state)
{
	static const char *const bad[] = { "64KB", "1MB", "K", "", "-1K", "1T", "1 K" };
	uint64_t bytes = 7;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(ll_parse_size(bad[i], &bytes), -EINVAL);
	assert_int_equal(ll_parse_size("99999999999G", &bytes), -ERANGE);
	assert_int_equal(bytes, 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(count_takes_digits_only),
		cmocka_unit_test(pid_is_within_the_kernels_limit),
		cmocka_unit_test(duration_has_units_and_fractions),
		cmocka_unit_test(duration_refuses_what_is_none),
		cmocka_unit_test(size_is_in_powers_of_1024),
		cmocka_unit_test(size_refuses_ambiguous_units),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
