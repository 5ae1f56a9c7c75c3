/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The model against a naive machine that forks, execs and dies at random. The seed is
 * fixed: a failure repeats. Told in order, out of order, and with gaps and repairs.
 */
#include "support/model_recorder.h"

#include <stdio.h>
#include <stdlib.h>

#define PROCESSES 40000
#define THREADS 8
#define EVENTS 120000

static const char *const comms[] = { "sh", "make", "cc1", "ld", "worker", "cron" };

struct sim_process {
	struct built_id id, parent;
	enum ll_life life;
	bool leader_alive, is_subreaper;
	size_t comm, thread_count; /* without the leader */
	struct built_id threads[THREADS];
};

struct sim {
	uint64_t random, now;
	uint32_t next_pid;
	size_t count;
	struct sim_process processes[PROCESSES]; /* by birth; the first is init */
	uint64_t alive, zombies, tasks, forks, exits;
	size_t event_count;
	struct ll_event *events; /* what the kernel told so far */
};

static uint64_t random_below(struct sim *sim, uint64_t bound)
{
	sim->random ^= sim->random << 13;
	sim->random ^= sim->random >> 7;
	sim->random ^= sim->random << 17;
	return sim->random % bound;
}

static void tell(struct sim *sim, const struct sim_process *process, struct ll_event event)
{
	assert_true(sim->event_count < EVENTS);
	built_parent(&event, process->parent);
	sim->events[sim->event_count++] = event;
}

static uint32_t free_pid(struct sim *sim)
{
	/* Few pids, so that they are reused; a clash with a living one takes the next. */
	for (;;) {
		bool taken = false;

		sim->next_pid = sim->next_pid % 3000 + 1;
		for (size_t i = sim->count > 4000 ? sim->count - 4000 : 0; i < sim->count; i++)
			taken |= sim->processes[i].id.pid == sim->next_pid &&
				 sim->processes[i].life != LL_LIFE_REAPED;
		if (!taken)
			return sim->next_pid;
	}
}

static void sim_fork(struct sim *sim, struct sim_process *parent)
{
	struct sim_process *child = &sim->processes[sim->count];

	assert_true(sim->count < PROCESSES);
	child->id = (struct built_id){ free_pid(sim), sim->now };
	child->parent = parent->id;
	child->comm = parent->comm;
	child->leader_alive = true;
	child->is_subreaper = random_below(sim, 10) == 0;
	sim->count++;
	sim->alive++;
	sim->tasks++;
	sim->forks++;
	tell(sim, child, built_fork(child->id, parent->id, comms[child->comm]));
}

static void sim_thread(struct sim *sim, struct sim_process *process)
{
	if (process->thread_count == THREADS)
		return;
	struct built_id thread = { 100000 + (uint32_t)random_below(sim, 1000), sim->now };
	process->threads[process->thread_count++] = thread;
	sim->tasks++;
	sim->forks++;
	tell(sim, process, built_thread_fork(process->id, thread));
}

static void sim_thread_exit(struct sim *sim, struct sim_process *process)
{
	struct built_id thread = process->threads[--process->thread_count];

	sim->tasks--;
	sim->exits++;
	tell(sim, process, built_thread_exit(sim->now++, process->id, thread));
}

static void sim_leader_exit(struct sim *sim, struct sim_process *process)
{
	if (!process->leader_alive || process->thread_count == 0)
		return;
	process->leader_alive = false;
	sim->tasks--;
	sim->exits++;
	tell(sim, process, built_thread_exit(sim->now++, process->id, process->id));
}

static void sim_exec(struct sim *sim, struct sim_process *process)
{
	struct built_id caller = process->id;

	if (process->thread_count > 0 &&
	    (!process->leader_alive || random_below(sim, 2) == 0)) {
		sim_leader_exit(sim, process);
		caller = process->threads[0];
	}
	while (process->thread_count > (caller.pid != process->id.pid ? 1u : 0u))
		sim_thread_exit(sim, process);
	process->thread_count = 0;
	process->leader_alive = true;
	process->comm = random_below(sim, 6);
	struct ll_event exec =
		built_exec(sim->now, process->id, comms[process->comm], comms[process->comm]);
	LL_SET(&exec, PREVIOUS_TID, previous_tid, caller.pid);
	tell(sim, process, exec);
}

static void sim_rename(struct sim *sim, struct sim_process *process)
{
	if (!process->leader_alive)
		return;
	process->comm = random_below(sim, 6);
	tell(sim, process, built_rename(sim->now, process->id, comms[process->comm]));
}

static struct sim_process *sim_find(struct sim *sim, struct built_id id)
{
	for (size_t i = sim->count; i-- > 0;) {
		if (sim->processes[i].id.start_ns == id.start_ns)
			return &sim->processes[i];
	}
	return NULL;
}

static struct built_id sim_reaper(struct sim *sim, const struct sim_process *process)
{
	for (;;) {
		process = sim_find(sim, process->parent);
		if (process == &sim->processes[0] || process->is_subreaper)
			return process->id;
	}
}

static bool sim_has_children(const struct sim *sim, struct built_id id)
{
	for (size_t i = 0; i < sim->count; i++) {
		if (sim->processes[i].parent.start_ns == id.start_ns &&
		    sim->processes[i].life != LL_LIFE_REAPED)
			return true;
	}
	return false;
}

static void sim_exit(struct sim *sim, struct sim_process *process)
{
	struct built_id heir = { 0, 0 };
	struct built_id last = process->leader_alive ? process->id : process->threads[0];

	while (process->thread_count > (process->leader_alive ? 0u : 1u))
		sim_thread_exit(sim, process);
	if (sim_has_children(sim, process->id))
		heir = sim_reaper(sim, process);
	struct ll_event exit = built_exit(sim->now, process->id, 0, heir);
	built_thread(&exit, last);
	process->life = LL_LIFE_ZOMBIE;
	process->leader_alive = false;
	process->thread_count = 0;
	sim->alive--;
	sim->zombies++;
	sim->tasks--;
	sim->exits++;
	for (size_t i = 0; heir.pid != 0 && i < sim->count; i++) {
		if (sim->processes[i].parent.start_ns == process->id.start_ns &&
		    sim->processes[i].life != LL_LIFE_REAPED)
			sim->processes[i].parent = heir;
	}
	tell(sim, process, exit);
}

static void sim_reap(struct sim *sim, struct sim_process *process)
{
	process->life = LL_LIFE_REAPED;
	sim->zombies--;
	tell(sim, process, built_reap(sim->now, process->id));
}

/* One thing happens to some process that is not gone. */
static void sim_step(struct sim *sim)
{
	size_t recent = sim->count < 300 ? sim->count : 300;
	struct sim_process *process =
		&sim->processes[sim->count - 1 - random_below(sim, recent)];
	uint64_t choice = random_below(sim, 100);

	sim->now += 1 + random_below(sim, 5);
	if (process->life == LL_LIFE_ZOMBIE)
		sim_reap(sim, process);
	else if (process->life == LL_LIFE_REAPED || choice < 22)
		sim_fork(sim, process->life == LL_LIFE_ALIVE ? process : &sim->processes[0]);
	else if (choice < 40)
		sim_thread(sim, process);
	else if (choice < 48 && process->thread_count > (process->leader_alive ? 0u : 1u))
		sim_thread_exit(sim, process);
	else if (choice < 54)
		sim_leader_exit(sim, process);
	else if (choice < 70)
		sim_exec(sim, process);
	else if (choice < 75)
		sim_rename(sim, process);
	else if (process != &sim->processes[0])
		sim_exit(sim, process);
}

static struct sim *sim_new(uint64_t seed)
{
	struct sim *sim = test_calloc(1, sizeof(*sim));

	sim->events = test_calloc(EVENTS, sizeof(*sim->events));
	sim->random = seed;
	sim->now = 1000;
	sim_fork(sim, &sim->processes[0]);
	sim->processes[0].parent = (struct built_id){ 0, 0 };
	sim->events[0].parent_tgid = 0;
	sim->events[0].parent_start_boottime_ns = 0;
	return sim;
}

static void sim_free(struct sim *sim)
{
	test_free(sim->events);
	test_free(sim);
}

static void assert_same_counts(const struct sim *sim, const struct ll_model_counts *counts)
{
	assert_int_equal(counts->alive, sim->alive);
	assert_int_equal(counts->zombies, sim->zombies);
	assert_int_equal(counts->alive_threads, sim->tasks);
}

static void assert_same_parent(const struct ll_process *process,
			       const struct sim_process *expected)
{
	assert_int_equal(process->parent.tgid, expected->parent.pid);
	assert_int_equal(process->parent.start_boottime_ns, expected->parent.start_ns);
}

static void assert_same_process(const struct recorder *recorder,
				const struct sim_process *expected)
{
	const struct ll_process *process = recorder_process(recorder, expected->id);

	assert_int_equal(process->life, expected->life);
	assert_int_equal(process->thread_count,
			 expected->thread_count + (expected->leader_alive ? 1 : 0));
	assert_string_equal(process->comm, comms[expected->comm]);
	/* Of the dead, a parent's death may have been told before their own reap. */
	if (expected->life != LL_LIFE_REAPED)
		assert_same_parent(process, expected);
}

static void assert_same_processes(const struct recorder *recorder, const struct sim *sim,
				  bool dead_too)
{
	for (size_t i = 0; i < sim->count; i++) {
		if (dead_too || sim->processes[i].life != LL_LIFE_REAPED)
			assert_same_process(recorder, &sim->processes[i]);
	}
}

static int count_one(void *arg, const struct ll_process *process)
{
	(void)process;
	++*(size_t *)arg;
	return 0;
}

struct subtree {
	const struct recorder *recorder;
	size_t count;
};

static int count_subtree(void *arg, const struct ll_process *process)
{
	struct subtree *subtree = arg;

	subtree->count++;
	return ll_model_children(subtree->recorder->model, process, count_subtree, subtree);
}

/* From the roots down every process is met exactly once. */
static void assert_tree_is_whole(const struct recorder *recorder)
{
	struct subtree subtree = { .recorder = recorder };
	size_t all = 0;

	assert_int_equal(ll_model_roots(recorder->model, count_subtree, &subtree), 0);
	assert_int_equal(ll_model_all(recorder->model, count_one, &all), 0);
	assert_int_equal(subtree.count, all);
	assert_int_equal(all, recorder_counts(recorder)->alive +
				      recorder_counts(recorder)->zombies +
				      recorder_counts(recorder)->kept_dead);
}

static void told_in_order_every_count_is_right_at_every_step(void **state)
{
	struct recorder *recorder = *state;
	struct sim *sim = sim_new(0x9e3779b97f4a7c15);
	const struct ll_model_counts *counts = recorder_counts(recorder);

	for (size_t told = 0, i = 0; i < 20000; i++) {
		sim_step(sim);
		for (; told < sim->event_count; told++)
			recorder_apply(recorder, sim->events[told]);
		assert_same_counts(sim, counts);
		assert_int_equal(counts->forks_process + counts->forks_thread, sim->forks);
		assert_int_equal(counts->exits_process + counts->exits_thread, sim->exits);
		/* Every task that was created has ended or lives. */
		assert_int_equal(sim->forks, sim->exits + counts->alive_threads);
	}
	assert_same_processes(recorder, sim, true);
	for (size_t i = 0; i < sim->count; i++)
		assert_same_parent(recorder_process(recorder, sim->processes[i].id),
				   &sim->processes[i]);
	assert_tree_is_whole(recorder);
	assert_int_equal(counts->inferred, 0);
	sim_free(sim);
}

static void shuffle_block(struct sim *sim, size_t begin, size_t length)
{
	for (size_t i = length; i > 1; i--) {
		size_t other = begin + random_below(sim, i);
		struct ll_event held = sim->events[begin + i - 1];

		sim->events[begin + i - 1] = sim->events[other];
		sim->events[other] = held;
	}
}

/* Shuffle in blocks, twice, so that an event may cross a border too. */
static void shuffle(struct sim *sim, size_t length)
{
	for (size_t begin = 0; begin + length <= sim->event_count; begin += length)
		shuffle_block(sim, begin, length);
	for (size_t begin = length / 2; begin + length <= sim->event_count; begin += length)
		shuffle_block(sim, begin, length);
}

static void told_out_of_order(struct recorder *recorder, struct sim *sim)
{
	const struct ll_model_counts *counts = recorder_counts(recorder);

	for (size_t i = 0; i < 20000; i++)
		sim_step(sim);
	shuffle(sim, 20);
	for (size_t i = 0; i < sim->event_count; i++)
		recorder_apply(recorder, sim->events[i]);
	assert_same_counts(sim, counts);
	assert_int_equal(counts->forks_process + counts->forks_thread, sim->forks);
	assert_int_equal(counts->exits_process + counts->exits_thread, sim->exits);
	assert_tree_is_whole(recorder);
}

static void told_out_of_order_the_end_is_the_same(void **state)
{
	struct sim *sim = sim_new(0xfeedface12345);

	told_out_of_order(*state, sim);
	assert_same_processes(*state, sim, true);
	sim_free(sim);
}

static void told_out_of_order_with_a_small_bound_nobody_returns(void **state)
{
	struct recorder *recorder = *state;
	struct sim *sim = sim_new(0xabcdef987);

	told_out_of_order(recorder, sim);
	assert_true(recorder_counts(recorder)->kept_dead <= 2 * 10 + sim->alive + sim->zombies);
	sim_free(sim);
}

static void tell_new(struct recorder *recorder, struct sim *sim, size_t *told, bool lossy)
{
	for (; *told < sim->event_count; ++*told) {
		if (!lossy || random_below(sim, 100) >= 15)
			recorder_apply(recorder, sim->events[*told]);
	}
}

static void see_tasks(struct recorder *recorder, struct sim *sim,
		      const struct sim_process *process)
{
	enum ll_task_state task_state = process->life == LL_LIFE_ZOMBIE ? LL_TASK_ZOMBIE
					: process->leader_alive         ? LL_TASK_ALIVE
									: LL_TASK_LEADER_DEAD;
	struct ll_event event = built_snapshot(sim->now, process->id, process->parent,
					       comms[process->comm], task_state);

	recorder_apply(recorder, event);
	for (size_t i = 0; i < process->thread_count; i++) {
		event = built_snapshot(sim->now, process->id, process->parent, "thread",
				       LL_TASK_ALIVE);
		built_thread(&event, process->threads[i]);
		recorder_apply(recorder, event);
	}
}

/* Things go on happening while the pass looks at one process after the other. */
static void repair(struct recorder *recorder, struct sim *sim, size_t *told)
{
	size_t count = sim->count;

	/* Long enough that no reap may still be on its way. */
	sim->now += 1000000001;
	recorder_apply(recorder, built_lost(sim->now, 1));
	for (size_t i = 0; i < count; i++) {
		if (sim->processes[i].life == LL_LIFE_REAPED)
			continue;
		sim->now++;
		see_tasks(recorder, sim, &sim->processes[i]);
		if (random_below(sim, 3) == 0)
			sim_step(sim);
		tell_new(recorder, sim, told, false);
	}
	sim->now++;
	recorder_apply(recorder, built_snapshot_end(sim->now));
}

static void after_each_gap_a_pass_makes_it_right_again(void **state)
{
	struct recorder *recorder = *state;
	struct sim *sim = sim_new(0x1234567890abcdef);
	size_t told = 0;

	tell_new(recorder, sim, &told, false);
	for (size_t round = 0; round < 30; round++) {
		for (size_t i = 0; i < 500; i++) {
			sim_step(sim);
			tell_new(recorder, sim, &told, true);
		}
		repair(recorder, sim, &told);
		assert_same_counts(sim, recorder_counts(recorder));
		assert_same_processes(recorder, sim, false);
		assert_tree_is_whole(recorder);
	}
	assert_true(recorder_counts(recorder)->inferred > 0);
	sim_free(sim);
}

/* Every field at random: nothing may crash, and the bound holds. */
static void nonsense_is_survived(void **state)
{
	struct recorder *recorder = *state;
	struct sim *sim = sim_new(0x5555aaaa5555);
	const struct ll_model_counts *counts = recorder_counts(recorder);

	for (size_t i = 0; i < 100000; i++) {
		struct built_id id = { (uint32_t)random_below(sim, 30), random_below(sim, 30) };
		struct built_id other = { (uint32_t)random_below(sim, 30),
					  random_below(sim, 30) };
		enum ll_event_kind kind = (enum ll_event_kind)random_below(sim, LL_EVENT_KINDS);
		struct ll_event event = built_event(kind, random_below(sim, 2000), id);

		built_parent(&event, other);
		if (random_below(sim, 2) == 0)
			built_thread(&event, (struct built_id){ (uint32_t)random_below(sim, 30),
								random_below(sim, 30) });
		event.fork_kind = (uint8_t)random_below(sim, 4);
		event.exit_scope = (uint8_t)random_below(sim, 2);
		event.task_state = (uint8_t)random_below(sim, 3);
		for (size_t word = 0; word < sizeof(event.known) / 8; word++)
			event.known[word] |=
				random_below(sim, UINT64_MAX) & random_below(sim, UINT64_MAX);
		event.child_reaper_tgid = (uint32_t)random_below(sim, 30);
		event.child_reaper_start_boottime_ns = random_below(sim, 30);
		recorder_apply(recorder, event);
		assert_true(counts->kept_dead <= 2 * 10 + counts->alive + counts->zombies);
	}
	assert_tree_is_whole(recorder);
	sim_free(sim);
}

static int setup_keep_all(void **state)
{
	return recorder_setup_keep(state, PROCESSES);
}

static int setup_keep_ten(void **state)
{
	return recorder_setup_keep(state, 10);
}

#define random_test(name, keep)                                                                \
	cmocka_unit_test_setup_teardown(name, setup_keep_##keep, recorder_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		random_test(told_in_order_every_count_is_right_at_every_step, all),
		random_test(told_out_of_order_the_end_is_the_same, all),
		random_test(told_out_of_order_with_a_small_bound_nobody_returns, ten),
		random_test(after_each_gap_a_pass_makes_it_right_again, ten),
		random_test(nonsense_is_survived, ten),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
