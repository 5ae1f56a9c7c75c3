/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* -f in the views of the model: which lines it keeps. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "event/filter.h"
#include "event/wait_status.h"
#include "model/model.h"
#include "render/signals.h"
#include "render/states.h"
#include "render/tree.h"
#include "render/zombies.h"
#include "support/signal_builder.h"

#define NOW_NS UINT64_C(9000000000)

/* init ─ make ─┬─ cc1 ─ as
 *              ├─ cc1, which failed
 *              └─ ld                    and shell, beside make */
static const struct built_id init = { 1, 1 }, make = { 100, 1000 }, good = { 200, 2000 },
			     assembler = { 201, 2100 }, bad = { 202, 2200 },
			     linker = { 203, 2300 }, shell = { 300, 3000 };

struct fixture {
	struct ll_model *model;
	struct ll_filter *filter;
};

static int hand_on(void *arg, const struct ll_event *event)
{
	struct fixture *fixture = arg;

	return fixture->filter == NULL ||
			       ll_model_ask(fixture->model, fixture->filter, event) >= 0
		       ? 0
		       : -1;
}

static void apply(struct fixture *fixture, struct ll_event event)
{
	assert_int_equal(ll_model_apply(fixture->model, &event, hand_on, fixture), 0);
}

static void run_one(struct fixture *fixture, struct built_id id, struct built_id parent,
		    const char *comm, const char *exe)
{
	struct ll_event fork = built_fork(id, parent, "sh");

	LL_SET(&fork, EUID, euid, id.pid == shell.pid ? 7 : 0);
	apply(fixture, fork);
	apply(fixture, built_exec(id.start_ns + 10, id, comm, exe));
}

static void end_one(struct fixture *fixture, struct built_id id, uint64_t life_ns,
		    uint32_t code)
{
	struct ll_event exit = built_exit(id.start_ns + life_ns, id, code << 8, init);

	ll_event_set_wait_status(&exit, code << 8);
	apply(fixture, exit);
}

/* A machine that the filter has seen all events of, as when it runs. */
static struct fixture begin(const char *expression, uint32_t lines)
{
	struct fixture fixture = { .model = ll_model_new(100) };
	LL_AUTO_FREE char *why = NULL;

	if (expression != NULL &&
	    ll_filter_parse(expression, lines, 100, &fixture.filter, &why) != 0)
		fail_msg("'%s' was refused: %s", expression, why);
	apply(&fixture,
	      built_snapshot(100, init, (struct built_id){ 0 }, "init", LL_TASK_ALIVE));
	apply(&fixture, built_snapshot_end(200));
	run_one(&fixture, make, init, "make", "/bin/make");
	run_one(&fixture, good, make, "cc1", "/lib/cc1");
	run_one(&fixture, assembler, good, "as", "/bin/as");
	run_one(&fixture, bad, make, "cc1", "/lib/cc1");
	run_one(&fixture, linker, make, "ld", "/bin/ld");
	run_one(&fixture, shell, init, "sh", "/bin/sh");
	end_one(&fixture, assembler, 2000, 0);
	apply(&fixture, built_reap(5000, assembler));
	end_one(&fixture, good, 5000, 0);
	end_one(&fixture, bad, 5000, 1);
	return fixture;
}

static void end(struct fixture *fixture)
{
	ll_filter_free(fixture->filter);
	ll_model_free(fixture->model);
}

static char *draw_tree(const char *expression, bool folds)
{
	struct fixture fixture = begin(expression, LL_E_TREE);
	struct ll_tree_options options = { .filter = fixture.filter,
					   .show_times = true,
					   .fold = folds };
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_int_equal(ll_tree_render(out, fixture.model, &options), 0);
	fclose(out);
	end(&fixture);
	return text;
}

/* The pids of the lines, in order. */
static void assert_tree(const char *expression, const char *pids)
{
	LL_AUTO_FREE char *text = draw_tree(expression, false);
	char found[200] = "";

	for (const char *at = text; (at = strchr(at, '(')) != NULL; at++) {
		unsigned pid;

		if (sscanf(at, "(%u)", &pid) == 1)
			sprintf(found + strlen(found), "%u ", pid);
	}
	if (strcmp(found, pids) != 0)
		fail_msg("'%s': %s, not %s:\n%s", expression, found, pids, text);
}

static void tree_keeps_what_is_true_and_what_leads_there(void **state)
{
	(void)state;
	assert_tree(NULL, "1 100 200 201 202 203 300 ");
	assert_tree("exit.code != 0", "1 100 202 ");
	assert_tree("exe ~ '*/as'", "1 100 200 201 ");
	assert_tree("comm == 'sh'", "1 300 ");
	assert_tree("uid == 7", "1 300 ");
	assert_tree("depth == 2", "1 100 200 202 203 ");
	assert_tree("comm == 'nobody'", "");
	assert_tree("not has(exit.code)", "1 100 203 300 ");
}

/* Also of the dead, and of those that died before it was true. */
static void tree_knows_descendants_of_what_events_told(void **state)
{
	(void)state;
	assert_tree("descendant_of(200)", "1 100 200 201 ");
	assert_tree("descendant_of(event == 'exit' and comm == 'as')", "1 100 200 201 ");
	assert_tree("descendant_of(exit.code == 0) and comm == 'as'", "1 100 200 201 ");
	assert_tree("descendant_of(comm == 'make')", "1 100 200 201 202 203 ");
}

static void tree_folds_only_what_is_shown_for_the_same_reason(void **state)
{
	LL_AUTO_FREE char *text =
		draw_tree("comm == 'cc1' and code == 0 or comm == 'as'", true);

	(void)state;
	assert_non_null(strstr(text, "(200)"));
	assert_null(strstr(text, "202"));
	assert_null(strstr(text, " x "));
}

static char *write_states(const char *expression)
{
	struct fixture fixture = begin(expression, LL_E_STATES);
	struct ll_states_options options = { .filter = fixture.filter };
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	apply(&fixture, built_times(9000, make, 3000));
	apply(&fixture, built_times(9000, linker, 1000));
	assert_int_equal(ll_states_json(out, fixture.model, &options), 0);
	fclose(out);
	end(&fixture);
	return text;
}

static void states_keep_processes(void **state)
{
	LL_AUTO_FREE char *long_ones = write_states("running > 2us and exe ~ '*/make'");
	LL_AUTO_FREE char *none = write_states("running > 2us and exe ~ '*/ld'");

	(void)state;
	assert_non_null(strstr(long_ones, "\"process.pid\":100,"));
	assert_null(strstr(long_ones, "\"process.pid\":203,"));
	assert_string_equal(none, "");
}

static char *write_signals(const char *expression)
{
	struct fixture fixture = begin(expression, LL_E_SIGNALS);
	struct ll_signals_options options = { .filter = fixture.filter };
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	apply(&fixture, built_kill(9000, linker, SIGTERM, LL_DISPOSITION_HANDLER, shell, "sh"));
	apply(&fixture, built_kill(9001, make, SIGHUP, LL_DISPOSITION_HANDLER, shell, "sh"));
	assert_int_equal(ll_signals_json(out, fixture.model, &options), 0);
	fclose(out);
	end(&fixture);
	return text;
}

static void signals_keep_rows_by_what_they_say_and_by_their_target(void **state)
{
	LL_AUTO_FREE char *terms = write_signals("sig == 'TERM' and signals.sent == 1");
	LL_AUTO_FREE char *targets = write_signals("exe ~ '*/make' and sender_comm == 'sh'");

	(void)state;
	assert_non_null(strstr(terms, "SIGTERM"));
	assert_null(strstr(terms, "SIGHUP"));
	assert_non_null(strstr(targets, "SIGHUP"));
	assert_null(strstr(targets, "SIGTERM"));
}

static char *write_zombies(const char *expression)
{
	struct fixture fixture = begin(expression, LL_E_ZOMBIES);
	struct ll_zombies_options options = { .filter = fixture.filter,
					      .now_boottime_ns = NOW_NS };
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	apply(&fixture, built_fork((struct built_id){ 301, 9000 }, shell, "sh"));
	end_one(&fixture, (struct built_id){ 301, 9000 }, 5000, 3);
	assert_int_equal(ll_zombies_json(out, fixture.model, &options), 0);
	fclose(out);
	end(&fixture);
	return text;
}

static void zombies_keep_parents_by_their_line_or_a_zombies(void **state)
{
	LL_AUTO_FREE char *all = write_zombies(NULL);
	LL_AUTO_FREE char *by_count = write_zombies("zombies.count > 1");
	LL_AUTO_FREE char *by_child = write_zombies("exit.code == 3");

	(void)state;
	assert_non_null(strstr(all, "\"process.pid\":100,"));
	assert_non_null(strstr(all, "\"process.pid\":300,"));
	assert_non_null(strstr(by_count, "\"process.pid\":100,"));
	assert_non_null(strstr(by_count, "\"process.pid\":202,"));
	assert_null(strstr(by_count, "\"process.pid\":300,"));
	assert_non_null(strstr(by_child, "\"process.pid\":300,"));
	assert_non_null(strstr(by_child, "\"process.pid\":301,"));
	assert_null(strstr(by_child, "\"process.pid\":100,"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tree_keeps_what_is_true_and_what_leads_there),
		cmocka_unit_test(tree_knows_descendants_of_what_events_told),
		cmocka_unit_test(tree_folds_only_what_is_shown_for_the_same_reason),
		cmocka_unit_test(states_keep_processes),
		cmocka_unit_test(signals_keep_rows_by_what_they_say_and_by_their_target),
		cmocka_unit_test(zombies_keep_parents_by_their_line_or_a_zombies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
