/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Run a fuzz target over the inputs that are checked in, as one test each: seeds, and what
 * once made it crash. Needs no fuzzing engine. With arguments: those files instead.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <glob.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "fuzz/fuzz.h"

#define INPUT_MAX (1024 * 1024)

static void input_is_handled(void **state)
{
	LL_AUTO_FCLOSE FILE *file = fopen(*state, "re");
	LL_AUTO_FREE uint8_t *room = malloc(INPUT_MAX);

	assert_non_null(file);
	assert_non_null(room);
	size_t size = fread(room, 1, INPUT_MAX, file);
	/* Exactly its size, so that a sanitizer sees a read past it. */
	LL_AUTO_FREE uint8_t *input = malloc(size > 0 ? size : 1);
	assert_non_null(input);
	memcpy(input, room, size);
	assert_int_equal(LLVMFuzzerTestOneInput(input, size), 0);
}

/* Of libFuzzer; a target's mutator names it, and nobody mutates here. */
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size)
{
	(void)data;
	(void)max_size;
	return size;
}

static int run(char *const *paths, size_t count)
{
	LL_AUTO_FREE struct CMUnitTest *tests = calloc(count, sizeof(*tests));

	if (tests == NULL)
		return 1;
	for (size_t i = 0; i < count; i++)
		tests[i] = (struct CMUnitTest){
			.name = strrchr(paths[i], '/') != NULL ? strrchr(paths[i], '/') + 1
							       : paths[i],
			.test_func = input_is_handled,
			.initial_state = paths[i],
		};
	return _cmocka_run_group_tests(ll_fuzz_corpus, tests, count, NULL, NULL);
}

/* LL_SOURCE names the source tree; without it the working directory is taken for it. */
int main(int argc, char **argv)
{
	const char *source = getenv("LL_SOURCE");
	char pattern[4096];
	glob_t found;

	if (argc > 1)
		return run(argv + 1, (size_t)argc - 1);
	snprintf(pattern, sizeof(pattern), "%s/tests/fuzz/corpus/%s/*",
		 source != NULL ? source : ".", ll_fuzz_corpus);
	if (glob(pattern, 0, NULL, &found) != 0) {
		fprintf(stderr, "replay: nothing at %s\n", pattern);
		return 1;
	}
	int status = run(found.gl_pathv, found.gl_pathc);
	globfree(&found);
	return status;
}
