/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A parsed expression. Every node is typed: what a field is compared with was checked and
 * converted by the parser, so that nothing can go wrong when an event comes.
 */
#pragma once

#include <regex.h>

#include "event/filter.h"
#include "event/filter_lineage.h"

enum ll_filter_op {
	LL_FILTER_AND, /* of all children; at least one */
	LL_FILTER_OR,
	LL_FILTER_NOT, /* of the one child */
	LL_FILTER_EVENT, /* the event's kind is one of kinds */
	LL_FILTER_HAS, /* field is known */
	LL_FILTER_COMPARE, /* field with number or text */
	LL_FILTER_DESCENDANT, /* of tgid, or of those the child was true of */
};

enum ll_filter_compare {
	LL_FILTER_EQ,
	LL_FILTER_NE,
	LL_FILTER_LT,
	LL_FILTER_LE,
	LL_FILTER_GT,
	LL_FILTER_GE,
	LL_FILTER_GLOB,
	LL_FILTER_MATCH,
	LL_FILTER_NO_MATCH,
};

struct ll_filter_node {
	enum ll_filter_op op;
	enum ll_filter_compare compare;
	enum ll_field field;
	struct ll_filter_node *first; /* child; a NOT and a DESCENDANT have at most one */
	struct ll_filter_node *next; /* sibling */
	struct ll_filter_node *older; /* of all nodes; see struct ll_filter */
	uint32_t kinds; /* of EVENT */
	bool is_kinds_named; /* by == or in: they are asked for */
	uint64_t number; /* INT: as int64_t; BOOL 0 or 1; ENUM its index */
	char *text; /* what is compared with, as bytes; of numbers as they were written */
	size_t length; /* of text */
	regex_t regex;
	bool has_regex;
	unsigned slot; /* of DESCENDANT: bit of the marks */
	uint32_t tgid; /* of DESCENDANT: 0 by expression */
};

struct ll_filter {
	struct ll_filter_node *root;
	struct ll_filter_node *newest; /* all there are, by older: freed at once */
	uint32_t lines; /* what it is asked of */
	/* descendant_of(), inner ones first. */
	struct ll_filter_node *descendants[LL_FILTER_DESCENDANTS_MAX];
	unsigned descendant_count;
	struct ll_lineage *lineage; /* NULL: none is asked for */
	char *room; /* a text put together, NUL-terminated; NULL: none is compared */
};

/* What of a text is looked at, at most: as long as arguments can be. */
#define LL_FILTER_TEXT_MAX (1024 * 1024)

/* Return a new node that belongs to the filter, or NULL when out of memory. */
struct ll_filter_node *ll_filter_node_new(struct ll_filter *filter, enum ll_filter_op op);

/* Whether a text matches the glob or regular expression of a node. */
bool ll_filter_node_matches_text(const struct ll_filter_node *node, const char *text);

/* Return the part of an index, or NULL past the end. */
const struct ll_filter_node *ll_filter_find_part(const struct ll_filter *filter, size_t index);
