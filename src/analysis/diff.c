/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* See diff.h. */
#include "analysis/diff.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "event/event.h"

static const struct ll_job_process *process_of(const struct ll_diff *diff,
					       const struct ll_diff_entry *entry, int side)
{
	uint32_t index = entry->of[side];

	return index != LL_JOB_NONE ? &diff->jobs[side]->processes[index] : NULL;
}

/* ---- Laying out ------------------------------------------------------------------------ */

/* What is yet to be laid out, the next one last. */
struct pending {
	struct ll_diff_entry *list;
	size_t count;
};

static void pending_fini(struct pending *pending)
{
	free(pending->list);
}

static void push(struct pending *pending, uint32_t parent, uint32_t a, uint32_t b)
{
	pending->list[pending->count++] =
		(struct ll_diff_entry){ .of = { a, b }, .parent = parent };
}

/* Put those of A's children up to the one whose like is b that are not in B. Returns the next. */
static uint32_t push_removed(const struct ll_diff *diff, struct pending *pending,
			     uint32_t parent, uint32_t child, uint32_t b)
{
	const struct ll_job *job = diff->jobs[0];

	for (; child != LL_JOB_NONE; child = job->processes[child].next_sibling) {
		uint32_t like = diff->pairs.of[0][child];

		if (like == LL_JOB_NONE)
			push(pending, parent, child, LL_JOB_NONE);
		else if (like == b)
			return job->processes[child].next_sibling;
	}
	return LL_JOB_NONE;
}

static void reverse(struct ll_diff_entry *list, size_t count)
{
	for (size_t i = 0; i < count / 2; i++) {
		struct ll_diff_entry swap = list[i];

		list[i] = list[count - 1 - i];
		list[count - 1 - i] = swap;
	}
}

/* Whether a child of A stands, with its like, among the children of this entry. */
static bool is_below(const struct ll_diff *diff, const struct ll_diff_entry *entry, uint32_t a)
{
	return a != LL_JOB_NONE && entry->of[0] != LL_JOB_NONE &&
	       diff->jobs[0]->processes[a].parent == entry->of[0];
}

/*
 * B's order; what is in A alone comes before the first sibling that came after it there. Siblings
 * that a parallel run has shuffled let it come too early, never twice.
 */
static void push_children(const struct ll_diff *diff, struct pending *pending, uint32_t index)
{
	const struct ll_diff_entry *entry = &diff->entries[index];
	const struct ll_job_process *of_a = process_of(diff, entry, 0);
	const struct ll_job_process *of_b = process_of(diff, entry, 1);
	uint32_t next = of_a != NULL ? of_a->first_child : LL_JOB_NONE;
	uint32_t passed = 0; /* of A's children, the youngest that is passed */
	size_t first = pending->count;

	for (uint32_t b = of_b != NULL ? of_b->first_child : LL_JOB_NONE; b != LL_JOB_NONE;
	     b = diff->jobs[1]->processes[b].next_sibling) {
		uint32_t a = diff->pairs.of[1][b];

		if (is_below(diff, entry, a) && a > passed) {
			next = push_removed(diff, pending, index, next, b);
			passed = a;
		}
		push(pending, index, a, b);
	}
	push_removed(diff, pending, index, next, LL_JOB_NONE);
	reverse(pending->list + first, pending->count - first);
}

static int lay_out(struct ll_diff *diff)
{
	size_t room = (size_t)diff->jobs[0]->count + diff->jobs[1]->count;
	LL_CLEANUP(pending_fini)
	struct pending pending = { .list = calloc(room, sizeof(*pending.list)) };

	diff->entries = calloc(room, sizeof(*diff->entries));
	if (diff->entries == NULL || pending.list == NULL)
		return -ENOMEM;
	push(&pending, 0, LL_JOB_TOP, LL_JOB_TOP);
	while (pending.count > 0) {
		struct ll_diff_entry *entry = &diff->entries[diff->count];

		*entry = pending.list[--pending.count];
		if (diff->count > 0 && entry->parent > 0)
			entry->depth = diff->entries[entry->parent].depth + 1;
		push_children(diff, &pending, diff->count++);
	}
	return 0;
}

/* ---- Judging --------------------------------------------------------------------------- */

/* A writer whose reader has gone away is ended by SIGPIPE, or was done before: a race. */
static bool is_pipe_race(const struct ll_job_process *a, const struct ll_job_process *b)
{
	uint64_t least = a->wait_status < b->wait_status ? a->wait_status : b->wait_status;
	uint64_t most = a->wait_status < b->wait_status ? b->wait_status : a->wait_status;

	return least == 0 && most == SIGPIPE;
}

static uint32_t judge_end(const struct ll_diff *diff, const struct ll_job_process *a,
			  const struct ll_job_process *b)
{
	if (a->has_ended != b->has_ended)
		return LL_DIFF(UNFINISHED);
	if (!a->knows_status || !b->knows_status || a->wait_status == b->wait_status)
		return 0;
	return !diff->alike.is_exact && is_pipe_race(a, b) ? 0 : LL_DIFF(EXIT);
}

static uint32_t judge_pair(struct ll_diff *diff, const struct ll_diff_entry *entry)
{
	uint32_t a = entry->of[0], b = entry->of[1], kinds = 0;

	if (diff->pairs.has_moved[b])
		kinds |= LL_DIFF(MOVED);
	if (!ll_alike_processes(&diff->alike, a, b))
		kinds |= LL_DIFF(ARGUMENTS);
	return kinds |
	       judge_end(diff, &diff->jobs[0]->processes[a], &diff->jobs[1]->processes[b]);
}

/* Whether the capture where it is missing may have ended before it came. */
static bool is_unreached(const struct ll_diff *diff, const struct ll_diff_entry *entry,
			 int side)
{
	const struct ll_diff_entry *parent = &diff->entries[entry->parent];
	const struct ll_job_process *above = process_of(diff, parent, side);

	if (!diff->jobs[side]->is_cut)
		return false;
	return above != NULL ? !above->has_ended : (parent->noted & LL_DIFF(UNREACHED)) != 0;
}

/* LL_JOB_TOP never ends: roots that are missing from a cut capture may have been yet to come. */
static void judge(struct ll_diff *diff)
{
	for (uint32_t i = 1; i < diff->count; i++) {
		struct ll_diff_entry *entry = &diff->entries[i];

		if (entry->of[0] == LL_JOB_NONE)
			entry->noted = is_unreached(diff, entry, 0) ? LL_DIFF(UNREACHED)
								    : LL_DIFF(ADDED);
		else if (entry->of[1] == LL_JOB_NONE)
			entry->noted = is_unreached(diff, entry, 1) ? LL_DIFF(UNREACHED)
								    : LL_DIFF(REMOVED);
		else
			entry->noted = judge_pair(diff, entry);
		diff->matched_count +=
			entry->of[0] != LL_JOB_NONE && entry->of[1] != LL_JOB_NONE;
	}
}

/* Who still ran when a recording was properly ended differs in nothing but when that was. */
static bool is_difference(const struct ll_diff *diff, const struct ll_diff_entry *entry)
{
	for (int side = 0; side < 2; side++) {
		const struct ll_job_process *process = process_of(diff, entry, side);

		if (process != NULL && !process->has_ended && diff->jobs[side]->is_cut)
			return true;
	}
	return (entry->noted & LL_DIFF(UNFINISHED)) == 0;
}

static void count_wanted(struct ll_diff *diff)
{
	for (uint32_t i = 1; i < diff->count; i++) {
		struct ll_diff_entry *entry = &diff->entries[i];
		const struct ll_job_process *a = process_of(diff, entry, 0);
		const struct ll_job_process *b = process_of(diff, entry, 1);

		if ((a == NULL || !a->is_wanted) && (b == NULL || !b->is_wanted))
			continue;
		entry->kinds = entry->noted;
		if (!is_difference(diff, entry))
			entry->kinds &= ~LL_DIFF(UNFINISHED);
		for (int kind = 0; kind < LL_DIFF_KINDS; kind++)
			diff->counts[kind] += entry->kinds >> kind & 1;
	}
}

int ll_diff_init(struct ll_diff *diff, const struct ll_job *a, const struct ll_job *b,
		 const struct ll_diff_options *options)
{
	*diff = (struct ll_diff){ .jobs = { a, b }, .scale = 1.0 };
	ll_alike_init(&diff->alike, a, b, options->is_exact);
	int err = ll_pairs_init(&diff->pairs, &diff->alike);
	if (err == 0)
		err = lay_out(diff);
	if (err != 0)
		return err;
	judge(diff);
	if (!options->ignores_times)
		err = ll_diff_time(diff, options->noise);
	if (err == 0)
		count_wanted(diff);
	return err;
}

void ll_diff_fini(struct ll_diff *diff)
{
	ll_pairs_fini(&diff->pairs);
	free(diff->entries);
	*diff = (struct ll_diff){ 0 };
}

bool ll_diff_is_any(const struct ll_diff *diff)
{
	for (int kind = 0; kind < LL_DIFF_KINDS; kind++)
		if (diff->counts[kind] > 0)
			return true;
	return false;
}

const char *ll_diff_kind_name(enum ll_diff_kind kind)
{
	static const char *const names[LL_DIFF_KINDS] = {
		[LL_DIFF_ADDED] = "added",         [LL_DIFF_REMOVED] = "removed",
		[LL_DIFF_MOVED] = "moved",         [LL_DIFF_ARGUMENTS] = "arguments",
		[LL_DIFF_EXIT] = "exit",           [LL_DIFF_SLOWER] = "slower",
		[LL_DIFF_FASTER] = "faster",       [LL_DIFF_UNFINISHED] = "unfinished",
		[LL_DIFF_UNREACHED] = "unreached",
	};

	return names[kind];
}
