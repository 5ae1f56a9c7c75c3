/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * One self-contained page that shows a watch, written when the watch is over. What is held until then is
 * the table of html_table.h and the records of the critical path, both bounded by the processes.
 */
#include <errno.h>
#include <stdlib.h>

#include "analysis/critical_path.h"
#include "base/cleanup.h"
#include "export/export.h"
#include "export/html_json.h"
#include "export/html_pack.h"
#include "export/html_page.h"
#include "export/html_table.h"

struct ll_export {
	struct ll_export_options options;
	struct ll_html_table table;
	struct ll_critical_path *path; /* NULL: there is none */
};

static void free_html(struct ll_export *export)
{
	if (export == NULL)
		return;
	ll_html_table_fini(&export->table);
	ll_critical_path_free(export->path);
	free(export);
}

static void free_export_cleanup(struct ll_export **export)
{
	free_html(*export);
}

static int open_html(const struct ll_export_options *options, struct ll_export **ret_export,
		     char **ret_why)
{
	LL_CLEANUP(free_export_cleanup) struct ll_export *export = calloc(1, sizeof(*export));

	*ret_why = NULL;
	if (export == NULL)
		return -ENOMEM;
	export->options = *options;
	int err = ll_html_table_init(&export->table);
	if (err != 0)
		return err;
	/* The path is of one command's run, and of nothing that -f leaves holes in. */
	if (options->about.command.length > 0 && !options->is_filtered) {
		export->path = ll_critical_path_new(0, LL_HTML_PROCESSES);
		if (export->path == NULL)
			return -ENOMEM;
	}
	*ret_export = TAKE(export);
	return 0;
}

static int add_event(struct ll_export *export, const struct ll_event *event)
{
	int err = ll_html_table_add(&export->table, export->options.model, event);

	if (err == 0 && export->path != NULL)
		err = ll_critical_path_add(export->path, export->options.model, event);
	return err;
}

static int write_data(void *arg, FILE *out)
{
	FILE *pack = ll_html_pack_open(out);

	if (pack == NULL)
		return -errno;
	int err = ll_html_json_write(pack, arg);
	if (fclose(pack) != 0 && err == 0)
		err = -errno;
	return err;
}

static int write_page(struct ll_export *export, const struct ll_critical_result *path)
{
	struct ll_html_report report = { .table = &export->table,
					 .about = &export->options.about,
					 .path = path };

	return ll_html_page_write(export->options.out, write_data, &report);
}

static int end(struct ll_export *export, uint64_t now_boottime_ns, uint64_t now_unix_ns)
{
	struct ll_critical_result path = { 0 };
	const struct ll_model *model = export->options.model;
	int err = ll_html_table_end(&export->table, model, now_boottime_ns);

	(void)now_unix_ns;
	if (err != 0)
		return err;
	int found = export->path == NULL ? -ENOENT
					 : ll_critical_path_find(export->path, model,
								 now_boottime_ns, &path);
	if (found != 0 && found != -ENOENT)
		return found;
	err = write_page(export, found == 0 ? &path : NULL);
	free(path.segments);
	return err;
}

const struct ll_export_format ll_export_html = {
	.name = "html",
	.help = "one page to look at offline: a timeline of all processes, and what is known of each",
	.kinds = LL_E(SNAPSHOT) | LL_E(FORK) | LL_E(EXEC) | LL_E(EXIT) | LL_E(REAP) |
		 LL_E(SIGNAL_GENERATE) | LL_E(SIGNAL_DELIVER) | LL_E(STATE) |
		 LL_E(STATE_TIMES) | LL_E(LOST),
	.is_binary = true,
	.open = open_html,
	.event = add_event,
	.end = end,
	.free = free_html,
};
