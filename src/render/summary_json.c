/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* A summary for programs: the whole, then a line for each row of each section. */
#include "event/entity.h"
#include "event/wait_status.h"
#include "render/json.h"
#include "render/summary.h"

struct writer {
	FILE *out;
	const struct ll_summary_result *result;
	const struct ll_model *model;
	const struct ll_summary_view *view;
};

static struct ll_event line_of(enum ll_summary_section section)
{
	struct ll_event event = { .kind = LL_EVENT_SNAPSHOT };

	LL_SET(&event, SUMMARY_SECTION, summary_section, (uint8_t)section);
	return event;
}

/* ---- The whole ------------------------------------------------------------------------- */

static void set_counts(struct ll_event *event, const struct ll_summary_result *result)
{
	LL_SET(event, SUMMARY_PROCESSES, summary_processes, result->births);
	LL_SET(event, SUMMARY_THREADS, summary_threads, result->thread_births);
	LL_SET(event, SUMMARY_EXECS, summary_execs, result->events[LL_EVENT_EXEC]);
	if (result->events[LL_EVENT_EXEC_FAILED] > 0)
		LL_SET(event, SUMMARY_FAILED_EXECS, summary_failed_execs,
		       result->events[LL_EVENT_EXEC_FAILED]);
	LL_SET(event, SUMMARY_EXITS, summary_exits, result->ends);
	LL_SET(event, SUMMARY_FAILURES, summary_failures, result->failures);
	LL_SET(event, SUMMARY_KILLED, summary_killed, result->killed);
	LL_SET(event, SUMMARY_REAPS, summary_reaps, result->events[LL_EVENT_REAP]);
	LL_SET(event, SUMMARY_REPARENTS, summary_reparents, result->events[LL_EVENT_REPARENT]);
	LL_SET(event, SUMMARY_OOM_KILLS, summary_oom_kills, result->events[LL_EVENT_OOM_KILL]);
	LL_SET(event, SUMMARY_INFERRED, summary_inferred, result->inferred);
	LL_SET(event, UTIME, cpu_user_ns, result->cpu_user_ns);
	LL_SET(event, STIME, cpu_system_ns, result->cpu_system_ns);
}

static int write_total(const struct writer *writer)
{
	const struct ll_summary_result *result = writer->result;
	const struct ll_model_counts *counts = ll_model_counts(writer->model);
	struct ll_event event = line_of(LL_SECTION_TOTAL);

	if (result->begin_unix_ns != 0)
		LL_SET(&event, SUMMARY_BEGIN, summary_begin_unix_ns, result->begin_unix_ns);
	if (result->begin_ns != 0)
		LL_SET(&event, SUMMARY_DURATION, summary_duration_ns,
		       result->end_ns - result->begin_ns);
	set_counts(&event, result);
	if (!writer->view->is_filtered) {
		LL_SET(&event, SUMMARY_ALIVE, summary_alive, counts->alive);
		LL_SET(&event, SUMMARY_ZOMBIES, summary_zombies, counts->zombies);
	}
	LL_SET(&event, LOST_COUNT, lost_count, counts->lost);
	return ll_json_fields(writer->out, &event);
}

static int write_lost(const struct writer *writer)
{
	int err = 0;

	for (size_t i = 0; i < writer->result->lost_count && err == 0; i++) {
		const struct ll_summary_lost *lost = &writer->result->lost[i];
		const char *name = ll_event_kind_name(lost->kind);
		struct ll_event event = line_of(LL_SECTION_LOST);

		if (lost->kind != LL_EVENT_LOST)
			LL_SET(&event, LOST_KIND, lost_kind,
			       ll_str_make(name, __builtin_strlen(name)));
		LL_SET(&event, LOST_COUNT, lost_count, lost->count);
		err = ll_json_fields(writer->out, &event);
	}
	return err;
}

static int write_histogram(const struct writer *writer, enum ll_summary_section section,
			   const struct ll_histogram *histogram)
{
	struct ll_event event = line_of(section);

	LL_SET(&event, SUMMARY_COUNT, summary_count, histogram->count);
	if (histogram->count > 0) {
		LL_SET(&event, SUMMARY_P50, summary_p50_ns,
		       ll_histogram_quantile(histogram, 500));
		LL_SET(&event, SUMMARY_P99, summary_p99_ns,
		       ll_histogram_quantile(histogram, 990));
		LL_SET(&event, SUMMARY_MAX, summary_max_ns, histogram->most_ns);
	}
	return ll_json_fields(writer->out, &event);
}

static int write_lives(const struct writer *writer)
{
	int err = write_histogram(writer, LL_SECTION_LIFE, writer->result->lives);

	for (size_t i = 0; i < LL_SUMMARY_SHORT_COUNT && err == 0; i++) {
		struct ll_event event = line_of(LL_SECTION_SHORT_LIFE);

		LL_SET(&event, SUMMARY_COUNT, summary_count, writer->result->life_short[i]);
		LL_SET(&event, SUMMARY_BELOW, summary_below_ns, ll_summary_short_ns[i]);
		err = ll_json_fields(writer->out, &event);
	}
	if (err == 0)
		err = write_histogram(writer, LL_SECTION_EXEC_DELAY,
				      writer->result->exec_delays);
	return err;
}

static int write_rates(const struct writer *writer)
{
	const struct ll_summary_result *result = writer->result;
	int err = 0;

	for (size_t i = 0; i < result->bin_count && err == 0; i++) {
		const struct ll_summary_bin *bin = &result->bins[i];
		struct ll_event event = line_of(LL_SECTION_RATE);

		LL_SET(&event, SUMMARY_OFFSET, summary_offset_ns, i * result->bin_ns);
		LL_SET(&event, SUMMARY_DURATION, summary_duration_ns, result->bin_ns);
		LL_SET(&event, SUMMARY_PROCESSES, summary_processes, bin->births);
		LL_SET(&event, SUMMARY_EXECS, summary_execs, bin->execs);
		LL_SET(&event, SUMMARY_EXITS, summary_exits, bin->ends);
		err = ll_json_fields(writer->out, &event);
	}
	return err;
}

/* ---- Processes and executables --------------------------------------------------------- */

/* What points into id has to outlive the event. */
static void set_who(struct ll_event *event, struct ll_id who, struct ll_str comm,
		    struct ll_str args, bool is_cut, char id[LL_ENTITY_ID_SIZE])
{
	size_t length =
		ll_entity_id_format(id, LL_ENTITY_ID_SIZE, who.tgid, who.start_boottime_ns);

	LL_SET(event, PID, tgid, who.tgid);
	LL_SET(event, ENTITY_ID, entity_id, ll_str_make(id, length));
	LL_SET(event, CREATION, start_boottime_ns, who.start_boottime_ns);
	if (comm.length > 0)
		LL_SET(event, COMM, comm, comm);
	if (args.length > 0)
		LL_SET(event, ARGS, args, args);
	if (args.length > 0 && is_cut)
		LL_SET(event, ARGS_TRUNCATED, args_truncated, true);
}

static void set_command(struct ll_event *event, struct ll_id who,
			const struct ll_cmdline *command, char id[LL_ENTITY_ID_SIZE])
{
	set_who(event, who, ll_str_make(command->comm, __builtin_strlen(command->comm)),
		command->args, command->is_cut, id);
}

static int write_chain(const struct writer *writer)
{
	int err = 0;

	for (size_t i = 0; i < writer->result->chain_count && err == 0; i++) {
		const struct ll_summary_member *member = &writer->result->chain[i];
		struct ll_event event = line_of(LL_SECTION_CHAIN);
		char id[LL_ENTITY_ID_SIZE];

		set_command(&event, member->id, &member->command, id);
		LL_SET(&event, DEPTH, depth, member->depth);
		err = ll_json_fields(writer->out, &event);
	}
	return err;
}

static int write_process(const struct writer *writer, enum ll_summary_section section,
			 const struct ll_summary_process *row)
{
	struct ll_event event = line_of(section);
	char id[LL_ENTITY_ID_SIZE];

	set_command(&event, row->id, &row->command, id);
	if (row->knows_status)
		ll_event_set_wait_status(&event, row->wait_status);
	LL_SET(&event, DURATION, duration_ns, row->life_ns);
	if (row->knows_cpu) {
		LL_SET(&event, UTIME, cpu_user_ns, row->cpu_user_ns);
		LL_SET(&event, STIME, cpu_system_ns, row->cpu_system_ns);
	}
	if (row->knows_rss)
		LL_SET(&event, MAXRSS, max_rss_bytes, row->max_rss_bytes);
	return ll_json_fields(writer->out, &event);
}

static int write_top(const struct writer *writer)
{
	static const enum ll_summary_section sections[LL_SUMMARY_ORDERS] = {
		[LL_SUMMARY_LONGEST] = LL_SECTION_LONGEST,
		[LL_SUMMARY_CPU] = LL_SECTION_CPU,
		[LL_SUMMARY_MEMORY] = LL_SECTION_MEMORY,
	};
	const struct ll_summary_result *result = writer->result;
	int err = 0;

	for (int order = 0; order < LL_SUMMARY_ORDERS; order++)
		for (size_t i = 0; i < result->top[order].count && err == 0; i++)
			err = write_process(writer, sections[order],
					    &result->top[order].rows[i]);
	return err;
}

static void set_executable(struct ll_event *event, const struct ll_summary_executable *row)
{
	if (row->is_others)
		LL_SET(event, SUMMARY_OTHERS, summary_others, true);
	else
		LL_SET(event, SUMMARY_EXECUTABLE, summary_executable, row->name);
}

static int write_executables(const struct writer *writer)
{
	const struct ll_summary_result *result = writer->result;
	int err = 0;

	for (size_t i = 0; i < result->executable_count && err == 0; i++) {
		const struct ll_summary_executable *row = result->executables[i];
		struct ll_event event = line_of(LL_SECTION_EXECUTABLE);

		set_executable(&event, row);
		LL_SET(&event, SUMMARY_EXECS, summary_execs, row->execs);
		LL_SET(&event, SUMMARY_EXITS, summary_exits, row->ends);
		LL_SET(&event, SUMMARY_FAILURES, summary_failures, row->failures);
		LL_SET(&event, SUMMARY_DURATION, summary_duration_ns, row->life_ns);
		LL_SET(&event, UTIME, cpu_user_ns, row->cpu_user_ns);
		LL_SET(&event, STIME, cpu_system_ns, row->cpu_system_ns);
		err = ll_json_fields(writer->out, &event);
	}
	return err;
}

static int write_failure(const struct writer *writer, const struct ll_summary_executable *row)
{
	int err = 0;

	for (size_t i = 0; i <= LL_SUMMARY_STATUSES && err == 0; i++) {
		bool is_rest = i == LL_SUMMARY_STATUSES;
		uint64_t count = is_rest ? row->other_statuses : row->statuses[i].count;
		struct ll_event event = line_of(LL_SECTION_FAILURE);

		if (count == 0)
			continue;
		set_executable(&event, row);
		if (!is_rest)
			ll_event_set_wait_status(&event, row->statuses[i].wait_status);
		LL_SET(&event, SUMMARY_COUNT, summary_count, count);
		err = ll_json_fields(writer->out, &event);
	}
	return err;
}

static int write_failures(const struct writer *writer)
{
	int err = 0;

	for (size_t i = 0; i < writer->result->failing_count && err == 0; i++)
		err = write_failure(writer, writer->result->failing[i]);
	return err;
}

/* ---- The critical path ----------------------------------------------------------------- */

static uint64_t offset_of(const struct writer *writer, uint64_t time_ns)
{
	uint64_t begin_ns = writer->result->begin_ns;

	return time_ns > begin_ns ? time_ns - begin_ns : 0;
}

static int write_part(const struct writer *writer, const struct ll_critical_segment *segment)
{
	struct ll_event event = line_of(LL_SECTION_PATH_PART);
	char id[LL_ENTITY_ID_SIZE];

	set_who(&event, segment->id, segment->comm, segment->command, segment->is_command_cut,
		id);
	LL_SET(&event, DEPTH, depth, segment->depth);
	LL_SET(&event, SUMMARY_OFFSET, summary_offset_ns, offset_of(writer, segment->begin_ns));
	LL_SET(&event, SUMMARY_DURATION, summary_duration_ns,
	       segment->end_ns - segment->begin_ns);
	return ll_json_fields(writer->out, &event);
}

static int write_names(const struct writer *writer)
{
	int err = 0;

	for (size_t i = 0; i < writer->result->name_count && err == 0; i++) {
		const struct ll_critical_name *name = &writer->result->names[i];
		struct ll_event event = line_of(LL_SECTION_PATH_NAME);

		LL_SET(&event, COMM, comm, name->comm);
		LL_SET(&event, SUMMARY_COUNT, summary_count, name->count);
		LL_SET(&event, SUMMARY_DURATION, summary_duration_ns, name->total_ns);
		err = ll_json_fields(writer->out, &event);
	}
	return err;
}

static int write_path(const struct writer *writer)
{
	const struct ll_critical_result *path = &writer->result->path;
	struct ll_event event = line_of(LL_SECTION_PATH);

	if (!writer->result->has_path)
		return 0;
	LL_SET(&event, SUMMARY_OFFSET, summary_offset_ns, offset_of(writer, path->begin_ns));
	LL_SET(&event, SUMMARY_DURATION, summary_duration_ns, path->end_ns - path->begin_ns);
	LL_SET(&event, SUMMARY_COUNT, summary_count, writer->result->share_count);
	if (path->is_cut)
		LL_SET(&event, SUMMARY_CUT, summary_cut, true);
	int err = ll_json_fields(writer->out, &event);
	if (err == 0)
		err = write_names(writer);
	for (size_t i = 0; i < path->count && err == 0; i++)
		err = write_part(writer, &path->segments[i]);
	return err;
}

int ll_summary_json(FILE *out, const struct ll_summary_result *result,
		    const struct ll_model *model, const struct ll_summary_view *view)
{
	static int (*const sections[])(const struct writer *writer) = {
		write_total, write_lost,        write_lives,    write_chain, write_rates,
		write_top,   write_executables, write_failures, write_path,
	};
	struct writer writer = { .out = out, .result = result, .model = model, .view = view };
	int err = 0;

	for (size_t i = 0; i < sizeof(sections) / sizeof(sections[0]) && err == 0; i++)
		err = sections[i](&writer);
	return err;
}
