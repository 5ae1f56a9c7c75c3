/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Which tasks and kinds user space asked for. Settings that are off cost nothing. */
#pragma once

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include "compat.bpf.h"
#include "knobs.bpf.h"
#include "task.bpf.h"

/* Cgroups nest as deep as cgroup.max.depth allows; deeper ones than this do not match. */
#define LL_CGROUP_DEPTH_MAX 32

static __always_inline bool ll_kind_wanted(__u32 kind)
{
	return ll_knob_kinds >> kind & 1;
}

static __always_inline bool ll_comm_matches(struct task_struct *task)
{
	char name[16] = {};

	bpf_core_read_str(name, sizeof(name), &task->comm);
	for (int i = 0; i < 16; i++) {
		if (name[i] != ll_knob_comm[i])
			return false;
		if (name[i] == '\0')
			break;
	}
	return true;
}

/* css->parent is the css of the cgroup above, whose own cgroup it names. */
static __always_inline bool ll_cgroup_matches(struct task_struct *task)
{
	struct cgroup *cgroup = ll_knob_cgroup_is_v1 ? ll_v1_cgroup(task)
						     : BPF_CORE_READ(task, cgroups, dfl_cgrp);

	for (int i = 0; i < LL_CGROUP_DEPTH_MAX && cgroup != NULL; i++) {
		if (BPF_CORE_READ(cgroup, kn, id) == ll_knob_cgroup_id)
			return true;
		cgroup = BPF_CORE_READ(cgroup, self.parent, cgroup);
	}
	return false;
}

/* Whether a task is of the user, name and cgroup asked for. Any task pointer will do. */
static __always_inline bool ll_task_matches(struct task_struct *task)
{
	if (ll_knob_has_uid && BPF_CORE_READ(task, cred, euid.val) != ll_knob_uid &&
	    BPF_CORE_READ(task, cred, uid.val) != ll_knob_uid)
		return false;
	if (ll_knob_has_comm && !ll_comm_matches(task))
		return false;
	return ll_knob_cgroup_id == 0 || ll_cgroup_matches(task);
}

/* Whether a task is among those that are followed; later it may match the filters, too. */
static __always_inline bool ll_task_followed(struct task_struct *task)
{
	return !ll_knob_follow || ll_mark_get(task);
}

/* Whether events about this task are wanted. */
static __always_inline bool ll_task_wanted(struct task_struct *task)
{
	return ll_task_followed(task) && ll_task_matches(task);
}

/* Whether events about the running thread are wanted. */
static __always_inline bool ll_current_wanted(void)
{
	if (ll_knob_follow && !ll_mark_get_current())
		return false;
	return ll_task_matches((void *)bpf_get_current_task());
}

/* The same of an event that shows a task to live: then its end is wanted, too. */
static __always_inline bool ll_life_wanted(struct task_struct *task)
{
	if (!ll_task_wanted(task))
		return false;
	if (ll_is_filtering()) {
		struct ll_mark *mark = ll_mark_make(task);

		if (mark != NULL)
			mark->is_shown = 1;
	}
	return true;
}

/* Whether the end of this task is wanted: it may have left the filters since it was shown. */
static __always_inline bool ll_end_wanted(struct task_struct *task)
{
	if (ll_task_wanted(task))
		return true;
	if (!ll_is_filtering())
		return false;
	struct ll_mark *mark = ll_mark_find(task);

	return mark != NULL && mark->is_shown;
}
