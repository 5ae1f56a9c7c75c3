/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* What lives, said again: a model that begins from it knows of the living what the first one knows. */
#include "support/model_recorder.h"

static const struct built_id init = { 1, 1 }, shell = { 10, 100 }, cc = { 20, 200 },
			     dead = { 30, 300 }, thread = { 11, 1050 };

static int apply(void *arg, const struct ll_event *event)
{
	return ll_model_apply(arg, event, NULL, NULL);
}

static struct ll_model *make(void)
{
	struct ll_model *model = ll_model_new(100);
	struct ll_event events[] = {
		built_snapshot(900, init, (struct built_id){ 0, 0 }, "init", LL_TASK_ALIVE),
		{ .kind = LL_EVENT_SNAPSHOT_END, .time_boottime_ns = 901 },
		built_fork(shell, init, "init"),
		built_exec(1010, shell, "sh", "/bin/sh"),
		built_thread_fork(shell, thread),
		built_fork(cc, shell, "sh"),
		built_fork(dead, shell, "sh"),
		built_exit(1100, dead, 0x300, init),
		built_reap(1200, dead),
		built_exit(1300, cc, 9, init),
	};

	assert_non_null(model);
	LL_SET(&events[3], CWD, cwd, built_str("/src"));
	LL_SET(&events[3], EUID, euid, 1000);
	LL_SET(&events[3], CGROUP, cgroup, built_str("/a.slice"));
	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++)
		assert_int_equal(apply(model, &events[i]), 0);
	return model;
}

static struct ll_model *restate(const struct ll_model *model)
{
	struct ll_event like = { .kind = LL_EVENT_FORK, .time_boottime_ns = 2000 };
	struct ll_model *other = ll_model_new(100);

	assert_non_null(other);
	LL_SET(&like, TIME, time_unix_ns, 77);
	assert_int_equal(ll_model_restate(model, &like, apply, other), 0);
	return other;
}

static const struct ll_process *find(const struct ll_model *model, struct built_id id)
{
	return ll_model_find(model, (struct ll_id){ id.pid, id.start_ns });
}

static void the_living_are_the_same(void **state)
{
	struct ll_model *model = make(), *other = restate(model);
	const struct ll_model_counts *a = ll_model_counts(model), *b = ll_model_counts(other);

	(void)state;
	assert_int_equal(b->alive, a->alive);
	assert_int_equal(b->alive_threads, a->alive_threads);
	assert_int_equal(b->zombies, a->zombies);
	assert_int_equal(b->inferred, 0);
	const struct ll_process *one = find(model, shell), *two = find(other, shell);
	assert_non_null(two);
	assert_string_equal(two->comm, one->comm);
	assert_int_equal(two->thread_count, 2);
	assert_int_equal(two->parent.tgid, init.pid);
	assert_int_equal(two->euid, 1000);
	assert_int_equal(two->cgroup.length, one->cgroup.length);
	assert_memory_equal(two->image->exe.data, "/bin/sh", 7);
	assert_memory_equal(two->image->cwd.data, "/src", 4);
	ll_model_free(model);
	ll_model_free(other);
}

static void a_zombie_keeps_its_status_and_the_reaped_are_left_out(void **state)
{
	struct ll_model *model = make(), *other = restate(model);

	(void)state;
	assert_int_equal(find(other, cc)->life, LL_LIFE_ZOMBIE);
	assert_int_equal(find(other, cc)->wait_status, 9);
	assert_null(find(other, dead));
	ll_model_free(model);
	ll_model_free(other);
}

/* Said again to the model itself, as after a gap that was none, it changes nothing. */
static void said_to_the_same_model_it_changes_nothing(void **state)
{
	struct ll_model *model = make();
	struct ll_event like = { .kind = LL_EVENT_FORK,
				 .time_boottime_ns = UINT64_C(5000000000) };
	struct ll_model *copy = restate(model);

	(void)state;
	assert_int_equal(ll_model_restate(model, &like, apply, copy), 0);
	assert_int_equal(ll_model_counts(copy)->inferred, 0);
	assert_int_equal(ll_model_counts(copy)->alive, ll_model_counts(model)->alive);
	ll_model_free(model);
	ll_model_free(copy);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_living_are_the_same),
		cmocka_unit_test(a_zombie_keeps_its_status_and_the_reaped_are_left_out),
		cmocka_unit_test(said_to_the_same_model_it_changes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
