/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Keys typed at a terminal: ^Z stops the session leader's foreground job, SIGCONT continues it, ^C
 * ends it; then the terminal hangs up and its session leader is told.
 */
#include <sys/ioctl.h>
#include <termios.h>

#include "signal_fact.h"

static int open_terminal(void)
{
	int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);

	if (master < 0 || grantpt(master) < 0 || unlockpt(master) < 0) {
		FACT("skip", STR("reason", "no pseudo terminal to be had"));
		exit(77);
	}
	return master;
}

static void be_job(const int ready[2])
{
	setpgid(0, 0);
	open_gate(ready);
	for (;;)
		pause();
}

/* A shell in little: its job is in the foreground until it ends. */
static void be_session_leader(const char *terminal, const int ready[2], const int over[2])
{
	int status;

	setsid();
	signal(SIGTTOU, SIG_IGN);
	int tty = open(terminal, O_RDWR | O_CLOEXEC);
	if (tty < 0)
		err(99, "%s", terminal);
	pid_t job = checked_fork();
	if (job == 0)
		be_job(ready);
	setpgid(job, job);
	if (tcsetpgrp(tty, job) < 0)
		err(99, "tcsetpgrp");
	FACT("job", NUM("pid", job), NUM("leader", getpid()));
	open_gate(ready);
	waitpid(job, &status, WUNTRACED);
	FACT("stopped", NUM("pid", job), NUM("status", status));
	fact_await_rest(job, 'T');
	checked_kill(job, SIGCONT);
	waitpid(job, &status, WCONTINUED);
	FACT("continued", NUM("pid", job), NUM("status", status), NUM("by", getpid()));
	open_gate(over);
	fact_wait(job);
	open_gate(over);
	for (;;)
		pause();
}

static void type(int master, char key)
{
	if (write(master, &key, 1) != 1)
		err(99, "write to the terminal");
}

int main(void)
{
	int ready[2], over[2], master;
	char terminal[64];

	bound_life();
	make_gate(ready);
	make_gate(over);
	master = open_terminal();
	if (ptsname_r(master, terminal, sizeof(terminal)) != 0)
		err(99, "ptsname_r");
	pid_t leader = checked_fork();
	if (leader == 0) {
		close(master);
		be_session_leader(terminal, ready, over);
	}
	await_gate(ready);
	await_gate(ready);
	FACT("typist", NUM("pid", getpid()));
	type(master, 0x1a);
	await_gate(over);
	type(master, 0x03);
	await_gate(over);
	close(master);
	fact_wait(leader);
	return 0;
}
