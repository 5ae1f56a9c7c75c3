/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Records come out in order of time, each once, with the bytes they went in with. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "live/order.h"

#define KEPT_MAX 64

/* What came out: arrival numbers (the tgid they were given), in order. */
struct kept {
	size_t count;
	uint32_t numbers[KEPT_MAX];
	bool late[KEPT_MAX];
	uint32_t stop_at; /* arrival number at which to stop; 0: never */
};

static int keep(void *arg, const struct ll_wire_header *record, bool is_late)
{
	struct kept *kept = arg;

	assert_true(kept->count < KEPT_MAX);
	kept->numbers[kept->count] = record->tgid;
	kept->late[kept->count++] = is_late;
	return record->tgid == kept->stop_at && kept->stop_at != 0 ? 42 : 0;
}

static void push_kind(struct ll_order *order, uint16_t kind, uint32_t number,
		      uint64_t time_boottime_ns)
{
	struct ll_wire_header header = {
		.size = sizeof(header),
		.kind = kind,
		.time_boottime_ns = time_boottime_ns,
		.tgid = number,
	};

	assert_int_equal(ll_order_push(order, &header), 0);
}

static void push(struct ll_order *order, uint32_t number, uint64_t time_boottime_ns)
{
	push_kind(order, LL_WIRE_FORK, number, time_boottime_ns);
}

/* Release up to a time and compare what came out with the arrival numbers that follow. */
#define assert_released(order, until, ...)                                                     \
	do {                                                                                   \
		struct kept kept_ = { 0 };                                                     \
		const uint32_t expected_[] = { __VA_ARGS__ };                                  \
		assert_int_equal(ll_order_release((order), (until), keep, &kept_), 0);         \
		assert_int_equal(kept_.count, sizeof(expected_) / sizeof(*expected_));         \
		assert_memory_equal(kept_.numbers, expected_, sizeof(expected_));              \
	} while (0)

static void assert_nothing_released(struct ll_order *order, uint64_t until)
{
	struct kept kept = { 0 };

	assert_int_equal(ll_order_release(order, until, keep, &kept), 0);
	assert_int_equal(kept.count, 0);
}

static int setup(void **state)
{
	*state = ll_order_new();
	assert_non_null(*state);
	return 0;
}

static int teardown(void **state)
{
	ll_order_free(*state);
	return 0;
}

static void free_takes_null(void **state)
{
	(void)state;
	ll_order_free(NULL);
}

static void an_empty_order_releases_nothing(void **state)
{
	assert_nothing_released(*state, UINT64_MAX);
	assert_int_equal(ll_order_bytes(*state), 0);
}

static void records_come_out_in_order_of_time(void **state)
{
	push(*state, 1, 30);
	push(*state, 2, 10);
	push(*state, 3, 20);
	assert_released(*state, 100, 2, 3, 1);
}

static void equal_times_keep_their_order_of_arrival(void **state)
{
	push(*state, 1, 20);
	push(*state, 2, 10);
	push(*state, 3, 20);
	push(*state, 4, 10);
	push(*state, 5, 20);
	assert_released(*state, 100, 2, 4, 1, 3, 5);
}

static void the_bound_is_inclusive(void **state)
{
	push(*state, 1, 10);
	push(*state, 2, 11);
	assert_nothing_released(*state, 9);
	assert_released(*state, 10, 1);
	assert_nothing_released(*state, 10);
	assert_released(*state, 11, 2);
}

static void the_largest_time_is_released_by_the_largest_bound(void **state)
{
	push(*state, 1, UINT64_MAX);
	push(*state, 2, 0);
	assert_released(*state, UINT64_MAX - 1, 2);
	assert_released(*state, UINT64_MAX, 1);
}

static void what_is_held_back_joins_what_comes_later(void **state)
{
	push(*state, 1, 10);
	push(*state, 2, 50);
	push(*state, 3, 40);
	assert_released(*state, 20, 1);
	push(*state, 4, 45);
	push(*state, 5, 30);
	push(*state, 6, 40);
	assert_released(*state, 100, 5, 3, 6, 4, 2);
}

static void only_what_comes_after_a_later_one_is_late(void **state)
{
	struct kept kept = { 0 };

	push(*state, 1, 50);
	assert_int_equal(ll_order_release(*state, 50, keep, &kept), 0);
	push(*state, 2, 49);
	push(*state, 3, 50);
	push(*state, 4, 51);
	assert_int_equal(ll_order_release(*state, 100, keep, &kept), 0);
	assert_int_equal(kept.count, 4);
	assert_false(kept.late[0]);
	assert_int_equal(kept.numbers[1], 2);
	assert_true(kept.late[1]);
	assert_false(kept.late[2]); /* the same time is not later */
	assert_false(kept.late[3]);
}

static void a_late_one_does_not_make_others_timely(void **state)
{
	struct kept kept = { 0 };

	push(*state, 1, 50);
	assert_int_equal(ll_order_release(*state, 50, keep, &kept), 0);
	push(*state, 2, 20);
	assert_int_equal(ll_order_release(*state, 50, keep, &kept), 0);
	push(*state, 3, 30);
	assert_int_equal(ll_order_release(*state, 50, keep, &kept), 0);
	assert_int_equal(kept.count, 3);
	assert_true(kept.late[1]);
	assert_true(kept.late[2]);
}

static void a_bound_without_records_makes_nothing_late(void **state)
{
	struct kept kept = { 0 };

	assert_nothing_released(*state, 1000);
	push(*state, 1, 10);
	assert_int_equal(ll_order_release(*state, 1000, keep, &kept), 0);
	assert_int_equal(kept.count, 1);
	assert_false(kept.late[0]);
}

static void a_stop_is_returned_and_the_rest_comes_next(void **state)
{
	struct kept kept = { .stop_at = 2 };

	push(*state, 1, 10);
	push(*state, 2, 20);
	push(*state, 3, 30);
	assert_int_equal(ll_order_release(*state, 100, keep, &kept), 42);
	assert_int_equal(kept.count, 2);
	assert_released(*state, 100, 3);
	assert_nothing_released(*state, 100);
}

static void a_stop_at_the_last_record_leaves_none(void **state)
{
	struct kept kept = { .stop_at = 1 };

	push(*state, 1, 10);
	assert_int_equal(ll_order_release(*state, 100, keep, &kept), 42);
	assert_nothing_released(*state, 100);
	assert_int_equal(ll_order_bytes(*state), 0);
}

static void bytes_held_fall_as_records_leave(void **state)
{
	push(*state, 1, 10);
	push(*state, 2, 20);
	size_t held = ll_order_bytes(*state);
	assert_true(held >= 2 * sizeof(struct ll_wire_header));
	assert_released(*state, 10, 1);
	assert_true(ll_order_bytes(*state) < held);
	assert_released(*state, 20, 2);
	assert_int_equal(ll_order_bytes(*state), 0);
}

/*
 * The oracle: the same records in an array, put in order by qsort(). Each record's bytes
 * follow from its arrival number.
 */
#define RANDOM_RECORDS 20000
#define RANDOM_PUSHES 300 /* at most, between two releases */
#define RANDOM_TIMES 1000 /* few, so that many are equal */

struct held {
	uint64_t time_boottime_ns;
	uint32_t number;
	uint32_t size;
};

struct storm {
	struct ll_order *order;
	struct held held[RANDOM_RECORDS];
	size_t count;
	size_t next; /* first of held not yet seen to come out */
	uint64_t released_boottime_ns;
	uint64_t seed;
};

/* Marsaglia's xorshift64: the same numbers on every machine. */
static uint64_t next_random(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

static int compare_held(const void *left, const void *right)
{
	const struct held *a = left, *b = right;

	if (a->time_boottime_ns != b->time_boottime_ns)
		return a->time_boottime_ns < b->time_boottime_ns ? -1 : 1;
	return a->number < b->number ? -1 : a->number > b->number;
}

static char byte_of(uint32_t number, uint32_t at)
{
	return (char)(number * 31 + at * 7);
}

static void push_held(struct ll_order *order, const struct held *held)
{
	LL_AUTO_FREE char *bytes = malloc(held->size);
	struct ll_wire_header header = {
		.size = held->size,
		.kind = LL_WIRE_EXEC,
		.time_boottime_ns = held->time_boottime_ns,
		.tgid = held->number,
	};

	assert_non_null(bytes);
	for (uint32_t i = 0; i < held->size; i++)
		bytes[i] = byte_of(held->number, i);
	memcpy(bytes, &header, sizeof(header));
	assert_int_equal(ll_order_push(order, (const void *)bytes), 0);
}

static void assert_bytes_are_whole(const struct ll_wire_header *record, const struct held *held)
{
	const char *bytes = (const char *)record;

	assert_int_equal(record->size, held->size);
	for (uint32_t i = sizeof(*record); i < held->size; i++)
		if (bytes[i] != byte_of(held->number, i))
			fail_msg("record %u differs at byte %u", held->number, i);
}

static int check_against_oracle(void *arg, const struct ll_wire_header *record, bool is_late)
{
	struct storm *storm = arg;

	assert_true(storm->next < storm->count);
	const struct held *held = &storm->held[storm->next++];
	assert_int_equal((uintptr_t)record % sizeof(uint64_t), 0);
	assert_int_equal(record->time_boottime_ns, held->time_boottime_ns);
	assert_int_equal(record->tgid, held->number);
	assert_int_equal(is_late, held->time_boottime_ns < storm->released_boottime_ns);
	assert_bytes_are_whole(record, held);
	if (!is_late)
		storm->released_boottime_ns = held->time_boottime_ns;
	return 0;
}

/* Push a few; their times wander onward from base, so that some come late. */
static void push_some(struct storm *storm, uint64_t base_ns)
{
	uint64_t wanted = next_random(&storm->seed) % RANDOM_PUSHES;

	while (wanted-- > 0 && storm->count < RANDOM_RECORDS) {
		struct held *held = &storm->held[storm->count];

		held->number = (uint32_t)storm->count++;
		held->time_boottime_ns = base_ns + next_random(&storm->seed) % RANDOM_TIMES;
		held->size = (uint32_t)(sizeof(struct ll_wire_header) +
					next_random(&storm->seed) % 200);
		push_held(storm->order, held);
	}
}

static void release_some(struct storm *storm, uint64_t until_ns)
{
	size_t due = storm->next;

	qsort(storm->held + storm->next, storm->count - storm->next, sizeof(*storm->held),
	      compare_held);
	while (due < storm->count && storm->held[due].time_boottime_ns <= until_ns)
		due++;
	assert_int_equal(ll_order_release(storm->order, until_ns, check_against_oracle, storm),
			 0);
	assert_int_equal(storm->next, due);
}

static struct storm *new_storm(struct ll_order *order)
{
	struct storm *storm = test_calloc(1, sizeof(*storm));

	storm->order = order;
	storm->seed = UINT64_C(0x9e3779b97f4a7c15);
	return storm;
}

static void random_times_come_out_as_qsort_puts_them(void **state)
{
	struct storm *storm = new_storm(*state);

	while (storm->count < 5000)
		push_some(storm, 0);
	release_some(storm, UINT64_MAX);
	assert_int_equal(storm->next, storm->count);
	test_free(storm);
}

static void pushes_and_releases_in_turn_lose_and_mix_nothing(void **state)
{
	struct storm *storm = new_storm(*state);
	uint64_t base_ns = 0;

	while (storm->count < RANDOM_RECORDS) {
		push_some(storm, base_ns);
		base_ns += next_random(&storm->seed) % (RANDOM_TIMES / 2);
		release_some(storm, base_ns + RANDOM_TIMES / 4);
	}
	release_some(storm, UINT64_MAX);
	assert_int_equal(storm->next, storm->count);
	assert_int_equal(ll_order_bytes(storm->order), 0);
	test_free(storm);
}

/* Larger than the room taken at first, and than one doubling of it. */
static void a_big_record_among_small_ones_stays_whole(void **state)
{
	static const uint32_t sizes[] = { 73, 3 * 1024 * 1024 + 5, 79, 300 * 1024 + 1, 72 };
	struct storm *storm = new_storm(*state);

	for (uint32_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		storm->held[i] = (struct held){
			.time_boottime_ns = 100 - 10 * i,
			.number = i,
			.size = sizes[i],
		};
		push_held(storm->order, &storm->held[i]);
		storm->count++;
	}
	for (uint64_t until_ns = 60; until_ns <= 100; until_ns += 10)
		release_some(storm, until_ns);
	assert_int_equal(storm->next, storm->count);
	test_free(storm);
}

static void a_ring_that_is_behind_is_merged_by_time(void **state)
{
	push(*state, 1, 100);
	push(*state, 2, 300);
	push_kind(*state, LL_WIRE_SIGNAL, 3, 50);
	push_kind(*state, LL_WIRE_DELIVER, 4, 200);
	push_kind(*state, LL_WIRE_TIMES, 5, 250);
	assert_released(*state, 220, 3, 1, 4);
	push_kind(*state, LL_WIRE_STATE, 6, 240);
	assert_released(*state, 300, 6, 5, 2);
}

/* An exit and the times of the thread have one stamp: the exit comes first. */
static void the_lifecycle_goes_before_what_has_its_time(void **state)
{
	push_kind(*state, LL_WIRE_TIMES, 1, 100);
	push_kind(*state, LL_WIRE_SIGNAL, 2, 100);
	push(*state, 3, 100);
	assert_released(*state, 100, 3, 2, 1);
}

#define ORDER_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(free_takes_null),
		ORDER_TEST(an_empty_order_releases_nothing),
		ORDER_TEST(records_come_out_in_order_of_time),
		ORDER_TEST(equal_times_keep_their_order_of_arrival),
		ORDER_TEST(the_bound_is_inclusive),
		ORDER_TEST(the_largest_time_is_released_by_the_largest_bound),
		ORDER_TEST(what_is_held_back_joins_what_comes_later),
		ORDER_TEST(only_what_comes_after_a_later_one_is_late),
		ORDER_TEST(a_late_one_does_not_make_others_timely),
		ORDER_TEST(a_bound_without_records_makes_nothing_late),
		ORDER_TEST(a_stop_is_returned_and_the_rest_comes_next),
		ORDER_TEST(a_stop_at_the_last_record_leaves_none),
		ORDER_TEST(a_ring_that_is_behind_is_merged_by_time),
		ORDER_TEST(the_lifecycle_goes_before_what_has_its_time),
		ORDER_TEST(bytes_held_fall_as_records_leave),
		ORDER_TEST(random_times_come_out_as_qsort_puts_them),
		ORDER_TEST(pushes_and_releases_in_turn_lose_and_mix_nothing),
		ORDER_TEST(a_big_record_among_small_ones_stays_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
