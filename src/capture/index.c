/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * See index.h. An index that does not fit what it is of is not believed: it stands right before the
 * trailer, and tells of blocks before it, one after the other.
 */
#include "capture/index.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/grow.h"
#include "capture/bytes.h"
#include "capture/codec.h"
#include "capture/format.h"
#include "capture/scan.h"

/* A file is no longer. */
#define OFFSET_MAX ((uint64_t)INT64_MAX)

static void free_codec(struct ll_codec **codec)
{
	ll_codec_free(*codec);
}

void ll_index_fini(struct ll_index *index)
{
	free(index->entries);
	*index = (struct ll_index){ 0 };
}

static int add(struct ll_index *index, const struct ll_index_entry *entry)
{
	struct ll_index_entry *entries =
		ll_grow(index->entries, index->count + 1, &index->room, sizeof(*entries), 64);

	if (entries == NULL)
		return -ENOMEM;
	index->entries = entries;
	index->entries[index->count++] = *entry;
	return 0;
}

/* Read one entry after the one before it. */
static bool get_entry(struct ll_cursor *cursor, struct ll_index_entry *entry)
{
	uint64_t distance, flags, events, first, length;

	if (!ll_cursor_varint(cursor, &distance) || !ll_cursor_byte(cursor, &entry->type) ||
	    !ll_cursor_varint(cursor, &flags) || !ll_cursor_varint(cursor, &events) ||
	    !ll_cursor_varint(cursor, &first) || !ll_cursor_varint(cursor, &length))
		return false;
	if (distance > OFFSET_MAX - entry->offset)
		return false;
	entry->offset += distance;
	entry->flags = (uint32_t)flags;
	entry->event_count = events;
	entry->first_boottime_ns += ll_unzigzag(first);
	entry->last_boottime_ns = entry->first_boottime_ns + length;
	return true;
}

/* end: where the index itself begins. */
static int parse(const uint8_t *raw, size_t length, uint64_t end, struct ll_index *index)
{
	struct ll_cursor cursor = { raw, raw + length };
	struct ll_index_entry entry = { 0 };
	uint64_t count;

	if (!ll_cursor_varint(&cursor, &count))
		return -EBADMSG;
	for (uint64_t i = 0; i < count; i++) {
		uint64_t least = i > 0 ? entry.offset + LL_BLOCK_BYTES : 0;

		if (!get_entry(&cursor, &entry) || entry.offset < least ||
		    end < LL_BLOCK_BYTES || entry.offset > end - LL_BLOCK_BYTES)
			return -EBADMSG;
		if (add(index, &entry) < 0)
			return -ENOMEM;
	}
	return 0;
}

/* Find the trailer at the file's end, and where it begins. Returns 0, -ENOENT or another -errno. */
static int find_trailer(int fd, struct ll_trailer *ret, uint64_t *ret_offset)
{
	uint8_t bytes[LL_TRAILER_BYTES];
	struct stat st;

	if (fstat(fd, &st) < 0)
		return -errno;
	if (st.st_size < LL_TRAILER_BYTES ||
	    pread(fd, bytes, sizeof(bytes), st.st_size - LL_TRAILER_BYTES) !=
		    (ssize_t)sizeof(bytes) ||
	    ll_trailer_parse(bytes, ret) < 0)
		return -ENOENT;
	*ret_offset = (uint64_t)st.st_size - LL_TRAILER_BYTES;
	return 0;
}

/* Read the INDEX block. Returns 0, -ENOENT or -EBADMSG when there is no good one, or -errno. */
static int read_index(int fd, struct ll_index *index)
{
	LL_CLEANUP(ll_scan_fini) struct ll_scan scan = { 0 };
	LL_CLEANUP(free_codec) struct ll_codec *codec = NULL;
	const uint8_t *stored = NULL, *raw = NULL;
	struct ll_trailer trailer, next;
	struct ll_block block;
	uint64_t end = 0;
	int r = find_trailer(fd, &trailer, &end);

	if (r < 0)
		return r;
	if (trailer.index_offset >= end)
		return -ENOENT;
	ll_scan_init(&scan, fd, trailer.index_offset);
	r = ll_scan_next(&scan, &block, &stored, &next);
	if (r < 0)
		return r;
	if (r != LL_SCAN_BLOCK || block.type != LL_BLOCK_INDEX ||
	    block.file_id != trailer.file_id || scan.block_offset != trailer.index_offset ||
	    scan.base + scan.at != end)
		return -ENOENT;
	codec = ll_codec_new_inflate();
	if (codec == NULL)
		return -ENOMEM;
	r = ll_codec_inflate(codec, &block, stored, &raw);
	return r < 0 ? r : parse(raw, block.raw_bytes, trailer.index_offset, index);
}

static int rebuild(int fd, struct ll_index *index)
{
	LL_CLEANUP(ll_scan_fini) struct ll_scan scan = { 0 };
	const uint8_t *stored = NULL;
	struct ll_trailer trailer;
	struct ll_block block;
	int r;

	index->count = 0;
	index->is_rebuilt = true;
	ll_scan_init(&scan, fd, 0);
	while ((r = ll_scan_next(&scan, &block, &stored, &trailer)) != LL_SCAN_NOTHING) {
		if (r < 0)
			return r;
		if (r != LL_SCAN_BLOCK || block.type == LL_BLOCK_INDEX)
			continue;
		struct ll_index_entry entry = {
			.offset = scan.block_offset,
			.type = block.type,
			.flags = block.flags,
			.event_count = block.event_count,
			.first_boottime_ns = block.first_boottime_ns,
			.last_boottime_ns = block.last_boottime_ns,
		};
		if (add(index, &entry) < 0)
			return -ENOMEM;
	}
	return 0;
}

int ll_index_load(int fd, struct ll_index *ret)
{
	LL_CLEANUP(ll_index_fini) struct ll_index index = { 0 };
	int r = read_index(fd, &index);

	if (r == -ENOENT || r == -EBADMSG)
		r = rebuild(fd, &index);
	if (r < 0)
		return r;
	*ret = index;
	index.entries = NULL;
	return 0;
}
