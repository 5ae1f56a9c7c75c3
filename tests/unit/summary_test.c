/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* A summary of hand-made events: what is counted, what is bounded, and how it is drawn. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "analysis/summary.h"
#include "base/clock.h"
#include "columns.h"
#include "golden.h"
#include "render/summary.h"
#include "support/event_builder.h"

#define S LL_NS_PER_S
#define MS LL_NS_PER_MS
#define BEGIN_NS (100 * S)
#define SEGV_WITH_CORE (11 + 0x80)

static const struct built_id NONE = { 0, 0 }, INIT = { 1, 1 };
static const struct built_id MAKE = { 4200, BEGIN_NS };

struct fixture {
	struct ll_model *model;
	struct ll_summary *summary;
	struct ll_summary_result result;
	struct ll_filter *filter;
};

static int on_event(void *arg, const struct ll_event *event)
{
	struct fixture *fixture = arg;
	int asked = fixture->filter == NULL ||
		    ll_model_ask(fixture->model, fixture->filter, event) == 1;

	assert_int_equal(ll_summary_note(fixture->summary, fixture->model, event), 0);
	/* As cmd_summary has it. */
	if (!asked || event->kind == LL_EVENT_SNAPSHOT_END || event->kind == LL_EVENT_LOST)
		return 0;
	return ll_summary_count(fixture->summary, fixture->model, event);
}

static void apply(struct fixture *fixture, struct ll_event event)
{
	assert_int_equal(ll_model_apply(fixture->model, &event, on_event, fixture), 0);
}

static struct fixture begin(bool has_root)
{
	struct ll_summary_options options = { .has_root = has_root, .keep = 1000 };
	struct fixture fixture = { .model = ll_model_new(1000),
				   .summary = ll_summary_new(&options) };

	assert_non_null(fixture.model);
	assert_non_null(fixture.summary);
	return fixture;
}

static void end(struct fixture *fixture)
{
	ll_summary_free(fixture->summary);
	ll_model_free(fixture->model);
	ll_filter_free(fixture->filter);
}

static void sum_up(struct fixture *fixture, uint64_t now_ns)
{
	assert_int_equal(
		ll_summary_end(fixture->summary, fixture->model, now_ns, &fixture->result), 0);
}

struct life {
	struct built_id id, parent;
	const char *exe; /* NULL: it executes nothing */
	const char *args;
	size_t args_length;
	uint64_t exec_ns; /* after its birth */
	uint64_t life_ns;
	uint32_t wait_status;
	uint64_t user_ns, system_ns, rss_bytes;
};

static void is_born(struct fixture *fixture, const struct life *life)
{
	apply(fixture, built_fork(life->id, life->parent, "sh"));
	if (life->exe == NULL)
		return;
	struct ll_event exec = built_exec(life->id.start_ns + life->exec_ns, life->id,
					  strrchr(life->exe, '/') + 1, life->exe);
	LL_SET(&exec, ARGS, args, ll_str_make(life->args, life->args_length));
	apply(fixture, exec);
}

/* At the exit the last tick of CPU time is not in it. */
static void dies(struct fixture *fixture, const struct life *life)
{
	struct ll_event exit = built_exit(life->id.start_ns + life->life_ns, life->id,
					  life->wait_status, INIT);

	LL_SET(&exit, UTIME, cpu_user_ns, life->user_ns / 2);
	LL_SET(&exit, STIME, cpu_system_ns, life->system_ns);
	LL_SET(&exit, MAXRSS, max_rss_bytes, life->rss_bytes);
	apply(fixture, exit);
}

static void is_reaped(struct fixture *fixture, const struct life *life)
{
	struct ll_event reap = built_reap(life->id.start_ns + life->life_ns + 1000, life->id);

	LL_SET(&reap, UTIME, cpu_user_ns, life->user_ns);
	LL_SET(&reap, STIME, cpu_system_ns, life->system_ns);
	LL_SET(&reap, MAXRSS, max_rss_bytes, life->rss_bytes);
	LL_SET(&reap, REAPER, reaper_tgid, life->parent.pid);
	apply(fixture, reap);
}

#define ARGS(text) .args = (text), .args_length = sizeof(text)

static const struct life make = {
	.id = { 4200, BEGIN_NS },
	.parent = { 7, 7 },
	.exe = "/usr/bin/make",
	ARGS("make\0-j2\0all"),
	.exec_ns = MS,
	.life_ns = 10 * S,
	.wait_status = 2 << 8,
	.user_ns = 100 * MS,
	.rss_bytes = 3 << 20,
};

static struct life compile(unsigned number)
{
	return (struct life){
		.id = { 5000 + number, BEGIN_NS + S + number * 50 * MS },
		.parent = MAKE,
		.exe = "/usr/bin/cc",
		ARGS("/usr/bin/cc\0-c\0a \033[31m.c"),
		.exec_ns = (2 + number % 3) * MS,
		.life_ns = (5 + 40 * number % 300) * MS,
		.wait_status = number % 20 == 7   ? 1 << 8
			       : number % 20 == 9 ? SEGV_WITH_CORE
						  : 0,
		.user_ns = (1 + number) * MS,
		.system_ns = MS,
		.rss_bytes = (20 + number) << 20,
	};
}

/* A make of sixty compilers, a linker, an orphaned shell that executes nothing. */
static void build(struct fixture *fixture)
{
	const struct life link = { .id = { 6000, BEGIN_NS + 6 * S },
				   .parent = MAKE,
				   .exe = "/usr/bin/ld",
				   ARGS("ld\0-o\0prog"),
				   .exec_ns = MS,
				   .life_ns = 3 * S,
				   .user_ns = 2 * S,
				   .rss_bytes = 200 << 20 };
	const struct life shell = { .id = { 6001, BEGIN_NS + 7 * S },
				    .parent = link.id,
				    .life_ns = 500 * 1000,
				    .wait_status = 3 << 8 };

	is_born(fixture, &make);
	for (unsigned i = 0; i < 60; i++) {
		struct life life = compile(i);

		is_born(fixture, &life);
		dies(fixture, &life);
		is_reaped(fixture, &life);
	}
	is_born(fixture, &link);
	apply(fixture, built_thread_fork(link.id, (struct built_id){ 6002, BEGIN_NS + 6 * S }));
	is_born(fixture, &shell);
	dies(fixture, &shell);
	is_reaped(fixture, &shell);
	dies(fixture, &link);
	is_reaped(fixture, &link);
	dies(fixture, &make);
}

static void what_happened_is_counted(void **state)
{
	struct fixture fixture = begin(true);
	const struct ll_summary_result *result = &fixture.result;

	(void)state;
	build(&fixture);
	sum_up(&fixture, BEGIN_NS + 20 * S);
	assert_int_equal(result->births, 63);
	assert_int_equal(result->thread_births, 1);
	assert_int_equal(result->events[LL_EVENT_EXEC], 62);
	assert_int_equal(result->ends, 63);
	assert_int_equal(result->failures, 3 + 3 + 2);
	assert_int_equal(result->killed, 3);
	assert_int_equal(result->events[LL_EVENT_REAP], 62);
	assert_int_equal(result->begin_ns, BEGIN_NS);
	assert_int_equal(result->end_ns, BEGIN_NS + 10 * S);
	assert_int_equal(result->lives->count, 63);
	assert_int_equal(result->exec_delays->count, 62);
	assert_int_equal(result->exec_delays->most_ns, 4 * MS);
	assert_int_equal(result->life_short[0], 1);
	assert_int_equal(result->depth, 3);
	end(&fixture);
}

/* That of the reap where there is one; make, which is not reaped, has that of its exit. */
static void cpu_time_is_the_final_one(void **state)
{
	struct fixture fixture = begin(true);

	(void)state;
	build(&fixture);
	sum_up(&fixture, BEGIN_NS + 20 * S);
	assert_int_equal(fixture.result.cpu_user_ns, 1830 * MS + 2 * S + 50 * MS);
	assert_int_equal(fixture.result.cpu_system_ns, 60 * MS);
	assert_int_equal(fixture.result.top[LL_SUMMARY_CPU].count, LL_SUMMARY_TOP);
	assert_int_equal(fixture.result.top[LL_SUMMARY_CPU].rows[0].id.tgid, 6000);
	assert_int_equal(fixture.result.top[LL_SUMMARY_CPU].rows[1].id.tgid, 5059);
	assert_int_equal(fixture.result.top[LL_SUMMARY_LONGEST].rows[0].id.tgid, MAKE.pid);
	assert_int_equal(fixture.result.top[LL_SUMMARY_MEMORY].rows[0].max_rss_bytes,
			 200 << 20);
	end(&fixture);
}

static void executables_have_their_failures(void **state)
{
	struct fixture fixture = begin(false);
	const struct ll_summary_executable *row;

	(void)state;
	build(&fixture);
	sum_up(&fixture, BEGIN_NS + 20 * S);
	assert_false(fixture.result.has_path);
	assert_int_equal(fixture.result.executable_count, 3);
	row = fixture.result.executables[0];
	assert_int_equal(row->name.length, strlen("/usr/bin/cc"));
	assert_int_equal(row->execs, 60);
	assert_int_equal(row->ends, 60);
	assert_int_equal(row->failures, 6);
	assert_int_equal(row->statuses[0].count, 3);
	assert_ptr_equal(fixture.result.failing[0], row);
	assert_int_equal(fixture.result.failing_count, 3);
	/* The shell that executed nothing was forked by ld. */
	row = fixture.result.failing[1];
	assert_memory_equal(row->name.data, "/usr/bin/ld", row->name.length);
	assert_int_equal(row->failures, 1);
	assert_int_equal(row->statuses[0].wait_status, 3 << 8);
	end(&fixture);
}

static void bins_hold_all_that_happened(void **state)
{
	struct fixture fixture = begin(true);
	uint64_t births = 0, execs = 0, ends = 0;

	(void)state;
	build(&fixture);
	sum_up(&fixture, BEGIN_NS + 20 * S);
	assert_in_range(fixture.result.bin_count, LL_SUMMARY_BINS / 2, LL_SUMMARY_BINS);
	for (size_t i = 0; i < fixture.result.bin_count; i++) {
		births += fixture.result.bins[i].births;
		execs += fixture.result.bins[i].execs;
		ends += fixture.result.bins[i].ends;
	}
	assert_int_equal(births, 63);
	assert_int_equal(execs, 62);
	assert_int_equal(ends, 63);
	/* Compilers are born every 50 ms, from one second on. */
	assert_int_equal(fixture.result.bin_ns, 256 * MS);
	assert_int_equal(fixture.result.bins[5].births, 5);
	end(&fixture);
}

static void executables_beyond_the_bound_are_counted_together(void **state)
{
	struct fixture fixture = begin(false);
	const struct ll_summary_executable *last;
	char exe[32];

	(void)state;
	for (uint32_t i = 0; i < LL_SUMMARY_EXECUTABLES + 10; i++) {
		struct built_id id = { 10 + i, BEGIN_NS + i };

		snprintf(exe, sizeof(exe), "/bin/%05u", i);
		apply(&fixture, built_fork(id, INIT, "sh"));
		apply(&fixture, built_exec(id.start_ns + 1, id, "x", exe));
		apply(&fixture, built_exit(id.start_ns + 2, id, 256, NONE));
		apply(&fixture, built_reap(id.start_ns + 3, id));
	}
	sum_up(&fixture, BEGIN_NS + S);
	assert_int_equal(fixture.result.executable_count, LL_SUMMARY_EXECUTABLES + 1);
	last = fixture.result.executables[LL_SUMMARY_EXECUTABLES];
	assert_true(last->is_others);
	assert_int_equal(last->execs, 10);
	assert_int_equal(last->failures, 10);
	assert_ptr_equal(fixture.result.failing[LL_SUMMARY_EXECUTABLES], last);
	end(&fixture);
}

static void a_deep_chain_ends_with_the_deepest(void **state)
{
	struct fixture fixture = begin(false);

	(void)state;
	for (uint32_t i = 0; i < LL_SUMMARY_DEPTH + 100; i++)
		apply(&fixture, built_fork((struct built_id){ 10 + i, BEGIN_NS + i },
					   (struct built_id){ 9 + i, BEGIN_NS + i - 1 }, "x"));
	sum_up(&fixture, BEGIN_NS + S);
	assert_int_equal(fixture.result.depth, LL_SUMMARY_DEPTH);
	assert_int_equal(fixture.result.chain_count, LL_SUMMARY_CHAIN);
	assert_int_equal(fixture.result.chain[LL_SUMMARY_CHAIN - 1].id.tgid,
			 10 + LL_SUMMARY_DEPTH - 1);
	assert_int_equal(fixture.result.chain[LL_SUMMARY_CHAIN - 1].depth, LL_SUMMARY_DEPTH);
	end(&fixture);
}

static void a_filter_leaves_what_it_is_true_of(void **state)
{
	struct fixture fixture = begin(true);
	char *why = NULL;

	(void)state;
	assert_int_equal(ll_filter_parse("comm == 'cc' and (event != 'exit' or status == 256)",
					 LL_E_ALL, 1000, &fixture.filter, &why),
			 0);
	build(&fixture);
	sum_up(&fixture, BEGIN_NS + 20 * S);
	assert_int_equal(fixture.result.births, 0);
	assert_int_equal(fixture.result.events[LL_EVENT_EXEC], 60);
	assert_int_equal(fixture.result.ends, 3);
	assert_int_equal(fixture.result.failures, 3);
	assert_int_equal(fixture.result.lives->count, 3);
	/* The path is of all. */
	assert_true(fixture.result.has_path);
	assert_int_equal(fixture.result.path.end_ns, BEGIN_NS + 10 * S);
	end(&fixture);
}

/* ---- Drawn ----------------------------------------------------------------------------- */

static void render(struct fixture *fixture, const struct ll_summary_view *view,
		   const char *name)
{
	struct golden golden;

	golden_open(&golden);
	assert_int_equal(ll_summary_render(golden.out, &fixture->result, fixture->model, view),
			 0);
	golden_check(&golden, name);
}

static void a_run_is_drawn(void **state)
{
	struct ll_summary_view view = { .utf8 = true };
	struct fixture fixture = begin(true);

	(void)state;
	build(&fixture);
	sum_up(&fixture, BEGIN_NS + 20 * S);
	render(&fixture, &view, "summary.txt");
	end(&fixture);
}

static void losses_and_a_narrow_terminal_without_utf8(void **state)
{
	struct ll_summary_view view = { .color = true, .width = 80, .is_filtered = true };
	struct fixture fixture = begin(false);

	(void)state;
	build(&fixture);
	apply(&fixture, built_lost(BEGIN_NS + 11 * S, 12));
	sum_up(&fixture, BEGIN_NS + 20 * S);
	render(&fixture, &view, "summary-ascii-color.txt");
	end(&fixture);
}

static void programs_get_a_line_for_each_row(void **state)
{
	struct ll_summary_view view = { 0 };
	struct fixture fixture = begin(true);
	struct golden golden;

	(void)state;
	build(&fixture);
	apply(&fixture, built_lost(BEGIN_NS + 11 * S, 12));
	sum_up(&fixture, BEGIN_NS + 20 * S);
	golden_open(&golden);
	assert_int_equal(ll_summary_json(golden.out, &fixture.result, fixture.model, &view), 0);
	golden_check(&golden, "summary.jsonl");
	end(&fixture);
}

static void it_fits_one_screen(void **state)
{
	struct ll_summary_view view = { .utf8 = true, .width = 80 };
	struct fixture fixture = begin(true);
	struct golden golden;
	unsigned lines = 0;

	(void)state;
	build(&fixture);
	apply(&fixture, built_lost(BEGIN_NS + 11 * S, 12));
	sum_up(&fixture, BEGIN_NS + 20 * S);
	golden_open(&golden);
	assert_int_equal(ll_summary_render(golden.out, &fixture.result, fixture.model, &view),
			 0);
	assert_int_equal(fclose(golden.out), 0);
	for (char *line = strtok(golden.text, "\n"); line != NULL; line = strtok(NULL, "\n")) {
		assert_in_range(columns(line), 1, 80);
		lines++;
	}
	assert_in_range(lines, 30, 42);
	free(golden.text);
	end(&fixture);
}

static void nothing_is_said_of_nothing(void **state)
{
	struct ll_summary_view view = { .utf8 = true };
	struct fixture fixture = begin(true);
	struct golden golden;

	(void)state;
	sum_up(&fixture, 0);
	golden_open(&golden);
	assert_int_equal(ll_summary_render(golden.out, &fixture.result, fixture.model, &view),
			 0);
	assert_int_equal(fclose(golden.out), 0);
	assert_string_equal(golden.text, "time       0s\n"
					 "processes  0 born, 0 ended, 0 alive\n"
					 "events     0 exec, 0 reap\n");
	free(golden.text);
	end(&fixture);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_happened_is_counted),
		cmocka_unit_test(cpu_time_is_the_final_one),
		cmocka_unit_test(executables_have_their_failures),
		cmocka_unit_test(bins_hold_all_that_happened),
		cmocka_unit_test(executables_beyond_the_bound_are_counted_together),
		cmocka_unit_test(a_deep_chain_ends_with_the_deepest),
		cmocka_unit_test(a_filter_leaves_what_it_is_true_of),
		cmocka_unit_test(a_run_is_drawn),
		cmocka_unit_test(losses_and_a_narrow_terminal_without_utf8),
		cmocka_unit_test(programs_get_a_line_for_each_row),
		cmocka_unit_test(it_fits_one_screen),
		cmocka_unit_test(nothing_is_said_of_nothing),
	};

	setenv("TZ", "UTC", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
