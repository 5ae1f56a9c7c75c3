/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* What signals do to a process that has made no arrangement for them: signal(7). */
#pragma once

#include <stdbool.h>

#include "event/event.h"

/* Return what the kernel does with a signal by default; real-time signals terminate. */
enum ll_signal_action ll_signal_default_action(unsigned signal);

/* Whether by default a signal ends the process, with a core or without. */
bool ll_signal_is_deadly(unsigned signal);

/* Whether a signal is sent for what a thread itself did: SIGSEGV and the like, and SIGSYS. */
bool ll_signal_is_fault(unsigned signal);
