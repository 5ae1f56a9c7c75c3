/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* A thread comes on a CPU, or leaves it, or is woken. */
#include "vmlinux.h"
#include <bpf/bpf_tracing.h>
#include "account.bpf.h"
#include "emit.bpf.h"
#include "filter.bpf.h"

/* Of this change everyone is told, not only who asked for all. */
static __always_inline bool is_told(const struct ll_account *account, __u32 state, __u64 ns)
{
	if (ll_knob_all_states)
		return true;
	if (state == LL_WIRE_STATE_STOPPED || state == LL_WIRE_STATE_TRACED)
		return true;
	return state == LL_WIRE_STATE_UNINTERRUPTIBLE &&
	       (account->is_reported || ns >= ll_knob_stall_ns);
}

static __always_inline void send_change(struct task_struct *task, __u32 from, __u32 to,
					__u64 since, __s32 stack_id, __u64 now)
{
	if (!ll_kind_wanted(LL_WIRE_STATE) || !ll_task_wanted(task))
		return;
	struct ll_wire_state *record =
		ll_reserve_in(&ll_state_ring, LL_WIRE_STATE, struct ll_wire_state, now);
	if (record == NULL)
		return;
	ll_fill_record(&record->header, LL_WIRE_STATE, sizeof(*record), now);
	ll_fill_subject(&record->header, task, true);
	record->from = from;
	record->to = to;
	record->since_boottime_ns = since;
	record->stack_id = stack_id;
	record->flags = 0;
	record->tracer_tgid = 0;
	if (from == LL_WIRE_STATE_TRACED || to == LL_WIRE_STATE_TRACED)
		record->tracer_tgid = task->ptrace ? task->parent->tgid : 0;
	record->reserved = 0;
	ll_submit_state(record);
}

/* task came on the CPU, from state, which began at since. */
static __always_inline void tell_coming(struct task_struct *task,
					const struct ll_account *account, __u32 state,
					__u64 since, __u64 now)
{
	if (account->woken_boottime_ns != 0)
		send_change(task, LL_WIRE_STATE_RUNNABLE, LL_WIRE_STATE_RUNNING,
			    account->woken_boottime_ns, -1, now);
	else if (is_told(account, state, now - since))
		send_change(task, state, LL_WIRE_STATE_RUNNING, since, account->stack_id, now);
}

/* task leaves the CPU for state; it runs still. */
static __always_inline void leave(void *ctx, struct task_struct *task, __u32 state, __u64 now)
{
	struct ll_account *account = ll_account_get(task);

	if (account == NULL)
		return;
	__u32 former = account->state;
	__u64 since = account->changed_boottime_ns;
	if (former != LL_WIRE_STATE_RUNNING) {
		ll_account_catch_up(account, task, now);
		tell_coming(task, account, former, since, account->changed_boottime_ns);
	}
	ll_account_settle(account, task, now);
	if (is_told(account, state, 0))
		send_change(task, LL_WIRE_STATE_RUNNING, state, account->changed_boottime_ns,
			    -1, now);
	account->stack_id = state == LL_WIRE_STATE_UNINTERRUPTIBLE
				    ? bpf_get_stackid(ctx, &ll_stacks, BPF_F_FAST_STACK_CMP)
				    : -1;
	account->run_delay_ns = ll_run_delay(task, true);
	account->runtime_ns = task->se.sum_exec_runtime;
	account->is_reported = 0;
	account->woken_boottime_ns = 0;
	account->state = state;
	account->changed_boottime_ns = now;
}

/* task comes on the CPU; it does not run yet. */
static __always_inline void come(struct task_struct *task, __u64 now)
{
	struct ll_account *account = ll_account_get(task);

	if (account == NULL)
		return;
	__u32 state = account->state;
	__u64 since = account->changed_boottime_ns;

	/* Its leaving went unseen: off the CPU is where it was, most likely asleep. */
	account->away_state = state == LL_WIRE_STATE_RUNNING ? LL_WIRE_STATE_SLEEPING : state;
	account->away_ns = now - since;
	account->state = LL_WIRE_STATE_RUNNING;
	account->changed_boottime_ns = now;
	tell_coming(task, account, state, since, now);
}

/* __schedule(), under the run queue's lock, with interrupts off; prev still runs. */
SEC("tp_btf/sched_switch")
int ll_on_switch(__u64 *ctx)
{
	__u64 now = bpf_ktime_get_boot_ns();
	struct ll_switch change = ll_switch_of(ctx);

	/* All was said of the dead when they passed sched_process_exit. */
	if (change.is_preempted || !(change.state & LL_TASK_DEAD))
		leave(ctx, change.prev,
		      change.is_preempted ? LL_WIRE_STATE_RUNNABLE : ll_state_of(change.state),
		      now);
	come(change.next, now);
	return 0;
}

/*
 * ttwu_do_wakeup(), in the waker's context or the target CPU's: the thread waits for a CPU from
 * now on. One that had not yet left its CPU goes on as if nothing had happened.
 */
SEC("tp_btf/sched_wakeup")
int BPF_PROG(ll_on_wakeup, struct task_struct *task)
{
	__u64 now = bpf_ktime_get_boot_ns();
	struct ll_account *account = ll_account_get(task);

	if (account == NULL || account->state == LL_WIRE_STATE_RUNNING ||
	    account->state == LL_WIRE_STATE_RUNNABLE || account->woken_boottime_ns != 0)
		return 0;
	account->woken_boottime_ns = now;
	send_change(task, account->state, LL_WIRE_STATE_RUNNABLE, account->changed_boottime_ns,
		    account->stack_id, now);
	return 0;
}

/* The state of a task that has no account yet. */
static __always_inline __u32 state_now(struct task_struct *task)
{
	if (ll_is_on_cpu(task))
		return LL_WIRE_STATE_RUNNING;
	return ll_state_of(ll_task_state(task));
}

static __always_inline bool is_living(struct task_struct *task)
{
	return task != NULL && task->exit_state == 0 && task->thread_pid != NULL;
}

/*
 * Threads that have no account get one, also those that the filters keep out now. In the context of
 * the reader.
 */
SEC("iter/task")
int ll_iter_accounts(struct bpf_iter__task *ctx)
{
	struct task_struct *task = ctx->task;

	if (is_living(task) && ll_task_followed(task) && ll_account_get(task) == NULL)
		ll_account_begin(task, state_now(task), bpf_ktime_get_boot_ns());
	return 0;
}

static __always_inline bool read_times(struct ll_wire_times *record,
				       const struct ll_account *account,
				       struct task_struct *task, __u64 *ret_now)
{
	*ret_now = bpf_ktime_get_boot_ns();
	return ll_fill_times(record, account, task, *ret_now);
}

/* Each thread's times so far. In the context of the reader. */
SEC("iter/task")
int ll_iter_times(struct bpf_iter__task *ctx)
{
	struct task_struct *task = ctx->task;
	struct ll_wire_times record = {};
	__u64 now;

	if (!is_living(task) || !ll_task_wanted(task))
		return 0;
	struct ll_account *account = ll_account_get(task);
	if (account == NULL)
		return 0;
	/* One that comes or leaves each time is taken as it is. No loop: old verifiers see no end. */
	if (!read_times(&record, account, task, &now) &&
	    !read_times(&record, account, task, &now))
		read_times(&record, account, task, &now);
	ll_fill_record(&record.header, LL_WIRE_TIMES, sizeof(record), now);
	ll_fill_subject(&record.header, task, true);
	bpf_seq_write(ctx->meta->seq, &record, sizeof(record));
	return 0;
}

/* Each thread that has been in D for too long, once a stay. In the context of the reader. */
SEC("iter/task")
int ll_iter_stuck(struct bpf_iter__task *ctx)
{
	struct task_struct *task = ctx->task;
	__u64 now = bpf_ktime_get_boot_ns();
	struct ll_wire_state record = {};

	if (!is_living(task) || !ll_task_wanted(task))
		return 0;
	struct ll_account *account = ll_account_get(task);
	if (account == NULL)
		return 0;
	__u64 changed = ll_account_changed(account);
	if (account->state != LL_WIRE_STATE_UNINTERRUPTIBLE || account->is_reported ||
	    now < changed || now - changed < ll_knob_stall_ns ||
	    ll_account_changed(account) != changed)
		return 0;
	account->is_reported = 1;
	ll_fill_record(&record.header, LL_WIRE_STATE, sizeof(record), now);
	ll_fill_subject(&record.header, task, true);
	record.from = LL_WIRE_STATE_UNINTERRUPTIBLE;
	record.to = LL_WIRE_STATE_UNINTERRUPTIBLE;
	record.since_boottime_ns = changed;
	record.stack_id = account->stack_id;
	record.flags = LL_WIRE_STATE_STUCK;
	bpf_seq_write(ctx->meta->seq, &record, sizeof(record));
	return 0;
}
