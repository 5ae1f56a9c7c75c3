/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Why a process ended: who sent the signal, what was asked before, how long it took. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

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

#define OOM_LIMIT "16777216"

static int set_up(void **state)
{
	/* clang-format off */
	static const char *const options[] = { "-e", "fork,exec,exit,reap", NULL };
	static const char *const corners[] = {
		"ignore", "ask_to_end", "ignore", "--",
		"handle", "ask_to_end", "handle", "--",
		"block", "ask_to_end", "block", "--",
		"init", "ask_to_end", "init", "--",
		"gone", "kill_and_go", "--",
		"fault", "fault", "unmapped", "--",
		"abort", "fault", "abort", "--",
		"pipe", "fault", "pipe", "--",
		"timer", "die_by_timer", "--",
		"codes", "exit_codes", "--",
		"signals", "die_by_signal", "--",
		"namespace", "pid_namespace", "--",
		"group", "leader_exits_first", "group", "--",
		"threads", "many_threads", "group", "8", "1", "--",
		"exec", "exec_from_thread", "--",
		"tty", "stop_by_tty", NULL,
	};
	/* clang-format on */
	struct live *live = live_new();

	*state = live;
	live_run_corners(live, options, corners);
	return 0;
}

static void check_describes(const json_t *death, const char *words)
{
	if (strstr(json_lines_text(death, "process.exit.description"), words) == NULL)
		live_refuse(death, "the description lacks '%s'", words);
}

/* The process of a corner that its driver waited for. */
static pid_t subject(const struct live *live, const char *corner)
{
	return live_pid(live_fact(live, corner, "waited"), "pid");
}

/* It was asked to end, and killed a second later by the same process. */
static void check_stubborn(const struct live *live, const char *corner, const char *disposition,
			   const char *words)
{
	json_t *told = live_fact(live, corner, "killed");
	json_t *death = live_death(live, live_pid(told, "pid"));
	long long asked_after = json_lines_number(told, "asked_after");
	long long asked_before = json_lines_number(told, "asked_before");
	long long killed_after = json_lines_number(told, "killed_after");
	long long dead_before = json_lines_number(told, "dead_before");

	check_text(death, "process.exit.cause", "signal");
	check_text(death, "process.exit.signal", "SIGKILL");
	check_sender(live, death, "user", live_pid(told, "by"));
	check_text(death, "signal.sender.comm", "ask_to_end");
	check_between(death, "process.exit.kill_ns", 1, dead_before - killed_after);
	check_text(death, "process.exit.request.signal", "SIGTERM");
	check_text(death, "process.exit.request.disposition", disposition);
	check_between(death, "process.exit.request.ns", killed_after - asked_before,
		      dead_before - asked_after);
	check_describes(death, "killed by SIGKILL from ");
	check_describes(death, words);
}

static void kill_after_a_request_that_was_ignored(void **state)
{
	check_stubborn(*state, "ignore", "ignore", "after its SIGTERM was ignored");
}

static void kill_after_a_request_that_was_handled(void **state)
{
	check_stubborn(*state, "handle", "handler", "after its SIGTERM was handled");
}

static void kill_after_a_request_that_was_blocked(void **state)
{
	check_stubborn(*state, "block", "blocked", "after its SIGTERM was blocked");
}

/* As after docker stop: the init of a pid namespace has no handler, so it never hears of it. */
static void kill_of_an_init_that_has_no_handler(void **state)
{
	live_skip_as_told(*state, "init");
	check_stubborn(*state, "init", "default", "after its SIGTERM was ignored");
}

static void check_left_behind(const struct live *live, const char *corner, const char *fact)
{
	pid_t pid = live_pid(live_fact(live, corner, fact), "pid");
	json_t *death = live_death(live, pid);

	check_text(death, "process.exit.cause", "pid_namespace");
	check_text(death, "process.exit.signal", "SIGKILL");
	check_no_process_sent(death, "kernel");
	check_describes(death, "because its pid namespace ended");
}

static void end_of_a_pid_namespace_is_the_cause_for_those_in_it(void **state)
{
	live_skip_as_told(*state, "init");
	check_left_behind(*state, "init", "left_behind");
	check_left_behind(*state, "namespace", "ns_orphan");
}

static void sender_is_known_when_it_is_dead_and_gone(void **state)
{
	struct live *live = *state;
	json_t *told = live_fact(live, "gone", "sender");
	json_t *death = live_death(live, live_pid(told, "target"));

	check_text(death, "process.exit.cause", "signal");
	check_sender(live, death, "user", live_pid(told, "pid"));
	check_text(death, "signal.sender.comm", "hit-and-run");
	assert_true(live_order(live_event(live, "process.exit", live_pid(told, "pid"))) <
		    live_order(death));
}

static void fault_is_told_with_its_address(void **state)
{
	pid_t pid = live_pid(live_fact(*state, "fault", "handled"), "pid");
	json_t *death = live_death(*state, pid);

	check_text(death, "process.exit.cause", "fault");
	check_text(death, "signal.code", "SEGV_MAPERR");
	check_number(death, "signal.address", 16);
	check_sender(*state, death, "self", pid);
	check_describes(death, "SIGSEGV (SEGV_MAPERR) at 0x10");
}

static void own_signals_are_told_from_faults(void **state)
{
	static const char *const corners[][2] = { { "abort", "killed by its own SIGABRT" },
						  { "pipe", "killed by SIGPIPE: nobody" } };

	for (size_t i = 0; i < 2; i++) {
		pid_t pid = live_pid(live_fact(*state, corners[i][0], "handled"), "pid");
		json_t *death = live_death(*state, pid);

		check_text(death, "process.exit.cause", "signal");
		check_sender(*state, death, "self", pid);
		check_describes(death, corners[i][1]);
	}
}

static void alarm_is_a_timers(void **state)
{
	json_t *death = live_death(*state, subject(*state, "timer"));

	check_text(death, "process.exit.cause", "signal");
	check_no_process_sent(death, "timer");
	check_text(death, "process.exit.description", "killed by SIGALRM of a timer");
}

static void exit_is_nobody_elses_doing(void **state)
{
	json_t *facts = live_facts(*state, "codes", "waited"), *waited;
	size_t i;
	char words[32];

	json_array_foreach(facts, i, waited)
	{
		json_t *death = live_death(*state, live_pid(waited, "pid"));
		int status = (int)json_lines_number(waited, "status");

		snprintf(words, sizeof(words), "exited %d", WEXITSTATUS(status));
		check_text(death, "process.exit.cause", "exited");
		check_text(death, "process.exit.description", words);
		check_absent(death, "signal.sender.kind");
	}
	assert_true(json_array_size(facts) > 256);
	json_decref(facts);
}

/* Each of them is sent by the process to itself, by tgkill(). */
static void every_deadly_signal_has_its_sender(void **state)
{
	json_t *facts = live_facts(*state, "signals", "sent"), *sent;
	size_t i, deaths = 0;

	json_array_foreach(facts, i, sent)
	{
		pid_t pid = live_pid(sent, "pid");
		json_t *death = live_death(*state, pid);

		if (json_object_get(death, "process.exit.signal") == NULL)
			continue;
		deaths++;
		check_text(death, "process.exit.cause", "signal");
		check_text(death, "signal.code", "SI_TKILL");
		check_sender(*state, death, "self", pid);
	}
	json_decref(facts);
	assert_int_equal(deaths, 64 - 4 - 4);
}

static size_t count_thread_causes(const struct live *live, pid_t pid, const char *cause)
{
	json_t *events = live_events(live, "process.exit", pid), *event;
	size_t i, count = 0;

	json_array_foreach(events, i, event) count +=
		strcmp(json_lines_text(event, "process.exit.scope"), "thread") == 0 &&
		json_object_get(event, "process.exit.cause") != NULL &&
		strcmp(json_lines_text(event, "process.exit.cause"), cause) == 0;
	json_decref(events);
	return count;
}

static void threads_end_with_their_process(void **state)
{
	pid_t pid = subject(*state, "threads");

	/* A leader that is the last of them ends with the process, not before. */
	assert_in_range(live_thread_deaths(*state, pid, 0), 8, 9);
	assert_int_equal(count_thread_causes(*state, pid, "group_exit"),
			 live_thread_deaths(*state, pid, 0));
	check_text(live_death(*state, pid), "process.exit.cause", "exited");
}

static void leader_that_exits_ends_itself(void **state)
{
	pid_t pid = subject(*state, "group");

	assert_int_equal(count_thread_causes(*state, pid, "exited"), 1);
	assert_int_equal(count_thread_causes(*state, pid, "group_exit"), 1);
}

static void threads_end_by_an_exec_of_another(void **state)
{
	pid_t pid = subject(*state, "exec");

	assert_int_equal(count_thread_causes(*state, pid, "exec"), 2);
	check_text(live_death(*state, pid), "process.exit.cause", "exited");
}

static void keys_of_a_terminal_kill_by_the_kernel(void **state)
{
	live_skip_as_told(*state, "tty");
	json_t *job = live_fact(*state, "tty", "job");
	json_t *death = live_death(*state, live_pid(job, "pid"));

	check_text(death, "process.exit.signal", "SIGINT");
	check_no_process_sent(death, "kernel");
	check_describes(death, "killed by SIGINT from the kernel");
}

/* Write a file of the cgroup file system. */
static bool write_limit(const char *dir, const char *name, const char *value)
{
	char path[300];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	bool written = write(fd, value, strlen(value)) == (ssize_t)strlen(value);
	close(fd);
	return written;
}

/* Make a cgroup that may use little memory, and no swap; false when there can be none here. */
static bool make_small_cgroup(char dir[200])
{
	snprintf(dir, 200, "/sys/fs/cgroup/memory/lifeline-test-%d", getpid());
	if (mkdir(dir, 0755) == 0) {
		if (!write_limit(dir, "memory.limit_in_bytes", OOM_LIMIT))
			return false;
		write_limit(dir, "memory.memsw.limit_in_bytes", OOM_LIMIT);
		return true;
	}
	snprintf(dir, 200, "/sys/fs/cgroup/lifeline-test-%d", getpid());
	write_limit("/sys/fs/cgroup", "cgroup.subtree_control", "+memory");
	if (mkdir(dir, 0755) < 0)
		return false;
	write_limit(dir, "memory.swap.max", "0");
	return write_limit(dir, "memory.max", OOM_LIMIT);
}

static bool removes_cgroup(void *dir)
{
	return rmdir(dir) == 0 || errno == ENOENT;
}

static void oom_killer_is_named(void **state)
{
	static const char *const options[] = { "-e", "fork,exec,exit,reap,oom_kill", NULL };
	struct live *live = *state;
	char dir[200], procs[220];

	bool is_made = make_small_cgroup(dir);
	if (!is_made)
		rmdir(dir);
	if (!is_made)
		live_skip("no cgroup with a memory limit can be made here");
	snprintf(procs, sizeof(procs), "%s/cgroup.procs", dir);
	const char *const corners[] = { "oom", "eat_memory", procs, NULL };
	live_run_corners(live, options, corners);
	live_await(removes_cgroup, dir, "the cgroup to be empty");

	json_t *waited = live_fact(live, "oom", "waited");
	json_t *death = live_death(live, live_pid(waited, "pid"));
	assert_int_equal(WTERMSIG(json_lines_number(waited, "status")), SIGKILL);
	check_text(death, "process.exit.cause", "oom");
	check_describes(death, "by the OOM killer");
	check_no_process_sent(death, "kernel");
	assert_int_equal(live_count(live, "process.oom_kill", live_pid(waited, "pid")), 1);
}

/* Thousands of signals in one system call, and none of them is lost. */
static void each_of_a_group_killed_at_once_knows_its_killer(void **state)
{
	bool is_guest = getenv("LL_GUEST") != NULL;
	const char *const command[] = { "kill_group", is_guest ? "300" : "2500", NULL };
	static const char *const options[] = { "-e", "exit", "--wait-all", NULL };
	struct live *live = live_new();
	long long count = 0;
	json_t *event;
	size_t i;

	(void)state;
	live_run(live, options, command);
	json_t *killed = live_fact(live, NULL, "killed");
	json_t *exits = live_events(live, "process.exit", 0);
	json_array_foreach(exits, i, event)
	{
		if (json_object_get(event, "process.exit.signal") == NULL)
			continue;
		check_number(event, "signal.sender.pid", json_lines_number(killed, "pid"));
		count++;
	}
	json_decref(exits);
	assert_int_equal(count, json_lines_number(killed, "members"));
	assert_int_equal(live_count(live, "lost", 0), 0);
	live_free(live);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(kill_after_a_request_that_was_ignored),
		cmocka_unit_test(kill_after_a_request_that_was_handled),
		cmocka_unit_test(kill_after_a_request_that_was_blocked),
		cmocka_unit_test(kill_of_an_init_that_has_no_handler),
		cmocka_unit_test(end_of_a_pid_namespace_is_the_cause_for_those_in_it),
		cmocka_unit_test(sender_is_known_when_it_is_dead_and_gone),
		cmocka_unit_test(fault_is_told_with_its_address),
		cmocka_unit_test(own_signals_are_told_from_faults),
		cmocka_unit_test(alarm_is_a_timers),
		cmocka_unit_test(exit_is_nobody_elses_doing),
		cmocka_unit_test(every_deadly_signal_has_its_sender),
		cmocka_unit_test(threads_end_with_their_process),
		cmocka_unit_test(leader_that_exits_ends_itself),
		cmocka_unit_test(threads_end_by_an_exec_of_another),
		cmocka_unit_test(keys_of_a_terminal_kill_by_the_kernel),
		cmocka_unit_test(each_of_a_group_killed_at_once_knows_its_killer),
		cmocka_unit_test_setup_teardown(oom_killer_is_named, live_set_up,
						live_tear_down),
	};

	return cmocka_run_group_tests(tests, set_up, live_tear_down);
}
