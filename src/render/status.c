/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The wait status taken apart: low seven bits signal, 0x80 core, next byte exit status. */
#include "render/status.h"

#include <stdio.h>
#include <string.h>

#include "event/signal_names.h"

static unsigned signal_of(uint64_t wait_status)
{
	return wait_status & 0x7f;
}

const char *ll_status_format(uint64_t wait_status, char ret_text[LL_STATUS_MAX])
{
	unsigned signal = signal_of(wait_status);
	const char *name = ll_signal_name(signal);
	const char *core = (wait_status & 0x80) != 0 ? " (core dumped)" : "";

	if (signal == 0)
		snprintf(ret_text, LL_STATUS_MAX, "exited %u",
			 (unsigned)(wait_status >> 8 & 0xff));
	else if (name != NULL)
		snprintf(ret_text, LL_STATUS_MAX, "killed by %s%s", name, core);
	else
		snprintf(ret_text, LL_STATUS_MAX, "killed by signal %u%s", signal, core);
	return ret_text;
}

bool ll_status_says(uint64_t wait_status, struct ll_str text)
{
	char status[LL_STATUS_MAX];

	ll_status_format(wait_status, status);
	return ll_str_is(text, status);
}

enum ll_color ll_status_color(uint64_t wait_status)
{
	if (signal_of(wait_status) != 0)
		return LL_COLOR_RED;
	return (wait_status >> 8 & 0xff) == 0 ? LL_COLOR_GREEN : LL_COLOR_YELLOW;
}
