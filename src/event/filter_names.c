/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Names are looked up while an expression is parsed, never later: so nothing is prepared. */
#include "event/filter_names.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

#include "base/suggest.h"

#define SIGNAL_KINDS "signal"

static bool is_named(const struct ll_field_info *info, const char *name)
{
	return strcmp(info->key, name) == 0 ||
	       (info->alias != NULL && strcmp(info->alias, name) == 0);
}

static bool ends_so(const char *key, const char *name)
{
	size_t length = strlen(name), key_length = strlen(key);

	return key_length > length && key[key_length - length - 1] == '.' &&
	       strcmp(key + key_length - length, name) == 0;
}

int ll_filter_find_field(const char *name, enum ll_field ret_fields[2])
{
	size_t count = 0;

	for (unsigned field = 0; field < LL_F_COUNT; field++) {
		if (!is_named(ll_field_info(field), name))
			continue;
		ret_fields[0] = field;
		return 0;
	}
	for (unsigned field = 0; field < LL_F_COUNT && count < 2; field++)
		if (ends_so(ll_field_info(field)->key, name))
			ret_fields[count++] = field;
	if (count == 0)
		return -ENOENT;
	return count == 1 ? 0 : -EEXIST;
}

/* The name itself, and every end of it after a dot that is a name, too. */
static const char *nearer_end(const char *name, const char *key, const char *best,
			      size_t *distance)
{
	enum ll_field fields[2];

	for (const char *end = key; end != NULL; end = strchr(end, '.')) {
		end += *end == '.';
		if (ll_filter_find_field(end, fields) == 0)
			best = ll_suggest_nearer(name, end, best, distance);
	}
	return best;
}

/* What people say, and other tools call it. */
static const struct {
	const char *name;
	size_t count;
	enum ll_field fields[LL_FILTER_OTHERS_MAX];
} others[] = {
	{ "cpu", 4, { LL_F_UTIME, LL_F_STIME, LL_F_RUNNING_NS, LL_F_LOST_CPU } },
	{ "rss", 1, { LL_F_MAXRSS } },
	{ "exit", 1, { LL_F_EXIT_CODE } },
	{ "process.exit", 1, { LL_F_EXIT_CODE } },
	{ "cmd", 2, { LL_F_COMM, LL_F_ARGS } },
	{ "command", 2, { LL_F_COMM, LL_F_ARGS } },
	{ "user", 2, { LL_F_EUID, LL_F_RUID } },
};

size_t ll_filter_find_others(const char *name, enum ll_field ret_fields[LL_FILTER_OTHERS_MAX])
{
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		if (strcasecmp(others[i].name, name) != 0)
			continue;
		memcpy(ret_fields, others[i].fields, sizeof(others[i].fields));
		return others[i].count;
	}
	return 0;
}

/* The first key that goes on where a name of several fields ends: process.exit has a code. */
static const char *find_longer(const char *name)
{
	size_t length = strlen(name);

	for (unsigned field = 0; field < LL_F_COUNT; field++) {
		const char *key = ll_field_info(field)->key;

		for (const char *at = key; at != NULL; at = strchr(at, '.')) {
			at += *at == '.';
			if (strncasecmp(at, name, length) == 0 && at[length] == '.')
				return key;
		}
	}
	return NULL;
}

/* Names are in small letters. Returns false for one too long to be meant. */
static bool lower(const char *name, char ret[LL_SUGGEST_MAX + 1])
{
	size_t length = strlen(name);

	if (length > LL_SUGGEST_MAX)
		return false;
	for (size_t i = 0; i <= length; i++)
		ret[i] = name[i] >= 'A' && name[i] <= 'Z' ? (char)(name[i] - 'A' + 'a')
							  : name[i];
	return true;
}

const char *ll_filter_suggest_function(const char *name)
{
	size_t distance = SIZE_MAX;
	char lowered[LL_SUGGEST_MAX + 1];

	if (!lower(name, lowered))
		return NULL;
	const char *best = ll_suggest_nearer(lowered, "has", NULL, &distance);
	return ll_suggest_nearer(lowered, "descendant_of", best, &distance);
}

static const char *find_nearest(const char *name)
{
	size_t distance = SIZE_MAX;
	const char *best = ll_suggest_nearer(name, "event", NULL, &distance);

	for (unsigned field = 0; field < LL_F_COUNT; field++) {
		const struct ll_field_info *info = ll_field_info(field);

		if (info->alias != NULL)
			best = ll_suggest_nearer(name, info->alias, best, &distance);
		best = nearer_end(name, info->key, best, &distance);
	}
	return best;
}

const char *ll_filter_suggest_field(const char *name)
{
	char lowered[LL_SUGGEST_MAX + 1];
	const char *longer = find_longer(name);

	if (longer != NULL || !lower(name, lowered))
		return longer;
	return find_nearest(lowered);
}

uint32_t ll_filter_find_kinds(const char *name)
{
	enum ll_event_kind kind;

	if (strcmp(name, SIGNAL_KINDS) == 0)
		return LL_E_SIGNAL;
	return ll_event_kind_find(name, strlen(name), &kind) == 0 ? 1u << kind : 0;
}

const char *ll_filter_suggest_kind(const char *name)
{
	size_t distance = SIZE_MAX;
	const char *best = ll_suggest_nearer(name, SIGNAL_KINDS, NULL, &distance);

	for (int kind = 0; kind < LL_EVENT_SNAPSHOT_END; kind++) {
		best = ll_suggest_nearer(name, ll_event_kind_short_name(kind), best, &distance);
		best = ll_suggest_nearer(name, ll_event_kind_name(kind), best, &distance);
	}
	return best;
}

int ll_filter_find_value(enum ll_field field, const char *name)
{
	const char *const *values = ll_field_info(field)->values;

	for (int i = 0; values[i] != NULL; i++)
		if (strcmp(values[i], name) == 0)
			return i;
	return -1;
}

const char *ll_filter_suggest_value(enum ll_field field, const char *name)
{
	const char *const *values = ll_field_info(field)->values;
	size_t distance = SIZE_MAX;
	const char *best = NULL;

	for (int i = 0; values[i] != NULL; i++)
		best = ll_suggest_nearer(name, values[i], best, &distance);
	return best;
}

bool ll_filter_is_signal(enum ll_field field)
{
	return field == LL_F_SIGNAL || field == LL_F_EXIT_SIGNAL ||
	       field == LL_F_REQUEST_SIGNAL;
}
