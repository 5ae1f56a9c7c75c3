/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Siblings of one name whose arguments are most alike. A word counts the less the more siblings
 * have it: of fifty compilers the file's name tells them apart, not the fifty flags. What two
 * have in common is found by the words that few of the left over have, so that nobody is compared
 * with everybody.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/siblings.h"
#include "base/cleanup.h"

#define NOWHERE SIZE_MAX
/* A word that more pairs than this have in common finds none. */
#define PAIRS_MOST 64
/* From this share of their words' weight on two are taken for the same. */
#define SHARE_LEAST 0.3

/* A word of a process. */
struct word {
	uint64_t hash; /* of its text, and of the process's name */
	size_t left; /* its process among those that have no match, or NOWHERE */
	uint32_t index;
	uint8_t side;
};

/* What two have in common. */
struct share {
	size_t left[2];
	double weight; /* first of words, then of their whole */
};

struct similar {
	struct ll_siblings *siblings; /* borrowed */
	struct word *words;
	size_t word_count, word_room;
	struct share *shares;
	size_t share_count, share_room;
	double *weights[2]; /* of all words of one that is left over */
};

static void similar_fini(struct similar *similar)
{
	free(similar->words);
	free(similar->shares);
	free(similar->weights[0]);
	free(similar->weights[1]);
}

static int grow(void **list, size_t count, size_t *room, size_t size)
{
	if (count < *room)
		return 0;
	size_t more = *room == 0 ? 256 : *room * 2;
	void *grown = reallocarray(*list, more, size);
	if (grown == NULL)
		return -ENOMEM;
	*list = grown;
	*room = more;
	return 0;
}

static int add_word(struct similar *similar, struct word word)
{
	int err = grow((void **)&similar->words, similar->word_count, &similar->word_room,
		       sizeof(*similar->words));

	if (err == 0)
		similar->words[similar->word_count++] = word;
	return err;
}

static bool is_blank(char byte)
{
	return byte == '\0' || byte == ' ' || byte == '\t' || byte == '\n';
}

/* Words end at blanks, too: what a shell is given is one argument. */
static int add_args(struct similar *similar, struct word word, uint64_t seed,
		    struct ll_str args)
{
	int err = 0;

	for (size_t at = 0, length; at < args.length && err == 0; at += length + 1) {
		length = 0;
		while (at + length < args.length && !is_blank(args.data[at + length]))
			length++;
		if (length == 0)
			continue;
		word.hash = ll_alike_hash_text(similar->siblings->alike, word.side,
					       ll_str_make(args.data + at, length),
					       LL_ALIKE_NAMES, seed);
		err = add_word(similar, word);
	}
	return err;
}

static int add_process(struct similar *similar, int side, uint32_t index, size_t left)
{
	const struct ll_job *job = similar->siblings->alike->jobs[side];
	const struct ll_job_process *process = &job->processes[index];
	struct word word = { .left = left, .index = index, .side = (uint8_t)side };
	uint64_t seed = ll_alike_hash_text(similar->siblings->alike, side,
					   ll_siblings_command(similar->siblings, side, index),
					   LL_ALIKE_PLAIN, 1);
	int err = 0;

	for (uint32_t i = 0; i < process->image_count && err == 0; i++)
		err = add_args(similar, word, seed, job->images[process->first_image + i].args);
	return err;
}

static int add_children(struct similar *similar, int side, uint32_t parent)
{
	const struct ll_siblings *siblings = similar->siblings;
	const struct ll_job *job = siblings->alike->jobs[side];
	size_t at = 0;
	int err = 0;

	for (uint32_t child = job->processes[parent].first_child;
	     child != LL_JOB_NONE && err == 0; child = job->processes[child].next_sibling) {
		bool is_left = siblings->of[side][child] == LL_JOB_NONE;

		err = add_process(similar, side, child, is_left ? at++ : NOWHERE);
	}
	return err;
}

static int compare_words(const void *a, const void *b)
{
	const struct word *one = a, *other = b;

	if (one->hash != other->hash)
		return one->hash < other->hash ? -1 : 1;
	if (one->side != other->side)
		return one->side < other->side ? -1 : 1;
	return one->index < other->index ? -1 : one->index > other->index;
}

/* A word as often as a process has it counts once. */
static void drop_repeated(struct similar *similar)
{
	size_t kept = 0;

	for (size_t i = 0; i < similar->word_count; i++)
		if (kept == 0 ||
		    compare_words(&similar->words[kept - 1], &similar->words[i]) != 0)
			similar->words[kept++] = similar->words[i];
	similar->word_count = kept;
}

static int add_share(struct similar *similar, size_t left_a, size_t left_b, double weight)
{
	int err = grow((void **)&similar->shares, similar->share_count, &similar->share_room,
		       sizeof(*similar->shares));

	if (err == 0)
		similar->shares[similar->share_count++] =
			(struct share){ { left_a, left_b }, weight };
	return err;
}

/* One word: count who has it on either side, and note who of the left over shares it. */
static int weigh_word(struct similar *similar, const struct word *list, size_t count)
{
	size_t of_side[2] = { 0, 0 }, left[2] = { 0, 0 };
	int err = 0;

	for (size_t i = 0; i < count; i++) {
		of_side[list[i].side]++;
		left[list[i].side] += list[i].left != NOWHERE;
	}
	double weight = 1.0 / (double)(of_side[0] > of_side[1] ? of_side[0] : of_side[1]);
	for (size_t i = 0; i < count; i++)
		if (list[i].left != NOWHERE)
			similar->weights[list[i].side][list[i].left] += weight;
	if (left[0] > PAIRS_MOST || left[1] > PAIRS_MOST || left[0] * left[1] > PAIRS_MOST)
		return 0;
	for (size_t i = 0; i < of_side[0]; i++)
		for (size_t j = of_side[0]; j < count && err == 0 && left[0] * left[1] > 0; j++)
			if (list[i].left != NOWHERE && list[j].left != NOWHERE)
				err = add_share(similar, list[i].left, list[j].left, weight);
	return err;
}

static int weigh_words(struct similar *similar)
{
	int err = 0;

	for (size_t at = 0, length; at < similar->word_count && err == 0; at += length) {
		length = 1;
		while (at + length < similar->word_count &&
		       similar->words[at + length].hash == similar->words[at].hash)
			length++;
		err = weigh_word(similar, similar->words + at, length);
	}
	return err;
}

static int compare_places(const struct share *one, const struct share *other)
{
	for (int side = 0; side < 2; side++)
		if (one->left[side] != other->left[side])
			return one->left[side] < other->left[side] ? -1 : 1;
	return 0;
}

static int compare_shares(const void *a, const void *b)
{
	return compare_places(a, b);
}

static int compare_weights(const void *a, const void *b)
{
	const struct share *one = a, *other = b;

	if (one->weight != other->weight)
		return one->weight > other->weight ? -1 : 1;
	return compare_places(one, other);
}

/* Make one of all words that two have in common, as a share of all they have. */
static void sum_shares(struct similar *similar)
{
	size_t kept = 0;

	for (size_t i = 0; i < similar->share_count; i++) {
		struct share *share = &similar->shares[i];

		if (kept > 0 && compare_places(&similar->shares[kept - 1], share) == 0)
			similar->shares[kept - 1].weight += share->weight;
		else
			similar->shares[kept++] = *share;
	}
	similar->share_count = kept;
	for (size_t i = 0; i < kept; i++) {
		struct share *share = &similar->shares[i];
		double both = similar->weights[0][share->left[0]] +
			      similar->weights[1][share->left[1]];

		share->weight /= both - share->weight;
	}
}

/* Who is most alike goes together first. */
static void claim_best(struct similar *similar)
{
	struct ll_siblings *siblings = similar->siblings;

	for (size_t i = 0; i < similar->share_count; i++) {
		const struct share *share = &similar->shares[i];
		uint32_t a = siblings->left[0][share->left[0]].index;
		uint32_t b = siblings->left[1][share->left[1]].index;

		if (share->weight < SHARE_LEAST)
			break;
		if (siblings->of[0][a] != LL_JOB_NONE || siblings->of[1][b] != LL_JOB_NONE)
			continue;
		siblings->of[0][a] = b;
		siblings->of[1][b] = a;
	}
}

static void sort(void *list, size_t count, size_t size,
		 int (*compare)(const void *, const void *))
{
	if (count > 1)
		qsort(list, count, size, compare);
}

int ll_siblings_match_similar(struct ll_siblings *siblings, uint32_t a, uint32_t b)
{
	LL_CLEANUP(similar_fini) struct similar similar = { .siblings = siblings };
	int err;

	for (int side = 0; side < 2; side++) {
		similar.weights[side] =
			calloc(siblings->count[side] + 1, sizeof(*similar.weights[side]));
		if (similar.weights[side] == NULL)
			return -ENOMEM;
	}
	err = add_children(&similar, 0, a);
	if (err == 0)
		err = add_children(&similar, 1, b);
	if (err != 0)
		return err;
	sort(similar.words, similar.word_count, sizeof(*similar.words), compare_words);
	drop_repeated(&similar);
	err = weigh_words(&similar);
	if (err != 0)
		return err;
	sort(similar.shares, similar.share_count, sizeof(*similar.shares), compare_shares);
	sum_shares(&similar);
	sort(similar.shares, similar.share_count, sizeof(*similar.shares), compare_weights);
	claim_best(&similar);
	return 0;
}
