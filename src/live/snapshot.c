/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The iterator is exact about identity and relatives, but cannot read another task's user
 * memory before 5.18; /proc gives command line, executable and directory, if the process still
 * is the one the iterator saw.
 */
#include "live/snapshot.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"

#define PF_KTHREAD 0x00200000u
/* /proc/PID/stat counts the start in ticks of boot time (proc(5) field 22). */
#define STAT_STARTTIME_FIELD 22
/* fs/d_path.c d_path(); mm/memfd.c MFD_NAME_PREFIX. */
#define DELETED_MARK " (deleted)"
#define MEMFD_PREFIX "/memfd:"

struct pass {
	struct ll_order *order;
	bool is_last; /* see ll_snapshot_last() */
	size_t max_args_bytes;
	char *record; /* room for a completed task */
	size_t record_size;
};

/* The process's start in ticks, or 0. Fields are counted from behind the comm's ')'. */
static uint64_t start_ticks(int dir)
{
	LL_AUTO_CLOSE int fd = openat(dir, "stat", O_RDONLY | O_CLOEXEC);
	char text[1024];
	ssize_t length = fd >= 0 ? read(fd, text, sizeof(text) - 1) : -1;

	if (length <= 0)
		return 0;
	text[length] = '\0';
	char *at = strrchr(text, ')');
	for (int field = 2; at != NULL && field < STAT_STARTTIME_FIELD; field++)
		at = strchr(at + 1, ' ');
	return at != NULL ? strtoull(at + 1, NULL, 10) : 0;
}

static bool is_same_process(int dir, const struct ll_wire_header *header)
{
	uint64_t tick_ns = LL_NS_PER_S / (uint64_t)sysconf(_SC_CLK_TCK);

	return start_ticks(dir) == header->start_boottime_ns / tick_ns;
}

/*
 * Append a link's target. A file without a name left has a mark behind its former one, which is
 * cut off; *ret_is_deleted says so. A file may also really be called that.
 */
static size_t append_link(int dir, const char *name, char *record, size_t offset,
			  struct ll_wire_span *ret_span, bool *ret_is_deleted)
{
	ssize_t length = readlinkat(dir, name, record + offset, PATH_MAX);
	ssize_t mark = strlen(DELETED_MARK);
	struct stat st;

	ret_span->offset = (uint32_t)offset;
	ret_span->length = 0;
	if (length <= 0)
		return offset;
	*ret_is_deleted = fstatat(dir, name, &st, 0) == 0 && st.st_nlink == 0;
	if (*ret_is_deleted && length > mark &&
	    memcmp(record + offset + length - mark, DELETED_MARK, (size_t)mark) == 0)
		length -= mark;
	ret_span->length = (uint32_t)length;
	return offset + (size_t)length;
}

static size_t append_exe(int dir, size_t offset, struct ll_record_task *record)
{
	char *bytes = (char *)record;
	bool is_deleted = false;
	size_t end = append_link(dir, "exe", bytes, offset, &record->exe, &is_deleted);

	if (is_deleted && record->exe.length > strlen(MEMFD_PREFIX) &&
	    memcmp(bytes + offset, MEMFD_PREFIX, strlen(MEMFD_PREFIX)) == 0)
		record->exe_is_memfd = 1;
	else if (is_deleted)
		record->exe_is_deleted = 1;
	return end;
}

static size_t append_args(const struct pass *pass, int dir, size_t offset,
			  struct ll_record_task *record)
{
	LL_AUTO_CLOSE int fd = openat(dir, "cmdline", O_RDONLY | O_CLOEXEC);
	char *to = (char *)record + offset;
	size_t used = 0;
	ssize_t length = 0;

	/* One byte more than wanted, to see whether there is more. */
	while (fd >= 0 && used <= pass->max_args_bytes &&
	       (length = read(fd, to + used, pass->max_args_bytes + 1 - used)) > 0)
		used += (size_t)length;
	if (used > pass->max_args_bytes) {
		used = pass->max_args_bytes;
		record->args_are_truncated = 1;
	}
	record->args =
		(struct ll_wire_span){ .offset = (uint32_t)offset, .length = (uint32_t)used };
	return offset + used;
}

/* Push a leader with what /proc says; false when the process is not there any more. */
static bool push_completed(const struct pass *pass, const struct ll_wire_task *task, int *ret)
{
	struct ll_record_task *record = (void *)pass->record;
	bool is_cwd_deleted = false;
	char path[32];

	snprintf(path, sizeof(path), "/proc/%u", task->header.tgid);
	LL_AUTO_CLOSE int dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0 || !is_same_process(dir, &task->header))
		return false;
	memset(record, 0, sizeof(*record));
	record->task = *task;
	size_t size = append_exe(dir, sizeof(*record), record);
	size = append_link(dir, "cwd", pass->record, size, &record->cwd, &is_cwd_deleted);
	size = append_args(pass, dir, size, record);
	record->task.header.kind = LL_RECORD_TASK;
	record->task.header.size = (uint32_t)size;
	*ret = ll_order_push(pass->order, &record->task.header);
	return true;
}

/* Push that a process exists; of a thread alone, nothing. */
static int push_existence(const struct pass *pass, const struct ll_wire_task *task)
{
	struct ll_wire_task copy = *task;

	if (task->header.tid != task->header.tgid)
		return 0;
	copy.flags |= LL_WIRE_TASK_UNWANTED;
	return ll_order_push(pass->order, &copy.header);
}

static int push_task(const struct pass *pass, const struct ll_wire_task *task)
{
	const struct ll_wire_header *header = &task->header;
	int r = 0;

	if (pass->is_last)
		return push_existence(pass, task);
	if (header->tid == header->tgid && !(header->task_flags & PF_KTHREAD) &&
	    !(task->flags & LL_WIRE_TASK_UNWANTED) && push_completed(pass, task, &r))
		return r;
	return ll_order_push(pass->order, header);
}

/* Read the iterator to its end; each whole record goes to push_task. */
static int read_tasks(const struct pass *pass, int fd)
{
	struct ll_wire_task tasks[64];
	size_t held = 0;

	for (;;) {
		ssize_t length = read(fd, (char *)tasks + held, sizeof(tasks) - held);

		if (length < 0 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (length <= 0)
			return length < 0 ? -errno : 0;
		held += (size_t)length;
		size_t whole = held / sizeof(*tasks);
		for (size_t i = 0; i < whole; i++) {
			int r = push_task(pass, &tasks[i]);

			if (r < 0)
				return r;
		}
		held -= whole * sizeof(*tasks);
		memmove(tasks, tasks + whole, held);
	}
}

static int push_end(struct ll_order *order, uint16_t kind)
{
	struct ll_wire_header end = { .size = sizeof(end), .kind = kind };

	end.time_boottime_ns = ll_clock_ns(CLOCK_BOOTTIME);
	return ll_order_push(order, &end);
}

int ll_snapshot_none(struct ll_order *order)
{
	return push_end(order, LL_RECORD_SNAPSHOT_END);
}

static int run_iterator(const struct pass *pass, const struct bpf_link *link)
{
	LL_AUTO_CLOSE int fd = bpf_iter_create(bpf_link__fd(link));

	return fd < 0 ? -errno : read_tasks(pass, fd);
}

int ll_snapshot(const struct bpf_link *link, size_t max_args_bytes, struct ll_order *order)
{
	struct pass pass = {
		.order = order,
		.max_args_bytes = max_args_bytes,
		.record_size =
			sizeof(struct ll_record_task) + 2 * PATH_MAX + max_args_bytes + 1,
	};
	LL_AUTO_FREE char *room = malloc(pass.record_size);

	if (room == NULL)
		return -ENOMEM;
	pass.record = room;
	int r = run_iterator(&pass, link);
	return r == 0 ? push_end(order, LL_RECORD_SNAPSHOT_END) : r;
}

int ll_snapshot_last(const struct bpf_link *link, struct ll_order *order)
{
	struct pass pass = { .order = order, .is_last = true };
	int r = run_iterator(&pass, link);

	return r == 0 ? push_end(order, LL_RECORD_LAST_END) : r;
}

/* Push the whole records of what was read; the rest moves to the front. Returns its size, or -errno. */
static ssize_t push_whole(struct ll_order *order, char *bytes, size_t held)
{
	const struct ll_wire_header *header = (const void *)bytes;
	size_t at = 0;

	while (held - at >= sizeof(*header)) {
		header = (const void *)(bytes + at);
		if (header->size < sizeof(*header))
			return -EBADMSG;
		if (header->size > held - at)
			break;
		int r = ll_order_push(order, header);
		if (r < 0)
			return r;
		at += header->size;
	}
	memmove(bytes, bytes + at, held - at);
	return (ssize_t)(held - at);
}

int ll_iterate_into(const struct bpf_link *link, struct ll_order *order)
{
	LL_AUTO_CLOSE int fd = bpf_iter_create(bpf_link__fd(link));
	_Alignas(struct ll_wire_header) char bytes[64 * sizeof(struct ll_wire_times)];
	ssize_t held = 0;

	if (fd < 0)
		return -errno;
	for (;;) {
		ssize_t length = read(fd, bytes + held, sizeof(bytes) - (size_t)held);

		if (length < 0 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (length <= 0)
			return length < 0 ? -errno : 0;
		held = push_whole(order, bytes, (size_t)(held + length));
		if (held < 0)
			return (int)held;
	}
}

int ll_iterate(const struct bpf_link *link)
{
	LL_AUTO_CLOSE int fd = bpf_iter_create(bpf_link__fd(link));
	char rest[64];
	ssize_t length = 0;

	if (fd < 0)
		return -errno;
	do {
		length = read(fd, rest, sizeof(rest));
	} while (length > 0 || (length < 0 && (errno == EINTR || errno == EAGAIN)));
	return length < 0 ? -errno : 0;
}
