/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The paths of cgroups, by id.
 *
 * A scan at the start knows those that exist; records of mkdir and rmdir keep the table
 * right, so that a path is known even when its directory is gone before the event is read.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "event/event.h"
#include "live/record.h"

struct ll_cgroups;

/*
 * Make a table for cgroup v2 and, where one is mounted, the v1 hierarchy of the most telling
 * controller (memory, else pids, cpu). Returns NULL when out of memory.
 */
struct ll_cgroups *ll_cgroups_new(void);
void ll_cgroups_free(struct ll_cgroups *cgroups);

/* Walk the mounted hierarchies and add what is there. Best effort: nothing mounted, nothing added. */
void ll_cgroups_scan(struct ll_cgroups *cgroups);

/* The v1 controller in use ("memory"), or NULL when there is none. */
const char *ll_cgroups_v1_controller(const struct ll_cgroups *cgroups);

/* Note a cgroup made or removed. Returns 0 or -ENOMEM. */
int ll_cgroups_apply(struct ll_cgroups *cgroups, const struct ll_wire_cgroup *record,
		     struct ll_str path);

/*
 * The path to show for a task: of v2, or of v1 where the task has no v2 cgroup of its own.
 * {NULL, 0} when unknown. Valid until the next apply or scan.
 */
struct ll_str ll_cgroups_path(const struct ll_cgroups *cgroups, uint64_t v2_id, uint64_t v1_id);

/*
 * Find the id of a path as ll_cgroups_path() gives it. Returns 0, or -ENOENT.
 */
int ll_cgroups_find(const struct ll_cgroups *cgroups, const char *path, uint64_t *ret_id,
		    bool *ret_is_v1);

/*
 * The container id in a cgroup path: the last run of exactly 64 hexadecimal digits, which is how
 * docker, podman, containerd and cri-o name their scopes. {NULL, 0} when there is none. Borrowed
 * from path.
 */
struct ll_str ll_container_id(struct ll_str path);
