/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A job recorded twice and compared: as it was it differs in nothing; changed by the test, in exactly
 * what the test has changed.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "support/live_capture.h"
#include "support/live_check.h"

/* Eight at a time, in whatever order, each with a child of its own; then one after the other. */
#define PARALLEL                                                                               \
	"for n in 1 2 3 4 5 6 7 8; do"                                                         \
	" /bin/sh -c \"/bin/cat /dev/null /dev/null; exit $n\" & done; wait\n"

static int set_up(void **state)
{
	*state = live_new();
	return 0;
}

static int tear_down(void **state)
{
	live_free(*state);
	return 0;
}

static void write_file(struct live *live, const char *name, const char *text)
{
	char *path = live_path(live, name);
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
	free(path);
}

/* Record the job that is written in job.sh. */
static char *record(struct live *live, const char *name)
{
	char *capture = live_path(live, name), *job = live_path(live, "job.sh");

	/* Not -q: the last line tells of what the kernel skipped. */
	live_start_raw(live, (const char *const[]){ "record", "-o", capture, "--", "/bin/sh",
						    job, NULL });
	assert_int_equal(live_finish(live), 0);
	free(job);
	return capture;
}

/* Compare, with one more option or NULL, and load what was found. Returns the exit status. */
static int compare(struct live *live, const char *one, const char *other, const char *option)
{
	char *found = live_path(live, "diff.jsonl");

	live_start_raw(live, (const char *const[]){ "diff", "--json", "-q", "-o", found, one,
						    other, option, NULL });
	int status = live_finish(live);
	json_lines_fini(&live->events);
	json_lines_init(&live->events, found);
	json_lines_refresh(&live->events);
	free(found);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

/* The only difference of a kind. */
static json_t *find_only(struct live *live, const char *kind)
{
	json_t *line, *found = NULL;
	size_t i;

	json_array_foreach(live->events.objects, i, line)
	{
		if (strcmp(json_lines_text(line, "diff.kind"), kind) != 0)
			continue;
		if (found != NULL)
			live_refuse(line, "a second one");
		found = line;
	}
	assert_non_null(found);
	return found;
}

static void check_word(const json_t *line, const char *key, size_t place, const char *expected)
{
	const json_t *word = json_array_get(json_object_get(line, key), place);

	if (word == NULL || strcmp(json_string_value(word), expected) != 0)
		live_refuse(line, "%s[%zu] is not %s", key, place, expected);
}

static void the_same_job_twice_has_no_difference(void **state)
{
	struct live *live = *state;

	write_file(live, "job.sh", PARALLEL "exit 0\n");
	char *one = record(live, "one.life"), *other = record(live, "other.life");
	assert_int_equal(compare(live, one, other, "--no-times"), 0);
	assert_int_equal(json_array_size(live->events.objects), 1);
	json_t *summary = find_only(live, "summary");
	check_number(summary, "diff.count", 0);
	/* The script, eight shells, and what each of them ran. */
	check_number(summary, "diff.matched", 17);
	check_number(summary, "diff.lost", 0);
	check_flag(summary, "diff.cut", false);
	free(one);
	free(other);
}

/* Compare with stdout in a file; returns the exit status. */
static int compare_aloud(struct live *live, const char *one, const char *other,
			 const char *option, struct live_text *ret_text)
{
	char *path = live_path(live, "aloud"), command[4096];

	snprintf(command, sizeof(command), "\"$LIFELINE\" diff %s %s %s >%s 2>&1", option, one,
		 other, path);
	int status = system(command);
	*ret_text = live_read(path);
	free(path);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void check_said(const struct live_text *text, const char *expected)
{
	assert_int_equal(text->length, strlen(expected));
	assert_memory_equal(text->data, expected, text->length);
}

/* As cmp -s and git diff --quiet: a gate has nothing to read. */
static void asked_to_be_quiet_it_prints_nothing(void **state)
{
	struct live *live = *state;
	struct live_text text;

	write_file(live, "job.sh", "/bin/true; exit 0\n");
	char *one = record(live, "one.life");
	write_file(live, "job.sh", "/bin/true three; exit 0\n");
	char *other = record(live, "other.life");
	assert_int_equal(compare_aloud(live, one, other, "-q --no-times", &text), 1);
	assert_int_equal(text.length, 0);
	free(text.data);
	assert_int_equal(compare_aloud(live, one, one, "-q", &text), 0);
	assert_int_equal(text.length, 0);
	free(text.data);
	assert_int_equal(compare_aloud(live, one, "/dev/null/none", "", &text), 2);
	check_said(&text, "lifeline: cannot read '/dev/null/none': Not a directory\n");
	free(text.data);
	free(one);
	free(other);
}

static void a_capture_is_as_long_as_summary_says(void **state)
{
	struct live *live = *state;
	struct live_text diff, summary;
	char of_diff[32], of_summary[32], *look = live_path(live, "summary.txt");

	write_file(live, "job.sh", "/bin/sleep 0.2; exit 0\n");
	char *one = record(live, "one.life");
	assert_int_equal(compare_aloud(live, one, one, "", &diff), 0);
	live_start_raw(live, (const char *const[]){ "summary", "-q", "-o", look, one, NULL });
	assert_int_equal(live_finish(live), 0);
	summary = live_read(look);
	assert_int_equal(sscanf(summary.data, "time %31s", of_summary), 1);
	const char *words = memmem(diff.data, diff.length, " long", 5);
	assert_non_null(words);
	while (words > diff.data && words[-1] != ' ')
		words--;
	assert_int_equal(sscanf(words, "%31s", of_diff), 1);
	assert_string_equal(of_diff, of_summary);
	free(diff.data);
	free(summary.data);
	free(look);
	free(one);
}

static void a_changed_job_differs_in_what_was_changed(void **state)
{
	struct live *live = *state;
	char text[1024], *step = live_path(live, "step.sh");

	write_file(live, "step.sh", "exit 0\n");
	snprintf(text, sizeof(text),
		 PARALLEL
		 "/bin/cat /dev/null one\n/bin/sh %s\n/bin/echo gone >/dev/null\nexit 0\n",
		 step);
	write_file(live, "job.sh", text);
	char *one = record(live, "one.life");
	write_file(live, "step.sh", "exit 3\n");
	snprintf(text, sizeof(text),
		 PARALLEL
		 "/bin/cat -u /dev/null one\n/bin/sh %s\n/bin/sh -c 'exit 9'\nexit 0\n",
		 step);
	write_file(live, "job.sh", text);
	char *other = record(live, "other.life");

	assert_int_equal(compare(live, one, other, "--no-times"), 1);
	assert_int_equal(json_array_size(live->events.objects), 5);
	json_t *removed = find_only(live, "removed"), *added = find_only(live, "added");
	json_t *changed = find_only(live, "arguments"), *ended = find_only(live, "exit");
	check_word(removed, "diff.before_command_args", 1, "gone");
	check_absent(removed, "process.pid");
	check_number(added, "process.exit.code", 9);
	check_absent(added, "diff.before_pid");
	check_word(changed, "diff.before_command_args", 1, "/dev/null");
	check_word(changed, "process.command_args", 1, "-u");
	check_word(changed, "diff.path", 1, "cat");
	check_word(ended, "process.command_args", 1, step);
	check_number(ended, "diff.before_wait_status", 0);
	check_number(ended, "process.exit.wait_status", 3 << 8);
	check_number(find_only(live, "summary"), "diff.count", 4);
	free(step);
	free(one);
	free(other);
}

static void who_works_longer_is_slower(void **state)
{
	struct live *live = *state;
	char text[256], *step = live_path(live, "step.sh");

	snprintf(text, sizeof(text), "/bin/sh %s\n/bin/cat /dev/null\nexit 0\n", step);
	write_file(live, "job.sh", text);
	write_file(live, "step.sh", "exit 0\n");
	char *one = record(live, "one.life");
	write_file(live, "step.sh",
		   "i=0; while [ $i -lt 1000000 ]; do i=$((i + 1)); done; exit 0\n");
	char *other = record(live, "other.life");
	assert_int_equal(compare(live, one, other, NULL), 1);
	/* That alone, and not who waited for it. */
	check_word(find_only(live, "slower"), "process.command_args", 1, step);
	check_number(find_only(live, "summary"), "diff.count", 1);
	free(step);
	free(one);
	free(other);
}

static void what_cannot_be_read_is_no_difference(void **state)
{
	struct live *live = *state;

	write_file(live, "job.sh", "exit 0\n");
	char *one = record(live, "one.life"), *none = live_path(live, "none.life");
	live_start_raw(live, (const char *const[]){ "diff", "-q", one, none, NULL });
	int status = live_finish(live);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 2);
	char *errors = live_errors(live);
	assert_non_null(strstr(errors, "No such file"));
	free(errors);
	free(one);
	free(none);
}

#define LIVE_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		LIVE_TEST(the_same_job_twice_has_no_difference),
		LIVE_TEST(a_capture_is_as_long_as_summary_says),
		LIVE_TEST(asked_to_be_quiet_it_prints_nothing),
		LIVE_TEST(a_changed_job_differs_in_what_was_changed),
		LIVE_TEST(who_works_longer_is_slower),
		LIVE_TEST(what_cannot_be_read_is_no_difference),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
