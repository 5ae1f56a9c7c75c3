/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The commands: what each is called, what it does, what it can use. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "cli/options.h"

struct ll_command {
	const char *name;
	unsigned bit; /* LL_FOR_*: which options it can use */
	uint32_t lines; /* LL_E_* of what it shows; 0: it has no -f */
	const char *help; /* one line */
	const char *about; /* what it shows, in full */
	const char *filters; /* what -f chooses; NULL: it has no -f */
	const char *examples; /* two lines each: what for, and indented the command */
	const char *status; /* its exit statuses; NULL: those of a watch */
	/* Returns the exit status; says itself what went wrong. */
	int (*run)(const struct ll_options *options);
};

/* Return the command of an index, in the order of the help, or NULL past the end. */
const struct ll_command *ll_command_at(size_t index);

/*
 * Find a command by name (NULL: trace). Returns 0 and the command (valid forever), or
 * -EINVAL, or -ENOMEM. On failure *ret_why is a heap string, owned by the caller: one
 * line of what and remedy.
 */
int ll_command_find(const char *name, const struct ll_command **ret_command, char **ret_why);

/*
 * Find the command that is meant and check that it can use every option given. Returns
 * and fails as ll_command_find() does.
 */
int ll_command_choose(const struct ll_options *options, const struct ll_command **ret_command,
		      char **ret_why);

extern const struct ll_command ll_cmd_trace;
extern const struct ll_command ll_cmd_record;
extern const struct ll_command ll_cmd_check;
extern const struct ll_command ll_cmd_diff;
extern const struct ll_command ll_cmd_export;
extern const struct ll_command ll_cmd_tree;
extern const struct ll_command ll_cmd_signals;
extern const struct ll_command ll_cmd_states;
extern const struct ll_command ll_cmd_zombies;
extern const struct ll_command ll_cmd_summary;
extern const struct ll_command ll_cmd_doctor;
extern const struct ll_command ll_cmd_fields;
