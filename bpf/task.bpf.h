/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Read what the records say of a task. */
#pragma once

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include "knobs.bpf.h"
#include "lifeline/wire.h"

/* include/linux/sched.h, include/linux/pid.h, include/linux/sched/signal.h */
#define LL_PF_KTHREAD 0x00200000
#define LL_EXIT_DEAD 0x10
#define LL_EXIT_ZOMBIE 0x20
#define LL_DEFAULT_PRIO 120 /* static_prio of nice 0 */
#define LL_PIDTYPE_PGID 2
#define LL_PIDTYPE_SID 3
#define LL_SIGNAL_GROUP_EXIT 0x4
/* include/uapi/asm-generic/signal.h, signal-defs.h; the same on x86 and arm64 */
#define LL_SIGKILL 9
#define LL_SIGCHLD 17
#define LL_SIG_DFL 0
#define LL_SIG_IGN 1
#define LL_SA_NOCLDWAIT 0x2
/* Pid namespaces nest at most this deep: MAX_PID_NS_LEVEL of kernel/pid_namespace.c. */
#define LL_PIDNS_LEVELS_MAX 32

/*
 * Read a member. is_typed, a constant: the verifier knows the pointer's type and a plain load
 * will do; else the pointer is just an address, and each read is a helper call thirty times dearer.
 */
#define LL_READ(is_typed, pointer, member)                                                     \
	((is_typed) ? (pointer)->member : BPF_CORE_READ(pointer, member))

/* Copy the bytes of a comm; behind its NUL anything may stand. */
static __always_inline void ll_read_comm(char *comm, struct task_struct *task, bool is_typed)
{
	if (is_typed) {
		((__u64 *)comm)[0] = ((__u64 *)task->comm)[0];
		((__u64 *)comm)[1] = ((__u64 *)task->comm)[1];
	} else {
		bpf_core_read(comm, LL_COMM_LEN, &task->comm);
	}
}

/* Fill the header for a subject that has not been released: its relatives are safe to read. */
static __always_inline void ll_fill_subject(struct ll_wire_header *header,
					    struct task_struct *task, bool is_typed)
{
	struct task_struct *leader = LL_READ(is_typed, task, group_leader);
	struct task_struct *parent = LL_READ(is_typed, task, real_parent);
	struct task_struct *parent_leader = LL_READ(is_typed, parent, group_leader);

	header->tgid = LL_READ(is_typed, task, tgid);
	header->tid = LL_READ(is_typed, task, pid);
	header->start_boottime_ns = LL_READ(is_typed, leader, start_boottime);
	header->thread_start_boottime_ns = LL_READ(is_typed, task, start_boottime);
	header->parent_tgid = LL_READ(is_typed, parent, tgid);
	header->task_flags = LL_READ(is_typed, task, flags);
	header->parent_start_boottime_ns = LL_READ(is_typed, parent_leader, start_boottime);
	ll_read_comm(header->comm, task, is_typed);
}

static __always_inline void ll_fill_record(struct ll_wire_header *header, __u16 kind,
					   __u32 size, __u64 time_boottime_ns)
{
	header->size = size;
	header->kind = kind;
	header->cpu = bpf_get_smp_processor_id();
	header->time_boottime_ns = time_boottime_ns;
}

/* The pid's number at a level of nesting; numbers[] is a flexible array, read by hand. */
static __always_inline void ll_read_upid(struct pid *pid, __u32 level, struct upid *ret_upid)
{
	void *numbers = (void *)pid + bpf_core_field_offset(struct pid, numbers);

	bpf_probe_read_kernel(ret_upid, sizeof(*ret_upid), numbers + level * sizeof(*ret_upid));
}

/* The task's pid in the tracer's own pid namespace; 0 when it is not in it. */
static __always_inline __u32 ll_pid_for_tracer(struct task_struct *task)
{
	struct pid *pid = BPF_CORE_READ(task, thread_pid);
	struct upid upid = {};

	for (__u32 level = 0; level <= LL_PIDNS_LEVELS_MAX; level++) {
		if (level > BPF_CORE_READ(pid, level))
			break;
		ll_read_upid(pid, level, &upid);
		if (BPF_CORE_READ(upid.ns, ns.inum) == ll_knob_pidns_inum)
			return upid.nr;
	}
	return 0;
}

/* The global number of a pid of the process; type is an enum pid_type. */
static __always_inline __u32 ll_group_pid(struct signal_struct *signal, const int type)
{
	struct upid upid = {};
	struct pid *pid = NULL;

	bpf_core_read(&pid, sizeof(pid), &signal->pids[type]);
	if (pid != NULL)
		ll_read_upid(pid, 0, &upid);
	return upid.nr;
}

/* The v1 cgroup of the controller chosen by ll_knob_v1_subsys. */
static __always_inline struct cgroup *ll_v1_cgroup(struct task_struct *task)
{
	struct css_set *set = BPF_CORE_READ(task, cgroups);
	struct cgroup_subsys_state *css = NULL;
	void *subsys = (void *)set + bpf_core_field_offset(struct css_set, subsys);

	if (ll_knob_v1_subsys == ~0u)
		return NULL;
	bpf_probe_read_kernel(&css, sizeof(css), subsys + ll_knob_v1_subsys * sizeof(css));
	return BPF_CORE_READ(css, cgroup);
}

static __always_inline void ll_fill_identity(struct ll_wire_identity *identity,
					     struct task_struct *task, bool is_typed)
{
	struct task_struct *leader = LL_READ(is_typed, task, group_leader);
	struct signal_struct *signal = LL_READ(is_typed, task, signal);
	struct css_set *cgroups = LL_READ(is_typed, task, cgroups);
	struct cgroup *cgroup = LL_READ(is_typed, cgroups, dfl_cgrp);
	struct kernfs_node *node = LL_READ(is_typed, cgroup, kn);
	const struct cred *cred = LL_READ(is_typed, task, cred);
	struct pid *pid = LL_READ(is_typed, leader, thread_pid);
	struct upid upid = {};

	identity->euid = LL_READ(is_typed, cred, euid.val);
	identity->ruid = LL_READ(is_typed, cred, uid.val);
	identity->pgid = ll_group_pid(signal, LL_PIDTYPE_PGID);
	identity->sid = ll_group_pid(signal, LL_PIDTYPE_SID);
	identity->pidns_level = LL_READ(is_typed, pid, level);
	ll_read_upid(pid, identity->pidns_level, &upid);
	identity->vpid = upid.nr;
	identity->cgroup_id = LL_READ(is_typed, node, id);
	identity->cgroup_v1_id = 0;
	if (ll_knob_v1_subsys != ~0u)
		identity->cgroup_v1_id = BPF_CORE_READ(ll_v1_cgroup(task), kn, id);
}

/*
 * What the task's process does about its children's ends. sighand goes when the task is released:
 * then it is not known.
 */
static __always_inline __u32 ll_sigchld(struct task_struct *task, bool is_typed)
{
	struct sighand_struct *sighand = LL_READ(is_typed, task, sighand);

	if (sighand == NULL)
		return LL_WIRE_SIGCHLD_UNKNOWN;
	__u64 handler = (__u64)LL_READ(is_typed, sighand, action[LL_SIGCHLD - 1].sa.sa_handler);
	if (handler == LL_SIG_IGN)
		return LL_WIRE_SIGCHLD_IGNORE;
	if (LL_READ(is_typed, sighand, action[LL_SIGCHLD - 1].sa.sa_flags) & LL_SA_NOCLDWAIT)
		return LL_WIRE_SIGCHLD_NO_WAIT;
	return handler == LL_SIG_DFL ? LL_WIRE_SIGCHLD_DEFAULT : LL_WIRE_SIGCHLD_HANDLER;
}

/* kernel/exit.c wait_task_zombie(): the status a waiter is given. */
static __always_inline __s32 ll_wait_status(struct task_struct *leader, bool is_typed)
{
	struct signal_struct *signal = LL_READ(is_typed, leader, signal);

	if (LL_READ(is_typed, signal, flags) & LL_SIGNAL_GROUP_EXIT)
		return LL_READ(is_typed, signal, group_exit_code);
	return LL_READ(is_typed, leader, exit_code);
}
