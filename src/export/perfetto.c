/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A trace for Perfetto: processes and threads with their parents, ends and states; on the track of
 * each process the programs it ran, its time as a zombie, and signals; arrows for forks and
 * signals; counters.
 *
 * Packets are written as events come, and hold the events' order. Held are the processes that are
 * alive or zombies, a batch of packets, and tables of fixed size: what a machine can have at once,
 * however long the capture.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "base/clock.h"
#include "export/perfetto_parts.h"

static const struct ll_perfetto_flow no_flow = { 0 };

static int open_perfetto(const struct ll_export_options *options, struct ll_export **ret_export,
			 char **ret_why)
{
	struct ll_export *export = calloc(1, sizeof(*export));

	*ret_why = NULL;
	if (export == NULL)
		return -ENOMEM;
	ll_perfetto_stream_init(&export->stream, options->out);
	export->model = options->model;
	export->about = options->about;
	export->next_uuid = LL_PERFETTO_PROCESSES;
	export->next_flow = 1;
	export->sched.is_told = options->about.has_all_states;
	ll_perfetto_sweep(export);
	ll_perfetto_put_head(export);
	*ret_export = export;
	return export->stream.err;
}

/* ---- Events ----------------------------------------------------------------------------- */

/* An event that is shown as no more than that it happened. */
static void put_moment(struct ll_export *export, const struct ll_perfetto_process *process,
		       const struct ll_event *event, const char *name)
{
	ll_perfetto_put_instant(export, event->time_boottime_ns, process->uuid, event->kind,
				name, event, no_flow);
}

/* The program it runs now is another one. */
static void change_image(struct ll_export *export, const struct ll_perfetto_process *process,
			 const struct ll_event *event)
{
	uint64_t now = event->time_boottime_ns;

	ll_perfetto_put_process(export, process, event);
	ll_perfetto_end_slice(export, now, process, NULL);
	ll_perfetto_begin_slice(export, now, process, event->kind, event->comm, event, no_flow);
}

/*
 * What lives; after a gap also what is not as it was thought to be. A thread may come before its
 * leader, which has to say who the process is.
 */
static void take_snapshot(struct ll_export *export, const struct ll_event *event)
{
	struct ll_perfetto_process *process =
		ll_perfetto_find(export, event->tgid, event->start_boottime_ns);

	if (event->tid != event->tgid)
		ll_perfetto_put_birth(export, event);
	else if (process == NULL)
		ll_perfetto_mind(export, event);
	else if (process->is_zombie)
		return;
	else if (ll_event_has(event, LL_F_STATE_NOW) && event->task_state == LL_TASK_ZOMBIE)
		ll_perfetto_end_process(export, process, event->time_boottime_ns, event);
	else
		change_image(export, process, event);
}

static void take_fork(struct ll_export *export, const struct ll_event *event)
{
	if (ll_perfetto_mind(export, event) != NULL && event->fork_kind == LL_FORK_THREAD)
		ll_perfetto_put_birth(export, event);
}

static void take_exec(struct ll_export *export, const struct ll_event *event)
{
	struct ll_perfetto_process *process = ll_perfetto_mind(export, event);

	if (process == NULL)
		return;
	if (ll_event_has(event, LL_F_PREVIOUS_TID) && event->previous_tid != event->tgid)
		ll_perfetto_move_thread(export, event);
	ll_perfetto_put_rename(export, event);
	ll_perfetto_put_exec(export, event);
	change_image(export, process, event);
	ll_perfetto_count_exec(export, event->time_boottime_ns);
}

/* A leader stays until its process is reaped, whichever thread is the last. */
static void take_exit(struct ll_export *export, const struct ll_event *event)
{
	struct ll_perfetto_process *process = ll_perfetto_mind(export, event);

	if (process == NULL)
		return;
	ll_perfetto_end_thread(export, event);
	if (!ll_event_has(event, LL_F_EXIT_SCOPE) || event->exit_scope == LL_EXIT_PROCESS)
		ll_perfetto_end_process(export, process, event->time_boottime_ns, event);
}

static void take_reap(struct ll_export *export, const struct ll_event *event)
{
	struct ll_perfetto_process *process = ll_perfetto_mind(export, event);

	if (process != NULL)
		ll_perfetto_free_process(export, process, event->time_boottime_ns, event);
}

static void take_rename(struct ll_export *export, const struct ll_event *event)
{
	const struct ll_perfetto_process *process = ll_perfetto_mind(export, event);

	if (process == NULL)
		return;
	ll_perfetto_put_rename(export, event);
	put_moment(export, process, event, "rename");
}

static struct ll_str signal_of(const struct ll_event *event)
{
	return ll_event_has(event, LL_F_SIGNAL) ? event->signal_name : ll_str_of("signal");
}

/* Who sent a signal, as far as the trace knows of it; NULL: nobody. */
static const struct ll_perfetto_process *sender_of(struct ll_export *export,
						   const struct ll_event *event)
{
	return ll_event_has(event, LL_F_SENDER_PID)
		       ? ll_perfetto_find(export, event->sender_tgid,
					  event->sender_start_boottime_ns)
		       : NULL;
}

/* The arrow from the sender, with the instant it comes from. */
static struct ll_perfetto_flow put_send(struct ll_export *export, const struct ll_event *event,
					const struct ll_perfetto_process *sender)
{
	struct ll_perfetto_flow flow = { .id = export->next_flow++ };
	struct ll_str signal = signal_of(event);
	char name[64];

	snprintf(name, sizeof(name), "%.*s to %" PRIu64, (int)signal.length, signal.data,
		 event->tgid);
	ll_perfetto_put_instant(export, event->time_boottime_ns, sender->uuid, LL_PERFETTO_SEND,
				name, NULL, flow);
	flow.is_end = true;
	return flow;
}

static void take_generate(struct ll_export *export, const struct ll_event *event)
{
	const struct ll_perfetto_process *process = ll_perfetto_mind(export, event), *sender;
	struct ll_perfetto_flow flow = no_flow;
	struct ll_str signal = signal_of(event);
	char name[32];

	if (process == NULL)
		return;
	sender = sender_of(export, event);
	if (sender != NULL && sender != process)
		flow = put_send(export, event, sender);
	snprintf(name, sizeof(name), "%.*s", (int)signal.length, signal.data);
	ll_perfetto_put_instant(export, event->time_boottime_ns, process->uuid, event->kind,
				name, event, flow);
	ll_perfetto_put_generate(export, event, sender != NULL ? sender->id.tgid : 0);
}

static void take_deliver(struct ll_export *export, const struct ll_event *event)
{
	const struct ll_perfetto_process *process = ll_perfetto_mind(export, event);
	struct ll_str signal = signal_of(event);
	char name[64];

	if (process == NULL)
		return;
	snprintf(name, sizeof(name), "%.*s delivered", (int)signal.length, signal.data);
	put_moment(export, process, event, name);
	ll_perfetto_put_deliver(export, event);
}

/* Stops and long waits for a disk are worth a mark, too. */
static void take_state(struct ll_export *export, const struct ll_event *event)
{
	const struct ll_perfetto_process *process = ll_perfetto_mind(export, event);
	bool is_stuck = ll_event_has(event, LL_F_STATE_STUCK) && event->state_stuck;

	if (process == NULL || process->is_zombie)
		return;
	ll_perfetto_take_state(export, event);
	if (is_stuck || event->state_to == LL_STATE_STOPPED ||
	    event->state_to == LL_STATE_TRACED)
		put_moment(export, process, event,
			   is_stuck ? "stuck"
				    : ll_field_info(LL_F_STATE_TO)->values[event->state_to]);
}

static void take_other(struct ll_export *export, const struct ll_event *event)
{
	const struct ll_perfetto_process *process = ll_perfetto_mind(export, event);

	if (process != NULL)
		put_moment(export, process, event, ll_event_kind_short_name(event->kind));
}

static void take_lost(struct ll_export *export, const struct ll_event *event)
{
	char name[96];

	export->lost.value += event->lost_count;
	snprintf(name, sizeof(name), "%" PRIu64 " %.*s lost", event->lost_count,
		 (int)event->lost_kind.length, event->lost_kind.data);
	ll_perfetto_put_instant(export, event->time_boottime_ns, LL_PERFETTO_LOSSES,
				event->kind, name, event, no_flow);
}

static void (*const takers[LL_EVENT_KINDS])(struct ll_export *export,
					    const struct ll_event *event) = {
	[LL_EVENT_SNAPSHOT] = take_snapshot,
	[LL_EVENT_FORK] = take_fork,
	[LL_EVENT_EXEC] = take_exec,
	[LL_EVENT_EXEC_FAILED] = take_other,
	[LL_EVENT_EXIT] = take_exit,
	[LL_EVENT_REAP] = take_reap,
	[LL_EVENT_REPARENT] = take_other,
	[LL_EVENT_RENAME] = take_rename,
	[LL_EVENT_OOM_KILL] = take_other,
	[LL_EVENT_SIGNAL_GENERATE] = take_generate,
	[LL_EVENT_SIGNAL_DELIVER] = take_deliver,
	[LL_EVENT_STATE] = take_state,
	[LL_EVENT_LOST] = take_lost,
};

static int take_event(struct ll_export *export, const struct ll_event *event)
{
	uint64_t now = event->time_boottime_ns;

	if (takers[event->kind] == NULL)
		return 0;
	/* Events are of one pair of clocks; what is known of the watch was read at another time. */
	if (!export->has_clock && ll_event_has(event, LL_F_TIME))
		ll_perfetto_put_clocks(export, now, event->time_unix_ns);
	ll_perfetto_mind_second(export, now);
	takers[event->kind](export, event);
	ll_perfetto_put_counters(export, now);
	return export->stream.err;
}

/* What is alive stays open. The last word is as of the watch's end, so that the trace ends there. */
static int end(struct ll_export *export, uint64_t now_boottime_ns, uint64_t now_unix_ns)
{
	(void)now_unix_ns;
	ll_perfetto_sweep(export);
	if (now_boottime_ns != 0) {
		ll_perfetto_mind_second(export, export->second_ns + LL_NS_PER_S);
		ll_perfetto_put_counter(export, now_boottime_ns, LL_PERFETTO_LIVE,
					export->live.value);
		ll_perfetto_put_counter(export, now_boottime_ns, LL_PERFETTO_ZOMBIES,
					export->zombies.value);
	}
	return ll_perfetto_flush(&export->stream);
}

static void free_perfetto(struct ll_export *export)
{
	if (export == NULL)
		return;
	ll_perfetto_forget_all(export);
	ll_perfetto_stream_fini(&export->stream);
	free(export);
}

const struct ll_export_format ll_export_perfetto = {
	.name = "perfetto",
	.help = "a trace for Perfetto: processes, programs, states, signals on a time line",
	.kinds = LL_E_ALL & ~LL_E_HIDDEN & ~LL_E(STATE_TIMES),
	.is_binary = true,
	.open = open_perfetto,
	.event = take_event,
	.end = end,
	.free = free_perfetto,
};
