/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* See job.h. Strings lie in large pieces, so that a hundred thousand processes are few of them. */
#include "analysis/job.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define HASH_NONFATAL_OOM 1
#include <uthash.h>

#include "base/cleanup.h"

#define TEXT_BYTES ((size_t)64 * 1024)

struct ll_job_text {
	struct ll_job_text *next;
	size_t used, room;
	char bytes[];
};

int ll_job_init(struct ll_job *job)
{
	*job = (struct ll_job){ 0 };
	job->processes = calloc(64, sizeof(*job->processes));
	if (job->processes == NULL)
		return -ENOMEM;
	job->room = 64;
	job->count = 1;
	job->processes[LL_JOB_TOP] = (struct ll_job_process){
		.parent = LL_JOB_NONE,
		.first_child = LL_JOB_NONE,
		.last_child = LL_JOB_NONE,
		.next_sibling = LL_JOB_NONE,
	};
	return 0;
}

void ll_job_fini(struct ll_job *job)
{
	while (job->texts != NULL) {
		struct ll_job_text *next = job->texts->next;

		free(job->texts);
		job->texts = next;
	}
	free(job->processes);
	free(job->images);
	*job = (struct ll_job){ 0 };
}

/* Copy bytes to where they stay. Returns 0 or -ENOMEM. */
static int keep_text(struct ll_job *job, struct ll_str *text)
{
	struct ll_job_text *piece = job->texts;

	if (text->length == 0) {
		*text = ll_str_make(NULL, 0);
		return 0;
	}
	if (piece == NULL || piece->room - piece->used < text->length) {
		size_t room = text->length > TEXT_BYTES ? text->length : TEXT_BYTES;

		piece = malloc(sizeof(*piece) + room);
		if (piece == NULL)
			return -ENOMEM;
		*piece = (struct ll_job_text){ .next = job->texts, .room = room };
		job->texts = piece;
	}
	char *at = piece->bytes + piece->used;
	memcpy(at, text->data, text->length);
	piece->used += text->length;
	text->data = at;
	return 0;
}

static int grow(void **list, uint32_t count, uint32_t *room, size_t size)
{
	if (count < *room)
		return 0;
	if (*room > LL_JOB_NONE / 2)
		return -ENOMEM;
	uint32_t more = *room == 0 ? 64 : *room * 2;
	void *grown = reallocarray(*list, more, size);
	if (grown == NULL)
		return -ENOMEM;
	*list = grown;
	*room = more;
	return 0;
}

static void link_child(struct ll_job *job, uint32_t parent, uint32_t index)
{
	struct ll_job_process *up = &job->processes[parent];

	if (up->first_child == LL_JOB_NONE)
		up->first_child = index;
	else
		job->processes[up->last_child].next_sibling = index;
	up->last_child = index;
}

int ll_job_add(struct ll_job *job, uint32_t parent, const struct ll_job_process *process,
	       uint32_t *ret_index)
{
	struct ll_job_process added = *process;
	int err =
		grow((void **)&job->processes, job->count, &job->room, sizeof(*job->processes));

	if (err == 0)
		err = keep_text(job, &added.comm);
	if (err == 0)
		err = keep_text(job, &added.description);
	if (err != 0)
		return err;
	added.parent = parent;
	added.first_child = added.last_child = added.next_sibling = LL_JOB_NONE;
	added.first_image = job->image_count;
	added.image_count = 0;
	added.depth = parent == LL_JOB_TOP ? 0 : job->processes[parent].depth + 1;
	job->processes[job->count] = added;
	link_child(job, parent, job->count);
	if (ret_index != NULL)
		*ret_index = job->count;
	job->count++;
	return 0;
}

int ll_job_add_image(struct ll_job *job, const struct ll_job_image *image)
{
	struct ll_job_image added = *image;
	int err = grow((void **)&job->images, job->image_count, &job->image_room,
		       sizeof(*job->images));

	if (err == 0)
		err = keep_text(job, &added.exe);
	if (err == 0)
		err = keep_text(job, &added.args);
	if (err == 0)
		err = keep_text(job, &added.cwd);
	if (err != 0)
		return err;
	job->images[job->image_count++] = added;
	job->processes[job->count - 1].image_count++;
	return 0;
}

const struct ll_job_image *ll_job_last_image(const struct ll_job *job, uint32_t index)
{
	const struct ll_job_process *process = &job->processes[index];

	return process->image_count > 0
		       ? &job->images[process->first_image + process->image_count - 1]
		       : NULL;
}

/* The first word without its directory; the process's name where that is unknown. */
static struct ll_str command_of(const struct ll_job_process *process,
				const struct ll_job_image *image)
{
	struct ll_str word = image != NULL ? image->args : ll_str_make(NULL, 0);

	word.length = word.length > 0 ? strnlen(word.data, word.length) : 0;
	if (word.length == 0)
		return process->comm;
	const char *slash = memrchr(word.data, '/', word.length);
	size_t skip = slash != NULL ? (size_t)(slash + 1 - word.data) : 0;
	return skip == word.length ? word : ll_str_make(word.data + skip, word.length - skip);
}

struct ll_str ll_job_command(const struct ll_job *job, uint32_t index)
{
	return command_of(&job->processes[index], ll_job_last_image(job, index));
}

struct ll_str ll_job_first_command(const struct ll_job *job, uint32_t index)
{
	const struct ll_job_process *process = &job->processes[index];

	return command_of(process,
			  process->image_count > 0 ? &job->images[process->first_image] : NULL);
}

/* ---- From a model ---------------------------------------------------------------------- */

/* Where a process of the model went. */
struct place {
	struct key {
		uint64_t tgid, start_ns;
	} key;
	uint32_t index;
	UT_hash_handle hh;
};

struct taking {
	struct ll_job *job;
	ll_job_wants_fn wants;
	void *arg;
	struct place *places;
};

static void free_places(struct taking *taking)
{
	struct place *place, *next;

	HASH_ITER(hh, taking->places, place, next) {
		HASH_DELETE(hh, taking->places, place);
		free(place);
	}
}

static struct key key_of(struct ll_id id)
{
	return (struct key){ id.tgid, id.start_boottime_ns };
}

static uint32_t find_place(const struct taking *taking, struct ll_id id)
{
	struct key key = key_of(id);
	struct place *place = NULL;

	if (id.tgid != 0)
		HASH_FIND(hh, taking->places, &key, sizeof(key), place);
	return place != NULL ? place->index : LL_JOB_TOP;
}

static int note_place(struct taking *taking, struct ll_id id, uint32_t index)
{
	struct place *place = calloc(1, sizeof(*place));
	size_t before = HASH_COUNT(taking->places);

	if (place == NULL)
		return -ENOMEM;
	place->key = key_of(id);
	place->index = index;
	HASH_ADD(hh, taking->places, key, sizeof(place->key), place);
	if (HASH_COUNT(taking->places) == before) {
		free(place);
		return -ENOMEM;
	}
	return 0;
}

static void set_end(struct ll_job_process *to, const struct ll_process *from)
{
	to->has_ended = from->life != LL_LIFE_ALIVE;
	to->knows_status = ll_process_knows(from, LL_F_EXIT_STATUS);
	if (to->knows_status)
		to->wait_status = from->wait_status;
	if (ll_process_knows(from, LL_F_EXIT_DESCRIPTION))
		to->description = from->exit_description;
	to->knows_duration = from->exit_boottime_ns > from->id.start_boottime_ns &&
			     from->id.start_boottime_ns != 0 && !from->inferred;
	if (to->knows_duration)
		to->duration_ns = from->exit_boottime_ns - from->id.start_boottime_ns;
}

static void set_usage(struct ll_job_process *to, const struct ll_process *from)
{
	to->knows_usage =
		ll_process_knows(from, LL_F_UTIME) && ll_process_knows(from, LL_F_STIME);
	if (to->knows_usage)
		to->cpu_ns = from->cpu_user_ns + from->cpu_system_ns;
	to->knows_wait = ll_process_knows(from, LL_F_CPU_WAIT);
	if (to->knows_wait)
		to->wait_ns = from->cpu_wait_ns;
	if (ll_process_knows(from, LL_F_MAXRSS))
		to->max_rss_bytes = from->max_rss_bytes;
}

static bool is_same(struct ll_str a, struct ll_str b)
{
	return a.length == b.length && (a.length == 0 || memcmp(a.data, b.data, a.length) == 0);
}

/*
 * Whether a snapshot saw a process between its fork and its exec, so that it is its parent's
 * program: whether one does is chance. An exec has a file name, a snapshot has none.
 */
static bool is_inherited(const struct ll_job *job, uint32_t parent,
			 const struct ll_process *process, const struct ll_image *image)
{
	const struct ll_job_process *above = &job->processes[parent];

	if (!process->birth_seen || image->filename.length > 0)
		return false;
	for (uint32_t i = 0; i < above->image_count; i++) {
		const struct ll_job_image *other = &job->images[above->first_image + i];

		if (is_same(other->exe, image->exe) && is_same(other->args, image->args))
			return true;
	}
	return false;
}

/* The newest is the head of the list; the oldest is to come first. */
static int add_images(struct ll_job *job, uint32_t parent, const struct ll_process *process)
{
	const struct ll_image *list[LL_MODEL_IMAGES], *newest = process->image;
	size_t count = 0;
	int err = 0;

	for (; newest != NULL && count < LL_MODEL_IMAGES; newest = newest->previous)
		list[count++] = newest;
	while (err == 0 && count-- > 0) {
		struct ll_job_image image = { .exe = list[count]->exe,
					      .args = list[count]->args,
					      .cwd = list[count]->cwd,
					      .args_truncated = list[count]->args_truncated };

		if (is_inherited(job, parent, process, list[count]))
			continue;
		err = ll_job_add_image(job, &image);
	}
	return err;
}

static int take_process(void *arg, const struct ll_process *process)
{
	struct taking *taking = arg;
	struct ll_job *job = taking->job;
	uint32_t parent = find_place(taking, process->original_parent), index;
	struct ll_job_process added = {
		.tgid = process->id.tgid,
		.comm = ll_str_make(process->comm,
				    strnlen(process->comm, sizeof(process->comm))),
	};

	if (process->is_kthread)
		return 0;
	if (process->original_parent.tgid == 0)
		parent = find_place(taking, process->parent);
	set_end(&added, process);
	set_usage(&added, process);
	added.is_wanted =
		taking->wants == NULL ||
		taking->wants(taking->arg, process,
			      parent == LL_JOB_TOP ? 0 : job->processes[parent].depth + 1);
	int err = ll_job_add(job, parent, &added, &index);
	if (err == 0)
		err = add_images(job, parent, process);
	return err == 0 ? note_place(taking, process->id, index) : err;
}

int ll_job_add_model(struct ll_job *job, const struct ll_model *model, ll_job_wants_fn wants,
		     void *arg)
{
	LL_CLEANUP(free_places)
	struct taking taking = { .job = job, .wants = wants, .arg = arg };

	return ll_model_all(model, take_process, &taking);
}
