/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The record of one process, for those that fill the table and write it. */
#pragma once

#define HASH_NONFATAL_OOM 1
#include <uthash.h>

#include "export/html_table.h"

struct ll_html_key {
	uint64_t tgid, start_ns;
};

struct ll_html_process {
	UT_hash_handle hh;
	struct ll_html_key key;
	size_t place;
	struct ll_id parent; /* at birth, or as first seen; tgid 0: unknown */
	struct ll_id parent_now; /* after a reparent */
	uint64_t exit_ns, reap_ns; /* 0: not over, not reaped */
	unsigned bits;
	uint64_t columns[LL_HTML_COLUMN_COUNT];
	struct ll_html_image *images; /* in order of time */
	size_t image_count;
	bool has_images; /* of one that is over: they are final */
	struct ll_html_signal *signals; /* newest first */
	size_t signal_count;
	uint64_t signals_left_out;
	struct ll_html_stay *stays; /* in order of time */
	size_t stay_count, stay_room;
};

/* Join stays until at most so many are left, the shortest to their neighbours. Takes any number. */
void ll_html_process_coarsen(struct ll_html_process *process, size_t most);
