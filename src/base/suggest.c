/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Optimal string alignment distance over three rows; names are short, so they are arrays. */
#include "base/suggest.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

static size_t min(size_t a, size_t b)
{
	return a < b ? a : b;
}

size_t ll_suggest_distance(const char *a, const char *b)
{
	size_t a_length = strlen(a), b_length = strlen(b);
	size_t rows[3][LL_SUGGEST_MAX + 1];

	if (a_length > LL_SUGGEST_MAX || b_length > LL_SUGGEST_MAX)
		return SIZE_MAX;
	for (size_t j = 0; j <= b_length; j++)
		rows[0][j] = j;
	for (size_t i = 1; i <= a_length; i++) {
		size_t *row = rows[i % 3];
		const size_t *above = rows[(i - 1) % 3], *two_above = rows[(i + 1) % 3];

		row[0] = i;
		for (size_t j = 1; j <= b_length; j++) {
			bool differ = a[i - 1] != b[j - 1];

			row[j] = min(min(above[j], row[j - 1]) + 1, above[j - 1] + differ);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				row[j] = min(row[j], two_above[j - 2] + 1);
		}
	}
	return rows[a_length % 3][b_length];
}

const char *ll_suggest_nearer(const char *name, const char *candidate, const char *best,
			      size_t *best_distance)
{
	size_t distance = ll_suggest_distance(name, candidate);
	size_t limit = strlen(candidate) / 3;

	if (limit == 0)
		limit = 1;
	if (distance > limit || distance >= *best_distance)
		return best;
	*best_distance = distance;
	return candidate;
}
