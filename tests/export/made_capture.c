/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Makes captures of what does not happen on demand, or not so often:
 *
 *   made_capture FILE corners     reused pids, orphans that execute, a deep tree, losses, ...
 *   made_capture FILE many COUNT  that many short lives, fork, exec, exit and reap each
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "capture/writer.h"
#include "support/event_builder.h"

#define S LL_NS_PER_S
#define MS LL_NS_PER_MS
#define BEGIN_NS (100 * S)
#define UNIX_NS UINT64_C(1700000000000000000)
#define DEEP 150

static struct ll_writer *writer;

static const struct built_id NONE = { 0, 0 };
static const struct built_id INIT = { 1, 1 * MS };
static const struct built_id KTHREADD = { 2, 1 * MS };
static const struct built_id SHELL = { 500, 50 * S };

static void add(struct ll_event event)
{
	char id[LL_ENTITY_ID_SIZE], parent_id[LL_ENTITY_ID_SIZE];

	if (event.start_boottime_ns != 0)
		built_ids(&event, id, parent_id);
	if (ll_writer_add(writer, &event) < 0)
		errx(1, "cannot write");
}

static void begin(const char *path)
{
	struct ll_about about = { 0 };
	struct ll_writer_options options = { .path = path, .about = &about };

	if (ll_about_add_text(&about, LL_ABOUT_HOST, "testhost") < 0 ||
	    ll_about_add_text(&about, LL_ABOUT_KERNEL, "6.12.0") < 0 ||
	    ll_about_add_text(&about, LL_ABOUT_ARCH, "x86_64") < 0 ||
	    ll_about_add_number(&about, LL_ABOUT_BOOTTIME, BEGIN_NS) < 0 ||
	    ll_about_add_number(&about, LL_ABOUT_UNIX, UNIX_NS + BEGIN_NS) < 0 ||
	    ll_writer_open(&options, &writer) < 0)
		errx(1, "cannot make %s", path);
	ll_about_fini(&about);
}

static struct ll_event with_args(struct ll_event event, const char *args, size_t size)
{
	LL_SET(&event, ARGS, args, ll_str_make(args, size));
	return event;
}

#define WITH_ARGS(event, literal) with_args(event, literal, sizeof(literal))

/* These have no subject, and the time all the same. */
static void add_at(uint64_t time_ns, struct ll_event event)
{
	LL_SET(&event, TIME, time_unix_ns, UNIX_NS + time_ns);
	add(event);
}

static void add_snapshot_end(uint64_t time_ns)
{
	add_at(time_ns, built_snapshot_end(time_ns));
}

static void add_lost(uint64_t time_ns, uint64_t count)
{
	add_at(time_ns, built_lost(time_ns, count));
}

static void add_living(void)
{
	struct ll_event kthreadd = built_snapshot(BEGIN_NS, KTHREADD, (struct built_id){ 0 },
						  "kthreadd", LL_TASK_ALIVE);
	struct ll_event worker = built_snapshot(BEGIN_NS, (struct built_id){ 3, 2 * MS },
						KTHREADD, "kworker/0:0", LL_TASK_ALIVE);

	LL_SET(&kthreadd, KTHREAD, is_kthread, true);
	LL_SET(&worker, KTHREAD, is_kthread, true);
	add(WITH_ARGS(built_snapshot(BEGIN_NS, INIT, NONE, "init", LL_TASK_ALIVE),
		      "/sbin/init"));
	add(kthreadd);
	add(worker);
	add(WITH_ARGS(built_snapshot(BEGIN_NS, SHELL, INIT, "sh", LL_TASK_ALIVE), "sh\0-i"));
	add(built_snapshot(BEGIN_NS, (struct built_id){ 501, 60 * S }, SHELL, "old",
			   LL_TASK_ZOMBIE));
	add_snapshot_end(BEGIN_NS);
}

static struct built_id id_at(uint32_t pid, uint64_t ms)
{
	return (struct built_id){ pid, BEGIN_NS + ms * MS };
}

static uint64_t at(uint64_t ms)
{
	return BEGIN_NS + ms * MS;
}

static void add_exec(uint64_t time_ns, struct built_id id, const char *comm)
{
	struct ll_event event = built_exec(time_ns, id, comm, "/bin/true");
	char args[64];
	int length = snprintf(args, sizeof(args), "%s%c-x", comm, '\0');

	add(with_args(event, args, (size_t)length + 1));
}

/* One pid, two lives; the first one's reap is told when the second has begun. */
static void add_reuse(void)
{
	struct built_id first = id_at(700, 1000), second = id_at(700, 1010);

	add(built_fork(first, SHELL, "sh"));
	add_exec(at(1001), first, "first");
	add(built_exit(at(1005), first, 0, INIT));
	add(built_fork(second, SHELL, "sh"));
	add(built_reap(at(1012), first));
	add_exec(at(1013), second, "second");
	add(built_exit(at(1015), second, 1 << 8, INIT));
	add(built_reap(at(1016), second));
	add(built_rename(at(1014), first, "late"));
}

/* An orphan executes when its parent's pid has gone to another. */
static void add_orphan(void)
{
	struct built_id parent = id_at(710, 2000), orphan = id_at(711, 2001);
	struct built_id other = id_at(710, 2010);
	struct ll_event exec;

	add(built_fork(parent, SHELL, "sh"));
	add(built_fork(orphan, parent, "sh"));
	add(built_exit(at(2003), parent, 0, INIT));
	add(built_reap(at(2004), parent));
	add(built_fork(other, SHELL, "sh"));
	add_exec(at(2011), other, "other");
	exec = built_exec(at(2012), orphan, "orphan", "/bin/orphan");
	built_parent(&exec, INIT);
	add(WITH_ARGS(exec, "orphan\0-v"));
	add_exec(at(2013), orphan, "again");
	add(built_exit(at(2014), orphan, 9, INIT));
	add(built_reap(at(2015), orphan));
	add(built_exit(at(2016), other, 0, INIT));
	add(built_reap(at(2017), other));
}

static void add_deep(void)
{
	struct built_id parent = SHELL;

	for (uint32_t i = 0; i < DEEP; i++) {
		struct built_id child = id_at(1000 + i, 3000 + i);

		add(built_fork(child, parent, "deep"));
		parent = child;
	}
	for (uint32_t i = DEEP; i-- > 0;) {
		struct built_id id = id_at(1000 + i, 3000 + i);

		add(built_exit(at(3200 + DEEP - i), id, 0, NONE));
		add(built_reap(at(3400 + DEEP - i), id));
	}
}

/* A thread executes: the leader and the third end, and it takes the leader's place. */
static void add_threads(void)
{
	struct built_id id = id_at(720, 4000);
	struct ll_event exec = built_exec(at(4010), id, "taken", "/bin/taken");

	add(built_fork(id, SHELL, "threads"));
	add(built_thread_fork(id, id_at(721, 4001)));
	add(built_thread_fork(id, id_at(722, 4002)));
	add(built_thread_exit(at(4005), id, id_at(722, 4002)));
	add(built_thread_exit(at(4009), id, id));
	exec.previous_tid = 721;
	add(WITH_ARGS(exec, "taken"));
	add(built_exit(at(4020), id, 0, INIT));
	add(built_reap(at(4021), id));
}

static struct ll_event signal_at(uint64_t time_ns, struct built_id target,
				 struct built_id sender)
{
	static char sender_id[LL_ENTITY_ID_SIZE];
	struct ll_event event = built_event(LL_EVENT_SIGNAL_GENERATE, time_ns, target);
	size_t length;

	built_comm(&event, "target");
	LL_SET(&event, SIGNAL, signal_name, built_str("SIGTERM"));
	LL_SET(&event, SIGNAL_NUMBER, signal_number, 15);
	LL_SET(&event, SENDER_KIND, sender_kind, LL_SENDER_USER);
	LL_SET(&event, SENDER_PID, sender_tgid, sender.pid);
	length = ll_entity_id_format(sender_id, sizeof(sender_id), sender.pid, sender.start_ns);
	LL_SET(&event, SENDER_ENTITY_ID, sender_entity_id, ll_str_make(sender_id, length));
	event.sender_start_boottime_ns = sender.start_ns;
	return event;
}

/* Exec, end and reap of three are lost; a walk over all tasks says so, and who else is there. */
static void add_gap(void)
{
	struct built_id changed = id_at(740, 4500), ended = id_at(741, 4501);
	struct built_id unheard = id_at(742, 4505), dead = id_at(743, 4502);

	add(built_fork(changed, SHELL, "sh"));
	add(built_fork(ended, SHELL, "sh"));
	add(built_fork(dead, SHELL, "sh"));
	add_lost(at(4510), 3);
	add(WITH_ARGS(built_snapshot(at(4520), INIT, NONE, "init", LL_TASK_ALIVE),
		      "/sbin/init"));
	add(built_snapshot(at(4520), SHELL, INIT, "sh", LL_TASK_ALIVE));
	add(WITH_ARGS(built_snapshot(at(4520), changed, SHELL, "other", LL_TASK_ALIVE),
		      "other"));
	add(built_snapshot(at(4520), unheard, SHELL, "unheard", LL_TASK_ALIVE));
	add(built_snapshot(at(4520), KTHREADD, NONE, "kthreadd", LL_TASK_ALIVE));
	add(built_snapshot(at(4520), dead, SHELL, "sh", LL_TASK_ZOMBIE));
	add_snapshot_end(at(4520));
}

/* What an attacker would be called. Losses. What lives, or waits to be reaped, at the end. */
static void add_rest(void)
{
	struct built_id hostile = id_at(730, 5000), zombie = id_at(731, 5001);
	struct ll_event exec =
		built_exec(at(5002), hostile, "\"\n\x1b[31m", "/tmp/\xff\xfe\n</x>");

	add(built_fork(hostile, SHELL, "sh"));
	add(built_fork(zombie, SHELL, "zombie"));
	add(WITH_ARGS(exec, "\xff\xfe\0\"'\n\0</script>\0\xe2\x80\xae"
			    "evil\0"));
	add(signal_at(at(5003), zombie, SHELL));
	add(signal_at(at(5004), hostile, (struct built_id){ 9999, 1 }));
	add(signal_at(at(5005), hostile, hostile));
	add_lost(at(5006), 7);
	add(built_exit(at(5007), zombie, 15, INIT));
	add_lost(at(5008), 5);
}

static void add_many(uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		/* Pids come again, as they do. */
		struct built_id id = { 1000 + i % 32000, BEGIN_NS + i * MS };

		add(built_fork(id, SHELL, "sh"));
		add_exec(id.start_ns + MS / 5, id, "true");
		add(built_exit(id.start_ns + MS / 2, id, 0, NONE));
		add(built_reap(id.start_ns + MS * 2 / 3, id));
	}
}

int main(int argc, char *argv[])
{
	if (argc < 3)
		errx(2, "usage: %s FILE corners|many [COUNT]", argv[0]);
	begin(argv[1]);
	add_living();
	if (strcmp(argv[2], "many") == 0 && argc == 4) {
		add_many((uint32_t)strtoul(argv[3], NULL, 10));
	} else {
		add_reuse();
		add_orphan();
		add_deep();
		add_threads();
		add_gap();
		add_rest();
	}
	if (ll_writer_close(writer, NULL) < 0)
		errx(1, "cannot write %s", argv[1]);
	return 0;
}
