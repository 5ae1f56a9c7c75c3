/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Nothing is missing: /proc/stat counts every fork on the machine, and so do we. */
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

/* Forks and clones since boot. */
static long long count_forks(void)
{
	FILE *stat = fopen("/proc/stat", "re");
	char *line = NULL;
	size_t room = 0;
	long long count = -1;

	while (stat != NULL && count < 0 && getline(&line, &room, stat) > 0)
		sscanf(line, "processes %lld", &count);
	free(line);
	if (stat != NULL)
		fclose(stat);
	return count;
}

/* One fork of a known pid, and how many the machine had made with it. */
struct mark {
	long long forks;
	pid_t pid;
};

/* A mark counts only when nobody else forked between the two readings. */
static bool set_mark(void *arg)
{
	struct mark *mark = arg;
	long long before = count_forks();

	mark->pid = fork();
	if (mark->pid == 0)
		_exit(0);
	mark->forks = count_forks();
	waitpid(mark->pid, NULL, 0);
	return mark->forks == before + 1;
}

/* The mark's fork is ours: pids come round within a storm, but not to the same parent. */
static long long order_of(const struct live *live, const struct mark *mark)
{
	json_t *births = live_events(live, "process.fork", mark->pid), *event;
	long long order = -1;
	size_t i;

	json_array_foreach(births, i,
			   event) if (json_lines_number(event, "process.parent_pid") ==
				      getpid()) order = live_order(event);
	json_decref(births);
	assert_int_not_equal(order, -1);
	return order;
}

/* Forks shown after the first mark's, up to the second one's. */
static long long count_between(const struct live *live, const struct mark *first,
			       const struct mark *second)
{
	long long least = order_of(live, first), most = order_of(live, second), count = 0;
	json_t *forks = live_events(live, "process.fork", 0), *event;
	size_t i;

	json_array_foreach(forks, i, event) count +=
		live_order(event) > least && live_order(event) <= most;
	json_decref(forks);
	return count;
}

static long long count_lost(const struct live *live)
{
	json_t *lost = live_events(live, "lost", 0), *event;
	long long count = 0;
	size_t i;

	json_array_foreach(lost, i, event) if (strcmp(json_lines_text(event, "lost.kind"),
						      "process.fork") == 0) count +=
		json_lines_number(event, "lost.count");
	json_decref(lost);
	return count;
}

/* Forks by one process, threads included: it counts them itself. */
static long long count_made_by(const struct live *live, pid_t pid)
{
	json_t *forks = live_events(live, "process.fork", 0), *event;
	long long count = 0;
	size_t i;

	json_array_foreach(forks, i, event) count +=
		json_lines_number(event, "process.parent_pid") == pid ||
		(json_lines_number(event, "process.pid") == pid &&
		 json_lines_number(event, "thread.id") != pid);
	json_decref(forks);
	return count;
}

/*
 * Some sandboxes run no BPF program in the context of PID 1, which is theirs, and show it to no
 * iterator: what it forks, /proc/stat counts and nobody sees.
 */
static bool is_init_hidden(const struct live *live)
{
	return live_find_event(live, "process.snapshot", 1) == NULL;
}

static void forks_seen_and_lost_are_all_the_kernel_made(void **state)
{
	/* In an emulated machine a tenth of it takes as long. */
	bool is_guest = getenv("LL_GUEST") != NULL;
	const char *const storm[] = { "storm", is_guest ? "2000" : "20000",
				      is_guest ? "500" : "5000", "0", NULL };
	static const char *const options[] = { "-e", "snapshot,fork,reap", NULL };
	long long wanted = is_guest ? 2500 : 25000;
	struct live *live = *state;
	struct mark first, second;
	int word_fd;

	live_start(live, options, NULL);
	live_await_attached(live);
	pid_t helper = live_start_helper(live, storm, &word_fd);
	live_await_fact(live, NULL, "ready");
	live_await(set_mark, &first, "a moment without other forks");
	close(word_fd);
	live_finish_helper(live, helper);
	live_await(set_mark, &second, "a moment without other forks");
	live_await_event(live, "process.reap", second.pid);
	assert_int_equal(live_interrupt(live), 0);

	long long seen = count_between(live, &first, &second), lost = count_lost(live);
	print_message("           %lld forks, %lld seen, %lld lost\n",
		      second.forks - first.forks, seen, lost);
	assert_true(second.forks - first.forks >= wanted);
	long long made = count_made_by(live, helper);
	assert_true(made <= wanted && made + lost >= wanted);
	if (is_init_hidden(live)) {
		print_message("           PID 1 is hidden here: its forks are not compared\n");
		assert_true(seen + lost <= second.forks - first.forks);
	} else {
		assert_int_equal(seen + lost, second.forks - first.forks);
	}
}

static void every_fork_has_its_exit_or_lives(void **state)
{
	static const char *const command[] = { "storm", "2000", "500", "7", NULL };
	struct live *live = *state;
	json_t *event;
	size_t i, processes = 0, threads = 0, ends = 0, thread_ends = 0;

	live_start(live, NULL, command);
	pid_t root = (pid_t)json_lines_number(live_await_fact(live, NULL, "ready"), "pid");
	live_give_word(live);
	live_await_fact(live, NULL, "done");
	/* The holders live: no more than the others has ended. */
	json_lines_refresh(&live->events);
	json_t *holders = live_facts(live, NULL, "holder"), *holder;
	json_array_foreach(holders, i, holder) assert_int_equal(
		live_count(live, "process.exit", (pid_t)json_lines_number(holder, "pid")), 0);
	json_decref(holders);
	live_close_words(live);
	assert_int_equal(live_finish(live), 0);

	json_array_foreach(live->events.objects, i, event)
	{
		const char *name = json_lines_text(event, "event.name");
		bool is_root = json_lines_number(event, "process.pid") == root &&
			       json_lines_number(event, "thread.id") == root;

		if (strcmp(name, "process.fork") == 0 && !is_root) {
			const char *kind = json_lines_text(event, "process.fork.kind");

			*(strcmp(kind, "thread") == 0 ? &threads : &processes) += 1;
		} else if (strcmp(name, "process.exit") == 0 && !is_root) {
			const char *scope = json_lines_text(event, "process.exit.scope");

			*(strcmp(scope, "thread") == 0 ? &thread_ends : &ends) += 1;
		}
	}
	assert_int_equal(count_lost(live), 0);
	assert_int_equal(processes, 2007);
	assert_int_equal(threads, 500);
	assert_int_equal(ends, processes);
	assert_int_equal(thread_ends, threads);
}

#define LIVE_TEST(name) cmocka_unit_test_setup_teardown(name, live_set_up, live_tear_down)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		LIVE_TEST(forks_seen_and_lost_are_all_the_kernel_made),
		LIVE_TEST(every_fork_has_its_exit_or_lives),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
