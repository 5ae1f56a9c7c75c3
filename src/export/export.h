/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Other programs' formats, made of the one stream of events as the model hands it on.
 *
 * Each format is one row of the table: it opens an export, takes one event at a time, is told of
 * the end, and holds no more than a format needs that cannot be written as it comes.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "event/event.h"
#include "model/model.h"

/* What is known of the machine and the watch. Strings are borrowed; empty or 0: unknown. */
struct ll_export_about {
	struct ll_str version; /* of lifeline */
	struct ll_str host, boot_id, arch, os_release;
	struct ll_str
		command; /* what was run, NUL-separated; empty: a process, or the machine */
	uint64_t begin_boottime_ns, begin_unix_ns; /* the same moment by both clocks */
	bool has_all_states; /* every change of a thread's state is told, as far as is known */
};

struct ll_export_options {
	FILE *out; /* borrowed; NULL for a format that writes a path itself */
	const char *path; /* borrowed; NULL: stdout */
	const struct ll_model *model; /* as far as the events handed on */
	struct ll_export_about about;
	const char
		*fields; /* comma-separated keys or aliases: the columns. NULL: the default */
	bool is_filtered; /* not all events of the watch come: as -f, -u, -c, --cgroup have it */
};

/* One export under way: each format's own. */
struct ll_export;

struct ll_export_format {
	const char *name; /* "json" */
	const char *help; /* one line */
	uint32_t kinds; /* LL_E_* mask: the events it is made of */
	bool is_binary; /* nothing for a terminal */
	bool writes_path; /* writes options->path itself, whole or not at all */
	bool has_fields; /* takes options->fields */
	/*
	 * Begin. Returns 0, -errno, or -EINVAL when an option cannot be used; *ret_why is then a heap
	 * string, the caller's, that says in one line what and the remedy, or NULL.
	 */
	int (*open)(const struct ll_export_options *options, struct ll_export **ret_export,
		    char **ret_why);
	/* Take one event; it is borrowed until return. Returns 0 or -errno. */
	int (*event)(struct ll_export *export, const struct ll_event *event);
	/* Finish, as of this time by CLOCK_BOOTTIME and the wall clock (0: unknown). 0 or -errno. */
	int (*end)(struct ll_export *export, uint64_t now_boottime_ns, uint64_t now_unix_ns);
	/* Free; takes NULL and what did not come to its end. */
	void (*free)(struct ll_export *export);
};

/* Return the format of an index, in the order of the help, or NULL past the end. */
const struct ll_export_format *ll_export_format_at(size_t index);

/* Find a format by name. Returns NULL when there is none. */
const struct ll_export_format *ll_export_format_find(const char *name);

extern const struct ll_export_format ll_export_chrome;
extern const struct ll_export_format ll_export_csv;
extern const struct ll_export_format ll_export_dot;
extern const struct ll_export_format ll_export_folded;
extern const struct ll_export_format ll_export_html;
extern const struct ll_export_format ll_export_json;
extern const struct ll_export_format ll_export_perfetto;
extern const struct ll_export_format ll_export_sqlite;
