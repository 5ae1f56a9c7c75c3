/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* What a process is called, kept when the model may have forgotten it. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "model/model.h"

/* All zero: unknown. */
struct ll_cmdline {
	char comm[16]; /* NUL-terminated, raw bytes */
	struct ll_str
		args; /* NUL-separated, its own; empty: it executed nothing that was seen */
	bool is_cut; /* arguments are missing at the end */
};

/* Take over what the process is called now, of its arguments at most so many bytes. 0 or -ENOMEM. */
int ll_cmdline_set(struct ll_cmdline *command, const struct ll_process *process,
		   size_t most_bytes);
void ll_cmdline_fini(struct ll_cmdline *command);
