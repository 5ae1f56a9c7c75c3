/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "support/live_strace.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Stories shown that differ. */
#define SHOWN_MAX 4

json_t *live_story_of(json_t *stories, long long tid)
{
	char key[32];

	snprintf(key, sizeof(key), "%lld", tid);
	json_t *story = json_object_get(stories, key);
	if (story == NULL) {
		story = json_array();
		json_object_set_new(stories, key, story);
	}
	return story;
}

json_t *live_strace_read(const struct live *live,
			 void (*take_line)(json_t *story, const char *line))
{
	json_t *stories = json_object();
	DIR *dir = opendir(live->dir);
	struct dirent *entry;
	char *line = NULL;
	size_t room = 0;

	while ((entry = readdir(dir)) != NULL) {
		if (strncmp(entry->d_name, "strace.", 7) != 0)
			continue;
		char *path = live_path(live, entry->d_name);
		FILE *log = fopen(path, "re");
		json_t *story = live_story_of(stories, atoi(entry->d_name + 7));

		while (getline(&line, &room, log) > 0)
			take_line(story, line);
		fclose(log);
		free(path);
	}
	closedir(dir);
	free(line);
	return stories;
}

static void show(const char *who, const json_t *story)
{
	size_t i;
	json_t *line;

	print_error("%s:\n", who);
	json_array_foreach(story, i, line) print_error("    %.300s\n", json_string_value(line));
}

void live_strace_compare(const json_t *strace, const json_t *ours)
{
	const char *tid;
	const json_t *story;
	size_t wrong = 0;

	json_object_foreach((json_t *)strace, tid, story)
	{
		const json_t *own = json_object_get(ours, tid);

		if (json_equal((json_t *)story, (json_t *)own) || wrong++ >= SHOWN_MAX)
			continue;
		print_error("the story of %s differs\n", tid);
		show("strace", story);
		show("lifeline", own);
	}
	assert_int_equal(wrong, 0);
}
