/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Plain ASCII, which is most of it, is not copied. */
#include "export/value.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/utf8.h"
#include "render/buffer.h"
#include "render/json.h"

int ll_value_scratch_init(struct ll_value_scratch *scratch)
{
	scratch->text = NULL;
	scratch->memory = open_memstream(&scratch->text, &scratch->size);
	return scratch->memory != NULL ? 0 : -ENOMEM;
}

void ll_value_scratch_fini(struct ll_value_scratch *scratch)
{
	if (scratch->memory == NULL)
		return;
	fclose(scratch->memory);
	scratch->memory = NULL;
	free(scratch->text);
}

static int finish(struct ll_value_scratch *scratch, struct ll_buffer *buffer,
		  struct ll_str *ret_text)
{
	if (ll_buffer_end(buffer) < 0 || fflush(scratch->memory) != 0)
		return -ENOMEM;
	*ret_text = ll_str_make(scratch->text, (size_t)ftello(scratch->memory));
	return 0;
}

static bool is_plain(struct ll_str text)
{
	for (size_t i = 0; i < text.length; i++)
		if ((signed char)text.data[i] <= 0)
			return false;
	return true;
}

/* Put UTF-8 for bytes. Returns whether they were that. */
static bool put_utf8(struct ll_buffer *buffer, struct ll_str bytes)
{
	bool is_exact = true;

	while (bytes.length > 0) {
		uint32_t code_point;
		size_t taken = ll_utf8_decode(bytes.data, bytes.length, &code_point);
		bool is_good = code_point != LL_UTF8_INVALID && code_point != 0;

		ll_buffer_put(buffer, is_good ? bytes.data : "\xef\xbf\xbd",
			      is_good ? taken : 3);
		is_exact = is_exact && is_good;
		bytes = ll_str_make(bytes.data + taken, bytes.length - taken);
	}
	return is_exact;
}

int ll_value_utf8(struct ll_value_scratch *scratch, struct ll_str bytes,
		  struct ll_str *ret_text, bool *ret_is_exact)
{
	struct ll_buffer buffer;

	*ret_is_exact = true;
	*ret_text = bytes;
	if (is_plain(bytes))
		return 0;
	rewind(scratch->memory);
	ll_buffer_init(&buffer, scratch->memory);
	*ret_is_exact = put_utf8(&buffer, bytes);
	return finish(scratch, &buffer, ret_text);
}

int ll_value_args(struct ll_value_scratch *scratch, struct ll_str args, struct ll_str *ret_text,
		  bool *ret_is_exact)
{
	struct ll_buffer buffer;

	rewind(scratch->memory);
	ll_buffer_init(&buffer, scratch->memory);
	*ret_is_exact = ll_json_put_args(&buffer, args);
	return finish(scratch, &buffer, ret_text);
}

static struct ll_str number(struct ll_value_scratch *scratch, bool is_signed, uint64_t value)
{
	int length = is_signed ? snprintf(scratch->number, sizeof(scratch->number), "%" PRId64,
					  (int64_t)value)
			       : snprintf(scratch->number, sizeof(scratch->number), "%" PRIu64,
					  value);

	return ll_str_make(scratch->number, (size_t)length);
}

/* An index beyond the names comes from a newer peer: its number. */
static struct ll_str name(struct ll_value_scratch *scratch, const char *const *names,
			  uint8_t index)
{
	for (unsigned i = 0; names[i] != NULL; i++)
		if (i == index)
			return ll_str_of(names[i]);
	return number(scratch, false, index);
}

int ll_value_text(struct ll_value_scratch *scratch, const struct ll_event *event,
		  enum ll_field field, struct ll_str *ret_text, struct ll_str *ret_bytes)
{
	const struct ll_field_info *info = ll_field_info(field);
	const void *member = (const char *)event + info->offset;
	bool is_exact = true;
	int err = 0;

	switch (info->type) {
	case LL_TYPE_INT:
		*ret_text = number(scratch, true, (uint64_t) * (const int64_t *)member);
		break;
	case LL_TYPE_UINT:
	case LL_TYPE_TIME:
		*ret_text = number(scratch, false, *(const uint64_t *)member);
		break;
	case LL_TYPE_BOOL:
		*ret_text = ll_str_of(*(const bool *)member ? "true" : "false");
		break;
	case LL_TYPE_ENUM:
		*ret_text = name(scratch, info->values, *(const uint8_t *)member);
		break;
	case LL_TYPE_STR:
		err = ll_value_utf8(scratch, *(const struct ll_str *)member, ret_text,
				    &is_exact);
		break;
	case LL_TYPE_ARGS:
		err = ll_value_args(scratch, *(const struct ll_str *)member, ret_text,
				    &is_exact);
		break;
	}
	*ret_bytes = is_exact ? ll_str_make(NULL, 0) : *(const struct ll_str *)member;
	return err;
}
