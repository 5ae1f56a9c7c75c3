/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The words of an expression. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum ll_token_kind {
	LL_TOKEN_END,
	LL_TOKEN_NAME, /* a field, a keyword */
	LL_TOKEN_NUMBER, /* with its sign and unit */
	LL_TOKEN_STRING, /* with its quotes */
	LL_TOKEN_OPEN,
	LL_TOKEN_CLOSE,
	LL_TOKEN_COMMA,
	LL_TOKEN_AND,
	LL_TOKEN_OR,
	LL_TOKEN_NOT,
	LL_TOKEN_IN,
	LL_TOKEN_EQ, /* in the order of enum ll_filter_compare, up to NO_MATCH */
	LL_TOKEN_NE,
	LL_TOKEN_LT,
	LL_TOKEN_LE,
	LL_TOKEN_GT,
	LL_TOKEN_GE,
	LL_TOKEN_GLOB,
	LL_TOKEN_MATCH,
	LL_TOKEN_NO_MATCH,
	LL_TOKEN_BAD, /* no word begins like this */
	LL_TOKEN_OPEN_STRING, /* the closing quote is missing */
};

struct ll_token {
	enum ll_token_kind kind;
	const char *text; /* borrowed from the expression */
	size_t length;
	size_t column; /* of its first character, from 1 */
};

/* Starts with at on the NUL-terminated text and column 1. */
struct ll_lexer {
	const char *at;
	size_t column; /* of at, in characters */
};

/* Read the next token; after the last one LL_TOKEN_END, again and again. */
struct ll_token ll_lexer_next(struct ll_lexer *lexer);

/* Whether a token is this word. */
bool ll_token_is(const struct ll_token *token, const char *word);

/*
 * Return the bytes of a string token without quotes and escapes, NUL-terminated, as a heap
 * string owned by the caller. \" \' \\ \n \t and \xHH are escapes; another backslash stands
 * for itself, so that patterns need not double it. NULL: out of memory.
 */
char *ll_token_unquote(const struct ll_token *token);
