/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* See recorder.h. */
#include "cli/recorder.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "cli/say.h"
#include "cli/version.h"

uint32_t ll_recorder_kinds(const struct ll_options *options)
{
	uint32_t kinds = LL_E_ALL & ~(LL_E_SIGNAL | LL_E(STATE) | LL_E(STATE_TIMES));

	if (options->record_signals)
		kinds |= LL_E_SIGNAL;
	if (options->states != LL_STATES_OFF)
		kinds |= LL_E(STATE) | LL_E(STATE_TIMES);
	return kinds;
}

int ll_recorder_open(const struct ll_options *options, const struct ll_about *about,
		     const char *path, struct ll_recorder *ret)
{
	struct ll_writer_options writer = {
		.path = path,
		.about = about,
		.rotate_bytes = options->rotate_bytes,
		.rotate_ns = options->rotate_ns,
		.keep = options->rotate_keep,
	};

	*ret = (struct ll_recorder){ .path = path };
	if (strcmp(path, "-") == 0 && isatty(STDOUT_FILENO)) {
		ll_say("a capture is not for a terminal: give it a file, or a pipe");
		return -EINVAL;
	}
	int err = ll_writer_open(&writer, &ret->writer);
	if (err == -EBUSY)
		ll_say("cannot write '%s': another lifeline is recording to it", path);
	else if (err < 0 && err != -EPIPE)
		ll_say("cannot write '%s': %s", path, strerror(-err));
	return err;
}

/* Keep what the repeated living take over; only the first event's host and boot count. */
static void note_last(struct ll_recorder *recorder, const struct ll_event *event)
{
	struct ll_event *last = &recorder->last;

	last->time_boottime_ns = event->time_boottime_ns;
	if (ll_event_has(event, LL_F_TIME))
		LL_SET(last, TIME, time_unix_ns, event->time_unix_ns);
	if (!ll_event_has(last, LL_F_HOST_NAME) && ll_event_has(event, LL_F_HOST_NAME) &&
	    event->host_name.length <= sizeof(recorder->host)) {
		memcpy(recorder->host, event->host_name.data, event->host_name.length);
		LL_SET(last, HOST_NAME, host_name,
		       ll_str_make(recorder->host, event->host_name.length));
	}
	if (!ll_event_has(last, LL_F_BOOT_ID) && ll_event_has(event, LL_F_BOOT_ID) &&
	    event->boot_id.length <= sizeof(recorder->boot)) {
		memcpy(recorder->boot, event->boot_id.data, event->boot_id.length);
		LL_SET(last, BOOT_ID, boot_id,
		       ll_str_make(recorder->boot, event->boot_id.length));
	}
}

int ll_recorder_add(struct ll_recorder *recorder, const struct ll_event *event)
{
	if (recorder->writer == NULL)
		return 0;
	note_last(recorder, event);
	return ll_writer_add(recorder->writer, event);
}

static int add_living(void *arg, const struct ll_event *event)
{
	struct ll_writer *writer = arg;

	return ll_writer_add(writer, event);
}

int ll_recorder_mind_living(struct ll_recorder *recorder, const struct ll_model *model)
{
	struct ll_writer *writer = recorder->writer;

	if (writer == NULL || !ll_writer_wants_living(writer))
		return 0;
	int err = ll_writer_begin_living(writer);
	if (err == 0)
		err = ll_model_restate(model, &recorder->last, add_living, writer);
	return err == 0 ? ll_writer_end_living(writer) : err;
}

static void mind_room(struct ll_recorder *recorder)
{
	struct ll_writer_stats stats;

	ll_writer_stats(recorder->writer, &stats);
	/* A reader that left is no lack of room. */
	if (stats.full_err == -EPIPE)
		return;
	if (stats.full_err != 0 && !recorder->told_full)
		ll_say("cannot write '%s': %s; events are lost until there is room",
		       recorder->path, strerror(-stats.full_err));
	recorder->told_full = stats.full_err != 0;
}

int ll_recorder_poll(struct ll_recorder *recorder)
{
	if (recorder->writer == NULL)
		return 0;
	int err = ll_writer_poll(recorder->writer);
	mind_room(recorder);
	return err;
}

int ll_recorder_finish(struct ll_recorder *recorder, int err, int own)
{
	struct ll_writer *writer = recorder->writer;

	if (writer == NULL)
		return own;
	recorder->writer = NULL;
	int close_err = ll_writer_close(writer, &recorder->stats);
	if (err == 0)
		err = close_err;
	if (err == 0 && recorder->stats.lost_err != 0)
		ll_say("events were lost: there was no room for all of '%s' (%s)",
		       recorder->path, strerror(-recorder->stats.lost_err));
	if (err == 0 || err == -EPIPE)
		return own;
	ll_say("cannot write '%s': %s", recorder->path, strerror(-err));
	return own != 0 ? own : 1;
}

void ll_recorder_fini(struct ll_recorder *recorder)
{
	ll_writer_close(recorder->writer, NULL);
	recorder->writer = NULL;
}
