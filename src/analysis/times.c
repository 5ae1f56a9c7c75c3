/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* What is slower or faster beyond the noise, which diff.h explains. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "analysis/diff.h"
#include "base/cleanup.h"
#include "base/clock.h"

#define TIMED_LEAST_NS (10 * LL_NS_PER_MS)
#define FLOOR_NS ((double)(100 * LL_NS_PER_MS))
#define DEVIATIONS 4.0
/* What makes a median deviation the standard deviation of a normal distribution. */
#define NORMAL 1.4826

/* Of an entry, in nanoseconds. */
struct part {
	double waits[2]; /* for a CPU, with all below it */
	double more, less; /* what those below it that differ account for; less is negative */
};

static const struct ll_job_process *timed(const struct ll_diff *diff,
					  const struct ll_diff_entry *entry, int side)
{
	uint32_t index = entry->of[side];
	const struct ll_job_process *process =
		index != LL_JOB_NONE ? &diff->jobs[side]->processes[index] : NULL;

	return process != NULL && process->knows_duration ? process : NULL;
}

static int compare_doubles(const void *a, const void *b)
{
	double one = *(const double *)a, other = *(const double *)b;

	return (one > other) - (one < other);
}

static double median(double *list, size_t count)
{
	qsort(list, count, sizeof(*list), compare_doubles);
	return count % 2 == 1 ? list[count / 2] : (list[count / 2 - 1] + list[count / 2]) / 2;
}

/* The logarithms of the ratios of all pairs that ran the same, for long enough. */
static size_t gather_ratios(const struct ll_diff *diff, double *list)
{
	size_t count = 0;

	for (uint32_t i = 1; i < diff->count; i++) {
		const struct ll_job_process *a = timed(diff, &diff->entries[i], 0);
		const struct ll_job_process *b = timed(diff, &diff->entries[i], 1);

		if (a != NULL && b != NULL && diff->entries[i].noted == 0 &&
		    a->duration_ns >= TIMED_LEAST_NS && b->duration_ns >= TIMED_LEAST_NS)
			list[count++] = log((double)b->duration_ns / (double)a->duration_ns);
	}
	return count;
}

static int find_scale(struct ll_diff *diff)
{
	LL_AUTO_FREE double *list = calloc(diff->count, sizeof(*list));

	if (list == NULL)
		return -ENOMEM;
	size_t count = gather_ratios(diff, list);
	diff->timed_count = (uint32_t)count;
	if (count < LL_DIFF_TIMED_LEAST)
		return 0;
	double middle = median(list, count);
	for (size_t i = 0; i < count; i++)
		list[i] = fabs(list[i] - middle);
	diff->scale = exp(middle);
	diff->spread = NORMAL * median(list, count);
	return 0;
}

/* What a process may be off by because of who else wanted the CPU. */
static double allowance(const struct ll_diff *diff, const struct ll_diff_entry *entry,
			const struct part *part)
{
	const struct ll_job_process *a = &diff->jobs[0]->processes[entry->of[0]];
	const struct ll_job_process *b = &diff->jobs[1]->processes[entry->of[1]];

	if (a->first_child == LL_JOB_NONE && b->first_child == LL_JOB_NONE)
		return fabs(part->waits[1] - part->waits[0]);
	return fmax(part->waits[0], part->waits[1]);
}

/* How much longer than expected it took, without what those below it account for. */
static double unexplained(double excess, const struct part *part)
{
	if (excess > 0)
		return fmax(0, excess - part->more);
	return fmin(0, excess - part->less);
}

static uint32_t judge(const struct ll_diff *diff, const struct ll_diff_entry *entry,
		      const struct part *part, double noise, double expected, double excess)
{
	double own = unexplained(excess, part);
	double most = fmax(log1p(noise), DEVIATIONS * diff->spread);

	if (fabs(own) <= FLOOR_NS + allowance(diff, entry, part) ||
	    fabs(log((expected + own) / expected)) <= most)
		return 0;
	return own > 0 ? LL_DIFF(SLOWER) : LL_DIFF(FASTER);
}

static void account(struct part *above, double excess)
{
	if (excess > 0)
		above->more += excess;
	else
		above->less += excess;
}

/* Of what is in one alone, all its time is more, or less. */
static void account_single(const struct ll_diff *diff, const struct ll_diff_entry *entry,
			   struct part *above)
{
	const struct ll_job_process *a = timed(diff, entry, 0), *b = timed(diff, entry, 1);

	if (entry->of[0] == LL_JOB_NONE && b != NULL)
		account(above, (double)b->duration_ns);
	else if (entry->of[1] == LL_JOB_NONE && a != NULL)
		account(above, -(double)a->duration_ns * diff->scale);
}

static void judge_entry(struct ll_diff *diff, struct ll_diff_entry *entry, struct part *parts,
			double noise)
{
	const struct ll_job_process *a = timed(diff, entry, 0), *b = timed(diff, entry, 1);
	struct part *part = &parts[entry - diff->entries], *above = &parts[entry->parent];

	for (int side = 0; side < 2; side++) {
		uint32_t index = entry->of[side];

		if (index != LL_JOB_NONE)
			part->waits[side] += (double)diff->jobs[side]->processes[index].wait_ns;
		above->waits[side] += part->waits[side];
	}
	if (a == NULL || b == NULL) {
		account_single(diff, entry, above);
		return;
	}
	double expected = (double)a->duration_ns * diff->scale;
	double excess = (double)b->duration_ns - expected;
	/* Who did something else takes another time. */
	if (entry->noted == 0)
		entry->noted = judge(diff, entry, part, noise, expected, excess);
	if (entry->noted != 0) {
		account(above, excess);
		return;
	}
	above->more += part->more;
	above->less += part->less;
}

int ll_diff_time(struct ll_diff *diff, double noise)
{
	LL_AUTO_FREE struct part *parts = calloc(diff->count, sizeof(*parts));
	int err = find_scale(diff);

	if (parts == NULL)
		return -ENOMEM;
	/* Those below come after: from the end, all of them are judged first. */
	for (uint32_t i = diff->count; err == 0 && i-- > 1;)
		judge_entry(diff, &diff->entries[i], parts, noise);
	return err;
}
