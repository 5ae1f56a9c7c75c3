/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Kills a whole process group at once. kill_group MEMBERS
 * Says "killed" with its own pid and how many there were, the leader included.
 */
#include "fact.h"

static void stay(void)
{
	for (;;)
		pause();
}

/* A group of its own: members that wait to be killed. Says so by a byte. */
static void lead(int members, int ready_fd)
{
	setpgid(0, 0);
	for (int i = 0; i < members; i++)
		if (checked_fork() == 0)
			stay();
	if (write(ready_fd, "r", 1) == 1)
		stay();
	_exit(99);
}

int main(int argc, char *argv[])
{
	int members = argc > 1 ? atoi(argv[1]) : 0;
	int ready[2];
	char byte;

	if (members <= 0 || pipe(ready) < 0)
		errx(99, "usage: kill_group MEMBERS");
	bound_life();
	pid_t leader = checked_fork();
	if (leader == 0)
		lead(members, ready[1]);
	if (read(ready[0], &byte, 1) != 1 || killpg(leader, SIGTERM) < 0)
		errx(99, "no group to kill");
	FACT("killed", NUM("pid", getpid()), NUM("members", members + 1));
	waitpid(leader, NULL, 0);
	return 0;
}
