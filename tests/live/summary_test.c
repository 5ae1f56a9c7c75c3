/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* What a run comes to, against what its processes and waitpid say of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>

#include <cmocka.h>

#include "support/live_check.h"

/* The tick that an exit may be short of, and what passes between two looks. */
#define SLACK_NS 20000000

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

/* Lines of a section; a new array, the caller's. */
static json_t *section(const struct live *live, const char *name)
{
	json_t *lines = json_array(), *line;
	size_t i;

	json_array_foreach(live->events.objects, i, line)
	{
		if (strcmp(json_lines_text(line, "summary.section"), name) == 0)
			json_array_append(lines, line);
	}
	return lines;
}

/* The only line of a section. Borrowed from the run. */
static json_t *only(const struct live *live, const char *name)
{
	json_t *lines = section(live, name), *line = json_array_get(lines, 0);

	assert_int_equal(json_array_size(lines), 1);
	json_decref(lines);
	return line;
}

static bool ends_with(const char *text, const char *end)
{
	size_t length = strlen(text), end_length = strlen(end);

	return length >= end_length && strcmp(text + length - end_length, end) == 0;
}

static json_t *executable(const struct live *live, const char *name)
{
	json_t *lines = section(live, "executable"), *line, *found = NULL;
	size_t i;

	json_array_foreach(lines, i, line)
	{
		if (ends_with(json_lines_text(line, "summary.executable"), name))
			found = line;
	}
	json_decref(lines);
	assert_non_null(found);
	return found;
}

static void run_corners(struct live *live, const char *const corners[])
{
	const char *arguments[24] = { "summary", "--json", "-o", live->events.path, "--" };
	char *each = live_child_path("each");
	size_t count = 5;

	arguments[count++] = each;
	for (; *corners != NULL; corners++)
		arguments[count++] = *corners;
	live_start_raw(live, arguments);
	live_await_fact(live, NULL, "all_done");
	live_close_words(live);
	assert_int_equal(live_finish(live), 0);
	free(each);
}

/* How many of the facts' processes ended by a signal, or not with 0. */
static void count_ends(const json_t *facts, long long *ret_failed, long long *ret_killed)
{
	json_t *fact;
	size_t i;

	*ret_failed = *ret_killed = 0;
	json_array_foreach(facts, i, fact)
	{
		int status = (int)json_lines_number(fact, "status");

		*ret_failed += status != 0;
		*ret_killed += WIFSIGNALED(status) != 0;
	}
}

/* All that each runs is waited for; it is one more itself. */
static void births_ends_and_failures_are_those_of_waitpid(void **state)
{
	static const char *const corners[] = { "codes",         "exit_codes", "--", "kill",
					       "die_by_signal", "9",          NULL };
	struct live *live = *state;
	long long failed, killed;

	run_corners(live, corners);
	json_t *facts = live_facts(live, NULL, "waited"), *total = only(live, "total");
	long long count = (long long)json_array_size(facts);
	count_ends(facts, &failed, &killed);
	assert_in_range(count, 258 + 50, 258 + 64);
	check_number(total, "summary.processes", count + 1);
	check_number(total, "summary.exits", count + 1);
	check_number(total, "summary.failures", failed);
	check_number(total, "summary.killed", killed);
	check_number(total, "summary.execs", 3);
	check_number(total, "summary.alive", 0);
	check_number(total, "lost.count", 0);
	json_decref(facts);
}

static void failures_are_told_by_executable(void **state)
{
	static const char *const corners[] = { "codes", "exit_codes", NULL };
	struct live *live = *state;
	json_t *lines, *line;
	long long sum = 0;
	size_t i;

	run_corners(live, corners);
	json_t *row = executable(live, "/exit_codes");
	check_number(row, "summary.execs", 1);
	/* What it forks executes nothing more. */
	check_number(row, "summary.exits", 257);
	check_number(row, "summary.failures", 255);
	lines = section(live, "failure");
	json_array_foreach(lines, i, line)
	{
		if (ends_with(json_lines_text(line, "summary.executable"), "exit_codes"))
			sum += json_lines_number(line, "summary.count");
	}
	assert_int_equal(sum, 255);
	json_decref(lines);
}

static long long cpu_of(const json_t *line)
{
	return json_lines_number(line, "process.cpu.user_ns") +
	       json_lines_number(line, "process.cpu.system_ns");
}

/* The line of a process; before it are those that used no less. Which that are, a slow machine decides. */
static json_t *find_by_cpu(const json_t *lines, long long pid)
{
	json_t *line, *found = NULL;
	size_t i;

	json_array_foreach(lines, i, line)
	{
		if (i > 0)
			assert_true(cpu_of(json_array_get(lines, i - 1)) >= cpu_of(line));
		if (json_lines_number(line, "process.pid") == pid)
			found = line;
	}
	assert_non_null(found);
	return found;
}

static void cpu_and_memory_are_those_of_wait4(void **state)
{
	static const char *const corners[] = { "cpu",    "use_resources", "single", "--",
					       "memory", "use_resources", "memory", NULL };
	struct live *live = *state;

	run_corners(live, corners);
	json_t *used = live_fact(live, "cpu", "used"), *waited;
	json_t *lines = section(live, "cpu"), *top;
	waited = live_fact_of(live, "waited", (pid_t)json_lines_number(used, "pid"));
	top = find_by_cpu(lines, json_lines_number(used, "pid"));
	assert_in_range(cpu_of(top), json_lines_number(used, "cpu_ns") - SLACK_NS,
			json_lines_number(waited, "utime_ns") +
				json_lines_number(waited, "stime_ns") + 1000000);
	json_decref(lines);
	lines = section(live, "memory");
	top = json_array_get(lines, 0);
	used = live_fact(live, "memory", "used");
	waited = live_fact_of(live, "waited", (pid_t)json_lines_number(used, "pid"));
	check_number(top, "process.pid", json_lines_number(used, "pid"));
	check_between(top, "process.memory.max_rss_bytes",
		      json_lines_number(waited, "maxrss_bytes") * 9 / 10,
		      json_lines_number(waited, "maxrss_bytes"));
	json_decref(lines);
}

static long long now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	return now.tv_sec * 1000000000LL + now.tv_nsec;
}

/* Add up the parts; those of the child that was not waited for last are not among them. */
static long long check_parts(const json_t *parts, const char *waited, const char *other)
{
	long long sum = 0, of_waited = 0;
	json_t *part;
	size_t i;

	json_array_foreach(parts, i, part)
	{
		const json_t *args = json_object_get(part, "process.command_args");
		const char *last =
			json_string_value(json_array_get(args, json_array_size(args) - 1));
		long long ns = json_lines_number(part, "summary.duration_ns");

		assert_non_null(last);
		if (strcmp(last, other) == 0)
			live_refuse(part, "the shell did not wait for this one last");
		sum += ns;
		of_waited += strcmp(last, waited) == 0 ? ns : 0;
	}
	assert_true(of_waited >= 300000000);
	return sum;
}

static void the_critical_path_is_what_the_shell_waited_for(void **state)
{
	struct live *live = *state;
	const char *const arguments[] = { "summary",
					  "--json",
					  "-q",
					  "-o",
					  live->events.path,
					  "--",
					  "/bin/sh",
					  "-c",
					  "sleep 0.3 & sleep 0.1; wait",
					  NULL };
	long long begin = now_ns();

	live_needs_host("a shell that executes sleep, and a sleep that takes fractions");
	live_start_raw(live, arguments);
	assert_int_equal(live_finish(live), 0);
	long long wall = now_ns() - begin;
	json_t *path = only(live, "critical_path"),
	       *parts = section(live, "critical_path_part");
	check_between(path, "summary.duration_ns", 300000000, wall);
	check_number(path, "summary.count", 2);
	assert_int_equal(check_parts(parts, "0.3", "0.1"),
			 json_lines_number(path, "summary.duration_ns"));
	json_decref(parts);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(births_ends_and_failures_are_those_of_waitpid),
		TEST(failures_are_told_by_executable),
		TEST(cpu_and_memory_are_those_of_wait4),
		TEST(the_critical_path_is_what_the_shell_waited_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
