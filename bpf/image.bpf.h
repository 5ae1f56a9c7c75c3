/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Append variable data to a record that grows in a slot.
 *
 * Every append checks the offset against the fixed limit of the piece before it, so that
 * the verifier can see that the slot, whose size user space computes from the same sum
 * (src/live/probes.c slot_bytes()), is never overrun.
 */
#pragma once

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include "lifeline/wire.h"
#include "path.bpf.h"

/* Largest offset at which a piece may begin; what is fuller is cut. */
#define LL_CLAMP(offset, limit)                                                                \
	do {                                                                                   \
		if ((offset) > (limit))                                                        \
			(offset) = (limit);                                                    \
	} while (0)

/*
 * Append a kernel string of at most LL_PATH_MAX bytes with its terminator; the span leaves
 * the terminator out.
 */
static __always_inline __u64 append_kernel_str(char *record, __u64 offset,
					       struct ll_wire_span *ret_span, const char *from)
{
	long length = bpf_probe_read_kernel_str(record + offset, LL_PATH_MAX, from);

	if (length < 1 || length > LL_PATH_MAX)
		length = 1;
	ret_span->offset = offset;
	ret_span->length = length - 1;
	return offset + length;
}

/*
 * Append user memory [start, end), at most max bytes. Where a page of it cannot be read
 * the span is empty. Returns the new offset.
 */
static __always_inline __u64 append_user_block(char *record, __u64 offset,
					       struct ll_wire_span *ret_span, __u64 start,
					       __u64 end, __u32 max)
{
	__u64 length = end > start ? end - start : 0;

	if (length > max)
		length = max;
	ret_span->offset = offset;
	ret_span->length = 0;
	if (bpf_probe_read_user(record + offset, length, (void *)start) != 0)
		return offset;
	ret_span->length = length;
	return offset + length;
}
