/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What the files of the model share: its storage and one function set per file.
 *
 * A process is a node, found by identity and, while it lives or is a zombie, by pid.
 * Nodes hang in families. A family belongs to an identity, not to a node, so that
 * children find a parent that is seen after them and outlast one that is forgotten;
 * the roots are the children of families without a node. Parents are older than their
 * children, whatever the input says, so no walk up or down can run in circles.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HASH_NONFATAL_OOM 1
#include <uthash.h>
#include <utlist.h>

#include "event/entity.h"
#include "event/event.h"
#include "model/model.h"
#include "model/zombies.h"

/* An identity without padding, as hash tables need it. */
struct ll_key {
	uint64_t pid; /* tgid of a process, tid of a thread */
	uint64_t start_boottime_ns;
};

/* A string many processes share: a cgroup path, a container id. */
struct ll_name {
	UT_hash_handle hh;
	size_t uses;
	size_t length;
	char bytes[];
};

/* A living thread other than its leader. */
struct ll_thread {
	struct ll_key key;
	struct ll_node *node; /* borrowed: the process it runs in */
	struct ll_thread *prev, *next; /* in that process */
	uint64_t since_ns; /* creation, or when it was first heard of */
	uint64_t seen_pass; /* the last snapshot pass that saw it */
	UT_hash_handle hh;
};

/* All that descend directly from one identity; see the top of this file. */
struct ll_family {
	struct ll_key key;
	struct ll_node *self; /* NULL: unknown, or forgotten */
	struct ll_node *children; /* by present parent */
	struct ll_node *born; /* by original parent */
	struct ll_ledger *ledger; /* of the children's ends; NULL: nothing to tell */
	bool sorted; /* children are in order of birth */
	/* Links, of both lists, from members that live or are needed themselves. */
	size_t holding;
	UT_hash_handle hh;
};

struct ll_node {
	struct ll_process process; /* first: what lookups and walks show */
	struct ll_key key;
	UT_hash_handle by_id;
	UT_hash_handle by_pid; /* linked while holds_pid */
	bool holds_pid;
	bool introduced; /* handed on as fork, exec or snapshot */
	bool exit_seen, reap_seen; /* observed, not inferred */

	struct ll_family *family; /* its own; NULL while it never had a child */
	struct ll_family *parent; /* never NULL */
	struct ll_family *origin; /* NULL: birth not seen */
	struct ll_node *prev_sibling, *next_sibling; /* in parent->children */
	struct ll_node *prev_born, *next_born; /* in origin->born */
	struct ll_node *prev_present, *next_present; /* in model->present, until it is reaped */
	struct ll_thread *threads;

	/* Times of what is newest of each sort, so that late events cannot undo it. */
	uint64_t event_ns; /* any event that is not a snapshot */
	uint64_t comm_ns, identity_ns, exec_ns, leader_ns;

	struct ll_id heir; /* after a death: who takes its children; tgid 0: unknown or none */
	enum ll_reparent_reason heir_reason;
	bool heir_unsure; /* it takes over the living alone */

	struct ll_id dead_parent; /* who had it when it died */
	enum ll_reaper taken_over; /* by what its parent is to it */
	bool frees_itself; /* on its death: its parent wanted no zombies */
	bool is_zombie_seen; /* by a snapshot... */
	uint64_t zombie_seen_ns; /* ...for the first time then */
	bool is_held; /* counted as a zombie of its present parent... */
	uint64_t held_since_ns; /* ...since then */

	uint64_t seen_pass; /* the last snapshot pass that saw it, and the parent it saw */
	struct ll_id seen_parent;

	struct ll_name *cgroup, *container, *exit_description;
	struct ll_node_signals *signals; /* NULL: none were told, or it is dead */
	struct ll_node_states *states; /* NULL: none were told */
	size_t image_count;

	struct ll_heap *heap; /* where it is kept once reaped; NULL before */
	size_t heap_index;
	uint64_t reap_order;
	struct ll_node *next_work; /* only inside hold_change() */
};

/* Reaped processes, the one reaped first on top. Room for all nodes is reserved ahead. */
struct ll_heap {
	struct ll_node **slots;
	size_t count, room;
};

/*
 * Identities that ended a short while ago, so that an event that comes late does not
 * bring back what has been forgotten. A newer one takes the slot of an older.
 */
#define LL_GRAVES 4096
struct ll_graves {
	struct ll_key slots[LL_GRAVES];
};

struct ll_model {
	size_t keep;
	struct ll_node *by_id, *by_pid;
	struct ll_node *present; /* those that are not reaped */
	struct ll_thread *threads;
	struct ll_family *families;
	struct ll_family nobody; /* of those whose parent has no identity; not in the table */
	struct ll_name *names;
	struct ll_heap spare, needed; /* reaped; needed: by a living or zombie descendant */
	struct ll_graves dead_processes, dead_threads;
	struct ll_states_ledger *states; /* NULL: none were told */
	struct ll_signal_ledger *signals; /* NULL: none were told */
	uint64_t reaps; /* gives reap_order */
	uint64_t sequence;
	uint64_t first_ns; /* time of the first event */
	bool reaps_are_exact; /* one was: a reap is told when it happens */
	struct ll_model_counts counts;

	uint64_t pass; /* snapshot passes ended so far, plus one */
	bool pass_open; /* it has seen a task */
	uint64_t pass_begin_ns;
};

/* What an exit event's cause points to. */
struct ll_cause_text {
	char sender_id[LL_ENTITY_ID_SIZE];
	char sender_comm[16], code[24];
	char description[40]; /* of a thread's */
};

/* One event on its way through the model. */
struct ll_step {
	struct ll_model *model;
	const struct ll_event *cause; /* as it came in */
	struct ll_event event; /* the same, to be completed and handed on */
	ll_event_fn emit;
	void *arg;
	int result; /* the first failure; what follows keeps the model whole */
	char entity_id[LL_ENTITY_ID_SIZE];
	char parent_entity_id[LL_ENTITY_ID_SIZE];
	struct ll_cause_text cause_text;
};

static inline struct ll_key ll_key_of(struct ll_id id)
{
	return (struct ll_key){ .pid = id.tgid, .start_boottime_ns = id.start_boottime_ns };
}

static inline bool ll_id_is_same(struct ll_id a, struct ll_id b)
{
	return a.tgid == b.tgid && a.start_boottime_ns == b.start_boottime_ns;
}

/* Order of birth; the tgid decides when two share a nanosecond. */
static inline bool ll_id_is_older(struct ll_id a, struct ll_id b)
{
	if (a.start_boottime_ns != b.start_boottime_ns)
		return a.start_boottime_ns < b.start_boottime_ns;
	return a.tgid < b.tgid;
}

/* process.c: nodes and what is known of them */

/* Find by identity. NULL when absent. */
struct ll_node *ll_node_find(const struct ll_model *model, struct ll_id id);
/* Find the alive or zombie holder of a pid. NULL when absent. */
struct ll_node *ll_node_find_pid(const struct ll_model *model, uint32_t tgid);
/*
 * Make a living process from any event that names it: identity and parent, nothing
 * else. id must not exist. Returns NULL when out of memory.
 */
struct ll_node *ll_node_new(struct ll_model *model, struct ll_id id,
			    const struct ll_event *event);
/* Take over the event's parent when none is known yet. 0 or -ENOMEM. */
int ll_node_learn_parent(struct ll_model *model, struct ll_node *node,
			 const struct ll_event *event);
/* Remove from every table and free; its children become roots. */
void ll_node_forget(struct ll_model *model, struct ll_node *node);
/* Make an alive process a zombie: all its threads end. Does nothing to a dead one. */
void ll_node_die(struct ll_model *model, struct ll_node *node);
/* Make an alive process or a zombie a reaped one. Does nothing to a reaped one. */
void ll_node_reap(struct ll_model *model, struct ll_node *node);
/* The subject, and the parent, that an event names; the start of a bare pid is looked up. */
struct ll_id ll_event_subject(const struct ll_model *model, const struct ll_event *event);
struct ll_id ll_event_parent(const struct ll_model *model, const struct ll_event *event,
			     struct ll_id child);

/* facts.c: names, numbers and images of a process */

/* Take over comm, unless a newer one is known. Comms of other threads are not taken. */
void ll_facts_comm(struct ll_node *node, const struct ll_event *event);
/* Take over user, group, session, cgroup, ..., unless newer ones are known. 0 or -ENOMEM. */
int ll_facts_identity(struct ll_model *model, struct ll_node *node,
		      const struct ll_event *event);
/* Take over status and resource use; final values stay unless overwrite. */
void ll_facts_usage(struct ll_node *node, const struct ll_event *event, bool overwrite);
/* Add what an exec or a snapshot says of the image to the history. 0 or -ENOMEM. */
int ll_facts_image(struct ll_node *node, const struct ll_event *event);
/* Take over why it ended, the latest said; text in words. 0 or -ENOMEM. */
int ll_facts_end(struct ll_model *model, struct ll_node *node, enum ll_exit_cause cause,
		 struct ll_str text);
void ll_facts_free(struct ll_model *model, struct ll_node *node);

/* thread.c: the threads of a living process */

/* Whether the event's task is the leader (or no other task is named). */
bool ll_event_is_leader(const struct ll_event *event);
/*
 * Count the event's thread among the living; *ret_thread is NULL when it is known to
 * have ended. *ret_is_new tells whether it was unknown. 0 or -ENOMEM.
 */
int ll_thread_add(struct ll_model *model, struct ll_node *node, const struct ll_event *event,
		  struct ll_thread **ret_thread, bool *ret_is_new);
/* Whether the event's thread is counted among the living. */
bool ll_thread_lives(const struct ll_model *model, const struct ll_node *node,
		     const struct ll_event *event);
/* End the event's thread. It need not be known. */
void ll_thread_end(struct ll_model *model, struct ll_node *node, const struct ll_event *event);
/* End all threads but the leader that were there at until_ns. */
void ll_thread_end_older(struct ll_model *model, struct ll_node *node, uint64_t until_ns);
/* End, all over the model, what a snapshot pass that began at begin_ns did not see. */
void ll_thread_end_unseen(struct ll_model *model, uint64_t pass, uint64_t begin_ns);
void ll_thread_set_leader(struct ll_model *model, struct ll_node *node, bool alive);

/* tree.c: families */

/* Give a new node its family, if children wait for it. */
void ll_tree_adopt(struct ll_model *model, struct ll_node *node);
/*
 * Hang node below parent (or among those of nobody) and set process.parent.
 * -ENOMEM leaves it below nobody, with process.parent set.
 */
int ll_tree_set_parent(struct ll_model *model, struct ll_node *node, struct ll_id parent);
int ll_tree_set_origin(struct ll_model *model, struct ll_node *node, struct ll_id origin);
/* Find the family of an identity. NULL: it has none. */
struct ll_family *ll_tree_family(const struct ll_model *model, struct ll_id id);
/* Unhook from parents and children; node is about to go. */
void ll_tree_remove(struct ll_model *model, struct ll_node *node);
/* Whether it lives, or someone who lives descends from it. */
bool ll_tree_is_holding(const struct ll_node *node);
/* node was holding and holds no more: tell those it held. */
void ll_tree_release(struct ll_model *model, struct ll_node *node);
/* Put children in order of birth. */
void ll_tree_sort(struct ll_family *family);
/*
 * Collect the nodes that wanted accepts, in order of birth. Sets *ret_nodes (owned by
 * the caller, freed with free()) and *ret_count. 0 or -ENOMEM.
 */
typedef bool (*ll_node_predicate)(const struct ll_model *model, const struct ll_node *node);
int ll_tree_collect(const struct ll_model *model, ll_node_predicate wanted,
		    struct ll_node ***ret_nodes, size_t *ret_count);
/* The same of those that are not reaped, which takes no look at the many that are. */
int ll_tree_collect_present(const struct ll_model *model, ll_node_predicate wanted,
			    struct ll_node ***ret_nodes, size_t *ret_count);

/* keep.c: the bound on dead processes */

/* Make room for count nodes, so that ll_keep_file() cannot fail. 0 or -ENOMEM. */
int ll_keep_reserve(struct ll_model *model, size_t count);
/* Put a reaped process where it now belongs, needed or spare. */
void ll_keep_file(struct ll_model *model, struct ll_node *node);
void ll_keep_remove(struct ll_model *model, struct ll_node *node);
/* Forget what exceeds the bound. */
void ll_keep_trim(struct ll_model *model);
void ll_grave_dig(struct ll_graves *graves, struct ll_key key);
bool ll_grave_holds(const struct ll_graves *graves, struct ll_key key);

/* names.c: shared strings */

/* Exchange *slot for the shared copy of text; *ret_view shows it. 0 or -ENOMEM. */
int ll_name_set(struct ll_model *model, struct ll_name **slot, struct ll_str text,
		struct ll_str *ret_view);
void ll_name_drop(struct ll_model *model, struct ll_name **slot);

/* derive.c: events handed on and made */

/* Number, count and hand on one event. */
void ll_step_hand_on(struct ll_step *step, struct ll_event *event);
/* Remember the first failure. */
void ll_step_fail(struct ll_step *step, int error);
/* Fill what only the model knows into step->event. */
void ll_step_complete(struct ll_step *step, const struct ll_node *node);
/* Hand on an inferred exit or reap of node, with its status if that is known. */
void ll_derive_inferred(struct ll_step *step, const struct ll_node *node,
			enum ll_event_kind kind);
/* Move node below parent and hand on process.reparent. */
void ll_derive_reparent(struct ll_step *step, struct ll_node *node, struct ll_id parent,
			enum ll_reparent_reason reason, bool inferred);
/* While node's parent is dead and its heir known: move it on to the heir. */
void ll_derive_adoption(struct ll_step *step, struct ll_node *node);
/* The same for all living children of a process that just died. */
void ll_derive_adoptions(struct ll_step *step, struct ll_node *node);

/* reconcile.c: snapshot passes */

void ll_reconcile_see(struct ll_step *step);
void ll_reconcile_end(struct ll_step *step);

/* states.c: where the time went */

/* Take over a thread's times, or a change of its state. 0 or -ENOMEM. */
int ll_states_see_times(struct ll_model *model, struct ll_node *node,
			const struct ll_event *event);
int ll_states_see_change(struct ll_model *model, struct ll_node *node,
			 const struct ll_event *event);
/* Name the process that did it, where only its pid was told. Borrowed from the model. */
void ll_states_name_tracer(const struct ll_model *model, struct ll_event *event);
/* A thread is over; it need not be known, its last times may still come. */
void ll_states_end_thread(struct ll_model *model, struct ll_node *node, struct ll_key key);
/* Free what belongs to a process; to the model, once it has no processes. */
void ll_states_forget(struct ll_model *model, struct ll_node *node);
void ll_states_free(struct ll_model *model);

/* zombies.c: who is not reaping whom */

/* A process has ended; its family is still that of then. */
void ll_zombies_see_exit(struct ll_step *step, struct ll_node *node);
/* It was reaped: to be told once. */
void ll_zombies_see_reap(struct ll_step *step, struct ll_node *node);
void ll_zombies_see_exec(struct ll_node *node);
/* Another is about to take it over from its parent... */
void ll_zombies_see_leave(struct ll_step *step, struct ll_node *node, struct ll_id heir);
/* ...and did. */
void ll_zombies_see_reparent(struct ll_step *step, struct ll_node *node,
			     enum ll_reparent_reason reason);
/* It is no zombie any more, however that came. */
void ll_zombies_let_go(struct ll_node *node);
/* A snapshot of its main thread, after all else of it was taken over. */
void ll_zombies_see_snapshot(struct ll_step *step, struct ll_node *node);
/* Free what a family keeps of its children's ends. */
void ll_zombies_forget(struct ll_family *family);

/* signals.c: from generation to delivery */

/* Count a signal generated for node, and remember what it may explain later. */
void ll_signals_see_generate(struct ll_step *step, struct ll_node *node);
/*
 * Match a delivery and set its latency in step->event, if that is certain. The 9 that ends a thread
 * is handed on as the signal that really does, or as none.
 */
void ll_signals_see_deliver(struct ll_step *step, struct ll_node *node);
void ll_signals_see_exec(struct ll_node *node, const struct ll_event *event);
/* The OOM killer chose node. */
void ll_signals_see_oom(struct ll_step *step, struct ll_node *node);
/* Events were lost. 0 or -ENOMEM. */
int ll_signals_see_loss(struct ll_model *model, const struct ll_event *event);
/* The event's thread of node is over. */
void ll_signals_end_thread(struct ll_node *node, const struct ll_event *event);
/*
 * Complete a process.state event that begins or ends a stop with who stopped or continued the
 * process. What is set is borrowed from node.
 */
void ll_signals_name_stopper(struct ll_event *event, const struct ll_node *node);
/* Free what belongs to a process, to be called when it dies; to the model. */
void ll_signals_forget(struct ll_node *node);
void ll_signals_free(struct ll_model *model);

/* cause.c: why it ended */

/* Complete a process's exit event with its cause, before what is known of its signals goes. */
void ll_cause_explain(struct ll_step *step, struct ll_node *node);
/* The same for a thread's, whose cause the source tells. */
void ll_cause_explain_thread(struct ll_step *step);
