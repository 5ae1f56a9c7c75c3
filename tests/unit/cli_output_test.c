/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Where the result goes: failures are noticed, a reader that left is none; what can be shown. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "cli/output.h"
#include "cli/signals.h"
#include "cli/terminal.h"

/* Send stderr to a file while the code under test complains. Returns the old one. */
static int hide_stderr(void)
{
	int old = dup(STDERR_FILENO);
	LL_AUTO_CLOSE int null = open("/dev/null", O_WRONLY);

	assert_true(old >= 0 && null >= 0);
	assert_true(dup2(null, STDERR_FILENO) >= 0);
	return old;
}

static void restore_stderr(int old)
{
	assert_true(dup2(old, STDERR_FILENO) >= 0);
	close(old);
}

static void new_files_are_for_their_owner_alone(void **state)
{
	char path[] = "/tmp/lifeline-output-XXXXXX";
	LL_AUTO_CLOSE int fd = mkstemp(path);
	struct ll_output output;
	struct stat status;

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(ll_output_open(path, &output), 0);
	assert_true(fputs("text", output.file) >= 0);
	assert_int_equal(ll_output_finish(&output, 0, 7), 7);
	assert_int_equal(stat(path, &status), 0);
	assert_int_equal(status.st_mode & 07777, 0600);
	assert_int_equal(status.st_size, 4);
	assert_int_equal(unlink(path), 0);
}

static void a_dash_is_standard_output(void **state)
{
	struct ll_output output;

	(void)state;
	assert_int_not_equal(access("-", F_OK), 0);
	assert_int_equal(ll_output_open("-", &output), 0);
	assert_ptr_equal(output.file, stdout);
	assert_null(output.path);
	assert_int_not_equal(access("-", F_OK), 0);
}

static void a_file_that_cannot_be_opened_is_told(void **state)
{
	struct ll_output output = { 0 };
	int old = hide_stderr();
	int err = ll_output_open("/nonexistent/file", &output);

	(void)state;
	restore_stderr(old);
	assert_int_equal(err, -ENOENT);
	assert_null(output.file);
}

static void a_full_disk_makes_it_fail(void **state)
{
	struct ll_output output;

	(void)state;
	assert_int_equal(ll_output_open("/dev/full", &output), 0);
	assert_true(fputs("text", output.file) >= 0);
	assert_int_equal(ll_output_flush(&output), -ENOSPC);
	int old = hide_stderr();
	int status = ll_output_finish(&output, -ENOSPC, 0);
	restore_stderr(old);
	assert_int_equal(status, 1);
}

static void a_reader_that_left_is_no_failure(void **state)
{
	int ends[2];

	(void)state;
	ll_signals_catch();
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	close(ends[0]);
	struct ll_output output = { .file = fdopen(ends[1], "w") };
	assert_non_null(output.file);
	assert_true(fputs("text", output.file) >= 0);
	int err = ll_output_flush(&output);
	assert_int_equal(err, -EPIPE);
	assert_true(ll_signals_take(SIGPIPE));
	assert_int_equal(ll_output_finish(&output, err, 5), 5);
}

static void first_stop_signal_is_noted(void **state)
{
	(void)state;
	ll_signals_catch();
	ll_signals_set_child(false);
	assert_false(ll_signals_stop_wanted());
	raise(SIGINT);
	assert_true(ll_signals_stop_wanted());
	ll_signals_set_child(false);
	assert_false(ll_signals_stop_wanted());
}

static void interrupts_are_the_commands_affair_while_it_runs(void **state)
{
	(void)state;
	ll_signals_catch();
	ll_signals_set_child(true);
	raise(SIGINT);
	raise(SIGINT);
	raise(SIGQUIT);
	raise(SIGTERM);
	assert_true(ll_signals_take(SIGTERM));
	assert_false(ll_signals_take(SIGTERM));
	ll_signals_set_child(false);
	assert_false(ll_signals_stop_wanted());
}

static void colour_is_for_terminals_or_on_demand(void **state)
{
	LL_AUTO_FCLOSE FILE *null = fopen("/dev/null", "w");

	(void)state;
	assert_non_null(null);
	setenv("NO_COLOR", "1", 1);
	assert_true(ll_terminal_wants_color(LL_COLOR_ALWAYS, null));
	unsetenv("NO_COLOR");
	assert_false(ll_terminal_wants_color(LL_COLOR_AUTO, null));
	assert_false(ll_terminal_wants_color(LL_COLOR_NEVER, null));
}

static void width_is_unlimited_off_terminals(void **state)
{
	LL_AUTO_FCLOSE FILE *null = fopen("/dev/null", "w");

	(void)state;
	assert_non_null(null);
	setenv("COLUMNS", "40", 1);
	assert_int_equal(ll_terminal_width(null), 0);
}

/* Open a terminal that is this wide, whose other end is *ret_master, the caller's. */
static FILE *open_terminal(unsigned short columns, int *ret_master)
{
	struct winsize size = { .ws_row = 24, .ws_col = columns };

	*ret_master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	assert_true(*ret_master >= 0);
	assert_int_equal(grantpt(*ret_master), 0);
	assert_int_equal(unlockpt(*ret_master), 0);
	assert_int_equal(ioctl(*ret_master, TIOCSWINSZ, &size), 0);
	int fd = open(ptsname(*ret_master), O_RDWR | O_NOCTTY | O_CLOEXEC);
	assert_true(fd >= 0);
	return fdopen(fd, "w");
}

static void the_users_columns_go_before_the_terminals(void **state)
{
	static const char *const senseless[] = { "", "0", "-1", "wide", "99999999999" };
	LL_AUTO_CLOSE int master = -1;
	LL_AUTO_FCLOSE FILE *terminal = open_terminal(77, &master);

	(void)state;
	setenv("COLUMNS", "40", 1);
	assert_int_equal(ll_terminal_width(terminal), 40);
	for (size_t i = 0; i < sizeof(senseless) / sizeof(senseless[0]); i++) {
		setenv("COLUMNS", senseless[i], 1);
		assert_int_equal(ll_terminal_width(terminal), 77);
	}
	unsetenv("COLUMNS");
	assert_int_equal(ll_terminal_width(terminal), 77);
}

static void first_locale_variable_decides_on_utf8(void **state)
{
	(void)state;
	unsetenv("LC_ALL");
	unsetenv("LC_CTYPE");
	setenv("LANG", "de_DE.UTF-8", 1);
	assert_true(ll_terminal_is_utf8());
	setenv("LC_ALL", "C", 1);
	assert_false(ll_terminal_is_utf8());
	setenv("LC_ALL", "", 1);
	setenv("LC_CTYPE", "C.utf8", 1);
	assert_true(ll_terminal_is_utf8());
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(new_files_are_for_their_owner_alone),
		cmocka_unit_test(a_dash_is_standard_output),
		cmocka_unit_test(a_file_that_cannot_be_opened_is_told),
		cmocka_unit_test(a_full_disk_makes_it_fail),
		cmocka_unit_test(a_reader_that_left_is_no_failure),
		cmocka_unit_test(first_stop_signal_is_noted),
		cmocka_unit_test(interrupts_are_the_commands_affair_while_it_runs),
		cmocka_unit_test(colour_is_for_terminals_or_on_demand),
		cmocka_unit_test(width_is_unlimited_off_terminals),
		cmocka_unit_test(the_users_columns_go_before_the_terminals),
		cmocka_unit_test(first_locale_variable_decides_on_utf8),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
