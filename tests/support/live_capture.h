/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Captures of a run: looked at, compared, checked. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "support/live_run.h"

#define LIVE_ARGUMENTS_MAX 40

struct live_text {
	char *data; /* the holder's */
	size_t length;
};

/* The words of `lifeline trace --json`. */
extern const char *const live_trace_json[];

/* Read a file. */
struct live_text live_read(const char *path);

/* Append words to a NULL-terminated list of LIVE_ARGUMENTS_MAX. */
void live_append(const char *list[], const char *const more[]);

/*
 * Look at a capture with the words of a view and more options; requires that this succeeds. Returns
 * the path of a file of the run, of that name, that has the result; the caller's.
 */
char *live_look(struct live *live, const char *const view[], const char *capture,
		const char *const options[], const char *result);

/* Require that two files are the same and not empty. */
void live_assert_same(const char *one, const char *two);

/* What lifeline check says of a capture; the caller's. */
json_t *live_check_capture(struct live *live, const char *capture);
const char *live_verdict(const json_t *report);

/* Whether the file of a path has any bytes; for live_await(). */
bool live_has_bytes(void *path);
