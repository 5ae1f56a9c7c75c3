/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* One watch from beginning to end: the source, the model, a command's view of them. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#include "cli/options.h"
#include "cli/pushdown.h"
#include "event/event.h"
#include "model/model.h"

/*
 * What a command does with a watch. Each function returns 0, or -errno, which ends the
 * watch; NULL ones are skipped. out is where the result goes and belongs to the watch:
 * it is flushed after each batch of events and closed at the end.
 */
struct ll_consumer {
	uint32_t kinds; /* LL_E_* mask the view is made of */
	bool follows_pid; /* -p ends the watch when the process and its descendants are gone */
	bool shows_now; /* without CMD and --duration, the first snapshot is all it needs */
	int (*begin)(void *arg, FILE *out);
	int (*event)(void *arg, const struct ll_event *event); /* as the model hands it on */
	int (*end)(void *arg, const struct ll_model *model);
	/* Called every refresh_ns (0: never), and not once more before end. */
	int (*refresh)(void *arg, const struct ll_model *model);
	uint64_t refresh_ns;
	bool wants_times; /* state times of the living are asked for before refresh and end */
	bool filters_events; /* event() is only called for what -f is true of, and for losses */
	const struct ll_pushdown *pushdown; /* what of -f the kernel decides; NULL: nothing */
	void *arg;
};

/*
 * Watch as the options say and feed the consumer. Starts CMD when there is one, and
 * returns only when it has ended. Returns the exit status of lifeline and has told the
 * user of every failure.
 */
int ll_run(const struct ll_options *options, const struct ll_consumer *consumer);
