/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* What a process is called where a person reads: its command line. */
#pragma once

#include "model/model.h"
#include "render/line.h"

/* What a process was started with; empty when unknown. Borrowed from the model. */
struct ll_str ll_label_args(const struct ll_process *process);

/*
 * Put the command line, its first word without the directory; the kernel's name, in brackets for a
 * kernel thread, where no command line is known.
 */
void ll_label_put(struct ll_line *line, const struct ll_process *process);

/* The same of NUL-separated arguments, or else a name. */
void ll_label_put_command(struct ll_line *line, struct ll_str args, struct ll_str comm);
