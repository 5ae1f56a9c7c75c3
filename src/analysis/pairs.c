/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* See pairs.h. Nothing recurses: a chain of forks may be as long as a capture. */
#include "analysis/pairs.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/siblings.h"
#include "base/cleanup.h"

/* Pairs whose children are yet to be matched: indices of side 0. */
struct work {
	uint32_t *list;
	size_t count;
};

struct matcher {
	struct ll_pairs *pairs;
	struct ll_siblings siblings;
	struct work work;
};

static void matcher_fini(struct matcher *matcher)
{
	ll_siblings_fini(&matcher->siblings);
	free(matcher->work.list);
}

/* Children come after their parents: from the end, every process's are complete. */
static void hash_trees(struct ll_siblings *siblings, int side)
{
	const struct ll_job *job = siblings->alike->jobs[side];
	struct ll_siblings_hash *hashes = siblings->hashes[side];

	for (uint32_t i = job->count; i-- > 1;) {
		const struct ll_job_process *process = &job->processes[i];
		struct ll_siblings_hash *own = &hashes[i];
		uint64_t status = process->has_ended ? process->wait_status : UINT64_MAX;

		for (int level = 0; level < LL_ALIKE_LEVELS; level++)
			own->own[level] = ll_alike_hash(siblings->alike, side, i, level);
		/* The sum does not depend on the order of the children. */
		uint64_t below = ll_alike_mix(status, own->below);
		own->tree = ll_alike_mix(own->own[LL_ALIKE_NAMES], below);
		own->plain_tree = ll_alike_mix(own->own[LL_ALIKE_PLAIN], below);
		hashes[process->parent].below += ll_alike_mix(own->tree, 1);
	}
}

static int matcher_init(struct matcher *matcher, struct ll_pairs *pairs)
{
	struct ll_siblings *siblings = &matcher->siblings;

	matcher->pairs = pairs;
	matcher->work.list = calloc(pairs->alike->jobs[0]->count, sizeof(*matcher->work.list));
	int err = ll_siblings_init(siblings, pairs->alike, pairs->of);
	if (err != 0 || matcher->work.list == NULL)
		return -ENOMEM;
	hash_trees(siblings, 0);
	hash_trees(siblings, 1);
	return 0;
}

/* Match all that is below one pair. Each pair is put on the list once, so there is room. */
static int match_below(struct matcher *matcher, uint32_t top)
{
	struct work *work = &matcher->work;

	work->count = 0;
	work->list[work->count++] = top;
	while (work->count > 0) {
		uint32_t a = work->list[--work->count];
		int err = ll_siblings_match(&matcher->siblings, a, matcher->pairs->of[0][a]);

		if (err != 0)
			return err;
		const struct ll_job *job = matcher->pairs->alike->jobs[0];
		for (uint32_t child = job->processes[a].first_child; child != LL_JOB_NONE;
		     child = job->processes[child].next_sibling)
			if (matcher->pairs->of[0][child] != LL_JOB_NONE &&
			    job->processes[child].first_child != LL_JOB_NONE)
				work->list[work->count++] = child;
	}
	return 0;
}

/* ---- Moved ----------------------------------------------------------------------------- */

/* What is left over of side 1, by hash. */
struct bucket {
	uint64_t hash;
	uint32_t index;
};

static int compare_buckets(const void *a, const void *b)
{
	const struct bucket *one = a, *other = b;

	if (one->hash != other->hash)
		return one->hash < other->hash ? -1 : 1;
	return one->index < other->index ? -1 : one->index > other->index;
}

static uint64_t move_hash(const struct matcher *matcher, int side, uint32_t index,
			  bool with_tree)
{
	const struct ll_siblings_hash *hash = &matcher->siblings.hashes[side][index];

	return with_tree ? hash->tree : hash->own[LL_ALIKE_NAMES];
}

/* What only forked has no name to be found by. */
static bool can_move(const struct matcher *matcher, int side, uint32_t index)
{
	return matcher->pairs->of[side][index] == LL_JOB_NONE &&
	       matcher->pairs->alike->jobs[side]->processes[index].image_count > 0;
}

static size_t first_of(const struct bucket *list, size_t count, uint64_t hash)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (list[middle].hash < hash)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Find what is the same as a, and is still left over; LL_JOB_NONE: nothing is. */
static uint32_t find_moved(struct matcher *matcher, uint32_t a, const struct bucket *list,
			   uint32_t *skips, size_t count, bool with_tree)
{
	uint64_t hash = move_hash(matcher, 0, a, with_tree);
	size_t first = first_of(list, count, hash), tried = 0;

	if (first == count)
		return LL_JOB_NONE;
	/* Those at the beginning that are taken already are passed once, not each time. */
	for (size_t at = first + skips[first];
	     at < count && list[at].hash == hash && tried < LL_SIBLINGS_TRIES; at++) {
		bool is_free = can_move(matcher, 1, list[at].index);

		if (!is_free && at == first + skips[first])
			skips[first]++;
		if (!is_free)
			continue;
		tried++;
		if (ll_alike_processes(matcher->pairs->alike, a, list[at].index))
			return list[at].index;
	}
	return LL_JOB_NONE;
}

static int match_moved(struct matcher *matcher, bool with_tree)
{
	const struct ll_job *const *jobs = matcher->pairs->alike->jobs;
	LL_AUTO_FREE struct bucket *list = calloc(jobs[1]->count, sizeof(*list));
	LL_AUTO_FREE uint32_t *skips = calloc(jobs[1]->count, sizeof(*skips));
	size_t count = 0;
	int err = 0;

	if (list == NULL || skips == NULL)
		return -ENOMEM;
	for (uint32_t b = 1; b < jobs[1]->count; b++)
		if (can_move(matcher, 1, b))
			list[count++] =
				(struct bucket){ move_hash(matcher, 1, b, with_tree), b };
	qsort(list, count, sizeof(*list), compare_buckets);
	for (uint32_t a = 1; a < jobs[0]->count && err == 0; a++) {
		if (!can_move(matcher, 0, a))
			continue;
		uint32_t b = find_moved(matcher, a, list, skips, count, with_tree);
		if (b == LL_JOB_NONE)
			continue;
		matcher->pairs->of[0][a] = b;
		matcher->pairs->of[1][b] = a;
		matcher->pairs->has_moved[b] = true;
		err = match_below(matcher, a);
	}
	return err;
}

/* ---- All ------------------------------------------------------------------------------- */

static int fill(struct ll_pairs *pairs)
{
	for (int side = 0; side < 2; side++) {
		uint32_t count = pairs->alike->jobs[side]->count;

		pairs->of[side] = malloc(count * sizeof(*pairs->of[side]));
		if (pairs->of[side] == NULL)
			return -ENOMEM;
		memset(pairs->of[side], 0xff, count * sizeof(*pairs->of[side]));
		pairs->of[side][LL_JOB_TOP] = LL_JOB_TOP;
	}
	pairs->has_moved = calloc(pairs->alike->jobs[1]->count, sizeof(*pairs->has_moved));
	return pairs->has_moved == NULL ? -ENOMEM : 0;
}

int ll_pairs_init(struct ll_pairs *pairs, struct ll_alike *alike)
{
	LL_CLEANUP(matcher_fini) struct matcher matcher = { 0 };

	*pairs = (struct ll_pairs){ .alike = alike };
	int err = fill(pairs);
	if (err == 0)
		err = matcher_init(&matcher, pairs);
	if (err == 0)
		err = match_below(&matcher, LL_JOB_TOP);
	if (err == 0)
		err = match_moved(&matcher, true);
	return err == 0 ? match_moved(&matcher, false) : err;
}

void ll_pairs_fini(struct ll_pairs *pairs)
{
	free(pairs->of[0]);
	free(pairs->of[1]);
	free(pairs->has_moved);
	*pairs = (struct ll_pairs){ 0 };
}
