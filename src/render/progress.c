/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* See progress.h. Every part is as wide at the end as in the beginning, or stands at the end of the line. */
#include "render/progress.h"

#include <stdio.h>
#include <string.h>

#include "base/duration.h"

#define BAR_COLUMNS 24
#define WIDTH_UNKNOWN 80
/* "reading  " and "100%". */
#define PERCENT_COLUMNS 13
#define NS_PER_S 1000000000.0

static double share_of(const struct ll_progress_view *view)
{
	if (view->done_bytes >= view->total_bytes)
		return 1;
	return (double)view->done_bytes / (double)view->total_bytes;
}

static void format_bar(double share, bool utf8, char *ret, size_t size)
{
	int full = (int)(share * BAR_COLUMNS);
	size_t length = 0;

	for (int i = 0; i < BAR_COLUMNS; i++) {
		const char *cell = i < full ? (utf8 ? "█" : "#") : (utf8 ? "░" : "-");

		length += (size_t)snprintf(ret + length, size - length, "%s", cell);
	}
}

/* "512MiB of 1GiB, 4.1s left"; what is left is guessed as soon as there is anything to guess by. */
static void format_rest(const struct ll_progress_view *view, double share, char *ret,
			size_t size)
{
	char done[LL_DURATION_MAX], total[LL_DURATION_MAX], left[LL_DURATION_MAX];
	double left_ns = share > 0 ? (double)view->elapsed_ns * (1 - share) / share : 0;
	int length = snprintf(ret, size, "  %s of %s", ll_size_format(view->done_bytes, done),
			      ll_size_format(view->total_bytes, total));

	if (share > 0 && share < 1 && left_ns < 1e6 * NS_PER_S)
		snprintf(ret + length, size - (size_t)length, ", %s left",
			 ll_duration_format((uint64_t)left_ns, view->utf8, left));
}

const char *ll_progress_format(const struct ll_progress_view *view,
			       char ret_text[LL_PROGRESS_MAX])
{
	/* The last column stays free: some terminals go to the next line from it. */
	size_t width = (view->width != 0 ? view->width : WIDTH_UNKNOWN) - 1;
	double share = share_of(view);
	char bar[BAR_COLUMNS * 3 + 1], rest[96];
	int percent = (int)(share * 100);

	format_bar(share, view->utf8, bar, sizeof(bar));
	format_rest(view, share, rest, sizeof(rest));
	ret_text[0] = '\0';
	if (width < PERCENT_COLUMNS)
		return ret_text;
	if (width < PERCENT_COLUMNS + 2 + BAR_COLUMNS)
		snprintf(ret_text, LL_PROGRESS_MAX, "reading  %3d%%", percent);
	else if (width < PERCENT_COLUMNS + 2 + BAR_COLUMNS + strlen(rest))
		snprintf(ret_text, LL_PROGRESS_MAX, "reading  %s  %3d%%", bar, percent);
	else
		snprintf(ret_text, LL_PROGRESS_MAX, "reading  %s  %3d%%%s", bar, percent, rest);
	return ret_text;
}
