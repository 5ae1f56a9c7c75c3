/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A process waits for a CPU, says how long, and ends, its leader before its last thread; its parent
 * ignores SIGCHLD, so that nobody is told.
 */
#include <pthread.h>

#include "fact.h"

#define WAIT_NS 20000000
#define BURN_NS 500000000

static long long cpu_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return now.tv_sec * 1000000000LL + now.tv_nsec;
}

/* What the leader waited for a CPU until now; -1 where the kernel does not say. */
static long long waited_ns(void)
{
	char *schedstat = fact_slurp("/proc/self/schedstat", NULL);
	long long ran, waited = -1;

	if (schedstat != NULL && sscanf(schedstat, "%lld %lld", &ran, &waited) != 2)
		waited = -1;
	free(schedstat);
	return waited;
}

static void stay_on_one_cpu(void)
{
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET(sched_getcpu(), &one);
	sched_setaffinity(0, sizeof(one), &one);
}

/* Two that never sleep share a CPU. */
static void wait_for_cpu(void)
{
	stay_on_one_cpu();
	pid_t rival = checked_fork();
	while (rival == 0 || (waited_ns() < WAIT_NS && cpu_ns() < BURN_NS))
		for (int i = 0; i < 1000; i++)
			getppid();
	kill(rival, SIGKILL);
	while (kill(rival, 0) == 0)
		breathe();
}

static void *outlive_leader(void *arg)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/task/%d/stat", getpid());
	while (fact_stat_field(path, 3) != 'Z')
		breathe();
	exit_thread(5);
	return arg;
}

static void run_subject(void)
{
	pthread_t thread;

	wait_for_cpu();
	pthread_create(&thread, NULL, outlive_leader, NULL);
	FACT("unwaited", NUM("pid", getpid()), NUM("parent", getppid()),
	     NUM("wait_ns", waited_ns()));
	exit_thread(5);
}

int main(void)
{
	bound_life();
	signal(SIGCHLD, SIG_IGN);
	pid_t pid = checked_fork();
	if (pid == 0)
		run_subject();
	while (kill(pid, 0) == 0)
		breathe();
	return 0;
}
