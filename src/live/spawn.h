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
int ll_spawner_init(struct ll_spawner *ret, char *const argv[]);

/*
 * Have it make and execute the command as a child of the caller, with the caller's files; then it
 * ends. Once only. argv[0] without a slash is looked up in PATH before any process is made, so that no
 * exec but the command's own is tried; what is no program is given to /bin/sh, as by execvp().
 * Returns 0 and the child's pid once it has executed, or -errno; then no child is left:
 *   -ENOENT not found   -EISDIR a directory   -ECHILD the spawner was killed   others from clone, execve
 */
int ll_spawner_run(struct ll_spawner *spawner, pid_t *ret_pid);

/*
 * Look whether there is such a command, before anything is given up for its sake. Returns 0 or
 * -errno, as ll_spawner_run(); an exec may find more to object to.
 */
int ll_spawner_look(const char *name);

/* End the spawner, if there is one, and reap it. */
void ll_spawner_fini(struct ll_spawner *spawner);
