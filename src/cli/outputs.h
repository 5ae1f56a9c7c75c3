/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Where results are to go, together: nothing may overwrite what is read, or another result. */
#pragma once

#include "cli/command.h"
#include "cli/options.h"

/*
 * Check the files that the options name, before any of them is opened for writing. Returns 0,
 * -EINVAL for a usage error, or -ENOMEM. On failure *ret_why is a heap string (owned by the
 * caller), or NULL, as of ll_options_parse().
 */
int ll_outputs_check(const struct ll_options *options, const struct ll_command *command,
		     char **ret_why);
