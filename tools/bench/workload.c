/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A small load of one kind of process work, timed from inside.
 *
 * `workload NAME COUNT` does COUNT operations and prints "WALL CPU", nanoseconds per
 * operation: of the wall clock, over all of them; and of the CPU time that this process and
 * its children used, the median of SLICES parts. CPU time holds what tracing programs do in
 * their context and does not wait for other loads of the machine; wall time also holds the
 * tracer's competition for CPUs. Linked statically, so that as its own child it is about
 * the cheapest exec there is.
 */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* No run may take longer: SIGALRM ends it, and the driver reports a failed run. */
#define LIMIT_S 120
/* CPU time is taken in so many slices; their median forgets a burst of other work. */
#define SLICES 20
#define LONG_ARG_COUNT 60
#define LONG_ARG_LEN 64
#define WORKERS_MAX 64

extern char **environ;

struct load {
	const char *name;
	int (*operation)(void);
	bool parallel; /* one worker per CPU does COUNT each */
};

static int reap(pid_t pid)
{
	int status = 0;

	if (waitpid(pid, &status, 0) != pid)
		return -errno;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -ECHILD;
}

static int spawn_argv(const char *path, char *const argv[])
{
	pid_t pid = -1;
	int err = posix_spawn(&pid, path, NULL, NULL, argv, environ);

	return err != 0 ? -err : reap(pid);
}

static int spawn_true(void)
{
	char *argv[] = { (char *)"true", NULL };

	return spawn_argv("/bin/true", argv);
}

static int spawn_static(void)
{
	char *argv[] = { (char *)"workload", (char *)"child", NULL };

	return spawn_argv("/proc/self/exe", argv);
}

static int spawn_long_args(void)
{
	static char words[LONG_ARG_COUNT][LONG_ARG_LEN];
	char *argv[LONG_ARG_COUNT + 3] = { (char *)"workload", (char *)"child" };

	for (size_t i = 0; i < LONG_ARG_COUNT; i++) {
		memset(words[i], 'a' + (int)(i % 26), LONG_ARG_LEN - 1);
		argv[i + 2] = words[i];
	}
	return spawn_argv("/proc/self/exe", argv);
}

static int fork_and_wait(void)
{
	pid_t pid = fork();

	if (pid < 0)
		return -errno;
	if (pid == 0)
		_exit(0);
	return reap(pid);
}

static void *return_at_once(void *arg)
{
	return arg;
}

static int create_and_join(void)
{
	pthread_t thread;
	int err = pthread_create(&thread, NULL, return_at_once, NULL);

	return err != 0 ? -err : -pthread_join(thread, NULL);
}

static void note_signal(int signal)
{
	(void)signal;
}

static int signal_self(void)
{
	static bool is_handled;

	if (!is_handled)
		signal(SIGUSR1, note_signal);
	is_handled = true;
	return raise(SIGUSR1) == 0 ? 0 : -errno;
}

/* The partner ends when this process does: its pipe is closed then. */
static int start_partner(int ret_ends[2])
{
	int there[2], back[2];
	char byte;

	if (pipe(there) < 0 || pipe(back) < 0)
		return -errno;
	pid_t pid = fork();
	if (pid < 0)
		return -errno;
	if (pid == 0) {
		close(there[1]);
		while (read(there[0], &byte, 1) == 1 && write(back[1], &byte, 1) == 1)
			continue;
		_exit(0);
	}
	close(there[0]);
	ret_ends[0] = back[0];
	ret_ends[1] = there[1];
	return 0;
}

static int pass_byte(void)
{
	static int ends[2] = { -1, -1 };
	char byte = 0;

	if (ends[0] < 0) {
		int err = start_partner(ends);

		if (err != 0)
			return err;
	}
	return write(ends[1], &byte, 1) == 1 && read(ends[0], &byte, 1) == 1 ? 0 : -EIO;
}

static const struct load loads[] = {
	{ "spawn", spawn_true, false },         { "fork", fork_and_wait, false },
	{ "threads", create_and_join, false },  { "static", spawn_static, false },
	{ "longargs", spawn_long_args, false }, { "parallel", spawn_static, true },
	{ "signals", signal_self, false },      { "switches", pass_byte, false },
};

static uint64_t clock_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static uint64_t rusage_ns(int who)
{
	struct rusage usage;

	getrusage(who, &usage);
	return ((uint64_t)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000u +
		(uint64_t)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec)) *
	       1000u;
}

static uint64_t cpu_ns(void)
{
	return rusage_ns(RUSAGE_SELF) + rusage_ns(RUSAGE_CHILDREN);
}

static int repeat(const struct load *load, long count)
{
	for (long i = 0; i < count; i++) {
		int err = load->operation();

		if (err != 0)
			return err;
	}
	return 0;
}

static int repeat_in_workers(const struct load *load, long count, long workers)
{
	pid_t pids[WORKERS_MAX];
	int ret = 0;

	for (long i = 0; i < workers; i++) {
		pids[i] = fork();
		if (pids[i] < 0)
			return -errno;
		if (pids[i] == 0) {
			alarm(LIMIT_S);
			_exit(repeat(load, count) == 0 ? 0 : 1);
		}
	}
	for (long i = 0; i < workers; i++) {
		int err = reap(pids[i]);

		ret = ret != 0 ? ret : err;
	}
	return ret;
}

static int compare_doubles(const void *a, const void *b)
{
	double left = *(const double *)a, right = *(const double *)b;

	return (left > right) - (left < right);
}

static long worker_count(const struct load *load)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);

	return !load->parallel ? 1 : cpus < WORKERS_MAX ? cpus : WORKERS_MAX;
}

/* Do count operations; *ret_cpu_ns is the CPU time of one. */
static int measure_slice(const struct load *load, long count, double *ret_cpu_ns)
{
	long workers = worker_count(load);
	uint64_t cpu = cpu_ns();
	int err =
		load->parallel ? repeat_in_workers(load, count, workers) : repeat(load, count);

	*ret_cpu_ns = (double)(cpu_ns() - cpu) / (double)(count * workers);
	return err;
}

/* Returns 0 or -errno; on success the two figures are on stdout. */
static int measure(const struct load *load, long count)
{
	double cpu[SLICES];
	long in_slice = (count + SLICES - 1) / SLICES;
	int err = repeat(load, in_slice); /* fills caches; not counted */
	uint64_t wall = clock_ns();

	for (size_t i = 0; i < SLICES && err == 0; i++)
		err = measure_slice(load, in_slice, &cpu[i]);
	if (err != 0)
		return err;
	wall = clock_ns() - wall;
	qsort(cpu, SLICES, sizeof(cpu[0]), compare_doubles);
	printf("%.1f %.1f\n", (double)wall / (double)(in_slice * SLICES * worker_count(load)),
	       cpu[SLICES / 2]);
	return 0;
}

static const struct load *find_load(const char *name)
{
	for (size_t i = 0; i < sizeof(loads) / sizeof(loads[0]); i++)
		if (strcmp(loads[i].name, name) == 0)
			return &loads[i];
	return NULL;
}

int main(int argc, char *argv[])
{
	if (argc >= 2 && strcmp(argv[1], "child") == 0)
		return 0;

	const struct load *load = argc == 3 ? find_load(argv[1]) : NULL;
	long count = argc == 3 ? strtol(argv[2], NULL, 10) : 0;

	if (load == NULL || count < 1) {
		fprintf(stderr, "usage: workload spawn|fork|threads|static|longargs|parallel "
				"COUNT\n");
		return 2;
	}
	alarm(LIMIT_S);
	int err = measure(load, count);

	if (err != 0)
		fprintf(stderr, "workload: %s: %s\n", argv[1], strerror(-err));
	return err == 0 ? 0 : 1;
}
