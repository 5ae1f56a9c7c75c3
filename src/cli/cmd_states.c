/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * lifeline states: where the time of each process went. On a terminal, of the machine or of a
 * process that runs already, the table is drawn anew every second; else once, at the end.
 */
#include "base/clock.h"
#include "cli/command.h"
#include "cli/gap.h"
#include "cli/option_table.h"
#include "cli/run.h"
#include "cli/terminal.h"
#include "render/states.h"

struct states {
	const struct ll_options *options;
	bool is_live; /* it refreshes a terminal */
	FILE *out; /* the watch's */
};

static bool is_live(const struct ll_options *options)
{
	return options->child_argv == NULL && options->duration_ns == 0 &&
	       ll_terminal_can_redraw(options);
}

static struct ll_states_options render_options(const struct states *states,
					       const struct ll_watch *watch)
{
	const struct ll_options *options = states->options;

	return (struct ll_states_options){
		.color = ll_terminal_wants_color(options->color, states->out),
		.utf8 = ll_terminal_is_utf8(),
		.width = ll_terminal_width(states->out),
		.height = states->is_live ? ll_terminal_height(states->out) : 0,
		.show_threads = options->threads,
		.show_kthreads = options->kthreads,
		.stall_ns = watch->stall_ns,
		.filter = options->filter,
		.now_boottime_ns = watch->now_boottime_ns,
	};
}

static int begin(void *arg, const struct ll_watch *watch)
{
	struct states *states = arg;

	states->out = watch->out;
	return 0;
}

static int draw(const struct states *states, const struct ll_watch *watch)
{
	struct ll_states_options options = render_options(states, watch);

	if (states->is_live)
		ll_terminal_clear(states->out);
	/* The last line's newline would scroll a full screen. */
	unsigned taken = ll_gap_print(states->out, watch->model, "times") + 1;
	if (options.height > taken)
		options.height -= taken;
	return ll_states_render(states->out, watch->model, &options);
}

static int refresh(void *arg, const struct ll_watch *watch)
{
	return draw(arg, watch);
}

static int end(void *arg, const struct ll_watch *watch)
{
	struct states *states = arg;
	struct ll_states_options options = render_options(states, watch);

	return states->options->json ? ll_states_json(states->out, watch->model, &options)
				     : draw(states, watch);
}

static int run(const struct ll_options *options)
{
	struct states states = { .options = options, .is_live = is_live(options) };
	struct ll_consumer consumer = {
		.kinds = LL_E(SNAPSHOT) | LL_E(FORK) | LL_E(EXEC) | LL_E(EXIT) | LL_E(REAP) |
			 LL_E(REPARENT) | LL_E(RENAME) | LL_E(STATE) | LL_E(STATE_TIMES) |
			 LL_E(LOST),
		.needs = LL_E(STATE_TIMES),
		.follows_pid = true,
		.begin = begin,
		.end = end,
		.refresh = states.is_live ? refresh : NULL,
		.refresh_ns = LL_NS_PER_S,
		.wants_times = true,
		.arg = &states,
	};

	return ll_run(options, &consumer);
}

const struct ll_command ll_cmd_states = {
	.name = "states",
	.bit = LL_FOR_STATES,
	.lines = LL_E_STATES,
	.filters =
		"-f keeps the processes for which EXPR is true, of what their line says with --json and "
		"of what else is known of them; their threads come along.",
	.help = "where the time went: running, waiting, D",
	.about =
		"Show where the time of each process went: on a CPU, waiting for one, asleep, in "
		"uninterruptible sleep, stopped; who hurts most first. Times count from the start "
		"of the watch or the birth of the process, all threads together; CPU% and WAIT% "
		"are of the time on the clock. What is stuck in D, or was for longer than --stall, "
		"has its kernel stack below. On a terminal, without CMD and --duration, the table "
		"is drawn anew every second. Needs root, but for a FILE.",
	.examples =
		"  What slows this machine down, as it happens?\n"
		"    lifeline states\n"
		"  Does this build wait for the CPU or for the disk?\n"
		"    lifeline states -- make -j2\n"
		"  Which thread of this service was stuck for longer than 100 ms, and where?\n"
		"    lifeline states --threads --stall 100ms -p 4711 --duration 1m\n",
	.run = run,
};
