/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Puts records in time order.
 *
 * Ring order is not time order: a record is stamped before its room is reserved. Records
 * are held until everything stamped before them must have arrived; one that comes later
 * still is handed on at once, marked late.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "live/record.h"

struct ll_order;

/* Make an empty one. Returns NULL when out of memory. */
struct ll_order *ll_order_new(void);
void ll_order_free(struct ll_order *order);

/* Copy a record in; its header's size says how long it is. Returns 0 or -ENOMEM. */
int ll_order_push(struct ll_order *order, const struct ll_wire_header *record);

/* Bytes held. */
size_t ll_order_bytes(const struct ll_order *order);

/*
 * Receive a record, borrowed until return. is_late: one with a later time was handed on
 * before. A non-zero return stops the release; the record counts as handed on.
 */
typedef int (*ll_record_fn)(void *arg, const struct ll_wire_header *record, bool is_late);

/*
 * Hand on, in time order, what is stamped at or before until_boottime_ns. Returns 0 or
 * what fn returned.
 */
int ll_order_release(struct ll_order *order, uint64_t until_boottime_ns, ll_record_fn fn,
		     void *arg);
