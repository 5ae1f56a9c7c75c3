/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Recorded and looked at again: the same, byte for byte, in every view; also when the recording
 * was killed, or is looked at while it grows.
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

#include "support/live_capture.h"
#include "support/live_check.h"

/* Forks, threads, execs, signals, ends of all sorts, an orphan. */
static void watch_and_record(struct live *live, const char *const view[], const char *shown,
			     const char *capture)
{
	const char *arguments[LIVE_ARGUMENTS_MAX] = { NULL };
	char *each = live_child_path("each");

	live_append(arguments, view);
	live_append(arguments,
		    (const char *const[]){ "-q",         "-o",        shown,
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
	char *again = live_look(live, view, capture, none, "again");
	live_assert_same(shown, again);
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
/* The kernel decides what it can of the first of these; of a view nothing. */
VIEW_TEST(a_filtered_trace_shows_the_same_again, "trace", "--json", "-f",
	  "event == \"exit\" and (code != 0 or has(exit.signal)) or args =~ \"orphan\"")
VIEW_TEST(a_trace_of_descendants_shows_the_same_again, "trace", "--json", "-f",
	  "descendant_of(comm == \"orphan\") and event != \"reap\"")
VIEW_TEST(a_filtered_tree_shows_the_same_again, "tree", "-f", "code != 0 or has(exit.signal)")
VIEW_TEST(filtered_signals_show_the_same_again, "signals", "-f", "sig != \"CHLD\"")
VIEW_TEST(filtered_states_show_the_same_again, "states", "-f", "pid > 1 and comm != \"each\"")
VIEW_TEST(filtered_zombies_show_the_same_again, "zombies", "--json", "-f", "pid > 1")
VIEW_TEST(a_summary_is_the_same_again, "summary")
VIEW_TEST(a_summary_as_json_is_the_same_again, "summary", "--json")
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
	char *again = live_look(live, view, capture, none, "again");
	live_assert_same(shown, again);
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
		{ "tree" }, { "signals" }, { "zombies" }, { "summary" }, { "trace", "--json" }
	};
	struct live *live = *state;
	char *capture = live_path(live, "a.life");

	record_each(live, capture);
	for (size_t i = 0; i < sizeof(views) / sizeof(views[0]); i++) {
		char *path = live_look(live, views[i], capture, none, "view");
		struct live_text text = live_read(path);

		assert_true(text.length > 0);
		free(text.data);
		free(path);
		unlink(live->errors_path);
	}
	free(capture);
}

/* A filter of a capture of everything shows what it shows while that is made. */
static void a_filter_finds_the_same_in_a_whole_capture(void **state)
{
	static const char expression[] = "exit.code in (1, 3, 255) or has(exit.signal)";
	static const char *const filter[] = { "-f", expression, NULL };
	struct live *live = *state;
	char *shown = live_path(live, "shown"), *capture = live_path(live, "a.life");
	static const char *const view[] = { "trace", "--json",   "--no-pushdown",
					    "-f",    expression, NULL };

	watch_and_record(live, view, shown, capture);
	char *again = live_look(live, live_trace_json, capture, filter, "again");
	live_assert_same(shown, again);
	free(again);
	free(shown);
	free(capture);
}

static void assert_filtered(struct live *live, const char *capture, bool is_filtered)
{
	json_t *report = live_check_capture(live, capture);
	const json_t *about = json_object_get(report, "about");
	const char *told = json_string_value(json_object_get(about, "watch.filtered"));

	assert_true(is_filtered ? told != NULL && strcmp(told, "1") == 0 : told == NULL);
	json_decref(report);
}

static void a_capture_says_whether_it_was_filtered(void **state)
{
	struct live *live = *state;
	char *whole = live_path(live, "a.life"), *part = live_path(live, "part.life");

	record_each(live, whole);
	assert_filtered(live, whole, false);
	live_start_raw(live, (const char *const[]){ "record", whole, "-q", "-o", part, "-c",
						    "fork_kinds", NULL });
	assert_int_equal(live_finish(live), 0);
	assert_filtered(live, part, true);
	live_start_raw(live, (const char *const[]){ "record", "-q", "-o", part, "-u", "0", "--",
						    "true", NULL });
	assert_int_equal(live_finish(live), 0);
	assert_filtered(live, part, true);
	free(part);
	free(whole);
}

static void a_kind_that_was_not_recorded_is_named(void **state)
{
	struct live *live = *state;
	char *capture = live_path(live, "a.life");

	record_each(live, capture);
	live_start_raw(live, (const char *const[]){ "trace", capture, "-f",
						    "state_time > 1s or code == 0", "-o",
						    "/dev/null", NULL });
	assert_int_equal(live_finish(live), 0);
	char *errors = live_errors(live);
	assert_non_null(strstr(errors, "was made without process.state events; lifeline record "
				       "--states records them"));
	free(errors);
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
	load_events(live, live_look(live, live_trace_json, capture, none, "all"));
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
	load_events(live, live_look(live, live_trace_json, capture, option, "part"));
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
	char *one = live_look(live, live_trace_json, capture,
			      (const char *const[]){ "-c", "fork_kinds", NULL }, "one");
	char *two = live_look(live, live_trace_json, part, none, "two");
	live_assert_same(one, two);
	free(one);
	free(two);
	free(part);
	free(capture);
}

static void a_recording_is_followed_while_it_grows(void **state)
{
	static const char *const none[] = { NULL };
	struct live *live = *state, *follower = live_new();
	char *capture = live_path(live, "a.life"), *each = live_child_path("each");
	char *shown = live_path(live, "shown");

	live_start_raw(live, (const char *const[]){ "record", "-q", "-o", capture, "--", each,
						    "codes", "exit_codes", NULL });
	live_await(live_has_bytes, capture, "the capture's beginning");
	live_start_raw(follower, (const char *const[]){ "trace", "--json", capture, "-F", "-q",
							"-o", shown, NULL });
	/* It shows events before the recording has ended, and ends with it. */
	live_await(live_has_bytes, shown, "events of the capture that grows");
	live_await_fact(live, NULL, "all_done");
	live_close_words(live);
	assert_int_equal(live_finish(live), 0);
	assert_int_equal(live_finish(follower), 0);
	char *again = live_look(live, live_trace_json, capture, none, "again");
	live_assert_same(shown, again);
	live_free(follower);
	free(again);
	free(shown);
	free(capture);
	free(each);
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
		TEST(a_filtered_trace_shows_the_same_again),
		TEST(a_trace_of_descendants_shows_the_same_again),
		TEST(a_filtered_tree_shows_the_same_again),
		TEST(filtered_signals_show_the_same_again),
		TEST(filtered_states_show_the_same_again),
		TEST(filtered_zombies_show_the_same_again),
		TEST(a_filter_finds_the_same_in_a_whole_capture),
		TEST(a_capture_says_whether_it_was_filtered),
		TEST(a_kind_that_was_not_recorded_is_named),
		TEST(a_summary_is_the_same_again),
		TEST(a_summary_as_json_is_the_same_again),
		TEST(page_shows_the_same_again),
		TEST(the_tree_of_the_machine_is_the_same_again),
		TEST(the_zombies_of_the_machine_are_the_same_again),
		TEST(a_recording_answers_every_view),
		TEST(what_was_not_recorded_is_said_to_be_missing),
		TEST(a_pid_of_a_recording_brings_its_descendants),
		TEST(a_part_can_be_recorded_again),
		TEST(a_recording_is_followed_while_it_grows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
