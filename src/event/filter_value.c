/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* What fields are compared with: checked and converted as the field's type wants it. */
#include <errno.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>

#include "event/filter_names.h"
#include "event/filter_number.h"
#include "event/filter_parser.h"
#include "event/filter_regex.h"
#include "event/signal_names.h"

const char *ll_parser_type_name(const struct ll_field_info *info)
{
	switch (info->type) {
	case LL_TYPE_BOOL:
		return "true or false";
	case LL_TYPE_STR:
		return "text";
	case LL_TYPE_ARGS:
		return "a list of texts";
	case LL_TYPE_ENUM:
		return "one of a few words";
	default:
		if (strcmp(info->unit, "ns") == 0)
			return info->type == LL_TYPE_TIME ? "a point in time" : "a time";
		return strcmp(info->unit, "bytes") == 0 ? "a size" : "a number";
	}
}

static bool is_text(enum ll_field_type type)
{
	return type == LL_TYPE_STR || type == LL_TYPE_ARGS || type == LL_TYPE_ENUM;
}

/* Which operators a type has. */
static bool has_operator(enum ll_field_type type, enum ll_filter_compare compare)
{
	if (compare == LL_FILTER_EQ || compare == LL_FILTER_NE)
		return true;
	if (is_text(type))
		return compare >= LL_FILTER_GLOB;
	return type != LL_TYPE_BOOL && compare < LL_FILTER_GLOB;
}

static const char *operators_of(enum ll_field_type type)
{
	if (is_text(type))
		return "== != ~ =~ !~ and in";
	return type == LL_TYPE_BOOL ? "== and !=" : "== != < <= > >= and in";
}

bool ll_parser_check_operator(struct ll_parser *parser,
			      const struct ll_parser_comparison *comparison)
{
	const struct ll_field_info *info;

	if (comparison->place.is_event) {
		if (!has_operator(LL_TYPE_ENUM, comparison->compare))
			ll_parser_refuse(parser, LL_QUOTED ": event is a word, which has %s",
					 LL_QUOTE(&comparison->symbol),
					 operators_of(LL_TYPE_ENUM));
		return parser->error == 0;
	}
	info = ll_field_info(comparison->place.field);
	if (!has_operator(info->type, comparison->compare))
		ll_parser_refuse(parser, LL_QUOTED ": %s is %s, which has %s",
				 LL_QUOTE(&comparison->symbol), info->key,
				 ll_parser_type_name(info), operators_of(info->type));
	return parser->error == 0;
}

/* The number of a signal is a field of its own, where events have it. */
static void *refuse_signal_number(struct ll_parser *parser, enum ll_field field)
{
	const struct ll_token *token = &parser->token;

	return ll_parser_refuse(parser, LL_QUOTED ": %s is a name (\"KILL\")%s",
				LL_QUOTE(token), ll_field_info(field)->key,
				field == LL_F_SIGNAL ? "; its number is signo" : "");
}

/* Say that a value is of another type than its field. */
static void *refuse_value(struct ll_parser *parser,
			  const struct ll_parser_comparison *comparison)
{
	const struct ll_field_info *info = ll_field_info(comparison->place.field);
	const struct ll_token *token = &parser->token;

	if (token->kind == LL_TOKEN_NUMBER && ll_filter_is_signal(comparison->place.field))
		return refuse_signal_number(parser, comparison->place.field);
	if (token->kind == LL_TOKEN_NAME && is_text(info->type))
		return ll_parser_refuse(parser, LL_QUOTED ": text needs quotes: \"%.*s\"",
					LL_QUOTE(token), (int)token->length, token->text);
	if (token->kind != LL_TOKEN_NAME && token->kind != LL_TOKEN_NUMBER &&
	    token->kind != LL_TOKEN_STRING)
		return ll_parser_refuse_token(parser, "a value");
	return ll_parser_refuse(parser, LL_QUOTED ": %s is %s", LL_QUOTE(token), info->key,
				ll_parser_type_name(info));
}

static bool has_unit_of(const struct ll_field_info *info, const struct ll_number *number)
{
	if (number->magnitude == 0 && number->unit == LL_UNIT_NONE)
		return true;
	if (strcmp(info->unit, "ns") == 0)
		return number->unit == LL_UNIT_TIME ||
		       (info->type == LL_TYPE_TIME && number->unit == LL_UNIT_NONE);
	if (strcmp(info->unit, "bytes") == 0)
		return number->unit != LL_UNIT_TIME;
	return number->unit == LL_UNIT_NONE;
}

static const char *units_of(const struct ll_field_info *info)
{
	if (strcmp(info->unit, "ns") == 0)
		return "write it with a unit, like 1.5s, 200ms, 3us or 2ns";
	if (strcmp(info->unit, "bytes") == 0)
		return "write it like 4096, 64KiB or 10MB";
	return "it has no unit";
}

static bool check_number(struct ll_parser *parser, const struct ll_field_info *info,
			 const struct ll_number *number)
{
	bool is_signed = info->type == LL_TYPE_INT;

	if (!has_unit_of(info, number))
		ll_parser_refuse(parser, LL_QUOTED ": %s is %s: %s", LL_QUOTE(&parser->token),
				 info->key, ll_parser_type_name(info), units_of(info));
	else if (!number->is_whole && number->unit == LL_UNIT_NONE)
		ll_parser_refuse(parser, LL_QUOTED ": %s is a whole number",
				 LL_QUOTE(&parser->token), info->key);
	else if (number->is_negative && !is_signed)
		ll_parser_refuse(parser, LL_QUOTED ": %s is never negative",
				 LL_QUOTE(&parser->token), info->key);
	else if (is_signed && number->magnitude > INT64_MAX)
		ll_parser_refuse(parser, LL_QUOTED " is too large", LL_QUOTE(&parser->token));
	return parser->error == 0;
}

static bool parse_number(struct ll_parser *parser, const struct ll_field_info *info,
			 struct ll_filter_node *node)
{
	struct ll_number number = { 0 };
	int r = ll_number_parse(&parser->token, &number);

	if (r == -ENOENT)
		ll_parser_refuse(
			parser,
			LL_QUOTED
			" has no unit of lifeline's: those are ns us ms s m h d, and B "
			"KiB MiB GiB KB MB GB",
			LL_QUOTE(&parser->token));
	else if (r == -ERANGE)
		ll_parser_refuse(parser, LL_QUOTED " is too large", LL_QUOTE(&parser->token));
	else if (r < 0)
		ll_parser_refuse(parser, LL_QUOTED " is no number", LL_QUOTE(&parser->token));
	if (r < 0 || !check_number(parser, info, &number))
		return false;
	node->number = number.is_negative ? -number.magnitude : number.magnitude;
	node->text = ll_parser_copy(parser, &parser->token);
	return node->text != NULL;
}

static bool parse_bool(struct ll_parser *parser, const struct ll_parser_comparison *comparison,
		       struct ll_filter_node *node)
{
	bool is_true = ll_token_is(&parser->token, "true");

	if (!is_true && !ll_token_is(&parser->token, "false")) {
		refuse_value(parser, comparison);
		return false;
	}
	node->number = is_true;
	node->text = ll_parser_copy(parser, &parser->token);
	return node->text != NULL;
}

static bool compile_regex(struct ll_parser *parser, struct ll_filter_node *node)
{
	size_t column = parser->token.column;
	char reason[128];

	if (!ll_regex_is_modest(node->text)) {
		ll_parser_refuse(
			parser,
			"the regular expression at column %zu asks for too much: repeat "
			"less, and no \\1",
			column);
		return false;
	}
	int r = regcomp(&node->regex, node->text, REG_EXTENDED | REG_NOSUB);
	node->has_regex = r == 0;
	if (r == 0)
		return true;
	regerror(r, &node->regex, reason, sizeof(reason));
	ll_parser_refuse(parser, "the regular expression at column %zu is wrong: %s", column,
			 reason);
	return false;
}

/* Whether each [ of a glob has its ], as in glob(7): one that comes first is a member. */
static bool is_closed(const char *glob)
{
	for (const char *at = glob; *at != '\0'; at++) {
		if (*at == '\\' && at[1] != '\0')
			at++;
		else if (*at == '[') {
			at += at[1] == '!' || at[1] == '^' ? 2 : 1;
			if (*at != '\0')
				at = strchr(at + 1, ']');
			if (at == NULL || *at == '\0')
				return false;
		}
	}
	return true;
}

static bool check_glob(struct ll_parser *parser, const struct ll_filter_node *node)
{
	if (is_closed(node->text))
		return true;
	ll_parser_refuse(parser,
			 "the glob at column %zu is wrong: Unmatched [, which as text is \\[",
			 parser->token.column);
	return false;
}

/* A signal's name as events have it. */
static bool take_signal(struct ll_parser *parser, struct ll_filter_node *node)
{
	unsigned number = ll_signal_find(node->text, node->length);

	if (number == 0) {
		ll_parser_refuse_name(parser, "unknown signal", &parser->token,
				      ll_signal_suggest(node->text));
		return false;
	}
	free(node->text);
	node->text = strdup(ll_signal_name(number));
	if (node->text == NULL)
		return ll_parser_run_out(parser);
	node->length = strlen(node->text);
	return true;
}

static bool take_word(struct ll_parser *parser, struct ll_filter_node *node)
{
	int index = ll_filter_find_value(node->field, node->text);
	const char *meant = ll_filter_suggest_value(node->field, node->text);

	if (index < 0 && meant != NULL)
		ll_parser_refuse(parser, LL_QUOTED " is no value of %s: did you mean \"%s\"?",
				 LL_QUOTE(&parser->token), ll_field_info(node->field)->key,
				 meant);
	else if (index < 0)
		ll_parser_refuse(parser, LL_QUOTED " is no value of %s; see lifeline fields",
				 LL_QUOTE(&parser->token), ll_field_info(node->field)->key);
	else
		node->number = (uint64_t)index;
	return index >= 0;
}

static bool parse_text(struct ll_parser *parser, const struct ll_parser_comparison *comparison,
		       struct ll_filter_node *node)
{
	bool is_whole = node->compare == LL_FILTER_EQ || node->compare == LL_FILTER_NE;

	if (parser->token.kind != LL_TOKEN_STRING) {
		refuse_value(parser, comparison);
		return false;
	}
	node->text = ll_token_unquote(&parser->token);
	if (node->text == NULL)
		return ll_parser_run_out(parser);
	node->length = strlen(node->text);
	if (node->compare == LL_FILTER_MATCH || node->compare == LL_FILTER_NO_MATCH)
		return compile_regex(parser, node);
	if (!is_whole)
		return check_glob(parser, node);
	if (ll_field_info(node->field)->type == LL_TYPE_ENUM)
		return take_word(parser, node);
	return ll_filter_is_signal(node->field) ? take_signal(parser, node) : true;
}

static bool parse_typed(struct ll_parser *parser, const struct ll_parser_comparison *comparison,
			struct ll_filter_node *node)
{
	const struct ll_field_info *info = ll_field_info(comparison->place.field);

	if (is_text(info->type))
		return parse_text(parser, comparison, node);
	if (info->type == LL_TYPE_BOOL)
		return parse_bool(parser, comparison, node);
	if (parser->token.kind == LL_TOKEN_NUMBER)
		return parse_number(parser, info, node);
	refuse_value(parser, comparison);
	return false;
}

/* Which kinds a glob or regular expression means, by either of their names. */
static uint32_t match_kinds(const struct ll_filter_node *pattern)
{
	uint32_t kinds = 0;

	for (int kind = 0; kind < LL_EVENT_SNAPSHOT_END; kind++)
		if (ll_filter_node_matches_text(pattern, ll_event_kind_name(kind)) ||
		    ll_filter_node_matches_text(pattern, ll_event_kind_short_name(kind)))
			kinds |= 1u << kind;
	return kinds;
}

static bool find_kinds(struct ll_parser *parser, struct ll_filter_node *node)
{
	if (node->compare == LL_FILTER_GLOB) {
		if (!check_glob(parser, node))
			return false;
		node->kinds = match_kinds(node);
		return true;
	}
	if (node->compare == LL_FILTER_MATCH || node->compare == LL_FILTER_NO_MATCH) {
		if (!compile_regex(parser, node))
			return false;
		node->kinds = match_kinds(node);
		return true;
	}
	node->kinds = ll_filter_find_kinds(node->text);
	if (node->kinds != 0)
		return true;
	const char *meant = ll_filter_suggest_kind(node->text);
	if (meant != NULL)
		ll_parser_refuse(parser,
				 "no event is called " LL_QUOTED ": did you mean \"%s\"?",
				 LL_QUOTE(&parser->token), meant);
	else
		ll_parser_refuse(parser,
				 "no event is called " LL_QUOTED "; see lifeline trace --help",
				 LL_QUOTE(&parser->token));
	return false;
}

/* What is asked of event is a set of kinds, known now. */
static struct ll_filter_node *parse_event_value(struct ll_parser *parser,
						const struct ll_parser_comparison *comparison)
{
	struct ll_filter_node *node = ll_parser_make(parser, LL_FILTER_EVENT);
	bool is_negated = comparison->compare == LL_FILTER_NE ||
			  comparison->compare == LL_FILTER_NO_MATCH;

	if (node == NULL)
		return NULL;
	if (parser->token.kind == LL_TOKEN_NAME)
		return ll_parser_refuse(parser, LL_QUOTED ": text needs quotes: \"%.*s\"",
					LL_QUOTE(&parser->token), (int)parser->token.length,
					parser->token.text);
	if (parser->token.kind != LL_TOKEN_STRING)
		return ll_parser_refuse_token(parser, "the name of an event, in quotes,");
	node->compare = comparison->compare;
	node->text = ll_token_unquote(&parser->token);
	if (node->text == NULL)
		return ll_parser_run_out(parser);
	node->length = strlen(node->text);
	if (!find_kinds(parser, node))
		return NULL;
	if (is_negated)
		node->kinds = LL_E_ALL & ~(node->kinds | LL_E_HIDDEN);
	node->is_kinds_named = !is_negated;
	ll_parser_advance(parser);
	return node;
}

struct ll_filter_node *ll_parser_value(struct ll_parser *parser,
				       const struct ll_parser_comparison *comparison)
{
	if (comparison->place.is_event)
		return parse_event_value(parser, comparison);
	struct ll_filter_node *node = ll_parser_make(parser, LL_FILTER_COMPARE);
	if (node == NULL)
		return NULL;
	node->field = comparison->place.field;
	node->compare = comparison->compare;
	if (!parse_typed(parser, comparison, node))
		return NULL;
	ll_parser_advance(parser);
	return node;
}
