/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Ids are kernfs ids, which on 64-bit kernels are the inode numbers of the directories
 * (fs/kernfs/dir.c kernfs_ino()), unique within a hierarchy and not reused while the table
 * remembers them. Removed cgroups stay for a while: their last tasks are still to be shown.
 */
#include "live/cgroups.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <uthash.h>

#include "base/cleanup.h"

/* Removed cgroups remembered. */
#define REMOVED_MAX 4096
#define CONTAINER_ID_LENGTH 64

struct key {
	uint64_t id;
	uint64_t hierarchy_id; /* 0: v2; wide, so that the key has no padding to hash */
};

struct entry {
	struct key key;
	char *path;
	UT_hash_handle hh;
};

struct ll_cgroups {
	struct entry *entries;
	struct key removed[REMOVED_MAX]; /* ring of those removed, oldest overwritten */
	size_t removed_count;
	char controller[32]; /* v1; empty: none */
	uint32_t v1_hierarchy_id;
};

/* In order of preference: what containers and services are told apart by. */
static const char *const controllers[] = { "memory", "pids", "cpu", "cpuacct", "blkio" };

/* /proc/cgroups: name, hierarchy, number of cgroups, enabled. Hierarchy 0 is not v1. */
static uint32_t controller_hierarchy(const char *wanted)
{
	LL_AUTO_FCLOSE FILE *file = fopen("/proc/cgroups", "re");
	char line[256], name[64];
	unsigned hierarchy;

	while (file != NULL && fgets(line, sizeof(line), file) != NULL)
		if (sscanf(line, "%63s %u", name, &hierarchy) == 2 && strcmp(name, wanted) == 0)
			return hierarchy;
	return 0;
}

struct ll_cgroups *ll_cgroups_new(void)
{
	struct ll_cgroups *cgroups = calloc(1, sizeof(*cgroups));

	if (cgroups == NULL)
		return NULL;
	for (size_t i = 0; i < sizeof(controllers) / sizeof(*controllers); i++) {
		uint32_t hierarchy = controller_hierarchy(controllers[i]);

		if (hierarchy == 0)
			continue;
		snprintf(cgroups->controller, sizeof(cgroups->controller), "%s",
			 controllers[i]);
		cgroups->v1_hierarchy_id = hierarchy;
		break;
	}
	return cgroups;
}

static void drop(struct ll_cgroups *cgroups, struct entry *entry)
{
	HASH_DEL(cgroups->entries, entry);
	free(entry->path);
	free(entry);
}

void ll_cgroups_free(struct ll_cgroups *cgroups)
{
	struct entry *entry, *next;

	if (cgroups == NULL)
		return;
	HASH_ITER(hh, cgroups->entries, entry, next)
		drop(cgroups, entry);
	free(cgroups);
}

static struct entry *find(const struct ll_cgroups *cgroups, uint32_t hierarchy_id, uint64_t id)
{
	struct key key = { .id = id, .hierarchy_id = hierarchy_id };
	struct entry *entry;

	HASH_FIND(hh, cgroups->entries, &key, sizeof(key), entry);
	return entry;
}

static int add(struct ll_cgroups *cgroups, uint32_t hierarchy_id, uint64_t id,
	       struct ll_str path)
{
	struct entry *entry = find(cgroups, hierarchy_id, id);
	LL_AUTO_FREE char *copy = strndup(path.data, path.length);

	if (copy == NULL)
		return -ENOMEM;
	if (entry == NULL) {
		entry = calloc(1, sizeof(*entry));
		if (entry == NULL)
			return -ENOMEM;
		entry->key = (struct key){ .id = id, .hierarchy_id = hierarchy_id };
		HASH_ADD(hh, cgroups->entries, key, sizeof(entry->key), entry);
	}
	free(entry->path);
	entry->path = TAKE(copy);
	return 0;
}

/* Add every directory below a mounted hierarchy; base is the mount's root in it. */
static void scan_mount(struct ll_cgroups *cgroups, uint32_t hierarchy_id, char *mount,
		       const char *base)
{
	char *const roots[] = { mount, NULL };
	FTS *walk = fts_open(roots, FTS_PHYSICAL | FTS_XDEV | FTS_NOCHDIR, NULL);
	FTSENT *found;

	while (walk != NULL && (found = fts_read(walk)) != NULL) {
		LL_AUTO_FREE char *path = NULL;
		const char *below = found->fts_path + strlen(mount);

		if (found->fts_info != FTS_D)
			continue;
		if (asprintf(&path, "%s%s", strcmp(base, "/") == 0 ? "" : base, below) < 0)
			break;
		add(cgroups, hierarchy_id, found->fts_statp->st_ino,
		    *path != '\0' ? ll_str_of(path) : ll_str_make("/", 1));
	}
	if (walk != NULL)
		fts_close(walk);
}

static bool has_option(const char *options, const char *wanted)
{
	size_t length = strlen(wanted);

	for (const char *at = options; (at = strstr(at, wanted)) != NULL; at += length)
		if ((at == options || at[-1] == ',') &&
		    (at[length] == ',' || at[length] == '\0' || at[length] == '\n'))
			return true;
	return false;
}

/*
 * One line of /proc/self/mountinfo (proc(5)): id parent dev root mount options [tags] - type
 * source super-options.
 */
static void scan_line(struct ll_cgroups *cgroups, const char *line)
{
	char root[4096], mount[4096], type[64], super[512];
	const char *tail = strstr(line, " - ");

	if (tail == NULL || sscanf(line, "%*s %*s %*s %4095s %4095s", root, mount) != 2 ||
	    sscanf(tail, " - %63s %*s %511s", type, super) != 2)
		return;
	if (strcmp(type, "cgroup2") == 0)
		scan_mount(cgroups, 0, mount, root);
	else if (strcmp(type, "cgroup") == 0 && cgroups->v1_hierarchy_id != 0 &&
		 has_option(super, cgroups->controller))
		scan_mount(cgroups, cgroups->v1_hierarchy_id, mount, root);
}

void ll_cgroups_scan(struct ll_cgroups *cgroups)
{
	LL_AUTO_FCLOSE FILE *file = fopen("/proc/self/mountinfo", "re");
	LL_AUTO_FREE char *line = NULL;
	size_t size = 0;

	while (file != NULL && getline(&line, &size, file) > 0)
		scan_line(cgroups, line);
}

const char *ll_cgroups_v1_controller(const struct ll_cgroups *cgroups)
{
	return cgroups->v1_hierarchy_id != 0 ? cgroups->controller : NULL;
}

/* Forget the one removed longest ago, remember this one in its place. */
static void note_removed(struct ll_cgroups *cgroups, struct key key)
{
	size_t at = cgroups->removed_count++ % REMOVED_MAX;

	if (cgroups->removed_count > REMOVED_MAX) {
		const struct key *old = &cgroups->removed[at];
		struct entry *entry = find(cgroups, old->hierarchy_id, old->id);

		if (entry != NULL)
			drop(cgroups, entry);
	}
	cgroups->removed[at] = key;
}

int ll_cgroups_apply(struct ll_cgroups *cgroups, const struct ll_wire_cgroup *record,
		     struct ll_str path)
{
	uint32_t hierarchy_id = record->hierarchy_id;

	if (hierarchy_id != 0 && hierarchy_id != cgroups->v1_hierarchy_id)
		return 0;
	if (record->header.kind == LL_WIRE_CGROUP_RMDIR)
		note_removed(cgroups, (struct key){ .id = record->cgroup_id,
						    .hierarchy_id = hierarchy_id });
	return add(cgroups, hierarchy_id, record->cgroup_id, path);
}

static struct ll_str path_of(const struct entry *entry)
{
	if (entry == NULL)
		return ll_str_make(NULL, 0);
	return ll_str_of(entry->path);
}

struct ll_str ll_cgroups_path(const struct ll_cgroups *cgroups, uint64_t v2_id, uint64_t v1_id)
{
	struct ll_str v2 = path_of(find(cgroups, 0, v2_id));
	struct ll_str v1 = ll_str_make(NULL, 0);

	if (v2.length > 1 || v1_id == 0)
		return v2;
	v1 = path_of(find(cgroups, cgroups->v1_hierarchy_id, v1_id));
	return v1.length > 0 ? v1 : v2;
}

int ll_cgroups_find(const struct ll_cgroups *cgroups, const char *path, uint64_t *ret_id,
		    bool *ret_is_v1)
{
	int found = -ENOENT;

	for (struct entry *entry = cgroups->entries; entry != NULL; entry = entry->hh.next) {
		bool is_v1 = entry->key.hierarchy_id != 0;

		/* The same path may exist in both: v2 is shown. Made anew, the later one lives. */
		if (strcmp(entry->path, path) != 0 || (found == 0 && is_v1 && !*ret_is_v1))
			continue;
		*ret_id = entry->key.id;
		*ret_is_v1 = is_v1;
		found = 0;
	}
	return found;
}

struct ll_str ll_container_id(struct ll_str path)
{
	size_t end = path.length;

	while (end > 0) {
		size_t start = end;

		while (start > 0 && isxdigit((unsigned char)path.data[start - 1]))
			start--;
		if (end - start == CONTAINER_ID_LENGTH)
			return ll_str_make(path.data + start, CONTAINER_ID_LENGTH);
		end = start > 0 ? start - 1 : 0;
	}
	return ll_str_make(NULL, 0);
}
