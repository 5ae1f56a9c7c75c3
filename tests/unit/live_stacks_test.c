/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Addresses of the kernel made into names. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "live/stacks.h"

#define LONG_NAME_LENGTH 400

struct symbols {
	char path[64];
	struct ll_stacks *stacks;
};

static int set_up(void **state)
{
	struct symbols *symbols = test_calloc(1, sizeof(*symbols));

	strcpy(symbols->path, "/tmp/ll-symbols-XXXXXX");
	int fd = mkstemp(symbols->path);
	assert_true(fd >= 0);
	close(fd);
	symbols->stacks = ll_stacks_new(-1, symbols->path);
	assert_non_null(symbols->stacks);
	*state = symbols;
	return 0;
}

static int tear_down(void **state)
{
	struct symbols *symbols = *state;

	unlink(symbols->path);
	ll_stacks_free(symbols->stacks);
	test_free(symbols);
	return 0;
}

static void write_symbols(const struct symbols *symbols, const char *text)
{
	FILE *file = fopen(symbols->path, "we");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

/* The frames, a space after each. */
static void assert_frames(const struct symbols *symbols, const uint64_t *addresses,
			  const char *expected)
{
	struct ll_str stack = ll_stacks_format(symbols->stacks, addresses);
	char text[LL_STACKS_DEPTH * 128 + 1] = "";

	assert_true(stack.length < sizeof(text));
	memcpy(text, stack.data, stack.length);
	for (size_t i = 0; i < stack.length; i++)
		text[i] = text[i] == '\0' ? ' ' : text[i];
	assert_string_equal(text, expected);
}

static void an_address_is_named_by_the_function_it_is_in(void **state)
{
	const uint64_t addresses[LL_STACKS_DEPTH] = { 0x1000, 0x10ff, 0x1100, 0x2abc };

	write_symbols(*state, "0000000000002000 t in_module\t[ext4]\n"
			      "0000000000001100 T second\n"
			      "0000000000001000 T first\n");
	assert_frames(*state, addresses, "first+0x0 first+0xff second+0x0 in_module+0xabc ");
}

static void data_is_no_function(void **state)
{
	const uint64_t addresses[LL_STACKS_DEPTH] = { 0x1800 };

	write_symbols(*state, "0000000000001000 T function\n"
			      "0000000000001400 D data\n"
			      "0000000000001500 b bss\n"
			      "garbage\n"
			      "0000000000001600\n"
			      "0000000000001700 ");
	assert_frames(*state, addresses, "function+0x800 ");
}

static void what_has_no_name_is_its_address(void **state)
{
	const uint64_t addresses[LL_STACKS_DEPTH] = { 0xfff, 0x1000 };

	write_symbols(*state, "0000000000001000 T first\n");
	assert_frames(*state, addresses, "0xfff first+0x0 ");
}

/* Without privilege all addresses read 0. */
static void hidden_symbols_leave_addresses(void **state)
{
	const uint64_t addresses[LL_STACKS_DEPTH] = { UINT64_C(0xffffffff81000000) };

	write_symbols(*state, "0000000000000000 T first\n0000000000000000 T second\n");
	assert_frames(*state, addresses, "0xffffffff81000000 ");
}

static void a_missing_file_leaves_addresses(void **state)
{
	const struct symbols *symbols = *state;
	const uint64_t addresses[LL_STACKS_DEPTH] = { 0x10 };

	unlink(symbols->path);
	assert_frames(symbols, addresses, "0x10 ");
}

static void of_several_names_the_last_counts(void **state)
{
	const uint64_t addresses[LL_STACKS_DEPTH] = { 0x1004 };

	write_symbols(*state, "0000000000001000 t __se_sys_read\n"
			      "0000000000001000 T __x64_sys_read\n");
	assert_frames(*state, addresses, "__x64_sys_read+0x4 ");
}

static void how_the_stack_was_taken_is_not_told(void **state)
{
	const uint64_t addresses[LL_STACKS_DEPTH] = { 0x1001, 0x2001, 0x3001, 0x4001, 0x5001 };
	const uint64_t split[LL_STACKS_DEPTH] = { 0x1001, 0x6001, 0x5001 };
	const uint64_t later[LL_STACKS_DEPTH] = { 0x5001, 0x4001 };

	write_symbols(*state,
		      "0000000000001000 t bpf_prog_8e6f47d1e66efc31_ll_on_switch\t[bpf]\n"
		      "0000000000002000 t bpf_trace_run4\n"
		      "0000000000003000 t __schedule\n"
		      "0000000000004000 T schedule\n"
		      "0000000000005000 T io_schedule\n"
		      "0000000000006000 t __schedule.constprop.0\n");
	assert_frames(*state, addresses, "io_schedule+0x1 ");
	assert_frames(*state, split, "io_schedule+0x1 ");
	assert_frames(*state, later, "io_schedule+0x1 schedule+0x1 ");
}

static void names_and_stacks_of_any_length_fit(void **state)
{
	uint64_t addresses[LL_STACKS_DEPTH];
	char line[LONG_NAME_LENGTH + 64] = "ffffffffffff0000 T ";
	size_t used = strlen(line);
	const struct symbols *symbols = *state;

	memset(line + used, 'x', LONG_NAME_LENGTH);
	strcpy(line + used + LONG_NAME_LENGTH, "\n");
	write_symbols(symbols, line);
	for (int i = 0; i < LL_STACKS_DEPTH; i++)
		addresses[i] = UINT64_MAX - (uint64_t)i;
	struct ll_str stack = ll_stacks_format(symbols->stacks, addresses);
	size_t frames = 0;
	for (size_t i = 0; i < stack.length; i++)
		frames += stack.data[i] == '\0';
	assert_int_equal(frames, LL_STACKS_DEPTH);
	assert_int_equal(stack.data[0], 'x');
	assert_memory_equal(stack.data + strlen(stack.data) - 4, "ffff", 4);
}

static void code_loaded_later_is_not_taken_for_the_last_known_function(void **state)
{
	const uint64_t addresses[LL_STACKS_DEPTH] = { 0x1000 + (1 << 20), 0x1001 + (1 << 20) };
	const struct symbols *symbols = *state;

	write_symbols(symbols, "0000000000001000 T last_known\n");
	assert_frames(*state, addresses, "last_known+0x100000 0x101001 ");
}

static void many_symbols_are_found(void **state)
{
	const struct symbols *symbols = *state;
	const uint64_t addresses[LL_STACKS_DEPTH] = { 0x10000 + 16 * 77777 + 5, 0x10000 };
	FILE *file = fopen(symbols->path, "we");

	assert_non_null(file);
	for (unsigned i = 100000; i-- > 0;)
		fprintf(file, "%016x t symbol_%u\n", 0x10000 + 16 * i, i);
	assert_int_equal(fclose(file), 0);
	assert_frames(symbols, addresses, "symbol_77777+0x5 symbol_0+0x0 ");
}

static void no_id_is_no_stack(void **state)
{
	const struct symbols *symbols = *state;

	assert_int_equal(ll_stacks_find(symbols->stacks, -1).length, 0);
	assert_int_equal(ll_stacks_find(symbols->stacks, 7).length, 0);
	assert_int_equal(ll_stacks_find(NULL, 7).length, 0);
}

#define stacks_test(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		stacks_test(an_address_is_named_by_the_function_it_is_in),
		stacks_test(data_is_no_function),
		stacks_test(what_has_no_name_is_its_address),
		stacks_test(code_loaded_later_is_not_taken_for_the_last_known_function),
		stacks_test(hidden_symbols_leave_addresses),
		stacks_test(a_missing_file_leaves_addresses),
		stacks_test(of_several_names_the_last_counts),
		stacks_test(how_the_stack_was_taken_is_not_told),
		stacks_test(names_and_stacks_of_any_length_fit),
		stacks_test(many_symbols_are_found),
		stacks_test(no_id_is_no_stack),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
