/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* A capture made during a watch: the writer, what it says of the machine, and what it tells the user. */
#pragma once

#include <stdint.h>

#include "capture/writer.h"
#include "cli/options.h"
#include "model/model.h"

struct ll_recorder {
	struct ll_writer *writer; /* NULL: nothing is recorded, and all of this does nothing */
	const char *path; /* borrowed */
	struct ll_event last; /* the last event's time, host and boot */
	char host[256], boot[64]; /* which it points to */
	bool told_full; /* that there is no room */
	struct ll_writer_stats stats; /* final ones, once closed */
};

/* The events that a recording holds, by --signals and --states; a LL_E_* mask. */
uint32_t ll_recorder_kinds(const struct ll_options *options);

/* Begin a capture that says this of itself. Returns 0 or -errno, which it has told the user; of -EPIPE there is nothing to tell. */
int ll_recorder_open(const struct ll_options *options, const struct ll_about *about,
		     const char *path, struct ll_recorder *ret);

/* Record an event before the model has it. Returns 0 or -errno. */
int ll_recorder_add(struct ll_recorder *recorder, const struct ll_event *event);

/* Repeat what lives when it is time to; the model has all that was recorded. As above. */
int ll_recorder_mind_living(struct ll_recorder *recorder, const struct ll_model *model);

/* Write what has waited long enough. As above. */
int ll_recorder_poll(struct ll_recorder *recorder);

/* Finish. err: what recording failed with before, 0 or -errno. Returns the exit status: own, or 1. */
int ll_recorder_finish(struct ll_recorder *recorder, int err, int own);

/* Close without a word. */
void ll_recorder_fini(struct ll_recorder *recorder);
