/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Whether an expression is true. */
#pragma once

#include "event/filter_tree.h"

/* Ask a node of the filter's tree of an event. Uses the filter's room. */
bool ll_filter_ask(const struct ll_filter *filter, const struct ll_filter_node *node,
		   const struct ll_event *event);
