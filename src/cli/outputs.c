/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * See outputs.h. A file is known by device and inode, whatever it is called; one that is not there
 * yet by its directory's and its name.
 */
#include "cli/outputs.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "cli/option_table.h"

__attribute__((format(printf, 2, 3))) static int refuse(char **ret_why, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	int length = vasprintf(ret_why, format, args);
	va_end(args);
	if (length >= 0)
		return -EINVAL;
	*ret_why = NULL;
	return -ENOMEM;
}

static bool is_stdout(const char *path)
{
	return path == NULL || strcmp(path, "-") == 0;
}

/* Of a path, where NULL and "-" stand for an open file. Returns whether it is there. */
static bool look(const char *path, int standard_fd, struct stat *ret)
{
	return (is_stdout(path) ? fstat(standard_fd, ret) : stat(path, ret)) == 0;
}

static bool is_same(const struct stat *one, const struct stat *two)
{
	return one->st_dev == two->st_dev && one->st_ino == two->st_ino;
}

/* Whether writing to out would change what is read from in. */
static bool overwrites(const char *out, const char *in)
{
	struct stat written, read;

	return in != NULL && look(out, STDOUT_FILENO, &written) &&
	       look(in, STDIN_FILENO, &read) && S_ISREG(written.st_mode) &&
	       is_same(&written, &read);
}

static const char *base_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

/* Of the directory that a path is in. */
static bool look_at_directory(const char *path, struct stat *ret)
{
	LL_AUTO_FREE char *directory = strndup(path, (size_t)(base_of(path) - path));

	return directory != NULL && stat(directory[0] != '\0' ? directory : ".", ret) == 0;
}

static bool will_be_same(const char *one, const char *two)
{
	struct stat a, b;

	return strcmp(base_of(one), base_of(two)) == 0 && look_at_directory(one, &a) &&
	       look_at_directory(two, &b) && is_same(&a, &b);
}

/* Whether two results would go to one file. Of what keeps nothing, as /dev/null, that is no harm. */
static bool clash(const char *one, const char *two)
{
	struct stat a, b;
	bool is_there = look(one, STDOUT_FILENO, &a);

	if (is_stdout(one) && is_stdout(two))
		return true;
	if (is_there && look(two, STDOUT_FILENO, &b))
		return !S_ISCHR(a.st_mode) && is_same(&a, &b);
	return !is_stdout(one) && !is_stdout(two) && will_be_same(one, two);
}

static int check_input(const struct ll_options *options, const char *out, const char *in,
		       char **ret_why)
{
	if (!overwrites(out, in))
		return 0;
	const char *option = out == options->record_path && out != NULL ? "--record" : "-o";
	if (is_stdout(out))
		return refuse(ret_why,
			      "standard output is '%s', which is read: write to another file",
			      in);
	return refuse(ret_why,
		      "%s: '%s' is the capture that is read, and would be overwritten: write "
		      "to another file",
		      option, out);
}

static int check_inputs(const struct ll_options *options, const char *out, char **ret_why)
{
	int err = check_input(options, out, options->input, ret_why);

	return err == 0 ? check_input(options, out, options->extra, ret_why) : err;
}

static int check_capture(const struct ll_options *options, const char *path, char **ret_why)
{
	if (path == NULL || strcmp(path, "-") != 0)
		return 0;
	if (options->rotate_bytes != 0 || options->rotate_ns != 0)
		return refuse(ret_why, "--rotate needs files to go on in: -o FILE.life");
	if (options->child_argv != NULL)
		return refuse(ret_why,
			      "'%s' writes to standard output, too, into the middle of the "
			      "capture: record to a file instead",
			      options->child_argv[0]);
	return 0;
}

int ll_outputs_check(const struct ll_options *options, const struct ll_command *command,
		     char **ret_why)
{
	const char *record = options->record_path;
	bool records = command->bit == LL_FOR_RECORD;
	int err = check_capture(options, records ? options->output_path : record, ret_why);

	if (err == 0 && record != NULL && clash(options->output_path, record))
		err = refuse(ret_why,
			     "-o and --record cannot both write to %s%s%s: give each its own",
			     is_stdout(record) ? "standard output" : "'",
			     is_stdout(record) ? "" : record, is_stdout(record) ? "" : "'");
	if (err == 0)
		err = check_inputs(options, options->output_path, ret_why);
	if (err == 0 && record != NULL)
		err = check_inputs(options, record, ret_why);
	return err;
}
