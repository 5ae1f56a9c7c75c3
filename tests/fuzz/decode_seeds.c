/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Write the decoder's seeds anew, after the wire has changed: a file a kind, and one where a
 * cgroup is made and a process forked into it.
 *
 *   decode_seeds DIRECTORY
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "support/wire_builder.h"

#define CONTAINER "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

struct seeds {
	const char *directory;
	int status; /* what main() returns */
	struct wire_record record; /* the one to be saved next */
};

/* Write the record to a seed, or after what is in it already (mode as of fopen()). */
static void save(struct seeds *seeds, const char *name, const char *mode)
{
	size_t size = seeds->record.header.size;
	char path[4096];

	snprintf(path, sizeof(path), "%s/%s.bin", seeds->directory, name);
	LL_AUTO_FCLOSE FILE *file = fopen(path, mode);
	if (file != NULL && fwrite(&seeds->record, 1, size, file) == size)
		return;
	fprintf(stderr, "decode_seeds: %s: %s\n", path, strerror(errno));
	seeds->status = 1;
}

static void save_execs(struct seeds *seeds)
{
	struct wire_record *record = &seeds->record;
	struct ll_wire_exec *exec = &record->exec;

	wire_exec(record);
	save(seeds, "exec", "we");
	exec->flags = LL_WIRE_EXEC_SCRIPT | LL_WIRE_EXEC_DELETED | LL_WIRE_EXEC_CWD_TRUNCATED |
		      LL_WIRE_EXEC_ENV_TRUNCATED;
	exec->previous_tid = 1;
	wire_append_literal(record, &exec->interpreter, "/bin/sh");
	wire_append_literal(record, &exec->env, "A=1\0B=\0");
	save(seeds, "exec-script", "we");
	wire_exec_failed(record, ENOENT);
	save(seeds, "exec-failed", "we");
}

static void save_ends(struct seeds *seeds)
{
	struct wire_record *record = &seeds->record;

	wire_thread_exit(record, 3 << 8);
	save(seeds, "thread-exit", "we");
	wire_process_exit(record, 11 | 0x80);
	record->process_exit.child_reaper_tgid = 1;
	record->process_exit.child_reaper_reason = LL_WIRE_REPARENT_INIT;
	save(seeds, "process-exit", "we");
	/* Once a division by zero: sampled times whose sum wraps. */
	record->process_exit.usage.utime_ns = UINT64_C(1) << 63;
	record->process_exit.usage.stime_ns = UINT64_C(1) << 63;
	save(seeds, "process-exit-wrapping-times", "we");
	wire_reap(record);
	save(seeds, "reap", "we");
}

static void save_tasks(struct seeds *seeds)
{
	struct wire_record *record = &seeds->record;

	wire_task(record, LL_WIRE_TASK_ZOMBIE);
	save(seeds, "task", "we");
	wire_completed_task(record);
	save(seeds, "task-completed", "we");
	wire_begin(record, LL_RECORD_SNAPSHOT_END);
	save(seeds, "snapshot-end", "we");
	wire_begin(record, LL_RECORD_LAST_END);
	save(seeds, "last-end", "we");
}

static void save_cgroups(struct seeds *seeds)
{
	struct wire_record *record = &seeds->record;

	wire_cgroup(record, LL_WIRE_CGROUP_MKDIR, 500, 0, "/docker/" CONTAINER);
	save(seeds, "cgroup-fork", "we");
	wire_fork(record);
	record->fork.identity.cgroup_id = 500;
	save(seeds, "cgroup-fork", "ae");
	wire_cgroup(record, LL_WIRE_CGROUP_RMDIR, 500, 0, "/docker/" CONTAINER);
	save(seeds, "cgroup-fork", "ae");
}

static void save_signals(struct seeds *seeds)
{
	struct wire_record *record = &seeds->record;

	wire_signal(record);
	save(seeds, "signal", "we");
	record->signal.signal = 11;
	record->signal.code = 1;
	record->signal.flags = LL_WIRE_SIGNAL_BLOCKED | LL_WIRE_SIGNAL_PIDNS_END;
	record->signal.sender_kind = LL_WIRE_SENDER_SELF;
	save(seeds, "signal-fault", "we");
	record->signal.signal = 64;
	record->signal.code = -1;
	record->signal.sender_tgid = 0;
	save(seeds, "signal-queued", "we");
	wire_deliver(record);
	save(seeds, "deliver", "we");
}

static void save_states(struct seeds *seeds)
{
	struct wire_record *record = &seeds->record;

	wire_state(record);
	save(seeds, "state", "we");
	wire_times(record);
	save(seeds, "times", "we");
}

static void save_others(struct seeds *seeds)
{
	struct wire_record *record = &seeds->record;

	wire_fork(record);
	save(seeds, "fork", "we");
	wire_rename(record);
	save(seeds, "rename", "we");
	wire_begin(record, LL_WIRE_OOM_KILL);
	save(seeds, "oom-kill", "we");
	wire_lost(record, LL_WIRE_EXEC, 12);
	save(seeds, "lost", "we");
}

int main(int argc, char **argv)
{
	struct seeds seeds = { .directory = argc == 2 ? argv[1] : NULL };

	if (argc != 2)
		return 2;
	save_execs(&seeds);
	save_ends(&seeds);
	save_tasks(&seeds);
	save_cgroups(&seeds);
	save_signals(&seeds);
	save_states(&seeds);
	save_others(&seeds);
	return seeds.status;
}
