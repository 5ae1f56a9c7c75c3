/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What the files of the decoder share. Each function decodes the part of a record that follows
 * its header, whose size has been checked: returns 1, or -EBADMSG.
 */
#pragma once

#include <errno.h>

#include "event/entity.h"
#include "event/event.h"
#include "live/record.h"
#include "live/stacks.h"

/* A signal code without a name. */
struct ll_code_text {
	char bytes[16];
};

/* What an event's strings point to until the next one is decoded. */
struct ll_decode_buffers {
	char sender_id[LL_ENTITY_ID_SIZE];
	struct ll_code_text code;
};

int ll_decode_signal(struct ll_decode_buffers *buffers, const struct ll_wire_signal *record,
		     struct ll_event *event);
int ll_decode_deliver(struct ll_decode_buffers *buffers, const struct ll_wire_deliver *record,
		      struct ll_event *event);
/* stacks may be NULL: then no event has a stack. */
int ll_decode_state(struct ll_stacks *stacks, const struct ll_wire_state *record,
		    struct ll_event *event);
int ll_decode_times(struct ll_stacks *stacks, const struct ll_wire_times *record,
		    struct ll_event *event);
