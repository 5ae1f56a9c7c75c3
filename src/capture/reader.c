/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Blocks become events. Sequence numbers tell what is missing between two blocks; the file's
 * own schema, a copy of it further on, or this build's, when it is the same, tells what they mean.
 */
#include "capture/reader.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "capture/codec.h"
#include "capture/index.h"
#include "capture/schema.h"
#include "capture/unpack.h"

/* Where no block begins within so much, there is none: what a pipe has to say may have no end. */
#define PREFACE_BYTES (64 * 1024 * 1024)

/* A file is made by one build and has one schema. Of more, so many are used. */
#define SCHEMAS_MAX 16

/* One that blocks may be made by: of this build, or of a copy anywhere in the file. */
struct known_schema {
	uint32_t checksum;
	struct ll_bytes payload;
};

struct ll_reader {
	int fd;
	struct ll_scan scan;
	struct ll_codec *codec;
	struct ll_schema schema;
	bool has_schema;
	struct known_schema known[SCHEMAS_MAX];
	size_t known_count;
	bool knows_copies; /* all of the file was looked at for them */
	struct ll_unpacker *unpacker; /* of that schema */
	struct ll_about about;
	bool has_about;
	bool is_blank; /* following: not even its beginning is there */
	bool has_sequence;
	uint64_t sequence; /* of the next event */
	uint64_t missing; /* not yet handed on as LOST */
	bool is_torn; /* who lives is not known: the next LIVING is wanted */
	bool in_living; /* one is being handed on, */
	uint64_t living_damage; /* and so much damage had been found when it began */
	uint64_t damages_seen;
	struct ll_damage damages[LL_READER_DAMAGES];
	struct ll_reader_stats stats;
	struct ll_event event; /* reused for every one */
};

/* ---- Open ------------------------------------------------------------------------------ */

void ll_reader_free(struct ll_reader *reader)
{
	if (reader == NULL)
		return;
	ll_unpacker_free(reader->unpacker);
	ll_schema_fini(&reader->schema);
	for (size_t i = 0; i < reader->known_count; i++)
		ll_bytes_fini(&reader->known[i].payload);
	ll_about_fini(&reader->about);
	ll_codec_free(reader->codec);
	ll_scan_fini(&reader->scan);
	if (reader->fd >= 0)
		close(reader->fd);
	free(reader);
}

static void free_reader(struct ll_reader **reader)
{
	ll_reader_free(*reader);
}

static int open_fd(const char *path)
{
	if (strcmp(path, "-") == 0)
		return fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	return open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
}

/* Where nothing tells what came before, the block is the first. */
static void take_first_sequence(struct ll_reader *reader, const struct ll_block *block)
{
	if (reader->has_sequence)
		return;
	reader->has_sequence = true;
	reader->sequence = block->first_sequence;
	reader->is_torn = block->first_sequence > 0;
}

/* Take what a HEADER says, and where the file begins. Repeated ones say the same. */
static int take_header(struct ll_reader *reader, const struct ll_block *block,
		       const uint8_t *raw)
{
	struct ll_about about = { 0 };

	if (reader->has_about)
		return 0;
	int r = ll_about_parse(raw, block->raw_bytes, &about);
	if (r < 0)
		return r;
	reader->about = about;
	reader->has_about = true;
	take_first_sequence(reader, block);
	return 0;
}

/* Use a schema from here on; takes it. Returns 0 or -ENOMEM. */
static int use_schema(struct ll_reader *reader, struct ll_schema *schema)
{
	ll_unpacker_free(reader->unpacker);
	reader->unpacker = NULL;
	ll_schema_fini(&reader->schema);
	reader->schema = *schema;
	schema->columns = NULL;
	reader->has_schema = true;
	reader->unpacker = ll_unpacker_new(&reader->schema);
	return reader->unpacker != NULL ? 0 : -ENOMEM;
}

static bool has_schema(const struct ll_reader *reader, uint32_t checksum)
{
	return reader->has_schema && reader->unpacker != NULL &&
	       reader->schema.checksum == checksum;
}

static int take_schema(struct ll_reader *reader, const struct ll_block *block,
		       const uint8_t *raw)
{
	LL_CLEANUP(ll_schema_fini) struct ll_schema schema = { 0 };

	if (has_schema(reader, block->schema))
		return 0;
	int r = ll_schema_parse(raw, block->raw_bytes, &schema);
	if (r == 0 && schema.checksum != block->schema)
		r = -EBADMSG;
	return r < 0 ? r : use_schema(reader, &schema);
}

static const struct known_schema *find_known(const struct ll_reader *reader, uint32_t checksum)
{
	for (size_t i = 0; i < reader->known_count; i++)
		if (reader->known[i].checksum == checksum)
			return &reader->known[i];
	return NULL;
}

/* Returns 0 or -ENOMEM. */
static int know(struct ll_reader *reader, uint32_t checksum, const uint8_t *payload,
		size_t length)
{
	struct known_schema *known = &reader->known[reader->known_count];

	if (reader->known_count == SCHEMAS_MAX || length > LL_SCHEMA_BYTES_MAX ||
	    find_known(reader, checksum) != NULL)
		return 0;
	if (ll_bytes_reserve(&known->payload, length) < 0)
		return -ENOMEM;
	ll_bytes_put(&known->payload, payload, length);
	known->checksum = checksum;
	reader->known_count++;
	return 0;
}

static int know_own(struct ll_reader *reader)
{
	LL_CLEANUP(ll_schema_fini) struct ll_schema own = { 0 };
	LL_CLEANUP(ll_bytes_fini) struct ll_bytes payload = { 0 };
	int r = ll_schema_own(&own, &payload);

	return r < 0 ? r : know(reader, own.checksum, payload.data, payload.length);
}

/*
 * Find the schemas in all of the file; once, whatever number of blocks wants one that is not there.
 * Returns 0 or -errno.
 */
static int know_copies(struct ll_reader *reader)
{
	LL_CLEANUP(ll_scan_fini) struct ll_scan scan;
	const uint8_t *stored = NULL, *raw = NULL;
	struct ll_trailer trailer;
	struct ll_block block;
	int r;

	ll_scan_init(&scan, reader->fd, 0);
	if (scan.is_stream)
		return 0;
	scan.has_id = reader->scan.has_id;
	scan.file_id = reader->scan.file_id;
	while ((r = ll_scan_next(&scan, &block, &stored, &trailer)) != LL_SCAN_NOTHING) {
		if (r < 0)
			return r;
		if (r != LL_SCAN_BLOCK || block.type != LL_BLOCK_SCHEMA ||
		    find_known(reader, block.schema) != NULL)
			continue;
		r = ll_codec_inflate(reader->codec, &block, stored, &raw);
		if (r == 0 && ll_checksum(raw, block.raw_bytes) == block.schema)
			r = know(reader, block.schema, raw, block.raw_bytes);
		if (r < 0 && r != -EBADMSG)
			return r;
	}
	return 0;
}

/* The schema of a block that comes without one. Returns 0 or -errno, -ENOENT when there is none. */
static int replace_schema(struct ll_reader *reader, uint32_t checksum)
{
	LL_CLEANUP(ll_schema_fini) struct ll_schema schema = { 0 };
	int r = reader->known_count == 0 ? know_own(reader) : 0;

	if (r == 0 && !reader->knows_copies && find_known(reader, checksum) == NULL) {
		r = know_copies(reader);
		reader->knows_copies = r == 0;
	}
	if (r < 0)
		return r;
	const struct known_schema *known = find_known(reader, checksum);
	if (known == NULL)
		return -ENOENT;
	r = ll_schema_parse(known->payload.data, known->payload.length, &schema);
	return r < 0 ? r : use_schema(reader, &schema);
}

static int make(const char *path, bool follow, struct ll_reader **ret)
{
	LL_CLEANUP(free_reader) struct ll_reader *reader = calloc(1, sizeof(*reader));

	if (reader == NULL)
		return -ENOMEM;
	reader->fd = open_fd(path);
	if (reader->fd < 0)
		return -errno;
	reader->codec = ll_codec_new_inflate();
	if (reader->codec == NULL)
		return -ENOMEM;
	ll_scan_init(&reader->scan, reader->fd, 0);
	reader->scan.follow = follow;
	*ret = TAKE(reader);
	return 0;
}

/* Take what a first block says of the capture. Returns 0, -EPROTO or -ENOMEM. */
static int take_preface(struct ll_reader *reader, const struct ll_block *block,
			const uint8_t *stored)
{
	const uint8_t *raw = NULL;

	if (block->major > LL_FORMAT_MAJOR)
		return -EPROTO;
	if (block->type != LL_BLOCK_HEADER)
		return 0;
	int r = ll_codec_inflate(reader->codec, block, stored, &raw);
	return r == 0 ? take_header(reader, block, raw) : 0;
}

/* Why there is no block in all that was looked at. */
static int no_capture(const struct ll_scan *scan)
{
	return scan->base + scan->at == 0 ? -ENODATA : -ENOMSG;
}

/*
 * Read on to the header, so that what the capture says of itself is known from the start. What
 * comes first, if not that, is looked at again by the polls. Returns 0 or -errno.
 */
static int read_preface(struct ll_reader *reader)
{
	LL_CLEANUP(ll_scan_fini) struct ll_scan scan;
	const uint8_t *stored = NULL;
	struct ll_trailer trailer;
	struct ll_block block;
	int r;

	ll_scan_init(&scan, reader->fd, 0);
	if (scan.is_stream)
		return 0;
	do
		r = ll_scan_next(&scan, &block, &stored, &trailer);
	while (r == LL_SCAN_AGAIN && scan.base + scan.at < PREFACE_BYTES);
	if (r < 0 || r == LL_SCAN_AGAIN)
		return r < 0 ? r : 0;
	if (r != LL_SCAN_BLOCK)
		return reader->scan.follow && scan.base + scan.at == 0 ? -EINTR
								       : no_capture(&scan);
	return take_preface(reader, &block, stored);
}

int ll_reader_begin(struct ll_reader *reader)
{
	struct ll_scan *scan = &reader->scan;
	const uint8_t *stored = NULL;
	struct ll_trailer trailer;
	struct ll_block block;

	if (!scan->is_stream && !reader->is_blank)
		return 0;
	if (!scan->is_stream) {
		int err = read_preface(reader);

		reader->is_blank = err == -EINTR;
		return err;
	}
	int r = ll_scan_next(scan, &block, &stored, &trailer);
	if (r == LL_SCAN_AGAIN)
		return scan->base + scan->at < PREFACE_BYTES ? -EINTR : -ENOMSG;
	if (r < 0 || r == LL_SCAN_TRAILER)
		return r < 0 ? r : 0;
	if (r == LL_SCAN_NOTHING)
		return scan->follow ? 0 : no_capture(scan);
	/* The polls will find it again. */
	scan->at -= LL_BLOCK_BYTES + block.stored_bytes;
	return take_preface(reader, &block, stored);
}

int ll_reader_open(const char *path, bool follow, struct ll_reader **ret)
{
	LL_CLEANUP(free_reader) struct ll_reader *reader = NULL;
	struct stat st;
	int r = make(path, follow, &reader);

	if (r == 0 && fstat(reader->fd, &st) == 0 && S_ISDIR(st.st_mode))
		r = -EISDIR;
	if (r == 0)
		r = read_preface(reader);
	if (r < 0 && r != -EINTR)
		return r;
	reader->is_blank = r == -EINTR;
	*ret = TAKE(reader);
	return 0;
}

const struct ll_about *ll_reader_about(const struct ll_reader *reader)
{
	return &reader->about;
}

/* ---- What is missing ------------------------------------------------------------------- */

static void note_damage(struct ll_reader *reader, struct ll_damage damage)
{
	if (reader->stats.damage_count < LL_READER_DAMAGES)
		reader->damages[reader->stats.damage_count] = damage;
	reader->stats.damage_count++;
	reader->stats.damage_bytes += damage.bytes;
}

/* Take over what the scan went over since this was last called. */
static void note_scan(struct ll_reader *reader)
{
	if (reader->scan.damage_count == reader->damages_seen)
		return;
	reader->damages_seen = reader->scan.damage_count;
	note_damage(reader, reader->scan.damage);
}

/* A whole block that says what cannot be. */
static void note_bad_block(struct ll_reader *reader, const struct ll_block *block)
{
	note_damage(reader,
		    (struct ll_damage){ .offset = reader->scan.block_offset,
					.bytes = LL_BLOCK_BYTES + block->stored_bytes });
}

static void note_missing(struct ll_reader *reader, uint64_t count)
{
	reader->missing += count;
	reader->stats.missing += count;
	reader->is_torn = true;
}

/* Hand on that events are missing, as of an event that is there. */
static int hand_on_missing(struct ll_reader *reader, const struct ll_event *like,
			   ll_event_fn fn, void *arg)
{
	static const enum ll_field taken[] = { LL_F_TIME, LL_F_HOST_NAME, LL_F_BOOT_ID };
	struct ll_event event = *like;
	const char *kind = LL_READER_LOST_KIND;

	event.kind = LL_EVENT_LOST;
	event.is_last = false;
	event.is_unwanted = false;
	memset(event.known, 0, sizeof(event.known));
	for (size_t i = 0; i < sizeof(taken) / sizeof(taken[0]); i++)
		if (ll_event_has(like, taken[i]))
			ll_event_mark_known(&event, taken[i]);
	LL_SET(&event, LOST_KIND, lost_kind, ll_str_of(kind));
	LL_SET(&event, LOST_COUNT, lost_count, reader->missing);
	reader->missing = 0;
	return fn(arg, &event);
}

/* ---- Blocks ---------------------------------------------------------------------------- */

struct delivery {
	ll_event_fn fn;
	void *arg;
	bool is_counted; /* not a LIVING */
};

static void count_event(struct ll_reader *reader, const struct ll_event *event)
{
	struct ll_reader_stats *stats = &reader->stats;
	enum ll_event_kind kind = LL_EVENT_KINDS;

	stats->events[event->kind]++;
	if (stats->first_ns == 0 || event->time_boottime_ns < stats->first_ns)
		stats->first_ns = event->time_boottime_ns;
	if (event->time_boottime_ns > stats->last_ns)
		stats->last_ns = event->time_boottime_ns;
	if (event->kind != LL_EVENT_LOST || !ll_event_has(event, LL_F_LOST_KIND) ||
	    !ll_event_has(event, LL_F_LOST_COUNT))
		return;
	if (ll_event_kind_find(event->lost_kind.data, event->lost_kind.length, &kind) < 0)
		kind = LL_EVENT_LOST;
	stats->lost[kind] += event->lost_count;
}

/* Hand on the events of a payload. *ret_count tells how many there were. */
static int hand_on(struct ll_reader *reader, const struct delivery *delivery,
		   uint32_t *ret_count)
{
	struct ll_event *event = &reader->event;
	int r;

	while ((r = ll_unpacker_next(reader->unpacker, event)) == 1) {
		++*ret_count;
		if (delivery->is_counted)
			count_event(reader, event);
		if (delivery->fn == NULL)
			continue;
		if (reader->missing > 0)
			r = hand_on_missing(reader, event, delivery->fn, delivery->arg);
		else
			r = 0;
		if (r == 0)
			r = delivery->fn(delivery->arg, event);
		if (r != 0)
			return r;
	}
	return r;
}

/* Make a block's payload ready to be unpacked. Returns 0, -EBADMSG or another -errno. */
static int begin_payload(struct ll_reader *reader, const struct ll_block *block,
			 const uint8_t *stored)
{
	const uint8_t *raw = NULL;
	int r = 0;

	if (!has_schema(reader, block->schema))
		r = replace_schema(reader, block->schema);
	if (r == 0)
		r = ll_codec_inflate(reader->codec, block, stored, &raw);
	if (r == 0)
		r = ll_unpacker_begin(reader->unpacker, raw, block->raw_bytes);
	return r == -ENOENT ? -EBADMSG : r;
}

/* Returns whether the block comes after what was read. */
static bool take_sequence(struct ll_reader *reader, const struct ll_block *block)
{
	take_first_sequence(reader, block);
	if (block->first_sequence < reader->sequence)
		return false;
	if (block->first_sequence > reader->sequence)
		note_missing(reader, block->first_sequence - reader->sequence);
	reader->sequence = block->first_sequence + block->event_count;
	if ((block->flags & LL_BLOCK_AFTER_LOSS) != 0)
		reader->is_torn = true;
	return true;
}

static int read_events(struct ll_reader *reader, const struct ll_block *block,
		       const uint8_t *stored, ll_event_fn fn, void *arg)
{
	struct delivery delivery = { fn, arg, true };
	uint32_t count = 0;

	if (!take_sequence(reader, block)) {
		note_bad_block(reader, block);
		return 0;
	}
	uint64_t unknown = 0;
	int r = begin_payload(reader, block, stored);
	if (r == 0) {
		unknown = ll_unpacker_unknown(reader->unpacker);
		r = hand_on(reader, &delivery, &count);
		unknown = ll_unpacker_unknown(reader->unpacker) - unknown;
	}
	reader->stats.unknown += unknown;
	reader->stats.blocks++;
	reader->stats.raw_bytes += block->raw_bytes;
	if (r != -EBADMSG && (r != 0 || count + unknown == block->event_count))
		return r;
	note_bad_block(reader, block);
	if (count + unknown < block->event_count)
		note_missing(reader, block->event_count - count - unknown);
	return 0;
}

/* Whether this LIVING, of several blocks, is to be handed on and whole so far. */
static bool takes_living(struct ll_reader *reader, const struct ll_block *block)
{
	if ((block->flags & LL_BLOCK_FIRST) != 0) {
		reader->stats.living++;
		reader->in_living = reader->is_torn;
		reader->living_damage = reader->stats.damage_count;
	}
	if (reader->living_damage != reader->stats.damage_count)
		reader->in_living = false;
	return reader->in_living;
}

static int read_living(struct ll_reader *reader, const struct ll_block *block,
		       const uint8_t *stored, ll_event_fn fn, void *arg)
{
	struct delivery delivery = { fn, arg, false };
	uint32_t count = 0;

	take_first_sequence(reader, block);
	if (!takes_living(reader, block))
		return 0;
	int r = begin_payload(reader, block, stored);
	if (r == 0)
		r = hand_on(reader, &delivery, &count);
	if (r == -EBADMSG) {
		note_bad_block(reader, block);
		return 0;
	}
	if ((block->flags & LL_BLOCK_LAST) != 0) {
		reader->in_living = false;
		reader->is_torn = false;
	}
	return r;
}

static int read_fixed(struct ll_reader *reader, const struct ll_block *block,
		      const uint8_t *stored)
{
	const uint8_t *raw = NULL;
	int r = ll_codec_inflate(reader->codec, block, stored, &raw);

	if (r == 0 && block->type == LL_BLOCK_HEADER)
		r = take_header(reader, block, raw);
	else if (r == 0)
		r = take_schema(reader, block, raw);
	if (r != -EBADMSG)
		return r;
	note_bad_block(reader, block);
	return 0;
}

static int read_block(struct ll_reader *reader, const struct ll_block *block,
		      const uint8_t *stored, ll_event_fn fn, void *arg)
{
	if (block->major != LL_FORMAT_MAJOR) {
		note_bad_block(reader, block);
		return 0;
	}
	reader->stats.is_newer |= block->minor > LL_FORMAT_MINOR;
	switch (block->type) {
	case LL_BLOCK_HEADER:
	case LL_BLOCK_SCHEMA:
		return read_fixed(reader, block, stored);
	case LL_BLOCK_EVENTS:
		return read_events(reader, block, stored, fn, arg);
	case LL_BLOCK_LIVING:
		return read_living(reader, block, stored, fn, arg);
	case LL_BLOCK_INDEX:
		reader->stats.is_rotated = (block->flags & LL_BLOCK_ROTATED) != 0;
		return 0;
	default:
		return 0;
	}
}

/* Events that a bad block at the very end kept back. The last event's strings are gone by now. */
static int read_end(struct ll_reader *reader, ll_event_fn fn, void *arg)
{
	if (reader->missing == 0 || fn == NULL)
		return 0;
	ll_event_forget(&reader->event, LL_F_HOST_NAME);
	ll_event_forget(&reader->event, LL_F_BOOT_ID);
	return hand_on_missing(reader, &reader->event, fn, arg);
}

int ll_reader_poll(struct ll_reader *reader, ll_event_fn fn, void *arg,
		   enum ll_reader_state *ret_state)
{
	struct ll_scan *scan = &reader->scan;
	const uint8_t *stored = NULL;
	struct ll_trailer trailer;
	struct ll_block block;
	int r = ll_scan_next(scan, &block, &stored, &trailer);

	if (r < 0)
		return r;
	note_scan(reader);
	reader->stats.bytes = scan->base + scan->at;
	*ret_state = LL_READER_MORE;
	if (r == LL_SCAN_BLOCK) {
		reader->stats.is_ended = false;
		return read_block(reader, &block, stored, fn, arg);
	}
	if (r == LL_SCAN_TRAILER) {
		reader->stats.is_ended = true;
		return 0;
	}
	if (r == LL_SCAN_AGAIN)
		return 0;
	bool is_waiting = scan->follow && !reader->stats.is_ended;
	*ret_state = is_waiting ? LL_READER_WAITING : LL_READER_END;
	if (!is_waiting && !scan->has_id)
		return no_capture(scan);
	return is_waiting ? 0 : read_end(reader, fn, arg);
}

bool ll_reader_continue(struct ll_reader *reader, const struct ll_reader *before)
{
	struct stat st, st_before;

	if (fstat(reader->fd, &st) < 0 || fstat(before->fd, &st_before) < 0 ||
	    (st.st_ino == st_before.st_ino && st.st_dev == st_before.st_dev))
		return false;
	reader->has_sequence = true;
	reader->sequence = before->sequence;
	reader->is_torn = before->is_torn;
	reader->missing = before->missing;
	reader->stats = before->stats;
	reader->stats.is_ended = false;
	reader->stats.is_rotated = false;
	memcpy(reader->damages, before->damages, sizeof(reader->damages));
	return true;
}

int ll_reader_seek(struct ll_reader *reader, uint64_t boottime_ns)
{
	LL_CLEANUP(ll_index_fini) struct ll_index index = { 0 };
	bool follow = reader->scan.follow;
	uint64_t offset = 0;

	if (reader->scan.is_stream)
		return -ESPIPE;
	int r = ll_index_load(reader->fd, &index);
	if (r < 0)
		return r;
	for (size_t i = 0; i < index.count; i++) {
		const struct ll_index_entry *entry = &index.entries[i];

		if (entry->type == LL_BLOCK_LIVING && (entry->flags & LL_BLOCK_FIRST) != 0 &&
		    entry->first_boottime_ns <= boottime_ns)
			offset = entry->offset;
	}
	ll_scan_fini(&reader->scan);
	ll_scan_init(&reader->scan, reader->fd, offset);
	reader->scan.follow = follow;
	reader->damages_seen = 0;
	reader->has_sequence = false;
	reader->missing = 0;
	return 0;
}

/* A lock that was never there does not tell that the writer is gone. */
enum ll_reader_writer ll_reader_writer(const struct ll_reader *reader)
{
	struct flock lock = { .l_type = F_RDLCK, .l_whence = SEEK_SET };

	if (reader->scan.is_stream || ll_about_number(&reader->about, LL_ABOUT_LOCKED) == 0 ||
	    fcntl(reader->fd, F_OFD_GETLK, &lock) < 0)
		return LL_WRITER_UNKNOWN;
	return lock.l_type == F_UNLCK ? LL_WRITER_GONE : LL_WRITER_THERE;
}

void ll_reader_progress(const struct ll_reader *reader, uint64_t *ret_done, uint64_t *ret_total)
{
	bool is_file = !reader->scan.is_stream;
	struct stat st;

	*ret_done = reader->scan.base + reader->scan.at;
	*ret_total = is_file && fstat(reader->fd, &st) == 0 ? (uint64_t)st.st_size : 0;
}

void ll_reader_stats(const struct ll_reader *reader, struct ll_reader_stats *ret)
{
	*ret = reader->stats;
}

bool ll_reader_damage(const struct ll_reader *reader, size_t place, struct ll_damage *ret)
{
	if (place >= reader->stats.damage_count || place >= LL_READER_DAMAGES)
		return false;
	*ret = reader->damages[place];
	return true;
}
