/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* What an exec record, or that of a failed one, becomes: paths, arguments, marks. */
#include "support/decoding.h"

#include <errno.h>

static void exec_has_file_arguments_and_directory(void **state)
{
	struct decoding *decoding = *state;

	wire_exec(&decoding->record);
	const struct ll_event *event = decoding_run(decoding);
	assert_str_known(event, FILENAME, filename, "./tool");
	assert_str_known(event, EXE, exe, "/opt/tool");
	assert_str_known(event, CWD, cwd, "/home/me");
	assert_str_known(event, ARGS, args, "tool\0-v\0");
	assert_number_known(event, ARGS_BYTES, args_bytes, 8);
}

static void a_plain_exec_carries_no_marks(void **state)
{
	struct decoding *decoding = *state;

	wire_exec(&decoding->record);
	const struct ll_event *event = decoding_run(decoding);
	assert_absent(event, INTERPRETER);
	assert_absent(event, EXE_STATE);
	assert_absent(event, ARGS_TRUNCATED);
	assert_absent(event, PATH_TRUNCATED);
	assert_absent(event, ENV);
	assert_absent(event, ENV_TRUNCATED);
	assert_absent(event, PREVIOUS_TID);
}

/* Make the executable's components those of the literal, leaf first. */
#define set_exe(record, literal) wire_append_literal((record), &(record)->exec.exe, literal)

static void a_path_is_turned_round_from_leaf_to_root(void **state)
{
	struct decoding *decoding = *state;

	wire_exec(&decoding->record);
	set_exe(&decoding->record, "d\0c\0b\0a\0");
	assert_str_known(decoding_run(decoding), EXE, exe, "/a/b/c/d");
	set_exe(&decoding->record, "only\0");
	assert_str_known(decoding_run(decoding), EXE, exe, "/only");
	/* The last terminator may have been cut off. */
	set_exe(&decoding->record, "b\0a");
	assert_str_known(decoding_run(decoding), EXE, exe, "/a/b");
}

static void the_root_directory_has_no_components(void **state)
{
	struct decoding *decoding = *state;

	wire_exec(&decoding->record);
	wire_append_literal(&decoding->record, &decoding->record.exec.cwd, "");
	assert_str_known(decoding_run(decoding), CWD, cwd, "/");
	assert_absent(&decoding->event, PATH_TRUNCATED);
}

static void components_keep_their_raw_bytes(void **state)
{
	struct decoding *decoding = *state;

	wire_exec(&decoding->record);
	set_exe(&decoding->record, "a b\n\0\xff\x1b[m\0");
	assert_str_known(decoding_run(decoding), EXE, exe, "/\xff\x1b[m/a b\n");
}

static void a_truncated_path_begins_with_an_ellipsis(void **state)
{
	struct decoding *decoding = *state;

	wire_exec(&decoding->record);
	decoding->record.exec.flags = LL_WIRE_EXEC_EXE_TRUNCATED;
	const struct ll_event *event = decoding_run(decoding);
	assert_str_known(event, EXE, exe, ".../opt/tool");
	assert_str_known(event, CWD, cwd, "/home/me");
	assert_number_known(event, PATH_TRUNCATED, path_truncated, true);

	decoding->record.exec.flags = LL_WIRE_EXEC_CWD_TRUNCATED;
	event = decoding_run(decoding);
	assert_str_known(event, EXE, exe, "/opt/tool");
	assert_str_known(event, CWD, cwd, ".../home/me");
	assert_number_known(event, PATH_TRUNCATED, path_truncated, true);
}

/* LL_PATH_MAX bytes of one-letter names: the most slashes that room can hold. */
static void the_longest_path_loses_nothing(void **state)
{
	struct decoding *decoding = *state;
	char names[LL_PATH_MAX];

	for (size_t i = 0; i < sizeof(names); i++)
		names[i] = i % 2 == 0 ? 'x' : '\0';
	names[0] = 'L';
	wire_exec(&decoding->record);
	wire_append(&decoding->record, &decoding->record.exec.exe, names, sizeof(names));
	decoding->record.exec.flags = LL_WIRE_EXEC_EXE_TRUNCATED;
	const struct ll_event *event = decoding_run(decoding);
	assert_int_equal(event->exe.length, 3 + sizeof(names));
	assert_memory_equal(event->exe.data, ".../x/x", 7);
	assert_memory_equal(event->exe.data + event->exe.length - 4, "/x/L", 4);
}

static void more_names_than_any_path_has_do_no_harm(void **state)
{
	struct decoding *decoding = *state;
	static char names[5 * LL_PATH_MAX];

	memset(names, 'x', sizeof(names));
	for (size_t i = 100; i < sizeof(names); i += 101)
		names[i] = '\0';
	wire_exec(&decoding->record);
	wire_append(&decoding->record, &decoding->record.exec.exe, names, sizeof(names));
	decoding->record.exec.flags = LL_WIRE_EXEC_EXE_TRUNCATED;
	decoding_run(decoding);
	memset(names, 'x', sizeof(names));
	wire_append(&decoding->record, &decoding->record.exec.exe, names, sizeof(names));
	decoding_run(decoding);
	memset(names, '\0', sizeof(names));
	wire_append(&decoding->record, &decoding->record.exec.exe, names, sizeof(names));
	decoding_run(decoding);
}

static void a_file_without_a_name_is_marked(void **state)
{
	struct decoding *decoding = *state;

	wire_exec(&decoding->record);
	decoding->record.exec.flags = LL_WIRE_EXEC_DELETED;
	assert_number_known(decoding_run(decoding), EXE_STATE, exe_state, LL_FILE_DELETED);
	decoding->record.exec.flags = LL_WIRE_EXEC_MEMFD;
	assert_number_known(decoding_run(decoding), EXE_STATE, exe_state, LL_FILE_MEMFD);
	decoding->record.exec.flags = LL_WIRE_EXEC_MEMFD | LL_WIRE_EXEC_DELETED;
	assert_number_known(decoding_run(decoding), EXE_STATE, exe_state, LL_FILE_MEMFD);
}

static void a_script_names_its_interpreter(void **state)
{
	struct decoding *decoding = *state;
	struct ll_wire_exec *exec = &decoding->record.exec;

	wire_exec(&decoding->record);
	exec->flags = LL_WIRE_EXEC_SCRIPT;
	wire_append_literal(&decoding->record, &exec->interpreter, "/bin/sh");
	const struct ll_event *event = decoding_run(decoding);
	assert_str_known(event, INTERPRETER, interpreter, "/bin/sh");
	assert_str_known(event, FILENAME, filename, "./tool");
}

static void arguments_keep_every_byte(void **state)
{
	struct decoding *decoding = *state;
	struct ll_wire_exec *exec = &decoding->record.exec;

	wire_exec(&decoding->record);
	wire_append_literal(&decoding->record, &exec->args, "\0\0a\nb\0\xff\xc3\x28\0\0");
	assert_str_known(decoding_run(decoding), ARGS, args, "\0\0a\nb\0\xff\xc3\x28\0\0");
}

static void no_arguments_at_all_are_known_to_be_none(void **state)
{
	struct decoding *decoding = *state;

	wire_exec(&decoding->record);
	decoding->record.exec.args.length = 0;
	decoding->record.exec.args_total_bytes = 0;
	const struct ll_event *event = decoding_run(decoding);
	assert_true(ll_event_has(event, LL_F_ARGS));
	assert_int_equal(event->args.length, 0);
	assert_number_known(event, ARGS_BYTES, args_bytes, 0);
	assert_absent(event, ARGS_TRUNCATED);
}

static void cut_arguments_say_so_and_how_long_they_were(void **state)
{
	struct decoding *decoding = *state;

	wire_exec(&decoding->record);
	decoding->record.exec.flags = LL_WIRE_EXEC_ARGS_TRUNCATED;
	decoding->record.exec.args_total_bytes = 3000000;
	const struct ll_event *event = decoding_run(decoding);
	assert_str_known(event, ARGS, args, "tool\0-v\0");
	assert_number_known(event, ARGS_TRUNCATED, args_truncated, true);
	assert_number_known(event, ARGS_BYTES, args_bytes, 3000000);
}

static void the_environment_comes_when_it_was_sent(void **state)
{
	struct decoding *decoding = *state;
	struct ll_wire_exec *exec = &decoding->record.exec;

	wire_exec(&decoding->record);
	wire_append_literal(&decoding->record, &exec->env, "A=1\0B=\0");
	assert_str_known(decoding_run(decoding), ENV, env, "A=1\0B=\0");
	assert_absent(&decoding->event, ENV_TRUNCATED);
	exec->flags = LL_WIRE_EXEC_ENV_TRUNCATED;
	assert_number_known(decoding_run(decoding), ENV_TRUNCATED, env_truncated, true);
}

static void the_previous_tid_is_told_only_when_it_changed(void **state)
{
	struct decoding *decoding = *state;

	wire_exec(&decoding->record);
	decoding->record.header.tid = WIRE_TGID;
	decoding->record.exec.previous_tid = 10609;
	assert_number_known(decoding_run(decoding), PREVIOUS_TID, previous_tid, 10609);
	decoding->record.exec.previous_tid = WIRE_TGID;
	assert_absent(decoding_run(decoding), PREVIOUS_TID);
}

static void paths_of_two_records_do_not_mix(void **state)
{
	struct decoding *decoding = *state;

	wire_exec(&decoding->record);
	set_exe(&decoding->record, "a-rather-long-name\0directory\0");
	decoding_run(decoding);
	set_exe(&decoding->record, "x\0");
	assert_str_known(decoding_run(decoding), EXE, exe, "/x");
}

static void a_failed_exec_says_what_was_tried_and_why_not(void **state)
{
	struct decoding *decoding = *state;

	wire_exec_failed(&decoding->record, ENOENT);
	const struct ll_event *event = decoding_run(decoding);
	assert_int_equal(event->kind, LL_EVENT_EXEC_FAILED);
	assert_str_known(event, EXEC_ERROR, exec_error, "ENOENT");
	assert_str_known(event, FILENAME, filename, "/no/such");
	assert_str_known(event, ARGS, args, "such\0-x\0");
	assert_absent(event, ARGS_TRUNCATED);
	assert_absent(event, PATH_TRUNCATED);
}

static void a_failed_exec_marks_what_was_cut(void **state)
{
	struct decoding *decoding = *state;

	wire_exec_failed(&decoding->record, E2BIG);
	decoding->record.exec_failed.flags = LL_WIRE_EXEC_ARGS_TRUNCATED;
	assert_number_known(decoding_run(decoding), ARGS_TRUNCATED, args_truncated, true);
	assert_absent(&decoding->event, PATH_TRUNCATED);
	decoding->record.exec_failed.flags = LL_WIRE_EXEC_FILENAME_TRUNCATED;
	assert_number_known(decoding_run(decoding), PATH_TRUNCATED, path_truncated, true);
	assert_absent(&decoding->event, ARGS_TRUNCATED);
}

static void an_error_without_a_name_is_its_number(void **state)
{
	struct decoding *decoding = *state;

	/* ERESTARTNOINTR of include/linux/errno.h: libc does not name it. */
	wire_exec_failed(&decoding->record, 513);
	assert_str_known(decoding_run(decoding), EXEC_ERROR, exec_error, "513");
	wire_exec_failed(&decoding->record, INT32_MIN);
	assert_str_known(decoding_run(decoding), EXEC_ERROR, exec_error, "-2147483648");
}

#define DECODING_TEST(name)                                                                    \
	cmocka_unit_test_setup_teardown(name, decoding_setup, decoding_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		DECODING_TEST(exec_has_file_arguments_and_directory),
		DECODING_TEST(a_plain_exec_carries_no_marks),
		DECODING_TEST(a_path_is_turned_round_from_leaf_to_root),
		DECODING_TEST(the_root_directory_has_no_components),
		DECODING_TEST(components_keep_their_raw_bytes),
		DECODING_TEST(a_truncated_path_begins_with_an_ellipsis),
		DECODING_TEST(the_longest_path_loses_nothing),
		DECODING_TEST(more_names_than_any_path_has_do_no_harm),
		DECODING_TEST(a_file_without_a_name_is_marked),
		DECODING_TEST(a_script_names_its_interpreter),
		DECODING_TEST(arguments_keep_every_byte),
		DECODING_TEST(no_arguments_at_all_are_known_to_be_none),
		DECODING_TEST(cut_arguments_say_so_and_how_long_they_were),
		DECODING_TEST(the_environment_comes_when_it_was_sent),
		DECODING_TEST(the_previous_tid_is_told_only_when_it_changed),
		DECODING_TEST(paths_of_two_records_do_not_mix),
		DECODING_TEST(a_failed_exec_says_what_was_tried_and_why_not),
		DECODING_TEST(a_failed_exec_marks_what_was_cut),
		DECODING_TEST(an_error_without_a_name_is_its_number),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
