/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A task is born. The hook is task_newtask, not sched_process_fork: it alone has the
 * clone flags (vfork_done is not set yet in either), and it also sees the io_uring and
 * vhost workers that kernel_clone() does not make.
 */
#include "vmlinux.h"
#include <bpf/bpf_tracing.h>
#include "account.bpf.h"
#include "emit.bpf.h"
#include "filter.bpf.h"

/* include/uapi/linux/sched.h */
#define LL_CLONE_VFORK 0x00004000
#define LL_CLONE_THREAD 0x00010000

static __always_inline __u32 fork_kind(struct task_struct *child, __u64 clone_flags)
{
	if (child->flags & LL_PF_KTHREAD)
		return LL_WIRE_FORK_KTHREAD;
	if (clone_flags & LL_CLONE_THREAD)
		return LL_WIRE_FORK_THREAD;
	if (clone_flags & LL_CLONE_VFORK)
		return LL_WIRE_FORK_VFORK;
	return LL_WIRE_FORK_PROCESS;
}

/* The child of a marked caller is marked before it can run, so that none escapes. */
static __always_inline void inherit_mark(struct task_struct *child, __u64 now)
{
	bool is_forker = ll_forker_tid != 0 &&
			 ll_forker_tid == ll_pid_for_tracer((void *)bpf_get_current_task());

	if (!is_forker && !ll_mark_get_current())
		return;
	if (!ll_mark_set(child))
		ll_count_loss(LL_WIRE_FORK, now);
}

/*
 * End of copy_process(), in the caller's context: the child is on the task list with its
 * final pids, parent and cgroup, and has not run yet. Pid 0 is an idle task of a CPU that
 * comes up.
 */
SEC("tp_btf/task_newtask")
int BPF_PROG(ll_on_fork, struct task_struct *child, __u64 clone_flags)
{
	__u64 now = bpf_ktime_get_boot_ns();

	if (child->pid == 0)
		return 0;
	if (ll_knob_follow)
		inherit_mark(child, now);
	if (ll_knob_accounts && ll_task_followed(child))
		ll_account_begin(child, LL_WIRE_STATE_RUNNABLE, child->start_boottime);
	if (!ll_kind_wanted(LL_WIRE_FORK) || !ll_life_wanted(child))
		return 0;

	struct ll_wire_fork *record = ll_reserve(LL_WIRE_FORK, struct ll_wire_fork, now);
	if (record == NULL)
		return 0;

	__u64 caller = bpf_get_current_pid_tgid();
	ll_fill_record(&record->header, LL_WIRE_FORK, sizeof(*record), now);
	ll_fill_subject(&record->header, child, true);
	ll_fill_identity(&record->identity, child, true);
	record->caller_tgid = caller >> 32;
	record->caller_tid = caller;
	record->fork_kind = fork_kind(child, clone_flags);
	record->reserved = 0;
	ll_submit(record);
	return 0;
}
