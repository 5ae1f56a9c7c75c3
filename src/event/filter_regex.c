/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Adds up what the compiled expression is made of, as glibc's parse_dup_op() (posix/regcomp.c)
 * copies it: x+ is x x*, x{2,4} is x x x? x?. Repetitions stack: x+++ is eight times x.
 */
#include "event/filter_regex.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define BYTES_MAX 1000
#define PARTS_MAX 2000
#define DEPTH_MAX 50

/* A group that is being read. */
struct group {
	uint64_t parts; /* of all of it */
	uint64_t last; /* of what a repetition behind it would repeat */
};

struct reader {
	const char *at;
	struct group groups[DEPTH_MAX];
	size_t depth; /* the innermost group's place */
	bool is_too_much;
};

static void add(struct reader *reader, uint64_t parts)
{
	struct group *group = &reader->groups[reader->depth];

	group->parts += parts;
	group->last = parts;
	reader->is_too_much = reader->is_too_much || group->parts > PARTS_MAX;
}

/* times is bounded by PARTS_MAX, too: nothing overflows. */
static void repeat(struct reader *reader, uint64_t times)
{
	struct group *group = &reader->groups[reader->depth];
	uint64_t parts = group->last * times + 1;

	group->parts -= group->last;
	add(reader, parts);
}

static void open_group(struct reader *reader)
{
	if (reader->depth + 1 == DEPTH_MAX) {
		reader->is_too_much = true;
		return;
	}
	reader->groups[++reader->depth] = (struct group){ 0 };
}

static void close_group(struct reader *reader)
{
	uint64_t parts = reader->groups[reader->depth].parts;

	if (reader->depth == 0)
		return;
	reader->depth--;
	add(reader, parts + 1);
}

/* Pass "[^]a-z[:alpha:]]", up to its last bracket. */
static void pass_set(struct reader *reader)
{
	const char *at = reader->at + 1;

	at += *at == '^';
	at += *at == ']';
	while (*at != '\0' && *at != ']') {
		const char *end = NULL;

		if (at[0] == '[' && at[1] != '\0' && strchr(".:=", at[1]) != NULL) {
			char mark[] = { at[1], ']', '\0' };

			end = strstr(at + 2, mark);
		}
		at = end != NULL ? end + 2 : at + 1;
	}
	reader->at = *at != '\0' ? at : at - 1;
}

/* Read "{2,4}"; of what is none of that, any number is taken for a bound. */
static void read_bounds(struct reader *reader)
{
	uint64_t most = 1, number = 0;
	const char *at = reader->at + 1;

	for (; *at != '\0' && *at != '}'; at++) {
		bool is_digit = *at >= '0' && *at <= '9';

		number = is_digit ? number * 10 + (uint64_t)(*at - '0') : 0;
		number = number < PARTS_MAX ? number : PARTS_MAX;
		most = number > most ? number : most;
	}
	repeat(reader, most + 1);
	reader->at = *at != '\0' ? at : at - 1;
}

static void read_escape(struct reader *reader)
{
	if (reader->at[1] >= '1' && reader->at[1] <= '9')
		reader->is_too_much = true;
	reader->at += reader->at[1] != '\0';
	add(reader, 1);
}

static void read_one(struct reader *reader)
{
	switch (*reader->at) {
	case '\\':
		read_escape(reader);
		break;
	case '[':
		pass_set(reader);
		add(reader, 1);
		break;
	case '(':
		open_group(reader);
		break;
	case ')':
		close_group(reader);
		break;
	case '{':
		read_bounds(reader);
		break;
	case '+':
		repeat(reader, 2);
		break;
	case '*':
	case '?':
		repeat(reader, 1);
		break;
	default:
		add(reader, 1);
	}
}

bool ll_regex_is_modest(const char *pattern)
{
	struct reader reader = { .at = pattern };

	if (strlen(pattern) > BYTES_MAX)
		return false;
	for (; *reader.at != '\0' && !reader.is_too_much; reader.at++)
		read_one(&reader);
	return !reader.is_too_much;
}
