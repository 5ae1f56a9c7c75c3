/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Loss on purpose: a tiny ring and a stopped reader. The gap is counted, shown, mended. */
#include <signal.h>
#include <sys/wait.h>
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

#define STORM_PROCESSES 3000
#define STORM_HOLDERS 5

/*
 * Stop the tracer, let a storm run over its ring, continue it, and end the storm's
 * holders only when it shows that events were lost.
 */
static int set_up(void **state)
{
	static const char *const options[] = {
		"--ring", "64K", "--strict", "-e", "snapshot,fork,exec,exit,reap,reparent", NULL
	};
	static const char *const command[] = { "storm", "3000", "0", "5", NULL };
	struct live *live = live_new();

	*state = live;
	if (getenv("LL_GUEST") != NULL)
		return 0;
	live_start(live, options, command);
	live_await_fact(live, NULL, "ready");
	kill(live->tracer, SIGSTOP);
	live_give_word(live);
	live_await_fact(live, NULL, "done");
	kill(live->tracer, SIGCONT);
	live_await_event(live, "lost", 0);
	json_t *holder = live_await_fact(live, NULL, "holder");
	live_await_event(live, "process.snapshot", (pid_t)json_lines_number(holder, "pid"));
	live_close_words(live);
	live_finish(live);
	return 0;
}

static const char needs_host[] = "a stopped reader and a storm need a second CPU";

/* Lost events of a kind; NULL: of any. */
static long long count_lost(const struct live *live, const char *kind)
{
	json_t *lost = live_events(live, "lost", 0), *event;
	long long count = 0;
	size_t i;

	json_array_foreach(lost, i,
			   event) if (kind == NULL ||
				      strcmp(json_lines_text(event, "lost.kind"), kind) == 0)
		count += json_lines_number(event, "lost.count");
	json_decref(lost);
	return count;
}

/* Events of a kind that were observed, not inferred, leaving the storm's own process out. */
static long long count_observed(const struct live *live, const char *name)
{
	pid_t root = (pid_t)json_lines_number(live_fact(live, NULL, "ready"), "pid");
	json_t *events = live_events(live, name, 0), *event;
	long long count = 0;
	size_t i;

	json_array_foreach(events, i, event) count +=
		json_lines_number(event, "process.pid") != root &&
		!json_is_true(json_object_get(event, "inferred"));
	json_decref(events);
	return count;
}

static void lost_and_seen_forks_add_up(void **state)
{
	live_needs_host(needs_host);
	long long lost = count_lost(*state, "process.fork");

	print_message("           %lld forks lost of %d\n", lost,
		      STORM_PROCESSES + STORM_HOLDERS);
	assert_in_range(lost, 1, STORM_PROCESSES + STORM_HOLDERS);
	assert_int_equal(count_observed(*state, "process.fork") + lost,
			 STORM_PROCESSES + STORM_HOLDERS);
}

static void lost_and_seen_exits_add_up(void **state)
{
	live_needs_host(needs_host);
	assert_int_equal(count_observed(*state, "process.exit") +
				 count_lost(*state, "process.exit"),
			 STORM_PROCESSES + STORM_HOLDERS);
}

static void gap_stands_in_the_stream_where_it_happened(void **state)
{
	struct live *live = *state;

	live_needs_host(needs_host);
	json_t *lost = live_find_event(live, "lost", 0), *event;
	size_t i;

	json_array_foreach(live->events.objects, i, event)
	{
		if (!json_is_true(json_object_get(event, "inferred")))
			continue;
		check_between(event, "event.sequence", live_order(lost), INT64_MAX);
		return;
	}
	fail_msg("nothing was inferred");
}

static void lost_processes_that_live_are_rebuilt(void **state)
{
	struct live *live = *state;

	live_needs_host(needs_host);
	json_t *holders = live_facts(live, NULL, "holder"), *holder;
	size_t i;

	json_array_foreach(holders, i, holder)
	{
		pid_t pid = (pid_t)json_lines_number(holder, "pid");
		json_t *found = live_event(live, "process.snapshot", pid);

		assert_int_equal(live_count(live, "process.fork", pid), 0);
		check_flag(found, "inferred", true);
		check_start(found, holder);
		check_number(found, "process.parent_pid",
			     json_lines_number(live_fact(live, NULL, "ready"), "pid"));
		check_end(live, live_fact_of(live, "waited", pid));
	}
	json_decref(holders);
}

/* Whoever was seen born is seen ended: observed, or inferred after the gap. */
static void every_process_seen_born_has_one_end(void **state)
{
	struct live *live = *state;

	live_needs_host(needs_host);
	json_t *births = live_events(live, "process.fork", 0), *birth;
	size_t i;

	json_array_foreach(births, i, birth)
		live_death(live, (pid_t)json_lines_number(birth, "process.pid"));
	json_decref(births);
}

static void strict_makes_the_status_3(void **state)
{
	struct live *live = *state;

	live_needs_host(needs_host);
	assert_int_equal(live->status, 3 << 8);
}

static void last_line_counts_the_loss(void **state)
{
	struct live *live = *state;

	live_needs_host(needs_host);
	char *errors = live_errors(live);
	print_message("           %s", errors);
	bool said = strstr(errors, "lost") != NULL;
	free(errors);
	assert_true(said);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(lost_and_seen_forks_add_up),
		cmocka_unit_test(lost_and_seen_exits_add_up),
		cmocka_unit_test(gap_stands_in_the_stream_where_it_happened),
		cmocka_unit_test(lost_processes_that_live_are_rebuilt),
		cmocka_unit_test(every_process_seen_born_has_one_end),
		cmocka_unit_test(strict_makes_the_status_3),
		cmocka_unit_test(last_line_counts_the_loss),
	};

	return cmocka_run_group_tests(tests, set_up, live_tear_down);
}
