/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The progress bar as a terminal sees it: there when reading takes longer than a second, gone
 * afterwards, never elsewhere. What takes long is the reader of the output, who lets it wait.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "support/capture_file.h"

#define EVENTS 5000
#define ERASE "\r\033[K"

struct watched {
	struct capture_dir dir;
	char fifo[96];
	int master; /* of the terminal that stderr is */
	pid_t pid;
	char text[65536]; /* what came to the terminal */
	size_t length;
};

static void write_capture(const struct capture_dir *dir)
{
	struct ll_writer *writer = capture_begin(dir);
	struct ll_event event = { .kind = LL_EVENT_RENAME };

	LL_SET(&event, COMM, comm, ll_str_make("worker", 6));
	LL_SET(&event, PID, tgid, 100);
	LL_SET(&event, TID, tid, 100);
	for (int i = 0; i < EVENTS; i++) {
		event.time_boottime_ns += 1000;
		LL_SET(&event, TIME, time_unix_ns, event.time_boottime_ns);
		assert_int_equal(ll_writer_add(writer, &event), 0);
	}
	assert_int_equal(ll_writer_close(writer, NULL), 0);
}

static int set_up(void **state)
{
	struct watched *watched = calloc(1, sizeof(*watched));

	assert_non_null(watched);
	capture_dir_init(&watched->dir);
	write_capture(&watched->dir);
	snprintf(watched->fifo, sizeof(watched->fifo), "%s/fifo", watched->dir.path);
	assert_int_equal(mkfifo(watched->fifo, 0600), 0);
	watched->master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	assert_true(watched->master >= 0);
	assert_int_equal(grantpt(watched->master), 0);
	assert_int_equal(unlockpt(watched->master), 0);
	*state = watched;
	return 0;
}

static int tear_down(void **state)
{
	struct watched *watched = *state;

	close(watched->master);
	capture_dir_fini(&watched->dir);
	free(watched);
	return 0;
}

/* Run lifeline trace --json on the capture. errors: where stderr goes, this end's. */
static void start(struct watched *watched, const char *output, int errors)
{
	const char *lifeline = getenv("LIFELINE");

	assert_non_null(lifeline);
	watched->pid = fork();
	assert_true(watched->pid >= 0);
	if (watched->pid > 0)
		return;
	setenv("TERM", "xterm", 1);
	dup2(errors, STDERR_FILENO);
	execl(lifeline, "lifeline", "trace", "-e", "rename", "--json", "-o", output,
	      watched->dir.file, (char *)NULL);
	_exit(127);
}

static int open_slave(const struct watched *watched)
{
	int slave = open(ptsname(watched->master), O_RDWR | O_NOCTTY | O_CLOEXEC);

	assert_true(slave >= 0);
	return slave;
}

/* Take what comes to the terminal until nobody has it open; EIO says so. */
static void watch_terminal(struct watched *watched)
{
	ssize_t got;

	do {
		got = read(watched->master, watched->text + watched->length,
			   sizeof(watched->text) - 1 - watched->length);
		watched->length += got > 0 ? (size_t)got : 0;
	} while (got > 0);
	assert_int_equal(errno, EIO);
	watched->text[watched->length] = '\0';
}

static void finish(const struct watched *watched)
{
	int status;

	assert_int_equal(waitpid(watched->pid, &status, 0), watched->pid);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void read_to_the_end(int fd)
{
	char text[65536];
	size_t all = 0;
	ssize_t got;

	while ((got = read(fd, text, sizeof(text))) > 0)
		all += (size_t)got;
	/* More than a pipe takes, or it would not have waited. */
	assert_true(all > 256 * 1024);
}

static void it_shows_when_a_second_has_gone_and_is_taken_away(void **state)
{
	struct watched *watched = *state;
	int slave = open_slave(watched);

	start(watched, watched->fifo, slave);
	close(slave);
	int fifo = open(watched->fifo, O_RDONLY | O_CLOEXEC);
	assert_true(fifo >= 0);
	/* It waits for us: a second goes by, in which nothing is shown. */
	struct pollfd terminal = { .fd = watched->master, .events = POLLIN };
	assert_int_equal(poll(&terminal, 1, 1100), 0);
	read_to_the_end(fifo);
	close(fifo);
	watch_terminal(watched);
	finish(watched);
	assert_non_null(strstr(watched->text, ERASE "reading  "));
	assert_non_null(strstr(watched->text, "%"));
	/* After the last erasure comes the last line, and nothing of the bar. */
	const char *rest = watched->text;
	for (const char *next; (next = strstr(rest, ERASE)) != NULL;)
		rest = next + strlen(ERASE);
	assert_true(strncmp(rest, "lifeline: ", strlen("lifeline: ")) == 0);
}

static void what_is_short_shows_none(void **state)
{
	struct watched *watched = *state;
	int slave = open_slave(watched);

	start(watched, "/dev/null", slave);
	close(slave);
	watch_terminal(watched);
	finish(watched);
	assert_true(strncmp(watched->text, "lifeline: ", strlen("lifeline: ")) == 0);
}

static void a_pipe_never_gets_one(void **state)
{
	struct watched *watched = *state;
	int ends[2];

	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	start(watched, watched->fifo, ends[1]);
	close(ends[1]);
	int fifo = open(watched->fifo, O_RDONLY | O_CLOEXEC);
	assert_true(fifo >= 0);
	struct pollfd errors = { .fd = ends[0], .events = POLLIN };
	assert_int_equal(poll(&errors, 1, 1100), 0);
	read_to_the_end(fifo);
	close(fifo);
	ssize_t length = read(ends[0], watched->text, sizeof(watched->text) - 1);
	assert_true(length > 0);
	finish(watched);
	close(ends[0]);
	assert_true(strncmp(watched->text, "lifeline: ", strlen("lifeline: ")) == 0);
	assert_null(memchr(watched->text, '\r', (size_t)length));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(it_shows_when_a_second_has_gone_and_is_taken_away),
		TEST(what_is_short_shows_none),
		TEST(a_pipe_never_gets_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
