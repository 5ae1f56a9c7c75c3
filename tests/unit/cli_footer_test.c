/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The last line: seen, lost, cost. And the suggestions for mistyped names. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "cli/footer.h"
#include "base/suggest.h"

static void assert_line(const struct ll_footer *footer, const char *expected)
{
	LL_AUTO_FREE char *text = NULL;
	size_t size;
	FILE *memory = open_memstream(&text, &size);

	assert_non_null(memory);
	assert_int_equal(ll_footer_print(memory, footer), 0);
	assert_int_equal(fclose(memory), 0);
	assert_string_equal(text, expected);
}

static void footer_names_what_was_seen_lost_and_spent(void **state)
{
	uint64_t seen[LL_EVENT_KINDS] = { [LL_EVENT_FORK] = 1234,
					  [LL_EVENT_EXEC] = 500,
					  [LL_EVENT_LOST] = 2,
					  [LL_EVENT_SNAPSHOT_END] = 1 };
	struct ll_source_stats stats = { .lost = { [LL_EVENT_FORK] = 10, [LL_EVENT_EXEC] = 7 },
					 .bpf_run_count = 2000,
					 .bpf_run_ns = 1800000 };
	struct ll_footer footer = { .seen = seen,
				    .stats = &stats,
				    .inferred_count = 9,
				    .watch_cpu_ns = 12999999,
				    .setup_cpu_ns = 80000000,
				    .utf8 = true };

	(void)state;
	assert_line(
		&footer,
		"lifeline: 1234 fork, 500 exec seen; 17 lost (10 fork, 7 exec), 9 inferred; "
		"12 ms CPU + 80 ms to start, 0.9 µs BPF/event\n");
}

static void footer_names_what_the_kernel_skipped(void **state)
{
	uint64_t seen[LL_EVENT_KINDS] = { [LL_EVENT_EXEC] = 3 };
	struct ll_source_stats stats = { .lost = { [LL_EVENT_EXEC] = 1 }, .skipped_runs = 2 };
	struct ll_footer footer = { .seen = seen, .stats = &stats };

	(void)state;
	assert_line(&footer,
		    "lifeline: 3 exec seen; 1 lost (1 exec), 2 BPF runs skipped by the kernel; "
		    "0 ms CPU + 0 ms to start\n");
}

static void footer_leaves_out_what_is_not_known(void **state)
{
	uint64_t seen[LL_EVENT_KINDS] = { 0 };
	struct ll_source_stats stats = { 0 };
	struct ll_footer footer = { .seen = seen, .stats = &stats };

	(void)state;
	assert_line(&footer, "lifeline: nothing seen; 0 lost; 0 ms CPU + 0 ms to start\n");
}

static void footer_names_the_captures_read_and_made(void **state)
{
	uint64_t seen[LL_EVENT_KINDS] = { [LL_EVENT_EXIT] = 3, [LL_EVENT_CLOCK] = 8 };
	struct ll_source_stats stats = { .missing = 40 };
	struct ll_footer footer = { .seen = seen,
				    .stats = &stats,
				    .capture = "a.life",
				    .recorded = "b.life",
				    .recorded_bytes = 3 * 1024 + 512 };

	(void)state;
	assert_line(
		&footer,
		"lifeline: 3 exit in a.life; 0 lost, 40 missing; 3.5KiB in b.life; 0 ms CPU\n");
}

static void distance_counts_single_slips(void **state)
{
	(void)state;
	assert_int_equal(ll_suggest_distance("tree", "tree"), 0);
	assert_int_equal(ll_suggest_distance("", "abc"), 3);
	assert_int_equal(ll_suggest_distance("tre", "tree"), 1);
	assert_int_equal(ll_suggest_distance("trcae", "trace"), 1);
	assert_int_equal(ll_suggest_distance("kitten", "sitting"), 3);
	assert_true(ll_suggest_distance("a", "a name of more than thirty-two bytes") ==
		    SIZE_MAX);
}

static void far_names_are_not_suggested(void **state)
{
	size_t distance = SIZE_MAX;

	(void)state;
	assert_null(ll_suggest_nearer("bogus", "trace", NULL, &distance));
	assert_string_equal(ll_suggest_nearer("trac", "trace", NULL, &distance), "trace");
	assert_int_equal(distance, 1);
	assert_string_equal(ll_suggest_nearer("trac", "tree", "trace", &distance), "trace");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(footer_names_what_was_seen_lost_and_spent),
		cmocka_unit_test(footer_names_what_the_kernel_skipped),
		cmocka_unit_test(footer_leaves_out_what_is_not_known),
		cmocka_unit_test(footer_names_the_captures_read_and_made),
		cmocka_unit_test(distance_counts_single_slips),
		cmocka_unit_test(far_names_are_not_suggested),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
