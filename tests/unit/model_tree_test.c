/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Families: reparenting, walks, and the bound on the dead. */
#include "support/model_recorder.h"

static const struct built_id NONE = { 0, 0 };
static const struct built_id INIT = { 1, 10 };
static const struct built_id SUBREAPER = { 50, 500 };
static const struct built_id SHELL = { 100, 1000 };
static const struct built_id CHILD = { 200, 2000 };
static const struct built_id OTHER = { 199, 2001 };
static const struct built_id GRANDCHILD = { 300, 3000 };

struct walked {
	size_t count;
	uint32_t tgids[32];
	int stop_with;
};

static int note(void *arg, const struct ll_process *process)
{
	struct walked *walked = arg;

	assert_true(walked->count < 32);
	walked->tgids[walked->count++] = process->id.tgid;
	return walked->stop_with;
}

#define assert_walked(walked, ...)                                                             \
	do {                                                                                   \
		const uint32_t expected_[] = { __VA_ARGS__ };                                  \
		assert_int_equal((walked).count, sizeof(expected_) / sizeof(uint32_t));        \
		assert_memory_equal((walked).tgids, expected_, sizeof(expected_));             \
	} while (0)

static struct walked children_of(const struct recorder *recorder, struct built_id id)
{
	struct walked walked = { 0 };
	const struct ll_process *process = recorder_process(recorder, id);

	assert_int_equal(ll_model_children(recorder->model, process, note, &walked), 0);
	return walked;
}

static struct walked roots_of(const struct recorder *recorder)
{
	struct walked walked = { 0 };

	assert_int_equal(ll_model_roots(recorder->model, note, &walked), 0);
	return walked;
}

static void death_hands_living_children_to_the_reaper(void **state)
{
	struct recorder *recorder = *state;
	struct ll_event exit = built_exit(4000, SHELL, 0, SUBREAPER);

	exit.child_reaper_reason = LL_REPARENT_SUBREAPER;
	LL_SET(&exit, HOST_NAME, host_name, built_str("box"));
	LL_SET(&exit, BOOT_ID, boot_id, built_str("b00t"));
	recorder_apply(recorder, built_fork(SHELL, SUBREAPER, "sh"));
	recorder_apply(recorder, built_fork(CHILD, SHELL, "child"));
	recorder_apply(recorder, exit);
	assert_int_equal(recorder->count, 2);
	recorder_event(recorder, 0, LL_EVENT_EXIT);
	const struct ll_event *event = recorder_event(recorder, 1, LL_EVENT_REPARENT);
	assert_int_equal(event->tgid, CHILD.pid);
	assert_int_equal(event->tid, CHILD.pid);
	assert_int_equal(event->start_boottime_ns, CHILD.start_ns);
	assert_str_is(event->entity_id, "200-7d0");
	assert_str_is(event->comm, "child");
	assert_int_equal(event->parent_tgid, SUBREAPER.pid);
	assert_int_equal(event->parent_start_boottime_ns, SUBREAPER.start_ns);
	assert_str_is(event->parent_entity_id, "50-1f4");
	assert_int_equal(event->previous_parent_tgid, SHELL.pid);
	assert_int_equal(event->reparent_reason, LL_REPARENT_SUBREAPER);
	assert_int_equal(event->time_boottime_ns, 4000);
	assert_int_equal(event->time_unix_ns, exit.time_unix_ns);
	assert_str_is(event->host_name, "box");
	assert_str_is(event->boot_id, "b00t");
	assert_false(recorder_is_inferred(event));
	assert_int_equal(recorder_counts(recorder)->events[LL_EVENT_REPARENT], 1);
	assert_int_equal(recorder_process(recorder, CHILD)->parent.tgid, SUBREAPER.pid);
	assert_int_equal(recorder_process(recorder, CHILD)->original_parent.tgid, SHELL.pid);
}

static void zombie_children_move_and_reaped_ones_stay(void **state)
{
	struct recorder *recorder = *state;

	recorder_apply(recorder, built_fork(SHELL, INIT, "sh"));
	recorder_apply(recorder, built_fork(CHILD, SHELL, "zombie"));
	recorder_apply(recorder, built_fork(OTHER, SHELL, "reaped"));
	recorder_apply(recorder, built_exit(2500, CHILD, 0, NONE));
	recorder_apply(recorder, built_exit(2500, OTHER, 0, NONE));
	recorder_apply(recorder, built_reap(2501, OTHER));
	recorder_apply(recorder, built_exit(4000, SHELL, 0, INIT));
	assert_int_equal(recorder->count, 2);
	assert_int_equal(recorder_event(recorder, 1, LL_EVENT_REPARENT)->tgid, CHILD.pid);
	assert_int_equal(recorder_process(recorder, OTHER)->parent.tgid, SHELL.pid);
}

static void children_are_reparented_in_order_of_birth(void **state)
{
	struct recorder *recorder = *state;

	recorder_apply(recorder, built_fork(SHELL, INIT, "sh"));
	recorder_apply(recorder, built_fork(OTHER, SHELL, "younger"));
	recorder_apply(recorder, built_fork(CHILD, SHELL, "older"));
	recorder_apply(recorder, built_exit(4000, SHELL, 0, INIT));
	assert_int_equal(recorder_event(recorder, 1, LL_EVENT_REPARENT)->tgid, CHILD.pid);
	assert_int_equal(recorder_event(recorder, 2, LL_EVENT_REPARENT)->tgid, OTHER.pid);
}

static void a_death_that_names_no_reaper_moves_nobody(void **state)
{
	struct recorder *recorder = *state;

	recorder_apply(recorder, built_fork(CHILD, SHELL, "child"));
	recorder_apply(recorder, built_exit(4000, SHELL, 0, NONE));
	assert_int_equal(recorder->count, 1);
	assert_int_equal(recorder_process(recorder, CHILD)->parent.tgid, SHELL.pid);
}

static void a_thread_exit_moves_nobody(void **state)
{
	struct recorder *recorder = *state;

	recorder_apply(recorder, built_fork(SHELL, INIT, "sh"));
	recorder_apply(recorder, built_fork(CHILD, SHELL, "child"));
	recorder_apply(recorder, built_thread_exit(4000, SHELL, SHELL));
	assert_int_equal(recorder->count, 1);
}

static void a_child_whose_fork_comes_after_its_parents_death_is_moved(void **state)
{
	struct recorder *recorder = *state;

	recorder_apply(recorder, built_fork(SHELL, INIT, "sh"));
	recorder_apply(recorder, built_exit(4000, SHELL, 0, INIT));
	recorder_apply(recorder, built_fork(CHILD, SHELL, "late"));
	assert_int_equal(recorder->count, 2);
	assert_int_equal(recorder_event(recorder, 0, LL_EVENT_FORK)->parent_tgid, SHELL.pid);
	assert_int_equal(recorder_event(recorder, 1, LL_EVENT_REPARENT)->parent_tgid, INIT.pid);
	assert_int_equal(recorder_process(recorder, CHILD)->original_parent.tgid, SHELL.pid);
}

static void a_child_reaped_before_its_parents_death_is_told_was_moved_all_the_same(void **state)
{
	struct recorder *recorder = *state;

	recorder_apply(recorder, built_fork(SHELL, INIT, "sh"));
	recorder_apply(recorder, built_fork(CHILD, SHELL, "child"));
	recorder_apply(recorder, built_reap(4001, CHILD));
	recorder_apply(recorder, built_exit(4000, SHELL, 0, INIT));
	assert_int_equal(recorder->count, 2);
	assert_int_equal(recorder_event(recorder, 1, LL_EVENT_REPARENT)->parent_tgid, INIT.pid);
	assert_int_equal(recorder_process(recorder, CHILD)->life, LL_LIFE_REAPED);
}

static void a_chain_of_deaths_applied_late_moves_step_by_step(void **state)
{
	struct recorder *recorder = *state;

	recorder_apply(recorder, built_fork(SUBREAPER, INIT, "sub"));
	recorder_apply(recorder, built_fork(SHELL, SUBREAPER, "sh"));
	recorder_apply(recorder, built_fork(CHILD, SHELL, "child"));
	recorder_apply(recorder, built_exit(4100, SUBREAPER, 0, INIT));
	recorder_apply(recorder, built_exit(4000, SHELL, 0, SUBREAPER));
	assert_int_equal(recorder->count, 3);
	assert_int_equal(recorder_event(recorder, 1, LL_EVENT_REPARENT)->parent_tgid,
			 SUBREAPER.pid);
	assert_int_equal(recorder_event(recorder, 2, LL_EVENT_REPARENT)->parent_tgid, INIT.pid);
}

static void processes_that_name_each_other_as_heirs_end_the_chase(void **state)
{
	struct recorder *recorder = *state;

	recorder_apply(recorder, built_exit(4000, SHELL, 0, SHELL));
	recorder_apply(recorder, built_exit(4000, SUBREAPER, 0, SHELL));
	recorder_apply(recorder, built_fork(CHILD, SHELL, "a"));
	recorder_apply(recorder, built_fork(OTHER, SUBREAPER, "b"));
	assert_int_equal(recorder_process(recorder, CHILD)->parent.tgid, SHELL.pid);
	assert_int_equal(recorder_process(recorder, OTHER)->parent.tgid, SUBREAPER.pid);
}

static void a_parent_younger_than_its_child_is_not_followed(void **state)
{
	struct recorder *recorder = *state;

	recorder_apply(recorder, built_fork(SHELL, CHILD, "older"));
	recorder_apply(recorder, built_fork(CHILD, SHELL, "younger"));
	assert_walked(roots_of(recorder), SHELL.pid);
	assert_walked(children_of(recorder, SHELL), CHILD.pid);
	assert_int_equal(children_of(recorder, CHILD).count, 0);
}

static void children_are_walked_in_order_of_birth(void **state)
{
	struct recorder *recorder = *state;
	struct walked walked = { .stop_with = 7 };

	recorder_apply(recorder, built_fork(SHELL, INIT, "sh"));
	recorder_apply(recorder, built_fork(OTHER, SHELL, "b"));
	recorder_apply(recorder, built_fork((struct built_id){ 500, 2100 }, SHELL, "c"));
	recorder_apply(recorder, built_fork(CHILD, SHELL, "a"));
	assert_walked(children_of(recorder, SHELL), CHILD.pid, OTHER.pid, 500);
	assert_int_equal(ll_model_children(recorder->model, recorder_process(recorder, SHELL),
					   note, &walked),
			 7);
	assert_int_equal(walked.count, 1);
}

static void processes_born_in_one_nanosecond_are_walked_by_pid(void **state)
{
	struct recorder *recorder = *state;

	recorder_apply(recorder, built_fork(SHELL, INIT, "sh"));
	recorder_apply(recorder, built_fork((struct built_id){ 7, 2000 }, SHELL, "b"));
	recorder_apply(recorder, built_fork((struct built_id){ 6, 2000 }, SHELL, "a"));
	assert_walked(children_of(recorder, SHELL), 6, 7);
}

static void roots_are_those_whose_parent_is_unknown(void **state)
{
	struct recorder *recorder = *state;

	recorder_apply(recorder, built_fork(GRANDCHILD, CHILD, "g"));
	recorder_apply(recorder, built_fork(SHELL, INIT, "sh"));
	assert_walked(roots_of(recorder), SHELL.pid, GRANDCHILD.pid);
	recorder_apply(recorder, built_fork(CHILD, SHELL, "c"));
	assert_walked(roots_of(recorder), SHELL.pid);
	assert_walked(children_of(recorder, CHILD), GRANDCHILD.pid);
}

static void all_are_walked_in_order_of_birth(void **state)
{
	struct recorder *recorder = *state;
	struct walked walked = { 0 };

	recorder_apply(recorder, built_fork(CHILD, SHELL, "c"));
	recorder_apply(recorder, built_fork(SHELL, INIT, "sh"));
	recorder_apply(recorder, built_reap(5000, SHELL));
	assert_int_equal(ll_model_all(recorder->model, note, &walked), 0);
	assert_walked(walked, SHELL.pid, CHILD.pid);
}

static void a_recorded_reparent_moves_the_child(void **state)
{
	struct recorder *recorder = *state;
	struct ll_event reparent = built_event(LL_EVENT_REPARENT, 5000, CHILD);

	built_parent(&reparent, INIT);
	recorder_apply(recorder, built_fork(INIT, NONE, "init"));
	recorder_apply(recorder, built_fork(CHILD, SHELL, "c"));
	recorder_apply(recorder, reparent);
	assert_int_equal(recorder->count, 1);
	assert_walked(children_of(recorder, INIT), CHILD.pid);
}

static int setup_keep_two(void **state)
{
	return recorder_setup_keep(state, 2);
}

static int setup_keep_none(void **state)
{
	return recorder_setup_keep(state, 0);
}

static struct built_id numbered(uint32_t n)
{
	return (struct built_id){ 1000 + n, 10000 + n };
}

static void live_and_die(struct recorder *recorder, struct built_id id, uint64_t reap_ns)
{
	recorder_apply(recorder, built_fork(id, SHELL, "x"));
	recorder_apply(recorder, built_exit(reap_ns - 1, id, 0, NONE));
	recorder_apply(recorder, built_reap(reap_ns, id));
}

static void the_dead_beyond_keep_are_forgotten_oldest_reap_first(void **state)
{
	struct recorder *recorder = *state;

	for (uint32_t i = 0; i < 5; i++)
		live_and_die(recorder, numbered(9 - i), 20000 + i);
	for (uint32_t i = 0; i < 3; i++)
		assert_null(recorder_find(recorder, numbered(9 - i)));
	assert_non_null(recorder_find(recorder, numbered(6)));
	assert_non_null(recorder_find(recorder, numbered(5)));
	assert_int_equal(recorder_counts(recorder)->kept_dead, 2);
	assert_int_equal(recorder_counts(recorder)->forgotten, 3);
}

static void keep_zero_forgets_at_the_reap(void **state)
{
	struct recorder *recorder = *state;

	live_and_die(recorder, CHILD, 5000);
	recorder_event(recorder, 0, LL_EVENT_REAP);
	assert_null(recorder_find(recorder, CHILD));
	assert_int_equal(recorder_counts(recorder)->kept_dead, 0);
}

static void a_late_fork_of_a_forgotten_process_does_not_bring_it_back(void **state)
{
	struct recorder *recorder = *state;

	recorder_apply(recorder, built_exit(3000, CHILD, 0, NONE));
	recorder_apply(recorder, built_reap(3001, CHILD));
	assert_null(recorder_find(recorder, CHILD));
	recorder_apply(recorder, built_fork(CHILD, SHELL, "x"));
	recorder_event(recorder, 0, LL_EVENT_FORK);
	assert_null(recorder_find(recorder, CHILD));
	assert_int_equal(recorder_counts(recorder)->alive, 0);
	assert_int_equal(recorder_counts(recorder)->forks_process, 1);
}

static void the_dead_a_living_descendant_needs_are_kept_on_top(void **state)
{
	struct recorder *recorder = *state;

	recorder_apply(recorder, built_fork(SHELL, INIT, "sh"));
	recorder_apply(recorder, built_fork(CHILD, SHELL, "middle"));
	recorder_apply(recorder, built_fork(GRANDCHILD, CHILD, "daemon"));
	recorder_apply(recorder, built_exit(4000, CHILD, 0, INIT));
	recorder_apply(recorder, built_reap(4001, CHILD));
	recorder_apply(recorder, built_exit(4002, SHELL, 0, INIT));
	recorder_apply(recorder, built_reap(4003, SHELL));
	for (uint32_t i = 0; i < 5; i++)
		live_and_die(recorder, numbered(i), 20000 + i);
	assert_non_null(recorder_find(recorder, SHELL));
	assert_non_null(recorder_find(recorder, CHILD));
	assert_int_equal(recorder_counts(recorder)->kept_dead, 4);
	recorder_apply(recorder, built_exit(30000, GRANDCHILD, 0, NONE));
	assert_non_null(recorder_find(recorder, SHELL));
	recorder_apply(recorder, built_reap(30001, GRANDCHILD));
	assert_null(recorder_find(recorder, SHELL));
	assert_null(recorder_find(recorder, CHILD));
	assert_non_null(recorder_find(recorder, numbered(4)));
	assert_int_equal(recorder_counts(recorder)->kept_dead, 2);
}

static void a_forgotten_parent_leaves_its_children_as_roots(void **state)
{
	struct recorder *recorder = *state;

	recorder_apply(recorder, built_fork(SHELL, INIT, "sh"));
	live_and_die(recorder, numbered(0), 20000);
	recorder_apply(recorder, built_exit(20001, SHELL, 0, NONE));
	recorder_apply(recorder, built_reap(20002, SHELL));
	live_and_die(recorder, numbered(1), 20003);
	live_and_die(recorder, numbered(2), 20004);
	assert_null(recorder_find(recorder, SHELL));
	assert_walked(roots_of(recorder), numbered(1).pid, numbered(2).pid);
}

static void a_flat_fork_bomb_stays_within_the_bound(void **state)
{
	struct recorder *recorder = *state;

	recorder_apply(recorder, built_fork(SHELL, INIT, "sh"));
	for (uint32_t i = 0; i < 200000; i++) {
		live_and_die(recorder, numbered(i), 20000 + i);
		assert_true(recorder_counts(recorder)->kept_dead <= 100);
	}
	assert_int_equal(recorder_counts(recorder)->alive, 1);
	assert_int_equal(recorder_counts(recorder)->forks_process, 200001);
	assert_int_equal(recorder_counts(recorder)->forgotten, 199900);
}

/* Each forks the next and dies: every ancestor has a living descendant. */
static void a_chain_of_forks_stays_within_the_bound(void **state)
{
	struct recorder *recorder = *state;
	const struct ll_model_counts *counts = recorder_counts(recorder);

	recorder_apply(recorder, built_fork(numbered(0), INIT, "x"));
	for (uint32_t i = 0; i < 200000; i++) {
		recorder_apply(recorder, built_fork(numbered(i + 1), numbered(i), "x"));
		recorder_apply(recorder, built_exit(20000 + i, numbered(i), 0, INIT));
		recorder_apply(recorder, built_reap(20001 + i, numbered(i)));
		assert_true(counts->kept_dead <=
			    2 * recorder_counts(recorder)->alive + 2 * 100);
	}
	recorder_apply(recorder, built_exit(900000, numbered(200000), 0, NONE));
	recorder_apply(recorder, built_reap(900001, numbered(200000)));
	assert_int_equal(recorder_counts(recorder)->kept_dead, 100);
}

/* All alive at once, then dead from the oldest on: each death moves its children to init. */
static void a_hundred_thousand_orphans_are_cheap(void **state)
{
	struct recorder *recorder = *state;
	struct walked walked = { .stop_with = 1 };

	recorder_apply(recorder, built_fork(INIT, NONE, "init"));
	recorder_apply(recorder, built_fork(numbered(0), INIT, "x"));
	for (uint32_t i = 1; i < 100000; i++)
		recorder_apply(recorder, built_fork(numbered(i), numbered(i / 2), "x"));
	for (uint32_t i = 0; i < 50000; i++)
		recorder_apply(recorder, built_exit(500000 + i, numbered(i), 0, INIT));
	assert_int_equal(recorder_counts(recorder)->events[LL_EVENT_REPARENT], 99999);
	assert_int_equal(ll_model_children(recorder->model, recorder_process(recorder, INIT),
					   note, &walked),
			 1);
	assert_int_equal(walked.tgids[0], numbered(0).pid);
}

#define recorder_test_keep(name, keep)                                                         \
	cmocka_unit_test_setup_teardown(name, setup_keep_##keep, recorder_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		recorder_test(death_hands_living_children_to_the_reaper),
		recorder_test(zombie_children_move_and_reaped_ones_stay),
		recorder_test(children_are_reparented_in_order_of_birth),
		recorder_test(a_death_that_names_no_reaper_moves_nobody),
		recorder_test(a_thread_exit_moves_nobody),
		recorder_test(a_child_whose_fork_comes_after_its_parents_death_is_moved),
		recorder_test(
			a_child_reaped_before_its_parents_death_is_told_was_moved_all_the_same),
		recorder_test(a_chain_of_deaths_applied_late_moves_step_by_step),
		recorder_test(processes_that_name_each_other_as_heirs_end_the_chase),
		recorder_test(a_parent_younger_than_its_child_is_not_followed),
		recorder_test(children_are_walked_in_order_of_birth),
		recorder_test(processes_born_in_one_nanosecond_are_walked_by_pid),
		recorder_test(roots_are_those_whose_parent_is_unknown),
		recorder_test(all_are_walked_in_order_of_birth),
		recorder_test(a_recorded_reparent_moves_the_child),
		recorder_test_keep(the_dead_beyond_keep_are_forgotten_oldest_reap_first, two),
		recorder_test_keep(keep_zero_forgets_at_the_reap, none),
		recorder_test_keep(a_late_fork_of_a_forgotten_process_does_not_bring_it_back,
				   none),
		recorder_test_keep(the_dead_a_living_descendant_needs_are_kept_on_top, two),
		recorder_test_keep(a_forgotten_parent_leaves_its_children_as_roots, two),
		recorder_test(a_flat_fork_bomb_stays_within_the_bound),
		recorder_test(a_chain_of_forks_stays_within_the_bound),
		recorder_test(a_hundred_thousand_orphans_are_cheap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
