/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * One file being written: whole blocks, appended; then index and trailer. What could only be
 * written in part is cut off again.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "capture/bytes.h"
#include "capture/codec.h"
#include "capture/format.h"

struct ll_file {
	int fd; /* -1: not open */
	bool is_regular; /* it can be cut */
	bool is_locked; /* as long as it is open, by fcntl(2) F_OFD_SETLK */
	uint64_t id, offset;
	uint64_t begun_ns; /* CLOCK_MONOTONIC */
	struct ll_bytes index; /* entries of an INDEX */
	uint64_t index_count;
	uint64_t index_offset, index_ns; /* of its last entry */
};

/*
 * Make a file, readable by its owner alone, or take stdout for "-". What was there is
 * overwritten. Returns 0 or -errno, -EBUSY when it is being written.
 */
int ll_file_open(const char *path, struct ll_file *ret);

/* Whether somebody is writing a capture there. */
bool ll_file_is_busy(const char *path);

/* Close without a word, even when that is none. */
void ll_file_close(struct ll_file *file);

/*
 * Append a block with that payload, of which so many bytes at the end are noise. Type, flags, events, times, sequence and schema are the
 * caller's, the rest is filled in. Returns 0 or -errno; then the file is as before.
 */
int ll_file_put(struct ll_file *file, struct ll_codec *codec, struct ll_block *block,
		const struct ll_bytes *raw, size_t noise);

/* Append index and trailer. flags: LL_BLOCK_ROTATED or 0. As above. */
int ll_file_end(struct ll_file *file, struct ll_codec *codec, uint64_t sequence,
		uint32_t flags);
