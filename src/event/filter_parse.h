/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* From text to tree. */
#pragma once

#include "event/filter_tree.h"

/*
 * Parse text into an empty filter whose lines are set. Results as of ll_filter_parse(); nodes
 * made before a failure stay the filter's.
 */
int ll_filter_parse_into(struct ll_filter *filter, const char *text, char **ret_why);
