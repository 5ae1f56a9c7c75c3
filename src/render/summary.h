/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* A summary drawn for a person, on one screen, and written for programs, a line each. */
#pragma once

#include <stdbool.h>
#include <stdio.h>

#include "analysis/summary.h"
#include "model/model.h"

struct ll_summary_view {
	bool color;
	bool utf8; /* else only ASCII is written */
	unsigned width; /* columns; longer lines are cut. 0: no limit, and bars as on 100 */
	bool is_filtered; /* only some events were counted: who lives at the end is not known of these */
};

/*
 * Draw it: the whole first, then rates over time as bars, then lists, the critical path last. What
 * did not occur has no line. model: of the same events. Returns 0 or -errno.
 */
int ll_summary_render(FILE *out, const struct ll_summary_result *result,
		      const struct ll_model *model, const struct ll_summary_view *view);

/* Write all of it, an object a line, by summary.section. Returns 0 or -errno. */
int ll_summary_json(FILE *out, const struct ll_summary_result *result,
		    const struct ll_model *model, const struct ll_summary_view *view);
