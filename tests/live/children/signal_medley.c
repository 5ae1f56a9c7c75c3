/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Processes and threads that signal each other in many ways, some at once: for a comparison with
 * another tool that watches the same run. signal_medley ROUNDS
 */
#include <pthread.h>
#include <setjmp.h>
#include <sys/time.h>

#include "signal_fact.h"

#define THREADS 4

static volatile sig_atomic_t alarms;
static sigjmp_buf after_fault;

static void note(int signal, siginfo_t *info, void *context)
{
	(void)info, (void)context;
	if (signal == SIGALRM)
		alarms++;
	if (signal == SIGSEGV)
		siglongjmp(after_fault, 1);
}

static void handle_many(void)
{
	static const int signals[] = { SIGUSR1, SIGUSR2, SIGALRM, SIGPIPE, SIGSEGV, SIGCHLD };

	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		handle_signal(signals[i], note);
	for (int signal = SIGRTMIN; signal <= SIGRTMAX; signal++)
		handle_signal(signal, note);
}

static void touch(void *at)
{
	volatile char *volatile byte = at;

	*byte = 1;
}

static void signal_oneself(void)
{
	int ends[2];

	raise(SIGUSR1);
	checked_kill(getpid(), SIGUSR2);
	sigqueue(getpid(), SIGRTMAX, (union sigval){ .sival_int = 3 });
	signal(SIGHUP, SIG_IGN);
	raise(SIGHUP);
	raise(SIGWINCH);
	make_gate(ends);
	close(ends[0]);
	if (write(ends[1], "x", 1) < 0)
		close(ends[1]);
	if (sigsetjmp(after_fault, 1) == 0)
		touch((void *)16);
}

static void hold_signals(void)
{
	for (int signal = SIGRTMIN + 1; signal < SIGRTMIN + 6; signal++)
		block_signal(signal, true);
	for (int signal = SIGRTMIN + 5; signal > SIGRTMIN; signal--) {
		checked_kill(getpid(), signal);
		checked_kill(getpid(), signal);
	}
	for (int signal = SIGRTMIN + 1; signal < SIGRTMIN + 6; signal++)
		block_signal(signal, false);
}

static void be_alarmed(void)
{
	struct itimerval often = { .it_interval.tv_usec = 2000, .it_value.tv_usec = 2000 };
	sig_atomic_t before = alarms;

	setitimer(ITIMER_REAL, &often, NULL);
	while (alarms < before + 5)
		breathe();
	setitimer(ITIMER_REAL, &(struct itimerval){ 0 }, NULL);
}

static void *signal_others(void *arg)
{
	pthread_t other = *(pthread_t *)arg;

	for (int i = 0; i < 10; i++) {
		pthread_kill(other, SIGUSR1);
		raise(SIGUSR2);
		checked_kill(getpid(), SIGRTMIN + 7);
	}
	return NULL;
}

static void signal_among_threads(void)
{
	pthread_t main_thread = pthread_self(), threads[THREADS];

	for (int i = 0; i < THREADS; i++)
		if (pthread_create(&threads[i], NULL, signal_others, &main_thread) != 0)
			errx(99, "pthread_create");
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
}

static void await_change(pid_t pid, int options)
{
	while (waitpid(pid, NULL, options) < 0 && errno == EINTR)
		continue;
}

static void make_die(int signal)
{
	pid_t pid = checked_fork();

	if (pid == 0) {
		setrlimit(RLIMIT_CORE, &(struct rlimit){ 0, 0 });
		for (;;)
			pause();
	}
	checked_kill(pid, SIGSTOP);
	await_change(pid, WUNTRACED);
	checked_kill(pid, SIGCONT);
	await_change(pid, WCONTINUED);
	checked_kill(pid, signal);
	await_change(pid, 0);
}

static void run_round(void)
{
	static const int deadly[] = { SIGTERM, SIGKILL, SIGABRT, SIGXCPU, SIGPROF };

	signal_oneself();
	hold_signals();
	be_alarmed();
	signal_among_threads();
	for (size_t i = 0; i < sizeof(deadly) / sizeof(deadly[0]); i++)
		make_die(deadly[i]);
}

int main(int argc, char *argv[])
{
	handle_many();
	for (int left = argc > 1 ? atoi(argv[1]) : 1; left > 0; left--)
		run_round();
	FACT("done", NUM("pid", getpid()));
	return 0;
}
