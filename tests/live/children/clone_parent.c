/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* A process makes a sibling with CLONE_PARENT: the caller is not the parent. */
#include "fact.h"

static int run_caller(void)
{
	pid_t pid = (pid_t)syscall(SYS_clone, CLONE_PARENT | SIGCHLD, NULL, NULL, NULL, NULL);

	if (pid < 0)
		err(99, "clone");
	if (pid == 0) {
		bound_life();
		FACT("sibling", NUM("pid", getpid()), NUM("ppid", getppid()));
		_exit(6);
	}
	FACT("caller", NUM("pid", getpid()), NUM("made", pid));
	return 4;
}

static void take_sibling(void)
{
	siginfo_t info = { 0 };

	if (waitid(P_ALL, 0, &info, WEXITED | WNOWAIT) == 0)
		fact_wait(info.si_pid);
}

int main(void)
{
	bound_life();
	pid_t caller = checked_fork();
	if (caller == 0)
		_exit(run_caller());
	fact_wait(caller);
	take_sibling();
	return 0;
}
