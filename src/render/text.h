/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Events for a person: one line each with local time, PID, a word for the event, and
 * what happened; the cause of an end may go on in up to two more where the first is full. A line
 * with the date stands between two of different days. Nothing a traced
 * process chose reaches the terminal raw.
 */
#pragma once

#include <stdbool.h>
#include <stdio.h>

#include "event/event.h"

struct ll_text;

struct ll_text_options {
	bool color; /* SGR sequences, by outcome */
	bool utf8; /* else only ASCII is written */
	unsigned
		width; /* columns; longer lines are folded or cut with an ellipsis. 0: no limit */
	bool show_threads; /* else events of threads other than the leader are left out */
};

/*
 * Make a writer in front of out (borrowed) under a copy of options. Times are shown in
 * the zone tzset(3) finds. Returns NULL when out of memory.
 */
struct ll_text *ll_text_new(FILE *out, const struct ll_text_options *options);
void ll_text_free(struct ll_text *text);

/* Write the line of column heads. Returns 0 or -errno. */
int ll_text_header(struct ll_text *text);

/* Write one event, or nothing when options leave it out. Returns 0 or -errno. */
int ll_text_event(struct ll_text *text, const struct ll_event *event);

/* Use another width from the next line on (the terminal was resized). */
void ll_text_set_width(struct ll_text *text, unsigned width);
