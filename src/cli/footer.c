/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The footer. Kinds that never occurred are left out; losses never are. Seen and lost of a
 * kind add up to what happened.
 */
#include "cli/footer.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "base/clock.h"
#include "base/duration.h"

/* Print "3 fork, 2 exec" of the kinds that count above 0. Returns whether there were any. */
static bool print_kinds(FILE *out, const uint64_t counts[LL_EVENT_KINDS])
{
	bool any = false;

	for (int kind = 0; kind < LL_EVENT_KINDS; kind++) {
		if (counts[kind] == 0 || kind == LL_EVENT_LOST ||
		    (LL_E_HIDDEN >> kind & 1) != 0)
			continue;
		fprintf(out, "%s%" PRIu64 " %s", any ? ", " : "", counts[kind],
			ll_event_kind_short_name(kind));
		any = true;
	}
	return any;
}

static void print_lost(FILE *out, const struct ll_source_stats *stats)
{
	uint64_t total = 0;

	for (int kind = 0; kind < LL_EVENT_KINDS; kind++)
		total += stats->lost[kind];
	fprintf(out, "%" PRIu64 " lost", total);
	if (total > 0) {
		fputs(" (", out);
		print_kinds(out, stats->lost);
		fputc(')', out);
	}
	if (stats->missing > 0)
		fprintf(out, ", %" PRIu64 " missing", stats->missing);
}

static void print_recorded(FILE *out, const struct ll_footer *footer)
{
	char size[LL_DURATION_MAX];

	fprintf(out, "%s in %s; ", ll_size_format(footer->recorded_bytes, size),
		footer->recorded);
}

static void print_cost(FILE *out, const struct ll_footer *footer)
{
	const struct ll_source_stats *stats = footer->stats;

	fprintf(out, "%" PRIu64 " ms CPU", footer->watch_cpu_ns / LL_NS_PER_MS);
	if (footer->capture == NULL)
		fprintf(out, " + %" PRIu64 " ms to start", footer->setup_cpu_ns / LL_NS_PER_MS);
	/* A run of a program is an event in the kernel, wanted or not. */
	if (stats->bpf_run_count > 0)
		fprintf(out, ", %.1f %s BPF/event",
			(double)stats->bpf_run_ns / (double)stats->bpf_run_count / 1000.0,
			footer->utf8 ? "µs" : "us");
}

int ll_footer_print(FILE *out, const struct ll_footer *footer)
{
	fputs("lifeline: ", out);
	if (!print_kinds(out, footer->seen))
		fputs("nothing", out);
	if (footer->capture != NULL)
		fprintf(out, " in %s; ", footer->capture);
	else
		fputs(" seen; ", out);
	print_lost(out, footer->stats);
	if (footer->inferred_count > 0)
		fprintf(out, ", %" PRIu64 " inferred", footer->inferred_count);
	if (footer->stats->skipped_runs > 0)
		fprintf(out, ", %" PRIu64 " BPF runs skipped by the kernel",
			footer->stats->skipped_runs);
	fputs("; ", out);
	if (footer->recorded != NULL)
		print_recorded(out, footer);
	print_cost(out, footer);
	fputc('\n', out);
	return ferror(out) ? -EIO : 0;
}
