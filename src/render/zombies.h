/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Zombies for a person, by the parent that does not reap, most first:
 *
 *   COUNT  /MIN  OLDEST      PID  PARENT           SIGCHLD  WAITS
 *      50    +6    3.2s     4711  worker           default  no wait seen
 *          its zombies take 50 of all 32768 pids; pids.max of /system.slice/x.service: 60 of 100
 *          48 × sh, 2 × cat
 *
 * and, over a watch, who was reaped late, by whom.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "model/zombies.h"

/* A limit on processes and threads, and how many there are of it. */
struct ll_zombies_limit {
	uint64_t max_count, used_count; /* max_count 0: unknown */
	struct ll_str path; /* of a control group; borrowed; empty: the machine */
};

struct ll_zombies_options {
	bool color;
	bool utf8; /* else only ASCII is written */
	unsigned width; /* columns; longer lines are cut with an ellipsis. 0: no limit */
	unsigned height; /* lines; then how many parents are not shown. 0: no limit */
	bool shows_reaped; /* who reaped late, too */
	bool sees_all; /* all processes were to be seen: an unknown parent is a hidden one */
	uint64_t now_boottime_ns; /* tells ages */
	uint64_t now_unix_ns; /* stamps the lines of JSON; 0: none */
	struct ll_zombies_limit machine;
	/*
	 * Finds the limit a control group runs into first; ret->path has to last until the next
	 * call. Returns whether there is one. NULL: none is known.
	 */
	bool (*find_limit)(void *arg, struct ll_str cgroup, struct ll_zombies_limit *ret);
	void *limit_arg;
};

/* Draw the model as it is now. Returns 0, -ENOMEM or another -errno. */
int ll_zombies_render(FILE *out, const struct ll_model *model,
		      const struct ll_zombies_options *options);

/*
 * Write one JSON object for each parent, in the same order, and after it one for each of its
 * zombies, with the fields marked LL_E_ZOMBIES; with shows_reaped also for the parents that
 * have none now. Returns as above.
 */
int ll_zombies_json(FILE *out, const struct ll_model *model,
		    const struct ll_zombies_options *options);

/* Nanoseconds until a limit is reached by what a group grows; 0: unknown, or it does not. */
uint64_t ll_zombies_full_in_ns(const struct ll_zombie_group *group,
			       const struct ll_zombies_limit *limit);

/* Whether a group was watched for long enough to say how fast it grows. */
bool ll_zombies_knows_growth(const struct ll_zombie_group *group);
