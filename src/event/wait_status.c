/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* include/uapi/linux/wait.h and its like in libc: low seven bits signal, 0x80 core, next byte code. */
#include "event/wait_status.h"

#include <string.h>
#include <sys/wait.h>

#include "event/signal_names.h"

void ll_event_set_wait_status(struct ll_event *event, uint64_t wait_status)
{
	int status = (int)wait_status;

	LL_SET(event, EXIT_STATUS, wait_status, wait_status);
	if (!WIFSIGNALED(status)) {
		LL_SET(event, EXIT_CODE, exit_code, (uint64_t)WEXITSTATUS(status));
		return;
	}
	const char *name = ll_signal_name((unsigned)WTERMSIG(status));
	if (name != NULL)
		LL_SET(event, EXIT_SIGNAL, exit_signal, ll_str_of(name));
	LL_SET(event, EXIT_CORE, core_dumped, WCOREDUMP(status) != 0);
}
