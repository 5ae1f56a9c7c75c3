/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Documentation/admin-guide/sysctl/kernel.rst (pid_max, threads-max) and
 * Documentation/admin-guide/cgroup-v1/pids.rst, which holds for version 2, too.
 */
#include "live/limits.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/parse.h"

#define PATH_BYTES 4096

/* Read the number a file holds; "max" and the like are refused. Returns 0 or -errno. */
static int read_number(const char *path, uint64_t *ret)
{
	LL_AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC);
	char text[64];
	ssize_t length = fd >= 0 ? read(fd, text, sizeof(text) - 1) : -1;

	if (length < 0)
		return -errno;
	text[length] = '\0';
	text[strcspn(text, "\n")] = '\0';
	return ll_parse_count(text, ret);
}

__attribute__((format(printf, 2, 3))) static int read_number_of(uint64_t *ret,
								const char *format, ...)
{
	char path[2 * PATH_BYTES + 64];
	va_list args;

	va_start(args, format);
	int length = vsnprintf(path, sizeof(path), format, args);
	va_end(args);
	return (size_t)length < sizeof(path) ? read_number(path, ret) : -ENAMETOOLONG;
}

/* The fourth field of /proc/loadavg: tasks that run, a slash, all tasks. */
static int read_task_count(const char *root, uint64_t *ret)
{
	char path[PATH_BYTES];

	snprintf(path, sizeof(path), "%s/proc/loadavg", root);
	LL_AUTO_FCLOSE FILE *file = fopen(path, "re");
	if (file == NULL)
		return -errno;
	return fscanf(file, "%*s %*s %*s %*u/%" SCNu64, ret) == 1 ? 0 : -ENODATA;
}

int ll_limits_read(const char *root, struct ll_limits *ret)
{
	uint64_t pids = 0, threads = 0, tasks = 0;
	int r = read_number_of(&pids, "%s/proc/sys/kernel/pid_max", root);

	if (r == 0)
		r = read_number_of(&threads, "%s/proc/sys/kernel/threads-max", root);
	if (r == 0)
		r = read_task_count(root, &tasks);
	if (r != 0)
		return r;
	*ret = (struct ll_limits){
		.max_count = pids < threads ? pids : threads,
		.used_count = tasks,
	};
	return 0;
}

/* Where the hierarchy that has the pids controller is mounted. */
struct mount {
	char top[PATH_BYTES]; /* which group of it is mounted, "" for its root */
	char point[PATH_BYTES];
	bool is_v1;
};

static bool has_word(const char *list, const char *word)
{
	size_t length = strlen(word);

	for (; *list != '\0'; list += strcspn(list, ","), list += *list == ',')
		if (strncmp(list, word, length) == 0 && strchr(",\n", list[length]) != NULL)
			return true;
	return false;
}

/*
 * One line of mountinfo (proc(5)): id parent dev root mount options [tags] - type source
 * super-options. Version 1 goes first: where it has the controller, version 2 has not.
 */
static void look_at_line(const char *line, struct mount *mount)
{
	char top[PATH_BYTES], point[PATH_BYTES], type[64], options[512];
	const char *tail = strstr(line, " - ");

	if (tail == NULL || sscanf(line, "%*s %*s %*s %4095s %4095s", top, point) != 2 ||
	    sscanf(tail, " - %63s %*s %511s", type, options) != 2)
		return;
	bool is_v1 = strcmp(type, "cgroup") == 0 && has_word(options, "pids");
	if (!is_v1 && (strcmp(type, "cgroup2") != 0 || mount->point[0] != '\0'))
		return;
	if (mount->is_v1)
		return;
	strcpy(mount->top, strcmp(top, "/") == 0 ? "" : top);
	strcpy(mount->point, point);
	mount->is_v1 = is_v1;
}

static int find_mount(const char *root, struct mount *ret)
{
	char path[PATH_BYTES];
	LL_AUTO_FREE char *line = NULL;
	size_t size = 0;

	snprintf(path, sizeof(path), "%s/proc/self/mountinfo", root);
	LL_AUTO_FCLOSE FILE *file = fopen(path, "re");
	*ret = (struct mount){ 0 };
	while (file != NULL && getline(&line, &size, file) > 0)
		look_at_line(line, ret);
	return ret->point[0] != '\0' ? 0 : -ENOENT;
}

static uint64_t room_of(const struct ll_cgroup_limit *limit)
{
	return limit->used_count < limit->max_count ? limit->max_count - limit->used_count : 0;
}

/* Take the limit of the group at path if it is the tightest so far. */
static void look_at_group(const char *root, const struct mount *mount, const char *path,
			  struct ll_cgroup_limit *tightest, bool *found)
{
	struct ll_cgroup_limit limit;
	const char *below = path + strlen(mount->top);

	if (read_number_of(&limit.max_count, "%s%s%s/pids.max", root, mount->point, below) !=
		    0 ||
	    read_number_of(&limit.used_count, "%s%s%s/pids.current", root, mount->point,
			   below) != 0)
		return;
	if (*found && room_of(&limit) >= room_of(tightest))
		return;
	*found = true;
	tightest->max_count = limit.max_count;
	tightest->used_count = limit.used_count;
	strcpy(tightest->path, path[0] != '\0' ? path : "/");
}

int ll_limits_read_cgroup(const char *root, struct ll_str path, struct ll_cgroup_limit *ret)
{
	struct mount mount;
	struct ll_cgroup_limit tightest = { 0 };
	char at[PATH_BYTES];
	bool found = false;

	if (path.length == 0 || path.length >= sizeof(at) || path.data[0] != '/' ||
	    find_mount(root, &mount) != 0)
		return -ENOENT;
	memcpy(at, path.data, path.length);
	at[path.length > 1 ? path.length : 0] = '\0';
	size_t top = strlen(mount.top);
	if (strncmp(at, mount.top, top) != 0 || strchr("/", at[top]) == NULL)
		return -ENOENT;
	for (;;) {
		look_at_group(root, &mount, at, &tightest, &found);
		char *slash = strrchr(at, '/');
		if (slash == NULL || (size_t)(slash - at) < top)
			break;
		*slash = '\0';
	}
	if (!found)
		return -ENOENT;
	*ret = tightest;
	return 0;
}
