/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What is said of captures that are not whole, by every command that looks at one. They are made
 * here, by the writer itself, and then hurt; nothing is traced.
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "capture/format.h"
#include "support/capture_file.h"
#include "support/live_capture.h"

struct files {
	struct capture_dir dir;
	char *said; /* by the last run */
};

static int set_up(void **state)
{
	struct files *files = calloc(1, sizeof(*files));

	assert_non_null(files);
	capture_dir_init(&files->dir);
	*state = files;
	return 0;
}

static int tear_down(void **state)
{
	struct files *files = *state;

	capture_dir_fini(&files->dir);
	free(files->said);
	free(files);
	return 0;
}

/* A process a block: the blocks are written one by one. */
static void add_processes(struct ll_writer *writer, uint64_t from, uint64_t to)
{
	for (uint64_t i = from; i < to; i++) {
		struct ll_event event = { .kind = LL_EVENT_EXIT };

		event.time_boottime_ns = 1000 * (i + 1);
		event.tid = (uint32_t)i + 10;
		event.tgid = (uint32_t)i + 10;
		assert_int_equal(ll_writer_add(writer, &event), 0);
		assert_int_equal(ll_writer_begin_living(writer), 0);
		assert_int_equal(ll_writer_end_living(writer), 0);
	}
}

static size_t write_whole(const struct files *files)
{
	struct ll_writer *writer = capture_begin(&files->dir);

	add_processes(writer, 0, 20);
	assert_int_equal(ll_writer_close(writer, NULL), 0);
	return capture_size(files->dir.file);
}

/* As a recorder leaves it that was killed between two blocks. */
static void write_endless(const struct files *files)
{
	struct ll_writer *writer = capture_begin(&files->dir);
	size_t length;

	add_processes(writer, 0, 20);
	LL_AUTO_FREE uint8_t *bytes = capture_bytes(files->dir.file, &length);
	ll_writer_close(writer, NULL);
	capture_put_bytes(files->dir.file, bytes, length);
}

static void damage(const struct files *files)
{
	size_t length;
	LL_AUTO_FREE uint8_t *bytes = capture_bytes(files->dir.file, &length);

	memset(bytes + length / 2, 0x55, 100);
	capture_put_bytes(files->dir.file, bytes, length);
}

/* Run it with these words, FILE replaced; its status is returned, what it said kept. */
static int run(struct files *files, const char *const words[])
{
	const char *arguments[LIVE_ARGUMENTS_MAX] = { NULL };
	struct live *live = live_new();

	for (size_t i = 0; words[i] != NULL; i++)
		arguments[i] = strcmp(words[i], "FILE") == 0 ? files->dir.file : words[i];
	live_start_raw(live, arguments);
	live_close_words(live);
	int status = live_finish(live);
	free(files->said);
	files->said = live_errors(live);
	live_free(live);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static size_t lines_of(const char *text)
{
	size_t count = 0;

	for (; *text != '\0'; text++)
		count += *text == '\n';
	return count;
}

/* Each command that looks says so in one line, and --strict makes it a failure. */
static void check_every_look(struct files *files, const char *part)
{
	static const char *const commands[][4] = {
		{ "trace" },  { "tree" },    { "signals" }, { "zombies" },
		{ "states" }, { "summary" }, { "record" },  { "export", "json" },
	};

	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		const char *words[LIVE_ARGUMENTS_MAX] = { NULL };

		live_append(words, commands[i]);
		live_append(words,
			    (const char *const[]){ "FILE", "-q", "-o", "/dev/null", NULL });
		int status = run(files, words);
		if (status != 0 || strstr(files->said, part) == NULL ||
		    lines_of(files->said) != 1)
			fail_msg("%s: %d, %s", commands[i][0], status, files->said);
		live_append(words, (const char *const[]){ "--strict", NULL });
		assert_int_equal(run(files, words), 3);
	}
}

static void a_recording_without_an_end_says_so(void **state)
{
	struct files *files = *state;

	write_endless(files);
	check_every_look(files, "has no end");
	assert_int_equal(run(files, (const char *const[]){ "diff", "-q", "--strict", "-o",
							   "/dev/null", "FILE", "FILE", NULL }),
			 3);
	assert_non_null(strstr(files->said, "has no end"));
	assert_int_equal(
		run(files, (const char *const[]){ "check", "FILE", "-o", "/dev/null", NULL }),
		1);
}

static void a_recording_that_breaks_off_says_where(void **state)
{
	struct files *files = *state;

	size_t length = write_whole(files);
	assert_int_equal(truncate(files->dir.file, (off_t)length - LL_TRAILER_BYTES - 5), 0);
	check_every_look(files, "the recording was cut off there");
}

static void damage_is_a_loss_to_strict(void **state)
{
	struct files *files = *state;

	write_whole(files);
	damage(files);
	check_every_look(files, "is damaged");
}

static void a_whole_one_is_told_nothing_of(void **state)
{
	struct files *files = *state;

	write_whole(files);
	assert_int_equal(run(files, (const char *const[]){ "trace", "--strict", "-q", "FILE",
							   "-o", "/dev/null", NULL }),
			 0);
	assert_string_equal(files->said, "");
}

static void a_second_capture_behind_it_is_called_one(void **state)
{
	struct files *files = *state;
	size_t first, second;

	write_whole(files);
	LL_AUTO_FREE uint8_t *a = capture_bytes(files->dir.file, &first);
	write_whole(files);
	LL_AUTO_FREE uint8_t *b = capture_bytes(files->dir.file, &second);
	LL_AUTO_FREE uint8_t *both = malloc(first + second);
	assert_non_null(both);
	memcpy(both, a, first);
	memcpy(both + first, b, second);
	capture_put_bytes(files->dir.file, both, first + second);
	check_every_look(files, "holds another capture from offset");
	LL_AUTO_FREE char *remedy = NULL;
	assert_true(asprintf(&remedy, "tail -c +%zu", first + 1) > 0);
	assert_non_null(strstr(files->said, remedy));
}

/* A look at a file that grows: its end is waited for, not a second longer. */
static void start_follower(struct files *files, struct live *live)
{
	live_start_raw(live, (const char *const[]){ "trace", "-q", "-F", files->dir.file, "-o",
						    "/dev/null", NULL });
}

/* The follower's status; what it said is kept. */
static int finish_follower(struct files *files, struct live *live)
{
	int status = live_finish(live);

	free(files->said);
	files->said = live_errors(live);
	live_free(live);
	return status;
}

static void following_ends_when_nobody_writes_any_more(void **state)
{
	struct files *files = *state;
	struct live *live = live_new();

	write_endless(files);
	start_follower(files, live);
	assert_int_equal(finish_follower(files, live), 0);
	assert_non_null(strstr(files->said, "has no end: the recording was cut off"));
	assert_int_equal(lines_of(files->said), 1);
}

static bool has_said_something(void *arg)
{
	char *said = live_errors(arg);
	bool has_line = strchr(said, '\n') != NULL;

	free(said);
	return has_line;
}

static void following_waits_for_a_file_that_is_not_there(void **state)
{
	struct files *files = *state;
	struct live *live = live_new();

	start_follower(files, live);
	live_await(has_said_something, live, "that it waits");
	struct ll_writer *writer = capture_begin(&files->dir);
	add_processes(writer, 0, 20);
	assert_int_equal(ll_writer_close(writer, NULL), 0);
	assert_int_equal(finish_follower(files, live), 0);
	assert_non_null(strstr(files->said, "is not there yet: waiting for it"));
	assert_int_equal(lines_of(files->said), 1);
}

static void a_recording_that_goes_on_is_told_from_one_that_does_not(void **state)
{
	struct files *files = *state;
	struct ll_writer *writer = capture_begin(&files->dir);

	add_processes(writer, 0, 20);
	check_every_look(files, "has no end yet: the recording still goes on");
	/* Nobody else may write to it. */
	assert_int_equal(
		run(files, (const char *const[]){ "record", "-o", "FILE", "--", "true", NULL }),
		1);
	assert_non_null(strstr(files->said, "another lifeline is recording to it"));
	assert_int_equal(ll_writer_close(writer, NULL), 0);
	assert_int_equal(
		run(files, (const char *const[]){ "check", "FILE", "-o", "/dev/null", NULL }),
		0);
}

/* What check says of a file; the caller's. */
static char *check(struct files *files, const char *path, int status)
{
	LL_AUTO_FREE char *out = NULL;

	assert_true(asprintf(&out, "%s/checked", files->dir.path) > 0);
	assert_int_equal(run(files, (const char *const[]){ "check", path, "-o", out, NULL }),
			 status);
	struct live_text text = live_read(out);
	char *said = strndup(text.data, text.length);
	free(text.data);
	assert_non_null(said);
	return said;
}

static void a_part_of_a_capture_says_of_what_and_by_whom(void **state)
{
	struct files *files = *state;
	LL_AUTO_FREE char *copy = NULL;

	assert_true(asprintf(&copy, "%s/copy.life", files->dir.path) > 0);
	write_whole(files);
	assert_int_equal(run(files, (const char *const[]){ "record", "-q", "FILE", "-o", copy,
							   "-c", "cc1", NULL }),
			 0);
	LL_AUTO_FREE char *part = check(files, copy, 0);
	assert_non_null(strstr(part, "a part    left by "));
	assert_non_null(strstr(part, " -c cc1\n"));
	assert_int_equal(
		run(files, (const char *const[]){ "record", "-q", "FILE", "-o", copy, NULL }),
		0);
	LL_AUTO_FREE char *all = check(files, copy, 0);
	assert_null(strstr(all, "a part"));
	assert_non_null(strstr(all, "copied    by "));
	LL_AUTO_FREE char *first = check(files, files->dir.file, 0);
	assert_null(strstr(first, "copied"));
}

static void what_was_lost_when_it_was_recorded_is_told_first(void **state)
{
	struct files *files = *state;
	struct ll_writer *writer = capture_begin(&files->dir);
	struct ll_event event = { .kind = LL_EVENT_LOST, .time_boottime_ns = 5 };

	LL_SET(&event, LOST_KIND, lost_kind, ll_str_of("process.fork"));
	LL_SET(&event, LOST_COUNT, lost_count, 17);
	assert_int_equal(ll_writer_add(writer, &event), 0);
	assert_int_equal(ll_writer_close(writer, NULL), 0);
	/* The file is as good as it was made. */
	LL_AUTO_FREE char *said = check(files, files->dir.file, 0);
	assert_non_null(
		strstr(said, ": whole, but 17 events were lost while it was recorded;"));
	assert_non_null(strstr(said, "lost      17 fork\n"));
}

static void an_empty_file_is_called_empty(void **state)
{
	struct files *files = *state;

	capture_put_bytes(files->dir.file, (const uint8_t *)"", 0);
	assert_int_equal(run(files, (const char *const[]){ "check", "FILE", NULL }), 1);
	assert_non_null(strstr(files->said, "is empty"));
	assert_int_equal(run(files, (const char *const[]){ "tree", "FILE", NULL }), 1);
	assert_non_null(strstr(files->said, "is empty"));
}

/* Of a tracer; more than is looked at before it says what it looks at. */
static bool has_read_much(void *arg)
{
	const struct live *live = arg;
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/io", live->tracer);
	struct live_text text = live_read(path);
	long long bytes = atoll(text.data + strlen("rchar: "));
	free(text.data);
	return bytes > 80 * 1024 * 1024;
}

static void a_look_at_what_has_no_end_can_be_stopped(void **state)
{
	static const char *const commands[] = { "check", "tree" };
	struct files *files = *state;

	/* Nothing but a hole, which would take hours. */
	capture_put_bytes(files->dir.file, (const uint8_t *)"", 0);
	assert_int_equal(truncate(files->dir.file, (off_t)1 << 42), 0);
	for (size_t i = 0; i < 2; i++) {
		struct live *live = live_new();

		live_start_raw(live, (const char *const[]){ commands[i], files->dir.file, "-o",
							    "/dev/null", NULL });
		/* Handlers are there before anything is read. */
		live_await(has_read_much, live, "that it reads");
		assert_int_equal(kill(live->tracer, SIGTERM), 0);
		int status = live_finish(live);
		assert_true(WIFEXITED(status) && WEXITSTATUS(status) == (i == 0 ? 1 : 0));
		live_free(live);
	}
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_recording_without_an_end_says_so),
		TEST(a_recording_that_breaks_off_says_where),
		TEST(damage_is_a_loss_to_strict),
		TEST(a_whole_one_is_told_nothing_of),
		TEST(a_second_capture_behind_it_is_called_one),
		TEST(a_part_of_a_capture_says_of_what_and_by_whom),
		TEST(what_was_lost_when_it_was_recorded_is_told_first),
		TEST(an_empty_file_is_called_empty),
		TEST(a_look_at_what_has_no_end_can_be_stopped),
		TEST(following_ends_when_nobody_writes_any_more),
		TEST(following_waits_for_a_file_that_is_not_there),
		TEST(a_recording_that_goes_on_is_told_from_one_that_does_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
