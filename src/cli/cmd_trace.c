/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* lifeline trace: events as they happen, a line each. */
#include <errno.h>
#include <signal.h>

#include "cli/command.h"
#include "cli/filter_option.h"
#include "cli/option_table.h"
#include "cli/pushdown.h"
#include "cli/run.h"
#include "cli/signals.h"
#include "cli/terminal.h"
#include "event/event.h"
#include "render/json.h"
#include "render/text.h"

struct trace {
	const struct ll_options *options;
	uint32_t kinds; /* LL_E_* mask to show */
	FILE *out; /* the watch's */
	struct ll_text *text; /* NULL with --json */
};

/* What hangs hangs its process, whichever thread it is; stops come in one for each thread. */
static bool is_of_d(const struct ll_event *event)
{
	return event->state_from == LL_STATE_UNINTERRUPTIBLE ||
	       event->state_to == LL_STATE_UNINTERRUPTIBLE;
}

static bool is_of_thread(const struct ll_event *event)
{
	if (event->kind == LL_EVENT_FORK)
		return ll_event_has(event, LL_F_FORK_KIND) &&
		       event->fork_kind == LL_FORK_THREAD;
	if (event->kind == LL_EVENT_SNAPSHOT || event->kind == LL_EVENT_STATE_TIMES)
		return event->tid != event->tgid;
	if (event->kind == LL_EVENT_STATE)
		return event->tid != event->tgid && !is_of_d(event);
	return event->kind == LL_EVENT_EXIT && ll_event_has(event, LL_F_EXIT_SCOPE) &&
	       event->exit_scope == LL_EXIT_THREAD;
}

/* A gap and what was rebuilt after it are shown whatever was asked for. */
static bool is_shown(const struct trace *trace, const struct ll_event *event)
{
	if (event->kind == LL_EVENT_LOST)
		return true;
	if (event->kind == LL_EVENT_SNAPSHOT_END)
		return false;
	bool shows_thread =
		trace->options->threads ||
		(event->kind == LL_EVENT_STATE && trace->options->states == LL_STATES_FULL);
	if (is_of_thread(event) && !shows_thread)
		return false;
	return ll_event_is_inferred(event) || (trace->kinds >> event->kind & 1) != 0;
}

static struct ll_text *make_text(const struct trace *trace)
{
	struct ll_text_options options = {
		.color = ll_terminal_wants_color(trace->options->color, trace->out),
		.utf8 = ll_terminal_is_utf8(),
		.width = ll_terminal_width(trace->out),
		.show_threads = trace->options->threads,
	};

	return ll_text_new(trace->out, &options);
}

static int begin(void *arg, const struct ll_watch *watch)
{
	struct trace *trace = arg;

	trace->out = watch->out;
	if (trace->options->json)
		return 0;
	trace->text = make_text(trace);
	return trace->text == NULL ? -ENOMEM : ll_text_header(trace->text);
}

static int show(void *arg, const struct ll_event *event)
{
	struct trace *trace = arg;

	if (!is_shown(trace, event))
		return 0;
	if (trace->options->json)
		return ll_json_event(trace->out, event);
	if (ll_signals_take(SIGWINCH))
		ll_text_set_width(trace->text, ll_terminal_width(trace->out));
	return ll_text_event(trace->text, event);
}

static int run(const struct ll_options *options)
{
	uint32_t kinds = ll_filter_option_kinds(options);
	struct ll_pushdown pushdown = ll_pushdown_plan(options, kinds);
	struct trace trace = { .options = options, .kinds = kinds };
	struct ll_consumer consumer = {
		.kinds = pushdown.kinds,
		.needs = options->kinds,
		.named = options->named_kinds,
		.pushdown = &pushdown,
		.filters_events = true,
		.follows_pid = true,
		.wants_times = (pushdown.kinds & LL_E(STATE_TIMES)) != 0,
		.begin = begin,
		.event = show,
		.arg = &trace,
	};
	int status = ll_run(options, &consumer);

	ll_text_free(trace.text);
	return status;
}

const struct ll_command ll_cmd_trace = {
	.name = "trace",
	.bit = LL_FOR_TRACE,
	.lines = LL_E_ALL & ~LL_E_HIDDEN,
	.filters =
		"-f shows the events for which EXPR is true. What an event does not say itself of who "
		"its process is and what it runs (exe, args, cwd, uid, cgroup and their like) is what "
		"was last told of it. Without -e, events that EXPR names are recorded, too. Losses "
		"always show.",
	.help = "events as they happen",
	.about =
		"Print each fork, exec, exit and reap as it happens, a line each, in the order of "
		"time: of CMD and its descendants, or of the whole machine until Ctrl-C. Needs root, but for a FILE.",
	.examples = "  What does this build run?\n"
		    "    lifeline trace -e exec -- make -j2\n"
		    "  What does this service start, with which arguments?\n"
		    "    lifeline trace -p \"$(pidof -s nginx)\"\n"
		    "  Who dies of what, in the next minute?\n"
		    "    lifeline trace -e exit,oom_kill --duration 1m\n"
		    "  Keep all of it for a program to read; the keys: lifeline fields.\n"
		    "    lifeline trace --json -o build.jsonl -- make -j2\n"
		    "  Which signals does this service get, and what becomes of each?\n"
		    "    lifeline trace -e signal -p \"$(pidof -s nginx)\"\n"
		    "  Which runs of the compiler fail?\n"
		    "    lifeline trace -f 'exe ~ \"*/cc1*\" and code != 0' -- make\n"
		    "  Which programs were looked for in vain?\n"
		    "    lifeline trace -e exec_failed -- ./configure\n",
	.run = run,
};
