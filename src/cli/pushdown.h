/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What of -f the kernel decides: only what leaves the result exactly as it would be if lifeline
 * decided alone, which it does besides. See pushdown.c for what that rules out.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "cli/options.h"

struct ll_pushdown {
	uint32_t kinds; /* of the events asked for, those sent; a LL_E_* mask */
	bool failed_execs;
	bool has_uid;
	uint32_t uid;
	const char *comm; /* borrowed from the filter; NULL: any */
	pid_t root; /* it and its descendants alone; 0: all */
};

/* Plan it for trace; kinds is what it asks for without a filter, options.filter may be NULL. */
struct ll_pushdown ll_pushdown_plan(const struct ll_options *options, uint32_t kinds);

/*
 * Tell why a part of the filter, by its index, is not the kernel's; NULL: it is the kernel's.
 * Valid forever. plan is that of ll_pushdown_plan().
 */
const char *ll_pushdown_reason(const struct ll_options *options, const struct ll_pushdown *plan,
			       size_t part);
