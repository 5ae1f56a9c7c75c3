/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* How far a long reading is, in a line. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct ll_progress_view {
	uint64_t done_bytes, total_bytes; /* a total of 0 is shown as done */
	uint64_t elapsed_ns;
	unsigned width; /* columns there are; 0: unknown */
	bool utf8;
};

/* Room for any line, its NUL included. */
#define LL_PROGRESS_MAX 256

/*
 * Write "reading  ██████░░░░  52%  512MiB of 1GiB, 4.1s left", no newline; less where the width does
 * not take that, nothing where it takes no percentage. Returns ret_text.
 */
const char *ll_progress_format(const struct ll_progress_view *view,
			       char ret_text[LL_PROGRESS_MAX]);
