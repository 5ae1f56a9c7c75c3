/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The critical path of hand-made runs; and of random ones, that it always adds up. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "analysis/critical_path.h"
#include "base/clock.h"
#include "support/event_builder.h"

#define MS LL_NS_PER_MS
#define KEEP 100000

static const struct built_id NONE = { 0, 0 }, LIFELINE = { 7, 1 };

struct run {
	struct ll_model *model;
	struct ll_critical_path *path;
	struct ll_critical_result result;
	bool is_exact;
};

static int on_event(void *arg, const struct ll_event *event)
{
	struct run *run = arg;

	return ll_critical_path_add(run->path, run->model, event);
}

static void apply(struct run *run, struct ll_event event)
{
	assert_int_equal(ll_model_apply(run->model, &event, on_event, run), 0);
}

static struct run *run_new(uint32_t root_tgid, size_t keep)
{
	struct run *run = test_calloc(1, sizeof(*run));

	run->model = ll_model_new(0);
	run->path = ll_critical_path_new(root_tgid, keep);
	run->is_exact = true;
	assert_non_null(run->model);
	assert_non_null(run->path);
	return run;
}

static void run_free(struct run *run)
{
	free(run->result.segments);
	ll_critical_path_free(run->path);
	ll_model_free(run->model);
	test_free(run);
}

static int set_up(void **state)
{
	*state = run_new(0, KEEP);
	return 0;
}

static int tear_down(void **state)
{
	run_free(*state);
	return 0;
}

/* A process is born at its start, which its pid tells in ms of the run: pid 105 at 105 ms. */
static struct built_id at(uint32_t pid)
{
	return (struct built_id){ pid, pid * MS };
}

static void born(struct run *run, uint32_t pid, uint32_t parent)
{
	apply(run, built_fork(at(pid), parent != 0 ? at(parent) : LIFELINE, "sh"));
}

static void ends(struct run *run, uint32_t pid, uint32_t ms)
{
	apply(run, built_exit(ms * MS, at(pid), 0, NONE));
}

static void reaped_by(struct run *run, uint32_t pid, uint64_t ns, uint32_t reaper)
{
	struct ll_event reap = built_reap(ns, at(pid));

	if (run->is_exact)
		LL_SET(&reap, REAPER, reaper_tgid, reaper);
	else
		LL_SET(&reap, REAP_PRECISION, reap_precision, LL_REAP_RCU);
	apply(run, reap);
}

/* Ends, and is reaped at once by its parent. */
static void waited(struct run *run, uint32_t pid, uint32_t parent, uint32_t ms)
{
	ends(run, pid, ms);
	reaped_by(run, pid, ms * MS + 1, parent);
}

/* Look, and check what always has to hold: without a gap, from the root's begin to its end. */
static void look(struct run *run, uint64_t now_ms)
{
	struct ll_critical_result *result = &run->result;

	assert_int_equal(ll_critical_path_find(run->path, run->model, now_ms * MS, result), 0);
	uint64_t at_ns = result->begin_ns;

	for (size_t i = 0; i < result->count; i++) {
		assert_int_equal(result->segments[i].begin_ns, at_ns);
		assert_true(result->segments[i].end_ns > at_ns);
		at_ns = result->segments[i].end_ns;
	}
	assert_int_equal(at_ns, result->end_ns);
}

static void assert_segment(const struct run *run, size_t index, uint32_t pid, uint32_t begin_ms,
			   uint32_t end_ms, unsigned depth)
{
	const struct ll_critical_segment *segment = &run->result.segments[index];

	assert_true(index < run->result.count);
	assert_int_equal(segment->id.tgid, pid);
	assert_int_equal(segment->begin_ns, begin_ms * MS);
	assert_int_equal(segment->end_ns, end_ms * MS);
	assert_int_equal(segment->depth, depth);
}

static void a_process_alone_is_the_path(void **state)
{
	struct run *run = *state;

	born(run, 100, 0);
	waited(run, 100, 7, 150);
	look(run, 999);
	assert_int_equal(run->result.count, 1);
	assert_segment(run, 0, 100, 100, 150, 0);
	assert_true(run->result.is_over);
	assert_false(run->result.is_cut);
}

/* sh -c 'sleep 0.3 & sleep 0.1; wait' */
static void the_child_that_ended_last_is_what_was_waited_for(void **state)
{
	struct run *run = *state;

	born(run, 100, 0);
	born(run, 101, 100);
	born(run, 102, 100);
	waited(run, 102, 100, 202);
	waited(run, 101, 100, 401);
	waited(run, 100, 7, 403);
	look(run, 999);
	assert_int_equal(run->result.count, 3);
	assert_segment(run, 0, 100, 100, 101, 0);
	assert_segment(run, 1, 101, 101, 401, 1);
	assert_segment(run, 2, 100, 401, 403, 0);
}

/* Two at a time, as make -j2: 101 and 102, then 150 for 101, then 180 for 102. */
static void before_a_birth_it_is_the_one_that_had_ended_last(void **state)
{
	struct run *run = *state;

	born(run, 100, 0);
	born(run, 101, 100);
	born(run, 102, 100);
	waited(run, 101, 100, 149);
	born(run, 150, 100);
	waited(run, 102, 100, 180);
	born(run, 181, 100);
	waited(run, 181, 100, 190);
	waited(run, 150, 100, 250);
	waited(run, 100, 7, 251);
	look(run, 999);
	assert_int_equal(run->result.count, 5);
	assert_segment(run, 0, 100, 100, 101, 0);
	assert_segment(run, 1, 101, 101, 149, 1);
	assert_segment(run, 2, 100, 149, 150, 0);
	assert_segment(run, 3, 150, 150, 250, 1);
	assert_segment(run, 4, 100, 250, 251, 0);
}

static void it_goes_down_into_what_children_waited_for(void **state)
{
	struct run *run = *state;

	born(run, 100, 0);
	born(run, 110, 100);
	born(run, 120, 110);
	waited(run, 120, 110, 130);
	waited(run, 110, 100, 140);
	waited(run, 100, 7, 150);
	look(run, 999);
	assert_int_equal(run->result.count, 5);
	assert_segment(run, 0, 100, 100, 110, 0);
	assert_segment(run, 1, 110, 110, 120, 1);
	assert_segment(run, 2, 120, 120, 130, 2);
	assert_segment(run, 3, 110, 130, 140, 1);
	assert_segment(run, 4, 100, 140, 150, 0);
}

/* It lay about for 400 ms: its parent was busy, and waited for the one before. */
static void who_lay_about_as_a_zombie_was_not_waited_for(void **state)
{
	struct run *run = *state;

	born(run, 100, 0);
	born(run, 101, 100);
	waited(run, 101, 100, 110);
	born(run, 120, 100);
	ends(run, 120, 200);
	reaped_by(run, 120, 600 * MS, 100);
	waited(run, 100, 7, 700);
	look(run, 999);
	assert_int_equal(run->result.count, 3);
	assert_segment(run, 1, 101, 101, 110, 1);
	assert_segment(run, 2, 100, 110, 700, 0);
}

static void who_was_reaped_by_nobody_was_not_waited_for(void **state)
{
	struct run *run = *state;

	born(run, 100, 0);
	born(run, 101, 100);
	waited(run, 101, 101, 110);
	waited(run, 100, 7, 200);
	look(run, 999);
	assert_int_equal(run->result.count, 1);
	assert_segment(run, 0, 100, 100, 200, 0);
}

/* 130 was forked after 101 had ended and before that was reaped: it had not waited for it. */
static void what_was_forked_before_the_reap_did_not_wait(void **state)
{
	struct run *run = *state;

	born(run, 100, 0);
	born(run, 101, 100);
	ends(run, 101, 120);
	born(run, 130, 100);
	reaped_by(run, 101, 140 * MS, 100);
	waited(run, 130, 100, 180);
	waited(run, 100, 7, 200);
	look(run, 999);
	assert_int_equal(run->result.count, 3);
	assert_segment(run, 0, 100, 100, 130, 0);
	assert_segment(run, 1, 130, 130, 180, 1);
}

/* Echoes come when all is over: what counts is when it ended. */
static void late_echoes_of_reaps_tell_as_much(void **state)
{
	struct run *run = *state;

	run->is_exact = false;
	born(run, 100, 0);
	born(run, 101, 100);
	ends(run, 101, 120);
	born(run, 121, 100);
	ends(run, 121, 130);
	ends(run, 100, 131);
	reaped_by(run, 100, 140 * MS, 0);
	reaped_by(run, 121, 141 * MS, 0);
	reaped_by(run, 101, 142 * MS, 0);
	look(run, 999);
	assert_int_equal(run->result.count, 5);
	assert_segment(run, 1, 101, 101, 120, 1);
	assert_segment(run, 3, 121, 121, 130, 1);
}

/* 120 is forked by 110, which ends; the root takes it over and waits for it. */
static void an_orphan_is_a_child_of_the_subreaper_that_waited(void **state)
{
	struct run *run = *state;
	struct ll_event exit = built_exit(130 * MS, at(110), 0, at(100));

	exit.child_reaper_reason = LL_REPARENT_SUBREAPER;
	born(run, 100, 0);
	born(run, 105, 100);
	waited(run, 105, 100, 108);
	born(run, 110, 100);
	born(run, 120, 110);
	apply(run, exit);
	reaped_by(run, 110, 130 * MS + 1, 100);
	waited(run, 120, 100, 200);
	waited(run, 100, 7, 210);
	look(run, 999);
	assert_int_equal(run->result.count, 5);
	assert_segment(run, 1, 105, 105, 108, 1);
	assert_segment(run, 2, 100, 108, 120, 0);
	assert_segment(run, 3, 120, 120, 200, 1);
}

static void a_root_that_lives_has_a_path_up_to_now(void **state)
{
	struct run *run = *state;

	born(run, 100, 0);
	born(run, 101, 100);
	waited(run, 101, 100, 110);
	look(run, 500);
	assert_false(run->result.is_over);
	assert_int_equal(run->result.count, 3);
	assert_segment(run, 2, 100, 110, 500, 0);
}

static void a_root_can_be_asked_for_by_its_pid(void **state)
{
	struct run *run = run_new(110, KEEP);

	(void)state;
	born(run, 100, 0);
	assert_int_equal(ll_critical_path_find(run->path, run->model, MS, &run->result),
			 -ENOENT);
	born(run, 110, 100);
	born(run, 120, 110);
	waited(run, 120, 110, 130);
	waited(run, 110, 100, 140);
	look(run, 999);
	assert_int_equal(run->result.count, 3);
	assert_segment(run, 0, 110, 110, 120, 0);
	run_free(run);
}

static void what_is_beyond_the_bound_is_left_out_and_said(void **state)
{
	struct run *run = run_new(0, 2);

	(void)state;
	born(run, 100, 0);
	born(run, 101, 100);
	born(run, 102, 100);
	born(run, 103, 102);
	waited(run, 101, 100, 110);
	waited(run, 103, 102, 120);
	waited(run, 102, 100, 130);
	waited(run, 100, 7, 140);
	look(run, 999);
	assert_true(run->result.is_cut);
	assert_int_equal(run->result.count, 3);
	assert_segment(run, 2, 100, 110, 140, 0);
	run_free(run);
}

/* Ten at once, a hundred times: of each ten only the last to end is ever gone back to. */
static void what_can_be_on_no_path_is_forgotten(void **state)
{
	struct run *run = run_new(0, 120);
	uint32_t last = 0;

	(void)state;
	born(run, 100, 0);
	for (uint32_t pid = 200; pid < 200 + 100 * 20; pid += 20) {
		for (uint32_t i = 0; i < 10; i++)
			born(run, pid + i, 100);
		for (uint32_t i = 0; i < 10; i++)
			waited(run, pid + i, 100, pid + 10 + i);
		last = pid + 19;
	}
	waited(run, 100, 7, last + 1);
	look(run, 9999);
	assert_false(run->result.is_cut);
	assert_int_equal(run->result.count, 1 + 2 * 100);
	run_free(run);
}

static void shares_add_up_by_process(void **state)
{
	struct run *run = *state;
	struct ll_critical_share *shares = NULL;
	size_t count = 0;

	born(run, 100, 0);
	born(run, 110, 100);
	waited(run, 110, 100, 115);
	born(run, 120, 100);
	waited(run, 120, 100, 190);
	waited(run, 100, 7, 200);
	look(run, 999);
	assert_int_equal(ll_critical_path_shares(&run->result, &shares, &count), 0);
	assert_int_equal(count, 3);
	assert_int_equal(shares[0].first.id.tgid, 120);
	assert_int_equal(shares[0].total_ns, 70 * MS);
	assert_int_equal(shares[1].first.id.tgid, 100);
	assert_int_equal(shares[1].total_ns, 25 * MS);
	assert_int_equal(shares[1].first.begin_ns, 100 * MS);
	assert_int_equal(shares[2].total_ns, 5 * MS);
	free(shares);
}

/* ---- Hostile ----------------------------------------------------------------------------- */

/* Straight into the path: the model would not let all of this through. */
static void add(struct run *run, struct ll_event event)
{
	assert_int_equal(ll_critical_path_add(run->path, run->model, &event), 0);
}

static struct ll_event exit_below(uint64_t ns, struct built_id id, struct built_id parent)
{
	struct ll_event event = built_exit(ns, id, 0, NONE);

	built_parent(&event, parent);
	return event;
}

static struct ll_event reap_by(uint64_t ns, struct built_id id, uint32_t reaper)
{
	struct ll_event event = built_reap(ns, id);

	LL_SET(&event, REAPER, reaper_tgid, reaper);
	return event;
}

/* C is born below the first P, which is gone when C ends below the second. */
static void a_second_birth_has_no_children_of_the_first(void **state)
{
	const struct built_id g = { 1, 10 }, p = { 2, 20 }, b = { 3, 30 }, c = { 4, 60 };
	struct run *run = *state;

	add(run, built_fork(g, NONE, "g"));
	add(run, built_fork(p, g, "p"));
	add(run, built_fork(b, p, "b"));
	add(run, exit_below(40, b, p));
	add(run, reap_by(41, b, p.pid));
	add(run, built_fork(c, p, "c"));
	add(run, exit_below(70, p, g));
	add(run, reap_by(71, p, 999));
	add(run, built_fork(p, g, "p"));
	add(run, exit_below(80, c, p));
	add(run, reap_by(81, c, p.pid));
	add(run, exit_below(90, p, g));
	add(run, reap_by(91, p, g.pid));
	add(run, exit_below(100, g, NONE));
	look(run, 200);
	for (size_t i = 0; i < run->result.count; i++)
		assert_int_not_equal(run->result.segments[i].id.tgid, b.pid);
}

/* At time 0 nobody lives on, nor is anybody below themselves. */
static void an_end_at_time_zero_is_one(void **state)
{
	const struct built_id g = { 1, 0 }, p = { 2, 0 };
	struct run *run = *state;

	add(run, built_fork(g, NONE, "g"));
	add(run, built_fork(p, g, "p"));
	for (int i = 0; i < 2; i++)
		add(run, exit_below(0, p, g));
	add(run, exit_below(0, p, p));
	add(run, exit_below(0, g, g));
	look(run, 200);
	assert_true(run->result.is_over);
}

/* Many zombies, and as many born before all of them ended: each would look at each. */
static void looking_back_has_a_bound(void **state)
{
	const struct built_id g = { 1, 1 }, other = { 2, 2 };
	const uint32_t count = 5000;
	struct run *run = *state;

	add(run, built_fork(g, NONE, "g"));
	add(run, built_fork(other, g, "o"));
	for (uint32_t i = 0; i < count; i++) {
		add(run, built_fork((struct built_id){ 10000 + i, 3 }, other, "x"));
		add(run, built_fork((struct built_id){ 20000 + i, 20000 + i }, g, "x"));
		add(run, exit_below(20000 + i, (struct built_id){ 20000 + i, 20000 + i }, g));
	}
	look(run, 200);
	assert_false(run->result.is_cut);
	free(run->result.segments);
	for (uint32_t i = 0; i < count; i++)
		add(run, exit_below(90000 + i, (struct built_id){ 10000 + i, 3 }, g));
	look(run, 200);
	assert_true(run->result.is_cut);
}

/* Few identities, times that go back and forth: whatever is told, nothing is read that is gone. */
static void any_events_at_all_are_survived(void **state)
{
	(void)state;
	for (unsigned seed = 1; seed <= 2000; seed++) {
		struct run *run = run_new(0, KEEP);

		add(run, built_fork((struct built_id){ 1, 0 }, NONE, "x"));
		for (unsigned i = 0; i < 60; i++) {
			unsigned random = (unsigned)rand_r(&(unsigned){ seed * 1000 + i });
			struct built_id id = { 1 + random % 5, 0 },
					parent = { 1 + random / 8 % 5, 0 };
			uint64_t ns = random / 64 % 3 == 0 ? random / 256 % 60 : i;

			if (random / 2048 % 3 == 0)
				add(run, built_fork(id, parent, "x"));
			else if (random / 2048 % 3 == 1)
				add(run, exit_below(ns, id, parent));
			else
				add(run, reap_by(ns, id, random % 2 == 0 ? parent.pid : 99));
		}
		look(run, 200);
		run_free(run);
	}
}

/* ---- Anything at all ------------------------------------------------------------------- */

#define RANDOM_PROCESSES 200

struct task {
	struct built_id id, parent;
	enum { TASK_NONE, TASK_LIVES, TASK_ZOMBIE, TASK_GONE } is;
};

static void step_random(struct run *run, struct task *tasks, size_t *count, uint64_t now,
			unsigned random)
{
	struct task *task = &tasks[random / 8 % *count];
	struct ll_event event;

	if (random % 8 < 3 && *count < RANDOM_PROCESSES && task->is == TASK_LIVES) {
		struct task *child = &tasks[(*count)++];

		*child = (struct task){ { (uint32_t)(100 + *count), now },
					task->id,
					TASK_LIVES };
		apply(run, built_fork(child->id, task->id, "x"));
	} else if (random % 8 < 5 && task->is == TASK_LIVES && task != tasks) {
		event = built_exit(now, task->id, 0, tasks[0].id);
		task->is = TASK_ZOMBIE;
		apply(run, event);
	} else if (task->is == TASK_ZOMBIE) {
		event = built_reap(now, task->id);
		if (random % 3 == 0)
			LL_SET(&event, REAPER, reaper_tgid, task->parent.pid);
		else if (random % 3 == 1)
			LL_SET(&event, REAP_PRECISION, reap_precision, LL_REAP_RCU);
		task->is = TASK_GONE;
		apply(run, event);
	}
}

static void any_run_adds_up(void **state)
{
	(void)state;
	for (unsigned seed = 1; seed <= 300; seed++) {
		struct run *run = run_new(0, seed % 4 == 0 ? 10 : KEEP);
		struct task tasks[RANDOM_PROCESSES] = { { at(100), LIFELINE, TASK_LIVES } };
		uint64_t now = 100 * MS;
		size_t count = 1;

		born(run, 100, 0);
		for (int i = 0; i < 1000; i++) {
			unsigned random = (unsigned)rand_r(&(unsigned){ seed * 1000 + i });

			/* Some at the same time, some late by more than a wait may be. */
			now += random % 5 == 0 ? 0
					       : random % (random % 50 == 1 ? 900 * MS : MS);
			step_random(run, tasks, &count, now, random / 64);
		}
		look(run, now / MS + 1);
		run_free(run);
	}
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_process_alone_is_the_path),
		TEST(the_child_that_ended_last_is_what_was_waited_for),
		TEST(before_a_birth_it_is_the_one_that_had_ended_last),
		TEST(it_goes_down_into_what_children_waited_for),
		TEST(who_lay_about_as_a_zombie_was_not_waited_for),
		TEST(who_was_reaped_by_nobody_was_not_waited_for),
		TEST(what_was_forked_before_the_reap_did_not_wait),
		TEST(late_echoes_of_reaps_tell_as_much),
		TEST(an_orphan_is_a_child_of_the_subreaper_that_waited),
		TEST(a_root_that_lives_has_a_path_up_to_now),
		cmocka_unit_test(a_root_can_be_asked_for_by_its_pid),
		cmocka_unit_test(what_is_beyond_the_bound_is_left_out_and_said),
		cmocka_unit_test(what_can_be_on_no_path_is_forgotten),
		TEST(shares_add_up_by_process),
		TEST(a_second_birth_has_no_children_of_the_first),
		TEST(an_end_at_time_zero_is_one),
		TEST(looking_back_has_a_bound),
		cmocka_unit_test(any_events_at_all_are_survived),
		cmocka_unit_test(any_run_adds_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
