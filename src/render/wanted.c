/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* See wanted.h. */
#include "render/wanted.h"

#include "render/json.h"

bool ll_is_wanted(struct ll_filter *filter, struct ll_event *line,
		  const struct ll_process *process)
{
	if (filter == NULL)
		return true;
	if (process != NULL)
		ll_process_describe(process, line);
	return ll_filter_matches(filter, line);
}

bool ll_is_process_wanted(struct ll_filter *filter, const struct ll_process *process,
			  unsigned depth)
{
	struct ll_event line;
	struct ll_json_ids ids;

	if (filter == NULL)
		return true;
	ll_json_process_fields(&line, process, depth, &ids);
	return ll_filter_matches(filter, &line);
}
