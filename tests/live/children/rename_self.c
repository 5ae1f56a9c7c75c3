/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Change this thread's name as prctl does. */
#include <sys/prctl.h>

#include "fact.h"

int main(void)
{
	bound_life();
	prctl(PR_SET_NAME, "a new name that is cut");
	fact_self("renamed");
	return 0;
}
