/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Each line is the branches that lead to a process, its name, and the facts. The facts
 * are made first, so that a long command line is cut and they are not.
 */
#include "render/tree.h"

#include <inttypes.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/duration.h"
#include "render/forest.h"
#include "render/label.h"
#include "render/line.h"
#include "render/status.h"

/* Levels drawn in front of a process when no width bounds them. */
#define MAX_LEVELS 64
/* Columns a name keeps when the facts behind it would take them all. */
#define LABEL_LEAST 8

/* The facts behind the name, kept short; our own words, but for why. */
struct facts {
	char pids[80];
	char state[32]; /* " <defunct>" */
	char threads[32];
	char times[128];
	struct ll_str why; /* how it ended, where that says more than its status */
	char status[128];
	char inferred[16];
};

static void format_pids(const struct ll_line *line, const struct ll_forest_node *node,
			char *ret, size_t size)
{
	const char *gap = node->folded_count <= 2 ? "" : line->utf8 ? " …" : " ...";

	if (node->folded_count == 1)
		snprintf(ret, size, " (%" PRIu32 ")", node->process->id.tgid);
	else if (node->folded_count == 3)
		snprintf(ret, size, " (%" PRIu32 " %" PRIu32 " %" PRIu32 ")",
			 node->process->id.tgid, node->second_tgid, node->last_tgid);
	else
		snprintf(ret, size, " (%" PRIu32 "%s %" PRIu32 ")", node->process->id.tgid, gap,
			 node->last_tgid);
}

static void format_times(const struct ll_forest *forest, const struct ll_forest_node *node,
			 char *ret, size_t size)
{
	char wall[LL_DURATION_MAX];
	char cpu[LL_DURATION_MAX];
	bool utf8 = forest->options->utf8;
	bool has_wall = node->wall_ns > 0;
	bool has_cpu = ll_process_knows(node->process, LL_F_UTIME);

	if (!forest->options->show_times)
		return;
	ll_duration_format(node->wall_ns, utf8, wall);
	ll_duration_format(node->cpu_ns, utf8, cpu);
	snprintf(ret, size, "%s%s%s%s%s", has_wall ? wall : "",
		 has_wall && node->folded_count > 1 ? " in all" : "",
		 has_wall && has_cpu ? ", " : "", has_cpu ? "cpu " : "", has_cpu ? cpu : "");
}

static void format_zombie_age(const struct ll_forest *forest, const struct ll_process *process,
			      char *ret, size_t size)
{
	uint64_t now_ns = forest->options->now_boottime_ns;
	char age[LL_DURATION_MAX];

	if (process->life != LL_LIFE_ZOMBIE || process->exit_boottime_ns == 0 ||
	    now_ns <= process->exit_boottime_ns)
		return;
	ll_duration_format(now_ns - process->exit_boottime_ns, forest->options->utf8, age);
	snprintf(ret, size, "unreaped for %s", age);
}

/* Empty when the status says it all, or several are drawn that did not end alike. */
static struct ll_str why_of(const struct ll_forest *forest, const struct ll_forest_node *node)
{
	const struct ll_process *process = node->process;
	bool is_told = forest->options->show_times && node->same_end &&
		       ll_process_knows(process, LL_F_EXIT_DESCRIPTION) &&
		       !ll_status_says(process->wait_status, process->exit_description);

	return is_told ? process->exit_description : ll_str_make(NULL, 0);
}

static void format_status(const struct ll_forest *forest, const struct ll_process *process,
			  bool has_why, char *ret, size_t size)
{
	char status[LL_STATUS_MAX] = "ended";
	char age[48] = "";

	if (process->life == LL_LIFE_ALIVE)
		return;
	if (ll_process_knows(process, LL_F_EXIT_STATUS))
		ll_status_format(process->wait_status, status);
	format_zombie_age(forest, process, age, sizeof(age));
	if (forest->options->show_times && !has_why)
		snprintf(ret, size, "%s%s%s", status, age[0] != '\0' ? ", " : "", age);
	else
		snprintf(ret, size, "%s%s", has_why && age[0] != '\0' ? ", " : "", age);
}

static void gather_facts(const struct ll_forest *forest, const struct ll_line *line,
			 const struct ll_forest_node *node, struct facts *ret_facts)
{
	const struct ll_process *process = node->process;

	*ret_facts = (struct facts){ 0 };
	format_pids(line, node, ret_facts->pids, sizeof(ret_facts->pids));
	if (process->life == LL_LIFE_ZOMBIE)
		snprintf(ret_facts->state, sizeof(ret_facts->state), " <defunct>");
	if (forest->options->show_threads && ll_forest_threads(process) > 1)
		snprintf(ret_facts->threads, sizeof(ret_facts->threads),
			 " {%" PRIu32 " threads%s}", ll_forest_threads(process),
			 process->life == LL_LIFE_ALIVE ? "" : " at peak");
	format_times(forest, node, ret_facts->times, sizeof(ret_facts->times));
	ret_facts->why = why_of(forest, node);
	format_status(forest, process, ret_facts->why.length > 0, ret_facts->status,
		      sizeof(ret_facts->status));
	if (process->inferred)
		snprintf(ret_facts->inferred, sizeof(ret_facts->inferred), " (inferred)");
}

static bool has_end(const struct facts *facts)
{
	return facts->why.length > 0 || facts->status[0] != '\0';
}

/* Columns of all facts together; bytes above ASCII ("µ", "…") make it a little too many. */
static unsigned facts_width(const struct facts *facts)
{
	size_t width = strlen(facts->pids) + strlen(facts->state) + strlen(facts->threads) +
		       strlen(facts->times) + facts->why.length + strlen(facts->status) +
		       strlen(facts->inferred);

	if (facts->times[0] != '\0' && has_end(facts))
		width += 2;
	return (unsigned)width + (facts->times[0] != '\0' || has_end(facts) ? 2 : 0);
}

static enum ll_color status_color(const struct ll_process *process)
{
	if (process->life == LL_LIFE_ZOMBIE)
		return LL_COLOR_YELLOW;
	if (!ll_process_knows(process, LL_F_EXIT_STATUS))
		return LL_COLOR_DIM;
	return ll_status_color(process->wait_status);
}

static void put_facts(struct ll_line *line, const struct ll_forest_node *node,
		      const struct facts *facts)
{
	ll_line_color(line, LL_COLOR_DIM);
	ll_line_put(line, facts->pids);
	ll_line_put(line, facts->threads);
	ll_line_color(line, LL_COLOR_YELLOW);
	ll_line_put(line, facts->state);
	ll_line_color(line, LL_COLOR_NONE);
	if (facts->times[0] != '\0' || has_end(facts))
		ll_line_put(line, "  ");
	ll_line_put(line, facts->times);
	if (facts->times[0] != '\0' && has_end(facts))
		ll_line_put(line, ", ");
	ll_line_color(line, status_color(node->process));
	ll_line_put_sentence(line, facts->why);
	ll_line_put(line, facts->status);
	ll_line_color(line, LL_COLOR_MAGENTA);
	ll_line_put(line, facts->inferred);
	ll_line_color(line, LL_COLOR_NONE);
}

/* How many levels may stand in front of a process: three eighths of the width at most. */
static uint32_t level_limit(const struct ll_forest *forest)
{
	uint32_t levels = forest->options->width / 8;

	if (forest->options->width == 0 || levels > MAX_LEVELS)
		return MAX_LEVELS;
	return levels > 0 ? levels : 1;
}

/*
 * Put the lines that lead to a node from the ancestors it is drawn under. Walks up at
 * most MAX_LEVELS; what lies above is told by its number of levels.
 */
static void put_branches(const struct ll_forest *forest, struct ll_line *line, uint32_t index)
{
	const struct ll_forest_node *node = &forest->nodes[index];
	uint32_t levels = node->depth < level_limit(forest) ? node->depth : level_limit(forest);
	bool is_last[MAX_LEVELS];

	ll_line_color(line, LL_COLOR_DIM);
	if (node->depth > levels)
		ll_line_printf(line, "+%" PRIu32 " ", node->depth - levels);
	for (uint32_t level = levels; level-- > 0; index = forest->nodes[index].parent)
		is_last[level] = forest->nodes[index].next == LL_FOREST_NONE;
	for (uint32_t level = 0; level + 1 < levels; level++)
		ll_line_put(line, is_last[level] ? "   " : line->utf8 ? "│  " : "|  ");
	if (levels > 0 && is_last[levels - 1])
		ll_line_put(line, line->utf8 ? "└─ " : "`- ");
	else if (levels > 0)
		ll_line_put(line, line->utf8 ? "├─ " : "|- ");
	ll_line_color(line, LL_COLOR_NONE);
}

/* Arguments make room for the facts; some of the name has to stay. */
static unsigned label_limit(const struct ll_line *line, unsigned limit, unsigned facts)
{
	unsigned least = line->column + LABEL_LEAST;

	if (limit > facts && limit - facts > least)
		return limit - facts;
	return least < limit ? least : limit;
}

static int draw_node(const struct ll_forest *forest, struct ll_line *line, uint32_t index)
{
	const struct ll_forest_node *node = &forest->nodes[index];
	unsigned limit = forest->options->width;
	struct facts facts;

	put_branches(forest, line, index);
	gather_facts(forest, line, node, &facts);
	if (node->folded_count > 1)
		ll_line_printf(line, "%" PRIu32 " %s ", node->folded_count,
			       line->utf8 ? "×" : "x");
	if (limit > 0)
		ll_line_set_limit(line, label_limit(line, limit, facts_width(&facts)));
	ll_line_color(line, node->process->is_kthread ? LL_COLOR_DIM : LL_COLOR_NONE);
	ll_label_put(line, node->process);
	ll_line_set_limit(line, limit);
	put_facts(line, node, &facts);
	return ll_line_end(line);
}

int ll_tree_render(FILE *out, const struct ll_model *model,
		   const struct ll_tree_options *options)
{
	LL_CLEANUP(ll_forest_fini) struct ll_forest forest = { 0 };
	struct ll_line line;
	int error = ll_forest_init(&forest, model, options);

	ll_line_init(&line, out, options->width, options->color, options->utf8);
	for (uint32_t i = ll_forest_first(&forest); i != LL_FOREST_NONE && error == 0;
	     i = ll_forest_next(&forest, i))
		error = draw_node(&forest, &line, i);
	return error;
}
