/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * lifeline diff: what two captures of one job differ in. Each is replayed as any view of it would
 * be, and becomes a job; the jobs are compared. A gate has to tell "they differ" from "cannot say":
 * what fails has status 2, as with diff(1).
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "analysis/diff.h"
#include "analysis/span.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "capture/about.h"
#include "cli/command.h"
#include "cli/filter_option.h"
#include "cli/option_table.h"
#include "cli/output.h"
#include "cli/run.h"
#include "cli/say.h"
#include "cli/source.h"
#include "cli/terminal.h"
#include "event/filter.h"
#include "render/diff.h"
#include "render/wanted.h"

#define TROUBLE 2

/* One of the two. */
struct side {
	struct ll_options options; /* those of the command, for this capture */
	struct ll_job job;
	struct ll_about about;
	const struct ll_watch *watch; /* from begin to end */
	struct ll_id root; /* {0,0}: it is not the run of one process */
	struct ll_span span;
	struct ll_diff_capture capture;
	bool is_read;
};

static void side_fini(struct side *side)
{
	ll_filter_free(side->options.filter);
	ll_job_fini(&side->job);
	ll_about_fini(&side->about);
}

static bool wants(void *arg, const struct ll_process *process, unsigned depth)
{
	const struct side *side = arg;

	return ll_is_process_wanted(side->options.filter, process, depth);
}

/* Of the run of one process its end; 0: it is none, or goes on. */
static uint64_t root_end_of(const struct side *side)
{
	const struct ll_process *root = ll_model_find(side->watch->model, side->root);

	return root != NULL ? root->exit_boottime_ns : 0;
}

static void describe(struct side *side, const struct ll_watch *watch)
{
	uint64_t begin_ns = side->span.begin_boottime_ns;
	uint64_t end_ns = ll_span_end(&side->span, root_end_of(side), watch->now_boottime_ns);

	side->capture = (struct ll_diff_capture){
		.path = side->options.input,
		.host = ll_about_find(&side->about, LL_ABOUT_HOST),
		.kernel = ll_about_find(&side->about, LL_ABOUT_KERNEL),
		.begin_unix_ns = side->span.begin_unix_ns,
	};
	if (begin_ns != 0 && end_ns > begin_ns)
		side->capture.length_ns = end_ns - begin_ns;
}

static int begin(void *arg, const struct ll_watch *watch)
{
	struct side *side = arg;

	side->watch = watch;
	return 0;
}

/* Whose run it is, if it is the run of one process: who had that pid first. */
static void note_root(struct side *side, const struct ll_event *event)
{
	uint32_t tgid = side->watch->root_tgid;

	if (!side->watch->has_root || side->root.tgid != 0 ||
	    (LL_E_SUBJECT >> event->kind & 1) == 0 || (tgid != 0 && tgid != event->tgid))
		return;
	side->root = (struct ll_id){ event->tgid, event->start_boottime_ns };
}

static int note(void *arg, const struct ll_event *event)
{
	struct side *side = arg;

	ll_span_note(&side->span, event);
	note_root(side, event);
	return 0;
}

static int end(void *arg, const struct ll_watch *watch)
{
	struct side *side = arg;
	struct ll_source_stats stats;
	int err = watch->source->ops->describe(watch->source, &side->about);

	if (err == 0)
		err = ll_job_init(&side->job);
	if (err == 0)
		err = ll_job_add_model(&side->job, watch->model, wants, side);
	if (err != 0)
		return err;
	watch->source->ops->stats(watch->source, &stats);
	for (int kind = 0; kind < LL_EVENT_KINDS; kind++)
		side->job.lost_count += stats.lost[kind];
	side->job.missing_count = stats.missing;
	side->job.is_cut = stats.is_cut;
	describe(side, watch);
	side->is_read = true;
	return 0;
}

/* A filter remembers who descends from whom: each capture needs its own. */
static int copy_filter(struct side *side)
{
	LL_AUTO_FREE char *why = NULL;

	side->options.filter = NULL;
	if (side->options.filter_text == NULL)
		return 0;
	return ll_filter_parse(side->options.filter_text, ll_cmd_diff.lines, side->options.keep,
			       &side->options.filter, &why);
}

/* Returns 0, 3 when events were lost and --strict was given, else 2. */
static int read_side(struct side *side, const struct ll_options *options, const char *path)
{
	struct ll_consumer consumer = {
		.kinds = LL_E_ALL & ~(LL_E_SIGNAL | LL_E(STATE) | LL_E(STATE_TIMES)),
		.has_no_output = true,
		.begin = begin,
		.note = note,
		.end = end,
		.arg = side,
	};

	side->options = *options;
	side->options.input = path;
	/* All processes of both are compared: none may be forgotten. */
	side->options.keep = SIZE_MAX / 4;
	if (copy_filter(side) != 0) {
		ll_say("out of memory");
		return TROUBLE;
	}
	int status = ll_run(&side->options, &consumer);
	if (status == 3 && side->is_read)
		return 3;
	return status == 0 && side->is_read ? 0 : TROUBLE;
}

static int show(FILE *out, const struct ll_options *options, const struct ll_diff *diff,
		const struct side sides[2])
{
	struct ll_diff_view view = {
		.color = ll_terminal_wants_color(options->color, out),
		.utf8 = ll_terminal_is_utf8(),
		.width = ll_terminal_width(out),
		.captures = { sides[0].capture, sides[1].capture },
	};

	return options->json ? ll_diff_json(out, diff) : ll_diff_render(out, diff, &view);
}

/* As with cmp -s: the status tells. A file was asked for by name. */
static bool is_silent(const struct ll_options *options)
{
	const char *path = options->output_path;

	return options->quiet && (path == NULL || strcmp(path, "-") == 0);
}

/* So that B is missed before A is read; not opened, as a pipe is so only once. */
static bool can_read(const char *path)
{
	if (strcmp(path, "-") == 0 || access(path, R_OK) == 0)
		return true;
	ll_say("cannot read '%s': %s", path, strerror(errno));
	return false;
}

static int compare(const struct ll_options *options, const struct side sides[2])
{
	LL_CLEANUP(ll_diff_fini) struct ll_diff diff = { 0 };
	struct ll_diff_options diff_options = {
		.is_exact = options->exact,
		.ignores_times = options->no_times,
		.noise = (double)options->noise_percent / 100,
	};
	struct ll_output output;

	if (ll_diff_init(&diff, &sides[0].job, &sides[1].job, &diff_options) != 0) {
		ll_say("cannot compare the captures: out of memory");
		return TROUBLE;
	}
	int status = ll_diff_is_any(&diff) ? 1 : 0;
	if (is_silent(options))
		return status;
	if (ll_output_open(options->output_path, &output) < 0)
		return TROUBLE;
	int err = show(output.file, options, &diff, sides);
	/* A failed write is told by 1, which would say that they differ. */
	return ll_output_finish(&output, err, 0) == 0 ? status : TROUBLE;
}

static void sides_fini(struct side (*sides)[2])
{
	side_fini(&(*sides)[0]);
	side_fini(&(*sides)[1]);
}

static int run(const struct ll_options *options)
{
	LL_CLEANUP(sides_fini) struct side sides[2] = { 0 };

	if (options->input == NULL || options->extra == NULL) {
		ll_say("diff needs two captures: lifeline diff A.life B.life");
		return TROUBLE;
	}
	if (!can_read(options->input) || !can_read(options->extra))
		return TROUBLE;
	int a = read_side(&sides[0], options, options->input);
	int b = a == TROUBLE ? TROUBLE : read_side(&sides[1], options, options->extra);
	if (a == TROUBLE || b == TROUBLE)
		return TROUBLE;
	int status = compare(options, sides);
	return status == 0 ? (a != 0 ? a : b) : status;
}

const struct ll_command ll_cmd_diff = {
	.name = "diff",
	.bit = LL_FOR_DIFF,
	.lines = LL_E_TREE,
	.filters =
		"-f keeps the differences of the processes for which EXPR is true of what is known of "
		"them at the end of either capture, which is a line of tree --json. What is matched "
		"with what does not depend on it.",
	.help = "what two captures of one job differ in",
	.about =
		"Compare two captures of what should be the same job, a build of yesterday and one of "
		"today: processes that were added (+), removed (-) or moved (>), whose arguments, end or "
		"time have changed (~), and those of which a recording that was cut off cannot tell (?). "
		"Processes are matched by their place in the tree and what they ran, not by their pid, "
		"nor by the order in which a parallel build happened to start them. Names of temporary "
		"files, pids among the arguments and the directory of the whole job are no difference; a "
		"time is one only when it is off by more than the two runs vary by themselves. Keeps all "
		"processes of both in memory. Needs no root.",
	.examples =
		"  Did today's build do what yesterday's did?\n"
		"    lifeline diff yesterday.life today.life\n"
		"  As a gate: what was run, and how it ended, whatever time it took.\n"
		"    lifeline diff -q --no-times good.life new.life\n"
		"  What has become slower, for a program?\n"
		"    lifeline diff --json a.life b.life | jq 'select(.[\"diff.kind\"] == \"slower\")'\n"
		"  Only the compilers.\n"
		"    lifeline diff -f 'comm == \"cc1\"' a.life b.life\n",
	.status =
		"Exit status: 0 no difference, 1 they differ, 2 usage, or a capture cannot be read; "
		"3 no difference, but events were lost and --strict was given.",
	.run = run,
};
