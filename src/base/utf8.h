/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * UTF-8 that may be wrong: decode it without ever trusting it, and know how wide it
 * is on a terminal. Independent of the locale, so output is the same everywhere.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* Stands for bytes that are no code point; beyond the last one (U+10FFFF). */
#define LL_UTF8_INVALID UINT32_C(0xffffffff)

/*
 * Decode the first code point of data; length is at least 1. Sets *ret_code_point and
 * returns the bytes it took. For ill-formed input the code point is LL_UTF8_INVALID
 * and the bytes taken are one maximal subpart (Unicode 3.9, as WHATWG decoders do),
 * so replacing each with one U+FFFD gives what browsers show.
 */
size_t ll_utf8_decode(const char *data, size_t length, uint32_t *ret_code_point);

/*
 * Return the terminal columns of a code point: 0 for combining marks and what has no
 * glyph, 2 for East Asian wide ones and emoji, else 1. An approximation by blocks of
 * wcwidth(3), which depends on the locale.
 */
unsigned ll_utf8_width(uint32_t code_point);
