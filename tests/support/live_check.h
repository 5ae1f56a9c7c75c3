/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Comparing events with facts. Every function fails the running test, showing the event
 * and the key, when the two disagree.
 */
#pragma once

#include <jansson.h>

#include "support/live_find.h"

/* The event's key is this number. */
void check_number(const json_t *event, const char *key, long long expected);
/* The event's key is a number between least and most, both included. */
void check_between(const json_t *event, const char *key, long long least, long long most);
/* The event's key is this text. */
void check_text(const json_t *event, const char *key, const char *expected);
/* The event does not have the key. */
void check_absent(const json_t *event, const char *key);
/* The event's key is true (or, for false, absent or false). */
void check_flag(const json_t *event, const char *key, bool expected);

/* The event's creation time is that of a fact's start_ticks. */
void check_start(const json_t *event, const json_t *fact);
/* Pids, sessions, users, control group and creation time are what fact_self() said. */
void check_identity(const json_t *event, const json_t *self);
/* Executable, name, directory and arguments are what fact_self() said. */
void check_image(const json_t *event, const json_t *self);
/* The arguments are these bytes (hex, NUL-separated, as in /proc/PID/cmdline). */
void check_args(const json_t *event, const char *hex);
/* The exit's status is this wait status, in every form it is told. */
void check_status(const json_t *death, int status);
/* Exit and reap of a process agree with what fact_wait() said of its status and reaper. */
void check_death(const struct live *live, const json_t *waited);
/*
 * The same, and its resource use agrees, too: for a process that waited for no children of its own,
 * whose use wait4 adds.
 */
void check_end(const struct live *live, const json_t *waited);

/* The arguments' original bytes as hex, as far as they were shipped. The caller's. */
char *check_args_hex(const json_t *event);
