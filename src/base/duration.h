/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Times and sizes as a person says them: at most three digits that matter, cut, not rounded. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* Room for any duration or size, its NUL included. */
#define LL_DURATION_MAX 24

/*
 * Write nanoseconds as "0s", "870ns", "51.2µs" ("us" without utf8), "1.23ms", "4.5s", "2m03s",
 * "3h12m" or "40d07h". Returns ret_text.
 */
const char *ll_duration_format(uint64_t ns, bool utf8, char ret_text[LL_DURATION_MAX]);

/* Write bytes as "812B", "4KiB", "34.2MiB". Returns ret_text. */
const char *ll_size_format(uint64_t bytes, char ret_text[LL_DURATION_MAX]);
