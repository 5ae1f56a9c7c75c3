/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Which fields a table of events has for columns: what --fields says. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "event/event.h"

/* What happened, which is no field. */
#define LL_COLUMN_EVENT LL_F_COUNT

struct ll_column {
	unsigned field; /* LL_F_*, or LL_COLUMN_EVENT */
	bool is_base64; /* KEY.base64: the original bytes of text that is not UTF-8 */
};

/*
 * Read a comma-separated list of keys, aliases, or ends of keys as filters take them; NULL: the
 * default columns. Returns 0 and a heap array, the caller's; or -ENOMEM; or -EINVAL when a name
 * stands for nothing or comes twice: *ret_why is then a heap string, the caller's.
 */
int ll_columns_parse(const char *text, struct ll_column **ret_columns, size_t *ret_count,
		     char **ret_why);
