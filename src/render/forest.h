/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A model's processes laid out for drawing: one array, level by level, in which siblings
 * are neighbours and a child's index is greater than its parent's, so that every pass is
 * a loop. Some nodes are folded away into an identical sibling, which stands in for them.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "model/model.h"
#include "render/tree.h"

#define LL_FOREST_NONE UINT32_MAX

struct ll_forest_node {
	const struct ll_process *process; /* borrowed from the model */
	uint64_t hash; /* of the subtree, as far as folding looks */
	uint64_t wall_ns, cpu_ns; /* of all that are folded into this one */
	uint32_t parent; /* LL_FOREST_NONE: a root */
	uint32_t first_child, child_count;
	uint32_t stand_in; /* the node drawn for this one; itself when not folded away */
	uint32_t next; /* next sibling that is drawn, or LL_FOREST_NONE */
	uint32_t folded_count; /* processes this node is drawn for */
	uint32_t second_tgid, last_tgid; /* of those */
	uint32_t depth; /* 0: a root */
	bool same_end; /* they ended as it did, in the same words */
	bool is_wanted; /* by the filter; else it only leads to one that is */
};

struct ll_forest {
	const struct ll_model *model; /* borrowed */
	const struct ll_tree_options *options; /* borrowed */
	struct ll_forest_node *nodes;
	size_t room;
	uint32_t count;
	uint32_t adding_to; /* while gathering: parent of the nodes being added */
};

/*
 * Lay out what options ask for into a zeroed forest; fini it even on failure. Valid
 * until the model changes. Returns 0, -ENOMEM, or -ESRCH when options->root_tgid is not
 * in the model.
 */
int ll_forest_init(struct ll_forest *forest, const struct ll_model *model,
		   const struct ll_tree_options *options);
void ll_forest_fini(struct ll_forest *forest);

/* Return the first node to draw, and the one after index; LL_FOREST_NONE at the end. */
uint32_t ll_forest_first(const struct ll_forest *forest);
uint32_t ll_forest_next(const struct ll_forest *forest, uint32_t index);

/* Threads a process has, or had at its peak when it is over. */
uint32_t ll_forest_threads(const struct ll_process *process);
