/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Enter the cgroup whose directory is argv[1], by a fork that then executes say_self. */
#include "fact.h"

int main(int argc, char *argv[])
{
	char *path = sibling("say_self");
	char procs[4200];

	if (argc < 2)
		errx(99, "usage: enter_cgroup DIR");
	bound_life();
	pid_t pid = checked_fork();
	if (pid == 0) {
		snprintf(procs, sizeof(procs), "%s/cgroup.procs", argv[1]);
		int fd = open(procs, O_WRONLY | O_CLOEXEC);
		if (fd < 0 || write(fd, "0", 1) != 1)
			err(99, "%s", procs);
		execl(path, "say_self", "in its cgroup", NULL);
		err(98, "%s", path);
	}
	fact_wait(pid);
	return 0;
}
