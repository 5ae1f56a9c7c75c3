/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* lifeline export: a watch in another program's format. */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/suggest.h"
#include "cli/command.h"
#include "cli/option_table.h"
#include "cli/recorder.h"
#include "cli/run.h"
#include "cli/say.h"
#include "event/event.h"
#include "export/export.h"

struct exporting {
	const struct ll_options *options;
	const struct ll_export_format *format;
	struct ll_export *export;
};

static struct ll_export_about about_of(const struct ll_watch *watch)
{
	const struct ll_about *about = watch->about;

	return (struct ll_export_about){
		.version = ll_about_find(about, LL_ABOUT_VERSION),
		.host = ll_about_find(about, LL_ABOUT_HOST),
		.boot_id = ll_about_find(about, LL_ABOUT_BOOT),
		.arch = ll_about_find(about, LL_ABOUT_ARCH),
		.os_release = ll_about_find(about, LL_ABOUT_KERNEL),
		.command = ll_about_find(about, LL_ABOUT_COMMAND),
		.begin_boottime_ns = ll_about_number(about, LL_ABOUT_BOOTTIME),
		.begin_unix_ns = ll_about_number(about, LL_ABOUT_UNIX),
	};
}

static int begin(void *arg, const struct ll_watch *watch)
{
	struct exporting *exporting = arg;
	LL_AUTO_FREE char *why = NULL;
	const struct ll_export_options options = {
		.out = watch->out,
		.path = exporting->options->output_path,
		.model = watch->model,
		.about = about_of(watch),
		.fields = exporting->options->fields,
		.is_filtered = exporting->options->filter != NULL ||
			       ll_about_number(watch->about, LL_ABOUT_FILTERED) != 0,
	};
	int err = exporting->format->open(&options, &exporting->export, &why);

	if (why != NULL)
		ll_say("%s", why);
	return err;
}

static int take(void *arg, const struct ll_event *event)
{
	struct exporting *exporting = arg;

	if ((exporting->format->kinds >> event->kind & 1) == 0)
		return 0;
	return exporting->format->event(exporting->export, event);
}

static int end(void *arg, const struct ll_watch *watch)
{
	struct exporting *exporting = arg;

	return exporting->format->end(exporting->export, watch->now_boottime_ns,
				      watch->now_unix_ns);
}

static int refuse_format(const char *name)
{
	const struct ll_export_format *format;
	const char *best = NULL;
	size_t distance = SIZE_MAX;

	for (size_t i = 0; (format = ll_export_format_at(i)) != NULL; i++)
		best = ll_suggest_nearer(name, format->name, best, &distance);
	if (best != NULL)
		ll_say("no format is called '%s'; did you mean '%s'?", name, best);
	else
		ll_say("no format is called '%s'; see lifeline export --help", name);
	return 2;
}

/* What the options ask of a format that it cannot do. Returns 0 or an exit status. */
static int check(const struct ll_options *options, const struct ll_export_format *format)
{
	const char *path = options->output_path;
	bool is_stdout = path == NULL || (path[0] == '-' && path[1] == '\0');

	if (options->fields != NULL && !format->has_fields) {
		ll_say("--fields is for csv: %s has its own", format->name);
		return 2;
	}
	if (format->writes_path && is_stdout) {
		ll_say("%s needs a file to write: -o FILE", format->name);
		return 2;
	}
	if (format->is_binary && is_stdout && isatty(STDOUT_FILENO)) {
		ll_say("%s is not for a terminal: give it a file with -o, or a pipe",
		       format->name);
		return 2;
	}
	return 0;
}

static int run(const struct ll_options *options)
{
	if (options->format == NULL) {
		ll_say("export needs to know what to make: see lifeline export --help");
		return 2;
	}
	const struct ll_export_format *format = ll_export_format_find(options->format);
	if (format == NULL)
		return refuse_format(options->format);
	int status = check(options, format);
	if (status != 0)
		return status;

	/* Of a capture everything that is there. */
	uint32_t recorded = options->input != NULL ? LL_E_ALL : ll_recorder_kinds(options);
	struct exporting exporting = { .options = options, .format = format };
	struct ll_consumer consumer = {
		.kinds = format->kinds & recorded,
		.filters_events = true,
		.follows_pid = true,
		.writes_path = format->writes_path,
		.begin = begin,
		.event = take,
		.end = end,
		.arg = &exporting,
	};
	status = ll_run(options, &consumer);
	format->free(exporting.export);
	return status;
}

const struct ll_command ll_cmd_export = {
	.name = "export",
	.bit = LL_FOR_EXPORT,
	.lines = LL_E_ALL & ~LL_E_HIDDEN,
	.filters = "-f exports the events for which EXPR is true; losses always. html has the "
		   "processes of these events, and those that lead to them.",
	.help = "make another program's file of a capture or a watch",
	.about =
		"Write what trace would tell in a format that other programs read. FORMAT is "
		"html: one page to look at in a browser, offline, with a timeline of all processes "
		"and all that is known of each (signals and states with --signals and --states=full), "
		"written when the watch is over; or "
		"json: one JSON object a line for every event. Needs root, but for a FILE.",
	.examples = "  Every event of a build, for jq.\n"
		    "    lifeline export json build.life -o build.jsonl\n"
		    "  A build as a page that needs nothing but a browser.\n"
		    "    lifeline export html -o build.html -- make -j4\n",
	.run = run,
};
