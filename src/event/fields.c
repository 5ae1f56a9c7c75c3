/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The registry made into data, and look-ups in it by name. */
#include "event/event.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

static const char *const fork_kind_names[] = { "process", "vfork", "thread", "kthread", NULL };
static const char *const exit_scope_names[] = { "thread", "process", NULL };
static const char *const reap_precision_names[] = { "exact", "rcu", NULL };
static const char *const reparent_reason_names[] = { "subreaper", "init", "observed", NULL };
static const char *const file_state_names[] = { "memfd", "deleted", NULL };
static const char *const task_state_names[] = { "alive", "zombie", "leader_dead", "reaped",
						NULL };
static const char *const sigchld_names[] = { "default", "ignore", "no_wait", "handler", NULL };
static const char *const exit_cause_names[] = { "exited",        "signal",     "fault", "oom",
						"pid_namespace", "group_exit", "exec",  NULL };
static const char *const signal_result_names[] = { "delivered", "ignored",   "already_pending",
						   "overflow",  "info_lost", NULL };
static const char *const signal_scope_names[] = { "thread", "process", NULL };
static const char *const disposition_names[] = { "default", "ignore", "handler", "blocked",
						 NULL };
static const char *const sender_kind_names[] = { "user", "self", "timer", "kernel", NULL };
static const char *const signal_action_names[] = { "handler", "ignore",   "terminate", "core",
						   "stop",    "continue", NULL };
static const char *const state_names[] = { "running", "runnable", "sleeping", "uninterruptible",
					   "stopped", "traced",   "idle",     "zombie",
					   NULL };
static const char *const sched_policy_names[] = { "other", "fifo",     "rr",  "batch",
						  "idle",  "deadline", "ext", NULL };

static const char *const zombie_holder_names[] = { "parent", "subreaper", "init",
						   "container_init", NULL };

static const char *const summary_section_names[] = { "total",
						     "lost",
						     "life",
						     "short_life",
						     "exec_delay",
						     "chain",
						     "rate",
						     "longest",
						     "cpu",
						     "memory",
						     "executable",
						     "failure",
						     "critical_path",
						     "critical_path_name",
						     "critical_path_part",
						     NULL };

/* In the order of enum ll_diff_kind, and what ends them. */
static const char *const diff_kind_names[] = { "added",     "removed", "moved",  "arguments",
					       "exit",      "slower",  "faster", "unfinished",
					       "unreached", "summary", NULL };

static const struct ll_field_info field_table[LL_F_COUNT] = {
#define X(id, member, type_, key_, alias_, unit_, events_, values_, help_)                     \
	[LL_F_##id] = {                                                                        \
		.key = key_,                                                                   \
		.alias = alias_,                                                               \
		.unit = unit_,                                                                 \
		.help = help_,                                                                 \
		.values = values_,                                                             \
		.type = LL_TYPE_##type_,                                                       \
		.events = events_,                                                             \
		.offset = offsetof(struct ll_event, member),                                   \
	},
	LL_FIELDS(X)
#undef X
};

static const char *const kind_names[LL_EVENT_KINDS] = {
	[LL_EVENT_SNAPSHOT] = "process.snapshot",
	[LL_EVENT_FORK] = "process.fork",
	[LL_EVENT_EXEC] = "process.exec",
	[LL_EVENT_EXEC_FAILED] = "process.exec_failed",
	[LL_EVENT_EXIT] = "process.exit",
	[LL_EVENT_REAP] = "process.reap",
	[LL_EVENT_REPARENT] = "process.reparent",
	[LL_EVENT_RENAME] = "process.rename",
	[LL_EVENT_OOM_KILL] = "process.oom_kill",
	[LL_EVENT_SIGNAL_GENERATE] = "signal.generate",
	[LL_EVENT_SIGNAL_DELIVER] = "signal.deliver",
	[LL_EVENT_STATE] = "process.state",
	[LL_EVENT_STATE_TIMES] = "process.state_times",
	[LL_EVENT_LOST] = "lost",
	[LL_EVENT_SNAPSHOT_END] = "snapshot.end",
	[LL_EVENT_CLOCK] = "clock",
	[LL_EVENT_LIMITS] = "limits",
};

const struct ll_field_info *ll_field_info(enum ll_field field)
{
	assert(field < LL_F_COUNT);
	return &field_table[field];
}

bool ll_field_is_of_process(enum ll_field field)
{
	switch (field) {
	case LL_F_KTHREAD:
	case LL_F_EXE:
	case LL_F_EXE_STATE:
	case LL_F_FILENAME:
	case LL_F_INTERPRETER:
	case LL_F_ARGS:
	case LL_F_ARGS_TRUNCATED:
	case LL_F_CWD:
	case LL_F_EUID:
	case LL_F_RUID:
	case LL_F_PGID:
	case LL_F_SID:
	case LL_F_VPID:
	case LL_F_CGROUP:
	case LL_F_CONTAINER:
		return true;
	default:
		return false;
	}
}

const char *ll_event_kind_name(enum ll_event_kind kind)
{
	assert(kind < LL_EVENT_KINDS);
	return kind_names[kind];
}

const char *ll_event_kind_short_name(enum ll_event_kind kind)
{
	const char *name = ll_event_kind_name(kind), *dot = strchr(name, '.');

	return dot != NULL ? dot + 1 : name;
}

static bool name_matches(const char *full, const char *name, size_t length)
{
	if (strlen(full) == length && memcmp(full, name, length) == 0)
		return true;
	const char *dot = strchr(full, '.');
	return dot != NULL && strlen(dot + 1) == length && memcmp(dot + 1, name, length) == 0;
}

int ll_event_kind_find(const char *name, size_t length, enum ll_event_kind *ret_kind)
{
	for (int i = 0; i < LL_EVENT_SNAPSHOT_END; i++) {
		if (!name_matches(kind_names[i], name, length))
			continue;
		*ret_kind = i;
		return 0;
	}
	return -ENOENT;
}
