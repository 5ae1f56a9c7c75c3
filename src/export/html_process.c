/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* See html_process.h. */
#include "export/html_process.h"

static uint64_t length_of(const struct ll_html_stay *stay)
{
	return stay->end_ns - stay->begin_ns;
}

/* Make one of two that follow each other: its state is that of the longer. */
static void join(struct ll_html_stay *stay, const struct ll_html_stay *next)
{
	if (length_of(next) > length_of(stay))
		stay->state = next->state;
	stay->end_ns = next->end_ns;
}

/* Join what is shorter than least to the one before it, and what is of the same state. */
static void join_shorter(struct ll_html_process *process, uint64_t least_ns)
{
	struct ll_html_stay *stays = process->stays;
	size_t count = 0;

	for (size_t i = 0; i < process->stay_count; i++) {
		bool is_joined = count > 0 && (length_of(&stays[i]) < least_ns ||
					       length_of(&stays[count - 1]) < least_ns ||
					       stays[i].state == stays[count - 1].state);

		if (is_joined)
			join(&stays[count - 1], &stays[i]);
		else
			stays[count++] = stays[i];
	}
	process->stay_count = count;
}

void ll_html_process_coarsen(struct ll_html_process *process, size_t most)
{
	uint64_t least_ns = 1000;

	if (process->stay_count <= most)
		return;
	process->bits |= LL_HTML_COARSE;
	while (process->stay_count > most && process->stay_count > 1) {
		join_shorter(process, least_ns);
		least_ns *= 2;
	}
}
