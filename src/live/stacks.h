/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Kernel stacks by id, as names: the addresses come from a BPF stack map, the names from
 * /proc/kallsyms, which is read when the first stack is asked for.
 */
#pragma once

#include <stdint.h>

#include "event/event.h"

struct ll_stacks;

/* map_fd is borrowed. Returns NULL when out of memory. */
struct ll_stacks *ll_stacks_new(int map_fd);
void ll_stacks_free(struct ll_stacks *stacks);

/*
 * Return the frames of a stack, innermost first, NUL-terminated each ("io_schedule+0x12"; an
 * address where names are not to be had). Empty when stacks is NULL, the id is negative or
 * unknown. Valid until the next call.
 */
struct ll_str ll_stacks_find(struct ll_stacks *stacks, int32_t id);
