/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The registry, read out. event.name, which is the kind and no member, comes first. */
#include "render/fields.h"

#include <stdio.h>
#include <string.h>

#include "event/event.h"
#include "render/buffer.h"
#include "render/json.h"

#define ALIAS_COLUMN 39
#define TYPE_COLUMN 55
#define UNIT_COLUMN 63
#define EVENTS_COLUMN 70
#define HELP_COLUMN 4

/* Shown kinds; the end of a snapshot is never shown. */
#define SHOWN_KINDS LL_EVENT_SNAPSHOT_END
#define SHOWN_MASK ((1u << SHOWN_KINDS) - 1u)

/* The kinds' names as an enum's values; filled by name_field(). */
struct name_field {
	const char *values[SHOWN_KINDS + 1];
	struct ll_field_info info;
};

static const struct ll_field_info *name_field(struct name_field *field)
{
	for (int kind = 0; kind < SHOWN_KINDS; kind++)
		field->values[kind] = ll_event_kind_name(kind);
	field->values[SHOWN_KINDS] = NULL;
	field->info = (struct ll_field_info){
		.key = "event.name",
		.alias = "event",
		.unit = "",
		.help = "What happened",
		.values = field->values,
		.type = LL_TYPE_ENUM,
		.events = LL_E_ALL,
	};
	return &field->info;
}

static const char *type_name(enum ll_field_type type)
{
	static const char *const names[] = {
		[LL_TYPE_INT] = "int",   [LL_TYPE_UINT] = "uint", [LL_TYPE_TIME] = "time",
		[LL_TYPE_BOOL] = "bool", [LL_TYPE_ENUM] = "enum", [LL_TYPE_STR] = "string",
		[LL_TYPE_ARGS] = "args",
	};

	return names[type];
}

/* A column counter in front of a buffer, which breaks lines between words. */
struct writer {
	struct ll_buffer buffer;
	unsigned width, column;
};

static void put(struct writer *writer, const char *text)
{
	ll_buffer_put_string(&writer->buffer, text);
	writer->column += (unsigned)strlen(text);
}

static void end_line(struct writer *writer)
{
	ll_buffer_put_char(&writer->buffer, '\n');
	writer->column = 0;
}

/* Go to a column, by at least one space. */
static void pad(struct writer *writer, unsigned column)
{
	do {
		put(writer, " ");
	} while (writer->column < column);
}

/* Put a word after a space, on a new line indented to column if it does not fit. */
static void put_word(struct writer *writer, const char *word, size_t length, unsigned column)
{
	bool fits = writer->width == 0 || writer->column + 1 + length <= writer->width;

	if (!fits && writer->column > column)
		end_line(writer);
	if (writer->column < column)
		pad(writer, column);
	else if (writer->column > column)
		put(writer, " ");
	ll_buffer_put(&writer->buffer, word, length);
	writer->column += (unsigned)length;
}

static void put_words(struct writer *writer, const char *text, unsigned column)
{
	while (*text != '\0') {
		size_t length = strcspn(text, " ");

		put_word(writer, text, length, column);
		text += length;
		text += *text == ' ';
	}
}

static const struct ll_fields_line lines[] = {
	{ LL_E_TREE, "tree" },       { LL_E_STATES, "states" },   { LL_E_SIGNALS, "signals" },
	{ LL_E_ZOMBIES, "zombies" }, { LL_E_SUMMARY, "summary" }, { LL_E_DIFF, "diff" },
};

const struct ll_fields_line *ll_fields_line_at(size_t index)
{
	return index < sizeof(lines) / sizeof(lines[0]) ? &lines[index] : NULL;
}

static void put_events(struct writer *writer, uint32_t events)
{
	uint32_t shown = events & SHOWN_MASK;
	bool is_all = shown == SHOWN_MASK || shown == (LL_E_SUBJECT & SHOWN_MASK);

	if (is_all)
		put_words(writer, shown == SHOWN_MASK ? "all" : "all but lost", EVENTS_COLUMN);
	for (int kind = 0; kind < SHOWN_KINDS && !is_all; kind++) {
		if ((shown >> kind & 1) != 0)
			put_words(writer, ll_event_kind_short_name(kind), EVENTS_COLUMN);
	}
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		if ((events & lines[i].bit) == 0)
			continue;
		put(writer, is_all ? "," : "");
		put_words(writer, lines[i].name, EVENTS_COLUMN);
	}
}

/* A word of a list and the mark behind it stay together. */
static void put_value(struct writer *writer, const char *value, bool is_last)
{
	char word[64];

	snprintf(word, sizeof(word), "%s%s", value, is_last ? ")" : ",");
	put_words(writer, word, HELP_COLUMN);
}

static void put_text_field(struct writer *writer, const struct ll_field_info *info)
{
	put(writer, info->key);
	pad(writer, ALIAS_COLUMN);
	put(writer, info->alias != NULL ? info->alias : "-");
	pad(writer, TYPE_COLUMN);
	put(writer, type_name(info->type));
	pad(writer, UNIT_COLUMN);
	put(writer, info->unit[0] != '\0' ? info->unit : "-");
	put_events(writer, info->events);
	end_line(writer);
	put_words(writer, info->help, HELP_COLUMN);
	if (info->values != NULL)
		put_words(writer, "(one of:", HELP_COLUMN);
	for (unsigned i = 0; info->values != NULL && info->values[i] != NULL; i++)
		put_value(writer, info->values[i], info->values[i + 1] == NULL);
	end_line(writer);
}

static void put_text_header(struct writer *writer)
{
	put(writer, "KEY");
	pad(writer, ALIAS_COLUMN);
	put(writer, "ALIAS");
	pad(writer, TYPE_COLUMN);
	put(writer, "TYPE");
	pad(writer, UNIT_COLUMN);
	put(writer, "UNIT");
	pad(writer, EVENTS_COLUMN);
	put(writer, "EVENTS");
	end_line(writer);
}

static void put_text_notes(struct writer *writer)
{
	end_line(writer);
	put_words(writer,
		  "A field of the tree is told of each process by lifeline tree --json.", 0);
	end_line(writer);
	put_words(
		writer,
		"In JSON a field is absent when it is not known. A time is always a string, "
		"another number only when it is above 2^53. A string or args that was not valid "
		"UTF-8 has a sibling KEY.base64 with the original bytes (args: NUL-separated).",
		0);
	end_line(writer);
}

int ll_fields_text(FILE *out, unsigned width)
{
	struct writer writer = { .width = width };
	struct name_field name;

	ll_buffer_init(&writer.buffer, out);
	put_text_header(&writer);
	put_text_field(&writer, name_field(&name));
	for (int field = 0; field < LL_F_COUNT; field++)
		put_text_field(&writer, ll_field_info(field));
	put_text_notes(&writer);
	return ll_buffer_end(&writer.buffer);
}

static void put_json_string(struct ll_buffer *buffer, const char *text)
{
	ll_json_put_string(buffer, ll_str_make(text, strlen(text)));
}

static void put_member(struct ll_buffer *buffer, const char *name, const char *value)
{
	if (value == NULL || value[0] == '\0')
		return;
	put_json_string(buffer, name);
	ll_buffer_put_char(buffer, ':');
	put_json_string(buffer, value);
	ll_buffer_put_char(buffer, ',');
}

static void put_json_events(struct ll_buffer *buffer, uint32_t events)
{
	bool first = true;

	ll_buffer_put_string(buffer, "\"events\":[");
	for (int kind = 0; kind < SHOWN_KINDS; kind++) {
		if ((events >> kind & 1) == 0)
			continue;
		ll_buffer_put_string(buffer, first ? "" : ",");
		put_json_string(buffer, ll_event_kind_name(kind));
		first = false;
	}
	ll_buffer_put_string(buffer, "],");
}

static void put_json_values(struct ll_buffer *buffer, const char *const *values)
{
	if (values == NULL)
		return;
	ll_buffer_put_string(buffer, "\"values\":[");
	for (unsigned i = 0; values[i] != NULL; i++) {
		ll_buffer_put_string(buffer, i > 0 ? "," : "");
		put_json_string(buffer, values[i]);
	}
	ll_buffer_put_string(buffer, "],");
}

static void put_json_field(struct ll_buffer *buffer, const struct ll_field_info *info)
{
	ll_buffer_put_char(buffer, '{');
	put_member(buffer, "key", info->key);
	put_member(buffer, "alias", info->alias);
	put_member(buffer, "type", type_name(info->type));
	put_member(buffer, "unit", info->unit);
	put_json_events(buffer, info->events);
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		if ((info->events & lines[i].bit) == 0)
			continue;
		put_json_string(buffer, lines[i].name);
		ll_buffer_put_string(buffer, ":true,");
	}
	put_json_values(buffer, info->values);
	ll_buffer_put_string(buffer, "\"help\":");
	put_json_string(buffer, info->help);
	ll_buffer_put(buffer, "}\n", 2);
}

int ll_fields_json(FILE *out)
{
	struct ll_buffer buffer;
	struct name_field name;

	ll_buffer_init(&buffer, out);
	put_json_field(&buffer, name_field(&name));
	for (int field = 0; field < LL_F_COUNT; field++)
		put_json_field(&buffer, ll_field_info(field));
	return ll_buffer_end(&buffer);
}
