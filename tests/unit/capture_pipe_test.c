/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Captures that come through a pipe, and what comes through one and is none. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include <cmocka.h>

#include "support/capture_file.h"

#define EVENTS 20

static struct capture_dir dir;
static struct capture_read got;

static int set_up(void **state)
{
	(void)state;
	capture_dir_init(&dir);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	capture_forget(&got);
	capture_dir_fini(&dir);
	return 0;
}

static void write_small(void)
{
	struct ll_writer *writer = capture_begin(&dir);

	for (uint32_t i = 0; i < EVENTS; i++) {
		struct ll_event event = { .kind = LL_EVENT_EXIT, .tid = i + 1, .tgid = i + 1 };

		event.time_boottime_ns = i + 1;
		assert_int_equal(ll_writer_add(writer, &event), 0);
	}
	assert_int_equal(ll_writer_close(writer, NULL), 0);
}

/* Reads of a pipe, until there is something to say. */
static int begin(struct ll_reader *reader)
{
	int r, calls = 0;

	while ((r = ll_reader_begin(reader)) == -EINTR)
		assert_true(++calls < 100);
	return r;
}

static void what_has_no_end_is_refused_all_the_same(void **state)
{
	struct ll_reader *reader = NULL;

	(void)state;
	assert_int_equal(ll_reader_open("/dev/zero", false, &reader), 0);
	/* One call comes back soon enough for a signal to be minded. */
	assert_int_equal(ll_reader_begin(reader), -EINTR);
	assert_int_equal(begin(reader), -ENOMSG);
	ll_reader_free(reader);
}

static void a_silent_pipe_is_not_waited_for_in_one_call(void **state)
{
	struct ll_reader *reader = NULL;
	char path[32];
	int ends[2];

	(void)state;
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", ends[0]);
	assert_int_equal(ll_reader_open(path, false, &reader), 0);
	assert_int_equal(ll_reader_begin(reader), -EINTR);
	close(ends[1]);
	assert_int_equal(ll_reader_begin(reader), -ENODATA);
	close(ends[0]);
	ll_reader_free(reader);
}

static void a_pipe_says_at_once_where_it_was_made(void **state)
{
	struct ll_reader *reader = NULL;
	size_t length;

	(void)state;
	write_small();
	LL_AUTO_FREE uint8_t *bytes = capture_bytes(dir.file, &length);
	char path[32];
	int ends[2];

	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", ends[0]);
	assert_int_equal(ll_reader_open(path, false, &reader), 0);
	assert_true(length < 65536);
	/* What is no block comes first. */
	assert_int_equal(write(ends[1], "LLLL", 4), 4);
	assert_int_equal(write(ends[1], bytes, length), length);
	close(ends[1]);
	assert_int_equal(begin(reader), 0);
	assert_true(
		ll_str_is(ll_about_find(ll_reader_about(reader), LL_ABOUT_HOST), "testhost"));
	capture_forget(&got);
	assert_int_equal(capture_read_on(reader, &got), LL_READER_END);
	assert_int_equal(got.count, EVENTS);
	assert_int_equal(got.stats.damage_bytes, 4);
	close(ends[0]);
	ll_reader_free(reader);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_has_no_end_is_refused_all_the_same),
		TEST(a_silent_pipe_is_not_waited_for_in_one_call),
		TEST(a_pipe_says_at_once_where_it_was_made),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
