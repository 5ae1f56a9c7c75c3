/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A property for each field, once, and for each kind of line the references to those it may have.
 * What the schema says of types is what json.c writes.
 */
#include "render/json_schema.h"

#include "event/event.h"
#include "render/buffer.h"
#include "render/fields.h"
#include "render/json.h"

static void put(struct ll_buffer *buffer, const char *text)
{
	ll_buffer_put_string(buffer, text);
}

static void put_string(struct ll_buffer *buffer, const char *text)
{
	ll_json_put_string(buffer, ll_str_of(text));
}

/* ---- Fields ------------------------------------------------------------------------------ */

/* A value that is newer than its reader is a number. */
static void put_values(struct ll_buffer *buffer, const char *const *values)
{
	put(buffer, "\"anyOf\":[{\"enum\":[");
	for (size_t i = 0; values[i] != NULL; i++) {
		put(buffer, i > 0 ? "," : "");
		put_string(buffer, values[i]);
	}
	put(buffer, "]},{\"type\":\"integer\"}]");
}

/* Above 2^53 a number is a string, a time always. */
static void put_type(struct ll_buffer *buffer, const struct ll_field_info *info)
{
	switch (info->type) {
	case LL_TYPE_INT:
		put(buffer, "\"type\":[\"integer\",\"string\"],\"pattern\":\"^-?[0-9]+$\"");
		break;
	case LL_TYPE_UINT:
		put(buffer, "\"type\":[\"integer\",\"string\"],\"minimum\":0,"
			    "\"pattern\":\"^[0-9]+$\"");
		break;
	case LL_TYPE_TIME:
		put(buffer, "\"type\":\"string\",\"pattern\":\"^[0-9]+$\"");
		break;
	case LL_TYPE_BOOL:
		put(buffer, "\"type\":\"boolean\"");
		break;
	case LL_TYPE_ENUM:
		put_values(buffer, info->values);
		break;
	case LL_TYPE_STR:
		put(buffer, "\"type\":\"string\"");
		break;
	case LL_TYPE_ARGS:
		put(buffer, "\"type\":\"array\",\"items\":{\"type\":\"string\"}");
		break;
	}
}

static bool has_sibling(const struct ll_field_info *info)
{
	return info->type == LL_TYPE_STR || info->type == LL_TYPE_ARGS;
}

static void put_field(struct ll_buffer *buffer, const struct ll_field_info *info)
{
	put_string(buffer, info->key);
	put(buffer, ":{\"description\":");
	put_string(buffer, info->help);
	put(buffer, ",");
	if (info->unit[0] != '\0') {
		put(buffer, "\"x-unit\":");
		put_string(buffer, info->unit);
		put(buffer, ",");
	}
	put_type(buffer, info);
	put(buffer, "},\n");
}

/* ---- Lines ------------------------------------------------------------------------------- */

static void put_reference(struct ll_buffer *buffer, const char *key, const char *suffix,
			  const char *definition)
{
	put(buffer, ",\n\"");
	put(buffer, key);
	put(buffer, suffix);
	put(buffer, "\":{\"$ref\":\"#/$defs/");
	put(buffer, definition);
	put(buffer, "\"}");
}

/* Put the fields of these lines, after a first member, and that there are no others. */
static void put_properties(struct ll_buffer *buffer, uint32_t lines)
{
	for (unsigned field = 0; field < LL_F_COUNT; field++) {
		const struct ll_field_info *info = ll_field_info(field);

		if ((info->events & lines) == 0)
			continue;
		put_reference(buffer, info->key, "", info->key);
		if (has_sibling(info))
			put_reference(buffer, info->key, ".base64", "base64");
	}
	put(buffer, "},\"additionalProperties\":false}");
}

static void put_event(struct ll_buffer *buffer, enum ll_event_kind kind)
{
	put(buffer, "\"line.");
	put(buffer, ll_event_kind_name(kind));
	put(buffer, "\":{\"type\":\"object\",\"required\":[\"event.name\"],\"properties\":{\n"
		    "\"event.name\":{\"const\":\"");
	put(buffer, ll_event_kind_name(kind));
	put(buffer, "\"}");
	put_properties(buffer, 1u << kind);
	put(buffer, ",\n");
}

/* Lines of a command are no events: such a name is what they do not have. */
static void put_line(struct ll_buffer *buffer, const struct ll_fields_line *line)
{
	put(buffer, "\"line.");
	put(buffer, line->name);
	put(buffer, "\":{\"type\":\"object\",\"minProperties\":1,\"properties\":{\n"
		    "\"event.name\":false");
	put_properties(buffer, line->bit);
	put(buffer, ",\n");
}

/* A line of lifeline fields --json. */
static void put_registry_line(struct ll_buffer *buffer)
{
	static const char *const texts[] = { "key", "alias", "type", "unit", "help" };
	static const char *const lists[] = { "events", "values" };
	const struct ll_fields_line *line;

	put(buffer, "\"line.fields\":{\"type\":\"object\",\"required\":[\"key\",\"type\","
		    "\"events\",\"help\"],\"properties\":{\n");
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		put_string(buffer, texts[i]);
		put(buffer, ":{\"type\":\"string\"},\n");
	}
	for (size_t i = 0; (line = ll_fields_line_at(i)) != NULL; i++) {
		put_string(buffer, line->name);
		put(buffer, ":{\"const\":true},\n");
	}
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		put(buffer, i > 0 ? ",\n" : "");
		put_string(buffer, lists[i]);
		put(buffer, ":{\"type\":\"array\",\"items\":{\"type\":\"string\"}}");
	}
	put(buffer, "},\"additionalProperties\":false},\n");
}

static void put_choices(struct ll_buffer *buffer)
{
	const struct ll_fields_line *line;

	put(buffer, "\"anyOf\":[");
	for (int kind = 0; kind < LL_EVENT_SNAPSHOT_END; kind++) {
		put(buffer, kind > 0 ? ",\n" : "\n");
		put(buffer, "{\"$ref\":\"#/$defs/line.");
		put(buffer, ll_event_kind_name(kind));
		put(buffer, "\"}");
	}
	for (size_t i = 0; (line = ll_fields_line_at(i)) != NULL; i++) {
		put(buffer, ",\n{\"$ref\":\"#/$defs/line.");
		put(buffer, line->name);
		put(buffer, "\"}");
	}
	put(buffer, ",\n{\"$ref\":\"#/$defs/line.fields\"}]");
}

int ll_json_schema(FILE *out)
{
	const struct ll_fields_line *line;
	struct ll_buffer buffer;

	ll_buffer_init(&buffer, out);
	put(&buffer, "{\"$schema\":\"https://json-schema.org/draft/2020-12/schema\",\n"
		     "\"title\":\"A line of lifeline's JSON\",\n"
		     "\"$defs\":{\n");
	for (unsigned field = 0; field < LL_F_COUNT; field++)
		put_field(&buffer, ll_field_info(field));
	for (int kind = 0; kind < LL_EVENT_SNAPSHOT_END; kind++)
		put_event(&buffer, kind);
	for (size_t i = 0; (line = ll_fields_line_at(i)) != NULL; i++)
		put_line(&buffer, line);
	put_registry_line(&buffer);
	put(&buffer, "\"base64\":{\"description\":\"The original bytes of text that is not "
		     "UTF-8 (of a list, NUL-separated)\",\n"
		     "\"type\":\"string\",\"contentEncoding\":\"base64\","
		     "\"pattern\":\"^[A-Za-z0-9+/]*=*$\"}\n},\n");
	put_choices(&buffer);
	put(&buffer, "}\n");
	return ll_buffer_end(&buffer);
}
