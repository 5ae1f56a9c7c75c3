/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* lifeline record: a watch that shows nothing and keeps everything, in a capture. */
#include "base/clock.h"
#include "cli/command.h"
#include "cli/option_table.h"
#include "cli/recorder.h"
#include "cli/run.h"
#include "cli/say.h"
#include "event/event.h"

/* How often the time is noted, so that a view of the capture can be one of any second. */
#define CLOCK_NS LL_NS_PER_S
/* How often the state times of all threads are: they are as many as there are threads. */
#define TIMES_NS (5 * LL_NS_PER_S)

/* Nothing to draw; but the times that a view would be made of are asked for. */
static int refresh(void *arg, const struct ll_watch *watch)
{
	(void)arg;
	(void)watch;
	return 0;
}

static int run(const struct ll_options *options)
{
	bool has_times = options->states != LL_STATES_OFF;
	struct ll_consumer consumer = {
		.kinds = ll_recorder_kinds(options),
		.follows_pid = true,
		.records = true,
		.refresh = refresh,
		.refresh_ns = has_times ? TIMES_NS : CLOCK_NS,
		.wants_times = has_times,
		.wants_limits = true,
	};

	if (options->output_path == NULL) {
		ll_say("record needs to know where to: -o FILE.life");
		return 2;
	}
	return ll_run(options, &consumer);
}

const struct ll_command ll_cmd_record = {
	.name = "record",
	.bit = LL_FOR_RECORD,
	.help = "write a capture, to be looked at later",
	.about =
		"Record every fork, exec, exit and reap, and what there was at the start, in a "
		"capture: of CMD and its descendants, of -p PID and its, or of the whole machine "
		"until Ctrl-C. Every command that watches can look at it instead, and shows the "
		"same; also while it grows, or after it was cut off. With a capture to look at, "
		"what the filters let through of it is recorded again. Needs root, but for a FILE.",
	.examples =
		"  Record a build; then look at it as often as you like.\n"
		"    lifeline record -o build.life -- make -j2\n"
		"  Everything that can be known of a service, for an hour.\n"
		"    lifeline record --signals --states -o nginx.life -p 4711 --duration 1h\n"
		"  The last day of this machine, in files of an hour.\n"
		"    lifeline record -o day.life --rotate 1h --keep 24\n"
		"  One user's part of it.\n"
		"    lifeline record day.life -o user.life -u www-data\n",
	.run = run,
};
