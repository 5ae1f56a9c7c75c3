/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A summary on one screen: every section has its bound of lines, which together make about
 * forty, and says what it leaves out where that is not plain from the whole.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/duration.h"
#include "render/label.h"
#include "render/line.h"
#include "render/status.h"
#include "render/summary.h"

/* Where no terminal sets one. */
#define WIDTH 100
#define LABEL_COLUMN 11
/* Before the bars: a rate, and the highest. */
#define BARS_COLUMN 42
#define PID_COLUMN 17
#define NAME_COLUMN 25
/* Lines of each list. */
#define PROCESS_ROWS 3
#define EXECUTABLE_ROWS 4
#define FAILURE_ROWS 3
#define PATH_ROWS 8
#define PATH_NAMES 5
/* Steps of depth that are drawn. */
#define INDENT_MAX 6
#define PERCENT_MAX 24

struct view {
	const struct ll_summary_result *result;
	const struct ll_model *model;
	const struct ll_summary_view *options;
	struct ll_line line;
};

/* ---- Parts of lines -------------------------------------------------------------------- */

static void put_label(struct view *view, const char *label)
{
	struct ll_line *line = &view->line;

	ll_line_color(line, LL_COLOR_DIM);
	ll_line_put(line, label);
	ll_line_color(line, LL_COLOR_NONE);
	ll_line_pad(line, LABEL_COLUMN);
}

static void put_time(struct ll_line *line, uint64_t ns)
{
	char text[LL_DURATION_MAX];

	ll_line_put(line, ll_duration_format(ns, line->utf8, text));
}

/* Right-align our own words; "µ" is two bytes and one column. */
static void put_right(struct ll_line *line, unsigned column, const char *text)
{
	unsigned columns = 0;

	for (const char *at = text; *at != '\0'; at++)
		columns += (*at & 0xc0) != 0x80;
	ll_line_pad(line, column > columns ? column - columns : 0);
	ll_line_put(line, text);
}

static void put_time_right(struct ll_line *line, unsigned column, uint64_t ns)
{
	char text[LL_DURATION_MAX];

	put_right(line, column, ll_duration_format(ns, line->utf8, text));
}

static void put_number_right(struct ll_line *line, unsigned column, uint64_t number)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRIu64, number);
	put_right(line, column, text);
}

/* "12.3%", cut. */
static const char *format_percent(uint64_t part, uint64_t whole, char ret_text[PERCENT_MAX])
{
	uint64_t tenths = whole > 0 ? (uint64_t)((unsigned __int128)part * 1000 / whole) : 0;

	snprintf(ret_text, PERCENT_MAX, "%" PRIu64 ".%" PRIu64 "%%", tenths / 10, tenths % 10);
	return ret_text;
}

static void put_percent(struct ll_line *line, uint64_t part, uint64_t whole)
{
	char text[PERCENT_MAX];

	ll_line_put(line, format_percent(part, whole, text));
}

/* "12.3/s", cut. */
static void put_rate(struct ll_line *line, uint64_t count, uint64_t ns)
{
	uint64_t tenths =
		ns > 0 ? (uint64_t)((unsigned __int128)count * 10 * LL_NS_PER_S / ns) : 0;

	if (tenths >= 1000)
		ll_line_printf(line, "%" PRIu64 "/s", tenths / 10);
	else
		ll_line_printf(line, "%" PRIu64 ".%" PRIu64 "/s", tenths / 10, tenths % 10);
}

static void put_command(struct ll_line *line, const struct ll_cmdline *command)
{
	ll_label_put_command(line, command->args,
			     ll_str_make(command->comm, strlen(command->comm)));
}

static int put_heading(struct view *view, const char *heading)
{
	ll_line_color(&view->line, LL_COLOR_BOLD);
	ll_line_put(&view->line, heading);
	ll_line_color(&view->line, LL_COLOR_NONE);
	return ll_line_end(&view->line);
}

/* ---- The whole ------------------------------------------------------------------------- */

static uint64_t duration_ns(const struct ll_summary_result *result)
{
	return result->end_ns > result->begin_ns ? result->end_ns - result->begin_ns : 0;
}

static int put_when(struct view *view)
{
	const struct ll_summary_result *result = view->result;
	struct ll_line *line = &view->line;
	time_t when = (time_t)(result->begin_unix_ns / LL_NS_PER_S);
	struct tm local;
	char text[64];

	put_label(view, "time");
	put_time(line, duration_ns(result));
	if (result->begin_unix_ns != 0 && localtime_r(&when, &local) != NULL &&
	    strftime(text, sizeof(text), "%F %T", &local) > 0)
		ll_line_printf(line, " from %s on", text);
	return ll_line_end(line);
}

static void put_count(struct ll_line *line, const char *before, uint64_t count,
		      const char *what)
{
	if (count > 0)
		ll_line_printf(line, "%s%" PRIu64 " %s", before, count, what);
}

/* The same of what is counted in English. */
static void put_many(struct ll_line *line, const char *before, uint64_t count, const char *what)
{
	put_count(line, before, count, what);
	ll_line_put(line, count > 1 ? "s" : "");
}

static int put_processes(struct view *view)
{
	const struct ll_summary_result *result = view->result;
	const struct ll_model_counts *counts = ll_model_counts(view->model);
	struct ll_line *line = &view->line;

	put_label(view, "processes");
	ll_line_printf(line, "%" PRIu64 " born, %" PRIu64 " ended", result->births,
		       result->ends);
	if (result->failures > 0)
		ll_line_printf(line, " (%" PRIu64 " failed", result->failures);
	if (result->killed > 0)
		ll_line_printf(line, ", %" PRIu64 " of them killed", result->killed);
	ll_line_put(line, result->failures > 0 ? ")" : "");
	if (!view->options->is_filtered) {
		ll_line_printf(line, ", %" PRIu64 " alive", counts->alive);
		put_many(line, ", ", counts->zombies, "zombie");
	}
	return ll_line_end(line);
}

static int put_events(struct view *view)
{
	const struct ll_summary_result *result = view->result;
	struct ll_line *line = &view->line;

	put_label(view, "events");
	ll_line_printf(line, "%" PRIu64 " exec, %" PRIu64 " reap",
		       result->events[LL_EVENT_EXEC], result->events[LL_EVENT_REAP]);
	put_count(line, ", ", result->events[LL_EVENT_EXEC_FAILED], "exec_failed");
	put_count(line, ", ", result->events[LL_EVENT_REPARENT], "reparent");
	put_count(line, ", ", result->events[LL_EVENT_OOM_KILL], "oom_kill");
	put_many(line, ", ", result->thread_births, "thread");
	put_many(line, ", ", result->kthreads, "kernel thread");
	put_count(line, "; ", result->inferred, "inferred");
	return ll_line_end(line);
}

static int put_lost(struct view *view)
{
	const struct ll_summary_result *result = view->result;
	struct ll_line *line = &view->line;

	if (result->lost_count == 0)
		return 0;
	put_label(view, "lost");
	ll_line_color(line, LL_COLOR_RED);
	for (size_t i = 0; i < result->lost_count; i++)
		ll_line_printf(line, "%s%" PRIu64 " %s", i > 0 ? ", " : "",
			       result->lost[i].count,
			       result->lost[i].kind == LL_EVENT_LOST
				       ? "of unknown kind"
				       : ll_event_kind_short_name(result->lost[i].kind));
	ll_line_color(line, LL_COLOR_NONE);
	return ll_line_end(line);
}

/* CPUs are only meaningful where all that used them was born meanwhile. */
static int put_cpu(struct view *view)
{
	const struct ll_summary_result *result = view->result;
	uint64_t all_ns = result->cpu_user_ns + result->cpu_system_ns;
	uint64_t ns = duration_ns(result);
	struct ll_line *line = &view->line;

	if (result->ends == 0)
		return 0;
	put_label(view, "CPU");
	put_time(line, result->cpu_user_ns);
	ll_line_put(line, " user, ");
	put_time(line, result->cpu_system_ns);
	ll_line_put(line, " system, of what ended");
	if (result->has_path && ns > 0) {
		uint64_t hundredths = (uint64_t)((unsigned __int128)all_ns * 100 / ns);

		ll_line_printf(line, ": %" PRIu64 ".%02" PRIu64 " CPUs on average",
			       hundredths / 100, hundredths % 100);
	}
	return ll_line_end(line);
}

static void put_quantiles(struct ll_line *line, const struct ll_histogram *histogram)
{
	ll_line_put(line, "median ");
	put_time(line, ll_histogram_quantile(histogram, 500));
	ll_line_put(line, ", 99% below ");
	put_time(line, ll_histogram_quantile(histogram, 990));
	ll_line_put(line, ", longest ");
	put_time(line, histogram->most_ns);
}

static int put_lives(struct view *view)
{
	const struct ll_summary_result *result = view->result;
	uint64_t count = result->lives->count;
	struct ll_line *line = &view->line;

	if (count == 0)
		return 0;
	put_label(view, "lives");
	put_quantiles(line, result->lives);
	int err = ll_line_end(line);
	if (err != 0)
		return err;
	put_label(view, "short");
	for (size_t i = 0; i < LL_SUMMARY_SHORT_COUNT; i++) {
		ll_line_put(line, i > 0 ? ", " : "");
		put_percent(line, result->life_short[i], count);
		ll_line_put(line, i > 0 ? " < " : " live < ");
		put_time(line, ll_summary_short_ns[i]);
	}
	return ll_line_end(line);
}

static int put_delays(struct view *view)
{
	const struct ll_histogram *delays = view->result->exec_delays;

	if (delays->count == 0)
		return 0;
	put_label(view, view->line.utf8 ? "fork→exec" : "fork>exec");
	put_quantiles(&view->line, delays);
	return ll_line_end(&view->line);
}

static int put_chain(struct view *view)
{
	const struct ll_summary_result *result = view->result;
	struct ll_line *line = &view->line;

	if (result->depth == 0)
		return 0;
	put_label(view, "deepest");
	ll_line_printf(line, "%u%s: ", result->depth,
		       result->depth >= LL_SUMMARY_DEPTH ? " or more" : "");
	if (result->chain_count < result->depth)
		ll_line_printf(line, "%s > ", ll_line_ellipsis(line));
	for (size_t i = 0; i < result->chain_count; i++) {
		const struct ll_summary_member *member = &result->chain[i];

		ll_line_put(line, i > 0 ? " > " : "");
		ll_line_put_quoted(
			line, ll_str_make(member->command.comm, strlen(member->command.comm)));
	}
	ll_line_printf(line, " (%" PRIu32 ")", result->chain[result->chain_count - 1].id.tgid);
	return ll_line_end(line);
}

/* ---- Rates over time ------------------------------------------------------------------- */

enum rate { RATE_BIRTHS, RATE_EXECS, RATE_ENDS };

static uint64_t count_of(const struct ll_summary_bin *bin, enum rate rate)
{
	if (rate == RATE_BIRTHS)
		return bin->births;
	return rate == RATE_EXECS ? bin->execs : bin->ends;
}

/* Bins for one cell: as many as let all of them fit. */
static size_t bins_a_cell(const struct view *view)
{
	unsigned width = view->options->width != 0 ? view->options->width : WIDTH;
	size_t room = width > BARS_COLUMN + 8 ? width - BARS_COLUMN : 8, bins = 1;

	while ((view->result->bin_count + bins - 1) / bins > room)
		bins++;
	return bins;
}

static uint64_t cell_of(const struct view *view, size_t first, size_t bins, enum rate rate)
{
	const struct ll_summary_result *result = view->result;
	uint64_t sum = 0;

	for (size_t i = first; i < first + bins && i < result->bin_count; i++)
		sum += count_of(&result->bins[i], rate);
	return sum;
}

/* Nothing is a blank; the least there is can be seen. */
static void put_bar(struct ll_line *line, uint64_t count, uint64_t most)
{
	static const char *const blocks[] = { "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█" };
	static const char *const ascii[] = { ".", ":", "-", "=", "+", "*", "%", "#" };
	size_t level = count > 0 ? (size_t)((count * 8 + most - 1) / most) : 0;

	if (level == 0)
		ll_line_put(line, " ");
	else
		ll_line_put(line, line->utf8 ? blocks[level - 1] : ascii[level - 1]);
}

static int put_rates(struct view *view, const char *label, enum rate rate)
{
	const struct ll_summary_result *result = view->result;
	size_t bins = bins_a_cell(view), most_at = 0, last = 0;
	struct ll_line *line = &view->line;
	uint64_t most = 0, total = 0;

	for (size_t i = 0; i < result->bin_count; i += bins) {
		uint64_t count = cell_of(view, i, bins, rate);

		total += count;
		last = count > 0 ? i : last;
		if (count > most) {
			most = count;
			most_at = i;
		}
	}
	if (total == 0)
		return 0;
	put_label(view, label);
	put_rate(line, total, duration_ns(result));
	ll_line_put(line, ", most ");
	put_rate(line, most, bins * result->bin_ns);
	ll_line_put(line, " at +");
	put_time(line, most_at * result->bin_ns);
	ll_line_pad(line, BARS_COLUMN);
	ll_line_color(line, LL_COLOR_GREEN);
	for (size_t i = 0; i <= last; i += bins)
		put_bar(line, cell_of(view, i, bins, rate), most);
	ll_line_color(line, LL_COLOR_NONE);
	return ll_line_end(line);
}

static int put_all_rates(struct view *view)
{
	int err = put_rates(view, "forks", RATE_BIRTHS);

	if (err == 0)
		err = put_rates(view, "execs", RATE_EXECS);
	return err == 0 ? put_rates(view, "exits", RATE_ENDS) : err;
}

/* ---- Processes ------------------------------------------------------------------------- */

static void put_value(struct ll_line *line, const struct ll_summary_process *row,
		      enum ll_summary_order order)
{
	char text[LL_DURATION_MAX];

	if (order == LL_SUMMARY_LONGEST)
		put_time_right(line, 9, row->life_ns);
	else if (order == LL_SUMMARY_CPU)
		put_time_right(line, 9, row->cpu_user_ns + row->cpu_system_ns);
	else
		put_right(line, 9, ll_size_format(row->max_rss_bytes, text));
}

/* The end first, in what is left of the line: how it ended matters more than the last argument. */
static int put_process(struct view *view, const struct ll_summary_process *row,
		       enum ll_summary_order order)
{
	struct ll_line *line = &view->line;
	char text[LL_STATUS_MAX];

	put_value(line, row, order);
	put_number_right(line, PID_COLUMN, row->id.tgid);
	ll_line_put(line, "  ");
	if (row->knows_status && row->wait_status != 0) {
		ll_line_color(line, ll_status_color(row->wait_status));
		ll_line_put(line, ll_status_format(row->wait_status, text));
		ll_line_color(line, LL_COLOR_NONE);
		ll_line_put(line, ": ");
	}
	put_command(line, &row->command);
	return ll_line_end(line);
}

static int put_top(struct view *view)
{
	static const char *const headings[LL_SUMMARY_ORDERS] = {
		[LL_SUMMARY_LONGEST] = "  LONGEST     PID  COMMAND",
		[LL_SUMMARY_CPU] = " MOST CPU",
		[LL_SUMMARY_MEMORY] = " MOST RSS",
	};
	const struct ll_summary_result *result = view->result;
	int err = 0;

	for (int order = 0; order < LL_SUMMARY_ORDERS && err == 0; order++) {
		if (result->top[order].count == 0)
			continue;
		err = put_heading(view, headings[order]);
		for (size_t i = 0; i < result->top[order].count && i < PROCESS_ROWS && err == 0;
		     i++)
			err = put_process(view, &result->top[order].rows[i],
					  (enum ll_summary_order)order);
	}
	return err;
}

/* ---- Executables ----------------------------------------------------------------------- */

static void put_name(struct ll_line *line, const struct ll_summary_executable *row)
{
	if (row->is_others)
		ll_line_put(line, "all others");
	else
		ll_line_put_quoted(line, row->name);
}

static int put_executable(struct view *view, const struct ll_summary_executable *row)
{
	struct ll_line *line = &view->line;

	put_number_right(line, 9, row->execs);
	put_time_right(line, PID_COLUMN, row->cpu_user_ns + row->cpu_system_ns);
	put_time_right(line, NAME_COLUMN, row->ends > 0 ? row->life_ns / row->ends : 0);
	ll_line_put(line, "  ");
	put_name(line, row);
	return ll_line_end(line);
}

static int put_executables(struct view *view)
{
	const struct ll_summary_result *result = view->result;
	int err = 0;

	if (result->executable_count == 0 || result->executables[0]->execs == 0)
		return 0;
	err = put_heading(view, " EXECUTED     CPU   A LIFE  EXECUTABLE");
	for (size_t i = 0; i < result->executable_count && i < EXECUTABLE_ROWS && err == 0; i++)
		if (result->executables[i]->execs > 0)
			err = put_executable(view, result->executables[i]);
	return err;
}

/* "exited 1" or, more than once, "3 x exited 1". */
static int put_failure(struct view *view, const struct ll_summary_executable *row)
{
	struct ll_line *line = &view->line;
	char text[LL_STATUS_MAX];

	put_number_right(line, 9, row->failures);
	put_number_right(line, PID_COLUMN, row->ends);
	ll_line_put(line, "  ");
	put_name(line, row);
	ll_line_put(line, ":");
	for (size_t i = 0; i < LL_SUMMARY_STATUSES && row->statuses[i].count > 0; i++) {
		const struct ll_summary_status *status = &row->statuses[i];

		ll_line_put(line, i > 0 ? ", " : " ");
		if (row->failures > 1)
			ll_line_printf(line, "%" PRIu64 " ", status->count);
		ll_line_color(line, ll_status_color(status->wait_status));
		ll_line_put(line, ll_status_format(status->wait_status, text));
		ll_line_color(line, LL_COLOR_NONE);
	}
	put_count(line, ", ", row->other_statuses, "in other ways");
	return ll_line_end(line);
}

static int put_failures(struct view *view)
{
	const struct ll_summary_result *result = view->result;
	int err = 0;

	if (result->failing_count == 0)
		return 0;
	err = put_heading(view, "   FAILED OF ENDS  EXECUTABLE: HOW");
	for (size_t i = 0; i < result->failing_count && i < FAILURE_ROWS && err == 0; i++)
		err = put_failure(view, result->failing[i]);
	if (err == 0 && result->failing_count > FAILURE_ROWS) {
		ll_line_pad(&view->line, PID_COLUMN + 2);
		ll_line_printf(&view->line, "and %zu more executable%s",
			       result->failing_count - FAILURE_ROWS,
			       result->failing_count - FAILURE_ROWS == 1 ? "" : "s");
		err = ll_line_end(&view->line);
	}
	return err;
}

/* ---- The critical path ----------------------------------------------------------------- */

static int put_names(struct view *view)
{
	const struct ll_summary_result *result = view->result;
	uint64_t all_ns = result->path.end_ns - result->path.begin_ns;
	struct ll_line *line = &view->line;

	ll_line_put(line, "  by name: ");
	for (size_t i = 0; i < result->name_count && i < PATH_NAMES; i++) {
		ll_line_put(line, i > 0 ? ", " : "");
		ll_line_put_quoted(line, result->names[i].comm);
		ll_line_put(line, " ");
		put_percent(line, result->names[i].total_ns, all_ns);
	}
	return ll_line_end(line);
}

static int put_path_heading(struct view *view)
{
	const struct ll_critical_result *path = &view->result->path;
	struct ll_line *line = &view->line;

	ll_line_color(line, LL_COLOR_BOLD);
	ll_line_put(line, "CRITICAL PATH");
	ll_line_color(line, LL_COLOR_NONE);
	ll_line_put(line, ": what the ");
	put_time(line, path->end_ns - path->begin_ns);
	ll_line_put(line, view->options->is_filtered ? " of the whole run, -f aside," : "");
	ll_line_printf(line, " waited for: %zu process%s", view->result->share_count,
		       view->result->share_count == 1 ? "" : "es");
	if (view->result->share_count > PATH_ROWS)
		ll_line_printf(line, ", the %u that took most of it:", PATH_ROWS);
	if (path->is_cut)
		ll_line_put(line, "; cut, see --keep");
	return ll_line_end(line);
}

static int put_share(struct view *view, const struct ll_critical_share *share)
{
	const struct ll_critical_result *path = &view->result->path;
	const struct ll_critical_segment *first = &share->first;
	struct ll_line *line = &view->line;
	char offset[LL_DURATION_MAX + 1] = "+", percent[PERCENT_MAX];

	ll_duration_format(first->begin_ns - path->begin_ns, line->utf8, offset + 1);
	put_right(line, 9, offset);
	put_time_right(line, PID_COLUMN, share->total_ns);
	put_right(line, NAME_COLUMN,
		  format_percent(share->total_ns, path->end_ns - path->begin_ns, percent));
	ll_line_put(line, "  ");
	for (unsigned i = 0; i < first->depth && i < INDENT_MAX; i++)
		ll_line_put(line, line->utf8 ? "· " : ". ");
	ll_label_put_command(line, first->command, first->comm);
	ll_line_printf(line, " (%" PRIu32 ")", first->id.tgid);
	return ll_line_end(line);
}

static int by_time(const void *left, const void *right)
{
	const struct ll_critical_share *const *a = left, *const *b = right;

	return ((*a)->first.begin_ns > (*b)->first.begin_ns) -
	       ((*a)->first.begin_ns < (*b)->first.begin_ns);
}

/* The longest of all, in order of time. */
static int put_path(struct view *view)
{
	const struct ll_summary_result *result = view->result;
	const struct ll_critical_share *shares[PATH_ROWS];
	size_t count = result->share_count < PATH_ROWS ? result->share_count : PATH_ROWS;

	if (!result->has_path || result->share_count == 0)
		return 0;
	for (size_t i = 0; i < count; i++)
		shares[i] = &result->shares[i];
	qsort(shares, count, sizeof(shares[0]), by_time);
	int err = put_path_heading(view);
	if (err == 0)
		err = put_names(view);
	if (err == 0)
		err = put_heading(view, "     FROM    TOOK   OF ALL  COMMAND");
	for (size_t i = 0; i < count && err == 0; i++)
		err = put_share(view, shares[i]);
	return err;
}

int ll_summary_render(FILE *out, const struct ll_summary_result *result,
		      const struct ll_model *model, const struct ll_summary_view *options)
{
	static int (*const sections[])(struct view * view) = {
		put_when,        put_processes, put_events, put_lost,      put_cpu,
		put_lives,       put_delays,    put_chain,  put_all_rates, put_top,
		put_executables, put_failures,  put_path,
	};
	struct view view = { .result = result, .model = model, .options = options };
	int err = 0;

	ll_line_init(&view.line, out, options->width, options->color, options->utf8);
	for (size_t i = 0; i < sizeof(sections) / sizeof(sections[0]) && err == 0; i++)
		err = sections[i](&view);
	return err;
}
