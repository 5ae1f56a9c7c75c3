/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The command line: what each option means, and the one line each mistake gets. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "cli/command.h"
#include "cli/options.h"
#include "event/event.h"

#define WORDS_MAX 16

struct words {
	int count;
	char *list[WORDS_MAX + 1];
	char text[512];
};

/* Split at blanks; "lifeline" goes in front. */
static void words_init(struct words *words, const char *line)
{
	char *rest = words->text;
	char *word;

	assert_true(strlen(line) < sizeof(words->text) - 10);
	sprintf(words->text, "lifeline %s", line);
	words->count = 0;
	while ((word = strsep(&rest, " ")) != NULL && words->count < WORDS_MAX) {
		if (word[0] != '\0')
			words->list[words->count++] = word;
	}
	words->list[words->count] = NULL;
}

static struct ll_options parse(struct words *words, const char *line)
{
	struct ll_options options = { 0 };
	LL_AUTO_FREE char *why = NULL;

	words_init(words, line);
	int err = ll_options_parse(words->count, words->list, &options, &why);
	if (err != 0)
		fail_msg("'%s' was refused: %s", line, why);
	return options;
}

/* Parse and choose; one of them has to refuse with these words, in one line. */
static void assert_refused(const char *line, const char *part)
{
	struct words words;
	struct ll_options options = { 0 };
	const struct ll_command *command = NULL;
	LL_AUTO_FREE char *why = NULL;

	words_init(&words, line);
	int err = ll_options_parse(words.count, words.list, &options, &why);
	if (err == 0)
		err = ll_command_choose(&options, &command, &why);
	assert_int_equal(err, -EINVAL);
	assert_non_null(why);
	assert_null(strchr(why, '\n'));
	if (strstr(why, part) == NULL)
		fail_msg("'%s' was refused with '%s', without '%s'", line, why, part);
}

static const struct ll_command *choose(const char *line)
{
	struct words words;
	struct ll_options options = parse(&words, line);
	const struct ll_command *command = NULL;
	LL_AUTO_FREE char *why = NULL;

	if (ll_command_choose(&options, &command, &why) != 0)
		fail_msg("'%s' was refused: %s", line, why);
	return command;
}

static void nothing_means_trace_the_machine(void **state)
{
	struct words words;
	struct ll_options options = parse(&words, "");

	(void)state;
	assert_null(options.command);
	assert_null(options.child_argv);
	assert_int_equal(options.kinds, 0);
	assert_int_equal(options.keep, LL_DEFAULT_KEEP);
	assert_string_equal(choose("")->name, "trace");
	assert_string_equal(choose("-- make")->name, "trace");
	assert_string_equal(choose("--json tree")->name, "tree");
}

static void every_option_is_taken(void **state)
{
	struct words words;
	struct ll_options o = parse(
		&words,
		"trace -p12 -u 0 -c sh --cgroup /a/b -e fork,process.exec -o out --duration 1.5s");

	(void)state;
	assert_string_equal(o.command, "trace");
	assert_int_equal(o.pid, 12);
	assert_true(o.has_uid);
	assert_int_equal(o.uid, 0);
	assert_string_equal(o.comm, "sh");
	assert_string_equal(o.cgroup, "/a/b");
	assert_int_equal(o.kinds, LL_E(FORK) | LL_E(EXEC));
	assert_string_equal(o.output_path, "out");
	assert_true(o.duration_ns == UINT64_C(1500000000));
	o = parse(&words, "--threads --json --max-args=64K --env --failed-execs --ring 1MiB "
			  "--keep 5 --strict --color=never -q --kthreads --no-fold");
	assert_true(o.threads && o.json && o.env && o.failed_execs && o.strict && o.quiet);
	assert_true(o.kthreads && o.no_fold);
	assert_int_equal(o.max_args_bytes, 65536);
	assert_int_equal(o.ring_bytes, 1024 * 1024);
	assert_int_equal(o.keep, 5);
	assert_int_equal(o.color, LL_COLOR_NEVER);
	assert_false(o.watch || o.has_threshold);
	o = parse(&words, "zombies --watch --threshold 0");
	assert_true(o.watch && o.has_threshold);
	assert_int_equal(o.threshold, 0);
}

static void user_can_be_a_name(void **state)
{
	struct words words;
	struct ll_options options = parse(&words, "-u root");

	(void)state;
	assert_true(options.has_uid);
	assert_int_equal(options.uid, 0);
}

static void everything_after_two_dashes_is_the_command(void **state)
{
	struct words words;
	struct ll_options options = parse(&words, "tree --json -- make -p 3 --bogus -- x");

	(void)state;
	assert_int_equal(options.pid, 0);
	assert_string_equal(options.child_argv[0], "make");
	assert_string_equal(options.child_argv[1], "-p");
	assert_string_equal(options.child_argv[4], "--");
	assert_string_equal(options.child_argv[5], "x");
	assert_null(options.child_argv[6]);
}

static void event_lists_add_up(void **state)
{
	struct words words;
	struct ll_options options = parse(&words, "-e fork -e exit,lost");

	(void)state;
	assert_int_equal(options.kinds, LL_E(FORK) | LL_E(EXIT) | LL_E(LOST));
}

static void asking_for_failed_execs_switches_them_on(void **state)
{
	struct words words;

	(void)state;
	assert_true(parse(&words, "-e exec_failed").failed_execs);
	assert_int_equal(parse(&words, "-e fork --failed-execs").kinds,
			 LL_E(FORK) | LL_E(EXEC_FAILED));
	assert_int_equal(parse(&words, "--failed-execs").kinds, 0);
}

static void states_and_their_events_ask_for_each_other(void **state)
{
	struct words words;

	(void)state;
	assert_int_equal(parse(&words, "").states, LL_STATES_OFF);
	assert_int_equal(parse(&words, "-e state").states, LL_STATES_CHANGES);
	assert_int_equal(parse(&words, "-e state --states=full").states, LL_STATES_FULL);
	assert_int_equal(parse(&words, "--states").states, LL_STATES_CHANGES);
	assert_int_equal(parse(&words, "--states").kinds, 0);
	assert_int_equal(parse(&words, "-e fork --states").kinds, LL_E(FORK) | LL_E(STATE));
	assert_true(parse(&words, "").stall_ns == UINT64_C(1000000000));
	assert_true(parse(&words, "states --stall 200ms").stall_ns == UINT64_C(200000000));
}

static void filters_are_taken_as_they_are(void **state)
{
	struct words words;

	(void)state;
	assert_string_equal(parse(&words, "tree -f core").filter_text, "core");
	assert_null(parse(&words, "tree").filter_text);
	assert_true(parse(&words, "-f core --explain-filter --no-pushdown").explain_filter);
	assert_refused("-f core -f core", "-f is given twice; join both by 'and' or 'or'");
	assert_refused("--explain-filter", "--explain-filter needs an expression: -f 'EXPR'");
	assert_refused("--no-pushdown", "--no-pushdown needs an expression");
	assert_refused("tree -f core --no-pushdown",
		       "--no-pushdown cannot be used with tree, only with trace");
	assert_refused("doctor -f core", "-f cannot be used with doctor");
}

static void help_wins_over_mistakes_of_combination(void **state)
{
	struct words words;

	(void)state;
	assert_true(parse(&words, "--help --wait-all").help);
	assert_true(parse(&words, "tree -h").help);
	assert_true(parse(&words, "--version").version);
}

static void bad_values_are_refused_with_the_remedy(void **state)
{
	(void)state;
	assert_refused("-p 0", "'0' is not a PID; expected 1 to 4194304");
	assert_refused("-p abc", "'abc' is not a PID");
	assert_refused("-p 1 -p 2", "given twice");
	assert_refused("-u no_such_user_here", "no user 'no_such_user_here'");
	assert_refused("-u 4294967295", "no user");
	assert_refused("-c sixteen_bytes_xx", "1 to 15 bytes");
	assert_refused("--cgroup a/b", "does not begin with '/'");
	assert_refused("-e forks", "did you mean 'fork'?");
	assert_refused("-e fork,,exit", "no event is called ''");
	assert_refused("-e fork,", "no event is called ''");
	assert_refused("-e zzzzz", "no event is called 'zzzzz'; see lifeline trace --help");
	assert_refused("--duration 0", "is not a time");
	assert_refused("--duration 5x", "expected one like 1.5s or 2m");
	assert_refused("--max-args 2MiB", "out of range");
	assert_refused("--max-args 0", "out of range");
	assert_refused("--max-args 4KB", "is not a size");
	assert_refused("--ring 12", "out of range");
	assert_refused("--keep -1", "is not a number");
	assert_refused("--color red", "none of auto, always, never");
	assert_refused("--states=most", "'most' is not full");
	assert_refused("--stall 0", "'0' is not a time; expected one like 200ms or 5s");
	assert_refused("--output=", "needs the name of a file");
}

static void bad_options_are_named(void **state)
{
	(void)state;
	assert_refused("--treads", "did you mean --threads?");
	assert_refused("--bogus", "no option is called --bogus; see lifeline trace --help");
	assert_refused("tree --bogus", "no option is called --bogus; see lifeline tree --help");
	assert_refused("nonsense -z", "no option is called -z; see lifeline trace --help");
	assert_refused("tree -p", "-p needs a value: PID; see lifeline tree --help");
	assert_refused("--bogus=3 -q", "no option is called --bogus;");
	assert_refused("--json=3", "--json takes no value");
	assert_refused("--k", "--k could be --keep or --kthreads");
	assert_refused("--duration", "--duration needs a value: TIME");
	assert_refused("-p", "-p needs a value: PID");
	assert_refused("-qp", "-p needs a value: PID");
	assert_refused("-z", "no option is called -z");
	assert_refused("-qzV", "no option is called -z");
	assert_refused("-q -zq trace", "no option is called -z");
}

#define BIT(signal) (UINT64_C(1) << ((signal)-1))

static void signals_are_chosen_by_name_number_and_party(void **state)
{
	struct words words;

	(void)state;
	assert_true(parse(&words, "signals").signals == 0);
	assert_true(parse(&words, "signals --signal TERM,KILL").signals == (BIT(15) | BIT(9)));
	assert_true(parse(&words, "signals --signal sigterm,64 --signal RTMIN+1").signals ==
		    (BIT(15) | BIT(64) | BIT(35)));
	struct ll_options o = parse(&words, "signals --from 4242 --to nginx --fatal --matrix");
	assert_int_equal(o.from_pid, 4242);
	assert_null(o.from_comm);
	assert_int_equal(o.to_pid, 0);
	assert_string_equal(o.to_comm, "nginx");
	assert_true(o.fatal);
	assert_true(o.matrix);
	assert_string_equal(parse(&words, "signals --from kernel").from_comm, "kernel");
}

static void signals_nobody_knows_are_refused_with_a_hint(void **state)
{
	(void)state;
	assert_refused("signals --signal TREM", "'TREM'; did you mean 'TERM'?");
	assert_refused("signals --signal sigkil", "'sigkil'; did you mean 'KILL'?");
	assert_refused("signals --signal TERM,", "no signal is called ''");
	assert_refused("signals --signal 65", "no signal is called '65'; expected");
	assert_refused("signals --signal bogus", "`kill -l` knows");
	assert_refused("signals --to a-name-too-long-for-it",
		       "--to: 'a-name-too-long-for-it' is neither a PID nor a name");
	assert_refused("signals --threads", "--threads cannot be used with signals");
	assert_refused("trace --fatal", "--fatal cannot be used with trace, only with signals");
}

static void the_kind_signal_is_both_of_a_signal(void **state)
{
	struct words words;

	(void)state;
	assert_int_equal(parse(&words, "-e signal").kinds, LL_E_SIGNAL);
	assert_int_equal(parse(&words, "-e generate").kinds, LL_E(SIGNAL_GENERATE));
	assert_int_equal(parse(&words, "-e signal.deliver").kinds, LL_E(SIGNAL_DELIVER));
	assert_int_equal(parse(&words, "-e exit,signal").kinds, LL_E_SIGNAL | LL_E(EXIT));
	assert_refused("-e signals", "did you mean 'signal'?");
	assert_int_equal(parse(&words, "-e execfail,times,LOST").kinds,
			 LL_E(EXEC_FAILED) | LL_E(STATE_TIMES) | LL_E(LOST));
	assert_refused("-e thread", "threads are forks: -e fork --threads");
	assert_refused("-e exit,vfork", "one kind of fork: -e fork");
	assert_refused("-e kthread", "kernel threads are forks: -e fork");
	assert_refused("-e signal.", "no event is called 'signal.'");
}

static void combinations_that_mean_nothing_are_refused(void **state)
{
	(void)state;
	assert_refused("trace --", "no command after '--'");
	assert_refused("-p 1 -- make", "exclude each other");
	assert_refused("--wait-all", "needs a command");
	assert_refused("doctor -p 1",
		       "-p cannot be used with doctor, only with trace and tree");
	assert_refused("fields --ring 1M", "--ring cannot be used with fields");
	assert_refused("trace --env", "--env needs --json");
	assert_refused("trace --stall 2s", "--stall needs --states");
	assert_refused("--stall 2s -e exec", "--stall needs --states");
	assert_refused("fields -- make", "fields watches nothing");
	assert_refused("tree -e fork", "-e cannot be used with tree, only with trace");
	assert_refused("tree --stall 1s", "--stall cannot be used with tree, only with trace");
	assert_refused("trace --no-fold", "--no-fold cannot be used with trace");
	assert_refused("tree --watch", "--watch cannot be used with tree, only with zombies");
	assert_refused("zombies --threads", "--threads cannot be used with zombies");
	assert_refused("zombies --threshold -1", "'-1' is not a number of zombies");
}

static void unknown_commands_get_a_suggestion(void **state)
{
	(void)state;
	assert_refused("tre", "did you mean 'tree'?");
	assert_refused("trcae", "did you mean 'trace'?");
	assert_refused("bogus", "no command is called 'bogus'; see lifeline --help");
	assert_refused("tree sleep 5", "to run a command, put '--' before it");
}

static void words_that_are_too_many_are_named(void **state)
{
	(void)state;
	assert_refused("doctor foo",
		       "cannot use 'foo': doctor takes options alone; leave it out, "
		       "or see lifeline doctor --help");
	assert_refused("fields process.pid x",
		       "cannot use 'process.pid': fields takes options");
	assert_refused("fields /etc/passwd", "cannot use '/etc/passwd': fields");
	assert_refused("trace a b c",
		       "do not know what to do with 'b': trace looks at one capture");
	assert_refused("doctor -- make", "leave out '--' and what follows");
}

static void a_capture_is_what_is_looked_at(void **state)
{
	struct words words;
	struct ll_options options = parse(&words, "tree build.life -p 7 --json");

	(void)state;
	assert_string_equal(options.input, "build.life");
	assert_refused("build.life", "lifeline tree 'build.life'");
	assert_refused("trace x.life -- make", "'x.life' and '-- CMD' exclude each other");
	assert_refused("trace x.life --ring 1M",
		       "--ring says how to watch what happens now, and 'x.life' is a capture");
	assert_refused("trace x.life --env --json", "--env says how to watch what happens now");
	assert_refused("trace -F", "-F follows a capture that grows: name one");
	assert_refused("check x.life y.life", "do not know what to do with 'y.life'");
}

static void two_captures_are_compared(void **state)
{
	(void)state;
	struct words words;
	struct ll_options o =
		parse(&words, "diff a.life b.life --noise 20% --exact --no-times");
	assert_string_equal(o.input, "a.life");
	assert_string_equal(o.extra, "b.life");
	assert_int_equal(o.noise_percent, 20);
	assert_true(o.exact && o.no_times);
	o = parse(&words, "diff a b");
	assert_int_equal(o.noise_percent, LL_DEFAULT_NOISE);
	assert_refused("diff a b c", "do not know what to do with 'c'");
	assert_refused("diff a b --noise much", "--noise: 'much' is not a share");
	assert_refused("diff a b --noise %", "--noise: '%' is not a share");
	assert_refused("diff a b --noise 1001", "'1001' is not a share of 0% to 1000%");
	assert_refused("diff a b --record c", "--record cannot be used with diff");
	assert_refused("diff a b -- ls", "exclude each other");
	assert_refused("tree a b", "do not know what to do with 'b'");
}

static void rotation_is_by_size_or_by_time(void **state)
{
	struct words words;
	struct ll_options options = parse(&words, "record -o x.life --rotate 64M --keep 3");

	(void)state;
	assert_int_equal(options.rotate_bytes, 64 * 1024 * 1024);
	assert_int_equal(options.rotate_ns, 0);
	assert_int_equal(options.rotate_keep, 3);
	options = parse(&words, "record -o x.life --rotate 10m");
	assert_int_equal(options.rotate_ns, UINT64_C(600000000000));
	assert_int_equal(options.rotate_bytes, 0);
	assert_refused("record -o x.life --rotate 100",
		       "neither a size of at least 64KiB nor a time");
	assert_refused("record -o x.life --rotate 1K",
		       "neither a size of at least 64KiB nor a time");
	assert_refused("trace --rotate 1h",
		       "--rotate cannot be used with trace, only with record");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_means_trace_the_machine),
		cmocka_unit_test(every_option_is_taken),
		cmocka_unit_test(user_can_be_a_name),
		cmocka_unit_test(everything_after_two_dashes_is_the_command),
		cmocka_unit_test(event_lists_add_up),
		cmocka_unit_test(asking_for_failed_execs_switches_them_on),
		cmocka_unit_test(states_and_their_events_ask_for_each_other),
		cmocka_unit_test(filters_are_taken_as_they_are),
		cmocka_unit_test(help_wins_over_mistakes_of_combination),
		cmocka_unit_test(bad_values_are_refused_with_the_remedy),
		cmocka_unit_test(bad_options_are_named),
		cmocka_unit_test(signals_are_chosen_by_name_number_and_party),
		cmocka_unit_test(signals_nobody_knows_are_refused_with_a_hint),
		cmocka_unit_test(the_kind_signal_is_both_of_a_signal),
		cmocka_unit_test(combinations_that_mean_nothing_are_refused),
		cmocka_unit_test(unknown_commands_get_a_suggestion),
		cmocka_unit_test(words_that_are_too_many_are_named),
		cmocka_unit_test(a_capture_is_what_is_looked_at),
		cmocka_unit_test(two_captures_are_compared),
		cmocka_unit_test(rotation_is_by_size_or_by_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
