/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Each format as the program itself makes it of a capture, opened by what reads that format: the
 * scripts of tests/consumers, which say what they compare. A reader that is not installed, or
 * cannot be had, skips its test with the reason.
 *
 * Environment: LIFELINE the program (default build/lifeline); LL_SOURCE the source (default .).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "support/capture_file.h"
#include "support/export_story.h"

/* What a script exits with that cannot compare anything. */
#define SKIPPED 77

static int add(void *arg, const struct ll_event *event)
{
	return ll_writer_add(arg, event);
}

static int set_up(void **state)
{
	struct capture_dir *dir = test_calloc(1, sizeof(*dir));

	capture_dir_init(dir);
	struct ll_writer *writer = capture_begin(dir);
	assert_int_equal(story_all(add, writer), 0);
	assert_int_equal(ll_writer_close(writer, NULL), 0);
	*state = dir;
	return 0;
}

static void run_shell(const char *command, int *ret_status)
{
	int status = system(command);

	assert_true(WIFEXITED(status));
	*ret_status = WEXITSTATUS(status);
}

static int tear_down(void **state)
{
	struct capture_dir *dir = *state;
	LL_AUTO_FREE char *command = NULL;
	int status;

	assert_true(asprintf(&command, "rm -rf '%s'", dir->path) > 0);
	run_shell(command, &status);
	test_free(dir);
	return 0;
}

static char *absolute(const char *variable, const char *otherwise)
{
	const char *path = getenv(variable);
	char *found = realpath(path != NULL ? path : otherwise, NULL);

	if (found == NULL)
		fail_msg("%s is missing", path != NULL ? path : otherwise);
	return found;
}

/* What a script said, without its last newline. */
static char *output_of(const struct capture_dir *dir)
{
	char path[128];
	size_t length;

	snprintf(path, sizeof(path), "%s/output", dir->path);
	char *text = (char *)capture_bytes(path, &length);
	while (length > 0 && text[length - 1] == '\n')
		length--;
	text[length] = '\0';
	return text;
}

static void open_by(void **state, const char *consumer)
{
	struct capture_dir *dir = *state;
	LL_AUTO_FREE char *lifeline = absolute("LIFELINE", "build/lifeline");
	LL_AUTO_FREE char *source = absolute("LL_SOURCE", ".");
	LL_AUTO_FREE char *command = NULL;
	int status;

	assert_true(asprintf(&command,
			     "mkdir '%s/%s' && cd '%s/%s' && LC_ALL=C LIFELINE='%s' "
			     "LL_SOURCE='%s' CAPTURE='%s' '%s/tests/consumers/%s' "
			     ">'%s/output' 2>&1",
			     dir->path, consumer, dir->path, consumer, lifeline, source,
			     dir->file, source, consumer, dir->path) > 0);
	run_shell(command, &status);
	LL_AUTO_FREE char *output = output_of(dir);
	if (status == SKIPPED) {
		printf("  skipped: %s\n", output);
		skip();
	}
	if (status != 0)
		fail_msg("%s: %s", consumer, output);
}

#define CONSUMER_TEST(name, consumer)                                                          \
	static void name(void **state)                                                         \
	{                                                                                      \
		open_by(state, consumer);                                                      \
	}

CONSUMER_TEST(sqlite3_finds_the_capture_and_who_killed_it, "sqlite")
CONSUMER_TEST(python_reads_the_csv_as_the_json, "csv")
CONSUMER_TEST(jq_reads_the_json, "json")
CONSUMER_TEST(every_line_is_valid_by_the_schema, "schema")
CONSUMER_TEST(dot_draws_the_tree, "dot")
CONSUMER_TEST(folded_stacks_add_up, "folded")
CONSUMER_TEST(jq_reads_the_trace_events, "chrome")
CONSUMER_TEST(the_legacy_importer_finds_nothing_wrong, "chrome_importer")
CONSUMER_TEST(every_key_is_of_opentelemetry_or_listed, "names")

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sqlite3_finds_the_capture_and_who_killed_it),
		cmocka_unit_test(python_reads_the_csv_as_the_json),
		cmocka_unit_test(jq_reads_the_json),
		cmocka_unit_test(every_line_is_valid_by_the_schema),
		cmocka_unit_test(dot_draws_the_tree),
		cmocka_unit_test(folded_stacks_add_up),
		cmocka_unit_test(jq_reads_the_trace_events),
		cmocka_unit_test(the_legacy_importer_finds_nothing_wrong),
		cmocka_unit_test(every_key_is_of_opentelemetry_or_listed),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
