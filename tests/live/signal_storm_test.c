/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A million signals cost the lifecycle nothing: whatever is lost of them is counted, and no fork,
 * exec, exit or reap is lost.
 */
#include <errno.h>
#include <pthread.h>
#include <sys/stat.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/live_check.h"
#include "support/live_signals.h"

#define SIGNALS "1000000"
#define SECONDS "10"
#define PROCESSES 500

/* Reads the tracer's output as it comes: counts the signals, which are too many to keep. */
struct sieve {
	char *from, *to;
	long long generated, delivered;
	pthread_t thread;
};

static bool begins(const char *line, const char *name)
{
	return strncmp(line, name, strlen(name)) == 0;
}

static void *sift(void *arg)
{
	struct sieve *sieve = arg;
	FILE *in = fopen(sieve->from, "re"), *out = fopen(sieve->to, "we");
	char *line = NULL;
	size_t room = 0;

	while (in != NULL && out != NULL && getline(&line, &room, in) > 0) {
		if (begins(line, "{\"event.name\":\"signal.generate\""))
			sieve->generated++;
		else if (begins(line, "{\"event.name\":\"signal.deliver\""))
			sieve->delivered++;
		else
			fputs(line, out);
	}
	free(line);
	if (in != NULL)
		fclose(in);
	if (out != NULL)
		fclose(out);
	return NULL;
}

/* The run's events go through the sieve, and are read from what it lets through. */
static void run_through_sieve(struct live *live, struct sieve *sieve,
			      const char *const options[], const char *const command[])
{
	sieve->from = strdup(live->events.path);
	sieve->to = live_path(live, "kept");
	assert_return_code(mkfifo(sieve->from, 0600), errno);
	live_start(live, options, command);
	json_lines_fini(&live->events);
	json_lines_init(&live->events, sieve->to);
	assert_int_equal(pthread_create(&sieve->thread, NULL, sift, sieve), 0);
	live_finish(live);
	pthread_join(sieve->thread, NULL);
	json_lines_refresh(&live->events);
	free(sieve->from);
	free(sieve->to);
}

static struct sieve sieve;

static int set_up(void **state, const char *ring)
{
	const char *const options[] = { "--ring", ring, "-e",
					"fork,exec,exit,reap,generate,deliver", NULL };
	static const char *const command[] = { "signal_storm", SIGNALS, "500", SECONDS, NULL };
	struct live *live = live_new();

	*state = live;
	sieve = (struct sieve){ 0 };
	if (getenv("LL_GUEST") == NULL)
		run_through_sieve(live, &sieve, options, command);
	return 0;
}

/* Room enough for what comes while the reader works. */
static int set_up_roomy(void **state)
{
	return set_up(state, "8M");
}

/* Signals come faster than they can be read. */
static int set_up_narrow(void **state)
{
	return set_up(state, "64K");
}

static const char needs_host[] = "a million signals take too long in an emulated machine";

static long long count_lost(const struct live *live, const char *kind)
{
	json_t *lost = live_events(live, "lost", 0), *event;
	long long count = 0;
	size_t i;

	json_array_foreach(lost, i,
			   event) if (strcmp(json_lines_text(event, "lost.kind"), kind) == 0)
		count += json_lines_number(event, "lost.count");
	json_decref(lost);
	return count;
}

static void signals_seen_and_lost_are_all_that_were_sent(void **state)
{
	struct live *live = *state;

	live_needs_host(needs_host);
	json_t *shot = live_fact(live, NULL, "shot");
	long long sent = json_lines_number(shot, "sent");
	long long lost = count_lost(live, "signal.generate");

	print_message("           %lld sent, %lld seen, %lld lost\n", sent, sieve.generated,
		      lost);
	assert_in_range(sent, 100000, atoll(SIGNALS));
	/* And a SIGCHLD for each child of the driver. */
	assert_int_equal(sieve.generated + lost, sent + PROCESSES + 1);
}

static void signals_delivered_and_lost_are_all_that_were_handled(void **state)
{
	struct live *live = *state;

	live_needs_host(needs_host);
	json_t *shot = live_fact(live, NULL, "shot");
	long long lost = count_lost(live, "signal.deliver");

	print_message("           %lld handled, %lld seen, %lld lost\n",
		      json_lines_number(shot, "handled"), sieve.delivered, lost);
	assert_int_equal(sieve.delivered + lost, json_lines_number(shot, "handled"));
}

/* Nothing is lost but signals. */
static void only_signals_are_lost(void **state)
{
	struct live *live = *state;

	live_needs_host(needs_host);
	json_t *lost = live_events(live, "lost", 0), *event;
	size_t i;

	json_array_foreach(lost, i,
			   event) if (!begins(json_lines_text(event, "lost.kind"), "signal."))
		live_refuse(event, "a loss of something else");
	json_decref(lost);
}

static void lifecycle_is_whole(void **state)
{
	static const char *const names[] = { "process.exec", "process.exit", "process.reap" };
	struct live *live = *state;

	live_needs_host(needs_host);
	json_t *births = live_events(live, "process.fork", 0), *birth;
	size_t i;

	json_array_foreach(births, i, birth)
	{
		json_t *death = live_death(live, live_pid(birth, "process.pid"));

		check_flag(birth, "inferred", false);
		check_flag(death, "inferred", false);
	}
	/* The driver's, the shooter's, and one for each process. */
	assert_int_equal(json_array_size(births), PROCESSES + 2);
	json_decref(births);
	for (i = 0; i < 3; i++)
		assert_int_equal(live_count(live, names[i], 0), PROCESSES + 2 - (i == 0));
}

static void narrow_ring_loses_signals(void **state)
{
	live_needs_host(needs_host);
	assert_int_not_equal(count_lost(*state, "signal.generate"), 0);
}

int main(void)
{
	static const struct CMUnitTest roomy[] = {
		cmocka_unit_test(signals_seen_and_lost_are_all_that_were_sent),
		cmocka_unit_test(signals_delivered_and_lost_are_all_that_were_handled),
		cmocka_unit_test(only_signals_are_lost),
		cmocka_unit_test(lifecycle_is_whole),
	};
	static const struct CMUnitTest narrow[] = {
		cmocka_unit_test(signals_seen_and_lost_are_all_that_were_sent),
		cmocka_unit_test(signals_delivered_and_lost_are_all_that_were_handled),
		cmocka_unit_test(only_signals_are_lost),
		cmocka_unit_test(lifecycle_is_whole),
		cmocka_unit_test(narrow_ring_loses_signals),
	};

	return cmocka_run_group_tests(roomy, set_up_roomy, live_tear_down) +
	       cmocka_run_group_tests(narrow, set_up_narrow, live_tear_down);
}
