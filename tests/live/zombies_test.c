/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* lifeline zombies: whose they are, since when, who reaped them in the end. Compared with /proc. */
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

/* Where only the RCU echo of a reap is seen, the end of the zombie is this uncertain. */
#define ECHO_NS 10000000000LL
#define MANY "50"
#define MANY_COUNT 50

/* The state letter of /proc/PID/stat, or 0. */
static char state_of(pid_t pid)
{
	char path[64], text[1024];

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	FILE *file = fopen(path, "re");
	if (file == NULL)
		return 0;
	size_t length = fread(text, 1, sizeof(text) - 1, file);
	fclose(file);
	text[length] = '\0';
	char *end = strrchr(text, ')');
	return end != NULL && end[1] == ' ' ? end[2] : 0;
}

/* One look at the machine as it is now. */
static void look(struct live *live)
{
	const char *const arguments[] = { "zombies", "--json",          "-q",
					  "-o",      live->events.path, NULL };

	live_start_raw(live, arguments);
	assert_int_equal(live_finish(live), 0);
}

/* Start a program and wait until it says it has its zombies. Returns what it says. */
static json_t *start_zombies(struct live *live, const char *variant, const char *count,
			     const char *fact, int *ret_word_fd)
{
	const char *const command[] = { "leave_zombies", variant, count, NULL };

	live_start_helper(live, command, ret_word_fd);
	return live_await_fact(live, NULL, fact);
}

static json_t *parent_of(const struct live *live, const json_t *fact, const char *key)
{
	return live_event(live, NULL, (pid_t)json_lines_number(fact, key));
}

/* The zombies shown below a parent are those that /proc has. */
static void check_zombies(const struct live *live, pid_t parent, long long expected)
{
	json_t *object;
	size_t i;
	long long count = 0;

	json_array_foreach(live->events.objects, i, object)
	{
		if (json_object_get(object, "process.zombie_ns") == NULL ||
		    json_lines_number(object, "process.parent_pid") != parent)
			continue;
		count++;
		check_text(object, "process.linux.task_state", "zombie");
		if (state_of((pid_t)json_lines_number(object, "process.pid")) != 'Z')
			live_refuse(object, "is no zombie in /proc");
	}
	assert_int_equal(count, expected);
}

static void zombies_that_were_there_before_are_shown(void **state)
{
	struct live *live = live_new();
	int words = -1;
	json_t *fact = start_zombies(live, "idle", MANY, "zombies", &words);
	pid_t pid = (pid_t)json_lines_number(fact, "pid");

	(void)state;
	look(live);
	json_t *parent = live_event(live, NULL, pid);
	check_number(parent, "zombies.count", MANY_COUNT);
	check_number(parent, "zombies.growth", 0);
	check_flag(parent, "zombies.at_least", true);
	check_text(parent, "process.sigchld", "default");
	check_flag(parent, "process.in_wait", false);
	check_text(parent, "zombies.holder", "parent");
	check_flag(parent, "zombies.never_reaps", false);
	check_text(parent, "process.executable.name", "leave_zombies");
	check_number(parent, "zombies.reaps", 0);
	check_zombies(live, pid, MANY_COUNT);
	json_t *first = parent_of(live, fact, "first");
	check_number(first, "process.exit.code", 3);
	close(words);
	live_free(live);
}

static bool is_asleep(void *arg)
{
	return state_of(*(pid_t *)arg) == 'S';
}

static void a_parent_in_wait_with_a_handler_is_known_as_both(void **state)
{
	struct live *live = live_new();
	int words[2] = { -1, -1 };
	json_t *handler = start_zombies(live, "handler", "2", "zombies", &words[0]);
	json_t *waiting = start_zombies(live, "waiting", "3", "waits", &words[1]);
	pid_t waiting_pid = (pid_t)json_lines_number(waiting, "pid");

	(void)state;
	live_await(is_asleep, &waiting_pid, "the parent to sleep in waitpid");
	look(live);
	json_t *parent = parent_of(live, handler, "pid");
	check_text(parent, "process.sigchld", "handler");
	check_flag(parent, "process.in_wait", false);
	parent = live_event(live, NULL, waiting_pid);
	check_text(parent, "process.sigchld", "default");
	check_flag(parent, "process.in_wait", true);
	check_number(parent, "zombies.count", 3);
	close(words[0]);
	close(words[1]);
	live_free(live);
}

/* Its own child and those left by that: all are its zombies, none was reaped. */
static void a_subreaper_has_the_zombies_it_took_over(void **state)
{
	struct live *live = live_new();
	int words = -1;
	json_t *fact = start_zombies(live, "subreaper", MANY, "taken_over", &words);

	(void)state;
	look(live);
	json_t *parent = parent_of(live, fact, "pid");
	check_number(parent, "zombies.count", MANY_COUNT + 1);
	check_zombies(live, (pid_t)json_lines_number(fact, "pid"), MANY_COUNT + 1);
	close(words);
	live_free(live);
}

static bool has_container_or_excuse(void *arg)
{
	struct live *live = arg;

	json_lines_refresh(&live->facts);
	return live_find_fact(live, NULL, "container") != NULL ||
	       live_find_fact(live, NULL, "skip") != NULL;
}

struct accused {
	struct live *live;
	pid_t pid;
};

static bool is_accused(void *arg)
{
	struct accused *accused = arg;
	bool found = false;
	json_t *looks;

	json_lines_refresh(&accused->live->events);
	looks = live_events(accused->live, NULL, accused->pid);
	for (size_t i = 0; i < json_array_size(looks); i++)
		found |= json_is_true(
			json_object_get(json_array_get(looks, i), "zombies.never_reaps"));
	json_decref(looks);
	return found;
}

/* It takes a few seconds of watching to be sure. */
static void a_container_init_that_never_waits_is_named_as_that(void **state)
{
	struct live *live = live_new();
	int words = -1;
	const char *const command[] = { "leave_zombies", "container", "5", NULL };

	(void)state;
	live_start_helper(live, command, &words);
	live_await(has_container_or_excuse, live, "a container");
	if (live_find_fact(live, NULL, "skip") != NULL) {
		live_free(live);
		live_skip("no pid namespace to be had, or /proc does not list children");
	}
	json_t *fact = live_fact(live, NULL, "container");
	struct accused accused = { live, (pid_t)json_lines_number(fact, "pid") };
	const char *const arguments[] = { "zombies", "--json",          "--watch", "-q",
					  "-o",      live->events.path, NULL };
	live_start_raw(live, arguments);
	live_await(is_accused, &accused, "the container's init to be named");
	assert_int_equal(live_interrupt(live), 0);
	json_t *looks = live_events(live, NULL, accused.pid);
	json_t *init = json_array_get(looks, 0);
	check_number(init, "zombies.count", json_lines_number(fact, "count"));
	check_number(init, "process.vpid", 1);
	check_text(init, "zombies.holder", "container_init");
	check_flag(init, "zombies.never_reaps", false);
	json_decref(looks);
	close(words);
	live_free(live);
}

static int threshold_status(struct live *live, const char *threshold)
{
	const char *const arguments[] = { "zombies",     "-q",      "-o", "/dev/null",
					  "--threshold", threshold, NULL };

	live_start_raw(live, arguments);
	return live_finish(live);
}

static void a_threshold_makes_the_exit_status(void **state)
{
	struct live *live = live_new();
	int words = -1;

	(void)state;
	start_zombies(live, "idle", MANY, "zombies", &words);
	/* Others on the machine may have zombies, but hardly that many. */
	assert_int_equal(threshold_status(live, "100000"), 0);
	int status = threshold_status(live, "49");
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 1);
	char *errors = live_errors(live);
	assert_non_null(strstr(errors, " zombies at once, more than 49"));
	free(errors);
	close(words);
	live_free(live);
}

struct views {
	struct live *live;
	pid_t parent;
};

static bool was_shown_twice(void *arg)
{
	struct views *views = arg;

	json_lines_refresh(&views->live->events);
	return live_count(views->live, NULL, views->parent) >= 2;
}

static void a_watch_looks_again_and_again_until_interrupted(void **state)
{
	struct live *live = live_new();
	int words = -1;
	json_t *fact = start_zombies(live, "idle", MANY, "zombies", &words);
	struct views views = { live, (pid_t)json_lines_number(fact, "pid") };
	const char *const arguments[] = { "zombies", "--json",          "--watch", "-q",
					  "-o",      live->events.path, NULL };

	(void)state;
	live_start_raw(live, arguments);
	live_await(was_shown_twice, &views, "a second look");
	assert_int_equal(live_interrupt(live), 0);
	json_t *looks = live_events(live, NULL, views.parent);
	json_t *first = json_array_get(looks, 0), *second = json_array_get(looks, 1);
	check_number(first, "zombies.count", MANY_COUNT);
	check_number(second, "zombies.growth", 0);
	check_between(second, "zombies.oldest_ns",
		      json_lines_number(first, "zombies.oldest_ns") + 900000000, INT64_MAX);
	json_decref(looks);
	close(words);
	live_free(live);
}

/* What follows is one watch over several commands. */

/* Of those that were left to init, which may take its time; pids between are a few at most. */
static bool are_reaped(void *arg)
{
	const json_t *fact = arg;
	pid_t last = (pid_t)json_lines_number(fact, "last");

	for (pid_t pid = (pid_t)json_lines_number(fact, "first"); pid <= last; pid++)
		if (state_of(pid) == 'Z')
			return false;
	return true;
}

static int set_up(void **state)
{
	struct live *live = live_new();
	char *each = live_child_path("each");
	const char *const arguments[] = {
		"zombies",
		"--json",
		"-o",
		live->events.path,
		"--",
		each,
		"late",
		"stay_zombie",
		"--",
		"ignore",
		"autoreap",
		"ignore",
		"--",
		"nocldwait",
		"autoreap",
		"nocldwait",
		"--",
		"subreaper",
		"leave_zombies",
		"subreaper",
		"20",
		"--",
		"init",
		"leave_zombies",
		"leave",
		"20",
		NULL,
	};

	*state = live;
	live_start_raw(live, arguments);
	live_await_fact(live, "subreaper", "taken_over");
	live_give_word(live);
	live_await_fact(live, NULL, "all_done");
	live_await(are_reaped, live_fact(live, "init", "zombies"), "init to reap");
	live_close_words(live);
	assert_int_equal(live_finish(live), 0);
	free(each);
	return 0;
}

static bool is_rough(const json_t *parent)
{
	return json_is_true(json_object_get(parent, "zombies.reaped.rough"));
}

static void who_was_reaped_late_is_told_with_the_time_it_took(void **state)
{
	struct live *live = *state;
	json_t *zombie = live_fact(live, "late", "zombie");
	json_t *parent = parent_of(live, zombie, "reaper");
	long long least = json_lines_number(zombie, "reaped_after") -
			  json_lines_number(zombie, "died_before");
	long long most = json_lines_number(zombie, "reaped_before") -
			 json_lines_number(zombie, "died_after");

	check_number(parent, "zombies.count", 0);
	check_number(parent, "zombies.reaps", 1);
	check_number(parent, "zombies.reaped.by_parent.count", 1);
	check_between(parent, "zombies.reaped.by_parent.max_ns", least,
		      is_rough(parent) ? most + ECHO_NS : most);
	check_flag(parent, "zombies.reaped.at_least", false);
}

static void check_no_zombie(const struct live *live, const char *corner, const char *sigchld)
{
	json_t *parent = parent_of(live, live_fact(live, corner, "unwaited"), "parent");

	check_text(parent, "process.sigchld", sigchld);
	check_number(parent, "zombies.count", 0);
	check_number(parent, "zombies.self_freed", 1);
	check_number(parent, "zombies.reaps", 0);
	check_absent(parent, "zombies.reaped.by_parent.count");
}

static void ignored_sigchld_leaves_no_zombie(void **state)
{
	check_no_zombie(*state, "ignore", "ignore");
}

static void nocldwait_leaves_no_zombie(void **state)
{
	check_no_zombie(*state, "nocldwait", "no_wait");
}

/* The slow one is who had them when they died; who took them over only reaped them. */
/*
 * From 7.0 on the kernel may skip the run that sees an end; told later, it does not name the parent of
 * that moment. So it was seen in guests.
 */
static long long least_told(long long count)
{
	return getenv("LL_GUEST") != NULL ? count - 3 : count;
}

static void a_subreaper_reaps_what_another_left(void **state)
{
	struct live *live = *state;
	json_t *fact = live_fact(live, "subreaper", "taken_over");
	json_t *died = live_fact(live, "subreaper", "zombies");
	json_t *reaped = live_fact(live, "subreaper", "reaped");
	json_t *slow = parent_of(live, fact, "middle");
	long long most = json_lines_number(reaped, "reaped_before") -
			 json_lines_number(died, "died_after");

	long long count = json_lines_number(fact, "count");
	check_between(slow, "zombies.reaped.by_subreaper.count", least_told(count), count);
	check_number(slow, "zombies.reaped.by_subreaper.pid", json_lines_number(fact, "pid"));
	check_absent(slow, "zombies.reaped.by_parent.count");
	check_between(slow, "zombies.reaped.by_subreaper.max_ns",
		      json_lines_number(reaped, "reaped_after") -
			      json_lines_number(died, "died_before"),
		      (is_rough(slow) ? ECHO_NS : 1000000000) + most);
	json_t *reaper = parent_of(live, fact, "pid");
	check_between(reaper, "zombies.reaps", least_told(count) + 1, count + 1);
}

static void init_reaps_what_nobody_else_does(void **state)
{
	struct live *live = *state;
	json_t *fact = live_fact(live, "init", "zombies");
	json_t *slow = parent_of(live, fact, "pid");
	json_t *by_subreaper = json_object_get(slow, "zombies.reaped.by_subreaper.count");

	if (by_subreaper != NULL)
		live_skip("a subreaper stands between this test and init");
	long long count = json_lines_number(fact, "count");
	check_between(slow, "zombies.reaped.by_init.count", least_told(count), count);
	check_absent(slow, "zombies.reaped.by_parent.count");
}

int main(void)
{
	static const struct CMUnitTest looks[] = {
		cmocka_unit_test(zombies_that_were_there_before_are_shown),
		cmocka_unit_test(a_parent_in_wait_with_a_handler_is_known_as_both),
		cmocka_unit_test(a_subreaper_has_the_zombies_it_took_over),
		cmocka_unit_test(a_container_init_that_never_waits_is_named_as_that),
		cmocka_unit_test(a_threshold_makes_the_exit_status),
		cmocka_unit_test(a_watch_looks_again_and_again_until_interrupted),
	};
	static const struct CMUnitTest watch[] = {
		cmocka_unit_test(who_was_reaped_late_is_told_with_the_time_it_took),
		cmocka_unit_test(ignored_sigchld_leaves_no_zombie),
		cmocka_unit_test(nocldwait_leaves_no_zombie),
		cmocka_unit_test(a_subreaper_reaps_what_another_left),
		cmocka_unit_test(init_reaps_what_nobody_else_does),
	};

	return cmocka_run_group_tests(looks, NULL, NULL) +
	       cmocka_run_group_tests(watch, set_up, live_tear_down);
}
