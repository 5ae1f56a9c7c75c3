/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Have zombies. leave_zombies VARIANT N
 *   idle       reads a word, and reaps its N zombies then
 *   handler    the same, with a handler for SIGCHLD
 *   waiting    sleeps in waitpid for a child that ends with the word
 *   subreaper  N zombies come from a child that ends without waiting; all are reaped at the word
 *   leave      ends without a wait
 *   container  the init of a pid namespace, which takes N orphans over and never waits
 * Tells "zombies" when all N are: who has them, and when (boot time) the last one was not yet dead
 * and all were.
 */
#include <sys/mman.h>
#include <sys/prctl.h>

#include "fact.h"

#define ZOMBIES_MAX 1000

static pid_t zombies[ZOMBIES_MAX];
static int count;
static long long *alive; /* shared: when the last one to end still lived */

static void make_zombies(void)
{
	for (int i = 0; i < count; i++) {
		zombies[i] = checked_fork();
		if (zombies[i] == 0) {
			__atomic_store_n(alive, boottime_ns(), __ATOMIC_RELAXED);
			_exit(3);
		}
	}
}

static bool is_zombie(pid_t pid)
{
	return fact_pid_stat(pid, 3) == 'Z';
}

static void say_zombies(void)
{
	for (int i = 0; i < count; i++)
		while (!is_zombie(zombies[i]))
			breathe();
	FACT("zombies", NUM("pid", getpid()), NUM("count", count), NUM("first", zombies[0]),
	     NUM("last", zombies[count - 1]), NUM("died_after", *alive),
	     NUM("died_before", boottime_ns()));
}

/* Of the test's clock: the reaps lie between these two. */
static void reap_all(int number)
{
	long long after = boottime_ns();

	for (int i = 0; i < number; i++)
		if (waitpid(-1, NULL, __WALL) < 0)
			err(99, "waitpid");
	FACT("reaped", NUM("pid", getpid()), NUM("reaped_after", after),
	     NUM("reaped_before", boottime_ns()));
}

static void on_child(int number)
{
	(void)number;
}

/* Another child keeps it in waitpid() until the word comes. */
static void wait_for_another(void)
{
	pid_t other = checked_fork();

	if (other == 0) {
		await_word();
		_exit(0);
	}
	FACT("waits", NUM("pid", getpid()), NUM("other", other));
	while (waitpid(other, NULL, 0) < 0 && errno == EINTR)
		continue;
}

static void take_over(void)
{
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	pid_t middle = checked_fork();
	if (middle == 0) {
		make_zombies();
		say_zombies();
		_exit(0);
	}
	fact_await_death(middle);
	FACT("taken_over", NUM("pid", getpid()), NUM("middle", middle), NUM("count", count));
	await_word();
	reap_all(count + 1);
}

/* Where /proc is of the outer namespace, inner pids do not help: the init looks at its children. */
static bool has_zombies(pid_t init)
{
	char path[64];
	int found = 0;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", init, init);
	char *children = fact_slurp(path, NULL);
	for (char *at = children; at != NULL && *at != '\0'; at += strcspn(at, " "), at++)
		found += is_zombie(atoi(at));
	free(children);
	return found == count + 1;
}

/* The init: its child forks N, and all end. */
static void run_init(void)
{
	if (checked_fork() == 0) {
		make_zombies();
		_exit(0);
	}
	await_word();
	_exit(0);
}

static int run_container(void)
{
	if (unshare(CLONE_NEWPID) < 0) {
		FACT("skip", STR("reason", strerror(errno)));
		return 77;
	}
	if (access("/proc/thread-self/children", R_OK) != 0) {
		FACT("skip", STR("reason", "/proc does not list children"));
		return 77;
	}
	pid_t init = checked_fork();
	if (init == 0)
		run_init();
	while (!has_zombies(init))
		breathe();
	FACT("container", NUM("pid", init), NUM("count", count + 1));
	fact_wait(init);
	return 0;
}

int main(int argc, char *argv[])
{
	const char *variant = argc > 1 ? argv[1] : "idle";

	bound_life();
	count = argc > 2 ? atoi(argv[2]) : 1;
	if (count < 1 || count > ZOMBIES_MAX)
		errx(99, "N is 1 to %d", ZOMBIES_MAX);
	alive = mmap(NULL, sizeof(*alive), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
		     -1, 0);
	if (alive == MAP_FAILED)
		err(99, "mmap");
	if (strcmp(variant, "container") == 0)
		return run_container();
	if (strcmp(variant, "subreaper") == 0) {
		take_over();
		return 0;
	}
	if (strcmp(variant, "handler") == 0)
		signal(SIGCHLD, on_child);
	make_zombies();
	say_zombies();
	if (strcmp(variant, "leave") == 0)
		return 0;
	if (strcmp(variant, "waiting") == 0)
		wait_for_another();
	else
		await_word();
	reap_all(count);
	return 0;
}
