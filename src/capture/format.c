/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The fixed parts of a file: headers of blocks, and the trailer. */
#include "capture/format.h"

#include <endian.h>
#include <errno.h>
#include <string.h>
#include <zlib.h>

static void put32(uint8_t *at, uint32_t value)
{
	value = htole32(value);
	memcpy(at, &value, sizeof(value));
}

static void put64(uint8_t *at, uint64_t value)
{
	value = htole64(value);
	memcpy(at, &value, sizeof(value));
}

static uint32_t get32(const uint8_t *at)
{
	uint32_t value;

	memcpy(&value, at, sizeof(value));
	return le32toh(value);
}

static uint64_t get64(const uint8_t *at)
{
	uint64_t value;

	memcpy(&value, at, sizeof(value));
	return le64toh(value);
}

uint32_t ll_checksum(const void *data, size_t length)
{
	return (uint32_t)crc32_z(crc32_z(0, NULL, 0), data, length);
}

void ll_block_format(const struct ll_block *block, uint8_t ret[LL_BLOCK_BYTES])
{
	memcpy(ret, LL_BLOCK_MAGIC, LL_MAGIC_BYTES);
	put64(ret + 8, block->file_id);
	put64(ret + 16, block->first_sequence);
	put64(ret + 24, block->first_boottime_ns);
	put64(ret + 32, block->last_boottime_ns);
	put32(ret + 40, block->stored_bytes);
	put32(ret + 44, block->raw_bytes);
	put32(ret + 48, block->event_count);
	put32(ret + 52, block->schema);
	ret[56] = block->major;
	ret[57] = block->minor;
	ret[58] = block->type;
	ret[59] = block->codec;
	put32(ret + 60, block->flags);
	put32(ret + 64, block->payload_crc);
	put32(ret + 68, ll_checksum(ret, 68));
}

int ll_block_parse(const uint8_t bytes[LL_BLOCK_BYTES], struct ll_block *ret)
{
	if (memcmp(bytes, LL_BLOCK_MAGIC, LL_MAGIC_BYTES) != 0 ||
	    get32(bytes + 68) != ll_checksum(bytes, 68))
		return -EBADMSG;
	*ret = (struct ll_block){
		.file_id = get64(bytes + 8),
		.first_sequence = get64(bytes + 16),
		.first_boottime_ns = get64(bytes + 24),
		.last_boottime_ns = get64(bytes + 32),
		.stored_bytes = get32(bytes + 40),
		.raw_bytes = get32(bytes + 44),
		.event_count = get32(bytes + 48),
		.schema = get32(bytes + 52),
		.major = bytes[56],
		.minor = bytes[57],
		.type = bytes[58],
		.codec = bytes[59],
		.flags = get32(bytes + 60),
		.payload_crc = get32(bytes + 64),
	};
	return 0;
}

void ll_trailer_format(const struct ll_trailer *trailer, uint8_t ret[LL_TRAILER_BYTES])
{
	memcpy(ret, LL_TRAILER_MAGIC, LL_MAGIC_BYTES);
	put64(ret + 8, trailer->file_id);
	put64(ret + 16, trailer->index_offset);
	put32(ret + 24, 0);
	put32(ret + 28, ll_checksum(ret, 28));
}

int ll_trailer_parse(const uint8_t bytes[LL_TRAILER_BYTES], struct ll_trailer *ret)
{
	if (memcmp(bytes, LL_TRAILER_MAGIC, LL_MAGIC_BYTES) != 0 ||
	    get32(bytes + 28) != ll_checksum(bytes, 28))
		return -EBADMSG;
	ret->file_id = get64(bytes + 8);
	ret->index_offset = get64(bytes + 16);
	return 0;
}
