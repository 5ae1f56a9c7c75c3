/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* JSON lines: every event, as trace --json prints it. */
#include <errno.h>
#include <stdlib.h>

#include "export/export.h"
#include "render/json.h"

struct ll_export {
	FILE *out; /* borrowed */
};

static int open_json(const struct ll_export_options *options, struct ll_export **ret_export,
		     char **ret_why)
{
	struct ll_export *export = calloc(1, sizeof(*export));

	if (export == NULL) {
		*ret_why = NULL;
		return -ENOMEM;
	}
	export->out = options->out;
	*ret_export = export;
	return 0;
}

static int write_event(struct ll_export *export, const struct ll_event *event)
{
	return ll_json_event(export->out, event);
}

static int end(struct ll_export *export, uint64_t now_boottime_ns, uint64_t now_unix_ns)
{
	(void)export;
	(void)now_boottime_ns;
	(void)now_unix_ns;
	return 0;
}

static void free_json(struct ll_export *export)
{
	free(export);
}

const struct ll_export_format ll_export_json = {
	.name = "json",
	.help = "one JSON object a line for every event, as trace --json has it",
	.kinds = LL_E_ALL & ~LL_E_HIDDEN,
	.open = open_json,
	.event = write_event,
	.end = end,
	.free = free_json,
};
