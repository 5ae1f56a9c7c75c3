/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Quantiles: near the true ones at every scale, and never beyond what was added. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "model/histogram.h"

#define ms(n) ((n)*UINT64_C(1000000))

/* At most an eighth off. */
static void assert_near(uint64_t ns, uint64_t expected_ns)
{
	assert_in_range(ns, expected_ns - expected_ns / 8, expected_ns + expected_ns / 8);
}

static void empty_has_no_time(void **state)
{
	struct ll_histogram histogram = { 0 };

	(void)state;
	assert_int_equal(ll_histogram_quantile(&histogram, 500), 0);
	assert_int_equal(histogram.most_ns, 0);
}

static void one_time_is_every_quantile_exactly(void **state)
{
	struct ll_histogram histogram = { 0 };

	(void)state;
	ll_histogram_add(&histogram, 123456789);
	assert_int_equal(ll_histogram_quantile(&histogram, 0), 123456789);
	assert_int_equal(ll_histogram_quantile(&histogram, 500), 123456789);
	assert_int_equal(ll_histogram_quantile(&histogram, 1000), 123456789);
}

static void quantiles_are_near_the_true_ones(void **state)
{
	struct ll_histogram histogram = { 0 };

	(void)state;
	for (uint64_t i = 1; i <= 1000; i++)
		ll_histogram_add(&histogram, ms(i));
	assert_near(ll_histogram_quantile(&histogram, 500), ms(500));
	assert_near(ll_histogram_quantile(&histogram, 990), ms(990));
	assert_near(ll_histogram_quantile(&histogram, 10), ms(10));
	assert_int_equal(histogram.least_ns, ms(1));
	assert_int_equal(histogram.most_ns, ms(1000));
}

static void every_scale_keeps_its_precision(void **state)
{
	(void)state;
	for (unsigned log2 = 9; log2 < 46; log2++) {
		struct ll_histogram histogram = { 0 };
		uint64_t ns = (UINT64_C(1) << log2) + (UINT64_C(1) << log2) / 3;

		ll_histogram_add(&histogram, 0);
		ll_histogram_add(&histogram, ns);
		ll_histogram_add(&histogram, UINT64_MAX);
		assert_near(ll_histogram_quantile(&histogram, 500), ns);
		assert_true(ll_histogram_quantile(&histogram, 1000) > ns);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(empty_has_no_time),
		cmocka_unit_test(one_time_is_every_quantile_exactly),
		cmocka_unit_test(quantiles_are_near_the_true_ones),
		cmocka_unit_test(every_scale_keeps_its_precision),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
