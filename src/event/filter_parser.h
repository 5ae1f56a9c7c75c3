/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What the two halves of the parser share: filter_parse.c has the grammar, filter_value.c what
 * fields are compared with.
 */
#pragma once

#include "event/filter_lexer.h"
#include "event/filter_tree.h"

/* "'word' at column 5"; a text that has quotes of its own is told without them. */
#define LL_QUOTED "'%.*s' at column %zu"
#define LL_QUOTE(token)                                                                        \
	(int)((token)->length - 2 * ((token)->kind == LL_TOKEN_STRING)),                       \
		(token)->text + ((token)->kind == LL_TOKEN_STRING), (token)->column

struct ll_parser {
	struct ll_filter *filter;
	struct ll_lexer lexer;
	struct ll_token token; /* the next one */
	unsigned depth;
	uint32_t lines; /* what is asked here: other than filter->lines in descendant_of() */
	char *why; /* heap */
	int error; /* 0 or -errno */
};

/* A field where one stands, or event. */
struct ll_parser_place {
	bool is_event;
	enum ll_field field;
	struct ll_token token;
};

/* The field and the operator of a comparison, or of all values of "in". */
struct ll_parser_comparison {
	struct ll_parser_place place;
	struct ll_token symbol;
	enum ll_filter_compare compare;
};

/* Note what is wrong, if nothing was before. All that refuse return NULL, for the caller to return. */
void *ll_parser_refuse(struct ll_parser *parser, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* Say that something else should stand where the next token is. */
void *ll_parser_refuse_token(struct ll_parser *parser, const char *expected);
/* Say that a name stands for nothing, and what was meant, unless that is NULL. */
void *ll_parser_refuse_name(struct ll_parser *parser, const char *what,
			    const struct ll_token *token, const char *meant);
void *ll_parser_run_out(struct ll_parser *parser);

void ll_parser_advance(struct ll_parser *parser);
/* Return a new node of the filter, or NULL, having noted why. */
struct ll_filter_node *ll_parser_make(struct ll_parser *parser, enum ll_filter_op op);
/* Copy a token's text; the caller's. NULL as above. */
char *ll_parser_copy(struct ll_parser *parser, const struct ll_token *token);

/* Say what a type is, to people. */
const char *ll_parser_type_name(const struct ll_field_info *info);
/* Refuse an operator that the type of its field has not. */
bool ll_parser_check_operator(struct ll_parser *parser,
			      const struct ll_parser_comparison *comparison);
/* Parse the value at the next token; returns the whole comparison, or NULL, having noted why. */
struct ll_filter_node *ll_parser_value(struct ll_parser *parser,
				       const struct ll_parser_comparison *comparison);
