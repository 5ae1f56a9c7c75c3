/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "export/program.h"

#include <string.h>

struct ll_str ll_program_name(struct ll_str exe, struct ll_str filename,
			      struct ll_str interpreter)
{
	struct ll_str path = interpreter.length > 0 ? filename : exe;
	const char *slash = path.length > 0 ? memrchr(path.data, '/', path.length) : NULL;

	if (slash == NULL)
		return path;
	return ll_str_make(slash + 1, path.length - (size_t)(slash + 1 - path.data));
}
