/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What the database looks like: tables whose columns are the registry's fields, and views.
 *
 * A column is called as the key, with underscores for dots (process.exit.code: process_exit_code),
 * so that SQL needs no quotes. INTEGER: numbers (of 64 bits; what is above 2^63, which only
 * addresses are, is negative), times (nanoseconds), 0 and 1; TEXT: text, names of values, and lists
 * as JSON arrays, for json_each(). NULL: unknown.
 */
#pragma once

#include <stdbool.h>
#include <stdio.h>

#include "event/event.h"

enum ll_sqlite_table {
	LL_SQLITE_EVENTS, /* every event; of those that have a table of their own the common part */
	LL_SQLITE_EXECUTIONS,
	LL_SQLITE_SIGNALS,
	LL_SQLITE_STATES,
	LL_SQLITE_STATE_TIMES,
	LL_SQLITE_LOSSES,
	LL_SQLITE_PROCESSES,
	LL_SQLITE_TABLES,
};

/* Room for any column's name with its NUL. */
#define LL_SQLITE_NAME_SIZE 64

const char *ll_sqlite_table_name(enum ll_sqlite_table table);

/* Whether the table has a column for a field. */
bool ll_sqlite_has_column(enum ll_sqlite_table table, enum ll_field field);

/* Whether it has the column event_name, in front of the fields. */
bool ll_sqlite_has_event_name(enum ll_sqlite_table table);

/* Write the column's name for a key; returns ret_name. */
const char *ll_sqlite_column_name(const char *key, char ret_name[LL_SQLITE_NAME_SIZE]);

/* Write the statements that make the tables. */
void ll_sqlite_put_tables(FILE *out);

/* Write the statement that puts a row into a table, with a parameter for each column in order. */
void ll_sqlite_put_insert(FILE *out, enum ll_sqlite_table table);

/* The statements that make indexes and views, when the rows are there. */
extern const char ll_sqlite_indexes[], ll_sqlite_views[];
