/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Parsing with glibc's argp, kept silent: every usage error becomes one line of our
 * own. What follows the first "--" is cut off before argp sees it, so no option of CMD
 * can be taken for ours.
 */
#include "cli/options.h"

#include <argp.h>
#include <errno.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/parse.h"
#include "cli/command.h"
#include "cli/option_table.h"
#include "base/suggest.h"
#include "event/event.h"
#include "event/signal_names.h"
#include "live/live.h"

#define RING_BYTES_MIN 4096
#define ROTATE_BYTES_MIN (64 * 1024)
#define RING_BYTES_MAX (1024 * 1024 * 1024)
/* With help_of(): the options stand in the help of the command alone. */
#define SIGNAL_KINDS "signal"
#define SEE_HELP "see lifeline %s --help"

struct parser {
	struct ll_options options;
	struct argp_option table[LL_OPTION_ROOM]; /* every option, as argp wants them */
	char *why; /* heap; the first refusal's line */
};

/* Note why the command line is refused; returns what makes argp stop. */
__attribute__((format(printf, 2, 3))) static error_t refuse(struct parser *parser,
							    const char *format, ...)
{
	va_list args;

	if (parser->why != NULL)
		return EINVAL;
	va_start(args, format);
	if (vasprintf(&parser->why, format, args) < 0)
		parser->why = NULL;
	va_end(args);
	return EINVAL;
}

/* The command that was named so far, if there is such a one; else that which runs without a name. */
static const char *help_of(const struct parser *parser)
{
	const struct ll_command *command;
	const char *named = parser->options.command;

	for (size_t i = 0; named != NULL && (command = ll_command_at(i)) != NULL; i++)
		if (strcmp(command->name, named) == 0)
			return named;
	return ll_cmd_trace.name;
}

static error_t set_pid(struct parser *parser, const char *arg)
{
	if (parser->options.pid != 0)
		return refuse(parser, "-p is given twice; follow one process at a time");
	if (ll_parse_pid(arg, &parser->options.pid) < 0)
		return refuse(parser, "-p: '%s' is not a PID; expected 1 to 4194304", arg);
	return 0;
}

/*
 * Read /etc/passwd, not the name service: its libraries, which a static binary may find in
 * another version or not at all, have no place in a program that runs as root.
 */
static int find_user(const char *name, uint32_t *ret_uid)
{
	LL_AUTO_FCLOSE FILE *file = fopen("/etc/passwd", "re");
	const struct passwd *user;

	if (file == NULL)
		return -errno;
	while ((user = fgetpwent(file)) != NULL) {
		if (strcmp(user->pw_name, name) != 0)
			continue;
		*ret_uid = user->pw_uid;
		return 0;
	}
	return -ENOENT;
}

static error_t set_user(struct parser *parser, const char *arg)
{
	uint64_t number;

	parser->options.has_uid = true;
	/* (uid_t)-1 means "no user" to the kernel. */
	if (ll_parse_count(arg, &number) == 0 && number < UINT32_MAX) {
		parser->options.uid = (uint32_t)number;
		return 0;
	}
	int err = find_user(arg, &parser->options.uid);
	if (err == -ENOENT)
		return refuse(parser,
			      "-u: no user '%s' in /etc/passwd; give the number that "
			      "`id -u` knows",
			      arg);
	if (err < 0)
		return refuse(parser, "-u: cannot read /etc/passwd: %s", strerror(-err));
	return 0;
}

/* The kernel keeps 15 bytes of a name: a longer one could never match. */
static error_t set_comm(struct parser *parser, const char *arg)
{
	if (arg[0] == '\0' || strlen(arg) > 15)
		return refuse(parser,
			      "-c: '%s' matches nothing: a task's name has 1 to 15 bytes", arg);
	parser->options.comm = arg;
	return 0;
}

static error_t set_cgroup(struct parser *parser, const char *arg)
{
	if (arg[0] != '/')
		return refuse(parser,
			      "--cgroup: '%s' does not begin with '/'; give the path as in "
			      "/proc/PID/cgroup",
			      arg);
	parser->options.cgroup = arg;
	return 0;
}

static bool is_word(const char *word, const char *name, size_t length)
{
	return length == strlen(word) && memcmp(name, word, length) == 0;
}

/* The kinds a name stands for; 0: none. "signal" is both of a signal's. */
static uint32_t find_kinds(const char *name, size_t length)
{
	/* As the column EVENT has them, where it has no room for the name. */
	static const struct {
		const char *word;
		uint32_t kinds;
	} words[] = {
		{ SIGNAL_KINDS, LL_E_SIGNAL },
		{ "execfail", LL_E(EXEC_FAILED) },
		{ "times", LL_E(STATE_TIMES) },
		{ "LOST", LL_E(LOST) },
	};
	enum ll_event_kind kind;

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (is_word(words[i].word, name, length))
			return words[i].kinds;
	}
	return ll_event_kind_find(name, length, &kind) == 0 ? 1u << kind : 0;
}

/* What to ask for instead of a word of the column EVENT that is one kind of fork; NULL: it is none. */
static const char *find_fork_hint(const char *name)
{
	if (strcmp(name, "thread") == 0)
		return "threads are forks: -e fork --threads";
	if (strcmp(name, "vfork") == 0)
		return "it is one kind of fork: -e fork";
	if (strcmp(name, "kthread") == 0)
		return "kernel threads are forks: -e fork";
	return NULL;
}

static error_t refuse_kind(struct parser *parser, const char *name)
{
	size_t distance = SIZE_MAX;
	const char *best = ll_suggest_nearer(name, SIGNAL_KINDS, NULL, &distance);
	const char *hint = find_fork_hint(name);

	if (hint != NULL)
		return refuse(parser, "-e: no event is called '%s'; %s", name, hint);
	for (int kind = 0; kind < LL_EVENT_SNAPSHOT_END; kind++)
		best = ll_suggest_nearer(name, ll_event_kind_short_name(kind), best, &distance);
	if (best != NULL)
		return refuse(parser, "-e: no event is called '%s'; did you mean '%s'?", name,
			      best);
	return refuse(parser, "-e: no event is called '%s'; " SEE_HELP, name, help_of(parser));
}

static error_t set_kinds(struct parser *parser, const char *arg)
{
	uint32_t kinds = 0;

	for (;;) {
		size_t length = strcspn(arg, ",");
		uint32_t found = find_kinds(arg, length);

		if (found == 0) {
			LL_AUTO_FREE char *name = strndup(arg, length);

			return name == NULL ? ENOMEM : refuse_kind(parser, name);
		}
		kinds |= found;
		if (arg[length] == '\0')
			break;
		arg += length + 1;
	}
	parser->options.kinds |= kinds;
	return 0;
}

static error_t refuse_signal(struct parser *parser, const char *name)
{
	const char *best = ll_signal_suggest(name);

	if (best != NULL)
		return refuse(parser, "--signal: no signal is called '%s'; did you mean '%s'?",
			      name, best);
	return refuse(parser,
		      "--signal: no signal is called '%s'; expected a name or number that "
		      "`kill -l` knows",
		      name);
}

static error_t set_signals(struct parser *parser, const char *arg)
{
	for (;;) {
		size_t length = strcspn(arg, ",");
		unsigned number = ll_signal_find(arg, length);

		if (number == 0) {
			LL_AUTO_FREE char *name = strndup(arg, length);

			return name == NULL ? ENOMEM : refuse_signal(parser, name);
		}
		parser->options.signals |= UINT64_C(1) << (number - 1);
		if (arg[length] == '\0')
			return 0;
		arg += length + 1;
	}
}

/* A process by number, else by name. */
static error_t set_party(struct parser *parser, const char *option, const char *arg,
			 pid_t *ret_pid, const char **ret_comm)
{
	*ret_pid = 0;
	*ret_comm = NULL;
	if (ll_parse_pid(arg, ret_pid) == 0)
		return 0;
	if (arg[0] == '\0' || strlen(arg) > 15)
		return refuse(parser,
			      "%s: '%s' is neither a PID nor a name: a task's has 1 to 15 "
			      "bytes",
			      option, arg);
	*ret_comm = arg;
	return 0;
}

static error_t set_duration(struct parser *parser, const char *arg)
{
	uint64_t *duration_ns = &parser->options.duration_ns;

	if (ll_parse_duration(arg, duration_ns) < 0 || *duration_ns == 0)
		return refuse(parser,
			      "--duration: '%s' is not a time; expected one like 1.5s or 2m",
			      arg);
	/* Added to a clock later: a century is forever. */
	if (*duration_ns > INT64_MAX / 2)
		*duration_ns = INT64_MAX / 2;
	return 0;
}

static error_t set_size(struct parser *parser, const char *option, const char *arg,
			uint64_t least, uint64_t most, size_t *ret)
{
	uint64_t bytes;

	if (ll_parse_size(arg, &bytes) < 0)
		return refuse(parser, "%s: '%s' is not a size; expected one like 64K or 8MiB",
			      option, arg);
	if (bytes < least || bytes > most)
		return refuse(parser, "%s: %s is out of range; expected %ju to %ju bytes",
			      option, arg, (uintmax_t)least, (uintmax_t)most);
	*ret = (size_t)bytes;
	return 0;
}

static error_t set_keep(struct parser *parser, const char *arg)
{
	uint64_t count;

	if (ll_parse_count(arg, &count) < 0 || count > SIZE_MAX)
		return refuse(parser, "--keep: '%s' is not a number", arg);
	parser->options.keep = (size_t)count;
	parser->options.rotate_keep = count;
	return 0;
}

/* A time has a unit, too: of plain digits nobody knows what they are. */
static error_t set_rotate(struct parser *parser, const char *arg)
{
	struct ll_options *options = &parser->options;
	bool has_unit = arg[strspn(arg, "0123456789.")] != '\0';

	if (has_unit && ll_parse_duration(arg, &options->rotate_ns) == 0 &&
	    options->rotate_ns != 0)
		return 0;
	if (has_unit && ll_parse_size(arg, &options->rotate_bytes) == 0 &&
	    options->rotate_bytes >= ROTATE_BYTES_MIN)
		return 0;
	return refuse(
		parser,
		"--rotate: '%s' is neither a size of at least 64KiB nor a time; expected one "
		"like 64MiB or 1h",
		arg);
}

static error_t set_record(struct parser *parser, const char *arg)
{
	if (arg[0] == '\0')
		return refuse(parser, "--record needs the name of a file");
	parser->options.record_path = arg;
	return 0;
}

static error_t set_color(struct parser *parser, const char *arg)
{
	static const char *const names[] = {
		[LL_COLOR_AUTO] = "auto",
		[LL_COLOR_ALWAYS] = "always",
		[LL_COLOR_NEVER] = "never",
	};

	for (int i = LL_COLOR_AUTO; i <= LL_COLOR_NEVER; i++) {
		if (strcmp(arg, names[i]) != 0)
			continue;
		parser->options.color = i;
		return 0;
	}
	return refuse(parser, "--color: '%s' is none of auto, always, never", arg);
}

static error_t set_states(struct parser *parser, const char *arg)
{
	if (arg != NULL && strcmp(arg, "full") != 0)
		return refuse(parser, "--states: '%s' is not full, the one value it takes",
			      arg);
	parser->options.states = arg != NULL ? LL_STATES_FULL : LL_STATES_CHANGES;
	return 0;
}

static error_t set_stall(struct parser *parser, const char *arg)
{
	uint64_t *stall_ns = &parser->options.stall_ns;

	parser->options.has_stall = true;

	if (ll_parse_duration(arg, stall_ns) < 0 || *stall_ns == 0)
		return refuse(parser,
			      "--stall: '%s' is not a time; expected one like 200ms or 5s",
			      arg);
	return 0;
}

static error_t set_threshold(struct parser *parser, const char *arg)
{
	parser->options.has_threshold = true;
	if (ll_parse_count(arg, &parser->options.threshold) < 0)
		return refuse(parser, "--threshold: '%s' is not a number of zombies", arg);
	return 0;
}

/* Of a process that takes ten times as long, everybody sees it; a larger bound says --no-times. */
static error_t set_noise(struct parser *parser, const char *arg)
{
	size_t length = strlen(arg);
	LL_AUTO_FREE char *digits =
		strndup(arg, length > 0 && arg[length - 1] == '%' ? length - 1 : length);

	if (digits == NULL)
		return ENOMEM;
	if (ll_parse_count(digits, &parser->options.noise_percent) < 0 ||
	    parser->options.noise_percent > 1000)
		return refuse(
			parser,
			"--noise: '%s' is not a share of 0%% to 1000%%; expected one like 50%%",
			arg);
	return 0;
}

static error_t set_filter(struct parser *parser, const char *arg)
{
	if (parser->options.filter_text != NULL)
		return refuse(parser, "-f is given twice; join both by 'and' or 'or'");
	parser->options.filter_text = arg;
	return 0;
}

static error_t set_output(struct parser *parser, const char *arg)
{
	if (arg[0] == '\0')
		return refuse(parser, "-o needs the name of a file");
	parser->options.output_path = arg;
	return 0;
}

static bool is_export(const struct ll_options *options)
{
	return strcmp(options->command, ll_cmd_export.name) == 0;
}

/* Of too many words the first is kept: one is enough for ll_command_choose() to refuse. */
static void set_word(struct parser *parser, const char *arg)
{
	if (parser->options.command == NULL)
		parser->options.command = arg;
	else if (parser->options.format == NULL && is_export(&parser->options))
		parser->options.format = arg;
	else if (parser->options.input == NULL)
		parser->options.input = arg;
	else if (parser->options.extra == NULL)
		parser->options.extra = arg;
	else if (parser->options.surplus == NULL)
		parser->options.surplus = arg;
}

/*
 * Copy the name part of "--name=value" into name (LL_SUGGEST_MAX + 1 bytes, cut if longer).
 */
static void copy_long_name(const char *word, char *name)
{
	size_t length = strcspn(word, "=");

	if (length > LL_SUGGEST_MAX)
		length = LL_SUGGEST_MAX;
	memcpy(name, word, length);
	name[length] = '\0';
}

static bool is_end(const struct argp_option *option)
{
	return option->name == NULL && option->doc == NULL;
}

/* Say why getopt refused "--word". Prefixes of long options are options, too. */
static error_t refuse_long(struct parser *parser, const char *word)
{
	char name[LL_SUGGEST_MAX + 1];
	const struct argp_option *found = NULL;
	const char *best = NULL;
	size_t distance = SIZE_MAX;

	copy_long_name(word + 2, name);
	for (const struct argp_option *o = parser->table; !is_end(o); o++) {
		if (o->name == NULL)
			continue;
		if (strncmp(o->name, name, strlen(name)) == 0) {
			if (found != NULL)
				return refuse(parser,
					      "--%s could be --%s or --%s; write more of it",
					      name, found->name, o->name);
			found = o;
		}
		best = ll_suggest_nearer(name, o->name, best, &distance);
	}
	if (found != NULL && found->arg != NULL)
		return refuse(parser, "--%s needs a value: %s; " SEE_HELP, found->name,
			      found->arg, help_of(parser));
	if (found != NULL)
		return refuse(parser, "--%s takes no value", found->name);
	if (best != NULL)
		return refuse(parser, "no option is called --%s; did you mean --%s?", name,
			      best);
	return refuse(parser, "no option is called --%s; " SEE_HELP, name, help_of(parser));
}

static const struct argp_option *find_short(const struct parser *parser, char letter)
{
	for (const struct argp_option *o = parser->table; !is_end(o); o++) {
		if (o->name != NULL && o->key == letter)
			return o;
	}
	return NULL;
}

/* Find the letter getopt stumbled over in "-abc". Returns whether there was one. */
static bool refuse_short(struct parser *parser, const char *word)
{
	for (const char *letter = word + 1; *letter != '\0'; letter++) {
		const struct argp_option *option = find_short(parser, *letter);

		if (option == NULL) {
			refuse(parser, "no option is called -%c; " SEE_HELP, *letter,
			       help_of(parser));
			return true;
		}
		if (option->arg == NULL)
			continue;
		if (letter[1] == '\0')
			refuse(parser, "-%c needs a value: %s; " SEE_HELP, *letter, option->arg,
			       help_of(parser));
		return letter[1] == '\0';
	}
	return false;
}

/*
 * getopt refused a word and was told to be silent. It has passed the word, unless the
 * bad letter was followed by others: then it still stands before it.
 */
static error_t explain(struct parser *parser, const struct argp_state *state)
{
	if (parser->why != NULL)
		return EINVAL;
	const char *passed = state->next > 0 ? state->argv[state->next - 1] : "";
	const char *ahead = state->next < state->argc ? state->argv[state->next] : "";
	if (strncmp(passed, "--", 2) == 0)
		return refuse_long(parser, passed);
	if (passed[0] == '-' && refuse_short(parser, passed))
		return EINVAL;
	if (ahead[0] == '-' && refuse_short(parser, ahead))
		return EINVAL;
	return refuse(parser, "cannot make sense of the options; " SEE_HELP, help_of(parser));
}

static error_t set_flag(struct ll_options *options, int key)
{
	switch (key) {
	case LL_KEY_THREADS:
		options->threads = true;
		return 0;
	case LL_KEY_JSON:
		options->json = true;
		return 0;
	case LL_KEY_SCHEMA:
		options->schema = true;
		return 0;
	case LL_KEY_ENV:
		options->env = true;
		return 0;
	case LL_KEY_FAILED_EXECS:
		options->failed_execs = true;
		return 0;
	case LL_KEY_STRICT:
		options->strict = true;
		return 0;
	case LL_KEY_WAIT_ALL:
		options->wait_all = true;
		return 0;
	case LL_KEY_KTHREADS:
		options->kthreads = true;
		return 0;
	case LL_KEY_FATAL:
		options->fatal = true;
		return 0;
	case LL_KEY_MATRIX:
		options->matrix = true;
		return 0;
	case LL_KEY_NO_FOLD:
		options->no_fold = true;
		return 0;
	case LL_KEY_WATCH:
		options->watch = true;
		return 0;
	case LL_KEY_EXPLAIN_FILTER:
		options->explain_filter = true;
		return 0;
	case LL_KEY_EXACT:
		options->exact = true;
		return 0;
	case LL_KEY_NO_TIMES:
		options->no_times = true;
		return 0;
	case LL_KEY_NO_PUSHDOWN:
		options->no_pushdown = true;
		return 0;
	case LL_KEY_SIGNALS:
		options->record_signals = true;
		return 0;
	case 'F':
		options->follow = true;
		return 0;
	case 'q':
		options->quiet = true;
		return 0;
	case 'h':
		options->help = true;
		return 0;
	case 'V':
		options->version = true;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static error_t parse_key(int key, char *arg, struct argp_state *state)
{
	struct parser *parser = state->input;

	parser->options.used |= ll_option_bit(key);
	switch (key) {
	case 'p':
		return set_pid(parser, arg);
	case 'u':
		return set_user(parser, arg);
	case 'c':
		return set_comm(parser, arg);
	case 'e':
		return set_kinds(parser, arg);
	case 'f':
		return set_filter(parser, arg);
	case 'o':
		return set_output(parser, arg);
	case LL_KEY_CGROUP:
		return set_cgroup(parser, arg);
	case LL_KEY_DURATION:
		return set_duration(parser, arg);
	case LL_KEY_MAX_ARGS:
		return set_size(parser, "--max-args", arg, 1, LL_LIVE_MAX_ARGS,
				&parser->options.max_args_bytes);
	case LL_KEY_RING:
		return set_size(parser, "--ring", arg, RING_BYTES_MIN, RING_BYTES_MAX,
				&parser->options.ring_bytes);
	case LL_KEY_KEEP:
		return set_keep(parser, arg);
	case LL_KEY_FIELDS:
		parser->options.fields = arg;
		return 0;
	case LL_KEY_RECORD:
		return set_record(parser, arg);
	case LL_KEY_ROTATE:
		return set_rotate(parser, arg);
	case LL_KEY_COLOR:
		return set_color(parser, arg);
	case LL_KEY_STATES:
		return set_states(parser, arg);
	case LL_KEY_THRESHOLD:
		return set_threshold(parser, arg);
	case LL_KEY_NOISE:
		return set_noise(parser, arg);
	case LL_KEY_STALL:
		return set_stall(parser, arg);
	case LL_KEY_SIGNAL:
		return set_signals(parser, arg);
	case LL_KEY_FROM:
		return set_party(parser, "--from", arg, &parser->options.from_pid,
				 &parser->options.from_comm);
	case LL_KEY_TO:
		return set_party(parser, "--to", arg, &parser->options.to_pid,
				 &parser->options.to_comm);
	case ARGP_KEY_ARG:
		set_word(parser, arg);
		return 0;
	case ARGP_KEY_ERROR:
		return explain(parser, state);
	default:
		return set_flag(&parser->options, key);
	}
}

/* Cut argv at the first "--". Returns the words before it. */
static int split(int argc, char *argv[], char ***ret_child_argv)
{
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--") != 0)
			continue;
		*ret_child_argv = &argv[i + 1];
		return i;
	}
	*ret_child_argv = NULL;
	return argc;
}

static bool is_trace(const struct ll_options *options)
{
	return options->command == NULL || strcmp(options->command, "trace") == 0;
}

/* What no single option can see. */
static error_t check_together(struct parser *parser)
{
	struct ll_options *options = &parser->options;

	if (options->child_argv != NULL && options->child_argv[0] == NULL)
		return refuse(parser, "no command after '--'");
	if (options->child_argv != NULL && options->pid != 0)
		return refuse(parser, "-p and '-- CMD' exclude each other: follow one of them");
	if (options->wait_all && options->child_argv == NULL)
		return refuse(parser, "--wait-all needs a command to wait for: '-- CMD'");
	if ((options->explain_filter || options->no_pushdown) && options->filter_text == NULL)
		return refuse(parser, "--%s needs an expression: -f 'EXPR'",
			      options->explain_filter ? "explain-filter" : "no-pushdown");
	if (options->input != NULL && options->child_argv != NULL)
		return refuse(
			parser,
			"'%s' and '-- CMD' exclude each other: look at a capture, or run a "
			"command",
			options->input);
	bool records =
		options->record_path != NULL ||
		(options->command != NULL &&
		 (strcmp(options->command, ll_cmd_record.name) == 0 || is_export(options)));
	if (options->env && !options->json && !records)
		return refuse(parser, "--env needs --json: lines have no room for it");
	if (options->follow && options->input == NULL)
		return refuse(parser, "-F follows a capture that grows: name one");
	options->named_kinds = options->kinds;
	if (options->kinds & LL_E(EXEC_FAILED))
		options->failed_execs = true;
	if (options->failed_execs && options->kinds != 0)
		options->kinds |= LL_E(EXEC_FAILED);
	if ((options->kinds & LL_E(STATE)) != 0 && options->states == LL_STATES_OFF)
		options->states = LL_STATES_CHANGES;
	if (options->states != LL_STATES_OFF && options->kinds != 0)
		options->kinds |= LL_E(STATE);
	if (is_trace(options) && options->states == LL_STATES_OFF &&
	    (options->used & ll_option_bit(LL_KEY_STALL)) != 0)
		return refuse(parser, "--stall needs --states: trace shows no states without");
	return 0;
}

int ll_options_parse(int argc, char *argv[], struct ll_options *ret, char **ret_why)
{
	struct parser parser = { .options = { .keep = LL_DEFAULT_KEEP,
					      .noise_percent = LL_DEFAULT_NOISE,
					      .stall_ns = LL_DEFAULT_STALL_NS } };
	const struct argp argp = { .options = parser.table, .parser = parse_key };
	int words = split(argc, argv, &parser.options.child_argv);
	unsigned flags = ARGP_IN_ORDER | ARGP_NO_ERRS | ARGP_NO_EXIT | ARGP_NO_HELP;

	ll_option_select(LL_FOR_ALL, parser.table);
	error_t err = argp_parse(&argp, words, argv, flags, NULL, &parser);

	if (err == 0 && !parser.options.help && !parser.options.version)
		err = check_together(&parser);
	if (err == 0) {
		*ret = parser.options;
		return 0;
	}
	*ret_why = parser.why;
	return parser.why == NULL ? -ENOMEM : -EINVAL;
}
