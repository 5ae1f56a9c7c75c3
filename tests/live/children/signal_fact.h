/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What /proc says of a task's signals, and the siginfo a program was handed: the oracle of
 * the signal tests. Masks are told as the kernel prints them, bit N-1 for signal N.
 */
#pragma once

#include "fact.h"

/* What follows "name:" in a /proc status file; "" when it is not there. The caller's. */
static inline char *fact_status_line(const char *path, const char *name)
{
	char *status = fact_slurp(path, NULL), *line = NULL, wanted[32];

	snprintf(wanted, sizeof(wanted), "\n%s:\t", name);
	char *at = status != NULL ? strstr(status, wanted) : NULL;
	if (at != NULL) {
		at += strlen(wanted);
		line = strndup(at, strcspn(at, "\n"));
	}
	free(status);
	return line != NULL ? line : strdup("");
}

/* A mask of a thread: SigPnd, ShdPnd, SigBlk, SigIgn or SigCgt. */
static inline unsigned long long fact_mask(pid_t tid, const char *name)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/status", tid);
	char *line = fact_status_line(path, name);
	unsigned long long mask = strtoull(line, NULL, 16);
	free(line);
	return mask;
}

/* The letter of State: R, S, D, T, t, Z. */
static inline char fact_state(pid_t tid)
{
	return (char)fact_pid_stat(tid, 3);
}

static inline void fact_await_state(pid_t tid, char state)
{
	while (fact_state(tid) != state)
		breathe();
}

/*
 * Wait until a task has this state and has left its CPU with it: /proc/PID/syscall says "running" until
 * then (lib/syscall.c waits for it). Between the two it can still be woken as if nothing had been.
 */
static inline void fact_await_rest(pid_t tid, char state)
{
	char path[64];
	bool is_resting = false;

	snprintf(path, sizeof(path), "/proc/%d/syscall", tid);
	while (!is_resting) {
		breathe();
		fact_await_state(tid, state);
		char *at = fact_slurp(path, NULL);
		is_resting = at == NULL || strncmp(at, "running", 7) != 0;
		free(at);
	}
}

/* Say all masks of a thread, and its state. */
static inline void fact_masks(const char *name, pid_t tid)
{
	char state[] = { fact_state(tid), '\0' };

	FACT(name, NUM("pid", tid), NUM("pending", fact_mask(tid, "SigPnd")),
	     NUM("shared_pending", fact_mask(tid, "ShdPnd")),
	     NUM("blocked", fact_mask(tid, "SigBlk")), NUM("ignored", fact_mask(tid, "SigIgn")),
	     NUM("caught", fact_mask(tid, "SigCgt")), STR("state", state));
}

/* Say what a handler or sigwaitinfo() was told, and when. */
static inline void fact_siginfo(const char *name, const siginfo_t *info)
{
	FACT(name, NUM("pid", getpid()), NUM("tid", gettid()), NUM("number", info->si_signo),
	     NUM("code", info->si_code), NUM("sender", info->si_pid), NUM("uid", info->si_uid),
	     NUM("value", (intptr_t)info->si_value.sival_ptr),
	     NUM("address", (intptr_t)info->si_addr), NUM("boottime_ns", boottime_ns()));
}

/* Block (or, with false, let through) one signal in the calling thread. */
static inline void block_signal(int signal, bool is_blocked)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, signal);
	pthread_sigmask(is_blocked ? SIG_BLOCK : SIG_UNBLOCK, &set, NULL);
}

static inline void handle_signal(int signal, void (*handler)(int, siginfo_t *, void *))
{
	struct sigaction action = { .sa_sigaction = handler, .sa_flags = SA_SIGINFO };

	if (sigaction(signal, &action, NULL) < 0)
		err(99, "sigaction %d", signal);
}

/* Wait for a blocked signal and take it, as a deliver event does not show. */
static inline siginfo_t take_signal(int signal)
{
	siginfo_t info = { 0 };
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, signal);
	while (sigwaitinfo(&set, &info) < 0 && errno == EINTR)
		continue;
	return info;
}

static inline void checked_kill(pid_t pid, int signal)
{
	if (kill(pid, signal) < 0)
		err(99, "kill %d with %d", pid, signal);
}

/* A pipe by which one process lets another go on: open before the fork. */
static inline void make_gate(int gate[2])
{
	if (pipe2(gate, O_CLOEXEC) < 0)
		err(99, "pipe");
}

static inline void open_gate(const int gate[2])
{
	if (write(gate[1], "x", 1) != 1)
		err(99, "write to a gate");
}

static inline void await_gate(const int gate[2])
{
	char byte;
	ssize_t got;

	while ((got = read(gate[0], &byte, 1)) < 0 && errno == EINTR)
		continue;
	if (got != 1)
		errx(99, "nobody opens the gate");
}

/* Sleep until the clock says it, whatever interrupts. */
static inline void await_clock(long long until_boottime_ns)
{
	while (boottime_ns() < until_boottime_ns)
		breathe();
}
