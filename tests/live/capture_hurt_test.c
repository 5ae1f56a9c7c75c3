/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What can go wrong with a recording: it is killed in the middle, or finds no room. What was written
 * is there, what was not is counted.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "support/live_capture.h"
#include "support/live_check.h"

static int set_up(void **state)
{
	*state = live_new();
	return 0;
}

static int tear_down(void **state)
{
	live_free(*state);
	return 0;
}

static void write_text(const char *path, const char *text)
{
	FILE *file = fopen(path, "we");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

/* A make of many small programs, by the real compiler. */
static char *write_build(const struct live *live)
{
	char *dir = live_path(live, "build"), path[200];

	assert_int_equal(mkdir(dir, 0755), 0);
	snprintf(path, sizeof(path), "%s/Makefile", dir);
	write_text(path, "all: $(patsubst %,%.o,$(shell seq 200))\n"
			 "%.o: one.c\n\tcc -c -o $@ $<\n");
	snprintf(path, sizeof(path), "%s/one.c", dir);
	write_text(path, "int one(void) { return 1; }\n");
	return dir;
}

struct progress {
	const char *path;
	const char *part;
};

static bool holds(void *arg)
{
	const struct progress *progress = arg;
	struct live_text text;

	if (!live_has_bytes((void *)progress->path))
		return false;
	text = live_read(progress->path);
	bool is_there =
		memmem(text.data, text.length, progress->part, strlen(progress->part)) != NULL;
	free(text.data);
	return is_there;
}

/* Of lines of which the last may be cut off. */
static size_t whole_lines(struct live_text text)
{
	const char *last = memrchr(text.data, '\n', text.length);

	return last != NULL ? (size_t)(last + 1 - text.data) : 0;
}

/* The capture's beginning takes less. */
static bool has_blocks(void *arg)
{
	struct stat st;

	return stat(arg, &st) == 0 && st.st_size > 4000;
}

static void a_build_whose_recording_was_killed_is_there_up_to_then(void **state)
{
	static const char *const none[] = { NULL };
	struct live *live = *state;
	char *capture = live_path(live, "a.life"), *shown = live_path(live, "shown");

	live_needs_host("a compiler and make");
	if (system("command -v cc make >/dev/null") != 0)
		live_skip("needs cc and make");
	char *build = write_build(live);
	live_start_raw(live, (const char *const[]){ "trace", "--json", "-q", "-o", shown,
						    "--record", capture, "--", "make", "-rs",
						    "-j2", "-C", build, NULL });
	live_await(has_blocks, capture, "half a build");
	/* The build, which is not lifeline's to kill, goes on, and ends by itself. */
	assert_int_equal(kill(live->tracer, SIGKILL), 0);
	int status = live_finish(live);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	char *again = live_look(live, live_trace_json, capture, none, "again");
	struct live_text a = live_read(shown), b = live_read(again);
	size_t length = whole_lines(a);
	/* The capture is written a second later at most, so it may lack the last lines. */
	assert_true(b.length > 0);
	length = b.length < length ? b.length : length;
	assert_memory_equal(a.data, b.data, length);
	free(a.data);
	free(b.data);

	json_t *report = live_check_capture(live, capture);
	assert_string_not_equal(live_verdict(report), "whole");
	assert_int_equal(json_lines_number(report, "missing"), 0);
	json_decref(report);
	char *tree =
		live_look(live, (const char *const[]){ "tree", NULL }, capture, none, "tree");
	struct progress drawn = { tree, "make -rs -j2" };
	assert_true(holds(&drawn));
	free(tree);
	free(again);
	free(build);
	free(shown);
	free(capture);
}

/* Lines of a text, which each end. */
static size_t count_lines(const char *path)
{
	struct live_text text = live_read(path);
	size_t count = 0;

	for (size_t i = 0; i < text.length; i++)
		count += text.data[i] == '\n';
	free(text.data);
	return count;
}

/* All that is before the cut is read, and the place of the cut is told. */
static void check_torn(struct live *live, const char *capture, const char *whole, off_t size)
{
	static const char *const none[] = { NULL };

	assert_int_equal(truncate(capture, size), 0);
	json_t *report = live_check_capture(live, capture);
	assert_string_equal(live_verdict(report), "damaged");
	const json_t *damage = json_array_get(json_object_get(report, "damage"), 0);
	assert_int_equal(json_array_size(json_object_get(report, "damage")), 1);
	assert_true(json_is_true(json_object_get(damage, "tail")));
	assert_int_equal(
		json_lines_number(damage, "offset") + json_lines_number(damage, "bytes"), size);
	char *part = live_look(live, live_trace_json, capture, none, "part");
	struct live_text a = live_read(whole), b = live_read(part);
	assert_true(b.length > 0 && b.length < a.length);
	assert_memory_equal(a.data, b.data, b.length);
	assert_true(count_lines(part) > 0);
	char *errors = live_errors(live);
	assert_non_null(strstr(errors, "the recording was cut off there"));
	free(errors);
	free(a.data);
	free(b.data);
	free(part);
	json_decref(report);
}

static off_t capture_size(const char *path)
{
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	return st.st_size;
}

struct size {
	const char *path;
	off_t bytes;
};

static bool has_grown(void *arg)
{
	const struct size *size = arg;
	struct stat st;

	return stat(size->path, &st) == 0 && st.st_size > size->bytes;
}

/* A parallel build, its recorder killed, and the file cut where a machine that fell might have. */
static void a_killed_recorder_leaves_every_whole_block(void **state)
{
	static const char *const none[] = { NULL };
	struct live *live = *state;
	char *capture = live_path(live, "a.life");
	struct size size = { .path = capture };

	live_needs_host("a compiler and make");
	if (system("command -v cc make >/dev/null") != 0)
		live_skip("needs cc and make");
	char *build = write_build(live);
	live_start_raw(live, (const char *const[]){ "record", "-q", "-o", capture, "--", "make",
						    "-rs", "-j4", "-C", build, NULL });
	live_await(has_blocks, capture, "half a build");
	size.bytes = capture_size(capture);
	live_await(has_grown, &size, "another block of it");
	assert_int_equal(kill(live->tracer, SIGKILL), 0);
	int status = live_finish(live);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	char *whole = live_look(live, live_trace_json, capture, none, "whole");
	check_torn(live, capture, whole, capture_size(capture) - 1);
	free(whole);
	free(build);
	free(capture);
}

/* ---- A full disk ----------------------------------------------------------------------- */

#define DISK_BYTES (128 * 1024)
#define WORDS 3
/* A word makes the command run as many programs. */
#define PER_WORD 60

/* A disk that only this process and what it starts know of. */
static char *make_disk(const struct live *live)
{
	char *path = live_path(live, "disk"), options[32];

	snprintf(options, sizeof(options), "size=%d", DISK_BYTES);
	assert_int_equal(mkdir(path, 0755), 0);
	assert_int_equal(unshare(CLONE_NEWNS), 0);
	assert_int_equal(mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL), 0);
	assert_int_equal(mount("disk", path, "tmpfs", 0, options), 0);
	return path;
}

static void fill_disk(const char *ballast)
{
	static const char bytes[4096];
	int fd = open(ballast, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	size_t count = 0;

	assert_true(fd >= 0);
	while (write(fd, bytes, sizeof(bytes)) > 0)
		assert_true(++count < 2 * DISK_BYTES / sizeof(bytes));
	assert_int_equal(errno, ENOSPC);
	close(fd);
}

static bool says_full(void *arg)
{
	char *errors = live_errors(arg);
	bool is_said = strstr(errors, "events are lost until there is room") != NULL;

	free(errors);
	return is_said;
}

static void give_words(struct live *live)
{
	for (int i = 0; i < WORDS; i++)
		assert_int_equal(write(live->word_fd, "x\n", 2), 2);
}

static bool has_passed(void *arg)
{
	return ll_clock_ns(CLOCK_MONOTONIC) >= *(const uint64_t *)arg;
}

/* What was recorded is written, or dropped, a second later at most; nothing else tells of that. */
static void await_blocks(void)
{
	uint64_t when = ll_clock_ns(CLOCK_MONOTONIC) + 2 * LL_NS_PER_S;

	live_await(has_passed, &when, "the block that has the events");
}

/* At any moment what is there is whole blocks. */
static long long lost_now(struct live *other, const char *capture, const char *expected)
{
	json_t *report = live_check_capture(other, capture);
	const char *key;
	json_t *count;
	long long lost = 0;

	assert_string_equal(live_verdict(report), expected);
	assert_int_equal(json_lines_number(report, "damage_count"), 0);
	json_object_foreach(json_object_get(report, "lost"), key, count) lost +=
		json_integer_value(count);
	json_decref(report);
	return lost;
}

static long long known(const json_t *report, const char *kind)
{
	const json_t *seen = json_object_get(json_object_get(report, "events"), kind);
	const json_t *lost = json_object_get(json_object_get(report, "lost"), kind);

	return json_integer_value(seen) + json_integer_value(lost);
}

static void a_full_disk_costs_what_came_meanwhile_and_no_more(void **state)
{
	struct live *live = *state, *other = live_new();
	char *disk = make_disk(live), capture[200], ballast[200], done[200];
	struct size size = { .path = capture };

	snprintf(capture, sizeof(capture), "%s/a.life", disk);
	snprintf(ballast, sizeof(ballast), "%s/ballast", disk);
	live_start_raw(live, (const char *const[]){
				     "record", "-q", "-o", capture, "--", "sh", "-c",
				     "while read word; do i=0; n=$((n + 1)); "
				     "while [ $i -lt 60 ]; do /bin/true; i=$((i + 1)); done; "
				     "echo >$0/done$n; done",
				     live->dir, NULL });
	live_await(live_has_bytes, capture, "the capture's beginning");
	fill_disk(ballast);
	give_words(live);
	snprintf(done, sizeof(done), "%s/done%d", live->dir, WORDS);
	live_await(says_full, live, "word of the full disk");
	live_await(live_has_bytes, done, "the programs to be over");
	await_blocks();
	lost_now(other, capture, "not closed");

	assert_int_equal(unlink(ballast), 0);
	size.bytes = capture_size(capture);
	give_words(live);
	live_await(has_grown, &size, "the recording to go on");
	assert_true(lost_now(other, capture, "not closed") > 0);
	live_close_words(live);
	assert_int_equal(live_finish(live), 0);
	assert_true(lost_now(other, capture, "whole") > 0);

	/* Each program is there or counted, and the shell. */
	json_t *report = live_check_capture(other, capture);
	assert_int_equal(known(report, "process.fork"), 2 * WORDS * PER_WORD + 1);
	assert_int_equal(known(report, "process.exec"), 2 * WORDS * PER_WORD + 1);
	assert_int_equal(known(report, "process.exit"), 2 * WORDS * PER_WORD + 1);
	json_decref(report);
	assert_int_equal(umount(disk), 0);
	live_free(other);
	free(disk);
}

static void a_file_that_may_not_grow_costs_events_and_not_the_command(void **state)
{
	struct live *live = *state;
	char *capture = live_path(live, "a.life"), *each = live_child_path("each");
	/* Room for what a capture begins with, and not for its events. */
	struct rlimit old, small = { .rlim_cur = 3000 };

	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	small.rlim_max = old.rlim_max;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	live_start_raw(live,
		       (const char *const[]){
			       "record", "--strict", "-o", capture, "--", "sh", "-c",
			       "i=0; while [ $i -lt 60 ]; do true | cat; i=$((i+1)); done",
			       NULL });
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	int status = live_finish(live);
	char *errors = live_errors(live);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 3);
	assert_non_null(strstr(errors, "events were lost: there was no room"));
	assert_non_null(strstr(errors, "File too large"));
	free(errors);
	free(each);
	free(capture);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_build_whose_recording_was_killed_is_there_up_to_then),
		TEST(a_killed_recorder_leaves_every_whole_block),
		TEST(a_full_disk_costs_what_came_meanwhile_and_no_more),
		TEST(a_file_that_may_not_grow_costs_events_and_not_the_command),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
