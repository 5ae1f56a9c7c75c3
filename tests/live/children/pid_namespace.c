/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A pid namespace: its init forks a child and, when that lives, exits; the kernel then
 * kills the child. Also an orphan inside goes to that init.
 */
#include "fact.h"

static void run_orphan(pid_t parent, int said)
{
	while (getppid() == parent)
		breathe();
	FACT("ns_orphan", NUM("pid", fact_outer_pid()), NUM("vpid", getpid()),
	     NUM("vppid", getppid()), NUM("ppid", fact_stat_field("/proc/self/stat", 4)));
	if (write(said, "x", 1) != 1)
		err(99, "write");
	for (;;)
		pause();
}

static void run_middle(int said)
{
	pid_t parent = getpid();

	FACT("ns_middle", NUM("pid", fact_outer_pid()), NUM("vpid", parent));
	if (checked_fork() == 0)
		run_orphan(parent, said);
	_exit(11);
}

static void run_init(void)
{
	int said[2];
	char byte;

	if (pipe(said) < 0)
		err(99, "pipe");
	fact_self("ns_init");
	pid_t middle = checked_fork();
	if (middle == 0)
		run_middle(said[1]);
	waitpid(middle, NULL, 0);
	if (read(said[0], &byte, 1) != 1)
		err(99, "read");
	_exit(10);
}

int main(void)
{
	bound_life();
	if (unshare(CLONE_NEWPID) < 0) {
		FACT("skip", STR("reason", strerror(errno)));
		return 77;
	}
	pid_t init = checked_fork();
	if (init == 0)
		run_init();
	fact_wait(init);
	return 0;
}
