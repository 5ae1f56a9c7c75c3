/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* A process begins to run another program. */
#include "vmlinux.h"
#include <bpf/bpf_tracing.h>
#include "account.bpf.h"
#include "emit.bpf.h"
#include "group.bpf.h"
#include "image.bpf.h"

/* Where each piece begins at the latest: the sizes of those before it. */
#define LL_FILENAME_LIMIT sizeof(struct ll_wire_exec)
#define LL_INTERPRETER_LIMIT (LL_FILENAME_LIMIT + LL_PATH_MAX)
#define LL_EXE_LIMIT (LL_INTERPRETER_LIMIT + LL_PATH_MAX)
#define LL_CWD_LIMIT (LL_EXE_LIMIT + LL_PATH_ROOM)
#define LL_ARGS_LIMIT (LL_CWD_LIMIT + LL_PATH_ROOM)

static __always_inline __u64 append_names(struct ll_wire_exec *record,
					  struct linux_binprm *bprm)
{
	__u64 offset = sizeof(*record);

	record->flags |= bprm->interp != bprm->filename ? LL_WIRE_EXEC_SCRIPT : 0;
	offset = append_kernel_str((char *)record, offset, &record->filename, bprm->filename);
	record->interpreter.offset = offset;
	record->interpreter.length = 0;
	if (record->flags & LL_WIRE_EXEC_SCRIPT) {
		LL_CLAMP(offset, LL_INTERPRETER_LIMIT);
		offset = append_kernel_str((char *)record, offset, &record->interpreter,
					   bprm->interp);
	}
	return offset;
}

static __always_inline __u64 append_exe(struct ll_wire_exec *record, __u64 offset,
					struct file *file)
{
	bool is_truncated, is_detached;

	LL_CLAMP(offset, LL_EXE_LIMIT);
	record->exe.offset = offset;
	ll_read_path((char *)record + offset, &file->f_path, &record->exe.length, &is_truncated,
		     &is_detached);
	if (is_truncated)
		record->flags |= LL_WIRE_EXEC_EXE_TRUNCATED;
	if (file->f_inode->i_nlink == 0)
		record->flags |= is_detached ? LL_WIRE_EXEC_MEMFD : LL_WIRE_EXEC_DELETED;
	return offset + record->exe.length;
}

static __always_inline __u64 append_cwd(struct ll_wire_exec *record, __u64 offset,
					struct task_struct *task)
{
	bool is_truncated, is_detached;

	LL_CLAMP(offset, LL_CWD_LIMIT);
	record->cwd.offset = offset;
	ll_read_path((char *)record + offset, &task->fs->pwd, &record->cwd.length,
		     &is_truncated, &is_detached);
	if (is_truncated)
		record->flags |= LL_WIRE_EXEC_CWD_TRUNCATED;
	return offset + record->cwd.length;
}

static __always_inline __u64 append_args(struct ll_wire_exec *record, __u64 offset,
					 struct mm_struct *mm)
{
	record->args_total_bytes = mm->arg_end - mm->arg_start;
	LL_CLAMP(offset, LL_ARGS_LIMIT);
	offset = append_user_block((char *)record, offset, &record->args, mm->arg_start,
				   mm->arg_end, ll_knob_max_args_bytes);
	if (record->args.length < record->args_total_bytes)
		record->flags |= LL_WIRE_EXEC_ARGS_TRUNCATED;
	return offset;
}

static __always_inline __u64 append_env(struct ll_wire_exec *record, __u64 offset,
					struct mm_struct *mm)
{
	record->env_total_bytes = mm->env_end - mm->env_start;
	record->env.offset = offset;
	record->env.length = 0;
	if (ll_knob_max_env_bytes == 0)
		return offset;
	LL_CLAMP(offset, LL_ARGS_LIMIT + ll_knob_max_args_bytes);
	offset = append_user_block((char *)record, offset, &record->env, mm->env_start,
				   mm->env_end, ll_knob_max_env_bytes);
	if (record->env.length < record->env_total_bytes)
		record->flags |= LL_WIRE_EXEC_ENV_TRUNCATED;
	return offset;
}

/*
 * A thread that execs has ended its leader and taken its place, start time included; the old leader
 * has the thread's former tid now, and its exit was told. Keep what it waited for a CPU.
 */
static __always_inline void replace_leader(struct task_struct *task, __u32 old_tid)
{
	struct ll_group *group = ll_group_find(task);

	ll_end_note(old_tid, task->start_boottime, LL_END_EXIT);
	if (group == NULL)
		return;
	group->run_delay_ns += group->leader_run_delay_ns;
	group->leader_run_delay_ns = 0;
}

/* A thread that becomes the leader ends as what it was, and begins anew. */
static __always_inline void change_account(struct task_struct *task, __u32 old_tid, __u64 now)
{
	struct ll_account *account;

	if (!ll_knob_accounts)
		return;
	account = ll_account_get_former(task, old_tid);
	if (account == NULL)
		return;
	if (ll_kind_wanted(LL_WIRE_TIMES) && ll_end_wanted(task))
		ll_send_final_times(account, task, old_tid, now);
	__builtin_memset(account->stays, 0, sizeof(account->stays));
	account->start_boottime_ns = task->start_boottime;
	account->since_boottime_ns = now;
	account->changed_boottime_ns = now;
	account->away_ns = 0;
	account->runtime_ns = task->se.sum_exec_runtime;
	account->longest_stack_id = -1;
	if (!ll_knob_task_storage)
		ll_account_make(task, account);
}

/*
 * exec_binprm(), past the point of no return, in the context of the task: the new mm is
 * current and its argument pages were just written, the credentials are the new ones, and
 * a thread that was not the leader has the leader's pid already (old_tid is its former one).
 */
SEC("tp_btf/sched_process_exec")
int BPF_PROG(ll_on_exec, struct task_struct *task, int old_tid, struct linux_binprm *bprm)
{
	__u64 now = bpf_ktime_get_boot_ns();

	if (old_tid != task->pid) {
		replace_leader(task, old_tid);
		change_account(task, old_tid, now);
	}
	if (!ll_kind_wanted(LL_WIRE_EXEC) || !ll_life_wanted(task))
		return 0;

	__u32 key = 0;
	struct ll_wire_exec *record = ll_slot_take(LL_WIRE_EXEC, now, &key);
	if (record == NULL)
		return 0;

	ll_fill_subject(&record->header, task, true);
	ll_fill_identity(&record->identity, task, true);
	record->previous_tid = old_tid;
	record->flags = 0;
	record->argc = bprm->argc;
	record->reserved = 0;

	__u64 size = append_names(record, bprm);
	size = append_exe(record, size, bprm->file);
	size = append_cwd(record, size, task);
	size = append_args(record, size, task->mm);
	size = append_env(record, size, task->mm);
	LL_CLAMP(size, LL_ARGS_LIMIT + ll_knob_max_args_bytes + ll_knob_max_env_bytes);
	ll_fill_record(&record->header, LL_WIRE_EXEC, size, now);
	ll_slot_send(record, key, LL_WIRE_EXEC, size, now);
	return 0;
}
