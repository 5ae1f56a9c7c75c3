/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Which process of one run is which of another.
 *
 * From the top down: of two that are the same, the children are matched with each other. Those
 * that ran the same go together, first those whose descendants did so too, in the order of
 * their birth, which a parallel run shuffles; then those of the same name whose arguments are most
 * alike, where a word counts the less the more siblings have it; then those of the same name
 * between the same neighbours. Of what is left over, the same found elsewhere has moved.
 * Buckets by hash throughout: the work is n log n, whatever the number of siblings.
 */
#pragma once

#include "analysis/alike.h"

struct ll_pairs {
	struct ll_alike *alike; /* borrowed */
	uint32_t *of[2]; /* for each process of a side its like on the other, or LL_JOB_NONE */
	bool *has_moved; /* of side 1 */
};

/* Match all. Fini even on failure. Returns 0 or -ENOMEM. */
int ll_pairs_init(struct ll_pairs *pairs, struct ll_alike *alike);
void ll_pairs_fini(struct ll_pairs *pairs);
