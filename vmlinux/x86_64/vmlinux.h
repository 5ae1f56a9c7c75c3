/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Kernel types for x86_64, from Linux 6.12.117+deb12-cloud-amd64.
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
struct fpstate;
struct fs_struct;
struct inode;
struct io_bitmap;
struct kernfs_node;
struct list_head;
struct math_emu_info;
struct mm_struct;
struct mount;
struct perf_event;
struct perf_event_context;
struct pid;
struct pid_namespace;
struct pt_regs;
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

struct cred {
	atomic_long_t usage;
	kuid_t uid;
	kuid_t euid;
};

struct css_set {
	struct cgroup_subsys_state *subsys[14];
	struct cgroup *dfl_cgrp;
};

struct qstr {
	const unsigned char *name;
};

struct dentry {
	struct dentry *d_parent;
	struct qstr d_name;
};

struct desc_struct {
	u16 type: 4;
};

struct path {
	struct vfsmount *mnt;
	struct dentry *dentry;
};

struct file {
	struct inode *f_inode;
	struct path f_path;
};

struct fregs_state {
	u32 cwd;
	u32 status;
};

struct fxregs_state {
	u16 cwd;
};

struct swregs_state {
	u32 cwd;
	u8 changed;
	struct math_emu_info *info;
};

struct xstate_header {
	u64 reserved[6];
};

struct xregs_state {
	struct xstate_header header;
};

union fpregs_state {
	struct fregs_state fsave;
	struct fxregs_state fxsave;
	struct swregs_state soft;
	struct xregs_state xsave;
	u8 __padding[4096];
};

struct fpstate {
	unsigned int size;
	union fpregs_state regs;
};

struct fpu_state_perm {
	u64 __state_perm;
	unsigned int __state_size;
	unsigned int __user_state_size;
};

struct fpu {
	unsigned int last_cpu;
	long unsigned int avx512_timestamp;
	struct fpstate *fpstate;
	struct fpstate *__task_fpstate;
	struct fpu_state_perm perm;
	struct fpu_state_perm guest_perm;
	struct fpstate __fpstate;
};

struct fred_cs {
	u64 cs: 16;
	u64 sl: 2;
	u64 wfe: 1;
};

struct fred_ss {
	u64 type: 4;
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

struct io_bitmap {
	unsigned int max;
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

struct math_emu_info {
	struct pt_regs *regs;
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

struct pt_regs {
	long unsigned int r15;
	long unsigned int r14;
	long unsigned int r13;
	long unsigned int r12;
	long unsigned int bp;
	long unsigned int bx;
	long unsigned int r11;
	long unsigned int r10;
	long unsigned int r9;
	long unsigned int r8;
	long unsigned int ax;
	long unsigned int cx;
	long unsigned int dx;
	long unsigned int si;
	long unsigned int di;
	long unsigned int orig_ax;
	long unsigned int ip;
	union {
		u16 cs;
		u64 csx;
		struct fred_cs fred_cs;
	};
	long unsigned int flags;
	long unsigned int sp;
	union {
		u16 ss;
		u64 ssx;
		struct fred_ss fred_ss;
	};
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
	u32 status;
	u32 cpu;
};

struct thread_shstk {
	u64 size;
};

struct thread_struct {
	struct desc_struct tls_array[3];
	long unsigned int sp;
	short unsigned int es;
	short unsigned int ds;
	short unsigned int fsindex;
	short unsigned int gsindex;
	long unsigned int fsbase;
	long unsigned int gsbase;
	struct perf_event *ptrace_bps[4];
	long unsigned int virtual_dr6;
	long unsigned int ptrace_dr7;
	long unsigned int cr2;
	long unsigned int trap_nr;
	long unsigned int error_code;
	struct io_bitmap *io_bitmap;
	long unsigned int iopl_emul;
	unsigned int iopl_warn: 1;
	u32 pkru;
	long unsigned int features;
	long unsigned int features_locked;
	struct thread_shstk shstk;
	long: 64;
	struct fpu fpu;
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
