/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* See html_strings.h. */
#include "export/html_strings.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define HASH_NONFATAL_OOM 1
#include <uthash.h>

#include "base/grow.h"

struct ll_html_string {
	UT_hash_handle hh;
	size_t number, length;
	char text[];
};

int ll_html_strings_init(struct ll_html_strings *strings)
{
	uint64_t number;

	*strings = (struct ll_html_strings){ 0 };
	return ll_html_strings_add(strings, ll_str_of(""), &number);
}

void ll_html_strings_fini(struct ll_html_strings *strings)
{
	HASH_CLEAR(hh, strings->by_text);
	for (size_t i = 0; i < strings->count; i++)
		free(strings->by_number[i]);
	free(strings->by_number);
	*strings = (struct ll_html_strings){ 0 };
}

static struct ll_html_string *make(struct ll_str text, size_t number)
{
	struct ll_html_string *string = malloc(sizeof(*string) + text.length);

	if (string == NULL)
		return NULL;
	string->number = number;
	string->length = text.length;
	if (text.length > 0)
		memcpy(string->text, text.data, text.length);
	return string;
}

static int enter(struct ll_html_strings *strings, struct ll_str text)
{
	void *by_number = ll_grow(strings->by_number, strings->count + 1, &strings->room,
				  sizeof(*strings->by_number), 1024);

	if (by_number == NULL)
		return -ENOMEM;
	strings->by_number = by_number;
	struct ll_html_string *string = make(text, strings->count);
	if (string == NULL)
		return -ENOMEM;
	HASH_ADD_KEYPTR(hh, strings->by_text, string->text, string->length, string);
	if (string->hh.tbl == NULL) {
		free(string);
		return -ENOMEM;
	}
	strings->by_number[strings->count++] = string;
	strings->bytes += text.length;
	return 0;
}

int ll_html_strings_add(struct ll_html_strings *strings, struct ll_str text,
			uint64_t *ret_number)
{
	struct ll_html_string *string = NULL;

	HASH_FIND(hh, strings->by_text, text.data != NULL ? text.data : "", text.length,
		  string);
	if (string != NULL) {
		*ret_number = string->number;
		return 0;
	}
	if (strings->bytes + text.length > LL_HTML_STRINGS_BYTES) {
		strings->left_out++;
		*ret_number = 0;
		return 0;
	}
	int err = enter(strings, text);
	if (err == 0)
		*ret_number = strings->count - 1;
	return err;
}

struct ll_str ll_html_strings_at(const struct ll_html_strings *strings, size_t number)
{
	const struct ll_html_string *string = strings->by_number[number];

	return ll_str_make(string->text, string->length);
}
