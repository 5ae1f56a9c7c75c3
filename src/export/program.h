/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* What a process runs, in one word. */
#pragma once

#include "event/event.h"

/*
 * The last part of the executable's path, or of the script's for one that an interpreter runs.
 * Empty when unknown. Borrowed from the arguments.
 */
struct ll_str ll_program_name(struct ll_str exe, struct ll_str filename,
			      struct ll_str interpreter);
