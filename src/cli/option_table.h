/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Every option there is: its names, its help, and the commands that can use it. */
#pragma once

#include <argp.h>
#include <stddef.h>
#include <stdint.h>

/* What an option is known by when it has no letter. */
enum {
	LL_KEY_CGROUP = 0x100,
	LL_KEY_THREADS,
	LL_KEY_JSON,
	LL_KEY_DURATION,
	LL_KEY_MAX_ARGS,
	LL_KEY_ENV,
	LL_KEY_FAILED_EXECS,
	LL_KEY_RING,
	LL_KEY_KEEP,
	LL_KEY_STRICT,
	LL_KEY_COLOR,
	LL_KEY_WAIT_ALL,
	LL_KEY_KTHREADS,
	LL_KEY_NO_FOLD,
	LL_KEY_SIGNAL,
	LL_KEY_FROM,
	LL_KEY_TO,
	LL_KEY_FATAL,
	LL_KEY_MATRIX,
	LL_KEY_STATES,
	LL_KEY_STALL,
	LL_KEY_WATCH,
	LL_KEY_THRESHOLD,
	LL_KEY_EXPLAIN_FILTER,
	LL_KEY_NO_PUSHDOWN,
	LL_KEY_RECORD,
	LL_KEY_ROTATE,
	LL_KEY_SIGNALS,
	LL_KEY_NOISE,
	LL_KEY_NO_TIMES,
	LL_KEY_EXACT,
	LL_KEY_FIELDS,
	LL_KEY_SCHEMA,
};

/* Which commands; masks add up. */
#define LL_FOR_TRACE 1u
#define LL_FOR_TREE 2u
#define LL_FOR_DOCTOR 4u
#define LL_FOR_FIELDS 8u
#define LL_FOR_SIGNALS 16u
#define LL_FOR_ZOMBIES 32u
#define LL_FOR_STATES 64u
#define LL_FOR_RECORD 128u
#define LL_FOR_CHECK 256u
#define LL_FOR_SUMMARY 512u
#define LL_FOR_DIFF 1024u
#define LL_FOR_EXPORT 2048u
/* They show something of a watch; record watches, too. */
#define LL_FOR_LOOK                                                                            \
	(LL_FOR_SIGNALS | LL_FOR_TRACE | LL_FOR_TREE | LL_FOR_STATES | LL_FOR_ZOMBIES |        \
	 LL_FOR_SUMMARY | LL_FOR_EXPORT)
#define LL_FOR_WATCH (LL_FOR_LOOK | LL_FOR_RECORD)
/* No command: a capture that is looked at cannot be asked for this any more. */
#define LL_LIVE_ONLY 0x10000u
#define LL_FOR_ALL (LL_FOR_WATCH | LL_FOR_DOCTOR | LL_FOR_FIELDS | LL_FOR_CHECK | LL_FOR_DIFF)

struct ll_option {
	struct argp_option argp; /* without a name: the heading of those that follow */
	unsigned commands; /* LL_FOR_* mask */
};

/* Rows of the table at most, and argp's end mark: a bit for each fits a uint64_t. */
#define LL_OPTION_ROOM 64

/* Return the row of an index, or NULL past the end. */
const struct ll_option *ll_option_at(size_t index);

/* Return the mask with the bit of the option with that key (1 << its index), or 0. */
uint64_t ll_option_bit(int key);

/* Copy the options and headings these commands can use, for argp, which ends them. */
void ll_option_select(unsigned commands, struct argp_option ret_options[LL_OPTION_ROOM]);
