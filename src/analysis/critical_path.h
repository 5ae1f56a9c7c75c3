/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The critical path of a run: which chain of processes its wall time waited for.
 *
 * Walk backwards from the end of the root. The moment belongs to the process itself, back to where
 * the child ended that, of those it had reaped by then, ended last: from there on to that child,
 * and so on; at the child's birth it goes back to the parent, as of that moment. So the segments
 * follow each other without a gap and add up to the life of the root exactly.
 *
 * A child counts as waited for when its parent reaped it within LL_CRITICAL_WAIT_NS of its end: a
 * parent that let it wait for longer was busy with something else. Where only the echo of a reap is
 * seen, which comes late and names no reaper, the wait counts as over at the child's end, if the echo
 * comes within LL_CRITICAL_ECHO_NS. What ends below another than the one that forked it (a subreaper)
 * counts as a child of that. Waiting for a pipe, a lock or a thread is not seen: such time belongs to the
 * process that waited.
 *
 * Memory: a record for each process that lives, and for each that may still be on the path. What can
 * not be any more is forgotten at once: where a process is forked, all that its parent's path can
 * ever go back to from there is the child that ended last before. So a build holds its longest chain,
 * not all that it ran. keep bounds the records: a process beyond it is left out with its
 * descendants, its time is its parent's, and the result is cut. So it is where looking for those
 * children would take more than a thousand looks for each process, at the average.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "event/event.h"
#include "model/model.h"

/* Longer as a zombie than this, and nobody waited for it. */
#define LL_CRITICAL_WAIT_NS UINT64_C(100000000)
#define LL_CRITICAL_ECHO_NS UINT64_C(500000000)
/* Bytes of a command line that are kept. */
#define LL_CRITICAL_COMMAND 256

struct ll_critical_path;

/* A part of the path. Strings are borrowed from the path, and valid until its next add, or its free. */
struct ll_critical_segment {
	struct ll_id id;
	struct ll_str comm;
	struct ll_str command; /* NUL-separated; empty: it executed nothing, or it is unknown */
	bool is_command_cut;
	uint64_t begin_ns, end_ns; /* CLOCK_BOOTTIME */
	unsigned depth; /* 0: the root */
};

struct ll_critical_result {
	struct ll_critical_segment *segments; /* in order of time, without a gap */
	size_t count;
	uint64_t begin_ns, end_ns; /* of the root: the sum of the segments */
	bool is_over; /* the root has ended; else end is the end of the watch */
	bool is_cut; /* there were too many processes: see above */
};

/* What one process has of the path, all its segments together. */
struct ll_critical_share {
	struct ll_critical_segment first; /* who, and the first of them */
	uint64_t total_ns;
};

/* The same of all processes of one name. */
struct ll_critical_name {
	struct ll_str comm; /* borrowed from the path */
	uint64_t total_ns, count; /* of processes */
};

/*
 * Make an empty path. root_tgid: the root is who had this pid first; 0: the first process that
 * is told of at all, which of `-- CMD` is CMD. Returns NULL when out of memory.
 */
struct ll_critical_path *ll_critical_path_new(uint32_t root_tgid, size_t keep);
void ll_critical_path_free(struct ll_critical_path *path);

/* Take an event, as the model has just handed it on. Returns 0 or -ENOMEM. */
int ll_critical_path_add(struct ll_critical_path *path, const struct ll_model *model,
			 const struct ll_event *event);

/*
 * The path up to now, of a root that lives up to now_ns. Returns 0 and the result, whose segments are the
 * caller's to free(); -ENOENT when no root was seen; or -ENOMEM.
 */
int ll_critical_path_find(struct ll_critical_path *path, const struct ll_model *model,
			  uint64_t now_ns, struct ll_critical_result *ret);

/*
 * The same by process, longest first. Returns 0, the shares (the caller's to free(); their strings are
 * the path's) and their number; or -ENOMEM.
 */
int ll_critical_path_shares(const struct ll_critical_result *result,
			    struct ll_critical_share **ret_shares, size_t *ret_count);

/* Shares by name, longest first; as above, and borrowed from the path as well. */
int ll_critical_path_names(const struct ll_critical_share *shares, size_t count,
			   struct ll_critical_name **ret_names, size_t *ret_count);
