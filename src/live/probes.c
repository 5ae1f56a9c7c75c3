/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Everything that differs between kernels is decided here by trying: a tiny program is
 * loaded, or the kernel's BTF is asked; never by version number.
 */
#include "live/probes.h"

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/bpf.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "lifeline.skel.h"
#include "lifeline/wire.h"

/* Must match LL_SLOTS_PER_CPU of bpf/maps.bpf.h. */
#define SLOTS_PER_CPU 2
/* Two paths with room for one last name each, as LL_PATH_ROOM of bpf/path.bpf.h. */
#define PATH_ROOM (LL_PATH_MAX + 256)
/* 2 MiB of ll_ends at most. */
#define ENDS_MAX (1u << 18)
/* Must match LL_STATE_ARG_* of bpf/knobs.bpf.h. */
enum { STATE_ARG_NONE, STATE_ARG_LAST, STATE_ARG_SECOND };
/* Different kernel stacks of D that can be told apart; one of another is not kept. */
#define STACKS_MAX 16384
/* Threads that can have an account where there is no task storage. */
#define ACCOUNTS_MAX (1u << 16)
/* The reader is woken when the ring is this full: 1/8. */
#define WAKEUP_SHIFT 3

#define INSN(c, d, s, o, i)                                                                    \
	((struct bpf_insn){                                                                    \
		.code = (c), .dst_reg = (d), .src_reg = (s), .off = (o), .imm = (i) })
#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static char libbpf_message[512];

const char *ll_probes_libbpf_message(void)
{
	return libbpf_message;
}

/* Keep the first warning since the last reset: it names the cause. Nothing but cli/ prints. */
static int keep_message(enum libbpf_print_level level, const char *format, va_list args)
{
	if (level == LIBBPF_WARN && libbpf_message[0] == '\0') {
		vsnprintf(libbpf_message, sizeof(libbpf_message), format, args);
		libbpf_message[strcspn(libbpf_message, "\n")] = '\0';
	}
	return 0;
}

/* Load and attach an empty program at release_task: some kernels refuse only the latter. */
static bool try_fentry_release(const struct btf *btf)
{
	const struct bpf_insn insns[] = {
		INSN(BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_0, 0, 0, 0),
		INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0),
	};
	int id = btf__find_by_name_kind(btf, "release_task", BTF_KIND_FUNC);
	LIBBPF_OPTS(bpf_prog_load_opts, opts, .expected_attach_type = BPF_TRACE_FENTRY,
		    .attach_btf_id = id > 0 ? (uint32_t)id : 0);

	if (id <= 0)
		return false;
	LL_AUTO_CLOSE int fd = bpf_prog_load(BPF_PROG_TYPE_TRACING, "ll_try_fentry", "GPL",
					     insns, COUNT(insns), &opts);
	if (fd < 0)
		return false;
	LL_AUTO_CLOSE int link = bpf_raw_tracepoint_open(NULL, fd);
	return link >= 0;
}

/*
 * A tracepoint's prototype: btf_trace_NAME is a typedef of a pointer to it; its argument 0 is the
 * callback's data. NULL when there is no such tracepoint.
 */
static const struct btf_type *tracepoint_prototype(const struct btf *btf, const char *name)
{
	int id = btf__find_by_name_kind(btf, name, BTF_KIND_TYPEDEF);

	if (id < 0)
		return NULL;
	const struct btf_type *type =
		btf__type_by_id(btf, btf__type_by_id(btf, (uint32_t)id)->type);
	if (type == NULL || !btf_is_ptr(type))
		return NULL;
	type = btf__type_by_id(btf, type->type);
	return type != NULL && btf_is_func_proto(type) ? type : NULL;
}

/* Whether a tracepoint's argument, counted from 1, is a pointer. */
static bool is_pointer(const struct btf *btf, const struct btf_type *prototype, int argument)
{
	if (prototype == NULL || btf_vlen(prototype) <= argument)
		return false;
	return btf_is_ptr(btf__type_by_id(btf, btf_params(prototype)[argument].type));
}

/* Where sched_switch(preempt, prev, next) also has the state prev leaves in. */
static uint32_t state_argument(const struct btf *btf)
{
	const struct btf_type *prototype = tracepoint_prototype(btf, "btf_trace_sched_switch");

	if (prototype == NULL || btf_vlen(prototype) < 5)
		return STATE_ARG_NONE;
	return is_pointer(btf, prototype, 2) ? STATE_ARG_LAST : STATE_ARG_SECOND;
}

void ll_probes_try(const struct btf *btf, struct ll_abilities *ret_abilities)
{
	const struct btf_type *victim = tracepoint_prototype(btf, "btf_trace_mark_victim");

	libbpf_set_print(keep_message);
	*ret_abilities = (struct ll_abilities){
		.ring_buffer = libbpf_probe_bpf_map_type(BPF_MAP_TYPE_RINGBUF, NULL) == 1,
		.fentry_release = try_fentry_release(btf),
		.mark_victim = victim != NULL,
		.mark_victim_is_task = is_pointer(btf, victim, 1),
		.state_arg = state_argument(btf),
	};
}

/* Event kinds wanted, as a mask of wire kinds. A reparent is derived from births and deaths. */
static uint32_t wire_kinds(uint32_t events)
{
	uint32_t mask = 0;

	if (events == 0 || events & LL_E(REPARENT))
		events |= events == 0 ? LL_E_ALL : LL_E(FORK) | LL_E(EXIT);
	if (events & LL_E(FORK))
		mask |= 1u << LL_WIRE_FORK;
	if (events & LL_E(EXEC))
		mask |= 1u << LL_WIRE_EXEC;
	/* Why it ended, a signal may tell. */
	if (events & LL_E(EXIT))
		mask |= 1u << LL_WIRE_THREAD_EXIT | 1u << LL_WIRE_PROCESS_EXIT |
			1u << LL_WIRE_SIGNAL;
	if (events & LL_E(SIGNAL_GENERATE))
		mask |= 1u << LL_WIRE_SIGNAL;
	if (events & LL_E(SIGNAL_DELIVER))
		mask |= 1u << LL_WIRE_DELIVER;
	if (events & LL_E(STATE))
		mask |= 1u << LL_WIRE_STATE;
	if (events & LL_E(STATE_TIMES))
		mask |= 1u << LL_WIRE_TIMES;
	if (events & LL_E(REAP))
		mask |= 1u << LL_WIRE_REAP;
	if (events & LL_E(RENAME))
		mask |= 1u << LL_WIRE_RENAME;
	if (events & LL_E(OOM_KILL))
		mask |= 1u << LL_WIRE_OOM_KILL;
	return mask;
}

/* The index of a controller in css_set.subsys, from the kernel's own enum; ~0 when unknown. */
static uint32_t subsys_index(const struct btf *btf, const char *controller)
{
	int id = btf__find_by_name_kind(btf, "cgroup_subsys_id", BTF_KIND_ENUM);
	char wanted[64];

	if (controller == NULL || id < 0)
		return ~0u;
	snprintf(wanted, sizeof(wanted), "%s_cgrp_id",
		 strcmp(controller, "blkio") == 0 ? "io" : controller);
	const struct btf_type *type = btf__type_by_id(btf, (uint32_t)id);
	for (int i = 0; i < btf_vlen(type); i++)
		if (strcmp(btf__name_by_offset(btf, btf_enum(type)[i].name_off), wanted) == 0)
			return (uint32_t)btf_enum(type)[i].val;
	return ~0u;
}

static uint32_t pid_namespace_inum(void)
{
	struct stat st;

	return stat("/proc/self/ns/pid", &st) == 0 ? (uint32_t)st.st_ino : 0;
}

/* Entries of ll_ends: enough for every pid, or for more than can be dead at once. */
static uint32_t end_count(void)
{
	LL_AUTO_FCLOSE FILE *file = fopen("/proc/sys/kernel/pid_max", "re");
	uint32_t count = 1u << 12;
	unsigned pid_max = 32768;

	if (file != NULL && fscanf(file, "%u", &pid_max) != 1)
		pid_max = 32768;
	while (count < pid_max && count < ENDS_MAX)
		count *= 2;
	return count;
}

static bool has_accounts(uint32_t kinds)
{
	return kinds & (1u << LL_WIRE_STATE | 1u << LL_WIRE_TIMES);
}

/* A ring's size is a power of two and whole pages (kernel/bpf/ringbuf.c). */
static size_t ring_bytes(size_t wanted)
{
	size_t bytes = (size_t)sysconf(_SC_PAGESIZE);

	while (bytes < wanted)
		bytes *= 2;
	return bytes;
}

struct ring_sizes {
	size_t lifecycle, signals, states;
};

static struct ring_sizes size_rings(const struct ll_live_options *options)
{
	uint32_t kinds = wire_kinds(options->kinds);

	return (struct ring_sizes){
		.lifecycle = ring_bytes(options->ring_bytes),
		/* Also when only the deadly ones come: thousands at once when a group is killed. */
		.signals = ring_bytes(kinds >> LL_WIRE_SIGNAL & 1 ? options->ring_bytes : 0),
		.states = ring_bytes(has_accounts(kinds) ? options->ring_bytes : 0),
	};
}

static void set_knobs(struct lifeline_bpf *skeleton, const struct ll_probes_setup *setup,
		      const struct ll_abilities *abilities, struct ring_sizes sizes)
{
	const struct ll_live_options *options = setup->options;
	struct lifeline_bpf__rodata *knobs = skeleton->rodata;

	knobs->ll_knob_task_storage = abilities->task_storage;
	knobs->ll_knob_kinds = wire_kinds(options->kinds);
	knobs->ll_knob_max_args_bytes = (uint32_t)options->max_args_bytes;
	knobs->ll_knob_max_env_bytes = (uint32_t)options->max_env_bytes;
	knobs->ll_knob_follow = options->follow;
	knobs->ll_knob_has_uid = options->has_uid;
	knobs->ll_knob_uid = options->uid;
	knobs->ll_knob_has_comm = options->comm != NULL;
	if (options->comm != NULL)
		snprintf((char *)knobs->ll_knob_comm, sizeof(knobs->ll_knob_comm), "%s",
			 options->comm);
	knobs->ll_knob_cgroup_id = setup->cgroup_id;
	knobs->ll_knob_cgroup_is_v1 = setup->cgroup_is_v1;
	knobs->ll_knob_v1_subsys = subsys_index(setup->btf, setup->v1_controller);
	knobs->ll_knob_wakeup_bytes = (uint32_t)(sizes.lifecycle >> WAKEUP_SHIFT);
	knobs->ll_knob_signal_wakeup_bytes = (uint32_t)(sizes.signals >> WAKEUP_SHIFT);
	knobs->ll_knob_state_wakeup_bytes = (uint32_t)(sizes.states >> WAKEUP_SHIFT);
	knobs->ll_knob_deadly_signals_only =
		options->kinds != 0 && !(options->kinds & LL_E(SIGNAL_GENERATE));
	knobs->ll_knob_accounts = has_accounts(knobs->ll_knob_kinds);
	knobs->ll_knob_state_arg = abilities->state_arg;
	knobs->ll_knob_all_states = options->all_states;
	knobs->ll_knob_stall_ns = options->stall_ns;
	knobs->ll_knob_end_mask = end_count() - 1;
	knobs->ll_knob_pidns_inum = pid_namespace_inum();
}

/* What bpf/exec.bpf.c may write at most; see LL_ARGS_LIMIT there. */
static uint32_t slot_bytes(const struct ll_live_options *options)
{
	size_t bytes = sizeof(struct ll_wire_exec) + 2 * LL_PATH_MAX + 2 * PATH_ROOM +
		       options->max_args_bytes + options->max_env_bytes + LL_PATH_MAX;

	return (uint32_t)((bytes + 7) & ~7ul);
}

/* Tasks are marked to be followed, or because they matched a filter once. */
static bool has_marks(const struct ll_live_options *options)
{
	return options->follow || options->has_uid || options->comm != NULL ||
	       options->cgroup != NULL;
}

/* Task storage cannot be had: the maps become hashes keyed by tid. */
static int use_hashes(struct lifeline_bpf *skeleton, bool marks_used, bool accounts)
{
	struct bpf_map *marks = skeleton->maps.ll_marks;
	struct bpf_map *all = skeleton->maps.ll_accounts;
	int r = bpf_map__set_type(marks, BPF_MAP_TYPE_HASH);

	if (r == 0)
		r = bpf_map__set_max_entries(marks, marks_used ? 1u << 18 : 1);
	if (r == 0)
		r = bpf_map__set_type(all, BPF_MAP_TYPE_HASH);
	if (r == 0)
		r = bpf_map__set_max_entries(all, accounts ? ACCOUNTS_MAX : 1);
	return r;
}

static int set_rings(struct lifeline_bpf *skeleton, struct ring_sizes sizes)
{
	int r = bpf_map__set_max_entries(skeleton->maps.ll_ring, (uint32_t)sizes.lifecycle);

	if (r == 0)
		r = bpf_map__set_max_entries(skeleton->maps.ll_signal_ring,
					     (uint32_t)sizes.signals);
	if (r == 0)
		r = bpf_map__set_max_entries(skeleton->maps.ll_state_ring,
					     (uint32_t)sizes.states);
	return r;
}

static int set_maps(struct lifeline_bpf *skeleton, const struct ll_probes_setup *setup,
		    const struct ll_abilities *abilities, struct ring_sizes sizes)
{
	bool accounts = has_accounts(wire_kinds(setup->options->kinds));
	int r = set_rings(skeleton, sizes);

	if (r == 0)
		r = bpf_map__set_max_entries(skeleton->maps.ll_losses, setup->cpu_count);
	if (r == 0)
		r = bpf_map__set_max_entries(skeleton->maps.ll_slots,
					     setup->cpu_count * SLOTS_PER_CPU);
	if (r == 0)
		r = bpf_map__set_max_entries(skeleton->maps.ll_slot_locks,
					     setup->cpu_count * SLOTS_PER_CPU);
	if (r == 0)
		r = bpf_map__set_value_size(skeleton->maps.ll_slots,
					    slot_bytes(setup->options));
	if (r == 0)
		r = bpf_map__set_max_entries(skeleton->maps.ll_ends, end_count());
	if (r == 0)
		r = bpf_map__set_max_entries(skeleton->maps.ll_stacks,
					     accounts ? STACKS_MAX : 1);
	if (r == 0 && !abilities->task_storage)
		r = use_hashes(skeleton, has_marks(setup->options), accounts);
	return r;
}

/* Leave out the programs nobody needs. */
static void choose_programs(struct lifeline_bpf *skeleton, const struct ll_probes_setup *setup,
			    const struct ll_abilities *abilities)
{
	const struct ll_live_options *options = setup->options;
	uint32_t kinds = wire_kinds(options->kinds);
	bool exits = kinds >> LL_WIRE_PROCESS_EXIT & 1;
	bool reaps = kinds >> LL_WIRE_REAP & 1;
	bool oom = kinds >> LL_WIRE_OOM_KILL & 1;
	bool accounts = has_accounts(kinds);

	bpf_program__set_autoload(skeleton->progs.ll_on_fork,
				  kinds >> LL_WIRE_FORK & 1 || options->follow || accounts);
	/* For exits, too: it keeps what a leader that an exec replaced waited for a CPU. */
	bpf_program__set_autoload(skeleton->progs.ll_on_exec,
				  kinds >> LL_WIRE_EXEC & 1 || exits || accounts);
	bpf_program__set_autoload(skeleton->progs.ll_on_exit, exits || accounts);
	bpf_program__set_autoload(skeleton->progs.ll_on_death_notice, exits);
	bpf_program__set_autoload(
		skeleton->progs.ll_on_free,
		reaps || exits ||
			((has_marks(options) || accounts) && !abilities->task_storage));
	bpf_program__set_autoload(skeleton->progs.ll_on_release,
				  reaps && abilities->fentry_release);
	bpf_program__set_autoload(skeleton->progs.ll_on_rename, kinds >> LL_WIRE_RENAME & 1);
	bpf_program__set_autoload(skeleton->progs.ll_on_oom_task,
				  oom && abilities->mark_victim_is_task);
	bpf_program__set_autoload(skeleton->progs.ll_on_oom_pid,
				  oom && abilities->mark_victim &&
					  !abilities->mark_victim_is_task);
	bpf_program__set_autoload(skeleton->progs.ll_on_exec_failed, options->failed_execs);
	bpf_program__set_autoload(skeleton->progs.ll_iter_mark, options->follow);
	bpf_program__set_autoload(skeleton->progs.ll_on_signal, kinds >> LL_WIRE_SIGNAL & 1);
	bpf_program__set_autoload(skeleton->progs.ll_on_deliver, kinds >> LL_WIRE_DELIVER & 1);
	bpf_program__set_autoload(skeleton->progs.ll_on_switch, accounts);
	bpf_program__set_autoload(skeleton->progs.ll_on_wakeup,
				  accounts && options->all_states);
	bpf_program__set_autoload(skeleton->progs.ll_iter_accounts, accounts);
	bpf_program__set_autoload(skeleton->progs.ll_iter_times, accounts);
	bpf_program__set_autoload(skeleton->progs.ll_iter_stuck, accounts);
}

static int load_once(const struct ll_probes_setup *setup, const struct ll_abilities *abilities,
		     struct lifeline_bpf **ret_skeleton)
{
	struct ring_sizes sizes = size_rings(setup->options);

	libbpf_message[0] = '\0';
	struct lifeline_bpf *skeleton = lifeline_bpf__open();
	if (skeleton == NULL)
		return -errno;
	set_knobs(skeleton, setup, abilities, sizes);
	choose_programs(skeleton, setup, abilities);
	int r = set_maps(skeleton, setup, abilities, sizes);
	if (r == 0)
		r = lifeline_bpf__load(skeleton);
	if (r < 0) {
		lifeline_bpf__destroy(skeleton);
		return r;
	}
	*ret_skeleton = skeleton;
	return 0;
}

int ll_probes_load(const struct ll_probes_setup *setup, struct ll_abilities *abilities,
		   struct lifeline_bpf **ret_skeleton)
{
	libbpf_set_print(keep_message);
	abilities->task_storage = true;
	int r = load_once(setup, abilities, ret_skeleton);
	if (r == 0 || r == -EPERM)
		return r;
	abilities->task_storage = false;
	return load_once(setup, abilities, ret_skeleton);
}
