/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Stops: by whom, for how long, by whom continued; of a tracer, too. */
#include <signal.h>
#include <sys/wait.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/live_check.h"
#include "support/live_signals.h"

#define GENERATE "signal.generate"
#define DELIVER "signal.deliver"

static const char *const options[] = { "-e", LIVE_SIGNAL_EVENTS, NULL };

static int set_up(void **state)
{
	static const char *const corners[] = {
		"kill", "stop_child", "--",         "tty", "stop_by_tty",
		"--",   "traced",     "trace_stop", NULL,
	};
	struct live *live = live_new();

	*state = live;
	live_run_corners(live, options, corners);
	return 0;
}

/* The nth change into (key process.state.to) or out of (.from) a state. Borrowed. */
static json_t *change(const struct live *live, pid_t pid, const char *key, const char *what,
		      size_t nth)
{
	json_t *events = live_events(live, "process.state", pid), *event, *found = NULL;
	size_t i;

	json_array_foreach(events, i, event)
	{
		if (strcmp(json_lines_text(event, key), what) == 0 && nth-- == 0) {
			found = event;
			break;
		}
	}
	json_decref(events);
	if (found == NULL)
		fail_msg("no such change: %s %s of %d", key, what, pid);
	return found;
}

static size_t count_changes(const struct live *live, pid_t pid)
{
	return live_count(live, "process.state", pid);
}

static long long clock_of(const struct live *live, const char *name)
{
	return json_lines_number(live_fact(live, "kill", name), "boottime_ns");
}

/*
 * The parent hears of a stop before the child has left its CPU (do_signal_stop() notifies, then
 * schedules): how much later that may be, until the state begins. On an emulated machine a child may be kept
 * from its CPU right there.
 */
static long long leave_ns(void)
{
	return getenv("LL_GUEST") != NULL ? 100000000 : 1000000;
}

static void stop_by_kill_lasts_as_long_as_its_parent_saw(void **state)
{
	struct live *live = *state;
	json_t *stopped = live_fact(live, "kill", "stopped");
	pid_t pid = live_pid(stopped, "pid");
	json_t *end = change(live, pid, "process.state.from", "stopped", 0);

	assert_true(WIFSTOPPED(json_lines_number(stopped, "status")));
	check_text(stopped, "state", "T");
	change(live, pid, "process.state.to", "stopped", 0);
	assert_int_equal(count_changes(live, pid), 2);
	check_between(end, "process.state.duration_ns",
		      clock_of(live, "continuing") - clock_of(live, "stopped") - leave_ns(),
		      clock_of(live, "resumed") - clock_of(live, "stopping"));
}

static void who_stopped_and_who_continued_is_told(void **state)
{
	struct live *live = *state;
	json_t *stopped = live_fact(live, "kill", "stopped");
	pid_t pid = live_pid(stopped, "pid"), by = live_pid(stopped, "by");

	check_number(change(live, pid, "process.state.to", "stopped", 0),
		     "process.state.by.pid", by);
	check_number(change(live, pid, "process.state.from", "stopped", 0),
		     "process.state.by.pid", by);
	check_sender(live, live_signal(live, GENERATE, pid, SIGSTOP), "user", by);
	check_sender(live, live_signal(live, GENERATE, pid, SIGCONT), "user", by);
	check_text(live_signal(live, DELIVER, pid, SIGSTOP), "signal.action", "stop");
}

/* By SIGCHLD: that it stopped, that it goes on, that it is dead. */
static void parent_is_told_of_stop_and_continuation(void **state)
{
	static const char *const codes[] = { "CLD_STOPPED", "CLD_CONTINUED", "CLD_KILLED" };
	struct live *live = *state;
	json_t *stopped = live_fact(live, "kill", "stopped");

	for (size_t i = 0; i < 3; i++) {
		json_t *told =
			live_nth_signal(live, GENERATE, live_pid(stopped, "by"), SIGCHLD, i);

		check_text(told, "signal.code", codes[i]);
		check_sender(live, told, "kernel", live_pid(stopped, "pid"));
	}
}

/* The terminal stops its job: no process did, whoever typed. */
static void stop_by_a_key_has_no_process_to_it(void **state)
{
	struct live *live = *state;

	live_skip_as_told(live, "tty");
	json_t *stopped = live_fact(live, "tty", "stopped");
	pid_t pid = live_pid(stopped, "pid");
	json_t *begin = change(live, pid, "process.state.to", "stopped", 0);

	assert_int_equal(WSTOPSIG(json_lines_number(stopped, "status")), SIGTSTP);
	check_text(begin, "signal.name", "SIGTSTP");
	check_absent(begin, "process.state.by.pid");
	check_number(change(live, pid, "process.state.from", "stopped", 0),
		     "process.state.by.pid",
		     json_lines_number(live_fact(live, "tty", "continued"), "by"));
}

static void stop_of_a_tracer_is_a_state_of_its_own(void **state)
{
	struct live *live = *state;

	live_skip_as_told(live, "traced");
	json_t *traced = live_fact(live, "traced", "traced");
	pid_t pid = live_pid(traced, "pid"), tracer = live_pid(traced, "tracer");

	for (size_t i = 0; i < 2; i++) {
		json_t *begin = change(live, pid, "process.state.to", "traced", i);
		json_t *end = change(live, pid, "process.state.from", "traced", i);

		check_number(begin, "process.state.by.pid", tracer);
		assert_true(live_order(begin) < live_order(end));
	}
	assert_int_equal(count_changes(live, pid), 4);
}

/* The tracer took it: it never came to the process. */
static void signal_a_tracer_keeps_is_not_delivered(void **state)
{
	struct live *live = *state;

	live_skip_as_told(live, "traced");
	json_t *told = live_fact(live, "traced", "intercepted");
	pid_t pid = live_pid(told, "pid");

	assert_int_equal(WSTOPSIG(json_lines_number(told, "status")), SIGUSR1);
	check_text(live_signal(live, GENERATE, pid, SIGUSR1), "signal.result", "delivered");
	assert_int_equal(live_count_signals(live, DELIVER, pid, SIGUSR1), 0);
	check_text(live_death(live, pid), "process.exit.signal", "SIGTERM");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(stop_by_kill_lasts_as_long_as_its_parent_saw),
		cmocka_unit_test(who_stopped_and_who_continued_is_told),
		cmocka_unit_test(parent_is_told_of_stop_and_continuation),
		cmocka_unit_test(stop_by_a_key_has_no_process_to_it),
		cmocka_unit_test(stop_of_a_tracer_is_a_state_of_its_own),
		cmocka_unit_test(signal_a_tracer_keeps_is_not_delivered),
	};

	return cmocka_run_group_tests(tests, set_up, live_tear_down);
}
