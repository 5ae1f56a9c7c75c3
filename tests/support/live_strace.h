/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What strace saw of a run, as stories: an object of arrays of lines, one array for each thread, by
 * its id. A test makes the same of our events and compares.
 */
#pragma once

#include "support/live_run.h"

/* The story of a thread, begun if need be. Borrowed. */
json_t *live_story_of(json_t *stories, long long tid);

/*
 * Read the logs that `strace -ff -o DIR/strace` left in the run's directory, strace.TID each: take_line
 * adds to the story what a line says. A new object, the caller's.
 */
json_t *live_strace_read(const struct live *live,
			 void (*take_line)(json_t *story, const char *line));

/* Each story of strace's must be told word for word in ours; show the first that are not. */
void live_strace_compare(const json_t *strace, const json_t *ours);
