/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Where the time went, against the clocks of the programs themselves and the scheduler's count. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "support/live_check.h"

#define MS 1000000LL
/*
 * How far two clocks' figures may be apart: CPU time may be sampled at the slowest HZ; an emulated
 * machine's clocks run apart by what its CPUs wait for the host's.
 */
static long long slack_ns(void)
{
	return getenv("LL_GUEST") != NULL ? 150 * MS : 10 * MS;
}

static const char *const states[] = { "running", "runnable", "sleeping", "uninterruptible",
				      "stopped", "traced",   "idle" };

static int set_up(void **state)
{
	struct live *live = live_new();
	static const char *const options[] = {
		"--states", "--stall", "10s", "-e", "fork,exec,exit,reap,state,state_times",
		NULL
	};
	static const char *const corners[] = {
		"mix",       "spend_time",       "mix",     "--",
		"stopped",   "spend_time",       "stopped", "--",
		"traced",    "spend_time",       "traced",  "--",
		"pair",      "spend_time",       "pair",    "--",
		"fifo",      "spend_time",       "fifo",    "--",
		"by_thread", "exec_from_thread", NULL,
	};

	*state = live;
	live_run_corners(live, options, corners);
	return 0;
}

static long long stay(const json_t *times, const char *state, const char *what)
{
	char key[64];

	snprintf(key, sizeof(key), "process.state.%s.%s", state, what);
	return json_lines_number(times, key);
}

static long long time_in(const json_t *times, const char *state)
{
	return stay(times, state, "time_ns");
}

static long long sum(const json_t *times)
{
	long long total = 0;

	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++)
		total += time_in(times, states[i]);
	return total;
}

/* The last word on the time of a process's main thread; there must be exactly one. */
static json_t *final_times(const struct live *live, pid_t pid)
{
	json_t *events = live_events(live, "process.state_times", pid), *event, *found = NULL;
	size_t i, count = 0;

	json_array_foreach(events, i, event)
	{
		if (json_object_get(event, "process.state.current") != NULL ||
		    json_lines_number(event, "thread.id") != pid)
			continue;
		found = event;
		count++;
	}
	json_decref(events);
	assert_int_equal(count, 1);
	return found;
}

/* The process a fact is about. */
static pid_t subject(const struct live *live, const char *corner, const char *fact)
{
	return (pid_t)json_lines_number(live_fact(live, corner, fact), "pid");
}

static void check_near(const json_t *event, const char *what, long long actual,
		       long long expected, long long off)
{
	if (actual < expected - off || actual > expected + off)
		live_refuse(event, "%s is %lld, not %lld (+-%lld)", what, actual, expected,
			    off);
}

/* Each process of one thread that a corner waited for. */
static void check_sums(const struct live *live, const char *corner)
{
	json_t *facts = live_facts(live, corner, "spent"), *spent;
	size_t i;

	json_array_foreach(facts, i, spent)
	{
		pid_t pid = (pid_t)json_lines_number(spent, "pid");
		json_t *times = final_times(live, pid), *death = live_death(live, pid);
		long long life = json_lines_number(death, "process.duration_ns");

		check_near(times, "the sum of all states", sum(times), life, life / 100);
		check_number(times, "process.state.since.boottime_ns",
			     json_lines_number(times, "process.creation.boottime_ns"));
	}
	assert_true(i > 0);
	json_decref(facts);
}

static void states_sum_to_the_lifetime(void **state)
{
	static const char *const corners[] = { "mix", "stopped", "traced", "pair" };

	for (size_t i = 0; i < sizeof(corners) / sizeof(corners[0]); i++)
		check_sums(*state, corners[i]);
}

/* What wait4 says of the child, which waited for none of its own. */
static long long cpu_of(const struct live *live, pid_t pid)
{
	json_t *waited = live_fact_of(live, "waited", pid);

	return json_lines_number(waited, "utime_ns") + json_lines_number(waited, "stime_ns");
}

static void time_on_cpu_agrees_with_rusage(void **state)
{
	static const char *const corners[] = { "mix", "stopped", "pair" };

	for (size_t i = 0; i < sizeof(corners) / sizeof(corners[0]); i++) {
		json_t *facts = live_facts(*state, corners[i], "spent"), *spent;
		size_t j;

		json_array_foreach(facts, j, spent)
		{
			pid_t pid = (pid_t)json_lines_number(spent, "pid");
			json_t *times = final_times(*state, pid);

			check_near(times, "the time on a CPU", time_in(times, "running"),
				   cpu_of(*state, pid), slack_ns());
		}
		json_decref(facts);
	}
}

/* The scheduler's own count, which the child read just before its end. */
static void check_wait(const struct live *live, const json_t *spent)
{
	json_t *times = final_times(live, (pid_t)json_lines_number(spent, "pid"));
	long long waited = json_lines_number(spent, "waited_ns");

	if (waited < 0)
		live_skip("this kernel has no /proc/PID/schedstat");
	check_near(times, "the wait for a CPU", time_in(times, "runnable"), waited,
		   waited / 100 + slack_ns());
}

static void wait_for_a_cpu_agrees_with_schedstat(void **state)
{
	static const char *const corners[] = { "mix", "pair" };

	for (size_t i = 0; i < sizeof(corners) / sizeof(corners[0]); i++) {
		json_t *facts = live_facts(*state, corners[i], "spent"), *spent;
		size_t j;

		json_array_foreach(facts, j, spent) check_wait(*state, spent);
		json_decref(facts);
	}
}

static void those_that_share_a_cpu_wait_for_each_other(void **state)
{
	json_t *facts = live_facts(*state, "pair", "spent"), *spent;
	size_t i;

	json_array_foreach(facts, i, spent)
	{
		json_t *times = final_times(*state, (pid_t)json_lines_number(spent, "pid"));

		if (time_in(times, "runnable") < 100 * MS)
			live_refuse(times, "it should have waited for a CPU");
		/* One that never sleeps is preempted: that is no sleep. */
		if (time_in(times, "sleeping") > 50 * MS)
			live_refuse(times, "it never slept");
	}
	assert_int_equal(i, 2);
	json_decref(facts);
}

static void sleep_is_told_as_sleep(void **state)
{
	json_t *times = final_times(*state, subject(*state, "mix", "spent"));

	/* It asked for 600 ms in 21 pieces, the longest of 300. */
	check_between(times, "process.state.sleeping.count", 21, 60);
	/*
	 * The kernel counts the wait for a CPU by a clock that may be stale on an idle, emulated one (6.12):
	 * 299 ms of a sleep of 300 were seen to be a wait.
	 */
	if (getenv("LL_GUEST") == NULL) {
		check_between(times, "process.state.sleeping.time_ns", 600 * MS, 1500 * MS);
		check_between(times, "process.state.sleeping.longest_ns", 300 * MS, 800 * MS);
	}
	long long off = time_in(times, "sleeping") + time_in(times, "runnable");
	assert_true(off >= 600 * MS && off <= 2500 * MS);
	check_number(times, "process.state.stopped.time_ns", 0);
	check_number(times, "process.state.traced.time_ns", 0);
	check_number(times, "process.state.idle.time_ns", 0);
	check_text(times, "process.scheduler.policy", "other");
}

/* The event of this process that ended or began a state. */
static json_t *change(const struct live *live, pid_t pid, const char *key, const char *name)
{
	json_t *events = live_events(live, "process.state", pid), *event, *found = NULL;
	size_t i;

	json_array_foreach(events, i, event)
	{
		if (strcmp(json_lines_text(event, key), name) == 0 && found == NULL)
			found = event;
	}
	json_decref(events);
	if (found == NULL)
		fail_msg("no process.state of %d with %s %s", pid, key, name);
	return found;
}

/* Held in a state by another process: its clock knows how long. */
static void check_held(const struct live *live, const char *corner, const char *name)
{
	json_t *held = live_fact(live, corner, name);
	pid_t pid = (pid_t)json_lines_number(held, "pid");
	long long least = json_lines_number(held, "least_ns");
	long long most = json_lines_number(held, "most_ns");
	json_t *times = final_times(live, pid);
	json_t *begin = change(live, pid, "process.state.to", name);
	json_t *end = change(live, pid, "process.state.from", name);
	char key[64];

	snprintf(key, sizeof(key), "process.state.%s.time_ns", name);
	check_between(times, key, least - slack_ns(), most + slack_ns() / 10);
	/* Without --states=full the change is told when it runs again, a wait for a CPU later. */
	check_between(end, "process.state.duration_ns", least - slack_ns(),
		      most + time_in(times, "runnable"));
	assert_true(live_order(begin) < live_order(end));
	check_number(begin, "process.state.by.pid", json_lines_number(held, "by"));
}

static void time_stopped_agrees_with_the_stoppers_clock(void **state)
{
	check_held(*state, "stopped", "stopped");
}

static void who_continued_it_is_told(void **state)
{
	json_t *held = live_fact(*state, "stopped", "stopped");
	json_t *end = change(*state, (pid_t)json_lines_number(held, "pid"),
			     "process.state.from", "stopped");

	check_number(end, "process.state.by.pid", json_lines_number(held, "by"));
}

static void time_in_a_trace_stop_agrees_with_the_tracers_clock(void **state)
{
	check_held(*state, "traced", "traced");
}

static void a_real_time_hog_and_whom_it_starves_stand_out(void **state)
{
	json_t *hog = live_fact(*state, "fifo", "hog");

	if (live_find_fact(*state, "fifo", "refused") != NULL)
		live_skip("no real-time policy is allowed here");
	json_t *times = final_times(*state, (pid_t)json_lines_number(hog, "pid"));
	check_text(times, "process.scheduler.policy", "fifo");
	check_number(times, "process.scheduler.priority", 50);
	check_between(times, "process.state.running.longest_ns", 100 * MS, 2000 * MS);
	times = final_times(*state, (pid_t)json_lines_number(hog, "starved"));
	check_text(times, "process.scheduler.policy", "other");
	check_absent(times, "process.scheduler.priority");
	check_between(times, "process.state.runnable.longest_ns", 100 * MS, 5000 * MS);
}

/* The thread that executes ends as itself and begins anew as the leader. */
static void exec_by_a_thread_loses_no_time(void **state)
{
	json_t *thread = live_fact(*state, "by_thread", "exec_thread");
	pid_t pid = (pid_t)json_lines_number(thread, "pid");
	long long tid = json_lines_number(thread, "tid");
	json_t *times = live_last_event(*state, "process.state_times", pid);
	json_t *exec = live_event(*state, "process.exec", pid);
	json_t *death = live_death(*state, pid);
	long long death_ns = json_lines_number(death, "process.creation.boottime_ns") +
			     json_lines_number(death, "process.duration_ns");
	long long since_ns = json_lines_number(times, "process.state.since.boottime_ns");

	check_number(exec, "process.previous_thread.id", tid);
	check_number(times, "thread.id", pid);
	check_near(times, "the end of its account", since_ns + sum(times), death_ns, 2 * MS);
	/* Leader, bystander, the thread by its former name, and the leader it has become. */
	assert_int_equal(live_count(*state, "process.state_times", pid), 4);
}

static bool is_stuck_shown(void *arg)
{
	struct live *live = arg;
	json_t *event;
	size_t i;

	json_lines_refresh(&live->events);
	json_array_foreach(live->events.objects, i, event)
	{
		if (json_is_true(json_object_get(event, "process.state.stuck")))
			return true;
	}
	return false;
}

/* The parent of a vfork waits in D; it only goes on after its stack was shown. */
static void stuck_is_told_while_it_lasts_with_its_stack(void **state)
{
	static const char *const options[] = { "-e", "fork,exit,reap,state,state_times",
					       "--stall", "200ms", NULL };
	static const char *const command[] = { "spend_time", "vfork", NULL };
	struct live *live = *state;
	bool names_function = false;
	json_t *frame;
	size_t i;

	live_start(live, options, command);
	live_await(is_stuck_shown, live, "the stuck process");
	live_give_word(live);
	assert_int_equal(live_finish(live), 0);
	json_t *vforked = live_fact(live, NULL, "vforked");
	pid_t pid = (pid_t)json_lines_number(vforked, "pid");
	json_t *stuck = change(live, pid, "process.state.to", "uninterruptible");
	check_text(stuck, "process.state.from", "uninterruptible");
	check_flag(stuck, "process.state.stuck", true);
	check_between(stuck, "process.state.duration_ns", 200 * MS,
		      json_lines_number(vforked, "most_ns"));
	json_array_foreach(json_object_get(stuck, "process.state.stack"), i, frame)
	{
		const char *name = json_string_value(frame);

		names_function = names_function || strstr(name, "clone") != NULL ||
				 strstr(name, "fork") != NULL;
	}
	if (!names_function)
		live_refuse(stuck, "no function of fork in its stack");
	/* Its end is told, too, since it was long. */
	json_t *events = live_events(live, "process.state", pid);
	json_t *last = json_array_get(events, json_array_size(events) - 1);
	check_text(last, "process.state.from", "uninterruptible");
	check_flag(last, "process.state.stuck", false);
	json_decref(events);
	json_t *times = final_times(live, pid);
	check_between(times, "process.state.uninterruptible.longest_ns",
		      json_lines_number(vforked, "least_ns") - 20 * MS,
		      json_lines_number(vforked, "most_ns"));
	assert_true(json_array_size(json_object_get(times, "process.state.stack")) > 0);
}

/* Sum the stays in one state, of all transitions of a process. */
static long long sum_of_stays(const json_t *events, const char *name)
{
	long long total = 0;
	json_t *event;
	size_t i;

	json_array_foreach(events, i, event)
	{
		if (strcmp(json_lines_text(event, "process.state.from"), name) == 0)
			total += json_lines_number(event, "process.state.duration_ns");
	}
	return total;
}

static void full_transitions_lead_from_one_state_to_the_next(void **state)
{
	static const char *const options[] = { "-e", "fork,exit,reap,state,state_times",
					       "--states=full", NULL };
	static const char *const command[] = { "spend_time", "mix", NULL };
	struct live *live = *state;
	const char *now = "runnable";
	json_t *event;
	size_t i;

	live_run(live, options, command);
	pid_t pid = subject(live, NULL, "spent");
	json_t *events = live_events(live, "process.state", pid);
	json_t *times = final_times(live, pid);
	assert_true(json_array_size(events) > 40);
	json_array_foreach(events, i, event)
	{
		check_text(event, "process.state.from", now);
		now = json_lines_text(event, "process.state.to");
		if (strcmp(now, json_lines_text(event, "process.state.from")) == 0)
			live_refuse(event, "a change from a state to itself");
	}
	assert_string_equal(now, "running");
	check_near(times, "the sum of sleeps", sum_of_stays(events, "sleeping"),
		   time_in(times, "sleeping"), slack_ns() / 2);
	/* The last stay on the CPU ends with the process, not with a change. */
	check_near(times, "the sum of times on a CPU", sum_of_stays(events, "running"),
		   time_in(times, "running"), slack_ns());
	json_decref(events);
}

/* Start `lifeline states` with an output file, and wait for its end. */
static void run_states(struct live *live, const char *option, const char *variant)
{
	char *spend_time = live_child_path("spend_time");
	const char *const arguments[] = {
		"states", option,     "--threads", "-o", live->events.path,
		"--",     spend_time, variant,     NULL
	};

	live_start_raw(live, arguments);
	live_close_words(live);
	assert_int_equal(live_finish(live), 0);
	free(spend_time);
}

static void a_process_is_the_sum_of_its_threads(void **state)
{
	struct live *live = *state;
	json_t *line, *process = NULL;
	long long threads[7] = { 0 };
	size_t i, count = 0;

	run_states(live, "--json", "threads");
	pid_t pid = subject(live, NULL, "spent");
	json_array_foreach(live->events.objects, i, line)
	{
		if (json_lines_number(line, "process.pid") != pid)
			continue;
		if (json_object_get(line, "thread.id") == NULL) {
			assert_null(process);
			process = line;
			continue;
		}
		count++;
		for (size_t j = 0; j < sizeof(states) / sizeof(states[0]); j++)
			threads[j] += time_in(line, states[j]);
	}
	assert_non_null(process);
	assert_int_equal(count, 4);
	for (size_t j = 0; j < sizeof(states) / sizeof(states[0]); j++)
		check_near(process, states[j], time_in(process, states[j]), threads[j], 0);
	check_near(process, "the time on a CPU", time_in(process, "running"), cpu_of(live, pid),
		   4 * slack_ns());
	check_text(process, "process.linux.task_state", "reaped");
}

static void the_table_names_the_hog(void **state)
{
	struct live *live = *state;
	char *spend_time = live_child_path("spend_time");
	char *path = live_path(live, "table"), *text = NULL;
	const char *const arguments[] = {
		"states", "-o", path, "--", spend_time, "fifo", NULL
	};
	size_t room = 0;

	live_start_raw(live, arguments);
	live_close_words(live);
	assert_int_equal(live_finish(live), 0);
	FILE *file = fopen(path, "re");
	assert_non_null(file);
	assert_true(getdelim(&text, &room, '\0', file) > 0);
	fclose(file);
	bool is_refused = live_find_fact(live, NULL, "refused") != NULL;
	if (!is_refused && strstr(text, "(spend_time, FIFO 50) ran\n") == NULL)
		fail_msg("no line about the hog in\n%s", text);
	free(text), free(path), free(spend_time);
	if (is_refused)
		live_skip("no real-time policy is allowed here");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(states_sum_to_the_lifetime),
		cmocka_unit_test(time_on_cpu_agrees_with_rusage),
		cmocka_unit_test(wait_for_a_cpu_agrees_with_schedstat),
		cmocka_unit_test(those_that_share_a_cpu_wait_for_each_other),
		cmocka_unit_test(sleep_is_told_as_sleep),
		cmocka_unit_test(time_stopped_agrees_with_the_stoppers_clock),
		cmocka_unit_test(who_continued_it_is_told),
		cmocka_unit_test(time_in_a_trace_stop_agrees_with_the_tracers_clock),
		cmocka_unit_test(a_real_time_hog_and_whom_it_starves_stand_out),
		cmocka_unit_test(exec_by_a_thread_loses_no_time),
		cmocka_unit_test_setup_teardown(stuck_is_told_while_it_lasts_with_its_stack,
						live_set_up, live_tear_down),
		cmocka_unit_test_setup_teardown(
			full_transitions_lead_from_one_state_to_the_next, live_set_up,
			live_tear_down),
		cmocka_unit_test_setup_teardown(a_process_is_the_sum_of_its_threads,
						live_set_up, live_tear_down),
		cmocka_unit_test_setup_teardown(the_table_names_the_hog, live_set_up,
						live_tear_down),
	};

	return cmocka_run_group_tests(tests, set_up, live_tear_down);
}
