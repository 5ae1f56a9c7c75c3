/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Which delivery belongs to which signal, and the ledger of who sent what to whom. */
#include "support/model_recorder.h"

#include "support/signal_builder.h"

#define MS UINT64_C(1000000)
#define S UINT64_C(1000000000)

static const struct built_id init = { 1, 1 };
static const struct built_id target = { 100, 10 * MS };
static const struct built_id sender = { 200, 11 * MS };
static const struct built_id other = { 300, 12 * MS };
static const struct built_id thread = { 101, 13 * MS };

static void give_birth(struct recorder *recorder)
{
	recorder_apply(recorder, built_fork(target, init, "nginx"));
	recorder_apply(recorder, built_fork(sender, init, "kubelet"));
	recorder_apply(recorder, built_thread_fork(target, thread));
}

static int setup(void **state)
{
	recorder_setup(state);
	give_birth(*state);
	return 0;
}

#define signal_test(name) cmocka_unit_test_setup_teardown(name, setup, recorder_teardown)

static void sent_as(struct recorder *recorder, uint64_t time_ns, unsigned signal,
		    enum ll_disposition disposition, enum ll_signal_result result)
{
	struct ll_event event =
		built_kill(time_ns, target, signal, disposition, sender, "kubelet");

	LL_SET(&event, SIGNAL_RESULT, signal_result, (uint8_t)result);
	recorder_apply(recorder, event);
}

static void sent(struct recorder *recorder, uint64_t time_ns, unsigned signal)
{
	sent_as(recorder, time_ns, signal, LL_DISPOSITION_HANDLER, LL_SIGNAL_DELIVERED);
}

static void sent_to(struct recorder *recorder, uint64_t time_ns, struct built_id to,
		    unsigned signal)
{
	struct ll_event event =
		built_kill(time_ns, target, signal, LL_DISPOSITION_HANDLER, sender, "kubelet");

	built_to_thread(&event, to);
	recorder_apply(recorder, event);
}

static void deliver(struct recorder *recorder, uint64_t time_ns, struct built_id by,
		    unsigned signal, enum ll_signal_action action)
{
	struct ll_event event = built_deliver(time_ns, target, signal, action);

	built_thread(&event, by);
	recorder_apply(recorder, event);
}

/* What the last delivery's latency is; UINT64_MAX: none. */
static uint64_t latency(const struct recorder *recorder)
{
	const struct ll_event *event = recorder_event(recorder, 0, LL_EVENT_SIGNAL_DELIVER);

	return ll_event_has(event, LL_F_LATENCY) ? event->signal_latency_ns : UINT64_MAX;
}

static void handle(struct recorder *recorder, uint64_t time_ns, unsigned signal)
{
	deliver(recorder, time_ns, target, signal, LL_ACTION_HANDLER);
}

/* Whether the last delivery is handed on as one of this signal; 0: of none. */
static bool is_told_as(const struct recorder *recorder, unsigned signal)
{
	const struct ll_event *event = recorder_event(recorder, 0, LL_EVENT_SIGNAL_DELIVER);
	const char *name = ll_signal_name(signal);

	if (signal == 0)
		return !ll_event_has(event, LL_F_SIGNAL) &&
		       !ll_event_has(event, LL_F_SIGNAL_NUMBER);
	return event->signal_number == signal && event->signal_name.length == strlen(name) &&
	       memcmp(event->signal_name.data, name, strlen(name)) == 0;
}

#define assert_latency(recorder, ns) assert_int_equal(latency(recorder), ns)
#define assert_no_latency(recorder) assert_int_equal(latency(recorder), UINT64_MAX)

static void a_delivery_tells_the_time_since_its_signal(void **state)
{
	sent(*state, 20 * MS, SIGTERM);
	handle(*state, 20 * MS + 12000, SIGTERM);
	assert_latency(*state, 12000);
}

static void a_delivery_takes_its_signal_away(void **state)
{
	sent(*state, 20 * MS, SIGTERM);
	handle(*state, 21 * MS, SIGTERM);
	handle(*state, 22 * MS, SIGTERM);
	assert_no_latency(*state);
}

static void a_delivery_of_what_nobody_sent_has_no_latency(void **state)
{
	sent(*state, 20 * MS, SIGUSR1);
	handle(*state, 21 * MS, SIGUSR2);
	assert_no_latency(*state);
}

static void any_thread_takes_what_is_for_the_process(void **state)
{
	sent(*state, 20 * MS, SIGTERM);
	deliver(*state, 23 * MS, thread, SIGTERM, LL_ACTION_HANDLER);
	assert_latency(*state, 3 * MS);
}

static void no_other_thread_takes_what_is_for_one(void **state)
{
	sent_to(*state, 20 * MS, thread, SIGUSR1);
	handle(*state, 21 * MS, SIGUSR1);
	assert_no_latency(*state);
	deliver(*state, 22 * MS, thread, SIGUSR1, LL_ACTION_HANDLER);
	assert_latency(*state, 2 * MS);
}

static void pending_for_thread_and_process_both_is_not_certain(void **state)
{
	sent(*state, 20 * MS, SIGUSR1);
	sent_to(*state, 21 * MS, target, SIGUSR1);
	handle(*state, 22 * MS, SIGUSR1);
	assert_no_latency(*state);
	handle(*state, 23 * MS, SIGUSR1);
	assert_no_latency(*state);
	sent(*state, 24 * MS, SIGUSR1);
	handle(*state, 25 * MS, SIGUSR1);
	assert_latency(*state, MS);
}

static void a_merged_signal_keeps_the_time_of_the_first(void **state)
{
	sent_as(*state, 20 * MS, SIGTERM, LL_DISPOSITION_BLOCKED, LL_SIGNAL_DELIVERED);
	sent_as(*state, 25 * MS, SIGTERM, LL_DISPOSITION_BLOCKED, LL_SIGNAL_ALREADY_PENDING);
	handle(*state, 30 * MS, SIGTERM);
	assert_latency(*state, 10 * MS);
}

static void what_is_not_queued_is_not_delivered(void **state)
{
	sent_as(*state, 20 * MS, SIGTERM, LL_DISPOSITION_IGNORE, LL_SIGNAL_IGNORED);
	handle(*state, 21 * MS, SIGTERM);
	assert_no_latency(*state);
	sent_as(*state, 22 * MS, SIGRTMIN, LL_DISPOSITION_HANDLER, LL_SIGNAL_OVERFLOW);
	handle(*state, 23 * MS, SIGRTMIN);
	assert_no_latency(*state);
}

static void one_whose_info_was_lost_is_queued_all_the_same(void **state)
{
	sent_as(*state, 20 * MS, SIGIO, LL_DISPOSITION_HANDLER, LL_SIGNAL_INFO_LOST);
	handle(*state, 21 * MS, SIGIO);
	assert_latency(*state, MS);
}

/* sigwait() and signalfd show no delivery. */
static void a_queued_standard_signal_replaces_one_taken_unseen(void **state)
{
	sent(*state, 20 * MS, SIGHUP);
	sent(*state, 50 * MS, SIGHUP);
	handle(*state, 51 * MS, SIGHUP);
	assert_latency(*state, MS);
	handle(*state, 52 * MS, SIGHUP);
	assert_no_latency(*state);
}

static void several_queued_real_time_signals_are_not_certain(void **state)
{
	sent(*state, 20 * MS, 40);
	sent(*state, 21 * MS, 40);
	handle(*state, 22 * MS, 40);
	assert_no_latency(*state);
	handle(*state, 23 * MS, 40);
	assert_no_latency(*state);
	sent(*state, 24 * MS, 40);
	handle(*state, 25 * MS, 40);
	assert_latency(*state, MS);
}

static void real_time_signals_are_told_apart_up_to_the_last(void **state)
{
	for (unsigned signal = 32; signal <= 64; signal++)
		sent(*state, signal * S, signal);
	for (unsigned signal = 64; signal >= 32; signal--) {
		handle(*state, 100 * S, signal);
		assert_latency(*state, (100 - signal) * S);
	}
}

static void a_stop_signal_and_a_cont_empty_each_others_queues(void **state)
{
	sent(*state, 20 * MS, SIGTSTP);
	sent(*state, 21 * MS, SIGCONT);
	handle(*state, 22 * MS, SIGTSTP);
	assert_no_latency(*state);
	sent(*state, 23 * MS, SIGTSTP);
	handle(*state, 24 * MS, SIGCONT);
	assert_no_latency(*state);
	handle(*state, 25 * MS, SIGTSTP);
	assert_latency(*state, 2 * MS);
}

static void a_fatal_signal_is_delivered_as_9_to_every_thread(void **state)
{
	sent_as(*state, 20 * MS, SIGTERM, LL_DISPOSITION_DEFAULT, LL_SIGNAL_DELIVERED);
	deliver(*state, 21 * MS, target, SIGKILL, LL_ACTION_TERMINATE);
	assert_latency(*state, MS);
	assert_true(is_told_as(*state, SIGTERM));
	deliver(*state, 22 * MS, thread, SIGKILL, LL_ACTION_TERMINATE);
	assert_latency(*state, 2 * MS);
	assert_true(is_told_as(*state, SIGTERM));
}

static void a_9_that_was_sent_is_told_as_one(void **state)
{
	sent_as(*state, 20 * MS, SIGKILL, LL_DISPOSITION_DEFAULT, LL_SIGNAL_DELIVERED);
	deliver(*state, 21 * MS, target, SIGKILL, LL_ACTION_TERMINATE);
	assert_true(is_told_as(*state, SIGKILL));
}

static void a_9_of_the_other_threads_is_told_as_the_signal_with_the_core(void **state)
{
	sent_as(*state, 20 * MS, SIGSEGV, LL_DISPOSITION_DEFAULT, LL_SIGNAL_DELIVERED);
	deliver(*state, 21 * MS, target, SIGSEGV, LL_ACTION_CORE);
	deliver(*state, 22 * MS, thread, SIGKILL, LL_ACTION_TERMINATE);
	assert_true(is_told_as(*state, SIGSEGV));
}

/* exit_group() */
static void a_9_that_nothing_fatal_precedes_is_told_as_no_signal(void **state)
{
	deliver(*state, 20 * MS, thread, SIGKILL, LL_ACTION_TERMINATE);
	assert_true(is_told_as(*state, 0));
	sent(*state, 21 * MS, SIGTERM);
	deliver(*state, 22 * MS, thread, SIGKILL, LL_ACTION_TERMINATE);
	assert_true(is_told_as(*state, 0));
}

static void a_9_of_another_number_than_was_handled_belongs_to_nothing(void **state)
{
	sent(*state, 20 * MS, SIGTERM);
	deliver(*state, 21 * MS, thread, SIGKILL, LL_ACTION_TERMINATE);
	assert_no_latency(*state);
}

/* exit_group() and exec by another thread show a 9 as well. */
static void a_9_after_an_exec_belongs_to_nothing_before_it(void **state)
{
	sent_as(*state, 20 * MS, SIGTERM, LL_DISPOSITION_DEFAULT, LL_SIGNAL_DELIVERED);
	recorder_apply(*state, built_exec(21 * MS, target, "new", "/bin/new"));
	deliver(*state, 22 * MS, thread, SIGKILL, LL_ACTION_TERMINATE);
	assert_no_latency(*state);
}

/* A debugger can withhold what would have been fatal. */
static void a_9_of_who_went_on_belongs_to_nothing_before(void **state)
{
	sent_as(*state, 20 * MS, SIGTERM, LL_DISPOSITION_DEFAULT, LL_SIGNAL_DELIVERED);
	sent(*state, 21 * MS, SIGUSR1);
	handle(*state, 22 * MS, SIGUSR1);
	deliver(*state, 23 * MS, thread, SIGKILL, LL_ACTION_TERMINATE);
	assert_no_latency(*state);
}

static void a_9_after_a_delivery_that_ended_a_thread_belongs_to_its_signal(void **state)
{
	sent_as(*state, 20 * MS, SIGTERM, LL_DISPOSITION_BLOCKED, LL_SIGNAL_DELIVERED);
	deliver(*state, 30 * MS, target, SIGTERM, LL_ACTION_TERMINATE);
	assert_latency(*state, 10 * MS);
	deliver(*state, 31 * MS, thread, SIGKILL, LL_ACTION_TERMINATE);
	assert_latency(*state, 11 * MS);
}

static void two_fatal_signals_leave_the_9_uncertain(void **state)
{
	sent_as(*state, 20 * MS, SIGTERM, LL_DISPOSITION_DEFAULT, LL_SIGNAL_DELIVERED);
	sent_as(*state, 21 * MS, SIGKILL, LL_DISPOSITION_DEFAULT, LL_SIGNAL_DELIVERED);
	deliver(*state, 22 * MS, target, SIGKILL, LL_ACTION_TERMINATE);
	assert_no_latency(*state);
	assert_true(is_told_as(*state, SIGKILL));
}

/* The tracer may have kept the first to itself. */
static void a_9_after_two_fatal_signals_is_told_as_neither(void **state)
{
	sent_as(*state, 20 * MS, SIGUSR1, LL_DISPOSITION_DEFAULT, LL_SIGNAL_DELIVERED);
	sent_as(*state, 21 * MS, SIGTERM, LL_DISPOSITION_DEFAULT, LL_SIGNAL_DELIVERED);
	deliver(*state, 22 * MS, target, SIGKILL, LL_ACTION_TERMINATE);
	assert_no_latency(*state);
	assert_true(is_told_as(*state, 0));
}

static void a_thread_takes_its_queue_with_it(void **state)
{
	sent_to(*state, 20 * MS, thread, SIGUSR1);
	recorder_apply(*state, built_thread_exit(21 * MS, target, thread));
	deliver(*state, 22 * MS, thread, SIGUSR1, LL_ACTION_HANDLER);
	assert_no_latency(*state);
}

static void the_thread_that_executes_keeps_its_queue_as_the_leader(void **state)
{
	struct ll_event exec = built_exec(22 * MS, target, "new", "/bin/new");

	sent_to(*state, 20 * MS, thread, SIGUSR1);
	sent_to(*state, 20 * MS, target, SIGUSR2);
	exec.previous_tid = thread.pid;
	recorder_apply(*state, exec);
	handle(*state, 23 * MS, SIGUSR1);
	assert_latency(*state, 3 * MS);
	handle(*state, 24 * MS, SIGUSR2);
	assert_no_latency(*state);
}

static struct ll_event lost_signals(uint64_t time_ns)
{
	struct ll_event event = built_lost(time_ns, 3);

	LL_SET(&event, LOST_KIND, lost_kind, built_str("signal.generate"));
	return event;
}

static void a_loss_of_signals_makes_what_is_outstanding_uncertain(void **state)
{
	sent(*state, 20 * MS, SIGTERM);
	recorder_apply(*state, lost_signals(21 * MS));
	handle(*state, 22 * MS, SIGTERM);
	assert_no_latency(*state);
	sent(*state, 23 * MS, SIGTERM);
	handle(*state, 24 * MS, SIGTERM);
	assert_no_latency(*state);
	sent(*state, 2 * S, SIGTERM);
	handle(*state, 2 * S + MS, SIGTERM);
	assert_latency(*state, MS);
}

static void a_loss_of_others_leaves_signals_certain(void **state)
{
	sent(*state, 20 * MS, SIGTERM);
	recorder_apply(*state, built_lost(21 * MS, 3));
	handle(*state, 22 * MS, SIGTERM);
	assert_latency(*state, 2 * MS);
}

/* Its queues may hold what was sent before the trace began. */
static void what_waits_in_a_process_that_was_there_before_is_not_certain(void **state)
{
	struct ll_event event =
		built_kill(20 * MS, other, 40, LL_DISPOSITION_BLOCKED, sender, "kubelet");

	recorder_apply(*state, built_snapshot(15 * MS, other, init, "old", LL_TASK_ALIVE));
	recorder_apply(*state, event);
	recorder_apply(*state, built_deliver(21 * MS, other, 40, LL_ACTION_HANDLER));
	assert_no_latency(*state);
	event = built_kill(22 * MS, other, SIGTERM, LL_DISPOSITION_HANDLER, sender, "kubelet");
	recorder_apply(*state, event);
	recorder_apply(*state, built_deliver(23 * MS, other, SIGTERM, LL_ACTION_HANDLER));
	assert_latency(*state, MS);
}

static void a_delivery_before_its_signal_has_no_latency(void **state)
{
	sent(*state, 20 * MS, SIGTERM);
	handle(*state, 19 * MS, SIGTERM);
	assert_no_latency(*state);
}

static void too_many_outstanding_lose_their_latencies_and_nothing_else(void **state)
{
	struct recorder *recorder = *state;

	for (uint32_t tid = 1000; tid < 4000; tid++)
		sent_to(recorder, 20 * MS, (struct built_id){ tid, 14 * MS }, SIGUSR1);
	deliver(recorder, 21 * MS, (struct built_id){ 1000, 14 * MS }, SIGUSR1,
		LL_ACTION_HANDLER);
	assert_no_latency(recorder);
	deliver(recorder, 22 * MS, (struct built_id){ 3999, 14 * MS }, SIGUSR1,
		LL_ACTION_HANDLER);
	assert_latency(recorder, 2 * MS);
}

/* What was forgotten may still be in the queue. */
static void after_too_many_a_blocked_one_is_not_certain(void **state)
{
	struct recorder *recorder = *state;

	sent_as(recorder, 19 * MS, 40, LL_DISPOSITION_BLOCKED, LL_SIGNAL_DELIVERED);
	for (uint32_t tid = 1000; tid < 1512; tid++)
		sent_to(recorder, 20 * MS, (struct built_id){ tid, 14 * MS }, SIGUSR1);
	sent_as(recorder, 21 * MS, 40, LL_DISPOSITION_BLOCKED, LL_SIGNAL_DELIVERED);
	handle(recorder, 22 * MS, 40);
	assert_no_latency(recorder);
}

/* The ledger's rows, as walked. */
struct rows {
	size_t count;
	struct ll_signal_row list[8], last;
};

static int add_row(void *arg, const struct ll_signal_row *row)
{
	struct rows *rows = arg;

	if (rows->count < 8)
		rows->list[rows->count] = *row;
	rows->count++;
	rows->last = *row;
	return 0;
}

static struct rows rows_of(const struct recorder *recorder)
{
	struct rows rows = { 0 };

	assert_int_equal(ll_model_signals(recorder->model, add_row, &rows), 0);
	return rows;
}

static void a_row_counts_what_one_sent_another_and_what_came_of_it(void **state)
{
	sent(*state, 20 * MS, SIGTERM);
	handle(*state, 21 * MS, SIGTERM);
	sent_as(*state, 22 * MS, SIGTERM, LL_DISPOSITION_BLOCKED, LL_SIGNAL_DELIVERED);
	sent_as(*state, 23 * MS, SIGTERM, LL_DISPOSITION_BLOCKED, LL_SIGNAL_ALREADY_PENDING);
	struct rows rows = rows_of(*state);
	const struct ll_signal_row *row = &rows.list[0];
	assert_int_equal(rows.count, 1);
	assert_int_equal(row->sender.tgid, sender.pid);
	assert_string_equal(row->sender_comm, "kubelet");
	assert_int_equal(row->sender_kind, LL_SENDER_USER);
	assert_int_equal(row->target.tgid, target.pid);
	assert_string_equal(row->target_comm, "nginx");
	assert_int_equal(row->signal, SIGTERM);
	assert_int_equal(row->sent, 3);
	assert_int_equal(row->results[LL_SIGNAL_DELIVERED], 2);
	assert_int_equal(row->results[LL_SIGNAL_ALREADY_PENDING], 1);
	assert_int_equal(row->blocked, 2);
	assert_int_equal(row->deliveries[LL_ACTION_HANDLER], 1);
	assert_int_equal(row->last_boottime_ns, 23 * MS);
	assert_int_equal(row->latency_count, 1);
	assert_int_equal(row->latency_max_ns, MS);
	assert_int_equal(row->latency_p50_ns, MS);
}

/* Whether the last signal is handed on as one that let its target go on. */
static bool is_told_to_resume(const struct recorder *recorder)
{
	const struct ll_event *event = recorder_event(recorder, 0, LL_EVENT_SIGNAL_GENERATE);

	return ll_event_has(event, LL_F_ACTION) && event->signal_action == LL_ACTION_CONTINUE;
}

/* prepare_signal() */
static void a_cont_that_is_ignored_resumes_who_was_stopped(void **state)
{
	sent_as(*state, 20 * MS, SIGSTOP, LL_DISPOSITION_DEFAULT, LL_SIGNAL_DELIVERED);
	deliver(*state, 21 * MS, target, SIGSTOP, LL_ACTION_STOP);
	sent_as(*state, 22 * MS, SIGCONT, LL_DISPOSITION_DEFAULT, LL_SIGNAL_IGNORED);
	assert_true(is_told_to_resume(*state));
	sent_as(*state, 23 * MS, SIGCONT, LL_DISPOSITION_DEFAULT, LL_SIGNAL_IGNORED);
	assert_false(is_told_to_resume(*state));
	struct rows rows = rows_of(*state);
	assert_int_equal(rows.count, 2);
	assert_int_equal(rows.list[1].results[LL_SIGNAL_IGNORED], 2);
	assert_int_equal(rows.list[1].resumed, 1);
}

static void a_cont_resumes_who_was_stopped_by_an_unseen_signal(void **state)
{
	deliver(*state, 21 * MS, target, SIGTSTP, LL_ACTION_STOP);
	sent_as(*state, 22 * MS, SIGCONT, LL_DISPOSITION_HANDLER, LL_SIGNAL_DELIVERED);
	assert_true(is_told_to_resume(*state));
	assert_int_equal(rows_of(*state).list[0].resumed, 0);
}

static void a_cont_to_who_handled_its_stop_signal_resumes_nothing(void **state)
{
	sent(*state, 20 * MS, SIGTSTP);
	handle(*state, 21 * MS, SIGTSTP);
	sent_as(*state, 22 * MS, SIGCONT, LL_DISPOSITION_DEFAULT, LL_SIGNAL_IGNORED);
	assert_false(is_told_to_resume(*state));
}

static void a_fault_and_a_raise_are_two_rows(void **state)
{
	struct ll_event event =
		built_kill(20 * MS, target, SIGSEGV, LL_DISPOSITION_HANDLER, target, "nginx");

	LL_SET(&event, SIGNAL_CODE, signal_code, built_str("SI_TKILL"));
	recorder_apply(*state, event);
	handle(*state, 21 * MS, SIGSEGV);
	event.time_boottime_ns = 22 * MS;
	LL_SET(&event, SIGNAL_CODE, signal_code, built_str("SEGV_MAPERR"));
	recorder_apply(*state, event);
	struct rows rows = rows_of(*state);
	assert_int_equal(rows.count, 2);
	assert_false(rows.list[0].is_fault);
	assert_true(rows.list[1].is_fault);
}

static void latencies_are_told_by_median_99th_and_longest(void **state)
{
	for (uint64_t i = 1; i <= 1000; i++) {
		sent(*state, i * S, SIGUSR1);
		handle(*state, i * S + i * 1000, SIGUSR1);
	}
	struct rows rows = rows_of(*state);
	assert_int_equal(rows.list[0].latency_count, 1000);
	assert_int_equal(rows.list[0].latency_max_ns, 1000000);
	assert_in_range(rows.list[0].latency_p50_ns, 437500, 562500);
	assert_in_range(rows.list[0].latency_p99_ns, 866000, 1000000);
}

static void another_sender_target_or_signal_is_another_row(void **state)
{
	sent(*state, 20 * MS, SIGTERM);
	sent(*state, 21 * MS, SIGHUP);
	recorder_apply(*state, built_kill(22 * MS, target, SIGTERM, LL_DISPOSITION_HANDLER,
					  other, "sh"));
	recorder_apply(*state, built_kill(23 * MS, sender, SIGTERM, LL_DISPOSITION_HANDLER,
					  target, "nginx"));
	/* The pid of the first sender, in another life. */
	recorder_apply(*state, built_kill(24 * MS, target, SIGTERM, LL_DISPOSITION_HANDLER,
					  (struct built_id){ sender.pid, 23 * MS }, "new"));
	struct rows rows = rows_of(*state);
	assert_int_equal(rows.count, 5);
	assert_string_equal(rows.list[4].sender_comm, "new");
}

static void a_storm_of_one_pair_stays_one_row(void **state)
{
	for (uint64_t i = 0; i < 20000; i++)
		sent(*state, 20 * MS + i, SIGUSR1);
	struct rows rows = rows_of(*state);
	assert_int_equal(rows.count, 1);
	assert_int_equal(rows.list[0].sent, 20000);
}

static void rows_beyond_the_bound_are_counted_together(void **state)
{
	struct recorder *recorder = *state;
	uint64_t sent = LL_MODEL_SIGNAL_ROWS + 500;

	for (uint32_t i = 0; i < sent; i++)
		recorder_apply(recorder,
			       built_kill(20 * MS, target, SIGUSR1, LL_DISPOSITION_HANDLER,
					  (struct built_id){ 1000 + i, 15 * MS }, "storm"));
	struct rows rows = rows_of(recorder);
	assert_int_equal(rows.count, LL_MODEL_SIGNAL_ROWS + 1);
	assert_true(rows.last.is_others);
	assert_int_equal(rows.last.sent, 500);
	assert_false(rows.list[0].is_others);
}

static void the_kernels_sigchld_is_one_row_for_all_children(void **state)
{
	for (uint32_t i = 0; i < 5; i++) {
		struct ll_event event =
			built_kill(20 * MS + i, target, SIGCHLD, LL_DISPOSITION_HANDLER,
				   (struct built_id){ 1000 + i, 15 * MS }, "cc1");

		LL_SET(&event, SENDER_KIND, sender_kind, LL_SENDER_KERNEL);
		recorder_apply(*state, event);
	}
	struct rows rows = rows_of(*state);
	assert_int_equal(rows.count, 1);
	assert_int_equal(rows.list[0].sent, 5);
	assert_int_equal(rows.list[0].sender.tgid, 0);
}

static void a_death_of_many_threads_is_one_delivery(void **state)
{
	sent_as(*state, 20 * MS, SIGKILL, LL_DISPOSITION_DEFAULT, LL_SIGNAL_DELIVERED);
	deliver(*state, 21 * MS, target, SIGKILL, LL_ACTION_TERMINATE);
	deliver(*state, 22 * MS, thread, SIGKILL, LL_ACTION_TERMINATE);
	recorder_apply(*state, built_exit(23 * MS, target, SIGKILL, init));
	struct rows rows = rows_of(*state);
	assert_int_equal(rows.list[0].deliveries[LL_ACTION_TERMINATE], 1);
	assert_int_equal(rows.list[0].latency_count, 1);
	assert_int_equal(rows.list[0].latency_max_ns, MS);
	assert_int_equal(rows.list[0].fatal, 1);
}

static void a_row_outlives_its_processes(void **state)
{
	sent_as(*state, 20 * MS, SIGKILL, LL_DISPOSITION_DEFAULT, LL_SIGNAL_DELIVERED);
	recorder_apply(*state, built_exit(23 * MS, target, SIGKILL, init));
	recorder_apply(*state, built_reap(24 * MS, target));
	sent_as(*state, 25 * MS, SIGTERM, LL_DISPOSITION_DEFAULT, LL_SIGNAL_DELIVERED);
	struct rows rows = rows_of(*state);
	assert_int_equal(rows.count, 2);
	assert_string_equal(rows.list[0].target_comm, "nginx");
}

static struct ll_event state_change(uint64_t time_ns, enum ll_state from, enum ll_state to)
{
	struct ll_event event = built_event(LL_EVENT_STATE, time_ns, target);

	LL_SET(&event, STATE_FROM, state_from, (uint8_t)from);
	LL_SET(&event, STATE_TO, state_to, (uint8_t)to);
	return event;
}

static uint64_t stopper(const struct recorder *recorder)
{
	const struct ll_event *event = recorder_event(recorder, 0, LL_EVENT_STATE);

	return ll_event_has(event, LL_F_STATE_BY) ? event->state_by_tgid : 0;
}

static void a_stop_names_who_sent_it(void **state)
{
	sent_as(*state, 20 * MS, SIGSTOP, LL_DISPOSITION_DEFAULT, LL_SIGNAL_DELIVERED);
	recorder_apply(*state, state_change(21 * MS, LL_STATE_RUNNING, LL_STATE_STOPPED));
	assert_int_equal(stopper(*state), sender.pid);
	recorder_apply(*state, built_kill(30 * MS, target, SIGCONT, LL_DISPOSITION_DEFAULT,
					  other, "sh"));
	recorder_apply(*state, state_change(31 * MS, LL_STATE_STOPPED, LL_STATE_RUNNABLE));
	assert_int_equal(stopper(*state), other.pid);
}

/* The default of SIGCONT is to be ignored, and still it continues. */
static void an_ignored_cont_continues(void **state)
{
	sent_as(*state, 20 * MS, SIGSTOP, LL_DISPOSITION_DEFAULT, LL_SIGNAL_DELIVERED);
	sent_as(*state, 25 * MS, SIGCONT, LL_DISPOSITION_DEFAULT, LL_SIGNAL_IGNORED);
	recorder_apply(*state, state_change(31 * MS, LL_STATE_STOPPED, LL_STATE_RUNNABLE));
	assert_int_equal(stopper(*state), sender.pid);
}

static void a_kill_names_who_woke_the_stopped(void **state)
{
	sent_as(*state, 20 * MS, SIGSTOP, LL_DISPOSITION_DEFAULT, LL_SIGNAL_DELIVERED);
	recorder_apply(*state, built_kill(30 * MS, target, SIGKILL, LL_DISPOSITION_DEFAULT,
					  other, "sh"));
	recorder_apply(*state, state_change(31 * MS, LL_STATE_STOPPED, LL_STATE_RUNNABLE));
	assert_int_equal(stopper(*state), other.pid);
}

static void a_cont_before_the_stop_did_not_end_it(void **state)
{
	sent_as(*state, 20 * MS, SIGCONT, LL_DISPOSITION_DEFAULT, LL_SIGNAL_IGNORED);
	sent_as(*state, 25 * MS, SIGSTOP, LL_DISPOSITION_DEFAULT, LL_SIGNAL_DELIVERED);
	recorder_apply(*state, state_change(31 * MS, LL_STATE_STOPPED, LL_STATE_RUNNABLE));
	assert_int_equal(stopper(*state), 0);
}

static void a_handled_stop_and_the_terminals_name_nobody(void **state)
{
	struct ll_event event = built_signal(30 * MS, target, SIGTSTP, LL_DISPOSITION_DEFAULT);

	sent(*state, 20 * MS, SIGTSTP);
	recorder_apply(*state, state_change(21 * MS, LL_STATE_RUNNING, LL_STATE_STOPPED));
	assert_int_equal(stopper(*state), 0);
	built_no_sender(&event, LL_SENDER_KERNEL, "SI_KERNEL");
	recorder_apply(*state, event);
	recorder_apply(*state, state_change(31 * MS, LL_STATE_RUNNING, LL_STATE_STOPPED));
	assert_int_equal(stopper(*state), 0);
}

static void the_tracer_of_a_trace_stop_stays_its_own(void **state)
{
	struct ll_event event = state_change(31 * MS, LL_STATE_RUNNING, LL_STATE_STOPPED);

	sent_as(*state, 20 * MS, SIGSTOP, LL_DISPOSITION_DEFAULT, LL_SIGNAL_DELIVERED);
	LL_SET(&event, STATE_BY, state_by_tgid, 777);
	recorder_apply(*state, event);
	assert_int_equal(stopper(*state), 777);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		signal_test(a_delivery_tells_the_time_since_its_signal),
		signal_test(a_delivery_takes_its_signal_away),
		signal_test(a_delivery_of_what_nobody_sent_has_no_latency),
		signal_test(any_thread_takes_what_is_for_the_process),
		signal_test(no_other_thread_takes_what_is_for_one),
		signal_test(pending_for_thread_and_process_both_is_not_certain),
		signal_test(a_merged_signal_keeps_the_time_of_the_first),
		signal_test(what_is_not_queued_is_not_delivered),
		signal_test(one_whose_info_was_lost_is_queued_all_the_same),
		signal_test(a_queued_standard_signal_replaces_one_taken_unseen),
		signal_test(several_queued_real_time_signals_are_not_certain),
		signal_test(real_time_signals_are_told_apart_up_to_the_last),
		signal_test(a_stop_signal_and_a_cont_empty_each_others_queues),
		signal_test(a_fatal_signal_is_delivered_as_9_to_every_thread),
		signal_test(a_9_that_was_sent_is_told_as_one),
		signal_test(a_9_of_the_other_threads_is_told_as_the_signal_with_the_core),
		signal_test(a_9_that_nothing_fatal_precedes_is_told_as_no_signal),
		signal_test(a_9_of_another_number_than_was_handled_belongs_to_nothing),
		signal_test(a_9_after_an_exec_belongs_to_nothing_before_it),
		signal_test(a_9_of_who_went_on_belongs_to_nothing_before),
		signal_test(a_9_after_a_delivery_that_ended_a_thread_belongs_to_its_signal),
		signal_test(two_fatal_signals_leave_the_9_uncertain),
		signal_test(a_9_after_two_fatal_signals_is_told_as_neither),
		signal_test(a_thread_takes_its_queue_with_it),
		signal_test(the_thread_that_executes_keeps_its_queue_as_the_leader),
		signal_test(a_loss_of_signals_makes_what_is_outstanding_uncertain),
		signal_test(a_loss_of_others_leaves_signals_certain),
		signal_test(what_waits_in_a_process_that_was_there_before_is_not_certain),
		signal_test(a_delivery_before_its_signal_has_no_latency),
		signal_test(too_many_outstanding_lose_their_latencies_and_nothing_else),
		signal_test(after_too_many_a_blocked_one_is_not_certain),
		signal_test(a_row_counts_what_one_sent_another_and_what_came_of_it),
		signal_test(a_cont_that_is_ignored_resumes_who_was_stopped),
		signal_test(a_cont_resumes_who_was_stopped_by_an_unseen_signal),
		signal_test(a_cont_to_who_handled_its_stop_signal_resumes_nothing),
		signal_test(a_fault_and_a_raise_are_two_rows),
		signal_test(latencies_are_told_by_median_99th_and_longest),
		signal_test(another_sender_target_or_signal_is_another_row),
		signal_test(a_storm_of_one_pair_stays_one_row),
		signal_test(rows_beyond_the_bound_are_counted_together),
		signal_test(the_kernels_sigchld_is_one_row_for_all_children),
		signal_test(a_death_of_many_threads_is_one_delivery),
		signal_test(a_row_outlives_its_processes),
		signal_test(a_stop_names_who_sent_it),
		signal_test(an_ignored_cont_continues),
		signal_test(a_kill_names_who_woke_the_stopped),
		signal_test(a_cont_before_the_stop_did_not_end_it),
		signal_test(a_handled_stop_and_the_terminals_name_nobody),
		signal_test(the_tracer_of_a_trace_stop_stays_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
