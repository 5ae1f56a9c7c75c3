/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Files that were made to keep a reader busy: all that is whole in them is read, in a bounded time. */
#include "support/capture_file.h"

#include "capture/index.h"
#include "capture/scan.h"
#include "support/event_builder.h"

#define FILE_ID 7
/* Far more than is needed; what is tested would take hours if it were not bounded. */
#define DEADLINE_S 200

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

static void put(struct ll_bytes *bytes, const void *data, size_t length)
{
	assert_int_equal(ll_bytes_reserve(bytes, length), 0);
	ll_bytes_put(bytes, data, length);
}

/* Add a block, its lengths and checksum made right. */
static void put_block(struct ll_bytes *file, struct ll_block block, const void *payload,
		      size_t length)
{
	uint8_t header[LL_BLOCK_BYTES];

	block.major = LL_FORMAT_MAJOR;
	block.codec = LL_CODEC_STORED;
	block.stored_bytes = block.raw_bytes = (uint32_t)length;
	block.payload_crc = ll_checksum(payload, length);
	ll_block_format(&block, header);
	put(file, header, sizeof(header));
	put(file, payload, length);
}

static void put_fake(struct ll_bytes *file, uint32_t stored_bytes)
{
	struct ll_block block = {
		.file_id = FILE_ID,
		.major = LL_FORMAT_MAJOR,
		.type = LL_BLOCK_EVENTS,
		.stored_bytes = stored_bytes,
		.raw_bytes = stored_bytes,
		.payload_crc = 1,
	};
	uint8_t header[LL_BLOCK_BYTES];

	ll_block_format(&block, header);
	put(file, header, sizeof(header));
}

static void put_trailer(struct ll_bytes *file, uint64_t index_offset)
{
	struct ll_trailer trailer = { FILE_ID, index_offset };
	uint8_t bytes[LL_TRAILER_BYTES];

	ll_trailer_format(&trailer, bytes);
	put(file, bytes, sizeof(bytes));
}

/* ---- Damage ---------------------------------------------------------------------------- */

/* Read a file's blocks, which are numbered. Returns how many bytes were summed. */
static uint64_t count_blocks(const struct capture_dir *dir, const struct ll_bytes *file,
			     uint64_t count)
{
	LL_CLEANUP(ll_scan_fini) struct ll_scan scan = { 0 };
	const uint8_t *payload = NULL;
	struct ll_trailer trailer;
	struct ll_block block;
	uint64_t found = 0;

	capture_put_bytes(dir->file, file->data, file->length);
	LL_AUTO_CLOSE int fd = open(dir->file, O_RDONLY | O_CLOEXEC);
	ll_scan_init(&scan, fd, 0);
	while (ll_scan_next(&scan, &block, &payload, &trailer) == LL_SCAN_BLOCK) {
		assert_int_equal(block.first_sequence, found);
		found++;
	}
	assert_int_equal(found, count);
	return scan.summed_bytes;
}

static void headers_that_tell_of_more_than_there_is_cost_little(void **state)
{
	const struct ll_block whole = { .file_id = FILE_ID, .type = LL_BLOCK_EVENTS };
	struct ll_block last = whole;
	const size_t fakes = 40000;
	struct ll_bytes file = { 0 };
	LL_AUTO_FREE uint8_t *rest = calloc(1, LL_PAYLOAD_MAX);

	assert_non_null(rest);
	put_block(&file, whole, "", 0);
	for (size_t i = 0; i < fakes; i++)
		put_fake(&file, LL_PAYLOAD_MAX);
	last.first_sequence = 1;
	put_block(&file, last, "", 0);
	put(&file, rest, LL_PAYLOAD_MAX);
	/* Each to its end would be 8 MiB. */
	uint64_t summed = count_blocks(*state, &file, 2);
	assert_true(summed < file.length + fakes * 2 * LL_SCAN_MARK_BYTES);
	ll_bytes_fini(&file);
}

static void whole_blocks_among_false_headers_are_found(void **state)
{
	unsigned random = 4711;
	size_t most = 300 * 1024;
	LL_AUTO_FREE uint8_t *noise = malloc(most);

	assert_non_null(noise);
	for (size_t i = 0; i < most; i++)
		noise[i] = (uint8_t)rand_r(&random);
	for (int run = 0; run < 20; run++) {
		struct ll_block block = { .file_id = FILE_ID, .type = LL_BLOCK_EVENTS };
		struct ll_bytes file = { 0 };

		for (int i = 0; i < 100; i++) {
			size_t length = (size_t)rand_r(&random) % (i % 8 == 0 ? most : 2000);

			if (i % 4 == 0) {
				put_block(&file, block, noise, length);
				block.first_sequence++;
				continue;
			}
			put_fake(&file, (uint32_t)rand_r(&random) % (1024 * 1024));
			put(&file, noise, length);
		}
		count_blocks(*state, &file, block.first_sequence);
		ll_bytes_fini(&file);
	}
}

/* ---- Schemas --------------------------------------------------------------------------- */

/* Looking through the file for each of them would take an hour. */
static void schemas_that_are_not_there_are_looked_for_once(void **state)
{
	const struct capture_dir *dir = *state;
	struct ll_block header = { .file_id = FILE_ID, .type = LL_BLOCK_HEADER };
	struct ll_block block = { .file_id = FILE_ID, .type = LL_BLOCK_EVENTS };
	const uint64_t count = 100000;
	struct ll_bytes file = { 0 };

	put_block(&file, header, "", 1);
	for (uint64_t i = 0; i < count; i++) {
		block.schema = (uint32_t)(1000 + i % 50);
		put_block(&file, block, "\0\0\0", 4);
	}
	capture_put_bytes(dir->file, file.data, file.length);
	alarm(DEADLINE_S);
	assert_int_equal(capture_read(dir->file, &got), 0);
	alarm(0);
	assert_int_equal(got.stats.damage_count, count);
	ll_bytes_fini(&file);
}

/* ---- Indices --------------------------------------------------------------------------- */

static void load_index(const struct capture_dir *dir, const struct ll_bytes *file,
		       struct ll_index *ret)
{
	capture_put_bytes(dir->file, file->data, file->length);
	LL_AUTO_CLOSE int fd = open(dir->file, O_RDONLY | O_CLOEXEC);
	assert_int_equal(ll_index_load(fd, ret), 0);
}

static void a_trailer_that_comes_first_is_no_block(void **state)
{
	struct ll_block block = { .file_id = FILE_ID, .type = LL_BLOCK_EVENTS };
	struct ll_index index = { 0 };
	struct ll_bytes file = { 0 };

	put_trailer(&file, 0);
	put_block(&file, block, "", 0);
	put_trailer(&file, 0);
	load_index(*state, &file, &index);
	assert_true(index.is_rebuilt);
	assert_int_equal(index.count, 1);
	assert_int_equal(index.entries[0].offset, LL_TRAILER_BYTES);
	ll_index_fini(&index);
	ll_bytes_fini(&file);
}

/* Index of two blocks, so far apart; the first so far into the file; the index so far before its end. */
static bool is_believed(const struct capture_dir *dir, uint64_t first, uint64_t distance,
			size_t gap)
{
	struct ll_block block = { .file_id = FILE_ID, .type = LL_BLOCK_EVENTS };
	struct ll_bytes file = { 0 }, payload = { 0 };
	struct ll_index index = { 0 };

	for (int i = 0; i < 2; i++)
		put_block(&file, block, "1234", 4);
	uint64_t at = file.length;
	const uint64_t values[] = { 2, first,    LL_BLOCK_EVENTS, 0, 0, 0,
				    0, distance, LL_BLOCK_EVENTS, 0, 0, 0,
				    0 };
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++)
		assert_int_equal(ll_bytes_add_varint(&payload, values[i]), 0);
	block.type = LL_BLOCK_INDEX;
	put_block(&file, block, payload.data, payload.length);
	put(&file, "12345678", gap);
	put_trailer(&file, at);
	load_index(dir, &file, &index);
	bool is_rebuilt = index.is_rebuilt;
	assert_int_equal(index.count, 2);
	for (size_t i = 0; i < index.count; i++)
		assert_int_equal(index.entries[i].offset, i * (LL_BLOCK_BYTES + 4));
	ll_index_fini(&index);
	ll_bytes_fini(&payload);
	ll_bytes_fini(&file);
	return !is_rebuilt;
}

static void an_index_that_does_not_fit_is_not_believed(void **state)
{
	const uint64_t block = LL_BLOCK_BYTES + 4;

	assert_true(is_believed(*state, 0, block, 0));
	assert_false(is_believed(*state, 0, block, 1));
	assert_false(is_believed(*state, 0, 2 * block, 0));
	assert_false(is_believed(*state, 0, LL_BLOCK_BYTES - 1, 0));
	assert_false(is_believed(*state, 0, UINT64_C(1) << 40, 0));
	assert_false(is_believed(*state, UINT64_MAX, block, 0));
	assert_false(is_believed(*state, block, UINT64_MAX - block + 1, 0));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(headers_that_tell_of_more_than_there_is_cost_little),
		TEST(whole_blocks_among_false_headers_are_found),
		TEST(schemas_that_are_not_there_are_looked_for_once),
		TEST(a_trailer_that_comes_first_is_no_block),
		TEST(an_index_that_does_not_fit_is_not_believed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
