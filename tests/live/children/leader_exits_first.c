/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The leader thread ends with 5 while another lives on; once the leader is a zombie the
 * other ends the process: "thread" by its own exit(9), "group" by exit_group(7),
 * "killed" by SIGKILL.
 */
#include <pthread.h>

#include "fact.h"

static const char *variant;

static void *outlive_leader(void *arg)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/task/%d/stat", getpid());
	while (fact_stat_field(path, 3) != 'Z')
		breathe();
	FACT("last_thread", NUM("pid", getpid()), NUM("tid", gettid()));
	if (strcmp(variant, "group") == 0)
		_exit(7);
	if (strcmp(variant, "killed") == 0)
		kill(getpid(), SIGKILL);
	exit_thread(9);
	return arg;
}

int main(int argc, char *argv[])
{
	pthread_t thread;
	pid_t pid;

	bound_life();
	variant = argc > 1 ? argv[1] : "thread";
	pid = checked_fork();
	if (pid == 0) {
		pthread_create(&thread, NULL, outlive_leader, NULL);
		exit_thread(5);
	}
	fact_wait(pid);
	return 0;
}
