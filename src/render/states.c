/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Rows are gathered first, since who hurts most is known only then. The bar shares out its cells
 * by largest remainder, so that they always fill it.
 */
#include "render/states.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/duration.h"
#include "base/grow.h"
#include "render/json.h"
#include "render/label.h"
#include "render/line.h"
#include "render/stack.h"
#include "render/wanted.h"

/* Where no terminal sets one. */
#define WIDTH 120
#define NAME_COLUMN 9
#define NAME_MIN 12
#define NAME_MAX 48
/* From the state now to the bar; of all columns behind it, and of the last of them. */
#define NOW_WIDTH 11
#define FACTS_WIDTH 37
#define SCHED_WIDTH 10
#define BAR_MIN 8
#define BAR_MAX 60
/* What follows the rows: how many more there are, and who starved others. */
#define TAIL_LINES 2
/* On a CPU without a break, or waiting for one: above what a fair scheduler lets happen. */
#define HOG_NS (50 * LL_NS_PER_MS)

static const char letters[] = {
	[LL_STATE_RUNNING] = 'R',  [LL_STATE_RUNNABLE] = 'w',
	[LL_STATE_SLEEPING] = 'S', [LL_STATE_UNINTERRUPTIBLE] = 'D',
	[LL_STATE_STOPPED] = 'T',  [LL_STATE_TRACED] = 't',
	[LL_STATE_IDLE] = 'I',     [LL_STATE_ZOMBIE] = 'Z',
};

static const enum ll_color colors[] = {
	[LL_STATE_RUNNING] = LL_COLOR_GREEN,   [LL_STATE_RUNNABLE] = LL_COLOR_YELLOW,
	[LL_STATE_SLEEPING] = LL_COLOR_DIM,    [LL_STATE_UNINTERRUPTIBLE] = LL_COLOR_RED,
	[LL_STATE_STOPPED] = LL_COLOR_MAGENTA, [LL_STATE_TRACED] = LL_COLOR_MAGENTA,
	[LL_STATE_IDLE] = LL_COLOR_DIM,        [LL_STATE_ZOMBIE] = LL_COLOR_YELLOW,
};

/* A real-time thread that ran, and those that had to wait. */
struct hog {
	uint32_t tgid;
	char comm[16];
	struct ll_sched sched;
	uint64_t running_ns;
	uint64_t waited_ns, longest_ns;
	uint32_t waiting_count;
};

struct table {
	const struct ll_model *model; /* borrowed, as all below it */
	const struct ll_states_options *options;
	struct ll_states_row *rows;
	size_t count, room;
	struct ll_states_thread *threads; /* of the process whose turn it is */
	size_t thread_count, thread_room;
	struct hog hog;
	unsigned name_width, bar_width;
	bool shows_sched; /* there is room for it */
	struct ll_line line;
	unsigned lines, lines_max; /* written so far, and at most; 0: no limit */
};

static void fini(struct table *table)
{
	free(table->rows);
	free(table->threads);
}

static int gather_thread(void *arg, const struct ll_states_thread *thread)
{
	struct table *table = arg;

	struct ll_states_thread *threads = ll_grow(table->threads, table->thread_count + 1,
						   &table->thread_room, sizeof(*threads), 64);
	if (threads == NULL)
		return -ENOMEM;
	table->threads = threads;
	table->threads[table->thread_count++] = *thread;
	return 0;
}

static bool is_wanted(struct ll_filter *filter, const struct ll_states_row *row)
{
	struct ll_event line;
	struct ll_json_ids ids;

	if (filter == NULL)
		return true;
	ll_json_states_fields(&line, row, &ids);
	return ll_is_wanted(filter, &line, row->process);
}

static int gather(void *arg, const struct ll_states_row *row)
{
	struct table *table = arg;
	bool is_told = row->states.since_boottime_ns != 0 || row->states.stuck.tid != 0;

	if (!is_told || (row->process->is_kthread && !table->options->show_kthreads) ||
	    !is_wanted(table->options->filter, row))
		return 0;
	struct ll_states_row *rows =
		ll_grow(table->rows, table->count + 1, &table->room, sizeof(*rows), 256);
	if (rows == NULL)
		return -ENOMEM;
	table->rows = rows;
	table->rows[table->count++] = *row;
	return 0;
}

static uint64_t hurt_ns(const struct ll_states *states)
{
	return states->stays[LL_STATE_RUNNING].total_ns +
	       states->stays[LL_STATE_RUNNABLE].total_ns +
	       states->stays[LL_STATE_UNINTERRUPTIBLE].total_ns;
}

static int by_hurt(const struct ll_states *a, const struct ll_states *b)
{
	bool is_stuck = a->stuck.tid != 0;

	if (is_stuck != (b->stuck.tid != 0))
		return is_stuck ? -1 : 1;
	return (hurt_ns(a) < hurt_ns(b)) - (hurt_ns(a) > hurt_ns(b));
}

static int compare_rows(const void *left, const void *right)
{
	const struct ll_states_row *a = left, *b = right;
	int order = by_hurt(&a->states, &b->states);

	if (order != 0)
		return order;
	if (a->process->id.tgid != b->process->id.tgid)
		return a->process->id.tgid < b->process->id.tgid ? -1 : 1;
	return a->process->id.start_boottime_ns < b->process->id.start_boottime_ns ? -1 : 1;
}

static int compare_threads(const void *left, const void *right)
{
	const struct ll_states_thread *a = left, *b = right;
	int order = by_hurt(&a->states, &b->states);

	if (order != 0)
		return order;
	if (a->tid != b->tid)
		return a->tid < b->tid ? -1 : 1;
	return a->start_boottime_ns < b->start_boottime_ns ? -1 : 1;
}

static int table_init(struct table *table, const struct ll_model *model,
		      const struct ll_states_options *options)
{
	table->model = model;
	table->options = options;
	int err = ll_model_states(model, gather, table);
	if (err == 0 && table->count > 0)
		qsort(table->rows, table->count, sizeof(*table->rows), compare_rows);
	return err;
}

static int gather_threads(struct table *table, const struct ll_states_row *row)
{
	table->thread_count = 0;
	int err = ll_model_states_threads(table->model, row->process, gather_thread, table);
	if (err == 0 && table->thread_count > 0)
		qsort(table->threads, table->thread_count, sizeof(*table->threads),
		      compare_threads);
	return err;
}

/* What the screen has no room for is dropped: a line more would scroll it. */
static int end_line(struct table *table)
{
	struct ll_line *line = &table->line;

	if (table->lines_max != 0 && table->lines >= table->lines_max) {
		ll_line_init(line, line->file, table->options->width, line->color, line->utf8);
		return 0;
	}
	table->lines++;
	return ll_line_end(line);
}

/* What there is more than the least goes to the names first, then to the bar. */
static void lay_out(struct table *table)
{
	unsigned width = table->options->width != 0 ? table->options->width : WIDTH;
	unsigned least =
		NAME_COLUMN + NAME_MIN + 1 + NOW_WIDTH + BAR_MIN + FACTS_WIDTH + SCHED_WIDTH;
	unsigned extra = width > least ? width - least : 0;
	unsigned for_name = extra * 2 / 3;

	if (for_name > NAME_MAX - NAME_MIN)
		for_name = NAME_MAX - NAME_MIN;
	table->name_width = NAME_MIN + for_name;
	table->bar_width = BAR_MIN + extra - for_name;
	if (table->bar_width > BAR_MAX)
		table->bar_width = BAR_MAX;
	table->shows_sched = width >= least;
}

static unsigned now_column(const struct table *table)
{
	return NAME_COLUMN + table->name_width + 1;
}

static unsigned bar_column(const struct table *table)
{
	return now_column(table) + NOW_WIDTH;
}

/* Share cells out among the states; all of them, when there is any time at all. */
static void share_cells(const struct ll_states *states, unsigned width,
			unsigned ret_cells[LL_STATES_TIMED])
{
	unsigned __int128 total = 0, rests[LL_STATES_TIMED];
	unsigned left = width;

	for (int i = 0; i < LL_STATES_TIMED; i++)
		total += states->stays[i].total_ns;
	for (int i = 0; i < LL_STATES_TIMED; i++) {
		unsigned __int128 share = (unsigned __int128)states->stays[i].total_ns * width;

		ret_cells[i] = total > 0 ? (unsigned)(share / total) : 0;
		rests[i] = total > 0 ? share % total : 0;
		left -= ret_cells[i];
	}
	for (; total > 0 && left > 0; left--) {
		int most = 0;

		for (int i = 1; i < LL_STATES_TIMED; i++)
			most = rests[i] > rests[most] ? i : most;
		ret_cells[most]++;
		rests[most] = 0;
	}
}

static void put_bar(struct table *table, const struct ll_states *states)
{
	struct ll_line *line = &table->line;
	unsigned width = table->bar_width;
	unsigned cells[LL_STATES_TIMED];

	share_cells(states, width, cells);
	ll_line_pad(line, bar_column(table));
	for (int i = 0; i < LL_STATES_TIMED; i++) {
		ll_line_color(line, colors[i]);
		for (unsigned cell = 0; cell < cells[i]; cell++)
			ll_line_printf(line, "%c", letters[i]);
	}
	ll_line_color(line, LL_COLOR_NONE);
	ll_line_pad(line, bar_column(table) + width);
}

/* Right-align our own words; "µ" is two bytes and one column. */
static void put_right(struct ll_line *line, unsigned width, const char *text)
{
	unsigned columns = 0;

	for (const char *at = text; *at != '\0'; at++)
		columns += (*at & 0xc0) != 0x80;
	ll_line_pad(line, line->column + (columns < width ? width - columns : 0));
	ll_line_put(line, text);
}

static void put_time(struct ll_line *line, unsigned width, uint64_t ns)
{
	char duration[LL_DURATION_MAX];

	put_right(line, width, ns == 0 ? "-" : ll_duration_format(ns, line->utf8, duration));
}

/* Of the time the clock showed: several threads can pass a hundred. */
static void put_percent(struct ll_line *line, const struct ll_states *states,
			enum ll_state state)
{
	char text[32] = "-";
	uint64_t wall_ns = states->until_boottime_ns - states->since_boottime_ns;

	if (states->since_boottime_ns != 0 &&
	    states->until_boottime_ns > states->since_boottime_ns) {
		uint64_t tenths = (uint64_t)((unsigned __int128)states->stays[state].total_ns *
					     1000 / wall_ns);

		snprintf(text, sizeof(text), "%" PRIu64 ".%" PRIu64, tenths / 10, tenths % 10);
	}
	put_right(line, 7, text);
}

/* Write what is not the default, "" else. */
static const char *format_sched(const struct ll_sched *sched, char *ret, size_t size)
{
	static const char *const names[] = {
		[LL_SCHED_OTHER] = "",    [LL_SCHED_FIFO] = "FIFO",
		[LL_SCHED_RR] = "RR",     [LL_SCHED_BATCH] = "batch",
		[LL_SCHED_IDLE] = "idle", [LL_SCHED_DEADLINE] = "DL",
		[LL_SCHED_EXT] = "ext",
	};

	ret[0] = '\0';
	if (!sched->is_known || sched->policy > LL_SCHED_EXT)
		return ret;
	if (sched->priority > 0)
		snprintf(ret, size, "%s %u", names[sched->policy], sched->priority);
	else if (sched->policy != LL_SCHED_OTHER)
		snprintf(ret, size, "%s", names[sched->policy]);
	else if (sched->nice != 0)
		snprintf(ret, size, "nice %d", sched->nice);
	return ret;
}

static void put_sched(struct ll_line *line, const struct ll_sched *sched)
{
	char text[32];

	ll_line_color(line, ll_sched_is_realtime(sched) ? LL_COLOR_RED : LL_COLOR_NONE);
	if (format_sched(sched, text, sizeof(text))[0] != '\0')
		ll_line_printf(line, "  %s", text);
	ll_line_color(line, LL_COLOR_NONE);
}

/* What a process and a thread have in common, from the current state to the right. */
static void put_facts(struct table *table, const struct ll_states *states, uint64_t life_ns,
		      const struct ll_sched *sched)
{
	struct ll_line *line = &table->line;
	const struct ll_stay *d = &states->stays[LL_STATE_UNINTERRUPTIBLE];

	ll_line_pad(line, now_column(table));
	ll_line_color(line, states->has_state ? colors[states->state] : LL_COLOR_DIM);
	ll_line_printf(line, "%c", states->has_state ? letters[states->state] : '-');
	ll_line_color(line, LL_COLOR_NONE);
	put_time(line, 8, life_ns);
	put_bar(table, states);
	put_percent(line, states, LL_STATE_RUNNING);
	put_time(line, 8, states->stays[LL_STATE_RUNNABLE].total_ns);
	put_percent(line, states, LL_STATE_RUNNABLE);
	ll_line_printf(line, "%7" PRIu64, states->stays[LL_STATE_RUNNING].count);
	ll_line_color(line,
		      d->longest_ns >= table->options->stall_ns ? LL_COLOR_RED : LL_COLOR_NONE);
	put_time(line, 8, d->longest_ns);
	ll_line_color(line, LL_COLOR_NONE);
	if (table->shows_sched)
		put_sched(line, sched);
}

/* Put "D for 2.3s: io_schedule < ..." on a line of its own, for what was longer than --stall. */
static int write_stack(struct table *table, const struct ll_states *states)
{
	struct ll_line *line = &table->line;
	const struct ll_stuck *stuck = &states->stuck;
	uint64_t now_ns = table->options->now_boottime_ns;
	uint64_t ns = states->stays[LL_STATE_UNINTERRUPTIBLE].longest_ns;
	bool is_stuck = stuck->tid != 0;
	struct ll_str stack = is_stuck ? stuck->stack : states->stack;
	char duration[LL_DURATION_MAX];

	if (!is_stuck && (ns < table->options->stall_ns || stack.length == 0))
		return 0;
	if (is_stuck && now_ns > stuck->since_boottime_ns)
		ns = now_ns - stuck->since_boottime_ns;
	ll_line_pad(line, NAME_COLUMN);
	ll_line_color(line, LL_COLOR_RED);
	ll_line_printf(line, "%sD for %s", is_stuck ? "stuck in " : "",
		       ll_duration_format(ns, line->utf8, duration));
	ll_line_color(line, LL_COLOR_DIM);
	ll_line_put(line, stack.length > 0 ? ": " : "");
	ll_stack_put(line, stack);
	ll_line_color(line, LL_COLOR_NONE);
	return end_line(table);
}

/* A name longer than its column is cut: the facts are not to move. */
static void bound_name(struct table *table, unsigned column)
{
	struct ll_line *line = &table->line;
	unsigned width = table->options->width, end = now_column(table) - 1;

	ll_line_pad(line, column);
	if (width == 0 || width > end)
		ll_line_set_limit(line, end);
}

static uint64_t life_ns(const struct table *table, const struct ll_process *process)
{
	uint64_t start_ns = process->id.start_boottime_ns;
	uint64_t end_ns = process->exit_boottime_ns;

	if (process->life == LL_LIFE_ALIVE)
		end_ns = table->options->now_boottime_ns;
	return start_ns != 0 && end_ns > start_ns ? end_ns - start_ns : 0;
}

static uint64_t thread_life_ns(const struct table *table, const struct ll_states_thread *thread)
{
	uint64_t end_ns = thread->states.until_boottime_ns;

	if (!thread->is_over)
		end_ns = table->options->now_boottime_ns;
	return thread->start_boottime_ns != 0 && end_ns > thread->start_boottime_ns
		       ? end_ns - thread->start_boottime_ns
		       : 0;
}

static int write_thread(struct table *table, const struct ll_states_thread *thread)
{
	struct ll_line *line = &table->line;

	ll_line_color(line, thread->is_over ? LL_COLOR_DIM : LL_COLOR_NONE);
	ll_line_printf(line, "  %7" PRIu32, thread->tid);
	bound_name(table, NAME_COLUMN + 2);
	ll_line_put_quoted(line, ll_str_of(thread->comm));
	ll_line_set_limit(line, table->options->width);
	ll_line_color(line, LL_COLOR_NONE);
	put_facts(table, &thread->states, thread_life_ns(table, thread), &thread->states.sched);
	int err = end_line(table);
	return err != 0 ? err : write_stack(table, &thread->states);
}

static int write_threads(struct table *table, const struct ll_states_row *row)
{
	struct ll_line *line = &table->line;
	uint32_t all = row->living_count + row->over_count;

	if (!table->options->show_threads || all < 2)
		return 0;
	int err = gather_threads(table, row);
	for (size_t i = 0; i < table->thread_count && err == 0; i++)
		err = write_thread(table, &table->threads[i]);
	if (err != 0 || all <= table->thread_count)
		return err;
	ll_line_pad(line, NAME_COLUMN + 2);
	ll_line_color(line, LL_COLOR_DIM);
	ll_line_printf(line, "and %zu threads more that are over", all - table->thread_count);
	ll_line_color(line, LL_COLOR_NONE);
	return end_line(table);
}

static int write_row(struct table *table, const struct ll_states_row *row)
{
	struct ll_line *line = &table->line;
	const struct ll_process *process = row->process;
	bool has_realtime = ll_sched_is_realtime(&row->realtime);

	ll_line_printf(line, "%7" PRIu32, process->id.tgid);
	ll_line_color(line, process->life == LL_LIFE_ALIVE ? LL_COLOR_BOLD : LL_COLOR_NONE);
	bound_name(table, NAME_COLUMN);
	ll_label_put(line, process);
	ll_line_set_limit(line, table->options->width);
	ll_line_color(line, LL_COLOR_NONE);
	put_facts(table, &row->states, life_ns(table, process),
		  has_realtime ? &row->realtime : &row->states.sched);
	int err = end_line(table);
	if (err == 0 &&
	    (row->living_count + row->over_count < 2 || !table->options->show_threads))
		err = write_stack(table, &row->states);
	return err != 0 ? err : write_threads(table, row);
}

/* What the letters of the bar mean, in as many lines as it takes. */
static int write_legend(struct table *table)
{
	struct ll_line *line = &table->line;
	unsigned width = table->options->width;
	static const char *const meanings[] = {
		[LL_STATE_RUNNING] = "runs",    [LL_STATE_RUNNABLE] = "waits for a CPU",
		[LL_STATE_SLEEPING] = "sleeps", [LL_STATE_UNINTERRUPTIBLE] = "uninterruptible",
		[LL_STATE_STOPPED] = "stopped", [LL_STATE_TRACED] = "held by a tracer",
		[LL_STATE_IDLE] = "idle",
	};

	for (int i = 0; i < LL_STATES_TIMED; i++) {
		size_t columns = strlen("  x ") + strlen(meanings[i]);

		if (width != 0 && line->column > 0 && line->column + columns > width) {
			int err = end_line(table);

			if (err != 0)
				return err;
		}
		ll_line_put(line, line->column > 0 ? "  " : "");
		ll_line_color(line, colors[i]);
		ll_line_printf(line, "%c", letters[i]);
		ll_line_color(line, LL_COLOR_NONE);
		ll_line_printf(line, " %s", meanings[i]);
	}
	return end_line(table);
}

static int write_head(struct table *table)
{
	struct ll_line *line = &table->line;
	const char *bar = "TIME BY STATE";
	int err = write_legend(table);

	if (err != 0)
		return err;
	ll_line_color(line, LL_COLOR_BOLD);
	ll_line_put(line, "    PID  COMMAND");
	ll_line_pad(line, now_column(table));
	ll_line_put(line, "NOW  LIFE");
	ll_line_pad(line, bar_column(table));
	ll_line_put(line, table->bar_width < strlen(bar) ? "BY STATE" : bar);
	ll_line_pad(line, bar_column(table) + table->bar_width);
	ll_line_put(line, "   CPU%    WAIT  WAIT%   RUNS   MAX D");
	ll_line_put(line, table->shows_sched ? "  SCHED" : "");
	ll_line_color(line, LL_COLOR_NONE);
	return end_line(table);
}

/* The real-time thread that ran longest, if it ran for long without a break. */
static void find_hog(struct table *table, const struct ll_states_row *row)
{
	struct hog *hog = &table->hog;

	for (size_t i = 0; i < table->thread_count; i++) {
		const struct ll_states_thread *thread = &table->threads[i];
		const struct ll_stay *running = &thread->states.stays[LL_STATE_RUNNING];

		if (!ll_sched_is_realtime(&thread->states.sched) ||
		    running->longest_ns < HOG_NS || running->total_ns <= hog->running_ns)
			continue;
		hog->tgid = row->process->id.tgid;
		memcpy(hog->comm, row->process->comm, sizeof(hog->comm));
		hog->sched = thread->states.sched;
		hog->running_ns = running->total_ns;
	}
}

static void find_waiting(struct table *table)
{
	struct hog *hog = &table->hog;

	for (size_t i = 0; i < table->thread_count; i++) {
		const struct ll_states *states = &table->threads[i].states;
		const struct ll_stay *runnable = &states->stays[LL_STATE_RUNNABLE];

		if (ll_sched_is_realtime(&states->sched) || runnable->longest_ns < HOG_NS)
			continue;
		hog->waiting_count++;
		hog->waited_ns += runnable->total_ns;
		if (hog->longest_ns < runnable->longest_ns)
			hog->longest_ns = runnable->longest_ns;
	}
}

/* Also of what is not shown: rows that are gathered, drawn or not. */
static int look_for_hog(struct table *table)
{
	int err = 0;

	for (size_t i = 0; i < table->count && err == 0; i++) {
		err = gather_threads(table, &table->rows[i]);
		find_hog(table, &table->rows[i]);
		find_waiting(table);
	}
	return err;
}

static int write_hog(struct table *table)
{
	struct ll_line *line = &table->line;
	const struct hog *hog = &table->hog;
	char waited[LL_DURATION_MAX], longest[LL_DURATION_MAX], sched[32];

	if (hog->running_ns == 0 || hog->waiting_count == 0)
		return 0;
	ll_line_color(line, LL_COLOR_RED);
	ll_line_printf(line,
		       "%" PRIu32
		       " thread%s waited %s for a CPU, up to %s at a stretch, while %" PRIu32
		       " (",
		       hog->waiting_count, hog->waiting_count > 1 ? "s" : "",
		       ll_duration_format(hog->waited_ns, line->utf8, waited),
		       ll_duration_format(hog->longest_ns, line->utf8, longest), hog->tgid);
	ll_line_put_quoted(line, ll_str_of(hog->comm));
	ll_line_printf(line, ", %s) ran", format_sched(&hog->sched, sched, sizeof(sched)));
	ll_line_color(line, LL_COLOR_NONE);
	return end_line(table);
}

static bool has_room(const struct table *table)
{
	return table->lines_max == 0 || table->lines < table->lines_max;
}

static int write_rest(struct table *table, size_t count)
{
	struct ll_line *line = &table->line;

	if (count == 0)
		return 0;
	ll_line_color(line, LL_COLOR_DIM);
	ll_line_printf(line, "and %zu process%s more", count, count > 1 ? "es" : "");
	ll_line_color(line, LL_COLOR_NONE);
	return end_line(table);
}

int ll_states_render(FILE *out, const struct ll_model *model,
		     const struct ll_states_options *options)
{
	LL_CLEANUP(fini) struct table table = { 0 };
	size_t i = 0;

	ll_line_init(&table.line, out, options->width, options->color, options->utf8);
	if (options->height > TAIL_LINES)
		table.lines_max = options->height - TAIL_LINES;
	int err = table_init(&table, model, options);
	lay_out(&table);
	if (err == 0)
		err = look_for_hog(&table);
	if (err == 0)
		err = write_head(&table);
	for (; i < table.count && err == 0 && has_room(&table); i++)
		err = write_row(&table, &table.rows[i]);
	table.lines_max = 0;
	if (err == 0)
		err = write_rest(&table, table.count - i);
	return err != 0 ? err : write_hog(&table);
}

static int json_threads(struct table *table, FILE *out, const struct ll_states_row *row)
{
	int err = gather_threads(table, row);

	for (size_t i = 0; i < table->thread_count && err == 0; i++)
		err = ll_json_states_thread(out, row->process, &table->threads[i]);
	return err;
}

int ll_states_json(FILE *out, const struct ll_model *model,
		   const struct ll_states_options *options)
{
	LL_CLEANUP(fini) struct table table = { 0 };
	int err = table_init(&table, model, options);

	for (size_t i = 0; i < table.count && err == 0; i++) {
		err = ll_json_states(out, &table.rows[i]);
		if (err == 0 && options->show_threads)
			err = json_threads(&table, out, &table.rows[i]);
	}
	return err;
}
