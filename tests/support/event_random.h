/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Events at random, with every field and member an event can have, and a comparison of all of it.
 * The same seed gives the same events. Inline, so that a test needs no other object.
 */
#pragma once

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "event/entity.h"
#include "event/event.h"

#define RANDOM_STRINGS 16
#define RANDOM_BYTES 400

struct random_events {
	uint64_t state; /* of the generator; the seed, not 0 */
	uint64_t time_ns;
	size_t used; /* of the strings, by the last event */
	char strings[RANDOM_STRINGS * 4][RANDOM_BYTES];
	char ids[3][LL_ENTITY_ID_SIZE];
};

/* xorshift64* */
static inline uint64_t random_next(struct random_events *random)
{
	random->state ^= random->state >> 12;
	random->state ^= random->state << 25;
	random->state ^= random->state >> 27;
	return random->state * UINT64_C(0x2545f4914f6cdd1d);
}

static inline uint64_t random_until(struct random_events *random, uint64_t limit)
{
	return random_next(random) % limit;
}

/* Small ones, large ones, and those at the edges. */
static inline uint64_t random_number(struct random_events *random)
{
	static const uint64_t edges[] = { 0, 1, 127, 128, UINT32_MAX, INT64_MAX, UINT64_MAX };

	switch (random_until(random, 4)) {
	case 0:
		return edges[random_until(random, sizeof(edges) / sizeof(edges[0]))];
	case 1:
		return random_next(random);
	default:
		return random_until(random, 300);
	}
}

/* Mostly of a few words, so that they repeat; of any bytes, NUL too. */
static inline struct ll_str random_text(struct random_events *random)
{
	static const char *const words[] = { "", "sh", "/usr/bin/cc", "-O2", "\xff\xfe\x01" };
	char *buf = random->strings[random->used++ % (RANDOM_STRINGS * 4)];
	size_t length = 0;

	if (random_until(random, 3) != 0) {
		const char *word = words[random_until(random, 5)];

		length = strlen(word);
		memcpy(buf, word, length);
		return ll_str_make(buf, length);
	}
	for (size_t wanted = random_until(random, 40); length < wanted; length++)
		buf[length] = (char)random_until(random, 256);
	return ll_str_make(buf, length);
}

static inline struct ll_str random_args(struct random_events *random)
{
	char *buf = random->strings[random->used++ % (RANDOM_STRINGS * 4)];
	size_t length = 0;

	for (uint64_t i = random_until(random, 8); i > 0; i--) {
		struct ll_str word = random_text(random);

		memcpy(buf + length, word.data, word.length);
		length += word.length;
		buf[length++] = '\0';
	}
	/* Cut off in the middle, as they come when there are too many. */
	if (length > 0 && random_until(random, 2) == 0)
		length--;
	return ll_str_make(buf, length);
}

static inline void random_field(struct random_events *random, struct ll_event *event,
				enum ll_field field)
{
	const struct ll_field_info *info = ll_field_info(field);
	char *member = (char *)event + info->offset;
	uint64_t number = random_number(random);
	struct ll_str text;
	unsigned count = 0;

	ll_event_mark_known(event, field);
	switch (info->type) {
	case LL_TYPE_BOOL:
		*(bool *)member = number & 1;
		return;
	case LL_TYPE_ENUM:
		while (info->values[count] != NULL)
			count++;
		*(uint8_t *)member = (uint8_t)(number % count);
		return;
	case LL_TYPE_STR:
	case LL_TYPE_ARGS:
		text = info->type == LL_TYPE_STR ? random_text(random) : random_args(random);
		memcpy(member, &text, sizeof(text));
		return;
	default:
		memcpy(member, &number, sizeof(number));
		return;
	}
}

static inline struct ll_str random_id(char buf[LL_ENTITY_ID_SIZE], uint64_t tgid,
				      uint64_t start_ns)
{
	size_t length = ll_entity_id_format(buf, LL_ENTITY_ID_SIZE, (uint32_t)tgid, start_ns);

	return ll_str_make(buf, length);
}

/* Who it is about: some of few, so that they return, with what belongs to them. */
static inline void random_subject(struct random_events *random, struct ll_event *event)
{
	uint64_t pid = 1 + random_until(random, 40), start = pid * 1000;

	LL_SET(event, PID, tgid, pid);
	LL_SET(event, TID, tid, random_until(random, 4) == 0 ? pid + 600 : pid);
	LL_SET(event, CREATION, start_boottime_ns, start);
	event->thread_start_boottime_ns = event->tid == pid ? start : start + 7;
	LL_SET(event, PPID, parent_tgid, pid / 2);
	event->parent_start_boottime_ns = pid / 2 * 1000;
	LL_SET(event, ENTITY_ID, entity_id, random_id(random->ids[0], pid, start));
	LL_SET(event, PARENT_ENTITY_ID, parent_entity_id,
	       random_id(random->ids[1], pid / 2, pid / 2 * 1000));
}

static inline void random_members(struct random_events *random, struct ll_event *event)
{
	if (random_until(random, 2) == 0) {
		event->child_reaper_tgid = (uint32_t)random_number(random);
		event->child_reaper_start_boottime_ns = random_number(random);
		event->child_reaper_unsure = random_until(random, 2);
	}
	if (event->child_reaper_tgid != 0)
		event->child_reaper_reason =
			(uint32_t)random_until(random, LL_REPARENT_OBSERVED + 1);
	if (random_until(random, 2) == 0)
		event->sender_start_boottime_ns = random_number(random);
	event->ends_pid_namespace = random_until(random, 8) == 0;
	event->is_unwanted = random_until(random, 8) == 0;
	event->is_last = random_until(random, 8) == 0;
	if (random_until(random, 8) == 0)
		event->thread_start_boottime_ns = random_number(random);
	if (random_until(random, 8) == 0)
		event->parent_start_boottime_ns = random_number(random);
}

/* Whether a capture holds it: not what is of lines alone, and not the model's own. */
static inline bool random_has(enum ll_field field)
{
	return field != LL_F_SEQ && (ll_field_info(field)->events & LL_E_ALL) != 0;
}

/* One event of any kind. Its strings are valid until the fourth event after it. */
static inline struct ll_event random_event(struct random_events *random)
{
	struct ll_event event = { .kind = random_until(random, LL_EVENT_KINDS) };
	uint64_t density = 1 + random_until(random, 12);

	random->time_ns += random_until(random, 5000);
	event.time_boottime_ns = random->time_ns - random_until(random, 20);
	LL_SET(&event, TIME, time_unix_ns, event.time_boottime_ns + 1000000);
	if (random_until(random, 5) != 0)
		random_subject(random, &event);
	for (int field = 0; field < LL_F_COUNT; field++)
		if (random_has(field) && random_until(random, density * 4) == 0 &&
		    random->used % RANDOM_STRINGS != RANDOM_STRINGS - 1)
			random_field(random, &event, field);
	random->used = (random->used / RANDOM_STRINGS + 1) * RANDOM_STRINGS;
	random_members(random, &event);
	return event;
}

static inline void assert_same_text(struct ll_str a, struct ll_str b, const char *what)
{
	if (a.length != b.length || (a.length > 0 && memcmp(a.data, b.data, a.length) != 0))
		fail_msg("%s: '%.*s' is not '%.*s'", what, (int)a.length, a.data, (int)b.length,
			 b.data);
}

static inline void assert_same_field(const struct ll_event *a, const struct ll_event *b,
				     enum ll_field field)
{
	static const size_t widths[] = {
		[LL_TYPE_INT] = 8,  [LL_TYPE_UINT] = 8, [LL_TYPE_TIME] = 8,
		[LL_TYPE_BOOL] = 1, [LL_TYPE_ENUM] = 1,
	};
	const struct ll_field_info *info = ll_field_info(field);
	const char *one = (const char *)a + info->offset, *two = (const char *)b + info->offset;

	if (ll_event_has(a, field) != ll_event_has(b, field))
		fail_msg("%s is known of one alone", info->key);
	if (!ll_event_has(a, field))
		return;
	if (info->type == LL_TYPE_STR || info->type == LL_TYPE_ARGS)
		assert_same_text(*(const struct ll_str *)(const void *)one,
				 *(const struct ll_str *)(const void *)two, info->key);
	else if (memcmp(one, two, widths[info->type]) != 0)
		fail_msg("%s differs", info->key);
}

/* Everything but the sequence, which is the model's. */
static inline void assert_same_event(const struct ll_event *a, const struct ll_event *b)
{
	assert_int_equal(a->kind, b->kind);
	assert_true(a->time_boottime_ns == b->time_boottime_ns);
	assert_true(a->thread_start_boottime_ns == b->thread_start_boottime_ns);
	assert_true(a->parent_start_boottime_ns == b->parent_start_boottime_ns);
	assert_int_equal(a->child_reaper_tgid, b->child_reaper_tgid);
	assert_int_equal(a->child_reaper_reason, b->child_reaper_reason);
	assert_true(a->child_reaper_start_boottime_ns == b->child_reaper_start_boottime_ns);
	assert_int_equal(a->child_reaper_unsure, b->child_reaper_unsure);
	assert_true(a->sender_start_boottime_ns == b->sender_start_boottime_ns);
	assert_int_equal(a->ends_pid_namespace, b->ends_pid_namespace);
	assert_int_equal(a->is_unwanted, b->is_unwanted);
	assert_int_equal(a->is_last, b->is_last);
	for (int field = 0; field < LL_F_COUNT; field++)
		if (random_has(field))
			assert_same_field(a, b, field);
}
