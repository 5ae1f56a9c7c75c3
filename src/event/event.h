/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * One event, as every room from here to the right sees it.
 *
 * An event is flat: a kind and one member for every field of the registry, with a
 * bitmap of those that are known. Unknown is absent, never 0. Strings are borrowed
 * from the source and valid until the callback that received the event returns.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "event/fields.h"

/* Borrowed bytes; not NUL-terminated, any byte value may occur. */
struct ll_str {
	const char *data;
	size_t length;
};

#define LL_CTYPE_INT int64_t
#define LL_CTYPE_UINT uint64_t
#define LL_CTYPE_TIME uint64_t
#define LL_CTYPE_BOOL bool
#define LL_CTYPE_ENUM uint8_t
#define LL_CTYPE_STR struct ll_str
#define LL_CTYPE_ARGS struct ll_str

struct ll_event {
	enum ll_event_kind kind;
	uint64_t time_boottime_ns; /* orders the stream; CLOCK_BOOTTIME */
	uint64_t thread_start_boottime_ns; /* 0: unknown */
	uint64_t parent_start_boottime_ns; /* 0: unknown */
	/* At a process exit: who takes its children over; tgid 0: it had none. */
	uint32_t child_reaper_tgid;
	uint32_t child_reaper_reason; /* enum ll_reparent_reason */
	uint64_t child_reaper_start_boottime_ns;
	bool child_reaper_unsure; /* it takes over the living; the dead may have been reaped before */
	uint64_t sender_start_boottime_ns; /* of a signal; 0: unknown */
	bool ends_pid_namespace; /* of a signal: sent because the namespace's init ended */
	/* Of a snapshot: outside the filters; it matters only to who knows the process already. */
	bool is_unwanted;
	/* Of a snapshot's end: no event will follow, no reap is still on its way. Of a clock: it is the last. */
	bool is_last;
	uint64_t known[(LL_F_COUNT + 63) / 64];
#define X(id, member, type, ...) LL_CTYPE_##type member;
	LL_FIELDS(X)
#undef X
};

enum ll_field_type {
	LL_TYPE_INT,
	LL_TYPE_UINT,
	LL_TYPE_TIME,
	LL_TYPE_BOOL,
	LL_TYPE_ENUM,
	LL_TYPE_STR,
	LL_TYPE_ARGS,
};

/* What the registry says of one field. */
struct ll_field_info {
	const char *key;
	const char *alias; /* NULL: none */
	const char *unit;
	const char *help;
	const char *const *values; /* ENUM: NULL-terminated; else NULL */
	enum ll_field_type type;
	uint32_t events; /* LL_E_* mask */
	size_t offset; /* of the member in struct ll_event */
};

/* Return the registry's row; field must be below LL_F_COUNT. */
const struct ll_field_info *ll_field_info(enum ll_field field);

/*
 * Whether a field tells who a process is and what it runs, which holds until an event tells
 * otherwise: what an event does not say of these, the process itself knows (ll_process_describe()).
 */
bool ll_field_is_of_process(enum ll_field field);

/* Return "process.fork" and the like; valid forever. */
const char *ll_event_kind_name(enum ll_event_kind kind);

/* Return its last part, "fork" and the like, as options and people say it. */
const char *ll_event_kind_short_name(enum ll_event_kind kind);

/*
 * Find a kind by full name ("process.fork", "lost") or by its last part ("fork").
 * Returns 0 and sets *ret_kind, or -ENOENT.
 */
int ll_event_kind_find(const char *name, size_t length, enum ll_event_kind *ret_kind);

static inline bool ll_event_has(const struct ll_event *event, enum ll_field field)
{
	return event->known[field / 64] >> (field % 64) & 1;
}

/* Whether the event was rebuilt, not observed. A member says nothing while it is not known. */
static inline bool ll_event_is_inferred(const struct ll_event *event)
{
	return ll_event_has(event, LL_F_INFERRED) && event->inferred;
}

static inline void ll_event_mark_known(struct ll_event *event, enum ll_field field)
{
	event->known[field / 64] |= UINT64_C(1) << (field % 64);
}

static inline void ll_event_forget(struct ll_event *event, enum ll_field field)
{
	event->known[field / 64] &= ~(UINT64_C(1) << (field % 64));
}

/* Set a member and mark its field known: LL_SET(event, PID, tgid, 42). */
#define LL_SET(event, ID, member, value)                                                       \
	do {                                                                                   \
		(event)->member = (value);                                                     \
		ll_event_mark_known((event), LL_F_##ID);                                       \
	} while (0)

static inline struct ll_str ll_str_make(const char *data, size_t length)
{
	return (struct ll_str){ .data = data, .length = length };
}

/* The bytes of a text that ends with NUL, borrowed from it. */
static inline struct ll_str ll_str_of(const char *text)
{
	return ll_str_make(text, strlen(text));
}

/* Whether they are the same bytes. */
static inline bool ll_str_is_same(struct ll_str a, struct ll_str b)
{
	return a.length == b.length && (a.length == 0 || memcmp(a.data, b.data, a.length) == 0);
}

/* Whether the bytes are those of a text, which ends with NUL. */
static inline bool ll_str_is(struct ll_str bytes, const char *text)
{
	return ll_str_is_same(bytes, ll_str_of(text));
}

/* Whether they begin with those of a text. */
static inline bool ll_str_begins(struct ll_str bytes, const char *text)
{
	size_t length = strlen(text);

	return bytes.length >= length && memcmp(bytes.data, text, length) == 0;
}

/*
 * Receive one event. The event is borrowed until return. Return 0 to go on;
 * another value stops the source, which hands it back to its caller.
 */
typedef int (*ll_event_fn)(void *arg, const struct ll_event *event);
