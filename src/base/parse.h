/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Values as people write them, made into numbers.
 *
 * Every function takes the whole string: trailing bytes, signs, blanks and an empty
 * string are refused. Nothing depends on the locale. Returns 0, -EINVAL when the text
 * is not such a value, or -ERANGE when it does not fit; then *ret is untouched.
 */
#pragma once

#include <stdint.h>
#include <sys/types.h>

/* Parse decimal digits. */
int ll_parse_count(const char *text, uint64_t *ret);

/* Parse a process id: 1 to 4194304, the kernel's PID_MAX_LIMIT. */
int ll_parse_pid(const char *text, pid_t *ret);

/*
 * Parse a time: a number, a fraction allowed, then one of ns us ms s m h d.
 * Without a unit it is seconds, as sleep(1) has it. Digits below a nanosecond are dropped.
 */
int ll_parse_duration(const char *text, uint64_t *ret_ns);

/*
 * Parse a size: a number, a fraction allowed, then B, K, M, G or KiB, MiB, GiB in
 * either case; all are powers of 1024. KB and its like are refused: they mean two things.
 */
int ll_parse_size(const char *text, uint64_t *ret_bytes);
