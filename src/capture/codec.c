/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Raw deflate by zlib: the blocks have checksums of their own. */
#include "capture/codec.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/cleanup.h"
#include "capture/dictionary.h"

/* Level 1: higher ones cost twice the time for a few percent. A small block has that time. */
#define LEVEL 1
#define SMALL_LEVEL 9
#define SMALL_BYTES (64 * 1024)
#define RAW_WINDOW_BITS (-15)
#define MEMORY_LEVEL 8
#define SHORTEST 64

struct ll_codec {
	z_stream stream;
	bool is_deflate;
	struct ll_bytes words; /* the dictionary */
	struct ll_bytes out;
};

void ll_codec_free(struct ll_codec *codec)
{
	if (codec == NULL)
		return;
	/* One that was not begun is none to zlib. */
	if (codec->is_deflate)
		deflateEnd(&codec->stream);
	else
		inflateEnd(&codec->stream);
	ll_bytes_fini(&codec->words);
	ll_bytes_fini(&codec->out);
	free(codec);
}

static void free_codec(struct ll_codec **codec)
{
	ll_codec_free(*codec);
}

struct ll_codec *ll_codec_new_deflate(void)
{
	LL_CLEANUP(free_codec) struct ll_codec *codec = calloc(1, sizeof(*codec));

	if (codec == NULL)
		return NULL;
	codec->is_deflate = true;
	if (deflateInit2(&codec->stream, LEVEL, Z_DEFLATED, RAW_WINDOW_BITS, MEMORY_LEVEL,
			 Z_DEFAULT_STRATEGY) != Z_OK ||
	    ll_dictionary_make(&codec->words) < 0)
		return NULL;
	return TAKE(codec);
}

struct ll_codec *ll_codec_new_inflate(void)
{
	LL_CLEANUP(free_codec) struct ll_codec *codec = calloc(1, sizeof(*codec));

	if (codec == NULL || inflateInit2(&codec->stream, RAW_WINDOW_BITS) != Z_OK ||
	    ll_dictionary_make(&codec->words) < 0)
		return NULL;
	return TAKE(codec);
}

/* Begin a payload. Returns whether that can be done. */
static bool begin_deflate(struct ll_codec *codec, enum ll_block_codec how, size_t length)
{
	z_stream *stream = &codec->stream;
	int level = length < SMALL_BYTES ? SMALL_LEVEL : LEVEL;

	return deflateReset(stream) == Z_OK &&
	       deflateParams(stream, level, Z_DEFAULT_STRATEGY) == Z_OK &&
	       (how != LL_CODEC_WORDS ||
		deflateSetDictionary(stream, codec->words.data, (uInt)codec->words.length) ==
			Z_OK);
}

static bool begin_inflate(struct ll_codec *codec, enum ll_block_codec how)
{
	z_stream *stream = &codec->stream;

	return inflateReset(stream) == Z_OK &&
	       (how == LL_CODEC_DEFLATE ||
		(how == LL_CODEC_WORDS &&
		 inflateSetDictionary(stream, codec->words.data, (uInt)codec->words.length) ==
			 Z_OK));
}

enum ll_block_codec ll_codec_deflate(struct ll_codec *codec, enum ll_block_codec how,
				     const struct ll_bytes *raw, size_t noise,
				     const struct ll_bytes **ret)
{
	z_stream *stream = &codec->stream;
	size_t calm = raw->length - noise;

	*ret = raw;
	codec->out.length = 0;
	if (calm < SHORTEST || ll_bytes_reserve(&codec->out, raw->length) < 0 ||
	    !begin_deflate(codec, how, calm))
		return LL_CODEC_STORED;
	stream->next_in = raw->data;
	stream->avail_in = (uInt)calm;
	stream->next_out = codec->out.data;
	stream->avail_out = (uInt)calm - 1;
	if (deflate(stream, Z_FINISH) != Z_STREAM_END)
		return LL_CODEC_STORED;
	codec->out.length = calm - 1 - stream->avail_out;
	ll_bytes_put(&codec->out, raw->data + calm, noise);
	*ret = &codec->out;
	return how;
}

int ll_codec_inflate(struct ll_codec *codec, const struct ll_block *block,
		     const uint8_t *stored, const uint8_t **ret)
{
	z_stream *stream = &codec->stream;

	if (block->codec == LL_CODEC_STORED) {
		*ret = stored;
		return block->stored_bytes == block->raw_bytes ? 0 : -EBADMSG;
	}
	codec->out.length = 0;
	if (!begin_inflate(codec, block->codec))
		return -EBADMSG;
	/* One byte more, lest a payload of none has nowhere to go. */
	if (ll_bytes_reserve(&codec->out, block->raw_bytes + 1) < 0)
		return -ENOMEM;
	stream->next_in = (Bytef *)stored;
	stream->avail_in = block->stored_bytes;
	stream->next_out = codec->out.data;
	stream->avail_out = block->raw_bytes;
	/* What follows the end of the stream is as it was. */
	if (inflate(stream, Z_FINISH) != Z_STREAM_END || stream->avail_out != stream->avail_in)
		return -EBADMSG;
	if (stream->avail_in > 0)
		memcpy(stream->next_out, stream->next_in, stream->avail_in);
	*ret = codec->out.data;
	return 0;
}
