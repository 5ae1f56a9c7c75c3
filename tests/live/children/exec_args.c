/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Execute say_self with unusual arguments. exec_args VARIANT
 *   none      argv is empty                empties  empty strings first, between and last
 *   controls  every byte 1 to 31 and 127   bytes    bytes that are not UTF-8
 *   huge      200 KiB in 50 arguments      one      one argument of 100 KiB
 *   long      4097 bytes of one-letter arguments: one terminator past the default limit
 */
#include "fact.h"

static char *repeat(char letter, size_t count)
{
	char *text = calloc(1, count + 1);

	return memset(text, letter, count);
}

static const char *const *many(size_t count, size_t length)
{
	const char **argv = calloc(count + 1, sizeof(*argv));

	for (size_t i = 0; i < count; i++)
		argv[i] = repeat((char)('a' + i % 26), length);
	return argv;
}

static const char *const *controls(void)
{
	static char all[33];
	static const char *const argv[] = { all, NULL };

	for (int i = 1; i < 32; i++)
		all[i - 1] = (char)i;
	all[31] = 127;
	return argv;
}

static const char *const *choose(const char *variant)
{
	static const char *const none[] = { NULL };
	static const char *const empties[] = { "say_self", "", "", "x", "", NULL };
	static const char *const bytes[] = { "say_self",     "\xff\xfe",
					     "caf\xe9",      "\xc3\xa9",
					     "\xed\xa0\x80", "\xf4\x90\x80\x80",
					     "\xe2\x80\xae", NULL };

	if (strcmp(variant, "none") == 0)
		return none;
	if (strcmp(variant, "empties") == 0)
		return empties;
	if (strcmp(variant, "bytes") == 0)
		return bytes;
	if (strcmp(variant, "controls") == 0)
		return controls();
	if (strcmp(variant, "huge") == 0)
		return many(50, 4095);
	if (strcmp(variant, "one") == 0)
		return many(1, 100 * 1024);
	return many(2049, 1);
}

int main(int argc, char *argv[])
{
	char *path = sibling("say_self");

	bound_life();
	execute(path, choose(argc > 1 ? argv[1] : ""));
	err(98, "%s", path);
}
