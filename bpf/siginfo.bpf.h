/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* What a siginfo says. It is read by helper: newer verifiers take the pointer for a number. */
#pragma once

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

/* include/linux/sched/signal.h: in place of a pointer */
#define LL_SEND_SIG_NOINFO ((struct kernel_siginfo *)0)
#define LL_SEND_SIG_PRIV ((struct kernel_siginfo *)1)

/* include/uapi/asm-generic/siginfo.h */
#define LL_SI_USER 0
#define LL_SI_KERNEL 0x80
#define LL_SI_TIMER -2
#define LL_CLD_EXITED 1
#define LL_CLD_DUMPED 3
#define LL_CLD_CONTINUED 6

/*
 * The pointer as a plain number: of the argument itself verifiers believe one thing or another,
 * that it is never 0, or that nothing may be subtracted from it.
 */
static __always_inline struct kernel_siginfo *ll_siginfo(struct kernel_siginfo *argument)
{
	struct kernel_siginfo *info = NULL;

	bpf_probe_read_kernel(&info, sizeof(info), &argument);
	return info;
}

/*
 * The child a SIGCHLD tells of, by global pid. The siginfo has the pid as the parent sees it; a
 * parent in a nested namespace is told by the child's own thread, or by a tracer, which is
 * then taken for the child.
 */
static __always_inline __u32 ll_told_tgid(struct kernel_siginfo *info,
					  struct task_struct *parent)
{
	if (parent->thread_pid->level == 0)
		return BPF_CORE_READ(info, _sifields._sigchld._pid);
	return bpf_get_current_pid_tgid() >> 32;
}
