/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * -p, -u, -c and --cgroup of events that come from a capture: what the BPF programs decide of
 * those that come from the kernel (bpf/filter.bpf.h), decided again in user space, by the same
 * rules:
 *  - a filter holds at the moment of an event, for the task the event is about;
 *  - the end of what was once let through always comes;
 *  - a snapshot of what is outside the filters comes marked as unwanted;
 *  - a pid stands for the process, its threads, its present descendants and all they fork.
 * A user or a cgroup that changed without a fork, an exec or a snapshot is not known here.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "event/event.h"

struct ll_match_options {
	uint32_t pid; /* 0: any */
	bool has_uid; /* effective or real */
	uint32_t uid;
	const char *comm; /* NULL: any. Borrowed, as the next */
	const char *cgroup; /* this path or below; NULL: any */
};

struct ll_match;

/* Returns NULL when out of memory. */
struct ll_match *ll_match_new(const struct ll_match_options *options);
void ll_match_free(struct ll_match *match);

/*
 * Take one event, in stream order, and hand it on if it is wanted. With a pid, the events of a
 * snapshot are held until its end, when it is known who descends from whom. Returns 0, -ENOMEM,
 * or what fn returned.
 */
int ll_match_event(struct ll_match *match, const struct ll_event *event, ll_event_fn fn,
		   void *arg);

/* Whether the pid was ever seen. */
bool ll_match_saw_pid(const struct ll_match *match);
