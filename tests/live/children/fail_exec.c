/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Fail to execute in several ways, then exit 0. */
#include "fact.h"

static void fail(const char *path, const char *argument)
{
	const char *const argv[] = { "failing", argument, NULL };

	execute(path, argv);
	FACT("failed", NUM("pid", getpid()), NUM("error", errno), STR("path", path),
	     STR("argument", argument));
}

int main(void)
{
	bound_life();
	fail("/nonexistent/program", "missing");
	fail("/", "a directory");
	fail("/proc/self/status", "not executable");
	return 0;
}
