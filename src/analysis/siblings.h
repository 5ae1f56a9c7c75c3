/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The children of two processes that are the same, matched with each other: see pairs.h. */
#pragma once

#include "analysis/alike.h"

/* How many of one hash are compared in full before it is given up. */
#define LL_SIBLINGS_TRIES 16

struct ll_siblings_hash {
	uint64_t own[LL_ALIKE_LEVELS]; /* what it ran */
	uint64_t below; /* what those below it ran, and how they ended */
	uint64_t tree, plain_tree; /* all of that, and how it ended itself; and of PLAIN */
};

/* A child that has no match yet. */
struct ll_sibling {
	uint64_t key; /* what it is sorted by; set anew for each stage */
	uint32_t index;
};

struct ll_siblings {
	struct ll_alike *alike; /* borrowed */
	uint32_t **of; /* borrowed from the pairs */
	struct ll_siblings_hash *hashes[2]; /* by index; filled by who made it */
	struct ll_sibling *left[2]; /* of the two that are looked at, in order of birth */
	struct ll_sibling *sorted[2];
	size_t count[2];
	bool by_first; /* the name goes by the first program a process ran, not the last */
};

/* Make room for any two processes. Fini even on failure. Returns 0 or -ENOMEM. */
int ll_siblings_init(struct ll_siblings *siblings, struct ll_alike *alike, uint32_t **of);
void ll_siblings_fini(struct ll_siblings *siblings);

/* Match the children of a with those of b. Returns 0 or -ENOMEM. */
int ll_siblings_match(struct ll_siblings *siblings, uint32_t a, uint32_t b);

/* The name that siblings are told apart by in this stage. Borrowed from the job. */
struct ll_str ll_siblings_command(const struct ll_siblings *siblings, int side, uint32_t index);

/* similar.c: the stage that compares arguments word by word. Returns 0 or -ENOMEM. */
int ll_siblings_match_similar(struct ll_siblings *siblings, uint32_t a, uint32_t b);
