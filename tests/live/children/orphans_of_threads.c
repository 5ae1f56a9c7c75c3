/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Again and again threads of a process leave together, one of which has a child: the orphan says
 * who took it over. orphans_of_threads TIMES
 */
#include <pthread.h>
#include <sys/prctl.h>

#include "fact.h"

#define THREADS 6

static void run_orphan(pid_t parent)
{
	while (getppid() == parent)
		breathe();
	FACT("adopted", NUM("pid", getpid()), NUM("previous_ppid", parent),
	     NUM("ppid", getppid()), NUM("init", getppid() == 1));
	_exit(21);
}

static pthread_barrier_t all_are_there;

static void *linger(void *arg)
{
	pid_t parent = getpid();

	if (arg != NULL && checked_fork() == 0)
		run_orphan(parent);
	pthread_barrier_wait(&all_are_there);
	for (;;)
		pause();
	return arg;
}

/* The youngest thread has the child. */
static void leave_together(void)
{
	pthread_t thread;

	pthread_barrier_init(&all_are_there, NULL, THREADS + 1);
	for (int i = 0; i < THREADS; i++)
		pthread_create(&thread, NULL, linger, i == THREADS - 1 ? &thread : NULL);
	pthread_barrier_wait(&all_are_there);
	_exit(20);
}

static void take_children(void)
{
	siginfo_t info = { 0 };

	while (waitid(P_ALL, 0, &info, WEXITED | WNOWAIT) == 0)
		fact_wait(info.si_pid);
}

int main(int argc, char *argv[])
{
	int times = argc > 1 ? atoi(argv[1]) : 1;

	bound_life();
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	for (int i = 0; i < times; i++) {
		if (checked_fork() == 0)
			leave_together();
		take_children();
	}
	return 0;
}
