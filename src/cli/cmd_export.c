/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* lifeline export: a watch in another program's format. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/suggest.h"
#include "cli/command.h"
#include "cli/option_table.h"
#include "cli/recorder.h"
#include "cli/run.h"
#include "cli/say.h"
#include "event/event.h"
#include "export/columns.h"
#include "export/export.h"

struct exporting {
	const struct ll_options *options;
	const struct ll_export_format *format;
	struct ll_export *export;
};

/* Whether whoever recorded it asked for --states=full; argp takes any beginning of the word. */
static bool has_all_states(const struct ll_about *about)
{
	struct ll_str options = ll_about_find(about, LL_ABOUT_OPTIONS);
	const char *end = options.data + options.length;

	for (const char *at = options.data; at < end;) {
		size_t length = strnlen(at, (size_t)(end - at));
		struct ll_str option = ll_str_make(at, length);

		if (ll_str_is(option, "--"))
			break;
		if (ll_str_begins(option, "--st") && memchr(at, '=', length) != NULL &&
		    memcmp(at + length - 5, "=full", 5) == 0)
			return true;
		at += length + 1;
	}
	return false;
}

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
		.has_all_states = has_all_states(about),
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

/* Before anything runs. What memory lacks shows when the columns are made. */
static bool refuses_fields(const char *fields)
{
	LL_AUTO_FREE struct ll_column *columns = NULL;
	LL_AUTO_FREE char *why = NULL;
	size_t count;

	if (ll_columns_parse(fields, &columns, &count, &why) != -EINVAL)
		return false;
	ll_say("%s", why);
	return true;
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
	if (options->fields != NULL && refuses_fields(options->fields))
		return 2;
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
	.filters =
		"-f exports the events for which EXPR is true; losses always. dot and folded have "
		"the processes of these events, dot and sqlite their ancestors, too; of their "
		"CPU time and end all that is known. A trace for Perfetto has the processes that "
		"these are about, and counts as living only these. html has the processes of these "
		"events, and those that lead to them.",
	.help = "make another program's file of a capture or a watch",
	.about =
		"Write what trace would tell in a format that other programs read. FORMAT is one of: "
		"chrome, trace events for chrome://tracing and Perfetto, a track for each process; "
		"csv, a table of events with the columns of --fields; "
		"dot, the tree as a picture for the dot program, green for exited 0, yellow for "
		"another status, red for a signal, blue for what lives; "
		"folded, stacks of executables with microseconds of CPU time, for flame graphs; "
		"html, one page to look at in a browser, offline, with a timeline of all processes "
		"and all that is known of each (signals and states with --signals and --states=full), "
		"written when the watch is over; "
		"json, one JSON object a line for every event, valid by `lifeline fields --schema`; "
		"perfetto, a trace for Perfetto, with states of threads where --states=full was "
		"recorded (their CPUs are not known: each gets the first that is free); "
		"sqlite, a database with the tables processes, executions, events, signals, states, "
		"state_times, losses, original_bytes and meta, and the views failed, zombies and "
		"who_killed: columns are called as the fields, with underscores for dots "
		"(process_exit_code), what is unknown is NULL, lists are JSON arrays. "
		"Needs root, but for a FILE.",
	.examples =
		"  Who killed it, and which commands failed?\n"
		"    lifeline export sqlite build.life -o build.db; sqlite3 build.db 'SELECT * FROM who_killed'\n"
		"  A build on Perfetto's time line, with signals and states.\n"
		"    lifeline export perfetto --signals --states=full -o build.pftrace -- make\n"
		"  A build as a page that needs nothing but a browser.\n"
		"    lifeline export html -o build.html -- make -j4\n"
		"  How every process ended, for a spreadsheet.\n"
		"    lifeline export csv build.life -f 'event == \"exit\"' --fields pid,comm,exit.code,why,duration -o ends.csv\n"
		"  Where the CPU time of a build goes, by what started what.\n"
		"    lifeline export folded -o build.folded -- make -j2; flamegraph.pl --countname us build.folded >build.svg\n"
		"  The tree of a build as a picture.\n"
		"    lifeline export dot build.life | dot -Tsvg >build.svg\n"
		"  A time line, in a browser: open it at ui.perfetto.dev or chrome://tracing.\n"
		"    lifeline export chrome build.life -o build.json\n"
		"  Every event of a build, for jq.\n"
		"    lifeline export json build.life -o build.jsonl\n",
	.run = run,
};
