/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The matrix: names are numbered in the order of what they sent or got, most first; so what does
 * not fit the line is what matters least, and goes into one column for the rest.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "render/json.h"
#include "render/line.h"
#include "render/signal_rows.h"
#include "render/signals.h"

/* A name of 15 bytes and its quotes. */
#define LABEL_MAX 18
#define COUNT_WIDTH 10
/* Columns for targets without a width, and at most. */
#define COLUMNS_MAX 32

/* A sender or target by name; processes and others of one name are two. */
struct party {
	char name[16];
	bool is_process, is_others;
	enum ll_sender_kind kind; /* when it is none */
	uint64_t count;
};

struct cell {
	uint32_t sender, target; /* indices of parties */
	uint64_t count;
};

struct matrix {
	struct party *senders, *targets;
	size_t sender_count, target_count;
	struct cell *cells; /* by sender, then target; one for each pair */
	size_t cell_count;
};

static void matrix_fini(struct matrix *matrix)
{
	free(matrix->senders);
	free(matrix->targets);
	free(matrix->cells);
}

static void set_name(struct party *party, const char *name)
{
	size_t length = strnlen(name, sizeof(party->name) - 1);

	memcpy(party->name, name, length);
}

static struct party sender_of(const struct ll_signal_row *row)
{
	struct party party = {
		.is_process = row->sender.tgid != 0,
		.is_others = row->is_others,
		.kind = row->sender_kind,
		.count = row->sent,
	};

	set_name(&party, row->is_others ? "others" : ll_signal_row_sender(row));
	return party;
}

static struct party target_of(const struct ll_signal_row *row)
{
	struct party party = {
		.is_process = !row->is_others,
		.is_others = row->is_others,
		.count = row->sent,
	};

	set_name(&party, row->is_others ? "others" : ll_signal_row_target(row));
	return party;
}

static int by_name(const void *a, const void *b)
{
	const struct party *one = a, *other = b;
	int r = strcmp(one->name, other->name);

	if (r == 0)
		r = (int)other->is_process - (int)one->is_process;
	return r != 0 ? r : (int)one->is_others - (int)other->is_others;
}

static int by_count(const void *a, const void *b)
{
	const struct party *one = a, *other = b;

	if (one->count != other->count)
		return one->count > other->count ? -1 : 1;
	return by_name(a, b);
}

/* Make one of those that are alike, adding up. Returns how many are left. */
static size_t merge_parties(struct party *parties, size_t count)
{
	size_t left = 0;

	if (count > 1)
		qsort(parties, count, sizeof(*parties), by_name);
	for (size_t i = 0; i < count; i++) {
		if (left > 0 && by_name(&parties[left - 1], &parties[i]) == 0)
			parties[left - 1].count += parties[i].count;
		else
			parties[left++] = parties[i];
	}
	return left;
}

static uint32_t index_of(const struct party *parties, size_t count, struct party party)
{
	const struct party *found = bsearch(&party, parties, count, sizeof(party), by_name);

	return found != NULL ? (uint32_t)(found - parties) : 0;
}

static int by_place(const void *a, const void *b)
{
	const struct cell *one = a, *other = b;

	if (one->sender != other->sender)
		return one->sender < other->sender ? -1 : 1;
	return (one->target > other->target) - (one->target < other->target);
}

static void sort_cells(struct matrix *matrix)
{
	struct cell *cells = matrix->cells;
	size_t count = matrix->cell_count, left = 0;

	if (count > 1)
		qsort(cells, count, sizeof(*cells), by_place);
	for (size_t i = 0; i < count; i++) {
		if (left > 0 && by_place(&cells[left - 1], &cells[i]) == 0)
			cells[left - 1].count += cells[i].count;
		else
			cells[left++] = cells[i];
	}
	matrix->cell_count = left;
}

/* Number parties by count; *ret_places[i] is the new index of the one at i. 0 or -ENOMEM. */
static int rank(struct party *parties, size_t count, uint32_t **ret_places)
{
	LL_AUTO_FREE struct party *named = malloc((count + 1) * sizeof(*named));
	LL_AUTO_FREE uint32_t *places = malloc((count + 1) * sizeof(*places));

	if (named == NULL || places == NULL)
		return -ENOMEM;
	memcpy(named, parties, count * sizeof(*named));
	if (count > 1)
		qsort(parties, count, sizeof(*parties), by_count);
	for (size_t i = 0; i < count; i++)
		places[index_of(named, count, parties[i])] = (uint32_t)i;
	*ret_places = TAKE(places);
	return 0;
}

static int rank_all(struct matrix *matrix)
{
	LL_AUTO_FREE uint32_t *senders = NULL, *targets = NULL;
	int err = rank(matrix->senders, matrix->sender_count, &senders);

	if (err == 0)
		err = rank(matrix->targets, matrix->target_count, &targets);
	for (size_t i = 0; i < matrix->cell_count && err == 0; i++) {
		matrix->cells[i].sender = senders[matrix->cells[i].sender];
		matrix->cells[i].target = targets[matrix->cells[i].target];
	}
	return err;
}

static int fill(struct matrix *matrix, const struct ll_signal_rows *rows)
{
	size_t count = rows->count;

	matrix->senders = calloc(count + 1, sizeof(*matrix->senders));
	matrix->targets = calloc(count + 1, sizeof(*matrix->targets));
	matrix->cells = calloc(count + 1, sizeof(*matrix->cells));
	if (matrix->senders == NULL || matrix->targets == NULL || matrix->cells == NULL)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++) {
		matrix->senders[i] = sender_of(&rows->list[i]);
		matrix->targets[i] = target_of(&rows->list[i]);
	}
	matrix->sender_count = merge_parties(matrix->senders, count);
	matrix->target_count = merge_parties(matrix->targets, count);
	for (size_t i = 0; i < count; i++)
		matrix->cells[i] = (struct cell){
			.sender = index_of(matrix->senders, matrix->sender_count,
					   sender_of(&rows->list[i])),
			.target = index_of(matrix->targets, matrix->target_count,
					   target_of(&rows->list[i])),
			.count = rows->list[i].sent,
		};
	matrix->cell_count = count;
	int err = rank_all(matrix);
	sort_cells(matrix);
	return err;
}

static int matrix_init(struct matrix *matrix, const struct ll_model *model,
		       const struct ll_signals_options *options)
{
	LL_CLEANUP(ll_signal_rows_fini) struct ll_signal_rows rows = { 0 };
	int err = ll_signal_rows_init(&rows, model, options);

	return err != 0 ? err : fill(matrix, &rows);
}

/* How wide a name is shown, at most LABEL_MAX. */
static unsigned shown_width(const struct ll_signals_options *options, const char *name)
{
	struct ll_line line;

	ll_line_init(&line, NULL, LABEL_MAX, false, options->utf8);
	ll_line_put_quoted(&line, ll_str_of(name));
	return line.column;
}

/* Wide enough for the name and for a count. */
static unsigned column_width(const struct ll_signals_options *options,
			     const struct party *party)
{
	unsigned width = shown_width(options, party->name) + 2;

	return width > COUNT_WIDTH ? width : COUNT_WIDTH;
}

/* How many targets have a column of their own; the rest and the sum have one each. */
static size_t count_columns(const struct matrix *matrix,
			    const struct ll_signals_options *options)
{
	unsigned used = LABEL_MAX + 2 * COUNT_WIDTH;
	size_t count = 0;

	while (count < matrix->target_count && count < COLUMNS_MAX) {
		used += column_width(options, &matrix->targets[count]);
		if (options->width != 0 && used > options->width)
			break;
		count++;
	}
	return count;
}

/* Put a name at most LABEL_MAX wide. */
static void put_label(struct ll_line *line, const char *name)
{
	unsigned limit = line->limit, end = line->column + LABEL_MAX;

	ll_line_set_limit(line, limit == 0 || end < limit ? end : limit);
	ll_line_put_quoted(line, ll_str_of(name));
	ll_line_set_limit(line, limit);
}

/* Put text, width wide, at the right end of a column that ends at end. */
static void put_right(struct ll_line *line, unsigned end, unsigned width, const char *text)
{
	ll_line_pad(line, end > width ? end - width : 0);
	put_label(line, text);
}

static void put_count(struct ll_line *line, unsigned *column, unsigned width, uint64_t count)
{
	char text[24] = "-";

	if (count > 0)
		snprintf(text, sizeof(text), "%" PRIu64, count);
	*column += width;
	put_right(line, *column, (unsigned)strlen(text), text);
}

static int put_header(struct ll_line *line, const struct matrix *matrix,
		      const struct ll_signals_options *options, size_t columns)
{
	unsigned column = LABEL_MAX;

	ll_line_color(line, LL_COLOR_BOLD);
	ll_line_put(line, "FROM \\ TO");
	for (size_t i = 0; i < columns; i++) {
		const struct party *target = &matrix->targets[i];

		column += column_width(options, target);
		put_right(line, column, shown_width(options, target->name), target->name);
	}
	if (columns < matrix->target_count)
		put_right(line, column += COUNT_WIDTH, (unsigned)strlen("REST"), "REST");
	put_right(line, column + COUNT_WIDTH, (unsigned)strlen("ALL"), "ALL");
	return ll_line_end(line);
}

/* The count at a place, 0 when it is empty; goes past its cell. */
static uint64_t take_cell(const struct matrix *matrix, uint32_t sender, uint32_t target,
			  size_t *cell)
{
	const struct cell *at = &matrix->cells[*cell];

	if (*cell == matrix->cell_count || at->sender != sender || at->target != target)
		return 0;
	++*cell;
	return at->count;
}

/* Put a sender's line from its cells, the first of which is at *cell; goes past them. */
static int put_sender(struct ll_line *line, const struct matrix *matrix,
		      const struct ll_signals_options *options, size_t columns, uint32_t sender,
		      size_t *cell)
{
	unsigned column = LABEL_MAX;
	uint64_t rest = 0;

	put_label(line, matrix->senders[sender].name);
	for (uint32_t target = 0; target < columns; target++) {
		uint64_t count = take_cell(matrix, sender, target, cell);

		put_count(line, &column, column_width(options, &matrix->targets[target]),
			  count);
	}
	while (*cell < matrix->cell_count && matrix->cells[*cell].sender == sender)
		rest += matrix->cells[(*cell)++].count;
	if (columns < matrix->target_count)
		put_count(line, &column, COUNT_WIDTH, rest);
	put_count(line, &column, COUNT_WIDTH, matrix->senders[sender].count);
	return ll_line_end(line);
}

int ll_signals_render_matrix(FILE *out, const struct ll_model *model,
			     const struct ll_signals_options *options)
{
	LL_CLEANUP(matrix_fini) struct matrix matrix = { 0 };
	struct ll_line line;
	size_t cell = 0;
	int err = matrix_init(&matrix, model, options);

	if (err != 0)
		return err;
	size_t columns = count_columns(&matrix, options);
	ll_line_init(&line, out, options->width, options->color, options->utf8);
	err = put_header(&line, &matrix, options, columns);
	for (uint32_t i = 0; i < matrix.sender_count && err == 0; i++)
		err = put_sender(&line, &matrix, options, columns, i, &cell);
	return err;
}

static int write_cell(FILE *out, const struct matrix *matrix, const struct cell *cell)
{
	struct ll_event event = { .kind = LL_EVENT_SIGNAL_GENERATE };
	const struct party *sender = &matrix->senders[cell->sender];
	const struct party *target = &matrix->targets[cell->target];

	if (sender->is_others)
		LL_SET(&event, SIGNALS_OTHERS, signals_others, true);
	else
		LL_SET(&event, COMM, comm, ll_str_of(target->name));
	if (sender->is_process)
		LL_SET(&event, SENDER_COMM, sender_comm, ll_str_of(sender->name));
	else if (!sender->is_others)
		LL_SET(&event, SENDER_KIND, sender_kind, (uint8_t)sender->kind);
	LL_SET(&event, SIGNALS_SENT, signals_sent, cell->count);
	return ll_json_fields(out, &event);
}

int ll_signals_json_matrix(FILE *out, const struct ll_model *model,
			   const struct ll_signals_options *options)
{
	LL_CLEANUP(matrix_fini) struct matrix matrix = { 0 };
	int err = matrix_init(&matrix, model, options);

	for (size_t i = 0; i < matrix.cell_count && err == 0; i++)
		err = write_cell(out, &matrix, &matrix.cells[i]);
	return err;
}
