/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Bytes kept once each, numbered in order of first use. Bounded in all: what no longer fits is number
 * 0, the empty string, and counted.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "event/event.h"

/* Bytes of all texts together. */
#define LL_HTML_STRINGS_BYTES (UINT64_C(256) << 20)

struct ll_html_string;

/* All zero but for init. Read count, left_out; look others up by ll_html_strings_at(). */
struct ll_html_strings {
	struct ll_html_string *by_text;
	struct ll_html_string **by_number;
	size_t count, room;
	uint64_t bytes;
	uint64_t left_out; /* texts that did not fit */
};

/* Begin with the empty string as number 0. Returns 0 or -ENOMEM. */
int ll_html_strings_init(struct ll_html_strings *strings);
void ll_html_strings_fini(struct ll_html_strings *strings);

/* Take a copy over, unless it is there. Returns 0 and the number, or -ENOMEM. */
int ll_html_strings_add(struct ll_html_strings *strings, struct ll_str text,
			uint64_t *ret_number);

/* The text of a number below count; borrowed, valid until fini. */
struct ll_str ll_html_strings_at(const struct ll_html_strings *strings, size_t number);
