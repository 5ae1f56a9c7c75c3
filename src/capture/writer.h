/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Writes a capture. What is added is in the file a second later at most, in whole blocks.
 *
 * When the disk is full, events are dropped by the block and counted by kind; the file stays
 * valid, the count is written as LL_EVENT_LOST as soon as there is room, and recording goes on.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "capture/about.h"
#include "event/event.h"

struct ll_writer;

struct ll_writer_options {
	const char *path; /* "-": stdout. Borrowed for the writer's life */
	const struct ll_about *about; /* copied */
	/* When to go on in a new file; 0: never. The full one is renamed: see capture/rotation.h. */
	uint64_t rotate_bytes, rotate_ns;
	uint64_t keep; /* finished files to keep, of earlier recordings, too; 0: all */
};

struct ll_writer_stats {
	uint64_t bytes; /* written, of all files */
	uint64_t events; /* in them; the repeated living are not counted */
	uint64_t blocks;
	uint64_t files; /* begun */
	uint64_t lost[LL_EVENT_KINDS]; /* dropped, by kind */
	int full_err; /* why nothing can be written now, -errno; 0: it can */
	int lost_err; /* why something was dropped, the last time; 0: nothing was */
};

/*
 * Begin a file, readable by its owner alone. With a rotation, what has that name already is kept as a
 * finished file; else it is overwritten. Returns 0 or -errno, -EBUSY when it is being written.
 */
int ll_writer_open(const struct ll_writer_options *options, struct ll_writer **ret);

/* Add an event. Returns 0, or -errno when there is no use in going on. */
int ll_writer_add(struct ll_writer *writer, const struct ll_event *event);

/* Write what has waited for a second; to be called a few times a second. As above. */
int ll_writer_poll(struct ll_writer *writer);

/*
 * Whether all that lives should be repeated now. If so: ll_writer_begin_living(), then add a
 * snapshot event of each task and the snapshot's end, then ll_writer_end_living().
 */
bool ll_writer_wants_living(const struct ll_writer *writer);
int ll_writer_begin_living(struct ll_writer *writer);
int ll_writer_end_living(struct ll_writer *writer);

void ll_writer_stats(const struct ll_writer *writer, struct ll_writer_stats *ret);

/*
 * Write the rest and the index, and free. Returns 0, or the -errno for which something could not
 * be written. *ret_stats, unless NULL, is final. NULL is allowed.
 */
int ll_writer_close(struct ll_writer *writer, struct ll_writer_stats *ret_stats);
