/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Names are those of the filter language, so that one is learned for both. */
#include "export/columns.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/grow.h"
#include "event/filter_names.h"

#define SIBLING ".base64"

/* Who, what, how it ended and what it used: enough for most tables, on a line that is still read. */
static const char default_columns[] =
	"time_unix_nano,event.name,process.pid,thread.id,process.parent_pid,process.entity_id,"
	"process.executable.name,process.executable.path,process.command_args,"
	"process.exit.code,process.exit.signal,process.exit.description,process.duration_ns,"
	"process.cpu.user_ns,process.cpu.system_ns,process.memory.max_rss_bytes,signal.name,"
	"signal.sender.pid,signal.sender.comm,lost.kind,lost.count";

struct list {
	struct ll_column *columns;
	size_t count, room;
	char *why;
};

static void list_fini(struct list *list)
{
	free(list->columns);
	free(list->why);
}

__attribute__((format(printf, 2, 3))) static int refuse(struct list *list, const char *format,
							...)
{
	va_list args;

	va_start(args, format);
	int length = vasprintf(&list->why, format, args);
	va_end(args);
	if (length >= 0)
		return -EINVAL;
	list->why = NULL;
	return -ENOMEM;
}

static int refuse_unknown(struct list *list, const char *name)
{
	const char *meant = ll_filter_suggest_field(name);

	if (meant != NULL)
		return refuse(list, "--fields: no field is called '%s'; did you mean '%s'?",
			      name, meant);
	return refuse(list, "--fields: no field is called '%s'; see lifeline fields", name);
}

static int find(struct list *list, const char *name, unsigned *ret_field)
{
	enum ll_field fields[2];

	if (strcmp(name, "event") == 0 || strcmp(name, "event.name") == 0) {
		*ret_field = LL_COLUMN_EVENT;
		return 0;
	}
	int r = ll_filter_find_field(name, fields);
	if (r == -EEXIST)
		return refuse(
			list,
			"--fields: '%s' is the end of more than one name: %s, %s; say more of it",
			name, ll_field_info(fields[0])->key, ll_field_info(fields[1])->key);
	if (r < 0)
		return refuse_unknown(list, name);
	*ret_field = fields[0];
	return 0;
}

/* Whether a column's text may lack bytes of the original. */
static bool has_bytes(unsigned field)
{
	return field != LL_COLUMN_EVENT && (ll_field_info(field)->type == LL_TYPE_STR ||
					    ll_field_info(field)->type == LL_TYPE_ARGS);
}

static int add(struct list *list, struct ll_column column)
{
	for (size_t i = 0; i < list->count; i++)
		if (list->columns[i].field == column.field &&
		    list->columns[i].is_base64 == column.is_base64)
			return refuse(list, "--fields: '%s%s' comes twice",
				      column.field == LL_COLUMN_EVENT
					      ? "event.name"
					      : ll_field_info(column.field)->key,
				      column.is_base64 ? SIBLING : "");
	struct ll_column *columns =
		ll_grow(list->columns, list->count + 1, &list->room, sizeof(*columns), 32);
	if (columns == NULL)
		return -ENOMEM;
	list->columns = columns;
	list->columns[list->count++] = column;
	return 0;
}

/* name is cut where its sibling's mark begins. */
static int add_name(struct list *list, char *name)
{
	size_t length = strlen(name), cut = sizeof(SIBLING) - 1;
	struct ll_column column = { 0 };

	if (length == 0)
		return refuse(list, "--fields: a name is missing; see lifeline fields");
	if (length > cut && strcmp(name + length - cut, SIBLING) == 0) {
		name[length - cut] = '\0';
		column.is_base64 = true;
	}
	int r = find(list, name, &column.field);
	if (r == 0 && column.is_base64 && !has_bytes(column.field))
		r = refuse(list, "--fields: '%s' is no text, and has no %s", name, SIBLING);
	return r != 0 ? r : add(list, column);
}

int ll_columns_parse(const char *text, struct ll_column **ret_columns, size_t *ret_count,
		     char **ret_why)
{
	LL_CLEANUP(list_fini) struct list list = { 0 };
	LL_AUTO_FREE char *copy = strdup(text != NULL ? text : default_columns);
	char *rest = copy, *name;
	int r = 0;

	if (copy == NULL)
		return -ENOMEM;
	while (r == 0 && (name = strsep(&rest, ",")) != NULL)
		r = add_name(&list, name);
	if (r == -EINVAL)
		*ret_why = TAKE(list.why);
	if (r != 0)
		return r;
	*ret_columns = TAKE(list.columns);
	*ret_count = list.count;
	return 0;
}
