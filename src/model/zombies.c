/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The zombie ledger. What has to be remembered is kept with the family of the parent, so it
 * lasts as long as the parent is known; counts of now are made when someone asks.
 */
#include "model/zombies.h"

#include <errno.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "model/histogram.h"
#include "model/state.h"

/* How long the RCU echo of a reap may take; 115 ms were seen on an idle machine. */
#define ECHO_NS UINT64_C(1000000000)
#define MINUTE_NS 60e9
/* Who took orphans over and reaped none of them in this time does not reap; some look rarely. */
#define NEVER_NS UINT64_C(10000000000)
/* A container's init that is just busy is through with it by then. */
#define NEVER_CONTAINER_NS UINT64_C(3000000000)

/* Those that died as children of one parent and were reaped by the same kind of reaper. */
struct reaped {
	struct ll_histogram delays;
	struct ll_id reaper;
	bool is_at_least, is_rough;
	uint64_t unsure_count, unsure_most_ns; /* as in the group */
};

struct ll_ledger {
	uint64_t found_count; /* zombies the first snapshot found */
	uint64_t reap_count, last_reap_ns, self_freed_count;
	struct reaped *reaped[LL_REAPERS]; /* NULL: none */
	uint64_t having_count; /* zombies it has, as far as was told */
	uint64_t peak_count, held_count, held_longest_ns, left_count; /* as in the group */
	struct ll_id heir;
	bool knows_sigchld; /* told by an exit; the parent itself may be unknown */
	enum ll_sigchld sigchld;
};

void ll_zombies_forget(struct ll_family *family)
{
	if (family->ledger == NULL)
		return;
	for (int i = 0; i < LL_REAPERS; i++)
		free(family->ledger->reaped[i]);
	free(TAKE(family->ledger));
}

static struct ll_ledger *ledger_of(struct ll_step *step, struct ll_family *family)
{
	if (family->ledger == NULL)
		family->ledger = calloc(1, sizeof(*family->ledger));
	if (family->ledger == NULL)
		ll_step_fail(step, -ENOMEM);
	return family->ledger;
}

/* A zombie is on the account of the parent it has while it is one. */
static void hold(struct ll_step *step, struct ll_node *node, uint64_t since_ns)
{
	struct ll_ledger *ledger;

	if (node->is_held || node->process.life == LL_LIFE_REAPED)
		return;
	ledger = ledger_of(step, node->parent);
	if (ledger == NULL)
		return;
	node->is_held = true;
	node->held_since_ns = since_ns;
	ledger->having_count++;
}

/*
 * The moment before one goes is when most are there. One that goes soon tells nothing: also of
 * who reaps at once some are zombies for a moment.
 */
static bool note_held(const struct ll_step *step, const struct ll_node *node,
		      uint64_t prompt_ns)
{
	struct ll_ledger *ledger = node->parent->ledger;
	uint64_t now_ns = step->cause->time_boottime_ns;
	uint64_t held_ns = now_ns > node->held_since_ns ? now_ns - node->held_since_ns : 0;

	if (!node->is_held || ledger == NULL || held_ns < prompt_ns)
		return false;
	ledger->held_count++;
	if (held_ns > ledger->held_longest_ns)
		ledger->held_longest_ns = held_ns;
	if (ledger->having_count > ledger->peak_count)
		ledger->peak_count = ledger->having_count;
	return true;
}

void ll_zombies_let_go(struct ll_node *node)
{
	struct ll_ledger *ledger = node->parent->ledger;

	/* Its parent may have become known since: then another account has it. */
	if (node->is_held && ledger != NULL && ledger->having_count > 0)
		ledger->having_count--;
	node->is_held = false;
}

static void set_sigchld(struct ll_process *process, uint8_t sigchld)
{
	process->sigchld = (enum ll_sigchld)sigchld;
	process->known[LL_F_SIGCHLD / 64] |= UINT64_C(1) << (LL_F_SIGCHLD % 64);
}

static void set_in_wait(struct ll_process *process, bool in_wait)
{
	process->in_wait = in_wait;
	process->known[LL_F_IN_WAIT / 64] |= UINT64_C(1) << (LL_F_IN_WAIT % 64);
}

/* Learn from a child's end what the parent does about such. */
static void learn_sigchld(struct ll_step *step, const struct ll_node *child)
{
	struct ll_ledger *ledger;

	if (!ll_event_has(step->cause, LL_F_PARENT_SIGCHLD))
		return;
	if (child->parent->self != NULL) {
		set_sigchld(&child->parent->self->process, step->cause->parent_sigchld);
		return;
	}
	ledger = ledger_of(step, child->parent);
	if (ledger == NULL)
		return;
	ledger->knows_sigchld = true;
	ledger->sigchld = (enum ll_sigchld)step->cause->parent_sigchld;
}

static bool leaves_no_zombies(enum ll_sigchld sigchld)
{
	return sigchld == LL_SIGCHLD_IGNORE || sigchld == LL_SIGCHLD_NO_WAIT;
}

void ll_zombies_see_exit(struct ll_step *step, struct ll_node *node)
{
	learn_sigchld(step, node);
	if (ll_event_has(step->cause, LL_F_PARENT_SIGCHLD))
		node->frees_itself =
			leaves_no_zombies((enum ll_sigchld)step->cause->parent_sigchld);
	if (!node->frees_itself)
		hold(step, node, step->cause->time_boottime_ns);
}

/* Handlers do not outlast an exec: fs/exec.c calls flush_signal_handlers(). */
void ll_zombies_see_exec(struct ll_node *node)
{
	struct ll_process *process = &node->process;

	process->known[LL_F_SIGCHLD / 64] &= ~(UINT64_C(1) << (LL_F_SIGCHLD % 64));
	process->known[LL_F_IN_WAIT / 64] &= ~(UINT64_C(1) << (LL_F_IN_WAIT % 64));
}

void ll_zombies_see_snapshot(struct ll_step *step, struct ll_node *node)
{
	const struct ll_event *event = step->cause;
	bool is_zombie =
		ll_event_has(event, LL_F_STATE_NOW) && event->task_state == LL_TASK_ZOMBIE;

	if (!is_zombie && ll_event_has(event, LL_F_SIGCHLD))
		set_sigchld(&node->process, event->sigchld);
	if (!is_zombie && ll_event_has(event, LL_F_IN_WAIT))
		set_in_wait(&node->process, event->in_wait);
	if (!is_zombie || node->is_zombie_seen)
		return;
	hold(step, node, event->time_boottime_ns);
	node->is_zombie_seen = true;
	node->zombie_seen_ns = event->time_boottime_ns;
	/* It was there before anything was told of it: no growth. */
	if (step->model->pass > 1 || node->exit_seen)
		return;
	struct ll_ledger *ledger = ledger_of(step, node->parent);
	if (ledger != NULL)
		ledger->found_count++;
}

static bool is_init(const struct ll_node *node)
{
	return node != NULL &&
	       (node->process.id.tgid == 1 ||
		(ll_process_knows(&node->process, LL_F_VPID) && node->process.vpid == 1));
}

/* All of those a parent leaves go one after another; the first finds them all. */
void ll_zombies_see_leave(struct ll_step *step, struct ll_node *node, struct ll_id heir)
{
	if (note_held(step, node, LL_ZOMBIES_PROMPT_NS)) {
		node->parent->ledger->left_count++;
		node->parent->ledger->heir = heir;
	}
	ll_zombies_let_go(node);
}

void ll_zombies_see_reparent(struct ll_step *step, struct ll_node *node,
			     enum ll_reparent_reason reason)
{
	bool by_init = reason == LL_REPARENT_OBSERVED ? is_init(node->parent->self)
						      : reason == LL_REPARENT_INIT;

	node->taken_over = by_init ? LL_REAPER_INIT : LL_REAPER_SUBREAPER;
	if (node->process.life == LL_LIFE_ZOMBIE && !node->frees_itself)
		hold(step, node, step->cause->time_boottime_ns);
}

static bool is_rcu(const struct ll_event *event)
{
	return !ll_event_has(event, LL_F_REAP_PRECISION) ||
	       event->reap_precision == LL_REAP_RCU;
}

/* Its own pid when nobody had to wait; the echo names nobody, but what the parent asked for holds. */
static bool freed_itself(const struct ll_event *event, const struct ll_node *node)
{
	if (ll_event_has(event, LL_F_REAPER))
		return event->reaper_tgid == node->process.id.tgid;
	return node->frees_itself;
}

/* Since when it is dead; *ret_is_at_least: it may be longer. 0 when it is not known to be. */
static uint64_t dead_since(const struct ll_node *node, bool *ret_is_at_least)
{
	*ret_is_at_least = !node->exit_seen;
	if (node->process.exit_boottime_ns != 0)
		return node->process.exit_boottime_ns;
	return node->zombie_seen_ns;
}

/* The family of who reaps; where nobody is named the parent does. NULL: not in the model. */
static struct ll_family *reaper_of(struct ll_step *step, const struct ll_node *node)
{
	const struct ll_event *event = step->cause;

	if (!ll_event_has(event, LL_F_REAPER) ||
	    event->reaper_tgid == node->process.parent.tgid)
		return node->parent;
	struct ll_node *reaper = ll_node_find_pid(step->model, (uint32_t)event->reaper_tgid);
	return reaper != NULL ? reaper->family : NULL;
}

static void note_reaper(struct ll_step *step, const struct ll_node *node)
{
	struct ll_family *reaper = reaper_of(step, node);
	struct ll_ledger *ledger = reaper != NULL ? ledger_of(step, reaper) : NULL;

	if (ledger == NULL)
		return;
	ledger->reap_count++;
	if (step->cause->time_boottime_ns > ledger->last_reap_ns)
		ledger->last_reap_ns = step->cause->time_boottime_ns;
}

/* Of an echo that is late nobody knows whether the reap was, too. */
static void note_unsure(struct reaped *reaped, uint64_t most_ns)
{
	if (most_ns < LL_ZOMBIES_PROMPT_NS)
		return;
	reaped->unsure_count++;
	if (most_ns > reaped->unsure_most_ns)
		reaped->unsure_most_ns = most_ns;
}

static void note_delay(struct reaped *reaped, const struct ll_event *event,
		       const struct ll_node *node)
{
	bool is_at_least = false;
	uint64_t since = dead_since(node, &is_at_least);
	uint64_t now = event->time_boottime_ns;

	/* Neither its death nor its corpse was seen: it died at some time before. */
	if (since == 0 || since > now)
		since = now;
	ll_histogram_add(&reaped->delays, now - since);
	reaped->is_at_least |= is_at_least;
	reaped->is_rough |= is_rcu(event);
	if (is_rcu(event))
		note_unsure(reaped, now - since);
	reaped->reaper = node->process.parent;
	if (ll_event_has(event, LL_F_REAPER) && event->reaper_tgid != reaped->reaper.tgid)
		reaped->reaper = (struct ll_id){ .tgid = (uint32_t)event->reaper_tgid };
}

/* To the account of the parent it had when it died: the one that was slow. */
static void note_reaped(struct ll_step *step, const struct ll_node *node,
			struct ll_ledger *ledger)
{
	struct reaped **reaped = &ledger->reaped[node->taken_over];

	if (*reaped == NULL)
		*reaped = calloc(1, sizeof(**reaped));
	if (*reaped == NULL)
		ll_step_fail(step, -ENOMEM);
	else
		note_delay(*reaped, step->cause, node);
}

void ll_zombies_see_reap(struct ll_step *step, struct ll_node *node)
{
	struct ll_family *slow = ll_tree_family(step->model, node->dead_parent);
	struct ll_ledger *ledger = slow != NULL ? ledger_of(step, slow) : NULL;

	if (!is_rcu(step->cause))
		step->model->reaps_are_exact = true;
	if (freed_itself(step->cause, node)) {
		if (ledger != NULL)
			ledger->self_freed_count++;
		return;
	}
	note_held(step, node,
		  is_rcu(step->cause) ? LL_ZOMBIES_PROMPT_ECHO_NS : LL_ZOMBIES_PROMPT_NS);
	note_reaper(step, node);
	if (ledger != NULL)
		note_reaped(step, node, ledger);
}

/* What is asked of the model, and the moment it is asked for. */
struct look {
	const struct ll_model *model;
	uint64_t now_ns;
};

static uint64_t age_of(const struct look *look, uint64_t since_ns)
{
	return look->now_ns > since_ns ? look->now_ns - since_ns : 0;
}

/*
 * A dead process may have been reaped, or have freed itself, without that being told yet. One
 * that was seen as a zombie after its death is one; so is one of whom nothing comes any more.
 */
static bool is_zombie(const struct look *look, const struct ll_node *node)
{
	bool is_at_least = false;

	if (node->process.life != LL_LIFE_ZOMBIE)
		return false;
	if (node->is_zombie_seen || age_of(look, dead_since(node, &is_at_least)) >= ECHO_NS)
		return true;
	return look->model->reaps_are_exact && !node->frees_itself;
}

static struct ll_zombie zombie_of(const struct ll_node *node)
{
	struct ll_zombie zombie = { .process = &node->process, .taken_over = node->taken_over };

	zombie.since_ns = dead_since(node, &zombie.is_at_least);
	return zombie;
}

static int compare_zombies(const struct ll_zombie *a, const struct ll_zombie *b)
{
	if (a->since_ns != b->since_ns)
		return a->since_ns < b->since_ns ? -1 : 1;
	return ll_id_is_older(a->process->id, b->process->id) ? -1 : 1;
}

/* What the zombies of a family add up to. */
struct sum {
	uint64_t count, taken_over_count;
	uint64_t earliest_ns, longest_ns;
	struct ll_zombie oldest;
};

static struct sum sum_up(const struct look *look, const struct ll_family *family)
{
	const struct ll_node *child;
	struct sum sum = { 0 };

	DL_FOREACH2(family->children, child, next_sibling)
	{
		if (!is_zombie(look, child))
			continue;
		struct ll_zombie zombie = zombie_of(child);
		uint64_t birth_ns = child->process.id.start_boottime_ns;
		uint64_t earliest_ns =
			zombie.is_at_least && birth_ns != 0 ? birth_ns : zombie.since_ns;
		uint64_t held_ns =
			age_of(look, child->is_held ? child->held_since_ns : zombie.since_ns);
		if (sum.count == 0 || earliest_ns < sum.earliest_ns)
			sum.earliest_ns = earliest_ns;
		if (held_ns > sum.longest_ns)
			sum.longest_ns = held_ns;
		if (sum.count++ == 0 || compare_zombies(&zombie, &sum.oldest) < 0)
			sum.oldest = zombie;
		sum.taken_over_count += zombie.taken_over != LL_REAPER_PARENT;
	}
	return sum;
}

static void fill_zombies(const struct sum *sum, struct ll_zombie_group *group)
{
	group->count = sum->count;
	if (sum->count > group->peak_count)
		group->peak_count = sum->count;
	if (sum->longest_ns > group->held_longest_ns)
		group->held_longest_ns = sum->longest_ns;
	if (group->process != NULL)
		group->cgroup = group->process->cgroup;
	if (sum->count == 0)
		return;
	group->oldest_since_ns = sum->oldest.since_ns;
	group->is_at_least = sum->oldest.is_at_least;
	group->earliest_ns = sum->earliest_ns;
	if (sum->oldest.process->cgroup.length > 0)
		group->cgroup = sum->oldest.process->cgroup;
}

static void fill_growth(const struct look *look, uint64_t found_count,
			struct ll_zombie_group *group)
{
	uint64_t since = look->model->first_ns;

	if (group->parent.start_boottime_ns > since)
		since = group->parent.start_boottime_ns;
	group->observed_ns = age_of(look, since);
	group->growth = (int64_t)(group->count - found_count);
	if (group->observed_ns > 0)
		group->growth_per_minute =
			(double)group->growth * MINUTE_NS / (double)group->observed_ns;
}

static void fill_parent(const struct ll_process *process, struct ll_zombie_group *group)
{
	if (process == NULL)
		return;
	if (ll_process_knows(process, LL_F_SIGCHLD)) {
		group->knows_sigchld = true;
		group->sigchld = process->sigchld;
	}
	if (ll_process_knows(process, LL_F_IN_WAIT)) {
		group->knows_in_wait = true;
		group->in_wait = process->in_wait;
	}
}

static void fill_reaped(const struct reaped *from, struct ll_reaped *ret)
{
	if (from == NULL)
		return;
	ret->count = from->delays.count;
	ret->median_ns = ll_histogram_quantile(&from->delays, 500);
	ret->most_ns = from->delays.most_ns;
	ret->reaper = from->reaper;
	ret->is_at_least = from->is_at_least;
	ret->is_rough = from->is_rough;
	ret->unsure_count = from->unsure_count;
	ret->unsure_most_ns = from->unsure_most_ns;
}

static void fill_ledger(const struct ll_ledger *ledger, struct ll_zombie_group *group)
{
	group->last_reap_ns = ledger->last_reap_ns;
	group->reap_count = ledger->reap_count;
	group->peak_count = ledger->peak_count;
	group->held_count = ledger->held_count;
	group->held_longest_ns = ledger->held_longest_ns;
	group->left_count = ledger->left_count;
	group->heir = ledger->heir;
	group->self_freed_count = ledger->self_freed_count;
	group->knows_sigchld = ledger->knows_sigchld;
	group->sigchld = ledger->sigchld;
	for (int i = 0; i < LL_REAPERS; i++)
		fill_reaped(ledger->reaped[i], &group->reaped[i]);
}

static enum ll_holder holder_of(const struct ll_family *family, const struct sum *sum)
{
	if (family->key.pid == 1)
		return LL_HOLDER_INIT;
	if (is_init(family->self))
		return LL_HOLDER_CONTAINER_INIT;
	return sum->taken_over_count > 0 ? LL_HOLDER_SUBREAPER : LL_HOLDER_PARENT;
}

/*
 * Only time tells that one does not reap, and only of one that is seen: this kernel may hide a
 * process, and who reaps now and then looks the same at a glance. Of what a nested init has, the
 * orphans cannot be told from its own once they are there before the watch: for its namespace it
 * makes no difference.
 */
static bool never_reaps(const struct look *look, const struct ll_family *family,
			const struct sum *sum, const struct ll_zombie_group *group)
{
	bool is_container = group->holder == LL_HOLDER_CONTAINER_INIT;
	uint64_t least_ns = is_container ? NEVER_CONTAINER_NS : NEVER_NS;

	if (family->self == NULL || !family->self->introduced || group->reap_count > 0)
		return false;
	if (sum->count == 0 || (sum->taken_over_count == 0 && !is_container))
		return false;
	return group->observed_ns >= least_ns && age_of(look, sum->oldest.since_ns) >= least_ns;
}

static struct ll_zombie_group group_of(const struct look *look, const struct ll_family *family)
{
	struct sum sum = sum_up(look, family);
	struct ll_zombie_group group = {
		.parent = { (uint32_t)family->key.pid, family->key.start_boottime_ns },
		.process = family->self != NULL ? &family->self->process : NULL,
		.holder = holder_of(family, &sum),
	};

	if (family->ledger != NULL)
		fill_ledger(family->ledger, &group);
	fill_zombies(&sum, &group);
	fill_growth(look, family->ledger != NULL ? family->ledger->found_count : 0, &group);
	fill_parent(group.process, &group);
	group.never_reaps = never_reaps(look, family, &sum, &group);
	return group;
}

/* Parents with their number of zombies, to be put in order. */
struct ranked {
	const struct ll_family *family;
	uint64_t count;
};

static int compare_ranked(const void *a, const void *b)
{
	const struct ranked *left = a, *right = b;
	const struct ll_key *x = &left->family->key, *y = &right->family->key;

	if (left->count != right->count)
		return left->count > right->count ? -1 : 1;
	if (x->start_boottime_ns != y->start_boottime_ns)
		return x->start_boottime_ns < y->start_boottime_ns ? -1 : 1;
	return x->pid < y->pid ? -1 : x->pid > y->pid;
}

static void rank(const struct look *look, const struct ll_family *family, struct ranked *ranked,
		 size_t *count)
{
	uint64_t zombies = sum_up(look, family).count;

	if (zombies > 0 || family->ledger != NULL)
		ranked[(*count)++] = (struct ranked){ family, zombies };
}

int ll_model_zombie_groups(const struct ll_model *model, uint64_t now_boottime_ns,
			   ll_zombie_group_fn fn, void *arg)
{
	struct look look = { .model = model, .now_ns = now_boottime_ns };
	struct ll_family *family, *next;
	size_t count = 0;
	int r = 0;
	LL_AUTO_FREE struct ranked *ranked =
		calloc(HASH_CNT(hh, model->families) + (size_t)1, sizeof(*ranked));
	if (ranked == NULL)
		return -ENOMEM;
	rank(&look, &model->nobody, ranked, &count);
	HASH_ITER(hh, model->families, family, next)
		rank(&look, family, ranked, &count);
	qsort(ranked, count, sizeof(*ranked), compare_ranked);
	for (size_t i = 0; i < count && r == 0; i++) {
		struct ll_zombie_group group = group_of(&look, ranked[i].family);

		r = fn(arg, &group);
	}
	return r;
}

static int compare_zombie_slots(const void *a, const void *b)
{
	return compare_zombies(a, b);
}

int ll_model_zombies(const struct ll_model *model, struct ll_id parent,
		     uint64_t now_boottime_ns, ll_zombie_fn fn, void *arg)
{
	struct look look = { .model = model, .now_ns = now_boottime_ns };
	const struct ll_family *family =
		parent.tgid != 0 ? ll_tree_family(model, parent) : &model->nobody;
	const struct ll_node *child;
	size_t count = 0;
	int r = 0;

	if (family == NULL)
		return 0;
	LL_AUTO_FREE struct ll_zombie *zombies =
		calloc(sum_up(&look, family).count + 1, sizeof(*zombies));
	if (zombies == NULL)
		return -ENOMEM;
	DL_FOREACH2(family->children, child, next_sibling)
	{
		if (is_zombie(&look, child))
			zombies[count++] = zombie_of(child);
	}
	qsort(zombies, count, sizeof(*zombies), compare_zombie_slots);
	for (size_t i = 0; i < count && r == 0; i++)
		r = fn(arg, &zombies[i]);
	return r;
}

static bool is_dead_leader(const struct ll_model *model, const struct ll_node *node)
{
	(void)model;
	return node->process.life == LL_LIFE_ALIVE && !node->process.leader_alive &&
	       node->process.thread_count > 0;
}

int ll_model_dead_leaders(const struct ll_model *model, ll_process_fn fn, void *arg)
{
	LL_AUTO_FREE struct ll_node **nodes = NULL;
	size_t count = 0;
	int r = ll_tree_collect_present(model, is_dead_leader, &nodes, &count);

	for (size_t i = 0; i < count && r == 0; i++)
		r = fn(arg, &nodes[i]->process);
	return r;
}
