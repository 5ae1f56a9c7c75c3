/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Following and filtering: exactly the processes asked for, decided in the kernel. */
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

/* Every process of the run was forked by another one of the run, but for the first. */
static void check_one_family(const struct live *live, pid_t root)
{
	json_t *family = json_object(), *event;
	size_t i;
	char key[32];

	snprintf(key, sizeof(key), "%d", root);
	json_object_set_new(family, key, json_true());
	json_array_foreach(live->events.objects, i, event)
	{
		if (strcmp(json_lines_text(event, "event.name"), "process.fork") == 0) {
			long long caller = json_lines_number(event, "process.fork.caller_pid");
			long long pid = json_lines_number(event, "process.pid");

			snprintf(key, sizeof(key), "%lld", caller);
			if (pid != root && json_object_get(family, key) == NULL)
				live_refuse(event, "forked by a stranger");
			snprintf(key, sizeof(key), "%lld", pid);
			json_object_set_new(family, key, json_true());
		}
		snprintf(key, sizeof(key), "%lld", json_lines_number(event, "process.pid"));
		if (json_object_get(family, key) == NULL)
			live_refuse(event, "an event of a stranger");
	}
	json_decref(family);
}

static void command_is_followed_and_nothing_else(void **state)
{
	static const char *const storm[] = { "storm", "3000", "100", "0", NULL };
	static const char *const command[] = { "storm", "200", "20", "3", NULL };
	struct live *live = *state;
	int word_fd;

	live_needs_host("a storm beside the traced one needs a second CPU");
	pid_t helper = live_start_helper(live, storm, &word_fd);
	json_t *ready = live_await_fact(live, NULL, "ready");
	assert_int_equal(live_pid_of(ready), helper);
	close(word_fd);
	live_run(live, NULL, command);
	live_finish_helper(live, helper);

	json_t *first = json_array_get(live->events.objects, 0);
	pid_t root = (pid_t)json_lines_number(first, "process.pid");
	check_one_family(live, root);
	assert_int_not_equal(root, helper);
	/* Each process and thread of the storm is there: 200 + 3 and 20. */
	size_t forks = live_count(live, "process.fork", 0);
	size_t own = live_thread_deaths(live, root, 0);
	assert_int_equal(own, 20);
	assert_in_range(forks, 223, 224);
	check_death(live, live_fact(live, NULL, "waited"));
}

static void command_begins_with_its_exec(void **state)
{
	static const char *const command[] = { "say_self", "first", NULL };
	struct live *live = *state;

	live_run(live, NULL, command);
	json_t *self = live_fact(live, NULL, "self");
	json_t *exec = live_event(live, "process.exec", live_pid_of(self));
	check_identity(exec, self);
	check_image(exec, self);
	check_status(live_death(live, live_pid_of(self)), 0);
	assert_int_equal(live_count(live, "process.reap", live_pid_of(self)), 1);
}

/* Whatever lifeline needs to make it, the command is lifeline's child alone. */
static void command_is_made_by_its_parent(void **state)
{
	static const char *const command[] = { "say_self", NULL };
	struct live *live = *state;

	live_run(live, NULL, command);
	json_t *birth = live_birth(live, live_pid_of(live_fact(live, NULL, "self")));
	long long parent = json_lines_number(birth, "process.parent_pid");
	check_number(birth, "process.parent_pid",
		     json_lines_number(live_fact(live, NULL, "self"), "ppid"));
	check_number(birth, "process.fork.caller_pid", parent);
	check_number(birth, "process.fork.caller_tid", parent);
}

/*
 * Only the tracer can wait for the command, so the oracle is the command itself, a moment before its
 * end. An exec hands the memory of what it replaces on: of the tracer it would be more than this.
 */
static void memory_of_the_command_is_its_own(void **state)
{
	static const char *const command[] = { "say_self", NULL };
	struct live *live = *state;

	live_run(live, NULL, command);
	json_t *memory = live_fact(live, NULL, "memory");
	long long maxrss = json_lines_number(memory, "maxrss_bytes");
	json_t *reap = live_event(live, "process.reap", live_pid_of(memory));
	check_between(reap, "process.memory.max_rss_bytes", maxrss, maxrss + (256 << 10));
	check_between(reap, "process.memory.max_rss_bytes", 1, (8 << 20) - 1);
}

/* As a shell does it: what PATH has not is no exec that failed. */
static void command_is_looked_up_before_its_exec(void **state)
{
	struct live *live = *state;
	const char *const arguments[] = { "trace", "--json",          "-e", "exec,exec_failed",
					  "-o",    live->events.path, "--", "true",
					  NULL };
	char *before = strdup(getenv("PATH")), *path = NULL;

	assert_true(asprintf(&path, "/nonexistent:/proc/self/fd:%s", before) > 0);
	setenv("PATH", path, 1);
	live_start_raw(live, arguments);
	setenv("PATH", before, 1);
	free(path);
	free(before);
	live_close_words(live);
	assert_int_equal(live_finish(live), 0);
	assert_int_equal(live_count(live, "process.exec", 0), 1);
	assert_int_equal(live_count(live, "process.exec_failed", 0), 0);
}

static void command_status_is_the_tracers(void **state)
{
	static const char *const command[] = { "say_self", NULL };
	struct live *live = *state;

	setenv("LL_EXIT_CODE", "43", 1);
	live_start(live, NULL, command);
	live_finish(live);
	unsetenv("LL_EXIT_CODE");
	assert_int_equal(live->status, 43 << 8);
}

static void signalled_command_is_128_plus_its_number(void **state)
{
	static const char *const command[] = { "storm", "0", "0", "0", NULL };
	struct live *live = *state;

	live_start(live, NULL, command);
	kill(live_pid_of(live_await_fact(live, NULL, "ready")), SIGTERM);
	live_finish(live);
	assert_int_equal(live->status, (128 + SIGTERM) << 8);
}

static void descendants_outliving_the_command_are_seen_with_wait_all(void **state)
{
	static const char *const options[] = { "--wait-all", NULL };
	static const char *const command[] = { "orphan", "init", NULL };
	struct live *live = *state;

	live_run(live, options, command);
	live_death(live, live_pid_of(live_fact(live, NULL, "adopted")));
}

static void process_and_its_descendants_are_followed_to_their_end(void **state)
{
	static const char *const names[] = { "parent", "child", "grandchild" };
	static const char *const options[] = { "-e", "snapshot,fork,exec,exit,reap", "-p",
					       NULL };
	static const char *const family[] = { "family", NULL };
	struct live *live = *state;
	char pid[32];
	int word_fd;
	pid_t helper = live_start_helper(live, family, &word_fd);

	snprintf(pid, sizeof(pid), "%d", helper);
	live_await_fact(live, NULL, "grandchild");
	const char *const with_pid[] = { options[0], options[1], options[2], pid, NULL };
	live_start(live, with_pid, NULL);
	live_await_event(live, "process.snapshot",
			 live_pid_of(live_fact(live, NULL, "grandchild")));
	close(word_fd);
	live_finish_helper(live, helper);
	assert_int_equal(live_finish(live), 0);

	for (size_t i = 0; i < 3; i++) {
		pid_t member = live_pid_of(live_fact(live, NULL, names[i]));
		json_t *seen = live_event(live, "process.snapshot", member);

		check_start(seen, live_fact(live, NULL, names[i]));
		check_number(seen, "process.parent_pid",
			     json_lines_number(live_fact(live, NULL, names[i]), "ppid"));
		check_number(live_death(live, member), "process.exit.code", 2 - (int)i);
	}
	/* One program was started by each. */
	assert_int_equal(live_count(live, "process.fork", 0), 3);
	assert_int_equal(live_count(live, "process.exec", 0), 3);
}

/* A tracer traces a tracer: both tell the same of the innermost command. */
static void two_tracers_do_not_disturb_each_other(void **state)
{
	struct live *live = *state;
	char *inner = live_path(live, "inner"), *child = live_child_path("say_self");
	char *tracer = realpath(
		getenv("LIFELINE") != NULL ? getenv("LIFELINE") : "build/lifeline", NULL);
	const char *const command[] = { tracer, "trace", "--json", "-o",
					inner,  "--",    child,    NULL };
	struct json_lines events;

	live_run(live, NULL, command);
	json_lines_init(&events, inner);
	json_lines_refresh(&events);
	json_t *self = live_fact(live, NULL, "self"), *event;
	check_image(live_event(live, "process.exec", live_pid_of(self)), self);
	size_t i, seen = 0;
	json_array_foreach(events.objects, i, event) seen +=
		json_lines_number(event, "process.pid") == live_pid_of(self);
	assert_int_equal(seen, json_array_size(events.objects));
	assert_int_equal(seen, live_count(live, NULL, live_pid_of(self)));
	json_lines_fini(&events);
	free(inner), free(child), free(tracer);
}

static void kernel_threads_are_not_descendants(void **state)
{
	static const char *const command[] = { "psi_trigger", NULL };
	struct live *live = *state;

	live_start(live, NULL, command);
	live_finish(live);
	json_t *skipped = live_find_fact(live, NULL, "skip");
	if (skipped != NULL) {
		print_message("           no pressure trigger: %s\n",
			      json_lines_text(skipped, "reason"));
		live_skip("nothing else here makes the kernel fork a thread of its own");
	}
	assert_int_equal(live->status, 0);
	check_one_family(live, live_pid_of(live_fact(live, NULL, "armed")));
	assert_int_equal(
		live_count(live, "process.fork", 0),
		live_count(live, "process.fork", live_pid_of(live_fact(live, NULL, "armed"))));
}

/* Run corners beside a tracer of the whole machine with these options, then end it. */
static void watch_corners(struct live *live, const char *const options[],
			  const char *const corners[], bool (*is_seen)(void *arg))
{
	live_start(live, options, NULL);
	live_await(is_seen, live, "the filtered tracer's first event");
	int word_fd;
	pid_t helper = live_start_helper(live, corners, &word_fd);
	live_await_fact(live, NULL, "all_done");
	close(word_fd);
	live_finish_helper(live, helper);
	assert_int_equal(live_interrupt(live), 0);
}

/* Make one process of user 12345 (real 54321), named say_self, and look for it. */
static bool sees_a_say_self(void *arg)
{
	static const char *const probe[] = { "change_identity", "uids", NULL };
	struct live *live = arg;

	live_finish_helper(live, live_start_helper(live, probe, NULL));
	json_lines_refresh(&live->events);
	return live_find_event(live, "process.exec", 0) != NULL;
}

static const char *const mixed_corners[] = { "each", "other", "change_identity", "session",
					     "--",   "user",  "change_identity", "uids",
					     NULL };

static void check_every(const struct live *live, const char *key, long long wanted,
			const char *other_key)
{
	json_t *event;
	size_t i;

	json_array_foreach(live->events.objects, i, event)
	{
		if (json_object_get(event, key) == NULL)
			continue;
		if (json_lines_number(event, key) != wanted &&
		    json_lines_number(event, other_key) != wanted)
			live_refuse(event, "%s is not %lld", key, wanted);
	}
}

static void user_filter_shows_that_user_alone(void **state)
{
	static const char *const options[] = { "-u", "12345", NULL };
	struct live *live = *state;

	watch_corners(live, options, mixed_corners, sees_a_say_self);
	pid_t pid = live_pid_of(live_fact(live, "user", "self"));
	check_identity(live_event(live, "process.exec", pid), live_fact(live, "user", "self"));
	live_death(live, pid);
	check_every(live, "process.user.id", 12345, "process.real_user.id");
	assert_int_equal(live_count(live, NULL, live_pid_of(live_fact(live, "other", "self"))),
			 0);
}

static void name_filter_shows_that_name_alone(void **state)
{
	static const char *const options[] = { "-c", "say_self", NULL };
	struct live *live = *state;
	json_t *event;
	size_t i;

	watch_corners(live, options, mixed_corners, sees_a_say_self);
	pid_t pid = live_pid_of(live_fact(live, "other", "self"));
	check_image(live_event(live, "process.exec", pid), live_fact(live, "other", "self"));
	live_death(live, pid);
	json_array_foreach(live->events.objects, i, event)
		check_text(event, "process.executable.name", "say_self");
}

/*
 * The list of tasks is looked at every ten seconds. One that takes the name without an event shows
 * that this was done, after the other had left.
 */
static void process_that_leaves_the_filter_is_not_said_to_be_dead(void **state)
{
	static const char *const options[] = { "-c", "leave_filter", "-e",
					       "snapshot,fork,exec,exit,reap", NULL };
	static const char *const crossing[] = { "leave_filter", NULL };
	struct live *live = *state;
	int word_fd;

	pid_t helper = live_start_helper(live, crossing, &word_fd);
	live_await_fact(live, NULL, "elsewhere");
	live_start(live, options, NULL);
	live_await_event(live, "process.snapshot", helper);
	assert_int_equal(write(word_fd, "x", 1), 1);
	pid_t entered = live_pid_of(live_await_fact(live, NULL, "entered"));
	json_t *found = live_await_event(live, "process.snapshot", entered);
	assert_int_equal(live_interrupt(live), 0);
	close(word_fd);
	live_finish_helper(live, helper);

	check_flag(found, "inferred", true);
	pid_t left = live_pid_of(live_fact(live, NULL, "left"));
	live_birth(live, left);
	assert_int_equal(live_count(live, "process.exit", left), 0);
	assert_int_equal(live_count(live, "process.reap", left), 0);
}

/* Its fork was shown under our name, its exec as another was not. */
static void process_that_left_the_filter_shows_its_end(void **state)
{
	static const char *const options[] = { "-c", "leave_filter", "-e",
					       "snapshot,fork,exec,exit,reap", NULL };
	static const char *const crossing[] = { "leave_filter", NULL };
	struct live *live = *state;
	int word_fd;

	pid_t helper = live_start_helper(live, crossing, &word_fd);
	live_await_fact(live, NULL, "elsewhere");
	live_start(live, options, NULL);
	live_await_event(live, "process.snapshot", helper);
	assert_int_equal(write(word_fd, "x", 1), 1);
	pid_t left = live_pid_of(live_await_fact(live, NULL, "left"));
	close(word_fd);
	live_finish_helper(live, helper);
	live_await_event(live, "process.reap", left);
	assert_int_equal(live_interrupt(live), 0);

	live_birth(live, left);
	assert_int_equal(live_count(live, "process.exec", left), 0);
	check_text(live_death(live, left), "process.executable.name", "storm");
	check_death(live, live_fact_of(live, "waited", left));
}

/* Only the first snapshot has shown it. */
static void process_of_the_snapshot_that_left_the_filter_shows_its_end(void **state)
{
	static const char *const options[] = { "-c", "elsewhere", "-e", "snapshot,exit,reap",
					       NULL };
	static const char *const crossing[] = { "leave_filter", NULL };
	struct live *live = *state;
	int word_fd;

	pid_t helper = live_start_helper(live, crossing, &word_fd);
	pid_t left = live_pid_of(live_await_fact(live, NULL, "elsewhere"));
	live_start(live, options, NULL);
	live_await_event(live, "process.snapshot", left);
	assert_int_equal(write(word_fd, "x", 1), 1);
	live_await_fact(live, NULL, "entered");
	close(word_fd);
	live_finish_helper(live, helper);
	live_await_event(live, "process.reap", left);
	assert_int_equal(live_interrupt(live), 0);

	check_text(live_death(live, left), "process.executable.name", "leave_filter");
	check_death(live, live_fact_of(live, "waited", left));
}

static void kinds_filter_shows_those_kinds_alone(void **state)
{
	static const char *const options[] = { "-e", "exec,exit", NULL };
	struct live *live = *state;
	json_t *event;
	size_t i;

	watch_corners(live, options, mixed_corners, sees_a_say_self);
	json_array_foreach(live->events.objects, i, event)
	{
		const char *name = json_lines_text(event, "event.name");

		if (json_is_true(json_object_get(event, "inferred")))
			continue; /* what a repair finds out is shown whatever was asked for */
		if (strcmp(name, "process.exec") != 0 && strcmp(name, "process.exit") != 0)
			live_refuse(event, "not asked for");
	}
	live_death(live, live_pid_of(live_fact(live, "other", "self")));
}

/* Where the v2 hierarchy is mounted; NULL when it is not. The caller's. */
static char *find_cgroup2(void)
{
	FILE *mounts = fopen("/proc/self/mounts", "re");
	char dir[1000], type[64], *found = NULL;

	while (mounts != NULL && found == NULL &&
	       fscanf(mounts, "%*s %999s %63s %*[^\n]", dir, type) == 2)
		if (strcmp(type, "cgroup2") == 0)
			found = strdup(dir);
	if (mounts != NULL)
		fclose(mounts);
	return found;
}

#define CONTAINER_ID "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

/* Make a control group named as container managers do, or skip. The caller's; rmdir it. */
static char *make_cgroup(char path[200])
{
	char *root = find_cgroup2(), *dir = NULL;

	if (root == NULL)
		live_skip("no cgroup2 file system is mounted");
	snprintf(path, 200, "/lifeline-test-%d", getpid());
	assert_true(asprintf(&dir, "%s%s", root, path) > 0);
	if (mkdir(dir, 0755) < 0)
		live_skip("control groups cannot be made here");
	strcat(path, "/docker-" CONTAINER_ID ".scope");
	free(dir);
	assert_true(asprintf(&dir, "%s%s", root, path) > 0);
	assert_int_equal(mkdir(dir, 0755), 0);
	free(root);
	return dir;
}

static void remove_cgroup(char *dir)
{
	rmdir(dir);
	*strrchr(dir, '/') = '\0';
	rmdir(dir);
	free(dir);
}

static void control_group_and_container_are_named(void **state)
{
	char path[200], *dir = make_cgroup(path);
	const char *const corners[] = { "cgroup", "enter_cgroup", dir, NULL };
	struct live *live = *state;

	live_run_corners(live, NULL, corners);
	remove_cgroup(dir);
	json_t *self = live_fact(live, "cgroup", "self");
	json_t *exec = live_event(live, "process.exec", live_pid_of(self));
	check_identity(exec, self);
	check_text(exec, "process.linux.cgroup", path);
	check_text(exec, "container.id", CONTAINER_ID);
}

static void control_group_made_while_watching_is_named(void **state)
{
	struct live *live = *state;
	char path[200];
	int word_fd;

	live_start(live, NULL, NULL);
	live_await_attached(live);
	char *dir = make_cgroup(path);
	const char *const entering[] = { "enter_cgroup", dir, NULL };
	live_finish_helper(live, live_start_helper(live, entering, &word_fd));
	close(word_fd);
	remove_cgroup(dir);
	assert_int_equal(live_interrupt(live), 0);
	json_t *self = live_fact(live, NULL, "self");
	check_text(live_event(live, "process.exec", live_pid_of(self)), "process.linux.cgroup",
		   path);
}

static bool sees_the_cgroup(void *arg)
{
	struct live *live = arg;

	json_lines_refresh(&live->events);
	return live_find_event(live, "process.snapshot", 0) != NULL;
}

static void control_group_filter_shows_what_is_below(void **state)
{
	char path[200], *dir = make_cgroup(path), top[200], procs[4200];
	static const char *const storm[] = { "storm", "0", "0", "0", NULL };
	struct live *live = *state;
	int word_fd;

	/* A process inside tells by its snapshot that the tracer is attached. */
	pid_t inside = live_start_helper(live, storm, &word_fd);
	snprintf(procs, sizeof(procs), "%s/cgroup.procs", dir);
	FILE *members = fopen(procs, "we");
	fprintf(members, "%d\n", inside);
	fclose(members);
	strcpy(top, path);
	*strrchr(top, '/') = '\0';
	const char *const options[] = { "--cgroup", top, "-e", "snapshot,fork,exec,exit",
					NULL };
	const char *const corners[] = { "each", "in",  "enter_cgroup",    dir,
					"--",   "out", "change_identity", "session",
					NULL };
	watch_corners(live, options, corners, sees_the_cgroup);
	kill(inside, SIGKILL);
	live_finish_helper(live, inside);
	close(word_fd);
	remove_cgroup(dir);

	check_image(
		live_event(live, "process.exec", live_pid_of(live_fact(live, "in", "self"))),
		live_fact(live, "in", "self"));
	assert_int_equal(live_count(live, NULL, live_pid_of(live_fact(live, "out", "self"))),
			 0);
}

#define LIVE_TEST(name) cmocka_unit_test_setup_teardown(name, live_set_up, live_tear_down)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		LIVE_TEST(command_is_followed_and_nothing_else),
		LIVE_TEST(command_begins_with_its_exec),
		LIVE_TEST(command_is_made_by_its_parent),
		LIVE_TEST(memory_of_the_command_is_its_own),
		LIVE_TEST(command_is_looked_up_before_its_exec),
		LIVE_TEST(command_status_is_the_tracers),
		LIVE_TEST(signalled_command_is_128_plus_its_number),
		LIVE_TEST(descendants_outliving_the_command_are_seen_with_wait_all),
		LIVE_TEST(process_and_its_descendants_are_followed_to_their_end),
		LIVE_TEST(two_tracers_do_not_disturb_each_other),
		LIVE_TEST(kernel_threads_are_not_descendants),
		LIVE_TEST(user_filter_shows_that_user_alone),
		LIVE_TEST(name_filter_shows_that_name_alone),
		LIVE_TEST(process_that_leaves_the_filter_is_not_said_to_be_dead),
		LIVE_TEST(process_that_left_the_filter_shows_its_end),
		LIVE_TEST(process_of_the_snapshot_that_left_the_filter_shows_its_end),
		LIVE_TEST(kinds_filter_shows_those_kinds_alone),
		LIVE_TEST(control_group_and_container_are_named),
		LIVE_TEST(control_group_made_while_watching_is_named),
		LIVE_TEST(control_group_filter_shows_what_is_below),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
