/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Packets of a Perfetto trace on their way to a file: packed, collected into batches, deflated.
 *
 * Each batch is one packet whose compressed_packets readers take apart. A batch never depends on
 * another one's bytes, so a file that was cut off is readable up to there. The first error sticks:
 * after it nothing is written, and every function may still be called.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <perfetto.pb-c.h>

#include "event/event.h"

/* A batch is written once it is this large; it is as much larger as its last packet is. */
#define LL_PERFETTO_BATCH_BYTES ((size_t)256 * 1024)

struct ll_perfetto_block;

struct ll_perfetto_stream {
	FILE *out; /* borrowed */
	int err; /* 0 or -errno: what went wrong first */
	uint8_t *batch, *deflated;
	size_t used, batch_room, deflated_room;
	struct ll_perfetto_block *blocks; /* what the packet under construction points to */
};

/* Begin in place, in front of out. */
void ll_perfetto_stream_init(struct ll_perfetto_stream *stream, FILE *out);
void ll_perfetto_stream_fini(struct ll_perfetto_stream *stream);

/* Get zeroed memory that is valid until the next put; NULL when out of memory. */
void *ll_perfetto_alloc(struct ll_perfetto_stream *stream, size_t size);

/*
 * Copy a text, NUL-terminated, valid until the next put: what is not UTF-8 and NULs become U+FFFD.
 * The empty string when out of memory.
 */
char *ll_perfetto_text(struct ll_perfetto_stream *stream, struct ll_str text);

/* Add a packet, and let go of all that was allocated for it. */
void ll_perfetto_put(struct ll_perfetto_stream *stream, const Pf__TracePacket *packet);

/* Write the last batch. Returns 0 or -errno, what went wrong first. */
int ll_perfetto_flush(struct ll_perfetto_stream *stream);
