/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "support/live_signals.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "support/live_check.h"

json_t *live_signals(const struct live *live, const char *name, pid_t pid, int signal)
{
	json_t *events = live_events(live, name, pid), *found = json_array(), *event;
	size_t i;

	/* A thread that ends with its process shows a delivery of no signal. */
	json_array_foreach(events, i, event)
	{
		if (json_object_get(event, "signal.number") != NULL &&
		    json_lines_number(event, "signal.number") == signal)
			json_array_append(found, event);
	}
	json_decref(events);
	return found;
}

json_t *live_signal(const struct live *live, const char *name, pid_t pid, int signal)
{
	size_t count = live_count_signals(live, name, pid, signal);

	if (count != 1)
		fail_msg("%zu %s events of signal %d to %d, not 1", count, name, signal, pid);
	return live_nth_signal(live, name, pid, signal, 0);
}

json_t *live_nth_signal(const struct live *live, const char *name, pid_t pid, int signal,
			size_t nth)
{
	json_t *found = live_signals(live, name, pid, signal);
	json_t *event = json_array_get(found, nth);
	size_t count = json_array_size(found);

	json_decref(found);
	if (event == NULL)
		fail_msg("%zu %s events of signal %d to %d", count, name, signal, pid);
	return event;
}

size_t live_count_signals(const struct live *live, const char *name, pid_t pid, int signal)
{
	json_t *found = live_signals(live, name, pid, signal);
	size_t count = json_array_size(found);

	json_decref(found);
	return count;
}

pid_t live_pid(const json_t *fact, const char *key)
{
	return (pid_t)json_lines_number(fact, key);
}

void live_skip_as_told(const struct live *live, const char *corner)
{
	json_t *skipped = live_find_fact(live, corner, "skip");

	if (skipped != NULL)
		live_skip(json_lines_text(skipped, "reason"));
}

void check_sender(const struct live *live, const json_t *event, const char *kind, pid_t sender)
{
	check_text(event, "signal.sender.kind", kind);
	check_number(event, "signal.sender.pid", sender);
	check_text(event, "signal.sender.entity_id",
		   json_lines_text(live_birth(live, sender), "process.entity_id"));
}

void check_no_process_sent(const json_t *event, const char *kind)
{
	check_text(event, "signal.sender.kind", kind);
	check_absent(event, "signal.sender.pid");
	check_absent(event, "signal.sender.entity_id");
	check_absent(event, "signal.sender.comm");
	check_absent(event, "signal.sender.user.id");
}
