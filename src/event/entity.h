/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The text form of a process identity: process.entity_id and process.parent.entity_id. */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* Bytes that hold any entity id with its NUL: ten digits, a dash, sixteen hex digits. */
#define LL_ENTITY_ID_SIZE 28

/*
 * Format "<tgid>-<start in hex>", as "%u-%llx" would. start_boottime_ns is in
 * nanoseconds since boot. Returns the length without the NUL; a buffer that is too
 * small gets the empty string (nothing when size is 0) and 0 is returned.
 */
size_t ll_entity_id_format(char *buf, size_t size, uint32_t tgid, uint64_t start_boottime_ns);
