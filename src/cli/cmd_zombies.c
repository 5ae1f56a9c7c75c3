/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * lifeline zombies: who is not reaping whom; now, or over a watch, which also tells who was
 * reaped in the end. With --watch the view is shown every second, on a terminal in its place.
 */
#include <inttypes.h>
#include <string.h>

#include "base/clock.h"
#include "cli/command.h"
#include "cli/gap.h"
#include "cli/option_table.h"
#include "cli/run.h"
#include "cli/say.h"
#include "cli/terminal.h"
#include "live/limits.h"
#include "render/zombies.h"

struct zombies {
	const struct ll_options *options;
	bool is_screen; /* each view takes the place of the one before */
	bool shows_reaped; /* it is a watch, with a story to tell */
	FILE *out; /* the watch's */
	const struct ll_watch *watch; /* while it is looked at */
	/* The worst parent ever above --threshold. */
	uint64_t worst_count;
	bool worst_is_known,
		worst_left; /* it is a process of the watch; it left some to another */
	uint32_t worst_tgid;
	char worst_comm[16];
};

static bool find_limit(void *arg, struct ll_str cgroup, struct ll_zombies_limit *ret)
{
	const struct ll_cgroup_limit *limit = ll_watch_find_limit(arg, cgroup);

	if (limit == NULL)
		return false;
	*ret = (struct ll_zombies_limit){
		.max_count = limit->max_count,
		.used_count = limit->used_count,
		.path = ll_str_of(limit->path),
	};
	return true;
}

static struct ll_zombies_options render_options(const struct zombies *zombies,
						const struct ll_watch *watch)
{
	return (struct ll_zombies_options){
		.color = ll_terminal_wants_color(zombies->options->color, zombies->out),
		.utf8 = ll_terminal_is_utf8(),
		.width = ll_terminal_width(zombies->out),
		.height = zombies->is_screen ? ll_terminal_height(zombies->out) : 0,
		.shows_reaped = zombies->shows_reaped,
		.sees_all = watch->sees_all,
		.now_boottime_ns = watch->now_boottime_ns,
		.now_unix_ns = watch->now_unix_ns,
		.filter = zombies->options->filter,
		.machine = { .max_count = watch->limits.max_count,
			     .used_count = watch->limits.used_count },
		.find_limit = find_limit,
		.limit_arg = (void *)watch,
	};
}

static int show(struct zombies *zombies, const struct ll_watch *watch)
{
	struct ll_zombies_options options = render_options(zombies, watch);
	const struct ll_model *model = watch->model;

	if (zombies->options->json)
		return ll_zombies_json(zombies->out, model, &options);
	if (zombies->is_screen)
		ll_terminal_clear(zombies->out);
	ll_gap_print(zombies->out, model, "zombies");
	return ll_zombies_render(zombies->out, model, &options);
}

/* Who was watched, before who took over what others left; who had most. */
static bool is_worse(const struct zombies *zombies, const struct ll_zombie_group *group)
{
	bool is_known = group->process != NULL;

	if (zombies->worst_count == 0 || is_known != zombies->worst_is_known)
		return zombies->worst_count == 0 || is_known;
	if (group->peak_count != zombies->worst_count)
		return group->peak_count > zombies->worst_count;
	return group->left_count > 0 && !zombies->worst_left;
}

static int judge(void *arg, const struct ll_zombie_group *group)
{
	struct zombies *zombies = arg;

	if (group->peak_count <= zombies->options->threshold || !is_worse(zombies, group))
		return 0;
	struct ll_zombies_options options = render_options(zombies, zombies->watch);
	if (!ll_zombies_wants(zombies->watch->model, &options, group))
		return 0;
	zombies->worst_count = group->peak_count;
	zombies->worst_is_known = group->process != NULL;
	zombies->worst_left = group->left_count > 0;
	zombies->worst_tgid = group->parent.tgid;
	strcpy(zombies->worst_comm, group->process != NULL ? group->process->comm : "?");
	return 0;
}

static int look(struct zombies *zombies, const struct ll_watch *watch)
{
	if (!zombies->options->has_threshold)
		return 0;
	zombies->watch = watch;
	return ll_model_zombie_groups(watch->model, watch->now_boottime_ns, judge, zombies);
}

static int begin(void *arg, const struct ll_watch *watch)
{
	struct zombies *zombies = arg;

	zombies->out = watch->out;
	zombies->shows_reaped = !watch->is_still;
	return 0;
}

static int refresh(void *arg, const struct ll_watch *watch)
{
	struct zombies *zombies = arg;
	int err = look(zombies, watch);

	if (err != 0 || !zombies->options->watch)
		return err;
	err = show(zombies, watch);
	if (!zombies->is_screen && !zombies->options->json)
		fputc('\n', zombies->out);
	return err;
}

static int end(void *arg, const struct ll_watch *watch)
{
	int err = look(arg, watch);

	return err == 0 ? show(arg, watch) : err;
}

/* Names are chosen by who is traced: what is not plain text goes. */
static void say_worst(struct zombies *zombies)
{
	for (char *at = zombies->worst_comm; *at != '\0'; at++)
		if (*at < ' ' || *at > '~')
			*at = '?';
	ll_say("%s (%" PRIu32 ") had %" PRIu64 " zombies at once, more than %" PRIu64,
	       zombies->worst_comm, zombies->worst_tgid, zombies->worst_count,
	       zombies->options->threshold);
}

static int run(const struct ll_options *options)
{
	struct zombies zombies = {
		.options = options,
		.is_screen = options->watch && ll_terminal_can_redraw(options),
	};
	struct ll_consumer consumer = {
		.kinds = LL_E(SNAPSHOT) | LL_E(FORK) | LL_E(EXEC) | LL_E(EXIT) | LL_E(REAP) |
			 LL_E(REPARENT) | LL_E(RENAME) | LL_E(LOST),
		.follows_pid = true,
		.shows_now = !options->watch,
		.begin = begin,
		.end = end,
		.refresh = refresh,
		.refresh_ns = LL_NS_PER_S,
		.wants_limits = true,
		.arg = &zombies,
	};
	int status = ll_run(options, &consumer);

	if (zombies.worst_count == 0)
		return status;
	say_worst(&zombies);
	return status != 0 ? status : 1;
}

const struct ll_command ll_cmd_zombies = {
	.name = "zombies",
	.bit = LL_FOR_ZOMBIES,
	.lines = LL_E_ZOMBIES,
	.filters =
		"-f keeps the parents for which EXPR is true, of their line or of that of a zombie they "
		"have, as --json writes both; --threshold looks at no other.",
	.help = "who is not reaping whom",
	.about =
		"Show the zombies by the parent that does not reap them: how many, how fast they "
		"become more, how old the oldest is, what the parent does about SIGCHLD, whether "
		"it waits, and what is left of the pids of the machine and of the control group. "
		"One that takes orphans over and reaped none in ten seconds of the watch, a "
		"container's init in three, is named as that; growth is told from ten seconds on. "
		"Now; or, with CMD, -p, "
		"--duration or --watch, over a watch, which also tells who let zombies wait for "
		"longer than 100 ms, be it dead by then, and who reaped them in the end. "
		"Where the kernel only tells of an echo of the reap, up to 500 ms are held against "
		"nobody: \"after at most\" is how late the last echo was. "
		"--threshold goes by the most a parent had at once. The age of zombies that were there before is known only as "
		"\"at least\" since then, or \"at most\" their whole life. Needs root, but for a FILE.",
	.examples = "  Why does ps show <defunct>?\n"
		    "    lifeline zombies\n"
		    "  Whose zombies grow, and when are the pids used up?\n"
		    "    lifeline zombies --watch\n"
		    "  In a probe: does anyone leave more than 100?\n"
		    "    lifeline zombies -q -o /dev/null --threshold 100\n"
		    "  How late does this service reap?\n"
		    "    lifeline zombies -p 4711 --duration 1m\n",
	.run = run,
};
