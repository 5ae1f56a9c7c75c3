/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What a fuzz target is: one input handled, and the name of its seeds. libFuzzer calls it
 * with inputs it makes up (make fuzz), replay.c with those checked in (make unit, make asan).
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* The target's directory below tests/fuzz/corpus. */
extern const char ll_fuzz_corpus[];

/* Handle one input, borrowed; returns 0. Ends the program where a promise is broken. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
