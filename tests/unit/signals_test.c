/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Signals as lines of trace, as a table, a matrix and JSON; ends and their causes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "columns.h"
#include "golden.h"
#include "render/json.h"
#include "render/signals.h"
#include "render/text.h"
#include "render/tree.h"
#include "support/signal_builder.h"

#define MS UINT64_C(1000000)
#define S UINT64_C(1000000000)

static const struct built_id systemd = { 1, 1 };
static const struct built_id nginx = { 4242, 10 * MS };
static const struct built_id kubelet = { 977, 11 * MS };
static const struct built_id hostile = { 4194304, 12 * MS };

/* Hands events to a model and what comes out to a text, if there is one. */
struct show {
	struct ll_model *model;
	struct ll_text *text;
	FILE *json;
};

static int show_event(void *arg, const struct ll_event *event)
{
	struct show *show = arg;
	int err = 0;

	if (show->json != NULL)
		err = ll_json_event(show->json, event);
	return err != 0 || show->text == NULL ? err : ll_text_event(show->text, event);
}

static void apply(struct show *show, struct ll_event event)
{
	assert_int_equal(ll_model_apply(show->model, &event, show_event, show), 0);
}

static void apply_kill(struct show *show, uint64_t time_ns, struct built_id target,
		       unsigned signal, enum ll_disposition disposition, struct built_id sender,
		       const char *comm, enum ll_signal_result result)
{
	struct ll_event event = built_kill(time_ns, target, signal, disposition, sender, comm);

	LL_SET(&event, SIGNAL_RESULT, signal_result, (uint8_t)result);
	apply(show, event);
}

static void show_births(struct show *show)
{
	apply(show, built_fork(nginx, systemd, "nginx"));
	apply(show, built_fork(kubelet, systemd, "kubelet"));
	apply(show, built_fork(hostile, systemd, "\033[2Jx y\xff"));
}

/* A signal without a process behind it. */
static void apply_kind(struct show *show, uint64_t time_ns, unsigned signal,
		       enum ll_sender_kind kind, const char *code)
{
	struct ll_event event = built_signal(time_ns, nginx, signal, LL_DISPOSITION_HANDLER);

	built_no_sender(&event, kind, code);
	apply(show, event);
}

static void show_reload(struct show *show)
{
	for (uint64_t i = 1; i <= 12; i++) {
		apply_kill(show, i * S, nginx, SIGHUP, LL_DISPOSITION_HANDLER, systemd,
			   "systemd", LL_SIGNAL_DELIVERED);
		apply(show, built_deliver(i * S + i * 4000, nginx, SIGHUP, LL_ACTION_HANDLER));
	}
	apply_kind(show, 20 * S, SIGALRM, LL_SENDER_TIMER, "SI_KERNEL");
	apply(show, built_deliver(20 * S + 7 * MS, nginx, SIGALRM, LL_ACTION_HANDLER));
	apply_kind(show, 21 * S, SIGINT, LL_SENDER_KERNEL, "SI_KERNEL");
}

static void show_children(struct show *show)
{
	for (uint32_t i = 0; i < 3; i++) {
		struct ll_event event =
			built_kill(22 * S + i, nginx, SIGCHLD, LL_DISPOSITION_DEFAULT,
				   (struct built_id){ 5000 + i, S }, "worker");

		LL_SET(&event, SENDER_KIND, sender_kind, LL_SENDER_KERNEL);
		LL_SET(&event, SIGNAL_CODE, signal_code, built_str("CLD_EXITED"));
		LL_SET(&event, SIGNAL_RESULT, signal_result, LL_SIGNAL_IGNORED);
		apply(show, event);
	}
}

static void show_oddities(struct show *show)
{
	struct ll_event event = built_kill(23 * S, nginx, 37, LL_DISPOSITION_BLOCKED, hostile,
					   "\033[2Jx y\xff");

	LL_SET(&event, SIGNAL_CODE, signal_code, built_str("SI_QUEUE"));
	LL_SET(&event, SIGNAL_VALUE, signal_value, -7);
	built_to_thread(&event, (struct built_id){ 4243, 13 * MS });
	apply(show, event);
	LL_SET(&event, SIGNAL_RESULT, signal_result, LL_SIGNAL_OVERFLOW);
	apply(show, event);
	apply_kill(show, 24 * S, hostile, SIGUSR1, LL_DISPOSITION_BLOCKED, nginx, "nginx",
		   LL_SIGNAL_DELIVERED);
	apply_kill(show, 24 * S, hostile, SIGUSR1, LL_DISPOSITION_BLOCKED, nginx, "nginx",
		   LL_SIGNAL_ALREADY_PENDING);
	apply_kill(show, 24 * S, hostile, SIGSTOP, LL_DISPOSITION_DEFAULT, nginx, "nginx",
		   LL_SIGNAL_DELIVERED);
	apply(show, built_deliver(24 * S + 900, hostile, SIGSTOP, LL_ACTION_STOP));
	apply_kill(show, 24 * S, hostile, SIGCONT, LL_DISPOSITION_DEFAULT, nginx, "nginx",
		   LL_SIGNAL_IGNORED);
	apply_kill(show, 24 * S, hostile, SIGCONT, LL_DISPOSITION_BLOCKED, nginx, "nginx",
		   LL_SIGNAL_INFO_LOST);
}

static void show_end(struct show *show)
{
	struct ll_event fault =
		built_kill(30 * S, hostile, SIGSEGV, LL_DISPOSITION_DEFAULT, hostile, "x");

	apply_kill(show, 25 * S, nginx, SIGTERM, LL_DISPOSITION_IGNORE, kubelet, "kubelet",
		   LL_SIGNAL_IGNORED);
	apply_kill(show, 55 * S, nginx, SIGKILL, LL_DISPOSITION_DEFAULT, kubelet, "kubelet",
		   LL_SIGNAL_DELIVERED);
	apply(show, built_deliver(55 * S + 210000, nginx, SIGKILL, LL_ACTION_TERMINATE));
	apply(show, built_exit(55 * S + MS, nginx, SIGKILL, systemd));
	LL_SET(&fault, SIGNAL_CODE, signal_code, built_str("SEGV_MAPERR"));
	LL_SET(&fault, SIGNAL_ADDRESS, signal_address, 0x7fff0010);
	apply(show, fault);
	apply(show, built_deliver(30 * S + 3000, hostile, SIGSEGV, LL_ACTION_CORE));
	apply(show, built_exit(56 * S, hostile, SIGSEGV | 0x80, systemd));
	apply_kind(show, 57 * S, SIGKILL, LL_SENDER_KERNEL, "SI_KERNEL");
	struct ll_event end = built_deliver(57 * S, kubelet, SIGKILL, LL_ACTION_TERMINATE);
	built_thread(&end, (struct built_id){ 978, 14 * MS });
	apply(show, end);
	apply_kill(show, 57 * S, kubelet, SIGKILL, LL_DISPOSITION_DEFAULT, hostile,
		   "\033[2Jx y\xff", LL_SIGNAL_DELIVERED);
	apply(show, built_exit(58 * S, kubelet, SIGKILL, systemd));
}

static void show_all(struct show *show)
{
	show_births(show);
	show_reload(show);
	show_children(show);
	show_oddities(show);
	show_end(show);
}

static int setup(void **state)
{
	struct show *show = test_calloc(1, sizeof(*show));

	show->model = ll_model_new(100);
	assert_non_null(show->model);
	*state = show;
	return 0;
}

static int teardown(void **state)
{
	struct show *show = *state;

	ll_model_free(show->model);
	test_free(show);
	return 0;
}

static void check_text(struct show *show, struct ll_text_options options, const char *name)
{
	struct golden golden;

	golden_open(&golden);
	show->text = ll_text_new(golden.out, &options);
	assert_non_null(show->text);
	show_all(show);
	ll_text_free(show->text);
	show->text = NULL;
	golden_check(&golden, name);
}

static void signals_and_ends_match_the_golden_lines(void **state)
{
	check_text(*state, (struct ll_text_options){ .utf8 = true, .width = 100 },
		   "signal-events.txt");
}

static void signals_are_coloured_by_their_outcome(void **state)
{
	check_text(*state, (struct ll_text_options){ .color = true, .width = 132 },
		   "signal-events-color.txt");
}

static void events_match_the_golden_json(void **state)
{
	struct show *show = *state;
	struct golden golden;

	golden_open(&golden);
	show->json = golden.out;
	show_all(show);
	show->json = NULL;
	golden_check(&golden, "signal-events.jsonl");
}

typedef int (*render_fn)(FILE *out, const struct ll_model *model,
			 const struct ll_signals_options *options);

static void check_view(struct show *show, render_fn render, struct ll_signals_options options,
		       const char *name)
{
	struct golden golden;

	show_all(show);
	golden_open(&golden);
	assert_int_equal(render(golden.out, show->model, &options), 0);
	golden_check(&golden, name);
}

static void the_table_matches_the_golden_lines(void **state)
{
	check_view(*state, ll_signals_render,
		   (struct ll_signals_options){ .utf8 = true, .width = 110 }, "signals.txt");
}

static void the_table_in_colour_and_ascii_without_a_width_matches(void **state)
{
	check_view(*state, ll_signals_render, (struct ll_signals_options){ .color = true },
		   "signals-color.txt");
}

static void the_matrix_matches_the_golden_lines(void **state)
{
	check_view(*state, ll_signals_render_matrix,
		   (struct ll_signals_options){ .utf8 = true, .width = 100 },
		   "signals-matrix.txt");
}

static void rows_match_the_golden_json(void **state)
{
	check_view(*state, ll_signals_json, (struct ll_signals_options){ 0 }, "signals.jsonl");
}

static void cells_match_the_golden_json(void **state)
{
	check_view(*state, ll_signals_json_matrix, (struct ll_signals_options){ 0 },
		   "signals-matrix.jsonl");
}

/* What a view writes, on the heap. */
static char *view(const struct show *show, render_fn render, struct ll_signals_options options)
{
	char *text = NULL;
	size_t size;
	FILE *memory = open_memstream(&text, &size);

	assert_int_equal(render(memory, show->model, &options), 0);
	assert_int_equal(fclose(memory), 0);
	return text;
}

static unsigned lines_of(const struct show *show, struct ll_signals_options options)
{
	LL_AUTO_FREE char *text = view(show, ll_signals_json, options);
	unsigned lines = 0;

	for (const char *at = text; (at = strchr(at, '\n')) != NULL; at++)
		lines++;
	return lines;
}

#define BIT(signal) (UINT64_C(1) << ((signal)-1))
#define assert_lines(show, count, ...)                                                         \
	assert_int_equal(lines_of((show), (struct ll_signals_options){ __VA_ARGS__ }), count)

static void filters_choose_by_signal_party_and_outcome(void **state)
{
	struct show *show = *state;

	show_all(show);
	assert_lines(show, 1, .signals = BIT(SIGHUP));
	assert_lines(show, 4, .signals = BIT(SIGTERM) | BIT(SIGKILL));
	assert_lines(show, 1, .signals = BIT(37));
	assert_lines(show, 2, .from = { .tgid = 977 });
	assert_lines(show, 2, .from = { .name = "kubelet" });
	assert_lines(show, 0, .from = { .tgid = 1, .name = "kubelet" });
	assert_lines(show, 1, .from = { .name = "timer" });
	assert_lines(show, 1, .from = { .name = "children" });
	assert_lines(show, 1, .to = { .name = "kubelet" });
	assert_lines(show, 1, .to = { .tgid = 977 });
	assert_lines(show, 0, .to = { .name = "nobody" });
	assert_lines(show, 3, .fatal = true);
	assert_lines(show, 1, .fatal = true, .from = { .name = "kubelet" });
}

static void no_line_of_a_view_is_wider_than_the_terminal(void **state)
{
	struct show *show = *state;

	show_all(show);
	for (unsigned width = 20; width <= 160; width++) {
		struct ll_signals_options options = { .utf8 = true, .width = width };
		LL_AUTO_FREE char *table = view(show, ll_signals_render, options);
		LL_AUTO_FREE char *matrix = view(show, ll_signals_render_matrix, options);
		char *rest = table;

		assert_null(strstr(table, "……"));
		for (char *line; (line = strsep(&rest, "\n")) != NULL;)
			assert_in_range(columns(line), 0, width);
		rest = matrix;
		for (char *line; (line = strsep(&rest, "\n")) != NULL;)
			assert_in_range(columns(line), 0, width);
	}
}

static void what_came_of_it_and_the_longest_time_are_whole_at_100_columns(void **state)
{
	struct show *show = *state;

	show_all(show);
	for (unsigned width = 100; width <= 160; width++) {
		struct ll_signals_options options = { .utf8 = true, .width = width };
		LL_AUTO_FREE char *table = view(show, ll_signals_render, options);

		assert_non_null(strstr(table, " 1 already pending, 1 queued (2 blocked) "));
		assert_non_null(strstr(table, "     MAX\n"));
		assert_non_null(strstr(table, "   210\u00b5s\n"));
		if (width < 110)
			assert_null(strstr(table, "P50"));
	}
}

static void counts_are_told_where_there_is_more_than_one_outcome(void **state)
{
	struct show *show = *state;

	apply(show, built_fork(nginx, systemd, "nginx"));
	for (uint64_t i = 1; i <= 8; i++) {
		apply_kill(show, i * S, nginx, SIGUSR1, LL_DISPOSITION_BLOCKED, kubelet,
			   "kubelet", LL_SIGNAL_DELIVERED);
		apply(show, built_deliver(i * S + MS, nginx, SIGUSR1, LL_ACTION_HANDLER));
	}
	LL_AUTO_FREE char *table =
		view(show, ll_signals_render, (struct ll_signals_options){ .width = 102 });
	assert_string_equal(
		table,
		"    SENT  SIGNAL   FROM           TO            WHAT CAME OF IT                    "
		"P50     P99     MAX\n"
		"       8  SIGUSR1  977 (kubelet)  4242 (nginx)  8 handled (8 blocked at first)     "
		"1ms     1ms     1ms\n");
}

static void nothing_of_a_name_reaches_the_terminal_raw(void **state)
{
	struct show *show = *state;

	show_all(show);
	LL_AUTO_FREE char *table =
		view(show, ll_signals_render, (struct ll_signals_options){ .utf8 = true });
	LL_AUTO_FREE char *matrix = view(show, ll_signals_render_matrix,
					 (struct ll_signals_options){ .utf8 = true });
	assert_null(strchr(table, '\033'));
	assert_null(strchr(table, '\xff'));
	assert_null(strchr(matrix, '\033'));
	assert_null(strchr(matrix, '\xff'));
}

/* Every signal is in one cell, whatever has a column of its own. */
static void the_matrix_adds_up_when_not_all_columns_fit(void **state)
{
	struct show *show = *state;
	static char names[40][8];

	for (uint32_t i = 0; i < 40; i++) {
		struct built_id target = { 100 + i, (20 + i) * MS };

		snprintf(names[i], sizeof(names[i]), "t%u", (unsigned)i);
		apply(show, built_fork(target, systemd, names[i]));
		for (uint32_t j = 0; j <= i; j++)
			apply_kill(show, S, target, SIGUSR1, LL_DISPOSITION_HANDLER, kubelet,
				   "kubelet", LL_SIGNAL_DELIVERED);
	}
	LL_AUTO_FREE char *matrix = view(show, ll_signals_render_matrix,
					 (struct ll_signals_options){ .width = 60 });
	assert_string_equal(matrix,
			    "FROM \\ TO                t39       t38      REST       ALL\n"
			    "kubelet                   40        39       741       820\n");
}

static void what_found_no_row_says_so(void **state)
{
	struct show *show = *state;

	apply(show, built_fork(nginx, systemd, "nginx"));
	for (uint32_t i = 0; i < LL_MODEL_SIGNAL_ROWS + 7; i++)
		apply_kill(show, S, nginx, SIGUSR1, LL_DISPOSITION_HANDLER,
			   (struct built_id){ 10000 + i, MS }, "storm", LL_SIGNAL_DELIVERED);
	LL_AUTO_FREE char *table =
		view(show, ll_signals_render, (struct ll_signals_options){ .width = 100 });
	LL_AUTO_FREE char *json = view(show, ll_signals_json, (struct ll_signals_options){ 0 });
	assert_non_null(strstr(table, "       7  others, too many to tell apart "));
	assert_non_null(strstr(json, "\n{\"signals.sent\":7,"));
	assert_non_null(strstr(json, "\"signals.others\":true}"));
}

static void a_dead_process_in_the_tree_says_who_killed_it(void **state)
{
	struct show *show = *state;
	struct ll_tree_options options = { .utf8 = true, .width = 120, .show_times = true };
	struct golden golden;

	show_all(show);
	golden_open(&golden);
	assert_int_equal(ll_tree_render(golden.out, show->model, &options), 0);
	golden_check(&golden, "tree-causes.txt");
}

/* Ten that end alike are drawn once, with their cause only if it is one. */
static void equal_ends_fold_and_others_keep_to_the_status(void **state)
{
	struct show *show = *state;
	struct ll_tree_options options = { .width = 100, .show_times = true, .fold = true };
	char *text = NULL;
	size_t size;

	apply(show, built_fork(kubelet, systemd, "kubelet"));
	for (uint32_t i = 0; i < 4; i++) {
		struct built_id child = { 5000 + i, 20 * MS };

		apply(show, built_fork(child, kubelet, "a"));
		apply_kill(show, S, child, SIGKILL, LL_DISPOSITION_DEFAULT, kubelet, "kubelet",
			   LL_SIGNAL_DELIVERED);
		apply(show, built_exit(2 * S, child, SIGKILL, kubelet));
		apply(show, built_reap(3 * S, child));
		child = (struct built_id){ 6000 + i, 20 * MS };
		apply(show, built_fork(child, kubelet, "b"));
		apply_kill(show, S, child, SIGKILL, LL_DISPOSITION_DEFAULT,
			   (struct built_id){ 50 + i, MS }, "x", LL_SIGNAL_DELIVERED);
		apply(show, built_exit(2 * S, child, SIGKILL, kubelet));
		apply(show, built_reap(3 * S, child));
	}
	FILE *memory = open_memstream(&text, &size);
	assert_int_equal(ll_tree_render(memory, show->model, &options), 0);
	fclose(memory);
	LL_AUTO_FREE char *owned = text;
	assert_non_null(strstr(owned, "4 x a (5000 ... 5003)  7.92s in all, killed by SIGKILL "
				      "from 977 (kubelet)\n"));
	assert_non_null(
		strstr(owned, "4 x b (6000 ... 6003)  7.92s in all, killed by SIGKILL\n"));
}

#define show_test(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		show_test(signals_and_ends_match_the_golden_lines),
		show_test(signals_are_coloured_by_their_outcome),
		show_test(events_match_the_golden_json),
		show_test(the_table_matches_the_golden_lines),
		show_test(the_table_in_colour_and_ascii_without_a_width_matches),
		show_test(the_matrix_matches_the_golden_lines),
		show_test(rows_match_the_golden_json),
		show_test(cells_match_the_golden_json),
		show_test(filters_choose_by_signal_party_and_outcome),
		show_test(no_line_of_a_view_is_wider_than_the_terminal),
		show_test(what_came_of_it_and_the_longest_time_are_whole_at_100_columns),
		show_test(counts_are_told_where_there_is_more_than_one_outcome),
		show_test(nothing_of_a_name_reaches_the_terminal_raw),
		show_test(the_matrix_adds_up_when_not_all_columns_fit),
		show_test(what_found_no_row_says_so),
		show_test(a_dead_process_in_the_tree_says_who_killed_it),
		show_test(equal_ends_fold_and_others_keep_to_the_status),
	};

	setenv("TZ", "UTC", 1);
	tzset();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
