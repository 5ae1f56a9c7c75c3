/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The spawner waits on a socket for one byte, or for the end of its maker. It and the command tell
 * what they know through the same socket, which closes on exec: its end means that both are done.
 */
#include "live/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"

/* As execvp() has it where PATH is not set: confstr(3), _CS_PATH. */
#define DEFAULT_PATH "/bin:/usr/bin"

/* What spawner and command have to tell: the command's pid, or why there is none. */
struct report {
	pid_t pid;
	int error; /* errno; 0: none */
};

static void tell(int socket, pid_t pid, int error)
{
	struct report report = { .pid = pid, .error = error };

	/* Nobody is left to be told of a failure. */
	(void)!send(socket, &report, sizeof(report), MSG_NOSIGNAL);
}

static ssize_t receive(int socket, void *ret, size_t size)
{
	ssize_t length;

	do {
		length = recv(socket, ret, size, 0);
	} while (length < 0 && errno == EINTR);
	return length;
}

/* Forget the tracer's handlers, but keep what its own maker wanted ignored (nohup). */
static void reset_signals(void)
{
	int ends[2], error = 0;

/*
 * Never returns. CLONE_PARENT makes the command a child of the tracer, which can wait for it. The
 * plain system call: glibc's fork() cannot pass the flag, and there are no threads to mind.
 */
static void run_spawner(char *const argv[], int socket)
{
	LL_AUTO_FREE char *path = NULL;
	char word;

	if (receive(socket, &word, sizeof(word)) != sizeof(word))
		_exit(0);
	int error = find_command(argv[0], &path);
	if (error != 0) {
		tell(socket, 0, error);
		_exit(0);
	}
	pid_t pid = (pid_t)syscall(SYS_clone, CLONE_PARENT | SIGCHLD, 0, 0, 0, 0);
	if (pid == 0)
		run_command(path, argv, socket);
	tell(socket, pid > 0 ? pid : 0, pid < 0 ? errno : 0);
	_exit(0);
}

int ll_spawner_init(struct ll_spawner *ret, char *const argv[])
{
	sigset_t all, before;
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
		return -errno;
	LL_AUTO_CLOSE int ours = ends[0];
	LL_AUTO_CLOSE int theirs = ends[1];
	/* What Ctrl-C is to do before there is a command, the tracer knows. */
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &before);
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
	if (pid == 0) {
		close(ours);
		run_spawner(argv, theirs);
	}
	int error = errno;
	sigprocmask(SIG_SETMASK, &before, NULL);
