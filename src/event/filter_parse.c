/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Recursive descent, bounded in depth, one token ahead. The first mistake found is the one told.
 */
#include "event/filter_parse.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "event/filter_names.h"
#include "event/filter_number.h"
#include "event/filter_parser.h"

static struct ll_filter_node *parse_or(struct ll_parser *parser);

/* Note what is wrong, if nothing was before. Returns NULL, for the caller to return. */
void *ll_parser_refuse(struct ll_parser *parser, const char *format, ...)
{
	va_list args;

	if (parser->error != 0)
		return NULL;
	parser->error = -EINVAL;
	va_start(args, format);
	if (vasprintf(&parser->why, format, args) < 0) {
		parser->why = NULL;
		parser->error = -ENOMEM;
	}
	va_end(args);
	return NULL;
}

void *ll_parser_run_out(struct ll_parser *parser)
{
	if (parser->error == 0)
		parser->error = -ENOMEM;
	return NULL;
}

void ll_parser_advance(struct ll_parser *parser)
{
	parser->token = ll_lexer_next(&parser->lexer);
}

static bool accept(struct ll_parser *parser, enum ll_token_kind kind)
{
	if (parser->token.kind != kind)
		return false;
	ll_parser_advance(parser);
	return true;
}

/* Say that something else should stand here. */
void *ll_parser_refuse_token(struct ll_parser *parser, const char *expected)
{
	const struct ll_token *token = &parser->token;

	if (token->kind == LL_TOKEN_END)
		return ll_parser_refuse(parser, "it ends at column %zu, where %s should follow",
					token->column, expected);
	if (token->kind == LL_TOKEN_OPEN_STRING)
		return ll_parser_refuse(parser,
					"the text that begins at column %zu has no closing %c",
					token->column, token->text[0]);
	if (ll_token_is(token, "="))
		return ll_parser_refuse(parser, "'=' at column %zu: did you mean ==?",
					token->column);
	return ll_parser_refuse(parser, LL_QUOTED ", where %s should stand", LL_QUOTE(token),
				expected);
}

static bool expect(struct ll_parser *parser, enum ll_token_kind kind, const char *name)
{
	if (accept(parser, kind))
		return true;
	ll_parser_refuse_token(parser, name);
	return false;
}

struct ll_filter_node *ll_parser_make(struct ll_parser *parser, enum ll_filter_op op)
{
	struct ll_filter_node *node = ll_filter_node_new(parser->filter, op);

	return node != NULL ? node : ll_parser_run_out(parser);
}

/* Copy a token's text, or run out of memory. The caller's. */
char *ll_parser_copy(struct ll_parser *parser, const struct ll_token *token)
{
	char *text = strndup(token->text, token->length);

	return text != NULL ? text : ll_parser_run_out(parser);
}

/* "did you mean x?", or nothing; after a colon. */
void *ll_parser_refuse_name(struct ll_parser *parser, const char *what,
			    const struct ll_token *token, const char *meant)
{
	if (meant == NULL)
		return ll_parser_refuse(parser, "%s " LL_QUOTED "; see lifeline fields", what,
					LL_QUOTE(token));
	return ll_parser_refuse(parser, "%s " LL_QUOTED ": did you mean %s?", what,
				LL_QUOTE(token), meant);
}

static bool is_asked_here(const struct ll_parser *parser, enum ll_field field)
{
	return ll_field_is_of_process(field) ||
	       (ll_field_info(field)->events & parser->lines) != 0;
}

static bool check_place(struct ll_parser *parser, const struct ll_parser_place *place)
{
	if (place->is_event && (parser->lines & LL_E_ALL) == 0)
		ll_parser_refuse(
			parser,
			LL_QUOTED
			": lines of this command are no events; only in descendant_of() "
			"can it be asked for here",
			LL_QUOTE(&place->token));
	else if (!place->is_event && !is_asked_here(parser, place->field))
		ll_parser_refuse(parser, LL_QUOTED ": nothing that is asked here ever has %s",
				 LL_QUOTE(&place->token), ll_field_info(place->field)->key);
	return parser->error == 0;
}

/* Say which fields may be meant by a name that people say, if any of these is asked here. */
static bool refuse_other(struct ll_parser *parser, const char *name,
			 const struct ll_token *token)
{
	enum ll_field fields[LL_FILTER_OTHERS_MAX];
	size_t count = ll_filter_find_others(name, fields);
	char meant[256] = "";

	for (size_t i = 0; i < count; i++) {
		size_t used = strlen(meant);

		if (is_asked_here(parser, fields[i]))
			snprintf(meant + used, sizeof(meant) - used, "%s%s",
				 used > 0 ? " or " : "", ll_field_info(fields[i])->key);
	}
	if (meant[0] == '\0')
		return false;
	ll_parser_refuse_name(parser, "unknown field", token, meant);
	return true;
}

static bool find_place(struct ll_parser *parser, const char *name,
		       struct ll_parser_place *place)
{
	enum ll_field fields[2];

	place->is_event = strcmp(name, "event") == 0 || strcmp(name, "event.name") == 0;
	if (place->is_event)
		return true;
	if (refuse_other(parser, name, &place->token))
		return false;
	int r = ll_filter_find_field(name, fields);
	place->field = fields[0];
	if (r == -ENOENT)
		ll_parser_refuse_name(parser, "unknown field", &place->token,
				      ll_filter_suggest_field(name));
	else if (r == -EEXIST)
		ll_parser_refuse(parser, LL_QUOTED " could be %s or %s; write more of it",
				 LL_QUOTE(&place->token), ll_field_info(fields[0])->key,
				 ll_field_info(fields[1])->key);
	return r == 0;
}

static bool parse_place(struct ll_parser *parser, struct ll_parser_place *place)
{
	*place = (struct ll_parser_place){ .token = parser->token, .field = LL_F_COUNT };
	if (parser->token.kind != LL_TOKEN_NAME) {
		ll_parser_refuse_token(parser, "a field");
		return false;
	}
	LL_AUTO_FREE char *name = ll_parser_copy(parser, &parser->token);
	if (name == NULL || !find_place(parser, name, place) || !check_place(parser, place))
		return false;
	ll_parser_advance(parser);
	return true;
}

/* Kinds of an event are a set: a list of them is one question. */
static struct ll_filter_node *merge_kinds(struct ll_filter_node *list)
{
	struct ll_filter_node *first = list->first;

	for (const struct ll_filter_node *node = first->next; node != NULL; node = node->next) {
		if (list->op == LL_FILTER_AND)
			first->kinds &= node->kinds;
		else
			first->kinds |= node->kinds;
	}
	first->next = NULL;
	return first;
}

static bool parse_list(struct ll_parser *parser, const struct ll_parser_comparison *comparison,
		       struct ll_filter_node *list)
{
	struct ll_filter_node **end = &list->first;

	if (!expect(parser, LL_TOKEN_OPEN, "("))
		return false;
	do {
		*end = ll_parser_value(parser, comparison);
		if (*end == NULL)
			return false;
		end = &(*end)->next;
	} while (accept(parser, LL_TOKEN_COMMA));
	return expect(parser, LL_TOKEN_CLOSE, ", or )");
}

/* "in (a, b)" is == a or == b, "not in (a, b)" is != a and != b: absent fields are in neither. */
static struct ll_filter_node *parse_in(struct ll_parser *parser,
				       struct ll_parser_comparison *comparison, bool is_negated)
{
	struct ll_filter_node *list =
		ll_parser_make(parser, is_negated ? LL_FILTER_AND : LL_FILTER_OR);

	comparison->symbol = parser->token;
	comparison->compare = is_negated ? LL_FILTER_NE : LL_FILTER_EQ;
	ll_parser_advance(parser);
	if (list == NULL || !ll_parser_check_operator(parser, comparison) ||
	    !parse_list(parser, comparison, list))
		return NULL;
	if (comparison->place.is_event)
		return merge_kinds(list);
	return list->first->next == NULL ? list->first : list;
}

/* A field alone. */
static struct ll_filter_node *make_bare(struct ll_parser *parser,
					const struct ll_parser_place *place)
{
	const struct ll_field_info *info;

	if (place->is_event)
		return ll_parser_refuse(parser, LL_QUOTED " is compared with nothing",
					LL_QUOTE(&place->token));
	info = ll_field_info(place->field);
	if (info->type != LL_TYPE_BOOL)
		return ll_parser_refuse(
			parser, LL_QUOTED " is %s: compare it with a value, or ask has(%.*s)",
			LL_QUOTE(&place->token), ll_parser_type_name(info),
			(int)place->token.length, place->token.text);
	struct ll_filter_node *node = ll_parser_make(parser, LL_FILTER_COMPARE);
	if (node == NULL)
		return NULL;
	node->field = place->field;
	node->number = 1;
	node->text = strdup("true");
	return node->text != NULL ? node : ll_parser_run_out(parser);
}

static bool ends_leaf(enum ll_token_kind kind)
{
	return kind == LL_TOKEN_END || kind == LL_TOKEN_CLOSE || kind == LL_TOKEN_AND ||
	       kind == LL_TOKEN_OR;
}

static struct ll_filter_node *parse_comparison(struct ll_parser *parser)
{
	struct ll_parser_comparison comparison = { 0 };

	if (!parse_place(parser, &comparison.place))
		return NULL;
	if (parser->token.kind == LL_TOKEN_IN)
		return parse_in(parser, &comparison, false);
	if (parser->token.kind == LL_TOKEN_NOT && ll_token_is(&parser->token, "not")) {
		ll_parser_advance(parser);
		if (parser->token.kind != LL_TOKEN_IN)
			return ll_parser_refuse_token(parser, "in");
		return parse_in(parser, &comparison, true);
	}
	if (ends_leaf(parser->token.kind))
		return make_bare(parser, &comparison.place);
	if (parser->token.kind < LL_TOKEN_EQ || parser->token.kind > LL_TOKEN_NO_MATCH)
		return ll_parser_refuse_token(parser, "an operator");
	comparison.symbol = parser->token;
	comparison.compare =
		(enum ll_filter_compare)(parser->token.kind - LL_TOKEN_EQ + LL_FILTER_EQ);
	ll_parser_advance(parser);
	if (!ll_parser_check_operator(parser, &comparison))
		return NULL;
	return ll_parser_value(parser, &comparison);
}

static struct ll_filter_node *parse_has(struct ll_parser *parser)
{
	struct ll_filter_node *node;
	struct ll_parser_place place;

	ll_parser_advance(parser);
	if (!expect(parser, LL_TOKEN_OPEN, "(") || !parse_place(parser, &place) ||
	    !expect(parser, LL_TOKEN_CLOSE, ")"))
		return NULL;
	node = ll_parser_make(parser, place.is_event ? LL_FILTER_EVENT : LL_FILTER_HAS);
	if (node == NULL)
		return NULL;
	node->field = place.field;
	node->kinds = LL_E_ALL & ~LL_E_HIDDEN;
	return node;
}

static bool parse_ancestor_pid(struct ll_parser *parser, struct ll_filter_node *node)
{
	struct ll_number number = { 0 };

	if (ll_number_parse(&parser->token, &number) < 0 || number.unit != LL_UNIT_NONE ||
	    number.is_negative || !number.is_whole || number.magnitude == 0 ||
	    number.magnitude > UINT32_MAX) {
		ll_parser_refuse(parser, LL_QUOTED " is not a PID", LL_QUOTE(&parser->token));
		return false;
	}
	node->tgid = (uint32_t)number.magnitude;
	ll_parser_advance(parser);
	return true;
}

/* What is asked there is asked of events, whatever the lines outside are. */
static bool parse_ancestor(struct ll_parser *parser, struct ll_filter_node *node)
{
	uint32_t lines = parser->lines;

	if (parser->token.kind == LL_TOKEN_NUMBER)
		return parse_ancestor_pid(parser, node);
	parser->lines = LL_E_ALL & ~LL_E_HIDDEN;
	node->first = parse_or(parser);
	parser->lines = lines;
	return node->first != NULL;
}

static struct ll_filter_node *parse_descendant(struct ll_parser *parser)
{
	struct ll_filter *filter = parser->filter;
	struct ll_filter_node *node = ll_parser_make(parser, LL_FILTER_DESCENDANT);
	size_t column = parser->token.column;

	ll_parser_advance(parser);
	if (node == NULL || !expect(parser, LL_TOKEN_OPEN, "(") ||
	    !parse_ancestor(parser, node) || !expect(parser, LL_TOKEN_CLOSE, ")"))
		return NULL;
	if (filter->descendant_count == LL_FILTER_DESCENDANTS_MAX)
		return ll_parser_refuse(
			parser, "descendant_of at column %zu is one too many: there can be %d",
			column, LL_FILTER_DESCENDANTS_MAX);
	node->slot = filter->descendant_count;
	filter->descendants[filter->descendant_count++] = node;
	return node;
}

static bool is_called(const struct ll_parser *parser)
{
	const char *at = parser->lexer.at;

	while (*at == ' ' || *at == '\t')
		at++;
	return parser->token.kind == LL_TOKEN_NAME && *at == '(';
}

static bool is_call(const struct ll_parser *parser, const char *name)
{
	return is_called(parser) && ll_token_is(&parser->token, name);
}

/* What looks like a function, and is neither one nor a field. */
static bool refuse_function(struct ll_parser *parser)
{
	const struct ll_token *token = &parser->token;
	LL_AUTO_FREE char *name = ll_parser_copy(parser, token);
	enum ll_field fields[2];

	if (name == NULL)
		return true;
	const char *meant = ll_filter_suggest_function(name);
	if (ll_token_is(token, "has") || ll_token_is(token, "descendant_of"))
		ll_parser_refuse(parser,
				 LL_QUOTED ": what it asks for goes into brackets: %s(...)",
				 LL_QUOTE(token), name);
	else if (is_called(parser) && ll_filter_find_field(name, fields) != 0)
		ll_parser_refuse_name(parser, "unknown function", token,
				      meant != NULL ? meant : "has or descendant_of");
	return parser->error != 0;
}

static struct ll_filter_node *parse_group(struct ll_parser *parser)
{
	ll_parser_advance(parser);
	struct ll_filter_node *node = parse_or(parser);

	if (node == NULL || !expect(parser, LL_TOKEN_CLOSE, ")"))
		return NULL;
	return node;
}

static struct ll_filter_node *parse_unary(struct ll_parser *parser);

/* Deeper by one; leave it by depth--. */
static bool enter(struct ll_parser *parser)
{
	if (parser->depth >= LL_FILTER_DEPTH_MAX) {
		ll_parser_refuse(parser, "it nests deeper than %d at column %zu",
				 LL_FILTER_DEPTH_MAX, parser->token.column);
		return false;
	}
	parser->depth++;
	return true;
}

static struct ll_filter_node *parse_not(struct ll_parser *parser)
{
	struct ll_filter_node *node = ll_parser_make(parser, LL_FILTER_NOT);

	if (node == NULL || !enter(parser))
		return NULL;
	ll_parser_advance(parser);
	node->first = parse_unary(parser);
	parser->depth--;
	return node->first != NULL ? node : NULL;
}

static struct ll_filter_node *parse_unary(struct ll_parser *parser)
{
	switch (parser->token.kind) {
	case LL_TOKEN_NOT:
		return parse_not(parser);
	case LL_TOKEN_OPEN:
		return parse_group(parser);
	default:
		break;
	}
	if (is_call(parser, "has"))
		return parse_has(parser);
	if (is_call(parser, "descendant_of"))
		return parse_descendant(parser);
	if (parser->token.kind == LL_TOKEN_NAME && refuse_function(parser))
		return NULL;
	return parse_comparison(parser);
}

typedef struct ll_filter_node *(*parse_fn)(struct ll_parser *parser);

/* One part, or several joined by an operator: then a node with all of them. */
static struct ll_filter_node *parse_joined(struct ll_parser *parser, enum ll_token_kind joint,
					   enum ll_filter_op op, parse_fn parse_part)
{
	struct ll_filter_node *first = parse_part(parser), *last = first, *joined;

	if (first == NULL || parser->token.kind != joint)
		return first;
	joined = ll_parser_make(parser, op);
	if (joined == NULL)
		return NULL;
	joined->first = first;
	while (accept(parser, joint)) {
		last->next = parse_part(parser);
		last = last->next;
		if (last == NULL)
			return NULL;
	}
	return joined;
}

static struct ll_filter_node *parse_and(struct ll_parser *parser)
{
	return parse_joined(parser, LL_TOKEN_AND, LL_FILTER_AND, parse_unary);
}

static struct ll_filter_node *parse_or(struct ll_parser *parser)
{
	if (!enter(parser))
		return NULL;
	struct ll_filter_node *node =
		parse_joined(parser, LL_TOKEN_OR, LL_FILTER_OR, parse_and);
	parser->depth--;
	return node;
}

int ll_filter_parse_into(struct ll_filter *filter, const char *text, char **ret_why)
{
	struct ll_parser parser = {
		.filter = filter,
		.lexer = { .at = text, .column = 1 },
		.lines = filter->lines,
	};

	if (strlen(text) > LL_FILTER_BYTES_MAX) {
		ll_parser_refuse(&parser, "it is longer than %d bytes", LL_FILTER_BYTES_MAX);
	} else {
		ll_parser_advance(&parser);
		filter->root = parse_or(&parser);
		if (filter->root != NULL && parser.token.kind != LL_TOKEN_END)
			ll_parser_refuse_token(&parser, "and, or, or nothing");
	}
	if (parser.error != 0)
		*ret_why = parser.why;
	return parser.error;
}
