/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Which regular expressions can be compiled without harm. */
#pragma once

#include <stdbool.h>

/*
 * Whether regcomp() makes no more of a POSIX extended regular expression than is reasonable: glibc
 * copies whatever + and { } repeat, so that a line of text can ask for any amount of memory; and
 * a back reference (\1) for any amount of time. What is no such expression may be modest, too.
 */
bool ll_regex_is_modest(const char *pattern);
