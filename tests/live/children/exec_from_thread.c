/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* A thread that is not the leader executes say_self while leader and others live. */
#include <pthread.h>

#include "fact.h"

static void *execute_program(void *arg)
{
	char *path = sibling("say_self");

	FACT("exec_thread", NUM("pid", getpid()), NUM("tid", gettid()));
	execl(path, "say_self", "from thread", NULL);
	err(98, "%s", path);
	return arg;
}

static void *linger(void *arg)
{
	for (;;)
		pause();
	return arg;
}

static void run_subject(void)
{
	pthread_t thread;

	FACT("before", NUM("pid", getpid()),
	     NUM("start_ticks", fact_stat_field("/proc/self/stat", 22)));
	pthread_create(&thread, NULL, linger, NULL);
	pthread_create(&thread, NULL, execute_program, NULL);
	linger(NULL);
}

int main(void)
{
	bound_life();
	pid_t pid = checked_fork();
	if (pid == 0)
		run_subject();
	fact_wait(pid);
	return 0;
}
