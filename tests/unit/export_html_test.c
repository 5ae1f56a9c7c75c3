/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The page's exporter, where sanitizers see it; what the page makes of it is tested in tests/html. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "export/html_pack.h"
#include "export/html_process.h"
#include "support/html_scenes.h"

static char *page_of(uint32_t count)
{
	char *text = NULL;
	size_t size;
	FILE *file = open_memstream(&text, &size);

	assert_non_null(file);
	assert_int_equal(scene_write(file, count), 0);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(strlen(text), size);
	return text;
}

static void page_has_its_parts_in_place_and_its_data_packed(void **state)
{
	LL_AUTO_FREE char *text = page_of(0);
	const char *data = strstr(text, "id=\"data\">");

	(void)state;
	assert_true(strncmp(text, "<!doctype html>", 15) == 0);
	assert_null(strstr(text, "<!--{"));
	assert_non_null(data);
	/* The magic of gzip in base64. */
	assert_memory_equal(data + 10, "H4sI", 4);
	assert_null(strstr(text, "onerror=alert"));
}

static void page_of_many_processes_grows_with_them_slowly(void **state)
{
	LL_AUTO_FREE char *few = page_of(400);
	LL_AUTO_FREE char *many = page_of(4000);

	(void)state;
	assert_true(strlen(many) > strlen(few));
	assert_true(strlen(many) - strlen(few) < 3600 * 60);
}

static void page_without_an_event_is_one(void **state)
{
	char *why = NULL;
	struct ll_export *export = NULL;
	LL_AUTO_FREE char *text = NULL;
	size_t size;
	FILE *file = open_memstream(&text, &size);
	struct ll_model *model = ll_model_new(0);
	const struct ll_export_options options = { .out = file, .model = model };

	(void)state;
	assert_int_equal(ll_export_html.open(&options, &export, &why), 0);
	assert_int_equal(ll_export_html.end(export, 0, 0), 0);
	ll_export_html.free(export);
	ll_model_free(model);
	fclose(file);
	assert_non_null(strstr(text, "</html>"));
}

static void page_that_cannot_be_written_is_an_error(void **state)
{
	FILE *full = fopen("/dev/full", "w");

	(void)state;
	assert_non_null(full);
	assert_int_equal(scene_write(full, 4000), -ENOSPC);
	fclose(full);
}

static size_t decode_base64(const char *text, unsigned char *out)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	size_t length = 0;
	uint32_t bits = 0;

	for (size_t i = 0; text[i] != '\0' && text[i] != '='; i++) {
		bits = bits << 6 | (uint32_t)(strchr(digits, text[i]) - digits);
		if (i % 4 > 0)
			out[length++] = (unsigned char)(bits >> (6 - 2 * (i % 4)));
	}
	return length;
}

/* Random bytes do not shrink: so the output is cut into several pieces. */
static void pack_unpacks_to_what_was_written(void **state)
{
	enum { SIZE = 300000 };
	LL_AUTO_FREE unsigned char *bytes = malloc(SIZE);
	LL_AUTO_FREE unsigned char *packed = malloc(SIZE * 2);
	LL_AUTO_FREE unsigned char *back = malloc(SIZE + 1);
	LL_AUTO_FREE char *text = NULL;
	size_t size;
	uint64_t random = 7;
	FILE *out = open_memstream(&text, &size);
	FILE *pack = ll_html_pack_open(out);

	(void)state;
	for (size_t i = 0; i < SIZE; i++)
		bytes[i] = (unsigned char)scene_random(&random, 256);
	assert_int_equal(fwrite(bytes, 1, SIZE, pack), SIZE);
	assert_int_equal(fclose(pack), 0);
	fclose(out);
	z_stream stream = { .next_in = packed, .next_out = back, .avail_out = SIZE + 1 };
	stream.avail_in = (unsigned)decode_base64(text, packed);
	assert_int_equal(inflateInit2(&stream, 31), Z_OK);
	assert_int_equal(inflate(&stream, Z_FINISH), Z_STREAM_END);
	assert_int_equal(stream.total_out, SIZE);
	assert_memory_equal(back, bytes, SIZE);
	inflateEnd(&stream);
}

static void strings_are_kept_once_and_numbered_in_order(void **state)
{
	struct ll_html_strings strings;
	uint64_t a, b, again, empty;

	(void)state;
	assert_int_equal(ll_html_strings_init(&strings), 0);
	assert_int_equal(ll_html_strings_add(&strings, built_str("a"), &a), 0);
	assert_int_equal(ll_html_strings_add(&strings, SCENE_BYTES("a\0"), &b), 0);
	assert_int_equal(ll_html_strings_add(&strings, built_str("a"), &again), 0);
	assert_int_equal(ll_html_strings_add(&strings, ll_str_make(NULL, 0), &empty), 0);
	assert_int_equal(empty, 0);
	assert_int_equal(a, 1);
	assert_int_equal(b, 2);
	assert_int_equal(again, 1);
	assert_int_equal(strings.count, 3);
	assert_int_equal(ll_html_strings_at(&strings, 2).length, 2);
	ll_html_strings_fini(&strings);
}

static void strings_beyond_the_bound_are_counted(void **state)
{
	struct ll_html_strings strings;
	uint64_t number = 9;

	(void)state;
	assert_int_equal(ll_html_strings_init(&strings), 0);
	strings.bytes = LL_HTML_STRINGS_BYTES;
	assert_int_equal(ll_html_strings_add(&strings, built_str("more"), &number), 0);
	assert_int_equal(number, 0);
	assert_int_equal(strings.left_out, 1);
	ll_html_strings_fini(&strings);
}

static void coarsening_keeps_begin_end_and_the_longest(void **state)
{
	enum { COUNT = 100 };
	struct ll_html_stay stays[COUNT];
	struct ll_html_process process = { .stays = stays, .stay_count = COUNT };

	(void)state;
	for (size_t i = 0; i < COUNT; i++)
		stays[i] =
			(struct ll_html_stay){ i * 10000, i * 10000 + 10000, (uint8_t)(i % 2) };
	stays[50] = (struct ll_html_stay){ 500000, 510000, LL_STATE_UNINTERRUPTIBLE };
	stays[COUNT - 1] = (struct ll_html_stay){ 990000, 99000000, LL_STATE_STOPPED };
	ll_html_process_coarsen(&process, 10);
	assert_in_range(process.stay_count, 1, 10);
	assert_int_equal(stays[0].begin_ns, 0);
	assert_int_equal(stays[process.stay_count - 1].end_ns, 99000000);
	assert_int_equal(stays[process.stay_count - 1].state, LL_STATE_STOPPED);
	assert_true(process.bits & LL_HTML_COARSE);
}

/* More than is kept of one process: counted, not kept. */
static void signals_beyond_the_bound_are_counted(void **state)
{
	const struct built_id id = { 5, 5 };
	struct ll_html_table table;
	struct ll_model *model = ll_model_new(0);

	(void)state;
	assert_int_equal(ll_html_table_init(&table), 0);
	struct ll_event event = built_fork(id, (struct built_id){ 1, 1 }, "x");
	assert_int_equal(ll_model_apply(model, &event, NULL, NULL), 0);
	for (int i = 0; i < LL_HTML_SIGNALS + 5; i++) {
		event = built_kill(100, id, SIGUSR1, LL_DISPOSITION_HANDLER, id, "x");
		assert_int_equal(ll_html_table_add(&table, model, &event), 0);
	}
	assert_int_equal(ll_html_table_end(&table, model, 200), 0);
	assert_int_equal(table.count, 1);
	assert_int_equal(table.processes[0]->signal_count, LL_HTML_SIGNALS);
	assert_int_equal(table.processes[0]->signals_left_out, 5);
	ll_html_table_fini(&table);
	ll_model_free(model);
}

/* With -f one event of a grandchild may be all there is: its ancestors come from the model. */
static void ancestors_of_what_is_asked_for_are_there_too(void **state)
{
	const struct built_id old = { 5, 5 }, child = { 6, 6 }, grandchild = { 7, 7 };
	struct ll_html_table table;
	struct ll_model *model = ll_model_new(0);
	struct ll_event event = built_fork(old, (struct built_id){ 1, 1 }, "a");

	(void)state;
	assert_int_equal(ll_html_table_init(&table), 0);
	assert_int_equal(ll_model_apply(model, &event, NULL, NULL), 0);
	event = built_fork(child, old, "b");
	assert_int_equal(ll_model_apply(model, &event, NULL, NULL), 0);
	event = built_fork(grandchild, child, "c");
	assert_int_equal(ll_model_apply(model, &event, NULL, NULL), 0);
	assert_int_equal(ll_html_table_add(&table, model, &event), 0);
	assert_int_equal(ll_html_table_end(&table, model, 200), 0);
	assert_int_equal(table.count, 3);
	assert_true(table.processes[0]->bits & LL_HTML_CONTEXT);
	assert_true(table.processes[1]->bits & LL_HTML_CONTEXT);
	assert_false(table.processes[2]->bits & LL_HTML_CONTEXT);
	assert_int_equal(ll_html_table_find(&table, table.processes[2]->parent), 1);
	ll_html_table_fini(&table);
	ll_model_free(model);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(page_has_its_parts_in_place_and_its_data_packed),
		cmocka_unit_test(page_of_many_processes_grows_with_them_slowly),
		cmocka_unit_test(page_without_an_event_is_one),
		cmocka_unit_test(page_that_cannot_be_written_is_an_error),
		cmocka_unit_test(pack_unpacks_to_what_was_written),
		cmocka_unit_test(strings_are_kept_once_and_numbered_in_order),
		cmocka_unit_test(strings_beyond_the_bound_are_counted),
		cmocka_unit_test(coarsening_keeps_begin_end_and_the_longest),
		cmocka_unit_test(signals_beyond_the_bound_are_counted),
		cmocka_unit_test(ancestors_of_what_is_asked_for_are_there_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
