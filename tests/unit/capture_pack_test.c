/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Events into a payload and back: nothing changes, and what is not known does no harm. */
#include "support/event_random.h"

#include <errno.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "capture/codec.h"
#include "capture/dictionary.h"
#include "capture/pack.h"
#include "capture/unpack.h"
#include "event/copy.h"
#include "support/event_builder.h"

struct pair {
	struct ll_schema schema;
	struct ll_bytes payload; /* of the schema */
	struct ll_packer *packer;
	struct ll_unpacker *unpacker;
	struct ll_bytes raw;
};

static int set_up(void **state)
{
	struct pair *pair = calloc(1, sizeof(*pair));

	assert_non_null(pair);
	assert_int_equal(ll_schema_own(&pair->schema, &pair->payload), 0);
	pair->packer = ll_packer_new(&pair->schema);
	pair->unpacker = ll_unpacker_new(&pair->schema);
	assert_non_null(pair->packer);
	assert_non_null(pair->unpacker);
	*state = pair;
	return 0;
}

static int tear_down(void **state)
{
	struct pair *pair = *state;

	ll_packer_free(pair->packer);
	ll_unpacker_free(pair->unpacker);
	ll_schema_fini(&pair->schema);
	ll_bytes_fini(&pair->payload);
	ll_bytes_fini(&pair->raw);
	free(pair);
	return 0;
}

static void finish(struct pair *pair)
{
	size_t noise = 0;

	assert_int_equal(ll_packer_finish(pair->packer, &pair->raw, &noise), 0);
	assert_true(noise <= pair->raw.length);
	assert_int_equal(ll_unpacker_begin(pair->unpacker, pair->raw.data, pair->raw.length),
			 0);
}

static void every_kind_and_field_comes_back_as_it_was(void **state)
{
	static struct random_events random = { .state = 20231 };
	struct pair *pair = *state;
	uint64_t seen[4] = { 0 }, kinds = 0;

	for (int block = 0; block < 60; block++) {
		struct ll_event *events[120], back;

		for (int i = 0; i < 120; i++) {
			struct ll_event event = random_event(&random);

			events[i] = ll_event_copy(&event);
			assert_non_null(events[i]);
			assert_int_equal(ll_packer_add(pair->packer, events[i]), 0);
			for (int word = 0; word < (LL_F_COUNT + 63) / 64; word++)
				seen[word] |= event.known[word];
			kinds |= UINT64_C(1) << event.kind;
		}
		finish(pair);
		for (int i = 0; i < 120; i++) {
			memset(&back, 0xa5, sizeof(back));
			assert_int_equal(ll_unpacker_next(pair->unpacker, &back), 1);
			assert_same_event(&back, events[i]);
			free(events[i]);
		}
		assert_int_equal(ll_unpacker_next(pair->unpacker, &back), 0);
	}
	assert_int_equal(kinds, (UINT64_C(1) << LL_EVENT_KINDS) - 1);
	for (int field = 0; field < LL_F_COUNT; field++)
		if (random_has(field) && !(seen[field / 64] >> (field % 64) & 1))
			fail_msg("%s was never tried", ll_field_info(field)->key);
}

/* A view's line in form of an event: what is of lines alone has no column. */
static void what_no_event_carries_is_left_out(void **state)
{
	struct pair *pair = *state;
	struct ll_event event = built_fork((struct built_id){ 7, 70 },
					   (struct built_id){ 1, 10 }, "sh"),
			back;

	LL_SET(&event, SUMMARY_COUNT, summary_count, 3);
	assert_int_equal(ll_packer_add(pair->packer, &event), 0);
	finish(pair);
	assert_int_equal(ll_unpacker_next(pair->unpacker, &back), 1);
	assert_false(ll_event_has(&back, LL_F_SUMMARY_COUNT));
	assert_same_event(&back, &event);
}

static void a_block_does_not_need_the_one_before(void **state)
{
	struct pair *pair = *state;
	struct ll_event event = built_fork((struct built_id){ 7, 70 },
					   (struct built_id){ 1, 10 }, "sh"),
			back;

	assert_int_equal(ll_packer_add(pair->packer, &event), 0);
	finish(pair);
	assert_int_equal(ll_packer_add(pair->packer, &event), 0);
	finish(pair);
	assert_int_equal(ll_unpacker_next(pair->unpacker, &back), 1);
	assert_same_event(&back, &event);
}

static void a_reason_left_over_from_another_event_is_not_kept(void **state)
{
	struct pair *pair = *state;
	struct ll_event event = built_event(LL_EVENT_EXIT, 5, (struct built_id){ 7, 3 }), back;

	event.child_reaper_reason = LL_REPARENT_INIT;
	assert_int_equal(ll_packer_add(pair->packer, &event), 0);
	finish(pair);
	assert_int_equal(ll_unpacker_next(pair->unpacker, &back), 1);
	assert_int_equal(back.child_reaper_reason, 0);
}

/* ---- Other builds ---------------------------------------------------------------------- */

/* Rename what is called so in a schema's payload, in place; both names are of one length. */
static void rename_in(struct ll_bytes *payload, const char *name, const char *other)
{
	uint8_t *found = memmem(payload->data, payload->length, name, strlen(name));

	assert_non_null(found);
	assert_int_equal(strlen(name), strlen(other));
	memcpy(found, other, strlen(other));
}

/* The unpacker of a build that does not know that name. */
static struct ll_unpacker *other_build(struct pair *pair, struct ll_schema *schema,
				       const char *name, const char *other)
{
	rename_in(&pair->payload, name, other);
	assert_int_equal(ll_schema_parse(pair->payload.data, pair->payload.length, schema), 0);
	return ll_unpacker_new(schema);
}

static struct ll_event sample(void)
{
	struct ll_event event = built_exec(50, (struct built_id){ 9, 40 }, "cc", "/usr/bin/cc");

	LL_SET(&event, ARGS, args, ll_str_make("cc\0-O2\0cc", 9));
	LL_SET(&event, CWD, cwd, built_str("/src"));
	LL_SET(&event, EUID, euid, 1000);
	return event;
}

static void check_without(struct pair *pair, const char *key, enum ll_field field)
{
	struct ll_schema schema = { 0 };
	struct ll_event event = sample(), back;
	char other[128];

	assert_true(ll_event_has(&event, field));
	snprintf(other, sizeof(other), "%s", key);
	other[0] ^= 1;
	struct ll_unpacker *unpacker = other_build(pair, &schema, key, other);
	assert_non_null(unpacker);
	assert_int_equal(ll_packer_add(pair->packer, &event), 0);
	assert_int_equal(ll_packer_add(pair->packer, &event), 0);
	finish(pair);
	assert_int_equal(ll_unpacker_begin(unpacker, pair->raw.data, pair->raw.length), 0);
	ll_event_forget(&event, field);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(ll_unpacker_next(unpacker, &back), 1);
		assert_same_event(&back, &event);
	}
	ll_unpacker_free(unpacker);
	ll_schema_fini(&schema);
}

static void an_unknown_number_is_left_out_and_nothing_else(void **state)
{
	check_without(*state, "process.user.id", LL_F_EUID);
}

static void an_unknown_string_is_left_out_and_nothing_else(void **state)
{
	check_without(*state, "process.executable.path", LL_F_EXE);
}

static void unknown_arguments_are_left_out_and_nothing_else(void **state)
{
	check_without(*state, "process.command_args", LL_F_ARGS);
}

static void events_of_unknown_kinds_are_left_out_and_counted(void **state)
{
	struct pair *pair = *state;
	struct ll_schema schema = { 0 };
	struct ll_event event = sample(), other = built_reap(60, (struct built_id){ 9, 40 }),
			back;
	struct ll_unpacker *unpacker =
		other_build(pair, &schema, "process.exec", "process.leap");

	assert_non_null(unpacker);
	assert_int_equal(ll_packer_add(pair->packer, &event), 0);
	assert_int_equal(ll_packer_add(pair->packer, &other), 0);
	finish(pair);
	assert_int_equal(ll_unpacker_begin(unpacker, pair->raw.data, pair->raw.length), 0);
	assert_int_equal(ll_unpacker_next(unpacker, &back), 1);
	assert_same_event(&back, &other);
	assert_int_equal(ll_unpacker_next(unpacker, &back), 0);
	assert_int_equal(ll_unpacker_unknown(unpacker), 1);
	ll_unpacker_free(unpacker);
	ll_schema_fini(&schema);
}

static void an_unknown_value_makes_its_field_unknown(void **state)
{
	struct pair *pair = *state;
	struct ll_schema schema = { 0 };
	struct ll_event event = built_exit(9, (struct built_id){ 3, 1 }, 0,
					   (struct built_id){ 1, 1 }),
			back;
	struct ll_unpacker *unpacker = other_build(pair, &schema, "group_exit", "group_ecit");

	LL_SET(&event, EXIT_CAUSE, exit_cause, LL_CAUSE_GROUP_EXIT);
	assert_non_null(unpacker);
	assert_int_equal(ll_packer_add(pair->packer, &event), 0);
	finish(pair);
	assert_int_equal(ll_unpacker_begin(unpacker, pair->raw.data, pair->raw.length), 0);
	assert_int_equal(ll_unpacker_next(unpacker, &back), 1);
	ll_event_forget(&event, LL_F_EXIT_CAUSE);
	assert_same_event(&back, &event);
	ll_unpacker_free(unpacker);
	ll_schema_fini(&schema);
}

/* ---- Hostile payloads ------------------------------------------------------------------ */

static void any_damage_to_a_payload_is_survived(void **state)
{
	static struct random_events random = { .state = 77 };
	struct pair *pair = *state;

	for (int i = 0; i < 30; i++) {
		struct ll_event event = random_event(&random);

		assert_int_equal(ll_packer_add(pair->packer, &event), 0);
	}
	finish(pair);
	for (size_t at = 0; at < pair->raw.length; at++) {
		/* Of exactly that length, so that a sanitizer sees a read past it. */
		LL_AUTO_FREE uint8_t *bytes = malloc(pair->raw.length);
		struct ll_event back;
		int r;

		assert_non_null(bytes);
		memcpy(bytes, pair->raw.data, pair->raw.length);
		bytes[at] ^= (uint8_t)(1 + random_until(&random, 255));
		if (ll_unpacker_begin(pair->unpacker, bytes, pair->raw.length) < 0)
			continue;
		do
			r = ll_unpacker_next(pair->unpacker, &back);
		while (r == 1);
		assert_true(r == 0 || r == -EBADMSG);
	}
}

static size_t find_args(const struct pair *pair)
{
	for (size_t i = 0; i < pair->schema.column_count; i++)
		if (pair->schema.columns[i].field == LL_F_ARGS)
			return i;
	return 0;
}

static void put_all(struct ll_bytes *bytes, const uint64_t *values, size_t count)
{
	for (size_t i = 0; i < count; i++)
		assert_int_equal(ll_bytes_add_varint(bytes, values[i]), 0);
}

/* Each time would cost as much as there are strings: two bytes, a memory of megabytes. */
static void a_column_that_comes_twice_is_refused(void **state)
{
	struct pair *pair = *state;
	uint64_t args = find_args(pair);
	/* No strings, no shapes, no rows; columns, of no length each. */
	const uint64_t once[] = { 0, 0, 0, 1, args, 0 };
	const uint64_t twice[] = { 0, 0, 0, 2, args, 0, args, 0 };
	struct ll_bytes bytes = { 0 };

	put_all(&bytes, once, sizeof(once) / sizeof(once[0]));
	assert_int_equal(ll_unpacker_begin(pair->unpacker, bytes.data, bytes.length), 0);
	bytes.length = 0;
	put_all(&bytes, twice, sizeof(twice) / sizeof(twice[0]));
	assert_int_equal(ll_unpacker_begin(pair->unpacker, bytes.data, bytes.length), -EBADMSG);
	/* That one does not count for the next. */
	bytes.length = 0;
	put_all(&bytes, once, sizeof(once) / sizeof(once[0]));
	assert_int_equal(ll_unpacker_begin(pair->unpacker, bytes.data, bytes.length), 0);
	ll_bytes_fini(&bytes);
}

static void a_schema_that_has_a_column_twice_is_refused(void **state)
{
	struct pair *pair = *state;
	struct ll_schema schema = { 0 };

	rename_in(&pair->payload, "fork.caller_tid", "fork.caller_pid");
	assert_int_equal(ll_schema_parse(pair->payload.data, pair->payload.length, &schema),
			 -EBADMSG);
}

/* One string of a megabyte, three bytes an event: a block's arguments have a bound of their own. */
static void arguments_told_again_and_again_are_refused(void **state)
{
	struct pair *pair = *state;
	uint64_t args = find_args(pair);
	size_t length = 1024 * 1024, count = 1000, bytes_read = 0;
	LL_AUTO_FREE char *text = calloc(1, length);
	struct ll_bytes bytes = { 0 };
	struct ll_event back;
	int r;

	assert_non_null(text);
	const uint64_t begin[] = { 1, 2, 2, 0, args, count };
	const uint64_t column[] = { 1, args, 2 * count };
	assert_int_equal(ll_bytes_add_varint(&bytes, 1), 0);
	assert_int_equal(ll_bytes_put_text(&bytes, text, length), 0);
	put_all(&bytes, begin, sizeof(begin) / sizeof(begin[0]));
	for (size_t i = 0; i < count; i++)
		assert_int_equal(ll_bytes_add_varint(&bytes, 0), 0);
	put_all(&bytes, column, sizeof(column) / sizeof(column[0]));
	for (size_t i = 0; i < count; i++)
		put_all(&bytes, (const uint64_t[]){ 1, 2 }, 2);
	assert_int_equal(ll_unpacker_begin(pair->unpacker, bytes.data, bytes.length), 0);
	while ((r = ll_unpacker_next(pair->unpacker, &back)) == 1)
		bytes_read += back.args.length;
	assert_int_equal(r, -EBADMSG);
	assert_true(bytes_read > 0 && bytes_read <= LL_BLOCK_ARGS_MAX);
	ll_bytes_fini(&bytes);
}

/* So a block that was written never meets that bound. */
static void a_block_is_full_before_its_arguments_are_too_many(void **state)
{
	struct pair *pair = *state;
	struct ll_event event = sample(), back;
	size_t length = 128 * 1024, count = 0;
	LL_AUTO_FREE char *text = calloc(1, length + 1);

	assert_non_null(text);
	memset(text, 'x', length);
	LL_SET(&event, ARGS, args, ll_str_make(text, length));
	for (; ll_packer_size(pair->packer) < 192 * 1024; count++)
		assert_int_equal(ll_packer_add(pair->packer, &event), 0);
	finish(pair);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(ll_unpacker_next(pair->unpacker, &back), 1);
	assert_int_equal(ll_unpacker_next(pair->unpacker, &back), 0);
}

static void arguments_that_grow_without_end_are_refused(void **state)
{
	/* A string of 1 MiB; a shape of kind 2 with time and arguments; the string a hundred times. */
	struct pair *pair = *state;
	struct ll_bytes bytes = { 0 };
	struct ll_event back;
	size_t args = find_args(pair), length = 1024 * 1024;
	char *text = calloc(1, length);

	assert_non_null(text);
	assert_int_equal(ll_bytes_add_varint(&bytes, 1), 0);
	assert_int_equal(ll_bytes_put_text(&bytes, text, length), 0);
	const uint64_t rest[] = { 1, 2, 2, 0, args, 1, 0, 1, args, 101, 100 };
	for (size_t i = 0; i < sizeof(rest) / sizeof(rest[0]); i++)
		assert_int_equal(ll_bytes_add_varint(&bytes, rest[i]), 0);
	for (int i = 0; i < 100; i++)
		assert_int_equal(ll_bytes_add_varint(&bytes, 2), 0);
	assert_int_equal(ll_unpacker_begin(pair->unpacker, bytes.data, bytes.length), 0);
	assert_int_equal(ll_unpacker_next(pair->unpacker, &back), -EBADMSG);
	ll_bytes_fini(&bytes);
	free(text);
}

static void noise_stays_outside_of_the_deflated(void **state)
{
	struct ll_codec *deflate = ll_codec_new_deflate(), *inflate = ll_codec_new_inflate();
	struct ll_bytes raw = { 0 };
	const struct ll_bytes *stored = NULL;
	const uint8_t *back = NULL;

	(void)state;
	assert_non_null(deflate);
	assert_non_null(inflate);
	assert_int_equal(ll_bytes_reserve(&raw, 5000), 0);
	memset(raw.data, 'a', 5000);
	raw.length = 5000;
	memcpy(raw.data + 4990, "0123456789", 10);
	assert_int_equal(ll_codec_deflate(deflate, LL_CODEC_DEFLATE, &raw, 10, &stored),
			 LL_CODEC_DEFLATE);
	assert_memory_equal(stored->data + stored->length - 10, "0123456789", 10);
	struct ll_block block = { .codec = LL_CODEC_DEFLATE,
				  .stored_bytes = (uint32_t)stored->length,
				  .raw_bytes = 5000 };
	assert_int_equal(ll_codec_inflate(inflate, &block, stored->data, &back), 0);
	assert_memory_equal(back, raw.data, 5000);
	block.raw_bytes = 5001;
	assert_int_equal(ll_codec_inflate(inflate, &block, stored->data, &back), -EBADMSG);
	block.raw_bytes = 4999;
	assert_int_equal(ll_codec_inflate(inflate, &block, stored->data, &back), -EBADMSG);
	ll_codec_free(deflate);
	ll_codec_free(inflate);
	ll_bytes_fini(&raw);
}

/* Whoever changes it makes files that others cannot read. */
static void the_dictionary_is_that_of_the_format(void **state)
{
	struct ll_bytes words = { 0 };

	(void)state;
	assert_int_equal(ll_dictionary_make(&words), 0);
	assert_int_equal(LL_FORMAT_MAJOR, 2);
	assert_int_equal(ll_checksum(words.data, words.length), 0xed263fc8);
	ll_bytes_fini(&words);
}

static void usual_words_cost_next_to_nothing(void **state)
{
	static const char usual[] = "\x0c/usr/bin/gcc\x14-fno-strict-aliasing\x09-dumpbase"
				    "\x0e/usr/bin/mkdir\x10x86_64-linux-gnu\x07-quiet";
	struct ll_codec *deflate = ll_codec_new_deflate(), *inflate = ll_codec_new_inflate();
	struct ll_bytes raw = { .data = (uint8_t *)usual, .length = sizeof(usual) - 1 };
	const struct ll_bytes *stored = NULL;
	const uint8_t *back = NULL;

	(void)state;
	ll_codec_deflate(deflate, LL_CODEC_DEFLATE, &raw, 0, &stored);
	size_t without = stored->length;
	assert_int_equal(ll_codec_deflate(deflate, LL_CODEC_WORDS, &raw, 0, &stored),
			 LL_CODEC_WORDS);
	assert_true(stored->length < without / 2);
	struct ll_block block = { .codec = LL_CODEC_WORDS,
				  .stored_bytes = (uint32_t)stored->length,
				  .raw_bytes = (uint32_t)raw.length };
	assert_int_equal(ll_codec_inflate(inflate, &block, stored->data, &back), 0);
	assert_memory_equal(back, raw.data, raw.length);
	/* What it refers to is not there. */
	block.codec = LL_CODEC_DEFLATE;
	assert_int_equal(ll_codec_inflate(inflate, &block, stored->data, &back), -EBADMSG);
	block.codec = LL_CODEC_WORDS + 1;
	assert_int_equal(ll_codec_inflate(inflate, &block, stored->data, &back), -EBADMSG);
	ll_codec_free(deflate);
	ll_codec_free(inflate);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_kind_and_field_comes_back_as_it_was),
		TEST(what_no_event_carries_is_left_out),
		TEST(a_block_does_not_need_the_one_before),
		TEST(a_reason_left_over_from_another_event_is_not_kept),
		TEST(an_unknown_number_is_left_out_and_nothing_else),
		TEST(an_unknown_string_is_left_out_and_nothing_else),
		TEST(unknown_arguments_are_left_out_and_nothing_else),
		TEST(events_of_unknown_kinds_are_left_out_and_counted),
		TEST(an_unknown_value_makes_its_field_unknown),
		TEST(any_damage_to_a_payload_is_survived),
		TEST(a_column_that_comes_twice_is_refused),
		TEST(a_schema_that_has_a_column_twice_is_refused),
		TEST(arguments_told_again_and_again_are_refused),
		TEST(a_block_is_full_before_its_arguments_are_too_many),
		TEST(arguments_that_grow_without_end_are_refused),
		cmocka_unit_test(noise_stays_outside_of_the_deflated),
		cmocka_unit_test(the_dictionary_is_that_of_the_format),
		cmocka_unit_test(usual_words_cost_next_to_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
