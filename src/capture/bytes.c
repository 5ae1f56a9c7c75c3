/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* See bytes.h. */
#include "capture/bytes.h"

#include "base/grow.h"

int ll_bytes_grow(struct ll_bytes *bytes, size_t more)
{
	if (more > SIZE_MAX - bytes->length)
		return -ENOMEM;
	uint8_t *data = ll_grow(bytes->data, bytes->length + more, &bytes->room, 1, 256);
	if (data == NULL)
		return -ENOMEM;
	bytes->data = data;
	return 0;
}

int ll_bytes_put_text(struct ll_bytes *bytes, const char *data, size_t length)
{
	int r = ll_bytes_reserve(bytes, LL_VARINT_MAX + length);

	if (r < 0)
		return r;
	ll_bytes_put_varint(bytes, length);
	ll_bytes_put(bytes, data, length);
	return 0;
}

int ll_bytes_add_varint(struct ll_bytes *bytes, uint64_t value)
{
	int r = ll_bytes_reserve(bytes, LL_VARINT_MAX);

	if (r == 0)
		ll_bytes_put_varint(bytes, value);
	return r;
}

bool ll_cursor_long_varint(struct ll_cursor *cursor, uint64_t *ret)
{
	uint64_t value = 0;

	for (unsigned shift = 0; shift < 70 && cursor->at < cursor->end; shift += 7) {
		uint8_t byte = *cursor->at++;

		value |= (uint64_t)(byte & 0x7f) << shift;
		if (byte < 0x80) {
			*ret = value;
			return true;
		}
	}
	cursor->at = cursor->end;
	*ret = 0;
	return false;
}
