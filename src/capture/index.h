/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Where the blocks of a file are: as its index says, or else by looking at all of them. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ll_index_entry {
	uint64_t offset;
	uint8_t type; /* enum ll_block_type */
	uint32_t flags;
	uint64_t event_count;
	uint64_t first_boottime_ns, last_boottime_ns;
};

struct ll_index {
	struct ll_index_entry *entries;
	size_t count, room;
	bool is_rebuilt; /* the file has none: it was not closed, or is damaged */
};

/* Load a regular file's. Returns 0 or -errno. */
int ll_index_load(int fd, struct ll_index *ret);
void ll_index_fini(struct ll_index *index);
