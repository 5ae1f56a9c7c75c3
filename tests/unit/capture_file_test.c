/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Captures and what becomes of them: cut off, overwritten, out of room, rotated, growing. What is
 * whole is read, what is missing is told, nothing is invented.
 */
#include "support/capture_file.h"

#include <errno.h>
#include <signal.h>
#include <sys/resource.h>

#include "capture/index.h"
#include "support/event_builder.h"

static struct capture_read got;

static int set_up(void **state)
{
	struct capture_dir *dir = calloc(1, sizeof(*dir));

	assert_non_null(dir);
	capture_dir_init(dir);
	*state = dir;
	return 0;
}

static int tear_down(void **state)
{
	capture_forget(&got);
	capture_dir_fini(*state);
	free(*state);
	return 0;
}

/* The n-th event of a stream that tests can tell the order of. */
static struct ll_event numbered(uint64_t number)
{
	struct ll_event event = built_event(LL_EVENT_EXIT, 1000 + number * 10,
					    (struct built_id){ (uint32_t)number + 1, 500 });

	LL_SET(&event, EXIT_STATUS, wait_status, number);
	return event;
}

static void add_numbered(struct ll_writer *writer, uint64_t from, uint64_t to)
{
	for (uint64_t number = from; number < to; number++) {
		struct ll_event event = numbered(number);

		assert_int_equal(ll_writer_add(writer, &event), 0);
	}
}

/* Begin a new block with the next event. */
static void end_block(struct ll_writer *writer)
{
	assert_int_equal(ll_writer_begin_living(writer), 0);
	assert_int_equal(ll_writer_end_living(writer), 0);
}

/*
 * All that is read are events of the stream from one on, in order, and as many are told to be missing
 * as are.
 */
static void assert_numbered_from(uint64_t next, uint64_t total)
{
	for (size_t i = 0; i < got.count; i++) {
		const struct ll_event *event = got.events[i];

		if (event->kind == LL_EVENT_LOST) {
			assert_same_text(event->lost_kind, built_str(LL_READER_LOST_KIND),
					 "kind");
			next += event->lost_count;
			continue;
		}
		struct ll_event wanted = numbered(event->wait_status);
		assert_same_event(event, &wanted);
		assert_int_equal(event->wait_status, next);
		next++;
	}
	assert_true(next <= total);
}

static void assert_numbered(uint64_t total)
{
	assert_numbered_from(0, total);
}

/* A capture of several blocks of numbered events. Returns how many. */
static uint64_t write_small(const struct capture_dir *dir)
{
	struct ll_writer *writer = capture_begin(dir);

	for (uint64_t block = 0; block < 4; block++) {
		add_numbered(writer, block * 5, block * 5 + 5);
		end_block(writer);
	}
	assert_int_equal(ll_writer_close(writer, NULL), 0);
	return 20;
}

static void what_was_written_is_read(void **state)
{
	static struct random_events random = { .state = 4711 };
	static struct ll_event *written[5000];
	const struct capture_dir *dir = *state;
	struct ll_writer *writer = capture_begin(dir);
	struct ll_writer_stats stats;

	for (size_t i = 0; i < 5000; i++) {
		struct ll_event event = random_event(&random);

		written[i] = ll_event_copy(&event);
		assert_int_equal(ll_writer_add(writer, written[i]), 0);
	}
	assert_int_equal(ll_writer_close(writer, &stats), 0);
	assert_int_equal(stats.events, 5000);
	assert_int_equal(stats.bytes, capture_size(dir->file));
	assert_int_equal(capture_read(dir->file, &got), 0);
	assert_int_equal(got.count, 5000);
	assert_true(got.stats.is_ended);
	assert_int_equal(got.stats.damage_count, 0);
	assert_true(got.stats.blocks > 1);
	for (size_t i = 0; i < 5000; i++) {
		assert_same_event(got.events[i], written[i]);
		free(written[i]);
	}
}

static void a_capture_is_its_owners_alone(void **state)
{
	const struct capture_dir *dir = *state;
	struct stat st;

	write_small(dir);
	assert_int_equal(stat(dir->file, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
}

static void it_says_where_it_was_made(void **state)
{
	const struct capture_dir *dir = *state;
	struct ll_reader *reader = NULL;

	write_small(dir);
	assert_int_equal(ll_reader_open(dir->file, false, &reader), 0);
	assert_same_text(ll_about_find(ll_reader_about(reader), LL_ABOUT_HOST),
			 built_str("testhost"), "host");
	assert_int_equal(ll_about_find(ll_reader_about(reader), LL_ABOUT_KERNEL).length, 0);
	ll_reader_free(reader);
}

/* ---- Damage ---------------------------------------------------------------------------- */

static void cut_off_anywhere_all_whole_blocks_are_read(void **state)
{
	const struct capture_dir *dir = *state;
	uint64_t total = write_small(dir);
	size_t length, least = 0;
	LL_AUTO_FREE uint8_t *bytes = capture_bytes(dir->file, &length);

	for (size_t cut = 0; cut < length; cut++) {
		capture_put_bytes(dir->file, bytes, cut);
		int r = capture_read(dir->file, &got);
		if (r == -ENOMSG || (cut == 0 && r == -ENODATA)) {
			assert_int_equal(got.count, 0);
			continue;
		}
		assert_int_equal(r, 0);
		assert_numbered(total);
		assert_int_equal(got.count % 5, 0);
		assert_true(got.count >= least);
		least = got.count;
		assert_false(got.stats.is_ended);
		/* What is no whole block is reported, up to the end. */
		if (got.stats.damage_count > 0) {
			assert_int_equal(got.stats.damage_count, 1);
			assert_true(got.damage.is_tail);
			assert_int_equal(got.damage.offset + got.damage.bytes, cut);
		}
	}
	assert_int_equal(least, total);
}

static void any_flipped_bit_costs_one_block_at_most(void **state)
{
	const struct capture_dir *dir = *state;
	uint64_t total = write_small(dir);
	size_t length;
	LL_AUTO_FREE uint8_t *bytes = capture_bytes(dir->file, &length);

	for (size_t at = 0; at < length; at++) {
		uint64_t missing = 0;

		bytes[at] ^= (uint8_t)(1u << at % 8);
		capture_put_bytes(dir->file, bytes, length);
		bytes[at] ^= (uint8_t)(1u << at % 8);
		assert_int_equal(capture_read(dir->file, &got), 0);
		assert_numbered(total);
		for (size_t i = 0; i < got.count; i++)
			if (got.events[i]->kind == LL_EVENT_LOST)
				missing += got.events[i]->lost_count;
		assert_true(missing == 0 || missing == 5);
		assert_int_equal(missing, got.stats.missing);
		/* The reserved bytes of the trailer are under its checksum, too. */
		assert_true(got.stats.damage_count == 1 || !got.stats.is_ended);
		assert_true(got.damage.offset <= at &&
			    at < got.damage.offset + got.damage.bytes);
	}
}

static void overwritten_stretches_are_reported_with_their_place(void **state)
{
	static struct random_events random = { .state = 99 };
	const struct capture_dir *dir = *state;
	uint64_t total = write_small(dir);
	size_t length;
	LL_AUTO_FREE uint8_t *bytes = capture_bytes(dir->file, &length);
	LL_AUTO_FREE uint8_t *hurt = malloc(length);

	assert_non_null(hurt);
	for (int round = 0; round < 500; round++) {
		size_t from = random_until(&random, length);
		size_t count = 1 + random_until(&random, length - from);

		memcpy(hurt, bytes, length);
		for (size_t i = from; i < from + count; i++)
			hurt[i] = (uint8_t)random_next(&random);
		capture_put_bytes(dir->file, hurt, length);
		int r = capture_read(dir->file, &got);
		if (r == -ENOMSG)
			continue;
		assert_int_equal(r, 0);
		/* Where the file's beginning is gone nobody knows how many it had before. */
		bool knows_start = got.count == 0 || got.events[0]->kind == LL_EVENT_LOST;
		assert_numbered_from(knows_start ? 0 : got.events[0]->wait_status, total);
	}
}

static void a_stretch_that_is_gone_is_counted(void **state)
{
	const struct capture_dir *dir = *state;
	struct ll_index index = { 0 };
	size_t length;

	write_small(dir);
	LL_AUTO_FREE uint8_t *bytes = capture_bytes(dir->file, &length);
	LL_AUTO_CLOSE int fd = open(dir->file, O_RDONLY | O_CLOEXEC);
	assert_int_equal(ll_index_load(fd, &index), 0);
	assert_false(index.is_rebuilt);
	size_t from = 0, to = 0, seen = 0;
	for (size_t i = 0; i < index.count; i++) {
		if (index.entries[i].type != LL_BLOCK_EVENTS)
			continue;
		if (seen == 1)
			from = (size_t)index.entries[i].offset;
		if (seen++ == 3)
			to = (size_t)index.entries[i].offset;
	}
	ll_index_fini(&index);
	memmove(bytes + from, bytes + to, length - to);
	capture_put_bytes(dir->file, bytes, length - (to - from));
	assert_int_equal(capture_read(dir->file, &got), 0);
	assert_int_equal(got.stats.missing, 10);
	assert_int_equal(got.count, 11);
	assert_int_equal(got.events[5]->kind, LL_EVENT_LOST);
	assert_int_equal(got.events[5]->lost_count, 10);
	/* It stands where the gap is, by the time of what comes after it. */
	assert_true(got.events[5]->time_boottime_ns == got.events[6]->time_boottime_ns);
	assert_true(got.events[5]->time_unix_ns == got.events[6]->time_unix_ns);
}

static void a_block_of_another_file_is_not_taken(void **state)
{
	const struct capture_dir *dir = *state;
	size_t length, other_length;

	write_small(dir);
	LL_AUTO_FREE uint8_t *bytes = capture_bytes(dir->file, &length);
	write_small(dir);
	LL_AUTO_FREE uint8_t *other = capture_bytes(dir->file, &other_length);
	LL_AUTO_FREE uint8_t *both = malloc(length + other_length);
	assert_non_null(both);
	/* Without its trailer, and the other's blocks behind it. */
	memcpy(both, bytes, length - LL_TRAILER_BYTES);
	memcpy(both + length - LL_TRAILER_BYTES, other, other_length);
	capture_put_bytes(dir->file, both, length - LL_TRAILER_BYTES + other_length);
	assert_int_equal(capture_read(dir->file, &got), 0);
	assert_int_equal(got.count, 20);
	assert_int_equal(got.stats.damage_bytes, other_length);
	assert_false(got.stats.is_ended);
}

static void other_files_are_refused(void **state)
{
	const struct capture_dir *dir = *state;
	struct ll_reader *reader = NULL;

	assert_int_equal(ll_reader_open(dir->file, false, &reader), -ENOENT);
	assert_int_equal(ll_reader_open(dir->path, false, &reader), -EISDIR);
	capture_put_bytes(dir->file, (const uint8_t *)"", 0);
	assert_int_equal(ll_reader_open(dir->file, false, &reader), -ENODATA);
	capture_put_bytes(dir->file, (const uint8_t *)"{\"event.name\":1}\n", 17);
	assert_int_equal(ll_reader_open(dir->file, false, &reader), -ENOMSG);
	assert_null(reader);
}

/* ---- Versions -------------------------------------------------------------------------- */

/* Change the header of each block and make its checksum right again. */
static void change_blocks(const char *path, void (*change)(struct ll_block *block))
{
	struct ll_index index = { 0 };
	size_t length;
	LL_AUTO_FREE uint8_t *bytes = capture_bytes(path, &length);
	LL_AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC);

	assert_int_equal(ll_index_load(fd, &index), 0);
	for (size_t i = 0; i < index.count; i++) {
		uint8_t *at = bytes + index.entries[i].offset;
		struct ll_block block;

		assert_int_equal(ll_block_parse(at, &block), 0);
		change(&block);
		ll_block_format(&block, at);
	}
	ll_index_fini(&index);
	capture_put_bytes(path, bytes, length);
}

static void make_minor_newer(struct ll_block *block)
{
	block->minor++;
}

static void make_major_newer(struct ll_block *block)
{
	block->major++;
}

static void make_living_unknown(struct ll_block *block)
{
	if (block->type == LL_BLOCK_LIVING)
		block->type = 200;
}

static void a_newer_minor_version_is_read(void **state)
{
	const struct capture_dir *dir = *state;

	write_small(dir);
	change_blocks(dir->file, make_minor_newer);
	assert_int_equal(capture_read(dir->file, &got), 0);
	assert_int_equal(got.count, 20);
	assert_true(got.stats.is_newer);
}

static void a_newer_major_version_is_refused(void **state)
{
	const struct capture_dir *dir = *state;
	struct ll_reader *reader = NULL;

	write_small(dir);
	change_blocks(dir->file, make_major_newer);
	assert_int_equal(ll_reader_open(dir->file, false, &reader), -EPROTO);
}

static void blocks_of_unknown_types_are_skipped(void **state)
{
	const struct capture_dir *dir = *state;

	write_small(dir);
	change_blocks(dir->file, make_living_unknown);
	assert_int_equal(capture_read(dir->file, &got), 0);
	assert_int_equal(got.count, 20);
	assert_int_equal(got.stats.damage_count, 0);
}

/* ---- A full disk ----------------------------------------------------------------------- */

static void limit_file_size(rlim_t bytes)
{
	struct rlimit limit;

	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	limit.rlim_cur = bytes;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void a_full_disk_costs_what_found_no_room(void **state)
{
	const struct capture_dir *dir = *state;
	void (*old)(int) = signal(SIGXFSZ, SIG_IGN);
	struct ll_writer *writer = capture_begin(dir);
	struct ll_writer_stats stats;

	add_numbered(writer, 0, 5);
	end_block(writer);
	/* Room for a part of the next block. */
	limit_file_size(capture_size(dir->file) + 20);
	add_numbered(writer, 5, 9);
	assert_int_equal(ll_writer_begin_living(writer), 0);
	assert_int_equal(ll_writer_end_living(writer), 0);
	ll_writer_stats(writer, &stats);
	assert_int_equal(stats.full_err, -EFBIG);
	assert_int_equal(stats.lost[LL_EVENT_EXIT], 4);
	assert_false(ll_writer_wants_living(writer));
	/* Without being closed it is valid, and ends with a whole block. */
	assert_int_equal(capture_read(dir->file, &got), 0);
	assert_int_equal(got.count, 5);
	assert_int_equal(got.stats.damage_count, 0);

	limit_file_size(RLIM_INFINITY);
	add_numbered(writer, 9, 12);
	assert_int_equal(ll_writer_begin_living(writer), 0);
	assert_int_equal(ll_writer_end_living(writer), 0);
	assert_int_equal(ll_writer_close(writer, &stats), 0);
	signal(SIGXFSZ, old);
	assert_int_equal(stats.events, 8);
	assert_int_equal(capture_read(dir->file, &got), 0);
	assert_true(got.stats.is_ended);
	assert_int_equal(got.stats.damage_count, 0);
	assert_int_equal(got.stats.missing, 0);
	assert_int_equal(got.stats.lost[LL_EVENT_EXIT], 4);
	assert_int_equal(got.count, 9);
	assert_int_equal(got.events[5]->kind, LL_EVENT_LOST);
	assert_int_equal(got.events[5]->lost_count, 4);
	assert_same_text(got.events[5]->lost_kind, built_str("process.exit"), "kind");
	assert_int_equal(got.events[6]->wait_status, 9);
}

static void a_disk_that_stays_full_is_told_at_the_end(void **state)
{
	const struct capture_dir *dir = *state;
	void (*old)(int) = signal(SIGXFSZ, SIG_IGN);
	struct ll_writer *writer = capture_begin(dir);
	struct ll_writer_stats stats;

	limit_file_size(capture_size(dir->file));
	add_numbered(writer, 0, 3);
	assert_int_equal(ll_writer_close(writer, &stats), -EFBIG);
	limit_file_size(RLIM_INFINITY);
	signal(SIGXFSZ, old);
	assert_int_equal(stats.events, 0);
	assert_int_equal(stats.lost[LL_EVENT_EXIT], 3);
	assert_int_equal(capture_read(dir->file, &got), 0);
	assert_int_equal(got.count, 0);
}

/* ---- The living ------------------------------------------------------------------------ */

static void add_living(struct ll_writer *writer, uint32_t first, uint32_t count)
{
	struct ll_event end = { .kind = LL_EVENT_SNAPSHOT_END, .time_boottime_ns = 5000 };

	assert_int_equal(ll_writer_begin_living(writer), 0);
	for (uint32_t pid = first; pid < first + count; pid++) {
		struct ll_event event =
			built_snapshot(5000, (struct built_id){ pid, 1 },
				       (struct built_id){ 1, 1 }, "living", LL_TASK_ALIVE);

		assert_int_equal(ll_writer_add(writer, &event), 0);
	}
	assert_int_equal(ll_writer_add(writer, &end), 0);
	assert_int_equal(ll_writer_end_living(writer), 0);
}

static size_t count_kind(enum ll_event_kind kind)
{
	size_t count = 0;

	for (size_t i = 0; i < got.count; i++)
		count += got.events[i]->kind == kind;
	return count;
}

static void from_the_start_the_living_are_left_out(void **state)
{
	const struct capture_dir *dir = *state;
	struct ll_writer *writer = capture_begin(dir);

	add_numbered(writer, 0, 5);
	add_living(writer, 1, 3);
	add_numbered(writer, 5, 10);
	assert_int_equal(ll_writer_close(writer, NULL), 0);
	assert_int_equal(capture_read(dir->file, &got), 0);
	assert_int_equal(got.count, 10);
	assert_int_equal(got.stats.living, 1);
}

static void after_a_gap_the_living_come_as_a_snapshot(void **state)
{
	const struct capture_dir *dir = *state;
	struct ll_writer *writer = capture_begin(dir);
	size_t length;

	add_numbered(writer, 0, 5);
	end_block(writer);
	size_t hurt = capture_size(dir->file) + LL_BLOCK_BYTES + 1;
	add_numbered(writer, 5, 10);
	add_living(writer, 1, 3);
	add_numbered(writer, 10, 15);
	add_living(writer, 1, 3);
	assert_int_equal(ll_writer_close(writer, NULL), 0);
	LL_AUTO_FREE uint8_t *bytes = capture_bytes(dir->file, &length);
	bytes[hurt] ^= 0x10;
	capture_put_bytes(dir->file, bytes, length);
	assert_int_equal(capture_read(dir->file, &got), 0);
	/*
	 * What is missing shows in the number of the next events. The living before them cannot
	 * be known to be needed; those after them are.
	 */
	assert_int_equal(count_kind(LL_EVENT_LOST), 1);
	assert_int_equal(count_kind(LL_EVENT_SNAPSHOT), 3);
	assert_int_equal(count_kind(LL_EVENT_SNAPSHOT_END), 1);
	assert_int_equal(count_kind(LL_EVENT_EXIT), 10);
}

static void living_of_which_a_block_is_damaged_have_no_end(void **state)
{
	const struct capture_dir *dir = *state;
	struct ll_writer *writer = capture_begin_at(dir->file, 64 * 1024, 0);
	struct ll_index index = { 0 };
	size_t length, last = 0, first = 0;

	/* A file that continues another, so that the living are wanted. */
	for (uint64_t number = 0; !ll_writer_wants_living(writer); number += 100)
		add_numbered(writer, number, number + 100);
	add_living(writer, 1, 100000);
	assert_int_equal(ll_writer_close(writer, NULL), 0);
	LL_AUTO_CLOSE int fd = open(dir->file, O_RDONLY | O_CLOEXEC);
	assert_int_equal(ll_index_load(fd, &index), 0);
	for (size_t i = 0; i < index.count; i++) {
		if (index.entries[i].type != LL_BLOCK_LIVING)
			continue;
		if (first == 0)
			first = (size_t)index.entries[i].offset;
		last = (size_t)index.entries[i].offset;
	}
	ll_index_fini(&index);
	assert_true(first < last);
	LL_AUTO_FREE uint8_t *bytes = capture_bytes(dir->file, &length);
	bytes[first + LL_BLOCK_BYTES + 3] ^= 1;
	capture_put_bytes(dir->file, bytes, length);
	struct ll_reader *reader = NULL;
	enum ll_reader_state now = LL_READER_MORE;
	assert_int_equal(ll_reader_open(dir->file, false, &reader), 0);
	while (now == LL_READER_MORE)
		assert_int_equal(ll_reader_poll(reader, capture_take, &got, &now), 0);
	ll_reader_free(reader);
	assert_int_equal(count_kind(LL_EVENT_SNAPSHOT_END), 0);
}

static void a_reader_can_start_in_the_middle(void **state)
{
	const struct capture_dir *dir = *state;
	struct ll_writer *writer = capture_begin(dir);
	struct ll_reader *reader = NULL;

	add_numbered(writer, 0, 5);
	add_living(writer, 1, 2);
	add_numbered(writer, 500, 505);
	add_living(writer, 1, 3);
	add_numbered(writer, 505, 510);
	assert_int_equal(ll_writer_close(writer, NULL), 0);
	assert_int_equal(ll_reader_open(dir->file, false, &reader), 0);
	assert_int_equal(ll_reader_seek(reader, 4999), 0);
	assert_int_equal(capture_read_on(reader, &got), LL_READER_END);
	assert_int_equal(got.count, 15);
	capture_forget(&got);
	assert_int_equal(ll_reader_seek(reader, 5000), 0);
	assert_int_equal(capture_read_on(reader, &got), LL_READER_END);
	assert_int_equal(count_kind(LL_EVENT_SNAPSHOT), 3);
	assert_int_equal(count_kind(LL_EVENT_EXIT), 5);
	assert_int_equal(count_kind(LL_EVENT_LOST), 0);
	ll_reader_free(reader);
}

static void without_an_index_one_is_made_by_a_scan(void **state)
{
	const struct capture_dir *dir = *state;
	struct ll_index whole = { 0 }, rebuilt = { 0 };
	size_t length;

	write_small(dir);
	LL_AUTO_CLOSE int fd = open(dir->file, O_RDONLY | O_CLOEXEC);
	assert_int_equal(ll_index_load(fd, &whole), 0);
	LL_AUTO_FREE uint8_t *bytes = capture_bytes(dir->file, &length);
	capture_put_bytes(dir->file, bytes, length - 1);
	LL_AUTO_CLOSE int cut = open(dir->file, O_RDONLY | O_CLOEXEC);
	assert_int_equal(ll_index_load(cut, &rebuilt), 0);
	assert_true(rebuilt.is_rebuilt && !whole.is_rebuilt);
	assert_int_equal(rebuilt.count, whole.count);
	for (size_t i = 0; i < whole.count; i++) {
		assert_int_equal(rebuilt.entries[i].offset, whole.entries[i].offset);
		assert_int_equal(rebuilt.entries[i].type, whole.entries[i].type);
		assert_int_equal(rebuilt.entries[i].event_count, whole.entries[i].event_count);
		assert_true(rebuilt.entries[i].first_boottime_ns ==
			    whole.entries[i].first_boottime_ns);
		assert_true(rebuilt.entries[i].last_boottime_ns ==
			    whole.entries[i].last_boottime_ns);
	}
	ll_index_fini(&whole);
	ll_index_fini(&rebuilt);
}

/* ---- Growing and rotated files --------------------------------------------------------- */

static void a_growing_file_is_followed(void **state)
{
	const struct capture_dir *dir = *state;
	struct ll_writer *writer = capture_begin(dir);
	struct ll_reader *reader = NULL;

	assert_int_equal(ll_reader_open(dir->file, true, &reader), 0);
	assert_int_equal(capture_read_on(reader, &got), LL_READER_WAITING);
	assert_int_equal(got.count, 0);
	for (uint64_t block = 0; block < 3; block++) {
		add_numbered(writer, block * 5, block * 5 + 5);
		end_block(writer);
		assert_int_equal(capture_read_on(reader, &got), LL_READER_WAITING);
		assert_int_equal(got.count, block * 5 + 5);
	}
	assert_int_equal(ll_writer_close(writer, NULL), 0);
	assert_int_equal(capture_read_on(reader, &got), LL_READER_END);
	assert_int_equal(got.stats.damage_count, 0);
	assert_numbered(15);
	ll_reader_free(reader);
}

/* A block that is written while it is looked at is no damage. */
static void half_a_block_is_waited_for(void **state)
{
	const struct capture_dir *dir = *state;
	struct ll_reader *reader = NULL;
	size_t length;

	write_small(dir);
	LL_AUTO_FREE uint8_t *bytes = capture_bytes(dir->file, &length);
	capture_put_bytes(dir->file, bytes, 0);
	assert_int_equal(ll_reader_open(dir->file, true, &reader), 0);
	for (size_t cut = 0; cut < length; cut += 7) {
		LL_AUTO_CLOSE int fd = open(dir->file, O_WRONLY | O_APPEND | O_CLOEXEC);
		size_t have = capture_size(dir->file);

		assert_int_equal(write(fd, bytes + have, cut - have), cut - have);
		assert_int_equal(capture_read_on(reader, &got), LL_READER_WAITING);
	}
	capture_put_bytes(dir->file, bytes, length);
	assert_int_equal(capture_read_on(reader, &got), LL_READER_END);
	assert_int_equal(got.stats.damage_count, 0);
	assert_int_equal(got.count, 20);
	ll_reader_free(reader);
}

static void write_rotated(const struct capture_dir *dir, uint64_t total, uint64_t keep)
{
	struct ll_writer *writer = capture_begin_at(dir->file, 64 * 1024, keep);

	for (uint64_t number = 0; number < total; number += 500) {
		add_numbered(writer, number, number + 500);
		if (ll_writer_wants_living(writer))
			add_living(writer, 7, 2);
	}
	assert_int_equal(ll_writer_close(writer, NULL), 0);
}

static void each_file_of_a_rotation_stands_alone(void **state)
{
	const struct capture_dir *dir = *state;
	struct ll_reader_stats first;
	char path[128];

	write_rotated(dir, 60000, 0);
	snprintf(path, sizeof(path), "%s/a.000001.life", dir->path);
	struct ll_reader *reader = NULL;
	enum ll_reader_state now = LL_READER_MORE;
	assert_int_equal(ll_reader_open(path, false, &reader), 0);
	while (now == LL_READER_MORE)
		assert_int_equal(ll_reader_poll(reader, NULL, NULL, &now), 0);
	ll_reader_stats(reader, &first);
	ll_reader_free(reader);
	assert_true(first.is_ended && first.is_rotated);
	assert_true(first.events[LL_EVENT_EXIT] > 0);

	snprintf(path, sizeof(path), "%s/a.000002.life", dir->path);
	assert_int_equal(ll_reader_open(path, false, &reader), 0);
	assert_int_equal(ll_about_number(ll_reader_about(reader), LL_ABOUT_PART), 1);
	for (now = LL_READER_MORE; count_kind(LL_EVENT_SNAPSHOT_END) == 0;)
		assert_int_equal(ll_reader_poll(reader, capture_take, &got, &now), 0);
	/* Nothing is missing: it begins where it begins. */
	assert_int_equal(count_kind(LL_EVENT_LOST), 0);
	assert_int_equal(count_kind(LL_EVENT_SNAPSHOT), 2);
	ll_reader_free(reader);
}

static void no_more_files_are_kept_than_asked_for(void **state)
{
	const struct capture_dir *dir = *state;
	char path[128];
	int there = 0, highest = 0;

	write_rotated(dir, 120000, 2);
	for (int number = 1; number < 100; number++) {
		snprintf(path, sizeof(path), "%s/a.%06d.life", dir->path, number);
		if (access(path, F_OK) == 0) {
			there++;
			highest = number;
		}
	}
	assert_true(highest > 3);
	assert_int_equal(there, 2);
	assert_int_equal(access(dir->file, F_OK), 0);
	/* Of the next run the numbers go on. */
	write_rotated(dir, 60000, 0);
	snprintf(path, sizeof(path), "%s/a.%06d.life", dir->path, highest + 1);
	assert_int_equal(access(path, F_OK), 0);
}

static void a_rotation_is_followed_from_file_to_file(void **state)
{
	const struct capture_dir *dir = *state;
	struct ll_writer *writer = capture_begin_at(dir->file, 64 * 1024, 0);
	struct ll_reader *reader = NULL, *next = NULL;
	enum ll_reader_state now = LL_READER_MORE;
	uint64_t number = 0;

	assert_int_equal(ll_reader_open(dir->file, true, &reader), 0);
	for (; !ll_writer_wants_living(writer); number += 10)
		add_numbered(writer, number, number + 10);
	while (now == LL_READER_MORE)
		assert_int_equal(ll_reader_poll(reader, NULL, NULL, &now), 0);
	assert_int_equal(now, LL_READER_END);
	assert_int_equal(ll_reader_open(dir->file, true, &next), 0);
	assert_true(ll_reader_continue(next, reader));
	ll_reader_free(reader);
	add_living(writer, 7, 2);
	add_numbered(writer, number, number + 10);
	assert_int_equal(ll_writer_close(writer, NULL), 0);
	assert_int_equal(capture_read_on(next, &got), LL_READER_END);
	/* Nothing missing, nobody said twice; what was left of the last block, and ten more. */
	assert_int_equal(count_kind(LL_EVENT_LOST), 0);
	assert_int_equal(count_kind(LL_EVENT_SNAPSHOT), 0);
	assert_int_equal(got.stats.events[LL_EVENT_EXIT], number + 10);
	ll_reader_free(next);
}

static void a_file_is_not_its_own_continuation(void **state)
{
	const struct capture_dir *dir = *state;
	struct ll_reader *reader = NULL, *same = NULL;

	write_small(dir);
	assert_int_equal(ll_reader_open(dir->file, true, &reader), 0);
	assert_int_equal(ll_reader_open(dir->file, true, &same), 0);
	assert_false(ll_reader_continue(same, reader));
	ll_reader_free(reader);
	ll_reader_free(same);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_was_written_is_read),
		TEST(a_capture_is_its_owners_alone),
		TEST(it_says_where_it_was_made),
		TEST(cut_off_anywhere_all_whole_blocks_are_read),
		TEST(any_flipped_bit_costs_one_block_at_most),
		TEST(overwritten_stretches_are_reported_with_their_place),
		TEST(a_stretch_that_is_gone_is_counted),
		TEST(a_block_of_another_file_is_not_taken),
		TEST(other_files_are_refused),
		TEST(a_newer_minor_version_is_read),
		TEST(a_newer_major_version_is_refused),
		TEST(blocks_of_unknown_types_are_skipped),
		TEST(a_full_disk_costs_what_found_no_room),
		TEST(a_disk_that_stays_full_is_told_at_the_end),
		TEST(from_the_start_the_living_are_left_out),
		TEST(after_a_gap_the_living_come_as_a_snapshot),
		TEST(living_of_which_a_block_is_damaged_have_no_end),
		TEST(a_reader_can_start_in_the_middle),
		TEST(without_an_index_one_is_made_by_a_scan),
		TEST(a_growing_file_is_followed),
		TEST(half_a_block_is_waited_for),
		TEST(each_file_of_a_rotation_stands_alone),
		TEST(no_more_files_are_kept_than_asked_for),
		TEST(a_rotation_is_followed_from_file_to_file),
		TEST(a_file_is_not_its_own_continuation),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
