/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The table of commands. What a command cannot use is refused, never ignored. */
#include "cli/command.h"

#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "cli/suggest.h"

static const struct ll_command commands[] = {
	{ .name = "trace",
	  .help = "events as they happen",
	  .watches = true,
	  .takes_kinds = true,
	  .run = ll_cmd_trace },
	{ .name = "tree",
	  .help = "the process tree now; the one CMD made",
	  .watches = true,
	  .draws_tree = true,
	  .run = ll_cmd_tree },
	{ .name = "doctor",
	  .help = "can this machine trace? what is missing",
	  .run = ll_cmd_doctor },
	{ .name = "fields", .help = "every field and its meaning", .run = ll_cmd_fields },
	{ 0 },
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

static const struct ll_command *find(const char *name)
{
	for (const struct ll_command *command = commands; command->name != NULL; command++) {
		if (strcmp(command->name, name) == 0)
			return command;
	}
	return NULL;
}

static bool is_file_like(const char *word)
{
	size_t length = strlen(word);

	return strchr(word, '/') != NULL || access(word, F_OK) == 0 ||
	       (length > 5 && strcmp(word + length - 5, ".life") == 0);
}

static int refuse_input(const char *word, char **ret_why)
{
	if (is_file_like(word))
		return refuse(
			ret_why,
			"cannot read '%s': captures come with `record`, not built yet; to "
			"run it, put '--' before it",
			word);
	return refuse(ret_why,
		      "do not know what to do with '%s'; to run a command, put '--' before it",
		      word);
}

static int refuse_command(const char *word, char **ret_why)
{
	const char *best = NULL;
	size_t distance = SIZE_MAX;

	for (const struct ll_command *command = commands; command->name != NULL; command++)
		best = ll_suggest_nearer(word, command->name, best, &distance);
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

static int check(const struct ll_command *command, const struct ll_options *options,
		 char **ret_why)
{
	bool filters = options->pid != 0 || options->has_uid || options->comm != NULL ||
		       options->cgroup != NULL || options->duration_ns != 0;

	if (options->input != NULL)
		return refuse_input(options->input, ret_why);
	if (!command->watches && (filters || options->child_argv != NULL))
		return refuse(ret_why, "%s watches nothing: it takes no command, PID or filter",
			      command->name);
	if (!command->takes_kinds && options->kinds != 0)
		return refuse(ret_why, "-e cannot be used with %s, only with trace",
			      command->name);
	if (!command->draws_tree && (options->kthreads || options->no_fold))
		return refuse(ret_why, "%s cannot be used with %s, only with tree",
			      options->kthreads ? "--kthreads" : "--no-fold", command->name);
	return 0;
}

int ll_command_choose(const struct ll_options *options, const struct ll_command **ret_command,
		      char **ret_why)
{
	const char *name = options->command != NULL ? options->command : "trace";
	const struct ll_command *command = find(name);

	if (command == NULL)
		return refuse_command(name, ret_why);
	int err = check(command, options, ret_why);
	if (err == 0)
		*ret_command = command;
	return err;
}

void ll_command_print_help(FILE *out)
{
	LL_AUTO_FREE char *lines = NULL;
	size_t size;
	LL_AUTO_FCLOSE FILE *memory = open_memstream(&lines, &size);

	if (memory == NULL)
		return;
	for (const struct ll_command *command = commands; command->name != NULL; command++)
		fprintf(memory, "  %-9s%s\n", command->name, command->help);
	if (fflush(memory) == 0)
		ll_options_print_help(out, lines);
}
