/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Cgroups come and go faster than user space can look their paths up, so the paths travel
 * with their ids as the kernel makes them.
 */
#include "vmlinux.h"
#include <bpf/bpf_tracing.h>
#include "emit.bpf.h"
#include "image.bpf.h"
#include "task.bpf.h"

static __always_inline void send_cgroup(__u32 kind, struct cgroup *cgroup, const char *path)
{
	__u64 now = bpf_ktime_get_boot_ns();
	__u32 key = 0;
	struct ll_wire_cgroup *record = ll_slot_take(kind, now, &key);

	if (record == NULL)
		return;
	__builtin_memset(&record->header, 0, sizeof(record->header));
	record->cgroup_id = BPF_CORE_READ(cgroup, kn, id);
	record->hierarchy_id = BPF_CORE_READ(cgroup, root, hierarchy_id);
	record->reserved = 0;
	__u64 size = append_kernel_str((char *)record, sizeof(*record), &record->path, path);
	LL_CLAMP(size, sizeof(*record) + LL_PATH_MAX);
	ll_fill_record(&record->header, kind, size, now);
	ll_slot_send(record, key, kind, size, now);
}

/* cgroup_mkdir(): the cgroup exists, no task is in it yet. */
SEC("tp_btf/cgroup_mkdir")
int BPF_PROG(ll_on_cgroup_mkdir, struct cgroup *cgroup, const char *path)
{
	send_cgroup(LL_WIRE_CGROUP_MKDIR, cgroup, path);
	return 0;
}

/* cgroup_rmdir(): no task is in it any more, zombies may still name it. */
SEC("tp_btf/cgroup_rmdir")
int BPF_PROG(ll_on_cgroup_rmdir, struct cgroup *cgroup, const char *path)
{
	send_cgroup(LL_WIRE_CGROUP_RMDIR, cgroup, path);
	return 0;
}
