/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Whatever is given to -f, it is refused with one line or becomes a filter that keeps its
 * promises: it can be asked of any event, is never true of events of other kinds than it says,
 * and what it was understood as is an expression that means the same.
 */
#include "fuzz/fuzz.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "event/filter.h"

const char ll_fuzz_corpus[] = "filter";

static void require(bool is_kept)
{
	if (!is_kept)
		abort();
}

/* An event with every field that its kind can have. */
static void fill(struct ll_event *event, enum ll_event_kind kind, uint64_t number)
{
	static const char bytes[] = "make\0-j2\0\xff";

	memset(event, 0, sizeof(*event));
	event->kind = kind;
	for (unsigned field = 0; field < LL_F_COUNT; field++) {
		const struct ll_field_info *info = ll_field_info(field);
		char *member = (char *)event + info->offset;

		if ((info->events >> kind & 1) == 0)
			continue;
		ll_event_mark_known(event, field);
		if (info->type == LL_TYPE_STR || info->type == LL_TYPE_ARGS)
			*(struct ll_str *)(void *)member =
				ll_str_make(bytes, number % sizeof(bytes));
		else if (info->type == LL_TYPE_BOOL)
			*(bool *)member = number % 2;
		else if (info->type != LL_TYPE_ENUM)
			*(uint64_t *)(void *)member = number;
	}
	event->parent_start_boottime_ns = number / 2;
}

static void ask(struct ll_filter *filter, struct ll_filter *again)
{
	struct ll_event event;

	/* The end of a snapshot is no event that anybody asks about. */
	for (int kind = 0; kind < LL_EVENT_SNAPSHOT_END; kind++) {
		fill(&event, (enum ll_event_kind)kind, 1 + (uint64_t)kind * 7);
		require(ll_filter_see(filter, &event) != -EINVAL);
		require(ll_filter_see(again, &event) != -EINVAL);
		bool answer = ll_filter_matches(filter, &event);
		require(answer == ll_filter_matches(again, &event));
		require(!answer || (ll_filter_kinds(filter) >> kind & 1) != 0);
	}
}

static void check(struct ll_filter *filter)
{
	LL_AUTO_FREE char *understood = ll_filter_format(filter, SIZE_MAX);
	LL_AUTO_FREE char *why = NULL;
	struct ll_filter *again = NULL;

	require(ll_filter_part_count(filter) > 0);
	for (size_t i = 0; i < ll_filter_part_count(filter) && i < 8; i++) {
		LL_AUTO_FREE char *part = ll_filter_format(filter, i);

		(void)ll_filter_part_at(filter, i);
		require(part != NULL);
	}
	require(understood != NULL);
	/* Full keys take more room than aliases: it may have become too long, or too deep. */
	int r = ll_filter_parse(understood, LL_E_ALL, 10, &again, &why);
	require(r == 0 || strlen(understood) > LL_FILTER_BYTES_MAX / 2 ||
		strstr(why, "deeper") != NULL);
	if (r == 0)
		ask(filter, again);
	ll_filter_free(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	LL_AUTO_FREE char *text = malloc(size + 1);
	LL_AUTO_FREE char *why = NULL;
	struct ll_filter *filter = NULL;

	if (text == NULL)
		return 0;
	if (size > 0)
		memcpy(text, data, size);
	text[size] = '\0';
	int r = ll_filter_parse(text, LL_E_ALL, 10, &filter, &why);
	require(r == 0 || r == -ENOMEM || (r == -EINVAL && why != NULL));
	if (r == 0)
		check(filter);
	ll_filter_free(filter);
	return 0;
}
