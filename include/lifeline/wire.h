/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The records that cross from the kernel to user space.
 *
 * One struct per kind after one common header. Fixed-width integers only, no
 * implicit padding, no bit-fields. Variable data follows the struct as spans
 * (offset from the record's start, length). Values are raw kernel values; user
 * space interprets them. Kinds and flags are append-only: a decoder checks the
 * size before the fields and skips kinds it does not know.
 *
 * The includer provides __u16, __u32, __s32 and __u64 (linux/types.h or vmlinux.h).
 */
#pragma once

#define LL_COMM_LEN 16
/* Longest path shipped, in bytes; PATH_MAX of linux/limits.h. */
#define LL_PATH_MAX 4096

enum ll_wire_kind {
	LL_WIRE_FORK = 1,
	LL_WIRE_EXEC = 2,
	LL_WIRE_EXEC_FAILED = 3,
	LL_WIRE_THREAD_EXIT = 4,
	LL_WIRE_PROCESS_EXIT = 5,
	LL_WIRE_REAP = 6,
	LL_WIRE_RENAME = 7,
	LL_WIRE_OOM_KILL = 8,
	LL_WIRE_TASK = 9, /* one living or zombie task, from iter/task */
	LL_WIRE_CGROUP_MKDIR = 10,
	LL_WIRE_CGROUP_RMDIR = 11,
	LL_WIRE_SIGNAL = 12, /* generated */
	LL_WIRE_DELIVER = 13,
	LL_WIRE_STATE = 14,
	LL_WIRE_TIMES = 15,
	LL_WIRE_KINDS = 16, /* one more than the last kind */
};

/* A piece of variable data: offset from the start of the record, length in bytes. */
struct ll_wire_span {
	__u32 offset;
	__u32 length;
};

/*
 * Common header. The subject is (tgid, start_boottime_ns): the process; and
 * (tid, thread_start_boottime_ns): the thread. Pids are those of the initial pid
 * namespace, times CLOCK_BOOTTIME nanoseconds. The parent is the subject's
 * real_parent's thread group at that moment.
 */
struct ll_wire_header {
	__u32 size; /* of the whole record, spans included, in bytes */
	__u16 kind; /* enum ll_wire_kind */
	__u16 cpu;
	__u64 time_boottime_ns;
	__u32 tgid;
	__u32 tid;
	__u64 start_boottime_ns;
	__u64 thread_start_boottime_ns;
	__u32 parent_tgid;
	__u32 task_flags; /* task_struct.flags (PF_*), raw */
	__u64 parent_start_boottime_ns;
	char comm[LL_COMM_LEN];
};

/* Who and where the subject is; carried by fork, exec, failed exec and task. */
struct ll_wire_identity {
	__u32 euid; /* initial user namespace */
	__u32 ruid;
	__u32 pgid;
	__u32 sid;
	__u32 vpid; /* the leader's pid in its innermost pid namespace */
	__u32 pidns_level; /* 0: the initial pid namespace */
	__u64 cgroup_id; /* cgroup v2: kernfs id, which is st_ino of the directory */
	__u64 cgroup_v1_id; /* the chosen v1 controller's; 0: none chosen */
};

enum ll_wire_fork_kind {
	LL_WIRE_FORK_PROCESS = 0,
	LL_WIRE_FORK_VFORK = 1,
	LL_WIRE_FORK_THREAD = 2,
	LL_WIRE_FORK_KTHREAD = 3,
};

/* Subject: the child. */
struct ll_wire_fork {
	struct ll_wire_header header;
	struct ll_wire_identity identity;
	__u32 caller_tgid; /* who called clone; not the parent with CLONE_PARENT */
	__u32 caller_tid;
	__u32 fork_kind; /* enum ll_wire_fork_kind */
	__u32 reserved;
};

#define LL_WIRE_EXEC_ARGS_TRUNCATED 0x01u
#define LL_WIRE_EXEC_ENV_TRUNCATED 0x02u
#define LL_WIRE_EXEC_SCRIPT 0x04u /* interpreter differs from filename */
#define LL_WIRE_EXEC_MEMFD 0x08u
#define LL_WIRE_EXEC_DELETED 0x10u /* the file had no name left (nlink 0) */
#define LL_WIRE_EXEC_EXE_TRUNCATED 0x20u
#define LL_WIRE_EXEC_CWD_TRUNCATED 0x40u
#define LL_WIRE_EXEC_FILENAME_TRUNCATED 0x80u

/*
 * A successful exec. exe and cwd are path components from the leaf up to the root,
 * each NUL-terminated; user space turns them round. args and env are the raw
 * NUL-separated blocks of the new mm.
 */
struct ll_wire_exec {
	struct ll_wire_header header;
	struct ll_wire_identity identity;
	__u32 previous_tid; /* the execing thread's tid before; == tid unless a non-leader execed */
	__u32 flags; /* LL_WIRE_EXEC_* */
	__u32 argc;
	__u32 reserved;
	__u64 args_total_bytes; /* what the process really has; args.length is what was shipped */
	__u64 env_total_bytes;
	struct ll_wire_span filename; /* as given to execve, NUL not included */
	struct ll_wire_span interpreter; /* as given after #!; empty unless _SCRIPT */
	struct ll_wire_span exe;
	struct ll_wire_span cwd;
	struct ll_wire_span args;
	struct ll_wire_span env;
};

/* A failed execve or execveat (only with --failed-execs). args as in exec. */
struct ll_wire_exec_failed {
	struct ll_wire_header header;
	struct ll_wire_identity identity;
	__s32 error; /* errno, positive */
	__u32 flags; /* LL_WIRE_EXEC_*_TRUNCATED */
	struct ll_wire_span filename;
	struct ll_wire_span args;
};

/* A thread passed sched_process_exit while its process goes on, or is not the leader. */
struct ll_wire_thread_exit {
	struct ll_wire_header header;
	__s32 exit_code; /* task_struct.exit_code: a wait status of the thread alone */
	__u32 flags; /* LL_WIRE_EXIT_* */
};

/* Resource totals of a whole thread group, raw. */
struct ll_wire_usage {
	__u64 utime_ns; /* sampled by tick; scale by runtime_ns as the kernel's cputime_adjust() does */
	__u64 stime_ns;
	__u64 runtime_ns; /* sum_exec_runtime: exact up to the last scheduler update */
	__u64 run_delay_ns;
	__u64 minor_fault_count;
	__u64 major_fault_count;
	__u64 voluntary_switch_count;
	__u64 involuntary_switch_count;
	__u64 read_bytes;
	__u64 write_bytes;
	__u64 max_rss_pages;
};

#define LL_WIRE_USAGE_NO_RUN_DELAY 0x1u /* run_delay_ns could not be known */
#define LL_WIRE_USAGE_NO_IO 0x2u /* kernel built without task I/O accounting */
#define LL_WIRE_USAGE_PARTIAL 0x4u /* other threads were not yet added in */

/* Its exit itself went unseen: told at the task's free, the time is that of the free. */
#define LL_WIRE_EXIT_RECOVERED 0x8u
#define LL_WIRE_EXIT_BY_EXEC 0x10u /* of a thread: another one executes a program */
#define LL_WIRE_EXIT_BY_GROUP 0x20u /* of a thread: the whole process is ending */

enum ll_wire_reparent_reason {
	LL_WIRE_REPARENT_NONE = 0, /* the process had no children */
	LL_WIRE_REPARENT_SUBREAPER = 1,
	LL_WIRE_REPARENT_INIT = 2, /* its pid namespace's init */
};

/*
 * Beside the reason: the last thread had no children, others that left before it may have had. Who
 * lives is taken over; who is dead may just have been reaped by the process itself.
 */
#define LL_WIRE_REPARENT_UNSURE 0x100u

/* What a process does about its children's ends: its action for SIGCHLD. */
enum ll_wire_sigchld {
	LL_WIRE_SIGCHLD_UNKNOWN = 0,
	LL_WIRE_SIGCHLD_DEFAULT = 1,
	LL_WIRE_SIGCHLD_IGNORE = 2, /* SIG_IGN: children leave no zombie */
	LL_WIRE_SIGCHLD_NO_WAIT = 3, /* SA_NOCLDWAIT: the same */
	LL_WIRE_SIGCHLD_HANDLER = 4,
};

/* A process is over: its last thread passed sched_process_exit. */
struct ll_wire_process_exit {
	struct ll_wire_header header;
	__s32 wait_status; /* exactly what waitpid gives */
	__u32 usage_flags; /* LL_WIRE_USAGE_*, LL_WIRE_EXIT_RECOVERED */
	struct ll_wire_usage usage;
	/* Who takes over its children (find_new_reaper() of kernel/exit.c). */
	__u32 child_reaper_tgid;
	__u32 child_reaper_reason; /* enum ll_wire_reparent_reason */
	__u64 child_reaper_start_boottime_ns;
	__u32 parent_sigchld; /* enum ll_wire_sigchld of the parent */
	__u32 reserved;
};

enum ll_wire_reap_precision {
	LL_WIRE_REAP_EXACT = 1, /* release_task */
	LL_WIRE_REAP_RCU = 2, /* sched_process_free: later by an RCU grace period */
};

/* A process left the zombie state for good. usage is final: what wait4 reports. */
struct ll_wire_reap {
	struct ll_wire_header header;
	__u32 precision; /* enum ll_wire_reap_precision */
	__u32 reaper_tgid; /* 0: unknown (RCU); == tgid: nobody waited, it freed itself */
	__u64 reaper_start_boottime_ns;
	__u32 usage_flags;
	__s32 wait_status;
	struct ll_wire_usage usage;
};

/* header.comm is the new name. */
struct ll_wire_rename {
	struct ll_wire_header header;
	char previous_comm[LL_COMM_LEN];
};

/* Only header.tgid is certain on kernels whose mark_victim has the pid alone. */
struct ll_wire_oom_kill {
	struct ll_wire_header header;
};

#define LL_WIRE_TASK_ZOMBIE 0x1u
#define LL_WIRE_TASK_LEADER_DEAD 0x2u /* leader zombie, threads live */
#define LL_WIRE_TASK_UNWANTED 0x4u /* outside the filters: only says that it exists */
#define LL_WIRE_TASK_IN_WAIT 0x8u /* a thread of it sleeps in wait4() or waitid() */

/* A task seen by the iterator. exe, cwd and args come from /proc in user space. */
struct ll_wire_task {
	struct ll_wire_header header;
	struct ll_wire_identity identity;
	__u32 flags; /* LL_WIRE_TASK_* */
	__s32 wait_status; /* valid when _ZOMBIE */
	__u32 tracee_of_tgid; /* ptracer's tgid, or 0 */
	__u32 sigchld; /* enum ll_wire_sigchld */
};

/* A cgroup was made or removed. Not an event of its own: names ids for the decoder. */
struct ll_wire_cgroup {
	struct ll_wire_header header; /* no subject */
	__u64 cgroup_id;
	__u32 hierarchy_id; /* 0: cgroup v2 */
	__u32 reserved;
	struct ll_wire_span path; /* relative to the hierarchy's root */
};

enum ll_wire_sender {
	LL_WIRE_SENDER_USER = 0, /* another process, by a system call */
	LL_WIRE_SENDER_SELF = 1, /* the target: raise(), abort(), a fault, a broken pipe */
	LL_WIRE_SENDER_TIMER = 2,
	LL_WIRE_SENDER_KERNEL = 3, /* of its own accord, or to tell of a child (SIGCHLD) */
};

enum ll_wire_disposition {
	LL_WIRE_DISPOSITION_DEFAULT = 0,
	LL_WIRE_DISPOSITION_IGNORE = 1,
	LL_WIRE_DISPOSITION_HANDLER = 2,
};

#define LL_WIRE_SIGNAL_GROUP 0x1u /* for the process, not for one thread */
#define LL_WIRE_SIGNAL_BLOCKED                                                                 \
	0x2u /* each thread it is for blocks it, if only to sigwait() for it */
#define LL_WIRE_SIGNAL_NO_INFO                                                                 \
	0x4u /* sent without a siginfo: code says what the kernel fills in */
#define LL_WIRE_SIGNAL_PIDNS_END                                                               \
	0x8u /* the init of a pid namespace ends and takes all with it */

/* A signal was generated, whatever then became of it. Subject: the target. */
struct ll_wire_signal {
	struct ll_wire_header header;
	__u32 signal;
	__s32 code; /* siginfo.si_code */
	__u32 result; /* TRACE_SIGNAL_* of include/trace/events/signal.h: 0 to 4 */
	__u32 flags; /* LL_WIRE_SIGNAL_* */
	__u32 disposition; /* enum ll_wire_disposition, of the process at that moment */
	__u32 sender_kind; /* enum ll_wire_sender */
	__u32 sender_tgid; /* of SIGCHLD the child; 0: no process sent it */
	__u32 sender_tid;
	__u64 sender_start_boottime_ns; /* 0: unknown */
	__u32 sender_uid; /* initial user namespace; ~0: unknown */
	__u32 reserved;
	char sender_comm[LL_COMM_LEN];
	__u64 value; /* si_value of a queued signal or timer; si_addr of a fault; si_status of SIGCHLD */
};

/* The default action is not taken: it is the init of a pid namespace. */
#define LL_WIRE_DELIVER_SPARED 0x1u

/* A thread is about to act on a signal. Subject: the thread. */
struct ll_wire_deliver {
	struct ll_wire_header header;
	__u32 signal; /* 9 whenever the process is already ending */
	__s32 code;
	__u32 disposition; /* enum ll_wire_disposition */
	__u32 flags; /* LL_WIRE_DELIVER_* */
};

/* Where a thread's time goes. */
enum ll_wire_task_state {
	LL_WIRE_STATE_RUNNING = 0,
	LL_WIRE_STATE_RUNNABLE = 1, /* waits for a CPU; a preempted thread, too */
	LL_WIRE_STATE_SLEEPING = 2, /* S */
	LL_WIRE_STATE_UNINTERRUPTIBLE = 3, /* D */
	LL_WIRE_STATE_STOPPED = 4, /* T */
	LL_WIRE_STATE_TRACED = 5, /* t */
	LL_WIRE_STATE_IDLE = 6, /* I: D that is no load */
	LL_WIRE_STATES = 7,
};

#define LL_WIRE_STATE_STUCK 0x1u /* no change: it still is in from, which equals to */

/* A thread changed its state. */
struct ll_wire_state {
	struct ll_wire_header header;
	__u32 from; /* enum ll_wire_task_state */
	__u32 to;
	__u64 since_boottime_ns; /* when from began */
	__s32 stack_id; /* of the kernel stack it slept with, in ll_stacks; negative: none */
	__u32 flags; /* LL_WIRE_STATE_* */
	__u32 tracer_tgid; /* of t; else 0 */
	__u32 reserved;
};

struct ll_wire_stay {
	__u64 total_ns;
	__u64 longest_ns;
	__u64 count; /* stays begun */
};

#define LL_WIRE_TIMES_FINAL 0x1u /* the thread is over */

/* How a thread has spent its time since since_boottime_ns. */
struct ll_wire_times {
	struct ll_wire_header header;
	struct ll_wire_stay stays[LL_WIRE_STATES];
	__u64 since_boottime_ns;
	__s32 longest_stack_id; /* of the longest D; negative: none */
	__u32 state; /* now: enum ll_wire_task_state */
	__u32 policy; /* SCHED_* */
	__s32 nice;
	__u32 rt_priority; /* 1 to 99 for SCHED_FIFO and SCHED_RR, else 0 */
	__u32 flags; /* LL_WIRE_TIMES_* */
};

/* What one CPU could not deliver; written by BPF, read through a shared mapping. */
struct ll_wire_loss {
	__u64 first_boottime_ns; /* user space sets 0 when it has read; BPF fills when 0 */
	__u64 count[LL_WIRE_KINDS];
	__u64 reserved[7]; /* pads to three cache lines */
};

#define LL_WIRE_ASSERT(cond) _Static_assert(cond, "wire layout: " #cond)
LL_WIRE_ASSERT(sizeof(struct ll_wire_header) == 72);
LL_WIRE_ASSERT(sizeof(struct ll_wire_identity) == 40);
LL_WIRE_ASSERT(sizeof(struct ll_wire_fork) == 128);
LL_WIRE_ASSERT(sizeof(struct ll_wire_exec) == 192);
LL_WIRE_ASSERT(sizeof(struct ll_wire_exec_failed) == 136);
LL_WIRE_ASSERT(sizeof(struct ll_wire_thread_exit) == 80);
LL_WIRE_ASSERT(sizeof(struct ll_wire_usage) == 88);
LL_WIRE_ASSERT(sizeof(struct ll_wire_process_exit) == 192);
LL_WIRE_ASSERT(sizeof(struct ll_wire_reap) == 184);
LL_WIRE_ASSERT(sizeof(struct ll_wire_rename) == 88);
LL_WIRE_ASSERT(sizeof(struct ll_wire_oom_kill) == 72);
LL_WIRE_ASSERT(sizeof(struct ll_wire_task) == 128);
LL_WIRE_ASSERT(sizeof(struct ll_wire_cgroup) == 96);
LL_WIRE_ASSERT(sizeof(struct ll_wire_signal) == 144);
LL_WIRE_ASSERT(sizeof(struct ll_wire_deliver) == 88);
LL_WIRE_ASSERT(sizeof(struct ll_wire_state) == 104);
LL_WIRE_ASSERT(sizeof(struct ll_wire_times) == 272);
LL_WIRE_ASSERT(sizeof(struct ll_wire_loss) == 192);
