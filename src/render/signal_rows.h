/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The rows of the signals' ledger that options ask for: what table and matrix are made of. */
#pragma once

#include "event/entity.h"
#include "render/signals.h"

struct ll_signal_rows {
	const struct ll_signals_options *options; /* borrowed */
	const struct ll_model *model; /* borrowed */
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

/* The text of identities, which an event only borrows. */
struct ll_signal_row_ids {
	char sender[LL_ENTITY_ID_SIZE], target[LL_ENTITY_ID_SIZE];
};

/* Make an event of a row: the fields marked LL_E_SIGNALS. It points into row and ids. */
void ll_signal_row_fields(struct ll_event *event, const struct ll_signal_row *row,
			  struct ll_signal_row_ids *ids);
