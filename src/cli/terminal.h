/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* What the place a command writes to can show. */
#pragma once

#include <stdbool.h>
#include <stdio.h>

#include "cli/options.h"

/* Whether to colour: the option, else a terminal that is not dumb, without NO_COLOR. */
bool ll_terminal_wants_color(enum ll_color_when when, FILE *out);

/*
 * Whether each view of a watch can take the place of the one before: text to a terminal that is
 * not dumb, and no capture that is read at once.
 */
bool ll_terminal_can_redraw(const struct ll_options *options);

/* Make an empty screen for the next view. */
void ll_terminal_clear(FILE *out);

/* Columns of the terminal that out is: COLUMNS, else what the kernel knows; 0: no limit. */
unsigned ll_terminal_width(FILE *out);

/* Lines of the terminal out is; 0: no limit. */
unsigned ll_terminal_height(FILE *out);

/* Whether the environment's character set is UTF-8. */
bool ll_terminal_is_utf8(void);
