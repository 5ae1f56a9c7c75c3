/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Output whose every failure is noticed, at the latest when it is closed. */
#include "cli/output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>

#include "base/cleanup.h"
#include "cli/say.h"

#define BUFFER_BYTES (64 * 1024)

static int open_file(const char *path, FILE **ret)
{
	LL_AUTO_CLOSE int fd =
		open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY, 0600);

	if (fd < 0)
		return -errno;
	FILE *file = fdopen(fd, "w");
	if (file == NULL)
		return -errno;
	(void)TAKE_FD(fd);
	*ret = file;
	return 0;
}

int ll_output_open(const char *path, struct ll_output *ret)
{
	bool is_stdout = path == NULL || strcmp(path, "-") == 0;
	struct ll_output output = { .file = stdout, .path = is_stdout ? NULL : path };

	if (!is_stdout) {
		int err = open_file(path, &output.file);

		if (err < 0) {
			ll_say("cannot write '%s': %s", path, strerror(-err));
			return err;
		}
	}
	setvbuf(output.file, NULL, _IOFBF, BUFFER_BYTES);
	*ret = output;
	return 0;
}

int ll_output_flush(struct ll_output *output)
{
	errno = 0;
	if (fflush(output->file) != 0)
		return errno != 0 ? -errno : -EIO;
	return ferror(output->file) ? -EIO : 0;
}

int ll_output_close(struct ll_output *output)
{
	if (output->file == NULL)
		return 0;
	int err = ll_output_flush(output);
	/* Not before fclose is the last word said: NFS and quotas report there. */
	if (fclose(output->file) != 0 && err == 0)
		err = -errno;
	output->file = NULL;
	return err;
}

/* Nothing for -EPIPE, where the reader chose to go. */
static void complain(const struct ll_output *output, int err)
{
	if (err == -EPIPE)
		return;
	if (output->path != NULL)
		ll_say("cannot write '%s': %s", output->path, strerror(-err));
	else
		ll_say("cannot write to standard output: %s", strerror(-err));
}

int ll_output_finish(struct ll_output *output, int err, int status)
{
	int close_err = ll_output_close(output);

	if (err == 0)
		err = close_err;
	if (err == 0)
		return status;
	complain(output, err);
	return err == -EPIPE ? status : 1;
}
