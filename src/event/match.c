/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Keeps of each task what filters ask for. Memory is as large as the number of tasks that live. */
#include "event/match.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define HASH_NONFATAL_OOM 1
#include <uthash.h>

#include "base/cleanup.h"
#include "base/grow.h"
#include "event/copy.h"

struct task {
	uint32_t tid;
	uint64_t start_ns; /* of the thread; 0: unknown */
	bool knows_users, is_in_cgroup;
	uint64_t euid, ruid;
	size_t comm_length;
	char comm[16];
	bool is_followed, is_shown; /* see bpf/filter.bpf.h */
	UT_hash_handle hh;
};

struct ll_match {
	struct ll_match_options options;
	struct task *tasks;
	bool saw_pid;
	struct ll_event **held; /* of the snapshot pass that is under way */
	size_t held_count, held_room;
};

struct ll_match *ll_match_new(const struct ll_match_options *options)
{
	struct ll_match *match = calloc(1, sizeof(*match));

	if (match != NULL)
		match->options = *options;
	return match;
}

static void drop_held(struct ll_match *match)
{
	for (size_t i = 0; i < match->held_count; i++)
		free(match->held[i]);
	match->held_count = 0;
}

void ll_match_free(struct ll_match *match)
{
	struct task *task, *next;

	if (match == NULL)
		return;
	HASH_ITER(hh, match->tasks, task, next) {
		HASH_DELETE(hh, match->tasks, task);
		free(task);
	}
	drop_held(match);
	free(match->held);
	free(match);
}

bool ll_match_saw_pid(const struct ll_match *match)
{
	return match->saw_pid;
}

static uint32_t tid_of(const struct ll_event *event)
{
	return (uint32_t)(ll_event_has(event, LL_F_TID) ? event->tid : event->tgid);
}

static struct task *find(const struct ll_match *match, uint32_t tid)
{
	struct task *task = NULL;

	HASH_FIND(hh, match->tasks, &tid, sizeof(tid), task);
	return task;
}

static void forget(struct ll_match *match, uint32_t tid)
{
	struct task *task = find(match, tid);

	if (task == NULL)
		return;
	HASH_DELETE(hh, match->tasks, task);
	free(task);
}

/* Make a task. A thread is what its process is. NULL when out of memory. */
static struct task *add(struct ll_match *match, const struct ll_event *event)
{
	LL_AUTO_FREE struct task *task = calloc(1, sizeof(*task));
	const struct task *leader = find(match, (uint32_t)event->tgid);

	if (task == NULL)
		return NULL;
	if (leader != NULL && tid_of(event) != event->tgid)
		*task = *leader;
	task->tid = tid_of(event);
	task->start_ns = event->thread_start_boottime_ns;
	HASH_ADD(hh, match->tasks, tid, sizeof(task->tid), task);
	return task->hh.tbl != NULL ? TAKE(task) : NULL;
}

/* Find the task an event is about, or make it: also when another one had its number. */
static struct task *find_subject(struct ll_match *match, const struct ll_event *event)
{
	struct task *task = find(match, tid_of(event));
	uint64_t start_ns = event->thread_start_boottime_ns;

	if (task != NULL && (start_ns == 0 || task->start_ns == start_ns))
		return task;
	if (task != NULL)
		forget(match, tid_of(event));
	return add(match, event);
}

static bool is_below(struct ll_str path, const char *top)
{
	size_t length = strlen(top);

	while (length > 0 && top[length - 1] == '/')
		length--;
	return path.length >= length && memcmp(path.data, top, length) == 0 &&
	       (path.length == length || path.data[length] == '/');
}

/* Take over what the event says of its task. */
static void learn(const struct ll_match *match, struct task *task, const struct ll_event *event)
{
	if (ll_event_has(event, LL_F_EUID) && ll_event_has(event, LL_F_RUID)) {
		task->knows_users = true;
		task->euid = event->euid;
		task->ruid = event->ruid;
	}
	if (ll_event_has(event, LL_F_COMM) && event->comm.length <= sizeof(task->comm)) {
		task->comm_length = event->comm.length;
		memcpy(task->comm, event->comm.data, event->comm.length);
	}
	if (ll_event_has(event, LL_F_CGROUP) && match->options.cgroup != NULL)
		task->is_in_cgroup = is_below(event->cgroup, match->options.cgroup);
}

static bool is_matching(const struct ll_match *match, const struct task *task)
{
	const struct ll_match_options *options = &match->options;

	if (options->has_uid &&
	    !(task->knows_users && (task->euid == options->uid || task->ruid == options->uid)))
		return false;
	if (options->comm != NULL &&
	    !ll_str_is(ll_str_make(task->comm, task->comm_length), options->comm))
		return false;
	return options->cgroup == NULL || task->is_in_cgroup;
}

static bool is_wanted(const struct ll_match *match, const struct task *task)
{
	return (match->options.pid == 0 || task->is_followed) && is_matching(match, task);
}

static bool shows_life(const struct ll_event *event)
{
	return event->kind == LL_EVENT_FORK || event->kind == LL_EVENT_EXEC ||
	       event->kind == LL_EVENT_RENAME || event->kind == LL_EVENT_SNAPSHOT;
}

static bool shows_end(const struct ll_event *event)
{
	return event->kind == LL_EVENT_EXIT || event->kind == LL_EVENT_REAP ||
	       event->kind == LL_EVENT_STATE_TIMES;
}

/* The filters alone, of a task that may be followed or not. */
static bool passes(const struct ll_match *match, struct task *task,
		   const struct ll_event *event)
{
	bool wanted = is_wanted(match, task);

	if (wanted && shows_life(event))
		task->is_shown = true;
	return wanted || (shows_end(event) && task->is_shown);
}

/* A child is followed when its maker is; or when it is the process that was asked for. */
static void inherit(struct ll_match *match, struct task *task, const struct ll_event *event)
{
	const struct task *caller = NULL;

	if (ll_event_has(event, LL_F_FORK_CALLER_TID))
		caller = find(match, (uint32_t)event->fork_caller_tid);
	if (caller == NULL && ll_event_has(event, LL_F_FORK_CALLER))
		caller = find(match, (uint32_t)event->fork_caller_tgid);
	if (caller != NULL && caller->is_followed)
		task->is_followed = true;
}

static int hold(struct ll_match *match, const struct ll_event *event)
{
	struct ll_event **held = ll_grow(match->held, match->held_count + 1, &match->held_room,
					 sizeof(*held), 64);

	if (held == NULL)
		return -ENOMEM;
	match->held = held;
	struct ll_event *copy = ll_event_copy(event);
	if (copy == NULL)
		return -ENOMEM;
	match->held[match->held_count++] = copy;
	return 0;
}

/* Follow the held task if its process or its parent is followed. Returns whether that is news. */
static bool follow_held(struct ll_match *match, const struct ll_event *event)
{
	struct task *task = find(match, tid_of(event));
	const struct task *leader = find(match, (uint32_t)event->tgid);
	const struct task *parent = find(match, (uint32_t)event->parent_tgid);

	if (task == NULL || task->is_followed)
		return false;
	task->is_followed =
		(leader != NULL && leader->is_followed) ||
		(ll_event_has(event, LL_F_PPID) && parent != NULL && parent->is_followed);
	return task->is_followed;
}

static int hand_on_snapshot(const struct ll_match *match, struct task *task,
			    struct ll_event *event, ll_event_fn fn, void *arg)
{
	if (match->options.pid != 0 && !task->is_followed)
		return 0;
	if (!passes(match, task, event))
		event->is_unwanted = true;
	return fn(arg, event);
}

/* A held event, by a pid that decides of it: that of its process, or of its parent. */
struct hint {
	uint64_t pid;
	size_t held;
};

static int compare_hints(const void *left, const void *right)
{
	const struct hint *a = left, *b = right;

	return a->pid != b->pid ? (a->pid < b->pid ? -1 : 1) : 0;
}

/* The first hint of a pid, or of a larger one. */
static const struct hint *first_hint(const struct hint *hints, size_t count, uint64_t pid)
{
	size_t from = 0;

	while (from < count) {
		size_t middle = from + (count - from) / 2;

		if (hints[middle].pid < pid)
			from = middle + 1;
		else
			count = middle;
	}
	return hints + from;
}

static void make_hints(const struct ll_match *match, struct hint *hints)
{
	for (size_t i = 0; i < match->held_count; i++) {
		const struct ll_event *event = match->held[i];

		hints[2 * i] = (struct hint){ (uint32_t)event->tgid, i };
		hints[2 * i + 1] = (struct hint){ (uint32_t)event->parent_tgid, i };
	}
	qsort(hints, 2 * match->held_count, sizeof(*hints), compare_hints);
}

/*
 * Who descends from the followed is followed, whatever came first. Each task is news once at most, so
 * every hint is looked at once.
 */
static int follow_all(struct ll_match *match)
{
	size_t count = 2 * match->held_count, news_count = 0;
	LL_AUTO_FREE struct hint *hints = calloc(count + 1, sizeof(*hints));
	LL_AUTO_FREE uint32_t *news = calloc(match->held_count + 1, sizeof(*news));

	if (hints == NULL || news == NULL)
		return -ENOMEM;
	make_hints(match, hints);
	for (size_t i = 0; i < match->held_count; i++)
		if (follow_held(match, match->held[i]))
			news[news_count++] = tid_of(match->held[i]);
	while (news_count > 0) {
		uint32_t pid = news[--news_count];
		const struct hint *hint = first_hint(hints, count, pid);

		for (; hint < hints + count && hint->pid == pid; hint++)
			if (follow_held(match, match->held[hint->held]))
				news[news_count++] = tid_of(match->held[hint->held]);
	}
	return 0;
}

/* The pass is over: hand on what is followed. */
static int release(struct ll_match *match, ll_event_fn fn, void *arg)
{
	int r = match->held_count > 0 ? follow_all(match) : 0;

	for (size_t i = 0; i < match->held_count && r == 0; i++) {
		struct task *task = find(match, tid_of(match->held[i]));

		if (task != NULL)
			r = hand_on_snapshot(match, task, match->held[i], fn, arg);
	}
	drop_held(match);
	return r;
}

static int match_snapshot(struct ll_match *match, struct task *task,
			  const struct ll_event *event, ll_event_fn fn, void *arg)
{
	struct ll_event copy = *event;

	if (match->options.pid != 0)
		return hold(match, event);
	return hand_on_snapshot(match, task, &copy, fn, arg);
}

/* Of a process that is over nothing more comes, but after its reap. */
static void forget_ended(struct ll_match *match, const struct ll_event *event)
{
	bool is_thread = tid_of(event) != event->tgid;

	if (event->kind == LL_EVENT_REAP || (event->kind == LL_EVENT_EXIT && is_thread))
		forget(match, tid_of(event));
}

int ll_match_event(struct ll_match *match, const struct ll_event *event, ll_event_fn fn,
		   void *arg)
{
	int r = 0;

	if (event->kind == LL_EVENT_SNAPSHOT_END)
		r = release(match, fn, arg);
	if ((LL_E_SUBJECT >> event->kind & 1) == 0)
		return r == 0 ? fn(arg, event) : r;
	struct task *task = find_subject(match, event);
	if (task == NULL)
		return -ENOMEM;
	learn(match, task, event);
	if (event->kind == LL_EVENT_FORK)
		inherit(match, task, event);
	if (match->options.pid != 0 && event->tgid == match->options.pid) {
		task->is_followed = true;
		match->saw_pid = true;
	}
	if (event->kind == LL_EVENT_SNAPSHOT)
		return match_snapshot(match, task, event, fn, arg);
	if (passes(match, task, event))
		r = fn(arg, event);
	forget_ended(match, event);
	return r;
}
