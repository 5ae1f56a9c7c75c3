/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The field registry: the one table that names every fact an event can carry.
 *
 * Struct members, JSON keys, CSV headers, SQL columns, the filter language,
 * `lifeline fields` and the manual are all made from it, so a new field is one
 * line here. Keys are OpenTelemetry's where it has one.
 *
 * X(ID, member, TYPE, key, alias, unit, events, values, help)
 *   ID      LL_F_<ID> names the field in code
 *   TYPE    INT (int64_t), UINT (uint64_t), TIME (uint64_t, a point in time), BOOL (bool), STR and ARGS (struct ll_str;
 *           ARGS holds NUL-separated strings), ENUM (uint8_t, index into values)
 *   alias   short name for filters; NULL when there is none
 *   unit    "ns", "bytes", "count" or ""
 *   events  LL_E_* mask: the events that may carry it, and LL_E_TREE
 *   values  for ENUM a NULL-terminated array of names, defined in fields.c; else NULL
 */
#pragma once

enum ll_event_kind {
	LL_EVENT_SNAPSHOT = 0,
	LL_EVENT_FORK,
	LL_EVENT_EXEC,
	LL_EVENT_EXEC_FAILED,
	LL_EVENT_EXIT,
	LL_EVENT_REAP,
	LL_EVENT_REPARENT,
	LL_EVENT_RENAME,
	LL_EVENT_OOM_KILL,
	LL_EVENT_LOST,
	/* Not shown: ends one pass of snapshot events; see ll_model_apply(). */
	LL_EVENT_SNAPSHOT_END,
	LL_EVENT_KINDS,
};

#define LL_E(kind) (1u << LL_EVENT_##kind)
#define LL_E_ALL ((1u << LL_EVENT_KINDS) - 1u)
/* Not an event: a line of `tree --json`, which is a process with all that is known of it. */
#define LL_E_TREE (1u << 31)
#define LL_E_SUBJECT (LL_E_ALL & ~(LL_E(LOST) | LL_E(SNAPSHOT_END)))
#define LL_E_IDENTITY (LL_E(SNAPSHOT) | LL_E(FORK) | LL_E(EXEC) | LL_E(EXEC_FAILED))
#define LL_E_IMAGE (LL_E(SNAPSHOT) | LL_E(EXEC))
#define LL_E_ARGS (LL_E_IMAGE | LL_E(EXEC_FAILED))
/* How it ended: told at the exit, again at the reap, and by the snapshot of a zombie. */
#define LL_E_STATUS (LL_E(EXIT) | LL_E(REAP) | LL_E(SNAPSHOT))
#define LL_E_USAGE (LL_E(EXIT) | LL_E(REAP))

enum ll_fork_kind { LL_FORK_PROCESS, LL_FORK_VFORK, LL_FORK_THREAD, LL_FORK_KTHREAD };
enum ll_exit_scope { LL_EXIT_THREAD, LL_EXIT_PROCESS };
enum ll_reap_precision { LL_REAP_EXACT, LL_REAP_RCU };
enum ll_reparent_reason { LL_REPARENT_SUBREAPER, LL_REPARENT_INIT, LL_REPARENT_OBSERVED };
enum ll_file_state { LL_FILE_MEMFD, LL_FILE_DELETED };
enum ll_task_state { LL_TASK_ALIVE, LL_TASK_ZOMBIE, LL_TASK_LEADER_DEAD, LL_TASK_REAPED };

/* clang-format off */
#define LL_FIELDS(X) \
X(TIME, time_unix_ns, TIME, "time_unix_nano", "time", "ns", LL_E_ALL, NULL, "When it happened, wall clock, nanoseconds since 1970") \
X(SEQ, sequence, UINT, "event.sequence", "seq", "count", LL_E_ALL, NULL, "Place in the stream of all events; what is not shown leaves a hole") \
X(LATE, late, BOOL, "event.late", "late", "", LL_E_ALL, NULL, "True when it arrived after later events had been shown") \
X(INFERRED, inferred, BOOL, "inferred", "inferred", "", LL_E_ALL | LL_E_TREE, NULL, "True when rebuilt from a snapshot after a gap, not observed") \
X(HOST_NAME, host_name, STR, "host.name", "host", "", LL_E_ALL, NULL, "Host name of the traced machine") \
X(BOOT_ID, boot_id, STR, "host.boot.id", "boot", "", LL_E_ALL, NULL, "Boot id of the traced machine") \
X(PID, tgid, UINT, "process.pid", "pid", "", LL_E_SUBJECT | LL_E_TREE, NULL, "Process id; of a fork, the child's") \
X(TID, tid, UINT, "thread.id", "tid", "", LL_E_SUBJECT, NULL, "Thread id; of a fork, the child's") \
X(ENTITY_ID, entity_id, STR, "process.entity_id", "id", "", LL_E_SUBJECT | LL_E_TREE, NULL, "Identity of the process that no reused pid shares: pid and start time; unique within a boot") \
X(CREATION, start_boottime_ns, TIME, "process.creation.boottime_ns", "start", "ns", LL_E_SUBJECT | LL_E_TREE, NULL, "When the process was created, nanoseconds since boot") \
X(COMM, comm, STR, "process.executable.name", "comm", "", LL_E_SUBJECT | LL_E_TREE, NULL, "Thread name as the kernel keeps it, at most 15 bytes") \
X(PPID, parent_tgid, UINT, "process.parent_pid", "ppid", "", LL_E_SUBJECT | LL_E_TREE, NULL, "Parent's process id at that moment") \
X(PARENT_ENTITY_ID, parent_entity_id, STR, "process.parent.entity_id", "parent_id", "", LL_E_SUBJECT | LL_E_TREE, NULL, "Identity of the parent") \
X(ORIGINAL_PPID, original_parent_tgid, UINT, "process.original_parent_pid", "birth_ppid", "", LL_E_TREE, NULL, "Parent's process id at birth; absent when the birth was not seen") \
X(DEPTH, depth, UINT, "process.tree.depth", "depth", "", LL_E_TREE, NULL, "Level in the tree, 0 for a root; the parent is the last line before it that is one level up") \
X(FORK_KIND, fork_kind, ENUM, "process.fork.kind", "kind", "", LL_E(FORK), fork_kind_names, "What was created") \
X(FORK_CALLER, fork_caller_tgid, UINT, "process.fork.caller_pid", "caller", "", LL_E(FORK), NULL, "Process that called fork or clone; not the parent with CLONE_PARENT") \
X(FORK_CALLER_TID, fork_caller_tid, UINT, "process.fork.caller_tid", "caller_tid", "", LL_E(FORK), NULL, "Thread that called fork or clone") \
X(KTHREAD, is_kthread, BOOL, "process.linux.kernel_thread", "kthread", "", LL_E_IDENTITY | LL_E_TREE, NULL, "True for a kernel thread") \
X(STATE_NOW, task_state, ENUM, "process.linux.task_state", "task_state", "", LL_E(SNAPSHOT) | LL_E_TREE, task_state_names, "Life stage when the snapshot saw it, or at the end of the watch") \
X(THREADS, thread_count, UINT, "process.thread.count", "threads", "count", LL_E_TREE, NULL, "Threads that live, the leader included; 0 when the process is over") \
X(THREADS_PEAK, thread_peak, UINT, "process.thread.peak", "peak_threads", "count", LL_E_TREE, NULL, "Most threads that lived at once while it was watched, the leader included") \
X(EXE, exe, STR, "process.executable.path", "exe", "", LL_E_IMAGE | LL_E_TREE, NULL, "Absolute path of the running file, as /proc/PID/exe shows it without its \" (deleted)\"; for a script, its interpreter's") \
X(EXE_STATE, exe_state, ENUM, "process.executable.unlinked", "unlinked", "", LL_E_IMAGE | LL_E_TREE, file_state_names, "Set when the executable has no name in a file system") \
X(FILENAME, filename, STR, "process.exec.filename", "file", "", LL_E(EXEC) | LL_E(EXEC_FAILED) | LL_E_TREE, NULL, "The path handed to execve, as given; for a script, the script") \
X(INTERPRETER, interpreter, STR, "process.interpreter", "interp", "", LL_E(EXEC) | LL_E_TREE, NULL, "For a script, the interpreter its first line names") \
X(ARGS, args, ARGS, "process.command_args", "args", "", LL_E_ARGS | LL_E_TREE, NULL, "The arguments, each kept apart") \
X(ARGS_TRUNCATED, args_truncated, BOOL, "process.command_args.truncated", "args_truncated", "", LL_E_ARGS | LL_E_TREE, NULL, "True when arguments are missing at the end (see --max-args)") \
X(ARGS_BYTES, args_bytes, UINT, "process.command_args.size", "args_bytes", "bytes", LL_E_IMAGE, NULL, "Size of all arguments with their terminators, shipped or not") \
X(PATH_TRUNCATED, path_truncated, BOOL, "process.path.truncated", "path_truncated", "", LL_E(EXEC) | LL_E(EXEC_FAILED), NULL, "True when a path was longer than could be read") \
X(CWD, cwd, STR, "process.working_directory", "cwd", "", LL_E_IMAGE | LL_E_TREE, NULL, "Working directory") \
X(ENV, env, ARGS, "process.environment", "env", "", LL_E(EXEC), NULL, "Environment, only with --env; may hold secrets") \
X(ENV_TRUNCATED, env_truncated, BOOL, "process.environment.truncated", "env_truncated", "", LL_E(EXEC), NULL, "True when variables are missing at the end") \
X(PREVIOUS_TID, previous_tid, UINT, "process.previous_thread.id", "previous_tid", "", LL_E(EXEC), NULL, "Former thread id when a thread other than the leader executed") \
X(EXEC_ERROR, exec_error, STR, "error.type", "error", "", LL_E(EXEC_FAILED), NULL, "Why the exec failed, as an errno name (ENOENT)") \
X(EUID, euid, UINT, "process.user.id", "uid", "", LL_E_IDENTITY | LL_E_TREE, NULL, "Effective user id") \
X(RUID, ruid, UINT, "process.real_user.id", "ruid", "", LL_E_IDENTITY | LL_E_TREE, NULL, "Real user id") \
X(PGID, pgid, UINT, "process.group_leader.pid", "pgid", "", LL_E_IDENTITY | LL_E_TREE, NULL, "Process group") \
X(SID, sid, UINT, "process.session_leader.pid", "sid", "", LL_E_IDENTITY | LL_E_TREE, NULL, "Session") \
X(VPID, vpid, UINT, "process.vpid", "vpid", "", LL_E_IDENTITY | LL_E_TREE, NULL, "Process id inside its own pid namespace") \
X(CGROUP, cgroup, STR, "process.linux.cgroup", "cgroup", "", LL_E_IDENTITY | LL_E_TREE, NULL, "Control group path (v2; on v1 hosts the chosen controller's)") \
X(CONTAINER, container_id, STR, "container.id", "container", "", LL_E_IDENTITY | LL_E_TREE, NULL, "Container id found in the cgroup path") \
X(EXIT_SCOPE, exit_scope, ENUM, "process.exit.scope", "scope", "", LL_E(EXIT), exit_scope_names, "Whether a thread ended or the whole process") \
X(EXIT_CODE, exit_code, UINT, "process.exit.code", "code", "", LL_E_STATUS | LL_E_TREE, NULL, "Exit status 0 to 255; absent when a signal ended it") \
X(EXIT_SIGNAL, exit_signal, STR, "process.exit.signal", "signal", "", LL_E_STATUS | LL_E_TREE, NULL, "Signal that ended it (SIGKILL); absent when it exited") \
X(EXIT_CORE, core_dumped, BOOL, "process.exit.core_dumped", "core", "", LL_E_STATUS | LL_E_TREE, NULL, "Whether a core was dumped; only with a signal") \
X(EXIT_STATUS, wait_status, UINT, "process.exit.wait_status", "status", "", LL_E_STATUS | LL_E_TREE, NULL, "The status word exactly as waitpid gives it") \
X(DURATION, duration_ns, UINT, "process.duration_ns", "duration", "ns", LL_E(EXIT) | LL_E_TREE, NULL, "Life from creation to death") \
X(UTIME, cpu_user_ns, UINT, "process.cpu.user_ns", "utime", "ns", LL_E_USAGE | LL_E_TREE, NULL, "User CPU time of all threads; at exit short of the last tick, at reap final") \
X(STIME, cpu_system_ns, UINT, "process.cpu.system_ns", "stime", "ns", LL_E_USAGE | LL_E_TREE, NULL, "System CPU time of all threads; at exit short of the last tick, at reap final") \
X(CPU_WAIT, cpu_wait_ns, UINT, "process.cpu.wait_ns", "wait", "ns", LL_E_USAGE | LL_E_TREE, NULL, "Time all threads waited for a CPU (run-queue delay)") \
X(MAXRSS, max_rss_bytes, UINT, "process.memory.max_rss_bytes", "maxrss", "bytes", LL_E_USAGE | LL_E_TREE, NULL, "Largest resident set") \
X(MINFLT, minor_faults, UINT, "process.faults.minor", "minflt", "count", LL_E_USAGE, NULL, "Page faults without I/O") \
X(MAJFLT, major_faults, UINT, "process.faults.major", "majflt", "count", LL_E_USAGE, NULL, "Page faults that needed I/O") \
X(NVCSW, voluntary_switches, UINT, "process.context_switches.voluntary", "nvcsw", "count", LL_E_USAGE, NULL, "Context switches it asked for by waiting") \
X(NIVCSW, involuntary_switches, UINT, "process.context_switches.involuntary", "nivcsw", "count", LL_E_USAGE, NULL, "Context switches forced on it") \
X(READ_BYTES, io_read_bytes, UINT, "process.io.read_bytes", "read", "bytes", LL_E_USAGE, NULL, "Bytes fetched from storage") \
X(WRITE_BYTES, io_write_bytes, UINT, "process.io.write_bytes", "written", "bytes", LL_E_USAGE, NULL, "Bytes sent to storage") \
X(USAGE_PARTIAL, usage_partial, BOOL, "process.usage.partial", "partial", "", LL_E_USAGE, NULL, "True when some threads' resource use was not yet added in") \
X(ZOMBIE, zombie_ns, UINT, "process.zombie_ns", "zombie", "ns", LL_E(REAP) | LL_E_TREE, NULL, "Time between death and reap") \
X(REAPER, reaper_tgid, UINT, "process.reaper.pid", "reaper", "", LL_E(REAP) | LL_E_TREE, NULL, "Process that reaped it; its own pid when nobody had to; absent when only the RCU echo was seen") \
X(REAP_PRECISION, reap_precision, ENUM, "process.reap.precision", "precision", "", LL_E(REAP) | LL_E_TREE, reap_precision_names, "exact: at release_task; rcu: at its delayed echo, later by milliseconds") \
X(REPARENT_FROM, previous_parent_tgid, UINT, "process.reparent.previous_parent_pid", "from_ppid", "", LL_E(REPARENT), NULL, "The parent before") \
X(REPARENT_REASON, reparent_reason, ENUM, "process.reparent.reason", "reason", "", LL_E(REPARENT), reparent_reason_names, "Who the new parent is to it; observed: seen by the iterator, cause unknown") \
X(PREVIOUS_COMM, previous_comm, STR, "process.executable.previous_name", "old_comm", "", LL_E(RENAME), NULL, "Thread name before") \
X(LOST_KIND, lost_kind, STR, "lost.kind", "lost_kind", "", LL_E(LOST), NULL, "Kind of the events that were lost") \
X(LOST_COUNT, lost_count, UINT, "lost.count", "lost_count", "count", LL_E(LOST), NULL, "How many were lost") \
X(LOST_CPU, lost_cpu, UINT, "lost.cpu", "lost_cpu", "", LL_E(LOST), NULL, "CPU they were lost on")
/* clang-format on */

enum ll_field {
#define X(id, ...) LL_F_##id,
	LL_FIELDS(X)
#undef X
		LL_F_COUNT,
};
