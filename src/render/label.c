/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "render/label.h"

#include <string.h>

/* Put the last part of a path, the rest tells little in a tree. */
static struct ll_str short_path(struct ll_str path)
{
	if (path.length == 0 || path.data[0] != '/')
		return path;
	const char *slash = memrchr(path.data, '/', path.length);
	size_t skip = (size_t)(slash + 1 - path.data);
	if (skip == path.length)
		return path;
	return ll_str_make(path.data + skip, path.length - skip);
}

static void put_comm(struct ll_line *line, const struct ll_process *process)
{
	ll_line_put(line, process->is_kthread ? "[" : "");
	ll_line_put_quoted(line, ll_str_of(process->comm));
	ll_line_put(line, process->is_kthread ? "]" : "");
}

struct ll_str ll_label_args(const struct ll_process *process)
{
	return process->image != NULL ? process->image->args : ll_str_make(NULL, 0);
}

/* Returns whether there is a command line. */
static bool put_args(struct ll_line *line, struct ll_str args)
{
	struct ll_str first;

	if (!ll_args_next(&args, &first) || (first.length == 0 && args.length == 0))
		return false;
	ll_line_put_quoted(line, short_path(first));
	ll_line_put(line, args.length > 0 ? " " : "");
	ll_line_put_args(line, args);
	return true;
}

void ll_label_put(struct ll_line *line, const struct ll_process *process)
{
	if (!put_args(line, ll_label_args(process)))
		put_comm(line, process);
}

void ll_label_put_command(struct ll_line *line, struct ll_str args, struct ll_str comm)
{
	if (!put_args(line, args))
		ll_line_put_quoted(line, comm);
}
