/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Signals queued with a value, taken by sigwaitinfo() and by a handler; and one whose sender
 * claims to be init.
 */
#include "signal_fact.h"

static volatile sig_atomic_t is_handled;
static siginfo_t handled;

/* What it says, it must not say itself: it may come while another fact is being written. */
static void note(int signal, siginfo_t *info, void *context)
{
	(void)signal, (void)context;
	handled = *info;
	is_handled = 1;
}

static void receive(const int ready[2])
{
	block_signal(SIGRTMIN + 5, true);
	block_signal(SIGRTMIN + 6, true);
	handle_signal(SIGUSR2, note);
	open_gate(ready);
	siginfo_t info = take_signal(SIGRTMIN + 5);
	fact_siginfo("taken", &info);
	while (!is_handled)
		breathe();
	fact_siginfo("handled", &handled);
	info = take_signal(SIGRTMIN + 6);
	fact_siginfo("deceived", &info);
	_exit(0);
}

static void queue(pid_t pid, int signal, intptr_t value)
{
	if (sigqueue(pid, signal, (union sigval){ .sival_ptr = (void *)value }) < 0)
		err(99, "sigqueue");
	FACT("queued", NUM("pid", pid), NUM("signal", signal), NUM("value", value),
	     NUM("sender", getpid()));
}

/* The kernel believes what rt_sigqueueinfo() says of an si_code below zero. */
static void queue_forged(pid_t pid, int signal)
{
	siginfo_t info = { .si_signo = signal, .si_code = SI_QUEUE };

	info.si_pid = 1;
	info.si_uid = 4711;
	if (syscall(SYS_rt_sigqueueinfo, pid, signal, &info) < 0)
		err(99, "rt_sigqueueinfo");
	FACT("forged", NUM("pid", pid), NUM("signal", signal), NUM("sender", getpid()),
	     NUM("uid", geteuid()));
}

int main(void)
{
	int ready[2];

	bound_life();
	make_gate(ready);
	pid_t pid = checked_fork();
	if (pid == 0)
		receive(ready);
	await_gate(ready);
	fact_await_state(pid, 'S');
	queue(pid, SIGRTMIN + 5, 0x123456789abc);
	queue(pid, SIGUSR2, -42);
	queue_forged(pid, SIGRTMIN + 6);
	fact_wait(pid);
	return 0;
}
