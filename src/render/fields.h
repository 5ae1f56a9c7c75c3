/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The field registry as something to read: for `lifeline fields`. */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* What is no event and has fields all the same: the lines of a command's --json. */
struct ll_fields_line {
	uint32_t bit; /* LL_E_* */
	const char *name;
};

/* Return the kind of line of an index, or NULL past the end. */
const struct ll_fields_line *ll_fields_line_at(size_t index);

/*
 * Write every field for a person: key, alias, type, unit and the events that carry it on
 * one line, its help indented below. Lines wrap at width columns; 0: no limit.
 * Returns 0 or -errno.
 */
int ll_fields_text(FILE *out, unsigned width);

/*
 * Write every field as one JSON object a line, with the members key, alias, type, unit,
 * events, values (of an enum) and help; what does not apply is absent. Types: int,
 * uint, bool, enum, string, args. Returns 0 or -errno.
 */
int ll_fields_json(FILE *out);
