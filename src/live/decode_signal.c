/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Signals, from record to event. */
#include "live/decode_parts.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "event/entity.h"
#include "event/signal_actions.h"
#include "event/signal_names.h"

/* A fault's siginfo has an address (include/uapi/asm-generic/siginfo.h _sigfault). */
static bool has_address(const struct ll_wire_signal *record)
{
	return record->code > 0 && record->code < SI_KERNEL && record->signal != SIGSYS &&
	       ll_signal_is_fault(record->signal);
}

static void set_code(struct ll_code_text *text, struct ll_event *event, uint32_t signal,
		     int32_t code)
{
	const char *name = ll_signal_code_name(signal, code);

	if (name == NULL) {
		snprintf(text->bytes, sizeof(text->bytes), "%d", code);
		name = text->bytes;
	}
	LL_SET(event, SIGNAL_CODE, signal_code, ll_str_of(name));
}

static bool set_signal(struct ll_event *event, uint32_t signal)
{
	const char *name = ll_signal_name(signal);

	if (name == NULL)
		return false;
	LL_SET(event, SIGNAL, signal_name, ll_str_of(name));
	LL_SET(event, SIGNAL_NUMBER, signal_number, signal);
	return true;
}

static void set_sender(struct ll_decode_buffers *buffers, struct ll_event *event,
		       const struct ll_wire_signal *record)
{
	const char *comm = record->sender_comm;

	LL_SET(event, SENDER_KIND, sender_kind, (uint8_t)record->sender_kind);
	if (record->sender_tgid == 0)
		return;
	LL_SET(event, SENDER_PID, sender_tgid, record->sender_tgid);
	event->sender_start_boottime_ns = record->sender_start_boottime_ns;
	if (record->sender_start_boottime_ns == 0)
		return;
	size_t length =
		ll_entity_id_format(buffers->sender_id, sizeof(buffers->sender_id),
				    record->sender_tgid, record->sender_start_boottime_ns);
	LL_SET(event, SENDER_ENTITY_ID, sender_entity_id,
	       ll_str_make(buffers->sender_id, length));
	LL_SET(event, SENDER_COMM, sender_comm, ll_str_make(comm, strnlen(comm, LL_COMM_LEN)));
	if (record->sender_uid != ~0u)
		LL_SET(event, SENDER_UID, sender_uid, record->sender_uid);
}

/* What the siginfo carries beside its sender. */
static void set_value(struct ll_event *event, const struct ll_wire_signal *record)
{
	bool is_queued = record->code == SI_QUEUE || record->code == SI_TIMER ||
			 record->code == SI_MESGQ;

	if (is_queued)
		LL_SET(event, SIGNAL_VALUE, signal_value, (int64_t)record->value);
	else if (has_address(record))
		LL_SET(event, SIGNAL_ADDRESS, signal_address, record->value);
}

int ll_decode_signal(struct ll_decode_buffers *buffers, const struct ll_wire_signal *record,
		     struct ll_event *event)
{
	uint8_t disposition = (uint8_t)record->disposition;

	if (!set_signal(event, record->signal) || record->result > LL_SIGNAL_INFO_LOST ||
	    record->disposition > LL_WIRE_DISPOSITION_HANDLER ||
	    record->sender_kind > LL_WIRE_SENDER_KERNEL)
		return -EBADMSG;
	if (record->flags & LL_WIRE_SIGNAL_BLOCKED)
		disposition = LL_DISPOSITION_BLOCKED;
	set_code(&buffers->code, event, record->signal, record->code);
	LL_SET(event, SIGNAL_RESULT, signal_result, (uint8_t)record->result);
	LL_SET(event, SIGNAL_SCOPE, signal_scope,
	       record->flags & LL_WIRE_SIGNAL_GROUP ? LL_SIGNAL_PROCESS : LL_SIGNAL_THREAD);
	LL_SET(event, SIGNAL_DISPOSITION, signal_disposition, disposition);
	event->ends_pid_namespace = record->flags & LL_WIRE_SIGNAL_PIDNS_END;
	set_sender(buffers, event, record);
	set_value(event, record);
	return 1;
}

int ll_decode_deliver(struct ll_decode_buffers *buffers, const struct ll_wire_deliver *record,
		      struct ll_event *event)
{
	static const uint8_t actions[] = {
		[LL_WIRE_DISPOSITION_IGNORE] = LL_ACTION_IGNORE,
		[LL_WIRE_DISPOSITION_HANDLER] = LL_ACTION_HANDLER,
	};

	if (!set_signal(event, record->signal) ||
	    record->disposition > LL_WIRE_DISPOSITION_HANDLER)
		return -EBADMSG;
	set_code(&buffers->code, event, record->signal, record->code);
	LL_SET(event, SIGNAL_DISPOSITION, signal_disposition, (uint8_t)record->disposition);
	uint8_t action = actions[record->disposition];
	if (record->disposition == LL_WIRE_DISPOSITION_DEFAULT)
		action = (uint8_t)ll_signal_default_action(record->signal);
	if (record->disposition == LL_WIRE_DISPOSITION_DEFAULT &&
	    record->flags & LL_WIRE_DELIVER_SPARED)
		action = LL_ACTION_IGNORE;
	LL_SET(event, ACTION, signal_action, action);
	return 1;
}
