/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A block counts when its header's and its payload's checksums are right and its file id is
 * that of the file: then nothing that was recorded, nor what is left of an older file, can
 * pass for a block.
 *
 * What looks like a header may stand anywhere in damage, and tell of any payload: as many as there is room
 * for headers, of 8 MiB each. All are looked into, lest a whole block is missed, but no byte is summed
 * for each of them.
 */
#include "capture/scan.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#define READ_BYTES (256 * 1024)
/* How much is looked at, and how long a pipe is waited for, before the caller has a say again. */
#define LOOK_BYTES (4 * 1024 * 1024)
#define WAIT_MS 200

void ll_scan_init(struct ll_scan *scan, int fd, uint64_t offset)
{
	struct stat st;

	*scan = (struct ll_scan){ .fd = fd, .base = offset };
	scan->is_stream = fstat(fd, &st) < 0 || !S_ISREG(st.st_mode);
}

void ll_scan_fini(struct ll_scan *scan)
{
	ll_bytes_fini(&scan->buffer);
	free(scan->marks.sums);
	scan->marks = (struct ll_scan_marks){ 0 };
}

static uint64_t position(const struct ll_scan *scan)
{
	return scan->base + scan->at;
}

static size_t left(const struct ll_scan *scan)
{
	return scan->buffer.length - scan->at;
}

/* Forget what was looked at, and make room for more. Returns 0 or -ENOMEM. */
static int make_room(struct ll_scan *scan, size_t more)
{
	struct ll_bytes *buffer = &scan->buffer;

	if (scan->at > 0) {
		memmove(buffer->data, buffer->data + scan->at, left(scan));
		buffer->length -= scan->at;
		scan->base += scan->at;
		scan->at = 0;
	}
	return ll_bytes_reserve(buffer, more);
}

/* A read that waits would be begun again after a signal, and never tell. Returns 0 or -EINTR. */
static int await(const struct ll_scan *scan)
{
	struct pollfd fd = { .fd = scan->fd, .events = POLLIN };

	return !scan->is_stream || poll(&fd, 1, WAIT_MS) > 0 ? 0 : -EINTR;
}

/* Read until length bytes are there, or no more are to be had. Returns 0 or -errno. */
static int fill(struct ll_scan *scan, size_t length)
{
	struct ll_bytes *buffer = &scan->buffer;

	scan->is_at_end = false;
	while (left(scan) < length && !scan->is_at_end) {
		size_t wanted = length - left(scan);

		if (wanted < READ_BYTES)
			wanted = READ_BYTES;
		if (make_room(scan, wanted) < 0)
			return -ENOMEM;
		if (await(scan) < 0)
			return -EINTR;
		uint8_t *into = buffer->data + buffer->length;
		ssize_t got = scan->is_stream ? read(scan->fd, into, wanted)
					      : pread(scan->fd, into, wanted,
						      (off_t)(scan->base + buffer->length));
		if (got < 0 && errno == EINTR)
			return -EINTR;
		if (got < 0)
			return -errno;
		scan->is_at_end = got == 0;
		buffer->length += (size_t)got;
	}
	return 0;
}

/* Make sure of length bytes. Returns 1, 0 when there are not as many, or -errno. */
static int need(struct ll_scan *scan, size_t length)
{
	if (left(scan) >= length)
		return 1;
	/* The end is looked for once, not for each of a thousand headers that tell of more. */
	if (scan->is_at_end && !scan->follow)
		return 0;
	int r = fill(scan, length);
	return r < 0 ? r : left(scan) >= length;
}

static const uint8_t *bytes(const struct ll_scan *scan)
{
	return scan->buffer.data + scan->at;
}

static bool is_ours(struct ll_scan *scan, uint64_t file_id)
{
	return !scan->has_id || scan->file_id == file_id;
}

/* ---- Checksums ------------------------------------------------------------------------- */

static uint32_t sum(struct ll_scan *scan, uint32_t before, uint64_t from, uint64_t to)
{
	const uint8_t *data = scan->buffer.data + (from - scan->base);

	scan->summed_bytes += to - from;
	return (uint32_t)crc32(before, data, (uInt)(to - from));
}

/* Let there be marks from one on up to another, both of what is in the buffer. */
static void mark(struct ll_scan *scan, uint64_t from, uint64_t to)
{
	struct ll_scan_marks *marks = &scan->marks;

	if (marks->count == 0 || from < marks->first || from >= marks->first + marks->count) {
		marks->first = from;
		marks->count = 1;
		marks->sums[from % LL_SCAN_MARKS] = 0;
	}
	while (marks->first + marks->count <= to) {
		uint64_t last = marks->first + marks->count - 1;

		marks->sums[(last + 1) % LL_SCAN_MARKS] =
			sum(scan, marks->sums[last % LL_SCAN_MARKS], last * LL_SCAN_MARK_BYTES,
			    (last + 1) * LL_SCAN_MARK_BYTES);
		marks->count++;
	}
	if (marks->count > LL_SCAN_MARKS) {
		marks->first += marks->count - LL_SCAN_MARKS;
		marks->count = LL_SCAN_MARKS;
	}
}

/* The checksum of a stretch: up to its first mark, between its first and last, and after that. */
static uint32_t sum_by_marks(struct ll_scan *scan, uint64_t from, uint64_t to)
{
	uint64_t first = (from + LL_SCAN_MARK_BYTES - 1) / LL_SCAN_MARK_BYTES;
	uint64_t last = to / LL_SCAN_MARK_BYTES;
	uint32_t head = sum(scan, 0, from, first * LL_SCAN_MARK_BYTES);

	mark(scan, first, last);
	uint64_t length = (last - first) * LL_SCAN_MARK_BYTES;
	uint32_t between = (uint32_t)crc32_combine(scan->marks.sums[first % LL_SCAN_MARKS],
						   scan->marks.sums[last % LL_SCAN_MARKS],
						   (z_off_t)length);
	return sum(scan, (uint32_t)crc32_combine(head, between, (z_off_t)length),
		   last * LL_SCAN_MARK_BYTES, to);
}

/* The checksum of what is in the buffer from the position on, after so many bytes. */
static uint32_t checksum(struct ll_scan *scan, size_t skipped, size_t length)
{
	uint64_t from = position(scan) + skipped;

	if (!scan->in_damage || length < 4 * LL_SCAN_MARK_BYTES)
		return sum(scan, 0, from, from + length);
	if (scan->marks.sums == NULL)
		scan->marks.sums = calloc(LL_SCAN_MARKS, sizeof(*scan->marks.sums));
	if (scan->marks.sums == NULL)
		return sum(scan, 0, from, from + length);
	return sum_by_marks(scan, from, from + length);
}

/* ---- Damage ---------------------------------------------------------------------------- */

static void end_damage(struct ll_scan *scan, bool is_tail)
{
	if (!scan->in_damage)
		return;
	scan->in_damage = false;
	scan->damage.bytes = position(scan) - scan->damage.offset;
	scan->damage.is_tail = is_tail;
	scan->damage_count++;
}

/* Go on to the next place where a block may begin. */
static void skip(struct ll_scan *scan, size_t length)
{
	if (!scan->in_damage) {
		scan->in_damage = true;
		struct ll_block block;

		scan->damage = (struct ll_damage){ .offset = position(scan) };
		scan->damage.is_other = left(scan) >= LL_BLOCK_BYTES &&
					ll_block_parse(bytes(scan), &block) == 0 &&
					!is_ours(scan, block.file_id);
	}
	const uint8_t *from = bytes(scan) + length;
	const uint8_t *found = memchr(from, LL_BLOCK_MAGIC[0] & 0xff, left(scan) - length);
	scan->at = found != NULL ? (size_t)(found - scan->buffer.data) : scan->buffer.length;
}

/* Look at what may be a block. Returns 1 when it is one, 0 when not, -EAGAIN when it is cut off. */
static int look_at_block(struct ll_scan *scan, struct ll_block *ret)
{
	int r = need(scan, LL_BLOCK_BYTES);

	if (r <= 0)
		return r < 0 ? r : -EAGAIN;
	if (ll_block_parse(bytes(scan), ret) < 0 || !is_ours(scan, ret->file_id) ||
	    ret->stored_bytes > LL_PAYLOAD_MAX || ret->raw_bytes > LL_PAYLOAD_MAX)
		return 0;
	r = need(scan, LL_BLOCK_BYTES + ret->stored_bytes);
	if (r <= 0)
		return r < 0 ? r : -EAGAIN;
	return checksum(scan, LL_BLOCK_BYTES, ret->stored_bytes) == ret->payload_crc;
}

static int look_at_trailer(struct ll_scan *scan, struct ll_trailer *ret)
{
	int r = need(scan, LL_TRAILER_BYTES);

	if (r <= 0)
		return r < 0 ? r : -EAGAIN;
	return ll_trailer_parse(bytes(scan), ret) == 0 && is_ours(scan, ret->file_id);
}

static bool begins_with(const struct ll_scan *scan, const char *magic)
{
	size_t length = left(scan) < LL_MAGIC_BYTES ? left(scan) : LL_MAGIC_BYTES;

	return memcmp(bytes(scan), magic, length) == 0;
}

static int take_block(struct ll_scan *scan, const struct ll_block *block,
		      const uint8_t **ret_payload)
{
	end_damage(scan, false);
	scan->has_id = true;
	scan->file_id = block->file_id;
	scan->block_offset = position(scan);
	*ret_payload = bytes(scan) + LL_BLOCK_BYTES;
	scan->at += LL_BLOCK_BYTES + block->stored_bytes;
	return LL_SCAN_BLOCK;
}

static int take_trailer(struct ll_scan *scan)
{
	end_damage(scan, false);
	scan->at += LL_TRAILER_BYTES;
	return LL_SCAN_TRAILER;
}

int ll_scan_next(struct ll_scan *scan, struct ll_block *ret_block, const uint8_t **ret_payload,
		 struct ll_trailer *ret_trailer)
{
	uint64_t from = position(scan);

	while (position(scan) - from < LOOK_BYTES) {
		int r = need(scan, 1);

		if (r <= 0) {
			if (r == 0 && !scan->follow)
				end_damage(scan, true);
			return r < 0 ? r : LL_SCAN_NOTHING;
		}
		if (begins_with(scan, LL_BLOCK_MAGIC)) {
			r = look_at_block(scan, ret_block);
			if (r > 0)
				return take_block(scan, ret_block, ret_payload);
		} else if (begins_with(scan, LL_TRAILER_MAGIC)) {
			r = look_at_trailer(scan, ret_trailer);
			if (r > 0)
				return take_trailer(scan);
		}
		if (r == -EAGAIN && scan->follow)
			return LL_SCAN_NOTHING;
		if (r < 0 && r != -EAGAIN)
			return r;
		skip(scan, 1);
	}
	return LL_SCAN_AGAIN;
}
