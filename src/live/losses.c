/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* See losses.h. */
#include "live/losses.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/clock.h"

struct ll_losses {
	struct ll_wire_loss *shared; /* one a CPU; BPF adds, this side clears the time */
	size_t bytes;
	unsigned cpu_count;
	uint64_t (*seen)[LL_WIRE_KINDS]; /* counts already reported, one row a CPU */
	uint64_t added[LL_WIRE_KINDS]; /* by ll_losses_add */
};

int ll_losses_open(int map_fd, unsigned cpu_count, struct ll_losses **ret_losses)
{
	struct ll_losses *losses = calloc(1, sizeof(*losses));
	size_t page = (size_t)sysconf(_SC_PAGESIZE);

	if (losses == NULL)
		return -ENOMEM;
	losses->cpu_count = cpu_count;
	losses->bytes = (cpu_count * sizeof(*losses->shared) + page - 1) / page * page;
	losses->seen = calloc(cpu_count, sizeof(*losses->seen));
	losses->shared =
		mmap(NULL, losses->bytes, PROT_READ | PROT_WRITE, MAP_SHARED, map_fd, 0);
	if (losses->shared == MAP_FAILED || losses->seen == NULL) {
		int r = losses->shared == MAP_FAILED ? -errno : -ENOMEM;

		ll_losses_close(losses);
		return r;
	}
	*ret_losses = losses;
	return 0;
}

void ll_losses_close(struct ll_losses *losses)
{
	if (losses == NULL)
		return;
	if (losses->shared != MAP_FAILED && losses->shared != NULL)
		munmap(losses->shared, losses->bytes);
	free(losses->seen);
	free(losses);
}

static int push_loss(struct ll_order *order, unsigned cpu, unsigned kind, uint64_t count,
		     uint64_t time_boottime_ns)
{
	struct ll_record_lost record = {
		.header = {
			.size = sizeof(record),
			.kind = LL_RECORD_LOST,
			.cpu = (uint16_t)cpu,
			.time_boottime_ns = time_boottime_ns,
		},
		.lost_kind = kind,
		.count = count,
	};

	return ll_order_push(order, &record.header);
}

/*
 * The time is taken and cleared before the counts are read: a loss in between sets it anew and is
 * at worst counted here and placed a drain later, never left out.
 */
static int collect_cpu(struct ll_losses *losses, unsigned cpu, struct ll_order *order,
		       uint64_t *lost)
{
	struct ll_wire_loss *shared = &losses->shared[cpu];
	uint64_t time = __atomic_exchange_n(&shared->first_boottime_ns, 0, __ATOMIC_ACQ_REL);

	for (unsigned kind = 0; kind < LL_WIRE_KINDS; kind++) {
		uint64_t count = __atomic_load_n(&shared->count[kind], __ATOMIC_ACQUIRE);
		uint64_t more = count - losses->seen[cpu][kind];

		if (more == 0)
			continue;
		int r = push_loss(order, cpu, kind, more,
				  time != 0 ? time : ll_clock_ns(CLOCK_BOOTTIME));
		if (r < 0)
			return r;
		losses->seen[cpu][kind] = count;
		*lost += more;
	}
	return 0;
}

int ll_losses_collect(struct ll_losses *losses, struct ll_order *order, uint64_t *ret_lost)
{
	uint64_t lost = 0;
	int r = 0;

	for (unsigned cpu = 0; r == 0 && cpu < losses->cpu_count; cpu++)
		r = collect_cpu(losses, cpu, order, &lost);
	*ret_lost = lost;
	return r;
}

int ll_losses_add(struct ll_losses *losses, uint32_t wire_kind, uint64_t count,
		  uint64_t since_boottime_ns, struct ll_order *order)
{
	int r = push_loss(order, LL_RECORD_ANY_CPU, wire_kind, count, since_boottime_ns);

	if (r == 0)
		losses->added[wire_kind] += count;
	return r;
}

uint64_t ll_losses_total(const struct ll_losses *losses, uint32_t wire_kind)
{
	uint64_t total = losses->added[wire_kind];

	for (unsigned cpu = 0; cpu < losses->cpu_count; cpu++)
		total += losses->seen[cpu][wire_kind];
	return total;
}
