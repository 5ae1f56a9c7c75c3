/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Whatever the ring holds, the decoder refuses it or makes an event that keeps the event's
 * promises. An input is records one after the other, as the ring has them; a size that does
 * not fit is made to, as take_record() of live.c lets no other through.
 */
#include "fuzz/fuzz.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "live/decode.h"

const char ll_fuzz_corpus[] = "decode";

static void require(bool is_kept)
{
	if (!is_kept)
		abort();
}

/* Read every byte: a sanitizer knows whether they are there. */
static void read_bytes(struct ll_str text)
{
	static volatile unsigned char sum;

	for (size_t i = 0; i < text.length; i++)
		sum = (unsigned char)(sum + (unsigned char)text.data[i]);
}

static void check_enum(const struct ll_field_info *info, uint8_t value)
{
	for (unsigned i = 0; i <= value; i++)
		require(info->values[i] != NULL);
}

/* A known field is one the registry lets the event carry, and its value can be read. */
static void check_field(const struct ll_event *event, enum ll_field field)
{
	const struct ll_field_info *info = ll_field_info(field);
	const char *member = (const char *)event + info->offset;

	require(info->events >> event->kind & 1);
	if (info->type == LL_TYPE_STR || info->type == LL_TYPE_ARGS)
		read_bytes(*(const struct ll_str *)(const void *)member);
	else if (info->type == LL_TYPE_ENUM)
		check_enum(info, *(const uint8_t *)member);
	else if (info->type == LL_TYPE_BOOL)
		require(*(const uint8_t *)member <= 1);
}

static void check_event(const struct ll_event *event)
{
	require(event->kind < LL_EVENT_KINDS);
	for (unsigned field = 0; field < LL_F_COUNT; field++)
		if (ll_event_has(event, field))
			check_field(event, field);
}

/* Decode a heap copy of exactly the record's size into an event full of garbage. */
static void decode_one(struct ll_decoder *decoder, const uint8_t *data, uint32_t size)
{
	LL_AUTO_FREE struct ll_wire_header *record = malloc(size);
	struct ll_event event;

	if (record == NULL)
		return;
	memcpy(record, data, size);
	record->size = size;
	memset(&event, 0xa5, sizeof(event));
	int r = ll_decode(decoder, record, size % 2 != 0, &event);
	require(r == 1 || r == 0 || r == -EBADMSG || r == -ENOMEM);
	if (r == 1)
		check_event(&event);
}

/* The size the record names, kept within what a record and the input can have. */
static uint32_t record_size(const uint8_t *data, size_t left)
{
	uint32_t size;

	memcpy(&size, data, sizeof(size));
	if (size < sizeof(struct ll_wire_header))
		return sizeof(struct ll_wire_header);
	return size < left ? size : (uint32_t)left;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ll_cgroups *cgroups = ll_cgroups_new();
	struct ll_decoder *decoder = ll_decoder_new(cgroups, 4096);

	while (cgroups != NULL && decoder != NULL && size >= sizeof(struct ll_wire_header)) {
		uint32_t used = record_size(data, size);

		decode_one(decoder, data, used);
		data += used;
		size -= used;
	}
	ll_decoder_free(decoder);
	ll_cgroups_free(cgroups);
	return 0;
}
