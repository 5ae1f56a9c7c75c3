/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* See html_table.h. What the model knows is taken when a process ends, and of the living at the end. */
#include "export/html_table.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"
#include "export/html_process.h"

int ll_html_table_init(struct ll_html_table *table)
{
	*table = (struct ll_html_table){ 0 };
	return ll_html_strings_init(&table->strings);
}

static void free_process(struct ll_html_process *process)
{
	while (process->signals != NULL) {
		struct ll_html_signal *signal = process->signals;

		process->signals = signal->older;
		free(signal);
	}
	free(process->images);
	free(process->stays);
	free(process);
}

void ll_html_table_fini(struct ll_html_table *table)
{
	HASH_CLEAR(hh, table->by_id);
	for (size_t i = 0; i < table->count; i++)
		free_process(table->processes[i]);
	free(table->processes);
	free(table->losses);
	ll_html_strings_fini(&table->strings);
	*table = (struct ll_html_table){ 0 };
}

/* ---- Records --------------------------------------------------------------------------- */

static struct ll_html_process *find(const struct ll_html_table *table, struct ll_id id)
{
	struct ll_html_key key = { id.tgid, id.start_boottime_ns };
	struct ll_html_process *process;

	HASH_FIND(hh, table->by_id, &key, sizeof(key), process);
	return process;
}

int64_t ll_html_table_find(const struct ll_html_table *table, struct ll_id id)
{
	const struct ll_html_process *process = id.tgid != 0 ? find(table, id) : NULL;

	return process != NULL ? (int64_t)process->place : -1;
}

static struct ll_html_process *new_process(struct ll_html_table *table, struct ll_id id)
{
	struct ll_html_process **processes = ll_grow(table->processes, table->count + 1,
						     &table->room, sizeof(*processes), 1024);

	if (processes == NULL)
		return NULL;
	table->processes = processes;
	struct ll_html_process *process = calloc(1, sizeof(*process));
	if (process == NULL)
		return NULL;
	process->key = (struct ll_html_key){ id.tgid, id.start_boottime_ns };
	memset(process->columns, 0xff, sizeof(process->columns));
	HASH_ADD(hh, table->by_id, key, sizeof(process->key), process);
	if (process->hh.tbl == NULL) {
		free(process);
		return NULL;
	}
	table->processes[table->count++] = process;
	return process;
}

static struct ll_id birth_parent(const struct ll_process *known)
{
	return known->original_parent.tgid != 0 ? known->original_parent : known->parent;
}

/* Make records of a process and of its ancestors that the model knows. 0 or -ENOMEM. */
static int add_line(struct ll_html_table *table, const struct ll_model *model, struct ll_id id)
{
	while (id.tgid != 0 && find(table, id) == NULL) {
		const struct ll_process *known = ll_model_find(model, id);

		if (known == NULL)
			return 0;
		if (table->count >= LL_HTML_PROCESSES) {
			table->left_out++;
			return 0;
		}
		struct ll_html_process *process = new_process(table, id);
		if (process == NULL)
			return -ENOMEM;
		process->bits = LL_HTML_CONTEXT;
		process->parent = birth_parent(known);
		id = process->parent;
	}
	return 0;
}

/* The record of an event's process; NULL when there can be none. 0 or -ENOMEM. */
static int find_subject(struct ll_html_table *table, const struct ll_model *model,
			const struct ll_event *event, struct ll_html_process **ret)
{
	struct ll_id id = { (uint32_t)event->tgid, event->start_boottime_ns };
	bool is_named = ll_event_has(event, LL_F_PID) && ll_event_has(event, LL_F_CREATION);

	*ret = NULL;
	if (!is_named || event->tgid == 0)
		return 0;
	int err = add_line(table, model, id);
	*ret = find(table, id);
	if (*ret != NULL)
		(*ret)->bits &= ~LL_HTML_CONTEXT;
	return err;
}

/* ---- What the model knows -------------------------------------------------------------- */

static int set_text(struct ll_html_table *table, struct ll_html_process *process,
		    enum ll_html_column column, struct ll_str text)
{
	return text.length == 0
		       ? 0
		       : ll_html_strings_add(&table->strings, text, &process->columns[column]);
}

static int take_texts(struct ll_html_table *table, struct ll_html_process *process,
		      const struct ll_process *known)
{
	int err = set_text(table, process, LL_HTML_COMM, ll_str_of(known->comm));

	if (err == 0 && ll_process_knows(known, LL_F_EXIT_DESCRIPTION))
		err = set_text(table, process, LL_HTML_WHY, known->exit_description);
	if (err == 0 && ll_process_knows(known, LL_F_CGROUP))
		err = set_text(table, process, LL_HTML_CGROUP, known->cgroup);
	if (err == 0 && ll_process_knows(known, LL_F_CONTAINER))
		err = set_text(table, process, LL_HTML_CONTAINER, known->container_id);
	return err;
}

static void take_numbers(struct ll_html_process *process, const struct ll_process *known)
{
	const struct {
		enum ll_html_column column;
		enum ll_field field;
		uint64_t value;
	} facts[] = {
		{ LL_HTML_STATUS, LL_F_EXIT_STATUS, known->wait_status },
		{ LL_HTML_CAUSE, LL_F_EXIT_CAUSE, known->exit_cause },
		{ LL_HTML_REAPER, LL_F_REAPER, known->reaper_tgid },
		{ LL_HTML_EUID, LL_F_EUID, known->euid },
		{ LL_HTML_RUID, LL_F_RUID, known->ruid },
		{ LL_HTML_PGID, LL_F_PGID, known->pgid },
		{ LL_HTML_SID, LL_F_SID, known->sid },
		{ LL_HTML_VPID, LL_F_VPID, known->vpid },
		{ LL_HTML_UTIME, LL_F_UTIME, known->cpu_user_ns },
		{ LL_HTML_STIME, LL_F_STIME, known->cpu_system_ns },
		{ LL_HTML_WAIT, LL_F_CPU_WAIT, known->cpu_wait_ns },
		{ LL_HTML_MAXRSS, LL_F_MAXRSS, known->max_rss_bytes },
	};

	for (size_t i = 0; i < sizeof(facts) / sizeof(facts[0]); i++)
		if (ll_process_knows(known, facts[i].field))
			process->columns[facts[i].column] = facts[i].value;
	if (known->thread_peak > 0)
		process->columns[LL_HTML_THREADS] = known->thread_peak;
}

static void take_life(struct ll_html_process *process, const struct ll_process *known)
{
	bool is_rough = known->reap_inferred || (ll_process_knows(known, LL_F_REAP_PRECISION) &&
						 known->reap_precision == LL_REAP_RCU);

	process->parent = birth_parent(known);
	process->parent_now = known->parent;
	process->exit_ns = known->life != LL_LIFE_ALIVE ? known->exit_boottime_ns : 0;
	process->reap_ns = known->life == LL_LIFE_REAPED ? known->reap_boottime_ns : 0;
	process->bits = (process->bits & (LL_HTML_CONTEXT | LL_HTML_COARSE)) |
			(known->is_kthread ? LL_HTML_KTHREAD : 0) |
			(known->birth_seen ? LL_HTML_BIRTH_SEEN : 0) |
			(known->inferred ? LL_HTML_INFERRED : 0) |
			(is_rough ? LL_HTML_REAP_ROUGH : 0);
}

static int take_image(struct ll_html_table *table, const struct ll_image *image,
		      struct ll_html_image *ret)
{
	struct ll_str args = image->args;

	ret->time_ns = image->time_boottime_ns;
	ret->is_cut = image->args_truncated || args.length > LL_HTML_ARGS;
	if (args.length > LL_HTML_ARGS)
		args.length = LL_HTML_ARGS;
	const struct {
		struct ll_str text;
		uint64_t *number;
	} texts[] = {
		{ args, &ret->args },
		{ image->comm, &ret->comm },
		{ image->exe, &ret->exe },
		{ image->filename, &ret->filename },
		{ image->interpreter, &ret->interpreter },
		{ image->cwd, &ret->cwd },
	};
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		int err = ll_html_strings_add(&table->strings, texts[i].text, texts[i].number);

		if (err != 0)
			return err;
	}
	return 0;
}

static int take_images(struct ll_html_table *table, struct ll_html_process *process,
		       const struct ll_process *known)
{
	size_t count = 0;

	for (const struct ll_image *image = known->image; image != NULL;
	     image = image->previous)
		count++;
	if (count == 0)
		return 0;
	struct ll_html_image *images = reallocarray(process->images, count, sizeof(*images));
	if (images == NULL)
		return -ENOMEM;
	process->images = images;
	process->image_count = count;
	memset(images, 0, count * sizeof(*images));
	for (const struct ll_image *image = known->image; image != NULL;
	     image = image->previous) {
		int err = take_image(table, image, &images[--count]);

		if (err != 0)
			return err;
	}
	return 0;
}

/* Take all that the model knows of it, if it still does. 0 or -ENOMEM. */
static int take_known(struct ll_html_table *table, const struct ll_model *model,
		      struct ll_html_process *process)
{
	struct ll_id id = { (uint32_t)process->key.tgid, process->key.start_ns };
	const struct ll_process *known = ll_model_find(model, id);
	int err = 0;

	if (known == NULL)
		return 0;
	take_life(process, known);
	take_numbers(process, known);
	if (!process->has_images)
		err = take_images(table, process, known);
	process->has_images = known->life != LL_LIFE_ALIVE;
	return err == 0 ? take_texts(table, process, known) : err;
}

/* ---- Events ---------------------------------------------------------------------------- */

/* What is only said where a process ends. */
static void take_usage(struct ll_html_process *process, const struct ll_event *event)
{
	const struct {
		enum ll_html_column column;
		enum ll_field field;
		uint64_t value;
	} facts[] = {
		{ LL_HTML_MINFLT, LL_F_MINFLT, event->minor_faults },
		{ LL_HTML_MAJFLT, LL_F_MAJFLT, event->major_faults },
		{ LL_HTML_NVCSW, LL_F_NVCSW, event->voluntary_switches },
		{ LL_HTML_NIVCSW, LL_F_NIVCSW, event->involuntary_switches },
		{ LL_HTML_READ, LL_F_READ_BYTES, event->io_read_bytes },
		{ LL_HTML_WRITTEN, LL_F_WRITE_BYTES, event->io_write_bytes },
	};

	for (size_t i = 0; i < sizeof(facts) / sizeof(facts[0]); i++)
		if (ll_event_has(event, facts[i].field))
			process->columns[facts[i].column] = facts[i].value;
}

static struct ll_id sender_of(const struct ll_event *event)
{
	if (!ll_event_has(event, LL_F_SENDER_PID))
		return (struct ll_id){ 0 };
	return (struct ll_id){ (uint32_t)event->sender_tgid, event->sender_start_boottime_ns };
}

static int add_signal(struct ll_html_table *table, struct ll_html_process *target,
		      const struct ll_event *event, uint64_t time_ns, struct ll_str name)
{
	if (target->signal_count >= LL_HTML_SIGNALS ||
	    table->signal_count >= LL_HTML_ALL_SIGNALS) {
		target->signals_left_out++;
		return 0;
	}
	struct ll_html_signal *signal = calloc(1, sizeof(*signal));
	if (signal == NULL)
		return -ENOMEM;
	signal->time_ns = time_ns;
	signal->latency_ns = LL_HTML_UNKNOWN;
	signal->sender = sender_of(event);
	signal->sender_kind =
		ll_event_has(event, LL_F_SENDER_KIND) ? event->sender_kind : UINT8_MAX;
	signal->result =
		ll_event_has(event, LL_F_SIGNAL_RESULT) ? event->signal_result : UINT8_MAX;
	signal->action = ll_event_has(event, LL_F_ACTION) ? event->signal_action : UINT8_MAX;
	signal->number =
		ll_event_has(event, LL_F_SIGNAL_NUMBER) ? (unsigned)event->signal_number : 0;
	signal->older = target->signals;
	target->signals = signal;
	target->signal_count++;
	table->signal_count++;
	int err = ll_html_strings_add(&table->strings, name, &signal->name);
	if (err == 0 && ll_event_has(event, LL_F_SENDER_COMM))
		err = ll_html_strings_add(&table->strings, event->sender_comm,
					  &signal->sender_comm);
	return err;
}

/* The kernel's SIGCHLD says no more than the end of the child does. */
static bool is_told_by_child(const struct ll_event *event)
{
	return ll_event_has(event, LL_F_SIGNAL_NUMBER) && event->signal_number == SIGCHLD &&
	       ll_event_has(event, LL_F_SENDER_KIND) && event->sender_kind == LL_SENDER_KERNEL;
}

static int take_generate(struct ll_html_table *table, struct ll_html_process *target,
			 const struct ll_event *event)
{
	if (is_told_by_child(event) || !ll_event_has(event, LL_F_SIGNAL))
		return 0;
	return add_signal(table, target, event, event->time_boottime_ns, event->signal_name);
}

/* The oldest of that number that waits: of one number they are delivered in order. */
static void take_deliver(struct ll_html_process *target, const struct ll_event *event)
{
	struct ll_html_signal *oldest = NULL;

	for (struct ll_html_signal *signal = target->signals; signal != NULL;
	     signal = signal->older)
		if (signal->number == event->signal_number && signal->action == UINT8_MAX &&
		    signal->result == LL_SIGNAL_DELIVERED)
			oldest = signal;
	if (oldest == NULL || !ll_event_has(event, LL_F_SIGNAL_NUMBER) ||
	    !ll_event_has(event, LL_F_ACTION))
		return;
	oldest->action = event->signal_action;
	if (ll_event_has(event, LL_F_LATENCY))
		oldest->latency_ns = event->signal_latency_ns;
}

/* Without --signals the exit alone tells of the signal that ended it. */
static int take_killer(struct ll_html_table *table, struct ll_html_process *target,
		       const struct ll_event *event)
{
	uint64_t time_ns = event->time_boottime_ns;

	if (!ll_event_has(event, LL_F_EXIT_SIGNAL) || !ll_event_has(event, LL_F_SENDER_KIND) ||
	    target->signals != NULL)
		return 0;
	if (ll_event_has(event, LL_F_KILL_NS) && event->kill_ns < time_ns)
		time_ns -= event->kill_ns;
	int err = add_signal(table, target, event, time_ns, event->exit_signal);
	if (err == 0 && target->signals != NULL)
		target->signals->action = LL_ACTION_TERMINATE;
	return err;
}

/* Of its main thread; who is still stuck in a state is told of when that ends. */
static int take_state(struct ll_html_process *process, const struct ll_event *event)
{
	if (event->tid != event->tgid || !ll_event_has(event, LL_F_STATE_FROM) ||
	    !ll_event_has(event, LL_F_STATE_NS) ||
	    (ll_event_has(event, LL_F_STATE_STUCK) && event->state_stuck) ||
	    event->state_ns > event->time_boottime_ns)
		return 0;
	if (process->stay_count >= LL_HTML_STAYS)
		ll_html_process_coarsen(process, LL_HTML_STAYS / 2);
	struct ll_html_stay *stays = ll_grow(process->stays, process->stay_count + 1,
					     &process->stay_room, sizeof(*stays), 4);
	if (stays == NULL)
		return -ENOMEM;
	process->stays = stays;
	stays[process->stay_count++] = (struct ll_html_stay){
		.begin_ns = event->time_boottime_ns - event->state_ns,
		.end_ns = event->time_boottime_ns,
		.state = event->state_from,
	};
	return 0;
}

static int take_end(struct ll_html_table *table, const struct ll_model *model,
		    struct ll_html_process *process, const struct ll_event *event)
{
	bool is_thread = ll_event_has(event, LL_F_EXIT_SCOPE)
				 ? event->exit_scope == LL_EXIT_THREAD
				 : event->kind == LL_EVENT_EXIT;

	if ((event->kind == LL_EVENT_EXIT && is_thread) ||
	    (event->kind == LL_EVENT_REAP && event->tid != event->tgid))
		return 0;
	take_usage(process, event);
	int err = event->kind == LL_EVENT_EXIT ? take_killer(table, process, event) : 0;
	return err == 0 ? take_known(table, model, process) : err;
}

static int take_loss(struct ll_html_table *table, const struct ll_event *event)
{
	struct ll_html_loss loss = {
		.time_ns = event->time_boottime_ns,
		.count = ll_event_has(event, LL_F_LOST_COUNT) ? event->lost_count : 0,
		.cpu = ll_event_has(event, LL_F_LOST_CPU) ? event->lost_cpu : LL_HTML_UNKNOWN,
	};

	if (table->loss_count == LL_HTML_LOSSES) {
		table->losses[table->loss_count - 1].count += loss.count;
		return 0;
	}
	struct ll_html_loss *losses = ll_grow(table->losses, table->loss_count + 1,
					      &table->loss_room, sizeof(*losses), 8);
	if (losses == NULL)
		return -ENOMEM;
	table->losses = losses;
	int err = !ll_event_has(event, LL_F_LOST_KIND)
			  ? 0
			  : ll_html_strings_add(&table->strings, event->lost_kind, &loss.kind);
	losses[table->loss_count++] = loss;
	return err;
}

static void note_time(struct ll_html_table *table, const struct ll_event *event)
{
	uint64_t time_ns = event->time_boottime_ns;

	/* The first is told a little after it was forked. */
	if (event->kind == LL_EVENT_FORK && ll_event_has(event, LL_F_CREATION) &&
	    event->start_boottime_ns < time_ns && event->tid == event->tgid)
		time_ns = event->start_boottime_ns;
	if (table->first_ns == 0 || time_ns < table->first_ns)
		table->first_ns = time_ns;
	if (event->time_boottime_ns > table->end_ns)
		table->end_ns = event->time_boottime_ns;
	if (table->unix_minus_boot_ns == 0 && ll_event_has(event, LL_F_TIME))
		table->unix_minus_boot_ns = event->time_unix_ns - event->time_boottime_ns;
}

int ll_html_table_add(struct ll_html_table *table, const struct ll_model *model,
		      const struct ll_event *event)
{
	struct ll_html_process *process;

	if (event->is_unwanted)
		return 0;
	note_time(table, event);
	if (event->kind == LL_EVENT_LOST)
		return take_loss(table, event);
	int err = find_subject(table, model, event, &process);
	if (err != 0 || process == NULL)
		return err;
	switch (event->kind) {
	case LL_EVENT_EXIT:
	case LL_EVENT_REAP:
		return take_end(table, model, process, event);
	case LL_EVENT_SIGNAL_GENERATE:
		return take_generate(table, process, event);
	case LL_EVENT_SIGNAL_DELIVER:
		take_deliver(process, event);
		return 0;
	case LL_EVENT_STATE:
		return take_state(process, event);
	default:
		return 0;
	}
}

/* ---- The end --------------------------------------------------------------------------- */

static int take_row(void *arg, const struct ll_states_row *row)
{
	const struct ll_html_table *table = arg;
	struct ll_html_process *process = find(table, row->process->id);

	if (process == NULL || row->states.since_boottime_ns == 0)
		return 0;
	for (int state = 0; state < LL_STATES_TIMED; state++)
		process->columns[LL_HTML_RUNNING + state] = row->states.stays[state].total_ns;
	return 0;
}

static int compare_births(const void *left, const void *right)
{
	const struct ll_html_process *a = *(struct ll_html_process *const *)left;
	const struct ll_html_process *b = *(struct ll_html_process *const *)right;

	if (a->key.start_ns != b->key.start_ns)
		return a->key.start_ns < b->key.start_ns ? -1 : 1;
	return a->key.tgid < b->key.tgid ? -1 : a->key.tgid > b->key.tgid;
}

/* Coarsen the states until those of all processes are few enough. */
static void fit_stays(struct ll_html_table *table)
{
	for (size_t most = LL_HTML_STAYS; most > 0; most /= 2) {
		size_t total = 0;

		for (size_t i = 0; i < table->count; i++) {
			ll_html_process_coarsen(table->processes[i], most);
			total += table->processes[i]->stay_count;
		}
		if (total <= LL_HTML_ALL_STAYS)
			return;
	}
}

/* What leads to others may have begun before the first event that was asked for. */
static void note_birth(struct ll_html_table *table, const struct ll_html_process *process)
{
	if ((process->bits & LL_HTML_BIRTH_SEEN) != 0 &&
	    process->key.start_ns < table->first_ns)
		table->first_ns = process->key.start_ns;
}

int ll_html_table_end(struct ll_html_table *table, const struct ll_model *model,
		      uint64_t now_boottime_ns)
{
	int err = 0;

	if (now_boottime_ns > table->end_ns)
		table->end_ns = now_boottime_ns;
	for (size_t i = 0; i < table->count && err == 0; i++) {
		err = take_known(table, model, table->processes[i]);
		note_birth(table, table->processes[i]);
	}
	if (err == 0)
		err = ll_model_states(model, take_row, table);
	if (table->count > 0)
		qsort(table->processes, table->count, sizeof(*table->processes),
		      compare_births);
	for (size_t i = 0; i < table->count; i++)
		table->processes[i]->place = i;
	fit_stays(table);
	return err;
}
