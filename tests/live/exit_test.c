/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Deaths: once for each process, with the status waitpid gives and what wait4 counts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/live_check.h"

/* CPU time is sampled: two figures may be a tick of the slowest HZ apart. */
#define TICK_NS 10000000LL

static int set_up(void **state)
{
	struct live *live = live_new();
	const char *const corners[] = {
		"codes",
		"exit_codes",
		"--",
		"signals",
		"die_by_signal",
		"--",
		"core",
		"dump_core",
		live->dir,
		"--",
		"leader_thread",
		"leader_exits_first",
		"thread",
		"--",
		"leader_group",
		"leader_exits_first",
		"group",
		"--",
		"leader_killed",
		"leader_exits_first",
		"killed",
		"--",
		"many_each",
		"many_threads",
		"each",
		"64",
		"5",
		"--",
		"many_group",
		"many_threads",
		"group",
		"64",
		"5",
		"--",
		"burn",
		"use_resources",
		"single",
		"--",
		"burn_threads",
		"use_resources",
		"threads",
		"--",
		"memory",
		"use_resources",
		"memory",
		"--",
		"switches",
		"use_resources",
		"switches",
		"--",
		"write",
		"use_resources",
		"write",
		live->dir,
		NULL,
	};

	*state = live;
	live_run_corners(live, NULL, corners);
	return 0;
}

/* A driver told of its own end by `each` is left out: it waited for children. */
static bool is_of_driver(const struct live *live, const json_t *waited)
{
	long long reaper = json_lines_number(waited, "reaper");

	return reaper == json_lines_number(live_fact(live, NULL, "corner_begins"), "pid");
}

/* Check all processes a corner waited for; there must be this many. */
static void check_ends(const struct live *live, const char *corner, size_t count)
{
	json_t *facts = live_facts(live, corner, "waited"), *waited;
	size_t i, checked = 0;

	json_array_foreach(facts, i, waited)
	{
		if (is_of_driver(live, waited)) {
			check_death(live, waited);
			continue;
		}
		check_end(live, waited);
		checked++;
	}
	json_decref(facts);
	assert_int_equal(checked, count);
}

static pid_t subject(const struct live *live, const char *corner)
{
	return (pid_t)json_lines_number(live_fact(live, corner, "waited"), "pid");
}

/* What was used at the exit is no less than the process saw of itself a moment before. */
static void check_use_before(const struct live *live, const char *corner)
{
	static const char *const pairs[][2] = {
		{ "process.faults.minor", "minflt" },
		{ "process.context_switches.voluntary", "nvcsw" },
		{ "process.context_switches.involuntary", "nivcsw" },
		{ "process.cpu.wait_ns", "wait_ns" },
	};
	json_t *used = live_fact(live, corner, "used");
	json_t *death = live_death(live, (pid_t)json_lines_number(used, "pid"));

	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		if (json_lines_number(used, pairs[i][1]) >= 0)
			check_between(death, pairs[i][0], json_lines_number(used, pairs[i][1]),
				      INT64_MAX);
	long long cpu = json_lines_number(death, "process.cpu.user_ns") +
			json_lines_number(death, "process.cpu.system_ns");
	if (cpu + TICK_NS < json_lines_number(used, "cpu_ns"))
		live_refuse(death, "%lld ns of CPU, less than %lld before", cpu,
			    json_lines_number(used, "cpu_ns"));
}

static void every_exit_code_is_told(void **state)
{
	check_ends(*state, "codes", 256);
}

static void every_deadly_signal_is_named(void **state)
{
	check_ends(*state, "signals", 60);
}

static void core_dump_is_told_as_waitpid_tells_it(void **state)
{
	check_ends(*state, "core", 1);
}

static void process_outlives_its_leader(void **state)
{
	static const char *const corners[] = { "leader_thread", "leader_group",
					       "leader_killed" };

	for (size_t i = 0; i < 3; i++) {
		pid_t pid = subject(*state, corners[i]);
		json_t *last = live_fact(*state, corners[i], "last_thread");

		check_ends(*state, corners[i], 1);
		assert_int_equal(
			live_thread_deaths(*state, pid, (pid_t)json_lines_number(last, "tid")),
			1);
	}
}

/* Each thread of a process ends once, the process ends once. */
static void check_threads_end(const struct live *live, pid_t pid, size_t count)
{
	json_t *births = live_events(live, "process.fork", pid), *birth;
	size_t i, threads = 0;

	json_array_foreach(births, i, birth)
	{
		pid_t tid = (pid_t)json_lines_number(birth, "thread.id");

		if (tid == pid)
			continue;
		threads++;
		assert_int_equal(live_thread_deaths(live, pid, tid), 1);
	}
	json_decref(births);
	assert_int_equal(threads, count);
	live_death(live, pid);
}

static void many_threads_ending_at_once_are_one_death(void **state)
{
	static const char *const corners[] = { "many_each", "many_group" };

	for (size_t c = 0; c < 2; c++) {
		json_t *facts = live_facts(*state, corners[c], "waited"), *waited;
		size_t i;

		check_ends(*state, corners[c], 5);
		json_array_foreach(facts, i, waited) if (!is_of_driver(*state, waited))
			check_threads_end(*state, (pid_t)json_lines_number(waited, "pid"), 64);
		json_decref(facts);
	}
}

static void cpu_time_of_one_thread_agrees_with_wait4(void **state)
{
	check_ends(*state, "burn", 1);
	check_use_before(*state, "burn");
}

static void use_of_all_threads_is_totalled(void **state)
{
	check_ends(*state, "burn_threads", 1);
	check_use_before(*state, "burn_threads");
}

static void page_faults_and_memory_agree_with_wait4(void **state)
{
	check_ends(*state, "memory", 1);
	check_use_before(*state, "memory");
}

static void context_switches_agree_with_wait4(void **state)
{
	check_ends(*state, "switches", 1);
	check_use_before(*state, "switches");
}

static void written_bytes_agree_with_proc_io(void **state)
{
	json_t *waited = live_fact(*state, "write", "waited");
	pid_t pid = subject(*state, "write");
	json_t *reap = live_event(*state, "process.reap", pid);

	check_ends(*state, "write", 1);
	if (json_lines_number(waited, "write_bytes") < 0)
		live_skip("this kernel has no /proc/PID/io");
	check_number(reap, "process.io.write_bytes", json_lines_number(waited, "write_bytes"));
	check_number(reap, "process.io.read_bytes", json_lines_number(waited, "read_bytes"));
}

/*
 * No exec is asked for, and still the end of a process whose leader an exec replaced is its own, not
 * that of whoever has the old leader's memory now.
 */
static void end_after_an_exec_by_a_thread_is_nobody_elses(void **state)
{
	static const char *const options[] = { "-e", "exit", NULL };
	static const char *const command[] = { "exec_then_end", "4", "16", NULL };
	struct live *live = *state;
	json_t *facts, *waited;
	size_t i, deaths = 0;

	live_run(live, options, command);
	facts = live_facts(live, NULL, "waited");
	json_array_foreach(facts, i, waited)
	{
		json_t *death = live_death(live, (pid_t)json_lines_number(waited, "pid"));

		check_start(death, waited);
		check_status(death, (int)json_lines_number(waited, "status"));
	}
	json_array_foreach(live->events.objects, i, waited) deaths +=
		strcmp(json_lines_text(waited, "process.exit.scope"), "process") == 0;
	/* And the driver's own. */
	assert_int_equal(deaths, json_array_size(facts) + 1);
	assert_int_equal(json_array_size(facts), 4 * (16 + 1));
	json_decref(facts);
}

static void duration_is_from_creation_to_death(void **state)
{
	pid_t pid = subject(*state, "switches");
	json_t *birth = live_birth(*state, pid), *death = live_death(*state, pid);
	long long life = json_lines_number(death, "time_unix_nano") -
			 json_lines_number(birth, "time_unix_nano");

	/* The birth event comes a moment after the creation time is taken. */
	check_between(death, "process.duration_ns", life, life + 100000000);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_exit_code_is_told),
		cmocka_unit_test(every_deadly_signal_is_named),
		cmocka_unit_test(core_dump_is_told_as_waitpid_tells_it),
		cmocka_unit_test(process_outlives_its_leader),
		cmocka_unit_test(many_threads_ending_at_once_are_one_death),
		cmocka_unit_test(cpu_time_of_one_thread_agrees_with_wait4),
		cmocka_unit_test(use_of_all_threads_is_totalled),
		cmocka_unit_test(page_faults_and_memory_agree_with_wait4),
		cmocka_unit_test(context_switches_agree_with_wait4),
		cmocka_unit_test(written_bytes_agree_with_proc_io),
		cmocka_unit_test_setup_teardown(end_after_an_exec_by_a_thread_is_nobody_elses,
						live_set_up, live_tear_down),
		cmocka_unit_test(duration_is_from_creation_to_death),
	};

	return cmocka_run_group_tests(tests, set_up, live_tear_down);
}
