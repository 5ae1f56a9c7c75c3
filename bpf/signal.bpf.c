/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* A signal is generated; a thread is about to act on one. */
#include "vmlinux.h"
#include <bpf/bpf_tracing.h>
#include "emit.bpf.h"
#include "filter.bpf.h"
#include "siginfo.bpf.h"

/* include/uapi/asm-generic/signal.h; the same on x86 and arm64 */
#define LL_BIT(signal) (1ull << (signal))
#define LL_SIGHUP 1
#define LL_SIGINT 2
#define LL_SIGQUIT 3
#define LL_SIGILL 4
#define LL_SIGTRAP 5
#define LL_SIGBUS 7
#define LL_SIGFPE 8
#define LL_SIGSEGV 11
#define LL_SIGALRM 14
#define LL_SIGTERM 15
#define LL_SIGCONT 18
#define LL_SIGSTOP 19
#define LL_SIGTSTP 20
#define LL_SIGTTIN 21
#define LL_SIGTTOU 22
#define LL_SIGURG 23
#define LL_SIGVTALRM 26
#define LL_SIGPROF 27
#define LL_SIGWINCH 28
#define LL_SIGSYS 31
#define LL_SIGNAL_MAX 64

#define LL_FAULTS                                                                              \
	(LL_BIT(LL_SIGILL) | LL_BIT(LL_SIGTRAP) | LL_BIT(LL_SIGBUS) | LL_BIT(LL_SIGFPE) |      \
	 LL_BIT(LL_SIGSEGV) | LL_BIT(LL_SIGSYS))
#define LL_HARMLESS                                                                            \
	(LL_BIT(LL_SIGCHLD) | LL_BIT(LL_SIGCONT) | LL_BIT(LL_SIGURG) | LL_BIT(LL_SIGWINCH))
/* Asked to end, stop or go on: told of whatever the target does with it. */
#define LL_REQUESTS                                                                            \
	(LL_BIT(LL_SIGHUP) | LL_BIT(LL_SIGINT) | LL_BIT(LL_SIGQUIT) | LL_BIT(LL_SIGKILL) |     \
	 LL_BIT(LL_SIGTERM) | LL_BIT(LL_SIGCONT) | LL_BIT(LL_SIGSTOP) | LL_BIT(LL_SIGTSTP) |   \
	 LL_BIT(LL_SIGTTIN) | LL_BIT(LL_SIGTTOU))
#define LL_ITIMERS (LL_BIT(LL_SIGALRM) | LL_BIT(LL_SIGVTALRM) | LL_BIT(LL_SIGPROF))

/* Threads looked at to find one that does not block a signal for their process. */
#define LL_THREADS_MAX 64
#define LL_PF_EXITING 0x4
/* THREAD_SIZE of x86-64 and arm64 */
#define LL_THREAD_SIZE 16384
#define LL_SIGNAL_UNKILLABLE 0x40 /* include/linux/sched/signal.h */

static __always_inline bool is_among(__u64 signals, __u32 signal)
{
	return signal <= 63 && (signals >> signal & 1);
}

static __always_inline __u32 disposition_of(struct k_sigaction *action)
{
	__u64 handler = (__u64)BPF_CORE_READ(action, sa.sa_handler);

	if (handler == LL_SIG_IGN)
		return LL_WIRE_DISPOSITION_IGNORE;
	return handler == LL_SIG_DFL ? LL_WIRE_DISPOSITION_DEFAULT
				     : LL_WIRE_DISPOSITION_HANDLER;
}

/*
 * sighand->action[] is indexed by hand: its elements are of the kernel's size. sighand is read as a
 * number: to a typed pointer older verifiers add no variable.
 */
static __always_inline __u32 disposition_of_task(struct task_struct *task, __u32 signal)
{
	struct sighand_struct *sighand = BPF_CORE_READ(task, sighand);
	void *actions = (void *)sighand + bpf_core_field_offset(struct sighand_struct, action);

	if (sighand == NULL)
		return LL_WIRE_DISPOSITION_DEFAULT;
	return disposition_of(actions + (signal - 1) * bpf_core_type_size(struct k_sigaction));
}

/*
 * Would this thread not take it (wants_signal())? What sigwait() waits for is let through to wake it,
 * and still blocked (do_sigtimedwait()).
 */
static __always_inline bool has_in_mask(struct task_struct *task, __u32 signal)
{
	if (BPF_CORE_READ(task, flags) & LL_PF_EXITING)
		return true;
	__u64 blocked =
		BPF_CORE_READ(task, blocked.sig[0]) | BPF_CORE_READ(task, real_blocked.sig[0]);

	return blocked >> (signal - 1) & 1;
}

/* A signal for the process is taken by any thread that does not block it (complete_signal()). */
static __always_inline bool is_blocked(struct task_struct *task, __u32 signal, bool is_group)
{
	struct signal_struct *group = task->signal;
	struct list_head *head = &group->thread_head;
	struct list_head *node = BPF_CORE_READ(head, next);

	if (!has_in_mask(task, signal))
		return false;
	if (!is_group || group->nr_threads == 1)
		return true;
	for (int i = 0; i < LL_THREADS_MAX && node != head && node != NULL; i++) {
		struct task_struct *thread =
			(void *)node - bpf_core_field_offset(struct task_struct, thread_node);

		if (!has_in_mask(thread, signal))
			return false;
		node = BPF_CORE_READ(node, next);
	}
	/* Beyond that many threads, one will take it. */
	return node == head;
}

/* zap_pid_ns_processes(): the init of a pid namespace ends and kills all in it. */
static __always_inline bool is_namespace_end(__u32 signal)
{
	struct task_struct *current = (void *)bpf_get_current_task();
	struct pid *pid = BPF_CORE_READ(current, thread_pid);
	struct upid upid = {};

	if (signal != LL_SIGKILL || !(BPF_CORE_READ(current, flags) & LL_PF_EXITING) ||
	    pid == NULL)
		return false;
	ll_read_upid(pid, BPF_CORE_READ(pid, level), &upid);
	return BPF_CORE_READ(upid.ns, child_reaper) == current;
}

static __always_inline void fill_no_sender(struct ll_wire_signal *record)
{
	record->sender_tgid = 0;
	record->sender_tid = 0;
	record->sender_start_boottime_ns = 0;
	record->sender_uid = ~0u;
	__builtin_memset(record->sender_comm, 0, sizeof(record->sender_comm));
}

static __always_inline void fill_current(struct ll_wire_signal *record)
{
	struct task_struct *current = (void *)bpf_get_current_task();
	__u64 id = bpf_get_current_pid_tgid();

	record->sender_tgid = id >> 32;
	record->sender_tid = id;
	record->sender_start_boottime_ns = BPF_CORE_READ(current, group_leader, start_boottime);
	record->sender_uid = BPF_CORE_READ(current, cred, euid.val);
	ll_read_comm(record->sender_comm, current, false);
}

/* Someone's system call made it: current's, whatever the siginfo claims. */
static __always_inline void fill_caller(struct ll_wire_signal *record)
{
	struct task_struct *current = (void *)bpf_get_current_task();

	if (BPF_CORE_READ(current, flags) & LL_PF_KTHREAD) {
		record->sender_kind = LL_WIRE_SENDER_KERNEL;
		return;
	}
	fill_current(record);
	record->sender_kind = record->sender_tgid == record->header.tgid ? LL_WIRE_SENDER_SELF
									 : LL_WIRE_SENDER_USER;
}

/* SIGCHLD: the kernel, on behalf of a child, which mostly is current. */
static __always_inline void fill_child(struct ll_wire_signal *record,
				       struct kernel_siginfo *info, struct task_struct *parent)
{
	__u32 child = ll_told_tgid(info, parent);
	__u64 id = bpf_get_current_pid_tgid();

	record->sender_kind = LL_WIRE_SENDER_KERNEL;
	record->value = BPF_CORE_READ(info, _sifields._sigchld._status);
	/* A tracer is told of a thread by its tid. */
	if (child == id >> 32 || child == (__u32)id)
		fill_current(record);
	else
		record->sender_tgid = child;
}

/* A siginfo with a positive code, which only the kernel makes for others. */
static __always_inline void fill_from_kernel(struct ll_wire_signal *record,
					     struct kernel_siginfo *info,
					     struct task_struct *target)
{
	bool is_own = (void *)bpf_get_current_task() == target;

	if (record->signal == LL_SIGCHLD && record->code <= LL_CLD_CONTINUED) {
		fill_child(record, info, target);
		return;
	}
	record->sender_kind = LL_WIRE_SENDER_KERNEL;
	if (!is_own || !is_among(LL_FAULTS, record->signal))
		return;
	record->value = (__u64)BPF_CORE_READ(info, _sifields._sigfault._addr);
	fill_current(record);
	record->sender_kind = LL_WIRE_SENDER_SELF;
}

/*
 * A system call builds its siginfo on current's kernel stack; that of a timer lies in memory of its
 * own. The code does not tell: rt_sigqueueinfo() takes any negative one.
 */
static __always_inline bool is_on_own_stack(struct kernel_siginfo *info)
{
	struct task_struct *current = (void *)bpf_get_current_task();

	return (__u64)info - (__u64)BPF_CORE_READ(current, stack) < LL_THREAD_SIZE;
}

/* Who sent it, and what the siginfo says: include/linux/sched/signal.h SEND_SIG_*. */
static __always_inline void fill_sender(struct ll_wire_signal *record,
					struct kernel_siginfo *info, struct task_struct *target)
{
	fill_no_sender(record);
	record->value = 0;
	if (info == LL_SEND_SIG_NOINFO) {
		record->code = LL_SI_USER;
		record->flags |= LL_WIRE_SIGNAL_NO_INFO;
		fill_caller(record);
		return;
	}
	if (info == LL_SEND_SIG_PRIV) {
		record->code = LL_SI_KERNEL;
		record->flags |= LL_WIRE_SIGNAL_NO_INFO;
		record->sender_kind = is_among(LL_ITIMERS, record->signal)
					      ? LL_WIRE_SENDER_TIMER
					      : LL_WIRE_SENDER_KERNEL;
		if (is_namespace_end(record->signal))
			record->flags |= LL_WIRE_SIGNAL_PIDNS_END;
		return;
	}
	record->code = BPF_CORE_READ(info, si_code);
	if (record->code > 0) {
		fill_from_kernel(record, info, target);
		return;
	}
	record->value = (__u64)BPF_CORE_READ(info, _sifields._rt._sigval.sival_ptr);
	if (is_on_own_stack(info))
		fill_caller(record);
	else
		record->sender_kind = record->code == LL_SI_TIMER ? LL_WIRE_SENDER_TIMER
								  : LL_WIRE_SENDER_KERNEL;
}

static __always_inline bool is_wanted(struct task_struct *target, __u32 signal)
{
	if (signal == 0 || signal > LL_SIGNAL_MAX || !ll_kind_wanted(LL_WIRE_SIGNAL))
		return false;
	if (ll_knob_deadly_signals_only && !is_among(LL_REQUESTS, signal) &&
	    (is_among(LL_HARMLESS, signal) ||
	     disposition_of_task(target, signal) != LL_WIRE_DISPOSITION_DEFAULT))
		return false;
	return ll_task_wanted(target);
}

/*
 * End of __send_signal(), under the target's siglock, in any context: the outcome is known. is_group
 * is set for a signal for the process, of which target is one thread.
 */
SEC("tp_btf/signal_generate")
int BPF_PROG(ll_on_signal, int sig, struct kernel_siginfo *argument, struct task_struct *target,
	     int is_group, int result)
{
	__u64 now = bpf_ktime_get_boot_ns();
	__u32 signal = sig;

	if (!is_wanted(target, signal))
		return 0;
	struct ll_wire_signal *record =
		ll_reserve_in(&ll_signal_ring, LL_WIRE_SIGNAL, struct ll_wire_signal, now);
	if (record == NULL)
		return 0;
	ll_fill_record(&record->header, LL_WIRE_SIGNAL, sizeof(*record), now);
	ll_fill_subject(&record->header, target, true);
	record->signal = signal;
	record->result = result;
	record->flags = is_group ? LL_WIRE_SIGNAL_GROUP : 0;
	if (is_blocked(target, signal, is_group))
		record->flags |= LL_WIRE_SIGNAL_BLOCKED;
	record->disposition = disposition_of_task(target, signal);
	record->reserved = 0;
	fill_sender(record, ll_siginfo(argument), target);
	ll_submit_signal(record);
	return 0;
}

/* The init of a pid namespace is spared what it has no handler for: get_signal(). */
static __always_inline bool is_spared(__u32 signal)
{
	struct task_struct *current = (void *)bpf_get_current_task();

	return signal != LL_SIGKILL && signal != LL_SIGSTOP &&
	       BPF_CORE_READ(current, signal, flags) & LL_SIGNAL_UNKILLABLE;
}

/*
 * get_signal(): current has dequeued a signal and will do what action says; 9 without a siginfo when
 * its process is ending already.
 */
SEC("tp_btf/signal_deliver")
int BPF_PROG(ll_on_deliver, int sig, struct kernel_siginfo *argument,
	     struct k_sigaction *action)
{
	struct kernel_siginfo *info = ll_siginfo(argument);
	__u64 now = bpf_ktime_get_boot_ns();

	if (!ll_kind_wanted(LL_WIRE_DELIVER) || !ll_current_wanted())
		return 0;
	struct ll_wire_deliver *record =
		ll_reserve_in(&ll_signal_ring, LL_WIRE_DELIVER, struct ll_wire_deliver, now);
	if (record == NULL)
		return 0;
	ll_fill_record(&record->header, LL_WIRE_DELIVER, sizeof(*record), now);
	ll_fill_subject(&record->header, (void *)bpf_get_current_task(), false);
	record->signal = sig;
	record->code = info == LL_SEND_SIG_NOINFO ? LL_SI_USER : BPF_CORE_READ(info, si_code);
	record->disposition = disposition_of(action);
	record->flags = is_spared(sig) ? LL_WIRE_DELIVER_SPARED : 0;
	ll_submit_signal(record);
	return 0;
}
