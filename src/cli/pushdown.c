/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Kernel and lifeline must not differ in a single event, so what is sent may only lack what
 * would not be shown and tells nothing of what is:
 *
 *  - The kernel's filters look at a task as it is at that moment. Of uid and comm the events
 *    below say the same themselves. Any other event may be explained by one of another process,
 *    of another name or another user before, or be about what lifeline knew already.
 *  - Whoever is followed is seen as well as otherwise, but not its parent, and not what takes
 *    its orphans: reparents, and states with their tracers, need more.
 *  - A control group that is made anew has the same path and is another to the kernel: the path
 *    is never decided there.
 *  - Who descends from whom is told by all forks, and who was in which control group by all
 *    events of a process: who asks for that gets them all.
 *  - How an end is explained needs signals; places in the stream need every event.
 */
#include "cli/pushdown.h"

#include <string.h>

#include "cli/absent.h"
#include "event/filter.h"

/* Kinds that say of the task what the kernel's filter by user, or by name, looked at. */
#define TELLS_USER (LL_E(FORK) | LL_E(EXEC) | LL_E(EXEC_FAILED))
#define TELLS_COMM (TELLS_USER | LL_E(SIGNAL_GENERATE))
/* Kinds that are the same whether others than the followed are seen or not. */
#define TELLS_FOLLOWED (TELLS_COMM | LL_E(EXIT) | LL_E(REAP) | LL_E(RENAME))
/* Kinds that nothing but what is kept for explains_of() is made of. */
#define PRUNABLE (LL_E(EXEC_FAILED) | LL_E_SIGNAL | LL_E(STATE) | LL_E(STATE_TIMES))
/* The kernel keeps 15 bytes of a name. */
#define COMM_MAX 15

/* Kinds that events of these kinds are explained by. */
static uint32_t explains_of(uint32_t kinds)
{
	uint32_t explaining = 0;

	if ((kinds & LL_E(EXIT)) != 0)
		explaining |= LL_E_SIGNAL;
	if ((kinds & (LL_E(STATE) | LL_E(SIGNAL_DELIVER))) != 0)
		explaining |= LL_E(SIGNAL_GENERATE);
	return explaining;
}

static uint32_t plan_kinds(const struct ll_filter *filter, uint32_t kinds)
{
	uint32_t matching = ll_filter_kinds(filter);
	matching |= ll_filter_ancestor_kinds(filter);
	uint32_t needed = matching | explains_of(matching) | ll_filter_fed_kinds(filter);

	/* A failed exec tells who a process has become. */
	if (ll_filter_asks_process(filter))
		needed |= LL_E(EXEC_FAILED);
	return kinds & ~(PRUNABLE & ~needed);
}

static bool is_only_of(const struct ll_filter *filter, uint32_t kinds)
{
	return (ll_filter_kinds(filter) & ~(kinds | LL_E(LOST))) == 0;
}

/* What is asked for is only told by events that would not be sent. */
static const char *refuse_memory(const struct ll_filter *filter)
{
	if (ll_filter_descendant_count(filter) > 0)
		return "descendant_of() needs the forks of all";
	if (ll_filter_asks(filter, LL_F_CGROUP) || ll_filter_asks(filter, LL_F_CONTAINER))
		return "the control group may be known from an event before";
	return NULL;
}

static const char *refuse_user(const struct ll_options *options,
			       const struct ll_filter_part *part)
{
	if (options->has_uid)
		return "the kernel looks for the user of -u already";
	if (part->number >= UINT32_MAX)
		return "there is no such user";
	if (!is_only_of(options->filter, TELLS_USER))
		return "only fork, exec and exec_failed say whose they are at that moment; ask for "
		       "those alone, by event, and the kernel decides it";
	return refuse_memory(options->filter);
}

static const char *refuse_comm(const struct ll_options *options,
			       const struct ll_filter_part *part)
{
	size_t length = strlen(part->text);
	/* Of a signal's target only other events say more than its name. */
	uint32_t telling = ll_filter_asks_process(options->filter) ? TELLS_USER : TELLS_COMM;

	if (options->comm != NULL)
		return "the kernel looks for the name of -c already";
	if (length == 0 || length > COMM_MAX)
		return "no task has such a name";
	if (!is_only_of(options->filter, telling))
		return "other events than fork, exec, exec_failed and signal.generate may be "
		       "explained by those of other names; ask for these alone, by event, and the "
		       "kernel decides it";
	return refuse_memory(options->filter);
}

static const char *refuse_root(const struct ll_options *options,
			       const struct ll_filter_part *part)
{
	if (options->child_argv != NULL || options->pid != 0)
		return "the kernel follows CMD, or the PID of -p, already";
	if (ll_filter_descendant_count(options->filter) > 1)
		return "there is another descendant_of(), which needs the forks of all";
	if (ll_absent_tgid((pid_t)part->number) != (pid_t)part->number)
		return "there is no such process yet that the kernel could follow";
	if (!is_only_of(options->filter, TELLS_FOLLOWED))
		return "reparents, states and deliveries are told with the help of other processes; "
		       "ask for other events alone, by event, and the kernel decides it";
	return NULL;
}

/* Why the kernel cannot decide a part, whatever else it decides. */
static const char *refuse(const struct ll_options *options, const struct ll_filter_part *part)
{
	if (options->no_pushdown)
		return "--no-pushdown";
	if (ll_filter_asks(options->filter, LL_F_SEQ))
		return "event.sequence counts every event";
	switch (part->kind) {
	case LL_FILTER_PART_USER:
		return refuse_user(options, part);
	case LL_FILTER_PART_COMM:
		return refuse_comm(options, part);
	case LL_FILTER_PART_DESCENDANT:
		return refuse_root(options, part);
	case LL_FILTER_PART_CGROUP:
		return "a control group made anew has the same path, but is another to the kernel";
	case LL_FILTER_PART_CHOICE:
		return "it is true in more than one way; the kernel decides what has to be so, one "
		       "user, name or descent";
	default:
		return "the kernel's programs do not look at it";
	}
}

/* Let the kernel decide a part, if it can and does not decide another of its kind. */
static void push(struct ll_pushdown *plan, const struct ll_options *options,
		 const struct ll_filter_part *part)
{
	if (part->kind == LL_FILTER_PART_KINDS || refuse(options, part) != NULL)
		return;
	if (part->kind == LL_FILTER_PART_USER && !plan->has_uid) {
		plan->has_uid = true;
		plan->uid = (uint32_t)part->number;
	} else if (part->kind == LL_FILTER_PART_COMM && plan->comm == NULL) {
		plan->comm = part->text;
	} else if (part->kind == LL_FILTER_PART_DESCENDANT && plan->root == 0) {
		plan->root = (pid_t)part->number;
	}
}

struct ll_pushdown ll_pushdown_plan(const struct ll_options *options, uint32_t kinds)
{
	struct ll_pushdown plan = { .kinds = kinds, .failed_execs = options->failed_execs };

	if (options->filter == NULL)
		return plan;
	if (!options->no_pushdown && !ll_filter_asks(options->filter, LL_F_SEQ))
		plan.kinds = plan_kinds(options->filter, kinds);
	plan.failed_execs = plan.failed_execs && (plan.kinds & LL_E(EXEC_FAILED)) != 0;
	for (size_t i = 0; i < ll_filter_part_count(options->filter); i++) {
		struct ll_filter_part part = ll_filter_part_at(options->filter, i);

		push(&plan, options, &part);
	}
	return plan;
}

static bool is_planned(const struct ll_pushdown *plan, const struct ll_filter_part *part)
{
	switch (part->kind) {
	case LL_FILTER_PART_USER:
		return plan->has_uid && plan->uid == part->number;
	case LL_FILTER_PART_COMM:
		return plan->comm != NULL && strcmp(plan->comm, part->text) == 0;
	case LL_FILTER_PART_DESCENDANT:
		return plan->root == (pid_t)part->number;
	default:
		return false;
	}
}

const char *ll_pushdown_reason(const struct ll_options *options, const struct ll_pushdown *plan,
			       size_t index)
{
	struct ll_filter_part part = ll_filter_part_at(options->filter, index);
	const char *why = NULL;

	if (part.kind == LL_FILTER_PART_KINDS)
		return "by forks, execs and ends each process is known: they are sent in any case";
	why = refuse(options, &part);
	if (why == NULL && !is_planned(plan, &part))
		why = "the kernel looks for one of a kind";
	return why;
}
