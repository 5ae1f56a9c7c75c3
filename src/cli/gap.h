/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* What is not whole says so where it is read. */
#pragma once

#include <stdbool.h>
#include <stdio.h>

#include "model/model.h"

/*
 * Print a line when events were lost, so that "what" ("processes") may be missing, and one when
 * processes are forgotten. Returns how many lines that were.
 */
unsigned ll_gap_print(FILE *out, const struct ll_model *model, const char *what);

/* The first of these alone, where it does not matter who is forgotten. */
unsigned ll_gap_print_lost(FILE *out, const struct ll_model *model, const char *what);
