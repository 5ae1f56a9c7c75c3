/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Make the kernel fork a thread of its own (psimon) on this process's behalf. */
#include "fact.h"

int main(void)
{
	static const char trigger[] = "some 500000 1000000";
	int fd;

	bound_life();
	fd = open("/proc/pressure/cpu", O_RDWR | O_CLOEXEC);
	if (fd < 0 || write(fd, trigger, sizeof(trigger)) < 0) {
		FACT("skip", STR("reason", strerror(errno)));
		return 77;
	}
	FACT("armed", NUM("pid", getpid()));
	return 0;
}
