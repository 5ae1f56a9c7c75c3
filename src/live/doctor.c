/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Can this machine trace? Every answer comes from trying. */
#include "live/live.h"

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/capability.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "lifeline.skel.h"
#include "live/cgroups.h"
#include "live/hidden.h"
#include "live/namespace.h"
#include "live/probes.h"

typedef int (*check_fn)(void *arg, const struct ll_check *check);

struct report {
	check_fn fn;
	void *arg;
	bool is_privileged;
};

/* One finding; an empty remedy and LL_CHECK_OK belong together. */
static int tell(const struct report *report, const char *name, enum ll_check_verdict verdict,
		const char *detail, const char *remedy)
{
	struct ll_check check = { .name = name, .verdict = verdict };

	snprintf(check.detail, sizeof(check.detail), "%s", detail);
	snprintf(check.remedy, sizeof(check.remedy), "%s", remedy);
	return report->fn(report->arg, &check);
}

static int tell_untested(const struct report *report, const char *name)
{
	return tell(report, name, LL_CHECK_UNTESTED, "not tested (needs root)", "");
}

static int check_kernel(const struct report *report)
{
	struct utsname name;
	char detail[200];

	if (uname(&name) < 0)
		return -errno;
	snprintf(detail, sizeof(detail), "%.60s %.80s", name.release, name.machine);
	return tell(report, "kernel", LL_CHECK_OK, detail, "");
}

static bool has_capability(unsigned capability)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2] = {};

	if (syscall(SYS_capget, &header, data) < 0)
		return false;
	return data[capability / 32].effective >> (capability % 32) & 1;
}

static bool is_privileged(void)
{
	return has_capability(CAP_SYS_ADMIN) ||
	       (has_capability(CAP_BPF) && has_capability(CAP_PERFMON));
}

static int check_privilege(const struct report *report)
{
	if (has_capability(CAP_SYS_ADMIN))
		return tell(report, "privilege", LL_CHECK_OK, "CAP_SYS_ADMIN", "");
	if (report->is_privileged)
		return tell(report, "privilege", LL_CHECK_OK, "CAP_BPF and CAP_PERFMON", "");
	return tell(report, "privilege", LL_CHECK_FAILED, "no right to load BPF programs",
		    "run with sudo, or grant CAP_BPF and CAP_PERFMON");
}

static int check_btf(const struct report *report, const struct btf *btf)
{
	if (btf != NULL)
		return tell(report, "BTF", LL_CHECK_OK, "/sys/kernel/btf/vmlinux", "");
	return tell(report, "BTF", LL_CHECK_FAILED, "the kernel does not describe its types",
		    "use a kernel built with CONFIG_DEBUG_INFO_BTF=y, and mount sysfs on /sys");
}

static int check_ring_buffer(const struct report *report, const struct ll_abilities *abilities)
{
	if (abilities->ring_buffer)
		return tell(report, "ring buffer", LL_CHECK_OK, "BPF_MAP_TYPE_RINGBUF", "");
	if (!report->is_privileged)
		return tell_untested(report, "ring buffer");
	return tell(report, "ring buffer", LL_CHECK_FAILED, "cannot be made",
		    "use Linux 5.10 or newer");
}

static int check_reap(const struct report *report, const struct ll_abilities *abilities)
{
	if (abilities->fentry_release)
		return tell(report, "exact reap time", LL_CHECK_OK, "fentry on release_task",
			    "");
	if (!report->is_privileged)
		return tell_untested(report, "exact reap time");
	return tell(report, "exact reap time", LL_CHECK_DEGRADED,
		    "fentry refused: reaps are seen at their RCU echo, later by milliseconds, "
		    "without the reaper",
		    "use a kernel with fentry (CONFIG_DYNAMIC_FTRACE_WITH_DIRECT_CALLS)");
}

static int check_oom(const struct report *report, const struct ll_abilities *abilities)
{
	if (abilities->mark_victim)
		return tell(report, "OOM victims", LL_CHECK_OK,
			    abilities->mark_victim_is_task ? "mark_victim passes the task"
							   : "mark_victim passes the pid",
			    "");
	return tell(report, "OOM victims", LL_CHECK_DEGRADED, "no tracepoint mark_victim",
		    "OOM kills still show as deaths by SIGKILL");
}

static int check_cgroups(const struct report *report)
{
	struct ll_cgroups *cgroups = ll_cgroups_new();
	char detail[200];

	if (cgroups == NULL)
		return -ENOMEM;
	const char *controller = ll_cgroups_v1_controller(cgroups);
	snprintf(detail, sizeof(detail), "v2%s%s", controller != NULL ? " and v1 " : "",
		 controller != NULL ? controller : "");
	ll_cgroups_free(cgroups);
	return tell(report, "cgroups", LL_CHECK_OK, detail, "");
}

static int check_namespace(const struct report *report)
{
	if (access("/proc/self/ns/pid", F_OK) < 0)
		return tell(
			report, "procfs", LL_CHECK_DEGRADED, "/proc cannot be read",
			"mount procfs on /proc: command lines of running processes come from it");
	if (ll_namespace_is_first())
		return tell(report, "pid namespace", LL_CHECK_OK, "the initial one", "");
	return tell(
		report, "pid namespace", LL_CHECK_DEGRADED,
		"a nested one: the pids shown are the host's, -p takes this namespace's, and after a "
		"loss the tree is not repaired",
		"run in the host's pid namespace (docker run --pid=host)");
}

/* Load and attach everything, including what only an option asks for. */
static int check_programs(const struct report *report)
{
	struct ll_live_options options = {
		.failed_execs = true,
		.follow = true,
		.all_states = true,
	};
	struct ll_live *live = NULL;
	char *why = NULL;
	int r = ll_live_new(&options, &live, &why);

	if (r == 0)
		r = tell(report, "BPF programs", LL_CHECK_OK, "all load and attach", "");
	else
		r = tell(report, "BPF programs", LL_CHECK_FAILED,
			 why != NULL ? why : strerror(-r),
			 "see the findings above; if there are none, report this line");
	ll_live_free(live);
	free(why);
	return r;
}

static int check_hidden(const struct report *report)
{
	struct ll_hidden hidden;
	char detail[200];

	/* The iterator does not count as /proc does there. */
	if (!ll_namespace_is_first() || ll_hidden_find(&hidden) < 0)
		return 0;
	if (hidden.hidden_count == 0)
		return tell(report, "hidden processes", LL_CHECK_OK, "none", "");
	snprintf(detail, sizeof(detail),
		 "%u of %u, first PID %u: the kernel keeps them from BPF programs",
		 hidden.hidden_count, hidden.process_count, hidden.first_tgid);
	return tell(report, "hidden processes", LL_CHECK_DEGRADED, detail,
		    "run lifeline outside of this sandbox");
}

static bool has_member(const struct btf *btf, const char *structure, const char *member)
{
	int id = btf__find_by_name_kind(btf, structure, BTF_KIND_STRUCT);
	const struct btf_type *type = id > 0 ? btf__type_by_id(btf, (uint32_t)id) : NULL;

	for (int i = 0; type != NULL && i < btf_vlen(type); i++)
		if (strcmp(btf__name_by_offset(btf, btf_members(type)[i].name_off), member) ==
		    0)
			return true;
	return false;
}

static int check_run_delay(const struct report *report, const struct btf *btf)
{
	if (has_member(btf, "sched_info", "run_delay"))
		return tell(report, "waits for a CPU", LL_CHECK_OK, "the scheduler counts them",
			    "");
	return tell(report, "waits for a CPU", LL_CHECK_DEGRADED,
		    "the scheduler does not count them: they show as part of the sleep before",
		    "use a kernel with CONFIG_SCHED_INFO");
}

static int check_abilities(const struct report *report, const struct btf *btf)
{
	struct ll_abilities abilities;
	int r;

	ll_probes_try(btf, &abilities);
	r = check_ring_buffer(report, &abilities);
	if (r == 0 && abilities.ring_buffer)
		r = check_programs(report);
	if (r == 0 && abilities.ring_buffer)
		r = check_hidden(report);
	if (r == 0)
		r = check_reap(report, &abilities);
	if (r == 0)
		r = check_oom(report, &abilities);
	if (r == 0)
		r = check_run_delay(report, btf);
	return r;
}

int ll_live_doctor(check_fn fn, void *arg)
{
	const struct report report = {
		.fn = fn,
		.arg = arg,
		.is_privileged = is_privileged(),
	};
	struct btf *btf = btf__load_vmlinux_btf();
	int r = check_kernel(&report);

	if (r == 0)
		r = check_privilege(&report);
	if (r == 0)
		r = check_btf(&report, btf);
	if (r == 0 && btf != NULL)
		r = check_abilities(&report, btf);
	if (r == 0)
		r = check_cgroups(&report);
	if (r == 0)
		r = check_namespace(&report);
	btf__free(btf);
	return r;
}
