/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* What compat.bpf.h declares and only one object may define. */
#include "vmlinux.h"
#include "compat.bpf.h"

extern void bpf_preempt_disable(void) __weak __ksym;
extern void bpf_preempt_enable(void) __weak __ksym;

__hidden void ll_enter(void)
{
	if (bpf_preempt_disable)
		bpf_preempt_disable();
}

__hidden void ll_leave(void)
{
	if (bpf_preempt_enable)
		bpf_preempt_enable();
}
