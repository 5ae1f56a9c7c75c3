/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* How a process ended, in words and in colour. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "render/line.h"

/* Room for any status, its NUL included. */
#define LL_STATUS_MAX 64

/*
 * Write a wait status as "exited 2", "killed by SIGKILL" or "killed by SIGSEGV (core
 * dumped)". Returns ret_text.
 */
const char *ll_status_format(uint64_t wait_status, char ret_text[LL_STATUS_MAX]);

/* Whether text is what ll_status_format() writes, and so nothing more. */
bool ll_status_says(uint64_t wait_status, struct ll_str text);

/* Return green for success, yellow for another exit status, red for a signal. */
enum ll_color ll_status_color(uint64_t wait_status);
