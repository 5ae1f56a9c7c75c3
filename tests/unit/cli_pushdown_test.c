/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What the kernel decides of a filter must not change what is shown. A made-up machine, whose
 * kernel filters as bpf/filter.bpf.h does, runs random processes; each random expression is
 * traced twice, with and without what is pushed down. LL_FILTER_SEED and LL_FILTER_ROUNDS
 * choose another run.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "cli/command.h"
#include "cli/filter_option.h"
#include "cli/pushdown.h"
#include "event/filter.h"
#include "event/wait_status.h"
#include "model/model.h"
#include "render/json.h"
#include "support/event_builder.h"

#define ROUNDS 10000
#define STEPS 160
#define TASKS 24
#define AT_START 5

static uint64_t seed;

static uint64_t random_below(uint64_t limit)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed % limit;
}

static const char *const comms[] = { "sh", "make", "cc1" };

struct task {
	struct built_id id;
	struct built_id parent;
	const char *comm;
	uint64_t euid, ruid;
	enum { FREE, ALIVE, ZOMBIE } life;
};

/* An event, with what the kernel sees of its task at that moment. */
struct record {
	struct ll_event event;
	struct task task;
	size_t slot; /* of the task */
	size_t forker; /* of a fork */
	bool is_harmless; /* a signal that explains no end */
	char ids[2][LL_ENTITY_ID_SIZE];
};

struct world {
	struct task tasks[TASKS];
	struct record records[STEPS + AT_START + 1];
	size_t count;
	uint64_t now_ns;
	uint32_t next_pid;
};

static struct record *add(struct world *world, size_t slot, enum ll_event_kind kind)
{
	struct record *record = &world->records[world->count++];
	const struct task *task = &world->tasks[slot];

	*record = (struct record){ .task = *task, .slot = slot };
	record->event = built_event(kind, world->now_ns, task->id);
	built_comm(&record->event, task->comm);
	built_parent(&record->event, task->parent);
	built_ids(&record->event, record->ids[0], record->ids[1]);
	return record;
}

static void set_identity(struct record *record)
{
	LL_SET(&record->event, EUID, euid, record->task.euid);
	LL_SET(&record->event, RUID, ruid, record->task.ruid);
	LL_SET(&record->event, CGROUP, cgroup, built_str("/a"));
}

/* The one that is asked for by its pid is this process: it has to be there. Others are older. */
static void begin(struct world *world)
{
	uint32_t before = 2;

	*world = (struct world){ .now_ns = 1000, .next_pid = (uint32_t)getpid() - before };
	for (size_t i = 0; i < AT_START; i++) {
		struct task *task = &world->tasks[i];

		*task = (struct task){ .id = { world->next_pid++, ++world->now_ns },
				       .parent = { 1, 1 },
				       .comm = comms[random_below(3)],
				       .euid = random_below(2),
				       .ruid = random_below(2),
				       .life = ALIVE };
		if (i > 0)
			task->parent = world->tasks[random_below(i)].id;
		struct record *record = add(world, i, LL_EVENT_SNAPSHOT);
		set_identity(record);
		LL_SET(&record->event, STATE_NOW, task_state, LL_TASK_ALIVE);
	}
	world->records[world->count++].event = built_snapshot_end(++world->now_ns);
}

static size_t any_task(void)
{
	return random_below(TASKS);
}

static void fork_one(struct world *world, size_t forker)
{
	size_t slot = any_task();
	const struct task *parent = &world->tasks[forker];

	if (world->tasks[slot].life != FREE)
		return;
	world->tasks[slot] = *parent;
	world->tasks[slot].id = (struct built_id){ world->next_pid++, world->now_ns };
	world->tasks[slot].parent = parent->id;
	struct record *record = add(world, slot, LL_EVENT_FORK);
	record->forker = forker;
	set_identity(record);
	LL_SET(&record->event, FORK_KIND, fork_kind, LL_FORK_PROCESS);
	LL_SET(&record->event, FORK_CALLER, fork_caller_tgid, parent->id.pid);
}

static void exec_one(struct world *world, size_t slot)
{
	struct task *task = &world->tasks[slot];

	task->comm = comms[random_below(3)];
	if (random_below(4) == 0)
		task->euid = random_below(2);
	struct record *record = add(world, slot, LL_EVENT_EXEC);
	set_identity(record);
	LL_SET(&record->event, EXE, exe, built_str(task->comm));
	LL_SET(&record->event, FILENAME, filename, built_str(task->comm));
	LL_SET(&record->event, ARGS, args, built_str(random_below(2) == 0 ? "-O2" : "-g"));
}

static void fail_exec(struct world *world, size_t slot)
{
	struct record *record = add(world, slot, LL_EVENT_EXEC_FAILED);

	set_identity(record);
	LL_SET(&record->event, FILENAME, filename, built_str("nosuch"));
	LL_SET(&record->event, EXEC_ERROR, exec_error, built_str("ENOENT"));
}

static void end_one(struct world *world, size_t slot)
{
	uint32_t status = random_below(2) == 0 ? (uint32_t)random_below(2) << 8 : 15;
	struct record *record;

	world->tasks[slot].life = ZOMBIE;
	record = add(world, slot, LL_EVENT_EXIT);
	LL_SET(&record->event, EXIT_SCOPE, exit_scope, LL_EXIT_PROCESS);
	ll_event_set_wait_status(&record->event, status);
	record->event.child_reaper_tgid = 1;
	record->event.child_reaper_start_boottime_ns = 1;
	record->event.child_reaper_reason = LL_REPARENT_INIT;
	LL_SET(&record->event, DURATION, duration_ns, world->now_ns - record->task.id.start_ns);
	for (size_t i = 0; i < TASKS; i++)
		if (world->tasks[i].life != FREE &&
		    world->tasks[i].parent.pid == record->task.id.pid)
			world->tasks[i].parent = (struct built_id){ 1, 1 };
}

static void reap_one(struct world *world, size_t slot)
{
	struct record *record = add(world, slot, LL_EVENT_REAP);

	LL_SET(&record->event, REAP_PRECISION, reap_precision, LL_REAP_EXACT);
	world->tasks[slot].life = FREE;
}

static void signal_one(struct world *world, size_t slot)
{
	struct record *record = add(world, slot, LL_EVENT_SIGNAL_GENERATE);
	bool is_harmless = random_below(2) == 0;
	size_t sender = random_below(AT_START);

	record->is_harmless = is_harmless;
	LL_SET(&record->event, SIGNAL, signal_name,
	       built_str(is_harmless ? "SIGURG" : "SIGTERM"));
	LL_SET(&record->event, SIGNAL_NUMBER, signal_number, is_harmless ? 23 : 15);
	LL_SET(&record->event, SIGNAL_RESULT, signal_result, LL_SIGNAL_DELIVERED);
	LL_SET(&record->event, SIGNAL_DISPOSITION, signal_disposition, LL_DISPOSITION_DEFAULT);
	LL_SET(&record->event, SENDER_KIND, sender_kind, LL_SENDER_USER);
	LL_SET(&record->event, SENDER_PID, sender_tgid, world->records[sender].task.id.pid);
	LL_SET(&record->event, SENDER_COMM, sender_comm, built_str("killer"));
	if (random_below(2) == 0)
		return;
	record = add(world, slot, LL_EVENT_SIGNAL_DELIVER);
	LL_SET(&record->event, SIGNAL, signal_name,
	       built_str(is_harmless ? "SIGURG" : "SIGTERM"));
	LL_SET(&record->event, SIGNAL_NUMBER, signal_number, is_harmless ? 23 : 15);
	LL_SET(&record->event, SIGNAL_DISPOSITION, signal_disposition, LL_DISPOSITION_DEFAULT);
	LL_SET(&record->event, ACTION, signal_action,
	       is_harmless ? LL_ACTION_IGNORE : LL_ACTION_TERMINATE);
}

static void rename_one(struct world *world, size_t slot)
{
	struct record *record = add(world, slot, LL_EVENT_RENAME);

	LL_SET(&record->event, PREVIOUS_COMM, previous_comm, record->event.comm);
	world->tasks[slot].comm = comms[random_below(3)];
	built_comm(&record->event, world->tasks[slot].comm);
}

static void act(struct world *world, size_t slot)
{
	switch (random_below(12)) {
	case 0:
	case 1:
	case 2:
		fork_one(world, slot);
		break;
	case 3:
	case 4:
	case 5:
		exec_one(world, slot);
		break;
	case 6:
		fail_exec(world, slot);
		break;
	case 7:
	case 8:
		end_one(world, slot);
		break;
	case 9:
		signal_one(world, slot);
		break;
	case 10:
		rename_one(world, slot);
		break;
	default:
		/* No event tells of it. */
		world->tasks[slot].euid = random_below(2);
	}
}

static void run_world(struct world *world)
{
	begin(world);
	while (world->count < STEPS + AT_START - 1) {
		size_t slot = random_below(TASKS);

		world->now_ns += 1 + random_below(100);
		if (world->tasks[slot].life == ALIVE)
			act(world, slot);
		else if (world->tasks[slot].life == ZOMBIE)
			reap_one(world, slot);
		else if (world->tasks[0].life == FREE && random_below(50) == 0)
			break;
	}
}

/* The kernel's side: who is followed, and who was let through once. */
struct kernel {
	const struct ll_pushdown *plan;
	uint32_t kinds;
	bool is_followed[TASKS], is_shown[TASKS];
};

static void follow_family(struct kernel *kernel, const struct world *world)
{
	for (size_t i = 0; i < AT_START; i++) {
		const struct task *task = &world->records[i].task;

		kernel->is_followed[i] = (pid_t)task->id.pid == kernel->plan->root;
		for (size_t j = 0; j < i; j++)
			if (world->records[j].task.id.pid == task->parent.pid &&
			    kernel->is_followed[j])
				kernel->is_followed[i] = true;
	}
}

static bool matches_task(const struct kernel *kernel, const struct task *task)
{
	const struct ll_pushdown *plan = kernel->plan;

	if (plan->has_uid && plan->uid != task->euid && plan->uid != task->ruid)
		return false;
	return plan->comm == NULL || strcmp(plan->comm, task->comm) == 0;
}

static bool is_sent_kind(const struct kernel *kernel, const struct record *record)
{
	enum ll_event_kind kind = record->event.kind;

	if (kind == LL_EVENT_SNAPSHOT || kind == LL_EVENT_SNAPSHOT_END)
		return true;
	if (kind == LL_EVENT_EXEC_FAILED && !kernel->plan->failed_execs)
		return false;
	/* Signals that may explain an end come in any case. */
	if (kind == LL_EVENT_SIGNAL_GENERATE && (kernel->kinds & LL_E(SIGNAL_GENERATE)) == 0)
		return !record->is_harmless;
	return kernel->kinds >> kind & 1;
}

static bool is_sent(struct kernel *kernel, struct record *record)
{
	enum ll_event_kind kind = record->event.kind;
	size_t slot = record->slot;
	bool is_end = kind == LL_EVENT_EXIT || kind == LL_EVENT_REAP;

	if (kind == LL_EVENT_SNAPSHOT_END)
		return true;
	if (kind == LL_EVENT_FORK) {
		kernel->is_followed[slot] = kernel->is_followed[record->forker];
		kernel->is_shown[slot] = false;
	}
	if (kernel->plan->root != 0 && !kernel->is_followed[slot])
		return false;
	if (!is_sent_kind(kernel, record))
		return false;
	bool matches = matches_task(kernel, &record->task);
	bool shows_life = kind == LL_EVENT_FORK || kind == LL_EVENT_EXEC ||
			  kind == LL_EVENT_RENAME || kind == LL_EVENT_SNAPSHOT;
	if (matches && shows_life)
		kernel->is_shown[slot] = true;
	record->event.is_unwanted = kind == LL_EVENT_SNAPSHOT && !matches;
	return matches || (is_end && kernel->is_shown[slot]) || kind == LL_EVENT_SNAPSHOT;
}

/* One trace. */
struct trace {
	struct ll_options options;
	struct ll_model *model;
	uint32_t shown_kinds;
	FILE *out;
};

/* As run.c and cmd_trace.c do it; places in the stream are no part of what has to be the same. */
static int show(void *arg, const struct ll_event *event)
{
	struct trace *trace = arg;
	struct ll_event shown = *event;
	int asked = ll_model_ask(trace->model, trace->options.filter, event);

	assert_true(asked >= 0);
	if (asked == 0 ||
	    (!ll_event_is_inferred(event) && (trace->shown_kinds >> event->kind & 1) == 0))
		return 0;
	ll_event_forget(&shown, LL_F_SEQ);
	return ll_json_event(trace->out, &shown);
}

static void parse(struct ll_options *options, const char *text, uint32_t kinds,
		  bool no_pushdown)
{
	LL_AUTO_FREE char *why = NULL;

	*options = (struct ll_options){
		.filter_text = text,
		.kinds = kinds,
		.keep = 1000,
		.failed_execs = (kinds & LL_E(EXEC_FAILED)) != 0,
		.no_pushdown = no_pushdown,
	};
	if (ll_filter_option_parse(options, &ll_cmd_trace, &why) != 0)
		fail_msg("'%s' was refused: %s", text, why);
}

/* Trace the world; returns what is shown, the caller's. */
static char *trace_world(struct world *world, const char *text, uint32_t kinds,
			 bool no_pushdown, struct ll_pushdown *ret_plan)
{
	struct trace trace = { .model = ll_model_new(1000) };
	struct kernel kernel = { .plan = ret_plan };
	char *shown = NULL;
	size_t size;

	parse(&trace.options, text, kinds, no_pushdown);
	trace.shown_kinds = ll_filter_option_kinds(&trace.options);
	*ret_plan = ll_pushdown_plan(&trace.options, trace.shown_kinds);
	kernel.kinds = ret_plan->kinds | ll_filter_fed_kinds(trace.options.filter) |
		       LL_E(FORK) | LL_E(EXIT) | LL_E(REAP);
	follow_family(&kernel, world);
	trace.out = open_memstream(&shown, &size);
	for (size_t i = 0; i < world->count; i++)
		if (is_sent(&kernel, &world->records[i]))
			assert_int_equal(ll_model_apply(trace.model, &world->records[i].event,
							show, &trace),
					 0);
	fclose(trace.out);
	ret_plan->comm = ret_plan->comm != NULL ? "" : NULL;
	ll_filter_free(trace.options.filter);
	ll_model_free(trace.model);
	return shown;
}

/* A part that the kernel might decide, or that gets in its way. */
static void put_part(FILE *out)
{
	static const char *const parts[] = {
		"uid == 0",
		"uid == 1",
		"ruid == 1",
		"comm == 'make'",
		"comm == 'cc1'",
		"event == 'exec'",
		"event in ('fork', 'exec')",
		"event in ('exec', 'exec_failed')",
		"event in ('fork', 'exec', 'exit', 'reap')",
		"event in ('exec', 'signal.generate')",
		"event != 'reparent'",
		"event in ('exec', 'exit')",
		"event == 'signal.deliver'",
		"event == 'signal.generate'",
		"event in ('exec', 'rename')",
		"event in ('exec', 'reparent')",
		"args ~ '*O2'",
		"exe == 'make'",
		"code != 0",
		"not (comm == 'sh')",
		"(uid == 1 or comm == 'sh')",
		"has(signal)",
		"descendant_of(comm == 'make')",
		"cgroup == '/a'",
		"error == 'ENOENT'",
		"sender_comm == 'killer'",
		"duration > 1us",
	};
	uint64_t which = random_below(sizeof(parts) / sizeof(parts[0]) + 2);

	if (which < sizeof(parts) / sizeof(parts[0]))
		fputs(parts[which], out);
	else
		fprintf(out, "descendant_of(%d)", getpid());
}

static char *make_expression(void)
{
	char *text = NULL;
	size_t size, parts = 1 + random_below(4);
	FILE *out = open_memstream(&text, &size);

	for (size_t i = 0; i < parts; i++) {
		fputs(i > 0 ? " and " : "", out);
		put_part(out);
	}
	fclose(out);
	return text;
}

static uint32_t any_kinds(void)
{
	static const uint32_t sets[] = {
		0,
		LL_E(EXEC),
		LL_E(FORK) | LL_E(EXEC) | LL_E(EXIT),
		LL_E(EXEC) | LL_E_SIGNAL | LL_E(EXEC_FAILED),
		LL_E_ALL & ~(LL_E(STATE) | LL_E(STATE_TIMES) | LL_E(SNAPSHOT) |
			     LL_E(SNAPSHOT_END)),
	};

	return sets[random_below(sizeof(sets) / sizeof(sets[0]))];
}

/* How often what was pushed down. */
struct tally {
	size_t users, comms, roots, kinds, shown;
};

static void count(struct tally *tally, const struct ll_pushdown *plan,
		  const struct ll_pushdown *without, const char *shown)
{
	tally->users += plan->has_uid;
	tally->comms += plan->comm != NULL;
	tally->roots += plan->root != 0;
	tally->kinds += plan->kinds != without->kinds;
	tally->shown += shown[0] != '\0' && (plan->has_uid || plan->comm != NULL ||
					     plan->root != 0 || plan->kinds != without->kinds);
}

static void check_same(struct world *world, struct tally *tally)
{
	LL_AUTO_FREE char *text = make_expression();
	struct ll_pushdown plan, without;
	uint32_t kinds = any_kinds();
	LL_AUTO_FREE char *shown = trace_world(world, text, kinds, false, &plan);
	LL_AUTO_FREE char *alone = trace_world(world, text, kinds, true, &without);

	count(tally, &plan, &without, shown);
	if (strcmp(shown, alone) == 0)
		return;
	fail_msg("'%s' (events %#x, uid %d, comm %d, root %d) shows\n%s\nand without the "
		 "kernel\n%s",
		 text, kinds, plan.has_uid, plan.comm != NULL, plan.root != 0, shown, alone);
}

static unsigned rounds(void)
{
	const char *chosen = getenv("LL_FILTER_ROUNDS");

	return chosen != NULL ? (unsigned)atoi(chosen) : ROUNDS;
}

static void what_the_kernel_decides_changes_nothing(void **state)
{
	const char *chosen = getenv("LL_FILTER_SEED");
	struct world *world = test_calloc(1, sizeof(*world));
	struct tally tally = { 0 };

	(void)state;
	seed = chosen != NULL ? strtoull(chosen, NULL, 10) : UINT64_C(88172645463325252);
	for (unsigned round = 0; round < rounds(); round++) {
		if (round % 8 == 0)
			run_world(world);
		check_same(world, &tally);
	}
	test_free(world);
	/* Each has to happen, and to leave something to show: or this would prove nothing. */
	if (rounds() < ROUNDS)
		return;
	assert_true(tally.users > rounds() / 50 && tally.comms > rounds() / 50);
	assert_true(tally.roots > rounds() / 50 && tally.kinds > rounds() / 10);
	assert_true(tally.shown > rounds() / 50);
}

/* Plan for an expression; whether each of its parts is the kernel's is told by y and n. */
static void assert_pushed(const char *text, uint32_t kinds, const char *parts)
{
	struct ll_options options;
	char told[16] = "";

	parse(&options, text, kinds, false);
	struct ll_pushdown plan = ll_pushdown_plan(&options, ll_filter_option_kinds(&options));
	for (size_t i = 0; i < ll_filter_part_count(options.filter); i++)
		strcat(told, ll_pushdown_reason(&options, &plan, i) == NULL ? "y" : "n");
	if (strcmp(told, parts) != 0)
		fail_msg("'%s': %s, not %s", text, told, parts);
	ll_filter_free(options.filter);
}

static void assert_reason(const char *text, const char *words)
{
	struct ll_options options = { 0 };

	parse(&options, text, 0, false);
	struct ll_pushdown plan = ll_pushdown_plan(&options, ll_filter_option_kinds(&options));
	const char *why = ll_pushdown_reason(&options, &plan, 0);

	assert_non_null(why);
	assert_non_null(strstr(why, words));
	ll_filter_free(options.filter);
}

static void each_part_says_why_the_kernel_does_not_decide_it(void **state)
{
	(void)state;
	assert_reason("uid == 0 or comm == 'x'", "more than one way");
	assert_reason("uid != 0", "more than one way");
	assert_reason("duration > 1s", "do not look at it");
	assert_reason("uid == 0", "only fork, exec and exec_failed");
}

static void only_what_is_exact_is_pushed_down(void **state)
{
	char own[64];

	(void)state;
	assert_pushed("uid == 1000 and event == 'exec'", 0, "yn");
	assert_pushed("event == 'exec' and uid == 1000 and ruid == 5", 0, "nyn");
	assert_pushed("comm == 'sh' and event in ('exec', 'fork') and args ~ '*x'", 0, "ynn");
	assert_pushed("comm == 'sh' and event == 'signal.generate'", 0, "yn");
	/* What the events shown may be explained by others. */
	assert_pushed("uid == 1000", 0, "n");
	assert_pushed("uid == 1000 and event == 'exit'", 0, "nn");
	assert_pushed("comm == 'sh' and code != 0", 0, "nn");
	/* A repair shows what -e does not ask for. */
	assert_pushed("uid == 1000", LL_E(EXEC), "n");
	/* Other forms, and what never is. */
	assert_pushed("not uid == 1000 and event == 'exec'", 0, "nn");
	assert_pushed("comm == 'longer than a name' and event == 'exec'", 0, "nn");
	assert_pushed("cgroup == '/a' and event == 'exec'", 0, "nn");
	assert_pushed("(uid == 1 or uid == 2) and event == 'exec'", 0, "nn");
	assert_pushed("uid == 1 and event == 'exec' and seq > 5", 0, "nnn");
	assert_pushed("uid == 1 and event == 'exec' and descendant_of(comm == 'x')", 0, "nnn");
	snprintf(own, sizeof(own), "descendant_of(%d) and event in ('fork', 'exit')", getpid());
	assert_pushed(own, 0, "yn");
	snprintf(own, sizeof(own), "descendant_of(%d)", getpid());
	assert_pushed(own, 0, "n");
	assert_pushed("descendant_of(4194304) and event == 'exec'", 0, "nn");
}

static uint32_t kinds_sent(const char *text, uint32_t kinds)
{
	struct ll_options options;

	parse(&options, text, kinds, false);
	struct ll_pushdown plan = ll_pushdown_plan(&options, ll_filter_option_kinds(&options));
	ll_filter_free(options.filter);
	return plan.kinds;
}

static void kinds_that_cannot_match_nor_explain_are_not_sent(void **state)
{
	(void)state;
	assert_int_equal(kinds_sent("event == 'exec'", LL_E(EXEC) | LL_E_SIGNAL), LL_E(EXEC));
	assert_int_equal(kinds_sent("comm == 'x'", LL_E(EXEC) | LL_E_SIGNAL),
			 LL_E(EXEC) | LL_E_SIGNAL);
	/* An end is explained by signals, a delivery by what was generated. */
	assert_int_equal(kinds_sent("code == 0", LL_E(EXIT) | LL_E_SIGNAL),
			 LL_E(EXIT) | LL_E_SIGNAL);
	assert_int_equal(kinds_sent("latency > 1ms", LL_E_SIGNAL | LL_E(STATE)), LL_E_SIGNAL);
	/* Any event may make someone an ancestor. */
	assert_int_equal(kinds_sent("event == 'exec' and descendant_of(comm == 'make')",
				    LL_E(EXEC) | LL_E_SIGNAL),
			 LL_E(EXEC) | LL_E_SIGNAL);
	/* Names and lives are known by these. */
	assert_int_equal(kinds_sent("event == 'fork'", LL_E(FORK) | LL_E(EXEC) | LL_E(RENAME)),
			 LL_E(FORK) | LL_E(EXEC) | LL_E(RENAME));
}

static void events_that_are_named_are_asked_for(void **state)
{
	struct ll_options options;

	(void)state;
	parse(&options, "latency > 1ms", 0, false);
	assert_int_equal(ll_filter_option_kinds(&options),
			 LL_DEFAULT_KINDS | LL_E(SIGNAL_DELIVER));
	ll_filter_free(options.filter);
	parse(&options, "error == 'ENOENT'", 0, false);
	assert_true(options.failed_execs);
	ll_filter_free(options.filter);
	parse(&options, "event == 'state' or code != 0", 0, false);
	assert_int_equal(options.states, LL_STATES_CHANGES);
	ll_filter_free(options.filter);
	parse(&options, "code != 0", 0, false);
	assert_int_equal(options.kinds, 0);
	ll_filter_free(options.filter);
	/* Whoever says -e has said it. */
	parse(&options, "latency > 1ms", LL_E(EXIT), false);
	assert_int_equal(ll_filter_option_kinds(&options), LL_E(EXIT));
	ll_filter_free(options.filter);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_the_kernel_decides_changes_nothing),
		cmocka_unit_test(each_part_says_why_the_kernel_does_not_decide_it),
		cmocka_unit_test(only_what_is_exact_is_pushed_down),
		cmocka_unit_test(kinds_that_cannot_match_nor_explain_are_not_sent),
		cmocka_unit_test(events_that_are_named_are_asked_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
