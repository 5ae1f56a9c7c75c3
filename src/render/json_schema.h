/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The registry as a JSON Schema: for `lifeline fields --schema`. */
#pragma once

#include <stdio.h>

/*
 * Write the schema (draft 2020-12) that every line of export json, and of --json of what looks
 * at a watch, is valid by: one definition for each event and each command's lines, with the fields
 * that it may have and no other. Returns 0 or -errno.
 */
int ll_json_schema(FILE *out);
