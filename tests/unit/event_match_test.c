/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* What -p, -u, -c and --cgroup let through of a stream: as bpf/filter.bpf.h would have. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "event/match.h"
#include "support/event_builder.h"

#define SEEN_MAX 32

struct stream {
	struct ll_match *match;
	size_t count;
	struct {
		enum ll_event_kind kind;
		uint64_t pid, tid;
		bool is_unwanted;
	} seen[SEEN_MAX];
};

static const struct built_id init = { 1, 1 }, shell = { 10, 100 }, cc = { 20, 200 },
			     as = { 30, 300 }, other = { 40, 400 };

static int take(void *arg, const struct ll_event *event)
{
	struct stream *stream = arg;

	assert_true(stream->count < SEEN_MAX);
	stream->seen[stream->count].kind = event->kind;
	stream->seen[stream->count].pid = event->tgid;
	stream->seen[stream->count].tid = event->tid;
	stream->seen[stream->count++].is_unwanted = event->is_unwanted;
	return 0;
}

static int count_shown(void *arg, const struct ll_event *event)
{
	size_t *count = arg;

	(void)event;
	++*count;
	return 0;
}

/* How many of what was given came through. */
static size_t give(struct stream *stream, struct ll_event event)
{
	size_t before = stream->count;

	assert_int_equal(ll_match_event(stream->match, &event, take, stream), 0);
	return stream->count - before;
}

static struct stream begin(struct ll_match_options options)
{
	struct stream stream = { .match = ll_match_new(&options) };

	assert_non_null(stream.match);
	return stream;
}

static struct ll_event end_of_snapshot(void)
{
	return (struct ll_event){ .kind = LL_EVENT_SNAPSHOT_END, .time_boottime_ns = 1000 };
}

static struct ll_event with_user(struct ll_event event, uint64_t euid, uint64_t ruid)
{
	LL_SET(&event, EUID, euid, euid);
	LL_SET(&event, RUID, ruid, ruid);
	return event;
}

static struct ll_event snapshot(struct built_id id, struct built_id parent, const char *comm)
{
	return built_snapshot(900, id, parent, comm, LL_TASK_ALIVE);
}

static struct ll_event fork_by(struct built_id child, struct built_id parent, const char *comm)
{
	struct ll_event event = built_fork(child, parent, comm);

	LL_SET(&event, FORK_CALLER_TID, fork_caller_tid, parent.pid);
	return event;
}

static void a_pid_stands_for_its_present_descendants(void **state)
{
	struct stream stream = begin((struct ll_match_options){ .pid = shell.pid });

	(void)state;
	/* A descendant may come before who it descends from. */
	assert_int_equal(give(&stream, snapshot(init, init, "init")), 0);
	assert_int_equal(give(&stream, snapshot(as, cc, "as")), 0);
	assert_int_equal(give(&stream, snapshot(cc, shell, "cc")), 0);
	assert_int_equal(give(&stream, snapshot(shell, init, "sh")), 0);
	assert_int_equal(give(&stream, snapshot(other, init, "cat")), 0);
	assert_int_equal(give(&stream, end_of_snapshot()), 4);
	assert_int_equal(stream.seen[0].pid, as.pid);
	assert_int_equal(stream.seen[1].pid, cc.pid);
	assert_int_equal(stream.seen[2].pid, shell.pid);
	assert_int_equal(stream.seen[3].kind, LL_EVENT_SNAPSHOT_END);
	assert_int_equal(give(&stream, built_exit(1100, as, 0, init)), 1);
	assert_int_equal(give(&stream, built_exit(1100, other, 0, init)), 0);
	assert_true(ll_match_saw_pid(stream.match));
	ll_match_free(stream.match);
}

static void a_pid_stands_for_all_it_forks(void **state)
{
	struct stream stream = begin((struct ll_match_options){ .pid = shell.pid });
	struct built_id thread = { 11, 150 };

	(void)state;
	assert_int_equal(give(&stream, fork_by(shell, init, "sh")), 1);
	assert_int_equal(give(&stream, fork_by(other, init, "cat")), 0);
	struct ll_event born = built_thread_fork(shell, thread);
	LL_SET(&born, FORK_CALLER_TID, fork_caller_tid, shell.pid);
	assert_int_equal(give(&stream, born), 1);
	/* By a thread of it. */
	struct ll_event event = fork_by(cc, shell, "sh");
	event.fork_caller_tid = thread.pid;
	assert_int_equal(give(&stream, event), 1);
	assert_int_equal(give(&stream, built_exec(250, cc, "cc", "/bin/cc")), 1);
	assert_int_equal(give(&stream, built_exit(260, cc, 0, init)), 1);
	assert_int_equal(give(&stream, built_reap(270, cc)), 1);
	/* Its number is another's then. */
	assert_int_equal(give(&stream, fork_by((struct built_id){ cc.pid, 800 }, other, "x")),
			 0);
	ll_match_free(stream.match);
}

/* Who it was cannot be asked for: a capture may have several of a number. */
static void a_number_that_is_used_again_stands_for_each_in_turn(void **state)
{
	struct stream stream = begin((struct ll_match_options){ .pid = shell.pid });
	const struct built_id again = { shell.pid, 700 }, child = { 50, 800 };

	(void)state;
	assert_int_equal(give(&stream, snapshot(init, init, "init")), 0);
	assert_int_equal(give(&stream, snapshot(shell, init, "sh")), 0);
	assert_int_equal(give(&stream, end_of_snapshot()), 2);
	assert_int_equal(give(&stream, fork_by(cc, shell, "sh")), 1);
	assert_int_equal(give(&stream, built_exit(500, shell, 0, init)), 1);
	assert_int_equal(give(&stream, built_reap(510, shell)), 1);
	assert_int_equal(give(&stream, fork_by(again, other, "cat")), 1);
	assert_int_equal(give(&stream, fork_by(child, again, "cat")), 1);
	/* What the first has left is still its own, and others are not. */
	assert_int_equal(give(&stream, built_exec(810, cc, "cc", "/bin/cc")), 1);
	assert_int_equal(give(&stream, built_exec(820, other, "cat", "/bin/cat")), 0);
	ll_match_free(stream.match);
}

static void the_end_of_what_was_let_through_comes(void **state)
{
	struct stream stream = begin((struct ll_match_options){ .comm = "sh" });

	(void)state;
	assert_int_equal(give(&stream, fork_by(shell, init, "sh")), 1);
	assert_int_equal(give(&stream, fork_by(cc, init, "cc")), 0);
	assert_int_equal(give(&stream, built_exec(150, shell, "cc", "/bin/cc")), 0);
	struct ll_event event = built_exit(160, shell, 0, init);
	built_comm(&event, "cc");
	assert_int_equal(give(&stream, event), 1);
	assert_int_equal(give(&stream, built_reap(170, shell)), 1);
	assert_int_equal(give(&stream, built_exit(180, cc, 0, init)), 0);
	ll_match_free(stream.match);
}

static void users_are_effective_or_real(void **state)
{
	struct stream stream = begin((struct ll_match_options){ .has_uid = true, .uid = 1000 });

	(void)state;
	assert_int_equal(give(&stream, with_user(fork_by(shell, init, "sh"), 1000, 5)), 1);
	assert_int_equal(give(&stream, with_user(fork_by(cc, init, "cc"), 5, 1000)), 1);
	assert_int_equal(give(&stream, with_user(fork_by(as, init, "as"), 5, 5)), 0);
	/* Whose user nobody told is nobody's. */
	assert_int_equal(give(&stream, fork_by(other, init, "cat")), 0);
	ll_match_free(stream.match);
}

static void cgroups_hold_those_below(void **state)
{
	static const struct {
		const char *path;
		size_t through;
	} paths[] = { { "/a/b", 1 }, { "/a/b/c", 1 }, { "/a/bc", 0 }, { "/a", 0 }, { "/", 0 } };
	struct stream stream = begin((struct ll_match_options){ .cgroup = "/a/b/" });

	(void)state;
	for (uint32_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		struct ll_event event = fork_by((struct built_id){ 50 + i, 500 }, init, "x");

		LL_SET(&event, CGROUP, cgroup, built_str(paths[i].path));
		assert_int_equal(give(&stream, event), paths[i].through);
	}
	ll_match_free(stream.match);
}

static void a_snapshot_of_what_is_outside_comes_marked(void **state)
{
	struct stream stream = begin((struct ll_match_options){ .comm = "sh" });

	(void)state;
	assert_int_equal(give(&stream, snapshot(shell, init, "sh")), 1);
	assert_int_equal(give(&stream, snapshot(cc, init, "cc")), 1);
	assert_false(stream.seen[0].is_unwanted);
	assert_true(stream.seen[1].is_unwanted);
	ll_match_free(stream.match);
}

static void what_is_about_nobody_comes_through(void **state)
{
	struct stream stream = begin((struct ll_match_options){ .pid = 4 });
	struct ll_event event = { .kind = LL_EVENT_LOST, .time_boottime_ns = 5 };

	(void)state;
	assert_int_equal(give(&stream, event), 1);
	event.kind = LL_EVENT_CLOCK;
	assert_int_equal(give(&stream, event), 1);
	event.kind = LL_EVENT_LIMITS;
	assert_int_equal(give(&stream, event), 1);
	assert_false(ll_match_saw_pid(stream.match));
	ll_match_free(stream.match);
}

/* Passes over all of them, as long as there is news, would take hours. */
static void a_long_chain_that_comes_backwards_takes_no_time(void **state)
{
	const uint32_t count = 200000;
	struct stream stream = begin((struct ll_match_options){ .pid = 1 });
	size_t shown = 0;

	(void)state;
	alarm(200);
	for (uint32_t pid = count; pid >= 1; pid--)
		give(&stream, snapshot((struct built_id){ pid, pid },
				       (struct built_id){ pid - 1, pid - 1 }, "x"));
	struct ll_event end = end_of_snapshot();
	assert_int_equal(ll_match_event(stream.match, &end, count_shown, &shown), 0);
	assert_int_equal(shown, count + 1);
	alarm(0);
	ll_match_free(stream.match);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_pid_stands_for_its_present_descendants),
		cmocka_unit_test(a_pid_stands_for_all_it_forks),
		cmocka_unit_test(a_number_that_is_used_again_stands_for_each_in_turn),
		cmocka_unit_test(the_end_of_what_was_let_through_comes),
		cmocka_unit_test(users_are_effective_or_real),
		cmocka_unit_test(cgroups_hold_those_below),
		cmocka_unit_test(a_snapshot_of_what_is_outside_comes_marked),
		cmocka_unit_test(what_is_about_nobody_comes_through),
		cmocka_unit_test(a_long_chain_that_comes_backwards_takes_no_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
