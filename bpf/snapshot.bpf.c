/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The tasks that exist now: for the first picture, for repair after a loss, and for marks. */
#include "vmlinux.h"
#include <bpf/bpf_tracing.h>
#include "emit.bpf.h"
#include "filter.bpf.h"

/* signal->wait_chldexit holds those that sleep in do_wait() (kernel/exit.c). */
static __always_inline bool is_in_wait(struct signal_struct *signal)
{
	struct list_head *waiters = &signal->wait_chldexit.head;

	return BPF_CORE_READ(waiters, next) != waiters;
}

static __always_inline void fill_task(struct ll_wire_task *record, struct task_struct *task)
{
	struct task_struct *leader = task->group_leader;

	ll_fill_record(&record->header, LL_WIRE_TASK, sizeof(*record), bpf_ktime_get_boot_ns());
	ll_fill_subject(&record->header, task, true);
	ll_fill_identity(&record->identity, task, true);
	if (leader->exit_state == LL_EXIT_ZOMBIE && task == leader)
		record->flags = task->signal->nr_threads == 1 ? LL_WIRE_TASK_ZOMBIE
							      : LL_WIRE_TASK_LEADER_DEAD;
	if (is_in_wait(task->signal))
		record->flags |= LL_WIRE_TASK_IN_WAIT;
	record->sigchld = ll_sigchld(task, true);
	record->wait_status = ll_wait_status(leader, true);
	if (task->ptrace)
		record->tracee_of_tgid = task->parent->tgid;
}

/* One record a task that is not released; in the context of the reader. */
SEC("iter/task")
int ll_iter_tasks(struct bpf_iter__task *ctx)
{
	struct task_struct *task = ctx->task;
	struct ll_wire_task record = {};

	if (task == NULL || task->exit_state == LL_EXIT_DEAD || task->thread_pid == NULL)
		return 0;
	if (ll_knob_follow && !ll_mark_get(task))
		return 0;
	fill_task(&record, task);
	/* It may have matched before an exec or a setuid: so it is sent, or it would seem to have ended. */
	if (!ll_life_wanted(task))
		record.flags |= LL_WIRE_TASK_UNWANTED;
	bpf_seq_write(ctx->meta->seq, &record, sizeof(record));
	return 0;
}

/*
 * Mark ll_mark_root and what descends from marked tasks; user space runs it until a pass
 * marks nothing new. A child that is being born meanwhile is caught: it is on the task list
 * before task_newtask looks at its caller's mark.
 */
SEC("iter/task")
int ll_iter_mark(struct bpf_iter__task *ctx)
{
	struct task_struct *task = ctx->task;

	if (task == NULL || task->exit_state == LL_EXIT_DEAD || ll_mark_get(task))
		return 0;
	bool is_root =
		ll_mark_root != 0 && ll_pid_for_tracer(task->group_leader) == ll_mark_root;
	if (!is_root && !ll_mark_get(task->group_leader) && !ll_mark_get(task->real_parent))
		return 0;
	if (ll_mark_set(task))
		__sync_fetch_and_add(&ll_newly_marked, 1);
	else
		ll_count_loss(LL_WIRE_TASK, bpf_ktime_get_boot_ns());
	return 0;
}
