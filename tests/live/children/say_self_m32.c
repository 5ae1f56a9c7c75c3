/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* say_self as a 32-bit program: its execve and exit take the compat paths. */
#include "fact.h"

int main(void)
{
	bound_life();
	fact_self("self");
	FACT("pointer", NUM("bytes", sizeof(void *)));
	return 32;
}
