/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Execute a program, with the unified cgroup hierarchy alone in /sys/fs/cgroup, in a mount
 * namespace of its own: for those that refuse hosts that have both. in_cgroup2 PROGRAM [ARG...]
 */
#include <sys/mount.h>

#include "fact.h"

int main(int argc, char *argv[])
{
	if (argc < 2)
		errx(99, "usage: in_cgroup2 PROGRAM [ARG...]");
	if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount("none", "/sys/fs/cgroup", "cgroup2", 0, NULL) < 0)
		err(98, "a mount namespace with cgroup2");
	execv(argv[1], argv + 1);
	err(98, "%s", argv[1]);
}
