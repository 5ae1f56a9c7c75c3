/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The table: columns are as wide as what they hold. Where the line has no room for all, who sent and
 * who got it is cut and the median left out; what came of it and the longest time stay.
 */
#include "render/signals.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/duration.h"
#include "event/signal_names.h"
#include "render/json.h"
#include "render/line.h"
#include "render/signal_rows.h"

#define SIGNAL_COLUMN 10
#define GAP 2
#define TIME_WIDTH 8
#define TIMES 3
#define WORDS_MIN 8
#define PARTY_MAX 40
#define OTHERS "others, too many to tell apart"
#define WORDS_HEAD "WHAT CAME OF IT"

/* What was sent most first; else by target and signal, so that the order is one. */
static int compare(const void *a, const void *b)
{
	const struct ll_signal_row *one = a, *other = b;

	if (one->is_others != other->is_others)
		return one->is_others ? 1 : -1;
	if (one->sent != other->sent)
		return one->sent > other->sent ? -1 : 1;
	if (one->target.tgid != other->target.tgid)
		return one->target.tgid < other->target.tgid ? -1 : 1;
	if (one->signal != other->signal)
		return one->signal < other->signal ? -1 : 1;
	if (one->sender.tgid != other->sender.tgid)
		return one->sender.tgid < other->sender.tgid ? -1 : 1;
	return one->target.start_boottime_ns < other->target.start_boottime_ns ? -1 : 1;
}

static int gather(struct ll_signal_rows *rows, const struct ll_model *model,
		  const struct ll_signals_options *options)
{
	int err = ll_signal_rows_init(rows, model, options);

	if (err == 0 && rows->count > 1)
		qsort(rows->list, rows->count, sizeof(*rows->list), compare);
	return err;
}

/* Let what follows end before a column, whatever stands after it. */
static void bound(struct ll_line *line, unsigned limit, unsigned column)
{
	ll_line_set_limit(line, limit == 0 || column < limit ? column : limit);
}

static void put_name(struct ll_line *line, struct ll_id id, const char *name)
{
	struct ll_str text = ll_str_of(name);

	if (id.tgid == 0) {
		ll_line_put(line, name);
		return;
	}
	ll_line_printf(line, "%" PRIu32 " (", id.tgid);
	ll_line_put_quoted(line, text);
	ll_line_put(line, ")");
}

static void put_sender(struct ll_line *line, const struct ll_signal_row *row)
{
	bool is_own = row->has_sender_kind && row->sender_kind == LL_SENDER_SELF;

	if (is_own)
		ll_line_put(line, row->is_fault ? "itself, a fault" : "itself");
	else
		put_name(line, row->sender, ll_signal_row_sender(row));
}

static void put_target(struct ll_line *line, const struct ll_signal_row *row)
{
	put_name(line, row->target, ll_signal_row_target(row));
}

static void put_signal(struct ll_line *line, const struct ll_signal_row *row)
{
	const char *name = ll_signal_name(row->signal);

	ll_line_put(line, name != NULL ? name : "?");
}

/* Queued, and what then became of them was not seen: pending, or taken by sigwait or signalfd. */
static uint64_t untold(const struct ll_signal_row *row)
{
	uint64_t queued = row->results[LL_SIGNAL_DELIVERED] + row->results[LL_SIGNAL_INFO_LOST];
	uint64_t told = 0;

	for (size_t i = 0; i <= LL_ACTION_CONTINUE; i++)
		told += row->deliveries[i];
	if (told < row->fatal)
		told = row->fatal;
	return queued > told ? queued - told : 0;
}

/* What became of so many of a row's signals. */
struct outcome {
	uint64_t count;
	const char *word;
	enum ll_color color;
};

#define OUTCOMES 11

static void list_outcomes(const struct ll_signal_row *row, struct outcome ret[OUTCOMES])
{
	const uint64_t *done = row->deliveries, *results = row->results;
	uint64_t ended = done[LL_ACTION_TERMINATE] + done[LL_ACTION_CORE];
	const struct outcome list[OUTCOMES] = {
		{ row->fatal, "fatal", LL_COLOR_RED },
		{ ended > row->fatal ? ended - row->fatal : 0, "deadly", LL_COLOR_RED },
		{ done[LL_ACTION_HANDLER], "handled", LL_COLOR_GREEN },
		{ done[LL_ACTION_STOP], "stopped it", LL_COLOR_YELLOW },
		{ done[LL_ACTION_CONTINUE], "continued it", LL_COLOR_YELLOW },
		{ done[LL_ACTION_IGNORE], "no effect", LL_COLOR_DIM },
		{ results[LL_SIGNAL_OVERFLOW], "overflow", LL_COLOR_MAGENTA },
		{ results[LL_SIGNAL_ALREADY_PENDING], "already pending", LL_COLOR_YELLOW },
		{ row->resumed, "resumed it", LL_COLOR_YELLOW },
		{ results[LL_SIGNAL_IGNORED] - row->resumed, "ignored", LL_COLOR_DIM },
		{ untold(row), "queued", LL_COLOR_NONE },
	};

	memcpy(ret, list, sizeof(list));
}

static void put_count(struct ll_line *line, uint64_t count, bool is_counted)
{
	if (is_counted)
		ll_line_printf(line, "%" PRIu64 " ", count);
}

/* How many were blocked when they were sent; what is delivered is so no more. */
static void put_blocked(struct ll_line *line, const struct ll_signal_row *row, bool is_counted)
{
	if (row->blocked == 0)
		return;
	ll_line_put(line, " (");
	ll_line_color(line, LL_COLOR_YELLOW);
	put_count(line, row->blocked, is_counted);
	ll_line_put(line, untold(row) > 0 ? "blocked" : "blocked at first");
	ll_line_color(line, LL_COLOR_NONE);
	ll_line_put(line, ")");
}

/* "handled", or where that does not say all of it "12 handled, 1 ignored". */
static void put_outcome(struct ll_line *line, const struct ll_signal_row *row)
{
	struct outcome list[OUTCOMES];
	bool is_counted = row->blocked > 0 && row->sent > 1;
	const char *gap = "";

	list_outcomes(row, list);
	for (size_t i = 0; i < OUTCOMES; i++)
		is_counted |= list[i].count != 0 && list[i].count != row->sent;
	for (size_t i = 0; i < OUTCOMES; i++) {
		if (list[i].count == 0)
			continue;
		ll_line_put(line, gap);
		ll_line_color(line, list[i].color);
		put_count(line, list[i].count, is_counted);
		ll_line_put(line, list[i].word);
		ll_line_color(line, LL_COLOR_NONE);
		gap = ", ";
	}
	put_blocked(line, row, is_counted);
}

/* Widths of the columns without the gap after each, and the first of the times that is shown. */
struct layout {
	unsigned signal, from, to, words, first_time;
};

typedef void (*put_cell_fn)(struct ll_line *line, const struct ll_signal_row *row);

/* How wide a column has to be. */
static unsigned measure(const struct ll_signal_rows *rows, put_cell_fn put, const char *head)
{
	const struct ll_signals_options *options = rows->options;
	unsigned width = (unsigned)strlen(head);

	for (size_t i = 0; i < rows->count; i++) {
		struct ll_line line;

		ll_line_init(&line, NULL, 0, false, options->utf8);
		if (!rows->list[i].is_others || put == put_outcome)
			put(&line, &rows->list[i]);
		width = line.column > width ? line.column : width;
	}
	return width;
}

static unsigned from_column(const struct layout *layout)
{
	return SIGNAL_COLUMN + layout->signal + GAP;
}

static unsigned to_column(const struct layout *layout)
{
	return from_column(layout) + layout->from + GAP;
}

static unsigned words_column(const struct layout *layout)
{
	return to_column(layout) + layout->to + GAP;
}

static unsigned times_column(const struct layout *layout)
{
	return words_column(layout) + layout->words;
}

static unsigned total_width(const struct layout *layout)
{
	return times_column(layout) + (TIMES - layout->first_time) * TIME_WIDTH;
}

/* Cut the wider of sender and target while the line is too long. */
static void cut_parties(struct layout *layout, unsigned least, unsigned width)
{
	while (total_width(layout) > width && (layout->from > least || layout->to > least)) {
		if (layout->from > layout->to)
			layout->from--;
		else
			layout->to--;
	}
}

/* What fits the line: see the top of this file. */
static struct layout fit(struct layout layout, unsigned width)
{
	static const struct {
		unsigned least, first_time;
	} steps[] = { { 18, 0 }, { 18, 1 }, { 14, 1 }, { 14, 2 }, { 9, 2 } };

	struct layout tried = layout;

	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		tried = layout;
		tried.first_time = steps[i].first_time;
		cut_parties(&tried, steps[i].least, width);
		if (total_width(&tried) <= width)
			return tried;
	}
	while (total_width(&tried) > width && tried.words > WORDS_MIN)
		tried.words--;
	return tried;
}

static struct layout lay_out(const struct ll_signal_rows *rows)
{
	struct layout layout = {
		.signal = measure(rows, put_signal, "SIGNAL"),
		.from = measure(rows, put_sender, "FROM"),
		.to = measure(rows, put_target, "TO"),
		.words = measure(rows, put_outcome, WORDS_HEAD),
	};
	bool has_others = rows->count > 0 && rows->list[rows->count - 1].is_others;
	unsigned least = SIGNAL_COLUMN + (unsigned)strlen(OTHERS) + GAP;

	if (layout.from > PARTY_MAX)
		layout.from = PARTY_MAX;
	if (layout.to > PARTY_MAX)
		layout.to = PARTY_MAX;
	if (has_others && words_column(&layout) < least)
		layout.to += least - words_column(&layout);
	return rows->options->width == 0 ? layout : fit(layout, rows->options->width);
}

static void put_right(struct ll_line *line, unsigned column, const char *text)
{
	/* "µ" is two bytes. */
	unsigned width = (unsigned)strlen(text) - (strstr(text, "µ") != NULL);

	ll_line_pad(line, column > width ? column - width : 0);
	ll_line_put(line, text);
}

static void put_times(struct ll_line *line, const struct layout *layout,
		      const struct ll_signal_row *row)
{
	const uint64_t times[TIMES] = { row->latency_p50_ns, row->latency_p99_ns,
					row->latency_max_ns };
	unsigned column = times_column(layout);

	for (unsigned i = layout->first_time; i < TIMES; i++) {
		char text[LL_DURATION_MAX] = "-";

		if (row->latency_count > 0)
			ll_duration_format(times[i], line->utf8, text);
		put_right(line, column += TIME_WIDTH, text);
	}
}

/* Put a cell into a column that ends before another one, cut if it must be. */
static void put_cell(struct ll_line *line, unsigned limit, unsigned column, unsigned end,
		     put_cell_fn put, const struct ll_signal_row *row)
{
	ll_line_set_limit(line, limit);
	ll_line_pad(line, column);
	bound(line, limit, end);
	put(line, row);
	ll_line_color(line, LL_COLOR_NONE);
	ll_line_set_limit(line, limit);
}

static void put_others(struct ll_line *line, const struct ll_signal_row *row)
{
	(void)row;
	ll_line_put(line, OTHERS);
}

static int put_row(struct ll_line *line, const struct layout *layout, unsigned width,
		   const struct ll_signal_row *row)
{
	unsigned from = from_column(layout), to = to_column(layout);
	unsigned words = words_column(layout);

	ll_line_printf(line, "%8" PRIu64, row->sent);
	if (row->is_others) {
		put_cell(line, width, SIGNAL_COLUMN, words - GAP, put_others, row);
	} else {
		put_cell(line, width, SIGNAL_COLUMN, from - GAP, put_signal, row);
		put_cell(line, width, from, to - GAP, put_sender, row);
		put_cell(line, width, to, words - GAP, put_target, row);
	}
	put_cell(line, width, words, times_column(layout), put_outcome, row);
	put_times(line, layout, row);
	return ll_line_end(line);
}

static int put_header(struct ll_line *line, const struct layout *layout)
{
	static const char *const times[TIMES] = { "P50", "P99", "MAX" };
	unsigned column = times_column(layout);

	ll_line_color(line, LL_COLOR_BOLD);
	ll_line_put(line, "    SENT  SIGNAL");
	ll_line_pad(line, from_column(layout));
	ll_line_put(line, "FROM");
	ll_line_pad(line, to_column(layout));
	ll_line_put(line, "TO");
	ll_line_pad(line, words_column(layout));
	ll_line_put(line, WORDS_HEAD);
	for (unsigned i = layout->first_time; i < TIMES; i++)
		put_right(line, column += TIME_WIDTH, times[i]);
	return ll_line_end(line);
}

int ll_signals_render(FILE *out, const struct ll_model *model,
		      const struct ll_signals_options *options)
{
	LL_CLEANUP(ll_signal_rows_fini) struct ll_signal_rows rows = { 0 };
	struct ll_line line;
	int err = gather(&rows, model, options);

	if (err != 0)
		return err;
	struct layout layout = lay_out(&rows);
	ll_line_init(&line, out, options->width, options->color, options->utf8);
	err = put_header(&line, &layout);
	for (size_t i = 0; i < rows.count && err == 0; i++)
		err = put_row(&line, &layout, options->width, &rows.list[i]);
	return err;
}

static int write_row(FILE *out, const struct ll_signal_row *row)
{
	struct ll_event event;
	struct ll_signal_row_ids ids;

	ll_signal_row_fields(&event, row, &ids);
	return ll_json_fields(out, &event);
}

int ll_signals_json(FILE *out, const struct ll_model *model,
		    const struct ll_signals_options *options)
{
	LL_CLEANUP(ll_signal_rows_fini) struct ll_signal_rows rows = { 0 };
	int err = gather(&rows, model, options);

	for (size_t i = 0; i < rows.count && err == 0; i++)
		err = write_row(out, &rows.list[i]);
	return err;
}
