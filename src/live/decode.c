/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* See decode.h. */
#include "live/decode.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "event/entity.h"
#include "event/wait_status.h"
#include "live/decode_parts.h"

/* include/linux/sched.h */
#define PF_KTHREAD 0x00200000u
/* A path turned round: a slash for each component, at most LL_PATH_MAX of name bytes. */
#define PATH_SIZE (2 * LL_PATH_MAX + 512)

struct ll_decoder {
	struct ll_cgroups *cgroups;
	uint64_t page_bytes;
	int64_t unix_minus_boottime_ns;
	char host_name[256];
	char boot_id[64];
	char entity_id[LL_ENTITY_ID_SIZE];
	char parent_entity_id[LL_ENTITY_ID_SIZE];
	char exe[PATH_SIZE];
	char cwd[PATH_SIZE];
	char error[32];
	struct ll_stacks *stacks; /* borrowed; NULL: none */
	struct ll_decode_buffers buffers;
};

static void read_line(const char *path, char *buffer, size_t size)
{
	FILE *file = fopen(path, "re");

	if (file == NULL)
		return;
	if (fgets(buffer, (int)size, file) != NULL)
		buffer[strcspn(buffer, "\n")] = '\0';
	fclose(file);
}

struct ll_decoder *ll_decoder_new(struct ll_cgroups *cgroups, long page_bytes)
{
	struct ll_decoder *decoder = calloc(1, sizeof(*decoder));

	if (decoder == NULL)
		return NULL;
	decoder->cgroups = cgroups;
	decoder->page_bytes = (uint64_t)page_bytes;
	read_line("/proc/sys/kernel/hostname", decoder->host_name, sizeof(decoder->host_name));
	read_line("/proc/sys/kernel/random/boot_id", decoder->boot_id,
		  sizeof(decoder->boot_id));
	return decoder;
}

void ll_decoder_free(struct ll_decoder *decoder)
{
	free(decoder);
}

void ll_decoder_set_stacks(struct ll_decoder *decoder, struct ll_stacks *stacks)
{
	decoder->stacks = stacks;
}

void ll_decoder_set_clock(struct ll_decoder *decoder, int64_t unix_minus_boottime_ns)
{
	decoder->unix_minus_boottime_ns = unix_minus_boottime_ns;
}

enum ll_event_kind ll_decode_kind(uint32_t wire_kind)
{
	static const enum ll_event_kind kinds[LL_WIRE_KINDS] = {
		[0] = LL_EVENT_KINDS,
		[LL_WIRE_FORK] = LL_EVENT_FORK,
		[LL_WIRE_EXEC] = LL_EVENT_EXEC,
		[LL_WIRE_EXEC_FAILED] = LL_EVENT_EXEC_FAILED,
		[LL_WIRE_THREAD_EXIT] = LL_EVENT_EXIT,
		[LL_WIRE_PROCESS_EXIT] = LL_EVENT_EXIT,
		[LL_WIRE_REAP] = LL_EVENT_REAP,
		[LL_WIRE_RENAME] = LL_EVENT_RENAME,
		[LL_WIRE_OOM_KILL] = LL_EVENT_OOM_KILL,
		[LL_WIRE_TASK] = LL_EVENT_SNAPSHOT,
		[LL_WIRE_CGROUP_MKDIR] = LL_EVENT_KINDS,
		[LL_WIRE_CGROUP_RMDIR] = LL_EVENT_KINDS,
		[LL_WIRE_SIGNAL] = LL_EVENT_SIGNAL_GENERATE,
		[LL_WIRE_DELIVER] = LL_EVENT_SIGNAL_DELIVER,
		[LL_WIRE_STATE] = LL_EVENT_STATE,
		[LL_WIRE_TIMES] = LL_EVENT_STATE_TIMES,
	};

	return wire_kind < LL_WIRE_KINDS ? kinds[wire_kind] : LL_EVENT_KINDS;
}

/* The span's bytes; spans_fit() has seen that they lie within the record. */
static struct ll_str span_bytes(const struct ll_wire_header *record,
				const struct ll_wire_span *span)
{
	if (span->length == 0)
		return ll_str_make("", 0);
	return ll_str_make((const char *)record + span->offset, span->length);
}

static struct ll_str comm_string(const char *comm)
{
	return ll_str_make(comm, strnlen(comm, LL_COMM_LEN));
}

static void set_time(struct ll_decoder *decoder, struct ll_event *event,
		     const struct ll_wire_header *header)
{
	event->time_boottime_ns = header->time_boottime_ns;
	LL_SET(event, TIME, time_unix_ns,
	       header->time_boottime_ns + (uint64_t)decoder->unix_minus_boottime_ns);
	if (decoder->host_name[0] != '\0')
		LL_SET(event, HOST_NAME, host_name, ll_str_of(decoder->host_name));
	if (decoder->boot_id[0] != '\0')
		LL_SET(event, BOOT_ID, boot_id, ll_str_of(decoder->boot_id));
}

static void set_parent(struct ll_decoder *decoder, struct ll_event *event,
		       const struct ll_wire_header *header)
{
	char *id = decoder->parent_entity_id;

	/* Pid 0 is a parent only of init and kthreadd; a start of 0 means not known. */
	if (header->parent_tgid == 0 && header->parent_start_boottime_ns == 0 &&
	    header->tgid != 1 && header->tgid != 2)
		return;
	LL_SET(event, PPID, parent_tgid, header->parent_tgid);
	event->parent_start_boottime_ns = header->parent_start_boottime_ns;
	size_t length = ll_entity_id_format(id, LL_ENTITY_ID_SIZE, header->parent_tgid,
					    header->parent_start_boottime_ns);
	if (header->parent_tgid != 0)
		LL_SET(event, PARENT_ENTITY_ID, parent_entity_id, ll_str_make(id, length));
}

static void set_subject(struct ll_decoder *decoder, struct ll_event *event,
			const struct ll_wire_header *header)
{
	char *id = decoder->entity_id;

	LL_SET(event, PID, tgid, header->tgid);
	LL_SET(event, TID, tid, header->tid);
	/* Only an OOM victim known by pid alone has no start. */
	if (header->start_boottime_ns == 0 && header->kind == LL_WIRE_OOM_KILL)
		return;
	LL_SET(event, CREATION, start_boottime_ns, header->start_boottime_ns);
	event->thread_start_boottime_ns = header->thread_start_boottime_ns;
	size_t length = ll_entity_id_format(id, LL_ENTITY_ID_SIZE, header->tgid,
					    header->start_boottime_ns);
	LL_SET(event, ENTITY_ID, entity_id, ll_str_make(id, length));
	LL_SET(event, COMM, comm, comm_string(header->comm));
	set_parent(decoder, event, header);
}

static void set_cgroup(struct ll_decoder *decoder, struct ll_event *event,
		       const struct ll_wire_identity *identity)
{
	struct ll_str path =
		ll_cgroups_path(decoder->cgroups, identity->cgroup_id, identity->cgroup_v1_id);
	struct ll_str container = ll_container_id(path);

	if (path.data != NULL)
		LL_SET(event, CGROUP, cgroup, path);
	if (container.data != NULL)
		LL_SET(event, CONTAINER, container_id, container);
}

static void set_identity(struct ll_decoder *decoder, struct ll_event *event,
			 const struct ll_wire_header *header,
			 const struct ll_wire_identity *identity)
{
	LL_SET(event, EUID, euid, identity->euid);
	LL_SET(event, RUID, ruid, identity->ruid);
	LL_SET(event, PGID, pgid, identity->pgid);
	LL_SET(event, SID, sid, identity->sid);
	LL_SET(event, VPID, vpid, identity->vpid);
	LL_SET(event, KTHREAD, is_kthread, (header->task_flags & PF_KTHREAD) != 0);
	set_cgroup(decoder, event, identity);
}

static int decode_fork(struct ll_decoder *decoder, const struct ll_wire_fork *record,
		       struct ll_event *event)
{
	static const uint8_t kinds[] = {
		[LL_WIRE_FORK_PROCESS] = LL_FORK_PROCESS,
		[LL_WIRE_FORK_VFORK] = LL_FORK_VFORK,
		[LL_WIRE_FORK_THREAD] = LL_FORK_THREAD,
		[LL_WIRE_FORK_KTHREAD] = LL_FORK_KTHREAD,
	};

	if (record->fork_kind >= sizeof(kinds))
		return -EBADMSG;
	set_identity(decoder, event, &record->header, &record->identity);
	LL_SET(event, FORK_KIND, fork_kind, kinds[record->fork_kind]);
	LL_SET(event, FORK_CALLER, fork_caller_tgid, record->caller_tgid);
	LL_SET(event, FORK_CALLER_TID, fork_caller_tid, record->caller_tid);
	return 1;
}

/*
 * Turn leaf-first components round into an absolute path. A truncated path begins with
 * ".../" where its root should be. buffer has PATH_SIZE bytes.
 */
static struct ll_str join_path(char *buffer, struct ll_str components, bool is_truncated)
{
	char *at = buffer + PATH_SIZE;
	const char *name = components.data;
	const char *end = components.data + components.length;

	while (components.length > 0 && name < end) {
		size_t length = strnlen(name, (size_t)(end - name));

		if ((size_t)(at - buffer) < length + 8)
			break;
		at -= length;
		memcpy(at, name, length);
		*--at = '/';
		name += length + 1;
	}
	if (at == buffer + PATH_SIZE)
		*--at = '/';
	if (is_truncated) {
		at -= 3;
		memcpy(at, "...", 3);
	}
	return ll_str_make(at, (size_t)(buffer + PATH_SIZE - at));
}

static void set_exec_paths(struct ll_decoder *decoder, struct ll_event *event,
			   const struct ll_wire_exec *record)
{
	const struct ll_wire_header *header = &record->header;
	uint32_t flags = record->flags;

	LL_SET(event, EXE, exe,
	       join_path(decoder->exe, span_bytes(header, &record->exe),
			 flags & LL_WIRE_EXEC_EXE_TRUNCATED));
	LL_SET(event, CWD, cwd,
	       join_path(decoder->cwd, span_bytes(header, &record->cwd),
			 flags & LL_WIRE_EXEC_CWD_TRUNCATED));
	if (flags & (LL_WIRE_EXEC_EXE_TRUNCATED | LL_WIRE_EXEC_CWD_TRUNCATED))
		LL_SET(event, PATH_TRUNCATED, path_truncated, true);
	if (flags & LL_WIRE_EXEC_MEMFD)
		LL_SET(event, EXE_STATE, exe_state, LL_FILE_MEMFD);
	else if (flags & LL_WIRE_EXEC_DELETED)
		LL_SET(event, EXE_STATE, exe_state, LL_FILE_DELETED);
	LL_SET(event, FILENAME, filename, span_bytes(header, &record->filename));
	if (flags & LL_WIRE_EXEC_SCRIPT)
		LL_SET(event, INTERPRETER, interpreter,
		       span_bytes(header, &record->interpreter));
}

static int decode_exec(struct ll_decoder *decoder, const struct ll_wire_exec *record,
		       struct ll_event *event)
{
	const struct ll_wire_header *header = &record->header;

	set_identity(decoder, event, header, &record->identity);
	set_exec_paths(decoder, event, record);
	LL_SET(event, ARGS, args, span_bytes(header, &record->args));
	LL_SET(event, ARGS_BYTES, args_bytes, record->args_total_bytes);
	if (record->flags & LL_WIRE_EXEC_ARGS_TRUNCATED)
		LL_SET(event, ARGS_TRUNCATED, args_truncated, true);
	if (record->env.length > 0)
		LL_SET(event, ENV, env, span_bytes(header, &record->env));
	if (record->flags & LL_WIRE_EXEC_ENV_TRUNCATED)
		LL_SET(event, ENV_TRUNCATED, env_truncated, true);
	if (record->previous_tid != header->tid)
		LL_SET(event, PREVIOUS_TID, previous_tid, record->previous_tid);
	return 1;
}

static int decode_exec_failed(struct ll_decoder *decoder,
			      const struct ll_wire_exec_failed *record, struct ll_event *event)
{
	const struct ll_wire_header *header = &record->header;
	const char *name = strerrorname_np(record->error);

	set_identity(decoder, event, header, &record->identity);
	LL_SET(event, FILENAME, filename, span_bytes(header, &record->filename));
	if (record->flags & LL_WIRE_EXEC_FILENAME_TRUNCATED)
		LL_SET(event, PATH_TRUNCATED, path_truncated, true);
	LL_SET(event, ARGS, args, span_bytes(header, &record->args));
	if (record->flags & LL_WIRE_EXEC_ARGS_TRUNCATED)
		LL_SET(event, ARGS_TRUNCATED, args_truncated, true);
	if (name == NULL) {
		snprintf(decoder->error, sizeof(decoder->error), "%d", record->error);
		name = decoder->error;
	}
	LL_SET(event, EXEC_ERROR, exec_error, ll_str_of(name));
	return 1;
}

static void set_duration(struct ll_event *event, uint64_t start_boottime_ns)
{
	if (event->time_boottime_ns >= start_boottime_ns)
		LL_SET(event, DURATION, duration_ns,
		       event->time_boottime_ns - start_boottime_ns);
}

static int decode_thread_exit(const struct ll_wire_thread_exit *record, struct ll_event *event)
{
	LL_SET(event, EXIT_SCOPE, exit_scope, LL_EXIT_THREAD);
	ll_event_set_wait_status(event, (uint32_t)record->exit_code);
	set_duration(event, record->header.thread_start_boottime_ns);
	uint8_t cause = LL_CAUSE_EXITED;
	if (record->flags & LL_WIRE_EXIT_BY_EXEC)
		cause = LL_CAUSE_EXEC;
	else if (record->flags & LL_WIRE_EXIT_BY_GROUP)
		cause = LL_CAUSE_GROUP_EXIT;
	LL_SET(event, EXIT_CAUSE, exit_cause, cause);
	if (record->flags & LL_WIRE_EXIT_RECOVERED)
		LL_SET(event, INFERRED, inferred, true);
	return 1;
}

/*
 * kernel/sched/cputime.c cputime_adjust(): user and system time are sampled by the tick and
 * scaled so that they add up to the precise run time. It is what times() and wait4() report.
 */
static void set_cpu_time(struct ll_event *event, const struct ll_wire_usage *usage)
{
	uint64_t system = usage->stime_ns;
	unsigned __int128 total = (unsigned __int128)usage->stime_ns + usage->utime_ns;

	if (usage->stime_ns == 0)
		system = 0;
	else if (usage->utime_ns == 0)
		system = usage->runtime_ns;
	else
		system = (uint64_t)((unsigned __int128)system * usage->runtime_ns / total);
	LL_SET(event, UTIME, cpu_user_ns, usage->runtime_ns - system);
	LL_SET(event, STIME, cpu_system_ns, system);
}

static void set_usage(const struct ll_decoder *decoder, struct ll_event *event,
		      const struct ll_wire_usage *usage, uint32_t flags)
{
	set_cpu_time(event, usage);
	if (!(flags & LL_WIRE_USAGE_NO_RUN_DELAY))
		LL_SET(event, CPU_WAIT, cpu_wait_ns, usage->run_delay_ns);
	LL_SET(event, MAXRSS, max_rss_bytes, usage->max_rss_pages * decoder->page_bytes);
	LL_SET(event, MINFLT, minor_faults, usage->minor_fault_count);
	LL_SET(event, MAJFLT, major_faults, usage->major_fault_count);
	LL_SET(event, NVCSW, voluntary_switches, usage->voluntary_switch_count);
	LL_SET(event, NIVCSW, involuntary_switches, usage->involuntary_switch_count);
	if (!(flags & LL_WIRE_USAGE_NO_IO)) {
		LL_SET(event, READ_BYTES, io_read_bytes, usage->read_bytes);
		LL_SET(event, WRITE_BYTES, io_write_bytes, usage->write_bytes);
	}
	if (flags & LL_WIRE_USAGE_PARTIAL)
		LL_SET(event, USAGE_PARTIAL, usage_partial, true);
}

static bool is_sigchld_known(uint32_t wire)
{
	return wire >= LL_WIRE_SIGCHLD_DEFAULT && wire <= LL_WIRE_SIGCHLD_HANDLER;
}

/* enum ll_sigchld is the wire's without the unknown. */
static uint8_t sigchld(uint32_t wire)
{
	return (uint8_t)(wire - LL_WIRE_SIGCHLD_DEFAULT);
}

static int decode_process_exit(const struct ll_decoder *decoder,
			       const struct ll_wire_process_exit *record,
			       struct ll_event *event)
{
	LL_SET(event, EXIT_SCOPE, exit_scope, LL_EXIT_PROCESS);
	ll_event_set_wait_status(event, (uint32_t)record->wait_status);
	set_duration(event, record->header.start_boottime_ns);
	set_usage(decoder, event, &record->usage, record->usage_flags);
	if (record->usage_flags & LL_WIRE_EXIT_RECOVERED)
		LL_SET(event, INFERRED, inferred, true);
	if (is_sigchld_known(record->parent_sigchld))
		LL_SET(event, PARENT_SIGCHLD, parent_sigchld, sigchld(record->parent_sigchld));
	if (record->child_reaper_reason == LL_WIRE_REPARENT_NONE)
		return 1;
	event->child_reaper_tgid = record->child_reaper_tgid;
	event->child_reaper_start_boottime_ns = record->child_reaper_start_boottime_ns;
	uint32_t reason = record->child_reaper_reason & ~LL_WIRE_REPARENT_UNSURE;
	event->child_reaper_unsure = reason != record->child_reaper_reason;
	event->child_reaper_reason =
		reason == LL_WIRE_REPARENT_SUBREAPER ? LL_REPARENT_SUBREAPER : LL_REPARENT_INIT;
	return 1;
}

static int decode_reap(const struct ll_decoder *decoder, const struct ll_wire_reap *record,
		       struct ll_event *event)
{
	LL_SET(event, REAP_PRECISION, reap_precision,
	       record->precision == LL_WIRE_REAP_EXACT ? LL_REAP_EXACT : LL_REAP_RCU);
	if (record->reaper_tgid != 0)
		LL_SET(event, REAPER, reaper_tgid, record->reaper_tgid);
	ll_event_set_wait_status(event, (uint32_t)record->wait_status);
	set_usage(decoder, event, &record->usage, record->usage_flags);
	return 1;
}

static int decode_rename(const struct ll_wire_rename *record, struct ll_event *event)
{
	LL_SET(event, PREVIOUS_COMM, previous_comm, comm_string(record->previous_comm));
	return 1;
}

static int decode_task(struct ll_decoder *decoder, const struct ll_wire_task *record,
		       struct ll_event *event)
{
	uint8_t state = LL_TASK_ALIVE;

	set_identity(decoder, event, &record->header, &record->identity);
	if (record->flags & LL_WIRE_TASK_ZOMBIE)
		state = LL_TASK_ZOMBIE;
	else if (record->flags & LL_WIRE_TASK_LEADER_DEAD)
		state = LL_TASK_LEADER_DEAD;
	LL_SET(event, STATE_NOW, task_state, state);
	if (is_sigchld_known(record->sigchld))
		LL_SET(event, SIGCHLD, sigchld, sigchld(record->sigchld));
	LL_SET(event, IN_WAIT, in_wait, (record->flags & LL_WIRE_TASK_IN_WAIT) != 0);
	if (state == LL_TASK_ZOMBIE)
		ll_event_set_wait_status(event, (uint32_t)record->wait_status);
	event->is_unwanted = record->flags & LL_WIRE_TASK_UNWANTED;
	return 1;
}

static int decode_completed_task(struct ll_decoder *decoder,
				 const struct ll_record_task *record, struct ll_event *event)
{
	const struct ll_wire_header *header = &record->task.header;

	decode_task(decoder, &record->task, event);
	if (record->exe.length > 0)
		LL_SET(event, EXE, exe, span_bytes(header, &record->exe));
	if (record->exe_is_memfd)
		LL_SET(event, EXE_STATE, exe_state, LL_FILE_MEMFD);
	else if (record->exe_is_deleted)
		LL_SET(event, EXE_STATE, exe_state, LL_FILE_DELETED);
	if (record->cwd.length > 0)
		LL_SET(event, CWD, cwd, span_bytes(header, &record->cwd));
	if (record->args.length > 0)
		LL_SET(event, ARGS, args, span_bytes(header, &record->args));
	if (record->args_are_truncated)
		LL_SET(event, ARGS_TRUNCATED, args_truncated, true);
	else if (record->args.length > 0)
		LL_SET(event, ARGS_BYTES, args_bytes, record->args.length);
	return 1;
}

static int decode_lost(const struct ll_record_lost *record, struct ll_event *event)
{
	enum ll_event_kind kind = ll_decode_kind(record->lost_kind);
	const char *name = kind < LL_EVENT_KINDS ? ll_event_kind_name(kind) : "cgroup";

	LL_SET(event, LOST_KIND, lost_kind, ll_str_of(name));
	LL_SET(event, LOST_COUNT, lost_count, record->count);
	if (record->header.cpu != LL_RECORD_ANY_CPU)
		LL_SET(event, LOST_CPU, lost_cpu, record->header.cpu);
	return 1;
}

static int decode_cgroup(struct ll_decoder *decoder, const struct ll_wire_cgroup *record)
{
	struct ll_str path = span_bytes(&record->header, &record->path);

	return path.length > 0 ? ll_cgroups_apply(decoder->cgroups, record, path) : -EBADMSG;
}

/* What a kind is as an event, and the least its record must hold. */
static int classify(const struct ll_wire_header *record, enum ll_event_kind *ret_kind,
		    size_t *ret_size)
{
	static const size_t sizes[LL_WIRE_KINDS] = {
		[LL_WIRE_FORK] = sizeof(struct ll_wire_fork),
		[LL_WIRE_EXEC] = sizeof(struct ll_wire_exec),
		[LL_WIRE_EXEC_FAILED] = sizeof(struct ll_wire_exec_failed),
		[LL_WIRE_THREAD_EXIT] = sizeof(struct ll_wire_thread_exit),
		[LL_WIRE_PROCESS_EXIT] = sizeof(struct ll_wire_process_exit),
		[LL_WIRE_REAP] = sizeof(struct ll_wire_reap),
		[LL_WIRE_RENAME] = sizeof(struct ll_wire_rename),
		[LL_WIRE_OOM_KILL] = sizeof(struct ll_wire_oom_kill),
		[LL_WIRE_TASK] = sizeof(struct ll_wire_task),
		[LL_WIRE_CGROUP_MKDIR] = sizeof(struct ll_wire_cgroup),
		[LL_WIRE_CGROUP_RMDIR] = sizeof(struct ll_wire_cgroup),
		[LL_WIRE_SIGNAL] = sizeof(struct ll_wire_signal),
		[LL_WIRE_DELIVER] = sizeof(struct ll_wire_deliver),
		[LL_WIRE_STATE] = sizeof(struct ll_wire_state),
		[LL_WIRE_TIMES] = sizeof(struct ll_wire_times),
	};

	if (record->kind == LL_RECORD_LOST) {
		*ret_kind = LL_EVENT_LOST;
		*ret_size = sizeof(struct ll_record_lost);
	} else if (record->kind == LL_RECORD_SNAPSHOT_END ||
		   record->kind == LL_RECORD_LAST_END) {
		*ret_kind = LL_EVENT_SNAPSHOT_END;
		*ret_size = sizeof(*record);
	} else if (record->kind == LL_RECORD_TASK) {
		*ret_kind = LL_EVENT_SNAPSHOT;
		*ret_size = sizeof(struct ll_record_task);
	} else if (record->kind < LL_WIRE_KINDS && sizes[record->kind] != 0) {
		*ret_kind = ll_decode_kind(record->kind);
		*ret_size = sizes[record->kind];
	} else {
		return -EBADMSG;
	}
	return 0;
}

/* The spans of a kind's fixed part: they stand in a row. */
static const struct ll_wire_span *spans_of(const struct ll_wire_header *record,
					   size_t *ret_count)
{
	switch (record->kind) {
	case LL_WIRE_EXEC:
		*ret_count = 6;
		return &((const struct ll_wire_exec *)record)->filename;
	case LL_WIRE_EXEC_FAILED:
		*ret_count = 2;
		return &((const struct ll_wire_exec_failed *)record)->filename;
	case LL_RECORD_TASK:
		*ret_count = 3;
		return &((const struct ll_record_task *)record)->exe;
	case LL_WIRE_CGROUP_MKDIR:
	case LL_WIRE_CGROUP_RMDIR:
		*ret_count = 1;
		return &((const struct ll_wire_cgroup *)record)->path;
	default:
		*ret_count = 0;
		return NULL;
	}
}

/* Whether all variable data lies within the record. An empty span lies anywhere. */
static bool spans_fit(const struct ll_wire_header *record)
{
	size_t count = 0;
	const struct ll_wire_span *spans = spans_of(record, &count);

	for (size_t i = 0; i < count; i++)
		if (spans[i].length != 0 && (spans[i].offset > record->size ||
					     spans[i].length > record->size - spans[i].offset))
			return false;
	return true;
}

static int decode_body(struct ll_decoder *decoder, const struct ll_wire_header *record,
		       struct ll_event *event)
{
	const void *body = record;

	switch (record->kind) {
	case LL_WIRE_FORK:
		return decode_fork(decoder, body, event);
	case LL_WIRE_EXEC:
		return decode_exec(decoder, body, event);
	case LL_WIRE_EXEC_FAILED:
		return decode_exec_failed(decoder, body, event);
	case LL_WIRE_THREAD_EXIT:
		return decode_thread_exit(body, event);
	case LL_WIRE_PROCESS_EXIT:
		return decode_process_exit(decoder, body, event);
	case LL_WIRE_REAP:
		return decode_reap(decoder, body, event);
	case LL_WIRE_RENAME:
		return decode_rename(body, event);
	case LL_WIRE_SIGNAL:
		return ll_decode_signal(&decoder->buffers, body, event);
	case LL_WIRE_DELIVER:
		return ll_decode_deliver(&decoder->buffers, body, event);
	case LL_WIRE_STATE:
		return ll_decode_state(decoder->stacks, body, event);
	case LL_WIRE_TIMES:
		return ll_decode_times(decoder->stacks, body, event);
	case LL_WIRE_TASK:
		return decode_task(decoder, body, event);
	case LL_RECORD_TASK:
		return decode_completed_task(decoder, body, event);
	case LL_RECORD_LOST:
		return decode_lost(body, event);
	default: /* the header says it all */
		return 1;
	}
}

int ll_decode(struct ll_decoder *decoder, const struct ll_wire_header *record, bool is_late,
	      struct ll_event *ret_event)
{
	size_t least = 0;
	enum ll_event_kind kind = LL_EVENT_KINDS;

	if (classify(record, &kind, &least) < 0 || record->size < least || !spans_fit(record))
		return -EBADMSG;
	if (kind == LL_EVENT_KINDS)
		return decode_cgroup(decoder, (const void *)record);

	memset(ret_event->known, 0, sizeof(ret_event->known));
	ret_event->kind = kind;
	ret_event->thread_start_boottime_ns = 0;
	ret_event->parent_start_boottime_ns = 0;
	ret_event->child_reaper_tgid = 0;
	ret_event->child_reaper_unsure = false;
	ret_event->is_unwanted = false;
	ret_event->sender_start_boottime_ns = 0;
	ret_event->ends_pid_namespace = false;
	ret_event->is_last = record->kind == LL_RECORD_LAST_END;
	set_time(decoder, ret_event, record);
	if (is_late)
		LL_SET(ret_event, LATE, late, true);
	if (kind != LL_EVENT_LOST && kind != LL_EVENT_SNAPSHOT_END)
		set_subject(decoder, ret_event, record);
	return decode_body(decoder, record, ret_event);
}
