/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Reads a capture, whatever has become of it: every whole block is handed on, one at a time;
 * what is damaged is skipped and reported; what is missing comes as LL_EVENT_LOST of kind
 * "capture", with the number of events where that is known. After a gap, and at the start of
 * a file that continues another, the repeated living are handed on as a snapshot.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "capture/about.h"
#include "capture/scan.h"
#include "event/event.h"

struct ll_reader;

/* Places of damage that are kept; of more there is the count. */
#define LL_READER_DAMAGES 64

/* LOST events of the reader's own are of this kind. */
#define LL_READER_LOST_KIND "capture"

enum ll_reader_state {
	LL_READER_MORE,
	LL_READER_WAITING, /* following: all that is there was read */
	LL_READER_END,
};

struct ll_reader_stats {
	uint64_t
		events[LL_EVENT_KINDS]; /* read, whether handed on or not, without the living */
	uint64_t lost[LL_EVENT_KINDS]; /* as LOST events of the file say */
	uint64_t missing; /* events in blocks that are damaged, where that is known */
	uint64_t unknown; /* events of kinds this build does not know */
	uint64_t blocks, living; /* whole EVENTS blocks; LIVINGs begun */
	uint64_t bytes; /* looked at */
	uint64_t raw_bytes; /* of EVENTS blocks, decoded */
	uint64_t first_ns, last_ns; /* CLOCK_BOOTTIME; of all events */
	uint64_t damage_count, damage_bytes;
	bool is_ended; /* a trailer stands at its end */
	bool is_rotated; /* which says that it goes on in another file */
	bool is_newer; /* written by a newer minor version: it may hold more than was read */
};

/*
 * Open a capture; "-" is stdin. follow: more may be written to it. Returns 0, -errno, -ENODATA
 * when it is empty, -ENOMSG when it is no capture, or -EPROTO when its version is too new.
 */
int ll_reader_open(const char *path, bool follow, struct ll_reader **ret);
void ll_reader_free(struct ll_reader *reader);

/*
 * Read the beginning of a pipe, or of a file that is followed and was still empty, so that what the
 * capture says of itself is known; else it is. Returns
 * as ll_reader_open(), and -EINTR to be called again.
 */
int ll_reader_begin(struct ll_reader *reader);

/* What the capture says of itself; empty when that is damaged. Valid until the next poll. */
const struct ll_about *ll_reader_about(const struct ll_reader *reader);

/*
 * Hand on the next block's events. Returns 0 and the state, -errno, or what fn returned; after
 * that it may be called again and goes on with the next block. One call looks at so much, and waits
 * for so long, that the caller can mind signals: -EINTR. -ENODATA and -ENOMSG: as above, at the end.
 */
int ll_reader_poll(struct ll_reader *reader, ll_event_fn fn, void *arg,
		   enum ll_reader_state *ret_state);

/*
 * Go on in the next file of a rotation where another reader has come to the end of the one before:
 * take over what that one has counted. Returns whether it is another file.
 */
bool ll_reader_continue(struct ll_reader *reader, const struct ll_reader *before);

/*
 * Go to the last LIVING that begins at or before a time (CLOCK_BOOTTIME), or to the start when
 * there is none: what comes then makes a model as of that LIVING. Uses the index, or else scans.
 * Returns 0 or -errno; -ESPIPE of a pipe.
 */
int ll_reader_seek(struct ll_reader *reader, uint64_t boottime_ns);

enum ll_reader_writer {
	LL_WRITER_UNKNOWN, /* there may be one: the file, or a pipe, does not tell */
	LL_WRITER_THERE, /* the file is being written */
	LL_WRITER_GONE,
};

/* Whether more can come. */
enum ll_reader_writer ll_reader_writer(const struct ll_reader *reader);

/* How far it is: bytes looked at, and those of the file as it is now; 0: that is a pipe. */
void ll_reader_progress(const struct ll_reader *reader, uint64_t *ret_done,
			uint64_t *ret_total);

void ll_reader_stats(const struct ll_reader *reader, struct ll_reader_stats *ret);

/* The damage at a place, in the order found. Returns whether it is kept. */
bool ll_reader_damage(const struct ll_reader *reader, size_t place, struct ll_damage *ret);
