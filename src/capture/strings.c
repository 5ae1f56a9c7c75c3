/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* A hash table with open addressing: emptied often, never shrunk. */
#include "capture/strings.h"

#include <errno.h>
#include <stdlib.h>

#include "base/grow.h"

#define SLOTS_MIN 4096

int ll_strings_init(struct ll_strings *strings)
{
	*strings = (struct ll_strings){ .slot_count = SLOTS_MIN };
	strings->slots = calloc(SLOTS_MIN, sizeof(*strings->slots));
	return strings->slots != NULL ? 0 : -ENOMEM;
}

void ll_strings_fini(struct ll_strings *strings)
{
	ll_bytes_fini(&strings->bytes);
	free(strings->index);
	free(strings->slots);
}

void ll_strings_reset(struct ll_strings *strings)
{
	memset(strings->slots, 0, strings->slot_count * sizeof(*strings->slots));
	strings->bytes.length = 0;
	strings->count = 0;
}

static uint32_t hash_of(const char *data, size_t length)
{
	uint64_t hash = length * UINT64_C(0x9e3779b97f4a7c15), word;

	for (; length >= sizeof(word); data += sizeof(word), length -= sizeof(word)) {
		memcpy(&word, data, sizeof(word));
		hash = (hash ^ word) * UINT64_C(0x9fb21c651e98df25);
		hash ^= hash >> 32;
	}
	word = 0;
	if (length > 0)
		memcpy(&word, data, length);
	hash = (hash ^ word) * UINT64_C(0x9fb21c651e98df25);
	return (uint32_t)(hash >> 32);
}

static int grow_slots(struct ll_strings *strings)
{
	size_t count = strings->slot_count * 2;
	uint32_t *slots = calloc(count, sizeof(*slots));

	if (slots == NULL)
		return -ENOMEM;
	for (size_t i = 0; i < strings->count; i++) {
		size_t at = strings->index[i].hash & (count - 1);

		while (slots[at] != 0)
			at = (at + 1) & (count - 1);
		slots[at] = (uint32_t)i + 1;
	}
	free(strings->slots);
	strings->slots = slots;
	strings->slot_count = count;
	return 0;
}

static int reserve_one(struct ll_strings *strings)
{
	struct ll_string *index = ll_grow(strings->index, strings->count + 1, &strings->room,
					  sizeof(*index), SLOTS_MIN);

	if (index == NULL)
		return -ENOMEM;
	strings->index = index;
	return 0;
}

static int add_string(struct ll_strings *strings, struct ll_str text, uint32_t hash,
		      size_t slot)
{
	if (reserve_one(strings) < 0)
		return -ENOMEM;
	if (ll_bytes_put_text(&strings->bytes, text.data, text.length) < 0)
		return -ENOMEM;
	strings->index[strings->count++] = (struct ll_string){
		.hash = hash,
		.length = (uint32_t)text.length,
		.offset = strings->bytes.length - text.length,
	};
	strings->slots[slot] = (uint32_t)strings->count;
	if (strings->count * 2 > strings->slot_count)
		return grow_slots(strings);
	return 0;
}

int ll_strings_name(struct ll_strings *strings, struct ll_str text, uint64_t *ret)
{
	uint32_t hash = hash_of(text.data, text.length);
	size_t mask = strings->slot_count - 1, slot = hash & mask;

	for (; strings->slots[slot] != 0; slot = (slot + 1) & mask) {
		uint32_t name = strings->slots[slot];

		if (strings->index[name - 1].hash == hash &&
		    ll_strings_is(strings, name, text)) {
			*ret = name;
			return 0;
		}
	}
	int r = add_string(strings, text, hash, slot);
	*ret = strings->count;
	return r;
}
