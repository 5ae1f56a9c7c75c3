/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The tree: golden drawings of a desktop and a build, deep and wide ones within bounds. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/utf8.h"
#include "columns.h"
#include "golden.h"
#include "model/model.h"
#include "render/tree.h"
#include "sample_events.h"

#define NOW_NS (10000 * SAMPLE_MS)

static inline void model_cleanup(struct ll_model **model)
{
	ll_model_free(*model);
}

/* Who: pid, whose start is 1 ms per pid, so that parents need no table. */
static struct ll_event event_of(enum ll_event_kind kind, uint64_t tgid, uint64_t parent_tgid,
				const char *comm, uint64_t time_ms)
{
	struct ll_event event = { .kind = kind, .time_boottime_ns = time_ms * SAMPLE_MS };

	LL_SET(&event, PID, tgid, tgid);
	LL_SET(&event, TID, tid, tgid);
	LL_SET(&event, CREATION, start_boottime_ns, tgid * SAMPLE_MS);
	event.thread_start_boottime_ns = event.start_boottime_ns;
	LL_SET(&event, COMM, comm, ll_str_make(comm, strlen(comm)));
	LL_SET(&event, PPID, parent_tgid, parent_tgid);
	event.parent_start_boottime_ns = parent_tgid * SAMPLE_MS;
	return event;
}

static void apply(struct ll_model *model, const struct ll_event *event)
{
	assert_int_equal(ll_model_apply(model, event, NULL, NULL), 0);
}

static void add_fork(struct ll_model *model, uint64_t tgid, uint64_t parent_tgid,
		     const char *comm)
{
	struct ll_event event = event_of(LL_EVENT_FORK, tgid, parent_tgid, comm, tgid);

	LL_SET(&event, FORK_KIND, fork_kind, LL_FORK_PROCESS);
	apply(model, &event);
}

static void add_exec(struct ll_model *model, uint64_t tgid, uint64_t parent_tgid,
		     const char *comm, struct ll_str args)
{
	struct ll_event event = event_of(LL_EVENT_EXEC, tgid, parent_tgid, comm, tgid);

	LL_SET(&event, ARGS, args, args);
	apply(model, &event);
}

static void add_exit(struct ll_model *model, uint64_t tgid, uint64_t parent_tgid,
		     const char *comm, uint64_t wait_status, uint64_t time_ms)
{
	struct ll_event event = event_of(LL_EVENT_EXIT, tgid, parent_tgid, comm, time_ms);

	LL_SET(&event, EXIT_SCOPE, exit_scope, LL_EXIT_PROCESS);
	LL_SET(&event, EXIT_STATUS, wait_status, wait_status);
	LL_SET(&event, UTIME, cpu_user_ns, SAMPLE_MS);
	LL_SET(&event, STIME, cpu_system_ns, 500000);
	apply(model, &event);
}

static void add_reap(struct ll_model *model, uint64_t tgid, uint64_t parent_tgid,
		     const char *comm, uint64_t time_ms)
{
	struct ll_event event = event_of(LL_EVENT_REAP, tgid, parent_tgid, comm, time_ms);

	LL_SET(&event, REAPER, reaper_tgid, parent_tgid);
	apply(model, &event);
}

static void add_snapshot(struct ll_model *model, uint64_t tgid, uint64_t parent_tgid,
			 const char *comm, struct ll_str args, bool is_kthread)
{
	struct ll_event event = event_of(LL_EVENT_SNAPSHOT, tgid, parent_tgid, comm, 9000);

	LL_SET(&event, STATE_NOW, task_state, LL_TASK_ALIVE);
	LL_SET(&event, KTHREAD, is_kthread, is_kthread);
	if (args.length > 0) {
		LL_SET(&event, ARGS, args, args);
		LL_SET(&event, EXE, exe, SAMPLE_BYTES("/some/file"));
	}
	apply(model, &event);
}

static void add_thread(struct ll_model *model, uint64_t tgid, uint64_t parent_tgid,
		       uint64_t tid)
{
	struct ll_event thread = event_of(LL_EVENT_FORK, tgid, parent_tgid, "worker", tid);

	LL_SET(&thread, TID, tid, tid);
	LL_SET(&thread, FORK_KIND, fork_kind, LL_FORK_THREAD);
	thread.thread_start_boottime_ns = tid * SAMPLE_MS;
	apply(model, &thread);
}

static void add_thread_exit(struct ll_model *model, uint64_t tgid, uint64_t parent_tgid,
			    uint64_t tid)
{
	struct ll_event end = event_of(LL_EVENT_EXIT, tgid, parent_tgid, "worker", tid + 1);

	LL_SET(&end, TID, tid, tid);
	LL_SET(&end, EXIT_SCOPE, exit_scope, LL_EXIT_THREAD);
	end.thread_start_boottime_ns = tid * SAMPLE_MS;
	apply(model, &end);
}

/* A machine at rest: init, kernel threads, three alike, two not, threads, a zombie. */
static struct ll_model *machine_new(void)
{
	struct ll_model *model = ll_model_new(0);
	struct ll_str none = SAMPLE_BYTES("");

	assert_non_null(model);
	add_snapshot(model, 1, 0, "systemd", SAMPLE_BYTES("/sbin/init\0splash\0"), false);
	add_snapshot(model, 2, 0, "kthreadd", none, true);
	add_snapshot(model, 3, 2, "rcu_gp", none, true);
	add_snapshot(model, 4, 2, "kworker/0:1", none, true);
	for (uint64_t tgid = 400; tgid < 403; tgid++)
		add_snapshot(model, tgid, 1, "agetty", SAMPLE_BYTES("/sbin/agetty\0-L\0"),
			     false);
	add_snapshot(model, 500, 1, "python3", SAMPLE_BYTES("python3\0a.py\0"), false);
	add_snapshot(model, 501, 1, "python3", SAMPLE_BYTES("python3\0b.py\0"), false);
	add_snapshot(model, 600, 1, "evil", SAMPLE_BYTES("\033[31mevil\xff\0\u202eab\0"),
		     false);
	add_snapshot(model, 700, 600, "sh\033]0;", none, false);
	struct ll_event end = { .kind = LL_EVENT_SNAPSHOT_END,
				.time_boottime_ns = 9000 * SAMPLE_MS };
	apply(model, &end);
	add_fork(model, 9100, 600, "child");
	add_exit(model, 9100, 600, "child", 1 << 8, 9200);
	add_thread(model, 500, 1, 9300);
	return model;
}

/* A build that is over: make, gccs each with cc1 and as, one of another file, one that crashed, ld. */
static struct ll_model *build_new(void)
{
	struct ll_model *model = ll_model_new(1000);
	char args[64];

	assert_non_null(model);
	add_fork(model, 4200, 1, "sh");
	add_exec(model, 4200, 1, "make", SAMPLE_BYTES("make\0-j2\0all\0"));
	for (uint64_t gcc = 4210; gcc < 4260; gcc += 10) {
		int length = snprintf(args, sizeof(args), "/usr/bin/gcc%c-c%c%s.c", 0, 0,
				      gcc == 4220 ? "b" : "a");

		add_fork(model, gcc, 4200, "make");
		add_exec(model, gcc, 4200, "gcc", ll_str_make(args, (size_t)length + 1));
		add_fork(model, gcc + 1, gcc, "cc1");
		add_exit(model, gcc + 1, gcc, "cc1", gcc == 4250 ? 11 | 0x80 : 0, gcc + 4);
		add_reap(model, gcc + 1, gcc, "cc1", gcc + 4);
		add_fork(model, gcc + 5, gcc, "as");
		add_exit(model, gcc + 5, gcc, "as", 0, gcc + 7);
		add_reap(model, gcc + 5, gcc, "as", gcc + 7);
		add_exit(model, gcc, 4200, "gcc", gcc == 4250 ? 1 << 8 : 0, gcc + 8);
		add_reap(model, gcc, 4200, "gcc", gcc + 8);
	}
	add_fork(model, 4300, 4200, "ld");
	add_exit(model, 4300, 4200, "ld", 9, 5550);
	add_reap(model, 4300, 4200, "ld", 5550);
	add_exit(model, 4200, 1, "make", 2 << 8, 9000);
	return model;
}

static void assert_tree(const struct ll_model *model, struct ll_tree_options options,
			const char *name)
{
	struct golden golden;

	options.now_boottime_ns = NOW_NS;
	golden_open(&golden);
	assert_int_equal(ll_tree_render(golden.out, model, &options), 0);
	golden_check(&golden, name);
}

static void a_machine_matches_the_golden_tree(void **state)
{
	LL_CLEANUP(model_cleanup) struct ll_model *model = machine_new();

	(void)state;
	assert_tree(model,
		    (struct ll_tree_options){ .utf8 = true,
					      .width = 100,
					      .show_kthreads = true,
					      .show_threads = true,
					      .show_times = true,
					      .fold = true },
		    "tree-machine.txt");
}

static void a_machine_without_extras_is_ascii(void **state)
{
	LL_CLEANUP(model_cleanup) struct ll_model *model = machine_new();

	(void)state;
	assert_tree(model, (struct ll_tree_options){ .width = 60 }, "tree-machine-ascii.txt");
}

static void a_build_folds_what_is_alike(void **state)
{
	LL_CLEANUP(model_cleanup) struct ll_model *model = build_new();

	(void)state;
	assert_tree(model,
		    (struct ll_tree_options){
			    .utf8 = true, .width = 100, .show_times = true, .fold = true },
		    "tree-build.txt");
	assert_tree(model,
		    (struct ll_tree_options){
			    .utf8 = true, .width = 72, .color = true, .show_times = true },
		    "tree-build-color.txt");
}

static void a_root_is_found_alive_or_dead(void **state)
{
	LL_CLEANUP(model_cleanup) struct ll_model *model = build_new();
	struct ll_tree_options options = { .utf8 = true, .show_times = true, .root_tgid = 99 };

	(void)state;
	assert_int_equal(ll_tree_render(stdout, model, &options), -ESRCH);
	options.root_tgid = 4250;
	assert_tree(model, options, "tree-root.txt");
}

static char *render(const struct ll_model *model, struct ll_tree_options options)
{
	char *text = NULL;
	size_t size;
	FILE *memory = open_memstream(&text, &size);

	assert_int_equal(ll_tree_render(memory, model, &options), 0);
	assert_int_equal(fclose(memory), 0);
	return text;
}

/* Three were made, of which at most two lived at once, beside the leader. */
static void a_process_that_is_over_tells_its_most_threads(void **state)
{
	LL_CLEANUP(model_cleanup) struct ll_model *model = ll_model_new(10);
	struct ll_tree_options options = { .show_threads = true,
					   .show_times = true,
					   .fold = true };

	(void)state;
	add_fork(model, 100, 1, "pool");
	add_thread(model, 100, 1, 101);
	add_thread_exit(model, 100, 1, 101);
	add_thread(model, 100, 1, 102);
	add_thread(model, 100, 1, 103);
	LL_AUTO_FREE char *alive = render(model, options);
	assert_non_null(strstr(alive, "pool (100) {3 threads}"));
	add_exit(model, 100, 1, "pool", 0, 200);
	add_reap(model, 100, 1, "pool", 201);
	add_fork(model, 300, 1, "single");
	add_exit(model, 300, 1, "single", 0, 400);
	LL_AUTO_FREE char *over = render(model, options);
	assert_non_null(strstr(over, "pool (100) {3 threads at peak}  "));
	assert_non_null(strstr(over, "single (300) <defunct>  "));
}

static void no_line_is_wider_than_the_terminal(void **state)
{
	LL_CLEANUP(model_cleanup) struct ll_model *model = machine_new();

	(void)state;
	for (unsigned width = 1; width <= 120; width++) {
		LL_AUTO_FREE char *text =
			render(model, (struct ll_tree_options){ .utf8 = width % 2,
								.width = width,
								.show_kthreads = true,
								.show_times = true,
								.now_boottime_ns = NOW_NS });

		for (char *line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n"))
			assert_in_range(columns(line), 0, width);
	}
}

static size_t line_count(const char *text)
{
	size_t count = 0;

	for (; *text != '\0'; text++)
		count += *text == '\n';
	return count;
}

/* Who was started as CMD is told from what it left to others, though it looks the same. */
static void roots_of_a_story_are_not_folded(void **state)
{
	LL_CLEANUP(model_cleanup) struct ll_model *model = ll_model_new(10);
	struct ll_tree_options options = { .show_times = true, .fold = true };

	(void)state;
	add_fork(model, 100, 1, "sh");
	add_fork(model, 101, 1, "sh");
	LL_AUTO_FREE char *text = render(model, options);
	assert_int_equal(line_count(text), 2);
}

/* Its life ends in the exit, its CPU time is told at the reap. */
static void no_cpu_time_is_longer_than_the_life_it_is_of(void **state)
{
	LL_CLEANUP(model_cleanup) struct ll_model *model = ll_model_new(10);

	(void)state;
	add_fork(model, 100, 1, "brief");
	add_exit(model, 100, 1, "brief", 0, 101);
	LL_AUTO_FREE char *text = render(model, (struct ll_tree_options){ .show_times = true });
	assert_non_null(strstr(text, "  1ms, cpu 1ms, exited 0"));
}

/* Ten levels below, with arguments for several lines. */
/* Of no argument at all, or of an empty one alone, the name tells more. */
static void an_empty_first_argument_hides_no_others(void **state)
{
	LL_CLEANUP(model_cleanup) struct ll_model *model = ll_model_new(10);

	(void)state;
	add_fork(model, 4200, 4199, "sh");
	add_exec(model, 4200, 4199, "true", ll_str_make("\0x\0y", 5));
	LL_AUTO_FREE char *text = render(model, (struct ll_tree_options){ 0 });
	assert_non_null(strstr(text, "'' x y (4200)"));
	add_exec(model, 4200, 4199, "true", ll_str_make("\0", 1));
	LL_AUTO_FREE char *named = render(model, (struct ll_tree_options){ 0 });
	assert_non_null(strstr(named, "true (4200)"));
}

static void arguments_make_room_for_the_end(void **state)
{
	LL_CLEANUP(model_cleanup) struct ll_model *model = ll_model_new(10);
	char args[400];
	uint64_t tgid = 100;

	(void)state;
	for (; tgid < 110; tgid++)
		add_fork(model, tgid, tgid - 1, "nest");
	memset(args, 'x', sizeof(args));
	args[sizeof(args) - 1] = '\0';
	add_fork(model, tgid, tgid - 1, "long");
	add_exec(model, tgid, tgid - 1, "long", ll_str_make(args, sizeof(args)));
	add_exit(model, tgid, tgid - 1, "long", 11 | 0x80, 200);
	add_reap(model, tgid, tgid - 1, "long", 200);
	LL_AUTO_FREE char *text = render(
		model,
		(struct ll_tree_options){ .utf8 = true, .width = 100, .show_times = true });
	assert_non_null(strstr(text, "90ms, cpu 1.5ms, killed by SIGSEGV (core dumped)"));
}

static uint64_t cpu_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* Each the child of the one before: neither stack nor output may grow with the depth. */
static void a_chain_of_thousands_is_drawn(void **state)
{
	enum { DEPTH = 20000 };
	LL_CLEANUP(model_cleanup) struct ll_model *model = ll_model_new(0);

	(void)state;
	for (uint64_t tgid = 1; tgid <= DEPTH; tgid++)
		add_fork(model, tgid, tgid - 1, "nest");
	LL_AUTO_FREE char *text = render(
		model, (struct ll_tree_options){ .utf8 = true, .width = 100, .fold = true });
	assert_int_equal(line_count(text), DEPTH);
	assert_true(strlen(text) < DEPTH * 200);
	assert_non_null(strstr(text, "nest (20000)"));
}

/* Twice the processes may take about twice the time; the bound leaves room for noise. */
static void a_hundred_thousand_processes_take_linear_time(void **state)
{
	LL_CLEANUP(model_cleanup) struct ll_model *model = ll_model_new(0);
	char comm[16];

	(void)state;
	add_fork(model, 1, 0, "init");
	for (uint64_t tgid = 2; tgid <= 100000; tgid++) {
		snprintf(comm, sizeof(comm), "p%u", (unsigned)(tgid % 1000));
		add_fork(model, tgid, tgid < 50000 ? 1 : tgid / 2, comm);
	}
	uint64_t before_ms = cpu_ms();
	LL_AUTO_FREE char *text = render(
		model, (struct ll_tree_options){ .utf8 = true, .width = 100, .fold = true });
	assert_in_range(cpu_ms() - before_ms, 0, 5000);
	assert_in_range(line_count(text), 1000, 100000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_machine_matches_the_golden_tree),
		cmocka_unit_test(a_machine_without_extras_is_ascii),
		cmocka_unit_test(a_build_folds_what_is_alike),
		cmocka_unit_test(a_root_is_found_alive_or_dead),
		cmocka_unit_test(a_process_that_is_over_tells_its_most_threads),
		cmocka_unit_test(no_line_is_wider_than_the_terminal),
		cmocka_unit_test(roots_of_a_story_are_not_folded),
		cmocka_unit_test(no_cpu_time_is_longer_than_the_life_it_is_of),
		cmocka_unit_test(an_empty_first_argument_hides_no_others),
		cmocka_unit_test(arguments_make_room_for_the_end),
		cmocka_unit_test(a_chain_of_thousands_is_drawn),
		cmocka_unit_test(a_hundred_thousand_processes_take_linear_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
