/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Snapshot passes. The first introduces the machine; each later one is compared with
 * what events told, and where they disagree the model follows the snapshot and says so.
 *
 * A pass is not an instant: tasks are seen one by one while events go on. So whatever had
 * an event since the pass began is left to its events, and a process that is known
 * to be dead stays dead, whatever a late snapshot says.
 */
#include "model/state.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

/* How long the RCU echo of a reap may take; 115 ms were seen on an idle machine. */
#define ECHO_NS UINT64_C(1000000000)

static bool is_repair(const struct ll_model *model)
{
	return model->pass > 1;
}

static bool had_event_in_pass(const struct ll_model *model, const struct ll_node *node)
{
	return node->event_ns >= model->pass_begin_ns;
}

static bool is_in_state(const struct ll_event *event, enum ll_task_state state)
{
	return ll_event_has(event, LL_F_STATE_NOW) && event->task_state == state;
}

/* Whether a process cannot be anyone's parent any more. */
static bool is_known_dead(const struct ll_model *model, struct ll_id id)
{
	const struct ll_node *node = ll_node_find(model, id);

	if (node != NULL)
		return node->process.life != LL_LIFE_ALIVE;
	return ll_grave_holds(&model->dead_processes, ll_key_of(id));
}

static void hand_on_snapshot(struct ll_step *step, struct ll_node *node, bool inferred)
{
	ll_step_complete(step, node);
	if (inferred)
		LL_SET(&step->event, INFERRED, inferred, true);
	ll_step_hand_on(step, &step->event);
}

/* Take what the pass saw as node's parent, if that is news and can be true. */
static void observe_parent(struct ll_step *step, struct ll_node *node)
{
	struct ll_id seen = node->seen_parent;

	if (seen.tgid == 0 || ll_id_is_same(seen, node->process.parent))
		return;
	if (seen.tgid == node->process.parent.tgid && seen.start_boottime_ns == 0)
		return;
	if (is_known_dead(step->model, seen))
		return;
	ll_derive_reparent(step, node, seen, LL_REPARENT_OBSERVED, true);
}

/* Children seen in this pass before their parent's death was inferred. */
static void observe_orphans(struct ll_step *step, struct ll_node *dead)
{
	struct ll_node *child, *next;

	if (dead->family == NULL)
		return;
	ll_tree_sort(dead->family);
	DL_FOREACH_SAFE2(dead->family->children, child, next, next_sibling)
	{
		if (child->process.life != LL_LIFE_REAPED &&
		    child->seen_pass == step->model->pass)
			observe_parent(step, child);
	}
}

static void infer_exit(struct ll_step *step, struct ll_node *node)
{
	node->process.inferred = true;
	ll_facts_usage(node, step->cause, false);
	node->process.exit_boottime_ns = step->cause->time_boottime_ns;
	ll_node_die(step->model, node);
	ll_derive_inferred(step, node, LL_EVENT_EXIT);
	observe_orphans(step, node);
}

static void infer_reap(struct ll_step *step, struct ll_node *node)
{
	node->process.reap_inferred = true;
	node->process.reap_boottime_ns = step->cause->time_boottime_ns;
	ll_node_reap(step->model, node);
	ll_derive_inferred(step, node, LL_EVENT_REAP);
}

static bool is_other_image(const struct ll_node *node, const struct ll_event *event)
{
	const struct ll_image *image = node->process.image;

	return ll_event_has(event, LL_F_EXE) && image != NULL && image->exe.length > 0 &&
	       !ll_str_is_same(image->exe, event->exe);
}

static bool is_other_comm(const struct ll_node *node, const struct ll_event *event)
{
	const char *comm = node->process.comm;

	return ll_event_has(event, LL_F_COMM) && !ll_str_is(event->comm, comm);
}

static void take_image(struct ll_step *step, struct ll_node *node)
{
	if (!ll_event_has(step->cause, LL_F_EXE))
		return;
	if (node->process.image == NULL || is_other_image(node, step->cause))
		ll_step_fail(step, ll_facts_image(node, step->cause));
}

/* Of a zombie the snapshot tells how it ended. */
static void take_facts(struct ll_step *step, struct ll_node *node)
{
	ll_facts_usage(node, step->cause, false);
	ll_facts_comm(node, step->cause);
	ll_step_fail(step, ll_facts_identity(step->model, node, step->cause));
	take_image(step, node);
}

/* A leader whose exit, or whose return by an exec, was lost. */
static void observe_leader(struct ll_step *step, struct ll_node *node)
{
	if (node->leader_ns >= step->model->pass_begin_ns)
		return;
	ll_thread_set_leader(step->model, node, !is_in_state(step->cause, LL_TASK_LEADER_DEAD));
}

/* The first that is told of a process, beyond stray events. */
static void introduce(struct ll_step *step, struct ll_node *node)
{
	node->introduced = true;
	node->process.inferred = is_repair(step->model);
	take_facts(step, node);
	hand_on_snapshot(step, node, is_repair(step->model));
}

/* Each fact is compared by its own age: a thread's fork does not vouch for the comm. */
static void compare(struct ll_step *step, struct ll_node *node)
{
	uint64_t begin_ns = step->model->pass_begin_ns;
	bool differs = (node->comm_ns < begin_ns && is_other_comm(node, step->cause)) ||
		       (node->exec_ns < begin_ns && is_other_image(node, step->cause));

	if (node->comm_ns < begin_ns)
		ll_facts_comm(node, step->cause);
	if (node->identity_ns < begin_ns)
		ll_step_fail(step, ll_facts_identity(step->model, node, step->cause));
	if (node->exec_ns < begin_ns)
		take_image(step, node);
	if (differs && is_repair(step->model))
		hand_on_snapshot(step, node, true);
}

/* A parent that lives, for all the model knows, is believed to events newer than the pass. */
static bool may_move(const struct ll_model *model, const struct ll_node *node)
{
	const struct ll_node *parent = node->parent->self;

	return !had_event_in_pass(model, node) || parent == NULL ||
	       parent->process.life != LL_LIFE_ALIVE;
}

static void see_leader(struct ll_step *step, struct ll_node *node, bool is_new)
{
	bool is_zombie = is_in_state(step->cause, LL_TASK_ZOMBIE);
	bool was_alive = node->process.life == LL_LIFE_ALIVE;

	if (node->process.life == LL_LIFE_REAPED || (!was_alive && !is_zombie))
		return;
	if (is_new && is_zombie)
		ll_node_die(step->model, node);
	else if (!is_zombie)
		observe_leader(step, node);
	if (node->introduced)
		compare(step, node);
	else
		introduce(step, node);
	if (!is_new && may_move(step->model, node))
		observe_parent(step, node);
	if (!is_new && was_alive && is_zombie)
		infer_exit(step, node);
	ll_zombies_see_snapshot(step, node);
}

static void see_thread(struct ll_step *step, struct ll_node *node)
{
	struct ll_thread *thread = NULL;
	bool is_new = false;

	if (is_in_state(step->cause, LL_TASK_ZOMBIE))
		return;
	int r = ll_thread_add(step->model, node, step->cause, &thread, &is_new);
	if (r != 0)
		ll_step_fail(step, r);
	if (thread == NULL)
		return;
	thread->seen_pass = step->model->pass;
	if (is_new && !is_repair(step->model))
		hand_on_snapshot(step, node, false);
}

static void open_pass(struct ll_model *model, uint64_t begin_ns)
{
	if (model->pass_open)
		return;
	model->pass_open = true;
	model->pass_begin_ns = begin_ns;
}

void ll_reconcile_see(struct ll_step *step)
{
	struct ll_model *model = step->model;
	struct ll_id id = ll_event_subject(model, step->cause);

	open_pass(model, step->cause->time_boottime_ns);
	struct ll_node *node = ll_node_find(model, id);
	bool is_new = node == NULL;
	if (id.start_boottime_ns == 0 || (is_new && step->cause->is_unwanted) ||
	    (is_new && ll_grave_holds(&model->dead_processes, ll_key_of(id))))
		return;
	if (is_new)
		node = ll_node_new(model, id, step->cause);
	if (node == NULL) {
		ll_step_fail(step, -ENOMEM);
		return;
	}
	ll_step_fail(step, ll_node_learn_parent(model, node, step->cause));
	node->seen_pass = model->pass;
	node->seen_parent = ll_event_parent(model, step->cause, id);
	if (!ll_event_is_leader(step->cause))
		see_thread(step, node);
	else if (!step->cause->is_unwanted)
		see_leader(step, node, is_new);
}

/* The reap of one that died just now may still be on its way. */
static bool awaits_echo(const struct ll_model *model, const struct ll_node *node)
{
	return node->process.life == LL_LIFE_ZOMBIE &&
	       node->process.exit_boottime_ns + ECHO_NS > model->pass_begin_ns;
}

/* It was there before the pass, nothing was heard of it since, and the pass missed it. */
static bool is_missing(const struct ll_model *model, const struct ll_node *node)
{
	if (awaits_echo(model, node))
		return false;
	return node->process.life != LL_LIFE_REAPED && node->seen_pass != model->pass &&
	       node->process.id.start_boottime_ns < model->pass_begin_ns &&
	       !had_event_in_pass(model, node);
}

/* No reap is on its way any more, and of who was alive at the end nothing is said. */
static bool is_gone_zombie(const struct ll_model *model, const struct ll_node *node)
{
	return node->process.life == LL_LIFE_ZOMBIE && node->seen_pass != model->pass;
}

static void end_missing(struct ll_step *step, ll_node_predicate is_gone)
{
	LL_AUTO_FREE struct ll_node **missing = NULL;
	size_t count = 0;
	int r = ll_tree_collect_present(step->model, is_gone, &missing, &count);

	if (r != 0)
		ll_step_fail(step, r);
	for (size_t i = 0; i < count; i++) {
		if (missing[i]->process.life == LL_LIFE_ALIVE)
			infer_exit(step, missing[i]);
		infer_reap(step, missing[i]);
	}
}

void ll_reconcile_end(struct ll_step *step)
{
	struct ll_model *model = step->model;

	ll_step_hand_on(step, &step->event);
	/* A pass that saw nobody tells that nobody is left. */
	open_pass(model, step->cause->time_boottime_ns);
	if (!step->cause->is_last)
		ll_thread_end_unseen(model, model->pass, model->pass_begin_ns);
	end_missing(step, step->cause->is_last ? is_gone_zombie : is_missing);
	model->pass_open = false;
	model->pass++;
}
