/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A build as a source would tell it, with every corner that an export has to get right: a reused pid,
 * programs one after another, an exec by a thread, kernel threads, zombies, an orphan, a loss and what
 * was inferred after it, events that come late, hostile names and arguments, processes that live on.
 */
#pragma once

#include "event/wait_status.h"
#include "support/signal_builder.h"

#define STORY_MS UINT64_C(1000000)
#define STORY_BEGIN_NS (100 * 1000 * STORY_MS)
#define STORY_AT(ms) (STORY_BEGIN_NS + (uint64_t)(ms)*STORY_MS)
#define STORY_BYTES(literal) ll_str_make(literal, sizeof(literal) - 1)

static const struct built_id story_init = { 1, 10 * STORY_MS },
			     story_kthreadd = { 2, 11 * STORY_MS },
			     story_kworker = { 50, 12 * STORY_MS },
			     story_shell = { 900, 99 * 1000 * STORY_MS },
			     story_make = { 1000, STORY_AT(1) },
			     story_gcc = { 1001, STORY_AT(10) },
			     story_cc1 = { 1002, STORY_AT(20) },
			     story_script = { 1003, STORY_AT(100) },
			     story_thread = { 1004, STORY_AT(110) },
			     story_orphan = { 1005, STORY_AT(30) },
			     story_reused = { 1002, STORY_AT(200) },
			     story_inferred = { 1100, STORY_AT(290) };

struct story {
	ll_event_fn fn;
	void *arg;
	int err;
};

static inline void story_tell(struct story *story, struct ll_event event)
{
	if (story->err == 0)
		story->err = story->fn(story->arg, &event);
}

static inline struct ll_event story_exec(unsigned ms, struct built_id id, const char *comm,
					 const char *exe, struct ll_str args)
{
	struct ll_event event = built_exec(STORY_AT(ms), id, comm, exe);

	LL_SET(&event, ARGS, args, args);
	LL_SET(&event, CWD, cwd, built_str("/src"));
	LL_SET(&event, EUID, euid, 1000);
	return event;
}

static inline void story_usage(struct ll_event *event, uint64_t user_ns, uint64_t system_ns)
{
	LL_SET(event, UTIME, cpu_user_ns, user_ns);
	LL_SET(event, STIME, cpu_system_ns, system_ns);
	LL_SET(event, MAXRSS, max_rss_bytes, 24 << 20);
}

static inline struct ll_event story_exit(unsigned ms, struct built_id id, uint32_t status,
					 uint64_t user_ns)
{
	struct ll_event event = built_exit(STORY_AT(ms), id, status, story_init);

	ll_event_set_wait_status(&event, status);
	LL_SET(&event, DURATION, duration_ns, STORY_AT(ms) - id.start_ns);
	story_usage(&event, user_ns, 1000500);
	return event;
}

static inline struct ll_event story_reap(unsigned ms, struct built_id id, uint64_t user_ns,
					 struct built_id reaper)
{
	struct ll_event event = built_reap(STORY_AT(ms), id);

	story_usage(&event, user_ns, 1000500);
	LL_SET(&event, REAPER, reaper_tgid, reaper.pid);
	return event;
}

static inline void story_snapshots(struct story *story)
{
	struct built_id none = { 0, 0 };
	struct ll_event event =
		built_snapshot(STORY_AT(0), story_kthreadd, none, "kthreadd", LL_TASK_ALIVE);

	story_tell(story, built_snapshot(STORY_AT(0), story_init, none, "init", LL_TASK_ALIVE));
	LL_SET(&event, KTHREAD, is_kthread, true);
	story_tell(story, event);
	event = built_snapshot(STORY_AT(0), story_kworker, story_kthreadd, "kworker/0:1",
			       LL_TASK_ALIVE);
	LL_SET(&event, KTHREAD, is_kthread, true);
	story_tell(story, event);
	event = built_snapshot(STORY_AT(0), story_shell, story_init, "bash", LL_TASK_ALIVE);
	LL_SET(&event, EXE, exe, built_str("/usr/bin/bash"));
	LL_SET(&event, ARGS, args, STORY_BYTES("-bash\0"));
	story_tell(story, event);
	story_tell(story, built_snapshot_end(STORY_AT(0)));
}

/* make runs sh, which becomes gcc, whose cc1 ends well and whose daemon is left to init. */
static inline void story_build(struct story *story)
{
	struct ll_event late = built_event(LL_EVENT_EXEC_FAILED, STORY_AT(19), story_gcc);

	story_tell(story, built_fork(story_make, story_shell, "bash"));
	story_tell(story, story_exec(2, story_make, "make", "/usr/bin/make",
				     STORY_BYTES("make\0-j2\0")));
	story_tell(story, built_fork(story_gcc, story_make, "make"));
	story_tell(story, story_exec(11, story_gcc, "sh", "/usr/bin/dash",
				     STORY_BYTES("/bin/sh\0-c\0exec gcc one.c\0")));
	story_tell(story, story_exec(12, story_gcc, "gcc", "/usr/bin/gcc",
				     STORY_BYTES("gcc\0one.c\0")));
	story_tell(story, built_fork(story_cc1, story_gcc, "gcc"));
	LL_SET(&late, FILENAME, filename, built_str("/usr/local/bin/cc1"));
	LL_SET(&late, EXEC_ERROR, exec_error, built_str("ENOENT"));
	LL_SET(&late, LATE, late, true);
	story_tell(story, late);
	story_tell(story, story_exec(21, story_cc1, "cc1", "/usr/lib/gcc/cc1",
				     STORY_BYTES("cc1\0one.c\0")));
	story_tell(story, built_fork(story_orphan, story_gcc, "gcc"));
	story_tell(story, story_exit(60, story_cc1, 0, 18000300));
	story_tell(story, story_reap(61, story_cc1, 18000300, story_gcc));
	story_tell(story, story_exit(70, story_gcc, 0, 2000200));
	story_tell(story, story_reap(71, story_gcc, 2000200, story_make));
	story_tell(story, story_exit(80, story_orphan, 0, 100));
	story_tell(story, story_reap(81, story_orphan, 100, story_init));
}

/* A script of a hostile name, one of whose threads executes; it does not listen, and is killed. */
static inline void story_kill(struct story *story)
{
	struct ll_event event =
		story_exec(101, story_script, "build \"it\"\n;", "/usr/bin/dash",
			   STORY_BYTES("/bin/sh\0./build it;\n\xff.sh\0"));

	story_tell(story, built_fork(story_script, story_make, "make"));
	LL_SET(&event, FILENAME, filename, STORY_BYTES("./build it;\n\xff.sh"));
	LL_SET(&event, INTERPRETER, interpreter, built_str("/bin/sh"));
	story_tell(story, event);
	story_tell(story, built_thread_fork(story_script, story_thread));
	event = story_exec(120, story_script, "e\033[31mvil\xff", "/tmp/e v;il \"x\"",
			   STORY_BYTES("a\"b,c\0d\\e;f\ng\r\0\xff\xfe\0</script>&lt;\0=1+1\0"
				       "\xe2\x80\xae"
				       "gpj\0\0"));
	LL_SET(&event, PREVIOUS_TID, previous_tid, story_thread.pid);
	story_tell(story, event);
	story_tell(story, built_state(STORY_AT(170), story_script, LL_STATE_UNINTERRUPTIBLE,
				      LL_STATE_RUNNING, 40 * STORY_MS));
	story_tell(story, built_kill(STORY_AT(180), story_script, SIGTERM,
				     LL_DISPOSITION_IGNORE, story_shell, "bash"));
	story_tell(story, built_kill(STORY_AT(190), story_script, SIGKILL,
				     LL_DISPOSITION_DEFAULT, story_shell, "bash"));
	story_tell(story,
		   built_deliver(STORY_AT(191), story_script, SIGKILL, LL_ACTION_TERMINATE));
	story_tell(story, story_exit(192, story_script, SIGKILL, 5000700));
}

/* The pid of cc1 again, and it fails; nobody reaps it. */
static inline void story_reuse(struct story *story)
{
	struct ll_event event = built_rename(STORY_AT(620), story_make, "make\xffit");

	LL_SET(&event, PREVIOUS_COMM, previous_comm, built_str("make"));
	story_tell(story, built_fork(story_reused, story_make, "make"));
	story_tell(story, story_exec(201, story_reused, "false", "/usr/bin/false",
				     STORY_BYTES("false\0")));
	story_tell(story, story_exit(210, story_reused, 1 << 8, 400));
	story_tell(story, story_reap(600, story_script, 5000700, story_make));
	story_tell(story, event);
	story_tell(story, built_times(STORY_AT(630), story_make, 9 * STORY_MS));
}

/* Something was lost; a later look at what lives brings what it was. */
static inline void story_gap(struct story *story)
{
	struct ll_event lost = built_lost(STORY_AT(640), 3);
	const struct {
		struct built_id id, parent;
		const char *comm;
		enum ll_task_state state;
	} living[] = {
		{ story_init, { 0, 0 }, "init", LL_TASK_ALIVE },
		{ story_kthreadd, { 0, 0 }, "kthreadd", LL_TASK_ALIVE },
		{ story_kworker, story_kthreadd, "kworker/0:1", LL_TASK_ALIVE },
		{ story_shell, story_init, "bash", LL_TASK_ALIVE },
		{ story_make, story_shell, "make", LL_TASK_ALIVE },
		{ story_reused, story_make, "false", LL_TASK_ZOMBIE },
		{ story_inferred, story_make, "found", LL_TASK_ALIVE },
	};

	LL_SET(&lost, LOST_CPU, lost_cpu, 3);
	story_tell(story, lost);
	for (size_t i = 0; i < sizeof(living) / sizeof(living[0]); i++)
		story_tell(story, built_snapshot(STORY_AT(700), living[i].id, living[i].parent,
						 living[i].comm, living[i].state));
	story_tell(story, built_snapshot_end(STORY_AT(700)));
}

/* Hand all of it to fn. Returns 0 or the first non-zero fn returned. */
static inline int story_all(ll_event_fn fn, void *arg)
{
	struct story story = { .fn = fn, .arg = arg };

	story_snapshots(&story);
	story_build(&story);
	story_kill(&story);
	story_reuse(&story);
	story_gap(&story);
	return story.err;
}
