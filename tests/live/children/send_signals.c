/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A process signals another of its user, which runs two threads: the process by kill(), one thread by
 * tgkill(), and last the process, deadly. A bystander runs all the while.
 */
#include <pthread.h>
#include <sys/prctl.h>

#include "signal_fact.h"

#define NOBODY 65534

static int handled; /* by either thread */

static void say(int signal, siginfo_t *info, void *context)
{
	(void)signal, (void)context;
	fact_siginfo("handled", info);
	__atomic_fetch_add(&handled, 1, __ATOMIC_RELEASE);
}

static void *linger(void *arg)
{
	*(volatile pid_t *)arg = gettid();
	for (;;)
		pause();
	return NULL;
}

/* Whoever wants to be signalled by a user is that user. */
static void become_nobody(void)
{
	if (setresuid(NOBODY, NOBODY, NOBODY) < 0)
		err(99, "setresuid");
}

static void be_target(int tell_fd)
{
	volatile pid_t tid = 0;
	pthread_t thread;

	become_nobody();
	handle_signal(SIGUSR1, say);
	handle_signal(SIGUSR2, say);
	pthread_create(&thread, NULL, linger, (void *)&tid);
	while (tid == 0)
		breathe();
	pid_t told = tid;
	if (write(tell_fd, &told, sizeof(told)) != sizeof(told))
		err(99, "write");
	while (__atomic_load_n(&handled, __ATOMIC_ACQUIRE) < 2)
		breathe();
	if (write(tell_fd, &told, sizeof(told)) != sizeof(told))
		err(99, "write");
	for (;;)
		pause();
}

static void be_sender(pid_t target, int told_fd)
{
	pid_t tid;

	become_nobody();
	prctl(PR_SET_NAME, "the-sender");
	if (read(told_fd, &tid, sizeof(tid)) != sizeof(tid))
		err(99, "read");
	FACT("sender", NUM("pid", getpid()), NUM("uid", geteuid()), NUM("target", target),
	     NUM("thread", tid));
	checked_kill(target, SIGUSR1);
	if (syscall(SYS_tgkill, target, tid, SIGUSR2) < 0)
		err(99, "tgkill");
	if (read(told_fd, &tid, sizeof(tid)) != sizeof(tid))
		err(99, "read");
	checked_kill(target, SIGTERM);
	_exit(0);
}

int main(void)
{
	int told[2];

	bound_life();
	make_gate(told);
	pid_t bystander = checked_fork();
	if (bystander == 0)
		for (;;)
			getppid();
	pid_t target = checked_fork();
	if (target == 0)
		be_target(told[1]);
	pid_t sender = checked_fork();
	if (sender == 0)
		be_sender(target, told[0]);
	fact_wait(target);
	fact_wait(sender);
	checked_kill(bystander, SIGKILL);
	fact_wait(bystander);
	return 0;
}
