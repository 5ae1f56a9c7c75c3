/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* See cmdline.h. */
#include "analysis/cmdline.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int ll_cmdline_set(struct ll_cmdline *command, const struct ll_process *process,
		   size_t most_bytes)
{
	const struct ll_image *image = process->image;
	struct ll_str args = image != NULL ? image->args : ll_str_make(NULL, 0);
	bool is_cut = args.length > most_bytes || (image != NULL && image->args_truncated);
	char *copy = NULL;

	if (args.length > most_bytes)
		args.length = most_bytes;
	if (args.length > 0) {
		copy = malloc(args.length);
		if (copy == NULL)
			return -ENOMEM;
		memcpy(copy, args.data, args.length);
	}
	ll_cmdline_fini(command);
	memcpy(command->comm, process->comm, sizeof(command->comm));
	command->args = ll_str_make(copy, args.length);
	command->is_cut = is_cut;
	return 0;
}

void ll_cmdline_fini(struct ll_cmdline *command)
{
	free((char *)command->args.data);
	*command = (struct ll_cmdline){ 0 };
}
