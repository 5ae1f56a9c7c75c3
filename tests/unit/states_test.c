/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Where the time went, as a table: golden ones, and within bounds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/utf8.h"
#include "columns.h"
#include "golden.h"
#include "model/model.h"
#include "render/escape.h"
#include "render/states.h"
#include "support/event_builder.h"

#define MS UINT64_C(1000000)
#define S (1000 * MS)
#define NOW_NS (20 * S)
#define STACK(literal) ll_str_make(literal, sizeof(literal))

static const struct built_id init = { 1, 1 };
static const struct built_id idle = { 300, 10 * S };
static const struct built_id copy = { 301, 11 * S };
static const struct built_id spinner = { 4194304, 12 * S };
static const struct built_id pool = { 303, 13 * S };
static const struct built_id evil = { 304, 14 * S };
static const struct built_id kthread = { 305, 15 * S };

static const char *name_of(uint64_t tgid)
{
	switch (tgid) {
	case 300:
		return "idler";
	case 301:
		return "dd";
	case 303:
		return "pool";
	case 304:
		return "\033[31mevil\xff";
	case 305:
		return "kworker/0:1";
	default:
		return "spinner";
	}
}

static void apply(struct ll_model *model, struct ll_event event)
{
	if (event.kind == LL_EVENT_STATE_TIMES && !ll_event_has(&event, LL_F_COMM))
		built_comm(&event, name_of(event.tgid));
	assert_int_equal(ll_model_apply(model, &event, NULL, NULL), 0);
}

/* Move time from sleep to another state; a stay of that length. */
#define MOVE(event, ID, name, ns)                                                              \
	do {                                                                                   \
		(event)->sleeping_ns -= (ns);                                                  \
		LL_SET(event, ID##_NS, name##_ns, ns);                                         \
		LL_SET(event, ID##_LONGEST, name##_longest_ns, (ns) / 2);                      \
		LL_SET(event, ID##_COUNT, name##_count, 1234);                                 \
	} while (0)

static void set_policy(struct ll_event *event, enum ll_sched_policy policy, uint64_t priority)
{
	LL_SET(event, SCHED_POLICY, sched_policy, (uint8_t)policy);
	LL_SET(event, RT_PRIORITY, rt_priority, priority);
}

/* It reads, was stuck, and still is. */
static void add_copy(struct ll_model *model)
{
	struct ll_event times = built_times(NOW_NS, copy, 1500 * MS);

	struct ll_event exec = built_exec(copy.start_ns + 1, copy, "dd", "/usr/bin/dd");

	apply(model, built_fork(copy, init, name_of(copy.pid)));
	LL_SET(&exec, ARGS, args, STACK("/usr/bin/dd\0if=/dev/sda\0of=/dev/null"));
	apply(model, exec);
	MOVE(&times, UNINTERRUPTIBLE, uninterruptible, 4600 * MS);
	MOVE(&times, RUNNABLE, runnable, 900 * MS);
	LL_SET(&times, STATE_CURRENT, state_current, LL_STATE_UNINTERRUPTIBLE);
	LL_SET(&times, STATE_STACK, state_stack, STACK("io_schedule+0x12\0folio_wait_bit+0x9"));
	LL_SET(&times, NICE, nice, -20);
	apply(model, times);
	apply(model,
	      built_stuck(NOW_NS, copy, 1200 * MS,
			  STACK("io_schedule+0x12\0folio_wait_bit_common+0x1f0\0"
				"filemap_update_page+0x9\0filemap_read+0x21\0vfs_read+0x1\0"
				"ksys_read+0x3")));
}

/* One of its threads is real-time and does not let go of the CPU; it is over. */
static void add_spinner(struct ll_model *model)
{
	const struct built_id thread = { 4194303, 12 * S };
	struct ll_event times = built_thread_times(NOW_NS, spinner, thread, 7 * S);

	apply(model, built_fork(spinner, init, name_of(spinner.pid)));
	apply(model, built_final(built_times(NOW_NS - S, spinner, 2 * MS)));
	set_policy(&times, LL_SCHED_FIFO, 50);
	built_comm(&times, "spin");
	apply(model, built_final(times));
	apply(model, built_exit(NOW_NS - S, spinner, 0, init));
	apply(model, built_reap(NOW_NS - S, spinner));
}

/* Many threads, of which most are over, and some waited for a CPU. */
static void add_pool(struct ll_model *model)
{
	apply(model, built_fork(pool, init, name_of(pool.pid)));
	apply(model, built_times(NOW_NS, pool, 3 * MS));
	for (uint32_t i = 0; i < 12; i++) {
		const struct built_id thread = { 1000 + i, 13 * S };
		struct ll_event times = built_thread_times(NOW_NS, pool, thread, i * 10 * MS);

		built_comm(&times, "worker");
		MOVE(&times, RUNNABLE, runnable, i * 40 * MS);
		MOVE(&times, TRACED, traced, 500 * MS);
		set_policy(&times, LL_SCHED_BATCH, 0);
		apply(model, i < 2 ? times : built_final(times));
	}
}

static struct ll_model *model_new(void)
{
	struct ll_model *model = ll_model_new(100);
	struct ll_event event = built_fork(kthread, init, name_of(kthread.pid));

	assert_non_null(model);
	apply(model, built_fork(init, (struct built_id){ 0, 0 }, "init"));
	apply(model, built_fork(idle, init, name_of(idle.pid)));
	apply(model, built_times(NOW_NS, idle, 0));
	add_copy(model);
	add_spinner(model);
	add_pool(model);
	apply(model, built_fork(evil, init, name_of(evil.pid)));
	struct ll_event stopped = built_times(NOW_NS, evil, 40 * MS);
	MOVE(&stopped, STOPPED, stopped, 3 * S);
	LL_SET(&stopped, STATE_CURRENT, state_current, LL_STATE_STOPPED);
	apply(model, stopped);
	LL_SET(&event, FORK_KIND, fork_kind, LL_FORK_KTHREAD);
	LL_SET(&event, KTHREAD, is_kthread, true);
	apply(model, event);
	apply(model, built_times(NOW_NS, kthread, 10 * MS));
	return model;
}

static void draw(FILE *out, struct ll_states_options options)
{
	struct ll_model *model = model_new();

	options.stall_ns = S;
	options.now_boottime_ns = NOW_NS;
	assert_int_equal(ll_states_render(out, model, &options), 0);
	ll_model_free(model);
}

static void assert_drawn(struct ll_states_options options, const char *name)
{
	struct golden golden;

	golden_open(&golden);
	draw(golden.out, options);
	golden_check(&golden, name);
}

static void table_matches_the_golden_lines(void **state)
{
	(void)state;
	assert_drawn((struct ll_states_options){ .utf8 = true, .width = 100 }, "states.txt");
}

static void eighty_columns_are_enough_for_all_but_the_last(void **state)
{
	(void)state;
	assert_drawn((struct ll_states_options){ .utf8 = true, .width = 80 }, "states-80.txt");
}

static void threads_match_the_golden_lines(void **state)
{
	(void)state;
	assert_drawn((struct ll_states_options){ .width = 120,
						 .color = true,
						 .show_threads = true,
						 .show_kthreads = true },
		     "states-threads-color.txt");
}

static void objects_match_the_golden_lines(void **state)
{
	struct ll_states_options options = { .show_threads = true, .now_boottime_ns = NOW_NS };
	struct ll_model *model = model_new();
	struct golden golden;

	(void)state;
	golden_open(&golden);
	assert_int_equal(ll_states_json(golden.out, model, &options), 0);
	ll_model_free(model);
	golden_check(&golden, "states.jsonl");
}

static void no_line_is_wider_than_the_terminal(void **state)
{
	(void)state;
	for (unsigned width = 1; width <= 200; width += 3) {
		LL_AUTO_FREE char *text = NULL;
		size_t size;
		FILE *memory = open_memstream(&text, &size);

		draw(memory, (struct ll_states_options){
				     .utf8 = width % 2, .width = width, .show_threads = true });
		assert_int_equal(fclose(memory), 0);
		for (char *line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n"))
			assert_in_range(columns(line), 0, width);
	}
}

static void no_unsafe_code_point_reaches_the_terminal(void **state)
{
	LL_AUTO_FREE char *text = NULL;
	size_t size;
	FILE *memory = open_memstream(&text, &size);

	(void)state;
	draw(memory, (struct ll_states_options){ .utf8 = true, .show_threads = true });
	assert_int_equal(fclose(memory), 0);
	for (size_t i = 0; i < size;) {
		uint32_t code_point;

		i += ll_utf8_decode(text + i, size - i, &code_point);
		assert_true(code_point == '\n' || !ll_escape_is_unsafe(code_point));
	}
}

static unsigned count_lines(const char *text)
{
	unsigned lines = 0;

	for (; *text != '\0'; text++)
		lines += *text == '\n';
	return lines;
}

static void what_a_screen_cannot_hold_is_counted(void **state)
{
	(void)state;
	for (unsigned height = 5; height < 14; height++) {
		LL_AUTO_FREE char *text = NULL;
		size_t size;
		FILE *memory = open_memstream(&text, &size);

		draw(memory, (struct ll_states_options){ .height = height });
		assert_int_equal(fclose(memory), 0);
		assert_in_range(count_lines(text), 4, height);
		if (height < 10)
			assert_non_null(strstr(text, " more\n"));
		assert_non_null(strstr(text, "FIFO 50) ran\n"));
	}
}

/* A full row of cells, with none for what took no time. */
static void assert_bar(uint64_t running_ns, uint64_t runnable_ns, const char *expected)
{
	struct ll_model *model = ll_model_new(0);
	struct ll_event times = built_times(20 * S, idle, running_ns);
	struct ll_states_options options = { .width = 88, .stall_ns = S };
	LL_AUTO_FREE char *text = NULL;
	size_t size;
	FILE *memory = open_memstream(&text, &size);

	MOVE(&times, RUNNABLE, runnable, runnable_ns);
	apply(model, built_fork(idle, init, name_of(idle.pid)));
	apply(model, times);
	assert_int_equal(ll_states_render(memory, model, &options), 0);
	assert_int_equal(fclose(memory), 0);
	if (strstr(text, expected) == NULL)
		fail_msg("no %s in\n%s", expected, text);
	ll_model_free(model);
}

static void bar_shares_out_all_its_cells(void **state)
{
	(void)state;
	assert_bar(0, 0, "  SSSSSSSS  ");
	assert_bar(10 * S, 0, "  RRRRRRRR  ");
	assert_bar(5 * S, 1250 * MS, "  RRRRwSSS  ");
	/* 2.4, 2.4 and 3.2 cells: the first of the largest rests gets the last one. */
	assert_bar(3 * S, 3 * S, "  RRRwwSSS  ");
	assert_bar(1, 0, "  SSSSSSSS  ");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(table_matches_the_golden_lines),
		cmocka_unit_test(eighty_columns_are_enough_for_all_but_the_last),
		cmocka_unit_test(threads_match_the_golden_lines),
		cmocka_unit_test(objects_match_the_golden_lines),
		cmocka_unit_test(no_line_is_wider_than_the_terminal),
		cmocka_unit_test(no_unsafe_code_point_reaches_the_terminal),
		cmocka_unit_test(what_a_screen_cannot_hold_is_counted),
		cmocka_unit_test(bar_shares_out_all_its_cells),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
