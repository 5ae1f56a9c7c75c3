/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Random trees against a copy of themselves: shuffled, and with other temporary names, it differs
 * in nothing; with one change more, in exactly that. The seed is fixed: a failure repeats.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "support/job_builder.h"

#define NODES 60
#define ROUNDS 300

enum change { CHANGE_NONE, CHANGE_ADD, CHANGE_REMOVE, CHANGE_ARGUMENTS, CHANGE_EXIT, CHANGES };

struct node {
	int parent; /* -1: the root */
	int program, file; /* program 0: it only forks */
	uint64_t status;
	uint64_t order; /* among its siblings in the copy */
};

struct tree {
	uint64_t random;
	struct node nodes[NODES];
	int count;
};

static uint64_t random_below(struct tree *tree, uint64_t bound)
{
	tree->random ^= tree->random << 13;
	tree->random ^= tree->random >> 7;
	tree->random ^= tree->random << 17;
	return tree->random % bound;
}

/* Each file is named once: so each change has one reading. */
static void grow(struct tree *tree)
{
	tree->count = 2 + (int)random_below(tree, NODES - 2);
	for (int i = 0; i < tree->count; i++)
		tree->nodes[i] = (struct node){
			.parent = i == 0 ? -1 : (int)random_below(tree, (uint64_t)i),
			.program = i == 0 ? 1 : (int)random_below(tree, 4),
			.file = i,
			.status = random_below(tree, 5) == 0 ? 256 : 0,
			.order = tree->random,
		};
}

static void add_node(struct tree *tree, struct ll_job *job, uint32_t parent,
		     const struct node *node, bool has_flag)
{
	static const char letters[] = "abcdefghijkABCDEFGHIJK0123456789";
	char line[128], name[11] = { 0 };

	for (int i = 0; i < 10; i++)
		name[i] = letters[random_below(tree, sizeof(letters) - 1)];
	job_fork(job, parent, 5 * MS, node->status);
	if (node->program == 0)
		return;
	snprintf(line, sizeof(line), "prog%d -O2 -g %s-o /tmp/%s.s file%d.c", node->program,
		 has_flag ? "-DNEW " : "", name, node->file);
	job_exec(job, line, "/usr/bin/prog");
}

static bool is_leaf(const struct tree *tree, int index)
{
	for (int i = 0; i < tree->count; i++)
		if (tree->nodes[i].parent == index)
			return false;
	return true;
}

/* In order of birth; shuffled: in any order in which parents come first. */
static void make_job(struct tree *tree, struct ll_job *job, bool is_shuffled,
		     enum change change, int where)
{
	uint32_t places[NODES] = { 0 };
	bool done[NODES] = { false };

	job_begin(job);
	for (int left = tree->count; left > 0; left--) {
		int next = -1;

		for (int i = 0; i < tree->count; i++) {
			int parent = tree->nodes[i].parent;

			if (done[i] || (parent >= 0 && !done[parent]))
				continue;
			if (next < 0 ||
			    (is_shuffled && tree->nodes[i].order < tree->nodes[next].order))
				next = i;
		}
		struct node node = tree->nodes[next];
		uint32_t parent = node.parent < 0 ? LL_JOB_TOP : places[node.parent];

		done[next] = true;
		places[next] = job->count;
		if (next == where && change == CHANGE_REMOVE)
			continue;
		if (next == where && change == CHANGE_EXIT)
			node.status ^= 512;
		add_node(tree, job, parent, &node, next == where && change == CHANGE_ARGUMENTS);
	}
	if (change == CHANGE_ADD)
		add_node(tree, job, places[where], &(struct node){ .program = 7, .file = 1000 },
			 false);
}

/* A change that has one reading only: what only forks has no arguments, and is like the next. */
static bool can_change(const struct tree *tree, enum change change, int where)
{
	const struct node *node = &tree->nodes[where];

	if (change == CHANGE_ADD || change == CHANGE_NONE)
		return true;
	return node->program != 0 &&
	       (change != CHANGE_REMOVE || (where > 0 && is_leaf(tree, where)));
}

static void check_round(struct tree *tree, enum change change, int where)
{
	static const enum ll_diff_kind kinds[] = {
		[CHANGE_NONE] = LL_DIFF_KINDS,          [CHANGE_ADD] = LL_DIFF_ADDED,
		[CHANGE_REMOVE] = LL_DIFF_REMOVED,      [CHANGE_EXIT] = LL_DIFF_EXIT,
		[CHANGE_ARGUMENTS] = LL_DIFF_ARGUMENTS,
	};
	LL_CLEANUP(ll_job_fini) struct ll_job one = { 0 };
	LL_CLEANUP(ll_job_fini) struct ll_job other = { 0 };
	LL_CLEANUP(ll_diff_fini) struct ll_diff diff = { 0 };
	struct ll_diff_options options = { .noise = LL_DIFF_NOISE };

	make_job(tree, &one, false, CHANGE_NONE, 0);
	make_job(tree, &other, true, change, where);
	assert_int_equal(ll_diff_init(&diff, &one, &other, &options), 0);
	for (int kind = 0; kind < LL_DIFF_KINDS; kind++)
		if (diff.counts[kind] != (kind == (int)kinds[change]))
			fail_msg("change %d of %d in %d: %u %s", change, where, tree->count,
				 diff.counts[kind], ll_diff_kind_name(kind));
	assert_int_equal(diff.count, 1 + tree->count + (change == CHANGE_ADD));
}

static void a_shuffled_copy_differs_in_nothing_but_what_was_changed(void **state)
{
	static struct tree tree = { .random = 88172645463325252 };

	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		grow(&tree);
		for (enum change change = 0; change < CHANGES; change++) {
			int where = (int)random_below(&tree, (uint64_t)tree.count);

			if (can_change(&tree, change, where))
				check_round(&tree, change, where);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_shuffled_copy_differs_in_nothing_but_what_was_changed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
