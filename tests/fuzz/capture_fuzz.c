/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Whatever a file holds, the reader, the model and the views take it: nothing crashes, events keep
 * their promises, memory stays bounded. An input is a capture. Checksums are made right again
 * before it is read, and by the mutator: else nothing behind them would ever be tried.
 */
#include "fuzz/fuzz.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "analysis/diff.h"
#include "analysis/job.h"
#include "analysis/summary.h"
#include "base/cleanup.h"
#include "capture/codec.h"
#include "capture/index.h"
#include "capture/reader.h"
#include "event/filter.h"
#include "event/match.h"
#include "model/model.h"
#include "render/diff.h"
#include "render/json.h"
#include "render/signals.h"
#include "render/states.h"
#include "render/summary.h"
#include "render/text.h"
#include "render/tree.h"
#include "render/zombies.h"

const char ll_fuzz_corpus[] = "capture";

#define FUZZ_FILE_ID UINT64_C(0x6c6966656c696e65)

static void require(bool is_kept)
{
	if (!is_kept)
		abort();
}

/* ---- Checksums ------------------------------------------------------------------------- */

static uint32_t get32(const uint8_t *at)
{
	uint32_t value;

	memcpy(&value, at, sizeof(value));
	return value;
}

/*
 * Make a block of what stands at a magic: lengths that fit, the checksums, one id for all. The
 * values lie where capture/format.h has them; the machine is little-endian. Returns its length.
 */
static size_t seal_block(uint8_t *at, size_t left)
{
	struct ll_block block = { .file_id = FUZZ_FILE_ID };

	memcpy(&block.first_sequence, at + 16, 8);
	memcpy(&block.first_boottime_ns, at + 24, 8);
	memcpy(&block.last_boottime_ns, at + 32, 8);
	block.stored_bytes = get32(at + 40);
	block.raw_bytes = get32(at + 44);
	block.event_count = get32(at + 48);
	block.schema = get32(at + 52);
	block.major = LL_FORMAT_MAJOR;
	block.minor = at[57];
	block.type = at[58];
	block.codec = at[59] % (LL_CODEC_WORDS + 1);
	block.flags = get32(at + 60);
	if (block.stored_bytes > left - LL_BLOCK_BYTES)
		block.stored_bytes = (uint32_t)(left - LL_BLOCK_BYTES);
	if (block.codec == LL_CODEC_STORED)
		block.raw_bytes = block.stored_bytes;
	block.payload_crc = ll_checksum(at + LL_BLOCK_BYTES, block.stored_bytes);
	ll_block_format(&block, at);
	return LL_BLOCK_BYTES + block.stored_bytes;
}

static void seal(uint8_t *data, size_t size)
{
	size_t at = 0;

	while (size - at >= LL_BLOCK_BYTES) {
		if (memcmp(data + at, LL_BLOCK_MAGIC, LL_MAGIC_BYTES) == 0)
			at += seal_block(data + at, size - at);
		else
			at++;
	}
}

/* ---- What is read ---------------------------------------------------------------------- */

/* Read every byte: a sanitizer knows whether they are there. */
static void read_bytes(struct ll_str text)
{
	static volatile unsigned char sum;

	for (size_t i = 0; i < text.length; i++)
		sum = (unsigned char)(sum + (unsigned char)text.data[i]);
}

static void check_field(const struct ll_event *event, enum ll_field field)
{
	const struct ll_field_info *info = ll_field_info(field);
	const char *member = (const char *)event + info->offset;

	if (info->type == LL_TYPE_STR || info->type == LL_TYPE_ARGS)
		read_bytes(*(const struct ll_str *)(const void *)member);
	else if (info->type == LL_TYPE_BOOL)
		require(*(const uint8_t *)member <= 1);
	for (unsigned i = 0; info->type == LL_TYPE_ENUM && i <= *(const uint8_t *)member; i++)
		require(info->values[i] != NULL);
}

#define KEEP 64
/* A filter of who descends from whom, by the pids that the seeds have and by what is true of all. */
#define FILTER "descendant_of(2) or descendant_of(comm =~ 'x' and not pid in (1, 7))"

/* A watch of everything there is. */
struct views {
	struct ll_model *model;
	struct ll_match *match;
	struct ll_filter *filter;
	struct ll_summary *summary;
	struct ll_text *text;
	FILE *out;
	uint32_t first_pid; /* of all events */
	uint64_t now_ns;
};

static int show(void *arg, const struct ll_event *event)
{
	const struct views *views = arg;
	int r = ll_filter_see(views->filter, event);

	if (r == 0)
		r = ll_summary_note(views->summary, views->model, event);
	if (r != 0)
		return r;
	ll_text_event(views->text, event);
	if (ll_filter_matches(views->filter, event))
		r = ll_summary_count(views->summary, views->model, event);
	return r == 0 ? ll_json_event(views->out, event) : r;
}

static int apply(void *arg, const struct ll_event *event)
{
	struct views *views = arg;

	if (event->time_boottime_ns > views->now_ns)
		views->now_ns = event->time_boottime_ns;
	return ll_model_apply(views->model, event, show, arg);
}

static int take(void *arg, const struct ll_event *event)
{
	struct views *views = arg;

	require(event->kind < LL_EVENT_KINDS);
	for (unsigned field = 0; field < LL_F_COUNT; field++)
		if (ll_event_has(event, field))
			check_field(event, field);
	if (views->first_pid == 0 && ll_event_has(event, LL_F_PID))
		views->first_pid = (uint32_t)event->tgid;
	return ll_match_event(views->match, event, apply, arg);
}

static void sum_up(const struct views *views)
{
	struct ll_summary_view view = { 0 };
	struct ll_summary_result result;

	if (ll_summary_end(views->summary, views->model, views->now_ns, &result) != 0)
		return;
	ll_summary_render(views->out, &result, views->model, &view);
	ll_summary_json(views->out, &result, views->model, &view);
}

/* Against itself, and against nothing. */
static void compare(const struct views *views)
{
	struct ll_diff_options options = { .noise = LL_DIFF_NOISE };
	struct ll_diff_view view = { .captures = { { .path = "a" }, { .path = "b" } } };
	struct ll_job jobs[2] = { 0 };

	require(ll_job_init(&jobs[0]) == 0 && ll_job_init(&jobs[1]) == 0);
	require(ll_job_add_model(&jobs[0], views->model, NULL, NULL) == 0);
	for (int i = 0; i < 2; i++) {
		struct ll_diff diff = { 0 };

		require(ll_diff_init(&diff, &jobs[0], &jobs[i], &options) == 0);
		ll_diff_render(views->out, &diff, &view);
		ll_diff_json(views->out, &diff);
		ll_diff_fini(&diff);
	}
	ll_job_fini(&jobs[0]);
	ll_job_fini(&jobs[1]);
}

static void draw(const struct views *views)
{
	struct ll_tree_options tree = { .show_kthreads = true, .show_times = true };
	struct ll_states_options states = { .show_threads = true };
	struct ll_signals_options signals = { 0 };
	struct ll_zombies_options zombies = { .shows_reaped = true };

	ll_tree_render(views->out, views->model, &tree);
	ll_states_render(views->out, views->model, &states);
	ll_signals_render(views->out, views->model, &signals);
	ll_zombies_render(views->out, views->model, &zombies);
	sum_up(views);
	compare(views);
}

static void views_init(struct views *views, uint32_t pid)
{
	struct ll_match_options match = { .pid = pid };
	struct ll_summary_options summary = { .has_root = true, .keep = KEEP };
	struct ll_text_options text = { 0 };
	LL_AUTO_FREE char *why = NULL;

	*views = (struct views){ .out = fopen("/dev/null", "we") };
	require(views->out != NULL);
	views->model = ll_model_new(KEEP);
	views->match = ll_match_new(&match);
	views->summary = ll_summary_new(&summary);
	views->text = ll_text_new(views->out, &text);
	require(views->model != NULL && views->match != NULL && views->text != NULL &&
		views->summary != NULL);
	require(ll_filter_parse(FILTER, LL_E_ALL, KEEP, &views->filter, &why) == 0);
}

static void views_fini(struct views *views)
{
	ll_filter_free(views->filter);
	ll_summary_free(views->summary);
	ll_text_free(views->text);
	ll_match_free(views->match);
	ll_model_free(views->model);
	fclose(views->out);
}

/* Read it as with -p PID, 0: without. Returns the first pid that an event has. */
static uint32_t look(const char *path, uint32_t pid)
{
	struct ll_reader *reader = NULL;
	enum ll_reader_state state = LL_READER_MORE;
	struct views views;

	if (ll_reader_open(path, false, &reader) != 0)
		return 0;
	views_init(&views, pid);
	while (state == LL_READER_MORE && ll_reader_poll(reader, take, &views, &state) == 0)
		;
	draw(&views);
	views_fini(&views);
	ll_reader_free(reader);
	return views.first_pid;
}

/* A file that is nowhere, with these bytes. */
static int make_file(const uint8_t *data, size_t size)
{
	int fd = memfd_create("capture", MFD_CLOEXEC);

	require(fd >= 0 && write(fd, data, size) == (ssize_t)size);
	return fd;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	LL_AUTO_FREE uint8_t *copy = malloc(size + 1);
	struct ll_index index = { 0 };
	char path[64];

	require(copy != NULL);
	memcpy(copy, data, size);
	seal(copy, size);
	LL_AUTO_CLOSE int fd = make_file(copy, size);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	uint32_t pid = look(path, 0);
	if (pid != 0)
		look(path, pid);
	if (ll_index_load(fd, &index) == 0)
		ll_index_fini(&index);
	return 0;
}

/* ---- Mutation -------------------------------------------------------------------------- */

#ifdef __clang__
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed);

/* Half of the time, of one payload: so that the others stay what they are. */
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
	size_t at = size > 0 ? seed % size : 0;

	while (seed % 2 != 0 && at + LL_BLOCK_BYTES < size &&
	       memcmp(data + at, LL_BLOCK_MAGIC, LL_MAGIC_BYTES) != 0)
		at++;
	if (seed % 2 != 0 && at + LL_BLOCK_BYTES < size) {
		size_t length = get32(data + at + 40), room = size - at - LL_BLOCK_BYTES;

		LLVMFuzzerMutate(data + at + LL_BLOCK_BYTES, length < room ? length : room,
				 length < room ? length : room);
	} else {
		size = LLVMFuzzerMutate(data, size, max_size);
	}
	seal(data, size);
	return size;
}
#endif
