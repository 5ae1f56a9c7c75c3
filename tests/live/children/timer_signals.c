/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Timers end while the process sleeps and another one, the bystander, has their CPU: interval timers of
 * real, virtual and profiled time, and a POSIX timer with a value.
 */
#include <sys/time.h>

#include "signal_fact.h"

#define PERIOD_US 20000

static void stay_on_one_cpu(void)
{
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET(sched_getcpu(), &one);
	sched_setaffinity(0, sizeof(one), &one);
}

/* The time of ITIMER_VIRTUAL and ITIMER_PROF passes while the process runs. */
static void burn_until_pending(int signal)
{
	sigset_t pending;

	do {
		sigpending(&pending);
	} while (!sigismember(&pending, signal));
}

static void run_interval(int which, int signal)
{
	struct itimerval once = { .it_value.tv_usec = PERIOD_US };

	block_signal(signal, true);
	if (setitimer(which, &once, NULL) < 0)
		err(99, "setitimer");
	if (which != ITIMER_REAL)
		burn_until_pending(signal);
	siginfo_t info = take_signal(signal);
	fact_siginfo("taken", &info);
}

static void run_posix(int signal)
{
	struct sigevent event = { .sigev_notify = SIGEV_SIGNAL,
				  .sigev_signo = signal,
				  .sigev_value.sival_int = 77 };
	struct itimerspec once = { .it_value.tv_nsec = PERIOD_US * 1000L };
	timer_t timer;

	block_signal(signal, true);
	if (timer_create(CLOCK_MONOTONIC, &event, &timer) < 0 ||
	    timer_settime(timer, 0, &once, NULL) < 0)
		err(99, "timer");
	siginfo_t info = take_signal(signal);
	FACT("posix", NUM("pid", getpid()), NUM("number", signal), NUM("code", info.si_code),
	     NUM("value", info.si_value.sival_int));
}

int main(void)
{
	stay_on_one_cpu();
	pid_t bystander = fork();
	if (bystander == 0)
		for (alarm(FACT_LIFE_MAX);;)
			continue;
	FACT("bystander", NUM("pid", bystander), NUM("watched", getpid()));
	run_interval(ITIMER_REAL, SIGALRM);
	run_interval(ITIMER_VIRTUAL, SIGVTALRM);
	run_interval(ITIMER_PROF, SIGPROF);
	run_posix(SIGRTMIN + 4);
	checked_kill(bystander, SIGKILL);
	fact_wait(bystander);
	return 0;
}
