/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Create one child of each kind, with what the creator knows of it. */
#include <pthread.h>
#include <spawn.h>

#include "fact.h"

static void *say_tid(void *arg)
{
	FACT("thread", NUM("pid", getpid()), NUM("tid", gettid()));
	return arg;
}

static void make_process(void)
{
	pid_t pid = checked_fork();

	if (pid == 0) {
		fact_self("process");
		_exit(1);
	}
	fact_wait(pid);
}

static void make_vfork(void)
{
	pid_t pid = vfork();

	if (pid == 0)
		_exit(2);
	FACT("vfork", NUM("pid", pid));
	fact_wait(pid);
}

static void make_spawn(void)
{
	char *path = sibling("say_self");
	const char *const argv[] = { "say_self", "spawned", NULL };
	pid_t pid;

	if (posix_spawn(&pid, path, NULL, NULL, (char *const *)argv, environ) != 0)
		errx(99, "posix_spawn");
	FACT("spawn", NUM("pid", pid));
	fact_wait(pid);
	free(path);
}

static void *fork_from_thread(void *arg)
{
	pid_t pid = checked_fork();

	if (pid == 0)
		_exit(3);
	FACT("forked_by_thread", NUM("pid", pid), NUM("caller_tid", gettid()));
	fact_wait(pid);
	return arg;
}

int main(void)
{
	pthread_t thread;

	bound_life();
	make_process();
	make_vfork();
	make_spawn();
	pthread_create(&thread, NULL, say_tid, NULL);
	pthread_join(thread, NULL);
	pthread_create(&thread, NULL, fork_from_thread, NULL);
	pthread_join(thread, NULL);
	FACT("parent", NUM("pid", getpid()));
	return 0;
}
