/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A progress bar on stderr: on a terminal alone, and not before a second has gone. It stands in the
 * line of the cursor, and has to be erased before anything else is written to the terminal.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct ll_progress {
	FILE *out; /* borrowed; NULL: there is none, and all of this does nothing */
	uint64_t begun_ns, drawn_ns; /* as told */
	bool is_drawn;
};

/* Begin. out: stderr. now: of any clock that goes on. Nothing is ever drawn where out is no terminal. */
void ll_progress_init(struct ll_progress *progress, FILE *out, uint64_t now_ns);

/* Draw how far it is, if it is time to. A total of 0 bytes is unknown, and nothing is drawn. */
void ll_progress_update(struct ll_progress *progress, uint64_t done_bytes, uint64_t total_bytes,
			uint64_t now_ns);

/* Take it away; the next update draws it again at once. */
void ll_progress_erase(struct ll_progress *progress);
