/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* When things go wrong: one clear line, the right status, nothing half-written or left behind. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "support/live_check.h"

#define NOBODY 65534
#define PROGRAMS_MAX 256

/* The tracer exited with this status, saying one line that holds these words. */
static void check_refusal(struct live *live, int status, const char *words)
{
	char *errors = live_errors(live);
	size_t lines = 0;

	for (const char *at = errors; (at = strchr(at, '\n')) != NULL; at++)
		lines++;
	bool good = live->status == status << 8 && lines == 1 && strstr(errors, words) != NULL;
	if (!good)
		print_error("wait status %d (not %d), %zu lines (not 1), without '%s': %s\n",
			    live->status, status << 8, lines, words, errors);
	free(errors);
	assert_true(good);
	assert_int_equal(json_array_size(live->facts.objects), 0);
	assert_int_equal(json_array_size(live->events.objects), 0);
}

static void run_raw(struct live *live, const char *const arguments[])
{
	live_start_raw(live, arguments);
	live_close_words(live);
	live_finish(live);
}

static void unknown_option_is_a_usage_error(void **state)
{
	run_raw(*state, (const char *const[]){ "trace", "--no-such-option", NULL });
	check_refusal(*state, 2, "--no-such-option");
}

static void unknown_command_is_a_usage_error(void **state)
{
	run_raw(*state, (const char *const[]){ "trase", NULL });
	check_refusal(*state, 2, "trace");
}

static void unknown_user_is_a_usage_error(void **state)
{
	run_raw(*state, (const char *const[]){ "trace", "-u", "no-such-user", NULL });
	check_refusal(*state, 2, "no-such-user");
}

static void unknown_kind_is_a_usage_error(void **state)
{
	run_raw(*state, (const char *const[]){ "trace", "-e", "froks", NULL });
	check_refusal(*state, 2, "froks");
}

static void pid_that_is_gone_is_refused(void **state)
{
	char text[32];
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	waitpid(pid, NULL, 0);
	snprintf(text, sizeof(text), "%d", pid);
	run_raw(*state, (const char *const[]){ "trace", "-p", text, NULL });
	check_refusal(*state, 1, text);
}

static void command_that_is_not_found_is_127(void **state)
{
	run_raw(*state, (const char *const[]){ "trace", "--", "no-such-command", NULL });
	check_refusal(*state, 127, "no-such-command");
}

static void command_that_cannot_be_run_is_126(void **state)
{
	run_raw(*state, (const char *const[]){ "trace", "--", "/proc/self/status", NULL });
	check_refusal(*state, 126, "/proc/self/status");
}

static void command_that_is_a_directory_is_126(void **state)
{
	run_raw(*state, (const char *const[]){ "trace", "--", "/proc/self", NULL });
	check_refusal(*state, 126, "'/proc/self': it is a directory");
}

/* What there was is still there when nothing comes in its place. */
static void command_that_is_not_there_leaves_the_output_alone(void **state)
{
	static const char *const commands[] = { "no-such-command", "/no/such/command",
						"/proc/self/status" };
	struct live *live = *state;
	LL_AUTO_FREE char *path = live_path(live, "good.life");
	struct stat st;

	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		LL_AUTO_FCLOSE FILE *file = fopen(path, "we");

		assert_non_null(file);
		assert_true(fputs("good", file) >= 0 && fflush(file) == 0);
		run_raw(live,
			(const char *const[]){ "record", "-o", path, "--", commands[i], NULL });
		assert_int_equal(live->status, (i < 2 ? 127 : 126) << 8);
		assert_int_equal(stat(path, &st), 0);
		assert_int_equal(st.st_size, 4);
	}
}

static void without_privilege_says_what_is_missing(void **state)
{
	struct live *live = *state;

	live->uid = NOBODY;
	run_raw(live, (const char *const[]){ "trace", NULL });
	if (live->status == 99 << 8)
		live_skip("the tracer is where nobody but root can run it");
	check_refusal(live, 1, "root");
}

/*
 * Give children another boot time. Returns a descriptor of the namespace to return to, or -1 where
 * that cannot be done.
 */
static int shift_childrens_time(void)
{
	static const char offset[] = "boottime 100000 0\n";
	int before = open("/proc/self/ns/time_for_children", O_RDONLY | O_CLOEXEC);

	if (before < 0 || unshare(CLONE_NEWTIME) < 0) {
		close(before);
		return -1;
	}
	int offsets = open("/proc/self/timens_offsets", O_WRONLY | O_CLOEXEC);
	assert_int_equal(write(offsets, offset, strlen(offset)), strlen(offset));
	close(offsets);
	return before;
}

static void other_boot_time_is_refused(void **state)
{
	int before = shift_childrens_time();

	if (before < 0)
		live_skip("time namespaces cannot be made here");
	run_raw(*state, (const char *const[]){ "trace", "--duration", "300ms", NULL });
	assert_return_code(setns(before, CLONE_NEWTIME), errno);
	close(before);
	check_refusal(*state, 1, "time namespace");
}

static void unwritable_output_keeps_the_command_from_running(void **state)
{
	char *child = live_child_path("say_self");

	run_raw(*state,
		(const char *const[]){ "trace", "-o", "/nonexistent/file", "--", child, NULL });
	free(child);
	check_refusal(*state, 1, "/nonexistent/file");
}

static void full_disk_is_reported(void **state)
{
	struct live *live = *state;
	char *child = live_child_path("exit_codes");

	run_raw(live,
		(const char *const[]){ "trace", "-q", "-o", "/dev/full", "--", child, NULL });
	free(child);
	char *errors = live_errors(live);
	assert_non_null(strstr(errors, "No space left on device"));
	free(errors);
	assert_int_equal(live->status, 1 << 8);
}

/* Like `| head -1`: the reader goes after the first line. */
/* Whether the reader goes before the first byte, or after it. */
static void closed_reader_ends_a_recording_quietly(void **state)
{
	char bytes[10];
	int output[2];

	(void)state;
	for (int i = 0; i < 4; i++) {
		struct live *live = live_new();

		assert_return_code(pipe2(output, O_CLOEXEC), errno);
		live->output_fd = output[1];
		if (i % 2 == 0)
			close(output[0]);
		live_start_raw(live, (const char *const[]){ "record", "-o", "-", "-q",
							    "--duration", "1s", NULL });
		close(output[1]);
		if (i % 2 != 0) {
			assert_int_equal(read(output[0], bytes, sizeof(bytes)), sizeof(bytes));
			close(output[0]);
		}
		int status = live_finish(live);
		char *errors = live_errors(live);
		assert_string_equal(errors, "");
		assert_int_equal(status, 0);
		free(errors);
		live_free(live);
	}
}

static void closed_reader_ends_the_trace_quietly(void **state)
{
	struct live *live = *state;
	char line[100];
	int output[2];

	assert_return_code(pipe2(output, O_CLOEXEC), errno);
	live->output_fd = output[1];
	live_start_raw(live,
		       (const char *const[]){ "trace", "-e", "snapshot,fork", "-q", NULL });
	close(output[1]);
	assert_true(read(output[0], line, sizeof(line)) > 0);
	close(output[0]);
	while (waitpid(live->tracer, &live->status, WNOHANG) == 0) {
		pid_t pid = fork(); /* something to write about */
		if (pid == 0)
			_exit(0);
		waitpid(pid, NULL, 0);
		poll(NULL, 0, 10);
	}
	live->tracer = 0;
	char *errors = live_errors(live);
	assert_string_equal(errors, "");
	free(errors);
	assert_int_equal(live->status, 0);
}

/* The programs a process holds, from its descriptors. Returns how many. */
static size_t list_programs(pid_t pid, __u32 ids[PROGRAMS_MAX])
{
	char path[64], text[1000];
	struct dirent *entry;
	size_t count = 0;

	snprintf(path, sizeof(path), "/proc/%d/fdinfo", pid);
	DIR *dir = opendir(path);
	while (dir != NULL && count < PROGRAMS_MAX && (entry = readdir(dir)) != NULL) {
		int fd = openat(dirfd(dir), entry->d_name, O_RDONLY | O_CLOEXEC);
		ssize_t length = fd >= 0 ? read(fd, text, sizeof(text) - 1) : -1;

		text[length > 0 ? length : 0] = '\0';
		const char *id = strstr(text, "prog_id:");
		if (id != NULL)
			ids[count++] = (__u32)atoi(id + 8);
		if (fd >= 0)
			close(fd);
	}
	if (dir != NULL)
		closedir(dir);
	return count;
}

static bool has_program(__u32 id)
{
	union bpf_attr attr = { .prog_id = id };
	int fd = (int)syscall(SYS_bpf, BPF_PROG_GET_FD_BY_ID, &attr, sizeof(attr));

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

struct programs {
	__u32 ids[PROGRAMS_MAX];
	size_t count;
};

/* The kernel frees programs a moment after their last holder went. */
static bool are_gone(void *arg)
{
	struct programs *programs = arg;

	for (size_t i = 0; i < programs->count; i++)
		if (has_program(programs->ids[i]))
			return false;
	return true;
}

static void check_nothing_left(struct live *live, int signal)
{
	struct programs programs;

	live_start(live, NULL, NULL);
	live_await_attached(live);
	programs.count = list_programs(live->tracer, programs.ids);
	assert_int_not_equal(programs.count, 0);
	assert_false(are_gone(&programs));
	kill(live->tracer, signal);
	live_finish(live);
	live_await(are_gone, &programs, "the end of the tracer's BPF programs");
}

static void interrupt_leaves_no_program_behind(void **state)
{
	struct live *live = *state;

	check_nothing_left(live, SIGINT);
	assert_int_equal(live->status, 0);
}

static void kill_leaves_no_program_behind(void **state)
{
	check_nothing_left(*state, SIGKILL);
}

/* What happened before Ctrl-C is in the output, whole, and the last line says so. */
static void interrupt_drains_what_happened_before(void **state)
{
	static const char *const storm[] = { "storm", "300", "0", "0", NULL };
	struct live *live = *state;
	json_t *event;
	size_t i, seen = 0;
	int word_fd;

	live_start(live, NULL, NULL);
	live_await_attached(live);
	pid_t helper = live_start_helper(live, storm, &word_fd);
	close(word_fd);
	live_finish_helper(live, helper);
	assert_int_equal(live_interrupt(live), 0);
	json_array_foreach(live->events.objects, i, event) seen +=
		strcmp(json_lines_text(event, "event.name"), "process.fork") == 0 &&
		json_lines_number(event, "process.parent_pid") == helper;
	assert_int_equal(seen, 300);
	live_death(live, helper);
	char *errors = live_errors(live);
	assert_non_null(strchr(errors, '\n'));
	assert_ptr_equal(strchr(errors, '\n'), strrchr(errors, '\n'));
	free(errors);
}

static void resized_terminal_changes_nothing(void **state)
{
	struct live *live = *state;
	pid_t pid;

	live_start(live, NULL, NULL);
	live_await_attached(live);
	kill(live->tracer, SIGWINCH);
	pid = fork();
	if (pid == 0)
		_exit(0);
	waitpid(pid, NULL, 0);
	live_await_event(live, "process.exit", pid);
	assert_int_equal(live_interrupt(live), 0);
}

static void events_are_shown_while_they_happen(void **state)
{
	struct live *live = *state;
	pid_t pid;

	live_start(live, NULL, NULL);
	live_await_attached(live);
	pid = fork();
	if (pid == 0)
		_exit(7);
	waitpid(pid, NULL, 0);
	json_t *death = live_await_event(live, "process.exit", pid);
	check_number(death, "process.exit.code", 7);
	assert_int_equal(live_interrupt(live), 0);
}

static void duration_ends_the_watch(void **state)
{
	static const char *const options[] = { "--duration", "200ms", NULL };
	struct live *live = *state;

	live_run(live, options, NULL);
	assert_int_equal(live->status, 0);
}

static void output_file_is_for_its_owner_alone(void **state)
{
	static const char *const command[] = { "say_self", NULL };
	struct live *live = *state;

	live_run(live, NULL, command);
	struct stat status;
	assert_return_code(stat(live->events.path, &status), errno);
	assert_int_equal(status.st_mode & 0777, 0600);
}

#define LIVE_TEST(name) cmocka_unit_test_setup_teardown(name, live_set_up, live_tear_down)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		LIVE_TEST(unknown_option_is_a_usage_error),
		LIVE_TEST(unknown_command_is_a_usage_error),
		LIVE_TEST(unknown_user_is_a_usage_error),
		LIVE_TEST(unknown_kind_is_a_usage_error),
		LIVE_TEST(pid_that_is_gone_is_refused),
		LIVE_TEST(command_that_is_not_found_is_127),
		LIVE_TEST(command_that_cannot_be_run_is_126),
		LIVE_TEST(command_that_is_a_directory_is_126),
		LIVE_TEST(command_that_is_not_there_leaves_the_output_alone),
		LIVE_TEST(without_privilege_says_what_is_missing),
		LIVE_TEST(other_boot_time_is_refused),
		LIVE_TEST(unwritable_output_keeps_the_command_from_running),
		LIVE_TEST(full_disk_is_reported),
		LIVE_TEST(closed_reader_ends_a_recording_quietly),
		LIVE_TEST(closed_reader_ends_the_trace_quietly),
		LIVE_TEST(interrupt_leaves_no_program_behind),
		LIVE_TEST(kill_leaves_no_program_behind),
		LIVE_TEST(interrupt_drains_what_happened_before),
		LIVE_TEST(resized_terminal_changes_nothing),
		LIVE_TEST(events_are_shown_while_they_happen),
		LIVE_TEST(duration_ends_the_watch),
		LIVE_TEST(output_file_is_for_its_owner_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
