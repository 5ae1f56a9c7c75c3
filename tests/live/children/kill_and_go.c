/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* A process is sent SIGTERM, which it blocks; when its sender is dead and gone it lets it through. */
#include <sys/prctl.h>

#include "signal_fact.h"

static void be_target(const int ready[2], const int gone[2])
{
	block_signal(SIGTERM, true);
	open_gate(ready);
	await_gate(gone);
	fact_masks("pending", getpid());
	block_signal(SIGTERM, false);
	_exit(0);
}

int main(void)
{
	int ready[2], gone[2];

	bound_life();
	make_gate(ready);
	make_gate(gone);
	pid_t target = checked_fork();
	if (target == 0)
		be_target(ready, gone);
	await_gate(ready);
	pid_t sender = checked_fork();
	if (sender == 0) {
		prctl(PR_SET_NAME, "hit-and-run");
		checked_kill(target, SIGTERM);
		_exit(0);
	}
	fact_wait(sender);
	FACT("sender", NUM("pid", sender), NUM("target", target));
	open_gate(gone);
	fact_wait(target);
	return 0;
}
