/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The row of all that found no other passes every filter: what is asked for may be in it. */
#include "render/signal_rows.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"
#include "event/signal_names.h"
#include "render/wanted.h"

const char *ll_signal_row_sender(const struct ll_signal_row *row)
{
	if (row->sender_comm[0] != '\0')
		return row->sender_comm;
	if (row->sender.tgid != 0 || !row->has_sender_kind)
		return "?";
	if (row->sender_kind == LL_SENDER_TIMER)
		return "timer";
	if (row->sender_kind != LL_SENDER_KERNEL)
		return "?";
	return row->signal == SIGCHLD ? "children" : "kernel";
}

const char *ll_signal_row_target(const struct ll_signal_row *row)
{
	return row->target_comm[0] != '\0' ? row->target_comm : "?";
}

static struct ll_str format_id(char *buf, struct ll_id id)
{
	return ll_str_make(buf, ll_entity_id_format(buf, LL_ENTITY_ID_SIZE, id.tgid,
						    id.start_boottime_ns));
}

static void set_parties(struct ll_event *event, const struct ll_signal_row *row,
			struct ll_signal_row_ids *ids)
{
	LL_SET(event, PID, tgid, row->target.tgid);
	LL_SET(event, CREATION, start_boottime_ns, row->target.start_boottime_ns);
	LL_SET(event, ENTITY_ID, entity_id, format_id(ids->target, row->target));
	if (row->target_comm[0] != '\0')
		LL_SET(event, COMM, comm, ll_str_of(row->target_comm));
	LL_SET(event, SIGNAL_NUMBER, signal_number, row->signal);
	if (ll_signal_name(row->signal) != NULL)
		LL_SET(event, SIGNAL, signal_name, ll_str_of(ll_signal_name(row->signal)));
	if (row->has_sender_kind)
		LL_SET(event, SENDER_KIND, sender_kind, (uint8_t)row->sender_kind);
	if (row->is_fault)
		LL_SET(event, SIGNALS_FAULT, signals_fault, true);
	if (row->sender.tgid == 0)
		return;
	LL_SET(event, SENDER_PID, sender_tgid, row->sender.tgid);
	if (row->sender.start_boottime_ns != 0)
		LL_SET(event, SENDER_ENTITY_ID, sender_entity_id,
		       format_id(ids->sender, row->sender));
	if (row->sender_comm[0] != '\0')
		LL_SET(event, SENDER_COMM, sender_comm, ll_str_of(row->sender_comm));
}

static void set_counts(struct ll_event *event, const struct ll_signal_row *row)
{
	const uint64_t *results = row->results, *actions = row->deliveries;

	LL_SET(event, SIGNALS_SENT, signals_sent, row->sent);
	LL_SET(event, SIGNALS_DELIVERED, signals_delivered, results[LL_SIGNAL_DELIVERED]);
	LL_SET(event, SIGNALS_IGNORED, signals_ignored, results[LL_SIGNAL_IGNORED]);
	LL_SET(event, SIGNALS_RESUMED, signals_resumed, row->resumed);
	LL_SET(event, SIGNALS_PENDING, signals_pending, results[LL_SIGNAL_ALREADY_PENDING]);
	LL_SET(event, SIGNALS_OVERFLOW, signals_overflow, results[LL_SIGNAL_OVERFLOW]);
	LL_SET(event, SIGNALS_INFO_LOST, signals_info_lost, results[LL_SIGNAL_INFO_LOST]);
	LL_SET(event, SIGNALS_BLOCKED, signals_blocked, row->blocked);
	LL_SET(event, SIGNALS_HANDLED, signals_handled, actions[LL_ACTION_HANDLER]);
	LL_SET(event, SIGNALS_DROPPED, signals_dropped, actions[LL_ACTION_IGNORE]);
	LL_SET(event, SIGNALS_TERMINATED, signals_terminated, actions[LL_ACTION_TERMINATE]);
	LL_SET(event, SIGNALS_CORE, signals_core, actions[LL_ACTION_CORE]);
	LL_SET(event, SIGNALS_STOPPED, signals_stopped, actions[LL_ACTION_STOP]);
	LL_SET(event, SIGNALS_CONTINUED, signals_continued, actions[LL_ACTION_CONTINUE]);
	LL_SET(event, SIGNALS_FATAL, signals_fatal, row->fatal);
	LL_SET(event, SIGNALS_LATENCIES, signals_latencies, row->latency_count);
	if (row->latency_count > 0) {
		LL_SET(event, SIGNALS_P50, signals_p50_ns, row->latency_p50_ns);
		LL_SET(event, SIGNALS_P99, signals_p99_ns, row->latency_p99_ns);
		LL_SET(event, SIGNALS_MAX, signals_max_ns, row->latency_max_ns);
	}
	if (row->last_unix_ns != 0)
		LL_SET(event, SIGNALS_LAST, signals_last_unix_ns, row->last_unix_ns);
}

void ll_signal_row_fields(struct ll_event *event, const struct ll_signal_row *row,
			  struct ll_signal_row_ids *ids)
{
	*event = (struct ll_event){ .kind = LL_EVENT_SIGNAL_GENERATE };
	if (row->is_others)
		LL_SET(event, SIGNALS_OTHERS, signals_others, true);
	else
		set_parties(event, row, ids);
	set_counts(event, row);
}

static bool is_party(const struct ll_signals_party *party, uint32_t tgid, const char *name)
{
	if (party->tgid != 0 && party->tgid != tgid)
		return false;
	return party->name == NULL || strcmp(party->name, name) == 0;
}

static bool is_wanted(const struct ll_signals_options *options, const struct ll_signal_row *row)
{
	if (options->fatal && row->fatal == 0)
		return false;
	if (row->is_others)
		return true;
	if (options->signals != 0 && (options->signals >> (row->signal - 1) & 1) == 0)
		return false;
	return is_party(&options->from, row->sender.tgid, ll_signal_row_sender(row)) &&
	       is_party(&options->to, row->target.tgid, ll_signal_row_target(row));
}

/* What -f asks of the line; a target that is not in the model has no more than it. */
static bool passes(const struct ll_signal_rows *rows, const struct ll_signal_row *row)
{
	struct ll_event line;
	struct ll_signal_row_ids ids;

	if (rows->options->filter == NULL || row->is_others)
		return true;
	ll_signal_row_fields(&line, row, &ids);
	return ll_is_wanted(rows->options->filter, &line,
			    ll_model_find(rows->model, row->target));
}

static int add(void *arg, const struct ll_signal_row *row)
{
	struct ll_signal_rows *rows = arg;

	if (!is_wanted(rows->options, row) || !passes(rows, row))
		return 0;
	struct ll_signal_row *list =
		ll_grow(rows->list, rows->count + 1, &rows->room, sizeof(*list), 64);
	if (list == NULL)
		return -ENOMEM;
	rows->list = list;
	rows->list[rows->count++] = *row;
	return 0;
}

int ll_signal_rows_init(struct ll_signal_rows *rows, const struct ll_model *model,
			const struct ll_signals_options *options)
{
	rows->options = options;
	rows->model = model;
	return ll_model_signals(model, add, rows);
}

void ll_signal_rows_fini(struct ll_signal_rows *rows)
{
	free(rows->list);
	rows->list = NULL;
}
