/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Zombies drawn: golden tables and JSON of a machine with every sort of parent. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "columns.h"
#include "golden.h"
#include "render/zombies.h"
#include "support/event_builder.h"

#define S LL_NS_PER_S
#define MS LL_NS_PER_MS
/* The watch begins at 100 s of boot time and ends at 160 s. */
#define BEGIN_NS (100 * S)
#define NOW_NS (160 * S)

static const struct built_id NONE = { 0, 0 };
static const struct built_id INIT = { 1, 1 };
static const struct built_id WORKER = { 4711, 50 * S };
static const struct built_id INNER = { 4800, 60 * S };
static const struct built_id SLOW = { 4900, 70 * S };
static const struct built_id QUIET = { 4950, 71 * S };

static inline void model_cleanup(struct ll_model **model)
{
	ll_model_free(*model);
}

static void apply(struct ll_model *model, struct ll_event event)
{
	assert_int_equal(ll_model_apply(model, &event, NULL, NULL), 0);
}

static struct ll_event parent_seen(struct built_id id, const char *comm,
				   enum ll_sigchld sigchld, bool in_wait, uint64_t vpid)
{
	struct ll_event event = built_snapshot(BEGIN_NS, id, INIT, comm, LL_TASK_ALIVE);

	LL_SET(&event, SIGCHLD, sigchld, (uint8_t)sigchld);
	LL_SET(&event, IN_WAIT, in_wait, in_wait);
	LL_SET(&event, VPID, vpid, vpid);
	LL_SET(&event, CGROUP, cgroup, built_str("/system.slice/x.service"));
	return event;
}

static void add_zombies(struct ll_model *model, struct built_id parent, uint32_t pid,
			uint32_t count, const char *comm)
{
	for (uint32_t i = 0; i < count; i++)
		apply(model,
		      built_snapshot(BEGIN_NS + i, (struct built_id){ pid + i, 80 * S + i },
				     parent, comm, LL_TASK_ZOMBIE));
}

/* A child that lives, dies and, some time later, is reaped: never with reap_ns 0. */
static void add_life(struct ll_model *model, struct built_id id, struct built_id parent,
		     uint64_t death_ns, uint64_t reap_ns, struct built_id reaper)
{
	struct ll_event exit = built_exit(death_ns, id, 0, INIT);

	LL_SET(&exit, PARENT_SIGCHLD, parent_sigchld,
	       reaper.pid == id.pid ? LL_SIGCHLD_IGNORE : LL_SIGCHLD_DEFAULT);
	apply(model, built_fork(id, parent, "job"));
	apply(model, exit);
	if (reap_ns == 0)
		return;
	struct ll_event reap = built_reap(reap_ns, id);
	LL_SET(&reap, REAPER, reaper_tgid, reaper.pid);
	apply(model, reap);
}

static void add_parents(struct ll_model *model)
{
	apply(model, parent_seen(INIT, "systemd", LL_SIGCHLD_DEFAULT, false, 1));
	apply(model, parent_seen(WORKER, "worker", LL_SIGCHLD_DEFAULT, true, 4711));
	apply(model, parent_seen(INNER, "node", LL_SIGCHLD_HANDLER, false, 1));
	apply(model, parent_seen(SLOW, "evil\033[31m", LL_SIGCHLD_HANDLER, false, 4900));
	apply(model, parent_seen(QUIET, "quiet", LL_SIGCHLD_IGNORE, false, 4950));
}

/* What was there before, what came on top, who was late. */
static struct ll_model *machine_new(void)
{
	struct ll_model *model = ll_model_new(1000);

	assert_non_null(model);
	add_parents(model);
	add_zombies(model, WORKER, 5000, 3, "sh");
	add_zombies(model, WORKER, 5010, 1, "cat \xff");
	add_zombies(model, INNER, 5100, 2, "curl");
	apply(model, built_snapshot_end(BEGIN_NS + 100));
	for (uint32_t i = 0; i < 6; i++)
		add_life(model, (struct built_id){ 6000 + i, BEGIN_NS + 200 + i }, WORKER,
			 BEGIN_NS + (10 + i) * S, 0, NONE);
	add_life(model, (struct built_id){ 6100, BEGIN_NS + 300 }, SLOW, BEGIN_NS + S,
		 BEGIN_NS + 4 * S, SLOW);
	add_life(model, (struct built_id){ 6101, BEGIN_NS + 301 }, SLOW, BEGIN_NS + 20 * S,
		 BEGIN_NS + 20 * S + MS, SLOW);
	add_life(model, (struct built_id){ 6102, BEGIN_NS + 302 }, SLOW, BEGIN_NS + 50 * S, 0,
		 NONE);
	add_life(model, (struct built_id){ 6200, BEGIN_NS + 400 }, QUIET, BEGIN_NS + S,
		 BEGIN_NS + S + 1, (struct built_id){ 6200, 0 });
	return model;
}

/* Reaped late, as far as its echo tells. */
static void add_echo(struct ll_model *model)
{
	const struct built_id id = { 6300, BEGIN_NS + 450 };
	struct ll_event reap = built_reap(BEGIN_NS + 3 * S, id);

	LL_SET(&reap, REAP_PRECISION, reap_precision, LL_REAP_RCU);
	add_life(model, id, WORKER, BEGIN_NS + S, 0, NONE);
	apply(model, reap);
}

/* A parent that ends without a wait: init reaps what it left; threads that outlive a leader. */
static void add_past(struct ll_model *model)
{
	const struct built_id gone = { 7000, BEGIN_NS + 500 }, left = { 7001, BEGIN_NS + 501 };
	const struct built_id led = { 7100, BEGIN_NS + 600 };

	apply(model, built_fork(gone, INIT, "gone"));
	apply(model, built_fork(left, gone, "left"));
	apply(model, built_exit(BEGIN_NS + 2 * S, left, 0, INIT));
	apply(model, built_exit(BEGIN_NS + 9 * S, gone, 0, INIT));
	for (uint32_t pid = 7000; pid <= 7001; pid++) {
		struct ll_event reap = built_reap(
			BEGIN_NS + 9 * S + MS, (struct built_id){ pid, BEGIN_NS + pid - 6500 });

		LL_SET(&reap, REAPER, reaper_tgid, INIT.pid);
		apply(model, reap);
	}
	add_echo(model);
	apply(model, built_fork(led, INIT, "pool"));
	apply(model, built_thread_fork(led, (struct built_id){ 7101, BEGIN_NS + 700 }));
	apply(model, built_thread_exit(BEGIN_NS + 800, led, led));
}

static bool find_limit(void *arg, struct ll_str cgroup, struct ll_zombies_limit *ret)
{
	(void)arg;
	if (cgroup.length == 0)
		return false;
	*ret = (struct ll_zombies_limit){ .max_count = 100, .used_count = 40, .path = cgroup };
	return true;
}

static struct ll_zombies_options watch_options(void)
{
	return (struct ll_zombies_options){
		.utf8 = true,
		.shows_reaped = true,
		.sees_all = true,
		.now_boottime_ns = NOW_NS,
		.now_unix_ns = UINT64_C(1700000000123456789),
		.machine = { .max_count = 32768, .used_count = 768 },
		.find_limit = find_limit,
	};
}

static void a_watch_is_told(void **state)
{
	LL_CLEANUP(model_cleanup) struct ll_model *model = machine_new();
	struct ll_zombies_options options = watch_options();
	struct golden golden;

	(void)state;
	add_past(model);
	golden_open(&golden);
	assert_int_equal(ll_zombies_render(golden.out, model, &options), 0);
	golden_check(&golden, "zombies-watch.txt");
}

static void a_narrow_terminal_without_utf8_gets_it_too(void **state)
{
	LL_CLEANUP(model_cleanup) struct ll_model *model = machine_new();
	struct ll_zombies_options options = watch_options();
	struct golden golden;

	(void)state;
	add_past(model);
	options.utf8 = false;
	options.color = true;
	options.width = 72;
	golden_open(&golden);
	assert_int_equal(ll_zombies_render(golden.out, model, &options), 0);
	golden_check(&golden, "zombies-ascii-color.txt");
}

/* As seen at once: nothing is known of growth, and of ages only what bounds them. */
static void one_look_is_told(void **state)
{
	LL_CLEANUP(model_cleanup) struct ll_model *model = ll_model_new(0);
	struct ll_zombies_options options = watch_options();
	struct golden golden;

	(void)state;
	add_parents(model);
	add_zombies(model, WORKER, 5000, 12, "sh");
	add_zombies(model, INNER, 5100, 1, "curl");
	add_zombies(model, (struct built_id){ 9, 9 * S }, 5200, 1, "orphan");
	apply(model, built_snapshot_end(BEGIN_NS + 100));
	options.shows_reaped = false;
	options.now_boottime_ns = BEGIN_NS + 50 * MS;
	golden_open(&golden);
	assert_int_equal(ll_zombies_render(golden.out, model, &options), 0);
	golden_check(&golden, "zombies-now.txt");
}

static void nothing_is_said_to_be_nothing(void **state)
{
	LL_CLEANUP(model_cleanup) struct ll_model *model = ll_model_new(0);
	struct ll_zombies_options options = watch_options();
	struct golden golden;

	(void)state;
	add_parents(model);
	options.shows_reaped = false;
	options.machine.max_count = 0;
	golden_open(&golden);
	assert_int_equal(ll_zombies_render(golden.out, model, &options), 0);
	assert_int_equal(fclose(golden.out), 0);
	assert_string_equal(golden.text, "no zombies\n");
	free(golden.text);
}

static void add_echoed(struct ll_model *model, struct built_id id, uint64_t echo_ns)
{
	struct ll_event reap = built_reap(BEGIN_NS + S + echo_ns, id);

	LL_SET(&reap, REAP_PRECISION, reap_precision, LL_REAP_RCU);
	add_life(model, id, WORKER, BEGIN_NS + S, 0, NONE);
	apply(model, reap);
}

/* An echo after 0.3 s: the reap may have been late, or the echo. */
static void a_late_echo_is_not_said_to_be_prompt(void **state)
{
	LL_CLEANUP(model_cleanup) struct ll_model *model = ll_model_new(0);
	struct ll_zombies_options options = watch_options();
	struct golden golden;

	(void)state;
	add_parents(model);
	add_echoed(model, (struct built_id){ 6400, BEGIN_NS + 1 }, 40 * MS);
	add_echoed(model, (struct built_id){ 6401, BEGIN_NS + 2 }, 300 * MS);
	options.machine.max_count = 0;
	golden_open(&golden);
	assert_int_equal(ll_zombies_render(golden.out, model, &options), 0);
	assert_int_equal(fclose(golden.out), 0);
	assert_string_equal(golden.text,
			    "no zombies\n"
			    "1 reaped within 100ms\n"
			    "1 reaped after at most 300ms; when exactly, this kernel does not "
			    "tell\n");
	free(golden.text);
}

static void programs_get_a_line_for_each_parent_and_zombie(void **state)
{
	LL_CLEANUP(model_cleanup) struct ll_model *model = machine_new();
	struct ll_zombies_options options = watch_options();
	struct golden golden;

	(void)state;
	add_past(model);
	golden_open(&golden);
	assert_int_equal(ll_zombies_json(golden.out, model, &options), 0);
	golden_check(&golden, "zombies.jsonl");
}

static void a_low_screen_tells_how_many_are_not_shown(void **state)
{
	LL_CLEANUP(model_cleanup) struct ll_model *model = machine_new();
	struct ll_zombies_options options = watch_options();
	struct golden golden;
	unsigned lines = 0;

	(void)state;
	options.shows_reaped = false;
	options.height = 8;
	golden_open(&golden);
	assert_int_equal(ll_zombies_render(golden.out, model, &options), 0);
	assert_int_equal(fclose(golden.out), 0);
	assert_non_null(strstr(golden.text, "2 more parents with 3 zombies\n"));
	for (const char *at = golden.text; (at = strchr(at, '\n')) != NULL; at++)
		lines++;
	assert_in_range(lines, 6, 8);
	free(golden.text);
}

static void no_line_is_wider_than_the_terminal(void **state)
{
	LL_CLEANUP(model_cleanup) struct ll_model *model = machine_new();
	struct ll_zombies_options options = watch_options();
	struct golden golden;

	(void)state;
	options.width = 50;
	golden_open(&golden);
	assert_int_equal(ll_zombies_render(golden.out, model, &options), 0);
	assert_int_equal(fclose(golden.out), 0);
	for (char *line = strtok(golden.text, "\n"); line != NULL; line = strtok(NULL, "\n"))
		assert_in_range(columns(line), 1, 50);
	free(golden.text);
}

static void a_limit_is_reached_in_the_time_its_room_takes(void **state)
{
	struct ll_zombie_group group = { .observed_ns = 60 * S,
					 .growth = 6,
					 .growth_per_minute = 6 };
	struct ll_zombies_limit limit = { .max_count = 100, .used_count = 40 };

	(void)state;
	assert_int_equal(ll_zombies_full_in_ns(&group, &limit), 600 * S);
	limit.used_count = 100;
	assert_int_equal(ll_zombies_full_in_ns(&group, &limit), 0);
	limit.used_count = 40;
	group.growth = -6;
	group.growth_per_minute = -6;
	assert_int_equal(ll_zombies_full_in_ns(&group, &limit), 0);
	group.growth = 1;
	group.growth_per_minute = 1e-300;
	assert_int_equal(ll_zombies_full_in_ns(&group, &limit), INT64_MAX);
	group.observed_ns = 10 * S - 1;
	assert_int_equal(ll_zombies_full_in_ns(&group, &limit), 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_watch_is_told),
		cmocka_unit_test(a_narrow_terminal_without_utf8_gets_it_too),
		cmocka_unit_test(one_look_is_told),
		cmocka_unit_test(nothing_is_said_to_be_nothing),
		cmocka_unit_test(a_late_echo_is_not_said_to_be_prompt),
		cmocka_unit_test(programs_get_a_line_for_each_parent_and_zombie),
		cmocka_unit_test(a_low_screen_tells_how_many_are_not_shown),
		cmocka_unit_test(no_line_is_wider_than_the_terminal),
		cmocka_unit_test(a_limit_is_reached_in_the_time_its_room_takes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
