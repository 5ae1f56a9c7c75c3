/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The files of a rotation: none is larger than asked for, none is lost by starting again. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "capture/rotation.h"
#include "support/capture_file.h"

#define ROTATE_BYTES (64 * 1024)

static struct capture_dir dir;

static int set_up(void **state)
{
	(void)state;
	capture_dir_init(&dir);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	capture_dir_fini(&dir);
	return 0;
}

static void add_exits(struct ll_writer *writer, uint64_t count)
{
	static struct random_events random = { .state = 7 };

	for (uint64_t i = 0; i < count; i++) {
		struct ll_event event = { .kind = LL_EVENT_EXIT };

		random.time_ns += 1 + random_until(&random, 1000000);
		event.time_boottime_ns = random.time_ns;
		event.tid = event.tgid = (uint32_t)random_until(&random, 4194304);
		LL_SET(&event, EXIT_STATUS, wait_status, (uint32_t)random_until(&random, 256));
		assert_int_equal(ll_writer_add(writer, &event), 0);
	}
}

static void record(uint64_t rotate_bytes, uint64_t keep, uint64_t count)
{
	struct ll_writer *writer = capture_begin_at(dir.file, rotate_bytes, keep);

	add_exits(writer, count);
	assert_int_equal(ll_writer_close(writer, NULL), 0);
}

static bool has_number(uint64_t number)
{
	LL_AUTO_FREE char *name = ll_rotation_name(dir.file, number);

	assert_non_null(name);
	return access(name, F_OK) == 0;
}

static void no_file_is_larger_than_asked_for(void **state)
{
	uint64_t newest;

	(void)state;
	record(ROTATE_BYTES, 0, 100000);
	newest = ll_rotation_newest(dir.file);
	assert_true(newest > 2);
	for (uint64_t number = 1; number <= newest; number++) {
		LL_AUTO_FREE char *name = ll_rotation_name(dir.file, number);

		assert_non_null(name);
		assert_in_range(capture_size(name), ROTATE_BYTES / 2, ROTATE_BYTES);
	}
	assert_in_range(capture_size(dir.file), 1, ROTATE_BYTES);
}

static void what_was_there_is_the_newest_finished_file(void **state)
{
	size_t before, after;
	LL_AUTO_FREE char *first = ll_rotation_name(dir.file, 1);

	(void)state;
	assert_non_null(first);
	record(ROTATE_BYTES, 0, 10);
	assert_false(has_number(1));
	LL_AUTO_FREE uint8_t *old = capture_bytes(dir.file, &before);
	record(ROTATE_BYTES, 0, 20);
	LL_AUTO_FREE uint8_t *kept = capture_bytes(first, &after);
	assert_int_equal(before, after);
	assert_memory_equal(old, kept, before);
	record(ROTATE_BYTES, 0, 30);
	assert_true(has_number(2) && !has_number(3));
}

static void without_a_rotation_it_is_overwritten(void **state)
{
	(void)state;
	record(0, 0, 10);
	record(0, 0, 10);
	assert_int_equal(ll_rotation_newest(dir.file), 0);
}

static void what_is_still_being_written_is_left_alone(void **state)
{
	struct ll_writer *writer = capture_begin_at(dir.file, ROTATE_BYTES, 0), *other = NULL;
	struct ll_about about = { 0 };
	struct ll_writer_options options = { .path = dir.file, .about = &about };

	(void)state;
	for (int i = 0; i < 2; i++) {
		options.rotate_bytes = i == 0 ? 0 : ROTATE_BYTES;
		assert_int_equal(ll_writer_open(&options, &other), -EBUSY);
	}
	assert_int_equal(ll_rotation_newest(dir.file), 0);
	add_exits(writer, 10);
	assert_int_equal(ll_writer_close(writer, NULL), 0);
	assert_int_equal(ll_writer_open(&options, &other), 0);
	assert_int_equal(ll_writer_close(other, NULL), 0);
	assert_true(has_number(1));
}

static void keep_counts_the_files_of_earlier_recordings(void **state)
{
	(void)state;
	for (int i = 0; i < 6; i++)
		record(ROTATE_BYTES, 2, 10);
	assert_false(has_number(1) || has_number(2) || has_number(3));
	assert_true(has_number(4) && has_number(5) && !has_number(6));
	/* Not what is no rotation's, nor what nobody asked to remove. */
	record(0, 2, 10);
	assert_true(has_number(4) && has_number(5));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(no_file_is_larger_than_asked_for),
		TEST(what_was_there_is_the_newest_finished_file),
		TEST(without_a_rotation_it_is_overwritten),
		TEST(what_is_still_being_written_is_left_alone),
		TEST(keep_counts_the_files_of_earlier_recordings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
