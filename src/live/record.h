/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Records that user space adds to those of the wire: what happens to the stream itself,
 * and tasks completed from /proc. They travel through the same ordering and decoding.
 */
#pragma once

#include <linux/types.h>
#include <stdint.h>

#include "lifeline/wire.h"

enum ll_record_kind {
	LL_RECORD_LOST = 0x8000,
	LL_RECORD_SNAPSHOT_END = 0x8001,
	LL_RECORD_TASK = 0x8002,
	LL_RECORD_LAST_END = 0x8003, /* of the pass after the last event: who is still there */
};

/* header.cpu of a loss that is not known to be of one CPU. */
#define LL_RECORD_ANY_CPU 0xffff

/* count records of wire kind lost_kind did not get through on header.cpu. */
struct ll_record_lost {
	struct ll_wire_header header; /* time: of the first of them */
	uint32_t lost_kind;
	uint32_t reserved;
	uint64_t count;
};

/* A leader seen by the iterator, with what /proc says of it. Empty spans: not known. */
struct ll_record_task {
	struct ll_wire_task task; /* header.kind is LL_RECORD_TASK */
	struct ll_wire_span exe;
	struct ll_wire_span cwd;
	struct ll_wire_span args;
	uint32_t exe_is_deleted;
	uint32_t exe_is_memfd;
	uint32_t args_are_truncated;
	uint32_t reserved;
};
