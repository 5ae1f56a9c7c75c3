/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Run a command with its output thrown away and tell how long it took and how much memory it needed
 * at most.
 *
 * usage: memory NAME LIMIT_MIB COMMAND [ARG...]
 */
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void run(char *argv[])
{
	int null = open("/dev/null", O_WRONLY);

	if (null < 0 || dup2(null, STDOUT_FILENO) < 0)
		err(127, "/dev/null");
	execv(argv[0], argv);
	err(127, "%s", argv[0]);
}

int main(int argc, char *argv[])
{
	struct rusage usage;
	int status;

	if (argc < 4)
		errx(2, "usage: memory NAME LIMIT_MIB COMMAND [ARG...]");
	double begin = now(), limit = strtod(argv[2], NULL);
	pid_t pid = fork();

	if (pid < 0)
		err(1, "fork");
	if (pid == 0)
		run(argv + 3);
	if (wait4(pid, &status, 0, &usage) != pid || !WIFEXITED(status) ||
	    WEXITSTATUS(status) > 1)
		errx(1, "%s failed", argv[1]);
	double mib = (double)usage.ru_maxrss / 1024;
	printf("  %-38s %8.2f MiB      target <= %.0f  %s, %.1f s\n", argv[1], mib, limit,
	       mib <= limit ? "met" : "missed", now() - begin);
	return 0;
}
