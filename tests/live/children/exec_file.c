/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Execute say_self in an unusual way. exec_file VARIANT DIR
 *   memfd      from a memory file      deleted   from a file that has lost its name
 *   dirfd      execveat relative to a directory  link  through a symbolic link in DIR
 *   moved      after chdir to a directory in DIR with odd characters
 *   deleted_cwd  in a directory that no longer exists
 *   chain      by way of another program, without a fork between
 */
#include <sys/mman.h>
#include <sys/stat.h>

#include "fact.h"

static char *path;
static const char *const arguments[] = { "say_self", "an argument", NULL };

static int copy_to(int target)
{
	size_t length = 0;
	char *program = fact_slurp(path, &length);

	if (target < 0 || write(target, program, length) != (ssize_t)length)
		err(99, "copy %s", path);
	fchmod(target, 0755);
	free(program);
	return target;
}

static void exec_memfd(void)
{
	int fd = copy_to(memfd_create("a memory file", MFD_CLOEXEC));

	FACT("exec_fd", NUM("fd", fd));
	syscall(SYS_execveat, fd, "", arguments, environ, AT_EMPTY_PATH);
}

static void exec_deleted(const char *dir)
{
	char file[4200];
	int fd;

	snprintf(file, sizeof(file), "%s/doomed", dir);
	close(copy_to(open(file, O_CREAT | O_WRONLY | O_CLOEXEC, 0755)));
	fd = open(file, O_RDONLY | O_CLOEXEC);
	unlink(file);
	FACT("exec_fd", NUM("fd", fd));
	syscall(SYS_execveat, fd, "", arguments, environ, AT_EMPTY_PATH);
}

static void exec_dirfd(void)
{
	char *slash = strrchr(path, '/');

	*slash = '\0';
	int fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	FACT("exec_fd", NUM("fd", fd));
	syscall(SYS_execveat, fd, "say_self", arguments, environ, 0);
}

static void exec_link(const char *dir)
{
	if (chdir(dir) < 0 || symlink(path, "a link") < 0)
		err(99, "%s", dir);
	execute("./a link", arguments);
}

static void exec_moved(const char *dir, const char *name)
{
	if (chdir(dir) < 0 || mkdir(name, 0755) < 0 || chdir(name) < 0)
		err(99, "%s/%s", dir, name);
	if (strcmp(name, "doomed dir") == 0 && rmdir("../doomed dir") < 0)
		err(99, "rmdir");
	execute(path, arguments);
}

int main(int argc, char *argv[])
{
	const char *variant = argc > 1 ? argv[1] : "";
	const char *dir = argc > 2 ? argv[2] : ".";

	bound_life();
	path = sibling("say_self");
	if (strcmp(variant, "memfd") == 0)
		exec_memfd();
	else if (strcmp(variant, "deleted") == 0)
		exec_deleted(dir);
	else if (strcmp(variant, "dirfd") == 0)
		exec_dirfd();
	else if (strcmp(variant, "link") == 0)
		exec_link(dir);
	else if (strcmp(variant, "moved") == 0)
		exec_moved(dir, "a \"dir\"\n\xc3\xa9");
	else if (strcmp(variant, "deleted_cwd") == 0)
		exec_moved(dir, "doomed dir");
	else if (strcmp(variant, "chain") == 0)
		execl(sibling("exec_file"), "exec_file", "dirfd", NULL);
	err(98, "exec_file %s", variant);
}
