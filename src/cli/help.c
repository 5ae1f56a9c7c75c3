/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Help, put together from the tables of commands and options; argp lays the options out. */
#include "cli/help.h"

#include <argp.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "cli/option_table.h"

#define WATCH_STATUS                                                                           \
	"Exit status: 0 fine, 1 failed, 2 usage, 3 events were lost and --strict was given, "  \
	"126 CMD cannot be run, 127 CMD not found, else CMD's own, 128+n for signal n."

#define FILTERS                                                                                                        \
	"EXPR is FIELD OP VALUE, joined by and, or, not (or &&, ||, !) and ( ). FIELD is a name of `lifeline "         \
	"fields`, short, long or its end (exit.code), or event. OP is one of == != < <= > >=, ~ "                      \
	"(glob, of all the text), =~ and !~ (regular expression, anywhere in it). VALUE is "                           \
	"\"text\" or 'text', true, 12, a time (1.5s 200ms 3us) or a size (64KiB 10MB). FIELD in (VALUE, "              \
	"...), FIELD not in (VALUE, ...), has(FIELD) and a FIELD that is true or false ask, too. An unknown field is " \
	"absent: whatever it is compared with, by != as well, the answer is false. "                                   \
	"descendant_of(PID) is true of that process and all that was forked below it, "                                \
	"descendant_of(EXPR) of those for which EXPR was true once and all below them.\n\n"

void ll_help_print(FILE *out)
{
	const struct ll_command *command;

	fputs("Usage: lifeline [COMMAND] [FILE.life] [OPTION...] [-- CMD [ARG...]]\n"
	      "Show the life of every process: who forked whom, what it ran, how it ended, and\n"
	      "who reaped it. With '-- CMD' run CMD and follow it and its descendants; with a\n"
	      "FILE look at what was recorded; else watch the machine until Ctrl-C, as root.\n\n"
	      "Commands (trace when none is given):\n",
	      out);
	for (size_t i = 0; (command = ll_command_at(i)) != NULL; i++)
		fprintf(out, "  %-9s%s\n", command->name, command->help);
	fputs("\nExamples:\n"
	      "  lifeline trace -- make -j2       what a build runs, as it happens\n"
	      "  lifeline -p 4711 --json -o FILE  follow a service, for a program to read\n"
	      "  lifeline record -o B.life -- make, then: lifeline tree B.life\n\n"
	      "All options of a command: lifeline COMMAND --help. Version: lifeline --version.\n"
	      "Exit status: 0 fine, 1 failed, 2 usage, 3 lost events with --strict, 126 and 127\n"
	      "CMD cannot be run or found, else CMD's own, 128+n for signal n.\n",
	      out);
}

/* What can stand beside the options. */
static const char *args_doc(const struct ll_command *command)
{
	if (command->bit == LL_FOR_CHECK)
		return "FILE.life";
	if (command->bit == LL_FOR_DIFF)
		return "A.life B.life";
	if (command->bit == LL_FOR_EXPORT)
		return "FORMAT [FILE.life]\nFORMAT [-- CMD [ARG...]]";
	return (command->bit & LL_FOR_WATCH) != 0 ? "[FILE.life]\n[-- CMD [ARG...]]" : NULL;
}

void ll_help_print_command(FILE *out, const struct ll_command *command)
{
	LL_AUTO_FREE char *doc = NULL;
	char name[32];
	struct argp_option options[LL_OPTION_ROOM];

	if (asprintf(&doc, "%s\n\v%s%s%sExamples:\n%s\n%s", command->about,
		     command->filters != NULL ? FILTERS : "",
		     command->filters != NULL ? command->filters : "",
		     command->filters != NULL ? "\n\n" : "", command->examples,
		     command->status != NULL ? command->status : WATCH_STATUS) < 0) {
		doc = NULL;
		return;
	}
	ll_option_select(command->bit, options);
	const struct argp argp = {
		.options = options,
		.args_doc = args_doc(command),
		.doc = doc,
	};
	snprintf(name, sizeof(name), "lifeline %s", command->name);
	/* That the argument of --long is also that of -l goes without saying. */
	setenv("ARGP_HELP_FMT", "no-dup-args-note", false);
	argp_help(&argp, out, ARGP_HELP_LONG | ARGP_HELP_SHORT_USAGE | ARGP_HELP_DOC, name);
}
