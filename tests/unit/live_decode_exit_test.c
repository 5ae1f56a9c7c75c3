/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* What exit and reap records become: status words, resource use, heirs and reapers. */
#include "support/decoding.h"

#include <signal.h>

#define CORE_FLAG 0x80

static void every_exit_code_is_told_as_a_code(void **state)
{
	struct decoding *decoding = *state;

	for (int code = 0; code <= 255; code++) {
		wire_process_exit(&decoding->record, code << 8);
		const struct ll_event *event = decoding_run(decoding);
		assert_number_known(event, EXIT_CODE, exit_code, code);
		assert_number_known(event, EXIT_STATUS, wait_status, code << 8);
		assert_absent(event, EXIT_SIGNAL);
		assert_absent(event, EXIT_CORE);
	}
}

static void a_signal_is_told_by_name_and_without_a_code(void **state)
{
	struct decoding *decoding = *state;

	wire_process_exit(&decoding->record, SIGKILL);
	const struct ll_event *event = decoding_run(decoding);
	assert_str_known(event, EXIT_SIGNAL, exit_signal, "SIGKILL");
	assert_number_known(event, EXIT_CORE, core_dumped, false);
	assert_number_known(event, EXIT_STATUS, wait_status, SIGKILL);
	assert_absent(event, EXIT_CODE);
}

static void a_core_dump_is_told_with_its_signal(void **state)
{
	struct decoding *decoding = *state;

	wire_process_exit(&decoding->record, SIGSEGV | CORE_FLAG);
	const struct ll_event *event = decoding_run(decoding);
	assert_str_known(event, EXIT_SIGNAL, exit_signal, "SIGSEGV");
	assert_number_known(event, EXIT_CORE, core_dumped, true);
	assert_number_known(event, EXIT_STATUS, wait_status, SIGSEGV | CORE_FLAG);
}

static void real_time_signals_have_names_up_to_the_last(void **state)
{
	struct decoding *decoding = *state;

	wire_process_exit(&decoding->record, 32);
	assert_str_known(decoding_run(decoding), EXIT_SIGNAL, exit_signal, "SIG32");
	wire_process_exit(&decoding->record, 34);
	assert_str_known(decoding_run(decoding), EXIT_SIGNAL, exit_signal, "SIGRTMIN");
	wire_process_exit(&decoding->record, 64);
	assert_str_known(decoding_run(decoding), EXIT_SIGNAL, exit_signal, "SIGRTMIN+30");
}

static void every_signal_is_told(void **state)
{
	struct decoding *decoding = *state;

	for (int number = 1; number <= 64; number++) {
		wire_process_exit(&decoding->record, number);
		const struct ll_event *event = decoding_run(decoding);
		assert_true(ll_event_has(event, LL_F_EXIT_SIGNAL));
		assert_memory_equal(event->exit_signal.data, "SIG", 3);
		assert_absent(event, EXIT_CODE);
	}
}

static void a_status_no_kernel_gives_keeps_the_word(void **state)
{
	struct decoding *decoding = *state;

	wire_process_exit(&decoding->record, 100);
	assert_absent(decoding_run(decoding), EXIT_SIGNAL);
	assert_absent(&decoding->event, EXIT_CODE);
	assert_number_known(&decoding->event, EXIT_STATUS, wait_status, 100);
	wire_process_exit(&decoding->record, -1);
	assert_number_known(decoding_run(decoding), EXIT_STATUS, wait_status, UINT32_MAX);
}

static void a_reap_tells_the_status_again(void **state)
{
	struct decoding *decoding = *state;

	wire_reap(&decoding->record);
	decoding->record.reap.wait_status = SIGSEGV | CORE_FLAG;
	const struct ll_event *event = decoding_run(decoding);
	assert_number_known(event, EXIT_STATUS, wait_status, SIGSEGV | CORE_FLAG);
	assert_str_known(event, EXIT_SIGNAL, exit_signal, "SIGSEGV");
	assert_number_known(event, EXIT_CORE, core_dumped, true);
	assert_absent(event, EXIT_CODE);
	assert_absent(event, EXIT_SCOPE);
}

static void of_tasks_a_zombie_alone_has_a_status(void **state)
{
	struct decoding *decoding = *state;

	wire_task(&decoding->record, LL_WIRE_TASK_ZOMBIE);
	decoding->record.task.wait_status = 7 << 8;
	assert_number_known(decoding_run(decoding), EXIT_STATUS, wait_status, 7 << 8);
	assert_number_known(&decoding->event, EXIT_CODE, exit_code, 7);
	decoding->record.task.flags = LL_WIRE_TASK_LEADER_DEAD;
	assert_absent(decoding_run(decoding), EXIT_STATUS);
	decoding->record.task.flags = 0;
	assert_absent(decoding_run(decoding), EXIT_STATUS);
}

static void a_process_exit_lasted_from_its_creation(void **state)
{
	struct decoding *decoding = *state;

	wire_process_exit(&decoding->record, 0);
	const struct ll_event *event = decoding_run(decoding);
	assert_number_known(event, EXIT_SCOPE, exit_scope, LL_EXIT_PROCESS);
	assert_number_known(event, DURATION, duration_ns, WIRE_TIME_NS - WIRE_START_NS);
}

static void a_duration_below_zero_is_absent(void **state)
{
	struct decoding *decoding = *state;

	wire_process_exit(&decoding->record, 0);
	decoding->record.header.start_boottime_ns = WIRE_TIME_NS + 1;
	assert_absent(decoding_run(decoding), DURATION);
	decoding->record.header.start_boottime_ns = WIRE_TIME_NS;
	assert_number_known(decoding_run(decoding), DURATION, duration_ns, 0);
}

static void a_thread_exit_is_about_the_thread_alone(void **state)
{
	struct decoding *decoding = *state;

	wire_thread_exit(&decoding->record, 3 << 8);
	const struct ll_event *event = decoding_run(decoding);
	assert_number_known(event, EXIT_SCOPE, exit_scope, LL_EXIT_THREAD);
	assert_number_known(event, EXIT_CODE, exit_code, 3);
	assert_number_known(event, DURATION, duration_ns, WIRE_TIME_NS - WIRE_THREAD_START_NS);
	assert_absent(event, UTIME);
	assert_absent(event, STIME);
	assert_absent(event, MAXRSS);
	assert_absent(event, READ_BYTES);
	assert_int_equal(event->child_reaper_tgid, 0);
}

static void assert_usage_is_known(const struct ll_event *event)
{
	assert_number_known(event, UTIME, cpu_user_ns, 6000);
	assert_number_known(event, STIME, cpu_system_ns, 2000);
	assert_number_known(event, CPU_WAIT, cpu_wait_ns, 21);
	assert_number_known(event, MINFLT, minor_faults, 22);
	assert_number_known(event, MAJFLT, major_faults, 23);
	assert_number_known(event, NVCSW, voluntary_switches, 24);
	assert_number_known(event, NIVCSW, involuntary_switches, 25);
	assert_number_known(event, READ_BYTES, io_read_bytes, 26);
	assert_number_known(event, WRITE_BYTES, io_write_bytes, 27);
	assert_number_known(event, MAXRSS, max_rss_bytes, 28 * DECODING_PAGE_BYTES);
	assert_absent(event, USAGE_PARTIAL);
}

static void exit_and_reap_carry_the_resource_use(void **state)
{
	struct decoding *decoding = *state;

	wire_process_exit(&decoding->record, 0);
	assert_usage_is_known(decoding_run(decoding));
	wire_reap(&decoding->record);
	assert_usage_is_known(decoding_run(decoding));
}

static void what_the_kernel_did_not_account_is_absent(void **state)
{
	struct decoding *decoding = *state;

	wire_process_exit(&decoding->record, 0);
	decoding->record.process_exit.usage_flags = LL_WIRE_USAGE_NO_RUN_DELAY;
	assert_absent(decoding_run(decoding), CPU_WAIT);
	assert_true(ll_event_has(&decoding->event, LL_F_READ_BYTES));
	decoding->record.process_exit.usage_flags = LL_WIRE_USAGE_NO_IO;
	assert_absent(decoding_run(decoding), READ_BYTES);
	assert_absent(&decoding->event, WRITE_BYTES);
	assert_true(ll_event_has(&decoding->event, LL_F_CPU_WAIT));
}

static void use_that_lacks_threads_is_marked(void **state)
{
	struct decoding *decoding = *state;

	wire_process_exit(&decoding->record, 0);
	decoding->record.process_exit.usage_flags = LL_WIRE_USAGE_PARTIAL;
	assert_number_known(decoding_run(decoding), USAGE_PARTIAL, usage_partial, true);
}

/* What the record's sampled times and exact run time must come out as. */
static void assert_cpu_time(struct decoding *decoding, uint64_t utime_ns, uint64_t stime_ns,
			    uint64_t runtime_ns, uint64_t expected_user_ns)
{
	struct ll_wire_usage *usage = &decoding->record.process_exit.usage;

	wire_process_exit(&decoding->record, 0);
	usage->utime_ns = utime_ns;
	usage->stime_ns = stime_ns;
	usage->runtime_ns = runtime_ns;
	const struct ll_event *event = decoding_run(decoding);
	assert_number_known(event, UTIME, cpu_user_ns, expected_user_ns);
	assert_number_known(event, STIME, cpu_system_ns, runtime_ns - expected_user_ns);
}

static void cpu_time_is_the_run_time_split_as_the_ticks_fell(void **state)
{
	assert_cpu_time(*state, 3000, 1000, 8000, 6000);
	assert_cpu_time(*state, 1000, 3000, 2000, 500);
	/* stime * rtime / total rounds down: 2 * 10 / 3 = 6. */
	assert_cpu_time(*state, 1, 2, 10, 4);
	assert_cpu_time(*state, 4000000, 4000000, 0, 0);
}

static void without_a_system_tick_all_is_user_time(void **state)
{
	assert_cpu_time(*state, 4000000, 0, 5000000, 5000000);
	assert_cpu_time(*state, 0, 0, 123456, 123456);
}

static void without_a_user_tick_all_is_system_time(void **state)
{
	assert_cpu_time(*state, 0, 4000000, 5000000, 0);
}

static void cpu_time_of_years_does_not_overflow(void **state)
{
	const uint64_t century = UINT64_C(100) * 365 * 86400 * 1000000000;

	assert_cpu_time(*state, 3 * century, century, 4 * century, 3 * century);
}

/* Input is not trusted: sums that wrap to 0 or to little. */
static void cpu_time_of_nonsense_adds_up_nonetheless(void **state)
{
	const uint64_t half = UINT64_C(1) << 63;

	assert_cpu_time(*state, half, half, 1000, 500);
	assert_cpu_time(*state, UINT64_MAX, UINT64_MAX, 1000, 500);
	assert_cpu_time(*state, 1, UINT64_MAX, UINT64_MAX, 1);
}

static void the_heir_of_the_children_is_told(void **state)
{
	struct decoding *decoding = *state;
	struct ll_wire_process_exit *record = &decoding->record.process_exit;

	wire_process_exit(&decoding->record, 0);
	record->child_reaper_tgid = 55;
	record->child_reaper_start_boottime_ns = 5500;
	record->child_reaper_reason = LL_WIRE_REPARENT_SUBREAPER;
	const struct ll_event *event = decoding_run(decoding);
	assert_int_equal(event->child_reaper_tgid, 55);
	assert_int_equal(event->child_reaper_start_boottime_ns, 5500);
	assert_int_equal(event->child_reaper_reason, LL_REPARENT_SUBREAPER);
	record->child_reaper_reason = LL_WIRE_REPARENT_INIT;
	assert_int_equal(decoding_run(decoding)->child_reaper_reason, LL_REPARENT_INIT);
}

static void a_process_without_children_has_no_heir(void **state)
{
	struct decoding *decoding = *state;

	wire_process_exit(&decoding->record, 0);
	decoding->record.process_exit.child_reaper_tgid = 55;
	decoding->record.process_exit.child_reaper_reason = LL_WIRE_REPARENT_NONE;
	assert_int_equal(decoding_run(decoding)->child_reaper_tgid, 0);
}

static void reap_says_who_and_how_precisely(void **state)
{
	struct decoding *decoding = *state;

	wire_reap(&decoding->record);
	const struct ll_event *event = decoding_run(decoding);
	assert_int_equal(event->kind, LL_EVENT_REAP);
	assert_number_known(event, REAP_PRECISION, reap_precision, LL_REAP_EXACT);
	assert_number_known(event, REAPER, reaper_tgid, 99);
	/* Only the model knows since when it was a zombie. */
	assert_absent(event, ZOMBIE);
}

static void an_unknown_reaper_is_absent(void **state)
{
	struct decoding *decoding = *state;

	wire_reap(&decoding->record);
	decoding->record.reap.precision = LL_WIRE_REAP_RCU;
	decoding->record.reap.reaper_tgid = 0;
	const struct ll_event *event = decoding_run(decoding);
	assert_number_known(event, REAP_PRECISION, reap_precision, LL_REAP_RCU);
	assert_absent(event, REAPER);
}

#define DECODING_TEST(name)                                                                    \
	cmocka_unit_test_setup_teardown(name, decoding_setup, decoding_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		DECODING_TEST(every_exit_code_is_told_as_a_code),
		DECODING_TEST(a_signal_is_told_by_name_and_without_a_code),
		DECODING_TEST(a_core_dump_is_told_with_its_signal),
		DECODING_TEST(real_time_signals_have_names_up_to_the_last),
		DECODING_TEST(every_signal_is_told),
		DECODING_TEST(a_status_no_kernel_gives_keeps_the_word),
		DECODING_TEST(a_process_exit_lasted_from_its_creation),
		DECODING_TEST(a_reap_tells_the_status_again),
		DECODING_TEST(of_tasks_a_zombie_alone_has_a_status),
		DECODING_TEST(a_duration_below_zero_is_absent),
		DECODING_TEST(a_thread_exit_is_about_the_thread_alone),
		DECODING_TEST(exit_and_reap_carry_the_resource_use),
		DECODING_TEST(what_the_kernel_did_not_account_is_absent),
		DECODING_TEST(use_that_lacks_threads_is_marked),
		DECODING_TEST(cpu_time_is_the_run_time_split_as_the_ticks_fell),
		DECODING_TEST(without_a_system_tick_all_is_user_time),
		DECODING_TEST(without_a_user_tick_all_is_system_time),
		DECODING_TEST(cpu_time_of_years_does_not_overflow),
		DECODING_TEST(cpu_time_of_nonsense_adds_up_nonetheless),
		DECODING_TEST(the_heir_of_the_children_is_told),
		DECODING_TEST(a_process_without_children_has_no_heir),
		DECODING_TEST(reap_says_who_and_how_precisely),
		DECODING_TEST(an_unknown_reaper_is_absent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
