/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Differences for programs. process.* is of the second capture, diff.before_* of the first. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "event/wait_status.h"
#include "render/diff.h"
#include "render/json.h"

/* The last of the names of diff.kind: see fields.c. */
#define KIND_SUMMARY LL_DIFF_KINDS

/* How many names of a place are told at most, those nearest to the process. */
#define PATH_MOST 64

struct writer {
	FILE *out;
	const struct ll_diff *diff;
	char *paths[2]; /* what an event borrows; room as below */
	size_t rooms[2];
};

static void writer_fini(struct writer *writer)
{
	free(writer->paths[0]);
	free(writer->paths[1]);
}

static int reserve(struct writer *writer, int side, size_t room)
{
	if (room <= writer->rooms[side])
		return 0;
	char *path = realloc(writer->paths[side], room * 2);
	if (path == NULL)
		return -ENOMEM;
	writer->paths[side] = path;
	writer->rooms[side] = room * 2;
	return 0;
}

/* Write the names from the root to a process, NUL-separated. Returns 0 or -ENOMEM. */
static int set_path(struct writer *writer, int side, uint32_t index, struct ll_str *ret_path)
{
	const struct ll_job *job = writer->diff->jobs[side];
	struct ll_str names[PATH_MOST];
	size_t count = 0, length = 0, used = 0;

	for (; index != LL_JOB_TOP && count < PATH_MOST; index = job->processes[index].parent) {
		names[count] = ll_job_command(job, index);
		length += names[count++].length + 1;
	}
	if (reserve(writer, side, length) < 0)
		return -ENOMEM;
	while (count-- > 0) {
		if (names[count].length > 0)
			memcpy(writer->paths[side] + used, names[count].data,
			       names[count].length);
		used += names[count].length;
		writer->paths[side][used++] = '\0';
	}
	*ret_path = ll_str_make(writer->paths[side], used);
	return 0;
}

static void set_image(struct ll_event *event, const struct ll_job_image *image)
{
	if (image->exe.length > 0)
		LL_SET(event, EXE, exe, image->exe);
	if (image->args.length > 0)
		LL_SET(event, ARGS, args, image->args);
	if (image->args_truncated)
		LL_SET(event, ARGS_TRUNCATED, args_truncated, true);
	if (image->cwd.length > 0)
		LL_SET(event, CWD, cwd, image->cwd);
}

static void set_process(struct ll_event *event, const struct ll_job *job, uint32_t index)
{
	const struct ll_job_process *process = &job->processes[index];
	const struct ll_job_image *image = ll_job_last_image(job, index);

	LL_SET(event, PID, tgid, process->tgid);
	LL_SET(event, COMM, comm, process->comm);
	LL_SET(event, DEPTH, depth, process->depth);
	if (image != NULL)
		set_image(event, image);
	if (process->knows_status)
		ll_event_set_wait_status(event, process->wait_status);
	if (process->description.length > 0)
		LL_SET(event, EXIT_DESCRIPTION, exit_description, process->description);
	if (process->knows_duration)
		LL_SET(event, DURATION, duration_ns, process->duration_ns);
	if (process->knows_usage)
		LL_SET(event, DIFF_CPU, diff_cpu_ns, process->cpu_ns);
	if (process->max_rss_bytes > 0)
		LL_SET(event, MAXRSS, max_rss_bytes, process->max_rss_bytes);
}

static void set_before_image(struct ll_event *event, const struct ll_job_image *image)
{
	if (image->exe.length > 0)
		LL_SET(event, DIFF_BEFORE_EXE, diff_before_exe, image->exe);
	if (image->args.length > 0)
		LL_SET(event, DIFF_BEFORE_ARGS, diff_before_args, image->args);
	if (image->cwd.length > 0)
		LL_SET(event, DIFF_BEFORE_CWD, diff_before_cwd, image->cwd);
}

static void set_before(struct ll_event *event, const struct ll_job *job, uint32_t index)
{
	const struct ll_job_process *process = &job->processes[index];
	const struct ll_job_image *image = ll_job_last_image(job, index);

	LL_SET(event, DIFF_BEFORE_PID, diff_before_tgid, process->tgid);
	if (image != NULL)
		set_before_image(event, image);
	if (process->knows_status)
		LL_SET(event, DIFF_BEFORE_STATUS, diff_before_status, process->wait_status);
	if (process->description.length > 0)
		LL_SET(event, DIFF_BEFORE_WHY, diff_before_why, process->description);
	if (process->knows_duration)
		LL_SET(event, DIFF_BEFORE_DURATION, diff_before_duration_ns,
		       process->duration_ns);
	if (process->knows_usage)
		LL_SET(event, DIFF_BEFORE_CPU, diff_before_cpu_ns, process->cpu_ns);
	if (process->max_rss_bytes > 0)
		LL_SET(event, DIFF_BEFORE_MAXRSS, diff_before_max_rss_bytes,
		       process->max_rss_bytes);
}

static int write_entry(struct writer *writer, const struct ll_diff_entry *entry)
{
	struct ll_event event = { .kind = LL_EVENT_SNAPSHOT };
	int err = 0;

	if (entry->of[1] != LL_JOB_NONE) {
		set_process(&event, writer->diff->jobs[1], entry->of[1]);
		err = set_path(writer, 1, entry->of[1], &event.diff_path);
		ll_event_mark_known(&event, LL_F_DIFF_PATH);
	}
	if (entry->of[0] != LL_JOB_NONE && err == 0) {
		set_before(&event, writer->diff->jobs[0], entry->of[0]);
		err = set_path(writer, 0, entry->of[0], &event.diff_before_path);
		ll_event_mark_known(&event, LL_F_DIFF_BEFORE_PATH);
	}
	for (unsigned kind = 0; kind < LL_DIFF_KINDS && err == 0; kind++) {
		if ((entry->kinds >> kind & 1) == 0)
			continue;
		LL_SET(&event, DIFF_KIND, diff_kind, (uint8_t)kind);
		if (kind == LL_DIFF_SLOWER || kind == LL_DIFF_FASTER)
			LL_SET(&event, DIFF_EXPECTED, diff_expected_ns,
			       (uint64_t)((double)event.diff_before_duration_ns *
					  writer->diff->scale));
		err = ll_json_fields(writer->out, &event);
	}
	return err;
}

static uint64_t lacks(const struct ll_job *job)
{
	return job->lost_count + job->missing_count;
}

static int write_summary(const struct writer *writer)
{
	const struct ll_diff *diff = writer->diff;
	struct ll_event event = { .kind = LL_EVENT_SNAPSHOT };
	uint64_t count = 0;

	for (int kind = 0; kind < LL_DIFF_KINDS; kind++)
		count += diff->counts[kind];
	LL_SET(&event, DIFF_KIND, diff_kind, KIND_SUMMARY);
	LL_SET(&event, DIFF_COUNT, diff_count, count);
	LL_SET(&event, DIFF_MATCHED, diff_matched, diff->matched_count);
	if (diff->timed_count >= LL_DIFF_TIMED_LEAST) {
		LL_SET(&event, DIFF_PACE, diff_pace_permille,
		       (uint64_t)llround(diff->scale * 1000));
		LL_SET(&event, DIFF_SPREAD, diff_spread_permille,
		       (uint64_t)llround(expm1(diff->spread) * 1000));
	}
	LL_SET(&event, DIFF_BEFORE_LOST, diff_before_lost, lacks(diff->jobs[0]));
	LL_SET(&event, DIFF_LOST, diff_lost, lacks(diff->jobs[1]));
	LL_SET(&event, DIFF_BEFORE_CUT, diff_before_cut, diff->jobs[0]->is_cut);
	LL_SET(&event, DIFF_CUT, diff_cut, diff->jobs[1]->is_cut);
	return ll_json_fields(writer->out, &event);
}

int ll_diff_json(FILE *out, const struct ll_diff *diff)
{
	LL_CLEANUP(writer_fini) struct writer writer = { .out = out, .diff = diff };
	int err = 0;

	for (uint32_t i = 1; i < diff->count && err == 0; i++)
		if (diff->entries[i].kinds != 0)
			err = write_entry(&writer, &diff->entries[i]);
	return err == 0 ? write_summary(&writer) : err;
}
