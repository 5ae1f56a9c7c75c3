/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* One process from fork to reap, in order and out of order, with its threads. */
#include "support/model_recorder.h"

#include <errno.h>

static const struct built_id NONE = { 0, 0 };
static const struct built_id INIT = { 1, 10 };
static const struct built_id SHELL = { 100, 1000 };
static const struct built_id CHILD = { 200, 2000 };

static void fork_makes_a_living_child_of_its_parent(void **state)
{
	struct recorder *recorder = *state;

	recorder_apply(recorder, built_fork(CHILD, SHELL, "sh"));
	const struct ll_process *process = recorder_process(recorder, CHILD);
	assert_int_equal(process->life, LL_LIFE_ALIVE);
	assert_int_equal(process->parent.tgid, SHELL.pid);
	assert_int_equal(process->parent.start_boottime_ns, SHELL.start_ns);
	assert_int_equal(process->original_parent.tgid, SHELL.pid);
	assert_true(process->birth_seen);
	assert_false(process->inferred);
	assert_string_equal(process->comm, "sh");
	assert_null(process->image);
	assert_int_equal(process->thread_count, 1);
	assert_int_equal(recorder_counts(recorder)->alive, 1);
	assert_int_equal(recorder_counts(recorder)->forks_process, 1);
	assert_int_equal(recorder->count, 1);
	assert_ptr_equal(ll_model_find_pid(recorder->model, CHILD.pid), process);
}

static void fork_applied_twice_counts_once(void **state)
{
	struct recorder *recorder = *state;

	recorder_apply(recorder, built_fork(CHILD, SHELL, "sh"));
	recorder_apply(recorder, built_fork(CHILD, SHELL, "sh"));
	assert_int_equal(recorder_counts(recorder)->forks_process, 1);
	assert_int_equal(recorder_counts(recorder)->alive, 1);
	assert_int_equal(recorder_counts(recorder)->alive_threads, 1);
}

static void identity_fields_are_kept_and_unknown_ones_stay_unknown(void **state)
{
	struct recorder *recorder = *state;
	struct ll_event fork = built_fork(CHILD, SHELL, "sh");

	LL_SET(&fork, EUID, euid, 0);
	LL_SET(&fork, PGID, pgid, 77);
	LL_SET(&fork, CGROUP, cgroup, built_str("/a.slice"));
	LL_SET(&fork, KTHREAD, is_kthread, true);
	recorder_apply(recorder, fork);
	const struct ll_process *process = recorder_process(recorder, CHILD);
	assert_true(ll_process_knows(process, LL_F_EUID));
	assert_int_equal(process->euid, 0);
	assert_int_equal(process->pgid, 77);
	assert_str_is(process->cgroup, "/a.slice");
	assert_true(process->is_kthread);
	assert_false(ll_process_knows(process, LL_F_RUID));
	assert_false(ll_process_knows(process, LL_F_CONTAINER));
}

static void exec_renames_and_adds_an_image(void **state)
{
	struct recorder *recorder = *state;
	struct ll_event exec = built_exec(2100, CHILD, "ls", "/bin/ls");

	LL_SET(&exec, ARGS, args, ll_str_make("ls\0\0-l\0", 7));
	LL_SET(&exec, ARGS_TRUNCATED, args_truncated, true);
	LL_SET(&exec, CWD, cwd, built_str("/tmp"));
	recorder_apply(recorder, built_fork(CHILD, SHELL, "sh"));
	recorder_apply(recorder, exec);
	const struct ll_process *process = recorder_process(recorder, CHILD);
	assert_string_equal(process->comm, "ls");
	assert_non_null(process->image);
	assert_str_is(process->image->exe, "/bin/ls");
	assert_str_is(process->image->cwd, "/tmp");
	assert_int_equal(process->image->args.length, 7);
	assert_memory_equal(process->image->args.data, "ls\0\0-l\0", 7);
	assert_true(process->image->args_truncated);
	assert_int_equal(process->image->interpreter.length, 0);
	assert_null(process->image->previous);
}

static void images_of_consecutive_execs_are_kept_in_order_of_time(void **state)
{
	struct recorder *recorder = *state;

	recorder_apply(recorder, built_exec(2100, CHILD, "a", "/a"));
	recorder_apply(recorder, built_exec(2300, CHILD, "c", "/c"));
	recorder_apply(recorder, built_exec(2200, CHILD, "b", "/b"));
	const struct ll_process *process = recorder_process(recorder, CHILD);
	assert_str_is(process->image->exe, "/c");
	assert_str_is(process->image->previous->exe, "/b");
	assert_str_is(process->image->previous->previous->exe, "/a");
	assert_null(process->image->previous->previous->previous);
	assert_string_equal(process->comm, "c");
}

static void an_exec_loop_keeps_the_newest_images_only(void **state)
{
	struct recorder *recorder = *state;
	size_t count = 0;
	uint64_t time = 2000 + 5 * LL_MODEL_IMAGES;

	for (uint64_t i = 1; i <= 5 * LL_MODEL_IMAGES; i++)
		recorder_apply(recorder, built_exec(2000 + i, CHILD, "x", "/x"));
	const struct ll_image *image = recorder_process(recorder, CHILD)->image;
	for (; image != NULL; image = image->previous, count++)
		assert_int_equal(image->time_boottime_ns, time--);
	assert_int_equal(count, LL_MODEL_IMAGES);
}

static void exit_makes_a_zombie_with_its_status_and_usage(void **state)
{
	struct recorder *recorder = *state;
	struct ll_event exit = built_exit(3000, CHILD, 0x8b, NONE);

	LL_SET(&exit, UTIME, cpu_user_ns, 55);
	recorder_apply(recorder, built_fork(CHILD, SHELL, "sh"));
	recorder_apply(recorder, exit);
	const struct ll_process *process = recorder_process(recorder, CHILD);
	assert_int_equal(process->life, LL_LIFE_ZOMBIE);
	assert_int_equal(process->exit_boottime_ns, 3000);
	assert_int_equal(process->wait_status, 0x8b);
	assert_true(ll_process_knows(process, LL_F_EXIT_STATUS));
	assert_int_equal(process->cpu_user_ns, 55);
	assert_false(ll_process_knows(process, LL_F_MAXRSS));
	assert_int_equal(process->thread_count, 0);
	assert_int_equal(recorder_counts(recorder)->alive, 0);
	assert_int_equal(recorder_counts(recorder)->alive_threads, 0);
	assert_int_equal(recorder_counts(recorder)->zombies, 1);
	assert_int_equal(recorder_counts(recorder)->exits_process, 1);
	assert_non_null(ll_model_find_pid(recorder->model, CHILD.pid));
}

static void reap_frees_the_pid_and_tells_the_zombie_time(void **state)
{
	struct recorder *recorder = *state;
	struct ll_event reap = built_reap(3500, CHILD);

	LL_SET(&reap, REAPER, reaper_tgid, SHELL.pid);
	recorder_apply(recorder, built_fork(CHILD, SHELL, "sh"));
	recorder_apply(recorder, built_exit(3000, CHILD, 0, NONE));
	recorder_apply(recorder, reap);
	const struct ll_event *event = recorder_event(recorder, 0, LL_EVENT_REAP);
	assert_true(ll_event_has(event, LL_F_ZOMBIE));
	assert_int_equal(event->zombie_ns, 500);
	const struct ll_process *process = recorder_process(recorder, CHILD);
	assert_int_equal(process->life, LL_LIFE_REAPED);
	assert_int_equal(process->reap_boottime_ns, 3500);
	assert_int_equal(process->reaper_tgid, SHELL.pid);
	assert_int_equal(process->reap_precision, LL_REAP_EXACT);
	assert_null(ll_model_find_pid(recorder->model, CHILD.pid));
	assert_int_equal(recorder_counts(recorder)->zombies, 0);
	assert_int_equal(recorder_counts(recorder)->kept_dead, 1);
}

static void reap_without_a_seen_exit_has_no_zombie_time(void **state)
{
	struct recorder *recorder = *state;

	recorder_apply(recorder, built_fork(CHILD, SHELL, "sh"));
	recorder_apply(recorder, built_reap(3500, CHILD));
	assert_false(ll_event_has(recorder_event(recorder, 0, LL_EVENT_REAP), LL_F_ZOMBIE));
	assert_int_equal(recorder_process(recorder, CHILD)->life, LL_LIFE_REAPED);
	assert_int_equal(recorder_counts(recorder)->alive, 0);
	assert_int_equal(recorder_counts(recorder)->zombies, 0);
}

static void reap_stamped_before_the_exit_has_no_zombie_time(void **state)
{
	struct recorder *recorder = *state;

	recorder_apply(recorder, built_exit(3000, CHILD, 0, NONE));
	recorder_apply(recorder, built_reap(2999, CHILD));
	assert_false(ll_event_has(recorder_event(recorder, 0, LL_EVENT_REAP), LL_F_ZOMBIE));
}

static void final_usage_overwrites_that_of_the_exit_where_known(void **state)
{
	struct recorder *recorder = *state;
	struct ll_event exit = built_exit(3000, CHILD, 9, NONE);
	struct ll_event reap = built_reap(3001, CHILD);

	LL_SET(&exit, UTIME, cpu_user_ns, 55);
	LL_SET(&exit, MAXRSS, max_rss_bytes, 4096);
	LL_SET(&reap, UTIME, cpu_user_ns, 66);
	recorder_apply(recorder, exit);
	recorder_apply(recorder, reap);
	assert_int_equal(recorder_process(recorder, CHILD)->cpu_user_ns, 66);
	assert_int_equal(recorder_process(recorder, CHILD)->max_rss_bytes, 4096);
	recorder_apply(recorder, exit);
	assert_int_equal(recorder_process(recorder, CHILD)->cpu_user_ns, 66);
}

static void exit_gets_nothing_the_kernel_did_not_tell(void **state)
{
	struct recorder *recorder = *state;

	recorder_apply(recorder, built_fork(CHILD, SHELL, "sh"));
	recorder_apply(recorder, built_exit(3000, CHILD, 0, NONE));
	const struct ll_event *event = recorder_event(recorder, 0, LL_EVENT_EXIT);
	assert_false(ll_event_has(event, LL_F_DURATION));
	assert_false(ll_event_has(event, LL_F_ZOMBIE));
	assert_false(ll_event_has(event, LL_F_INFERRED));
}

static void a_reused_pid_is_another_process(void **state)
{
	struct recorder *recorder = *state;
	const struct built_id reused = { CHILD.pid, 9000 };

	recorder_apply(recorder, built_fork(CHILD, SHELL, "old"));
	recorder_apply(recorder, built_exit(3000, CHILD, 0, NONE));
	recorder_apply(recorder, built_fork(reused, SHELL, "new"));
	recorder_apply(recorder, built_reap(9500, CHILD));
	assert_int_equal(recorder_process(recorder, CHILD)->life, LL_LIFE_REAPED);
	assert_int_equal(recorder_process(recorder, reused)->life, LL_LIFE_ALIVE);
	assert_ptr_equal(ll_model_find_pid(recorder->model, CHILD.pid),
			 recorder_process(recorder, reused));
}

static void a_process_never_seen_is_made_from_what_the_event_tells(void **state)
{
	struct recorder *recorder = *state;
	struct ll_event rename = built_rename(5000, CHILD, "worker");

	built_parent(&rename, SHELL);
	recorder_apply(recorder, rename);
	const struct ll_process *process = recorder_process(recorder, CHILD);
	assert_string_equal(process->comm, "worker");
	assert_int_equal(process->parent.tgid, SHELL.pid);
	assert_int_equal(process->original_parent.tgid, 0);
	assert_false(process->birth_seen);
	assert_int_equal(recorder_counts(recorder)->forks_process, 0);
	assert_int_equal(recorder_counts(recorder)->alive, 1);
}

static void missing_parent_fields_are_filled_from_the_model(void **state)
{
	struct recorder *recorder = *state;
	char expected[LL_ENTITY_ID_SIZE];

	ll_entity_id_format(expected, sizeof(expected), SHELL.pid, SHELL.start_ns);
	recorder_apply(recorder, built_fork(CHILD, SHELL, "sh"));
	recorder_apply(recorder, built_exec(2100, CHILD, "ls", "/bin/ls"));
	const struct ll_event *event = recorder_event(recorder, 0, LL_EVENT_EXEC);
	assert_int_equal(event->parent_tgid, SHELL.pid);
	assert_int_equal(event->parent_start_boottime_ns, SHELL.start_ns);
	assert_str_is(event->parent_entity_id, expected);
	assert_str_is(event->entity_id, "200-7d0");
}

static void parent_fields_an_event_has_are_left_alone(void **state)
{
	struct recorder *recorder = *state;
	struct ll_event exec = built_exec(2100, CHILD, "ls", "/bin/ls");

	built_parent(&exec, INIT);
	recorder_apply(recorder, built_fork(CHILD, SHELL, "sh"));
	recorder_apply(recorder, exec);
	const struct ll_event *event = recorder_event(recorder, 0, LL_EVENT_EXEC);
	assert_int_equal(event->parent_tgid, INIT.pid);
	assert_false(ll_event_has(event, LL_F_PARENT_ENTITY_ID));
}

static void oom_kill_with_a_bare_pid_gets_the_holders_identity(void **state)
{
	struct recorder *recorder = *state;
	struct ll_event oom = { .kind = LL_EVENT_OOM_KILL, .time_boottime_ns = 2500 };

	LL_SET(&oom, PID, tgid, CHILD.pid);
	recorder_apply(recorder, built_fork(CHILD, SHELL, "hog"));
	recorder_apply(recorder, oom);
	const struct ll_event *event = recorder_event(recorder, 0, LL_EVENT_OOM_KILL);
	assert_int_equal(event->start_boottime_ns, CHILD.start_ns);
	assert_true(ll_event_has(event, LL_F_CREATION));
	assert_str_is(event->entity_id, "200-7d0");
	assert_str_is(event->comm, "hog");
	assert_int_equal(event->parent_tgid, SHELL.pid);
	assert_int_equal(recorder_counts(recorder)->alive, 1);
}

static void oom_kill_of_an_unknown_pid_is_handed_on_as_it_is(void **state)
{
	struct recorder *recorder = *state;
	struct ll_event oom = { .kind = LL_EVENT_OOM_KILL, .time_boottime_ns = 2500 };

	LL_SET(&oom, PID, tgid, 4242);
	recorder_apply(recorder, oom);
	assert_false(ll_event_has(recorder_event(recorder, 0, LL_EVENT_OOM_KILL), LL_F_COMM));
	assert_int_equal(recorder_counts(recorder)->alive, 0);
}

static void fork_that_comes_after_the_exit_does_not_resurrect(void **state)
{
	struct recorder *recorder = *state;

	recorder_apply(recorder, built_exit(3000, CHILD, 0, NONE));
	recorder_apply(recorder, built_fork(CHILD, SHELL, "sh"));
	const struct ll_process *process = recorder_process(recorder, CHILD);
	assert_int_equal(process->life, LL_LIFE_ZOMBIE);
	assert_true(process->birth_seen);
	assert_int_equal(process->original_parent.tgid, SHELL.pid);
	assert_int_equal(recorder_counts(recorder)->forks_process, 1);
	assert_int_equal(recorder_counts(recorder)->exits_process, 1);
	assert_int_equal(recorder_counts(recorder)->alive, 0);
}

static void exec_that_comes_after_the_reap_adds_its_image_only(void **state)
{
	struct recorder *recorder = *state;

	recorder_apply(recorder, built_fork(CHILD, SHELL, "sh"));
	recorder_apply(recorder, built_exit(3000, CHILD, 0, NONE));
	recorder_apply(recorder, built_reap(3001, CHILD));
	recorder_apply(recorder, built_exec(2100, CHILD, "ls", "/bin/ls"));
	const struct ll_process *process = recorder_process(recorder, CHILD);
	assert_int_equal(process->life, LL_LIFE_REAPED);
	assert_str_is(process->image->exe, "/bin/ls");
	assert_int_equal(process->thread_count, 0);
	assert_int_equal(recorder_counts(recorder)->alive_threads, 0);
}

static void exit_that_comes_after_the_reap_adds_its_status_only(void **state)
{
	struct recorder *recorder = *state;

	recorder_apply(recorder, built_fork(CHILD, SHELL, "sh"));
	recorder_apply(recorder, built_reap(3001, CHILD));
	recorder_apply(recorder, built_exit(3000, CHILD, 256, NONE));
	recorder_apply(recorder, built_exit(3000, CHILD, 256, NONE));
	const struct ll_process *process = recorder_process(recorder, CHILD);
	assert_int_equal(process->life, LL_LIFE_REAPED);
	assert_int_equal(process->wait_status, 256);
	assert_int_equal(recorder_counts(recorder)->zombies, 0);
	assert_int_equal(recorder_counts(recorder)->exits_process, 1);
}

static void an_older_comm_does_not_replace_a_newer_one(void **state)
{
	struct recorder *recorder = *state;

	recorder_apply(recorder, built_rename(2500, CHILD, "new"));
	recorder_apply(recorder, built_rename(2400, CHILD, "old"));
	assert_string_equal(recorder_process(recorder, CHILD)->comm, "new");
}

static void a_comm_longer_than_the_kernels_is_cut(void **state)
{
	struct recorder *recorder = *state;
	struct ll_event rename = built_event(LL_EVENT_RENAME, 2500, CHILD);

	LL_SET(&rename, COMM, comm, built_str("0123456789abcdef"));
	ll_model_apply(recorder->model, &rename, NULL, NULL);
	assert_string_equal(recorder_process(recorder, CHILD)->comm, "0123456789abcde");
}

static void threads_join_their_process(void **state)
{
	struct recorder *recorder = *state;
	const struct built_id thread = { 201, 2050 };

	recorder_apply(recorder, built_fork(CHILD, SHELL, "sh"));
	recorder_apply(recorder, built_thread_fork(CHILD, thread));
	recorder_apply(recorder, built_thread_fork(CHILD, thread));
	assert_int_equal(recorder_process(recorder, CHILD)->thread_count, 2);
	assert_int_equal(recorder_process(recorder, CHILD)->threads_created, 1);
	assert_int_equal(recorder_counts(recorder)->forks_thread, 1);
	assert_int_equal(recorder_counts(recorder)->alive_threads, 2);
	recorder_apply(recorder, built_thread_exit(2060, CHILD, thread));
	assert_int_equal(recorder_process(recorder, CHILD)->thread_count, 1);
	assert_int_equal(recorder_counts(recorder)->exits_thread, 1);
	assert_int_equal(recorder_counts(recorder)->alive, 1);
}

static void a_threads_name_is_not_the_processs(void **state)
{
	struct recorder *recorder = *state;
	struct ll_event rename = built_rename(2500, CHILD, "io-thread");

	built_thread(&rename, (struct built_id){ 201, 2050 });
	recorder_apply(recorder, built_fork(CHILD, SHELL, "sh"));
	recorder_apply(recorder, rename);
	assert_string_equal(recorder_process(recorder, CHILD)->comm, "sh");
}

static void a_thread_whose_exit_came_first_is_not_counted_alive(void **state)
{
	struct recorder *recorder = *state;
	const struct built_id thread = { 201, 2050 };

	recorder_apply(recorder, built_fork(CHILD, SHELL, "sh"));
	recorder_apply(recorder, built_thread_exit(2060, CHILD, thread));
	recorder_apply(recorder, built_thread_fork(CHILD, thread));
	assert_int_equal(recorder_process(recorder, CHILD)->thread_count, 1);
	assert_int_equal(recorder_process(recorder, CHILD)->threads_created, 1);
	assert_int_equal(recorder_counts(recorder)->forks_thread, 1);
}

static void a_thread_of_a_dead_process_is_counted_but_not_alive(void **state)
{
	struct recorder *recorder = *state;

	recorder_apply(recorder, built_exit(3000, CHILD, 0, NONE));
	recorder_apply(recorder, built_thread_fork(CHILD, (struct built_id){ 201, 2050 }));
	assert_int_equal(recorder_process(recorder, CHILD)->thread_count, 0);
	assert_int_equal(recorder_counts(recorder)->alive_threads, 0);
	assert_int_equal(recorder_counts(recorder)->forks_thread, 1);
}

static void a_leader_that_exits_first_leaves_the_process_alive(void **state)
{
	struct recorder *recorder = *state;

	recorder_apply(recorder, built_fork(CHILD, SHELL, "sh"));
	recorder_apply(recorder, built_thread_fork(CHILD, (struct built_id){ 201, 2050 }));
	recorder_apply(recorder, built_thread_exit(2100, CHILD, CHILD));
	assert_int_equal(recorder_process(recorder, CHILD)->life, LL_LIFE_ALIVE);
	assert_int_equal(recorder_process(recorder, CHILD)->thread_count, 1);
	recorder_apply(recorder, built_exit(2200, CHILD, 0, NONE));
	assert_int_equal(recorder_counts(recorder)->alive_threads, 0);
	assert_int_equal(recorder_counts(recorder)->exits_thread, 1);
	assert_int_equal(recorder_counts(recorder)->exits_process, 1);
}

static void exec_by_a_thread_makes_it_the_leader(void **state)
{
	struct recorder *recorder = *state;
	const struct built_id thread = { 201, 2050 };
	struct ll_event exec = built_exec(2100, CHILD, "ls", "/bin/ls");

	LL_SET(&exec, PREVIOUS_TID, previous_tid, thread.pid);
	recorder_apply(recorder, built_fork(CHILD, SHELL, "sh"));
	recorder_apply(recorder, built_thread_fork(CHILD, thread));
	recorder_apply(recorder, built_thread_exit(2090, CHILD, CHILD));
	assert_int_equal(recorder_process(recorder, CHILD)->thread_count, 1);
	recorder_apply(recorder, exec);
	assert_int_equal(recorder_process(recorder, CHILD)->thread_count, 1);
	assert_int_equal(recorder_counts(recorder)->alive_threads, 1);
	recorder_apply(recorder, built_thread_fork(CHILD, (struct built_id){ 202, 2150 }));
	recorder_apply(recorder, built_thread_exit(2160, CHILD, CHILD));
	assert_int_equal(recorder_counts(recorder)->alive_threads, 1);
}

static void a_leader_exit_older_than_the_exec_is_stale(void **state)
{
	struct recorder *recorder = *state;

	recorder_apply(recorder, built_fork(CHILD, SHELL, "sh"));
	recorder_apply(recorder, built_exec(2100, CHILD, "ls", "/bin/ls"));
	recorder_apply(recorder, built_thread_exit(2090, CHILD, CHILD));
	recorder_apply(recorder, built_thread_fork(CHILD, (struct built_id){ 201, 2050 }));
	assert_int_equal(recorder_process(recorder, CHILD)->thread_count, 1);
	assert_int_equal(recorder_counts(recorder)->exits_thread, 1);
}

static void the_shell_of_a_swapped_leader_reaps_no_process(void **state)
{
	struct recorder *recorder = *state;
	struct ll_event reap = built_reap(2200, CHILD);

	built_thread(&reap, (struct built_id){ 201, 2050 });
	recorder_apply(recorder, built_fork(CHILD, SHELL, "sh"));
	recorder_apply(recorder, reap);
	assert_int_equal(recorder_process(recorder, CHILD)->life, LL_LIFE_ALIVE);
}

static int refuse(void *arg, const struct ll_event *event)
{
	(void)event;
	++*(int *)arg;
	return -EPIPE;
}

static void what_emit_returns_is_handed_back_and_ends_the_step(void **state)
{
	struct recorder *recorder = *state;
	struct ll_event exit = built_exit(3000, SHELL, 0, INIT);
	int calls = 0;

	recorder_apply(recorder, built_fork(SHELL, INIT, "sh"));
	recorder_apply(recorder, built_fork(CHILD, SHELL, "sh"));
	assert_int_equal(ll_model_apply(recorder->model, &exit, refuse, &calls), -EPIPE);
	assert_int_equal(calls, 1);
	assert_int_equal(recorder_process(recorder, CHILD)->parent.tgid, INIT.pid);
}

static void the_model_works_without_a_consumer(void **state)
{
	struct recorder *recorder = *state;
	struct ll_event fork = built_fork(CHILD, SHELL, "sh");

	assert_int_equal(ll_model_apply(recorder->model, &fork, NULL, NULL), 0);
	assert_int_equal(recorder_counts(recorder)->alive, 1);
	assert_int_equal(recorder_counts(recorder)->events[LL_EVENT_FORK], 1);
}

static void losses_are_added_up(void **state)
{
	struct recorder *recorder = *state;

	recorder_apply(recorder, built_lost(100, 7));
	recorder_apply(recorder, built_lost(200, 5));
	assert_int_equal(recorder->count, 1);
	assert_int_equal(recorder_counts(recorder)->lost, 12);
	assert_int_equal(recorder_counts(recorder)->events[LL_EVENT_LOST], 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		recorder_test(fork_makes_a_living_child_of_its_parent),
		recorder_test(fork_applied_twice_counts_once),
		recorder_test(identity_fields_are_kept_and_unknown_ones_stay_unknown),
		recorder_test(exec_renames_and_adds_an_image),
		recorder_test(images_of_consecutive_execs_are_kept_in_order_of_time),
		recorder_test(an_exec_loop_keeps_the_newest_images_only),
		recorder_test(exit_makes_a_zombie_with_its_status_and_usage),
		recorder_test(reap_frees_the_pid_and_tells_the_zombie_time),
		recorder_test(reap_without_a_seen_exit_has_no_zombie_time),
		recorder_test(reap_stamped_before_the_exit_has_no_zombie_time),
		recorder_test(final_usage_overwrites_that_of_the_exit_where_known),
		recorder_test(exit_gets_nothing_the_kernel_did_not_tell),
		recorder_test(a_reused_pid_is_another_process),
		recorder_test(a_process_never_seen_is_made_from_what_the_event_tells),
		recorder_test(missing_parent_fields_are_filled_from_the_model),
		recorder_test(parent_fields_an_event_has_are_left_alone),
		recorder_test(oom_kill_with_a_bare_pid_gets_the_holders_identity),
		recorder_test(oom_kill_of_an_unknown_pid_is_handed_on_as_it_is),
		recorder_test(fork_that_comes_after_the_exit_does_not_resurrect),
		recorder_test(exec_that_comes_after_the_reap_adds_its_image_only),
		recorder_test(exit_that_comes_after_the_reap_adds_its_status_only),
		recorder_test(an_older_comm_does_not_replace_a_newer_one),
		recorder_test(a_comm_longer_than_the_kernels_is_cut),
		recorder_test(threads_join_their_process),
		recorder_test(a_threads_name_is_not_the_processs),
		recorder_test(a_thread_whose_exit_came_first_is_not_counted_alive),
		recorder_test(a_thread_of_a_dead_process_is_counted_but_not_alive),
		recorder_test(a_leader_that_exits_first_leaves_the_process_alive),
		recorder_test(exec_by_a_thread_makes_it_the_leader),
		recorder_test(a_leader_exit_older_than_the_exec_is_stale),
		recorder_test(the_shell_of_a_swapped_leader_reaps_no_process),
		recorder_test(what_emit_returns_is_handed_back_and_ends_the_step),
		recorder_test(the_model_works_without_a_consumer),
		recorder_test(losses_are_added_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
