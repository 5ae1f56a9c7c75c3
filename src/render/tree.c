/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The tree is copied, level by level, into one array in which siblings are neighbours;
 * then folded, linked in drawing order, and drawn, each a loop over that array.
 * Invariant: a child's index is greater than its parent's.
 */
#include "render/tree.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "render/duration.h"
#include "render/line.h"
#include "render/status.h"

#define NONE UINT32_MAX
/* Levels drawn in front of a process when no width bounds them. */
#define MAX_LEVELS 64

struct node {
	const struct ll_process *process;
	uint64_t hash; /* of the subtree, as far as folding looks */
	uint64_t wall_ns, cpu_ns; /* of all that are folded into this one */
	uint32_t parent; /* NONE: a root */
	uint32_t first_child, child_count;
	uint32_t stand_in; /* the node drawn for this one; itself when not folded away */
	uint32_t next; /* next sibling that is drawn */
	uint32_t folded_count; /* processes this line stands for */
	uint32_t second_tgid, last_tgid; /* of those */
	uint32_t depth;
	bool same_args; /* all that are folded into it have its arguments */
};

struct tree {
	const struct ll_model *model;
	const struct ll_tree_options *options;
	struct node *nodes;
	uint32_t count, capacity;
	uint32_t adding_to; /* parent of the nodes being added */
};

static void tree_fini(struct tree *tree)
{
	free(tree->nodes);
}

static bool has_field(const struct ll_process *process, enum ll_field field)
{
	return process->known[field / 64] >> (field % 64) & 1;
}

/* Gather. */

static int reserve_one(struct tree *tree)
{
	if (tree->count < tree->capacity)
		return 0;
	if (tree->capacity > NONE / 4)
		return -ENOMEM;
	uint32_t capacity = tree->capacity > 0 ? tree->capacity * 2 : 256;
	struct node *nodes = realloc(tree->nodes, capacity * sizeof(*nodes));
	if (nodes == NULL)
		return -ENOMEM;
	tree->nodes = nodes;
	tree->capacity = capacity;
	return 0;
}

static int add_node(void *arg, const struct ll_process *process)
{
	struct tree *tree = arg;
	uint32_t parent = tree->adding_to;

	if (process->is_kthread && !tree->options->show_kthreads)
		return 0;
	int error = reserve_one(tree);
	if (error != 0)
		return error;
	if (parent != NONE)
		tree->nodes[parent].child_count++;
	tree->nodes[tree->count] = (struct node){
		.process = process,
		.parent = parent,
		.next = NONE,
		.stand_in = tree->count,
		.depth = parent == NONE ? 0 : tree->nodes[parent].depth + 1,
	};
	tree->count++;
	return 0;
}

/* Add what is below every node from here on, the added ones included. */
static int add_descendants(struct tree *tree)
{
	for (uint32_t i = 0; i < tree->count; i++) {
		tree->adding_to = i;
		tree->nodes[i].first_child = tree->count;
		int error = ll_model_children(tree->model, tree->nodes[i].process, add_node,
					      tree);
		if (error != 0)
			return error;
	}
	return 0;
}

static int gather_all(struct tree *tree)
{
	tree->count = 0;
	tree->adding_to = NONE;
	int error = ll_model_roots(tree->model, add_node, tree);
	return error != 0 ? error : add_descendants(tree);
}

/* Find the newest process that had a pid, were it dead by now. NULL: none. */
static const struct ll_process *find_dead(const struct tree *tree, uint32_t tgid)
{
	const struct ll_process *found = NULL;

	for (uint32_t i = 0; i < tree->count; i++) {
		const struct ll_process *process = tree->nodes[i].process;

		if (process->id.tgid == tgid &&
		    (found == NULL ||
		     process->id.start_boottime_ns > found->id.start_boottime_ns))
			found = process;
	}
	return found;
}

static int gather_below(struct tree *tree, uint32_t tgid)
{
	const struct ll_process *root = ll_model_find_pid(tree->model, tgid);
	int error = 0;

	if (root == NULL) {
		error = gather_all(tree);
		root = error == 0 ? find_dead(tree, tgid) : NULL;
	}
	if (error != 0)
		return error;
	if (root == NULL)
		return -ESRCH;
	tree->count = 0;
	tree->adding_to = NONE;
	error = add_node(tree, root);
	return error != 0 ? error : add_descendants(tree);
}

/* Times. */

static uint64_t wall_ns_of(const struct tree *tree, const struct ll_process *process)
{
	uint64_t start_ns = process->id.start_boottime_ns;
	uint64_t end_ns = process->life == LL_LIFE_ALIVE ? tree->options->now_boottime_ns :
							   process->exit_boottime_ns;

	return start_ns != 0 && end_ns > start_ns ? end_ns - start_ns : 0;
}

static uint64_t cpu_ns_of(const struct ll_process *process)
{
	uint64_t user_ns = has_field(process, LL_F_UTIME) ? process->cpu_user_ns : 0;
	uint64_t system_ns = has_field(process, LL_F_STIME) ? process->cpu_system_ns : 0;

	return user_ns + system_ns;
}

/* Fold. */

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

static struct ll_str args_of(const struct ll_process *process)
{
	return process->image != NULL ? process->image->args : ll_str_make(NULL, 0);
}

/* Two processes fold when these facts agree; see ll_tree_options.fold. */
static uint64_t hash_process(const struct ll_process *process)
{
	struct ll_str args = args_of(process);
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	hash = hash_bytes(hash, process->comm, strnlen(process->comm, sizeof(process->comm)));
	hash = hash_number(hash, process->life == LL_LIFE_REAPED ? 1 : 2 + process->life);
	hash = hash_number(hash, (uint64_t)process->is_kthread << 1 | process->inferred);
	if (has_field(process, LL_F_EXIT_STATUS))
		hash = hash_number(hash, process->wait_status + 1);
	if (process->life == LL_LIFE_ALIVE)
		hash = hash_bytes(hash, args.data, args.length);
	return hash;
}

/* Children come after their parent, so going backwards meets them first. */
static void hash_subtrees(struct tree *tree)
{
	for (uint32_t i = tree->count; i-- > 0;) {
		struct node *node = &tree->nodes[i];

		node->hash = hash_number(hash_process(node->process), node->child_count);
		for (uint32_t child = 0; child < node->child_count; child++)
			node->hash = hash_number(node->hash,
						 tree->nodes[node->first_child + child].hash);
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
static uint32_t find_twin(const struct tree *tree, struct fold_table *table, uint32_t index)
{
	const struct node *node = &tree->nodes[index];
	uint64_t hash = hash_number(node->hash, node->parent);

	for (uint32_t at = (uint32_t)hash & table->mask;; at = (at + 1) & table->mask) {
		uint32_t other = table->slots[at];

		if (other == NONE) {
			table->slots[at] = index;
			return index;
		}
		if (tree->nodes[other].hash == node->hash &&
		    tree->nodes[other].parent == node->parent &&
		    tree->nodes[other].child_count == node->child_count)
			return other;
	}
}

/*
 * Return who is drawn for a node: below a parent that is folded away, whoever is drawn
 * for the child in the same place of the parent's stand-in; else its first twin.
 */
static uint32_t find_stand_in(const struct tree *tree, struct fold_table *table, uint32_t index)
{
	const struct node *node = &tree->nodes[index];

	if (node->parent == NONE || tree->nodes[node->parent].stand_in == node->parent)
		return find_twin(tree, table, index);
	const struct node *parent = &tree->nodes[node->parent];
	const struct node *drawn = &tree->nodes[parent->stand_in];
	uint32_t place = index - parent->first_child;
	/* Only a collision of hashes could make them differ; then its parent hides it. */
	if (place >= drawn->child_count)
		return index;
	return tree->nodes[drawn->first_child + place].stand_in;
}

static bool has_same_args(const struct ll_process *one, const struct ll_process *other)
{
	struct ll_str a = args_of(one);
	struct ll_str b = args_of(other);

	return a.length == b.length && (a.length == 0 || memcmp(a.data, b.data, a.length) == 0);
}

/* Add a node's times to the one drawn for it. */
static void count_in(struct tree *tree, uint32_t index)
{
	const struct ll_process *process = tree->nodes[index].process;
	struct node *drawn = &tree->nodes[tree->nodes[index].stand_in];

	drawn->wall_ns += wall_ns_of(tree, process);
	drawn->cpu_ns += cpu_ns_of(process);
	drawn->same_args = drawn->folded_count == 0 ||
			   (drawn->same_args && has_same_args(drawn->process, process));
	drawn->folded_count++;
	if (drawn->folded_count == 2)
		drawn->second_tgid = process->id.tgid;
	drawn->last_tgid = process->id.tgid;
}

static int fold(struct tree *tree)
{
	LL_CLEANUP(fold_table_fini) struct fold_table table = { 0 };
	int error = fold_table_init(&table, tree->count);

	if (error != 0)
		return error;
	hash_subtrees(tree);
	for (uint32_t i = 0; i < tree->count; i++)
		tree->nodes[i].stand_in = find_stand_in(tree, &table, i);
	return 0;
}

static bool is_drawn(const struct tree *tree, uint32_t index)
{
	return tree->nodes[index].stand_in == index;
}

/* Count what each line stands for, and link the siblings that are drawn. */
static void link_siblings(struct tree *tree)
{
	uint32_t previous = NONE;

	for (uint32_t i = 0; i < tree->count; i++) {
		count_in(tree, i);
		if (!is_drawn(tree, i))
			continue;
		if (previous != NONE && tree->nodes[previous].parent == tree->nodes[i].parent)
			tree->nodes[previous].next = i;
		previous = i;
	}
}

/* Draw. */

/* Put the last part of a path, the rest tells little in a tree. */
static struct ll_str short_path(struct ll_str path)
{
	const char *slash = path.length > 0 ? memrchr(path.data, '/', path.length) : NULL;
	size_t skip = slash != NULL ? (size_t)(slash + 1 - path.data) : 0;

	if (path.data == NULL || path.data[0] != '/' || skip == path.length)
		return path;
	return ll_str_make(path.data + skip, path.length - skip);
}

static void put_comm(struct ll_line *line, const struct ll_process *process)
{
	ll_line_put(line, process->is_kthread ? "[" : "");
	ll_line_put_untrusted(line, ll_str_make(process->comm, strnlen(process->comm,
								       sizeof(process->comm))));
	ll_line_put(line, process->is_kthread ? "]" : "");
}

/* Put the command line, argv[0] without its directory; the name when there is none. */
static void put_label(struct ll_line *line, const struct node *node)
{
	struct ll_str args = args_of(node->process);
	struct ll_str first;

	if (!node->same_args) {
		put_comm(line, node->process);
		ll_line_put(line, " ");
		ll_line_put(line, ll_line_ellipsis(line));
		return;
	}
	if (!ll_args_next(&args, &first) || first.length == 0) {
		put_comm(line, node->process);
		return;
	}
	ll_line_put_quoted(line, short_path(first));
	ll_line_put(line, args.length > 0 ? " " : "");
	ll_line_put_args(line, args);
}

/* The facts behind the name, kept short; our own words only. */
struct facts {
	char pids[80];
	char state[32]; /* " <defunct>" */
	char threads[32];
	char times[128];
	char status[96];
	char inferred[16];
};

static void format_pids(const struct ll_line *line, const struct node *node, char *ret, size_t size)
{
	const char *gap = node->folded_count <= 2 ? "" : line->utf8 ? " …" : " ...";

	if (node->folded_count == 1)
		snprintf(ret, size, " (%" PRIu32 ")", node->process->id.tgid);
	else if (node->folded_count == 3)
		snprintf(ret, size, " (%" PRIu32 " %" PRIu32 " %" PRIu32 ")",
			 node->process->id.tgid, node->second_tgid, node->last_tgid);
	else
		snprintf(ret, size, " (%" PRIu32 "%s %" PRIu32 ")", node->process->id.tgid, gap,
			 node->last_tgid);
}

static void format_times(const struct tree *tree, const struct node *node, char *ret, size_t size)
{
	char wall[LL_DURATION_MAX];
	char cpu[LL_DURATION_MAX];
	bool utf8 = tree->options->utf8;
	bool has_wall = node->wall_ns > 0;
	bool has_cpu = has_field(node->process, LL_F_UTIME);

	if (!tree->options->show_times)
		return;
	ll_duration_format(node->wall_ns, utf8, wall);
	ll_duration_format(node->cpu_ns, utf8, cpu);
	snprintf(ret, size, "%s%s%s%s%s", has_wall ? wall : "",
		 has_wall && node->folded_count > 1 ? " in all" : "",
		 has_wall && has_cpu ? ", " : "", has_cpu ? "cpu " : "", has_cpu ? cpu : "");
}

static void format_zombie_age(const struct tree *tree, const struct ll_process *process,
			      char *ret, size_t size)
{
	uint64_t now_ns = tree->options->now_boottime_ns;
	char age[LL_DURATION_MAX];

	if (process->life != LL_LIFE_ZOMBIE || process->exit_boottime_ns == 0 ||
	    now_ns <= process->exit_boottime_ns)
		return;
	ll_duration_format(now_ns - process->exit_boottime_ns, tree->options->utf8, age);
	snprintf(ret, size, ", unreaped for %s", age);
}

static void format_status(const struct tree *tree, const struct ll_process *process, char *ret,
			  size_t size)
{
	char status[LL_STATUS_MAX] = "";
	char age[48] = "";

	if (process->life == LL_LIFE_ALIVE)
		return;
	if (!tree->options->show_times)
		snprintf(status, sizeof(status), "%s", "");
	else if (has_field(process, LL_F_EXIT_STATUS))
		ll_status_format(process->wait_status, status);
	else
		snprintf(status, sizeof(status), "ended");
	format_zombie_age(tree, process, age, sizeof(age));
	snprintf(ret, size, "%s%s", status, status[0] != '\0' || age[0] == '\0' ? age : age + 2);
}

static void gather_facts(const struct tree *tree, const struct ll_line *line,
			 const struct node *node, struct facts *ret_facts)
{
	const struct ll_process *process = node->process;

	*ret_facts = (struct facts){ 0 };
	format_pids(line, node, ret_facts->pids, sizeof(ret_facts->pids));
	if (process->life == LL_LIFE_ZOMBIE)
		snprintf(ret_facts->state, sizeof(ret_facts->state), " <defunct>");
	if (tree->options->show_threads && process->thread_count > 1)
		snprintf(ret_facts->threads, sizeof(ret_facts->threads), " {%" PRIu32 " threads}",
			 process->thread_count);
	format_times(tree, node, ret_facts->times, sizeof(ret_facts->times));
	format_status(tree, process, ret_facts->status, sizeof(ret_facts->status));
	if (process->inferred)
		snprintf(ret_facts->inferred, sizeof(ret_facts->inferred), " (inferred)");
}

/* Columns of all facts together; bytes above ASCII ("µ", "…") make it a little too many. */
static unsigned facts_width(const struct facts *facts)
{
	size_t width = strlen(facts->pids) + strlen(facts->state) + strlen(facts->threads) +
		       strlen(facts->times) + strlen(facts->status) + strlen(facts->inferred);

	if (facts->times[0] != '\0' && facts->status[0] != '\0')
		width += 2;
	return (unsigned)width + (facts->times[0] != '\0' || facts->status[0] != '\0' ? 2 : 0);
}

static enum ll_color status_color(const struct ll_process *process)
{
	if (process->life == LL_LIFE_ZOMBIE)
		return LL_COLOR_YELLOW;
	if (!has_field(process, LL_F_EXIT_STATUS))
		return LL_COLOR_DIM;
	return ll_status_color(process->wait_status);
}

static void put_facts(struct ll_line *line, const struct node *node, const struct facts *facts)
{
	ll_line_color(line, LL_COLOR_DIM);
	ll_line_put(line, facts->pids);
	ll_line_put(line, facts->threads);
	ll_line_color(line, LL_COLOR_YELLOW);
	ll_line_put(line, facts->state);
	ll_line_color(line, LL_COLOR_NONE);
	if (facts->times[0] != '\0' || facts->status[0] != '\0')
		ll_line_put(line, "  ");
	ll_line_put(line, facts->times);
	if (facts->times[0] != '\0' && facts->status[0] != '\0')
		ll_line_put(line, ", ");
	ll_line_color(line, status_color(node->process));
	ll_line_put(line, facts->status);
	ll_line_color(line, LL_COLOR_MAGENTA);
	ll_line_put(line, facts->inferred);
	ll_line_color(line, LL_COLOR_NONE);
}

/* How many levels may stand in front of a process: half the width at most. */
static uint32_t level_limit(const struct tree *tree)
{
	uint32_t levels = tree->options->width / 6;

	if (tree->options->width == 0 || levels > MAX_LEVELS)
		return MAX_LEVELS;
	return levels > 0 ? levels : 1;
}

/*
 * Put the lines that lead to a node from the ancestors it is drawn under. Walks up at
 * most MAX_LEVELS; what lies above is told by its number of levels.
 */
static void put_branches(const struct tree *tree, struct ll_line *line, uint32_t index)
{
	const struct node *node = &tree->nodes[index];
	uint32_t levels = node->depth < level_limit(tree) ? node->depth : level_limit(tree);
	bool is_last[MAX_LEVELS];

	ll_line_color(line, LL_COLOR_DIM);
	if (node->depth > levels)
		ll_line_printf(line, "+%" PRIu32 " ", node->depth - levels);
	for (uint32_t level = levels; level-- > 0; index = tree->nodes[index].parent)
		is_last[level] = tree->nodes[index].next == NONE;
	for (uint32_t level = 0; level + 1 < levels; level++)
		ll_line_put(line, is_last[level] ? "   " : line->utf8 ? "│  " : "|  ");
	if (levels > 0 && is_last[levels - 1])
		ll_line_put(line, line->utf8 ? "└─ " : "`- ");
	else if (levels > 0)
		ll_line_put(line, line->utf8 ? "├─ " : "|- ");
	ll_line_color(line, LL_COLOR_NONE);
}

static int draw_node(const struct tree *tree, struct ll_line *line, uint32_t index)
{
	const struct node *node = &tree->nodes[index];
	unsigned limit = tree->options->width;
	struct facts facts;

	put_branches(tree, line, index);
	gather_facts(tree, line, node, &facts);
	if (node->folded_count > 1)
		ll_line_printf(line, "%" PRIu32 " %s ", node->folded_count,
			       line->utf8 ? "×" : "x");
	if (limit > line->column + facts_width(&facts) + 8)
		ll_line_set_limit(line, limit - facts_width(&facts));
	ll_line_color(line, node->process->is_kthread ? LL_COLOR_DIM : LL_COLOR_NONE);
	put_label(line, node);
	ll_line_set_limit(line, limit);
	put_facts(line, node, &facts);
	return ll_line_end(line);
}

/* Return the node drawn after this one: below it, beside it, or beside an ancestor. */
static uint32_t next_drawn(const struct tree *tree, uint32_t index)
{
	/* The first of siblings is nobody's later twin, so it is always drawn. */
	if (tree->nodes[index].child_count > 0)
		return tree->nodes[index].first_child;
	while (index != NONE && tree->nodes[index].next == NONE)
		index = tree->nodes[index].parent;
	return index == NONE ? NONE : tree->nodes[index].next;
}

static int draw(const struct tree *tree, FILE *out)
{
	struct ll_line line;
	int error = 0;

	ll_line_init(&line, out, tree->options->width, tree->options->color,
		     tree->options->utf8);
	for (uint32_t i = tree->count > 0 ? 0 : NONE; i != NONE && error == 0;
	     i = next_drawn(tree, i))
		error = draw_node(tree, &line, i);
	return error;
}

int ll_tree_render(FILE *out, const struct ll_model *model,
		   const struct ll_tree_options *options)
{
	LL_CLEANUP(tree_fini) struct tree tree = { .model = model, .options = options };
	int error = options->root_tgid != 0 ? gather_below(&tree, options->root_tgid) :
					      gather_all(&tree);

	if (error == 0 && options->fold)
		error = fold(&tree);
	if (error != 0)
		return error;
	link_siblings(&tree);
	return draw(&tree, out);
}
