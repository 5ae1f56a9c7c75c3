/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The census of an export: each process told once, when all is known of it, and no more held than needed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <errno.h>
#include <string.h>

#include <cmocka.h>

#include "export/census.h"
#include "support/event_builder.h"

static const struct built_id init = { 1, 1 }, shell = { 100, 1000 }, child = { 200, 2000 },
			     unknown = { 77, 70 };

struct fixture {
	struct ll_model *model;
	struct ll_census *census;
	uint32_t kinds; /* LL_E_*: what is exported */
	size_t told_count, again_count, stub_count, reaped_count;
	struct ll_id last;
	int result; /* what telling returns */
};

static int tell(void *arg, struct ll_id id, const struct ll_process *process, bool is_again)
{
	struct fixture *fixture = arg;

	fixture->told_count += !is_again;
	fixture->again_count += is_again;
	fixture->stub_count += process == NULL;
	fixture->reaped_count += process != NULL && process->life == LL_LIFE_REAPED;
	fixture->last = id;
	return fixture->result;
}

static int hand_on(void *arg, const struct ll_event *event)
{
	struct fixture *fixture = arg;

	if ((fixture->kinds >> event->kind & 1) == 0)
		return 0;
	return ll_census_take(fixture->census, event);
}

static void apply(struct fixture *fixture, struct ll_event event)
{
	assert_int_equal(ll_model_apply(fixture->model, &event, hand_on, fixture), 0);
}

static int set_up(void **state)
{
	struct fixture *fixture = test_calloc(1, sizeof(*fixture));

	fixture->kinds = LL_E_ALL & ~LL_E_HIDDEN;
	fixture->model = ll_model_new(10);
	fixture->census = ll_census_new(fixture->model, tell, fixture);
	assert_non_null(fixture->model);
	assert_non_null(fixture->census);
	apply(fixture, built_snapshot(10, init, (struct built_id){ 0 }, "init", LL_TASK_ALIVE));
	apply(fixture, built_fork(shell, init, "sh"));
	*state = fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;

	ll_census_free(fixture->census);
	ll_model_free(fixture->model);
	test_free(fixture);
	return 0;
}

static void live(struct fixture *fixture, struct built_id id)
{
	apply(fixture, built_fork(id, shell, "sh"));
	apply(fixture, built_exec(id.start_ns + 1, id, "true", "/bin/true"));
	apply(fixture, built_exit(id.start_ns + 2, id, 0, init));
	apply(fixture, built_reap(id.start_ns + 3, id));
}

static void a_process_is_told_at_its_reap_and_the_living_at_the_end(void **state)
{
	struct fixture *fixture = *state;

	live(fixture, child);
	assert_int_equal(fixture->told_count, 1);
	assert_int_equal(fixture->reaped_count, 1);
	assert_int_equal(fixture->last.tgid, child.pid);
	assert_int_equal(ll_census_end(fixture->census), 0);
	assert_int_equal(fixture->told_count, 3);
	assert_int_equal(fixture->again_count, 0);
}

static void what_comes_after_the_reap_tells_it_again(void **state)
{
	struct fixture *fixture = *state;

	live(fixture, child);
	apply(fixture, built_exec(child.start_ns + 1, child, "late", "/bin/late"));
	assert_int_equal(fixture->told_count, 1);
	assert_int_equal(fixture->again_count, 1);
}

static void one_that_is_only_named_is_told_without_a_process(void **state)
{
	struct fixture *fixture = *state;
	struct ll_id id = { unknown.pid, unknown.start_ns };

	assert_int_equal(ll_census_note(fixture->census, id), 0);
	assert_int_equal(ll_census_note(fixture->census, (struct ll_id){ 78, 0 }), 0);
	assert_int_equal(ll_census_end(fixture->census), 0);
	assert_int_equal(fixture->stub_count, 1);
	assert_int_equal(fixture->told_count, 3);
}

/* A filter keeps the reaps: they are noticed all the same, long before the end, and each once. */
static void reaps_that_are_not_exported_are_noticed(void **state)
{
	enum { PROCESSES = 200000 };
	struct fixture *fixture = *state;

	fixture->kinds = LL_E(EXEC);
	for (uint32_t i = 0; i < PROCESSES; i++)
		live(fixture, (struct built_id){ 300 + i % 30000, 10000 + 10 * (uint64_t)i });
	assert_in_range(fixture->told_count, PROCESSES / 2, PROCESSES);
	assert_int_equal(ll_census_end(fixture->census), 0);
	assert_int_equal(fixture->told_count, PROCESSES + 2);
	assert_int_equal(fixture->again_count, 0);
}

static void what_telling_fails_with_comes_back(void **state)
{
	struct fixture *fixture = *state;

	fixture->result = -ENOSPC;
	assert_int_equal(ll_census_end(fixture->census), -ENOSPC);
	assert_int_equal(fixture->told_count, 1);
}

#define CENSUS_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CENSUS_TEST(a_process_is_told_at_its_reap_and_the_living_at_the_end),
		CENSUS_TEST(what_comes_after_the_reap_tells_it_again),
		CENSUS_TEST(one_that_is_only_named_is_told_without_a_process),
		CENSUS_TEST(reaps_that_are_not_exported_are_noticed),
		CENSUS_TEST(what_telling_fails_with_comes_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
