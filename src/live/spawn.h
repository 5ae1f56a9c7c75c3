/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Start the command to be traced, from a small process made for that while the tracer itself is
 * still small. An exec counts the memory of what it replaces as the process's own: fs/exec.c
 * exec_mmap(), setmax_mm_hiwater_rss(); a child of the loaded tracer would start with its 17 MiB.
 */
#pragma once

#include <sys/types.h>

/* The process that waits to make the command. All zero: none, which fini takes. */
struct ll_spawner {
	pid_t pid;
	int socket;
};

/*
 * Fork the spawner; argv is copied with the rest of the memory. It ends by itself when the caller
 * dies. Returns 0 or -errno.
 */
int ll_spawn(char *const argv[], pid_t *ret_pid);
