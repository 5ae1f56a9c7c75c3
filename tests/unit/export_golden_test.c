/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Formats that are text, whole, of a story with every corner; and with a filter. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <string.h>

#include <cmocka.h>

#include "event/filter.h"
#include "export/export.h"
#include "golden.h"
#include "support/export_story.h"

struct exporting {
	const struct ll_export_format *format;
	struct ll_export *export;
	struct ll_model *model;
	struct ll_filter *filter;
};

/* As the watch does it: what -f is true of, and losses. */
static int hand_on(void *arg, const struct ll_event *event)
{
	struct exporting *exporting = arg;
	int asked = exporting->filter == NULL
			    ? 1
			    : ll_model_ask(exporting->model, exporting->filter, event);

	assert_true(asked >= 0);
	if ((exporting->format->kinds >> event->kind & 1) == 0 ||
	    (asked == 0 && event->kind != LL_EVENT_LOST))
		return 0;
	return exporting->format->event(exporting->export, event);
}

static int apply(void *arg, const struct ll_event *event)
{
	struct exporting *exporting = arg;

	return ll_model_apply(exporting->model, event, hand_on, exporting);
}

static void check(const char *format, const char *fields, const char *filter,
		  const char *golden_name)
{
	struct exporting exporting = { .format = ll_export_format_find(format),
				       .model = ll_model_new(100) };
	struct golden golden;
	char *why = NULL;

	assert_non_null(exporting.format);
	assert_non_null(exporting.model);
	golden_open(&golden);
	const struct ll_export_options options = {
		.out = golden.out,
		.model = exporting.model,
		.fields = fields,
	};
	if (filter != NULL)
		assert_int_equal(
			ll_filter_parse(filter, LL_E_ALL, 100, &exporting.filter, &why), 0);
	assert_int_equal(exporting.format->open(&options, &exporting.export, &why), 0);
	assert_int_equal(story_all(apply, &exporting), 0);
	assert_int_equal(exporting.format->end(exporting.export, STORY_AT(800), 0), 0);
	exporting.format->free(exporting.export);
	ll_filter_free(exporting.filter);
	ll_model_free(exporting.model);
	golden_check(&golden, golden_name);
}

static void json_matches_the_golden_lines(void **state)
{
	(void)state;
	check("json", NULL, NULL, "export.jsonl");
}

static void json_of_a_filter_has_what_it_is_true_of_and_losses(void **state)
{
	(void)state;
	check("json", NULL, "exit.code != 0 or has(exit.signal)", "export-filtered.jsonl");
}

static void csv_matches_the_golden_lines(void **state)
{
	(void)state;
	check("csv", NULL, NULL, "export-csv.txt");
}

static void csv_has_the_columns_asked_for(void **state)
{
	(void)state;
	check("csv", "event,pid,args,args.base64,exit.code,late", "has(args)",
	      "export-csv-fields.txt");
}

static void chrome_matches_the_golden_lines(void **state)
{
	(void)state;
	check("chrome", NULL, NULL, "export-chrome.json");
}

static void dot_matches_the_golden_lines(void **state)
{
	(void)state;
	check("dot", NULL, NULL, "export-dot.txt");
}

static void dot_of_a_filter_has_the_way_to_the_root(void **state)
{
	(void)state;
	check("dot", NULL, "exit.code == 1", "export-dot-filtered.txt");
}

static void folded_matches_the_golden_lines(void **state)
{
	(void)state;
	check("folded", NULL, NULL, "export-folded.txt");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(json_matches_the_golden_lines),
		cmocka_unit_test(json_of_a_filter_has_what_it_is_true_of_and_losses),
		cmocka_unit_test(csv_matches_the_golden_lines),
		cmocka_unit_test(csv_has_the_columns_asked_for),
		cmocka_unit_test(chrome_matches_the_golden_lines),
		cmocka_unit_test(dot_matches_the_golden_lines),
		cmocka_unit_test(dot_of_a_filter_has_the_way_to_the_root),
		cmocka_unit_test(folded_matches_the_golden_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
