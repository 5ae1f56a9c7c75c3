/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* What names in an expression stand for, and what was meant by those that stand for nothing. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "event/event.h"

/*
 * Find a field by key, by alias, or by the end of its key after a dot when no other key ends
 * so. Returns 0, -ENOENT, or -EEXIST when several end so; then ret_fields has two of them.
 */
int ll_filter_find_field(const char *name, enum ll_field ret_fields[2]);

/* Return the name of a field that is like this one, or NULL. Valid forever. */
const char *ll_filter_suggest_field(const char *name);

/*
 * Find what is asked of under a name that no field has, or that another field has by the end of its
 * key alone. Returns how many there are, mostly 0.
 */
#define LL_FILTER_OTHERS_MAX 4
size_t ll_filter_find_others(const char *name, enum ll_field ret_fields[LL_FILTER_OTHERS_MAX]);

/* Return the name of a function that is like this one, or NULL. */
const char *ll_filter_suggest_function(const char *name);

/* The kinds of a name: full, the last part, or "signal". 0: there are none. */
uint32_t ll_filter_find_kinds(const char *name);
const char *ll_filter_suggest_kind(const char *name);

/* Find the index of a value of an ENUM field; -1: it has none of that name. */
int ll_filter_find_value(enum ll_field field, const char *name);
const char *ll_filter_suggest_value(enum ll_field field, const char *name);

/* Whether a field holds the name of a signal, which people also write without SIG. */
bool ll_filter_is_signal(enum ll_field field);
