/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * How a traced child tells the test what is true.
 *
 * A fact is one JSON object on one line of standard output, written by a single
 * write(2) to a file opened with O_APPEND, so facts of many processes never mix.
 * Each carries "fact" (its name) and "corner" (from LL_CORNER, set by `each`). What a
 * process says of itself comes from /proc and from system calls, never from the tracer.
 * Pids are those of the pid namespace /proc was mounted in. Raw bytes travel as hex.
 */
#pragma once

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

/* No child of a test outlives this, in seconds; the guest's kernels are slow. */
#define FACT_LIFE_MAX 900

struct fact_pair {
	const char *key; /* NULL ends the list */
	const char *text; /* NULL: a number */
	long long number;
};

#define NUM(pair_key, value)                                                                   \
	{                                                                                      \
		.key = (pair_key), .number = (long long)(value)                                \
	}
#define STR(pair_key, value)                                                                   \
	{                                                                                      \
		.key = (pair_key), .text = (value)                                             \
	}
#define FACT(name, ...)                                                                        \
	fact_write(name, (struct fact_pair[]){ __VA_ARGS__ __VA_OPT__(, ){ 0 } })

/* Print a string as JSON; bytes of 0x80 and above pass unchanged. */
static inline void fact_quote(FILE *out, const char *text)
{
	fputc('"', out);
	for (const char *at = text; *at != '\0'; at++) {
		if ((unsigned char)*at < 0x20)
			fprintf(out, "\\u%04x", *at);
		else
			fprintf(out, *at == '"' || *at == '\\' ? "\\%c" : "%c", *at);
	}
	fputc('"', out);
}

/* Write one fact; pairs end with a NULL key. */
static inline void fact_write(const char *name, const struct fact_pair *pairs)
{
	char *line = NULL;
	size_t length = 0;
	const char *corner = getenv("LL_CORNER");
	FILE *out = open_memstream(&line, &length);

	if (out == NULL)
		err(99, "open_memstream");
	fprintf(out, "{\"fact\":\"%s\",\"corner\":\"%s\"", name, corner != NULL ? corner : "");
	for (; pairs->key != NULL; pairs++) {
		fprintf(out, ",\"%s\":", pairs->key);
		if (pairs->text != NULL)
			fact_quote(out, pairs->text);
		else
			fprintf(out, "%lld", pairs->number);
	}
	fputs("}\n", out);
	fclose(out);
	if (write(STDOUT_FILENO, line, length) != (ssize_t)length)
		err(99, "write a fact");
	free(line);
}

/* Read a whole file. The bytes (NUL added) are the caller's; NULL when it cannot be read. */
static inline char *fact_slurp(const char *path, size_t *ret_length)
{
	size_t room = 4096, length = 0;
	char *data = malloc(room + 1);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got;

	while (fd >= 0 && data != NULL && (got = read(fd, data + length, room - length)) > 0) {
		length += (size_t)got;
		if (length == room)
			data = realloc(data, (room *= 2) + 1);
	}
	if (fd < 0 || data == NULL) {
		free(data);
		return NULL;
	}
	close(fd);
	data[length] = '\0';
	if (ret_length != NULL)
		*ret_length = length;
	return data;
}

/* Return bytes as lower-case hex; the caller's. */
static inline char *fact_hex(const char *data, size_t length)
{
	char *hex = calloc(2, length + 1);

	for (size_t i = 0; hex != NULL && i < length; i++)
		sprintf(hex + 2 * i, "%02x", (unsigned char)data[i]);
	return hex;
}

/* The n-th field (counted from 1, as in proc(5); 3 and above) of a /proc stat file. */
static inline long long fact_stat_field(const char *path, int n)
{
	char *stat = fact_slurp(path, NULL);
	char *at = stat != NULL ? strrchr(stat, ')') : NULL;
	long long value = -1;

	for (int field = 2; at != NULL && field < n; field++)
		at = strchr(at + 1, ' ');
	if (at != NULL)
		value = n == 3 ? at[1] : strtoll(at + 1, NULL, 10);
	free(stat);
	return value;
}

/* The same for /proc/PID/stat. */
static inline long long fact_pid_stat(pid_t pid, int n)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	return fact_stat_field(path, n);
}

/* What a /proc link points to; "" when it cannot be read. The caller's. */
static inline char *fact_link(const char *path)
{
	char *target = calloc(1, 4097);

	if (target != NULL && readlink(path, target, 4096) < 0)
		target[0] = '\0';
	return target;
}

/* This process's pid as /proc counts it, also from inside a pid namespace. */
static inline pid_t fact_outer_pid(void)
{
	char *link = fact_link("/proc/self");
	pid_t pid = atoi(link);

	free(link);
	return pid;
}

/* The calling thread's tid as /proc counts it. */
static inline pid_t fact_outer_tid(void)
{
	char *link = fact_link("/proc/thread-self");
	char *slash = strrchr(link, '/');
	pid_t tid = slash != NULL ? atoi(slash + 1) : -1;

	free(link);
	return tid;
}

/* Say all the calling process knows of itself. */
static inline void fact_self(const char *name)
{
	size_t args_length = 0;
	char *args = fact_slurp("/proc/self/cmdline", &args_length);
	char *args_hex = fact_hex(args, args_length);
	char *exe = fact_link("/proc/self/exe");
	char *cwd = fact_link("/proc/self/cwd");
	char *comm = fact_slurp("/proc/self/comm", NULL);
	char *cgroup = fact_slurp("/proc/self/cgroup", NULL);

	comm[strcspn(comm, "\n")] = '\0';
	FACT(name, NUM("pid", fact_outer_pid()), NUM("tid", fact_outer_tid()),
	     NUM("ppid", fact_stat_field("/proc/self/stat", 4)),
	     NUM("pgid", fact_stat_field("/proc/self/stat", 5)),
	     NUM("sid", fact_stat_field("/proc/self/stat", 6)), NUM("vpid", getpid()),
	     NUM("start_ticks", fact_stat_field("/proc/self/stat", 22)), NUM("euid", geteuid()),
	     NUM("ruid", getuid()), STR("exe", exe), STR("cwd", cwd), STR("comm", comm),
	     STR("cgroup", cgroup != NULL ? cgroup : ""), STR("args_hex", args_hex));
	free(args), free(args_hex), free(exe), free(cwd), free(comm), free(cgroup);
}

/* A number after "name:" in /proc/PID/io; -1 when the kernel does not say. */
static inline long long fact_io(pid_t pid, const char *name)
{
	char path[64];
	char *io, *at;
	long long value = -1;

	snprintf(path, sizeof(path), "/proc/%d/io", pid);
	io = fact_slurp(path, NULL);
	at = io != NULL ? strstr(io, name) : NULL;
	if (at != NULL)
		value = strtoll(at + strlen(name) + 1, NULL, 10);
	free(io);
	return value;
}

/* Wait until pid is a zombie (or has freed itself), leaving it so. */
static inline void fact_await_death(pid_t pid)
{
	siginfo_t info;

	while (waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT | __WALL) < 0 &&
	       errno == EINTR)
		continue;
}

/*
 * Wait for a child and say everything the kernel tells of its end: what /proc shows
 * of the zombie, then what wait4 returns. Returns the wait status.
 */
static inline int fact_wait(pid_t pid)
{
	struct rusage usage = { 0 };
	int status = -1;

	fact_await_death(pid);
	long long start = fact_pid_stat(pid, 22), read_bytes = fact_io(pid, "\nread_bytes");
	long long write_bytes = fact_io(pid, "\nwrite_bytes");
	if (wait4(pid, &status, __WALL, &usage) != pid)
		err(99, "wait4 %d", pid);
	FACT("waited", NUM("pid", pid), NUM("reaper", getpid()), NUM("status", status),
	     NUM("start_ticks", start), NUM("read_bytes", read_bytes),
	     NUM("write_bytes", write_bytes),
	     NUM("utime_ns",
		 usage.ru_utime.tv_sec * 1000000000LL + usage.ru_utime.tv_usec * 1000LL),
	     NUM("stime_ns",
		 usage.ru_stime.tv_sec * 1000000000LL + usage.ru_stime.tv_usec * 1000LL),
	     NUM("maxrss_bytes", usage.ru_maxrss * 1024LL), NUM("minflt", usage.ru_minflt),
	     NUM("majflt", usage.ru_majflt), NUM("nvcsw", usage.ru_nvcsw),
	     NUM("nivcsw", usage.ru_nivcsw));
	return status;
}

/* Set this process's end: SIGALRM kills it when a test forgot it. */
static inline void bound_life(void)
{
	alarm(FACT_LIFE_MAX);
}

/* fork(), bounded and checked. */
static inline pid_t checked_fork(void)
{
	pid_t pid = fork();

	if (pid < 0)
		err(99, "fork");
	if (pid == 0)
		bound_life();
	return pid;
}

/* execve() with the environment as it is; returns only when it failed. */
static inline void execute(const char *path, const char *const *argv)
{
	execve(path, (char *const *)argv, environ);
}

/* Exit the calling thread alone, without libc's help. */
static inline _Noreturn void exit_thread(int code)
{
	for (;;)
		syscall(SYS_exit, code);
}

/* The path of a program beside the running one. The caller's. */
static inline char *sibling(const char *name)
{
	char *self = fact_link("/proc/self/exe"), *path = NULL;
	char *slash = strrchr(self, '/');

	if (slash == NULL || asprintf(&path, "%.*s/%s", (int)(slash - self), self, name) < 0)
		errx(99, "no path for %s", name);
	free(self);
	return path;
}

/* Give the CPU away while waiting for a condition another process brings about. */
static inline void breathe(void)
{
	nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
}

static inline long long boottime_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	return now.tv_sec * 1000000000LL + now.tv_nsec;
}

/* Wait for one byte on standard input: the test's word to go on. False at its end. */
static inline bool await_word(void)
{
	char word;
	ssize_t got;

	while ((got = read(STDIN_FILENO, &word, 1)) < 0 && errno == EINTR)
		continue;
	return got == 1;
}
