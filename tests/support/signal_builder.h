/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Signal events for unit tests, as a source would tell them; see event_builder.h. */
#pragma once

#include <signal.h>

#include "event/signal_names.h"
#include "support/event_builder.h"

/* For a process, queued, by nobody in particular; the rest is for the test to set. */
static inline struct ll_event built_signal(uint64_t time_ns, struct built_id target,
					   unsigned signal, enum ll_disposition disposition)
{
	struct ll_event event = built_event(LL_EVENT_SIGNAL_GENERATE, time_ns, target);

	LL_SET(&event, SIGNAL, signal_name, built_str(ll_signal_name(signal)));
	LL_SET(&event, SIGNAL_NUMBER, signal_number, signal);
	LL_SET(&event, SIGNAL_RESULT, signal_result, LL_SIGNAL_DELIVERED);
	LL_SET(&event, SIGNAL_SCOPE, signal_scope, LL_SIGNAL_PROCESS);
	LL_SET(&event, SIGNAL_DISPOSITION, signal_disposition, (uint8_t)disposition);
	return event;
}

static inline void built_sender(struct ll_event *event, struct built_id sender,
				const char *comm)
{
	LL_SET(event, SENDER_KIND, sender_kind,
	       sender.pid == event->tgid ? LL_SENDER_SELF : LL_SENDER_USER);
	LL_SET(event, SENDER_PID, sender_tgid, sender.pid);
	event->sender_start_boottime_ns = sender.start_ns;
	LL_SET(event, SENDER_COMM, sender_comm, built_str(comm));
	LL_SET(event, SIGNAL_CODE, signal_code, built_str("SI_USER"));
}

static inline struct ll_event built_kill(uint64_t time_ns, struct built_id target,
					 unsigned signal, enum ll_disposition disposition,
					 struct built_id sender, const char *comm)
{
	struct ll_event event = built_signal(time_ns, target, signal, disposition);

	built_sender(&event, sender, comm);
	return event;
}

/* Make it one for a thread alone. */
static inline void built_to_thread(struct ll_event *event, struct built_id thread)
{
	built_thread(event, thread);
	LL_SET(event, SIGNAL_SCOPE, signal_scope, LL_SIGNAL_THREAD);
}

/* One without a sender process, but for what the kernel or a timer sends itself. */
static inline void built_no_sender(struct ll_event *event, enum ll_sender_kind kind,
				   const char *code)
{
	LL_SET(event, SENDER_KIND, sender_kind, (uint8_t)kind);
	LL_SET(event, SIGNAL_CODE, signal_code, built_str(code));
}

/* The leader acts on a signal. */
static inline struct ll_event built_deliver(uint64_t time_ns, struct built_id id,
					    unsigned signal, enum ll_signal_action action)
{
	struct ll_event event = built_event(LL_EVENT_SIGNAL_DELIVER, time_ns, id);

	LL_SET(&event, SIGNAL, signal_name, built_str(ll_signal_name(signal)));
	LL_SET(&event, SIGNAL_NUMBER, signal_number, signal);
	LL_SET(&event, ACTION, signal_action, (uint8_t)action);
	return event;
}
