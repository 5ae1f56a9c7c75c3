/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Use resources that can be told apart. use_resources VARIANT [DIR]
 *   threads   four threads burn CPU, then one ends the process for all of them
 *   single    one thread burns CPU
 *   memory    touch 32 MiB       switches  sleep 50 times       write  write 1 MiB to DIR
 */
#include <pthread.h>

#include "fact.h"

static const char *dir = ".";

/* Say what was used up to now, then end the process: its end cannot show less. */
static _Noreturn void end(int code)
{
	struct rusage usage;
	char *schedstat = fact_slurp("/proc/self/schedstat", NULL);
	long long ran, waited = -1;

	if (schedstat != NULL && sscanf(schedstat, "%lld %lld", &ran, &waited) != 2)
		waited = -1;
	getrusage(RUSAGE_SELF, &usage);
	FACT("used", NUM("pid", getpid()),
	     NUM("cpu_ns", (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000000LL +
				   (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1000LL),
	     NUM("minflt", usage.ru_minflt), NUM("nvcsw", usage.ru_nvcsw),
	     NUM("nivcsw", usage.ru_nivcsw), NUM("wait_ns", waited));
	_exit(code);
}

static long long cpu_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static void *burn(void *arg)
{
	while (cpu_ns() < 60000000)
		for (int i = 0; i < 1000; i++)
			getppid();
	return arg;
}

static void burn_in_threads(void)
{
	pthread_t threads[4];

	for (int i = 0; i < 4; i++)
		pthread_create(&threads[i], NULL, burn, NULL);
	pthread_join(threads[0], NULL);
	burn(NULL);
	end(8); /* the others are running, or not yet joined */
}

static void touch_memory(void)
{
	size_t length = 32 << 20;
	volatile char *memory = malloc(length);

	for (size_t at = 0; at < length; at += 1024)
		memory[at] = 1;
	end(memory[length / 2] - 1);
}

static void sleep_often(void)
{
	for (int i = 0; i < 50; i++)
		breathe();
	end(0);
}

static void write_file(void)
{
	static char block[1 << 20];
	char file[4200];

	snprintf(file, sizeof(file), "%s/written", dir);
	int fd = open(file, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
	if (fd < 0 || write(fd, block, sizeof(block)) != sizeof(block))
		err(99, "%s", file);
	fsync(fd);
	end(0);
}

static void use(const char *variant)
{
	if (strcmp(variant, "threads") == 0)
		burn_in_threads();
	else if (strcmp(variant, "memory") == 0)
		touch_memory();
	else if (strcmp(variant, "switches") == 0)
		sleep_often();
	else if (strcmp(variant, "write") == 0)
		write_file();
	burn(NULL);
	end(0);
}

int main(int argc, char *argv[])
{
	bound_life();
	if (argc > 2)
		dir = argv[2];
	pid_t pid = checked_fork();
	if (pid == 0)
		use(argc > 1 ? argv[1] : "single");
	fact_wait(pid);
	return 0;
}
