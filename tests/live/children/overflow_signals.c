/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * No signal may be queued (RLIMIT_SIGPENDING 0): sigqueue() of a real-time signal fails, other
 * signals get there without what came along (kernel/signal.c __send_signal_locked()).
 */
#include "signal_fact.h"

static void say_sent(const char *how, int signal, int result)
{
	FACT("sent", NUM("pid", getpid()), STR("how", how), NUM("signal", signal),
	     NUM("error", result < 0 ? errno : 0));
}

int main(void)
{
	static const union sigval value = { .sival_int = 7 };

	bound_life();
	block_signal(SIGRTMIN + 1, true);
	block_signal(SIGRTMIN + 3, true);
	block_signal(SIGUSR1, true);
	if (setrlimit(RLIMIT_SIGPENDING, &(struct rlimit){ 0, 0 }) < 0)
		err(99, "setrlimit");
	say_sent("sigqueue", SIGRTMIN + 1, sigqueue(getpid(), SIGRTMIN + 1, value));
	say_sent("kill", SIGRTMIN + 3, kill(getpid(), SIGRTMIN + 3));
	say_sent("sigqueue", SIGUSR1, sigqueue(getpid(), SIGUSR1, value));
	fact_masks("pending", getpid());
	siginfo_t info = take_signal(SIGUSR1);
	fact_siginfo("taken", &info);
	info = take_signal(SIGRTMIN + 3);
	fact_siginfo("taken", &info);
	return 0;
}
