/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A process sends itself SIGNALS signals, as fast as it can but no longer than SECONDS; while it does, its
 * parent makes PROCESSES others, which execute a program and end, evenly over the storm.
 * signal_storm SIGNALS PROCESSES SECONDS; "signal_storm end" ends at once with 3.
 */
#include <sys/mman.h>

#include "signal_fact.h"

struct progress {
	volatile long long sent, handled;
	volatile bool is_over;
};

static struct progress *progress;

static void count(int signal)
{
	(void)signal;
	progress->handled++;
}

static void storm(long long signals, long long seconds)
{
	long long until = boottime_ns() + seconds * 1000000000LL;

	signal(SIGUSR1, count);
	while (progress->sent < signals && boottime_ns() < until) {
		progress->sent++;
		syscall(SYS_tgkill, getpid(), gettid(), SIGUSR1);
	}
	progress->is_over = true;
	FACT("shot", NUM("pid", getpid()), NUM("sent", progress->sent),
	     NUM("handled", progress->handled));
	_exit(0);
}

static void make_process(void)
{
	pid_t pid = checked_fork();

	if (pid == 0) {
		execl("/proc/self/exe", "signal_storm", "end", NULL);
		err(98, "exec");
	}
	if (waitpid(pid, NULL, 0) != pid)
		err(99, "waitpid");
}

int main(int argc, char *argv[])
{
	if (argc == 2 && strcmp(argv[1], "end") == 0)
		return 3;
	if (argc < 4)
		errx(99, "usage: signal_storm SIGNALS PROCESSES SECONDS");
	bound_life();
	progress = mmap(NULL, sizeof(*progress), PROT_READ | PROT_WRITE,
			MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	long long signals = atoll(argv[1]), processes = atoll(argv[2]);
	pid_t shooter = checked_fork();
	if (shooter == 0)
		storm(signals, atoll(argv[3]));
	for (long long made = 0; made < processes; made++) {
		while (!progress->is_over && progress->sent < signals / processes * made)
			breathe();
		make_process();
	}
	fact_wait(shooter);
	return 0;
}
