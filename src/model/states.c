/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Where the time went. Each report on a thread replaces the one before; the last one, when the
 * thread ends, is added to what its process keeps of the dead. A thread that takes its leader's
 * place by an exec ends as what it was, and begins anew under the identity of that leader.
 *
 * Invariant: a thread's times are counted once, either in its entry (living, or over and still
 * waiting for the last report) or in the sum of the dead, never in both.
 */
#include "model/state.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

/* The last report may come this much after the exit; then what was known last is taken for it. */
#define LATE_NS UINT64_C(1000000000)
/* All over the model, dead threads kept in detail. */
#define DEAD_MAX 65536
#define GRAVES 4096

struct entry {
	struct ll_key key; /* tid and start */
	struct ll_node *node; /* borrowed: the process it runs in */
	struct entry *prev, *next; /* in one of that process's lists */
	struct ll_states_thread thread;
	uint64_t times_ns, state_ns; /* when each was told last; 0: never */
	uint64_t over_ns; /* its end was told, not yet its last times; 0: lives */
	struct ll_name *stack, *stuck_stack;
	UT_hash_handle hh; /* not of the dead */
};

struct ll_node_states {
	struct entry *living, *over, *dead; /* the dead: who ran longest first */
	size_t dead_count;
	struct ll_states sum; /* of all dead, kept in detail or not */
	struct ll_name *stack;
	struct ll_sched main, realtime;
	uint32_t over_count;
};

/* A thread that ended, and when: what is told of it later is of no more use. */
struct grave {
	struct ll_key key;
	uint64_t time_ns;
};

struct ll_states_ledger {
	struct entry *entries; /* living and over */
	size_t dead_count;
	struct grave graves[GRAVES];
};

static struct grave *grave_of(struct ll_states_ledger *ledger, struct ll_key key)
{
	uint64_t mixed = (key.pid ^ key.start_boottime_ns) * UINT64_C(0x9e3779b97f4a7c15);

	return &ledger->graves[(mixed >> 32) % GRAVES];
}

/* The identity of a leader that ended is used again by the thread that executes a program. */
static bool is_over(struct ll_states_ledger *ledger, const struct ll_node *node,
		    struct ll_key key, uint64_t time_ns)
{
	const struct grave *grave = grave_of(ledger, key);

	if (grave->key.pid != key.pid || grave->key.start_boottime_ns != key.start_boottime_ns)
		return false;
	return time_ns <= grave->time_ns || node->exec_ns < grave->time_ns;
}

static struct ll_key key_of(const struct ll_node *node, const struct ll_event *event)
{
	if (ll_event_is_leader(event))
		return node->key;
	return (struct ll_key){ .pid = event->tid,
				.start_boottime_ns = event->thread_start_boottime_ns };
}

/* One entry of a list by tid, for those who do not know the start. */
static struct entry *find_tid(struct entry *list, uint64_t tid)
{
	struct entry *entry;

	DL_FOREACH(list, entry) {
		if (entry->key.pid == tid)
			return entry;
	}
	return NULL;
}

static struct entry *find(const struct ll_model *model, const struct ll_node *node,
			  struct ll_key key)
{
	struct entry *entry = NULL;

	if (model->states == NULL || node->states == NULL)
		return NULL;
	if (key.start_boottime_ns == 0)
		return find_tid(node->states->living, key.pid);
	HASH_FIND(hh, model->states->entries, &key, sizeof(key), entry);
	return entry != NULL && entry->node == node ? entry : NULL;
}

static bool make_room(struct ll_model *model, struct ll_node *node)
{
	if (model->states == NULL)
		model->states = calloc(1, sizeof(*model->states));
	if (node->states == NULL)
		node->states = calloc(1, sizeof(*node->states));
	return model->states != NULL && node->states != NULL;
}

static void take_comm(struct ll_states_thread *thread, const struct ll_event *event)
{
	const size_t room = sizeof(thread->comm) - 1;

	if (!ll_event_has(event, LL_F_COMM))
		return;
	size_t length = event->comm.length < room ? event->comm.length : room;
	memset(thread->comm, 0, sizeof(thread->comm));
	if (length > 0)
		memcpy(thread->comm, event->comm.data, length);
}

/* Make a living thread's entry. NULL when out of memory. */
static struct entry *entry_new(struct ll_model *model, struct ll_node *node, struct ll_key key)
{
	LL_AUTO_FREE struct entry *entry = calloc(1, sizeof(*entry));
	if (entry == NULL || !make_room(model, node))
		return NULL;
	entry->key = key;
	entry->node = node;
	entry->thread.tid = (uint32_t)key.pid;
	entry->thread.start_boottime_ns = key.start_boottime_ns;
	HASH_ADD(hh, model->states->entries, key, sizeof(key), entry);
	if (entry->hh.tbl == NULL)
		return NULL;
	DL_APPEND(node->states->living, entry);
	return TAKE(entry);
}

static void entry_free(struct ll_model *model, struct entry *entry)
{
	ll_name_drop(model, &entry->stack);
	ll_name_drop(model, &entry->stuck_stack);
	free(entry);
}

/* Take an entry out of the table and its list. */
static void unlink_entry(struct ll_model *model, struct entry *entry)
{
	struct ll_node_states *of = entry->node->states;

	HASH_DELETE(hh, model->states->entries, entry);
	if (entry->over_ns != 0)
		DL_DELETE(of->over, entry);
	else
		DL_DELETE(of->living, entry);
}

static void clear_stuck(struct ll_model *model, struct entry *entry)
{
	entry->thread.states.stuck = (struct ll_stuck){ 0 };
	ll_name_drop(model, &entry->stuck_stack);
}

static uint64_t earlier(uint64_t a, uint64_t b)
{
	if (a == 0 || b == 0)
		return a + b;
	return a < b ? a : b;
}

static bool has_longer_d(const struct ll_states *a, const struct ll_states *b)
{
	return a->stays[LL_STATE_UNINTERRUPTIBLE].longest_ns >
	       b->stays[LL_STATE_UNINTERRUPTIBLE].longest_ns;
}

/* Add times up; the stack is that of the longer D. */
static void add_up(struct ll_states *sum, const struct ll_states *states)
{
	if (has_longer_d(states, sum))
		sum->stack = states->stack;
	for (int i = 0; i < LL_STATES_TIMED; i++) {
		struct ll_stay *to = &sum->stays[i];
		const struct ll_stay *from = &states->stays[i];

		to->total_ns += from->total_ns;
		to->count += from->count;
		if (to->longest_ns < from->longest_ns)
			to->longest_ns = from->longest_ns;
	}
	sum->since_boottime_ns = earlier(sum->since_boottime_ns, states->since_boottime_ns);
	if (sum->until_boottime_ns < states->until_boottime_ns)
		sum->until_boottime_ns = states->until_boottime_ns;
}

static void prefer_realtime(struct ll_sched *best, const struct ll_sched *sched)
{
	bool is_deadline = sched->policy == LL_SCHED_DEADLINE;

	if (ll_sched_is_realtime(sched) &&
	    (!best->is_known || is_deadline || sched->priority > best->priority))
		*best = *sched;
}

/* The sum of the dead keeps a stack of its own: its thread's entry may go. */
static int add_dead(struct ll_model *model, struct ll_node *node,
		    const struct ll_states *states)
{
	struct ll_node_states *of = node->states;
	struct ll_str stack = of->sum.stack;
	int r = 0;

	if (has_longer_d(states, &of->sum)) {
		ll_name_drop(model, &of->stack);
		stack = ll_str_make(NULL, 0);
		if (states->stack.length > 0)
			r = ll_name_set(model, &of->stack, states->stack, &stack);
	}
	add_up(&of->sum, states);
	of->sum.stack = stack;
	prefer_realtime(&of->realtime, &states->sched);
	of->over_count++;
	return r;
}

static int by_running(const struct entry *a, const struct entry *b)
{
	uint64_t left = a->thread.states.stays[LL_STATE_RUNNING].total_ns;
	uint64_t right = b->thread.states.stays[LL_STATE_RUNNING].total_ns;

	return (left < right) - (left > right);
}

/* Keep a dead thread in detail, or let go of the one that ran least. */
static void keep_dead(struct ll_model *model, struct entry *entry)
{
	struct ll_node_states *of = entry->node->states;

	DL_INSERT_INORDER(of->dead, entry, by_running);
	of->dead_count++;
	model->states->dead_count++;
	if (of->dead_count <= LL_STATES_DEAD && model->states->dead_count <= DEAD_MAX)
		return;
	struct entry *least = of->dead->prev;
	DL_DELETE(of->dead, least);
	of->dead_count--;
	model->states->dead_count--;
	entry_free(model, least);
}

/* Move an entry from the living to the dead. */
static int finish(struct ll_model *model, struct entry *entry, uint64_t time_ns)
{
	*grave_of(model->states, entry->key) = (struct grave){ entry->key, time_ns };
	unlink_entry(model, entry);
	clear_stuck(model, entry);
	entry->thread.is_over = true;
	entry->thread.states.has_state = false;
	if (entry->times_ns == 0) {
		entry_free(model, entry);
		return 0;
	}
	int r = add_dead(model, entry->node, &entry->thread.states);
	keep_dead(model, entry);
	return r;
}

/* Where the event keeps a state's times; all three are told together. */
struct stay_fields {
	enum ll_field field;
	size_t total, count, longest; /* offsets in the event */
};

#define STAY(ID, name)                                                                         \
	[LL_STATE_##ID] = { LL_F_##ID##_NS, offsetof(struct ll_event, name##_ns),              \
			    offsetof(struct ll_event, name##_count),                           \
			    offsetof(struct ll_event, name##_longest_ns) }

static const struct stay_fields stay_fields[LL_STATES_TIMED] = {
	STAY(RUNNING, running),   STAY(RUNNABLE, runnable),
	STAY(SLEEPING, sleeping), STAY(UNINTERRUPTIBLE, uninterruptible),
	STAY(STOPPED, stopped),   STAY(TRACED, traced),
	STAY(IDLE, idle),
};

static uint64_t number_at(const struct ll_event *event, size_t offset)
{
	return *(const uint64_t *)((const char *)event + offset);
}

static void take_stays(struct ll_states *states, const struct ll_event *event)
{
	for (int i = 0; i < LL_STATES_TIMED; i++) {
		const struct stay_fields *fields = &stay_fields[i];

		if (!ll_event_has(event, fields->field))
			continue;
		states->stays[i] = (struct ll_stay){
			.total_ns = number_at(event, fields->total),
			.count = number_at(event, fields->count),
			.longest_ns = number_at(event, fields->longest),
		};
	}
}

static void take_sched(struct ll_sched *sched, const struct ll_event *event)
{
	if (!ll_event_has(event, LL_F_SCHED_POLICY))
		return;
	*sched = (struct ll_sched){ .is_known = true, .policy = event->sched_policy };
	if (ll_event_has(event, LL_F_NICE))
		sched->nice = (int)event->nice;
	if (ll_event_has(event, LL_F_RT_PRIORITY))
		sched->priority = (unsigned)event->rt_priority;
}

static int take_stack(struct ll_model *model, struct entry *entry, const struct ll_event *event)
{
	struct ll_states *states = &entry->thread.states;

	if (!ll_event_has(event, LL_F_STATE_STACK) || event->state_stack.length == 0)
		return 0;
	return ll_name_set(model, &entry->stack, event->state_stack, &states->stack);
}

static void take_current(struct ll_model *model, struct entry *entry,
			 const struct ll_event *event)
{
	struct ll_states *states = &entry->thread.states;

	if (!ll_event_has(event, LL_F_STATE_CURRENT) ||
	    event->time_boottime_ns < entry->state_ns)
		return;
	entry->state_ns = event->time_boottime_ns;
	states->has_state = entry->over_ns == 0;
	states->state = event->state_current;
	if (states->state != LL_STATE_UNINTERRUPTIBLE)
		clear_stuck(model, entry);
}

static int take_times(struct ll_model *model, struct entry *entry, const struct ll_event *event)
{
	struct ll_states *states = &entry->thread.states;

	entry->times_ns = event->time_boottime_ns;
	states->until_boottime_ns = event->time_boottime_ns;
	if (ll_event_has(event, LL_F_STATE_SINCE))
		states->since_boottime_ns = event->state_since_ns;
	take_comm(&entry->thread, event);
	take_stays(states, event);
	take_sched(&states->sched, event);
	if (ll_event_is_leader(event) && states->sched.is_known)
		entry->node->states->main = states->sched;
	take_current(model, entry, event);
	return take_stack(model, entry, event);
}

static bool is_final(const struct ll_event *event)
{
	return !ll_event_has(event, LL_F_STATE_CURRENT);
}

/* Whether an entry's times are those of another task, which had the same identity before. */
static bool is_other_task(const struct entry *entry, const struct ll_event *event)
{
	return entry->times_ns != 0 && ll_event_has(event, LL_F_STATE_SINCE) &&
	       entry->thread.states.since_boottime_ns != event->state_since_ns;
}

/* A leader's last word came after the thread that has replaced it was told of. */
static int bury_former(struct ll_model *model, struct entry *entry,
		       const struct ll_event *event)
{
	struct entry former = { .key = entry->key, .node = entry->node };

	if (!is_final(event))
		return 0;
	struct ll_sched now = entry->node->states->main;
	int r = take_times(model, &former, event);
	entry->node->states->main = now;
	if (r == 0)
		r = add_dead(model, entry->node, &former.thread.states);
	ll_name_drop(model, &former.stack);
	return r;
}

int ll_states_see_times(struct ll_model *model, struct ll_node *node,
			const struct ll_event *event)
{
	struct ll_key key = key_of(node, event);
	uint64_t time_ns = event->time_boottime_ns;
	struct entry *entry = find(model, node, key);
	int r = 0;

	if (model->states != NULL && is_over(model->states, node, key, time_ns))
		return 0;
	if (entry != NULL && is_other_task(entry, event)) {
		if (time_ns < entry->times_ns)
			return bury_former(model, entry, event);
		r = finish(model, entry, entry->times_ns);
		entry = NULL;
	}
	if (entry == NULL)
		entry = entry_new(model, node, key);
	if (entry == NULL)
		return -ENOMEM;
	if (time_ns >= entry->times_ns || is_final(event))
		r = take_times(model, entry, event) != 0 ? -ENOMEM : r;
	if (is_final(event))
		r = finish(model, entry, time_ns) != 0 ? -ENOMEM : r;
	return r;
}

void ll_states_name_tracer(const struct ll_model *model, struct ll_event *event)
{
	if (!ll_event_has(event, LL_F_STATE_BY) || ll_event_has(event, LL_F_STATE_BY_COMM))
		return;
	const struct ll_node *by = ll_node_find_pid(model, (uint32_t)event->state_by_tgid);
	if (by == NULL || by->process.comm[0] == '\0')
		return;
	const char *comm = by->process.comm;
	LL_SET(event, STATE_BY_COMM, state_by_comm, ll_str_of(comm));
}

static int take_stuck(struct ll_model *model, struct entry *entry, const struct ll_event *event)
{
	struct ll_stuck *stuck = &entry->thread.states.stuck;
	uint64_t so_far_ns = ll_event_has(event, LL_F_STATE_NS) ? event->state_ns : 0;

	stuck->tid = (uint32_t)entry->key.pid;
	stuck->since_boottime_ns = event->time_boottime_ns - so_far_ns;
	if (!ll_event_has(event, LL_F_STATE_STACK) || event->state_stack.length == 0)
		return 0;
	return ll_name_set(model, &entry->stuck_stack, event->state_stack, &stuck->stack);
}

int ll_states_see_change(struct ll_model *model, struct ll_node *node,
			 const struct ll_event *event)
{
	struct ll_key key = key_of(node, event);
	bool is_stuck = ll_event_has(event, LL_F_STATE_STUCK) && event->state_stuck;
	struct entry *entry = find(model, node, key);

	if (entry == NULL && is_stuck &&
	    (model->states == NULL ||
	     !is_over(model->states, node, key, event->time_boottime_ns))) {
		entry = entry_new(model, node, key);
		if (entry == NULL)
			return -ENOMEM;
		take_comm(&entry->thread, event);
	}
	if (entry == NULL || entry->over_ns != 0 || event->time_boottime_ns < entry->state_ns)
		return 0;
	entry->state_ns = event->time_boottime_ns;
	entry->thread.states.has_state = ll_event_has(event, LL_F_STATE_TO);
	entry->thread.states.state = event->state_to;
	if (is_stuck)
		return take_stuck(model, entry, event);
	clear_stuck(model, entry);
	return 0;
}

/* Whose last report does not come: what was known before has to do. */
static int finish_late(struct ll_model *model, struct ll_node *node)
{
	struct ll_node_states *of = node->states;
	int r = 0;

	while (of->over != NULL && of->over->over_ns + LATE_NS < node->event_ns && r == 0)
		r = finish(model, of->over, of->over->over_ns);
	return r;
}

void ll_states_end_thread(struct ll_model *model, struct ll_node *node, struct ll_key key)
{
	struct entry *entry = find(model, node, key);

	if (entry == NULL || entry->over_ns != 0)
		return;
	clear_stuck(model, entry);
	DL_DELETE(node->states->living, entry);
	DL_APPEND(node->states->over, entry);
	entry->over_ns = node->event_ns != 0 ? node->event_ns : 1;
	entry->thread.is_over = true;
	entry->thread.states.has_state = false;
	/* Out of memory costs no more than a stack. */
	(void)finish_late(model, node);
}

static void free_list(struct ll_model *model, struct entry *list, bool is_in_table)
{
	struct entry *entry, *next;

	DL_FOREACH_SAFE(list, entry, next)
	{
		if (is_in_table)
			HASH_DELETE(hh, model->states->entries, entry);
		entry_free(model, entry);
	}
}

void ll_states_forget(struct ll_model *model, struct ll_node *node)
{
	struct ll_node_states *of = node->states;

	if (of == NULL)
		return;
	free_list(model, of->living, true);
	free_list(model, of->over, true);
	free_list(model, of->dead, false);
	if (model->states != NULL)
		model->states->dead_count -= of->dead_count;
	ll_name_drop(model, &of->stack);
	free(of);
	node->states = NULL;
}

void ll_states_free(struct ll_model *model)
{
	free(model->states);
	model->states = NULL;
}

static void prefer_stuck(struct ll_stuck *oldest, const struct ll_stuck *stuck)
{
	if (stuck->tid != 0 &&
	    (oldest->tid == 0 || stuck->since_boottime_ns < oldest->since_boottime_ns))
		*oldest = *stuck;
}

static void add_entries(struct ll_states_row *row, const struct entry *list)
{
	const struct entry *entry;

	DL_FOREACH(list, entry) {
		const struct ll_states *states = &entry->thread.states;

		add_up(&row->states, states);
		prefer_stuck(&row->states.stuck, &states->stuck);
		prefer_realtime(&row->realtime, &states->sched);
		if (entry->over_ns == 0)
			row->living_count++;
		else
			row->over_count++;
	}
}

/* A leader that is over, with other threads alive, is a zombie to the kernel. */
static void set_state(const struct ll_model *model, const struct ll_node *node,
		      struct ll_states *states)
{
	const struct entry *leader = find(model, node, node->key);
	bool is_zombie = node->process.life == LL_LIFE_ZOMBIE ||
			 (node->process.life == LL_LIFE_ALIVE && !node->process.leader_alive);

	states->has_state = is_zombie;
	states->state = LL_STATE_ZOMBIE;
	if (is_zombie || leader == NULL)
		return;
	states->has_state = leader->thread.states.has_state;
	states->state = leader->thread.states.state;
}

static struct ll_states_row row_of(const struct ll_model *model, const struct ll_node *node)
{
	const struct ll_node_states *of = node->states;
	struct ll_states_row row = {
		.process = &node->process,
		.states = of->sum,
		.realtime = of->realtime,
		.over_count = of->over_count,
	};

	add_entries(&row, of->living);
	add_entries(&row, of->over);
	row.states.sched = of->main;
	set_state(model, node, &row.states);
	return row;
}

static bool has_states(const struct ll_model *model, const struct ll_node *node)
{
	(void)model;
	return node->states != NULL;
}

int ll_model_states(const struct ll_model *model, ll_states_fn fn, void *arg)
{
	LL_AUTO_FREE struct ll_node **nodes = NULL;
	size_t count = 0;
	int r = ll_tree_collect(model, has_states, &nodes, &count);

	for (size_t i = 0; i < count && r == 0; i++) {
		struct ll_states_row row = row_of(model, nodes[i]);

		r = fn(arg, &row);
	}
	return r;
}

int ll_model_states_threads(const struct ll_model *model, const struct ll_process *process,
			    ll_states_thread_fn fn, void *arg)
{
	const struct ll_node *node = ll_node_find(model, process->id);
	int r = 0;

	if (node == NULL || node->states == NULL)
		return 0;
	const struct entry *const lists[] = { node->states->living, node->states->over,
					      node->states->dead };
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		const struct entry *entry;

		DL_FOREACH(lists[i], entry) {
			if (r == 0)
				r = fn(arg, &entry->thread);
		}
	}
	return r;
}
