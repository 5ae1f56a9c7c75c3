/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Streams of events for pages: one with every corner case that is hard to show, one as large as
 * wanted. Each is fed through a model into an export.
 */
#pragma once

#include <stdio.h>

#include "export/export.h"
#include "support/event_builder.h"
#include "support/signal_builder.h"

#define SCENE_MS UINT64_C(1000000)
#define SCENE_S UINT64_C(1000000000)
/* A literal with its NULs, but the compiler's. */
#define SCENE_BYTES(literal) ll_str_make(literal, sizeof(literal) - 1)

struct scene {
	struct ll_model *model;
	struct ll_export *export;
	uint64_t now_ns;
	int error; /* the first */
};

static inline int scene_emit(void *arg, const struct ll_event *event)
{
	struct scene *scene = arg;

	if ((ll_export_html.kinds >> event->kind & 1) == 0)
		return 0;
	return ll_export_html.event(scene->export, event);
}

static inline void scene_put(struct scene *scene, struct ll_event event)
{
	if (event.time_boottime_ns > scene->now_ns)
		scene->now_ns = event.time_boottime_ns;
	if (scene->error == 0)
		scene->error = ll_model_apply(scene->model, &event, scene_emit, scene);
}

static inline void scene_exec(struct scene *scene, uint64_t time_ns, struct built_id id,
			      const char *comm, const char *exe, struct ll_str args,
			      struct ll_str cwd)
{
	struct ll_event event = built_exec(time_ns, id, comm, exe);

	LL_SET(&event, ARGS, args, args);
	LL_SET(&event, CWD, cwd, cwd);
	LL_SET(&event, EUID, euid, 1000);
	LL_SET(&event, RUID, ruid, 1000);
	scene_put(scene, event);
}

static inline void scene_end(struct scene *scene, uint64_t time_ns, struct built_id id,
			     uint32_t status, struct built_id heir, uint64_t reap_ns)
{
	struct ll_event event = built_exit(time_ns, id, status, heir);

	LL_SET(&event, UTIME, cpu_user_ns, (time_ns - id.start_ns) / 3);
	LL_SET(&event, STIME, cpu_system_ns, (time_ns - id.start_ns) / 7);
	LL_SET(&event, MAXRSS, max_rss_bytes, (id.pid % 977 + 1) * 65536);
	LL_SET(&event, CPU_WAIT, cpu_wait_ns, (time_ns - id.start_ns) / 11);
	LL_SET(&event, MINFLT, minor_faults, time_ns % 811);
	LL_SET(&event, MAJFLT, major_faults, 0);
	LL_SET(&event, NVCSW, voluntary_switches, time_ns % 31);
	LL_SET(&event, NIVCSW, involuntary_switches, time_ns % 7);
	LL_SET(&event, READ_BYTES, io_read_bytes, 0);
	LL_SET(&event, WRITE_BYTES, io_write_bytes, time_ns % 13 * 4096);
	scene_put(scene, event);
	if (reap_ns != 0)
		scene_put(scene, built_reap(reap_ns, id));
}

/* Text that would break a page or a line, if it could. */
#define SCENE_HOSTILE                                                                          \
	"</script><img src=x onerror=alert(1)>\0--bidi=\xe2\x80\xae"                           \
	"evil\0a\xe2\x80\xa8"                                                                  \
	"b\0\xff\xfe raw\0\0two\nlines\0it's\0<!--<script>\0{data}\0"

static inline void scene_signals(struct scene *scene, struct built_id killer,
				 struct built_id victim)
{
	struct ll_event event = built_kill(1100 * SCENE_MS, victim, SIGTERM,
					   LL_DISPOSITION_DEFAULT, killer, "sh");

	scene_put(scene, event);
	event = built_event(LL_EVENT_SIGNAL_DELIVER, 1101 * SCENE_MS, victim);
	LL_SET(&event, SIGNAL, signal_name, built_str("SIGTERM"));
	LL_SET(&event, SIGNAL_NUMBER, signal_number, SIGTERM);
	LL_SET(&event, ACTION, signal_action, LL_ACTION_TERMINATE);
	scene_put(scene, event);
	scene_end(scene, 1102 * SCENE_MS, victim, SIGTERM, (struct built_id){ 0 },
		  1140 * SCENE_MS);
}

static inline void scene_kthread(struct scene *scene)
{
	struct ll_event event =
		built_snapshot(1000 * SCENE_MS, (struct built_id){ 2, 7 },
			       (struct built_id){ 0 }, "kthreadd", LL_TASK_ALIVE);

	LL_SET(&event, KTHREAD, is_kthread, true);
	scene_put(scene, event);
}

static inline void scene_states(struct scene *scene, struct built_id id)
{
	uint64_t at_ns = id.start_ns;

	for (int i = 0; i < 300; i++) {
		enum ll_state state = i % 3 == 0 ? LL_STATE_RUNNING : LL_STATE_SLEEPING;
		uint64_t stay_ns = (uint64_t)(i % 5 + 1) * SCENE_MS / 4;

		at_ns += stay_ns;
		scene_put(scene, built_state(at_ns, id, state, LL_STATE_RUNNABLE, stay_ns));
	}
}

/*
 * pid 100 make runs: 101 a chain of three execs, fails; 102 hostile; 103 killed by 101; 101 again, dumps
 * core, never reaped, leaves 105 to init; 104 alive at the end, its states told. 7 events are lost.
 */
static inline void scene_corners(struct scene *scene)
{
	const struct built_id none = { 0 }, init = { 1, 1 };
	const struct built_id make = { 100, SCENE_S }, shell = { 50, SCENE_S / 2 };
	const struct built_id chain = { 101, 1010 * SCENE_MS };
	const struct built_id hostile = { 102, 1020 * SCENE_MS };
	const struct built_id victim = { 103, 1030 * SCENE_MS };
	const struct built_id again = { 101, 1300 * SCENE_MS };
	const struct built_id living = { 104, 1310 * SCENE_MS };
	const struct built_id orphan = { 105, 1320 * SCENE_MS };
	const struct ll_str cwd = SCENE_BYTES("/src");

	scene_put(scene, built_fork(make, shell, "bash"));
	scene_exec(scene, 1001 * SCENE_MS, make, "make", "/usr/bin/make",
		   SCENE_BYTES("make\0-j2\0"), cwd);
	scene_put(scene, built_fork(chain, make, "make"));
	scene_exec(scene, 1011 * SCENE_MS, chain, "sh", "/bin/sh",
		   SCENE_BYTES("sh\0-c\0exec env python3 x.py\0"), cwd);
	scene_exec(scene, 1015 * SCENE_MS, chain, "env", "/usr/bin/env",
		   SCENE_BYTES("env\0python3\0x.py\0"), cwd);
	scene_put(scene, built_fork(hostile, make, "make"));
	scene_exec(scene, 1021 * SCENE_MS, hostile, "\xff<b>", "/tmp/</script>",
		   SCENE_BYTES(SCENE_HOSTILE), SCENE_BYTES("/tmp/nul\0nul"));
	scene_put(scene, built_fork(victim, make, "make"));
	scene_exec(scene, 1031 * SCENE_MS, victim, "sleep", "/usr/bin/sleep",
		   SCENE_BYTES("sleep\0"
			       "100\0"),
		   cwd);
	scene_end(scene, 1050 * SCENE_MS, hostile, 0, none, 1051 * SCENE_MS);
	scene_exec(scene, 1060 * SCENE_MS, chain, "python3", "/usr/bin/python3.11",
		   SCENE_BYTES("python3\0x.py\0"), cwd);
	scene_signals(scene, chain, victim);
	scene_end(scene, 1200 * SCENE_MS, chain, 3 << 8, none, 1250 * SCENE_MS);
	scene_put(scene, built_fork(again, make, "make"));
	scene_put(scene, built_fork(living, make, "make"));
	scene_put(scene, built_fork(orphan, again, "make"));
	scene_states(scene, living);
	scene_end(scene, 1400 * SCENE_MS, again, 0x80 | SIGSEGV, init, 0);
	scene_put(scene, built_lost(1500 * SCENE_MS, 7));
	scene_end(scene, 1600 * SCENE_MS, orphan, 0, none, 1610 * SCENE_MS);
	scene_kthread(scene);
	scene->now_ns = 2000 * SCENE_MS;
}

/* Numbers without a pattern, the same each time. */
static inline uint64_t scene_random(uint64_t *state, uint64_t below)
{
	*state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (*state >> 33) % below;
}

/* One job of a build: a shell, the driver, the compiler, the assembler. Ends by the time returned. */
static inline uint64_t scene_job(struct scene *scene, uint64_t *random, struct built_id make,
				 uint32_t number, uint64_t at_ns)
{
	static const char *const exes[] = { "/bin/sh", "/usr/bin/gcc",
					    "/usr/libexec/gcc/x86_64-linux-gnu/12/cc1",
					    "/usr/bin/as" };
	static const char *const comms[] = { "sh", "gcc", "cc1", "as" };
	struct built_id ids[4], parent = make;
	uint64_t end_ns;

	for (uint32_t i = 0; i < 4; i++) {
		char args[512];
		int length = snprintf(
			args, sizeof(args),
			"%s%c-c%c-O2%c-Wall%c-Iinclude%c-Isrc/part%u%c-DNDEBUG%c-o%cbuild/src/part%u/file%u.o%csrc/part%u/file%u.c%c",
			exes[i], 0, 0, 0, 0, 0, number / 300, 0, 0, 0, number / 300, number, 0,
			number / 300, number, 0);

		ids[i] = (struct built_id){ 1000 + number * 4 + i, at_ns };
		scene_put(scene, built_fork(ids[i], parent, comms[i == 0 ? 0 : i - 1]));
		at_ns += 100000 + scene_random(random, 900000);
		scene_exec(scene, at_ns, ids[i], comms[i], exes[i],
			   ll_str_make(args, (size_t)length), SCENE_BYTES("/home/u/project"));
		at_ns += 100000 + scene_random(random, 2000000);
		if (i == 1)
			parent = ids[1];
		else if (i == 0)
			parent = ids[0];
		if (i == 2)
			at_ns += scene_random(random, 400 * SCENE_MS);
		if (i >= 2)
			scene_end(scene, at_ns, ids[i], number % 97 == 0 ? 1 << 8 : 0,
				  (struct built_id){ 1, 1 }, at_ns + 30000);
	}
	end_ns = at_ns + 200000;
	scene_end(scene, end_ns, ids[1], number % 97 == 0 ? 1 << 8 : 0,
		  (struct built_id){ 1, 1 }, end_ns + 40000);
	scene_end(scene, end_ns + 300000, ids[0], number % 397 == 0 ? SIGKILL : 0,
		  (struct built_id){ 1, 1 }, end_ns + 350000);
	return end_ns + SCENE_MS;
}

/* A build of about so many processes, one job after another, in parts of 300 below a make each. */
static inline void scene_build(struct scene *scene, uint32_t count)
{
	const struct built_id root = { 2, SCENE_S };
	struct built_id make = root;
	uint64_t random = 1, at_ns = SCENE_S + SCENE_MS;

	scene_put(scene, built_fork(root, (struct built_id){ 1, 1 }, "bash"));
	for (uint32_t number = 0; number < count / 4; number++) {
		if (number % 300 == 0) {
			if (make.pid != root.pid)
				scene_end(scene, at_ns, make, 0, root, at_ns + 1000);
			make = (struct built_id){ 4000000 + number / 300, at_ns + 2000 };
			scene_put(scene, built_fork(make, root, "make"));
			at_ns += 10000;
		}
		at_ns = scene_job(scene, &random, make, number, at_ns);
	}
	scene->now_ns = at_ns;
}

/* Write the page of a scene; count 0: the corners. Returns 0 or -errno. */
static inline int scene_write(FILE *out, uint32_t count)
{
	struct scene scene = { .model = ll_model_new(1000000) };
	const struct ll_export_options options = {
		.out = out,
		.model = scene.model,
		.about = { .version = built_str("0.1.0"),
			   .host = built_str("vm"),
			   .command = SCENE_BYTES("make\0-j2\0") },
	};
	char *why = NULL;

	scene.error =
		scene.model == NULL ? -12 : ll_export_html.open(&options, &scene.export, &why);
	if (count == 0)
		scene_corners(&scene);
	else
		scene_build(&scene, count);
	if (scene.error == 0)
		scene.error = ll_export_html.end(scene.export, scene.now_ns, 0);
	ll_export_html.free(scene.export);
	ll_model_free(scene.model);
	return scene.error;
}
