/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* One pass over the living: the kernel's iterator, completed from /proc. */
#pragma once

#include <stddef.h>

#include "live/order.h"

struct bpf_link;

/*
 * Run the task iterator behind link and push a record for each task into order, then an
 * LL_RECORD_SNAPSHOT_END. At most max_args_bytes of each command line are kept. Returns 0
 * or -errno.
 */
int ll_snapshot(const struct bpf_link *link, size_t max_args_bytes, struct ll_order *order);

/*
 * The same after the last event: push only which processes are still on the list, then an
 * LL_RECORD_LAST_END.
 */
int ll_snapshot_last(const struct bpf_link *link, struct ll_order *order);

/* Push the end of a pass that saw nobody: what comes later is repair. Returns 0 or -ENOMEM. */
int ll_snapshot_none(struct ll_order *order);

/* Run an iterator and push every record it writes, as it is. Returns 0 or -errno. */
int ll_iterate_into(const struct bpf_link *link, struct ll_order *order);

/* Run an iterator for its effect alone. Returns 0 or -errno. */
int ll_iterate(const struct bpf_link *link);
