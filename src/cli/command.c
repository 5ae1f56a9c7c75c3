/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The table of commands. What a command cannot use is refused, never ignored. */
#include "cli/command.h"

#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/option_table.h"
#include "base/suggest.h"

static const struct ll_command *const commands[] = {
	&ll_cmd_trace,   &ll_cmd_tree,   &ll_cmd_record,  &ll_cmd_signals,
	&ll_cmd_zombies, &ll_cmd_states, &ll_cmd_summary, &ll_cmd_diff,
	&ll_cmd_check,   &ll_cmd_export, &ll_cmd_doctor,  &ll_cmd_fields,
};

__attribute__((format(printf, 2, 3))) static int refuse(char **ret_why, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	int length = vasprintf(ret_why, format, args);
	va_end(args);
	if (length >= 0)
		return -EINVAL;
	*ret_why = NULL;
	return -ENOMEM;
}

const struct ll_command *ll_command_at(size_t index)
{
	return index < sizeof(commands) / sizeof(commands[0]) ? commands[index] : NULL;
}

static bool is_file_like(const char *word)
{
	size_t length = strlen(word);

	return strchr(word, '/') != NULL || access(word, F_OK) == 0 ||
	       (length > 5 && strcmp(word + length - 5, ".life") == 0);
}

/* A capture stands where a command should. */
static int refuse_input(const char *word, char **ret_why)
{
	return refuse(
		ret_why,
		"no command is called '%s'; to look at a capture, put what to show before "
		"it: lifeline tree '%s'; to run it, put '--' before it",
		word, word);
}

/* A word after a command that has no use for one. */
static int refuse_word(const struct ll_command *command, const char *word, char **ret_why)
{
	return refuse(
		ret_why,
		"cannot use '%s': %s takes options alone; leave it out, or see lifeline %s "
		"--help",
		word, command->name, command->name);
}

static int refuse_extra(const struct ll_command *command, const char *word, char **ret_why)
{
	return refuse(
		ret_why,
		"do not know what to do with '%s': %s looks at one capture; to run a command, "
		"put '--' before it",
		word, command->name);
}

static int refuse_surplus(const struct ll_command *command, const char *word, char **ret_why)
{
	return refuse(ret_why, "do not know what to do with '%s': %s compares two captures",
		      word, command->name);
}

static int refuse_command(const char *word, char **ret_why)
{
	const char *best = NULL;
	size_t distance = SIZE_MAX;

	for (size_t i = 0; ll_command_at(i) != NULL; i++)
		best = ll_suggest_nearer(word, ll_command_at(i)->name, best, &distance);
	if (best != NULL)
		return refuse(ret_why, "no command is called '%s'; did you mean '%s'?", word,
			      best);
	if (is_file_like(word))
		return refuse_input(word, ret_why);
	return refuse(ret_why,
		      "no command is called '%s'; see lifeline --help, or put '--' before a "
		      "command to run",
		      word);
}

int ll_command_find(const char *name, const struct ll_command **ret_command, char **ret_why)
{
	if (name == NULL)
		name = ll_cmd_trace.name;
	for (size_t i = 0; ll_command_at(i) != NULL; i++) {
		if (strcmp(ll_command_at(i)->name, name) != 0)
			continue;
		*ret_command = ll_command_at(i);
		return 0;
	}
	return refuse_command(name, ret_why);
}

/* Write "trace and tree", those of a mask. */
static void format_names(unsigned mask, char *ret_names, size_t size)
{
	const struct ll_command *command;
	int length = 0;

	for (size_t i = 0; (command = ll_command_at(i)) != NULL; i++) {
		if ((command->bit & mask) != 0 && (size_t)length < size)
			length += snprintf(ret_names + length, size - (size_t)length, "%s%s",
					   length > 0 ? " and " : "", command->name);
	}
}

static int refuse_option(const struct ll_command *command, const struct ll_option *option,
			 char **ret_why)
{
	char names[256];
	int key = option->argp.key;

	format_names(option->commands, names, sizeof(names));
	if (key < LL_KEY_CGROUP)
		return refuse(ret_why, "-%c cannot be used with %s, only with %s", key,
			      command->name, names);
	return refuse(ret_why, "--%s cannot be used with %s, only with %s", option->argp.name,
		      command->name, names);
}

static int refuse_live(const struct ll_option *option, const char *input, char **ret_why)
{
	return refuse(
		ret_why,
		"--%s says how to watch what happens now, and '%s' is a capture: leave it out",
		option->argp.name, input);
}

static int check(const struct ll_command *command, const struct ll_options *options,
		 char **ret_why)
{
	const struct ll_option *option;

	bool is_watch = (command->bit & LL_FOR_WATCH) != 0;
	bool reads = is_watch || (command->bit & (LL_FOR_CHECK | LL_FOR_DIFF)) != 0;
	if (options->input != NULL && !reads)
		return refuse_word(command, options->input, ret_why);
	if (options->extra != NULL && command->bit != LL_FOR_DIFF)
		return refuse_extra(command, options->extra, ret_why);
	if (options->surplus != NULL && command->bit == LL_FOR_DIFF)
		return refuse_surplus(command, options->surplus, ret_why);
	if (!is_watch && options->child_argv != NULL)
		return refuse(ret_why,
			      "%s watches nothing: it takes no command to run; leave out '--' "
			      "and what follows",
			      command->name);
	for (size_t i = 0; (option = ll_option_at(i)) != NULL; i++) {
		if ((options->used >> i & 1) == 0)
			continue;
		if ((option->commands & command->bit) == 0)
			return refuse_option(command, option, ret_why);
		if (options->input != NULL && (option->commands & LL_LIVE_ONLY) != 0)
			return refuse_live(option, options->input, ret_why);
	}
	return 0;
}

int ll_command_choose(const struct ll_options *options, const struct ll_command **ret_command,
		      char **ret_why)
{
	const struct ll_command *command = NULL;
	int err = ll_command_find(options->command, &command, ret_why);

	if (err == 0)
		err = check(command, options, ret_why);
	if (err == 0)
		*ret_command = command;
	return err;
}
