/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Payloads as they stand in a file. One codec serves many payloads, without allocating each time. */
#pragma once

#include <stdint.h>

#include "capture/bytes.h"
#include "capture/format.h"

struct ll_codec;

/* Returns NULL when out of memory. A codec goes one way only. */
struct ll_codec *ll_codec_new_deflate(void);
struct ll_codec *ll_codec_new_inflate(void);
void ll_codec_free(struct ll_codec *codec);

/*
 * Make raw small in one of the ways there are, but for so many bytes of noise at its end. Sets *ret
 * to what is to be stored: raw itself when it would not shrink, else bytes of the codec, valid until
 * its next use. Returns the codec it is in: how, or LL_CODEC_STORED.
 */
enum ll_block_codec ll_codec_deflate(struct ll_codec *codec, enum ll_block_codec how,
				     const struct ll_bytes *raw, size_t noise,
				     const struct ll_bytes **ret);

/*
 * Make length bytes of a block's payload raw again. Sets *ret to bytes that are valid until the
 * next use. Returns 0, -ENOMEM, or -EBADMSG when they are not what the block says.
 */
int ll_codec_inflate(struct ll_codec *codec, const struct ll_block *block,
		     const uint8_t *stored, const uint8_t **ret);
