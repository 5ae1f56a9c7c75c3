/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The counters of what BPF could not deliver, read without a system call. */
#pragma once

#include <stdint.h>

#include "live/order.h"

struct ll_losses;

/* Map the counters of cpu_count CPUs. Returns 0 or -errno. */
int ll_losses_open(int map_fd, unsigned cpu_count, struct ll_losses **ret_losses);
void ll_losses_close(struct ll_losses *losses);

/*
 * Push an LL_RECORD_LOST for each kind and CPU that lost more since the last call, at the time
 * of the first of them. *ret_lost says how many that were in all. Returns 0 or -ENOMEM.
 */
int ll_losses_collect(struct ll_losses *losses, struct ll_order *order, uint64_t *ret_lost);

/*
 * Report count more records of a kind as lost, on some CPU, since since_boottime_ns: counted
 * elsewhere, pushed and totalled here. Returns 0 or -ENOMEM.
 */
int ll_losses_add(struct ll_losses *losses, uint32_t wire_kind, uint64_t count,
		  uint64_t since_boottime_ns, struct ll_order *order);

/* All of a kind that were lost up to the last collect. */
uint64_t ll_losses_total(const struct ll_losses *losses, uint32_t wire_kind);
