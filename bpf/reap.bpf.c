/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A process leaves the zombie state for good. release_task() is the moment itself;
 * where fentry is refused sched_process_free, its echo after an RCU grace period, stands
 * in. The echo is attached in both cases: a leader that the last thread releases on its
 * way out (nobody waits) goes through release_task() without entering it again.
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
	if (!ll_kind_wanted(LL_WIRE_REAP) || !ll_task_wanted(leader))
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
 * A thread is released: should it be the last but a zombie leader, that one may be released in the
 * same call, unseen. Threads race to be it; a mark too many goes with the leader's own release.
 */
static __always_inline void watch_leader(struct task_struct *leader)
{
	struct ll_group *group = ll_group_find(leader);

	if (group != NULL)
		group->watch_free = 1;
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

	if (task->pid != task->tgid) {
		watch_leader(task->group_leader);
		return 0;
	}
	struct ll_group *group = ll_group_find(task);
	if (group != NULL) {
		group->watch_free = 0;
		if (group->died_boottime_ns != 0)
			ll_send_pending_exit(
				(struct ll_leader){ .task = task, .is_typed = true },
				task->tgid, group, group->died_boottime_ns);
		else
			ll_group_drop(task);
	}
	send_reap(task, LL_WIRE_REAP_EXACT, now);
	return 0;
}

/* The last that is heard of a process: what is pending for it is sent now, or never. */
static __always_inline void end_of_leader(struct task_struct *task)
{
	__u64 now = bpf_ktime_get_boot_ns();
	struct ll_leader leader = { .task = task, .is_typed = true, .is_released = true };
	struct ll_group *group = ll_group_find(task);
	bool is_watched = false;

	if (group != NULL) {
		is_watched = group->watch_free;
		group->watch_free = 0;
		if (group->died_boottime_ns != 0)
			ll_send_pending_exit(leader, task->tgid, group,
					     group->died_boottime_ns);
		else
			ll_group_drop(task);
	}
	if (is_watched || !ll_knob_exact_reap)
		send_reap(task, LL_WIRE_REAP_RCU, now);
}

/*
 * delayed_put_task_struct(), an RCU callback in a foreign context: current means nothing,
 * and the pid may belong to another process already. The task's use is in the totals.
 */
SEC("tp_btf/sched_process_free")
int BPF_PROG(ll_on_free, struct task_struct *task)
{
	if (task->pid == task->tgid)
		end_of_leader(task);
	ll_mark_drop(task);
	return 0;
}
