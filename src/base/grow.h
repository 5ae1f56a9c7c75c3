/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Arrays that grow: the one place where room is doubled. */
#pragma once

#include <stddef.h>

/*
 * Make room for count items of size bytes each in a heap array, NULL at first. *room is how many
 * items it has room for; it doubles, from least (not 0), until that is enough. Returns the array,
 * the caller's, in place of items: it may have moved. Returns NULL when that is too much;
 * then items and *room are as before.
 */
void *ll_grow(void *items, size_t count, size_t *room, size_t size, size_t least);
