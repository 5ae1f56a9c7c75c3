/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The raw payload of one EVENTS or LIVING block in, events out. Nothing in it is trusted. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "capture/schema.h"
#include "event/event.h"

struct ll_unpacker;

/* Make one. The schema is that of the file, and borrowed. Returns NULL when out of memory. */
struct ll_unpacker *ll_unpacker_new(const struct ll_schema *schema);
void ll_unpacker_free(struct ll_unpacker *unpacker);

/*
 * Begin a payload, which is borrowed until the next one. Returns 0, -ENOMEM, or -EBADMSG
 * when it is none.
 */
int ll_unpacker_begin(struct ll_unpacker *unpacker, const uint8_t *payload, size_t length);

/*
 * Read the next event. Its strings are borrowed until the call after it. Returns 1; 0 when
 * there is none; -EBADMSG when the rest is no use, or -ENOMEM. Events of kinds that this build
 * does not know are left out, and counted.
 */
int ll_unpacker_next(struct ll_unpacker *unpacker, struct ll_event *ret);

/* Events of unknown kinds so far, of all payloads. */
uint64_t ll_unpacker_unknown(const struct ll_unpacker *unpacker);
