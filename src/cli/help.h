/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* What --help prints. */
#pragma once

#include <stdio.h>

#include "cli/command.h"

/* Print what lifeline is for, its commands, and where to read on. */
void ll_help_print(FILE *out);

/* Print all of one command: what it does, its options, examples, exit statuses. */
void ll_help_print_command(FILE *out, const struct ll_command *command);
