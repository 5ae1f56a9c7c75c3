/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Events as text: golden lines in several terminals, and no byte that a terminal obeys. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/duration.h"
#include "base/utf8.h"
#include "event/signal_names.h"
#include "columns.h"
#include "golden.h"
#include "render/escape.h"
#include "render/line.h"
#include "render/status.h"
#include "render/text.h"
#include "sample_events.h"

static int write_event(void *arg, const struct ll_event *event)
{
	return ll_text_event(arg, event);
}

static void write_samples(FILE *out, struct ll_text_options options)
{
	struct ll_text *text = ll_text_new(out, &options);

	assert_non_null(text);
	assert_int_equal(ll_text_header(text), 0);
	assert_int_equal(sample_events(write_event, text), 0);
	ll_text_free(text);
}

static void assert_samples(struct ll_text_options options, const char *name)
{
	struct golden golden;

	golden_open(&golden);
	write_samples(golden.out, options);
	golden_check(&golden, name);
}

static void events_match_the_golden_lines(void **state)
{
	(void)state;
	assert_samples(
		(struct ll_text_options){ .utf8 = true, .width = 100, .show_threads = true },
		"events.txt");
}

static void events_without_utf8_are_ascii(void **state)
{
	(void)state;
	assert_samples((struct ll_text_options){ .width = 100 }, "events-ascii.txt");
}

static void events_with_colour_match_the_golden_lines(void **state)
{
	(void)state;
	assert_samples((struct ll_text_options){ .utf8 = true, .color = true, .width = 72 },
		       "events-color.txt");
}

static void write_rename_at(struct ll_text *text, uint64_t unix_s)
{
	struct ll_event event = { .kind = LL_EVENT_RENAME };

	LL_SET(&event, TIME, time_unix_ns, unix_s * LL_NS_PER_S);
	LL_SET(&event, COMM, comm, SAMPLE_BYTES("new"));
	assert_int_equal(ll_text_event(text, &event), 0);
}

static void assert_days(bool utf8, const char *expected)
{
	const uint64_t midnight_s = 1700006400; /* 2023-11-15 00:00:00 UTC */
	LL_AUTO_FREE char *written = NULL;
	size_t size;
	FILE *memory = open_memstream(&written, &size);
	struct ll_text *text = ll_text_new(memory, &(struct ll_text_options){ .utf8 = utf8 });

	assert_non_null(text);
	write_rename_at(text, midnight_s - 2);
	write_rename_at(text, midnight_s - 1);
	write_rename_at(text, midnight_s);
	write_rename_at(text, midnight_s + 1);
	ll_text_free(text);
	assert_int_equal(fclose(memory), 0);
	assert_string_equal(written, expected);
}

static void a_new_day_is_announced_once(void **state)
{
	(void)state;
	assert_days(true, "23:59:58.000        -  rename    new\n"
			  "23:59:59.000        -  rename    new\n"
			  "── 2023-11-15 ──\n"
			  "00:00:00.000        -  rename    new\n"
			  "00:00:01.000        -  rename    new\n");
	assert_days(false, "23:59:58.000        -  rename    new\n"
			   "23:59:59.000        -  rename    new\n"
			   "-- 2023-11-15 --\n"
			   "00:00:00.000        -  rename    new\n"
			   "00:00:01.000        -  rename    new\n");
}

static void no_line_is_wider_than_the_terminal(void **state)
{
	(void)state;
	for (unsigned width = 1; width <= 130; width++) {
		LL_AUTO_FREE char *text = NULL;
		size_t size;
		FILE *memory = open_memstream(&text, &size);

		write_samples(memory, (struct ll_text_options){ .utf8 = width % 2,
								.width = width,
								.show_threads = true });
		assert_int_equal(fclose(memory), 0);
		for (char *line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n"))
			assert_in_range(columns(line), 0, width);
	}
}

static void no_unsafe_code_point_reaches_the_terminal(void **state)
{
	LL_AUTO_FREE char *text = NULL;
	size_t size;
	FILE *memory = open_memstream(&text, &size);

	(void)state;
	write_samples(memory, (struct ll_text_options){ .utf8 = true, .show_threads = true });
	assert_int_equal(fclose(memory), 0);
	for (size_t i = 0; i < size;) {
		uint32_t code_point;

		i += ll_utf8_decode(text + i, size - i, &code_point);
		assert_true(code_point == '\n' || !ll_escape_is_unsafe(code_point));
	}
}

static void assert_quoted(struct ll_str arg, bool utf8, const char *expected)
{
	LL_AUTO_FREE char *text = NULL;
	struct ll_line line;
	size_t size;
	FILE *memory = open_memstream(&text, &size);

	ll_line_init(&line, memory, 0, false, utf8);
	ll_line_put_quoted(&line, arg);
	assert_int_equal(ll_line_end(&line), 0);
	assert_int_equal(fclose(memory), 0);
	text[size - 1] = '\0';
	assert_string_equal(text, expected);
}

static void arguments_are_quoted_only_where_needed(void **state)
{
	(void)state;
	assert_quoted(SAMPLE_BYTES("--a=b/c.d,e:f@g%h+1"), true, "--a=b/c.d,e:f@g%h+1");
	assert_quoted(SAMPLE_BYTES(""), true, "''");
	assert_quoted(SAMPLE_BYTES("a b"), true, "'a b'");
	assert_quoted(SAMPLE_BYTES("it's"), true, "'it'\\''s'");
	assert_quoted(SAMPLE_BYTES("$x`y`\\"), true, "'$x`y`\\'");
	assert_quoted(SAMPLE_BYTES("~"), true, "'~'");
	assert_quoted(SAMPLE_BYTES("caf\xc3\xa9"), true, "caf\xc3\xa9");
	assert_quoted(SAMPLE_BYTES("caf\xc3\xa9"), false, "$'caf\\u00E9'");
	assert_quoted(SAMPLE_BYTES("a\n'\\\x01\xff"), true, "$'a\\n\\'\\\\\\x01\\xff'");
}

/* An end with a cause, on a terminal so wide. */
static char *exit_in(unsigned width, bool utf8, const char *comm, const char *why)
{
	struct ll_event event = { .kind = LL_EVENT_EXIT };
	char *written = NULL;
	size_t size;
	FILE *memory = open_memstream(&written, &size);
	struct ll_text *text =
		ll_text_new(memory, &(struct ll_text_options){ .utf8 = utf8, .width = width });

	assert_non_null(text);
	LL_SET(&event, COMM, comm, ll_str_make(comm, strlen(comm)));
	LL_SET(&event, EXIT_STATUS, wait_status, 9);
	LL_SET(&event, EXIT_DESCRIPTION, exit_description, ll_str_make(why, strlen(why)));
	LL_SET(&event, DURATION, duration_ns, 4000000000);
	LL_SET(&event, MAXRSS, max_rss_bytes, 4096);
	assert_int_equal(ll_text_event(text, &event), 0);
	ll_text_free(text);
	assert_int_equal(fclose(memory), 0);
	return written;
}

static void a_cause_goes_on_in_further_lines_instead_of_being_cut(void **state)
{
	const char *why =
		"killed by SIGKILL from 10749 (killer.sh), 21\u00b5s after its SIGTERM "
		"was ignored";
	LL_AUTO_FREE char *wide = exit_in(0, true, "bash", why);
	LL_AUTO_FREE char *usual = exit_in(100, true, "bash", why);
	LL_AUTO_FREE char *narrow = exit_in(72, false, "bash", why);
	LL_AUTO_FREE char *tight = exit_in(57, true, "bash", why);

	(void)state;
	assert_string_equal(wide, "--:--:--.---        -  exit      bash killed by SIGKILL "
				  "from 10749 (killer.sh), 21\u00b5s after its SIGTERM was "
				  "ignored; lived 4s (rss 4KiB)\n");
	assert_string_equal(
		usual,
		"--:--:--.---        -  exit      bash killed by SIGKILL from 10749 "
		"(killer.sh), 21\u00b5s after its\n"
		"                                 SIGTERM was ignored; lived 4s (rss 4KiB)\n");
	assert_string_equal(
		narrow, "--:--:--.---        -  exit      bash killed by SIGKILL from 10749\n"
			"                                 (killer.sh), 21us after its SIGTERM\n"
			"                                 was ignored; lived 4s (rss 4KiB)\n");
	assert_string_equal(tight,
			    "--:--:--.---        -  exit      bash killed by SIGKILL\n"
			    "                                 from 10749 (killer.sh),\n"
			    "                                 21\u00b5s after its SIGTERM…\n");
}

static void assert_duration(uint64_t ns, const char *expected)
{
	char text[LL_DURATION_MAX];

	assert_string_equal(ll_duration_format(ns, false, text), expected);
}

static void durations_read_well_at_every_size(void **state)
{
	(void)state;
	assert_duration(0, "0s");
	assert_duration(999, "999ns");
	assert_duration(1000, "1us");
	assert_duration(51200, "51.2us");
	assert_duration(1234567, "1.23ms");
	assert_duration(999999999, "999ms");
	assert_duration(UINT64_C(4500000000), "4.5s");
	assert_duration(UINT64_C(1050000000), "1.05s");
	assert_duration(UINT64_C(59999999999), "59.9s");
	assert_duration(UINT64_C(123000000000), "2m03s");
	assert_duration(UINT64_C(3600000000000), "1h00m");
	assert_duration(UINT64_C(86400000000000) * 40 + UINT64_C(25200000000000), "40d07h");
	assert_duration(UINT64_MAX, "213503d23h");
}

static void sizes_read_well_at_every_size(void **state)
{
	char text[LL_DURATION_MAX];

	(void)state;
	assert_string_equal(ll_size_format(0, text), "0B");
	assert_string_equal(ll_size_format(1023, text), "1023B");
	assert_string_equal(ll_size_format(4096, text), "4KiB");
	assert_string_equal(ll_size_format(35861299, text), "34.1MiB");
	assert_string_equal(ll_size_format(UINT64_MAX, text), "15.9EiB");
}

static void every_signal_has_its_name(void **state)
{
	(void)state;
	assert_null(ll_signal_name(0));
	assert_string_equal(ll_signal_name(9), "SIGKILL");
	assert_string_equal(ll_signal_name(31), "SIGSYS");
	assert_string_equal(ll_signal_name(34), "SIGRTMIN");
	assert_string_equal(ll_signal_name(64), "SIGRTMIN+30");
	assert_null(ll_signal_name(65));
	for (unsigned number = 1; number <= LL_SIGNAL_MAX; number++)
		assert_non_null(ll_signal_name(number));
}

static void a_status_is_said_in_words(void **state)
{
	char text[LL_STATUS_MAX];

	(void)state;
	assert_string_equal(ll_status_format(0, text), "exited 0");
	assert_string_equal(ll_status_format(255 << 8, text), "exited 255");
	assert_string_equal(ll_status_format(9, text), "killed by SIGKILL");
	assert_string_equal(ll_status_format(11 | 0x80, text),
			    "killed by SIGSEGV (core dumped)");
	assert_string_equal(ll_status_format(127, text), "killed by signal 127");
}

static int use_utc(void **state)
{
	(void)state;
	setenv("TZ", "UTC", 1);
	tzset();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(events_match_the_golden_lines),
		cmocka_unit_test(events_without_utf8_are_ascii),
		cmocka_unit_test(events_with_colour_match_the_golden_lines),
		cmocka_unit_test(a_new_day_is_announced_once),
		cmocka_unit_test(no_line_is_wider_than_the_terminal),
		cmocka_unit_test(no_unsafe_code_point_reaches_the_terminal),
		cmocka_unit_test(arguments_are_quoted_only_where_needed),
		cmocka_unit_test(a_cause_goes_on_in_further_lines_instead_of_being_cut),
		cmocka_unit_test(durations_read_well_at_every_size),
		cmocka_unit_test(sizes_read_well_at_every_size),
		cmocka_unit_test(every_signal_has_its_name),
		cmocka_unit_test(a_status_is_said_in_words),
	};

	return cmocka_run_group_tests(tests, use_utc, NULL);
}
