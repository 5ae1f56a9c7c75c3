/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* See rings.h. */
#include "live/rings.h"

#include <bpf/libbpf.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "lifeline.skel.h"

/* Within a ring stamps are out of order by no more than a program takes, and a virtual CPU's pause. */
#define DISORDER_NS LL_NS_PER_MS

enum { LIFECYCLE, SIGNALS, STATES, RINGS };

struct ll_rings {
	struct ring_buffer *buffers[RINGS];
	int epoll;
	struct ll_order *order; /* borrowed */
	size_t room_bytes;
	/* While one is drained: */
	size_t limit_bytes; /* what the order may hold */
	uint64_t last_ns; /* stamp of the last record taken */
	int error;
	struct ll_rings_counts counts;
};

/* A record leaves the ring: its bytes are the ring's only until this returns. */
static int take(void *arg, void *data, size_t size)
{
	struct ll_rings *rings = arg;
	const struct ll_wire_header *header = data;

	if (size < sizeof(*header) || header->size < sizeof(*header) || header->size > size) {
		rings->counts.unknown++;
		return 0;
	}
	rings->counts.records++;
	rings->last_ns = header->time_boottime_ns;
	rings->error = ll_order_push(rings->order, header);
	if (rings->error < 0)
		return rings->error;
	/* Enough for now: hand on before reading more. */
	return ll_order_bytes(rings->order) > rings->limit_bytes ? -ENOBUFS : 0;
}

static int open_one(struct ll_rings *rings, int which, const struct bpf_map *map)
{
	int fd = bpf_map__fd(map);
	/* Edge-triggered: data that stays below the mark must not wake the reader. */
	struct epoll_event event = { .events = EPOLLIN | EPOLLET };

	rings->buffers[which] = ring_buffer__new(fd, take, rings, NULL);
	if (rings->buffers[which] == NULL)
		return -errno;
	return epoll_ctl(rings->epoll, EPOLL_CTL_ADD, fd, &event) < 0 ? -errno : 0;
}

static void close_rings(struct ll_rings **rings)
{
	ll_rings_close(*rings);
}

int ll_rings_open(const struct lifeline_bpf *skeleton, struct ll_order *order,
		  size_t room_bytes, struct ll_rings **ret_rings)
{
	const struct bpf_map *maps[RINGS] = {
		[LIFECYCLE] = skeleton->maps.ll_ring,
		[SIGNALS] = skeleton->maps.ll_signal_ring,
		[STATES] = skeleton->maps.ll_state_ring,
	};
	LL_CLEANUP(close_rings) struct ll_rings *rings = calloc(1, sizeof(*rings));

	if (rings == NULL)
		return -ENOMEM;
	rings->order = order;
	rings->room_bytes = room_bytes;
	rings->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (rings->epoll < 0)
		return -errno;
	for (int i = 0; i < RINGS; i++) {
		int r = open_one(rings, i, maps[i]);

		if (r < 0)
			return r;
	}
	*ret_rings = TAKE(rings);
	return 0;
}

void ll_rings_close(struct ll_rings *rings)
{
	if (rings == NULL)
		return;
	for (int i = 0; i < RINGS; i++)
		ring_buffer__free(rings->buffers[i]);
	if (rings->epoll >= 0)
		close(rings->epoll);
	free(rings);
}

int ll_rings_wait(const struct ll_rings *rings, int timeout_ms)
{
	struct epoll_event event;

	return epoll_wait(rings->epoll, &event, 1, timeout_ms) < 0 ? -errno : 0;
}

int ll_rings_drain(struct ll_rings *rings, uint64_t *ret_behind_ns)
{
	uint64_t behind_ns = 0;

	rings->error = 0;
	for (int i = 0; i < RINGS; i++) {
		rings->limit_bytes = i == LIFECYCLE ? rings->room_bytes : rings->room_bytes / 2;
		int drained = ring_buffer__consume(rings->buffers[i]);

		if (rings->error < 0)
			return rings->error;
		if (drained == -ENOBUFS &&
		    (behind_ns == 0 || rings->last_ns - DISORDER_NS < behind_ns))
			behind_ns = rings->last_ns - DISORDER_NS;
	}
	*ret_behind_ns = behind_ns;
	return 0;
}

const struct ll_rings_counts *ll_rings_counts(const struct ll_rings *rings)
{
	return &rings->counts;
}
