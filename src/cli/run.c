/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A watch, in order: open the source; open the output; start; poll until it is over; drain;
 * let the command draw; close; the footer; wait for CMD if it still runs.
 * So a machine that cannot trace, or a CMD that is not there, leaves -o FILE untouched, and a
 * FILE that cannot be written keeps CMD from running.
 */
#include "cli/run.h"

#include <errno.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/grow.h"
#include "cli/describe.h"
#include "cli/footer.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "cli/recorder.h"
#include "cli/say.h"
#include "cli/source.h"
#include "cli/terminal.h"

/* Limits of control groups, as last told. */
struct ll_watch_limits {
	struct cgroup_limit *limits;
	size_t count, room;
};

struct cgroup_limit {
	char cgroup[4096]; /* which runs into it */
	struct ll_cgroup_limit limit;
};

struct run {
	const struct ll_options *options;
	const struct ll_consumer *consumer;
	struct ll_source *source;
	struct ll_model *model;
	struct ll_output output; /* file NULL: there is none */
	struct ll_about about;
	struct ll_recorder recorder;
	struct ll_progress progress;
	struct ll_watch watch;
	struct ll_watch_limits cgroups;
	uint64_t seen[LL_EVENT_KINDS]; /* events handed on, without the inferred ones */
	uint64_t inferred_count;
	uint64_t refreshed_ns; /* CLOCK_BOOTTIME of the stream: the last view */
	uint64_t setup_cpu_ns;
	int output_err; /* 0 or -errno: why the output takes no more */
	int record_err; /* the same of the capture */
	bool is_unread; /* nobody reads it, from the start: there is nothing to do */
};

/* What lifeline itself has used so far; CMD's time is not in it. */
static uint64_t cpu_ns(void)
{
	return ll_clock_ns(CLOCK_PROCESS_CPUTIME_ID);
}

static void fini(struct run *run)
{
	if (run->source != NULL)
		run->source->ops->close(run->source);
	ll_model_free(run->model);
	ll_output_close(&run->output);
	ll_recorder_fini(&run->recorder);
	ll_about_fini(&run->about);
	free(run->cgroups.limits);
}

/* ---- Limits ---------------------------------------------------------------------------- */

const struct ll_cgroup_limit *ll_watch_find_limit(const struct ll_watch *watch,
						  struct ll_str cgroup)
{
	const struct ll_watch_limits *cgroups = watch->cgroups;

	for (size_t i = 0; i < cgroups->count; i++)
		if (ll_str_is(cgroup, cgroups->limits[i].cgroup))
			return &cgroups->limits[i].limit;
	return NULL;
}

static void copy_text(char *to, size_t size, struct ll_str text)
{
	size_t length = text.length < size ? text.length : size - 1;

	if (length > 0)
		memcpy(to, text.data, length);
	to[length] = '\0';
}

static int take_cgroup_limit(struct ll_watch_limits *cgroups, const struct ll_event *event)
{
	struct cgroup_limit *limits = ll_grow(cgroups->limits, cgroups->count + 1,
					      &cgroups->room, sizeof(*limits), 8);

	if (limits == NULL)
		return -ENOMEM;
	cgroups->limits = limits;
	struct cgroup_limit *limit = &cgroups->limits[cgroups->count++];
	copy_text(limit->cgroup, sizeof(limit->cgroup), event->cgroup);
	copy_text(limit->limit.path, sizeof(limit->limit.path), event->zombies_cgroup);
	limit->limit.max_count = event->zombies_cgroup_max;
	limit->limit.used_count = event->zombies_cgroup_used;
	return 0;
}

/* The machine's come first, those of control groups after it. */
static int take_limits(struct run *run, const struct ll_event *event)
{
	if (ll_event_has(event, LL_F_ZOMBIES_PIDS_MAX) &&
	    ll_event_has(event, LL_F_ZOMBIES_PIDS_USED)) {
		run->cgroups.count = 0;
		run->watch.limits.max_count = event->zombies_pids_max;
		run->watch.limits.used_count = event->zombies_pids_used;
	}
	if (ll_event_has(event, LL_F_CGROUP) && ll_event_has(event, LL_F_ZOMBIES_CGROUP) &&
	    ll_event_has(event, LL_F_ZOMBIES_CGROUP_MAX) &&
	    ll_event_has(event, LL_F_ZOMBIES_CGROUP_USED))
		return take_cgroup_limit(&run->cgroups, event);
	return 0;
}

/* ---- Events ---------------------------------------------------------------------------- */

/* Notice a failed write at once, while errno still tells why. */
static int check_output(struct run *run, int err)
{
	if (err == 0 && run->output.file != NULL && ferror(run->output.file))
		err = errno != 0 ? -errno : -EIO;
	run->output_err = err;
	/* What it says may be on the way to the same terminal. */
	if (run->progress.is_drawn && run->output.file != NULL &&
	    __fpending(run->output.file) > 0)
		ll_progress_erase(&run->progress);
	return err;
}

/* Signals also come when only ends are asked for, to explain them. */
static bool is_wanted(const struct run *run, const struct ll_event *event)
{
	return event->kind != LL_EVENT_SIGNAL_GENERATE ||
	       (run->consumer->kinds & LL_E(SIGNAL_GENERATE)) != 0;
}

/* Whether the consumer gets an event. The filter is asked of all, which it may have to know. */
static int is_asked_for(struct run *run, const struct ll_event *event)
{
	int asked = run->options->filter == NULL
			    ? 1
			    : ll_model_ask(run->model, run->options->filter, event);

	if (asked < 0 || !run->consumer->filters_events || event->kind == LL_EVENT_LOST)
		return asked < 0 ? asked : 1;
	return asked;
}

static int on_model_event(void *arg, const struct ll_event *event)
{
	struct run *run = arg;

	if (ll_event_is_inferred(event))
		run->inferred_count++;
	else if (is_wanted(run, event))
		run->seen[event->kind]++;
	run->source->ops->see(run->source, event);
	int err = run->consumer->note != NULL ? run->consumer->note(run->consumer->arg, event)
					      : 0;
	if (err != 0)
		return check_output(run, err);
	int asked = is_asked_for(run, event);
	if (asked <= 0 || run->consumer->event == NULL)
		return asked < 0 ? asked : 0;
	return check_output(run, run->consumer->event(run->consumer->arg, event));
}

/* Time never goes back, though events may come late. */
static void note_time(struct run *run, const struct ll_event *event)
{
	if (event->time_boottime_ns < run->watch.now_boottime_ns)
		return;
	run->watch.now_boottime_ns = event->time_boottime_ns;
	if (ll_event_has(event, LL_F_TIME))
		run->watch.now_unix_ns = event->time_unix_ns;
}

/* Show the view again, when it is due by the stream's own time. */
static int refresh(struct run *run)
{
	const struct ll_consumer *consumer = run->consumer;
	uint64_t now = run->watch.now_boottime_ns;

	if (consumer->refresh == NULL || consumer->refresh_ns == 0)
		return 0;
	/* A clock is told a little after it was due. */
	if (run->refreshed_ns != 0 && now - run->refreshed_ns < consumer->refresh_ns / 2)
		return 0;
	run->refreshed_ns = now;
	return check_output(run, consumer->refresh(consumer->arg, &run->watch));
}

static int record(struct run *run, const struct ll_event *event)
{
	run->record_err = ll_recorder_add(&run->recorder, event);
	return run->record_err;
}

static int on_event(void *arg, const struct ll_event *event)
{
	struct run *run = arg;
	int err = record(run, event);

	note_time(run, event);
	if (err != 0)
		return err;
	if (event->kind == LL_EVENT_LIMITS)
		return take_limits(run, event);
	if (event->kind == LL_EVENT_CLOCK)
		return event->is_last ? 0 : refresh(run);
	err = ll_model_apply(run->model, event, on_model_event, run);
	if (err == 0)
		err = run->record_err = ll_recorder_mind_living(&run->recorder, run->model);
	return err;
}

/* ---- The watch ------------------------------------------------------------------------- */

/* Where the capture goes, if one is made. */
static const char *record_path(const struct run *run)
{
	return run->consumer->records ? run->options->output_path : run->options->record_path;
}

static int open_outputs(struct run *run)
{
	const char *path = record_path(run);

	int err = path != NULL
			  ? ll_recorder_open(run->options, &run->about, path, &run->recorder)
			  : 0;
	/* The reader went away before anything was written; CMD runs all the same. */
	run->is_unread = err == -EPIPE && run->options->child_argv == NULL;
	if (err < 0 && err != -EPIPE)
		return 1;
	if (run->is_unread)
		return 0;
	if (run->consumer->records || run->consumer->has_no_output ||
	    run->consumer->writes_path)
		return 0;
	return ll_output_open(run->options->output_path, &run->output) < 0 ? 1 : 0;
}

static void set_watch(struct run *run)
{
	struct ll_watch *watch = &run->watch;

	watch->source = run->source;
	watch->out = run->output.file;
	watch->model = run->model;
	watch->about = &run->about;
	watch->is_still = run->source->ops->is_still(run->source);
	watch->sees_all = run->source->ops->sees_all(run->source);
	watch->has_root = run->source->ops->find_root(run->source, &watch->root_tgid);
	watch->stall_ns = run->source->ops->stall_ns(run->source);
	watch->cgroups = &run->cgroups;
}

static int say_no_memory(void)
{
	ll_say("out of memory");
	return 1;
}

/* Make everything that can fail before CMD runs. Returns 0 or an exit status. */
static int prepare(struct run *run)
{
	/* To repeat what lives nobody has to remember the dead. */
	run->model = ll_model_new(run->consumer->records ? 0 : run->options->keep);
	run->source =
		run->options->input != NULL ? ll_source_capture_new() : ll_source_live_new();
	if (run->model == NULL || run->source == NULL)
		return say_no_memory();
	run->source->options = run->options;
	run->source->consumer = run->consumer;
	run->source->model = run->model;
	int status = run->source->ops->open(run->source);
	if (status == 0 && ll_describe_watch(run->source, &run->about) < 0)
		status = say_no_memory();
	if (status == 0)
		status = open_outputs(run);
	if (status != 0 || run->is_unread)
		return status;
	set_watch(run);
	if (!run->options->quiet)
		ll_progress_init(&run->progress, stderr, ll_clock_ns(CLOCK_MONOTONIC));
	run->setup_cpu_ns = cpu_ns();
	return run->source->ops->start(run->source);
}

static void show_progress(struct run *run)
{
	uint64_t done, total;

	run->source->ops->progress(run->source, &done, &total);
	ll_progress_update(&run->progress, done, total, ll_clock_ns(CLOCK_MONOTONIC));
}

/* Write out what was shown and recorded. */
static int flush(struct run *run)
{
	/* It says so when there is no room. */
	if (run->recorder.writer != NULL)
		ll_progress_erase(&run->progress);
	int err = run->output.file != NULL ? ll_output_flush(&run->output) : 0;

	if (err < 0)
		run->output_err = err;
	if (err == 0)
		err = run->record_err = ll_recorder_poll(&run->recorder);
	return err;
}

static int watch(struct run *run)
{
	struct ll_source *source = run->source;

	while (!source->ops->is_over(source)) {
		int err = source->ops->poll(source, on_event, run);

		if (err == 0 || err == -EINTR)
			err = flush(run);
		if (err != 0)
			return err;
		show_progress(run);
	}
	return source->ops->drain(source, on_event, run);
}

static int feed(struct run *run)
{
	const struct ll_consumer *consumer = run->consumer;
	int err = watch(run);

	ll_progress_erase(&run->progress);
	if (err == 0 && consumer->end != NULL)
		err = check_output(run, consumer->end(consumer->arg, &run->watch));
	return err;
}

static uint64_t lost_total(const struct ll_source_stats *stats)
{
	uint64_t total = stats->missing;

	for (int kind = 0; kind < LL_EVENT_KINDS; kind++)
		total += stats->lost[kind];
	return total;
}

static void print_footer(const struct run *run, const struct ll_source_stats *stats)
{
	struct ll_footer footer = {
		.seen = run->seen,
		.inferred_count = run->inferred_count,
		.stats = stats,
		.capture = run->options->input,
		.recorded_bytes = run->recorder.stats.bytes,
		.recorded = record_path(run),
		.setup_cpu_ns = run->setup_cpu_ns,
		.watch_cpu_ns = cpu_ns() - run->setup_cpu_ns,
		.utf8 = ll_terminal_is_utf8(),
	};
	LL_AUTO_FREE char *line = NULL;
	size_t size;
	FILE *memory = run->options->quiet ? NULL : open_memstream(&line, &size);

	if (memory == NULL)
		return;
	/* Written at once: stderr is unbuffered, and others write there, too. */
	int err = ll_footer_print(memory, &footer);
	if (fclose(memory) == 0 && err == 0)
		fputs(line, stderr);
}

/* What the consumer could not write, unless it has said why, which it does as -EINVAL. */
static int complain_of_path(const struct run *run)
{
	if (run->output_err != -EINVAL)
		ll_say("cannot write '%s': %s", run->options->output_path,
		       strerror(-run->output_err));
	return 1;
}

/* End the watch, however it went. Returns the exit status. */
static int finish(struct run *run, int err)
{
	struct ll_source_stats stats;
	int own = 0;

	if (err < 0 && run->output_err == 0 && run->record_err == 0) {
		ll_say("stopped watching: %s", strerror(-err));
		own = 1;
	}
	if (run->consumer->writes_path && run->output_err < 0)
		own = complain_of_path(run);
	if (run->output.file != NULL)
		own = ll_output_finish(&run->output, run->output_err, own);
	own = ll_recorder_finish(&run->recorder, run->record_err, own);
	run->source->ops->stats(run->source, &stats);
	for (int kind = 0; kind < LL_EVENT_KINDS; kind++)
		stats.lost[kind] += run->recorder.stats.lost[kind];
	print_footer(run, &stats);
	own = run->source->ops->finish(run->source, own);
	if (own == 0 && run->options->strict && (lost_total(&stats) > 0 || stats.is_hurt))
		own = 3;
	return own;
}

/*
 * Nothing is flushed before CMD runs: it has to, even when nobody reads us; and when it
 * cannot, there is no heading without a text.
 */
int ll_run(const struct ll_options *options, const struct ll_consumer *consumer)
{
	LL_CLEANUP(fini) struct run run = { .options = options, .consumer = consumer };

	int status = prepare(&run);
	if (status != 0 || run.is_unread)
		return status;
	int err = 0;
	if (consumer->begin != NULL)
		err = check_output(&run, consumer->begin(consumer->arg, &run.watch));
	if (err == 0)
		err = feed(&run);
	return finish(&run, err);
}
