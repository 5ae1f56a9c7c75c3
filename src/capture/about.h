/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* What a capture says of the recording as a whole: names and values, text both. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "capture/bytes.h"
#include "event/event.h"

#define LL_ABOUT_VERSION "lifeline.version"
#define LL_ABOUT_HOST "host.name"
#define LL_ABOUT_BOOT "host.boot.id"
#define LL_ABOUT_ARCH "host.arch"
#define LL_ABOUT_KERNEL "os.release"
/* Clocks when the recording began, decimal nanoseconds. */
#define LL_ABOUT_BOOTTIME "clock.boottime_ns"
#define LL_ABOUT_UNIX "clock.time_unix_nano"
/* Command, process, machine; or still: a look at what there was. */
#define LL_ABOUT_WATCH "watch.what"
#define LL_ABOUT_PID "watch.pid" /* of a process all of which is there; else absent, or 0 */
#define LL_ABOUT_COMMAND "watch.command" /* NUL-separated */
#define LL_ABOUT_OPTIONS "watch.options" /* lifeline's own arguments, NUL-separated */
/* Those of who made this of another capture, which may have left out parts of it. */
#define LL_ABOUT_COPY "copy.options"
#define LL_ABOUT_KINDS "watch.events" /* comma-separated, as -e has them */
#define LL_ABOUT_FILTERED "watch.filtered" /* 1: not all of that, as -u, -c, --cgroup had it */
#define LL_ABOUT_STALL "watch.stall_ns"
#define LL_ABOUT_ABILITIES "tracer.abilities" /* comma-separated */
#define LL_ABOUT_RECORDING "recording.id" /* the same in all files of a rotation */
#define LL_ABOUT_LOCKED "recording.locked" /* 1: the file was, for as long as it was written */
#define LL_ABOUT_PART "recording.part" /* decimal, 0 the first file */

#define LL_ABOUT_MAX 64

struct ll_about_fact {
	struct ll_str name, value;
};

/* A growing list; its bytes are its own. */
struct ll_about {
	struct ll_bytes bytes; /* as in a HEADER, without the count */
	size_t count;
};

static inline void ll_about_fini(struct ll_about *about)
{
	ll_bytes_fini(&about->bytes);
}

/* Add a fact; text is NUL-terminated. Returns 0 or -ENOMEM. */
int ll_about_add(struct ll_about *about, const char *name, struct ll_str value);
int ll_about_add_text(struct ll_about *about, const char *name, const char *value);
int ll_about_add_number(struct ll_about *about, const char *name, uint64_t value);

/* Read a HEADER's payload; makes a copy. Returns 0, -ENOMEM or -EBADMSG; then *ret is untouched. */
int ll_about_parse(const uint8_t *payload, size_t length, struct ll_about *ret);

/* Append a HEADER's payload. Returns 0 or -ENOMEM. */
int ll_about_format(const struct ll_about *about, struct ll_bytes *out);

/* The fact at a place, borrowed. Returns whether there is one. */
bool ll_about_at(const struct ll_about *about, size_t place, struct ll_about_fact *ret);

/* The value of a name, the last one said; empty when there is none. Borrowed. */
struct ll_str ll_about_find(const struct ll_about *about, const char *name);

/* The same as a number; 0 when there is none. */
uint64_t ll_about_number(const struct ll_about *about, const char *name);
