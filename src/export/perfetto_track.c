/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The head of a trace, and track events: slices, instants, counters, and their annotations. */
#include <inttypes.h>
#include <stdio.h>

#include "base/clock.h"
#include "export/perfetto_parts.h"
#include "render/line.h"

/* include/perfetto's BuiltinClock */
#define CLOCK_ID_REALTIME 1
#define CLOCK_ID_BOOTTIME 6

enum { SLICE_BEGIN = 1, SLICE_END = 2, INSTANT = 3, COUNTER = 4 }; /* TrackEvent.Type */
enum { STATE_CLEARED = 1, NEEDS_STATE = 2 }; /* TracePacket.SequenceFlags */
enum { UNIT_COUNT = 2 }; /* CounterDescriptor.Unit */
enum { MERGE_NONE = 2 }; /* TrackDescriptor.SiblingMergeBehavior */

/* Said elsewhere in a packet, or the same of everything. */
static bool is_said_elsewhere(const struct ll_event *event, enum ll_field field)
{
	switch (field) {
	case LL_F_TIME:
	case LL_F_SEQ:
	case LL_F_HOST_NAME:
	case LL_F_BOOT_ID:
	case LL_F_PID:
	case LL_F_CREATION:
	case LL_F_COMM:
		return true;
	case LL_F_TID:
		return event->tid == event->tgid;
	case LL_F_PPID:
	case LL_F_PARENT_ENTITY_ID:
	case LL_F_ENTITY_ID:
		return event->kind != LL_EVENT_FORK && event->kind != LL_EVENT_SNAPSHOT;
	case LL_F_KTHREAD:
		return !event->is_kthread;
	default:
		return false;
	}
}

Pf__TracePacket ll_perfetto_packet(uint64_t time_ns)
{
	Pf__TracePacket packet = PF__TRACE_PACKET__INIT;

	packet.has_timestamp = true;
	packet.timestamp = time_ns;
	packet.has_trusted_packet_sequence_id = true;
	packet.trusted_packet_sequence_id = LL_PERFETTO_SEQUENCE;
	return packet;
}

/* ---- The head --------------------------------------------------------------------------- */

static void put_system(struct ll_export *export)
{
	Pf__TracePacket packet = ll_perfetto_packet(export->about.begin_boottime_ns);
	Pf__SystemInfo system = PF__SYSTEM_INFO__INIT;
	Pf__Utsname name = PF__UTSNAME__INIT;
	char sysname[] = "Linux";

	name.sysname = sysname;
	name.release = ll_perfetto_text(&export->stream, export->about.os_release);
	name.machine = ll_perfetto_text(&export->stream, export->about.arch);
	system.utsname = &name;
	packet.system_info = &system;
	ll_perfetto_put(&export->stream, &packet);
}

static Pf__InternedName *intern(struct ll_export *export, int index, const char *text)
{
	Pf__InternedName *name = ll_perfetto_alloc(&export->stream, sizeof(*name));

	if (name == NULL)
		return NULL;
	pf__interned_name__init(name);
	name->has_iid = true;
	name->iid = (uint64_t)index + 1;
	name->name = ll_perfetto_text(&export->stream, ll_str_of(text));
	return name;
}

static const char *category_name(int category)
{
	if (category == LL_PERFETTO_SEND)
		return "signal.send";
	if (category == LL_PERFETTO_TREE_SLICE)
		return "tree";
	return ll_event_kind_name((enum ll_event_kind)category);
}

/* The numbers that stand for categories and, in annotations, for fields' keys. */
static void put_names(struct ll_export *export)
{
	Pf__TracePacket packet = ll_perfetto_packet(export->about.begin_boottime_ns);
	Pf__InternedData interned = PF__INTERNED_DATA__INIT;
	Pf__InternedName *keys[LL_F_COUNT], *categories[LL_PERFETTO_CATEGORIES];

	for (int field = 0; field < LL_F_COUNT; field++)
		keys[field] = intern(export, field, ll_field_info((enum ll_field)field)->key);
	for (int category = 0; category < LL_PERFETTO_CATEGORIES; category++)
		categories[category] = intern(export, category, category_name(category));
	interned.n_debug_annotation_names = LL_F_COUNT;
	interned.debug_annotation_names = keys;
	interned.n_event_categories = LL_PERFETTO_CATEGORIES;
	interned.event_categories = categories;
	packet.interned_data = &interned;
	packet.has_sequence_flags = true;
	packet.sequence_flags = STATE_CLEARED;
	ll_perfetto_put(&export->stream, &packet);
}

static Pf__ClockSnapshot__Clock clock_at(uint32_t id, uint64_t time_ns)
{
	Pf__ClockSnapshot__Clock clock = PF__CLOCK_SNAPSHOT__CLOCK__INIT;

	clock.has_clock_id = true;
	clock.clock_id = id;
	clock.has_timestamp = true;
	clock.timestamp = time_ns;
	return clock;
}

void ll_perfetto_put_clocks(struct ll_export *export, uint64_t boottime_ns, uint64_t unix_ns)
{
	Pf__TracePacket packet = ll_perfetto_packet(boottime_ns);
	Pf__ClockSnapshot snapshot = PF__CLOCK_SNAPSHOT__INIT;
	Pf__ClockSnapshot__Clock boot = clock_at(CLOCK_ID_BOOTTIME, boottime_ns);
	Pf__ClockSnapshot__Clock real = clock_at(CLOCK_ID_REALTIME, unix_ns);
	Pf__ClockSnapshot__Clock *clocks[] = { &boot, &real };

	snapshot.n_clocks = 2;
	snapshot.clocks = clocks;
	snapshot.has_primary_trace_clock = true;
	snapshot.primary_trace_clock = CLOCK_ID_BOOTTIME;
	packet.clock_snapshot = &snapshot;
	ll_perfetto_put(&export->stream, &packet);
	export->has_clock = true;
}

static void put_descriptor(struct ll_export *export, uint64_t time_ns,
			   Pf__TrackDescriptor *descriptor, uint64_t uuid)
{
	Pf__TracePacket packet = ll_perfetto_packet(time_ns);

	descriptor->has_uuid = true;
	descriptor->uuid = uuid;
	packet.track_descriptor = descriptor;
	ll_perfetto_put(&export->stream, &packet);
}

/* The one that Perfetto shows with the process. */
static void put_process_track(struct ll_export *export, uint64_t time_ns,
			      const struct ll_perfetto_process *process, struct ll_str comm)
{
	Pf__TrackDescriptor descriptor = PF__TRACK_DESCRIPTOR__INIT;
	Pf__ProcessDescriptor owner = PF__PROCESS_DESCRIPTOR__INIT;

	owner.has_pid = true;
	owner.pid = (int32_t)process->id.tgid;
	owner.process_name = ll_perfetto_text(&export->stream, comm);
	descriptor.name = owner.process_name;
	descriptor.process = &owner;
	put_descriptor(export, time_ns, &descriptor, process->uuid);
}

static void put_tree_track(struct ll_export *export, uint64_t time_ns,
			   const struct ll_perfetto_process *process)
{
	Pf__TrackDescriptor descriptor = PF__TRACK_DESCRIPTOR__INIT;
	char name[32];

	snprintf(name, sizeof(name), "%" PRIu64, process->id.tgid);
	descriptor.name = name;
	descriptor.has_parent_uuid = true;
	descriptor.parent_uuid = process->tree_parent_uuid;
	descriptor.has_sibling_merge_behavior = true;
	descriptor.sibling_merge_behavior = MERGE_NONE;
	put_descriptor(export, time_ns, &descriptor, process->tree_uuid);
}

void ll_perfetto_put_tracks(struct ll_export *export, uint64_t time_ns,
			    const struct ll_perfetto_process *process, struct ll_str comm)
{
	put_process_track(export, time_ns, process, comm);
	put_tree_track(export, time_ns, process);
}

/* A track of the machine as a whole: a counter, or else for instants. */
static void put_machine_track(struct ll_export *export, enum ll_perfetto_track track,
			      const char *name, bool is_counter)
{
	Pf__TrackDescriptor descriptor = PF__TRACK_DESCRIPTOR__INIT;
	Pf__CounterDescriptor counter = PF__COUNTER_DESCRIPTOR__INIT;

	descriptor.name = ll_perfetto_text(&export->stream, ll_str_of(name));
	counter.has_unit = true;
	counter.unit = UNIT_COUNT;
	descriptor.counter = is_counter ? &counter : NULL;
	put_descriptor(export, export->about.begin_boottime_ns, &descriptor, track);
}

void ll_perfetto_put_head(struct ll_export *export)
{
	put_system(export);
	put_names(export);
	put_machine_track(export, LL_PERFETTO_LIVE, "live processes", true);
	put_machine_track(export, LL_PERFETTO_ZOMBIES, "zombies", true);
	put_machine_track(export, LL_PERFETTO_EXECS, "execs per second", true);
	put_machine_track(export, LL_PERFETTO_LOST, "lost events", true);
	put_machine_track(export, LL_PERFETTO_LOSSES, "losses", false);
	put_machine_track(export, LL_PERFETTO_TREE, "process tree", false);
}

/* ---- Annotations ------------------------------------------------------------------------ */

static void set_text(struct ll_perfetto_stream *stream, Pf__DebugAnnotation *annotation,
		     struct ll_str text)
{
	annotation->string_value = ll_perfetto_text(stream, text);
}

static size_t count_args(struct ll_str args)
{
	struct ll_str arg;
	size_t count = 0;

	while (ll_args_next(&args, &arg))
		count++;
	return count;
}

static void set_args(struct ll_perfetto_stream *stream, Pf__DebugAnnotation *annotation,
		     struct ll_str args)
{
	size_t count = count_args(args);
	Pf__DebugAnnotation **list = ll_perfetto_alloc(stream, count * sizeof(*list)),
			    *values = ll_perfetto_alloc(stream, count * sizeof(*values));
	struct ll_str arg;

	if (list == NULL || values == NULL)
		return;
	for (size_t i = 0; ll_args_next(&args, &arg); i++) {
		list[i] = &values[i];
		pf__debug_annotation__init(list[i]);
		set_text(stream, list[i], arg);
	}
	annotation->n_array_values = count;
	annotation->array_values = list;
}

static void set_value(struct ll_perfetto_stream *stream, Pf__DebugAnnotation *annotation,
		      const struct ll_field_info *info, const void *member)
{
	switch (info->type) {
	case LL_TYPE_INT:
		annotation->has_int_value = true;
		annotation->int_value = *(const int64_t *)member;
		return;
	case LL_TYPE_UINT:
	case LL_TYPE_TIME:
		annotation->has_uint_value = true;
		annotation->uint_value = *(const uint64_t *)member;
		return;
	case LL_TYPE_BOOL:
		annotation->has_bool_value = true;
		annotation->bool_value = *(const bool *)member;
		return;
	case LL_TYPE_ENUM:
		set_text(stream, annotation, ll_str_of(info->values[*(const uint8_t *)member]));
		return;
	case LL_TYPE_STR:
		set_text(stream, annotation, *(const struct ll_str *)member);
		return;
	case LL_TYPE_ARGS:
		set_args(stream, annotation, *(const struct ll_str *)member);
		return;
	}
}

static Pf__DebugAnnotation *make_annotation(struct ll_perfetto_stream *stream,
					    const struct ll_event *event, enum ll_field field)
{
	const struct ll_field_info *info = ll_field_info(field);
	Pf__DebugAnnotation *annotation = ll_perfetto_alloc(stream, sizeof(*annotation));

	if (annotation == NULL)
		return NULL;
	pf__debug_annotation__init(annotation);
	annotation->has_name_iid = true;
	annotation->name_iid = (uint64_t)field + 1;
	set_value(stream, annotation, info, (const char *)event + info->offset);
	return annotation;
}

/* All that an event knows and its packet does not say otherwise, under the registry's keys. */
static void annotate(struct ll_export *export, Pf__TrackEvent *track_event,
		     const struct ll_event *event)
{
	Pf__DebugAnnotation **list =
		ll_perfetto_alloc(&export->stream, LL_F_COUNT * sizeof(*list));

	if (list == NULL)
		return;
	for (int field = 0; field < LL_F_COUNT; field++) {
		if (!ll_event_has(event, (enum ll_field)field) ||
		    is_said_elsewhere(event, (enum ll_field)field))
			continue;
		Pf__DebugAnnotation *annotation =
			make_annotation(&export->stream, event, (enum ll_field)field);
		if (annotation != NULL)
			list[track_event->n_debug_annotations++] = annotation;
	}
	track_event->debug_annotations = list;
}

/* ---- Track events ----------------------------------------------------------------------- */

static Pf__TrackEvent track_event_of(uint64_t track, int type)
{
	Pf__TrackEvent track_event = PF__TRACK_EVENT__INIT;

	track_event.has_type = true;
	track_event.type = type;
	track_event.has_track_uuid = true;
	track_event.track_uuid = track;
	return track_event;
}

static void put_track_event(struct ll_export *export, uint64_t time_ns,
			    Pf__TrackEvent *track_event)
{
	Pf__TracePacket packet = ll_perfetto_packet(time_ns);

	packet.has_sequence_flags = true;
	packet.sequence_flags = NEEDS_STATE;
	packet.track_event = track_event;
	ll_perfetto_put(&export->stream, &packet);
}

static void put_named(struct ll_export *export, uint64_t time_ns, Pf__TrackEvent track_event,
		      int category, struct ll_str name, const struct ll_event *event,
		      struct ll_perfetto_flow flow)
{
	uint64_t category_iid = (uint64_t)category + 1;

	track_event.n_category_iids = 1;
	track_event.category_iids = &category_iid;
	track_event.name = ll_perfetto_text(&export->stream, name);
	if (flow.id != 0 && flow.is_end) {
		track_event.n_terminating_flow_ids = 1;
		track_event.terminating_flow_ids = &flow.id;
	} else if (flow.id != 0) {
		track_event.n_flow_ids = 1;
		track_event.flow_ids = &flow.id;
	}
	if (event != NULL)
		annotate(export, &track_event, event);
	put_track_event(export, time_ns, &track_event);
}

void ll_perfetto_put_instant(struct ll_export *export, uint64_t time_ns, uint64_t track,
			     int category, const char *name, const struct ll_event *event,
			     struct ll_perfetto_flow flow)
{
	put_named(export, time_ns, track_event_of(track, INSTANT), category, ll_str_of(name),
		  event, flow);
}

/* The tree has the same slices, bare; but a zombie is over there. */
void ll_perfetto_begin_slice(struct ll_export *export, uint64_t time_ns,
			     const struct ll_perfetto_process *process, int category,
			     struct ll_str name, const struct ll_event *event,
			     struct ll_perfetto_flow flow)
{
	static const struct ll_perfetto_flow no_flow = { 0 };

	put_named(export, time_ns, track_event_of(process->uuid, SLICE_BEGIN), category, name,
		  event, flow);
	if (!process->is_zombie)
		put_named(export, time_ns, track_event_of(process->tree_uuid, SLICE_BEGIN),
			  LL_PERFETTO_TREE_SLICE, name, NULL, no_flow);
}

static void put_end(struct ll_export *export, uint64_t time_ns, uint64_t track,
		    const struct ll_event *event)
{
	Pf__TrackEvent track_event = track_event_of(track, SLICE_END);

	if (event != NULL)
		annotate(export, &track_event, event);
	put_track_event(export, time_ns, &track_event);
}

void ll_perfetto_end_slice(struct ll_export *export, uint64_t time_ns,
			   const struct ll_perfetto_process *process,
			   const struct ll_event *event)
{
	put_end(export, time_ns, process->uuid, event);
	if (!process->is_zombie)
		put_end(export, time_ns, process->tree_uuid, NULL);
}

void ll_perfetto_put_counter(struct ll_export *export, uint64_t time_ns, uint64_t track,
			     uint64_t value)
{
	Pf__TrackEvent track_event = track_event_of(track, COUNTER);

	track_event.has_counter_value = true;
	track_event.counter_value = (int64_t)value;
	put_track_event(export, time_ns, &track_event);
}

static void put_changed(struct ll_export *export, uint64_t time_ns,
			enum ll_perfetto_track track, struct ll_perfetto_counter *counter)
{
	if (counter->value == counter->told)
		return;
	ll_perfetto_put_counter(export, time_ns, track, counter->value);
	counter->told = counter->value;
}

void ll_perfetto_put_counters(struct ll_export *export, uint64_t time_ns)
{
	put_changed(export, time_ns, LL_PERFETTO_LIVE, &export->live);
	put_changed(export, time_ns, LL_PERFETTO_ZOMBIES, &export->zombies);
	put_changed(export, time_ns, LL_PERFETTO_LOST, &export->lost);
}

/* The figure stands at the second's beginning, so it comes a second after its time. */
void ll_perfetto_mind_second(struct ll_export *export, uint64_t time_ns)
{
	uint64_t end_ns = export->second_ns + LL_NS_PER_S;
	bool had_any = export->second_execs != 0;

	if (export->second_ns == 0 || time_ns < end_ns)
		return;
	ll_perfetto_put_counter(export, export->second_ns, LL_PERFETTO_EXECS,
				export->second_execs);
	export->second_execs = 0;
	export->second_ns = had_any && time_ns - end_ns < LL_NS_PER_S ? end_ns : 0;
	if (had_any && export->second_ns == 0)
		ll_perfetto_put_counter(export, end_ns, LL_PERFETTO_EXECS, 0);
}

/* Seconds count from the beginning of the watch. */
void ll_perfetto_count_exec(struct ll_export *export, uint64_t time_ns)
{
	uint64_t begin_ns = export->about.begin_boottime_ns;

	ll_perfetto_mind_second(export, time_ns);
	if (export->second_ns == 0)
		export->second_ns = time_ns > begin_ns
					    ? time_ns - (time_ns - begin_ns) % LL_NS_PER_S
					    : time_ns;
	export->second_execs++;
}
