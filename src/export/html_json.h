/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The page's data: one JSON object, columns of numbers and one table of strings, which data.js reads.
 *
 * Times are microseconds since the beginning of the page (a start may be before it); what comes in order
 * is written as the difference to the one before. Unknown is null, and a column in which nothing is
 * known is absent. The form is private to the page: both come out of one build.
 */
#pragma once

#include <stdio.h>

#include "analysis/critical_path.h"
#include "export/export.h"
#include "export/html_table.h"

struct ll_html_report {
	const struct ll_html_table *table; /* ended */
	const struct ll_export_about *about;
	const struct ll_critical_result *path; /* NULL: there is none */
};

/* Returns 0 or -errno. */
int ll_html_json_write(FILE *out, const struct ll_html_report *report);
