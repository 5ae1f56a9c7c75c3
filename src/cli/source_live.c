/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The kernel as a watch's source: load and attach; start CMD; poll until it is over; detach and
 * drain. Clocks and limits, which the kernel does not send, are put into the stream here: what
 * is shown of a recording is then the same.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "cli/absent.h"
#include "cli/say.h"
#include "cli/signals.h"
#include "cli/source.h"
#include "event/filter.h"
#include "live/live.h"
#include "live/spawn.h"
#include "model/zombies.h"

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

struct live_source {
	struct ll_source base;
	struct ll_live *live;
	pid_t child; /* 0: no CMD */
	bool child_running;
	int child_status; /* wait status, once it is not running */
	uint64_t child_end_ns; /* CLOCK_MONOTONIC */
	bool child_reap_seen;
	bool snapshot_done;
	uint64_t deadline_ns; /* CLOCK_MONOTONIC; 0: none */
	uint64_t clock_ns; /* CLOCK_MONOTONIC: when a clock is due again; 0: never */
	uint64_t times_ns; /* CLOCK_MONOTONIC: when those asked for have come; 0: not asked */
};

static struct live_source *live_of(struct ll_source *source)
{
	return (struct live_source *)source;
}

static uint64_t now_ns(void)
{
	return ll_clock_ns(CLOCK_MONOTONIC);
}

/* Who holds another in a trace stop is known by pid alone: its name is what it last executed. */
static uint32_t needed_kinds(const struct ll_source *source)
{
	const struct ll_filter *filter = source->options->filter;
	uint32_t fed = filter != NULL ? ll_filter_fed_kinds(filter) : 0;
	uint32_t kinds = source->consumer->kinds | MODEL_KINDS | fed;

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

static int open_live(struct ll_source *source)
{
	const struct ll_options *options = source->options;
	const struct ll_consumer *consumer = source->consumer;
	LL_AUTO_FREE char *why = NULL;
	struct ll_live_options live = {
		.ring_bytes = options->ring_bytes,
		.max_args_bytes = options->max_args_bytes,
		.max_env_bytes = 0,
		.failed_execs = options->failed_execs,
		.kinds = needed_kinds(source),
		.follow = options->child_argv != NULL ||
			  (options->pid != 0 && consumer->follows_pid),
		.command = options->child_argv,
		.snapshot = options->child_argv == NULL,
		.has_uid = options->has_uid,
		.uid = options->uid,
		.comm = options->comm,
		.cgroup = options->cgroup,
		.all_states = options->states == LL_STATES_FULL,
		.stall_ns = options->stall_ns,
	};

	if (consumer->pushdown != NULL)
		push_down(&live, consumer->pushdown);
	if (options->env)
		live.max_env_bytes = options->max_args_bytes != 0 ? options->max_args_bytes
								  : LL_LIVE_DEFAULT_ARGS;
	int err = ll_live_new(&live, &live_of(source)->live, &why);
	if (err < 0)
		ll_say("%s", why != NULL ? why : strerror(-err));
	if (err < 0)
		return 1;
	/* Before what there is in -o FILE is given up for it. */
	err = options->child_argv != NULL ? ll_spawner_look(options->child_argv[0]) : 0;
	return err < 0 ? say_spawn_failure(options->child_argv[0], err) : 0;
}

static int spawn_child(struct live_source *live)
{
	char **argv = live->base.options->child_argv;

	ll_signals_set_child(true);
	/* From here on Ctrl-C is CMD's affair; before, it means that CMD is not to start. */
	if (ll_signals_stop_wanted()) {
		ll_say("interrupted before '%s' was started", argv[0]);
		return 128 + SIGINT;
	}
	int err = ll_live_spawn(live->live, &live->child);
	if (err < 0) {
		ll_signals_set_child(false);
		return say_spawn_failure(argv[0], err);
	}
	live->child_running = true;
	return 0;
}

static int follow_pid(struct live_source *live, pid_t pid)
{
	const struct ll_options *options = live->base.options;
	int err = ll_live_follow_pid(live->live, pid);

	if (err == -ESRCH && pid == options->pid)
		ll_absent_say("follow", options);
	else if (err < 0)
		ll_say("cannot follow PID %d: %s", pid, strerror(-err));
	return err < 0 ? 1 : 0;
}

static int start(struct ll_source *source)
{
	struct live_source *live = live_of(source);
	const struct ll_options *options = source->options;

	if (options->duration_ns != 0)
		live->deadline_ns = now_ns() + options->duration_ns;
	if (source->consumer->refresh_ns != 0)
		live->clock_ns = now_ns() + source->consumer->refresh_ns;
	if (options->child_argv != NULL)
		return spawn_child(live);
	if (options->pid != 0 && source->consumer->follows_pid)
		return follow_pid(live, options->pid);
	if (source->consumer->pushdown != NULL && source->consumer->pushdown->root != 0)
		return follow_pid(live, source->consumer->pushdown->root);
	return 0;
}

/* Collect CMD if it has ended, waiting for it when block is set. */
static void reap_child(struct live_source *live, bool block)
{
	if (!live->child_running)
		return;
	pid_t reaped = waitpid(live->child, &live->child_status, block ? 0 : WNOHANG);
	if (reaped == 0 || (reaped < 0 && errno == EINTR))
		return;
	live->child_running = false;
	live->child_end_ns = now_ns();
	ll_signals_set_child(false);
}

/* Pass on what was sent to lifeline alone; the terminal's signals reach CMD without us. */
static void forward_signals(struct live_source *live)
{
	static const int forwarded[] = { SIGTERM, SIGHUP };

	for (size_t i = 0; i < sizeof(forwarded) / sizeof(forwarded[0]); i++) {
		if (live->child_running && ll_signals_take(forwarded[i]))
			kill(live->child, forwarded[i]);
	}
}

/* CMD is over when we have reaped it and the stream has caught up with that. */
static bool is_child_over(const struct live_source *live)
{
	const struct ll_model_counts *counts = ll_model_counts(live->base.model);

	if (live->child_running)
		return false;
	bool is_settled = live->child_reap_seen && counts->zombies == 0;
	if (!is_settled && now_ns() - live->child_end_ns < SETTLE_NS)
		return false;
	if (!live->base.options->wait_all || ll_signals_stop_wanted())
		return true;
	return counts->alive == 0;
}

static bool is_over(const struct ll_source *source)
{
	const struct live_source *live = (const struct live_source *)source;
	const struct ll_options *options = source->options;

	if (live->deadline_ns != 0 && now_ns() >= live->deadline_ns)
		return true;
	if (live->child != 0)
		return is_child_over(live);
	if (ll_signals_stop_wanted())
		return true;
	if (options->pid != 0 && source->consumer->follows_pid)
		return ll_model_counts(source->model)->alive == 0 &&
		       kill(options->pid, 0) < 0 && errno == ESRCH;
	return source->consumer->shows_now && options->duration_ns == 0 && live->snapshot_done;
}

/* Milliseconds the next poll may take: never past the deadline. */
static int poll_ms(const struct live_source *live)
{
	uint64_t now = now_ns();

	if (live->deadline_ns == 0 || live->deadline_ns > now + LL_NS_PER_MS * POLL_MS)
		return POLL_MS;
	return live->deadline_ns > now ? (int)((live->deadline_ns - now) / LL_NS_PER_MS) : 0;
}

static struct ll_event now_event(enum ll_event_kind kind)
{
	struct ll_event event = { .kind = kind,
				  .time_boottime_ns = ll_clock_ns(CLOCK_BOOTTIME) };

	LL_SET(&event, TIME, time_unix_ns, ll_clock_ns(CLOCK_REALTIME));
	return event;
}

/* Who is to be told of limits. */
struct telling {
	ll_event_fn fn;
	void *arg;
};

static int tell_cgroup_limit(void *arg, const struct ll_zombie_group *group)
{
	const struct telling *telling = arg;
	struct ll_event event = now_event(LL_EVENT_LIMITS);
	struct ll_cgroup_limit limit;

	if (group->cgroup.length == 0 || ll_limits_read_cgroup("", group->cgroup, &limit) != 0)
		return 0;
	LL_SET(&event, CGROUP, cgroup, group->cgroup);
	LL_SET(&event, ZOMBIES_CGROUP, zombies_cgroup, ll_str_of(limit.path));
	LL_SET(&event, ZOMBIES_CGROUP_MAX, zombies_cgroup_max, limit.max_count);
	LL_SET(&event, ZOMBIES_CGROUP_USED, zombies_cgroup_used, limit.used_count);
	return telling->fn(telling->arg, &event);
}

/* The machine's, and those that the groups of zombies run into. */
static int tell_limits(const struct live_source *live, ll_event_fn fn, void *arg)
{
	struct telling telling = { fn, arg };
	struct ll_event event = now_event(LL_EVENT_LIMITS);
	struct ll_limits limits = { 0 };
	int err = 0;

	if (ll_limits_read("", &limits) == 0) {
		LL_SET(&event, ZOMBIES_PIDS_MAX, zombies_pids_max, limits.max_count);
		LL_SET(&event, ZOMBIES_PIDS_USED, zombies_pids_used, limits.used_count);
		err = fn(arg, &event);
	}
	if (err != 0)
		return err;
	return ll_model_zombie_groups(live->base.model, event.time_boottime_ns,
				      tell_cgroup_limit, &telling);
}

static int tell_time(const struct live_source *live, bool is_last, ll_event_fn fn, void *arg)
{
	int err = live->base.consumer->wants_limits ? tell_limits(live, fn, arg) : 0;

	if (err != 0)
		return err;
	struct ll_event event = now_event(LL_EVENT_CLOCK);
	event.is_last = is_last;
	return fn(arg, &event);
}

/* When a view is due, and the state times that it is made of have come, tell the time. */
static int mind_clock(struct live_source *live, ll_event_fn fn, void *arg)
{
	const struct ll_consumer *consumer = live->base.consumer;
	uint64_t now = now_ns();

	if (live->clock_ns == 0 || now < live->clock_ns)
		return 0;
	if (consumer->wants_times && consumer->refresh != NULL && live->times_ns == 0) {
		live->times_ns = now + TIMES_NS;
		return ll_live_ask_times(live->live);
	}
	if (now < live->times_ns)
		return 0;
	live->times_ns = 0;
	live->clock_ns = now + consumer->refresh_ns;
	return tell_time(live, false, fn, arg);
}

static int poll_live(struct ll_source *source, ll_event_fn fn, void *arg)
{
	struct live_source *live = live_of(source);
	int err = ll_live_poll(live->live, poll_ms(live), fn, arg);

	if (err == 0 || err == -EINTR)
		err = mind_clock(live, fn, arg);
	forward_signals(live);
	reap_child(live, false);
	return err;
}

static int hand_on_rest(struct live_source *live, ll_event_fn fn, void *arg)
{
	int err;

	do
		err = ll_live_poll(live->live, 0, fn, arg);
	while (err == -EINTR);
	return err;
}

/*
 * Detach, then hand on what the rings still hold. Where a reap was not told until then, the list of
 * tasks knows whether there still is a zombie.
 */
static int drain(struct ll_source *source, ll_event_fn fn, void *arg)
{
	struct live_source *live = live_of(source);
	bool is_story = live->child != 0 || source->consumer->shows_now;
	int err = source->consumer->wants_times ? ll_live_ask_times(live->live) : 0;

	if (err < 0)
		return err;
	ll_live_stop(live->live);
	err = hand_on_rest(live, fn, arg);
	if (err == 0 && is_story && ll_model_counts(source->model)->zombies != 0) {
		err = ll_live_look_last(live->live);
		if (err == 0)
			err = hand_on_rest(live, fn, arg);
	}
	return err == 0 ? tell_time(live, true, fn, arg) : err;
}

static void see(struct ll_source *source, const struct ll_event *event)
{
	struct live_source *live = live_of(source);

	if (event->kind == LL_EVENT_SNAPSHOT_END)
		live->snapshot_done = true;
	if (event->kind == LL_EVENT_REAP && live->child != 0 &&
	    (pid_t)event->tgid == live->child)
		live->child_reap_seen = true;
}

static void stats(const struct ll_source *source, struct ll_source_stats *ret)
{
	const struct live_source *live = (const struct live_source *)source;
	struct ll_live_stats now;

	*ret = (struct ll_source_stats){ 0 };
	if (live->live == NULL)
		return;
	ll_live_stats(live->live, &now);
	memcpy(ret->lost, now.lost, sizeof(ret->lost));
	ret->bpf_run_count = now.bpf_run_count;
	ret->bpf_run_ns = now.bpf_run_ns;
	ret->skipped_runs = now.skipped_runs;
}

static bool is_still(const struct ll_source *source)
{
	const struct ll_options *options = source->options;

	return source->consumer->shows_now && options->child_argv == NULL &&
	       options->duration_ns == 0 &&
	       !(options->pid != 0 && source->consumer->follows_pid);
}

static bool is_filtered(const struct ll_source *source)
{
	const struct ll_options *options = source->options;
	const struct ll_pushdown *pushdown = source->consumer->pushdown;

	return ll_options_filter(options) ||
	       (pushdown != NULL &&
		(pushdown->has_uid || pushdown->comm != NULL || pushdown->root != 0));
}

static bool sees_all(const struct ll_source *source)
{
	const struct ll_options *options = source->options;

	return options->child_argv == NULL && options->pid == 0 && !is_filtered(source);
}

static uint64_t stall_ns(const struct ll_source *source)
{
	return source->options->stall_ns;
}

static bool find_root(const struct ll_source *source, uint32_t *ret_tgid)
{
	const struct ll_options *options = source->options;
	bool is_of_pid = options->pid != 0 && source->consumer->follows_pid;

	if (is_filtered(source) || (options->child_argv == NULL && !is_of_pid))
		return false;
	*ret_tgid = options->child_argv == NULL ? (uint32_t)options->pid : 0;
	return true;
}

static const char *what(const struct ll_source *source)
{
	if (source->options->child_argv != NULL)
		return "command";
	if (is_still(source))
		return "still";
	return source->options->pid != 0 && source->consumer->follows_pid ? "process"
									  : "machine";
}

static int describe_command(struct ll_about *about, char *const *argv)
{
	LL_AUTO_FREE char *text = NULL;
	size_t size = 0;
	FILE *memory = open_memstream(&text, &size);

	if (memory == NULL)
		return -ENOMEM;
	for (size_t i = 0; argv[i] != NULL; i++)
		fwrite(argv[i], 1, strlen(argv[i]) + (argv[i + 1] != NULL), memory);
	if (fclose(memory) != 0)
		return -ENOMEM;
	return ll_about_add(about, LL_ABOUT_COMMAND, ll_str_make(text, size));
}

static int describe_kinds(struct ll_about *about, uint32_t kinds)
{
	char names[512] = "";
	size_t length = 0;

	for (int kind = 0; kind < LL_EVENT_SNAPSHOT_END; kind++) {
		if ((kinds >> kind & 1) == 0 || length >= sizeof(names))
			continue;
		length += (size_t)snprintf(names + length, sizeof(names) - length, "%s%s",
					   length > 0 ? "," : "", ll_event_kind_name(kind));
	}
	return ll_about_add_text(about, LL_ABOUT_KINDS, names);
}

static void progress(const struct ll_source *source, uint64_t *ret_done, uint64_t *ret_total)
{
	(void)source;
	*ret_done = 0;
	*ret_total = 0;
}

/* Failed execs are asked for apart. */
static uint32_t recorded_kinds(const struct ll_source *source)
{
	const struct ll_pushdown *pushdown = source->consumer->pushdown;
	bool has_failed =
		pushdown != NULL ? pushdown->failed_execs : source->options->failed_execs;

	return needed_kinds(source) & (has_failed ? LL_E_ALL : ~LL_E(EXEC_FAILED));
}

static int describe(const struct ll_source *source, struct ll_about *about)
{
	const struct live_source *live = (const struct live_source *)source;
	char abilities[256];
	uint32_t root_tgid = 0;
	int err = ll_about_add_text(about, LL_ABOUT_WATCH, what(source));

	if (err == 0 && find_root(source, &root_tgid) && root_tgid != 0)
		err = ll_about_add_number(about, LL_ABOUT_PID, root_tgid);
	if (err == 0 && source->options->child_argv != NULL)
		err = describe_command(about, source->options->child_argv);
	if (err == 0)
		err = describe_kinds(about, recorded_kinds(source));
	if (err == 0 && is_filtered(source))
		err = ll_about_add_number(about, LL_ABOUT_FILTERED, 1);
	if (err == 0)
		err = ll_about_add_number(about, LL_ABOUT_STALL, source->options->stall_ns);
	ll_live_abilities(live->live, abilities, sizeof(abilities));
	return err == 0 ? ll_about_add_text(about, LL_ABOUT_ABILITIES, abilities) : err;
}

/* CMD outlives the watch after --duration, or when the output takes no more. */
static void wait_for_child(struct live_source *live)
{
	while (live->child_running) {
		forward_signals(live);
		reap_child(live, true);
	}
}

static int child_exit_status(const struct live_source *live)
{
	if (live->child == 0)
		return 0;
	if (WIFSIGNALED(live->child_status))
		return 128 + WTERMSIG(live->child_status);
	return WEXITSTATUS(live->child_status);
}

static int finish(struct ll_source *source, int own)
{
	struct live_source *live = live_of(source);

	ll_live_free(TAKE(live->live));
	wait_for_child(live);
	return own == 0 ? child_exit_status(live) : own;
}

static void close_live(struct ll_source *source)
{
	ll_live_free(live_of(source)->live);
	free(source);
}

struct ll_source *ll_source_live_new(void)
{
	static const struct ll_source_ops ops = {
		.open = open_live,
		.start = start,
		.is_over = is_over,
		.poll = poll_live,
		.drain = drain,
		.see = see,
		.stats = stats,
		.progress = progress,
		.describe = describe,
		.is_still = is_still,
		.sees_all = sees_all,
		.stall_ns = stall_ns,
		.find_root = find_root,
		.finish = finish,
		.close = close_live,
	};
	struct live_source *live = calloc(1, sizeof(*live));

	if (live == NULL)
		return NULL;
	live->base.ops = &ops;
	return &live->base;
}
