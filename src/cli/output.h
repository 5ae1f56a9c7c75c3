/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Where a command's result goes: stdout, or the file of -o. */
#pragma once

#include <stdio.h>

struct ll_output {
	FILE *file;
	const char *path; /* borrowed; NULL: stdout */
};

/*
 * Open path, or stdout when path is NULL or "-"; fully buffered, so that nothing is written per
 * event. A new file is readable by its owner alone: arguments hold secrets.
 * Returns 0 or -errno, which it has told the user.
 */
int ll_output_open(const char *path, struct ll_output *ret);

/* Write out what is buffered. Returns 0, -errno, or -EIO when an earlier write failed. */
int ll_output_flush(struct ll_output *output);

/* Flush and close. Returns what ll_output_flush() would. NULL file: does nothing. */
int ll_output_close(struct ll_output *output);

/*
 * Close, and make an exit status of it: status when all went well or the reader went
 * away, else 1, and tell the user why. err: what writing returned before, 0 or -errno.
 */
int ll_output_finish(struct ll_output *output, int err, int status);
