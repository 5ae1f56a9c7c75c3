/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The expression as it was understood, in its own language: it can be parsed again. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "event/filter_tree.h"

static const char *const operators[] = {
	[LL_FILTER_EQ] = "==",  [LL_FILTER_NE] = "!=",    [LL_FILTER_LT] = "<",
	[LL_FILTER_LE] = "<=",  [LL_FILTER_GT] = ">",     [LL_FILTER_GE] = ">=",
	[LL_FILTER_GLOB] = "~", [LL_FILTER_MATCH] = "=~", [LL_FILTER_NO_MATCH] = "!~",
};

static void put_node(FILE *out, const struct ll_filter_node *node);

/* What the lexer reads back as the same bytes. */
static void put_text(FILE *out, const struct ll_filter_node *node)
{
	fputc('"', out);
	for (size_t i = 0; i < node->length; i++) {
		unsigned char c = (unsigned char)node->text[i];

		if (c == '"' || c == '\\')
			fprintf(out, "\\%c", c);
		else if (c < ' ' || c > '~')
			fprintf(out, "\\x%02x", c);
		else
			fputc(c, out);
	}
	fputc('"', out);
}

static void put_kinds(FILE *out, uint32_t kinds)
{
	uint32_t all = LL_E_ALL & ~LL_E_HIDDEN;
	bool is_long = __builtin_popcount(kinds) > LL_EVENT_SNAPSHOT_END / 2;
	const char *separator = "";

	if (kinds == all || kinds == 0) {
		fputs(kinds == all ? "has(event)" : "not has(event)", out);
		return;
	}
	fprintf(out, "event %s (", is_long ? "not in" : "in");
	for (int kind = 0; kind < LL_EVENT_SNAPSHOT_END; kind++) {
		if (((is_long ? all & ~kinds : kinds) >> kind & 1) == 0)
			continue;
		fprintf(out, "%s\"%s\"", separator, ll_event_kind_name(kind));
		separator = ", ";
	}
	fputc(')', out);
}

static void put_comparison(FILE *out, const struct ll_filter_node *node)
{
	const struct ll_field_info *info = ll_field_info(node->field);
	bool is_text = info->type == LL_TYPE_STR || info->type == LL_TYPE_ARGS ||
		       info->type == LL_TYPE_ENUM;

	fprintf(out, "%s %s ", info->key, operators[node->compare]);
	if (is_text)
		put_text(out, node);
	else
		fputs(node->text, out);
}

static void put_joined(FILE *out, const struct ll_filter_node *node)
{
	for (const struct ll_filter_node *child = node->first; child != NULL;
	     child = child->next) {
		put_node(out, child);
		if (child->next != NULL)
			fputs(node->op == LL_FILTER_AND ? " and " : " or ", out);
	}
}

static void put_descendant(FILE *out, const struct ll_filter_node *node)
{
	fputs("descendant_of(", out);
	if (node->first == NULL)
		fprintf(out, "%" PRIu32, node->tgid);
	else
		put_node(out, node->first);
	fputc(')', out);
}

static void put_node(FILE *out, const struct ll_filter_node *node)
{
	switch (node->op) {
	case LL_FILTER_AND:
	case LL_FILTER_OR:
		fputc('(', out);
		put_joined(out, node);
		fputc(')', out);
		break;
	case LL_FILTER_NOT:
		fputs("not (", out);
		put_node(out, node->first);
		fputc(')', out);
		break;
	case LL_FILTER_EVENT:
		put_kinds(out, node->kinds);
		break;
	case LL_FILTER_HAS:
		fprintf(out, "has(%s)", ll_field_info(node->field)->key);
		break;
	case LL_FILTER_COMPARE:
		put_comparison(out, node);
		break;
	case LL_FILTER_DESCENDANT:
		put_descendant(out, node);
		break;
	}
}

char *ll_filter_format(const struct ll_filter *filter, size_t part)
{
	const struct ll_filter_node *node =
		part == SIZE_MAX ? filter->root : ll_filter_find_part(filter, part);
	char *text = NULL;
	size_t size;
	FILE *memory = open_memstream(&text, &size);

	if (memory == NULL)
		return NULL;
	if (node->op == LL_FILTER_AND || node->op == LL_FILTER_OR)
		put_joined(memory, node);
	else
		put_node(memory, node);
	if (fclose(memory) == 0)
		return text;
	free(text);
	return NULL;
}
