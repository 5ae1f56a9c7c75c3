/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Say who this process is and what memory it has used, and exit 0 (or with the code in LL_EXIT_CODE). */
#include "fact.h"

int main(void)
{
	const char *code = getenv("LL_EXIT_CODE");
	struct rusage usage;

	bound_life();
	fact_self("self");
	getrusage(RUSAGE_SELF, &usage);
	FACT("memory", NUM("pid", getpid()), NUM("maxrss_bytes", usage.ru_maxrss * 1024LL));
	return code != NULL ? atoi(code) : 0;
}
