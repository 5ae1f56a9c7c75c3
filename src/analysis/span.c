/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* What a span is made of; a birth is told a little after it was. */
#include "analysis/span.h"

static bool is_of_process(const struct ll_event *event)
{
	switch (event->kind) {
	case LL_EVENT_FORK:
		return !ll_event_has(event, LL_F_FORK_KIND) ||
		       event->fork_kind == LL_FORK_PROCESS || event->fork_kind == LL_FORK_VFORK;
	case LL_EVENT_EXEC:
		return true;
	case LL_EVENT_EXIT:
		/* When one ended whose end is inferred nobody knows. */
		return !ll_event_is_inferred(event) && (!ll_event_has(event, LL_F_EXIT_SCOPE) ||
							event->exit_scope != LL_EXIT_THREAD);
	default:
		return false;
	}
}

uint64_t ll_span_end(const struct ll_span *span, uint64_t root_end_ns, uint64_t now_ns)
{
	uint64_t end_ns = root_end_ns != 0 ? root_end_ns : now_ns;

	return end_ns > span->last_boottime_ns ? end_ns : span->last_boottime_ns;
}

static void note_begin(struct ll_span *span, const struct ll_event *event)
{
	uint64_t time_ns = event->time_boottime_ns, late_ns = 0;

	if (span->begin_boottime_ns != 0 || time_ns == 0 ||
	    (LL_E_SUBJECT >> event->kind & 1) == 0)
		return;
	if (event->kind == LL_EVENT_FORK && event->tid == event->tgid &&
	    event->start_boottime_ns != 0 && event->start_boottime_ns < time_ns)
		late_ns = time_ns - event->start_boottime_ns;
	span->begin_boottime_ns = time_ns - late_ns;
	if (ll_event_has(event, LL_F_TIME) && event->time_unix_ns > late_ns)
		span->begin_unix_ns = event->time_unix_ns - late_ns;
}

void ll_span_note(struct ll_span *span, const struct ll_event *event)
{
	note_begin(span, event);
	if (is_of_process(event) && event->time_boottime_ns > span->last_boottime_ns)
		span->last_boottime_ns = event->time_boottime_ns;
}
