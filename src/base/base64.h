/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Bytes as text: base64 with padding, RFC 4648 section 4. */
#pragma once

#include <stddef.h>

/* The characters that length bytes become; no terminating NUL is counted. */
#define LL_BASE64_LENGTH(length) (((length) + 2) / 3 * 4)

/*
 * Encode length bytes into out, which has room for LL_BASE64_LENGTH(length) characters;
 * no NUL is written. Returns the characters written. Pieces encoded apart may be
 * joined when the length of all but the last is a multiple of 3.
 */
size_t ll_base64_encode(const void *data, size_t length, char *out);
