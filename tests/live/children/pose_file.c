/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Stand still as a file with a misleading name. pose_file VARIANT DIR
 *   named          DIR/named (deleted), which exists
 *   deleted        DIR/deleted, which does not any more
 *   named_deleted  DIR/named_deleted (deleted), which does not, either
 *   memfd          a memory file
 * Says "posing_as", its true path and what /proc makes of it; ends at a word.
 */
#include <sys/mman.h>
#include <sys/stat.h>

#include "fact.h"

static void copy_self(int target)
{
	size_t length = 0;
	char *program = fact_slurp("/proc/self/exe", &length);

	if (target < 0 || write(target, program, length) != (ssize_t)length)
		err(99, "copy");
	fchmod(target, 0755);
	free(program);
}

static void pose_as(const char *variant, const char *file)
{
	const char *const arguments[] = { "pose_file", variant, file, "stand", NULL };
	int fd = open(file, O_CREAT | O_WRONLY | O_CLOEXEC, 0755);

	copy_self(fd);
	close(fd);
	execute(file, arguments);
	err(98, "%s", file);
}

static void pose_as_memfd(void)
{
	static const char *const arguments[] = { "pose_file", "memfd", "/memfd:a memory file",
						 "stand", NULL };
	int fd = memfd_create("a memory file", MFD_CLOEXEC);

	copy_self(fd);
	syscall(SYS_execveat, fd, "", arguments, environ, AT_EMPTY_PATH);
	err(98, "memfd");
}

static void stand(const char *variant, const char *file)
{
	if (strstr(variant, "deleted") != NULL && unlink(file) < 0)
		err(99, "%s", file);
	char *exe = fact_link("/proc/self/exe");
	FACT("posing_as", NUM("pid", getpid()), STR("variant", variant), STR("path", file),
	     STR("exe", exe));
	free(exe);
	await_word();
}

int main(int argc, char *argv[])
{
	const char *variant = argc > 2 ? argv[1] : "";
	char file[4200];

	bound_life();
	if (argc > 3) {
		stand(variant, argv[2]);
		return 0;
	}
	if (strcmp(variant, "memfd") == 0)
		pose_as_memfd();
	snprintf(file, sizeof(file), "%s/%s%s", argc > 2 ? argv[2] : ".", variant,
		 strncmp(variant, "named", 5) == 0 ? " (deleted)" : "");
	pose_as(variant, file);
}
