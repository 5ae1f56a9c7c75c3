/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Room doubles when it is needed, keeps what was there, and fails without a trace. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/grow.h"

static void room_starts_with_the_least_and_doubles(void **state)
{
	static const struct {
		size_t count, room;
	} steps[] = { { 1, 4 }, { 4, 4 }, { 5, 8 }, { 8, 8 }, { 33, 64 }, { 2, 64 } };
	uint32_t *items = NULL;
	size_t room = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		items = ll_grow(items, steps[i].count, &room, sizeof(*items), 4);
		assert_non_null(items);
		assert_int_equal(room, steps[i].room);
	}
	free(items);
}

static void array_stays_where_it_is_while_there_is_room(void **state)
{
	size_t room = 0;
	char *items = ll_grow(NULL, 3, &room, 1, 16);

	(void)state;
	assert_non_null(items);
	assert_ptr_equal(ll_grow(items, 16, &room, 1, 16), items);
	free(items);
}

static void items_outlive_every_move(void **state)
{
	uint64_t *items = NULL;
	size_t room = 0;

	(void)state;
	for (size_t i = 0; i < 1000; i++) {
		items = ll_grow(items, i + 1, &room, sizeof(*items), 1);
		assert_non_null(items);
		items[i] = i * i;
	}
	for (size_t i = 0; i < 1000; i++)
		assert_int_equal(items[i], i * i);
	free(items);
}

static void what_is_past_counting_leaves_the_array_alone(void **state)
{
	static const size_t counts[] = { SIZE_MAX, SIZE_MAX / 2, SIZE_MAX / sizeof(uint64_t) };
	size_t room = 0;
	uint64_t *items = ll_grow(NULL, 1, &room, sizeof(*items), 8);

	(void)state;
	assert_non_null(items);
	items[7] = 7;
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		assert_null(ll_grow(items, counts[i], &room, sizeof(*items), 8));
		assert_int_equal(room, 8);
		assert_int_equal(items[7], 7);
	}
	free(items);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(room_starts_with_the_least_and_doubles),
		cmocka_unit_test(array_stays_where_it_is_while_there_is_room),
		cmocka_unit_test(items_outlive_every_move),
		cmocka_unit_test(what_is_past_counting_leaves_the_array_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
