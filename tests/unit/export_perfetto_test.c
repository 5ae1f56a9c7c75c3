/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Perfetto traces: packets as protobuf-c decodes them again, and what events become. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <zlib.h>

#include "base/clock.h"
#include "export/export.h"
#include "export/perfetto_stream.h"
#include "support/event_builder.h"

#define MS LL_NS_PER_MS
#define BEGIN_NS (100 * LL_NS_PER_S)
#define RAW_MAX (64u << 20)

static const struct built_id SHELL = { 500, 50 };
static const struct built_id NONE = { 0, 0 };

/* What was written, taken apart. */
struct written {
	char *bytes;
	size_t length;
	size_t batch_count;
	uint8_t *raw; /* all batches, inflated */
	size_t raw_length;
	Pf__Trace *trace;
};

static void inflate_batch(struct written *written, const ProtobufCBinaryData *batch)
{
	uLongf length = RAW_MAX - written->raw_length;

	assert_int_equal(uncompress(written->raw + written->raw_length, &length, batch->data,
				    batch->len),
			 Z_OK);
	written->raw_length += length;
	written->batch_count++;
}

static void take_apart(struct written *written)
{
	Pf__Trace *outer =
		pf__trace__unpack(NULL, written->length, (const uint8_t *)written->bytes);

	assert_non_null(outer);
	written->raw = malloc(RAW_MAX);
	assert_non_null(written->raw);
	for (size_t i = 0; i < outer->n_packet; i++) {
		assert_true(outer->packet[i]->has_compressed_packets);
		inflate_batch(written, &outer->packet[i]->compressed_packets);
	}
	pf__trace__free_unpacked(outer, NULL);
	written->trace = pf__trace__unpack(NULL, written->raw_length, written->raw);
	assert_non_null(written->trace);
}

static void written_fini(struct written *written)
{
	if (written->trace != NULL)
		pf__trace__free_unpacked(written->trace, NULL);
	free(written->raw);
	free(written->bytes);
}

#define AUTO_WRITTEN __attribute__((cleanup(written_fini))) struct written

/* ---- The stream ------------------------------------------------------------------------- */

static Pf__TracePacket name_packet(struct ll_perfetto_stream *stream,
				   Pf__TrackDescriptor *descriptor, struct ll_str name)
{
	Pf__TracePacket packet = PF__TRACE_PACKET__INIT;

	pf__track_descriptor__init(descriptor);
	descriptor->name = ll_perfetto_text(stream, name);
	packet.track_descriptor = descriptor;
	return packet;
}

static void put_name(struct ll_perfetto_stream *stream, struct ll_str name)
{
	Pf__TrackDescriptor descriptor;
	Pf__TracePacket packet = name_packet(stream, &descriptor, name);

	ll_perfetto_put(stream, &packet);
}

static void packets_come_back_in_order(void **state)
{
	(void)state;
	AUTO_WRITTEN written = { 0 };
	FILE *out = open_memstream(&written.bytes, &written.length);
	struct ll_perfetto_stream stream;
	char name[32];

	ll_perfetto_stream_init(&stream, out);
	for (int i = 0; i < 1000; i++) {
		snprintf(name, sizeof(name), "track %d", i);
		put_name(&stream, ll_str_of(name));
	}
	assert_int_equal(ll_perfetto_flush(&stream), 0);
	ll_perfetto_stream_fini(&stream);
	fclose(out);
	take_apart(&written);
	assert_int_equal(written.batch_count, 1);
	assert_int_equal(written.trace->n_packet, 1000);
	assert_string_equal(written.trace->packet[999]->track_descriptor->name, "track 999");
}

static void a_packet_larger_than_a_batch_is_a_batch(void **state)
{
	(void)state;
	AUTO_WRITTEN written = { 0 };
	FILE *out = open_memstream(&written.bytes, &written.length);
	struct ll_perfetto_stream stream;
	size_t size = 3 * LL_PERFETTO_BATCH_BYTES;
	char *large = malloc(size);

	assert_non_null(large);
	memset(large, 'x', size);
	ll_perfetto_stream_init(&stream, out);
	put_name(&stream, ll_str_make(large, size));
	put_name(&stream, ll_str_of("next"));
	assert_int_equal(ll_perfetto_flush(&stream), 0);
	ll_perfetto_stream_fini(&stream);
	fclose(out);
	free(large);
	take_apart(&written);
	assert_int_equal(written.batch_count, 2);
	assert_int_equal(strlen(written.trace->packet[0]->track_descriptor->name), size);
	assert_string_equal(written.trace->packet[1]->track_descriptor->name, "next");
}

static void what_is_no_utf8_is_replaced(void **state)
{
	(void)state;
	struct ll_perfetto_stream stream;

	ll_perfetto_stream_init(&stream, NULL);
	assert_string_equal(ll_perfetto_text(&stream, ll_str_make("a\0b\xff\xc3\xa4", 6)),
			    "a\xef\xbf\xbd"
			    "b\xef\xbf\xbd\xc3\xa4");
	assert_string_equal(ll_perfetto_text(&stream, ll_str_make(NULL, 0)), "");
	ll_perfetto_stream_fini(&stream);
}

static void the_first_error_sticks(void **state)
{
	(void)state;
	FILE *full = fopen("/dev/full", "w");
	struct ll_perfetto_stream stream;

	assert_non_null(full);
	setvbuf(full, NULL, _IONBF, 0);
	ll_perfetto_stream_init(&stream, full);
	put_name(&stream, ll_str_of("x"));
	assert_int_equal(ll_perfetto_flush(&stream), -ENOSPC);
	put_name(&stream, ll_str_of("y"));
	assert_int_equal(ll_perfetto_flush(&stream), -ENOSPC);
	ll_perfetto_stream_fini(&stream);
	fclose(full);
}

/* ---- Events ----------------------------------------------------------------------------- */

/* An export that a model feeds, as a watch does. */
struct exporting {
	FILE *out;
	struct ll_model *model;
	struct ll_export *export;
	struct written written;
};

static int hand_on(void *arg, const struct ll_event *event)
{
	struct exporting *exporting = arg;

	if ((ll_export_perfetto.kinds >> event->kind & 1) == 0)
		return 0;
	return ll_export_perfetto.event(exporting->export, event);
}

static void apply(struct exporting *exporting, struct ll_event event)
{
	assert_int_equal(ll_model_apply(exporting->model, &event, hand_on, exporting), 0);
}

static void begin(struct exporting *exporting, bool has_all_states)
{
	struct ll_export_options options = {
		.about = { .os_release = built_str("6.12.0"),
			   .begin_boottime_ns = BEGIN_NS,
			   .has_all_states = has_all_states },
	};
	char *why;

	*exporting = (struct exporting){ 0 };
	exporting->out = open_memstream(&exporting->written.bytes, &exporting->written.length);
	exporting->model = ll_model_new(1000);
	assert_non_null(exporting->model);
	options.out = exporting->out;
	options.model = exporting->model;
	assert_int_equal(ll_export_perfetto.open(&options, &exporting->export, &why), 0);
	apply(exporting, built_snapshot(BEGIN_NS, SHELL, NONE, "sh", LL_TASK_ALIVE));
	apply(exporting, built_snapshot_end(BEGIN_NS));
}

static Pf__Trace *end(struct exporting *exporting, uint64_t now_ns)
{
	assert_int_equal(ll_export_perfetto.end(exporting->export, now_ns, 0), 0);
	fclose(exporting->out);
	exporting->out = NULL;
	take_apart(&exporting->written);
	return exporting->written.trace;
}

static void exporting_fini(struct exporting *exporting)
{
	if (exporting->out != NULL)
		fclose(exporting->out);
	ll_export_perfetto.free(exporting->export);
	ll_model_free(exporting->model);
	written_fini(&exporting->written);
}

#define AUTO_EXPORTING __attribute__((cleanup(exporting_fini))) struct exporting

static struct built_id id_at(uint32_t pid, uint64_t ms)
{
	return (struct built_id){ pid, BEGIN_NS + ms * MS };
}

static void live(struct exporting *exporting, struct built_id id, uint64_t ms)
{
	apply(exporting, built_fork(id, SHELL, "sh"));
	apply(exporting, built_exec(id.start_ns + MS, id, "true", "/bin/true"));
	apply(exporting, built_exit(id.start_ns + ms * MS, id, 0, NONE));
	apply(exporting, built_reap(id.start_ns + (ms + 1) * MS, id));
}

static size_t count_newtasks(const Pf__Trace *trace)
{
	size_t count = 0;

	for (size_t i = 0; i < trace->n_packet; i++) {
		const Pf__FtraceEventBundle *bundle = trace->packet[i]->ftrace_events;

		count += bundle != NULL && bundle->event[0]->task_newtask != NULL;
	}
	return count;
}

static const Pf__TrackDescriptor *find_track(const Pf__Trace *trace, int32_t pid, size_t nth)
{
	for (size_t i = 0; i < trace->n_packet; i++) {
		const Pf__TrackDescriptor *track = trace->packet[i]->track_descriptor;

		if (track != NULL && track->process != NULL && track->process->pid == pid &&
		    nth-- == 0)
			return track;
	}
	return NULL;
}

/* The tree's tracks are named by pid. */
static const Pf__TrackDescriptor *find_tree_track(const Pf__Trace *trace, uint64_t uuid)
{
	for (size_t i = 0; i < trace->n_packet; i++) {
		const Pf__TrackDescriptor *track = trace->packet[i]->track_descriptor;

		if (track != NULL && track->uuid == uuid)
			return track;
	}
	return NULL;
}

static void a_pid_that_comes_again_has_another_track(void **state)
{
	(void)state;
	AUTO_EXPORTING exporting;

	begin(&exporting, false);
	live(&exporting, id_at(700, 10), 5);
	live(&exporting, id_at(700, 20), 5);
	const Pf__Trace *trace = end(&exporting, BEGIN_NS + 50 * MS);
	const Pf__TrackDescriptor *first = find_track(trace, 700, 0);
	const Pf__TrackDescriptor *second = find_track(trace, 700, 1);
	assert_non_null(first);
	assert_non_null(second);
	assert_int_not_equal(first->uuid, second->uuid);
	assert_null(find_track(trace, 700, 2));
}

static void a_task_is_new_only_where_states_are_told(void **state)
{
	(void)state;
	AUTO_EXPORTING without, with;

	begin(&without, false);
	live(&without, id_at(700, 10), 5);
	assert_int_equal(count_newtasks(end(&without, 0)), 0);
	begin(&with, true);
	live(&with, id_at(700, 10), 5);
	assert_int_equal(count_newtasks(end(&with, 0)), 1);
}

static void packets_hold_the_order_of_time(void **state)
{
	(void)state;
	AUTO_EXPORTING exporting;
	uint64_t last_ns = 0;

	begin(&exporting, true);
	for (uint32_t i = 0; i < 100; i++)
		live(&exporting, id_at(700 + i, 10 * (i + 1)), 5);
	const Pf__Trace *trace = end(&exporting, BEGIN_NS + 2 * LL_NS_PER_S);
	for (size_t i = 0; i < trace->n_packet; i++) {
		const Pf__TracePacket *packet = trace->packet[i];
		uint64_t now = packet->ftrace_events != NULL
				       ? packet->ftrace_events->event[0]->timestamp
				       : packet->timestamp;

		/* A rate stands where its second begins, a birth a nanosecond early. */
		if (packet->track_event != NULL && packet->track_event->has_counter_value)
			continue;
		assert_true(now + 1 >= last_ns);
		last_ns = now;
	}
}

static void a_deep_tree_goes_on_beside_its_last_level(void **state)
{
	(void)state;
	AUTO_EXPORTING exporting;
	struct built_id parent = SHELL;
	unsigned deepest = 0, count = 0;

	begin(&exporting, false);
	for (uint32_t i = 0; i < 300; i++) {
		struct built_id child = id_at(1000 + i, 10 + i);

		apply(&exporting, built_fork(child, parent, "deep"));
		parent = child;
	}
	const Pf__Trace *trace = end(&exporting, 0);
	for (size_t i = 0; i < trace->n_packet; i++) {
		const Pf__TrackDescriptor *track = trace->packet[i]->track_descriptor;
		unsigned depth = 0;

		count += track != NULL && track->has_parent_uuid;
		for (; track != NULL && track->has_parent_uuid; depth++)
			track = find_tree_track(trace, track->parent_uuid);
		deepest = depth > deepest ? depth : deepest;
	}
	assert_int_equal(count, 301);
	assert_in_range(deepest, 90, 99);
}

/* As -f 'event == "exec"' has it. */
static int hand_on_execs(void *arg, const struct ll_event *event)
{
	return event->kind == LL_EVENT_EXEC ? hand_on(arg, event) : 0;
}

static void who_is_over_is_forgotten_though_no_end_is_shown(void **state)
{
	(void)state;
	AUTO_EXPORTING exporting;
	size_t ends = 0;

	begin(&exporting, false);
	for (uint32_t i = 0; i < 3000; i++) {
		struct built_id id = id_at(10000 + i, 10 * (i + 1));
		struct ll_event events[] = {
			built_fork(id, SHELL, "sh"),
			built_exec(id.start_ns + MS, id, "true", "/bin/true"),
			built_exit(id.start_ns + 2 * MS, id, 0, NONE),
			built_reap(id.start_ns + 3 * MS, id),
		};

		for (size_t j = 0; j < 4; j++)
			assert_int_equal(ll_model_apply(exporting.model, &events[j],
							hand_on_execs, &exporting),
					 0);
	}
	const Pf__Trace *trace = end(&exporting, 0);
	for (size_t i = 0; i < trace->n_packet; i++) {
		const Pf__FtraceEventBundle *bundle = trace->packet[i]->ftrace_events;

		ends += bundle != NULL && bundle->event[0]->sched_process_free != NULL;
	}
	/* The model remembers a thousand of the dead; of those before it the end was written in time. */
	assert_true(ends > 1000);
	assert_non_null(find_track(trace, 10000 + 2999, 0));
}

static void a_loss_is_counted_and_stands_in_its_place(void **state)
{
	(void)state;
	AUTO_EXPORTING exporting;
	bool has_instant = false;
	int64_t total = 0;

	begin(&exporting, false);
	apply(&exporting, built_lost(BEGIN_NS + 10 * MS, 7));
	apply(&exporting, built_lost(BEGIN_NS + 20 * MS, 5));
	const Pf__Trace *trace = end(&exporting, 0);
	for (size_t i = 0; i < trace->n_packet; i++) {
		const Pf__TrackEvent *event = trace->packet[i]->track_event;

		if (event != NULL && event->name != NULL &&
		    strcmp(event->name, "7 process.fork lost") == 0)
			has_instant = trace->packet[i]->timestamp == BEGIN_NS + 10 * MS;
		if (event != NULL && event->has_counter_value && event->counter_value > total)
			total = event->counter_value;
	}
	assert_true(has_instant);
	assert_int_equal(total, 12);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(packets_come_back_in_order),
		cmocka_unit_test(a_packet_larger_than_a_batch_is_a_batch),
		cmocka_unit_test(what_is_no_utf8_is_replaced),
		cmocka_unit_test(the_first_error_sticks),
		cmocka_unit_test(a_pid_that_comes_again_has_another_track),
		cmocka_unit_test(a_task_is_new_only_where_states_are_told),
		cmocka_unit_test(packets_hold_the_order_of_time),
		cmocka_unit_test(a_deep_tree_goes_on_beside_its_last_level),
		cmocka_unit_test(who_is_over_is_forgotten_though_no_end_is_shown),
		cmocka_unit_test(a_loss_is_counted_and_stands_in_its_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
