/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* A file of JSON objects, one a line, read while another process still writes it. */
#pragma once

#include <jansson.h>
#include <stddef.h>

/* Only whole lines are taken; what follows the last newline waits for the next refresh. */
struct json_lines {
	char *path; /* owned */
	long offset; /* of the first byte not yet taken */
	json_t *objects; /* owned array, in file order */
};

/* Begin at the start of a file, which need not exist yet. path is copied. */
void json_lines_init(struct json_lines *lines, const char *path);
void json_lines_fini(struct json_lines *lines);

/*
 * Take the whole lines written since the last call. Fails the running test when one of them is
 * not a JSON object in valid UTF-8 or has a key twice.
 */
void json_lines_refresh(struct json_lines *lines);

/*
 * An integer member, also when it is written as a string because it is beyond 2^53.
 * Fails the running test when it is absent or something else.
 */
long long json_lines_number(const json_t *object, const char *key);

/* A string member, borrowed; fails the running test when it is absent or something else. */
const char *json_lines_text(const json_t *object, const char *key);
