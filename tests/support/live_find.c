/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "support/live_find.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static bool has_text(const json_t *object, const char *key, const char *wanted)
{
	const char *text = json_string_value(json_object_get(object, key));

	return wanted == NULL || (text != NULL && strcmp(text, wanted) == 0);
}

static bool has_number(const json_t *object, const char *key, long long wanted)
{
	const json_t *value = json_object_get(object, key);

	return json_is_integer(value) && json_integer_value(value) == wanted;
}

void live_refuse(const json_t *object, const char *format, ...)
{
	char *text = json_dumps(object, JSON_COMPACT), message[1000];
	va_list args;

	va_start(args, format);
	vsnprintf(message, sizeof(message), format, args);
	va_end(args);
	print_error("%s in %.3000s\n", message, text != NULL ? text : "nothing");
	free(text);
	fail();
}

static bool is_fact(const json_t *fact, const char *corner, const char *name)
{
	return has_text(fact, "fact", name) && has_text(fact, "corner", corner);
}

json_t *live_find_fact(const struct live *live, const char *corner, const char *name)
{
	size_t i;
	json_t *fact;

	json_array_foreach(live->facts.objects, i,
			   fact) if (is_fact(fact, corner, name)) return fact;
	return NULL;
}

json_t *live_fact(const struct live *live, const char *corner, const char *name)
{
	json_t *fact = live_find_fact(live, corner, name);

	if (fact == NULL)
		fail_msg("no fact '%s' in corner '%s'", name,
			 corner != NULL ? corner : "(any)");
	return fact;
}

json_t *live_fact_of(const struct live *live, const char *name, pid_t pid)
{
	size_t i;
	json_t *fact;

	json_array_foreach(live->facts.objects, i,
			   fact) if (is_fact(fact, NULL, name) &&
				     has_number(fact, "pid", pid)) return fact;
	fail_msg("no fact '%s' about %d", name, pid);
	return NULL;
}

json_t *live_facts(const struct live *live, const char *corner, const char *name)
{
	json_t *found = json_array(), *fact;
	size_t i;

	json_array_foreach(live->facts.objects, i, fact) if (is_fact(fact, corner, name))
		json_array_append(found, fact);
	return found;
}

static bool is_event(const json_t *event, const char *name, pid_t pid)
{
	return has_text(event, "event.name", name) &&
	       (pid == 0 || has_number(event, "process.pid", pid));
}

json_t *live_find_event(const struct live *live, const char *name, pid_t pid)
{
	size_t i;
	json_t *event;

	json_array_foreach(live->events.objects, i,
			   event) if (is_event(event, name, pid)) return event;
	return NULL;
}

json_t *live_events(const struct live *live, const char *name, pid_t pid)
{
	json_t *found = json_array(), *event;
	size_t i;

	json_array_foreach(live->events.objects, i, event) if (is_event(event, name, pid))
		json_array_append(found, event);
	return found;
}

size_t live_count(const struct live *live, const char *name, pid_t pid)
{
	json_t *found = live_events(live, name, pid);
	size_t count = json_array_size(found);

	json_decref(found);
	return count;
}

/* Keep those of an array (whose reference is taken) that have this text; return the only one. */
static json_t *only(json_t *found, const char *key, const char *text, const char *what,
		    pid_t pid)
{
	json_t *result = NULL, *event;
	size_t i, count = 0;

	json_array_foreach(found, i, event)
	{
		if (key != NULL && !has_text(event, key, text))
			continue;
		result = event;
		count++;
	}
	json_decref(found);
	if (count != 1)
		fail_msg("%zu %s events (%s %s) about %d, not 1", count, what,
			 key != NULL ? key : "", text != NULL ? text : "", pid);
	return result;
}

json_t *live_event(const struct live *live, const char *name, pid_t pid)
{
	return only(live_events(live, name, pid), NULL, NULL, name, pid);
}

json_t *live_last_event(const struct live *live, const char *name, pid_t pid)
{
	json_t *found = live_events(live, name, pid);
	size_t count = json_array_size(found);
	json_t *last = count > 0 ? json_array_get(found, count - 1) : NULL;

	json_decref(found);
	if (last == NULL)
		fail_msg("no %s event about %d", name, pid);
	return last;
}

json_t *live_birth(const struct live *live, pid_t pid)
{
	json_t *found = live_events(live, "process.fork", pid), *event;
	size_t i;

	for (i = json_array_size(found); i > 0; i--) {
		event = json_array_get(found, i - 1);
		if (has_text(event, "process.fork.kind", "thread"))
			json_array_remove(found, i - 1);
	}
	return only(found, NULL, NULL, "process.fork", pid);
}

json_t *live_thread_birth(const struct live *live, pid_t tid)
{
	json_t *found = live_events(live, "process.fork", 0), *event;
	size_t i;

	for (i = json_array_size(found); i > 0; i--) {
		event = json_array_get(found, i - 1);
		if (!has_number(event, "thread.id", tid))
			json_array_remove(found, i - 1);
	}
	return only(found, "process.fork.kind", "thread", "process.fork", tid);
}

json_t *live_death(const struct live *live, pid_t pid)
{
	return only(live_events(live, "process.exit", pid), "process.exit.scope", "process",
		    "process.exit", pid);
}

size_t live_thread_deaths(const struct live *live, pid_t pid, pid_t tid)
{
	size_t i, count = 0;
	json_t *event;

	json_array_foreach(live->events.objects, i,
			   event) if (is_event(event, "process.exit", pid) &&
				      has_text(event, "process.exit.scope", "thread") &&
				      (tid == 0 || has_number(event, "thread.id", tid)))
		count++;
	return count;
}

long long live_order(const json_t *event)
{
	return json_lines_number(event, "event.sequence");
}
