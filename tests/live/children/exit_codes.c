/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* End 256 processes with the codes 0 to 255. */
#include "fact.h"

int main(void)
{
	bound_life();
	for (int code = 0; code < 256; code++) {
		pid_t pid = checked_fork();

		if (pid == 0)
			_exit(code);
		fact_wait(pid);
	}
	return 0;
}
