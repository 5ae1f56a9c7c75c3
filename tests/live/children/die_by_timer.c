/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* A process sleeps until its alarm kills it. */
#include <sys/time.h>

#include "fact.h"

int main(void)
{
	static const struct itimerval soon = { .it_value.tv_usec = 20000 };

	bound_life();
	pid_t pid = checked_fork();
	if (pid == 0) {
		setitimer(ITIMER_REAL, &soon, NULL);
		for (;;)
			pause();
	}
	fact_wait(pid);
	return 0;
}
