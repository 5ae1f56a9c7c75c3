/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* See about.h. */
#include "capture/about.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

int ll_about_add(struct ll_about *about, const char *name, struct ll_str value)
{
	size_t before = about->bytes.length;

	if (about->count == LL_ABOUT_MAX)
		return -ENOMEM;
	int r = ll_bytes_put_text(&about->bytes, name, strlen(name));
	if (r == 0)
		r = ll_bytes_put_text(&about->bytes, value.data, value.length);
	if (r < 0)
		about->bytes.length = before;
	else
		about->count++;
	return r;
}

int ll_about_add_text(struct ll_about *about, const char *name, const char *value)
{
	return ll_about_add(about, name, ll_str_of(value));
}

int ll_about_add_number(struct ll_about *about, const char *name, uint64_t value)
{
	char text[24];
	int length = snprintf(text, sizeof(text), "%" PRIu64, value);

	return ll_about_add(about, name, ll_str_make(text, (size_t)length));
}

static bool get_fact(struct ll_cursor *cursor, struct ll_about_fact *ret)
{
	return ll_cursor_text(cursor, &ret->name) && ll_cursor_text(cursor, &ret->value);
}

int ll_about_parse(const uint8_t *payload, size_t length, struct ll_about *ret)
{
	struct ll_cursor cursor = { payload, payload + length };
	struct ll_about about = { 0 };
	uint64_t count;

	if (!ll_cursor_varint(&cursor, &count) || count > LL_ABOUT_MAX)
		return -EBADMSG;
	const uint8_t *begin = cursor.at;
	for (uint64_t i = 0; i < count; i++) {
		struct ll_about_fact fact;

		if (!get_fact(&cursor, &fact))
			return -EBADMSG;
	}
	about.count = (size_t)count;
	if (ll_bytes_reserve(&about.bytes, (size_t)(cursor.at - begin)) < 0)
		return -ENOMEM;
	ll_bytes_put(&about.bytes, begin, (size_t)(cursor.at - begin));
	*ret = about;
	return 0;
}

int ll_about_format(const struct ll_about *about, struct ll_bytes *out)
{
	int r = ll_bytes_reserve(out, LL_VARINT_MAX + about->bytes.length);

	if (r < 0)
		return r;
	ll_bytes_put_varint(out, about->count);
	ll_bytes_put(out, about->bytes.data, about->bytes.length);
	return 0;
}

bool ll_about_at(const struct ll_about *about, size_t place, struct ll_about_fact *ret)
{
	struct ll_cursor cursor = { about->bytes.data,
				    about->bytes.data + about->bytes.length };

	if (place >= about->count)
		return false;
	for (size_t i = 0; i <= place; i++)
		if (!get_fact(&cursor, ret))
			return false;
	return true;
}

struct ll_str ll_about_find(const struct ll_about *about, const char *name)
{
	struct ll_str found = ll_str_make("", 0);
	struct ll_about_fact fact;

	for (size_t i = 0; ll_about_at(about, i, &fact); i++)
		if (ll_str_is(fact.name, name))
			found = fact.value;
	return found;
}

uint64_t ll_about_number(const struct ll_about *about, const char *name)
{
	struct ll_str text = ll_about_find(about, name);
	uint64_t number = 0;

	for (size_t i = 0; i < text.length && text.data[i] >= '0' && text.data[i] <= '9'; i++)
		number = number * 10 + (uint64_t)(text.data[i] - '0');
	return number;
}
