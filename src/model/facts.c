/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What is known of a process beside its place in the tree: names, numbers, images. A fact
 * never gives way to an older one; an event that comes late only fills what is unknown.
 */
#include "model/state.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

/* A number that has the same name and type in the event and in the process. */
struct number {
	enum ll_field field;
	size_t event_offset, process_offset;
};

#define NUMBER(ID, member)                                                                     \
	{                                                                                      \
		LL_F_##ID, offsetof(struct ll_event, member),                                  \
			offsetof(struct ll_process, member)                                    \
	}

static const struct number identity_numbers[] = {
	NUMBER(EUID, euid), NUMBER(RUID, ruid), NUMBER(PGID, pgid),
	NUMBER(SID, sid),   NUMBER(VPID, vpid),
};

static const struct number usage_numbers[] = {
	NUMBER(EXIT_STATUS, wait_status), NUMBER(UTIME, cpu_user_ns),
	NUMBER(STIME, cpu_system_ns),     NUMBER(CPU_WAIT, cpu_wait_ns),
	NUMBER(MAXRSS, max_rss_bytes),    NUMBER(REAPER, reaper_tgid),
};

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static void mark_known(struct ll_process *process, enum ll_field field)
{
	process->known[field / 64] |= UINT64_C(1) << (field % 64);
}

static bool is_wanted(const struct ll_process *process, const struct ll_event *event,
		      enum ll_field field, bool overwrite)
{
	return ll_event_has(event, field) && (overwrite || !ll_process_knows(process, field));
}

static void take_numbers(struct ll_process *process, const struct ll_event *event,
			 const struct number *numbers, size_t count, bool overwrite)
{
	for (size_t i = 0; i < count; i++) {
		const struct number *number = &numbers[i];

		if (!is_wanted(process, event, number->field, overwrite))
			continue;
		memcpy((char *)process + number->process_offset,
		       (const char *)event + number->event_offset, sizeof(uint64_t));
		mark_known(process, number->field);
	}
}

static int take_name(struct ll_model *model, struct ll_process *process,
		     const struct ll_event *event, enum ll_field field, bool overwrite,
		     struct ll_str text, struct ll_name **slot, struct ll_str *view)
{
	if (!is_wanted(process, event, field, overwrite))
		return 0;
	int r = ll_name_set(model, slot, text, view);
	if (r == 0)
		mark_known(process, field);
	return r;
}

void ll_facts_comm(struct ll_node *node, const struct ll_event *event)
{
	char *comm = node->process.comm;
	const size_t room = sizeof(node->process.comm) - 1;

	if (!ll_event_has(event, LL_F_COMM))
		return;
	if (comm[0] != '\0' &&
	    (!ll_event_is_leader(event) || event->time_boottime_ns < node->comm_ns))
		return;
	size_t length = event->comm.length < room ? event->comm.length : room;
	memset(comm, 0, sizeof(node->process.comm));
	if (length > 0)
		memcpy(comm, event->comm.data, length);
	if (ll_event_is_leader(event))
		node->comm_ns = event->time_boottime_ns;
}

int ll_facts_identity(struct ll_model *model, struct ll_node *node,
		      const struct ll_event *event)
{
	struct ll_process *process = &node->process;
	bool newest = ll_event_is_leader(event) && event->time_boottime_ns >= node->identity_ns;

	if (newest)
		node->identity_ns = event->time_boottime_ns;
	if (ll_event_has(event, LL_F_KTHREAD))
		process->is_kthread = event->is_kthread;
	take_numbers(process, event, identity_numbers, COUNT_OF(identity_numbers), newest);
	int r = take_name(model, process, event, LL_F_CGROUP, newest, event->cgroup,
			  &node->cgroup, &process->cgroup);
	if (r != 0)
		return r;
	return take_name(model, process, event, LL_F_CONTAINER, newest, event->container_id,
			 &node->container, &process->container_id);
}

void ll_facts_usage(struct ll_node *node, const struct ll_event *event, bool overwrite)
{
	struct ll_process *process = &node->process;

	take_numbers(process, event, usage_numbers, COUNT_OF(usage_numbers), overwrite);
	if (!is_wanted(process, event, LL_F_REAP_PRECISION, overwrite))
		return;
	process->reap_precision = event->reap_precision;
	mark_known(process, LL_F_REAP_PRECISION);
}

/* An image with its strings behind it, in one piece. */
struct box {
	struct ll_image image;
	char bytes[];
};

static struct ll_str text_of(const struct ll_event *event, enum ll_field field,
			     struct ll_str text)
{
	return ll_event_has(event, field) ? text : ll_str_make(NULL, 0);
}

static void pack(char **at, struct ll_str *text)
{
	if (text->length > 0)
		memcpy(*at, text->data, text->length);
	text->data = *at;
	*at += text->length;
}

static struct box *box_new(const struct ll_event *event)
{
	struct ll_image image = {
		.time_boottime_ns = event->time_boottime_ns,
		.comm = text_of(event, LL_F_COMM, event->comm),
		.exe = text_of(event, LL_F_EXE, event->exe),
		.filename = text_of(event, LL_F_FILENAME, event->filename),
		.interpreter = text_of(event, LL_F_INTERPRETER, event->interpreter),
		.args = text_of(event, LL_F_ARGS, event->args),
		.cwd = text_of(event, LL_F_CWD, event->cwd),
		.args_truncated =
			ll_event_has(event, LL_F_ARGS_TRUNCATED) && event->args_truncated,
		.is_unlinked = ll_event_has(event, LL_F_EXE_STATE),
		.exe_state = event->exe_state,
	};
	LL_AUTO_FREE struct box *box = malloc(
		sizeof(*box) + image.comm.length + image.exe.length + image.filename.length +
		image.interpreter.length + image.args.length + image.cwd.length);
	if (box == NULL)
		return NULL;
	char *at = box->bytes;
	pack(&at, &image.comm);
	pack(&at, &image.exe);
	pack(&at, &image.filename);
	pack(&at, &image.interpreter);
	pack(&at, &image.args);
	pack(&at, &image.cwd);
	box->image = image;
	return TAKE(box);
}

/* The model owns the images it shows as const. */
static struct ll_image **older_slot(const struct ll_image *image)
{
	return (struct ll_image **)&((struct ll_image *)image)->previous;
}

static void images_free(struct ll_image *newest)
{
	while (newest != NULL) {
		struct ll_image *older = *older_slot(newest);

		free(newest);
		newest = older;
	}
}

static void images_trim(struct ll_node *node)
{
	const struct ll_image *image = node->process.image;

	if (node->image_count <= LL_MODEL_IMAGES)
		return;
	for (size_t i = 1; i < LL_MODEL_IMAGES; i++)
		image = image->previous;
	images_free(*older_slot(image));
	*older_slot(image) = NULL;
	node->image_count = LL_MODEL_IMAGES;
}

int ll_facts_image(struct ll_node *node, const struct ll_event *event)
{
	LL_AUTO_FREE struct box *box = box_new(event);
	if (box == NULL)
		return -ENOMEM;
	struct ll_image **slot = (struct ll_image **)&node->process.image;
	while (*slot != NULL && (*slot)->time_boottime_ns > box->image.time_boottime_ns)
		slot = older_slot(*slot);
	box->image.previous = *slot;
	*slot = &TAKE(box)->image;
	node->image_count++;
	images_trim(node);
	return 0;
}

int ll_facts_end(struct ll_model *model, struct ll_node *node, enum ll_exit_cause cause,
		 struct ll_str text)
{
	struct ll_process *process = &node->process;

	process->exit_cause = cause;
	mark_known(process, LL_F_EXIT_CAUSE);
	int r = ll_name_set(model, &node->exit_description, text, &process->exit_description);
	if (r == 0)
		mark_known(process, LL_F_EXIT_DESCRIPTION);
	return r;
}

void ll_facts_free(struct ll_model *model, struct ll_node *node)
{
	images_free((struct ll_image *)node->process.image);
	ll_name_drop(model, &node->cgroup);
	ll_name_drop(model, &node->container);
	ll_name_drop(model, &node->exit_description);
}
