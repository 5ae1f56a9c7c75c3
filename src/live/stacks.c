/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* See stacks.h. */
#include "live/stacks.h"

#include <bpf/bpf.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/grow.h"

/* No function is longer. */
#define FUNCTION_SIZE_MAX (1u << 20)
/* A frame as text; longer names are cut. */
#define FRAME_SIZE 128

struct symbol {
	uint64_t address;
	uint32_t name; /* offset in names */
};

struct ll_stacks {
	int map_fd;
	const char *symbols_path;
	bool is_loaded;
	struct symbol *symbols; /* in order of address */
	size_t count, room;
	char *names;
	size_t names_used, names_room;
	char text[LL_STACKS_DEPTH * FRAME_SIZE];
};

struct ll_stacks *ll_stacks_new(int map_fd, const char *symbols_path)
{
	struct ll_stacks *stacks = calloc(1, sizeof(*stacks));

	if (stacks == NULL)
		return NULL;
	stacks->map_fd = map_fd;
	stacks->symbols_path = symbols_path;
	return stacks;
}

void ll_stacks_free(struct ll_stacks *stacks)
{
	if (stacks == NULL)
		return;
	free(stacks->symbols);
	free(stacks->names);
	free(stacks);
}

/* Make room for one symbol with a name of this length. */
static bool reserve(struct ll_stacks *stacks, size_t length)
{
	struct symbol *symbols = ll_grow(stacks->symbols, stacks->count + 1, &stacks->room,
					 sizeof(*symbols), 1u << 16);

	if (symbols == NULL)
		return false;
	stacks->symbols = symbols;
	char *names = ll_grow(stacks->names, stacks->names_used + length + 1,
			      &stacks->names_room, 1, 1u << 20);
	if (names == NULL)
		return false;
	stacks->names = names;
	return true;
}

/* "ffffffff81000000 T _stext [module]": only code has stack frames. Addresses read 0 without privilege. */
static bool add_line(struct ll_stacks *stacks, const char *line)
{
	char *end;
	uint64_t address = strtoull(line, &end, 16);

	if (address == 0 || end[0] != ' ' || strchr("tTwW", end[1]) == NULL || end[1] == '\0')
		return true;
	const char *name = end + 3;
	size_t length = strcspn(name, "\t\n");
	if (length >= FRAME_SIZE - 24)
		length = FRAME_SIZE - 24;
	if (!reserve(stacks, length))
		return false;
	stacks->symbols[stacks->count++] =
		(struct symbol){ .address = address, .name = (uint32_t)stacks->names_used };
	memcpy(stacks->names + stacks->names_used, name, length);
	stacks->names[stacks->names_used + length] = '\0';
	stacks->names_used += length + 1;
	return true;
}

/* Of several names of one address the last in the file counts. */
static int compare(const void *a, const void *b)
{
	const struct symbol *left = a, *right = b;

	if (left->address != right->address)
		return left->address < right->address ? -1 : 1;
	return (left->name > right->name) - (left->name < right->name);
}

static void load(struct ll_stacks *stacks)
{
	LL_AUTO_FCLOSE FILE *file = fopen(stacks->symbols_path, "re");
	char line[512];

	stacks->is_loaded = true;
	while (file != NULL && fgets(line, sizeof(line), file) != NULL)
		if (!add_line(stacks, line))
			break;
	if (stacks->count > 0)
		qsort(stacks->symbols, stacks->count, sizeof(*stacks->symbols), compare);
}

/* The last symbol at or below an address; NULL when there is none. */
static const struct symbol *find(const struct ll_stacks *stacks, uint64_t address)
{
	size_t low = 0, high = stacks->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (stacks->symbols[middle].address <= address)
			low = middle + 1;
		else
			high = middle;
	}
	/* What was loaded later than the names were read lies behind another's code. */
	if (low == 0 || address - stacks->symbols[low - 1].address > FUNCTION_SIZE_MAX)
		return NULL;
	return &stacks->symbols[low - 1];
}

/* Write a frame with its NUL; returns the bytes written. */
static size_t write_frame(const struct ll_stacks *stacks, uint64_t address, char *to)
{
	const struct symbol *symbol = find(stacks, address);
	int length = symbol == NULL ? snprintf(to, FRAME_SIZE, "0x%" PRIx64, address)
				    : snprintf(to, FRAME_SIZE, "%s+0x%" PRIx64,
					       stacks->names + symbol->name,
					       address - symbol->address);

	return (size_t)length + 1;
}

static bool is_function(const struct ll_stacks *stacks, uint64_t address, const char *name)
{
	const struct symbol *symbol = find(stacks, address);
	size_t length = strlen(name);

	if (symbol == NULL)
		return false;
	const char *found = stacks->names + symbol->name;
	return strncmp(found, name, length) == 0 &&
	       (found[length] == '\0' || found[length] == '.');
}

/* How many frames lead from schedule() to the program that took the stack, both included. */
static size_t count_ours(const struct ll_stacks *stacks, const uint64_t *addresses)
{
	size_t count = 0;

	for (size_t i = 0; i < LL_STACKS_DEPTH && addresses[i] != 0; i++) {
		if (is_function(stacks, addresses[i], "__schedule") ||
		    (count == i && is_function(stacks, addresses[i], "schedule")))
			count = i + 1;
	}
	return count;
}

struct ll_str ll_stacks_format(struct ll_stacks *stacks,
			       const uint64_t addresses[LL_STACKS_DEPTH])
{
	size_t used = 0;

	if (!stacks->is_loaded)
		load(stacks);
	for (size_t i = count_ours(stacks, addresses); i < LL_STACKS_DEPTH; i++) {
		if (addresses[i] == 0)
			break;
		used += write_frame(stacks, addresses[i], stacks->text + used);
	}
	return ll_str_make(stacks->text, used);
}

struct ll_str ll_stacks_find(struct ll_stacks *stacks, int32_t id)
{
	uint64_t addresses[LL_STACKS_DEPTH] = { 0 };

	if (stacks == NULL || id < 0 ||
	    bpf_map_lookup_elem(stacks->map_fd, &id, addresses) != 0)
		return ll_str_make("", 0);
	return ll_stacks_format(stacks, addresses);
}
