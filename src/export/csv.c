/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Comma-separated values: a heading of keys, and a line for every event, quoted as RFC 4180 has it,
 * each line ended by a newline alone. What is unknown is empty; text that is known and empty is
 * quoted. Nothing is held from one event to the next.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "base/cleanup.h"
#include "export/columns.h"
#include "export/export.h"
#include "export/value.h"
#include "render/buffer.h"

struct ll_export {
	FILE *out; /* borrowed */
	struct ll_column *columns;
	size_t column_count;
	struct ll_value_scratch scratch;
};

static void free_csv(struct ll_export *export)
{
	if (export == NULL)
		return;
	free(export->columns);
	ll_value_scratch_fini(&export->scratch);
	free(export);
}

static void free_cleanup(struct ll_export **export)
{
	free_csv(*export);
}

/* Quoted only where it has to be, so that numbers stay numbers to those that look. */
static void put_cell(struct ll_buffer *buffer, struct ll_str text)
{
	bool is_plain = text.length > 0;

	for (size_t i = 0; i < text.length && is_plain; i++)
		is_plain = strchr(",\"\r\n ", text.data[i]) == NULL;
	if (is_plain) {
		ll_buffer_put(buffer, text.data, text.length);
		return;
	}
	ll_buffer_put_char(buffer, '"');
	for (size_t i = 0; i < text.length; i++) {
		if (text.data[i] == '"')
			ll_buffer_put_char(buffer, '"');
		ll_buffer_put_char(buffer, text.data[i]);
	}
	ll_buffer_put_char(buffer, '"');
}

static void put_base64(struct ll_buffer *buffer, struct ll_str bytes)
{
	char text[LL_BASE64_LENGTH(768)];

	for (size_t i = 0; i < bytes.length; i += 768) {
		size_t piece = bytes.length - i < 768 ? bytes.length - i : 768;

		ll_buffer_put(buffer, text, ll_base64_encode(bytes.data + i, piece, text));
	}
}

static int put_field(struct ll_export *export, struct ll_buffer *buffer,
		     const struct ll_event *event, const struct ll_column *column)
{
	struct ll_str text, bytes;

	if (column->field == LL_COLUMN_EVENT) {
		put_cell(buffer, ll_str_of(ll_event_kind_name(event->kind)));
		return 0;
	}
	if (!ll_event_has(event, column->field)) {
		/* A line of nothing would be no line. */
		if (export->column_count == 1)
			put_cell(buffer, ll_str_make(NULL, 0));
		return 0;
	}
	int err = ll_value_text(&export->scratch, event, column->field, &text, &bytes);
	if (err == 0 && column->is_base64)
		put_base64(buffer, bytes);
	else if (err == 0)
		put_cell(buffer, text);
	return err;
}

static int write_event(struct ll_export *export, const struct ll_event *event)
{
	struct ll_buffer buffer;
	int err = 0;

	ll_buffer_init(&buffer, export->out);
	for (size_t i = 0; i < export->column_count && err == 0; i++) {
		if (i > 0)
			ll_buffer_put_char(&buffer, ',');
		err = put_field(export, &buffer, event, &export->columns[i]);
	}
	ll_buffer_put_char(&buffer, '\n');
	return err != 0 ? err : ll_buffer_end(&buffer);
}

static int write_heading(const struct ll_export *export)
{
	struct ll_buffer buffer;

	ll_buffer_init(&buffer, export->out);
	for (size_t i = 0; i < export->column_count; i++) {
		const struct ll_column *column = &export->columns[i];

		ll_buffer_put_string(&buffer, i > 0 ? "," : "");
		ll_buffer_put_string(&buffer, column->field == LL_COLUMN_EVENT
						      ? "event.name"
						      : ll_field_info(column->field)->key);
		ll_buffer_put_string(&buffer, column->is_base64 ? ".base64" : "");
	}
	ll_buffer_put_char(&buffer, '\n');
	return ll_buffer_end(&buffer);
}

static int open_csv(const struct ll_export_options *options, struct ll_export **ret_export,
		    char **ret_why)
{
	LL_CLEANUP(free_cleanup) struct ll_export *export = calloc(1, sizeof(*export));

	*ret_why = NULL;
	if (export == NULL || ll_value_scratch_init(&export->scratch) < 0)
		return -ENOMEM;
	export->out = options->out;
	int err = ll_columns_parse(options->fields, &export->columns, &export->column_count,
				   ret_why);
	if (err == 0)
		err = write_heading(export);
	if (err == 0)
		*ret_export = TAKE(export);
	return err;
}

static int end(struct ll_export *export, uint64_t now_boottime_ns, uint64_t now_unix_ns)
{
	(void)export;
	(void)now_boottime_ns;
	(void)now_unix_ns;
	return 0;
}

const struct ll_export_format ll_export_csv = {
	.name = "csv",
	.help = "a table of events, its columns as --fields has them; arguments as a JSON array",
	.kinds = LL_E_ALL & ~LL_E_HIDDEN,
	.is_binary = true, /* names and paths are written as they are */
	.has_fields = true,
	.open = open_csv,
	.event = write_event,
	.end = end,
	.free = free_csv,
};
