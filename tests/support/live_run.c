/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "support/live_run.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "support/live_find.h"

#define ARGUMENTS_MAX 256
/* Between two looks at a file another process writes. */
#define LOOK_EVERY_MS 10
/* A process is freed by RCU some time after its reap; far above what was ever seen. */
#define REAP_ECHO_MS 20000
/* What a tracer that is interrupted may take to end. */
#define LAST_WORDS_MS 20000

static long long now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

static bool is_guest(void)
{
	return getenv("LL_GUEST") != NULL;
}

static long long deadline_ms(void)
{
	const char *seconds = getenv("LL_DEADLINE");

	return now_ms() + 1000LL * (seconds != NULL ? atoi(seconds) : is_guest() ? 600 : 60);
}

static char *resolve(const char *variable, const char *fallback)
{
	const char *path = getenv(variable);
	char *absolute = realpath(path != NULL ? path : fallback, NULL);

	if (absolute == NULL) {
		print_error("%s: %s (set %s)\n", path != NULL ? path : fallback,
			    strerror(errno), variable);
		fail();
	}
	return absolute;
}

static char *join(const char *dir, const char *name)
{
	char *path = NULL;

	if (asprintf(&path, "%s/%s", dir, name) < 0)
		fail_msg("out of memory");
	return path;
}

char *live_child_path(const char *name)
{
	char *dir = resolve("LL_CHILDREN", "build/tests/live/children");
	char *path = join(dir, name);

	free(dir);
	return path;
}

char *live_path(const struct live *live, const char *name)
{
	return join(live->dir, name);
}

struct live *live_new(void)
{
	struct live *live = calloc(1, sizeof(*live));

	assert_non_null(live);
	strcpy(live->dir, "/tmp/lifeline-live-XXXXXX");
	assert_non_null(mkdtemp(live->dir));
	chmod(live->dir, 0755);
	live->word_fd = -1;
	live->output_fd = -1;
	live->errors_path = live_path(live, "errors");
	char *events = live_path(live, "events"), *facts = live_path(live, "facts");
	json_lines_init(&live->events, events);
	json_lines_init(&live->facts, facts);
	free(events);
	free(facts);
	/* A command that ends early must not kill the test that gives it a word. */
	signal(SIGPIPE, SIG_IGN);
	return live;
}

static void remove_tree(const char *path)
{
	DIR *dir = opendir(path);
	struct dirent *entry;

	while (dir != NULL && (entry = readdir(dir)) != NULL) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		char *below = join(path, entry->d_name);
		if (entry->d_type == DT_DIR)
			remove_tree(below);
		else
			unlink(below);
		free(below);
	}
	if (dir != NULL)
		closedir(dir);
	rmdir(path);
}

static void end_process(pid_t pid)
{
	if (pid <= 0)
		return;
	kill(pid, SIGCONT);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

/* Let a tracer that a failed test left behind have its last words. */
static void end_tracer(struct live *live)
{
	if (live->tracer <= 0)
		return;
	kill(live->tracer, SIGINT);
	struct pollfd end = { .fd = (int)syscall(SYS_pidfd_open, live->tracer, 0),
			      .events = POLLIN };
	poll(&end, end.fd >= 0 ? 1 : 0, LAST_WORDS_MS);
	if (end.fd >= 0)
		close(end.fd);
	end_process(live->tracer);
}

/*
 * Linux 7.0 and later may skip runs of a BPF program, and lifeline says so: then what a test expects
 * need not have been seen. tools/run-tests looks for this line when a program fails.
 */
static void tell_skipped_runs(const struct live *live)
{
	char *errors = live_errors(live);

	if (strstr(errors, "BPF runs skipped by the kernel") != NULL)
		print_message("           the kernel skipped BPF runs of the tracer\n");
	free(errors);
}

void live_free(struct live *live)
{
	if (live == NULL)
		return;
	live_close_words(live);
	end_tracer(live);
	tell_skipped_runs(live);
	for (int i = 0; i < LIVE_HELPERS_MAX; i++)
		end_process(live->helpers[i]);
	json_lines_fini(&live->events);
	json_lines_fini(&live->facts);
	free(live->errors_path);
	if (getenv("LL_KEEP") != NULL)
		print_message("kept %s\n", live->dir);
	else
		remove_tree(live->dir);
	free(live);
}

int live_set_up(void **state)
{
	*state = live_new();
	return 0;
}

int live_tear_down(void **state)
{
	live_free(*state);
	return 0;
}

static void redirect(int fd, const char *path)
{
	int file = open(path, O_CREAT | O_APPEND | O_WRONLY | O_CLOEXEC, 0644);

	if (file < 0 || dup2(file, fd) < 0)
		_exit(99);
}

/* Become what the tracer is to be, in the child before exec. */
static void set_tracer_up(const struct live *live)
{
	redirect(STDERR_FILENO, live->errors_path);
	if (live->output_fd >= 0)
		dup2(live->output_fd, STDOUT_FILENO);
	if (live->uid != 0 && setresuid(live->uid, live->uid, live->uid) < 0)
		_exit(99);
}

/*
 * Start a program with the run's facts as standard output and a pipe as standard input;
 * for the tracer its settings come on top.
 */
static pid_t start(struct live *live, char *const argv[], bool is_tracer, int *ret_word_fd)
{
	int words[2];

	assert_return_code(pipe2(words, O_CLOEXEC), errno);
	pid_t pid = fork();
	assert_return_code(pid, errno);
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		signal(SIGPIPE, SIG_DFL);
		dup2(words[0], STDIN_FILENO);
		redirect(STDOUT_FILENO, live->facts.path);
		if (is_tracer)
			set_tracer_up(live);
		execv(argv[0], argv);
		_exit(99);
	}
	close(words[0]);
	*ret_word_fd = words[1];
	return pid;
}

void live_start_raw(struct live *live, const char *const arguments[])
{
	const char *argv[ARGUMENTS_MAX] = { 0 };
	char *tracer = resolve("LIFELINE", "build/lifeline");
	size_t count = 1;

	assert_int_equal(live->tracer, 0);
	argv[0] = tracer;
	for (; *arguments != NULL && count < ARGUMENTS_MAX - 1; arguments++)
		argv[count++] = *arguments;
	live_close_words(live);
	live->tracer = start(live, (char *const *)argv, true, &live->word_fd);
	free(tracer);
}

static size_t append(const char *list[], size_t count, const char *const more[])
{
	for (; more != NULL && *more != NULL; more++) {
		assert_true(count < ARGUMENTS_MAX - 1);
		list[count++] = *more;
	}
	return count;
}

void live_start(struct live *live, const char *const options[], const char *const command[])
{
	const char *const fixed[] = { "trace", "--json",          "--threads",
				      "-o",    live->events.path, NULL };
	const char *arguments[ARGUMENTS_MAX] = { 0 };
	size_t count = append(arguments, 0, fixed);
	char *program = NULL;

	count = append(arguments, count, options);
	if (command != NULL) {
		if (strchr(command[0], '/') == NULL)
			program = live_child_path(command[0]);
		arguments[count++] = "--";
		arguments[count++] = program != NULL ? program : command[0];
		append(arguments, count, command + 1);
	}
	live_start_raw(live, arguments);
	free(program);
}

/* Wait for one child's end; -1 when the deadline passed and it was killed. */
static int await_end(pid_t pid)
{
	int status = -1;
	struct pollfd end = { .fd = (int)syscall(SYS_pidfd_open, pid, 0), .events = POLLIN };
	long long left = deadline_ms() - now_ms();

	int ready = end.fd >= 0 ? poll(&end, 1, (int)left) : 1;
	if (ready <= 0)
		end_process(pid);
	else
		waitpid(pid, &status, 0);
	if (end.fd >= 0)
		close(end.fd);
	return status;
}

int live_finish(struct live *live)
{
	assert_int_not_equal(live->tracer, 0);
	live->status = await_end(live->tracer);
	live->tracer = 0;
	if (live->status == -1) {
		char *errors = live_errors(live);
		print_error("the tracer did not end in time; it said: %s\n", errors);
		free(errors);
		fail();
	}
	json_lines_refresh(&live->events);
	json_lines_refresh(&live->facts);
	return live->status;
}

static void finish_well(struct live *live)
{
	live_close_words(live);
	if (live_finish(live) == 0)
		return;
	char *errors = live_errors(live);
	print_error("the tracer ended with wait status %d; it said: %s\n", live->status,
		    errors);
	free(errors);
	fail();
}

void live_run(struct live *live, const char *const options[], const char *const command[])
{
	live_start(live, options, command);
	finish_well(live);
}

static bool is_death(const json_t *event)
{
	const char *scope = json_string_value(json_object_get(event, "process.exit.scope"));

	return scope != NULL && strcmp(scope, "process") == 0;
}

/* The last one the corners waited for was shown dying, and everyone dead was shown reaped. */
static bool are_dead_reaped(struct live *live)
{
	json_t *waited = live_facts(live, NULL, "waited"), *event;
	json_t *last = json_array_get(waited, json_array_size(waited) - 1);
	long long last_pid = json_lines_number(last, "pid");
	size_t i, deaths = 0;
	bool has_last = false;

	json_lines_refresh(&live->events);
	json_array_foreach(live->events.objects, i, event)
	{
		if (!is_death(event))
			continue;
		deaths++;
		has_last = has_last || json_lines_number(event, "process.pid") == last_pid;
	}
	json_decref(waited);
	return has_last && live_count(live, "process.reap", 0) >= deaths;
}

void live_run_corners(struct live *live, const char *const options[],
		      const char *const corners[])
{
	const char *command[ARGUMENTS_MAX] = { "each" };

	append(command, 1, corners);
	live_start(live, options, command);
	live_await_fact(live, NULL, "all_done");
	long long give_up_ms = now_ms() + REAP_ECHO_MS;
	while (!are_dead_reaped(live) && now_ms() < give_up_ms)
		poll(NULL, 0, LOOK_EVERY_MS);
	if (now_ms() >= give_up_ms)
		print_error("not every reap was shown within %d ms\n", REAP_ECHO_MS);
	finish_well(live);
	if (live_count(live, "lost", 0) > 0)
		print_error("events were lost\n");
}

int live_interrupt(struct live *live)
{
	kill(live->tracer, SIGINT);
	return live_finish(live);
}

void live_give_word(struct live *live)
{
	assert_int_equal(write(live->word_fd, "x", 1), 1);
}

void live_close_words(struct live *live)
{
	if (live->word_fd >= 0)
		close(live->word_fd);
	live->word_fd = -1;
}

pid_t live_start_helper(struct live *live, const char *const command[], int *ret_word_fd)
{
	const char *argv[ARGUMENTS_MAX] = { 0 };
	char *program = live_child_path(command[0]);
	int word_fd = -1, slot = 0;

	append(argv, 0, command);
	argv[0] = program;
	while (live->helpers[slot] != 0)
		assert_true(++slot < LIVE_HELPERS_MAX);
	live->helpers[slot] = start(live, (char *const *)argv, false, &word_fd);
	free(program);
	if (ret_word_fd != NULL)
		*ret_word_fd = word_fd;
	else
		close(word_fd);
	return live->helpers[slot];
}

int live_finish_helper(struct live *live, pid_t pid)
{
	int status = await_end(pid);

	for (int i = 0; i < LIVE_HELPERS_MAX; i++)
		if (live->helpers[i] == pid)
			live->helpers[i] = 0;
	assert_int_not_equal(status, -1);
	json_lines_refresh(&live->facts);
	return status;
}

char *live_errors(const struct live *live)
{
	char *text = NULL;
	size_t room = 0;
	FILE *in = fopen(live->errors_path, "re");

	if (in == NULL || getdelim(&text, &room, '\0', in) < 0) {
		free(text);
		text = strdup("");
	}
	if (in != NULL)
		fclose(in);
	return text;
}

static bool has_come(bool (*condition)(void *arg), void *arg)
{
	long long deadline = deadline_ms();

	while (!condition(arg)) {
		if (now_ms() > deadline)
			return false;
		poll(NULL, 0, LOOK_EVERY_MS);
	}
	return true;
}

void live_await(bool (*condition)(void *arg), void *arg, const char *what)
{
	if (!has_come(condition, arg))
		fail_msg("waited in vain for %s", what);
}

/* Say how far the run had come, and fail. */
static void refuse_to_wait(const struct live *live, const char *what)
{
	size_t count = json_array_size(live->facts.objects);
	char *errors = live_errors(live);

	print_error("lifeline said: %s\n", errors);
	free(errors);
	live_refuse(count > 0 ? json_array_get(live->facts.objects, count - 1) : NULL,
		    "waited in vain for %s; the last fact was", what);
}

/* What a condition on the run's files looks for. */
struct wanted {
	struct live *live;
	const char *corner, *name;
	pid_t pid;
	json_t *found;
};

/* Nothing more can come when the tracer is gone: stop waiting with its own words. */
static void refuse_ended(struct live *live, const char *name)
{
	if (live->tracer == 0 || waitpid(live->tracer, &live->status, WNOHANG) == 0)
		return;
	live->tracer = 0;
	char *errors = live_errors(live);
	print_error("the tracer ended (wait status %d) before '%s' was seen; it said: %s\n",
		    live->status, name, errors);
	free(errors);
	fail();
}

static bool has_fact(void *arg)
{
	struct wanted *wanted = arg;

	json_lines_refresh(&wanted->live->facts);
	wanted->found = live_find_fact(wanted->live, wanted->corner, wanted->name);
	if (wanted->found == NULL)
		refuse_ended(wanted->live, wanted->name);
	return wanted->found != NULL;
}

json_t *live_await_fact(struct live *live, const char *corner, const char *name)
{
	struct wanted wanted = { .live = live, .corner = corner, .name = name };

	if (!has_come(has_fact, &wanted))
		refuse_to_wait(live, name);
	return wanted.found;
}

static bool has_event(void *arg)
{
	struct wanted *wanted = arg;

	json_lines_refresh(&wanted->live->events);
	wanted->found = live_find_event(wanted->live, wanted->name, wanted->pid);
	if (wanted->found == NULL)
		refuse_ended(wanted->live, wanted->name);
	return wanted->found != NULL;
}

pid_t live_pid_of(const json_t *fact)
{
	return (pid_t)json_lines_number(fact, "pid");
}

json_t *live_await_event(struct live *live, const char *name, pid_t pid)
{
	struct wanted wanted = { .live = live, .name = name, .pid = pid };

	if (!has_come(has_event, &wanted))
		refuse_to_wait(live, name);
	return wanted.found;
}

/* Fork a process that ends at once and look whether one made before was shown. */
static bool shows_fork(void *arg)
{
	struct wanted *wanted = arg;
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	if (wanted->pid == 0)
		wanted->pid = pid;
	waitpid(pid, NULL, 0);
	if (has_event(wanted))
		return true;
	wanted->pid = pid;
	return false;
}

void live_await_attached(struct live *live)
{
	struct wanted wanted = { .live = live, .name = "process.fork" };

	live_await(shows_fork, &wanted, "the first fork");
}

void live_skip(const char *why)
{
	print_message("           skipped: %s\n", why);
	skip();
}

void live_needs_host(const char *why)
{
	if (is_guest())
		live_skip(why);
}
