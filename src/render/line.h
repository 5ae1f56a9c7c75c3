/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * One line for a terminal: counts columns, cuts at the width with an ellipsis, escapes
 * what is not to be trusted, colours.
 *
 * After the cut everything put is dropped, so callers need not look. Without a limit a
 * line may have any length. Order of calls: init once; then put..., end per line.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "event/event.h"

enum ll_color {
	LL_COLOR_NONE,
	LL_COLOR_BOLD,
	LL_COLOR_DIM,
	LL_COLOR_GREEN,
	LL_COLOR_YELLOW,
	LL_COLOR_RED,
	LL_COLOR_MAGENTA,
};

struct ll_line {
	FILE *file; /* borrowed */
	unsigned limit; /* columns; 0: none */
	unsigned column; /* columns put so far */
	bool color;
	bool utf8; /* else only ASCII is written */
	bool full; /* cut; drop the rest */
	enum ll_color wanted; /* colour of what is put next */
	enum ll_color current; /* what the terminal was told last */
	int error; /* 0 or -errno */
	unsigned cut_column; /* where the ellipsis goes if the line overflows... */
	size_t cut; /* ...at which byte... */
	enum ll_color cut_color; /* ...and what colour was on there */
	unsigned
		ellipsis_end; /* column behind the last ellipsis, where none is to follow; 0: none */
	unsigned fold_column; /* where a further line begins... */
	unsigned folds; /* ...and how many there may be yet */
	size_t used;
	char data[16384];
};

/* Make an empty line in place. There is no fini. */
void ll_line_init(struct ll_line *line, FILE *file, unsigned limit, bool color, bool utf8);

/* Put our own words; ASCII, or UTF-8 where the line allows it (then each glyph 1 wide). */
void ll_line_put(struct ll_line *line, const char *text);
void ll_line_printf(struct ll_line *line, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * Put bytes of a traced process, of whatever kind, as a shell would take them: plain, and quoted
 * only where needed, 'with space' or $'with \n'.
 */
void ll_line_put_quoted(struct ll_line *line, struct ll_str text);

/* Put the strings of a NUL-separated block, each that way. */
void ll_line_put_args(struct ll_line *line, struct ll_str args);

/*
 * Put a sentence of ours that names of traced processes may stand in: nothing is quoted, what
 * could trick is escaped. Without utf8 the sign of micro becomes "u".
 */
void ll_line_put_sentence(struct ll_line *line, struct ll_str text);

/*
 * Let the next two go on in at most count further lines, from column on, until the line ends.
 * Where a further line would have no room to speak of, there is none.
 */
void ll_line_allow_folds(struct ll_line *line, unsigned column, unsigned count);
/* Put a sentence; a blank where the limit would cut becomes a new line. */
void ll_line_put_folded(struct ll_line *line, struct ll_str text);
/* Put a blank and our own ASCII words, or these in a new line where they would be cut. */
void ll_line_put_unbroken(struct ll_line *line, const char *text);

/* Put spaces up to a column, at least none. */
void ll_line_pad(struct ll_line *line, unsigned column);

/* Colour what follows, when the line has colour. */
void ll_line_color(struct ll_line *line, enum ll_color color);

/*
 * Change the limit in mid-line and take text again if the old limit had cut it. So room
 * can be kept for what must come after text of any length.
 */
void ll_line_set_limit(struct ll_line *line, unsigned limit);

/* The parts a line draws with: "…" or "...", and so on. */
const char *ll_line_ellipsis(const struct ll_line *line);

/* End the line, write it, and start the next. Returns 0 or -errno. */
int ll_line_end(struct ll_line *line);

/* Split the first string off a NUL-separated block. Returns false at its end. */
bool ll_args_next(struct ll_str *args, struct ll_str *ret_arg);
