/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Bytes on their way to a stream: a fixed buffer, so that putting one is cheap and
 * nothing is allocated. The first error sticks and comes out at ll_buffer_end().
 */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct ll_buffer {
	FILE *file; /* borrowed */
	int error; /* 0 or -errno */
	size_t used;
	char data[8192];
};

/* Make an empty buffer in place, in front of file. There is no fini. */
void ll_buffer_init(struct ll_buffer *buffer, FILE *file);

void ll_buffer_put(struct ll_buffer *buffer, const char *data, size_t length);
void ll_buffer_put_char(struct ll_buffer *buffer, char byte);
void ll_buffer_put_string(struct ll_buffer *buffer, const char *string);
void ll_buffer_put_decimal(struct ll_buffer *buffer, uint64_t number);

/*
 * Hand all that is left to the stream (which may keep it in its own buffer). Returns 0
 * or the first -errno met, which it also forgets.
 */
int ll_buffer_end(struct ll_buffer *buffer);

/* Write to a stream. Returns 0 or -errno, never a bare failure. */
int ll_stream_write(FILE *file, const char *data, size_t length);
