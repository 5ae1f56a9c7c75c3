/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Differences for a person. Who leads to one is drawn, dim; what is added or removed with all that
 * is below it is one line. Of a command line there is so much that it can be told from others;
 * --json has it in full.
 */
#include "render/diff.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "analysis/words.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/duration.h"
#include "render/line.h"
#include "render/status.h"

/* Columns of a command line, and how deep it is indented, at most. */
#define LABEL_COLUMNS 88
/* A label too short for thrice so much shows no end. */
#define LABEL_END_LEAST 16u
/* Columns kept for what follows a label. */
#define BELOW_COLUMNS 22
#define INDENT_MOST 40
/* Words that stay the same and are shown at either side of one that does not. */
#define WORDS_AROUND 2
/* Bytes of a changed word. */
#define WORD_BYTES 200
/* Names of a place. */
#define PATH_NAMES 6

struct drawing {
	const struct ll_diff *diff;
	const struct ll_diff_view *view;
	struct ll_line line;
	bool *leads; /* of entries: it, or one below it, is drawn */
	uint32_t *below; /* processes below it that its line stands for */
};

static void drawing_fini(struct drawing *drawing)
{
	free(drawing->leads);
	free(drawing->below);
}

static const struct ll_job_process *process_of(const struct drawing *drawing,
					       const struct ll_diff_entry *entry, int side)
{
	uint32_t index = entry->of[side];

	return index != LL_JOB_NONE ? &drawing->diff->jobs[side]->processes[index] : NULL;
}

/* ---- Heading --------------------------------------------------------------------------- */

static struct ll_str text_of(const char *text)
{
	return ll_str_make(text, strlen(text));
}

static bool is_blank(char byte)
{
	return byte == '\0' || byte == ' ' || byte == '\t' || byte == '\n';
}

/* The last words, as many as fit into so many bytes; at least one. */
static struct ll_str last_words(struct ll_str args, size_t bytes)
{
	size_t from = args.length;

	while (from > 0 && is_blank(args.data[from - 1]))
		from--;
	args.length = from;
	for (size_t at = from; at-- > 0;) {
		if (args.length - at > bytes + 1 && from < args.length)
			break;
		if (is_blank(args.data[at]))
			from = at + 1;
	}
	return ll_str_make(args.data + from, args.length - from);
}

/* Put words that end at blanks, too, each as a shell would take it. */
static void put_pieces(struct ll_line *line, struct ll_str words)
{
	for (size_t at = 0, length; at < words.length; at += length + 1) {
		length = 0;
		while (at + length < words.length && !is_blank(words.data[at + length]))
			length++;
		if (length == 0)
			continue;
		ll_line_put(line, " ");
		ll_line_put_quoted(line, ll_str_make(words.data + at, length));
	}
}

static void put_whole(struct ll_line *line, const struct ll_job *job, uint32_t index,
		      struct ll_str args)
{
	struct ll_str first;

	ll_line_put_quoted(line, ll_job_command(job, index));
	if (ll_args_next(&args, &first) && args.length > 0) {
		ll_line_put(line, " ");
		ll_line_put_args(line, args);
	}
}

/* Put the command line; of a long one both ends: what is compiled often comes last. */
static void put_process(struct ll_line *line, const struct ll_job *job, uint32_t index,
			unsigned kept)
{
	const struct ll_job_image *image = ll_job_last_image(job, index);
	struct ll_str args = image != NULL ? image->args : ll_str_make(NULL, 0);
	unsigned limit = line->limit, most = LABEL_COLUMNS;

	if (limit != 0 && limit < line->column + most + kept)
		most = limit > line->column + kept ? limit - line->column - kept : 0;
	if (most == 0)
		return;
	if (args.length <= most || most < 3 * LABEL_END_LEAST) {
		ll_line_set_limit(line, line->column + most);
		put_whole(line, job, index, args);
	} else {
		ll_line_set_limit(line, line->column + most - most * 2 / 5);
		put_whole(line, job, index, args);
		ll_line_set_limit(line, line->column + most * 2 / 5);
		put_pieces(line, last_words(args, most * 2 / 5 - 3));
	}
	ll_line_set_limit(line, limit);
}

static void put_roots(struct ll_line *line, const struct ll_job *job)
{
	uint32_t root = job->processes[LL_JOB_TOP].first_child;

	if (root == LL_JOB_NONE)
		ll_line_put(line, "nothing");
	else if (job->processes[root].next_sibling != LL_JOB_NONE)
		ll_line_put(line, "many roots");
	else
		put_process(line, job, root, 0);
}

static void put_when(struct ll_line *line, const struct ll_diff_capture *capture)
{
	time_t when = (time_t)(capture->begin_unix_ns / LL_NS_PER_S);
	char text[64], duration[LL_DURATION_MAX];
	struct tm local;

	if (when != 0 && localtime_r(&when, &local) != NULL &&
	    strftime(text, sizeof(text), "%F %T", &local) > 0)
		ll_line_printf(line, ", %s", text);
	if (capture->length_ns > 0)
		ll_line_printf(line, ", %s long",
			       ll_duration_format(capture->length_ns, line->utf8, duration));
}

static int put_capture(struct drawing *drawing, int side)
{
	const struct ll_diff_capture *capture = &drawing->view->captures[side];
	const struct ll_job *job = drawing->diff->jobs[side];
	struct ll_line *line = &drawing->line;

	ll_line_color(line, side == 0 ? LL_COLOR_RED : LL_COLOR_GREEN);
	ll_line_put(line, side == 0 ? "--- " : "+++ ");
	ll_line_put_sentence(line, text_of(capture->path));
	ll_line_color(line, LL_COLOR_NONE);
	ll_line_put(line, "  ");
	put_roots(line, job);
	put_when(line, capture);
	ll_line_printf(line, ", %" PRIu32 " process%s", job->count - 1,
		       job->count == 2 ? "" : "es");
	if (capture->host.length > 0) {
		ll_line_put(line, ", on ");
		ll_line_put_sentence(line, capture->host);
	}
	if (capture->kernel.length > 0) {
		ll_line_put(line, " (Linux ");
		ll_line_put_sentence(line, capture->kernel);
		ll_line_put(line, ")");
	}
	return ll_line_end(line);
}

static uint32_t count_running(const struct ll_job *job)
{
	uint32_t count = 0;

	for (uint32_t i = 1; i < job->count; i++)
		count += !job->processes[i].has_ended;
	return count;
}

static int put_gaps(struct drawing *drawing, int side)
{
	const struct ll_job *job = drawing->diff->jobs[side];
	const char *path = drawing->view->captures[side].path;
	struct ll_line *line = &drawing->line;
	uint64_t lacks = job->lost_count + job->missing_count;
	int err = 0;

	ll_line_color(line, LL_COLOR_RED);
	if (lacks > 0) {
		ll_line_printf(line, "*** %" PRIu64 " event%s missing from ", lacks,
			       lacks == 1 ? " is" : "s are");
		ll_line_put_sentence(line, text_of(path));
		ll_line_put(line, ": what differs may just not be recorded there ***");
		err = ll_line_end(line);
	}
	ll_line_color(line, LL_COLOR_RED);
	if (err == 0 && job->is_cut) {
		ll_line_put(line, "*** ");
		ll_line_put_sentence(line, text_of(path));
		ll_line_printf(
			line,
			" was cut off, or still grows: what ran at its end is unfinished "
			"(%" PRIu32 ") ***",
			count_running(job));
		err = ll_line_end(line);
	}
	ll_line_color(line, LL_COLOR_NONE);
	return err;
}

/* ---- What has changed ------------------------------------------------------------------ */

static const char *arrow(const struct ll_line *line)
{
	return line->utf8 ? " → " : " -> ";
}

static void indent(struct ll_line *line, uint32_t depth)
{
	unsigned columns = depth < INDENT_MOST / 2 ? depth * 2 : INDENT_MOST;

	ll_line_pad(line, 2 + columns);
}

static void begin_detail(struct drawing *drawing, const struct ll_diff_entry *entry,
			 const char *what)
{
	struct ll_line *line = &drawing->line;

	indent(line, entry->depth + 2);
	ll_line_color(line, LL_COLOR_BOLD);
	ll_line_put(line, what);
	ll_line_color(line, LL_COLOR_NONE);
	ll_line_put(line, " ");
}

/* A word between blanks is often part of an argument: as it is, not as a shell would take it. */
static void put_word(struct ll_line *line, struct ll_str word)
{
	if (word.length == 0)
		ll_line_put(line, "''");
	else
		ll_line_put_sentence(line, word);
}

static void put_changed(struct ll_line *line, struct ll_str word, enum ll_word_change change)
{
	bool is_removed = change == LL_WORD_REMOVED, is_long = word.length > WORD_BYTES;

	if (is_long)
		word.length = WORD_BYTES;
	ll_line_color(line, is_removed ? LL_COLOR_RED : LL_COLOR_GREEN);
	ll_line_put(line, is_removed ? "[-" : "{+");
	put_word(line, word);
	ll_line_put(line, is_long ? ll_line_ellipsis(line) : "");
	ll_line_put(line, is_removed ? "-]" : "+}");
	ll_line_color(line, LL_COLOR_NONE);
}

/* Whether a word that stays the same is near one that does not. */
static bool is_near(const struct ll_words *words, size_t at)
{
	size_t first = at < WORDS_AROUND ? 0 : at - WORDS_AROUND;

	for (size_t i = first; i < words->count && i <= at + WORDS_AROUND; i++)
		if (words->list[i].change != LL_WORD_SAME)
			return true;
	return false;
}

static void put_words(struct ll_line *line, const struct ll_words *words)
{
	bool is_left_out = false;

	for (size_t i = 0; i < words->count; i++) {
		const struct ll_word *word = &words->list[i];
		bool is_same = word->change == LL_WORD_SAME;

		if (is_same && !is_near(words, i)) {
			is_left_out = true;
			continue;
		}
		if (is_left_out)
			ll_line_printf(line, "%s ", ll_line_ellipsis(line));
		is_left_out = false;
		if (is_same)
			put_word(line, word->text);
		else
			put_changed(line, word->text, word->change);
		ll_line_put(line, i + 1 < words->count ? " " : "");
	}
	if (is_left_out)
		ll_line_put(line, ll_line_ellipsis(line));
}

static void put_text_pair(struct ll_line *line, struct ll_str a, struct ll_str b)
{
	if (a.length > 0)
		put_changed(line, a, LL_WORD_REMOVED);
	if (b.length > 0)
		put_changed(line, b, LL_WORD_ADDED);
}

static int put_file(struct drawing *drawing, const struct ll_diff_entry *entry,
		    const char *what, struct ll_str a, struct ll_str b)
{
	if (ll_alike_texts(&drawing->diff->alike, entry->of[0], entry->of[1], a, b))
		return 0;
	begin_detail(drawing, entry, what);
	put_text_pair(&drawing->line, a, b);
	return ll_line_end(&drawing->line);
}

static int put_image(struct drawing *drawing, const struct ll_diff_entry *entry,
		     const struct ll_job_image *a, const struct ll_job_image *b)
{
	LL_CLEANUP(ll_words_fini) struct ll_words words = { 0 };
	const struct ll_alike *alike = &drawing->diff->alike;
	int err = 0;

	if (!ll_alike_texts(alike, entry->of[0], entry->of[1], a->args, b->args)) {
		err = ll_words_init(&words, alike, entry->of[0], entry->of[1], a->args,
				    b->args);
		if (err != 0)
			return err;
		begin_detail(drawing, entry, "arguments:");
		put_words(&drawing->line, &words);
		err = ll_line_end(&drawing->line);
	}
	if (err == 0)
		err = put_file(drawing, entry, "file:", a->exe, b->exe);
	return err == 0 ? put_file(drawing, entry, "directory:", a->cwd, b->cwd) : err;
}

static void put_programs(struct ll_line *line, const struct ll_job *job,
			 const struct ll_job_process *process)
{
	for (uint32_t i = 0; i < process->image_count; i++) {
		ll_line_put(line, i > 0 ? ", " : "");
		ll_line_put_quoted(line, job->images[process->first_image + i].exe);
	}
	ll_line_put(line, process->image_count == 0 ? "nothing" : "");
}

static int put_arguments(struct drawing *drawing, const struct ll_diff_entry *entry)
{
	const struct ll_job *const *jobs = drawing->diff->jobs;
	const struct ll_job_process *a = process_of(drawing, entry, 0);
	const struct ll_job_process *b = process_of(drawing, entry, 1);
	int err = 0;

	if (a->image_count != b->image_count) {
		begin_detail(drawing, entry, "ran:");
		put_programs(&drawing->line, jobs[0], a);
		ll_line_put(&drawing->line, arrow(&drawing->line));
		put_programs(&drawing->line, jobs[1], b);
		return ll_line_end(&drawing->line);
	}
	for (uint32_t i = 0; i < a->image_count && err == 0; i++)
		err = put_image(drawing, entry, &jobs[0]->images[a->first_image + i],
				&jobs[1]->images[b->first_image + i]);
	return err;
}

static void put_end(struct ll_line *line, const struct ll_job_process *process)
{
	char status[LL_STATUS_MAX];

	ll_line_color(line, process->knows_status ? ll_status_color(process->wait_status)
						  : LL_COLOR_NONE);
	if (!process->has_ended)
		ll_line_put(line, "still ran");
	else if (process->description.length > 0)
		ll_line_put_sentence(line, process->description);
	else if (process->knows_status)
		ll_line_put(line, ll_status_format(process->wait_status, status));
	else
		ll_line_put(line, "ended");
	ll_line_color(line, LL_COLOR_NONE);
}

static int put_ends(struct drawing *drawing, const struct ll_diff_entry *entry,
		    const char *what)
{
	begin_detail(drawing, entry, what);
	put_end(&drawing->line, process_of(drawing, entry, 0));
	ll_line_put(&drawing->line, arrow(&drawing->line));
	put_end(&drawing->line, process_of(drawing, entry, 1));
	return ll_line_end(&drawing->line);
}

static int put_times(struct drawing *drawing, const struct ll_diff_entry *entry)
{
	const struct ll_job_process *a = process_of(drawing, entry, 0);
	const struct ll_job_process *b = process_of(drawing, entry, 1);
	struct ll_line *line = &drawing->line;
	char text[LL_DURATION_MAX];

	begin_detail(drawing, entry,
		     (entry->kinds & LL_DIFF(SLOWER)) != 0 ? "slower:" : "faster:");
	ll_line_put(line, ll_duration_format(a->duration_ns, line->utf8, text));
	ll_line_printf(line, "%s%s", arrow(line),
		       ll_duration_format(b->duration_ns, line->utf8, text));
	if (a->knows_usage && b->knows_usage) {
		ll_line_printf(line, ", cpu %s",
			       ll_duration_format(a->cpu_ns, line->utf8, text));
		ll_line_printf(line, "%s%s", arrow(line),
			       ll_duration_format(b->cpu_ns, line->utf8, text));
	}
	return ll_line_end(line);
}

/* The names from the root to the parent; of many the last ones. */
static int put_place(struct drawing *drawing, const struct ll_diff_entry *entry)
{
	const struct ll_job *job = drawing->diff->jobs[0];
	uint32_t names[PATH_NAMES];
	uint32_t at = job->processes[entry->of[0]].parent;
	size_t count = 0;

	begin_detail(drawing, entry, "moved:");
	ll_line_put(&drawing->line, at == LL_JOB_TOP ? "was a root" : "was below ");
	for (; at != LL_JOB_TOP && count < PATH_NAMES; at = job->processes[at].parent)
		names[count++] = at;
	if (at != LL_JOB_TOP)
		ll_line_printf(&drawing->line, "%s > ", ll_line_ellipsis(&drawing->line));
	while (count-- > 0) {
		ll_line_put_quoted(&drawing->line, ll_job_command(job, names[count]));
		ll_line_put(&drawing->line, count > 0 ? " > " : "");
	}
	return ll_line_end(&drawing->line);
}

static int put_details(struct drawing *drawing, const struct ll_diff_entry *entry)
{
	int err = 0;

	if ((entry->kinds & LL_DIFF(MOVED)) != 0)
		err = put_place(drawing, entry);
	if (err == 0 && (entry->kinds & LL_DIFF(ARGUMENTS)) != 0)
		err = put_arguments(drawing, entry);
	if (err == 0 && (entry->kinds & LL_DIFF(EXIT)) != 0)
		err = put_ends(drawing, entry, "exit:");
	if (err == 0 && (entry->kinds & LL_DIFF(UNFINISHED)) != 0)
		err = put_ends(drawing, entry, "unfinished:");
	if (err == 0 && (entry->kinds & (LL_DIFF(SLOWER) | LL_DIFF(FASTER))) != 0)
		err = put_times(drawing, entry);
	return err;
}

/* ---- The tree -------------------------------------------------------------------------- */

struct marker {
	char sign[2];
	enum ll_color color;
};

static struct marker marker_of(uint32_t kinds)
{
	if ((kinds & LL_DIFF(ADDED)) != 0)
		return (struct marker){ "+", LL_COLOR_GREEN };
	if ((kinds & LL_DIFF(REMOVED)) != 0)
		return (struct marker){ "-", LL_COLOR_RED };
	if ((kinds & LL_DIFF(MOVED)) != 0)
		return (struct marker){ ">", LL_COLOR_MAGENTA };
	if ((kinds & (LL_DIFF(UNREACHED) | LL_DIFF(UNFINISHED))) == kinds && kinds != 0)
		return (struct marker){ "?", LL_COLOR_DIM };
	if (kinds != 0)
		return (struct marker){ "~", LL_COLOR_YELLOW };
	return (struct marker){ " ", LL_COLOR_DIM };
}

#define WHOLE (LL_DIFF(ADDED) | LL_DIFF(REMOVED) | LL_DIFF(UNREACHED))

/* Whether the line of its parent stands for it. */
static bool is_folded(const struct drawing *drawing, const struct ll_diff_entry *entry)
{
	const struct ll_diff_entry *parent = &drawing->diff->entries[entry->parent];

	return entry->parent != 0 && (entry->kinds & WHOLE) != 0 &&
	       entry->kinds == parent->kinds;
}

/* What was not reached is one line for all below one process, that of the first. */
static bool is_counted_before(const struct drawing *drawing, uint32_t index)
{
	const struct ll_diff_entry *entry = &drawing->diff->entries[index];

	return entry->kinds == LL_DIFF(UNREACHED) && drawing->below[entry->parent] > 0;
}

static int put_unreached(struct drawing *drawing, const struct ll_diff_entry *entry,
			 uint32_t count)
{
	int side = entry->of[0] == LL_JOB_NONE ? 0 : 1;
	struct ll_line *line = &drawing->line;

	ll_line_color(line, LL_COLOR_DIM);
	ll_line_put(line, "?");
	indent(line, entry->depth);
	ll_line_printf(line, "%" PRIu32 " process%s that ", count, count == 1 ? "" : "es");
	ll_line_put_sentence(line, text_of(drawing->view->captures[side].path));
	ll_line_put(line, " may have been cut off before");
	ll_line_color(line, LL_COLOR_NONE);
	return ll_line_end(line);
}

static int put_entry(struct drawing *drawing, uint32_t index)
{
	const struct ll_diff_entry *entry = &drawing->diff->entries[index];
	int side = entry->of[1] != LL_JOB_NONE ? 1 : 0;
	struct marker marker = marker_of(entry->kinds);
	struct ll_line *line = &drawing->line;

	ll_line_color(line, marker.color);
	ll_line_put(line, marker.sign);
	indent(line, entry->depth);
	put_process(line, drawing->diff->jobs[side], entry->of[side],
		    drawing->below[index] > 0 ? BELOW_COLUMNS : 0);
	ll_line_color(line, LL_COLOR_NONE);
	if (drawing->below[index] > 0)
		ll_line_printf(line, ", and %" PRIu32 " below it", drawing->below[index]);
	int err = ll_line_end(line);
	return err == 0 ? put_details(drawing, entry) : err;
}

/* From the end: those below come after. */
static int find_leads(struct drawing *drawing)
{
	const struct ll_diff *diff = drawing->diff;

	drawing->leads = calloc(diff->count, sizeof(*drawing->leads));
	drawing->below = calloc(diff->count, sizeof(*drawing->below));
	if (drawing->leads == NULL || drawing->below == NULL)
		return -ENOMEM;
	for (uint32_t i = diff->count; i-- > 1;) {
		const struct ll_diff_entry *entry = &diff->entries[i];

		if (is_folded(drawing, entry))
			drawing->below[entry->parent] += drawing->below[i] + 1;
		else if (entry->kinds != 0)
			drawing->leads[i] = true;
		if (drawing->leads[i])
			drawing->leads[entry->parent] = true;
	}
	return 0;
}

/* How many processes the line of the first that was not reached below its parent stands for. */
static uint32_t count_unreached(const struct drawing *drawing, uint32_t first)
{
	const struct ll_diff *diff = drawing->diff;
	const struct ll_diff_entry *entry = &diff->entries[first];
	uint32_t count = 0;

	for (uint32_t i = first; i < diff->count && diff->entries[i].depth >= entry->depth; i++)
		count += diff->entries[i].kinds == LL_DIFF(UNREACHED) &&
			 (diff->entries[i].parent == entry->parent ||
			  is_folded(drawing, &diff->entries[i]));
	return count;
}

static int put_tree(struct drawing *drawing)
{
	const struct ll_diff *diff = drawing->diff;
	int err = 0;

	for (uint32_t i = 1; i < diff->count && err == 0; i++) {
		const struct ll_diff_entry *entry = &diff->entries[i];

		if (!drawing->leads[i] || is_counted_before(drawing, i))
			continue;
		if (entry->kinds == LL_DIFF(UNREACHED)) {
			uint32_t count = count_unreached(drawing, i);

			drawing->below[entry->parent] += count;
			err = put_unreached(drawing, entry, count);
		} else {
			err = put_entry(drawing, i);
		}
	}
	return err;
}

/* ---- Summary --------------------------------------------------------------------------- */

static uint64_t count_all(const struct ll_diff *diff)
{
	uint64_t count = 0;

	for (int kind = 0; kind < LL_DIFF_KINDS; kind++)
		count += diff->counts[kind];
	return count;
}

/* Put text that a narrow terminal gets in several lines. */
static void put_folded(struct ll_line *line, const char *text)
{
	ll_line_allow_folds(line, 2, 8);
	ll_line_put_folded(line, text_of(text));
}

/* What of a process in both is not the same; the others say what became of it. */
static bool is_of_both(int kind)
{
	return kind == LL_DIFF_ARGUMENTS || kind == LL_DIFF_EXIT;
}

static int put_counts(struct ll_line *line, const struct ll_diff *diff)
{
	uint64_t count = count_all(diff);
	char text[64];
	const char *separator = ":";

	ll_line_color(line, count > 0 ? LL_COLOR_YELLOW : LL_COLOR_GREEN);
	snprintf(text, sizeof(text), "%" PRIu64 " difference%s", count, count > 1 ? "s" : "");
	ll_line_put(line, count == 0 ? "no difference" : text);
	ll_line_color(line, LL_COLOR_NONE);
	for (int kind = 0; kind < LL_DIFF_KINDS; kind++) {
		if (diff->counts[kind] == 0)
			continue;
		snprintf(text, sizeof(text), "%s %" PRIu32 " %s%s", separator,
			 diff->counts[kind], is_of_both(kind) ? "in " : "",
			 ll_diff_kind_name(kind));
		put_folded(line, text);
		separator = ",";
	}
	return ll_line_end(line);
}

static int put_summary(struct drawing *drawing)
{
	const struct ll_diff *diff = drawing->diff;
	struct ll_line *line = &drawing->line;
	char text[128];
	int err = put_counts(line, diff);

	if (err != 0)
		return err;
	snprintf(text, sizeof(text), "%" PRIu32 " process%s in both", diff->matched_count,
		 diff->matched_count == 1 ? "" : "es");
	put_folded(line, text);
	if (diff->timed_count >= LL_DIFF_TIMED_LEAST) {
		put_folded(line, "; at the median the second took ");
		snprintf(text, sizeof(text), "%.2f times as long, %s %.0f %%", diff->scale,
			 line->utf8 ? "±" : "+-", expm1(diff->spread) * 100);
		put_folded(line, text);
	}
	return ll_line_end(line);
}

int ll_diff_render(FILE *out, const struct ll_diff *diff, const struct ll_diff_view *view)
{
	LL_CLEANUP(drawing_fini) struct drawing drawing = { .diff = diff, .view = view };
	int err = find_leads(&drawing);

	ll_line_init(&drawing.line, out, view->width, view->color, view->utf8);
	for (int side = 0; side < 2 && err == 0; side++)
		err = put_capture(&drawing, side);
	for (int side = 0; side < 2 && err == 0; side++)
		err = put_gaps(&drawing, side);
	if (err == 0 && ll_diff_is_any(diff)) {
		err = ll_line_end(&drawing.line);
		if (err == 0)
			err = put_tree(&drawing);
		if (err == 0)
			err = ll_line_end(&drawing.line);
	}
	return err == 0 ? put_summary(&drawing) : err;
}
