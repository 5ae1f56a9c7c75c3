/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* See namespace.h. */
#include "live/namespace.h"

#include <sys/stat.h>

/* include/linux/proc_ns.h PROC_PID_INIT_INO */
#define FIRST_PID_NAMESPACE_INODE 0xEFFFFFFCu

bool ll_namespace_is_first(void)
{
	struct stat st;

	return stat("/proc/self/ns/pid", &st) == 0 && st.st_ino == FIRST_PID_NAMESPACE_INODE;
}
