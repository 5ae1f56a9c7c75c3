/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Records of the wire for unit tests: one of each kind with a value of its own in every
 * member, so that a test says only what it is about. Inline, so that a test needs no other
 * object.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "live/record.h"

#define WIRE_ROOM (64 * 1024)

/* The subject of every record built here, and its relatives. */
#define WIRE_TGID 4242u
#define WIRE_TID 4243u
#define WIRE_START_NS UINT64_C(0xabc000)
#define WIRE_THREAD_START_NS UINT64_C(0xdef000)
#define WIRE_PARENT_TGID 77u
#define WIRE_PARENT_START_NS UINT64_C(0x123)
#define WIRE_TIME_NS UINT64_C(5000000000)

/* A record being built; as many bytes as header.size says are in use. */
struct wire_record {
	union {
		struct ll_wire_header header;
		struct ll_wire_fork fork;
		struct ll_wire_exec exec;
		struct ll_wire_exec_failed exec_failed;
		struct ll_wire_thread_exit thread_exit;
		struct ll_wire_process_exit process_exit;
		struct ll_wire_reap reap;
		struct ll_wire_rename rename;
		struct ll_wire_oom_kill oom_kill;
		struct ll_wire_task task;
		struct ll_wire_cgroup cgroup;
		struct ll_wire_signal signal;
		struct ll_wire_deliver deliver;
		struct ll_wire_state state;
		struct ll_wire_times times;
		struct ll_record_lost lost;
		struct ll_record_task completed_task;
		char bytes[WIRE_ROOM];
	};
};

/* Size of a kind's fixed part in bytes; 0 for a kind nobody knows. */
static inline size_t wire_fixed_size(uint32_t kind)
{
	switch (kind) {
	case LL_WIRE_FORK:
		return sizeof(struct ll_wire_fork);
	case LL_WIRE_EXEC:
		return sizeof(struct ll_wire_exec);
	case LL_WIRE_EXEC_FAILED:
		return sizeof(struct ll_wire_exec_failed);
	case LL_WIRE_THREAD_EXIT:
		return sizeof(struct ll_wire_thread_exit);
	case LL_WIRE_PROCESS_EXIT:
		return sizeof(struct ll_wire_process_exit);
	case LL_WIRE_REAP:
		return sizeof(struct ll_wire_reap);
	case LL_WIRE_RENAME:
		return sizeof(struct ll_wire_rename);
	case LL_WIRE_OOM_KILL:
		return sizeof(struct ll_wire_oom_kill);
	case LL_WIRE_TASK:
		return sizeof(struct ll_wire_task);
	case LL_WIRE_CGROUP_MKDIR:
	case LL_WIRE_CGROUP_RMDIR:
		return sizeof(struct ll_wire_cgroup);
	case LL_WIRE_SIGNAL:
		return sizeof(struct ll_wire_signal);
	case LL_WIRE_DELIVER:
		return sizeof(struct ll_wire_deliver);
	case LL_WIRE_STATE:
		return sizeof(struct ll_wire_state);
	case LL_WIRE_TIMES:
		return sizeof(struct ll_wire_times);
	case LL_RECORD_LOST:
		return sizeof(struct ll_record_lost);
	case LL_RECORD_SNAPSHOT_END:
	case LL_RECORD_LAST_END:
		return sizeof(struct ll_wire_header);
	case LL_RECORD_TASK:
		return sizeof(struct ll_record_task);
	default:
		return 0;
	}
}

static inline struct ll_wire_identity wire_identity(void)
{
	return (struct ll_wire_identity){
		.euid = 1001,
		.ruid = 1002,
		.pgid = 1003,
		.sid = 1004,
		.vpid = 1005,
		.pidns_level = 1,
	};
}

static inline struct ll_wire_usage wire_usage(void)
{
	return (struct ll_wire_usage){
		.utime_ns = 3000,
		.stime_ns = 1000,
		.runtime_ns = 8000,
		.run_delay_ns = 21,
		.minor_fault_count = 22,
		.major_fault_count = 23,
		.voluntary_switch_count = 24,
		.involuntary_switch_count = 25,
		.read_bytes = 26,
		.write_bytes = 27,
		.max_rss_pages = 28,
	};
}

/* Begin a record: a filled header, the fixed part all zero, no variable data. */
static inline void wire_begin(struct wire_record *record, uint32_t kind)
{
	memset(record, 0, sizeof(*record));
	record->header = (struct ll_wire_header){
		.size = (uint32_t)wire_fixed_size(kind),
		.kind = (uint16_t)kind,
		.cpu = 3,
		.time_boottime_ns = WIRE_TIME_NS,
		.tgid = WIRE_TGID,
		.tid = WIRE_TID,
		.start_boottime_ns = WIRE_START_NS,
		.thread_start_boottime_ns = WIRE_THREAD_START_NS,
		.parent_tgid = WIRE_PARENT_TGID,
		.parent_start_boottime_ns = WIRE_PARENT_START_NS,
		.comm = "worker",
	};
}

/* Append variable data and point the span, a member of the same record, at it. */
static inline void wire_append(struct wire_record *record, struct ll_wire_span *span,
			       const void *bytes, size_t length)
{
	*span = (struct ll_wire_span){
		.offset = record->header.size,
		.length = (uint32_t)length,
	};
	memcpy(record->bytes + record->header.size, bytes, length);
	record->header.size += (uint32_t)length;
}

/* The same from a literal, whose inner NULs count and whose last one does not. */
#define wire_append_literal(record, span, literal)                                             \
	wire_append((record), (span), (literal), sizeof(literal) - 1)

static inline void wire_fork(struct wire_record *record)
{
	wire_begin(record, LL_WIRE_FORK);
	record->fork.identity = wire_identity();
	record->fork.caller_tgid = 88;
	record->fork.caller_tid = 89;
}

/* `/opt/tool -v`, executed by a thread that kept its tid, in directory /home/me. */
static inline void wire_exec(struct wire_record *record)
{
	struct ll_wire_exec *exec = &record->exec;

	wire_begin(record, LL_WIRE_EXEC);
	exec->identity = wire_identity();
	exec->previous_tid = WIRE_TID;
	exec->argc = 2;
	exec->args_total_bytes = 8;
	wire_append_literal(record, &exec->filename, "./tool");
	wire_append_literal(record, &exec->exe, "tool\0opt\0");
	wire_append_literal(record, &exec->cwd, "me\0home\0");
	wire_append_literal(record, &exec->args, "tool\0-v\0");
}

static inline void wire_exec_failed(struct wire_record *record, int error)
{
	struct ll_wire_exec_failed *failed = &record->exec_failed;

	wire_begin(record, LL_WIRE_EXEC_FAILED);
	failed->identity = wire_identity();
	failed->error = error;
	wire_append_literal(record, &failed->filename, "/no/such");
	wire_append_literal(record, &failed->args, "such\0-x\0");
}

static inline void wire_thread_exit(struct wire_record *record, int exit_code)
{
	wire_begin(record, LL_WIRE_THREAD_EXIT);
	record->thread_exit.exit_code = exit_code;
}

static inline void wire_process_exit(struct wire_record *record, int wait_status)
{
	wire_begin(record, LL_WIRE_PROCESS_EXIT);
	record->process_exit.wait_status = wait_status;
	record->process_exit.usage = wire_usage();
}

static inline void wire_reap(struct wire_record *record)
{
	wire_begin(record, LL_WIRE_REAP);
	record->reap.precision = LL_WIRE_REAP_EXACT;
	record->reap.reaper_tgid = 99;
	record->reap.reaper_start_boottime_ns = 9900;
	record->reap.usage = wire_usage();
}

/* SIGTERM for a process that handles it and has one pending; from another by kill(). */
static inline void wire_signal(struct wire_record *record)
{
	wire_begin(record, LL_WIRE_SIGNAL);
	record->signal.signal = 15;
	record->signal.result = 2;
	record->signal.flags = LL_WIRE_SIGNAL_GROUP;
	record->signal.disposition = LL_WIRE_DISPOSITION_HANDLER;
	record->signal.sender_kind = LL_WIRE_SENDER_USER;
	record->signal.sender_tgid = 501;
	record->signal.sender_tid = 502;
	record->signal.sender_start_boottime_ns = 0x999;
	record->signal.sender_uid = 1000;
	memcpy(record->signal.sender_comm, "kubelet", sizeof("kubelet"));
}

static inline void wire_deliver(struct wire_record *record)
{
	wire_begin(record, LL_WIRE_DELIVER);
	record->deliver.signal = 15;
	record->deliver.disposition = LL_WIRE_DISPOSITION_HANDLER;
}

static inline void wire_rename(struct wire_record *record)
{
	wire_begin(record, LL_WIRE_RENAME);
	memcpy(record->rename.previous_comm, "before", sizeof("before"));
}

static inline void wire_task(struct wire_record *record, uint32_t flags)
{
	wire_begin(record, LL_WIRE_TASK);
	record->task.identity = wire_identity();
	record->task.flags = flags;
}

/* A leader that /proc told the rest of. */
static inline void wire_completed_task(struct wire_record *record)
{
	struct ll_record_task *task = &record->completed_task;

	wire_begin(record, LL_RECORD_TASK);
	task->task.identity = wire_identity();
	wire_append_literal(record, &task->exe, "/usr/bin/cat");
	wire_append_literal(record, &task->cwd, "/tmp");
	wire_append_literal(record, &task->args, "cat\0a b\0");
}

/* It slept for a second, without a stack that is known, and woke. */
static inline void wire_state(struct wire_record *record)
{
	wire_begin(record, LL_WIRE_STATE);
	record->state.from = LL_WIRE_STATE_SLEEPING;
	record->state.to = LL_WIRE_STATE_RUNNABLE;
	record->state.since_boottime_ns = WIRE_TIME_NS - 1000000000;
	record->state.stack_id = -1;
}

/* Each state has a time, a longest stay and a count of its own: 100n, 10n and n + 1. */
static inline void wire_times(struct wire_record *record)
{
	wire_begin(record, LL_WIRE_TIMES);
	for (uint32_t i = 0; i < LL_WIRE_STATES; i++)
		record->times.stays[i] = (struct ll_wire_stay){ .total_ns = 100 * i,
								.longest_ns = 10 * i,
								.count = i + 1 };
	record->times.since_boottime_ns = 4000;
	record->times.longest_stack_id = -1;
	record->times.state = LL_WIRE_STATE_STOPPED;
	record->times.nice = -5;
}

static inline void wire_lost(struct wire_record *record, uint32_t lost_kind, uint64_t count)
{
	wire_begin(record, LL_RECORD_LOST);
	record->lost.lost_kind = lost_kind;
	record->lost.count = count;
}

/* kind is LL_WIRE_CGROUP_MKDIR or _RMDIR. */
static inline void wire_cgroup(struct wire_record *record, uint32_t kind, uint64_t id,
			       uint32_t hierarchy_id, const char *path)
{
	wire_begin(record, kind);
	record->cgroup.cgroup_id = id;
	record->cgroup.hierarchy_id = hierarchy_id;
	wire_append(record, &record->cgroup.path, path, strlen(path));
}
