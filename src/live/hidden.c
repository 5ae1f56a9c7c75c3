/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * /proc is read before and after the iterator runs: who is there both times was there in between,
 * too.
 */
#include "live/hidden.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "live/live.h"

/* include/linux/threads.h PID_MAX_LIMIT */
#define PIDS (4u << 20)

#define SEEN_BEFORE 1u
#define SEEN_AFTER 2u
#define SEEN_BY_ITERATOR 4u

static void close_dir(DIR **dir)
{
	if (*dir != NULL)
		closedir(*dir);
}

static void free_live(struct ll_live **live)
{
	ll_live_free(*live);
}

static int mark_proc(uint8_t *pids, uint8_t mark)
{
	LL_CLEANUP(close_dir) DIR *dir = opendir("/proc");
	const struct dirent *entry;

	if (dir == NULL)
		return -errno;
	while ((entry = readdir(dir)) != NULL)
		if (isdigit((unsigned char)entry->d_name[0]))
			pids[strtoul(entry->d_name, NULL, 10) % PIDS] |= mark;
	return 0;
}

static int mark_event(void *arg, const struct ll_event *event)
{
	uint8_t *pids = arg;

	if (event->kind == LL_EVENT_SNAPSHOT)
		pids[event->tgid % PIDS] |= SEEN_BY_ITERATOR;
	return 0;
}

static int mark_iterated(uint8_t *pids)
{
	const struct ll_live_options options = { .max_args_bytes = 1, .snapshot = true };
	LL_CLEANUP(free_live) struct ll_live *live = NULL;
	int r = ll_live_new(&options, &live, NULL);

	if (r < 0)
		return r;
	ll_live_stop(live);
	return ll_live_poll(live, 0, mark_event, pids);
}

static void count(const uint8_t *pids, struct ll_hidden *ret)
{
	*ret = (struct ll_hidden){ 0 };
	for (uint32_t pid = 0; pid < PIDS; pid++) {
		if ((pids[pid] & (SEEN_BEFORE | SEEN_AFTER)) != (SEEN_BEFORE | SEEN_AFTER))
			continue;
		ret->process_count++;
		if (pids[pid] & SEEN_BY_ITERATOR)
			continue;
		if (ret->hidden_count++ == 0)
			ret->first_tgid = pid;
	}
}

int ll_hidden_find(struct ll_hidden *ret)
{
	LL_AUTO_FREE uint8_t *pids = calloc(PIDS, 1);

	if (pids == NULL)
		return -ENOMEM;
	int r = mark_proc(pids, SEEN_BEFORE);
	if (r == 0)
		r = mark_iterated(pids);
	if (r == 0)
		r = mark_proc(pids, SEEN_AFTER);
	if (r == 0)
		count(pids, ret);
	return r;
}
