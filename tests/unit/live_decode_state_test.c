/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* States and times off the wire: raw values read as what they mean, nonsense refused. */
#include <errno.h>

#include "support/decoding.h"

#define decoding_test(name)                                                                    \
	cmocka_unit_test_setup_teardown(name, decoding_setup, decoding_teardown)

static void a_change_tells_both_states_and_how_long_the_first_lasted(void **state)
{
	struct decoding *decoding = *state;

	wire_state(&decoding->record);
	const struct ll_event *event = decoding_run(decoding);
	assert_int_equal(event->kind, LL_EVENT_STATE);
	assert_number_known(event, PID, tgid, WIRE_TGID);
	assert_number_known(event, TID, tid, WIRE_TID);
	assert_number_known(event, STATE_FROM, state_from, LL_STATE_SLEEPING);
	assert_number_known(event, STATE_TO, state_to, LL_STATE_RUNNABLE);
	assert_number_known(event, STATE_NS, state_ns, 1000000000);
	assert_absent(event, STATE_STUCK);
	assert_absent(event, STATE_BY);
	assert_absent(event, STATE_STACK);
}

static void a_beginning_that_cannot_be_is_not_told(void **state)
{
	struct decoding *decoding = *state;

	wire_state(&decoding->record);
	decoding->record.state.since_boottime_ns = 0;
	assert_absent(decoding_run(decoding), STATE_NS);
	decoding->record.state.since_boottime_ns = WIRE_TIME_NS + 1;
	assert_absent(decoding_run(decoding), STATE_NS);
	decoding->record.state.since_boottime_ns = WIRE_TIME_NS;
	assert_number_known(decoding_run(decoding), STATE_NS, state_ns, 0);
}

static void a_stuck_thread_and_a_tracer_are_told(void **state)
{
	struct decoding *decoding = *state;

	wire_state(&decoding->record);
	decoding->record.state.flags = LL_WIRE_STATE_STUCK;
	decoding->record.state.from = LL_WIRE_STATE_UNINTERRUPTIBLE;
	decoding->record.state.to = LL_WIRE_STATE_UNINTERRUPTIBLE;
	assert_number_known(decoding_run(decoding), STATE_STUCK, state_stuck, true);
	wire_state(&decoding->record);
	decoding->record.state.to = LL_WIRE_STATE_TRACED;
	decoding->record.state.tracer_tgid = 99;
	const struct ll_event *event = decoding_run(decoding);
	assert_number_known(event, STATE_BY, state_by_tgid, 99);
	assert_absent(event, STATE_STUCK);
}

static void states_nobody_knows_are_refused(void **state)
{
	struct decoding *decoding = *state;

	wire_state(&decoding->record);
	decoding->record.state.from = LL_WIRE_STATES;
	assert_int_equal(decoding_try(decoding, false), -EBADMSG);
	wire_state(&decoding->record);
	decoding->record.state.to = UINT32_MAX;
	assert_int_equal(decoding_try(decoding, false), -EBADMSG);
	wire_times(&decoding->record);
	decoding->record.times.state = LL_WIRE_STATES;
	assert_int_equal(decoding_try(decoding, false), -EBADMSG);
}

static void short_records_are_refused(void **state)
{
	struct decoding *decoding = *state;

	wire_state(&decoding->record);
	decoding->record.header.size--;
	assert_int_equal(decoding_try(decoding, false), -EBADMSG);
	wire_times(&decoding->record);
	decoding->record.header.size = sizeof(struct ll_wire_header);
	assert_int_equal(decoding_try(decoding, false), -EBADMSG);
}

/* As wire_times() has it: 100n, 10n and n + 1. */
#define assert_stay(event, ID, name, n)                                                        \
	do {                                                                                   \
		assert_number_known(event, ID##_NS, name##_ns, 100 * (n));                     \
		assert_number_known(event, ID##_LONGEST, name##_longest_ns, 10 * (n));         \
		assert_number_known(event, ID##_COUNT, name##_count, (n) + 1);                 \
	} while (0)

static void each_state_has_its_own_times(void **state)
{
	struct decoding *decoding = *state;

	wire_times(&decoding->record);
	const struct ll_event *event = decoding_run(decoding);
	assert_int_equal(event->kind, LL_EVENT_STATE_TIMES);
	assert_stay(event, RUNNING, running, 0);
	assert_stay(event, RUNNABLE, runnable, 1);
	assert_stay(event, SLEEPING, sleeping, 2);
	assert_stay(event, UNINTERRUPTIBLE, uninterruptible, 3);
	assert_stay(event, STOPPED, stopped, 4);
	assert_stay(event, TRACED, traced, 5);
	assert_stay(event, IDLE, idle, 6);
	assert_number_known(event, STATE_SINCE, state_since_ns, 4000);
	assert_number_known(event, STATE_CURRENT, state_current, LL_STATE_STOPPED);
	assert_absent(event, STATE_STACK);
}

static void a_thread_that_is_over_has_no_state_now(void **state)
{
	struct decoding *decoding = *state;

	wire_times(&decoding->record);
	decoding->record.times.flags = LL_WIRE_TIMES_FINAL;
	assert_absent(decoding_run(decoding), STATE_CURRENT);
}

static void policies_have_their_names(void **state)
{
	/* SCHED_* of include/uapi/linux/sched.h. */
	static const uint8_t policies[] = {
		[0] = LL_SCHED_OTHER,    [1] = LL_SCHED_FIFO,  [2] = LL_SCHED_RR,
		[3] = LL_SCHED_BATCH,    [4] = LL_SCHED_OTHER, [5] = LL_SCHED_IDLE,
		[6] = LL_SCHED_DEADLINE, [7] = LL_SCHED_EXT,
	};
	struct decoding *decoding = *state;

	wire_times(&decoding->record);
	for (uint32_t i = 0; i < sizeof(policies); i++) {
		decoding->record.times.policy = i;
		assert_number_known(decoding_run(decoding), SCHED_POLICY, sched_policy,
				    policies[i]);
	}
	decoding->record.times.policy = 8;
	assert_absent(decoding_run(decoding), SCHED_POLICY);
}

static void only_real_time_threads_have_a_priority(void **state)
{
	struct decoding *decoding = *state;

	wire_times(&decoding->record);
	const struct ll_event *event = decoding_run(decoding);
	assert_number_known(event, NICE, nice, -5);
	assert_absent(event, RT_PRIORITY);
	decoding->record.times.rt_priority = 99;
	assert_number_known(decoding_run(decoding), RT_PRIORITY, rt_priority, 99);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		decoding_test(a_change_tells_both_states_and_how_long_the_first_lasted),
		decoding_test(a_beginning_that_cannot_be_is_not_told),
		decoding_test(a_stuck_thread_and_a_tracer_are_told),
		decoding_test(states_nobody_knows_are_refused),
		decoding_test(short_records_are_refused),
		decoding_test(each_state_has_its_own_times),
		decoding_test(a_thread_that_is_over_has_no_state_now),
		decoding_test(policies_have_their_names),
		decoding_test(only_real_time_threads_have_a_priority),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
