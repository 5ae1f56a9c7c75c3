/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Events in, the raw payload of one EVENTS or LIVING block out. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "capture/bytes.h"
#include "capture/schema.h"
#include "event/event.h"

struct ll_packer;

/* Make one. The schema is this build's own, and borrowed. Returns NULL when out of memory. */
struct ll_packer *ll_packer_new(const struct ll_schema *schema);
void ll_packer_free(struct ll_packer *packer);

/*
 * Add an event, with all it knows but its sequence, which the model gives. Returns 0 or
 * -ENOMEM; after that all that is good for is ll_packer_reset().
 */
int ll_packer_add(struct ll_packer *packer, const struct ll_event *event);

/* About how many bytes the payload would have now, and a little for what its arguments repeat. */
size_t ll_packer_size(const struct ll_packer *packer);

/* Events added so far. */
uint32_t ll_packer_count(const struct ll_packer *packer);

/*
 * Put the payload in place of what *ret holds, and begin anew. *ret_noise is how many bytes at its
 * end are not worth being deflated. Returns 0 or -ENOMEM.
 */
int ll_packer_finish(struct ll_packer *packer, struct ll_bytes *ret, size_t *ret_noise);

/* Forget what was added. */
void ll_packer_reset(struct ll_packer *packer);
