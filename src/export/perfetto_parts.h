/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What the parts of the Perfetto export share: the export under way, its processes, and what it
 * writes of them. Times are CLOCK_BOOTTIME nanoseconds, which is the trace's clock.
 *
 * Everything is told twice. Packets like those of the kernel's ftrace make processes, threads,
 * their names, parents, ends and states; track events make what Perfetto has no notion of: the
 * programs a process ran, one after another, its time as a zombie, signals, and what was lost.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "export/export.h"
#include "export/perfetto_stream.h"
/* An element that cannot be added stays out of the table: hh.tbl is NULL then. */
#define HASH_NONFATAL_OOM 1
#include <uthash.h>

/* The packets' one sequence. */
#define LL_PERFETTO_SEQUENCE 1

/* Tracks of the machine as a whole; those of processes come after them. */
enum ll_perfetto_track {
	LL_PERFETTO_LIVE = 1, /* counters: processes that live, */
	LL_PERFETTO_ZOMBIES, /* zombies, */
	LL_PERFETTO_EXECS, /* execs in a second, */
	LL_PERFETTO_LOST, /* events lost so far */
	LL_PERFETTO_LOSSES, /* what was lost, each in its place */
	LL_PERFETTO_TREE, /* the root of the tracks that are nested as processes are */
	LL_PERFETTO_PROCESSES = 16,
};

/* Readers do not follow a track to its root over more than a hundred others. */
#define LL_PERFETTO_DEPTH_MAX 96
/* CPUs that a reader takes. */
#define LL_PERFETTO_CPUS 128
/* Threads that ended of late and are remembered; a power of two, for it divides thread ids. */
#define LL_PERFETTO_DEAD 4096

struct ll_perfetto_id {
	uint64_t start_boottime_ns;
	uint64_t tgid; /* as wide as the start: no byte of a key is padding */
};

/* A process that is alive or a zombie, as far as it was written. */
struct ll_perfetto_process {
	struct ll_perfetto_id id;
	uint64_t uuid; /* of its own track, which belongs to it alone */
	uint64_t tree_uuid; /* of its track in the tree, below tree_parent_uuid's */
	uint64_t tree_parent_uuid;
	unsigned depth; /* in the tree */
	struct ll_perfetto_id parent; /* at birth, or when it was first seen; tgid 0: unknown */
	bool is_zombie;
	bool has_parent; /* which was in the table then */
	bool is_freed; /* its pid has gone to another already */
	UT_hash_handle hh, by_pid;
};

/* Who is on the CPU that it was given; tid 0: nobody. */
struct ll_perfetto_cpu {
	uint32_t tid;
	char comm[16];
	uint64_t switched_ns; /* last; nothing of an earlier time can be told of it */
};

struct ll_perfetto_thread {
	uint32_t tid; /* 0: none */
	uint64_t start_boottime_ns;
};

/*
 * Threads on CPUs. Events do not tell which CPU, so each running thread is given the first that
 * is free: what was running when is true, and how many at once; which CPU is not.
 */
struct ll_perfetto_sched {
	bool is_told; /* every change of state is, not only stops */
	struct ll_perfetto_cpu cpus[LL_PERFETTO_CPUS];
	/* Threads that ended of late, by tid: their last steps are told after it. */
	struct ll_perfetto_thread dead[LL_PERFETTO_DEAD];
};

/* A counter as it was last written. */
struct ll_perfetto_counter {
	uint64_t value, told;
};

struct ll_export {
	struct ll_perfetto_stream stream;
	const struct ll_model *model; /* borrowed */
	struct ll_export_about about;
	struct ll_perfetto_process *processes; /* hash by id */
	struct ll_perfetto_process *pids; /* hash by pid: of each the latest process */
	struct ll_perfetto_sched sched;
	struct ll_perfetto_counter live, zombies, lost;
	uint64_t second_ns, second_execs; /* when the second under way began; 0: none does */
	uint64_t next_uuid, next_flow;
	size_t sweep_at; /* so many processes in the table call for a sweep */
	bool has_clock;
};

/* ---- perfetto_track.c: packets, slices, counters ---------------------------------------- */

/* A packet of this time, to be filled. */
Pf__TracePacket ll_perfetto_packet(uint64_t time_ns);

/* Write what a trace begins with: the machine, names of annotations, tracks of the machine. */
void ll_perfetto_put_head(struct ll_export *export);

/* Write which wall time a boot time is. */
void ll_perfetto_put_clocks(struct ll_export *export, uint64_t boottime_ns, uint64_t unix_ns);

/* Write both tracks of a process. */
void ll_perfetto_put_tracks(struct ll_export *export, uint64_t time_ns,
			    const struct ll_perfetto_process *process, struct ll_str comm);

/*
 * What a slice or an instant is: the kind of the event that tells of it, or one of these. A
 * category's name is that kind's: "process.exec".
 */
enum {
	LL_PERFETTO_SEND =
		LL_EVENT_KINDS, /* "signal.send": of a signal, on its sender's track */
	LL_PERFETTO_TREE_SLICE, /* "tree" */
	LL_PERFETTO_CATEGORIES,
};

/* The arrow that begins or ends at a slice or instant; id 0: none. */
struct ll_perfetto_flow {
	uint64_t id;
	bool is_end;
};

/*
 * Begin a slice of a process, or write an instant on a track. annotations are what the event knows, NULL: none.
 */
void ll_perfetto_begin_slice(struct ll_export *export, uint64_t time_ns,
			     const struct ll_perfetto_process *process, int category,
			     struct ll_str name, const struct ll_event *event,
			     struct ll_perfetto_flow flow);
void ll_perfetto_put_instant(struct ll_export *export, uint64_t time_ns, uint64_t track,
			     int category, const char *name, const struct ll_event *event,
			     struct ll_perfetto_flow flow);

/* End the slice that began last. */
void ll_perfetto_end_slice(struct ll_export *export, uint64_t time_ns,
			   const struct ll_perfetto_process *process,
			   const struct ll_event *event);

void ll_perfetto_put_counter(struct ll_export *export, uint64_t time_ns, uint64_t track,
			     uint64_t value);

/* Write the counters that have changed. */
void ll_perfetto_put_counters(struct ll_export *export, uint64_t time_ns);

/* Tell of the seconds that are over by this time how many execs they had. */
void ll_perfetto_mind_second(struct ll_export *export, uint64_t time_ns);
void ll_perfetto_count_exec(struct ll_export *export, uint64_t time_ns);

/* ---- perfetto_ftrace.c: what the kernel's own tracing would have written ------------------ */

/*
 * Write one event as if traced on a CPU, while the thread ran there. Of events of the same time
 * those of one CPU alone are sure to keep their order, and no packet of another kind keeps it with them.
 */
void ll_perfetto_put_ftrace(struct ll_export *export, unsigned cpu, uint64_t time_ns,
			    uint64_t tid, Pf__FtraceEvent *ftrace);

/* A process or thread begins, or is first told of. */
void ll_perfetto_put_birth(struct ll_export *export, const struct ll_event *event);
void ll_perfetto_put_rename(struct ll_export *export, const struct ll_event *event);
void ll_perfetto_put_exec(struct ll_export *export, const struct ll_event *exec);
void ll_perfetto_put_exit(struct ll_export *export, unsigned cpu, const struct ll_event *exit);
/* A thread is gone, and with its leader a process. */
void ll_perfetto_put_free(struct ll_export *export, unsigned cpu, uint64_t time_ns,
			  uint64_t tid);
/* sender: 0 when it is not in the trace. */
void ll_perfetto_put_generate(struct ll_export *export, const struct ll_event *signal,
			      uint64_t sender);
void ll_perfetto_put_deliver(struct ll_export *export, const struct ll_event *signal);

/* ---- perfetto_sched.c: thread states ------------------------------------------------------ */

/* Take a change of state. */
void ll_perfetto_take_state(struct ll_export *export, const struct ll_event *state);

/* A thread ends, of a process that goes on or does not. A leader is not freed: its process is. */
void ll_perfetto_end_thread(struct ll_export *export, const struct ll_event *exit);

/* A thread has executed a program and taken its leader's place: who it was is gone. */
void ll_perfetto_move_thread(struct ll_export *export, const struct ll_event *exec);

/* ---- perfetto_process.c: the table of processes ------------------------------------------- */

/* Find a process that is alive or a zombie; NULL: there is none. Valid until it is forgotten. */
struct ll_perfetto_process *ll_perfetto_find(struct ll_export *export, uint64_t tgid,
					     uint64_t start_boottime_ns);

/*
 * Find the process an event is about; what the trace does not know yet is written first, with
 * what the event and the model tell. NULL when it is over, or out of memory.
 */
struct ll_perfetto_process *ll_perfetto_mind(struct ll_export *export,
					     const struct ll_event *event);

/* Write the process tree's entry of a process: its arguments, user, parent; if its parent allows. */
void ll_perfetto_put_process(struct ll_export *export,
			     const struct ll_perfetto_process *process,
			     const struct ll_event *event);

/* Its last thread ended, or it was reaped, which forgets it. event: NULL when not told of. */
void ll_perfetto_end_process(struct ll_export *export, struct ll_perfetto_process *process,
			     uint64_t time_ns, const struct ll_event *exit);
void ll_perfetto_free_process(struct ll_export *export, struct ll_perfetto_process *process,
			      uint64_t time_ns, const struct ll_event *reap);

/* End those of which the model knows that they are over, though no event told. */
void ll_perfetto_sweep(struct ll_export *export);
void ll_perfetto_forget_all(struct ll_export *export);
