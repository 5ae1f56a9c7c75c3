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

/* Read a short file of /proc, without its newline; empty when it cannot be read. */
static void read_text(const char *path, char *buf, size_t size)
{
	LL_AUTO_FCLOSE FILE *file = fopen(path, "re");
	size_t length = file != NULL ? fread(buf, 1, size - 1, file) : 0;

	buf[length] = '\0';
	buf[strcspn(buf, "\n")] = '\0';
}

static int describe_machine(struct ll_about *about)
{
	struct utsname name;
	char boot[64];
	int err = ll_about_add_text(about, LL_ABOUT_VERSION, LL_VERSION);

	read_text("/proc/sys/kernel/random/boot_id", boot, sizeof(boot));
	if (err == 0)
		err = ll_about_add_text(about, LL_ABOUT_BOOT, boot);
	if (err == 0 && uname(&name) == 0) {
		err = ll_about_add_text(about, LL_ABOUT_HOST, name.nodename);
		if (err == 0)
			err = ll_about_add_text(about, LL_ABOUT_KERNEL, name.release);
		if (err == 0)
			err = ll_about_add_text(about, LL_ABOUT_ARCH, name.machine);
	}
	if (err == 0)
		err = ll_about_add_number(about, LL_ABOUT_BOOTTIME,
					  ll_clock_ns(CLOCK_BOOTTIME));
	return err == 0 ? ll_about_add_number(about, LL_ABOUT_UNIX, ll_clock_ns(CLOCK_REALTIME))
			: err;
}

/* lifeline's own command line, as ps has it. */
static int describe_options(struct ll_about *about)
{
	LL_AUTO_FCLOSE FILE *file = fopen("/proc/self/cmdline", "re");
	char text[4096];
	size_t length = file != NULL ? fread(text, 1, sizeof(text), file) : 0;

	if (length > 0 && text[length - 1] == '\0')
		length--;
	return ll_about_add(about, LL_ABOUT_OPTIONS, ll_str_make(text, length));
}

static int describe(const struct ll_source *source, struct ll_about *about)
{
	/* A capture that is recorded again is of the machine that it was of. */
	if (source->options->input != NULL)
		return source->ops->describe(source, about);
	int err = describe_machine(about);

	if (err == 0)
		err = describe_options(about);
	return err == 0 ? source->ops->describe(source, about) : err;
}

int ll_recorder_open(const struct ll_options *options, const struct ll_source *source,
		     const char *path, struct ll_recorder *ret)
{
	LL_CLEANUP(ll_about_fini) struct ll_about about = { 0 };
	struct ll_writer_options writer = {
		.path = path,
		.about = &about,
		.rotate_bytes = options->rotate_bytes,
		.rotate_ns = options->rotate_ns,
		.keep = options->rotate_keep,
	};
	int err = describe(source, &about);

	*ret = (struct ll_recorder){ .path = path };
	if (strcmp(path, "-") == 0 && isatty(STDOUT_FILENO)) {
		ll_say("a capture is not for a terminal: give it a file, or a pipe");
		return -EINVAL;
	}
	if (err == 0)
		err = ll_writer_open(&writer, &ret->writer);
	if (err < 0)
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
