/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The fixed buffer in front of a stream. Invariant: used <= sizeof(data). */
#include "render/buffer.h"

#include <errno.h>
#include <string.h>

void ll_buffer_init(struct ll_buffer *buffer, FILE *file)
{
	buffer->file = file;
	buffer->error = 0;
	buffer->used = 0;
}

int ll_stream_write(FILE *file, const char *data, size_t length)
{
	errno = 0;
	if (fwrite(data, 1, length, file) == length)
		return 0;
	return errno != 0 ? -errno : -EIO;
}

static void flush(struct ll_buffer *buffer)
{
	if (buffer->used > 0 && buffer->error == 0)
		buffer->error = ll_stream_write(buffer->file, buffer->data, buffer->used);
	buffer->used = 0;
}

void ll_buffer_put(struct ll_buffer *buffer, const char *data, size_t length)
{
	while (length > sizeof(buffer->data) - buffer->used) {
		size_t room = sizeof(buffer->data) - buffer->used;

		memcpy(buffer->data + buffer->used, data, room);
		buffer->used += room;
		data += room;
		length -= room;
		flush(buffer);
	}
	if (length > 0)
		memcpy(buffer->data + buffer->used, data, length);
	buffer->used += length;
}

void ll_buffer_put_char(struct ll_buffer *buffer, char byte)
{
	if (buffer->used == sizeof(buffer->data))
		flush(buffer);
	buffer->data[buffer->used++] = byte;
}

void ll_buffer_put_string(struct ll_buffer *buffer, const char *string)
{
	ll_buffer_put(buffer, string, strlen(string));
}

void ll_buffer_put_decimal(struct ll_buffer *buffer, uint64_t number)
{
	char digits[20];
	size_t at = sizeof(digits);

	do {
		digits[--at] = (char)('0' + number % 10);
		number /= 10;
	} while (number > 0);
	ll_buffer_put(buffer, digits + at, sizeof(digits) - at);
}

int ll_buffer_end(struct ll_buffer *buffer)
{
	flush(buffer);
	int error = buffer->error;
	buffer->error = 0;
	return error;
}
