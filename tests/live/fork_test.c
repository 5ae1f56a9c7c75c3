/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Births: what was created, by whom, under which pids. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/live_check.h"

static int set_up(void **state)
{
	static const char *const corners[] = { "kinds",        "fork_kinds",    "--",
					       "clone_parent", "clone_parent",  "--",
					       "namespace",    "pid_namespace", "--",
					       "reuse",        "reuse_pid",     NULL };
	struct live *live = live_new();

	*state = live;
	live_run_corners(live, NULL, corners);
	return 0;
}

static void fork_tells_all_identity_of_the_child(void **state)
{
	json_t *self = live_fact(*state, "kinds", "process");
	json_t *birth = live_birth(*state, live_pid_of(self));

	check_text(birth, "process.fork.kind", "process");
	check_identity(birth, self);
	check_number(birth, "process.fork.caller_pid", json_lines_number(self, "ppid"));
	check_text(birth, "process.executable.name", json_lines_text(self, "comm"));
}

static void fork_names_the_parent_by_its_identity(void **state)
{
	json_t *self = live_fact(*state, "kinds", "process");
	json_t *birth = live_birth(*state, live_pid_of(self));
	json_t *parent = live_birth(*state, (pid_t)json_lines_number(self, "ppid"));

	check_text(birth, "process.parent.entity_id",
		   json_lines_text(parent, "process.entity_id"));
}

static void vfork_and_posix_spawn_are_of_kind_vfork(void **state)
{
	json_t *plain = live_fact(*state, "kinds", "vfork");
	json_t *spawn = live_fact(*state, "kinds", "spawn");

	check_text(live_birth(*state, live_pid_of(plain)), "process.fork.kind", "vfork");
	check_text(live_birth(*state, live_pid_of(spawn)), "process.fork.kind", "vfork");
	check_end(*state, live_fact_of(*state, "waited", live_pid_of(plain)));
}

static void thread_is_born_in_its_process(void **state)
{
	json_t *thread = live_fact(*state, "kinds", "thread");
	json_t *birth = live_thread_birth(*state, (pid_t)json_lines_number(thread, "tid"));

	check_number(birth, "process.pid", live_pid_of(thread));
	check_text(
		birth, "process.entity_id",
		json_lines_text(live_birth(*state, live_pid_of(thread)), "process.entity_id"));
}

static void fork_by_a_thread_tells_which_thread_called(void **state)
{
	json_t *forked = live_fact(*state, "kinds", "forked_by_thread");
	json_t *birth = live_birth(*state, live_pid_of(forked));

	check_number(birth, "process.fork.caller_tid", json_lines_number(forked, "caller_tid"));
	check_number(birth, "process.parent_pid",
		     live_pid_of(live_fact(*state, "kinds", "parent")));
}

static void clone_parent_tells_parent_and_caller_apart(void **state)
{
	json_t *sibling = live_fact(*state, "clone_parent", "sibling");
	json_t *caller = live_fact(*state, "clone_parent", "caller");
	json_t *birth = live_birth(*state, live_pid_of(sibling));

	check_number(birth, "process.parent_pid", json_lines_number(sibling, "ppid"));
	check_number(birth, "process.fork.caller_pid", live_pid_of(caller));
	check_end(*state, live_fact_of(*state, "waited", live_pid_of(sibling)));
}

static void fork_tells_the_pid_inside_a_namespace(void **state)
{
	json_t *skipped = live_find_fact(*state, "namespace", "skip");

	if (skipped != NULL)
		live_skip(json_lines_text(skipped, "reason"));
	json_t *init = live_fact(*state, "namespace", "ns_init");
	json_t *middle = live_fact(*state, "namespace", "ns_middle");
	json_t *orphan = live_fact(*state, "namespace", "ns_orphan");

	check_identity(live_birth(*state, live_pid_of(init)), init);
	check_number(live_birth(*state, live_pid_of(init)), "process.vpid", 1);
	check_number(live_birth(*state, live_pid_of(middle)), "process.vpid",
		     json_lines_number(middle, "vpid"));
	check_number(live_birth(*state, live_pid_of(orphan)), "process.vpid",
		     json_lines_number(orphan, "vpid"));
}

/* Both lives of one pid: everything twice, told apart by identity alone. */
static void reused_pid_is_another_process(void **state)
{
	json_t *skipped = live_find_fact(*state, "reuse", "skip");

	if (skipped != NULL)
		live_skip(json_lines_text(skipped, "reason"));
	json_t *lives = live_facts(*state, "reuse", "life");
	pid_t pid = live_pid_of(json_array_get(lives, 0));
	json_t *births = live_events(*state, "process.fork", pid);
	json_t *deaths = live_events(*state, "process.exit", pid);

	assert_int_equal(json_array_size(lives), 2);
	assert_int_equal(json_array_size(births), 2);
	assert_int_equal(json_array_size(deaths), 2);
	assert_int_equal(live_count(*state, "process.reap", pid), 2);
	for (size_t i = 0; i < 2; i++) {
		check_start(json_array_get(births, i), json_array_get(lives, i));
		check_number(json_array_get(deaths, i), "process.exit.code", (long long)i + 1);
		check_text(json_array_get(deaths, i), "process.entity_id",
			   json_lines_text(json_array_get(births, i), "process.entity_id"));
	}
	assert_string_not_equal(
		json_lines_text(json_array_get(births, 0), "process.entity_id"),
		json_lines_text(json_array_get(births, 1), "process.entity_id"));
	json_decref(lives);
	json_decref(births);
	json_decref(deaths);
}

static void time_and_sequence_go_forward(void **state)
{
	struct live *live = *state;
	json_t *event, *previous = NULL;
	size_t i;

	json_array_foreach(live->events.objects, i, event)
	{
		if (previous != NULL && json_object_get(event, "event.late") == NULL)
			check_between(event, "time_unix_nano",
				      json_lines_number(previous, "time_unix_nano"), INT64_MAX);
		if (previous != NULL)
			check_between(event, "event.sequence", live_order(previous) + 1,
				      INT64_MAX);
		previous = event;
	}
	assert_int_equal(live_count(live, "lost", 0), 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(fork_tells_all_identity_of_the_child),
		cmocka_unit_test(fork_names_the_parent_by_its_identity),
		cmocka_unit_test(vfork_and_posix_spawn_are_of_kind_vfork),
		cmocka_unit_test(thread_is_born_in_its_process),
		cmocka_unit_test(fork_by_a_thread_tells_which_thread_called),
		cmocka_unit_test(clone_parent_tells_parent_and_caller_apart),
		cmocka_unit_test(fork_tells_the_pid_inside_a_namespace),
		cmocka_unit_test(reused_pid_is_another_process),
		cmocka_unit_test(time_and_sequence_go_forward),
	};

	return cmocka_run_group_tests(tests, set_up, live_tear_down);
}
