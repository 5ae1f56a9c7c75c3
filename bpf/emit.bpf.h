/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Getting a record to user space, or counting that it did not get there.
 */
#pragma once

#include <bpf/bpf_helpers.h>
#include "compat.bpf.h"
#include "knobs.bpf.h"
#include "maps.bpf.h"

/* Count one record of this kind as lost on this CPU. */
static __always_inline void ll_count_loss(__u32 kind, __u64 time_boottime_ns)
{
	__u32 cpu = bpf_get_smp_processor_id();
	struct ll_wire_loss *loss = bpf_map_lookup_elem(&ll_losses, &cpu);

	if (loss == NULL || kind >= LL_WIRE_KINDS)
		return;
	if (loss->first_boottime_ns == 0)
		loss->first_boottime_ns = time_boottime_ns;
	__sync_fetch_and_add(&loss->count[kind], 1);
}

/*
 * Wake the reader only when the fill passes the mark: it polls anyway, and a wake-up
 * for each event is what makes tracers slow. A window instead of "at or above", so
 * that a stopped reader does not cost a wake-up for every event from then on.
 */
static __always_inline __u64 ll_wakeup_flags(void *ring, __u32 mark_bytes)
{
	__u64 fill = bpf_ringbuf_query(ring, BPF_RB_AVAIL_DATA);

	if (fill - mark_bytes < LL_PATH_MAX)
		return BPF_RB_FORCE_WAKEUP;
	return BPF_RB_NO_WAKEUP;
}

/* Room in a ring for a record of fixed size, or NULL and a counted loss. */
#define ll_reserve_in(ring, kind, type, time_boottime_ns)                                      \
	({                                                                                     \
		type *record_ = bpf_ringbuf_reserve(ring, sizeof(type), 0);                    \
		if (record_ == NULL)                                                           \
			ll_count_loss(kind, time_boottime_ns);                                 \
		record_;                                                                       \
	})

/* The same in the lifecycle's. */
#define ll_reserve(kind, type, time_boottime_ns)                                               \
	ll_reserve_in(&ll_ring, kind, type, time_boottime_ns)

static __always_inline void ll_submit(void *record)
{
	bpf_ringbuf_submit(record, ll_wakeup_flags(&ll_ring, ll_knob_wakeup_bytes));
}

static __always_inline void ll_submit_signal(void *record)
{
	bpf_ringbuf_submit(record,
			   ll_wakeup_flags(&ll_signal_ring, ll_knob_signal_wakeup_bytes));
}

static __always_inline void ll_submit_state(void *record)
{
	bpf_ringbuf_submit(record, ll_wakeup_flags(&ll_state_ring, ll_knob_state_wakeup_bytes));
}

/*
 * Room to build a record of variable length, or NULL and a counted loss. *ret_key is for
 * ll_slot_send(), which gives the slot back.
 */
static __always_inline void *ll_slot_take(__u32 kind, __u64 time_boottime_ns, __u32 *ret_key)
{
	__u32 first = bpf_get_smp_processor_id() * LL_SLOTS_PER_CPU;
	__u32 taken = 1;

	for (int i = 0; i < LL_SLOTS_PER_CPU; i++) {
		__u32 key = first + i;

		if (bpf_map_update_elem(&ll_slot_locks, &key, &taken, BPF_NOEXIST) != 0)
			continue;
		void *slot = bpf_map_lookup_elem(&ll_slots, &key);
		if (slot == NULL) {
			bpf_map_delete_elem(&ll_slot_locks, &key);
			break;
		}
		*ret_key = key;
		return slot;
	}
	ll_count_loss(kind, time_boottime_ns);
	return NULL;
}

/* Send the record of this size that the slot holds, and give the slot back. */
static __always_inline void ll_slot_send(void *record, __u32 key, __u32 kind, __u64 size,
					 __u64 time_boottime_ns)
{
	if (bpf_ringbuf_output(&ll_ring, record, size,
			       ll_wakeup_flags(&ll_ring, ll_knob_wakeup_bytes)) != 0)
		ll_count_loss(kind, time_boottime_ns);
	bpf_map_delete_elem(&ll_slot_locks, &key);
}
