/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The one way to speak to the person at the terminal: a line on stderr. */
#pragma once

/* Print "lifeline: ", the message and a newline to stderr, in one write. errno is kept. */
void ll_say(const char *format, ...) __attribute__((format(printf, 1, 2)));
