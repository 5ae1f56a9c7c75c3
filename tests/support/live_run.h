/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Runs of the real tracer on the running kernel, and what came of them.
 *
 * A run has a directory of its own, holding the tracer's events (-o), what the traced
 * programs said on standard output (the facts: the oracle) and what the tracer said on
 * standard error. Every wait has a deadline; every process started here is known by its
 * pid and ended with the run. Functions fail the running test when something goes wrong.
 *
 * Environment: LIFELINE the tracer (default build/lifeline); LL_CHILDREN the directory of the
 * traced programs (default build/tests/live/children); LL_DEADLINE seconds any wait may
 * take (default 60, 600 when LL_GUEST is set); LL_GUEST=1 in a virtual machine without
 * parallel CPUs and host tools; LL_KEEP=1 keeps the run's directory.
 */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "support/json_lines.h"

#define LIVE_HELPERS_MAX 8

struct live {
	char dir[64];
	char *errors_path;
	pid_t tracer; /* 0: not running */
	int status; /* of the tracer, from waitpid, once it has ended */
	int output_fd; /* the tracer's standard output; -1: the facts. Borrowed; set before start */
	uid_t uid; /* the tracer runs as this user; 0: as the test does. Set before start */
	int word_fd; /* write end of the tracer's and its command's standard input */
	pid_t helpers[LIVE_HELPERS_MAX]; /* other processes of the run, killed at its end */
	struct json_lines events;
	struct json_lines facts;
};

/* Make an empty run with its directory. Owned by the caller. */
struct live *live_new(void);
/* Kill what still runs, remove the directory, free. NULL is allowed. */
void live_free(struct live *live);

/* The fixture of a test, or a group of them, with an empty run for its state. */
int live_set_up(void **state);
int live_tear_down(void **state);

/*
 * Start the tracer with exactly these arguments after its name (NULL-terminated), standard
 * output appended to the facts. A command's first word is not looked up.
 */
void live_start_raw(struct live *live, const char *const arguments[]);

/*
 * Start `lifeline trace --json --threads -o EVENTS OPTIONS [-- COMMAND]`. options and command are
 * NULL-terminated or NULL; command[0] without a slash is one of tests/live/children.
 */
void live_start(struct live *live, const char *const options[], const char *const command[]);

/* Wait for the tracer's end, then read all events and facts. Returns its wait status. */
int live_finish(struct live *live);

/* live_start() and live_finish(); the tracer must have exited 0. */
void live_run(struct live *live, const char *const options[], const char *const command[]);

/*
 * Like live_run(), of the child program `each` with these corners: what follows its name
 * on its command line. It is let go when every process seen dying was seen reaped, or
 * when that takes longer than RCU callbacks are known to.
 */
void live_run_corners(struct live *live, const char *const options[],
		      const char *const corners[]);

/* Send the tracer SIGINT and wait for its end. Returns its wait status. */
int live_interrupt(struct live *live);

/* Give the command one word to go on. */
void live_give_word(struct live *live);
/* Close the standard input of tracer and command. */
void live_close_words(struct live *live);

/* Start a program of tests/live/children that is not the tracer's; facts join the run's. */
pid_t live_start_helper(struct live *live, const char *const command[], int *ret_word_fd);
/* Wait for such a program's end. Returns its wait status. */
int live_finish_helper(struct live *live, pid_t pid);

/* Absolute path of a traced program. The caller's. */
char *live_child_path(const char *name);
/* Absolute path of a file in the run's directory. The caller's. */
char *live_path(const struct live *live, const char *name);
/* What the tracer said on standard error so far. The caller's. */
char *live_errors(const struct live *live);

/* Wait until condition(arg) holds; what says what is waited for. */
void live_await(bool (*condition)(void *arg), void *arg, const char *what);
/* Wait until a fact of this name was told (corner NULL: by any). Borrowed from the run. */
json_t *live_await_fact(struct live *live, const char *corner, const char *name);
/* The pid a fact tells. */
pid_t live_pid_of(const json_t *fact);
/* Wait until an event of this name about this pid (0: any) was shown. Borrowed. */
json_t *live_await_event(struct live *live, const char *name, pid_t pid);
/* Wait until a tracer of the whole machine shows forks made now. */
void live_await_attached(struct live *live);

/* Skip the running test in a guest, saying why it needs the host. */
void live_needs_host(const char *why);
/* Skip the running test, saying why. */
void live_skip(const char *why);
