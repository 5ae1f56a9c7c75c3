/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* See perfetto_stream.h. */
#include "export/perfetto_stream.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <zlib.h>

#include "base/grow.h"
#include "base/utf8.h"

/* Two thirds of what level 6 takes off, in a third of its time. */
#define DEFLATE_LEVEL 3
/* What most packets need; larger things get a block of their own. */
#define BLOCK_BYTES ((size_t)16 * 1024)
#define ALIGNMENT _Alignof(max_align_t)

struct ll_perfetto_block {
	struct ll_perfetto_block *next;
	size_t used, size;
	_Alignas(max_align_t) char data[];
};

void ll_perfetto_stream_init(struct ll_perfetto_stream *stream, FILE *out)
{
	*stream = (struct ll_perfetto_stream){ .out = out };
}

static void fail(struct ll_perfetto_stream *stream, int err)
{
	if (stream->err == 0)
		stream->err = err;
}

/* Let go of all blocks but the first, which is empty then. */
static void reset_blocks(struct ll_perfetto_stream *stream)
{
	struct ll_perfetto_block *block = stream->blocks, *next;

	while (block != NULL && (block->next != NULL || block->size > BLOCK_BYTES)) {
		next = block->next;
		free(block);
		block = next;
	}
	stream->blocks = block;
	if (block != NULL)
		block->used = 0;
}

void ll_perfetto_stream_fini(struct ll_perfetto_stream *stream)
{
	reset_blocks(stream);
	free(stream->blocks);
	free(stream->batch);
	free(stream->deflated);
	ll_perfetto_stream_init(stream, NULL);
}

static struct ll_perfetto_block *add_block(struct ll_perfetto_stream *stream, size_t least)
{
	size_t size = least > BLOCK_BYTES ? least : BLOCK_BYTES;
	struct ll_perfetto_block *block = malloc(sizeof(*block) + size);

	if (block == NULL) {
		fail(stream, -ENOMEM);
		return NULL;
	}
	*block = (struct ll_perfetto_block){ .next = stream->blocks, .size = size };
	stream->blocks = block;
	return block;
}

void *ll_perfetto_alloc(struct ll_perfetto_stream *stream, size_t size)
{
	struct ll_perfetto_block *block = stream->blocks;

	size = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
	if (block == NULL || block->size - block->used < size)
		block = add_block(stream, size);
	if (block == NULL)
		return NULL;
	void *memory = block->data + block->used;
	block->used += size;
	return memset(memory, 0, size);
}

/* Copy one code point, or what stands for it. Returns the end of the copy. */
static char *copy_unit(char *to, const char *from, size_t length, uint32_t code_point)
{
	static const char replacement[] = "\xef\xbf\xbd"; /* U+FFFD */

	if (code_point == LL_UTF8_INVALID || code_point == 0) {
		from = replacement;
		length = sizeof(replacement) - 1;
	}
	memcpy(to, from, length);
	return to + length;
}

char *ll_perfetto_text(struct ll_perfetto_stream *stream, struct ll_str text)
{
	static char empty[1];
	/* A byte that is replaced takes three. */
	char *copy = ll_perfetto_alloc(stream, 3 * text.length + 1), *end = copy;

	if (copy == NULL)
		return empty;
	while (text.length > 0) {
		uint32_t code_point;
		size_t taken = ll_utf8_decode(text.data, text.length, &code_point);

		end = copy_unit(end, text.data, taken, code_point);
		text = ll_str_make(text.data + taken, text.length - taken);
	}
	*end = '\0';
	return copy;
}

/* Append a packet as a Trace has it to what of *bytes is used. Returns its length, 0 when out of memory. */
static size_t pack(const Pf__TracePacket *packet, uint8_t **bytes, size_t used, size_t *room)
{
	Pf__TracePacket *packets[] = { (Pf__TracePacket *)packet };
	Pf__Trace trace = PF__TRACE__INIT;

	trace.n_packet = 1;
	trace.packet = packets;
	size_t length = pf__trace__get_packed_size(&trace);
	uint8_t *grown = ll_grow(*bytes, used + length, room, 1, LL_PERFETTO_BATCH_BYTES);
	if (grown == NULL)
		return 0;
	*bytes = grown;
	return pf__trace__pack(&trace, grown + used);
}

/* Deflate the batch. Returns its length, 0 when out of memory. */
static size_t deflate_batch(struct ll_perfetto_stream *stream)
{
	uLongf length = compressBound(stream->used);
	uint8_t *grown = ll_grow(stream->deflated, length, &stream->deflated_room, 1,
				 LL_PERFETTO_BATCH_BYTES);

	if (grown == NULL)
		return 0;
	stream->deflated = grown;
	if (compress2(grown, &length, stream->batch, stream->used, DEFLATE_LEVEL) != Z_OK)
		return 0;
	return length;
}

static void write_batch(struct ll_perfetto_stream *stream)
{
	Pf__TracePacket packet = PF__TRACE_PACKET__INIT;

	if (stream->err != 0 || stream->used == 0)
		return;
	packet.has_compressed_packets = true;
	packet.compressed_packets.len = deflate_batch(stream);
	packet.compressed_packets.data = stream->deflated;
	if (packet.compressed_packets.len == 0) {
		fail(stream, -ENOMEM);
		return;
	}
	size_t length = pack(&packet, &stream->batch, 0, &stream->batch_room);
	stream->used = 0;
	if (length == 0)
		fail(stream, -ENOMEM);
	else if (fwrite(stream->batch, 1, length, stream->out) != length)
		fail(stream, errno != 0 ? -errno : -EIO);
}

void ll_perfetto_put(struct ll_perfetto_stream *stream, const Pf__TracePacket *packet)
{
	size_t length = stream->err == 0 ? pack(packet, &stream->batch, stream->used,
						&stream->batch_room)
					 : 0;

	reset_blocks(stream);
	if (length == 0) {
		fail(stream, -ENOMEM);
		return;
	}
	stream->used += length;
	if (stream->used >= LL_PERFETTO_BATCH_BYTES)
		write_batch(stream);
}

int ll_perfetto_flush(struct ll_perfetto_stream *stream)
{
	write_batch(stream);
	return stream->err;
}
