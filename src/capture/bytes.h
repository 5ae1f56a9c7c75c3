/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Bytes that grow, and varints in them. Appending needs room that was reserved before, so
 * that a value costs no check each.
 */
#pragma once

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "event/event.h"

#define LL_VARINT_MAX 10

struct ll_bytes {
	uint8_t *data;
	size_t length, room;
};

/* What is left to be read of bytes that somebody else owns. */
struct ll_cursor {
	const uint8_t *at, *end;
};

static inline void ll_bytes_fini(struct ll_bytes *bytes)
{
	free(bytes->data);
	*bytes = (struct ll_bytes){ 0 };
}

/* Make room for more after what is there. Returns 0 or -ENOMEM. */
int ll_bytes_grow(struct ll_bytes *bytes, size_t more);

static inline int ll_bytes_reserve(struct ll_bytes *bytes, size_t more)
{
	return bytes->room - bytes->length >= more ? 0 : ll_bytes_grow(bytes, more);
}

static inline void ll_bytes_put(struct ll_bytes *bytes, const void *data, size_t length)
{
	if (length > 0)
		memcpy(bytes->data + bytes->length, data, length);
	bytes->length += length;
}

static inline void ll_bytes_put_varint(struct ll_bytes *bytes, uint64_t value)
{
	uint8_t *at = bytes->data + bytes->length;

	while (value >= 0x80) {
		*at++ = (uint8_t)(value | 0x80);
		value >>= 7;
	}
	*at++ = (uint8_t)value;
	bytes->length = (size_t)(at - bytes->data);
}

static inline uint64_t ll_zigzag(uint64_t value)
{
	return value << 1 ^ (0 - (value >> 63));
}

static inline uint64_t ll_unzigzag(uint64_t value)
{
	return value >> 1 ^ (0 - (value & 1));
}

/* Append a text: its length and its bytes. Reserves the room itself. Returns 0 or -ENOMEM. */
int ll_bytes_put_text(struct ll_bytes *bytes, const char *data, size_t length);

/* Append a varint. As above. */
int ll_bytes_add_varint(struct ll_bytes *bytes, uint64_t value);

/* Read a varint. Returns whether there was one; else *ret is 0 and nothing is left. */
bool ll_cursor_long_varint(struct ll_cursor *cursor, uint64_t *ret);

static inline bool ll_cursor_varint(struct ll_cursor *cursor, uint64_t *ret)
{
	if (__builtin_expect(cursor->at < cursor->end && *cursor->at < 0x80, 1)) {
		*ret = *cursor->at++;
		return true;
	}
	return ll_cursor_long_varint(cursor, ret);
}

/* Read so many bytes; they are borrowed. Returns whether there were as many. */
static inline bool ll_cursor_bytes(struct ll_cursor *cursor, uint64_t length,
				   const uint8_t **ret)
{
	if ((uint64_t)(cursor->end - cursor->at) < length)
		return false;
	*ret = cursor->at;
	cursor->at += length;
	return true;
}

/* Read a byte. */
static inline bool ll_cursor_byte(struct ll_cursor *cursor, uint8_t *ret)
{
	if (cursor->at == cursor->end)
		return false;
	*ret = *cursor->at++;
	return true;
}

/* Read a text; it is borrowed. Returns whether there was one. */
static inline bool ll_cursor_text(struct ll_cursor *cursor, struct ll_str *ret)
{
	uint64_t length;
	const uint8_t *data;

	if (!ll_cursor_varint(cursor, &length) || !ll_cursor_bytes(cursor, length, &data))
		return false;
	*ret = ll_str_make((const char *)data, (size_t)length);
	return true;
}
