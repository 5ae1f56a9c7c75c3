/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* lifeline: parse, choose the command, run it, and hand its exit status on. */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "cli/command.h"
#include "cli/filter_option.h"
#include "cli/help.h"
#include "cli/output.h"
#include "cli/outputs.h"
#include "cli/say.h"
#include "cli/signals.h"
#include "cli/version.h"
#include "event/filter.h"

#define EXIT_USAGE 2

/*
 * Started with a closed stdin, stdout or stderr, the next file opened would take its place
 * and be written to. The stand-ins close on exec: CMD finds what was there.
 */
static void guard_standard_fds(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
}

/* command: whose help; NULL: that of lifeline. */
static int print_help(const struct ll_command *command)
{
	struct ll_output output = { .file = stdout };

	if (command != NULL)
		ll_help_print_command(stdout, command);
	else
		ll_help_print(stdout);
	return ll_output_finish(&output, 0, 0);
}

static int print_version(void)
{
	struct ll_output output = { .file = stdout };

	fputs("lifeline " LL_VERSION "\n", stdout);
	return ll_output_finish(&output, 0, 0);
}

static int run(struct ll_options *options, const struct ll_command *command)
{
	int status = options->explain_filter ? ll_filter_option_explain(options, command)
					     : command->run(options);

	ll_filter_free(options->filter);
	return status;
}

int main(int argc, char *argv[])
{
	struct ll_options options;
	const struct ll_command *command = NULL;
	LL_AUTO_FREE char *why = NULL;

	guard_standard_fds();
	ll_signals_catch();
	int err = ll_options_parse(argc, argv, &options, &why);
	if (err == 0 && options.version)
		return print_version();
	if (err == 0 && options.help && options.command == NULL)
		return print_help(NULL);
	if (err == 0 && options.help)
		err = ll_command_find(options.command, &command, &why);
	else if (err == 0)
		err = ll_command_choose(&options, &command, &why);
	if (err == 0 && options.help)
		return print_help(command);
	if (err == 0)
		err = ll_outputs_check(&options, command, &why);
	if (err == 0)
		err = ll_filter_option_parse(&options, command, &why);
	if (err == 0)
		return run(&options, command);
	ll_say("%s", why != NULL ? why : "out of memory");
	return err == -EINVAL ? EXIT_USAGE : 1;
}
