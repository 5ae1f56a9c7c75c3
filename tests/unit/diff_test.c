/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Two jobs compared: each difference, and what is none. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "support/job_builder.h"

struct fixture {
	struct ll_job jobs[2];
	struct ll_diff diff;
};

static int set_up(void **state)
{
	static struct fixture fixture;

	fixture = (struct fixture){ 0 };
	job_begin(&fixture.jobs[0]);
	job_begin(&fixture.jobs[1]);
	*state = &fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;

	ll_diff_fini(&fixture->diff);
	ll_job_fini(&fixture->jobs[0]);
	ll_job_fini(&fixture->jobs[1]);
	return 0;
}

static void compare_with(struct fixture *fixture, struct ll_diff_options options)
{
	assert_int_equal(
		ll_diff_init(&fixture->diff, &fixture->jobs[0], &fixture->jobs[1], &options),
		0);
}

static void compare(struct fixture *fixture)
{
	compare_with(fixture, (struct ll_diff_options){ .noise = LL_DIFF_NOISE });
}

/* There are exactly so many differences, all of one kind. */
static void assert_only(const struct fixture *fixture, enum ll_diff_kind kind, uint32_t count)
{
	for (int other = 0; other < LL_DIFF_KINDS; other++) {
		uint32_t expected = other == (int)kind ? count : 0;

		if (fixture->diff.counts[other] != expected)
			fail_msg("%u %s, not %u", fixture->diff.counts[other],
				 ll_diff_kind_name(other), expected);
	}
}

static void assert_none(const struct fixture *fixture)
{
	assert_only(fixture, LL_DIFF_KINDS, 0);
	assert_false(ll_diff_is_any(&fixture->diff));
}

static const struct ll_diff_entry *entry_of(const struct fixture *fixture,
					    enum ll_diff_kind kind)
{
	for (uint32_t i = 1; i < fixture->diff.count; i++)
		if ((fixture->diff.entries[i].kinds >> kind & 1) != 0)
			return &fixture->diff.entries[i];
	fail_msg("nothing is %s", ll_diff_kind_name(kind));
	return NULL;
}

/* make, and below it a shell and a compiler for each of the files given. */
static uint32_t build(struct ll_job *job, const char *const files[], const char *flags)
{
	uint32_t make = job_run(job, LL_JOB_TOP, "make -j2 all");

	for (; *files != NULL; files++) {
		char line[128];

		snprintf(line, sizeof(line), "cc %s -c %s.c -o %s.o", flags, *files, *files);
		uint32_t shell = job_run(job, make, "sh -c make-it");
		job_run(job, shell, line);
	}
	return make;
}

static const char *const abc[] = { "alpha", "beta", "gamma", NULL };

static void the_same_job_twice_has_no_difference(void **state)
{
	struct fixture *fixture = *state;

	build(&fixture->jobs[0], abc, "-O2 -g");
	build(&fixture->jobs[1], abc, "-O2 -g");
	compare(fixture);
	assert_none(fixture);
	assert_int_equal(fixture->diff.matched_count, 7);
}

static void the_order_of_a_parallel_build_is_no_difference(void **state)
{
	static const char *const shuffled[] = { "gamma", "alpha", "beta", NULL };
	struct fixture *fixture = *state;

	build(&fixture->jobs[0], abc, "-O2 -g");
	build(&fixture->jobs[1], shuffled, "-O2 -g");
	compare(fixture);
	assert_none(fixture);
	/* The shells are all called the same: what is below them tells them apart. */
	for (uint32_t i = 1; i < fixture->diff.count; i++)
		assert_true(fixture->diff.entries[i].of[0] != LL_JOB_NONE);
}

static void one_file_more_is_added_with_all_below_it(void **state)
{
	static const char *const more[] = { "alpha", "beta", "delta", "gamma", NULL };
	struct fixture *fixture = *state;

	build(&fixture->jobs[0], abc, "-O2 -g");
	build(&fixture->jobs[1], more, "-O2 -g");
	compare(fixture);
	assert_only(fixture, LL_DIFF_ADDED, 2);
}

static void one_file_less_is_removed_where_it_stood(void **state)
{
	static const char *const less[] = { "alpha", "gamma", NULL };
	struct fixture *fixture = *state;

	build(&fixture->jobs[0], abc, "-O2 -g");
	build(&fixture->jobs[1], less, "-O2 -g");
	compare(fixture);
	assert_only(fixture, LL_DIFF_REMOVED, 2);
	/* make, its first shell and compiler, then what is gone. */
	assert_ptr_equal(entry_of(fixture, LL_DIFF_REMOVED), &fixture->diff.entries[4]);
}

static void a_flag_more_is_changed_arguments_of_the_same_process(void **state)
{
	struct fixture *fixture = *state;
	uint32_t make[2];

	for (int side = 0; side < 2; side++) {
		struct ll_job *job = &fixture->jobs[side];

		make[side] = job_run(job, LL_JOB_TOP, "make");
		job_run(job, make[side], "cc -O2 -g -Wall -c one.c -o one.o");
		job_run(job, make[side],
			side == 0 ? "cc -O2 -g -Wall -c two.c -o two.o"
				  : "cc -O2 -g -Wall -DNEW -c two.c -o two.o");
		job_run(job, make[side], "cc -O2 -g -Wall -c three.c -o three.o");
	}
	compare(fixture);
	assert_only(fixture, LL_DIFF_ARGUMENTS, 1);
	assert_int_equal(entry_of(fixture, LL_DIFF_ARGUMENTS)->of[0], 3);
	assert_int_equal(entry_of(fixture, LL_DIFF_ARGUMENTS)->of[1], 3);
}

static void another_file_is_not_the_same_process_with_other_arguments(void **state)
{
	struct fixture *fixture = *state;

	for (int side = 0; side < 2; side++) {
		struct ll_job *job = &fixture->jobs[side];
		uint32_t make = job_run(job, LL_JOB_TOP, "make");
		char line[64];

		if (side == 0)
			job_run(job, make, "cc -O2 -g -Wall -c gone.c -o gone.o");
		for (int i = 0; i < 20; i++) {
			snprintf(line, sizeof(line), "cc -O2 -g -Wall -c f%d.c -o f%d.o", i, i);
			job_run(job, make, line);
		}
		if (side == 1)
			job_run(job, make, "cc -O2 -g -Wall -c new.c -o new.o");
	}
	compare(fixture);
	assert_int_equal(fixture->diff.counts[LL_DIFF_ADDED], 1);
	assert_int_equal(fixture->diff.counts[LL_DIFF_REMOVED], 1);
	assert_int_equal(fixture->diff.counts[LL_DIFF_ARGUMENTS], 0);
}

static void a_process_found_elsewhere_has_moved_with_its_children(void **state)
{
	struct fixture *fixture = *state;

	for (int side = 0; side < 2; side++) {
		struct ll_job *job = &fixture->jobs[side];
		uint32_t make = job_run(job, LL_JOB_TOP, "make");
		uint32_t one = job_run(job, make, "sub one"),
			 two = job_run(job, make, "sub two");
		uint32_t moved = job_run(job, side == 0 ? one : two, "gen --all tables");

		job_run(job, moved, "awk -f gen.awk");
	}
	compare(fixture);
	assert_only(fixture, LL_DIFF_MOVED, 1);
	assert_int_equal(fixture->diff.matched_count, 5);
}

static void a_wrapper_is_added_and_what_it_wraps_has_moved(void **state)
{
	struct fixture *fixture = *state;

	uint32_t make = job_run(&fixture->jobs[0], LL_JOB_TOP, "make");
	job_run(&fixture->jobs[0], make, "cc -c a.c");
	make = job_run(&fixture->jobs[1], LL_JOB_TOP, "make");
	uint32_t wrapper = job_run(&fixture->jobs[1], make, "ccache cc -c a.c");
	job_run(&fixture->jobs[1], wrapper, "cc -c a.c");
	compare(fixture);
	assert_int_equal(fixture->diff.counts[LL_DIFF_ADDED], 1);
	assert_int_equal(fixture->diff.counts[LL_DIFF_MOVED], 1);
	assert_int_equal(fixture->diff.counts[LL_DIFF_REMOVED], 0);
}

static void another_end_is_told(void **state)
{
	struct fixture *fixture = *state;

	job_run(&fixture->jobs[0], job_run(&fixture->jobs[0], LL_JOB_TOP, "make"), "test one");
	job_run(&fixture->jobs[1], job_run(&fixture->jobs[1], LL_JOB_TOP, "make"), "test one");
	fixture->jobs[1].processes[2].wait_status = 3 << 8;
	compare(fixture);
	assert_only(fixture, LL_DIFF_EXIT, 1);
}

static void who_failed_is_found_among_many_that_are_called_the_same(void **state)
{
	struct fixture *fixture = *state;

	for (int side = 0; side < 2; side++) {
		uint32_t make = job_run(&fixture->jobs[side], LL_JOB_TOP, "make");

		for (int i = 0; i < 5; i++)
			job_run(&fixture->jobs[side], make, "test");
	}
	fixture->jobs[0].processes[3].wait_status = 1 << 8;
	fixture->jobs[1].processes[5].wait_status = 1 << 8;
	compare(fixture);
	assert_none(fixture);
}

static void a_writer_whose_reader_went_away_is_a_race(void **state)
{
	struct fixture *fixture = *state;

	job_run(&fixture->jobs[0], LL_JOB_TOP, "yes");
	job_run(&fixture->jobs[1], LL_JOB_TOP, "yes");
	fixture->jobs[1].processes[1].wait_status = SIGPIPE;
	compare(fixture);
	assert_none(fixture);
	ll_diff_fini(&fixture->diff);
	compare_with(fixture, (struct ll_diff_options){ .is_exact = true, .noise = 1 });
	assert_only(fixture, LL_DIFF_EXIT, 1);
}

static void an_unknown_end_is_no_other_end(void **state)
{
	struct fixture *fixture = *state;

	job_run(&fixture->jobs[0], LL_JOB_TOP, "x");
	job_run(&fixture->jobs[1], LL_JOB_TOP, "x");
	fixture->jobs[1].processes[1].wait_status = 256;
	fixture->jobs[0].processes[1].knows_status = false;
	compare(fixture);
	assert_none(fixture);
}

static void an_exec_chain_is_compared_program_by_program(void **state)
{
	struct fixture *fixture = *state;

	for (int side = 0; side < 2; side++) {
		job_run(&fixture->jobs[side], LL_JOB_TOP, "sh -c exec");
		job_exec(&fixture->jobs[side], "env A=1 prog", "/usr/bin/env");
		job_exec(&fixture->jobs[side], "prog", side == 0 ? "/bin/prog" : "/opt/prog");
	}
	compare(fixture);
	assert_only(fixture, LL_DIFF_ARGUMENTS, 1);
}

static void a_chain_that_has_grown_is_the_same_process(void **state)
{
	struct fixture *fixture = *state;

	for (int side = 0; side < 2; side++) {
		uint32_t make = job_run(&fixture->jobs[side], LL_JOB_TOP, "make");

		job_run(&fixture->jobs[side], make, "before");
		job_run(&fixture->jobs[side], make, "prog --one");
		if (side == 1)
			job_exec(&fixture->jobs[side], "prog --two", "/usr/bin/prog");
		job_run(&fixture->jobs[side], make, "after");
	}
	compare(fixture);
	assert_only(fixture, LL_DIFF_ARGUMENTS, 1);
}

static void a_chain_with_another_end_is_the_same_process(void **state)
{
	struct fixture *fixture = *state;

	for (int side = 0; side < 2; side++) {
		uint32_t make = job_run(&fixture->jobs[side], LL_JOB_TOP, "make");

		job_run(&fixture->jobs[side], make, "before");
		job_run(&fixture->jobs[side], make, "sh step.sh");
		if (side == 1)
			job_exec(&fixture->jobs[side], "sleep 2", "/usr/bin/sleep");
		job_run(&fixture->jobs[side], make, "after");
	}
	compare(fixture);
	assert_only(fixture, LL_DIFF_ARGUMENTS, 1);
}

static void who_only_forks_is_matched_by_its_place(void **state)
{
	struct fixture *fixture = *state;

	for (int side = 0; side < 2; side++) {
		uint32_t shell = job_run(&fixture->jobs[side], LL_JOB_TOP, "sh script");
		uint32_t one = job_fork(&fixture->jobs[side], shell, MS, 0);
		uint32_t two = job_fork(&fixture->jobs[side], shell, MS, 0);

		job_run(&fixture->jobs[side], side == 0 ? one : two, "first");
		job_run(&fixture->jobs[side], side == 0 ? two : one, "second");
	}
	compare(fixture);
	assert_none(fixture);
}

/* ---- What is no difference ------------------------------------------------------------- */

static bool is_alike(struct fixture *fixture, const char *a, const char *b, bool is_exact)
{
	struct ll_alike alike;

	ll_alike_init(&alike, &fixture->jobs[0], &fixture->jobs[1], is_exact);
	bool alike_texts = ll_alike_texts(&alike, 1, 1, job_str(a), job_str(b));
	/* What is the same has the same hash, or it would never be found. */
	if (alike_texts)
		assert_true(ll_alike_hash_text(&alike, 0, job_str(a), LL_ALIKE_DIGITS, 1) ==
			    ll_alike_hash_text(&alike, 1, job_str(b), LL_ALIKE_DIGITS, 1));
	return alike_texts;
}

static void names_made_for_this_run_are_no_difference(void **state)
{
	static const struct {
		const char *a, *b;
		bool is_alike;
	} rows[] = {
		{ "/tmp/ccAbC1x9.s", "/tmp/cchZUtuu.s", true },
		{ "-plugin-opt=-fresolution=/tmp/ccGuVNcB.res",
		  "-plugin-opt=-fresolution=/tmp/ccbbGHw7.res", true },
		{ "/tmp/tmp.ksdUW81bXq/out", "/tmp/tmp.00kdkKLd8s/out", true },
		{ "/var/tmp/rpm-tmp.aB3dE9", "/var/tmp/rpm-tmp.xyzXYZ", true },
		{ "/tmp/go-build123456789/b001/x", "/tmp/go-build98765432/b001/x", true },
		{ "cp /tmp/ccAbC1x9.s -o /tmp/ccDDDDd1.o",
		  "cp /tmp/cc00aaAA.s -o /tmp/ccEEEEe2.o", true },
		/* Others are. */
		{ "/tmp/ccAbC1x9.s", "/tmp/ccAbC1x9.o", false },
		{ "/tmp/ccformat.s", "/tmp/ccrotate.s", true },
		{ "/tmp/x/format.o", "/tmp/x/rotate.o", false },
		{ "/tmp/x/Format.o", "/tmp/x/Rotate.o", false },
		{ "/tmp/x/histogram.o", "/tmp/x/histories.o", false },
		{ "/tmp/build1/a.o", "/tmp/build2/a.o", false },
		{ "/tmp/ccAbC1x9.s", "/tmp/ccAbC1x.s", false },
		{ "/src/ccAbC1x9.s", "/src/cchZUtuu.s", false },
		{ "/tmp/a:/src/ccAbC1x9.s", "/tmp/a:/src/cchZUtuu.s", false },
		{ "-O2", "-O3", false },
		{ "sleep 1234", "sleep 1235", false },
		{ "a", "", false },
	};

	job_run(&((struct fixture *)*state)->jobs[0], LL_JOB_TOP, "x");
	job_run(&((struct fixture *)*state)->jobs[1], LL_JOB_TOP, "x");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (is_alike(*state, rows[i].a, rows[i].b, false) != rows[i].is_alike)
			fail_msg("%s and %s", rows[i].a, rows[i].b);
		if (is_alike(*state, rows[i].b, rows[i].a, false) != rows[i].is_alike)
			fail_msg("%s and %s", rows[i].b, rows[i].a);
		assert_false(is_alike(*state, rows[i].a, rows[i].b, true));
	}
}

static void pids_of_the_same_process_are_no_difference(void **state)
{
	struct fixture *fixture = *state;

	for (int side = 0; side < 2; side++) {
		uint32_t root = job_run(&fixture->jobs[side], LL_JOB_TOP, "x");

		fixture->jobs[side].processes[root].tgid = side == 0 ? 77 : 4711;
	}
	assert_true(is_alike(fixture, "--parent=77", "--parent=4711", false));
	assert_true(is_alike(fixture, "/proc/77/fd", "/proc/4711/fd", false));
	assert_false(is_alike(fixture, "--parent=77", "--parent=4712", false));
	assert_false(is_alike(fixture, "--parent=77", "--parent=4711", true));
}

static void the_directory_of_the_job_is_no_difference(void **state)
{
	struct fixture *fixture = *state;

	for (int side = 0; side < 2; side++) {
		struct ll_job_image image = { .exe = job_str("/bin/make"),
					      .args = ll_str_make("make", 5),
					      .cwd = job_str(side == 0 ? "/ci/1" : "/ci/22") };

		job_fork(&fixture->jobs[side], LL_JOB_TOP, MS, 0);
		assert_int_equal(ll_job_add_image(&fixture->jobs[side], &image), 0);
	}
	assert_true(is_alike(fixture, "-I/ci/1/include", "-I/ci/22/include", false));
	assert_true(is_alike(fixture, "/ci/1", "/ci/22", false));
	assert_false(is_alike(fixture, "/ci/1x", "/ci/22x", false));
	assert_false(is_alike(fixture, "/ci/1/a", "/ci/22/b", false));
	compare(fixture);
	assert_none(fixture);
	ll_diff_fini(&fixture->diff);
	compare_with(fixture, (struct ll_diff_options){ .is_exact = true, .noise = 1 });
	assert_only(fixture, LL_DIFF_ARGUMENTS, 1);
}

/* ---- Times ----------------------------------------------------------------------------- */

/* Twelve commands, of which B needs factor times as long. */
static void add_timed(struct fixture *fixture, double factor)
{
	for (int side = 0; side < 2; side++) {
		struct ll_job *job = &fixture->jobs[side];
		uint32_t make = job_run(job, LL_JOB_TOP, "make");
		double own = side == 0 ? 1.0 : factor;

		job->processes[make].duration_ns = (uint64_t)(24000.0 * MS * own);
		for (int i = 0; i < 12; i++) {
			char line[32];

			snprintf(line, sizeof(line), "step %d", i);
			uint32_t step = job_run(job, make, line);
			job->processes[step].duration_ns = (uint64_t)(2000.0 * MS * own);
		}
	}
}

static void all_that_is_slower_alike_is_no_difference(void **state)
{
	struct fixture *fixture = *state;

	add_timed(fixture, 3.0);
	compare(fixture);
	assert_none(fixture);
	assert_true(fixture->diff.scale > 2.99 && fixture->diff.scale < 3.01);
}

static void one_that_is_slower_is_told_and_not_who_waited_for_it(void **state)
{
	struct fixture *fixture = *state;

	add_timed(fixture, 1.0);
	fixture->jobs[1].processes[5].duration_ns += 5000 * MS;
	fixture->jobs[1].processes[1].duration_ns += 5000 * MS;
	compare(fixture);
	assert_only(fixture, LL_DIFF_SLOWER, 1);
	assert_int_equal(entry_of(fixture, LL_DIFF_SLOWER)->of[1], 5);
	ll_diff_fini(&fixture->diff);
	compare_with(fixture, (struct ll_diff_options){ .ignores_times = true });
	assert_none(fixture);
	ll_diff_fini(&fixture->diff);
	compare_with(fixture, (struct ll_diff_options){ .noise = 4.0 });
	assert_none(fixture);
}

static void one_that_is_faster_is_told(void **state)
{
	struct fixture *fixture = *state;

	add_timed(fixture, 1.0);
	fixture->jobs[1].processes[5].duration_ns -= 1900 * MS;
	compare(fixture);
	assert_only(fixture, LL_DIFF_FASTER, 1);
}

static void who_waited_for_the_cpu_is_not_slower(void **state)
{
	struct fixture *fixture = *state;

	add_timed(fixture, 1.0);
	fixture->jobs[1].processes[5].duration_ns += 5000 * MS;
	fixture->jobs[1].processes[5].wait_ns = 4950 * MS;
	compare(fixture);
	assert_none(fixture);
}

static void what_varies_much_is_noise(void **state)
{
	struct fixture *fixture = *state;

	add_timed(fixture, 1.0);
	for (uint32_t i = 2; i < 14; i++)
		fixture->jobs[1].processes[i].duration_ns = (i % 2 == 0 ? 800 : 5000) * MS;
	compare(fixture);
	assert_none(fixture);
}

static void a_short_time_is_never_slower(void **state)
{
	struct fixture *fixture = *state;

	job_run(&fixture->jobs[0], LL_JOB_TOP, "x");
	job_run(&fixture->jobs[1], LL_JOB_TOP, "x");
	fixture->jobs[1].processes[1].duration_ns = 110 * MS;
	compare(fixture);
	assert_none(fixture);
}

/* ---- Gaps ------------------------------------------------------------------------------ */

static void cut(struct ll_job *job, uint32_t index)
{
	job->processes[index].has_ended = false;
	job->processes[index].knows_status = false;
	job->processes[index].knows_duration = false;
	job->is_cut = true;
}

static void what_a_cut_recording_did_not_reach_is_not_added(void **state)
{
	static const char *const first[] = { "alpha", NULL };
	struct fixture *fixture = *state;

	cut(&fixture->jobs[0], build(&fixture->jobs[0], first, "-O2"));
	build(&fixture->jobs[1], abc, "-O2");
	compare(fixture);
	assert_int_equal(fixture->diff.counts[LL_DIFF_UNFINISHED], 1);
	assert_int_equal(fixture->diff.counts[LL_DIFF_UNREACHED], 4);
	assert_int_equal(fixture->diff.counts[LL_DIFF_ADDED], 0);
	assert_int_equal(fixture->diff.counts[LL_DIFF_EXIT], 0);
}

static void what_is_missing_below_who_had_ended_is_added(void **state)
{
	static const char *const first[] = { "alpha", NULL };
	struct fixture *fixture = *state;

	build(&fixture->jobs[0], first, "-O2");
	fixture->jobs[0].is_cut = true;
	build(&fixture->jobs[1], abc, "-O2");
	compare(fixture);
	assert_only(fixture, LL_DIFF_ADDED, 4);
}

static void who_still_runs_at_a_proper_end_is_no_difference(void **state)
{
	struct fixture *fixture = *state;

	job_run(&fixture->jobs[0], LL_JOB_TOP, "daemon");
	job_run(&fixture->jobs[1], LL_JOB_TOP, "daemon");
	cut(&fixture->jobs[0], 1);
	fixture->jobs[0].is_cut = false;
	compare(fixture);
	assert_none(fixture);
}

static void many_roots_are_matched_by_what_they_run(void **state)
{
	struct fixture *fixture = *state;

	for (int side = 0; side < 2; side++) {
		job_run(&fixture->jobs[side], LL_JOB_TOP, side == 0 ? "cron -f" : "nginx -g");
		job_run(&fixture->jobs[side], LL_JOB_TOP,
			side == 0 ? "nginx -g" : "cron -f -L 2");
	}
	job_run(&fixture->jobs[1], LL_JOB_TOP, "sshd");
	compare(fixture);
	assert_int_equal(fixture->diff.counts[LL_DIFF_ADDED], 1);
	assert_int_equal(fixture->diff.counts[LL_DIFF_ARGUMENTS], 1);
	assert_int_equal(fixture->diff.matched_count, 2);
}

static void nothing_and_something_differ(void **state)
{
	struct fixture *fixture = *state;

	build(&fixture->jobs[1], abc, "-O2");
	compare(fixture);
	assert_only(fixture, LL_DIFF_ADDED, 7);
	ll_diff_fini(&fixture->diff);
	ll_job_fini(&fixture->jobs[1]);
	job_begin(&fixture->jobs[1]);
	compare(fixture);
	assert_none(fixture);
}

static void who_is_not_asked_for_makes_no_difference(void **state)
{
	struct fixture *fixture = *state;

	build(&fixture->jobs[0], abc, "-O2");
	build(&fixture->jobs[1], abc, "-O2");
	fixture->jobs[1].processes[3].wait_status = 256;
	fixture->jobs[1].processes[3].is_wanted = false;
	compare(fixture);
	assert_only(fixture, LL_DIFF_EXIT, 1);
	ll_diff_fini(&fixture->diff);
	fixture->jobs[0].processes[3].is_wanted = false;
	compare(fixture);
	assert_none(fixture);
}

/* ---- Size ------------------------------------------------------------------------------ */

static void a_deep_chain_is_compared(void **state)
{
	struct fixture *fixture = *state;

	for (int side = 0; side < 2; side++) {
		uint32_t above = LL_JOB_TOP;

		for (int i = 0; i < 10000; i++)
			above = i % 2 == 0 ? job_run(&fixture->jobs[side], above, "sh -c deep")
					   : job_fork(&fixture->jobs[side], above, MS, 0);
	}
	fixture->jobs[1].processes[10000].wait_status = 256;
	compare(fixture);
	assert_only(fixture, LL_DIFF_EXIT, 1);
}

/* Both sides have count children, B in another order; each line has this form. */
static void add_many(struct fixture *fixture, const char *format_a, const char *format_b,
		     unsigned count)
{
	for (int side = 0; side < 2; side++) {
		uint32_t make = job_run(&fixture->jobs[side], LL_JOB_TOP, "make");

		for (unsigned i = 0; i < count; i++) {
			/* 7919 is prime to any count we use: each number comes once. */
			unsigned number = side == 0 ? i : i * 7919 % count;
			char line[128];

			snprintf(line, sizeof(line), side == 0 ? format_a : format_b, number);
			job_run(&fixture->jobs[side], make, line);
		}
	}
}

#define MANY 10000

static void ten_thousand_shuffled_siblings_cost_few_comparisons(void **state)
{
	struct fixture *fixture = *state;

	add_many(fixture, "cc -O2 -c file%u.c", "cc -O2 -c file%u.c", MANY);
	compare(fixture);
	assert_none(fixture);
	assert_true(fixture->diff.alike.compared_count < 4 * MANY);
}

static void ten_thousand_changed_siblings_cost_few_comparisons(void **state)
{
	struct fixture *fixture = *state;

	add_many(fixture, "cc -O2 -c file%u.c", "cc -O3 -c file%u.c", MANY);
	compare(fixture);
	assert_only(fixture, LL_DIFF_ARGUMENTS, MANY);
	/* Each is matched with its own, not with whom it is next to: see add_many(). */
	for (uint32_t b = 2; b < fixture->jobs[1].count; b++)
		assert_int_equal(fixture->diff.pairs.of[1][b] - 2, (b - 2) * 7919 % MANY);
	assert_true(fixture->diff.alike.compared_count < 50 * MANY);
}

static void run_on_temporary(struct ll_job *job, uint32_t parent, uint64_t *random)
{
	static const char letters[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
	char line[] = "as -o x.o /tmp/ccXXXXXX.s";

	for (char *at = strchr(line, 'X'); *at == 'X'; at++) {
		*random ^= *random << 13;
		*random ^= *random >> 7;
		*random ^= *random << 17;
		*at = letters[*random % 62];
	}
	job_run(job, parent, line);
}

static void ten_thousand_names_of_temporary_files_cost_few_comparisons(void **state)
{
	struct fixture *fixture = *state;

	uint64_t random = 88172645463325252;

	for (int side = 0; side < 2; side++) {
		uint32_t make = job_run(&fixture->jobs[side], LL_JOB_TOP, "make");

		for (unsigned i = 0; i < MANY; i++)
			run_on_temporary(&fixture->jobs[side], make, &random);
	}
	compare(fixture);
	assert_none(fixture);
	assert_true(fixture->diff.alike.compared_count < 50 * MANY);
}

static void ten_thousand_strangers_cost_few_comparisons(void **state)
{
	struct fixture *fixture = *state;

	add_many(fixture, "gone %u", "new %u", MANY);
	compare(fixture);
	assert_int_equal(fixture->diff.counts[LL_DIFF_ADDED], MANY);
	assert_int_equal(fixture->diff.counts[LL_DIFF_REMOVED], MANY);
	assert_true(fixture->diff.alike.compared_count < 50 * MANY);
}

#define DIFF_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		DIFF_TEST(the_same_job_twice_has_no_difference),
		DIFF_TEST(the_order_of_a_parallel_build_is_no_difference),
		DIFF_TEST(one_file_more_is_added_with_all_below_it),
		DIFF_TEST(one_file_less_is_removed_where_it_stood),
		DIFF_TEST(a_flag_more_is_changed_arguments_of_the_same_process),
		DIFF_TEST(another_file_is_not_the_same_process_with_other_arguments),
		DIFF_TEST(a_process_found_elsewhere_has_moved_with_its_children),
		DIFF_TEST(a_wrapper_is_added_and_what_it_wraps_has_moved),
		DIFF_TEST(another_end_is_told),
		DIFF_TEST(who_failed_is_found_among_many_that_are_called_the_same),
		DIFF_TEST(a_writer_whose_reader_went_away_is_a_race),
		DIFF_TEST(an_unknown_end_is_no_other_end),
		DIFF_TEST(an_exec_chain_is_compared_program_by_program),
		DIFF_TEST(a_chain_that_has_grown_is_the_same_process),
		DIFF_TEST(a_chain_with_another_end_is_the_same_process),
		DIFF_TEST(who_only_forks_is_matched_by_its_place),
		DIFF_TEST(names_made_for_this_run_are_no_difference),
		DIFF_TEST(pids_of_the_same_process_are_no_difference),
		DIFF_TEST(the_directory_of_the_job_is_no_difference),
		DIFF_TEST(all_that_is_slower_alike_is_no_difference),
		DIFF_TEST(one_that_is_slower_is_told_and_not_who_waited_for_it),
		DIFF_TEST(one_that_is_faster_is_told),
		DIFF_TEST(who_waited_for_the_cpu_is_not_slower),
		DIFF_TEST(what_varies_much_is_noise),
		DIFF_TEST(a_short_time_is_never_slower),
		DIFF_TEST(what_a_cut_recording_did_not_reach_is_not_added),
		DIFF_TEST(what_is_missing_below_who_had_ended_is_added),
		DIFF_TEST(who_still_runs_at_a_proper_end_is_no_difference),
		DIFF_TEST(many_roots_are_matched_by_what_they_run),
		DIFF_TEST(nothing_and_something_differ),
		DIFF_TEST(who_is_not_asked_for_makes_no_difference),
		DIFF_TEST(a_deep_chain_is_compared),
		DIFF_TEST(ten_thousand_shuffled_siblings_cost_few_comparisons),
		DIFF_TEST(ten_thousand_changed_siblings_cost_few_comparisons),
		DIFF_TEST(ten_thousand_names_of_temporary_files_cost_few_comparisons),
		DIFF_TEST(ten_thousand_strangers_cost_few_comparisons),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
