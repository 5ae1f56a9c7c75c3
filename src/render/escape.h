/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Which text could trick a terminal or its reader, and how it is written instead.
 *
 * Names, paths and arguments are chosen by the traced processes. Nothing of them
 * reaches a terminal that moves the cursor, changes colours, reorders what is read
 * (bidi controls) or hides (zero width).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Room for any one escape, its NUL included. */
#define LL_ESCAPE_MAX 12

/*
 * Return whether a code point must not be shown as it is: C0, DEL and C1 controls, line
 * and paragraph separators, bidi controls, invisible characters, LL_UTF8_INVALID.
 */
bool ll_escape_is_unsafe(uint32_t code_point);

/*
 * Write an unsafe unit, taken as decoded by ll_utf8_decode(), as it stands inside of $'...' of a
 * shell: \n, \t, \xNN (of invalid UTF-8 byte by byte: the caller hands on one at a time), \u202E,
 * \U000E0001. What is pasted back gives the same bytes (in a UTF-8 locale). Returns its length;
 * NUL-terminated.
 */
size_t ll_escape_format(uint32_t code_point, uint8_t byte, char ret_text[LL_ESCAPE_MAX]);
