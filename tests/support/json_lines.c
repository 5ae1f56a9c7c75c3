/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "support/json_lines.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

void json_lines_init(struct json_lines *lines, const char *path)
{
	lines->path = strdup(path);
	lines->offset = 0;
	lines->objects = json_array();
}

void json_lines_fini(struct json_lines *lines)
{
	free(lines->path);
	json_decref(lines->objects);
	*lines = (struct json_lines){ 0 };
}

static void take_line(struct json_lines *lines, const char *line, size_t length)
{
	json_error_t error;
	json_t *object = json_loadb(line, length, JSON_REJECT_DUPLICATES, &error);

	if (!json_is_object(object)) {
		print_error("%s: at byte %ld: %s: %.*s\n", lines->path, lines->offset,
			    error.text, (int)(length < 2000 ? length : 2000), line);
		json_decref(object);
		fail();
	}
	json_array_append_new(lines->objects, object);
}

void json_lines_refresh(struct json_lines *lines)
{
	FILE *in = fopen(lines->path, "re");
	char *line = NULL;
	size_t room = 0;
	ssize_t length;

	if (in == NULL)
		return;
	fseek(in, lines->offset, SEEK_SET);
	while ((length = getline(&line, &room, in)) > 0 && line[length - 1] == '\n') {
		take_line(lines, line, (size_t)length);
		lines->offset += length;
	}
	free(line);
	fclose(in);
}

static void refuse(const json_t *object, const char *key, const char *wanted)
{
	char *text = json_dumps(object, JSON_COMPACT);

	print_error("no %s '%s' in %.2000s\n", wanted, key, text != NULL ? text : "nothing");
	free(text);
	fail();
}

long long json_lines_number(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);
	const char *text = json_string_value(value);
	char *end = NULL;

	if (json_is_integer(value))
		return json_integer_value(value);
	long long number = text != NULL ? strtoll(text, &end, 10) : 0;
	if (text == NULL || end == text || *end != '\0')
		refuse(object, key, "number");
	return number;
}

const char *json_lines_text(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	if (text == NULL)
		refuse(object, key, "text");
	return text;
}
