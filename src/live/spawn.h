/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Start the command to be traced. */
#pragma once

#include <sys/types.h>

/*
 * Fork and exec argv (looked up in PATH) with the caller's files. Returns 0 and the
 * child's pid once it has executed, or the -errno of fork or execvp; then no child is left.
 */
int ll_spawn(char *const argv[], pid_t *ret_pid);
