/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * From records to events: checks sizes and spans, interprets raw kernel values, resolves
 * cgroups. Input is not trusted: a record that does not hold what its kind needs is
 * refused, never read past its end.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "event/event.h"
#include "live/cgroups.h"
#include "live/record.h"
#include "live/stacks.h"

struct ll_decoder;

/* cgroups is borrowed and must outlive the decoder. Returns NULL when out of memory. */
struct ll_decoder *ll_decoder_new(struct ll_cgroups *cgroups, long page_bytes);
void ll_decoder_free(struct ll_decoder *decoder);

/* Where kernel stacks are looked up: borrowed; without it events have none. */
void ll_decoder_set_stacks(struct ll_decoder *decoder, struct ll_stacks *stacks);

/* Set what boot-time stamps are off from the wall clock, in nanoseconds. */
void ll_decoder_set_clock(struct ll_decoder *decoder, int64_t unix_minus_boottime_ns);

/*
 * Decode one record of record->size bytes. Returns 1 and fills *ret_event (its strings are
 * valid until the next call), 0 when the record was for the decoder itself, -EBADMSG when
 * it is not well formed or of an unknown kind, -ENOMEM.
 */
int ll_decode(struct ll_decoder *decoder, const struct ll_wire_header *record, bool is_late,
	      struct ll_event *ret_event);

/* The event kind that a wire kind becomes; LL_EVENT_KINDS for none (cgroups). */
enum ll_event_kind ll_decode_kind(uint32_t wire_kind);
