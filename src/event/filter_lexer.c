/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Longest match first; the text is only read, so that a token is a place in it. */
#include "event/filter_lexer.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"

static const struct {
	const char *text;
	enum ll_token_kind kind;
} symbols[] = {
	{ "==", LL_TOKEN_EQ },   { "!=", LL_TOKEN_NE },    { "<=", LL_TOKEN_LE },
	{ ">=", LL_TOKEN_GE },   { "=~", LL_TOKEN_MATCH }, { "!~", LL_TOKEN_NO_MATCH },
	{ "&&", LL_TOKEN_AND },  { "||", LL_TOKEN_OR },    { "(", LL_TOKEN_OPEN },
	{ ")", LL_TOKEN_CLOSE }, { ",", LL_TOKEN_COMMA },  { "<", LL_TOKEN_LT },
	{ ">", LL_TOKEN_GT },    { "~", LL_TOKEN_GLOB },   { "!", LL_TOKEN_NOT },
};

static const struct {
	const char *text;
	enum ll_token_kind kind;
} keywords[] = {
	{ "and", LL_TOKEN_AND },
	{ "or", LL_TOKEN_OR },
	{ "not", LL_TOKEN_NOT },
	{ "in", LL_TOKEN_IN },
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static void advance(struct ll_lexer *lexer, size_t length)
{
	for (; length > 0; length--, lexer->at++)
		lexer->column += ((unsigned char)*lexer->at & 0xc0) != 0x80;
}

/* What follows the quote, and the quote that ends it. 0: nothing ends it. */
static size_t string_length(const char *text)
{
	for (const char *at = text + 1; *at != '\0'; at++) {
		if (*at == *text)
			return (size_t)(at - text) + 1;
		if (*at == '\\' && at[1] != '\0')
			at++;
	}
	return 0;
}

static size_t word_length(const char *text)
{
	size_t length = 0;

	while (is_letter(text[length]) || is_digit(text[length]) || text[length] == '.')
		length++;
	return length;
}

/* Digits, points and letters: what is no number among them is found when it is converted. */
static bool is_number(const char *text)
{
	return is_digit(text[0]) || (text[0] == '-' && is_digit(text[1]));
}

static size_t number_length(const char *text)
{
	size_t sign = text[0] == '-';

	return sign + word_length(text + sign);
}

static void read_name(const char *at, struct ll_token *token)
{
	token->kind = LL_TOKEN_NAME;
	token->length = word_length(at);
	for (size_t i = 0; i < sizeof(keywords) / sizeof(keywords[0]); i++)
		if (ll_token_is(token, keywords[i].text))
			token->kind = keywords[i].kind;
}

static void read_symbol(const char *at, struct ll_token *token)
{
	token->kind = LL_TOKEN_BAD;
	token->length = 1;
	/* The rest of a character that is more than a byte. */
	while (((unsigned char)at[token->length] & 0xc0) == 0x80)
		token->length++;
	for (size_t i = 0; i < sizeof(symbols) / sizeof(symbols[0]); i++) {
		size_t length = strlen(symbols[i].text);

		if (strncmp(at, symbols[i].text, length) != 0)
			continue;
		token->kind = symbols[i].kind;
		token->length = length;
		return;
	}
}

static void read_string(const char *at, struct ll_token *token)
{
	size_t length = string_length(at);

	token->kind = length > 0 ? LL_TOKEN_STRING : LL_TOKEN_OPEN_STRING;
	token->length = length > 0 ? length : strlen(at);
}

struct ll_token ll_lexer_next(struct ll_lexer *lexer)
{
	while (is_space(*lexer->at))
		advance(lexer, 1);
	const char *at = lexer->at;
	struct ll_token token = { .text = at, .column = lexer->column };

	if (*at == '\0') {
		token.kind = LL_TOKEN_END;
	} else if (*at == '"' || *at == '\'') {
		read_string(at, &token);
	} else if (is_number(at)) {
		token.kind = LL_TOKEN_NUMBER;
		token.length = number_length(at);
	} else if (is_letter(*at)) {
		read_name(at, &token);
	} else {
		read_symbol(at, &token);
	}
	advance(lexer, token.length);
	return token;
}

bool ll_token_is(const struct ll_token *token, const char *word)
{
	return token->length == strlen(word) && memcmp(token->text, word, token->length) == 0;
}

static int hex_digit(char c)
{
	const char *digits = "0123456789abcdef", *found = NULL;

	if (c >= 'A' && c <= 'F')
		c = (char)(c - 'A' + 'a');
	if (c != '\0')
		found = strchr(digits, c);
	return found != NULL ? (int)(found - digits) : -1;
}

/* Read one escape or byte of a string; returns the bytes it took. A NUL cannot be compared with. */
static size_t unescape(const char *at, char *ret)
{
	static const char names[] = "\"'\\nt", bytes[] = "\"'\\\n\t";
	const char *found = at[0] == '\\' && at[1] != '\0' ? strchr(names, at[1]) : NULL;

	if (found != NULL) {
		*ret = bytes[found - names];
		return 2;
	}
	if (at[0] == '\\' && at[1] == 'x' && hex_digit(at[2]) >= 0 && hex_digit(at[3]) >= 0 &&
	    hex_digit(at[2]) + hex_digit(at[3]) > 0) {
		*ret = (char)(hex_digit(at[2]) << 4 | hex_digit(at[3]));
		return 4;
	}
	*ret = at[0];
	return 1;
}

char *ll_token_unquote(const struct ll_token *token)
{
	LL_AUTO_FREE char *bytes = malloc(token->length);
	const char *at = token->text + 1, *end = token->text + token->length - 1;
	size_t length = 0;

	if (bytes == NULL)
		return NULL;
	while (at < end)
		at += unescape(at, &bytes[length++]);
	bytes[length] = '\0';
	return TAKE(bytes);
}
