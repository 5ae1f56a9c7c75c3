/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* A child is stopped by a tracer and let go again. */
#include <sys/ptrace.h>

#include "signal_fact.h"

int main(void)
{
	int status;

	bound_life();
	pid_t pid = checked_fork();
	if (pid == 0)
		for (;;)
			pause();
	if (ptrace(PTRACE_SEIZE, pid, NULL, NULL) < 0 ||
	    ptrace(PTRACE_INTERRUPT, pid, NULL, NULL) < 0) {
		FACT("skip", STR("reason", "no ptrace here"));
		return 77;
	}
	waitpid(pid, &status, __WALL);
	fact_await_state(pid, 't');
	FACT("traced", NUM("pid", pid), NUM("tracer", getpid()), NUM("status", status));
	ptrace(PTRACE_CONT, pid, NULL, NULL);
	fact_await_state(pid, 'S');
	checked_kill(pid, SIGUSR1);
	waitpid(pid, &status, __WALL);
	FACT("intercepted", NUM("pid", pid), NUM("status", status));
	/* The tracer keeps the signal to itself. */
	ptrace(PTRACE_DETACH, pid, NULL, NULL);
	checked_kill(pid, SIGTERM);
	fact_wait(pid);
	return 0;
}
