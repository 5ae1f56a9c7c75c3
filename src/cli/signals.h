/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Signals that reach lifeline itself.
 *
 * They are caught with handlers, never blocked or ignored, because CMD would inherit a
 * mask or an ignored signal across exec; what was ignored at the start stays ignored.
 * Caught: INT, TERM, HUP (stop), CHLD, WINCH, PIPE and XFSZ (a write then
 * fails with EPIPE or EFBIG).
 */
#pragma once

#include <stdbool.h>

/* Install the handlers. Call once, before CMD is started. */
void ll_signals_catch(void);

/*
 * Say whether a CMD runs in the foreground. While one does, INT and QUIT are its own
 * affair: the terminal sends them to CMD, too, and lifeline survives to report.
 * Otherwise the first stop signal is noted, and a second ends lifeline at once.
 * The end of CMD forgets the stop signals that came before; its start does not, lest a
 * Ctrl-C just before be lost.
 */
void ll_signals_set_child(bool running);

/* Whether a stop signal has come since the start, or the end of CMD. */
bool ll_signals_stop_wanted(void);

/* Whether this signal has come since last asked. */
bool ll_signals_take(int signal);
