/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The last line on stderr: what was seen, what was lost, and what it cost. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "cli/source.h"

struct ll_footer {
	const uint64_t *seen; /* borrowed; by event kind, without the inferred ones */
	uint64_t inferred_count; /* events made up for lost ones */
	const struct ll_source_stats *stats; /* borrowed */
	const char *capture; /* what was looked at; NULL: the machine */
	const char *recorded; /* the capture that was made, or NULL */
	uint64_t recorded_bytes;
	uint64_t setup_cpu_ns; /* lifeline's own, until the first event could come */
	uint64_t watch_cpu_ns; /* and from then on */
	bool utf8;
};

/*
 * Print the line. BPF time per event is left out when it is not known.
 * Returns 0, or -EIO when a write failed.
 */
int ll_footer_print(FILE *out, const struct ll_footer *footer);
