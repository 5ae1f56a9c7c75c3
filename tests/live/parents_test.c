/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Who is whose parent, at birth and after the parent is gone. */
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
	static const char *const corners[] = {
		"init",      "orphan",
		"init",      "--",
		"subreaper", "orphan",
		"subreaper", "--",
		"thread",    "orphan",
		"thread",    "--",
		"namespace", "pid_namespace",
		"--",        "daemon",
		"daemonize", "--",
		"together",  "orphans_of_threads",
		"40",        NULL,
	};
	struct live *live = live_new();

	*state = live;
	live_run_corners(live, NULL, corners);
	return 0;
}

static void check_adopted(const struct live *live, const json_t *adopted, const char *reason)
{
	pid_t pid = live_pid_of(adopted);
	json_t *reparent = live_event(live, "process.reparent", pid);
	long long previous = json_lines_number(adopted, "previous_ppid");

	check_number(live_birth(live, pid), "process.parent_pid", previous);
	check_number(reparent, "process.parent_pid", json_lines_number(adopted, "ppid"));
	check_number(reparent, "process.reparent.previous_parent_pid", previous);
	if (reason != NULL)
		check_text(reparent, "process.reparent.reason", reason);
	check_number(live_death(live, pid), "process.parent_pid",
		     json_lines_number(adopted, "ppid"));
	check_flag(reparent, "inferred", false);
}

static void check_adoption(const struct live *live, const char *corner, const char *reason)
{
	check_adopted(live, live_fact(live, corner, "adopted"), reason);
}

/* Some ancestor of the test may be a subreaper: then only the parent's pid is known. */
static void orphan_goes_to_init(void **state)
{
	json_t *adopted = live_fact(*state, "init", "adopted");

	check_adoption(*state, "init",
		       json_lines_number(adopted, "init") != 0 ? "init" : "subreaper");
}

static void orphan_goes_to_the_nearest_subreaper(void **state)
{
	check_adoption(*state, "subreaper", "subreaper");
	check_end(*state, live_fact_of(*state, "waited",
				       live_pid_of(live_fact(*state, "subreaper", "adopted"))));
}

static void orphan_comes_after_its_parents_death(void **state)
{
	json_t *adopted = live_fact(*state, "subreaper", "adopted");
	json_t *reparent = live_event(*state, "process.reparent", live_pid_of(adopted));
	json_t *death = live_death(*state, (pid_t)json_lines_number(adopted, "previous_ppid"));

	check_between(reparent, "event.sequence", live_order(death), INT64_MAX);
}

static void end_of_the_forking_thread_changes_no_parent(void **state)
{
	json_t *kept = live_fact(*state, "thread", "kept");

	assert_int_equal(live_count(*state, "process.reparent", live_pid_of(kept)), 0);
	check_number(live_birth(*state, live_pid_of(kept)), "process.parent_pid",
		     json_lines_number(kept, "ppid"));
}

/* Whichever thread is the last to go: it need not be the one that had the child. */
/*
 * A thread that leaves hands its children over while others of its process still leave: an orphan may
 * be gone before that process is. Then its own end names who took it over.
 */
static bool ended_before_its_parent(const struct live *live, const json_t *adopted)
{
	const json_t *death = live_death(live, live_pid_of(adopted));
	pid_t previous = (pid_t)json_lines_number(adopted, "previous_ppid");

	if (live_count(live, "process.reparent", live_pid_of(adopted)) != 0)
		return false;
	check_number(death, "process.parent_pid", json_lines_number(adopted, "ppid"));
	return json_lines_number(death, "time_unix_nano") <
	       json_lines_number(live_death(live, previous), "time_unix_nano");
}

static void no_orphan_of_threads_that_leave_together_is_missed(void **state)
{
	json_t *orphans = live_facts(*state, "together", "adopted"), *adopted;
	size_t i;

	json_array_foreach(orphans, i, adopted)
	{
		if (ended_before_its_parent(*state, adopted))
			continue;
		check_adopted(*state, adopted, "subreaper");
	}
	assert_int_equal(json_array_size(orphans), 40);
	json_decref(orphans);
}

static void need_namespace(const struct live *live)
{
	json_t *skipped = live_find_fact(live, "namespace", "skip");

	if (skipped != NULL)
		live_skip(json_lines_text(skipped, "reason"));
}

static void orphan_in_a_namespace_goes_to_its_init(void **state)
{
	need_namespace(*state);
	json_t *orphan = live_fact(*state, "namespace", "ns_orphan");
	json_t *reparent = live_event(*state, "process.reparent", live_pid_of(orphan));

	check_number(reparent, "process.parent_pid", json_lines_number(orphan, "ppid"));
	check_text(reparent, "process.reparent.reason", "init");
}

static void end_of_a_namespaces_init_kills_the_rest(void **state)
{
	need_namespace(*state);
	pid_t orphan = live_pid_of(live_fact(*state, "namespace", "ns_orphan"));

	check_text(live_death(*state, orphan), "process.exit.signal", "SIGKILL");
	check_death(*state,
		    live_fact_of(*state, "waited",
				 live_pid_of(live_fact(*state, "namespace", "ns_init"))));
}

static void daemons_descendants_are_followed(void **state)
{
	json_t *daemon = live_fact(*state, "daemon", "daemon");
	json_t *self = live_fact(*state, "daemon", "self");
	json_t *exec = live_event(*state, "process.exec", live_pid_of(self));

	check_identity(exec, self);
	check_image(exec, self);
	check_number(exec, "process.parent_pid", live_pid_of(daemon));
	check_end(*state, live_fact_of(*state, "waited", live_pid_of(self)));
	check_number(live_death(*state, live_pid_of(daemon)), "process.exit.code", 13);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(orphan_goes_to_init),
		cmocka_unit_test(orphan_goes_to_the_nearest_subreaper),
		cmocka_unit_test(orphan_comes_after_its_parents_death),
		cmocka_unit_test(end_of_the_forking_thread_changes_no_parent),
		cmocka_unit_test(no_orphan_of_threads_that_leave_together_is_missed),
		cmocka_unit_test(orphan_in_a_namespace_goes_to_its_init),
		cmocka_unit_test(end_of_a_namespaces_init_kills_the_rest),
		cmocka_unit_test(daemons_descendants_are_followed),
	};

	return cmocka_run_group_tests(tests, set_up, live_tear_down);
}
