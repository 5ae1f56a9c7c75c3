/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A process makes arrangements of every sort for the signals 1 to 64, says which, and sends
 * itself each, for the process. Deadly ones are handled, ignored, or stay blocked.
 */
#include "signal_fact.h"

/* Of these libc lets nobody change the mask or the action, and nobody can of SIGKILL and SIGSTOP. */
#define LIBC_FIRST 32
#define LIBC_LAST 33

static void do_nothing(int signal, siginfo_t *info, void *context)
{
	(void)signal, (void)info, (void)context;
}

static bool is_fixed(int signal)
{
	return signal == SIGKILL || signal == SIGSTOP;
}

static bool is_harmless(int signal)
{
	return signal == SIGCHLD || signal == SIGCONT || signal == SIGURG || signal == SIGWINCH;
}

/* By the kernel's own calls, which libc has no say in. */
static void block_by_number(int signal)
{
	unsigned long long set = 1ULL << (signal - 1);

	syscall(SYS_rt_sigprocmask, SIG_BLOCK, &set, NULL, sizeof(set));
}

static void ignore_by_number(int signal)
{
	unsigned long long action[4] = { (uintptr_t)SIG_IGN };

	syscall(SYS_rt_sigaction, signal, action, NULL, 8);
}

/* 0 handled, 1 ignored, 2 blocked, 3 handled but blocked, 4 ignored but blocked. */
static void arrange(int signal)
{
	bool is_libcs = signal >= LIBC_FIRST && signal <= LIBC_LAST;
	int way = signal % 5;

	if (is_fixed(signal) || is_harmless(signal))
		return;
	if ((way == 0 || way == 3) && !is_libcs)
		handle_signal(signal, do_nothing);
	if (way == 1 || way == 4)
		ignore_by_number(signal);
	if (way >= 2 || is_libcs)
		block_by_number(signal);
}

int main(void)
{
	bound_life();
	for (int signal = 1; signal <= 64; signal++)
		arrange(signal);
	fact_masks("arranged", getpid());
	for (int signal = 1; signal <= 64; signal++)
		if (!is_fixed(signal))
			syscall(SYS_kill, getpid(), signal);
	fact_masks("left", getpid());
	_exit(0);
}
