/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Looking up the signal events of a run. Everything returned is borrowed from the run unless said
 * otherwise. Numbers are those of the facts: the kernel's.
 */
#pragma once

#include <jansson.h>

#include "support/live_find.h"

/* The kinds of events these tests look at, for -e. */
#define LIVE_SIGNAL_EVENTS "fork,exec,exit,reap,generate,deliver,state"

/* All "signal.generate" or "signal.deliver" events of a signal to a process. A new array. */
json_t *live_signals(const struct live *live, const char *name, pid_t pid, int signal);
/* The only one there is. */
json_t *live_signal(const struct live *live, const char *name, pid_t pid, int signal);
/* The one with this place among them, counted from 0. */
json_t *live_nth_signal(const struct live *live, const char *name, pid_t pid, int signal,
			size_t nth);
/* How many there are. */
size_t live_count_signals(const struct live *live, const char *name, pid_t pid, int signal);

/* The pid a fact is about, or names with this key. */
pid_t live_pid(const json_t *fact, const char *key);
/* Skip the running test when the corner could not be made here, and said so. */
void live_skip_as_told(const struct live *live, const char *corner);

/* The sender is this process, by pid and by the identity its fork was shown with. */
void check_sender(const struct live *live, const json_t *event, const char *kind, pid_t sender);
/* Nobody's process is named as the sender. */
void check_no_process_sent(const json_t *event, const char *kind);
