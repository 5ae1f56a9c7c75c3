/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Events of every kind, plain and hostile, for what renders them. */
#pragma once

#include <string.h>

#include "event/event.h"

#define SAMPLE_TIME_NS UINT64_C(1700000000123456789) /* 2023-11-14 22:13:20.123 UTC */
#define SAMPLE_MS UINT64_C(1000000)

/* A literal with its NULs, the last one (the compiler's) left out: as value, as initialiser. */
#define SAMPLE_BYTES(literal) ll_str_make(literal, sizeof(literal) - 1)
#define SAMPLE_INIT(literal)                                                                   \
	{                                                                                      \
		literal, sizeof(literal) - 1                                                   \
	}

static inline struct ll_event sample_event(enum ll_event_kind kind, uint64_t tgid,
					   const char *comm)
{
	struct ll_event event = { .kind = kind };
	static uint64_t sequence;

	sequence = kind == LL_EVENT_SNAPSHOT ? 0 : sequence + 1;
	LL_SET(&event, TIME, time_unix_ns, SAMPLE_TIME_NS + sequence * 37 * SAMPLE_MS);
	LL_SET(&event, SEQ, sequence, sequence);
	LL_SET(&event, PID, tgid, tgid);
	LL_SET(&event, TID, tid, tgid);
	LL_SET(&event, COMM, comm, ll_str_make(comm, strlen(comm)));
	LL_SET(&event, PPID, parent_tgid, 4200);
	return event;
}

static inline int sample_snapshots(ll_event_fn fn, void *arg)
{
	struct ll_event event = sample_event(LL_EVENT_SNAPSHOT, 4200, "make");
	int error;

	LL_SET(&event, ARGS, args, SAMPLE_BYTES("make\0-j2\0"));
	LL_SET(&event, STATE_NOW, task_state, LL_TASK_ALIVE);
	LL_SET(&event, PPID, parent_tgid, 812);
	error = fn(arg, &event);
	event = sample_event(LL_EVENT_SNAPSHOT, 77, "kworker/0:1");
	LL_SET(&event, KTHREAD, is_kthread, true);
	LL_SET(&event, PPID, parent_tgid, 2);
	error = error != 0 ? error : fn(arg, &event);
	event = sample_event(LL_EVENT_SNAPSHOT, 99, "sh");
	LL_SET(&event, STATE_NOW, task_state, LL_TASK_ZOMBIE);
	LL_SET(&event, INFERRED, inferred, true);
	return error != 0 ? error : fn(arg, &event);
}

static inline int sample_forks(ll_event_fn fn, void *arg)
{
	int error = 0;

	for (uint8_t kind = LL_FORK_PROCESS; kind <= LL_FORK_KTHREAD && error == 0; kind++) {
		struct ll_event event = sample_event(LL_EVENT_FORK, 4201u + kind, "make");

		LL_SET(&event, FORK_KIND, fork_kind, kind);
		LL_SET(&event, FORK_CALLER, fork_caller_tgid, kind == LL_FORK_VFORK ? 7 : 4200);
		if (kind == LL_FORK_THREAD)
			LL_SET(&event, TID, tid, 9001);
		error = fn(arg, &event);
	}
	return error;
}

static inline int sample_exec(struct ll_str filename, struct ll_str args, ll_event_fn fn,
			      void *arg)
{
	struct ll_event event = sample_event(LL_EVENT_EXEC, 4201, "cc1");

	LL_SET(&event, FILENAME, filename, filename);
	LL_SET(&event, ARGS, args, args);
	return fn(arg, &event);
}

/* Arguments that need care: quotes, nothing, controls, bidi, bytes that are no UTF-8. */
static inline int sample_execs(ll_event_fn fn, void *arg)
{
	static const struct {
		struct ll_str filename, args;
	} cases[] = {
		{ SAMPLE_INIT("/bin/ls"), SAMPLE_INIT("ls\0-l\0") },
		{ SAMPLE_INIT("/bin/sh"), SAMPLE_INIT("sh\0-c\0echo 'it' $HOME | wc\0") },
		{ SAMPLE_INIT("/bin/x"), SAMPLE_INIT("x\0\0\0") },
		{ SAMPLE_INIT("/bin/true"), SAMPLE_INIT("") },
		{ SAMPLE_INIT("/bin/bash"), SAMPLE_INIT("-bash\0") },
		{ SAMPLE_INIT("/tmp/.x/miner"), SAMPLE_INIT("[kworker/0:1]\0") },
		{ SAMPLE_INIT("/bin/x"),
		  SAMPLE_INIT("x\0\033]0;owned\a\033[2J\0a\nb\tc\x7f\\'\0") },
		{ SAMPLE_INIT("/bin/x"), SAMPLE_INIT("x\0\u202egpj.exe\0\xc2\x9b"
						     "31m\0") },
		{ SAMPLE_INIT("/bin/x"),
		  SAMPLE_INIT("x\0\xff\xfe\xc3(\0caf\u00e9\0\u65e5\u672c\0") },
		{ SAMPLE_INIT("/bin/x"), SAMPLE_INIT("x\0\U0001f600 \u2028\U000e0001\0") },
	};
	int error = 0;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]) && error == 0; i++)
		error = sample_exec(cases[i].filename, cases[i].args, fn, arg);
	return error;
}

static inline int sample_odd_execs(ll_event_fn fn, void *arg)
{
	static char many[2000];
	struct ll_event event = sample_event(LL_EVENT_EXEC, 4201, "ld");
	int error;

	memcpy(many, "ld\0", 3);
	for (size_t i = 3; i + 10 <= sizeof(many); i += 10)
		memcpy(many + i, "obj/a b.o", 10);
	LL_SET(&event, ARGS, args, ll_str_make(many, 1003));
	LL_SET(&event, EXE_STATE, exe_state, LL_FILE_MEMFD);
	LL_SET(&event, PREVIOUS_TID, previous_tid, 10609);
	LL_SET(&event, LATE, late, true);
	error = fn(arg, &event);
	event = sample_event(LL_EVENT_EXEC, 4201, "cat");
	LL_SET(&event, ARGS, args, SAMPLE_BYTES("cat\0/etc/pass"));
	LL_SET(&event, ARGS_TRUNCATED, args_truncated, true);
	error = error != 0 ? error : fn(arg, &event);
	event = sample_event(LL_EVENT_EXEC_FAILED, 4201, "sh");
	LL_SET(&event, FILENAME, filename, SAMPLE_BYTES("/opt/no such"));
	LL_SET(&event, EXEC_ERROR, exec_error, SAMPLE_BYTES("ENOENT"));
	return error != 0 ? error : fn(arg, &event);
}

static inline struct ll_event sample_exit(uint64_t wait_status, const char *signal)
{
	struct ll_event event = sample_event(LL_EVENT_EXIT, 4201, "cc1");

	LL_SET(&event, EXIT_SCOPE, exit_scope, LL_EXIT_PROCESS);
	LL_SET(&event, EXIT_STATUS, wait_status, wait_status);
	if (signal == NULL)
		LL_SET(&event, EXIT_CODE, exit_code, wait_status >> 8);
	else
		LL_SET(&event, EXIT_SIGNAL, exit_signal, ll_str_make(signal, strlen(signal)));
	LL_SET(&event, DURATION, duration_ns, 1234567 + wait_status * SAMPLE_MS * 500);
	LL_SET(&event, UTIME, cpu_user_ns, 18 * SAMPLE_MS);
	LL_SET(&event, STIME, cpu_system_ns, 4100000);
	LL_SET(&event, MAXRSS, max_rss_bytes, 35861299);
	return event;
}

static inline int sample_exits(ll_event_fn fn, void *arg)
{
	struct ll_event events[] = {
		sample_exit(0, NULL),
		sample_exit(2 << 8, NULL),
		sample_exit(9, "SIGKILL"),
		sample_exit(11 | 0x80, "SIGSEGV"),
		sample_exit(37, "SIGRTMIN+3"),
		sample_exit(0, NULL),
		sample_event(LL_EVENT_EXIT, 4242, "lost"),
	};
	int error = 0;

	LL_SET(&events[5], EXIT_SCOPE, exit_scope, LL_EXIT_THREAD);
	LL_SET(&events[5], TID, tid, 9001);
	LL_SET(&events[6], INFERRED, inferred, true);
	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]) && error == 0; i++)
		error = fn(arg, &events[i]);
	return error;
}

static inline int sample_reaps(ll_event_fn fn, void *arg)
{
	struct ll_event events[] = {
		sample_event(LL_EVENT_REAP, 4201, "cc1"),
		sample_event(LL_EVENT_REAP, 4201, "cc1"),
		sample_event(LL_EVENT_REAP, 4201, "cc1"),
	};
	int error = 0;

	LL_SET(&events[0], ZOMBIE, zombie_ns, 51200);
	LL_SET(&events[0], REAPER, reaper_tgid, 4200);
	LL_SET(&events[1], ZOMBIE, zombie_ns, 13 * SAMPLE_MS);
	LL_SET(&events[1], REAP_PRECISION, reap_precision, LL_REAP_RCU);
	LL_SET(&events[2], REAPER, reaper_tgid, 4201);
	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]) && error == 0; i++)
		error = fn(arg, &events[i]);
	return error;
}

static inline int sample_others(ll_event_fn fn, void *arg)
{
	struct ll_event events[] = {
		sample_event(LL_EVENT_REPARENT, 4203, "sleep"),
		sample_event(LL_EVENT_RENAME, 4204, "\033[31mevil\xff"),
		sample_event(LL_EVENT_OOM_KILL, 4205, "hog"),
		sample_event(LL_EVENT_LOST, 0, ""),
		sample_event(LL_EVENT_SNAPSHOT_END, 0, ""),
	};
	int error = 0;

	LL_SET(&events[0], PPID, parent_tgid, 1);
	LL_SET(&events[0], REPARENT_FROM, previous_parent_tgid, 4200);
	LL_SET(&events[0], REPARENT_REASON, reparent_reason, LL_REPARENT_INIT);
	LL_SET(&events[1], PREVIOUS_COMM, previous_comm, SAMPLE_BYTES("too good"));
	for (int field = LL_F_PID; field <= LL_F_PARENT_ENTITY_ID; field++)
		ll_event_forget(&events[3], field);
	LL_SET(&events[3], LOST_KIND, lost_kind, SAMPLE_BYTES("process.fork"));
	LL_SET(&events[3], LOST_COUNT, lost_count, 128);
	LL_SET(&events[3], LOST_CPU, lost_cpu, 3);
	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]) && error == 0; i++)
		error = fn(arg, &events[i]);
	return error;
}

static inline struct ll_event sample_state(enum ll_state from, enum ll_state to, uint64_t ms)
{
	struct ll_event event = sample_event(LL_EVENT_STATE, 4206, "dd");

	LL_SET(&event, STATE_FROM, state_from, (uint8_t)from);
	LL_SET(&event, STATE_TO, state_to, (uint8_t)to);
	if (ms > 0)
		LL_SET(&event, STATE_NS, state_ns, ms * SAMPLE_MS);
	return event;
}

static inline void sample_by(struct ll_event *event, uint64_t tgid, struct ll_str comm)
{
	LL_SET(event, STATE_BY, state_by_tgid, tgid);
	if (comm.length > 0)
		LL_SET(event, STATE_BY_COMM, state_by_comm, comm);
}

static inline struct ll_event sample_times(void)
{
	struct ll_event event = sample_event(LL_EVENT_STATE_TIMES, 4206, "dd");

	LL_SET(&event, RUNNING_NS, running_ns, 1230 * SAMPLE_MS);
	LL_SET(&event, RUNNABLE_NS, runnable_ns, 45 * SAMPLE_MS);
	LL_SET(&event, SLEEPING_NS, sleeping_ns, 0);
	LL_SET(&event, UNINTERRUPTIBLE_NS, uninterruptible_ns, 2300 * SAMPLE_MS);
	LL_SET(&event, STOPPED_NS, stopped_ns, 3200 * SAMPLE_MS);
	LL_SET(&event, NICE, nice, -5);
	LL_SET(&event, SCHED_POLICY, sched_policy, LL_SCHED_BATCH);
	return event;
}

static inline int sample_states(ll_event_fn fn, void *arg)
{
	struct ll_str stack = SAMPLE_BYTES("io_schedule+0x12\0folio_wait_bit+0xf0\0"
					   "0xffffffff81000000\0");
	struct ll_event events[] = {
		sample_state(LL_STATE_RUNNING, LL_STATE_STOPPED, 0),
		sample_state(LL_STATE_RUNNING, LL_STATE_STOPPED, 0),
		sample_state(LL_STATE_STOPPED, LL_STATE_RUNNABLE, 3200),
		sample_state(LL_STATE_RUNNING, LL_STATE_TRACED, 2),
		sample_state(LL_STATE_TRACED, LL_STATE_RUNNING, 7),
		sample_state(LL_STATE_UNINTERRUPTIBLE, LL_STATE_UNINTERRUPTIBLE, 1000),
		sample_state(LL_STATE_UNINTERRUPTIBLE, LL_STATE_RUNNING, 2300),
		sample_state(LL_STATE_SLEEPING, LL_STATE_RUNNABLE, 12),
		sample_times(),
	};
	int error = 0;

	LL_SET(&events[0], SIGNAL, signal_name, SAMPLE_BYTES("SIGSTOP"));
	sample_by(&events[0], 4242, SAMPLE_BYTES("bash"));
	sample_by(&events[2], 4242, SAMPLE_BYTES("\033[31mevil\xff"));
	sample_by(&events[3], 77, SAMPLE_BYTES("strace"));
	sample_by(&events[4], 77, SAMPLE_BYTES(""));
	LL_SET(&events[5], STATE_STUCK, state_stuck, true);
	LL_SET(&events[5], STATE_STACK, state_stack, stack);
	LL_SET(&events[5], TID, tid, 4207);
	LL_SET(&events[6], STATE_STACK, state_stack, stack);
	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]) && error == 0; i++)
		error = fn(arg, &events[i]);
	return error;
}

/* Hand every sample to fn. Returns 0 or the first non-zero fn returned. */
static inline int sample_events(ll_event_fn fn, void *arg)
{
	int (*const groups[])(ll_event_fn, void *) = {
		sample_snapshots, sample_forks, sample_execs,  sample_odd_execs,
		sample_exits,     sample_reaps, sample_others, sample_states,
	};
	int error = 0;

	for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]) && error == 0; i++)
		error = groups[i](fn, arg);
	return error;
}
