/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* lifeline signals: at the end of a watch, who sent what to whom and what came of it. */
#include "cli/command.h"
#include "cli/gap.h"
#include "cli/option_table.h"
#include "cli/run.h"
#include "cli/terminal.h"
#include "render/signals.h"

struct signals {
	const struct ll_options *options;
	FILE *out; /* the watch's */
};

static struct ll_signals_options render_options(const struct signals *signals)
{
	const struct ll_options *options = signals->options;

	return (struct ll_signals_options){
		.color = ll_terminal_wants_color(options->color, signals->out),
		.utf8 = ll_terminal_is_utf8(),
		.width = ll_terminal_width(signals->out),
		.signals = options->signals,
		.from = { (uint32_t)options->from_pid, options->from_comm },
		.to = { (uint32_t)options->to_pid, options->to_comm },
		.fatal = options->fatal,
		.filter = options->filter,
	};
}

static int begin(void *arg, const struct ll_watch *watch)
{
	struct signals *signals = arg;

	signals->out = watch->out;
	return 0;
}

static int end(void *arg, const struct ll_watch *watch)
{
	const struct signals *signals = arg;
	struct ll_signals_options options = render_options(signals);
	const struct ll_model *model = watch->model;
	bool is_matrix = signals->options->matrix;

	if (signals->options->json)
		return is_matrix ? ll_signals_json_matrix(signals->out, model, &options)
				 : ll_signals_json(signals->out, model, &options);
	ll_gap_print(signals->out, model, "signals");
	return is_matrix ? ll_signals_render_matrix(signals->out, model, &options)
			 : ll_signals_render(signals->out, model, &options);
}

/* Execs and renames, for the names; OOM kills and exits, for what was fatal. */
static int run(const struct ll_options *options)
{
	struct signals signals = { .options = options };
	struct ll_consumer consumer = {
		.kinds = LL_E_SIGNAL | LL_E(SNAPSHOT) | LL_E(FORK) | LL_E(EXEC) | LL_E(EXIT) |
			 LL_E(REAP) | LL_E(RENAME) | LL_E(OOM_KILL) | LL_E(LOST),
		.needs = LL_E(SIGNAL_DELIVER),
		.follows_pid = true,
		.begin = begin,
		.end = end,
		.arg = &signals,
	};

	return ll_run(options, &consumer);
}

const struct ll_command ll_cmd_signals = {
	.name = "signals",
	.bit = LL_FOR_SIGNALS,
	.lines = LL_E_SIGNALS,
	.filters =
		"-f keeps the lines for which EXPR is true, of what they say with --json and of what is "
		"known of the target.",
	.help = "who signalled whom, what came of it",
	.about =
		"Watch, and at the end print who sent which signal to whom, how often, what came of "
		"it, and the time from the sending to the delivery: median, 99th percentile (both "
		"an eighth off at most) and longest. A latency counts only where it is certain "
		"which signal was delivered. \"queued\" ones were still pending, or taken by "
		"sigwait or signalfd, which is no delivery; \"blocked\" ones waited for the "
		"target to unblock them; an \"already pending\" one did nothing, as an earlier "
		"one of its number still waited; \"resumed it\": a SIGCONT that let it go on, "
		"though it is ignored. \"children\" is the kernel's SIGCHLD; \"itself, a fault\" "
		"was not sent by kill or raise. On a narrow terminal P50 is left out first. "
		"-p, -u, -c and --cgroup choose by the target. Needs root, but for a FILE.",
	.examples = "  Who signals this service, and how long does it take to react?\n"
		    "    lifeline signals -p \"$(pidof -s nginx)\" --duration 1m\n"
		    "  Who ends processes by SIGTERM or SIGKILL, until Ctrl-C?\n"
		    "    lifeline signals --signal TERM,KILL --fatal\n"
		    "  Which programs signal which, during this build?\n"
		    "    lifeline signals --matrix -- make -j2\n"
		    "  The rows for a program to read; the keys: lifeline fields.\n"
		    "    lifeline signals --json -o signals.jsonl --duration 1m\n",
	.run = run,
};
