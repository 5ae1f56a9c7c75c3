/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* See html_pack.h. Base64 is cut into whole groups of three bytes, so its pieces join. */
#include "export/html_pack.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/base64.h"
#include "render/buffer.h"

/* A multiple of 3. */
#define PIECE 49152

struct pack {
	FILE *out;
	z_stream stream;
	unsigned char packed[PIECE];
	char text[LL_BASE64_LENGTH(PIECE)];
};

static int write_packed(struct pack *pack)
{
	size_t length = sizeof(pack->packed) - pack->stream.avail_out;

	length = ll_base64_encode(pack->packed, length, pack->text);
	pack->stream.next_out = pack->packed;
	pack->stream.avail_out = sizeof(pack->packed);
	return ll_stream_write(pack->out, pack->text, length);
}

/* Take input until it is used up; with Z_FINISH to the end of all. Returns 0 or -errno. */
static int squeeze(struct pack *pack, int flush)
{
	for (;;) {
		int status = deflate(&pack->stream, flush);
		int err = 0;

		if (status == Z_STREAM_ERROR)
			return -EIO;
		if (status == Z_STREAM_END)
			return write_packed(pack);
		if (pack->stream.avail_out == 0)
			err = write_packed(pack);
		else if (pack->stream.avail_in == 0 && flush == Z_NO_FLUSH)
			return 0;
		if (err != 0)
			return err;
	}
}

static ssize_t pack_write(void *arg, const char *data, size_t length)
{
	struct pack *pack = arg;

	pack->stream.next_in = (unsigned char *)data;
	pack->stream.avail_in = (unsigned)length;
	int err = squeeze(pack, Z_NO_FLUSH);
	if (err == 0)
		return (ssize_t)length;
	errno = -err;
	return 0;
}

static int pack_close(void *arg)
{
	struct pack *pack = arg;
	int err = squeeze(pack, Z_FINISH);

	deflateEnd(&pack->stream);
	free(pack);
	if (err == 0)
		return 0;
	errno = -err;
	return -1;
}

FILE *ll_html_pack_open(FILE *out)
{
	static const cookie_io_functions_t functions = { .write = pack_write,
							 .close = pack_close };
	struct pack *pack = calloc(1, sizeof(*pack));

	if (pack == NULL)
		return NULL;
	pack->out = out;
	pack->stream.next_out = pack->packed;
	pack->stream.avail_out = sizeof(pack->packed);
	/* 31: the widest window, and a header of gzip. */
	if (deflateInit2(&pack->stream, 9, Z_DEFLATED, 31, 9, Z_DEFAULT_STRATEGY) != Z_OK) {
		free(pack);
		errno = ENOMEM;
		return NULL;
	}
	FILE *file = fopencookie(pack, "w", functions);
	if (file == NULL) {
		deflateEnd(&pack->stream);
		free(pack);
	}
	return file;
}
