/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* A line is put together before it is written: CMD may share the terminal. */
#include "cli/say.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/cleanup.h"

void ll_say(const char *format, ...)
{
	int saved_errno = errno;
	LL_AUTO_FREE char *message = NULL;
	va_list args;

	va_start(args, format);
	int length = vasprintf(&message, format, args);
	va_end(args);
	if (length < 0)
		message = NULL;
	fprintf(stderr, "lifeline: %s\n", message != NULL ? message : "out of memory");
	errno = saved_errno;
}
