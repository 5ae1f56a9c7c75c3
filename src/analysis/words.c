/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* See words.h: the longest common subsequence of what is not the same at both ends. */
#include "analysis/words.h"

#include <errno.h>
#include <stdlib.h>

#include "base/cleanup.h"

/* Words of A times words of B for which the subsequence is looked for. */
#define CELLS_MOST ((size_t)1 << 20)

/* The words of one side. */
struct side {
	struct ll_str *list;
	size_t count;
};

struct comparison {
	const struct ll_alike *alike;
	uint32_t a, b; /* whose words they are */
	struct side sides[2];
};

static void comparison_fini(struct comparison *comparison)
{
	free(comparison->sides[0].list);
	free(comparison->sides[1].list);
}

static bool is_blank(char byte)
{
	return byte == '\0' || byte == ' ' || byte == '\t' || byte == '\n';
}

static int split(struct side *side, struct ll_str args)
{
	/* Each word but the last is followed by a blank. */
	side->list = calloc(args.length / 2 + 1, sizeof(*side->list));
	if (side->list == NULL)
		return -ENOMEM;
	for (size_t at = 0, length; at < args.length; at += length + 1) {
		length = 0;
		while (at + length < args.length && !is_blank(args.data[at + length]))
			length++;
		if (length > 0)
			side->list[side->count++] = ll_str_make(args.data + at, length);
	}
	return 0;
}

static bool is_same(const struct comparison *comparison, size_t i, size_t j)
{
	return ll_alike_texts(comparison->alike, comparison->a, comparison->b,
			      comparison->sides[0].list[i], comparison->sides[1].list[j]);
}

static void put(struct ll_words *words, struct ll_str text, enum ll_word_change change)
{
	words->list[words->count++] = (struct ll_word){ text, change };
}

/* Lengths of the subsequences from each cell on, for the middle parts. */
static uint16_t *find_lengths(const struct comparison *comparison, size_t first, size_t rows,
			      size_t columns)
{
	uint16_t *lengths = calloc((rows + 1) * (columns + 1), sizeof(*lengths));

	if (lengths == NULL)
		return NULL;
	for (size_t i = rows; i-- > 0;)
		for (size_t j = columns; j-- > 0;) {
			uint16_t *cell = &lengths[i * (columns + 1) + j];
			uint16_t below = cell[columns + 1], right = cell[1];

			if (is_same(comparison, first + i, first + j))
				*cell = cell[columns + 2] + 1;
			else
				*cell = below > right ? below : right;
		}
	return lengths;
}

static void put_range(struct ll_words *words, const struct side *side, size_t from, size_t to,
		      enum ll_word_change change)
{
	for (; from < to; from++)
		put(words, side->list[from], change);
}

/* The middle: what is neither at both beginnings nor at both ends. */
static int put_middle(struct ll_words *words, const struct comparison *comparison, size_t first,
		      size_t rows, size_t columns)
{
	const struct side *a = &comparison->sides[0], *b = &comparison->sides[1];
	size_t i = 0, j = 0;

	if (rows > 0 && columns > 0 && rows < UINT16_MAX && columns <= CELLS_MOST / rows) {
		LL_AUTO_FREE uint16_t *lengths = find_lengths(comparison, first, rows, columns);

		if (lengths == NULL)
			return -ENOMEM;
		while (i < rows && j < columns) {
			const uint16_t *cell = &lengths[i * (columns + 1) + j];

			if (is_same(comparison, first + i, first + j)) {
				put(words, b->list[first + j++], LL_WORD_SAME);
				i++;
			} else if (cell[columns + 1] >= cell[1]) {
				put(words, a->list[first + i++], LL_WORD_REMOVED);
			} else {
				put(words, b->list[first + j++], LL_WORD_ADDED);
			}
		}
	}
	put_range(words, a, first + i, first + rows, LL_WORD_REMOVED);
	put_range(words, b, first + j, first + columns, LL_WORD_ADDED);
	return 0;
}

static int compare(struct ll_words *words, const struct comparison *comparison)
{
	size_t count_a = comparison->sides[0].count, count_b = comparison->sides[1].count;
	size_t least = count_a < count_b ? count_a : count_b, first = 0, last = 0;

	words->list = calloc(count_a + count_b + 1, sizeof(*words->list));
	if (words->list == NULL)
		return -ENOMEM;
	while (first < least && is_same(comparison, first, first))
		first++;
	while (last < least - first &&
	       is_same(comparison, count_a - 1 - last, count_b - 1 - last))
		last++;
	put_range(words, &comparison->sides[1], 0, first, LL_WORD_SAME);
	int err = put_middle(words, comparison, first, count_a - first - last,
			     count_b - first - last);
	put_range(words, &comparison->sides[1], count_b - last, count_b, LL_WORD_SAME);
	return err;
}

int ll_words_init(struct ll_words *words, const struct ll_alike *alike, uint32_t a, uint32_t b,
		  struct ll_str args_a, struct ll_str args_b)
{
	LL_CLEANUP(comparison_fini)
	struct comparison comparison = { .alike = alike, .a = a, .b = b };

	*words = (struct ll_words){ 0 };
	int err = split(&comparison.sides[0], args_a);
	if (err == 0)
		err = split(&comparison.sides[1], args_b);
	return err == 0 ? compare(words, &comparison) : err;
}

void ll_words_fini(struct ll_words *words)
{
	free(words->list);
	*words = (struct ll_words){ 0 };
}
