/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Spend time in known states, by the clock of who makes it so. spend_time VARIANT
 *   mix      sleep, burn CPU, sleep in pieces: a second    threads  the same in three threads
 *   stopped  stopped by its parent, and continued          traced   held by its parent's ptrace
 *   pair     two that never sleep share a CPU              fifo     one of them is real-time
 *   vfork    the parent is in D until the word comes
 */
#include <pthread.h>
#include <sys/ptrace.h>

#include "fact.h"

#define MS 1000000LL

static void sleep_ns(long long ns)
{
	struct timespec left = { .tv_sec = ns / 1000000000, .tv_nsec = ns % 1000000000 };

	while (nanosleep(&left, &left) < 0 && errno == EINTR)
		continue;
}

static long long cpu_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static void burn(long long ns)
{
	while (cpu_ns() < ns)
		for (int i = 0; i < 1000; i++)
			getppid();
}

/* Say what the scheduler counted until now, then end. */
static _Noreturn void end(void)
{
	char *schedstat = fact_slurp("/proc/self/schedstat", NULL);
	long long ran = -1, waited = -1;

	if (schedstat == NULL || sscanf(schedstat, "%lld %lld", &ran, &waited) != 2)
		ran = waited = -1;
	FACT("spent", NUM("pid", getpid()), NUM("ran_ns", ran), NUM("waited_ns", waited));
	_exit(0);
}

static void mix(void)
{
	sleep_ns(300 * MS);
	burn(300 * MS);
	for (int i = 0; i < 20; i++)
		sleep_ns(15 * MS);
}

static void *mix_in_thread(void *arg)
{
	sleep_ns(100 * MS);
	burn(100 * MS);
	return arg;
}

static void run_mix(bool has_threads)
{
	pthread_t threads[3];
	pid_t pid = checked_fork();

	if (pid == 0) {
		for (int i = 0; i < 3 && has_threads; i++)
			pthread_create(&threads[i], NULL, mix_in_thread, NULL);
		mix();
		for (int i = 0; i < 3 && has_threads; i++)
			pthread_join(threads[i], NULL);
		end();
	}
	fact_wait(pid);
}

/* A word from the parent ends it; it must not have missed its stop by then. */
static pid_t start_waiting(int *ret_word_fd)
{
	int words[2];
	char word;

	if (pipe(words) < 0)
		err(99, "pipe");
	pid_t pid = checked_fork();
	if (pid == 0) {
		close(words[1]);
		while (read(words[0], &word, 1) < 0 && errno == EINTR)
			continue;
		end();
	}
	close(words[0]);
	*ret_word_fd = words[1];
	return pid;
}

static void run_stopped(void)
{
	int status, word_fd;
	pid_t pid = start_waiting(&word_fd);

	long long before = boottime_ns();
	kill(pid, SIGSTOP);
	waitpid(pid, &status, WUNTRACED);
	long long begin = boottime_ns();
	sleep_ns(300 * MS);
	long long until = boottime_ns();
	kill(pid, SIGCONT);
	waitpid(pid, &status, WCONTINUED);
	long long after = boottime_ns();
	close(word_fd);
	FACT("stopped", NUM("pid", pid), NUM("by", getpid()), NUM("least_ns", until - begin),
	     NUM("most_ns", after - before));
	fact_wait(pid);
}

static void run_traced(void)
{
	int status;
	long long before = boottime_ns();
	pid_t pid = checked_fork();

	if (pid == 0) {
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		raise(SIGSTOP);
		end();
	}
	waitpid(pid, &status, __WALL);
	long long begin = boottime_ns();
	sleep_ns(200 * MS);
	long long until = boottime_ns();
	ptrace(PTRACE_DETACH, pid, NULL, NULL);
	fact_await_death(pid);
	FACT("traced", NUM("pid", pid), NUM("by", getpid()), NUM("least_ns", until - begin),
	     NUM("most_ns", boottime_ns() - before));
	fact_wait(pid);
}

static void stay_on_cpu(int cpu)
{
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	sched_setaffinity(0, sizeof(one), &one);
}

static pid_t start_burning(int cpu)
{
	pid_t pid = checked_fork();

	if (pid == 0) {
		stay_on_cpu(cpu);
		burn(400 * MS);
		end();
	}
	return pid;
}

static void run_pair(void)
{
	int cpu = sched_getcpu();
	pid_t pids[2];

	for (int i = 0; i < 2; i++)
		pids[i] = start_burning(cpu);
	for (int i = 0; i < 2; i++)
		fact_wait(pids[i]);
}

/* A bounded time by the clock, whoever else wants the CPU. */
static void hog(int cpu)
{
	struct sched_param param = { .sched_priority = 50 };
	long long end_ns;

	stay_on_cpu(cpu);
	if (sched_setscheduler(0, SCHED_FIFO, &param) < 0) {
		FACT("refused", NUM("errno", errno));
		_exit(0);
	}
	end_ns = boottime_ns() + 300 * MS;
	while (boottime_ns() < end_ns)
		getppid();
	end();
}

static void run_fifo(void)
{
	int cpu = sched_getcpu();
	pid_t starved = start_burning(cpu);

	while (fact_pid_stat(starved, 14) + fact_pid_stat(starved, 15) < 2)
		breathe();
	pid_t pid = checked_fork();
	if (pid == 0)
		hog(cpu);
	FACT("hog", NUM("pid", pid), NUM("starved", starved));
	fact_wait(pid);
	fact_wait(starved);
}

static void run_vfork(void)
{
	static volatile long long begin, until;
	long long before = boottime_ns();
	pid_t pid = vfork();

	if (pid == 0) {
		begin = boottime_ns();
		await_word();
		until = boottime_ns();
		_exit(0);
	}
	long long after = boottime_ns();
	FACT("vforked", NUM("pid", getpid()), NUM("least_ns", until - begin),
	     NUM("most_ns", after - before));
	waitpid(pid, NULL, 0);
}

int main(int argc, char *argv[])
{
	const char *variant = argc > 1 ? argv[1] : "mix";

	bound_life();
	if (strcmp(variant, "stopped") == 0)
		run_stopped();
	else if (strcmp(variant, "traced") == 0)
		run_traced();
	else if (strcmp(variant, "pair") == 0)
		run_pair();
	else if (strcmp(variant, "fifo") == 0)
		run_fifo();
	else if (strcmp(variant, "vfork") == 0)
		run_vfork();
	else
		run_mix(strcmp(variant, "threads") == 0);
	return 0;
}
