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
 *   events  LL_E_* mask: the events that may carry it, and LL_E_TREE, LL_E_STATES and their like
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
	LL_EVENT_SIGNAL_GENERATE,
	LL_EVENT_SIGNAL_DELIVER,
	LL_EVENT_STATE, /* one change of state */
	LL_EVENT_STATE_TIMES, /* how a thread has spent its time so far */
	LL_EVENT_LOST,
	/* Not shown: ends one pass of snapshot events; see ll_model_apply(). */
	LL_EVENT_SNAPSHOT_END,
	/* Not shown, and not for the model: what time it is; views are drawn as of it. */
	LL_EVENT_CLOCK,
	/* Neither: how many pids the machine has, or the limit that a control group runs into. */
	LL_EVENT_LIMITS,
	LL_EVENT_KINDS,
};

#define LL_E(kind) (1u << LL_EVENT_##kind)
#define LL_E_ALL ((1u << LL_EVENT_KINDS) - 1u)
/* Not an event: a line of `tree --json`, which is a process with all that is known of it. */
#define LL_E_TREE (1u << 31)
/* The same of `states --json`, whose lines are processes, too, and threads. */
#define LL_E_STATES (1u << 30)
/* A line of `signals --json`: what one sent to another. */
#define LL_E_SIGNALS (1u << 29)
/* A line of `zombies --json`: a parent, or a zombie it has. */
#define LL_E_ZOMBIES (1u << 28)
/* A line of `summary --json`. */
#define LL_E_SUMMARY (1u << 27)
/* A line of `diff --json`: a difference of two captures; process.* is of the second. */
#define LL_E_DIFF (1u << 26)
#define LL_E_HIDDEN (LL_E(SNAPSHOT_END) | LL_E(CLOCK) | LL_E(LIMITS))
#define LL_E_SUBJECT (LL_E_ALL & ~(LL_E(LOST) | LL_E_HIDDEN))
#define LL_E_IDENTITY (LL_E(SNAPSHOT) | LL_E(FORK) | LL_E(EXEC) | LL_E(EXEC_FAILED))
#define LL_E_IMAGE (LL_E(SNAPSHOT) | LL_E(EXEC))
#define LL_E_ARGS (LL_E_IMAGE | LL_E(EXEC_FAILED))
/* How it ended: told at the exit, again at the reap, and by the snapshot of a zombie. */
#define LL_E_STATUS (LL_E(EXIT) | LL_E(REAP) | LL_E(SNAPSHOT))
#define LL_E_USAGE (LL_E(EXIT) | LL_E(REAP))
#define LL_E_SIGNAL (LL_E(SIGNAL_GENERATE) | LL_E(SIGNAL_DELIVER))
/* Who sent it: told of a signal, and of the one that ended a process. */
#define LL_E_SENDER (LL_E(SIGNAL_GENERATE) | LL_E(EXIT))

enum ll_fork_kind { LL_FORK_PROCESS, LL_FORK_VFORK, LL_FORK_THREAD, LL_FORK_KTHREAD };
enum ll_exit_scope { LL_EXIT_THREAD, LL_EXIT_PROCESS };
enum ll_reap_precision { LL_REAP_EXACT, LL_REAP_RCU };
enum ll_reparent_reason { LL_REPARENT_SUBREAPER, LL_REPARENT_INIT, LL_REPARENT_OBSERVED };
enum ll_file_state { LL_FILE_MEMFD, LL_FILE_DELETED };
enum ll_sigchld {
	LL_SIGCHLD_DEFAULT,
	LL_SIGCHLD_IGNORE,
	LL_SIGCHLD_NO_WAIT,
	LL_SIGCHLD_HANDLER,
};
enum ll_exit_cause {
	LL_CAUSE_EXITED, /* it ended itself */
	LL_CAUSE_SIGNAL, /* a signal that another sent, or it sent itself */
	LL_CAUSE_FAULT, /* a signal for what it did: SIGSEGV and the like */
	LL_CAUSE_OOM,
	LL_CAUSE_PID_NAMESPACE, /* the init of its pid namespace ended */
	LL_CAUSE_GROUP_EXIT, /* of a thread: its process ended */
	LL_CAUSE_EXEC, /* of a thread: another one executed a program */
};
enum ll_signal_result {
	LL_SIGNAL_DELIVERED,
	LL_SIGNAL_IGNORED,
	LL_SIGNAL_ALREADY_PENDING,
	LL_SIGNAL_OVERFLOW,
	LL_SIGNAL_INFO_LOST,
};
enum ll_signal_scope { LL_SIGNAL_THREAD, LL_SIGNAL_PROCESS };
enum ll_disposition {
	LL_DISPOSITION_DEFAULT,
	LL_DISPOSITION_IGNORE,
	LL_DISPOSITION_HANDLER,
	LL_DISPOSITION_BLOCKED,
};
enum ll_sender_kind { LL_SENDER_USER, LL_SENDER_SELF, LL_SENDER_TIMER, LL_SENDER_KERNEL };
enum ll_signal_action {
	LL_ACTION_HANDLER,
	LL_ACTION_IGNORE,
	LL_ACTION_TERMINATE,
	LL_ACTION_CORE,
	LL_ACTION_STOP,
	LL_ACTION_CONTINUE,
};
/* Where a thread's time goes; in the order of LL_WIRE_STATE_*. Zombie: the dead are not accounted. */
enum ll_state {
	LL_STATE_RUNNING,
	LL_STATE_RUNNABLE,
	LL_STATE_SLEEPING,
	LL_STATE_UNINTERRUPTIBLE,
	LL_STATE_STOPPED,
	LL_STATE_TRACED,
	LL_STATE_IDLE,
	LL_STATE_ZOMBIE,
};
#define LL_STATES_TIMED 7
enum ll_sched_policy {
	LL_SCHED_OTHER,
	LL_SCHED_FIFO,
	LL_SCHED_RR,
	LL_SCHED_BATCH,
	LL_SCHED_IDLE,
	LL_SCHED_DEADLINE,
	LL_SCHED_EXT,
};
/* What a parent that has zombies is to the processes of its pid namespace. */
enum ll_holder {
	LL_HOLDER_PARENT,
	LL_HOLDER_SUBREAPER, /* has taken over some of its zombies */
	LL_HOLDER_INIT, /* of the pid namespace lifeline runs in */
	LL_HOLDER_CONTAINER_INIT, /* of a nested one */
};
/* What a line of a summary is about. */
enum ll_summary_section {
	LL_SECTION_TOTAL,
	LL_SECTION_LOST,
	LL_SECTION_LIFE,
	LL_SECTION_SHORT_LIFE,
	LL_SECTION_EXEC_DELAY,
	LL_SECTION_CHAIN,
	LL_SECTION_RATE,
	LL_SECTION_LONGEST,
	LL_SECTION_CPU,
	LL_SECTION_MEMORY,
	LL_SECTION_EXECUTABLE,
	LL_SECTION_FAILURE,
	LL_SECTION_PATH,
	LL_SECTION_PATH_NAME,
	LL_SECTION_PATH_PART,
};
enum ll_task_state { LL_TASK_ALIVE, LL_TASK_ZOMBIE, LL_TASK_LEADER_DEAD, LL_TASK_REAPED };

/* clang-format off */
#define LL_FIELDS(X) \
X(TIME, time_unix_ns, TIME, "time_unix_nano", "time", "ns", LL_E_ALL | LL_E_ZOMBIES, NULL, "When it happened, wall clock, nanoseconds since 1970") \
X(SEQ, sequence, UINT, "event.sequence", "seq", "count", LL_E_ALL, NULL, "Place in the stream of all events; what is not shown leaves a hole") \
X(LATE, late, BOOL, "event.late", "late", "", LL_E_ALL, NULL, "True when it arrived after later events had been shown") \
X(INFERRED, inferred, BOOL, "inferred", "inferred", "", LL_E_ALL | LL_E_TREE | LL_E_STATES | LL_E_ZOMBIES, NULL, "True when rebuilt from a snapshot after a gap, not observed") \
X(HOST_NAME, host_name, STR, "host.name", "host", "", LL_E_ALL, NULL, "Host name of the traced machine") \
X(BOOT_ID, boot_id, STR, "host.boot.id", "boot", "", LL_E_ALL, NULL, "Boot id of the traced machine") \
X(PID, tgid, UINT, "process.pid", "pid", "", LL_E_SUBJECT | LL_E_SIGNALS | LL_E_TREE | LL_E_STATES | LL_E_ZOMBIES | LL_E_SUMMARY | LL_E_DIFF, NULL, "Process id; of a fork, the child's") \
X(TID, tid, UINT, "thread.id", "tid", "", LL_E_SUBJECT | LL_E_STATES, NULL, "Thread id; of a fork, the child's") \
X(ENTITY_ID, entity_id, STR, "process.entity_id", "id", "", LL_E_SUBJECT | LL_E_SIGNALS | LL_E_TREE | LL_E_STATES | LL_E_ZOMBIES | LL_E_SUMMARY, NULL, "Identity of the process that no reused pid shares: pid and start time; unique within a boot") \
X(CREATION, start_boottime_ns, TIME, "process.creation.boottime_ns", "start", "ns", LL_E_SUBJECT | LL_E_SIGNALS | LL_E_TREE | LL_E_STATES | LL_E_ZOMBIES | LL_E_SUMMARY, NULL, "When the process was created, nanoseconds since boot") \
X(COMM, comm, STR, "process.executable.name", "comm", "", LL_E_SUBJECT | LL_E_SIGNALS | LL_E_TREE | LL_E_STATES | LL_E_ZOMBIES | LL_E_SUMMARY | LL_E_DIFF, NULL, "Thread name as the kernel keeps it, at most 15 bytes") \
X(PPID, parent_tgid, UINT, "process.parent_pid", "ppid", "", LL_E_SUBJECT | LL_E_TREE | LL_E_STATES | LL_E_ZOMBIES, NULL, "Parent's process id at that moment") \
X(PARENT_ENTITY_ID, parent_entity_id, STR, "process.parent.entity_id", "parent_id", "", LL_E_SUBJECT | LL_E_TREE | LL_E_STATES | LL_E_ZOMBIES, NULL, "Identity of the parent") \
X(ORIGINAL_PPID, original_parent_tgid, UINT, "process.original_parent_pid", "birth_ppid", "", LL_E_TREE | LL_E_ZOMBIES, NULL, "Parent's process id at birth; absent when the birth was not seen") \
X(DEPTH, depth, UINT, "process.tree.depth", "depth", "", LL_E_TREE | LL_E_SUMMARY | LL_E_DIFF, NULL, "Level in the tree, 0 for a root; the parent is the last line before it that is one level up") \
X(FORK_KIND, fork_kind, ENUM, "process.fork.kind", "kind", "", LL_E(FORK), fork_kind_names, "What was created") \
X(FORK_CALLER, fork_caller_tgid, UINT, "process.fork.caller_pid", "caller", "", LL_E(FORK), NULL, "Process that called fork or clone; not the parent with CLONE_PARENT") \
X(FORK_CALLER_TID, fork_caller_tid, UINT, "process.fork.caller_tid", "caller_tid", "", LL_E(FORK), NULL, "Thread that called fork or clone") \
X(KTHREAD, is_kthread, BOOL, "process.linux.kernel_thread", "kthread", "", LL_E_IDENTITY | LL_E_TREE | LL_E_STATES | LL_E_ZOMBIES, NULL, "True for a kernel thread") \
X(STATE_NOW, task_state, ENUM, "process.linux.task_state", "task_state", "", LL_E(SNAPSHOT) | LL_E_TREE | LL_E_STATES | LL_E_ZOMBIES, task_state_names, "Life stage when the snapshot saw it, or at the end of the watch") \
X(THREADS, thread_count, UINT, "process.thread.count", "threads", "count", LL_E_TREE | LL_E_STATES, NULL, "Threads that live, the leader included; 0 when the process is over") \
X(THREADS_PEAK, thread_peak, UINT, "process.thread.peak", "peak_threads", "count", LL_E_TREE, NULL, "Most threads that lived at once while it was watched, the leader included") \
X(EXE, exe, STR, "process.executable.path", "exe", "", LL_E_IMAGE | LL_E_TREE | LL_E_DIFF, NULL, "Absolute path of the running file, as /proc/PID/exe shows it without its \" (deleted)\"; for a script, its interpreter's. A filter also knows it of one that executed nothing: its parent's") \
X(EXE_STATE, exe_state, ENUM, "process.executable.unlinked", "unlinked", "", LL_E_IMAGE | LL_E_TREE, file_state_names, "Set when the executable has no name in a file system") \
X(FILENAME, filename, STR, "process.exec.filename", "file", "", LL_E(EXEC) | LL_E(EXEC_FAILED) | LL_E_TREE, NULL, "The path handed to execve, as given; for a script, the script") \
X(INTERPRETER, interpreter, STR, "process.interpreter", "interp", "", LL_E(EXEC) | LL_E_TREE, NULL, "For a script, the interpreter its first line names") \
X(ARGS, args, ARGS, "process.command_args", "args", "", LL_E_ARGS | LL_E_TREE | LL_E_STATES | LL_E_SUMMARY | LL_E_DIFF, NULL, "The arguments, each kept apart") \
X(ARGS_TRUNCATED, args_truncated, BOOL, "process.command_args.truncated", "args_truncated", "", LL_E_ARGS | LL_E_TREE | LL_E_STATES | LL_E_SUMMARY | LL_E_DIFF, NULL, "True when arguments are missing at the end (see --max-args)") \
X(ARGS_BYTES, args_bytes, UINT, "process.command_args.size", "args_bytes", "bytes", LL_E_IMAGE, NULL, "Size of all arguments with their terminators, shipped or not") \
X(PATH_TRUNCATED, path_truncated, BOOL, "process.path.truncated", "path_truncated", "", LL_E(EXEC) | LL_E(EXEC_FAILED), NULL, "True when a path was longer than could be read") \
X(CWD, cwd, STR, "process.working_directory", "cwd", "", LL_E_IMAGE | LL_E_TREE | LL_E_DIFF, NULL, "Working directory") \
X(ENV, env, ARGS, "process.environment", "env", "", LL_E(EXEC), NULL, "Environment, only with --env; may hold secrets") \
X(ENV_TRUNCATED, env_truncated, BOOL, "process.environment.truncated", "env_truncated", "", LL_E(EXEC), NULL, "True when variables are missing at the end") \
X(PREVIOUS_TID, previous_tid, UINT, "process.previous_thread.id", "previous_tid", "", LL_E(EXEC), NULL, "Former thread id when a thread other than the leader executed") \
X(EXEC_ERROR, exec_error, STR, "error.type", "error", "", LL_E(EXEC_FAILED), NULL, "Why the exec failed, as an errno name (ENOENT)") \
X(EUID, euid, UINT, "process.user.id", "uid", "", LL_E_IDENTITY | LL_E_TREE, NULL, "Effective user id") \
X(RUID, ruid, UINT, "process.real_user.id", "ruid", "", LL_E_IDENTITY | LL_E_TREE, NULL, "Real user id") \
X(PGID, pgid, UINT, "process.group_leader.pid", "pgid", "", LL_E_IDENTITY | LL_E_TREE, NULL, "Process group") \
X(SID, sid, UINT, "process.session_leader.pid", "sid", "", LL_E_IDENTITY | LL_E_TREE, NULL, "Session") \
X(VPID, vpid, UINT, "process.vpid", "vpid", "", LL_E_IDENTITY | LL_E_TREE | LL_E_ZOMBIES, NULL, "Process id inside its own pid namespace") \
X(CGROUP, cgroup, STR, "process.linux.cgroup", "cgroup", "", LL_E_IDENTITY | LL_E(LIMITS) | LL_E_TREE | LL_E_ZOMBIES, NULL, "Control group path (v2; on v1 hosts the chosen controller's)") \
X(CONTAINER, container_id, STR, "container.id", "container", "", LL_E_IDENTITY | LL_E_TREE | LL_E_ZOMBIES, NULL, "Container id found in the cgroup path") \
X(EXIT_SCOPE, exit_scope, ENUM, "process.exit.scope", "scope", "", LL_E(EXIT), exit_scope_names, "Whether a thread ended or the whole process") \
X(EXIT_CODE, exit_code, UINT, "process.exit.code", "code", "", LL_E_STATUS | LL_E_TREE | LL_E_ZOMBIES | LL_E_SUMMARY | LL_E_DIFF, NULL, "Exit status 0 to 255; absent when a signal ended it") \
X(EXIT_SIGNAL, exit_signal, STR, "process.exit.signal", "signal", "", LL_E_STATUS | LL_E_TREE | LL_E_ZOMBIES | LL_E_SUMMARY | LL_E_DIFF, NULL, "Signal that ended it (SIGKILL); absent when it exited") \
X(EXIT_CORE, core_dumped, BOOL, "process.exit.core_dumped", "core", "", LL_E_STATUS | LL_E_TREE | LL_E_ZOMBIES | LL_E_SUMMARY | LL_E_DIFF, NULL, "Whether a core was dumped; only with a signal") \
X(EXIT_STATUS, wait_status, UINT, "process.exit.wait_status", "status", "", LL_E_STATUS | LL_E_TREE | LL_E_ZOMBIES | LL_E_SUMMARY | LL_E_DIFF, NULL, "The status word exactly as waitpid gives it") \
X(DURATION, duration_ns, UINT, "process.duration_ns", "duration", "ns", LL_E(EXIT) | LL_E_TREE | LL_E_STATES | LL_E_SUMMARY | LL_E_DIFF, NULL, "Life from creation to death") \
X(UTIME, cpu_user_ns, UINT, "process.cpu.user_ns", "utime", "ns", LL_E_USAGE | LL_E_TREE | LL_E_SUMMARY, NULL, "User CPU time of all threads; at exit short of the last tick, at reap final") \
X(STIME, cpu_system_ns, UINT, "process.cpu.system_ns", "stime", "ns", LL_E_USAGE | LL_E_TREE | LL_E_SUMMARY, NULL, "System CPU time of all threads; at exit short of the last tick, at reap final") \
X(CPU_WAIT, cpu_wait_ns, UINT, "process.cpu.wait_ns", "wait", "ns", LL_E_USAGE | LL_E_TREE, NULL, "Time all threads waited for a CPU (run-queue delay)") \
X(MAXRSS, max_rss_bytes, UINT, "process.memory.max_rss_bytes", "maxrss", "bytes", LL_E_USAGE | LL_E_TREE | LL_E_SUMMARY | LL_E_DIFF, NULL, "Largest resident set") \
X(MINFLT, minor_faults, UINT, "process.faults.minor", "minflt", "count", LL_E_USAGE, NULL, "Page faults without I/O") \
X(MAJFLT, major_faults, UINT, "process.faults.major", "majflt", "count", LL_E_USAGE, NULL, "Page faults that needed I/O") \
X(NVCSW, voluntary_switches, UINT, "process.context_switches.voluntary", "nvcsw", "count", LL_E_USAGE, NULL, "Context switches it asked for by waiting") \
X(NIVCSW, involuntary_switches, UINT, "process.context_switches.involuntary", "nivcsw", "count", LL_E_USAGE, NULL, "Context switches forced on it") \
X(READ_BYTES, io_read_bytes, UINT, "process.io.read_bytes", "read", "bytes", LL_E_USAGE, NULL, "Bytes fetched from storage") \
X(WRITE_BYTES, io_write_bytes, UINT, "process.io.write_bytes", "written", "bytes", LL_E_USAGE, NULL, "Bytes sent to storage") \
X(USAGE_PARTIAL, usage_partial, BOOL, "process.usage.partial", "partial", "", LL_E_USAGE, NULL, "True when some threads' resource use was not yet added in") \
X(ZOMBIE, zombie_ns, UINT, "process.zombie_ns", "zombie", "ns", LL_E(REAP) | LL_E_TREE | LL_E_ZOMBIES, NULL, "Time between death and reap") \
X(REAPER, reaper_tgid, UINT, "process.reaper.pid", "reaper", "", LL_E(REAP) | LL_E_TREE, NULL, "Process that reaped it; its own pid when nobody had to; absent when only the RCU echo was seen") \
X(REAP_PRECISION, reap_precision, ENUM, "process.reap.precision", "precision", "", LL_E(REAP) | LL_E_TREE, reap_precision_names, "exact: at release_task; rcu: at its delayed echo, later by milliseconds") \
X(REPARENT_FROM, previous_parent_tgid, UINT, "process.reparent.previous_parent_pid", "from_ppid", "", LL_E(REPARENT), NULL, "The parent before") \
X(REPARENT_REASON, reparent_reason, ENUM, "process.reparent.reason", "reason", "", LL_E(REPARENT), reparent_reason_names, "Who the new parent is to it; observed: seen by the iterator, cause unknown") \
X(PREVIOUS_COMM, previous_comm, STR, "process.executable.previous_name", "old_comm", "", LL_E(RENAME), NULL, "Thread name before") \
X(SIGCHLD, sigchld, ENUM, "process.sigchld", "sigchld", "", LL_E(SNAPSHOT) | LL_E_ZOMBIES, sigchld_names, "What it does about its children's ends: its action for SIGCHLD") \
X(IN_WAIT, in_wait, BOOL, "process.in_wait", "in_wait", "", LL_E(SNAPSHOT) | LL_E_ZOMBIES, NULL, "True when a thread of it sleeps in wait for a child") \
X(PARENT_SIGCHLD, parent_sigchld, ENUM, "process.parent.sigchld", "parent_sigchld", "", LL_E(EXIT), sigchld_names, "What the parent does about it: its action for SIGCHLD") \
X(EXIT_CAUSE, exit_cause, ENUM, "process.exit.cause", "cause", "", LL_E(EXIT) | LL_E_TREE, exit_cause_names, "Why it ended") \
X(EXIT_DESCRIPTION, exit_description, STR, "process.exit.description", "why", "", LL_E(EXIT) | LL_E_TREE | LL_E_DIFF, NULL, "The same in words, with who sent the signal and what came before") \
X(KILL_NS, kill_ns, UINT, "process.exit.kill_ns", "kill_time", "ns", LL_E(EXIT), NULL, "Time from the signal that ended it to its death") \
X(REQUEST_SIGNAL, request_signal, STR, "process.exit.request.signal", "request", "", LL_E(EXIT), NULL, "An earlier signal that asked it to end and was not obeyed (SIGTERM)") \
X(REQUEST_NS, request_ns, UINT, "process.exit.request.ns", "request_time", "ns", LL_E(EXIT), NULL, "Time from that request to its death") \
X(REQUEST_DISPOSITION, request_disposition, ENUM, "process.exit.request.disposition", "request_disposition", "", LL_E(EXIT), disposition_names, "What it did with that request") \
X(SIGNAL, signal_name, STR, "signal.name", "sig", "", LL_E_SIGNAL | LL_E(STATE) | LL_E_SIGNALS, NULL, "The signal (SIGTERM, SIGRTMIN+3); of a change of state the one that stopped it; absent when a thread ends with its process and no signal is known to end that (the kernel tells of a 9 then, as of any end)") \
X(SIGNAL_NUMBER, signal_number, UINT, "signal.number", "signo", "", LL_E_SIGNAL | LL_E_SIGNALS, NULL, "Its number, 1 to 64; absent as signal.name is") \
X(SIGNAL_CODE, signal_code, STR, "signal.code", "si_code", "", LL_E_SIGNAL | LL_E(EXIT), NULL, "Where it comes from, as siginfo's si_code (SI_USER, CLD_EXITED, SEGV_MAPERR)") \
X(SIGNAL_RESULT, signal_result, ENUM, "signal.result", "result", "", LL_E(SIGNAL_GENERATE), signal_result_names, "What became of it at once; delivered: queued for the target") \
X(SIGNAL_SCOPE, signal_scope, ENUM, "signal.scope", "signal_scope", "", LL_E(SIGNAL_GENERATE), signal_scope_names, "Whether it is for one thread or for the process") \
X(SIGNAL_DISPOSITION, signal_disposition, ENUM, "signal.disposition", "disposition", "", LL_E_SIGNAL, disposition_names, "What the target does with it; blocked: it stays pending") \
X(SIGNAL_VALUE, signal_value, INT, "signal.value", "value", "", LL_E(SIGNAL_GENERATE), NULL, "The value sent with a queued signal or by a timer") \
X(SIGNAL_ADDRESS, signal_address, UINT, "signal.address", "address", "", LL_E(SIGNAL_GENERATE) | LL_E(EXIT), NULL, "The address of a fault") \
X(SENDER_KIND, sender_kind, ENUM, "signal.sender.kind", "sender_kind", "", LL_E_SENDER | LL_E_SIGNALS, sender_kind_names, "Who sent it: another process, the target itself, a timer, the kernel") \
X(SENDER_PID, sender_tgid, UINT, "signal.sender.pid", "sender", "", LL_E_SENDER | LL_E_SIGNALS, NULL, "Process that sent it; of SIGCHLD the child it tells of") \
X(SENDER_ENTITY_ID, sender_entity_id, STR, "signal.sender.entity_id", "sender_id", "", LL_E_SENDER | LL_E_SIGNALS, NULL, "Identity of that process") \
X(SENDER_COMM, sender_comm, STR, "signal.sender.comm", "sender_comm", "", LL_E_SENDER | LL_E_SIGNALS, NULL, "Name of the sending thread") \
X(SENDER_UID, sender_uid, UINT, "signal.sender.user.id", "sender_uid", "", LL_E_SENDER, NULL, "Effective user id of the sender") \
X(LATENCY, signal_latency_ns, UINT, "signal.latency_ns", "latency", "ns", LL_E(SIGNAL_DELIVER), NULL, "Time since it was generated; absent when that is not certain") \
X(ACTION, signal_action, ENUM, "signal.action", "action", "", LL_E_SIGNAL, signal_action_names, "What the thread does now; when it is generated only continue: a SIGCONT lets a stopped process go on at once, ignored or not") \
X(STATE_FROM, state_from, ENUM, "process.state.from", "from", "", LL_E(STATE), state_names, "The state that ended") \
X(STATE_TO, state_to, ENUM, "process.state.to", "to", "", LL_E(STATE), state_names, "The state that began; the same when it is still stuck") \
X(STATE_NS, state_ns, UINT, "process.state.duration_ns", "state_time", "ns", LL_E(STATE) | LL_E_STATES, NULL, "How long the former state lasted; so far, when stuck") \
X(STATE_STUCK, state_stuck, BOOL, "process.state.stuck", "stuck", "", LL_E(STATE) | LL_E_STATES, NULL, "True when nothing changed: it still is in that state, longer than --stall") \
X(STATE_STACK, state_stack, ARGS, "process.state.stack", "stack", "", LL_E(STATE) | LL_E(STATE_TIMES) | LL_E_STATES, NULL, "Kernel stack, innermost first: of a stuck thread, of the longest D") \
X(STATE_BY, state_by_tgid, UINT, "process.state.by.pid", "by", "", LL_E(STATE), NULL, "Process that stopped, traced or continued it") \
X(STATE_BY_COMM, state_by_comm, STR, "process.state.by.comm", "by_comm", "", LL_E(STATE), NULL, "Its name") \
X(RUNNING_NS, running_ns, UINT, "process.state.running.time_ns", "running", "ns", LL_E(STATE_TIMES) | LL_E_STATES, NULL, "Time on a CPU") \
X(RUNNING_COUNT, running_count, UINT, "process.state.running.count", "running_count", "count", LL_E(STATE_TIMES) | LL_E_STATES, NULL, "How many times on a CPU") \
X(RUNNING_LONGEST, running_longest_ns, UINT, "process.state.running.longest_ns", "running_longest", "ns", LL_E(STATE_TIMES) | LL_E_STATES, NULL, "Longest time at a stretch on a CPU") \
X(RUNNABLE_NS, runnable_ns, UINT, "process.state.runnable.time_ns", "runnable", "ns", LL_E(STATE_TIMES) | LL_E_STATES, NULL, "Time waiting for a CPU") \
X(RUNNABLE_COUNT, runnable_count, UINT, "process.state.runnable.count", "runnable_count", "count", LL_E(STATE_TIMES) | LL_E_STATES, NULL, "How many times waiting for a CPU") \
X(RUNNABLE_LONGEST, runnable_longest_ns, UINT, "process.state.runnable.longest_ns", "runnable_longest", "ns", LL_E(STATE_TIMES) | LL_E_STATES, NULL, "Longest time at a stretch waiting for a CPU") \
X(SLEEPING_NS, sleeping_ns, UINT, "process.state.sleeping.time_ns", "sleeping", "ns", LL_E(STATE_TIMES) | LL_E_STATES, NULL, "Time asleep (S)") \
X(SLEEPING_COUNT, sleeping_count, UINT, "process.state.sleeping.count", "sleeping_count", "count", LL_E(STATE_TIMES) | LL_E_STATES, NULL, "How many times asleep (S)") \
X(SLEEPING_LONGEST, sleeping_longest_ns, UINT, "process.state.sleeping.longest_ns", "sleeping_longest", "ns", LL_E(STATE_TIMES) | LL_E_STATES, NULL, "Longest time at a stretch asleep (S)") \
X(UNINTERRUPTIBLE_NS, uninterruptible_ns, UINT, "process.state.uninterruptible.time_ns", "uninterruptible", "ns", LL_E(STATE_TIMES) | LL_E_STATES, NULL, "Time in uninterruptible sleep (D)") \
X(UNINTERRUPTIBLE_COUNT, uninterruptible_count, UINT, "process.state.uninterruptible.count", "uninterruptible_count", "count", LL_E(STATE_TIMES) | LL_E_STATES, NULL, "How many times in uninterruptible sleep (D)") \
X(UNINTERRUPTIBLE_LONGEST, uninterruptible_longest_ns, UINT, "process.state.uninterruptible.longest_ns", "uninterruptible_longest", "ns", LL_E(STATE_TIMES) | LL_E_STATES, NULL, "Longest time at a stretch in uninterruptible sleep (D)") \
X(STOPPED_NS, stopped_ns, UINT, "process.state.stopped.time_ns", "stopped", "ns", LL_E(STATE_TIMES) | LL_E_STATES, NULL, "Time stopped (T)") \
X(STOPPED_COUNT, stopped_count, UINT, "process.state.stopped.count", "stopped_count", "count", LL_E(STATE_TIMES) | LL_E_STATES, NULL, "How many times stopped (T)") \
X(STOPPED_LONGEST, stopped_longest_ns, UINT, "process.state.stopped.longest_ns", "stopped_longest", "ns", LL_E(STATE_TIMES) | LL_E_STATES, NULL, "Longest time at a stretch stopped (T)") \
X(TRACED_NS, traced_ns, UINT, "process.state.traced.time_ns", "traced", "ns", LL_E(STATE_TIMES) | LL_E_STATES, NULL, "Time stopped by a tracer (t)") \
X(TRACED_COUNT, traced_count, UINT, "process.state.traced.count", "traced_count", "count", LL_E(STATE_TIMES) | LL_E_STATES, NULL, "How many times stopped by a tracer (t)") \
X(TRACED_LONGEST, traced_longest_ns, UINT, "process.state.traced.longest_ns", "traced_longest", "ns", LL_E(STATE_TIMES) | LL_E_STATES, NULL, "Longest time at a stretch stopped by a tracer (t)") \
X(IDLE_NS, idle_ns, UINT, "process.state.idle.time_ns", "idle", "ns", LL_E(STATE_TIMES) | LL_E_STATES, NULL, "Time idle (I, kernel threads)") \
X(IDLE_COUNT, idle_count, UINT, "process.state.idle.count", "idle_count", "count", LL_E(STATE_TIMES) | LL_E_STATES, NULL, "How many times idle (I, kernel threads)") \
X(IDLE_LONGEST, idle_longest_ns, UINT, "process.state.idle.longest_ns", "idle_longest", "ns", LL_E(STATE_TIMES) | LL_E_STATES, NULL, "Longest time at a stretch idle (I, kernel threads)") \
X(STATE_CURRENT, state_current, ENUM, "process.state.current", "state", "", LL_E(STATE_TIMES) | LL_E_STATES, state_names, "The state now; absent when the thread is over") \
X(STATE_SINCE, state_since_ns, TIME, "process.state.since.boottime_ns", "since", "ns", LL_E(STATE_TIMES) | LL_E_STATES, NULL, "Since when the times are counted, nanoseconds since boot") \
X(STATE_UNTIL, state_until_ns, TIME, "process.state.until.boottime_ns", "until", "ns", LL_E_STATES, NULL, "Until when they are counted, nanoseconds since boot") \
X(SCHED_POLICY, sched_policy, ENUM, "process.scheduler.policy", "policy", "", LL_E(STATE_TIMES) | LL_E_STATES, sched_policy_names, "Scheduling policy") \
X(NICE, nice, INT, "process.scheduler.nice", "nice", "", LL_E(STATE_TIMES) | LL_E_STATES, NULL, "Nice value, -20 to 19") \
X(RT_PRIORITY, rt_priority, UINT, "process.scheduler.priority", "priority", "", LL_E(STATE_TIMES) | LL_E_STATES, NULL, "Real-time priority, 1 to 99; absent for other policies") \
X(SIGNALS_SENT, signals_sent, UINT, "signals.sent", NULL, "count", LL_E_SIGNALS, NULL, "Signals sent, whatever came of them") \
X(SIGNALS_FAULT, signals_fault, BOOL, "signals.fault", NULL, "", LL_E_SIGNALS, NULL, "True when they are of faults of the target itself, not sent by kill or raise") \
X(SIGNALS_DELIVERED, signals_delivered, UINT, "signals.result.delivered", NULL, "count", LL_E_SIGNALS, NULL, "Of them, queued for the target") \
X(SIGNALS_IGNORED, signals_ignored, UINT, "signals.result.ignored", NULL, "count", LL_E_SIGNALS, NULL, "Of them, ignored") \
X(SIGNALS_RESUMED, signals_resumed, UINT, "signals.resumed", NULL, "count", LL_E_SIGNALS, NULL, "Of the ignored, SIGCONTs that let the stopped target go on") \
X(SIGNALS_PENDING, signals_pending, UINT, "signals.result.already_pending", NULL, "count", LL_E_SIGNALS, NULL, "Of them, one with an earlier that was still pending") \
X(SIGNALS_OVERFLOW, signals_overflow, UINT, "signals.result.overflow", NULL, "count", LL_E_SIGNALS, NULL, "Of them, refused: the queue was full") \
X(SIGNALS_INFO_LOST, signals_info_lost, UINT, "signals.result.info_lost", NULL, "count", LL_E_SIGNALS, NULL, "Of them, queued without their siginfo") \
X(SIGNALS_BLOCKED, signals_blocked, UINT, "signals.blocked", NULL, "count", LL_E_SIGNALS, NULL, "Of them, blocked by the target when they were sent") \
X(SIGNALS_HANDLED, signals_handled, UINT, "signals.action.handler", NULL, "count", LL_E_SIGNALS, NULL, "Deliveries that ran a handler; a signal taken by sigwait or signalfd has no delivery") \
X(SIGNALS_DROPPED, signals_dropped, UINT, "signals.action.ignore", NULL, "count", LL_E_SIGNALS, NULL, "Deliveries without an effect") \
X(SIGNALS_TERMINATED, signals_terminated, UINT, "signals.action.terminate", NULL, "count", LL_E_SIGNALS, NULL, "Deliveries that ended the process") \
X(SIGNALS_CORE, signals_core, UINT, "signals.action.core", NULL, "count", LL_E_SIGNALS, NULL, "Deliveries that ended it with a core dump") \
X(SIGNALS_STOPPED, signals_stopped, UINT, "signals.action.stop", NULL, "count", LL_E_SIGNALS, NULL, "Deliveries that stopped it") \
X(SIGNALS_CONTINUED, signals_continued, UINT, "signals.action.continue", NULL, "count", LL_E_SIGNALS, NULL, "Deliveries that let it go on") \
X(SIGNALS_FATAL, signals_fatal, UINT, "signals.fatal", NULL, "count", LL_E_SIGNALS, NULL, "Signals that its exit says it died of") \
X(SIGNALS_LATENCIES, signals_latencies, UINT, "signals.latency.count", NULL, "count", LL_E_SIGNALS, NULL, "Deliveries whose latency is certain") \
X(SIGNALS_P50, signals_p50_ns, UINT, "signals.latency.p50_ns", NULL, "ns", LL_E_SIGNALS, NULL, "Median of their latencies, an eighth off at most") \
X(SIGNALS_P99, signals_p99_ns, UINT, "signals.latency.p99_ns", NULL, "ns", LL_E_SIGNALS, NULL, "The latency that 99 % of them stay below, an eighth off at most") \
X(SIGNALS_MAX, signals_max_ns, UINT, "signals.latency.max_ns", NULL, "ns", LL_E_SIGNALS, NULL, "Longest of their latencies") \
X(SIGNALS_LAST, signals_last_unix_ns, TIME, "signals.last.time_unix_nano", NULL, "ns", LL_E_SIGNALS, NULL, "When the last one was sent, wall clock, nanoseconds since 1970") \
X(SIGNALS_OTHERS, signals_others, BOOL, "signals.others", NULL, "", LL_E_SIGNALS, NULL, "True for all together that found no row of their own: there were too many") \
X(ZOMBIES_COUNT, zombies_count, UINT, "zombies.count", NULL, "count", LL_E_ZOMBIES, NULL, "Zombies this parent has now; its line comes first, theirs follow") \
X(ZOMBIES_GROWTH, zombies_growth, INT, "zombies.growth", NULL, "count", LL_E_ZOMBIES, NULL, "How many more than when the watch began") \
X(ZOMBIES_PER_MINUTE, zombies_per_minute, INT, "zombies.growth_per_minute", NULL, "count", LL_E_ZOMBIES, NULL, "The same per minute, rounded; absent when watched for less than 10 s") \
X(ZOMBIES_OBSERVED, zombies_observed_ns, UINT, "zombies.observed_ns", NULL, "ns", LL_E_ZOMBIES, NULL, "How long the parent was watched") \
X(ZOMBIES_OLDEST, zombies_oldest_ns, UINT, "zombies.oldest_ns", NULL, "ns", LL_E_ZOMBIES, NULL, "How long the oldest is a zombie; when at_least, since it was first seen, which may be much less") \
X(ZOMBIES_OLDEST_MOST, zombies_oldest_most_ns, UINT, "zombies.oldest_at_most_ns", NULL, "ns", LL_E_ZOMBIES, NULL, "How long one of them is a zombie at most: no longer than the life of one that was dead when first seen") \
X(ZOMBIES_PEAK, zombies_peak, UINT, "zombies.peak", NULL, "count", LL_E_ZOMBIES, NULL, "Most zombies it had at once, those of now included; those it had for less than 0.1 s do not make a peak") \
X(ZOMBIES_HELD, zombies_held, UINT, "zombies.held.count", NULL, "count", LL_E_ZOMBIES, NULL, "Zombies it let wait for longer than 0.1 s (0.5 s where only the echo of their reap was seen), without those of now") \
X(ZOMBIES_HELD_LONGEST, zombies_held_longest_ns, UINT, "zombies.held.longest_ns", NULL, "ns", LL_E_ZOMBIES, NULL, "How long it had one of its zombies at most, those of now included") \
X(ZOMBIES_LEFT, zombies_left, UINT, "zombies.left.count", NULL, "count", LL_E_ZOMBIES, NULL, "Of those it let wait, the zombies it left to another when it ended") \
X(ZOMBIES_LEFT_TO, zombies_left_tgid, UINT, "zombies.left.pid", NULL, "", LL_E_ZOMBIES, NULL, "Who took them over, the last time") \
X(ZOMBIES_AT_LEAST, zombies_at_least, BOOL, "zombies.at_least", NULL, "", LL_E_ZOMBIES, NULL, "True when it was dead already when first seen: it is a zombie for longer") \
X(ZOMBIES_HOLDER, zombies_holder, ENUM, "zombies.holder", NULL, "", LL_E_ZOMBIES, zombie_holder_names, "What the parent is to its zombies; container_init: the init of a nested pid namespace") \
X(ZOMBIES_NEVER_REAPS, zombies_never_reaps, BOOL, "zombies.never_reaps", NULL, "", LL_E_ZOMBIES, NULL, "True for one that takes orphans over and reaped none while watched for 10 s or, a container init, 3 s") \
X(ZOMBIES_REAPS, zombies_reaps, UINT, "zombies.reaps", NULL, "count", LL_E_ZOMBIES, NULL, "Processes it was seen to reap") \
X(ZOMBIES_LAST_REAP, zombies_last_reap_ns, TIME, "zombies.last_reap.boottime_ns", NULL, "ns", LL_E_ZOMBIES, NULL, "When it reaped last, nanoseconds since boot") \
X(ZOMBIES_SELF_FREED, zombies_self_freed, UINT, "zombies.self_freed", NULL, "count", LL_E_ZOMBIES, NULL, "Its children that freed themselves, since it wants no zombies") \
X(ZOMBIES_PARENT_COUNT, zombies_parent_count, UINT, "zombies.reaped.by_parent.count", NULL, "count", LL_E_ZOMBIES, NULL, "Its children that it reaped itself") \
X(ZOMBIES_PARENT_P50, zombies_parent_p50_ns, UINT, "zombies.reaped.by_parent.p50_ns", NULL, "ns", LL_E_ZOMBIES, NULL, "Median of their times from death to reap, an eighth off at most") \
X(ZOMBIES_PARENT_MAX, zombies_parent_max_ns, UINT, "zombies.reaped.by_parent.max_ns", NULL, "ns", LL_E_ZOMBIES, NULL, "Longest of these times") \
X(ZOMBIES_SUBREAPER_COUNT, zombies_subreaper_count, UINT, "zombies.reaped.by_subreaper.count", NULL, "count", LL_E_ZOMBIES, NULL, "Those a subreaper reaped, which had taken them over") \
X(ZOMBIES_SUBREAPER_P50, zombies_subreaper_p50_ns, UINT, "zombies.reaped.by_subreaper.p50_ns", NULL, "ns", LL_E_ZOMBIES, NULL, "Median of their times from death to reap, an eighth off at most") \
X(ZOMBIES_SUBREAPER_MAX, zombies_subreaper_max_ns, UINT, "zombies.reaped.by_subreaper.max_ns", NULL, "ns", LL_E_ZOMBIES, NULL, "Longest of these times") \
X(ZOMBIES_SUBREAPER_PID, zombies_subreaper_tgid, UINT, "zombies.reaped.by_subreaper.pid", NULL, "", LL_E_ZOMBIES, NULL, "Who that was, the last time") \
X(ZOMBIES_INIT_COUNT, zombies_init_count, UINT, "zombies.reaped.by_init.count", NULL, "count", LL_E_ZOMBIES, NULL, "Those an init reaped, which had taken them over") \
X(ZOMBIES_INIT_P50, zombies_init_p50_ns, UINT, "zombies.reaped.by_init.p50_ns", NULL, "ns", LL_E_ZOMBIES, NULL, "Median of their times from death to reap, an eighth off at most") \
X(ZOMBIES_INIT_MAX, zombies_init_max_ns, UINT, "zombies.reaped.by_init.max_ns", NULL, "ns", LL_E_ZOMBIES, NULL, "Longest of these times") \
X(ZOMBIES_INIT_PID, zombies_init_tgid, UINT, "zombies.reaped.by_init.pid", NULL, "", LL_E_ZOMBIES, NULL, "Who that was, the last time") \
X(ZOMBIES_REAPED_AT_LEAST, zombies_reaped_at_least, BOOL, "zombies.reaped.at_least", NULL, "", LL_E_ZOMBIES, NULL, "True when some were dead already when first seen: these times are too short") \
X(ZOMBIES_REAPED_ROUGH, zombies_reaped_rough, BOOL, "zombies.reaped.rough", NULL, "", LL_E_ZOMBIES, NULL, "True when only the delayed echo of some reaps was seen: these times are too long, and who reaped is inferred") \
X(ZOMBIES_PIDS_MAX, zombies_pids_max, UINT, "zombies.pids.max", NULL, "count", LL_E(LIMITS) | LL_E_ZOMBIES, NULL, "Processes and threads the machine can have") \
X(ZOMBIES_PIDS_USED, zombies_pids_used, UINT, "zombies.pids.used", NULL, "count", LL_E(LIMITS) | LL_E_ZOMBIES, NULL, "Those there are, zombies included") \
X(ZOMBIES_PIDS_FULL, zombies_pids_full_ns, UINT, "zombies.pids.full_in_ns", NULL, "ns", LL_E_ZOMBIES, NULL, "When none is left if the zombies grow on like this") \
X(ZOMBIES_CGROUP, zombies_cgroup, STR, "zombies.cgroup.path", NULL, "", LL_E(LIMITS) | LL_E_ZOMBIES, NULL, "Control group whose pids.max comes first") \
X(ZOMBIES_CGROUP_MAX, zombies_cgroup_max, UINT, "zombies.cgroup.max", NULL, "count", LL_E(LIMITS) | LL_E_ZOMBIES, NULL, "That limit") \
X(ZOMBIES_CGROUP_USED, zombies_cgroup_used, UINT, "zombies.cgroup.used", NULL, "count", LL_E(LIMITS) | LL_E_ZOMBIES, NULL, "Processes and threads it has, zombies included") \
X(ZOMBIES_CGROUP_FULL, zombies_cgroup_full_ns, UINT, "zombies.cgroup.full_in_ns", NULL, "ns", LL_E_ZOMBIES, NULL, "When none is left there if the zombies grow on like this") \
X(SUMMARY_SECTION, summary_section, ENUM, "summary.section", NULL, "", LL_E_SUMMARY, summary_section_names, "What the line is about: the whole comes first") \
X(SUMMARY_BEGIN, summary_begin_unix_ns, TIME, "summary.begin.time_unix_nano", NULL, "ns", LL_E_SUMMARY, NULL, "When the first event was, wall clock, nanoseconds since 1970") \
X(SUMMARY_OFFSET, summary_offset_ns, UINT, "summary.offset_ns", NULL, "ns", LL_E_SUMMARY, NULL, "How long after that the line's time begins") \
X(SUMMARY_DURATION, summary_duration_ns, UINT, "summary.duration_ns", NULL, "ns", LL_E_SUMMARY, NULL, "The line's time: of all, of a bin, of the critical path, or of a part of it") \
X(SUMMARY_COUNT, summary_count, UINT, "summary.count", NULL, "count", LL_E_SUMMARY, NULL, "How many the line tells of: lives, delays, failures in one way, processes of the path") \
X(SUMMARY_PROCESSES, summary_processes, UINT, "summary.processes", NULL, "count", LL_E_SUMMARY, NULL, "Processes that were born, without threads and kernel threads") \
X(SUMMARY_THREADS, summary_threads, UINT, "summary.threads", NULL, "count", LL_E_SUMMARY, NULL, "Threads that were born beside the first of their process") \
X(SUMMARY_EXECS, summary_execs, UINT, "summary.execs", NULL, "count", LL_E_SUMMARY, NULL, "Execs that succeeded") \
X(SUMMARY_FAILED_EXECS, summary_failed_execs, UINT, "summary.failed_execs", NULL, "count", LL_E_SUMMARY, NULL, "Execs that failed, where they were recorded") \
X(SUMMARY_EXITS, summary_exits, UINT, "summary.exits", NULL, "count", LL_E_SUMMARY, NULL, "Processes that ended") \
X(SUMMARY_FAILURES, summary_failures, UINT, "summary.failures", NULL, "count", LL_E_SUMMARY, NULL, "Of these, by a signal or with another status than 0") \
X(SUMMARY_KILLED, summary_killed, UINT, "summary.killed", NULL, "count", LL_E_SUMMARY, NULL, "Of these, by a signal") \
X(SUMMARY_REAPS, summary_reaps, UINT, "summary.reaps", NULL, "count", LL_E_SUMMARY, NULL, "Processes that were reaped") \
X(SUMMARY_REPARENTS, summary_reparents, UINT, "summary.reparents", NULL, "count", LL_E_SUMMARY, NULL, "Processes that another took over from their parent") \
X(SUMMARY_OOM_KILLS, summary_oom_kills, UINT, "summary.oom_kills", NULL, "count", LL_E_SUMMARY, NULL, "Processes that the OOM killer chose") \
X(SUMMARY_ALIVE, summary_alive, UINT, "summary.alive", NULL, "count", LL_E_SUMMARY, NULL, "Processes that live at the end") \
X(SUMMARY_ZOMBIES, summary_zombies, UINT, "summary.zombies", NULL, "count", LL_E_SUMMARY, NULL, "Zombies at the end") \
X(SUMMARY_INFERRED, summary_inferred, UINT, "summary.inferred", NULL, "count", LL_E_SUMMARY, NULL, "Events that were made up for lost ones") \
X(SUMMARY_P50, summary_p50_ns, UINT, "summary.p50_ns", NULL, "ns", LL_E_SUMMARY, NULL, "Median of them, an eighth off at most") \
X(SUMMARY_P99, summary_p99_ns, UINT, "summary.p99_ns", NULL, "ns", LL_E_SUMMARY, NULL, "What 99 % of them stay below, an eighth off at most") \
X(SUMMARY_MAX, summary_max_ns, UINT, "summary.max_ns", NULL, "ns", LL_E_SUMMARY, NULL, "Longest of them") \
X(SUMMARY_BELOW, summary_below_ns, UINT, "summary.below_ns", NULL, "ns", LL_E_SUMMARY, NULL, "The lives counted are shorter than this") \
X(SUMMARY_EXECUTABLE, summary_executable, STR, "summary.executable", NULL, "", LL_E_SUMMARY, NULL, "Path of the executable, of a script its own; of a process that executed nothing its parent's; a name where it is unknown") \
X(SUMMARY_OTHERS, summary_others, BOOL, "summary.others", NULL, "", LL_E_SUMMARY, NULL, "True for all together that found no line of their own: there were too many") \
X(SUMMARY_CUT, summary_cut, BOOL, "summary.cut", NULL, "", LL_E_SUMMARY, NULL, "True when processes beyond --keep were left out of the critical path: their time is their parents'") \
X(LOST_KIND, lost_kind, STR, "lost.kind", "lost_kind", "", LL_E(LOST) | LL_E_SUMMARY, NULL, "Kind of the events that were lost") \
X(LOST_COUNT, lost_count, UINT, "lost.count", "lost_count", "count", LL_E(LOST) | LL_E_SUMMARY, NULL, "How many were lost") \
X(DIFF_KIND, diff_kind, ENUM, "diff.kind", NULL, "", LL_E_DIFF, diff_kind_names, "What became of the process; summary: the last line, about all of them") \
X(DIFF_PATH, diff_path, ARGS, "diff.path", NULL, "", LL_E_DIFF, NULL, "Its place in the second capture: the names of those it descends from, the root first, and its own") \
X(DIFF_BEFORE_PATH, diff_before_path, ARGS, "diff.before_path", NULL, "", LL_E_DIFF, NULL, "Its place in the first capture") \
X(DIFF_BEFORE_PID, diff_before_tgid, UINT, "diff.before_pid", NULL, "", LL_E_DIFF, NULL, "Its process id in the first capture") \
X(DIFF_BEFORE_EXE, diff_before_exe, STR, "diff.before_executable_path", NULL, "", LL_E_DIFF, NULL, "What it ran last in the first capture: the file") \
X(DIFF_BEFORE_ARGS, diff_before_args, ARGS, "diff.before_command_args", NULL, "", LL_E_DIFF, NULL, "What it ran last in the first capture: the arguments") \
X(DIFF_BEFORE_CWD, diff_before_cwd, STR, "diff.before_working_directory", NULL, "", LL_E_DIFF, NULL, "What it ran last in the first capture: in which directory") \
X(DIFF_BEFORE_STATUS, diff_before_status, UINT, "diff.before_wait_status", NULL, "", LL_E_DIFF, NULL, "How it ended in the first capture, as waitpid gives it") \
X(DIFF_BEFORE_WHY, diff_before_why, STR, "diff.before_exit_description", NULL, "", LL_E_DIFF, NULL, "The same in words") \
X(DIFF_BEFORE_DURATION, diff_before_duration_ns, UINT, "diff.before_duration_ns", NULL, "ns", LL_E_DIFF, NULL, "How long it lived in the first capture") \
X(DIFF_EXPECTED, diff_expected_ns, UINT, "diff.expected_ns", NULL, "ns", LL_E_DIFF, NULL, "How long that is at the pace of the second capture as a whole") \
X(DIFF_BEFORE_CPU, diff_before_cpu_ns, UINT, "diff.before_cpu_ns", NULL, "ns", LL_E_DIFF, NULL, "CPU time of all its threads in the first capture") \
X(DIFF_CPU, diff_cpu_ns, UINT, "diff.cpu_ns", NULL, "ns", LL_E_DIFF, NULL, "CPU time of all its threads in the second capture") \
X(DIFF_BEFORE_MAXRSS, diff_before_max_rss_bytes, UINT, "diff.before_max_rss_bytes", NULL, "bytes", LL_E_DIFF, NULL, "Largest resident set in the first capture") \
X(DIFF_COUNT, diff_count, UINT, "diff.count", NULL, "count", LL_E_DIFF, NULL, "Of the summary: how many differences there are") \
X(DIFF_MATCHED, diff_matched, UINT, "diff.matched", NULL, "count", LL_E_DIFF, NULL, "Of the summary: processes that are in both captures") \
X(DIFF_PACE, diff_pace_permille, UINT, "diff.pace_permille", NULL, "", LL_E_DIFF, NULL, "Of the summary: how long the second capture took for what the first did in 1000, at the median; absent when too few ran long enough") \
X(DIFF_SPREAD, diff_spread_permille, UINT, "diff.spread_permille", NULL, "", LL_E_DIFF, NULL, "Of the summary: by how many thousandths the processes vary in that; see the manual") \
X(DIFF_BEFORE_LOST, diff_before_lost, UINT, "diff.before_lost", NULL, "count", LL_E_DIFF, NULL, "Of the summary: events that the first capture lacks, lost or damaged") \
X(DIFF_LOST, diff_lost, UINT, "diff.lost", NULL, "count", LL_E_DIFF, NULL, "Of the summary: events that the second capture lacks, lost or damaged") \
X(DIFF_BEFORE_CUT, diff_before_cut, BOOL, "diff.before_cut", NULL, "", LL_E_DIFF, NULL, "Of the summary: true when the first recording was cut off, or still goes on") \
X(DIFF_CUT, diff_cut, BOOL, "diff.cut", NULL, "", LL_E_DIFF, NULL, "Of the summary: true when the second recording was cut off, or still goes on") \
X(LOST_CPU, lost_cpu, UINT, "lost.cpu", "lost_cpu", "", LL_E(LOST), NULL, "CPU they were lost on")
/* clang-format on */

enum ll_field {
#define X(id, ...) LL_F_##id,
	LL_FIELDS(X)
#undef X
		LL_F_COUNT,
};
