/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Abort with core files allowed, in directory DIR; core_pattern is as the host has it. */
#include "fact.h"

int main(int argc, char *argv[])
{
	bound_life();
	pid_t pid = checked_fork();
	if (pid == 0) {
		if (argc > 1 && chdir(argv[1]) < 0)
			err(99, "%s", argv[1]);
		setrlimit(RLIMIT_CORE, &(struct rlimit){ 1 << 24, 1 << 24 });
		abort();
	}
	fact_wait(pid);
	return 0;
}
