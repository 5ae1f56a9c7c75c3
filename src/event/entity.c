/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Formats identities by hand: twice per event, snprintf shows in the tracer's own cost. */
#include "event/entity.h"

#include <string.h>

/* Write value's digits so that they end before end; returns where they begin. */
static char *digits_before(char *end, uint64_t value, unsigned int base)
{
	do {
		*--end = "0123456789abcdef"[value % base];
		value /= base;
	} while (value != 0);
	return end;
}

size_t ll_entity_id_format(char *buf, size_t size, uint32_t tgid, uint64_t start_boottime_ns)
{
	char text[LL_ENTITY_ID_SIZE];
	char *end = text + sizeof(text);
	char *begin = digits_before(end, start_boottime_ns, 16);

	*--begin = '-';
	begin = digits_before(begin, tgid, 10);
	size_t length = (size_t)(end - begin);
	if (length >= size) {
		if (size > 0)
			buf[0] = '\0';
		return 0;
	}
	memcpy(buf, begin, length);
	buf[length] = '\0';
	return length;
}
