/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Where the time went: each thread once, whatever is told twice, late or never. */
#include "support/model_recorder.h"

#define MS UINT64_C(1000000)
#define S (1000 * MS)
#define SEEN_MAX 64
#define STACK(literal) ll_str_make(literal, sizeof(literal))

static const struct built_id init = { 1, 1 };
static const struct built_id shell = { 100, 10 * S };
static const struct built_id worker = { 101, 11 * S };
static const struct built_id other = { 102, 12 * S };

struct seen {
	size_t count;
	struct ll_states_row rows[SEEN_MAX];
	struct ll_states_thread threads[SEEN_MAX];
};

static int see_row(void *arg, const struct ll_states_row *row)
{
	struct seen *seen = arg;

	assert_in_range(seen->count, 0, SEEN_MAX - 1);
	seen->rows[seen->count++] = *row;
	return 0;
}

static int see_thread(void *arg, const struct ll_states_thread *thread)
{
	struct seen *seen = arg;

	assert_in_range(seen->count, 0, SEEN_MAX - 1);
	seen->threads[seen->count++] = *thread;
	return 0;
}

/* The row of the shell, the only process with times. */
static struct ll_states_row row_of(const struct recorder *recorder)
{
	struct seen seen = { 0 };

	assert_int_equal(ll_model_states(recorder->model, see_row, &seen), 0);
	assert_int_equal(seen.count, 1);
	assert_int_equal(seen.rows[0].process->id.tgid, shell.pid);
	return seen.rows[0];
}

static struct seen threads_of(const struct recorder *recorder)
{
	struct seen seen = { 0 };

	assert_int_equal(ll_model_states_threads(recorder->model,
						 recorder_process(recorder, shell), see_thread,
						 &seen),
			 0);
	return seen;
}

static uint64_t total_ns(struct ll_states states)
{
	uint64_t total = 0;

	for (int i = 0; i < LL_STATES_TIMED; i++)
		total += states.stays[i].total_ns;
	return total;
}

static uint64_t running_ms(const struct recorder *recorder)
{
	return row_of(recorder).states.stays[LL_STATE_RUNNING].total_ns / MS;
}

static void begin(struct recorder *recorder)
{
	recorder_apply(recorder, built_fork(shell, init, "sh"));
	recorder_apply(recorder, built_thread_fork(shell, worker));
	recorder_apply(recorder, built_thread_fork(shell, other));
}

static void nothing_is_kept_of_processes_without_times(void **state)
{
	struct recorder *recorder = *state;
	struct seen seen = { 0 };

	begin(recorder);
	recorder_apply(recorder, built_state(13 * S, shell, LL_STATE_SLEEPING,
					     LL_STATE_RUNNABLE, 5 * MS));
	assert_int_equal(ll_model_states(recorder->model, see_row, &seen), 0);
	assert_int_equal(seen.count, 0);
}

static void a_later_report_replaces_the_former(void **state)
{
	struct recorder *recorder = *state;

	begin(recorder);
	recorder_apply(recorder, built_times(13 * S, shell, 100 * MS));
	recorder_apply(recorder, built_times(14 * S, shell, 150 * MS));
	recorder_apply(recorder, built_times(13 * S + 1, shell, 101 * MS));
	struct ll_states_row row = row_of(recorder);
	assert_int_equal(row.states.stays[LL_STATE_RUNNING].total_ns, 150 * MS);
	assert_int_equal(row.states.stays[LL_STATE_RUNNING].count, 1);
	assert_int_equal(total_ns(row.states), 4 * S);
	assert_int_equal(row.states.since_boottime_ns, shell.start_ns);
	assert_int_equal(row.states.until_boottime_ns, 14 * S);
	assert_true(row.states.has_state);
	assert_int_equal(row.states.state, LL_STATE_SLEEPING);
}

static void a_thread_is_summed_up_once_when_it_ends(void **state)
{
	struct recorder *recorder = *state;

	begin(recorder);
	recorder_apply(recorder, built_thread_times(13 * S, shell, worker, 100 * MS));
	recorder_apply(recorder,
		       built_final(built_thread_times(14 * S, shell, worker, 200 * MS)));
	recorder_apply(recorder, built_thread_exit(14 * S, shell, worker));
	assert_int_equal(running_ms(recorder), 200);
	/* Both come after all is said. */
	recorder_apply(recorder, built_thread_times(13 * S, shell, worker, 100 * MS));
	recorder_apply(recorder, built_thread_times(15 * S, shell, worker, 300 * MS));
	recorder_apply(recorder,
		       built_final(built_thread_times(14 * S, shell, worker, 200 * MS)));
	assert_int_equal(running_ms(recorder), 200);
	assert_int_equal(row_of(recorder).over_count, 1);
	assert_int_equal(row_of(recorder).living_count, 0);
}

static void a_process_is_the_sum_of_its_threads_living_and_dead(void **state)
{
	struct recorder *recorder = *state;

	begin(recorder);
	recorder_apply(recorder, built_times(13 * S, shell, 100 * MS));
	recorder_apply(recorder, built_thread_times(13 * S, shell, worker, 20 * MS));
	recorder_apply(recorder, built_final(built_thread_times(13 * S, shell, other, 3 * MS)));
	struct ll_states_row row = row_of(recorder);
	assert_int_equal(row.states.stays[LL_STATE_RUNNING].total_ns, 123 * MS);
	assert_int_equal(row.states.stays[LL_STATE_RUNNING].count, 3);
	assert_int_equal(row.states.stays[LL_STATE_RUNNING].longest_ns, 100 * MS);
	assert_int_equal(total_ns(row.states), 3 * S + 2 * S + 1 * S);
	assert_int_equal(row.living_count, 2);
	assert_int_equal(row.over_count, 1);
	struct seen seen = threads_of(recorder);
	assert_int_equal(seen.count, 3);
	assert_int_equal(seen.threads[0].tid, shell.pid);
	assert_int_equal(seen.threads[1].tid, worker.pid);
	assert_int_equal(seen.threads[2].tid, other.pid);
	assert_true(seen.threads[2].is_over);
	assert_int_equal(total_ns(seen.threads[2].states), 1 * S);
}

static void the_last_report_may_come_after_the_exit(void **state)
{
	struct recorder *recorder = *state;

	begin(recorder);
	recorder_apply(recorder, built_times(13 * S, shell, 100 * MS));
	recorder_apply(recorder, built_exit(14 * S, shell, 0, init));
	assert_false(threads_of(recorder).threads[0].states.has_state);
	assert_int_equal(row_of(recorder).states.state, LL_STATE_ZOMBIE);
	recorder_apply(recorder, built_reap(14 * S + 5, shell));
	recorder_apply(recorder, built_final(built_times(14 * S, shell, 900 * MS)));
	assert_int_equal(running_ms(recorder), 900);
	assert_int_equal(total_ns(row_of(recorder).states), 4 * S);
	assert_false(row_of(recorder).states.has_state);
}

static void what_was_known_last_counts_when_the_last_report_is_lost(void **state)
{
	struct recorder *recorder = *state;

	begin(recorder);
	recorder_apply(recorder, built_thread_times(13 * S, shell, worker, 70 * MS));
	recorder_apply(recorder, built_thread_exit(14 * S, shell, worker));
	assert_int_equal(running_ms(recorder), 70);
	recorder_apply(recorder, built_thread_times(16 * S, shell, other, 5 * MS));
	recorder_apply(recorder, built_thread_exit(16 * S, shell, other));
	/* A good second later it is not waited for any more. */
	recorder_apply(recorder,
		       built_final(built_thread_times(14 * S, shell, worker, 80 * MS)));
	assert_int_equal(running_ms(recorder), 75);
	assert_int_equal(row_of(recorder).over_count, 2);
}

static void exec_by_a_thread_begins_a_new_account(void **state)
{
	struct recorder *recorder = *state;
	struct ll_event exec = built_exec(15 * S, shell, "ls", "/bin/ls");

	begin(recorder);
	recorder_apply(recorder, built_times(13 * S, shell, 100 * MS));
	recorder_apply(recorder, built_thread_times(13 * S, shell, worker, 20 * MS));
	recorder_apply(recorder, built_final(built_times(15 * S - 1, shell, 110 * MS)));
	recorder_apply(recorder, built_thread_exit(15 * S - 1, shell, shell));
	LL_SET(&exec, PREVIOUS_TID, previous_tid, worker.pid);
	recorder_apply(recorder, exec);
	recorder_apply(recorder,
		       built_final(built_thread_times(15 * S, shell, worker, 30 * MS)));
	assert_int_equal(running_ms(recorder), 140);
	assert_int_equal(row_of(recorder).living_count, 0);
	/* From here on it has its leader's name. */
	const struct built_id leader = { shell.pid, 15 * S };
	struct ll_event times = built_times(17 * S, leader, 7 * MS);
	LL_SET(&times, CREATION, start_boottime_ns, shell.start_ns);
	times.thread_start_boottime_ns = shell.start_ns;
	recorder_apply(recorder, times);
	assert_int_equal(running_ms(recorder), 147);
	assert_int_equal(row_of(recorder).living_count, 1);
	recorder_apply(recorder, built_final(times));
	recorder_apply(recorder, built_exit(17 * S, shell, 0, init));
	struct ll_states_row row = row_of(recorder);
	assert_int_equal(row.states.stays[LL_STATE_RUNNING].total_ns, 147 * MS);
	assert_int_equal(row.over_count, 3);
	assert_int_equal(total_ns(row.states), (5 * S - 1) + 4 * S + 2 * S);
}

static void a_leaders_last_report_after_the_exec_is_added_to_the_dead(void **state)
{
	struct recorder *recorder = *state;
	struct ll_event exec = built_exec(15 * S, shell, "ls", "/bin/ls");
	struct ll_event times = built_times(16 * S, shell, 30 * MS);

	begin(recorder);
	LL_SET(&exec, PREVIOUS_TID, previous_tid, worker.pid);
	recorder_apply(recorder, exec);
	LL_SET(&times, STATE_SINCE, state_since_ns, 15 * S);
	recorder_apply(recorder, times);
	recorder_apply(recorder, built_final(built_times(15 * S - 1, shell, 110 * MS)));
	assert_int_equal(running_ms(recorder), 140);
	assert_int_equal(row_of(recorder).living_count, 1);
	assert_int_equal(row_of(recorder).states.stays[LL_STATE_RUNNING].longest_ns, 110 * MS);
}

static void a_reused_tid_is_another_thread(void **state)
{
	struct recorder *recorder = *state;
	const struct built_id reused = { 101, 14 * S };

	begin(recorder);
	recorder_apply(recorder,
		       built_final(built_thread_times(13 * S, shell, worker, 20 * MS)));
	recorder_apply(recorder, built_thread_times(15 * S, shell, reused, 5 * MS));
	assert_int_equal(running_ms(recorder), 25);
	assert_int_equal(threads_of(recorder).count, 2);
}

static struct ll_event with_longest_d(struct ll_event times, uint64_t longest_ns,
				      struct ll_str stack)
{
	LL_SET(&times, UNINTERRUPTIBLE_NS, uninterruptible_ns, longest_ns);
	LL_SET(&times, UNINTERRUPTIBLE_LONGEST, uninterruptible_longest_ns, longest_ns);
	LL_SET(&times, STATE_STACK, state_stack, stack);
	return times;
}

static void the_longest_d_of_all_threads_has_its_stack(void **state)
{
	struct recorder *recorder = *state;

	begin(recorder);
	recorder_apply(recorder, with_longest_d(built_times(13 * S, shell, 0), 30 * MS,
						STACK("io_schedule")));
	recorder_apply(recorder,
		       with_longest_d(built_final(built_thread_times(13 * S, shell, worker, 0)),
				      50 * MS, STACK("folio_wait_bit\0do_read_fault")));
	recorder_apply(recorder, with_longest_d(built_thread_times(13 * S, shell, other, 0),
						40 * MS, STACK("vfork_wait")));
	assert_memory_equal(row_of(recorder).states.stack.data, "folio_wait_bit\0do_read_fault",
			    29);
	recorder_apply(recorder,
		       with_longest_d(built_times(14 * S, shell, 0), 90 * MS, STACK("msleep")));
	assert_string_equal(row_of(recorder).states.stack.data, "msleep");
}

static void the_stack_outlives_the_threads_details(void **state)
{
	struct recorder *recorder = *state;
	struct ll_event event = built_final(built_thread_times(13 * S, shell, worker, 1));

	begin(recorder);
	recorder_apply(recorder, with_longest_d(event, 50 * MS, STACK("folio_wait_bit")));
	for (uint32_t i = 0; i < LL_STATES_DEAD; i++)
		recorder_apply(recorder, built_final(built_thread_times(
						 14 * S, shell,
						 (struct built_id){ 200 + i, 13 * S }, MS)));
	struct seen seen = threads_of(recorder);
	assert_int_equal(seen.count, LL_STATES_DEAD);
	for (size_t i = 0; i < seen.count; i++)
		assert_int_not_equal(seen.threads[i].tid, worker.pid);
	assert_string_equal(row_of(recorder).states.stack.data, "folio_wait_bit");
}

static void dead_threads_are_bounded_and_those_that_ran_longest_kept(void **state)
{
	struct recorder *recorder = *state;

	begin(recorder);
	for (uint32_t i = 0; i < 100; i++)
		recorder_apply(recorder,
			       built_final(built_thread_times(
				       14 * S, shell, (struct built_id){ 200 + i, 13 * S },
				       (i * 37 % 100) * MS)));
	assert_int_equal(running_ms(recorder), 99 * 100 / 2);
	assert_int_equal(total_ns(row_of(recorder).states), 100 * S);
	assert_int_equal(row_of(recorder).over_count, 100);
	struct seen seen = threads_of(recorder);
	assert_int_equal(seen.count, LL_STATES_DEAD);
	for (size_t i = 0; i < seen.count; i++)
		assert_int_equal(seen.threads[i].states.stays[LL_STATE_RUNNING].total_ns,
				 (99 - i) * MS);
}

static void stuck_lasts_until_the_state_changes(void **state)
{
	struct recorder *recorder = *state;

	begin(recorder);
	recorder_apply(recorder, built_stuck(14 * S, shell, 2 * S, STACK("vfork_wait")));
	struct ll_states states = row_of(recorder).states;
	assert_int_equal(states.stuck.tid, shell.pid);
	assert_int_equal(states.stuck.since_boottime_ns, 12 * S);
	assert_string_equal(states.stuck.stack.data, "vfork_wait");
	assert_int_equal(states.state, LL_STATE_UNINTERRUPTIBLE);
	recorder_apply(recorder, built_state(15 * S, shell, LL_STATE_UNINTERRUPTIBLE,
					     LL_STATE_RUNNABLE, 3 * S));
	assert_int_equal(row_of(recorder).states.stuck.tid, 0);
	assert_int_equal(row_of(recorder).states.state, LL_STATE_RUNNABLE);
	/* Comes late. */
	recorder_apply(recorder, built_stuck(14 * S, shell, 2 * S, STACK("vfork_wait")));
	assert_int_equal(row_of(recorder).states.stuck.tid, 0);
}

static void stuck_ends_with_a_report_of_another_state_or_the_thread(void **state)
{
	struct recorder *recorder = *state;
	struct ll_event times = built_times(14 * S, shell, 0);

	begin(recorder);
	recorder_apply(recorder, built_stuck(13 * S, shell, 2 * S, STACK("vfork_wait")));
	LL_SET(&times, STATE_CURRENT, state_current, LL_STATE_UNINTERRUPTIBLE);
	recorder_apply(recorder, times);
	assert_int_equal(row_of(recorder).states.stuck.tid, shell.pid);
	recorder_apply(recorder, built_times(15 * S, shell, 0));
	assert_int_equal(row_of(recorder).states.stuck.tid, 0);
	recorder_apply(recorder, built_stuck(18 * S, shell, 2 * S, STACK("vfork_wait")));
	recorder_apply(recorder, built_exit(19 * S, shell, 9, init));
	assert_int_equal(row_of(recorder).states.stuck.tid, 0);
	recorder_apply(recorder, built_stuck(19 * S, shell, 3 * S, STACK("vfork_wait")));
	assert_int_equal(row_of(recorder).states.stuck.tid, 0);
}

static void a_tracer_is_named(void **state)
{
	struct recorder *recorder = *state;
	const struct built_id tracer = { 77, 9 * S };
	struct ll_event event =
		built_state(14 * S, shell, LL_STATE_RUNNING, LL_STATE_TRACED, 1);

	begin(recorder);
	LL_SET(&event, STATE_BY, state_by_tgid, tracer.pid);
	recorder_apply(recorder, event);
	assert_false(
		ll_event_has(recorder_event(recorder, 0, LL_EVENT_STATE), LL_F_STATE_BY_COMM));
	recorder_apply(recorder, built_fork(tracer, init, "strace"));
	recorder_apply(recorder, event);
	const struct ll_event *shown = recorder_event(recorder, 0, LL_EVENT_STATE);
	assert_true(ll_event_has(shown, LL_F_STATE_BY_COMM));
	assert_str_is(shown->state_by_comm, "strace");
}

static void any_real_time_thread_makes_its_process_stand_out(void **state)
{
	struct recorder *recorder = *state;
	struct ll_event times = built_thread_times(13 * S, shell, worker, 900 * MS);

	begin(recorder);
	recorder_apply(recorder, built_times(13 * S, shell, 0));
	assert_false(row_of(recorder).realtime.is_known);
	LL_SET(&times, SCHED_POLICY, sched_policy, LL_SCHED_FIFO);
	LL_SET(&times, RT_PRIORITY, rt_priority, 50);
	recorder_apply(recorder, times);
	recorder_apply(recorder, built_final(times));
	struct ll_states_row row = row_of(recorder);
	assert_true(ll_sched_is_realtime(&row.realtime));
	assert_int_equal(row.realtime.priority, 50);
	assert_int_equal(row.states.sched.policy, LL_SCHED_OTHER);
}

static void a_leader_that_ended_before_its_threads_is_a_zombie(void **state)
{
	struct recorder *recorder = *state;

	begin(recorder);
	recorder_apply(recorder, built_times(13 * S, shell, 1));
	recorder_apply(recorder, built_thread_times(13 * S, shell, worker, 1));
	recorder_apply(recorder, built_final(built_times(14 * S, shell, 2)));
	recorder_apply(recorder, built_thread_exit(14 * S, shell, shell));
	assert_true(row_of(recorder).states.has_state);
	assert_int_equal(row_of(recorder).states.state, LL_STATE_ZOMBIE);
}

static void forgotten_processes_take_their_threads_along(void **state)
{
	struct recorder *recorder = *state;
	struct seen seen = { 0 };

	for (uint32_t i = 0; i < 300; i++) {
		struct built_id id = { 1000 + i, 20 * S + i };

		recorder_apply(recorder, built_fork(id, init, "sh"));
		recorder_apply(recorder, built_stuck(21 * S, id, 1 * MS, STACK("msleep")));
		recorder_apply(recorder,
			       built_thread_times(21 * S, id,
						  (struct built_id){ 2000 + i, 20 * S }, 1));
		recorder_apply(recorder, built_final(built_times(22 * S, id, 1)));
		recorder_apply(recorder, built_exit(22 * S, id, 0, init));
		recorder_apply(recorder, built_reap(22 * S, id));
	}
	recorder_teardown(state);
	recorder_setup_keep(state, 3);
	recorder = *state;
	for (uint32_t i = 0; i < 300; i++) {
		struct built_id id = { 1000 + i, 20 * S + i };

		recorder_apply(recorder, built_fork(id, init, "sh"));
		recorder_apply(recorder, built_final(built_times(22 * S, id, 1)));
		recorder_apply(recorder, built_exit(22 * S, id, 0, init));
		recorder_apply(recorder, built_reap(22 * S, id));
	}
	assert_int_equal(ll_model_states(recorder->model, see_row, &seen), 0);
	assert_int_equal(seen.count, 3);
}

/* What a few threads of few processes could say, in any order, twice or not at all. */
static struct ll_event random_event(uint64_t random)
{
	struct built_id id = { 100 + random % 4, 10 * S };
	struct built_id thread = { random >> 8 & 1 ? id.pid : 200 + (random >> 9) % 8,
				   random >> 8 & 1 ? id.start_ns : 11 * S };
	uint64_t time_ns = 12 * S + (random >> 16) % (8 * S);
	struct ll_event times = built_thread_times(time_ns, id, thread, (random >> 20) % S);
	struct ll_event exec = built_exec(time_ns, id, "ls", "/bin/ls");

	switch (random >> 40 & 15) {
	case 0:
		return built_exit(time_ns, id, 0, init);
	case 1:
		return built_reap(time_ns, id);
	case 2:
		LL_SET(&exec, PREVIOUS_TID, previous_tid, thread.pid);
		return exec;
	case 3:
	case 4:
		return built_thread_exit(time_ns, id, thread);
	case 5:
		return built_stuck(time_ns, id, MS, STACK("msleep"));
	case 6:
		return built_state(time_ns, id, random >> 50 & 3, random >> 52 & 3, MS);
	case 7:
	case 8:
		return built_final(times);
	case 9:
		LL_SET(&times, STATE_SINCE, state_since_ns, 11 * S + (random >> 50 & 1));
		return times;
	default:
		return with_longest_d(times, random >> 50 & 31, STACK("io_schedule"));
	}
}

static int check_row(void *arg, const struct ll_states_row *row)
{
	const struct recorder *recorder = arg;
	struct seen seen = { 0 };
	uint64_t running_ns = 0;

	assert_int_equal(
		ll_model_states_threads(recorder->model, row->process, see_thread, &seen), 0);
	assert_true(seen.count <= row->living_count + row->over_count + 1);
	for (size_t i = 0; i < seen.count; i++)
		running_ns += seen.threads[i].states.stays[LL_STATE_RUNNING].total_ns;
	assert_true(running_ns <= row->states.stays[LL_STATE_RUNNING].total_ns);
	return 0;
}

static void no_order_of_events_breaks_the_account(void **state)
{
	struct recorder *recorder = *state;
	uint64_t random = 88172645463325252;

	for (int i = 0; i < 50000; i++) {
		random ^= random << 13;
		random ^= random >> 7;
		random ^= random << 17;
		if (i % 500 == 0) {
			recorder_teardown(state);
			recorder_setup_keep(state, 2);
			recorder = *state;
		}
		recorder_apply(recorder, random_event(random));
		assert_int_equal(ll_model_states(recorder->model, check_row, recorder), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		recorder_test(nothing_is_kept_of_processes_without_times),
		recorder_test(a_later_report_replaces_the_former),
		recorder_test(a_thread_is_summed_up_once_when_it_ends),
		recorder_test(a_process_is_the_sum_of_its_threads_living_and_dead),
		recorder_test(the_last_report_may_come_after_the_exit),
		recorder_test(what_was_known_last_counts_when_the_last_report_is_lost),
		recorder_test(exec_by_a_thread_begins_a_new_account),
		recorder_test(a_leaders_last_report_after_the_exec_is_added_to_the_dead),
		recorder_test(a_reused_tid_is_another_thread),
		recorder_test(the_longest_d_of_all_threads_has_its_stack),
		recorder_test(the_stack_outlives_the_threads_details),
		recorder_test(dead_threads_are_bounded_and_those_that_ran_longest_kept),
		recorder_test(stuck_lasts_until_the_state_changes),
		recorder_test(stuck_ends_with_a_report_of_another_state_or_the_thread),
		recorder_test(a_tracer_is_named),
		recorder_test(any_real_time_thread_makes_its_process_stand_out),
		recorder_test(a_leader_that_ended_before_its_threads_is_a_zombie),
		recorder_test(no_order_of_events_breaks_the_account),
		recorder_test(forgotten_processes_take_their_threads_along),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
