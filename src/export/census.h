/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The processes an export is about, each told when all is known of it.
 *
 * A process is noted when an event of it, or one that names it, is exported, and told at its reap, else
 * at the end. Whenever there are twice as many as were left the last time, all are looked through:
 * who was told, and is forgotten by the model, so that nobody alive descends from it, is forgotten
 * here, too; who was not told, since -f keeps its reap from the export, or nothing is known of it,
 * is told. So what is held is bounded by what the model holds.
 */
#pragma once

#include "model/model.h"

struct ll_census;

/*
 * Take one process: process is borrowed until return, NULL when only its identity is known.
 * is_again: it was told before, and an event of it came late. Returns 0 or -errno.
 */
typedef int (*ll_census_fn)(void *arg, struct ll_id id, const struct ll_process *process,
			    bool is_again);

/* Make an empty census of what a model (borrowed) knows. Returns NULL when out of memory. */
struct ll_census *ll_census_new(const struct ll_model *model, ll_census_fn fn, void *arg);
void ll_census_free(struct ll_census *census);

/* Note a process; one of which the start is not known is left out. Returns 0 or -ENOMEM. */
int ll_census_note(struct ll_census *census, struct ll_id id);

/* Note the process an event is about, and tell it if this is its end. Returns 0 or -errno. */
int ll_census_take(struct ll_census *census, const struct ll_event *event);

/* Tell all that are left, also those noted meanwhile. Returns 0 or -errno. */
int ll_census_end(struct ll_census *census);
