/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The end of a thread group, sent once and with complete totals.
 *
 * When the last thread passes sched_process_exit others may not be released yet, and
 * their use is not in the totals. So a process with one thread left is reported at that
 * hook; else the death is noted in ll_groups and reported when the kernel tells the
 * parent (do_notify_parent() comes after every other thread's release), or, where nobody
 * is told, at the reap.
 */
#pragma once

#include "emit.bpf.h"
#include "end.bpf.h"
#include "filter.bpf.h"
#include "task.bpf.h"
#include "usage.bpf.h"

static __always_inline struct ll_group *ll_group_find(struct task_struct *leader)
{
	__u32 tgid = leader->tgid;
	struct ll_group *group = bpf_map_lookup_elem(&ll_groups, &tgid);

	if (group != NULL && group->start_boottime_ns != leader->start_boottime)
		return NULL;
	return group;
}

/* The group's entry, made when missing; NULL when there is no room. */
static __always_inline struct ll_group *ll_group_get(struct task_struct *leader)
{
	struct ll_group *group = ll_group_find(leader);
	struct ll_group fresh = { .start_boottime_ns = leader->start_boottime };
	__u32 tgid = leader->tgid;

	if (group != NULL)
		return group;
	bpf_map_update_elem(&ll_groups, &tgid, &fresh, BPF_ANY);
	return ll_group_find(leader);
}

static __always_inline void ll_group_drop(struct task_struct *leader)
{
	__u32 tgid = leader->tgid;

	bpf_map_delete_elem(&ll_groups, &tgid);
}

/* Send the end of a thread alone. flags: LL_WIRE_EXIT_*. */
static __always_inline void ll_send_thread_exit(struct task_struct *task, __u32 flags,
						__u64 time_boottime_ns)
{
	if (!ll_kind_wanted(LL_WIRE_THREAD_EXIT) || !ll_end_wanted(task))
		return;

	struct ll_wire_thread_exit *record =
		ll_reserve(LL_WIRE_THREAD_EXIT, struct ll_wire_thread_exit, time_boottime_ns);
	if (record == NULL)
		return;
	ll_fill_record(&record->header, LL_WIRE_THREAD_EXIT, sizeof(*record), time_boottime_ns);
	ll_fill_subject(&record->header, task, true);
	record->exit_code = task->exit_code;
	record->flags = flags;
	if (flags & LL_WIRE_EXIT_RECOVERED) {
		/* The parent may be gone by now. */
		record->header.parent_tgid = 0;
		record->header.parent_start_boottime_ns = 0;
	}
	ll_submit(record);
}

/* What a pointer to the leader is good for. */
struct ll_leader {
	struct task_struct *task;
	bool is_typed; /* see LL_READ */
	bool is_released; /* its own use is in the totals already */
};

/*
 * Send the death of leader's group, which is wanted. group may be NULL when no thread went
 * before.
 */
static __always_inline void ll_send_process_exit(struct ll_leader leader,
						 const struct ll_group *group,
						 const struct ll_group *reaper,
						 __u32 usage_flags, __u64 time_boottime_ns)
{
	struct task_struct *task = leader.task; /* CO-RE must not see it as a member */

	/* Also when there is no room: that is counted. */
	ll_end_note(LL_READ(leader.is_typed, task, pid),
		    LL_READ(leader.is_typed, task, start_boottime), LL_END_EXIT);
	struct ll_wire_process_exit *record =
		ll_reserve(LL_WIRE_PROCESS_EXIT, struct ll_wire_process_exit, time_boottime_ns);
	if (record == NULL)
		return;
	ll_fill_record(&record->header, LL_WIRE_PROCESS_EXIT, sizeof(*record),
		       time_boottime_ns);
	ll_fill_subject(&record->header, task, leader.is_typed);
	record->wait_status = ll_wait_status(task, leader.is_typed);
	record->usage_flags = usage_flags | ll_usage_gaps(task);
	ll_fill_usage_released(&record->usage, LL_READ(leader.is_typed, task, signal),
			       leader.is_typed);
	record->parent_sigchld = LL_WIRE_SIGCHLD_UNKNOWN;
	record->reserved = 0;
	if (leader.is_released) {
		/* Its wait for a CPU is in no total, and its parent may be gone. */
		record->usage.run_delay_ns = ll_run_delay(task, leader.is_typed);
		record->header.parent_tgid = 0;
		record->header.parent_start_boottime_ns = 0;
	} else {
		struct task_struct *parent = LL_READ(leader.is_typed, task, real_parent);

		record->parent_sigchld = ll_sigchld(parent, leader.is_typed);
		ll_add_usage(&record->usage, task, leader.is_typed);
	}
	if (group != NULL)
		record->usage.run_delay_ns += group->run_delay_ns;
	record->child_reaper_tgid = reaper->child_reaper_tgid;
	record->child_reaper_reason = reaper->child_reaper_reason;
	record->child_reaper_start_boottime_ns = reaper->child_reaper_start_boottime_ns;
	ll_submit(record);
}

/*
 * Send a death that was put off; its entry goes. Its time is that of the death, before which no
 * orphan can have been taken over.
 */
static __always_inline void ll_send_pending_exit(struct ll_leader leader, __u32 tgid,
						 const struct ll_group *group)
{
	ll_send_process_exit(leader, group, group, 0, group->died_boottime_ns);
	bpf_map_delete_elem(&ll_groups, &tgid);
}

/* What a leader's end leaves behind: send the death that is pending, drop the entry. */
static __always_inline void ll_settle_group(struct ll_leader leader, struct ll_group *group)
{
	struct task_struct *task = leader.task;

	if (group->died_boottime_ns != 0)
		ll_send_pending_exit(leader, task->tgid, group);
	else
		ll_group_drop(task);
}
