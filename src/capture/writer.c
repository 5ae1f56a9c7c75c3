/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Blocks are made in memory and appended whole; one for which there is no room is dropped. So
 * the file always ends with a whole block, unless we are killed in the middle.
 */
#include "capture/writer.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "capture/codec.h"
#include "capture/file.h"
#include "capture/pack.h"
#include "capture/rotation.h"

/* Of a payload before it is deflated; that makes about a third of it. */
#define BLOCK_BYTES (192 * 1024)
/* Of index and trailer, but for the index's entries. */
#define END_BYTES (LL_BLOCK_BYTES + LL_TRAILER_BYTES + 64)
#define BLOCK_NS LL_NS_PER_S
/*
 * All that lives is repeated after so many bytes, or after so much time, if it is little beside
 * what was written since.
 */
#define LIVING_EVERY_BYTES (16 * 1024 * 1024)
#define LIVING_EVERY_NS (60 * LL_NS_PER_S)
#define LIVING_SHARE 8

/* The block that is being filled. */
struct filling {
	uint64_t first_sequence, first_ns, last_ns;
	uint64_t begun_ns; /* CLOCK_MONOTONIC; 0: it is empty */
	uint64_t kinds[LL_EVENT_KINDS]; /* events in it, without our own */
	bool tells_losses; /* it begins with our own: what was lost */
};

struct ll_writer {
	struct ll_writer_options options;
	struct ll_about about;
	struct ll_schema schema;
	struct ll_bytes schema_payload, raw;
	struct ll_packer *packer;
	struct ll_codec *codec;
	struct ll_file file;
	struct filling filling;
	uint64_t part; /* files finished by this writer */
	uint64_t number; /* of the newest finished file that is there */
	uint64_t file_events; /* in this file */
	uint64_t block_stored; /* bytes that the last block took */
	uint64_t sequence;
	uint64_t untold[LL_EVENT_KINDS]; /* lost, and not yet told of */
	bool has_untold;
	struct ll_event last; /* whose time, host and boot our own events take */
	bool in_living, living_is_due, living_is_first;
	bool living_is_broken; /* a block of it was dropped */
	uint64_t living_begin; /* offset of the one being written */
	uint64_t living_bytes; /* of the last one */
	uint64_t living_end, living_ns; /* where it ended, and when (CLOCK_MONOTONIC) */
	struct ll_writer_stats stats;
};

/* ---- A file's beginning ---------------------------------------------------------------- */

static int put(struct ll_writer *writer, struct ll_block *block, const struct ll_bytes *raw,
	       size_t noise)
{
	uint64_t before = writer->file.offset;

	block->schema = writer->schema.checksum;
	int r = ll_file_put(&writer->file, writer->codec, block, raw, noise);
	if (r == 0) {
		writer->stats.blocks++;
		writer->block_stored = writer->file.offset - before;
		writer->stats.bytes += writer->block_stored;
	}
	return r;
}

/* The file's number is added for the while: of a name said twice the last counts. */
static int put_header(struct ll_writer *writer)
{
	struct ll_block block = { .type = LL_BLOCK_HEADER, .first_sequence = writer->sequence };
	LL_CLEANUP(ll_bytes_fini) struct ll_bytes payload = { 0 };
	struct ll_about *about = &writer->about;
	size_t length = about->bytes.length, count = about->count;
	int r = ll_about_add_number(about, LL_ABOUT_PART, writer->part);

	if (r == 0 && writer->file.is_locked)
		r = ll_about_add_number(about, LL_ABOUT_LOCKED, 1);
	if (r == 0)
		r = ll_about_format(about, &payload);
	about->bytes.length = length;
	about->count = count;
	return r == 0 ? put(writer, &block, &payload, 0) : r;
}

static int put_preface(struct ll_writer *writer)
{
	struct ll_block block = { .type = LL_BLOCK_SCHEMA, .first_sequence = writer->sequence };
	int r = put_header(writer);

	return r == 0 ? put(writer, &block, &writer->schema_payload, 0) : r;
}

/* Begin to write to a file that was opened. */
static int begin_file(struct ll_writer *writer)
{
	writer->file_events = 0;
	writer->living_end = 0;
	writer->living_ns = writer->file.begun_ns;
	int r = put_preface(writer);
	if (r == 0)
		writer->stats.files++;
	return r;
}

static int copy_about(struct ll_writer *writer, const struct ll_about *about)
{
	uint64_t id;
	char text[17];

	if (ll_bytes_reserve(&writer->about.bytes, about->bytes.length) < 0)
		return -ENOMEM;
	ll_bytes_put(&writer->about.bytes, about->bytes.data, about->bytes.length);
	writer->about.count = about->count;
	if (getrandom(&id, sizeof(id), 0) < 0)
		return -errno;
	snprintf(text, sizeof(text), "%016" PRIx64, id);
	return ll_about_add_text(&writer->about, LL_ABOUT_RECORDING, text);
}

static bool rotates(const struct ll_writer *writer)
{
	return writer->options.rotate_bytes != 0 || writer->options.rotate_ns != 0;
}

/* Give up what --keep does not want any more. */
static void forget_old(const struct ll_writer *writer)
{
	const struct ll_writer_options *options = &writer->options;

	if (options->keep != 0 && writer->number > options->keep)
		ll_rotation_remove(options->path, writer->number - options->keep);
}

/*
 * A rotation loses nothing by being started again: what another one was writing, whether it came to
 * its end or not, becomes the newest finished file. Returns 0 or -errno.
 */
static int put_former_away(struct ll_writer *writer)
{
	const char *path = writer->options.path;
	struct stat st;

	writer->number = ll_rotation_newest(path);
	if (!rotates(writer) || stat(path, &st) < 0 || !S_ISREG(st.st_mode) || st.st_size == 0)
		return 0;
	if (ll_file_is_busy(path))
		return -EBUSY;
	LL_AUTO_FREE char *finished = ll_rotation_name(path, writer->number + 1);
	if (finished == NULL)
		return -ENOMEM;
	if (rename(path, finished) < 0)
		return -errno;
	writer->number++;
	return 0;
}

static int make(struct ll_writer *writer)
{
	int r = copy_about(writer, writer->options.about);

	if (r == 0)
		r = ll_schema_own(&writer->schema, &writer->schema_payload);
	if (r < 0)
		return r;
	writer->packer = ll_packer_new(&writer->schema);
	writer->codec = ll_codec_new_deflate();
	return writer->packer != NULL && writer->codec != NULL ? 0 : -ENOMEM;
}

static void free_writer(struct ll_writer **slot)
{
	struct ll_writer *writer = *slot;

	if (writer == NULL)
		return;
	ll_file_close(&writer->file);
	ll_packer_free(writer->packer);
	ll_codec_free(writer->codec);
	ll_schema_fini(&writer->schema);
	ll_bytes_fini(&writer->schema_payload);
	ll_bytes_fini(&writer->raw);
	ll_about_fini(&writer->about);
	free(writer);
}

int ll_writer_open(const struct ll_writer_options *options, struct ll_writer **ret)
{
	LL_CLEANUP(free_writer) struct ll_writer *writer = calloc(1, sizeof(*writer));

	if (writer == NULL)
		return -ENOMEM;
	writer->options = *options;
	writer->file.fd = -1;
	int r = make(writer);
	if (r == 0)
		r = put_former_away(writer);
	if (r == 0)
		r = ll_file_open(options->path, &writer->file);
	if (r == 0)
		r = begin_file(writer);
	if (r < 0)
		return r;
	if (rotates(writer))
		forget_old(writer);
	*ret = TAKE(writer);
	return 0;
}

/* ---- Rotation -------------------------------------------------------------------------- */

/* How much a block holds: little in small files, so that they can be filled without going over. */
static size_t block_bytes(const struct ll_writer *writer)
{
	uint64_t rotate_bytes = writer->options.rotate_bytes;

	return rotate_bytes != 0 && rotate_bytes / 4 < BLOCK_BYTES ? (size_t)(rotate_bytes / 4)
								   : BLOCK_BYTES;
}

/* Whether another block and the end would make the file larger than it may be. */
static bool is_full(const struct ll_writer *writer)
{
	const struct ll_writer_options *options = &writer->options;
	uint64_t next = block_bytes(writer) / 2;

	if (next < writer->block_stored)
		next = writer->block_stored;
	uint64_t bytes = writer->file.offset + next + writer->file.index.length + END_BYTES;

	if (writer->in_living || writer->file_events == 0 || !writer->file.is_regular)
		return false;
	if (options->rotate_bytes != 0 && bytes > options->rotate_bytes)
		return true;
	return options->rotate_ns != 0 &&
	       ll_clock_ns(CLOCK_MONOTONIC) - writer->file.begun_ns >= options->rotate_ns;
}

/* Give the old file its last name, and the new one its own. Returns 0 or -errno. */
static int exchange_names(struct ll_writer *writer, const char *begun)
{
	const char *path = writer->options.path;
	LL_AUTO_FREE char *finished = ll_rotation_name(path, writer->number + 1);

	if (finished == NULL)
		return -ENOMEM;
	if (rename(path, finished) < 0 || rename(begun, path) < 0)
		return -errno;
	writer->number++;
	forget_old(writer);
	return 0;
}

/* Go on in a file of another name whose beginning is written; the old one is ended. */
static int change_files(struct ll_writer *writer, const char *begun, struct ll_file *old)
{
	uint64_t before = old->offset;
	/* Without an index the old file is as good, if slower. */
	int r = ll_file_end(old, writer->codec, writer->sequence, LL_BLOCK_ROTATED);

	if (r == 0)
		writer->stats.bytes += old->offset - before;
	r = exchange_names(writer, begun);
	writer->living_is_due = true;
	return r;
}

/* Full disk: it stays in the old file. Returns 0 or -errno. */
static int rotate(struct ll_writer *writer)
{
	LL_AUTO_FREE char *begun = NULL;
	struct ll_file next, old = writer->file;

	if (asprintf(&begun, "%s.new", writer->options.path) < 0) {
		begun = NULL;
		return -ENOMEM;
	}
	int r = ll_file_open(begun, &next);
	if (r < 0)
		return r;
	writer->file = next;
	writer->part++;
	r = begin_file(writer);
	if (r == 0) {
		r = change_files(writer, begun, &old);
		ll_file_close(&old);
		return r;
	}
	ll_file_close(&writer->file);
	unlink(begun);
	writer->part--;
	writer->file = old;
	return r;
}

/* ---- Blocks ---------------------------------------------------------------------------- */

/* Errors that go away when somebody makes room. */
static bool is_room_error(int err)
{
	return err == -ENOSPC || err == -EDQUOT || err == -EFBIG;
}

static void reset_filling(struct ll_writer *writer)
{
	ll_packer_reset(writer->packer);
	writer->filling = (struct filling){ .first_sequence = writer->sequence };
}

/* The block is not to be had: what was in it counts as lost. */
static void drop(struct ll_writer *writer)
{
	for (int kind = 0; kind < LL_EVENT_KINDS && !writer->in_living; kind++) {
		bool is_hidden = (LL_E_HIDDEN >> kind & 1) != 0;
		uint64_t count = is_hidden ? 0 : writer->filling.kinds[kind];

		writer->untold[kind] += count;
		writer->stats.lost[kind] += count;
		writer->has_untold |= count > 0;
	}
	if (writer->in_living)
		writer->living_is_broken = true;
	else
		writer->sequence = writer->filling.first_sequence;
	reset_filling(writer);
}

static void note_written(struct ll_writer *writer)
{
	const struct filling *filling = &writer->filling;

	writer->stats.full_err = 0;
	if (writer->in_living)
		return;
	for (int kind = 0; kind < LL_EVENT_KINDS; kind++)
		writer->stats.events += filling->kinds[kind];
	writer->file_events += writer->sequence - filling->first_sequence;
	if (!filling->tells_losses)
		return;
	memset(writer->untold, 0, sizeof(writer->untold));
	writer->has_untold = false;
	/* Who reads on after the gap needs to know who is there. */
	writer->living_is_due = true;
}

/* Write the block that was filled. flags: of a LIVING. Returns 0 or -errno. */
static int flush_block(struct ll_writer *writer, uint32_t flags)
{
	const struct filling *filling = &writer->filling;
	struct ll_block block = {
		.type = writer->in_living ? LL_BLOCK_LIVING : LL_BLOCK_EVENTS,
		.first_sequence = filling->first_sequence,
		.first_boottime_ns = filling->first_ns,
		.last_boottime_ns = filling->last_ns,
		.event_count = ll_packer_count(writer->packer),
		.flags = flags | (filling->tells_losses ? LL_BLOCK_AFTER_LOSS : 0),
	};

	if (block.event_count == 0)
		return 0;
	size_t noise = 0;
	int r = ll_packer_finish(writer->packer, &writer->raw, &noise);
	if (r == 0)
		r = put(writer, &block, &writer->raw, noise);
	if (r < 0) {
		drop(writer);
		writer->stats.full_err = r;
		writer->stats.lost_err = r;
		return is_room_error(r) || r == -ENOMEM ? 0 : r;
	}
	note_written(writer);
	reset_filling(writer);
	return 0;
}

static uint32_t take_first_flag(struct ll_writer *writer)
{
	bool is_first = writer->in_living && writer->living_is_first;

	writer->living_is_first = false;
	return is_first ? LL_BLOCK_FIRST : 0;
}

/* Write the block and, when the file is full, go on in the next. */
static int flush(struct ll_writer *writer)
{
	int r = flush_block(writer, take_first_flag(writer));

	if (r < 0 || !is_full(writer))
		return r;
	r = rotate(writer);
	if (r < 0)
		writer->stats.full_err = r;
	return is_room_error(r) || r == -ENOMEM || r == -EMFILE ? 0 : r;
}

/* ---- Events ---------------------------------------------------------------------------- */

static int pack(struct ll_writer *writer, const struct ll_event *event)
{
	struct filling *filling = &writer->filling;
	uint64_t time_ns = event->time_boottime_ns;

	if (filling->begun_ns == 0) {
		filling->begun_ns = ll_clock_ns(CLOCK_MONOTONIC);
		filling->first_ns = time_ns;
		filling->last_ns = time_ns;
	}
	if (time_ns < filling->first_ns)
		filling->first_ns = time_ns;
	if (time_ns > filling->last_ns)
		filling->last_ns = time_ns;
	if (!writer->in_living)
		writer->sequence++;
	return ll_packer_add(writer->packer, event);
}

/* An event of our own that tells how many of a kind are missing here. */
static int pack_loss(struct ll_writer *writer, enum ll_event_kind kind)
{
	const char *name = ll_event_kind_name(kind);
	struct ll_event event = writer->last;

	event.kind = LL_EVENT_LOST;
	LL_SET(&event, LOST_KIND, lost_kind, ll_str_of(name));
	LL_SET(&event, LOST_COUNT, lost_count, writer->untold[kind]);
	return pack(writer, &event);
}

static int pack_losses(struct ll_writer *writer)
{
	int r = 0;

	writer->filling.tells_losses = true;
	for (int kind = 0; kind < LL_EVENT_KINDS && r == 0; kind++)
		if (writer->untold[kind] > 0)
			r = pack_loss(writer, kind);
	return r;
}

/* What our own events take over: the time. Strings are not ours to keep. */
static void note_time(struct ll_writer *writer, const struct ll_event *event)
{
	writer->last.time_boottime_ns = event->time_boottime_ns;
	if (ll_event_has(event, LL_F_TIME))
		LL_SET(&writer->last, TIME, time_unix_ns, event->time_unix_ns);
}

int ll_writer_add(struct ll_writer *writer, const struct ll_event *event)
{
	int r = 0;

	note_time(writer, event);
	if (writer->has_untold && !writer->in_living && ll_packer_count(writer->packer) == 0)
		r = pack_losses(writer);
	writer->filling.kinds[event->kind]++;
	if (r == 0)
		r = pack(writer, event);
	if (r < 0) {
		drop(writer);
		return 0;
	}
	return ll_packer_size(writer->packer) >= block_bytes(writer) ? flush(writer) : 0;
}

int ll_writer_poll(struct ll_writer *writer)
{
	uint64_t begun_ns = writer->filling.begun_ns;

	if (begun_ns != 0 && ll_clock_ns(CLOCK_MONOTONIC) - begun_ns < BLOCK_NS)
		return 0;
	return flush(writer);
}

bool ll_writer_wants_living(const struct ll_writer *writer)
{
	uint64_t since = writer->file.offset - writer->living_end;

	if (writer->stats.full_err != 0)
		return false;
	if (writer->living_is_due || since >= LIVING_EVERY_BYTES)
		return true;
	return since > LIVING_SHARE * writer->living_bytes && writer->file_events > 0 &&
	       ll_clock_ns(CLOCK_MONOTONIC) - writer->living_ns >= LIVING_EVERY_NS;
}

int ll_writer_begin_living(struct ll_writer *writer)
{
	int r = flush_block(writer, 0);

	writer->living_is_due = false;
	writer->living_begin = writer->file.offset;
	writer->living_ns = ll_clock_ns(CLOCK_MONOTONIC);
	if (r < 0)
		return r;
	/* A new file has just got them. */
	if (writer->file_events > 0)
		r = put_preface(writer);
	writer->in_living = true;
	writer->living_is_first = true;
	writer->living_is_broken = false;
	reset_filling(writer);
	return is_room_error(r) ? 0 : r;
}

int ll_writer_end_living(struct ll_writer *writer)
{
	int r = 0;

	/* Without its end nobody uses it. */
	if (!writer->living_is_broken)
		r = flush_block(writer, take_first_flag(writer) | LL_BLOCK_LAST);
	writer->living_is_due = writer->living_is_broken;
	writer->in_living = false;
	writer->living_end = writer->file.offset;
	writer->living_bytes = writer->living_end - writer->living_begin;
	reset_filling(writer);
	return r;
}

void ll_writer_stats(const struct ll_writer *writer, struct ll_writer_stats *ret)
{
	*ret = writer->stats;
}

static int end_file(struct ll_writer *writer)
{
	uint64_t before = writer->file.offset;
	int r = ll_file_end(&writer->file, writer->codec, writer->sequence, 0);

	writer->stats.bytes += writer->file.offset - before;
	if (r == 0 && writer->file.is_regular && fdatasync(writer->file.fd) < 0)
		r = -errno;
	return r;
}

int ll_writer_close(struct ll_writer *slot, struct ll_writer_stats *ret_stats)
{
	LL_CLEANUP(free_writer) struct ll_writer *writer = slot;

	if (writer == NULL)
		return 0;
	int r = flush_block(writer, 0);
	if (r == 0 && writer->has_untold && pack_losses(writer) == 0)
		r = flush_block(writer, 0);
	if (r == 0)
		r = writer->stats.full_err;
	if (r == 0)
		r = end_file(writer);
	if (ret_stats != NULL)
		*ret_stats = writer->stats;
	return r;
}
