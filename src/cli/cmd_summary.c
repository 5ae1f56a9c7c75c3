/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* lifeline summary: what a capture, or a watch, comes to, on one screen. */
#include <errno.h>

#include "analysis/summary.h"
#include "cli/command.h"
#include "cli/gap.h"
#include "cli/option_table.h"
#include "cli/run.h"
#include "cli/terminal.h"
#include "render/summary.h"

/* What is counted, and no other event: -f may be true of more. */
#define KINDS                                                                                  \
	(LL_E(FORK) | LL_E(EXEC) | LL_E(EXEC_FAILED) | LL_E(EXIT) | LL_E(REAP) |               \
	 LL_E(REPARENT) | LL_E(OOM_KILL))

struct summary {
	const struct ll_options *options;
	const struct ll_watch *watch; /* from begin on */
	struct ll_summary *summary;
};

static int begin(void *arg, const struct ll_watch *watch)
{
	struct summary *summary = arg;
	struct ll_summary_options options = {
		.has_root = watch->has_root,
		.root_tgid = watch->root_tgid,
		.keep = summary->options->keep,
	};

	summary->watch = watch;
	summary->summary = ll_summary_new(&options);
	return summary->summary != NULL ? 0 : -ENOMEM;
}

static int note(void *arg, const struct ll_event *event)
{
	struct summary *summary = arg;

	return ll_summary_note(summary->summary, summary->watch->model, event);
}

static int count(void *arg, const struct ll_event *event)
{
	struct summary *summary = arg;

	if ((KINDS >> event->kind & 1) == 0)
		return 0;
	return ll_summary_count(summary->summary, summary->watch->model, event);
}

static int end(void *arg, const struct ll_watch *watch)
{
	const struct summary *summary = arg;
	const struct ll_options *options = summary->options;
	struct ll_summary_view view = {
		.color = ll_terminal_wants_color(options->color, watch->out),
		.utf8 = ll_terminal_is_utf8(),
		.width = ll_terminal_width(watch->out),
		.is_filtered = options->filter != NULL,
	};
	struct ll_summary_result result;
	int err =
		ll_summary_end(summary->summary, watch->model, watch->now_boottime_ns, &result);

	if (err != 0)
		return err;
	if (options->json)
		return ll_summary_json(watch->out, &result, watch->model, &view);
	/* What was forgotten had been counted. */
	ll_gap_print_lost(watch->out, watch->model, "processes and times");
	return ll_summary_render(watch->out, &result, watch->model, &view);
}

/* Snapshots and renames, for the names. */
static int run(const struct ll_options *options)
{
	struct summary summary = { .options = options };
	struct ll_consumer consumer = {
		.kinds = KINDS | LL_E(SNAPSHOT) | LL_E(RENAME) | LL_E(LOST),
		.follows_pid = true,
		.filters_events = true,
		.begin = begin,
		.note = note,
		.event = count,
		.end = end,
		.arg = &summary,
	};
	int status = ll_run(options, &consumer);

	ll_summary_free(summary.summary);
	return status;
}

const struct ll_command ll_cmd_summary = {
	.name = "summary",
	.bit = LL_FOR_SUMMARY,
	.lines = LL_E_ALL & ~LL_E_HIDDEN,
	.filters =
		"-f counts the events for which EXPR is true, as trace would show them; processes come "
		"into the lists by their exits, executables also by their execs. The critical path is "
		"of all.",
	.help = "what it comes to, on one screen",
	.about =
		"Sum up a capture, or a watch when it ends: how many processes, how fast they come "
		"and go over time, how long they live and how soon after the fork they execute, the "
		"deepest chain; which took longest, most CPU, most memory; what was executed most "
		"often and what failed how; what was lost. Of CMD or -p also the critical path: which "
		"chain of processes the wall time waited for. CPU time is of processes that ended. "
		"EXECUTED counts execs; its CPU and life, and FAILED, are of the processes that ended "
		"running it, those that were only forked included, and a script goes by its own name: "
		"what always executes another, like /usr/bin/env, has execs and no CPU time. "
		"Medians and 99th percentiles are an eighth off at most. Needs root, but for a FILE.",
	.examples = "  What does this build cost, and what does it wait for?\n"
		    "    lifeline summary -- make -j2\n"
		    "  The same of a recording, as often as you like.\n"
		    "    lifeline summary build.life\n"
		    "  Only the compiler's part.\n"
		    "    lifeline summary build.life -f 'comm == \"cc1\"'\n"
		    "  How busy is this machine with forks, for a program to read?\n"
		    "    lifeline summary --json --duration 1m\n",
	.run = run,
};
