/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Where the events of a watch come from: the kernel, or a capture. Order of calls: open, start,
 * poll until it is over, drain, stats, finish; close whenever. What fails has told the user.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "capture/about.h"
#include "cli/options.h"
#include "cli/run.h"
#include "event/event.h"
#include "model/model.h"

struct ll_source_stats {
	uint64_t lost[LL_EVENT_KINDS]; /* by kind */
	uint64_t missing; /* events that a damaged capture lacks */
	bool is_cut; /* a capture without a proper end */
	bool is_hurt; /* a capture that is damaged or has no end: nobody knows what else it lacks */
	uint64_t bpf_run_count, bpf_run_ns; /* sampled; 0: unknown, or nothing ran */
	uint64_t skipped_runs; /* of BPF programs: what was not sent is lost, or told late */
};

struct ll_source {
	const struct ll_source_ops *ops;
	const struct ll_options *options; /* borrowed */
	const struct ll_consumer *consumer; /* borrowed */
	const struct ll_model *model; /* what the watch has made of the events so far */
};

struct ll_source_ops {
	/* Make everything that can fail before something is started. Returns 0 or an exit status. */
	int (*open)(struct ll_source *source);
	/* Start what is to be watched. Returns 0 or an exit status. */
	int (*start)(struct ll_source *source);
	bool (*is_over)(const struct ll_source *source);
	/*
	 * Wait for a moment at most and hand on what is there. LL_EVENT_CLOCK tells when a view is
	 * due again. Returns 0, -EINTR, another -errno, or what fn returned.
	 */
	int (*poll)(struct ll_source *source, ll_event_fn fn, void *arg);
	/* Hand on the last of it, the time as LL_EVENT_CLOCK at the end. As above. */
	int (*drain)(struct ll_source *source, ll_event_fn fn, void *arg);
	/* The model has handed on an event. */
	void (*see)(struct ll_source *source, const struct ll_event *event);
	void (*stats)(const struct ll_source *source, struct ll_source_stats *ret);
	/* How far it is, in bytes; of a total of 0: nobody knows. */
	void (*progress)(const struct ll_source *source, uint64_t *ret_done,
			 uint64_t *ret_total);
	/* Add what a recording should say of the source. Returns 0 or -ENOMEM. */
	int (*describe)(const struct ll_source *source, struct ll_about *about);
	/* Whether it is a look at what there is; at all of it (ll_watch); --stall, as it was. */
	bool (*is_still)(const struct ll_source *source);
	bool (*sees_all)(const struct ll_source *source);
	uint64_t (*stall_ns)(const struct ll_source *source);
	/* Whether it is of one process and all below it, and of which (ll_watch). */
	bool (*find_root)(const struct ll_source *source, uint32_t *ret_tgid);
	/* Wait for what still runs; tell of what was wrong. own: the status so far. Returns the status. */
	int (*finish)(struct ll_source *source, int own);
	/* Free. */
	void (*close)(struct ll_source *source);
};

/* Return NULL when out of memory. */
struct ll_source *ll_source_live_new(void);
struct ll_source *ll_source_capture_new(void);
