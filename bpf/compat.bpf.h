/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Every difference between kernel versions, and nothing else. Each entry names the
 * release that brought the change and when the entry can go.
 */
#pragma once

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include "knobs.bpf.h"
#include "maps.bpf.h"

/*
 * Task storage in tracing programs: 5.11. On 5.10 the map is a hash keyed by tid.
 * Delete the hash branches when the floor is 5.11.
 */
static __always_inline struct ll_mark *ll_mark_find(struct task_struct *task)
{
	__u32 tid = task->pid;

	if (ll_knob_task_storage)
		return bpf_task_storage_get(&ll_marks, task, NULL, 0);
	return bpf_map_lookup_elem(&ll_marks, &tid);
}

/* The mark, made when missing; NULL when there is no memory for it. */
static __always_inline struct ll_mark *ll_mark_make(struct task_struct *task)
{
	struct ll_mark none = {};
	__u32 tid = task->pid;

	if (ll_knob_task_storage)
		return bpf_task_storage_get(&ll_marks, task, &none,
					    BPF_LOCAL_STORAGE_GET_F_CREATE);
	bpf_map_update_elem(&ll_marks, &tid, &none, BPF_NOEXIST);
	return bpf_map_lookup_elem(&ll_marks, &tid);
}

static __always_inline bool ll_mark_get(struct task_struct *task)
{
	struct ll_mark *mark = ll_mark_find(task);

	return mark != NULL && mark->is_followed;
}

/* Returns false when there was no memory for the mark. */
static __always_inline bool ll_mark_set(struct task_struct *task)
{
	struct ll_mark *mark = ll_mark_make(task);

	if (mark == NULL)
		return false;
	mark->is_followed = 1;
	return true;
}

/* A dead task's mark goes; task storage sees to it itself. */
static __always_inline void ll_mark_drop(struct task_struct *task)
{
	if (ll_knob_task_storage || !(ll_knob_follow || ll_is_filtering()))
		return;
	__u32 tid = task->pid;
	bpf_map_delete_elem(&ll_marks, &tid);
}

/* bpf_get_current_task_btf(): 5.11. Delete the hash branch when the floor is 5.11. */
static __always_inline bool ll_mark_get_current(void)
{
	if (ll_knob_task_storage)
		return ll_mark_get(bpf_get_current_task_btf());
	__u32 tid = bpf_get_current_pid_tgid();
	struct ll_mark *mark = bpf_map_lookup_elem(&ll_marks, &tid);
	return mark != NULL && mark->is_followed;
}

/*
 * A task's account, or NULL. Task storage in tracing programs: 5.11, as above. In the hash
 * the account may still be that of an earlier task of this tid.
 */
static __always_inline struct ll_account *ll_account_get(struct task_struct *task)
{
	__u32 tid = task->pid;

	if (ll_knob_task_storage)
		return bpf_task_storage_get(&ll_accounts, task, NULL, 0);
	struct ll_account *account = bpf_map_lookup_elem(&ll_accounts, &tid);
	if (account == NULL || account->start_boottime_ns != task->start_boottime)
		return NULL;
	return account;
}

/* The account of a task that was tid until an exec gave it its leader's pid. */
static __always_inline struct ll_account *ll_account_get_former(struct task_struct *task,
								__u32 tid)
{
	if (ll_knob_task_storage)
		return bpf_task_storage_get(&ll_accounts, task, NULL, 0);
	return bpf_map_lookup_elem(&ll_accounts, &tid);
}

/*
 * Give a task this account, if it has none; not from the scheduler (see ll_account_map). Returns
 * false when there was no room.
 */
static __always_inline bool ll_account_make(struct task_struct *task, struct ll_account *fresh)
{
	__u32 tid = task->pid;

	if (ll_knob_task_storage)
		return bpf_task_storage_get(&ll_accounts, task, fresh,
					    BPF_LOCAL_STORAGE_GET_F_CREATE) != NULL;
	return bpf_map_update_elem(&ll_accounts, &tid, fresh, BPF_ANY) == 0;
}

/* A dead task's account goes; task storage sees to it itself. */
static __always_inline void ll_account_drop(struct task_struct *task)
{
	if (!ll_knob_accounts || ll_knob_task_storage)
		return;
	__u32 tid = task->pid;
	bpf_map_delete_elem(&ll_accounts, &tid);
}

struct task_struct___before_5_14 {
	long state;
} __attribute__((preserve_access_index));

/* task_struct.state became __state in 5.14. Delete the former when the floor is 5.14. */
static __always_inline __u32 ll_task_state(struct task_struct *task)
{
	struct task_struct___before_5_14 *older = (void *)task;

	if (bpf_core_field_exists(task->__state))
		return BPF_CORE_READ(task, __state);
	return BPF_CORE_READ(older, state);
}

/* What sched_switch tells. */
struct ll_switch {
	struct task_struct *prev, *next;
	__u32 state; /* prev's, unless it is preempted */
	bool is_preempted;
};

/*
 * Its arguments: preempt, prev, next. 5.18 added the state prev leaves in, which a waker may have
 * changed in the task by now: second at first, last from 5.19 on and in stable releases of 5.18.
 * A knob says which, so that the verifier sees one of the ways alone. Delete the others when the
 * floor is 5.19.
 */
static __always_inline struct ll_switch ll_switch_of(__u64 *ctx)
{
	struct ll_switch change = { .is_preempted = ctx[0] & 1 };

	if (ll_knob_state_arg == LL_STATE_ARG_SECOND) {
		change.state = ctx[1];
		change.prev = (void *)ctx[2];
		change.next = (void *)ctx[3];
		return change;
	}
	change.prev = (void *)ctx[1];
	change.next = (void *)ctx[2];
	change.state =
		ll_knob_state_arg == LL_STATE_ARG_LAST ? ctx[3] : ll_task_state(change.prev);
	return change;
}

struct rt_mutex_base___rt {
	struct task_struct *owner;
} __attribute__((preserve_access_index));

struct mutex___rt {
	struct rt_mutex_base___rt rtmutex;
} __attribute__((preserve_access_index));

struct task_struct___execve {
	unsigned int in_execve : 1;
} __attribute__((preserve_access_index));

/*
 * Is this task, which runs, inside execve? task_struct.in_execve is on its way out; then
 * the mutex that execve holds from prepare_bprm_creds() on tells it (fs/exec.c), whose
 * lowest three owner bits are flags. On PREEMPT_RT kernels a mutex is an rt_mutex.
 * Delete when renames by exec can be told apart by the tracepoint.
 */
static __always_inline bool ll_in_execve(struct task_struct *task)
{
	struct task_struct___execve *with_bit = (void *)task;
	struct mutex___rt *rt_mutex = (void *)&task->signal->cred_guard_mutex;
	unsigned long owner = 0;

	if (bpf_core_field_exists(with_bit->in_execve))
		return BPF_CORE_READ_BITFIELD_PROBED(with_bit, in_execve);
	if (bpf_core_field_exists(task->signal->cred_guard_mutex.owner))
		bpf_core_read(&owner, sizeof(owner), &task->signal->cred_guard_mutex.owner);
	else if (bpf_core_field_exists(rt_mutex->rtmutex.owner))
		bpf_core_read(&owner, sizeof(owner), &rt_mutex->rtmutex.owner);
	return (owner & ~7ul) == (unsigned long)task;
}

struct signal_struct___before_5_17 {
	struct task_struct *group_exit_task;
} __attribute__((preserve_access_index));

/*
 * Does a thread of this process, which is not ending, execute a program, so that the others have
 * to go? de_thread() of fs/exec.c. group_exit_task became group_exec_task in 5.17. Delete the
 * former when the floor is 5.17.
 */
static __always_inline bool ll_is_exec_under_way(struct signal_struct *signal)
{
	struct signal_struct___before_5_17 *older = (void *)signal;

	if (bpf_core_field_exists(signal->group_exec_task))
		return BPF_CORE_READ(signal, group_exec_task) != NULL;
	return bpf_core_field_exists(older->group_exit_task) &&
	       BPF_CORE_READ(older, group_exit_task) != NULL;
}

/* Whether a task has a CPU. task_struct.on_cpu, an int, became a byte by 7.3. */
static __always_inline bool ll_is_on_cpu(struct task_struct *task)
{
	int on_cpu = 0;

	if (!bpf_core_field_exists(task->on_cpu))
		return task == (void *)bpf_get_current_task();
	bpf_core_read(&on_cpu, bpf_core_field_size(task->on_cpu), &task->on_cpu);
	return on_cpu != 0;
}
