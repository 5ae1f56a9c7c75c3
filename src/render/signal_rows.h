/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The rows of the signals' ledger that options ask for: what table and matrix are made of. */
#pragma once

#include "render/signals.h"

struct ll_signal_rows {
	const struct ll_signals_options *options; /* borrowed */
	struct ll_signal_row *list;
	size_t count, room;
};

/* Gather into zeroed rows; fini even on failure. 0 or -ENOMEM. */
int ll_signal_rows_init(struct ll_signal_rows *rows, const struct ll_model *model,
			const struct ll_signals_options *options);
void ll_signal_rows_fini(struct ll_signal_rows *rows);

/* What to call the sender: its name, "kernel", "timer", "children", or "?". Borrowed from row. */
const char *ll_signal_row_sender(const struct ll_signal_row *row);
const char *ll_signal_row_target(const struct ll_signal_row *row);
