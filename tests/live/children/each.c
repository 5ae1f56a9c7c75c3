/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Run several corners one after another: each NAME PROGRAM [ARG...] [-- NAME PROGRAM ...].
 * PROGRAM without a slash is a sibling. LL_CORNER names the corner in its facts. How each
 * program ended is told by fact_wait(). At the end says "all_done" and waits for a word, so that
 * the test decides when the tracer has seen enough.
 */
#include "fact.h"

static void run_corner(char *name, char *const argv[])
{
	char *path = strchr(argv[0], '/') != NULL ? strdup(argv[0]) : sibling(argv[0]);
	pid_t pid;

	setenv("LL_CORNER", name, 1);
	FACT("corner_begins", NUM("pid", getpid()));
	pid = checked_fork();
	if (pid == 0) {
		execv(path, argv);
		err(98, "%s", path);
	}
	fact_wait(pid);
	free(path);
}

int main(int argc, char *argv[])
{
	bound_life();
	for (int at = 1; at + 1 < argc;) {
		int end = at;

		while (end < argc && strcmp(argv[end], "--") != 0)
			end++;
		argv[end] = NULL;
		run_corner(argv[at], &argv[at + 1]);
		at = end + 1;
	}
	FACT("all_done", NUM("pid", getpid()));
	await_word();
	return 0;
}
