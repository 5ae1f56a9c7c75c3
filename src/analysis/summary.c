/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A process is summed up when it is reaped, since only then its CPU time is final; one that is not
 * by the end, then. Up to there its identity waits in a table.
 */
#include "analysis/summary.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define HASH_NONFATAL_OOM 1
#include <uthash.h>

#include "analysis/executables.h"
#include "analysis/span.h"
#include "base/clock.h"

/* The first bins are this long. */
#define BIN_NS LL_NS_PER_MS
/* Bytes of a command line that are kept. */
#define COMMAND_BYTES 256

const uint64_t ll_summary_short_ns[LL_SUMMARY_SHORT_COUNT] = {
	LL_NS_PER_MS,
	10 * LL_NS_PER_MS,
	100 * LL_NS_PER_MS,
	LL_NS_PER_S,
};

/* An identity without padding, as hash tables need it. */
struct key {
	uint64_t tgid, start_ns;
};

/* It has ended and is not yet reaped. */
struct ended {
	struct key key;
	UT_hash_handle hh;
};

/* Best first. One more is for the one that does not fit. */
struct top {
	struct ll_summary_process rows[LL_SUMMARY_TOP + 1];
	size_t count;
};

struct ll_summary {
	bool has_root;
	struct ll_summary_result result;
	struct ll_span span;
	struct ll_histogram lives, exec_delays;
	struct ll_summary_bin bins[LL_SUMMARY_BINS];
	struct top top[LL_SUMMARY_ORDERS];
	struct ll_executables *executables;
	struct ended *ended;
	struct ll_summary_member chain[LL_SUMMARY_CHAIN];
	struct ll_summary_lost lost[LL_EVENT_KINDS];
	struct ll_critical_path *path; /* NULL: there is none */
	struct ll_critical_share *shares;
	struct ll_critical_name *names;
};

struct ll_summary *ll_summary_new(const struct ll_summary_options *options)
{
	struct ll_summary *summary = calloc(1, sizeof(*summary));

	if (summary == NULL)
		return NULL;
	summary->has_root = options->has_root;
	summary->result.bin_ns = BIN_NS;
	summary->executables = ll_executables_new();
	if (options->has_root)
		summary->path = ll_critical_path_new(options->root_tgid, options->keep);
	if (summary->executables == NULL || (options->has_root && summary->path == NULL)) {
		ll_summary_free(summary);
		return NULL;
	}
	return summary;
}

static void clear_chain(struct ll_summary *summary)
{
	for (size_t i = 0; i < LL_SUMMARY_CHAIN; i++)
		ll_cmdline_fini(&summary->chain[i].command);
	summary->result.chain_count = 0;
}

void ll_summary_free(struct ll_summary *summary)
{
	struct ended *ended, *next;

	if (summary == NULL)
		return;
	HASH_ITER(hh, summary->ended, ended, next) {
		HASH_DEL(summary->ended, ended);
		free(ended);
	}
	for (int order = 0; order < LL_SUMMARY_ORDERS; order++)
		for (size_t i = 0; i < summary->top[order].count; i++)
			ll_cmdline_fini(&summary->top[order].rows[i].command);
	clear_chain(summary);
	ll_executables_free(summary->executables);
	ll_critical_path_free(summary->path);
	free(summary->result.path.segments);
	free(summary->shares);
	free(summary->names);
	free(summary);
}

static struct ll_id id_of(const struct ll_event *event)
{
	return (struct ll_id){ (uint32_t)event->tgid, event->start_boottime_ns };
}

/* ---- Time ------------------------------------------------------------------------------ */

static void join_bins(struct ll_summary *summary)
{
	struct ll_summary_bin *bins = summary->bins;

	for (size_t i = 0; i < LL_SUMMARY_BINS / 2; i++) {
		const struct ll_summary_bin *a = &bins[2 * i], *b = &bins[2 * i + 1];

		bins[i] = (struct ll_summary_bin){ a->births + b->births, a->execs + b->execs,
						   a->ends + b->ends };
	}
	memset(&bins[LL_SUMMARY_BINS / 2], 0, sizeof(bins[0]) * (LL_SUMMARY_BINS / 2));
	summary->result.bin_ns *= 2;
}

/* What comes late may be from before the beginning. */
static size_t bin_at(struct ll_summary *summary, uint64_t time_ns)
{
	uint64_t begin_ns = summary->result.begin_ns;
	uint64_t ns = time_ns > begin_ns ? time_ns - begin_ns : 0;

	while (ns / summary->result.bin_ns >= LL_SUMMARY_BINS)
		join_bins(summary);
	return ns / summary->result.bin_ns;
}

static struct ll_summary_bin *bin_of(struct ll_summary *summary, const struct ll_event *event)
{
	return &summary->bins[bin_at(summary, event->time_boottime_ns)];
}

/* ---- Processes that ended -------------------------------------------------------------- */

static uint64_t value_of(const struct ll_summary_process *row, enum ll_summary_order order)
{
	if (order == LL_SUMMARY_LONGEST)
		return row->life_ns;
	if (order == LL_SUMMARY_CPU)
		return row->cpu_user_ns + row->cpu_system_ns;
	return row->max_rss_bytes;
}

static bool is_before(const struct ll_summary_process *a, const struct ll_summary_process *b,
		      enum ll_summary_order order)
{
	uint64_t mine = value_of(a, order), other = value_of(b, order);

	if (mine != other)
		return mine > other;
	if (a->id.start_boottime_ns != b->id.start_boottime_ns)
		return a->id.start_boottime_ns < b->id.start_boottime_ns;
	return a->id.tgid < b->id.tgid;
}

static int add_top(struct top *top, enum ll_summary_order order,
		   const struct ll_summary_process *row, const struct ll_process *process)
{
	size_t at = top->count;

	while (at > 0 && is_before(row, &top->rows[at - 1], order))
		at--;
	if (at == LL_SUMMARY_TOP)
		return 0;
	memmove(&top->rows[at + 1], &top->rows[at], sizeof(*row) * (top->count - at));
	top->rows[at] = *row;
	if (top->count == LL_SUMMARY_TOP)
		ll_cmdline_fini(&top->rows[LL_SUMMARY_TOP].command);
	else
		top->count++;
	return ll_cmdline_set(&top->rows[at].command, process, COMMAND_BYTES);
}

static struct ll_summary_process row_of(const struct ll_process *process)
{
	uint64_t start_ns = process->id.start_boottime_ns, end_ns = process->exit_boottime_ns;
	struct ll_summary_process row = {
		.id = process->id,
		.life_ns = end_ns > start_ns ? end_ns - start_ns : 0,
		.knows_status = ll_process_knows(process, LL_F_EXIT_STATUS),
		.knows_cpu = ll_process_knows(process, LL_F_UTIME) &&
			     ll_process_knows(process, LL_F_STIME),
		.knows_rss = ll_process_knows(process, LL_F_MAXRSS),
	};

	if (row.knows_status)
		row.wait_status = process->wait_status;
	if (row.knows_cpu) {
		row.cpu_user_ns = process->cpu_user_ns;
		row.cpu_system_ns = process->cpu_system_ns;
	}
	if (row.knows_rss)
		row.max_rss_bytes = process->max_rss_bytes;
	return row;
}

static void add_numbers(struct ll_summary *summary, const struct ll_summary_process *row)
{
	struct ll_summary_result *result = &summary->result;

	ll_histogram_add(&summary->lives, row->life_ns);
	for (size_t i = 0; i < LL_SUMMARY_SHORT_COUNT; i++)
		result->life_short[i] += row->life_ns < ll_summary_short_ns[i];
	result->cpu_user_ns += row->cpu_user_ns;
	result->cpu_system_ns += row->cpu_system_ns;
	result->failures += row->wait_status != 0;
	result->killed += (row->wait_status & 0x7f) != 0;
}

static int sum_up(struct ll_summary *summary, const struct ll_model *model,
		  const struct ll_process *process)
{
	struct ll_summary_process row = row_of(process);
	int err = ll_executables_add_end(summary->executables, model, process, row.life_ns);

	add_numbers(summary, &row);
	if (err == 0)
		err = add_top(&summary->top[LL_SUMMARY_LONGEST], LL_SUMMARY_LONGEST, &row,
			      process);
	if (err == 0 && row.knows_cpu)
		err = add_top(&summary->top[LL_SUMMARY_CPU], LL_SUMMARY_CPU, &row, process);
	if (err == 0 && row.knows_rss)
		err = add_top(&summary->top[LL_SUMMARY_MEMORY], LL_SUMMARY_MEMORY, &row,
			      process);
	return err;
}

static struct ended *find_ended(const struct ll_summary *summary, struct ll_id id)
{
	struct key key = { id.tgid, id.start_boottime_ns };
	struct ended *ended;

	HASH_FIND(hh, summary->ended, &key, sizeof(key), ended);
	return ended;
}

static int await_reap(struct ll_summary *summary, struct ll_id id)
{
	struct ended *ended;

	if (find_ended(summary, id) != NULL)
		return 0;
	ended = calloc(1, sizeof(*ended));
	if (ended == NULL)
		return -ENOMEM;
	ended->key = (struct key){ id.tgid, id.start_boottime_ns };
	HASH_ADD(hh, summary->ended, key, sizeof(ended->key), ended);
	if (ended->hh.tbl != NULL)
		return 0;
	free(ended);
	return -ENOMEM;
}

static int settle(struct ll_summary *summary, const struct ll_model *model, struct ll_id id)
{
	const struct ll_process *process = ll_model_find(model, id);
	struct ended *ended = find_ended(summary, id);

	if (ended == NULL)
		return 0;
	HASH_DEL(summary->ended, ended);
	free(ended);
	return process != NULL ? sum_up(summary, model, process) : 0;
}

/* ---- The deepest chain ----------------------------------------------------------------- */

static const struct ll_process *parent_of(const struct ll_model *model,
					  const struct ll_process *process)
{
	struct ll_id id =
		process->original_parent.tgid != 0 ? process->original_parent : process->parent;

	return id.tgid != 0 ? ll_model_find(model, id) : NULL;
}

static unsigned depth_of(const struct ll_model *model, const struct ll_process *process)
{
	unsigned depth = 0;

	for (; process != NULL && depth < LL_SUMMARY_DEPTH; depth++)
		process = parent_of(model, process);
	return depth;
}

static int take_chain(struct ll_summary *summary, const struct ll_model *model,
		      const struct ll_process *process, unsigned depth)
{
	size_t count = depth < LL_SUMMARY_CHAIN ? depth : LL_SUMMARY_CHAIN;

	clear_chain(summary);
	summary->result.depth = depth;
	summary->result.chain_count = count;
	for (; count > 0 && process != NULL; process = parent_of(model, process)) {
		struct ll_summary_member *member = &summary->chain[--count];
		int err = ll_cmdline_set(&member->command, process, COMMAND_BYTES);

		if (err != 0)
			return err;
		member->id = process->id;
		member->depth = depth--;
	}
	return 0;
}

/* Who is the deepest already has a name that is better known later. */
static int mind_depth(struct ll_summary *summary, const struct ll_model *model,
		      const struct ll_process *process)
{
	const struct ll_summary_result *result = &summary->result;
	unsigned depth = depth_of(model, process);
	const struct ll_id *deepest =
		result->chain_count > 0 ? &summary->chain[result->chain_count - 1].id : NULL;
	bool is_same = deepest != NULL && deepest->tgid == process->id.tgid &&
		       deepest->start_boottime_ns == process->id.start_boottime_ns;

	if (depth < result->depth || (depth == result->depth && !is_same))
		return 0;
	return take_chain(summary, model, process, depth);
}

/* ---- Events ---------------------------------------------------------------------------- */

static void note_lost(struct ll_summary *summary, const struct ll_event *event)
{
	enum ll_event_kind kind = LL_EVENT_LOST;

	if (ll_event_has(event, LL_F_LOST_KIND) &&
	    ll_event_kind_find(event->lost_kind.data, event->lost_kind.length, &kind) != 0)
		kind = LL_EVENT_LOST;
	if (ll_event_has(event, LL_F_LOST_COUNT))
		summary->lost[kind].count += event->lost_count;
}

static void note_begin(struct ll_summary *summary, const struct ll_event *event)
{
	ll_span_note(&summary->span, event);
	summary->result.begin_ns = summary->span.begin_boottime_ns;
	summary->result.begin_unix_ns = summary->span.begin_unix_ns;
}

int ll_summary_note(struct ll_summary *summary, const struct ll_model *model,
		    const struct ll_event *event)
{
	int err = 0;

	note_begin(summary, event);
	if (event->kind == LL_EVENT_LOST)
		note_lost(summary, event);
	if (event->kind == LL_EVENT_REAP &&
	    (!ll_event_has(event, LL_F_TID) || event->tid == event->tgid))
		err = settle(summary, model, id_of(event));
	if (err == 0 && summary->path != NULL)
		err = ll_critical_path_add(summary->path, model, event);
	return err;
}

static int count_fork(struct ll_summary *summary, const struct ll_event *event)
{
	struct ll_summary_result *result = &summary->result;
	enum ll_fork_kind kind = ll_event_has(event, LL_F_FORK_KIND)
					 ? (enum ll_fork_kind)event->fork_kind
					 : LL_FORK_PROCESS;

	if (kind == LL_FORK_THREAD) {
		result->thread_births++;
		return 0;
	}
	if (kind == LL_FORK_KTHREAD) {
		result->kthreads++;
		return 0;
	}
	result->births++;
	bin_of(summary, event)->births++;
	return 0;
}

/* The first image of a process whose birth was seen. */
static void note_delay(struct ll_summary *summary, const struct ll_process *process,
		       const struct ll_event *event)
{
	const struct ll_image *image = process->image;
	uint64_t start_ns = process->id.start_boottime_ns;

	if (process->birth_seen && image != NULL && image->previous == NULL &&
	    image->time_boottime_ns == event->time_boottime_ns && start_ns != 0 &&
	    event->time_boottime_ns >= start_ns)
		ll_histogram_add(&summary->exec_delays, event->time_boottime_ns - start_ns);
}

static int count_exec(struct ll_summary *summary, const struct ll_model *model,
		      const struct ll_process *process, const struct ll_event *event)
{
	bin_of(summary, event)->execs++;
	if (process == NULL)
		return 0;
	note_delay(summary, process, event);
	return ll_executables_add_exec(summary->executables, model, process);
}

static int count_exit(struct ll_summary *summary, const struct ll_process *process,
		      const struct ll_event *event)
{
	struct ll_summary_result *result = &summary->result;

	if (ll_event_has(event, LL_F_EXIT_SCOPE) && event->exit_scope == LL_EXIT_THREAD) {
		result->thread_ends++;
		return 0;
	}
	result->ends++;
	/* Nobody knows when it ended, and how. */
	if (ll_event_is_inferred(event))
		return 0;
	bin_of(summary, event)->ends++;
	return process != NULL ? await_reap(summary, process->id) : 0;
}

static bool is_of_chain(const struct ll_event *event)
{
	if (event->kind == LL_EVENT_FORK)
		return ll_event_has(event, LL_F_FORK_KIND) &&
		       (event->fork_kind == LL_FORK_PROCESS ||
			event->fork_kind == LL_FORK_VFORK);
	if (event->kind == LL_EVENT_EXIT)
		return ll_event_has(event, LL_F_EXIT_SCOPE) &&
		       event->exit_scope == LL_EXIT_PROCESS;
	return event->kind == LL_EVENT_EXEC;
}

int ll_summary_count(struct ll_summary *summary, const struct ll_model *model,
		     const struct ll_event *event)
{
	const struct ll_process *process = ll_model_find(model, id_of(event));
	int err = 0;

	summary->result.events[event->kind]++;
	summary->result.inferred += ll_event_is_inferred(event);
	if (event->kind == LL_EVENT_FORK)
		err = count_fork(summary, event);
	else if (event->kind == LL_EVENT_EXEC)
		err = count_exec(summary, model, process, event);
	else if (event->kind == LL_EVENT_EXIT)
		err = count_exit(summary, process, event);
	if (err == 0 && process != NULL && is_of_chain(event))
		err = mind_depth(summary, model, process);
	return err;
}

/* ---- The end --------------------------------------------------------------------------- */

static int compare_ended(const struct ended *a, const struct ended *b)
{
	if (a->key.start_ns != b->key.start_ns)
		return a->key.start_ns < b->key.start_ns ? -1 : 1;
	return (a->key.tgid > b->key.tgid) - (a->key.tgid < b->key.tgid);
}

static int settle_rest(struct ll_summary *summary, const struct ll_model *model)
{
	struct ended *ended, *next;
	int err = 0;

	HASH_SORT(summary->ended, compare_ended);
	HASH_ITER(hh, summary->ended, ended, next) {
		struct ll_id id = { (uint32_t)ended->key.tgid, ended->key.start_ns };

		if (err == 0)
			err = settle(summary, model, id);
	}
	return err;
}

static int find_path(struct ll_summary *summary, const struct ll_model *model, uint64_t now_ns)
{
	struct ll_summary_result *result = &summary->result;
	int err = ll_critical_path_find(summary->path, model, now_ns, &result->path);

	if (err == -ENOENT)
		return 0;
	if (err == 0)
		err = ll_critical_path_shares(&result->path, &summary->shares,
					      &result->share_count);
	if (err == 0)
		err = ll_critical_path_names(summary->shares, result->share_count,
					     &summary->names, &result->name_count);
	result->shares = summary->shares;
	result->names = summary->names;
	result->has_path = err == 0;
	return err;
}

static uint64_t end_of(const struct ll_summary *summary, uint64_t now_ns)
{
	const struct ll_summary_result *result = &summary->result;
	bool is_over = result->has_path && result->path.is_over;

	return ll_span_end(&summary->span, is_over ? result->path.end_ns : 0, now_ns);
}

static void list_lost(struct ll_summary *summary)
{
	struct ll_summary_result *result = &summary->result;

	for (size_t kind = 0; kind < LL_EVENT_KINDS; kind++) {
		uint64_t count = summary->lost[kind].count;

		if (count > 0)
			summary->lost[result->lost_count++] =
				(struct ll_summary_lost){ .kind = (enum ll_event_kind)kind,
							  .count = count };
	}
	result->lost = summary->lost;
}

static void show(struct ll_summary *summary)
{
	struct ll_summary_result *result = &summary->result;

	result->lives = &summary->lives;
	result->exec_delays = &summary->exec_delays;
	result->bins = summary->bins;
	result->chain = summary->chain;
	for (int order = 0; order < LL_SUMMARY_ORDERS; order++) {
		result->top[order].rows = summary->top[order].rows;
		result->top[order].count = summary->top[order].count;
	}
	if (result->begin_ns != 0 && result->end_ns > result->begin_ns)
		result->bin_count = bin_at(summary, result->end_ns) + 1;
}

int ll_summary_end(struct ll_summary *summary, const struct ll_model *model, uint64_t now_ns,
		   struct ll_summary_result *ret)
{
	struct ll_summary_result *result = &summary->result;
	int err = settle_rest(summary, model);

	if (err == 0 && summary->path != NULL)
		err = find_path(summary, model, now_ns);
	if (err == 0)
		err = ll_executables_sort(summary->executables, result);
	if (err != 0)
		return err;
	result->end_ns = end_of(summary, now_ns);
	list_lost(summary);
	show(summary);
	*ret = *result;
	return 0;
}
