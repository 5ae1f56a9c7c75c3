/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The zombie ledger: who is a zombie and who is not, whose it is, who reaped it and how late. */
#include "support/model_recorder.h"

#include "model/zombies.h"

static const struct built_id NONE = { 0, 0 };
static const struct built_id INIT = { 1, 10 };
static const struct built_id SHELL = { 100, 1000 };
static const struct built_id CHILD = { 200, 2000 };
static const struct built_id OTHER = { 201, 2001 };
static const struct built_id GRANDCHILD = { 300, 3000 };

#define SECOND_NS UINT64_C(1000000000)
/* Ages are told at this time unless a test says another. */
#define NOW_NS (100 * SECOND_NS)

/* What was found of one parent. */
struct found {
	struct built_id parent;
	bool is_there;
	struct ll_zombie_group group;
};

static int find_parent(void *arg, const struct ll_zombie_group *group)
{
	struct found *found = arg;

	if (group->parent.tgid != found->parent.pid ||
	    group->parent.start_boottime_ns != found->parent.start_ns)
		return 0;
	assert_false(found->is_there);
	found->is_there = true;
	found->group = *group;
	return 0;
}

static struct found find_at(struct recorder *recorder, struct built_id parent, uint64_t now_ns)
{
	struct found found = { .parent = parent };

	assert_int_equal(ll_model_zombie_groups(recorder->model, now_ns, find_parent, &found),
			 0);
	return found;
}

/* The group of a parent that must be there. */
static struct ll_zombie_group group_at(struct recorder *recorder, struct built_id parent,
				       uint64_t now_ns)
{
	struct found found = find_at(recorder, parent, now_ns);

	assert_true(found.is_there);
	return found.group;
}

static struct ll_zombie_group group_of(struct recorder *recorder, struct built_id parent)
{
	return group_at(recorder, parent, NOW_NS);
}

/* Zombies a parent has, whether it has a group or not. */
static uint64_t zombies_at(struct recorder *recorder, struct built_id parent, uint64_t now_ns)
{
	return find_at(recorder, parent, now_ns).group.count;
}

static struct ll_event ends(uint64_t time_ns, struct built_id id, struct built_id parent,
			    enum ll_sigchld sigchld)
{
	struct ll_event event = built_exit(time_ns, id, 0, INIT);

	built_parent(&event, parent);
	LL_SET(&event, PARENT_SIGCHLD, parent_sigchld, (uint8_t)sigchld);
	return event;
}

static struct ll_event reaped_by(uint64_t time_ns, struct built_id id, struct built_id reaper)
{
	struct ll_event event = built_reap(time_ns, id);

	LL_SET(&event, REAPER, reaper_tgid, reaper.pid);
	return event;
}

static struct ll_event echo(uint64_t time_ns, struct built_id id)
{
	struct ll_event event = built_reap(time_ns, id);

	LL_SET(&event, REAP_PRECISION, reap_precision, LL_REAP_RCU);
	return event;
}

static struct ll_event seen(uint64_t time_ns, struct built_id id, struct built_id parent,
			    enum ll_task_state state)
{
	return built_snapshot(time_ns, id, parent, "seen", state);
}

/* init, a shell below it, and its child, born one after another. */
static int setup_born(void **state)
{
	recorder_setup(state);
	struct recorder *recorder = *state;
	recorder_apply(recorder, built_fork(INIT, NONE, "init"));
	recorder_apply(recorder, built_fork(SHELL, INIT, "sh"));
	recorder_apply(recorder, built_fork(CHILD, SHELL, "child"));
	return 0;
}

/* The same, and one reap was told when it happened. */
static int setup_exact(void **state)
{
	const struct built_id first = { 90, 900 };

	setup_born(state);
	recorder_apply(*state, built_fork(first, INIT, "first"));
	recorder_apply(*state, ends(950, first, INIT, LL_SIGCHLD_HANDLER));
	recorder_apply(*state, reaped_by(960, first, INIT));
	return 0;
}

static void who_is_over_and_not_reaped_is_its_parents_zombie(void **state)
{
	struct recorder *recorder = *state;

	recorder_apply(recorder, ends(5000, CHILD, SHELL, LL_SIGCHLD_DEFAULT));
	struct ll_zombie_group group = group_at(recorder, SHELL, 5001);
	assert_int_equal(group.count, 1);
	assert_int_equal(group.oldest_since_ns, 5000);
	assert_false(group.is_at_least);
	assert_string_equal(group.process->comm, "sh");
	assert_int_equal(group.holder, LL_HOLDER_PARENT);
	assert_false(group.never_reaps);
}

static void a_reap_ends_it_and_is_its_parents(void **state)
{
	struct recorder *recorder = *state;

	recorder_apply(recorder, ends(5000, CHILD, SHELL, LL_SIGCHLD_DEFAULT));
	recorder_apply(recorder, reaped_by(9000, CHILD, SHELL));
	struct ll_zombie_group group = group_of(recorder, SHELL);
	assert_int_equal(group.count, 0);
	assert_int_equal(group.oldest_since_ns, 0);
	assert_int_equal(group.reap_count, 1);
	assert_int_equal(group.last_reap_ns, 9000);
	assert_int_equal(group.reaped[LL_REAPER_PARENT].count, 1);
	assert_int_equal(group.reaped[LL_REAPER_PARENT].median_ns, 4000);
	assert_int_equal(group.reaped[LL_REAPER_PARENT].most_ns, 4000);
	assert_int_equal(group.reaped[LL_REAPER_PARENT].reaper.tgid, SHELL.pid);
	assert_false(group.reaped[LL_REAPER_PARENT].is_rough);
	assert_false(group.reaped[LL_REAPER_PARENT].is_at_least);
	assert_int_equal(group.self_freed_count, 0);
}

static void a_reap_that_is_told_twice_counts_once(void **state)
{
	struct recorder *recorder = *state;

	recorder_apply(recorder, ends(5000, CHILD, SHELL, LL_SIGCHLD_DEFAULT));
	recorder_apply(recorder, reaped_by(6000, CHILD, SHELL));
	recorder_apply(recorder, echo(9000, CHILD));
	recorder_apply(recorder, reaped_by(9001, CHILD, SHELL));
	assert_int_equal(group_of(recorder, SHELL).reap_count, 1);
	assert_int_equal(group_of(recorder, SHELL).reaped[LL_REAPER_PARENT].count, 1);
}

static void where_reaps_are_echoes_a_fresh_death_is_no_zombie_yet(void **state)
{
	struct recorder *recorder = *state;

	recorder_apply(recorder, ends(5000, CHILD, SHELL, LL_SIGCHLD_DEFAULT));
	assert_int_equal(zombies_at(recorder, SHELL, 5000 + SECOND_NS - 1), 0);
	assert_int_equal(zombies_at(recorder, SHELL, 5000 + SECOND_NS), 1);
}

static void a_snapshot_that_sees_a_zombie_settles_it_at_once(void **state)
{
	struct recorder *recorder = *state;

	recorder_apply(recorder, ends(5000, CHILD, SHELL, LL_SIGCHLD_DEFAULT));
	recorder_apply(recorder, seen(5010, CHILD, SHELL, LL_TASK_ZOMBIE));
	assert_int_equal(recorder->count, 0);
	struct ll_zombie_group group = group_at(recorder, SHELL, 5011);
	assert_int_equal(group.count, 1);
	assert_int_equal(group.oldest_since_ns, 5000);
	assert_false(group.is_at_least);
}

static void the_reaper_of_an_echo_is_taken_to_be_the_parent(void **state)
{
	struct recorder *recorder = *state;

	recorder_apply(recorder, ends(5000, CHILD, SHELL, LL_SIGCHLD_HANDLER));
	recorder_apply(recorder, echo(9000, CHILD));
	struct ll_zombie_group group = group_of(recorder, SHELL);
	assert_int_equal(group.reap_count, 1);
	assert_int_equal(group.last_reap_ns, 9000);
	assert_int_equal(group.reaped[LL_REAPER_PARENT].reaper.tgid, SHELL.pid);
	assert_true(group.reaped[LL_REAPER_PARENT].is_rough);
}

static void a_process_whose_main_thread_is_over_is_no_zombie(void **state)
{
	struct recorder *recorder = *state;

	recorder_apply(recorder, built_thread_fork(CHILD, (struct built_id){ 202, 2100 }));
	recorder_apply(recorder, built_thread_exit(5000, CHILD, CHILD));
	assert_int_equal(zombies_at(recorder, SHELL, NOW_NS), 0);
}

static int note_pid(void *arg, const struct ll_process *process)
{
	*(uint32_t *)arg = process->id.tgid;
	return 1;
}

static void a_dead_leader_of_live_threads_is_told_as_that(void **state)
{
	struct recorder *recorder = *state;
	uint32_t pid = 0;

	assert_int_equal(ll_model_dead_leaders(recorder->model, note_pid, &pid), 0);
	recorder_apply(recorder, built_thread_fork(CHILD, (struct built_id){ 202, 2100 }));
	recorder_apply(recorder, built_thread_exit(5000, CHILD, CHILD));
	assert_int_equal(ll_model_dead_leaders(recorder->model, note_pid, &pid), 1);
	assert_int_equal(pid, CHILD.pid);
	recorder_apply(recorder, ends(6000, CHILD, SHELL, LL_SIGCHLD_DEFAULT));
	assert_int_equal(ll_model_dead_leaders(recorder->model, note_pid, &pid), 0);
}

static void a_dead_leader_is_known_from_a_snapshot_too(void **state)
{
	struct recorder *recorder = *state;
	struct ll_event thread = built_event(LL_EVENT_SNAPSHOT, 5002, CHILD);
	uint32_t pid = 0;

	built_thread(&thread, (struct built_id){ 202, 2100 });
	recorder_apply(recorder, seen(5000, SHELL, INIT, LL_TASK_ALIVE));
	recorder_apply(recorder, seen(5001, CHILD, SHELL, LL_TASK_LEADER_DEAD));
	recorder_apply(recorder, thread);
	assert_int_equal(ll_model_dead_leaders(recorder->model, note_pid, &pid), 1);
	assert_int_equal(pid, CHILD.pid);
	assert_int_equal(zombies_at(recorder, SHELL, NOW_NS), 0);
}

static void who_reaps_itself_was_no_zombie(void **state)
{
	struct recorder *recorder = *state;

	recorder_apply(recorder, ends(5000, CHILD, SHELL, LL_SIGCHLD_IGNORE));
	recorder_apply(recorder, reaped_by(5001, CHILD, CHILD));
	struct ll_zombie_group group = group_of(recorder, SHELL);
	assert_int_equal(group.self_freed_count, 1);
	assert_int_equal(group.reap_count, 0);
	assert_int_equal(group.last_reap_ns, 0);
	assert_int_equal(group.reaped[LL_REAPER_PARENT].count, 0);
	assert_true(group.knows_sigchld);
	assert_int_equal(group.sigchld, LL_SIGCHLD_IGNORE);
}

static void the_echo_of_who_frees_itself_is_no_reap(void **state)
{
	struct recorder *recorder = *state;

	recorder_apply(recorder, ends(5000, CHILD, SHELL, LL_SIGCHLD_NO_WAIT));
	assert_int_equal(zombies_at(recorder, SHELL, 5001), 0);
	recorder_apply(recorder, echo(9000, CHILD));
	struct ll_zombie_group group = group_of(recorder, SHELL);
	assert_int_equal(group.self_freed_count, 1);
	assert_int_equal(group.reap_count, 0);
	assert_int_equal(group.reaped[LL_REAPER_PARENT].count, 0);
}

/* A child cloned with another exit signal, or traced, stays although SIGCHLD is ignored. */
static void who_should_free_itself_and_stays_is_a_zombie(void **state)
{
	struct recorder *recorder = *state;

	recorder_apply(recorder, ends(5000, CHILD, SHELL, LL_SIGCHLD_IGNORE));
	assert_int_equal(zombies_at(recorder, SHELL, 5001), 0);
	assert_int_equal(zombies_at(recorder, SHELL, 5000 + SECOND_NS), 1);
	recorder_apply(recorder, reaped_by(5001 + SECOND_NS, CHILD, SHELL));
	assert_int_equal(group_of(recorder, SHELL).reaped[LL_REAPER_PARENT].count, 1);
}

static void zombies_of_the_first_snapshot_are_at_least_as_old(void **state)
{
	struct recorder *recorder = *state;

	recorder_apply(recorder, seen(5000, SHELL, INIT, LL_TASK_ALIVE));
	recorder_apply(recorder, seen(5001, CHILD, SHELL, LL_TASK_ZOMBIE));
	recorder_apply(recorder, seen(5002, OTHER, SHELL, LL_TASK_ZOMBIE));
	struct ll_zombie_group group = group_at(recorder, SHELL, 5003);
	assert_int_equal(group.count, 2);
	assert_int_equal(group.oldest_since_ns, 5001);
	assert_true(group.is_at_least);
	recorder_apply(recorder, reaped_by(9001, CHILD, SHELL));
	group = group_of(recorder, SHELL);
	assert_int_equal(group.count, 1);
	assert_int_equal(group.reaped[LL_REAPER_PARENT].most_ns, 4000);
	assert_true(group.reaped[LL_REAPER_PARENT].is_at_least);
}

static void a_parent_seen_after_its_zombies_has_them(void **state)
{
	struct recorder *recorder = *state;
	const struct built_id low = { 50, 9000 };

	recorder_apply(recorder,
		       seen(20000, low, (struct built_id){ 700, 8000 }, LL_TASK_ZOMBIE));
	assert_null(group_of(recorder, (struct built_id){ 700, 8000 }).process);
	recorder_apply(recorder,
		       seen(20001, (struct built_id){ 700, 8000 }, INIT, LL_TASK_ALIVE));
	struct ll_zombie_group group = group_of(recorder, (struct built_id){ 700, 8000 });
	assert_int_equal(group.count, 1);
	assert_non_null(group.process);
	assert_true(group.growth_per_minute == 0);
}

static void zombies_without_a_parent_are_a_group_too(void **state)
{
	struct recorder *recorder = *state;

	recorder_apply(recorder, seen(5000, CHILD, NONE, LL_TASK_ZOMBIE));
	struct ll_zombie_group group = group_of(recorder, NONE);
	assert_int_equal(group.count, 1);
	assert_null(group.process);
}

static void growth_is_what_came_on_top_per_minute(void **state)
{
	struct recorder *recorder = *state;
	uint64_t begin = 5 * SECOND_NS;

	recorder_apply(recorder, seen(begin, SHELL, INIT, LL_TASK_ALIVE));
	recorder_apply(recorder, seen(begin, CHILD, SHELL, LL_TASK_ZOMBIE));
	recorder_apply(recorder, built_snapshot_end(begin));
	assert_int_equal(group_at(recorder, SHELL, begin).observed_ns, 0);
	for (uint32_t i = 0; i < 3; i++) {
		struct built_id id = { 400 + i, begin + 1 + i };

		recorder_apply(recorder, built_fork(id, SHELL, "more"));
		recorder_apply(recorder, ends(begin + SECOND_NS, id, SHELL, 0));
	}
	struct ll_zombie_group group = group_at(recorder, SHELL, begin + 30 * SECOND_NS);
	assert_int_equal(group.count, 4);
	assert_int_equal(group.observed_ns, 30 * SECOND_NS);
	assert_true(group.growth_per_minute > 5.99 && group.growth_per_minute < 6.01);
}

static void growth_counts_from_the_parents_birth(void **state)
{
	struct recorder *recorder = *state;
	const struct built_id parent = { 500, 50 * SECOND_NS },
			      id = { 501, 50 * SECOND_NS + 1 };

	recorder_apply(recorder, built_fork(parent, INIT, "parent"));
	recorder_apply(recorder, built_fork(id, parent, "child"));
	recorder_apply(recorder, ends(51 * SECOND_NS, id, parent, 0));
	struct ll_zombie_group group = group_at(recorder, parent, 60 * SECOND_NS);
	assert_int_equal(group.observed_ns, 10 * SECOND_NS);
	assert_true(group.growth_per_minute > 5.99 && group.growth_per_minute < 6.01);
}

static void growth_below_zero_is_said(void **state)
{
	struct recorder *recorder = *state;
	uint64_t begin = 5 * SECOND_NS;

	recorder_apply(recorder, seen(begin, SHELL, INIT, LL_TASK_ALIVE));
	recorder_apply(recorder, seen(begin, CHILD, SHELL, LL_TASK_ZOMBIE));
	recorder_apply(recorder, seen(begin, OTHER, SHELL, LL_TASK_ZOMBIE));
	recorder_apply(recorder, built_snapshot_end(begin));
	recorder_apply(recorder, reaped_by(begin + 1, OTHER, SHELL));
	double growth = group_at(recorder, SHELL, begin + 60 * SECOND_NS).growth_per_minute;
	assert_true(growth > -1.01 && growth < -0.99);
}

/* The slow one ends without a wait; init does its work. */
static void a_zombie_that_outlives_its_parent_is_the_heirs(void **state)
{
	struct recorder *recorder = *state;

	recorder_apply(recorder, ends(5000, CHILD, SHELL, LL_SIGCHLD_DEFAULT));
	recorder_apply(recorder, ends(7000, SHELL, INIT, LL_SIGCHLD_DEFAULT));
	assert_int_equal(group_at(recorder, INIT, NOW_NS).count, 2);
	assert_int_equal(zombies_at(recorder, SHELL, NOW_NS), 0);
	recorder_apply(recorder, reaped_by(9000, CHILD, INIT));
	struct ll_zombie_group slow = group_of(recorder, SHELL);
	assert_int_equal(slow.reaped[LL_REAPER_PARENT].count, 0);
	assert_int_equal(slow.reaped[LL_REAPER_INIT].count, 1);
	assert_int_equal(slow.reaped[LL_REAPER_INIT].most_ns, 4000);
	assert_int_equal(slow.reaped[LL_REAPER_INIT].reaper.tgid, INIT.pid);
	assert_int_equal(slow.reap_count, 0);
	assert_int_equal(group_of(recorder, INIT).reap_count, 1);
}

/* The shell and three children, dead at 5, 6 and 7 s. */
static void leave_three(struct recorder *recorder)
{
	for (uint32_t i = 0; i < 3; i++) {
		struct built_id id = { 400 + i, 4000 + i };

		recorder_apply(recorder, built_fork(id, SHELL, "brief"));
		recorder_apply(recorder, ends((5 + i) * SECOND_NS, id, SHELL, 0));
	}
}

static void who_let_zombies_wait_and_died_is_remembered(void **state)
{
	struct recorder *recorder = *state;

	leave_three(recorder);
	recorder_apply(recorder, ends(8 * SECOND_NS, SHELL, INIT, 0));
	recorder_apply(recorder, echo(9 * SECOND_NS, SHELL));
	struct ll_zombie_group group = group_of(recorder, SHELL);
	assert_int_equal(group.count, 0);
	assert_int_equal(group.peak_count, 3);
	assert_int_equal(group.held_count, 3);
	assert_int_equal(group.held_longest_ns, 3 * SECOND_NS);
	assert_int_equal(group.left_count, 3);
	assert_int_equal(group.heir.tgid, INIT.pid);
	/* The heir has them since then. */
	group = group_at(recorder, INIT, 10 * SECOND_NS);
	assert_int_equal(group.count, 3);
	assert_int_equal(group.held_longest_ns, 2 * SECOND_NS);
	assert_int_equal(group.left_count, 0);
}

static void a_peak_is_remembered_when_all_are_reaped(void **state)
{
	struct recorder *recorder = *state;

	leave_three(recorder);
	assert_int_equal(group_at(recorder, SHELL, 8 * SECOND_NS).peak_count, 3);
	assert_int_equal(group_at(recorder, SHELL, 8 * SECOND_NS).held_count, 0);
	for (uint32_t i = 0; i < 3; i++)
		recorder_apply(recorder,
			       reaped_by(8 * SECOND_NS + i,
					 (struct built_id){ 400 + i, 4000 + i }, SHELL));
	struct ll_zombie_group group = group_of(recorder, SHELL);
	assert_int_equal(group.count, 0);
	assert_int_equal(group.peak_count, 3);
	assert_int_equal(group.held_count, 3);
	assert_int_equal(group.left_count, 0);
}

static void who_reaps_at_once_has_no_peak(void **state)
{
	struct recorder *recorder = *state;

	recorder_apply(recorder, ends(5000, CHILD, SHELL, LL_SIGCHLD_DEFAULT));
	recorder_apply(recorder, reaped_by(5000 + LL_ZOMBIES_PROMPT_NS - 1, CHILD, SHELL));
	struct ll_zombie_group group = group_of(recorder, SHELL);
	assert_int_equal(group.peak_count, 0);
	assert_int_equal(group.held_count, 0);
}

static void the_echo_of_a_reap_is_given_time(void **state)
{
	struct recorder *recorder = *state;

	recorder_apply(recorder, ends(5000, CHILD, SHELL, LL_SIGCHLD_DEFAULT));
	recorder_apply(recorder, echo(5000 + LL_ZOMBIES_PROMPT_ECHO_NS - 1, CHILD));
	assert_int_equal(group_of(recorder, SHELL).held_count, 0);
}

static void the_life_of_a_zombie_found_bounds_its_age(void **state)
{
	struct recorder *recorder = *state;

	recorder_apply(recorder, seen(5000, SHELL, INIT, LL_TASK_ALIVE));
	recorder_apply(recorder, seen(5001, OTHER, SHELL, LL_TASK_ZOMBIE));
	recorder_apply(recorder, seen(5002, CHILD, SHELL, LL_TASK_ZOMBIE));
	struct ll_zombie_group group = group_at(recorder, SHELL, 6000);
	assert_int_equal(group.oldest_since_ns, 5001);
	assert_int_equal(group.earliest_ns, CHILD.start_ns);
}

static void a_subreaper_is_told_from_init(void **state)
{
	struct recorder *recorder = *state;
	struct ll_event end = ends(5000, CHILD, SHELL, LL_SIGCHLD_DEFAULT);

	end.child_reaper_tgid = SHELL.pid;
	end.child_reaper_start_boottime_ns = SHELL.start_ns;
	end.child_reaper_reason = LL_REPARENT_SUBREAPER;
	recorder_apply(recorder, built_fork(GRANDCHILD, CHILD, "grandchild"));
	recorder_apply(recorder, ends(4000, GRANDCHILD, CHILD, LL_SIGCHLD_DEFAULT));
	recorder_apply(recorder, end);
	struct ll_zombie_group group = group_of(recorder, SHELL);
	assert_int_equal(group.count, 2);
	assert_int_equal(group.holder, LL_HOLDER_SUBREAPER);
	assert_true(group.never_reaps);
	recorder_apply(recorder, echo(6000, GRANDCHILD));
	group = group_of(recorder, CHILD);
	assert_int_equal(group.reaped[LL_REAPER_SUBREAPER].count, 1);
	assert_int_equal(group.reaped[LL_REAPER_SUBREAPER].reaper.tgid, SHELL.pid);
	assert_false(group_of(recorder, SHELL).never_reaps);
}

/* It had no parent of its own any more when it ended: only the one that took it over is slow. */
static void an_orphan_is_on_the_account_of_who_took_it_over(void **state)
{
	struct recorder *recorder = *state;

	recorder_apply(recorder, ends(4000, SHELL, INIT, LL_SIGCHLD_HANDLER));
	recorder_apply(recorder, ends(5000, CHILD, INIT, LL_SIGCHLD_HANDLER));
	recorder_apply(recorder, reaped_by(5500, CHILD, INIT));
	struct ll_zombie_group group = group_of(recorder, INIT);
	assert_int_equal(group.reaped[LL_REAPER_INIT].count, 1);
	assert_int_equal(group.reaped[LL_REAPER_INIT].most_ns, 500);
}

static struct ll_event seen_inner(uint64_t time_ns, struct built_id id, uint64_t vpid,
				  bool in_wait)
{
	struct ll_event event = seen(time_ns, id, INIT, LL_TASK_ALIVE);

	LL_SET(&event, VPID, vpid, vpid);
	LL_SET(&event, IN_WAIT, in_wait, in_wait);
	return event;
}

static void the_init_of_a_nested_namespace_that_has_zombies_never_reaps(void **state)
{
	struct recorder *recorder = *state;

	recorder_apply(recorder, seen_inner(5000, SHELL, 1, false));
	recorder_apply(recorder, seen(5001, CHILD, SHELL, LL_TASK_ZOMBIE));
	assert_int_equal(group_of(recorder, SHELL).holder, LL_HOLDER_CONTAINER_INIT);
	assert_true(group_at(recorder, SHELL, 5001 + 3 * SECOND_NS).never_reaps);
	assert_false(group_at(recorder, SHELL, 5000 + 3 * SECOND_NS).never_reaps);
}

static void a_nested_init_that_reaps_is_not_accused(void **state)
{
	struct recorder *recorder = *state;

	recorder_apply(recorder, seen_inner(5000, SHELL, 1, false));
	recorder_apply(recorder, seen(5001, CHILD, SHELL, LL_TASK_ZOMBIE));
	recorder_apply(recorder, seen(5002, OTHER, SHELL, LL_TASK_ZOMBIE));
	recorder_apply(recorder, reaped_by(6000, CHILD, SHELL));
	assert_int_equal(group_of(recorder, SHELL).count, 1);
	assert_false(group_of(recorder, SHELL).never_reaps);
}

static void a_parent_that_leaves_its_own_children_is_no_init(void **state)
{
	struct recorder *recorder = *state;

	recorder_apply(recorder, seen_inner(5000, SHELL, 7, false));
	recorder_apply(recorder, seen(5001, CHILD, SHELL, LL_TASK_ZOMBIE));
	assert_int_equal(group_of(recorder, SHELL).holder, LL_HOLDER_PARENT);
	assert_false(group_of(recorder, SHELL).never_reaps);
}

static void pid_1_that_leaves_orphans_never_reaps(void **state)
{
	struct recorder *recorder = *state;

	recorder_apply(recorder, ends(4000, SHELL, INIT, LL_SIGCHLD_DEFAULT));
	recorder_apply(recorder, ends(5000, CHILD, INIT, LL_SIGCHLD_DEFAULT));
	struct ll_zombie_group group = group_of(recorder, INIT);
	assert_int_equal(group.holder, LL_HOLDER_INIT);
	assert_true(group.never_reaps);
	assert_true(group_at(recorder, INIT, 4000 + 10 * SECOND_NS).never_reaps);
	assert_false(group_at(recorder, INIT, 3999 + 10 * SECOND_NS).never_reaps);
}

/* As where the kernel hides PID 1: what it does with the orphans cannot be seen. */
static void who_was_not_seen_is_not_accused(void **state)
{
	struct recorder *recorder = *state;

	recorder_apply(recorder, built_fork(SHELL, INIT, "sh"));
	recorder_apply(recorder, built_fork(CHILD, SHELL, "child"));
	recorder_apply(recorder, ends(4000, SHELL, INIT, LL_SIGCHLD_DEFAULT));
	recorder_apply(recorder, ends(5000, CHILD, INIT, LL_SIGCHLD_DEFAULT));
	assert_int_equal(group_of(recorder, INIT).count, 2);
	assert_false(group_of(recorder, INIT).never_reaps);
}

static void pid_1_is_init_even_where_it_is_not_known(void **state)
{
	struct recorder *recorder = *state;

	recorder_apply(recorder, seen(5000, CHILD, INIT, LL_TASK_ZOMBIE));
	struct ll_zombie_group group = group_of(recorder, INIT);
	assert_null(group.process);
	assert_int_equal(group.holder, LL_HOLDER_INIT);
	assert_false(group.never_reaps);
}

static void what_a_snapshot_says_of_sigchld_and_wait_is_known(void **state)
{
	struct recorder *recorder = *state;
	struct ll_event shell = seen(5000, SHELL, INIT, LL_TASK_ALIVE);

	recorder_apply(recorder, seen(5000, CHILD, SHELL, LL_TASK_ZOMBIE));
	recorder_apply(recorder, shell);
	assert_false(group_of(recorder, SHELL).knows_sigchld);
	assert_false(group_of(recorder, SHELL).knows_in_wait);
	recorder_apply(recorder, built_snapshot_end(5001));
	/* A later pass, of which nothing is handed on. */
	shell.time_boottime_ns = 6000;
	LL_SET(&shell, SIGCHLD, sigchld, LL_SIGCHLD_HANDLER);
	LL_SET(&shell, IN_WAIT, in_wait, true);
	recorder_apply(recorder, shell);
	assert_int_equal(recorder->count, 0);
	struct ll_zombie_group group = group_of(recorder, SHELL);
	assert_true(group.knows_sigchld && group.knows_in_wait && group.in_wait);
	assert_int_equal(group.sigchld, LL_SIGCHLD_HANDLER);
}

static void an_exec_makes_both_unknown(void **state)
{
	struct recorder *recorder = *state;

	recorder_apply(recorder, seen_inner(5000, SHELL, 7, true));
	recorder_apply(recorder, seen(5001, CHILD, SHELL, LL_TASK_ZOMBIE));
	recorder_apply(recorder, built_snapshot_end(5002));
	recorder_apply(recorder, built_exec(6000, SHELL, "new", "/bin/new"));
	assert_false(group_of(recorder, SHELL).knows_in_wait);
	assert_false(group_of(recorder, SHELL).knows_sigchld);
}

static void a_childs_end_tells_of_a_parent_that_is_not_known(void **state)
{
	struct recorder *recorder = *state;
	const struct built_id stranger = { 800, 1500 };

	recorder_apply(recorder, built_fork(GRANDCHILD, stranger, "child"));
	recorder_apply(recorder, ends(5000, GRANDCHILD, stranger, LL_SIGCHLD_HANDLER));
	struct ll_zombie_group group = group_of(recorder, stranger);
	assert_null(group.process);
	assert_true(group.knows_sigchld);
	assert_int_equal(group.sigchld, LL_SIGCHLD_HANDLER);
}

struct list {
	uint32_t pids[8];
	size_t count;
};

static int list_parent(void *arg, const struct ll_zombie_group *group)
{
	struct list *list = arg;

	list->pids[list->count++] = group->parent.tgid;
	return list->count == 8;
}

static int list_zombie(void *arg, const struct ll_zombie *zombie)
{
	struct list *list = arg;

	list->pids[list->count++] = zombie->process->id.tgid;
	return list->count == 8;
}

static void who_has_most_comes_first(void **state)
{
	struct recorder *recorder = *state;
	struct list list = { 0 };

	recorder_apply(recorder, built_fork(OTHER, INIT, "other"));
	recorder_apply(recorder, built_fork(GRANDCHILD, INIT, "another"));
	recorder_apply(recorder, ends(5000, CHILD, SHELL, 0));
	recorder_apply(recorder, ends(5001, OTHER, INIT, 0));
	recorder_apply(recorder, ends(5002, GRANDCHILD, INIT, 0));
	assert_int_equal(ll_model_zombie_groups(recorder->model, NOW_NS, list_parent, &list),
			 0);
	assert_int_equal(list.count, 2);
	assert_int_equal(list.pids[0], INIT.pid);
	assert_int_equal(list.pids[1], SHELL.pid);
}

static void the_oldest_zombie_comes_first(void **state)
{
	struct recorder *recorder = *state;
	struct list list = { 0 };

	recorder_apply(recorder, built_fork(OTHER, SHELL, "other"));
	recorder_apply(recorder, ends(5001, CHILD, SHELL, 0));
	recorder_apply(recorder, ends(5000, OTHER, SHELL, 0));
	assert_int_equal(ll_model_zombies(recorder->model,
					  (struct ll_id){ SHELL.pid, SHELL.start_ns }, NOW_NS,
					  list_zombie, &list),
			 0);
	assert_int_equal(list.count, 2);
	assert_int_equal(list.pids[0], OTHER.pid);
	assert_int_equal(list.pids[1], CHILD.pid);
}

static int stop_at_once(void *arg, const struct ll_zombie_group *group)
{
	(void)arg;
	(void)group;
	return 7;
}

static void a_walk_ends_when_asked_to(void **state)
{
	struct recorder *recorder = *state;

	recorder_apply(recorder, ends(5000, CHILD, SHELL, 0));
	assert_int_equal(ll_model_zombie_groups(recorder->model, NOW_NS, stop_at_once, NULL),
			 7);
}

/* A million reaps of one parent's children take no more memory than one. */
static void what_is_forgotten_leaves_its_account_with_the_parent(void **state)
{
	struct recorder *recorder = *state;

	for (uint32_t i = 0; i < 1000; i++) {
		struct built_id id = { 1000 + i, 10000 + i * 10 };

		recorder_apply(recorder, built_fork(id, SHELL, "brief"));
		recorder_apply(recorder, ends(id.start_ns + 1, id, SHELL, 0));
		recorder_apply(recorder, reaped_by(id.start_ns + 3, id, SHELL));
	}
	assert_true(recorder_counts(recorder)->forgotten >= 900);
	struct ll_zombie_group group = group_of(recorder, SHELL);
	assert_int_equal(group.reap_count, 1000);
	assert_int_equal(group.reaped[LL_REAPER_PARENT].count, 1000);
	assert_int_equal(group.reaped[LL_REAPER_PARENT].median_ns, 2);
}

#define born_test(name) cmocka_unit_test_setup_teardown(name, setup_born, recorder_teardown)
#define exact_test(name) cmocka_unit_test_setup_teardown(name, setup_exact, recorder_teardown)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		exact_test(who_is_over_and_not_reaped_is_its_parents_zombie),
		born_test(a_reap_ends_it_and_is_its_parents),
		born_test(a_reap_that_is_told_twice_counts_once),
		born_test(where_reaps_are_echoes_a_fresh_death_is_no_zombie_yet),
		born_test(a_snapshot_that_sees_a_zombie_settles_it_at_once),
		born_test(the_reaper_of_an_echo_is_taken_to_be_the_parent),
		born_test(a_process_whose_main_thread_is_over_is_no_zombie),
		born_test(a_dead_leader_of_live_threads_is_told_as_that),
		recorder_test(a_dead_leader_is_known_from_a_snapshot_too),
		exact_test(who_reaps_itself_was_no_zombie),
		born_test(the_echo_of_who_frees_itself_is_no_reap),
		exact_test(who_should_free_itself_and_stays_is_a_zombie),
		recorder_test(zombies_of_the_first_snapshot_are_at_least_as_old),
		recorder_test(a_parent_seen_after_its_zombies_has_them),
		recorder_test(zombies_without_a_parent_are_a_group_too),
		recorder_test(growth_is_what_came_on_top_per_minute),
		recorder_test(growth_counts_from_the_parents_birth),
		recorder_test(growth_below_zero_is_said),
		born_test(a_zombie_that_outlives_its_parent_is_the_heirs),
		born_test(who_let_zombies_wait_and_died_is_remembered),
		born_test(a_peak_is_remembered_when_all_are_reaped),
		exact_test(who_reaps_at_once_has_no_peak),
		born_test(the_echo_of_a_reap_is_given_time),
		recorder_test(the_life_of_a_zombie_found_bounds_its_age),
		born_test(a_subreaper_is_told_from_init),
		born_test(an_orphan_is_on_the_account_of_who_took_it_over),
		recorder_test(the_init_of_a_nested_namespace_that_has_zombies_never_reaps),
		recorder_test(a_nested_init_that_reaps_is_not_accused),
		recorder_test(a_parent_that_leaves_its_own_children_is_no_init),
		born_test(pid_1_that_leaves_orphans_never_reaps),
		recorder_test(who_was_not_seen_is_not_accused),
		recorder_test(pid_1_is_init_even_where_it_is_not_known),
		recorder_test(what_a_snapshot_says_of_sigchld_and_wait_is_known),
		recorder_test(an_exec_makes_both_unknown),
		born_test(a_childs_end_tells_of_a_parent_that_is_not_known),
		born_test(who_has_most_comes_first),
		born_test(the_oldest_zombie_comes_first),
		born_test(a_walk_ends_when_asked_to),
		born_test(what_is_forgotten_leaves_its_account_with_the_parent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
