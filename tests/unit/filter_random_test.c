/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Random expressions asked of random events, the answers compared with those of an evaluator that
 * shares nothing with ours: it walks the expression as it was made up, before it was text, and
 * matches patterns by hand. LL_FILTER_SEED and LL_FILTER_ROUNDS choose another run.
 */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "event/filter.h"
#include "support/event_builder.h"

#define ROUNDS 4000
#define EVENTS 40
#define DEPTH 5

static uint64_t seed;

static uint64_t random_below(uint64_t limit)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed % limit;
}

/* What is asked for: a field of each type, with few values, so that answers differ. */
enum subject {
	SUBJECT_EVENT,
	SUBJECT_PID,
	SUBJECT_DURATION,
	SUBJECT_MAXRSS,
	SUBJECT_NICE,
	SUBJECT_COMM,
	SUBJECT_ARGS,
	SUBJECT_KIND,
	SUBJECT_CORE,
	SUBJECTS,
};

static const char *const names[SUBJECTS] = {
	"event", "pid",          "duration",  "maxrss", "process.scheduler.nice",
	"comm",  "command_args", "fork.kind", "core",
};
static const char *const comms[] = { "sh", "make", "", "cc1", "a b" };
static const struct ll_str arguments[] = {
	{ "sh\0-c\0make", 10 }, { "make\0", 5 }, { "", 0 }, { "a\0b\0", 4 }, { "a\0\0", 3 },
};
static const char *const joined_arguments[] = { "sh -c make", "make", "", "a b", "a " };
static const char *const fork_kinds[] = { "process", "vfork", "thread", "kthread" };
static const char *const patterns[] = {
	"*", "s*", "*k*", "?h", "a*b", "m*e", "", "a ?", "??*"
};
static const char *const pieces[] = { "a", "sh", "ake", " ", "1", "process" };

enum sign { EQ, NE, LT, LE, GT, GE, GLOB, MATCH, NO_MATCH, OPERATORS };
static const char *const signs[OPERATORS] = {
	"==", "!=", "<", "<=", ">", ">=", "~", "=~", "!~"
};

enum shape { LEAF, HAS, NOT, AND, OR, IN };

/* An expression as it was made up. */
struct node {
	enum shape shape;
	struct node *left, *right;
	enum subject subject;
	enum sign sign;
	int64_t number;
	const char *text;
	bool at_begin, at_end; /* of a regular expression */
	int64_t numbers[3]; /* of IN */
	size_t count;
};

static const char *any_of(const char *const *list, size_t count)
{
	return list[random_below(count)];
}
#define ANY_OF(list) any_of(list, sizeof(list) / sizeof((list)[0]))

static bool is_text(enum subject subject)
{
	return subject == SUBJECT_EVENT || subject == SUBJECT_COMM || subject == SUBJECT_ARGS ||
	       subject == SUBJECT_KIND;
}

static int64_t any_number(enum subject subject)
{
	switch (subject) {
	case SUBJECT_DURATION:
		return (int64_t)random_below(4) * 500000000;
	case SUBJECT_MAXRSS:
		return (int64_t)random_below(4) * 1024;
	case SUBJECT_NICE:
		return (int64_t)random_below(5) - 2;
	default:
		return (int64_t)random_below(4) + 1;
	}
}

static const char *any_text(enum subject subject)
{
	if (subject == SUBJECT_EVENT)
		return ll_event_kind_short_name((enum ll_event_kind)random_below(5));
	if (subject == SUBJECT_KIND)
		return ANY_OF(fork_kinds);
	return subject == SUBJECT_COMM ? ANY_OF(comms) : ANY_OF(joined_arguments);
}

static void make_leaf(struct node *node)
{
	node->subject = (enum subject)random_below(SUBJECTS);
	if (is_text(node->subject)) {
		static const enum sign ours[] = { EQ, NE, GLOB, MATCH, NO_MATCH };

		node->sign = ours[random_below(5)];
		node->at_begin = random_below(3) == 0;
		node->at_end = random_below(3) == 0;
		node->text = node->sign == GLOB    ? ANY_OF(patterns)
			     : node->sign >= MATCH ? ANY_OF(pieces)
						   : any_text(node->subject);
	} else if (node->subject == SUBJECT_CORE) {
		node->sign = (enum sign)random_below(2);
		node->number = (int64_t)random_below(2);
	} else {
		node->sign = (enum sign)random_below(GE + 1);
		node->number = any_number(node->subject);
	}
}

static struct node *make(unsigned depth)
{
	struct node *node = test_calloc(1, sizeof(*node));
	uint64_t shape = depth == 0 ? 0 : random_below(10);

	if (shape < 3) {
		make_leaf(node);
	} else if (shape == 3) {
		node->shape = HAS;
		node->subject = (enum subject)random_below(SUBJECTS);
	} else if (shape == 4) {
		node->shape = IN;
		node->subject = SUBJECT_PID;
		node->count = 1 + random_below(3);
		for (size_t i = 0; i < node->count; i++)
			node->numbers[i] = any_number(SUBJECT_PID);
		node->sign = random_below(2) == 0 ? EQ : NE;
	} else {
		node->shape = shape == 5 ? NOT : shape < 8 ? AND : OR;
		node->left = make(depth - 1);
		if (node->shape != NOT)
			node->right = make(depth - 1);
	}
	return node;
}

static void free_node(struct node *node)
{
	if (node == NULL)
		return;
	free_node(node->left);
	free_node(node->right);
	test_free(node);
}

static void put_number(FILE *out, enum subject subject, int64_t number)
{
	if (subject == SUBJECT_DURATION && random_below(2) == 0)
		fprintf(out, "%" PRId64 ".%ds", number / 1000000000,
			(int)(number / 100000000 % 10));
	else if (subject == SUBJECT_DURATION)
		fprintf(out, "%" PRId64 "us", number / 1000);
	else if (subject == SUBJECT_MAXRSS && random_below(2) == 0)
		fprintf(out, "%" PRId64 "KiB", number / 1024);
	else if (subject == SUBJECT_CORE)
		fputs(number != 0 ? "true" : "false", out);
	else
		fprintf(out, "%" PRId64, number);
}

static void put_leaf(FILE *out, const struct node *node)
{
	char quote = random_below(2) == 0 ? '"' : '\'';

	if (node->subject == SUBJECT_CORE && node->sign == EQ && node->number == 1 &&
	    random_below(2) == 0) {
		fputs(names[SUBJECT_CORE], out);
		return;
	}
	fprintf(out, "%s%s%s ", names[node->subject], random_below(2) == 0 ? " " : "",
		signs[node->sign]);
	if (!is_text(node->subject))
		put_number(out, node->subject, node->number);
	else if (node->sign >= MATCH)
		fprintf(out, "%c%s%s%s%c", quote, node->at_begin ? "^" : "", node->text,
			node->at_end ? "$" : "", quote);
	else
		fprintf(out, "%c%s%c", quote, node->text, quote);
}

static void put(FILE *out, const struct node *node)
{
	switch (node->shape) {
	case LEAF:
		put_leaf(out, node);
		break;
	case HAS:
		fprintf(out, "has(%s)", names[node->subject]);
		break;
	case IN:
		fprintf(out, "%s %sin (", names[node->subject], node->sign == NE ? "not " : "");
		for (size_t i = 0; i < node->count; i++)
			fprintf(out, "%s%" PRId64, i > 0 ? ", " : "", node->numbers[i]);
		fputc(')', out);
		break;
	case NOT:
		fputs(random_below(2) == 0 ? "not (" : "!(", out);
		put(out, node->left);
		fputc(')', out);
		break;
	default:
		fputc('(', out);
		put(out, node->left);
		fputs(node->shape == AND     ? random_below(2) == 0 ? " and " : " && "
		      : random_below(2) == 0 ? " or "
					     : "||",
		      out);
		put(out, node->right);
		fputc(')', out);
	}
}

/* Return the expression as text; the caller's. */
static char *text_of(const struct node *node)
{
	char *text = NULL;
	size_t size;
	FILE *memory = open_memstream(&text, &size);

	put(memory, node);
	assert_int_equal(fclose(memory), 0);
	return text;
}

/* An event, and what was put into it. */
struct sample {
	struct ll_event event;
	bool has[SUBJECTS];
	int64_t numbers[SUBJECTS];
	const char *texts[SUBJECTS];
};

static void make_sample(struct sample *sample)
{
	struct ll_event *event = &sample->event;

	memset(sample, 0, sizeof(*sample));
	event->kind = (enum ll_event_kind)random_below(LL_EVENT_SNAPSHOT_END);
	sample->has[SUBJECT_EVENT] = true;
	for (int i = 1; i < SUBJECTS; i++) {
		sample->has[i] = random_below(4) != 0;
		sample->numbers[i] = any_number((enum subject)i);
	}
	size_t comm = random_below(5), args = random_below(5), kind = random_below(4);
	sample->texts[SUBJECT_COMM] = comms[comm];
	sample->texts[SUBJECT_ARGS] = joined_arguments[args];
	sample->texts[SUBJECT_KIND] = fork_kinds[kind];
	sample->numbers[SUBJECT_CORE] = (int64_t)random_below(2);
	if (sample->has[SUBJECT_PID])
		LL_SET(event, PID, tgid, (uint64_t)sample->numbers[SUBJECT_PID]);
	if (sample->has[SUBJECT_DURATION])
		LL_SET(event, DURATION, duration_ns,
		       (uint64_t)sample->numbers[SUBJECT_DURATION]);
	if (sample->has[SUBJECT_MAXRSS])
		LL_SET(event, MAXRSS, max_rss_bytes, (uint64_t)sample->numbers[SUBJECT_MAXRSS]);
	if (sample->has[SUBJECT_NICE])
		LL_SET(event, NICE, nice, sample->numbers[SUBJECT_NICE]);
	if (sample->has[SUBJECT_COMM])
		LL_SET(event, COMM, comm, built_str(comms[comm]));
	if (sample->has[SUBJECT_ARGS])
		LL_SET(event, ARGS, args, arguments[args]);
	if (sample->has[SUBJECT_KIND])
		LL_SET(event, FORK_KIND, fork_kind, (uint8_t)kind);
	if (sample->has[SUBJECT_CORE])
		LL_SET(event, EXIT_CORE, core_dumped, sample->numbers[SUBJECT_CORE] != 0);
}

static bool glob_matches(const char *pattern, const char *text)
{
	if (*pattern == '\0')
		return *text == '\0';
	if (*pattern == '*')
		return glob_matches(pattern + 1, text) ||
		       (*text != '\0' && glob_matches(pattern, text + 1));
	return *text != '\0' && (*pattern == '?' || *pattern == *text) &&
	       glob_matches(pattern + 1, text + 1);
}

static bool piece_matches(const struct node *node, const char *text)
{
	size_t length = strlen(node->text), all = strlen(text);

	for (size_t at = 0; at + length <= all; at++)
		if (memcmp(text + at, node->text, length) == 0 &&
		    (!node->at_begin || at == 0) && (!node->at_end || at + length == all))
			return true;
	return false;
}

static bool ask_text(const struct node *node, const char *text)
{
	switch (node->sign) {
	case EQ:
		return strcmp(text, node->text) == 0;
	case NE:
		return strcmp(text, node->text) != 0;
	case GLOB:
		return glob_matches(node->text, text);
	case MATCH:
		return piece_matches(node, text);
	default:
		return !piece_matches(node, text);
	}
}

/* A kind has two names: a question about it is true if it is of either, or not if of neither. */
static bool ask_event(const struct node *node, enum ll_event_kind kind)
{
	struct node positive = *node;
	bool is_negated = node->sign == NE || node->sign == NO_MATCH;

	if (is_negated)
		positive.sign = node->sign == NE ? EQ : MATCH;
	bool is_either = ask_text(&positive, ll_event_kind_name(kind)) ||
			 ask_text(&positive, ll_event_kind_short_name(kind));
	return is_either != is_negated;
}

static bool ask_number(enum sign sign, int64_t left, int64_t right)
{
	switch (sign) {
	case EQ:
		return left == right;
	case NE:
		return left != right;
	case LT:
		return left < right;
	case LE:
		return left <= right;
	case GT:
		return left > right;
	default:
		return left >= right;
	}
}

static bool ask_list(const struct node *node, const struct sample *sample)
{
	bool is_in = false;

	if (!sample->has[node->subject])
		return false;
	for (size_t i = 0; i < node->count; i++)
		is_in = is_in || node->numbers[i] == sample->numbers[node->subject];
	return is_in == (node->sign == EQ);
}

static bool ask(const struct node *node, const struct sample *sample)
{
	switch (node->shape) {
	case HAS:
		return sample->has[node->subject];
	case IN:
		return ask_list(node, sample);
	case NOT:
		return !ask(node->left, sample);
	case AND:
		return ask(node->left, sample) && ask(node->right, sample);
	case OR:
		return ask(node->left, sample) || ask(node->right, sample);
	default:
		break;
	}
	if (!sample->has[node->subject])
		return false;
	if (node->subject == SUBJECT_EVENT)
		return ask_event(node, sample->event.kind);
	return is_text(node->subject)
		       ? ask_text(node, sample->texts[node->subject])
		       : ask_number(node->sign, sample->numbers[node->subject], node->number);
}

static struct ll_filter *parse(const char *text)
{
	struct ll_filter *filter = NULL;
	LL_AUTO_FREE char *why = NULL;

	if (ll_filter_parse(text, ~0u, 10, &filter, &why) != 0)
		fail_msg("'%s' was refused: %s", text, why);
	return filter;
}

static bool matches(const char *text, const struct sample *sample)
{
	struct ll_filter *filter = parse(text);
	bool answer = ll_filter_matches(filter, &sample->event);

	ll_filter_free(filter);
	return answer;
}

static int set_up(void **state)
{
	const char *chosen = getenv("LL_FILTER_SEED");

	(void)state;
	seed = chosen != NULL ? strtoull(chosen, NULL, 10) : UINT64_C(88172645463325252);
	return 0;
}

static unsigned rounds(void)
{
	const char *chosen = getenv("LL_FILTER_ROUNDS");

	return chosen != NULL ? (unsigned)atoi(chosen) : ROUNDS;
}

static size_t check_answers(const struct node *node, const char *text,
			    struct ll_filter *filters[2])
{
	struct sample sample;
	size_t truths = 0;

	for (int i = 0; i < EVENTS; i++) {
		make_sample(&sample);
		bool wanted = ask(node, &sample);

		for (int f = 0; f < 2; f++)
			if (ll_filter_matches(filters[f], &sample.event) != wanted)
				fail_msg("'%s' is %s of event %d (%s)", text,
					 wanted ? "not true" : "true", i,
					 f == 0 ? "as written" : "as understood");
		truths += wanted;
	}
	return truths;
}

static void answers_are_those_of_another_evaluator(void **state)
{
	size_t truths = 0;

	(void)state;
	for (unsigned round = 0; round < rounds(); round++) {
		struct node *node = make(DEPTH);
		LL_AUTO_FREE char *text = text_of(node);
		struct ll_filter *filters[2] = { parse(text) };
		LL_AUTO_FREE char *understood = ll_filter_format(filters[0], SIZE_MAX);

		filters[1] = parse(understood);
		truths += check_answers(node, text, filters);
		ll_filter_free(filters[0]);
		ll_filter_free(filters[1]);
		free_node(node);
	}
	/* Neither all nor none: or this would prove nothing. */
	assert_in_range(truths, rounds() * (size_t)EVENTS / 10,
			rounds() * (size_t)EVENTS * 9 / 10);
}

static void assert_same(const char *format, const char *other, const char *a, const char *b)
{
	LL_AUTO_FREE char *left = NULL, *right = NULL;
	struct sample sample;

	assert_true(asprintf(&left, format, a, b) > 0);
	assert_true(asprintf(&right, other, a, b) > 0);
	for (int i = 0; i < 5; i++) {
		make_sample(&sample);
		if (matches(left, &sample) != matches(right, &sample))
			fail_msg("'%s' and '%s' differ", left, right);
	}
}

static void identities_of_algebra_hold(void **state)
{
	(void)state;
	for (unsigned round = 0; round < rounds() / 10; round++) {
		struct node *nodes[2] = { make(2), make(2) };
		LL_AUTO_FREE char *a = text_of(nodes[0]), *b = text_of(nodes[1]);

		assert_same("not ((%s) and (%s))", "not (%s) or not (%s)", a, b);
		assert_same("not ((%s) or (%s))", "not (%s) and not (%s)", a, b);
		assert_same("(%2$s) and (%1$s)", "(%1$s) and (%2$s)", a, b);
		assert_same("not not (%1$s)", "%1$s or (%1$s)", a, b);
		assert_same("(%1$s) or ((%1$s) and (%2$s))", "%1$s and (%1$s)", a, b);
		assert_same("(%1$s) and (%2$s) or not (%1$s) and (%2$s)", "%2$s", a, b);
		free_node(nodes[0]);
		free_node(nodes[1]);
	}
}

/* What of an event no registry lets it carry is taken away: then the kinds told are a promise. */
static void keep_what_it_carries(struct sample *sample)
{
	for (unsigned field = 0; field < LL_F_COUNT; field++) {
		uint32_t events = ll_field_info(field)->events |
				  (ll_field_is_of_process(field) ? LL_E_SUBJECT : 0);
		bool is_carried = events >> sample->event.kind & 1;

		if (!is_carried)
			ll_event_forget(&sample->event, field);
	}
}

static void events_of_other_kinds_are_never_matched(void **state)
{
	size_t others = 0;

	(void)state;
	for (unsigned round = 0; round < rounds(); round++) {
		struct node *node = make(DEPTH);
		LL_AUTO_FREE char *text = text_of(node);
		struct ll_filter *filter = parse(text);

		for (int i = 0; i < EVENTS; i++) {
			struct sample sample;

			make_sample(&sample);
			keep_what_it_carries(&sample);
			if ((ll_filter_kinds(filter) >> sample.event.kind & 1) != 0)
				continue;
			others++;
			if (ll_filter_matches(filter, &sample.event))
				fail_msg("'%s' is true of %s", text,
					 ll_event_kind_name(sample.event.kind));
		}
		ll_filter_free(filter);
		free_node(node);
	}
	assert_true(others > rounds());
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(answers_are_those_of_another_evaluator, set_up),
		cmocka_unit_test_setup(identities_of_algebra_hold, set_up),
		cmocka_unit_test_setup(events_of_other_kinds_are_never_matched, set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
