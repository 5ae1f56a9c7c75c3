/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A process is asked to end (SIGTERM), does not, and is killed a second later. ask_to_end VARIANT
 *   ignore, handle, block: what it does with SIGTERM
 *   init: nothing, but it is the init of a pid namespace, and has a child
 */
#include <sys/prctl.h>

#include "signal_fact.h"

#define PATIENCE_NS 1000000000LL

static void do_nothing(int signal, siginfo_t *info, void *context)
{
	(void)signal, (void)info, (void)context;
}

static void leave_one_behind(void)
{
	pid_t pid = checked_fork();

	if (pid != 0)
		return;
	FACT("left_behind", NUM("pid", fact_outer_pid()), NUM("vpid", getpid()));
	for (;;)
		pause();
}

static void be_stubborn(const char *variant, const int ready[2])
{
	prctl(PR_SET_NAME, "stubborn");
	if (strcmp(variant, "ignore") == 0)
		signal(SIGTERM, SIG_IGN);
	else if (strcmp(variant, "handle") == 0)
		handle_signal(SIGTERM, do_nothing);
	else if (strcmp(variant, "block") == 0)
		block_signal(SIGTERM, true);
	else
		leave_one_behind();
	open_gate(ready);
	for (;;)
		pause();
}

int main(int argc, char *argv[])
{
	int ready[2];

	if (argc < 2)
		errx(99, "usage: ask_to_end VARIANT");
	bound_life();
	make_gate(ready);
	if (strcmp(argv[1], "init") == 0 && unshare(CLONE_NEWPID) < 0) {
		FACT("skip", STR("reason", strerror(errno)));
		return 77;
	}
	pid_t pid = checked_fork();
	if (pid == 0)
		be_stubborn(argv[1], ready);
	await_gate(ready);
	long long asked_after = boottime_ns();
	checked_kill(pid, SIGTERM);
	long long asked_before = boottime_ns();
	await_clock(asked_before + PATIENCE_NS);
	long long killed_after = boottime_ns();
	checked_kill(pid, SIGKILL);
	fact_await_death(pid);
	FACT("killed", NUM("pid", pid), NUM("by", getpid()), NUM("asked_after", asked_after),
	     NUM("asked_before", asked_before), NUM("killed_after", killed_after),
	     NUM("dead_before", boottime_ns()));
	fact_wait(pid);
	return 0;
}
