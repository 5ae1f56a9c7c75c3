/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* What an event knows of a field, as text for formats that are made of text. */
#pragma once

#include <stdio.h>

#include "event/event.h"

/* Where texts are put together; they last until the next one. */
struct ll_value_scratch {
	FILE *memory;
	char *text;
	size_t size;
	char number[32];
};

/* Make and end it in place. init returns 0 or -ENOMEM. */
int ll_value_scratch_init(struct ll_value_scratch *scratch);
void ll_value_scratch_fini(struct ll_value_scratch *scratch);

/*
 * Make a known field text: a number decimal, a time nanoseconds, true or false, the name of a
 * value, args a JSON array, and always UTF-8: what is not, and NUL, is U+FFFD; then *ret_bytes are
 * the original ones, else empty. Borrowed, from the event or from scratch. Returns 0 or -ENOMEM.
 */
int ll_value_text(struct ll_value_scratch *scratch, const struct ll_event *event,
		  enum ll_field field, struct ll_str *ret_text, struct ll_str *ret_bytes);

/* The same of text that is not of a field. */
int ll_value_utf8(struct ll_value_scratch *scratch, struct ll_str bytes,
		  struct ll_str *ret_text, bool *ret_is_exact);

/* A NUL-separated block as a JSON array, not the block of a field. Returns 0 or -ENOMEM. */
int ll_value_args(struct ll_value_scratch *scratch, struct ll_str args, struct ll_str *ret_text,
		  bool *ret_is_exact);
