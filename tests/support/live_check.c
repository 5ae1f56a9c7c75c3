/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "support/live_check.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/* /proc counts start times in USER_HZ ticks. */
#define NS_PER_TICK (1000000000LL / sysconf(_SC_CLK_TCK))

void check_number(const json_t *event, const char *key, long long expected)
{
	long long actual = json_lines_number(event, key);

	if (actual != expected)
		live_refuse(event, "%s is %lld, not %lld", key, actual, expected);
}

void check_between(const json_t *event, const char *key, long long least, long long most)
{
	long long actual = json_lines_number(event, key);

	if (actual < least || actual > most)
		live_refuse(event, "%s is %lld, not %lld to %lld", key, actual, least, most);
}

void check_text(const json_t *event, const char *key, const char *expected)
{
	const char *actual = json_lines_text(event, key);

	if (strcmp(actual, expected) != 0)
		live_refuse(event, "%s is '%s', not '%s'", key, actual, expected);
}

void check_absent(const json_t *event, const char *key)
{
	if (json_object_get(event, key) != NULL)
		live_refuse(event, "%s should be absent", key);
}

void check_flag(const json_t *event, const char *key, bool expected)
{
	if (json_is_true(json_object_get(event, key)) != expected)
		live_refuse(event, "%s should be %s", key,
			    expected ? "true" : "false or absent");
}

void check_start(const json_t *event, const json_t *fact)
{
	long long created = json_lines_number(event, "process.creation.boottime_ns");
	long long ticks = json_lines_number(fact, "start_ticks");

	if (created / NS_PER_TICK != ticks)
		live_refuse(event, "created at %lld ns, not in tick %lld", created, ticks);
}

/* Does a /proc/PID/cgroup text have this path in the hierarchy's line ("0::" is v2)? */
static bool has_cgroup(const char *lines, const char *path)
{
	char line_end[4200];

	snprintf(line_end, sizeof(line_end), ":%s\n", path);
	return strstr(lines, line_end) != NULL;
}

/* The v2 path where the process is in a v2 cgroup; else one of the v1 controllers'. */
static void check_cgroup(const json_t *event, const json_t *self)
{
	const char *lines = json_lines_text(self, "cgroup");
	const char *path, *v2 = strstr(lines, "0::");

	if (v2 == NULL && lines[0] == '\0')
		return; /* a kernel without control groups */
	path = json_lines_text(event, "process.linux.cgroup");
	if (v2 != NULL && strncmp(v2, "0::/\n", 5) != 0) {
		if (strncmp(v2 + 3, path, strlen(path)) != 0 || v2[3 + strlen(path)] != '\n')
			live_refuse(event, "the v2 control group is not %.300s", v2);
	} else if (!has_cgroup(lines, path)) {
		live_refuse(event, "none of these is the control group: %s", lines);
	}
}

void check_identity(const json_t *event, const json_t *self)
{
	check_number(event, "process.pid", json_lines_number(self, "pid"));
	check_number(event, "thread.id", json_lines_number(self, "tid"));
	check_number(event, "process.parent_pid", json_lines_number(self, "ppid"));
	check_number(event, "process.group_leader.pid", json_lines_number(self, "pgid"));
	check_number(event, "process.session_leader.pid", json_lines_number(self, "sid"));
	check_number(event, "process.vpid", json_lines_number(self, "vpid"));
	check_number(event, "process.user.id", json_lines_number(self, "euid"));
	check_number(event, "process.real_user.id", json_lines_number(self, "ruid"));
	check_start(event, self);
	check_cgroup(event, self);
	check_flag(event, "process.linux.kernel_thread", false);
}

static int base64_digit(char c)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *at = c != '\0' ? strchr(digits, c) : NULL;

	return at != NULL ? (int)(at - digits) : -1;
}

/* Print the bytes of a base64 text as hex. */
static void base64_to_hex(const char *text, FILE *out)
{
	unsigned bits = 0;
	int held = 0;

	for (int digit; (digit = base64_digit(*text)) >= 0; text++) {
		bits = bits << 6 | (unsigned)digit;
		held += 6;
		if (held >= 8)
			fprintf(out, "%02x", bits >> (held -= 8) & 0xff);
	}
}

static void args_to_hex(const json_t *args, FILE *out)
{
	size_t i;
	json_t *arg;

	json_array_foreach(args, i, arg)
	{
		for (const char *at = json_string_value(arg); *at != '\0'; at++)
			fprintf(out, "%02x", (unsigned char)*at);
		fputs("00", out);
	}
}

char *check_args_hex(const json_t *event)
{
	const char *raw =
		json_string_value(json_object_get(event, "process.command_args.base64"));
	char *hex = NULL;
	size_t length;
	FILE *out = open_memstream(&hex, &length);

	assert_non_null(out);
	if (raw != NULL)
		base64_to_hex(raw, out);
	else
		args_to_hex(json_object_get(event, "process.command_args"), out);
	fclose(out);
	return hex;
}

void check_args(const json_t *event, const char *hex)
{
	char *actual = check_args_hex(event);
	bool same = strcmp(actual, hex) == 0;

	free(actual);
	if (!same)
		live_refuse(event, "the arguments are not %.600s", hex);
	check_flag(event, "process.command_args.truncated", false);
	/* A snapshot knows what /proc showed, not what there may be more. */
	if (strcmp(json_lines_text(event, "event.name"), "process.exec") == 0)
		check_number(event, "process.command_args.size", (long long)strlen(hex) / 2);
}

/*
 * /proc shows a path that lost its name with a mark behind it; we tell the path alone. Returns
 * whether the mark was there.
 */
static bool check_path(const json_t *event, const char *key, const char *link)
{
	const char *mark = strstr(link, " (deleted)");
	char *path = strndup(link, mark != NULL ? (size_t)(mark - link) : strlen(link));

	check_text(event, key, path);
	free(path);
	return mark != NULL;
}

void check_image(const json_t *event, const json_t *self)
{
	if (check_path(event, "process.executable.path", json_lines_text(self, "exe")))
		json_lines_text(event, "process.executable.unlinked");
	else
		check_absent(event, "process.executable.unlinked");
	check_path(event, "process.working_directory", json_lines_text(self, "cwd"));
	check_text(event, "process.executable.name", json_lines_text(self, "comm"));
	check_args(event, json_lines_text(self, "args_hex"));
}

/*
 * Independent of the table under test: libc's names (but for 29, which the kernel and kill -l
 * call SIGIO), and those of `kill -l` for real-time signals.
 */
static void name_signal(int number, char name[32])
{
	if (number == SIGIO)
		snprintf(name, 32, "SIGIO");
	else if (number < 32)
		snprintf(name, 32, "SIG%s", sigabbrev_np(number));
	else if (number < 34)
		snprintf(name, 32, "SIG%d", number);
	else if (number == 34)
		snprintf(name, 32, "SIGRTMIN");
	else
		snprintf(name, 32, "SIGRTMIN+%d", number - 34);
}

void check_status(const json_t *death, int status)
{
	char name[32];

	check_number(death, "process.exit.wait_status", status);
	if (WIFEXITED(status)) {
		check_number(death, "process.exit.code", WEXITSTATUS(status));
		check_absent(death, "process.exit.signal");
		check_absent(death, "process.exit.core_dumped");
		return;
	}
	name_signal(WTERMSIG(status), name);
	check_text(death, "process.exit.signal", name);
	check_flag(death, "process.exit.core_dumped", WCOREDUMP(status));
	check_absent(death, "process.exit.code");
}

/* At the exit the last instructions of the dying are still to come: nothing exceeds the end. */
static void check_usage_at_exit(const json_t *death, const json_t *waited)
{
	check_between(death, "process.faults.minor", 0, json_lines_number(waited, "minflt"));
	check_between(death, "process.faults.major", 0, json_lines_number(waited, "majflt"));
	check_number(death, "process.memory.max_rss_bytes",
		     json_lines_number(waited, "maxrss_bytes"));
}

/* What was totalled when the process was gone is what wait4 said a moment before. */
static void check_usage_at_reap(const json_t *reap, const json_t *waited)
{
	long long tick = 2 * NS_PER_TICK;
	long long user = json_lines_number(waited, "utime_ns");
	long long system = json_lines_number(waited, "stime_ns");

	check_between(reap, "process.cpu.user_ns", user - tick, user + tick);
	check_between(reap, "process.cpu.system_ns", system - tick, system + tick);
	check_number(reap, "process.faults.minor", json_lines_number(waited, "minflt"));
	check_number(reap, "process.faults.major", json_lines_number(waited, "majflt"));
	check_number(reap, "process.memory.max_rss_bytes",
		     json_lines_number(waited, "maxrss_bytes"));
	/* What switches the zombie away for the last time counts, too, and may come after wait4 has read. */
	check_between(reap, "process.context_switches.voluntary",
		      json_lines_number(waited, "nvcsw"),
		      json_lines_number(waited, "nvcsw") + 1);
	check_between(reap, "process.context_switches.involuntary",
		      json_lines_number(waited, "nivcsw"),
		      json_lines_number(waited, "nivcsw") + 1);
	check_flag(reap, "process.usage.partial", false);
}

/* Where only the RCU echo of a reap can be seen, a kernel that leaves it out makes us infer it. */
static bool is_inferred(const json_t *event)
{
	return json_is_true(json_object_get(event, "inferred"));
}

static void check_reap(const json_t *reap, const json_t *waited)
{
	check_start(reap, waited);
	if (is_inferred(reap))
		return;
	check_between(reap, "process.zombie_ns", 0, INT64_MAX);
	if (strcmp(json_lines_text(reap, "process.reap.precision"), "exact") == 0)
		check_number(reap, "process.reaper.pid", json_lines_number(waited, "reaper"));
}

void check_death(const struct live *live, const json_t *waited)
{
	pid_t pid = (pid_t)json_lines_number(waited, "pid");
	json_t *death = live_death(live, pid);
	json_t *reap = live_event(live, "process.reap", pid);

	check_start(death, waited);
	check_status(death, (int)json_lines_number(waited, "status"));
	check_reap(reap, waited);
	if (!is_inferred(reap))
		check_status(reap, (int)json_lines_number(waited, "status"));
	if (live_order(death) > live_order(reap))
		live_refuse(reap, "reaped before it died");
}

void check_end(const struct live *live, const json_t *waited)
{
	pid_t pid = (pid_t)json_lines_number(waited, "pid");

	check_death(live, waited);
	check_usage_at_exit(live_death(live, pid), waited);
	if (!is_inferred(live_event(live, "process.reap", pid)))
		check_usage_at_reap(live_event(live, "process.reap", pid), waited);
}
