/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A child nobody waits for. autoreap VARIANT
 *   ignore: SIGCHLD is ignored   nocldwait: SA_NOCLDWAIT   silent: clone without an exit signal
 */
#include "fact.h"

static void prepare(const char *variant)
{
	struct sigaction action = { .sa_handler = SIG_DFL };

	if (strcmp(variant, "ignore") == 0)
		action.sa_handler = SIG_IGN;
	else if (strcmp(variant, "nocldwait") == 0)
		action.sa_flags = SA_NOCLDWAIT;
	sigaction(SIGCHLD, &action, NULL);
}

int main(int argc, char *argv[])
{
	const char *variant = argc > 1 ? argv[1] : "ignore";
	bool silent = strcmp(variant, "silent") == 0;

	bound_life();
	prepare(variant);
	pid_t pid = (pid_t)syscall(SYS_clone, silent ? 0 : SIGCHLD, NULL, NULL, NULL, NULL);
	if (pid == 0)
		_exit(5);
	FACT("unwaited", NUM("pid", pid), NUM("parent", getpid()));
	if (silent) {
		fact_wait(pid);
		return 0;
	}
	while (kill(pid, 0) == 0)
		breathe();
	FACT("vanished", NUM("pid", pid), NUM("boottime_ns", boottime_ns()));
	return 0;
}
