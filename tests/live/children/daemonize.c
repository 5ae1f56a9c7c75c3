/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Become a daemon; the daemon then starts a program. The starter lives until it is done. */
#include "fact.h"

static void run_daemon(void)
{
	char *path = sibling("say_self");
	pid_t middle = getpid();

	setsid();
	if (checked_fork() != 0)
		_exit(0);
	while (getppid() == middle)
		breathe();
	pid_t pid = checked_fork();
	if (pid == 0) {
		execl(path, "say_self", "from the daemon", NULL);
		err(98, "%s", path);
	}
	fact_self("daemon");
	fact_wait(pid);
	_exit(13);
}

int main(void)
{
	int alive[2];
	char byte;

	bound_life();
	if (pipe(alive) < 0)
		err(99, "pipe");
	pid_t middle = checked_fork();
	if (middle == 0) {
		close(alive[0]);
		run_daemon();
	}
	close(alive[1]);
	fact_wait(middle);
	while (read(alive[0], &byte, 1) > 0)
		continue;
	return 0;
}
