/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* When what is told begins and ends: one definition for every view that says how long a capture is. */
#pragma once

#include <stdint.h>

#include "event/event.h"

/* All zero: nothing was told yet. */
struct ll_span {
	uint64_t
		begin_boottime_ns; /* of the first event of a process; its birth, if it is one */
	uint64_t begin_unix_ns; /* the same; 0: unknown */
	uint64_t last_boottime_ns; /* of the last birth, exec or end of a process */
};

/* Note an event, as the model hands them on. */
void ll_span_note(struct ll_span *span, const struct ll_event *event);

/*
 * When it ends: of the run of one process that is over (root_end_ns; 0: it is not, or there is none)
 * with the last that happened in it, not with how long it was waited for more; else now.
 */
uint64_t ll_span_end(const struct ll_span *span, uint64_t root_end_ns, uint64_t now_ns);
