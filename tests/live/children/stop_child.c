/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* A child is stopped and continued by kill(), and says so: what waitpid tells, what /proc shows. */
#include "signal_fact.h"

static void await_change(pid_t pid, const char *name)
{
	int status = 0;
	char state[] = { '?', '\0' };

	if (waitpid(pid, &status, WUNTRACED | WCONTINUED) != pid)
		err(99, "waitpid");
	state[0] = fact_state(pid);
	FACT(name, NUM("pid", pid), NUM("by", getpid()), NUM("status", status),
	     STR("state", state), NUM("boottime_ns", boottime_ns()));
}

int main(void)
{
	bound_life();
	pid_t pid = checked_fork();
	if (pid == 0)
		for (;;)
			pause();
	fact_await_state(pid, 'S');
	FACT("stopping", NUM("pid", pid), NUM("boottime_ns", boottime_ns()));
	checked_kill(pid, SIGSTOP);
	await_change(pid, "stopped");
	fact_await_rest(pid, 'T');
	FACT("continuing", NUM("pid", pid), NUM("boottime_ns", boottime_ns()));
	checked_kill(pid, SIGCONT);
	await_change(pid, "continued");
	fact_await_state(pid, 'S');
	FACT("resumed", NUM("pid", pid), NUM("boottime_ns", boottime_ns()));
	checked_kill(pid, SIGKILL);
	fact_wait(pid);
	return 0;
}
