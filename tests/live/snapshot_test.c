/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* What was there before the tracer: found once, described like what is born under its eyes. */
#include <signal.h>
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

static pid_t later; /* was forked when the first pass was over */

static pid_t fork_once(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	waitpid(pid, NULL, 0);
	return pid;
}

/* Everything the machine has is looked at while a storm forks; then the poser ends. */
static int set_up(void **state)
{
	static const char *const pose[] = { "pose", "an argument", "", "\xff", NULL };
	static const char *const storm[] = { "storm", "2000", "0", "0", NULL };
	static const char *const options[] = { "-e", "snapshot,fork,exec,exit,reap", NULL };
	struct live *live = live_new();
	int pose_word, storm_word = -1;
	pid_t storming = 0;

	*state = live;
	pid_t posing = live_start_helper(live, pose, &pose_word);
	live_await_fact(live, NULL, "posing");
	if (getenv("LL_GUEST") == NULL) {
		storming = live_start_helper(live, storm, &storm_word);
		live_await_fact(live, NULL, "ready");
		close(storm_word);
	}
	live_start(live, options, NULL);
	live_await_attached(live);
	later = fork_once();
	if (storming != 0)
		live_finish_helper(live, storming);
	close(pose_word);
	live_finish_helper(live, posing);
	live_await_event(live, "process.reap", posing);
	assert_int_equal(live_interrupt(live), 0);
	return 0;
}

static pid_t number_of(const json_t *fact, const char *key)
{
	return (pid_t)json_lines_number(fact, key);
}

/* A process's own snapshot, its leader's, the only one; its threads have theirs. */
static json_t *snapshot_of(const struct live *live, pid_t pid)
{
	json_t *found = live_events(live, "process.snapshot", pid), *event, *own = NULL;
	size_t i, count = 0;

	json_array_foreach(found, i, event)
	{
		if (json_lines_number(event, "thread.id") != pid)
			continue;
		own = event;
		count++;
	}
	json_decref(found);
	assert_int_equal(count, 1);
	return own;
}

static void snapshot_describes_a_process_as_an_exec_would(void **state)
{
	json_t *self = live_fact(*state, NULL, "poser");
	json_t *found = snapshot_of(*state, number_of(self, "pid"));

	check_identity(found, self);
	check_image(found, self);
	check_text(found, "process.linux.task_state", "alive");
	check_flag(found, "inferred", false);
}

static void snapshot_finds_zombies(void **state)
{
	json_t *posing = live_fact(*state, NULL, "posing");
	pid_t pid = number_of(posing, "zombie");
	json_t *found = snapshot_of(*state, pid);

	check_text(found, "process.linux.task_state", "zombie");
	check_start(found, live_fact_of(*state, "waited", pid));
	assert_int_equal(live_count(*state, "process.reap", pid), 1);
	assert_int_equal(live_count(*state, "process.exit", pid), 0);
}

static void snapshot_tells_a_dead_leader_from_a_dead_process(void **state)
{
	pid_t pid = number_of(live_fact(*state, NULL, "posing"), "leaderless");
	json_t *found = snapshot_of(*state, pid);

	check_text(found, "process.linux.task_state", "leader_dead");
	check_end(*state, live_fact_of(*state, "waited", pid));
}

static void kernel_threads_are_marked(void **state)
{
	json_t *found = live_find_event(*state, "process.snapshot", 2);

	if (found == NULL || getpid() == 2)
		live_skip("kthreadd is not to be seen from this pid namespace");
	check_text(found, "process.executable.name", "kthreadd");
	check_flag(found, "process.linux.kernel_thread", true);
	check_absent(found, "process.executable.path");
}

/* The snapshot or the fork of a process, not of a thread. */
static bool is_introduction(const json_t *event)
{
	const char *name = json_lines_text(event, "event.name");
	bool is_leader = json_lines_number(event, "thread.id") ==
			 json_lines_number(event, "process.pid");

	return is_leader &&
	       (strcmp(name, "process.snapshot") == 0 || strcmp(name, "process.fork") == 0);
}

/*
 * Attach, snapshot, reconcile: nobody is introduced twice, and nobody dies unintroduced but who was
 * born before the attach and gone before the first pass came to them.
 */
static void every_process_is_introduced_once(void **state)
{
	struct live *live = *state;
	long long begin = live_order(live_find_event(live, "process.fork", later));
	json_t *known = json_object(), *event;
	size_t i;

	json_array_foreach(live->events.objects, i, event)
	{
		const char *entity = json_lines_text(event, "process.entity_id");
		bool is_known = json_object_get(known, entity) != NULL;

		if (is_introduction(event) && is_known)
			live_refuse(event, "introduced twice");
		if (is_introduction(event))
			json_object_set_new(known, entity, json_true());
		else if (!is_known && live_order(event) > begin &&
			 strcmp(json_lines_text(event, "event.name"), "process.exit") == 0)
			live_refuse(event, "never introduced");
	}
	json_decref(known);
}

static void threads_are_shown_on_request_only(void **state)
{
	static const char *const pose[] = { "pose", NULL };
	struct live *live = live_new();
	const char *const arguments[] = { "trace",      "--json", "-e", "snapshot,fork,exit",
					  "--duration", "300ms",  "-o", live->events.path,
					  NULL };
	json_t *event;
	size_t i;
	int word_fd;

	(void)state;
	pid_t posing = live_start_helper(live, pose, &word_fd);
	live_await_fact(live, NULL, "posing");
	live_start_raw(live, arguments);
	assert_int_equal(live_finish(live), 0);
	close(word_fd);
	live_finish_helper(live, posing);
	snapshot_of(live, number_of(live_fact(live, NULL, "posing"), "leaderless"));
	json_array_foreach(live->events.objects, i, event)
		check_number(event, "thread.id", json_lines_number(event, "process.pid"));
	live_free(live);
}

static void check_posing(const struct live *live, const char *variant, const char *unlinked)
{
	json_t *facts = live_facts(live, NULL, "posing_as"), *fact, *posing = NULL;
	size_t i;

	json_array_foreach(facts, i, fact) if (strcmp(json_lines_text(fact, "variant"),
						      variant) == 0) posing = fact;
	json_decref(facts);
	json_t *found = snapshot_of(live, number_of(posing, "pid"));
	check_text(found, "process.executable.path", json_lines_text(posing, "path"));
	if (unlinked != NULL)
		check_text(found, "process.executable.unlinked", unlinked);
	else
		check_absent(found, "process.executable.unlinked");
}

static bool are_all_posing(void *arg)
{
	struct live *live = arg;

	json_lines_refresh(&live->facts);
	json_t *facts = live_facts(live, NULL, "posing_as");
	size_t count = json_array_size(facts);
	json_decref(facts);
	return count == 4;
}

/* /proc writes " (deleted)" behind a name that is gone; a name may also end so. */
static void file_called_deleted_is_told_from_a_deleted_file(void **state)
{
	static const char *const variants[] = { "named", "deleted", "named_deleted", "memfd" };
	static const char *const options[] = { "-e", "snapshot", "--duration", "300ms", NULL };
	struct live *live = *state;
	int word_fds[4];

	for (int i = 0; i < 4; i++) {
		const char *const pose[] = { "pose_file", variants[i], live->dir, NULL };
		live_start_helper(live, pose, &word_fds[i]);
	}
	live_await(are_all_posing, live, "those that pose as files");
	live_run(live, options, NULL);
	for (int i = 0; i < 4; i++)
		close(word_fds[i]);
	check_posing(live, "named", NULL);
	check_posing(live, "deleted", "deleted");
	check_posing(live, "named_deleted", "deleted");
	check_posing(live, "memfd", "memfd");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(snapshot_describes_a_process_as_an_exec_would),
		cmocka_unit_test(snapshot_finds_zombies),
		cmocka_unit_test(snapshot_tells_a_dead_leader_from_a_dead_process),
		cmocka_unit_test(kernel_threads_are_marked),
		cmocka_unit_test(every_process_is_introduced_once),
		cmocka_unit_test(threads_are_shown_on_request_only),
		cmocka_unit_test_setup_teardown(file_called_deleted_is_told_from_a_deleted_file,
						live_set_up, live_tear_down),
	};

	return cmocka_run_group_tests(tests, set_up, live_tear_down);
}
