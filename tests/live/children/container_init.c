/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * PID 1 of a container, which makes no arrangement for any signal. container_init VARIANT
 *   probe: it ends at once
 *   deaf: it sleeps
 *   negligent: it adopts three orphans, which end, and does not wait for them
 */
#include "fact.h"

#define ORPHANS 3

static void be_orphan(void)
{
	while (getppid() != 1)
		breathe();
	FACT("orphan", NUM("vpid", getpid()));
	_exit(4);
}

static void be_middle(void)
{
	for (int i = 0; i < ORPHANS; i++)
		if (checked_fork() == 0)
			be_orphan();
	_exit(0);
}

/* Adopt the orphans; return when all have closed their files, which is their end. */
static void neglect(void)
{
	int alive[2];
	char byte;

	if (pipe(alive) < 0)
		err(99, "pipe");
	pid_t middle = checked_fork();
	if (middle == 0)
		be_middle();
	close(alive[1]);
	FACT("middle", NUM("vpid", middle));
	waitpid(middle, NULL, 0);
	while (read(alive[0], &byte, 1) < 0 && errno == EINTR)
		continue;
}

int main(int argc, char *argv[])
{
	const char *variant = argc > 1 ? argv[1] : "probe";

	if (strcmp(variant, "probe") == 0)
		return 0;
	if (strcmp(variant, "negligent") == 0)
		neglect();
	FACT("up", NUM("vpid", getpid()));
	for (;;)
		pause();
}
