/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Settings fixed before load: the verifier sees constants and drops what is off.
 * Defined in maps.bpf.c.
 */
#pragma once

#include <bpf/bpf_helpers.h>

/* Where sched_switch has the state prev leaves in (from 5.18, whose first had it second). */
#define LL_STATE_ARG_NONE 0
#define LL_STATE_ARG_LAST 1
#define LL_STATE_ARG_SECOND 2

/* What this kernel has, found by trying (src/live/probes.c). */
extern const volatile bool ll_knob_task_storage;
extern const volatile __u32 ll_knob_state_arg; /* LL_STATE_ARG_* */

/* What the user asked for. */
extern const volatile __u32 ll_knob_kinds; /* 1 << enum ll_wire_kind: send these */
extern const volatile __u32 ll_knob_max_args_bytes; /* slot size depends on it */
extern const volatile __u32 ll_knob_max_env_bytes;
extern const volatile bool ll_knob_follow; /* only marked tasks */
extern const volatile bool ll_knob_has_uid;
extern const volatile __u32 ll_knob_uid;
extern const volatile bool ll_knob_has_comm;
extern const volatile char ll_knob_comm[16];
extern const volatile __u64 ll_knob_cgroup_id; /* 0: any */
extern const volatile bool ll_knob_cgroup_is_v1;
extern const volatile __u32 ll_knob_v1_subsys; /* index in css_set.subsys; ~0: none */
extern const volatile __u32 ll_knob_wakeup_bytes; /* ring fill that wakes the reader */
extern const volatile __u32 ll_knob_signal_wakeup_bytes;
extern const volatile __u32 ll_knob_state_wakeup_bytes;
extern const volatile bool ll_knob_deadly_signals_only; /* what may explain an end, or a stop */
extern const volatile bool ll_knob_accounts; /* count where threads' time goes */
extern const volatile bool ll_knob_all_states; /* send each change of state */
extern const volatile __u64 ll_knob_stall_ns; /* D for longer than this is told of */
extern const volatile __u32 ll_knob_pidns_inum; /* the tracer's own pid namespace */
extern const volatile __u32 ll_knob_end_mask; /* entries of ll_ends, less one */

/* Whether some tasks are told apart by what they are at the moment. A constant. */
static __always_inline bool ll_is_filtering(void)
{
	return ll_knob_has_uid || ll_knob_has_comm || ll_knob_cgroup_id != 0;
}

/* Written by user space while the programs run. */
extern volatile __u32 ll_forker_tid; /* its next children are marked; 0: nobody's */
extern volatile __u32 ll_mark_root; /* process the mark iterator starts from */
extern volatile bool ll_recover_ends; /* whoever is freed now died after the attach */
/* Written by the mark iterator, read by user space. */
extern volatile __u32 ll_newly_marked;
