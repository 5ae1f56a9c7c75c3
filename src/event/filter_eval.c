/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Asks a tree of an event. Nothing is allocated, nothing can fail. */
#include "event/filter_eval.h"

#include <fnmatch.h>
#include <string.h>

static const void *member_of(const struct ll_event *event, enum ll_field field)
{
	return (const char *)event + ll_field_info(field)->offset;
}

static uint64_t number_of(const struct ll_event *event, enum ll_field field)
{
	const void *member = member_of(event, field);

	switch (ll_field_info(field)->type) {
	case LL_TYPE_BOOL:
		return *(const bool *)member;
	case LL_TYPE_ENUM:
		return *(const uint8_t *)member;
	default:
		return *(const uint64_t *)member;
	}
}

/* -1, 0 or 1. */
static int order_of(const struct ll_filter_node *node, uint64_t number)
{
	if (ll_field_info(node->field)->type == LL_TYPE_INT) {
		int64_t left = (int64_t)number, right = (int64_t)node->number;

		return (left > right) - (left < right);
	}
	return (number > node->number) - (number < node->number);
}

static bool compare_number(const struct ll_filter_node *node, const struct ll_event *event)
{
	int order = order_of(node, number_of(event, node->field));

	switch (node->compare) {
	case LL_FILTER_EQ:
		return order == 0;
	case LL_FILTER_NE:
		return order != 0;
	case LL_FILTER_LT:
		return order < 0;
	case LL_FILTER_LE:
		return order <= 0;
	case LL_FILTER_GT:
		return order > 0;
	default:
		return order >= 0;
	}
}

/* Copy a text to the room as a C string. A list's ends become blanks, the last one nothing. */
static const char *put_together(char *room, struct ll_str text)
{
	size_t length = text.length < LL_FILTER_TEXT_MAX ? text.length : LL_FILTER_TEXT_MAX;

	if (length > 0 && text.data[length - 1] == '\0')
		length--;
	for (size_t i = 0; i < length; i++)
		room[i] = text.data[i] != '\0' ? text.data[i] : ' ';
	room[length] = '\0';
	return room;
}

static const char *text_of(const struct ll_filter *filter, const struct ll_filter_node *node,
			   const struct ll_event *event)
{
	const struct ll_field_info *info = ll_field_info(node->field);

	if (info->type == LL_TYPE_ENUM)
		return info->values[number_of(event, node->field)];
	const struct ll_str *text = member_of(event, node->field);
	return put_together(filter->room, *text);
}

bool ll_filter_node_matches_text(const struct ll_filter_node *node, const char *text)
{
	switch (node->compare) {
	case LL_FILTER_GLOB:
		return fnmatch(node->text, text, 0) == 0;
	case LL_FILTER_MATCH:
	case LL_FILTER_NO_MATCH:
		return regexec(&node->regex, text, 0, NULL, 0) == 0;
	default:
		return strcmp(text, node->text) == 0;
	}
}

static bool compare_text(const struct ll_filter *filter, const struct ll_filter_node *node,
			 const struct ll_event *event)
{
	bool is_negated = node->compare == LL_FILTER_NE || node->compare == LL_FILTER_NO_MATCH;

	return ll_filter_node_matches_text(node, text_of(filter, node, event)) != is_negated;
}

static bool compare(const struct ll_filter *filter, const struct ll_filter_node *node,
		    const struct ll_event *event)
{
	enum ll_field_type type = ll_field_info(node->field)->type;

	if (!ll_event_has(event, node->field))
		return false;
	if (type == LL_TYPE_STR || type == LL_TYPE_ARGS ||
	    (type == LL_TYPE_ENUM && node->compare >= LL_FILTER_GLOB))
		return compare_text(filter, node, event);
	return compare_number(node, event);
}

static bool is_descendant(const struct ll_filter *filter, const struct ll_filter_node *node,
			  const struct ll_event *event)
{
	return ll_lineage_marks(filter->lineage, event) >> node->slot & 1;
}

static bool ask_each(const struct ll_filter *filter, const struct ll_filter_node *node,
		     const struct ll_event *event, bool until)
{
	for (const struct ll_filter_node *child = node->first; child != NULL;
	     child = child->next)
		if (ll_filter_ask(filter, child, event) == until)
			return until;
	return !until;
}

bool ll_filter_ask(const struct ll_filter *filter, const struct ll_filter_node *node,
		   const struct ll_event *event)
{
	switch (node->op) {
	case LL_FILTER_AND:
		return ask_each(filter, node, event, false);
	case LL_FILTER_OR:
		return ask_each(filter, node, event, true);
	case LL_FILTER_NOT:
		return !ll_filter_ask(filter, node->first, event);
	case LL_FILTER_EVENT:
		return node->kinds >> event->kind & 1;
	case LL_FILTER_HAS:
		return ll_event_has(event, node->field);
	case LL_FILTER_COMPARE:
		return compare(filter, node, event);
	case LL_FILTER_DESCENDANT:
		return is_descendant(filter, node, event);
	}
	return false;
}
