/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Paths of cgroups by id: told by records, found by a scan, read for container ids. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "live/cgroups.h"

/* How many removed ones are remembered: REMOVED_MAX of cgroups.c. */
#define REMEMBERED 4096
#define HEX63 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcde"
#define HEX64 HEX63 "f"
#define OTHER64 "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"

static int setup(void **state)
{
	*state = ll_cgroups_new();
	assert_non_null(*state);
	return 0;
}

static int teardown(void **state)
{
	ll_cgroups_free(*state);
	return 0;
}

static struct ll_str str(const char *text)
{
	return ll_str_make(text, strlen(text));
}

static void apply(struct ll_cgroups *cgroups, uint32_t kind, uint64_t id, uint32_t hierarchy_id,
		  const char *path)
{
	const struct ll_wire_cgroup record = {
		.header = { .size = sizeof(record), .kind = (uint16_t)kind },
		.cgroup_id = id,
		.hierarchy_id = hierarchy_id,
	};

	assert_int_equal(ll_cgroups_apply(cgroups, &record, str(path)), 0);
}

static void apply_mkdir(struct ll_cgroups *cgroups, uint64_t id, const char *path)
{
	apply(cgroups, LL_WIRE_CGROUP_MKDIR, id, 0, path);
}

static void apply_rmdir(struct ll_cgroups *cgroups, uint64_t id, const char *path)
{
	apply(cgroups, LL_WIRE_CGROUP_RMDIR, id, 0, path);
}

static void assert_path(const struct ll_cgroups *cgroups, uint64_t v2_id, uint64_t v1_id,
			const char *expected)
{
	struct ll_str path = ll_cgroups_path(cgroups, v2_id, v1_id);

	assert_non_null(path.data);
	assert_int_equal(path.length, strlen(expected));
	assert_memory_equal(path.data, expected, path.length);
}

static void assert_unknown(const struct ll_cgroups *cgroups, uint64_t v2_id, uint64_t v1_id)
{
	struct ll_str path = ll_cgroups_path(cgroups, v2_id, v1_id);

	assert_null(path.data);
	assert_int_equal(path.length, 0);
}

static void assert_found(const struct ll_cgroups *cgroups, const char *path, uint64_t id,
			 bool is_v1)
{
	uint64_t found_id = 0;
	bool found_is_v1 = !is_v1;

	assert_int_equal(ll_cgroups_find(cgroups, path, &found_id, &found_is_v1), 0);
	assert_int_equal(found_id, id);
	assert_int_equal(found_is_v1, is_v1);
}

/* The hierarchy of the v1 controller in use, as /proc/cgroups says; without one the test is skipped. */
static uint32_t v1_hierarchy(const struct ll_cgroups *cgroups)
{
	LL_AUTO_FCLOSE FILE *file = fopen("/proc/cgroups", "re");
	const char *controller = ll_cgroups_v1_controller(cgroups);
	char line[256], name[64];
	unsigned hierarchy = 0;

	while (controller != NULL && file != NULL && fgets(line, sizeof(line), file) != NULL)
		if (sscanf(line, "%63s %u", name, &hierarchy) == 2 &&
		    strcmp(name, controller) == 0)
			return hierarchy;
	return 0;
}

static void an_unknown_id_has_no_path(void **state)
{
	assert_unknown(*state, 1, 0);
	assert_unknown(*state, 0, 0);
}

static void a_made_cgroup_is_known_by_id(void **state)
{
	apply_mkdir(*state, 11, "/a");
	apply_mkdir(*state, 12, "/a/b");
	assert_path(*state, 11, 0, "/a");
	assert_path(*state, 12, 0, "/a/b");
}

static void a_path_need_not_end_in_a_nul(void **state)
{
	const struct ll_wire_cgroup record = {
		.header = { .size = sizeof(record), .kind = LL_WIRE_CGROUP_MKDIR },
		.cgroup_id = 11,
	};

	assert_int_equal(ll_cgroups_apply(*state, &record, ll_str_make("/abcdef", 4)), 0);
	assert_path(*state, 11, 0, "/abc");
}

static void an_id_made_again_has_its_new_path(void **state)
{
	apply_mkdir(*state, 11, "/old");
	apply_mkdir(*state, 11, "/a/longer/new/one");
	assert_path(*state, 11, 0, "/a/longer/new/one");
}

static void a_removed_cgroup_is_remembered(void **state)
{
	apply_mkdir(*state, 11, "/a");
	apply_rmdir(*state, 11, "/a");
	assert_path(*state, 11, 0, "/a");
}

static void a_removal_names_what_was_made_unseen(void **state)
{
	apply_rmdir(*state, 11, "/a");
	assert_path(*state, 11, 0, "/a");
}

static void the_removed_are_forgotten_in_order_beyond_the_bound(void **state)
{
	apply_mkdir(*state, 7, "/stays");
	for (uint64_t id = 1000; id < 1000 + REMEMBERED; id++)
		apply_rmdir(*state, id, "/gone");
	assert_path(*state, 1000, 0, "/gone");
	apply_rmdir(*state, 1000 + REMEMBERED, "/last");
	assert_unknown(*state, 1000, 0);
	assert_path(*state, 1001, 0, "/gone");
	assert_path(*state, 1000 + REMEMBERED, 0, "/last");
	apply_rmdir(*state, 1001 + REMEMBERED, "/last");
	assert_unknown(*state, 1001, 0);
	assert_path(*state, 7, 0, "/stays");
}

static void a_hierarchy_that_is_not_ours_is_ignored(void **state)
{
	apply(*state, LL_WIRE_CGROUP_MKDIR, 11, 0xffff, "/foreign");
	assert_unknown(*state, 11, 0);
	assert_unknown(*state, 11, 11);
	apply_mkdir(*state, 11, "/ours");
	apply(*state, LL_WIRE_CGROUP_RMDIR, 11, 0xffff, "/foreign");
	assert_path(*state, 11, 0, "/ours");
}

static void the_same_id_in_v1_is_another_cgroup(void **state)
{
	uint32_t hierarchy = v1_hierarchy(*state);

	if (hierarchy == 0)
		skip();
	apply_mkdir(*state, 11, "/v2");
	apply(*state, LL_WIRE_CGROUP_MKDIR, 11, hierarchy, "/v1");
	assert_path(*state, 11, 0, "/v2");
	assert_path(*state, 1, 11, "/v1");
}

static void v2_is_shown_unless_the_task_has_none_of_its_own(void **state)
{
	uint32_t hierarchy = v1_hierarchy(*state);

	if (hierarchy == 0)
		skip();
	apply_mkdir(*state, 1, "/");
	apply_mkdir(*state, 11, "/v2");
	apply(*state, LL_WIRE_CGROUP_MKDIR, 21, hierarchy, "/v1");
	assert_path(*state, 11, 21, "/v2");
	assert_path(*state, 1, 21, "/v1");
	assert_path(*state, 99, 21, "/v1");
	assert_path(*state, 1, 99, "/");
	assert_path(*state, 1, 0, "/");
}

static void a_path_is_found_back(void **state)
{
	uint64_t id = 5;
	bool is_v1 = true;

	apply_mkdir(*state, 11, "/a");
	apply_mkdir(*state, 12, "/a/b");
	assert_found(*state, "/a/b", 12, false);
	assert_int_equal(ll_cgroups_find(*state, "/a/", &id, &is_v1), -ENOENT);
	assert_int_equal(ll_cgroups_find(*state, "", &id, &is_v1), -ENOENT);
	assert_int_equal(id, 5);
	assert_true(is_v1);
}

static void a_path_made_anew_is_found_by_its_new_id(void **state)
{
	apply_mkdir(*state, 11, "/a");
	apply_rmdir(*state, 11, "/a");
	apply_mkdir(*state, 12, "/a");
	assert_found(*state, "/a", 12, false);
}

static void a_v1_path_made_anew_is_found_by_its_new_id(void **state)
{
	uint32_t hierarchy = v1_hierarchy(*state);

	if (hierarchy == 0)
		skip();
	apply(*state, LL_WIRE_CGROUP_MKDIR, 11, hierarchy, "/a");
	apply(*state, LL_WIRE_CGROUP_RMDIR, 11, hierarchy, "/a");
	apply(*state, LL_WIRE_CGROUP_MKDIR, 12, hierarchy, "/a");
	assert_found(*state, "/a", 12, true);
}

static void a_path_in_both_is_found_in_v2(void **state)
{
	uint32_t hierarchy = v1_hierarchy(*state);

	if (hierarchy == 0)
		skip();
	apply(*state, LL_WIRE_CGROUP_MKDIR, 21, hierarchy, "/a");
	apply_mkdir(*state, 11, "/a");
	apply(*state, LL_WIRE_CGROUP_MKDIR, 22, hierarchy, "/a");
	apply(*state, LL_WIRE_CGROUP_MKDIR, 23, hierarchy, "/only-v1");
	assert_found(*state, "/a", 11, false);
	assert_found(*state, "/only-v1", 23, true);
}

/* Options end in the controller ("rw,memory"); NULL: whatever they are. */
static bool options_name(const char *options, const char *controller)
{
	const char *last = strrchr(options, ',');

	return controller == NULL || (last != NULL && strcmp(last + 1, controller) == 0);
}

/*
 * The directory of the first mount of a cgroup type, and of a controller or NULL, that shows
 * the whole hierarchy. False when there is none.
 */
static bool find_mount(const char *type, const char *controller, char mount[256])
{
	LL_AUTO_FCLOSE FILE *file = fopen("/proc/self/mountinfo", "re");
	char line[1024], root[256], found_type[64], options[256];

	while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
		const char *tail = strstr(line, " - ");

		if (tail != NULL && sscanf(line, "%*s %*s %*s %255s %255s", root, mount) == 2 &&
		    sscanf(tail, " - %63s %*s %255s", found_type, options) == 2 &&
		    strcmp(root, "/") == 0 && strcmp(found_type, type) == 0 &&
		    options_name(options, controller))
			return true;
	}
	return false;
}

/* This process's path in the hierarchy of a controller ("": v2), from /proc/self/cgroup. */
static bool own_path(const char *controller, char path[512])
{
	LL_AUTO_FCLOSE FILE *file = fopen("/proc/self/cgroup", "re");
	char line[1024];

	while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
		char *name = strchr(line, ':') + 1;
		char *at = strchr(name, ':');

		*at++ = '\0';
		at[strcspn(at, "\n")] = '\0';
		/* Outside of the namespace's root: not to be seen from here. */
		if (strcmp(name, controller) != 0 || strstr(at, "/..") != NULL)
			continue;
		snprintf(path, 512, "%s", at);
		return true;
	}
	return false;
}

/* A scan knows the directory this process is in, by the inode number stat() gives. */
static void assert_scan_knows_own(struct ll_cgroups *cgroups, const char *type,
				  const char *controller)
{
	char mount[256], path[512], directory[1024];
	struct stat status;

	if (!find_mount(type, controller, mount) ||
	    !own_path(controller != NULL ? controller : "", path))
		skip();
	snprintf(directory, sizeof(directory), "%s%s", mount, path);
	if (stat(directory, &status) < 0)
		skip();
	ll_cgroups_scan(cgroups);
	if (controller == NULL) {
		assert_path(cgroups, status.st_ino, 0, path);
		assert_found(cgroups, path, status.st_ino, false);
	} else {
		assert_path(cgroups, 0, status.st_ino, path);
	}
}

static void a_scan_knows_the_v2_cgroup_we_are_in(void **state)
{
	assert_scan_knows_own(*state, "cgroup2", NULL);
}

static void a_scan_knows_the_v1_cgroup_we_are_in(void **state)
{
	const char *controller = ll_cgroups_v1_controller(*state);

	if (controller == NULL)
		skip();
	assert_scan_knows_own(*state, "cgroup", controller);
}

static void a_second_scan_changes_nothing(void **state)
{
	char mount[256];
	struct stat status;

	if (!find_mount("cgroup2", NULL, mount) || stat(mount, &status) < 0)
		skip();
	ll_cgroups_scan(*state);
	ll_cgroups_scan(*state);
	assert_path(*state, status.st_ino, 0, "/");
}

static void free_takes_null(void **state)
{
	(void)state;
	ll_cgroups_free(NULL);
}

/* NULL: no container id expected. */
static void assert_container(const char *path, const char *expected)
{
	struct ll_str id = ll_container_id(str(path));

	if (expected == NULL) {
		assert_null(id.data);
		assert_int_equal(id.length, 0);
		return;
	}
	assert_non_null(id.data);
	assert_int_equal(id.length, 64);
	assert_memory_equal(id.data, expected, 64);
}

static void a_container_id_is_exactly_64_hex_digits(void **state)
{
	(void)state;
	assert_container("/docker/" HEX64, HEX64);
	assert_container("/docker/" HEX63, NULL);
	assert_container("/docker/" HEX64 "0", NULL);
	assert_container("/docker/" HEX63 "g", NULL);
	assert_container("/docker/" HEX64 HEX64, NULL);
}

static void a_container_id_may_stand_anywhere(void **state)
{
	(void)state;
	assert_container(HEX64, HEX64);
	assert_container("/docker-" HEX64 ".scope/init.scope", HEX64);
	assert_container("g" HEX64 "g", HEX64);
	assert_container("/x:" HEX64 ":/", HEX64);
}

static void of_two_container_ids_the_last_is_the_inner(void **state)
{
	(void)state;
	assert_container("/docker/" HEX64 "/docker/" OTHER64, OTHER64);
	assert_container("/docker/" OTHER64 "/kubepods/" HEX64 "/" HEX63, HEX64);
}

static void paths_without_a_container_have_no_id(void **state)
{
	(void)state;
	assert_container("", NULL);
	assert_container("/", NULL);
	assert_container("a", NULL);
	assert_container("/user.slice/user-1000.slice/session-1.scope", NULL);
	assert_container("/kubepods/pod2f3e6a4c-1111-2222-3333-444455556666", NULL);
	assert_null(ll_container_id(ll_str_make(NULL, 0)).data);
}

static void a_container_id_is_borrowed_from_its_path(void **state)
{
	const char *path = "/docker/" HEX64;

	(void)state;
	assert_ptr_equal(ll_container_id(str(path)).data, path + strlen("/docker/"));
}

#define CGROUPS_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CGROUPS_TEST(an_unknown_id_has_no_path),
		CGROUPS_TEST(a_made_cgroup_is_known_by_id),
		CGROUPS_TEST(a_path_need_not_end_in_a_nul),
		CGROUPS_TEST(an_id_made_again_has_its_new_path),
		CGROUPS_TEST(a_removed_cgroup_is_remembered),
		CGROUPS_TEST(a_removal_names_what_was_made_unseen),
		CGROUPS_TEST(the_removed_are_forgotten_in_order_beyond_the_bound),
		CGROUPS_TEST(a_hierarchy_that_is_not_ours_is_ignored),
		CGROUPS_TEST(the_same_id_in_v1_is_another_cgroup),
		CGROUPS_TEST(v2_is_shown_unless_the_task_has_none_of_its_own),
		CGROUPS_TEST(a_path_is_found_back),
		CGROUPS_TEST(a_path_made_anew_is_found_by_its_new_id),
		CGROUPS_TEST(a_v1_path_made_anew_is_found_by_its_new_id),
		CGROUPS_TEST(a_path_in_both_is_found_in_v2),
		CGROUPS_TEST(a_scan_knows_the_v2_cgroup_we_are_in),
		CGROUPS_TEST(a_scan_knows_the_v1_cgroup_we_are_in),
		CGROUPS_TEST(a_second_scan_changes_nothing),
		cmocka_unit_test(free_takes_null),
		cmocka_unit_test(a_container_id_is_exactly_64_hex_digits),
		cmocka_unit_test(a_container_id_may_stand_anywhere),
		cmocka_unit_test(of_two_container_ids_the_last_is_the_inner),
		cmocka_unit_test(paths_without_a_container_have_no_id),
		cmocka_unit_test(a_container_id_is_borrowed_from_its_path),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
