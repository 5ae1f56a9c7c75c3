/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* "Did you mean ...?" for a mistyped name. */
#pragma once

#include <stddef.h>

/* Names longer than this are never suggested nor compared. */
#define LL_SUGGEST_MAX 32

/*
 * Count the letters to add, drop, replace or swap with a neighbour to make one name
 * of the other. Names above LL_SUGGEST_MAX bytes are as far apart as can be.
 */
size_t ll_suggest_distance(const char *a, const char *b);

/*
 * Return candidate if it is nearer to name than *best_distance and near enough to be
 * meant (a third of the letters), lowering *best_distance; else best. Start with best
 * NULL and *best_distance SIZE_MAX. Borrowed: best or candidate itself.
 */
const char *ll_suggest_nearer(const char *name, const char *candidate, const char *best,
			      size_t *best_distance);
