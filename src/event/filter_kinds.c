/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What can be told of an expression without an event: of which kinds of events it can be true or
 * false, which it names, and which parts all have to be true.
 */
#include "event/filter_tree.h"

/* Events that a field can be known of, what the process knows included. */
static uint32_t carriers_of(enum ll_field field)
{
	uint32_t events = ll_field_info(field)->events & LL_E_ALL & ~LL_E_HIDDEN;

	return ll_field_is_of_process(field) ? events | LL_E_SUBJECT : events;
}

/* The kinds of which a node may come out as wanted; some of them may never do so. */
static uint32_t kinds_of(const struct ll_filter_node *node, bool wanted)
{
	bool is_all = node->op == (wanted ? LL_FILTER_AND : LL_FILTER_OR);
	uint32_t kinds = is_all ? LL_E_ALL : 0;

	switch (node->op) {
	case LL_FILTER_AND:
	case LL_FILTER_OR:
		for (const struct ll_filter_node *child = node->first; child != NULL;
		     child = child->next)
			kinds = is_all ? kinds & kinds_of(child, wanted)
				       : kinds | kinds_of(child, wanted);
		return kinds;
	case LL_FILTER_NOT:
		return kinds_of(node->first, !wanted);
	case LL_FILTER_EVENT:
		return wanted ? node->kinds : LL_E_ALL & ~node->kinds;
	case LL_FILTER_DESCENDANT:
		return wanted ? LL_E_SUBJECT : LL_E_ALL;
	default:
		return wanted ? carriers_of(node->field) : LL_E_ALL;
	}
}

uint32_t ll_filter_kinds(const struct ll_filter *filter)
{
	return kinds_of(filter->root, true);
}

uint32_t ll_filter_ancestor_kinds(const struct ll_filter *filter)
{
	uint32_t kinds = 0;

	for (unsigned i = 0; i < filter->descendant_count; i++)
		if (filter->descendants[i]->first != NULL)
			kinds |= kinds_of(filter->descendants[i]->first, true);
	return kinds;
}

static uint32_t named_by(const struct ll_filter_node *node, bool wanted, uint32_t usual)
{
	uint32_t kinds = 0;

	switch (node->op) {
	case LL_FILTER_AND:
	case LL_FILTER_OR:
		for (const struct ll_filter_node *child = node->first; child != NULL;
		     child = child->next)
			kinds |= named_by(child, wanted, usual);
		return kinds;
	case LL_FILTER_NOT:
		return named_by(node->first, !wanted, usual);
	case LL_FILTER_EVENT:
		return wanted && node->is_kinds_named ? node->kinds : 0;
	case LL_FILTER_DESCENDANT:
		return 0;
	default:
		kinds = carriers_of(node->field);
		return wanted && (kinds & usual) == 0 ? kinds : 0;
	}
}

uint32_t ll_filter_named_kinds(const struct ll_filter *filter, uint32_t usual)
{
	return named_by(filter->root, true, usual);
}

/* Births and ends for who descends from whom; and what tells of the fields of a process. */
uint32_t ll_filter_fed_kinds(const struct ll_filter *filter)
{
	uint32_t kinds =
		ll_filter_asks_process(filter) ? LL_E_IDENTITY & ~LL_E(EXEC_FAILED) : 0;

	if (filter->descendant_count > 0)
		kinds |= LL_E(SNAPSHOT) | LL_E(FORK) | LL_E(EXIT) | LL_E(REAP);
	for (unsigned i = 0; i < filter->descendant_count; i++)
		if (filter->descendants[i]->first != NULL)
			kinds |= named_by(filter->descendants[i]->first, true,
					  LL_E_IDENTITY | LL_E(EXIT) | LL_E(REAP)) |
				 LL_E(EXEC);
	return kinds;
}

unsigned ll_filter_descendant_count(const struct ll_filter *filter)
{
	return filter->descendant_count;
}

bool ll_filter_asks_process(const struct ll_filter *filter)
{
	for (const struct ll_filter_node *node = filter->newest; node != NULL;
	     node = node->older)
		if ((node->op == LL_FILTER_COMPARE || node->op == LL_FILTER_HAS) &&
		    ll_field_is_of_process(node->field))
			return true;
	return false;
}

bool ll_filter_asks(const struct ll_filter *filter, enum ll_field field)
{
	for (const struct ll_filter_node *node = filter->newest; node != NULL;
	     node = node->older)
		if ((node->op == LL_FILTER_COMPARE || node->op == LL_FILTER_HAS) &&
		    node->field == field)
			return true;
	return false;
}

/* Find the part of an index, counting down; NULL: there are not as many. */
static const struct ll_filter_node *find_part(const struct ll_filter_node *node, size_t *index)
{
	const struct ll_filter_node *found = NULL;

	if (node->op != LL_FILTER_AND)
		return (*index)-- == 0 ? node : NULL;
	for (const struct ll_filter_node *child = node->first; child != NULL && found == NULL;
	     child = child->next)
		found = find_part(child, index);
	return found;
}

const struct ll_filter_node *ll_filter_find_part(const struct ll_filter *filter, size_t index)
{
	return find_part(filter->root, &index);
}

size_t ll_filter_part_count(const struct ll_filter *filter)
{
	size_t count = 0;

	while (ll_filter_find_part(filter, count) != NULL)
		count++;
	return count;
}

static bool is_of_event(const struct ll_filter_node *node)
{
	if (node->op == LL_FILTER_EVENT)
		return true;
	if (node->op != LL_FILTER_OR && node->op != LL_FILTER_NOT)
		return false;
	for (const struct ll_filter_node *child = node->first; child != NULL;
	     child = child->next)
		if (!is_of_event(child))
			return false;
	return true;
}

/* What the kernel looks at, and compares for equality. */
static bool is_looked_at(enum ll_field field)
{
	return field == LL_F_EUID || field == LL_F_RUID || field == LL_F_COMM;
}

static enum ll_filter_part_kind kind_of(const struct ll_filter_node *node)
{
	if (is_of_event(node))
		return LL_FILTER_PART_KINDS;
	if (node->op == LL_FILTER_DESCENDANT && node->tgid != 0)
		return LL_FILTER_PART_DESCENDANT;
	if (node->op == LL_FILTER_OR || node->op == LL_FILTER_NOT)
		return LL_FILTER_PART_CHOICE;
	if (node->op == LL_FILTER_COMPARE && node->compare != LL_FILTER_EQ &&
	    is_looked_at(node->field))
		return LL_FILTER_PART_CHOICE;
	if (node->op != LL_FILTER_COMPARE || node->compare != LL_FILTER_EQ)
		return LL_FILTER_PART_OTHER;
	switch (node->field) {
	case LL_F_EUID:
	case LL_F_RUID:
		return LL_FILTER_PART_USER;
	case LL_F_COMM:
		return LL_FILTER_PART_COMM;
	case LL_F_CGROUP:
		return LL_FILTER_PART_CGROUP;
	default:
		return LL_FILTER_PART_OTHER;
	}
}

struct ll_filter_part ll_filter_part_at(const struct ll_filter *filter, size_t index)
{
	const struct ll_filter_node *node = ll_filter_find_part(filter, index);

	return (struct ll_filter_part){
		.kind = kind_of(node),
		.number = node->op == LL_FILTER_DESCENDANT ? node->tgid : node->number,
		.text = node->text,
	};
}
