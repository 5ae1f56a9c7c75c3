/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The one definition of every map and knob, and the licence of the linked object. */
#include "vmlinux.h"
#include "knobs.bpf.h"
#include "maps.bpf.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

struct ll_ring_map ll_ring SEC(".maps");
struct ll_ring_map ll_signal_ring SEC(".maps");
struct ll_ring_map ll_state_ring SEC(".maps");
struct ll_account_map ll_accounts SEC(".maps");
struct ll_stack_map ll_stacks SEC(".maps");
struct ll_loss_map ll_losses SEC(".maps");
struct ll_slot_map ll_slots SEC(".maps");
struct ll_slot_lock_map ll_slot_locks SEC(".maps");
struct ll_group_map ll_groups SEC(".maps");
struct ll_end_map ll_ends SEC(".maps");
struct ll_mark_map ll_marks SEC(".maps");

const volatile bool ll_knob_task_storage = true;
const volatile __u32 ll_knob_kinds = ~0u;
const volatile __u32 ll_knob_max_args_bytes = 4096;
const volatile __u32 ll_knob_max_env_bytes = 0;
const volatile bool ll_knob_follow = false;
const volatile bool ll_knob_has_uid = false;
const volatile __u32 ll_knob_uid = 0;
const volatile bool ll_knob_has_comm = false;
const volatile char ll_knob_comm[16] = {};
const volatile __u64 ll_knob_cgroup_id = 0;
const volatile bool ll_knob_cgroup_is_v1 = false;
const volatile __u32 ll_knob_v1_subsys = ~0u;
const volatile __u32 ll_knob_wakeup_bytes = 1 << 20;
const volatile __u32 ll_knob_signal_wakeup_bytes = 1 << 20;
const volatile __u32 ll_knob_state_wakeup_bytes = 1 << 20;
const volatile bool ll_knob_deadly_signals_only = true;
const volatile bool ll_knob_accounts = false;
const volatile __u32 ll_knob_state_arg = LL_STATE_ARG_NONE;
const volatile bool ll_knob_all_states = false;
const volatile __u64 ll_knob_stall_ns = 1000000000;
const volatile __u32 ll_knob_pidns_inum = 0;
const volatile __u32 ll_knob_end_mask = 0;

volatile __u32 ll_forker_tid = 0;
volatile __u32 ll_mark_root = 0;
volatile __u32 ll_newly_marked = 0;
volatile bool ll_recover_ends = false;
