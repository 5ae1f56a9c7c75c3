/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Make seeds for capture_fuzz of small captures that were recorded: with their payloads stored, not
 * deflated, so that a mutation changes what is said and not how it is packed.
 *
 * usage: capture_seeds DIRECTORY CAPTURE...
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "capture/codec.h"
#include "capture/scan.h"

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static void put(int fd, const void *data, size_t length)
{
	if (write(fd, data, length) != (ssize_t)length)
		die("write");
}

/* Write a block again, stored. */
static void store_block(int fd, struct ll_codec *codec, struct ll_block *block,
			const uint8_t *stored)
{
	const uint8_t *raw = NULL;
	uint8_t header[LL_BLOCK_BYTES];

	if (ll_codec_inflate(codec, block, stored, &raw) < 0)
		die("inflate");
	block->codec = LL_CODEC_STORED;
	block->stored_bytes = block->raw_bytes;
	block->payload_crc = ll_checksum(raw, block->raw_bytes);
	ll_block_format(block, header);
	put(fd, header, sizeof(header));
	put(fd, raw, block->raw_bytes);
}

/* Without its schema, which is this build's own: it would be most of the seed. */
static void store(const char *from, const char *to)
{
	LL_AUTO_CLOSE int in = open(from, O_RDONLY | O_CLOEXEC);
	LL_AUTO_CLOSE int out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	struct ll_codec *codec = ll_codec_new_inflate();
	const uint8_t *stored = NULL;
	struct ll_trailer trailer;
	struct ll_block block;
	struct ll_scan scan;

	if (in < 0 || out < 0 || codec == NULL)
		die(from);
	ll_scan_init(&scan, in, 0);
	while (ll_scan_next(&scan, &block, &stored, &trailer) == LL_SCAN_BLOCK)
		if (block.type != LL_BLOCK_SCHEMA)
			store_block(out, codec, &block, stored);
	ll_scan_fini(&scan);
	ll_codec_free(codec);
}

int main(int argc, char *argv[])
{
	char path[4096];

	if (argc < 2) {
		fprintf(stderr, "usage: capture_seeds DIRECTORY CAPTURE...\n");
		return 2;
	}
	for (int i = 2; i < argc; i++) {
		const char *name = strrchr(argv[i], '/');

		snprintf(path, sizeof(path), "%s/%s", argv[1],
			 name != NULL ? name + 1 : argv[i]);
		store(argv[i], path);
	}
	return 0;
}
