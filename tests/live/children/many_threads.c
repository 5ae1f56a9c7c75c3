/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * COUNT threads and the leader end at once, released by one barrier: each by its own
 * exit ("each"), or all racing to exit_group with different codes ("group").
 * many_threads VARIANT COUNT ROUNDS
 */
#include <pthread.h>

#include "fact.h"

static pthread_barrier_t barrier;
static bool is_group;

static void end(int code)
{
	pthread_barrier_wait(&barrier);
	if (is_group)
		_exit(code);
	exit_thread(code);
}

static void *run_thread(void *arg)
{
	end((int)(intptr_t)arg);
	return NULL;
}

static void run_round(int count)
{
	pthread_t thread;

	pthread_barrier_init(&barrier, NULL, (unsigned)count + 1);
	for (intptr_t i = 1; i <= count; i++)
		if (pthread_create(&thread, NULL, run_thread, (void *)i) != 0)
			errx(99, "pthread_create");
	end(100 + count);
}

int main(int argc, char *argv[])
{
	if (argc < 4)
		errx(99, "usage: many_threads VARIANT COUNT ROUNDS");
	bound_life();
	is_group = strcmp(argv[1], "group") == 0;
	for (int round = 0; round < atoi(argv[3]); round++) {
		pid_t pid = checked_fork();

		if (pid == 0)
			run_round(atoi(argv[2]));
		fact_wait(pid);
	}
	return 0;
}
