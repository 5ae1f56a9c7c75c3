/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The processes of a trace that are not over. The table is no larger than what lives, zombies
 * included: the reaped leave it, and those whose reap is not told (-f) when it has doubled.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "export/perfetto_parts.h"
#include "render/line.h"

#define SWEEP_LEAST 1024

static const struct ll_perfetto_flow no_flow = { 0 };

struct ll_perfetto_process *ll_perfetto_find(struct ll_export *export, uint64_t tgid,
					     uint64_t start_boottime_ns)
{
	struct ll_perfetto_id id = { .start_boottime_ns = start_boottime_ns, .tgid = tgid };
	struct ll_perfetto_process *process;

	HASH_FIND(hh, export->processes, &id, sizeof(id), process);
	return process;
}

static const struct ll_process *model_of(const struct ll_export *export, uint64_t tgid,
					 uint64_t start_boottime_ns)
{
	struct ll_id id = { .tgid = (uint32_t)tgid, .start_boottime_ns = start_boottime_ns };

	return export->model != NULL ? ll_model_find(export->model, id) : NULL;
}

/* ---- What the process tree says --------------------------------------------------------- */

static void set_cmdline(struct ll_export *export, Pf__ProcessTree__Process *entry,
			struct ll_str args)
{
	struct ll_str rest = args, arg;
	size_t count = 0;

	while (ll_args_next(&rest, &arg))
		count++;
	char **list = ll_perfetto_alloc(&export->stream, count * sizeof(*list));
	if (list == NULL)
		return;
	for (size_t i = 0; ll_args_next(&args, &arg); i++)
		list[i] = ll_perfetto_text(&export->stream, arg);
	entry->n_cmdline = count;
	entry->cmdline = list;
}

/* Without a command line an entry counts for nothing: the name takes its place. */
static void set_name(struct ll_export *export, Pf__ProcessTree__Process *entry,
		     struct ll_str comm)
{
	set_cmdline(export, entry, comm.length > 0 ? comm : ll_str_of("?"));
}

/* Who forked it: with CLONE_PARENT not its parent. NULL when not known. */
static const struct ll_process *caller_of(const struct ll_export *export,
					  const struct ll_event *fork)
{
	if (fork->fork_caller_tgid == fork->parent_tgid)
		return model_of(export, fork->parent_tgid, fork->parent_start_boottime_ns);
	return export->model != NULL
		       ? ll_model_find_pid(export->model, (uint32_t)fork->fork_caller_tgid)
		       : NULL;
}

/* A process has the arguments of whoever forked it until it executes a program. */
static struct ll_str args_of(const struct ll_export *export, const struct ll_event *event)
{
	const struct ll_process *caller;

	if (ll_event_has(event, LL_F_ARGS))
		return event->args;
	caller = event->kind == LL_EVENT_FORK ? caller_of(export, event) : NULL;
	return caller != NULL && caller->image != NULL ? caller->image->args
						       : ll_str_make(NULL, 0);
}

static void set_identity(Pf__ProcessTree__Process *entry, const struct ll_event *event,
			 int32_t *vpid)
{
	if (ll_event_has(event, LL_F_EUID)) {
		entry->has_uid = true;
		entry->uid = (int32_t)event->euid;
	}
	if (ll_event_has(event, LL_F_VPID) && event->vpid != event->tgid) {
		*vpid = (int32_t)event->vpid;
		entry->n_nspid = 1;
		entry->nspid = vpid;
	}
	if (ll_event_has(event, LL_F_KTHREAD)) {
		entry->has_is_kthread = true;
		entry->is_kthread = event->is_kthread;
	}
}

/*
 * Whether the parent's pid is still the parent's. Readers take a process whose parent is another
 * than before for another process, so nothing is said of an orphan: not even with its new parent.
 */
static bool is_parent_there(struct ll_export *export, const struct ll_perfetto_process *process)
{
	const struct ll_perfetto_id *parent = &process->parent;
	struct ll_perfetto_process *holder;

	HASH_FIND(by_pid, export->pids, &parent->tgid, sizeof(parent->tgid), holder);
	return holder != NULL ? memcmp(&holder->id, parent, sizeof(*parent)) == 0
			      : !process->has_parent;
}

void ll_perfetto_put_process(struct ll_export *export,
			     const struct ll_perfetto_process *process,
			     const struct ll_event *event)
{
	Pf__TracePacket packet = ll_perfetto_packet(event->time_boottime_ns);
	Pf__ProcessTree tree = PF__PROCESS_TREE__INIT;
	Pf__ProcessTree__Process entry = PF__PROCESS_TREE__PROCESS__INIT, *list[] = { &entry };
	struct ll_str args = args_of(export, event);
	int32_t vpid;

	if (!is_parent_there(export, process))
		return;
	entry.has_pid = true;
	entry.pid = (int32_t)process->id.tgid;
	entry.has_ppid = true;
	entry.ppid = (int32_t)process->parent.tgid;
	entry.has_process_start_from_boot = process->id.start_boottime_ns != 0;
	entry.process_start_from_boot = process->id.start_boottime_ns;
	set_identity(&entry, event, &vpid);
	if (args.length > 0)
		set_cmdline(export, &entry, args);
	else
		set_name(export, &entry, event->comm);
	tree.n_processes = 1;
	tree.processes = list;
	packet.process_tree = &tree;
	ll_perfetto_put(&export->stream, &packet);
}

/* ---- Its beginning ---------------------------------------------------------------------- */

static void set_place(struct ll_export *export, struct ll_perfetto_process *process,
		      const struct ll_event *event)
{
	const struct ll_perfetto_process *parent =
		ll_perfetto_find(export, event->parent_tgid, event->parent_start_boottime_ns);

	if (ll_event_has(event, LL_F_PPID)) {
		process->parent.tgid = event->parent_tgid;
		process->parent.start_boottime_ns = event->parent_start_boottime_ns;
	}
	process->has_parent = parent != NULL;
	process->uuid = export->next_uuid++;
	process->tree_uuid = export->next_uuid++;
	process->tree_parent_uuid = LL_PERFETTO_TREE;
	if (parent == NULL)
		return;
	/* A tree that is too deep goes on beside its last level. */
	bool fits = parent->depth + 1 < LL_PERFETTO_DEPTH_MAX;
	process->depth = fits ? parent->depth + 1 : parent->depth;
	process->tree_parent_uuid = fits ? parent->tree_uuid : parent->tree_parent_uuid;
}

static struct ll_perfetto_process *add(struct ll_export *export, const struct ll_event *event)
{
	struct ll_perfetto_process *process = calloc(1, sizeof(*process));

	if (process == NULL)
		return NULL;
	process->id.tgid = event->tgid;
	process->id.start_boottime_ns = event->start_boottime_ns;
	set_place(export, process, event);
	HASH_ADD(hh, export->processes, id, sizeof(process->id), process);
	if (process->hh.tbl != NULL)
		return process;
	free(process);
	return NULL;
}

static void forget(struct ll_export *export, struct ll_perfetto_process *process)
{
	if (process->by_pid.tbl != NULL)
		HASH_DELETE(by_pid, export->pids, process);
	HASH_DELETE(hh, export->processes, process);
	free(process);
}

/*
 * A pid may go to another process before the reap of the one before is told: where only the RCU
 * echo tells of it. What comes after would end the new one.
 */
static void take_pid(struct ll_export *export, struct ll_perfetto_process *process,
		     uint64_t time_ns)
{
	struct ll_perfetto_process *former;

	HASH_FIND(by_pid, export->pids, &process->id.tgid, sizeof(process->id.tgid), former);
	if (former != NULL) {
		ll_perfetto_put_free(export, 0, time_ns - 1, former->id.tgid);
		former->is_freed = true;
		HASH_DELETE(by_pid, export->pids, former);
		former->by_pid.tbl = NULL;
	}
	HASH_ADD(by_pid, export->pids, id.tgid, sizeof(process->id.tgid), process);
}

/* The arrow from whoever forked it, with the instant it comes from. */
static struct ll_perfetto_flow put_fork(struct ll_export *export, const struct ll_event *fork)
{
	const struct ll_process *known = caller_of(export, fork);
	const struct ll_perfetto_process *caller =
		known != NULL
			? ll_perfetto_find(export, known->id.tgid, known->id.start_boottime_ns)
			: NULL;
	char name[64];

	if (caller == NULL)
		return no_flow;
	struct ll_perfetto_flow flow = { .id = export->next_flow++ };
	snprintf(name, sizeof(name), "%s %u",
		 ll_field_info(LL_F_FORK_KIND)->values[fork->fork_kind], (unsigned)fork->tgid);
	ll_perfetto_put_instant(export, fork->time_boottime_ns, caller->uuid, LL_EVENT_FORK,
				name, NULL, flow);
	flow.is_end = true;
	return flow;
}

static void begin_process(struct ll_export *export, struct ll_perfetto_process *process,
			  const struct ll_event *event)
{
	uint64_t now = event->time_boottime_ns;
	bool is_fork = event->kind == LL_EVENT_FORK;
	struct ll_perfetto_flow flow = no_flow;

	take_pid(export, process, now);
	ll_perfetto_put_birth(export, event);
	if (is_fork)
		flow = put_fork(export, event);
	ll_perfetto_put_process(export, process, event);
	ll_perfetto_put_tracks(export, now, process, event->comm);
	process->is_zombie =
		ll_event_has(event, LL_F_STATE_NOW) && event->task_state == LL_TASK_ZOMBIE;
	ll_perfetto_begin_slice(
		export, now, process, is_fork ? LL_EVENT_FORK : LL_EVENT_SNAPSHOT,
		process->is_zombie ? ll_str_of("zombie") : event->comm, event, flow);
	if (process->is_zombie)
		export->zombies.value++;
	else
		export->live.value++;
}

static bool is_zombie_before(const struct ll_process *known, const struct ll_event *event)
{
	if (event->kind == LL_EVENT_REAP)
		return true;
	return known != NULL && known->life == LL_LIFE_ZOMBIE && event->kind != LL_EVENT_EXIT;
}

/* Who is said for the first time by something else than its beginning, with what is known of it. */
static void describe(const struct ll_process *known, const struct ll_event *event,
		     struct ll_event *ret)
{
	*ret = (struct ll_event){
		.kind = LL_EVENT_SNAPSHOT,
		/* What of the same time comes first is not sure: here it must not be the end. */
		.time_boottime_ns = event->time_boottime_ns - (event->kind == LL_EVENT_REAP),
		.tgid = event->tgid,
		.tid = event->tgid,
		.start_boottime_ns = event->start_boottime_ns,
		.comm = event->comm,
		.parent_tgid = event->parent_tgid,
		.parent_start_boottime_ns = event->parent_start_boottime_ns,
	};
	if (ll_event_has(event, LL_F_PPID))
		ll_event_mark_known(ret, LL_F_PPID);
	if (ll_event_has(event, LL_F_ENTITY_ID))
		LL_SET(ret, ENTITY_ID, entity_id, event->entity_id);
	if (ll_event_has(event, LL_F_PARENT_ENTITY_ID))
		LL_SET(ret, PARENT_ENTITY_ID, parent_entity_id, event->parent_entity_id);
	if (is_zombie_before(known, event))
		LL_SET(ret, STATE_NOW, task_state, LL_TASK_ZOMBIE);
	if (known == NULL)
		return;
	LL_SET(ret, PPID, parent_tgid, known->parent.tgid);
	ret->parent_start_boottime_ns = known->parent.start_boottime_ns;
	if (known->comm[0] != '\0')
		LL_SET(ret, COMM, comm, ll_str_of(known->comm));
	LL_SET(ret, KTHREAD, is_kthread, known->is_kthread);
	ll_process_describe(known, ret);
}

static bool is_beginning(const struct ll_event *event)
{
	return event->kind == LL_EVENT_SNAPSHOT ||
	       (event->kind == LL_EVENT_FORK && event->fork_kind != LL_FORK_THREAD);
}

struct ll_perfetto_process *ll_perfetto_mind(struct ll_export *export,
					     const struct ll_event *event)
{
	struct ll_perfetto_process *process =
		ll_perfetto_find(export, event->tgid, event->start_boottime_ns);
	struct ll_event described;

	if (process != NULL)
		return process;
	const struct ll_process *known =
		model_of(export, event->tgid, event->start_boottime_ns);
	/* What comes late, after its reap, has no place any more. */
	if (known != NULL && known->life == LL_LIFE_REAPED && event->kind != LL_EVENT_REAP)
		return NULL;
	if (HASH_COUNT(export->processes) >= export->sweep_at)
		ll_perfetto_sweep(export);
	if (!is_beginning(event) || event->tid != event->tgid) {
		describe(known, event, &described);
		event = &described;
	}
	process = add(export, event);
	if (process == NULL)
		export->stream.err = export->stream.err != 0 ? export->stream.err : -ENOMEM;
	else
		begin_process(export, process, event);
	return process;
}

/* ---- Its end ---------------------------------------------------------------------------- */

void ll_perfetto_end_process(struct ll_export *export, struct ll_perfetto_process *process,
			     uint64_t time_ns, const struct ll_event *exit)
{
	if (process->is_zombie)
		return;
	export->live.value--;
	export->zombies.value++;
	ll_perfetto_end_slice(export, time_ns, process, exit);
	process->is_zombie = true;
	ll_perfetto_begin_slice(export, time_ns, process, LL_EVENT_EXIT, ll_str_of("zombie"),
				NULL, no_flow);
}

void ll_perfetto_free_process(struct ll_export *export, struct ll_perfetto_process *process,
			      uint64_t time_ns, const struct ll_event *reap)
{
	ll_perfetto_end_process(export, process, time_ns, NULL);
	export->zombies.value--;
	ll_perfetto_end_slice(export, time_ns, process, reap);
	if (!process->is_freed)
		ll_perfetto_put_free(export, 0, time_ns, process->id.tgid);
	forget(export, process);
}

/* What the model has forgotten is over, too; when, nobody knows any more. */
static void sweep_one(struct ll_export *export, struct ll_perfetto_process *process)
{
	const struct ll_process *known =
		model_of(export, process->id.tgid, process->id.start_boottime_ns);

	if (known == NULL) {
		export->live.value -= !process->is_zombie;
		export->zombies.value -= process->is_zombie;
		forget(export, process);
		return;
	}
	if (known->exit_boottime_ns != 0)
		ll_perfetto_end_process(export, process, known->exit_boottime_ns, NULL);
	if (known->life == LL_LIFE_REAPED && known->reap_boottime_ns != 0)
		ll_perfetto_free_process(export, process, known->reap_boottime_ns, NULL);
}

void ll_perfetto_sweep(struct ll_export *export)
{
	struct ll_perfetto_process *process, *next;

	if (export->model != NULL)
		HASH_ITER(hh, export->processes, process, next)
			sweep_one(export, process);
	export->sweep_at = 2 * (size_t)HASH_COUNT(export->processes) + SWEEP_LEAST;
}

void ll_perfetto_forget_all(struct ll_export *export)
{
	struct ll_perfetto_process *process, *next;

	HASH_ITER(hh, export->processes, process, next)
		forget(export, process);
}
