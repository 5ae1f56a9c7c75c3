/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * How small captures are, and how fast they are written and read: a long one is made of the events
 * of one that was recorded, as if they went on; then it is read, and then read and written again.
 * What the second takes longer is the writing, of events as fresh as from the kernel. Figures are
 * per second of this process's CPU time, the kernel's share included.
 *
 * usage: capture FILE.life DENSE.life LONG.life COPY.life [EVENTS]
 *   FILE as it was recorded, DENSE the same in full blocks; LONG and COPY are made and removed
 *        capture FILE.life LARGE.life BYTES
 *   make a capture of so many bytes, and no more
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "capture/reader.h"
#include "capture/writer.h"
#include "event/copy.h"
#include "event/entity.h"

#define EVENTS_DEFAULT 500000
#define EVENTS_MAX 50000
/* The best counts: on a machine that others use, too, it is the least disturbed. */
#define ROUNDS 10

struct events {
	struct ll_event *copies[EVENTS_MAX];
	size_t count;
};

static void die(const char *what, int err)
{
	fprintf(stderr, "capture: %s: %s\n", what, strerror(-err));
	exit(1);
}

static int keep(void *arg, const struct ll_event *event)
{
	struct events *events = arg;

	if (events->count == EVENTS_MAX)
		return 0;
	events->copies[events->count] = ll_event_copy(event);
	if (events->copies[events->count] == NULL)
		return -ENOMEM;
	events->count++;
	return 0;
}

static int count(void *arg, const struct ll_event *event)
{
	uint64_t *number = arg;

	*number += event->kind < LL_EVENT_KINDS;
	return 0;
}

static struct ll_reader_stats read_all(const char *path, ll_event_fn fn, void *arg)
{
	enum ll_reader_state state = LL_READER_MORE;
	struct ll_reader *reader = NULL;
	struct ll_reader_stats stats;
	int r = ll_reader_open(path, false, &reader);

	while (r == 0 && state != LL_READER_END)
		r = ll_reader_poll(reader, fn, arg, &state);
	if (r != 0)
		die(path, r);
	ll_reader_stats(reader, &stats);
	ll_reader_free(reader);
	return stats;
}

/* Make an entity id anew, in its own bytes; a longer one is left out. */
static void renew(struct ll_event *event, enum ll_field field, struct ll_str *text,
		  uint64_t tgid, uint64_t start_ns)
{
	char id[LL_ENTITY_ID_SIZE];

	if (!ll_event_has(event, field))
		return;
	if (ll_entity_id_format(id, sizeof(id), (uint32_t)tgid, start_ns) == text->length)
		memcpy((char *)text->data, id, text->length);
	else
		ll_event_forget(event, field);
}

/* Time goes on where the last round ended, and processes are born later, too. */
static void shift(struct events *events, uint64_t by_ns)
{
	for (size_t i = 0; i < events->count; i++) {
		struct ll_event *event = events->copies[i];
		uint64_t *const times[] = { &event->time_boottime_ns, &event->time_unix_ns,
					    &event->start_boottime_ns,
					    &event->thread_start_boottime_ns,
					    &event->parent_start_boottime_ns };

		for (size_t j = 0; j < sizeof(times) / sizeof(times[0]); j++)
			*times[j] += *times[j] != 0 ? by_ns : 0;
		renew(event, LL_F_ENTITY_ID, &event->entity_id, event->tgid,
		      event->start_boottime_ns);
		renew(event, LL_F_PARENT_ENTITY_ID, &event->parent_entity_id,
		      event->parent_tgid, event->parent_start_boottime_ns);
	}
}

static uint64_t cpu_ns(void)
{
	return ll_clock_ns(CLOCK_PROCESS_CPUTIME_ID);
}

static bool is_enough(const struct ll_writer *writer, uint64_t bytes)
{
	struct ll_writer_stats stats;

	ll_writer_stats(writer, &stats);
	return stats.bytes >= bytes;
}

/* Make a long capture of a short one's events: so many of them, or bytes. */
static void multiply(struct events *events, const char *path, uint64_t wanted, uint64_t bytes)
{
	uint64_t first = events->copies[0]->time_boottime_ns;
	uint64_t span =
		events->copies[events->count - 1]->time_boottime_ns - first + LL_NS_PER_MS;
	struct ll_about about = { 0 };
	struct ll_writer_options options = { .path = path, .about = &about };
	struct ll_writer *writer = NULL;
	int r = ll_writer_open(&options, &writer);

	for (uint64_t done = 0; r == 0 && done < wanted && !is_enough(writer, bytes);
	     done += events->count) {
		for (size_t i = 0; i < events->count && r == 0; i++)
			r = ll_writer_add(writer, events->copies[i]);
		shift(events, span);
	}
	if (r == 0)
		r = ll_writer_close(writer, NULL);
	if (r < 0)
		die(path, r);
}

/* CPU seconds that reading takes; *ret_number is of how many events. */
static double time_read(const char *path, uint64_t *ret_number)
{
	uint64_t begin = cpu_ns();

	*ret_number = 0;
	read_all(path, count, ret_number);
	return (double)(cpu_ns() - begin) / 1e9;
}

static int add(void *arg, const struct ll_event *event)
{
	return ll_writer_add(arg, event);
}

/* The same of reading and writing what was read. */
static double time_copy(const char *from, const char *to, struct ll_writer_stats *ret)
{
	struct ll_about about = { 0 };
	struct ll_writer_options options = { .path = to, .about = &about };
	struct ll_writer *writer = NULL;
	uint64_t begin = cpu_ns();
	int r = ll_writer_open(&options, &writer);

	if (r == 0)
		read_all(from, add, writer);
	if (r == 0)
		r = ll_writer_close(writer, ret);
	if (r < 0)
		die(to, r);
	return (double)(cpu_ns() - begin) / 1e9;
}

static uint64_t total(const struct ll_reader_stats *stats)
{
	uint64_t count_all = 0;

	for (int kind = 0; kind < LL_EVENT_KINDS; kind++)
		count_all += stats->events[kind];
	return count_all;
}

static void print(const char *what, double figure, const char *unit, double target,
		  bool at_most)
{
	printf("  %-38s %8.2f %-8s target %s %.0f  %s\n", what, figure, unit,
	       at_most ? "<=" : ">=", target, at_most == (figure <= target) ? "met" : "missed");
}

int main(int argc, char *argv[])
{
	static struct events events;
	struct ll_writer_stats written = { 0 };
	struct rusage usage;
	double best_write = 1e9, best_read = 1e9;
	uint64_t number = 0;

	if (argc == 4) {
		read_all(argv[1], keep, &events);
		multiply(&events, argv[2], UINT64_MAX, strtoull(argv[3], NULL, 10));
		return 0;
	}
	if (argc < 5) {
		fprintf(stderr,
			"usage: capture FILE.life DENSE.life LONG.life COPY.life [EVENTS]\n"
			"       capture FILE.life LARGE.life BYTES\n");
		return 2;
	}
	uint64_t wanted = argc > 5 ? strtoull(argv[5], NULL, 10) : EVENTS_DEFAULT;
	struct ll_reader_stats recorded = read_all(argv[1], keep, &events);
	struct ll_reader_stats dense = read_all(argv[2], NULL, NULL);
	double all = (double)total(&recorded);
	if (events.count == 0)
		die(argv[1], -ENODATA);
	multiply(&events, argv[3], wanted, UINT64_MAX);
	for (size_t i = 0; i < events.count; i++)
		free(events.copies[i]);
	for (int round = 0; round < ROUNDS; round++) {
		double read = time_read(argv[3], &number);
		double copy = time_copy(argv[3], argv[4], &written);

		best_read = read < best_read ? read : best_read;
		best_write = copy - read < best_write ? copy - read : best_write;
	}
	getrusage(RUSAGE_SELF, &usage);
	double seconds = (double)(recorded.last_ns - recorded.first_ns) / 1e9;
	printf("captures: a build of %.0f events in %.1f s; a long one of %" PRIu64
	       " like them\n",
	       all, seconds, number);
	print("size as recorded, a block a second", (double)recorded.bytes / all, "B/event", 20,
	      true);
	print("size in full blocks", (double)dense.bytes / (double)total(&dense), "B/event", 20,
	      true);
	print("written, best of 10", (double)number / best_write / 1e6, "M ev/s", 2, false);
	print("read back, best of 10", (double)number / best_read / 1e6, "M ev/s", 5, false);
	printf("  %-38s %8.1f MiB, of %.1f MiB\n", "peak memory, of that file",
	       (double)usage.ru_maxrss / 1024, (double)written.bytes / (1024 * 1024));
	unlink(argv[3]);
	unlink(argv[4]);
	return 0;
}
