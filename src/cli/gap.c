/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* See gap.h. */
#include "cli/gap.h"

#include <inttypes.h>

unsigned ll_gap_print_lost(FILE *out, const struct ll_model *model, const char *what)
{
	const struct ll_model_counts *counts = ll_model_counts(model);

	if (counts->lost > 0)
		fprintf(out, "*** %" PRIu64 " events lost: %s may be missing ***\n",
			counts->lost, what);
	return counts->lost > 0;
}

unsigned ll_gap_print(FILE *out, const struct ll_model *model, const char *what)
{
	const struct ll_model_counts *counts = ll_model_counts(model);
	unsigned lines = ll_gap_print_lost(out, model, what);

	if (counts->forgotten > 0)
		fprintf(out,
			"*** %" PRIu64
			" processes that were over are forgotten: see --keep ***\n",
			counts->forgotten);
	return lines + (counts->forgotten > 0);
}
