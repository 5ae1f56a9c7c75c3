/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A bounded storm, gated by words on standard input. storm PROCESSES THREADS HOLDERS
 * Says "ready"; at a word forks PROCESSES children that exit 0 and are waited for, makes
 * and joins THREADS threads, and leaves HOLDERS children alive; says "done"; at a second
 * word lets the holders exit 42, waits for them, and says "over". A closed standard input counts as
 * a word.
 */
#include <pthread.h>

#include "fact.h"

#define BATCH 20

static void *do_nothing(void *arg)
{
	return arg;
}

static void fork_batch(int count)
{
	for (int i = 0; i < count; i++)
		if (checked_fork() == 0)
			_exit(0);
	for (int i = 0; i < count; i++)
		while (wait(NULL) < 0 && errno == EINTR)
			continue;
}

static void make_threads(int count)
{
	pthread_t thread;

	for (int i = 0; i < count; i++) {
		if (pthread_create(&thread, NULL, do_nothing, NULL) != 0)
			errx(99, "pthread_create");
		pthread_join(thread, NULL);
	}
}

static pid_t hold(const int gate[2])
{
	char byte;
	pid_t pid = checked_fork();

	if (pid != 0)
		return pid;
	close(gate[1]);
	while (read(gate[0], &byte, 1) > 0)
		continue;
	_exit(42);
}

int main(int argc, char *argv[])
{
	int gate[2];

	if (argc < 4 || pipe(gate) < 0)
		errx(99, "usage: storm PROCESSES THREADS HOLDERS");
	bound_life();
	FACT("ready", NUM("pid", getpid()));
	await_word();
	int processes = atoi(argv[1]), threads = atoi(argv[2]), holders = atoi(argv[3]);
	for (int left = processes; left > 0; left -= BATCH)
		fork_batch(left < BATCH ? left : BATCH);
	make_threads(threads);
	pid_t *held = calloc((size_t)holders + 1, sizeof(*held));
	for (int i = 0; i < holders; i++) {
		held[i] = hold(gate);
		FACT("holder", NUM("pid", held[i]),
		     NUM("start_ticks", fact_pid_stat(held[i], 22)));
	}
	FACT("done", NUM("pid", getpid()), NUM("processes", processes), NUM("threads", threads),
	     NUM("holders", holders));
	await_word();
	close(gate[1]);
	for (int i = 0; i < holders; i++)
		fact_wait(held[i]);
	FACT("over", NUM("pid", getpid()));
	return 0;
}
