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
	struct sigaction action, by_default = { .sa_handler = SIG_DFL };
	sigset_t none;

	for (int number = 1; number < _NSIG; number++)
		if (sigaction(number, NULL, &action) == 0 && action.sa_handler != SIG_IGN)
			sigaction(number, &by_default, NULL);
	/* Ignored by the tracer, if at all, for itself. */
	sigaction(SIGPIPE, &by_default, NULL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

/* Never returns. path has a slash: execvp() tries it alone. */
static void run_command(const char *path, char *const argv[], int socket)
{
	reset_signals();
	execvp(path, argv);
	tell(socket, 0, errno);
	_exit(127);
}

static bool is_program(const char *path, int *error)
{
	struct stat st;

	if (stat(path, &st) < 0 || !S_ISREG(st.st_mode))
		return false;
	if (faccessat(AT_FDCWD, path, X_OK, AT_EACCESS) == 0)
		return true;
	*error = EACCES;
	return false;
}

/* Set *ret_path to the program of that name in PATH, heap. Returns 0 or an errno. */
static int find_in_path(const char *name, char **ret_path)
{
	const char *path = getenv("PATH");
	int error = ENOENT;

	for (const char *at = path != NULL ? path : DEFAULT_PATH; name[0] != '\0'; at++) {
		size_t length = strcspn(at, ":");
		LL_AUTO_FREE char *file = NULL;

		/* An empty directory is the one we are in. */
		if (asprintf(&file, "%.*s/%s", length > 0 ? (int)length : 1,
			     length > 0 ? at : ".", name) < 0)
			return ENOMEM;
		if (is_program(file, &error)) {
			*ret_path = TAKE(file);
			return 0;
		}
		at += length;
		if (*at == '\0')
			break;
	}
	return error;
}

static int find_command(const char *name, char **ret_path)
{
	struct stat st;

	if (strchr(name, '/') == NULL)
		return find_in_path(name, ret_path);
	if (stat(name, &st) == 0 && S_ISDIR(st.st_mode))
		return EISDIR;
	*ret_path = strdup(name);
	return *ret_path == NULL ? ENOMEM : 0;
}

int ll_spawner_look(const char *name)
{
	LL_AUTO_FREE char *path = NULL;
	int error = find_command(name, &path);

	if (error != 0)
		return -error;
	return faccessat(AT_FDCWD, path, X_OK, AT_EACCESS) == 0 ? 0 : -errno;
}

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
	if (pid == 0) {
		close(ours);
		run_spawner(argv, theirs);
	}
	int error = errno;
	sigprocmask(SIG_SETMASK, &before, NULL);
	if (pid < 0)
		return -error;
	*ret = (struct ll_spawner){ .pid = pid, .socket = TAKE_FD(ours) };
	return 0;
}

static void reap(pid_t pid)
{
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
}

/* Spawner and command tell at the same time: in either order. */
int ll_spawner_run(struct ll_spawner *spawner, pid_t *ret_pid)
{
	const char word = 0;
	struct report report;
	pid_t pid = 0;
	int error = 0;

	(void)!send(spawner->socket, &word, sizeof(word), MSG_NOSIGNAL);
	while (receive(spawner->socket, &report, sizeof(report)) == sizeof(report)) {
		pid = report.pid != 0 ? report.pid : pid;
		error = report.error != 0 ? report.error : error;
	}
	ll_spawner_fini(spawner);
	if (pid != 0 && error == 0) {
		*ret_pid = pid;
		return 0;
	}
	if (pid != 0)
		reap(pid);
	return error != 0 ? -error : -ECHILD;
}

void ll_spawner_fini(struct ll_spawner *spawner)
{
	if (spawner->pid == 0)
		return;
	close(spawner->socket);
	reap(spawner->pid);
	*spawner = (struct ll_spawner){ 0 };
}
