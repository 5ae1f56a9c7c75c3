/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Where -e is not given, an expression that names events which trace does not show by default
 * asks for them: to filter for what is never there helps nobody.
 */
#include "cli/filter_option.h"

#include <errno.h>
#include <stdio.h>

#include "base/cleanup.h"
#include "cli/option_table.h"
#include "cli/output.h"
#include "cli/pushdown.h"
#include "event/filter.h"

/* What trace shows by default and costs nothing more. */
#define USUAL_KINDS (LL_DEFAULT_KINDS & ~LL_E(EXEC_FAILED))

static void ask_for_named(struct ll_options *options)
{
	uint32_t named = ll_filter_named_kinds(options->filter, USUAL_KINDS) & ~USUAL_KINDS;

	if (options->kinds != 0 || named == 0)
		return;
	options->named_kinds = named;
	options->kinds = LL_DEFAULT_KINDS | named;
	if ((named & LL_E(EXEC_FAILED)) != 0)
		options->failed_execs = true;
	if ((named & LL_E(STATE)) != 0 && options->states == LL_STATES_OFF)
		options->states = LL_STATES_CHANGES;
	if (options->states != LL_STATES_OFF)
		options->kinds |= LL_E(STATE);
}

int ll_filter_option_parse(struct ll_options *options, const struct ll_command *command,
			   char **ret_why)
{
	LL_AUTO_FREE char *why = NULL;

	if (options->filter_text == NULL)
		return 0;
	int r = ll_filter_parse(options->filter_text, command->lines, options->keep,
				&options->filter, &why);
	if (r == -EINVAL && asprintf(ret_why, "-f: %s", why) < 0)
		*ret_why = NULL;
	if (r == 0 && command->bit == LL_FOR_TRACE)
		ask_for_named(options);
	return r;
}

uint32_t ll_filter_option_kinds(const struct ll_options *options)
{
	uint32_t kinds = options->kinds != 0 ? options->kinds : LL_DEFAULT_KINDS;

	if (options->states != LL_STATES_OFF)
		kinds |= LL_E(STATE);
	return kinds;
}

static void put_kinds(FILE *out, const char *before, uint32_t kinds)
{
	const char *separator = before;

	for (int kind = 0; kind < LL_EVENT_SNAPSHOT_END; kind++) {
		if ((kinds >> kind & 1) == 0)
			continue;
		fprintf(out, "%s%s", separator, ll_event_kind_name(kind));
		separator = ", ";
	}
	fputs(separator == before ? "" : "\n", out);
}

static void put_lines(FILE *out, const struct ll_options *options,
		      const struct ll_command *command)
{
	bool is_of_events = (command->bit & (LL_FOR_TRACE | LL_FOR_SUMMARY)) != 0;
	uint32_t asked = ll_filter_option_kinds(options);
	uint32_t shown = asked & ll_filter_kinds(options->filter) & ~LL_E(LOST);

	fputs("\nasked of\n", out);
	if (!is_of_events)
		fprintf(out,
			"  what a line of %s --json says, and what is known of its process\n",
			command->name);
	else if (shown == 0)
		fprintf(out, "  nothing: it is true of no event that %s\n",
			command->bit == LL_FOR_TRACE ? "-e asks for" : "is counted");
	else
		put_kinds(out, "  ", shown);
}

/* Returns whether there is anything. */
static bool put_kernel(FILE *out, const struct ll_options *options,
		       const struct ll_pushdown *plan)
{
	uint32_t unsent = ll_filter_option_kinds(options) & ~plan->kinds;
	if (!options->failed_execs)
		unsent &= ~LL_E(EXEC_FAILED);
	bool any = unsent != 0;

	put_kinds(out, "  does not send ", unsent);
	for (size_t i = 0; i < ll_filter_part_count(options->filter); i++) {
		LL_AUTO_FREE char *text = ll_filter_format(options->filter, i);

		if (ll_pushdown_reason(options, plan, i) != NULL)
			continue;
		fprintf(out, "  %s\n", text != NULL ? text : "out of memory");
		any = true;
	}
	return any;
}

static void put_lifeline(FILE *out, const struct ll_options *options,
			 const struct ll_pushdown *plan)
{
	fputs("\nlifeline decides\n  the whole expression, of all that is sent\n", out);
	for (size_t i = 0; i < ll_filter_part_count(options->filter); i++) {
		LL_AUTO_FREE char *text = ll_filter_format(options->filter, i);
		const char *why = ll_pushdown_reason(options, plan, i);

		if (why != NULL)
			fprintf(out, "  %s\n    %s\n", text != NULL ? text : "out of memory",
				why);
	}
}

static void put_parts(FILE *out, const struct ll_options *options)
{
	struct ll_pushdown plan = ll_pushdown_plan(options, ll_filter_option_kinds(options));

	fputs("\nthe kernel decides\n", out);
	if (!put_kernel(out, options, &plan))
		fputs("  nothing\n", out);
	put_lifeline(out, options, &plan);
}

/* Whoever made the capture decided what is in it. */
static void put_capture(FILE *out)
{
	fputs("\nthe kernel decides\n  nothing: a capture is looked at\n"
	      "\nlifeline decides\n  the whole expression, of all that is in it\n",
	      out);
}

static void put_view(FILE *out, const struct ll_command *command)
{
	fprintf(out,
		"\nthe kernel decides\n  nothing: the view is made of all that happens\n"
		"\nlifeline decides\n  the whole expression, when %s\n",
		command->bit == LL_FOR_SUMMARY ? "an event is counted" : "a line is shown");
}

int ll_filter_option_explain(const struct ll_options *options, const struct ll_command *command)
{
	LL_AUTO_FREE char *text = ll_filter_format(options->filter, SIZE_MAX);
	struct ll_output output;

	if (ll_output_open(options->output_path, &output) < 0)
		return 1;
	fprintf(output.file, "expression\n  %s\n", text != NULL ? text : "out of memory");
	put_lines(output.file, options, command);
	if (command->bit == LL_FOR_TRACE && options->input != NULL)
		put_capture(output.file);
	else if (command->bit == LL_FOR_TRACE)
		put_parts(output.file, options);
	else
		put_view(output.file, command);
	return ll_output_finish(&output, 0, 0);
}
