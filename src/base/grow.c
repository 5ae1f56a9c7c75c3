/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* See grow.h. */
#include "base/grow.h"

#include <stdint.h>
#include <stdlib.h>

void *ll_grow(void *items, size_t count, size_t *room, size_t size, size_t least)
{
	size_t more = *room == 0 ? least : *room;

	if (items != NULL && count <= *room)
		return items;
	while (more < count) {
		if (more > SIZE_MAX / 2 / size)
			return NULL;
		more *= 2;
	}
	void *grown = reallocarray(items, more, size);
	if (grown != NULL)
		*room = more;
	return grown;
}
