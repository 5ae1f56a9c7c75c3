/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Recorded and looked at again: the same, byte for byte, in every view; also when the recording
 * was killed, or is looked at while it grows.
 */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "support/live_check.h"

#define ARGUMENTS_MAX 40

struct text {
	char *data;
	size_t length;
};

static struct text read_all(const char *path)
{
	struct text text = { 0 };
	FILE *file = fopen(path, "re"), *memory = open_memstream(&text.data, &text.length);
	char buf[65536];
	size_t got;

	assert_non_null(file);
	assert_non_null(memory);
	while ((got = fread(buf, 1, sizeof(buf), file)) > 0)
		assert_int_equal(fwrite(buf, 1, got, memory), got);
	fclose(file);
	assert_int_equal(fclose(memory), 0);
	return text;
}

static void append(const char *list[], const char *const more[])
{
	size_t count = 0;

	while (list[count] != NULL)
		count++;
	for (; *more != NULL; more++) {
		assert_true(count + 1 < ARGUMENTS_MAX);
		list[count++] = *more;
	}
}

/* Look at a capture with these words; the result is in a file of the run. The caller's. */
static char *look(struct live *live, const char *const view[], const char *capture,
		  const char *const options[], const char *result)
{
	const char *arguments[ARGUMENTS_MAX] = { NULL };
	char *path = live_path(live, result);

	append(arguments, view);
	append(arguments, (const char *const[]){ capture, "-q", "-o", path, NULL });
	append(arguments, options);
	live_start_raw(live, arguments);
	int status = live_finish(live);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
		char *errors = live_errors(live);

		fail_msg("looking ended with %#x: %s", status, errors);
	}
	return path;
}

static void assert_same_files(const char *one, const char *two)
{
	struct text a = read_all(one), b = read_all(two);
	size_t same = 0;

	while (same < a.length && same < b.length && a.data[same] == b.data[same])
		same++;
	if (a.length != b.length || same < a.length)
		fail_msg("%s and %s differ at byte %zu of %zu and %zu", one, two, same,
			 a.length, b.length);
	assert_true(a.length > 0);
	free(a.data);
	free(b.data);
}

/* Forks, threads, execs, signals, ends of all sorts, an orphan. */
static void watch_and_record(struct live *live, const char *const view[], const char *shown,
			     const char *capture)
{
	const char *arguments[ARGUMENTS_MAX] = { NULL };
	char *each = live_child_path("each");

	append(arguments, view);
	append(arguments, (const char *const[]){ "-q",         "-o",        shown,
						 "--record",   capture,     "--",
						 each,         "threads",   "exec_from_thread",
						 "--",         "signals",   "signal_medley",
						 "--",         "subreaper", "orphan",
						 "subreaper",  "--",        "codes",
						 "exit_codes", NULL });
	live_start_raw(live, arguments);
	live_await_fact(live, NULL, "all_done");
	live_close_words(live);
	assert_int_equal(live_finish(live), 0);
	free(each);
}

static void check_view(struct live *live, const char *const view[])
{
	static const char *const none[] = { NULL };
	char *shown = live_path(live, "shown"), *capture = live_path(live, "a.life");

	watch_and_record(live, view, shown, capture);
	char *again = look(live, view, capture, none, "again");
	assert_same_files(shown, again);
	free(shown);
	free(capture);
	free(again);
}

#define VIEW_TEST(name, ...)                                                                   \
	static void name(void **state)                                                         \
	{                                                                                      \
		static const char *const view[] = { __VA_ARGS__, NULL };                       \
                                                                                               \
		check_view(*state, view);                                                      \
	}

VIEW_TEST(trace_shows_the_same_again, "trace", "--threads")
VIEW_TEST(trace_of_all_kinds_shows_the_same_again, "trace", "--json", "--threads", "-e",
	  "fork,exec,exit,reap,reparent,rename,oom_kill,signal,snapshot,lost", "--states=full")
VIEW_TEST(tree_shows_the_same_again, "tree")
VIEW_TEST(tree_as_json_shows_the_same_again, "tree", "--json")
VIEW_TEST(signals_show_the_same_again, "signals")
VIEW_TEST(signals_as_json_show_the_same_again, "signals", "--json")
VIEW_TEST(states_show_the_same_again, "states", "--threads")
VIEW_TEST(states_as_json_show_the_same_again, "states", "--json")
VIEW_TEST(zombies_show_the_same_again, "zombies")
VIEW_TEST(zombies_as_json_show_the_same_again, "zombies", "--json")
VIEW_TEST(page_shows_the_same_again, "export", "html", "--signals", "--states=full")

/* A look at the machine as it is, with what was there before. */
static void check_still(struct live *live, const char *command)
{
	const char *const view[] = { command, NULL }, *const none[] = { NULL };
	char *shown = live_path(live, "shown"), *capture = live_path(live, "a.life");
	const char *const arguments[] = {
		command, "-q", "-o", shown, "--record", capture, NULL
	};

	live_start_raw(live, arguments);
	assert_int_equal(live_finish(live), 0);
	char *again = look(live, view, capture, none, "again");
	assert_same_files(shown, again);
	free(shown);
	free(capture);
	free(again);
}

static void the_tree_of_the_machine_is_the_same_again(void **state)
{
	check_still(*state, "tree");
}

static void the_zombies_of_the_machine_are_the_same_again(void **state)
{
	check_still(*state, "zombies");
}

/* ---- Recordings without a view --------------------------------------------------------- */

static void record_each(struct live *live, const char *capture)
{
	char *each = live_child_path("each");
	const char *const arguments[] = { "record",     "--signals", "-q",        "-o",
					  capture,      "--",        each,        "kinds",
					  "fork_kinds", "--",        "subreaper", "orphan",
					  "subreaper",  NULL };

	live_start_raw(live, arguments);
	live_await_fact(live, NULL, "all_done");
	live_close_words(live);
	assert_int_equal(live_finish(live), 0);
	free(each);
}

static const char *const trace_json[] = { "trace", "--json", NULL };

static void load_events(struct live *live, char *path)
{
	json_lines_fini(&live->events);
	json_lines_init(&live->events, path);
	json_lines_refresh(&live->events);
	free(path);
}

static void a_recording_answers_every_view(void **state)
{
	static const char *const none[] = { NULL };
	static const char *const views[][3] = {
		{ "tree" }, { "signals" }, { "zombies" }, { "trace", "--json" }
	};
	struct live *live = *state;
	char *capture = live_path(live, "a.life");

	record_each(live, capture);
	for (size_t i = 0; i < sizeof(views) / sizeof(views[0]); i++) {
		char *path = look(live, views[i], capture, none, "view");
		struct text text = read_all(path);

		assert_true(text.length > 0);
		free(text.data);
		free(path);
		unlink(live->errors_path);
	}
	free(capture);
}

static void what_was_not_recorded_is_said_to_be_missing(void **state)
{
	struct live *live = *state;
	char *capture = live_path(live, "a.life");

	record_each(live, capture);
	live_start_raw(live, (const char *const[]){ "states", capture, NULL });
	int status = live_finish(live);
	char *errors = live_errors(live);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 1);
	assert_non_null(strstr(errors, "lifeline record --states records them"));
	free(errors);
	free(capture);
}

/* -p of a replay: the process and all that it forked, no more and no less. */
static void a_pid_of_a_recording_brings_its_descendants(void **state)
{
	struct live *live = *state;
	char *capture = live_path(live, "a.life"), pid[16];
	static const char *const none[] = { NULL };
	json_t *wanted = json_object(), *event;
	size_t i, count = 0;

	record_each(live, capture);
	json_t *begins = live_fact(live, "subreaper", "adopted");
	load_events(live, look(live, trace_json, capture, none, "all"));
	snprintf(pid, sizeof(pid), "%lld", json_lines_number(begins, "ppid"));
	json_object_set_new(wanted, pid, json_true());
	json_array_foreach(live->events.objects, i, event)
	{
		char key[16];

		if (strcmp(json_lines_text(event, "event.name"), "process.fork") == 0) {
			snprintf(key, sizeof(key), "%lld",
				 json_lines_number(event, "process.fork.caller_pid"));
			bool is_below = json_object_get(wanted, key) != NULL;
			snprintf(key, sizeof(key), "%lld",
				 json_lines_number(event, "process.pid"));
			if (is_below)
				json_object_set_new(wanted, key, json_true());
		}
		snprintf(key, sizeof(key), "%lld", json_lines_number(event, "process.pid"));
		count += json_object_get(wanted, key) != NULL;
	}
	assert_true(json_object_size(wanted) > 1 && count < i);
	const char *const option[] = { "-p", pid, NULL };
	load_events(live, look(live, trace_json, capture, option, "part"));
	json_array_foreach(live->events.objects, i, event)
	{
		char key[16];

		snprintf(key, sizeof(key), "%lld", json_lines_number(event, "process.pid"));
		if (json_object_get(wanted, key) == NULL)
			live_refuse(event, "no descendant");
	}
	assert_int_equal(json_array_size(live->events.objects), count);
	json_decref(wanted);
	free(capture);
}

static void a_part_can_be_recorded_again(void **state)
{
	static const char *const none[] = { NULL };
	struct live *live = *state;
	char *capture = live_path(live, "a.life"), *part = live_path(live, "part.life");

	record_each(live, capture);
	live_start_raw(live, (const char *const[]){ "record", capture, "-q", "-o", part, "-c",
						    "fork_kinds", NULL });
	assert_int_equal(live_finish(live), 0);
	char *one = look(live, trace_json, capture,
			 (const char *const[]){ "-c", "fork_kinds", NULL }, "one");
	char *two = look(live, trace_json, part, none, "two");
	assert_same_files(one, two);
	free(one);
	free(two);
	free(part);
	free(capture);
}

static bool has_bytes(void *arg)
{
	struct stat st;

	return stat(arg, &st) == 0 && st.st_size > 0;
}

static void a_recording_is_followed_while_it_grows(void **state)
{
	static const char *const none[] = { NULL };
	struct live *live = *state, *follower = live_new();
	char *capture = live_path(live, "a.life"), *each = live_child_path("each");
	char *shown = live_path(live, "shown");

	live_start_raw(live, (const char *const[]){ "record", "-q", "-o", capture, "--", each,
						    "codes", "exit_codes", NULL });
	live_await(has_bytes, capture, "the capture's beginning");
	live_start_raw(follower, (const char *const[]){ "trace", "--json", capture, "-F", "-q",
							"-o", shown, NULL });
	/* It shows events before the recording has ended, and ends with it. */
	live_await(has_bytes, shown, "events of the capture that grows");
	live_await_fact(live, NULL, "all_done");
	live_close_words(live);
	assert_int_equal(live_finish(live), 0);
	assert_int_equal(live_finish(follower), 0);
	char *again = look(live, trace_json, capture, none, "again");
	assert_same_files(shown, again);
	live_free(follower);
	free(again);
	free(shown);
	free(capture);
	free(each);
}

/* ---- What can go wrong ----------------------------------------------------------------- */

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
	write_text(path, "all: $(patsubst %,%.o,$(shell seq 100))\n"
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
	struct text text;

	if (!has_bytes((void *)progress->path))
		return false;
	text = read_all(progress->path);
	bool is_there =
		memmem(text.data, text.length, progress->part, strlen(progress->part)) != NULL;
	free(text.data);
	return is_there;
}

/* Of lines of which the last may be cut off. */
static size_t whole_lines(struct text text)
{
	const char *last = memrchr(text.data, '\n', text.length);

	return last != NULL ? (size_t)(last + 1 - text.data) : 0;
}

/* The capture's beginning takes less. */
static bool has_blocks(void *arg)
{
	struct stat st;

	return stat(arg, &st) == 0 && st.st_size > 8000;
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
	char *again = look(live, trace_json, capture, none, "again");
	struct text a = read_all(shown), b = read_all(again);
	size_t length = whole_lines(a);
	/* The capture is written a second later at most, so it may lack the last lines. */
	assert_true(b.length > 0);
	length = b.length < length ? b.length : length;
	assert_memory_equal(a.data, b.data, length);
	free(a.data);
	free(b.data);

	live_start_raw(live, (const char *const[]){ "check", "--json", capture, NULL });
	status = live_finish(live);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 1);
	char *tree = look(live, (const char *const[]){ "tree", NULL }, capture, none, "tree");
	struct progress drawn = { tree, "make -rs -j2" };
	assert_true(holds(&drawn));
	free(tree);
	free(again);
	free(build);
	free(shown);
	free(capture);
}

static void a_file_that_may_not_grow_costs_events_and_not_the_command(void **state)
{
	struct live *live = *state;
	char *capture = live_path(live, "a.life"), *each = live_child_path("each");
	struct rlimit old, small = { .rlim_cur = 3000 };

	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	small.rlim_max = old.rlim_max;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	live_start_raw(live, (const char *const[]){
				     "record", "--strict", "-o", capture, "--", "sh", "-c",
				     "for i in 1 2 3; do true | cat; done", NULL });
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

#define TEST(name) cmocka_unit_test_setup_teardown(name, live_set_up, live_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(trace_shows_the_same_again),
		TEST(trace_of_all_kinds_shows_the_same_again),
		TEST(tree_shows_the_same_again),
		TEST(tree_as_json_shows_the_same_again),
		TEST(signals_show_the_same_again),
		TEST(signals_as_json_show_the_same_again),
		TEST(states_show_the_same_again),
		TEST(states_as_json_show_the_same_again),
		TEST(zombies_show_the_same_again),
		TEST(zombies_as_json_show_the_same_again),
		TEST(page_shows_the_same_again),
		TEST(the_tree_of_the_machine_is_the_same_again),
		TEST(the_zombies_of_the_machine_are_the_same_again),
		TEST(a_recording_answers_every_view),
		TEST(what_was_not_recorded_is_said_to_be_missing),
		TEST(a_pid_of_a_recording_brings_its_descendants),
		TEST(a_part_can_be_recorded_again),
		TEST(a_recording_is_followed_while_it_grows),
		TEST(a_build_whose_recording_was_killed_is_there_up_to_then),
		TEST(a_file_that_may_not_grow_costs_events_and_not_the_command),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
