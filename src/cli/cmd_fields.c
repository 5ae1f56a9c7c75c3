/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* lifeline fields: the field registry, for people or as JSON. Needs no privilege. */
#include "cli/command.h"
#include "cli/option_table.h"
#include "cli/output.h"
#include "cli/terminal.h"
#include "render/fields.h"
#include "render/json_schema.h"

/* Where the place written to has no width of its own. */
#define DEFAULT_WIDTH 100

static int print_text(FILE *out)
{
	unsigned width = ll_terminal_width(out);

	return ll_fields_text(out, width > 0 ? width : DEFAULT_WIDTH);
}

static int print(const struct ll_options *options, FILE *out)
{
	if (options->schema)
		return ll_json_schema(out);
	return options->json ? ll_fields_json(out) : print_text(out);
}

static int run(const struct ll_options *options)
{
	struct ll_output output;

	if (ll_output_open(options->output_path, &output) < 0)
		return 1;
	int err = print(options, output.file);
	return ll_output_finish(&output, err, 0);
}

const struct ll_command ll_cmd_fields = {
	.name = "fields",
	.bit = LL_FOR_FIELDS,
	.help = "every field and its meaning",
	.about =
		"List every field an event can carry: its JSON key, short name, type, unit, the "
		"events that carry it, and what it means. With --schema as a JSON Schema "
		"(draft 2020-12).",
	.examples = "  The names and meanings, for a program.\n"
		    "    lifeline fields --json\n"
		    "  What a line of --json can be, for a validator.\n"
		    "    lifeline fields --schema -o lifeline.schema.json\n",
	.status = "Exit status: 0 fine, 1 writing failed, 2 usage.",
	.run = run,
};
