/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * JSON straight from the registry's table: no tree of values, no allocation. A process
 * becomes an event first, so that both have one spelling.
 */
#include "render/json.h"

#include <string.h>

#include "base/base64.h"
#include "base/utf8.h"
#include "event/entity.h"
#include "event/wait_status.h"
#include "render/escape.h"
#include "render/line.h"

/* Above it a double cannot hold every integer. */
#define EXACT_MAX (INT64_C(1) << 53)

static void put_code_unit(struct ll_buffer *buffer, unsigned unit)
{
	char text[8];

	ll_buffer_put(buffer, text, (size_t)snprintf(text, sizeof(text), "\\u%04x", unit));
}

/* Put one code point that is not printable ASCII, or is a quote or backslash. */
static void put_special(struct ll_buffer *buffer, uint32_t code_point, struct ll_str bytes)
{
	static const char short_forms[][3] = {
		['\b'] = "\\b", ['\t'] = "\\t", ['\n'] = "\\n",  ['\f'] = "\\f",
		['\r'] = "\\r", ['"'] = "\\\"", ['\\'] = "\\\\",
	};

	if (code_point == LL_UTF8_INVALID) {
		ll_buffer_put(buffer, "\xef\xbf\xbd", 3);
	} else if (code_point <= '\\' && short_forms[code_point][0] != '\0') {
		ll_buffer_put(buffer, short_forms[code_point], 2);
	} else if (!ll_escape_is_unsafe(code_point)) {
		ll_buffer_put(buffer, bytes.data, bytes.length);
	} else if (code_point < 0x10000) {
		put_code_unit(buffer, code_point);
	} else {
		put_code_unit(buffer, 0xd800 + ((code_point - 0x10000) >> 10));
		put_code_unit(buffer, 0xdc00 + (code_point & 0x3ff));
	}
}

/* How many bytes from the start need no thought. */
static size_t plain_length(struct ll_str text)
{
	size_t i = 0;

	while (i < text.length && text.data[i] >= 0x20 && text.data[i] < 0x7f &&
	       text.data[i] != '"' && text.data[i] != '\\')
		i++;
	return i;
}

bool ll_json_put_string(struct ll_buffer *buffer, struct ll_str text)
{
	bool valid = true;

	ll_buffer_put_char(buffer, '"');
	while (text.length > 0) {
		uint32_t code_point;
		size_t taken = plain_length(text);

		if (taken > 0) {
			ll_buffer_put(buffer, text.data, taken);
		} else {
			taken = ll_utf8_decode(text.data, text.length, &code_point);
			put_special(buffer, code_point, ll_str_make(text.data, taken));
			valid = valid && code_point != LL_UTF8_INVALID;
		}
		text = ll_str_make(text.data + taken, text.length - taken);
	}
	ll_buffer_put_char(buffer, '"');
	return valid;
}

bool ll_json_put_args(struct ll_buffer *buffer, struct ll_str args)
{
	struct ll_str arg;
	bool valid = true;

	ll_buffer_put_char(buffer, '[');
	for (bool first = true; ll_args_next(&args, &arg); first = false) {
		if (!first)
			ll_buffer_put_char(buffer, ',');
		if (!ll_json_put_string(buffer, arg))
			valid = false;
	}
	ll_buffer_put_char(buffer, ']');
	return valid;
}

/* Each field's key as it stands between members, ready to be copied; ours need no escape. */
static const struct {
	const char *text; /* ,"KEY": */
	size_t length;
} field_keys[LL_F_COUNT] = {
#define X(id, member, type, key, ...)                                                          \
	[LL_F_##id] = { ",\"" key "\":", sizeof(",\"" key "\":") - 1 },
	LL_FIELDS(X)
#undef X
};

/* Start the member of a field; the first of an object has no comma. */
static void put_field_key(struct ll_buffer *buffer, unsigned field)
{
	size_t skip = buffer->used > 0 && buffer->data[buffer->used - 1] == '{';

	ll_buffer_put(buffer, field_keys[field].text + skip, field_keys[field].length - skip);
}

/* Start another member: ,"KEY SUFFIX": */
static void put_key(struct ll_buffer *buffer, const char *key, const char *suffix)
{
	ll_buffer_put(buffer, ",\"", 2);
	ll_buffer_put_string(buffer, key);
	ll_buffer_put_string(buffer, suffix);
	ll_buffer_put(buffer, "\":", 2);
}

static void put_base64(struct ll_buffer *buffer, const char *key, struct ll_str bytes)
{
	char text[LL_BASE64_LENGTH(768)];

	put_key(buffer, key, ".base64");
	ll_buffer_put_char(buffer, '"');
	for (size_t i = 0; i < bytes.length; i += 768) {
		size_t piece = bytes.length - i < 768 ? bytes.length - i : 768;

		ll_buffer_put(buffer, text, ll_base64_encode(bytes.data + i, piece, text));
	}
	ll_buffer_put_char(buffer, '"');
}

static void put_number(struct ll_buffer *buffer, bool negative, uint64_t magnitude)
{
	bool quoted = magnitude > EXACT_MAX;

	if (quoted)
		ll_buffer_put_char(buffer, '"');
	if (negative)
		ll_buffer_put_char(buffer, '-');
	ll_buffer_put_decimal(buffer, magnitude);
	if (quoted)
		ll_buffer_put_char(buffer, '"');
}

/* Always a string, whatever its size: a key must not change its type as a machine ages. */
static void put_time(struct ll_buffer *buffer, uint64_t time_ns)
{
	ll_buffer_put_char(buffer, '"');
	ll_buffer_put_decimal(buffer, time_ns);
	ll_buffer_put_char(buffer, '"');
}

static void put_int(struct ll_buffer *buffer, int64_t number)
{
	put_number(buffer, number < 0, number < 0 ? -(uint64_t)number : (uint64_t)number);
}

/* An index beyond the names comes from a newer peer: shown as its number, not dropped. */
static void put_enum(struct ll_buffer *buffer, const char *const *names, uint8_t index)
{
	unsigned count = 0;

	while (names[count] != NULL)
		count++;
	if (index >= count) {
		ll_buffer_put_decimal(buffer, index);
		return;
	}
	ll_buffer_put_char(buffer, '"');
	ll_buffer_put_string(buffer, names[index]);
	ll_buffer_put_char(buffer, '"');
}

static void put_field(struct ll_buffer *buffer, const struct ll_event *event, unsigned field)
{
	const struct ll_field_info *info = ll_field_info(field);
	const void *member = (const char *)event + info->offset;

	put_field_key(buffer, field);
	switch (info->type) {
	case LL_TYPE_INT:
		put_int(buffer, *(const int64_t *)member);
		break;
	case LL_TYPE_TIME:
		put_time(buffer, *(const uint64_t *)member);
		break;
	case LL_TYPE_UINT:
		put_number(buffer, false, *(const uint64_t *)member);
		break;
	case LL_TYPE_BOOL:
		ll_buffer_put_string(buffer, *(const bool *)member ? "true" : "false");
		break;
	case LL_TYPE_ENUM:
		put_enum(buffer, info->values, *(const uint8_t *)member);
		break;
	case LL_TYPE_STR:
		if (!ll_json_put_string(buffer, *(const struct ll_str *)member))
			put_base64(buffer, info->key, *(const struct ll_str *)member);
		break;
	case LL_TYPE_ARGS:
		if (!ll_json_put_args(buffer, *(const struct ll_str *)member))
			put_base64(buffer, info->key, *(const struct ll_str *)member);
		break;
	}
}

/* Put every known field, in the registry's order. */
static void put_fields(struct ll_buffer *buffer, const struct ll_event *event)
{
	for (unsigned word = 0; word < sizeof(event->known) / sizeof(event->known[0]); word++) {
		for (uint64_t bits = event->known[word]; bits != 0; bits &= bits - 1)
			put_field(buffer, event, word * 64 + (unsigned)__builtin_ctzll(bits));
	}
}

int ll_json_event(FILE *out, const struct ll_event *event)
{
	struct ll_buffer buffer;

	if (event->kind == LL_EVENT_SNAPSHOT_END)
		return 0;
	ll_buffer_init(&buffer, out);
	ll_buffer_put_string(&buffer, "{\"event.name\":\"");
	ll_buffer_put_string(&buffer, ll_event_kind_name(event->kind));
	ll_buffer_put_char(&buffer, '"');
	put_fields(&buffer, event);
	ll_buffer_put(&buffer, "}\n", 2);
	return ll_buffer_end(&buffer);
}

static void set_end(struct ll_event *event, const struct ll_process *process)
{
	uint64_t start_ns = process->id.start_boottime_ns;

	if (process->exit_boottime_ns == 0)
		return;
	if (start_ns != 0 && start_ns <= process->exit_boottime_ns)
		LL_SET(event, DURATION, duration_ns, process->exit_boottime_ns - start_ns);
	if (process->reap_boottime_ns >= process->exit_boottime_ns)
		LL_SET(event, ZOMBIE, zombie_ns,
		       process->reap_boottime_ns - process->exit_boottime_ns);
}

/* Copy the members that a process and an event both have under one name. */
static void set_known(struct ll_event *event, const struct ll_process *process)
{
#define COPY(ID, member)                                                                       \
	do {                                                                                   \
		if (ll_process_knows(process, LL_F_##ID))                                      \
			LL_SET(event, ID, member, process->member);                            \
	} while (0)
	COPY(UTIME, cpu_user_ns);
	COPY(STIME, cpu_system_ns);
	COPY(CPU_WAIT, cpu_wait_ns);
	COPY(MAXRSS, max_rss_bytes);
	COPY(EXIT_CAUSE, exit_cause);
	COPY(EXIT_DESCRIPTION, exit_description);
	COPY(REAPER, reaper_tgid);
	COPY(REAP_PRECISION, reap_precision);
#undef COPY
	if (ll_process_knows(process, LL_F_EXIT_STATUS))
		ll_event_set_wait_status(event, process->wait_status);
}

static void set_identity(struct ll_event *event, const struct ll_process *process)
{
	LL_SET(event, PID, tgid, process->id.tgid);
	if (process->id.start_boottime_ns != 0)
		LL_SET(event, CREATION, start_boottime_ns, process->id.start_boottime_ns);
	LL_SET(event, COMM, comm, ll_str_of(process->comm));
	LL_SET(event, PPID, parent_tgid, process->parent.tgid);
	if (process->inferred || process->reap_inferred)
		LL_SET(event, INFERRED, inferred, true);
	LL_SET(event, KTHREAD, is_kthread, process->is_kthread);
}

static void set_entity_ids(struct ll_event *event, const struct ll_process *process,
			   struct ll_json_ids *ids)
{
	struct ll_id id = process->id;
	struct ll_id parent = process->parent;

	if (id.start_boottime_ns != 0)
		LL_SET(event, ENTITY_ID, entity_id,
		       ll_str_make(ids->own,
				   ll_entity_id_format(ids->own, sizeof(ids->own), id.tgid,
						       id.start_boottime_ns)));
	if (parent.start_boottime_ns != 0)
		LL_SET(event, PARENT_ENTITY_ID, parent_entity_id,
		       ll_str_make(ids->parent,
				   ll_entity_id_format(ids->parent, sizeof(ids->parent),
						       parent.tgid, parent.start_boottime_ns)));
}

void ll_json_identify(struct ll_event *event, const struct ll_process *process,
		      struct ll_json_ids *ids)
{
	set_identity(event, process);
	set_entity_ids(event, process, ids);
}

static uint8_t state_of(const struct ll_process *process)
{
	static const uint8_t states[] = {
		[LL_LIFE_ALIVE] = LL_TASK_ALIVE,
		[LL_LIFE_ZOMBIE] = LL_TASK_ZOMBIE,
		[LL_LIFE_REAPED] = LL_TASK_REAPED,
	};

	if (process->life == LL_LIFE_ALIVE && !process->leader_alive)
		return LL_TASK_LEADER_DEAD;
	return states[process->life];
}

static void set_place(struct ll_event *event, const struct ll_process *process, unsigned depth)
{
	LL_SET(event, DEPTH, depth, depth);
	LL_SET(event, STATE_NOW, task_state, state_of(process));
	LL_SET(event, THREADS, thread_count, process->thread_count);
	if (process->thread_peak > 0)
		LL_SET(event, THREADS_PEAK, thread_peak, process->thread_peak);
	if (process->original_parent.tgid != 0)
		LL_SET(event, ORIGINAL_PPID, original_parent_tgid,
		       process->original_parent.tgid);
}

int ll_json_fields(FILE *out, const struct ll_event *event)
{
	struct ll_buffer buffer;

	ll_buffer_init(&buffer, out);
	ll_buffer_put_char(&buffer, '{');
	put_fields(&buffer, event);
	ll_buffer_put(&buffer, "}\n", 2);
	return ll_buffer_end(&buffer);
}

void ll_json_process_fields(struct ll_event *event, const struct ll_process *process,
			    unsigned depth, struct ll_json_ids *ids)
{
	*event = (struct ll_event){ .kind = LL_EVENT_SNAPSHOT };
	ll_json_identify(event, process, ids);
	set_place(event, process, depth);
	ll_process_describe(process, event);
	set_known(event, process);
	set_end(event, process);
}

int ll_json_process(FILE *out, const struct ll_process *process, unsigned depth)
{
	struct ll_event event;
	struct ll_json_ids ids;

	ll_json_process_fields(&event, process, depth, &ids);
	return ll_json_fields(out, &event);
}

static void set_stays(struct ll_event *event, const struct ll_stay *stays)
{
#define SET_STAY(ID, name)                                                                     \
	LL_SET(event, ID##_NS, name##_ns, stays[LL_STATE_##ID].total_ns);                      \
	LL_SET(event, ID##_COUNT, name##_count, stays[LL_STATE_##ID].count);                   \
	LL_SET(event, ID##_LONGEST, name##_longest_ns, stays[LL_STATE_##ID].longest_ns)
	SET_STAY(RUNNING, running);
	SET_STAY(RUNNABLE, runnable);
	SET_STAY(SLEEPING, sleeping);
	SET_STAY(UNINTERRUPTIBLE, uninterruptible);
	SET_STAY(STOPPED, stopped);
	SET_STAY(TRACED, traced);
	SET_STAY(IDLE, idle);
#undef SET_STAY
}

static void set_sched(struct ll_event *event, const struct ll_sched *sched)
{
	if (!sched->is_known)
		return;
	LL_SET(event, SCHED_POLICY, sched_policy, (uint8_t)sched->policy);
	LL_SET(event, NICE, nice, sched->nice);
	if (sched->priority > 0)
		LL_SET(event, RT_PRIORITY, rt_priority, sched->priority);
}

static void set_stuck(struct ll_event *event, const struct ll_states *states)
{
	const struct ll_stuck *stuck = &states->stuck;

	if (stuck->tid == 0)
		return;
	LL_SET(event, STATE_STUCK, state_stuck, true);
	if (states->until_boottime_ns > stuck->since_boottime_ns)
		LL_SET(event, STATE_NS, state_ns,
		       states->until_boottime_ns - stuck->since_boottime_ns);
	if (stuck->stack.length > 0)
		LL_SET(event, STATE_STACK, state_stack, stuck->stack);
}

static void set_states(struct ll_event *event, const struct ll_states *states,
		       const struct ll_sched *sched)
{
	if (states->since_boottime_ns != 0) {
		set_stays(event, states->stays);
		LL_SET(event, STATE_SINCE, state_since_ns, states->since_boottime_ns);
		LL_SET(event, STATE_UNTIL, state_until_ns, states->until_boottime_ns);
	}
	if (states->has_state)
		LL_SET(event, STATE_CURRENT, state_current, (uint8_t)states->state);
	if (states->stack.length > 0)
		LL_SET(event, STATE_STACK, state_stack, states->stack);
	set_stuck(event, states);
	set_sched(event, sched);
}

void ll_json_states_fields(struct ll_event *event, const struct ll_states_row *row,
			   struct ll_json_ids *ids)
{
	const struct ll_process *process = row->process;
	bool is_realtime = ll_sched_is_realtime(&row->realtime);

	*event = (struct ll_event){ .kind = LL_EVENT_STATE_TIMES };
	ll_json_identify(event, process, ids);
	if (process->image != NULL)
		ll_image_describe_args(process->image, event);
	LL_SET(event, STATE_NOW, task_state, state_of(process));
	LL_SET(event, THREADS, thread_count, process->thread_count);
	if (process->exit_boottime_ns > process->id.start_boottime_ns)
		LL_SET(event, DURATION, duration_ns,
		       process->exit_boottime_ns - process->id.start_boottime_ns);
	set_states(event, &row->states, is_realtime ? &row->realtime : &row->states.sched);
}

int ll_json_states(FILE *out, const struct ll_states_row *row)
{
	struct ll_event event;
	struct ll_json_ids ids;

	ll_json_states_fields(&event, row, &ids);
	return ll_json_fields(out, &event);
}

int ll_json_states_thread(FILE *out, const struct ll_process *process,
			  const struct ll_states_thread *thread)
{
	struct ll_event event = { .kind = LL_EVENT_STATE_TIMES };
	struct ll_json_ids ids;

	ll_json_identify(&event, process, &ids);
	LL_SET(&event, TID, tid, thread->tid);
	LL_SET(&event, COMM, comm, ll_str_of(thread->comm));
	set_states(&event, &thread->states, &thread->states.sched);
	return ll_json_fields(out, &event);
}
