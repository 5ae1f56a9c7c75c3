/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Zombies by the parent that has them, and who reaped which in the end.
 *
 * A zombie is a process that is over and that nobody has waited for. It is none while its
 * main thread alone is over (then see ll_model_dead_leaders()), nor when its parent has asked
 * the kernel to leave no zombies: it then frees itself. Where only the delayed echo of a reap
 * is seen, one that died just now is not taken for a zombie until a snapshot has seen it as
 * one or the echo is overdue.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "model/model.h"

/* Reaped this soon, nobody was slow; an echo is late by itself. */
#define LL_ZOMBIES_PROMPT_NS UINT64_C(100000000)
#define LL_ZOMBIES_PROMPT_ECHO_NS UINT64_C(500000000)

/* What one who reaps is to the process: who had it at birth, or who took it over later. */
enum ll_reaper {
	LL_REAPER_PARENT,
	LL_REAPER_SUBREAPER,
	LL_REAPER_INIT,
	LL_REAPERS,
};

/* The processes that died as children of one parent and were reaped, by the same reaper. */
struct ll_reaped {
	uint64_t count;
	uint64_t median_ns, most_ns; /* from death to reap */
	struct ll_id reaper; /* of the last one; {0,0}: unknown */
	bool is_at_least; /* some were dead already when first seen: it was longer for them */
	bool is_rough; /* of some only the echo of the reap was seen: it was shorter for them */
	/* Those of which only the echo was seen, later than prompt: it may have been prompt or not. */
	uint64_t unsure_count, unsure_most_ns;
};

/* A parent and its zombies. Borrowed from the model: valid until fn returns. */
struct ll_zombie_group {
	struct ll_id parent; /* {0,0}: of those whose parent is unknown */
	const struct ll_process *process; /* the parent; NULL: not in the model */
	uint64_t count; /* zombies it has now */
	uint64_t oldest_since_ns; /* since when the oldest is one; 0: none */
	bool is_at_least; /* the oldest was dead already when first seen: older than that */
	uint64_t
		earliest_ns; /* none of them was one before: their births, where nothing else is known */
	struct ll_str cgroup; /* of the oldest, else of the parent; empty: unknown */

	/* What it let wait for longer than prompt, whoever reaped it then; also of a dead parent. */
	uint64_t peak_count; /* most zombies it had at once, those of now included */
	uint64_t held_count; /* zombies it had so long, without those of now */
	uint64_t held_longest_ns; /* how long it had one at most, those of now included */
	uint64_t left_count; /* those of held_count it left behind when it ended */
	struct ll_id heir; /* who took these over, the last time */

	uint64_t observed_ns; /* how long the parent was watched */
	int64_t growth; /* zombies more than when that began; may be negative */
	double growth_per_minute; /* the same over that time */

	bool knows_sigchld, knows_in_wait;
	enum ll_sigchld sigchld; /* what it does about its children's ends */
	bool in_wait; /* slept in wait for a child when last looked at */
	uint64_t last_reap_ns; /* 0: not seen to reap */
	uint64_t reap_count; /* reaps by it */
	uint64_t self_freed_count; /* children that freed themselves */

	enum ll_holder holder;
	bool never_reaps; /* it takes orphans over and, as long as was watched, reaped none */

	struct ll_reaped reaped[LL_REAPERS]; /* of those that died as its children */
};

struct ll_zombie {
	const struct ll_process *process;
	uint64_t since_ns; /* its death, or when it was first seen dead */
	bool is_at_least; /* the latter */
	enum ll_reaper taken_over; /* by what its parent is to it */
};

/*
 * Walk the parents that have zombies, and those of whose children some were reaped or freed
 * themselves; most zombies first. now_boottime_ns tells ages; not before the last event.
 * A non-zero return of fn stops the walk and is returned; -ENOMEM when there is no memory
 * to put them in order.
 */
typedef int (*ll_zombie_group_fn)(void *arg, const struct ll_zombie_group *group);
int ll_model_zombie_groups(const struct ll_model *model, uint64_t now_boottime_ns,
			   ll_zombie_group_fn fn, void *arg);

/* Walk the zombies of a group, the oldest first; as above. */
typedef int (*ll_zombie_fn)(void *arg, const struct ll_zombie *zombie);
int ll_model_zombies(const struct ll_model *model, struct ll_id parent,
		     uint64_t now_boottime_ns, ll_zombie_fn fn, void *arg);

/* Walk the processes whose main thread is over while others live, in order of birth; as above. */
int ll_model_dead_leaders(const struct ll_model *model, ll_process_fn fn, void *arg);
