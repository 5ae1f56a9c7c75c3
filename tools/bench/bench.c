/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What tracing costs: the same small loads with and without tracers, interleaved.
 *
 * In each round every configuration gets one turn, in rotated order: start its tracers,
 * wait until they trace, run every load, stop. A figure is the median over the rounds of
 * the ratio to the untraced turn of the same round, so that slow drift of a shared
 * machine cancels; "again" is the untraced turn a second time and shows what noise is
 * left. Attaching and detaching are not in the figures; the tracer's own CPU time is.
 * A configuration that cannot run here is reported with the reason, not left out.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "tracer.h"

#define TRACERS_MAX 3
#define ROUNDS_MAX 1000
#define PROGRAMS_MAX 64
/* Operations in a unit of N; sized so that a run takes a sixth of a second. */
#define DEFAULT_N 200
#define DEFAULT_ROUNDS 20

struct load {
	const char *name;
	long scale; /* operations per unit of N, to make runs about equally long */
	bool parallel; /* every CPU does so many */
	double target; /* wall ratio the product promises with all fields on; 0: none */
	const char *what;
};

static const struct load loads[] = {
	{ "spawn", 1, false, 1.05, "posix_spawn /bin/true and wait" },
	{ "fork", 4, false, 1.05, "fork, _exit and wait" },
	{ "threads", 12, false, 1.08, "pthread create and join" },
	{ "static", 1, false, 0, "posix_spawn a static program and wait" },
	{ "longargs", 1, false, 0, "the same with 60 arguments of 63 bytes" },
	{ "parallel", 1, true, 0, "static, one worker on every CPU at once" },
	{ "signals", 600, false, 0, "send itself a signal and handle it" },
	{ "switches", 60, false, 0, "pass a byte to another process and back" },
};
#define LOADS (sizeof(loads) / sizeof(loads[0]))

struct configuration {
	const char *name;
	const char *commands[TRACERS_MAX][6]; /* "lifeline" stands for the binary under test */
	const char *what;
};

static const struct configuration configurations[] = {
	{ "untraced", { { NULL } }, "nothing attached" },
	{ "again", { { NULL } }, "nothing attached, once more: the noise floor" },
	{ "json",
	  { { "lifeline", "trace", "--json", "--threads", "-o", "/dev/null" } },
	  "lifeline trace --json --threads -o /dev/null" },
	{ "signals",
	  { { "lifeline", "signals", "-o", "/dev/null" } },
	  "lifeline signals -o /dev/null" },
	{ "states",
	  { { "lifeline", "states", "-o", "/dev/null" } },
	  "lifeline states -o /dev/null" },
	{ "text", { { "lifeline", "trace" } }, "lifeline trace > /dev/null" },
	{ "libbpf-tools",
	  { { "execsnoop" }, { "exitsnoop" }, { "sigsnoop" } },
	  "bcc's execsnoop + exitsnoop + sigsnoop (libbpf-tools), > /dev/null" },
	{ "bpfcc-tools",
	  { { "execsnoop-bpfcc" }, { "exitsnoop-bpfcc" }, { "killsnoop-bpfcc" } },
	  "bcc's Python execsnoop + exitsnoop + killsnoop, > /dev/null" },
};
#define CONFIGURATIONS (sizeof(configurations) / sizeof(configurations[0]))
#define UNTRACED 0
#define AGAIN 1
#define FULL 2 /* all fields on: the one that is held to the targets and profiled */

/* One load in one turn; NAN where it did not run. All per operation. */
struct sample {
	double wall_ns, cpu_ns, tracer_cpu_ns;
};

struct turn_info {
	char unavailable[300]; /* why the configuration was given up; empty: it ran */
	char said[TRACERS_MAX][240];
	uint64_t rss_peak_bytes, maps_bytes; /* of all its tracers, last turn */
	unsigned blind_turns; /* in which some tracer wrote nothing at all */
};

struct bench {
	const char *workload, *lifeline;
	const char *pin; /* CPU for the loads, or NULL */
	long n;
	size_t rounds;
	bool load_on[LOADS], configuration_on[CONFIGURATIONS];
	struct turn_info turns[CONFIGURATIONS];
	struct sample *samples; /* [configuration][load][round] */
	FILE *raw; /* one line per sample, or NULL */
};

static struct sample *sample_at(const struct bench *bench, size_t config, size_t load,
				size_t round)
{
	return &bench->samples[(config * LOADS + load) * bench->rounds + round];
}

static long operation_count(const struct bench *bench, size_t load)
{
	long each = bench->n * loads[load].scale;

	return loads[load].parallel ? each * sysconf(_SC_NPROCESSORS_ONLN) : each;
}

/* Run the load and read its two figures. Returns 0 or -errno; -ECHILD: it failed. */
static int run_load(const struct bench *bench, size_t load, struct sample *ret_sample)
{
	char command[512];

	bool pinned = bench->pin != NULL && !loads[load].parallel;

	snprintf(command, sizeof(command), "exec %s %s '%s' %s %ld", pinned ? "taskset -c" : "",
		 pinned ? bench->pin : "", bench->workload, loads[load].name,
		 bench->n * loads[load].scale);
	FILE *pipe = popen(command, "re");

	if (pipe == NULL)
		return -errno;
	struct sample sample = { NAN, NAN, 0 };
	int found = fscanf(pipe, "%lf %lf", &sample.wall_ns, &sample.cpu_ns);

	if (pclose(pipe) != 0 || found != 2)
		return -ECHILD;
	*ret_sample = sample;
	return 0;
}

struct team {
	struct ll_tracer tracers[TRACERS_MAX];
	size_t count;
};

static struct ll_tracer_cost team_cost(const struct team *team)
{
	struct ll_tracer_cost sum = { 0 };

	for (size_t i = 0; i < team->count; i++) {
		struct ll_tracer_cost cost;

		ll_tracer_cost(&team->tracers[i], &cost);
		sum.cpu_ns += cost.cpu_ns;
		sum.rss_peak_bytes += cost.rss_peak_bytes;
		sum.maps_bytes += cost.maps_bytes;
	}
	return sum;
}

static void stop_team(struct team *team, struct turn_info *turn)
{
	for (size_t i = 0; i < team->count; i++) {
		ll_tracer_stop(&team->tracers[i]);
		snprintf(turn->said[i], sizeof(turn->said[i]), "%s", team->tracers[i].said);
	}
	team->count = 0;
}

static int start_team(const struct bench *bench, size_t config, struct team *team,
		      struct turn_info *turn)
{
	const struct configuration *configuration = &configurations[config];

	for (size_t i = 0; i < TRACERS_MAX && configuration->commands[i][0] != NULL; i++) {
		const char *argv[7] = { NULL };
		struct ll_tracer *tracer = &team->tracers[i];

		memcpy(argv, configuration->commands[i], sizeof(configuration->commands[i]));
		if (strcmp(argv[0], "lifeline") == 0)
			argv[0] = bench->lifeline;
		*tracer = (struct ll_tracer)LL_TRACER_INIT;
		int err = ll_tracer_start(tracer, argv);

		if (err != 0) {
			snprintf(turn->unavailable, sizeof(turn->unavailable), "%s: %s: %s",
				 argv[0], err == -ECHILD ? "ended at once" : strerror(-err),
				 tracer->said);
			stop_team(team, turn);
			return err;
		}
		team->count++;
	}
	return 0;
}

static void settle_team(const struct team *team)
{
	for (size_t i = 0; i < team->count; i++)
		ll_tracer_settle(&team->tracers[i]);
}

static bool team_is_blind(const struct team *team, const uint64_t written_before[])
{
	for (size_t i = 0; i < team->count; i++) {
		struct ll_tracer_cost cost;

		ll_tracer_cost(&team->tracers[i], &cost);
		if (cost.written_bytes == written_before[i])
			return true;
	}
	return false;
}

static int measure_load(const struct bench *bench, const struct team *team, size_t load,
			struct sample *ret_sample)
{
	uint64_t before = team_cost(team).cpu_ns;
	int err = run_load(bench, load, ret_sample);

	if (err != 0)
		return err;
	settle_team(team);
	ret_sample->tracer_cpu_ns = (double)(team_cost(team).cpu_ns - before) /
				    (double)operation_count(bench, load);
	return 0;
}

static int measure_loads(const struct bench *bench, size_t config, size_t round,
			 const struct team *team)
{
	for (size_t load = 0; load < LOADS; load++) {
		struct sample *sample = sample_at(bench, config, load, round);

		if (!bench->load_on[load])
			continue;
		int err = measure_load(bench, team, load, sample);

		if (err != 0) {
			fprintf(stderr, "bench: load %s under %s: failed: %s\n",
				loads[load].name, configurations[config].name, strerror(-err));
			return err;
		}
		if (bench->raw != NULL)
			fprintf(bench->raw, "%zu\t%s\t%s\t%.1f\t%.1f\t%.1f\n", round,
				configurations[config].name, loads[load].name, sample->wall_ns,
				sample->cpu_ns, sample->tracer_cpu_ns);
	}
	return 0;
}

/* One turn of one configuration. A tracer that will not start is not an error. */
static int take_turn(struct bench *bench, size_t config, size_t round)
{
	struct turn_info *turn = &bench->turns[config];
	struct team team = { .count = 0 };
	uint64_t written[TRACERS_MAX];

	if (!bench->configuration_on[config] || turn->unavailable[0] != '\0' ||
	    start_team(bench, config, &team, turn) != 0)
		return 0;
	for (size_t i = 0; i < team.count; i++) {
		struct ll_tracer_cost cost;

		ll_tracer_cost(&team.tracers[i], &cost);
		written[i] = cost.written_bytes;
	}
	int err = measure_loads(bench, config, round, &team);
	struct ll_tracer_cost cost = team_cost(&team);

	turn->rss_peak_bytes = cost.rss_peak_bytes;
	turn->maps_bytes = cost.maps_bytes;
	turn->blind_turns += team_is_blind(&team, written);
	stop_team(&team, turn);
	return err;
}

static int run_rounds(struct bench *bench)
{
	for (size_t round = 0; round < bench->rounds; round++) {
		fprintf(stderr, "bench: round %zu of %zu\n", round + 1, bench->rounds);
		for (size_t i = 0; i < CONFIGURATIONS; i++) {
			int err = take_turn(bench, (i + round) % CONFIGURATIONS, round);

			if (err != 0)
				return err;
		}
	}
	return 0;
}

struct quartiles {
	double low, median, high;
	double least, most; /* 95 % confidence interval of the median */
	size_t count;
};

static int compare_doubles(const void *a, const void *b)
{
	double left = *(const double *)a, right = *(const double *)b;

	return (left > right) - (left < right);
}

/* Linear interpolation between the two nearest; values must be sorted. */
static double quantile(const double *values, size_t count, double where)
{
	double at = where * (double)(count - 1);
	size_t below = (size_t)at;

	if (below + 1 >= count)
		return values[count - 1];
	return values[below] + (at - (double)below) * (values[below + 1] - values[below]);
}

enum figure { FIGURE_WALL_NS, FIGURE_WALL_RATIO, FIGURE_CPU_RATIO, FIGURE_TRACER_CPU_NS };

static double figure_of(const struct sample *sample, const struct sample *untraced,
			enum figure figure)
{
	switch (figure) {
	case FIGURE_WALL_NS:
		return sample->wall_ns;
	case FIGURE_WALL_RATIO:
		return sample->wall_ns / untraced->wall_ns;
	case FIGURE_CPU_RATIO:
		return sample->cpu_ns / untraced->cpu_ns;
	case FIGURE_TRACER_CPU_NS:
		return sample->tracer_cpu_ns;
	}
	return NAN;
}

static struct quartiles summarise(const struct bench *bench, size_t config, size_t load,
				  enum figure figure)
{
	double values[ROUNDS_MAX];
	size_t count = 0;

	for (size_t round = 0; round < bench->rounds; round++) {
		double value = figure_of(sample_at(bench, config, load, round),
					 sample_at(bench, UNTRACED, load, round), figure);

		if (!isnan(value))
			values[count++] = value;
	}
	if (count == 0)
		return (struct quartiles){ .count = 0 };
	qsort(values, count, sizeof(values[0]), compare_doubles);
	/* Order statistics: the median's rank is binomial, normal enough from 6 on. */
	double spread = 0.98 / sqrt((double)count);

	return (struct quartiles){ .low = quantile(values, count, 0.25),
				   .median = quantile(values, count, 0.5),
				   .high = quantile(values, count, 0.75),
				   .least = quantile(values, count, fmax(0.5 - spread, 0)),
				   .most = quantile(values, count, fmin(0.5 + spread, 1)),
				   .count = count };
}

/* Does the same thing done twice differ by more than the promise allows? */
static bool is_noisy(const struct bench *bench, size_t load)
{
	struct quartiles again = summarise(bench, AGAIN, load, FIGURE_WALL_RATIO);
	double margin = loads[load].target - 1;

	return again.count == 0 || again.least < 1 - margin || again.most > 1 + margin;
}

/*
 * Hold the promised ratio against what is known of the median. Tracing speeds nothing up:
 * a ratio that far below 1 tells of the machine, not of the tracer.
 */
static const char *verdict(const struct bench *bench, size_t config, size_t load,
			   const struct quartiles *wall)
{
	double target = loads[load].target;

	if (target == 0 || config != FULL)
		return "";
	if (is_noisy(bench, load) || wall->least < 2 - target)
		return "  too noisy to tell";
	if (wall->most <= target)
		return "  within target";
	return wall->least > target ? "  OVER TARGET" : "  undecided: more ROUNDS";
}

static void report_ratio(const struct bench *bench, size_t config, size_t load)
{
	struct quartiles wall = summarise(bench, config, load, FIGURE_WALL_RATIO);
	struct quartiles cpu = summarise(bench, config, load, FIGURE_CPU_RATIO);
	struct quartiles own = summarise(bench, config, load, FIGURE_TRACER_CPU_NS);

	if (wall.count == 0)
		return;
	printf("  %-13s %6.3f [%.3f %.3f] %8.3f [%.3f %.3f] %9.2f us%s\n",
	       configurations[config].name, wall.median, wall.low, wall.high, cpu.median,
	       cpu.low, cpu.high, own.median / 1000, verdict(bench, config, load, &wall));
}

static void report_load(const struct bench *bench, size_t load)
{
	struct quartiles wall = summarise(bench, UNTRACED, load, FIGURE_WALL_NS);

	printf("\n%s: %s; untraced %.1f us [%.1f %.1f], %ld operations a run", loads[load].name,
	       loads[load].what, wall.median / 1000, wall.low / 1000, wall.high / 1000,
	       operation_count(bench, load));
	if (loads[load].target != 0)
		printf("; target %.2f", loads[load].target);
	printf("\n  %-13s %-22s %-24s %s\n", "", "wall ratio [quartiles]",
	       "  CPU ratio [quartiles]", "tracer CPU/op");
	for (size_t config = UNTRACED + 1; config < CONFIGURATIONS; config++)
		report_ratio(bench, config, load);
}

static void report_configuration(const struct bench *bench, size_t config)
{
	const struct turn_info *turn = &bench->turns[config];

	printf("  %-13s %s\n", configurations[config].name, configurations[config].what);
	if (!bench->configuration_on[config])
		printf("  %-13s   not asked for\n", "");
	if (turn->unavailable[0] != '\0')
		printf("  %-13s   NOT MEASURED: %s\n", "", turn->unavailable);
	if (turn->rss_peak_bytes != 0)
		printf("  %-13s   peak RSS %.1f MiB, BPF maps %.1f MiB\n", "",
		       (double)turn->rss_peak_bytes / 1048576,
		       (double)turn->maps_bytes / 1048576);
	if (turn->blind_turns != 0)
		printf("  %-13s   DOUBTFUL: in %u turns a tracer wrote nothing\n", "",
		       turn->blind_turns);
	for (size_t i = 0; i < TRACERS_MAX && turn->unavailable[0] == '\0'; i++)
		if (turn->said[i][0] != '\0')
			printf("  %-13s   said: %s\n", "", turn->said[i]);
}

static void report(const struct bench *bench)
{
	struct utsname host;
	double busy = 0;

	uname(&host);
	(void)getloadavg(&busy, 1);
	printf("lifeline bench: Linux %s %s, %ld CPUs, %zu rounds, load average now %.2f\n",
	       host.release, host.machine, sysconf(_SC_NPROCESSORS_ONLN), bench->rounds, busy);
	for (size_t load = 0; load < LOADS; load++)
		if (bench->load_on[load])
			report_load(bench, load);
	printf("\nconfigurations (what they said is of the last round)\n");
	for (size_t config = 0; config < CONFIGURATIONS; config++)
		report_configuration(bench, config);
}

static void report_programs(const struct ll_tracer_program *before,
			    const struct ll_tracer_program *after, size_t count,
			    long operations)
{
	for (size_t i = 0; i < count; i++) {
		uint64_t runs = after[i].run_count - before[i].run_count;
		uint64_t ns = after[i].run_ns - before[i].run_ns;

		if (runs * 20 < (uint64_t)operations)
			continue;
		printf("  %-16s %8.2f runs/op %9.0f ns/run %9.0f ns/op\n", after[i].name,
		       (double)runs / (double)operations, (double)ns / (double)runs,
		       (double)ns / (double)operations);
	}
}

static void profile_load(const struct bench *bench, const struct team *team, size_t load)
{
	struct ll_tracer_program before[PROGRAMS_MAX], after[PROGRAMS_MAX];
	struct sample sample;
	size_t count = ll_tracer_programs(&team->tracers[0], before, PROGRAMS_MAX);

	if (run_load(bench, load, &sample) != 0 ||
	    ll_tracer_programs(&team->tracers[0], after, PROGRAMS_MAX) != count)
		return;
	printf("%s\n", loads[load].name);
	report_programs(before, after, count, operation_count(bench, load));
}

/* Say which BPF program takes how long. Apart from the rounds: statistics cost time. */
static void profile(const struct bench *bench)
{
	struct turn_info turn = { .unavailable = "" };
	struct team team = { .count = 0 };
	LL_AUTO_CLOSE int stats_fd = ll_tracer_enable_bpf_stats();

	if (stats_fd < 0 || !bench->configuration_on[FULL] ||
	    start_team(bench, FULL, &team, &turn) != 0)
		return;
	printf("\nBPF time under %s (with statistics on, which add to each run)\n",
	       configurations[FULL].name);
	for (size_t load = 0; load < LOADS; load++)
		if (bench->load_on[load])
			profile_load(bench, &team, load);
	stop_team(&team, &turn);
}

/* Is name among the blank-separated words of the variable? An unset one names all. */
static bool is_asked_for(const char *variable, const char *name)
{
	const char *words = getenv(variable);
	size_t length = strlen(name);

	if (words == NULL || *words == '\0')
		return true;
	for (const char *at = strstr(words, name); at != NULL; at = strstr(at + 1, name))
		if ((at == words || at[-1] == ' ') && (at[length] == ' ' || at[length] == '\0'))
			return true;
	return false;
}

static long number_from(const char *variable, long fallback, long max)
{
	const char *text = getenv(variable);
	long value = text != NULL && *text != '\0' ? strtol(text, NULL, 10) : fallback;

	return value < 1 ? 1 : value > max ? max : value;
}

static int bench_init(struct bench *bench, char *argv[])
{
	bench->workload = argv[1];
	bench->lifeline = argv[2];
	bench->pin = getenv("PIN");
	bench->n = number_from("N", DEFAULT_N, 1000000);
	bench->rounds = (size_t)number_from("ROUNDS", DEFAULT_ROUNDS, ROUNDS_MAX);
	for (size_t i = 0; i < LOADS; i++)
		bench->load_on[i] = is_asked_for("LOADS", loads[i].name);
	for (size_t i = 0; i < CONFIGURATIONS; i++)
		bench->configuration_on[i] =
			i == UNTRACED || is_asked_for("CONFIGS", configurations[i].name);
	size_t count = CONFIGURATIONS * LOADS * bench->rounds;

	bench->samples = malloc(count * sizeof(*bench->samples));
	if (bench->samples == NULL)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++)
		bench->samples[i] = (struct sample){ NAN, NAN, NAN };
	bench->raw = getenv("RAW") != NULL ? fopen(getenv("RAW"), "we") : NULL;
	return 0;
}

static void bench_fini(struct bench *bench)
{
	free(bench->samples);
	if (bench->raw != NULL)
		fclose(bench->raw);
}

int main(int argc, char *argv[])
{
	LL_CLEANUP(bench_fini) struct bench bench = { .samples = NULL };

	if (argc != 3) {
		fprintf(stderr, "usage: bench WORKLOAD LIFELINE (see tools/bench/run)\n");
		return 2;
	}
	int err = bench_init(&bench, argv);

	if (err == 0)
		err = run_rounds(&bench);
	if (err != 0) {
		fprintf(stderr, "bench: given up: %s\n", strerror(-err));
		return 1;
	}
	report(&bench);
	profile(&bench);
	return 0;
}
