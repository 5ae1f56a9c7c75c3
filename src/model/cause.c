/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Why a process ended: the wait status names a signal, the notes of signals.c know which of that
 * number it was. What is not known is not said: then the words are those of the status.
 */
#include "model/signal_state.h"

#include <inttypes.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/duration.h"
#include "event/signal_actions.h"
#include "event/signal_names.h"

/* Words being put together; too many are cut. */
struct words {
	char bytes[256];
	size_t length;
};

__attribute__((format(printf, 2, 3))) static void put(struct words *words, const char *format,
						      ...)
{
	size_t room = sizeof(words->bytes) - words->length;
	va_list args;

	va_start(args, format);
	int length = vsnprintf(words->bytes + words->length, room, format, args);
	va_end(args);
	if (length > 0)
		words->length += (size_t)length < room ? (size_t)length : room - 1;
}

static void put_time(struct words *words, uint64_t ns)
{
	char text[LL_DURATION_MAX];

	put(words, "%s", ll_duration_format(ns, true, text));
}

/* What is known when a process ends. */
struct ending {
	uint64_t time_ns;
	bool is_dated; /* time_ns is that of its death, not when it was found out */
	unsigned signal; /* 0: it exited */
	unsigned code;
	bool is_core;
	enum ll_exit_cause cause;
	const struct ll_signal_note *killer; /* NULL: unknown */
	const struct ll_signal_note *request; /* NULL: none */
};

static void put_signal(struct words *words, const struct ending *ending)
{
	const char *name = ll_signal_name(ending->signal);

	if (name != NULL)
		put(words, "%s", name);
	else
		put(words, "signal %u", ending->signal);
}

static void put_core(struct words *words, const struct ending *ending)
{
	put(words, "%s", ending->is_core ? " (core dumped)" : "");
}

static void put_process(struct words *words, const struct ll_signal_note *note)
{
	put(words, " from %" PRIu32, note->sender.tgid);
	if (note->sender_comm[0] != '\0')
		put(words, " (%s)", note->sender_comm);
}

static bool is_sent_by(const struct ll_signal_note *note, enum ll_sender_kind kind)
{
	return note->has_kind && note->sender_kind == kind;
}

/* send_sig(SIGPIPE, current, 0) says SI_USER; raise() says SI_TKILL. */
static bool is_broken_pipe(const struct ll_signal_note *note)
{
	return note->signal == SIGPIPE && is_sent_by(note, LL_SENDER_SELF) &&
	       strcmp(note->code, "SI_USER") == 0;
}

static void put_killed(struct words *words, const struct ending *ending)
{
	const struct ll_signal_note *killer = ending->killer;
	bool is_own =
		killer != NULL && is_sent_by(killer, LL_SENDER_SELF) && !is_broken_pipe(killer);

	put(words, "killed by %s", is_own ? "its own " : "");
	put_signal(words, ending);
	put_core(words, ending);
	if (killer == NULL || is_own)
		return;
	if (killer->ends_pid_namespace)
		put(words, " because its pid namespace ended");
	else if (is_broken_pipe(killer))
		put(words, ": nobody was left to read what it wrote");
	else if (is_sent_by(killer, LL_SENDER_TIMER))
		put(words, " of a timer");
	else if (is_sent_by(killer, LL_SENDER_KERNEL))
		put(words, " from the kernel");
	else if (killer->sender.tgid != 0)
		put_process(words, killer);
}

static void put_fault(struct words *words, const struct ending *ending)
{
	const struct ll_signal_note *killer = ending->killer;

	put(words, "fault ");
	put_signal(words, ending);
	if (killer->code[0] != '\0')
		put(words, " (%s)", killer->code);
	if (killer->has_address)
		put(words, " at 0x%" PRIx64, killer->address);
	put_core(words, ending);
}

static bool is_same_sender(const struct ll_signal_note *one, const struct ll_signal_note *other)
{
	return other != NULL && one->sender.tgid != 0 &&
	       ll_id_is_same(one->sender, other->sender) &&
	       is_sent_by(one, LL_SENDER_USER) == is_sent_by(other, LL_SENDER_USER);
}

static void put_request(struct words *words, const struct ending *ending)
{
	const struct ll_signal_note *request = ending->request;
	const char *fate = "ignored";
	bool is_same = is_same_sender(request, ending->killer);

	if (request->disposition == LL_DISPOSITION_HANDLER)
		fate = "handled";
	else if (request->disposition == LL_DISPOSITION_BLOCKED)
		fate = "blocked";
	if (ending->is_dated) {
		put(words, ", ");
		put_time(words, ending->time_ns - request->time_ns);
	}
	put(words, " after %s%s", is_same ? "its " : "", ll_signal_name(request->signal));
	if (!is_same && request->sender.tgid != 0)
		put_process(words, request);
	put(words, " was %s", fate);
}

/* Who handles a signal and exits may have done what it was asked for. */
static bool tells_request(const struct ending *ending)
{
	if (ending->request == NULL)
		return false;
	if (ending->cause == LL_CAUSE_EXITED)
		return ending->request->disposition == LL_DISPOSITION_HANDLER;
	return ending->cause == LL_CAUSE_SIGNAL || ending->cause == LL_CAUSE_PID_NAMESPACE;
}

static void describe(struct words *words, const struct ending *ending)
{
	switch (ending->cause) {
	case LL_CAUSE_EXITED:
		put(words, "exited %u", ending->code);
		break;
	case LL_CAUSE_OOM:
		put_signal(words, ending);
		put(words, " by the OOM killer");
		break;
	case LL_CAUSE_FAULT:
		put_fault(words, ending);
		break;
	default:
		put_killed(words, ending);
		break;
	}
	if (tells_request(ending))
		put_request(words, ending);
}

/* A positive si_code is the kernel's; siginfo(7) names the others SI_, but for SI_KERNEL. */
static bool is_code_positive(struct ll_str code)
{
	return code.length > 0 && !ll_str_begins(code, "-") &&
	       (!ll_str_begins(code, "SI_") || ll_str_begins(code, "SI_KERNEL"));
}

bool ll_cause_is_fault(unsigned signal, bool is_own, struct ll_str code)
{
	return is_own && ll_signal_is_fault(signal) && is_code_positive(code);
}

static bool is_fault(const struct ll_signal_note *killer)
{
	return ll_cause_is_fault(killer->signal, is_sent_by(killer, LL_SENDER_SELF),
				 ll_str_of(killer->code));
}

/* oom_kill_process() sends without a siginfo, as the kernel; a victim may have been killed before. */
static bool is_oom(const struct ll_node *node, const struct ending *ending)
{
	const struct ll_signal_note *killer = ending->killer;

	return ending->signal == SIGKILL && node->signals != NULL &&
	       node->signals->oom_chosen &&
	       (killer == NULL ||
		(is_sent_by(killer, LL_SENDER_KERNEL) && !killer->ends_pid_namespace));
}

static enum ll_exit_cause find_cause(const struct ll_node *node, const struct ending *ending)
{
	if (ending->signal == 0)
		return LL_CAUSE_EXITED;
	if (is_oom(node, ending))
		return LL_CAUSE_OOM;
	if (ending->killer != NULL && ending->killer->ends_pid_namespace)
		return LL_CAUSE_PID_NAMESPACE;
	if (ending->killer != NULL && is_fault(ending->killer))
		return LL_CAUSE_FAULT;
	return LL_CAUSE_SIGNAL;
}

/* The latest request before the signal that ended it. What it sends itself asks it for nothing. */
static const struct ll_signal_note *find_request(const struct ll_node *node,
						 const struct ending *ending)
{
	uint64_t until_ns = ending->killer != NULL ? ending->killer->time_ns : ending->time_ns;
	const struct ll_signal_note *found = NULL;

	if (node->signals == NULL)
		return NULL;
	for (const struct ll_signal_note *note = node->signals->notes; note != NULL;
	     note = note->next) {
		if (note->role == LL_NOTE_REQUEST && !is_sent_by(note, LL_SENDER_SELF) &&
		    note->time_ns < until_ns &&
		    (found == NULL || note->time_ns > found->time_ns))
			found = note;
	}
	return found;
}

static struct ending find_ending(const struct ll_node *node, const struct ll_event *event)
{
	struct ending ending = {
		.time_ns = event->time_boottime_ns,
		.is_dated = !ll_event_is_inferred(event),
		.signal = event->wait_status & 0x7f,
		.code = event->wait_status >> 8 & 0xff,
		.is_core = (event->wait_status & 0x80) != 0,
	};

	if (ending.signal != 0)
		ending.killer = ll_signal_note_find(node, LL_NOTE_DEADLY, ending.signal);
	if (ending.killer != NULL && ending.killer->time_ns > ending.time_ns)
		ending.killer = NULL;
	ending.cause = find_cause(node, &ending);
	ending.request = find_request(node, &ending);
	return ending;
}

/* The note goes with the process, before the event does: what is said of it is copied. */
static struct ll_str copy(char *to, size_t size, const char *text)
{
	size_t length = strnlen(text, size);

	memcpy(to, text, length);
	return ll_str_make(to, length);
}

static void set_sender(struct ll_step *step, const struct ll_signal_note *killer)
{
	struct ll_event *event = &step->event;
	struct ll_cause_text *text = &step->cause_text;
	struct ll_id sender = killer->sender;

	if (killer->has_kind)
		LL_SET(event, SENDER_KIND, sender_kind, (uint8_t)killer->sender_kind);
	if (sender.tgid != 0)
		LL_SET(event, SENDER_PID, sender_tgid, sender.tgid);
	event->sender_start_boottime_ns = sender.start_boottime_ns;
	if (sender.tgid != 0 && sender.start_boottime_ns != 0)
		LL_SET(event, SENDER_ENTITY_ID, sender_entity_id,
		       ll_str_make(text->sender_id,
				   ll_entity_id_format(text->sender_id, sizeof(text->sender_id),
						       sender.tgid, sender.start_boottime_ns)));
	if (killer->sender_comm[0] != '\0')
		LL_SET(event, SENDER_COMM, sender_comm,
		       copy(text->sender_comm, sizeof(text->sender_comm), killer->sender_comm));
	if (killer->has_uid)
		LL_SET(event, SENDER_UID, sender_uid, killer->sender_uid);
}

static void set_killer(struct ll_step *step, const struct ending *ending)
{
	const struct ll_signal_note *killer = ending->killer;
	struct ll_event *event = &step->event;
	struct ll_cause_text *text = &step->cause_text;

	set_sender(step, killer);
	if (killer->code[0] != '\0')
		LL_SET(event, SIGNAL_CODE, signal_code,
		       copy(text->code, sizeof(text->code), killer->code));
	if (killer->has_address)
		LL_SET(event, SIGNAL_ADDRESS, signal_address, killer->address);
	if (ending->is_dated)
		LL_SET(event, KILL_NS, kill_ns, ending->time_ns - killer->time_ns);
}

static void set_request(struct ll_event *event, const struct ending *ending)
{
	const struct ll_signal_note *request = ending->request;
	const char *name = ll_signal_name(request->signal);

	LL_SET(event, REQUEST_SIGNAL, request_signal, ll_str_of(name));
	LL_SET(event, REQUEST_DISPOSITION, request_disposition, (uint8_t)request->disposition);
	if (ending->is_dated)
		LL_SET(event, REQUEST_NS, request_ns, ending->time_ns - request->time_ns);
}

void ll_cause_explain(struct ll_step *step, struct ll_node *node)
{
	struct ll_event *event = &step->event;
	struct words words = { .length = 0 };

	if (!ll_event_has(event, LL_F_EXIT_STATUS))
		return;
	struct ending ending = find_ending(node, event);
	describe(&words, &ending);
	LL_SET(event, EXIT_CAUSE, exit_cause, (uint8_t)ending.cause);
	int r = ll_facts_end(step->model, node, ending.cause,
			     ll_str_make(words.bytes, words.length));
	ll_step_fail(step, r);
	if (r == 0)
		LL_SET(event, EXIT_DESCRIPTION, exit_description,
		       node->process.exit_description);
	if (ending.killer != NULL) {
		set_killer(step, &ending);
		ll_signal_tally_fatal(ending.killer->tally);
	}
	if (ending.request != NULL)
		set_request(event, &ending);
}

void ll_cause_explain_thread(struct ll_step *step)
{
	struct ll_event *event = &step->event;
	struct words words = { .length = 0 };
	char *text = step->cause_text.description;

	if (!ll_event_has(event, LL_F_EXIT_CAUSE))
		return;
	if (event->exit_cause == LL_CAUSE_EXEC)
		put(&words, "another thread executed a program");
	else if (event->exit_cause == LL_CAUSE_GROUP_EXIT)
		put(&words, "its process ended");
	else if (ll_event_has(event, LL_F_EXIT_STATUS))
		put(&words, "exited %u", (unsigned)(event->wait_status >> 8 & 0xff));
	if (words.length > 0)
		LL_SET(event, EXIT_DESCRIPTION, exit_description,
		       copy(text, sizeof(step->cause_text.description), words.bytes));
}
