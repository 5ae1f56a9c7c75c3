/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Events for unit tests, one function per kind, with the fields a source always sets.
 * Times are CLOCK_BOOTTIME nanoseconds. Strings given are borrowed: use literals. Entity
 * ids are left out, except where built_ids() puts them in. Inline, so that a test needs no
 * other object.
 */
#pragma once

#include <string.h>

#include "event/entity.h"
#include "event/event.h"

/* A process or a thread: pid or tid, and when it was created. */
struct built_id {
	uint32_t pid;
	uint64_t start_ns;
};

static inline struct ll_str built_str(const char *text)
{
	return ll_str_make(text, strlen(text));
}

/* An event of any kind about a process, by its leader. */
static inline struct ll_event built_event(enum ll_event_kind kind, uint64_t time_ns,
					  struct built_id id)
{
	struct ll_event event = { .kind = kind, .time_boottime_ns = time_ns };

	LL_SET(&event, TIME, time_unix_ns, UINT64_C(1700000000000000000) + time_ns);
	LL_SET(&event, PID, tgid, id.pid);
	LL_SET(&event, TID, tid, id.pid);
	LL_SET(&event, CREATION, start_boottime_ns, id.start_ns);
	event.thread_start_boottime_ns = id.start_ns;
	return event;
}

static inline void built_comm(struct ll_event *event, const char *comm)
{
	LL_SET(event, COMM, comm, built_str(comm));
}

static inline void built_parent(struct ll_event *event, struct built_id parent)
{
	LL_SET(event, PPID, parent_tgid, parent.pid);
	event->parent_start_boottime_ns = parent.start_ns;
}

/* Make another thread than the leader the one the event is about. */
static inline void built_thread(struct ll_event *event, struct built_id thread)
{
	LL_SET(event, TID, tid, thread.pid);
	event->thread_start_boottime_ns = thread.start_ns;
}

/* Put in both entity ids; the buffers have to outlive the event. */
static inline void built_ids(struct ll_event *event, char id[LL_ENTITY_ID_SIZE],
			     char parent_id[LL_ENTITY_ID_SIZE])
{
	size_t length = ll_entity_id_format(id, LL_ENTITY_ID_SIZE, (uint32_t)event->tgid,
					    event->start_boottime_ns);

	LL_SET(event, ENTITY_ID, entity_id, ll_str_make(id, length));
	length = ll_entity_id_format(parent_id, LL_ENTITY_ID_SIZE, (uint32_t)event->parent_tgid,
				     event->parent_start_boottime_ns);
	LL_SET(event, PARENT_ENTITY_ID, parent_entity_id, ll_str_make(parent_id, length));
}

/* A process is created at its start time. */
static inline struct ll_event built_fork(struct built_id child, struct built_id parent,
					 const char *comm)
{
	struct ll_event event = built_event(LL_EVENT_FORK, child.start_ns, child);

	LL_SET(&event, FORK_KIND, fork_kind, LL_FORK_PROCESS);
	LL_SET(&event, FORK_CALLER, fork_caller_tgid, parent.pid);
	built_parent(&event, parent);
	built_comm(&event, comm);
	return event;
}

/* A thread joins process id at the thread's start time. */
static inline struct ll_event built_thread_fork(struct built_id id, struct built_id thread)
{
	struct ll_event event = built_event(LL_EVENT_FORK, thread.start_ns, id);

	LL_SET(&event, FORK_KIND, fork_kind, LL_FORK_THREAD);
	built_thread(&event, thread);
	return event;
}

static inline struct ll_event built_exec(uint64_t time_ns, struct built_id id, const char *comm,
					 const char *exe)
{
	struct ll_event event = built_event(LL_EVENT_EXEC, time_ns, id);

	built_comm(&event, comm);
	LL_SET(&event, EXE, exe, built_str(exe));
	LL_SET(&event, FILENAME, filename, built_str(exe));
	LL_SET(&event, PREVIOUS_TID, previous_tid, id.pid);
	return event;
}

/* A process ends; heir takes its children over, pid 0: it had none. */
static inline struct ll_event built_exit(uint64_t time_ns, struct built_id id,
					 uint32_t wait_status, struct built_id heir)
{
	struct ll_event event = built_event(LL_EVENT_EXIT, time_ns, id);

	LL_SET(&event, EXIT_SCOPE, exit_scope, LL_EXIT_PROCESS);
	LL_SET(&event, EXIT_STATUS, wait_status, wait_status);
	event.child_reaper_tgid = heir.pid;
	event.child_reaper_start_boottime_ns = heir.start_ns;
	event.child_reaper_reason = LL_REPARENT_INIT;
	return event;
}

static inline struct ll_event built_thread_exit(uint64_t time_ns, struct built_id id,
						struct built_id thread)
{
	struct ll_event event = built_event(LL_EVENT_EXIT, time_ns, id);

	LL_SET(&event, EXIT_SCOPE, exit_scope, LL_EXIT_THREAD);
	built_thread(&event, thread);
	return event;
}

static inline struct ll_event built_reap(uint64_t time_ns, struct built_id id)
{
	struct ll_event event = built_event(LL_EVENT_REAP, time_ns, id);

	LL_SET(&event, REAP_PRECISION, reap_precision, LL_REAP_EXACT);
	return event;
}

static inline struct ll_event built_rename(uint64_t time_ns, struct built_id id,
					   const char *comm)
{
	struct ll_event event = built_event(LL_EVENT_RENAME, time_ns, id);

	built_comm(&event, comm);
	return event;
}

static inline struct ll_event built_snapshot(uint64_t time_ns, struct built_id id,
					     struct built_id parent, const char *comm,
					     enum ll_task_state state)
{
	struct ll_event event = built_event(LL_EVENT_SNAPSHOT, time_ns, id);

	built_parent(&event, parent);
	built_comm(&event, comm);
	LL_SET(&event, STATE_NOW, task_state, (uint8_t)state);
	return event;
}

static inline struct ll_event built_snapshot_end(uint64_t time_ns)
{
	return (struct ll_event){ .kind = LL_EVENT_SNAPSHOT_END, .time_boottime_ns = time_ns };
}

/* The end of the pass after which nothing comes. */
static inline struct ll_event built_last_end(uint64_t time_ns)
{
	struct ll_event event = built_snapshot_end(time_ns);

	event.is_last = true;
	return event;
}

static inline struct ll_event built_lost(uint64_t time_ns, uint64_t count)
{
	struct ll_event event = { .kind = LL_EVENT_LOST, .time_boottime_ns = time_ns };

	LL_SET(&event, LOST_KIND, lost_kind, built_str("process.fork"));
	LL_SET(&event, LOST_COUNT, lost_count, count);
	return event;
}

/* What the leader of a process has done since it was born: it ran, and it slept the rest. */
static inline struct ll_event built_times(uint64_t time_ns, struct built_id id,
					  uint64_t running_ns)
{
	struct ll_event event = built_event(LL_EVENT_STATE_TIMES, time_ns, id);
	uint64_t sleeping_ns = time_ns - id.start_ns - running_ns;

#define SET_STAY(ID, name, ns)                                                                 \
	LL_SET(&event, ID##_NS, name##_ns, ns);                                                \
	LL_SET(&event, ID##_COUNT, name##_count, (ns) > 0);                                    \
	LL_SET(&event, ID##_LONGEST, name##_longest_ns, ns)
	SET_STAY(RUNNING, running, running_ns);
	SET_STAY(RUNNABLE, runnable, 0);
	SET_STAY(SLEEPING, sleeping, sleeping_ns);
	SET_STAY(UNINTERRUPTIBLE, uninterruptible, 0);
	SET_STAY(STOPPED, stopped, 0);
	SET_STAY(TRACED, traced, 0);
	SET_STAY(IDLE, idle, 0);
#undef SET_STAY
	LL_SET(&event, STATE_CURRENT, state_current, LL_STATE_SLEEPING);
	LL_SET(&event, STATE_SINCE, state_since_ns, id.start_ns);
	LL_SET(&event, SCHED_POLICY, sched_policy, LL_SCHED_OTHER);
	LL_SET(&event, NICE, nice, 0);
	return event;
}

/* The same of another thread of it. */
static inline struct ll_event built_thread_times(uint64_t time_ns, struct built_id id,
						 struct built_id thread, uint64_t running_ns)
{
	struct ll_event event = built_times(time_ns, thread, running_ns);

	LL_SET(&event, PID, tgid, id.pid);
	LL_SET(&event, CREATION, start_boottime_ns, id.start_ns);
	built_thread(&event, thread);
	return event;
}

/* Turn a report on a thread into its last one. */
static inline struct ll_event built_final(struct ll_event times)
{
	ll_event_forget(&times, LL_F_STATE_CURRENT);
	return times;
}

/* A change of the leader's state. */
static inline struct ll_event built_state(uint64_t time_ns, struct built_id id,
					  enum ll_state from, enum ll_state to,
					  uint64_t stay_ns)
{
	struct ll_event event = built_event(LL_EVENT_STATE, time_ns, id);

	LL_SET(&event, STATE_FROM, state_from, (uint8_t)from);
	LL_SET(&event, STATE_TO, state_to, (uint8_t)to);
	LL_SET(&event, STATE_NS, state_ns, stay_ns);
	return event;
}

/* No change: it still is in D. The stack's frames are NUL-terminated. */
static inline struct ll_event built_stuck(uint64_t time_ns, struct built_id id,
					  uint64_t stay_ns, struct ll_str stack)
{
	struct ll_event event = built_state(time_ns, id, LL_STATE_UNINTERRUPTIBLE,
					    LL_STATE_UNINTERRUPTIBLE, stay_ns);

	LL_SET(&event, STATE_STUCK, state_stuck, true);
	LL_SET(&event, STATE_STACK, state_stack, stack);
	return event;
}
