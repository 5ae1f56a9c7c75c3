/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The tree for the dot program: a node for each process, an edge from the parent at its birth, a
 * dashed one from whoever took it over. Nodes may come in any order, so each is written as soon
 * as all is known of its process.
 */
#include <errno.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/duration.h"
#include "event/entity.h"
#include "export/census.h"
#include "export/export.h"
#include "render/buffer.h"
#include "render/label.h"
#include "render/status.h"

/* Of a command line; more would make a picture that nobody can look at. */
#define LABEL_COLUMNS 60

struct ll_export {
	FILE *out; /* borrowed */
	struct ll_census *census;
	struct ll_line line; /* where a label is put together, ... */
	FILE *memory; /* ... and what it is written to */
	char *text;
	size_t size;
};

static void put_id(struct ll_buffer *buffer, struct ll_id id)
{
	char text[LL_ENTITY_ID_SIZE];
	size_t length = ll_entity_id_format(text, sizeof(text), id.tgid, id.start_boottime_ns);

	ll_buffer_put_char(buffer, '"');
	ll_buffer_put(buffer, text, length);
	ll_buffer_put_char(buffer, '"');
}

/* Inside of quotes; dot reads backslashes, and entities as HTML has them. */
static void put_escaped(struct ll_buffer *buffer, struct ll_str text)
{
	for (size_t i = 0; i < text.length; i++) {
		switch (text.data[i]) {
		case '"':
		case '\\':
			ll_buffer_put_char(buffer, '\\');
			ll_buffer_put_char(buffer, text.data[i]);
			break;
		case '&':
			ll_buffer_put_string(buffer, "&amp;");
			break;
		case '\n':
			break;
		default:
			ll_buffer_put_char(buffer, text.data[i]);
		}
	}
}

static int put_command(struct ll_export *export, struct ll_buffer *buffer,
		       const struct ll_process *process)
{
	struct ll_line *line = &export->line;

	rewind(export->memory);
	ll_line_init(line, export->memory, LABEL_COLUMNS, false, true);
	ll_label_put(line, process);
	int err = ll_line_end(line);
	if (err != 0 || fflush(export->memory) != 0)
		return -ENOMEM;
	put_escaped(buffer, ll_str_make(export->text, (size_t)ftello(export->memory)));
	return 0;
}

static bool is_status_known(const struct ll_process *process)
{
	return ll_process_knows(process, LL_F_EXIT_STATUS);
}

/* The second line of a label: pid, how it ended, how long it lived. */
static void put_end(struct ll_buffer *buffer, const struct ll_process *process)
{
	char status[LL_STATUS_MAX], duration[LL_DURATION_MAX];
	uint64_t start_ns = process->id.start_boottime_ns;

	ll_buffer_put_string(buffer, "\\n");
	ll_buffer_put_decimal(buffer, process->id.tgid);
	if (is_status_known(process)) {
		ll_buffer_put_string(buffer, ", ");
		ll_buffer_put_string(buffer, ll_status_format(process->wait_status, status));
	}
	if (process->exit_boottime_ns > start_ns) {
		ll_buffer_put_string(buffer, ", ");
		ll_buffer_put_string(buffer,
				     ll_duration_format(process->exit_boottime_ns - start_ns,
							true, duration));
	}
	if (process->life == LL_LIFE_ZOMBIE)
		ll_buffer_put_string(buffer, ", zombie");
}

/* By outcome: well, badly, by a signal, not yet, unknown; all of them with black text. */
static const char *color_of(const struct ll_process *process)
{
	if (process->life == LL_LIFE_ALIVE)
		return "#cfe2f3";
	if (!is_status_known(process))
		return "#eeeeee";
	switch (ll_status_color(process->wait_status)) {
	case LL_COLOR_GREEN:
		return "#d9ead3";
	case LL_COLOR_YELLOW:
		return "#ffe599";
	default:
		return "#f4a6a0";
	}
}

static int put_node(struct ll_export *export, struct ll_buffer *buffer,
		    const struct ll_process *process)
{
	put_id(buffer, process->id);
	ll_buffer_put_string(buffer, " [label=\"");
	int err = put_command(export, buffer, process);
	put_end(buffer, process);
	ll_buffer_put_string(buffer, "\", fillcolor=\"");
	ll_buffer_put_string(buffer, color_of(process));
	ll_buffer_put_string(buffer,
			     process->inferred ? "\", style=\"filled,dashed\"];\n" : "\"];\n");
	return err;
}

/* A parent of which nothing was exported. */
static void put_stub(struct ll_buffer *buffer, struct ll_id id)
{
	put_id(buffer, id);
	ll_buffer_put_string(buffer, " [label=\"");
	ll_buffer_put_decimal(buffer, id.tgid);
	ll_buffer_put_string(buffer, "\", fillcolor=\"#ffffff\", style=\"filled,dotted\"];\n");
}

static int put_edge(struct ll_export *export, struct ll_buffer *buffer, struct ll_id parent,
		    struct ll_id child, const char *attributes)
{
	if (parent.tgid == 0 || parent.start_boottime_ns == 0)
		return 0;
	put_id(buffer, parent);
	ll_buffer_put_string(buffer, " -> ");
	put_id(buffer, child);
	ll_buffer_put_string(buffer, attributes);
	return ll_census_note(export->census, parent);
}

static bool is_same_id(struct ll_id a, struct ll_id b)
{
	return a.tgid == b.tgid && a.start_boottime_ns == b.start_boottime_ns;
}

static int put_edges(struct ll_export *export, struct ll_buffer *buffer,
		     const struct ll_process *process)
{
	bool is_birth_known = process->original_parent.tgid != 0;
	struct ll_id first = is_birth_known ? process->original_parent : process->parent;
	int err = put_edge(export, buffer, first, process->id, ";\n");

	if (err == 0 && !is_same_id(first, process->parent))
		err = put_edge(export, buffer, process->parent, process->id,
			       " [style=dashed, color=\"#888888\", constraint=false];\n");
	return err;
}

static int take_process(void *arg, struct ll_id id, const struct ll_process *process,
			bool is_again)
{
	struct ll_export *export = arg;
	struct ll_buffer buffer;
	int err = 0;

	/* What came late is a matter of milliseconds, and a second edge would be seen. */
	if (is_again)
		return 0;
	ll_buffer_init(&buffer, export->out);
	if (process == NULL) {
		put_stub(&buffer, id);
	} else {
		err = put_node(export, &buffer, process);
		if (err == 0)
			err = put_edges(export, &buffer, process);
	}
	return err != 0 ? err : ll_buffer_end(&buffer);
}

static void free_dot(struct ll_export *export)
{
	if (export == NULL)
		return;
	ll_census_free(export->census);
	if (export->memory != NULL)
		fclose(export->memory);
	free(export->text);
	free(export);
}

static void free_cleanup(struct ll_export **export)
{
	free_dot(*export);
}

static int write_heading(const struct ll_export *export)
{
	static const char heading[] =
		"strict digraph lifeline {\n"
		"rankdir=LR;\n"
		"node [shape=box, style=filled, fontname=\"sans-serif\", fontsize=10];\n";

	return ll_stream_write(export->out, heading, sizeof(heading) - 1);
}

static int open_dot(const struct ll_export_options *options, struct ll_export **ret_export,
		    char **ret_why)
{
	LL_CLEANUP(free_cleanup) struct ll_export *export = calloc(1, sizeof(*export));

	*ret_why = NULL;
	if (export == NULL)
		return -ENOMEM;
	export->out = options->out;
	export->census = ll_census_new(options->model, take_process, export);
	export->memory = open_memstream(&export->text, &export->size);
	if (export->census == NULL || export->memory == NULL)
		return -ENOMEM;
	int err = write_heading(export);
	if (err == 0)
		*ret_export = TAKE(export);
	return err;
}

static int take_event(struct ll_export *export, const struct ll_event *event)
{
	return ll_census_take(export->census, event);
}

static int end(struct ll_export *export, uint64_t now_boottime_ns, uint64_t now_unix_ns)
{
	(void)now_boottime_ns;
	(void)now_unix_ns;
	int err = ll_census_end(export->census);
	return err != 0 ? err : ll_stream_write(export->out, "}\n", 2);
}

const struct ll_export_format ll_export_dot = {
	.name = "dot",
	.help = "the tree as a picture, for the dot program: green exited 0, yellow another "
		"status, red by a signal, blue lives",
	.kinds = LL_E_ALL & ~LL_E_HIDDEN,
	.open = open_dot,
	.event = take_event,
	.end = end,
	.free = free_dot,
};
