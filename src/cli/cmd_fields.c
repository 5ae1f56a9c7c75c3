/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* lifeline fields: the field registry, for people or as JSON. Needs no privilege. */
#include "cli/command.h"
#include "cli/output.h"
#include "cli/terminal.h"
#include "render/fields.h"

int ll_cmd_fields(const struct ll_options *options)
{
	struct ll_output output;

	if (ll_output_open(options->output_path, &output) < 0)
		return 1;
	int err = options->json ? ll_fields_json(output.file)
				: ll_fields_text(output.file, ll_terminal_width(output.file));
	return ll_output_finish(&output, err, 0);
}
