/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What two captures differ in, for a person and for programs:
 *
 *     --- yesterday.life  make -j2, 2026-11-22 10:41:26, 9.2s long, 782 processes, on vm (Linux 6.18)
 *     +++ today.life  make -j2, 2026-11-23 10:40:58, 9.4s long, 786 processes, on vm (Linux 6.18)
 *
 *       make -j2
 *     ~   gcc -O2 -c a.c -o a.o
 *           arguments: gcc {+-Wextra+} -O2 …
 *     +   gcc -O2 -c new.c -o new.o, and 3 below it
 *
 *     5 differences: 4 added, 1 arguments; …
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "analysis/diff.h"

/* What is known of a capture beside its processes. Empty or 0: not known. */
struct ll_diff_capture {
	const char *path; /* borrowed, as the texts are */
	struct ll_str host, kernel;
	uint64_t begin_unix_ns, length_ns;
};

struct ll_diff_view {
	bool color;
	bool utf8; /* else only ASCII is written */
	unsigned width; /* columns; 0: no limit */
	struct ll_diff_capture captures[2];
};

/* Draw what differs, each difference in its place in the tree. Returns 0 or -errno. */
int ll_diff_render(FILE *out, const struct ll_diff *diff, const struct ll_diff_view *view);

/*
 * Write one JSON object for each difference, in the same order: a process that differs in two
 * ways has two; then one for all. The fields are those marked LL_E_DIFF. Returns 0 or -errno.
 */
int ll_diff_json(FILE *out, const struct ll_diff *diff);
