/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Families: who descends from whom, and whom the living still need.
 *
 * Each member that lives, or is needed itself, holds its parent and its origin; a family
 * counts those links, so a death costs one step per process it was the last to need.
 * Siblings are put in order only when someone looks: a hundred thousand orphans join
 * init's family at one step each.
 */
#include "model/state.h"

#include <errno.h>
#include <stdlib.h>

#include "base/cleanup.h"

static int compare_birth(const struct ll_node *a, const struct ll_node *b)
{
	return ll_id_is_older(a->process.id, b->process.id) ? -1 : 1;
}

static int compare_slots(const void *a, const void *b)
{
	return compare_birth(*(struct ll_node *const *)a, *(struct ll_node *const *)b);
}

bool ll_tree_is_holding(const struct ll_node *node)
{
	return node->process.life != LL_LIFE_REAPED ||
	       (node->family != NULL && node->family->holding > 0);
}

/* Count one link; returns the dead process that is needed, or no more needed, by that. */
static struct ll_node *family_count(struct ll_family *family, bool more)
{
	bool turns = more ? family->holding++ == 0 : --family->holding == 0;

	if (!turns || family->self == NULL || family->self->process.life != LL_LIFE_REAPED)
		return NULL;
	return family->self;
}

static void push_work(struct ll_node **work, struct ll_family *family, bool more)
{
	struct ll_node *turned = family != NULL ? family_count(family, more) : NULL;

	if (turned == NULL)
		return;
	turned->next_work = *work;
	*work = turned;
}

/* A list and not recursion: a chain of forks may be as long as the bound allows. */
static void hold_change(struct ll_model *model, struct ll_family *family, bool more)
{
	struct ll_node *work = NULL;

	push_work(&work, family, more);
	while (work != NULL) {
		struct ll_node *node = work;

		work = node->next_work;
		ll_keep_file(model, node);
		push_work(&work, node->parent, more);
		push_work(&work, node->origin, more);
	}
}

void ll_tree_release(struct ll_model *model, struct ll_node *node)
{
	hold_change(model, node->parent, false);
	hold_change(model, node->origin, false);
}

struct ll_family *ll_tree_family(const struct ll_model *model, struct ll_id id)
{
	struct ll_key key = ll_key_of(id);
	struct ll_family *family = NULL;

	HASH_FIND(hh, model->families, &key, sizeof(key), family);
	return family;
}

static struct ll_family *family_new(struct ll_model *model, struct ll_id id)
{
	LL_AUTO_FREE struct ll_family *family = calloc(1, sizeof(*family));
	if (family == NULL)
		return NULL;
	family->key = ll_key_of(id);
	family->sorted = true;
	HASH_ADD(hh, model->families, key, sizeof(family->key), family);
	if (family->hh.tbl == NULL)
		return NULL;
	family->self = ll_node_find(model, id);
	if (family->self != NULL)
		family->self->family = family;
	return TAKE(family);
}

static struct ll_family *family_of(struct ll_model *model, struct ll_id id)
{
	struct ll_family *family = ll_tree_family(model, id);

	return family != NULL ? family : family_new(model, id);
}

/* A known process keeps its empty family: a shell forks one child after the other. */
static void family_drop(struct ll_model *model, struct ll_family *family)
{
	if (family == &model->nobody || family->self != NULL || family->children != NULL ||
	    family->born != NULL)
		return;
	HASH_DELETE(hh, model->families, family);
	ll_zombies_forget(family);
	free(family);
}

void ll_tree_adopt(struct ll_model *model, struct ll_node *node)
{
	struct ll_family *family = ll_tree_family(model, node->process.id);

	if (family == NULL)
		return;
	family->self = node;
	node->family = family;
}

static void children_append(struct ll_family *family, struct ll_node *node)
{
	if (family->children != NULL && compare_birth(node, family->children->prev_sibling) < 0)
		family->sorted = false;
	DL_APPEND2(family->children, node, prev_sibling, next_sibling);
	node->parent = family;
}

static void children_remove(struct ll_node *node)
{
	DL_DELETE2(node->parent->children, node, prev_sibling, next_sibling);
	if (node->parent->children == NULL)
		node->parent->sorted = true;
}

int ll_tree_set_parent(struct ll_model *model, struct ll_node *node, struct ll_id parent)
{
	struct ll_family *old = node->parent;
	struct ll_family *family = &model->nobody;
	bool holding = ll_tree_is_holding(node);

	node->process.parent = parent;
	if (parent.tgid != 0 && ll_id_is_older(parent, node->process.id))
		family = family_of(model, parent);
	int r = family == NULL ? -ENOMEM : 0;
	if (family == NULL)
		family = &model->nobody;
	if (family == old)
		return r;
	if (old != NULL)
		children_remove(node);
	children_append(family, node);
	if (holding)
		hold_change(model, family, true);
	if (holding && old != NULL)
		hold_change(model, old, false);
	if (old != NULL)
		family_drop(model, old);
	return r;
}

int ll_tree_set_origin(struct ll_model *model, struct ll_node *node, struct ll_id origin)
{
	node->process.original_parent = origin;
	if (node->origin != NULL || origin.tgid == 0 ||
	    !ll_id_is_older(origin, node->process.id))
		return 0;
	struct ll_family *family = family_of(model, origin);
	if (family == NULL)
		return -ENOMEM;
	DL_APPEND2(family->born, node, prev_born, next_born);
	node->origin = family;
	if (ll_tree_is_holding(node))
		hold_change(model, family, true);
	return 0;
}

void ll_tree_remove(struct ll_model *model, struct ll_node *node)
{
	struct ll_family *parent = node->parent, *origin = node->origin;

	if (ll_tree_is_holding(node))
		ll_tree_release(model, node);
	if (node->family != NULL) {
		node->family->self = NULL;
		family_drop(model, node->family);
		node->family = NULL;
	}
	children_remove(node);
	if (origin != NULL)
		DL_DELETE2(origin->born, node, prev_born, next_born);
	family_drop(model, parent);
	if (origin != NULL && origin != parent)
		family_drop(model, origin);
}

void ll_tree_sort(struct ll_family *family)
{
	if (!family->sorted)
		DL_SORT2(family->children, compare_birth, prev_sibling, next_sibling);
	family->sorted = true;
}

/* Nodes that are wanted, in order of birth once they are sorted. */
struct collection {
	const struct ll_model *model;
	ll_node_predicate wanted;
	struct ll_node **nodes;
	size_t count;
};

static void collect(struct collection *collection, struct ll_node *node)
{
	if (collection->wanted(collection->model, node))
		collection->nodes[collection->count++] = node;
}

static int collection_init(struct collection *collection, size_t room)
{
	collection->nodes = calloc(room + 1, sizeof(struct ll_node *));
	return collection->nodes == NULL ? -ENOMEM : 0;
}

static void collection_sort(struct collection *collection)
{
	qsort(collection->nodes, collection->count, sizeof(struct ll_node *), compare_slots);
}

int ll_tree_collect(const struct ll_model *model, ll_node_predicate wanted,
		    struct ll_node ***ret_nodes, size_t *ret_count)
{
	struct collection collection = { .model = model, .wanted = wanted };
	struct ll_node *node, *next;

	if (collection_init(&collection, HASH_CNT(by_id, model->by_id)) < 0)
		return -ENOMEM;
	HASH_ITER(by_id, model->by_id, node, next)
		collect(&collection, node);
	collection_sort(&collection);
	*ret_nodes = collection.nodes;
	*ret_count = collection.count;
	return 0;
}

int ll_tree_collect_present(const struct ll_model *model, ll_node_predicate wanted,
			    struct ll_node ***ret_nodes, size_t *ret_count)
{
	struct collection collection = { .model = model, .wanted = wanted };

	if (collection_init(&collection, model->counts.alive + model->counts.zombies) < 0)
		return -ENOMEM;
	for (struct ll_node *node = model->present; node != NULL; node = node->next_present)
		collect(&collection, node);
	collection_sort(&collection);
	*ret_nodes = collection.nodes;
	*ret_count = collection.count;
	return 0;
}
