/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * lifeline tree: the processes as they are now; or, over a CMD or a --duration, all that
 * lived, with times and exit statuses.
 */
#include <errno.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/grow.h"
#include "cli/absent.h"
#include "cli/command.h"
#include "cli/gap.h"
#include "cli/option_table.h"
#include "cli/run.h"
#include "cli/say.h"
#include "cli/terminal.h"
#include "render/json.h"
#include "render/tree.h"
#include "render/wanted.h"

struct tree {
	const struct ll_options *options;
	bool shows_past; /* of a story the dead are part, with their times */
	FILE *out; /* the watch's */
	bool pid_missing; /* -p named no process of the model */
};

#define NO_PARENT SIZE_MAX

/* A process of the tree. */
struct node {
	const struct ll_process *process; /* borrowed from the model */
	unsigned depth;
	size_t parent; /* its place among those that are laid out, or NO_PARENT */
	bool is_wanted; /* itself, or one below it */
};

/* Processes; as a stack, next one last: a chain of forks may be too deep to recurse. */
struct stack {
	struct node *nodes;
	size_t count, room;
	unsigned depth; /* of what is pushed, */
	size_t parent; /* and its parent */
};

static void stack_fini(struct stack *stack)
{
	free(stack->nodes);
}

static int push_node(struct stack *stack, struct node node)
{
	struct node *nodes =
		ll_grow(stack->nodes, stack->count + 1, &stack->room, sizeof(*nodes), 64);

	if (nodes == NULL)
		return -ENOMEM;
	stack->nodes = nodes;
	stack->nodes[stack->count++] = node;
	return 0;
}

static int push(void *arg, const struct ll_process *process)
{
	struct stack *stack = arg;

	return push_node(stack, (struct node){ .process = process,
					       .depth = stack->depth,
					       .parent = stack->parent });
}

/* Children are pushed oldest first; the oldest has to come off first. */
static void reverse_from(struct stack *stack, size_t first)
{
	for (size_t last = stack->count; last > first + 1; first++) {
		struct node swap = stack->nodes[first];

		stack->nodes[first] = stack->nodes[--last];
		stack->nodes[last] = swap;
	}
}

/* Of the machine now only the living can be the root, of a story also the dead. */
static const struct ll_process *find_root(const struct tree *tree, const struct ll_model *model)
{
	uint32_t tgid = (uint32_t)tree->options->pid;

	return tree->shows_past ? ll_tree_find_root(model, tgid)
				: ll_model_find_pid(model, tgid);
}

static int push_start(const struct tree *tree, const struct ll_model *model,
		      struct stack *stack)
{
	int err;

	if (tree->options->pid != 0)
		return push(stack, find_root(tree, model));
	err = ll_model_roots(model, push, stack);
	reverse_from(stack, 0);
	return err;
}

static bool is_written(const struct tree *tree, const struct ll_process *process)
{
	if (!tree->shows_past && process->life == LL_LIFE_REAPED)
		return false;
	return tree->options->kthreads || !process->is_kthread ||
	       process->id.tgid == (uint32_t)tree->options->pid;
}

/* Lay all out in the order they are written, parents before their children. */
static int lay_out(const struct tree *tree, const struct ll_model *model, struct stack *list)
{
	LL_CLEANUP(stack_fini) struct stack stack = { .parent = NO_PARENT };
	int err = push_start(tree, model, &stack);

	while (err == 0 && stack.count > 0) {
		struct node node = stack.nodes[--stack.count];
		size_t first = stack.count;

		stack.depth = node.depth + 1;
		stack.parent = list->count;
		err = push_node(list, node);
		if (err == 0)
			err = ll_model_children(model, node.process, push, &stack);
		reverse_from(&stack, first);
	}
	return err;
}

/* Who leads to one that -f asks for is written, too: its depth would mean nothing without them. */
static void find_wanted(const struct tree *tree, struct stack *list)
{
	for (size_t i = list->count; i-- > 0;) {
		struct node *node = &list->nodes[i];

		if (!node->is_wanted && is_written(tree, node->process))
			node->is_wanted = ll_is_process_wanted(tree->options->filter,
							       node->process, node->depth);
		if (node->is_wanted && node->parent != NO_PARENT)
			list->nodes[node->parent].is_wanted = true;
	}
}

static int write_json(const struct tree *tree, const struct ll_model *model)
{
	LL_CLEANUP(stack_fini) struct stack list = { 0 };
	int err = lay_out(tree, model, &list);

	/* Who was asked for by number is written. */
	if (tree->options->pid != 0 && list.count > 0)
		list.nodes[0].is_wanted = true;
	find_wanted(tree, &list);
	for (size_t i = 0; i < list.count && err == 0; i++)
		if (list.nodes[i].is_wanted && is_written(tree, list.nodes[i].process))
			err = ll_json_process(tree->out, list.nodes[i].process,
					      list.nodes[i].depth);
	return err;
}

static int draw(const struct tree *tree, const struct ll_watch *watch)
{
	const struct ll_options *options = tree->options;
	struct ll_tree_options tree_options = {
		.color = ll_terminal_wants_color(options->color, tree->out),
		.utf8 = ll_terminal_is_utf8(),
		.width = ll_terminal_width(tree->out),
		.show_kthreads = options->kthreads,
		.show_threads = options->threads,
		.fold = !options->no_fold,
		.show_times = tree->shows_past,
		.now_boottime_ns = watch->now_boottime_ns,
		.root_tgid = (uint32_t)options->pid,
		.filter = options->filter,
	};

	return ll_tree_render(tree->out, watch->model, &tree_options);
}

static int begin(void *arg, const struct ll_watch *watch)
{
	struct tree *tree = arg;

	tree->out = watch->out;
	tree->shows_past = !watch->is_still;
	return 0;
}

static int end(void *arg, const struct ll_watch *watch)
{
	struct tree *tree = arg;
	const struct ll_model *model = watch->model;

	if (tree->options->pid != 0 && find_root(tree, model) == NULL) {
		tree->pid_missing = true;
		return 0;
	}
	if (tree->options->json)
		return write_json(tree, model);
	ll_gap_print(tree->out, model, "processes");
	return draw(tree, watch);
}

static int run(const struct ll_options *options)
{
	struct tree tree = { .options = options };
	struct ll_consumer consumer = {
		.kinds = LL_E_ALL & ~(LL_E_SIGNAL | LL_E(STATE) | LL_E(STATE_TIMES)),
		/* A story of one process ends with it; of the machine now all is looked at. */
		.follows_pid = options->duration_ns != 0,
		.shows_now = true,
		.begin = begin,
		.end = end,
		.arg = &tree,
	};
	int status = ll_run(options, &consumer);

	if (!tree.pid_missing)
		return status;
	if (options->input != NULL)
		ll_say("cannot draw PID %d: no such process in '%s'", options->pid,
		       options->input);
	else
		ll_absent_say("draw", options);
	return 1;
}

const struct ll_command ll_cmd_tree = {
	.name = "tree",
	.bit = LL_FOR_TREE,
	.lines = LL_E_TREE,
	.filters =
		"-f draws the processes for which EXPR is true of what is known of them at the end, "
		"which is a line of --json, and, dim, those that lead to them.",
	.help = "the process tree now; the one CMD made",
	.about =
		"Draw the process tree: as it is now, zombies marked; or, with CMD or --duration, "
		"of all that lived meanwhile, with wall time, CPU time and how each ended. "
		"Children of the same command line, end and descendants are drawn once; with "
		"-p and --duration the watch ends when all are gone. Needs root, but for a FILE.",
	.examples = "  The machine now, kernel threads included.\n"
		    "    lifeline tree --kthreads\n"
		    "  Where did the time of this build go?\n"
		    "    lifeline tree -- make -j2\n"
		    "  What did this process and its descendants do in the next minute?\n"
		    "    lifeline tree -p 4711 --duration 1m\n",
	.run = run,
};
