/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Base64, three bytes to four characters. */
#include "base/base64.h"

#include <stdint.h>

static void encode_group(const uint8_t *bytes, size_t count, char *out)
{
	static const char alphabet[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	uint32_t group = (uint32_t)bytes[0] << 16;

	if (count > 1)
		group |= (uint32_t)bytes[1] << 8;
	if (count > 2)
		group |= bytes[2];
	out[0] = alphabet[group >> 18];
	out[1] = alphabet[group >> 12 & 63];
	out[2] = count > 1 ? alphabet[group >> 6 & 63] : '=';
	out[3] = count > 2 ? alphabet[group & 63] : '=';
}

size_t ll_base64_encode(const void *data, size_t length, char *out)
{
	const uint8_t *bytes = data;
	size_t written = 0;

	for (size_t i = 0; i < length; i += 3) {
		encode_group(bytes + i, length - i < 3 ? length - i : 3, out + written);
		written += 4;
	}
	return written;
}
