/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What signals.c, signal_rows.c and cause.c share. A process has signals outstanding, to match
 * deliveries to, and notes of those that may explain later why it ended, stopped or went on.
 * Rows live as long as the model, so all may point to them.
 */
#pragma once

#include "model/histogram.h"
#include "model/state.h"

/* One row of the ledger while it is being filled; see struct ll_signal_row. */
struct ll_signal_tally;

enum ll_note_role {
	LL_NOTE_DEADLY, /* queued, and deadly unless the target makes an arrangement yet */
	LL_NOTE_REQUEST, /* asked the target to end, in vain */
	LL_NOTE_STOP,
	LL_NOTE_CONTINUE,
};

/* A signal generated for a process; of each role and number the latest is kept. */
struct ll_signal_note {
	struct ll_signal_note *next;
	enum ll_note_role role;
	unsigned signal;
	uint64_t time_ns;
	enum ll_signal_result result;
	enum ll_disposition disposition;
	enum ll_sender_kind sender_kind;
	bool has_kind, has_uid, has_address, ends_pid_namespace;
	struct ll_id sender; /* tgid 0: no process */
	uint64_t sender_uid, address;
	char sender_comm[16]; /* NUL-terminated; empty: unknown */
	char code[24]; /* the same */
	struct ll_signal_tally *tally; /* borrowed; NULL: none */
};

/* Signals of one number in one queue. */
struct ll_pending {
	uint64_t time_ns; /* when it was generated; 0: not certain which one is next */
	struct ll_signal_tally *tally; /* borrowed; NULL: they are of several rows */
	uint32_t tid; /* whose queue; 0: the process's */
	uint32_t count;
	unsigned signal; /* 0: none */
};

struct ll_node_signals {
	struct ll_signal_note *notes;
	struct ll_pending *pending; /* owned; at least what really is outstanding */
	size_t pending_count, pending_room;
	struct ll_pending
		dying; /* what ends all its threads; they show it as a delivery of 9 */
	bool dying_counted; /* in its row: one signal, though each thread tells of it */
	bool dying_unsure; /* of two, a tracer may have kept the first */
	bool oom_chosen;
	bool is_stopped; /* a stop signal was acted on, and no SIGCONT sent since */
	bool is_unsure; /* more may be outstanding than is known */
	uint64_t epoch; /* of the ledger, when this was last touched */
};

/* Note of a role and number (0: any, the latest), or NULL. */
const struct ll_signal_note *ll_signal_note_find(const struct ll_node *node,
						 enum ll_note_role role, unsigned signal);

/* Whether the kernel raised a signal for what the target itself did; code: si_code's name. */
bool ll_cause_is_fault(unsigned signal, bool is_own, struct ll_str code);

/* signal_rows.c */

struct ll_signal_ledger {
	struct ll_signal_tally *tallies; /* hash table, in order of first sight */
	struct ll_signal_tally *others; /* what had no room; NULL: nothing */
	uint64_t epoch; /* counts losses of signals */
	uint64_t loss_ns; /* of the last one; 0: none so far */
};

/* The model's ledger, made when there is none yet; NULL when out of memory. */
struct ll_signal_ledger *ll_signal_ledger_get(struct ll_model *model);
/* Count a generated signal in its row. Returns that, or NULL when out of memory. */
struct ll_signal_tally *ll_signal_tally_sent(struct ll_model *model, const struct ll_node *node,
					     const struct ll_event *event);
/* Count that one let its stopped target go on though it is ignored. */
void ll_signal_tally_resumed(struct ll_signal_tally *tally);
/* Count what a thread did with one; latency_ns NULL: not certain. tally may be NULL. */
int ll_signal_tally_delivery(struct ll_signal_tally *tally, const struct ll_event *event,
			     const uint64_t *latency_ns);
/* Count that one ended its target. tally may be NULL. */
void ll_signal_tally_fatal(struct ll_signal_tally *tally);
