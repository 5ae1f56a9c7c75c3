/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What the events of a file are made of: their kinds and columns, by name. A column is a
 * field of the registry or one of the event's other members. A build has its own schema; that
 * of a file is read against it, so that files of older and newer builds can be read.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "capture/bytes.h"
#include "capture/format.h"
#include "event/event.h"

/* The first columns of any schema. */
enum { LL_COLUMN_WHEN, LL_COLUMN_TID, LL_COLUMN_PID, LL_COLUMN_PPID, LL_COLUMN_LEAD };

/* Columns that predictions of others look at: each task remembers them at these places. */
enum ll_role {
	LL_ROLE_PID,
	LL_ROLE_PPID,
	LL_ROLE_START,
	LL_ROLE_THREAD_START,
	LL_ROLE_PARENT_START,
	LL_ROLE_COMM,
	LL_ROLE_UID,
	LL_ROLE_SENDER,
	LL_ROLES,
	LL_ROLE_NONE = 0xff,
};

/* A task remembers no more columns than that; others of LL_PREDICT_TASK are as of LAST. */
#define LL_TASK_VALUES 96
#define LL_TASK_NOTHING 0xff

/* An ENUM's values beyond are unknown. */
#define LL_COLUMN_VALUES 24

#define LL_SCHEMA_COLUMNS 1024
#define LL_SCHEMA_KINDS 128
/* Longer ones are none. */
#define LL_SCHEMA_BYTES_MAX (64 * 1024)

/* How a column's values are written and read. What is common has a way of its own. */
enum ll_op {
	LL_OP_NUMBER, /* any of them */
	LL_OP_PLAIN, /* 64 bits, predicted 0 */
	LL_OP_LAST, /* 64 bits, predicted by the column's last value */
	LL_OP_TASK, /* 64 bits, predicted by the task's last value */
	LL_OP_START, /* the same, of the process's start */
	LL_OP_THREAD_START,
	LL_OP_TIME, /* 64 bits, predicted by the event's time */
	LL_OP_STRING, /* any of them */
	LL_OP_TASK_STRING,
	LL_OP_LAST_STRING,
	LL_OP_ARGS,
	LL_OP_ENTITY,
};

struct ll_column {
	uint8_t type; /* enum ll_column_type */
	uint8_t prediction; /* enum ll_prediction */
	uint8_t width; /* bytes of a number in the event */
	uint8_t task; /* place among what a task remembers, or LL_TASK_NOTHING */
	uint8_t op; /* enum ll_op */
	uint8_t which_entity; /* 0 the process, 1 its parent, 2 the sender */
	bool is_known; /* to this build; what is not, is skipped */
	bool is_noise; /* its values have little in common: deflate would find nothing */
	int16_t field; /* enum ll_field; -1: a member outside the registry */
	size_t offset; /* in struct ll_event */
	uint8_t map[LL_COLUMN_VALUES]; /* of an ENUM: what the file's value is here, or 0xff */
};

struct ll_schema {
	struct ll_column *columns;
	size_t column_count;
	int16_t kinds[LL_SCHEMA_KINDS]; /* enum ll_event_kind, or -1: unknown to this build */
	size_t kind_count;
	size_t task_count; /* places a task needs */
	uint32_t checksum; /* of its payload */
};

/* Make the schema of this build, and its payload (owned by the caller). Returns 0 or -ENOMEM. */
int ll_schema_own(struct ll_schema *ret, struct ll_bytes *ret_payload);

/*
 * Read the payload of a schema block. Returns 0, -ENOMEM, or -EBADMSG when it is none; then
 * *ret is untouched.
 */
int ll_schema_parse(const uint8_t *payload, size_t length, struct ll_schema *ret);

/* Which members outside the registry are not 0: bit n is the n-th such column after the lead. */
uint32_t ll_schema_members(const struct ll_event *event);

void ll_schema_fini(struct ll_schema *schema);
