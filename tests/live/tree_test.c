/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The tree a command made: each process once, under its parent, with its end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "support/live_check.h"

static int set_up(void **state)
{
	struct live *live = live_new();
	char *each = live_child_path("each");
	const char *const arguments[] = {
		"tree",
		"--json",
		"-o",
		live->events.path,
		"--",
		each,
		"kinds",
		"fork_kinds",
		"--",
		"thread",
		"exec_from_thread",
		"--",
		"subreaper",
		"orphan",
		"subreaper",
		"--",
		"codes",
		"exit_codes",
		NULL,
	};

	*state = live;
	live_start_raw(live, arguments);
	live_await_fact(live, NULL, "all_done");
	live_close_words(live);
	assert_int_equal(live_finish(live), 0);
	free(each);
	return 0;
}

static void every_process_stands_once_with_its_end(void **state)
{
	json_t *facts = live_facts(*state, NULL, "waited"), *waited;
	size_t i;

	json_array_foreach(facts, i, waited)
	{
		json_t *node =
			live_event(*state, NULL, (pid_t)json_lines_number(waited, "pid"));

		check_start(node, waited);
		check_status(node, (int)json_lines_number(waited, "status"));
		check_number(node, "process.thread.count", 0);
		check_text(node, "process.linux.task_state", "reaped");
	}
	assert_in_range(json_array_size(facts), 260, 300);
	json_decref(facts);
}

/* Depth first: a node's parent is the last line before it that is one less deep. */
static void every_process_stands_under_its_parent(void **state)
{
	struct live *live = *state;
	long long path[64] = { 0 };
	json_t *node;
	size_t i;

	json_array_foreach(live->events.objects, i, node)
	{
		long long depth = json_lines_number(node, "process.tree.depth");

		assert_in_range(depth, 0, 63);
		path[depth] = json_lines_number(node, "process.pid");
		if (depth > 0)
			check_number(node, "process.parent_pid", path[depth - 1]);
	}
	check_number(json_array_get(live->events.objects, 0), "process.tree.depth", 0);
}

static void orphan_stands_under_its_new_parent(void **state)
{
	json_t *adopted = live_fact(*state, "subreaper", "adopted");
	json_t *node = live_event(*state, NULL, (pid_t)json_lines_number(adopted, "pid"));

	check_number(node, "process.parent_pid", json_lines_number(adopted, "ppid"));
	check_number(node, "process.original_parent_pid",
		     json_lines_number(adopted, "previous_ppid"));
}

static void process_that_changed_its_program_shows_the_last(void **state)
{
	json_t *self = live_fact(*state, "thread", "self");
	json_t *node = live_event(*state, NULL, (pid_t)json_lines_number(self, "pid"));

	check_text(node, "process.executable.path", json_lines_text(self, "exe"));
	check_text(node, "process.executable.name", json_lines_text(self, "comm"));
}

/* More processes end than --keep allows: the drawing names the gap. */
static void a_drawing_that_forgot_says_so(void **state)
{
	struct live *live = live_new();
	char *codes = live_child_path("exit_codes");
	char *drawing = live_path(live, "drawing");
	const char *const arguments[] = { "tree",  "--keep", "5",   "-o",
					  drawing, "--",     codes, NULL };
	char line[200] = "";

	(void)state;
	live_start_raw(live, arguments);
	live_close_words(live);
	assert_int_equal(live_finish(live), 0);
	FILE *file = fopen(drawing, "re");
	assert_non_null(file);
	assert_non_null(fgets(line, sizeof(line), file));
	fclose(file);
	assert_non_null(strstr(line, "processes that were over are forgotten: see --keep"));
	free(drawing);
	free(codes);
	live_free(live);
}

/* Draw what lives in this time into the run's events. */
static void watch_machine(struct live *live, const char *duration)
{
	const char *const arguments[] = { "tree",       "--json", "-o", live->events.path,
					  "--duration", duration, NULL };

	live_start_raw(live, arguments);
	assert_int_equal(live_finish(live), 0);
}

/*
 * The watch ends in a storm, before the last echoes of reaps: at most one batch can have died and not
 * been waited for.
 */
static void who_was_reaped_at_the_end_of_the_watch_is_no_zombie(void **state)
{
	static const char *const storm[] = { "storm", "1000000", "0", "0", NULL };
	struct live *live = live_new();
	size_t i, zombies = 0, reaped = 0;
	json_t *node;
	int word_fd;

	(void)state;
	pid_t helper = live_start_helper(live, storm, &word_fd);
	live_await_fact(live, NULL, "ready");
	close(word_fd);
	watch_machine(live, "500ms");
	json_array_foreach(live->events.objects, i, node)
	{
		const char *life = json_lines_text(node, "process.linux.task_state");

		if (json_lines_number(node, "process.parent_pid") != helper)
			continue;
		zombies += strcmp(life, "zombie") == 0;
		reaped += strcmp(life, "reaped") == 0;
	}
	assert_in_range(reaped, 20, SIZE_MAX);
	assert_in_range(zombies, 0, 20);
	live_free(live);
}

static void a_zombie_is_one_to_the_end(void **state)
{
	struct live *live = live_new();
	siginfo_t info;
	pid_t pid = fork();

	(void)state;
	if (pid == 0)
		_exit(7);
	assert_int_equal(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT), 0);
	watch_machine(live, "100ms");
	waitpid(pid, NULL, 0);
	json_t *node = live_event(live, NULL, pid);
	check_text(node, "process.linux.task_state", "zombie");
	check_status(node, 7 << 8);
	live_free(live);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_process_stands_once_with_its_end),
		cmocka_unit_test(every_process_stands_under_its_parent),
		cmocka_unit_test(orphan_stands_under_its_new_parent),
		cmocka_unit_test(process_that_changed_its_program_shows_the_last),
		cmocka_unit_test(a_drawing_that_forgot_says_so),
		cmocka_unit_test(who_was_reaped_at_the_end_of_the_watch_is_no_zombie),
		cmocka_unit_test(a_zombie_is_one_to_the_end),
	};

	return cmocka_run_group_tests(tests, set_up, live_tear_down);
}
