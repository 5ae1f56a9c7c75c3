/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Thread states, told as switches between threads on CPUs. */
#include <string.h>

#include "export/perfetto_parts.h"

/* What a switch reports of the one that leaves: TASK_REPORT of the kernel's sched.h, since 4.14. */
enum {
	REPORT_RUNNING = 0,
	REPORT_SLEEPING = 0x1,
	REPORT_UNINTERRUPTIBLE = 0x2,
	REPORT_STOPPED = 0x4,
	REPORT_TRACED = 0x8,
	REPORT_DEAD = 0x10,
	REPORT_ZOMBIE = 0x20,
	REPORT_IDLE = 0x80,
	REPORT_PREEMPTED = 0x100,
};

/* Of every thread alike: its priority is not known, and readers want one. */
#define PRIORITY 120

static int64_t report_of(enum ll_state state)
{
	static const int64_t reports[] = {
		[LL_STATE_RUNNING] = REPORT_RUNNING,
		[LL_STATE_RUNNABLE] = REPORT_PREEMPTED,
		[LL_STATE_SLEEPING] = REPORT_SLEEPING,
		[LL_STATE_UNINTERRUPTIBLE] = REPORT_UNINTERRUPTIBLE,
		[LL_STATE_STOPPED] = REPORT_STOPPED,
		[LL_STATE_TRACED] = REPORT_TRACED,
		[LL_STATE_IDLE] = REPORT_IDLE,
		[LL_STATE_ZOMBIE] = REPORT_ZOMBIE,
	};

	return reports[state];
}

static struct ll_perfetto_cpu *find_cpu(struct ll_perfetto_sched *sched, uint64_t tid)
{
	for (size_t i = 0; i < LL_PERFETTO_CPUS; i++)
		if (sched->cpus[i].tid == tid)
			return &sched->cpus[i];
	return NULL;
}

static struct ll_perfetto_cpu *find_free_cpu(struct ll_perfetto_sched *sched, uint64_t time_ns)
{
	for (size_t i = 0; i < LL_PERFETTO_CPUS; i++)
		if (sched->cpus[i].tid == 0 && sched->cpus[i].switched_ns <= time_ns)
			return &sched->cpus[i];
	return NULL;
}

static void put_switch(struct ll_export *export, const struct ll_perfetto_cpu *cpu,
		       uint64_t time_ns, const struct ll_perfetto_cpu *prev, int64_t prev_state,
		       const struct ll_perfetto_cpu *next)
{
	Pf__FtraceEvent ftrace = PF__FTRACE_EVENT__INIT;
	Pf__SchedSwitch message = PF__SCHED_SWITCH__INIT;

	message.prev_comm = ll_perfetto_text(&export->stream, ll_str_of(prev->comm));
	message.has_prev_pid = message.has_prev_prio = message.has_prev_state = true;
	message.prev_pid = (int32_t)prev->tid;
	message.prev_prio = PRIORITY;
	message.prev_state = prev_state;
	message.next_comm = ll_perfetto_text(&export->stream, ll_str_of(next->comm));
	message.has_next_pid = message.has_next_prio = true;
	message.next_pid = (int32_t)next->tid;
	message.next_prio = PRIORITY;
	ftrace.sched_switch = &message;
	ll_perfetto_put_ftrace(export, (unsigned)(cpu - export->sched.cpus), time_ns, prev->tid,
			       &ftrace);
}

static const struct ll_perfetto_cpu idle = { .comm = "swapper" };

static void set_comm(struct ll_perfetto_cpu *cpu, struct ll_str comm)
{
	size_t length = comm.length < sizeof(cpu->comm) ? comm.length : sizeof(cpu->comm) - 1;

	if (length > 0)
		memcpy(cpu->comm, comm.data, length);
	cpu->comm[length] = '\0';
}

/* The thread of the event comes on a CPU, unless it is on one, or none is free. */
static struct ll_perfetto_cpu *switch_in(struct ll_export *export, const struct ll_event *event)
{
	struct ll_perfetto_cpu *cpu = find_cpu(&export->sched, event->tid);

	if (cpu != NULL) {
		set_comm(cpu, event->comm);
		return cpu;
	}
	cpu = find_free_cpu(&export->sched, event->time_boottime_ns);
	if (cpu == NULL)
		return NULL;
	cpu->tid = (uint32_t)event->tid;
	cpu->switched_ns = event->time_boottime_ns;
	set_comm(cpu, event->comm);
	put_switch(export, cpu, event->time_boottime_ns, &idle, REPORT_RUNNING, cpu);
	return cpu;
}

/* An end that is told late may be older than the thread's last coming. */
static void switch_out(struct ll_export *export, struct ll_perfetto_cpu *cpu, uint64_t time_ns,
		       int64_t report)
{
	if (cpu->switched_ns < time_ns)
		cpu->switched_ns = time_ns;
	put_switch(export, cpu, cpu->switched_ns, cpu, report, &idle);
	cpu->tid = 0;
}

/* Who is not known to run, but to leave a CPU, came on it at some time before. */
static void leave(struct ll_export *export, const struct ll_event *event, int64_t report)
{
	struct ll_perfetto_cpu *cpu = switch_in(export, event);

	if (cpu != NULL)
		switch_out(export, cpu, event->time_boottime_ns, report);
}

/* Readers take no note of it while they have not seen the thread on a CPU. */
static void put_waking(struct ll_export *export, const struct ll_event *event)
{
	Pf__FtraceEvent ftrace = PF__FTRACE_EVENT__INIT;
	Pf__SchedWaking message = PF__SCHED_WAKING__INIT;

	message.comm = ll_perfetto_text(&export->stream, event->comm);
	message.has_pid = message.has_prio = message.has_success = message.has_target_cpu =
		true;
	message.pid = (int32_t)event->tid;
	message.prio = PRIORITY;
	message.success = 1;
	ftrace.sched_waking = &message;
	/* By whom is not known, unless it was let go on. */
	ll_perfetto_put_ftrace(export, 0, event->time_boottime_ns,
			       ll_event_has(event, LL_F_STATE_BY) ? event->state_by_tgid : 0,
			       &ftrace);
}

static struct ll_perfetto_thread *dead_slot(struct ll_export *export, uint64_t tid)
{
	return &export->sched.dead[tid % LL_PERFETTO_DEAD];
}

/* It still runs for a moment after its end was told. */
static bool is_dead(struct ll_export *export, const struct ll_event *event)
{
	const struct ll_perfetto_thread *dead = dead_slot(export, event->tid);

	return dead->tid == event->tid &&
	       dead->start_boottime_ns == event->thread_start_boottime_ns;
}

/*
 * A recording has every change of state, or only stops and long waits for a disk, which say
 * nothing of the time between: this change is never among those.
 */
static bool is_of_all(const struct ll_event *state)
{
	return state->state_from == LL_STATE_RUNNABLE && state->state_to == LL_STATE_RUNNING;
}

void ll_perfetto_take_state(struct ll_export *export, const struct ll_event *state)
{
	struct ll_perfetto_sched *sched = &export->sched;

	sched->is_told = sched->is_told || is_of_all(state);
	if (!sched->is_told || state->state_from == state->state_to || is_dead(export, state))
		return;
	if (state->state_to == LL_STATE_RUNNING)
		switch_in(export, state);
	else if (state->state_to == LL_STATE_RUNNABLE && state->state_from != LL_STATE_RUNNING)
		put_waking(export, state);
	else
		leave(export, state, report_of((enum ll_state)state->state_to));
}

/* All on its CPU, in this order. */
void ll_perfetto_end_thread(struct ll_export *export, const struct ll_event *exit)
{
	struct ll_perfetto_cpu *cpu = export->sched.is_told ? switch_in(export, exit) : NULL;
	unsigned number = cpu != NULL ? (unsigned)(cpu - export->sched.cpus) : 0;
	bool is_leader = exit->tid == exit->tgid;
	uint64_t left_ns = exit->time_boottime_ns;

	ll_perfetto_put_exit(export, number, exit);
	if (cpu != NULL)
		switch_out(export, cpu, exit->time_boottime_ns,
			   is_leader ? REPORT_ZOMBIE : REPORT_DEAD);
	if (cpu != NULL)
		left_ns = cpu->switched_ns;
	if (!is_leader)
		ll_perfetto_put_free(export, number, left_ns, exit->tid);
	*dead_slot(export, exit->tid) = (struct ll_perfetto_thread){
		.tid = (uint32_t)exit->tid,
		.start_boottime_ns = exit->thread_start_boottime_ns,
	};
}

void ll_perfetto_move_thread(struct ll_export *export, const struct ll_event *exec)
{
	struct ll_perfetto_cpu *cpu = find_cpu(&export->sched, exec->previous_tid);
	struct ll_perfetto_thread *dead = dead_slot(export, exec->tgid);
	unsigned number = cpu != NULL ? (unsigned)(cpu - export->sched.cpus) : 0;

	if (dead->tid == exec->tgid)
		dead->tid = 0;
	if (cpu != NULL)
		switch_out(export, cpu, exec->time_boottime_ns, REPORT_DEAD);
	ll_perfetto_put_free(export, number, exec->time_boottime_ns, exec->previous_tid);
	if (cpu != NULL)
		switch_in(export, exec);
}
