/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Events on their way out: the one that came in, completed, and those the model makes
 * itself. A made one has the time, host and boot of the event that caused it.
 */
#include "model/state.h"

#include <string.h>

#include "event/wait_status.h"

/* A made event and the bytes its identities point to. */
struct derived {
	struct ll_event event;
	char entity_id[LL_ENTITY_ID_SIZE];
	char parent_entity_id[LL_ENTITY_ID_SIZE];
};

void ll_step_fail(struct ll_step *step, int error)
{
	if (step->result == 0)
		step->result = error;
}

void ll_step_hand_on(struct ll_step *step, struct ll_event *event)
{
	struct ll_model *model = step->model;

	model->counts.events[event->kind]++;
	if (ll_event_has(event, LL_F_INFERRED) && event->inferred)
		model->counts.inferred++;
	if (step->result != 0)
		return;
	ll_event_forget(event, LL_F_SEQ);
	if (event->kind != LL_EVENT_SNAPSHOT_END)
		LL_SET(event, SEQ, sequence, ++model->sequence);
	if (step->emit != NULL)
		ll_step_fail(step, step->emit(step->arg, event));
}

static struct ll_str format_id(char *buf, struct ll_id id)
{
	size_t length =
		ll_entity_id_format(buf, LL_ENTITY_ID_SIZE, id.tgid, id.start_boottime_ns);

	return ll_str_make(buf, length);
}

/* What the event says of the parent stays; only what agrees with it is added. */
static void fill_parent(struct ll_event *event, struct ll_id parent, char *buf)
{
	if (parent.tgid == 0)
		return;
	if (!ll_event_has(event, LL_F_PPID))
		LL_SET(event, PPID, parent_tgid, parent.tgid);
	if (event->parent_tgid != parent.tgid || parent.start_boottime_ns == 0)
		return;
	if (event->parent_start_boottime_ns == 0)
		event->parent_start_boottime_ns = parent.start_boottime_ns;
	if (event->parent_start_boottime_ns == parent.start_boottime_ns &&
	    !ll_event_has(event, LL_F_PARENT_ENTITY_ID))
		LL_SET(event, PARENT_ENTITY_ID, parent_entity_id, format_id(buf, parent));
}

static void fill_subject(struct ll_event *event, const struct ll_node *node, char *buf)
{
	struct ll_id id = node->process.id;

	if (!ll_event_has(event, LL_F_PID))
		LL_SET(event, PID, tgid, id.tgid);
	if (!ll_event_has(event, LL_F_CREATION) || event->start_boottime_ns == 0)
		LL_SET(event, CREATION, start_boottime_ns, id.start_boottime_ns);
	if (!ll_event_has(event, LL_F_ENTITY_ID))
		LL_SET(event, ENTITY_ID, entity_id, format_id(buf, id));
	if (!ll_event_has(event, LL_F_COMM) && node->process.comm[0] != '\0' &&
	    ll_event_is_leader(event))
		LL_SET(event, COMM, comm, ll_str_of(node->process.comm));
}

void ll_step_complete(struct ll_step *step, const struct ll_node *node)
{
	fill_subject(&step->event, node, step->entity_id);
	fill_parent(&step->event, node->process.parent, step->parent_entity_id);
}

static void derived_init(struct derived *derived, enum ll_event_kind kind,
			 const struct ll_event *cause, const struct ll_node *node)
{
	struct ll_event *event = &derived->event;

	*event = (struct ll_event){ .kind = kind };
	event->time_boottime_ns = cause->time_boottime_ns;
	if (ll_event_has(cause, LL_F_TIME))
		LL_SET(event, TIME, time_unix_ns, cause->time_unix_ns);
	if (ll_event_has(cause, LL_F_LATE))
		LL_SET(event, LATE, late, cause->late);
	if (ll_event_has(cause, LL_F_HOST_NAME))
		LL_SET(event, HOST_NAME, host_name, cause->host_name);
	if (ll_event_has(cause, LL_F_BOOT_ID))
		LL_SET(event, BOOT_ID, boot_id, cause->boot_id);
	LL_SET(event, TID, tid, node->process.id.tgid);
	event->tgid = node->process.id.tgid;
	event->thread_start_boottime_ns = node->process.id.start_boottime_ns;
	fill_subject(event, node, derived->entity_id);
	fill_parent(event, node->process.parent, derived->parent_entity_id);
}

void ll_derive_inferred(struct ll_step *step, const struct ll_node *node,
			enum ll_event_kind kind)
{
	struct derived derived;

	derived_init(&derived, kind, step->cause, node);
	if (kind == LL_EVENT_EXIT)
		LL_SET(&derived.event, EXIT_SCOPE, exit_scope, LL_EXIT_PROCESS);
	if (ll_process_knows(&node->process, LL_F_EXIT_STATUS))
		ll_event_set_wait_status(&derived.event, node->process.wait_status);
	LL_SET(&derived.event, INFERRED, inferred, true);
	ll_step_hand_on(step, &derived.event);
}

void ll_derive_reparent(struct ll_step *step, struct ll_node *node, struct ll_id parent,
			enum ll_reparent_reason reason, bool inferred)
{
	struct ll_id previous = node->process.parent;
	struct derived derived;

	ll_zombies_see_leave(step, node, parent);
	int r = ll_tree_set_parent(step->model, node, parent);
	ll_zombies_see_reparent(step, node, reason);
	derived_init(&derived, LL_EVENT_REPARENT, step->cause, node);
	if (previous.tgid != 0)
		LL_SET(&derived.event, REPARENT_FROM, previous_parent_tgid, previous.tgid);
	LL_SET(&derived.event, REPARENT_REASON, reparent_reason, (uint8_t)reason);
	if (inferred)
		LL_SET(&derived.event, INFERRED, inferred, true);
	ll_step_hand_on(step, &derived.event);
	if (r != 0)
		ll_step_fail(step, r);
}

/* One that was reaped before its parent died stays with it; the death may be told late. */
static bool outlived(const struct ll_node *node, const struct ll_node *parent)
{
	if (parent->heir_unsure && node->process.life != LL_LIFE_ALIVE &&
	    node->process.exit_boottime_ns <= parent->process.exit_boottime_ns)
		return false;
	return node->process.life != LL_LIFE_REAPED ||
	       node->process.reap_boottime_ns > parent->process.exit_boottime_ns;
}

/* Each step leads to an older parent, whatever the input says: so it ends. */
void ll_derive_adoption(struct ll_step *step, struct ll_node *node)
{
	for (;;) {
		const struct ll_node *parent = node->parent->self;

		if (parent == NULL || parent->process.life == LL_LIFE_ALIVE ||
		    parent->heir.tgid == 0 || !outlived(node, parent) ||
		    !ll_id_is_older(parent->heir, parent->process.id))
			return;
		ll_derive_reparent(step, node, parent->heir, parent->heir_reason, false);
	}
}

void ll_derive_adoptions(struct ll_step *step, struct ll_node *node)
{
	struct ll_node *child, *next;

	if (node->family == NULL || node->heir.tgid == 0)
		return;
	ll_tree_sort(node->family);
	DL_FOREACH_SAFE2(node->family->children, child, next, next_sibling)
	{
		ll_derive_adoption(step, child);
	}
}
