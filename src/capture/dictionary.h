/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What LL_CODEC_WORDS begins with: each block carries its strings itself, and a block of one second
 * in a quiet recording would be little else. So the usual ones are known beforehand.
 */
#pragma once

#include "capture/bytes.h"

/* Append the dictionary: a text each, as strings stand in a block. Returns 0 or -ENOMEM. */
int ll_dictionary_make(struct ll_bytes *ret);
