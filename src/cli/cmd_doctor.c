/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* lifeline doctor: can this machine trace? What is missing, and the remedy, a line each. */
#include <string.h>

#include "base/cleanup.h"
#include "cli/command.h"
#include "cli/option_table.h"
#include "cli/output.h"
#include "cli/say.h"
#include "cli/terminal.h"
#include "live/live.h"
#include "render/json.h"
#include "render/line.h"

#define NAME_COLUMN 10
#define DETAIL_COLUMN 32
/* Where the place written to has no width of its own. */
#define DEFAULT_WIDTH 100

struct doctor {
	const struct ll_options *options;
	struct ll_output output;
	struct ll_line line;
	unsigned width; /* lines are broken between words */
	bool can_trace;
};

static const struct {
	const char *word;
	enum ll_color color;
} verdicts[] = {
	[LL_CHECK_OK] = { "ok", LL_COLOR_GREEN },
	[LL_CHECK_DEGRADED] = { "degraded", LL_COLOR_YELLOW },
	[LL_CHECK_FAILED] = { "missing", LL_COLOR_RED },
	[LL_CHECK_UNTESTED] = { "untested", LL_COLOR_DIM },
};

/*
 * Put words from the detail column on, and on as many lines as they need. A column is kept for the
 * semicolon after the last of them. Returns 0 or -errno.
 */
static int put_words(struct doctor *doctor, const char *text)
{
	struct ll_line *line = &doctor->line;
	int err = 0;

	for (int length; *text != '\0' && err == 0; text += length) {
		text += *text == ' ';
		length = (int)strcspn(text, " ");
		if (line->column > DETAIL_COLUMN &&
		    line->column + 1 + (unsigned)length >= doctor->width)
			err = ll_line_end(line);
		ll_line_pad(line,
			    line->column < DETAIL_COLUMN ? DETAIL_COLUMN : line->column + 1);
		ll_line_printf(line, "%.*s", length, text);
	}
	return err;
}

static int print_text(struct doctor *doctor, const struct ll_check *check)
{
	struct ll_line *line = &doctor->line;

	ll_line_color(line, verdicts[check->verdict].color);
	ll_line_put(line, verdicts[check->verdict].word);
	ll_line_color(line, LL_COLOR_NONE);
	ll_line_pad(line, NAME_COLUMN);
	ll_line_put(line, check->name);
	int err = put_words(doctor, check->detail);
	if (err == 0 && check->remedy[0] != '\0') {
		ll_line_put(line, ";");
		err = put_words(doctor, check->remedy);
	}
	return err != 0 ? err : ll_line_end(line);
}

static void put_member(struct ll_buffer *buffer, const char *key, const char *value)
{
	ll_buffer_put_string(buffer, key);
	ll_json_put_string(buffer, ll_str_of(value));
}

static int print_json(struct doctor *doctor, const struct ll_check *check)
{
	struct ll_buffer buffer;

	ll_buffer_init(&buffer, doctor->output.file);
	put_member(&buffer, "{\"check\":", check->name);
	put_member(&buffer, ",\"verdict\":", verdicts[check->verdict].word);
	put_member(&buffer, ",\"detail\":", check->detail);
	if (check->remedy[0] != '\0')
		put_member(&buffer, ",\"remedy\":", check->remedy);
	ll_buffer_put_string(&buffer, "}\n");
	return ll_buffer_end(&buffer);
}

static int on_check(void *arg, const struct ll_check *check)
{
	struct doctor *doctor = arg;

	if (check->verdict == LL_CHECK_FAILED)
		doctor->can_trace = false;
	return doctor->options->json ? print_json(doctor, check) : print_text(doctor, check);
}

static int run(const struct ll_options *options)
{
	struct doctor doctor = { .options = options, .can_trace = true };

	if (ll_output_open(options->output_path, &doctor.output) < 0)
		return 1;
	FILE *out = doctor.output.file;
	doctor.width = ll_terminal_width(out);
	if (doctor.width == 0)
		doctor.width = DEFAULT_WIDTH;
	/* Never cut: the remedy stands at the end. */
	ll_line_init(&doctor.line, out, 0, ll_terminal_wants_color(options->color, out),
		     ll_terminal_is_utf8());
	int err = ll_live_doctor(on_check, &doctor);
	return ll_output_finish(&doctor.output, err, doctor.can_trace ? 0 : 1);
}

const struct ll_command ll_cmd_doctor = {
	.name = "doctor",
	.bit = LL_FOR_DOCTOR,
	.help = "can this machine trace? what is missing",
	.about = "Check whether this machine can trace: a line for each thing needed, with the "
		 "remedy when it is missing. Needs no root, but knows more with it.",
	.examples = "  What is missing, for a script.\n"
		    "    lifeline doctor --json\n",
	.status =
		"Exit status: 0 this machine can trace, 1 it cannot or writing failed, 2 usage.",
	.run = run,
};
