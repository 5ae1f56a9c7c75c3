/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Help: complete for each command, and short for all of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "cli/command.h"
#include "cli/help.h"
#include "cli/option_table.h"

/* Return the help of a command, or of lifeline for NULL; heap, owned by the caller. */
static char *help_of(const struct ll_command *command)
{
	char *text = NULL;
	size_t size;
	FILE *memory = open_memstream(&text, &size);

	if (command != NULL)
		ll_help_print_command(memory, command);
	else
		ll_help_print(memory);
	assert_int_equal(fclose(memory), 0);
	return text;
}

static bool is_listed(const char *help, const struct argp_option *option)
{
	char name[64];

	const char *after = option->arg == NULL                          ? " "
			    : (option->flags & OPTION_ARG_OPTIONAL) != 0 ? "[="
									 : "=";

	snprintf(name, sizeof(name), "--%s%s", option->name, after);
	return strstr(help, name) != NULL;
}

static void each_command_lists_the_options_it_can_use_and_no_other(void **state)
{
	const struct ll_command *command;
	const struct ll_option *option;

	(void)state;
	for (size_t i = 0; (command = ll_command_at(i)) != NULL; i++) {
		LL_AUTO_FREE char *help = help_of(command);

		for (size_t j = 0; (option = ll_option_at(j)) != NULL; j++) {
			bool usable = (option->commands & command->bit) != 0;

			if (option->argp.name != NULL &&
			    is_listed(help, &option->argp) != usable)
				fail_msg("%s: --%s", command->name, option->argp.name);
		}
	}
}

static void each_command_shows_examples_and_statuses(void **state)
{
	const struct ll_command *command;

	(void)state;
	for (size_t i = 0; (command = ll_command_at(i)) != NULL; i++) {
		LL_AUTO_FREE char *help = help_of(command);
		char example[64];

		snprintf(example, sizeof(example), "\n    lifeline %s ", command->name);
		assert_non_null(strstr(help, "\nExamples:\n"));
		assert_non_null(strstr(help, example));
		assert_non_null(strstr(help, "\nExit status: 0 "));
	}
}

static void the_first_help_names_every_command_on_one_screen(void **state)
{
	LL_AUTO_FREE char *help = help_of(NULL);
	const struct ll_command *command;
	unsigned lines = 0;

	(void)state;
	for (size_t i = 0; (command = ll_command_at(i)) != NULL; i++)
		assert_non_null(strstr(help, command->help));
	for (char *line = strtok(help, "\n"); line != NULL; line = strtok(NULL, "\n")) {
		assert_in_range(strlen(line), 0, 80);
		lines++;
	}
	assert_in_range(lines, 10, 24);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_command_lists_the_options_it_can_use_and_no_other),
		cmocka_unit_test(each_command_shows_examples_and_statuses),
		cmocka_unit_test(the_first_help_names_every_command_on_one_screen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
