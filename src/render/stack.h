/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* A kernel stack on one line. */
#pragma once

#include "event/event.h"
#include "render/line.h"

/*
 * Put the frames of process.state.stack, innermost first, without their offsets: "io_schedule <
 * folio_wait_bit < ...", as far as the line reaches.
 */
void ll_stack_put(struct ll_line *line, struct ll_str stack);
