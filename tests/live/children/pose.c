/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Stand still in every state a snapshot can find: this process, a zombie, and a process whose
 * leader is dead while a thread lives. Says "posing"; ends at a word.
 */
#include <pthread.h>

#include "fact.h"

static void *outlive_leader(void *arg)
{
	for (;;)
		pause();
	return arg;
}

static void await_state(pid_t pid, char state)
{
	while (fact_pid_stat(pid, 3) != state)
		breathe();
}

static pid_t make_zombie(void)
{
	pid_t pid = checked_fork();

	if (pid == 0)
		_exit(17);
	fact_await_death(pid);
	return pid;
}

static pid_t make_leaderless(void)
{
	pthread_t thread;
	pid_t pid = checked_fork();

	if (pid == 0) {
		pthread_create(&thread, NULL, outlive_leader, NULL);
		exit_thread(5);
	}
	await_state(pid, 'Z');
	return pid;
}

int main(void)
{
	bound_life();
	fact_self("poser");
	pid_t zombie = make_zombie(), leaderless = make_leaderless();
	FACT("posing", NUM("pid", getpid()), NUM("zombie", zombie),
	     NUM("zombie_ticks", fact_pid_stat(zombie, 22)), NUM("leaderless", leaderless));
	await_word();
	fact_wait(zombie);
	kill(leaderless, SIGKILL);
	fact_wait(leaderless);
	return 0;
}
