/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Two command lines, word by word. */
#pragma once

#include "analysis/alike.h"

enum ll_word_change { LL_WORD_SAME, LL_WORD_REMOVED, LL_WORD_ADDED };

struct ll_word {
	struct ll_str text; /* borrowed from the job; of LL_WORD_SAME B's */
	enum ll_word_change change;
};

struct ll_words {
	struct ll_word *list;
	size_t count;
};

/*
 * Lay the words of both argument blocks out in one list, with as many as possible the same. What a
 * shell is given is one argument of many words: they end at blanks, too. Very long ones that have
 * little in common are told as replaced. Fini even on failure. Returns 0 or -ENOMEM.
 */
int ll_words_init(struct ll_words *words, const struct ll_alike *alike, uint32_t a, uint32_t b,
		  struct ll_str args_a, struct ll_str args_b);
void ll_words_fini(struct ll_words *words);
