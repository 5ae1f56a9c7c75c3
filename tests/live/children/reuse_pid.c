/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Two processes in a row with the same pid, by clone3's set_tid. */
#include <linux/sched.h>

#include "fact.h"

static pid_t fork_as(pid_t wanted)
{
	struct clone_args args = { .exit_signal = SIGCHLD };

	args.set_tid = (uintptr_t)&wanted;
	args.set_tid_size = 1;
	return (pid_t)syscall(SYS_clone3, &args, sizeof(args));
}

static int live_once(int code)
{
	bound_life();
	FACT("life", NUM("pid", getpid()), NUM("code", code),
	     NUM("start_ticks", fact_stat_field("/proc/self/stat", 22)));
	return code;
}

int main(void)
{
	bound_life();
	pid_t pid = checked_fork();
	if (pid == 0)
		_exit(live_once(1));
	fact_wait(pid);
	pid_t again = fork_as(pid);
	if (again == 0)
		_exit(live_once(2));
	if (again < 0) {
		FACT("skip", STR("reason", strerror(errno)));
		return 77;
	}
	fact_wait(again);
	return 0;
}
