/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Leave a child unreaped for 200 ms or more and bound the time it was a zombie from
 * both sides: died_after and died_before enclose its death, reaped_* its reap.
 */
#include <sys/mman.h>

#include "fact.h"

int main(void)
{
	long long *alive = mmap(NULL, sizeof(*alive), PROT_READ | PROT_WRITE,
				MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	bound_life();
	pid_t pid = checked_fork();
	if (pid == 0) {
		*alive = boottime_ns();
		_exit(3);
	}
	fact_await_death(pid);
	long long died_before = boottime_ns();
	nanosleep(&(struct timespec){ .tv_nsec = 200000000 }, NULL);
	long long reaped_after = boottime_ns();
	fact_wait(pid);
	FACT("zombie", NUM("pid", pid), NUM("reaper", getpid()), NUM("died_after", *alive),
	     NUM("died_before", died_before), NUM("reaped_after", reaped_after),
	     NUM("reaped_before", boottime_ns()));
	return 0;
}
