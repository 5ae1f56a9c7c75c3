/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* A hash of the noted, in the order they came. */
#include "export/census.h"

#include <errno.h>
#include <stdlib.h>

#define HASH_NONFATAL_OOM 1
#include <uthash.h>

/* Fewer noted ones than this are not worth a look through them. */
#define LOOK_MIN 65536

struct entry {
	uint64_t key[2]; /* of struct ll_id, without what lies between its members */
	bool is_told;
	UT_hash_handle hh;
};

struct ll_census {
	const struct ll_model *model;
	ll_census_fn fn;
	void *arg;
	struct entry *entries;
	size_t look_at; /* how many are looked through */
};

struct ll_census *ll_census_new(const struct ll_model *model, ll_census_fn fn, void *arg)
{
	struct ll_census *census = calloc(1, sizeof(*census));

	if (census == NULL)
		return NULL;
	census->model = model;
	census->fn = fn;
	census->arg = arg;
	census->look_at = LOOK_MIN;
	return census;
}

static void forget(struct ll_census *census, struct entry *entry)
{
	HASH_DEL(census->entries, entry);
	free(entry);
}

void ll_census_free(struct ll_census *census)
{
	struct entry *entry, *next;

	if (census == NULL)
		return;
	HASH_ITER(hh, census->entries, entry, next) {
		forget(census, entry);
	}
	free(census);
}

static struct entry *find(const struct ll_census *census, struct ll_id id)
{
	const uint64_t key[2] = { id.tgid, id.start_boottime_ns };
	struct entry *entry;

	HASH_FIND(hh, census->entries, key, sizeof(key), entry);
	return entry;
}

static struct entry *add(struct ll_census *census, struct ll_id id)
{
	struct entry *entry = calloc(1, sizeof(*entry));

	if (entry == NULL)
		return NULL;
	entry->key[0] = id.tgid;
	entry->key[1] = id.start_boottime_ns;
	HASH_ADD(hh, census->entries, key, sizeof(entry->key), entry);
	if (entry->hh.tbl == NULL) {
		free(entry);
		return NULL;
	}
	return entry;
}

static struct ll_id id_of(const struct entry *entry)
{
	return (struct ll_id){ .tgid = (uint32_t)entry->key[0],
			       .start_boottime_ns = entry->key[1] };
}

static struct entry *find_or_add(struct ll_census *census, struct ll_id id)
{
	struct entry *entry = find(census, id);

	return entry != NULL ? entry : add(census, id);
}

static int tell(struct ll_census *census, struct entry *entry)
{
	bool is_again = entry->is_told;

	entry->is_told = true;
	return census->fn(census->arg, id_of(entry), ll_model_find(census->model, id_of(entry)),
			  is_again);
}

static int look_through(struct ll_census *census)
{
	struct entry *entry, *next;
	int err = 0;

	for (entry = census->entries; entry != NULL && err == 0; entry = next) {
		const struct ll_process *process = ll_model_find(census->model, id_of(entry));

		if (!entry->is_told && (process == NULL || process->life == LL_LIFE_REAPED))
			err = tell(census, entry);
		next = entry->hh.next;
		if (entry->is_told && process == NULL)
			forget(census, entry);
	}
	size_t left = HASH_COUNT(census->entries);
	census->look_at = 2 * left > LOOK_MIN ? 2 * left : LOOK_MIN;
	return err;
}

int ll_census_note(struct ll_census *census, struct ll_id id)
{
	if (id.tgid == 0 || id.start_boottime_ns == 0)
		return 0;
	return find_or_add(census, id) != NULL ? 0 : -ENOMEM;
}

int ll_census_take(struct ll_census *census, const struct ll_event *event)
{
	struct ll_id id = { .tgid = (uint32_t)event->tgid,
			    .start_boottime_ns = event->start_boottime_ns };

	if (!ll_event_has(event, LL_F_PID) || !ll_event_has(event, LL_F_CREATION) ||
	    id.start_boottime_ns == 0)
		return 0;
	struct entry *entry = find_or_add(census, id);
	if (entry == NULL)
		return -ENOMEM;
	if (event->kind == LL_EVENT_REAP || entry->is_told) {
		int err = tell(census, entry);

		if (err != 0)
			return err;
	}
	return HASH_COUNT(census->entries) < census->look_at ? 0 : look_through(census);
}

int ll_census_end(struct ll_census *census)
{
	int err = 0;

	/* What is noted meanwhile is appended, and so has its turn, too. */
	for (struct entry *entry = census->entries; entry != NULL && err == 0;
	     entry = entry->hh.next)
		if (!entry->is_told)
			err = tell(census, entry);
	return err;
}
