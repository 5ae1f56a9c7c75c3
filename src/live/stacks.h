/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Kernel stacks by id, as names: the addresses come from a BPF stack map, the names from
 * /proc/kallsyms, which is read when the first stack is asked for. A stack begins with who called
 * the scheduler: of how it was taken nothing is told.
 */
#pragma once

#include <stdint.h>

#include "event/event.h"

struct ll_stacks;

/* Both are borrowed; symbols_path is /proc/kallsyms. Returns NULL when out of memory. */
struct ll_stacks *ll_stacks_new(int map_fd, const char *symbols_path);
void ll_stacks_free(struct ll_stacks *stacks);

/*
 * Return the frames of a stack, innermost first, NUL-terminated each ("io_schedule+0x12"; an
 * address where names are not to be had). Empty when stacks is NULL, the id is negative or
 * unknown. Valid until the next call.
 */
struct ll_str ll_stacks_find(struct ll_stacks *stacks, int32_t id);

/* The most frames a stack has; LL_STACK_DEPTH of bpf/maps.bpf.h. */
#define LL_STACKS_DEPTH 32

/* The same of addresses, which end with a 0 or after LL_STACKS_DEPTH. Valid until the next call. */
struct ll_str ll_stacks_format(struct ll_stacks *stacks,
			       const uint64_t addresses[LL_STACKS_DEPTH]);
