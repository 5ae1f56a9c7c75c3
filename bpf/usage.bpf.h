/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Resource totals of a thread group. signal_struct holds what released threads used
 * (kernel/exit.c __exit_signal()); a task that is not released holds its own.
 */
#pragma once

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include "lifeline/wire.h"
#include "task.bpf.h"

static __always_inline void ll_fill_usage_released(struct ll_wire_usage *usage,
						   struct signal_struct *signal, bool is_typed)
{
	usage->utime_ns = LL_READ(is_typed, signal, utime);
	usage->stime_ns = LL_READ(is_typed, signal, stime);
	usage->runtime_ns = LL_READ(is_typed, signal, sum_sched_runtime);
	usage->run_delay_ns = 0;
	usage->minor_fault_count = LL_READ(is_typed, signal, min_flt);
	usage->major_fault_count = LL_READ(is_typed, signal, maj_flt);
	usage->voluntary_switch_count = LL_READ(is_typed, signal, nvcsw);
	usage->involuntary_switch_count = LL_READ(is_typed, signal, nivcsw);
	usage->read_bytes = 0;
	usage->write_bytes = 0;
	if (bpf_core_field_exists(signal->ioac.read_bytes)) {
		usage->read_bytes = LL_READ(is_typed, signal, ioac.read_bytes);
		usage->write_bytes = LL_READ(is_typed, signal, ioac.write_bytes);
	}
	usage->max_rss_pages = LL_READ(is_typed, signal, maxrss);
}

/* How long a task waited for a CPU; 0 where the kernel does not count it. */
static __always_inline __u64 ll_run_delay(struct task_struct *task, bool is_typed)
{
	if (!bpf_core_field_exists(task->sched_info.run_delay))
		return 0;
	return LL_READ(is_typed, task, sched_info.run_delay);
}

static __always_inline void ll_add_usage(struct ll_wire_usage *usage, struct task_struct *task,
					 bool is_typed)
{
	usage->utime_ns += LL_READ(is_typed, task, utime);
	usage->stime_ns += LL_READ(is_typed, task, stime);
	usage->runtime_ns += LL_READ(is_typed, task, se.sum_exec_runtime);
	usage->minor_fault_count += LL_READ(is_typed, task, min_flt);
	usage->major_fault_count += LL_READ(is_typed, task, maj_flt);
	usage->voluntary_switch_count += LL_READ(is_typed, task, nvcsw);
	usage->involuntary_switch_count += LL_READ(is_typed, task, nivcsw);
	if (bpf_core_field_exists(task->ioac.read_bytes)) {
		usage->read_bytes += LL_READ(is_typed, task, ioac.read_bytes);
		usage->write_bytes += LL_READ(is_typed, task, ioac.write_bytes);
	}
	usage->run_delay_ns += ll_run_delay(task, is_typed);
}

/* What this kernel cannot tell, as LL_WIRE_USAGE_* flags. */
static __always_inline __u32 ll_usage_gaps(struct task_struct *task)
{
	__u32 flags = 0;

	if (!bpf_core_field_exists(task->ioac.read_bytes))
		flags |= LL_WIRE_USAGE_NO_IO;
	if (!bpf_core_field_exists(task->sched_info.run_delay))
		flags |= LL_WIRE_USAGE_NO_RUN_DELAY;
	return flags;
}
