/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The processes of a machine, rebuilt from one stream of events.
 *
 * The model is pure: no I/O, no clock of its own, no randomness, so the same
 * events give the same processes, live or replayed. Processes are kept by
 * reuse-safe identity; a dead one stays while a living descendant needs it or
 * the bound on kept dead ones (keep) allows.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "event/event.h"

struct ll_model;

/* A process, unique within one boot. tgid 0 with start 0 means none or unknown. */
struct ll_id {
	uint32_t tgid;
	uint64_t start_boottime_ns;
};

enum ll_life {
	LL_LIFE_ALIVE,
	LL_LIFE_ZOMBIE, /* dead, not yet reaped */
	LL_LIFE_REAPED,
};

/* A longer history of images loses its oldest, so that an exec loop cannot grow without end. */
#define LL_MODEL_IMAGES 32

/* One image the process ran. The list keeps the newest LL_MODEL_IMAGES in order of time. */
struct ll_image {
	const struct ll_image *previous; /* older image, or NULL */
	uint64_t time_boottime_ns;
	struct ll_str comm, exe, filename, interpreter, args, cwd;
	bool args_truncated;
	bool is_unlinked; /* the executable had no name left, for this reason: */
	uint8_t exe_state; /* enum ll_file_state */
};

/*
 * What is known of a process. Borrowed from the model: valid until the next
 * ll_model_apply() or ll_model_free().
 */
struct ll_process {
	struct ll_id id;
	struct ll_id parent; /* now; after a reparent the new one */
	struct ll_id original_parent; /* at birth; {0,0} when not seen */
	enum ll_life life;
	bool is_kthread;
	bool inferred; /* rebuilt after a gap, or its death was */
	bool reap_inferred; /* the reap alone was not heard of, so its time is too late */
	bool birth_seen; /* a fork event, not a snapshot, brought it */
	char comm[16]; /* NUL-terminated, raw bytes */
	const struct ll_image *image; /* newest; NULL before any exec was seen */
	uint32_t thread_count; /* alive, leader included while it lives */
	uint32_t thread_peak; /* the most there were of them at once */
	bool leader_alive; /* an alive process may have lost it and go on */
	uint32_t threads_created; /* fork events of kind thread that joined it */
	uint64_t
		known[(LL_F_COUNT + 63) / 64]; /* which of the following are known, by LL_F_* */
	uint64_t euid, ruid, pgid, sid, vpid;
	struct ll_str cgroup, container_id;
	uint64_t exit_boottime_ns; /* 0 while alive */
	uint64_t reap_boottime_ns; /* 0 until reaped */
	uint64_t wait_status; /* LL_F_EXIT_STATUS */
	uint64_t cpu_user_ns, cpu_system_ns, cpu_wait_ns, max_rss_bytes;
	uint64_t reaper_tgid; /* LL_F_REAPER */
	enum ll_exit_cause exit_cause; /* LL_F_EXIT_CAUSE */
	struct ll_str exit_description; /* LL_F_EXIT_DESCRIPTION */
	uint8_t reap_precision; /* LL_F_REAP_PRECISION */
	enum ll_sigchld sigchld; /* LL_F_SIGCHLD: what it does about its children's ends */
	bool in_wait; /* LL_F_IN_WAIT: it slept in wait when last looked at */
};

struct ll_model_counts {
	uint64_t events[LL_EVENT_KINDS]; /* handed on, derived ones included */
	uint64_t alive; /* processes */
	uint64_t alive_threads; /* tasks, leaders included */
	uint64_t zombies;
	uint64_t kept_dead; /* reaped ones still in memory */
	uint64_t forgotten; /* dead ones dropped by the bound */
	uint64_t forks_process, forks_thread; /* tasks created, seen as fork events */
	uint64_t exits_process, exits_thread; /* tasks ended, seen as exit events */
	uint64_t lost; /* sum of lost.count */
	uint64_t inferred; /* derived because an event was missing */
};

/*
 * Make an empty model. keep bounds the reaped processes kept in memory that no
 * living descendant needs; 0 keeps none. Needed ones, by present parenthood or by
 * birth, come on top, at most keep + alive + zombies of them, lest a chain of forks
 * hold all its ancestors. The ones reaped first go first. Returns NULL when out of memory.
 */
struct ll_model *ll_model_new(size_t keep);
void ll_model_free(struct ll_model *model);

/*
 * Apply one event, in stream order, then hand on what it means: the event itself,
 * completed with what only the model knows (zombie time of a reap, parent identity,
 * comm of an OOM victim), followed by events derived from it:
 *  - process.reparent for each living child of a process that died;
 *  - after a gap: process.snapshot, process.reparent (reason observed), process.exit
 *    and process.reap, all marked inferred, where a repair snapshot disagrees.
 * Snapshot events of the first pass are handed on unmarked; those of later passes
 * are handed on only where they tell something new, marked inferred. A pass ends
 * with LL_EVENT_SNAPSHOT_END: what lived before the pass began and was not seen in
 * it has ended; a zombie only when its reap has had a second to be told. A pass whose end
 * is the last of all (is_last) ends only the zombies that it did not see.
 * LL_EVENT_SNAPSHOT_END itself is handed on too. LL_EVENT_CLOCK and LL_EVENT_LIMITS are
 * nothing to the model.
 * emit may be NULL. Sequence numbers are given here, in the order handed on.
 *
 * Returns 0, -ENOMEM, or the first non-zero value emit returned.
 */
int ll_model_apply(struct ll_model *model, const struct ll_event *event, ll_event_fn emit,
		   void *arg);

/*
 * Say again what lives, threads and zombies too: snapshot events, parents first, and their
 * LL_EVENT_SNAPSHOT_END, with the time, host and boot of the event like. A model that is given
 * them first, or after a gap, knows of the living what this one knows. Returns 0, -ENOMEM, or
 * the first non-zero value fn returned.
 */
int ll_model_restate(const struct ll_model *model, const struct ll_event *like, ll_event_fn fn,
		     void *arg);

/* Look a process up. Returns NULL when absent. */
const struct ll_process *ll_model_find(const struct ll_model *model, struct ll_id id);

/* Look up the process that holds a pid now (alive or zombie). NULL when absent. */
const struct ll_process *ll_model_find_pid(const struct ll_model *model, uint32_t tgid);

/*
 * Walk the processes. ll_model_roots: those whose parent is unknown to the model;
 * ll_model_children: the current children of one. Both call fn in order of birth;
 * a non-zero return stops the walk and is returned; -ENOMEM when there is no memory
 * to put them in order. Reaped processes still in memory are included.
 */
typedef int (*ll_process_fn)(void *arg, const struct ll_process *process);
int ll_model_roots(const struct ll_model *model, ll_process_fn fn, void *arg);
int ll_model_children(const struct ll_model *model, const struct ll_process *parent,
		      ll_process_fn fn, void *arg);

/* Walk all processes in memory, dead ones included, in order of birth; as above. */
int ll_model_all(const struct ll_model *model, ll_process_fn fn, void *arg);

/* How long in one state, at most how long at a stretch, how often. */
struct ll_stay {
	uint64_t total_ns, longest_ns, count;
};

struct ll_sched {
	bool is_known;
	enum ll_sched_policy policy;
	int nice;
	unsigned priority; /* real-time, 1 to 99; else 0 */
};

/* Whether threads of the default policies have to stand back for it. */
static inline bool ll_sched_is_realtime(const struct ll_sched *sched)
{
	return sched->is_known &&
	       (sched->policy == LL_SCHED_FIFO || sched->policy == LL_SCHED_RR ||
		sched->policy == LL_SCHED_DEADLINE);
}

/* Who is in D longer than --stall, and still is. */
struct ll_stuck {
	uint32_t tid; /* 0: nobody */
	uint64_t since_boottime_ns;
	struct ll_str stack; /* NUL-separated, innermost frame first; empty: unknown */
};

/*
 * How a thread, or all threads of a process together, have spent their time. Of one thread the
 * stays add up to the time from since to until. Strings are borrowed from the model.
 */
struct ll_states {
	struct ll_stay stays[LL_STATES_TIMED]; /* by enum ll_state */
	uint64_t since_boottime_ns; /* of several threads the first; 0: no times were told */
	uint64_t until_boottime_ns; /* of several threads the last */
	struct ll_str stack; /* of the longest D; empty: unknown */
	bool has_state; /* false when over or unknown */
	enum ll_state state; /* now; of a process its main thread's */
	struct ll_sched sched; /* of a process its main thread's */
	struct ll_stuck stuck; /* of several threads the one that is stuck longest */
};

struct ll_states_row {
	const struct ll_process *process;
	struct ll_states states; /* of all its threads, also of those that are over */
	struct ll_sched realtime; /* of its real-time thread of highest priority, if any */
	uint32_t living_count, over_count; /* threads that were told of */
};

struct ll_states_thread {
	uint32_t tid;
	uint64_t start_boottime_ns;
	char comm[16]; /* NUL-terminated, raw bytes */
	bool is_over;
	struct ll_states states;
};

/* Of threads that are over a process keeps those in detail that ran longest, at most so many. */
#define LL_STATES_DEAD 8

/*
 * Walk the processes whose states were told, in order of birth; and the threads of one,
 * living ones first. Rows are borrowed until fn returns, what they point to until the next
 * ll_model_apply(); results as of ll_model_all().
 */
typedef int (*ll_states_fn)(void *arg, const struct ll_states_row *row);
int ll_model_states(const struct ll_model *model, ll_states_fn fn, void *arg);
typedef int (*ll_states_thread_fn)(void *arg, const struct ll_states_thread *thread);
int ll_model_states_threads(const struct ll_model *model, const struct ll_process *process,
			    ll_states_thread_fn fn, void *arg);

/* Rows of signals at most; what comes after them is counted together in one more. */
#define LL_MODEL_SIGNAL_ROWS 8192

/*
 * What one sender sent of one signal to one target. Sent by a timer or the kernel, it has no
 * sender process; neither has the kernel's SIGCHLD, whose senders are the target's children.
 */
struct ll_signal_row {
	bool is_others; /* all that found no row: only the numbers below are known */
	bool has_sender_kind;
	bool is_fault; /* what the target did itself raised it: not kill(), not raise() */
	enum ll_sender_kind sender_kind;
	struct ll_id sender; /* tgid 0: no process */
	char sender_comm[16]; /* NUL-terminated, raw bytes; empty: unknown */
	struct ll_id target;
	char target_comm[16];
	unsigned signal;
	uint64_t sent; /* whatever came of it */
	uint64_t results[LL_SIGNAL_INFO_LOST + 1]; /* by enum ll_signal_result */
	uint64_t resumed; /* of the ignored: it was stopped and went on */
	uint64_t blocked; /* of sent: it was blocked then */
	uint64_t deliveries[LL_ACTION_CONTINUE + 1]; /* by enum ll_signal_action */
	uint64_t fatal; /* ended the target */
	uint64_t latency_count; /* deliveries whose latency is certain */
	uint64_t latency_p50_ns, latency_p99_ns; /* an eighth off at most */
	uint64_t latency_max_ns; /* exact */
	uint64_t last_boottime_ns;
	uint64_t last_unix_ns; /* 0: unknown */
};

/*
 * Walk the rows, in order of their first signal, the one of all others last. A row is borrowed
 * until fn returns; a non-zero return stops the walk and is returned.
 */
typedef int (*ll_signal_row_fn)(void *arg, const struct ll_signal_row *row);
int ll_model_signals(const struct ll_model *model, ll_signal_row_fn fn, void *arg);

/* Tell whether a member of process named by a LL_F_* is known. */
static inline bool ll_process_knows(const struct ll_process *process, enum ll_field field)
{
	return process->known[field / 64] >> (field % 64) & 1;
}

/* Counters up to now; valid until the next apply. */
const struct ll_model_counts *ll_model_counts(const struct ll_model *model);
