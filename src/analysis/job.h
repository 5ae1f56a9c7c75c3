/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * One capture's processes as a compact tree that outlasts the model: who started whom, what each
 * ran in turn, how it ended, what it cost. Parents stand before their children, siblings in order
 * of birth. Memory is proportional to the processes and what they were started with.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "event/event.h"
#include "model/model.h"

#define LL_JOB_NONE UINT32_MAX
/* The process that is none: the parent of all whose parent is unknown. */
#define LL_JOB_TOP 0u

/* One program that a process ran. Strings are the job's. */
struct ll_job_image {
	struct ll_str exe, args, cwd; /* args: NUL-separated; empty: unknown */
	bool args_truncated;
};

struct ll_job_process {
	uint32_t parent, first_child, last_child, next_sibling; /* LL_JOB_NONE: none */
	uint32_t first_image, image_count; /* in order of time; 0: it only forked */
	uint32_t depth; /* 0: a root */
	uint32_t tgid;
	struct ll_str comm, description; /* description: how it ended, in words */
	bool has_ended; /* else it ran when the capture ended */
	bool knows_status, knows_usage, knows_wait, knows_duration;
	bool is_wanted; /* by the filter */
	uint64_t wait_status; /* the three that follow: only when known */
	uint64_t duration_ns;
	uint64_t cpu_ns, wait_ns, max_rss_bytes; /* wait: for a CPU */
};

struct ll_job {
	struct ll_job_process *processes; /* the first is LL_JOB_TOP */
	uint32_t count, room;
	struct ll_job_image *images;
	uint32_t image_count, image_room;
	struct ll_job_text *texts; /* where the strings are */
	bool is_cut; /* the recording has no proper end: it was cut off, or still goes on */
	uint64_t lost_count, missing_count; /* events that it lacks, and that damage took */
};

/* Make a job of LL_JOB_TOP alone. Fini it even on failure. Returns 0 or -ENOMEM. */
int ll_job_init(struct ll_job *job);
void ll_job_fini(struct ll_job *job);

/*
 * Add a process, younger than all before it; strings are copied, images and links ignored. parent:
 * an index or LL_JOB_TOP. Returns 0 or -ENOMEM; *ret_index may be NULL.
 */
int ll_job_add(struct ll_job *job, uint32_t parent, const struct ll_job_process *process,
	       uint32_t *ret_index);

/* Let the process that was added last run one more program. Returns 0 or -ENOMEM. */
int ll_job_add_image(struct ll_job *job, const struct ll_job_image *image);

/* Whether a process is asked for; depth is its level in the tree. */
typedef bool (*ll_job_wants_fn)(void *arg, const struct ll_process *process, unsigned depth);

/*
 * Add all processes a model knows, by their parent at birth where that was seen. Kernel threads
 * are left out. Returns 0 or -ENOMEM.
 */
int ll_job_add_model(struct ll_job *job, const struct ll_model *model, ll_job_wants_fn wants,
		     void *arg);

/* The program a process ran last; NULL: none was seen. */
const struct ll_job_image *ll_job_last_image(const struct ll_job *job, uint32_t index);

/*
 * The first word a process was started with last, without its directory; where that is unknown, its
 * name. Borrowed.
 */
struct ll_str ll_job_command(const struct ll_job *job, uint32_t index);
/* The same of what it was started with first. */
struct ll_str ll_job_first_command(const struct ll_job *job, uint32_t index);
