/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* A database straight from a watch: what wait told of every process, and who killed whom. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "support/live_check.h"

static int set_up(void **state)
{
	struct live *live = live_new();
	char *each = live_child_path("each"), *database = live_path(live, "a.db");
	const char *const arguments[] = { "export",     "sqlite", "-q",    "-o",
					  database,     "--",     each,    "killed",
					  "ask_to_end", "ignore", "--",    "reuse",
					  "reuse_pid",  "--",     "codes", "exit_codes",
					  NULL };

	*state = live;
	live_start_raw(live, arguments);
	live_await_fact(live, NULL, "all_done");
	live_close_words(live);
	assert_int_equal(live_finish(live), 0);
	free(database);
	free(each);
	return 0;
}

/* The first column of the only row, or -1 when it is NULL. */
__attribute__((format(printf, 2, 3))) static long long ask(const struct live *live,
							   const char *format, ...)
{
	char *path = live_path(live, "a.db");
	sqlite3 *database = NULL;
	sqlite3_stmt *statement = NULL;
	va_list args;

	va_start(args, format);
	char *sql = sqlite3_vmprintf(format, args);
	va_end(args);
	assert_int_equal(sqlite3_open_v2(path, &database, SQLITE_OPEN_READONLY, NULL),
			 SQLITE_OK);
	if (sqlite3_prepare_v2(database, sql, -1, &statement, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(database));
	if (sqlite3_step(statement) != SQLITE_ROW)
		fail_msg("%s: no row", sql);
	long long answer = sqlite3_column_type(statement, 0) == SQLITE_NULL
				   ? -1
				   : sqlite3_column_int64(statement, 0);
	if (sqlite3_step(statement) != SQLITE_DONE)
		fail_msg("%s: more than one row", sql);
	sqlite3_finalize(statement);
	sqlite3_close(database);
	sqlite3_free(sql);
	free(path);
	return answer;
}

static void each_process_has_the_status_that_wait_told(void **state)
{
	struct live *live = *state;
	json_t *facts = live_facts(live, NULL, "waited"), *fact;
	size_t i;

	assert_true(json_array_size(facts) > 5);
	json_array_foreach(facts, i, fact)
	{
		long long pid = json_lines_number(fact, "pid");
		long long count = ask(live,
				      "SELECT count(*) FROM processes WHERE process_pid = %lld "
				      "AND process_exit_wait_status = %lld",
				      pid, json_lines_number(fact, "status"));

		if (count != 1)
			live_refuse(fact, "%lld processes end so", count);
	}
	json_decref(facts);
}

static void a_reused_pid_is_two_processes(void **state)
{
	struct live *live = *state;
	json_t *skip_fact = live_find_fact(live, "reuse", "skip");

	if (skip_fact != NULL)
		live_skip(json_lines_text(skip_fact, "reason"));
	json_t *lives = live_facts(live, "reuse", "life");
	long long pid = json_lines_number(json_array_get(lives, 0), "pid");
	assert_int_equal(json_array_size(lives), 2);
	assert_int_equal(ask(live,
			     "SELECT count(*) FROM processes WHERE process_pid = %lld AND "
			     "process_exit_code IN (1, 2)",
			     pid),
			 2);
	json_decref(lives);
}

static void who_killed_names_the_killer_and_what_came_before(void **state)
{
	struct live *live = *state;
	json_t *fact = live_fact(live, "killed", "killed");
	long long pid = json_lines_number(fact, "pid");

	assert_int_equal(
		ask(live, "SELECT signal_sender_pid FROM who_killed WHERE process_pid = %lld",
		    pid),
		json_lines_number(fact, "by"));
	assert_int_equal(ask(live,
			     "SELECT count(*) FROM who_killed WHERE process_pid = %lld AND "
			     "process_exit_signal = 'SIGKILL' AND "
			     "process_exit_request_signal = 'SIGTERM' AND "
			     "sender_command_line LIKE '%%ask_to_end ignore'",
			     pid),
			 1);
	assert_int_equal(ask(live, "SELECT count(*) FROM failed WHERE process_pid = %lld", pid),
			 1);
}

static void rows_that_are_named_are_there(void **state)
{
	struct live *live = *state;

	assert_int_equal(ask(live, "SELECT count(*) FROM pragma_foreign_key_check"), 0);
}

static void the_file_is_its_owners_alone(void **state)
{
	struct live *live = *state;
	char *path = live_path(live, "a.db");
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	free(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_process_has_the_status_that_wait_told),
		cmocka_unit_test(a_reused_pid_is_two_processes),
		cmocka_unit_test(who_killed_names_the_killer_and_what_came_before),
		cmocka_unit_test(rows_that_are_named_are_there),
		cmocka_unit_test(the_file_is_its_owners_alone),
	};

	return cmocka_run_group_tests(tests, set_up, live_tear_down);
}
