/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* A command is started as a shell would, or its error is told and nothing is left. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "live/spawn.h"

/* As execvp() does, ll_spawner_init() takes strings it does not change. */
static int spawn(const char *const argv[], pid_t *ret_pid)
{
	struct ll_spawner spawner = { 0 };

	assert_int_equal(ll_spawner_init(&spawner, (char *const *)argv), 0);
	int r = ll_spawner_run(&spawner, ret_pid);
	assert_int_equal(spawner.pid, 0);
	return r;
}

/* Spawn, wait for the end, return the wait status. */
static int run(const char *const argv[])
{
	pid_t pid = -1;
	int status = -1;

	assert_int_equal(spawn(argv, &pid), 0);
	assert_true(pid > 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

static int run_shell(const char *script)
{
	const char *const argv[] = { "sh", "-c", script, NULL };

	return run(argv);
}

/* The lowest descriptor that is free: the same before and after when none leaked. */
static int free_fd(void)
{
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

	assert_true(fd >= 0);
	close(fd);
	return fd;
}

/* Spawning fails with error: no child, no descriptor, and no pid is left. */
static void assert_fails(const char *const argv[], int error)
{
	int fd = free_fd();
	pid_t pid = -77;

	assert_int_equal(spawn(argv, &pid), -error);
	assert_int_equal(pid, -77);
	assert_int_equal(waitpid(-1, NULL, 0), -1);
	assert_int_equal(errno, ECHILD);
	assert_int_equal(free_fd(), fd);
}

static void a_command_that_is_nowhere_is_not_found(void **state)
{
	const char *const in_path[] = { "no-such-command-anywhere", NULL };
	const char *const absolute[] = { "/no/such/file", NULL };
	const char *const empty[] = { "", NULL };

	(void)state;
	assert_fails(in_path, ENOENT);
	assert_fails(absolute, ENOENT);
	assert_fails(empty, ENOENT);
}

static void what_is_not_executable_is_refused(void **state)
{
	const char *const device[] = { "/dev/null", NULL };
	const char *const directory[] = { "/", NULL };

	(void)state;
	assert_fails(device, EACCES);
	assert_fails(directory, EISDIR);
}

/* Make an empty directory of our own and have PATH begin with it. Returns it open; the caller's. */
static int enter_path(char *dir)
{
	char path[100];

	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s:/usr/bin:/bin", dir);
	assert_int_equal(setenv("PATH", path, true), 0);
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(fd >= 0);
	return fd;
}

static void leave_path(const char *dir)
{
	assert_int_equal(rmdir(dir), 0);
	assert_int_equal(setenv("PATH", "/usr/bin:/bin", true), 0);
}

static void write_file(int dir, const char *name, mode_t mode, const char *text)
{
	LL_AUTO_CLOSE int fd = openat(dir, name, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	assert_int_equal(fchmod(fd, mode), 0);
}

static void what_is_no_program_is_passed_over_in_path(void **state)
{
	char dir[] = "/tmp/lifeline-spawn-XXXXXX";
	LL_AUTO_CLOSE int fd = enter_path(dir);
	const char *const file[] = { "ll-file", NULL };
	const char *const directory[] = { "ll-directory", NULL };

	(void)state;
	write_file(fd, "sh", 0600, "");
	write_file(fd, "ll-file", 0600, "");
	assert_int_equal(mkdirat(fd, "ll-directory", 0700), 0);
	assert_int_equal(run_shell("exit 3"), 3 << 8);
	assert_fails(file, EACCES);
	assert_fails(directory, ENOENT);
	unlinkat(fd, "sh", 0);
	unlinkat(fd, "ll-file", 0);
	unlinkat(fd, "ll-directory", AT_REMOVEDIR);
	leave_path(dir);
}

/* As execvp() and every shell do it. */
static void what_has_no_format_is_given_to_the_shell(void **state)
{
	char dir[] = "/tmp/lifeline-spawn-XXXXXX";
	LL_AUTO_CLOSE int fd = enter_path(dir);
	const char *const argv[] = { "ll-script", "a  b", NULL };

	(void)state;
	write_file(fd, "ll-script", 0700, "[ \"$1\" = 'a  b' ] && exit 5\n");
	assert_int_equal(run(argv), 5 << 8);
	unlinkat(fd, "ll-script", 0);
	leave_path(dir);
}

static void an_empty_directory_in_path_is_the_working_directory(void **state)
{
	const char *const argv[] = { "sh", "-c", "exit 4", NULL };
	LL_AUTO_CLOSE int before = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	(void)state;
	assert_int_equal(chdir("/bin"), 0);
	assert_int_equal(setenv("PATH", "/nonexistent:", true), 0);
	int status = run(argv);
	assert_int_equal(setenv("PATH", "/usr/bin:/bin", true), 0);
	assert_int_equal(fchdir(before), 0);
	assert_int_equal(status, 4 << 8);
}

static void a_path_through_a_file_is_no_directory(void **state)
{
	const char *const argv[] = { "/dev/null/command", NULL };

	(void)state;
	assert_fails(argv, ENOTDIR);
}

/* MAX_ARG_STRLEN of include/uapi/linux/binfmts.h is 32 pages. */
static void an_argument_too_long_for_the_kernel_is_refused(void **state)
{
	size_t length = 33 * (size_t)sysconf(_SC_PAGESIZE);
	LL_AUTO_FREE char *huge = malloc(length + 1);
	const char *const argv[] = { "true", huge, NULL };

	(void)state;
	assert_non_null(huge);
	memset(huge, 'x', length);
	huge[length] = '\0';
	assert_fails(argv, E2BIG);
}

static void the_exit_status_is_the_commands(void **state)
{
	const char *const works[] = { "true", NULL };

	(void)state;
	assert_int_equal(run(works), 0);
	assert_int_equal(run_shell("exit 3"), 3 << 8);
	assert_int_equal(run_shell("kill -KILL $$"), SIGKILL);
}

static void touch(char *memory, size_t size)
{
	memset(memory, 1, size);
	__asm__ volatile("" : : "r"(memory) : "memory");
}

/* An exec keeps the high-water mark of the memory it replaces. */
static void memory_of_the_tracer_does_not_count_as_the_commands(void **state)
{
	const char *const argv[] = { "true", NULL };
	size_t size = (size_t)64 << 20;
	struct ll_spawner spawner = { 0 };
	struct rusage usage;
	pid_t pid = -1;

	(void)state;
	assert_int_equal(ll_spawner_init(&spawner, (char *const *)argv), 0);
	LL_AUTO_FREE char *memory = malloc(size);
	assert_non_null(memory);
	touch(memory, size);
	assert_int_equal(ll_spawner_run(&spawner, &pid), 0);
	assert_int_equal(wait4(pid, NULL, 0, &usage), pid);
	assert_in_range(usage.ru_maxrss, 1, (size >> 10) / 2);
}

static void nothing_is_left_of_a_spawner_that_was_not_asked(void **state)
{
	const char *const argv[] = { "true", NULL };
	struct ll_spawner spawner = { 0 };
	int fd = free_fd();

	(void)state;
	assert_int_equal(ll_spawner_init(&spawner, (char *const *)argv), 0);
	ll_spawner_fini(&spawner);
	ll_spawner_fini(&spawner);
	assert_int_equal(waitpid(-1, NULL, 0), -1);
	assert_int_equal(errno, ECHILD);
	assert_int_equal(free_fd(), fd);
}

/* As the subreaper we inherit the spawner of a tracer that died: it must come to its end. */
static void a_spawner_does_not_outlive_its_tracer(void **state)
{
	const char *const argv[] = { "sh", "-c", "exit 9", NULL };
	struct ll_spawner spawner = { 0 };
	int status = -1;

	(void)state;
	assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
	pid_t tracer = fork();
	if (tracer == 0) {
		if (ll_spawner_init(&spawner, (char *const *)argv) == 0)
			kill(getpid(), SIGKILL);
		_exit(1);
	}
	assert_int_equal(waitpid(tracer, &status, 0), tracer);
	assert_int_equal(status, SIGKILL);
	assert_true(waitpid(-1, &status, 0) > 0);
	assert_int_equal(status, 0);
	assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 0), 0);
}

static void a_killed_spawner_is_told(void **state)
{
	const char *const argv[] = { "true", NULL };
	struct ll_spawner spawner = { 0 };
	pid_t pid = -77;

	(void)state;
	assert_int_equal(ll_spawner_init(&spawner, (char *const *)argv), 0);
	assert_int_equal(kill(spawner.pid, SIGKILL), 0);
	assert_int_equal(ll_spawner_run(&spawner, &pid), -ECHILD);
	assert_int_equal(pid, -77);
}

static void the_command_stays_in_the_process_group(void **state)
{
	char script[100];

	(void)state;
	snprintf(script, sizeof(script), "[ \"$(cut -d' ' -f4,5 /proc/$$/stat)\" = '%d %d' ]",
		 getpid(), getpgrp());
	assert_int_equal(run_shell(script), 0);
}

/* What a shell would exit with for a command not found is a command's right, too. */
static void a_command_may_exit_with_127(void **state)
{
	(void)state;
	assert_int_equal(run_shell("exit 127"), 127 << 8);
}

static void the_pid_is_the_commands(void **state)
{
	LL_AUTO_CLOSE int output = memfd_create("output", 0);
	char script[64], text[32] = "";
	const char *const argv[] = { "sh", "-c", script, NULL };
	pid_t pid = -1;

	(void)state;
	assert_true(output >= 0);
	snprintf(script, sizeof(script), "echo $$ >/dev/fd/%d", output);
	assert_int_equal(spawn(argv, &pid), 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	assert_true(pread(output, text, sizeof(text) - 1, 0) > 0);
	assert_int_equal(strtol(text, NULL, 10), pid);
}

static void arguments_arrive_as_given(void **state)
{
	const char *script = "[ $# = 3 ] && [ -z \"$1\" ] && [ \"$2\" = 'a  b' ]";
	const char *const argv[] = { "sh", "-c", script, "name", "", "a  b", "*", NULL };

	(void)state;
	assert_int_equal(run(argv), 0);
}

static void no_descriptor_is_left_open(void **state)
{
	int fd = free_fd();

	(void)state;
	assert_int_equal(run_shell("exit 0"), 0);
	assert_int_equal(free_fd(), fd);
}

/* The tracer ignores SIGPIPE for itself. */
static void sigpipe_ends_the_command_though_the_tracer_ignores_it(void **state)
{
	(void)state;
	assert_ptr_not_equal(signal(SIGPIPE, SIG_IGN), SIG_ERR);
	int status = run_shell("kill -PIPE $$; exit 3");
	signal(SIGPIPE, SIG_DFL);
	assert_int_equal(status, SIGPIPE);
}

static void signals_the_tracer_blocks_reach_the_command(void **state)
{
	sigset_t blocked, before;

	(void)state;
	sigfillset(&blocked);
	assert_int_equal(sigprocmask(SIG_SETMASK, &blocked, &before), 0);
	int status = run_shell("kill -TERM $$; exit 3");
	assert_int_equal(sigprocmask(SIG_SETMASK, &before, NULL), 0);
	assert_int_equal(status, SIGTERM);
}

static void on_signal(int number)
{
	(void)number;
}

static void signals_the_tracer_handles_end_the_command(void **state)
{
	(void)state;
	assert_ptr_not_equal(signal(SIGTERM, on_signal), SIG_ERR);
	int status = run_shell("kill -TERM $$; exit 3");
	signal(SIGTERM, SIG_DFL);
	assert_int_equal(status, SIGTERM);
}

/* nohup's doing, say: it is the caller's wish, not the tracer's. */
static void signals_ignored_by_the_caller_stay_ignored(void **state)
{
	(void)state;
	assert_ptr_not_equal(signal(SIGHUP, SIG_IGN), SIG_ERR);
	int status = run_shell("kill -HUP $$; exit 3");
	signal(SIGHUP, SIG_DFL);
	assert_int_equal(status, 3 << 8);
}

/* A directory in PATH that may not be searched would turn ENOENT into EACCES. */
static int set_path(void **state)
{
	(void)state;
	return setenv("PATH", "/usr/bin:/bin", true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_command_that_is_nowhere_is_not_found),
		cmocka_unit_test(what_is_not_executable_is_refused),
		cmocka_unit_test(what_is_no_program_is_passed_over_in_path),
		cmocka_unit_test(what_has_no_format_is_given_to_the_shell),
		cmocka_unit_test(an_empty_directory_in_path_is_the_working_directory),
		cmocka_unit_test(a_path_through_a_file_is_no_directory),
		cmocka_unit_test(an_argument_too_long_for_the_kernel_is_refused),
		cmocka_unit_test(the_exit_status_is_the_commands),
		cmocka_unit_test(memory_of_the_tracer_does_not_count_as_the_commands),
		cmocka_unit_test(nothing_is_left_of_a_spawner_that_was_not_asked),
		cmocka_unit_test(a_spawner_does_not_outlive_its_tracer),
		cmocka_unit_test(a_killed_spawner_is_told),
		cmocka_unit_test(the_command_stays_in_the_process_group),
		cmocka_unit_test(a_command_may_exit_with_127),
		cmocka_unit_test(the_pid_is_the_commands),
		cmocka_unit_test(arguments_arrive_as_given),
		cmocka_unit_test(no_descriptor_is_left_open),
		cmocka_unit_test(sigpipe_ends_the_command_though_the_tracer_ignores_it),
		cmocka_unit_test(signals_the_tracer_blocks_reach_the_command),
		cmocka_unit_test(signals_the_tracer_handles_end_the_command),
		cmocka_unit_test(signals_ignored_by_the_caller_stay_ignored),
	};

	return cmocka_run_group_tests(tests, set_path, NULL);
}
