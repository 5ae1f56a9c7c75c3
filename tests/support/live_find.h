/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Looking up events and facts of a run. Everything returned is borrowed from the run.
 * Functions called find may return NULL; the others fail the running test instead.
 */
#pragma once

#include <jansson.h>
#include <sys/types.h>

#include "support/live_run.h"

/* The first fact of this name; corner NULL: of any corner. */
json_t *live_find_fact(const struct live *live, const char *corner, const char *name);
/* The fact of this name in this corner (NULL: any). */
json_t *live_fact(const struct live *live, const char *corner, const char *name);
/* The fact of this name about this pid. */
json_t *live_fact_of(const struct live *live, const char *name, pid_t pid);
/* All facts of this name in this corner (NULL: any). A new array, the caller's. */
json_t *live_facts(const struct live *live, const char *corner, const char *name);

/* The first event of this name about this process (pid 0: any). */
json_t *live_find_event(const struct live *live, const char *name, pid_t pid);
/* All events of this name (NULL: all) about this process (0: any). A new array, the caller's. */
json_t *live_events(const struct live *live, const char *name, pid_t pid);
/* How many there are. */
size_t live_count(const struct live *live, const char *name, pid_t pid);
/* The event of this name about this process; there must be exactly one. */
json_t *live_event(const struct live *live, const char *name, pid_t pid);
/* The last event of this name about this process. */
json_t *live_last_event(const struct live *live, const char *name, pid_t pid);
/* The fork of a process (not of a thread in it), the only one. */
json_t *live_birth(const struct live *live, pid_t pid);
/* The fork of a thread. */
json_t *live_thread_birth(const struct live *live, pid_t tid);
/* The exit of a process (not of a thread in it), the only one. */
json_t *live_death(const struct live *live, pid_t pid);
/* How many thread exits of this process there are; tid 0: of any thread. */
size_t live_thread_deaths(const struct live *live, pid_t pid, pid_t tid);
/* Position in the stream (event.sequence). */
long long live_order(const json_t *event);

/* End the running test, showing one object and what is wrong with it. */
void live_refuse(const json_t *object, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
