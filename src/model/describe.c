/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* What is known of a process, put into events and lines that do not say it themselves. */
#include "model/model.h"

/* Set a field that the event does not know. */
#define FILL(event, ID, member, value)                                                         \
	do {                                                                                   \
		if (!ll_event_has(event, LL_F_##ID))                                           \
			LL_SET(event, ID, member, value);                                      \
	} while (0)

/* Empty arguments are known to be so only where the file is known too. */
void ll_image_describe_args(const struct ll_image *image, struct ll_event *event)
{
	if (image->args.length > 0 || image->exe.length > 0 || image->filename.length > 0)
		FILL(event, ARGS, args, image->args);
	if (image->args_truncated)
		FILL(event, ARGS_TRUNCATED, args_truncated, true);
}

static void describe_image(struct ll_event *event, const struct ll_image *image)
{
	/* An event that tells of an image tells all of it: nothing of the one before is added. */
	if (ll_event_has(event, LL_F_EXE) || ll_event_has(event, LL_F_FILENAME))
		return;
	if (image->exe.length > 0)
		FILL(event, EXE, exe, image->exe);
	if (image->is_unlinked)
		FILL(event, EXE_STATE, exe_state, image->exe_state);
	if (image->filename.length > 0)
		FILL(event, FILENAME, filename, image->filename);
	if (image->interpreter.length > 0)
		FILL(event, INTERPRETER, interpreter, image->interpreter);
	ll_image_describe_args(image, event);
	if (image->cwd.length > 0)
		FILL(event, CWD, cwd, image->cwd);
}

void ll_process_describe(const struct ll_process *process, struct ll_event *event)
{
#define COPY(ID, member)                                                                       \
	do {                                                                                   \
		if (ll_process_knows(process, LL_F_##ID))                                      \
			FILL(event, ID, member, process->member);                              \
	} while (0)
	COPY(EUID, euid);
	COPY(RUID, ruid);
	COPY(PGID, pgid);
	COPY(SID, sid);
	COPY(VPID, vpid);
	/* Who has left a container has none any more. */
	if (!ll_event_has(event, LL_F_CGROUP))
		COPY(CONTAINER, container_id);
	COPY(CGROUP, cgroup);
#undef COPY
	FILL(event, KTHREAD, is_kthread, process->is_kthread);
	if (process->image != NULL)
		describe_image(event, process->image);
}

int ll_model_ask(const struct ll_model *model, struct ll_filter *filter,
		 const struct ll_event *event)
{
	struct ll_id id = { .tgid = (uint32_t)event->tgid,
			    .start_boottime_ns = event->start_boottime_ns };
	const struct ll_process *process = NULL;
	struct ll_event described;

	if (ll_filter_asks_process(filter) && ll_event_has(event, LL_F_CREATION))
		process = ll_model_find(model, id);
	if (process != NULL) {
		described = *event;
		ll_process_describe(process, &described);
		event = &described;
	}
	int r = ll_filter_see(filter, event);
	return r < 0 ? r : ll_filter_matches(filter, event);
}
