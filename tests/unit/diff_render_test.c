/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Differences drawn: golden text and JSON of two builds with a difference of every sort. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "columns.h"
#include "golden.h"
#include "render/diff.h"
#include "support/job_builder.h"

struct fixture {
	struct ll_job jobs[2];
	struct ll_diff diff;
	struct ll_diff_view view;
};

static void compile(struct ll_job *job, uint32_t make, const char *flags, const char *file,
		    const char *temporary)
{
	char line[256];

	snprintf(line, sizeof(line), "/bin/sh -c cc %s -c %s.c -o %s.o", flags, file, file);
	uint32_t shell = job_run(job, make, line);
	snprintf(line, sizeof(line), "cc %s -c %s.c -o %s.o", flags, file, file);
	uint32_t compiler = job_run(job, shell, line);
	snprintf(line, sizeof(line), "/usr/lib/cc1 -quiet %s.c -o /tmp/%s.s", file, temporary);
	job_run(job, compiler, line);
}

static void add_yesterday(struct ll_job *job)
{
	uint32_t make = job_run(job, LL_JOB_TOP, "make -j2 all");

	compile(job, make, "-O2 -g -Wall", "alpha", "ccAbC1x9");
	compile(job, make, "-O2 -g -Wall", "beta", "ccAA11bb");
	compile(job, make, "-O2 -g -Wall", "gone", "ccQQ22rr");
	uint32_t one = job_run(job, make, "sub one");
	job_run(job, make, "sub two");
	job_run(job, one, "gen tables");
	uint32_t tests = job_run(job, make, "run-tests");
	job_run(job, tests, "test first");
	job->processes[job_run(job, tests, "test second")].duration_ns = 200 * MS;
	job_fork(job, tests, MS, 0);
	job_run(job, make, "install 'a b' \x1b[31m");
}

static void add_today(struct ll_job *job)
{
	uint32_t make = job_run(job, LL_JOB_TOP, "make -j4 all");

	compile(job, make, "-O2 -g -Wall", "beta", "ccZZ99yy");
	compile(job, make, "-O2 -DNEW=1 -g", "alpha", "cchZUtuu");
	job_run(job, make, "sub one");
	uint32_t two = job_run(job, make, "sub two");
	job_run(job, two, "gen tables");
	uint32_t tests = job_run(job, make, "run-tests");
	uint32_t failed = job_run(job, tests, "test first");
	job->processes[failed].wait_status = SIGSEGV | 0x80;
	job->processes[job_run(job, tests, "test second")].duration_ns = 2500 * MS;
	job_fork(job, tests, MS, 0);
	job_fork(job, job_run(job, tests, "test third"), MS, 0);
	job_run(job, make, "install 'a b' \x1b[32m");
	job_exec(job, "chown root", "/bin/chown");
}

static void compare(struct fixture *fixture)
{
	struct ll_diff_options options = { .noise = LL_DIFF_NOISE };

	assert_int_equal(
		ll_diff_init(&fixture->diff, &fixture->jobs[0], &fixture->jobs[1], &options),
		0);
}

static int set_up(void **state)
{
	static struct fixture fixture;

	fixture = (struct fixture){ 0 };
	fixture.view = (struct ll_diff_view){
		.utf8 = true,
		.captures = { { .path = "yesterday.life",
				.host = job_str("vm"),
				.kernel = job_str("6.12.1"),
				.begin_unix_ns = UINT64_C(1700000000000000000),
				.length_ns = 9200 * MS },
			      { .path = "today.life", .length_ns = 9400 * MS } },
	};
	job_begin(&fixture.jobs[0]);
	job_begin(&fixture.jobs[1]);
	setenv("TZ", "UTC", 1);
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

static void set_up_builds(struct fixture *fixture)
{
	add_yesterday(&fixture->jobs[0]);
	add_today(&fixture->jobs[1]);
	compare(fixture);
}

static void check_text(struct fixture *fixture, const char *name)
{
	struct golden golden;

	golden_open(&golden);
	assert_int_equal(ll_diff_render(golden.out, &fixture->diff, &fixture->view), 0);
	golden_check(&golden, name);
}

static void differences_match_the_golden_text(void **state)
{
	set_up_builds(*state);
	check_text(*state, "diff.txt");
}

static void differences_in_colour_match_the_golden_text(void **state)
{
	struct fixture *fixture = *state;

	set_up_builds(fixture);
	fixture->view.color = true;
	fixture->view.utf8 = false;
	fixture->view.width = 72;
	check_text(fixture, "diff-ascii-color.txt");
}

static void differences_match_the_golden_lines(void **state)
{
	struct fixture *fixture = *state;
	struct golden golden;

	set_up_builds(fixture);
	golden_open(&golden);
	assert_int_equal(ll_diff_json(golden.out, &fixture->diff), 0);
	golden_check(&golden, "diff.jsonl");
}

static void gaps_match_the_golden_text(void **state)
{
	struct fixture *fixture = *state;
	struct ll_job *cut = &fixture->jobs[0];

	uint32_t make = job_run(cut, LL_JOB_TOP, "make -j2 all");
	compile(cut, make, "-O2", "alpha", "ccAbC1x9");
	uint32_t shell = job_run(cut, make, "/bin/sh -c slow-step");
	cut->processes[make].has_ended = cut->processes[shell].has_ended = false;
	cut->is_cut = true;
	fixture->jobs[1].lost_count = 12;
	make = job_run(&fixture->jobs[1], LL_JOB_TOP, "make -j2 all");
	compile(&fixture->jobs[1], make, "-O2", "alpha", "ccZZ99yy");
	job_run(&fixture->jobs[1], make, "/bin/sh -c slow-step");
	compile(&fixture->jobs[1], make, "-O2", "beta", "ccZZ99yy");
	compare(fixture);
	check_text(fixture, "diff-gaps.txt");
}

static void no_difference_is_one_line(void **state)
{
	struct fixture *fixture = *state;

	add_today(&fixture->jobs[0]);
	add_today(&fixture->jobs[1]);
	compare(fixture);
	check_text(fixture, "diff-none.txt");
}

static void no_line_is_wider_than_the_terminal(void **state)
{
	struct fixture *fixture = *state;

	set_up_builds(fixture);
	for (unsigned width = 1; width < 140; width++) {
		LL_AUTO_FREE char *text = NULL;
		size_t size;
		FILE *memory = open_memstream(&text, &size);

		fixture->view.width = width;
		assert_int_equal(ll_diff_render(memory, &fixture->diff, &fixture->view), 0);
		assert_int_equal(fclose(memory), 0);
		for (char *rest = text, *line; (line = strsep(&rest, "\n")) != NULL;)
			assert_in_range(columns(line), 0, width);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(differences_match_the_golden_text, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(differences_in_colour_match_the_golden_text,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(differences_match_the_golden_lines, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(gaps_match_the_golden_text, set_up, tear_down),
		cmocka_unit_test_setup_teardown(no_difference_is_one_line, set_up, tear_down),
		cmocka_unit_test_setup_teardown(no_line_is_wider_than_the_terminal, set_up,
						tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
