/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The maps; defined once in maps.bpf.c, declared here for every program. */
#pragma once

#include <bpf/bpf_helpers.h>
#include "lifeline/wire.h"

/*
 * The rings. Writers: every program of the lifecycle; of signals; of states. Reader:
 * src/live/live.c. When one is full a record is not written and ll_losses counts it: a storm of
 * signals, or of context switches, cannot push out a fork, exec or exit. Sizes set at load.
 */
struct ll_ring_map {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
};

/*
 * Key: CPU. Writers: programs on that CPU, when a record could not be delivered.
 * Read by user space through a mapping. One entry a possible CPU, set at load.
 */
struct ll_loss_map {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct ll_wire_loss);
};

/*
 * Room to build a record of variable length. Key: CPU * LL_SLOTS_PER_CPU + n.
 * Taken and released by the program that fills it; when all of a CPU's are taken the
 * record counts as lost. Entries and value size are set at load. An array, not a
 * per-CPU map, because a per-CPU value holds at most 32 KiB (PCPU_MIN_UNIT_SIZE).
 */
#define LL_SLOTS_PER_CPU 2
struct ll_slot_map {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, LL_SLOTS_PER_CPU);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, 65536);
};

/*
 * Key: a slot that is taken. Where tracepoints run preemptible (7.0) another program may come
 * in between on the same CPU. A hash whose insert fails when the key exists is a lock on every
 * kernel; atomic exchange is refused by 5.10 even in code that is never reached.
 */
struct ll_slot_lock_map {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, LL_SLOTS_PER_CPU);
	__type(key, __u32);
	__type(value, __u32);
};

/* A multi-threaded process on its way out. */
struct ll_group {
	__u64 start_boottime_ns; /* of the leader; tells a reused tgid */
	__u64 run_delay_ns; /* of the threads that are gone */
	__u64 leader_run_delay_ns; /* of a leader gone before its process; see ll_on_exec */
	__u64 leader; /* task_struct address, valid until the leader's release */
	__u64 died_boottime_ns; /* 0: alive */
	__u64 child_reaper_start_boottime_ns;
	__u32 child_reaper_tgid;
	__u32 child_reaper_reason;
};

/*
 * Key: tgid. Written when a thread exits before its process does; removed when the
 * process's exit has been sent (or at its reap). When full, run-queue wait is reported
 * as unknown and totals as partial.
 */
struct ll_group_map {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 65536);
	__type(key, __u32);
	__type(value, struct ll_group);
};

/*
 * What has been sent of a task's end: its start_boottime_ns, shifted, and an LL_END_* below it.
 * Key: tid modulo the number of entries, a power of two set at load. Written at a task's exit and
 * reap, read at its free; an entry of another start is of another task and says nothing.
 * Two tasks of one key that are dead at once, which takes a pid space beyond the entries,
 * make an end look unsent: it is sent again, and the model drops it.
 */
#define LL_END_SHIFT 2
#define LL_END_EXIT 1 /* the exit: of a thread, or of the process when it is the leader */
#define LL_END_REAP 2 /* the reap, too */
struct ll_end_map {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
};

/* What is kept about a task. Words, for BPF cannot set a bit alone before 5.12. */
struct ll_mark {
	__u32 is_followed;
	__u32 is_shown; /* it matched the filters once: its end is wanted, whatever it becomes */
};

/*
 * Marks. Task storage, dying with its task; where that cannot be had (5.10) user space
 * turns the map into a hash keyed by tid, whose entries sched_process_free removes. When the
 * hash is full a child is not followed, which counts as a lost fork, and the end of one that leaves
 * the filters is not sent.
 */
struct ll_mark_map {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct ll_mark);
};

/* A thread's time so far; see bpf/account.bpf.h. */
struct ll_account {
	__u64 start_boottime_ns; /* of the thread; tells a reused tid */
	__u64 since_boottime_ns; /* counted from here on */
	__u64 changed_boottime_ns; /* when it last came on a CPU or left one */
	__u64 woken_boottime_ns; /* when it was woken from this state; 0: not, or not followed */
	__u64 away_ns; /* on a CPU: how long it was off before, and not yet divided */
	__u64 run_delay_ns; /* task_struct.sched_info.run_delay when it last left */
	__u64 runtime_ns; /* task_struct.se.sum_exec_runtime when it last left */
	__u32 state; /* now: enum ll_wire_task_state */
	__u32 away_state; /* on a CPU: what it was off for */
	__s32 stack_id; /* it left with, when for D */
	__s32 longest_stack_id; /* of the longest D */
	__u32 is_reported; /* this stay was told of as stuck */
	__u32 reserved;
	struct ll_wire_stay stays[LL_WIRE_STATES];
};

/*
 * Task storage, made at the thread's birth or by the iterator, never by the switch itself: that
 * runs under a run queue's lock, where allocating may wake kswapd. Where there is no task storage
 * (5.10), a hash keyed by tid whose entries sched_process_free removes; when it is full a
 * thread has no account.
 */
struct ll_account_map {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct ll_account);
};

/*
 * Kernel stacks of D, by the id that bpf_get_stackid() gives. When the bucket is taken by another
 * stack there is none. Read by src/live/stacks.c. Entries set at load.
 */
#define LL_STACK_DEPTH 32
struct ll_stack_map {
	__uint(type, BPF_MAP_TYPE_STACK_TRACE);
	__uint(max_entries, 1);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, LL_STACK_DEPTH * sizeof(__u64));
};

extern struct ll_ring_map ll_ring SEC(".maps");
extern struct ll_ring_map ll_signal_ring SEC(".maps");
extern struct ll_ring_map ll_state_ring SEC(".maps");
extern struct ll_account_map ll_accounts SEC(".maps");
extern struct ll_stack_map ll_stacks SEC(".maps");
extern struct ll_loss_map ll_losses SEC(".maps");
extern struct ll_slot_map ll_slots SEC(".maps");
extern struct ll_slot_lock_map ll_slot_locks SEC(".maps");
extern struct ll_group_map ll_groups SEC(".maps");
extern struct ll_end_map ll_ends SEC(".maps");
extern struct ll_mark_map ll_marks SEC(".maps");
