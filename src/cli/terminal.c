/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Terminal questions. The character set is read from the environment, not through
 * setlocale(): a minimal machine has LANG=…UTF-8 and no locale installed.
 */
#include "cli/terminal.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/parse.h"

#define COLUMNS_MAX 10000

static bool is_set(const char *variable)
{
	const char *value = getenv(variable);

	return value != NULL && value[0] != '\0';
}

static bool is_dumb(void)
{
	const char *term = getenv("TERM");

	return term == NULL || strcmp(term, "dumb") == 0;
}

bool ll_terminal_wants_color(enum ll_color_when when, FILE *out)
{
	if (when != LL_COLOR_AUTO)
		return when == LL_COLOR_ALWAYS;
	return isatty(fileno(out)) && !is_set("NO_COLOR") && !is_dumb();
}

bool ll_terminal_can_redraw(const struct ll_options *options)
{
	return (options->input == NULL || options->follow) && !options->json &&
	       options->output_path == NULL && isatty(STDOUT_FILENO) && !is_dumb();
}

void ll_terminal_clear(FILE *out)
{
	/* Cursor home, and clear what is below. */
	fputs("\033[H\033[J", out);
}

/* The user's word goes before the kernel's, as with ps and git. */
unsigned ll_terminal_width(FILE *out)
{
	struct winsize size;
	uint64_t columns;

	if (!isatty(fileno(out)))
		return 0;
	if (is_set("COLUMNS") && ll_parse_count(getenv("COLUMNS"), &columns) == 0 &&
	    columns > 0 && columns <= COLUMNS_MAX)
		return (unsigned)columns;
	if (ioctl(fileno(out), TIOCGWINSZ, &size) == 0)
		return size.ws_col;
	return 0;
}

unsigned ll_terminal_height(FILE *out)
{
	struct winsize size;

	if (!isatty(fileno(out)) || ioctl(fileno(out), TIOCGWINSZ, &size) < 0)
		return 0;
	return size.ws_row;
}

bool ll_terminal_is_utf8(void)
{
	static const char *const variables[] = { "LC_ALL", "LC_CTYPE", "LANG" };

	for (size_t i = 0; i < sizeof(variables) / sizeof(variables[0]); i++) {
		if (!is_set(variables[i]))
			continue;
		const char *value = getenv(variables[i]);
		return strcasestr(value, "UTF-8") != NULL || strcasestr(value, "UTF8") != NULL;
	}
	return false;
}
