/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Who sent what to whom, for a person and for programs; what was sent most comes first:
 *
 *     SENT  SIGNAL       FROM               TO                 WHAT CAME OF IT          P50    P99    MAX
 *       12  SIGHUP       1 (systemd)        4242 (nginx)       handled                 12µs   40µs   51µs
 *        1  SIGKILL      977 (kubelet)      4242 (nginx)       fatal                  210µs  210µs  210µs
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "event/filter.h"
#include "model/model.h"

/* A process by pid or by name; neither: any. */
struct ll_signals_party {
	uint32_t tgid; /* 0: not by pid */
	const char
		*name; /* NULL: not by name; of a sender also "kernel", "timer", "children" */
};

struct ll_signals_options {
	bool color;
	bool utf8; /* else only ASCII is written */
	unsigned width; /* columns; 0: no limit */
	uint64_t signals; /* bit n - 1: signal n is wanted; 0: all are */
	struct ll_signals_party from, to;
	bool fatal; /* only what ended its target */
	struct ll_filter *filter; /* rows it is true of; NULL: all. Borrowed */
};

/* Draw a line for each sender, signal and target. Returns 0 or -errno, as all below. */
int ll_signals_render(FILE *out, const struct ll_model *model,
		      const struct ll_signals_options *options);

/* Draw how many signals went from each sender's name to each target's. */
int ll_signals_render_matrix(FILE *out, const struct ll_model *model,
			     const struct ll_signals_options *options);

/* Write one JSON object for each line of the table: the fields marked LL_E_SIGNALS. */
int ll_signals_json(FILE *out, const struct ll_model *model,
		    const struct ll_signals_options *options);

/* Write one for each cell of the matrix that is not empty: sender, target and signals.sent. */
int ll_signals_json_matrix(FILE *out, const struct ll_model *model,
			   const struct ll_signals_options *options);
