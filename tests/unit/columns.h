/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* How wide a line stands on a terminal. */
#pragma once

#include <string.h>

#include "base/utf8.h"

/* Columns of a line without colour. */
static inline unsigned columns(const char *line)
{
	size_t length = strlen(line);
	unsigned count = 0;

	for (size_t i = 0; i < length;) {
		uint32_t code_point;

		i += ll_utf8_decode(line + i, length - i, &code_point);
		count += ll_utf8_width(code_point);
	}
	return count;
}
