/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The child tells of a failed exec through a close-on-exec pipe: end of file means that the
 * exec went well.
 */
#include "live/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"

/* Never returns. The tracer ignores SIGPIPE and may block signals; the command must not inherit that. */
static void run_child(char *const argv[], int report)
{
	sigset_t none;
	int error;

	sigemptyset(&none);
	signal(SIGPIPE, SIG_DFL);
	sigprocmask(SIG_SETMASK, &none, NULL);
	execvp(argv[0], argv);
	error = errno;
	if (write(report, &error, sizeof(error)) < 0)
		_exit(126);
	_exit(127);
}

static ssize_t read_report(int fd, int *ret_error)
{
	ssize_t length;

	do {
		length = read(fd, ret_error, sizeof(*ret_error));
	} while (length < 0 && errno == EINTR);
	return length;
}

int ll_spawn(char *const argv[], pid_t *ret_pid)
{
	int ends[2], error = 0;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	LL_AUTO_CLOSE int reader = ends[0];
	LL_AUTO_CLOSE int writer = ends[1];
	pid_t pid = fork();
	if (pid < 0)
		return -errno;
	if (pid == 0)
		run_child(argv, writer);
	close(TAKE_FD(writer));
	if (read_report(reader, &error) != sizeof(error)) {
		*ret_pid = pid;
		return 0;
	}
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
	return -error;
}
