/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The line. Invariant: data[0..cut] with an ellipsis after it fits the limit, so an
 * overflow only has to go back to cut. Without a limit a full buffer is written out.
 */
#include "render/line.h"

#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include "base/utf8.h"
#include "render/buffer.h"
#include "render/escape.h"

/* Kept free for the ellipsis, the last colour reset and the newline. */
#define SLACK_BYTES 32
/* The longest change of colour. */
#define COLOR_BYTES 11
/* Put at once at most; far below what a line holds. */
#define RUN_BYTES 256
/* A further line has this many columns at least. */
#define FOLD_MIN 24

void ll_line_init(struct ll_line *line, FILE *file, unsigned limit, bool color, bool utf8)
{
	line->file = file;
	line->limit = limit;
	line->column = 0;
	line->color = color;
	line->utf8 = utf8;
	line->full = false;
	line->wanted = LL_COLOR_NONE;
	line->current = LL_COLOR_NONE;
	line->error = 0;
	line->cut_column = 0;
	line->cut = 0;
	line->ellipsis_end = 0;
	line->cut_color = LL_COLOR_NONE;
	line->fold_column = 0;
	line->folds = 0;
	line->used = 0;
}

const char *ll_line_ellipsis(const struct ll_line *line)
{
	return line->utf8 ? "…" : "...";
}

static unsigned ellipsis_width(const struct ll_line *line)
{
	return line->utf8 ? 1 : 3;
}

static void append(struct ll_line *line, const char *data, size_t length)
{
	memcpy(line->data + line->used, data, length);
	line->used += length;
}

/* Tell the terminal; needs room for COLOR_BYTES. */
static void switch_color(struct ll_line *line, enum ll_color color)
{
	static const char *const codes[] = {
		[LL_COLOR_NONE] = "",
		[LL_COLOR_BOLD] = "\033[1m",
		[LL_COLOR_DIM] = "\033[2m",
		[LL_COLOR_GREEN] = "\033[32m",
		[LL_COLOR_YELLOW] = "\033[33m",
		[LL_COLOR_RED] = "\033[31m",
		[LL_COLOR_MAGENTA] = "\033[1;35m",
	};

	if (line->current == color)
		return;
	if (line->current != LL_COLOR_NONE)
		append(line, "\033[0m", 4);
	append(line, codes[color], strlen(codes[color]));
	line->current = color;
}

/* Go back to where the ellipsis fits and end the text there. */
static void overflow(struct ll_line *line)
{
	line->used = line->cut;
	line->column = line->cut_column;
	line->full = true;
	line->current = line->cut_color;
	switch_color(line, LL_COLOR_NONE);
	/* A cell that was cut may be all that fits of the line. */
	bool has_ellipsis = line->ellipsis_end != 0 && line->column == line->ellipsis_end;
	if (has_ellipsis || line->column + ellipsis_width(line) > line->limit)
		return;
	append(line, ll_line_ellipsis(line), strlen(ll_line_ellipsis(line)));
	line->column += ellipsis_width(line);
	line->ellipsis_end = line->column;
}

static void write_out(struct ll_line *line)
{
	if (line->error == 0)
		line->error = ll_stream_write(line->file, line->data, line->used);
	line->used = 0;
	line->cut = 0;
}

/* Make room for bytes. Returns false when the line ends here instead. */
static bool has_room(struct ll_line *line, size_t length)
{
	if (line->used + length + SLACK_BYTES <= sizeof(line->data))
		return true;
	if (line->limit != 0) {
		overflow(line);
		return false;
	}
	write_out(line);
	return true;
}

static void remember_cut(struct ll_line *line)
{
	if (line->limit != 0 && line->column + ellipsis_width(line) > line->limit)
		return;
	line->cut = line->used;
	line->cut_column = line->column;
	line->cut_color = line->current;
}

/* Put one glyph (or one escape), which is kept whole or dropped. */
static void put_cell(struct ll_line *line, const char *data, size_t length, unsigned width)
{
	if (line->full)
		return;
	if (line->limit != 0 && line->column + width > line->limit) {
		overflow(line);
		return;
	}
	if (!has_room(line, length + COLOR_BYTES))
		return;
	switch_color(line, line->wanted);
	append(line, data, length);
	line->column += width;
	remember_cut(line);
}

/* How many printable ASCII bytes stand at the front, at most RUN_BYTES. */
static size_t ascii_run(const char *text, size_t length)
{
	size_t run = 0;

	while (run < length && run < RUN_BYTES && text[run] >= ' ' && text[run] < 0x7f)
		run++;
	return run;
}

/* Put printable ASCII: at once where it surely fits, which is nearly always, else singly. */
static void put_ascii(struct ll_line *line, const char *text, size_t length)
{
	bool fits =
		line->limit == 0 || line->column + length + ellipsis_width(line) <= line->limit;

	if (fits)
		put_cell(line, text, length, (unsigned)length);
	for (size_t i = 0; !fits && i < length; i++)
		put_cell(line, text + i, 1, 1);
}

void ll_line_put(struct ll_line *line, const char *text)
{
	size_t length = strlen(text);

	for (size_t i = 0; i < length && !line->full;) {
		uint32_t code_point;
		size_t taken = ascii_run(text + i, length - i);

		if (taken > 0) {
			put_ascii(line, text + i, taken);
		} else {
			taken = ll_utf8_decode(text + i, length - i, &code_point);
			put_cell(line, text + i, taken, 1);
		}
		i += taken;
	}
}

void ll_line_printf(struct ll_line *line, const char *format, ...)
{
	char text[512];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	ll_line_put(line, text);
}

/* Whether this line may carry the code point itself. */
static bool is_plain(const struct ll_line *line, uint32_t code_point)
{
	return !ll_escape_is_unsafe(code_point) && (line->utf8 || code_point < 0x80);
}

/* What stands for one code point, or one byte that belongs to none. */
struct unit {
	size_t taken; /* bytes of the text */
	const char *data;
	size_t length;
	unsigned width;
	char escape[LL_ESCAPE_MAX];
};

/*
 * Take one unit of untrusted text, escaped when it cannot be shown; special (ASCII) is the
 * characters that a backslash makes plain.
 */
static void take_unit(const struct ll_line *line, struct ll_str text, const char *special,
		      struct unit *ret)
{
	uint32_t code_point;

	ret->taken = ll_utf8_decode(text.data, text.length, &code_point);
	if (code_point == LL_UTF8_INVALID)
		ret->taken = 1;
	ret->data = ret->escape;
	if (!is_plain(line, code_point)) {
		ret->length = ll_escape_format(code_point, (uint8_t)text.data[0], ret->escape);
		ret->width = (unsigned)ret->length;
	} else if (ret->taken == 1 && strchr(special, text.data[0]) != NULL) {
		ret->escape[0] = '\\';
		ret->escape[1] = text.data[0];
		ret->length = 2;
		ret->width = 2;
	} else {
		ret->data = text.data;
		ret->length = ret->taken;
		ret->width = ll_utf8_width(code_point);
	}
}

/* Put one unit. Returns the bytes taken. */
static size_t put_unit(struct ll_line *line, struct ll_str text, const char *special)
{
	struct unit unit;

	take_unit(line, text, special, &unit);
	put_cell(line, unit.data, unit.length, unit.width);
	return unit.taken;
}

/* How many bytes from the start can be put as they are; 0 when the first cannot. */
static size_t run_before(struct ll_str text, const char *special)
{
	size_t run = ascii_run(text.data, text.length);

	for (; *special != '\0' && run > 0; special++) {
		const char *found = memchr(text.data, *special, run);

		run = found != NULL ? (size_t)(found - text.data) : run;
	}
	return run;
}

static void put_units(struct ll_line *line, struct ll_str text, const char *special)
{
	while (text.length > 0 && !line->full) {
		size_t taken = run_before(text, special);

		if (taken > 0)
			put_ascii(line, text.data, taken);
		else
			taken = put_unit(line, text, special);
		text.data += taken;
		text.length -= taken;
	}
}

enum quoting { QUOTE_NONE, QUOTE_SINGLE, QUOTE_ANSI };

/* Whether a POSIX shell takes the byte as itself. Bytes above ASCII are letters to it. */
static bool is_shell_safe(char byte)
{
	return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
	       (byte >= '0' && byte <= '9') || (byte & 0x80) != 0 ||
	       (byte != '\0' && strchr("_@%+=:,./-^", byte) != NULL);
}

static enum quoting quoting_needed(const struct ll_line *line, struct ll_str text)
{
	enum quoting need = text.length == 0 ? QUOTE_SINGLE : QUOTE_NONE;

	for (size_t i = 0; i < text.length;) {
		uint32_t code_point;

		if (!is_shell_safe(text.data[i]))
			need = QUOTE_SINGLE;
		if (text.data[i] >= ' ' && text.data[i] < 0x7f) {
			i++;
			continue;
		}
		i += ll_utf8_decode(text.data + i, text.length - i, &code_point);
		if (!is_plain(line, code_point))
			return QUOTE_ANSI;
	}
	return need;
}

/* Inside '...' a quote cannot be escaped: close, put one, open again. */
static void put_single_quoted(struct ll_line *line, struct ll_str text)
{
	ll_line_put(line, "'");
	while (text.length > 0 && !line->full) {
		const char *quote = memchr(text.data, '\'', text.length);
		size_t length = quote != NULL ? (size_t)(quote - text.data) : text.length;

		put_units(line, ll_str_make(text.data, length), "");
		if (quote != NULL)
			put_cell(line, "'\\''", 4, 4);
		length += quote != NULL;
		text.data += length;
		text.length -= length;
	}
	ll_line_put(line, "'");
}

void ll_line_put_quoted(struct ll_line *line, struct ll_str text)
{
	if (line->full)
		return;
	switch (quoting_needed(line, text)) {
	case QUOTE_NONE:
		put_units(line, text, "");
		break;
	case QUOTE_SINGLE:
		put_single_quoted(line, text);
		break;
	case QUOTE_ANSI:
		ll_line_put(line, "$'");
		put_units(line, text, "\\'");
		ll_line_put(line, "'");
		break;
	}
}

void ll_line_put_sentence(struct ll_line *line, struct ll_str text)
{
	static const char micro[] = "\u00b5";
	const char *found = NULL;

	while (!line->utf8 && text.length > 0 &&
	       (found = memmem(text.data, text.length, micro, strlen(micro))) != NULL) {
		size_t length = (size_t)(found - text.data);

		put_units(line, ll_str_make(text.data, length), "\\");
		ll_line_put(line, "u");
		length += strlen(micro);
		text = ll_str_make(text.data + length, text.length - length);
	}
	put_units(line, text, "\\");
}

/* At most what it takes: without utf8 the sign of micro is counted as its escape. */
static unsigned sentence_width(const struct ll_line *line, struct ll_str text)
{
	unsigned width = 0;

	while (text.length > 0) {
		struct unit unit;

		take_unit(line, text, "\\", &unit);
		text.data += unit.taken;
		text.length -= unit.taken;
		width += unit.width;
	}
	return width;
}

void ll_line_allow_folds(struct ll_line *line, unsigned column, unsigned count)
{
	line->fold_column = column;
	line->folds = line->limit >= column + FOLD_MIN ? count : 0;
}

/* Go on in a new line, if so many columns do not fit this one. Returns whether it did. */
static bool fold(struct ll_line *line, unsigned width)
{
	if (line->folds == 0 || line->full || line->column <= line->fold_column ||
	    line->column + width <= line->limit)
		return false;
	enum ll_color color = line->wanted;
	line->folds--;
	switch_color(line, LL_COLOR_NONE);
	append(line, "\n", 1);
	write_out(line);
	line->column = 0;
	remember_cut(line);
	line->wanted = LL_COLOR_NONE;
	ll_line_pad(line, line->fold_column);
	line->wanted = color;
	return true;
}

void ll_line_put_folded(struct ll_line *line, struct ll_str text)
{
	while (text.length > 0) {
		bool has_blank = text.data[0] == ' ';
		const char *end = memchr(text.data + has_blank, ' ', text.length - has_blank);
		size_t length = end != NULL ? (size_t)(end - text.data) : text.length;
		struct ll_str word = ll_str_make(text.data, length);

		if (fold(line, sentence_width(line, word)) && has_blank)
			word = ll_str_make(text.data + 1, length - 1);
		ll_line_put_sentence(line, word);
		text = ll_str_make(text.data + length, text.length - length);
	}
}

void ll_line_put_unbroken(struct ll_line *line, const char *text)
{
	if (!fold(line, 1 + (unsigned)strlen(text)))
		ll_line_put(line, " ");
	ll_line_put(line, text);
}

bool ll_args_next(struct ll_str *args, struct ll_str *ret_arg)
{
	if (args->length == 0)
		return false;
	const char *end = memchr(args->data, '\0', args->length);
	size_t length = end != NULL ? (size_t)(end - args->data) : args->length;
	size_t taken = end != NULL ? length + 1 : length;

	*ret_arg = ll_str_make(args->data, length);
	args->data += taken;
	args->length -= taken;
	return true;
}

void ll_line_put_args(struct ll_line *line, struct ll_str args)
{
	struct ll_str arg;

	for (bool first = true; !line->full && ll_args_next(&args, &arg); first = false) {
		if (!first)
			ll_line_put(line, " ");
		ll_line_put_quoted(line, arg);
	}
}

void ll_line_pad(struct ll_line *line, unsigned column)
{
	while (!line->full && line->column < column)
		put_cell(line, " ", 1, 1);
}

void ll_line_color(struct ll_line *line, enum ll_color color)
{
	if (line->color)
		line->wanted = color;
}

void ll_line_set_limit(struct ll_line *line, unsigned limit)
{
	line->limit = limit;
	line->full = false;
	remember_cut(line);
}

int ll_line_end(struct ll_line *line)
{
	switch_color(line, LL_COLOR_NONE);
	append(line, "\n", 1);
	write_out(line);
	int error = line->error;
	ll_line_init(line, line->file, line->limit, line->color, line->utf8);
	return error;
}
