/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Nothing is written over what is read, nor over another result. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "cli/command.h"
#include "cli/outputs.h"

static const char *const made[] = { "a.life", "b.life" };

/* A directory to be in, with two files, one of which has three names. */
static int set_up(void **state)
{
	static char dir[64];

	snprintf(dir, sizeof(dir), "/tmp/lifeline-outputs-XXXXXX");
	assert_non_null(mkdtemp(dir));
	assert_int_equal(chdir(dir), 0);
	for (size_t i = 0; i < 2; i++) {
		LL_AUTO_CLOSE int fd = open(made[i], O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

		assert_true(fd >= 0);
	}
	assert_int_equal(link("a.life", "hard.life"), 0);
	assert_int_equal(symlink("a.life", "soft.life"), 0);
	*state = dir;
	return 0;
}

static int tear_down(void **state)
{
	unlink("a.life");
	unlink("b.life");
	unlink("hard.life");
	unlink("soft.life");
	assert_int_equal(chdir("/"), 0);
	return rmdir(*state);
}

/* What is said of these words, separated by blanks; NULL: nothing. The caller's. */
static char *check(const char *line)
{
	LL_AUTO_FREE char *text = NULL;
	const struct ll_command *command = NULL;
	struct ll_options options;
	char *words[16], *word, *why = NULL;
	int count = 0;

	assert_true(asprintf(&text, "lifeline %s", line) > 0);
	for (char *rest = text; (word = strsep(&rest, " ")) != NULL;)
		words[count++] = word;
	words[count] = NULL;
	assert_int_equal(ll_options_parse(count, words, &options, &why), 0);
	assert_int_equal(ll_command_choose(&options, &command, &why), 0);
	int err = ll_outputs_check(&options, command, &why);
	assert_int_equal(err, why != NULL ? -EINVAL : 0);
	return why;
}

static void assert_refused(const char *line, const char *part)
{
	LL_AUTO_FREE char *why = check(line);

	if (why == NULL || strstr(why, part) == NULL || strchr(why, '\n') != NULL)
		fail_msg("'%s' is told '%s', without '%s'", line, why, part);
}

static void assert_taken(const char *line)
{
	LL_AUTO_FREE char *why = check(line);

	if (why != NULL)
		fail_msg("'%s' was refused: %s", line, why);
}

static void what_is_read_is_not_written_to(void **state)
{
	(void)state;
	assert_refused("record a.life -o a.life", "-o: 'a.life'");
	assert_refused("record a.life -o ./a.life", "-o: './a.life'");
	assert_refused("record a.life -o hard.life", "-o: 'hard.life'");
	assert_refused("record a.life -o soft.life", "-o: 'soft.life'");
	assert_refused("record soft.life -o a.life", "-o: 'a.life'");
	assert_refused("trace a.life -o a.life", "-o: 'a.life'");
	assert_refused("tree a.life --record a.life", "--record: 'a.life'");
	assert_refused("check a.life -o a.life", "-o: 'a.life'");
	assert_refused("diff a.life b.life -o a.life", "-o: 'a.life'");
	assert_refused("diff a.life b.life -o b.life", "-o: 'b.life'");
	assert_refused("export json a.life -o hard.life", "-o: 'hard.life'");
}

static void other_files_are(void **state)
{
	(void)state;
	assert_taken("record a.life -o b.life");
	assert_taken("record a.life -o new.life");
	assert_taken("tree a.life --record b.life -o tree.txt");
	assert_taken("trace a.life -o /dev/null");
	assert_taken("check a.life");
	assert_taken("tree a.life -o /dev/null --record /dev/null");
}

static void two_results_need_two_files(void **state)
{
	(void)state;
	assert_refused("tree a.life -o b.life --record b.life", "-o and --record");
	assert_refused("tree a.life -o new --record ./new", "-o and --record");
	assert_refused("tree a.life --record -", "standard output");
	assert_taken("tree a.life -o new --record /new");
	assert_taken("tree a.life -o tree.txt --record -");
}

static void standard_output_is_a_file_like_others(void **state)
{
	LL_AUTO_CLOSE int old = dup(STDOUT_FILENO);
	LL_AUTO_CLOSE int fd = open("a.life", O_WRONLY | O_APPEND | O_CLOEXEC);

	(void)state;
	assert_true(old >= 0 && fd >= 0);
	assert_true(dup2(fd, STDOUT_FILENO) >= 0);
	LL_AUTO_FREE char *same = check("trace a.life"), *other = check("trace b.life");
	assert_true(dup2(old, STDOUT_FILENO) >= 0);
	assert_non_null(same);
	assert_non_null(strstr(same, "standard output is 'a.life'"));
	assert_null(other);
}

static void a_capture_has_standard_output_for_itself(void **state)
{
	(void)state;
	assert_refused("record -o - -- make", "'make' writes to standard output, too");
	assert_refused("tree -o tree.txt --record - -- make", "'make'");
	assert_refused("record -o - --rotate 1h", "--rotate needs files");
	assert_taken("record -o -");
	assert_taken("record -o new.life --rotate 1h -- make");
	assert_taken("trace -o - -- make");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_read_is_not_written_to),
		cmocka_unit_test(other_files_are),
		cmocka_unit_test(two_results_need_two_files),
		cmocka_unit_test(standard_output_is_a_file_like_others),
		cmocka_unit_test(a_capture_has_standard_output_for_itself),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
