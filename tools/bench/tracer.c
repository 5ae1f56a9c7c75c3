/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A tracer under test, seen from outside. Invariant: a tracer we started never outlives
 * us (parent-death signal) nor a failed start.
 */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/bpf.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "tracer.h"

#define MS 1000000ull
/* bcc compiles its programs at the start; verifying ours takes well under a second. */
#define READY_DEADLINE_NS (30000 * MS)
#define STOP_DEADLINE_NS (10000 * MS)
#define SETTLE_DEADLINE_NS (2000 * MS)
/* Asleep: it ran for less than a fifth of so long a window. */
#define QUIET_WINDOW_NS (150 * MS)
#define QUIET_SHARE 5

static void closedir_cleanup(DIR **dir)
{
	if (*dir != NULL)
		closedir(*dir);
}

static uint64_t clock_ns(clockid_t clock)
{
	struct timespec now;

	if (clock_gettime(clock, &now) != 0)
		return 0;
	return (uint64_t)now.tv_sec * 1000 * MS + (uint64_t)now.tv_nsec;
}

static void sleep_ns(uint64_t duration_ns)
{
	struct timespec duration = { (time_t)(duration_ns / (1000 * MS)),
				     (long)(duration_ns % (1000 * MS)) };

	nanosleep(&duration, NULL);
}

static uint64_t cpu_ns(pid_t pid)
{
	clockid_t clock;

	return clock_getcpuclockid(pid, &clock) == 0 ? clock_ns(clock) : 0;
}

/* Sum of the numbers that follow key in a /proc file of "key: number" lines. */
static uint64_t read_key(const char *path, const char *key)
{
	LL_AUTO_FCLOSE FILE *file = fopen(path, "re");
	char line[256];
	uint64_t sum = 0;

	while (file != NULL && fgets(line, sizeof(line), file) != NULL)
		if (strncmp(line, key, strlen(key)) == 0)
			sum += strtoull(line + strlen(key), NULL, 10);
	return sum;
}

static uint64_t read_pid_key(pid_t pid, const char *name, const char *key)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, name);
	return read_key(path, key);
}

/* Visit each descriptor of pid: its number and what it links to. */
static void for_each_fd(pid_t pid, void (*fn)(void *arg, int fd, const char *target), void *arg)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/fd", (int)pid);
	LL_CLEANUP(closedir_cleanup) DIR *dir = opendir(path);
	struct dirent *entry;

	while (dir != NULL && (entry = readdir(dir)) != NULL) {
		char target[128];

		if (!isdigit((unsigned char)entry->d_name[0]))
			continue;
		ssize_t length =
			readlinkat(dirfd(dir), entry->d_name, target, sizeof(target) - 1);

		if (length < 0)
			continue;
		target[length] = '\0';
		fn(arg, atoi(entry->d_name), target);
	}
}

/* A perf event is how tools attached before BPF links (5.7), and bcc still does. */
static void count_attachment(void *arg, int fd, const char *target)
{
	size_t *count = arg;

	(void)fd;
	if (strstr(target, "bpf_link") != NULL || strstr(target, "bpf-link") != NULL ||
	    strstr(target, "bpf-raw-tracepoint") != NULL ||
	    strstr(target, "perf_event") != NULL)
		(*count)++;
}

static size_t attachment_count(pid_t pid)
{
	size_t count = 0;

	for_each_fd(pid, count_attachment, &count);
	return count;
}

static bool has_ended(pid_t pid)
{
	siginfo_t info = { 0 };

	return waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) != 0 ||
	       info.si_pid != 0;
}

/* True when, for one window from now, it attached nothing and nearly always slept. */
static bool is_quiet(pid_t pid)
{
	size_t attached = attachment_count(pid);
	uint64_t cpu = cpu_ns(pid);

	sleep_ns(QUIET_WINDOW_NS);
	return attached > 0 && attached == attachment_count(pid) &&
	       cpu_ns(pid) - cpu < QUIET_WINDOW_NS / QUIET_SHARE;
}

static int wait_ready(pid_t pid)
{
	uint64_t deadline = clock_ns(CLOCK_MONOTONIC) + READY_DEADLINE_NS;

	while (!is_quiet(pid)) {
		if (has_ended(pid))
			return -ECHILD;
		if (clock_ns(CLOCK_MONOTONIC) > deadline)
			return -ETIMEDOUT;
	}
	return has_ended(pid) ? -ECHILD : 0;
}

/* In the child: classic tracepoints need tracefs, which a bare machine may not mount. */
static void provide_tracefs(void)
{
	if (access("/sys/kernel/tracing/events", F_OK) == 0 ||
	    access("/sys/kernel/debug/tracing/events", F_OK) == 0)
		return;
	if (unshare(CLONE_NEWNS) == 0 && mount("", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0)
		(void)mount("tracefs", "/sys/kernel/tracing", "tracefs", 0, NULL);
}

static void exec_tracer(const char *const argv[], int stderr_fd, pid_t parent)
{
	int null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	signal(SIGINT, SIG_DFL); /* a shell's background job would hand on "ignored" */
	if (getppid() != parent || null_fd < 0)
		_exit(126);
	provide_tracefs();
	dup2(null_fd, STDIN_FILENO);
	dup2(null_fd, STDOUT_FILENO);
	dup2(stderr_fd, STDERR_FILENO);
	execvp(argv[0], (char *const *)argv);
	dprintf(STDERR_FILENO, "%s: %s\n", argv[0], strerror(errno));
	_exit(127);
}

/* Keep the last non-empty line of what it said, control bytes blanked. */
static void read_last_words(struct ll_tracer *tracer)
{
	char text[4096];
	off_t size = lseek(tracer->stderr_fd, 0, SEEK_END);
	off_t from = size > (off_t)sizeof(text) - 1 ? size - (off_t)sizeof(text) + 1 : 0;
	ssize_t length = pread(tracer->stderr_fd, text, sizeof(text) - 1, from);

	while (length > 0 && isspace((unsigned char)text[length - 1]))
		length--;
	text[length > 0 ? length : 0] = '\0';
	const char *line = strrchr(text, '\n');

	snprintf(tracer->said, sizeof(tracer->said), "%.*s", (int)sizeof(tracer->said) - 1,
		 line != NULL ? line + 1 : text);
	for (char *c = tracer->said; *c != '\0'; c++)
		if (iscntrl((unsigned char)*c))
			*c = ' ';
}

int ll_tracer_start(struct ll_tracer *tracer, const char *const argv[])
{
	pid_t parent = getpid();

	tracer->stderr_fd = memfd_create("tracer-stderr", MFD_CLOEXEC);
	if (tracer->stderr_fd < 0)
		return -errno;
	tracer->pid = fork();
	if (tracer->pid == 0)
		exec_tracer(argv, tracer->stderr_fd, parent);
	int err = tracer->pid < 0 ? -errno : wait_ready(tracer->pid);

	if (err != 0)
		ll_tracer_stop(tracer);
	return err;
}

void ll_tracer_settle(const struct ll_tracer *tracer)
{
	uint64_t deadline = clock_ns(CLOCK_MONOTONIC) + SETTLE_DEADLINE_NS;

	while (!is_quiet(tracer->pid) && clock_ns(CLOCK_MONOTONIC) < deadline)
		continue;
}

struct map_memory {
	pid_t pid;
	uint64_t bytes;
};

static void add_map_memory(void *arg, int fd, const char *target)
{
	struct map_memory *sum = arg;
	char name[32];

	if (strstr(target, "bpf-map") == NULL)
		return;
	snprintf(name, sizeof(name), "fdinfo/%d", fd);
	sum->bytes += read_pid_key(sum->pid, name, "memlock:");
}

void ll_tracer_cost(const struct ll_tracer *tracer, struct ll_tracer_cost *ret_cost)
{
	struct map_memory maps = { tracer->pid, 0 };

	for_each_fd(tracer->pid, add_map_memory, &maps);
	*ret_cost = (struct ll_tracer_cost){
		.cpu_ns = cpu_ns(tracer->pid),
		.written_bytes = read_pid_key(tracer->pid, "io", "wchar:"),
		.rss_peak_bytes = read_pid_key(tracer->pid, "status", "VmHWM:") * 1024,
		.maps_bytes = maps.bytes,
	};
}

void ll_tracer_stop(struct ll_tracer *tracer)
{
	uint64_t deadline = clock_ns(CLOCK_MONOTONIC) + STOP_DEADLINE_NS;

	if (tracer->pid > 0) {
		kill(tracer->pid, SIGINT);
		while (!has_ended(tracer->pid) && clock_ns(CLOCK_MONOTONIC) < deadline)
			sleep_ns(5 * MS);
		kill(tracer->pid, SIGKILL);
		waitpid(tracer->pid, NULL, 0);
	}
	if (tracer->stderr_fd >= 0) {
		read_last_words(tracer);
		close(tracer->stderr_fd);
	}
	tracer->pid = 0;
	tracer->stderr_fd = -1;
}

static long bpf(int command, union bpf_attr *attr)
{
	return syscall(SYS_bpf, command, attr, sizeof(*attr));
}

int ll_tracer_enable_bpf_stats(void)
{
	union bpf_attr attr = { .enable_stats.type = BPF_STATS_RUN_TIME };
	long fd = bpf(BPF_ENABLE_STATS, &attr);

	return fd < 0 ? -errno : (int)fd;
}

struct program_list {
	pid_t pid;
	struct ll_tracer_program *programs;
	size_t count, capacity;
};

static int program_info(uint32_t id, struct bpf_prog_info *ret_info)
{
	union bpf_attr by_id = { .prog_id = id };
	LL_AUTO_CLOSE int fd = (int)bpf(BPF_PROG_GET_FD_BY_ID, &by_id);

	if (fd < 0)
		return -errno;
	union bpf_attr attr = { .info = { .bpf_fd = (uint32_t)fd,
					  .info_len = sizeof(*ret_info),
					  .info = (uintptr_t)ret_info } };

	return bpf(BPF_OBJ_GET_INFO_BY_FD, &attr) == 0 ? 0 : -errno;
}

static void add_program(void *arg, int fd, const char *target)
{
	struct program_list *list = arg;
	struct bpf_prog_info info = { 0 };
	char name[32];

	if (strstr(target, "bpf-prog") == NULL || list->count == list->capacity)
		return;
	snprintf(name, sizeof(name), "fdinfo/%d", fd);
	if (program_info((uint32_t)read_pid_key(list->pid, name, "prog_id:"), &info) != 0)
		return;
	struct ll_tracer_program *program = &list->programs[list->count++];

	snprintf(program->name, sizeof(program->name), "%.15s", info.name);
	program->run_count = info.run_cnt;
	program->run_ns = info.run_time_ns;
}

size_t ll_tracer_programs(const struct ll_tracer *tracer,
			  struct ll_tracer_program *ret_programs, size_t capacity)
{
	struct program_list list = { tracer->pid, ret_programs, 0, capacity };

	for_each_fd(tracer->pid, add_program, &list);
	return list.count;
}
