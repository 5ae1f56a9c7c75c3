/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Two cross a filter for this program's name: at a word one leaves it, executing storm, then another,
 * which had a strange name before, takes ours without a word ("entered"). Both end at the
 * second word.
 */
#include <sys/prctl.h>

#include "fact.h"

static bool await_end_of(int gate)
{
	char byte;

	return read(gate, &byte, 1) >= 0;
}

/* The gate closes when the other one has gone. */
static pid_t make_entering(const int gate[2])
{
	pid_t pid = checked_fork();

	if (pid != 0)
		return pid;
	close(gate[1]);
	prctl(PR_SET_NAME, "elsewhere");
	FACT("elsewhere", NUM("pid", getpid()));
	await_end_of(gate[0]);
	prctl(PR_SET_NAME, "leave_filter");
	FACT("entered", NUM("pid", getpid()));
	for (;;)
		pause();
}

/* Returns when it is the other program. */
static pid_t make_leaving(void)
{
	char *path = sibling("storm");
	int gate[2];

	if (pipe2(gate, O_CLOEXEC) < 0)
		err(99, "pipe2");
	pid_t pid = checked_fork();
	if (pid == 0) {
		execl(path, "storm", "0", "0", "0", NULL);
		err(98, "%s", path);
	}
	close(gate[1]);
	await_end_of(gate[0]);
	close(gate[0]);
	free(path);
	return pid;
}

int main(void)
{
	int gate[2];

	bound_life();
	if (pipe2(gate, O_CLOEXEC) < 0)
		err(99, "pipe2");
	pid_t entering = make_entering(gate);
	await_word();
	pid_t leaving = make_leaving();
	FACT("left", NUM("pid", leaving));
	close(gate[1]);
	fact_wait(leaving);
	kill(entering, SIGKILL);
	fact_wait(entering);
	return 0;
}
