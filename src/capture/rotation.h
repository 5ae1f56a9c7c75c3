/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Names of the files of a rotation: "build.life" is written; what is full becomes
 * "build.000001.life", "build.000002.life" and so on, the newest with the highest number.
 */
#pragma once

#include <stdint.h>

/* The name of a finished file; heap, the caller's. NULL when out of memory. */
char *ll_rotation_name(const char *path, uint64_t number);

/* The highest number of finished files that are there; 0: none. */
uint64_t ll_rotation_newest(const char *path);

/* Remove finished files up to that number. */
void ll_rotation_remove(const char *path, uint64_t number);
