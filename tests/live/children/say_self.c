/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Say who this process is, and exit 0 (or with the code in LL_EXIT_CODE). */
#include "fact.h"

int main(void)
{
	const char *code = getenv("LL_EXIT_CODE");

	bound_life();
	fact_self("self");
	return code != NULL ? atoi(code) : 0;
}
