/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Wires probes, rings, order, losses, snapshots and the decoder into one source.
 *
 * Invariant: what was attached before a snapshot began cannot be missed by both the programs and
 * the snapshot; the model drops what it then hears of twice.
 */
#include "live/live.h"

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/membarrier.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "lifeline.skel.h"
#include "live/cgroups.h"
#include "live/decode.h"
#include "live/losses.h"
#include "live/misses.h"
#include "live/namespace.h"
#include "live/order.h"
#include "live/probes.h"
#include "live/rings.h"
#include "live/snapshot.h"
#include "live/spawn.h"
#include "live/stacks.h"

/* How often the ring is looked at when nothing wakes the reader. */
#define POLL_MS 50
/*
 * How long a record is held for others that were stamped before it. Between stamp and reserve
 * lie microseconds; a virtual CPU that loses its host CPU in between may need milliseconds.
 */
#define HOLD_NS (10 * LL_NS_PER_MS)
#define HOLD_MS 10
/*
 * BPF run time is sampled: the statistics cost every BPF program on the machine two clock reads a
 * run. On for the first second, then for a tenth of a second in ten.
 */
#define STATS_FIRST_NS LL_NS_PER_S
#define STATS_ON_NS (100 * LL_NS_PER_MS)
#define STATS_OFF_NS (9900 * LL_NS_PER_MS)
/* After a loss the tree is repaired when losses have stopped for this long, */
#define REPAIR_QUIET_NS (100 * LL_NS_PER_MS)
/* or have gone on for this long. */
#define REPAIR_AT_LEAST_NS LL_NS_PER_S
/*
 * The tree is checked against the task list this often, and never more than a thousandth of
 * the time: kernels were seen that keep BPF programs from running in some tasks' context.
 */
#define CHECK_EVERY_NS (10 * LL_NS_PER_S)
#define CHECK_SHARE 1000
/* Who is stuck in D is looked up at least this often, at other costs as the time of the look. */
#define STUCK_EVERY_NS (5 * LL_NS_PER_S)
#define STUCK_SHARE 100
/* How far event times may be off the wall clock before they follow it. */
#define CLOCK_SLACK_NS (int64_t) LL_NS_PER_MS
/* After the attach, until whoever is freed must have died after it, too. */
#define RECOVER_AFTER_NS LL_NS_PER_S

struct ll_live {
	struct ll_live_options options;
	struct ll_abilities abilities;
	struct lifeline_bpf *skeleton;
	struct ll_rings *rings;
	struct ll_losses *losses;
	struct ll_order *order;
	struct ll_cgroups *cgroups;
	struct ll_stacks *stacks;
	struct ll_decoder *decoder;
	struct ll_live_stats stats;
	int stats_fd; /* keeps run-time statistics on while it is open */
	uint64_t stats_switch_ns; /* CLOCK_BOOTTIME: when to open or close it */
	size_t order_bytes_max; /* held at most, but for one record */
	bool is_stopped;
	bool needs_repair;
	bool can_check; /* the iterator sees the whole machine */
	bool is_behind; /* more was in the rings than is taken at once */
	bool has_accounts; /* of where the threads' time goes */
	uint64_t next_stuck_ns; /* CLOCK_BOOTTIME: when to look who is stuck */
	uint64_t tree_losses; /* lifecycle records lost so far */
	uint64_t last_loss_ns; /* CLOCK_BOOTTIME */
	uint64_t first_loss_ns; /* since the last repair */
	uint64_t next_check_ns; /* CLOCK_BOOTTIME */
	int64_t unix_minus_boottime_ns; /* what event times are off from the wall clock */
	uint64_t recover_ns; /* CLOCK_BOOTTIME: when BPF may make up for ends it did not see */
	struct ll_misses misses;
	struct ll_spawner spawner;
	pid_t command; /* until its birth was told; 0: none */
	uint64_t minded_ns; /* CLOCK_BOOTTIME: when losses were last looked for */
	struct ll_event event; /* reused for every record */
};

/* Set *ret_why to a formatted string, if wanted, and return r. */
__attribute__((format(printf, 3, 4))) static int fail(int r, char **ret_why, const char *format,
						      ...)
{
	va_list args;

	if (ret_why == NULL)
		return r;
	va_start(args, format);
	if (vasprintf(ret_why, format, args) < 0)
		*ret_why = NULL;
	va_end(args);
	return r;
}

static int find_cgroup(struct ll_live *live, struct ll_probes_setup *setup, char **ret_why)
{
	const char *path = live->options.cgroup;

	if (path == NULL)
		return 0;
	if (ll_cgroups_find(live->cgroups, path, &setup->cgroup_id, &setup->cgroup_is_v1) == 0)
		return 0;
	return fail(
		-EINVAL, ret_why,
		"no cgroup '%s': give the path as /proc/PID/cgroup shows it, e.g. /system.slice",
		path);
}

static void free_btf(struct btf **btf)
{
	btf__free(*btf);
}

/* One more than the highest possible CPU's number; they need not be without gaps. */
static unsigned count_cpus(void)
{
	LL_AUTO_FCLOSE FILE *file = fopen("/sys/devices/system/cpu/possible", "re");
	int counted = libbpf_num_possible_cpus();
	unsigned highest = counted > 0 ? (unsigned)counted - 1 : 0;
	char ranges[4096];

	if (file != NULL && fgets(ranges, sizeof(ranges), file) != NULL) {
		const char *last = ranges + strcspn(ranges, "\n");

		while (last > ranges && last[-1] != '-' && last[-1] != ',')
			last--;
		highest = (unsigned)strtoul(last, NULL, 10);
	}
	return highest + 1;
}

/* Stamps are of the machine's boot time; in a time namespace this process reads another one. */
static bool is_boottime_shifted(void)
{
	LL_AUTO_FCLOSE FILE *file = fopen("/proc/self/timens_offsets", "re");
	long long seconds, nanoseconds;
	char clock[32];

	while (file != NULL &&
	       fscanf(file, "%31s %lld %lld", clock, &seconds, &nanoseconds) == 3)
		if (strcmp(clock, "boottime") == 0)
			return seconds != 0 || nanoseconds != 0;
	return false;
}

/* Find out what this kernel can do, and whether that is enough. */
static int try_kernel(struct ll_live *live, const struct btf *btf, char **ret_why)
{
	if (btf == NULL)
		return fail(
			-ENOENT, ret_why,
			"cannot read the kernel's BTF (/sys/kernel/btf/vmlinux): use a kernel built "
			"with CONFIG_DEBUG_INFO_BTF=y");
	if (is_boottime_shifted())
		return fail(
			-EOPNOTSUPP, ret_why,
			"cannot trace from a time namespace with another boot time: run lifeline "
			"outside of it, e.g. sudo nsenter --time --target 1 lifeline");
	ll_probes_try(btf, &live->abilities);
	if (live->abilities.ring_buffer)
		return 0;
	if (geteuid() != 0)
		return fail(
			-EPERM, ret_why,
			"cannot make a BPF ring buffer: lifeline needs root, or CAP_BPF, CAP_PERFMON and "
			"CAP_SYS_RESOURCE; try: sudo lifeline");
	return fail(-EOPNOTSUPP, ret_why,
		    "cannot make a BPF ring buffer: lifeline needs Linux 5.10 or newer");
}

static int load(struct ll_live *live, char **ret_why)
{
	LL_CLEANUP(free_btf) struct btf *btf = btf__load_vmlinux_btf();
	struct ll_probes_setup setup = {
		.options = &live->options,
		.btf = btf,
		.v1_controller = ll_cgroups_v1_controller(live->cgroups),
		.cpu_count = count_cpus(),
	};
	int r = try_kernel(live, btf, ret_why);

	if (r == 0)
		r = find_cgroup(live, &setup, ret_why);
	if (r < 0)
		return r;
	r = ll_probes_load(&setup, &live->abilities, &live->skeleton);
	if (r == 0)
		return 0;
	return fail(
		r, ret_why,
		"cannot load the BPF programs: %s (%s); `lifeline doctor` says what is missing",
		strerror(-r), ll_probes_libbpf_message());
}

static int open_rings(struct ll_live *live)
{
	const struct bpf_map *losses = live->skeleton->maps.ll_losses;
	int r = ll_rings_open(live->skeleton, live->order, live->order_bytes_max, &live->rings);

	if (r < 0)
		return r;
	live->stacks =
		ll_stacks_new(bpf_map__fd(live->skeleton->maps.ll_stacks), "/proc/kallsyms");
	ll_decoder_set_stacks(live->decoder, live->stacks);
	return ll_losses_open(bpf_map__fd(losses), (unsigned)bpf_map__max_entries(losses),
			      &live->losses);
}

static int take_snapshot(struct ll_live *live)
{
	uint64_t begin = ll_clock_ns(CLOCK_BOOTTIME);
	int r = ll_snapshot(live->skeleton->links.ll_iter_tasks, live->options.max_args_bytes,
			    live->order);
	uint64_t end = ll_clock_ns(CLOCK_BOOTTIME);
	uint64_t pause = CHECK_SHARE * (end - begin);

	live->next_check_ns = end + (pause > CHECK_EVERY_NS ? pause : CHECK_EVERY_NS);
	return r;
}

static int attach_one(struct bpf_program *program, struct bpf_link **link)
{
	if (!bpf_program__autoload(program))
		return 0;
	*link = bpf_program__attach(program);
	return *link == NULL ? -errno : 0;
}

/*
 * Ends before beginnings: so the end of whatever was seen to begin is seen, too. The skeleton
 * attaches what is left.
 */
static int attach(struct lifeline_bpf *skeleton)
{
	int r = attach_one(skeleton->progs.ll_on_free, &skeleton->links.ll_on_free);

	if (r == 0)
		r = attach_one(skeleton->progs.ll_on_release, &skeleton->links.ll_on_release);
	if (r == 0)
		r = attach_one(skeleton->progs.ll_on_death_notice,
			       &skeleton->links.ll_on_death_notice);
	if (r == 0)
		r = attach_one(skeleton->progs.ll_on_exit, &skeleton->links.ll_on_exit);
	return r == 0 ? lifeline_bpf__attach(skeleton) : r;
}

/* Threads that were there before, or whose birth was missed, get accounts. */
static int open_accounts(struct ll_live *live)
{
	return live->has_accounts ? ll_iterate(live->skeleton->links.ll_iter_accounts) : 0;
}

static int start(struct ll_live *live, char **ret_why)
{
	int r = open_rings(live);

	if (r < 0)
		return fail(r, ret_why, "cannot open the ring buffer: %s", strerror(-r));
	live->stats_fd = bpf_enable_stats(BPF_STATS_RUN_TIME);
	live->stats_switch_ns = ll_clock_ns(CLOCK_BOOTTIME) + STATS_FIRST_NS;
	r = attach(live->skeleton);
	if (r < 0)
		return fail(r, ret_why, "cannot attach the BPF programs: %s (%s)", strerror(-r),
			    ll_probes_libbpf_message());
	/* Whom to follow is not yet known: nobody who died before can be among them. */
	live->recover_ns = ll_clock_ns(CLOCK_BOOTTIME);
	if (!live->options.follow)
		live->recover_ns += RECOVER_AFTER_NS;
	/* After the attach, so that a cgroup made meanwhile is in the scan or in the ring. */
	ll_cgroups_scan(live->cgroups);
	live->has_accounts = live->skeleton->links.ll_iter_accounts != NULL;
	if (!live->options.snapshot || live->options.follow)
		return 0;
	r = take_snapshot(live);
	if (r == 0)
		r = open_accounts(live);
	return r < 0 ? fail(r, ret_why, "cannot read the list of tasks: %s", strerror(-r)) : 0;
}

static void set_options(struct ll_live *live, const struct ll_live_options *options)
{
	live->options = *options;
	if (live->options.ring_bytes == 0)
		live->options.ring_bytes = LL_LIVE_DEFAULT_RING;
	if (live->options.max_args_bytes == 0)
		live->options.max_args_bytes = LL_LIVE_DEFAULT_ARGS;
	if (live->options.stall_ns == 0)
		live->options.stall_ns = LL_LIVE_DEFAULT_STALL_NS;
	live->order_bytes_max = live->options.ring_bytes > LL_LIVE_DEFAULT_RING
					? live->options.ring_bytes
					: LL_LIVE_DEFAULT_RING;
}

static void free_live(struct ll_live **live)
{
	ll_live_free(*live);
}

int ll_live_new(const struct ll_live_options *options, struct ll_live **ret_live,
		char **ret_why)
{
	LL_CLEANUP(free_live) struct ll_live *live = calloc(1, sizeof(*live));
	int r = 0;

	if (live == NULL)
		return fail(-ENOMEM, ret_why, "out of memory");
	live->stats_fd = -1;
	/* First of all: what is allocated from here on would count as the command's memory. */
	if (options->command != NULL)
		r = ll_spawner_init(&live->spawner, options->command);
	if (r < 0)
		return fail(r, ret_why, "cannot fork: %s", strerror(-r));
	live->can_check = ll_namespace_is_first();
	live->minded_ns = ll_clock_ns(CLOCK_BOOTTIME);
	live->next_check_ns = live->minded_ns + CHECK_EVERY_NS;
	set_options(live, options);
	live->order = ll_order_new();
	live->cgroups = ll_cgroups_new();
	if (live->cgroups != NULL)
		live->decoder = ll_decoder_new(live->cgroups, sysconf(_SC_PAGESIZE));
	if (live->order == NULL || live->decoder == NULL)
		return fail(-ENOMEM, ret_why, "out of memory");
	/* Before the load only for --cgroup, which is looked up in it. */
	if (live->options.cgroup != NULL)
		ll_cgroups_scan(live->cgroups);
	r = load(live, ret_why);
	if (r == 0)
		r = start(live, ret_why);
	if (r < 0)
		return r;
	*ret_live = TAKE(live);
	return 0;
}

void ll_live_free(struct ll_live *live)
{
	if (live == NULL)
		return;
	ll_losses_close(live->losses);
	ll_rings_close(live->rings);
	lifeline_bpf__destroy(live->skeleton);
	if (live->stats_fd >= 0)
		close(live->stats_fd);
	ll_decoder_free(live->decoder);
	ll_stacks_free(live->stacks);
	ll_cgroups_free(live->cgroups);
	ll_order_free(live->order);
	ll_spawner_fini(&live->spawner);
	free(live);
}

int ll_live_spawn(struct ll_live *live, pid_t *ret_pid)
{
	/* Nobody is followed yet: the first pass is empty. */
	int r = ll_snapshot_none(live->order);

	if (r < 0)
		return r;
	live->skeleton->bss->ll_forker_tid = (uint32_t)live->spawner.pid;
	live->skeleton->bss->ll_recover_ends = true;
	r = ll_spawner_run(&live->spawner, &live->command);
	live->skeleton->bss->ll_forker_tid = 0;
	if (r == 0)
		*ret_pid = live->command;
	return r;
}

/*
 * The spawner is a part of lifeline that nobody else is told of: say that lifeline made the command.
 * Events have the pids of the first pid namespace; the command's own is the one we know.
 */
static void hide_spawner(struct ll_live *live, struct ll_event *event)
{
	if (live->command == 0 || event->kind != LL_EVENT_FORK ||
	    event->vpid != (uint64_t)live->command)
		return;
	event->fork_caller_tgid = event->parent_tgid;
	event->fork_caller_tid = event->parent_tgid;
	live->command = 0;
}

/* A record leaves the order: decode it and hand it on. */
struct delivery {
	struct ll_live *live;
	ll_event_fn fn;
	void *arg;
};

static int deliver(void *arg, const struct ll_wire_header *record, bool is_late)
{
	struct delivery *delivery = arg;
	struct ll_live *live = delivery->live;
	int r = ll_decode(live->decoder, record, is_late, &live->event);

	if (r == -EBADMSG)
		live->stats.unknown_records++;
	if (r <= 0)
		return r == -ENOMEM ? r : 0;
	live->stats.late += is_late;
	hide_spawner(live, &live->event);
	return delivery->fn(delivery->arg, &live->event);
}

static void count_losses(struct ll_live *live)
{
	memset(live->stats.lost, 0, sizeof(live->stats.lost));
	for (uint32_t kind = 0; kind < LL_WIRE_KINDS; kind++) {
		enum ll_event_kind event = ll_decode_kind(kind);

		if (event < LL_EVENT_KINDS)
			live->stats.lost[event] += ll_losses_total(live->losses, kind);
	}
}

/* Mark the descendants of the marked, or of root (0: of nobody else), until none is left. */
static int mark_descendants(struct ll_live *live, uint32_t root, bool *ret_found)
{
	volatile uint32_t *newly_marked = &live->skeleton->bss->ll_newly_marked;

	*ret_found = false;
	live->skeleton->bss->ll_mark_root = root;
	do {
		*newly_marked = 0;
		int r = ll_iterate(live->skeleton->links.ll_iter_mark);
		if (r < 0)
			return r;
		*ret_found = *ret_found || *newly_marked > 0;
	} while (*newly_marked > 0);
	return 0;
}

/* Look at all tasks again. A child whose fork was lost has no mark: it gets one first. */
static int repair(struct ll_live *live)
{
	bool is_found;
	int r = 0;

	if (live->options.follow && !live->is_stopped)
		r = mark_descendants(live, 0, &is_found);
	if (r < 0)
		return r;
	r = take_snapshot(live);
	return r == 0 && !live->is_stopped ? open_accounts(live) : r;
}

/* Whether more of the lifecycle was lost since this was last asked; else the tree is whole. */
static bool is_tree_torn(struct ll_live *live)
{
	uint64_t losses = 0;

	for (uint32_t kind = 0; kind < LL_WIRE_SIGNAL; kind++)
		losses += ll_losses_total(live->losses, kind);
	bool is_torn = losses > live->tree_losses;
	live->tree_losses = losses;
	return is_torn;
}

/* Note losses; when enough time has passed, or at the end, look at all tasks again. */
static int mind_losses(struct ll_live *live, uint64_t now)
{
	uint64_t lost = 0;
	int r = ll_losses_collect(live->losses, live->order, &lost);

	if (r == 0)
		r = ll_misses_collect(&live->misses, live->skeleton, live->minded_ns,
				      live->losses, live->order, &lost);
	live->minded_ns = now;
	if (r < 0)
		return r;
	if (lost > 0)
		count_losses(live);
	if (lost > 0 && is_tree_torn(live)) {
		if (!live->needs_repair)
			live->first_loss_ns = now;
		live->needs_repair = true;
		live->last_loss_ns = now;
	}
	if (!live->can_check)
		return 0;
	if (!live->needs_repair)
		return now < live->next_check_ns || live->is_stopped ? 0 : repair(live);
	if (!live->is_stopped && now - live->last_loss_ns < REPAIR_QUIET_NS &&
	    now - live->first_loss_ns < REPAIR_AT_LEAST_NS)
		return 0;
	live->needs_repair = false;
	/* The making of a cgroup may be among what was lost. */
	ll_cgroups_scan(live->cgroups);
	return repair(live);
}

static void switch_stats(struct ll_live *live, uint64_t now)
{
	if (now < live->stats_switch_ns)
		return;
	if (live->stats_fd >= 0) {
		close(TAKE_FD(live->stats_fd));
		live->stats_switch_ns = now + STATS_OFF_NS;
	} else {
		live->stats_fd = bpf_enable_stats(BPF_STATS_RUN_TIME);
		live->stats_switch_ns = now + STATS_ON_NS;
	}
}

static int wait_for_data(const struct ll_live *live, int timeout_ms)
{
	int most = ll_order_bytes(live->order) > 0 ? HOLD_MS : POLL_MS;

	if (live->is_stopped || live->is_behind)
		return 0;
	if (timeout_ms < 0 || timeout_ms > most)
		timeout_ms = most;
	return ll_rings_wait(live->rings, timeout_ms);
}

/*
 * What the wall clock is ahead of boot time. The two cannot be read at once, and between the reads
 * anything may happen; so known stays unless the clock was set, or has drifted by more than the slack:
 * events in order must not seem to go back in time.
 */
static int64_t read_clock_offset(int64_t known)
{
	int64_t before = (int64_t)ll_clock_ns(CLOCK_BOOTTIME);
	int64_t wall = (int64_t)ll_clock_ns(CLOCK_REALTIME);
	int64_t after = (int64_t)ll_clock_ns(CLOCK_BOOTTIME);

	if (known >= wall - after - CLOCK_SLACK_NS && known <= wall - before + CLOCK_SLACK_NS)
		return known;
	return wall - before - (after - before) / 2;
}

/* Look who is stuck in D: twice in the time that counts as stuck, never for more than a hundredth. */
static int mind_stuck(struct ll_live *live, uint64_t now)
{
	if (!live->has_accounts || live->is_stopped || now < live->next_stuck_ns)
		return 0;
	int r = ll_iterate_into(live->skeleton->links.ll_iter_stuck, live->order);
	uint64_t end = ll_clock_ns(CLOCK_BOOTTIME);
	uint64_t pause = STUCK_SHARE * (end - now);

	if (pause < live->options.stall_ns / 2)
		pause = live->options.stall_ns / 2;
	live->next_stuck_ns = end + (pause < STUCK_EVERY_NS ? pause : STUCK_EVERY_NS);
	return r;
}

/* What is due now besides the rings. */
static int mind_time(struct ll_live *live, uint64_t now)
{
	switch_stats(live, now);
	if (now >= live->recover_ns)
		live->skeleton->bss->ll_recover_ends = true;
	int r = mind_stuck(live, now);
	return r == 0 ? mind_losses(live, now) : r;
}

int ll_live_poll(struct ll_live *live, int timeout_ms, ll_event_fn fn, void *arg)
{
	struct delivery delivery = { .live = live, .fn = fn, .arg = arg };
	int waited = wait_for_data(live, timeout_ms);
	uint64_t until;
	int r;

	live->unix_minus_boottime_ns = read_clock_offset(live->unix_minus_boottime_ns);
	ll_decoder_set_clock(live->decoder, live->unix_minus_boottime_ns);
	do {
		uint64_t behind_ns = 0;

		until = live->is_stopped ? UINT64_MAX : ll_clock_ns(CLOCK_BOOTTIME) - HOLD_NS;
		r = ll_rings_drain(live->rings, &behind_ns);
		if (r < 0)
			return r;
		/* Full: hand on only what is known to be in order, then read on. */
		live->is_behind = behind_ns != 0;
		if (live->is_behind && behind_ns < until)
			until = behind_ns;
		r = mind_time(live, ll_clock_ns(CLOCK_BOOTTIME));
		if (r == 0)
			r = ll_order_release(live->order, until, deliver, &delivery);
	} while (r == 0 && live->is_stopped && until != UINT64_MAX);
	return r != 0 ? r : waited;
}

int ll_live_follow_pid(struct ll_live *live, pid_t pid)
{
	bool is_found;
	int r = mark_descendants(live, (uint32_t)pid, &is_found);

	if (r < 0)
		return r;
	if (!is_found)
		return -ESRCH;
	r = take_snapshot(live);
	return r == 0 ? open_accounts(live) : r;
}

int ll_live_ask_times(struct ll_live *live)
{
	return live->has_accounts
		       ? ll_iterate_into(live->skeleton->links.ll_iter_times, live->order)
		       : 0;
}

void ll_live_stop(struct ll_live *live)
{
	struct bpf_link *tasks = live->skeleton->links.ll_iter_tasks;

	/* The iterator stays for a last repair. */
	live->skeleton->links.ll_iter_tasks = NULL;
	lifeline_bpf__detach(live->skeleton);
	/* Programs that still run may hold a record: wait for the readers of RCU. */
	syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0);
	live->skeleton->links.ll_iter_tasks = tasks;
	live->is_stopped = true;
}

int ll_live_look_last(struct ll_live *live)
{
	if (!live->can_check)
		return 0;
	return ll_snapshot_last(live->skeleton->links.ll_iter_tasks, live->order);
}

static void add_run_stats(const struct bpf_program *program, struct ll_live_stats *stats)
{
	struct bpf_prog_info info = {};
	uint32_t size = sizeof(info);
	int fd = bpf_program__fd(program);

	if (fd < 0 || bpf_obj_get_info_by_fd(fd, &info, &size) < 0)
		return;
	stats->bpf_run_count += info.run_cnt;
	stats->bpf_run_ns += info.run_time_ns;
	stats->skipped_runs += info.recursion_misses;
}

void ll_live_stats(const struct ll_live *live, struct ll_live_stats *ret_stats)
{
	struct bpf_program *program;

	*ret_stats = live->stats;
	ret_stats->records += ll_rings_counts(live->rings)->records;
	ret_stats->unknown_records += ll_rings_counts(live->rings)->unknown;
	bpf_object__for_each_program(program, live->skeleton->obj)
		add_run_stats(program, ret_stats);
}

void ll_live_abilities(const struct ll_live *live, char *buf, size_t size)
{
	const struct {
		bool has;
		const char *name;
	} abilities[] = {
		{ live->abilities.fentry_release, "exact_reap" },
		{ live->abilities.task_storage, "task_storage" },
		{ live->abilities.mark_victim, "oom_victim" },
		{ live->has_accounts, "accounts" },
		{ live->can_check, "snapshots" },
	};
	size_t length = 0;

	buf[0] = '\0';
	for (size_t i = 0; i < sizeof(abilities) / sizeof(abilities[0]); i++)
		if (abilities[i].has && length < size)
			length += (size_t)snprintf(buf + length, size - length, "%s%s",
						   length > 0 ? "," : "", abilities[i].name);
}
