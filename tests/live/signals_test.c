/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* A signal's journey: who sent it, what it says, what became of it, how long it took. */
#include <errno.h>
#include <signal.h>
#include <sys/wait.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "event/signal_names.h"
#include "support/live_check.h"
#include "support/live_signals.h"

#define GENERATE "signal.generate"
#define DELIVER "signal.deliver"

static const char *const options[] = { "-e", LIVE_SIGNAL_EVENTS, NULL };

static int set_up(void **state)
{
	/* clang-format off */
	static const char *const corners[] = {
		"block", "block_signal", "--",
		"queue", "queue_signal", "--",
		"overflow", "overflow_signals", "--",
		"timers", "timer_signals", "--",
		"send", "send_signals", "--",
		"dispose", "dispose_signals", "--",
		"tty", "stop_by_tty", "--",
		"ignore_children", "autoreap", "ignore", "--",
		"leave_children", "autoreap", "nocldwait", "--",
		"unmapped", "fault", "unmapped", "--",
		"forbidden", "fault", "forbidden", "--",
		"past_end", "fault", "past_end", "--",
		"illegal", "fault", "illegal", "--",
		"pipe", "fault", "pipe", "--",
		"abort", "fault", "abort", "--",
		"system_call", "fault", "system_call", NULL,
	};
	/* clang-format on */
	struct live *live = live_new();

	*state = live;
	live_run_corners(live, options, corners);
	return 0;
}

/* The facts a corner tells of one signal, by this name. */
static json_t *fact_of_signal(const struct live *live, const char *corner, const char *name,
			      const char *key, int signal)
{
	json_t *facts = live_facts(live, corner, name), *fact, *found = NULL;
	size_t i;

	json_array_foreach(facts, i, fact) if (json_lines_number(fact, key) == signal) found =
		fact;
	json_decref(facts);
	if (found == NULL)
		fail_msg("no fact '%s' of signal %d in '%s'", name, signal, corner);
	return found;
}

static bool has_signal(const json_t *masks, const char *key, int signal)
{
	return (uint64_t)json_lines_number(masks, key) >> (signal - 1) & 1;
}

static void check_code(const json_t *event, int signal, const json_t *told)
{
	int code = (int)json_lines_number(told, "code");

	check_text(event, "signal.code", ll_signal_code_name((unsigned)signal, code));
}

static void second_of_a_standard_signal_is_already_pending(void **state)
{
	struct live *live = *state;
	json_t *masks = live_fact(live, "block", "pending");
	pid_t pid = live_pid(masks, "pid");
	json_t *first = live_nth_signal(live, GENERATE, pid, SIGUSR1, 0);
	json_t *second = live_nth_signal(live, GENERATE, pid, SIGUSR1, 1);

	assert_true(has_signal(masks, "shared_pending", SIGUSR1));
	assert_int_equal(live_count_signals(live, GENERATE, pid, SIGUSR1), 2);
	check_text(first, "signal.result", "delivered");
	check_text(second, "signal.result", "already_pending");
	check_text(first, "signal.disposition", "blocked");
	check_text(second, "signal.disposition", "blocked");
	assert_int_equal(live_count_signals(live, DELIVER, pid, SIGUSR1), 1);
	check_number(fact_of_signal(live, "block", "handled", "signal", SIGUSR1), "count", 1);
}

static void real_time_signals_queue(void **state)
{
	struct live *live = *state;
	json_t *masks = live_fact(live, "block", "pending");
	pid_t pid = live_pid(masks, "pid");
	int signal = SIGRTMIN + 2;

	for (size_t i = 0; i < 2; i++) {
		json_t *event = live_nth_signal(live, GENERATE, pid, signal, i);

		check_text(event, "signal.name", "SIGRTMIN+2");
		check_text(event, "signal.result", "delivered");
		check_text(event, "signal.disposition", "blocked");
	}
	assert_true(has_signal(masks, "shared_pending", signal));
	assert_int_equal(live_count_signals(live, GENERATE, pid, signal), 2);
	assert_int_equal(live_count_signals(live, DELIVER, pid, signal), 2);
	check_number(fact_of_signal(live, "block", "handled", "signal", signal), "count", 2);
}

/* Of the standard signal, which only once was pending. */
static void blocked_time_is_the_childs_own(void **state)
{
	struct live *live = *state;
	json_t *sent = fact_of_signal(live, "block", "sent", "signal", SIGUSR1);
	json_t *handled = fact_of_signal(live, "block", "handled", "signal", SIGUSR1);
	json_t *deliver = live_signal(live, DELIVER, live_pid(sent, "pid"), SIGUSR1);
	long long least = json_lines_number(handled, "unblocked_after") -
			  json_lines_number(sent, "sent_before");
	long long most = json_lines_number(handled, "handled_before") -
			 json_lines_number(sent, "sent_after");

	assert_true(least >= 50000000);
	check_between(deliver, "signal.latency_ns", least, most);
	check_text(deliver, "signal.action", "handler");
}

static void queued_signal_has_its_value(void **state)
{
	static const int signals[] = { 39, SIGUSR2 };
	struct live *live = *state;

	assert_int_equal(signals[0], SIGRTMIN + 5);
	for (size_t i = 0; i < 2; i++) {
		json_t *queued = fact_of_signal(live, "queue", "queued", "signal", signals[i]);
		json_t *event =
			live_signal(live, GENERATE, live_pid(queued, "pid"), signals[i]);

		check_number(event, "signal.value", json_lines_number(queued, "value"));
		check_text(event, "signal.code", "SI_QUEUE");
		check_text(event, "signal.result", "delivered");
		check_sender(live, event, "user", live_pid(queued, "sender"));
	}
}

static void signal_that_is_waited_for_is_taken_not_delivered(void **state)
{
	struct live *live = *state;
	json_t *taken = live_fact(live, "queue", "taken");
	pid_t pid = live_pid(taken, "pid");
	int signal = (int)json_lines_number(taken, "number");

	check_text(live_signal(live, GENERATE, pid, signal), "signal.disposition", "blocked");
	assert_int_equal(live_count_signals(live, DELIVER, pid, signal), 0);
	assert_int_equal(live_count_signals(live, DELIVER, pid, SIGUSR2), 1);
}

static void forged_siginfo_hides_no_sender(void **state)
{
	struct live *live = *state;
	json_t *forged = live_fact(live, "queue", "forged");
	json_t *told = live_fact(live, "queue", "deceived");
	json_t *event = live_signal(live, GENERATE, live_pid(forged, "pid"),
				    (int)json_lines_number(forged, "signal"));

	check_number(told, "sender", 1);
	check_sender(live, event, "user", live_pid(forged, "sender"));
	check_number(event, "signal.sender.user.id", json_lines_number(forged, "uid"));
}

static void full_queue_shows_as_overflow_or_lost_info(void **state)
{
	struct live *live = *state;
	json_t *facts = live_facts(live, "overflow", "sent"), *sent;
	size_t i;

	assert_int_equal(json_array_size(facts), 3);
	json_array_foreach(facts, i, sent)
	{
		int signal = (int)json_lines_number(sent, "signal");
		bool failed = json_lines_number(sent, "error") != 0;

		check_text(live_signal(live, GENERATE, live_pid(sent, "pid"), signal),
			   "signal.result", failed ? "overflow" : "info_lost");
		assert_int_equal(has_signal(live_fact(live, "overflow", "pending"),
					    "shared_pending", signal),
				 !failed);
	}
	check_number(json_array_get(facts, 0), "error", EAGAIN);
	json_decref(facts);
}

static void timers_are_their_own_senders(void **state)
{
	static const int signals[] = { SIGALRM, SIGVTALRM, SIGPROF };
	struct live *live = *state;
	pid_t pid = live_pid(live_fact(live, "timers", "bystander"), "watched");
	json_t *posix = live_fact(live, "timers", "posix");

	for (size_t i = 0; i < 3; i++) {
		json_t *event = live_signal(live, GENERATE, pid, signals[i]);

		check_code(event, signals[i],
			   fact_of_signal(live, "timers", "taken", "number", signals[i]));
		check_no_process_sent(event, "timer");
	}
	int signal = (int)json_lines_number(posix, "number");
	json_t *event = live_signal(live, GENERATE, pid, signal);
	check_no_process_sent(event, "timer");
	check_code(event, signal, posix);
	/* An int lies in the lower half of what a siginfo has room for. */
	long long value = json_lines_number(event, "signal.value") & 0xffffffff;
	assert_int_equal(value, json_lines_number(posix, "value"));
}

static void sender_is_who_called_kill(void **state)
{
	static const int signals[] = { SIGUSR1, SIGUSR2, SIGTERM };
	struct live *live = *state;
	json_t *sender = live_fact(live, "send", "sender");

	for (size_t i = 0; i < 3; i++) {
		json_t *event =
			live_signal(live, GENERATE, live_pid(sender, "target"), signals[i]);

		check_sender(live, event, "user", live_pid(sender, "pid"));
		check_text(event, "signal.sender.comm", "the-sender");
		check_number(event, "signal.sender.user.id", json_lines_number(sender, "uid"));
	}
}

static void scope_is_the_process_or_the_thread_that_was_meant(void **state)
{
	struct live *live = *state;
	json_t *sender = live_fact(live, "send", "sender");
	pid_t target = live_pid(sender, "target");
	json_t *to_process = live_signal(live, GENERATE, target, SIGUSR1);
	json_t *to_thread = live_signal(live, GENERATE, target, SIGUSR2);

	check_text(to_process, "signal.scope", "process");
	check_text(to_process, "signal.code", "SI_USER");
	check_text(to_thread, "signal.scope", "thread");
	check_text(to_thread, "signal.code", "SI_TKILL");
	check_number(to_thread, "thread.id", json_lines_number(sender, "thread"));
	check_number(live_signal(live, DELIVER, target, SIGUSR2), "thread.id",
		     json_lines_number(sender, "thread"));
}

static const char *expected_disposition(const json_t *masks, int signal)
{
	if (has_signal(masks, "blocked", signal))
		return "blocked";
	if (has_signal(masks, "ignored", signal))
		return "ignore";
	return has_signal(masks, "caught", signal) ? "handler" : "default";
}

/* As libc names it, which has no names for 32 and 33, and calls SIGIO by its other name. */
static void check_name(const json_t *event, int signal)
{
	char name[32];

	if (signal > SIGRTMIN)
		snprintf(name, sizeof(name), "SIGRTMIN+%d", signal - SIGRTMIN);
	else if (signal == SIGRTMIN)
		strcpy(name, "SIGRTMIN");
	else if (signal > 31)
		snprintf(name, sizeof(name), "SIG%d", signal);
	else if (signal == SIGIO)
		strcpy(name, "SIGIO");
	else
		snprintf(name, sizeof(name), "SIG%s", sigabbrev_np(signal));
	check_text(event, "signal.name", name);
}

/* What stayed pending was queued, what is neither caught nor pending was ignored. */
static void check_disposed(const struct live *live, const json_t *masks, int signal)
{
	json_t *event = live_signal(live, GENERATE, live_pid(masks, "pid"), signal);
	json_t *left = live_fact(live, "dispose", "left");
	bool is_pending = has_signal(left, "shared_pending", signal);
	bool is_handled = has_signal(masks, "caught", signal) && !is_pending;

	check_text(event, "signal.disposition", expected_disposition(masks, signal));
	check_text(event, "signal.result", is_pending || is_handled ? "delivered" : "ignored");
	assert_int_equal(live_count_signals(live, DELIVER, live_pid(masks, "pid"), signal),
			 is_handled);
	check_name(event, signal);
}

static void dispositions_of_all_64_are_those_of_proc(void **state)
{
	json_t *masks = live_fact(*state, "dispose", "arranged");

	for (int signal = 1; signal <= 64; signal++)
		if (signal != SIGKILL && signal != SIGSTOP)
			check_disposed(*state, masks, signal);
}

static void keys_of_a_terminal_are_sent_by_the_kernel(void **state)
{
	static const int keys[] = { SIGTSTP, SIGINT };
	struct live *live = *state;

	live_skip_as_told(live, "tty");
	json_t *job = live_fact(live, "tty", "job");
	for (size_t i = 0; i < 2; i++) {
		json_t *event = live_signal(live, GENERATE, live_pid(job, "pid"), keys[i]);

		check_no_process_sent(event, "kernel");
		check_text(event, "signal.code", "SI_KERNEL");
		check_text(event, "signal.scope", "process");
	}
	json_t *hangup = live_signal(live, GENERATE, live_pid(job, "leader"), SIGHUP);
	check_no_process_sent(hangup, "kernel");
	check_text(live_death(live, live_pid(job, "leader")), "process.exit.signal", "SIGHUP");
}

/* do_notify_parent() sends none at all. */
static void parent_that_ignores_sigchld_is_sent_none(void **state)
{
	json_t *child = live_fact(*state, "ignore_children", "unwaited");

	assert_int_equal(
		live_count_signals(*state, GENERATE, live_pid(child, "parent"), SIGCHLD), 0);
}

static void sigchld_tells_of_the_child(void **state)
{
	struct live *live = *state;
	json_t *child = live_fact(live, "leave_children", "unwaited");
	json_t *event = live_signal(live, GENERATE, live_pid(child, "parent"), SIGCHLD);

	check_text(event, "signal.code", "CLD_EXITED");
	check_text(event, "signal.result", "ignored");
	check_text(event, "signal.disposition", "default");
	check_sender(live, event, "kernel", live_pid(child, "pid"));
}

/* The first one is handled, the second one ends the process. */
static void check_fault(const struct live *live, const char *corner, bool has_address)
{
	json_t *told = live_fact(live, corner, "handled");
	pid_t pid = live_pid(told, "pid");
	int signal = (int)json_lines_number(told, "number");
	json_t *first = live_nth_signal(live, GENERATE, pid, signal, 0);
	json_t *second = live_nth_signal(live, GENERATE, pid, signal, 1);

	check_text(first, "signal.disposition", "handler");
	check_text(second, "signal.disposition", "default");
	check_sender(live, first, "self", pid);
	check_sender(live, second, "self", pid);
	check_code(first, signal, told);
	if (has_address)
		check_number(first, "signal.address", json_lines_number(told, "address"));
	else
		check_absent(first, "signal.address");
	check_text(live_nth_signal(live, DELIVER, pid, signal, 0), "signal.action", "handler");
	check_status(live_death(live, pid),
		     (int)json_lines_number(live_fact_of(live, "waited", pid), "status"));
	assert_int_equal(json_lines_number(live_fact_of(live, "waited", pid), "status"),
			 signal);
}

static void bad_access_is_the_processs_own_doing(void **state)
{
	pid_t pid = live_pid(live_fact(*state, "unmapped", "handled"), "pid");
	json_t *event = live_nth_signal(*state, GENERATE, pid, SIGSEGV, 0);

	check_fault(*state, "unmapped", true);
	check_fault(*state, "forbidden", true);
	check_fault(*state, "past_end", true);
	check_fault(*state, "illegal", true);
	check_text(event, "signal.code", "SEGV_MAPERR");
	check_number(event, "signal.address", 16);
}

static void broken_pipe_and_abort_are_sent_by_oneself(void **state)
{
	pid_t pid = live_pid(live_fact(*state, "abort", "handled"), "pid");

	check_fault(*state, "pipe", false);
	check_fault(*state, "abort", false);
	check_text(live_nth_signal(*state, GENERATE, pid, SIGABRT, 0), "signal.scope",
		   "thread");
}

static void forbidden_system_call_is_the_processs_own_doing(void **state)
{
	live_skip_as_told(*state, "system_call");
	check_fault(*state, "system_call", false);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(second_of_a_standard_signal_is_already_pending),
		cmocka_unit_test(real_time_signals_queue),
		cmocka_unit_test(blocked_time_is_the_childs_own),
		cmocka_unit_test(queued_signal_has_its_value),
		cmocka_unit_test(signal_that_is_waited_for_is_taken_not_delivered),
		cmocka_unit_test(forged_siginfo_hides_no_sender),
		cmocka_unit_test(full_queue_shows_as_overflow_or_lost_info),
		cmocka_unit_test(timers_are_their_own_senders),
		cmocka_unit_test(sender_is_who_called_kill),
		cmocka_unit_test(scope_is_the_process_or_the_thread_that_was_meant),
		cmocka_unit_test(dispositions_of_all_64_are_those_of_proc),
		cmocka_unit_test(keys_of_a_terminal_are_sent_by_the_kernel),
		cmocka_unit_test(parent_that_ignores_sigchld_is_sent_none),
		cmocka_unit_test(sigchld_tells_of_the_child),
		cmocka_unit_test(bad_access_is_the_processs_own_doing),
		cmocka_unit_test(broken_pipe_and_abort_are_sent_by_oneself),
		cmocka_unit_test(forbidden_system_call_is_the_processs_own_doing),
	};

	return cmocka_run_group_tests(tests, set_up, live_tear_down);
}
