/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Signals off the wire: senders, outcomes and codes by name, nonsense refused. */
#include <errno.h>
#include <signal.h>

#include "event/signal_actions.h"
#include "event/signal_names.h"
#include "support/decoding.h"

#define decoding_test(name)                                                                    \
	cmocka_unit_test_setup_teardown(name, decoding_setup, decoding_teardown)

static void a_signal_tells_its_target_its_sender_and_what_came_of_it(void **state)
{
	struct decoding *decoding = *state;

	wire_signal(&decoding->record);
	const struct ll_event *event = decoding_run(decoding);
	assert_int_equal(event->kind, LL_EVENT_SIGNAL_GENERATE);
	assert_number_known(event, PID, tgid, WIRE_TGID);
	assert_number_known(event, TID, tid, WIRE_TID);
	assert_str_known(event, SIGNAL, signal_name, "SIGTERM");
	assert_number_known(event, SIGNAL_NUMBER, signal_number, SIGTERM);
	assert_str_known(event, SIGNAL_CODE, signal_code, "SI_USER");
	assert_number_known(event, SIGNAL_RESULT, signal_result, LL_SIGNAL_ALREADY_PENDING);
	assert_number_known(event, SIGNAL_SCOPE, signal_scope, LL_SIGNAL_PROCESS);
	assert_number_known(event, SIGNAL_DISPOSITION, signal_disposition,
			    LL_DISPOSITION_HANDLER);
	assert_number_known(event, SENDER_KIND, sender_kind, LL_SENDER_USER);
	assert_number_known(event, SENDER_PID, sender_tgid, 501);
	assert_str_known(event, SENDER_ENTITY_ID, sender_entity_id, "501-999");
	assert_int_equal(event->sender_start_boottime_ns, 0x999);
	assert_str_known(event, SENDER_COMM, sender_comm, "kubelet");
	assert_number_known(event, SENDER_UID, sender_uid, 1000);
	assert_absent(event, SIGNAL_VALUE);
	assert_absent(event, SIGNAL_ADDRESS);
	assert_false(event->ends_pid_namespace);
}

static void every_result_and_disposition_has_its_name(void **state)
{
	struct decoding *decoding = *state;

	for (uint32_t result = 0; result <= 4; result++) {
		wire_signal(&decoding->record);
		decoding->record.signal.result = result;
		assert_number_known(decoding_run(decoding), SIGNAL_RESULT, signal_result,
				    result);
	}
	for (uint32_t disposition = 0; disposition <= 2; disposition++) {
		wire_signal(&decoding->record);
		decoding->record.signal.disposition = disposition;
		assert_number_known(decoding_run(decoding), SIGNAL_DISPOSITION,
				    signal_disposition, disposition);
	}
}

static void a_blocked_signal_says_so_whatever_is_set_up_for_it(void **state)
{
	struct decoding *decoding = *state;

	wire_signal(&decoding->record);
	decoding->record.signal.flags |= LL_WIRE_SIGNAL_BLOCKED;
	assert_number_known(decoding_run(decoding), SIGNAL_DISPOSITION, signal_disposition,
			    LL_DISPOSITION_BLOCKED);
}

static void one_for_a_thread_is_not_for_the_process(void **state)
{
	struct decoding *decoding = *state;

	wire_signal(&decoding->record);
	decoding->record.signal.flags = 0;
	assert_number_known(decoding_run(decoding), SIGNAL_SCOPE, signal_scope,
			    LL_SIGNAL_THREAD);
}

static void the_end_of_a_pid_namespace_is_marked(void **state)
{
	struct decoding *decoding = *state;

	wire_signal(&decoding->record);
	decoding->record.signal.flags |= LL_WIRE_SIGNAL_PIDNS_END;
	assert_true(decoding_run(decoding)->ends_pid_namespace);
}

static void without_a_process_there_is_a_kind_of_sender_alone(void **state)
{
	struct decoding *decoding = *state;

	wire_signal(&decoding->record);
	decoding->record.signal.sender_kind = LL_WIRE_SENDER_TIMER;
	decoding->record.signal.sender_tgid = 0;
	const struct ll_event *event = decoding_run(decoding);
	assert_number_known(event, SENDER_KIND, sender_kind, LL_SENDER_TIMER);
	assert_absent(event, SENDER_PID);
	assert_absent(event, SENDER_ENTITY_ID);
	assert_absent(event, SENDER_COMM);
	assert_absent(event, SENDER_UID);
	assert_int_equal(event->sender_start_boottime_ns, 0);
}

static void a_sender_of_unknown_birth_is_a_bare_pid(void **state)
{
	struct decoding *decoding = *state;

	wire_signal(&decoding->record);
	decoding->record.signal.sender_start_boottime_ns = 0;
	const struct ll_event *event = decoding_run(decoding);
	assert_number_known(event, SENDER_PID, sender_tgid, 501);
	assert_absent(event, SENDER_ENTITY_ID);
	assert_absent(event, SENDER_COMM);
}

static void a_sender_of_unknown_user_has_none(void **state)
{
	struct decoding *decoding = *state;

	wire_signal(&decoding->record);
	decoding->record.signal.sender_uid = ~0u;
	assert_absent(decoding_run(decoding), SENDER_UID);
}

static void a_name_that_fills_its_room_is_whole(void **state)
{
	struct decoding *decoding = *state;

	wire_signal(&decoding->record);
	memcpy(decoding->record.signal.sender_comm, "0123456789abcdef", LL_COMM_LEN);
	assert_str_known(decoding_run(decoding), SENDER_COMM, sender_comm, "0123456789abcdef");
}

static void a_queued_value_keeps_its_sign(void **state)
{
	static const int codes[] = { SI_QUEUE, SI_TIMER, SI_MESGQ };
	struct decoding *decoding = *state;

	for (size_t i = 0; i < 3; i++) {
		wire_signal(&decoding->record);
		decoding->record.signal.code = codes[i];
		decoding->record.signal.value = (uint64_t)-7;
		const struct ll_event *event = decoding_run(decoding);
		assert_number_known(event, SIGNAL_VALUE, signal_value, -7);
		assert_absent(event, SIGNAL_ADDRESS);
	}
}

static void only_a_fault_has_an_address(void **state)
{
	static const struct {
		uint32_t signal;
		int32_t code;
		bool has_address;
	} cases[] = {
		{ SIGSEGV, SEGV_MAPERR, true }, { SIGBUS, BUS_ADRERR, true },
		{ SIGFPE, FPE_INTDIV, true },   { SIGILL, ILL_ILLOPC, true },
		{ SIGTRAP, TRAP_BRKPT, true },  { SIGSEGV, SI_USER, false },
		{ SIGSEGV, SI_TKILL, false },   { SIGSEGV, SI_KERNEL, false },
		{ SIGCHLD, CLD_EXITED, false }, { SIGSYS, 1, false },
		{ SIGTERM, 1, false },
	};
	struct decoding *decoding = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		wire_signal(&decoding->record);
		decoding->record.signal.signal = cases[i].signal;
		decoding->record.signal.code = cases[i].code;
		decoding->record.signal.value = 0xdead0000;
		const struct ll_event *event = decoding_run(decoding);
		assert_int_equal(ll_event_has(event, LL_F_SIGNAL_ADDRESS),
				 cases[i].has_address);
		if (cases[i].has_address)
			assert_int_equal(event->signal_address, 0xdead0000);
	}
}

static void a_code_without_a_name_is_its_number(void **state)
{
	struct decoding *decoding = *state;

	wire_signal(&decoding->record);
	decoding->record.signal.code = INT32_MIN;
	assert_str_known(decoding_run(decoding), SIGNAL_CODE, signal_code, "-2147483648");
	decoding->record.signal.code = 77;
	assert_str_known(decoding_run(decoding), SIGNAL_CODE, signal_code, "77");
}

static void real_time_signals_are_told_up_to_the_last(void **state)
{
	struct decoding *decoding = *state;

	wire_signal(&decoding->record);
	decoding->record.signal.signal = 64;
	assert_str_known(decoding_run(decoding), SIGNAL, signal_name, "SIGRTMIN+30");
	wire_deliver(&decoding->record);
	decoding->record.deliver.signal = 64;
	assert_number_known(decoding_run(decoding), ACTION, signal_action, LL_ACTION_HANDLER);
}

static void refuse(struct decoding *decoding)
{
	assert_int_equal(decoding_try(decoding, false), -EBADMSG);
}

static void signals_nobody_knows_are_refused(void **state)
{
	static const uint32_t bad[] = { 0, 65, 128, UINT32_MAX };
	struct decoding *decoding = *state;

	for (size_t i = 0; i < 4; i++) {
		wire_signal(&decoding->record);
		decoding->record.signal.signal = bad[i];
		refuse(decoding);
		wire_deliver(&decoding->record);
		decoding->record.deliver.signal = bad[i];
		refuse(decoding);
	}
}

static void values_nobody_knows_are_refused(void **state)
{
	struct decoding *decoding = *state;

	wire_signal(&decoding->record);
	decoding->record.signal.result = 5;
	refuse(decoding);
	wire_signal(&decoding->record);
	decoding->record.signal.disposition = 3;
	refuse(decoding);
	wire_signal(&decoding->record);
	decoding->record.signal.sender_kind = 4;
	refuse(decoding);
	wire_deliver(&decoding->record);
	decoding->record.deliver.disposition = 3;
	refuse(decoding);
}

static void a_record_shorter_than_its_kind_is_refused(void **state)
{
	static const uint32_t kinds[] = { LL_WIRE_SIGNAL, LL_WIRE_DELIVER };
	struct decoding *decoding = *state;

	for (size_t i = 0; i < 2; i++) {
		for (uint32_t size = 0; size < wire_fixed_size(kinds[i]); size++) {
			wire_signal(&decoding->record);
			decoding->record.header.kind = (uint16_t)kinds[i];
			decoding->record.header.size = size;
			refuse(decoding);
		}
	}
}

static void assert_action(struct decoding *decoding, uint32_t signal, uint32_t disposition,
			  enum ll_signal_action action)
{
	wire_deliver(&decoding->record);
	decoding->record.deliver.signal = signal;
	decoding->record.deliver.disposition = disposition;
	const struct ll_event *event = decoding_run(decoding);
	assert_int_equal(event->kind, LL_EVENT_SIGNAL_DELIVER);
	assert_number_known(event, SIGNAL_NUMBER, signal_number, signal);
	assert_number_known(event, ACTION, signal_action, action);
	assert_absent(event, LATENCY);
	assert_absent(event, SENDER_KIND);
}

static void a_delivery_tells_what_the_thread_does(void **state)
{
	assert_action(*state, SIGTERM, LL_WIRE_DISPOSITION_HANDLER, LL_ACTION_HANDLER);
	assert_action(*state, SIGSEGV, LL_WIRE_DISPOSITION_HANDLER, LL_ACTION_HANDLER);
	assert_action(*state, SIGTERM, LL_WIRE_DISPOSITION_IGNORE, LL_ACTION_IGNORE);
	assert_action(*state, SIGTERM, LL_WIRE_DISPOSITION_DEFAULT, LL_ACTION_TERMINATE);
	assert_action(*state, SIGKILL, LL_WIRE_DISPOSITION_DEFAULT, LL_ACTION_TERMINATE);
	assert_action(*state, 34, LL_WIRE_DISPOSITION_DEFAULT, LL_ACTION_TERMINATE);
	assert_action(*state, 64, LL_WIRE_DISPOSITION_DEFAULT, LL_ACTION_TERMINATE);
	assert_action(*state, SIGQUIT, LL_WIRE_DISPOSITION_DEFAULT, LL_ACTION_CORE);
	assert_action(*state, SIGSTOP, LL_WIRE_DISPOSITION_DEFAULT, LL_ACTION_STOP);
	assert_action(*state, SIGTTOU, LL_WIRE_DISPOSITION_DEFAULT, LL_ACTION_STOP);
	assert_action(*state, SIGCONT, LL_WIRE_DISPOSITION_DEFAULT, LL_ACTION_CONTINUE);
	assert_action(*state, SIGCHLD, LL_WIRE_DISPOSITION_DEFAULT, LL_ACTION_IGNORE);
	assert_action(*state, SIGWINCH, LL_WIRE_DISPOSITION_DEFAULT, LL_ACTION_IGNORE);
}

/* signal(7), the table of standard signals. */
static void each_signal_does_by_default_what_the_manual_says(void **state)
{
	static const unsigned core[] = { SIGABRT, SIGBUS, SIGFPE,  SIGILL,  SIGQUIT,
					 SIGSEGV, SIGSYS, SIGTRAP, SIGXCPU, SIGXFSZ };
	static const unsigned harmless[] = { SIGCHLD, SIGURG,  SIGWINCH, SIGCONT,
					     SIGSTOP, SIGTSTP, SIGTTIN,  SIGTTOU };
	unsigned deadly = 0, dumping = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(core) / sizeof(core[0]); i++)
		assert_int_equal(ll_signal_default_action(core[i]), LL_ACTION_CORE);
	for (size_t i = 0; i < sizeof(harmless) / sizeof(harmless[0]); i++)
		assert_false(ll_signal_is_deadly(harmless[i]));
	for (unsigned signal = 1; signal <= LL_SIGNAL_MAX; signal++) {
		deadly += ll_signal_is_deadly(signal);
		dumping += ll_signal_default_action(signal) == LL_ACTION_CORE;
	}
	assert_int_equal(dumping, 10);
	assert_int_equal(deadly, 64 - 8);
}

static void assert_code(unsigned signal, int code, const char *name)
{
	const char *have = ll_signal_code_name(signal, code);

	if (name == NULL)
		assert_null(have);
	else if (have == NULL)
		fail_msg("no name for %d of signal %u, want %s", code, signal, name);
	else
		assert_string_equal(have, name);
}

/* Against the constants of the C library's own headers. */
static void codes_have_the_names_of_the_headers(void **state)
{
	(void)state;
#define CODE(signal, code) assert_code(signal, code, #code)
	CODE(SIGTERM, SI_USER);
	CODE(SIGTERM, SI_QUEUE);
	CODE(SIGALRM, SI_TIMER);
	CODE(SIGUSR1, SI_MESGQ);
	CODE(SIGIO, SI_ASYNCIO);
	CODE(SIGIO, SI_SIGIO);
	CODE(SIGABRT, SI_TKILL);
	CODE(SIGSEGV, SI_KERNEL);
	CODE(SIGSEGV, SEGV_MAPERR);
	CODE(SIGSEGV, SEGV_ACCERR);
	CODE(SIGSEGV, SEGV_PKUERR);
	CODE(SIGBUS, BUS_ADRALN);
	CODE(SIGBUS, BUS_MCEERR_AO);
	CODE(SIGFPE, FPE_INTDIV);
	CODE(SIGFPE, FPE_FLTSUB);
	CODE(SIGILL, ILL_ILLOPC);
	CODE(SIGILL, ILL_BADSTK);
	CODE(SIGTRAP, TRAP_BRKPT);
	CODE(SIGTRAP, TRAP_TRACE);
	CODE(SIGCHLD, CLD_EXITED);
	CODE(SIGCHLD, CLD_CONTINUED);
	CODE(SIGIO, POLL_IN);
	CODE(SIGIO, POLL_HUP);
#undef CODE
	assert_code(SIGSYS, 1, "SYS_SECCOMP");
}

static void a_code_means_something_to_its_own_signal_alone(void **state)
{
	(void)state;
	assert_code(SIGTERM, 1, NULL);
	assert_code(SIGCHLD, 7, NULL);
	assert_code(SIGCHLD, 0, "SI_USER");
	assert_code(SIGSEGV, 1000, NULL);
	assert_code(64, -8, NULL);
	assert_code(0, INT32_MAX, NULL);
}

static void assert_found(const char *name, unsigned number)
{
	if (ll_signal_find(name, strlen(name)) != number)
		fail_msg("'%s' is %u, want %u", name, ll_signal_find(name, strlen(name)),
			 number);
}

static void signals_are_found_as_people_write_them(void **state)
{
	(void)state;
	for (unsigned signal = 1; signal <= LL_SIGNAL_MAX; signal++) {
		assert_found(ll_signal_name(signal), signal);
		assert_found(ll_signal_name(signal) + 3, signal);
	}
	assert_found("term", SIGTERM);
	assert_found("sigKill", SIGKILL);
	assert_found("9", 9);
	assert_found("64", 64);
	assert_found("RTMIN", 34);
	assert_found("rtmin+30", 64);
	assert_found("SIGRTMAX", 64);
	assert_found("RTMAX-1", 63);
	assert_found("RTMAX-30", 34);
	assert_found("SIGPOLL", SIGIO);
	assert_found("cld", SIGCHLD);
	assert_int_equal(ll_signal_find("TERM,KILL", 4), SIGTERM);
}

static void what_is_no_signal_is_not_found(void **state)
{
	static const char *const names[] = {
		"",           "0",       "65",
		"015x",       "SIG",     "TER",
		"TERMS",      "RTMIN-1", "RTMIN+",
		"RTMIN+31",   "RTMAX+1", "RTMAX-31",
		"-9",         "+9",      "100",
		"SIGSIGTERM", "RTMINI",  "a name that is far too long"
	};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		assert_found(names[i], 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		decoding_test(a_signal_tells_its_target_its_sender_and_what_came_of_it),
		decoding_test(every_result_and_disposition_has_its_name),
		decoding_test(a_blocked_signal_says_so_whatever_is_set_up_for_it),
		decoding_test(one_for_a_thread_is_not_for_the_process),
		decoding_test(the_end_of_a_pid_namespace_is_marked),
		decoding_test(without_a_process_there_is_a_kind_of_sender_alone),
		decoding_test(a_sender_of_unknown_birth_is_a_bare_pid),
		decoding_test(a_sender_of_unknown_user_has_none),
		decoding_test(a_name_that_fills_its_room_is_whole),
		decoding_test(a_queued_value_keeps_its_sign),
		decoding_test(only_a_fault_has_an_address),
		decoding_test(a_code_without_a_name_is_its_number),
		decoding_test(real_time_signals_are_told_up_to_the_last),
		decoding_test(signals_nobody_knows_are_refused),
		decoding_test(values_nobody_knows_are_refused),
		decoding_test(a_record_shorter_than_its_kind_is_refused),
		decoding_test(a_delivery_tells_what_the_thread_does),
		cmocka_unit_test(each_signal_does_by_default_what_the_manual_says),
		cmocka_unit_test(codes_have_the_names_of_the_headers),
		cmocka_unit_test(a_code_means_something_to_its_own_signal_alone),
		cmocka_unit_test(signals_are_found_as_people_write_them),
		cmocka_unit_test(what_is_no_signal_is_not_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
