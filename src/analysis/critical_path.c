/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A child is its parent's last from its end on, since the echo of a reap comes too late to tell what
 * was forked after the wait. Whether it was waited for is known when it is reaped; up to then, and
 * when it was not, the child that was the last before it is what counts in its place.
 *
 * Records hold each other by count: a process its last child, and that one the one before; and what
 * was the last child of its parent when it was forked. All of them ended before, so nothing runs in
 * circles, and what nobody holds is not on any path.
 *
 * Whatever is told: all that a process has as its last, and all that those shadowed or had before them,
 * ended below that same record. So the way back comes up only to where it went down.
 */
#include "analysis/critical_path.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define HASH_NONFATAL_OOM 1
#include <uthash.h>
#include <utlist.h>

#include "analysis/cmdline.h"
#include "base/cleanup.h"

/* What is looked at for each birth, at the average, to find what its parent had waited for by then. */
#define LOOKS 1024

/* An identity without padding, as hash tables need it. */
struct key {
	uint64_t tgid, start_ns;
};

struct record {
	struct key key;
	uint64_t number; /* from 1 on: a second birth with the same key is another */
	struct key parent_key; /* at birth; later of the one that it ended below */
	uint64_t parent_number; /* the same */
	/* The one that it ended below. Not held: a record is reached through that alone. */
	struct record *parent;
	struct record *before; /* the parent's last when it was forked; held */
	struct record *last; /* its child that ended last; held */
	struct record *shadowed; /* what was the parent's last before it ended; held */
	size_t holds;
	size_t forks; /* of its own; at the end of a child, of its parent's by then */
	unsigned depth;
	uint64_t begin_ns, end_ns;
	bool has_ended;
	uint64_t waited_ns; /* when the wait for it was over; 0: not known yet */
	bool is_unwaited;
	struct ll_cmdline command;
	struct record *next_free; /* only inside let_go() */
	struct record *prev, *next; /* all there are */
	UT_hash_handle hh; /* while it lives or is a zombie */
};

struct ll_critical_path {
	uint32_t root_tgid;
	size_t keep, count;
	uint64_t births;
	uint64_t looks; /* that are left */
	bool is_cut;
	bool has_echoes; /* some reaps were told by their echo alone */
	struct record *root; /* held */
	struct record *by_key; /* held, too */
	struct record *all;
};

struct ll_critical_path *ll_critical_path_new(uint32_t root_tgid, size_t keep)
{
	struct ll_critical_path *path = calloc(1, sizeof(*path));

	if (path == NULL)
		return NULL;
	path->root_tgid = root_tgid;
	path->keep = keep;
	return path;
}

static void free_record(struct ll_critical_path *path, struct record *record)
{
	DL_DELETE(path->all, record);
	path->count--;
	ll_cmdline_fini(&record->command);
	free(record);
}

void ll_critical_path_free(struct ll_critical_path *path)
{
	if (path == NULL)
		return;
	HASH_CLEAR(hh, path->by_key);
	while (path->all != NULL)
		free_record(path, path->all);
	free(path);
}

/* ---- Holding --------------------------------------------------------------------------- */

static struct record *hold(struct record *record)
{
	if (record != NULL)
		record->holds++;
	return record;
}

static void release(struct record *record, struct record **list)
{
	if (record == NULL || --record->holds > 0)
		return;
	record->next_free = *list;
	*list = record;
}

/* Without recursion: a chain may have as many records as there are. */
static void let_go(struct ll_critical_path *path, struct record *record)
{
	struct record *list = NULL;

	release(record, &list);
	while (list != NULL) {
		struct record *next = list;

		list = next->next_free;
		release(next->before, &list);
		release(next->last, &list);
		release(next->shadowed, &list);
		free_record(path, next);
	}
}

static void replace(struct ll_critical_path *path, struct record **slot, struct record *by)
{
	struct record *old = *slot;

	*slot = hold(by);
	let_go(path, old);
}

/* ---- Births ---------------------------------------------------------------------------- */

static struct key key_of(const struct ll_event *event)
{
	return (struct key){ event->tgid, event->start_boottime_ns };
}

static struct key parent_key_of(const struct ll_event *event)
{
	return (struct key){ event->parent_tgid, event->parent_start_boottime_ns };
}

static struct record *find(const struct ll_critical_path *path, struct key key)
{
	struct record *record;

	HASH_FIND(hh, path->by_key, &key, sizeof(key), record);
	return record;
}

static bool is_root(const struct ll_critical_path *path, const struct ll_event *event)
{
	return path->root == NULL && (path->root_tgid == 0 || path->root_tgid == event->tgid) &&
	       !(ll_event_has(event, LL_F_KTHREAD) && event->is_kthread);
}

/* Whether one more may be looked at: without end only where a file was made for that. */
static bool may_look(struct ll_critical_path *path)
{
	if (path->looks > 0) {
		path->looks--;
		return true;
	}
	path->is_cut = true;
	return false;
}

static void enter(struct ll_critical_path *path, struct record *record, struct record *parent)
{
	struct record *before = parent != NULL ? parent->last : NULL;

	DL_APPEND(path->all, record);
	path->count++;
	record->number = ++path->births;
	path->looks += LOOKS;
	record->holds = 1;
	if (parent == NULL) {
		path->root = hold(record);
		return;
	}
	/* A birth is told a little after it was. */
	while (before != NULL && before->end_ns > record->begin_ns &&
	       before->shadowed != NULL && may_look(path))
		before = before->shadowed;
	record->before = hold(before);
	record->parent_number = parent->number;
	record->depth = parent->depth + 1;
	parent->forks++;
}

static int add_birth(struct ll_critical_path *path, const struct ll_event *event,
		     uint64_t begin_ns)
{
	struct record *parent = find(path, parent_key_of(event));

	if ((parent == NULL && !is_root(path, event)) || find(path, key_of(event)) != NULL)
		return 0;
	if (parent != NULL && path->count >= path->keep) {
		path->is_cut = true;
		return 0;
	}
	struct record *record = calloc(1, sizeof(*record));
	if (record == NULL)
		return -ENOMEM;
	record->key = key_of(event);
	record->parent_key = parent_key_of(event);
	record->begin_ns = begin_ns;
	HASH_ADD(hh, path->by_key, key, sizeof(record->key), record);
	if (record->hh.tbl == NULL) {
		free(record);
		return -ENOMEM;
	}
	enter(path, record, parent);
	return 0;
}

static int add_fork(struct ll_critical_path *path, const struct ll_event *event)
{
	if (!ll_event_has(event, LL_F_FORK_KIND) || event->fork_kind == LL_FORK_THREAD)
		return 0;
	return add_birth(path, event, event->start_boottime_ns);
}

/* Of what was there before, the life that was watched counts. */
static int add_snapshot(struct ll_critical_path *path, const struct ll_event *event)
{
	if (event->tid != event->tgid || event->is_unwanted ||
	    (ll_event_has(event, LL_F_STATE_NOW) && event->task_state == LL_TASK_ZOMBIE))
		return 0;
	return add_birth(path, event, event->time_boottime_ns);
}

/* ---- Ends ------------------------------------------------------------------------------ */

static void forget_key(struct ll_critical_path *path, struct record *record)
{
	HASH_DELETE(hh, path->by_key, record);
	let_go(path, record);
}

static int take_command(const struct ll_model *model, struct record *record)
{
	struct ll_id id = { (uint32_t)record->key.tgid, record->key.start_ns };
	const struct ll_process *process = ll_model_find(model, id);

	return process == NULL ? 0
			       : ll_cmdline_set(&record->command, process, LL_CRITICAL_COMMAND);
}

/* Forked below another: what the one that it ends below had waited for by then. */
static void move_below(struct ll_critical_path *path, struct record *record,
		       struct record *parent)
{
	struct record *before = parent->last;

	while (before != NULL && before->end_ns > record->begin_ns && may_look(path))
		before = before->shadowed != NULL ? before->shadowed : before->before;
	replace(path, &record->before, before);
	record->parent_key = parent->key;
	record->parent_number = parent->number;
	record->depth = parent->depth + 1;
}

static void end_below(struct ll_critical_path *path, struct record *record,
		      struct record *parent)
{
	if (parent->number != record->parent_number)
		move_below(path, record, parent);
	record->parent = parent;
	record->forks = parent->forks;
	replace(path, &record->shadowed, parent->last);
	replace(path, &parent->last, record);
}

static int add_exit(struct ll_critical_path *path, const struct ll_model *model,
		    const struct ll_event *event)
{
	struct record *record = find(path, key_of(event));
	struct record *parent = find(path, parent_key_of(event));

	if (record == NULL || record->has_ended ||
	    (ll_event_has(event, LL_F_EXIT_SCOPE) && event->exit_scope == LL_EXIT_THREAD))
		return 0;
	record->has_ended = true;
	record->end_ns = event->time_boottime_ns;
	if (record->end_ns < record->begin_ns)
		record->end_ns = record->begin_ns;
	int err = take_command(model, record);
	/* When it really ended nobody knows: so nobody waited for it. */
	if (ll_event_is_inferred(event))
		forget_key(path, record);
	else if (parent != NULL && !parent->has_ended)
		end_below(path, record, parent);
	return err;
}

static bool is_echo(const struct ll_event *event)
{
	return ll_event_has(event, LL_F_REAP_PRECISION) && event->reap_precision == LL_REAP_RCU;
}

static bool was_waited_for(const struct record *record, const struct ll_event *event)
{
	uint64_t most_ns = is_echo(event) ? LL_CRITICAL_ECHO_NS : LL_CRITICAL_WAIT_NS;

	if (ll_event_is_inferred(event))
		return false;
	if (ll_event_has(event, LL_F_REAPER) && event->reaper_tgid != record->parent_key.tgid)
		return false;
	return event->time_boottime_ns < record->end_ns + most_ns;
}

/* Only what was forked between its end and its reap has to do without it. */
static void accept(struct ll_critical_path *path, struct record *record,
		   const struct record *parent, const struct ll_event *event)
{
	bool was_alone = parent != NULL && parent->forks == record->forks;

	record->waited_ns = is_echo(event) ? record->end_ns : event->time_boottime_ns;
	if (is_echo(event) || was_alone)
		replace(path, &record->shadowed, NULL);
}

static void reject(struct ll_critical_path *path, struct record *record, struct record *parent)
{
	record->is_unwaited = true;
	if (parent != NULL && parent->last == record)
		replace(path, &parent->last, record->shadowed);
}

static int add_reap(struct ll_critical_path *path, const struct ll_event *event)
{
	struct record *record = find(path, key_of(event));

	if (record == NULL || (ll_event_has(event, LL_F_TID) && event->tid != event->tgid))
		return 0;
	struct record *parent = find(path, record->parent_key);
	path->has_echoes |= is_echo(event);
	if (record->parent != NULL && was_waited_for(record, event))
		accept(path, record, parent, event);
	else if (record->parent != NULL)
		reject(path, record, parent);
	forget_key(path, record);
	return 0;
}

int ll_critical_path_add(struct ll_critical_path *path, const struct ll_model *model,
			 const struct ll_event *event)
{
	switch (event->kind) {
	case LL_EVENT_FORK:
		return add_fork(path, event);
	case LL_EVENT_SNAPSHOT:
		return add_snapshot(path, event);
	case LL_EVENT_EXIT:
		return add_exit(path, model, event);
	case LL_EVENT_REAP:
		return add_reap(path, event);
	default:
		return 0;
	}
}

/* ---- The way back ---------------------------------------------------------------------- */

struct walk {
	struct ll_critical_result result; /* from the end backwards */
	size_t room;
	uint64_t at_ns; /* how far back it is */
};

static void walk_fini(struct walk *walk)
{
	free(walk->result.segments);
}

/* The time from there up to where the walk is belongs to this process. */
static int go_back(struct walk *walk, const struct record *record, uint64_t to_ns)
{
	struct ll_critical_result *result = &walk->result;

	if (to_ns < result->begin_ns)
		to_ns = result->begin_ns;
	if (to_ns >= walk->at_ns)
		return 0;
	if (result->count == walk->room) {
		size_t room = walk->room == 0 ? 64 : walk->room * 2;
		void *segments =
			reallocarray(result->segments, room, sizeof(*result->segments));

		if (segments == NULL)
			return -ENOMEM;
		result->segments = segments;
		walk->room = room;
	}
	result->segments[result->count++] = (struct ll_critical_segment){
		.id = { (uint32_t)record->key.tgid, record->key.start_ns },
		.comm = ll_str_make(
			record->command.comm,
			strnlen(record->command.comm, sizeof(record->command.comm))),
		.command = record->command.args,
		.is_command_cut = record->command.is_cut,
		.begin_ns = to_ns,
		.end_ns = walk->at_ns,
		.depth = record->depth,
	};
	walk->at_ns = to_ns;
	return 0;
}

/* The child, or what it shadowed, that the parent had waited for when the walk is there. */
static const struct record *waited_for(const struct ll_critical_path *path,
				       const struct walk *walk, const struct record *child)
{
	for (; child != NULL; child = child->shadowed) {
		/* Of one that is not reaped yet the echo may be on its way. */
		bool is_known = child->waited_ns != 0 || path->has_echoes;

		if (!child->is_unwaited && is_known && child->waited_ns <= walk->at_ns)
			return child;
	}
	return NULL;
}

static int walk_back(const struct ll_critical_path *path, struct walk *walk)
{
	const struct record *root = path->root, *record = root, *child = root->last;
	int err = 0;

	while (err == 0) {
		child = waited_for(path, walk, child);
		if (child != NULL) {
			err = go_back(walk, record, child->end_ns);
			record = child;
			child = record->last;
			continue;
		}
		err = go_back(walk, record, record->begin_ns);
		if (record == root)
			return err;
		child = record->before;
		record = record->parent;
	}
	return err;
}

static void reverse(struct ll_critical_result *result)
{
	for (size_t i = 0, j = result->count; i + 1 < j; i++) {
		struct ll_critical_segment swap = result->segments[i];

		result->segments[i] = result->segments[--j];
		result->segments[j] = swap;
	}
}

int ll_critical_path_find(struct ll_critical_path *path, const struct ll_model *model,
			  uint64_t now_ns, struct ll_critical_result *ret)
{
	LL_CLEANUP(walk_fini) struct walk walk = { 0 };
	struct record *root = path->root;
	int err = 0;

	if (root == NULL)
		return -ENOENT;
	walk.result.is_over = root->has_ended;
	walk.result.is_cut = path->is_cut;
	walk.result.begin_ns = root->begin_ns;
	walk.result.end_ns = walk.result.is_over ? root->end_ns : now_ns;
	if (walk.result.end_ns < root->begin_ns)
		walk.result.end_ns = root->begin_ns;
	walk.at_ns = walk.result.end_ns;
	if (!walk.result.is_over)
		err = take_command(model, root);
	if (err == 0)
		err = walk_back(path, &walk);
	if (err != 0)
		return err;
	reverse(&walk.result);
	*ret = walk.result;
	walk.result.segments = NULL;
	return 0;
}

/* ---- By process ------------------------------------------------------------------------ */

static int compare_who(const void *left, const void *right)
{
	const struct ll_critical_share *a = left, *b = right;

	if (a->first.id.start_boottime_ns != b->first.id.start_boottime_ns)
		return a->first.id.start_boottime_ns < b->first.id.start_boottime_ns ? -1 : 1;
	if (a->first.id.tgid != b->first.id.tgid)
		return a->first.id.tgid < b->first.id.tgid ? -1 : 1;
	return a->first.begin_ns < b->first.begin_ns ? -1 : 1;
}

static int compare_total(const void *left, const void *right)
{
	const struct ll_critical_share *a = left, *b = right;

	if (a->total_ns != b->total_ns)
		return a->total_ns > b->total_ns ? -1 : 1;
	return compare_who(left, right);
}

int ll_critical_path_shares(const struct ll_critical_result *result,
			    struct ll_critical_share **ret_shares, size_t *ret_count)
{
	struct ll_critical_share *shares = calloc(result->count + 1, sizeof(*shares));
	size_t count = 0;

	if (shares == NULL)
		return -ENOMEM;
	for (size_t i = 0; i < result->count; i++) {
		const struct ll_critical_segment *segment = &result->segments[i];

		shares[i] = (struct ll_critical_share){
			.first = *segment, .total_ns = segment->end_ns - segment->begin_ns
		};
	}
	qsort(shares, result->count, sizeof(*shares), compare_who);
	for (size_t i = 0; i < result->count; i++) {
		struct ll_critical_share *mine = count > 0 ? &shares[count - 1] : NULL;

		if (mine != NULL && mine->first.id.tgid == shares[i].first.id.tgid &&
		    mine->first.id.start_boottime_ns == shares[i].first.id.start_boottime_ns)
			mine->total_ns += shares[i].total_ns;
		else
			shares[count++] = shares[i];
	}
	qsort(shares, count, sizeof(*shares), compare_total);
	*ret_shares = shares;
	*ret_count = count;
	return 0;
}

/* ---- By name --------------------------------------------------------------------------- */

static int compare_comms(const void *left, const void *right)
{
	const struct ll_critical_name *a = left, *b = right;
	size_t least = a->comm.length < b->comm.length ? a->comm.length : b->comm.length;
	int order = least > 0 ? memcmp(a->comm.data, b->comm.data, least) : 0;

	if (order != 0 || a->comm.length == b->comm.length)
		return order;
	return a->comm.length < b->comm.length ? -1 : 1;
}

static int compare_name_totals(const void *left, const void *right)
{
	const struct ll_critical_name *a = left, *b = right;

	if (a->total_ns != b->total_ns)
		return a->total_ns > b->total_ns ? -1 : 1;
	return compare_comms(left, right);
}

int ll_critical_path_names(const struct ll_critical_share *shares, size_t count,
			   struct ll_critical_name **ret_names, size_t *ret_count)
{
	struct ll_critical_name *names = calloc(count + 1, sizeof(*names));
	size_t used = 0;

	if (names == NULL)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++)
		names[i] = (struct ll_critical_name){ shares[i].first.comm, shares[i].total_ns,
						      1 };
	qsort(names, count, sizeof(*names), compare_comms);
	for (size_t i = 0; i < count; i++) {
		if (used > 0 && compare_comms(&names[used - 1], &names[i]) == 0) {
			names[used - 1].total_ns += names[i].total_ns;
			names[used - 1].count++;
		} else {
			names[used++] = names[i];
		}
	}
	qsort(names, used, sizeof(*names), compare_name_totals);
	*ret_names = names;
	*ret_count = used;
	return 0;
}
