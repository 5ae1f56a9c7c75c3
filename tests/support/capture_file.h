/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Captures for unit tests, in a directory of their own, and what a reader makes of them. Inline,
 * so that a test needs no other object.
 */
#pragma once

#include <dirent.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "capture/reader.h"
#include "capture/writer.h"
#include "event/copy.h"
#include "support/event_random.h"

#define CAPTURE_EVENTS_MAX 20000

struct capture_dir {
	char path[64];
	char file[96];
};

/* What was read. */
struct capture_read {
	struct ll_event *events[CAPTURE_EVENTS_MAX]; /* copies */
	size_t count;
	struct ll_reader_stats stats;
	struct ll_damage damage; /* the first */
};

static inline void capture_dir_init(struct capture_dir *dir)
{
	snprintf(dir->path, sizeof(dir->path), "/tmp/lifeline-capture-XXXXXX");
	assert_non_null(mkdtemp(dir->path));
	snprintf(dir->file, sizeof(dir->file), "%s/a.life", dir->path);
}

static inline void capture_dir_fini(struct capture_dir *dir)
{
	DIR *opened = opendir(dir->path);
	const struct dirent *entry;
	char path[512];

	while (opened != NULL && (entry = readdir(opened)) != NULL) {
		snprintf(path, sizeof(path), "%s/%s", dir->path, entry->d_name);
		if (entry->d_name[0] != '.')
			unlink(path);
	}
	if (opened != NULL)
		closedir(opened);
	rmdir(dir->path);
}

static inline struct ll_writer *capture_begin_at(const char *path, uint64_t rotate_bytes,
						 uint64_t keep)
{
	struct ll_about about = { 0 };
	struct ll_writer_options options = {
		.path = path,
		.about = &about,
		.rotate_bytes = rotate_bytes,
		.keep = keep,
	};
	struct ll_writer *writer = NULL;

	assert_int_equal(ll_about_add_text(&about, LL_ABOUT_HOST, "testhost"), 0);
	assert_int_equal(ll_writer_open(&options, &writer), 0);
	ll_about_fini(&about);
	return writer;
}

static inline struct ll_writer *capture_begin(const struct capture_dir *dir)
{
	return capture_begin_at(dir->file, 0, 0);
}

static inline int capture_take(void *arg, const struct ll_event *event)
{
	struct capture_read *read = arg;

	assert_true(read->count < CAPTURE_EVENTS_MAX);
	read->events[read->count] = ll_event_copy(event);
	assert_non_null(read->events[read->count]);
	read->count++;
	return 0;
}

static inline void capture_forget(struct capture_read *read)
{
	for (size_t i = 0; i < read->count; i++)
		free(read->events[i]);
	memset(read, 0, sizeof(*read));
}

/* Read on until there is no more. Returns the state. */
static inline enum ll_reader_state capture_read_on(struct ll_reader *reader,
						   struct capture_read *ret)
{
	enum ll_reader_state state = LL_READER_MORE;

	while (state == LL_READER_MORE)
		assert_int_equal(ll_reader_poll(reader, capture_take, ret, &state), 0);
	ll_reader_stats(reader, &ret->stats);
	ll_reader_damage(reader, 0, &ret->damage);
	return state;
}

/* Read all of a file. Returns what opening it returned. */
static inline int capture_read(const char *path, struct capture_read *ret)
{
	struct ll_reader *reader = NULL;
	int r = ll_reader_open(path, false, &reader);

	capture_forget(ret);
	if (r == 0)
		assert_int_equal(capture_read_on(reader, ret), LL_READER_END);
	ll_reader_free(reader);
	return r;
}

static inline size_t capture_size(const char *path)
{
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	return (size_t)st.st_size;
}

/* The bytes of a file; the caller's. */
static inline uint8_t *capture_bytes(const char *path, size_t *ret_length)
{
	LL_AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC);

	assert_true(fd >= 0);
	*ret_length = capture_size(path);
	uint8_t *bytes = malloc(*ret_length + 1);
	assert_non_null(bytes);
	assert_int_equal(read(fd, bytes, *ret_length), *ret_length);
	return bytes;
}

static inline void capture_put_bytes(const char *path, const uint8_t *bytes, size_t length)
{
	LL_AUTO_CLOSE int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, length), length);
}
