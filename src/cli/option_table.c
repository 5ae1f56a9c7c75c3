/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The one table that parsing, --help, the manual and the refusals are made of. A heading
 * goes with every command that has an option below it.
 */
#include "cli/option_table.h"

static const struct ll_option rows[] = {
	{ { .doc = "What to follow:", .group = 1 }, LL_FOR_WATCH | LL_FOR_DIFF },
	{ { "pid", 'p', "PID", 0,
	    "This process and its descendants; a watch ends when all are gone", 0 },
	  LL_FOR_WATCH },
	{ { "user", 'u', "USER", 0,
	    "Only processes of this user: a name of /etc/passwd, or a number", 0 },
	  LL_FOR_WATCH | LL_FOR_DIFF },
	{ { "comm", 'c', "COMM", 0, "Only tasks of this name (at most 15 bytes)", 0 },
	  LL_FOR_WATCH | LL_FOR_DIFF },
	{ { "cgroup", LL_KEY_CGROUP, "PATH", 0,
	    "Only tasks in this control group or below; PATH as in /proc/PID/cgroup", 0 },
	  LL_FOR_WATCH | LL_FOR_DIFF },
	{ { "filter", 'f', "EXPR", 0,
	    "Only lines for which EXPR is true; see below, and FILTERS in lifeline(8)", 0 },
	  LL_FOR_LOOK | LL_FOR_DIFF },
	{ { "explain-filter", LL_KEY_EXPLAIN_FILTER, NULL, 0,
	    "Print EXPR as it was understood, and what of it the kernel decides; watch nothing",
	    0 },
	  LL_FOR_LOOK },
	{ { "no-pushdown", LL_KEY_NO_PUSHDOWN, NULL, 0,
	    "Let the kernel decide nothing of EXPR; the result is the same", 0 },
	  LL_FOR_TRACE | LL_LIVE_ONLY },
	{ { "duration", LL_KEY_DURATION, "TIME", 0,
	    "Stop watching after TIME (1.5s, 2m); a CMD goes on and is waited for", 0 },
	  LL_FOR_WATCH | LL_FOR_DIFF },
	{ { "wait-all", LL_KEY_WAIT_ALL, NULL, 0,
	    "With CMD: end with its last descendant, not with CMD itself", 0 },
	  LL_FOR_WATCH | LL_LIVE_ONLY },
	{ { "follow", 'F', NULL, 0,
	    "With a capture: go on when its end is reached, for what is still being recorded, until "
	    "that ends; wait for it if it is not there yet",
	    0 },
	  LL_FOR_WATCH },
	{ { .doc = "What is recorded:", .group = 2 },
	  LL_FOR_TRACE | LL_FOR_RECORD | LL_FOR_EXPORT },
	{ { "signals", LL_KEY_SIGNALS, NULL, 0,
	    "Record signals, too: all that are sent, and what came of them", 0 },
	  LL_FOR_RECORD | LL_FOR_EXPORT },
	{ { "events", 'e', "KINDS", 0,
	    "Comma-separated list of fork, exec, exec_failed (execfail), exit, reap, reparent, rename, "
	    "oom_kill, signal (generate and deliver), state, state_times (times), snapshot, lost; default fork, exec, exit, reap, "
	    "reparent and oom_kill. Losses, and what is inferred, always show",
	    0 },
	  LL_FOR_TRACE },
	{ { "failed-execs", LL_KEY_FAILED_EXECS, NULL, 0,
	    "Record execs that fail, too. Costs: every system call of every task on the "
	    "machine gets slower while lifeline runs",
	    0 },
	  LL_FOR_TRACE | LL_FOR_RECORD | LL_FOR_EXPORT | LL_LIVE_ONLY },
	{ { "env", LL_KEY_ENV, NULL, 0,
	    "Record the environment of what is executed, as much as --max-args (trace: only with "
	    "--json); it may hold secrets",
	    0 },
	  LL_FOR_TRACE | LL_FOR_RECORD | LL_FOR_EXPORT | LL_LIVE_ONLY },
	{ { "states", LL_KEY_STATES, "full", OPTION_ARG_OPTIONAL,
	    "Record stops, trace stops and whatever is stuck in D (see --stall), too; with full "
	    "every change of state of every thread. record: where the time of each thread goes, too",
	    0 },
	  LL_FOR_TRACE | LL_FOR_RECORD | LL_FOR_EXPORT },
	{ { "stall", LL_KEY_STALL, "TIME", 0,
	    "Tell of what is in uninterruptible sleep (D) for longer than TIME while it still is, "
	    "with its kernel stack (default 1s)",
	    0 },
	  LL_FOR_TRACE | LL_FOR_STATES | LL_FOR_RECORD | LL_FOR_EXPORT },
	{ { .doc = "Which signals count:", .group = 2 }, LL_FOR_SIGNALS },
	{ { "signal", LL_KEY_SIGNAL, "SIGNALS", 0,
	    "Comma-separated list of signals: names with or without SIG, numbers, RTMIN+3", 0 },
	  LL_FOR_SIGNALS },
	{ { "from", LL_KEY_FROM, "PID|COMM", 0,
	    "Only what this process sent, or one of this name; kernel and timer are names, too",
	    0 },
	  LL_FOR_SIGNALS },
	{ { "to", LL_KEY_TO, "PID|COMM", 0,
	    "Only what was sent to this process, or to one of this name", 0 },
	  LL_FOR_SIGNALS },
	{ { "fatal", LL_KEY_FATAL, NULL, 0, "Only what ended its target", 0 }, LL_FOR_SIGNALS },
	{ { .doc = "How much to keep:", .group = 3 }, LL_FOR_WATCH },
	{ { "max-args", LL_KEY_MAX_ARGS, "SIZE", 0,
	    "Keep at most this much of a process's arguments (default 4KiB, at most 1MiB)", 0 },
	  (LL_FOR_WATCH & ~LL_FOR_SIGNALS) | LL_LIVE_ONLY },
	{ { "ring", LL_KEY_RING, "SIZE", 0,
	    "Size of the buffer between kernel and lifeline (default 8MiB); more loses less",
	    0 },
	  LL_FOR_WATCH | LL_LIVE_ONLY },
	{ { "keep", LL_KEY_KEEP, "N", 0,
	    "Remember at most N processes that are over (default 100000); record: with --rotate, "
	    "keep the newest N finished files of that name, those of earlier recordings included (default all)",
	    0 },
	  LL_FOR_WATCH },
	{ { "record", LL_KEY_RECORD, "FILE", 0,
	    "Record what is looked at, too: from FILE the same is shown again", 0 },
	  LL_FOR_LOOK },
	{ { "rotate", LL_KEY_ROTATE, "SIZE|TIME", 0,
	    "Go on in a new file after so much (64MiB) or so long (1h): FILE.life is what is "
	    "written, FILE.000001.life the oldest. Each can be read alone; started again, it goes on "
	    "with the next number",
	    0 },
	  LL_FOR_RECORD },
	{ { .doc = "What to print:", .group = 4 }, LL_FOR_ALL },
	{ { "threads", LL_KEY_THREADS, NULL, 0, "Show threads, too (tree: how many)", 0 },
	  LL_FOR_TRACE | LL_FOR_TREE | LL_FOR_STATES },
	{ { "kthreads", LL_KEY_KTHREADS, NULL, 0, "Show kernel threads", 0 },
	  LL_FOR_TREE | LL_FOR_STATES },
	{ { "matrix", LL_KEY_MATRIX, NULL, 0,
	    "Print how many signals went from each sender's name to each target's", 0 },
	  LL_FOR_SIGNALS },
	{ { "json", LL_KEY_JSON, NULL, 0, "Print one JSON object a line", 0 },
	  LL_FOR_ALL & ~(LL_FOR_RECORD | LL_FOR_EXPORT) },
	{ { "schema", LL_KEY_SCHEMA, NULL, 0,
	    "Print the JSON Schema of export json, and of --json of every command that looks at a "
	    "watch",
	    0 },
	  LL_FOR_FIELDS },
	{ { "color", LL_KEY_COLOR, "WHEN", 0,
	    "auto (default: on a terminal, unless NO_COLOR is set), always or never", 0 },
	  LL_FOR_ALL & ~(LL_FOR_RECORD | LL_FOR_EXPORT) },
	{ { "output", 'o', "FILE", 0,
	    "Write to FILE, created readable by you alone; - is stdout, as without -o (record needs "
	    "one: the capture)",
	    0 },
	  LL_FOR_ALL },
	{ { "quiet", 'q', NULL, 0,
	    "No last line on stderr about what was seen, lost and spent, and no progress bar; diff: "
	    "nothing on stdout either, the exit status tells",
	    0 },
	  LL_FOR_WATCH | LL_FOR_DIFF },
	{ { "strict", LL_KEY_STRICT, NULL, 0,
	    "Exit with 3 when events were lost, or a capture is damaged or has no end, and nothing else failed",
	    0 },
	  LL_FOR_WATCH | LL_FOR_DIFF },
	{ { .doc = "What csv is made of:", .group = 5 }, LL_FOR_EXPORT },
	{ { "fields", LL_KEY_FIELDS, "KEYS", 0,
	    "Comma-separated list of the columns, by key, alias, or end of a key (see lifeline fields); "
	    "KEY.base64 is the original bytes of text that is not UTF-8",
	    0 },
	  LL_FOR_EXPORT },
	{ { .doc = "How tree draws:", .group = 5 }, LL_FOR_TREE },
	{ { "no-fold", LL_KEY_NO_FOLD, NULL, 0,
	    "Draw children of equal command line and end one by one", 0 },
	  LL_FOR_TREE },
	{ { .doc = "How zombies looks:", .group = 5 }, LL_FOR_ZOMBIES },
	{ { "watch", LL_KEY_WATCH, NULL, 0, "Look every second, until Ctrl-C", 0 },
	  LL_FOR_ZOMBIES },
	{ { "threshold", LL_KEY_THRESHOLD, "N", 0,
	    "Exit with 1 when a parent has more than N zombies or, over a watch, had so many at "
	    "once, and say which",
	    0 },
	  LL_FOR_ZOMBIES },
	{ { .doc = "What makes a difference:", .group = 5 }, LL_FOR_DIFF },
	{ { "noise", LL_KEY_NOISE, "PERCENT", 0,
	    "Take no process for slower or faster that is off by less than PERCENT (default 50%), "
	    "or by what the two captures vary in as a whole, or by 0.1 s",
	    0 },
	  LL_FOR_DIFF },
	{ { "no-times", LL_KEY_NO_TIMES, NULL, 0, "Times make no difference", 0 },
	  LL_FOR_DIFF },
	{ { "exact", LL_KEY_EXACT, NULL, 0,
	    "So do names of temporary files, pids in arguments, the directory that both were "
	    "started in, and SIGPIPE instead of an end",
	    0 },
	  LL_FOR_DIFF },
	{ { "help", 'h', NULL, 0, "Print this help", 6 }, LL_FOR_ALL },
	{ { "version", 'V', NULL, 0, "Print the version", 0 }, LL_FOR_ALL },
};

#define ROW_COUNT (sizeof(rows) / sizeof(rows[0]))
_Static_assert(ROW_COUNT < LL_OPTION_ROOM, "a bit for each row, and room for the end mark");

const struct ll_option *ll_option_at(size_t index)
{
	return index < ROW_COUNT ? &rows[index] : NULL;
}

uint64_t ll_option_bit(int key)
{
	for (size_t i = 0; i < ROW_COUNT; i++) {
		if (rows[i].argp.name != NULL && rows[i].argp.key == key)
			return UINT64_C(1) << i;
	}
	return 0;
}

void ll_option_select(unsigned commands, struct argp_option ret_options[LL_OPTION_ROOM])
{
	size_t count = 0;

	for (size_t i = 0; i < ROW_COUNT; i++) {
		if ((rows[i].commands & commands) != 0)
			ret_options[count++] = rows[i].argp;
	}
	ret_options[count] = (struct argp_option){ 0 };
}
