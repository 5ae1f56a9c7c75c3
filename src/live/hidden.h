/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Processes that exist but are kept from BPF programs, as some sandboxes do with their own. */
#pragma once

#include <stdint.h>

struct ll_hidden {
	unsigned process_count; /* that /proc shows */
	unsigned hidden_count; /* of these the task iterator does not show */
	uint32_t first_tgid; /* the lowest of the hidden; 0: none */
};

/*
 * Compare /proc with what the task iterator shows, leaving out what was born or ended meanwhile.
 * Loads and attaches the programs. In a nested pid namespace the numbers of the two are not of a
 * kind. Returns 0 or -errno.
 */
int ll_hidden_find(struct ll_hidden *ret);
