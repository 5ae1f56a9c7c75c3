/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A process blocks SIGUSR1 and a real-time signal and is sent each of them twice; it holds
 * them for a while, says what is pending, and lets them through to their handlers.
 */
#include "signal_fact.h"

#define HOLD_NS 50000000LL

static volatile long long handled_ns[2];
static volatile int handled_count[2];

static void note(int signal, siginfo_t *info, void *context)
{
	(void)info, (void)context;
	if (handled_count[signal != SIGUSR1]++ == 0)
		handled_ns[signal != SIGUSR1] = boottime_ns();
}

static void let_through(int signal)
{
	long long before = boottime_ns();

	block_signal(signal, false);
	FACT("handled", NUM("pid", getpid()), NUM("signal", signal),
	     NUM("count", handled_count[signal != SIGUSR1]), NUM("unblocked_after", before),
	     NUM("handled_before", handled_ns[signal != SIGUSR1]));
}

static void receive(const int ready[2], const int sent[2])
{
	handle_signal(SIGUSR1, note);
	handle_signal(SIGRTMIN + 2, note);
	block_signal(SIGUSR1, true);
	block_signal(SIGRTMIN + 2, true);
	open_gate(ready);
	await_gate(sent);
	fact_masks("pending", getpid());
	await_clock(boottime_ns() + HOLD_NS);
	let_through(SIGUSR1);
	let_through(SIGRTMIN + 2);
	fact_masks("calm", getpid());
	_exit(0);
}

static void send_twice(pid_t pid, int signal)
{
	long long before = boottime_ns();

	checked_kill(pid, signal);
	long long between = boottime_ns();
	checked_kill(pid, signal);
	FACT("sent", NUM("pid", pid), NUM("signal", signal), NUM("sent_after", before),
	     NUM("sent_before", between));
}

int main(void)
{
	int ready[2], sent[2];

	bound_life();
	make_gate(ready);
	make_gate(sent);
	pid_t pid = checked_fork();
	if (pid == 0)
		receive(ready, sent);
	await_gate(ready);
	send_twice(pid, SIGUSR1);
	send_twice(pid, SIGRTMIN + 2);
	open_gate(sent);
	fact_wait(pid);
	return 0;
}
