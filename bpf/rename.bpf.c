/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* A thread takes another name. */
#include "vmlinux.h"
#include <bpf/bpf_tracing.h>
#include "emit.bpf.h"
#include "filter.bpf.h"

/*
 * __set_task_comm(), before the new name is in place. Exec passes here too; its name
 * comes with the exec event.
 */
SEC("tp_btf/task_rename")
int BPF_PROG(ll_on_rename, struct task_struct *task, const char *comm)
{
	__u64 now = bpf_ktime_get_boot_ns();

	if (ll_in_execve(task) || !ll_life_wanted(task))
		return 0;

	struct ll_wire_rename *record = ll_reserve(LL_WIRE_RENAME, struct ll_wire_rename, now);
	if (record == NULL)
		return 0;
	ll_fill_record(&record->header, LL_WIRE_RENAME, sizeof(*record), now);
	ll_fill_subject(&record->header, task, true);
	__builtin_memcpy(record->previous_comm, record->header.comm, LL_COMM_LEN);
	bpf_probe_read_kernel_str(record->header.comm, LL_COMM_LEN, comm);
	ll_submit(record);
	return 0;
}
