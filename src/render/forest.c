/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Gather level by level, fold by comparing hashes of subtrees, link what is drawn. Each
 * pass is linear and none recurses, so neither depth nor number can hurt.
 */
#include "render/forest.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/grow.h"
#include "render/label.h"
#include "render/wanted.h"

#define NONE LL_FOREST_NONE

void ll_forest_fini(struct ll_forest *forest)
{
	free(forest->nodes);
	forest->nodes = NULL;
}

static int reserve_one(struct ll_forest *forest)
{
	struct ll_forest_node *nodes;

	if (forest->count == NONE)
		return -ENOMEM;
	nodes = ll_grow(forest->nodes, forest->count + 1, &forest->room, sizeof(*nodes), 256);
	if (nodes == NULL)
		return -ENOMEM;
	forest->nodes = nodes;
	return 0;
}

/* Without times the drawing is of the machine now: the reaped are no part of it. */
static bool has_place(const struct ll_tree_options *options, const struct ll_process *process)
{
	if (process->life == LL_LIFE_REAPED && !options->show_times)
		return false;
	return !process->is_kthread || options->show_kthreads;
}

static int append(struct ll_forest *forest, const struct ll_process *process)
{
	uint32_t parent = forest->adding_to;
	int error = reserve_one(forest);

	if (error != 0)
		return error;
	if (parent != NONE)
		forest->nodes[parent].child_count++;
	forest->nodes[forest->count] = (struct ll_forest_node){
		.process = process,
		.parent = parent,
		.next = NONE,
		.stand_in = forest->count,
		.depth = parent == NONE ? 0 : forest->nodes[parent].depth + 1,
		.is_wanted = true,
	};
	forest->count++;
	return 0;
}

static int add_node(void *arg, const struct ll_process *process)
{
	struct ll_forest *forest = arg;

	return has_place(forest->options, process) ? append(forest, process) : 0;
}

/* Add what is below every node from here on, the added ones included. */
static int add_descendants(struct ll_forest *forest)
{
	for (uint32_t i = 0; i < forest->count; i++) {
		forest->adding_to = i;
		forest->nodes[i].first_child = forest->count;
		int error = ll_model_children(forest->model, forest->nodes[i].process, add_node,
					      forest);
		if (error != 0)
			return error;
	}
	return 0;
}

static int gather_all(struct ll_forest *forest)
{
	int error = ll_model_roots(forest->model, add_node, forest);
	return error != 0 ? error : add_descendants(forest);
}

struct search {
	uint32_t tgid;
	const struct ll_process *found; /* NULL: none yet */
};

static int note_newest(void *arg, const struct ll_process *process)
{
	struct search *search = arg;

	if (process->id.tgid == search->tgid)
		search->found = process;
	return 0;
}

const struct ll_process *ll_tree_find_root(const struct ll_model *model, uint32_t tgid)
{
	struct search search = { .tgid = tgid, .found = ll_model_find_pid(model, tgid) };

	if (search.found == NULL)
		ll_model_all(model, note_newest, &search);
	return search.found;
}

static int gather_below(struct ll_forest *forest, uint32_t tgid)
{
	const struct ll_process *root = ll_tree_find_root(forest->model, tgid);

	if (root == NULL)
		return -ESRCH;
	/* Who was asked for by number is drawn, whatever became of it. */
	int error = append(forest, root);
	return error != 0 ? error : add_descendants(forest);
}

/* Who is wanted, and who leads there; children come after their parents. */
static void find_kept(struct ll_forest *forest, bool *ret_kept)
{
	for (uint32_t i = forest->count; i-- > 0;) {
		struct ll_forest_node *node = &forest->nodes[i];

		node->is_wanted = ll_is_process_wanted(forest->options->filter, node->process,
						       node->depth);
		ret_kept[i] = ret_kept[i] || node->is_wanted;
		if (ret_kept[i] && node->parent != NONE)
			ret_kept[node->parent] = true;
	}
}

/* Leave out who is not kept. Siblings stay neighbours, so a parent need only count its own. */
static void leave_out(struct ll_forest *forest, const bool *kept, uint32_t *places)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < forest->count; i++) {
		struct ll_forest_node node = forest->nodes[i];

		if (!kept[i])
			continue;
		places[i] = count;
		node.stand_in = count;
		node.child_count = 0;
		if (node.parent != NONE) {
			node.parent = places[node.parent];
			if (forest->nodes[node.parent].child_count++ == 0)
				forest->nodes[node.parent].first_child = count;
		}
		forest->nodes[count++] = node;
	}
	forest->count = count;
}

static int filter(struct ll_forest *forest)
{
	size_t room = forest->count > 0 ? forest->count : 1;
	LL_AUTO_FREE bool *kept = calloc(room, sizeof(*kept));
	LL_AUTO_FREE uint32_t *places = calloc(room, sizeof(*places));

	if (kept == NULL || places == NULL)
		return -ENOMEM;
	/* Who was asked for by number is drawn. */
	kept[0] = forest->options->root_tgid != 0;
	find_kept(forest, kept);
	leave_out(forest, kept, places);
	return 0;
}

static uint64_t wall_ns_of(const struct ll_forest *forest, const struct ll_process *process)
{
	uint64_t start_ns = process->id.start_boottime_ns;
	uint64_t end_ns = process->life == LL_LIFE_ALIVE ? forest->options->now_boottime_ns
							 : process->exit_boottime_ns;

	return start_ns != 0 && end_ns > start_ns ? end_ns - start_ns : 0;
}

static uint64_t cpu_ns_of(const struct ll_process *process)
{
	uint64_t user_ns = ll_process_knows(process, LL_F_UTIME) ? process->cpu_user_ns : 0;
	uint64_t system_ns = ll_process_knows(process, LL_F_STIME) ? process->cpu_system_ns : 0;

	return user_ns + system_ns;
}

static uint64_t hash_bytes(uint64_t hash, const void *data, size_t length)
{
	const unsigned char *bytes = data;

	for (size_t i = 0; i < length; i++)
		hash = (hash ^ bytes[i]) * UINT64_C(0x100000001b3);
	return hash ^ hash >> 29;
}

static uint64_t hash_number(uint64_t hash, uint64_t number)
{
	return hash_bytes(hash, &number, sizeof(number));
}

uint32_t ll_forest_threads(const struct ll_process *process)
{
	return process->life == LL_LIFE_ALIVE ? process->thread_count : process->thread_peak;
}

/*
 * The last of the CPU time is told at the reap, up to when the kernel is through with the exit;
 * the life ends before. No thread has more of one than of the other, but for that.
 */
static uint64_t shown_cpu_ns_of(const struct ll_forest *forest,
				const struct ll_process *process)
{
	uint32_t threads = process->thread_peak > 1 ? process->thread_peak : 1;
	uint64_t most_ns = wall_ns_of(forest, process) * threads;
	uint64_t cpu_ns = cpu_ns_of(process);

	return process->life != LL_LIFE_ALIVE && most_ns > 0 && cpu_ns > most_ns ? most_ns
										 : cpu_ns;
}

/* Two processes fold when these facts agree; see ll_tree_options.fold. */
static uint64_t hash_process(const struct ll_forest *forest, const struct ll_forest_node *node)
{
	const struct ll_process *process = node->process;
	struct ll_str args = ll_label_args(process);
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	hash = hash_bytes(hash, process->comm, strnlen(process->comm, sizeof(process->comm)));
	hash = hash_number(hash, process->life);
	hash = hash_number(hash, node->is_wanted);
	hash = hash_number(hash, (uint64_t)process->is_kthread << 1 | process->inferred);
	if (ll_process_knows(process, LL_F_EXIT_STATUS))
		hash = hash_number(hash, process->wait_status + 1);
	if (forest->options->show_threads)
		hash = hash_number(hash, ll_forest_threads(process));
	if (args.length > 0)
		hash = hash_bytes(hash, args.data, args.length);
	return hash;
}

/* Children come after their parent, so going backwards meets them first. */
static void hash_subtrees(struct ll_forest *forest)
{
	for (uint32_t i = forest->count; i-- > 0;) {
		struct ll_forest_node *node = &forest->nodes[i];

		node->hash = hash_number(hash_process(forest, node), node->child_count);
		for (uint32_t child = 0; child < node->child_count; child++)
			node->hash = hash_number(node->hash,
						 forest->nodes[node->first_child + child].hash);
	}
}

/* A hash table of nodes by (drawn parent, hash): a power of two of slots, half empty. */
struct fold_table {
	uint32_t *slots; /* node index, or NONE */
	uint32_t mask;
};

static void fold_table_fini(struct fold_table *table)
{
	free(table->slots);
}

static int fold_table_init(struct fold_table *table, uint32_t count)
{
	size_t size = 16;

	while (size < (size_t)count * 2)
		size *= 2;
	table->slots = malloc(size * sizeof(*table->slots));
	if (table->slots == NULL)
		return -ENOMEM;
	memset(table->slots, 0xff, size * sizeof(*table->slots));
	table->mask = (uint32_t)(size - 1);
	return 0;
}

/* Return the first sibling with the node's hash, which may be the node itself. */
static uint32_t find_twin(const struct ll_forest *forest, struct fold_table *table,
			  uint32_t index)
{
	const struct ll_forest_node *node = &forest->nodes[index];
	uint64_t hash = hash_number(node->hash, node->parent);

	for (uint32_t at = (uint32_t)hash & table->mask;; at = (at + 1) & table->mask) {
		uint32_t other = table->slots[at];

		if (other == NONE) {
			table->slots[at] = index;
			return index;
		}
		if (forest->nodes[other].hash == node->hash &&
		    forest->nodes[other].parent == node->parent &&
		    forest->nodes[other].child_count == node->child_count)
			return other;
	}
}

/*
 * Return who is drawn for a node: below a parent that is folded away, whoever is drawn
 * for the child in the same place of the parent's stand-in; else its first twin.
 */
static uint32_t find_stand_in(const struct ll_forest *forest, struct fold_table *table,
			      uint32_t index)
{
	const struct ll_forest_node *node = &forest->nodes[index];

	/* CMD is told from those it left to others, which are roots, too. */
	if (node->parent == NONE && forest->options->show_times)
		return index;
	if (node->parent == NONE || forest->nodes[node->parent].stand_in == node->parent)
		return find_twin(forest, table, index);
	const struct ll_forest_node *parent = &forest->nodes[node->parent];
	const struct ll_forest_node *drawn = &forest->nodes[parent->stand_in];
	uint32_t place = index - parent->first_child;
	/* Only a collision of hashes could make them differ; then its parent hides it. */
	if (place >= drawn->child_count)
		return index;
	return forest->nodes[drawn->first_child + place].stand_in;
}

static bool has_same_end(const struct ll_process *one, const struct ll_process *other)
{
	return ll_str_is_same(one->exit_description, other->exit_description);
}

/* Add a node's times to the one drawn for it. */
static void count_in(struct ll_forest *forest, uint32_t index)
{
	const struct ll_process *process = forest->nodes[index].process;
	struct ll_forest_node *drawn = &forest->nodes[forest->nodes[index].stand_in];

	drawn->wall_ns += wall_ns_of(forest, process);
	drawn->cpu_ns += shown_cpu_ns_of(forest, process);
	drawn->same_end = drawn->folded_count == 0 ||
			  (drawn->same_end && has_same_end(drawn->process, process));
	drawn->folded_count++;
	if (drawn->folded_count == 2)
		drawn->second_tgid = process->id.tgid;
	drawn->last_tgid = process->id.tgid;
}

static int fold(struct ll_forest *forest)
{
	LL_CLEANUP(fold_table_fini) struct fold_table table = { 0 };
	int error = fold_table_init(&table, forest->count);

	if (error != 0)
		return error;
	hash_subtrees(forest);
	for (uint32_t i = 0; i < forest->count; i++)
		forest->nodes[i].stand_in = find_stand_in(forest, &table, i);
	return 0;
}

static bool is_drawn(const struct ll_forest *forest, uint32_t index)
{
	return forest->nodes[index].stand_in == index;
}

/* Count what each line stands for, and link the siblings that are drawn. */
static void link_siblings(struct ll_forest *forest)
{
	uint32_t previous = NONE;

	for (uint32_t i = 0; i < forest->count; i++) {
		count_in(forest, i);
		if (!is_drawn(forest, i))
			continue;
		if (previous != NONE &&
		    forest->nodes[previous].parent == forest->nodes[i].parent)
			forest->nodes[previous].next = i;
		previous = i;
	}
}

uint32_t ll_forest_first(const struct ll_forest *forest)
{
	return forest->count > 0 ? 0 : NONE;
}

/* Below it, else beside it, else beside an ancestor. */
uint32_t ll_forest_next(const struct ll_forest *forest, uint32_t index)
{
	/* The first of siblings is nobody's later twin, so it is always drawn. */
	if (forest->nodes[index].child_count > 0)
		return forest->nodes[index].first_child;
	while (index != NONE && forest->nodes[index].next == NONE)
		index = forest->nodes[index].parent;
	return index == NONE ? NONE : forest->nodes[index].next;
}

int ll_forest_init(struct ll_forest *forest, const struct ll_model *model,
		   const struct ll_tree_options *options)
{
	forest->model = model;
	forest->options = options;
	forest->adding_to = NONE;
	int error = options->root_tgid != 0 ? gather_below(forest, options->root_tgid)
					    : gather_all(forest);
	if (error == 0 && options->filter != NULL)
		error = filter(forest);
	if (error == 0 && options->fold)
		error = fold(forest);
	if (error != 0)
		return error;
	link_siblings(forest);
	return 0;
}
