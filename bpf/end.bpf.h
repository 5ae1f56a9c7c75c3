/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What has been sent of a task's end, so that its free can make up for what is missing: a run that
 * the kernel skipped (src/live/misses.h), or a release that went unseen.
 */
#pragma once

#include <bpf/bpf_helpers.h>
#include "knobs.bpf.h"
#include "maps.bpf.h"

static __always_inline __u64 *ll_end_slot(__u32 tid)
{
	__u32 key = tid & ll_knob_end_mask;

	return bpf_map_lookup_elem(&ll_ends, &key);
}

/* Note that this much of a task's end was sent, or was not wanted. end: LL_END_*. */
static __always_inline void ll_end_note(__u32 tid, __u64 start_boottime_ns, __u64 end)
{
	__u64 *slot = ll_end_slot(tid);

	if (slot != NULL)
		*slot = start_boottime_ns << LL_END_SHIFT | end;
}

/* How much of a task's end was sent: LL_END_*, or 0. */
static __always_inline __u64 ll_end_of(struct task_struct *task)
{
	__u64 *slot = ll_end_slot(task->pid);
	__u64 noted = slot != NULL ? *slot : 0;

	if (noted >> LL_END_SHIFT != (task->start_boottime << LL_END_SHIFT) >> LL_END_SHIFT)
		return 0;
	return noted & ((1 << LL_END_SHIFT) - 1);
}
