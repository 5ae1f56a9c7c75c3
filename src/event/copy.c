/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* See copy.h. */
#include "event/copy.h"

#include <stdlib.h>
#include <string.h>

static bool is_string(const struct ll_event *event, enum ll_field field)
{
	enum ll_field_type type = ll_field_info(field)->type;

	return ll_event_has(event, field) && (type == LL_TYPE_STR || type == LL_TYPE_ARGS);
}

static struct ll_str *string_at(struct ll_event *event, enum ll_field field)
{
	return (struct ll_str *)(void *)((char *)event + ll_field_info(field)->offset);
}

struct ll_event *ll_event_copy(const struct ll_event *event)
{
	struct ll_event fixed = *event;
	size_t length = sizeof(fixed);

	for (int field = 0; field < LL_F_COUNT; field++)
		if (is_string(&fixed, field))
			length += string_at(&fixed, field)->length;
	struct ll_event *copy = malloc(length);
	if (copy == NULL)
		return NULL;
	char *at = (char *)(copy + 1);
	for (int field = 0; field < LL_F_COUNT; field++) {
		if (!is_string(&fixed, field))
			continue;
		struct ll_str *text = string_at(&fixed, field);
		if (text->length > 0)
			memcpy(at, text->data, text->length);
		text->data = at;
		at += text->length;
	}
	*copy = fixed;
	return copy;
}
