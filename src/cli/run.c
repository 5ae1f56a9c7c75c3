/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A watch, in order: load and attach; open the output; start CMD; poll until it is over;
 * detach and drain; let the command draw; close; the footer; wait for CMD if it still runs.
 * So a machine that cannot trace leaves -o FILE untouched, and a FILE that cannot be
 * written keeps CMD from running.
 */
#include "cli/run.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "cli/absent.h"
#include "cli/footer.h"
#include "cli/output.h"
#include "cli/say.h"
#include "cli/signals.h"
#include "cli/terminal.h"
#include "event/filter.h"
#include "live/live.h"

/* Each batch is shown when it is read: half the 100 ms an event may take to the screen. */
#define POLL_MS 50
/*
 * How long after CMD's end its reap and its descendants' may take to be told: the RCU echo was
 * seen 115 ms late on an idle machine. Only waited for while somebody is not known as reaped.
 */
#define SETTLE_NS LL_NS_PER_S
/* Times that were asked for are held for others like any event, then they come. */
#define TIMES_NS (20 * LL_NS_PER_MS)
/* Without these the model could neither name a process nor know that it is over. */
#define MODEL_KINDS (LL_E(FORK) | LL_E(EXIT) | LL_E(REAP))

struct run {
	const struct ll_options *options;
	const struct ll_consumer *consumer;
	struct ll_live *live;
	struct ll_model *model;
	struct ll_output output;
	pid_t child; /* 0: no CMD */
	bool child_running;
	int child_status; /* wait status, once it is not running */
	uint64_t child_end_ns; /* CLOCK_MONOTONIC */
	bool child_reap_seen;
	bool snapshot_done;
	uint64_t seen[LL_EVENT_KINDS]; /* events handed on, without the inferred ones */
	uint64_t inferred_count;
	uint64_t deadline_ns; /* CLOCK_MONOTONIC; 0: none */
	uint64_t refresh_ns; /* CLOCK_MONOTONIC: when the view is due again; 0: never */
	uint64_t times_ns; /* CLOCK_MONOTONIC: when those asked for have come; 0: not asked */
	uint64_t setup_cpu_ns;
	int output_err; /* 0 or -errno: why the output takes no more */
};

static uint64_t now_ns(void)
{
	return ll_clock_ns(CLOCK_MONOTONIC);
}

/* What lifeline itself has used so far; CMD's time is not in it. */
static uint64_t cpu_ns(void)
{
	return ll_clock_ns(CLOCK_PROCESS_CPUTIME_ID);
}

static void fini(struct run *run)
{
	ll_live_free(run->live);
	ll_model_free(run->model);
	ll_output_close(&run->output);
}

/* Who holds another in a trace stop is known by pid alone: its name is what it last executed. */
static uint32_t needed_kinds(const struct ll_consumer *consumer, uint32_t fed)
{
	uint32_t kinds = consumer->kinds | MODEL_KINDS | fed;

	return kinds & LL_E(STATE) ? kinds | LL_E(EXEC) | LL_E(RENAME) : kinds;
}

/* What the user's own options ask the kernel for stays. */
static void push_down(struct ll_live_options *live, const struct ll_pushdown *pushdown)
{
	live->failed_execs = pushdown->failed_execs;
	live->follow = live->follow || pushdown->root != 0;
	if (pushdown->has_uid) {
		live->has_uid = true;
		live->uid = pushdown->uid;
	}
	if (pushdown->comm != NULL)
		live->comm = pushdown->comm;
}

static int open_live(struct run *run)
{
	const struct ll_options *options = run->options;
	LL_AUTO_FREE char *why = NULL;
	uint32_t fed = options->filter != NULL ? ll_filter_fed_kinds(options->filter) : 0;
	struct ll_live_options live = {
		.ring_bytes = options->ring_bytes,
		.max_args_bytes = options->max_args_bytes,
		.max_env_bytes = 0,
		.failed_execs = options->failed_execs,
		.kinds = needed_kinds(run->consumer, fed),
		.follow = options->child_argv != NULL ||
			  (options->pid != 0 && run->consumer->follows_pid),
		.command = options->child_argv,
		.snapshot = options->child_argv == NULL,
		.has_uid = options->has_uid,
		.uid = options->uid,
		.comm = options->comm,
		.cgroup = options->cgroup,
		.all_states = options->states == LL_STATES_FULL,
		.stall_ns = options->stall_ns,
	};

	if (run->consumer->pushdown != NULL)
		push_down(&live, run->consumer->pushdown);
	if (options->env)
		live.max_env_bytes = options->max_args_bytes != 0 ? options->max_args_bytes
								  : LL_LIVE_DEFAULT_ARGS;
	int err = ll_live_new(&live, &run->live, &why);
	if (err < 0)
		ll_say("%s", why != NULL ? why : strerror(-err));
	return err;
}

/* Make everything that can fail before CMD runs. Returns 0 or an exit status. */
static int prepare(struct run *run)
{
	run->model = ll_model_new(run->options->keep);
	if (run->model == NULL) {
		ll_say("out of memory");
		return 1;
	}
	if (open_live(run) < 0)
		return 1;
	if (ll_output_open(run->options->output_path, &run->output) < 0)
		return 1;
	run->setup_cpu_ns = cpu_ns();
	return 0;
}

static int say_spawn_failure(const char *name, int err)
{
	if (err == -ENOENT && strchr(name, '/') != NULL && access(name, F_OK) == 0)
		ll_say("cannot run '%s': the interpreter or loader it names is not found",
		       name);
	else if (err == -ENOENT && strchr(name, '/') == NULL)
		ll_say("cannot run '%s': not found in PATH; is it installed?", name);
	else if (err == -ENOENT)
		ll_say("cannot run '%s': not found", name);
	else if (err == -EISDIR)
		ll_say("cannot run '%s': it is a directory; name a program in it", name);
	else if (err == -ECHILD)
		ll_say("cannot run '%s': somebody killed the process that was to start it",
		       name);
	else if (err == -EACCES)
		ll_say("cannot run '%s': not executable, or not by you; see chmod +x", name);
	else
		ll_say("cannot run '%s': %s", name, strerror(-err));
	return err == -ENOENT ? 127 : 126;
}

static int spawn_child(struct run *run)
{
	char **argv = run->options->child_argv;

	ll_signals_set_child(true);
	/* From here on Ctrl-C is CMD's affair; before, it means that CMD is not to start. */
	if (ll_signals_stop_wanted()) {
		ll_say("interrupted before '%s' was started", argv[0]);
		return 128 + SIGINT;
	}
	int err = ll_live_spawn(run->live, &run->child);
	if (err < 0) {
		ll_signals_set_child(false);
		return say_spawn_failure(argv[0], err);
	}
	run->child_running = true;
	return 0;
}

static int follow_pid(struct run *run, pid_t pid)
{
	int err = ll_live_follow_pid(run->live, pid);

	if (err == -ESRCH && pid == run->options->pid)
		ll_absent_say("follow", run->options);
	else if (err < 0)
		ll_say("cannot follow PID %d: %s", pid, strerror(-err));
	return err < 0 ? 1 : 0;
}

/* Start what is to be watched. Returns 0 or an exit status. */
static int start(struct run *run)
{
	if (run->options->duration_ns != 0)
		run->deadline_ns = now_ns() + run->options->duration_ns;
	if (run->consumer->refresh != NULL && run->consumer->refresh_ns != 0)
		run->refresh_ns = now_ns() + run->consumer->refresh_ns;
	if (run->options->child_argv != NULL)
		return spawn_child(run);
	if (run->options->pid != 0 && run->consumer->follows_pid)
		return follow_pid(run, run->options->pid);
	if (run->consumer->pushdown != NULL && run->consumer->pushdown->root != 0)
		return follow_pid(run, run->consumer->pushdown->root);
	return 0;
}

/* Notice a failed write at once, while errno still tells why. */
static int check_output(struct run *run, int err)
{
	if (err == 0 && ferror(run->output.file))
		err = errno != 0 ? -errno : -EIO;
	run->output_err = err;
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
	if (event->kind == LL_EVENT_SNAPSHOT_END)
		run->snapshot_done = true;
	if (event->kind == LL_EVENT_REAP && run->child != 0 && (pid_t)event->tgid == run->child)
		run->child_reap_seen = true;
	int asked = is_asked_for(run, event);
	if (asked <= 0 || run->consumer->event == NULL)
		return asked < 0 ? asked : 0;
	return check_output(run, run->consumer->event(run->consumer->arg, event));
}

static int on_live_event(void *arg, const struct ll_event *event)
{
	struct run *run = arg;

	return ll_model_apply(run->model, event, on_model_event, run);
}

static int flush(struct run *run)
{
	int err = ll_output_flush(&run->output);

	if (err < 0)
		run->output_err = err;
	return err;
}

/* Collect CMD if it has ended, waiting for it when block is set. */
static void reap_child(struct run *run, bool block)
{
	if (!run->child_running)
		return;
	pid_t reaped = waitpid(run->child, &run->child_status, block ? 0 : WNOHANG);
	if (reaped == 0 || (reaped < 0 && errno == EINTR))
		return;
	run->child_running = false;
	run->child_end_ns = now_ns();
	ll_signals_set_child(false);
}

/* Pass on what was sent to lifeline alone; the terminal's signals reach CMD without us. */
static void forward_signals(struct run *run)
{
	static const int forwarded[] = { SIGTERM, SIGHUP };

	for (size_t i = 0; i < sizeof(forwarded) / sizeof(forwarded[0]); i++) {
		if (run->child_running && ll_signals_take(forwarded[i]))
			kill(run->child, forwarded[i]);
	}
}

/* CMD is over when we have reaped it and the stream has caught up with that. */
static bool is_child_over(const struct run *run)
{
	if (run->child_running)
		return false;
	bool is_settled = run->child_reap_seen && ll_model_counts(run->model)->zombies == 0;
	if (!is_settled && now_ns() - run->child_end_ns < SETTLE_NS)
		return false;
	if (!run->options->wait_all || ll_signals_stop_wanted())
		return true;
	return ll_model_counts(run->model)->alive == 0;
}

static bool is_over(const struct run *run)
{
	const struct ll_options *options = run->options;

	if (run->deadline_ns != 0 && now_ns() >= run->deadline_ns)
		return true;
	if (run->child != 0)
		return is_child_over(run);
	if (ll_signals_stop_wanted())
		return true;
	if (options->pid != 0 && run->consumer->follows_pid)
		return ll_model_counts(run->model)->alive == 0 && kill(options->pid, 0) < 0 &&
		       errno == ESRCH;
	return run->consumer->shows_now && options->duration_ns == 0 && run->snapshot_done;
}

/* Milliseconds the next poll may take: never past the deadline. */
static int poll_ms(const struct run *run)
{
	uint64_t now = now_ns();

	if (run->deadline_ns == 0 || run->deadline_ns > now + LL_NS_PER_MS * POLL_MS)
		return POLL_MS;
	return run->deadline_ns > now ? (int)((run->deadline_ns - now) / LL_NS_PER_MS) : 0;
}

/* Show the view again when it is due, and the times that it is made of have come. */
static int refresh(struct run *run)
{
	const struct ll_consumer *consumer = run->consumer;
	uint64_t now = now_ns();

	if (run->refresh_ns == 0 || now < run->refresh_ns)
		return 0;
	if (consumer->wants_times && run->times_ns == 0) {
		run->times_ns = now + TIMES_NS;
		return ll_live_ask_times(run->live);
	}
	if (now < run->times_ns)
		return 0;
	run->times_ns = 0;
	run->refresh_ns = now + consumer->refresh_ns;
	return check_output(run, consumer->refresh(consumer->arg, run->model));
}

static int watch(struct run *run)
{
	while (!is_over(run)) {
		int err = ll_live_poll(run->live, poll_ms(run), on_live_event, run);

		if (err == 0 || err == -EINTR)
			err = refresh(run);
		if (err == 0)
			err = flush(run);
		if (err != 0)
			return err;
		forward_signals(run);
		reap_child(run, false);
	}
	return 0;
}

static int hand_on_rest(struct run *run)
{
	int err;

	do
		err = ll_live_poll(run->live, 0, on_live_event, run);
	while (err == -EINTR);
	return err;
}

/*
 * Detach, then hand on what the rings still hold. Where a reap was not told until then, the list of
 * tasks knows whether there still is a zombie.
 */
static int drain(struct run *run)
{
	bool is_story = run->child != 0 || run->consumer->shows_now;
	int err = run->consumer->wants_times ? ll_live_ask_times(run->live) : 0;

	if (err < 0)
		return err;
	ll_live_stop(run->live);
	err = hand_on_rest(run);
	if (err != 0 || !is_story || ll_model_counts(run->model)->zombies == 0)
		return err;
	err = ll_live_look_last(run->live);
	return err < 0 ? err : hand_on_rest(run);
}

static int feed(struct run *run)
{
	const struct ll_consumer *consumer = run->consumer;
	int err = watch(run);

	if (err == 0)
		err = drain(run);
	if (err == 0 && consumer->end != NULL)
		err = check_output(run, consumer->end(consumer->arg, run->model));
	return err;
}

static uint64_t lost_total(const struct ll_live_stats *stats)
{
	uint64_t total = 0;

	for (int kind = 0; kind < LL_EVENT_KINDS; kind++)
		total += stats->lost[kind];
	return total;
}

static void print_footer(const struct run *run, const struct ll_live_stats *stats)
{
	struct ll_footer footer = {
		.seen = run->seen,
		.inferred_count = run->inferred_count,
		.stats = stats,
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

/* CMD outlives the watch after --duration, or when the output takes no more. */
static void wait_for_child(struct run *run)
{
	while (run->child_running) {
		forward_signals(run);
		reap_child(run, true);
	}
}

static int child_exit_status(const struct run *run)
{
	if (run->child == 0)
		return 0;
	if (WIFSIGNALED(run->child_status))
		return 128 + WTERMSIG(run->child_status);
	return WEXITSTATUS(run->child_status);
}

/* End the watch, however it went. Returns the exit status. */
static int finish(struct run *run, int err)
{
	struct ll_live_stats stats;
	int own = 0;

	if (err < 0 && run->output_err == 0) {
		ll_say("stopped watching: %s", strerror(-err));
		own = 1;
	}
	own = ll_output_finish(&run->output, run->output_err, own);
	ll_live_stats(run->live, &stats);
	print_footer(run, &stats);
	ll_live_free(TAKE(run->live));
	wait_for_child(run);
	if (own == 0)
		own = child_exit_status(run);
	if (own == 0 && run->options->strict && lost_total(&stats) > 0)
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
	if (status == 0)
		status = start(&run);
	if (status != 0)
		return status;
	int err = 0;
	if (consumer->begin != NULL)
		err = check_output(&run, consumer->begin(consumer->arg, run.output.file));
	if (err == 0)
		err = feed(&run);
	return finish(&run, err);
}
