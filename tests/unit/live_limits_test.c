/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Limits on processes, read from a directory that looks like /proc and /sys/fs/cgroup. */
#include <errno.h>
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "live/limits.h"

#define V2 "30 23 0:26 / /cg rw - cgroup2 cgroup2 rw,nsdelegate\n"
#define V1_MEMORY "31 23 0:27 / /memory rw - cgroup cgroup rw,memory\n"
#define V1_PIDS "32 23 0:28 / /pids rw shared:9 - cgroup cgroup rw,pids\n"

static char root[64];

/* Write a file below the root, with the directories it needs. */
static void write_file(const char *name, const char *text)
{
	char path[4200];

	snprintf(path, sizeof(path), "%s%s", root, name);
	for (char *slash = path + strlen(root) + 1; (slash = strchr(slash, '/')) != NULL;
	     slash++) {
		*slash = '\0';
		if (mkdir(path, 0755) != 0)
			assert_int_equal(errno, EEXIST);
		*slash = '/';
	}
	FILE *file = fopen(path, "we");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static void write_group(const char *directory, const char *max, const char *current)
{
	char name[200];

	snprintf(name, sizeof(name), "%s/pids.max", directory);
	write_file(name, max);
	snprintf(name, sizeof(name), "%s/pids.current", directory);
	write_file(name, current);
}

static int setup(void **state)
{
	(void)state;
	strcpy(root, "/tmp/lifeline-limits-XXXXXX");
	assert_non_null(mkdtemp(root));
	write_file("/proc/sys/kernel/pid_max", "32768\n");
	write_file("/proc/sys/kernel/threads-max", "126000\n");
	write_file("/proc/loadavg", "0.20 0.18 0.12 1/80 11206\n");
	return 0;
}

static int delete_one(const char *path, const struct stat *info, int type, struct FTW *place)
{
	(void)info;
	(void)type;
	(void)place;
	return remove(path);
}

static int teardown(void **state)
{
	(void)state;
	return nftw(root, delete_one, 16, FTW_DEPTH | FTW_PHYS);
}

static int read_group(const char *path, struct ll_cgroup_limit *limit)
{
	return ll_limits_read_cgroup(root, ll_str_make(path, strlen(path)), limit);
}

static void the_lower_of_both_limits_of_the_machine_counts(void **state)
{
	struct ll_limits limits;

	(void)state;
	assert_int_equal(ll_limits_read(root, &limits), 0);
	assert_int_equal(limits.max_count, 32768);
	assert_int_equal(limits.used_count, 80);
	write_file("/proc/sys/kernel/threads-max", "5000\n");
	assert_int_equal(ll_limits_read(root, &limits), 0);
	assert_int_equal(limits.max_count, 5000);
}

static void a_machine_that_does_not_tell_is_refused(void **state)
{
	struct ll_limits limits = { .max_count = 7 };

	(void)state;
	write_file("/proc/loadavg", "0.20\n");
	assert_int_equal(ll_limits_read(root, &limits), -ENODATA);
	assert_int_equal(ll_limits_read("/nonexistent", &limits), -ENOENT);
	assert_int_equal(limits.max_count, 7);
}

static void the_groups_own_limit_is_found(void **state)
{
	struct ll_cgroup_limit limit;

	(void)state;
	write_file("/proc/self/mountinfo", V2);
	write_group("/cg/a.slice/x.service", "100\n", "40\n");
	assert_int_equal(read_group("/a.slice/x.service", &limit), 0);
	assert_string_equal(limit.path, "/a.slice/x.service");
	assert_int_equal(limit.max_count, 100);
	assert_int_equal(limit.used_count, 40);
}

static void the_group_above_with_less_room_goes_first(void **state)
{
	struct ll_cgroup_limit limit;

	(void)state;
	write_file("/proc/self/mountinfo", V2);
	write_group("/cg/a", "200\n", "190\n");
	write_group("/cg/a/b", "max\n", "50\n");
	write_group("/cg/a/b/c", "100\n", "40\n");
	assert_int_equal(read_group("/a/b/c", &limit), 0);
	assert_string_equal(limit.path, "/a");
	assert_int_equal(limit.max_count, 200);
}

static void no_limit_anywhere_is_told(void **state)
{
	struct ll_cgroup_limit limit;

	(void)state;
	assert_int_equal(read_group("/a", &limit), -ENOENT);
	write_file("/proc/self/mountinfo", V2);
	write_group("/cg/a", "max\n", "50\n");
	assert_int_equal(read_group("/a", &limit), -ENOENT);
	assert_int_equal(read_group("/", &limit), -ENOENT);
	assert_int_equal(read_group("/gone", &limit), -ENOENT);
	assert_int_equal(read_group("", &limit), -ENOENT);
}

static void version_1_is_read_where_it_has_the_controller(void **state)
{
	struct ll_cgroup_limit limit;

	(void)state;
	write_file("/proc/self/mountinfo", V2 V1_MEMORY V1_PIDS);
	write_group("/pids/a", "30\n", "20\n");
	write_group("/cg/a", "100\n", "40\n");
	assert_int_equal(read_group("/a", &limit), 0);
	assert_int_equal(limit.max_count, 30);
}

/* In a container without a cgroup namespace the mount begins below the hierarchy's root. */
static void a_mount_of_a_part_is_read_by_the_whole_path(void **state)
{
	struct ll_cgroup_limit limit;

	(void)state;
	write_file("/proc/self/mountinfo",
		   "30 23 0:26 /docker/abc /cg ro - cgroup2 cgroup2 rw\n");
	write_group("/cg", "500\n", "400\n");
	write_group("/cg/inner", "300\n", "10\n");
	assert_int_equal(read_group("/docker/abc/inner", &limit), 0);
	assert_string_equal(limit.path, "/docker/abc");
	assert_int_equal(limit.max_count, 500);
	assert_int_equal(read_group("/docker/abcd", &limit), -ENOENT);
	assert_int_equal(read_group("/", &limit), -ENOENT);
}

static void the_limit_of_a_mounted_root_is_read(void **state)
{
	struct ll_cgroup_limit limit;

	(void)state;
	write_file("/proc/self/mountinfo", V2);
	write_group("/cg", "64\n", "3\n");
	assert_int_equal(read_group("/", &limit), 0);
	assert_string_equal(limit.path, "/");
	assert_int_equal(limit.max_count, 64);
}

#define limits_test(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		limits_test(the_lower_of_both_limits_of_the_machine_counts),
		limits_test(a_machine_that_does_not_tell_is_refused),
		limits_test(the_groups_own_limit_is_found),
		limits_test(the_group_above_with_less_room_goes_first),
		limits_test(no_limit_anywhere_is_told),
		limits_test(version_1_is_read_where_it_has_the_controller),
		limits_test(a_mount_of_a_part_is_read_by_the_whole_path),
		limits_test(the_limit_of_a_mounted_root_is_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
