/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Snapshot passes: the first, and the repairs after a gap. */
#include "support/model_recorder.h"

static const struct built_id NONE = { 0, 0 };
static const struct built_id INIT = { 1, 10 };
static const struct built_id SHELL = { 100, 1000 };
static const struct built_id CHILD = { 200, 2000 };
static const struct built_id THREAD = { 201, 2050 };
static const struct built_id STRANGER = { 300, 2500 };
/* The time that a reap has to be told after the death. */
#define ECHO_NS UINT64_C(1000000000)

static struct ll_event seen(uint64_t time_ns, struct built_id id, struct built_id parent,
			    const char *comm)
{
	return built_snapshot(time_ns, id, parent, comm, LL_TASK_ALIVE);
}

static struct ll_event seen_thread(uint64_t time_ns, struct built_id id, struct built_id thread)
{
	struct ll_event event = built_event(LL_EVENT_SNAPSHOT, time_ns, id);

	LL_SET(&event, STATE_NOW, task_state, LL_TASK_ALIVE);
	built_thread(&event, thread);
	return event;
}

static struct ll_event seen_exe(uint64_t time_ns, struct built_id id, const char *comm,
				const char *exe)
{
	struct ll_event event = seen(time_ns, id, SHELL, comm);

	LL_SET(&event, EXE, exe, built_str(exe));
	return event;
}

/* init, the shell and a child, all seen by a first pass that ended at 5003. */
static int setup_seen(void **state)
{
	recorder_setup(state);
	struct recorder *recorder = *state;
	recorder_apply(recorder, seen(5000, INIT, NONE, "init"));
	recorder_apply(recorder, seen(5001, SHELL, INIT, "sh"));
	recorder_apply(recorder, seen(5002, CHILD, SHELL, "child"));
	recorder_apply(recorder, built_snapshot_end(5003));
	return 0;
}

static void the_first_pass_is_handed_on_unmarked(void **state)
{
	struct recorder *recorder = *state;
	struct ll_event event = seen(5000, SHELL, INIT, "sh");

	LL_SET(&event, EXE, exe, built_str("/bin/sh"));
	recorder_apply(recorder, event);
	assert_int_equal(recorder->count, 1);
	assert_false(recorder_is_inferred(recorder_event(recorder, 0, LL_EVENT_SNAPSHOT)));
	const struct ll_process *process = recorder_process(recorder, SHELL);
	assert_string_equal(process->comm, "sh");
	assert_str_is(process->image->exe, "/bin/sh");
	assert_int_equal(process->parent.tgid, INIT.pid);
	assert_int_equal(process->original_parent.tgid, 0);
	assert_false(process->birth_seen);
	assert_false(process->inferred);
}

static void the_end_of_a_pass_is_handed_on_without_a_number(void **state)
{
	struct recorder *recorder = *state;

	recorder_apply(recorder, seen(5000, SHELL, INIT, "sh"));
	recorder_apply(recorder, built_snapshot_end(5001));
	const struct ll_event *event = recorder_event(recorder, 0, LL_EVENT_SNAPSHOT_END);
	assert_false(ll_event_has(event, LL_F_SEQ));
	recorder_apply(recorder, built_fork(CHILD, SHELL, "c"));
	assert_int_equal(recorder_event(recorder, 0, LL_EVENT_FORK)->sequence, 2);
}

static void threads_of_the_first_pass_join_whoever_comes_first(void **state)
{
	struct recorder *recorder = *state;

	recorder_apply(recorder, seen_thread(5000, CHILD, THREAD));
	assert_int_equal(recorder->count, 1);
	recorder_apply(recorder, seen(5001, CHILD, SHELL, "c"));
	assert_int_equal(recorder->count, 1);
	assert_string_equal(recorder_process(recorder, CHILD)->comm, "c");
	assert_int_equal(recorder_process(recorder, CHILD)->thread_count, 2);
	assert_int_equal(recorder_process(recorder, CHILD)->threads_created, 0);
	assert_int_equal(recorder_counts(recorder)->alive, 1);
	recorder_apply(recorder, seen_thread(5002, CHILD, THREAD));
	assert_int_equal(recorder->count, 0);
	assert_int_equal(recorder_counts(recorder)->alive_threads, 2);
}

static void a_zombie_in_the_first_pass_is_a_zombie(void **state)
{
	struct recorder *recorder = *state;

	recorder_apply(recorder, built_snapshot(5000, CHILD, SHELL, "z", LL_TASK_ZOMBIE));
	assert_int_equal(recorder->count, 1);
	assert_int_equal(recorder_process(recorder, CHILD)->life, LL_LIFE_ZOMBIE);
	assert_int_equal(recorder_counts(recorder)->zombies, 1);
	assert_int_equal(recorder_counts(recorder)->alive_threads, 0);
	recorder_apply(recorder, built_reap(6000, CHILD));
	assert_false(ll_event_has(recorder_event(recorder, 0, LL_EVENT_REAP), LL_F_ZOMBIE));
}

static void a_dead_leader_in_the_first_pass_leaves_its_threads(void **state)
{
	struct recorder *recorder = *state;

	recorder_apply(recorder, built_snapshot(5000, CHILD, SHELL, "c", LL_TASK_LEADER_DEAD));
	recorder_apply(recorder, seen_thread(5001, CHILD, THREAD));
	assert_int_equal(recorder_process(recorder, CHILD)->life, LL_LIFE_ALIVE);
	assert_int_equal(recorder_process(recorder, CHILD)->thread_count, 1);
}

static void a_process_forked_between_attach_and_snapshot_appears_once(void **state)
{
	struct recorder *recorder = *state;

	recorder_apply(recorder, built_fork(CHILD, SHELL, "c"));
	recorder_apply(recorder, seen(5000, CHILD, SHELL, "c"));
	assert_int_equal(recorder->count, 0);
	assert_int_equal(recorder_counts(recorder)->alive, 1);
	assert_int_equal(recorder_counts(recorder)->events[LL_EVENT_SNAPSHOT], 0);
	assert_true(recorder_process(recorder, CHILD)->birth_seen);
}

static void the_snapshot_adds_what_the_fork_could_not_tell(void **state)
{
	struct recorder *recorder = *state;

	recorder_apply(recorder, built_fork(CHILD, SHELL, "c"));
	recorder_apply(recorder, seen_exe(5000, CHILD, "c", "/bin/c"));
	assert_str_is(recorder_process(recorder, CHILD)->image->exe, "/bin/c");
	recorder_apply(recorder, seen_exe(5001, CHILD, "c", "/bin/c"));
	assert_null(recorder_process(recorder, CHILD)->image->previous);
}

static void a_fork_after_the_snapshot_of_its_child_counts_once(void **state)
{
	struct recorder *recorder = *state;

	recorder_apply(recorder, seen(5000, CHILD, INIT, "c"));
	recorder_apply(recorder, built_fork(CHILD, SHELL, "sh"));
	const struct ll_process *process = recorder_process(recorder, CHILD);
	assert_int_equal(recorder_counts(recorder)->forks_process, 1);
	assert_int_equal(recorder_counts(recorder)->alive, 1);
	assert_int_equal(process->parent.tgid, INIT.pid);
	assert_int_equal(process->original_parent.tgid, SHELL.pid);
	assert_string_equal(process->comm, "c");
}

static void a_process_that_ended_before_the_snapshot_was_read_stays_dead(void **state)
{
	struct recorder *recorder = *state;

	recorder_apply(recorder, built_exit(5001, CHILD, 0, NONE));
	recorder_apply(recorder, seen(5000, CHILD, SHELL, "c"));
	assert_int_equal(recorder->count, 0);
	assert_int_equal(recorder_process(recorder, CHILD)->life, LL_LIFE_ZOMBIE);
	recorder_apply(recorder, built_thread_exit(5001, SHELL, THREAD));
	recorder_apply(recorder, seen_thread(5000, SHELL, THREAD));
	assert_int_equal(recorder_process(recorder, SHELL)->thread_count, 1);
}

static void a_repair_that_agrees_tells_nothing(void **state)
{
	struct recorder *recorder = *state;

	recorder_apply(recorder, built_lost(6000, 3));
	recorder_apply(recorder, seen(7000, INIT, NONE, "init"));
	assert_int_equal(recorder->count, 0);
	recorder_apply(recorder, seen(7001, SHELL, INIT, "sh"));
	assert_int_equal(recorder->count, 0);
	recorder_apply(recorder, seen(7002, CHILD, SHELL, "child"));
	assert_int_equal(recorder->count, 0);
	recorder_apply(recorder, built_snapshot_end(7003));
	assert_int_equal(recorder->count, 1);
	assert_int_equal(recorder_counts(recorder)->inferred, 0);
}

static void a_repair_infers_a_process_whose_fork_was_lost(void **state)
{
	struct recorder *recorder = *state;
	const struct built_id born = { 300, 6000 };

	recorder_apply(recorder, built_lost(6500, 1));
	recorder_apply(recorder, seen(7000, born, SHELL, "new"));
	assert_int_equal(recorder->count, 1);
	assert_true(recorder_is_inferred(recorder_event(recorder, 0, LL_EVENT_SNAPSHOT)));
	assert_true(recorder_process(recorder, born)->inferred);
	assert_int_equal(recorder_counts(recorder)->inferred, 1);
	assert_int_equal(recorder_counts(recorder)->forks_process, 0);
}

static void a_repair_tells_a_changed_name(void **state)
{
	struct recorder *recorder = *state;

	recorder_apply(recorder, seen(7000, CHILD, SHELL, "renamed"));
	assert_int_equal(recorder->count, 1);
	assert_true(recorder_is_inferred(recorder_event(recorder, 0, LL_EVENT_SNAPSHOT)));
	assert_string_equal(recorder_process(recorder, CHILD)->comm, "renamed");
	assert_false(recorder_process(recorder, CHILD)->inferred);
}

static void a_repair_tells_a_changed_executable(void **state)
{
	struct recorder *recorder = *state;

	recorder_apply(recorder, built_exec(5500, CHILD, "child", "/bin/a"));
	recorder_apply(recorder, seen_exe(7000, CHILD, "child", "/bin/b"));
	assert_int_equal(recorder->count, 1);
	assert_true(recorder_is_inferred(recorder_event(recorder, 0, LL_EVENT_SNAPSHOT)));
	const struct ll_image *image = recorder_process(recorder, CHILD)->image;
	assert_str_is(image->exe, "/bin/b");
	assert_str_is(image->previous->exe, "/bin/a");
}

static void a_repair_tells_an_observed_parent(void **state)
{
	struct recorder *recorder = *state;

	recorder_apply(recorder, seen(7000, CHILD, INIT, "child"));
	assert_int_equal(recorder->count, 1);
	const struct ll_event *event = recorder_event(recorder, 0, LL_EVENT_REPARENT);
	assert_true(recorder_is_inferred(event));
	assert_int_equal(event->reparent_reason, LL_REPARENT_OBSERVED);
	assert_int_equal(event->parent_tgid, INIT.pid);
	assert_int_equal(event->previous_parent_tgid, SHELL.pid);
	assert_int_equal(recorder_process(recorder, CHILD)->parent.tgid, INIT.pid);
}

static void an_observed_parent_known_to_be_dead_is_not_believed(void **state)
{
	struct recorder *recorder = *state;

	recorder_apply(recorder, built_exit(6000, SHELL, 0, INIT));
	recorder_apply(recorder, seen(7000, CHILD, SHELL, "child"));
	assert_int_equal(recorder->count, 0);
	assert_int_equal(recorder_process(recorder, CHILD)->parent.tgid, INIT.pid);
}

static void a_repair_infers_exit_and_reap_of_what_is_gone(void **state)
{
	struct recorder *recorder = *state;

	recorder_apply(recorder, seen(7000, INIT, NONE, "init"));
	recorder_apply(recorder, seen(7001, SHELL, INIT, "sh"));
	recorder_apply(recorder, built_snapshot_end(7002));
	assert_int_equal(recorder->count, 3);
	recorder_event(recorder, 0, LL_EVENT_SNAPSHOT_END);
	const struct ll_event *event = recorder_event(recorder, 1, LL_EVENT_EXIT);
	assert_int_equal(event->tgid, CHILD.pid);
	assert_int_equal(event->exit_scope, LL_EXIT_PROCESS);
	assert_true(recorder_is_inferred(event));
	assert_false(ll_event_has(event, LL_F_EXIT_STATUS));
	assert_false(ll_event_has(event, LL_F_EXIT_CODE));
	event = recorder_event(recorder, 2, LL_EVENT_REAP);
	assert_int_equal(event->tgid, CHILD.pid);
	assert_true(recorder_is_inferred(event));
	assert_false(ll_event_has(event, LL_F_ZOMBIE));
	const struct ll_process *process = recorder_process(recorder, CHILD);
	assert_int_equal(process->life, LL_LIFE_REAPED);
	assert_true(process->inferred);
	assert_int_equal(recorder_counts(recorder)->alive, 2);
	assert_int_equal(recorder_counts(recorder)->alive_threads, 2);
	assert_int_equal(recorder_counts(recorder)->exits_process, 0);
	assert_int_equal(recorder_counts(recorder)->inferred, 2);
}

static void a_repair_infers_only_the_reap_of_a_zombie_that_is_gone(void **state)
{
	struct recorder *recorder = *state;

	recorder_apply(recorder, built_exit(6000, CHILD, 0, NONE));
	recorder_apply(recorder, seen(7000 + ECHO_NS, INIT, NONE, "init"));
	recorder_apply(recorder, seen(7001 + ECHO_NS, SHELL, INIT, "sh"));
	recorder_apply(recorder, built_snapshot_end(7002 + ECHO_NS));
	assert_int_equal(recorder->count, 2);
	recorder_event(recorder, 1, LL_EVENT_REAP);
	assert_false(recorder_process(recorder, CHILD)->inferred);
	assert_int_equal(recorder_counts(recorder)->zombies, 0);
}

static void a_repair_leaves_who_died_just_now_to_its_reap(void **state)
{
	struct recorder *recorder = *state;

	recorder_apply(recorder, built_exit(6000, CHILD, 0, NONE));
	recorder_apply(recorder, seen(7000, INIT, NONE, "init"));
	recorder_apply(recorder, seen(7001, SHELL, INIT, "sh"));
	recorder_apply(recorder, built_snapshot_end(7002));
	assert_int_equal(recorder->count, 1);
	assert_int_equal(recorder_counts(recorder)->zombies, 1);
}

/* The shell lives and the stranger is born meanwhile: of them the last pass says nothing. */
static void the_last_pass_ends_a_zombie_that_is_gone_and_nobody_else(void **state)
{
	struct recorder *recorder = *state;
	struct ll_event init = seen(6001, INIT, NONE, "init");
	struct ll_event stranger = seen(6002, STRANGER, INIT, "new");

	init.is_unwanted = true;
	stranger.is_unwanted = true;
	recorder_apply(recorder, built_exit(6000, CHILD, 3 << 8, NONE));
	recorder_apply(recorder, init);
	recorder_apply(recorder, stranger);
	recorder_apply(recorder, built_last_end(6003));
	assert_int_equal(recorder->count, 2);
	const struct ll_event *event = recorder_event(recorder, 1, LL_EVENT_REAP);
	assert_int_equal(event->tgid, CHILD.pid);
	assert_true(recorder_is_inferred(event));
	const struct ll_process *child = recorder_process(recorder, CHILD);
	assert_int_equal(child->life, LL_LIFE_REAPED);
	assert_true(child->reap_inferred);
	assert_false(child->inferred);
	assert_int_equal(recorder_process(recorder, SHELL)->life, LL_LIFE_ALIVE);
	assert_null(recorder_find(recorder, STRANGER));
}

static void the_last_pass_leaves_a_zombie_that_it_saw(void **state)
{
	struct recorder *recorder = *state;
	struct ll_event child = seen(6001, CHILD, SHELL, "child");

	child.is_unwanted = true;
	recorder_apply(recorder, built_exit(6000, CHILD, 0, NONE));
	recorder_apply(recorder, child);
	recorder_apply(recorder, built_last_end(6002));
	assert_int_equal(recorder->count, 1);
	assert_int_equal(recorder_process(recorder, CHILD)->life, LL_LIFE_ZOMBIE);
}

static void an_unwanted_task_is_known_to_live_but_not_introduced(void **state)
{
	struct recorder *recorder = *state;
	struct ll_event child = seen(7002, CHILD, SHELL, "renamed");
	struct ll_event stranger = seen(7003, STRANGER, SHELL, "stranger");

	child.is_unwanted = true;
	stranger.is_unwanted = true;
	recorder_apply(recorder, seen(7000, INIT, NONE, "init"));
	recorder_apply(recorder, seen(7001, SHELL, INIT, "sh"));
	recorder_apply(recorder, child);
	recorder_apply(recorder, stranger);
	recorder_apply(recorder, built_snapshot_end(7004));
	assert_int_equal(recorder->count, 1);
	assert_int_equal(recorder_process(recorder, CHILD)->life, LL_LIFE_ALIVE);
	assert_null(ll_model_find(recorder->model,
				  (struct ll_id){ STRANGER.pid, STRANGER.start_ns }));
}

static void a_repair_infers_the_exit_of_a_process_seen_as_zombie(void **state)
{
	struct recorder *recorder = *state;

	recorder_apply(recorder, built_snapshot(7000, CHILD, SHELL, "child", LL_TASK_ZOMBIE));
	assert_int_equal(recorder->count, 1);
	assert_true(recorder_is_inferred(recorder_event(recorder, 0, LL_EVENT_EXIT)));
	assert_int_equal(recorder_process(recorder, CHILD)->life, LL_LIFE_ZOMBIE);
	assert_int_equal(recorder_counts(recorder)->zombies, 1);
}

static struct ll_event seen_zombie(uint64_t time_ns, uint64_t wait_status)
{
	struct ll_event event = built_snapshot(time_ns, CHILD, SHELL, "child", LL_TASK_ZOMBIE);

	LL_SET(&event, EXIT_STATUS, wait_status, wait_status);
	return event;
}

static void a_zombie_in_the_first_pass_tells_how_it_ended(void **state)
{
	struct recorder *recorder = *state;

	recorder_apply(recorder, seen_zombie(5000, 7 << 8));
	const struct ll_process *process = recorder_process(recorder, CHILD);
	assert_true(ll_process_knows(process, LL_F_EXIT_STATUS));
	assert_int_equal(process->wait_status, 7 << 8);
}

static void an_inferred_exit_tells_the_status_of_the_zombie(void **state)
{
	struct recorder *recorder = *state;

	recorder_apply(recorder, seen_zombie(7000, 7 << 8));
	const struct ll_event *event = recorder_event(recorder, 0, LL_EVENT_EXIT);
	assert_true(ll_event_has(event, LL_F_EXIT_STATUS));
	assert_int_equal(event->wait_status, 7 << 8);
	assert_true(ll_event_has(event, LL_F_EXIT_CODE));
	assert_int_equal(event->exit_code, 7);
	assert_false(ll_event_has(event, LL_F_EXIT_SIGNAL));
	assert_int_equal(recorder_process(recorder, CHILD)->wait_status, 7 << 8);
}

static void an_inferred_exit_tells_signal_and_core(void **state)
{
	struct recorder *recorder = *state;

	recorder_apply(recorder, seen_zombie(7000, 11 | 0x80));
	const struct ll_event *event = recorder_event(recorder, 0, LL_EVENT_EXIT);
	assert_true(ll_event_has(event, LL_F_EXIT_SIGNAL));
	assert_str_is(event->exit_signal, "SIGSEGV");
	assert_true(ll_event_has(event, LL_F_EXIT_CORE));
	assert_true(event->core_dumped);
	assert_false(ll_event_has(event, LL_F_EXIT_CODE));
}

/* A repair has inferred the end before the exit that is made up for, and the echo, say how it was. */
static void what_is_told_already_still_tells_how_it_ended(void **state)
{
	struct recorder *recorder = *state;
	struct ll_event echo = built_reap(8000, CHILD);

	LL_SET(&echo, REAP_PRECISION, reap_precision, LL_REAP_RCU);
	LL_SET(&echo, EXIT_STATUS, wait_status, 3 << 8);
	recorder_apply(recorder, seen(7000, INIT, NONE, "init"));
	recorder_apply(recorder, seen(7001, SHELL, INIT, "sh"));
	recorder_apply(recorder, built_snapshot_end(7002));
	assert_int_equal(recorder_process(recorder, CHILD)->life, LL_LIFE_REAPED);
	recorder_apply(recorder, echo);
	assert_int_equal(recorder->count, 0);
	assert_true(ll_process_knows(recorder_process(recorder, CHILD), LL_F_EXIT_STATUS));
	assert_int_equal(recorder_process(recorder, CHILD)->wait_status, 3 << 8);
}

static void the_real_exit_after_an_inferred_one_adds_its_status(void **state)
{
	struct recorder *recorder = *state;

	recorder_apply(recorder, built_snapshot(7000, CHILD, SHELL, "child", LL_TASK_ZOMBIE));
	recorder_apply(recorder, built_exit(6000, CHILD, 256, NONE));
	assert_int_equal(recorder_process(recorder, CHILD)->wait_status, 256);
	assert_int_equal(recorder_process(recorder, CHILD)->exit_boottime_ns, 6000);
	assert_int_equal(recorder_counts(recorder)->zombies, 1);
	assert_int_equal(recorder_counts(recorder)->exits_process, 1);
}

static void a_process_with_an_event_during_the_pass_is_not_touched(void **state)
{
	struct recorder *recorder = *state;
	const struct built_id born = { 300, 7001 };

	recorder_apply(recorder, seen(7000, INIT, NONE, "init"));
	recorder_apply(recorder, built_fork(born, SHELL, "born"));
	recorder_apply(recorder, built_exec(7002, CHILD, "exec", "/bin/exec"));
	recorder_apply(recorder, seen_exe(7003, CHILD, "child", "/bin/old"));
	assert_int_equal(recorder->count, 0);
	recorder_apply(recorder, seen(7004, born, SHELL, "born"));
	assert_int_equal(recorder->count, 0);
	recorder_apply(recorder, built_rename(7005, SHELL, "shell"));
	recorder_apply(recorder, built_snapshot_end(7006));
	assert_int_equal(recorder->count, 1);
	assert_string_equal(recorder_process(recorder, CHILD)->comm, "exec");
	assert_str_is(recorder_process(recorder, CHILD)->image->exe, "/bin/exec");
	assert_int_equal(recorder_counts(recorder)->alive, 4);
}

static void a_process_born_during_the_pass_need_not_be_seen(void **state)
{
	struct recorder *recorder = *state;

	recorder_apply(recorder, seen(7000, INIT, NONE, "init"));
	recorder_apply(recorder, seen(7001, SHELL, INIT, "sh"));
	recorder_apply(recorder, built_fork((struct built_id){ 300, 7002 }, SHELL, "born"));
	recorder_apply(recorder, seen(7003, CHILD, SHELL, "child"));
	recorder_apply(recorder, built_snapshot_end(7004));
	assert_int_equal(recorder->count, 1);
	assert_int_equal(recorder_counts(recorder)->alive, 4);
}

static void threads_are_repaired_silently(void **state)
{
	struct recorder *recorder = *state;
	const struct built_id lost_fork = { 210, 6000 };

	recorder_apply(recorder, built_thread_fork(CHILD, (struct built_id){ 201, 5500 }));
	recorder_apply(recorder, seen(7000, INIT, NONE, "init"));
	recorder_apply(recorder, seen(7001, SHELL, INIT, "sh"));
	recorder_apply(recorder, seen(7002, CHILD, SHELL, "child"));
	recorder_apply(recorder, seen_thread(7003, CHILD, lost_fork));
	assert_int_equal(recorder->count, 0);
	recorder_apply(recorder, built_thread_fork(CHILD, (struct built_id){ 211, 7004 }));
	recorder_apply(recorder, built_snapshot_end(7005));
	assert_int_equal(recorder->count, 1);
	assert_int_equal(recorder_process(recorder, CHILD)->thread_count, 3);
	assert_int_equal(recorder_counts(recorder)->alive_threads, 5);
	recorder_apply(recorder, built_thread_exit(7006, CHILD, lost_fork));
	assert_int_equal(recorder_process(recorder, CHILD)->thread_count, 2);
}

static void a_leader_is_repaired_silently(void **state)
{
	struct recorder *recorder = *state;

	recorder_apply(recorder,
		       built_snapshot(7000, CHILD, SHELL, "child", LL_TASK_LEADER_DEAD));
	assert_int_equal(recorder->count, 0);
	assert_int_equal(recorder_process(recorder, CHILD)->thread_count, 0);
	recorder_apply(recorder, built_snapshot_end(7001));
	recorder_apply(recorder, seen(8000, CHILD, SHELL, "child"));
	assert_int_equal(recorder_process(recorder, CHILD)->thread_count, 1);
}

/* The orphan had an event of its own in the pass, and was seen before the dead parent. */
static void orphans_of_an_inferred_death_go_where_the_pass_saw_them(void **state)
{
	struct recorder *recorder = *state;

	recorder_apply(recorder, seen(7000, INIT, NONE, "init"));
	recorder_apply(recorder, built_rename(7001, CHILD, "renamed"));
	recorder_apply(recorder, seen(7002, CHILD, INIT, "renamed"));
	assert_int_equal(recorder->count, 0);
	recorder_apply(recorder, built_snapshot_end(7003));
	assert_int_equal(recorder->count, 4);
	assert_int_equal(recorder_event(recorder, 1, LL_EVENT_EXIT)->tgid, SHELL.pid);
	const struct ll_event *event = recorder_event(recorder, 2, LL_EVENT_REPARENT);
	assert_int_equal(event->tgid, CHILD.pid);
	assert_int_equal(event->reparent_reason, LL_REPARENT_OBSERVED);
	recorder_event(recorder, 3, LL_EVENT_REAP);
	assert_int_equal(recorder_process(recorder, CHILD)->parent.tgid, INIT.pid);
}

static void the_gone_end_in_order_of_birth(void **state)
{
	struct recorder *recorder = *state;

	recorder_apply(recorder, seen(7000, INIT, NONE, "init"));
	recorder_apply(recorder, built_snapshot_end(7001));
	assert_int_equal(recorder->count, 5);
	assert_int_equal(recorder_event(recorder, 1, LL_EVENT_EXIT)->tgid, SHELL.pid);
	assert_int_equal(recorder_event(recorder, 2, LL_EVENT_REAP)->tgid, SHELL.pid);
	assert_int_equal(recorder_event(recorder, 3, LL_EVENT_EXIT)->tgid, CHILD.pid);
	assert_int_equal(recorder_event(recorder, 4, LL_EVENT_REAP)->tgid, CHILD.pid);
}

static void an_exit_made_up_for_is_not_told_twice(void **state)
{
	struct recorder *recorder = *state;
	struct ll_event again = built_exit(6001, CHILD, 0, NONE);

	LL_SET(&again, INFERRED, inferred, true);
	recorder_apply(recorder, built_exit(6000, CHILD, 0, NONE));
	recorder_apply(recorder, again);
	assert_int_equal(recorder->count, 0);
	assert_int_equal(recorder_counts(recorder)->exits_process, 1);
}

static void an_exit_made_up_for_is_told(void **state)
{
	struct recorder *recorder = *state;
	struct ll_event exit = built_exit(6001, CHILD, 0, NONE);

	LL_SET(&exit, INFERRED, inferred, true);
	recorder_apply(recorder, exit);
	assert_true(recorder_is_inferred(recorder_event(recorder, 0, LL_EVENT_EXIT)));
	assert_int_equal(recorder_process(recorder, CHILD)->life, LL_LIFE_ZOMBIE);
}

static void an_empty_pass_tells_that_nobody_is_left(void **state)
{
	struct recorder *recorder = *state;

	recorder_apply(recorder, built_fork(SHELL, INIT, "sh"));
	recorder_apply(recorder, built_snapshot_end(5000));
	assert_int_equal(recorder->count, 3);
	assert_int_equal(recorder_event(recorder, 1, LL_EVENT_EXIT)->tgid, SHELL.pid);
	assert_int_equal(recorder_counts(recorder)->alive, 0);
}

static void an_empty_pass_ends_the_first(void **state)
{
	struct recorder *recorder = *state;

	recorder_apply(recorder, built_snapshot_end(5000));
	recorder_apply(recorder, seen(6000, CHILD, SHELL, "c"));
	assert_true(recorder_is_inferred(recorder_event(recorder, 0, LL_EVENT_SNAPSHOT)));
}

static void a_pass_does_not_revive_the_forgotten(void **state)
{
	struct recorder *recorder = *state;

	recorder_apply(recorder, built_reap(5000, CHILD));
	for (uint32_t i = 0; i < 101; i++)
		recorder_apply(recorder, built_reap(5001, (struct built_id){ 1000 + i, 3000 }));
	assert_null(recorder_find(recorder, CHILD));
	recorder_apply(recorder, seen(4999, CHILD, SHELL, "c"));
	assert_int_equal(recorder->count, 0);
	assert_int_equal(recorder_counts(recorder)->alive, 0);
}

#define seen_test(name) cmocka_unit_test_setup_teardown(name, setup_seen, recorder_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		recorder_test(the_first_pass_is_handed_on_unmarked),
		recorder_test(the_end_of_a_pass_is_handed_on_without_a_number),
		recorder_test(threads_of_the_first_pass_join_whoever_comes_first),
		recorder_test(a_zombie_in_the_first_pass_is_a_zombie),
		recorder_test(a_zombie_in_the_first_pass_tells_how_it_ended),
		recorder_test(a_dead_leader_in_the_first_pass_leaves_its_threads),
		recorder_test(a_process_forked_between_attach_and_snapshot_appears_once),
		recorder_test(the_snapshot_adds_what_the_fork_could_not_tell),
		recorder_test(a_fork_after_the_snapshot_of_its_child_counts_once),
		recorder_test(a_process_that_ended_before_the_snapshot_was_read_stays_dead),
		seen_test(a_repair_that_agrees_tells_nothing),
		seen_test(a_repair_infers_a_process_whose_fork_was_lost),
		seen_test(a_repair_tells_a_changed_name),
		seen_test(a_repair_tells_a_changed_executable),
		seen_test(a_repair_tells_an_observed_parent),
		seen_test(an_observed_parent_known_to_be_dead_is_not_believed),
		seen_test(a_repair_infers_exit_and_reap_of_what_is_gone),
		seen_test(a_repair_infers_only_the_reap_of_a_zombie_that_is_gone),
		seen_test(a_repair_leaves_who_died_just_now_to_its_reap),
		seen_test(an_unwanted_task_is_known_to_live_but_not_introduced),
		seen_test(the_last_pass_ends_a_zombie_that_is_gone_and_nobody_else),
		seen_test(the_last_pass_leaves_a_zombie_that_it_saw),
		seen_test(a_repair_infers_the_exit_of_a_process_seen_as_zombie),
		seen_test(an_inferred_exit_tells_the_status_of_the_zombie),
		seen_test(an_inferred_exit_tells_signal_and_core),
		seen_test(what_is_told_already_still_tells_how_it_ended),
		seen_test(the_real_exit_after_an_inferred_one_adds_its_status),
		seen_test(a_process_with_an_event_during_the_pass_is_not_touched),
		seen_test(a_process_born_during_the_pass_need_not_be_seen),
		seen_test(threads_are_repaired_silently),
		seen_test(a_leader_is_repaired_silently),
		seen_test(orphans_of_an_inferred_death_go_where_the_pass_saw_them),
		seen_test(the_gone_end_in_order_of_birth),
		seen_test(an_exit_made_up_for_is_not_told_twice),
		seen_test(an_exit_made_up_for_is_told),
		recorder_test(an_empty_pass_tells_that_nobody_is_left),
		recorder_test(an_empty_pass_ends_the_first),
		recorder_test(a_pass_does_not_revive_the_forgotten),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
