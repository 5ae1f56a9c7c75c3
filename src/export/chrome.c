/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Chrome's trace events: a JSON array that is written as it comes, so one that was cut off loads, too.
 *
 * Each process has a track with a slice for its life, in that one for each program it executed,
 * after it one for its time as a zombie; instants for signals and what else happens, arrows for
 * forks and signals, states beside it. The format knows processes by pid alone: one that has the
 * pid of an earlier one gets an id above all pids; the real one is among its arguments. Times are
 * microseconds since boot.
 *
 * Held are the two newest processes of each pid, so no more than there are pids.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "export/export.h"
#include "export/program.h"
#include "render/buffer.h"
#include "render/json.h"

#define HASH_NONFATAL_OOM 1
#include <uthash.h>

/* No pid is as large: the kernel's PID_MAX_LIMIT. */
#define PID_LIMIT 4194304

/* What is open on a process's track, one in the other. */
enum slices { SLICE_LIFE = 1, SLICE_PROGRAM = 2, SLICE_ZOMBIE = 4 };

struct process {
	uint64_t start_boottime_ns; /* 0: there is none, or it is unknown */
	uint32_t id; /* in the trace; 0: there is none */
	unsigned open; /* enum slices */
};

struct holder {
	uint32_t tgid;
	struct process newest, older;
	UT_hash_handle hh;
};

struct ll_export {
	FILE *out; /* borrowed */
	struct ll_buffer buffer;
	struct holder *holders;
	uint32_t reused_count;
	bool has_events;
};

/* ---- Who is who -------------------------------------------------------------------------- */

static struct holder *find_holder(const struct ll_export *export, uint32_t tgid)
{
	struct holder *holder;

	HASH_FIND(hh, export->holders, &tgid, sizeof(tgid), holder);
	return holder;
}

static struct holder *add_holder(struct ll_export *export, uint32_t tgid)
{
	struct holder *holder = calloc(1, sizeof(*holder));

	if (holder == NULL)
		return NULL;
	holder->tgid = tgid;
	HASH_ADD(hh, export->holders, tgid, sizeof(holder->tgid), holder);
	if (holder->hh.tbl != NULL)
		return holder;
	free(holder);
	return NULL;
}

/* The process of that start; of an unknown one the newest. NULL: none was seen. */
static struct process *find_process(const struct ll_export *export, uint32_t tgid,
				    uint64_t start_ns)
{
	struct holder *holder = find_holder(export, tgid);

	if (holder == NULL)
		return NULL;
	if (start_ns == 0 || holder->newest.start_boottime_ns == start_ns)
		return &holder->newest;
	bool is_older = holder->older.id != 0 && holder->older.start_boottime_ns == start_ns;
	return is_older ? &holder->older : NULL;
}

/* Make room for one; NULL with *ret_err 0 when it is older than the two of its pid that are known. */
static struct process *add_process(struct ll_export *export, uint32_t tgid, uint64_t start_ns,
				   int *ret_err)
{
	struct holder *holder = find_holder(export, tgid);
	bool is_first = holder == NULL;

	*ret_err = 0;
	if (holder == NULL)
		holder = add_holder(export, tgid);
	if (holder == NULL) {
		*ret_err = -ENOMEM;
		return NULL;
	}
	if (start_ns < holder->newest.start_boottime_ns)
		return NULL;
	holder->older = holder->newest;
	holder->newest = (struct process){
		.start_boottime_ns = start_ns,
		.id = is_first ? tgid : PID_LIMIT + ++export->reused_count,
	};
	return &holder->newest;
}

/* ---- Records ----------------------------------------------------------------------------- */

static void put(struct ll_export *export, const char *text)
{
	ll_buffer_put_string(&export->buffer, text);
}

static void put_us(struct ll_export *export, uint64_t ns)
{
	char text[32];

	ll_buffer_put(&export->buffer, text,
		      (size_t)snprintf(text, sizeof(text), "%" PRIu64 ".%03u", ns / 1000,
				       (unsigned)(ns % 1000)));
}

/* Open a record of a phase; more members may follow, then close_record(). */
static void open_record(struct ll_export *export, const char *phase, const char *category,
			uint32_t id, uint64_t tid, uint64_t time_ns)
{
	put(export, export->has_events ? ",\n{\"ph\":\"" : "\n{\"ph\":\"");
	export->has_events = true;
	put(export, phase);
	put(export, "\",\"cat\":\"");
	put(export, category);
	put(export, "\",\"pid\":");
	ll_buffer_put_decimal(&export->buffer, id);
	put(export, ",\"tid\":");
	ll_buffer_put_decimal(&export->buffer, tid);
	put(export, ",\"ts\":");
	put_us(export, time_ns);
}

static void put_name(struct ll_export *export, struct ll_str name)
{
	put(export, ",\"name\":");
	ll_json_put_string(&export->buffer, name);
}

/* Put all that an event knows as arguments, but what is the same for all, and close the record. */
static int close_with(struct ll_export *export, const struct ll_event *event)
{
	struct ll_event arguments = *event;

	ll_event_forget(&arguments, LL_F_HOST_NAME);
	ll_event_forget(&arguments, LL_F_BOOT_ID);
	put(export, ",\"args\":");
	int err = ll_buffer_end(&export->buffer);
	if (err == 0)
		err = ll_json_fields(export->out, &arguments);
	put(export, "}");
	return err;
}

static void close_record(struct ll_export *export)
{
	put(export, "}");
}

/* ---- Tracks ------------------------------------------------------------------------------ */

static void name_process(struct ll_export *export, const struct process *process,
			 struct ll_str name)
{
	static const char *const whats[] = { "process_name", "thread_name" };

	for (int i = 0; i < 2 && name.length > 0; i++) {
		open_record(export, "M", "__metadata", process->id, process->id, 0);
		put_name(export, ll_str_of(whats[i]));
		put(export, ",\"args\":{\"name\":");
		ll_json_put_string(&export->buffer, name);
		put(export, "}");
		close_record(export);
	}
}

static struct ll_str comm_of(const struct ll_event *event)
{
	return ll_event_has(event, LL_F_COMM) ? event->comm : ll_str_make("", 0);
}

static int begin_slice(struct ll_export *export, struct process *process, enum slices slice,
		       uint64_t time_ns, struct ll_str name, const struct ll_event *event)
{
	process->open |= slice;
	open_record(export, "B", "process", process->id, process->id, time_ns);
	put_name(export, name);
	return close_with(export, event);
}

static void end_slice(struct ll_export *export, struct process *process, enum slices slice,
		      uint64_t time_ns)
{
	if ((process->open & slice) == 0)
		return;
	process->open &= ~(unsigned)slice;
	open_record(export, "E", "process", process->id, process->id, time_ns);
	close_record(export);
}

static void end_all(struct ll_export *export, struct process *process, uint64_t time_ns)
{
	end_slice(export, process, SLICE_PROGRAM, time_ns);
	end_slice(export, process, SLICE_LIFE, time_ns);
	end_slice(export, process, SLICE_ZOMBIE, time_ns);
}

static int instant(struct ll_export *export, const struct process *process,
		   const struct ll_event *event, const char *category, struct ll_str name)
{
	bool is_thread = ll_event_has(event, LL_F_TID) && event->tid != event->tgid;

	open_record(export, "i", category, process->id, is_thread ? event->tid : process->id,
		    event->time_boottime_ns);
	put_name(export, name);
	put(export, ",\"s\":\"t\"");
	return close_with(export, event);
}

/* An arrow, from a slice that is open to the one that has just begun or goes on. */
static void arrow(struct ll_export *export, const char *category, const struct process *from,
		  const struct process *to, const struct ll_event *event)
{
	const struct process *const ends[] = { from, to };

	if (from == NULL || from == to || from->open == 0 || to->open == 0)
		return;
	for (int i = 0; i < 2; i++) {
		open_record(export, i == 0 ? "s" : "f", category, ends[i]->id, ends[i]->id,
			    event->time_boottime_ns);
		put_name(export, ll_str_of(category));
		put(export, ",\"id\":");
		ll_buffer_put_decimal(&export->buffer, event->sequence);
		put(export, i == 0 ? "" : ",\"bp\":\"e\"");
		close_record(export);
	}
}

/* ---- Events ------------------------------------------------------------------------------ */

/* The process of an event; one that is new gets a track. NULL: it has none. */
static struct process *subject(struct ll_export *export, const struct ll_event *event,
			       int *ret_err)
{
	uint64_t start_ns = ll_event_has(event, LL_F_CREATION) ? event->start_boottime_ns : 0;
	uint32_t tgid = (uint32_t)event->tgid;

	*ret_err = 0;
	if (!ll_event_has(event, LL_F_PID))
		return NULL;
	struct process *process = find_process(export, tgid, start_ns);
	if (process != NULL)
		return process;
	process = add_process(export, tgid, start_ns, ret_err);
	if (process == NULL)
		return NULL;
	name_process(export, process, comm_of(event));
	*ret_err = begin_slice(export, process, SLICE_LIFE,
			       start_ns != 0 ? start_ns : event->time_boottime_ns,
			       ll_str_of("process"), event);
	return process;
}

static int take_fork(struct ll_export *export, const struct process *process,
		     const struct ll_event *event)
{
	uint32_t caller = ll_event_has(event, LL_F_FORK_CALLER)
				  ? (uint32_t)event->fork_caller_tgid
				  : (uint32_t)event->parent_tgid;

	if (event->fork_kind == LL_FORK_THREAD)
		return instant(export, process, event, "process", ll_str_of("new thread"));
	arrow(export, "fork", find_process(export, caller, 0), process, event);
	return 0;
}

static int take_image(struct ll_export *export, struct process *process,
		      const struct ll_event *event)
{
	struct ll_str none = ll_str_make(NULL, 0);
	struct ll_str name = ll_program_name(
		ll_event_has(event, LL_F_EXE) ? event->exe : none,
		ll_event_has(event, LL_F_FILENAME) ? event->filename : none,
		ll_event_has(event, LL_F_INTERPRETER) ? event->interpreter : none);

	if ((process->open & SLICE_LIFE) == 0)
		return instant(export, process, event, "process", ll_str_of("exec"));
	name_process(export, process, comm_of(event));
	end_slice(export, process, SLICE_PROGRAM, event->time_boottime_ns);
	return begin_slice(export, process, SLICE_PROGRAM, event->time_boottime_ns,
			   name.length > 0 ? name : comm_of(event), event);
}

static bool is_zombie(const struct ll_event *event)
{
	return ll_event_has(event, LL_F_STATE_NOW) && event->task_state == LL_TASK_ZOMBIE;
}

static int take_death(struct ll_export *export, struct process *process,
		      const struct ll_event *event)
{
	uint64_t now_ns = event->time_boottime_ns;

	if ((process->open & SLICE_LIFE) == 0)
		return instant(export, process, event, "process", ll_str_of("exit"));
	end_slice(export, process, SLICE_PROGRAM, now_ns);
	process->open &= ~(unsigned)SLICE_LIFE;
	open_record(export, "E", "process", process->id, process->id, now_ns);
	int err = close_with(export, event);
	return err != 0 ? err
			: begin_slice(export, process, SLICE_ZOMBIE, now_ns,
				      ll_str_of("zombie"), event);
}

static int take_exit(struct ll_export *export, struct process *process,
		     const struct ll_event *event)
{
	uint64_t start_ns = event->thread_start_boottime_ns;
	bool is_thread = ll_event_has(event, LL_F_EXIT_SCOPE) &&
			 event->exit_scope == LL_EXIT_THREAD && event->tid != event->tgid;

	if (ll_event_has(event, LL_F_EXIT_SCOPE) && event->exit_scope == LL_EXIT_PROCESS)
		return take_death(export, process, event);
	if (!is_thread || start_ns == 0 || start_ns > event->time_boottime_ns)
		return instant(export, process, event, "process", ll_str_of("thread exit"));
	open_record(export, "X", "thread", process->id, event->tid, start_ns);
	put_name(export, comm_of(event));
	put(export, ",\"dur\":");
	put_us(export, event->time_boottime_ns - start_ns);
	return close_with(export, event);
}

static int take_snapshot(struct ll_export *export, struct process *process,
			 const struct ll_event *event)
{
	if (ll_event_has(event, LL_F_TID) && event->tid != event->tgid)
		return 0;
	if (is_zombie(event))
		return (process->open & SLICE_LIFE) != 0 ? take_death(export, process, event)
							 : 0;
	if ((process->open & SLICE_PROGRAM) != 0 || !ll_event_has(event, LL_F_EXE))
		return 0;
	return take_image(export, process, event);
}

static int take_signal(struct ll_export *export, const struct process *process,
		       const struct ll_event *event)
{
	bool has_sender = event->kind == LL_EVENT_SIGNAL_GENERATE &&
			  ll_event_has(event, LL_F_SENDER_PID) &&
			  ll_event_has(event, LL_F_SENDER_KIND) &&
			  event->sender_kind == LL_SENDER_USER;
	struct ll_str name =
		ll_event_has(event, LL_F_SIGNAL) ? event->signal_name : ll_str_of("signal");

	if (has_sender)
		arrow(export, "signal",
		      find_process(export, (uint32_t)event->sender_tgid,
				   event->sender_start_boottime_ns),
		      process, event);
	return instant(export, process, event,
		       event->kind == LL_EVENT_SIGNAL_GENERATE ? "signal" : "delivery", name);
}

/* Beside the track, since a state may go on from one program into the next. */
static int take_state(struct ll_export *export, const struct process *process,
		      const struct ll_event *event)
{
	const uint64_t times[] = { event->time_boottime_ns - event->state_ns,
				   event->time_boottime_ns };
	const char *const *names = ll_field_info(LL_F_STATE_FROM)->values;
	int err = 0;

	if (!ll_event_has(event, LL_F_STATE_FROM) || event->state_from > LL_STATE_ZOMBIE)
		return 0;
	struct ll_str name = ll_str_of(names[event->state_from]);
	if (!ll_event_has(event, LL_F_STATE_NS) || event->state_ns > event->time_boottime_ns ||
	    (ll_event_has(event, LL_F_STATE_STUCK) && event->state_stuck))
		return instant(export, process, event, "state", name);
	for (int i = 0; i < 2 && err == 0; i++) {
		open_record(export, i == 0 ? "b" : "e", "state", process->id,
			    event->tid != event->tgid ? event->tid : process->id, times[i]);
		put_name(export, name);
		put(export, ",\"id\":");
		ll_buffer_put_decimal(&export->buffer, event->sequence);
		if (i == 0)
			err = close_with(export, event);
		else
			close_record(export);
	}
	return err;
}

static int take_loss(struct ll_export *export, const struct ll_event *event)
{
	open_record(export, "i", "lost", 0, 0, event->time_boottime_ns);
	put_name(export, ll_str_of("events were lost"));
	put(export, ",\"s\":\"g\"");
	return close_with(export, event);
}

static int take_of(struct ll_export *export, struct process *process,
		   const struct ll_event *event)
{
	switch (event->kind) {
	case LL_EVENT_SNAPSHOT:
		return take_snapshot(export, process, event);
	case LL_EVENT_FORK:
		return take_fork(export, process, event);
	case LL_EVENT_EXEC:
		return take_image(export, process, event);
	case LL_EVENT_EXIT:
		return take_exit(export, process, event);
	case LL_EVENT_REAP:
		end_all(export, process, event->time_boottime_ns);
		return 0;
	case LL_EVENT_RENAME:
		if (!ll_event_has(event, LL_F_TID) || event->tid == event->tgid)
			name_process(export, process, comm_of(event));
		return instant(export, process, event, "process", ll_str_of("rename"));
	case LL_EVENT_SIGNAL_GENERATE:
	case LL_EVENT_SIGNAL_DELIVER:
		return take_signal(export, process, event);
	case LL_EVENT_STATE:
		return take_state(export, process, event);
	default:
		return instant(export, process, event, "process",
			       ll_str_of(ll_event_kind_short_name(event->kind)));
	}
}

static int take_event(struct ll_export *export, const struct ll_event *event)
{
	int err = 0;

	if (event->kind == LL_EVENT_LOST) {
		err = take_loss(export, event);
	} else {
		struct process *process = subject(export, event, &err);

		if (process != NULL && err == 0)
			err = take_of(export, process, event);
	}
	int flush_err = ll_buffer_end(&export->buffer);
	return err != 0 ? err : flush_err;
}

/* ---- The format -------------------------------------------------------------------------- */

static void free_chrome(struct ll_export *export)
{
	struct holder *holder, *next;

	if (export == NULL)
		return;
	HASH_ITER(hh, export->holders, holder, next) {
		HASH_DEL(export->holders, holder);
		free(holder);
	}
	free(export);
}

static int open_chrome(const struct ll_export_options *options, struct ll_export **ret_export,
		       char **ret_why)
{
	struct ll_export *export = calloc(1, sizeof(*export));

	*ret_why = NULL;
	if (export == NULL)
		return -ENOMEM;
	export->out = options->out;
	ll_buffer_init(&export->buffer, export->out);
	put(export, "[");
	*ret_export = export;
	return 0;
}

/* What is still alive is left open: viewers draw it to the end. */
static int end(struct ll_export *export, uint64_t now_boottime_ns, uint64_t now_unix_ns)
{
	(void)now_boottime_ns;
	(void)now_unix_ns;
	put(export, "\n]\n");
	return ll_buffer_end(&export->buffer);
}

const struct ll_export_format ll_export_chrome = {
	.name = "chrome",
	.help = "Chrome's trace events, for chrome://tracing, Perfetto and Speedscope",
	.kinds = LL_E_ALL & ~(LL_E_HIDDEN | LL_E(STATE_TIMES)),
	.open = open_chrome,
	.event = take_event,
	.end = end,
	.free = free_chrome,
};
