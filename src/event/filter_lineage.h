/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Who descends from whom by fork, as far as events tell, with marks that a process hands down
 * to all that descend from it: those there are and those to come.
 *
 * Unlike the model's tree this one never changes by a reparent: a daemon stays what it was
 * forked by. Who called fork is the parent, as for the marks of bpf/fork.bpf.c.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "event/event.h"

struct ll_lineage;

/* Make an empty one that remembers keep processes of those that are over. NULL: out of memory. */
struct ll_lineage *ll_lineage_new(size_t keep);
void ll_lineage_free(struct ll_lineage *lineage);

/*
 * Mark the process that has a pid first in the stream, by one bit of the marks; asked for
 * before the first event.
 */
void ll_lineage_mark_pid(struct ll_lineage *lineage, unsigned slot, uint32_t tgid);

/* Learn from an event whose child its process is, or that it is over. Returns 0 or -ENOMEM. */
int ll_lineage_see(struct ll_lineage *lineage, const struct ll_event *event);

/* Mark the event's process and all its descendants. Seen before. */
void ll_lineage_mark(struct ll_lineage *lineage, const struct ll_event *event, unsigned slot);

/* Return the marks of the event's process, 0 when nothing is known of it. */
uint32_t ll_lineage_marks(const struct ll_lineage *lineage, const struct ll_event *event);
