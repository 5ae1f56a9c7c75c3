/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Signals in words, and the end of a process by one. */
#include "render/text_parts.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/duration.h"
#include "event/signal_actions.h"
#include "render/status.h"

static void put_name(struct ll_line *line, const struct ll_event *event)
{
	if (ll_event_has(event, LL_F_SIGNAL))
		ll_line_put_quoted(line, event->signal_name);
	else if (ll_event_has(event, LL_F_SIGNAL_NUMBER))
		ll_line_printf(line, "signal %" PRIu64, event->signal_number);
	else
		ll_line_put(line, "a signal");
}

static bool is_sent_by(const struct ll_event *event, enum ll_sender_kind kind)
{
	return ll_event_has(event, LL_F_SENDER_KIND) && event->sender_kind == kind;
}

/* A code that says more than who sent it, which comes next: of a fault, of a child. */
static bool is_code_telling(const struct ll_event *event)
{
	return ll_event_has(event, LL_F_SIGNAL_CODE) &&
	       !ll_str_begins(event->signal_code, "SI_");
}

static void put_details(struct ll_line *line, const struct ll_event *event)
{
	const char *open = " (";

	if (is_code_telling(event)) {
		ll_line_put(line, open);
		ll_line_put_quoted(line, event->signal_code);
		open = " ";
	}
	if (ll_event_has(event, LL_F_SIGNAL_ADDRESS)) {
		ll_line_printf(line, "%sat 0x%" PRIx64, open, event->signal_address);
		open = " ";
	}
	if (ll_event_has(event, LL_F_SIGNAL_VALUE)) {
		ll_line_printf(line, "%svalue %" PRId64, open, event->signal_value);
		open = " ";
	}
	ll_line_put(line, strcmp(open, " ") == 0 ? ")" : "");
}

static void put_process(struct ll_line *line, const struct ll_event *event, const char *word)
{
	ll_line_printf(line, " %s %" PRIu64, word, event->sender_tgid);
	if (!ll_event_has(event, LL_F_SENDER_COMM))
		return;
	ll_line_put(line, " (");
	ll_line_put_quoted(line, event->sender_comm);
	ll_line_put(line, ")");
}

static void put_sender(struct ll_line *line, const struct ll_event *event)
{
	bool has_process = ll_event_has(event, LL_F_SENDER_PID);

	if (is_sent_by(event, LL_SENDER_SELF))
		ll_line_put(line, " from itself");
	else if (is_sent_by(event, LL_SENDER_TIMER))
		ll_line_put(line, " of a timer");
	else if (is_sent_by(event, LL_SENDER_KERNEL) && has_process)
		put_process(line, event, "about");
	else if (is_sent_by(event, LL_SENDER_KERNEL))
		ll_line_put(line, " from the kernel");
	else if (has_process)
		put_process(line, event, "from");
}

static enum ll_signal_result result_of(const struct ll_event *event)
{
	return ll_event_has(event, LL_F_SIGNAL_RESULT) ? event->signal_result
						       : LL_SIGNAL_DELIVERED;
}

static bool is_blocked(const struct ll_event *event)
{
	return ll_event_has(event, LL_F_SIGNAL_DISPOSITION) &&
	       event->signal_disposition == LL_DISPOSITION_BLOCKED;
}

/* What was found at the target, as far as the result leaves that to be asked. */
static const char *disposition_word(const struct ll_event *event)
{
	static const char *const words[] = {
		[LL_DISPOSITION_DEFAULT] = ", default",
		[LL_DISPOSITION_IGNORE] = ", ignored",
		[LL_DISPOSITION_HANDLER] = ", handler",
		[LL_DISPOSITION_BLOCKED] = ", blocked",
	};

	if (!ll_event_has(event, LL_F_SIGNAL_DISPOSITION) ||
	    event->signal_disposition > LL_DISPOSITION_BLOCKED ||
	    result_of(event) == LL_SIGNAL_IGNORED || result_of(event) == LL_SIGNAL_OVERFLOW)
		return "";
	return words[event->signal_disposition];
}

static bool resumes(const struct ll_event *event)
{
	return ll_event_has(event, LL_F_ACTION) && event->signal_action == LL_ACTION_CONTINUE;
}

/* Write ": queued, handler"; ASCII, "" when unknown. */
static void format_outcome(const struct ll_event *event, char *ret, size_t size)
{
	static const char *const results[] = {
		[LL_SIGNAL_DELIVERED] = "queued",
		[LL_SIGNAL_IGNORED] = "ignored",
		[LL_SIGNAL_ALREADY_PENDING] = "already pending",
		[LL_SIGNAL_OVERFLOW] = "queue full",
		[LL_SIGNAL_INFO_LOST] = "queued, info lost",
	};

	ret[0] = '\0';
	if (resumes(event) && result_of(event) == LL_SIGNAL_IGNORED)
		snprintf(ret, size, ": resumes it");
	else if (ll_event_has(event, LL_F_SIGNAL_RESULT) &&
		 event->signal_result <= LL_SIGNAL_INFO_LOST)
		snprintf(ret, size, ": %s%s%s", resumes(event) ? "resumes it, " : "",
			 results[event->signal_result], disposition_word(event));
}

void ll_text_put_signal(struct ll_line *line, const struct ll_event *event)
{
	/* One for the process has no thread: whose turn it is decides itself later. */
	bool is_private = ll_event_has(event, LL_F_SIGNAL_SCOPE) &&
			  event->signal_scope == LL_SIGNAL_THREAD;
	unsigned limit = line->limit;
	char outcome[64];

	/* Names may be long; what came of it is to be seen all the same. */
	format_outcome(event, outcome, sizeof(outcome));
	if (limit > line->column + strlen(outcome) + 8)
		ll_line_set_limit(line, limit - (unsigned)strlen(outcome));
	ll_text_put_subject(line, event, is_private);
	put_name(line, event);
	put_details(line, event);
	put_sender(line, event);
	ll_line_set_limit(line, limit);
	ll_line_color(line, ll_text_signal_color(event));
	ll_line_put(line, outcome);
	ll_line_color(line, LL_COLOR_NONE);
}

/* The model knows no signal that would have ended it. */
static bool is_end_without_signal(const struct ll_event *event)
{
	return !ll_event_has(event, LL_F_SIGNAL_NUMBER) && ll_event_has(event, LL_F_ACTION) &&
	       event->signal_action == LL_ACTION_TERMINATE;
}

static void put_plain_end(struct ll_line *line, const struct ll_event *event)
{
	ll_line_color(line, ll_text_signal_color(event));
	ll_line_put(line, "ends with its process");
	ll_line_color(line, LL_COLOR_NONE);
}

void ll_text_put_deliver(struct ll_line *line, const struct ll_event *event)
{
	static const char *const actions[] = {
		[LL_ACTION_HANDLER] = "handler",   [LL_ACTION_IGNORE] = "ignored",
		[LL_ACTION_TERMINATE] = "ends it", [LL_ACTION_CORE] = "ends it (core)",
		[LL_ACTION_STOP] = "stops it",     [LL_ACTION_CONTINUE] = "continues it",
	};
	char duration[LL_DURATION_MAX];

	ll_text_put_subject(line, event, true);
	if (is_end_without_signal(event)) {
		put_plain_end(line, event);
		return;
	}
	put_name(line, event);
	if (ll_event_has(event, LL_F_LATENCY))
		ll_line_printf(
			line, " after %s",
			ll_duration_format(event->signal_latency_ns, line->utf8, duration));
	if (!ll_event_has(event, LL_F_ACTION) || event->signal_action > LL_ACTION_CONTINUE)
		return;
	ll_line_put(line, ": ");
	ll_line_color(line, ll_text_signal_color(event));
	ll_line_put(line, actions[event->signal_action]);
	ll_line_color(line, LL_COLOR_NONE);
}

static enum ll_color action_color(enum ll_signal_action action)
{
	switch (action) {
	case LL_ACTION_TERMINATE:
	case LL_ACTION_CORE:
		return LL_COLOR_RED;
	case LL_ACTION_STOP:
	case LL_ACTION_CONTINUE:
		return LL_COLOR_YELLOW;
	case LL_ACTION_HANDLER:
		return LL_COLOR_GREEN;
	default:
		return LL_COLOR_DIM;
	}
}

static enum ll_color queued_color(const struct ll_event *event)
{
	if (is_blocked(event))
		return LL_COLOR_YELLOW;
	if (!ll_event_has(event, LL_F_SIGNAL_DISPOSITION))
		return LL_COLOR_NONE;
	if (event->signal_disposition == LL_DISPOSITION_HANDLER)
		return LL_COLOR_GREEN;
	if (event->signal_disposition == LL_DISPOSITION_IGNORE)
		return LL_COLOR_DIM;
	return action_color(ll_signal_default_action((unsigned)event->signal_number));
}

enum ll_color ll_text_signal_color(const struct ll_event *event)
{
	if (event->kind == LL_EVENT_SIGNAL_DELIVER || resumes(event))
		return ll_event_has(event, LL_F_ACTION) ? action_color(event->signal_action)
							: LL_COLOR_NONE;
	switch (result_of(event)) {
	case LL_SIGNAL_IGNORED:
		return LL_COLOR_DIM;
	case LL_SIGNAL_ALREADY_PENDING:
		return LL_COLOR_YELLOW;
	case LL_SIGNAL_OVERFLOW:
		return LL_COLOR_MAGENTA;
	default:
		return queued_color(event);
	}
}

bool ll_text_has_cause(const struct ll_event *event)
{
	if (!ll_event_has(event, LL_F_EXIT_DESCRIPTION))
		return false;
	return !ll_event_has(event, LL_F_EXIT_STATUS) ||
	       !ll_status_says(event->wait_status, event->exit_description);
}

/* What is no sentence about the process stands apart. */
void ll_text_put_cause(struct ll_line *line, const struct ll_event *event)
{
	bool is_apart = ll_event_has(event, LL_F_EXIT_CAUSE) &&
			event->exit_cause != LL_CAUSE_SIGNAL &&
			event->exit_cause != LL_CAUSE_PID_NAMESPACE &&
			event->exit_cause != LL_CAUSE_EXITED;

	ll_line_put(line, is_apart ? ": " : " ");
	ll_line_color(line, ll_event_has(event, LL_F_EXIT_STATUS)
				    ? ll_status_color(event->wait_status)
				    : LL_COLOR_NONE);
	ll_line_put_folded(line, event->exit_description);
	ll_line_color(line, LL_COLOR_NONE);
}
