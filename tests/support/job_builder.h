/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Jobs for unit tests, process by process. A command line is written with blanks. To be included
 * after cmocka.h; inline, so that a test needs no other object.
 */
#pragma once

#include <string.h>

#include "analysis/diff.h"
#include "base/clock.h"

#define MS LL_NS_PER_MS

static inline struct ll_str job_str(const char *text)
{
	return ll_str_make(text, strlen(text));
}

static inline void job_begin(struct ll_job *job)
{
	assert_int_equal(ll_job_init(job), 0);
}

/* Let the process that was added last run one more. file: its path. */
static inline void job_exec(struct ll_job *job, const char *command, const char *file)
{
	char args[512];
	size_t length = strlen(command);
	struct ll_job_image image = { .exe = job_str(file), .cwd = job_str("/src") };

	assert_true(length < sizeof(args));
	memcpy(args, command, length + 1);
	for (char *at = args; *at != '\0'; at++)
		*at = *at == ' ' ? '\0' : *at;
	image.args = ll_str_make(args, length + 1);
	assert_int_equal(ll_job_add_image(job, &image), 0);
}

/* A process that only forked, and that took so long and ended so. */
static inline uint32_t job_fork(struct ll_job *job, uint32_t parent, uint64_t duration_ns,
				uint64_t wait_status)
{
	struct ll_job_process process = {
		.tgid = 1000 + job->count * 7,
		.comm = job_str("sh"),
		.has_ended = true,
		.knows_status = true,
		.knows_duration = true,
		.knows_usage = true,
		.is_wanted = true,
		.wait_status = wait_status,
		.duration_ns = duration_ns,
		.cpu_ns = duration_ns / 2,
	};
	uint32_t index;

	assert_int_equal(ll_job_add(job, parent, &process, &index), 0);
	return index;
}

/* A process that ran a program for 20 ms and exited 0. */
static inline uint32_t job_run(struct ll_job *job, uint32_t parent, const char *command)
{
	uint32_t index = job_fork(job, parent, 20 * MS, 0);

	job_exec(job, command, "/usr/bin/any");
	return index;
}
