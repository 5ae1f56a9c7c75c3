/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A parent, child and grandchild that exist before they are followed; at a word on
 * standard input each of the three starts a program.
 */
#include "fact.h"

static void start_program(const char *who)
{
	char *path = sibling("say_self");
	pid_t pid = checked_fork();

	if (pid == 0) {
		execl(path, "say_self", who, NULL);
		err(98, "%s", path);
	}
	fact_wait(pid);
	free(path);
}

static void await_gate(int gate)
{
	char byte;

	while (read(gate, &byte, 1) < 0 && errno == EINTR)
		continue;
}

/* Generation 0 is the youngest; the word goes down by closing each one's pipe. */
static pid_t breed(int *generation, int *gate, int *next)
{
	int link[2];

	for (; *generation > 0; --*generation) {
		if (pipe2(link, O_CLOEXEC) < 0)
			err(99, "pipe");
		pid_t child = checked_fork();
		*next = link[1];
		if (child != 0)
			return child;
		close(link[1]);
		*gate = link[0];
	}
	return 0;
}

int main(void)
{
	static const char *const names[] = { "grandchild", "child", "parent" };
	int generation = 2, gate = STDIN_FILENO, next = -1;

	bound_life();
	pid_t child = breed(&generation, &gate, &next);
	FACT(names[generation], NUM("pid", getpid()), NUM("ppid", getppid()),
	     NUM("start_ticks", fact_stat_field("/proc/self/stat", 22)));
	await_gate(gate);
	start_program(names[generation]);
	if (child != 0) {
		close(next);
		fact_wait(child);
	}
	return generation;
}
