/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Folded stacks, as flame graphs are drawn of: "make;gcc;cc1 18100", who forked whom and the CPU time
 * in microseconds, user and system together, that processes with this stack have used when they
 * ended. A frame is the program (of a script, the script) that a process ran last, an ancestor when the
 * next one was forked; the kernel's name where none was seen. Stacks are added up while they are few and written when they
 * are many, so that one may come on more than one line; whoever reads the format adds them up.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/utf8.h"
#include "export/census.h"
#include "export/export.h"
#include "export/program.h"
#include "render/buffer.h"
#include "render/escape.h"

#define HASH_NONFATAL_OOM 1
#include <uthash.h>

/* A longer chain of forks loses its beginning. */
#define FRAMES_MAX 256
/* Together they stay below some 50 MB. */
#define STACKS_MAX 65536
#define STACKS_BYTES_MAX (16u << 20)

struct stack {
	uint64_t cpu_ns;
	size_t length;
	UT_hash_handle hh;
	char text[];
};

struct ll_export {
	FILE *out; /* borrowed */
	const struct ll_model *model; /* borrowed */
	struct ll_census *census;
	struct stack *stacks;
	size_t stacks_bytes;
	uint64_t rest_ns; /* less than the microsecond that lines are counted in */
	FILE *memory; /* where a stack is put together */
	char *text;
	size_t size;
};

/* ---- Frames ------------------------------------------------------------------------------ */

/* A process, and until when it matters what it ran: the birth of the next one. */
struct frame {
	const struct ll_process *process;
	uint64_t until_boottime_ns;
};

/* The newest image by then; NULL: it had executed nothing yet. */
static const struct ll_image *image_of(const struct frame *frame)
{
	const struct ll_image *image = frame->process->image;

	while (image != NULL && image->time_boottime_ns > frame->until_boottime_ns)
		image = image->previous;
	return image;
}

/* Until a process executes something it runs what its parent ran, which came before. */
static struct ll_str name_of(const struct frame *frame, struct ll_str inherited)
{
	const struct ll_image *image = image_of(frame);
	struct ll_str name = inherited;

	if (image != NULL)
		name = ll_program_name(image->exe, image->filename, image->interpreter);
	else if (frame->process->image == NULL)
		name = ll_str_make(NULL, 0);
	return name.length > 0 ? name : ll_str_of(frame->process->comm);
}

/* Separators and what cannot be read is \xNN, as a shell's $'...' has it. */
static void put_frame(struct ll_buffer *buffer, struct ll_str name)
{
	char text[LL_ESCAPE_MAX];

	if (name.length == 0)
		ll_buffer_put_char(buffer, '?');
	while (name.length > 0) {
		uint32_t code_point;
		size_t taken = ll_utf8_decode(name.data, name.length, &code_point);
		uint8_t byte = (uint8_t)name.data[0];

		if (code_point == LL_UTF8_INVALID)
			taken = 1;
		if (code_point == ';' || code_point == ' ' || code_point == '\\')
			ll_buffer_put(buffer, text,
				      (size_t)snprintf(text, sizeof(text), "\\x%02x", byte));
		else if (ll_escape_is_unsafe(code_point))
			ll_buffer_put(buffer, text, ll_escape_format(code_point, byte, text));
		else
			ll_buffer_put(buffer, name.data, taken);
		name = ll_str_make(name.data + taken, name.length - taken);
	}
}

/* The parent at birth, who the work was done for, where that is known. */
static const struct ll_process *parent_of(const struct ll_export *export,
					  const struct ll_process *process)
{
	bool is_known = process->original_parent.tgid != 0;

	return ll_model_find(export->model,
			     is_known ? process->original_parent : process->parent);
}

static int put_stack(struct ll_export *export, const struct ll_process *process)
{
	struct frame frames[FRAMES_MAX];
	uint64_t until_ns = UINT64_MAX;
	struct ll_str name = ll_str_make(NULL, 0);
	struct ll_buffer buffer;
	size_t count = 0;

	for (; process != NULL && count < FRAMES_MAX; process = parent_of(export, process)) {
		frames[count++] = (struct frame){ process, until_ns };
		until_ns = process->id.start_boottime_ns;
	}
	rewind(export->memory);
	ll_buffer_init(&buffer, export->memory);
	while (count > 0) {
		name = name_of(&frames[--count], name);
		put_frame(&buffer, name);
		if (count > 0)
			ll_buffer_put_char(&buffer, ';');
	}
	int err = ll_buffer_end(&buffer);
	return err == 0 && fflush(export->memory) != 0 ? -ENOMEM : err;
}

/* ---- Stacks ------------------------------------------------------------------------------ */

static struct stack *add_stack(struct ll_export *export, const char *text, size_t length)
{
	LL_AUTO_FREE struct stack *stack = calloc(1, sizeof(*stack) + length);

	if (stack == NULL)
		return NULL;
	memcpy(stack->text, text, length);
	stack->length = length;
	HASH_ADD_KEYPTR(hh, export->stacks, stack->text, stack->length, stack);
	if (stack->hh.tbl == NULL)
		return NULL;
	export->stacks_bytes += length;
	return TAKE(stack);
}

static void forget_stacks(struct ll_export *export)
{
	struct stack *stack, *next;

	HASH_ITER(hh, export->stacks, stack, next) {
		HASH_DEL(export->stacks, stack);
		free(stack);
	}
	export->stacks_bytes = 0;
}

/* What is cut off a line is added to the next, so that lines add up to the whole. */
static int write_stacks(struct ll_export *export)
{
	struct ll_buffer buffer;

	ll_buffer_init(&buffer, export->out);
	for (const struct stack *stack = export->stacks; stack != NULL;
	     stack = stack->hh.next) {
		uint64_t cpu_ns = stack->cpu_ns + export->rest_ns;

		export->rest_ns = cpu_ns % 1000;
		if (cpu_ns < 1000)
			continue;
		ll_buffer_put(&buffer, stack->text, stack->length);
		ll_buffer_put_char(&buffer, ' ');
		ll_buffer_put_decimal(&buffer, cpu_ns / 1000);
		ll_buffer_put_char(&buffer, '\n');
	}
	forget_stacks(export);
	return ll_buffer_end(&buffer);
}

static uint64_t cpu_of(const struct ll_process *process)
{
	return (ll_process_knows(process, LL_F_UTIME) ? process->cpu_user_ns : 0) +
	       (ll_process_knows(process, LL_F_STIME) ? process->cpu_system_ns : 0);
}

static int take_process(void *arg, struct ll_id id, const struct ll_process *process,
			bool is_again)
{
	struct ll_export *export = arg;
	struct stack *stack;

	(void)id;
	if (process == NULL || is_again || cpu_of(process) == 0)
		return 0;
	int err = put_stack(export, process);
	if (err != 0)
		return err;
	size_t length = (size_t)ftello(export->memory);
	HASH_FIND(hh, export->stacks, export->text, length, stack);
	if (stack == NULL)
		stack = add_stack(export, export->text, length);
	if (stack == NULL)
		return -ENOMEM;
	stack->cpu_ns += cpu_of(process);
	bool is_full = HASH_COUNT(export->stacks) >= STACKS_MAX ||
		       export->stacks_bytes >= STACKS_BYTES_MAX;
	return is_full ? write_stacks(export) : 0;
}

/* ---- The format -------------------------------------------------------------------------- */

static void free_folded(struct ll_export *export)
{
	if (export == NULL)
		return;
	forget_stacks(export);
	ll_census_free(export->census);
	if (export->memory != NULL)
		fclose(export->memory);
	free(export->text);
	free(export);
}

static void free_cleanup(struct ll_export **export)
{
	free_folded(*export);
}

static int open_folded(const struct ll_export_options *options, struct ll_export **ret_export,
		       char **ret_why)
{
	LL_CLEANUP(free_cleanup) struct ll_export *export = calloc(1, sizeof(*export));

	*ret_why = NULL;
	if (export == NULL)
		return -ENOMEM;
	export->out = options->out;
	export->model = options->model;
	export->census = ll_census_new(options->model, take_process, export);
	export->memory = open_memstream(&export->text, &export->size);
	if (export->census == NULL || export->memory == NULL)
		return -ENOMEM;
	*ret_export = TAKE(export);
	return 0;
}

static int take_event(struct ll_export *export, const struct ll_event *event)
{
	return ll_census_take(export->census, event);
}

static int end(struct ll_export *export, uint64_t now_boottime_ns, uint64_t now_unix_ns)
{
	(void)now_boottime_ns;
	(void)now_unix_ns;
	int err = ll_census_end(export->census);
	return err != 0 ? err : write_stacks(export);
}

const struct ll_export_format ll_export_folded = {
	.name = "folded",
	.help = "stacks of executables with CPU time in microseconds, for flame graphs",
	.kinds = LL_E_ALL & ~LL_E_HIDDEN,
	.open = open_folded,
	.event = take_event,
	.end = end,
	.free = free_folded,
};
