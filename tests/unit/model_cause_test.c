/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Why a process ended, in fields and in words. */
#include "support/model_recorder.h"

#include "support/signal_builder.h"

#define MS UINT64_C(1000000)
#define S UINT64_C(1000000000)
#define CORE_FLAG 0x80

static const struct built_id init = { 1, 1 };
static const struct built_id victim = { 100, 10 * MS };
static const struct built_id killer = { 4242, 11 * MS };
static const struct built_id asker = { 17, 12 * MS };

/* The exit that came out last; its strings are copied while they are valid. */
struct told {
	struct ll_event event;
	char words[300], comm[32], code[32], id[LL_ENTITY_ID_SIZE];
};

struct fixture {
	struct ll_model *model;
	struct told exit;
};

static void copy(char *to, size_t size, bool is_known, struct ll_str text)
{
	assert_true(!is_known || text.length < size);
	memset(to, 0, size);
	if (is_known)
		memcpy(to, text.data, text.length);
}

static int note_exit(void *arg, const struct ll_event *event)
{
	struct told *told = arg;

	if (event->kind != LL_EVENT_EXIT)
		return 0;
	told->event = *event;
	copy(told->words, sizeof(told->words), ll_event_has(event, LL_F_EXIT_DESCRIPTION),
	     event->exit_description);
	copy(told->comm, sizeof(told->comm), ll_event_has(event, LL_F_SENDER_COMM),
	     event->sender_comm);
	copy(told->code, sizeof(told->code), ll_event_has(event, LL_F_SIGNAL_CODE),
	     event->signal_code);
	copy(told->id, sizeof(told->id), ll_event_has(event, LL_F_SENDER_ENTITY_ID),
	     event->sender_entity_id);
	return 0;
}

static void apply(struct fixture *fixture, struct ll_event event)
{
	assert_int_equal(ll_model_apply(fixture->model, &event, note_exit, &fixture->exit), 0);
}

static int setup(void **state)
{
	struct fixture *fixture = test_calloc(1, sizeof(*fixture));

	fixture->model = ll_model_new(100);
	assert_non_null(fixture->model);
	apply(fixture, built_fork(victim, init, "nginx"));
	*state = fixture;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *fixture = *state;

	ll_model_free(fixture->model);
	test_free(fixture);
	return 0;
}

#define cause_test(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

static void sent(struct fixture *fixture, uint64_t time_ns, unsigned signal,
		 enum ll_disposition disposition)
{
	apply(fixture, built_kill(time_ns, victim, signal, disposition, killer, "kubelet"));
}

static void sent_result(struct fixture *fixture, uint64_t time_ns, unsigned signal,
			enum ll_disposition disposition, enum ll_signal_result result)
{
	struct ll_event event =
		built_kill(time_ns, victim, signal, disposition, killer, "kubelet");

	LL_SET(&event, SIGNAL_RESULT, signal_result, (uint8_t)result);
	apply(fixture, event);
}

static void sent_own(struct fixture *fixture, uint64_t time_ns, unsigned signal,
		     const char *code)
{
	struct ll_event event =
		built_kill(time_ns, victim, signal, LL_DISPOSITION_DEFAULT, victim, "nginx");

	LL_SET(&event, SIGNAL_CODE, signal_code, built_str(code));
	apply(fixture, event);
}

static void sent_by_kind(struct fixture *fixture, uint64_t time_ns, unsigned signal,
			 enum ll_sender_kind kind, const char *code)
{
	struct ll_event event = built_signal(time_ns, victim, signal, LL_DISPOSITION_DEFAULT);

	built_no_sender(&event, kind, code);
	apply(fixture, event);
}

static void die(struct fixture *fixture, uint64_t time_ns, uint32_t wait_status)
{
	apply(fixture, built_exit(time_ns, victim, wait_status, init));
}

static void assert_told(const struct fixture *fixture, enum ll_exit_cause cause,
			const char *words)
{
	const struct ll_event *event = &fixture->exit.event;

	assert_string_equal(fixture->exit.words, words);
	assert_true(ll_event_has(event, LL_F_EXIT_CAUSE));
	assert_int_equal(event->exit_cause, cause);
}

#define assert_untold(fixture, ID) assert_false(ll_event_has(&(fixture)->exit.event, LL_F_##ID))
#define assert_is(fixture, ID, member, value)                                                  \
	do {                                                                                   \
		assert_true(ll_event_has(&(fixture)->exit.event, LL_F_##ID));                  \
		assert_int_equal((fixture)->exit.event.member, value);                         \
	} while (0)

static void who_exits_says_so(void **state)
{
	struct fixture *fixture = *state;

	die(fixture, 50 * MS, 3 << 8);
	assert_told(fixture, LL_CAUSE_EXITED, "exited 3");
	assert_untold(fixture, SENDER_PID);
	assert_untold(fixture, KILL_NS);
	assert_untold(fixture, REQUEST_SIGNAL);
}

static void a_kill_names_its_sender_and_the_time_to_die(void **state)
{
	struct fixture *fixture = *state;
	struct ll_event event =
		built_kill(50 * MS, victim, SIGKILL, LL_DISPOSITION_DEFAULT, killer, "kubelet");

	LL_SET(&event, SENDER_UID, sender_uid, 1001);
	apply(fixture, event);
	die(fixture, 53 * MS, SIGKILL);
	assert_told(fixture, LL_CAUSE_SIGNAL, "killed by SIGKILL from 4242 (kubelet)");
	assert_is(fixture, SENDER_PID, sender_tgid, 4242);
	assert_is(fixture, SENDER_KIND, sender_kind, LL_SENDER_USER);
	assert_is(fixture, SENDER_UID, sender_uid, 1001);
	assert_is(fixture, KILL_NS, kill_ns, 3 * MS);
	assert_string_equal(fixture->exit.comm, "kubelet");
	assert_string_equal(fixture->exit.code, "SI_USER");
	assert_string_equal(fixture->exit.id, "4242-a7d8c0");
	assert_untold(fixture, REQUEST_SIGNAL);
}

static void a_request_that_was_ignored_is_told_before_the_kill(void **state)
{
	struct fixture *fixture = *state;

	sent_result(fixture, 1 * S, SIGTERM, LL_DISPOSITION_IGNORE, LL_SIGNAL_IGNORED);
	sent(fixture, 31 * S, SIGKILL, LL_DISPOSITION_DEFAULT);
	die(fixture, 31 * S + MS, SIGKILL);
	assert_told(fixture, LL_CAUSE_SIGNAL,
		    "killed by SIGKILL from 4242 (kubelet), 30s after its SIGTERM was "
		    "ignored");
	assert_memory_equal(fixture->exit.event.request_signal.data, "SIGTERM", 7);
	assert_is(fixture, REQUEST_NS, request_ns, 30 * S + MS);
	assert_is(fixture, REQUEST_DISPOSITION, request_disposition, LL_DISPOSITION_IGNORE);
}

/* The init of a pid namespace has no handler and ignores it all the same. */
static void a_request_without_effect_counts_as_ignored(void **state)
{
	struct fixture *fixture = *state;

	sent_result(fixture, 1 * S, SIGTERM, LL_DISPOSITION_DEFAULT, LL_SIGNAL_IGNORED);
	sent(fixture, 11 * S, SIGKILL, LL_DISPOSITION_DEFAULT);
	die(fixture, 11 * S, SIGKILL);
	assert_told(fixture, LL_CAUSE_SIGNAL,
		    "killed by SIGKILL from 4242 (kubelet), 10s after its SIGTERM was ignored");
}

static void the_request_of_another_is_told_with_its_name(void **state)
{
	struct fixture *fixture = *state;

	apply(fixture, built_kill(1 * S, victim, SIGINT, LL_DISPOSITION_BLOCKED, asker, "sh"));
	sent(fixture, 1 * S + 250 * MS, SIGKILL, LL_DISPOSITION_DEFAULT);
	die(fixture, 1 * S + 250 * MS, SIGKILL);
	assert_told(fixture, LL_CAUSE_SIGNAL,
		    "killed by SIGKILL from 4242 (kubelet), 250ms after SIGINT from 17 (sh) "
		    "was blocked");
}

static void the_latest_request_is_the_one_told(void **state)
{
	struct fixture *fixture = *state;

	sent(fixture, 1 * S, SIGTERM, LL_DISPOSITION_HANDLER);
	sent(fixture, 2 * S, SIGHUP, LL_DISPOSITION_HANDLER);
	sent(fixture, 100 * S, SIGKILL, LL_DISPOSITION_DEFAULT);
	die(fixture, 100 * S, SIGKILL);
	assert_told(
		fixture, LL_CAUSE_SIGNAL,
		"killed by SIGKILL from 4242 (kubelet), 1m38s after its SIGHUP was handled");
}

static void a_request_after_the_kill_asked_for_nothing(void **state)
{
	struct fixture *fixture = *state;

	sent(fixture, 1 * S, SIGKILL, LL_DISPOSITION_DEFAULT);
	sent_result(fixture, 1 * S + 1, SIGTERM, LL_DISPOSITION_DEFAULT, LL_SIGNAL_IGNORED);
	die(fixture, 2 * S, SIGKILL);
	assert_told(fixture, LL_CAUSE_SIGNAL, "killed by SIGKILL from 4242 (kubelet)");
	assert_untold(fixture, REQUEST_SIGNAL);
}

/* What ended it when it was unblocked is not a request before that. */
static void a_blocked_signal_kills_when_it_is_unblocked(void **state)
{
	struct fixture *fixture = *state;

	sent(fixture, 1 * S, SIGTERM, LL_DISPOSITION_BLOCKED);
	die(fixture, 6 * S, SIGTERM);
	assert_told(fixture, LL_CAUSE_SIGNAL, "killed by SIGTERM from 4242 (kubelet)");
	assert_is(fixture, KILL_NS, kill_ns, 5 * S);
	assert_untold(fixture, REQUEST_SIGNAL);
}

/* Only what was queued can be delivered. */
static void a_merged_signal_leaves_the_first_its_death(void **state)
{
	struct fixture *fixture = *state;
	struct ll_event again =
		built_kill(2 * S, victim, SIGTERM, LL_DISPOSITION_BLOCKED, asker, "sh");

	LL_SET(&again, SIGNAL_RESULT, signal_result, LL_SIGNAL_ALREADY_PENDING);
	sent(fixture, 1 * S, SIGTERM, LL_DISPOSITION_BLOCKED);
	apply(fixture, again);
	die(fixture, 6 * S, SIGTERM);
	assert_told(fixture, LL_CAUSE_SIGNAL, "killed by SIGTERM from 4242 (kubelet)");
}

static void who_handles_a_signal_and_raises_it_died_by_its_own(void **state)
{
	struct fixture *fixture = *state;

	sent(fixture, 1 * S, SIGTERM, LL_DISPOSITION_HANDLER);
	sent_own(fixture, 1 * S + 1500000, SIGTERM, "SI_TKILL");
	die(fixture, 1 * S + 1500000, SIGTERM);
	assert_told(fixture, LL_CAUSE_SIGNAL,
		    "killed by its own SIGTERM, 1.5ms after SIGTERM from 4242 (kubelet) was "
		    "handled");
}

static void who_handles_a_request_and_exits_is_told_with_it(void **state)
{
	struct fixture *fixture = *state;

	sent(fixture, 1 * S, SIGTERM, LL_DISPOSITION_HANDLER);
	die(fixture, 1 * S + 20 * MS, 0);
	assert_told(fixture, LL_CAUSE_EXITED,
		    "exited 0, 20ms after SIGTERM from 4242 (kubelet) was handled");
}

/* A shell that sends itself a signal to see its trap run. */
static void what_it_sends_itself_is_no_request(void **state)
{
	struct fixture *fixture = *state;

	apply(fixture,
	      built_kill(1 * S, victim, SIGHUP, LL_DISPOSITION_HANDLER, victim, "nginx"));
	die(fixture, 2 * S, 9 << 8);
	assert_told(fixture, LL_CAUSE_EXITED, "exited 9");
	assert_untold(fixture, REQUEST_SIGNAL);
}

static void what_was_handled_before_an_exec_is_no_request(void **state)
{
	struct fixture *fixture = *state;

	sent(fixture, 1 * S, SIGTERM, LL_DISPOSITION_HANDLER);
	sent_result(fixture, 2 * S, SIGINT, LL_DISPOSITION_IGNORE, LL_SIGNAL_IGNORED);
	apply(fixture, built_exec(3 * S, victim, "sleep", "/bin/sleep"));
	die(fixture, 4 * S, 0);
	assert_told(fixture, LL_CAUSE_EXITED, "exited 0");
	assert_memory_equal(fixture->exit.event.request_signal.data, "SIGINT", 6);
}

static void an_ignored_request_did_not_make_it_exit(void **state)
{
	struct fixture *fixture = *state;

	sent_result(fixture, 1 * S, SIGTERM, LL_DISPOSITION_IGNORE, LL_SIGNAL_IGNORED);
	die(fixture, 2 * S, 0);
	assert_told(fixture, LL_CAUSE_EXITED, "exited 0");
	assert_is(fixture, REQUEST_NS, request_ns, S);
}

static void a_handled_signal_of_that_number_is_not_the_killer(void **state)
{
	struct fixture *fixture = *state;

	sent(fixture, 1 * S, SIGUSR1, LL_DISPOSITION_HANDLER);
	die(fixture, 2 * S, SIGUSR1);
	assert_told(fixture, LL_CAUSE_SIGNAL, "killed by SIGUSR1");
	assert_untold(fixture, SENDER_PID);
	assert_untold(fixture, KILL_NS);
}

static void another_number_is_not_the_killer(void **state)
{
	struct fixture *fixture = *state;

	sent(fixture, 1 * S, SIGTERM, LL_DISPOSITION_DEFAULT);
	die(fixture, 2 * S, SIGKILL);
	assert_told(fixture, LL_CAUSE_SIGNAL, "killed by SIGKILL");
}

static void what_the_kernel_refused_did_not_kill(void **state)
{
	struct fixture *fixture = *state;

	sent(fixture, 1 * S, SIGKILL, LL_DISPOSITION_DEFAULT);
	apply(fixture, ({
		      struct ll_event late = built_kill(1 * S + 5, victim, SIGKILL,
							LL_DISPOSITION_DEFAULT, asker, "sh");
		      LL_SET(&late, SIGNAL_RESULT, signal_result, LL_SIGNAL_IGNORED);
		      late;
	      }));
	die(fixture, 2 * S, SIGKILL);
	assert_told(fixture, LL_CAUSE_SIGNAL, "killed by SIGKILL from 4242 (kubelet)");
}

static void an_earlier_signal_that_is_told_late_does_not_take_over(void **state)
{
	struct fixture *fixture = *state;

	sent(fixture, 2 * S, SIGTERM, LL_DISPOSITION_DEFAULT);
	apply(fixture, built_kill(1 * S, victim, SIGTERM, LL_DISPOSITION_BLOCKED, asker, "sh"));
	die(fixture, 3 * S, SIGTERM);
	assert_told(fixture, LL_CAUSE_SIGNAL,
		    "killed by SIGTERM from 4242 (kubelet), 2s after SIGTERM from 17 (sh) was "
		    "blocked");
}

static void a_signal_after_its_death_is_not_the_killer(void **state)
{
	struct fixture *fixture = *state;

	sent(fixture, 3 * S, SIGKILL, LL_DISPOSITION_DEFAULT);
	die(fixture, 2 * S, SIGKILL);
	assert_told(fixture, LL_CAUSE_SIGNAL, "killed by SIGKILL");
}

static void a_death_nobody_saw_coming_keeps_the_status(void **state)
{
	struct fixture *fixture = *state;

	die(fixture, 2 * S, SIGTERM);
	assert_told(fixture, LL_CAUSE_SIGNAL, "killed by SIGTERM");
	apply(fixture, built_fork((struct built_id){ 101, 3 * S }, init, "x"));
	apply(fixture, built_exit(4 * S, (struct built_id){ 101, 3 * S }, 100, init));
	assert_string_equal(fixture->exit.words, "killed by signal 100");
}

static void a_sender_without_a_name_has_its_pid(void **state)
{
	struct fixture *fixture = *state;
	struct ll_event event = built_signal(1 * S, victim, SIGKILL, LL_DISPOSITION_DEFAULT);

	LL_SET(&event, SENDER_KIND, sender_kind, LL_SENDER_USER);
	LL_SET(&event, SENDER_PID, sender_tgid, 77);
	apply(fixture, event);
	die(fixture, 2 * S, SIGKILL);
	assert_told(fixture, LL_CAUSE_SIGNAL, "killed by SIGKILL from 77");
	assert_untold(fixture, SENDER_ENTITY_ID);
}

static void an_abort_is_its_own(void **state)
{
	struct fixture *fixture = *state;

	sent_own(fixture, 1 * S, SIGABRT, "SI_TKILL");
	die(fixture, 1 * S + MS, SIGABRT | CORE_FLAG);
	assert_told(fixture, LL_CAUSE_SIGNAL, "killed by its own SIGABRT (core dumped)");
	assert_is(fixture, SENDER_KIND, sender_kind, LL_SENDER_SELF);
}

static void a_fault_tells_its_code_and_address(void **state)
{
	struct fixture *fixture = *state;
	struct ll_event event =
		built_kill(1 * S, victim, SIGSEGV, LL_DISPOSITION_DEFAULT, victim, "nginx");

	LL_SET(&event, SIGNAL_CODE, signal_code, built_str("SEGV_MAPERR"));
	LL_SET(&event, SIGNAL_ADDRESS, signal_address, 0);
	apply(fixture, event);
	die(fixture, 1 * S + MS, SIGSEGV);
	assert_told(fixture, LL_CAUSE_FAULT, "fault SIGSEGV (SEGV_MAPERR) at 0x0");
	assert_is(fixture, SIGNAL_ADDRESS, signal_address, 0);
	assert_string_equal(fixture->exit.code, "SEGV_MAPERR");
}

static void a_fault_without_an_address_and_with_a_core_is_one_too(void **state)
{
	struct fixture *fixture = *state;

	sent_own(fixture, 1 * S, SIGSEGV, "SI_KERNEL");
	die(fixture, 1 * S + MS, SIGSEGV | CORE_FLAG);
	assert_told(fixture, LL_CAUSE_FAULT, "fault SIGSEGV (SI_KERNEL) (core dumped)");
}

static void a_fault_signal_that_was_sent_is_no_fault(void **state)
{
	struct fixture *fixture = *state;

	sent_own(fixture, 1 * S, SIGSEGV, "SI_TKILL");
	die(fixture, 1 * S + MS, SIGSEGV);
	assert_told(fixture, LL_CAUSE_SIGNAL, "killed by its own SIGSEGV");
	apply(fixture, built_fork((struct built_id){ 101, 3 * S }, init, "x"));
	apply(fixture, built_kill(4 * S, (struct built_id){ 101, 3 * S }, SIGSEGV,
				  LL_DISPOSITION_DEFAULT, killer, "kubelet"));
	apply(fixture, built_exit(5 * S, (struct built_id){ 101, 3 * S }, SIGSEGV, init));
	assert_told(fixture, LL_CAUSE_SIGNAL, "killed by SIGSEGV from 4242 (kubelet)");
}

/* A code of no name is told as its number. */
static void a_code_below_zero_is_nobodys_fault(void **state)
{
	struct fixture *fixture = *state;

	sent_own(fixture, 1 * S, SIGBUS, "-99");
	die(fixture, 1 * S + MS, SIGBUS);
	assert_told(fixture, LL_CAUSE_SIGNAL, "killed by its own SIGBUS");
}

static void seccomps_signal_is_for_what_it_did(void **state)
{
	struct fixture *fixture = *state;

	sent_own(fixture, 1 * S, SIGSYS, "SYS_SECCOMP");
	die(fixture, 1 * S + MS, SIGSYS);
	assert_told(fixture, LL_CAUSE_FAULT, "fault SIGSYS (SYS_SECCOMP)");
}

static void a_timer_is_named(void **state)
{
	struct fixture *fixture = *state;

	sent_by_kind(fixture, 1 * S, SIGALRM, LL_SENDER_TIMER, "SI_KERNEL");
	die(fixture, 1 * S + MS, SIGALRM);
	assert_told(fixture, LL_CAUSE_SIGNAL, "killed by SIGALRM of a timer");
	assert_is(fixture, SENDER_KIND, sender_kind, LL_SENDER_TIMER);
	assert_untold(fixture, SENDER_PID);
}

static void the_kernel_is_named(void **state)
{
	struct fixture *fixture = *state;

	sent_by_kind(fixture, 1 * S, SIGHUP, LL_SENDER_KERNEL, "SI_KERNEL");
	die(fixture, 1 * S + MS, SIGHUP);
	assert_told(fixture, LL_CAUSE_SIGNAL, "killed by SIGHUP from the kernel");
}

static void a_broken_pipe_is_told_as_that(void **state)
{
	struct fixture *fixture = *state;

	sent_own(fixture, 1 * S, SIGPIPE, "SI_USER");
	die(fixture, 1 * S + MS, SIGPIPE);
	assert_told(fixture, LL_CAUSE_SIGNAL,
		    "killed by SIGPIPE: nobody was left to read what it wrote");
}

static void a_raised_sigpipe_is_its_own(void **state)
{
	struct fixture *fixture = *state;

	sent_own(fixture, 1 * S, SIGPIPE, "SI_TKILL");
	die(fixture, 1 * S + MS, SIGPIPE);
	assert_told(fixture, LL_CAUSE_SIGNAL, "killed by its own SIGPIPE");
}

/* The kernel kills first and then tells whom it chose. */
static void the_oom_killer_is_named(void **state)
{
	struct fixture *fixture = *state;

	sent_by_kind(fixture, 1 * S, SIGKILL, LL_SENDER_KERNEL, "SI_KERNEL");
	apply(fixture, built_event(LL_EVENT_OOM_KILL, 1 * S + 1000, victim));
	die(fixture, 2 * S, SIGKILL);
	assert_told(fixture, LL_CAUSE_OOM, "SIGKILL by the OOM killer");
	assert_is(fixture, KILL_NS, kill_ns, S);
}

static void the_oom_killer_is_named_when_its_signal_went_unseen(void **state)
{
	struct fixture *fixture = *state;

	apply(fixture, built_event(LL_EVENT_OOM_KILL, 1 * S, victim));
	die(fixture, 2 * S, SIGKILL);
	assert_told(fixture, LL_CAUSE_OOM, "SIGKILL by the OOM killer");
}

/* mark_oom_victim() also marks who is dying already. */
static void who_was_killed_before_the_oom_killer_came_is_not_its_victim(void **state)
{
	struct fixture *fixture = *state;

	sent(fixture, 1 * S, SIGKILL, LL_DISPOSITION_DEFAULT);
	apply(fixture, built_event(LL_EVENT_OOM_KILL, 1 * S + 1000, victim));
	die(fixture, 2 * S, SIGKILL);
	assert_told(fixture, LL_CAUSE_SIGNAL, "killed by SIGKILL from 4242 (kubelet)");
}

static void an_oom_victim_that_exits_was_not_killed(void **state)
{
	struct fixture *fixture = *state;

	apply(fixture, built_event(LL_EVENT_OOM_KILL, 1 * S, victim));
	die(fixture, 2 * S, 0);
	assert_told(fixture, LL_CAUSE_EXITED, "exited 0");
}

static void the_end_of_a_pid_namespace_is_told(void **state)
{
	struct fixture *fixture = *state;
	struct ll_event event = built_signal(1 * S, victim, SIGKILL, LL_DISPOSITION_DEFAULT);

	built_no_sender(&event, LL_SENDER_KERNEL, "SI_KERNEL");
	event.ends_pid_namespace = true;
	apply(fixture, event);
	die(fixture, 1 * S + MS, SIGKILL);
	assert_told(fixture, LL_CAUSE_PID_NAMESPACE,
		    "killed by SIGKILL because its pid namespace ended");
}

/* Told at the free of its task, long after: its time is not that of the death. */
static void a_death_found_out_later_has_no_times(void **state)
{
	struct fixture *fixture = *state;
	struct ll_event event = built_exit(9 * S, victim, SIGKILL, init);

	sent_result(fixture, 1 * S, SIGTERM, LL_DISPOSITION_IGNORE, LL_SIGNAL_IGNORED);
	sent(fixture, 2 * S, SIGKILL, LL_DISPOSITION_DEFAULT);
	LL_SET(&event, INFERRED, inferred, true);
	apply(fixture, event);
	assert_told(fixture, LL_CAUSE_SIGNAL,
		    "killed by SIGKILL from 4242 (kubelet) after its SIGTERM was ignored");
	assert_untold(fixture, KILL_NS);
	assert_untold(fixture, REQUEST_NS);
}

static void a_loss_of_signals_leaves_only_what_nothing_held_up(void **state)
{
	struct fixture *fixture = *state;
	struct ll_event lost = built_lost(2 * S, 1);

	LL_SET(&lost, LOST_KIND, lost_kind, built_str("signal.generate"));
	sent(fixture, 1 * S, SIGTERM, LL_DISPOSITION_BLOCKED);
	sent(fixture, 1 * S, SIGKILL, LL_DISPOSITION_DEFAULT);
	apply(fixture, lost);
	sent(fixture, 3 * S, SIGUSR1, LL_DISPOSITION_HANDLER);
	die(fixture, 4 * S, SIGKILL);
	assert_told(fixture, LL_CAUSE_SIGNAL, "killed by SIGKILL from 4242 (kubelet)");
	apply(fixture, built_fork((struct built_id){ 101, 5 * S }, init, "x"));
	apply(fixture, built_kill(6 * S, (struct built_id){ 101, 5 * S }, SIGTERM,
				  LL_DISPOSITION_BLOCKED, killer, "kubelet"));
	lost.time_boottime_ns = 7 * S;
	apply(fixture, lost);
	apply(fixture, built_kill(8 * S, (struct built_id){ 101, 5 * S }, SIGUSR1,
				  LL_DISPOSITION_HANDLER, killer, "kubelet"));
	apply(fixture, built_exit(9 * S, (struct built_id){ 101, 5 * S }, SIGTERM, init));
	assert_told(fixture, LL_CAUSE_SIGNAL,
		    "killed by SIGTERM, 3s after SIGTERM from 4242 (kubelet) was blocked");
	assert_untold(fixture, SENDER_PID);
}

static void the_process_keeps_its_end(void **state)
{
	struct fixture *fixture = *state;

	sent(fixture, 1 * S, SIGKILL, LL_DISPOSITION_DEFAULT);
	die(fixture, 2 * S, SIGKILL);
	const struct ll_process *process =
		ll_model_find(fixture->model, (struct ll_id){ victim.pid, victim.start_ns });
	assert_non_null(process);
	assert_true(ll_process_knows(process, LL_F_EXIT_CAUSE));
	assert_true(ll_process_knows(process, LL_F_EXIT_DESCRIPTION));
	assert_int_equal(process->exit_cause, LL_CAUSE_SIGNAL);
	assert_str_is(process->exit_description, "killed by SIGKILL from 4242 (kubelet)");
}

static void an_end_whose_status_is_unknown_has_no_cause(void **state)
{
	struct fixture *fixture = *state;
	struct ll_event event = built_exit(2 * S, victim, 0, init);

	ll_event_forget(&event, LL_F_EXIT_STATUS);
	apply(fixture, event);
	assert_untold(fixture, EXIT_CAUSE);
	assert_untold(fixture, EXIT_DESCRIPTION);
}

static void assert_thread(struct fixture *fixture, enum ll_exit_cause cause, const char *words)
{
	struct ll_event event = built_thread_exit(2 * S, victim, (struct built_id){ 102, S });

	LL_SET(&event, EXIT_STATUS, wait_status, 5 << 8);
	LL_SET(&event, EXIT_CAUSE, exit_cause, (uint8_t)cause);
	apply(fixture, event);
	assert_told(fixture, cause, words);
}

static void a_thread_is_told_why_it_ended_too(void **state)
{
	assert_thread(*state, LL_CAUSE_EXITED, "exited 5");
	assert_thread(*state, LL_CAUSE_GROUP_EXIT, "its process ended");
	assert_thread(*state, LL_CAUSE_EXEC, "another thread executed a program");
}

/* A name may be of any bytes; it is for who shows it to escape them. */
static void a_longest_name_and_a_longest_story_are_whole(void **state)
{
	struct fixture *fixture = *state;
	struct ll_event event =
		built_kill(1 * S, victim, SIGQUIT, LL_DISPOSITION_HANDLER,
			   (struct built_id){ 4194304, 9 * MS }, "\xff\x1b[2Jxxxxxxxxxx");

	apply(fixture, event);
	apply(fixture, built_kill(90000 * S, victim, 64, LL_DISPOSITION_DEFAULT,
				  (struct built_id){ 4194303, 9 * MS }, "yyyyyyyyyyyyyyy"));
	die(fixture, 90001 * S, 64 | CORE_FLAG);
	assert_told(fixture, LL_CAUSE_SIGNAL,
		    "killed by SIGRTMIN+30 (core dumped) from 4194303 (yyyyyyyyyyyyyyy), 1d01h "
		    "after SIGQUIT from 4194304 (\xff\x1b[2Jxxxxxxxxxx) was handled");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cause_test(who_exits_says_so),
		cause_test(a_kill_names_its_sender_and_the_time_to_die),
		cause_test(a_request_that_was_ignored_is_told_before_the_kill),
		cause_test(a_request_without_effect_counts_as_ignored),
		cause_test(the_request_of_another_is_told_with_its_name),
		cause_test(the_latest_request_is_the_one_told),
		cause_test(a_request_after_the_kill_asked_for_nothing),
		cause_test(a_blocked_signal_kills_when_it_is_unblocked),
		cause_test(a_merged_signal_leaves_the_first_its_death),
		cause_test(who_handles_a_signal_and_raises_it_died_by_its_own),
		cause_test(what_it_sends_itself_is_no_request),
		cause_test(who_handles_a_request_and_exits_is_told_with_it),
		cause_test(what_was_handled_before_an_exec_is_no_request),
		cause_test(an_ignored_request_did_not_make_it_exit),
		cause_test(a_handled_signal_of_that_number_is_not_the_killer),
		cause_test(another_number_is_not_the_killer),
		cause_test(what_the_kernel_refused_did_not_kill),
		cause_test(an_earlier_signal_that_is_told_late_does_not_take_over),
		cause_test(a_signal_after_its_death_is_not_the_killer),
		cause_test(a_death_nobody_saw_coming_keeps_the_status),
		cause_test(a_sender_without_a_name_has_its_pid),
		cause_test(an_abort_is_its_own),
		cause_test(a_fault_tells_its_code_and_address),
		cause_test(a_fault_without_an_address_and_with_a_core_is_one_too),
		cause_test(a_fault_signal_that_was_sent_is_no_fault),
		cause_test(a_code_below_zero_is_nobodys_fault),
		cause_test(seccomps_signal_is_for_what_it_did),
		cause_test(a_timer_is_named),
		cause_test(the_kernel_is_named),
		cause_test(a_broken_pipe_is_told_as_that),
		cause_test(a_raised_sigpipe_is_its_own),
		cause_test(the_oom_killer_is_named),
		cause_test(the_oom_killer_is_named_when_its_signal_went_unseen),
		cause_test(who_was_killed_before_the_oom_killer_came_is_not_its_victim),
		cause_test(an_oom_victim_that_exits_was_not_killed),
		cause_test(the_end_of_a_pid_namespace_is_told),
		cause_test(a_death_found_out_later_has_no_times),
		cause_test(a_loss_of_signals_leaves_only_what_nothing_held_up),
		cause_test(the_process_keeps_its_end),
		cause_test(an_end_whose_status_is_unknown_has_no_cause),
		cause_test(a_thread_is_told_why_it_ended_too),
		cause_test(a_longest_name_and_a_longest_story_are_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
