/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* See live_capture.h. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "support/live_capture.h"

const char *const live_trace_json[] = { "trace", "--json", NULL };

struct live_text live_read(const char *path)
{
	struct live_text text = { 0 };
	FILE *file = fopen(path, "re"), *memory = open_memstream(&text.data, &text.length);
	char buf[65536];
	size_t got;

	assert_non_null(file);
	assert_non_null(memory);
	while ((got = fread(buf, 1, sizeof(buf), file)) > 0)
		assert_int_equal(fwrite(buf, 1, got, memory), got);
	fclose(file);
	assert_int_equal(fclose(memory), 0);
	return text;
}

void live_append(const char *list[], const char *const more[])
{
	size_t count = 0;

	while (list[count] != NULL)
		count++;
	for (; *more != NULL; more++) {
		assert_true(count + 1 < LIVE_ARGUMENTS_MAX);
		list[count++] = *more;
	}
}

/* Look at a capture with these words; the result is in a file of the run. The caller's. */
char *live_look(struct live *live, const char *const view[], const char *capture,
		const char *const options[], const char *result)
{
	const char *arguments[LIVE_ARGUMENTS_MAX] = { NULL };
	char *path = live_path(live, result);

	live_append(arguments, view);
	live_append(arguments, (const char *const[]){ capture, "-q", "-o", path, NULL });
	live_append(arguments, options);
	live_start_raw(live, arguments);
	int status = live_finish(live);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
		char *errors = live_errors(live);

		fail_msg("looking ended with %#x: %s", status, errors);
	}
	return path;
}

void live_assert_same(const char *one, const char *two)
{
	struct live_text a = live_read(one), b = live_read(two);
	size_t same = 0;

	while (same < a.length && same < b.length && a.data[same] == b.data[same])
		same++;
	if (a.length != b.length || same < a.length)
		fail_msg("%s and %s differ at byte %zu of %zu and %zu", one, two, same,
			 a.length, b.length);
	assert_true(a.length > 0);
	free(a.data);
	free(b.data);
}

/* What check says of a capture; the caller's. */
json_t *live_check_capture(struct live *live, const char *capture)
{
	char *path = live_path(live, "checked");
	json_error_t error;

	unlink(path);
	live_start_raw(live,
		       (const char *const[]){ "check", "--json", capture, "-o", path, NULL });
	int status = live_finish(live);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) <= 1);
	json_t *report = json_load_file(path, 0, &error);
	assert_non_null(report);
	free(path);
	return report;
}

const char *live_verdict(const json_t *report)
{
	return json_string_value(json_object_get(report, "verdict"));
}

bool live_has_bytes(void *arg)
{
	struct stat st;

	return stat(arg, &st) == 0 && st.st_size > 0;
}
