/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Events and processes as JSON: the golden lines, and nothing lost on the way. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <errno.h>
#include <string.h>

#include <cmocka.h>

#include "base/base64.h"
#include "golden.h"
#include "render/fields.h"
#include "render/json.h"
#include "sample_events.h"

static int write_event(void *arg, const struct ll_event *event)
{
	return ll_json_event(arg, event);
}

static void events_match_the_golden_lines(void **state)
{
	struct golden golden;

	(void)state;
	golden_open(&golden);
	assert_int_equal(sample_events(write_event, golden.out), 0);
	golden_check(&golden, "events.jsonl");
}

static void fields_match_the_golden_lines(void **state)
{
	struct golden golden;

	(void)state;
	golden_open(&golden);
	assert_int_equal(ll_fields_json(golden.out), 0);
	golden_check(&golden, "fields.jsonl");
}

static void fields_text_matches_the_golden_lines(void **state)
{
	struct golden golden;

	(void)state;
	golden_open(&golden);
	assert_int_equal(ll_fields_text(golden.out, 100), 0);
	golden_check(&golden, "fields.txt");
}

/* Write an event of nothing but args; compare what follows event.name. */
static void assert_args(struct ll_str args, const char *expected)
{
	struct ll_event event = { .kind = LL_EVENT_EXEC };
	LL_AUTO_FREE char *text = NULL;
	LL_AUTO_FREE char *wanted = NULL;
	size_t size;
	FILE *memory = open_memstream(&text, &size);

	LL_SET(&event, ARGS, args, args);
	assert_int_equal(ll_json_event(memory, &event), 0);
	assert_int_equal(fclose(memory), 0);
	assert_true(asprintf(&wanted, "{\"event.name\":\"process.exec\",%s}\n", expected) > 0);
	assert_string_equal(text, wanted);
}

static void empty_arguments_are_kept_apart(void **state)
{
	(void)state;
	assert_args(SAMPLE_BYTES(""), "\"process.command_args\":[]");
	assert_args(SAMPLE_BYTES("\0"), "\"process.command_args\":[\"\"]");
	assert_args(SAMPLE_BYTES("a\0\0b\0"), "\"process.command_args\":[\"a\",\"\",\"b\"]");
}

static void a_cut_last_argument_is_an_element(void **state)
{
	(void)state;
	assert_args(SAMPLE_BYTES("a\0bc"), "\"process.command_args\":[\"a\",\"bc\"]");
}

static void bytes_that_are_not_utf8_travel_beside(void **state)
{
	(void)state;
	assert_args(SAMPLE_BYTES("a\xff\0"), "\"process.command_args\":[\"a\xef\xbf\xbd\"],"
					     "\"process.command_args.base64\":\"Yf8A\"");
	/* U+FFFD itself is valid and needs no sibling. */
	assert_args(SAMPLE_BYTES("\xef\xbf\xbd\0"),
		    "\"process.command_args\":[\"\xef\xbf\xbd\"]");
}

static void what_a_terminal_would_obey_is_escaped(void **state)
{
	(void)state;
	assert_args(SAMPLE_BYTES("\"\\\n\x1b\x7f\xc2\x9b\0"),
		    "\"process.command_args\":[\"\\\"\\\\\\n\\u001b\\u007f\\u009b\"]");
	assert_args(SAMPLE_BYTES("\xe2\x80\xa8\xe2\x80\xae\xf3\xa0\x80\x81\0"),
		    "\"process.command_args\":[\"\\u2028\\u202e\\udb40\\udc01\"]");
}

static void numbers_a_double_cannot_hold_are_strings(void **state)
{
	struct ll_event event = { .kind = LL_EVENT_REAP };
	LL_AUTO_FREE char *text = NULL;
	size_t size;
	FILE *memory = open_memstream(&text, &size);

	(void)state;
	LL_SET(&event, PID, tgid, 0);
	LL_SET(&event, UTIME, cpu_user_ns, UINT64_C(1) << 53);
	LL_SET(&event, STIME, cpu_system_ns, (UINT64_C(1) << 53) + 1);
	LL_SET(&event, ZOMBIE, zombie_ns, UINT64_MAX);
	assert_int_equal(ll_json_event(memory, &event), 0);
	assert_int_equal(fclose(memory), 0);
	assert_string_equal(text, "{\"event.name\":\"process.reap\",\"process.pid\":0,"
				  "\"process.cpu.user_ns\":9007199254740992,"
				  "\"process.cpu.system_ns\":\"9007199254740993\","
				  "\"process.zombie_ns\":\"18446744073709551615\"}\n");
}

/* Longer than any buffer on the way: whole, and valid. */
static void a_mebibyte_of_arguments_comes_out_whole(void **state)
{
	enum { BYTES = 1 << 20 };
	LL_AUTO_FREE char *block = malloc(BYTES);
	LL_AUTO_FREE char *text = NULL;
	struct ll_event event = { .kind = LL_EVENT_EXEC };
	size_t size;
	FILE *memory = open_memstream(&text, &size);

	(void)state;
	memset(block, 'x', BYTES);
	block[0] = '\xff';
	block[BYTES - 1] = '\0';
	LL_SET(&event, ARGS, args, ll_str_make(block, BYTES));
	assert_int_equal(ll_json_event(memory, &event), 0);
	assert_int_equal(fclose(memory), 0);
	size_t around =
		strlen("{\"event.name\":\"process.exec\",\"process.command_args\":[\"\"],"
		       "\"process.command_args.base64\":\"\"}\n");
	assert_int_equal(size, around + (BYTES - 2 + 3) + LL_BASE64_LENGTH(BYTES));
}

static void the_end_of_a_snapshot_writes_nothing(void **state)
{
	struct ll_event event = { .kind = LL_EVENT_SNAPSHOT_END };

	(void)state;
	assert_int_equal(ll_json_event(NULL, &event), 0);
}

static void a_write_error_comes_back(void **state)
{
	struct ll_event event = { .kind = LL_EVENT_EXEC };
	FILE *full = fopen("/dev/full", "w");

	(void)state;
	if (full == NULL)
		skip();
	setvbuf(full, NULL, _IONBF, 0);
	assert_int_equal(ll_json_event(full, &event), -ENOSPC);
	fclose(full);
}

static void a_process_carries_its_place_and_end(void **state)
{
	struct ll_image image = { .exe = SAMPLE_BYTES("/bin/sh"),
				  .is_unlinked = true,
				  .exe_state = LL_FILE_DELETED,
				  .args = SAMPLE_BYTES("sh\0-c\0exit 3\0") };
	struct ll_process process = { .id = { 4201, 1000 },
				      .parent = { 1, 10 },
				      .original_parent = { 4200, 900 },
				      .life = LL_LIFE_ZOMBIE,
				      .comm = "sh",
				      .image = &image,
				      .thread_peak = 3,
				      .exit_boottime_ns = 5000,
				      .wait_status = 3 << 8 };
	struct golden golden;

	(void)state;
	process.known[LL_F_EXIT_STATUS / 64] |= UINT64_C(1) << (LL_F_EXIT_STATUS % 64);
	golden_open(&golden);
	assert_int_equal(ll_json_process(golden.out, &process, 2), 0);
	process.wait_status = 11 | 0x80;
	process.life = LL_LIFE_REAPED;
	process.reap_boottime_ns = 5700;
	assert_int_equal(ll_json_process(golden.out, &process, 0), 0);
	golden_check(&golden, "process.jsonl");
}

/* All that a process can carry. */
static char *write_full_process(void)
{
	struct ll_image image = { .exe = SAMPLE_BYTES("\xff"),
				  .filename = SAMPLE_BYTES("f"),
				  .interpreter = SAMPLE_BYTES("i"),
				  .args = SAMPLE_BYTES("a\0"),
				  .cwd = SAMPLE_BYTES("/"),
				  .args_truncated = true,
				  .is_unlinked = true };
	struct ll_process process = { .id = { 4201, 1000 },
				      .parent = { 1, 10 },
				      .original_parent = { 4200, 900 },
				      .life = LL_LIFE_REAPED,
				      .inferred = true,
				      .image = &image,
				      .thread_peak = 1,
				      .exit_boottime_ns = 5000,
				      .reap_boottime_ns = 5700 };
	char *text = NULL;
	size_t size;
	FILE *memory = open_memstream(&text, &size);

	memset(process.known, 0xff, sizeof(process.known));
	assert_int_equal(ll_json_process(memory, &process, 2), 0);
	process.wait_status = 11;
	assert_int_equal(ll_json_process(memory, &process, 2), 0);
	assert_int_equal(fclose(memory), 0);
	return text;
}

/* The registry's field of a member's name, whose sibling of the original bytes is no field. */
static const struct ll_field_info *find_field(const char *key, size_t length)
{
	static const char sibling[] = ".base64";
	size_t cut = sizeof(sibling) - 1;

	if (length > cut && memcmp(key + length - cut, sibling, cut) == 0)
		length -= cut;
	for (int field = 0; field < LL_F_COUNT; field++) {
		const struct ll_field_info *info = ll_field_info(field);

		if (strlen(info->key) == length && memcmp(info->key, key, length) == 0)
			return info;
	}
	return NULL;
}

static void every_key_of_a_process_is_in_the_registry(void **state)
{
	LL_AUTO_FREE char *text = write_full_process();
	uint32_t count = 0;

	(void)state;
	for (const char *end = strstr(text, "\":"); end != NULL; end = strstr(end + 1, "\":")) {
		const char *key = memrchr(text, '"', (size_t)(end - text));
		assert_non_null(key);
		const struct ll_field_info *info = find_field(key + 1, (size_t)(end - key) - 1);
		assert_non_null(info);
		assert_true((info->events & LL_E_TREE) != 0);
		count++;
	}
	assert_in_range(count, 60, 100);
}

/* A field that says it is of the tree and never comes would be a lie, too. */
static void every_field_of_the_tree_comes(void **state)
{
	LL_AUTO_FREE char *text = write_full_process();
	char key[80];

	(void)state;
	for (int field = 0; field < LL_F_COUNT; field++) {
		const struct ll_field_info *info = ll_field_info(field);

		snprintf(key, sizeof(key), "\"%s\":", info->key);
		if ((info->events & LL_E_TREE) != 0)
			assert_non_null(strstr(text, key));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(events_match_the_golden_lines),
		cmocka_unit_test(fields_match_the_golden_lines),
		cmocka_unit_test(fields_text_matches_the_golden_lines),
		cmocka_unit_test(empty_arguments_are_kept_apart),
		cmocka_unit_test(a_cut_last_argument_is_an_element),
		cmocka_unit_test(bytes_that_are_not_utf8_travel_beside),
		cmocka_unit_test(what_a_terminal_would_obey_is_escaped),
		cmocka_unit_test(numbers_a_double_cannot_hold_are_strings),
		cmocka_unit_test(a_mebibyte_of_arguments_comes_out_whole),
		cmocka_unit_test(the_end_of_a_snapshot_writes_nothing),
		cmocka_unit_test(a_write_error_comes_back),
		cmocka_unit_test(a_process_carries_its_place_and_end),
		cmocka_unit_test(every_key_of_a_process_is_in_the_registry),
		cmocka_unit_test(every_field_of_the_tree_comes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
