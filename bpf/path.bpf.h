/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Absolute paths, read the way fs/d_path.c prepend_path() walks them: from the leaf up,
 * stepping from a mount's root to its mount point. bpf_d_path() is not allowed in
 * tracepoints. Components are written leaf first, each NUL-terminated; user space
 * turns them round.
 */
#pragma once

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include "lifeline/wire.h"

/* Components and mount steps together; beyond them the path is marked truncated. */
#define LL_PATH_STEPS_MAX 64
/* NAME_MAX of linux/limits.h and the terminator. */
#define LL_NAME_SIZE 256
/* A path's room in the slot: what may be written when the last name begins just below the limit. */
#define LL_PATH_ROOM (LL_PATH_MAX + LL_NAME_SIZE)

/*
 * Write path's components to out, which has LL_PATH_ROOM bytes, and their length to
 * *ret_length. *ret_truncated is set when the root was not reached; *ret_detached when the
 * leaf hangs in no directory tree (memfd).
 *
 * ret_length lies in the slot and is read back in every step: so each step looks the same
 * to the verifier, which otherwise follows every possible sum of name lengths.
 */
static __always_inline void ll_read_path(char *out, const struct path *path,
					 volatile __u32 *ret_length, bool *ret_truncated,
					 bool *ret_detached)
{
	struct dentry *dentry = BPF_CORE_READ(path, dentry);
	struct vfsmount *vfsmount = BPF_CORE_READ(path, mnt);
	struct dentry *mount_root = BPF_CORE_READ(vfsmount, mnt_root);
	struct mount *mount = (void *)vfsmount - bpf_core_field_offset(struct mount, mnt);

	*ret_length = 0;
	*ret_detached = false;
	*ret_truncated = false;
	for (int i = 0; i < LL_PATH_STEPS_MAX; i++) {
		struct dentry *parent = BPF_CORE_READ(dentry, d_parent);

		if (dentry == mount_root) {
			struct mount *above = BPF_CORE_READ(mount, mnt_parent);

			if (mount == above)
				return;
			dentry = BPF_CORE_READ(mount, mnt_mountpoint);
			mount_root = BPF_CORE_READ(above, mnt.mnt_root);
			mount = above;
			continue;
		}
		__u64 offset = *ret_length;
		if (offset >= LL_PATH_MAX)
			break;
		long length = bpf_probe_read_kernel_str(out + offset, LL_NAME_SIZE,
							BPF_CORE_READ(dentry, d_name.name));
		if (length <= 0 || length > LL_NAME_SIZE)
			break;
		*ret_length = offset + length;
		if (dentry == parent) {
			*ret_detached = true;
			return;
		}
		dentry = parent;
	}
	*ret_truncated = true;
}
