/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* See progress.h. */
#include "cli/progress.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "cli/terminal.h"
#include "render/progress.h"

#define FIRST_NS LL_NS_PER_S
#define EVERY_NS (100 * LL_NS_PER_MS)
/* To the line's beginning, and clear the rest of it. */
#define ERASE "\r\033[K"

void ll_progress_init(struct ll_progress *progress, FILE *out, uint64_t now_ns)
{
	const char *term = getenv("TERM");
	bool is_able = isatty(fileno(out)) && term != NULL && strcmp(term, "dumb") != 0;

	*progress = (struct ll_progress){ .out = is_able ? out : NULL, .begun_ns = now_ns };
}

static bool is_due(const struct ll_progress *progress, uint64_t now_ns)
{
	if (now_ns - progress->begun_ns < FIRST_NS)
		return false;
	return !progress->is_drawn || now_ns - progress->drawn_ns >= EVERY_NS;
}

void ll_progress_update(struct ll_progress *progress, uint64_t done_bytes, uint64_t total_bytes,
			uint64_t now_ns)
{
	struct ll_progress_view view = {
		.done_bytes = done_bytes,
		.total_bytes = total_bytes,
		.elapsed_ns = now_ns - progress->begun_ns,
		.utf8 = ll_terminal_is_utf8(),
	};
	char text[LL_PROGRESS_MAX];

	if (progress->out == NULL || total_bytes == 0 || !is_due(progress, now_ns))
		return;
	view.width = ll_terminal_width(progress->out);
	/* One write: what others write goes before or after it. */
	fprintf(progress->out, ERASE "%s", ll_progress_format(&view, text));
	fflush(progress->out);
	progress->is_drawn = true;
	progress->drawn_ns = now_ns;
}

void ll_progress_erase(struct ll_progress *progress)
{
	if (!progress->is_drawn)
		return;
	fputs(ERASE, progress->out);
	fflush(progress->out);
	progress->is_drawn = false;
}
