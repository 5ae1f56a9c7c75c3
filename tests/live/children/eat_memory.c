/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Enter the cgroup whose cgroup.procs is argv[1], and take memory until the end. */
#include <sys/mman.h>

#include "fact.h"

#define PIECE (1 << 20)
/* Well above what the cgroup allows, and far below what a machine has. */
#define PIECES_MAX 256

static void eat(const char *procs)
{
	int fd = open(procs, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, "0", 1) != 1)
		err(99, "%s", procs);
	for (int i = 0; i < PIECES_MAX; i++) {
		void *piece = mmap(NULL, PIECE, PROT_READ | PROT_WRITE,
				   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		memset(piece, 1, PIECE);
	}
	_exit(0);
}

int main(int argc, char *argv[])
{
	if (argc < 2)
		errx(99, "usage: eat_memory CGROUP_PROCS");
	bound_life();
	pid_t pid = checked_fork();
	if (pid == 0)
		eat(argv[1]);
	fact_wait(pid);
	return 0;
}
