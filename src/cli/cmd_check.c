/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* lifeline check: is a capture whole, what is in it, what is damaged. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/duration.h"
#include "capture/reader.h"
#include "cli/command.h"
#include "cli/option_table.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "cli/say.h"
#include "cli/signals.h"
#include "cli/terminal.h"
#include "render/json.h"
#include "render/line.h"

#define VALUE_COLUMN 10

struct report {
	const char *path;
	const struct ll_reader *reader;
	const struct ll_about *about;
	struct ll_reader_stats stats;
};

static void free_reader(struct ll_reader **reader)
{
	ll_reader_free(*reader);
}

static bool is_whole(const struct ll_reader_stats *stats)
{
	return stats->is_ended && stats->damage_count == 0 && stats->missing == 0;
}

static uint64_t event_count(const struct ll_reader_stats *stats)
{
	uint64_t count = 0;

	for (int kind = 0; kind < LL_EVENT_KINDS; kind++)
		count += stats->events[kind];
	return count;
}

static uint64_t lost_count(const struct ll_reader_stats *stats)
{
	uint64_t count = 0;

	for (int kind = 0; kind < LL_EVENT_KINDS; kind++)
		count += stats->lost[kind];
	return count;
}

static const char *verdict(const struct ll_reader_stats *stats)
{
	if (is_whole(stats))
		return "whole";
	if (stats->damage_count == 0 && stats->missing == 0)
		return "not closed";
	return "damaged";
}

/* ---- Text ------------------------------------------------------------------------------ */

static void put_label(struct ll_line *line, const char *label)
{
	ll_line_put(line, label);
	ll_line_pad(line, VALUE_COLUMN);
}

static int put_verdict(struct ll_line *line, const struct report *report)
{
	const struct ll_reader_stats *stats = &report->stats;
	uint64_t count = event_count(stats);
	char size[LL_DURATION_MAX];

	ll_line_put_sentence(line, ll_str_of(report->path));
	ll_line_put(line, ": ");
	ll_line_color(line, is_whole(stats) ? LL_COLOR_GREEN : LL_COLOR_RED);
	ll_line_put(line, verdict(stats));
	ll_line_color(line, LL_COLOR_NONE);
	if (lost_count(stats) > 0)
		ll_line_printf(line, ", but %" PRIu64 " events were lost while it was recorded",
			       lost_count(stats));
	ll_line_printf(line, "; %s, %" PRIu64 " blocks, %" PRIu64 " events",
		       ll_size_format(stats->bytes, size), stats->blocks, count);
	if (count > 0)
		ll_line_printf(line, ", %.1f bytes an event",
			       (double)stats->bytes / (double)count);
	if (stats->is_rotated)
		ll_line_put(line, "; it goes on in another file");
	return ll_line_end(line);
}

static void put_fact(struct ll_line *line, const struct report *report, const char *before,
		     const char *name)
{
	struct ll_str value = ll_about_find(report->about, name);

	if (value.length == 0)
		return;
	ll_line_put(line, before);
	ll_line_put_sentence(line, value);
}

static int put_recorded(struct ll_line *line, const struct report *report)
{
	time_t when = (time_t)(ll_about_number(report->about, LL_ABOUT_UNIX) / LL_NS_PER_S);
	char text[64], duration[LL_DURATION_MAX];
	struct tm local;

	if (report->about->count == 0)
		return 0;
	put_label(line, "recorded");
	if (when != 0 && localtime_r(&when, &local) != NULL &&
	    strftime(text, sizeof(text), "%F %T", &local) > 0)
		ll_line_put(line, text);
	ll_line_printf(line, ", %s long",
		       ll_duration_format(report->stats.last_ns - report->stats.first_ns,
					  line->utf8, duration));
	put_fact(line, report, ", on ", LL_ABOUT_HOST);
	put_fact(line, report, " (Linux ", LL_ABOUT_KERNEL);
	put_fact(line, report, ", ", LL_ABOUT_ARCH);
	put_fact(line, report, "), by lifeline ", LL_ABOUT_VERSION);
	return ll_line_end(line);
}

static int put_command(struct ll_line *line, const struct report *report)
{
	struct ll_str options = ll_about_find(report->about, LL_ABOUT_OPTIONS);

	if (options.length == 0)
		return 0;
	put_label(line, "by");
	ll_line_put_args(line, options);
	return ll_line_end(line);
}

/* A capture made of another, and whether it is all of it. */
static int put_copy(struct ll_line *line, const struct report *report)
{
	struct ll_str options = ll_about_find(report->about, LL_ABOUT_COPY);
	bool is_part = ll_about_number(report->about, LL_ABOUT_FILTERED) != 0;

	if (options.length == 0)
		return 0;
	put_label(line, is_part ? "a part" : "copied");
	ll_line_put(line, is_part ? "left by " : "by ");
	ll_line_put_args(line, options);
	return ll_line_end(line);
}

/* "3 fork, 2 exec" of what is above 0. What no view shows, clocks and the like, is one sum. */
static void put_kinds(struct ll_line *line, const uint64_t counts[LL_EVENT_KINDS])
{
	const char *comma = "";
	uint64_t hidden = 0;

	for (int kind = 0; kind < LL_EVENT_KINDS; kind++) {
		if ((LL_E_HIDDEN >> kind & 1) != 0)
			hidden += counts[kind];
		if (counts[kind] == 0 || (LL_E_HIDDEN >> kind & 1) != 0)
			continue;
		ll_line_printf(line, "%s%" PRIu64 " %s", comma, counts[kind],
			       ll_event_kind_short_name(kind));
		comma = ", ";
	}
	if (hidden > 0)
		ll_line_printf(line, "%s%" PRIu64 " clocks and marks", comma, hidden);
	else if (comma[0] == '\0')
		ll_line_put(line, "none");
}

static int put_events(struct ll_line *line, const struct report *report)
{
	const struct ll_reader_stats *stats = &report->stats;

	put_label(line, "events");
	put_kinds(line, stats->events);
	if (stats->unknown > 0)
		ll_line_printf(line, ", %" PRIu64 " of kinds that a newer lifeline knows",
			       stats->unknown);
	int err = ll_line_end(line);
	if (err != 0 || lost_count(stats) == 0)
		return err;
	put_label(line, "lost");
	put_kinds(line, stats->lost);
	return ll_line_end(line);
}

/* What a stretch of damage is, if that is known. */
static const char *explain(const struct ll_reader_stats *stats, const struct ll_damage *damage)
{
	if (damage->is_other)
		return ": another capture begins there; take it out with tail -c +(offset + 1)";
	if (!damage->is_tail)
		return "";
	return stats->is_ended ? ", after the end: it is of no capture"
			       : ", up to the end: it was cut off";
}

static int put_damage(struct ll_line *line, const struct report *report)
{
	const struct ll_reader_stats *stats = &report->stats;
	struct ll_damage damage;
	int err = 0;

	for (size_t i = 0; err == 0 && ll_reader_damage(report->reader, i, &damage); i++) {
		put_label(line, i == 0 ? "damage" : "");
		ll_line_printf(line, "%" PRIu64 " bytes at offset %" PRIu64 "%s", damage.bytes,
			       damage.offset, explain(stats, &damage));
		err = ll_line_end(line);
	}
	if (err == 0 && stats->missing > 0) {
		put_label(line, "missing");
		ll_line_printf(line, "%" PRIu64 " events that were in what is damaged",
			       stats->missing);
		err = ll_line_end(line);
	}
	return err;
}

static int print_text(FILE *out, const struct report *report, enum ll_color_when color)
{
	struct ll_line line;

	ll_line_init(&line, out, 0, ll_terminal_wants_color(color, out), ll_terminal_is_utf8());
	int err = put_verdict(&line, report);
	if (err == 0)
		err = put_recorded(&line, report);
	if (err == 0)
		err = put_command(&line, report);
	if (err == 0)
		err = put_copy(&line, report);
	if (err == 0)
		err = put_events(&line, report);
	return err == 0 ? put_damage(&line, report) : err;
}

/* ---- JSON ------------------------------------------------------------------------------ */

static void put_key(struct ll_buffer *buffer, const char *key)
{
	ll_buffer_put_char(buffer, ',');
	ll_json_put_string(buffer, ll_str_of(key));
	ll_buffer_put_char(buffer, ':');
}

static void put_number(struct ll_buffer *buffer, const char *key, uint64_t number)
{
	put_key(buffer, key);
	ll_buffer_put_decimal(buffer, number);
}

static void put_counts(struct ll_buffer *buffer, const char *key,
		       const uint64_t counts[LL_EVENT_KINDS])
{
	const char *comma = "";

	put_key(buffer, key);
	ll_buffer_put_char(buffer, '{');
	for (int kind = 0; kind < LL_EVENT_KINDS; kind++) {
		if (counts[kind] == 0)
			continue;
		const char *name = ll_event_kind_name(kind);

		ll_buffer_put_string(buffer, comma);
		ll_json_put_string(buffer, ll_str_of(name));
		ll_buffer_put_char(buffer, ':');
		ll_buffer_put_decimal(buffer, counts[kind]);
		comma = ",";
	}
	ll_buffer_put_char(buffer, '}');
}

static void put_places(struct ll_buffer *buffer, const struct ll_reader *reader)
{
	struct ll_damage damage;

	put_key(buffer, "damage");
	ll_buffer_put_char(buffer, '[');
	for (size_t i = 0; ll_reader_damage(reader, i, &damage); i++) {
		ll_buffer_put_string(buffer, i > 0 ? ",{\"offset\":" : "{\"offset\":");
		ll_buffer_put_decimal(buffer, damage.offset);
		put_number(buffer, "bytes", damage.bytes);
		ll_buffer_put_string(buffer,
				     damage.is_tail ? ",\"tail\":true}" : ",\"tail\":false}");
	}
	ll_buffer_put_char(buffer, ']');
}

static bool is_list(struct ll_str name)
{
	static const char *const lists[] = { LL_ABOUT_COMMAND, LL_ABOUT_OPTIONS,
					     LL_ABOUT_COPY };

	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		if (ll_str_is(name, lists[i]))
			return true;
	return false;
}

static void put_list(struct ll_buffer *buffer, struct ll_str words)
{
	struct ll_str word;

	ll_buffer_put_char(buffer, '[');
	for (bool is_first = true; ll_args_next(&words, &word); is_first = false) {
		if (!is_first)
			ll_buffer_put_char(buffer, ',');
		ll_json_put_string(buffer, word);
	}
	ll_buffer_put_char(buffer, ']');
}

static void put_about(struct ll_buffer *buffer, const struct ll_about *about)
{
	struct ll_about_fact fact;

	put_key(buffer, "about");
	ll_buffer_put_char(buffer, '{');
	for (size_t i = 0; ll_about_at(about, i, &fact); i++) {
		if (i > 0)
			ll_buffer_put_char(buffer, ',');
		ll_json_put_string(buffer, fact.name);
		ll_buffer_put_char(buffer, ':');
		if (is_list(fact.name))
			put_list(buffer, fact.value);
		else
			ll_json_put_string(buffer, fact.value);
	}
	ll_buffer_put_char(buffer, '}');
}

static int print_json(FILE *out, const struct report *report)
{
	const struct ll_reader_stats *stats = &report->stats;
	struct ll_buffer buffer;

	ll_buffer_init(&buffer, out);
	ll_buffer_put_string(&buffer, "{\"file\":");
	ll_json_put_string(&buffer, ll_str_of(report->path));
	put_key(&buffer, "verdict");
	ll_json_put_string(&buffer, ll_str_of(verdict(stats)));
	put_number(&buffer, "bytes", stats->bytes);
	put_number(&buffer, "blocks", stats->blocks);
	put_number(&buffer, "living", stats->living);
	put_number(&buffer, "first_boottime_ns", stats->first_ns);
	put_number(&buffer, "last_boottime_ns", stats->last_ns);
	put_counts(&buffer, "events", stats->events);
	put_counts(&buffer, "lost", stats->lost);
	put_number(&buffer, "missing", stats->missing);
	put_number(&buffer, "unknown", stats->unknown);
	put_number(&buffer, "damage_count", stats->damage_count);
	put_number(&buffer, "damage_bytes", stats->damage_bytes);
	put_places(&buffer, report->reader);
	put_about(&buffer, report->about);
	ll_buffer_put_string(&buffer, "}\n");
	return ll_buffer_end(&buffer);
}

/* ---- The command ----------------------------------------------------------------------- */

static int say_failure(const char *path, int err)
{
	if (err == -EINTR)
		ll_say("stopped before the end of '%s' was seen", path);
	else if (err == -ENODATA)
		ll_say("'%s' is empty", path);
	else if (err == -ENOMSG)
		ll_say("'%s' is no capture, or nothing of it is left", path);
	else if (err == -EPROTO)
		ll_say("'%s' was made by a newer lifeline that this one cannot read", path);
	else
		ll_say("cannot read '%s': %s", path, strerror(-err));
	return 1;
}

/* A pipe may have to be waited for. */
static int open_reader(const char *path, struct ll_reader **ret)
{
	int err = ll_reader_open(path, false, ret);

	if (err < 0)
		return err;
	do
		err = ll_reader_begin(*ret);
	while (err == -EINTR && !ll_signals_stop_wanted());
	return err;
}

/* Read all of it, looking at nothing. Returns 0, or -errno: -EINTR when that is no longer wanted. */
static int read_through(struct ll_reader *reader)
{
	enum ll_reader_state state = LL_READER_MORE;
	struct ll_progress progress;
	uint64_t done, total;
	int err = 0;

	ll_progress_init(&progress, stderr, ll_clock_ns(CLOCK_MONOTONIC));
	while (state != LL_READER_END && (err == 0 || err == -EINTR) &&
	       !ll_signals_stop_wanted()) {
		err = ll_reader_poll(reader, NULL, NULL, &state);
		ll_reader_progress(reader, &done, &total);
		ll_progress_update(&progress, done, total, ll_clock_ns(CLOCK_MONOTONIC));
	}
	ll_progress_erase(&progress);
	return err == 0 && state != LL_READER_END ? -EINTR : err;
}

static int run(const struct ll_options *options)
{
	LL_CLEANUP(free_reader) struct ll_reader *reader = NULL;
	struct report report = { .path = options->input };
	struct ll_output output;

	if (options->input == NULL) {
		ll_say("check needs a capture: lifeline check FILE.life");
		return 2;
	}
	int err = open_reader(options->input, &reader);
	if (err == 0)
		err = read_through(reader);
	if (err < 0)
		return say_failure(options->input, err);
	report.reader = reader;
	report.about = ll_reader_about(reader);
	ll_reader_stats(reader, &report.stats);
	if (ll_output_open(options->output_path, &output) < 0)
		return 1;
	err = options->json ? print_json(output.file, &report)
			    : print_text(output.file, &report, options->color);
	return ll_output_finish(&output, err, is_whole(&report.stats) ? 0 : 1);
}

const struct ll_command ll_cmd_check = {
	.name = "check",
	.bit = LL_FOR_CHECK,
	.help = "is a capture whole? what is in it",
	.about =
		"Read a capture from beginning to end and tell whether it is whole, where and how "
		"it was recorded, how many events of which kind it holds, and where it is damaged. "
		"\"not closed\": all that was written can be read, but the recording was cut off, "
		"or still goes on. Events that were lost while it was recorded, as on a full disk, "
		"are told, but are no fault of the file. Needs no root.",
	.examples = "  Did the recording survive?\n"
		    "    lifeline check build.life\n"
		    "  The same for a script.\n"
		    "    lifeline check --json build.life\n",
	.status = "Exit status: 0 whole, 1 damaged, not closed or not readable, 2 usage.",
	.run = run,
};
