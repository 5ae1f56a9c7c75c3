/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* What `lifeline doctor` finds is so, and what it could not try it does not claim. */
#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/live_check.h"

#define NOBODY 65534
#define COLUMNS_MAX 100
#define PIDS_MAX 65536

/* Run the tracer with these arguments. Returns its standard output, the caller's. */
static char *ask(struct live *live, const char *const arguments[])
{
	char *path = live_path(live, "answer"), *text = NULL;
	size_t room = 0;

	live->output_fd = open(path, O_CREAT | O_TRUNC | O_RDWR | O_CLOEXEC, 0600);
	free(path);
	assert_true(live->output_fd >= 0);
	live_start_raw(live, arguments);
	live_close_words(live);
	live_finish(live);
	FILE *file = fdopen(live->output_fd, "r");
	assert_non_null(file);
	rewind(file);
	assert_true(getdelim(&text, &room, '\0', file) > 0);
	fclose(file);
	live->output_fd = -1;
	return text;
}

/* Run the doctor; its findings are the facts. */
static void ask_doctor(struct live *live)
{
	live_start_raw(live, (const char *const[]){ "doctor", "--json", NULL });
	live_close_words(live);
	live_finish(live);
}

/* The finding of this name; NULL when there is none. */
static json_t *find_finding(const struct live *live, const char *name)
{
	json_t *finding;
	size_t i;

	json_array_foreach(live->facts.objects, i,
			   finding) if (strcmp(json_lines_text(finding, "check"), name) ==
					0) return finding;
	return NULL;
}

/* A finding has a remedy when something is wrong, and only then. */
static void check_remedy(const json_t *finding)
{
	const char *verdict = json_lines_text(finding, "verdict");
	bool is_wrong = strcmp(verdict, "degraded") == 0 || strcmp(verdict, "missing") == 0;

	if (is_wrong != (json_object_get(finding, "remedy") != NULL))
		live_refuse(finding, "a remedy for what is wrong, and for nothing else");
}

static void machine_that_runs_these_tests_can_trace(void **state)
{
	struct live *live = *state;
	json_t *finding;
	size_t i;

	ask_doctor(live);
	assert_int_equal(live->status, 0);
	check_text(find_finding(live, "BPF programs"), "verdict", "ok");
	json_array_foreach(live->facts.objects, i, finding) check_remedy(finding);
}

static void what_was_not_tried_is_not_said_to_be_missing(void **state)
{
	struct live *live = *state;

	live->uid = NOBODY;
	ask_doctor(live);
	if (live->status == 99 << 8)
		live_skip("the tracer is where nobody but root can run it");
	assert_int_equal(live->status, 1 << 8);
	check_text(find_finding(live, "privilege"), "verdict", "missing");
	check_text(find_finding(live, "ring buffer"), "verdict", "untested");
	check_text(find_finding(live, "ring buffer"), "detail", "not tested (needs root)");
	check_text(find_finding(live, "exact reap time"), "verdict", "untested");
}

/* Also off a terminal, and when a remedy is long. */
static void lines_fit(void **state)
{
	static const char *const commands[] = { "doctor", "fields" };

	for (size_t i = 0; i < 2; i++) {
		char *text = ask(*state, (const char *const[]){ commands[i], NULL });

		for (char *line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n"))
			if (strlen(line) > COLUMNS_MAX)
				fail_msg("%s: %zu columns: %s", commands[i], strlen(line),
					 line);
		free(text);
	}
}

struct pids {
	pid_t pids[PIDS_MAX];
	size_t count;
};

static void list_processes(struct pids *pids)
{
	DIR *dir = opendir("/proc");
	const struct dirent *entry;

	pids->count = 0;
	assert_non_null(dir);
	while (pids->count < PIDS_MAX && (entry = readdir(dir)) != NULL)
		if (isdigit((unsigned char)entry->d_name[0]))
			pids->pids[pids->count++] = atoi(entry->d_name);
	closedir(dir);
}

static bool exists(pid_t pid)
{
	char path[32];

	snprintf(path, sizeof(path), "/proc/%d", pid);
	return access(path, F_OK) == 0;
}

/* What was there before and after a snapshot should be in it. */
static void processes_kept_from_programs_are_told(void **state)
{
	static const char *const options[] = { "-e", "snapshot", "--duration", "200ms", NULL };
	static struct pids pids;
	struct live *live = *state;
	bool is_any_hidden = false;

	ask_doctor(live);
	json_t *finding = find_finding(live, "hidden processes");
	if (finding == NULL)
		live_skip("in a nested pid namespace this cannot be told");
	json_incref(finding);
	list_processes(&pids);
	live_run(live, options, NULL);
	for (size_t i = 0; i < pids.count; i++)
		is_any_hidden |= live_find_event(live, NULL, pids.pids[i]) == NULL &&
				 exists(pids.pids[i]);
	check_text(finding, "verdict", is_any_hidden ? "degraded" : "ok");
	json_decref(finding);
}

#define LIVE_TEST(name) cmocka_unit_test_setup_teardown(name, live_set_up, live_tear_down)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		LIVE_TEST(machine_that_runs_these_tests_can_trace),
		LIVE_TEST(what_was_not_tried_is_not_said_to_be_missing),
		LIVE_TEST(lines_fit),
		LIVE_TEST(processes_kept_from_programs_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
