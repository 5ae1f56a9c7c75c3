/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Makes, feeds and asks a filter; how is in the files named filter_*. */
#include "event/filter.h"

#include <errno.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "event/filter_eval.h"
#include "event/filter_parse.h"

_Static_assert(LL_EVENT_KINDS <= 28, "kinds and LL_E_TREE and its like share a mask");

struct ll_filter_node *ll_filter_node_new(struct ll_filter *filter, enum ll_filter_op op)
{
	struct ll_filter_node *node = calloc(1, sizeof(*node));

	if (node == NULL)
		return NULL;
	node->op = op;
	node->older = filter->newest;
	filter->newest = node;
	return node;
}

static void free_node(struct ll_filter_node *node)
{
	if (node->has_regex)
		regfree(&node->regex);
	free(node->text);
	free(node);
}

void ll_filter_free(struct ll_filter *filter)
{
	if (filter == NULL)
		return;
	while (filter->newest != NULL) {
		struct ll_filter_node *node = filter->newest;

		filter->newest = node->older;
		free_node(node);
	}
	ll_lineage_free(filter->lineage);
	free(filter->room);
	free(filter);
}

static void filter_cleanup(struct ll_filter **filter)
{
	ll_filter_free(*filter);
}

static bool compares_text(const struct ll_filter *filter)
{
	for (const struct ll_filter_node *node = filter->newest; node != NULL;
	     node = node->older) {
		enum ll_field_type type = LL_TYPE_INT;

		if (node->op == LL_FILTER_COMPARE)
			type = ll_field_info(node->field)->type;
		if (type == LL_TYPE_STR || type == LL_TYPE_ARGS)
			return true;
	}
	return false;
}

/* Whatever an event might need: the room is only touched as far as texts are long. */
static int prepare(struct ll_filter *filter, size_t keep)
{
	if (compares_text(filter)) {
		filter->room = malloc(LL_FILTER_TEXT_MAX + 1);
		if (filter->room == NULL)
			return -ENOMEM;
	}
	if (filter->descendant_count == 0)
		return 0;
	filter->lineage = ll_lineage_new(keep);
	if (filter->lineage == NULL)
		return -ENOMEM;
	for (unsigned i = 0; i < filter->descendant_count; i++)
		if (filter->descendants[i]->tgid != 0)
			ll_lineage_mark_pid(filter->lineage, i, filter->descendants[i]->tgid);
	return 0;
}

int ll_filter_parse(const char *text, uint32_t lines, size_t keep,
		    struct ll_filter **ret_filter, char **ret_why)
{
	LL_CLEANUP(filter_cleanup) struct ll_filter *filter = calloc(1, sizeof(*filter));

	if (filter == NULL)
		return -ENOMEM;
	filter->lines = lines;
	int r = ll_filter_parse_into(filter, text, ret_why);
	if (r == 0)
		r = prepare(filter, keep);
	if (r == 0)
		*ret_filter = TAKE(filter);
	return r;
}

int ll_filter_see(struct ll_filter *filter, const struct ll_event *event)
{
	if (filter->lineage == NULL)
		return 0;
	int r = ll_lineage_see(filter->lineage, event);
	for (unsigned i = 0; i < filter->descendant_count && r == 0; i++) {
		const struct ll_filter_node *node = filter->descendants[i]->first;

		if (node != NULL && ll_filter_ask(filter, node, event))
			ll_lineage_mark(filter->lineage, event, i);
	}
	return r;
}

bool ll_filter_matches(struct ll_filter *filter, const struct ll_event *event)
{
	return ll_filter_ask(filter, filter->root, event);
}
