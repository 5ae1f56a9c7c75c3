/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The table: the column of words takes what the others leave of the line. */
#include "render/signals.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "event/entity.h"
#include "event/signal_names.h"
#include "render/duration.h"
#include "render/json.h"
#include "render/line.h"
#include "render/signal_rows.h"

#define SIGNAL_COLUMN 10
#define FROM_COLUMN 23
#define TO_COLUMN 43
#define WORDS_COLUMN 63
#define WORDS_MIN 16
#define WORDS_ROOM 40 /* without a width */
#define TIME_WIDTH 8
#define TIMES 3

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

static void put_party(struct ll_line *line, struct ll_id id, const char *name)
{
	struct ll_str text = ll_str_make(name, strlen(name));

	if (id.tgid == 0) {
		ll_line_put(line, name);
		return;
	}
	ll_line_printf(line, "%" PRIu32 " (", id.tgid);
	ll_line_put_quoted(line, text);
	ll_line_put(line, ")");
}

/* Outcomes being listed: "12 handled, 1 blocked"; without the number where it is all of them. */
struct words {
	struct ll_line *line;
	uint64_t sent;
	bool any;
};

static void put_words(struct words *words, uint64_t count, const char *word,
		      enum ll_color color)
{
	if (count == 0)
		return;
	ll_line_put(words->line, words->any ? ", " : "");
	ll_line_color(words->line, color);
	if (count != words->sent)
		ll_line_printf(words->line, "%" PRIu64 " ", count);
	ll_line_put(words->line, word);
	ll_line_color(words->line, LL_COLOR_NONE);
	words->any = true;
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

static void put_outcome(struct ll_line *line, const struct ll_signal_row *row)
{
	struct words words = { .line = line, .sent = row->sent };
	uint64_t ended = row->deliveries[LL_ACTION_TERMINATE] + row->deliveries[LL_ACTION_CORE];

	put_words(&words, row->fatal, "fatal", LL_COLOR_RED);
	if (ended > row->fatal)
		put_words(&words, ended - row->fatal, "deadly", LL_COLOR_RED);
	put_words(&words, row->deliveries[LL_ACTION_HANDLER], "handled", LL_COLOR_GREEN);
	put_words(&words, row->deliveries[LL_ACTION_STOP], "stopped it", LL_COLOR_YELLOW);
	put_words(&words, row->deliveries[LL_ACTION_CONTINUE], "continued it", LL_COLOR_YELLOW);
	put_words(&words, row->deliveries[LL_ACTION_IGNORE], "no effect", LL_COLOR_DIM);
	put_words(&words, row->results[LL_SIGNAL_OVERFLOW], "overflow", LL_COLOR_MAGENTA);
	put_words(&words, row->blocked, "blocked", LL_COLOR_YELLOW);
	put_words(&words, row->results[LL_SIGNAL_ALREADY_PENDING], "already pending",
		  LL_COLOR_YELLOW);
	put_words(&words, row->results[LL_SIGNAL_IGNORED], "ignored", LL_COLOR_DIM);
	put_words(&words, untold(row), "queued", LL_COLOR_NONE);
}

static void put_times(struct ll_line *line, const struct ll_signal_row *row, unsigned column)
{
	const uint64_t times[TIMES] = { row->latency_p50_ns, row->latency_p99_ns,
					row->latency_max_ns };

	for (unsigned i = 0; i < TIMES; i++) {
		char text[LL_DURATION_MAX] = "-";
		unsigned width = 1;

		if (row->latency_count > 0) {
			ll_duration_format(times[i], line->utf8, text);
			/* "µ" is two bytes. */
			width = (unsigned)strlen(text) - (strstr(text, "µ") != NULL);
		}
		column += TIME_WIDTH;
		ll_line_pad(line, column > width ? column - width : 0);
		ll_line_put(line, text);
	}
}

/* Where the times begin. */
static unsigned times_column(const struct ll_signals_options *options)
{
	unsigned width = options->width;

	if (width == 0)
		return WORDS_COLUMN + WORDS_ROOM;
	if (width < WORDS_COLUMN + WORDS_MIN + TIMES * TIME_WIDTH)
		return WORDS_COLUMN + WORDS_MIN;
	return width - TIMES * TIME_WIDTH;
}

static int put_row(struct ll_line *line, const struct ll_signals_options *options,
		   const struct ll_signal_row *row)
{
	const char *name = ll_signal_name(row->signal);
	unsigned times = times_column(options);

	ll_line_printf(line, "%8" PRIu64, row->sent);
	ll_line_pad(line, SIGNAL_COLUMN);
	if (row->is_others) {
		bound(line, options->width, WORDS_COLUMN - 1);
		ll_line_put(line, "others, too many to tell apart");
	} else {
		ll_line_put(line, name != NULL ? name : "?");
		ll_line_pad(line, FROM_COLUMN);
		bound(line, options->width, TO_COLUMN - 1);
		put_party(line, row->sender, ll_signal_row_sender(row));
		ll_line_set_limit(line, options->width);
		ll_line_pad(line, TO_COLUMN);
		bound(line, options->width, WORDS_COLUMN - 1);
		put_party(line, row->target, ll_signal_row_target(row));
	}
	ll_line_set_limit(line, options->width);
	ll_line_pad(line, WORDS_COLUMN);
	bound(line, options->width, times);
	put_outcome(line, row);
	ll_line_color(line, LL_COLOR_NONE);
	ll_line_set_limit(line, options->width);
	put_times(line, row, times);
	return ll_line_end(line);
}

static int put_header(struct ll_line *line, const struct ll_signals_options *options)
{
	unsigned times = times_column(options);

	ll_line_color(line, LL_COLOR_BOLD);
	ll_line_put(line, "    SENT  SIGNAL");
	ll_line_pad(line, FROM_COLUMN);
	ll_line_put(line, "FROM");
	ll_line_pad(line, TO_COLUMN);
	ll_line_put(line, "TO");
	ll_line_pad(line, WORDS_COLUMN);
	ll_line_put(line, "WHAT CAME OF IT");
	ll_line_pad(line, times + TIME_WIDTH - 3);
	ll_line_put(line, "P50     P99     MAX");
	return ll_line_end(line);
}

int ll_signals_render(FILE *out, const struct ll_model *model,
		      const struct ll_signals_options *options)
{
	LL_CLEANUP(ll_signal_rows_fini) struct ll_signal_rows rows = { 0 };
	struct ll_line line;
	int err = gather(&rows, model, options);

	ll_line_init(&line, out, options->width, options->color, options->utf8);
	if (err == 0)
		err = put_header(&line, options);
	for (size_t i = 0; i < rows.count && err == 0; i++)
		err = put_row(&line, options, &rows.list[i]);
	return err;
}

/* What an event only borrows. */
struct ids {
	char sender[LL_ENTITY_ID_SIZE], target[LL_ENTITY_ID_SIZE];
};

static struct ll_str text_of(const char *text)
{
	return ll_str_make(text, strlen(text));
}

static struct ll_str format_id(char *buf, struct ll_id id)
{
	return ll_str_make(buf, ll_entity_id_format(buf, LL_ENTITY_ID_SIZE, id.tgid,
						    id.start_boottime_ns));
}

static void set_parties(struct ll_event *event, const struct ll_signal_row *row,
			struct ids *ids)
{
	LL_SET(event, PID, tgid, row->target.tgid);
	LL_SET(event, CREATION, start_boottime_ns, row->target.start_boottime_ns);
	LL_SET(event, ENTITY_ID, entity_id, format_id(ids->target, row->target));
	if (row->target_comm[0] != '\0')
		LL_SET(event, COMM, comm, text_of(row->target_comm));
	LL_SET(event, SIGNAL_NUMBER, signal_number, row->signal);
	if (ll_signal_name(row->signal) != NULL)
		LL_SET(event, SIGNAL, signal_name, text_of(ll_signal_name(row->signal)));
	if (row->has_sender_kind)
		LL_SET(event, SENDER_KIND, sender_kind, (uint8_t)row->sender_kind);
	if (row->sender.tgid == 0)
		return;
	LL_SET(event, SENDER_PID, sender_tgid, row->sender.tgid);
	if (row->sender.start_boottime_ns != 0)
		LL_SET(event, SENDER_ENTITY_ID, sender_entity_id,
		       format_id(ids->sender, row->sender));
	if (row->sender_comm[0] != '\0')
		LL_SET(event, SENDER_COMM, sender_comm, text_of(row->sender_comm));
}

static void set_counts(struct ll_event *event, const struct ll_signal_row *row)
{
	const uint64_t *results = row->results, *actions = row->deliveries;

	LL_SET(event, SIGNALS_SENT, signals_sent, row->sent);
	LL_SET(event, SIGNALS_DELIVERED, signals_delivered, results[LL_SIGNAL_DELIVERED]);
	LL_SET(event, SIGNALS_IGNORED, signals_ignored, results[LL_SIGNAL_IGNORED]);
	LL_SET(event, SIGNALS_PENDING, signals_pending, results[LL_SIGNAL_ALREADY_PENDING]);
	LL_SET(event, SIGNALS_OVERFLOW, signals_overflow, results[LL_SIGNAL_OVERFLOW]);
	LL_SET(event, SIGNALS_INFO_LOST, signals_info_lost, results[LL_SIGNAL_INFO_LOST]);
	LL_SET(event, SIGNALS_BLOCKED, signals_blocked, row->blocked);
	LL_SET(event, SIGNALS_HANDLED, signals_handled, actions[LL_ACTION_HANDLER]);
	LL_SET(event, SIGNALS_DROPPED, signals_dropped, actions[LL_ACTION_IGNORE]);
	LL_SET(event, SIGNALS_TERMINATED, signals_terminated, actions[LL_ACTION_TERMINATE]);
	LL_SET(event, SIGNALS_CORE, signals_core, actions[LL_ACTION_CORE]);
	LL_SET(event, SIGNALS_STOPPED, signals_stopped, actions[LL_ACTION_STOP]);
	LL_SET(event, SIGNALS_CONTINUED, signals_continued, actions[LL_ACTION_CONTINUE]);
	LL_SET(event, SIGNALS_FATAL, signals_fatal, row->fatal);
	LL_SET(event, SIGNALS_LATENCIES, signals_latencies, row->latency_count);
	if (row->latency_count > 0) {
		LL_SET(event, SIGNALS_P50, signals_p50_ns, row->latency_p50_ns);
		LL_SET(event, SIGNALS_P99, signals_p99_ns, row->latency_p99_ns);
		LL_SET(event, SIGNALS_MAX, signals_max_ns, row->latency_max_ns);
	}
	if (row->last_unix_ns != 0)
		LL_SET(event, SIGNALS_LAST, signals_last_unix_ns, row->last_unix_ns);
}

static int write_row(FILE *out, const struct ll_signal_row *row)
{
	struct ll_event event = { .kind = LL_EVENT_SIGNAL_GENERATE };
	struct ids ids;

	if (row->is_others)
		LL_SET(&event, SIGNALS_OTHERS, signals_others, true);
	else
		set_parties(&event, row, &ids);
	set_counts(&event, row);
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
