/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Compare output with a file under tests/golden ($LL_GOLDEN_DIR where set). With
 * LL_GOLDEN_UPDATE=1 the file is written instead; the diff is then reviewed.
 * To be included after cmocka.h.
 */
#pragma once

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

struct golden {
	FILE *out; /* what is tested writes here */
	char *text;
	size_t size;
};

static inline void golden_open(struct golden *golden)
{
	golden->out = open_memstream(&golden->text, &golden->size);
	assert_non_null(golden->out);
}

static inline FILE *golden_file(const char *name, const char *mode)
{
	const char *directory = getenv("LL_GOLDEN_DIR");
	char path[4096];

	snprintf(path, sizeof(path), "%s/%s", directory != NULL ? directory : "tests/golden",
		 name);
	FILE *file = fopen(path, mode);
	if (file == NULL)
		fail_msg("cannot open %s", path);
	return file;
}

/* Fail at the first line that differs, showing both. */
static inline void golden_compare(const char *name, FILE *file, char *actual)
{
	LL_AUTO_FREE char *expected = NULL;
	size_t capacity = 0;

	for (int number = 1;; number++) {
		char *line = strsep(&actual, "\n");
		ssize_t length = getline(&expected, &capacity, file);

		if (length < 0) {
			assert_true(line == NULL || line[0] == '\0');
			return;
		}
		expected[strcspn(expected, "\n")] = '\0';
		if (line == NULL || strcmp(line, expected) != 0)
			fail_msg("%s:%d\n want %s\n have %s", name, number, expected,
				 line != NULL ? line : "(end)");
	}
}

/* Close what golden_open() opened, compare it with the file or rewrite that. */
static inline void golden_check(struct golden *golden, const char *name)
{
	const char *update = getenv("LL_GOLDEN_UPDATE");
	bool rewrite = update != NULL && strcmp(update, "1") == 0;

	assert_int_equal(fclose(golden->out), 0);
	/* Line by line would not see what follows a NUL. */
	assert_int_equal(strlen(golden->text), golden->size);
	FILE *file = golden_file(name, rewrite ? "w" : "r");
	if (rewrite)
		assert_int_equal(fwrite(golden->text, 1, golden->size, file), golden->size);
	else
		golden_compare(name, file, golden->text);
	assert_int_equal(fclose(file), 0);
	free(golden->text);
}
