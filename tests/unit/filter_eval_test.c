/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* What an expression answers, and who descends from whom. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "event/filter.h"
#include "model/model.h"
#include "support/event_builder.h"

static const struct built_id init = { 1, 10 }, shell = { 100, 1000 }, make = { 200, 2000 },
			     compiler = { 300, 3000 }, other = { 400, 4000 };

static struct ll_filter *parse_keeping(const char *text, size_t keep)
{
	struct ll_filter *filter = NULL;
	LL_AUTO_FREE char *why = NULL;

	if (ll_filter_parse(text, ~0u, keep, &filter, &why) != 0)
		fail_msg("'%s' was refused: %s", text, why);
	return filter;
}

static struct ll_filter *parse(const char *text)
{
	return parse_keeping(text, 1000);
}

static bool is_true(const char *text, const struct ll_event *event)
{
	struct ll_filter *filter = parse(text);
	bool answer = ll_filter_matches(filter, event);

	ll_filter_free(filter);
	return answer;
}

static bool see(struct ll_filter *filter, struct ll_event event)
{
	assert_int_equal(ll_filter_see(filter, &event), 0);
	return ll_filter_matches(filter, &event);
}

static struct ll_event failed_exit(void)
{
	struct ll_event event = built_exit(5000, compiler, 1 << 8, init);

	built_comm(&event, "cc1");
	LL_SET(&event, EXIT_CODE, exit_code, 1);
	LL_SET(&event, DURATION, duration_ns, UINT64_C(1500000000));
	LL_SET(&event, MAXRSS, max_rss_bytes, 64 << 10);
	return event;
}

static void units_are_exact(void **state)
{
	struct ll_event event = failed_exit();

	(void)state;
	assert_true(is_true("duration == 1.5s", &event));
	assert_true(is_true("duration == 1500ms and duration == 1500000us", &event));
	assert_false(is_true("duration > 1.5s", &event));
	assert_true(is_true("duration > 1.499999999s", &event));
	assert_true(is_true("duration < 0.1m and duration < 1h and duration < 1d", &event));
	assert_true(is_true("maxrss == 64KiB and maxrss == 64K and maxrss == 65536", &event));
	assert_true(is_true("maxrss > 65KB and maxrss < 0.1MB", &event));
}

/* Both of these are false; so "not" of either is true. */
static void whatever_is_compared_with_what_is_absent_is_false(void **state)
{
	struct ll_event event = failed_exit();

	(void)state;
	assert_false(is_true("latency > 1ms", &event));
	assert_false(is_true("latency <= 1ms", &event));
	assert_false(is_true("exe == 'x'", &event));
	assert_false(is_true("exe != 'x'", &event));
	assert_false(is_true("exe !~ 'x'", &event));
	assert_false(is_true("exe not in ('x')", &event));
	assert_true(is_true("not exe == 'x'", &event));
	assert_false(is_true("core", &event));
	assert_false(is_true("core == false", &event));
	assert_true(is_true("not core", &event));
	assert_false(is_true("has(exe)", &event));
	assert_true(is_true("has(exit.code)", &event));
}

static void globs_are_of_the_whole_and_regular_expressions_of_a_part(void **state)
{
	struct ll_event event = built_exec(1, make, "make", "/usr/bin/make");

	(void)state;
	assert_true(is_true("exe ~ '*/make'", &event));
	assert_true(is_true("exe ~ '/usr/*'", &event));
	assert_false(is_true("exe ~ 'make'", &event));
	assert_true(is_true("exe ~ '/usr/bin/[lm]ak?'", &event));
	assert_true(is_true("exe =~ 'bin'", &event));
	assert_false(is_true("exe =~ '^bin'", &event));
	assert_true(is_true("exe =~ '/(make|ninja)$'", &event));
	assert_false(is_true("exe !~ 'bin'", &event));
}

static void arguments_are_one_text_joined_by_blanks(void **state)
{
	static const char bytes[] = "cc\0-O2\0a b.c";
	struct ll_event event = built_exec(1, compiler, "cc1", "/usr/bin/cc");

	(void)state;
	LL_SET(&event, ARGS, args, ll_str_make(bytes, sizeof(bytes)));
	assert_true(is_true("args == 'cc -O2 a b.c'", &event));
	assert_true(is_true("args ~ '* -O2 *' and args =~ '-O[23]'", &event));
	assert_false(is_true("args ~ '*-O3*'", &event));
	LL_SET(&event, ARGS, args, ll_str_make(NULL, 0));
	assert_true(is_true("args == ''", &event));
}

static void words_of_a_field_are_compared_as_words(void **state)
{
	struct ll_event event = built_fork(make, shell, "sh");

	(void)state;
	assert_true(is_true("fork.kind == 'process'", &event));
	assert_true(is_true("fork.kind in ('thread', 'process')", &event));
	assert_true(is_true("fork.kind ~ 'p*' and fork.kind !~ 'v'", &event));
	assert_true(is_true("fork.kind != 'thread'", &event));
}

static void signed_numbers_are_compared_as_such(void **state)
{
	struct ll_event event = built_times(9000, make, 5);

	(void)state;
	LL_SET(&event, NICE, nice, -5);
	assert_true(is_true("nice < 0 and nice >= -5 and nice == -5", &event));
	assert_false(is_true("nice > 3", &event));
}

static void what_a_process_is_is_told_of_its_other_events(void **state)
{
	struct ll_model *model = ll_model_new(10);
	struct ll_event exec = built_exec(3100, compiler, "cc1", "/usr/lib/cc1");
	struct ll_event exit = failed_exit(), failed = failed_exit();

	(void)state;
	LL_SET(&exec, EUID, euid, 7);
	LL_SET(&exec, CONTAINER, container_id, built_str("c0"));
	LL_SET(&exec, CGROUP, cgroup, built_str("/c0"));
	assert_int_equal(ll_model_apply(model, &exec, NULL, NULL), 0);
	const struct ll_process *process =
		ll_model_find(model, (struct ll_id){ compiler.pid, compiler.start_ns });
	ll_process_describe(process, &exit);
	assert_true(is_true("exe ~ '*/cc1' and code == 1 and uid == 7 and container == 'c0'",
			    &exit));
	/* What the event says itself stays; what belongs to it is not mixed with what was before. */
	LL_SET(&failed, FILENAME, filename, built_str("nosuch"));
	LL_SET(&failed, EUID, euid, 8);
	LL_SET(&failed, CGROUP, cgroup, built_str("/"));
	ll_process_describe(process, &failed);
	assert_true(is_true("file == 'nosuch' and not has(exe) and uid == 8", &failed));
	assert_false(is_true("has(container)", &failed));
	ll_model_free(model);
}

static void descendants_of_a_pid_are_it_and_all_below(void **state)
{
	struct ll_filter *filter = parse("descendant_of(200)");

	(void)state;
	assert_false(see(filter, built_fork(shell, init, "sh")));
	assert_true(see(filter, built_fork(make, shell, "sh")));
	assert_true(see(filter, built_fork(compiler, make, "make")));
	assert_false(see(filter, built_fork(other, shell, "sh")));
	assert_true(see(filter, built_exit(5000, compiler, 0, init)));
	ll_filter_free(filter);
}

static void who_has_the_pid_later_is_another(void **state)
{
	static const struct built_id again = { 200, 9000 };
	struct ll_filter *filter = parse("descendant_of(200)");

	(void)state;
	see(filter, built_fork(make, shell, "sh"));
	see(filter, built_exit(5000, make, 0, init));
	assert_false(see(filter, built_fork(again, shell, "sh")));
	/* The first one's reap may be told when the pid has a new holder. */
	assert_true(see(filter, built_reap(9500, make)));
	assert_false(see(filter, built_exit(9600, again, 0, init)));
	ll_filter_free(filter);
}

static void descendants_of_an_expression_follow_from_when_it_was_true(void **state)
{
	struct ll_filter *filter = parse("descendant_of(comm == 'make')");

	(void)state;
	assert_false(see(filter, built_fork(make, shell, "sh")));
	/* Forked before, and a descendant all the same. */
	assert_false(see(filter, built_fork(compiler, make, "sh")));
	assert_true(see(filter, built_exec(3100, make, "make", "/usr/bin/make")));
	assert_true(see(filter, built_exec(3200, compiler, "cc1", "/usr/bin/cc1")));
	/* It stays one, whatever it becomes. */
	assert_true(see(filter, built_exec(3300, make, "sh", "/bin/sh")));
	assert_false(see(filter, built_fork(other, shell, "sh")));
	ll_filter_free(filter);
}

static void orphans_stay_descendants(void **state)
{
	struct ll_filter *filter = parse_keeping("descendant_of(comm == 'shell')", 0);
	struct ll_event late = built_rename(9000, shell, "shell");

	(void)state;
	see(filter, built_fork(shell, init, "sh"));
	see(filter, built_fork(make, shell, "sh"));
	see(filter, built_fork(compiler, make, "sh"));
	see(filter, built_exit(5000, make, 0, init));
	see(filter, built_reap(5001, make));
	/* So many end meanwhile that what was between them is forgotten. */
	for (uint32_t i = 0; i < 500; i++) {
		struct built_id passing = { 1000 + i, 6000 + i };

		see(filter, built_fork(passing, init, "x"));
		see(filter, built_reap(7000 + i, passing));
	}
	see(filter, late);
	assert_true(see(filter, built_exit(9001, compiler, 0, init)));
	ll_filter_free(filter);
}

static void snapshots_tell_of_ancestors_in_any_order(void **state)
{
	struct ll_filter *filter = parse("descendant_of(100)");

	(void)state;
	see(filter, built_snapshot(5000, compiler, make, "cc1", LL_TASK_ALIVE));
	see(filter, built_snapshot(5001, make, shell, "make", LL_TASK_ALIVE));
	see(filter, built_snapshot(5002, shell, init, "sh", LL_TASK_ALIVE));
	assert_true(see(filter, built_exit(6000, compiler, 0, init)));
	assert_false(see(filter, built_snapshot(6001, init, (struct built_id){ 0 }, "init",
						LL_TASK_ALIVE)));
	ll_filter_free(filter);
}

/* With CLONE_PARENT the parent is another than who forked. */
static void who_called_fork_is_the_ancestor(void **state)
{
	struct ll_filter *filter = parse("descendant_of(200)");
	struct ll_event fork = built_fork(compiler, shell, "make");

	(void)state;
	see(filter, built_fork(shell, init, "sh"));
	see(filter, built_fork(make, shell, "sh"));
	LL_SET(&fork, FORK_CALLER, fork_caller_tgid, make.pid);
	assert_true(see(filter, fork));
	ll_filter_free(filter);
}

static void one_can_ask_for_descendants_of_descendants(void **state)
{
	struct ll_filter *filter =
		parse("descendant_of(comm == 'cc' and descendant_of(comm == 'make'))");

	(void)state;
	see(filter, built_fork(shell, init, "cc"));
	assert_false(see(filter, built_fork(make, shell, "make")));
	assert_true(see(filter, built_fork(compiler, make, "cc")));
	assert_false(see(filter, built_fork(other, shell, "cc")));
	ll_filter_free(filter);
}

/* Garbage of a stream does not make a circle of ancestors. */
static void parents_are_older(void **state)
{
	struct ll_filter *filter = parse("descendant_of(comm == 'x') or descendant_of(300)");

	(void)state;
	see(filter, built_fork(make, compiler, "a"));
	see(filter, built_fork(compiler, make, "x"));
	see(filter, built_fork(make, make, "x"));
	for (uint32_t i = 0; i < 300; i++)
		see(filter, built_reap(8000 + i, (struct built_id){ 200 + i, 2000 + i }));
	assert_true(see(filter, built_exit(9000, compiler, 0, init)));
	ll_filter_free(filter);
}

/* A chain of forks as deep as pids go does not deepen the stack. */
static void deep_lines_are_marked(void **state)
{
	struct ll_filter *filter = parse("descendant_of(comm == 'top')");
	const uint32_t depth = 200000;

	(void)state;
	for (uint32_t i = 1; i < depth; i++)
		see(filter, built_fork((struct built_id){ i + 1, i + 1 },
				       (struct built_id){ i, i }, "x"));
	see(filter, built_rename(depth + 1, (struct built_id){ 1, 1 }, "top"));
	assert_true(
		see(filter, built_exit(depth + 2, (struct built_id){ depth, depth }, 0, init)));
	ll_filter_free(filter);
}

/* A walk over all who had the pid, at every event, would take hours. */
static void see_one_pid_often(uint64_t first_ns, int64_t step_ns)
{
	struct ll_filter *filter = parse("descendant_of(300)");
	struct built_id id = { compiler.pid, first_ns };
	const int count = 300000;

	alarm(200);
	assert_true(see(filter, built_fork(id, init, "x")));
	for (int i = 1; i < count; i++) {
		id.start_ns += (uint64_t)step_ns;
		see(filter, built_fork(id, init, "x"));
	}
	/* Without its start it is the newest, which the first one is where they get older. */
	struct ll_event event = built_event(LL_EVENT_RENAME, 1, id);
	ll_event_forget(&event, LL_F_CREATION);
	assert_int_equal(see(filter, event), step_ns < 0);
	alarm(0);
	ll_filter_free(filter);
}

static void a_pid_that_many_have_takes_no_time(void **state)
{
	(void)state;
	see_one_pid_often(1000, 1);
	see_one_pid_often(UINT64_C(1000000000), -1);
}

/* They come and go in any order, and some are forgotten: each stays who it is. */
static void a_pid_is_its_newest_holder_s_also_when_some_are_forgotten(void **state)
{
	enum { HOLDERS = 200 };
	struct ll_filter *filter = parse_keeping("descendant_of(200)", 0);
	unsigned random = 7;

	(void)state;
	/* Those below the shell that were forked by make are marked: every third. */
	see(filter, built_fork(shell, init, "sh"));
	see(filter, built_fork(make, shell, "make"));
	for (int i = 0; i < 20 * HOLDERS; i++) {
		uint64_t start_ns = 5000 + (uint64_t)rand_r(&random) % HOLDERS;
		struct built_id id = { compiler.pid, start_ns };
		bool is_below = start_ns % 3 == 0;
		struct ll_event event = built_fork(id, is_below ? make : shell, "x");

		assert_int_equal(see(filter, event), is_below);
		if (rand_r(&random) % 2 == 0)
			assert_int_equal(see(filter, built_reap(9000, id)), is_below);
	}
	struct built_id newest = { compiler.pid, 5000 + HOLDERS + 1 };
	assert_true(see(filter, built_fork(newest, make, "x")));
	struct ll_event event = built_event(LL_EVENT_RENAME, 1, newest);
	ll_event_forget(&event, LL_F_CREATION);
	assert_true(see(filter, event));
	ll_filter_free(filter);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(units_are_exact),
		cmocka_unit_test(whatever_is_compared_with_what_is_absent_is_false),
		cmocka_unit_test(globs_are_of_the_whole_and_regular_expressions_of_a_part),
		cmocka_unit_test(arguments_are_one_text_joined_by_blanks),
		cmocka_unit_test(words_of_a_field_are_compared_as_words),
		cmocka_unit_test(signed_numbers_are_compared_as_such),
		cmocka_unit_test(what_a_process_is_is_told_of_its_other_events),
		cmocka_unit_test(descendants_of_a_pid_are_it_and_all_below),
		cmocka_unit_test(who_has_the_pid_later_is_another),
		cmocka_unit_test(descendants_of_an_expression_follow_from_when_it_was_true),
		cmocka_unit_test(orphans_stay_descendants),
		cmocka_unit_test(snapshots_tell_of_ancestors_in_any_order),
		cmocka_unit_test(who_called_fork_is_the_ancestor),
		cmocka_unit_test(one_can_ask_for_descendants_of_descendants),
		cmocka_unit_test(parents_are_older),
		cmocka_unit_test(deep_lines_are_marked),
		cmocka_unit_test(a_pid_that_many_have_takes_no_time),
		cmocka_unit_test(a_pid_is_its_newest_holder_s_also_when_some_are_forgotten),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
