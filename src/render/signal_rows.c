/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The row of all that found no other passes every filter: what is asked for may be in it. */
#include "render/signal_rows.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

const char *ll_signal_row_sender(const struct ll_signal_row *row)
{
	if (row->sender_comm[0] != '\0')
		return row->sender_comm;
	if (row->sender.tgid != 0 || !row->has_sender_kind)
		return "?";
	if (row->sender_kind == LL_SENDER_TIMER)
		return "timer";
	if (row->sender_kind != LL_SENDER_KERNEL)
		return "?";
	return row->signal == SIGCHLD ? "children" : "kernel";
}

const char *ll_signal_row_target(const struct ll_signal_row *row)
{
	return row->target_comm[0] != '\0' ? row->target_comm : "?";
}

static bool is_party(const struct ll_signals_party *party, uint32_t tgid, const char *name)
{
	if (party->tgid != 0 && party->tgid != tgid)
		return false;
	return party->name == NULL || strcmp(party->name, name) == 0;
}

static bool is_wanted(const struct ll_signals_options *options, const struct ll_signal_row *row)
{
	if (options->fatal && row->fatal == 0)
		return false;
	if (row->is_others)
		return true;
	if (options->signals != 0 && (options->signals >> (row->signal - 1) & 1) == 0)
		return false;
	return is_party(&options->from, row->sender.tgid, ll_signal_row_sender(row)) &&
	       is_party(&options->to, row->target.tgid, ll_signal_row_target(row));
}

static int add(void *arg, const struct ll_signal_row *row)
{
	struct ll_signal_rows *rows = arg;

	if (!is_wanted(rows->options, row))
		return 0;
	if (rows->count == rows->room) {
		size_t room = rows->room == 0 ? 64 : rows->room * 2;
		void *list = reallocarray(rows->list, room, sizeof(*rows->list));

		if (list == NULL)
			return -ENOMEM;
		rows->list = list;
		rows->room = room;
	}
	rows->list[rows->count++] = *row;
	return 0;
}

int ll_signal_rows_init(struct ll_signal_rows *rows, const struct ll_model *model,
			const struct ll_signals_options *options)
{
	rows->options = options;
	return ll_model_signals(model, add, rows);
}

void ll_signal_rows_fini(struct ll_signal_rows *rows)
{
	free(rows->list);
	rows->list = NULL;
}
