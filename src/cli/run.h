/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * One watch from beginning to end: the source (the kernel, or a capture), the model, and a
 * command's view of them, which is the same for both.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#include "capture/about.h"
#include "cli/options.h"
#include "cli/pushdown.h"
#include "event/event.h"
#include "live/limits.h"
#include "model/model.h"

struct ll_source;

/* What a command may know of the watch it looks at. Borrowed; valid during the call. */
struct ll_watch {
	const struct ll_source *source;
	FILE *out; /* where the result goes: flushed and closed by the watch. NULL: nothing does */
	const struct ll_model *model;
	const struct ll_about *about; /* what is known of the machine and the watch */
	bool is_still; /* a look at what there is, without a story */
	bool sees_all; /* no process was left out by what was asked for, -f aside */
	bool has_root; /* it is of one process and all below it, none left out, -f aside... */
	uint32_t root_tgid; /* ...who had this pid first; 0: who was told of first */
	/* The time the view is as of: that of the last event, or of a later clock. 0: unknown. */
	uint64_t now_boottime_ns, now_unix_ns;
	uint64_t stall_ns; /* as of --stall, of the recording if need be */
	struct ll_limits limits; /* max_count 0: unknown */
	const struct ll_watch_limits *cgroups;
};

/*
 * Find the limit that a control group runs into, as it was when the watch was last looked at.
 * Returns NULL when none is known; valid until the next look.
 */
const struct ll_cgroup_limit *ll_watch_find_limit(const struct ll_watch *watch,
						  struct ll_str cgroup);

/*
 * What a command does with a watch. Each function returns 0, or -errno, which ends the
 * watch; NULL ones are skipped. What is written to watch->out is flushed after each batch of
 * events.
 */
struct ll_consumer {
	uint32_t kinds; /* LL_E_* mask the view is made of */
	uint32_t
		needs; /* LL_E_* mask: a capture that has none of these shows nothing. 0: any will do */
	uint32_t
		named; /* LL_E_* mask that the user has named: a capture without them is told of */
	bool follows_pid; /* -p ends the watch when the process and its descendants are gone */
	bool shows_now; /* without CMD and --duration, the first snapshot is all it needs */
	bool has_no_output; /* nothing is written: there is no watch->out */
	bool writes_path; /* it writes options->output_path itself; nor is there then */
	bool records; /* the result is a capture, made by the watch; there is no watch->out */
	int (*begin)(void *arg, const struct ll_watch *watch);
	int (*event)(void *arg, const struct ll_event *event); /* as the model hands it on */
	/* The same before that, of every event, also where filters_events keeps it from event(). */
	int (*note)(void *arg, const struct ll_event *event);
	int (*end)(void *arg, const struct ll_watch *watch);
	/* Called every refresh_ns (0: never), and not once more before end. */
	int (*refresh)(void *arg, const struct ll_watch *watch);
	uint64_t refresh_ns;
	bool wants_times; /* state times of the living are asked for before refresh and end */
	bool filters_events; /* event() is only called for what -f is true of, and for losses */
	const struct ll_pushdown *pushdown; /* what of -f the kernel decides; NULL: nothing */
	bool wants_limits; /* so are the limits of pids */
	void *arg;
};

/*
 * Watch as the options say and feed the consumer. Starts CMD when there is one, and
 * returns only when it has ended. Returns the exit status of lifeline and has told the
 * user of every failure.
 */
int ll_run(const struct ll_options *options, const struct ll_consumer *consumer);
