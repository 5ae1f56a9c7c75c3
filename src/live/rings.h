/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The rings between BPF and user space, emptied into the order.
 *
 * The lifecycle's ring comes first and may fill all the room there is. Those of signals and states
 * then give a quarter of it each, whatever is there already: so each goes on at its pace, a storm
 * of theirs waits in its own ring, and is lost there when it lasts, while forks, execs and exits
 * still get through.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "live/order.h"

struct ll_rings;
struct lifeline_bpf;

/* What came out so far. */
struct ll_rings_counts {
	uint64_t records;
	uint64_t unknown; /* too short to be one */
};

/*
 * Open the skeleton's rings. room_bytes: what the order holds of the lifecycle at most, but for
 * one record; half as much comes on top. Both are borrowed and outlive the rings. Returns 0 or -errno.
 */
int ll_rings_open(const struct lifeline_bpf *skeleton, struct ll_order *order,
		  size_t room_bytes, struct ll_rings **ret_rings);
void ll_rings_close(struct ll_rings *rings);

/* Wait until a ring is full enough to be worth it, or for timeout_ms. 0 or -errno. */
int ll_rings_wait(const struct ll_rings *rings, int timeout_ms);

/*
 * Move what is in the rings into the order. *ret_behind_ns is 0 when the rings are empty now, else
 * (the order is full) a time, CLOCK_BOOTTIME: what is stamped before it is in the order.
 * Returns 0 or -ENOMEM.
 */
int ll_rings_drain(struct ll_rings *rings, uint64_t *ret_behind_ns);

/* Counters up to now; valid until the close. */
const struct ll_rings_counts *ll_rings_counts(const struct ll_rings *rings);
