/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What the page shows, collected from the stream: a record for each process, with its executions,
 * signals and changes of state; and the losses.
 *
 * Memory is proportional to the processes, not to the events: about half a KiB each, their executions
 * (the model keeps 32 of each) and the texts, up to the bounds below and that of html_strings.h. What is
 * over a bound is counted, and the page says so.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "event/event.h"
#include "export/html_strings.h"
#include "model/model.h"

#define LL_HTML_PROCESSES 500000
#define LL_HTML_LOSSES 4096
/* Of one process. Changes of state beyond it are joined to coarser ones, the shortest first. */
#define LL_HTML_SIGNALS 64
#define LL_HTML_STAYS 128
/* Of all processes together; stays when the page is written: they are coarsened until they fit. */
#define LL_HTML_ALL_SIGNALS 400000
#define LL_HTML_ALL_STAYS 400000
/* Bytes of the arguments of one execution. */
#define LL_HTML_ARGS 4096

#define LL_HTML_UNKNOWN UINT64_MAX

/*
 * The numbers of a process, one column of the page each: X(ID, "name", what it is). Names are the
 * registry's aliases where it has one; kinds: COUNT, STRING (a number of the table's strings), TIME_US (of
 * nanoseconds, in microseconds), KIB (of bytes).
 */
#define LL_HTML_COLUMNS(X)                                                                     \
	X(COMM, "comm", STRING)                                                                \
	X(STATUS, "status", COUNT)                                                             \
	X(CAUSE, "cause", COUNT)                                                               \
	X(WHY, "why", STRING)                                                                  \
	X(REAPER, "reaper", COUNT)                                                             \
	X(EUID, "uid", COUNT)                                                                  \
	X(RUID, "ruid", COUNT)                                                                 \
	X(PGID, "pgid", COUNT)                                                                 \
	X(SID, "sid", COUNT)                                                                   \
	X(VPID, "vpid", COUNT)                                                                 \
	X(CGROUP, "cgroup", STRING)                                                            \
	X(CONTAINER, "container", STRING)                                                      \
	X(THREADS, "peak_threads", COUNT)                                                      \
	X(UTIME, "utime", TIME_US)                                                             \
	X(STIME, "stime", TIME_US)                                                             \
	X(WAIT, "wait", TIME_US)                                                               \
	X(MAXRSS, "maxrss", KIB)                                                               \
	X(MINFLT, "minflt", COUNT)                                                             \
	X(MAJFLT, "majflt", COUNT)                                                             \
	X(NVCSW, "nvcsw", COUNT)                                                               \
	X(NIVCSW, "nivcsw", COUNT)                                                             \
	X(READ, "read", KIB)                                                                   \
	X(WRITTEN, "written", KIB)                                                             \
	X(RUNNING, "running", TIME_US)                                                         \
	X(RUNNABLE, "runnable", TIME_US)                                                       \
	X(SLEEPING, "sleeping", TIME_US)                                                       \
	X(UNINTERRUPTIBLE, "uninterruptible", TIME_US)                                         \
	X(STOPPED, "stopped", TIME_US)                                                         \
	X(TRACED, "traced", TIME_US)                                                           \
	X(IDLE, "idle", TIME_US)

enum ll_html_column {
#define X(id, ...) LL_HTML_##id,
	LL_HTML_COLUMNS(X)
#undef X
		LL_HTML_COLUMN_COUNT,
};

/* Bits of a process. */
#define LL_HTML_KTHREAD 1u
#define LL_HTML_BIRTH_SEEN 2u
#define LL_HTML_INFERRED 4u
#define LL_HTML_REAP_ROUGH 8u /* its time is that of an echo, or inferred: too late */
#define LL_HTML_CONTEXT 16u /* here only since it leads to one that was asked for */
#define LL_HTML_COARSE 32u /* its states were joined: there were too many */

/* One execution. Strings by number; 0: unknown. */
struct ll_html_image {
	uint64_t time_ns;
	uint64_t comm, exe, filename, interpreter, args, cwd;
	bool is_cut; /* arguments are missing at the end */
};

struct ll_html_signal {
	struct ll_html_signal *older; /* of the same target */
	uint64_t time_ns, latency_ns; /* latency LL_HTML_UNKNOWN: not certain */
	struct ll_id sender; /* tgid 0: no process */
	uint64_t sender_comm, name; /* strings */
	unsigned number;
	uint8_t sender_kind, result, action; /* 255: unknown */
};

struct ll_html_stay {
	uint64_t begin_ns, end_ns;
	uint8_t state; /* enum ll_state */
};

struct ll_html_process;

struct ll_html_loss {
	uint64_t time_ns, kind, count, cpu; /* kind: a string; cpu LL_HTML_UNKNOWN: several */
};

struct ll_html_table {
	struct ll_html_strings strings;
	struct ll_html_process *by_id;
	struct ll_html_process **processes; /* in order of birth after ll_html_table_end() */
	size_t count, room;
	struct ll_html_loss *losses;
	size_t loss_count, loss_room;
	size_t signal_count;
	uint64_t first_ns; /* the first moment that was told of; 0: none */
	uint64_t end_ns; /* the last, or the end of the watch */
	uint64_t unix_minus_boot_ns; /* modulo 2^64; 0: unknown */
	uint64_t left_out; /* processes over the bound */
};

int ll_html_table_init(struct ll_html_table *table);
void ll_html_table_fini(struct ll_html_table *table);

/* Take an event, as the model has just handed it on. Returns 0 or -ENOMEM. */
int ll_html_table_add(struct ll_html_table *table, const struct ll_model *model,
		      const struct ll_event *event);

/* The stream is over: take what the model knows of those that live, and put all in order. */
int ll_html_table_end(struct ll_html_table *table, const struct ll_model *model,
		      uint64_t now_boottime_ns);

/* The place of a process in the order; -1: it is not there. Only after the end. */
int64_t ll_html_table_find(const struct ll_html_table *table, struct ll_id id);
