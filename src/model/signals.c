/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * From a signal's generation to its delivery (kernel/signal.c).
 *
 * Invariant: what is held to be outstanding is at least what really is. sigwait(), signalfd and
 * a debugger take signals without a delivery, so it may be more: then a match is not certain
 * and none is made. Where it may be less, after a loss or at a process that was there before,
 * the doubtful ones have no time.
 */
#include "model/signal_state.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/grow.h"
#include "event/signal_actions.h"
#include "event/signal_names.h"

/* The kernel's first real-time signal; SIGRTMIN is libc's. */
#define FIRST_REALTIME 32
/* Queues and numbers of one process; who has more waiting is told without latencies. */
#define PENDING_MAX 512
/* A loss is told as of its beginning; this long it may have gone on. */
#define LOSS_NS UINT64_C(1000000000)

#define BIT(signal) (UINT64_C(1) << (signal))
#define STOP_SIGNALS (BIT(SIGSTOP) | BIT(SIGTSTP) | BIT(SIGTTIN) | BIT(SIGTTOU))
#define REQUEST_SIGNALS (BIT(SIGTERM) | BIT(SIGINT) | BIT(SIGHUP) | BIT(SIGQUIT))

static bool is_among(uint64_t signals, uint64_t signal)
{
	return signal < 64 && (signals >> signal & 1);
}

static bool is_realtime(uint64_t signal)
{
	return signal >= FIRST_REALTIME;
}

static bool is_queued(const struct ll_event *event)
{
	return ll_event_has(event, LL_F_SIGNAL_RESULT) &&
	       (event->signal_result == LL_SIGNAL_DELIVERED ||
		event->signal_result == LL_SIGNAL_INFO_LOST);
}

static bool has_disposition(const struct ll_event *event, enum ll_disposition disposition)
{
	return ll_event_has(event, LL_F_SIGNAL_DISPOSITION) &&
	       event->signal_disposition == disposition;
}

static void drop_notes(struct ll_node_signals *signals,
		       bool (*is_dropped)(const struct ll_signal_note *note))
{
	struct ll_signal_note **slot = &signals->notes;

	while (*slot != NULL) {
		struct ll_signal_note *note = *slot;

		if (!is_dropped(note)) {
			slot = &note->next;
			continue;
		}
		*slot = note->next;
		free(note);
	}
}

/* A signal that nothing held up has ended its target, whatever was lost since. */
static bool is_held_up(const struct ll_signal_note *note)
{
	return note->role == LL_NOTE_DEADLY && note->disposition != LL_DISPOSITION_DEFAULT;
}

/* What the image before an exec has handled says nothing of the new one. */
static bool is_handled(const struct ll_signal_note *note)
{
	return note->role == LL_NOTE_REQUEST && note->disposition == LL_DISPOSITION_HANDLER;
}

static void forget_doubtful(struct ll_node_signals *signals)
{
	signals->pending_count = 0;
	signals->dying.signal = 0;
	signals->is_stopped = false;
	drop_notes(signals, is_held_up);
}

/* What is kept of a process's signals, as of the ledger's epoch; NULL when there is nothing. */
static struct ll_node_signals *signals_find(const struct ll_model *model, struct ll_node *node)
{
	struct ll_node_signals *signals = node->signals;

	if (signals == NULL || model->signals == NULL ||
	    signals->epoch == model->signals->epoch)
		return signals;
	forget_doubtful(signals);
	signals->epoch = model->signals->epoch;
	return signals;
}

static struct ll_node_signals *signals_get(struct ll_model *model, struct ll_node *node)
{
	struct ll_signal_ledger *ledger = ll_signal_ledger_get(model);

	if (ledger == NULL)
		return NULL;
	if (node->signals != NULL)
		return signals_find(model, node);
	node->signals = calloc(1, sizeof(*node->signals));
	if (node->signals != NULL)
		node->signals->epoch = ledger->epoch;
	return node->signals;
}

void ll_signals_forget(struct ll_node *node)
{
	struct ll_node_signals *signals = node->signals;

	if (signals == NULL)
		return;
	while (signals->notes != NULL) {
		struct ll_signal_note *next = signals->notes->next;

		free(signals->notes);
		signals->notes = next;
	}
	free(signals->pending);
	free(signals);
	node->signals = NULL;
}

const struct ll_signal_note *ll_signal_note_find(const struct ll_node *node,
						 enum ll_note_role role, unsigned signal)
{
	const struct ll_signal_note *found = NULL;

	if (node->signals == NULL)
		return NULL;
	for (const struct ll_signal_note *note = node->signals->notes; note != NULL;
	     note = note->next) {
		if (note->role == role && (signal == 0 || note->signal == signal) &&
		    (found == NULL || note->time_ns > found->time_ns))
			found = note;
	}
	return found;
}

static void copy_text(char *ret, size_t size, bool is_known, struct ll_str text)
{
	size_t length = text.length < size - 1 ? text.length : size - 1;

	memset(ret, 0, size);
	if (is_known && length > 0)
		memcpy(ret, text.data, length);
}

static void note_fill(struct ll_signal_note *note, const struct ll_event *event)
{
	note->time_ns = event->time_boottime_ns;
	note->result = event->signal_result;
	note->disposition = event->signal_disposition;
	note->has_kind = ll_event_has(event, LL_F_SENDER_KIND);
	note->sender_kind = event->sender_kind;
	note->sender = (struct ll_id){ 0 };
	if (ll_event_has(event, LL_F_SENDER_PID))
		note->sender = (struct ll_id){
			.tgid = (uint32_t)event->sender_tgid,
			.start_boottime_ns = event->sender_start_boottime_ns,
		};
	note->has_uid = ll_event_has(event, LL_F_SENDER_UID);
	note->sender_uid = event->sender_uid;
	note->has_address = ll_event_has(event, LL_F_SIGNAL_ADDRESS);
	note->address = event->signal_address;
	note->ends_pid_namespace = event->ends_pid_namespace;
	copy_text(note->sender_comm, sizeof(note->sender_comm),
		  ll_event_has(event, LL_F_SENDER_COMM), event->sender_comm);
	copy_text(note->code, sizeof(note->code), ll_event_has(event, LL_F_SIGNAL_CODE),
		  event->signal_code);
}

/* Keep the event as the latest of its role and number. 0 or -ENOMEM. */
static int note_set(struct ll_node_signals *signals, enum ll_note_role role,
		    const struct ll_event *event, struct ll_signal_tally *tally)
{
	struct ll_signal_note *note = signals->notes;

	while (note != NULL && (note->role != role || note->signal != event->signal_number))
		note = note->next;
	if (note != NULL && note->time_ns > event->time_boottime_ns)
		return 0;
	if (note == NULL) {
		note = calloc(1, sizeof(*note));
		if (note == NULL)
			return -ENOMEM;
		note->role = role;
		note->signal = (unsigned)event->signal_number;
		note->next = signals->notes;
		signals->notes = note;
	}
	note_fill(note, event);
	note->tally = tally;
	return 0;
}

/* The init of a pid namespace ignores what it has no handler for, whatever its disposition. */
static bool is_refused(const struct ll_event *event)
{
	bool is_ignored = ll_event_has(event, LL_F_SIGNAL_RESULT) &&
			  event->signal_result == LL_SIGNAL_IGNORED;

	return is_ignored || (ll_event_has(event, LL_F_SIGNAL_DISPOSITION) &&
			      event->signal_disposition != LL_DISPOSITION_DEFAULT);
}

static bool is_role(enum ll_note_role role, const struct ll_event *event)
{
	unsigned signal = (unsigned)event->signal_number;

	switch (role) {
	case LL_NOTE_DEADLY:
		return ll_signal_is_deadly(signal) && is_queued(event) &&
		       (signal == SIGKILL || has_disposition(event, LL_DISPOSITION_DEFAULT) ||
			has_disposition(event, LL_DISPOSITION_BLOCKED));
	case LL_NOTE_REQUEST:
		return is_among(REQUEST_SIGNALS, signal) && is_refused(event);
	case LL_NOTE_STOP:
		return is_among(STOP_SIGNALS, signal) && is_queued(event) &&
		       !has_disposition(event, LL_DISPOSITION_HANDLER);
	case LL_NOTE_CONTINUE:
		/* It continues the process even where it is ignored: prepare_signal(). */
		return signal == SIGCONT;
	}
	return false;
}

static int take_notes(struct ll_node_signals *signals, const struct ll_event *event,
		      struct ll_signal_tally *tally)
{
	int r = 0;

	for (enum ll_note_role role = LL_NOTE_DEADLY; role <= LL_NOTE_CONTINUE; role++) {
		if (r == 0 && is_role(role, event))
			r = note_set(signals, role, event, tally);
	}
	return r;
}

static struct ll_pending *pending_find(const struct ll_node_signals *signals, uint32_t tid,
				       uint64_t signal)
{
	for (size_t i = 0; i < signals->pending_count; i++) {
		struct ll_pending *pending = &signals->pending[i];

		if (pending->tid == tid && pending->signal == signal)
			return pending;
	}
	return NULL;
}

static void pending_remove(struct ll_node_signals *signals, struct ll_pending *pending)
{
	*pending = signals->pending[--signals->pending_count];
}

/* prepare_signal(): a stop signal empties all queues of SIGCONT, and the other way round. */
static void remove_opposite(struct ll_node_signals *signals, uint64_t signal)
{
	uint64_t removed = 0;

	if (signal == SIGCONT)
		removed = STOP_SIGNALS;
	else if (is_among(STOP_SIGNALS, signal))
		removed = BIT(SIGCONT);
	for (size_t i = signals->pending_count; i-- > 0;) {
		if (is_among(removed, signals->pending[i].signal))
			pending_remove(signals, &signals->pending[i]);
	}
}

static bool was_lossy(const struct ll_model *model, uint64_t time_ns)
{
	return model->signals->loss_ns != 0 && time_ns < model->signals->loss_ns + LOSS_NS;
}

/* Whether all that can be outstanding is known: so it is in a new process. */
static bool is_complete(const struct ll_model *model, const struct ll_node *node)
{
	return node->process.birth_seen && !node->signals->is_unsure &&
	       !was_lossy(model, node->process.id.start_boottime_ns);
}

/*
 * The time to match a delivery with. A standard signal that is queued was not in that queue
 * before; in the other queue, or of a real-time one, older ones may wait unseen while it is blocked.
 */
static uint64_t certain_time(const struct ll_model *model, const struct ll_node *node,
			     const struct ll_event *event, uint32_t tid)
{
	bool older_may_wait = has_disposition(event, LL_DISPOSITION_BLOCKED) &&
			      !is_complete(model, node) &&
			      (tid == 0 || is_realtime(event->signal_number));

	if (older_may_wait || was_lossy(model, event->time_boottime_ns))
		return 0;
	return event->time_boottime_ns;
}

static uint32_t queue_of(const struct ll_event *event)
{
	bool is_private = ll_event_has(event, LL_F_SIGNAL_SCOPE) &&
			  event->signal_scope == LL_SIGNAL_THREAD;

	return is_private ? (uint32_t)event->tid : 0;
}

static struct ll_pending *pending_new(struct ll_node_signals *signals)
{
	struct ll_pending *pending = ll_grow(signals->pending, signals->pending_count + 1,
					     &signals->pending_room, sizeof(*pending), 4);

	if (pending == NULL)
		return NULL;
	signals->pending = pending;
	return &signals->pending[signals->pending_count++];
}

static int enqueue(const struct ll_model *model, const struct ll_node *node,
		   const struct ll_event *event, struct ll_signal_tally *tally)
{
	struct ll_node_signals *signals = node->signals;
	uint32_t tid = queue_of(event);
	struct ll_pending *pending = pending_find(signals, tid, event->signal_number);

	if (pending != NULL && is_realtime(event->signal_number)) {
		pending->count++;
		pending->time_ns = 0;
		if (pending->tally != tally)
			pending->tally = NULL;
		return 0;
	}
	if (pending == NULL && signals->pending_count == PENDING_MAX) {
		signals->pending_count = 0;
		signals->is_unsure = true;
	}
	if (pending == NULL)
		pending = pending_new(signals);
	if (pending == NULL)
		return -ENOMEM;
	*pending = (struct ll_pending){
		.time_ns = certain_time(model, node, event, tid),
		.tally = tally,
		.tid = tid,
		.count = 1,
		.signal = (unsigned)event->signal_number,
	};
	return 0;
}

/*
 * complete_signal(): what ends a process without a core is given to each of its threads as a
 * SIGKILL at once. One that is traced may survive what came first: then there are two, and it
 * is a SIGKILL, if one of them is, that nothing survives.
 */
static void note_dying(const struct ll_model *model, const struct ll_node *node,
		       const struct ll_event *event, struct ll_signal_tally *tally)
{
	struct ll_pending *dying = &node->signals->dying;
	unsigned signal = (unsigned)event->signal_number;
	bool is_fatal =
		signal == SIGKILL || (ll_signal_default_action(signal) == LL_ACTION_TERMINATE &&
				      has_disposition(event, LL_DISPOSITION_DEFAULT));

	if (!is_fatal)
		return;
	if (dying->signal != 0) {
		if (signal == SIGKILL)
			dying->signal = SIGKILL;
		else if (dying->signal != signal && dying->signal != SIGKILL)
			node->signals->dying_unsure = true;
		dying->time_ns = 0;
		dying->tally = NULL;
		return;
	}
	*dying = (struct ll_pending){ .signal = signal, .tally = tally };
	if (!was_lossy(model, event->time_boottime_ns))
		dying->time_ns = event->time_boottime_ns;
	node->signals->dying_counted = false;
	node->signals->dying_unsure = false;
}

/*
 * prepare_signal(): SIGCONT lets a stopped process go on at once, whatever it does with the signal
 * itself, and so does SIGKILL.
 */
static void resume(struct ll_step *step, struct ll_node_signals *signals,
		   struct ll_signal_tally *tally)
{
	const struct ll_event *event = step->cause;
	bool is_cont = event->signal_number == SIGCONT;

	if (is_cont && signals->is_stopped) {
		LL_SET(&step->event, ACTION, signal_action, LL_ACTION_CONTINUE);
		if (!is_queued(event))
			ll_signal_tally_resumed(tally);
	}
	if (is_cont || event->signal_number == SIGKILL)
		signals->is_stopped = false;
}

void ll_signals_see_generate(struct ll_step *step, struct ll_node *node)
{
	const struct ll_event *event = step->cause;
	struct ll_model *model = step->model;

	if (!ll_event_has(event, LL_F_SIGNAL_NUMBER))
		return;
	struct ll_signal_tally *tally = ll_signal_tally_sent(model, node, event);
	if (tally == NULL)
		ll_step_fail(step, -ENOMEM);
	if (tally == NULL || node->process.life != LL_LIFE_ALIVE)
		return;
	struct ll_node_signals *signals = signals_get(model, node);
	if (signals == NULL) {
		ll_step_fail(step, -ENOMEM);
		return;
	}
	ll_step_fail(step, take_notes(signals, event, tally));
	remove_opposite(signals, event->signal_number);
	resume(step, signals, tally);
	if (!is_queued(event))
		return;
	note_dying(model, node, event, tally);
	if (event->signal_number != SIGKILL)
		ll_step_fail(step, enqueue(model, node, event, tally));
}

/* Tell of a delivery; sent_ns 0: it is not certain when it was generated. */
static void tell_delivery(struct ll_step *step, struct ll_signal_tally *tally, uint64_t sent_ns)
{
	struct ll_event *event = &step->event;

	if (sent_ns != 0 && sent_ns <= event->time_boottime_ns)
		LL_SET(event, LATENCY, signal_latency_ns, event->time_boottime_ns - sent_ns);
	const uint64_t *latency_ns =
		ll_event_has(event, LL_F_LATENCY) ? &event->signal_latency_ns : NULL;
	ll_step_fail(step, ll_signal_tally_delivery(tally, event, latency_ns));
}

static void name_signal(struct ll_event *event, unsigned signal)
{
	const char *name = ll_signal_name(signal);

	if (name != NULL)
		LL_SET(event, SIGNAL, signal_name, ll_str_of(name));
}

static void forget_signal(struct ll_event *event)
{
	ll_event_forget(event, LL_F_SIGNAL);
	ll_event_forget(event, LL_F_SIGNAL_NUMBER);
}

/*
 * get_signal(): each thread of a process that is ending shows a 9, whatever ends it: another
 * signal, or none but exit_group() or an exec by another thread.
 */
static void deliver_end(struct ll_step *step, struct ll_node_signals *signals)
{
	struct ll_event *event = &step->event;

	if (signals == NULL || signals->dying.signal == 0) {
		forget_signal(event);
		return;
	}
	struct ll_pending *dying = &signals->dying;
	if (signals->dying_unsure && dying->signal != SIGKILL) {
		forget_signal(event);
	} else {
		name_signal(event, dying->signal);
		event->signal_number = dying->signal;
	}
	tell_delivery(step, signals->dying_counted ? NULL : dying->tally, dying->time_ns);
	signals->dying_counted = true;
}

/*
 * Take one of those that it may have been: dequeue_signal() looks at the thread's own queue
 * first. *ret_taken says what is known of it.
 */
static void dequeue(struct ll_node_signals *signals, const struct ll_event *event,
		    struct ll_pending *ret_taken)
{
	struct ll_pending *own =
		pending_find(signals, (uint32_t)event->tid, event->signal_number);
	struct ll_pending *shared = pending_find(signals, 0, event->signal_number);
	struct ll_pending *taken = own != NULL ? own : shared;

	if (taken == NULL)
		return;
	*ret_taken = *taken;
	if (own != NULL && shared != NULL) {
		shared->time_ns = 0;
		ret_taken->time_ns = 0;
		if (own->tally != shared->tally)
			ret_taken->tally = NULL;
	}
	taken->time_ns = 0;
	if (--taken->count == 0)
		pending_remove(signals, taken);
}

/* What a thread dies of, all others of its process die of. */
static void note_delivered_end(struct ll_node_signals *signals, const struct ll_event *event,
			       const struct ll_pending *taken)
{
	bool is_end = ll_event_has(event, LL_F_ACTION) &&
		      (event->signal_action == LL_ACTION_TERMINATE ||
		       event->signal_action == LL_ACTION_CORE);

	signals->dying = (struct ll_pending){ 0 };
	if (!is_end)
		return;
	signals->dying = *taken;
	signals->dying.signal = (unsigned)event->signal_number;
	signals->dying_counted = true;
	signals->dying_unsure = false;
}

static void see_stop(struct ll_step *step, struct ll_node *node)
{
	struct ll_node_signals *signals = signals_get(step->model, node);

	if (signals == NULL)
		ll_step_fail(step, -ENOMEM);
	else
		signals->is_stopped = true;
}

void ll_signals_see_deliver(struct ll_step *step, struct ll_node *node)
{
	const struct ll_event *event = step->cause;
	struct ll_node_signals *signals = signals_find(step->model, node);
	struct ll_pending taken = { 0 };

	if (!ll_event_has(event, LL_F_SIGNAL_NUMBER) || node->process.life != LL_LIFE_ALIVE)
		return;
	if (event->signal_number == SIGKILL) {
		deliver_end(step, signals);
		return;
	}
	if (ll_event_has(event, LL_F_ACTION) && event->signal_action == LL_ACTION_STOP)
		see_stop(step, node);
	if (signals == NULL)
		return;
	dequeue(signals, event, &taken);
	tell_delivery(step, taken.tally, taken.time_ns);
	note_delivered_end(signals, event, &taken);
}

/* The queue of the thread that executes becomes the leader's; those of the others are gone. */
void ll_signals_see_exec(struct ll_node *node, const struct ll_event *event)
{
	struct ll_node_signals *signals = node->signals;
	uint64_t survivor =
		ll_event_has(event, LL_F_PREVIOUS_TID) ? event->previous_tid : event->tid;

	if (signals == NULL)
		return;
	drop_notes(signals, is_handled);
	signals->dying.signal = 0;
	for (size_t i = signals->pending_count; i-- > 0;) {
		struct ll_pending *pending = &signals->pending[i];

		if (pending->tid == survivor)
			pending->tid = node->process.id.tgid;
		else if (pending->tid != 0)
			pending_remove(signals, pending);
	}
}

void ll_signals_end_thread(struct ll_node *node, const struct ll_event *event)
{
	struct ll_node_signals *signals = node->signals;

	for (size_t i = signals != NULL ? signals->pending_count : 0; i-- > 0;) {
		if (signals->pending[i].tid == event->tid)
			pending_remove(signals, &signals->pending[i]);
	}
}

/* mark_oom_victim() comes after its SIGKILL, or finds the victim ending already. */
void ll_signals_see_oom(struct ll_step *step, struct ll_node *node)
{
	struct ll_node_signals *signals = NULL;

	if (node->process.life != LL_LIFE_ALIVE)
		return;
	signals = signals_get(step->model, node);
	if (signals == NULL)
		ll_step_fail(step, -ENOMEM);
	else
		signals->oom_chosen = true;
}

static bool is_of_signals(const struct ll_event *event)
{
	return !ll_event_has(event, LL_F_LOST_KIND) ||
	       ll_str_begins(event->lost_kind, "signal.");
}

int ll_signals_see_loss(struct ll_model *model, const struct ll_event *event)
{
	struct ll_signal_ledger *ledger = NULL;

	if (!is_of_signals(event))
		return 0;
	ledger = ll_signal_ledger_get(model);
	if (ledger == NULL)
		return -ENOMEM;
	ledger->epoch++;
	if (event->time_boottime_ns > ledger->loss_ns)
		ledger->loss_ns = event->time_boottime_ns;
	return 0;
}

/*
 * Who stopped it, or who let it go on: by SIGCONT, or by a SIGKILL, which wakes the stopped, too.
 * What came before the stop cannot have ended it.
 */
static const struct ll_signal_note *find_stopper(const struct ll_node *node, bool is_stop)
{
	const struct ll_signal_note *stop = ll_signal_note_find(node, LL_NOTE_STOP, 0);
	const struct ll_signal_note *note = ll_signal_note_find(node, LL_NOTE_CONTINUE, 0);
	const struct ll_signal_note *kill = ll_signal_note_find(node, LL_NOTE_DEADLY, SIGKILL);

	if (is_stop)
		return stop;
	if (note == NULL || (kill != NULL && kill->time_ns > note->time_ns))
		note = kill;
	return note != NULL && stop != NULL && note->time_ns < stop->time_ns ? NULL : note;
}

void ll_signals_name_stopper(struct ll_event *event, const struct ll_node *node)
{
	bool is_change =
		ll_event_has(event, LL_F_STATE_FROM) && ll_event_has(event, LL_F_STATE_TO) &&
		event->state_from != event->state_to &&
		(event->state_from == LL_STATE_STOPPED || event->state_to == LL_STATE_STOPPED);

	if (!is_change || ll_event_has(event, LL_F_STATE_BY))
		return;
	bool is_stop = event->state_to == LL_STATE_STOPPED;
	const struct ll_signal_note *note = find_stopper(node, is_stop);
	if (note == NULL || note->time_ns > event->time_boottime_ns)
		return;
	if (is_stop)
		name_signal(event, note->signal);
	if (note->sender.tgid == 0)
		return;
	LL_SET(event, STATE_BY, state_by_tgid, note->sender.tgid);
	if (note->sender_comm[0] != '\0')
		LL_SET(event, STATE_BY_COMM, state_by_comm, ll_str_of(note->sender_comm));
}
