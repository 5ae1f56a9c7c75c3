/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* A thread ends; with the last one the process. */
#include "vmlinux.h"
#include <bpf/bpf_tracing.h>
#include "account.bpf.h"
#include "group.bpf.h"
#include "siginfo.bpf.h"

/* Ancestors looked at for a subreaper; beyond them the namespace's init is assumed. */
#define LL_ANCESTORS_MAX 64

/* kernel/exit.c find_new_reaper(): the nearest live subreaper in the same pid namespace. */
static __always_inline struct task_struct *find_subreaper(struct task_struct *father)
{
	__u32 level = father->thread_pid->level;
	struct task_struct *ancestor = BPF_CORE_READ(father, real_parent);

	if (!BPF_CORE_READ_BITFIELD_PROBED(father->signal, has_child_subreaper))
		return NULL;
	for (int i = 0; i < LL_ANCESTORS_MAX; i++) {
		struct signal_struct *signal = BPF_CORE_READ(ancestor, signal);

		if (BPF_CORE_READ(ancestor, thread_pid, level) != level ||
		    BPF_CORE_READ(ancestor, pid) == 0)
			return NULL;
		if (BPF_CORE_READ_BITFIELD_PROBED(signal, is_child_subreaper) &&
		    BPF_CORE_READ(signal, live.counter) > 0)
			return BPF_CORE_READ(ancestor, group_leader);
		ancestor = BPF_CORE_READ(ancestor, real_parent);
	}
	return NULL;
}

static __always_inline struct task_struct *find_init(struct task_struct *father)
{
	struct pid *pid = father->thread_pid;
	struct upid upid = {};

	ll_read_upid(pid, pid->level, &upid);
	return BPF_CORE_READ(upid.ns, child_reaper, group_leader);
}

/*
 * Who will take over the children that the group leaves. children is a list of each thread, and
 * one that leaves while the others do hands its own over by itself: an empty list means that there
 * are none only where there never was another thread.
 */
static __always_inline void fill_child_reaper(struct ll_group *ret, struct task_struct *father,
					      bool had_threads)
{
	struct list_head *children = &father->children;

	ret->child_reaper_tgid = 0;
	ret->child_reaper_reason = LL_WIRE_REPARENT_NONE;
	ret->child_reaper_start_boottime_ns = 0;
	bool is_childless = BPF_CORE_READ(children, next) == children;
	if (is_childless && !had_threads)
		return;
	struct task_struct *reaper = find_subreaper(father);
	ret->child_reaper_reason =
		reaper != NULL ? LL_WIRE_REPARENT_SUBREAPER : LL_WIRE_REPARENT_INIT;
	if (is_childless)
		ret->child_reaper_reason |= LL_WIRE_REPARENT_UNSURE;
	if (reaper == NULL)
		reaper = find_init(father);
	ret->child_reaper_tgid = BPF_CORE_READ(reaper, tgid);
	ret->child_reaper_start_boottime_ns = BPF_CORE_READ(reaper, start_boottime);
}

/* Keep what a thread waited for a CPU: no group total holds it. */
static __always_inline void keep_run_delay(struct ll_group *group, struct task_struct *task)
{
	if (!bpf_core_field_exists(task->sched_info.run_delay))
		return;
	if (task->pid == task->tgid)
		group->leader_run_delay_ns = task->sched_info.run_delay;
	else
		__sync_fetch_and_add(&group->run_delay_ns, task->sched_info.run_delay);
}

/* The only thread left is the leader: its own use is the last that is missing. */
static __always_inline void end_group(struct task_struct *leader, struct ll_group *group,
				      const struct ll_group *reaper, __u64 now)
{
	ll_send_process_exit((struct ll_leader){ .task = leader, .is_typed = true }, group,
			     reaper, 0, now);
	if (group != NULL)
		ll_group_drop(leader);
}

/* Others are still being released: note the death, to be sent when they are. */
static __always_inline void put_off_end(struct task_struct *leader, struct ll_group *group,
					const struct ll_group *reaper, __u64 now)
{
	if (group == NULL) {
		ll_send_process_exit((struct ll_leader){ .task = leader, .is_typed = true },
				     NULL, reaper,
				     LL_WIRE_USAGE_PARTIAL | LL_WIRE_USAGE_NO_RUN_DELAY, now);
		return;
	}
	if (group->died_boottime_ns != 0)
		return;
	/* Not earlier: an exec by another thread would have left a dead leader's address here. */
	group->leader = (__u64)leader;
	group->child_reaper_tgid = reaper->child_reaper_tgid;
	group->child_reaper_reason = reaper->child_reaper_reason;
	group->child_reaper_start_boottime_ns = reaper->child_reaper_start_boottime_ns;
	group->died_boottime_ns = now;
}

/* How the thread that ends has spent its time; it runs. */
static __always_inline void send_times(struct task_struct *task, __u64 now)
{
	struct ll_account *account;

	if (!ll_knob_accounts || !ll_kind_wanted(LL_WIRE_TIMES) || !ll_end_wanted(task))
		return;
	account = ll_account_get(task);
	if (account != NULL)
		ll_send_final_times(account, task, task->pid, now);
}

/* LL_WIRE_EXIT_BY_*, or 0 when the thread ends of itself. */
static __always_inline __u32 why_thread_ends(struct task_struct *task)
{
	if (task->signal->flags & LL_SIGNAL_GROUP_EXIT)
		return LL_WIRE_EXIT_BY_GROUP;
	return ll_is_exec_under_way(task->signal) ? LL_WIRE_EXIT_BY_EXEC : 0;
}

/*
 * do_exit(), in the context of the task. signal->live is already without it: 0 means that
 * no thread will run user code again. Several threads that leave together may all see 0.
 * signal->nr_threads counts those not released.
 */
SEC("tp_btf/sched_process_exit")
int BPF_PROG(ll_on_exit, struct task_struct *task)
{
	__u64 now = bpf_ktime_get_boot_ns();
	struct task_struct *leader = task->group_leader;
	struct ll_group *group, reaper = {};
	bool is_leader = task->pid == task->tgid;
	bool is_over = task->signal->live.counter == 0;
	bool is_alone = is_leader && is_over && task->signal->nr_threads == 1;

	send_times(task, now);
	if (!is_leader || !is_over)
		ll_send_thread_exit(task, why_thread_ends(task), now);
	if (!is_leader)
		ll_end_note(task->pid, task->start_boottime, LL_END_EXIT);
	if (!ll_kind_wanted(LL_WIRE_PROCESS_EXIT) || !ll_end_wanted(leader))
		return 0;

	group = is_alone ? ll_group_find(leader) : ll_group_get(leader);
	if (!is_over) {
		if (group != NULL)
			keep_run_delay(group, task);
		return 0;
	}
	if (group != NULL && !is_leader)
		keep_run_delay(group, task);
	fill_child_reaper(&reaper, task, group != NULL || !is_alone);
	if (is_alone)
		end_group(leader, group, &reaper, now);
	else
		put_off_end(leader, group, &reaper, now);
	return 0;
}

/*
 * do_notify_parent(): a signal with a CLD code towards the parent of a group that is over.
 * Every thread but the leader has been released, its use is in the totals. The sender is the dying
 * thread, or a tracer that releases it: a stranger then, and the death is sent at the reap. info is
 * read by helper: it may be SEND_SIG_NOINFO (0) or SEND_SIG_PRIV (1), which are no addresses and
 * read as 0, and newer verifiers take it for a number because of that.
 */
SEC("tp_btf/signal_generate")
int BPF_PROG(ll_on_death_notice, int sig, struct kernel_siginfo *info,
	     struct task_struct *parent)
{
	int code = BPF_CORE_READ(info, si_code);

	if (code < LL_CLD_EXITED || code > LL_CLD_DUMPED)
		return 0;

	__u32 tgid = ll_told_tgid(info, parent);
	struct ll_group *group = bpf_map_lookup_elem(&ll_groups, &tgid);
	if (group == NULL || group->died_boottime_ns == 0)
		return 0;
	struct task_struct *leader = (void *)group->leader;
	if (BPF_CORE_READ(leader, signal, nr_threads) != 1)
		return 0;
	ll_send_pending_exit((struct ll_leader){ .task = leader }, tgid, group);
	return 0;
}
