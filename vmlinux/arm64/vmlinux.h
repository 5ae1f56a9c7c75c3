/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Kernel types for arm64, from Linux 6.12.117+deb12-cloud-arm64.
 *
 * Made by tools/mkvmlinux: do not edit. Only what bpf/ names is here, so sizes and
 * offsets are not the kernel's: read members (CO-RE puts them right), never whole structs.
 */
#pragma once

#define __VMLINUX_H__ /* bpf_tracing.h asks: these are the kernel's names of registers */

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct bpf_iter_meta;
struct cgroup;
struct cgroup_root;
struct cgroup_subsys_state;
struct cred;
struct css_set;
struct dentry;
struct file;
struct fs_struct;
struct inode;
struct kernfs_node;
struct list_head;
struct mm_struct;
struct mount;
struct perf_event;
struct perf_event_context;
struct pid;
struct pid_namespace;
struct sched_entity;
struct seq_file;
struct sighand_struct;
struct signal_struct;
struct task_struct;
struct vfsmount;

typedef short unsigned int __u16;
typedef __u16 __be16;
typedef unsigned int __u32;
typedef __u32 __be32;
typedef long long int __kernel_loff_t;
typedef int __kernel_pid_t;
typedef long unsigned int __kernel_ulong_t;
typedef __kernel_ulong_t __kernel_size_t;
typedef unsigned int __kernel_uid32_t;
typedef short int __s16;
typedef int __s32;
typedef long long int __s64;
typedef signed char __s8;
typedef void __signalfn_t(int);
typedef __signalfn_t *__sighandler_t;
typedef long long unsigned int __u64;
typedef unsigned char __u8;
typedef __u32 __wsum;
typedef __s64 s64;
typedef struct {
	s64 counter;
} atomic64_t;

typedef atomic64_t atomic_long_t;
typedef struct {
	int counter;
} atomic_t;

typedef _Bool bool;
typedef struct {
	unsigned char bits;
	short unsigned int val;
} code;

typedef __kernel_uid32_t uid_t;
typedef struct {
	uid_t val;
} kuid_t;

typedef struct {
	atomic_long_t a;
} local_t;

typedef struct {
	local_t a;
} local64_t;

typedef __kernel_loff_t loff_t;
typedef __kernel_pid_t pid_t;
struct refcount_struct {
	atomic_t refs;
};

typedef struct refcount_struct refcount_t;
typedef __s16 s16;
typedef __s32 s32;
typedef __s8 s8;
struct seqcount {
	unsigned int sequence;
};

typedef struct seqcount seqcount_t;
struct seqcount_spinlock {
	seqcount_t seqcount;
};

typedef struct seqcount_spinlock seqcount_spinlock_t;
typedef struct {
	long unsigned int sig[1];
} sigset_t;

union sigval {
	void *sival_ptr;
};

typedef union sigval sigval_t;
typedef __kernel_size_t size_t;
typedef __u16 u16;
typedef __u32 u32;
typedef __u64 u64;
typedef __u8 u8;
struct list_head {
	struct list_head *next;
	struct list_head *prev;
};

struct wait_queue_head {
	struct list_head head;
};

typedef struct wait_queue_head wait_queue_head_t;
enum {
	BPF_ANY = 0,
	BPF_NOEXIST = 1,
	BPF_EXIST = 2,
};

enum {
	BPF_F_NO_PREALLOC = 1,
	BPF_F_MMAPABLE = 1024,
};

enum {
	BPF_F_FAST_STACK_CMP = 512,
};

enum {
	BPF_LOCAL_STORAGE_GET_F_CREATE = 1,
};

enum {
	BPF_RB_AVAIL_DATA = 0,
};

enum {
	BPF_RB_NO_WAKEUP = 1,
	BPF_RB_FORCE_WAKEUP = 2,
};

enum bpf_map_type {
	BPF_MAP_TYPE_HASH = 1,
	BPF_MAP_TYPE_ARRAY = 2,
	BPF_MAP_TYPE_STACK_TRACE = 7,
	BPF_MAP_TYPE_RINGBUF = 27,
	BPF_MAP_TYPE_TASK_STORAGE = 29,
};

enum {
	false = 0,
	true = 1,
};

enum fp_type {
	FP_STATE_CURRENT = 0,
	FP_STATE_FPSIMD = 1,
	FP_STATE_SVE = 2,
};

enum {
	none = 0,
};

enum perf_event_state {
	PERF_EVENT_STATE_DEAD = -4,
	PERF_EVENT_STATE_EXIT = -3,
	PERF_EVENT_STATE_ERROR = -2,
	PERF_EVENT_STATE_OFF = -1,
	PERF_EVENT_STATE_INACTIVE = 0,
	PERF_EVENT_STATE_ACTIVE = 1,
};

union __sifields {
	struct {
		__kernel_pid_t _pid;
		sigval_t _sigval;
	} _rt;
	struct {
		__kernel_pid_t _pid;
		int _status;
	} _sigchld;
	struct {
		void *_addr;
	} _sigfault;
};

struct bpf_iter__task {
	union {
		struct bpf_iter_meta *meta;
	};
	union {
		struct task_struct *task;
	};
};

struct bpf_iter_meta {
	union {
		struct seq_file *seq;
	};
};

struct cgroup_subsys_state {
	struct cgroup *cgroup;
	struct list_head children;
	int id;
	unsigned int flags;
	struct cgroup_subsys_state *parent;
};

struct cgroup_bpf {
	u8 flags[38];
};

struct cgroup {
	struct cgroup_subsys_state self;
	long unsigned int flags;
	int level;
	struct kernfs_node *kn;
	struct cgroup_subsys_state *subsys[14];
	struct cgroup_root *root;
	struct cgroup_bpf bpf;
};

struct cgroup_root {
	int hierarchy_id;
	unsigned int flags;
	char name[64];
};

struct cpu_context {
	long unsigned int x19;
	long unsigned int x20;
	long unsigned int x21;
	long unsigned int x22;
	long unsigned int x23;
	long unsigned int x24;
	long unsigned int x25;
	long unsigned int x26;
	long unsigned int x27;
	long unsigned int x28;
	long unsigned int fp;
	long unsigned int sp;
	long unsigned int pc;
};

struct cred {
	atomic_long_t usage;
	kuid_t uid;
	kuid_t euid;
};

struct css_set {
	struct cgroup_subsys_state *subsys[14];
	struct cgroup *dfl_cgrp;
};

struct debug_info {
	int suspended_step;
	int bps_disabled;
	int wps_disabled;
	struct perf_event *hbp_break[16];
	struct perf_event *hbp_watch[16];
};

struct qstr {
	const unsigned char *name;
};

struct dentry {
	struct dentry *d_parent;
	struct qstr d_name;
};

struct path {
	struct vfsmount *mnt;
	struct dentry *dentry;
};

struct file {
	struct inode *f_inode;
	struct path f_path;
};

struct fs_struct {
	seqcount_spinlock_t seq;
	struct path root;
	struct path pwd;
};

struct inode {
	union {
		const unsigned int i_nlink;
	};
};

struct sigaction {
	__sighandler_t sa_handler;
	long unsigned int sa_flags;
};

struct k_sigaction {
	struct sigaction sa;
};

struct kernel_siginfo {
	struct {
		int si_code;
		union __sifields _sifields;
	};
};

struct kernfs_node {
	atomic_t count;
	struct kernfs_node *parent;
	const char *name;
	const void *ns;
	short unsigned int flags;
	u64 id;
};

struct linux_binprm {
	struct mm_struct *mm;
	struct file *interpreter;
	struct file *file;
	struct cred *cred;
	int argc;
	const char *filename;
	const char *interp;
};

struct mm_struct {
	struct {
		long unsigned int arg_start;
		long unsigned int arg_end;
		long unsigned int env_start;
		long unsigned int env_end;
		long unsigned int flags;
		struct task_struct *owner;
	};
};

struct vfsmount {
	struct dentry *mnt_root;
};

struct mount {
	struct mount *mnt_parent;
	struct dentry *mnt_mountpoint;
	struct vfsmount mnt;
};

struct mutex {
	atomic_long_t owner;
};

struct ns_common {
	unsigned int inum;
	refcount_t count;
};

struct perf_event {
	struct perf_event *group_leader;
	enum perf_event_state state;
	local64_t count;
	struct perf_event_context *ctx;
	struct perf_event *parent;
	int cpu;
	struct task_struct *owner;
	struct pid_namespace *ns;
	u64 id;
};

struct perf_event_context {
	struct task_struct *task;
};

struct upid {
	int nr;
	struct pid_namespace *ns;
};

struct pid {
	refcount_t count;
	unsigned int level;
	struct upid numbers[0];
};

struct pid_namespace {
	struct task_struct *child_reaper;
	unsigned int level;
	struct pid_namespace *parent;
	struct ns_common ns;
};

struct user_pt_regs {
	__u64 regs[31];
	__u64 sp;
	__u64 pc;
	__u64 pstate;
};

struct pt_regs {
	union {
		struct user_pt_regs user_regs;
		struct {
			u64 regs[31];
			u64 sp;
			u64 pc;
			u64 pstate;
		};
	};
	u64 orig_x0;
	s32 syscallno;
	u32 unused2;
	u64 sdei_ttbr1;
	u64 pmr_save;
	u64 stackframe[2];
	u64 lockdep_hardirqs;
	u64 exit_rcu;
};

struct ptrauth_key {
	long unsigned int lo;
	long unsigned int hi;
};

struct ptrauth_keys_kernel {
	struct ptrauth_key apia;
};

struct ptrauth_keys_user {
	struct ptrauth_key apia;
	struct ptrauth_key apib;
	struct ptrauth_key apda;
	struct ptrauth_key apdb;
	struct ptrauth_key apga;
};

struct sched_entity {
	u64 sum_exec_runtime;
	struct sched_entity *parent;
};

struct sched_info {
	long long unsigned int run_delay;
};

struct seq_file {
	size_t size;
	size_t from;
	size_t count;
	loff_t index;
	const struct file *file;
};

struct sighand_struct {
	refcount_t count;
	struct k_sigaction action[64];
};

struct task_io_accounting {
	u64 read_bytes;
	u64 write_bytes;
};

struct signal_struct {
	atomic_t live;
	int nr_threads;
	struct list_head thread_head;
	wait_queue_head_t wait_chldexit;
	int group_exit_code;
	struct task_struct *group_exec_task;
	unsigned int flags;
	unsigned int is_child_subreaper: 1;
	unsigned int has_child_subreaper: 1;
	struct pid *pids[4];
	int leader;
	u64 utime;
	u64 stime;
	long unsigned int nvcsw;
	long unsigned int nivcsw;
	long unsigned int min_flt;
	long unsigned int maj_flt;
	long unsigned int maxrss;
	struct task_io_accounting ioac;
	long long unsigned int sum_sched_runtime;
	struct mutex cred_guard_mutex;
};

struct thread_info {
	long unsigned int flags;
	u32 cpu;
};

struct user_fpsimd_state {
	__int128 unsigned vregs[32];
	__u32 fpsr;
	__u32 fpcr;
	__u32 __reserved[2];
};

struct thread_struct {
	struct cpu_context cpu_context;
	long: 64;
	struct {
		long unsigned int tp_value;
		long unsigned int tp2_value;
		u64 fpmr;
		long unsigned int pad;
		struct user_fpsimd_state fpsimd_state;
	} uw;
	enum fp_type fp_type;
	unsigned int fpsimd_cpu;
	void *sve_state;
	void *sme_state;
	unsigned int vl[2];
	unsigned int vl_onexec[2];
	long unsigned int fault_address;
	long unsigned int fault_code;
	struct debug_info debug;
	long: 64;
	struct user_fpsimd_state kernel_fpsimd_state;
	unsigned int kernel_fpsimd_cpu;
	struct ptrauth_keys_user keys_user;
	struct ptrauth_keys_kernel keys_kernel;
	u64 mte_ctrl;
	u64 sctlr_user;
	u64 svcr;
	u64 tpidr2_el0;
	u64 por_el0;
};

struct task_struct {
	struct thread_info thread_info;
	unsigned int __state;
	void *stack;
	refcount_t usage;
	unsigned int flags;
	unsigned int ptrace;
	int on_cpu;
	int static_prio;
	unsigned int rt_priority;
	struct sched_entity se;
	unsigned int policy;
	struct sched_info sched_info;
	struct mm_struct *mm;
	int exit_state;
	int exit_code;
	unsigned int in_execve: 1;
	pid_t pid;
	pid_t tgid;
	struct task_struct *real_parent;
	struct task_struct *parent;
	struct list_head children;
	struct task_struct *group_leader;
	struct pid *thread_pid;
	struct list_head thread_node;
	u64 utime;
	u64 stime;
	long unsigned int nvcsw;
	long unsigned int nivcsw;
	u64 start_boottime;
	long unsigned int min_flt;
	long unsigned int maj_flt;
	const struct cred *cred;
	char comm[16];
	struct fs_struct *fs;
	struct signal_struct *signal;
	struct sighand_struct *sighand;
	sigset_t blocked;
	sigset_t real_blocked;
	struct task_io_accounting ioac;
	struct css_set *cgroups;
	struct thread_struct thread;
};


#pragma clang attribute pop
