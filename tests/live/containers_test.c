/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Containers made for real, by crun and by runc: who is in which, by which pids; a PID 1 that does
 * not hear SIGTERM, as `docker stop` finds it; zombies of a PID 1 that does not wait.
 *
 * A container is a bundle in the run's directory: a root with one static program, and no image.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/live_check.h"
#include "support/live_signals.h"

#define ORPHANS 3
#define ID_SIZE 65

static const char *const options[] = { "-e", "fork,exec,exit,reap,reparent,generate,deliver",
				       NULL };

/* What makes containers here. */
struct runtime {
	char path[64];
	/* NULL, or the program it runs under: crun refuses hosts with both versions of cgroups. */
	char *wrapper;
};

struct container {
	struct live *live;
	struct runtime runtime;
	char id[ID_SIZE];
	char name[80];
	char *bundle;
	pid_t init; /* by the host's count */
};

static const char *runtime_name; /* crun or runc */

/* 64 hexadecimal digits, as container engines name their own. */
static void make_id(char id[ID_SIZE])
{
	snprintf(id, ID_SIZE, "%08x%056llx", getpid(),
		 (unsigned long long)time(NULL) * 1000003ULL);
}

static void make_dir(const char *dir, const char *name)
{
	char path[300];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	assert_return_code(mkdir(path, 0755), errno);
}

static void copy_file(const char *from, const char *to)
{
	char bytes[65536];
	ssize_t got;
	int in = open(from, O_RDONLY | O_CLOEXEC);
	int out = open(to, O_WRONLY | O_CREAT | O_CLOEXEC, 0755);

	assert_true(in >= 0 && out >= 0);
	while ((got = read(in, bytes, sizeof(bytes))) > 0)
		assert_int_equal(write(out, bytes, (size_t)got), got);
	close(in);
	close(out);
}

/* A container whose PID 1 is container_init VARIANT. */
static void write_config(const struct container *container, const char *variant)
{
	char path[300];

	snprintf(path, sizeof(path), "%s/config.json", container->bundle);
	FILE *config = fopen(path, "we");
	assert_non_null(config);
	fprintf(config,
		"{\"ociVersion\":\"1.0.2\",\"process\":{\"terminal\":false,"
		"\"user\":{\"uid\":0,\"gid\":0},\"args\":[\"/init\",\"%s\"],"
		"\"env\":[\"LL_CORNER=container\"],\"cwd\":\"/\"},"
		"\"root\":{\"path\":\"rootfs\",\"readonly\":false},"
		"\"mounts\":[{\"destination\":\"/proc\",\"type\":\"proc\",\"source\":\"proc\"}],"
		"\"linux\":{\"cgroupsPath\":\"/lifeline-%s\",\"namespaces\":["
		"{\"type\":\"pid\"},{\"type\":\"mount\"},{\"type\":\"ipc\"},{\"type\":\"uts\"}]}}\n",
		variant, container->id);
	fclose(config);
}

/* The root of a container whose PID 1 is container_init; its config.json is still to be written. */
static void make_bundle(struct container *container)
{
	char path[300], *program = live_child_path("container_init");

	container->bundle = live_path(container->live, "bundle");
	make_dir(container->live->dir, "bundle");
	make_dir(container->bundle, "rootfs");
	snprintf(path, sizeof(path), "%s/rootfs", container->bundle);
	make_dir(path, "proc");
	make_dir(path, "dev");
	snprintf(path, sizeof(path), "%s/rootfs/init", container->bundle);
	copy_file(program, path);
	free(program);
}

/* The runtime's command line with these arguments. Borrowed strings. */
static void fill_command(const struct container *container, const char *command[12],
			 const char *const arguments[])
{
	size_t count = 0;

	if (container->runtime.wrapper != NULL)
		command[count++] = container->runtime.wrapper;
	command[count++] = container->runtime.path;
	for (; *arguments != NULL; arguments++)
		command[count++] = *arguments;
	command[count] = NULL;
}

/* Run it to its end, unwatched, what it says thrown away. Returns its pid. */
static pid_t run_runtime(const struct container *container, const char *const arguments[],
			 int *ret_status)
{
	const char *command[12];

	fill_command(container, command, arguments);
	pid_t pid = fork();
	if (pid == 0) {
		int null = open("/dev/null", O_RDWR);

		for (int fd = 0; fd < 3; fd++)
			dup2(null, fd);
		execv(command[0], (char *const *)command);
		_exit(99);
	}
	waitpid(pid, ret_status, 0);
	return pid;
}

/* A container that ends at once is made, or not. */
static bool works(const struct container *container)
{
	const char *const run[] = { "run", "--bundle", container->bundle, container->name,
				    NULL };
	int status;

	write_config(container, "probe");
	run_runtime(container, run, &status);
	return status == 0;
}

static bool find_runtime(char path[64])
{
	static const char *const dirs[] = { "/usr/local/bin", "/usr/local/sbin", "/usr/bin",
					    "/usr/sbin" };

	for (size_t i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++) {
		snprintf(path, 64, "%s/%s", dirs[i], runtime_name);
		if (access(path, X_OK) == 0)
			return true;
	}
	path[0] = '\0';
	return false;
}

/* Choose how to run the runtime, or skip the test. */
static void need_runtime(struct container *container)
{
	char why[100];

	live_needs_host("containers need a runtime of the host");
	snprintf(why, sizeof(why), "%s is not installed", runtime_name);
	if (!find_runtime(container->runtime.path))
		live_skip(why);
	if (works(container))
		return;
	container->runtime.wrapper = live_child_path("in_cgroup2");
	snprintf(why, sizeof(why), "%s cannot make containers here", runtime_name);
	if (!works(container))
		live_skip(why);
}

/* Read a number of /proc/PID/status; the last of several. -1 when there is none. */
static long status_number(const char *pid, const char *name)
{
	char path[300], line[256];
	long number = -1;
	size_t length = strlen(name);

	snprintf(path, sizeof(path), "/proc/%.20s/status", pid);
	FILE *status = fopen(path, "re");
	while (status != NULL && fgets(line, sizeof(line), status) != NULL) {
		if (strncmp(line, name, length) != 0 || line[length] != ':')
			continue;
		line[strcspn(line, "\n")] = '\0';
		number = strtol(strrchr(line, '\t') + 1, NULL, 10);
	}
	if (status != NULL)
		fclose(status);
	return number;
}

static bool is_in_container(const char *pid, const struct container *container)
{
	char path[300], text[4096] = "";

	snprintf(path, sizeof(path), "/proc/%.20s/cgroup", pid);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got = fd >= 0 ? read(fd, text, sizeof(text) - 1) : 0;
	if (fd >= 0)
		close(fd);
	return got > 0 && strstr(text, container->id) != NULL;
}

/* The process with this pid inside, that is init itself or a child of it. 0: none. */
static pid_t find_outer(const struct container *container, long vpid)
{
	DIR *proc = opendir("/proc");
	struct dirent *entry;
	pid_t found = 0;

	while (found == 0 && (entry = readdir(proc)) != NULL) {
		if (strspn(entry->d_name, "0123456789") != strlen(entry->d_name) ||
		    status_number(entry->d_name, "NSpid") != vpid)
			continue;
		if (container->init == 0
			    ? is_in_container(entry->d_name, container)
			    : status_number(entry->d_name, "PPid") == container->init)
			found = atoi(entry->d_name);
	}
	closedir(proc);
	return found;
}

/* Start the container under the tracer and wait until its PID 1 is up. */
static void start(struct container *container, const char *variant)
{
	const char *command[12];

	make_bundle(container);
	need_runtime(container);
	write_config(container, variant);
	const char *const run[] = { "run", "--bundle", container->bundle, container->name,
				    NULL };
	fill_command(container, command, run);
	live_start(container->live, options, command);
	live_await_fact(container->live, "container", "up");
	container->init = find_outer(container, 1);
	assert_int_not_equal(container->init, 0);
}

/* Have the runtime signal PID 1. Returns the pid of the sender. */
static pid_t send(const struct container *container, const char *signal)
{
	const char *const arguments[] = { "kill", container->name, signal, NULL };
	int status;
	pid_t sender = run_runtime(container, arguments, &status);

	assert_int_equal(status, 0);
	return sender;
}

static void await_end(struct container *container)
{
	int status = live_finish(container->live);

	assert_int_equal(status, (128 + SIGKILL) << 8);
	assert_int_equal(live_count(container->live, "lost", 0), 0);
}

static int set_up(void **state)
{
	struct container *container = calloc(1, sizeof(*container));

	container->live = live_new();
	make_id(container->id);
	snprintf(container->name, sizeof(container->name), "lifeline-%s", container->id);
	*state = container;
	return 0;
}

/* A test that failed leaves its container running. */
static int tear_down(void **state)
{
	struct container *container = *state;
	const char *const remove[] = { "delete", "--force", container->name, NULL };
	int status;

	if (container->runtime.path[0] != '\0')
		run_runtime(container, remove, &status);
	live_free(container->live);
	free(container->runtime.wrapper);
	free(container->bundle);
	free(container);
	return 0;
}

static long long boottime_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static void check_members(const struct container *container, const json_t *event, long vpid)
{
	check_text(event, "container.id", container->id);
	check_number(event, "process.vpid", vpid);
}

/* The program of the container is what its init executed last: runtimes execute themselves before. */
static void processes_have_their_container_and_their_pid_inside(void **state)
{
	struct container *container = *state;
	json_t *middle, *exec;

	start(container, "negligent");
	pid_t init = container->init;
	send(container, "KILL");
	await_end(container);

	exec = live_last_event(container->live, "process.exec", init);
	check_text(exec, "process.exec.filename", "/init");
	check_members(container, exec, 1);
	middle = live_fact(container->live, "container", "middle");
	json_t *forks = live_events(container->live, "process.fork", 0), *fork;
	size_t i, count = 0;
	json_array_foreach(forks, i, fork)
	{
		if (live_order(fork) < live_order(exec))
			continue;
		check_members(container, fork,
			      json_lines_number(middle, "vpid") + (long)count++);
	}
	json_decref(forks);
	assert_int_equal(count, 1 + ORPHANS);
}

/* Ask, wait, kill: what `docker stop` does, which waits ten seconds for what cannot come. */
static void pid_1_that_does_not_hear_sigterm_is_killed(void **state)
{
	struct container *container = *state;
	struct live *live = container->live;

	start(container, "deaf");
	pid_t init = container->init;
	long long asked_after = boottime_ns();
	pid_t asker = send(container, "TERM");
	long long asked_before = boottime_ns();
	live_await_event(live, "signal.generate", init);
	long long killed_after = boottime_ns();
	pid_t killer = send(container, "KILL");
	await_end(container);
	long long dead_before = boottime_ns();

	json_t *asked = live_signal(live, "signal.generate", init, SIGTERM);
	check_text(asked, "signal.result", "ignored");
	check_text(asked, "signal.disposition", "default");
	check_number(asked, "signal.sender.pid", asker);
	json_t *death = live_death(live, init);
	check_text(death, "process.exit.cause", "signal");
	check_text(death, "process.exit.signal", "SIGKILL");
	check_number(death, "signal.sender.pid", killer);
	check_between(death, "process.exit.kill_ns", 1, dead_before - killed_after);
	check_text(death, "process.exit.request.signal", "SIGTERM");
	check_between(death, "process.exit.request.ns", killed_after - asked_before,
		      dead_before - asked_after);
}

/* Each became a zombie that init had to reap, and was none's before the container's end. */
static void check_zombie(const struct live *live, pid_t init, pid_t pid)
{
	json_t *death = live_death(live, pid), *end = live_death(live, init);
	json_t *reap = live_event(live, "process.reap", pid);
	json_t *adopted = live_event(live, "process.reparent", pid);

	check_number(death, "process.exit.code", 4);
	check_number(death, "process.parent_pid", init);
	check_number(adopted, "process.parent_pid", init);
	check_text(adopted, "process.reparent.reason", "init");
	assert_true(live_order(reap) > live_order(death));
	check_between(reap, "process.zombie_ns",
		      json_lines_number(end, "time_unix_nano") -
			      json_lines_number(death, "time_unix_nano") - 100000000LL,
		      INT64_MAX);
}

/* Another tracer, which saw none of this, finds the zombies and says whose fault they are. */
static void check_ledger(const struct container *container)
{
	struct live *other = live_new();
	const char *const arguments[] = { "zombies", "--json", "-o", other->events.path, NULL };
	json_t *line, *holder = NULL;
	size_t i;

	live_start_raw(other, arguments);
	assert_int_equal(live_finish(other), 0);
	json_array_foreach(other->events.objects, i,
			   line) if (json_lines_number(line, "process.pid") == container->init)
		holder = line;
	assert_non_null(holder);
	check_members(container, holder, 1);
	check_number(holder, "zombies.count", ORPHANS);
	check_text(holder, "zombies.holder", "container_init");
	live_free(other);
}

static void zombies_of_a_pid_1_that_does_not_wait_stay(void **state)
{
	struct container *container = *state;
	struct live *live = container->live;
	pid_t pids[ORPHANS];
	size_t i;
	json_t *orphan;

	start(container, "negligent");
	json_t *orphans = live_facts(live, "container", "orphan");
	assert_int_equal(json_array_size(orphans), ORPHANS);
	json_array_foreach(orphans, i, orphan)
	{
		pids[i] = find_outer(container, json_lines_number(orphan, "vpid"));
		assert_int_not_equal(pids[i], 0);
		live_await_event(live, "process.exit", pids[i]);
	}
	json_decref(orphans);
	/* All have ended, and the host still has them. */
	for (i = 0; i < ORPHANS; i++) {
		assert_int_equal(kill(pids[i], 0), 0);
		assert_int_equal(live_count(live, "process.reap", pids[i]), 0);
	}
	check_ledger(container);
	send(container, "KILL");
	await_end(container);
	for (i = 0; i < ORPHANS; i++)
		check_zombie(live, container->init, pids[i]);
}

#define CONTAINER_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	static const char *const names[] = { "crun", "runc" };
	static const struct CMUnitTest tests[] = {
		CONTAINER_TEST(processes_have_their_container_and_their_pid_inside),
		CONTAINER_TEST(pid_1_that_does_not_hear_sigterm_is_killed),
		CONTAINER_TEST(zombies_of_a_pid_1_that_does_not_wait_stay),
	};
	int failed = 0;

	for (size_t i = 0; i < 2; i++) {
		runtime_name = names[i];
		print_message("           %s\n", runtime_name);
		failed += cmocka_run_group_tests(tests, NULL, NULL);
	}
	return failed;
}
