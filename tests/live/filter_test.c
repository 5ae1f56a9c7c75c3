/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* -f on the running kernel: what it shows, and that the kernel's share of it changes nothing. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
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

/* Words given to the shell while both tracers watch. */
#define WORDS 5
#define EXPRESSIONS 16

static void what_is_true_of_nothing_shows_nothing(void **state)
{
	static const char *const options[] = {
		"-f", "exe ~ '*/sh' and exit.code in (1, 42) and event == 'exit'", NULL
	};
	static const char *const command[] = { "/bin/sh", "-c", "exit 7", NULL };
	struct live *live = *state;

	live_start(live, options, command);
	live_close_words(live);
	live_finish(live);
	assert_int_equal(live->status, 7 << 8);
	assert_int_equal(json_array_size(live->events.objects), 0);
}

/* The image is told by the exec, the code by the exit: a line of one with the other's. */
static void an_exit_is_chosen_by_what_its_process_ran(void **state)
{
	static const char *const options[] = {
		"-f", "exe ~ '*/say_self' and args =~ 'inner$' and has(exit.code)", NULL
	};
	struct live *live = *state;
	char *program = live_child_path("say_self"), *script = NULL;

	assert_true(asprintf(&script, "%s inner; %s other; true", program, program) > 0);
	const char *const command[] = { "/bin/sh", "-c", script, NULL };
	live_start(live, options, command);
	live_close_words(live);
	assert_int_equal(live_finish(live), 0);
	free(program), free(script);
	assert_int_equal(live_count(live, "process.exit", 0), 1);
	assert_int_equal(live_count(live, "process.reap", 0), 1);
	assert_int_equal(json_array_size(live->events.objects), 2);
}

/* Its own text does not have the word that it hands to one of two shells. */
static void descendants_are_followed_from_an_expression(void **state)
{
	static const char *const options[] = {
		"-f", "descendant_of(args ~ '*marked*') and event == 'exec'", NULL
	};
	static const char *const command[] = {
		"/bin/sh", "-c",
		"m=mark; sh -c \": ${m}ed; sh -c ':; :'; :\"; sh -c ':; :'; :", NULL
	};
	struct live *live = *state;

	live_start(live, options, command);
	live_close_words(live);
	assert_int_equal(live_finish(live), 0);
	assert_int_equal(live_count(live, "process.exec", 0), 2);
	assert_int_equal(json_array_size(live->events.objects), 2);
}

/* A view is made of everything, and drawn of what is asked for and what leads there. */
static void tree_shows_who_is_asked_for_below_its_ancestors(void **state)
{
	struct live *live = *state;

	live_start_raw(live,
		       (const char *const[]){ "tree", "--json", "-o", live->events.path, "-f",
					      "exit.code == 3", "--", "/bin/sh", "-c",
					      "sh -c 'exit 3'; sh -c 'exit 4'; :", NULL });
	live_close_words(live);
	assert_int_equal(live_finish(live), 0);
	assert_int_equal(json_array_size(live->events.objects), 2);
	json_t *top = json_array_get(live->events.objects, 0);
	json_t *found = json_array_get(live->events.objects, 1);
	check_number(top, "process.exit.code", 0);
	check_number(found, "process.exit.code", 3);
	check_number(found, "process.parent_pid", json_lines_number(top, "process.pid"));
}

static void mistakes_are_usage_errors(void **state)
{
	struct live *live = *state;

	live_start_raw(live, (const char *const[]){ "trace", "-f", "exit.cod == 1", NULL });
	live_close_words(live);
	assert_int_equal(live_finish(live), 2 << 8);
	char *errors = live_errors(live);
	assert_string_equal(errors, "lifeline: -f: unknown field 'exit.cod' at column 1: did "
				    "you mean exit.code?\n");
	free(errors);
}

static void filters_are_explained_without_watching(void **state)
{
	struct live *live = *state;

	/* Nobody needs rights for it. */
	live->uid = 65534;
	live_start_raw(live, (const char *const[]){ "trace", "--explain-filter", "-f",
						    "uid == 5 and event == 'exec'", "-o", "-",
						    NULL });
	live_close_words(live);
	assert_int_equal(waitpid(live->tracer, &live->status, 0), live->tracer);
	live->tracer = 0;
	assert_int_equal(live->status, 0);
	FILE *file = fopen(live->facts.path, "re");
	char text[2000] = "";
	size_t length = fread(text, 1, sizeof(text) - 1, file);
	fclose(file);
	text[length] = '\0';
	unlink(live->facts.path);
	assert_non_null(strstr(text, "expression\n  process.user.id == 5 and event in "
				     "(\"process.exec\")\n"));
	assert_non_null(strstr(text, "the kernel decides\n  process.user.id == 5\n"));
}

/* A shell that runs a line for each word it gets, and says when that is done. */
struct shell {
	pid_t pid;
	int words, answers;
};

static void start_shell(struct shell *shell, const char *line)
{
	int words[2], answers[2];
	char *script = NULL;

	assert_true(asprintf(&script, "while read -r w; do { %s; } >/dev/null; echo; done",
			     line) > 0);
	assert_int_equal(pipe2(words, O_CLOEXEC), 0);
	assert_int_equal(pipe2(answers, O_CLOEXEC), 0);
	shell->pid = fork();
	if (shell->pid == 0) {
		dup2(words[0], STDIN_FILENO);
		dup2(answers[1], STDOUT_FILENO);
		execl("/bin/sh", "sh", "-c", script, NULL);
		_exit(99);
	}
	free(script);
	close(words[0]), close(answers[1]);
	shell->words = words[1];
	shell->answers = answers[0];
}

static void give_word(const struct shell *shell)
{
	char answer;

	assert_int_equal(write(shell->words, "x\n", 2), 2);
	assert_int_equal(read(shell->answers, &answer, 1), 1);
}

static void end_shell(struct shell *shell)
{
	close(shell->words), close(shell->answers);
	waitpid(shell->pid, NULL, 0);
}

/* Two tracers of one machine and what they watch. */
struct pair {
	struct live *tracers[2];
	struct shell shell;
};

static bool is_of_shell(const json_t *event, const struct pair *pair)
{
	return json_object_get(event, "process.parent_pid") != NULL &&
	       json_lines_number(event, "process.parent_pid") == pair->shell.pid;
}

static bool sees_the_shell(const struct live *live, const struct pair *pair)
{
	json_t *event;
	size_t i;

	json_array_foreach(live->events.objects, i, event)
	{
		if (is_of_shell(event, pair))
			return true;
	}
	return false;
}

static bool do_both_see(void *arg)
{
	struct pair *pair = arg;

	give_word(&pair->shell);
	for (int i = 0; i < 2; i++)
		json_lines_refresh(&pair->tracers[i]->events);
	return sees_the_shell(pair->tracers[0], pair) && sees_the_shell(pair->tracers[1], pair);
}

static long long boottime_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static int compare_texts(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* What each tracer measures itself is no part of it. */
static char *describe(json_t *event)
{
	static const char *const measured[] = { "time_unix_nano", "event.sequence",
						"event.late", "process.duration_ns" };

	for (size_t i = 0; i < sizeof(measured) / sizeof(measured[0]); i++)
		json_object_del(event, measured[i]);
	return json_dumps(event, JSON_SORT_KEYS);
}

/* The events of the shell's children born since then, in one text; the caller's. */
static char *children_since(struct live *live, const struct pair *pair, long long since_ns)
{
	size_t room = json_array_size(live->events.objects), count = 0, size, i;
	char **texts = calloc(room + 1, sizeof(*texts)), *all = NULL;
	FILE *out = open_memstream(&all, &size);
	json_t *event;

	json_array_foreach(live->events.objects, i, event)
	{
		if (is_of_shell(event, pair) &&
		    json_lines_number(event, "process.creation.boottime_ns") >= since_ns)
			texts[count++] = describe(event);
	}
	qsort(texts, count, sizeof(*texts), compare_texts);
	for (i = 0; i < count; i++) {
		fprintf(out, "%s\n", texts[i]);
		free(texts[i]);
	}
	fclose(out);
	free(texts);
	return all;
}

/* Watch the shell with both, the second deciding alone, and compare. */
static void check_both(struct pair *pair, const char *expression, const char *kinds,
		       const char *wanted)
{
	const char *const options[2][7] = { { "-e", kinds, "-f", expression, NULL },
					    { "-e", kinds, "-f", expression, "--no-pushdown",
					      NULL } };
	char *shown[2];

	for (int i = 0; i < 2; i++)
		live_start(pair->tracers[i], options[i], NULL);
	live_await(do_both_see, pair, "the first event of both tracers");
	long long since_ns = boottime_ns();
	for (int i = 0; i < WORDS; i++)
		give_word(&pair->shell);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(live_interrupt(pair->tracers[i]), 0);
		shown[i] = children_since(pair->tracers[i], pair, since_ns);
	}
	assert_string_equal(shown[0], shown[1]);
	assert_non_null(strstr(shown[0], wanted));
	free(shown[0]), free(shown[1]);
}

static void run_pair(struct live *first, const char *line, const char *expression,
		     const char *kinds, const char *wanted)
{
	struct pair pair = { .tracers = { first, live_new() } };
	char pid[16], *at, *asked = strdup(expression);

	start_shell(&pair.shell, line);
	/* PIDOFSH, as many letters as a PID has at most, stands for the shell's. */
	snprintf(pid, sizeof(pid), "%7d", pair.shell.pid);
	while ((at = strstr(asked, "PIDOFSH")) != NULL)
		memcpy(at, pid, 7);
	check_both(&pair, asked, kinds, wanted);
	end_shell(&pair.shell);
	live_free(pair.tracers[1]);
	free(asked);
}

/* The line for the shell: as another user with one more process, and a failure. */
static char *make_line(void)
{
	char *program = live_child_path("change_identity"), *line = NULL;

	assert_true(asprintf(&line, "%s uids; /bin/true; /nonexistent/x 2>/dev/null", program) >
		    0);
	free(program);
	return line;
}

static void run_line(void **state, const char *expression, const char *kinds,
		     const char *wanted)
{
	char *line = make_line();

	live_needs_host("two tracers of the whole machine need its CPUs");
	run_pair(*state, line, expression, kinds, wanted);
	free(line);
}

static void name_decided_by_the_kernel_shows_the_same(void **state)
{
	run_line(state, "comm == 'change_identity' and event in ('fork', 'exec')",
		 "fork,exec,exit,signal", "process.exec");
}

static void user_decided_by_the_kernel_shows_the_same(void **state)
{
	run_line(state, "uid == 0 and event == 'exec' and args !~ '^nothing'", "exec,exit",
		 "/change_identity");
}

static void kinds_decided_by_the_kernel_show_the_same(void **state)
{
	run_line(state, "event in ('exec', 'fork')", "fork,exec,signal,rename", "process.fork");
}

static void descendants_decided_by_the_kernel_are_the_same(void **state)
{
	run_line(state, "descendant_of(PIDOFSH) and event in ('fork', 'exec', 'exit')",
		 "fork,exec,exit,signal", "process.exit");
}

/* What may be said of an event, and whether it is true of the exec of change_identity. */
static const struct {
	const char *text;
	bool is_true;
} claims[] = {
	{ "comm == 'change_identity'", true },
	{ "comm == 'true'", false },
	{ "comm ~ 'ch*'", true },
	{ "uid == 0", true },
	{ "uid == 65534", false },
	{ "uid < 1000", true },
	{ "ruid == 0", true },
	{ "event == 'exec'", true },
	{ "event in ('fork', 'exec')", true },
	{ "event == 'exit'", false },
	{ "code == 0", false },
	{ "has(exe)", true },
	{ "has(signal)", false },
	{ "pid > 1", true },
	{ "args =~ 'uids$'", true },
	{ "args =~ '^nothing'", false },
	{ "ppid == PIDOFSH", true },
	{ "descendant_of(PIDOFSH)", true },
	{ "descendant_of(comm == 'true')", false },
};

#define CLAIMS (sizeof(claims) / sizeof(claims[0]))

/* A random expression; *ret_true: whether it is true of that exec. The caller's. */
static char *random_expression(unsigned *seed, unsigned depth, bool *ret_true)
{
	bool is_true[2];
	char *text = NULL;

	if (depth == 0 || rand_r(seed) % 4 == 0) {
		size_t which = (size_t)rand_r(seed) % CLAIMS;

		*ret_true = claims[which].is_true;
		return strdup(claims[which].text);
	}
	char *left = random_expression(seed, depth - 1, &is_true[0]);
	char *right = random_expression(seed, depth - 1, &is_true[1]);
	switch (rand_r(seed) % 4) {
	case 0:
		*ret_true = !is_true[0];
		assert_true(asprintf(&text, "not (%s)", left) > 0);
		break;
	case 1:
		*ret_true = is_true[0] || is_true[1];
		assert_true(asprintf(&text, "(%s or %s)", left, right) > 0);
		break;
	default:
		*ret_true = is_true[0] && is_true[1];
		assert_true(asprintf(&text, "(%s and %s)", left, right) > 0);
	}
	free(left), free(right);
	return text;
}

/*
 * As the four above, with expressions that nobody thought of. Each is true of one event at least,
 * which tells that both tracers watch. LL_SEED=N repeats those of a run.
 */
static void what_the_kernel_decides_of_any_expression_changes_nothing(void **state)
{
	const char *given = getenv("LL_SEED");
	unsigned seed =
		given != NULL ? (unsigned)strtoul(given, NULL, 10) : (unsigned)boottime_ns();
	char *line = make_line();

	(void)state;
	live_needs_host("two tracers of the whole machine need its CPUs");
	print_message("           LL_SEED=%u\n", seed);
	for (int i = 0; i < EXPRESSIONS;) {
		struct live *live;
		bool is_true;
		char *expression = random_expression(&seed, 3, &is_true);

		if (is_true) {
			print_message("           %s\n", expression);
			live = live_new();
			run_pair(live, line, expression, "fork,exec,exit,rename",
				 "change_identity");
			live_free(live);
			i++;
		}
		free(expression);
	}
	free(line);
}

#define LIVE_TEST(name) cmocka_unit_test_setup_teardown(name, live_set_up, live_tear_down)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		LIVE_TEST(what_is_true_of_nothing_shows_nothing),
		LIVE_TEST(an_exit_is_chosen_by_what_its_process_ran),
		LIVE_TEST(descendants_are_followed_from_an_expression),
		LIVE_TEST(tree_shows_who_is_asked_for_below_its_ancestors),
		LIVE_TEST(mistakes_are_usage_errors),
		LIVE_TEST(filters_are_explained_without_watching),
		LIVE_TEST(name_decided_by_the_kernel_shows_the_same),
		LIVE_TEST(user_decided_by_the_kernel_shows_the_same),
		LIVE_TEST(kinds_decided_by_the_kernel_show_the_same),
		LIVE_TEST(descendants_decided_by_the_kernel_are_the_same),
		cmocka_unit_test(what_the_kernel_decides_of_any_expression_changes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
