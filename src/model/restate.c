/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* What lives, said again as a snapshot pass: so that another model can begin from here. */
#include <string.h>

#include "base/cleanup.h"
#include "event/wait_status.h"
#include "model/state.h"

struct restatement {
	const struct ll_event *like; /* whose time, host and boot all have */
	ll_event_fn fn;
	void *arg;
	char entity_id[LL_ENTITY_ID_SIZE], parent_entity_id[LL_ENTITY_ID_SIZE];
};

static struct ll_str format_id(char *buf, struct ll_id id)
{
	size_t length =
		ll_entity_id_format(buf, LL_ENTITY_ID_SIZE, id.tgid, id.start_boottime_ns);

	return ll_str_make(buf, length);
}

static struct ll_event begin(const struct restatement *restatement, enum ll_event_kind kind)
{
	static const enum ll_field taken[] = { LL_F_TIME, LL_F_HOST_NAME, LL_F_BOOT_ID };
	const struct ll_event *like = restatement->like;
	struct ll_event event = {
		.kind = kind,
		.time_boottime_ns = like->time_boottime_ns,
		.time_unix_ns = like->time_unix_ns,
		.host_name = like->host_name,
		.boot_id = like->boot_id,
	};

	for (size_t i = 0; i < sizeof(taken) / sizeof(taken[0]); i++)
		if (ll_event_has(like, taken[i]))
			ll_event_mark_known(&event, taken[i]);
	return event;
}

static void set_subject(struct restatement *restatement, struct ll_event *event,
			const struct ll_process *process)
{
	struct ll_id id = process->id, parent = process->parent;

	LL_SET(event, PID, tgid, id.tgid);
	LL_SET(event, CREATION, start_boottime_ns, id.start_boottime_ns);
	LL_SET(event, ENTITY_ID, entity_id, format_id(restatement->entity_id, id));
	if (parent.tgid == 0)
		return;
	LL_SET(event, PPID, parent_tgid, parent.tgid);
	event->parent_start_boottime_ns = parent.start_boottime_ns;
	if (parent.start_boottime_ns != 0)
		LL_SET(event, PARENT_ENTITY_ID, parent_entity_id,
		       format_id(restatement->parent_entity_id, parent));
}

#define TAKE_KNOWN(event, process, ID, member)                                                 \
	do {                                                                                   \
		if (ll_process_knows(process, LL_F_##ID))                                      \
			LL_SET(event, ID, member, (process)->member);                          \
	} while (0)

static void set_identity(struct ll_event *event, const struct ll_process *process)
{
	TAKE_KNOWN(event, process, EUID, euid);
	TAKE_KNOWN(event, process, RUID, ruid);
	TAKE_KNOWN(event, process, PGID, pgid);
	TAKE_KNOWN(event, process, SID, sid);
	TAKE_KNOWN(event, process, VPID, vpid);
	TAKE_KNOWN(event, process, CGROUP, cgroup);
	TAKE_KNOWN(event, process, CONTAINER, container_id);
	TAKE_KNOWN(event, process, IN_WAIT, in_wait);
	if (ll_process_knows(process, LL_F_SIGCHLD))
		LL_SET(event, SIGCHLD, sigchld, (uint8_t)process->sigchld);
	LL_SET(event, KTHREAD, is_kthread, process->is_kthread);
}

static void set_image(struct ll_event *event, const struct ll_image *image)
{
	if (image == NULL)
		return;
	if (image->exe.length > 0)
		LL_SET(event, EXE, exe, image->exe);
	if (image->cwd.length > 0)
		LL_SET(event, CWD, cwd, image->cwd);
	if (image->args.length > 0)
		LL_SET(event, ARGS, args, image->args);
	if (image->args_truncated)
		LL_SET(event, ARGS_TRUNCATED, args_truncated, true);
	if (image->is_unlinked)
		LL_SET(event, EXE_STATE, exe_state, image->exe_state);
}

static void set_life(struct ll_event *event, const struct ll_process *process)
{
	uint8_t state = LL_TASK_ALIVE;

	if (process->life == LL_LIFE_ZOMBIE)
		state = LL_TASK_ZOMBIE;
	else if (!process->leader_alive)
		state = LL_TASK_LEADER_DEAD;
	LL_SET(event, STATE_NOW, task_state, state);
	if (state == LL_TASK_ZOMBIE && ll_process_knows(process, LL_F_EXIT_STATUS))
		ll_event_set_wait_status(event, process->wait_status);
}

static int restate_leader(struct restatement *restatement, const struct ll_process *process)
{
	struct ll_event event = begin(restatement, LL_EVENT_SNAPSHOT);

	set_subject(restatement, &event, process);
	LL_SET(&event, TID, tid, process->id.tgid);
	event.thread_start_boottime_ns = process->id.start_boottime_ns;
	if (process->comm[0] != '\0')
		LL_SET(&event, COMM, comm, ll_str_of(process->comm));
	set_identity(&event, process);
	set_image(&event, process->image);
	set_life(&event, process);
	return restatement->fn(restatement->arg, &event);
}

static int restate_thread(struct restatement *restatement, const struct ll_thread *thread)
{
	struct ll_event event = begin(restatement, LL_EVENT_SNAPSHOT);

	set_subject(restatement, &event, &thread->node->process);
	LL_SET(&event, TID, tid, thread->key.pid);
	event.thread_start_boottime_ns = thread->key.start_boottime_ns;
	LL_SET(&event, STATE_NOW, task_state, LL_TASK_ALIVE);
	return restatement->fn(restatement->arg, &event);
}

static bool is_any(const struct ll_model *model, const struct ll_node *node)
{
	(void)model;
	(void)node;
	return true;
}

static int restate(struct restatement *restatement, const struct ll_node *node)
{
	const struct ll_thread *thread;
	int r = restate_leader(restatement, &node->process);

	DL_FOREACH(node->threads, thread) {
		if (r != 0)
			break;
		r = restate_thread(restatement, thread);
	}
	return r;
}

int ll_model_restate(const struct ll_model *model, const struct ll_event *like, ll_event_fn fn,
		     void *arg)
{
	struct restatement restatement = { .like = like, .fn = fn, .arg = arg };
	LL_AUTO_FREE struct ll_node **nodes = NULL;
	size_t count = 0;
	int r = ll_tree_collect_present(model, is_any, &nodes, &count);

	for (size_t i = 0; i < count && r == 0; i++)
		r = restate(&restatement, nodes[i]);
	if (r != 0)
		return r;
	struct ll_event end = begin(&restatement, LL_EVENT_SNAPSHOT_END);
	return fn(arg, &end);
}
