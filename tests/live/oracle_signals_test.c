/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Signals under strace, and strace under lifeline: both see the same run. For each thread the
 * same signals come in the same order, from the same source, and each process ends the same.
 *
 * A story is an array of lines, "SIGUSR1 SI_TKILL", and for a process "exit CODE" or "signal NAME" at
 * its end. What strace never sees is left out: SIGKILL, and what came before the exec.
 */
#include <signal.h>
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
#include "support/live_strace.h"

#define STRACE "/usr/bin/strace"

static void tell(json_t *story, const char *word, const char *other)
{
	char line[80];

	snprintf(line, sizeof(line), "%s %s", word, other);
	json_array_append_new(story, json_string(line));
}

/* "--- SIGUSR1 {si_signo=SIGUSR1, si_code=SI_TKILL, ...} ---", "+++ killed by SIGTERM +++". */
static void take_strace_line(json_t *story, const char *line)
{
	char name[32], code[32];

	if (sscanf(line, "--- %31s {si_signo=%*[^,], si_code=%31[^,}]", name, code) == 2)
		tell(story, name, code);
	else if (sscanf(line, "+++ exited with %31s", code) == 1)
		tell(story, "exit", code);
	else if (sscanf(line, "+++ killed by %31s", name) == 1)
		tell(story, "signal", name);
}

/* The end of a thread, which has its own, or of the process with its only one. */
static void tell_end(json_t *story, const json_t *event)
{
	const char *signal = json_string_value(json_object_get(event, "process.exit.signal"));
	char code[16];

	if (signal != NULL) {
		tell(story, "signal", signal);
		return;
	}
	snprintf(code, sizeof(code), "%lld", json_lines_number(event, "process.exit.code"));
	tell(story, "exit", code);
}

/* Strace counts real-time signals from the kernel's first, 32. */
static void tell_signal(json_t *story, const json_t *event)
{
	long long number = json_lines_number(event, "signal.number");
	char name[32];

	if (number <= 32)
		snprintf(name, sizeof(name), "%s",
			 number < 32 ? json_lines_text(event, "signal.name") : "SIGRTMIN");
	else
		snprintf(name, sizeof(name), "SIGRT_%lld", number - 32);
	tell(story, name, json_lines_text(event, "signal.code"));
}

/* The same stories from our events. A new object, the caller's. */
static json_t *read_events(const struct live *live)
{
	json_t *stories = json_object(), *event;
	size_t i;

	json_array_foreach(live->events.objects, i, event)
	{
		const char *name = json_lines_text(event, "event.name");
		json_t *story = live_story_of(stories, json_lines_number(event, "thread.id"));

		if (strcmp(name, "process.exec") == 0)
			json_array_clear(story);
		else if (strcmp(name, "process.exit") == 0)
			tell_end(story, event);
		else if (strcmp(name, "signal.deliver") == 0 &&
			 json_object_get(event, "signal.number") != NULL &&
			 json_lines_number(event, "signal.number") != SIGKILL)
			tell_signal(story, event);
	}
	return stories;
}

/* Enough happened for the comparison to mean something. */
static void check_size(const json_t *strace)
{
	const char *tid;
	const json_t *story;
	size_t lines = 0;

	json_object_foreach((json_t *)strace, tid, story) lines += json_array_size(story);
	print_message("           %zu threads, %zu lines\n", json_object_size(strace), lines);
	assert_in_range(lines, 500, 100000);
}

static void signals_are_told_exactly_as_strace_tells_them(void **state)
{
	static const char *const options[] = { "-e", "exec,exit,deliver", NULL };
	struct live *live = *state;
	char *log = live_path(live, "strace"), *program = live_child_path("signal_medley");

	live_needs_host("strace is on the host only");
	if (access(STRACE, X_OK) < 0)
		live_skip("strace is not installed");
	/* clang-format off */
	const char *const command[] = {
		STRACE, "-ff", "-e", "trace=none", "-e", "signal=all", "-o", log,
		program, "5", NULL,
	};
	/* clang-format on */
	live_run(live, options, command);

	json_t *strace = live_strace_read(live, take_strace_line), *ours = read_events(live);
	live_strace_compare(strace, ours);
	check_size(strace);
	assert_int_equal(live_count(live, "lost", 0), 0);
	json_decref(strace);
	json_decref(ours);
	free(log);
	free(program);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(signals_are_told_exactly_as_strace_tells_them,
						live_set_up, live_tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
