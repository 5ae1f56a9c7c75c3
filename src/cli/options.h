/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The command line, parsed once, the same for every command.
 *
 * Strings are borrowed from argv. What a command cannot use is refused by
 * ll_command_choose(), not here.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define LL_DEFAULT_KEEP 100000
#define LL_DEFAULT_NOISE 50

/* Events trace shows when -e is not given: no snapshot, no rename. */
#define LL_DEFAULT_KINDS                                                                       \
	(LL_E(FORK) | LL_E(EXEC) | LL_E(EXEC_FAILED) | LL_E(EXIT) | LL_E(REAP) |               \
	 LL_E(REPARENT) | LL_E(OOM_KILL) | LL_E(LOST))

#define LL_DEFAULT_STALL_NS UINT64_C(1000000000)

/* Which process.state events are wanted: none, those that matter, every transition. */
enum ll_states_mode { LL_STATES_OFF, LL_STATES_CHANGES, LL_STATES_FULL };

enum ll_color_when { LL_COLOR_AUTO, LL_COLOR_ALWAYS, LL_COLOR_NEVER };

struct ll_filter;

struct ll_options {
	const char *command; /* first word; NULL when none was given */
	const char *format; /* of export, its second word; NULL when none was given */
	const char *input; /* the next word, a capture; NULL when none was given */
	const char *extra; /* the word after that, another capture; NULL when none was given */
	const char *surplus; /* one more; NULL when none was given */
	const char *fields; /* NULL: not given */
	char **child_argv; /* what follows "--", NULL-terminated; NULL without "--" */
	pid_t pid; /* 0: not given */
	bool has_uid;
	uint32_t uid;
	const char *comm; /* NULL: not given */
	const char *cgroup; /* NULL: not given */
	uint32_t kinds; /* LL_E_* mask; 0: not given */
	uint32_t named_kinds; /* those that -e, or else the filter, names */
	const char *filter_text; /* NULL: not given */
	struct ll_filter
		*filter; /* of that, by ll_filter_option_parse(); NULL: none. Borrowed */
	const char *output_path; /* NULL: stdout */
	uint64_t duration_ns; /* 0: not given */
	size_t max_args_bytes; /* 0: not given */
	size_t ring_bytes; /* 0: not given */
	size_t keep;
	uint64_t stall_ns; /* a D longer than this is told of; never 0 */
	bool has_stall; /* it was given */
	const char *record_path; /* a capture to make while looking; NULL: none */
	uint64_t rotate_bytes, rotate_ns; /* when record goes on in a new file; 0: not given */
	uint64_t rotate_keep; /* of --keep, finished files; 0: all */
	bool follow; /* the capture that is looked at may be growing */
	bool record_signals;
	enum ll_states_mode states; /* changes also when kinds has LL_E(STATE) */
	uint64_t signals; /* bit n - 1: signal n; 0: not given */
	pid_t from_pid, to_pid; /* 0: not given, or by name */
	const char *from_comm, *to_comm; /* NULL: not given, or by pid */
	enum ll_color_when color;
	bool fatal, matrix;
	bool threads, json, schema, env, failed_execs, wait_all, strict, quiet;
	bool kthreads, no_fold, watch;
	bool explain_filter, no_pushdown;
	bool has_threshold;
	uint64_t threshold; /* zombies of one parent */
	bool exact, no_times;
	uint64_t noise_percent; /* LL_DEFAULT_NOISE when not given */
	bool help, version;
	uint64_t used; /* options that were given, as ll_option_bit() has them */
};

/* Whether some tasks are told apart by what they are: -u, -c or --cgroup. */
static inline bool ll_options_filter(const struct ll_options *options)
{
	return options->has_uid || options->comm != NULL || options->cgroup != NULL;
}

/*
 * Parse the command line. Looks user names up in /etc/passwd.
 * Returns 0, -EINVAL for a usage error, or -ENOMEM. On failure *ret_why is a heap
 * string (owned by the caller) that says in one line what is wrong and the remedy, and
 * *ret is untouched.
 */
int ll_options_parse(int argc, char *argv[], struct ll_options *ret, char **ret_why);
