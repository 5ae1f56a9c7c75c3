/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Signals by name, real-time ones included. */
#pragma once

#include <stddef.h>

/* The largest signal number of Linux on every architecture built for. */
#define LL_SIGNAL_MAX 64

/*
 * Return a signal's name, valid forever: "SIGKILL", "SIGRTMIN+3", or "SIG32" and "SIG33"
 * for the two that libc keeps to itself. SIGRTMIN is libc's (34), as kill -l counts,
 * not the kernel's (32). NULL when number is not 1 to LL_SIGNAL_MAX.
 */
const char *ll_signal_name(unsigned number);

/*
 * Find a signal as people write it: "SIGTERM", "term", "15", "RTMIN+3", "SIGRTMAX-1". Returns
 * its number, or 0 when there is none of that name.
 */
unsigned ll_signal_find(const char *name, size_t length);

/* Return the signal, without SIG, whose name is like this one, or NULL. Valid forever. */
const char *ll_signal_suggest(const char *name);

/*
 * Return the name of a siginfo's si_code, valid forever: "SI_USER", "SEGV_MAPERR",
 * "CLD_EXITED". What a positive code means depends on the signal. NULL when it has no name.
 */
const char *ll_signal_code_name(unsigned signal, int code);
