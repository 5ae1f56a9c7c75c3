/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Events as the kernel's ftrace would have written them: from these Perfetto makes processes and
 * threads. A task_newtask alone tells a reused pid from the one before, and sched_process_free
 * alone is an end.
 */
#include "export/perfetto_parts.h"

#define CLONE_VFORK_FLAG 0x00004000u /* include/uapi/linux/sched.h */
#define CLONE_THREAD_FLAG 0x00010000u

void ll_perfetto_put_ftrace(struct ll_export *export, unsigned cpu, uint64_t time_ns,
			    uint64_t tid, Pf__FtraceEvent *ftrace)
{
	Pf__TracePacket packet = PF__TRACE_PACKET__INIT; /* the event has the time */
	Pf__FtraceEventBundle bundle = PF__FTRACE_EVENT_BUNDLE__INIT;
	Pf__FtraceEvent *events[] = { ftrace };

	ftrace->has_timestamp = true;
	ftrace->timestamp = time_ns;
	ftrace->has_pid = true;
	ftrace->pid = (uint32_t)tid;
	bundle.has_cpu = true;
	bundle.cpu = cpu;
	bundle.n_event = 1;
	bundle.event = events;
	packet.has_trusted_packet_sequence_id = true;
	packet.trusted_packet_sequence_id = LL_PERFETTO_SEQUENCE;
	packet.ftrace_events = &bundle;
	ll_perfetto_put(&export->stream, &packet);
}

#define SET(message, member, value)                                                            \
	do {                                                                                   \
		(message).has_##member = true;                                                 \
		(message).member = (value);                                                    \
	} while (0)

static char *comm_of(struct ll_export *export, const struct ll_event *event)
{
	return ll_perfetto_text(&export->stream, event->comm);
}

static uint64_t clone_flags_of(const struct ll_event *fork)
{
	if (fork->fork_kind == LL_FORK_THREAD)
		return CLONE_THREAD_FLAG;
	return fork->fork_kind == LL_FORK_VFORK ? CLONE_VFORK_FLAG : 0;
}

/*
 * Who is told as the one that created it is taken for its parent: not the caller, who need not be,
 * but the process whose child, or whose thread, it is. A nanosecond early: what is said of it at
 * the same time could else be taken for another's, the pid's former holder's.
 */
static void put_newtask(struct ll_export *export, const struct ll_event *fork)
{
	Pf__FtraceEvent ftrace = PF__FTRACE_EVENT__INIT;
	Pf__TaskNewtask task = PF__TASK_NEWTASK__INIT;
	bool is_thread = fork->fork_kind == LL_FORK_THREAD;

	SET(task, pid, (int32_t)fork->tid);
	task.comm = comm_of(export, fork);
	SET(task, clone_flags, clone_flags_of(fork));
	ftrace.task_newtask = &task;
	ll_perfetto_put_ftrace(export, 0, fork->time_boottime_ns - 1,
			       is_thread ? fork->tgid : fork->parent_tgid, &ftrace);
}

void ll_perfetto_put_rename(struct ll_export *export, const struct ll_event *event)
{
	Pf__FtraceEvent ftrace = PF__FTRACE_EVENT__INIT;
	Pf__TaskRename rename = PF__TASK_RENAME__INIT;

	SET(rename, pid, (int32_t)event->tid);
	if (ll_event_has(event, LL_F_PREVIOUS_COMM))
		rename.oldcomm = ll_perfetto_text(&export->stream, event->previous_comm);
	rename.newcomm = comm_of(export, event);
	ftrace.task_rename = &rename;
	ll_perfetto_put_ftrace(export, 0, event->time_boottime_ns, event->tid, &ftrace);
}

/* A process's first thread needs none: the process is its entry. */
static void put_thread(struct ll_export *export, const struct ll_event *event)
{
	Pf__TracePacket packet = ll_perfetto_packet(event->time_boottime_ns);
	Pf__ProcessTree tree = PF__PROCESS_TREE__INIT;
	Pf__ProcessTree__Thread thread = PF__PROCESS_TREE__THREAD__INIT, *list[] = { &thread };

	thread.has_tid = thread.has_tgid = true;
	thread.tid = (int32_t)event->tid;
	thread.tgid = (int32_t)event->tgid;
	tree.n_threads = 1;
	tree.threads = list;
	packet.process_tree = &tree;
	ll_perfetto_put(&export->stream, &packet);
}

/*
 * To a reader a new task waits for a CPU until its next state is told, for ever if none is: so it
 * is told of as a new one only where states are. A name in the process tree would outlast each
 * later one, so it comes as a change of name.
 */
void ll_perfetto_put_birth(struct ll_export *export, const struct ll_event *event)
{
	if (event->kind == LL_EVENT_FORK && export->about.has_all_states) {
		put_newtask(export, event);
		return;
	}
	if (event->tid != event->tgid)
		put_thread(export, event);
	if (event->comm.length > 0)
		ll_perfetto_put_rename(export, event);
}

void ll_perfetto_put_exec(struct ll_export *export, const struct ll_event *exec)
{
	Pf__FtraceEvent ftrace = PF__FTRACE_EVENT__INIT;
	Pf__SchedProcessExec message = PF__SCHED_PROCESS_EXEC__INIT;
	bool has_moved = ll_event_has(exec, LL_F_PREVIOUS_TID);

	if (ll_event_has(exec, LL_F_FILENAME))
		message.filename = ll_perfetto_text(&export->stream, exec->filename);
	SET(message, pid, (int32_t)exec->tgid);
	SET(message, old_pid, (int32_t)(has_moved ? exec->previous_tid : exec->tgid));
	ftrace.sched_process_exec = &message;
	ll_perfetto_put_ftrace(export, 0, exec->time_boottime_ns, exec->tgid, &ftrace);
}

void ll_perfetto_put_exit(struct ll_export *export, unsigned cpu, const struct ll_event *exit)
{
	Pf__FtraceEvent ftrace = PF__FTRACE_EVENT__INIT;
	Pf__SchedProcessExit message = PF__SCHED_PROCESS_EXIT__INIT;

	message.comm = comm_of(export, exit);
	SET(message, pid, (int32_t)exit->tid);
	SET(message, tgid, (int32_t)exit->tgid);
	ftrace.sched_process_exit = &message;
	ll_perfetto_put_ftrace(export, cpu, exit->time_boottime_ns, exit->tid, &ftrace);
}

void ll_perfetto_put_free(struct ll_export *export, unsigned cpu, uint64_t time_ns,
			  uint64_t tid)
{
	Pf__FtraceEvent ftrace = PF__FTRACE_EVENT__INIT;
	Pf__SchedProcessFree message = PF__SCHED_PROCESS_FREE__INIT;

	SET(message, pid, (int32_t)tid);
	ftrace.sched_process_free = &message;
	ll_perfetto_put_ftrace(export, cpu, time_ns, 0, &ftrace);
}

/* Codes are told by name in the annotations of the instant; here stands what the name cannot tell. */
void ll_perfetto_put_generate(struct ll_export *export, const struct ll_event *signal,
			      uint64_t sender)
{
	Pf__FtraceEvent ftrace = PF__FTRACE_EVENT__INIT;
	Pf__SignalGenerate message = PF__SIGNAL_GENERATE__INIT;

	message.comm = comm_of(export, signal);
	SET(message, pid, (int32_t)signal->tid);
	SET(message, sig, (int32_t)signal->signal_number);
	if (ll_event_has(signal, LL_F_SIGNAL_SCOPE))
		SET(message, group, signal->signal_scope == LL_SIGNAL_PROCESS);
	if (ll_event_has(signal, LL_F_SIGNAL_RESULT))
		SET(message, result, signal->signal_result);
	ftrace.signal_generate = &message;
	ll_perfetto_put_ftrace(export, 0, signal->time_boottime_ns, sender, &ftrace);
}

void ll_perfetto_put_deliver(struct ll_export *export, const struct ll_event *signal)
{
	Pf__FtraceEvent ftrace = PF__FTRACE_EVENT__INIT;
	Pf__SignalDeliver message = PF__SIGNAL_DELIVER__INIT;

	SET(message, sig, (int32_t)signal->signal_number);
	ftrace.signal_deliver = &message;
	ll_perfetto_put_ftrace(export, 0, signal->time_boottime_ns, signal->tid, &ftrace);
}
