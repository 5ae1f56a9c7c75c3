/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Counters of loss, in a memory file that stands for the map BPF counts in. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <errno.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "live/losses.h"

#define CPUS 65 /* more than a page of them */
#define MAP_BYTES (64 * 1024) /* whole pages, however large those are */
#define KEPT_MAX 8

_Static_assert(CPUS * sizeof(struct ll_wire_loss) <= MAP_BYTES, "the map holds every CPU");

struct fixture {
	int fd;
	struct ll_wire_loss *map; /* as BPF sees it, one a CPU */
	struct ll_losses *losses;
	struct ll_order *order;
	size_t count;
	struct ll_record_lost records[KEPT_MAX]; /* what the last collect pushed */
};

static int keep(void *arg, const struct ll_wire_header *record, bool is_late)
{
	struct fixture *fixture = arg;

	(void)is_late;
	assert_true(fixture->count < KEPT_MAX);
	assert_int_equal(record->kind, LL_RECORD_LOST);
	assert_int_equal(record->size, sizeof(struct ll_record_lost));
	fixture->records[fixture->count++] = *(const struct ll_record_lost *)record;
	return 0;
}

/* Collect, take out what was pushed, and return how many were lost. */
static uint64_t collect(struct fixture *fixture)
{
	uint64_t lost = 0;

	fixture->count = 0;
	assert_int_equal(ll_losses_collect(fixture->losses, fixture->order, &lost), 0);
	assert_int_equal(ll_order_release(fixture->order, UINT64_MAX, keep, fixture), 0);
	return lost;
}

static int setup(void **state)
{
	struct fixture *fixture = test_calloc(1, sizeof(*fixture));

	fixture->fd = memfd_create("losses", MFD_CLOEXEC);
	assert_true(fixture->fd >= 0);
	assert_int_equal(ftruncate(fixture->fd, MAP_BYTES), 0);
	fixture->map =
		mmap(NULL, MAP_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fixture->fd, 0);
	assert_ptr_not_equal(fixture->map, MAP_FAILED);
	assert_int_equal(ll_losses_open(fixture->fd, CPUS, &fixture->losses), 0);
	fixture->order = ll_order_new();
	assert_non_null(fixture->order);
	*state = fixture;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *fixture = *state;

	ll_order_free(fixture->order);
	ll_losses_close(fixture->losses);
	munmap(fixture->map, MAP_BYTES);
	close(fixture->fd);
	test_free(fixture);
	return 0;
}

static void a_map_that_is_none_is_refused(void **state)
{
	struct ll_losses *losses = NULL;

	(void)state;
	assert_int_equal(ll_losses_open(-1, 1, &losses), -EBADF);
	assert_null(losses);
	ll_losses_close(NULL);
}

static void nothing_lost_says_nothing(void **state)
{
	struct fixture *fixture = *state;

	assert_int_equal(collect(fixture), 0);
	assert_int_equal(fixture->count, 0);
	for (uint32_t kind = 0; kind < LL_WIRE_KINDS; kind++)
		assert_int_equal(ll_losses_total(fixture->losses, kind), 0);
}

static void a_loss_is_told_with_kind_cpu_time_and_count(void **state)
{
	struct fixture *fixture = *state;

	fixture->map[1].first_boottime_ns = 777;
	fixture->map[1].count[LL_WIRE_EXEC] = 5;
	assert_int_equal(collect(fixture), 5);
	assert_int_equal(fixture->count, 1);
	assert_int_equal(fixture->records[0].header.cpu, 1);
	assert_int_equal(fixture->records[0].header.time_boottime_ns, 777);
	assert_int_equal(fixture->records[0].lost_kind, LL_WIRE_EXEC);
	assert_int_equal(fixture->records[0].count, 5);
}

static void a_loss_is_told_once(void **state)
{
	struct fixture *fixture = *state;

	fixture->map[0].first_boottime_ns = 777;
	fixture->map[0].count[LL_WIRE_FORK] = 5;
	assert_int_equal(collect(fixture), 5);
	assert_int_equal(collect(fixture), 0);
	assert_int_equal(fixture->count, 0);
	fixture->map[0].first_boottime_ns = 888;
	fixture->map[0].count[LL_WIRE_FORK] += 2;
	assert_int_equal(collect(fixture), 2);
	assert_int_equal(fixture->records[0].count, 2);
	assert_int_equal(fixture->records[0].header.time_boottime_ns, 888);
}

static void the_time_is_cleared_and_the_counts_are_left(void **state)
{
	struct fixture *fixture = *state;

	fixture->map[2].first_boottime_ns = 777;
	fixture->map[2].count[LL_WIRE_FORK] = 5;
	collect(fixture);
	assert_int_equal(fixture->map[2].first_boottime_ns, 0);
	assert_int_equal(fixture->map[2].count[LL_WIRE_FORK], 5);
}

static void kinds_and_cpus_are_told_apart(void **state)
{
	struct fixture *fixture = *state;

	fixture->map[CPUS - 1].first_boottime_ns = 10;
	fixture->map[CPUS - 1].count[LL_WIRE_FORK] = 1;
	fixture->map[0].first_boottime_ns = 20;
	fixture->map[0].count[LL_WIRE_FORK] = 2;
	fixture->map[0].count[LL_WIRE_KINDS - 1] = 4;
	assert_int_equal(collect(fixture), 7);
	assert_int_equal(fixture->count, 3);
	assert_int_equal(fixture->records[0].header.cpu, CPUS - 1);
	assert_int_equal(fixture->records[0].count, 1);
	assert_int_equal(fixture->records[1].lost_kind, LL_WIRE_FORK);
	assert_int_equal(fixture->records[1].count, 2);
	assert_int_equal(fixture->records[2].lost_kind, LL_WIRE_KINDS - 1);
	assert_int_equal(fixture->records[2].count, 4);
	assert_int_equal(fixture->records[2].header.time_boottime_ns, 20);
}

/* A loss that fell between the reading of time and count: its time was taken before. */
static void a_loss_without_a_time_happened_now(void **state)
{
	struct fixture *fixture = *state;
	uint64_t before = ll_clock_ns(CLOCK_BOOTTIME);

	fixture->map[0].count[LL_WIRE_REAP] = 1;
	assert_int_equal(collect(fixture), 1);
	assert_true(fixture->records[0].header.time_boottime_ns >= before);
	assert_true(fixture->records[0].header.time_boottime_ns <= ll_clock_ns(CLOCK_BOOTTIME));
}

static void totals_add_up_over_cpus_and_time(void **state)
{
	struct fixture *fixture = *state;

	fixture->map[0].count[LL_WIRE_REAP] = 3;
	fixture->map[40].count[LL_WIRE_REAP] = 4;
	assert_int_equal(ll_losses_total(fixture->losses, LL_WIRE_REAP), 0);
	collect(fixture);
	assert_int_equal(ll_losses_total(fixture->losses, LL_WIRE_REAP), 7);
	fixture->map[40].count[LL_WIRE_REAP] = 5;
	collect(fixture);
	assert_int_equal(ll_losses_total(fixture->losses, LL_WIRE_REAP), 8);
	assert_int_equal(ll_losses_total(fixture->losses, LL_WIRE_FORK), 0);
}

#define LOSSES_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_map_that_is_none_is_refused),
		LOSSES_TEST(nothing_lost_says_nothing),
		LOSSES_TEST(a_loss_is_told_with_kind_cpu_time_and_count),
		LOSSES_TEST(a_loss_is_told_once),
		LOSSES_TEST(the_time_is_cleared_and_the_counts_are_left),
		LOSSES_TEST(kinds_and_cpus_are_told_apart),
		LOSSES_TEST(a_loss_without_a_time_happened_now),
		LOSSES_TEST(totals_add_up_over_cpus_and_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
