/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * An execve that failed. Only on request: while this is attached every system call of every
 * task takes the slow way out. sys_exit alone is enough: a failed execve leaves its
 * arguments in the registers, and the strings it looked at in memory. The raw hook also sees
 * 32-bit callers, which the syscalls:* tracepoints leave out.
 */
#include "vmlinux.h"
#include <bpf/bpf_tracing.h>
#include "emit.bpf.h"
#include "filter.bpf.h"
#include "image.bpf.h"

/* Arguments read at most; more are marked truncated. Bounds the verifier's work. */
#define LL_FAILED_ARGS_MAX 128
/* Beyond them lie the kernel's own, ERESTARTSYS and the like: the call begins anew. */
#define LL_MAX_ERRNO 511

struct exec_call {
	__u64 filename;
	__u64 argv;
	bool is_compat; /* argv holds 32-bit pointers */
};

#if defined(__TARGET_ARCH_x86)
/* arch/x86/include/asm/thread_info.h TS_COMPAT; arch/x86/entry/syscalls/ */
#define LL_TS_COMPAT 0x0002
#define LL_X32_BIT 0x40000000

static __always_inline bool read_exec_call(struct pt_regs *regs, struct exec_call *ret_call)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	__u64 number = regs->orig_ax;
	bool is_at;

	ret_call->is_compat = BPF_CORE_READ(task, thread_info.status) & LL_TS_COMPAT;
	if (ret_call->is_compat) {
		is_at = number == 358;
		if (!is_at && number != 11)
			return false;
		ret_call->filename = (__u32)(is_at ? regs->cx : regs->bx);
		ret_call->argv = (__u32)(is_at ? regs->dx : regs->cx);
		return true;
	}
	is_at = number == 322 || number == (LL_X32_BIT | 545);
	if (!is_at && number != 59 && number != (LL_X32_BIT | 520))
		return false;
	ret_call->is_compat = number & LL_X32_BIT;
	ret_call->filename = is_at ? regs->si : regs->di;
	ret_call->argv = is_at ? regs->dx : regs->si;
	return true;
}
#elif defined(__TARGET_ARCH_arm64)
/* arch/arm64/include/asm/thread_info.h TIF_32BIT */
#define LL_TIF_32BIT 22

static __always_inline bool read_exec_call(struct pt_regs *regs, struct exec_call *ret_call)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	bool is_at;

	ret_call->is_compat = BPF_CORE_READ(task, thread_info.flags) >> LL_TIF_32BIT & 1;
	is_at = regs->syscallno == (ret_call->is_compat ? 387 : 281);
	if (!is_at && regs->syscallno != (ret_call->is_compat ? 11 : 221))
		return false;
	/* x0 holds the result; orig_x0 what it was. */
	ret_call->filename = is_at ? regs->regs[1] : regs->orig_x0;
	ret_call->argv = is_at ? regs->regs[2] : regs->regs[1];
	return true;
}
#endif

/* Read one argv pointer. False when it cannot be read. */
static __always_inline bool read_argv(const struct exec_call *call, __u32 index,
				      const char **ret_arg)
{
	__u64 pointer = 0;
	long r = call->is_compat
			 ? bpf_probe_read_user(&pointer, 4, (void *)(call->argv + index * 4))
			 : bpf_probe_read_user(&pointer, 8, (void *)(call->argv + index * 8));

	*ret_arg = (const char *)pointer;
	return r == 0;
}

/*
 * Append one argument behind those that record->args already spans; false when it was the last
 * that fits. One argument is read up to LL_PATH_MAX bytes, for which the slot has room behind
 * the limit. The length lies in the slot for the verifier's sake, as in ll_read_path().
 */
static __always_inline bool append_arg(struct ll_wire_exec_failed *record, char *to,
				       const char *arg)
{
	__u64 used = *(volatile __u32 *)&record->args.length;

	if (used >= ll_knob_max_args_bytes)
		return false;
	long length = bpf_probe_read_user_str(to + used, LL_PATH_MAX, arg);
	if (length <= 0)
		return false;
	*(volatile __u32 *)&record->args.length = used + length;
	/* Exactly full: the kernel put the terminator where more may have stood. */
	return length < LL_PATH_MAX;
}

/* Append the arguments, each with its terminator. Returns the new offset. */
static __always_inline __u64 append_argv(struct ll_wire_exec_failed *record, __u64 offset,
					 const struct exec_call *call)
{
	const char *arg;

	record->args.offset = offset;
	record->args.length = 0;
	for (__u32 i = 0; i < LL_FAILED_ARGS_MAX; i++) {
		if (!read_argv(call, i, &arg))
			break;
		if (arg == NULL)
			return offset + record->args.length;
		if (!append_arg(record, (char *)record + offset, arg))
			break;
	}
	record->flags |= LL_WIRE_EXEC_ARGS_TRUNCATED;
	return offset + record->args.length;
}

static __always_inline __u64 append_user_filename(struct ll_wire_exec_failed *record,
						  const struct exec_call *call)
{
	__u64 offset = sizeof(*record);
	long length = bpf_probe_read_user_str((char *)record + offset, LL_PATH_MAX,
					      (const char *)call->filename);

	record->filename.offset = offset;
	record->filename.length = 0;
	if (length < 1 || length > LL_PATH_MAX) {
		record->flags |= LL_WIRE_EXEC_FILENAME_TRUNCATED;
		return offset;
	}
	record->filename.length = length - 1;
	return offset + length;
}

/* Return of a system call that failed, in the context of the caller; nothing changed. */
SEC("tp_btf/sys_exit")
int BPF_PROG(ll_on_exec_failed, struct pt_regs *regs, long ret)
{
	struct exec_call call = {};

	if (ret >= 0 || ret < -LL_MAX_ERRNO || !read_exec_call(regs, &call))
		return 0;

	__u64 now = bpf_ktime_get_boot_ns();
	struct task_struct *task = (void *)bpf_get_current_task();
	if ((ll_knob_follow && !ll_mark_get_current()) || !ll_task_matches(task))
		return 0;
	__u32 key = 0;
	struct ll_wire_exec_failed *record = ll_slot_take(LL_WIRE_EXEC_FAILED, now, &key);
	if (record == NULL)
		return 0;

	ll_fill_subject(&record->header, task, false);
	ll_fill_identity(&record->identity, task, false);
	record->error = -ret;
	record->flags = 0;
	__u64 size = append_user_filename(record, &call);
	LL_CLAMP(size, sizeof(*record) + LL_PATH_MAX);
	size = append_argv(record, size, &call);
	LL_CLAMP(size, sizeof(*record) + 2 * LL_PATH_MAX + ll_knob_max_args_bytes);
	ll_fill_record(&record->header, LL_WIRE_EXEC_FAILED, size, now);
	ll_slot_send(record, key, LL_WIRE_EXEC_FAILED, size, now);
	return 0;
}
