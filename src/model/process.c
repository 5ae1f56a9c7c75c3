/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Where processes are kept: found by identity, and by pid while one holds the pid.
 * Lives go one way, alive to zombie to reaped, here and nowhere else.
 */
#include "model/state.h"

#include <stdlib.h>

#include "base/cleanup.h"

struct ll_node *ll_node_find(const struct ll_model *model, struct ll_id id)
{
	struct ll_key key = ll_key_of(id);
	struct ll_node *node = NULL;

	HASH_FIND(by_id, model->by_id, &key, sizeof(key), node);
	return node;
}

struct ll_node *ll_node_find_pid(const struct ll_model *model, uint32_t tgid)
{
	struct ll_node *node = NULL;

	HASH_FIND(by_pid, model->by_pid, &tgid, sizeof(tgid), node);
	return node;
}

struct ll_id ll_event_subject(const struct ll_model *model, const struct ll_event *event)
{
	struct ll_id id = { .tgid = (uint32_t)event->tgid };

	if (ll_event_has(event, LL_F_CREATION))
		id.start_boottime_ns = event->start_boottime_ns;
	if (id.start_boottime_ns != 0)
		return id;
	const struct ll_node *holder = ll_node_find_pid(model, id.tgid);
	return holder != NULL ? holder->process.id : id;
}

struct ll_id ll_event_parent(const struct ll_model *model, const struct ll_event *event,
			     struct ll_id child)
{
	struct ll_id id = { 0 };

	if (!ll_event_has(event, LL_F_PPID) || event->parent_tgid == 0)
		return id;
	id.tgid = (uint32_t)event->parent_tgid;
	id.start_boottime_ns = event->parent_start_boottime_ns;
	if (id.start_boottime_ns != 0)
		return id;
	const struct ll_node *holder = ll_node_find_pid(model, id.tgid);
	if (holder != NULL && ll_id_is_older(holder->process.id, child))
		id = holder->process.id;
	return id;
}

static void release_pid(struct ll_model *model, struct ll_node *node)
{
	if (!node->holds_pid)
		return;
	HASH_DELETE(by_pid, model->by_pid, node);
	node->holds_pid = false;
}

/* The youngest process of a pid holds it: an older one has ended, seen or not. */
static bool claim_pid(struct ll_model *model, struct ll_node *node)
{
	struct ll_node *holder = ll_node_find_pid(model, node->process.id.tgid);

	if (holder != NULL && ll_id_is_older(node->process.id, holder->process.id))
		return true;
	if (holder != NULL)
		release_pid(model, holder);
	HASH_ADD(by_pid, model->by_pid, process.id.tgid, sizeof(uint32_t), node);
	node->holds_pid = node->by_pid.tbl != NULL;
	return node->holds_pid;
}

/* Enter the tables. On failure the node is in none of them. */
static bool node_enter(struct ll_model *model, struct ll_node *node)
{
	if (ll_keep_reserve(model, HASH_CNT(by_id, model->by_id) + (size_t)1) != 0)
		return false;
	HASH_ADD(by_id, model->by_id, key, sizeof(node->key), node);
	if (node->by_id.tbl == NULL)
		return false;
	if (claim_pid(model, node))
		return true;
	HASH_DELETE(by_id, model->by_id, node);
	return false;
}

struct ll_node *ll_node_new(struct ll_model *model, struct ll_id id,
			    const struct ll_event *event)
{
	LL_AUTO_FREE struct ll_node *node = calloc(1, sizeof(*node));
	if (node == NULL)
		return NULL;
	node->process.id = id;
	node->key = ll_key_of(id);
	if (!node_enter(model, node))
		return NULL;
	ll_tree_adopt(model, node);
	/* Out of memory only hides the link: it is repaired by the next event that moves it. */
	(void)ll_tree_set_parent(model, node, ll_event_parent(model, event, id));
	model->counts.alive++;
	DL_APPEND2(model->present, node, prev_present, next_present);
	ll_thread_set_leader(model, node, true);
	return TAKE(node);
}

int ll_node_learn_parent(struct ll_model *model, struct ll_node *node,
			 const struct ll_event *event)
{
	if (node->process.parent.tgid != 0)
		return 0;
	struct ll_id parent = ll_event_parent(model, event, node->process.id);
	return parent.tgid != 0 ? ll_tree_set_parent(model, node, parent) : 0;
}

void ll_node_forget(struct ll_model *model, struct ll_node *node)
{
	ll_grave_dig(&model->dead_processes, node->key);
	ll_tree_remove(model, node);
	ll_keep_remove(model, node);
	release_pid(model, node);
	HASH_DELETE(by_id, model->by_id, node);
	ll_states_forget(model, node);
	ll_facts_free(model, node);
	free(node);
	model->counts.forgotten++;
}

void ll_node_die(struct ll_model *model, struct ll_node *node)
{
	if (node->process.life != LL_LIFE_ALIVE)
		return;
	ll_thread_end_older(model, node, UINT64_MAX);
	ll_signals_forget(node);
	ll_thread_set_leader(model, node, false);
	node->process.life = LL_LIFE_ZOMBIE;
	node->dead_parent = node->process.parent;
	model->counts.alive--;
	model->counts.zombies++;
}

void ll_node_reap(struct ll_model *model, struct ll_node *node)
{
	if (node->process.life == LL_LIFE_REAPED)
		return;
	ll_node_die(model, node);
	model->counts.zombies--;
	ll_zombies_let_go(node);
	node->process.life = LL_LIFE_REAPED;
	DL_DELETE2(model->present, node, prev_present, next_present);
	release_pid(model, node);
	node->reap_order = ++model->reaps;
	ll_keep_file(model, node);
	if (!ll_tree_is_holding(node))
		ll_tree_release(model, node);
}
