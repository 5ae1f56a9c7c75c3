/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The filter language: what an expression is understood as, and the one line each mistake gets. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "event/filter.h"

static void filter_cleanup(struct ll_filter **filter)
{
	ll_filter_free(*filter);
}
#define AUTO_FILTER LL_CLEANUP(filter_cleanup) struct ll_filter *

static struct ll_filter *parse(const char *text, uint32_t lines)
{
	struct ll_filter *filter = NULL;
	LL_AUTO_FREE char *why = NULL;

	if (ll_filter_parse(text, lines, 100, &filter, &why) != 0)
		fail_msg("'%s' was refused: %s", text, why);
	return filter;
}

static void assert_means(const char *text, const char *meaning)
{
	AUTO_FILTER filter = parse(text, LL_E_ALL);
	LL_AUTO_FREE char *formatted = ll_filter_format(filter, SIZE_MAX);

	assert_string_equal(formatted, meaning);
	/* It is an expression itself, and means the same. */
	AUTO_FILTER again = parse(formatted, LL_E_ALL);
	LL_AUTO_FREE char *twice = ll_filter_format(again, SIZE_MAX);
	assert_string_equal(twice, meaning);
}

static void assert_refused_for(const char *text, uint32_t lines, const char *words)
{
	struct ll_filter *filter = NULL;
	LL_AUTO_FREE char *why = NULL;

	int r = ll_filter_parse(text, lines, 100, &filter, &why);
	ll_filter_free(filter);
	if (r != -EINVAL || why == NULL)
		fail_msg("'%s' was not refused: %d", text, r);
	if (strstr(why, words) == NULL || strchr(why, '\n') != NULL)
		fail_msg("'%s' was refused with '%s', without '%s'", text, why, words);
}

static void assert_refused(const char *text, const char *words)
{
	assert_refused_for(text, LL_E_ALL, words);
}

static void fields_go_by_key_alias_and_unique_end(void **state)
{
	(void)state;
	assert_means("process.exit.code == 1", "process.exit.code == 1");
	assert_means("code == 1", "process.exit.code == 1");
	assert_means("exit.code == 1", "process.exit.code == 1");
	assert_means("faults.minor > 1", "process.faults.minor > 1");
	assert_refused("name == \"x\"", "'name' at column 1 could be host.name or ");
}

static void and_binds_tighter_than_or_and_not_tightest(void **state)
{
	(void)state;
	assert_means("pid == 1 or pid == 2 and pid == 3",
		     "process.pid == 1 or (process.pid == 2 and process.pid == 3)");
	assert_means("(pid == 1 || pid == 2) && !core",
		     "(process.pid == 1 or process.pid == 2) and not (process.exit.core_dumped "
		     "== true)");
	assert_means("not pid == 1 and pid == 2",
		     "not (process.pid == 1) and process.pid == 2");
	assert_means("! ! core", "not (not (process.exit.core_dumped == true))");
}

static void events_go_by_either_name_and_are_sets(void **state)
{
	(void)state;
	assert_means("event == \"exec\"", "event in (\"process.exec\")");
	assert_means("event == 'process.exec' or event == 'lost'",
		     "event in (\"process.exec\") or event in (\"lost\")");
	assert_means("event in ('exit', 'fork')",
		     "event in (\"process.fork\", \"process.exit\")");
	assert_means("event == 'signal'", "event in (\"signal.generate\", \"signal.deliver\")");
	assert_means("event ~ 'signal.*'",
		     "event in (\"signal.generate\", \"signal.deliver\")");
	assert_means("event =~ '^exec'",
		     "event in (\"process.exec\", \"process.exec_failed\")");
	assert_means("event != 'exec'", "event not in (\"process.exec\")");
	assert_means("event not in ('exec', 'fork')",
		     "event not in (\"process.fork\", \"process.exec\")");
	assert_means("has(event)", "has(event)");
}

static void lists_are_written_out(void **state)
{
	(void)state;
	assert_means("code in (1, 2)", "process.exit.code == 1 or process.exit.code == 2");
	assert_means("code in (1)", "process.exit.code == 1");
	assert_means("code not in (1, 2)", "process.exit.code != 1 and process.exit.code != 2");
}

static void signals_go_by_any_name(void **state)
{
	(void)state;
	assert_means("sig == 'term'", "signal.name == \"SIGTERM\"");
	assert_means("exit.signal != \"SIGKILL\"", "process.exit.signal != \"SIGKILL\"");
	assert_means("sig == '9'", "signal.name == \"SIGKILL\"");
	assert_refused("sig == 'TREM'",
		       "unknown signal 'TREM' at column 8: did you mean TERM?");
}

static void text_has_escapes_and_patterns_need_none(void **state)
{
	(void)state;
	assert_means("comm == \"it's \\\"\\x41\\\\\\n\"",
		     "process.executable.name == \"it's \\\"A\\\\\\x0a\"");
	assert_means("exe =~ '\\.so$'", "process.executable.path =~ \"\\\\.so$\"");
	assert_means("comm == 'a\\'b'", "process.executable.name == \"a'b\"");
}

static void descendants_go_by_pid_or_expression(void **state)
{
	(void)state;
	assert_means("descendant_of(12)", "descendant_of(12)");
	assert_means("descendant_of(comm == 'make' and not descendant_of(1))",
		     "descendant_of((process.executable.name == \"make\" and not "
		     "(descendant_of(1))))");
	assert_refused("descendant_of(0)", "'0' at column 15 is not a PID");
	assert_refused("descendant_of(1.5s)", "is not a PID");
	assert_refused("descendant_of", "'descendant_of' at column 1: what it asks for");
}

static void unknown_names_get_a_suggestion_and_a_column(void **state)
{
	(void)state;
	assert_refused("exit.cod != 0",
		       "unknown field 'exit.cod' at column 1: did you mean exit.code?");
	assert_refused("a or exit.cod", "unknown field 'a' at column 1; see lifeline fields");
	assert_refused("core or durration > 1s",
		       "unknown field 'durration' at column 9: did you mean duration?");
	assert_refused("evnt == 'exec'", "did you mean event?");
	assert_refused("event == 'exek'",
		       "no event is called 'exek' at column 10: did you mean \"exec\"?");
	assert_refused("COMM == 'x'", "unknown field 'COMM' at column 1: did you mean comm?");
	assert_refused("process.exit == 0", "did you mean process.exit.code?");
	assert_refused("rss > 1",
		       "unknown field 'rss' at column 1: did you mean process.memory");
	assert_refused("cpu > 10ms", "process.cpu.user_ns or");
	assert_refused_for("cpu > 10ms", LL_E_STATES,
			   "did you mean process.state.running.time_ns?");
	assert_refused("descendent_of(1)", "unknown function 'descendent_of' at column 1: did "
					   "you mean descendant_of?");
	assert_refused("not HAS(code)",
		       "unknown function 'HAS' at column 5: did you mean has?");
	assert_refused("has code",
		       "'has' at column 1: what it asks for goes into brackets: has(");
	assert_refused("sig == 9", "'9' at column 8: signal.name is a name (\"KILL\"); its "
				   "number is signo");
	assert_refused("comm ~ 'a[b'", "the glob at column 8 is wrong");
	assert_refused("comm ~ 'a[]'", "the glob at column 8 is wrong");
	assert_refused("event ~ '[!'", "the glob at column 9 is wrong");
	assert_means("comm ~ '[]a]*[!]]'", "process.executable.name ~ \"[]a]*[!]]\"");
	assert_means("args ~ '\\\\['", "process.command_args ~ \"\\\\[\"");
	assert_refused("state == 'zombi'", "did you mean \"zombie\"?");
	/* Characters count, not bytes. */
	assert_refused("comm == 'µ' and x", "unknown field 'x' at column 17");
}

static void types_are_checked(void **state)
{
	(void)state;
	assert_refused("code == 'x'", "'x' at column 9: process.exit.code is a number");
	assert_refused("comm == 12", "process.executable.name is text");
	assert_refused("comm == sh", "'sh' at column 9: text needs quotes: \"sh\"");
	assert_refused("event == exec", "text needs quotes: \"exec\"");
	assert_refused("comm < 'x'", "'<' at column 6: process.executable.name is text");
	assert_refused("code ~ 'x'", "'~' at column 6: process.exit.code is a number");
	assert_refused("core < true", "process.exit.core_dumped is true or false");
	assert_refused("core == 1",
		       "'1' at column 9: process.exit.core_dumped is true or false");
}

static void numbers_have_the_unit_of_their_field(void **state)
{
	(void)state;
	assert_means("duration > 1.5s", "process.duration_ns > 1.5s");
	assert_means("duration > 0", "process.duration_ns > 0");
	assert_means("maxrss > 1GiB", "process.memory.max_rss_bytes > 1GiB");
	assert_means("maxrss > 4096", "process.memory.max_rss_bytes > 4096");
	assert_means("time > 1700000000000000000", "time_unix_nano > 1700000000000000000");
	assert_means("nice < -5", "process.scheduler.nice < -5");
	assert_means("address == 0xffffffffffffffff", "signal.address == 0xffffffffffffffff");
	assert_refused("duration > 5",
		       "'5' at column 12: process.duration_ns is a time: write it "
		       "with a unit, like 1.5s");
	assert_refused("duration > 5KiB", "is a time");
	assert_refused("maxrss > 5s", "process.memory.max_rss_bytes is a size");
	assert_refused("pid > 5s", "it has no unit");
	assert_refused("duration > 5x", "'5x' at column 12 has no unit of lifeline's");
	assert_refused("code == 1.5", "is a whole number");
	assert_refused("code == 1.", "is no number");
	assert_refused("code > -1", "process.exit.code is never negative");
	assert_refused("pid == 99999999999999999999", "is too large");
	assert_refused("nice == -9223372036854775809", "is too large");
	assert_refused("duration > 999999999999d", "is too large");
}

static void what_is_missing_or_too_much_is_named(void **state)
{
	(void)state;
	assert_refused("", "it ends at column 1, where a field should follow");
	assert_refused("code ==", "it ends at column 8, where a value should follow");
	assert_refused("(core", "it ends at column 6, where ) should follow");
	assert_refused("core)", "')' at column 5, where and, or, or nothing should stand");
	assert_refused("core and", "it ends at column 9");
	assert_refused("code = 1", "'=' at column 6: did you mean ==?");
	assert_refused("code 1", "'1' at column 6, where an operator should stand");
	assert_refused("comm == 'x", "the text that begins at column 9 has no closing '");
	assert_refused("code in 1", "'1' at column 9, where ( should stand");
	assert_refused("code in (1", "where , or ) should follow");
	assert_refused("code not 1", "'1' at column 10, where in should stand");
	assert_refused("code",
		       "'code' at column 1 is a number: compare it with a value, or ask "
		       "has(code)");
	assert_refused("event", "'event' at column 1 is compared with nothing");
	assert_refused("core & core", "'&' at column 6, where an operator should stand");
	assert_refused("comm =~ '('", "the regular expression at column 9 is wrong: ");
}

static void what_no_line_has_is_not_asked_of_it(void **state)
{
	(void)state;
	ll_filter_free(parse("threads > 3 and exe ~ '*/cc1'", LL_E_TREE));
	ll_filter_free(parse("descendant_of(event == 'exec' and latency > 1ms)", LL_E_TREE));
	ll_filter_free(parse("signals.sent > 3 and sig == 'TERM'", LL_E_SIGNALS));
	assert_refused("threads > 3",
		       "nothing that is asked here ever has process.thread.count");
	assert_refused_for("latency > 1ms", LL_E_TREE,
			   "nothing that is asked here ever has signal.latency_ns");
	assert_refused_for("event == 'exec'", LL_E_TREE, "lines of this command are no events");
}

/* A text of count pieces, then one tail. The caller's. */
static char *repeat(const char *piece, size_t count, const char *tail)
{
	size_t length = strlen(piece);
	char *text = malloc(length * count + strlen(tail) + 1);

	assert_non_null(text);
	for (size_t i = 0; i < count; i++)
		memcpy(text + i * length, piece, length);
	strcpy(text + count * length, tail);
	return text;
}

static void size_and_depth_are_bounded(void **state)
{
	LL_AUTO_FREE char *deep = repeat("(", 5000, "core");
	LL_AUTO_FREE char *negated = repeat("not ", 4000, "core");
	LL_AUTO_FREE char *long_one = repeat("core and ", 2000, "core");
	LL_AUTO_FREE char *wide = repeat("core or ", 1500, "core");
	LL_AUTO_FREE char *many = repeat("descendant_of(1) or ", 40, "core");

	(void)state;
	assert_refused(deep, "it nests deeper than 100 at column 101");
	assert_refused(negated, "it nests deeper than 100 at column ");
	assert_refused(long_one, "it is longer than 16384 bytes");
	assert_refused(many, "is one too many: there can be 32");
	ll_filter_free(parse(wide, LL_E_ALL));
}

static void regular_expressions_are_bounded(void **state)
{
	(void)state;
	ll_filter_free(parse("comm =~ '^(a|b){1,9}[0-9]{3}$'", LL_E_ALL));
	ll_filter_free(parse("exe =~ '/(cc1|cc1plus|[]a-z[:digit:]}]+)-?[0-9.]+$'", LL_E_ALL));
	assert_refused("comm =~ '((a{100}){100}){100}'", "at column 9 asks for too much");
	assert_refused("comm =~ 'a{99999999999999999999}'", "asks for too much");
	/* Each + doubles what it stands behind. */
	assert_refused("comm =~ 'a+++++++++++++++++++++++++++'", "asks for too much");
	assert_refused("comm =~ '(((a{9}){9}){9}){9}'", "asks for too much");
	assert_refused("comm =~ '(a*)*\\1'", "asks for too much");
}

static void kinds_are_those_it_can_be_true_of(void **state)
{
	static const struct {
		const char *text;
		uint32_t kinds;
	} cases[] = {
		{ "event == 'exec'", LL_E(EXEC) },
		{ "duration > 1s", LL_E(EXIT) },
		{ "code != 0", LL_E(EXIT) | LL_E(REAP) | LL_E(SNAPSHOT) },
		{ "code != 0 and event != 'reap'", LL_E(EXIT) | LL_E(SNAPSHOT) },
		{ "latency > 1ms or event == 'fork'", LL_E(SIGNAL_DELIVER) | LL_E(FORK) },
		{ "not event == 'fork'", LL_E_ALL & ~LL_E(FORK) },
		{ "not (event != 'fork')", LL_E(FORK) | LL_E_HIDDEN },
		{ "not has(code)", LL_E_ALL },
		{ "exe == 'x'", LL_E_SUBJECT },
		{ "descendant_of(1)", LL_E_SUBJECT },
		{ "core and latency > 1ms", 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		AUTO_FILTER filter = parse(cases[i].text, LL_E_ALL);

		if (ll_filter_kinds(filter) != cases[i].kinds)
			fail_msg("'%s': %#x", cases[i].text, ll_filter_kinds(filter));
	}
}

static void kinds_are_named_where_they_are_asked_for(void **state)
{
	static const struct {
		const char *text;
		uint32_t kinds;
	} cases[] = {
		{ "event == 'rename'", LL_E(RENAME) },
		{ "event != 'rename'", 0 },
		{ "not event == 'rename'", 0 },
		{ "not event != 'rename'", 0 },
		{ "event in ('exec', 'state') and core", LL_E(EXEC) | LL_E(STATE) },
		{ "latency > 1ms", LL_E(SIGNAL_DELIVER) },
		{ "not latency > 1ms", 0 },
		{ "code != 0", 0 },
		{ "exe == 'x'", 0 },
		{ "descendant_of(latency > 1ms)", 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		AUTO_FILTER filter = parse(cases[i].text, LL_E_ALL);
		uint32_t named = ll_filter_named_kinds(filter, LL_E(EXIT) | LL_E(EXEC));

		if (named != cases[i].kinds)
			fail_msg("'%s': %#x", cases[i].text, named);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fields_go_by_key_alias_and_unique_end),
		cmocka_unit_test(and_binds_tighter_than_or_and_not_tightest),
		cmocka_unit_test(events_go_by_either_name_and_are_sets),
		cmocka_unit_test(lists_are_written_out),
		cmocka_unit_test(signals_go_by_any_name),
		cmocka_unit_test(text_has_escapes_and_patterns_need_none),
		cmocka_unit_test(descendants_go_by_pid_or_expression),
		cmocka_unit_test(unknown_names_get_a_suggestion_and_a_column),
		cmocka_unit_test(types_are_checked),
		cmocka_unit_test(numbers_have_the_unit_of_their_field),
		cmocka_unit_test(what_is_missing_or_too_much_is_named),
		cmocka_unit_test(what_no_line_has_is_not_asked_of_it),
		cmocka_unit_test(size_and_depth_are_bounded),
		cmocka_unit_test(regular_expressions_are_bounded),
		cmocka_unit_test(kinds_are_those_it_can_be_true_of),
		cmocka_unit_test(kinds_are_named_where_they_are_asked_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
