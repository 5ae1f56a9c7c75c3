/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Zombies for programs: the parent, then those it has, a line each. */
#include <string.h>

#include "event/event.h"
#include "event/wait_status.h"
#include "render/json.h"
#include "render/zombies.h"

struct writer {
	FILE *out;
	const struct ll_model *model;
	const struct ll_zombies_options *options;
};

static void set_time(struct ll_event *event, const struct writer *writer)
{
	if (writer->options->now_unix_ns != 0)
		LL_SET(event, TIME, time_unix_ns, writer->options->now_unix_ns);
}

static uint64_t age_of(const struct writer *writer, uint64_t since_ns)
{
	uint64_t now = writer->options->now_boottime_ns;

	return now > since_ns ? now - since_ns : 0;
}

static void set_parent(struct ll_event *event, const struct ll_zombie_group *group,
		       struct ll_json_ids *ids)
{
	const struct ll_process *process = group->process;

	if (process != NULL) {
		ll_json_identify(event, process, ids);
		if (ll_process_knows(process, LL_F_VPID))
			LL_SET(event, VPID, vpid, process->vpid);
		if (process->container_id.length > 0)
			LL_SET(event, CONTAINER, container_id, process->container_id);
	} else if (group->parent.tgid != 0) {
		LL_SET(event, PID, tgid, group->parent.tgid);
	}
	if (group->cgroup.length > 0)
		LL_SET(event, CGROUP, cgroup, group->cgroup);
	if (group->knows_sigchld)
		LL_SET(event, SIGCHLD, sigchld, (uint8_t)group->sigchld);
	if (group->knows_in_wait)
		LL_SET(event, IN_WAIT, in_wait, group->in_wait);
}

static void set_held(struct ll_event *event, const struct ll_zombie_group *group)
{
	LL_SET(event, ZOMBIES_PEAK, zombies_peak, group->peak_count);
	LL_SET(event, ZOMBIES_HELD, zombies_held, group->held_count);
	if (group->held_longest_ns != 0)
		LL_SET(event, ZOMBIES_HELD_LONGEST, zombies_held_longest_ns,
		       group->held_longest_ns);
	LL_SET(event, ZOMBIES_LEFT, zombies_left, group->left_count);
	if (group->heir.tgid != 0)
		LL_SET(event, ZOMBIES_LEFT_TO, zombies_left_tgid, group->heir.tgid);
}

static void set_now(struct ll_event *event, const struct writer *writer,
		    const struct ll_zombie_group *group)
{
	double rate = group->growth_per_minute;

	LL_SET(event, ZOMBIES_COUNT, zombies_count, group->count);
	LL_SET(event, ZOMBIES_GROWTH, zombies_growth, group->growth);
	if (ll_zombies_knows_growth(group))
		LL_SET(event, ZOMBIES_PER_MINUTE, zombies_per_minute,
		       (int64_t)(rate < 0 ? rate - 0.5 : rate + 0.5));
	LL_SET(event, ZOMBIES_OBSERVED, zombies_observed_ns, group->observed_ns);
	set_held(event, group);
	LL_SET(event, ZOMBIES_HOLDER, zombies_holder, (uint8_t)group->holder);
	LL_SET(event, ZOMBIES_NEVER_REAPS, zombies_never_reaps, group->never_reaps);
	if (group->count == 0)
		return;
	LL_SET(event, ZOMBIES_OLDEST, zombies_oldest_ns,
	       age_of(writer, group->oldest_since_ns));
	LL_SET(event, ZOMBIES_OLDEST_MOST, zombies_oldest_most_ns,
	       age_of(writer, group->earliest_ns));
	LL_SET(event, ZOMBIES_AT_LEAST, zombies_at_least, group->is_at_least);
}

static void set_reaps(struct ll_event *event, const struct ll_zombie_group *group)
{
	LL_SET(event, ZOMBIES_REAPS, zombies_reaps, group->reap_count);
	if (group->last_reap_ns != 0)
		LL_SET(event, ZOMBIES_LAST_REAP, zombies_last_reap_ns, group->last_reap_ns);
	LL_SET(event, ZOMBIES_SELF_FREED, zombies_self_freed, group->self_freed_count);
}

static void set_reaped(struct ll_event *event, const struct ll_zombie_group *group)
{
	bool is_at_least = false, is_rough = false, any = false;

#define SET_REAPED(ID, name)                                                                   \
	do {                                                                                   \
		const struct ll_reaped *reaped_ = &group->reaped[LL_REAPER_##ID];              \
		if (reaped_->count == 0)                                                       \
			break;                                                                 \
		LL_SET(event, ZOMBIES_##ID##_COUNT, zombies_##name##_count, reaped_->count);   \
		LL_SET(event, ZOMBIES_##ID##_P50, zombies_##name##_p50_ns,                     \
		       reaped_->median_ns);                                                    \
		LL_SET(event, ZOMBIES_##ID##_MAX, zombies_##name##_max_ns, reaped_->most_ns);  \
	} while (0)
	SET_REAPED(PARENT, parent);
	SET_REAPED(SUBREAPER, subreaper);
	SET_REAPED(INIT, init);
#undef SET_REAPED
	if (group->reaped[LL_REAPER_SUBREAPER].reaper.tgid != 0)
		LL_SET(event, ZOMBIES_SUBREAPER_PID, zombies_subreaper_tgid,
		       group->reaped[LL_REAPER_SUBREAPER].reaper.tgid);
	if (group->reaped[LL_REAPER_INIT].reaper.tgid != 0)
		LL_SET(event, ZOMBIES_INIT_PID, zombies_init_tgid,
		       group->reaped[LL_REAPER_INIT].reaper.tgid);
	for (int i = 0; i < LL_REAPERS; i++) {
		any |= group->reaped[i].count > 0;
		is_at_least |= group->reaped[i].is_at_least;
		is_rough |= group->reaped[i].is_rough;
	}
	if (!any)
		return;
	LL_SET(event, ZOMBIES_REAPED_AT_LEAST, zombies_reaped_at_least, is_at_least);
	LL_SET(event, ZOMBIES_REAPED_ROUGH, zombies_reaped_rough, is_rough);
}

static void set_limits(struct ll_event *event, const struct writer *writer,
		       const struct ll_zombie_group *group)
{
	const struct ll_zombies_options *options = writer->options;
	const struct ll_zombies_limit *machine = &options->machine;
	struct ll_zombies_limit limit = { 0 };
	uint64_t full_ns = ll_zombies_full_in_ns(group, machine);

	if (machine->max_count != 0) {
		LL_SET(event, ZOMBIES_PIDS_MAX, zombies_pids_max, machine->max_count);
		LL_SET(event, ZOMBIES_PIDS_USED, zombies_pids_used, machine->used_count);
	}
	if (full_ns != 0)
		LL_SET(event, ZOMBIES_PIDS_FULL, zombies_pids_full_ns, full_ns);
	if (options->find_limit == NULL || group->cgroup.length == 0 ||
	    !options->find_limit(options->limit_arg, group->cgroup, &limit))
		return;
	LL_SET(event, ZOMBIES_CGROUP, zombies_cgroup, limit.path);
	LL_SET(event, ZOMBIES_CGROUP_MAX, zombies_cgroup_max, limit.max_count);
	LL_SET(event, ZOMBIES_CGROUP_USED, zombies_cgroup_used, limit.used_count);
	full_ns = ll_zombies_full_in_ns(group, &limit);
	if (full_ns != 0)
		LL_SET(event, ZOMBIES_CGROUP_FULL, zombies_cgroup_full_ns, full_ns);
}

static int write_zombie(void *arg, const struct ll_zombie *zombie)
{
	const struct writer *writer = arg;
	const struct ll_process *process = zombie->process;
	struct ll_event event = { .kind = LL_EVENT_SNAPSHOT };
	struct ll_json_ids ids;

	set_time(&event, writer);
	ll_json_identify(&event, process, &ids);
	LL_SET(&event, STATE_NOW, task_state, LL_TASK_ZOMBIE);
	if (process->original_parent.tgid != 0)
		LL_SET(&event, ORIGINAL_PPID, original_parent_tgid,
		       process->original_parent.tgid);
	if (process->cgroup.length > 0)
		LL_SET(&event, CGROUP, cgroup, process->cgroup);
	if (ll_process_knows(process, LL_F_EXIT_STATUS))
		ll_event_set_wait_status(&event, process->wait_status);
	LL_SET(&event, ZOMBIE, zombie_ns, age_of(writer, zombie->since_ns));
	LL_SET(&event, ZOMBIES_AT_LEAST, zombies_at_least, zombie->is_at_least);
	return ll_json_fields(writer->out, &event);
}

static bool is_worth_a_line(const struct writer *writer, const struct ll_zombie_group *group)
{
	uint64_t ends = group->self_freed_count + group->held_count;

	for (int i = 0; i < LL_REAPERS; i++)
		ends += group->reaped[i].count;
	return group->count > 0 || (writer->options->shows_reaped && ends > 0);
}

static int write_group(void *arg, const struct ll_zombie_group *group)
{
	struct writer *writer = arg;
	struct ll_event event = { .kind = LL_EVENT_SNAPSHOT };
	struct ll_json_ids ids;

	if (!is_worth_a_line(writer, group))
		return 0;
	set_time(&event, writer);
	set_parent(&event, group, &ids);
	set_now(&event, writer, group);
	set_reaps(&event, group);
	set_reaped(&event, group);
	set_limits(&event, writer, group);
	int r = ll_json_fields(writer->out, &event);
	if (r == 0)
		r = ll_model_zombies(writer->model, group->parent,
				     writer->options->now_boottime_ns, write_zombie, writer);
	return r;
}

int ll_zombies_json(FILE *out, const struct ll_model *model,
		    const struct ll_zombies_options *options)
{
	struct writer writer = { .out = out, .model = model, .options = options };

	return ll_model_zombie_groups(model, options->now_boottime_ns, write_group, &writer);
}
