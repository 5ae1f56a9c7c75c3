/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Events in, events out: finds or makes the process an event is about, applies what the
 * event tells, hands it on, then what follows from it. Every event leaves the model whole,
 * in whatever order they come.
 */
#include "model/state.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

#include "base/cleanup.h"

struct ll_model *ll_model_new(size_t keep)
{
	LL_AUTO_FREE struct ll_model *model = calloc(1, sizeof(*model));
	if (model == NULL)
		return NULL;
	model->keep = keep;
	model->pass = 1;
	model->nobody.sorted = true;
	return TAKE(model);
}

static void free_nodes(struct ll_model *model)
{
	struct ll_node *node, *next;

	HASH_ITER(by_id, model->by_id, node, next) {
		ll_node_die(model, node);
		ll_node_forget(model, node);
	}
}

void ll_model_free(struct ll_model *model)
{
	if (model == NULL)
		return;
	free_nodes(model);
	ll_zombies_forget(&model->nobody);
	ll_states_free(model);
	ll_signals_free(model);
	free(model->spare.slots);
	free(model->needed.slots);
	free(model);
}

static bool is_thread_fork(const struct ll_event *event)
{
	return ll_event_has(event, LL_F_FORK_KIND) ? event->fork_kind == LL_FORK_THREAD
						   : !ll_event_is_leader(event);
}

static bool is_thread_exit(const struct ll_event *event)
{
	return ll_event_has(event, LL_F_EXIT_SCOPE) && event->exit_scope == LL_EXIT_THREAD;
}

static void apply_thread_fork(struct ll_step *step, struct ll_node *node)
{
	struct ll_thread *thread = NULL;
	bool is_new = false;
	int r = ll_thread_add(step->model, node, step->cause, &thread, &is_new);

	if (r != 0)
		ll_step_fail(step, r);
	if (!is_new)
		return;
	step->model->counts.forks_thread++;
	node->process.threads_created++;
}

static void apply_fork(struct ll_step *step, struct ll_node *node)
{
	struct ll_model *model = step->model;
	struct ll_id parent = ll_event_parent(model, step->cause, node->process.id);

	ll_step_fail(step, ll_facts_identity(model, node, step->cause));
	if (is_thread_fork(step->cause)) {
		apply_thread_fork(step, node);
		return;
	}
	if (!node->process.birth_seen)
		model->counts.forks_process++;
	node->process.birth_seen = true;
	node->introduced = true;
	ll_step_fail(step, ll_tree_set_origin(model, node, parent));
}

/*
 * Only the calling thread survives, as the leader: the others, its former self included,
 * end here, the dead leader lives again.
 */
static void apply_exec(struct ll_step *step, struct ll_node *node)
{
	uint64_t time = step->cause->time_boottime_ns;

	node->introduced = true;
	ll_zombies_see_exec(node);
	ll_signals_see_exec(node, step->cause);
	if (time > node->exec_ns)
		node->exec_ns = time;
	ll_thread_end_older(step->model, node, time);
	if (node->process.life == LL_LIFE_ALIVE && time >= node->leader_ns) {
		node->leader_ns = time;
		ll_thread_set_leader(step->model, node, true);
	}
	ll_step_fail(step, ll_facts_identity(step->model, node, step->cause));
	ll_step_fail(step, ll_facts_image(node, step->cause));
}

static void apply_exec_failed(struct ll_step *step, struct ll_node *node)
{
	ll_step_fail(step, ll_facts_identity(step->model, node, step->cause));
}

static void apply_thread_exit(struct ll_step *step, struct ll_node *node)
{
	uint64_t time = step->cause->time_boottime_ns;

	step->model->counts.exits_thread++;
	ll_cause_explain_thread(step);
	if (!ll_event_is_leader(step->cause)) {
		ll_signals_end_thread(node, step->cause);
		ll_thread_end(step->model, node, step->cause);
		return;
	}
	if (time < node->leader_ns)
		return;
	node->leader_ns = time;
	ll_signals_end_thread(node, step->cause);
	ll_thread_set_leader(step->model, node, false);
}

static struct ll_id heir_of(const struct ll_model *model, const struct ll_event *event)
{
	struct ll_id id = { .tgid = event->child_reaper_tgid,
			    .start_boottime_ns = event->child_reaper_start_boottime_ns };
	const struct ll_node *holder = NULL;

	if (id.tgid != 0 && id.start_boottime_ns == 0)
		holder = ll_node_find_pid(model, id.tgid);
	return holder != NULL ? holder->process.id : id;
}

static void apply_exit(struct ll_step *step, struct ll_node *node)
{
	const struct ll_event *event = step->cause;

	if (is_thread_exit(event)) {
		apply_thread_exit(step, node);
		return;
	}
	if (!node->exit_seen)
		step->model->counts.exits_process++;
	node->exit_seen = true;
	node->process.exit_boottime_ns = event->time_boottime_ns;
	node->heir = heir_of(step->model, event);
	node->heir_reason = event->child_reaper_reason;
	node->heir_unsure = event->child_reaper_unsure;
	ll_facts_usage(node, event, !node->reap_seen);
	ll_zombies_see_exit(step, node);
	ll_cause_explain(step, node);
	ll_node_die(step->model, node);
}

static void set_zombie_time(struct ll_event *event, const struct ll_node *node)
{
	uint64_t died_ns = node->process.exit_boottime_ns;

	if (node->exit_seen && event->time_boottime_ns >= died_ns)
		LL_SET(event, ZOMBIE, zombie_ns, event->time_boottime_ns - died_ns);
}

static void apply_reap(struct ll_step *step, struct ll_node *node)
{
	/* The empty shell of a leader whose place another thread took by exec. */
	if (!ll_event_is_leader(step->cause))
		return;
	if (!node->reap_seen)
		ll_zombies_see_reap(step, node);
	node->reap_seen = true;
	node->process.reap_inferred = false;
	node->process.reap_boottime_ns = step->cause->time_boottime_ns;
	ll_facts_usage(node, step->cause, true);
	ll_node_reap(step->model, node);
	set_zombie_time(&step->event, node);
}

static void apply_reparent(struct ll_step *step, struct ll_node *node)
{
	struct ll_id parent = ll_event_parent(step->model, step->cause, node->process.id);

	if (parent.tgid == 0 || ll_id_is_same(parent, node->process.parent))
		return;
	ll_zombies_see_leave(step, node, parent);
	ll_step_fail(step, ll_tree_set_parent(step->model, node, parent));
	ll_zombies_see_reparent(step, node,
				ll_event_has(step->cause, LL_F_REPARENT_REASON)
					? (enum ll_reparent_reason)step->cause->reparent_reason
					: LL_REPARENT_OBSERVED);
}

static void apply_state(struct ll_step *step, struct ll_node *node)
{
	ll_signals_name_stopper(&step->event, node);
	ll_states_name_tracer(step->model, &step->event);
	ll_step_fail(step, ll_states_see_change(step->model, node, step->cause));
}

static void apply_state_times(struct ll_step *step, struct ll_node *node)
{
	ll_step_fail(step, ll_states_see_times(step->model, node, step->cause));
}

static void apply_nothing(struct ll_step *step, struct ll_node *node)
{
	(void)step;
	(void)node;
}

typedef void (*apply_fn)(struct ll_step *step, struct ll_node *node);

static const apply_fn appliers[LL_EVENT_KINDS] = {
	[LL_EVENT_FORK] = apply_fork,
	[LL_EVENT_EXEC] = apply_exec,
	[LL_EVENT_EXEC_FAILED] = apply_exec_failed,
	[LL_EVENT_EXIT] = apply_exit,
	[LL_EVENT_REAP] = apply_reap,
	[LL_EVENT_REPARENT] = apply_reparent,
	[LL_EVENT_RENAME] = apply_nothing,
	[LL_EVENT_OOM_KILL] = ll_signals_see_oom,
	[LL_EVENT_SIGNAL_GENERATE] = ll_signals_see_generate,
	[LL_EVENT_SIGNAL_DELIVER] = ll_signals_see_deliver,
	[LL_EVENT_STATE] = apply_state,
	[LL_EVENT_STATE_TIMES] = apply_state_times,
};

/* Tasks of a process that is forgotten, or was never identified, count all the same. */
static void count_unkept(struct ll_model_counts *counts, const struct ll_event *event)
{
	if (event->kind == LL_EVENT_FORK && is_thread_fork(event))
		counts->forks_thread++;
	else if (event->kind == LL_EVENT_FORK)
		counts->forks_process++;
	else if (event->kind == LL_EVENT_EXIT && is_thread_exit(event))
		counts->exits_thread++;
	else if (event->kind == LL_EVENT_EXIT)
		counts->exits_process++;
}

/* Find the event's process, or make it. NULL when it is forgotten or has no identity. */
static struct ll_node *find_subject(struct ll_step *step)
{
	struct ll_model *model = step->model;
	struct ll_id id = ll_event_subject(model, step->cause);
	struct ll_node *node = ll_node_find(model, id);

	if (node != NULL || id.start_boottime_ns == 0 ||
	    ll_grave_holds(&model->dead_processes, ll_key_of(id)))
		return node;
	node = ll_node_new(model, id, step->cause);
	if (node == NULL)
		ll_step_fail(step, -ENOMEM);
	return node;
}

static bool is_echo(const struct ll_event *event)
{
	return event->kind == LL_EVENT_REAP && ll_event_has(event, LL_F_REAP_PRECISION) &&
	       event->reap_precision == LL_REAP_RCU;
}

/*
 * At a task's free the source makes up for what went unseen of its end, and may not know that it
 * had been told, or what a repair has inferred meanwhile.
 */
static bool is_told_already(const struct ll_model *model, const struct ll_event *event)
{
	bool is_recovered = event->kind == LL_EVENT_EXIT && ll_event_is_inferred(event);

	if (!is_recovered && !is_echo(event))
		return false;
	struct ll_id id = ll_event_subject(model, event);
	const struct ll_node *node = ll_node_find(model, id);
	if (is_recovered && is_thread_exit(event))
		return node != NULL && node->process.life == LL_LIFE_ALIVE &&
		       !ll_thread_lives(model, node, event);
	if (node == NULL)
		return ll_grave_holds(&model->dead_processes, ll_key_of(id));
	return is_recovered ? node->process.life != LL_LIFE_ALIVE
			    : node->process.life == LL_LIFE_REAPED;
}

/* What a repair inferred is not told again, but now it is known how it ended. */
static void take_told(struct ll_model *model, const struct ll_event *event)
{
	struct ll_node *node = ll_node_find(model, ll_event_subject(model, event));

	if (node != NULL && ll_event_is_leader(event) && !is_thread_exit(event))
		ll_facts_usage(node, event, false);
}

static void apply_subject(struct ll_step *step)
{
	const struct ll_event *event = step->cause;

	if (is_told_already(step->model, event)) {
		take_told(step->model, event);
		return;
	}
	struct ll_node *node = find_subject(step);

	if (node == NULL) {
		count_unkept(&step->model->counts, event);
		ll_step_hand_on(step, &step->event);
		return;
	}
	if (event->time_boottime_ns > node->event_ns)
		node->event_ns = event->time_boottime_ns;
	ll_facts_comm(node, event);
	ll_step_fail(step, ll_node_learn_parent(step->model, node, event));
	appliers[event->kind](step, node);
	ll_step_complete(step, node);
	ll_step_hand_on(step, &step->event);
	ll_derive_adoption(step, node);
	ll_derive_adoptions(step, node);
}

static void apply_lost(struct ll_step *step)
{
	if (ll_event_has(step->cause, LL_F_LOST_COUNT))
		step->model->counts.lost += step->cause->lost_count;
	ll_step_fail(step, ll_signals_see_loss(step->model, step->cause));
	ll_step_hand_on(step, &step->event);
}

int ll_model_apply(struct ll_model *model, const struct ll_event *event, ll_event_fn emit,
		   void *arg)
{
	struct ll_step step = {
		.model = model, .cause = event, .event = *event, .emit = emit, .arg = arg
	};

	assert(event->kind < LL_EVENT_KINDS);
	if (event->kind > LL_EVENT_SNAPSHOT_END)
		return 0;
	if (model->first_ns == 0)
		model->first_ns = event->time_boottime_ns;
	if (event->kind == LL_EVENT_LOST)
		apply_lost(&step);
	else if (event->kind == LL_EVENT_SNAPSHOT)
		ll_reconcile_see(&step);
	else if (event->kind == LL_EVENT_SNAPSHOT_END)
		ll_reconcile_end(&step);
	else
		apply_subject(&step);
	ll_keep_trim(model);
	return step.result;
}

const struct ll_process *ll_model_find(const struct ll_model *model, struct ll_id id)
{
	const struct ll_node *node = ll_node_find(model, id);

	return node != NULL ? &node->process : NULL;
}

const struct ll_process *ll_model_find_pid(const struct ll_model *model, uint32_t tgid)
{
	const struct ll_node *node = ll_node_find_pid(model, tgid);

	return node != NULL ? &node->process : NULL;
}

static bool is_any(const struct ll_model *model, const struct ll_node *node)
{
	(void)model;
	(void)node;
	return true;
}

static bool is_root(const struct ll_model *model, const struct ll_node *node)
{
	(void)model;
	return node->parent->self == NULL;
}

static int walk(const struct ll_model *model, ll_node_predicate wanted, ll_process_fn fn,
		void *arg)
{
	LL_AUTO_FREE struct ll_node **nodes = NULL;
	size_t count = 0;
	int r = ll_tree_collect(model, wanted, &nodes, &count);

	for (size_t i = 0; i < count && r == 0; i++)
		r = fn(arg, &nodes[i]->process);
	return r;
}

int ll_model_roots(const struct ll_model *model, ll_process_fn fn, void *arg)
{
	return walk(model, is_root, fn, arg);
}

int ll_model_all(const struct ll_model *model, ll_process_fn fn, void *arg)
{
	return walk(model, is_any, fn, arg);
}

/* Putting siblings in order changes nothing that can be seen: hence const. */
int ll_model_children(const struct ll_model *model, const struct ll_process *parent,
		      ll_process_fn fn, void *arg)
{
	const struct ll_node *node = ll_node_find(model, parent->id);
	const struct ll_node *child;
	int r = 0;

	if (node == NULL || node->family == NULL)
		return 0;
	ll_tree_sort(node->family);
	DL_FOREACH2(node->family->children, child, next_sibling)
	{
		r = fn(arg, &child->process);
		if (r != 0)
			break;
	}
	return r;
}

const struct ll_model_counts *ll_model_counts(const struct ll_model *model)
{
	return &model->counts;
}
