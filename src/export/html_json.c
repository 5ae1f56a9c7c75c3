/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* See html_json.h. */
#include "export/html_json.h"

#include "event/signal_names.h"
#include "export/html_process.h"
#include "render/json.h"

struct writer {
	struct ll_buffer buffer;
	const struct ll_html_report *report;
	const struct ll_html_table *table;
	uint64_t begin_ns;
	bool has_member; /* of the object being written */
	bool has_item; /* of the array */
	int64_t previous; /* in a column of differences */
};

/* ---- Parts ----------------------------------------------------------------------------- */

static void put_key(struct writer *writer, const char *key)
{
	ll_buffer_put_string(&writer->buffer, writer->has_member ? ",\"" : "\"");
	ll_buffer_put_string(&writer->buffer, key);
	ll_buffer_put_string(&writer->buffer, "\":");
	writer->has_member = true;
}

static void open_object(struct writer *writer, const char *key)
{
	put_key(writer, key);
	ll_buffer_put_char(&writer->buffer, '{');
	writer->has_member = false;
}

static void close_object(struct writer *writer)
{
	ll_buffer_put_char(&writer->buffer, '}');
	writer->has_member = true;
}

static void open_array(struct writer *writer, const char *key)
{
	put_key(writer, key);
	ll_buffer_put_char(&writer->buffer, '[');
	writer->has_item = false;
	writer->previous = 0;
}

static void close_array(struct writer *writer)
{
	ll_buffer_put_char(&writer->buffer, ']');
}

static void begin_item(struct writer *writer)
{
	if (writer->has_item)
		ll_buffer_put_char(&writer->buffer, ',');
	writer->has_item = true;
}

static void put_number(struct writer *writer, int64_t number)
{
	if (number < 0)
		ll_buffer_put_char(&writer->buffer, '-');
	ll_buffer_put_decimal(&writer->buffer,
			      number < 0 ? -(uint64_t)number : (uint64_t)number);
}

static void put_item(struct writer *writer, int64_t number)
{
	begin_item(writer);
	put_number(writer, number);
}

static void put_difference(struct writer *writer, int64_t number)
{
	put_item(writer, number - writer->previous);
	writer->previous = number;
}

static void put_known(struct writer *writer, bool is_known, uint64_t number)
{
	begin_item(writer);
	if (is_known)
		ll_buffer_put_decimal(&writer->buffer, number);
	else
		ll_buffer_put_string(&writer->buffer, "null");
}

static void put_text(struct writer *writer, const char *key, struct ll_str text)
{
	if (text.length == 0)
		return;
	put_key(writer, key);
	ll_json_put_string(&writer->buffer, text);
}

static void put_count(struct writer *writer, const char *key, uint64_t count)
{
	put_key(writer, key);
	ll_buffer_put_decimal(&writer->buffer, count);
}

/* In microseconds, cut: so the order is kept, and lengths are differences of these. */
static int64_t since_begin(const struct writer *writer, uint64_t time_ns)
{
	int64_t ns = (int64_t)(time_ns - writer->begin_ns);

	return ns >= 0 ? ns / 1000 : -((-ns + 999) / 1000);
}

static int64_t length_us(const struct writer *writer, uint64_t begin_ns, uint64_t end_ns)
{
	return since_begin(writer, end_ns) - since_begin(writer, begin_ns);
}

/* A column of the processes: what to write of each. */
typedef void (*put_fn)(struct writer *writer, const struct ll_html_process *process);

static void put_column(struct writer *writer, const char *key, put_fn put)
{
	open_array(writer, key);
	for (size_t i = 0; i < writer->table->count; i++)
		put(writer, writer->table->processes[i]);
	close_array(writer);
}

/* ---- Processes ------------------------------------------------------------------------- */

static void put_pid(struct writer *writer, const struct ll_html_process *process)
{
	put_difference(writer, (int64_t)process->key.tgid);
}

static void put_start(struct writer *writer, const struct ll_html_process *process)
{
	put_difference(writer, since_begin(writer, process->key.start_ns));
}

static void put_parent(struct writer *writer, const struct ll_html_process *process)
{
	int64_t place = ll_html_table_find(writer->table, process->parent);

	/* How many places before: mostly few. */
	put_item(writer, place >= 0 ? (int64_t)process->place - place : 0);
}

static void put_parent_pid(struct writer *writer, const struct ll_html_process *process)
{
	bool is_there = ll_html_table_find(writer->table, process->parent) >= 0;

	put_item(writer, is_there ? 0 : process->parent.tgid);
}

/* 0: the one it was born to. */
static void put_parent_now(struct writer *writer, const struct ll_html_process *process)
{
	bool is_other = process->parent_now.tgid != 0 &&
			process->parent_now.tgid != process->parent.tgid;

	put_item(writer, is_other ? process->parent_now.tgid : 0);
}

static void put_life(struct writer *writer, const struct ll_html_process *process)
{
	put_known(writer, process->exit_ns >= process->key.start_ns && process->exit_ns != 0,
		  (uint64_t)length_us(writer, process->key.start_ns, process->exit_ns));
}

static void put_zombie(struct writer *writer, const struct ll_html_process *process)
{
	put_known(writer, process->exit_ns != 0 && process->reap_ns >= process->exit_ns,
		  (uint64_t)length_us(writer, process->exit_ns, process->reap_ns));
}

static void put_bits(struct writer *writer, const struct ll_html_process *process)
{
	put_item(writer, process->bits);
}

static void put_signals_left_out(struct writer *writer, const struct ll_html_process *process)
{
	put_item(writer, (int64_t)process->signals_left_out);
}

enum unit { COUNT, STRING, TIME_US, KIB };

static void put_one_of(struct writer *writer, const char *name, enum ll_html_column column,
		       enum unit unit)
{
	static const uint64_t divisors[] = {
		[COUNT] = 1, [STRING] = 1, [TIME_US] = 1000, [KIB] = 1024
	};
	const struct ll_html_table *table = writer->table;
	size_t first = 0;

	while (first < table->count &&
	       table->processes[first]->columns[column] == LL_HTML_UNKNOWN)
		first++;
	if (first == table->count)
		return;
	open_array(writer, name);
	for (size_t i = 0; i < table->count; i++) {
		uint64_t value = table->processes[i]->columns[column];

		put_known(writer, value != LL_HTML_UNKNOWN, value / divisors[unit]);
	}
	close_array(writer);
}

static void put_processes(struct writer *writer)
{
	open_object(writer, "processes");
	put_column(writer, "pid", put_pid);
	put_column(writer, "start", put_start);
	put_column(writer, "parent", put_parent);
	put_column(writer, "parent_pid", put_parent_pid);
	put_column(writer, "parent_now", put_parent_now);
	put_column(writer, "life", put_life);
	put_column(writer, "zombie", put_zombie);
	put_column(writer, "bits", put_bits);
	put_column(writer, "signals_left_out", put_signals_left_out);
#define X(id, name, unit) put_one_of(writer, name, LL_HTML_##id, unit);
	LL_HTML_COLUMNS(X)
#undef X
	close_object(writer);
}

/* ---- Executions, signals, states ------------------------------------------------------- */

/* Put one column over all that the processes have of something: what to write of each. */
#define PUT_ALL(writer, key, list, length, item, ...)                                          \
	do {                                                                                   \
		open_array(writer, key);                                                       \
		for (size_t i = 0; i < (writer)->table->count; i++) {                          \
			const struct ll_html_process *process = (writer)->table->processes[i]; \
			for (size_t j = 0; j < process->length; j++) {                         \
				const __typeof__(*process->list) *item = &process->list[j];    \
				__VA_ARGS__;                                                   \
			}                                                                      \
		}                                                                              \
		close_array(writer);                                                           \
	} while (0)

#define PUT_IMAGES(key, ...)                                                                   \
	PUT_ALL(writer, key, images, image_count, image, put_item(writer, (int64_t)__VA_ARGS__))

static void put_images(struct writer *writer)
{
	open_object(writer, "images");
	PUT_ALL(writer, "process", images, image_count, image,
		put_difference(writer, image != NULL ? (int64_t)i : 0));
	PUT_IMAGES("time", length_us(writer, process->key.start_ns, image->time_ns));
	PUT_IMAGES("comm", image->comm);
	PUT_IMAGES("exe", image->exe);
	PUT_IMAGES("file", image->filename);
	PUT_IMAGES("interpreter", image->interpreter);
	PUT_ALL(writer, "args", images, image_count, image,
		put_difference(writer, (int64_t)image->args));
	PUT_IMAGES("cwd", image->cwd);
	PUT_IMAGES("cut", image->is_cut);
	close_object(writer);
}

static void put_stays(struct writer *writer)
{
	open_object(writer, "stays");
	PUT_ALL(writer, "process", stays, stay_count, stay,
		put_difference(writer, stay != NULL ? (int64_t)i : 0));
	PUT_ALL(writer, "begin", stays, stay_count, stay,
		put_difference(writer, since_begin(writer, stay->begin_ns)));
	PUT_ALL(writer, "length", stays, stay_count, stay,
		put_item(writer, length_us(writer, stay->begin_ns, stay->end_ns)));
	PUT_ALL(writer, "state", stays, stay_count, stay, put_item(writer, stay->state));
	close_object(writer);
}

#define PUT_SIGNALS(key, ...)                                                                  \
	do {                                                                                   \
		open_array(writer, key);                                                       \
		for (size_t i = 0; i < writer->table->count; i++)                              \
			for (const struct ll_html_signal *signal =                             \
				     writer->table->processes[i]->signals;                     \
			     signal != NULL; signal = signal->older)                           \
				__VA_ARGS__;                                                   \
		close_array(writer);                                                           \
	} while (0)

static void put_signals(struct writer *writer)
{
	const struct ll_html_table *table = writer->table;

	open_object(writer, "signals");
	PUT_SIGNALS("target", put_difference(writer, (int64_t)i));
	PUT_SIGNALS("time", put_difference(writer, since_begin(writer, signal->time_ns)));
	PUT_SIGNALS("name", put_item(writer, (int64_t)signal->name));
	PUT_SIGNALS("sender", put_item(writer, ll_html_table_find(table, signal->sender)));
	PUT_SIGNALS("sender_pid", put_item(writer, signal->sender.tgid));
	PUT_SIGNALS("sender_comm", put_item(writer, (int64_t)signal->sender_comm));
	PUT_SIGNALS("sender_kind", put_item(writer, signal->sender_kind));
	PUT_SIGNALS("result", put_item(writer, signal->result));
	PUT_SIGNALS("action", put_item(writer, signal->action));
	PUT_SIGNALS("latency", put_known(writer, signal->latency_ns != LL_HTML_UNKNOWN,
					 signal->latency_ns));
	close_object(writer);
}

#define PUT_LOSSES(key, ...)                                                                   \
	do {                                                                                   \
		open_array(writer, key);                                                       \
		for (size_t i = 0; i < writer->table->loss_count; i++) {                       \
			const struct ll_html_loss *loss = &writer->table->losses[i];           \
			__VA_ARGS__;                                                           \
		}                                                                              \
		close_array(writer);                                                           \
	} while (0)

static void put_losses(struct writer *writer)
{
	open_object(writer, "losses");
	PUT_LOSSES("time", put_item(writer, since_begin(writer, loss->time_ns)));
	PUT_LOSSES("kind", put_item(writer, (int64_t)loss->kind));
	PUT_LOSSES("count", put_item(writer, (int64_t)loss->count));
	PUT_LOSSES("cpu", put_known(writer, loss->cpu != LL_HTML_UNKNOWN, loss->cpu));
	close_object(writer);
}

#define PUT_SEGMENTS(key, ...)                                                                 \
	do {                                                                                   \
		open_array(writer, key);                                                       \
		for (size_t i = 0; i < path->count; i++) {                                     \
			const struct ll_critical_segment *segment = &path->segments[i];        \
			__VA_ARGS__;                                                           \
		}                                                                              \
		close_array(writer);                                                           \
	} while (0)

static void put_path(struct writer *writer)
{
	const struct ll_critical_result *path = writer->report->path;

	if (path == NULL)
		return;
	open_object(writer, "path");
	put_count(writer, "is_over", path->is_over);
	put_count(writer, "is_cut", path->is_cut);
	PUT_SEGMENTS("process",
		     put_difference(writer, ll_html_table_find(writer->table, segment->id)));
	/* There are no gaps between them: each begins where the one before ends. */
	put_key(writer, "begin");
	put_number(writer,
		   path->count > 0 ? since_begin(writer, path->segments[0].begin_ns) : 0);
	PUT_SEGMENTS("length",
		     put_item(writer, length_us(writer, segment->begin_ns, segment->end_ns)));
	close_object(writer);
}

/* ---- The rest -------------------------------------------------------------------------- */

static void put_about(struct writer *writer)
{
	const struct ll_export_about *about = writer->report->about;

	open_object(writer, "about");
	put_text(writer, "version", about->version);
	put_text(writer, "host", about->host);
	put_text(writer, "boot_id", about->boot_id);
	put_text(writer, "arch", about->arch);
	put_text(writer, "os_release", about->os_release);
	put_text(writer, "command", about->command);
	close_object(writer);
}

static void put_values(struct writer *writer, const char *key, enum ll_field field)
{
	open_array(writer, key);
	for (const char *const *value = ll_field_info(field)->values; *value != NULL; value++) {
		begin_item(writer);
		ll_json_put_string(&writer->buffer, ll_str_of(*value));
	}
	close_array(writer);
}

/* What the numbers of enumerations, and of signals, are called. */
static void put_names(struct writer *writer)
{
	open_object(writer, "names");
	put_values(writer, "cause", LL_F_EXIT_CAUSE);
	put_values(writer, "result", LL_F_SIGNAL_RESULT);
	put_values(writer, "action", LL_F_ACTION);
	put_values(writer, "sender_kind", LL_F_SENDER_KIND);
	put_values(writer, "state", LL_F_STATE_FROM);
	open_array(writer, "signal");
	for (unsigned number = 0; number <= LL_SIGNAL_MAX; number++) {
		begin_item(writer);
		ll_json_put_string(&writer->buffer,
				   ll_str_of(number == 0 ? "" : ll_signal_name(number)));
	}
	close_array(writer);
	close_object(writer);
}

static void put_strings(struct writer *writer)
{
	const struct ll_html_strings *strings = &writer->table->strings;

	open_array(writer, "strings");
	for (size_t i = 0; i < strings->count; i++) {
		begin_item(writer);
		ll_json_put_string(&writer->buffer, ll_html_strings_at(strings, i));
	}
	close_array(writer);
}

static void put_times(struct writer *writer)
{
	const struct ll_html_table *table = writer->table;
	uint64_t length_ns =
		table->end_ns > writer->begin_ns ? table->end_ns - writer->begin_ns : 0;

	put_count(writer, "length", length_ns / 1000);
	/* Past what a double holds exactly, so in milliseconds. */
	if (table->unix_minus_boot_ns != 0)
		put_count(writer, "unix_ms",
			  (writer->begin_ns + table->unix_minus_boot_ns) / 1000000);
	put_count(writer, "left_out", table->left_out);
	put_count(writer, "texts_left_out", table->strings.left_out);
}

int ll_html_json_write(FILE *out, const struct ll_html_report *report)
{
	struct writer writer = { .report = report,
				 .table = report->table,
				 .begin_ns = report->table->first_ns };

	ll_buffer_init(&writer.buffer, out);
	ll_buffer_put_char(&writer.buffer, '{');
	put_times(&writer);
	put_about(&writer);
	put_names(&writer);
	put_strings(&writer);
	put_processes(&writer);
	put_images(&writer);
	put_signals(&writer);
	put_stays(&writer);
	put_losses(&writer);
	put_path(&writer);
	ll_buffer_put_char(&writer.buffer, '}');
	return ll_buffer_end(&writer.buffer);
}
