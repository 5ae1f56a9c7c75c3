/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Who sent what to whom, counted: a row for each sender, target and signal. Their number is
 * bounded; what comes after that is counted in one row for all others.
 */
#include "model/signal_state.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

/* Without padding, as hash tables need it. */
struct tally_key {
	struct ll_key sender, target;
	uint64_t kind_and_signal;
};

#define KIND_UNKNOWN UINT8_MAX
#define KEY_FAULT (UINT64_C(1) << 40)

struct ll_signal_tally {
	struct tally_key key;
	struct ll_signal_row row; /* but for its latencies */
	struct ll_histogram *latency; /* owned; NULL: none is certain */
	UT_hash_handle hh;
};

struct ll_signal_ledger *ll_signal_ledger_get(struct ll_model *model)
{
	if (model->signals == NULL)
		model->signals = calloc(1, sizeof(*model->signals));
	return model->signals;
}

static void tally_free(struct ll_signal_tally *tally)
{
	if (tally == NULL)
		return;
	free(tally->latency);
	free(tally);
}

void ll_signals_free(struct ll_model *model)
{
	struct ll_signal_tally *tally, *next;

	if (model->signals == NULL)
		return;
	HASH_ITER(hh, model->signals->tallies, tally, next) {
		HASH_DELETE(hh, model->signals->tallies, tally);
		tally_free(tally);
	}
	tally_free(model->signals->others);
	free(model->signals);
	model->signals = NULL;
}

/*
 * The kernel's SIGCHLD goes by its target alone: a row for each child would tell nothing and
 * crowd out the rest.
 */
static struct ll_id sender_of(const struct ll_event *event)
{
	bool tells_of_child = event->signal_number == SIGCHLD &&
			      ll_event_has(event, LL_F_SENDER_KIND) &&
			      event->sender_kind == LL_SENDER_KERNEL;

	if (!ll_event_has(event, LL_F_SENDER_PID) || tells_of_child)
		return (struct ll_id){ 0 };
	return (struct ll_id){ .tgid = (uint32_t)event->sender_tgid,
			       .start_boottime_ns = event->sender_start_boottime_ns };
}

static bool is_fault(const struct ll_event *event)
{
	bool is_own =
		ll_event_has(event, LL_F_SENDER_KIND) && event->sender_kind == LL_SENDER_SELF;

	return ll_event_has(event, LL_F_SIGNAL_CODE) &&
	       ll_cause_is_fault((unsigned)event->signal_number, is_own, event->signal_code);
}

static struct ll_signal_tally *others_get(struct ll_signal_ledger *ledger)
{
	if (ledger->others == NULL)
		ledger->others = calloc(1, sizeof(*ledger->others));
	if (ledger->others != NULL)
		ledger->others->row.is_others = true;
	return ledger->others;
}

static struct ll_signal_tally *tally_new(struct ll_signal_ledger *ledger,
					 const struct tally_key *key)
{
	LL_AUTO_FREE struct ll_signal_tally *tally = calloc(1, sizeof(*tally));
	if (tally == NULL)
		return NULL;
	tally->key = *key;
	HASH_ADD(hh, ledger->tallies, key, sizeof(tally->key), tally);
	return tally->hh.tbl != NULL ? TAKE(tally) : NULL;
}

static struct ll_signal_tally *tally_get(struct ll_model *model, const struct ll_node *node,
					 const struct ll_event *event)
{
	struct ll_signal_ledger *ledger = ll_signal_ledger_get(model);
	struct ll_id sender = sender_of(event);
	uint64_t kind =
		ll_event_has(event, LL_F_SENDER_KIND) ? event->sender_kind : KIND_UNKNOWN;
	struct tally_key key = {
		.sender = ll_key_of(sender),
		.target = node->key,
		.kind_and_signal =
			(is_fault(event) ? KEY_FAULT : 0) | kind << 32 | event->signal_number,
	};
	struct ll_signal_tally *tally = NULL;

	if (ledger == NULL)
		return NULL;
	HASH_FIND(hh, ledger->tallies, &key, sizeof(key), tally);
	if (tally != NULL)
		return tally;
	if (HASH_COUNT(ledger->tallies) >= LL_MODEL_SIGNAL_ROWS)
		return others_get(ledger);
	tally = tally_new(ledger, &key);
	if (tally == NULL)
		return NULL;
	tally->row.sender = sender;
	tally->row.is_fault = is_fault(event);
	tally->row.has_sender_kind = kind != KIND_UNKNOWN;
	tally->row.sender_kind = (enum ll_sender_kind)(kind != KIND_UNKNOWN ? kind : 0);
	tally->row.target = node->process.id;
	tally->row.signal = (unsigned)event->signal_number;
	return tally;
}

static void copy_comm(char ret[16], struct ll_str comm)
{
	size_t length = comm.length < 15 ? comm.length : 15;

	memset(ret, 0, 16);
	if (length > 0)
		memcpy(ret, comm.data, length);
}

static void name_row(const struct ll_model *model, struct ll_signal_row *row,
		     const struct ll_node *node, const struct ll_event *event)
{
	const struct ll_node *sender = NULL;

	if (row->is_others)
		return;
	memcpy(row->target_comm, node->process.comm, sizeof(row->target_comm));
	if (row->sender.tgid == 0)
		return;
	if (row->sender.start_boottime_ns != 0)
		sender = ll_node_find(model, row->sender);
	if (sender != NULL && sender->process.comm[0] != '\0')
		memcpy(row->sender_comm, sender->process.comm, sizeof(row->sender_comm));
	else if (ll_event_has(event, LL_F_SENDER_COMM))
		copy_comm(row->sender_comm, event->sender_comm);
}

static void note_time(struct ll_signal_row *row, const struct ll_event *event)
{
	if (event->time_boottime_ns < row->last_boottime_ns)
		return;
	row->last_boottime_ns = event->time_boottime_ns;
	if (ll_event_has(event, LL_F_TIME))
		row->last_unix_ns = event->time_unix_ns;
}

struct ll_signal_tally *ll_signal_tally_sent(struct ll_model *model, const struct ll_node *node,
					     const struct ll_event *event)
{
	struct ll_signal_tally *tally = tally_get(model, node, event);
	if (tally == NULL)
		return NULL;
	struct ll_signal_row *row = &tally->row;
	name_row(model, row, node, event);
	note_time(row, event);
	row->sent++;
	if (ll_event_has(event, LL_F_SIGNAL_RESULT) &&
	    event->signal_result <= LL_SIGNAL_INFO_LOST)
		row->results[event->signal_result]++;
	if (ll_event_has(event, LL_F_SIGNAL_DISPOSITION) &&
	    event->signal_disposition == LL_DISPOSITION_BLOCKED)
		row->blocked++;
	return tally;
}

int ll_signal_tally_delivery(struct ll_signal_tally *tally, const struct ll_event *event,
			     const uint64_t *latency_ns)
{
	if (tally == NULL)
		return 0;
	if (ll_event_has(event, LL_F_ACTION) && event->signal_action <= LL_ACTION_CONTINUE)
		tally->row.deliveries[event->signal_action]++;
	if (latency_ns == NULL)
		return 0;
	if (tally->latency == NULL)
		tally->latency = calloc(1, sizeof(*tally->latency));
	if (tally->latency == NULL)
		return -ENOMEM;
	ll_histogram_add(tally->latency, *latency_ns);
	return 0;
}

void ll_signal_tally_resumed(struct ll_signal_tally *tally)
{
	tally->row.resumed++;
}

void ll_signal_tally_fatal(struct ll_signal_tally *tally)
{
	if (tally != NULL)
		tally->row.fatal++;
}

static int show(const struct ll_signal_tally *tally, ll_signal_row_fn fn, void *arg)
{
	struct ll_signal_row row = tally->row;

	if (tally->latency != NULL) {
		row.latency_count = tally->latency->count;
		row.latency_p50_ns = ll_histogram_quantile(tally->latency, 500);
		row.latency_p99_ns = ll_histogram_quantile(tally->latency, 990);
		row.latency_max_ns = tally->latency->most_ns;
	}
	return fn(arg, &row);
}

int ll_model_signals(const struct ll_model *model, ll_signal_row_fn fn, void *arg)
{
	const struct ll_signal_ledger *ledger = model->signals;
	const struct ll_signal_tally *tally;
	int r = 0;

	if (ledger == NULL)
		return 0;
	for (tally = ledger->tallies; tally != NULL && r == 0; tally = tally->hh.next)
		r = show(tally, fn, arg);
	if (r == 0 && ledger->others != NULL)
		r = show(ledger->others, fn, arg);
	return r;
}
