/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Write the page of a scene to stdout: all corners, or a build of N processes. */
#include <stdlib.h>
#include <string.h>

#include "support/html_scenes.h"

int main(int argc, char **argv)
{
	uint32_t count = argc > 1 ? (uint32_t)strtoul(argv[1], NULL, 10) : 0;
	int err = scene_write(stdout, count);

	if (err == 0 && fflush(stdout) != 0)
		err = -1;
	if (err != 0)
		fprintf(stderr, "make_page: %s\n", strerror(-err));
	return err != 0;
}
