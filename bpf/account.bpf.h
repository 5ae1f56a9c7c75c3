/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Where a thread's time goes.
 *
 * Time changes hands only when a thread comes on a CPU or leaves it. What it was off for is known
 * when it leaves. Of the time it was off, the last part it waited for a CPU: how long,
 * the scheduler counts itself (sched_info.run_delay), but only just after the hook that sees it
 * come; so the time off is divided when it leaves again. What it ran the scheduler counts, too
 * (se.sum_exec_runtime): that holds also where nobody saw it come. Every nanosecond from the
 * account's beginning on is in exactly one state.
 */
#pragma once

#include "compat.bpf.h"
#include "emit.bpf.h"
#include "task.bpf.h"
#include "usage.bpf.h"

/* include/linux/sched.h; the same in all releases from 5.10 on that have them */
#define LL_TASK_UNINTERRUPTIBLE 0x2
#define LL_TASK_STOPPED 0x4
#define LL_TASK_TRACED 0x8
#define LL_TASK_DEAD 0x80
#define LL_TASK_NOLOAD 0x400
#define LL_TASK_RTLOCK_WAIT 0x1000 /* 5.16 */
#define LL_TASK_FROZEN 0x8000 /* 6.1 */

/* include/linux/sched.h __task_state_index(): modifiers do not count; P and the like are S. */
static __always_inline __u32 ll_state_of(__u32 bits)
{
	if (bits & LL_TASK_STOPPED)
		return LL_WIRE_STATE_STOPPED;
	if (bits & LL_TASK_TRACED)
		return LL_WIRE_STATE_TRACED;
	if ((bits & (LL_TASK_UNINTERRUPTIBLE | LL_TASK_NOLOAD)) ==
	    (LL_TASK_UNINTERRUPTIBLE | LL_TASK_NOLOAD))
		return LL_WIRE_STATE_IDLE;
	if (bits & (LL_TASK_UNINTERRUPTIBLE | LL_TASK_RTLOCK_WAIT | LL_TASK_FROZEN))
		return LL_WIRE_STATE_UNINTERRUPTIBLE;
	return bits == 0 ? LL_WIRE_STATE_RUNNABLE : LL_WIRE_STATE_SLEEPING;
}

/* A task without an account gets one; when there is no room, its times count as lost. */
static __always_inline void ll_account_begin(struct task_struct *task, __u32 state,
					     __u64 since_boottime_ns)
{
	struct ll_account fresh = {
		.start_boottime_ns = task->start_boottime,
		.since_boottime_ns = since_boottime_ns,
		.changed_boottime_ns = since_boottime_ns,
		.run_delay_ns = ll_run_delay(task, true),
		.runtime_ns = task->se.sum_exec_runtime,
		.state = state,
		.away_state = LL_WIRE_STATE_RUNNABLE,
		.stack_id = -1,
		.longest_stack_id = -1,
	};

	if (!ll_account_make(task, &fresh))
		ll_count_loss(LL_WIRE_TIMES, bpf_ktime_get_boot_ns());
}

static __always_inline void ll_stay_add(struct ll_wire_stay *stay, __u64 ns)
{
	stay->total_ns += ns;
	stay->count++;
	if (ns > stay->longest_ns)
		stay->longest_ns = ns;
}

/* Time off the CPU that is to be divided: what for, how long, and what of it was a wait for a CPU. */
struct ll_away {
	__u64 ns;
	__u64 wait_ns;
	__u32 state;
	__s32 stack_id;
};

/* Add time off to the stays. Returns whether it is the longest D so far. */
static __always_inline bool ll_away_divide(struct ll_wire_stay *stays, struct ll_away away)
{
	bool is_longest;

	if (away.ns == 0 || away.state >= LL_WIRE_STATES)
		return false;
	if (away.state == LL_WIRE_STATE_RUNNABLE || away.wait_ns > away.ns)
		away.wait_ns = away.ns;
	if (away.wait_ns > 0)
		ll_stay_add(&stays[LL_WIRE_STATE_RUNNABLE], away.wait_ns);
	if (away.state == LL_WIRE_STATE_RUNNABLE)
		return false;
	is_longest = away.state == LL_WIRE_STATE_UNINTERRUPTIBLE &&
		     away.ns - away.wait_ns > stays[LL_WIRE_STATE_UNINTERRUPTIBLE].longest_ns;
	ll_stay_add(&stays[away.state], away.ns - away.wait_ns);
	return is_longest;
}

/*
 * What is to be divided of a thread that runs, or, when it does not, of the stay it is in. changed:
 * the account's, when it was read.
 */
static __always_inline struct ll_away
ll_away_of(const struct ll_account *account, struct task_struct *task, __u64 changed, __u64 now)
{
	struct ll_away away = { .stack_id = account->stack_id };

	if (account->state == LL_WIRE_STATE_RUNNING) {
		away.state = account->away_state;
		away.ns = account->away_ns;
		away.wait_ns = ll_run_delay(task, true) - account->run_delay_ns;
	} else {
		away.state = account->state;
		away.ns = now > changed ? now - changed : 0;
	}
	return away;
}

/*
 * The thread runs, but its coming went unseen: the switch ran in the context of a task for which the
 * kernel runs no BPF programs. What it has run since it left tells when it came.
 */
static __always_inline void ll_account_catch_up(struct ll_account *account,
						struct task_struct *task, __u64 now)
{
	__u64 away_ns = now - account->changed_boottime_ns;
	__u64 ran_ns = task->se.sum_exec_runtime - account->runtime_ns;

	if (account->state == LL_WIRE_STATE_RUNNING)
		return;
	if (ran_ns > away_ns)
		ran_ns = away_ns;
	account->away_state = account->state;
	account->away_ns = away_ns - ran_ns;
	account->state = LL_WIRE_STATE_RUNNING;
	account->changed_boottime_ns = now - ran_ns;
}

/*
 * The thread, which runs, is about to leave: all time up to now goes where it belongs. What it ran
 * the scheduler knows, and wait4 tells: it stops that clock some time before the switch, and for
 * what a hypervisor takes away. The rest of the time on the CPU was spent waiting for it.
 */
static __always_inline void ll_account_settle(struct ll_account *account,
					      struct task_struct *task, __u64 now)
{
	struct ll_away away = ll_away_of(account, task, account->changed_boottime_ns, now);
	__u64 total_ns = away.ns + now - account->changed_boottime_ns;
	__u64 ran_ns = task->se.sum_exec_runtime - account->runtime_ns;

	if (ran_ns > total_ns)
		ran_ns = total_ns;
	if (total_ns - ran_ns > away.ns)
		away.wait_ns += total_ns - ran_ns - away.ns;
	away.ns = total_ns - ran_ns;
	if (ll_away_divide(account->stays, away))
		account->longest_stack_id = account->stack_id;
	account->away_ns = 0;
	ll_stay_add(&account->stays[LL_WIRE_STATE_RUNNING], ran_ns);
}

/* The scheduler changes an account that is read on another CPU. */
static __always_inline __u64 ll_account_changed(const struct ll_account *account)
{
	return *(const volatile __u64 *)&account->changed_boottime_ns;
}

/*
 * Fill what a thread's account says up to now, the stay it is in included. Returns false when the
 * thread came or left meanwhile, so that the parts do not fit together.
 */
static __always_inline bool ll_fill_times(struct ll_wire_times *record,
					  const struct ll_account *account,
					  struct task_struct *task, __u64 now)
{
	__u64 changed = ll_account_changed(account);
	__u32 state = account->state;

	record->longest_stack_id = account->longest_stack_id;
	record->since_boottime_ns = account->since_boottime_ns;
	struct ll_away away = ll_away_of(account, task, changed, now);
	__builtin_memcpy(record->stays, account->stays, sizeof(record->stays));
	if (ll_away_divide(record->stays, away))
		record->longest_stack_id = away.stack_id;
	if (state == LL_WIRE_STATE_RUNNING)
		ll_stay_add(&record->stays[LL_WIRE_STATE_RUNNING],
			    now > changed ? now - changed : 0);
	record->state = state;
	record->policy = task->policy;
	record->nice = task->static_prio - LL_DEFAULT_PRIO;
	record->rt_priority = task->rt_priority;
	return now >= changed && ll_account_changed(account) == changed;
}

/* Send the times of a thread that is over, or loses its identity; it runs. */
static __always_inline void ll_send_final_times(struct ll_account *account,
						struct task_struct *task, __u32 tid, __u64 now)
{
	struct ll_wire_times *record =
		ll_reserve_in(&ll_state_ring, LL_WIRE_TIMES, struct ll_wire_times, now);

	if (record == NULL)
		return;
	ll_fill_record(&record->header, LL_WIRE_TIMES, sizeof(*record), now);
	ll_fill_subject(&record->header, task, true);
	record->header.tid = tid;
	record->header.thread_start_boottime_ns = account->start_boottime_ns;
	ll_account_catch_up(account, task, now);
	ll_fill_times(record, account, task, now);
	record->flags = LL_WIRE_TIMES_FINAL;
	ll_submit_state(record);
}
