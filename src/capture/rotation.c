/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* See rotation.h. Numbers have at least six digits: so names sort by age. */
#include "capture/rotation.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/parse.h"

#define SUFFIX ".life"

/* Length of a name without its ".life", if it has one. */
static size_t stem_length(const char *name)
{
	size_t length = strlen(name), suffix = strlen(SUFFIX);

	return length > suffix && strcmp(name + length - suffix, SUFFIX) == 0 ? length - suffix
									      : length;
}

char *ll_rotation_name(const char *path, uint64_t number)
{
	size_t stem = stem_length(path);
	char *name;

	if (asprintf(&name, "%.*s.%06" PRIu64 "%s", (int)stem, path, number, path + stem) < 0)
		return NULL;
	return name;
}

static const char *base_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

/* The number in the name of a finished file of that base; 0: it is none. */
static uint64_t number_of(const char *base, const char *name)
{
	size_t stem = stem_length(base), length = strlen(name), suffix = strlen(base) - stem;
	uint64_t number = 0;
	char digits[24];

	if (length < stem + 7 + suffix || strncmp(name, base, stem) != 0 || name[stem] != '.' ||
	    strcmp(name + length - suffix, base + stem) != 0)
		return 0;
	size_t count = length - stem - 1 - suffix;
	if (count >= sizeof(digits))
		return 0;
	memcpy(digits, name + stem + 1, count);
	digits[count] = '\0';
	return ll_parse_count(digits, &number) == 0 ? number : 0;
}

/* Call fn with the number of each finished file. */
static void walk(const char *path, void (*fn)(void *arg, uint64_t number), void *arg)
{
	const char *base = base_of(path);
	LL_AUTO_FREE char *directory = strndup(path, (size_t)(base - path));
	const struct dirent *entry;
	DIR *dir = NULL;

	if (directory != NULL)
		dir = opendir(directory[0] != '\0' ? directory : ".");
	while (dir != NULL && (entry = readdir(dir)) != NULL) {
		uint64_t number = number_of(base, entry->d_name);

		if (number != 0)
			fn(arg, number);
	}
	if (dir != NULL)
		closedir(dir);
}

static void take_higher(void *arg, uint64_t number)
{
	uint64_t *highest = arg;

	if (number > *highest)
		*highest = number;
}

uint64_t ll_rotation_newest(const char *path)
{
	uint64_t highest = 0;

	walk(path, take_higher, &highest);
	return highest;
}

struct removal {
	const char *path;
	uint64_t number;
};

static void remove_older(void *arg, uint64_t number)
{
	const struct removal *removal = arg;
	LL_AUTO_FREE char *name = NULL;

	if (number <= removal->number)
		name = ll_rotation_name(removal->path, number);
	if (name != NULL)
		unlink(name);
}

void ll_rotation_remove(const char *path, uint64_t number)
{
	struct removal removal = { path, number };

	walk(path, remove_older, &removal);
}
