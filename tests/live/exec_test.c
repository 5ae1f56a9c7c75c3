/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Programs: what was executed, as whom, where, and with exactly which arguments. */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
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

/* Write a script that our own say_self interprets. */
static char *make_script(const struct live *live)
{
	char *path = live_path(live, "a script"), *interpreter = live_child_path("say_self");
	FILE *script = fopen(path, "we");

	assert_non_null(script);
	fprintf(script, "#! %s one argument\n", interpreter);
	fclose(script);
	chmod(path, 0755);
	free(interpreter);
	return path;
}

static bool has_m32(void)
{
	char *path = live_child_path("say_self_m32");
	bool present = access(path, X_OK) == 0;

	free(path);
	return present;
}

static int set_up(void **state)
{
	struct live *live = live_new();
	char *script = make_script(live);
	const char *const corners[] = {
		"script",
		script,
		"",
		"last",
		"--",
		"memfd",
		"exec_file",
		"memfd",
		live->dir,
		"--",
		"deleted",
		"exec_file",
		"deleted",
		live->dir,
		"--",
		"dirfd",
		"exec_file",
		"dirfd",
		live->dir,
		"--",
		"link",
		"exec_file",
		"link",
		live->dir,
		"--",
		"moved",
		"exec_file",
		"moved",
		live->dir,
		"--",
		"deleted_cwd",
		"exec_file",
		"deleted_cwd",
		live->dir,
		"--",
		"chain",
		"exec_file",
		"chain",
		live->dir,
		"--",
		"none",
		"exec_args",
		"none",
		"--",
		"empties",
		"exec_args",
		"empties",
		"--",
		"controls",
		"exec_args",
		"controls",
		"--",
		"bytes",
		"exec_args",
		"bytes",
		"--",
		"long",
		"exec_args",
		"long",
		"--",
		"thread",
		"exec_from_thread",
		"--",
		"session",
		"change_identity",
		"session",
		"--",
		"group",
		"change_identity",
		"group",
		"--",
		"uids",
		"change_identity",
		"uids",
		"--",
		"compat",
		has_m32() ? "say_self_m32" : "say_self",
		NULL,
	};

	*state = live;
	live_run_corners(live, NULL, corners);
	free(script);
	return 0;
}

/* The exec of a corner's say_self, checked against all it said of itself. */
static json_t *check_exec(const struct live *live, const char *corner)
{
	json_t *self = live_fact(live, corner, "self");
	json_t *exec = live_last_event(live, "process.exec", live_pid_of(self));

	check_identity(exec, self);
	check_image(exec, self);
	return exec;
}

static void check_filename(const json_t *exec, const char *dir, const char *name)
{
	char expected[4200];

	snprintf(expected, sizeof(expected), "%s/%s", dir, name);
	check_text(exec, "process.exec.filename", expected);
}

static void exec_of_a_script_names_script_and_interpreter(void **state)
{
	struct live *live = *state;
	char *interpreter = live_child_path("say_self");
	json_t *exec = check_exec(live, "script");

	check_filename(exec, live->dir, "a script");
	check_text(exec, "process.interpreter", interpreter);
	check_absent(exec, "process.executable.unlinked");
	free(interpreter);
}

static void exec_of_a_program_has_no_interpreter(void **state)
{
	json_t *exec = check_exec(*state, "link");

	check_text(exec, "process.exec.filename", "./a link");
	check_absent(exec, "process.interpreter");
	check_absent(exec, "process.previous_thread.id");
}

/* The kernel names what has no path by its descriptor: alloc_bprm() of fs/exec.c. */
static void check_fd_filename(const struct live *live, const json_t *exec, const char *corner,
			      const char *rest)
{
	char expected[64];

	snprintf(expected, sizeof(expected), "/dev/fd/%lld%s",
		 json_lines_number(live_fact(live, corner, "exec_fd"), "fd"), rest);
	check_text(exec, "process.exec.filename", expected);
}

static void exec_of_a_memory_file_is_marked(void **state)
{
	json_t *exec = check_exec(*state, "memfd");

	check_text(exec, "process.executable.unlinked", "memfd");
	check_fd_filename(*state, exec, "memfd", "");
}

static void exec_of_a_deleted_file_is_marked(void **state)
{
	json_t *exec = check_exec(*state, "deleted");

	check_text(exec, "process.executable.unlinked", "deleted");
	check_fd_filename(*state, exec, "deleted", "");
}

static void exec_relative_to_a_directory_has_the_absolute_path(void **state)
{
	check_fd_filename(*state, check_exec(*state, "dirfd"), "dirfd", "/say_self");
}

static void working_directory_keeps_odd_characters(void **state)
{
	check_exec(*state, "moved");
}

static void deleted_working_directory_keeps_its_path(void **state)
{
	check_exec(*state, "deleted_cwd");
}

static void exec_after_exec_is_two_events(void **state)
{
	pid_t pid = live_pid_of(live_fact(*state, "chain", "self"));

	check_exec(*state, "chain");
	/* exec_file, exec_file again, say_self. */
	assert_int_equal(live_count(*state, "process.exec", pid), 3);
	live_birth(*state, pid);
	live_death(*state, pid);
}

static void empty_argv_is_as_the_program_sees_it(void **state)
{
	check_exec(*state, "none");
}

static void empty_arguments_are_kept(void **state)
{
	json_t *args = json_object_get(check_exec(*state, "empties"), "process.command_args");

	assert_int_equal(json_array_size(args), 5);
}

static void control_characters_are_kept(void **state)
{
	check_absent(check_exec(*state, "controls"), "process.command_args.base64");
}

static void bytes_that_are_not_utf8_travel_as_base64(void **state)
{
	json_t *exec = check_exec(*state, "bytes");
	json_t *args = json_object_get(exec, "process.command_args");

	json_lines_text(exec, "process.command_args.base64");
	assert_int_equal(json_array_size(args), 7);
	assert_string_equal(json_string_value(json_array_get(args, 2)), "caf\xef\xbf\xbd");
	assert_string_equal(json_string_value(json_array_get(args, 3)), "\xc3\xa9");
}

/* Cut arguments: the flag, the full size, and the first bytes unharmed. */
static void check_truncated(const struct live *live, const char *corner, size_t limit)
{
	json_t *self = live_fact(live, corner, "self");
	json_t *exec = live_last_event(live, "process.exec", live_pid_of(self));
	const char *whole = json_lines_text(self, "args_hex");
	char *shipped = check_args_hex(exec);
	size_t bytes = strlen(shipped) / 2;
	/* An argument cut in the middle is shown with a terminator it did not have. */
	bool same = strncmp(whole, shipped, 2 * (bytes - 1)) == 0;

	free(shipped);
	if (!same || bytes > limit + 1 || bytes + 1 < limit)
		live_refuse(exec, "%zu bytes of arguments, %s", bytes,
			    same ? "of another number" : "not the first ones");
	check_flag(exec, "process.command_args.truncated", true);
	check_number(exec, "process.command_args.size", (long long)strlen(whole) / 2);
}

static void arguments_past_the_default_are_cut_and_marked(void **state)
{
	check_truncated(*state, "long", 4096);
}

static void run_huge(struct live *live, const char *limit)
{
	static const char *const corners[] = { "huge", "exec_args", "huge", "--",
					       "one",  "exec_args", "one",  NULL };
	const char *const options[] = { "--max-args", limit, NULL };

	live_run_corners(live, options, corners);
}

static void arguments_past_64_kib_are_cut_and_marked(void **state)
{
	struct live *live = live_new();

	(void)state;
	run_huge(live, "64K");
	check_truncated(live, "huge", 64 * 1024);
	check_truncated(live, "one", 64 * 1024);
	live_free(live);
}

static void arguments_of_200_kib_are_whole_on_request(void **state)
{
	struct live *live = live_new();

	(void)state;
	run_huge(live, "256K");
	check_exec(live, "huge");
	check_exec(live, "one");
	live_free(live);
}

/* The new image takes the leader's place: same process, no death but the last. */
static void exec_by_a_thread_is_no_death(void **state)
{
	struct live *live = *state;
	json_t *exec = check_exec(live, "thread");
	json_t *before = live_fact(live, "thread", "before");
	pid_t pid = live_pid_of(before);
	json_t *birth = live_birth(live, pid), *death = live_death(live, pid);

	check_number(exec, "process.previous_thread.id",
		     json_lines_number(live_fact(live, "thread", "exec_thread"), "tid"));
	check_start(exec, before);
	check_text(exec, "process.entity_id", json_lines_text(birth, "process.entity_id"));
	check_text(death, "process.entity_id", json_lines_text(birth, "process.entity_id"));
	check_end(live, live_fact_of(live, "waited", pid));
	check_between(death, "event.sequence", live_order(exec), INT64_MAX);
}

static void exec_by_a_thread_ends_the_other_threads_once(void **state)
{
	struct live *live = *state;
	pid_t pid = live_pid_of(live_fact(live, "thread", "before"));
	json_t *exec = live_event(live, "process.exec", pid), *event;
	json_t *exits = live_events(live, "process.exit", pid);
	size_t i;

	/* The old leader and the lingering thread; the third one executed. */
	assert_int_equal(live_thread_deaths(live, pid, 0), 2);
	json_array_foreach(
		exits, i,
		event) if (strcmp(json_lines_text(event, "process.exit.scope"), "thread") == 0)
		check_between(event, "event.sequence", 0, live_order(exec));
	json_decref(exits);
}

static void new_session_and_group_are_seen(void **state)
{
	json_t *session = check_exec(*state, "session");

	check_number(session, "process.session_leader.pid",
		     json_lines_number(session, "process.pid"));
	check_exec(*state, "group");
}

static void effective_and_real_user_are_told_apart(void **state)
{
	json_t *exec = check_exec(*state, "uids");

	check_number(exec, "process.user.id", 12345);
	check_number(exec, "process.real_user.id", 54321);
}

static void exec_of_a_32_bit_program_is_like_any_other(void **state)
{
	struct live *live = *state;

	if (!has_m32())
		live_skip("the compiler could not build a 32-bit program");
	json_t *exec = check_exec(live, "compat");
	check_number(live_death(live, (pid_t)json_lines_number(exec, "process.pid")),
		     "process.exit.code", 32);
}

static void failed_exec_is_told_with_path_arguments_and_error(void **state)
{
	static const char *const options[] = { "--failed-execs", NULL };
	static const char *const corners[] = { "fail", "fail_exec", NULL };
	static const struct {
		int number;
		const char *name;
	} errors[] = { { ENOENT, "ENOENT" }, { EACCES, "EACCES" } };
	struct live *live = live_new();
	json_t *facts, *events;

	(void)state;
	live_run_corners(live, options, corners);
	facts = live_facts(live, "fail", "failed");
	events = live_events(live, "process.exec_failed",
			     live_pid_of(live_fact(live, "fail", "failed")));
	assert_int_equal(json_array_size(facts), 3);
	assert_int_equal(json_array_size(events), 3);
	for (size_t i = 0; i < 3; i++) {
		json_t *fact = json_array_get(facts, i), *event = json_array_get(events, i);
		json_t *args = json_object_get(event, "process.command_args");

		check_text(event, "process.exec.filename", json_lines_text(fact, "path"));
		check_text(event, "error.type",
			   errors[json_lines_number(fact, "error") == EACCES].name);
		assert_int_equal(json_array_size(args), 2);
		assert_string_equal(json_string_value(json_array_get(args, 1)),
				    json_lines_text(fact, "argument"));
	}
	json_decref(facts);
	json_decref(events);
	live_free(live);
}

static void environment_is_recorded_on_request_only(void **state)
{
	static const char *const options[] = { "--env", NULL };
	static const char *const corners[] = { "a corner", "say_self", NULL };
	struct live *live = live_new();
	json_t *value;
	size_t i, found = 0;

	live_run_corners(live, options, corners);
	json_t *exec = live_last_event(live, "process.exec",
				       live_pid_of(live_fact(live, "a corner", "self")));
	json_array_foreach(json_object_get(exec, "process.environment"), i, value) found +=
		strcmp(json_string_value(value), "LL_CORNER=a corner") == 0;
	assert_int_equal(found, 1);
	live_free(live);
	check_absent(check_exec(*state, "link"), "process.environment");
}

static void rename_is_told_with_both_names(void **state)
{
	static const char *const options[] = { "-e", "rename", NULL };
	static const char *const corners[] = { "name", "rename_self", NULL };
	struct live *live = live_new();

	(void)state;
	live_run_corners(live, options, corners);
	json_t *self = live_fact(live, "name", "renamed");
	json_t *rename = live_last_event(live, "process.rename", live_pid_of(self));
	check_text(rename, "process.executable.name", json_lines_text(self, "comm"));
	check_text(rename, "process.executable.previous_name", "rename_self");
	live_free(live);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(exec_of_a_script_names_script_and_interpreter),
		cmocka_unit_test(exec_of_a_program_has_no_interpreter),
		cmocka_unit_test(exec_of_a_memory_file_is_marked),
		cmocka_unit_test(exec_of_a_deleted_file_is_marked),
		cmocka_unit_test(exec_relative_to_a_directory_has_the_absolute_path),
		cmocka_unit_test(working_directory_keeps_odd_characters),
		cmocka_unit_test(deleted_working_directory_keeps_its_path),
		cmocka_unit_test(exec_after_exec_is_two_events),
		cmocka_unit_test(empty_argv_is_as_the_program_sees_it),
		cmocka_unit_test(empty_arguments_are_kept),
		cmocka_unit_test(control_characters_are_kept),
		cmocka_unit_test(bytes_that_are_not_utf8_travel_as_base64),
		cmocka_unit_test(arguments_past_the_default_are_cut_and_marked),
		cmocka_unit_test(arguments_past_64_kib_are_cut_and_marked),
		cmocka_unit_test(arguments_of_200_kib_are_whole_on_request),
		cmocka_unit_test(exec_by_a_thread_is_no_death),
		cmocka_unit_test(exec_by_a_thread_ends_the_other_threads_once),
		cmocka_unit_test(new_session_and_group_are_seen),
		cmocka_unit_test(effective_and_real_user_are_told_apart),
		cmocka_unit_test(exec_of_a_32_bit_program_is_like_any_other),
		cmocka_unit_test(failed_exec_is_told_with_path_arguments_and_error),
		cmocka_unit_test(environment_is_recorded_on_request_only),
		cmocka_unit_test(rename_is_told_with_both_names),
	};

	return cmocka_run_group_tests(tests, set_up, live_tear_down);
}
