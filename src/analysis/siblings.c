/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The stages of siblings. Each takes what the one before left over, sorts both sides by a key and
 * goes through them together; so a stage costs n log n and a bounded number of comparisons each.
 */
#include "analysis/siblings.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static uint32_t most_children(const struct ll_job *job)
{
	uint32_t most = 0;

	for (uint32_t i = 0; i < job->count; i++) {
		uint32_t count = 0;

		for (uint32_t child = job->processes[i].first_child; child != LL_JOB_NONE;
		     child = job->processes[child].next_sibling)
			count++;
		most = count > most ? count : most;
	}
	return most;
}

int ll_siblings_init(struct ll_siblings *siblings, struct ll_alike *alike, uint32_t **of)
{
	*siblings = (struct ll_siblings){ .alike = alike, .of = of };
	for (int side = 0; side < 2; side++) {
		const struct ll_job *job = alike->jobs[side];
		size_t room = most_children(job) + 1;

		siblings->hashes[side] = calloc(job->count, sizeof(*siblings->hashes[side]));
		siblings->left[side] = calloc(room, sizeof(*siblings->left[side]));
		siblings->sorted[side] = calloc(room, sizeof(*siblings->sorted[side]));
		if (siblings->hashes[side] == NULL || siblings->left[side] == NULL ||
		    siblings->sorted[side] == NULL)
			return -ENOMEM;
	}
	return 0;
}

void ll_siblings_fini(struct ll_siblings *siblings)
{
	for (int side = 0; side < 2; side++) {
		free(siblings->hashes[side]);
		free(siblings->left[side]);
		free(siblings->sorted[side]);
	}
	*siblings = (struct ll_siblings){ 0 };
}

static void claim(struct ll_siblings *siblings, uint32_t a, uint32_t b)
{
	siblings->of[0][a] = b;
	siblings->of[1][b] = a;
}

/* Gather the children of a process that have no match, in order of birth. */
static void gather(struct ll_siblings *siblings, int side, uint32_t parent)
{
	const struct ll_job *job = siblings->alike->jobs[side];

	siblings->count[side] = 0;
	for (uint32_t child = job->processes[parent].first_child; child != LL_JOB_NONE;
	     child = job->processes[child].next_sibling)
		if (siblings->of[side][child] == LL_JOB_NONE)
			siblings->left[side][siblings->count[side]++].index = child;
}

/* Keep those that have no match yet. Returns whether both sides have any. */
static bool keep_unmatched(struct ll_siblings *siblings)
{
	for (int side = 0; side < 2; side++) {
		size_t kept = 0;

		for (size_t i = 0; i < siblings->count[side]; i++)
			if (siblings->of[side][siblings->left[side][i].index] == LL_JOB_NONE)
				siblings->left[side][kept++] = siblings->left[side][i];
		siblings->count[side] = kept;
	}
	return siblings->count[0] > 0 && siblings->count[1] > 0;
}

static int compare_siblings(const void *a, const void *b)
{
	const struct ll_sibling *one = a, *other = b;

	if (one->key != other->key)
		return one->key < other->key ? -1 : 1;
	return one->index < other->index ? -1 : one->index > other->index;
}

/* A stretch of both sides that has one key. */
struct stretch {
	const struct ll_sibling *list[2];
	size_t count[2];
};

typedef void (*stretch_fn)(struct ll_siblings *siblings, const struct stretch *stretch);

static size_t length_of(const struct ll_sibling *list, size_t count)
{
	size_t length = 0;

	while (length < count && list[length].key == list[0].key)
		length++;
	return length;
}

/* Sort what is left by its keys and hand on the stretches that both sides have. */
static void for_stretches(struct ll_siblings *siblings, stretch_fn fn)
{
	size_t at[2] = { 0, 0 };

	for (int side = 0; side < 2; side++) {
		if (siblings->count[side] > 0)
			memcpy(siblings->sorted[side], siblings->left[side],
			       siblings->count[side] * sizeof(*siblings->left[side]));
		qsort(siblings->sorted[side], siblings->count[side],
		      sizeof(*siblings->sorted[side]), compare_siblings);
	}
	while (at[0] < siblings->count[0] && at[1] < siblings->count[1]) {
		struct stretch stretch;

		for (int side = 0; side < 2; side++) {
			stretch.list[side] = siblings->sorted[side] + at[side];
			stretch.count[side] =
				length_of(stretch.list[side], siblings->count[side] - at[side]);
		}
		uint64_t key_a = stretch.list[0]->key, key_b = stretch.list[1]->key;
		if (key_a == key_b)
			fn(siblings, &stretch);
		at[0] += key_a <= key_b ? stretch.count[0] : 0;
		at[1] += key_b <= key_a ? stretch.count[1] : 0;
	}
}

/* In order of birth, each takes the first that is the same. */
static void match_same(struct ll_siblings *siblings, const struct stretch *stretch)
{
	size_t taken = 0; /* those before it are taken */

	for (size_t i = 0; i < stretch->count[0]; i++) {
		uint32_t a = stretch->list[0][i].index;
		size_t tried = 0;

		for (size_t j = taken; j < stretch->count[1] && tried < LL_SIBLINGS_TRIES;
		     j++) {
			uint32_t b = stretch->list[1][j].index;
			bool is_free = siblings->of[1][b] == LL_JOB_NONE;

			if (!is_free && j == taken)
				taken++;
			if (!is_free || (tried++, !ll_alike_processes(siblings->alike, a, b)))
				continue;
			claim(siblings, a, b);
			break;
		}
	}
}

enum stage { STAGE_PLAIN_TREE, STAGE_TREE, STAGE_PLAIN, STAGE_NAMES, STAGE_DIGITS, STAGES };

static uint64_t key_of(const struct ll_siblings_hash *hash, enum stage stage)
{
	switch (stage) {
	case STAGE_PLAIN_TREE:
		return hash->plain_tree;
	case STAGE_TREE:
		return hash->tree;
	case STAGE_PLAIN:
		return hash->own[LL_ALIKE_PLAIN];
	case STAGE_NAMES:
		return hash->own[LL_ALIKE_NAMES];
	default:
		return hash->own[LL_ALIKE_DIGITS];
	}
}

static bool match_stages(struct ll_siblings *siblings)
{
	bool any = keep_unmatched(siblings);

	for (enum stage stage = 0; any && stage < STAGES; stage++) {
		for (int side = 0; side < 2; side++)
			for (size_t i = 0; i < siblings->count[side]; i++) {
				struct ll_sibling *left = &siblings->left[side][i];

				left->key = key_of(&siblings->hashes[side][left->index], stage);
			}
		for_stretches(siblings, match_same);
		any = keep_unmatched(siblings);
	}
	return any;
}

/* ---- By name and neighbours ------------------------------------------------------------ */

struct ll_str ll_siblings_command(const struct ll_siblings *siblings, int side, uint32_t index)
{
	const struct ll_job *job = siblings->alike->jobs[side];

	return siblings->by_first ? ll_job_first_command(job, index)
				  : ll_job_command(job, index);
}

static void match_only(struct ll_siblings *siblings, const struct stretch *stretch)
{
	if (stretch->count[0] == 1 && stretch->count[1] == 1)
		claim(siblings, stretch->list[0]->index, stretch->list[1]->index);
}

static uint64_t command_key(const struct ll_siblings *siblings, int side, uint32_t index,
			    uint32_t neighbour)
{
	struct ll_str command = ll_siblings_command(siblings, side, index);
	bool has_run = siblings->alike->jobs[side]->processes[index].image_count > 0;

	return ll_alike_hash_text(siblings->alike, side, command, LL_ALIKE_PLAIN,
				  ll_alike_mix(neighbour, has_run));
}

/* Key: the name, and the sibling before it that has a match, as of side 1. */
static void set_gap_keys(struct ll_siblings *siblings, int side, uint32_t parent)
{
	const struct ll_job *job = siblings->alike->jobs[side];
	uint32_t before = LL_JOB_NONE;
	size_t at = 0;

	for (uint32_t child = job->processes[parent].first_child; child != LL_JOB_NONE;
	     child = job->processes[child].next_sibling) {
		uint32_t like = siblings->of[side][child];

		if (like != LL_JOB_NONE)
			before = side == 0 ? like : child;
		else if (at < siblings->count[side])
			siblings->left[side][at++].key =
				command_key(siblings, side, child, before);
	}
}

/* Key: the name alone. */
static void set_command_keys(struct ll_siblings *siblings)
{
	for (int side = 0; side < 2; side++)
		for (size_t i = 0; i < siblings->count[side]; i++) {
			struct ll_sibling *left = &siblings->left[side][i];

			left->key = command_key(siblings, side, left->index, LL_JOB_NONE);
		}
}

static int match_unlike(struct ll_siblings *siblings, uint32_t a, uint32_t b)
{
	int err = ll_siblings_match_similar(siblings, a, b);

	if (err != 0 || !keep_unmatched(siblings))
		return err;
	set_gap_keys(siblings, 0, a);
	set_gap_keys(siblings, 1, b);
	for_stretches(siblings, match_only);
	return 0;
}

int ll_siblings_match(struct ll_siblings *siblings, uint32_t a, uint32_t b)
{
	gather(siblings, 0, a);
	gather(siblings, 1, b);
	/* Of two jobs with one root each, that is the same one, whatever it is called. */
	if (a == LL_JOB_TOP && siblings->count[0] == 1 && siblings->count[1] == 1) {
		claim(siblings, siblings->left[0][0].index, siblings->left[1][0].index);
		return 0;
	}
	if (!match_stages(siblings))
		return 0;
	/* By what they ran last, then, where a chain of programs has another end, by what they ran first. */
	for (int pass = 0; pass < 2; pass++) {
		siblings->by_first = pass == 1;
		int err = match_unlike(siblings, a, b);
		if (err != 0 || !keep_unmatched(siblings))
			return err;
	}
	/* Roots have no neighbours: of one name there is often but one. */
	if (a == LL_JOB_TOP) {
		set_command_keys(siblings);
		for_stretches(siblings, match_only);
	}
	return 0;
}
