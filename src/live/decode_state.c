/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* States and the time spent in them, from record to event. */
#include "live/decode_parts.h"

/* include/uapi/linux/sched.h */
#define SCHED_POLICY_MAX 7

_Static_assert((int)LL_WIRE_STATES == LL_STATES_TIMED &&
		       (int)LL_WIRE_STATE_IDLE == (int)LL_STATE_IDLE,
	       "the wire's states are the event's");

static void set_stack(struct ll_stacks *stacks, struct ll_event *event, int32_t id)
{
	struct ll_str stack = ll_stacks_find(stacks, id);

	if (stack.length > 0)
		LL_SET(event, STATE_STACK, state_stack, stack);
}

int ll_decode_state(struct ll_stacks *stacks, const struct ll_wire_state *record,
		    struct ll_event *event)
{
	uint64_t now = record->header.time_boottime_ns;

	if (record->from >= LL_WIRE_STATES || record->to >= LL_WIRE_STATES)
		return -EBADMSG;
	LL_SET(event, STATE_FROM, state_from, (uint8_t)record->from);
	LL_SET(event, STATE_TO, state_to, (uint8_t)record->to);
	if (record->since_boottime_ns != 0 && record->since_boottime_ns <= now)
		LL_SET(event, STATE_NS, state_ns, now - record->since_boottime_ns);
	if (record->flags & LL_WIRE_STATE_STUCK)
		LL_SET(event, STATE_STUCK, state_stuck, true);
	if (record->tracer_tgid != 0)
		LL_SET(event, STATE_BY, state_by_tgid, record->tracer_tgid);
	set_stack(stacks, event, record->stack_id);
	return 1;
}

static void set_stays(struct ll_event *event, const struct ll_wire_stay *stays)
{
#define SET_STAY(ID, name, state)                                                              \
	LL_SET(event, ID##_NS, name##_ns, stays[LL_WIRE_STATE_##state].total_ns);              \
	LL_SET(event, ID##_COUNT, name##_count, stays[LL_WIRE_STATE_##state].count);           \
	LL_SET(event, ID##_LONGEST, name##_longest_ns, stays[LL_WIRE_STATE_##state].longest_ns)
	SET_STAY(RUNNING, running, RUNNING);
	SET_STAY(RUNNABLE, runnable, RUNNABLE);
	SET_STAY(SLEEPING, sleeping, SLEEPING);
	SET_STAY(UNINTERRUPTIBLE, uninterruptible, UNINTERRUPTIBLE);
	SET_STAY(STOPPED, stopped, STOPPED);
	SET_STAY(TRACED, traced, TRACED);
	SET_STAY(IDLE, idle, IDLE);
#undef SET_STAY
}

/* SCHED_* of include/uapi/linux/sched.h; 4 was never used. */
static void set_policy(struct ll_event *event, const struct ll_wire_times *record)
{
	static const uint8_t policies[SCHED_POLICY_MAX + 1] = {
		LL_SCHED_OTHER, LL_SCHED_FIFO, LL_SCHED_RR,       LL_SCHED_BATCH,
		LL_SCHED_OTHER, LL_SCHED_IDLE, LL_SCHED_DEADLINE, LL_SCHED_EXT,
	};

	if (record->policy <= SCHED_POLICY_MAX)
		LL_SET(event, SCHED_POLICY, sched_policy, policies[record->policy]);
	LL_SET(event, NICE, nice, record->nice);
	if (record->rt_priority != 0)
		LL_SET(event, RT_PRIORITY, rt_priority, record->rt_priority);
}

int ll_decode_times(struct ll_stacks *stacks, const struct ll_wire_times *record,
		    struct ll_event *event)
{
	if (record->state >= LL_WIRE_STATES)
		return -EBADMSG;
	set_stays(event, record->stays);
	if (!(record->flags & LL_WIRE_TIMES_FINAL))
		LL_SET(event, STATE_CURRENT, state_current, (uint8_t)record->state);
	LL_SET(event, STATE_SINCE, state_since_ns, record->since_boottime_ns);
	set_policy(event, record);
	set_stack(stacks, event, record->longest_stack_id);
	return 1;
}
