/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * How many processes and threads there may be: on the machine, and in a control group. A
 * zombie counts until it is reaped.
 *
 * root is put in front of every path read: "" for the machine, a directory in tests.
 */
#pragma once

#include <stdint.h>

#include "event/event.h"

/* Of the machine, threads and zombies included. */
struct ll_limits {
	uint64_t max_count; /* the lower of pid_max and threads-max */
	uint64_t used_count; /* tasks there are now */
};

/* Of a control group. */
struct ll_cgroup_limit {
	char path[4096]; /* as in /proc/PID/cgroup */
	uint64_t max_count, used_count;
};

/* Read the machine's. Returns 0, or -errno when /proc does not tell. */
int ll_limits_read(const char *root, struct ll_limits *ret);

/*
 * Find the limit that the pids controller will run into first: that of the control group or
 * of one above it, in version 1 or 2, whichever has the controller. Returns 0, or -ENOENT
 * when none is limited or none can be read.
 */
int ll_limits_read_cgroup(const char *root, struct ll_str path, struct ll_cgroup_limit *ret);
