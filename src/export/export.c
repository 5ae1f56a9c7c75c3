/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The table of formats. */
#include "export/export.h"

#include <string.h>

static const struct ll_export_format *const formats[] = {
	&ll_export_chrome, &ll_export_csv,  &ll_export_dot,      &ll_export_folded,
	&ll_export_html,   &ll_export_json, &ll_export_perfetto, &ll_export_sqlite,
};

const struct ll_export_format *ll_export_format_at(size_t index)
{
	return index < sizeof(formats) / sizeof(formats[0]) ? formats[index] : NULL;
}

const struct ll_export_format *ll_export_format_find(const char *name)
{
	const struct ll_export_format *format;

	for (size_t i = 0; (format = ll_export_format_at(i)) != NULL; i++)
		if (strcmp(format->name, name) == 0)
			return format;
	return NULL;
}
