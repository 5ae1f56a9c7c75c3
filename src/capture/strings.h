/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The strings of one block: each stands there once and is called by a number, from 1 on. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "capture/bytes.h"
#include "event/event.h"

struct ll_string {
	uint32_t hash;
	uint32_t length;
	size_t offset; /* in the bytes */
};

struct ll_strings {
	struct ll_bytes bytes; /* a text each, in order */
	struct ll_string *index;
	size_t count, room;
	uint32_t *slots; /* names; 0: free */
	size_t slot_count; /* a power of two */
};

/* Returns 0 or -ENOMEM. */
int ll_strings_init(struct ll_strings *strings);
void ll_strings_fini(struct ll_strings *strings);
void ll_strings_reset(struct ll_strings *strings);

/* Tell what a string is called; it is added when it has no name yet. Returns 0 or -ENOMEM. */
int ll_strings_name(struct ll_strings *strings, struct ll_str text, uint64_t *ret);

/* memcmp() of what is mostly short, and mostly equal. */
static inline bool ll_strings_same(const uint8_t *a, const char *b, size_t length)
{
	uint64_t left, right;

	for (; length >= sizeof(left); length -= sizeof(left)) {
		memcpy(&left, a, sizeof(left));
		memcpy(&right, b, sizeof(right));
		if (left != right)
			return false;
		a += sizeof(left);
		b += sizeof(right);
	}
	for (; length > 0; length--)
		if (*a++ != (uint8_t)*b++)
			return false;
	return true;
}

/* Whether the string of that name, which is not 0, is this one. */
static inline bool ll_strings_is(const struct ll_strings *strings, uint64_t name,
				 struct ll_str text)
{
	const struct ll_string *string = &strings->index[name - 1];

	return string->length == text.length &&
	       ll_strings_same(strings->bytes.data + string->offset, text.data, text.length);
}

/*
 * How a column calls a string that was not predicted: 1 the one after the newest it has called so
 * far, as most are that are new; else its name and 1. *newest is 0 at first.
 */
static inline uint64_t ll_strings_code(uint64_t *newest, uint64_t name)
{
	bool is_next = name == *newest + 1;

	if (name > *newest)
		*newest = name;
	return is_next ? 1 : name + 1;
}

/* The name that such a code, which is not 0, stands for; it may be one that there is not. */
static inline uint64_t ll_strings_decode(uint64_t *newest, uint64_t code)
{
	uint64_t name = code == 1 ? *newest + 1 : code - 1;

	if (name > *newest)
		*newest = name;
	return name;
}
