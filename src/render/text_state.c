/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Changes of state in words, and where the time went. */
#include "render/text_parts.h"

#include <inttypes.h>

#include "base/duration.h"
#include "render/stack.h"

static bool is_stuck(const struct ll_event *event)
{
	return ll_event_has(event, LL_F_STATE_STUCK) && event->state_stuck;
}

static bool leaves(const struct ll_event *event, enum ll_state state)
{
	return ll_event_has(event, LL_F_STATE_FROM) && event->state_from == state;
}

static bool enters(const struct ll_event *event, enum ll_state state)
{
	return ll_event_has(event, LL_F_STATE_TO) && event->state_to == state;
}

void ll_text_put_subject(struct ll_line *line, const struct ll_event *event, bool shows_thread)
{
	if (shows_thread && ll_event_has(event, LL_F_TID) && event->tid != event->tgid)
		ll_line_printf(line, "thread %" PRIu64 " of ", event->tid);
	if (ll_event_has(event, LL_F_COMM))
		ll_line_put_quoted(line, event->comm);
	else
		ll_line_put(line, "?");
	ll_line_put(line, " ");
}

static void put_by(struct ll_line *line, const struct ll_event *event, const char *word)
{
	if (!ll_event_has(event, LL_F_STATE_BY))
		return;
	ll_line_printf(line, " %s %" PRIu64, word, event->state_by_tgid);
	if (!ll_event_has(event, LL_F_STATE_BY_COMM))
		return;
	ll_line_put(line, " (");
	ll_line_put_quoted(line, event->state_by_comm);
	ll_line_put(line, ")");
}

static void put_duration(struct ll_line *line, const struct ll_event *event, const char *word)
{
	char duration[LL_DURATION_MAX];

	if (ll_event_has(event, LL_F_STATE_NS))
		ll_line_printf(line, "%s%s", word,
			       ll_duration_format(event->state_ns, line->utf8, duration));
}

static void put_stack(struct ll_line *line, const struct ll_event *event)
{
	if (!ll_event_has(event, LL_F_STATE_STACK) || event->state_stack.length == 0)
		return;
	ll_line_color(line, LL_COLOR_DIM);
	ll_line_put(line, ": ");
	ll_stack_put(line, event->state_stack);
}

static void put_stop(struct ll_line *line, const struct ll_event *event)
{
	ll_line_put(line, "stopped");
	if (!ll_event_has(event, LL_F_SIGNAL)) {
		put_by(line, event, "by");
		return;
	}
	ll_line_put(line, " by ");
	ll_line_put_quoted(line, event->signal_name);
	put_by(line, event, "from");
}

static void put_after(struct ll_line *line, const struct ll_event *event, const char *what)
{
	ll_line_put(line, what);
	put_by(line, event, "by");
	put_duration(line, event, " after ");
}

/* The kernel's names are long, but those that ps has do not tell running from waiting. */
static void put_transition(struct ll_line *line, const struct ll_event *event)
{
	const char *const *names = ll_field_info(LL_F_STATE_FROM)->values;

	if (ll_event_has(event, LL_F_STATE_FROM) && event->state_from <= LL_STATE_ZOMBIE)
		ll_line_put(line, names[event->state_from]);
	put_duration(line, event, " ");
	if (ll_event_has(event, LL_F_STATE_TO) && event->state_to <= LL_STATE_ZOMBIE)
		ll_line_printf(line, " %s %s", line->utf8 ? "→" : "->", names[event->state_to]);
}

enum ll_color ll_text_state_color(const struct ll_event *event)
{
	if (is_stuck(event))
		return LL_COLOR_RED;
	if (enters(event, LL_STATE_STOPPED))
		return LL_COLOR_YELLOW;
	return LL_COLOR_DIM;
}

void ll_text_put_state(struct ll_line *line, const struct ll_event *event)
{
	ll_text_put_subject(line, event, true);
	ll_line_color(line, ll_text_state_color(event));
	if (is_stuck(event)) {
		put_duration(line, event, "stuck in D for ");
		put_stack(line, event);
	} else if (enters(event, LL_STATE_STOPPED)) {
		put_stop(line, event);
	} else if (leaves(event, LL_STATE_STOPPED)) {
		put_after(line, event, "continued");
	} else if (enters(event, LL_STATE_TRACED)) {
		ll_line_put(line, "traced");
		put_by(line, event, "by");
	} else if (leaves(event, LL_STATE_TRACED)) {
		put_after(line, event, "resumed");
	} else if (leaves(event, LL_STATE_UNINTERRUPTIBLE) &&
		   ll_event_has(event, LL_F_STATE_NS)) {
		put_duration(line, event, "left D after ");
		put_stack(line, event);
	} else {
		put_transition(line, event);
	}
}

/* "ran 1.2s, waited 3ms for a CPU, slept 4s": what there was. */
void ll_text_put_state_times(struct ll_line *line, const struct ll_event *event)
{
	const struct {
		enum ll_field field;
		uint64_t ns;
		const char *before, *after;
	} parts[] = {
		{ LL_F_RUNNING_NS, event->running_ns, "ran ", "" },
		{ LL_F_RUNNABLE_NS, event->runnable_ns, "waited ", " for a CPU" },
		{ LL_F_SLEEPING_NS, event->sleeping_ns, "slept ", "" },
		{ LL_F_UNINTERRUPTIBLE_NS, event->uninterruptible_ns, "was in D for ", "" },
		{ LL_F_STOPPED_NS, event->stopped_ns, "stopped for ", "" },
		{ LL_F_TRACED_NS, event->traced_ns, "held by a tracer for ", "" },
		{ LL_F_IDLE_NS, event->idle_ns, "idle for ", "" },
	};
	char duration[LL_DURATION_MAX];
	const char *gap = "";

	ll_line_color(line, LL_COLOR_DIM);
	ll_text_put_subject(line, event, true);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (!ll_event_has(event, parts[i].field) || parts[i].ns == 0)
			continue;
		ll_line_printf(line, "%s%s%s%s", gap, parts[i].before,
			       ll_duration_format(parts[i].ns, line->utf8, duration),
			       parts[i].after);
		gap = ", ";
	}
}
