/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * One function per kind of event says what happened; the head and the marks around it
 * are the same for all. A fact that is not known is not mentioned.
 */
#include "render/text.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/duration.h"
#include "render/line.h"
#include "render/status.h"
#include "render/text_parts.h"

/* "HH:MM:SS.mmm  4194304  reparent  " */
#define PID_COLUMN 14
#define WORD_COLUMN 23
#define WHAT_COLUMN 33
/* Lines that the cause of an end may take beyond the first. */
#define CAUSE_FOLDS 2

struct ll_text {
	struct ll_text_options options;
	time_t clock_second; /* what clock and date show; -1: nothing yet */
	char clock[16]; /* "HH:MM:SS" */
	char date[16]; /* "YYYY-MM-DD"; "": nothing yet */
	char date_known[16]; /* which day the reader takes the events to be of; "": any */
	struct ll_line line;
};

struct ll_text *ll_text_new(FILE *out, const struct ll_text_options *options)
{
	struct ll_text *text = malloc(sizeof(*text));

	if (text == NULL)
		return NULL;
	text->options = *options;
	text->clock_second = -1;
	text->date[0] = '\0';
	text->date_known[0] = '\0';
	ll_line_init(&text->line, out, options->width, options->color, options->utf8);
	return text;
}

void ll_text_free(struct ll_text *text)
{
	free(text);
}

void ll_text_set_width(struct ll_text *text, unsigned width)
{
	text->options.width = width;
	ll_line_set_limit(&text->line, width);
}

int ll_text_header(struct ll_text *text)
{
	struct ll_line *line = &text->line;

	ll_line_color(line, LL_COLOR_BOLD);
	ll_line_put(line, "TIME");
	ll_line_pad(line, PID_COLUMN);
	ll_line_put(line, "    PID  EVENT");
	ll_line_pad(line, WHAT_COLUMN);
	ll_line_put(line, "WHAT HAPPENED");
	return ll_line_end(line);
}

/* Local time, converted once a second: localtime_r() takes a lock. */
static void set_clock(struct ll_text *text, const struct ll_event *event)
{
	time_t second = (time_t)(event->time_unix_ns / LL_NS_PER_S);
	struct tm broken_down;

	if (!ll_event_has(event, LL_F_TIME) || second == text->clock_second ||
	    localtime_r(&second, &broken_down) == NULL)
		return;
	strftime(text->clock, sizeof(text->clock), "%H:%M:%S", &broken_down);
	strftime(text->date, sizeof(text->date), "%Y-%m-%d", &broken_down);
	text->clock_second = second;
}

/* Write the date on a line of its own when it is not the last event's. */
static int write_date(struct ll_text *text)
{
	struct ll_line *line = &text->line;
	const char *rule = line->utf8 ? "──" : "--";
	bool is_first = text->date_known[0] == '\0';

	if (strcmp(text->date, text->date_known) == 0)
		return 0;
	memcpy(text->date_known, text->date, sizeof(text->date));
	if (is_first)
		return 0;
	ll_line_color(line, LL_COLOR_BOLD);
	ll_line_printf(line, "%s %s %s", rule, text->date, rule);
	return ll_line_end(line);
}

static void put_time(struct ll_text *text, const struct ll_event *event)
{
	if (ll_event_has(event, LL_F_TIME))
		ll_line_printf(&text->line, "%s.%03u", text->clock,
			       (unsigned)(event->time_unix_ns % LL_NS_PER_S / LL_NS_PER_MS));
	else
		ll_line_put(&text->line, "--:--:--.---");
}

static bool is_thread(const struct ll_event *event)
{
	if (event->kind == LL_EVENT_FORK && ll_event_has(event, LL_F_FORK_KIND))
		return event->fork_kind == LL_FORK_THREAD;
	if (event->kind == LL_EVENT_EXIT && ll_event_has(event, LL_F_EXIT_SCOPE))
		return event->exit_scope == LL_EXIT_THREAD;
	return event->kind == LL_EVENT_RENAME && ll_event_has(event, LL_F_TID) &&
	       event->tid != event->tgid;
}

static bool was_dumped(const struct ll_event *event)
{
	return ll_event_has(event, LL_F_EXIT_CORE) && event->core_dumped;
}

static const char *fork_word(const struct ll_event *event)
{
	static const char *const words[] = {
		[LL_FORK_PROCESS] = "fork",
		[LL_FORK_VFORK] = "vfork",
		[LL_FORK_THREAD] = "thread",
		[LL_FORK_KTHREAD] = "kthread",
	};

	if (!ll_event_has(event, LL_F_FORK_KIND) || event->fork_kind > LL_FORK_KTHREAD)
		return "fork";
	return words[event->fork_kind];
}

static const char *event_word(const struct ll_event *event)
{
	static const char *const words[LL_EVENT_KINDS] = {
		[LL_EVENT_SNAPSHOT] = "snapshot",
		[LL_EVENT_EXEC] = "exec",
		[LL_EVENT_EXEC_FAILED] = "execfail",
		[LL_EVENT_EXIT] = "exit",
		[LL_EVENT_REAP] = "reap",
		[LL_EVENT_REPARENT] = "reparent",
		[LL_EVENT_RENAME] = "rename",
		[LL_EVENT_OOM_KILL] = "oom_kill",
		[LL_EVENT_SIGNAL_GENERATE] = "signal",
		[LL_EVENT_SIGNAL_DELIVER] = "deliver",
		[LL_EVENT_STATE] = "state",
		[LL_EVENT_STATE_TIMES] = "times",
		[LL_EVENT_LOST] = "LOST",
	};

	return event->kind == LL_EVENT_FORK ? fork_word(event) : words[event->kind];
}

static enum ll_color exit_color(const struct ll_event *event)
{
	if (is_thread(event))
		return LL_COLOR_DIM;
	if (ll_event_has(event, LL_F_EXIT_STATUS))
		return ll_status_color(event->wait_status);
	if (ll_event_has(event, LL_F_EXIT_SIGNAL))
		return LL_COLOR_RED;
	if (ll_event_has(event, LL_F_EXIT_CODE))
		return event->exit_code == 0 ? LL_COLOR_GREEN : LL_COLOR_YELLOW;
	return LL_COLOR_NONE;
}

static enum ll_color event_color(const struct ll_event *event)
{
	switch (event->kind) {
	case LL_EVENT_EXIT:
		return exit_color(event);
	case LL_EVENT_EXEC:
		return LL_COLOR_BOLD;
	case LL_EVENT_EXEC_FAILED:
		return LL_COLOR_YELLOW;
	case LL_EVENT_OOM_KILL:
		return LL_COLOR_RED;
	case LL_EVENT_SIGNAL_GENERATE:
	case LL_EVENT_SIGNAL_DELIVER:
		return ll_text_signal_color(event);
	case LL_EVENT_STATE:
		return ll_text_state_color(event);
	case LL_EVENT_LOST:
		return LL_COLOR_MAGENTA;
	default:
		return LL_COLOR_DIM;
	}
}

static void put_head(struct ll_text *text, const struct ll_event *event)
{
	struct ll_line *line = &text->line;

	put_time(text, event);
	ll_line_pad(line, PID_COLUMN);
	if (ll_event_has(event, LL_F_PID))
		ll_line_printf(line, "%7" PRIu64, event->tgid);
	else
		ll_line_put(line, "      -");
	ll_line_pad(line, WORD_COLUMN);
	ll_line_color(line, event_color(event));
	ll_line_put(line, event_word(event));
	ll_line_color(line, LL_COLOR_NONE);
	ll_line_pad(line, WHAT_COLUMN);
}

/* Put the subject's name; kernel threads in brackets, as ps does. */
static void put_comm(struct ll_line *line, const struct ll_event *event)
{
	bool is_kthread =
		(ll_event_has(event, LL_F_KTHREAD) && event->is_kthread) ||
		(ll_event_has(event, LL_F_FORK_KIND) && event->fork_kind == LL_FORK_KTHREAD);

	if (!ll_event_has(event, LL_F_COMM)) {
		ll_line_put(line, "?");
		return;
	}
	ll_line_put(line, is_kthread ? "[" : "");
	ll_line_put_quoted(line, event->comm);
	ll_line_put(line, is_kthread ? "]" : "");
}

static void put_thread_prefix(struct ll_line *line, const struct ll_event *event)
{
	if (is_thread(event) && ll_event_has(event, LL_F_TID))
		ll_line_printf(line, "thread %" PRIu64 " of ", event->tid);
}

static void put_fork(struct ll_line *line, const struct ll_event *event)
{
	ll_line_color(line, LL_COLOR_DIM);
	put_thread_prefix(line, event);
	put_comm(line, event);
	if (is_thread(event))
		return;
	if (ll_event_has(event, LL_F_PPID))
		ll_line_printf(line, ", child of %" PRIu64, event->parent_tgid);
	if (ll_event_has(event, LL_F_FORK_CALLER) && ll_event_has(event, LL_F_PPID) &&
	    event->fork_caller_tgid != event->parent_tgid)
		ll_line_printf(line, " (made by %" PRIu64 ")", event->fork_caller_tgid);
}

/* The last part of a path, without the dash that marks a login shell. */
static struct ll_str base_name(struct ll_str path)
{
	const char *slash = memrchr(path.data, '/', path.length);

	if (slash != NULL)
		path = ll_str_make(slash + 1, path.length - (size_t)(slash + 1 - path.data));
	else if (path.length > 1 && path.data[0] == '-')
		path = ll_str_make(path.data + 1, path.length - 1);
	return path;
}

/*
 * Whether argv[0] hides which file runs. A script's argv[0] is its interpreter: fine. Of a
 * failed exec the very path matters: it may be one of many that PATH led to.
 */
static bool is_disguised(const struct ll_event *event)
{
	struct ll_str args = event->args;
	struct ll_str first;

	if (!ll_event_has(event, LL_F_FILENAME) || event->filename.length == 0 ||
	    ll_event_has(event, LL_F_INTERPRETER))
		return false;
	if (!ll_args_next(&args, &first) || first.length == 0)
		return true;
	bool is_exact = event->kind == LL_EVENT_EXEC_FAILED;
	struct ll_str name = is_exact ? first : base_name(first);
	struct ll_str file = is_exact ? event->filename : base_name(event->filename);
	return !ll_str_is_same(name, file);
}

/* Put the command line; when argv[0] does not tell, the file that really runs first. */
static void put_command(struct ll_line *line, const struct ll_event *event)
{
	if (!ll_event_has(event, LL_F_ARGS)) {
		if (ll_event_has(event, LL_F_FILENAME))
			ll_line_put_quoted(line, event->filename);
		else
			put_comm(line, event);
		return;
	}
	if (is_disguised(event)) {
		ll_line_put_quoted(line, event->filename);
		ll_line_put(line, event->args.length > 0 ? " as " : " (no arguments)");
	}
	ll_line_put_args(line, event->args);
	if (!ll_event_has(event, LL_F_ARGS_TRUNCATED) || !event->args_truncated)
		return;
	if (event->args.length > 0 && event->args.data[event->args.length - 1] == '\0')
		ll_line_put(line, " ");
	ll_line_put(line, ll_line_ellipsis(line));
}

/* Put the command line into what the marks after it leave of the line. */
static void put_command_before(struct ll_line *line, const struct ll_event *event,
			       const char *marks)
{
	unsigned limit = line->limit;
	unsigned wanted = (unsigned)strlen(marks);

	if (limit > line->column + wanted + 8)
		ll_line_set_limit(line, limit - wanted);
	put_command(line, event);
	if (limit != 0)
		ll_line_set_limit(line, limit);
	ll_line_color(line, LL_COLOR_DIM);
	ll_line_put(line, marks);
	ll_line_color(line, LL_COLOR_NONE);
}

/* Write what is odd about a successful exec; ASCII. */
static void format_exec_marks(const struct ll_event *event, char *ret_marks, size_t size)
{
	const char *file = "";
	char thread[48] = "";

	if (ll_event_has(event, LL_F_EXE_STATE))
		file = event->exe_state == LL_FILE_MEMFD ? " [memfd]" : " [deleted file]";
	if (ll_event_has(event, LL_F_PREVIOUS_TID) && event->previous_tid != event->tid)
		snprintf(thread, sizeof(thread), " [by thread %" PRIu64 "]",
			 event->previous_tid);
	snprintf(ret_marks, size, "%s%s", file, thread);
}

static void put_exec(struct ll_line *line, const struct ll_event *event)
{
	char marks[80];

	format_exec_marks(event, marks, sizeof(marks));
	put_command_before(line, event, marks);
}

static void put_exec_failed(struct ll_line *line, const struct ll_event *event)
{
	ll_line_color(line, LL_COLOR_YELLOW);
	if (ll_event_has(event, LL_F_EXEC_ERROR))
		ll_line_put_quoted(line, event->exec_error);
	else
		ll_line_put(line, "failed");
	ll_line_color(line, LL_COLOR_NONE);
	ll_line_put(line, ": ");
	put_command(line, event);
}

static void put_snapshot(struct ll_line *line, const struct ll_event *event)
{
	static const char *const states[] = {
		[LL_TASK_ALIVE] = "",
		[LL_TASK_ZOMBIE] = " <defunct>",
		[LL_TASK_LEADER_DEAD] = " <leader dead>",
	};
	char marks[80] = "";
	char parent[32] = "";
	unsigned state = ll_event_has(event, LL_F_STATE_NOW) ? event->task_state : 0;

	if (ll_event_has(event, LL_F_PPID) && event->parent_tgid != 0)
		snprintf(parent, sizeof(parent), ", child of %" PRIu64, event->parent_tgid);
	snprintf(marks, sizeof(marks), "%s%s",
		 state <= LL_TASK_LEADER_DEAD ? states[state] : "", parent);
	if (ll_event_has(event, LL_F_ARGS) && event->args.length > 0) {
		put_command_before(line, event, marks);
		return;
	}
	put_comm(line, event);
	ll_line_color(line, LL_COLOR_DIM);
	ll_line_put(line, marks);
}

static void put_status(struct ll_line *line, const struct ll_event *event)
{
	char status[LL_STATUS_MAX];

	ll_line_put(line, " ");
	ll_line_color(line, exit_color(event));
	if (ll_event_has(event, LL_F_EXIT_STATUS)) {
		ll_line_put(line, ll_status_format(event->wait_status, status));
	} else if (ll_event_has(event, LL_F_EXIT_SIGNAL)) {
		ll_line_put(line, "killed by ");
		ll_line_put_quoted(line, event->exit_signal);
		ll_line_put(line, was_dumped(event) ? " (core dumped)" : "");
	} else if (ll_event_has(event, LL_F_EXIT_CODE)) {
		ll_line_printf(line, "exited %" PRIu64, event->exit_code);
	} else {
		ll_line_put(line, "ended, nobody saw how");
	}
	ll_line_color(line, is_thread(event) ? LL_COLOR_DIM : LL_COLOR_NONE);
}

/* Append ", NAME VALUE" (the first without comma) unless the list would pass its room. */
static void append_usage(char *list, size_t room, const char *name, const char *value)
{
	size_t used = strlen(list);
	const char *gap = used > 0 ? ", " : "";

	if (used + strlen(gap) + strlen(name) + 1 + strlen(value) < room)
		snprintf(list + used, room - used, "%s%s %s", gap, name, value);
}

/* What there is room for: times first. Half a number would only confuse. */
static void put_usage(struct ll_line *line, const struct ll_event *event)
{
	char value[LL_DURATION_MAX];
	char list[128] = "";
	size_t room = sizeof(list);
	size_t around = strlen(" ()") - 1; /* room counts the list's NUL */

	if (line->limit != 0 && line->limit < line->column + around + room)
		room = line->limit > line->column + around ? line->limit - line->column - around
							   : 0;
	if (ll_event_has(event, LL_F_UTIME))
		append_usage(list, room, "user",
			     ll_duration_format(event->cpu_user_ns, line->utf8, value));
	if (ll_event_has(event, LL_F_STIME))
		append_usage(list, room, "sys",
			     ll_duration_format(event->cpu_system_ns, line->utf8, value));
	if (ll_event_has(event, LL_F_MAXRSS))
		append_usage(list, room, "rss", ll_size_format(event->max_rss_bytes, value));
	if (list[0] == '\0')
		return;
	ll_line_color(line, LL_COLOR_DIM);
	ll_line_printf(line, " (%s)", list);
}

/* The cause is the story: it is not cut, while there is a line to go on in. */
static void put_cause(struct ll_line *line, const struct ll_event *event)
{
	bool has_lifetime = ll_event_has(event, LL_F_DURATION);
	char duration[LL_DURATION_MAX], lived[sizeof(duration) + 8];
	unsigned limit = line->limit;

	ll_line_allow_folds(line, WHAT_COLUMN, CAUSE_FOLDS);
	if (has_lifetime && limit > WHAT_COLUMN) /* room for the semicolon */
		ll_line_set_limit(line, limit - 1);
	ll_text_put_cause(line, event);
	if (!has_lifetime || line->full)
		return;
	ll_line_set_limit(line, limit);
	ll_line_put(line, ";");
	ll_duration_format(event->duration_ns, line->utf8, duration);
	snprintf(lived, sizeof(lived), "lived %s", duration);
	ll_line_put_unbroken(line, lived);
}

static void put_exit(struct ll_line *line, const struct ll_event *event)
{
	char duration[LL_DURATION_MAX];

	if (is_thread(event))
		ll_line_color(line, LL_COLOR_DIM);
	put_thread_prefix(line, event);
	put_comm(line, event);
	if (ll_text_has_cause(event)) {
		put_cause(line, event);
	} else {
		put_status(line, event);
		if (ll_event_has(event, LL_F_DURATION))
			ll_line_printf(
				line, " after %s",
				ll_duration_format(event->duration_ns, line->utf8, duration));
	}
	put_usage(line, event);
}

static void put_reaper(struct ll_line *line, const struct ll_event *event)
{
	if (!ll_event_has(event, LL_F_REAPER))
		ll_line_put(line, " reaped");
	else if (event->reaper_tgid == event->tgid)
		ll_line_put(line, " freed itself, no wait was needed");
	else
		ll_line_printf(line, " reaped by %" PRIu64, event->reaper_tgid);
}

/* The RCU echo comes late, so the zombie time it gives is an upper bound. */
static void put_reap(struct ll_line *line, const struct ll_event *event)
{
	char duration[LL_DURATION_MAX];
	bool is_bound = ll_event_has(event, LL_F_REAP_PRECISION) &&
			event->reap_precision == LL_REAP_RCU;

	ll_line_color(line, LL_COLOR_DIM);
	put_comm(line, event);
	put_reaper(line, event);
	if (!ll_event_has(event, LL_F_ZOMBIE))
		return;
	ll_line_printf(line, ", zombie for %s%s", is_bound ? "at most " : "",
		       ll_duration_format(event->zombie_ns, line->utf8, duration));
}

static void put_reparent(struct ll_line *line, const struct ll_event *event)
{
	static const char *const reasons[] = {
		[LL_REPARENT_SUBREAPER] = " (subreaper)",
		[LL_REPARENT_INIT] = " (init)",
		[LL_REPARENT_OBSERVED] = " (found so)",
	};

	ll_line_color(line, LL_COLOR_DIM);
	put_comm(line, event);
	if (ll_event_has(event, LL_F_PPID))
		ll_line_printf(line, " is now a child of %" PRIu64, event->parent_tgid);
	if (ll_event_has(event, LL_F_REPARENT_REASON) &&
	    event->reparent_reason <= LL_REPARENT_OBSERVED)
		ll_line_put(line, reasons[event->reparent_reason]);
	if (ll_event_has(event, LL_F_REPARENT_FROM))
		ll_line_printf(line, ", was of %" PRIu64, event->previous_parent_tgid);
}

static void put_rename(struct ll_line *line, const struct ll_event *event)
{
	ll_line_color(line, LL_COLOR_DIM);
	put_thread_prefix(line, event);
	if (ll_event_has(event, LL_F_PREVIOUS_COMM)) {
		ll_line_put_quoted(line, event->previous_comm);
		ll_line_put(line, " is now called ");
	}
	put_comm(line, event);
}

static void put_oom_kill(struct ll_line *line, const struct ll_event *event)
{
	put_comm(line, event);
	ll_line_color(line, LL_COLOR_RED);
	ll_line_put(line, " was chosen by the OOM killer");
}

static void put_lost(struct ll_line *line, const struct ll_event *event)
{
	ll_line_color(line, LL_COLOR_MAGENTA);
	ll_line_put(line, "*** ");
	if (ll_event_has(event, LL_F_LOST_COUNT))
		ll_line_printf(line, "%" PRIu64 " ", event->lost_count);
	if (ll_event_has(event, LL_F_LOST_KIND)) {
		ll_line_put_quoted(line, event->lost_kind);
		ll_line_put(line, " ");
	}
	ll_line_put(line, event->lost_count == 1 ? "event was lost" : "events were lost");
	if (ll_event_has(event, LL_F_LOST_CPU))
		ll_line_printf(line, " on CPU %" PRIu64, event->lost_cpu);
	ll_line_put(line, " ***");
}

typedef void (*put_fn)(struct ll_line *line, const struct ll_event *event);

static const put_fn put_what[LL_EVENT_KINDS] = {
	[LL_EVENT_SNAPSHOT] = put_snapshot,
	[LL_EVENT_FORK] = put_fork,
	[LL_EVENT_EXEC] = put_exec,
	[LL_EVENT_EXEC_FAILED] = put_exec_failed,
	[LL_EVENT_EXIT] = put_exit,
	[LL_EVENT_REAP] = put_reap,
	[LL_EVENT_REPARENT] = put_reparent,
	[LL_EVENT_RENAME] = put_rename,
	[LL_EVENT_OOM_KILL] = put_oom_kill,
	[LL_EVENT_LOST] = put_lost,
	[LL_EVENT_SIGNAL_GENERATE] = ll_text_put_signal,
	[LL_EVENT_SIGNAL_DELIVER] = ll_text_put_deliver,
	[LL_EVENT_STATE] = ll_text_put_state,
	[LL_EVENT_STATE_TIMES] = ll_text_put_state_times,
};

/* Write how far the event is to be trusted; ASCII, "" when fully. */
static const char *trust_mark(const struct ll_event *event)
{
	bool inferred = ll_event_is_inferred(event);
	bool late = ll_event_has(event, LL_F_LATE) && event->late;

	if (inferred)
		return late ? " (inferred, late)" : " (inferred)";
	return late ? " (late)" : "";
}

int ll_text_event(struct ll_text *text, const struct ll_event *event)
{
	struct ll_line *line = &text->line;
	unsigned limit = text->options.width;

	if (event->kind >= LL_EVENT_KINDS || put_what[event->kind] == NULL)
		return 0;
	if (is_thread(event) && !text->options.show_threads)
		return 0;
	set_clock(text, event);
	int err = write_date(text);
	if (err < 0)
		return err;
	const char *mark = trust_mark(event);
	put_head(text, event);
	if (limit > line->column + strlen(mark))
		ll_line_set_limit(line, limit - (unsigned)strlen(mark));
	put_what[event->kind](line, event);
	ll_line_set_limit(line, limit);
	ll_line_color(line, LL_COLOR_MAGENTA);
	ll_line_put(line, mark);
	ll_line_color(line, LL_COLOR_NONE);
	return ll_line_end(line);
}
