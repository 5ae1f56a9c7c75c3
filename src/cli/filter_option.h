/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* -f and --explain-filter. */
#pragma once

#include "cli/command.h"
#include "cli/options.h"

/*
 * Parse -f, if given, for a command, and ask for the events that it names: then options->filter
 * is set, owned by the caller. Returns 0, -EINVAL or -ENOMEM, with *ret_why as of
 * ll_options_parse().
 */
int ll_filter_option_parse(struct ll_options *options, const struct ll_command *command,
			   char **ret_why);

/* The events that trace shows, by -e, -f or default; a LL_E_* mask. */
uint32_t ll_filter_option_kinds(const struct ll_options *options);

/* Print what the filter is and who decides what of it. Returns the exit status. */
int ll_filter_option_explain(const struct ll_options *options,
			     const struct ll_command *command);
