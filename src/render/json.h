/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Events and processes for programs: one JSON object a line, which may only grow.
 *
 * Keys come from the field registry, in its order, after event.name; what is unknown is
 * absent. Numbers above 2^53, which many readers would round, are strings. Text is
 * always valid UTF-8: each ill-formed piece reads U+FFFD, and then a sibling
 * KEY.base64 holds the original bytes (for arguments: the whole NUL-separated block).
 * Control, bidi and invisible characters are \u escapes, so a line is safe to look at.
 */
#pragma once

#include <stdio.h>

#include "event/entity.h"
#include "event/event.h"
#include "model/model.h"
#include "render/buffer.h"

/* Write one event. A snapshot's end, which is no event to show, writes nothing. 0 or -errno. */
int ll_json_event(FILE *out, const struct ll_event *event);

/* The text of identities, which an event only borrows. */
struct ll_json_ids {
	char own[LL_ENTITY_ID_SIZE];
	char parent[LL_ENTITY_ID_SIZE];
};

/* Set the fields that say which process it is. They point into process and ids. */
void ll_json_identify(struct ll_event *event, const struct ll_process *process,
		      struct ll_json_ids *ids);

/* Write the fields that are known as a line, of whatever kind it is. 0 or -errno. */
int ll_json_fields(FILE *out, const struct ll_event *event);

/*
 * Write one process of the tree, all that is known of it: the fields marked LL_E_TREE. depth is its
 * level, 0 for a root. Returns 0 or -errno.
 */
int ll_json_process(FILE *out, const struct ll_process *process, unsigned depth);

/* Make an event of these fields; it points into process and ids. */
void ll_json_process_fields(struct ll_event *event, const struct ll_process *process,
			    unsigned depth, struct ll_json_ids *ids);

/*
 * Write how a process, or one thread of it, has spent its time: the fields marked LL_E_STATES.
 * Return 0 or -errno. ll_json_states_fields() makes an event of them, as above.
 */
int ll_json_states(FILE *out, const struct ll_states_row *row);
void ll_json_states_fields(struct ll_event *event, const struct ll_states_row *row,
			   struct ll_json_ids *ids);
int ll_json_states_thread(FILE *out, const struct ll_process *process,
			  const struct ll_states_thread *thread);

/*
 * Put text as a JSON string, quotes included. Returns whether it was valid UTF-8.
 */
bool ll_json_put_string(struct ll_buffer *buffer, struct ll_str text);

/* Put the strings of a NUL-separated block as a JSON array. Returns whether all were valid UTF-8. */
bool ll_json_put_args(struct ll_buffer *buffer, struct ll_str args);
