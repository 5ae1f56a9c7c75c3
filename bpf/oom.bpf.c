/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The OOM killer chose a victim. mark_victim passed the pid alone until 6.8 and passes the
 * task since (some stable series and architectures changed earlier): src/live/probes.c
 * reads the tracepoint's prototype from BTF and loads the variant that fits. BTF instead of
 * tp/oom/mark_victim, because that needs tracefs.
 */
#include "vmlinux.h"
#include <bpf/bpf_tracing.h>
#include "emit.bpf.h"
#include "filter.bpf.h"

/* mark_oom_victim(): SIGKILL has not been sent yet. */
SEC("tp_btf/mark_victim")
int BPF_PROG(ll_on_oom_task, struct task_struct *victim)
{
	__u64 now = bpf_ktime_get_boot_ns();

	if (!ll_task_wanted(victim))
		return 0;
	struct ll_wire_oom_kill *record =
		ll_reserve(LL_WIRE_OOM_KILL, struct ll_wire_oom_kill, now);
	if (record == NULL)
		return 0;
	ll_fill_record(&record->header, LL_WIRE_OOM_KILL, sizeof(*record), now);
	ll_fill_subject(&record->header, victim, true);
	ll_submit(record);
	return 0;
}

/* The same moment where only the pid is passed: filters cannot be asked, the model can. */
SEC("tp_btf/mark_victim")
int BPF_PROG(ll_on_oom_pid, int pid)
{
	__u64 now = bpf_ktime_get_boot_ns();
	struct ll_wire_oom_kill *record =
		ll_reserve(LL_WIRE_OOM_KILL, struct ll_wire_oom_kill, now);

	if (record == NULL)
		return 0;
	__builtin_memset(record, 0, sizeof(*record));
	ll_fill_record(&record->header, LL_WIRE_OOM_KILL, sizeof(*record), now);
	record->header.tgid = pid;
	record->header.tid = pid;
	ll_submit(record);
	return 0;
}
