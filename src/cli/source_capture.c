/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A capture as a watch's source. Filters that the kernel decides in a live watch are decided
 * here, before the model: so it knows of the same processes.
 */
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "capture/reader.h"
#include "cli/say.h"
#include "cli/signals.h"
#include "cli/source.h"
#include "event/match.h"

/* How long to wait when a file that is followed has no more. */
#define WAIT_MS 50

struct capture_source {
	struct ll_source base;
	struct ll_reader *reader;
	struct ll_match *match; /* NULL: all events are wanted */
	bool is_at_end;
	bool is_writer_gone; /* when all was read, the last time */
	bool told_waiting;
	bool is_none; /* it has turned out to be no capture */
	bool is_past_end; /* of --duration */
	uint64_t begin_ns; /* CLOCK_BOOTTIME; 0: not known yet */
	ll_event_fn fn; /* whom to hand on to, during a poll */
	void *arg;
};

static struct capture_source *capture_of(struct ll_source *source)
{
	return (struct capture_source *)source;
}

static int say_failure(const struct ll_options *options, int err)
{
	const char *path = options->input;

	if (err == -EINTR)
		ll_say("stopped before '%s' had begun", path);
	else if (err == -ENODATA)
		ll_say("cannot read '%s': it is empty", path);
	else if (err == -ENOMSG)
		ll_say("cannot read '%s': it is no capture; lifeline record -o FILE makes one",
		       path);
	else if (err == -EPROTO)
		ll_say("cannot read '%s': a newer lifeline made it, and this one cannot read "
		       "that; update lifeline",
		       path);
	else if (err == -ENOENT && options->extra == NULL)
		ll_say("cannot read '%s': no such file; to run it, put '--' before it", path);
	else
		ll_say("cannot read '%s': %s", path, strerror(-err));
	return 1;
}

static bool has_name(struct ll_str list, const char *name)
{
	const char *end = list.data + list.length;

	for (const char *at = list.data; at < end;) {
		const char *comma = memchr(at, ',', (size_t)(end - at));
		size_t length = (size_t)((comma != NULL ? comma : end) - at);

		if (ll_str_is(ll_str_make(at, length), name))
			return true;
		at += length + 1;
	}
	return false;
}

/* Which of these kinds the capture was made without. */
static uint32_t lacking_kinds(const struct capture_source *capture, uint32_t wanted)
{
	struct ll_str kinds = ll_about_find(ll_reader_about(capture->reader), LL_ABOUT_KINDS);
	uint32_t lacking = 0;

	for (int kind = 0; kind < LL_EVENT_SNAPSHOT_END && kinds.length > 0; kind++)
		if ((wanted >> kind & 1) != 0 && !has_name(kinds, ll_event_kind_name(kind)))
			lacking |= 1u << kind;
	return lacking;
}

/* What lifeline record needs for them to be there, the next time. */
static const struct {
	uint32_t kinds;
	const char *option;
} remedies[] = {
	{ LL_E_SIGNAL, " --signals" },
	{ LL_E(STATE) | LL_E(STATE_TIMES), " --states" },
	{ LL_E(EXEC_FAILED), " --failed-execs" },
	{ LL_E_ALL & ~(LL_E_SIGNAL | LL_E(STATE) | LL_E(STATE_TIMES) | LL_E(EXEC_FAILED)), "" },
};
#define REMEDIES (sizeof(remedies) / sizeof(remedies[0]))

static int refuse_kinds(const char *path, uint32_t lacking)
{
	size_t i = 0;

	while (i + 1 < REMEDIES && (remedies[i].kinds & lacking) == 0)
		i++;
	ll_say("'%s' holds no events of the kinds to show; lifeline record%s records them",
	       path, remedies[i].option);
	return 1;
}

static void say_lacking(const char *path, uint32_t lacking, const char *option)
{
	char names[256] = "";
	size_t length = 0;

	for (int kind = 0; kind < LL_EVENT_SNAPSHOT_END && length < sizeof(names); kind++)
		if ((lacking >> kind & 1) != 0)
			length += (size_t)snprintf(names + length, sizeof(names) - length,
						   "%s%s", length > 0 ? ", " : "",
						   ll_event_kind_name(kind));
	ll_say("'%s' was made without %s events; lifeline record%s records them", path, names,
	       option);
}

/* Returns 0, or the exit status when nothing at all could be shown. */
static int check_kinds(const struct capture_source *capture)
{
	const struct ll_consumer *consumer = capture->base.consumer;
	const char *path = capture->base.options->input;
	uint32_t lacking = lacking_kinds(capture, consumer->needs);

	if (consumer->needs != 0 && lacking == consumer->needs)
		return refuse_kinds(path, lacking);
	lacking = lacking_kinds(capture, consumer->named);
	for (size_t i = 0; i < REMEDIES; i++)
		if ((lacking & remedies[i].kinds) != 0)
			say_lacking(path, lacking & remedies[i].kinds, remedies[i].option);
	return 0;
}

static int make_match(struct capture_source *capture)
{
	const struct ll_options *options = capture->base.options;
	struct ll_match_options match = {
		.pid = capture->base.consumer->follows_pid ? (uint32_t)options->pid : 0,
		.has_uid = options->has_uid,
		.uid = options->uid,
		.comm = options->comm,
		.cgroup = options->cgroup,
	};

	if (match.pid == 0 && !match.has_uid && match.comm == NULL && match.cgroup == NULL)
		return 0;
	capture->match = ll_match_new(&match);
	if (capture->match != NULL)
		return 0;
	ll_say("out of memory");
	return 1;
}

static int wait_for_more(void)
{
	return poll(NULL, 0, WAIT_MS) < 0 ? -errno : 0;
}

/* Open it, if need be when it is there. Returns 0 or -errno, -EINTR when that is no longer wanted. */
static int open_reader(struct capture_source *capture)
{
	const struct ll_options *options = capture->base.options;
	bool is_told = false;
	int err;

	while ((err = ll_reader_open(options->input, options->follow, &capture->reader)) ==
		       -ENOENT &&
	       options->follow) {
		if (!is_told)
			ll_say("'%s' is not there yet: waiting for it", options->input);
		is_told = true;
		wait_for_more();
		if (ll_signals_stop_wanted())
			return -EINTR;
	}
	return err;
}

/* Of what is still to come the beginning may have to be waited for. As above. */
static int await_beginning(struct capture_source *capture)
{
	const struct ll_options *options = capture->base.options;
	bool is_told = !options->follow;
	int err;

	while ((err = ll_reader_begin(capture->reader)) == -EINTR &&
	       !ll_signals_stop_wanted()) {
		if (!is_told)
			ll_say("'%s' has not begun yet: waiting for it", options->input);
		is_told = true;
		if (options->follow)
			wait_for_more();
	}
	return err;
}

static int open_capture(struct ll_source *source)
{
	struct capture_source *capture = capture_of(source);
	int err = open_reader(capture);

	if (err == 0)
		err = await_beginning(capture);
	if (err < 0)
		return say_failure(source->options, err);
	int status = check_kinds(capture);
	return status == 0 ? make_match(capture) : status;
}

static int start(struct ll_source *source)
{
	(void)source;
	return 0;
}

static bool is_over(const struct ll_source *source)
{
	const struct capture_source *capture = (const struct capture_source *)source;

	return capture->is_at_end || capture->is_past_end || ll_signals_stop_wanted();
}

/* --duration counts from the beginning of the recording. */
static bool is_in_time(struct capture_source *capture, const struct ll_event *event)
{
	uint64_t duration_ns = capture->base.options->duration_ns;

	if (duration_ns == 0)
		return true;
	if (capture->begin_ns == 0) {
		capture->begin_ns =
			ll_about_number(ll_reader_about(capture->reader), LL_ABOUT_BOOTTIME);
		if (capture->begin_ns == 0)
			capture->begin_ns = event->time_boottime_ns;
	}
	if (event->time_boottime_ns <= capture->begin_ns ||
	    event->time_boottime_ns - capture->begin_ns <= duration_ns)
		return true;
	capture->is_past_end = true;
	return false;
}

static int hand_on(void *arg, const struct ll_event *event)
{
	struct capture_source *capture = arg;

	if (capture->is_past_end || !is_in_time(capture, event))
		return 0;
	if (capture->match == NULL)
		return capture->fn(capture->arg, event);
	return ll_match_event(capture->match, event, capture->fn, capture->arg);
}

static void free_reader(struct ll_reader **reader)
{
	ll_reader_free(*reader);
}

static bool goes_on_elsewhere(const struct capture_source *capture)
{
	struct ll_reader_stats now;

	ll_reader_stats(capture->reader, &now);
	return capture->base.options->follow && now.is_rotated;
}

/* The file was rotated away: go on in the one that has, or will have, its name. Returns 0 or -errno. */
static int follow_rotation(struct capture_source *capture)
{
	LL_CLEANUP(free_reader) struct ll_reader *next = NULL;
	int err = ll_reader_open(capture->base.options->input, true, &next);

	if (err < 0 && err != -ENOENT)
		return err;
	if (err < 0 || !ll_reader_continue(next, capture->reader))
		return wait_for_more();
	ll_reader_free(capture->reader);
	capture->reader = TAKE(next);
	return 0;
}

/*
 * All that is there was read. What was written just before the writer went is read by one more poll.
 * Returns 0 or -errno.
 */
static int mind_writer(struct capture_source *capture)
{
	enum ll_reader_writer writer = ll_reader_writer(capture->reader);
	bool was_gone = capture->is_writer_gone;

	capture->is_writer_gone = writer == LL_WRITER_GONE;
	if (writer == LL_WRITER_GONE) {
		capture->is_at_end = was_gone;
		return 0;
	}
	if (writer == LL_WRITER_UNKNOWN && !capture->told_waiting)
		ll_say("'%s' has no end: waiting for more", capture->base.options->input);
	capture->told_waiting |= writer == LL_WRITER_UNKNOWN;
	return wait_for_more();
}

static int poll_capture(struct ll_source *source, ll_event_fn fn, void *arg)
{
	struct capture_source *capture = capture_of(source);
	enum ll_reader_state state = LL_READER_MORE;

	capture->fn = fn;
	capture->arg = arg;
	int err = ll_reader_poll(capture->reader, hand_on, capture, &state);
	if (err == -ENOMSG) {
		capture->is_none = true;
		capture->is_at_end = true;
		return 0;
	}
	if (err != 0 || state == LL_READER_MORE) {
		capture->is_writer_gone = false;
		return err;
	}
	if (state == LL_READER_WAITING)
		return mind_writer(capture);
	if (goes_on_elsewhere(capture))
		return follow_rotation(capture);
	capture->is_at_end = true;
	return 0;
}

static int drain(struct ll_source *source, ll_event_fn fn, void *arg)
{
	(void)source;
	(void)fn;
	(void)arg;
	return 0;
}

static void see(struct ll_source *source, const struct ll_event *event)
{
	(void)source;
	(void)event;
}

static void stats(const struct ll_source *source, struct ll_source_stats *ret)
{
	const struct capture_source *capture = (const struct capture_source *)source;
	struct ll_reader_stats now;

	*ret = (struct ll_source_stats){ 0 };
	if (capture->reader == NULL)
		return;
	ll_reader_stats(capture->reader, &now);
	memcpy(ret->lost, now.lost, sizeof(ret->lost));
	ret->missing = now.missing;
	ret->is_cut = !now.is_ended;
	ret->is_hurt = now.damage_count > 0 || (capture->is_at_end && !now.is_ended);
}

/* What is followed has no end. */
static void progress(const struct ll_source *source, uint64_t *ret_done, uint64_t *ret_total)
{
	const struct capture_source *capture = (const struct capture_source *)source;

	ll_reader_progress(capture->reader, ret_done, ret_total);
	if (source->options->follow)
		*ret_total = 0;
}

/* What the capture says of itself holds for a part of it, too. */
static int describe(const struct ll_source *source, struct ll_about *about)
{
	const struct capture_source *capture = (const struct capture_source *)source;
	const struct ll_about *old = ll_reader_about(capture->reader);
	struct ll_about_fact fact;
	int err = 0;

	for (size_t i = 0; err == 0 && ll_about_at(old, i, &fact); i++) {
		LL_AUTO_FREE char *name = strndup(fact.name.data, fact.name.length);

		/* That is a new one's own. */
		if (name != NULL && strncmp(name, "recording.", strlen("recording.")) == 0)
			continue;
		err = name != NULL ? ll_about_add(about, name, fact.value) : -ENOMEM;
	}
	if (err != 0 || capture->match == NULL)
		return err;
	/* The last said counts. */
	err = ll_about_add_number(
		about, LL_ABOUT_PID,
		ll_options_filter(source->options) ? 0 : (uint64_t)source->options->pid);
	return err == 0 ? ll_about_add_number(about, LL_ABOUT_FILTERED, 1) : err;
}

static bool is_of(const struct ll_source *source, const char *what)
{
	const struct capture_source *capture = (const struct capture_source *)source;

	return ll_str_is(ll_about_find(ll_reader_about(capture->reader), LL_ABOUT_WATCH), what);
}

static bool is_still(const struct ll_source *source)
{
	return is_of(source, "still");
}

static bool sees_all(const struct ll_source *source)
{
	const struct capture_source *capture = (const struct capture_source *)source;

	return (is_of(source, "still") || is_of(source, "machine")) && capture->match == NULL &&
	       source->options->pid == 0 &&
	       ll_about_number(ll_reader_about(capture->reader), LL_ABOUT_FILTERED) == 0;
}

static bool find_root(const struct ll_source *source, uint32_t *ret_tgid)
{
	const struct capture_source *capture = (const struct capture_source *)source;
	const struct ll_about *about = ll_reader_about(capture->reader);
	uint64_t recorded = ll_about_number(about, LL_ABOUT_PID);
	uint32_t pid = source->consumer->follows_pid ? (uint32_t)source->options->pid : 0;
	bool is_filtered = ll_about_number(about, LL_ABOUT_FILTERED) != 0;

	if (ll_options_filter(source->options))
		return false;
	if (pid == 0 && recorded == 0 && (is_filtered || !is_of(source, "command")))
		return false;
	*ret_tgid = pid != 0 ? pid : (uint32_t)recorded;
	return true;
}

static uint64_t stall_ns(const struct ll_source *source)
{
	const struct capture_source *capture = (const struct capture_source *)source;
	uint64_t recorded = ll_about_number(ll_reader_about(capture->reader), LL_ABOUT_STALL);

	return source->options->has_stall || recorded == 0 ? source->options->stall_ns
							   : recorded;
}

/* Whether nothing is wrong but that it breaks off. */
static bool is_torn(const struct capture_source *capture, const struct ll_reader_stats *now)
{
	struct ll_damage damage;

	return now->damage_count == 1 && !now->is_ended &&
	       ll_reader_damage(capture->reader, 0, &damage) && damage.is_tail &&
	       !damage.is_other;
}

/* Tell of one that is easily explained. Returns whether it is. */
static bool say_single_damage(const struct capture_source *capture,
			      const struct ll_reader_stats *now)
{
	const char *path = capture->base.options->input;
	struct ll_damage damage;

	if (now->damage_count != 1 || !ll_reader_damage(capture->reader, 0, &damage) ||
	    !damage.is_tail || (now->is_ended && !damage.is_other))
		return false;
	if (damage.is_other)
		ll_say("'%s' holds another capture from offset %" PRIu64
		       " on, which was skipped; take it out with tail -c +%" PRIu64,
		       path, damage.offset, damage.offset + 1);
	else
		ll_say("'%s' has no end: it breaks off in the middle of a block, at offset "
		       "%" PRIu64 "; the recording was cut off there",
		       path, damage.offset);
	return true;
}

static void say_endless(const struct capture_source *capture)
{
	const char *path = capture->base.options->input;

	switch (ll_reader_writer(capture->reader)) {
	case LL_WRITER_GONE:
		ll_say("'%s' has no end: the recording was cut off", path);
		break;
	case LL_WRITER_THERE:
		ll_say("'%s' has no end yet: the recording still goes on; -F follows it", path);
		break;
	default:
		ll_say("'%s' has no end: the recording was cut off, or still goes on", path);
	}
}

static void say_damage(const struct capture_source *capture)
{
	const char *path = capture->base.options->input;
	struct ll_reader_stats now;

	ll_reader_stats(capture->reader, &now);
	if (!say_single_damage(capture, &now) && now.damage_count > 0)
		ll_say("'%s' is damaged: %" PRIu64 " bytes at %" PRIu64
		       " places were skipped; see lifeline check '%s'",
		       path, now.damage_bytes, now.damage_count, path);
	if (capture->is_at_end && !now.is_ended && !is_torn(capture, &now))
		say_endless(capture);
	if (now.unknown > 0 || now.is_newer)
		ll_say("'%s' was made by a newer lifeline: what this one does not know was "
		       "left out",
		       path);
}

static int finish(struct ll_source *source, int own)
{
	struct capture_source *capture = capture_of(source);

	if (capture->is_none)
		return say_failure(source->options, -ENOMSG);
	say_damage(capture);
	if (capture->match != NULL && source->options->pid != 0 &&
	    source->consumer->follows_pid && !ll_match_saw_pid(capture->match)) {
		ll_say("cannot follow PID %d: no such process in '%s'", source->options->pid,
		       source->options->input);
		return own != 0 ? own : 1;
	}
	return own;
}

static void close_capture(struct ll_source *source)
{
	struct capture_source *capture = capture_of(source);

	ll_reader_free(capture->reader);
	ll_match_free(capture->match);
	free(capture);
}

struct ll_source *ll_source_capture_new(void)
{
	static const struct ll_source_ops ops = {
		.open = open_capture,
		.start = start,
		.is_over = is_over,
		.poll = poll_capture,
		.drain = drain,
		.see = see,
		.stats = stats,
		.progress = progress,
		.describe = describe,
		.is_still = is_still,
		.sees_all = sees_all,
		.stall_ns = stall_ns,
		.find_root = find_root,
		.finish = finish,
		.close = close_capture,
	};
	struct capture_source *capture = calloc(1, sizeof(*capture));

	if (capture == NULL)
		return NULL;
	capture->base.ops = &ops;
	return &capture->base;
}
