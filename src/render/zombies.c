/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The groups come from the model in order and are drawn as they come; who was reaped late is
 * gathered on the way, since the slowest are drawn first.
 */
#include "render/zombies.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/duration.h"
#include "base/grow.h"
#include "render/line.h"
#include "render/wanted.h"

#define PID_COLUMN 24
#define COMM_COLUMN 34
#define SIGCHLD_COLUMN 51
#define WAITS_COLUMN 60
#define DETAIL_COLUMN 10
#define BY_COLUMN 32
#define SLOW_COLUMN 58
/* A rate over less says nothing of the next minutes. */
#define GROWTH_NS (10 * LL_NS_PER_S)
/* Lines about who reaped late, names of zombies in a line. */
#define LATE_MAX 20
#define NAMES_MAX 5
#define LEADERS_MAX 3

/* Processes that were reaped late by one reaper, as children of one parent. */
struct late {
	struct ll_id parent;
	enum ll_reaper kind;
	struct ll_reaped reaped;
};

struct table {
	const struct ll_model *model; /* borrowed, as options */
	const struct ll_zombies_options *options;
	struct ll_line line;
	unsigned lines; /* written so far */
	uint64_t zombies, parents; /* all */
	uint64_t hidden_zombies, hidden_parents; /* for which there is no room */
	struct late *late;
	size_t late_count, late_room;
	struct ll_zombie_group
		*slow; /* parents that let zombies wait; their process may be gone */
	size_t slow_count, slow_room;
	uint64_t prompt_count, self_freed_count;
	uint64_t unsure_count, unsure_most_ns; /* as in ll_reaped */
};

static void fini(struct table *table)
{
	free(table->late);
	free(table->slow);
}

static int end_line(struct table *table)
{
	table->lines++;
	return ll_line_end(&table->line);
}

bool ll_zombies_knows_growth(const struct ll_zombie_group *group)
{
	return group->observed_ns >= GROWTH_NS;
}

uint64_t ll_zombies_full_in_ns(const struct ll_zombie_group *group,
			       const struct ll_zombies_limit *limit)
{
	double room, ns;

	if (limit->max_count == 0 || !ll_zombies_knows_growth(group) || group->growth <= 0 ||
	    limit->used_count >= limit->max_count)
		return 0;
	room = (double)(limit->max_count - limit->used_count);
	ns = room / group->growth_per_minute * 60e9;
	return ns < (double)INT64_MAX ? (uint64_t)ns : INT64_MAX;
}

static uint64_t age_of(const struct table *table, uint64_t since_ns)
{
	uint64_t now = table->options->now_boottime_ns;

	return now > since_ns ? now - since_ns : 0;
}

static void format_growth(const struct ll_zombie_group *group, char *ret, size_t size)
{
	double growth = group->growth_per_minute;

	if (!ll_zombies_knows_growth(group))
		snprintf(ret, size, "-");
	else if (group->growth == 0)
		snprintf(ret, size, "0");
	else if (growth > -10 && growth < 10)
		snprintf(ret, size, "%+.1f", growth);
	else
		snprintf(ret, size, "%+.0f", growth);
}

/* Of one that was dead when first seen an instant ago, only its life bounds what it is. */
static void format_oldest(const struct table *table, const struct ll_zombie_group *group,
			  char *ret, size_t size)
{
	bool utf8 = table->options->utf8;
	uint64_t age = age_of(table, group->oldest_since_ns);
	char text[LL_DURATION_MAX];

	if (group->is_at_least && age < LL_NS_PER_S)
		snprintf(ret, size, "%s%s", utf8 ? "≤" : "<=",
			 ll_duration_format(age_of(table, group->earliest_ns), utf8, text));
	else
		snprintf(ret, size, "%s%s",
			 !group->is_at_least ? ""
			 : utf8              ? "≥"
					     : ">=",
			 ll_duration_format(age, utf8, text));
}

static const char *sigchld_name(const struct ll_zombie_group *group)
{
	static const char *const names[] = {
		[LL_SIGCHLD_DEFAULT] = "default",
		[LL_SIGCHLD_IGNORE] = "ignored",
		[LL_SIGCHLD_NO_WAIT] = "no-wait",
		[LL_SIGCHLD_HANDLER] = "handler",
	};

	return group->knows_sigchld ? names[group->sigchld] : "?";
}

static void put_waits(struct table *table, const struct ll_zombie_group *group)
{
	char age[LL_DURATION_MAX];

	if (group->in_wait)
		ll_line_put(&table->line, "waiting now");
	else if (group->last_reap_ns != 0)
		ll_line_printf(&table->line, "last reaped %s ago",
			       ll_duration_format(age_of(table, group->last_reap_ns),
						  table->options->utf8, age));
	else
		ll_line_put(&table->line, "no wait seen");
}

/* Put text flush right before a column; our own words, one column a glyph. */
static void put_right(struct ll_line *line, unsigned column, const char *text)
{
	unsigned width = 0;

	for (const char *at = text; *at != '\0'; at++)
		width += ((unsigned char)*at & 0xc0) != 0x80;
	ll_line_pad(line, column > width ? column - width : 0);
	ll_line_put(line, text);
}

/* The kernel may keep a process from BPF programs; a watch of some knows nothing of others. */
static const char *unseen_name(const struct table *table, const struct ll_zombie_group *group)
{
	if (group->parent.tgid == 0)
		return "?";
	return table->options->sees_all ? "(hidden)" : "(not watched)";
}

static void put_parent(struct table *table, const struct ll_zombie_group *group)
{
	struct ll_line *line = &table->line;
	char pid[16] = "?";

	if (group->parent.tgid != 0)
		snprintf(pid, sizeof(pid), "%" PRIu32, group->parent.tgid);
	put_right(line, COMM_COLUMN - 2, pid);
	ll_line_pad(line, COMM_COLUMN);
	ll_line_color(line, LL_COLOR_BOLD);
	if (group->process != NULL)
		ll_line_put_quoted(line, ll_str_of(group->process->comm));
	else
		ll_line_put(line, unseen_name(table, group));
	ll_line_color(line, LL_COLOR_NONE);
	ll_line_put(line, " ");
}

static int draw_head(struct table *table)
{
	struct ll_line *line = &table->line;

	ll_line_color(line, LL_COLOR_DIM);
	put_right(line, 7, "COUNT");
	put_right(line, 14, "/MIN");
	put_right(line, 23, "OLDEST");
	put_right(line, COMM_COLUMN - 2, "PID");
	ll_line_pad(line, COMM_COLUMN);
	ll_line_put(line, "PARENT");
	ll_line_pad(line, SIGCHLD_COLUMN);
	ll_line_put(line, "SIGCHLD");
	ll_line_pad(line, WAITS_COLUMN);
	ll_line_put(line, "WAITS");
	ll_line_color(line, LL_COLOR_NONE);
	return end_line(table);
}

static int draw_row(struct table *table, const struct ll_zombie_group *group)
{
	struct ll_line *line = &table->line;
	char text[64];

	snprintf(text, sizeof(text), "%" PRIu64, group->count);
	ll_line_color(line, LL_COLOR_YELLOW);
	put_right(line, 7, text);
	ll_line_color(line, LL_COLOR_NONE);
	format_growth(group, text, sizeof(text));
	put_right(line, 14, text);
	format_oldest(table, group, text, sizeof(text));
	put_right(line, 23, text);
	put_parent(table, group);
	ll_line_pad(line, SIGCHLD_COLUMN);
	ll_line_put(line, sigchld_name(group));
	ll_line_pad(line, WAITS_COLUMN);
	put_waits(table, group);
	return end_line(table);
}

static int draw_verdict(struct table *table, const struct ll_zombie_group *group)
{
	static const char *const verdicts[] = {
		[LL_HOLDER_PARENT] = "",
		[LL_HOLDER_SUBREAPER] =
			"subreaper that does not reap: orphans it takes over stay zombies",
		[LL_HOLDER_INIT] = "init that does not reap: orphans stay zombies",
		[LL_HOLDER_CONTAINER_INIT] =
			"container init that does not reap: orphans stay zombies until it ends",
	};

	if (!group->never_reaps)
		return 0;
	ll_line_pad(&table->line, DETAIL_COLUMN);
	ll_line_color(&table->line, LL_COLOR_RED);
	ll_line_put(&table->line, verdicts[group->holder]);
	if (group->holder == LL_HOLDER_CONTAINER_INIT)
		ll_line_put(&table->line,
			    "; run it under one that does (docker run --init, tini)");
	ll_line_color(&table->line, LL_COLOR_NONE);
	return end_line(table);
}

static void put_full_in(struct table *table, const struct ll_zombie_group *group,
			const struct ll_zombies_limit *limit)
{
	uint64_t ns = ll_zombies_full_in_ns(group, limit);
	char text[LL_DURATION_MAX];

	if (limit->used_count >= limit->max_count)
		ll_line_put(&table->line, ", full");
	else if (ns != 0)
		ll_line_printf(&table->line, ", full in %s",
			       ll_duration_format(ns, table->options->utf8, text));
}

/* What it takes of the machine's pids; how much room its control group has. */
static int draw_limits(struct table *table, const struct ll_zombie_group *group)
{
	const struct ll_zombies_options *options = table->options;
	struct ll_line *line = &table->line;
	struct ll_zombies_limit limit = { 0 };
	bool has_limit = options->find_limit != NULL && group->cgroup.length > 0 &&
			 options->find_limit(options->limit_arg, group->cgroup, &limit);

	if (options->machine.max_count == 0 && !has_limit)
		return 0;
	ll_line_pad(line, DETAIL_COLUMN);
	if (options->machine.max_count != 0) {
		ll_line_printf(line, "its zombies take %" PRIu64 " of all %" PRIu64 " pids",
			       group->count, options->machine.max_count);
		put_full_in(table, group, &options->machine);
	}
	if (has_limit) {
		ll_line_put(line, options->machine.max_count != 0 ? "; " : "");
		ll_line_put(line, "pids.max of ");
		ll_line_put_quoted(line, limit.path);
		ll_line_printf(line, ": %" PRIu64 " of %" PRIu64, limit.used_count,
			       limit.max_count);
		put_full_in(table, group, &limit);
	}
	return end_line(table);
}

/* Zombies of one name. */
struct name {
	const struct ll_process *process; /* the first of them */
	uint64_t count;
};

struct names {
	struct name *all;
	size_t count, room;
};

static void names_fini(struct names *names)
{
	free(names->all);
}

static int gather_name(void *arg, const struct ll_zombie *zombie)
{
	struct names *names = arg;

	if (names->count == names->room)
		return -ENOBUFS; /* cannot be: the room is for all */
	names->all[names->count++] = (struct name){ zombie->process, 1 };
	return 0;
}

static int compare_comm(const void *a, const void *b)
{
	const struct name *left = a, *right = b;

	return strcmp(left->process->comm, right->process->comm);
}

static int compare_count(const void *a, const void *b)
{
	const struct name *left = a, *right = b;

	if (left->count != right->count)
		return left->count > right->count ? -1 : 1;
	return compare_comm(a, b);
}

/* Make one of all that are the same; most zombies first. */
static void fold(struct names *names)
{
	size_t last = 0;

	if (names->count == 0)
		return;
	qsort(names->all, names->count, sizeof(*names->all), compare_comm);
	for (size_t i = 1; i < names->count; i++) {
		if (compare_comm(&names->all[i], &names->all[last]) == 0)
			names->all[last].count++;
		else
			names->all[++last] = names->all[i];
	}
	names->count = last + 1;
	qsort(names->all, names->count, sizeof(*names->all), compare_count);
}

static int gather_names(const struct table *table, const struct ll_zombie_group *group,
			struct names *names)
{
	names->all = calloc(group->count, sizeof(*names->all));
	if (names->all == NULL)
		return -ENOMEM;
	names->room = group->count;
	int r = ll_model_zombies(table->model, group->parent, table->options->now_boottime_ns,
				 gather_name, names);
	fold(names);
	return r;
}

static int draw_names(struct table *table, const struct names *names)
{
	struct ll_line *line = &table->line;

	ll_line_pad(line, DETAIL_COLUMN);
	ll_line_color(line, LL_COLOR_DIM);
	for (size_t i = 0; i < names->count && i < NAMES_MAX; i++) {
		ll_line_put(line, i > 0 ? ", " : "");
		if (names->all[i].count > 1)
			ll_line_printf(line, "%" PRIu64 " %s ", names->all[i].count,
				       line->utf8 ? "×" : "x");
		ll_line_put_quoted(line, ll_str_of(names->all[i].process->comm));
		if (names->all[i].count == 1)
			ll_line_printf(line, " (%" PRIu32 ")", names->all[i].process->id.tgid);
	}
	if (names->count > NAMES_MAX)
		ll_line_printf(line, " and %zu more names", names->count - NAMES_MAX);
	ll_line_color(line, LL_COLOR_NONE);
	return end_line(table);
}

static int draw_group(struct table *table, const struct ll_zombie_group *group)
{
	LL_CLEANUP(names_fini) struct names names = { 0 };
	int r = gather_names(table, group, &names);

	if (r == 0)
		r = draw_row(table, group);
	if (r == 0)
		r = draw_verdict(table, group);
	if (r == 0)
		r = draw_limits(table, group);
	if (r == 0)
		r = draw_names(table, &names);
	return r;
}

/* Lines a group takes at most, and what has to follow the groups. */
#define GROUP_LINES 4
#define TAIL_LINES 1

static bool has_room(const struct table *table)
{
	unsigned height = table->options->height;

	return height == 0 || table->lines + GROUP_LINES + TAIL_LINES <= height;
}

static int on_group(void *arg, const struct ll_zombie_group *group)
{
	struct table *table = arg;

	if (group->count == 0 || !ll_zombies_wants(table->model, table->options, group))
		return 0;
	if (!has_room(table)) {
		table->hidden_parents++;
		table->hidden_zombies += group->count;
		return 0;
	}
	return draw_group(table, group);
}

static int draw_hidden(struct table *table)
{
	if (table->hidden_parents == 0)
		return 0;
	ll_line_printf(&table->line, "%s %" PRIu64 " more parents with %" PRIu64 " zombies",
		       ll_line_ellipsis(&table->line), table->hidden_parents,
		       table->hidden_zombies);
	return end_line(table);
}

static bool is_prompt(const struct ll_reaped *reaped)
{
	return reaped->most_ns <
	       (reaped->is_rough ? LL_ZOMBIES_PROMPT_ECHO_NS : LL_ZOMBIES_PROMPT_NS);
}

/* Those of a group of whom none is accused; an echo that is late proves nothing either. */
static void add_prompt(struct table *table, const struct ll_reaped *reaped)
{
	table->prompt_count += reaped->count - reaped->unsure_count;
	table->unsure_count += reaped->unsure_count;
	if (reaped->unsure_most_ns > table->unsure_most_ns)
		table->unsure_most_ns = reaped->unsure_most_ns;
}

static int add_late(struct table *table, const struct ll_zombie_group *group,
		    enum ll_reaper kind)
{
	struct late *late = ll_grow(table->late, table->late_count + 1, &table->late_room,
				    sizeof(*late), 64);

	if (late == NULL)
		return -ENOMEM;
	table->late = late;
	table->late[table->late_count++] =
		(struct late){ group->parent, kind, group->reaped[kind] };
	return 0;
}

static int add_slow(struct table *table, const struct ll_zombie_group *group)
{
	struct ll_zombie_group *slow = ll_grow(table->slow, table->slow_count + 1,
					       &table->slow_room, sizeof(*slow), 64);

	if (slow == NULL)
		return -ENOMEM;
	table->slow = slow;
	table->slow[table->slow_count++] = *group;
	return 0;
}

/* The first walk: how many there are, and who was reaped late. */
static int count_group(void *arg, const struct ll_zombie_group *group)
{
	struct table *table = arg;
	int r = 0;

	if (!ll_zombies_wants(table->model, table->options, group))
		return 0;
	table->zombies += group->count;
	table->parents += group->count > 0;
	table->self_freed_count += group->self_freed_count;
	if (group->held_count > 0)
		r = add_slow(table, group);
	for (enum ll_reaper kind = 0; kind < LL_REAPERS && r == 0; kind++) {
		const struct ll_reaped *reaped = &group->reaped[kind];

		if (reaped->count == 0)
			continue;
		if (is_prompt(reaped))
			add_prompt(table, reaped);
		else
			r = add_late(table, group, kind);
	}
	return r;
}

static int draw_sum(struct table *table)
{
	const struct ll_zombies_limit *machine = &table->options->machine;
	struct ll_line *line = &table->line;

	if (table->zombies == 0)
		ll_line_put(line, "no zombies");
	else
		ll_line_printf(line, "%" PRIu64 " zombie%s of %" PRIu64 " parent%s",
			       table->zombies, table->zombies == 1 ? "" : "s", table->parents,
			       table->parents == 1 ? "" : "s");
	if (machine->max_count != 0)
		ll_line_printf(line, "; %" PRIu64 " of %" PRIu64 " pids are taken",
			       machine->used_count, machine->max_count);
	return end_line(table);
}

/* By age; of the same age by pid. */
static int compare_ids(struct ll_id a, struct ll_id b)
{
	if (a.start_boottime_ns != b.start_boottime_ns)
		return a.start_boottime_ns < b.start_boottime_ns ? -1 : 1;
	return (a.tgid > b.tgid) - (a.tgid < b.tgid);
}

static int compare_slow(const void *a, const void *b)
{
	const struct ll_zombie_group *left = a, *right = b;

	if (left->held_longest_ns != right->held_longest_ns)
		return left->held_longest_ns > right->held_longest_ns ? -1 : 1;
	return compare_ids(left->parent, right->parent);
}

static int draw_slow_head(struct table *table)
{
	struct ll_line *line = &table->line;

	ll_line_color(line, LL_COLOR_DIM);
	put_right(line, 7, "WAITED");
	put_right(line, 18, "AT ONCE");
	put_right(line, 29, "LONGEST");
	ll_line_pad(line, BY_COLUMN);
	ll_line_put(line, "FOR");
	ll_line_color(line, LL_COLOR_NONE);
	return end_line(table);
}

static int compare_late(const void *a, const void *b)
{
	const struct late *left = a, *right = b;

	if (left->reaped.most_ns != right->reaped.most_ns)
		return left->reaped.most_ns > right->reaped.most_ns ? -1 : 1;
	int order = compare_ids(left->parent, right->parent);
	return order != 0 ? order : (int)left->kind - (int)right->kind;
}

static int draw_late_head(struct table *table)
{
	struct ll_line *line = &table->line;

	ll_line_color(line, LL_COLOR_DIM);
	put_right(line, 7, "REAPED");
	put_right(line, 18, "AFTER");
	put_right(line, 29, "AT MOST");
	ll_line_pad(line, BY_COLUMN);
	ll_line_put(line, "BY");
	ll_line_pad(line, SLOW_COLUMN);
	ll_line_put(line, "DIED AS CHILDREN OF");
	ll_line_color(line, LL_COLOR_NONE);
	return end_line(table);
}

/* Put "name (pid)"; who is gone from the model has only a pid, if that. */
static void put_process(struct table *table, struct ll_id id)
{
	const struct ll_process *process = ll_model_find(table->model, id);

	if (process == NULL && id.start_boottime_ns == 0)
		process = ll_model_find_pid(table->model, id.tgid);
	if (process != NULL)
		ll_line_put_quoted(&table->line, ll_str_of(process->comm));
	else
		ll_line_put(&table->line, "?");
	if (id.tgid != 0)
		ll_line_printf(&table->line, " (%" PRIu32 ")", id.tgid);
}

/* What is not exact says in which way. */
static const char *sign_of(const struct ll_reaped *reaped, bool utf8)
{
	if (reaped->is_at_least)
		return utf8 ? "≥" : ">=";
	return reaped->is_rough ? "~" : "";
}

static int draw_late(struct table *table, const struct late *late)
{
	static const char *const kinds[] = {
		[LL_REAPER_PARENT] = "",
		[LL_REAPER_SUBREAPER] = "subreaper ",
		[LL_REAPER_INIT] = "init ",
	};
	const struct ll_reaped *reaped = &late->reaped;
	struct ll_line *line = &table->line;
	bool utf8 = table->options->utf8;
	const char *sign = sign_of(reaped, utf8);
	char time[LL_DURATION_MAX], text[64];

	snprintf(text, sizeof(text), "%" PRIu64, reaped->count);
	put_right(line, 7, text);
	snprintf(text, sizeof(text), "%s%s", sign,
		 ll_duration_format(reaped->median_ns, utf8, time));
	put_right(line, 18, text);
	snprintf(text, sizeof(text), "%s%s", sign,
		 ll_duration_format(reaped->most_ns, utf8, time));
	put_right(line, 29, text);
	ll_line_pad(line, BY_COLUMN);
	ll_line_put(line, kinds[late->kind]);
	if (reaped->reaper.tgid == late->parent.tgid)
		ll_line_put(line, "itself");
	else
		put_process(table, reaped->reaper);
	ll_line_put(line, " ");
	ll_line_pad(line, SLOW_COLUMN);
	put_process(table, late->parent);
	return end_line(table);
}

/* Not said to be prompt, nor to be slow: all that is known is a bound. */
static int draw_unsure(struct table *table)
{
	struct ll_line *line = &table->line;
	char time[LL_DURATION_MAX];

	if (table->unsure_count == 0)
		return 0;
	ll_line_printf(line,
		       "%" PRIu64
		       " reaped after at most %s; when exactly, this kernel does not tell",
		       table->unsure_count,
		       ll_duration_format(table->unsure_most_ns, line->utf8, time));
	return end_line(table);
}

static int draw_prompt(struct table *table)
{
	struct ll_line *line = &table->line;
	char time[LL_DURATION_MAX];

	if (table->prompt_count == 0 && table->self_freed_count == 0)
		return 0;
	if (table->prompt_count > 0)
		ll_line_printf(line, "%" PRIu64 " reaped within %s", table->prompt_count,
			       ll_duration_format(LL_ZOMBIES_PROMPT_NS, line->utf8, time));
	if (table->self_freed_count > 0)
		ll_line_printf(line,
			       "%s%" PRIu64 " freed themselves (SIGCHLD ignored, "
			       "or SA_NOCLDWAIT)",
			       table->prompt_count > 0 ? ", " : "", table->self_freed_count);
	return end_line(table);
}

static int draw_slow(struct table *table, const struct ll_zombie_group *group)
{
	struct ll_line *line = &table->line;
	char text[64];

	snprintf(text, sizeof(text), "%" PRIu64, group->held_count);
	put_right(line, 7, text);
	snprintf(text, sizeof(text), "%" PRIu64, group->peak_count);
	put_right(line, 18, text);
	put_right(line, 29, ll_duration_format(group->held_longest_ns, line->utf8, text));
	ll_line_pad(line, BY_COLUMN);
	put_process(table, group->parent);
	if (group->left_count > 0) {
		ll_line_printf(line, ", which ended and left %" PRIu64 " to ",
			       group->left_count);
		put_process(table, group->heir);
	}
	return end_line(table);
}

/* Who let zombies wait, whatever became of them and of it. */
static int draw_all_slow(struct table *table)
{
	int r = 0;

	if (table->slow_count > 0) {
		qsort(table->slow, table->slow_count, sizeof(*table->slow), compare_slow);
		r = draw_slow_head(table);
	}
	for (size_t i = 0; i < table->slow_count && i < LATE_MAX && r == 0; i++)
		r = draw_slow(table, &table->slow[i]);
	if (table->slow_count > LATE_MAX && r == 0) {
		ll_line_printf(&table->line, "%s %zu more parent%s",
			       ll_line_ellipsis(&table->line), table->slow_count - LATE_MAX,
			       table->slow_count - LATE_MAX == 1 ? "" : "s");
		r = end_line(table);
	}
	return r;
}

static int draw_reaped(struct table *table)
{
	int r = draw_all_slow(table);

	if (r != 0)
		return r;
	if (table->late_count > 0) {
		qsort(table->late, table->late_count, sizeof(*table->late), compare_late);
		r = draw_late_head(table);
	}
	for (size_t i = 0; i < table->late_count && i < LATE_MAX && r == 0; i++)
		r = draw_late(table, &table->late[i]);
	if (table->late_count > LATE_MAX && r == 0) {
		ll_line_printf(&table->line, "%s %zu more that were slow",
			       ll_line_ellipsis(&table->line), table->late_count - LATE_MAX);
		r = end_line(table);
	}
	if (r == 0)
		r = draw_prompt(table);
	return r == 0 ? draw_unsure(table) : r;
}

struct leaders {
	struct table *table;
	uint64_t count;
};

static int on_leader(void *arg, const struct ll_process *process)
{
	struct leaders *leaders = arg;
	struct ll_line *line = &leaders->table->line;

	if (!ll_is_process_wanted(leaders->table->options->filter, process, 0))
		return 0;
	if (leaders->count++ == 0)
		ll_line_put(line, "Shown as Z, but alive: their main thread alone is over: ");
	else if (leaders->count <= LEADERS_MAX)
		ll_line_put(line, ", ");
	if (leaders->count > LEADERS_MAX)
		return 0;
	ll_line_put_quoted(line, ll_str_of(process->comm));
	ll_line_printf(line, " (%" PRIu32 ")", process->id.tgid);
	return 0;
}

static int draw_leaders(struct table *table)
{
	struct leaders leaders = { .table = table };
	int r = ll_model_dead_leaders(table->model, on_leader, &leaders);

	if (r != 0 || leaders.count == 0)
		return r;
	if (leaders.count > LEADERS_MAX)
		ll_line_printf(&table->line, " and %" PRIu64 " more",
			       leaders.count - LEADERS_MAX);
	return end_line(table);
}

int ll_zombies_render(FILE *out, const struct ll_model *model,
		      const struct ll_zombies_options *options)
{
	LL_CLEANUP(fini) struct table table = { .model = model, .options = options };
	uint64_t now = options->now_boottime_ns;

	ll_line_init(&table.line, out, options->width, options->color, options->utf8);
	int r = ll_model_zombie_groups(model, now, count_group, &table);
	if (r == 0)
		r = draw_sum(&table);
	if (r == 0 && table.zombies > 0)
		r = draw_head(&table);
	if (r == 0)
		r = ll_model_zombie_groups(model, now, on_group, &table);
	if (r == 0)
		r = draw_hidden(&table);
	if (r == 0)
		r = draw_leaders(&table);
	if (r == 0 && options->shows_reaped)
		r = draw_reaped(&table);
	return r;
}
