/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The filter language of -f: one expression, asked of events, or of the lines that a view
 * makes of processes, which are events in form.
 *
 *   expr     or, with "and" (&&) binding tighter than "or" (||), "not" (!) tightest, and ( )
 *   leaf     FIELD OP VALUE   FIELD in (VALUE, ...)   FIELD not in (VALUE, ...)
 *            FIELD (a bool)   has(FIELD)   descendant_of(PID)   descendant_of(expr)
 *   FIELD    a key or alias of the registry, the end of a key after a dot if only one key
 *            ends so (exit.code), or event
 *   OP       == != < <= > >=   ~ glob, of the whole text   =~ !~ POSIX extended regular
 *            expression, anywhere in the text
 *   VALUE    12  -1  0x1f  1.5s  200ms  10MB  64KiB  "text"  'text'  true  false
 *
 * An unknown field is absent: every comparison with it is false, != and !~ and not in as well, so
 * not (FIELD == VALUE) is true where FIELD != VALUE is not. Times need a unit, sizes may have
 * one. Arguments and other lists are compared as one text, joined by blanks. event names kinds
 * in full or by their last part; "signal" is both of a signal's.
 *
 * descendant_of(expr) is true of a process once expr was true of an event of it, or of one it
 * descends from by fork. For that the filter has to be shown every event, in order, by
 * ll_filter_see(). descendant_of(PID) means whoever had the pid first in the stream.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "event/event.h"

/* Bounds of an expression: its bytes, how deep it nests, descendant_of() in it. */
#define LL_FILTER_BYTES_MAX 16384
#define LL_FILTER_DEPTH_MAX 100
#define LL_FILTER_DESCENDANTS_MAX 32

struct ll_filter;

/*
 * Parse an expression that will be asked of lines, a LL_E_* mask: LL_E_ALL for events,
 * LL_E_TREE and the like for a view. keep bounds the dead that descendant_of() remembers.
 * Returns 0, -EINVAL or -ENOMEM. On -EINVAL *ret_why is a heap string (owned by the caller)
 * that names the column and, where it can, what was meant.
 */
int ll_filter_parse(const char *text, uint32_t lines, size_t keep,
		    struct ll_filter **ret_filter, char **ret_why);
void ll_filter_free(struct ll_filter *filter);

/* Whether the expression asks what only the process knows: see ll_field_is_of_process(). */
bool ll_filter_asks_process(const struct ll_filter *filter);

/* Take note of an event, in stream order, before it is asked about. Returns 0 or -ENOMEM. */
int ll_filter_see(struct ll_filter *filter, const struct ll_event *event);

/* Ask the expression of an event or a line. The event is borrowed. */
bool ll_filter_matches(struct ll_filter *filter, const struct ll_event *event);

/* The events it can be true of; a LL_E_* mask. */
uint32_t ll_filter_kinds(const struct ll_filter *filter);

/*
 * The kinds it names where it asks for them: by event == and in, and by fields that no event of
 * the mask usual carries.
 */
uint32_t ll_filter_named_kinds(const struct ll_filter *filter, uint32_t usual);

/* The kinds that it has to be shown, whatever it is true of. */
uint32_t ll_filter_fed_kinds(const struct ll_filter *filter);

/* The events that may make someone an ancestor to descendant_of(expr); a LL_E_* mask. */
uint32_t ll_filter_ancestor_kinds(const struct ll_filter *filter);

/* How many descendant_of() are in it. */
unsigned ll_filter_descendant_count(const struct ll_filter *filter);

/* Whether it asks for a field. */
bool ll_filter_asks(const struct ll_filter *filter, enum ll_field field);

/* What must be true for the whole to be: the parts joined by "and" at the top, each a part alone. */
size_t ll_filter_part_count(const struct ll_filter *filter);

/* A part, in words and, where it is one of these, as what the kernel may be asked to decide. */
struct ll_filter_part {
	enum ll_filter_part_kind {
		LL_FILTER_PART_OTHER,
		LL_FILTER_PART_CHOICE, /* or, not, in, a user or name by another than ==: true in many ways */
		LL_FILTER_PART_KINDS, /* asks of event alone */
		LL_FILTER_PART_USER, /* of process.user.id or process.real_user.id, == number */
		LL_FILTER_PART_COMM, /* process.executable.name == text */
		LL_FILTER_PART_CGROUP, /* process.linux.cgroup == text */
		LL_FILTER_PART_DESCENDANT, /* descendant_of(number) */
	} kind;
	uint64_t number;
	const char *text; /* borrowed from the filter */
};

/* Return the part of an index below ll_filter_part_count(). */
struct ll_filter_part ll_filter_part_at(const struct ll_filter *filter, size_t index);

/*
 * Write the expression as it was understood: full keys, all parentheses. part: one part of it
 * alone; SIZE_MAX: the whole. Returns a heap string, owned by the caller; NULL: out of memory.
 */
char *ll_filter_format(const struct ll_filter *filter, size_t part);
