/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A real build under strace, and strace under lifeline: both see the same run. For each
 * process the two must tell the same story, word for word: which children it forked, what
 * it executed or failed to, with which arguments, in which order, and how it ended.
 *
 * A story is an array of lines: "fork PID", "exec FILE ARGS", "fail ERROR FILE ARGS" (file and
 * arguments as hex), and at the end "exit CODE" or "signal NAME".
 */
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/live_check.h"
#include "support/live_strace.h"

#define SOURCES 40

static const char configure_script[] =
	"#!/bin/sh\n"
	"for header in stdio stdlib string unistd errno fcntl nosuch pthread time another; do\n"
	"	echo \"#include <$header.h>\" > conftest.c\n"
	"	if ${CC:-cc} -c conftest.c 2>/dev/null; then\n"
	"		echo \"have $header\" | sed 's/have/#define HAVE_/' >> config.h\n"
	"	fi\n"
	"done\n"
	"expr '' = '' >/dev/null; expr 1 = 2 >/dev/null\n"
	"printf 'int main(void){return 3;}' > conftest.c && ${CC:-cc} -o conftest conftest.c\n"
	"./conftest; echo \"$?\" | cat >> config.log\n"
	"(sh -c 'kill -TERM $$'); (sh -c 'exit 42')\n"
	"env nosuchprogram 'an argument' '' 2>/dev/null\n"
	"uname -a | tr a-z A-Z | sort | uniq -c > uname.log\n"
	"sed \"s/@OBJECTS@/$(ls source*.c | sed 's/c$/o/' | tr '\\n' ' ')/\" Makefile.in > Makefile\n"
	"exit 0\n";

static const char makefile[] = "OBJECTS = @OBJECTS@\n"
			       "all: prog\n"
			       "\t./prog 'with an argument' ''\n"
			       "prog: $(OBJECTS) main.o\n"
			       "\tcc -o $@ $^\n"
			       "%.o: %.c\n"
			       "\tcc -c -o $@ $< && test -s $@\n";

static void write_file(const struct live *live, const char *name, const char *text)
{
	char *path = live_path(live, name);
	FILE *file = fopen(path, "we");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
	chmod(path, 0755);
	free(path);
}

static void make_project(const struct live *live)
{
	char name[32], text[64];

	write_file(live, "configure", configure_script);
	write_file(live, "Makefile.in", makefile);
	write_file(live, "main.c", "int main(void) { return 0; }\n");
	for (int i = 0; i < SOURCES; i++) {
		snprintf(name, sizeof(name), "source%d.c", i);
		snprintf(text, sizeof(text), "int f%d(void) { return %d; }\n", i, i);
		write_file(live, name, text);
	}
}

static bool is_in_path(const char *name)
{
	char path[300];
	static const char *const dirs[] = { "/usr/local/bin", "/usr/bin", "/bin" };

	for (size_t i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", dirs[i], name);
		if (access(path, X_OK) == 0)
			return true;
	}
	return false;
}

static void need_tools(void)
{
	static const char *const tools[] = { "strace", "make", "cc", "sh" };
	char why[64];

	live_needs_host("strace and a compiler are on the host only");
	for (size_t i = 0; i < sizeof(tools) / sizeof(tools[0]); i++) {
		snprintf(why, sizeof(why), "%s is not installed", tools[i]);
		if (!is_in_path(tools[i]))
			live_skip(why);
	}
}

static void tell(json_t *story, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void tell(json_t *story, const char *format, ...)
{
	char *line = NULL;
	va_list args;

	va_start(args, format);
	int length = vasprintf(&line, format, args);
	va_end(args);
	assert_true(length >= 0);
	json_array_append_new(story, json_string(line));
	free(line);
}

/* Copy a string literal of strace -xx ("\x2f...") as hex; returns what follows it. */
static const char *take_literal(const char *at, FILE *hex)
{
	assert_int_equal(*at, '"');
	for (at++; *at == '\\'; at += 4)
		fprintf(hex, "%.2s", at + 2);
	assert_int_equal(*at, '"');
	assert_true(strncmp(at, "\"...", 4) != 0);
	return at + 1;
}

/* execve("...", ["...", "..."], 0x... [vars]) as "FILE ARGS". The caller's. */
static char *take_execve(const char *line)
{
	char *words = NULL;
	size_t length;
	FILE *hex = open_memstream(&words, &length);
	const char *at = take_literal(strchr(line, '(') + 1, hex);

	fputc(' ', hex);
	at = strchr(at, '[') + 1;
	while (*at == '"') {
		at = take_literal(at, hex);
		fputs("00", hex);
		if (strncmp(at, ", ", 2) == 0)
			at += 2;
	}
	assert_int_equal(*at, ']');
	fclose(hex);
	return words;
}

static void tell_exec(json_t *story, const char *line, const char *result)
{
	char *words = take_execve(line), error[32];

	if (sscanf(result, ") = -1 %31s", error) == 1)
		tell(story, "fail %s %s", error, words);
	else
		tell(story, "exec %s", words);
	free(words);
}

/* "+++ exited with 0 +++" or "+++ killed by SIGTERM (core dumped) +++". */
static void tell_end(json_t *story, const char *line)
{
	char signal[32];
	int code;

	if (sscanf(line, "+++ exited with %d", &code) == 1)
		tell(story, "exit %d", code);
	else if (sscanf(line, "+++ killed by %31s", signal) == 1)
		tell(story, "signal %s%s", signal, strstr(line, "core dumped") ? " core" : "");
}

static void take_strace_line(json_t *story, const char *line)
{
	static const char *const forks[] = { "fork(", "vfork(", "clone(", "clone3(" };
	const char *result = NULL;
	long long pid;

	for (const char *at = line; (at = strstr(at, ") = ")) != NULL; at++)
		result = at;
	if (strncmp(line, "+++", 3) == 0)
		tell_end(story, line);
	if (result == NULL)
		return;
	if (strncmp(line, "execve(", 7) == 0)
		tell_exec(story, line, result);
	for (size_t i = 0; i < sizeof(forks) / sizeof(forks[0]); i++) {
		if (strncmp(line, forks[i], strlen(forks[i])) != 0)
			continue;
		assert_null(strstr(line, "CLONE_THREAD"));
		if (sscanf(result, ") = %lld", &pid) == 1 && pid > 0)
			tell(story, "fork %lld", pid);
	}
}

/* What is left of a hex argument block after so many arguments. Borrowed. */
static const char *skip_args(const char *hex, size_t count)
{
	while (count > 0 && *hex != '\0') {
		count -= strncmp(hex, "00", 2) == 0;
		hex += 2;
	}
	return hex;
}

/*
 * The arguments as execve was given them. For a script the kernel puts the interpreter,
 * at most one argument to it, and the script's path in the place of the first one (fs/binfmt_script.c):
 * what that was is lost, but who executes a script names it by its path.
 */
static const char *given_args(const json_t *event, const char *hex)
{
	const json_t *args = json_object_get(event, "process.command_args");
	const char *second = json_string_value(json_array_get(args, 1));

	if (json_object_get(event, "process.interpreter") == NULL || second == NULL)
		return hex;
	bool has_option = strcmp(second, json_lines_text(event, "process.exec.filename")) != 0;
	return skip_args(hex, has_option ? 2 : 1);
}

static void tell_event_exec(json_t *story, const json_t *event, bool failed)
{
	const char *name = json_lines_text(event, "process.exec.filename");
	char *args = check_args_hex(event), *hex = NULL;
	size_t length;
	FILE *out = open_memstream(&hex, &length);

	for (; *name != '\0'; name++)
		fprintf(out, "%02x", (unsigned char)*name);
	fclose(out);
	if (failed)
		tell(story, "fail %s %s %s", json_lines_text(event, "error.type"), hex, args);
	else
		tell(story, "exec %s %s", hex, given_args(event, args));
	free(args);
	free(hex);
}

static void tell_event_exit(json_t *story, const json_t *event)
{
	if (json_object_get(event, "process.exit.signal") == NULL)
		tell(story, "exit %lld", json_lines_number(event, "process.exit.code"));
	else
		tell(story, "signal %s%s", json_lines_text(event, "process.exit.signal"),
		     json_is_true(json_object_get(event, "process.exit.core_dumped")) ? " core"
										      : "");
}

/* The same stories from our events. A new object, the caller's. */
static json_t *read_events(const struct live *live)
{
	json_t *stories = json_object(), *event;
	size_t i;

	json_array_foreach(live->events.objects, i, event)
	{
		const char *name = json_lines_text(event, "event.name");
		long long pid = json_lines_number(event, "process.pid");
		json_t *story = live_story_of(stories, pid);

		if (strcmp(name, "process.fork") == 0 &&
		    json_object_get(event, "process.fork.caller_pid") != NULL)
			tell(live_story_of(stories,
					   json_lines_number(event, "process.fork.caller_pid")),
			     "fork %lld", pid);
		else if (strcmp(name, "process.exec") == 0)
			tell_event_exec(story, event, false);
		else if (strcmp(name, "process.exec_failed") == 0)
			tell_event_exec(story, event, true);
		else if (strcmp(name, "process.exit") == 0)
			tell_event_exit(story, event);
	}
	return stories;
}

/* We saw no descendant of the traced shell that strace did not see. */
static void check_no_others(const struct live *live, const json_t *strace)
{
	json_t *forks = live_events(live, "process.fork", 0), *event;
	size_t i;
	char key[32];

	json_array_foreach(forks, i, event)
	{
		snprintf(key, sizeof(key), "%lld",
			 json_lines_number(event, "process.fork.caller_pid"));
		if (json_object_get(strace, key) == NULL)
			continue; /* forked by strace itself, or the tracer */
		snprintf(key, sizeof(key), "%lld", json_lines_number(event, "process.pid"));
		if (json_object_get(strace, key) == NULL)
			live_refuse(event, "strace saw no such process");
	}
	json_decref(forks);
}

static void build_is_told_exactly_as_strace_tells_it(void **state)
{
	static const char *const options[] = { "--max-args", "256K", "--failed-execs", NULL };
	struct live *live = *state;
	char *log = live_path(live, "strace"), *script = NULL;

	need_tools();
	make_project(live);
	assert_true(asprintf(&script, "cd '%s' && ./configure && make -j2 >make.log",
			     live->dir) > 0);
	/* clang-format off */
	const char *const command[] = {
		"/usr/bin/strace", "-ff", "-xx", "-s", "65535", "-a", "1", "-o", log,
		"-e", "trace=execve,execveat,fork,vfork,clone,clone3",
		"/bin/sh", "-c", script, NULL,
	};
	/* clang-format on */
	live_run(live, options, command);

	json_t *strace = live_strace_read(live, take_strace_line), *ours = read_events(live);
	print_message("           %zu processes\n", json_object_size(strace));
	assert_in_range(json_object_size(strace), 200, 2000);
	live_strace_compare(strace, ours);
	check_no_others(live, strace);
	assert_int_equal(live_count(live, "lost", 0), 0);
	json_decref(strace);
	json_decref(ours);
	free(log);
	free(script);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(build_is_told_exactly_as_strace_tells_it),
	};

	return cmocka_run_group_tests(tests, live_set_up, live_tear_down);
}
