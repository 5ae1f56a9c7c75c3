/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The commands: what each is called, what it does, what it can use. */
#pragma once

#include <stdbool.h>

#include "cli/options.h"

struct ll_command {
	const char *name;
	const char *help; /* one line */
	bool watches; /* has an INPUT and filters */
	bool takes_kinds; /* can use -e */
	bool draws_tree; /* can use --kthreads and --no-fold */
	/* Returns the exit status; says itself what went wrong. */
	int (*run)(const struct ll_options *options);
};

/*
 * Find the command that is meant and check that it can use every option given.
 * Returns 0 and the command (valid forever), or -EINVAL, or -ENOMEM. On failure
 * *ret_why is a heap string, owned by the caller: one line of what and remedy.
 */
int ll_command_choose(const struct ll_options *options, const struct ll_command **ret_command,
		      char **ret_why);

/* Print the full help, all commands listed. */
void ll_command_print_help(FILE *out);

int ll_cmd_trace(const struct ll_options *options);
int ll_cmd_tree(const struct ll_options *options);
int ll_cmd_doctor(const struct ll_options *options);
int ll_cmd_fields(const struct ll_options *options);
