/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* A person wants to know which functions, not how far into them. */
#include "render/stack.h"

#include <string.h>

static struct ll_str function_of(struct ll_str frame)
{
	const char *plus = memchr(frame.data, '+', frame.length);

	return plus != NULL ? ll_str_make(frame.data, (size_t)(plus - frame.data)) : frame;
}

void ll_stack_put(struct ll_line *line, struct ll_str stack)
{
	struct ll_str frame;

	for (bool first = true; !line->full && ll_args_next(&stack, &frame); first = false) {
		ll_line_put(line, first ? "" : " < ");
		ll_line_put_quoted(line, function_of(frame));
	}
}
