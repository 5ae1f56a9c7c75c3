/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A process leaves the zombie state for good. release_task() is the moment itself;
 * where fentry is refused sched_process_free, its echo after an RCU grace period, stands
 * in. The echo is attached in both cases: a leader that the last thread releases on its
 * way out (nobody waits) goes through release_task() without entering it again, and the
 * echo makes up for whatever else of an end went unseen.
 */
#include "vmlinux.h"
#include <bpf/bpf_tracing.h>
#include "group.bpf.h"

static __always_inline void fill_reaper(struct ll_wire_reap *record)
{
	struct task_struct *reaper = (void *)bpf_get_current_task();

	record->reaper_tgid = bpf_get_current_pid_tgid() >> 32;
	record->reaper_start_boottime_ns = BPF_CORE_READ(reaper, group_leader, start_boottime);
}

/* precision LL_WIRE_REAP_EXACT: current is the reaper and leader's use not yet in the totals. */
static __always_inline void send_reap(struct task_struct *leader, __u32 precision, __u64 now)
{
	if (!ll_kind_wanted(LL_WIRE_REAP) || !ll_end_wanted(leader))
		return;

	struct ll_wire_reap *record = ll_reserve(LL_WIRE_REAP, struct ll_wire_reap, now);
	if (record == NULL)
		return;
	__builtin_memset(record, 0, sizeof(*record));
	ll_fill_record(&record->header, LL_WIRE_REAP, sizeof(*record), now);
	ll_fill_subject(&record->header, leader, true);
	record->precision = precision;
	record->usage_flags = ll_usage_gaps(leader) | LL_WIRE_USAGE_NO_RUN_DELAY;
	record->wait_status = ll_wait_status(leader, true);
	ll_fill_usage_released(&record->usage, leader->signal, true);
	if (precision == LL_WIRE_REAP_EXACT) {
		fill_reaper(record);
		ll_add_usage(&record->usage, leader, true);
	} else {
		/* The parent may be gone too by now. */
		record->header.parent_tgid = 0;
		record->header.parent_start_boottime_ns = 0;
	}
	ll_submit(record);
}

/*
 * Entry of release_task(): the task is dead and still on every list, its use not yet in its
 * group's totals. current released it: the parent in wait, or the task itself. A leader that
 * lost its place to an execing thread has another pid by now and is not a process's end.
 */
SEC("fentry/release_task")
int BPF_PROG(ll_on_release, struct task_struct *task)
{
	__u64 now = bpf_ktime_get_boot_ns();

	if (task->pid != task->tgid)
		return 0;
	struct ll_group *group = ll_group_find(task);
	if (group != NULL)
		ll_settle_group((struct ll_leader){ .task = task, .is_typed = true }, group);
	/* A death that was not seen is made up for at the free; so is then the reap, after it. */
	if (ll_end_of(task) != LL_END_EXIT)
		return 0;
	ll_end_note(task->pid, task->start_boottime, LL_END_REAP);
	send_reap(task, LL_WIRE_REAP_EXACT, now);
	return 0;
}

/*
 * A thread whose exit was not seen. Its leader may have been freed before it and be another task by
 * now: only one that shares the signal_struct, which the thread keeps alive, is it.
 */
static __always_inline void recover_thread_exit(struct task_struct *task, __u64 now)
{
	struct task_struct *leader = task->group_leader;

	__u32 flags = LL_WIRE_EXIT_RECOVERED;

	if (task->signal->flags & LL_SIGNAL_GROUP_EXIT)
		flags |= LL_WIRE_EXIT_BY_GROUP;
	if (leader->signal == task->signal)
		ll_send_thread_exit(task, flags, now);
	else if (ll_kind_wanted(LL_WIRE_THREAD_EXIT) && ll_end_wanted(task))
		ll_count_loss(LL_WIRE_THREAD_EXIT, now);
}

static __always_inline void recover_exit(struct task_struct *task, __u64 now)
{
	struct ll_leader leader = { .task = task, .is_typed = true, .is_released = true };
	struct ll_group nobody = {};

	if (!ll_recover_ends)
		return;
	if (task->pid != task->tgid)
		recover_thread_exit(task, now);
	else if (ll_kind_wanted(LL_WIRE_PROCESS_EXIT) && ll_end_wanted(task))
		ll_send_process_exit(leader, NULL, &nobody,
				     LL_WIRE_EXIT_RECOVERED | LL_WIRE_USAGE_NO_RUN_DELAY, now);
}

/* The last that is heard of a process: what was not sent of its end is sent now, or never. */
static __always_inline void end_of_leader(struct task_struct *task, __u64 now)
{
	struct ll_group *group = ll_group_find(task);

	if (group != NULL)
		ll_settle_group((struct ll_leader){ .task = task,
						    .is_typed = true,
						    .is_released = true },
				group);
	__u64 end = ll_end_of(task);
	if (end == 0)
		recover_exit(task, now);
	if (end != LL_END_REAP)
		send_reap(task, LL_WIRE_REAP_RCU, now);
}

/*
 * delayed_put_task_struct(), an RCU callback in a foreign context: current means nothing,
 * and the pid may belong to another process already. The task's use is in the totals.
 */
SEC("tp_btf/sched_process_free")
int BPF_PROG(ll_on_free, struct task_struct *task)
{
	__u64 now = bpf_ktime_get_boot_ns();

	if (task->pid == task->tgid)
		end_of_leader(task, now);
	else if (ll_end_of(task) == 0)
		recover_exit(task, now);
	ll_mark_drop(task);
	ll_account_drop(task);
	return 0;
}
