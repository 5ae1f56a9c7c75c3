/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A decoder under test. Each record is decoded from a heap copy of its exact size, so that a
 * sanitizer sees a read past its end; the event starts out as garbage, as a reused one does.
 */
#pragma once

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "live/decode.h"
#include "support/wire_builder.h"

#define DECODING_PAGE_BYTES 4096

struct decoding {
	struct ll_cgroups *cgroups; /* empty: never scanned */
	struct ll_decoder *decoder;
	struct wire_record record; /* to be built by the test */
	void *copy; /* the record decoded last; its event borrows from it */
	struct ll_event event; /* what it became */
};

static inline int decoding_setup(void **state)
{
	struct decoding *decoding = test_calloc(1, sizeof(*decoding));

	decoding->cgroups = ll_cgroups_new();
	assert_non_null(decoding->cgroups);
	decoding->decoder = ll_decoder_new(decoding->cgroups, DECODING_PAGE_BYTES);
	assert_non_null(decoding->decoder);
	*state = decoding;
	return 0;
}

static inline int decoding_teardown(void **state)
{
	struct decoding *decoding = *state;

	ll_decoder_free(decoding->decoder);
	ll_cgroups_free(decoding->cgroups);
	free(decoding->copy);
	test_free(decoding);
	return 0;
}

/* The registry says which events may carry a field: nothing else may be known. */
static inline void assert_registry_allows(const struct ll_event *event)
{
	for (unsigned field = 0; field < LL_F_COUNT; field++) {
		const struct ll_field_info *info = ll_field_info(field);

		if (ll_event_has(event, field) && !(info->events >> event->kind & 1))
			fail_msg("%s does not carry %s", ll_event_kind_name(event->kind),
				 info->key);
	}
}

/* Decode decoding->record as it stands; returns what ll_decode() did. */
static inline int decoding_try(struct decoding *decoding, bool is_late)
{
	size_t size = decoding->record.header.size;

	/* Even a record that lies about its size came with a whole header. */
	if (size < sizeof(struct ll_wire_header))
		size = sizeof(struct ll_wire_header);
	free(decoding->copy);
	decoding->copy = malloc(size);
	assert_non_null(decoding->copy);
	memcpy(decoding->copy, &decoding->record, size);
	memset(&decoding->event, 0xa5, sizeof(decoding->event));
	return ll_decode(decoding->decoder, decoding->copy, is_late, &decoding->event);
}

/* Decode decoding->record, which is well formed. The event is valid until the next. */
static inline const struct ll_event *decoding_run(struct decoding *decoding)
{
	assert_int_equal(decoding_try(decoding, false), 1);
	assert_registry_allows(&decoding->event);
	return &decoding->event;
}

/* Let the decoder know a cgroup of v2 (hierarchy 0) or of a v1 hierarchy. */
static inline void decoding_mkdir(struct decoding *decoding, uint64_t id, uint32_t hierarchy_id,
				  const char *path)
{
	wire_cgroup(&decoding->record, LL_WIRE_CGROUP_MKDIR, id, hierarchy_id, path);
	assert_int_equal(decoding_try(decoding, false), 0);
}

/* The field is known and is the literal; the literal's inner NULs count. */
#define assert_str_known(event, ID, member, literal)                                           \
	do {                                                                                   \
		assert_true(ll_event_has((event), LL_F_##ID));                                 \
		assert_int_equal((event)->member.length, sizeof(literal) - 1);                 \
		assert_memory_equal((event)->member.data, literal, sizeof(literal) - 1);       \
	} while (0)

/* The field is known and is the number. */
#define assert_number_known(event, ID, member, number)                                         \
	do {                                                                                   \
		assert_true(ll_event_has((event), LL_F_##ID));                                 \
		assert_int_equal((event)->member, number);                                     \
	} while (0)

#define assert_absent(event, ID) assert_false(ll_event_has((event), LL_F_##ID))
