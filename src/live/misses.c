/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* See misses.h. */
#include "live/misses.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <linux/bpf.h>
#include <stddef.h>

#include "lifeline.skel.h"

struct source {
	const struct bpf_program *program;
	uint32_t kind; /* what a missed run would have sent */
};

/*
 * ll_on_exit, ll_on_death_notice and ll_on_release are left out: what they miss ll_on_free makes up
 * for, so it counts even where ll_on_release sends the reaps.
 */
static void list_sources(const struct lifeline_bpf *skeleton,
			 struct source sources[LL_MISSES_PROGRAMS])
{
	const struct source all[LL_MISSES_PROGRAMS] = {
		{ skeleton->progs.ll_on_fork, LL_WIRE_FORK },
		{ skeleton->progs.ll_on_exec, LL_WIRE_EXEC },
		{ skeleton->progs.ll_on_exec_failed, LL_WIRE_EXEC_FAILED },
		{ skeleton->progs.ll_on_free, LL_WIRE_REAP },
		{ skeleton->progs.ll_on_rename, LL_WIRE_RENAME },
		{ skeleton->progs.ll_on_oom_task, LL_WIRE_OOM_KILL },
		{ skeleton->progs.ll_on_oom_pid, LL_WIRE_OOM_KILL },
		{ skeleton->progs.ll_on_cgroup_mkdir, LL_WIRE_CGROUP_MKDIR },
		{ skeleton->progs.ll_on_cgroup_rmdir, LL_WIRE_CGROUP_RMDIR },
		{ skeleton->progs.ll_on_signal, LL_WIRE_SIGNAL },
		{ skeleton->progs.ll_on_deliver, LL_WIRE_DELIVER },
		{ skeleton->progs.ll_on_switch, LL_WIRE_TIMES },
		{ skeleton->progs.ll_on_wakeup, LL_WIRE_STATE },
	};

	for (size_t i = 0; i < LL_MISSES_PROGRAMS; i++)
		sources[i] = all[i];
}

/* Runs missed since the load; 0 where the kernel does not count them. */
static uint64_t missed_runs(const struct bpf_program *program)
{
	struct bpf_prog_info info = {};
	uint32_t size = sizeof(info);
	int fd = program != NULL ? bpf_program__fd(program) : -1;

	if (fd < 0 || bpf_obj_get_info_by_fd(fd, &info, &size) < 0)
		return 0;
	return info.recursion_misses;
}

int ll_misses_collect(struct ll_misses *misses, const struct lifeline_bpf *skeleton,
		      uint64_t since_boottime_ns, struct ll_losses *losses,
		      struct ll_order *order, uint64_t *lost)
{
	struct source sources[LL_MISSES_PROGRAMS];

	list_sources(skeleton, sources);
	for (size_t i = 0; i < LL_MISSES_PROGRAMS; i++) {
		uint64_t missed = missed_runs(sources[i].program);
		uint64_t more = missed - misses->seen[i];

		if (more == 0)
			continue;
		int r = ll_losses_add(losses, sources[i].kind, more, since_boottime_ns, order);
		if (r < 0)
			return r;
		misses->seen[i] = missed;
		*lost += more;
	}
	return 0;
}
