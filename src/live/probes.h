/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The BPF programs: chosen by trying what the running kernel takes, loaded, attached.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "live/live.h"

struct lifeline_bpf;
struct btf;

/* What the running kernel can do, found by trying. */
struct ll_abilities {
	bool ring_buffer;
	bool fentry_release; /* fentry on release_task loads and attaches */
	bool task_storage; /* in tracing programs */
	bool mark_victim; /* the tracepoint exists */
	bool mark_victim_is_task; /* it passes the task, not only the pid */
	uint32_t state_arg; /* LL_STATE_ARG_* of bpf/knobs.bpf.h */
};

/* Try. btf is the running kernel's, borrowed. task_storage is decided by loading, see ll_probes_load. */
void ll_probes_try(const struct btf *btf, struct ll_abilities *ret_abilities);

/* What ll_probes_load needs beyond the options. */
struct ll_probes_setup {
	const struct ll_live_options *options;
	const struct btf *btf; /* borrowed */
	const char *v1_controller; /* NULL: none */
	uint64_t cgroup_id; /* 0: any */
	bool cgroup_is_v1;
	unsigned cpu_count; /* possible CPUs */
};

/*
 * Open, set up and load the skeleton. Tries task storage first, then its stand-in, and says in
 * *abilities which it was. Returns 0 and the skeleton (owned by the caller, freed with
 * lifeline_bpf__destroy), or the -errno of the last try.
 */
int ll_probes_load(const struct ll_probes_setup *setup, struct ll_abilities *abilities,
		   struct lifeline_bpf **ret_skeleton);

/* The first warning libbpf gave during the last load, for an error message. */
const char *ll_probes_libbpf_message(void);
