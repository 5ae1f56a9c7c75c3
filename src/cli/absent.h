/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Why a process that was asked for is not among those that can be watched. */
#pragma once

#include <sys/types.h>

#include "cli/options.h"

/* Return the process a thread is of; its own pid for a process; 0 when there is none. */
pid_t ll_absent_tgid(pid_t pid);

/*
 * Say why options.pid cannot be watched, and what to do. attempt: the verb, "follow" or the like.
 */
void ll_absent_say(const char *attempt, const struct ll_options *options);

/*
 * Tell why, as far as /proc knows: it is gone, a thread, not let through by the filters, or kept from BPF
 * programs. Returns a heap string, owned by the caller, or NULL when out of memory.
 */
char *ll_absent_why(const struct ll_options *options);
