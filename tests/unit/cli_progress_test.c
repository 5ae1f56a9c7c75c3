/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The progress bar: what it says, when it is there, and that it leaves nothing behind. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "cli/progress.h"
#include "render/progress.h"

#define GIB (UINT64_C(1024) * 1024 * 1024)
#define S LL_NS_PER_S

static void assert_view(unsigned width, const char *expected)
{
	struct ll_progress_view view = {
		.done_bytes = GIB / 2, .total_bytes = GIB, .elapsed_ns = 4 * S, .width = width
	};
	char text[LL_PROGRESS_MAX];

	assert_string_equal(ll_progress_format(&view, text), expected);
	assert_true(width == 0 || strlen(text) < width);
}

static void the_line_never_fills_the_width(void **state)
{
	(void)state;
	assert_view(0, "reading  ############------------   50%  512MiB of 1GiB, 4s left");
	assert_view(65, "reading  ############------------   50%  512MiB of 1GiB, 4s left");
	assert_view(64, "reading  ############------------   50%");
	assert_view(40, "reading  ############------------   50%");
	assert_view(39, "reading   50%");
	assert_view(14, "reading   50%");
	assert_view(13, "");
	assert_view(1, "");
}

static void beginning_and_end_are_told(void **state)
{
	struct ll_progress_view view = { .total_bytes = 1000, .elapsed_ns = 4 * S };
	char text[LL_PROGRESS_MAX];

	(void)state;
	assert_string_equal(ll_progress_format(&view, text),
			    "reading  ------------------------    0%  0B of 1000B");
	view.done_bytes = 999;
	assert_string_equal(ll_progress_format(&view, text),
			    "reading  #######################-   99%  999B of 1000B, 4ms left");
	view.done_bytes = 1000;
	assert_string_equal(ll_progress_format(&view, text),
			    "reading  ########################  100%  1000B of 1000B");
	/* A file that has grown since. */
	view.done_bytes = 2000;
	assert_non_null(strstr(ll_progress_format(&view, text), "100%"));
	view = (struct ll_progress_view){ .done_bytes = 1,
					  .total_bytes = UINT64_MAX,
					  .elapsed_ns = UINT64_MAX };
	assert_null(strstr(ll_progress_format(&view, text), "left"));
	view = (struct ll_progress_view){ .done_bytes = 1, .total_bytes = 2, .utf8 = true };
	assert_non_null(strstr(ll_progress_format(&view, text), "████████████░░░░░░░░░░░░"));
}

/* ---- On a terminal --------------------------------------------------------------------- */

struct terminal {
	int master;
	FILE *out;
	struct ll_progress progress;
};

static int set_up(void **state)
{
	struct terminal *terminal = calloc(1, sizeof(*terminal));
	struct termios raw;

	assert_non_null(terminal);
	terminal->master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
	assert_true(terminal->master >= 0);
	assert_int_equal(grantpt(terminal->master), 0);
	assert_int_equal(unlockpt(terminal->master), 0);
	int slave = open(ptsname(terminal->master), O_RDWR | O_NOCTTY | O_CLOEXEC);
	assert_true(slave >= 0);
	assert_int_equal(tcgetattr(slave, &raw), 0);
	cfmakeraw(&raw);
	assert_int_equal(tcsetattr(slave, TCSANOW, &raw), 0);
	terminal->out = fdopen(slave, "w");
	assert_non_null(terminal->out);
	setenv("TERM", "xterm", 1);
	setenv("LC_ALL", "C", 1);
	setenv("COLUMNS", "80", 1);
	ll_progress_init(&terminal->progress, terminal->out, 100 * S);
	*state = terminal;
	return 0;
}

static int tear_down(void **state)
{
	struct terminal *terminal = *state;

	fclose(terminal->out);
	close(terminal->master);
	free(terminal);
	return 0;
}

/* What has come since. Valid until the next call. */
static const char *shown(const struct terminal *terminal)
{
	static char text[4096];
	ssize_t length = read(terminal->master, text, sizeof(text) - 1);

	text[length > 0 ? length : 0] = '\0';
	return text;
}

static void nothing_shows_within_a_second(void **state)
{
	struct terminal *terminal = *state;

	for (uint64_t ms = 0; ms < 1000; ms++)
		ll_progress_update(&terminal->progress, ms, 2000, 100 * S + ms * LL_NS_PER_MS);
	ll_progress_erase(&terminal->progress);
	assert_string_equal(shown(terminal), "");
}

static void after_a_second_it_is_drawn_ten_times_a_second(void **state)
{
	struct terminal *terminal = *state;

	ll_progress_update(&terminal->progress, 1, 2, 101 * S);
	assert_string_equal(shown(terminal), "\r\033[Kreading  ############------------   50%"
					     "  1B of 2B, 1s left");
	ll_progress_update(&terminal->progress, 2, 2, 101 * S + 99 * LL_NS_PER_MS);
	assert_string_equal(shown(terminal), "");
	ll_progress_update(&terminal->progress, 2, 2, 101 * S + 100 * LL_NS_PER_MS);
	assert_non_null(strstr(shown(terminal), "100%"));
}

static void erased_it_is_gone_and_comes_back_at_once(void **state)
{
	struct terminal *terminal = *state;

	ll_progress_update(&terminal->progress, 1, 2, 101 * S);
	shown(terminal);
	ll_progress_erase(&terminal->progress);
	assert_string_equal(shown(terminal), "\r\033[K");
	ll_progress_erase(&terminal->progress);
	assert_string_equal(shown(terminal), "");
	ll_progress_update(&terminal->progress, 1, 2, 101 * S + 1);
	assert_non_null(strstr(shown(terminal), "50%"));
}

static void of_what_has_no_end_nothing_shows(void **state)
{
	struct terminal *terminal = *state;

	ll_progress_update(&terminal->progress, 1, 0, 105 * S);
	assert_string_equal(shown(terminal), "");
}

static void a_dumb_terminal_gets_none(void **state)
{
	struct terminal *terminal = *state;

	setenv("TERM", "dumb", 1);
	ll_progress_init(&terminal->progress, terminal->out, 100 * S);
	ll_progress_update(&terminal->progress, 1, 2, 105 * S);
	assert_string_equal(shown(terminal), "");
}

static void a_pipe_gets_none(void **state)
{
	struct ll_progress progress;
	char byte;
	int ends[2];

	(void)state;
	setenv("TERM", "xterm", 1);
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	FILE *out = fdopen(ends[1], "w");
	assert_non_null(out);
	ll_progress_init(&progress, out, 100 * S);
	ll_progress_update(&progress, 1, 2, 105 * S);
	ll_progress_erase(&progress);
	fclose(out);
	assert_int_equal(read(ends[0], &byte, 1), 0);
	close(ends[0]);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_line_never_fills_the_width),
		cmocka_unit_test(beginning_and_end_are_told),
		TEST(nothing_shows_within_a_second),
		TEST(after_a_second_it_is_drawn_ten_times_a_second),
		TEST(erased_it_is_gone_and_comes_back_at_once),
		TEST(of_what_has_no_end_nothing_shows),
		TEST(a_dumb_terminal_gets_none),
		cmocka_unit_test(a_pipe_gets_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
