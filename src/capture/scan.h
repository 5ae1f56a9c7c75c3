/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Finds the whole blocks of a file, in order, whatever lies between them. One block is in
 * memory at a time.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "capture/bytes.h"
#include "capture/format.h"

/*
 * Checksums of all from one place on, up to each of these places after it. With them the checksum of any
 * stretch costs no more than that of its two ends.
 */
#define LL_SCAN_MARK_BYTES 4096
#define LL_SCAN_MARKS 4096 /* twice as many as the longest payload has */

struct ll_scan_marks {
	uint64_t first, count; /* the oldest, by offset / LL_SCAN_MARK_BYTES; 0: none */
	uint32_t *sums; /* in a ring */
};

/* What was skipped: no block, or one whose checksum is wrong. */
struct ll_damage {
	uint64_t offset, bytes;
	bool is_tail; /* nothing that is whole comes after it */
	bool is_other; /* it begins with what begins a block of another capture */
};

struct ll_scan {
	int fd; /* borrowed */
	bool is_stream; /* a pipe: read in order */
	bool follow; /* the end of what is there is not the end */
	bool has_id;
	uint64_t file_id; /* of the first block that was found */
	uint64_t base; /* offset of the buffer in the file */
	struct ll_bytes buffer;
	size_t at; /* in the buffer: what was not looked at yet */
	bool is_at_end; /* of the file, when last read */
	bool in_damage;
	struct ll_damage damage; /* the one it is in, or the last one */
	uint64_t damage_count;
	struct ll_scan_marks marks; /* used in damage */
	uint64_t
		summed_bytes; /* that a checksum was made of, for tests of how much work it is */
	uint64_t block_offset; /* of the last block found */
};

enum ll_scan_result {
	LL_SCAN_BLOCK,
	LL_SCAN_TRAILER,
	LL_SCAN_NOTHING, /* no more, or not yet */
	LL_SCAN_AGAIN, /* nothing in what was looked at, which is enough for one call */
};

/* Begin at an offset. */
void ll_scan_init(struct ll_scan *scan, int fd, uint64_t offset);
void ll_scan_fini(struct ll_scan *scan);

/*
 * Find the next block or trailer. The payload, as stored, is valid until the next call. Damage
 * that it went over is in scan->damage when scan->damage_count has risen. Returns an enum
 * ll_scan_result, or -errno; -EINTR also when a pipe has had nothing for a moment.
 */
int ll_scan_next(struct ll_scan *scan, struct ll_block *ret_block, const uint8_t **ret_payload,
		 struct ll_trailer *ret_trailer);
