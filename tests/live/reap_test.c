/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Reaps: once, by whom, after how long as a zombie. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/live_check.h"

/* Where only the RCU echo of a reap is seen, the end of the zombie is this uncertain. */
#define ECHO_NS 10000000000LL

static int set_up(void **state)
{
	static const char *const corners[] = {
		"ignore",    "autoreap",    "ignore", "--",       "nocldwait",     "autoreap",
		"nocldwait", "--",          "silent", "autoreap", "silent",        "--",
		"zombie",    "stay_zombie", "--",     "late",     "wait_unwaited", NULL,
	};
	struct live *live = live_new();

	*state = live;
	live_run_corners(live, NULL, corners);
	return 0;
}

static bool is_exact(const json_t *reap)
{
	return strcmp(json_lines_text(reap, "process.reap.precision"), "exact") == 0;
}

static void check_unwaited(const struct live *live, const char *corner)
{
	pid_t pid = (pid_t)json_lines_number(live_fact(live, corner, "unwaited"), "pid");
	json_t *death = live_death(live, pid);
	json_t *reap = live_event(live, "process.reap", pid);

	check_number(death, "process.exit.code", 5);
	check_flag(death, "inferred", false);
	if (is_exact(reap))
		check_number(reap, "process.reaper.pid", pid);
}

static void ignored_sigchld_makes_a_process_free_itself(void **state)
{
	check_unwaited(*state, "ignore");
}

static void nocldwait_makes_a_process_free_itself(void **state)
{
	check_unwaited(*state, "nocldwait");
}

static void process_without_an_exit_signal_is_reaped(void **state)
{
	pid_t pid = (pid_t)json_lines_number(live_fact(*state, "silent", "unwaited"), "pid");

	check_end(*state, live_fact_of(*state, "waited", pid));
}

/* Nobody is told, and no release is seen: such a death may be sent only when the leader is freed. */
static void death_that_nobody_is_told_of_knows_the_leaders_wait(void **state)
{
	json_t *unwaited = live_fact(*state, "late", "unwaited");
	json_t *death = live_death(*state, (pid_t)json_lines_number(unwaited, "pid"));
	long long wait_ns = json_lines_number(unwaited, "wait_ns");

	check_number(death, "process.exit.code", 5);
	check_flag(death, "inferred", false);
	if (wait_ns <= 0)
		live_skip("this kernel does not count the wait for a CPU");
	check_between(death, "process.cpu.wait_ns", wait_ns, INT64_MAX);
}

static void zombie_time_is_from_death_to_reap(void **state)
{
	json_t *zombie = live_fact(*state, "zombie", "zombie");
	pid_t pid = (pid_t)json_lines_number(zombie, "pid");
	json_t *reap = live_event(*state, "process.reap", pid);
	long long least = json_lines_number(zombie, "reaped_after") -
			  json_lines_number(zombie, "died_before");
	long long most = json_lines_number(zombie, "reaped_before") -
			 json_lines_number(zombie, "died_after");

	check_end(*state, live_fact_of(*state, "waited", pid));
	check_between(reap, "process.zombie_ns", least, is_exact(reap) ? most : most + ECHO_NS);
}

static void reaper_is_named_where_it_is_known(void **state)
{
	json_t *zombie = live_fact(*state, "zombie", "zombie");
	json_t *reap =
		live_event(*state, "process.reap", (pid_t)json_lines_number(zombie, "pid"));

	if (!is_exact(reap)) {
		check_absent(reap, "process.reaper.pid");
		live_skip(
			"this kernel shows only the RCU echo of a reap, which names no reaper");
	}
	check_number(reap, "process.reaper.pid", json_lines_number(zombie, "reaper"));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(ignored_sigchld_makes_a_process_free_itself),
		cmocka_unit_test(nocldwait_makes_a_process_free_itself),
		cmocka_unit_test(process_without_an_exit_signal_is_reaped),
		cmocka_unit_test(death_that_nobody_is_told_of_knows_the_leaders_wait),
		cmocka_unit_test(zombie_time_is_from_death_to_reap),
		cmocka_unit_test(reaper_is_named_where_it_is_known),
	};

	return cmocka_run_group_tests(tests, set_up, live_tear_down);
}
