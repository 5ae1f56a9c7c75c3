/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Send a process each signal from 1 to 64 that does not stop it, with the default
 * disposition and without core files. Those it survives end with code 0.
 */
#include "fact.h"

static bool is_stopping(int number)
{
	return number == SIGSTOP || number == SIGTSTP || number == SIGTTIN || number == SIGTTOU;
}

/* The kernel's own calls: libc keeps 32 and 33 to itself. */
static void receive(int number)
{
	unsigned long long none = 0, action[4] = { 0 };

	syscall(SYS_rt_sigaction, number, action, NULL, sizeof(none));
	syscall(SYS_rt_sigprocmask, SIG_SETMASK, &none, NULL, sizeof(none));
	setrlimit(RLIMIT_CORE, &(struct rlimit){ 0, 0 });
	syscall(SYS_tgkill, getpid(), gettid(), number);
	_exit(0);
}

int main(void)
{
	bound_life();
	for (int number = 1; number <= 64; number++) {
		if (is_stopping(number))
			continue;
		pid_t pid = checked_fork();
		if (pid == 0)
			receive(number);
		FACT("sent", NUM("pid", pid), NUM("signal", number));
		fact_wait(pid);
	}
	return 0;
}
