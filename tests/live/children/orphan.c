/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A process outlives its parent. orphan VARIANT
 *   init       nobody in this program takes it over
 *   subreaper  the grandparent is a child subreaper
 *   thread     the thread that forked it ends, its process does not
 *   sibling    a thread forked it; leader ends first; the process dies later as a whole
 */
#include <pthread.h>
#include <sys/prctl.h>

#include "fact.h"

static void run_orphan(pid_t parent)
{
	FACT("born", NUM("pid", getpid()), NUM("ppid", parent));
	while (getppid() == parent)
		breathe();
	FACT("adopted", NUM("pid", getpid()), NUM("previous_ppid", parent),
	     NUM("ppid", getppid()), NUM("init", getppid() == 1));
	_exit(21);
}

/* Two forks; the middle one ends when the orphan has said it is born. */
static void make_orphan(int said_born)
{
	pid_t parent = getpid();
	pid_t orphan = checked_fork();

	if (orphan == 0) {
		close(said_born);
		run_orphan(parent);
	}
	_exit(20);
}

/* The write end stays open in the orphan until it ends; its parent here is anyone. */
static void await_orphan(int pipe_read)
{
	char byte;

	while (read(pipe_read, &byte, 1) > 0)
		continue;
}

static void take_children(void)
{
	siginfo_t info = { 0 };

	while (waitid(P_ALL, 0, &info, WEXITED | WNOWAIT) == 0)
		fact_wait(info.si_pid);
}

static void *fork_and_end(void *arg)
{
	pid_t *child = arg;
	pid_t parent = getpid();

	*child = checked_fork();
	if (*child != 0)
		return NULL;
	await_word();
	FACT("kept", NUM("pid", getpid()), NUM("ppid", getppid()), NUM("parent", parent));
	_exit(22);
}

/* The child waits on a pipe until the thread that forked it is gone. */
static void run_thread_variant(void)
{
	int gate[2];
	pthread_t thread;
	pid_t child = -1;

	if (pipe(gate) < 0 || dup2(gate[0], STDIN_FILENO) < 0)
		err(99, "pipe");
	pthread_create(&thread, NULL, fork_and_end, &child);
	pthread_join(thread, NULL);
	if (write(gate[1], "x", 1) != 1)
		err(99, "write");
	fact_wait(child);
}

int main(int argc, char *argv[])
{
	const char *variant = argc > 1 ? argv[1] : "init";
	int alive[2];

	bound_life();
	if (strcmp(variant, "thread") == 0) {
		run_thread_variant();
		return 0;
	}
	if (strcmp(variant, "subreaper") == 0)
		prctl(PR_SET_CHILD_SUBREAPER, 1);
	if (pipe(alive) < 0)
		err(99, "pipe");
	pid_t middle = checked_fork();
	if (middle == 0)
		make_orphan(alive[0]);
	close(alive[1]);
	fact_wait(middle);
	await_orphan(alive[0]);
	take_children();
	return 0;
}
